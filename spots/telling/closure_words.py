"""The closed roads of a run in words, for settings, tables and terminals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from groundfloor.problems import Text
from spots.telling.units import dated, day, kilometres
from spots.telling.wording import NOTHING, joined, same, told_as
from spots.types import ClosedRoad, RunClosures

HEADING = Text("通行止め", "Closed roads")
_NAMED = 5
_LISTED = 30  # run.json has them all


def closures_in_words(found: RunClosures) -> Text:
    """Return how much is closed, on which day, out of how many closures."""
    count, every, km = len(found.holding), len(found.rows), kilometres(found.km * 1000)
    return Text(
        f"{_on(found.on, '時点で', '').ja}{count}件、計{km}（全{every}件中）",
        f"{count} of {every} closures hold{_on(found.on, '', 'on').en}, {km} in all",
    )


def closures_caveat(found: RunClosures) -> Text | None:
    """Return what a reader of the results must be told; None where nothing is closed."""
    rows = found.holding
    if not rows:
        return None
    more, km = len(rows) - _NAMED, kilometres(found.km * 1000)
    rest = Text(f"ほか{more}件", f"and {more} more") if more > 0 else NOTHING
    named = joined(same(f"{_name(row)} {kilometres(row.km * 1000)}") for row in rows[:_NAMED])
    told = joined((named, rest), "", " ")
    day_of = _on(found.on, "時点の", "as of")
    return Text(
        f"{day_of.ja}通行止め{len(rows)}件（計{km}：{told.ja}）を反映した所要時間です",
        f"Travel times are those with {len(rows)} closures{day_of.en} ({km}: {told.en})",
    )


def closure_lines(found: RunClosures) -> Iterator[tuple[Text, Text]]:
    """Yield label and value for settings: the whole, then each closure that closes a road."""
    yield HEADING, closures_in_words(found)
    rows = found.holding
    for row in rows[:_LISTED]:
        facts = (same(row.reason), _period(row.period), same(kilometres(row.km * 1000)))
        yield told_as(HEADING, same(_name(row))), joined((*facts, same(row.file)))
    if len(rows) > _LISTED:
        more = len(rows) - _LISTED
        yield (
            HEADING,
            Text(f"ほか{more}件（run.json にすべてあります）", f"{more} more in run.json"),
        )


def _on(value: date | None, ja: str, en: str) -> Text:
    told = day(value)
    return Text(f"{told.ja}{ja}", f" {en} {told.en}") if value else NOTHING


def _name(row: ClosedRoad) -> str:
    return row.name or row.reason or row.file


def _period(period: str) -> Text:
    """Return the days of a closure; ``--12-01/--03-31`` as ``12-01～03-31``, every year."""
    if not period:
        return NOTHING
    ends = [dated(end) for end in period.removeprefix("--").replace("/--", "/").split("/")]
    return Text("～".join(end.ja for end in ends), " to ".join(end.en for end in ends))
