"""Facts of what the plan says of a spot or a unit, and of the rows of lists that say it.

Stands apart: dossiers of facilities and of units have them in common.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Text
from spots.telling.dossier_facts import Fact
from spots.telling.plan_columns import COUNCILS, PAGE, SERVICE, ForPlan
from spots.telling.units import day
from spots.telling.wording import NOTHING, bracketed, joined, run_on, same, told_as
from spots.types import ListedEntry, ReasonBasis, Spot

_BASIS = Text("設定理由の出典", "Reason from")
_BY_HAND = Text("設定基準の [[unit_reason]]", "[[unit_reason]] of the policy")


def plan_facts(said: ForPlan) -> Iterator[Fact]:
    """Yield service, councils, page and application, as far as they are known."""
    if said.service and said.service.ja:
        yield Fact("service", Text("確保する医療", "Service"), said.service)
    if said.councils:
        days = tuple(d.isoformat() for d in said.councils)
        words = joined(map(day, said.councils))
        yield Fact("councils", Text("協議した日", "Councils"), words, days)
    if said.page:
        yield Fact("page", Text("計画の頁", "Page of the plan"), same(said.page), said.page)
    if said.on_application:
        label, told = Text("申請", "On application"), Text("市町村の申請による", "yes")
        yield Fact("on_application", label, told, value=True)


def basis_facts(spot: Spot, entry: ListedEntry | None) -> Iterator[Fact]:
    """Yield who gives a spot's reason, where it is not what the criteria found."""
    if spot.reason_basis is ReasonBasis.HAND:
        yield Fact("reason_basis", _BASIS, _BY_HAND, spot.reason_basis.value)
    elif spot.reason_basis is ReasonBasis.LIST:
        where = listed_at(entry) if entry is not None else Text("一覧", "a list")
        yield Fact("reason_basis", _BASIS, where, spot.reason_basis.value)


def entry_facts(entry: ListedEntry | None, spot: Spot | None) -> Iterator[Fact]:
    """Yield what lists say for the plan of a facility whose spot does not say the same."""
    if entry is None or (spot is not None and spot.reason_basis is ReasonBasis.LIST):
        return
    said = [same(entry.reason)] if entry.reason else []
    if spot is None or not entry.reason:
        said += [told_as(SERVICE.label, same(entry.service))] if entry.service else []
    if spot is None:
        if entry.councils:
            said.append(told_as(COUNCILS.label, joined(map(day, entry.councils))))
        said += [told_as(PAGE.label, same(entry.page))] if entry.page else []
    if said:
        words = run_on(joined(said, "。", "; "), bracketed(listed_at(entry)))
        yield Fact("entry", Text("一覧の設定理由など", "Listed for the plan"), words)


def listed_at(entry: ListedEntry) -> Text:
    """Return where a list names a place or an institution, and under which name."""
    row = bracketed(Text(f"{entry.row}行目", f"row {entry.row}")) if entry.row else NOTHING
    where = run_on(same(entry.file), row)
    return joined((same(entry.name), where), " ", ", ")
