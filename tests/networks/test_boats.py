"""Which ferries are one boat, and pay for one boarding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from networks import TravelOptions, nearest_other
from networks.boats import with_boats_named
from networks.build import EdgeTable, build_network
from networks.edge_rows import EdgeRow, table_of_rows
from networks.network import Origin
from tests.helpers.road_cases import at, flat_profile, link

MINUTE = 60_000


def ship(tail: int, head: int, name: str = "") -> EdgeRow:
    return link(tail, head, ms=10 * MINUTE, ferry=True, name=name)


def table_of(*rows: EdgeRow) -> EdgeTable:
    """Return the edges between nodes on a row, every nameless ferry called by its number."""
    count = 1 + max(max(row.tail, row.head) for row in rows)
    lon, lat = 130.5 + np.arange(count) / 100, np.full(count, 32.5)
    drawn = [
        replace(row, points=np.array([[lon[i], lat[i]] for i in (row.tail, row.head)]))
        for row in rows
    ]
    table = table_of_rows(np.arange(count), lon, lat, drawn)
    return with_boats_named(table, lambda edge: f"ship {edge}")


def names(*rows: EdgeRow) -> list[str]:
    table = table_of(*rows)
    return [table.names[i] for i in table.name]


ROAD = link(0, 1, ms=MINUTE)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([ROAD, ship(1, 2), ship(2, 3)], ["", "ship 1", "ship 1"]),
        ([ROAD, ship(1, 2), ship(3, 2), ship(3, 4)], ["", *["ship 1"] * 3]),
        ([ROAD, ship(1, 2), ship(2, 3), link(2, 4)], ["", "ship 1", "ship 2", ""]),  # a pier
        ([ship(0, 1), ship(1, 2), ship(1, 3)], ["ship 0", "ship 1", "ship 2"]),  # who knows
        ([ship(0, 1, "航路"), ship(1, 2), ship(2, 3)], ["航路"] * 3),  # one part is named
        ([ship(0, 1, "航路"), ship(1, 2, "別")], ["航路", "別"]),
        ([ship(0, 1, "航路"), ship(1, 2), ship(2, 3, "別")], ["航路", "ship 1", "別"]),
        ([ship(0, 1), ship(0, 1)], ["ship 0", "ship 0"]),
    ],
)
def test_nameless_ferries_that_meet_at_sea_are_one_boat(rows, expected):
    assert names(*rows) == expected


def test_pieces_of_one_own_name_are_one_boat_wherever_they_lie():
    rows = [ship(0, 1), ship(1, 2), ship(1, 3), ship(2, 4)]
    table = replace(table_of(*rows), name=np.zeros(4, np.int64))
    again = with_boats_named(table, lambda edge: "way/7" if edge < 2 else f"way/{edge}")
    assert [again.names[i] for i in again.name] == ["way/7", "way/7", "way/2", "way/7"]


@pytest.mark.parametrize(
    ("more", "waits"), [([], 1), ([link(2, 4, ms=MINUTE)], 2)], ids=["at sea", "at a pier"]
)
def test_one_boat_is_boarded_once(more, waits):
    table = table_of(ROAD, ship(1, 2), ship(2, 3), link(3, 5, ms=MINUTE), *more)
    network = build_network(table, flat_profile(), Origin("test"))
    options = TravelOptions(ferries=True, ferry_wait_ms=5 * MINUTE)
    (found,) = nearest_other(network, [at("a", 0, 0.0)], [at("b", 3, 1.0)], options=options)
    assert found.route.wait_ms == waits * 5 * MINUTE
    assert found.travel_ms == (22 + waits * 5) * MINUTE
