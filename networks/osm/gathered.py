"""Objects of OpenStreetMap in whatever order a source has them, and the map that they make.

One object may stand in a source several times: in older versions (a history), printed once with
its tags and once for its position (answers of Overpass), or deleted and still there (files of the
editor JOSM). The highest version holds; copies of one version, and copies that name none, complete
each other; what is deleted is no part of the map.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from networks.osm.data import Bounds, Ints, Marks, OsmData, Places
from networks.osm.judging import Judging, TagRow, WayRows, tag_row
from networks.osm.nodes import NODE_KEYS
from networks.osm.restrictions import Member
from networks.osm.tags import NAME_KEYS, RELEVANT_KEYS
from networks.speeds.profile import SpeedProfile

UNVERSIONED = 0
_OF_A_WAY = -1  # the version of a position that a way tells: a node's own goes before it
_WAY_KEYS = RELEVANT_KEYS | NAME_KEYS
_STEPS = 1e7  # per degree: what OpenStreetMap itself keeps
_LON_MAX, _LAT_MAX = 180.0, 90.0

_Part = TypeVar("_Part")


@dataclass(slots=True)
class _Copy(Generic[_Part]):
    """A way or a relation as far as it has been read, with its nodes or members; mutable."""

    version: int
    gone: bool
    tags: TagRow
    parts: Sequence[_Part]

    def after(self, known: _Copy[_Part] | None) -> _Copy[_Part]:
        """Return what holds of this copy and the one known before."""
        if known is None:
            return self
        if UNVERSIONED not in {self.version, known.version} and self.version != known.version:
            return max(self, known, key=lambda copy: copy.version)
        newer, older = (self, known) if self.version > known.version else (known, self)
        return _Copy(
            newer.version,
            newer.gone or older.gone,
            newer.tags or older.tags,
            newer.parts or older.parts,
        )


@dataclass(slots=True)
class Gathered:
    """Takes objects one by one, and makes `OsmData` of them; mutable.

    Versions are `UNVERSIONED` where the source names none. `bounds` and `as_of` are what the
    source says of itself.
    """

    as_of: str = ""
    bounds: list[Bounds] = field(default_factory=list)
    _ways: dict[int, _Copy[int]] = field(default_factory=dict)
    _relations: dict[int, _Copy[Member]] = field(default_factory=dict)
    _id: array[int] = field(default_factory=lambda: array("q"))
    _version: array[int] = field(default_factory=lambda: array("q"))
    _lon: array[float] = field(default_factory=lambda: array("d"))
    _lat: array[float] = field(default_factory=lambda: array("d"))
    _tagged: list[tuple[int, int, TagRow]] = field(default_factory=list)  # id, version, tags

    @property
    def span(self) -> Bounds | None:
        """West, south, east and north of the area: as the source states it, else of its nodes."""
        if self.bounds:
            return self.bounds[0]
        lon, lat = np.array(self._lon), np.array(self._lat)
        known = np.isfinite(lon) & np.isfinite(lat)
        if not known.any():
            return None
        lon, lat = lon[known], lat[known]
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def node(self, node: int, version: int, lon: float, lat: float) -> None:
        """Take a node's position in degrees; NaN where it is deleted."""
        self._id.append(node)
        self._version.append(version)
        self._lon.append(lon)
        self._lat.append(lat)

    def node_on_way(self, node: int, lon: float, lat: float) -> None:
        """Take a position that a way tells of one of its nodes."""
        self.node(node, _OF_A_WAY, lon, lat)

    def node_tags(self, node: int, version: int, tags: Mapping[str, str]) -> None:
        """Take a node's tags."""
        if row := tag_row(tags, NODE_KEYS):
            self._tagged.append((node, version, row))

    def way(
        self, way: int, version: int, tags: Mapping[str, str], refs: Sequence[int], *, gone: bool
    ) -> None:
        """Take a way and the nodes it runs over."""
        copy = _Copy(version, gone, tag_row(tags, _WAY_KEYS), refs)
        self._ways[way] = copy.after(self._ways.get(way))

    def relation(
        self,
        relation: int,
        version: int,
        tags: Mapping[str, str],
        members: Sequence[Member],
        *,
        gone: bool,
    ) -> None:
        """Take a relation and its members."""
        copy = _Copy(version, gone, tuple(sorted(tags.items())), members)
        self._relations[relation] = copy.after(self._relations.get(relation))

    def data(self, profile: SpeedProfile, source: str) -> OsmData:
        """Return what all of it means to cars.

        Raises
        ------
        NetworkDataError
            When the profile lacks classes that cars need.
        """
        judging = Judging(profile)
        rows = WayRows(judging)
        for number, way in self._ways.items():
            tags = dict(way.tags)
            road = -1 if way.gone else rows.road(tags)
            if road >= 0:
                rows.add(number, way.parts, road, tags)
        for number, relation in self._relations.items():
            if not relation.gone:
                judging.restriction(number, dict(relation.tags), relation.parts)
        ways = rows.joined(source)
        places, version = self._places(np.unique(ways.ref))
        return OsmData(
            ways=ways,
            places=places,
            marks=self._marks(places.id, version, judging),
            restrictions=tuple(judging.restrictions),
            dropped=judging.dropped,
            as_of=self.as_of,
            bounds=self.bounds[0] if self.bounds else None,
            more_bounds=tuple(self.bounds[1:]),
        )

    def _places(self, wanted: Ints) -> tuple[Places, Ints]:
        """Return the latest positions of the wanted nodes, and their versions."""
        ids, version = np.array(self._id, np.int64), np.array(self._version, np.int64)
        lon, lat = np.array(self._lon), np.array(self._lat)
        # Last of its id stands the latest; of one version what deletes, then what came last.
        order = np.lexsort((np.isnan(lon), version, ids))
        last = np.diff(ids[order], append=np.iinfo(np.int64).max) != 0
        latest = order[last]
        known = (np.abs(lon[latest]) <= _LON_MAX) & (np.abs(lat[latest]) <= _LAT_MAX)
        latest = latest[known & np.isin(ids[latest], wanted, assume_unique=True)]
        degrees = (np.rint(part[latest] * _STEPS) / _STEPS for part in (lon, lat))
        return Places(ids[latest], *degrees), version[latest]

    def _marks(self, ids: Ints, version: Ints, judging: Judging) -> Marks:
        """Return what the tags of these nodes, which have these versions, do to cars."""
        latest = dict(zip(ids.tolist(), version.tolist(), strict=True))
        rows = {
            node: row
            for node, stated, row in sorted(self._tagged, key=lambda tagged: tagged[1])
            if node in latest and (stated == UNVERSIONED or stated >= latest[node])
        }
        marks = {node: judging.mark(row) for node, row in sorted(rows.items())}
        found = [(node, mark) for node, mark in marks.items() if mark >= 0]
        at = np.array([node for node, _ in found], np.int64)
        return Marks(at, np.array([mark for _, mark in found], np.int32), judging.marks)
