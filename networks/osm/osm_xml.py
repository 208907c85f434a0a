"""OSM XML to `OsmData`: files of editors, extracts, answers of Overpass.

XML serves small areas: all positions of the file are held while it is read. Read here rather than
by libosmium because it knows nothing of ``action='delete'``, by which JOSM marks what an editor
took away.

Stands apart: `osm_files` tells forms of files apart, this module knows one.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from groundfloor.problems import Text
from networks.errors import NetworkDataError
from networks.osm.data import Bounds
from networks.osm.gathered import UNVERSIONED, Gathered
from networks.osm.refusals import change_file, incomplete_answer, nodes_without_ids, unreadable
from networks.osm.restrictions import Member

_CHUNK = 1 << 20  # bytes
_ROOT = "osm"
#: Elements of osmChange files, and of Overpass's augmented differences: changes to a map.
_CHANGES = frozenset({"osmChange", "action", "create", "modify", "delete", "old", "new"})
_OBJECTS = frozenset({"node", "way", "relation"})


def gather_xml(file: BinaryIO, source: str) -> Gathered:
    """Return the objects of an OSM XML file that is called `source`.

    Raises
    ------
    NetworkDataError
        When it is something else, or says itself that it is incomplete.
    ValueError
        When it is damaged: no XML, or ids and positions that are no numbers.
    """
    parser = expat.ParserCreate()
    reading = _Reading(source, parser)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.EntityDeclHandler = _refuse_entity
    parser.buffer_text = True
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as cause:
        raise ValueError(str(cause)) from cause
    except NetworkDataError:
        raise
    except (ValueError, OverflowError, KeyError) as cause:
        line = parser.CurrentLineNumber
        raise ValueError(f"line {line}: {cause}") from cause
    return reading.gathered


def _refuse_entity(*_: object) -> None:
    raise ValueError("entities are declared, which maps do not need")


@dataclass(slots=True)
class _Reading:
    """What has been read of the object at hand; mutable."""

    source: str
    parser: expat.XMLParserType
    gathered: Gathered = field(default_factory=Gathered)
    begun: bool = False
    attributes: Mapping[str, str] | None = None  # of a node, way or relation; None between them
    tags: dict[str, str] = field(default_factory=dict)
    refs: array[int] = field(default_factory=lambda: array("q"))
    members: list[Member] = field(default_factory=list)
    remark: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element, the most frequent ones first."""
        if name == "nd":
            self._node_of_way(attributes)
        elif name == "tag":
            self.tags[attributes["k"]] = attributes["v"]
        elif name in _OBJECTS:
            self.attributes, self.tags = attributes, {}
            if name != "node":
                self.refs, self.members = array("q"), []
        elif name == "member":
            self.members.append(
                (attributes["type"][:1], int(attributes["ref"]), attributes.get("role", ""))
            )
        elif not self.begun:
            self._root(name, attributes)
        elif name in _CHANGES:
            raise NetworkDataError(change_file(self.source))
        elif self.attributes is None:  # ways of Overpass have bounds too
            self._of_file(name, attributes)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name in _OBJECTS and self.attributes is not None:
            self._finish(name, self.attributes)
            self.attributes = None
        elif name == "remark":
            self.parser.CharacterDataHandler = None
            if "error" in (said := "".join(self.remark).strip()):
                raise NetworkDataError(incomplete_answer(self.source, said))

    def _root(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _CHANGES:
            raise NetworkDataError(change_file(self.source))
        self.begun = True
        if name != _ROOT:
            why = Text(f"最初の要素が <{name}> です", f"its root element is <{name}>")
            raise NetworkDataError(unreadable(self.source, why))
        self.gathered.as_of = attributes.get("timestamp", "")[:10]

    def _of_file(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "bounds":
            self.gathered.bounds.append(_bounds(attributes))
        elif name == "meta":
            self.gathered.as_of = attributes.get("osm_base", "")[:10]
        elif name == "remark":
            self.parser.CharacterDataHandler = self.remark.append

    def _node_of_way(self, attributes: Mapping[str, str]) -> None:
        if "ref" not in attributes:
            raise NetworkDataError(nodes_without_ids(self.source))
        self.refs.append(int(attributes["ref"]))
        if "lat" in attributes:
            lon, lat = float(attributes["lon"]), float(attributes["lat"])
            self.gathered.node_on_way(self.refs[-1], lon, lat)

    def _finish(self, name: str, found: Mapping[str, str]) -> None:
        number, version = int(found["id"]), int(found.get("version", UNVERSIONED))
        gone = found.get("action") == "delete" or found.get("visible") == "false"
        if name == "way":
            self.gathered.way(number, version, self.tags, self.refs, gone=gone)
        elif name == "relation":
            self.gathered.relation(number, version, self.tags, self.members, gone=gone)
        elif gone:
            self.gathered.node(number, version, math.nan, math.nan)
        elif "lat" in found:
            self.gathered.node(number, version, float(found["lon"]), float(found["lat"]))
        if name == "node" and self.tags:
            self.gathered.node_tags(number, version, self.tags)


def _bounds(attributes: Mapping[str, str]) -> Bounds:
    west, south, east, north = (
        float(attributes[side]) for side in ("minlon", "minlat", "maxlon", "maxlat")
    )
    return west, south, east, north
