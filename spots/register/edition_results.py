"""What an edition designates, as the result of a run that designates that and nothing else.

A register keeps the run that an edition comes from. Asked about the edition, the run has only what
the edition takes from it, on the days that the plan gives it: so lists are located, and maps are
drawn, as they are of a run.

Stands apart: institutions, maps and differences ask for the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import shapely

from boundaries import ellipsoidal_km2
from boundaries.geometry import polygons
from groundfloor.day_spans import DaySpan
from spots.register.register import Register
from spots.types import RunResult, Spot, State
from spots.types.designations import DesignationKind, InForce
from spots.types.ground_units import GroundResult, UnitVerdict

#: By result and unit: its days in force.
UnitDays = Mapping[tuple[str, str], DaySpan]


def unit_days(register: Register, held: InForce) -> UnitDays:
    """Return the days on which each unit of an edition is in force; none for one that never is.

    Parameters
    ----------
    register : Register
        The register.
    held : InForce
        The edition and its days.
    """
    own = {(u.result, u.unit): u.span & held.span for u in register.designations(held.edition)}
    return {key: days for key, days in own.items() if days is not None}


def edition_result(register: Register, held: InForce, on: date | None = None) -> RunResult:
    """Return the run of an edition with what the edition designates alone.

    Parameters
    ----------
    register : Register
        The register.
    held : InForce
        The edition and its days.
    on : date, optional
        Only units in force on this day; by default all, each with its days.

    Raises
    ------
    FolderError
        The run was kept by a version whose evidence this one does not read.
    """
    result = register.result(held.edition)
    days = unit_days(register, held)
    if on is not None:
        days = {key: span for key, span in days.items() if on in span}
    # What both designate has one name; areas have their class from the index, by no result.
    grounds = tuple(g for g in result.grounds if g.kind.value == held.edition.kind.value)
    units = _units(result, {g.id for g in grounds}, days, held.span)
    spots = _spots(result, days) if held.edition.kind is DesignationKind.SPOT else ()
    ground = polygons(shapely.union_all([spot.geometry for spot in spots]))
    whole = len(spots) == len(result.spots)
    return replace(
        result,
        settings=replace(result.settings, valid_from=held.span.first, valid_to=held.span.last),
        spots=spots,
        dissolved=result.dissolved if whole else ground,
        dissolved_km2=result.dissolved_km2 if whole else ellipsoidal_km2(ground),
        dissolved_population=result.dissolved_population if whole else None,
        units=units,
        grounds=tuple(_ground(result, g, units, held.span) for g in grounds),
    )


def _spots(result: RunResult, days: UnitDays) -> tuple[Spot, ...]:
    found = ((spot, days.get(("", f"facility:{spot.facility_id}"))) for spot in result.spots)
    return tuple(
        replace(spot, valid_from=span.first, valid_to=span.last)
        for spot, span in found
        if span is not None
    )


def _units(
    result: RunResult, asked: set[str], days: UnitDays, every: DaySpan
) -> tuple[UnitVerdict, ...]:
    """Return the verdicts of the results that are asked for, without units that are not in force.

    What is undetermined was not designated, and what stands in it is undetermined still.
    """
    found = []
    for verdict in result.units:
        if verdict.result not in asked:
            continue
        if verdict.state is State.DESIGNATED:
            span = days.get((verdict.result, verdict.unit.id))
        else:
            span = every
        if span is not None:
            found.append(replace(verdict, valid_from=span.first, valid_to=span.last))
    return tuple(found)


def _ground(
    result: RunResult, ground: GroundResult, units: tuple[UnitVerdict, ...], span: DaySpan
) -> GroundResult:
    there = [v for v in units if v.result == ground.id and v.state is State.DESIGNATED]
    before = [v for v in result.units if v.result == ground.id and v.state is State.DESIGNATED]
    kept = replace(ground, valid_from=span.first, valid_to=span.last)
    if len(there) == len(before):
        return kept
    shape = polygons(shapely.union_all([v.geometry for v in there]))
    return replace(kept, geometry=shape, area_km2=ellipsoidal_km2(shape), population=None)
