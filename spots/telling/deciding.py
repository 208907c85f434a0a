"""Which settings of a run bear on a facility; apart from `dossier`, for it is no matter of words.

A run has its settings in words only, so they are known by their English labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Text
from spots.telling import setting_words as words
from spots.telling.closure_words import HEADING
from spots.types import RunResult, State, Verdict

ALWAYS = frozenset({words.SOURCE.en, words.RULE.en})
MEASURED = frozenset(
    label.en
    for label in (
        words.DIRECTION,
        words.NEIGHBOURS,
        words.TOLLS,
        words.FERRIES,
        words.SNAP_LIMIT,
        words.NETWORK,
        words.PROFILE,
    )
)
CUT_OFF = frozenset({words.UNREACHED.en})
CLASS_OF_AREA = frozenset({words.MOOT_AREAS.en, words.INDEX.en})
DRAWN = frozenset({words.RADIUS.en, words.CUTS.en})
EXCLUDED = words.exclusion_label("").en  # followed by the municipality's name


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
            yield words.list_label(mark).en
        if mark is not None and travel is not None:
            yield words.threshold_label(mark).en
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
