"""The closed roads of a run in words, for settings, tables and terminals."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Text
from spots.types import ClosedRoad, RunClosures

HEADING = Text("通行止め", "Closed roads")
_NAMED = 5
_LISTED = 30  # run.json has them all


def closures_in_words(found: RunClosures) -> Text:
    """Return how much is closed, on which day, out of how many closures."""
    count, every = len(found.holding), len(found.rows)
    day = (f"{found.on}時点で", f" on {found.on}") if found.on else ("", "")
    return Text(
        f"{day[0]}{count}件、計{found.km:.1f} km(全{every}件中)",
        f"{count} of {every} closures hold{day[1]}, {found.km:.1f} km in all",
    )


def closures_caveat(found: RunClosures) -> Text | None:
    """Return what a reader of the results must be told; None where nothing is closed."""
    rows = found.holding
    if not rows:
        return None
    names = [f"{_name(row)} {row.km:.1f} km" for row in rows[:_NAMED]]
    more = len(rows) - len(names)
    day = (f"{found.on}時点の", f" as of {found.on}") if found.on else ("", "")
    rest = (f"ほか{more}件", f" and {more} more") if more else ("", "")
    return Text(
        f"{day[0]}通行止め{len(rows)}件(計{found.km:.1f} km: {'、'.join(names)}{rest[0]})を"
        "反映した所要時間です",
        f"Travel times are those with {len(rows)} closures{day[1]} ({found.km:.1f} km: "
        f"{', '.join(names)}{rest[1]})",
    )


def closure_lines(found: RunClosures) -> Iterator[tuple[Text, Text]]:
    """Yield label and value for settings: the whole, then each closure that closes a road."""
    yield HEADING, closures_in_words(found)
    rows = found.holding
    for row in rows[:_LISTED]:
        facts = [row.reason, _period(row.period), f"{row.km:.1f} km", row.file]
        label = Text(f"{HEADING.ja}: {_name(row)}", f"{HEADING.en}: {_name(row)}")
        yield label, Text("、".join(f for f in facts if f), ", ".join(f for f in facts if f))
    if len(rows) > _LISTED:
        more = len(rows) - _LISTED
        yield HEADING, Text(f"ほか{more}件(run.json にすべてあります)", f"{more} more in run.json")


def _name(row: ClosedRoad) -> str:
    return row.name or row.reason or row.file


def _period(period: str) -> str:
    """Return ``--12-01/--03-31`` as ``12-01～03-31``."""
    return "～".join(day.removeprefix("--") for day in period.split("/")) if period else ""
