"""Which settings of a run bear on one facility."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Text
from spots.closure_words import HEADING
from spots.types import RunResult, State, Verdict

# Settings are known by their English labels, as `spots.wording` writes them; a test holds the two
# together.
ALWAYS = frozenset({"Source of the rule", "Criteria joined by"})
MEASURED = frozenset(
    {
        "Direction",
        "Hospitals of other prefectures",
        "Toll roads",
        "Ferries",
        "Farthest from a road",
        "Road network",
        "Speed profile",
    }
)
CUT_OFF = frozenset({"No other can be reached by road"})
CLASS_OF_AREA = frozenset({"Areas that need no spot", "Physician index"})
DRAWN = frozenset({"Radius", "Cuts, in order"})
EXCLUDED = "Excluded: "  # followed by the municipality's name
OF_LIST, OF_TIME = "list that counts", "threshold"  # behind the criterion's mark


def deciding_settings(verdict: Verdict, result: RunResult) -> tuple[tuple[Text, Text], ...]:
    """Return the settings of the run that bear on a facility, in the run's order.

    Parameters
    ----------
    verdict : Verdict
        The facility.
    result : RunResult
        The run.

    Returns
    -------
    tuple of (Text, Text)
        Label and value: the rule; of travel-time criteria that looked at the facility the
        threshold, the list and everything that bears on the drive; the class of its medical area
        where that decided; the exclusion that holds it; what its circle is drawn by.
    """
    wanted = frozenset(_labels(verdict, result))
    return tuple(
        (label, value)
        for label, value in result.settings.lines
        if label.en in wanted or (label.en.startswith(HEADING.en) and HEADING.en in wanted)
    )


def _labels(verdict: Verdict, result: RunResult) -> Iterator[str]:
    if not verdict.outcomes:  # a destination: no criterion looked at it
        return
    yield from ALWAYS
    marks = {c.number: c.mark for c in result.settings.criteria if c.travel}
    for outcome in verdict.outcomes:
        mark, travel = marks.get(outcome.number), outcome.travel
        if mark is not None and (travel is not None or outcome.variants):
            yield f"{mark} {OF_LIST}"
        if mark is not None and travel is not None:
            yield f"{mark} {OF_TIME}"
            yield from MEASURED
            yield HEADING.en
            if travel.reachable is False:
                yield from CUT_OFF
    if verdict.state in {State.MOOT, State.DESIGNATED}:
        yield from CLASS_OF_AREA
    if verdict.state is State.DESIGNATED:
        yield from DRAWN
    if verdict.state is State.EXCLUDED:
        yield from _exclusions(verdict, result)


def _exclusions(verdict: Verdict, result: RunResult) -> Iterator[str]:
    """Yield the exclusion of the facility's municipality; a ward's is that of its city."""
    for label, _ in result.settings.lines:
        name = label.en.removeprefix(EXCLUDED)
        if name != label.en and verdict.place.municipality.startswith(name):
            yield label.en
