"""What there is to say of a facility or a unit of a run that somebody means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from groundfloor.problems import Text
from groundfloor.stored_table import column_of
from spots.explaining.subjects import Subject, all_subjects, facility_subjects, find
from spots.explaining.unit_gathering import UnitExplanation, explain_unit, standing_section
from spots.telling.dossier import Dossier, dossier_of, index_of
from spots.telling.dossier_facts import Section
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


def find_verdict(result: RunResult, query: str) -> Verdict:
    """Return the one facility that `query` names: its id, its name, or part of its name.

    Tried in this order, and the first that fits anything decides: the id; the name; the name
    without who runs the place (医療法人…); part of the name; words that name and municipality hold
    together (``天草市 河浦``). Width, spaces, hiragana and katakana, small ヶ and ケ, long-vowel
    marks and dashes make no difference.

    Parameters
    ----------
    result : RunResult
        The run.
    query : str
        Id or name.

    Returns
    -------
    Verdict
        Of that facility.

    Raises
    ------
    UsageError
        When nothing, or more than one facility, fits; the candidates are in the message, with
        their ids and municipalities.
    """
    names = column_of(result, "areas", "name")
    found = find(facility_subjects(result), query, names.values()).verdict
    assert found is not None  # noqa: S101 - every facility has one
    return found


# --- what there is to say of it


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
class FacilityExplanation:
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
    stands : Section or None
        In which units of ground it stands, result by result; None where the run has no results.
    as_unit : UnitExplanation or None
        What results of the policy found of it as a unit; None where none asked for it.
    """

    verdict: Verdict
    findings: tuple[CriterionFinding, ...]
    listed: tuple[ListedIn, ...]
    index: float | None
    spot: Spot | None
    dossier: Dossier
    result: RunResult = field(repr=False)
    stands: Section | None = None
    as_unit: UnitExplanation | None = None

    @property
    def turning(self) -> tuple[Assumed, ...]:
        """The assumptions under which the facility would end in another state."""
        return tuple(a for f in self.findings for a in f.assumed if a.turns_state)


def explain(result: RunResult, query: str) -> FacilityExplanation | UnitExplanation:
    """Return why a facility of a run is a spot, or a unit of ground in a result; or why not.

    Parameters
    ----------
    result : RunResult
        The run, from `spots.job.execution.execute` or `spots.outputs.load_result`.
    query : str
        Id, code, name or part of a name, see `spots.explaining.subjects.find`.

    Returns
    -------
    FacilityExplanation or UnitExplanation
        Everything that led to the facility's state, and what would turn it; of a unit what each
        result of the policy found of it, clause by clause.

    Raises
    ------
    UsageError
        When `query` names no facility and no unit, or several; the candidates are in the message.
    """
    names = column_of(result, "areas", "name")
    subject = find(all_subjects(result), query, names.values())
    if subject.verdict is None:
        return explain_unit(result, subject.units)
    return _facility(result, subject, subject.verdict)


def _facility(result: RunResult, subject: Subject, verdict: Verdict) -> FacilityExplanation:
    layers = {layer.name: layer for layer in result.layers}
    dossier = dossier_of(verdict, result)
    return FacilityExplanation(
        verdict=verdict,
        findings=tuple(_findings(verdict, result)),
        listed=tuple(ListedIn(row, layers.get(row.layer)) for row in verdict.facility.rows),
        index=index_of(verdict.place.area_code, result),
        spot=dossier.spot,
        dossier=dossier,
        result=result,
        stands=standing_section(verdict, result) if result.grounds else None,
        as_unit=explain_unit(result, subject.units) if subject.units else None,
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
