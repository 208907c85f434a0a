"""What there is to say of one facility."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from groundfloor.problems import Text
from spots.explaining.facility_lookup import find_verdict
from spots.telling.dossier import Dossier, dossier_of, index_of
from spots.telling.dossier_travel import nearest_ways
from spots.telling.evidence_words import recorded
from spots.types import (
    CriterionInfo,
    Layer,
    OtherHospital,
    Outcome,
    RunResult,
    SourceRow,
    Spot,
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
    listed : tuple of ListedIn
        Where the facility stands in the lists.
    index : float or None
        Physician index of its medical area.
    spot : Spot or None
        Its spot; None where it has none.
    dossier : Dossier
        Everything in words.
    result : RunResult
        The run it was taken from.
    """

    verdict: Verdict
    findings: tuple[CriterionFinding, ...]
    listed: tuple[ListedIn, ...]
    index: float | None
    spot: Spot | None
    dossier: Dossier
    result: RunResult = field(repr=False)

    @property
    def turning(self) -> tuple[Assumed, ...]:
        """The assumptions under which the facility would end in another state."""
        return tuple(a for f in self.findings for a in f.assumed if a.turns_state)


def explain(result: RunResult, query: str) -> Explanation:
    """Return why a facility of a run is, or is not, a spot.

    Parameters
    ----------
    result : RunResult
        The run, from `spots.job.execution.execute` or `spots.outputs.load_result`.
    query : str
        Id, name or part of a name, see `spots.explaining.find_verdict`.

    Returns
    -------
    Explanation
        Everything that led to the facility's state, and what would turn it.

    Raises
    ------
    UsageError
        When `query` names no facility, or several; the candidates are in the message.
    """
    verdict = find_verdict(result, query)
    layers = {layer.name: layer for layer in result.layers}
    dossier = dossier_of(verdict, result)
    return Explanation(
        verdict=verdict,
        findings=tuple(_findings(verdict, result)),
        listed=tuple(ListedIn(row, layers.get(row.layer)) for row in verdict.facility.rows),
        index=index_of(verdict.place.area_code, result),
        spot=dossier.spot,
        dossier=dossier,
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
            nearest=nearest_ways(travel) if travel else (),
            recorded=travel is not None and recorded(travel),
            assumed=tuple(_assumed(outcome, verdict)),
        )


def _assumed(outcome: Outcome, verdict: Verdict) -> Iterator[Assumed]:
    variants = (*(outcome.travel.variants if outcome.travel else ()), *outcome.variants)
    for variant in variants:
        turns = None if variant.state is None else variant.state is not verdict.state
        yield Assumed(outcome.number, variant, turns)
