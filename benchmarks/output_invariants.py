"""What must be true of the result of any run, recomputed by plain rules that know nothing of it.

`broken` names what is not: of the rows of the lists, of states and criteria, of the minutes
(networkx's Dijkstra over the table of links) and of the ground (pyproj's geodesics, shapely).
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import networkx as nx
import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from boundaries.types import AreaClass
from spots.types import Facility, Role, RunResult, Spot, State, Truth, Verdict

GEOD = Geod(ellps="GRS80")
RING_M = 0.1  # how far a drawn circle may be from the true one
SLIVER_KM2 = 1e-6  # a square metre: rounding of an overlay
SAME_KM2 = 1e-4  # cuts follow the ellipsoid's edges a little differently
SNAP_MS = 1  # a door in the middle of a road: its two parts are rounded apart


def broken(result: RunResult, rows: Mapping[str, int], roads: nx.Graph | None) -> list[str]:
    """Return what is wrong with a result.

    Parameters
    ----------
    result : RunResult
        The run.
    rows : mapping of str to int
        Rows of data by facility list, the file as the run names it.
    roads : networkx.Graph or None
        Places as ``(lon, lat)`` rounded to six decimals, milliseconds as ``ms``, both ways alike;
        every facility stands at a place. None leaves the minutes alone.
    """
    found = [*_rows(result, rows), *_states(result), *_ground(result)]
    return [*found, *(_minutes(result, roads) if roads is not None else ())]


# --- rows and states


def _rows(result: RunResult, rows: Mapping[str, int]) -> Iterator[str]:
    """Every row is in one facility, facilities are in the order of their first rows."""
    given = [(layer.file, layer.name) for layer in result.layers]
    seen = Counter((r.file, r.layer, r.row) for v in result.verdicts for r in v.facility.rows)
    expected = {(file, name, row) for file, name in given for row in range(2, rows[file] + 2)}
    if set(seen) != expected or max(seen.values(), default=1) > 1:
        lost = sorted(expected ^ set(seen))[:3]
        yield f"rows: {len(expected)} given, {sum(seen.values())} in facilities, e.g. {lost}"
    order = {file: at for at, file in enumerate(given)}
    first = [min((order[r.file, r.layer], r.row) for r in v.facility.rows) for v in result.verdicts]
    if first != sorted(first):
        yield "rows: facilities are not in the order of the lists"
    if len({v.facility.id for v in result.verdicts}) != len(result.verdicts):
        yield "rows: two facilities have one id"


def _states(result: RunResult) -> Iterator[str]:
    spots = Counter(s.facility_id for s in result.spots)
    home = result.settings.prefecture_code
    for verdict in result.verdicts:
        wrong = [what for what, holds in _state(verdict, home).items() if not holds]
        if spots[verdict.facility.id] != (verdict.state is State.DESIGNATED):
            wrong.append("spots")
        if wrong:
            yield f"state: {verdict.facility.name} {verdict.state}: {', '.join(wrong)}"


def _state(verdict: Verdict, home: str) -> dict[str, bool]:
    """Return what must hold of a verdict under the rule "any of the criteria"."""
    truths = {o.number: o.truth for o in verdict.outcomes}
    met = tuple(n for n, t in truths.items() if t is Truth.MET)
    open_ones = Truth.UNDETERMINED in truths.values()
    place, state = verdict.place, verdict.state
    judged = verdict.facility.role is Role.CANDIDATE
    holds = {
        "criteria": verdict.criteria == met,
        "reason": bool(verdict.state_reason.ja and verdict.state_reason.en),
    }
    if state is State.DESIGNATED:
        holds |= {
            "met": bool(met),
            "class": AreaClass.SHORTAGE not in place.may_be,
            "place": place.problem is None and place.prefecture_code == home,
            "position": verdict.facility.position is not None,
        }
    if state is State.MOOT:
        holds["class"] = place.area_class is AreaClass.SHORTAGE
    if state is State.NOT_MET:
        holds["not met"] = not met and not open_ones
    if state is State.UNDETERMINED:
        holds["open"] = bool(open_ones or place.problem or met or not place.municipality_code)
    if state is State.EXCLUDED:
        holds["out"] = not judged or place.prefecture_code != home
    return holds


# --- minutes


def _minutes(result: RunResult, roads: nx.Graph) -> Iterator[str]:
    """Compare times, nearest others and margins with plain searches between places."""
    third = [c.number for c in result.settings.criteria if c.travel]
    counted = [v.facility for v in result.verdicts if _counts(v, third)]
    for verdict in result.verdicts:
        travel = verdict.travel
        if travel is None or travel.travel_ms is None:
            continue
        here = _node(verdict.facility)
        if here is None:
            yield f"minutes: {verdict.facility.name} has a time and no position"
            continue
        reach = nx.single_source_dijkstra_path_length(roads, here, weight="ms")
        others = {
            f.id: reach[_node(f)]
            for f in counted
            if f.site != verdict.facility.site and _node(f) in reach
        }
        best = min(others.values(), default=None)
        if best is None or abs(travel.travel_ms - best) > SNAP_MS:
            yield f"minutes: {verdict.facility.name}: {travel.travel_ms} ms, expected {best}"
        elif abs(others.get(travel.nearest_id or "", math.inf) - best) > SNAP_MS:
            yield f"minutes: {verdict.facility.name}: {travel.nearest_name} is not the nearest"
        yield from _threshold(verdict, travel.travel_ms)


def _counts(verdict: Verdict, numbers: list[int]) -> bool:
    asked = any(o.number in numbers and o.travel is not None for o in verdict.outcomes)
    return asked and verdict.facility.position is not None


def _threshold(verdict: Verdict, travel_ms: int) -> Iterator[str]:
    outcome = next(o for o in verdict.outcomes if o.travel is not None)
    assert outcome.travel is not None
    limit = outcome.travel.threshold_ms
    if outcome.travel.margin_ms != travel_ms - limit:
        yield f"minutes: {verdict.facility.name}: margin {outcome.travel.margin_ms}"
    # What is in doubt may be undetermined; what is decided is decided by the threshold.
    if outcome.truth is not Truth.UNDETERMINED and (outcome.truth is Truth.MET) != (
        travel_ms >= limit
    ):
        yield f"minutes: {verdict.facility.name}: {travel_ms} ms is {outcome.truth}"


def _node(facility: Facility) -> tuple[float, float] | None:
    """Return the place where a facility stands; None without a position."""
    where = facility.position
    return None if where is None else (round(where.lon, 6), round(where.lat, 6))


# --- ground


def _ground(result: RunResult) -> Iterator[str]:
    frame, home = result.municipalities, result.settings.prefecture_code
    own = frame[frame["prefecture_code"] == home]
    land = shapely.union_all(own.geometry.values)
    shortage = result.areas["area_class"] == AreaClass.SHORTAGE.value
    members = own["area_code"].isin(result.areas.index[shortage]) | own["excluded"]
    barred = shapely.union_all(own.geometry[members].values)
    shapely.prepare([land, barred])
    positions = {v.facility.id: v.facility.position for v in result.verdicts}
    for spot in result.spots:
        where = positions[spot.facility_id]
        assert where is not None
        wrong = [*_circle(spot, where.lon, where.lat), *_kept(spot, land, barred)]
        if wrong:
            yield f"ground: {spot.name}: {', '.join(wrong)}"
    union = shapely.union_all([s.geometry for s in result.spots])
    if not math.isclose(km2_of(union), result.dissolved_km2, abs_tol=SAME_KM2):
        yield f"ground: {result.dissolved_km2} km² together, expected {km2_of(union)}"


def _circle(spot: Spot, lon: float, lat: float) -> Iterator[str]:
    x, y = shapely.get_coordinates(spot.circle).T
    metres = GEOD.inv(np.full_like(x, lon), np.full_like(y, lat), x, y)[2]
    if np.abs(metres - spot.radius_m).max() > RING_M:
        yield f"ring {np.abs(metres - spot.radius_m).max():.2f} m off"
    whole = math.pi * spot.radius_m**2 / 1e6
    if not math.isclose(spot.circle_km2, whole, rel_tol=1e-6):
        yield f"circle of {spot.circle_km2} km²"


def _kept(spot: Spot, land: BaseGeometry, barred: BaseGeometry) -> Iterator[str]:
    """Inside the prefecture, outside 少数区域, as large as said, and nothing lost on the way."""
    if km2_of(shapely.difference(spot.geometry, land)) > SLIVER_KM2:
        yield "ground outside the prefecture"
    if km2_of(shapely.intersection(spot.geometry, barred)) > SLIVER_KM2:
        yield "ground in a 少数区域 or an excluded municipality"
    if not math.isclose(km2_of(spot.geometry), spot.area_km2, abs_tol=SAME_KM2):
        yield f"{spot.area_km2} km², expected {km2_of(spot.geometry)}"
    expected = shapely.difference(shapely.intersection(spot.circle, land), barred)
    if not math.isclose(km2_of(expected), spot.area_km2, abs_tol=SAME_KM2):
        yield f"{spot.area_km2} km² left, expected {km2_of(expected)}"
    left = spot.circle_km2
    for entry in spot.ledger:
        left -= entry.removed_km2
        if entry.removed_km2 < 0 or not math.isclose(left, entry.remaining_km2, abs_tol=1e-9):
            yield f"ledger at {entry.step}"
    if not math.isclose(left, spot.area_km2, abs_tol=1e-9):
        yield "ledger does not add up"


def km2_of(geometry: BaseGeometry) -> float:
    """Return square kilometres on the ellipsoid, by pyproj alone.

    Edges are straight in longitude and latitude: geodesics between corners 10 m apart are that.
    """
    fine = shapely.segmentize(geometry, 1e-4)
    parts = [p for p in shapely.get_parts(fine) if p.geom_type == "Polygon"]
    areas = (GEOD.geometry_area_perimeter(shapely.orient_polygons(p))[0] for p in parts)
    return sum(abs(area) for area in areas) / 1e6


# --- files


def broken_files(result: RunResult, folder: Path) -> list[str]:
    """Return where the files of a folder say something else than the result."""
    found = []
    with (folder / "facilities.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [(r["facility_id"], r["state"]) for r in csv.DictReader(file)]
    if told != [(v.facility.id, v.state.value) for v in result.verdicts]:
        found.append("files: facilities.csv has other rows")
    return found
