"""The surroundings of a run: main roads, catchments, times from anywhere, closed roads.

Read after the verdicts, and never by them.

Stands apart: no verdict comes from here, and a run is whole without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from boundaries import Regions
from groundfloor.decorations import attempted
from groundfloor.kept_forms import (
    SHAPE,
    packed_plain,
    packed_shapes,
    unpacked_plain,
    unpacked_shapes,
)
from groundfloor.kept_on_disk import (
    NOTHING_KEPT,
    Form,
    KeptOnDisk,
    Origin,
    framed,
    unframed,
)
from groundfloor.problems import Problem, Text
from networks import RoadNetwork, Terminal
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
from spots.job.catchment_outlines import outline
from spots.job.job_roads import ClosedRoads
from spots.job.straight_rings import ring_surroundings
from spots.job.tied_cells import TiedCells, kept_from
from spots.judging.criteria import (
    Facts,
    NearestOtherTimeSetting,
    PolicyFacts,
    TravelSetting,
)
from spots.judging.criteria.solving import others_of, terminals_of
from spots.judging.policy import Policy
from spots.types.results import (
    ClosedLine,
    HospitalCatchment,
    MainRoad,
    Surroundings,
    TimeGrid,
)

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
    disk: KeptOnDisk = NOTHING_KEPT,
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
    disk : KeptOnDisk
        Where cells, catchments and roads are that a run before this one found.

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

    def reached() -> tuple[_Grounds | None, tuple[Terminal, ...], _Times]:
        hospitals = _hospitals(criterion, policy.over(facts))
        cells = TiedCells.of(network, policy.travel, hospitals, land, disk)
        grounds = _Grounds(network, policy.travel, cells, disk) if cells else None
        limit_ms = criterion.threshold_ms - (criterion.comparison == "at_least")
        return grounds, hospitals, _times(grounds, hospitals, criterion.threshold_ms, limit_ms)

    reach, found = attempted(_CATCHMENTS, reached)
    grounds, hospitals, times = reach or (None, (), ((), MultiPolygon(), None))

    lines, more = attempted(
        _ROADS,
        lambda: _main_roads(network, around, disk) or _busy_roads(grounds, hospitals, around),
    )
    closed, most = attempted(_CLOSED, lambda: closed_lines(network, closing))
    for problem in (*found, *more, *most):
        missing(problem)
    catchments, covered, grid = times
    return Surroundings(lines or (), catchments, covered, grid, closed or ())


def _widened(bounds: Sequence[float]) -> Bounds:
    west, south, east, north = bounds
    return west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN


@dataclass(frozen=True, slots=True, eq=False)
class _Grounds:
    """From where drives are asked for, over which roads, and where what was found is kept."""

    network: RoadNetwork
    travel: TravelSetting
    cells: TiedCells
    disk: KeptOnDisk

    def origin(self, *settings: object) -> Origin:
        """Return what a value follows from that is made of drives of these cells."""
        options = self.travel.options
        drive = self.travel.drive.value, options.tolls, options.ferries, options.ferry_wait_ms
        return kept_from(self.network, *self.cells.told, drive, *settings)


def _tie(terminal: Terminal) -> str:
    """Return all that drives to a terminal depend on of it."""
    snap = terminal.snap
    return f"{snap.edge} {snap.fraction!r} {snap.access_ms}"


def _main_roads(network: RoadNetwork, bounds: Bounds, disk: KeptOnDisk) -> tuple[MainRoad, ...]:
    find = partial(main_roads, network, bounds)
    return disk.get("main-roads", kept_from(network, bounds), find, _MAIN_ROADS)


def _busy_roads(
    grounds: _Grounds | None, hospitals: Sequence[Terminal], bounds: Bounds
) -> tuple[MainRoad, ...]:
    if grounds is None:
        return ()
    centres = spread_out(hospitals, _CENTRES)
    network, places, options = grounds.network, grounds.cells.places, grounds.travel.options

    def found() -> tuple[MainRoad, ...]:
        flows = edge_flows(network, places, centres, options=options)
        return busy_roads(network, flows, len(places), bounds)

    origin = grounds.origin(bounds, [_tie(each) for each in centres])
    return grounds.disk.get("busy-roads", origin, found, _MAIN_ROADS)


def _pack_roads(roads: Sequence[MainRoad]) -> bytes:
    names = packed_plain([road.road_class for road in roads])
    return framed([names, packed_shapes([road.geometry for road in roads])])


def _unpack_roads(data: bytes) -> tuple[MainRoad, ...]:
    names, shapes = unframed(data)
    classes = unpacked_plain(names, tuple[str, ...])
    return tuple(map(MainRoad, classes, unpacked_shapes(shapes)))


_MAIN_ROADS: Form[tuple[MainRoad, ...]] = Form(_pack_roads, _unpack_roads)


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


def _times(
    grounds: _Grounds | None, hospitals: Sequence[Terminal], threshold_ms: int, limit_ms: int
) -> _Times:
    """Return the catchments, all of them together, and the grid."""
    if grounds is None:
        empty = MultiPolygon()
        return tuple(HospitalCatchment(t.id, threshold_ms, empty) for t in hospitals), empty, None
    cells = grounds.cells
    catchments = tuple(
        HospitalCatchment(t.id, threshold_ms, area)
        for t, area in zip(hospitals, _areas(grounds, hospitals, limit_ms), strict=True)
    )
    way, options = grounds.travel.drive, grounds.travel.options
    times = place_times(grounds.network, cells.places, hospitals, direction=way, options=options)
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


def _areas(grounds: _Grounds, hospitals: Sequence[Terminal], limit_ms: int) -> list[MultiPolygon]:
    """Return the ground around each hospital; that of a hospital is the same in every list."""
    by_tie = {_tie(terminal): terminal for terminal in hospitals}
    cells, travel = grounds.cells, grounds.travel

    def found(ties: Sequence[str]) -> list[MultiPolygon]:
        asked = [by_tie[tie] for tie in ties]
        each = times_to_each(
            *(grounds.network, cells.places, asked, limit_ms),
            direction=travel.drive,
            options=travel.options,
        )
        return [outline(cells.frame, cells.spread(ms), limit_ms) for ms in each]

    ties = [_tie(terminal) for terminal in hospitals]
    return grounds.disk.each("catchments", grounds.origin(limit_ms), ties, found, SHAPE)


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
