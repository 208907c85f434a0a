"""What is in force on a day as one result, so that what draws a run's units draws it.

Every edition is a result of its own, with its plan in its title; every designation is a unit of it,
with its days, also the circle of a facility. Nothing is judged again: ground, reasons and what
criteria found are those of the run that the edition comes from.

Stands apart: the map and the layers of a day ask for it, and editions of several runs meet here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import geopandas as gpd
import pandas as pd
import shapely

from boundaries import AreaClass, ellipsoidal_km2
from boundaries.geometry import polygons
from groundfloor.problems import Text
from spots.register.edition_results import edition_result
from spots.register.register import Register
from spots.telling.in_force_words import day_title, edition_line, edition_title
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.wording import run_on, same
from spots.types import (
    Clause,
    ClauseRole,
    GroundResult,
    ResultKind,
    RunResult,
    Settings,
    Spot,
    State,
    Truth,
    Unit,
    UnitKind,
    UnitVerdict,
    Verdict,
)
from spots.types.designations import DesignationKind, InForce

#: Stands where one prefecture's code would, as in results of several that are put together.
_SEVERAL = "00"


def day_result(register: Register, held: Sequence[InForce], day: date) -> RunResult:
    """Return what is in force on a day as a result of units of ground.

    Parameters
    ----------
    register : Register
        The register.
    held : sequence of InForce
        The editions in force, one at least.
    day : date
        The day.

    Raises
    ------
    FolderError
        A run was kept by a version whose evidence this one does not read.
    """
    runs = [(each, edition_result(register, each, day)) for each in held]
    bases = _bases(runs)
    of_areas = [r for each, r in runs if each.edition.kind is DesignationKind.SHORTAGE_AREA]
    drawn = [_of_edition(each, run) for each, run in runs]
    first = bases[0]
    return replace(
        first,
        settings=_settings(bases, runs, day),
        verdicts=(),
        spots=(),
        dissolved=polygons(shapely.MultiPolygon()),
        dissolved_km2=0.0,
        dissolved_population=None,
        municipalities=_municipalities(bases),
        areas=_areas(bases, of_areas),
        layers=(),
        edition=of_areas[0].edition if of_areas else None,
        network=None,
        inputs=(),
        problems=(),
        job={},
        closures=None,
        units=tuple(unit for _, units in drawn for unit in units),
        grounds=tuple(ground for grounds, _ in drawn for ground in grounds),
        indicators=None,
        straight=None,
        belts=(),
        origin=None,
    )


def _bases(runs: Sequence[tuple[InForce, RunResult]]) -> tuple[RunResult, ...]:
    """Return the run of each prefecture whose outlines are drawn: that of its areas, else the last.

    Classes of areas belong to the outlines of their own run.
    """
    found: dict[str, tuple[tuple[bool, int], RunResult]] = {}
    for each, run in runs:
        edition = each.edition
        rank = (edition.kind is DesignationKind.SHORTAGE_AREA, edition.number)
        code = edition.prefecture_code
        if code not in found or rank > found[code][0]:
            found[code] = rank, run
    return tuple(found[code][1] for code in sorted(found))


def _settings(
    bases: Sequence[RunResult], runs: Sequence[tuple[InForce, RunResult]], day: date
) -> Settings:
    first = bases[0].settings
    several = len(bases) > 1
    plans = dict.fromkeys(each.edition.plan for each, _ in runs)
    return replace(
        first,
        title=day_title(day),
        policy_title=same("、".join(plans)),
        prefecture_code=_SEVERAL if several else first.prefecture_code,
        prefecture="、".join(run.settings.prefecture for run in bases),
        prefectures=tuple(sorted({c for run in bases for c in run.settings.home}))
        if several
        else first.prefectures,
        threshold_ms=None,
        valid_from=None,
        valid_to=None,
        criteria=(),
        lines=tuple(edition_line(each) for each, _ in runs),
        caveats=tuple(dict.fromkeys(c for _, run in runs for c in run.settings.caveats)),
        attributions=tuple(dict.fromkeys(a for _, run in runs for a in run.settings.attributions)),
    )


def _municipalities(bases: Sequence[RunResult]) -> gpd.GeoDataFrame:
    """Return the municipalities of all prefectures: each from its own run, then those around."""
    if len(bases) == 1:
        return bases[0].municipalities
    own = [
        frame[frame["prefecture_code"].isin(run.settings.home)]
        for run in bases
        for frame in (run.municipalities,)
    ]
    return _first_of_each([*own, *(run.municipalities for run in bases)])


def _areas(bases: Sequence[RunResult], of_areas: Sequence[RunResult]) -> gpd.GeoDataFrame:
    """Return the medical areas; their classes where an edition of them is in force alone."""
    known = {code for run in of_areas for code in run.settings.home}
    frames = []
    # Of a code that two runs have, the class that is known counts.
    for run in sorted(bases, key=lambda each: not each.settings.home <= known):
        frame = run.areas
        if not run.settings.home <= known:
            frame = frame.assign(index=float("nan"), area_class=AreaClass.UNKNOWN.value)
        frames.append(frame)
    return frames[0] if len(frames) == 1 else _first_of_each(frames)


def _first_of_each(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    every = pd.concat(frames)
    every = every[~every.index.duplicated()]
    return gpd.GeoDataFrame(every, geometry="geometry", crs=frames[0].crs)


# --- an edition as a result


def _of_edition(
    held: InForce, run: RunResult
) -> tuple[tuple[GroundResult, ...], tuple[UnitVerdict, ...]]:
    """Return what an edition designates: circles as one result, then each result of its run."""
    if held.edition.kind is DesignationKind.SHORTAGE_AREA:
        return (), ()  # drawn as areas, by their class
    name, kind = f"edition-{held.edition.number}", ResultKind(held.edition.kind.value)
    title = edition_title(held.edition)
    circles = tuple(_circles(run, name))
    units = tuple(
        replace(v, result=f"{name}-{v.result}") for v in run.units if v.state is State.DESIGNATED
    )
    ground = partial(_ground, held, kind=kind)
    grounds = (ground(name, title, circles),) if circles else ()
    label = DESIGNATION_KIND_LABELS[held.edition.kind]
    for each in run.grounds:
        own = tuple(v for v in units if v.result == f"{name}-{each.id}")
        told = title if each.title.ja == label.ja else edition_title(held.edition, each.title)
        if own:
            grounds = (*grounds, ground(f"{name}-{each.id}", told, own))
    return grounds, (*circles, *units)


def _ground(
    held: InForce, name: str, title: Text, units: Sequence[UnitVerdict], *, kind: ResultKind
) -> GroundResult:
    shape = polygons(shapely.union_all([unit.geometry for unit in units]))
    return GroundResult(
        name, kind, title, shape, ellipsoidal_km2(shape), held.span.first, held.span.last
    )


def _circles(run: RunResult, name: str) -> Iterator[UnitVerdict]:
    verdicts = {v.facility.id: v for v in run.verdicts}
    told = ((c.number, f"{c.mark} ", c.title) for c in run.settings.criteria)
    marks = {number: run_on(same(mark), title) for number, mark, title in told}
    for spot in run.spots:
        verdict = verdicts.get(spot.facility_id)
        found = tuple(_findings(verdict, marks)) if verdict is not None else ()
        yield UnitVerdict(
            result=name,
            unit=_circle(spot, verdict),
            state=State.DESIGNATED,
            reason=spot.reason,
            clauses=found,
            geometry=spot.geometry,
            unit_km2=spot.circle_km2,
            area_km2=spot.area_km2,
            ledger=spot.ledger,
            service=spot.service,
            councils=spot.councils,
            page=spot.page,
            on_application=spot.on_application,
            valid_from=spot.valid_from,
            valid_to=spot.valid_to,
            population=spot.population,
        )


def _circle(spot: Spot, verdict: Verdict | None) -> Unit:
    place = spot.place
    return Unit(
        id=f"facility:{spot.facility_id}",
        kind=UnitKind.FACILITY,
        name=spot.name,
        code=spot.facility_id,
        municipality_codes=(place.municipality_code,) if place.municipality_code else (),
        municipality=place.municipality,
        area_codes=(place.area_code,) if place.area_code else (),
        geometry=polygons(spot.circle),
        position=verdict.facility.position if verdict is not None else None,
        radius_m=spot.radius_m,
    )


def _findings(verdict: Verdict, titles: dict[int, Text]) -> Iterator[Clause]:
    """Yield what each criterion found of a facility, as the run said it."""
    for outcome in verdict.outcomes:
        yield Clause(
            select=f"criterion-{outcome.number}",
            role=ClauseRole.TAKES_IN,
            truth=outcome.truth,
            text=outcome.text,
            decides=outcome.truth is Truth.MET,
            title=titles.get(outcome.number),
        )
