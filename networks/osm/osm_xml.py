"""OSM XML files (also packed by gzip or bzip2) to `OsmData`, through libosmium.

XML serves small areas and tests: libosmium holds 16 bytes for each node of the file meanwhile.

Stands apart: libosmium is loaded for XML files only.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import osmium

from groundfloor.problems import SpotsError, Text
from networks.errors import NetworkDataError
from networks.osm.data import Ints, Marks, OsmData, Places
from networks.osm.judging import Judging, WayRows, tag_row, unreadable
from networks.osm.nodes import NODE_KEYS
from networks.speeds.profile import SpeedProfile


def read_xml(path: Path, profile: SpeedProfile) -> OsmData:
    """Return what an OSM XML file holds for cars.

    Raises
    ------
    NetworkDataError
        When the file is damaged.
    """
    with _clear_errors(path.name):
        file = osmium.io.File(str(path), "xml" if path.suffix.lower() == ".xml" else "")
        judging = Judging(profile)
        rows = WayRows(judging)
        kinds = osmium.osm.WAY | osmium.osm.RELATION
        for thing in osmium.FileProcessor(file, kinds):
            tags = dict(thing.tags)
            if isinstance(thing, osmium.osm.Way):
                road = rows.road(tags)
                if road >= 0:
                    rows.add(thing.id, [node.ref for node in thing.nodes], road, tags)
            elif isinstance(thing, osmium.osm.Relation):
                members = [(m.type, m.ref, m.role) for m in thing.members]
                judging.restriction(thing.id, tags, members)
        ways = rows.joined(path.name)
        places, marks = _nodes(file, np.unique(ways.ref), judging)
        as_of, bounds = _header(file)
    return OsmData(
        ways=ways,
        places=places,
        marks=marks,
        restrictions=tuple(judging.restrictions),
        dropped=judging.dropped,
        as_of=as_of,
        bounds=bounds,
    )


def _header(file: osmium.io.File) -> tuple[str, tuple[float, float, float, float] | None]:
    """Return the date of the data, or nothing, and their bounds."""
    header = osmium.io.Reader(file, osmium.osm.NOTHING).header()
    stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    box = header.box()
    if not box.valid():
        return str(stamp)[:10], None
    low, high = box.bottom_left, box.top_right
    return str(stamp)[:10], (low.lon, low.lat, high.lon, high.lat)


class _MarkHandler(osmium.SimpleHandler):
    """Keeps what nodes do to cars."""

    def __init__(self, judging: Judging) -> None:
        super().__init__()
        self.judging = judging
        self.found: dict[int, int] = {}

    def node(self, node: osmium.osm.Node) -> None:
        """Judge a node."""
        mark = self.judging.mark(tag_row(dict(node.tags), NODE_KEYS))
        if mark >= 0:
            self.found[node.id] = mark


def _nodes(file: osmium.io.File, ids: Ints, judging: Judging) -> tuple[Places, Marks]:
    """Return positions and marks of those nodes that the file has."""
    index = osmium.index.create_map("flex_mem")
    store = osmium.NodeLocationsForWays(index)
    store.ignore_errors()
    handler = _MarkHandler(judging)
    reader = osmium.io.Reader(file, osmium.osm.NODE)
    osmium.apply(reader, store, osmium.filter.KeyFilter(*sorted(NODE_KEYS)), handler)
    new = _new_places(file, ids)
    found, lon, lat = array("q"), array("d"), array("d")
    for node in ids.tolist():
        try:
            location = new[node] if node < 0 else index.get(node)
        except KeyError:
            continue
        if location.valid():
            found.append(node)
            lon.append(location.lon)
            lat.append(location.lat)
    places = Places(np.array(found, np.int64), np.array(lon), np.array(lat))
    marked = [node for node in found if node in handler.found]
    numbers = [handler.found[node] for node in marked]
    return places, Marks(np.array(marked, np.int64), np.array(numbers, np.int32), judging.marks)


def _new_places(file: osmium.io.File, ids: Ints) -> dict[int, osmium.osm.Location]:
    """Return positions of nodes with negative ids, which libosmium's index cannot hold.

    Editors (JOSM) number so what was drawn and not uploaded yet.
    """
    wanted = set(ids[ids < 0].tolist())
    if not wanted:
        return {}
    found: dict[int, osmium.osm.Location] = {}
    for node in osmium.FileProcessor(file, osmium.osm.NODE):
        if isinstance(node, osmium.osm.Node) and node.id in wanted and node.location.valid():
            # What the reader hands out ends with its turn.
            found[node.id] = osmium.osm.Location(node.location.lon, node.location.lat)
    return found


@contextmanager
def _clear_errors(name: str) -> Iterator[None]:
    """Turn libosmium's errors about a file into the project's."""
    try:
        yield
    except SpotsError:
        raise
    except (RuntimeError, ValueError, OverflowError, osmium.InvalidLocationError) as cause:
        # libosmium names the file by its whole path, which says more than a message should.
        why = re.sub(r"'[^']*[/\\]([^'/\\]*)'", r"'\1'", str(cause))
        raise NetworkDataError(unreadable(name, Text(why, why))) from cause
