"""The surroundings of a run: main roads, catchments, times from anywhere, closed roads.

Read after the verdicts, and never by them.

Stands apart: no verdict comes from here, and a run is whole without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from boundaries import Regions
from groundfloor.decorations import attempted
from groundfloor.problems import Problem, Text
from networks import Direction, RoadNetwork, Snap, Terminal, TravelOptions, snap_points
from networks.info.road_lines import (
    MAIN_CLASSES,
    Bounds,
    class_edges,
    edge_lines,
    merged_lines,
    road_lines,
    thinned,
)
from networks.search.flows import edge_flows
from networks.search.places import place_times, times_to_each
from spots.job.catchment_outlines import CellFrame, Mask, land_frame, outline
from spots.job.job_roads import ClosedRoads
from spots.job.straight_rings import ring_surroundings
from spots.judging.criteria import (
    Facts,
    NearestOtherTimeSetting,
    PolicyFacts,
    TiedRoads,
    TravelSetting,
)
from spots.judging.criteria.solving import others_of, terminals_of
from spots.judging.policy import Policy
from spots.types.results import (
    NOWHERE,
    ClosedLine,
    HospitalCatchment,
    MainRoad,
    Surroundings,
    TimeGrid,
)

_Longs = NDArray[np.int64]

_LATTICE = 0.05  # degrees, for a first look at where roads are
_CENTRES = 12  # hospitals to which drives from everywhere show which roads are busy
_CATCHMENTS = Text("地図に添える到達圏", "the map's catchments")
_ROADS = Text("地図に添える主な道路", "the map's main roads")
_CLOSED = Text("地図に添える通行止めの道路", "the map's closed roads")
_Times = tuple[tuple[HospitalCatchment, ...], MultiPolygon, TimeGrid | None]
_MARGIN = 0.1  # degrees around the prefecture in which main roads are drawn: some 10 km


def surroundings(
    policy: Policy,
    facts: Facts,
    regions: Regions,
    closing: ClosedRoads | None,
    missing: Callable[[Problem], None],
) -> Surroundings | None:
    """Return what lies around the spots, for maps and sheets.

    Each part that cannot be made is left out alone.

    Parameters
    ----------
    policy : Policy
        Its first criterion on travel time says which hospitals count, and the threshold.
    facts : Facts
        Facilities, and the roads they are tied to, as the criteria saw them.
    regions : Regions
        The prefecture's land.
    closing : ClosedRoads or None
        Closed roads of the run.
    missing : callable
        Called with the finding for each part that could not be made.

    Returns
    -------
    Surroundings or None
        None where no criterion measures travel time.
    """
    criterion = next(
        (c for _, c in policy.criteria if isinstance(c, NearestOtherTimeSetting)), None
    )
    if criterion is None:
        return None
    if facts.straight is not None:
        return ring_surroundings(criterion, policy.over(facts), regions, facts.straight, missing)
    if (roads := facts.roads) is None:
        return None
    land, network = _land(regions), roads.network
    around = _widened(shapely.total_bounds(land).tolist())

    def reached() -> tuple[_Cells | None, tuple[Terminal, ...], _Times]:
        hospitals = _hospitals(criterion, policy.over(facts))
        cells = _Cells.of(roads, policy.travel, hospitals, land)
        limit_ms = criterion.threshold_ms - (criterion.comparison == "at_least")
        return cells, hospitals, _times(cells, hospitals, criterion.threshold_ms, limit_ms)

    reach, found = attempted(_CATCHMENTS, reached)
    cells, hospitals, times = reach or (None, (), ((), MultiPolygon(), None))
    lines, more = attempted(
        _ROADS, lambda: main_roads(network, around) or _busy_roads(cells, hospitals, around)
    )
    closed, most = attempted(_CLOSED, lambda: closed_lines(network, closing))
    for problem in (*found, *more, *most):
        missing(problem)
    catchments, covered, grid = times
    return Surroundings(lines or (), catchments, covered, grid, closed or ())


def _widened(bounds: Sequence[float]) -> Bounds:
    west, south, east, north = bounds
    return west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN


def _busy_roads(
    cells: _Cells | None, hospitals: Sequence[Terminal], bounds: Bounds
) -> tuple[MainRoad, ...]:
    if cells is None:
        return ()
    centres = spread_out(hospitals, _CENTRES)
    flows = edge_flows(cells.network, cells.snaps, centres, options=cells.options)
    return busy_roads(cells.network, flows, len(cells.snaps), bounds)


def _land(regions: Regions) -> NDArray[np.object_]:
    """Return every piece of the prefecture's land."""
    frame = regions.municipalities
    own = frame[frame["prefecture_code"] == regions.prefecture_code]
    land: NDArray[np.object_] = shapely.get_parts(own.geometry.to_numpy())
    return land


def _hospitals(criterion: NearestOtherTimeSetting, facts: PolicyFacts) -> tuple[Terminal, ...]:
    """Return the hospitals that count and are tied to the roads, by id."""
    counted = tuple(f for f in facts.facilities if criterion.counts(f, facts))
    snaps = facts.roads.tied() if facts.roads else {}
    return terminals_of(others_of(counted, facts, facts.travel), snaps)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Cells of a frame that are tied to the roads.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    direction : Direction
        Whether drives lead from the cells or to them.
    options : TravelOptions
        What drives may use.
    frame : CellFrame
        All cells.
    at : (P,) int64
        Which of them are tied to the roads.
    snaps : tuple of Snap
        Where.
    """

    network: RoadNetwork
    direction: Direction
    options: TravelOptions
    frame: CellFrame
    at: _Longs
    snaps: tuple[Snap, ...]

    @classmethod
    def of(
        cls,
        roads: TiedRoads,
        travel: TravelSetting,
        hospitals: Sequence[Terminal],
        land: NDArray[np.object_],
    ) -> _Cells | None:
        """Return the cells of the land near roads that may lead to a hospital; None without."""
        bounds = _reach(roads.network, hospitals, land, ferries=travel.ferries)
        if bounds is None:
            return None
        frame, mask = land_frame(land, bounds)
        at = np.flatnonzero(mask.ravel())
        results = snap_points(
            roads.network, *frame.middles(at), travel.snap_limit_m, tolls=travel.tolls
        )
        tied = [(i, r.snap) for i, r in zip(at.tolist(), results, strict=True) if r.snap]
        cells = np.array([i for i, _ in tied], np.int64)
        snaps = tuple(snap for _, snap in tied)
        return cls(roads.network, travel.drive, travel.options, frame, cells, snaps)

    def spread(self, values: NDArray[np.integer]) -> _Longs:
        """Return values of the tied cells as rows and columns of the frame."""
        frame = self.frame
        whole = np.full(frame.rows * frame.columns, NOWHERE, np.int64)
        whole[self.at] = values
        return whole.reshape(frame.rows, frame.columns)


def _reach(
    network: RoadNetwork,
    hospitals: Sequence[Terminal],
    land: NDArray[np.object_],
    *,
    ferries: bool,
) -> Bounds | None:
    """Return the bounds of the land as far as roads may lead to a hospital; None without.

    An island without a hospital needs no cells, and must not make them larger elsewhere.
    """
    taken = _Lattice.around(land)
    edges, component = network.edges, network.nodes.component
    own = component[edges.tail[np.array([t.snap.edge for t in hospitals], np.int64)]]
    near = np.isin(component[edges.tail], own) & ~edges.ferry
    if ferries and hospitals:
        near = ~edges.ferry
    taken.mark(network, np.flatnonzero(near))
    if not taken.taken.any():
        return None
    west, south, east, north = shapely.total_bounds(land).tolist()
    left, bottom, right, top = taken.bounds()
    return max(west, left), max(south, bottom), min(east, right), min(north, top)


@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """Large squares over the land, and whether roads are in them.

    Parameters
    ----------
    south, west : int
        Of the first square, in steps of `_LATTICE`.
    taken : (rows, columns) bool
        From the south-west.
    """

    south: int
    west: int
    taken: Mask

    @classmethod
    def around(cls, land: NDArray[np.object_]) -> _Lattice:
        """Return the squares of the land, with no roads in them yet."""
        west, south, east, north = np.floor(shapely.total_bounds(land) / _LATTICE).astype(int)
        return cls(int(south), int(west), np.zeros((north - south + 1, east - west + 1), bool))

    def mark(self, network: RoadNetwork, chosen: _Longs) -> None:
        """Mark the squares of the ends of edges, and those between where there are any."""
        ends = np.stack([network.edges.tail[chosen], network.edges.head[chosen]])
        row = np.floor(network.nodes.lat[ends] / _LATTICE).astype(np.int64) - self.south
        column = np.floor(network.nodes.lon[ends] / _LATTICE).astype(np.int64) - self.west
        low = np.maximum(np.stack([row.min(axis=0), column.min(axis=0)]), 0)
        high = np.minimum(np.stack([row.max(axis=0), column.max(axis=0)]).T + 1, self.taken.shape).T
        some = (low < high).all(axis=0)
        short = some & (high - low == 1).all(axis=0)
        self.taken[tuple(low[:, short])] = True
        for (a, b), (c, d) in zip(low.T[some & ~short], high.T[some & ~short], strict=True):
            self.taken[a:c, b:d] = True

    def bounds(self) -> Bounds:
        """Return the bounds of the squares with roads and half a square around, degrees."""
        row, column = np.nonzero(self.taken)
        return (
            (self.west + int(column.min()) - 0.5) * _LATTICE,
            (self.south + int(row.min()) - 0.5) * _LATTICE,
            (self.west + int(column.max()) + 1.5) * _LATTICE,
            (self.south + int(row.max()) + 1.5) * _LATTICE,
        )


def _times(
    cells: _Cells | None, hospitals: Sequence[Terminal], threshold_ms: int, limit_ms: int
) -> _Times:
    """Return the catchments, all of them together, and the grid."""
    if cells is None:
        empty = MultiPolygon()
        return tuple(HospitalCatchment(t.id, threshold_ms, empty) for t in hospitals), empty, None
    asked = cells.network, cells.snaps, hospitals
    way, options = cells.direction, cells.options
    each = times_to_each(*asked, limit_ms, direction=way, options=options)
    catchments = tuple(
        HospitalCatchment(t.id, threshold_ms, outline(cells.frame, cells.spread(ms), limit_ms))
        for t, ms in zip(hospitals, each, strict=True)
    )
    times = place_times(*asked, direction=way, options=options)
    travel_ms = cells.spread(times.ms)
    frame = cells.frame
    grid = TimeGrid(
        west=frame.west,
        north=frame.north,
        step_lon=frame.step_lon,
        step_lat=frame.step_lat,
        columns=frame.columns,
        rows=frame.rows,
        hospitals=tuple(t.id for t in hospitals),
        nearest=tuple(cells.spread(times.destination).ravel().tolist()),
        travel_ms=tuple(travel_ms.ravel().tolist()),
        cell_m=frame.cell_m,
    )
    return catchments, outline(frame, travel_ms, limit_ms), grid


MOST_VERTICES = 20_000  # of main roads: some 400 kB in a map
_TOLERANCES_M = (40.0, 80.0)  # a pixel of a prefecture on a screen is 100 m and more
_BUSY = 25  # a road is a main one where so many drives take it as one in so many places makes


def main_roads(network: RoadNetwork, bounds: Bounds) -> tuple[MainRoad, ...]:
    """Return the main roads within some bounds, most important class first.

    Of classes that would take the lines beyond `MOST_VERTICES` the first is drawn more coarsely
    if that is enough; it and those behind it are left out if it is not.
    """
    names = [c for level in MAIN_CLASSES for c in network.classes if c.partition(":")[0] in level]
    return _drawn(network, ((c, class_edges(network, c)) for c in names), bounds)


def busy_roads(
    network: RoadNetwork, flows: NDArray[np.int64], places: int, bounds: Bounds
) -> tuple[MainRoad, ...]:
    """Return the roads that most drives take, for a network without the classes of main roads.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    flows : (E,) int64
        Drives over each edge.
    places : int
        From how many places drives begin.
    bounds : tuple of float
        West, south, east, north, degrees.

    Returns
    -------
    tuple of MainRoad
        One for each class of the network.
    """
    busy = flows >= max(places / _BUSY, 2.0)
    chosen = (
        (c, edges[busy[edges]]) for c in network.classes for edges in [class_edges(network, c)]
    )
    return _drawn(network, chosen, bounds)


def spread_out(terminals: Sequence[Terminal], count: int) -> tuple[Terminal, ...]:
    """Return some terminals far from each other: the first, and ever the one furthest from those.

    Parameters
    ----------
    terminals : sequence of Terminal
        To choose from.
    count : int
        How many at most; fewer where all others stand where one is.
    """
    if not terminals:
        return ()
    at = np.array([(t.snap.lon, t.snap.lat) for t in terminals])
    at[:, 0] *= np.cos(np.radians(at[:, 1].mean()))
    chosen = [0]
    apart = np.hypot(*(at - at[0]).T)
    while len(chosen) < count and apart.max() > 0:
        chosen.append(int(apart.argmax()))
        apart = np.minimum(apart, np.hypot(*(at - at[chosen[-1]]).T))
    return tuple(terminals[i] for i in sorted(chosen))


def _drawn(
    network: RoadNetwork, chosen: Iterable[tuple[str, NDArray[np.int64]]], bounds: Bounds
) -> tuple[MainRoad, ...]:
    roads: list[MainRoad] = []
    left = MOST_VERTICES
    for name, edges in chosen:
        whole = road_lines(network, edges, bounds)
        for tolerance_m in _TOLERANCES_M:
            lines = thinned(whole, tolerance_m)
            if (count := int(shapely.count_coordinates(lines))) <= left:
                break
        else:
            return tuple(roads)
        left -= count
        if count:
            roads.append(MainRoad(name, lines))
    return tuple(roads)


def closed_lines(network: RoadNetwork, closing: ClosedRoads | None) -> tuple[ClosedLine, ...]:
    """Return the stretches of road that are closed on the run's day, closure by closure."""
    if closing is None:
        return ()
    return tuple(
        ClosedLine(row.name, row.reason, row.period, merged_lines(edge_lines(network, edges)))
        for row, edges in zip(closing.closures.rows, closing.edges, strict=True)
        if len(edges)
    )
