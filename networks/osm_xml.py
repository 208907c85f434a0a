"""OSM XML files (also packed by gzip or bzip2) to `OsmData`, through libosmium.

XML serves small areas and tests: libosmium holds 16 bytes for each node of the file meanwhile.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium

from networks.errors import NetworkDataError
from networks.osm_data import Ints, Marks, OsmData, Places, Ways
from networks.osm_judging import Judging, tag_row, unreadable
from networks.osm_tags import NAME_KEYS, NODE_KEYS, RELEVANT_KEYS
from networks.profile import SpeedProfile
from problems import Text


@dataclass(slots=True)
class WayRows:
    """Gathers ways that cars may use, one by one; mutable while a source is being read."""

    judging: Judging
    ids: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    refs: array[int] = field(default_factory=lambda: array("q"))
    roads: array[int] = field(default_factory=lambda: array("l"))
    names: array[int] = field(default_factory=lambda: array("l"))

    def road(self, tags: Mapping[str, str]) -> int:
        """Return the number of the road a way is; -1 after counting why it is left out."""
        return self.judging.road(tag_row(tags, RELEVANT_KEYS))

    def add(self, way_id: int, refs: list[int], road: int, tags: Mapping[str, str]) -> None:
        """Keep a way."""
        self.ids.append(way_id)
        self.sizes.append(len(refs))
        self.refs.extend(refs)
        self.roads.append(road)
        self.names.append(self.judging.name(tag_row(tags, NAME_KEYS)))

    def joined(self, source: str) -> Ways:
        """Return the kept ways.

        Raises
        ------
        NetworkDataError
            When the profile lacks classes that cars need.
        """
        self.judging.check_classes(source)
        offset = np.zeros(len(self.sizes) + 1, np.int64)
        np.cumsum(np.array(self.sizes, np.int64), out=offset[1:])
        return Ways(
            id=np.array(self.ids, np.int64),
            offset=offset,
            ref=np.array(self.refs, np.int64),
            road=np.array(self.roads, np.int32),
            name=np.array(self.names, np.int32),
            roads=self.judging.roads,
            names=self.judging.names,
        )


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
        header = osmium.io.Reader(file, osmium.osm.NOTHING).header()
    stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    box = header.box()
    sides = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
    return OsmData(
        ways=ways,
        places=places,
        marks=marks,
        restrictions=tuple(judging.restrictions),
        dropped=judging.dropped,
        as_of=str(stamp)[:10],
        bounds=sides if box.valid() else None,
    )


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
    found, lon, lat = array("q"), array("d"), array("d")
    for node in ids.tolist():
        try:
            location = index.get(node)
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


@contextmanager
def _clear_errors(name: str) -> Iterator[None]:
    """Turn libosmium's errors about a file into the project's."""
    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as cause:
        # libosmium names the file by its whole path, which says more than a message should.
        why = re.sub(r"'[^']*[/\\]([^'/\\]*)'", r"'\1'", str(cause))
        raise NetworkDataError(unreadable(name, Text(why, why))) from cause
