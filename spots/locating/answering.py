"""Rows of a list in, an answer for each out, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.facilities import RawFacility
from spots.locating.doubts import area_doubt, declared_doubt, edge_doubts, position_doubts
from spots.locating.result_answers import AskedResults, asked_results, in_spot_result
from spots.locating.run_ground import (
    NOWHERE,
    Disc,
    RunGround,
    at_point,
    declared,
    discs_of,
    ground_of,
    land_beyond,
    measure,
    to_centres,
)
from spots.locating.standing import (
    Answers,
    Basis,
    Located,
    Question,
    ResultAnswer,
    SpotDistance,
    Standing,
)
from spots.telling.findings import no_class
from spots.types import Accuracy, Place, RunResult, Truth

# Positions of one hospital differ between public sources (P04, 医療情報ネット, lists of
# Kumamoto) by 13 m in the median and by up to 82 m for 90 % of them.
TOLERANCE_M = 100.0
# Centres of 町丁目: 400 m off in the median, kilometres in a large 大字.
TOWN_TOLERANCE_M = 3_000.0
_ROWS_A_TICK = 1_000


@dataclass(frozen=True, slots=True)
class _Run:
    """What a row is compared with."""

    discs: tuple[Disc, ...]
    lapsed: tuple[Disc, ...]
    ground: RunGround
    reach_m: float
    results: AskedResults


def answers(
    result: RunResult,
    rows: Sequence[RawFacility],
    *,
    on: date | None = None,
    tolerance_m: float = TOLERANCE_M,
    reach_m: float = 0.0,
    coarse_m: Mapping[int, float] | None = None,
    only: str | None = None,
    progress: Callable[[Text], None] | None = None,
) -> Answers:
    """Say for each row of a list whether it lies inside a spot or a 少数区域.

    Inside a spot means a geodesic distance (GRS 80) to its facility of at most the radius,
    compared unrounded, and not in a part that was cut away.

    Parameters
    ----------
    result : RunResult
        The run with the spots.
    rows : sequence of RawFacility
        Rows of a list, as `spots.facilities.read_layer` gives them.
    on : date, optional
        Only spots that are valid on this day count. Classes of areas carry no period.
    tolerance_m : float
        Positions nearer than this to an edge are doubtful; for town-accurate ones it is at least
        3 km.
    reach_m : float
        Spots whose edge is this near are listed too.
    coarse_m : mapping of int to float, optional
        By number of the row: metres that its coordinates may be off for want of decimals.
    only : str, optional
        Id of the one result of the policy that is answered; all results by default.
    progress : callable, optional
        Told every thousand rows.

    Returns
    -------
    Answers
        The question, and a `Located` for each row in the same order; rows without a position are
        undetermined.
    """
    ground = ground_of(result)
    run = _Run(
        discs_of(result, on),
        discs_of(result, on, lapsed=True),
        ground,
        reach_m,
        asked_results(result, ground, rows, on=on, only=only),
    )
    found = []
    metres = _to_centres(run, rows)
    for done, row in enumerate(rows):
        if progress is not None and done and done % _ROWS_A_TICK == 0:
            progress(Text(f"{len(rows):,}行のうち{done:,}行", f"{done:,} of {len(rows):,} rows"))
        off_m = max(tolerance_m, (coarse_m or {}).get(row.row.row, 0.0))
        found.append(_answer(row, run, off_m, metres[done], done))
    return Answers(_question(result, run, on, tolerance_m), tuple(found))


def _to_centres(run: _Run, rows: Sequence[RawFacility]) -> NDArray[np.float64]:
    """Return metres from each row to each valid spot's centre; NaN for rows without a position."""
    placed = [at for at, row in enumerate(rows) if row.position is not None]
    found = np.full((len(rows), len(run.discs)), np.nan)
    positions = [rows[at].position for at in placed]
    lons = [p.lon for p in positions if p is not None]
    lats = [p.lat for p in positions if p is not None]
    found[placed] = to_centres(run.discs, lons, lats)
    return found


def _question(result: RunResult, run: _Run, on: date | None, tolerance_m: float) -> Question:
    every = (*run.discs, *run.lapsed)
    periods = {(d.spot.valid_from, d.spot.valid_to) for d in every}
    return Question(
        title=result.settings.title,
        prefecture=result.settings.prefecture,
        on=on,
        tolerance_m=tolerance_m,
        reach_m=run.reach_m,
        spots=len(every),
        valid=len(run.discs),
        periods=tuple(sorted(periods, key=lambda p: (p[0] or date.min, p[1] or date.max))),
        edition=result.edition,
        results=run.results.told(),
        marks={c.number: c.mark for c in result.settings.criteria},
        straight=result.straight,
    )


def _answer(
    row: RawFacility, run: _Run, tolerance_m: float, metres: NDArray[np.float64], at: int
) -> Located:
    position, ground = row.position, run.ground
    if position is None:
        return _without_position(row, run, at)
    lon, lat = position.lon, position.lat
    place, off_m = at_point(ground, lon, lat)
    if position.accuracy is Accuracy.TOWN:
        tolerance_m = max(tolerance_m, TOWN_TOLERANCE_M)
    within_m = max(tolerance_m, run.reach_m)
    measured = measure(run.discs, lon, lat, within_m, metres=metres)
    inside = tuple(m for m in measured if m.inside)
    of_results = run.results.of_row(at, row, place)
    standing, problem = _standing(inside, of_results, place, ground)
    doubts = (
        *position_doubts(place, off_m, claimed=row.prefecture_code in ground.home),
        *declared_doubt(row, ground, lon, lat),
        *edge_doubts(_turning(measured, row, run, tolerance_m), position.accuracy, tolerance_m),
        *run.results.doubts(of_results, row, place, tolerance_m),
        *area_doubt(ground, place, position, tolerance_m),
    )
    lapsed = measure(run.lapsed, lon, lat, within_m, valid=False)
    near = (m for k, m in enumerate(measured) if k == 0 or m.edge_m >= -within_m)
    return Located(
        source=row.row,
        given_id=row.given_id,
        name=row.name,
        position=position,
        standing=standing,
        inside=inside,
        nearest=measured[0] if measured else None,
        place=place,
        basis=Basis.NONE if place is NOWHERE else Basis.POINT,
        doubts=doubts,
        problem=problem,
        tolerance_m=tolerance_m,
        spots=(*near, *(m for m in lapsed if m.edge_m >= -within_m)),
        results=run.results.shown(of_results),
    )


def _turning(
    measured: Sequence[SpotDistance], row: RawFacility, run: _Run, tolerance_m: float
) -> tuple[SpotDistance, ...]:
    """Leave out spots whose near edge is the coast, for a row that the list puts ashore here.

    Beyond the coast, or the prefecture's border, is no place where it could stand instead.
    """
    place, position = declared(run.ground, row), row.position
    code = place.prefecture_code if place is not None else row.prefecture_code
    if code not in run.ground.home or position is None:
        return tuple(measured)
    spots = {d.spot.facility_id: d.spot.geometry for d in run.discs}
    return tuple(
        m
        for m in measured
        if not m.inside
        or m.edge_m > tolerance_m
        or land_beyond(run.ground, spots[m.facility_id], position.lon, position.lat, tolerance_m)
    )


def _without_position(row: RawFacility, run: _Run, at: int) -> Located:
    """Keep the row; its medical area may still follow from its municipality.

    So may the answer, where no circle can hold it and the results of the policy are about whole
    municipalities, or about institutions.
    """
    place = declared(run.ground, row)
    of_results = run.results.of_row(at, row, place or NOWHERE)
    standing = Standing.UNDETERMINED
    problem: Text | None = row.position_problem or Text(
        "座標がありません", "there are no coordinates"
    )
    of_spots = in_spot_result(of_results)
    told = place is not None and of_spots is Truth.NOT_MET and not run.discs
    if of_results and (told or of_spots is Truth.MET):
        standing, problem = _standing((), of_results, place or NOWHERE, run.ground)
    return Located(
        source=row.row,
        given_id=row.given_id,
        name=row.name,
        position=None,
        standing=standing,
        inside=(),
        nearest=None,
        place=place or NOWHERE,
        basis=Basis.DECLARED if place else Basis.NONE,
        problem=problem,
        results=run.results.shown(of_results),
    )


def _standing(
    inside: Sequence[SpotDistance],
    of_results: Sequence[ResultAnswer],
    place: Place,
    ground: RunGround,
) -> tuple[Standing, Text | None]:
    of_spots = in_spot_result(of_results)
    if inside or of_spots is Truth.MET:
        return Standing.INSIDE_SPOT, None
    if place.area_class is AreaClass.SHORTAGE:
        return Standing.IN_SHORTAGE_AREA, None
    if place.prefecture_code not in ground.home:
        return Standing.ELSEWHERE, None
    if of_spots is Truth.UNDETERMINED:
        return Standing.UNDETERMINED, None  # the results say why
    if AreaClass.SHORTAGE in place.may_be:
        return Standing.UNDETERMINED, no_class(place)
    return Standing.OUTSIDE, None
