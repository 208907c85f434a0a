"""A list of institutions in, an answer for each row out, in the order of the list, and remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from boundaries.types import AreaClass
from groundfloor.arguments import number
from groundfloor.dates import parse_date
from groundfloor.problems import DataError, Problem, Text, error, note, one_of
from spots.facilities import LayerSpec, RawFacility, read_layer
from spots.locating.doubts import area_doubt, declared_doubt, edge_doubts, position_doubts
from spots.locating.positions_found import Found, answered, with_positions
from spots.locating.result_answers import AskedResults, asked_results, in_spot_result
from spots.locating.run_ground import (
    M_PER_DEGREE,
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
from spots.telling.units import day
from spots.types import Accuracy, Place, Role, RunResult, Truth

# Positions of one hospital differ between public sources (P04, 医療情報ネット, lists of
# Kumamoto) by 13 m in the median and by up to 82 m for 90 % of them.
TOLERANCE_M = 100.0
# Centres of 町丁目: 400 m off in the median, kilometres in a large 大字.
TOWN_TOLERANCE_M = 3_000.0
_ROWS_A_TICK = 1_000


def locate(
    result: RunResult,
    path: str | Path,
    *,
    on: date | str | None = None,
    tolerance_m: float = TOLERANCE_M,
    reach_m: float = 0.0,
    accuracy: Accuracy | str = Accuracy.POINT,
    towns: str | Path | None = None,
    only: str | None = None,
    progress: Callable[[Text], None] | None = None,
) -> tuple[Answers, tuple[Problem, ...]]:
    """Read a list and say of each row whether it lies inside a spot or a 少数区域.

    Headers that the run file of `result` added are understood here too. A type column is not
    needed and not read. Coordinates of fewer than three decimals are taken to be off by half a
    unit of their last one. A row without coordinates stands where the run's facility of its name
    does, one to one and in the same municipality; else where `towns` has its address.

    Parameters
    ----------
    result : RunResult
        The run with the spots.
    path : str or Path
        CSV, XLSX, GeoJSON, GeoPackage, Shapefile, or a zip of one (P04, 医療情報ネット).
    on : date or str, optional
        Day that spots must be valid on (``"R8.4.1"`` too).
    tolerance_m : float
        How far off the coordinates may be, metres.
    reach_m : float
        Spots whose edge is this near are listed too, metres.
    accuracy : Accuracy
        How well the coordinates of the list are known: ``"point"`` or ``"town"``.
    towns : str or Path, optional
        Town table for rows with an address alone, as in a run file.
    only : str, optional
        Id of the one result of the policy that is answered; all results by default.
    progress : callable, optional
        Told what is being done.

    Returns
    -------
    Answers, tuple of Problem
        A row each, in the order of the file; warnings and notes.

    Raises
    ------
    DataError, MissingFileError
        The list cannot be used (all problems found in it are named), or every row with a position
        lies outside the prefecture and its spots.
    UsageError
        `on` is no day, a distance no number of metres, or `only` no result of the run.

    Examples
    --------
    >>> answers, problems = locate(result, "institutions.xlsx", on="R8.4.1")  # doctest: +SKIP
    """
    path = Path(path)
    tolerance_m = number(tolerance_m, "tolerance_m", least=0)
    reach_m = number(reach_m, "reach_m", least=0)
    day = None if on is None else parse_date(on, column="on", whole=True)
    spec = _spec(path, one_of(Accuracy, accuracy, "accuracy"))
    tell = progress or (lambda _stage: None)
    tell(Text("一覧を読んでいます", "reading the list"))
    rows, problems = read_layer(spec, _aliases(result))
    tell(Text("位置を調べています", "looking at the positions"))
    placed = with_positions(result, ground_of(result), rows, towns)
    found = answers(
        result,
        placed.rows,
        on=day,
        tolerance_m=tolerance_m,
        reach_m=reach_m,
        coarse_m=_coarse(problems),
        only=only,
        progress=progress,
    )
    found = replace(found, rows=tuple(_marked(row, placed) for row in found.rows))
    _refuse_elsewhere(found, str(path))
    return found, (*answered(problems, placed, str(path)), *_remarks(found, str(path)))


def _spec(path: Path, accuracy: Accuracy) -> LayerSpec:
    return LayerSpec(
        path=path,
        shown=str(path),
        name=path.stem,
        role=Role.DESTINATION,
        columns={"type": ""},  # 種別 of such lists is 病院 or 診療所, not ①②③
        accuracy=accuracy,
    )


def _marked(row: Located, placed: Found) -> Located:
    """Say of a row whose position was found elsewhere where that is."""
    basis = placed.basis.get(row.source.row)
    if basis is None:
        return row
    kept = basis if row.basis is Basis.POINT else row.basis
    return replace(row, basis=kept, found_as=placed.as_what[row.source.row])


def _aliases(result: RunResult) -> Mapping[str, Sequence[str]]:
    settings = result.job.get("settings")
    given = settings.get("aliases") if isinstance(settings, Mapping) else None
    if not isinstance(given, Mapping):
        return {}
    return {str(k): [str(x) for x in v] for k, v in given.items() if isinstance(v, list | tuple)}


def _coarse(problems: Sequence[Problem]) -> dict[int, float]:
    """Return how far off rows with few decimals may be: half a unit, along both axes."""
    return {
        p.row: 0.5 * 10.0 ** -_decimals(p.value or "") * M_PER_DEGREE * 2**0.5
        for p in problems
        if p.code == "coarse-coordinates" and p.row is not None
    }


def _decimals(text: str) -> int:
    return len(text.strip().partition(".")[2])


def _refuse_elsewhere(found: Answers, file: str) -> None:
    placed = [row for row in found.rows if row.position is not None]
    if not placed or any(row.standing is not Standing.ELSEWHERE or row.doubts for row in placed):
        return
    raise DataError(
        error(
            "list-outside-prefecture",
            Text(
                f"座標のある{len(placed):,}行がすべて{found.question.prefecture}の外にあります",
                f"all {len(placed):,} rows with a position lie outside the prefecture of the run",
            ),
            Text(
                "一覧と出力フォルダの都道府県、座標の緯度・経度の列を確かめてください",
                "check that list and output folder belong together, and the columns of latitude "
                "and longitude",
            ),
            file=file,
        )
    )


def _remarks(found: Answers, file: str) -> Iterator[Problem]:
    asked = found.question
    if asked.on is None:
        return
    if asked.spots and not asked.valid:
        yield _none_valid(Text("スポット", "spot"), asked.on, file)
    for each in asked.results:
        if each.units and not each.valid:
            what = Text(f"「{each.title.ja}」の区域", f"unit of {each.title.en}")
            yield _none_valid(what, asked.on, file)


def _none_valid(what: Text, on: date, file: str) -> Problem:
    return note(
        "no-spot-valid-then",
        Text(
            f"{day(on).ja}が設定期間に入る{what.ja}はありません",
            f"no {what.en} is valid on {on.isoformat()}",
        ),
        Text(f"{what.ja}の設定期間を確かめてください", "check the period of the spots"),
        file=file,
    )


# --- rows in memory


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
        *position_doubts(place, off_m, claimed=row.prefecture_code == ground.prefecture_code),
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
    if code != run.ground.prefecture_code or position is None:
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
    if place.prefecture_code != ground.prefecture_code:
        return Standing.ELSEWHERE, None
    if of_spots is Truth.UNDETERMINED:
        return Standing.UNDETERMINED, None  # the results say why
    if AreaClass.SHORTAGE in place.may_be:
        return Standing.UNDETERMINED, no_class(place)
    return Standing.OUTSIDE, None
