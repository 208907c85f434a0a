"""A saved network that somebody wrote by hand is refused by name, or answers like any other."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from networks import Terminal, nearer_roads, nearest_other
from networks.build import build_network
from networks.edge_rows import table_of_rows
from networks.errors import NetworkFormatError
from networks.network import ClosedWays, Origin, RoadNetwork
from networks.snapping.points import snap_points
from networks.storage import network_files as storage
from networks.storage.arrays import columns_of
from networks.storage.layout import array_pieces, read_members, write_members
from networks.storage.network_files import open_network, save_network
from tests.helpers.road_cases import flat_profile, link


def network() -> RoadNetwork:
    """Return roads with everything: a one-way, a ferry, a ban, an area for its own traffic."""
    links = [
        link(0, 1, name="国道"),
        link(1, 2, 500.5, both=False),
        link(2, 3),
        link(3, 4),
        link(0, 2, ferry=True),
    ]
    spots = np.array([(130.5 + 0.01 * i, 32.5) for i in range(5)])
    drawn = [replace(e, points=spots[[e.tail, e.head]]) for e in links]
    drawn[3] = replace(drawn[3], through=False)
    table = replace(
        table_of_rows(np.arange(5), spots[:, 0].copy(), spots[:, 1].copy(), drawn),
        turn_offset=np.array([0, 2]),
        turn_directed=np.array([2, 4], np.int32),
        closed_ways=ClosedWays(
            offset=np.array([0, 2]),
            lon=np.array([130.5, 130.5]),
            lat=np.array([32.5, 32.51]),
            tail=np.array([0], np.int32),
            head=np.array([1], np.int32),
            source_id=np.array([7]),
            doors=np.array([True]),
            joint_place=np.array([0], np.int32),
            joint_edge=np.array([0], np.int32),
            joint_fraction=np.array([0.0]),
            barrier_node=np.array([2, 2], np.int32),
            barrier=np.array([0, 0], np.int32),
        ),
    )
    return build_network(table, flat_profile(), Origin("test"))


COLUMNS = [name for name, _ in columns_of(network())]


def with_column(whole: Any, name: str, column: np.ndarray) -> Any:
    """Return a dataclass with one of its arrays, by dotted name, replaced."""
    head, _, rest = name.partition(".")
    return replace(
        whole, **{head: with_column(getattr(whole, head), rest, column) if rest else column}
    )


def crafted(column: np.ndarray) -> dict[str, np.ndarray]:
    """Return what somebody could put in the place of a column, by what it is."""
    made: dict[str, np.ndarray] = {
        "two dimensions": column.reshape(-1, 1),
        "no dimension": np.asarray(column.ravel()[0]),
        "empty": column[:0],
        "too long": np.concatenate([column, column[-1:]]),
        "backwards": np.ascontiguousarray(column[::-1]),
        "another type": column.astype(str) if column.dtype.kind != "U" else np.zeros(len(column)),
    }
    values: list[float] = []
    if column.dtype.kind == "f":
        values = [math.nan, math.inf, -math.inf, -1.0, 1e30, 0.0]
    elif column.dtype.kind in "iu":
        info = np.iinfo(column.dtype)
        values = [info.min, info.max, 0, 1, min(info.max, 1 << 28)]
    for value in values:
        for at in (0, -1):
            changed = column.copy()
            changed[at] = value
            made[f"{value} at {at}"] = changed
    return made


def used(path: Path) -> None:
    """Open a network and ask it: an answer, or a refusal that names the file."""
    try:
        opened = open_network(path)
    except NetworkFormatError as refused:
        told = [p.file for p in refused.problems]
    else:
        told = []
    if told:
        assert told == [path.name]
        return
    at = [130.5, 130.5], [32.51, 32.52]
    snaps = snap_points(opened, *at, 1e4)
    nearer_roads(opened, *at, snaps, 1e4)
    terminals = [Terminal(str(i), str(i), s.snap) for i, s in enumerate(snaps) if s.snap]
    nearest_other(opened, terminals, terminals)
    opened.info()


@pytest.mark.slow
@pytest.mark.parametrize("name", COLUMNS)
def test_no_column_can_be_anything(tmp_path: Path, name: str):
    whole = network()
    column = dict(columns_of(whole))[name]
    for what, other in crafted(column).items():
        path = tmp_path / f"{what}.spotsnet"
        save_network(with_column(whole, name, other), path)
        used(path)


REFUSED = [
    ("nodes.lon", math.nan),
    ("nodes.lat", math.inf),
    ("shapes.lon", math.nan),
    ("shapes.lat", 91.0),
    ("edges.length_m", -1.0),
    ("edges.length_m", math.nan),
    ("edges.forward_ms", -2),
    ("edges.forward_delay_ms", -1),
    ("edges.limit_kmh", math.inf),
    ("graph.states.node", 1),
    ("closed_ways.lat", math.nan),
    ("closed_ways.joint_fraction", 1.5),
    ("closed_ways.tail", 2),
    ("closed_ways.joint_edge", 99),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_what_is_no_degree_metre_or_millisecond_is_refused(tmp_path: Path, name: str, value: float):
    whole = network()
    column = dict(columns_of(whole))[name].copy()
    column[0] = value
    save_network(with_column(whole, name, column), tmp_path / "a.spotsnet")
    with pytest.raises(NetworkFormatError, match=name):
        open_network(tmp_path / "a.spotsnet")


def plain_values(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of everything in JSON data."""
    found = [path]
    if isinstance(value, dict):
        for key, each in value.items():
            found += plain_values(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value[:2]):
            found += plain_values(each, (*path, at))
    return found


@pytest.mark.slow
def test_no_plain_value_can_be_anything(tmp_path: Path):
    path = tmp_path / "a.spotsnet"
    save_network(network(), path)
    data = memoryview(path.read_bytes())
    start, stop = read_members(data)[storage._META]
    meta = json.loads(bytes(data[start:stop]))
    arrays = [(f"{n}{storage._ARRAY}", array_pieces(a)) for n, a in columns_of(network())]
    for place in plain_values(meta["network"]):
        for value in (None, [], {}, "x", -1, 1e400, True, [[]], "\ud800"):
            changed = json.loads(json.dumps(meta))
            holder = changed
            for key in ("network", *place)[:-1]:
                holder = holder[key]
            holder[("network", *place)[-1]] = value
            with path.open("wb") as stream:
                text = json.dumps(changed).encode()
                write_members(stream, [(storage._META, (memoryview(text),)), *arrays])
            used(path)
