"""A made-up town with known speeds, and trips observed in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from groundfloor.problems import Text
from networks.build import build_network
from networks.calibration.driven import drive_trips, kinds_of, tie
from networks.calibration.trips import ObservedTrips, Trip
from networks.edge_rows import table_of_rows
from networks.network import Origin, RoadNetwork
from networks.retiming import retimed
from networks.speeds.profile_files import load_profile
from networks.types import TravelOptions
from tests.helpers.road_cases import link

EVERYDAY = load_profile("everyday")
TRUE = {"trunk": 1.25, "secondary": 0.8, "residential": 0.7}
SIZE = 16


def town(seed: int = 1, **changes) -> RoadNetwork:
    """Return a grid of streets: every eighth a trunk road, every third a secondary one."""
    rng = np.random.default_rng(seed)
    count = SIZE * SIZE
    at = np.column_stack(
        [
            130.5 + 0.008 * (np.arange(count) % SIZE) + rng.normal(0, 5e-4, count),
            32.5 + 0.007 * (np.arange(count) // SIZE) + rng.normal(0, 5e-4, count),
        ]
    )
    rows = EVERYDAY.lookup()
    links = []

    def street(number):
        return "trunk" if number % 5 == 0 else "secondary" if number % 3 == 0 else "residential"

    for i in range(count):
        x, y = i % SIZE, i // SIZE
        ends = ([(i + 1, street(y))] if x < SIZE - 1 else []) + (
            [(i + SIZE, street(x))] if y < SIZE - 1 else []
        )
        for j, road in ends:
            name = "living_street" if i == count // 2 else road
            row = link(i, j, float("nan"), road_class=name, kmh=rows[name].kmh)
            links.append(replace(row, points=at[[i, j]], **changes))
    table = table_of_rows(np.arange(count), at[:, 0].copy(), at[:, 1].copy(), links)
    return build_network(table, EVERYDAY, Origin("town"))


def at_true_speeds(network: RoadNetwork, factors=None) -> RoadNetwork:
    """Return the town as people really drive in it."""
    true = TRUE if factors is None else factors
    profile = network.profile.scaled(
        true,
        name="true",
        version="1",
        title=Text("真", "true"),
        sources=dict.fromkeys(true, "test"),
    )
    return retimed(network, profile)


def observe(
    truth: RoadNetwork, count: int, *, noise: float = 0.05, seed: int = 7, only: str = ""
) -> ObservedTrips:
    """Return trips as observed on `truth`, each off by about `noise` of itself."""
    rng = np.random.default_rng(seed)
    lon, lat = truth.nodes.lon, truth.nodes.lat
    ends = [(a, b) for a, b in rng.integers(0, len(lon), (2 * count, 2)).tolist() if a != b][:count]
    trips = tuple(
        Trip(i + 2, float(lon[a]), float(lat[a]), float(lon[b]), float(lat[b]), 1.0, source=only)
        for i, (a, b) in enumerate(ends)
    )
    observed = ObservedTrips("observed.csv", "0" * 64, trips)
    tied, _ = tie(truth, observed, 500.0)
    minutes = drive_trips(truth, kinds_of(truth), tied, TravelOptions()).minutes
    off = np.exp(rng.normal(0, noise, count))
    timed = zip(trips, (minutes * off).tolist(), strict=True)
    return replace(observed, trips=tuple(replace(trip, minutes=m) for trip, m in timed))


def as_csv(observed: ObservedTrips) -> str:
    """Return trips as a table."""
    lines = ["from_lon,from_lat,to_lon,to_lat,minutes,departure,source,from_name,to_name"]
    lines += [
        f"{t.from_lon!r},{t.from_lat!r},{t.to_lon!r},{t.to_lat!r},{t.minutes:.2f},"
        f"2026-10-{1 + i % 28:02d} 09:00,NITAS,A{i},=B{i}"
        for i, t in enumerate(observed.trips)
    ]
    return "\n".join(lines) + "\n"
