"""Gathering what there is to say of one facility."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Text
from spots.explaining.deciding import deciding_settings
from spots.explaining.model import Assumed, CriterionFinding, Explanation, ListedIn
from spots.outputs.lookup import find_verdict
from spots.types import (
    CriterionInfo,
    OtherHospital,
    Outcome,
    RunResult,
    TravelEvidence,
    Verdict,
)


def explanation(result: RunResult, query: str) -> Explanation:
    """Return why a facility of a run is, or is not, a spot.

    Parameters
    ----------
    result : RunResult
        The run, from `spots.job.execute` or `spots.outputs.load_result`.
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
