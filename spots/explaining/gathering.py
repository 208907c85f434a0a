"""What there is to say of one facility."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from groundfloor.problems import Text
from spots.outputs.lookup import find_verdict
from spots.telling.closure_words import HEADING
from spots.types import (
    CriterionInfo,
    Layer,
    OtherHospital,
    Outcome,
    RunResult,
    SourceRow,
    Spot,
    State,
    TravelEvidence,
    Variant,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class ListedIn:
    """A row of a list that names the facility.

    Parameters
    ----------
    row : SourceRow
        Where.
    layer : Layer or None
        The list; None where the run does not describe it.
    """

    row: SourceRow
    layer: Layer | None


@dataclass(frozen=True, slots=True)
class Assumed:
    """One other assumption about one criterion, everything else being equal.

    Parameters
    ----------
    criterion : int
        Number of the criterion.
    variant : Variant
        What was assumed and found.
    turns_state : bool or None
        Whether the facility would end in another state; None where the run did not record it.
    """

    criterion: int
    variant: Variant
    turns_state: bool | None


@dataclass(frozen=True, slots=True)
class CriterionFinding:
    """One criterion, what it found, and what that hangs on.

    Parameters
    ----------
    info : CriterionInfo
        Number, mark and title.
    outcome : Outcome
        The finding.
    nearest : tuple of OtherHospital
        The nearest other hospitals, at most three; only the first where the run recorded no more.
    recorded : bool
        Whether the run looked for the nearest three and the turning speed: older ones did not.
    assumed : tuple of Assumed
        Other assumptions, in the order they were tried.
    """

    info: CriterionInfo
    outcome: Outcome
    nearest: tuple[OtherHospital, ...]
    recorded: bool
    assumed: tuple[Assumed, ...]

    @property
    def travel(self) -> TravelEvidence | None:
        """Evidence of a travel-time criterion that looked at the facility."""
        return self.outcome.travel


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one facility is, or is not, a spot.

    Parameters
    ----------
    verdict : Verdict
        The facility, its place and its state.
    findings : tuple of CriterionFinding
        Every criterion that looked at it, in the policy's order.
    settings : tuple of (Text, Text)
        The settings that decided: label and value.
    listed : tuple of ListedIn
        Where the facility stands in the lists.
    index : float or None
        Physician index of its medical area.
    spot : Spot or None
        Its spot; None where it has none.
    result : RunResult
        The run it was taken from.
    """

    verdict: Verdict
    findings: tuple[CriterionFinding, ...]
    settings: tuple[tuple[Text, Text], ...]
    listed: tuple[ListedIn, ...]
    index: float | None
    spot: Spot | None
    result: RunResult = field(repr=False)

    @property
    def turning(self) -> tuple[Assumed, ...]:
        """The assumptions under which the facility would end in another state."""
        return tuple(a for f in self.findings for a in f.assumed if a.turns_state)


# Settings are known by their English labels, as `spots.telling.policy_lines` writes them;
# a test holds the two together.
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


def explain(result: RunResult, query: str) -> Explanation:
    """Return why a facility of a run is, or is not, a spot.

    Parameters
    ----------
    result : RunResult
        The run, from `spots.run` or `spots.load_result`.
    query : str
        Id, name or part of a name, see `spots.outputs.find_verdict`.

    Returns
    -------
    Explanation
        Everything that led to the facility's state, and what would turn it.

    Raises
    ------
    UsageError
        When `query` names no facility, or several; the candidates are in the message.

    Examples
    --------
    >>> why = explain(result, "小国公立病院")  # doctest: +SKIP
    >>> print(explanation_text(why))  # doctest: +SKIP
    """
    verdict = find_verdict(result, query)
    layers = {layer.name: layer for layer in result.layers}
    spot = next((s for s in result.spots if s.facility_id == verdict.facility.id), None)
    return Explanation(
        verdict=verdict,
        findings=tuple(_findings(verdict, result)),
        settings=deciding_settings(verdict, result),
        listed=tuple(ListedIn(row, layers.get(row.layer)) for row in verdict.facility.rows),
        index=_index(verdict.place.area_code, result),
        spot=spot,
        result=result,
    )


def _findings(verdict: Verdict, result: RunResult) -> Iterator[CriterionFinding]:
    infos = {c.number: c for c in result.settings.criteria}
    for outcome in verdict.outcomes:
        number, travel = outcome.number, outcome.travel
        unnamed = CriterionInfo(number, str(number), Text("", ""), travel is not None)
        yield CriterionFinding(
            info=infos.get(number, unnamed),
            outcome=outcome,
            nearest=_nearest(travel),
            recorded=travel is not None and (travel.travel_ms is None or bool(travel.others)),
            assumed=tuple(_assumed(outcome, verdict)),
        )


def _nearest(travel: TravelEvidence | None) -> tuple[OtherHospital, ...]:
    if travel is None:
        return ()
    if travel.others or travel.nearest_id is None or travel.route is None:
        return travel.others
    name = travel.nearest_name or travel.nearest_id
    return (OtherHospital(travel.nearest_id, name, travel.route.travel_ms, travel.route),)


def _assumed(outcome: Outcome, verdict: Verdict) -> Iterator[Assumed]:
    variants = (*(outcome.travel.variants if outcome.travel else ()), *outcome.variants)
    for variant in variants:
        turns = None if variant.state is None else variant.state is not verdict.state
        yield Assumed(outcome.number, variant, turns)


def _index(area_code: str | None, result: RunResult) -> float | None:
    if area_code is None or area_code not in result.areas.index:
        return None
    value = float(result.areas.loc[area_code, "index"])
    return None if value != value else value  # noqa: PLR0124 - NaN
