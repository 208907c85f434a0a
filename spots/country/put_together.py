"""Results of several prefectures as one: what each says of its own, each once.

A hospital that is a destination in its neighbours' runs is told by its own prefecture's. Nothing is
judged again. Stands apart: a run knows of no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import MultiPolygon

from boundaries.codes import PREFECTURES
from boundaries.geometry import ellipsoidal_km2, polygons
from groundfloor.problems import Problem, Text, UsageError, error
from spots.telling.country_words import lands, of_several, policies_of, title_of
from spots.types.access import AccessIndicators
from spots.types.facilities import Role
from spots.types.ground_units import GroundResult, UnitVerdict
from spots.types.results import InputRecord, RunResult, Settings, Spot
from spots.types.verdicts import Verdict

#: Stands where one prefecture's code would; no prefecture has it.
SEVERAL = "00"
_OVERLAP = 1e-9  # square degrees: less is the width of a line


def put_together(results: Sequence[RunResult]) -> RunResult:
    """Return results of prefectures as one result, in the order of their codes.

    Of each it has what is its own: facilities that lie there, its municipalities and areas, its
    spots. What of facilities nobody knows where they are stands in the first alone. Areas of ground
    add up, but where spots of two prefectures overlap: then ground counts once. Roads, catchments
    and times from anywhere are not put together.

    Parameters
    ----------
    results : sequence of RunResult
        One for each prefecture.

    Raises
    ------
    UsageError
        Two are of the same prefecture.
    """
    if len(results) == 1:
        return results[0]
    ordered = sorted(results, key=lambda result: result.settings.prefecture_code)
    _refuse_twice(ordered)
    own = _own_verdicts(ordered)
    verdicts = tuple(v for mine in own for _, v in mine)
    spots = tuple(s for r, mine in zip(ordered, own, strict=True) for s in _spots(r, mine))
    dissolved, km2 = _ground([(r.dissolved, r.dissolved_km2) for r in ordered])
    zones = Counter(r.plane_epsg for r in ordered)
    first = ordered[0]
    return replace(
        first,
        settings=_settings(ordered),
        verdicts=verdicts,
        spots=spots,
        dissolved=dissolved,
        dissolved_km2=km2,
        municipalities=_own_frame(ordered),
        areas=_joined([r.areas for r in ordered]),
        plane_epsg=min(zones, key=lambda zone: (-zones[zone], zone)),
        inputs=_inputs(ordered),
        problems=told_once([(r.settings.prefecture, r.problems) for r in ordered]),
        job={"prefectures": [r.settings.prefecture_code for r in ordered]},
        surroundings=None,
        population=_of_some([r.population for r in ordered]),
        population_ground=_of_some([r.population_ground for r in ordered]),
        dissolved_population=_sum([r.dissolved_population for r in ordered]),
        units=tuple(_units(ordered)),
        grounds=tuple(_grounds(ordered)),
        indicators=_indicators(ordered),
        background=None,
        belts=(),
        origin=None,
    )


def is_own(verdict: Verdict, settings: Settings) -> bool:
    """Return whether a facility is told by this run: it lies at home, or nobody knows where."""
    code = verdict.place.prefecture_code
    return code in settings.home or (code is None and verdict.facility.role is Role.CANDIDATE)


def _refuse_twice(results: Sequence[RunResult]) -> None:
    counted = Counter(r.settings.prefecture_code for r in results)
    twice = [code for code, n in counted.items() if n > 1]
    if twice or SEVERAL in counted:
        names = [PREFECTURES.get(code, code) for code in twice or [SEVERAL]]
        raise UsageError(
            error(
                "prefecture-twice",
                Text("同じ都道府県の結果が二つあります", "there are two results of one prefecture"),
                Text("都道府県ごとに一つにしてください", "give one for each prefecture"),
                value=", ".join(names),
            )
        )


_Own = Sequence[tuple[str, Verdict]]  # each with the id that it has in its run


def _own_verdicts(results: Sequence[RunResult]) -> list[_Own]:
    taken: set[str] = set()
    lost: set[tuple[str, int | None]] = set()  # rows of nobody knows where: told once
    found: list[_Own] = []
    for result in results:
        mine: list[tuple[str, Verdict]] = []
        for verdict in result.verdicts:
            if not is_own(verdict, result.settings):
                continue
            rows = {(row.file, row.row) for row in verdict.facility.rows}
            if verdict.place.prefecture_code is None and rows <= lost:
                continue
            if verdict.place.prefecture_code is None:
                lost |= rows
            before = verdict.facility.id
            name = before if before not in taken else f"{result.settings.prefecture_code}-{before}"
            taken.add(name)
            mine.append((before, _called(verdict, name)))
        found.append(mine)
    return found


def _called(verdict: Verdict, name: str) -> Verdict:
    if verdict.facility.id == name:
        return verdict
    return replace(verdict, facility=replace(verdict.facility, id=name))


def _spots(result: RunResult, mine: _Own) -> Iterator[Spot]:
    names = {before: verdict.facility.id for before, verdict in mine}
    for spot in result.spots:
        if spot.facility_id in names:
            yield replace(spot, facility_id=names[spot.facility_id])


def _settings(results: Sequence[RunResult]) -> Settings:
    first = results[0].settings
    codes = tuple(r.settings.prefecture_code for r in results)
    lines = [dict.fromkeys(r.settings.lines) for r in results]
    caveats = [r.settings.caveats for r in results]
    return replace(
        first,
        title=title_of(codes),
        policy_title=policies_of([r.settings.policy_title for r in results]),
        prefecture_code=SEVERAL,
        prefecture=lands(codes).ja,
        prefectures=codes,
        lines=tuple(line for line in first.lines if all(line in other for other in lines)),
        caveats=tuple(c for c in first.caveats if all(c in other for other in caveats)),
        attributions=tuple(dict.fromkeys(a for r in results for a in r.settings.attributions)),
    )


def _own_frame(results: Sequence[RunResult]) -> gpd.GeoDataFrame:
    """Return each prefecture's own municipalities, then those beyond that no result is of."""
    home = {code for r in results for code in r.settings.home}
    frames = [r.municipalities for r in results]
    own = [
        f[f["prefecture_code"].isin(r.settings.home)] for f, r in zip(frames, results, strict=True)
    ]
    return _joined([*own, *(f[~f["prefecture_code"].isin(home)] for f in frames)])


def _joined(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return frames of one layout as one; of a code that two have, the first."""
    every = pd.concat([frame for frame in frames if len(frame)] or list(frames[:1]))
    every = every[~every.index.duplicated()]
    return gpd.GeoDataFrame(every, geometry="geometry", crs=frames[0].crs)


def _of_some(frames: Sequence[gpd.GeoDataFrame | None]) -> gpd.GeoDataFrame | None:
    found = [frame for frame in frames if frame is not None]
    return _joined(found) if found else None


def _sum(numbers: Sequence[float | None]) -> float | None:
    return None if None in numbers else sum(n for n in numbers if n is not None)


def _ground(parts: Sequence[tuple[MultiPolygon, float]]) -> tuple[MultiPolygon, float]:
    """Return ground of several as one, and its size: added up where it does not overlap."""
    shapes = [shape for shape, _ in parts]
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    pairs = [(shapes[a], shapes[b]) for a, b in zip(one, other, strict=True) if a < b]
    overlap = any(shapely.intersection(a, b).area > _OVERLAP for a, b in pairs)
    if overlap:
        union = polygons(shapely.union_all(shapes))
        return union, ellipsoidal_km2(union)
    pieces = [piece for shape in shapes for piece in shape.geoms]
    return MultiPolygon(pieces), sum(km2 for _, km2 in parts)


def _inputs(results: Sequence[RunResult]) -> tuple[InputRecord, ...]:
    return tuple(dict.fromkeys(record for r in results for record in r.inputs))


def _units(results: Sequence[RunResult]) -> Iterator[UnitVerdict]:
    seen: set[str] = set()
    for verdict in (unit for result in results for unit in result.units):
        if verdict.key not in seen:
            seen.add(verdict.key)
            yield verdict


def _grounds(results: Sequence[RunResult]) -> Iterator[GroundResult]:
    by_id: dict[str, list[GroundResult]] = {}
    for ground in (ground for result in results for ground in result.grounds):
        by_id.setdefault(ground.id, []).append(ground)
    for every in by_id.values():
        geometry, km2 = _ground([(g.geometry, g.area_km2) for g in every])
        people = _sum([g.population for g in every])
        yield replace(every[0], geometry=geometry, area_km2=km2, population=people)


def _indicators(results: Sequence[RunResult]) -> AccessIndicators | None:
    found = [r.indicators for r in results if r.indicators is not None]
    if len(found) < len(results):
        return None
    units = tuple(unit for each in found for unit in each.units)
    return replace(
        found[0],
        hospitals=sum(each.hospitals for each in found),
        institutions=sum(each.institutions for each in found),
        units=units,
    )


def told_once(told: Sequence[tuple[str, Sequence[Problem]]]) -> tuple[Problem, ...]:
    """Return problems of several runs, those that are the same once, with whose they are.

    Parameters
    ----------
    told : sequence of (str, sequence of Problem)
        The name of each run, and its problems.
    """
    whose: dict[Problem, list[str]] = {}
    for name, problems in told:
        for problem in dict.fromkeys(problems):
            whose.setdefault(problem, []).append(name)
    return tuple(of_several(problem, names, len(told)) for problem, names in whose.items())
