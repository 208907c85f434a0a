"""What observed trips drive on: their routes, taken apart by kind of stretch.

Stands apart: it knows routes and no factors, `calibrate` the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem, Text, warning
from networks.calibration.trips import ObservedTrips, Trip
from networks.network import RoadNetwork
from networks.retiming import edge_speeds, rows_of_classes
from networks.search.nearest import drives
from networks.snapping.points import snap_points
from networks.types import Terminal, TravelOptions

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TiedTrip:
    """A trip whose ends are tied to the network."""

    trip: Trip
    start: Terminal
    end: Terminal


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Kinds of stretch: a row of the profile, and what caps its speed there.

    Parameters
    ----------
    row : tuple of str
        Name of the row, (K,); empty for stretches whose speed is no row's.
    kmh, cap_kmh : (K,) float64
        The row's speed, and its cap (infinity: none).
    kind_of : (E,) int16
        Kind of each edge.
    """

    row: tuple[str, ...]
    kmh: _Floats
    cap_kmh: _Floats
    kind_of: NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """What T trips drive under one profile.

    Parameters
    ----------
    minutes : (T,) float64
        Door to door; NaN where there is no way.
    length_km : (T,) float64
        Of the route.
    km : (T, K) float64
        On each kind of stretch.
    """

    minutes: _Floats
    length_km: _Floats
    km: _Floats


def tie(
    network: RoadNetwork, observed: ObservedTrips, limit_m: float, *, tolls: bool = True
) -> tuple[list[TiedTrip], list[Problem]]:
    """Return the trips whose two ends lie within `limit_m` metres of a road, and the others."""
    trips = observed.trips
    ends = [
        snap_points(network, lon, lat, limit_m, tolls=tolls)
        for lon, lat in (
            ([t.from_lon for t in trips], [t.from_lat for t in trips]),
            ([t.to_lon for t in trips], [t.to_lat for t in trips]),
        )
    ]
    tied: list[TiedTrip] = []
    problems: list[Problem] = []
    for trip, start, end in zip(trips, *ends, strict=True):
        if start.snap is None or end.snap is None:
            far = max(r.distance_m for r in (start, end) if r.snap is None)
            problems.append(_untied(observed.file, trip, far, limit_m))
            continue
        name = f"{trip.row}"
        tied.append(
            TiedTrip(
                trip,
                Terminal(f"{name}a", f"{name}a", start.snap),
                Terminal(f"{name}b", f"{name}b", end.snap),
            )
        )
    return tied, problems


def kinds_of(network: RoadNetwork) -> Kinds:
    """Return the kinds of stretch of a network under its own profile."""
    speeds = edge_speeds(network, network.profile)
    names = ["" if row is None else row.name for row in rows_of_classes(network, network.profile)]
    row_kmh = {
        row.name: row.kmh for row in (*network.profile.classes, network.profile.fallback) if row
    }
    rows = sorted(set(names) - {""})
    number = np.array([rows.index(name) if name else -1 for name in names], np.int64)
    row_of = np.where(speeds.on_row, number[network.edges.road_class], -1)
    caps, cap_of = np.unique(np.where(row_of < 0, np.inf, speeds.cap_kmh), return_inverse=True)
    pairs = (row_of + 1) * len(caps) + cap_of.reshape(-1)
    found, kind_of = np.unique(pairs, return_inverse=True)
    row = tuple(["", *rows][i] for i in (found // len(caps)).tolist())
    kmh = np.array([row_kmh.get(name) or np.nan for name in row], np.float64)
    return Kinds(row, kmh, caps[found % len(caps)], kind_of.reshape(-1).astype(np.int16))


def drive_trips(
    network: RoadNetwork, kinds: Kinds, tied: Sequence[TiedTrip], options: TravelOptions
) -> Driven:
    """Return the trips' fastest routes on a network with the edges of `kinds`."""
    # The same network, its roads named by kind: then a route's shares are by kind.
    named = replace(
        network,
        classes=tuple(str(i) for i in range(len(kinds.row))),
        edges=replace(network.edges, road_class=kinds.kind_of),
    )
    routes = drives(named, [(t.start, t.end) for t in tied], options=options)
    minutes = np.full(len(tied), np.nan)
    length = np.zeros(len(tied))
    km = np.zeros((len(tied), len(kinds.row)))
    for i, route in enumerate(routes):
        if route is None:
            continue
        minutes[i] = route.travel_ms / 60_000.0
        length[i] = route.length_m / 1000.0
        for share in route.shares:
            km[i, int(share.road_class)] = share.length_m / 1000.0
    return Driven(minutes, length, km)


def unreachable(file: str, trip: Trip) -> Problem:
    """Return the problem of a trip without a way."""
    return warning(
        "trip-unreachable",
        Text("この道路網では到着地まで行けません", "there is no way to its end on this network"),
        Text(
            "道路網の範囲と、有料道路・フェリーの指定を確かめてください（この行は使いません）",
            "check the network's area, tolls and ferries (left out)",
        ),
        file=file,
        row=trip.row,
        value=_named(trip),
    )


def _untied(file: str, trip: Trip, metres: float, limit_m: float) -> Problem:
    return warning(
        "trip-far-from-roads",
        Text(
            f"道路から {metres:,.0f} m 離れています（{limit_m:,.0f} m まで）",
            f"{metres:,.0f} m from the nearest road (at most {limit_m:,.0f} m)",
        ),
        Text(
            "座標と道路網の範囲を確かめてください（この行は使いません）",
            "check the coordinates and the network's area (left out)",
        ),
        file=file,
        row=trip.row,
        value=_named(trip),
    )


def _named(trip: Trip) -> str | None:
    return f"{trip.from_name} → {trip.to_name}" if trip.from_name or trip.to_name else None
