"""What the 別表 says of a spot beside its place: reason and service, councils, remarks.

Workbook, report and map print the same. Where nothing is recorded of a council, a table has room
for it to be written in by hand, and a list says that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from groundfloor.problems import Text
from spots.telling.evidence_words import annex_remark
from spots.telling.plan_columns import COUNCILS, PAGE, SERVICE, ForPlan
from spots.telling.units import day
from spots.telling.wording import joined, same, sentence, told_as
from spots.types import RunResult, Spot, Verdict


class Lasting(Protocol):
    """What holds for a period: a spot, or a unit in a result."""

    @property
    def valid_from(self) -> date | None:
        """First day."""

    @property
    def valid_to(self) -> date | None:
        """Last day."""


NO_COUNCIL = Text("（協議会の記録なし）", "(no council recorded)")
#: Under a table in which some cell is left to be written in.
BLANK_COUNCILS = Text(
    "「協議した日」の空欄は、入力した一覧に協議会の記録がないものです（書き込み用）。",
    "Where no council stands, the lists record none: the cell is there to be filled in.",
)


def reason_lines(said: ForPlan) -> Iterator[Text]:
    """Yield the reason of a spot or a unit, and its service where that says more."""
    yield said.reason
    if said.service is not None and said.service != said.reason:
        yield told_as(SERVICE.label, said.service)


def council_lines(said: ForPlan) -> Iterator[Text]:
    """Yield the days of its councils; nothing where none is recorded."""
    yield from map(day, said.councils)


def councils_told(said: ForPlan) -> Text:
    """Return the days of its councils in a line, or that none is recorded."""
    days = list(council_lines(said))
    return told_as(sentence(COUNCILS.label), joined(days) if days else NO_COUNCIL)


def page_lines(said: ForPlan) -> Iterator[Text]:
    """Yield where the plan has it, and whether its municipality applied for it."""
    if said.page:
        yield told_as(PAGE.label, same(said.page))
    if said.on_application:
        yield Text("市町村の申請による", "on application")


def remark_lines(spot: Spot | None, verdict: Verdict, result: RunResult) -> Iterator[Text]:
    """Yield what stands beside a spot: page and application, the list's remark, what turns it."""
    if spot is not None:
        yield from page_lines(spot)
    remark = annex_remark(verdict, result)
    if remark.ja:
        yield remark


def common_period(said: Iterable[Lasting]) -> tuple[date | None, date | None] | None:
    """Return the period that all have; None where there are several."""
    found = {(each.valid_from, each.valid_to) for each in said}
    return found.pop() if len(found) == 1 else None
