"""What there is to say of a unit of ground, and of the units that a facility stands in.

Stands apart: `gathering` is about facilities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from groundfloor.problems import Text
from groundfloor.stored_table import column_of
from spots.facilities.unit_standing import InstitutionPlace, UnitGround
from spots.telling.dossier_facts import Fact, Section, Tone
from spots.telling.unit_columns import unit_rows
from spots.telling.unit_dossier import UnitDossier, unit_dossiers
from spots.telling.unit_labels import UNIT_KIND_LABELS
from spots.telling.units import period
from spots.telling.wording import bracketed, joined, run_on, same, told_as
from spots.types import (
    GroundResult,
    RunResult,
    State,
    Truth,
    Unit,
    UnitVerdict,
    Verdict,
)

_NOWHERE = Text("どの区域にもない", "in none of its units")
_OPEN = Text("判定不能", "undetermined")


@dataclass(frozen=True, slots=True)
class UnitExplanation:
    """Why a unit of ground is, or is not, in each result of the policy.

    Parameters
    ----------
    unit : Unit
        The unit.
    dossiers : tuple of UnitDossier
        What each result that asked for it found, in the policy's order.
    result : RunResult
        The run it was taken from.
    """

    unit: Unit
    dossiers: tuple[UnitDossier, ...]
    result: RunResult = field(repr=False)


def explain_unit(result: RunResult, verdicts: Sequence[UnitVerdict]) -> UnitExplanation:
    """Return why a unit is, or is not, in each result.

    Parameters
    ----------
    result : RunResult
        The run.
    verdicts : sequence of UnitVerdict
        Of one unit.
    """
    keys = {verdict.key for verdict in verdicts}
    rows = [row for row in unit_rows(result) if row.verdict.key in keys]
    return UnitExplanation(verdicts[0].unit, unit_dossiers(result, rows), result)


def standing_section(verdict: Verdict, result: RunResult) -> Section:
    """Return in which units a facility stands, a fact for each result that designates ground.

    Parameters
    ----------
    verdict : Verdict
        Of the facility.
    result : RunResult
        The run.
    """
    where = _whereabouts(verdict, result)
    facts = (
        _stands(ground, tuple(_holding(ground, where, result)), verdict)
        for ground in result.grounds
        if any(v.result == ground.id and v.ground is not None for v in result.units)
    )
    return Section("standing", Text("区域との関係", "Stands in"), tuple(facts))


def _whereabouts(verdict: Verdict, result: RunResult) -> InstitutionPlace:
    place = verdict.place
    if place.problem is not None:
        return InstitutionPlace(None, None)
    code = place.municipality_code
    outline = column_of(result, "municipalities", "geometry").get(code or "")
    ids = frozenset({verdict.facility.id})
    return InstitutionPlace(verdict.facility.position, code, ids, outline=outline)


def _holding(
    ground: GroundResult, where: InstitutionPlace, result: RunResult
) -> Iterator[tuple[UnitVerdict, Truth]]:
    """Yield the units that hold a facility, or may."""
    for verdict in result.units:
        asked = verdict.result == ground.id and verdict.ground is not None
        if not asked or verdict.state not in {State.DESIGNATED, State.UNDETERMINED}:
            continue
        truth = UnitGround(verdict).holds(where)
        if truth is not Truth.NOT_MET:
            yield verdict, truth


def _stands(
    ground: GroundResult, holding: Sequence[tuple[UnitVerdict, Truth]], verdict: Verdict
) -> Fact:
    key = f"stands_in.{ground.id}"
    inside = [v for v, truth in holding if truth is Truth.MET]
    if inside:
        when = bracketed(period(inside[0].valid_from, inside[0].valid_to))
        words = run_on(joined(_unit(v) for v in inside), when)
        return Fact(key, ground.title, words, tuple(v.unit.id for v in inside), tone=Tone.STRONG)
    if not holding:
        return Fact(key, ground.title, _NOWHERE, ())
    why = verdict.place.problem
    words = told_as(_OPEN, why if why is not None else joined(_unit(v) for v, _ in holding))
    return Fact(key, ground.title, words, None, tone=Tone.WARN)


def _unit(verdict: UnitVerdict) -> Text:
    unit = verdict.unit
    return run_on(same(unit.name), bracketed(UNIT_KIND_LABELS[unit.kind]))
