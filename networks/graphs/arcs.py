"""Arcs of osmnx graphs: list-valued attributes, texts of GraphML, mirror images paired.

Stands apart: `graphs_in` knows graphs as a whole and their nodes, this module a single arc.
"""

from __future__ import annotations

import ast
import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from groundfloor.problems import Problem, Text, error
from networks.doorless import STRUCTURE_KEYS, Doorless, doorless_by_tags, is_bridge, is_ramp
from networks.edge_rows import OWN_WEIGHT, EdgeRow
from networks.errors import NetworkDataError
from networks.graphs.private_arcs import PrivateArc
from networks.network import WORD_MS
from networks.osm.access import MODES, access
from networks.osm.size import SIZE_KEYS
from networks.osm.speed import parse_width
from networks.osm.tags import (
    NAME_KEYS,
    RELEVANT_KEYS,
    class_row,
    closed_road,
    is_ferry,
    is_toll,
    judge,
    road_name,
)
from networks.osm.verdicts import Drivable, Dropped, UnknownClass
from networks.speeds.profile import FERRY, SpeedProfile

Attributes = Mapping[str, object]

# Direction is the graph's business: an arc may run against its way, and nobody says whether.
_TAG_KEYS = frozenset(
    key
    for key in RELEVANT_KEYS | NAME_KEYS
    if not key.startswith("oneway")
    and ":forward" not in key
    and ":backward" not in key
    and key not in {"highway", "junction", "maxspeed"}
)
#: The class of arcs that name none, as OpenStreetMap calls a road of unknown class.
UNKNOWN_ROAD = "road"
_TIMELESS_NAMED = 20  # arcs without a time of their own: a whole graph may lack them
_ONEWAY = (["True"], ["true"], ["yes"], ["1"])
_ID_DIGITS = 19  # ids of 64 bits
_ELSEWHERE = 0.01  # degrees, about a kilometre: consolidated junctions lie nearer than that
_SAME_LENGTH_M = 0.01  # the two directions of one street differ by rounding only


_Road = Drivable | Dropped | UnknownClass | None


class ArcReader:
    """Turns arcs into rows and gathers what is wrong with them."""

    def __init__(
        self,
        profile: SpeedProfile,
        source: str,
        nodes: NDArray[np.float64],
        transformer: Transformer | None,
        *,
        measure: bool,
        osm_ids: bool,
    ) -> None:
        self.profile = profile
        self.rows = profile.lookup()
        self.source = source
        self.nodes = nodes
        self.transformer = transformer
        self.measure = measure
        self.osm_ids = osm_ids
        self.dropped: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.private: list[PrivateArc] = []
        self.timeless = 0
        self.roads: dict[frozenset[tuple[str, str]], _Road] = {}

    def arc(self, tail: int, head: int, label: str, data: Attributes) -> EdgeRow | None:
        """Return the row of one arc; None when cars may not use it, or it is wrong."""
        tags = self._tags(data)
        road = self._judged(tags)
        if road is None:
            road = UnknownClass("")
        if isinstance(road, Dropped):
            self.dropped[road.reason] += 1
            self._keep_private(road.reason, tags, (tail, head, label), data)
            return None
        if isinstance(road, UnknownClass):
            self.unknown[road.road_class] += 1
            return None
        self.dropped.update(road.doubts)
        whole = not _is_merged(data)
        points = self._points(tail, head, label, data)
        length_m, basis = self._length(label, data)
        if points is None or length_m < 0:
            return None
        return EdgeRow(
            tail=tail,
            head=head,
            points=np.ascontiguousarray(points),
            length_m=length_m,
            kmh=road.kmh,
            given_ms=road.duration_ms,
            forward=True,
            backward=False,
            toll=road.toll,
            ferry=road.ferry,
            road_class=road.road_class,
            name=road_name(tags),
            speed_source=road.speed_source,
            length_basis=basis,
            through=road.through,
            limit_kmh=road.limit_kmh,
            width_m=road.width_m,
            source_id=_source_id(data) if self.osm_ids else 0,
            doorless=road.doorless if whole else self._parts_doorless(data),
            bridge=road.bridge and whole,
        )

    def timed_arc(
        self, tail: int, head: int, label: str, data: Attributes, given_ms: int
    ) -> EdgeRow | None:
        """Return the row of an arc that brings its own time; None when it is wrong.

        Every arc of such a graph is driven, whatever its tags say: whoever timed it knows.
        """
        tags = self._tags(data)
        road = self._judged(tags)
        known = road if isinstance(road, Drivable) else None
        points = self._points(tail, head, label, data)
        length_m, basis = self._length(label, data)
        if points is None or length_m < 0:
            return None
        ferry = is_ferry(tags)
        named = known.road_class if known else tags.get("highway", UNKNOWN_ROAD)
        return EdgeRow(
            tail=tail,
            head=head,
            points=np.ascontiguousarray(points),
            length_m=length_m,
            kmh=0.0,
            given_ms=given_ms,
            forward=True,
            backward=False,
            toll=is_toll(tags) and not ferry,
            ferry=ferry,
            road_class=FERRY if ferry else named,
            name=road_name(tags),
            speed_source=OWN_WEIGHT,
            length_basis=basis,
            limit_kmh=known.limit_kmh if known else math.nan,
            width_m=known.width_m if known else math.nan,
            source_id=_source_id(data) if self.osm_ids else 0,
            doorless=doorless_by_tags(tags) if not _is_merged(data) else self._parts_doorless(data),
            bridge=is_bridge(tags) and not _is_merged(data),
        )

    def own_ms(self, label: str, data: Attributes, weight: str) -> int:
        """Return an arc's own whole milliseconds; -1 after reporting a wrong or missing one."""
        try:
            ms = float(data.get(weight, math.nan)) * 1000.0  # type: ignore[arg-type]
        except (TypeError, ValueError):
            ms = math.nan
        if 0 <= ms <= WORD_MS:
            return round(ms)
        self.timeless += 1
        if self.timeless <= _TIMELESS_NAMED:
            most_h = WORD_MS // 3_600_000
            self._bad(
                "graph-weight",
                f"辺 {label} の {weight} が 0 秒以上 {most_h} 時間以下の数ではありません",
                f"{weight} of {label} is not a number of seconds from 0 to {most_h} hours",
                str(data.get(weight, "—")),
            )
        return -1

    def _judged(self, tags: dict[str, str]) -> _Road:
        """Return what tags are to a car; judged once, for most arcs are tagged as others are."""
        asked = frozenset((key, value) for key, value in tags.items() if key in RELEVANT_KEYS)
        if asked not in self.roads:
            self.roads[asked] = judge(tags, self.profile, self.rows)
        return self.roads[asked]

    def _parts_doorless(self, data: Attributes) -> Doorless:
        """Return why an arc that simplification made of several ways has no doors.

        It keeps the values that some of them have, not which have none: of a tunnel nobody knows
        where it is. A bridge is taken to have doors, being short as a rule.
        """
        if all(is_ramp(name) for name in _values(data.get("highway"))):
            return Doorless.RAMP
        tags = ({key: value} for key in STRUCTURE_KEYS for value in _values(data.get(key)))
        if all(doorless_by_tags(each) is Doorless.NO for each in tags):
            return Doorless.NO
        self.dropped["tunnel-somewhere"] += 1
        return Doorless.PARTLY

    def _keep_private(
        self, reason: str, tags: Mapping[str, str], arc: tuple[int, int, str], data: Attributes
    ) -> None:
        """Keep an arc that is closed to the public."""
        road = closed_road(tags, reason, self.profile, self.rows)
        points = None if road is None else self._points(*arc, data)
        if road is not None and points is not None:
            own = _source_id(data) if self.osm_ids else 0
            doors = road.doorless is Doorless.NO
            self.private.append(PrivateArc(arc[0], arc[1], points, own, doors))

    def undirected(
        self, row: EdgeRow, index: Mapping[Hashable, int], data: Attributes
    ) -> Iterator[EdgeRow]:
        """Yield the edge of an undirected graph, with its directions."""
        if _values(data.get("oneway"))[:1] not in _ONEWAY:
            yield replace(row, backward=True)
            return
        start, end = index.get(_hashable(data.get("from"))), index.get(_hashable(data.get("to")))
        if {start, end} != {row.tail, row.head}:
            self._bad(
                "graph-undirected-oneway",
                "無向グラフの一方通行で、向きが分かりません",
                "an undirected graph has lost the direction of a one-way street",
                f"{row.tail} / {row.head}",
            )
            return
        yield replace(row, forward=start == row.tail, backward=start != row.tail)

    def check(self) -> None:
        """Raise everything that was found.

        Raises
        ------
        NetworkDataError
            When an arc is wrong, or its class is not in the profile.
        """
        for name, count in sorted(self.unknown.items()):
            self._bad(
                "road-class-unknown",
                f"速度表「{self.profile.label}」にない道路種別が {count} 本あります",
                f"{count} edges have a class that the profile {self.profile.label!r} lacks",
                name,
            )
        if self.problems:
            raise NetworkDataError(self.problems)

    def _tags(self, data: Attributes) -> dict[str, str]:
        """Return plain tags; of lists the slowest class, the lowest limits, the narrowest width.

        Of access the strictest value, and toll if any: the parts of a simplified edge are driven
        one after the other.
        """
        found = {key: values for key in _TAG_KEYS if (values := _values(data.get(key)))}
        tags = {key: values[0] for key, values in found.items()}
        for key in found.keys() & set(MODES):
            tags[key] = min((access({key: value}), value) for value in found[key])[1]
        for key in found.keys() & SIZE_KEYS:
            tags[key] = ";".join(found[key])
        for key in found.keys() & {"width", "est_width"}:
            tags[key] = min((parse_width(value) or math.inf, value) for value in found[key])[1]
        if any(value not in {"no", "0"} for value in found.get("toll", ())):
            tags["toll"] = "yes"
        if len(names := found.get("name", ())) > 1:
            tags["name"] = "・".join(names)
        if limits := _values(data.get("maxspeed")):
            tags["maxspeed"] = ";".join(limits)
        classes = _values(data.get("highway"))
        if FERRY in classes:
            tags |= {"route": FERRY, "motor_vehicle": tags.get("motor_vehicle", "yes")}
        elif classes:
            tags["highway"] = min(classes, key=self._slowness)
        if _values(data.get("oneway"))[:1] in _ONEWAY:
            tags["oneway"] = "yes"  # for the speed of a narrow road
        return tags

    def _slowness(self, name: str) -> tuple[float, str]:
        """Sort classes: unknown ones first, for the policy to judge, then by speed."""
        row = class_row(name, self.profile, self.rows)
        return (-1.0 if row is None or row.kmh is None else row.kmh), name

    def _points(
        self, tail: int, head: int, label: str, data: Attributes
    ) -> NDArray[np.float64] | None:
        geometry = data.get("geometry")
        ends: NDArray[np.float64] = self.nodes[[tail, head]]
        if _missing(geometry) or geometry == "":
            return ends
        try:
            line = shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry
            points: NDArray[np.float64] = shapely.get_coordinates(line)
        except (shapely.errors.ShapelyError, TypeError):
            points = np.empty((0, 2))
        if self.transformer is not None and len(points):
            points = np.column_stack(self.transformer.transform(points[:, 0], points[:, 1]))
        if len(points) < 2 or not np.isfinite(points).all():  # noqa: PLR2004 (a line has two ends)
            self._bad("graph-geometry", "形状が線ではありません", "geometry is not a line", label)
            return None
        gap, turned = (np.abs(points[order] - ends).max() for order in ([0, -1], [-1, 0]))
        if min(gap, turned) > _ELSEWHERE:
            self._bad(
                "graph-geometry",
                "形状の端が辺の両端の点から 1 km 以上離れています",
                "geometry ends a kilometre or more away from the nodes",
                label,
            )
            return None
        return points if gap <= turned else points[::-1].copy()

    def _length(self, label: str, data: Attributes) -> tuple[float, str]:
        """Return (metres or NaN to be measured, basis); -1 metres after reporting a wrong one."""
        value = data.get("length")
        if self.measure or value is None:
            return math.nan, "geometry"
        try:
            length_m = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            length_m = math.nan
        if not (math.isfinite(length_m) and length_m >= 0):
            self._bad(
                "graph-length",
                f"辺 {label} の長さが 0 以上の数ではありません",
                f"length of {label} is not a number of metres",
                str(value),
            )
            return -1.0, ""
        return length_m, "length attribute"

    def _bad(self, code: str, ja: str, en: str, value: str) -> None:
        remedy = Text("元のグラフを確かめてください", "check the graph")
        self.problems.append(error(code, Text(ja, en), remedy, file=self.source, value=value))


def pair_arcs(rows: Sequence[EdgeRow]) -> list[EdgeRow]:
    """Join each arc with its mirror image into one edge driven both ways.

    Left apart, a point would be tied to one direction of a street only.

    Parameters
    ----------
    rows : sequence of EdgeRow
        Arcs, each driven forward.

    Returns
    -------
    list of EdgeRow
        In the order of the first arc of each pair; arcs without a mirror image stay one-way.
    """
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    edges: list[EdgeRow] = []
    for row in rows:
        mirror = (row.head, row.tail, row.points[::-1].tobytes(), row.road_class, row.kmh, row.toll)
        same = next(
            (i for i in waiting[mirror] if abs(edges[i].length_m - row.length_m) <= _SAME_LENGTH_M),
            None,
        )
        if same is None and math.isnan(row.length_m):
            same = next(iter(waiting[mirror]), None)
        if same is not None:
            waiting[mirror].remove(same)
            edges[same] = replace(
                edges[same],
                backward=True,
                given_backward_ms=row.given_ms,
                backward_key=row.forward_key,
            )
            continue
        own = (row.tail, row.head, row.points.tobytes(), row.road_class, row.kmh, row.toll)
        waiting[own].append(len(edges))
        edges.append(row)
    return edges


def _source_id(data: Attributes) -> int:
    """Return the first OSM way of an arc; 0 where it names none."""
    first = next(iter(_values(data.get("osmid"))), "")
    return int(first) if first.isascii() and first.isdigit() and len(first) < _ID_DIGITS else 0


def _is_merged(data: Attributes) -> bool:
    """Tell whether an arc was made of several ways, as simplification does."""
    return any(len(_values(data.get(key))) > 1 for key in ("osmid", "highway", *STRUCTURE_KEYS))


def _hashable(value: object) -> Hashable:
    return value if isinstance(value, Hashable) else None


def _missing(attribute: object) -> bool:
    """Return whether an attribute says nothing; NaN and NA are what frames say for that."""
    if attribute is None or attribute is pd.NA or attribute is pd.NaT:
        return True
    return isinstance(attribute, float) and math.isnan(attribute)


def _values(attribute: object) -> list[str]:
    """Return an attribute's values as texts; lists may be written out, as in GraphML.

    Examples
    --------
    >>> _values("['tertiary', 'residential']"), _values(True), _values(None)
    (['tertiary', 'residential'], ['True'], [])
    """
    if _missing(attribute):
        return []
    if isinstance(attribute, str) and attribute.startswith("["):
        try:
            attribute = ast.literal_eval(attribute)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return [str(attribute)]
    if isinstance(attribute, list | tuple):
        return [str(value) for value in attribute]
    return [str(attribute)] if attribute != "" else []
