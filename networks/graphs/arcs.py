"""Arcs of osmnx graphs as rows of edges, and mirror images paired.

Stands apart: `graphs_in` knows graphs as a whole and their nodes, this module a single arc.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem, Text, error
from networks.doorless import Doorless
from networks.edge_rows import OWN_WEIGHT, EdgeRow
from networks.errors import NetworkDataError
from networks.graphs.arc_lines import ArcLines
from networks.graphs.arc_tags import ONEWAY, ArcJudge, ArcTags, Attributes, arc_name, values_of
from networks.graphs.private_arcs import PrivateArc
from networks.network import WORD_MS
from networks.osm.verdicts import Drivable, Dropped, UnknownClass
from networks.speeds.profile import SpeedProfile

_TIMELESS_NAMED = 20  # arcs without a time of their own: a whole graph may lack them
_ID_DIGITS = 19  # ids of 64 bits
_ELSEWHERE = 0.01  # degrees, about a kilometre: consolidated junctions lie nearer than that
_SAME_LENGTH_M = 0.01  # the two directions of one street differ by rounding only


class Arc(NamedTuple):
    """An arc of a graph.

    Parameters
    ----------
    number : int
        Its place among all arcs.
    tail, head : int
        Numbers of the nodes.
    names : (label, label)
        What the graph calls them.
    key : label
        What tells it from others between the same nodes.
    data : Mapping
        Its attributes.
    """

    number: int
    tail: int
    head: int
    names: tuple[Hashable, Hashable]
    key: Hashable
    data: Attributes

    @property
    def label(self) -> str:
        """What to call it in a message."""
        return f"{self.names[0]} → {self.names[1]}"


class ArcReader:
    """Turns arcs into rows and gathers what is wrong with them."""

    def __init__(
        self,
        profile: SpeedProfile,
        source: str,
        nodes: NDArray[np.float64],
        lines: ArcLines,
        *,
        measure: bool,
        osm_ids: bool,
    ) -> None:
        self.profile = profile
        self.judge = ArcJudge(profile)
        self.source = source
        self.nodes = nodes
        self.places: list[float] = nodes.ravel().tolist()
        self.lines = lines
        self.measure = measure
        self.osm_ids = osm_ids
        self.dropped: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.private: list[PrivateArc] = []
        self.timeless = 0

    def arc(self, arc: Arc) -> EdgeRow | None:
        """Return the row of one arc; None when cars may not use it, or it is wrong."""
        known = self.judge.tags(arc.data)
        road = known.road
        if isinstance(road, Dropped):
            self.dropped[road.reason] += 1
            self._keep_private(known.closed, arc)
            return None
        if isinstance(road, UnknownClass):
            self.unknown[road.road_class] += 1
            return None
        self.dropped.update(road.doubts)
        points = self._points(arc)
        length_m, basis = self._length(arc)
        if points is None or length_m < 0:
            return None
        whole, doorless = self._structure(known, arc.data, road.doorless)
        return EdgeRow(
            tail=arc.tail,
            head=arc.head,
            points=points,
            length_m=length_m,
            kmh=road.kmh,
            given_ms=road.duration_ms,
            forward=True,
            backward=False,
            toll=road.toll,
            ferry=road.ferry,
            road_class=road.road_class,
            name=arc_name(arc.data),
            speed_source=road.speed_source,
            length_basis=basis,
            through=road.through,
            limit_kmh=road.limit_kmh,
            width_m=road.width_m,
            source_id=_source_id(arc.data) if self.osm_ids else 0,
            doorless=doorless,
            bridge=road.bridge and whole,
            forward_key=arc.key,
            backward_key=arc.key,
        )

    def timed_arc(self, arc: Arc, given_ms: int) -> EdgeRow | None:
        """Return the row of an arc that brings its own time; None when it is wrong.

        Every arc of such a graph is driven, whatever its tags say: whoever timed it knows.
        """
        known = self.judge.tags(arc.data)
        road = known.road if isinstance(known.road, Drivable) else None
        points = self._points(arc)
        length_m, basis = self._length(arc)
        if points is None or length_m < 0:
            return None
        whole, doorless = self._structure(known, arc.data, known.doorless)
        return EdgeRow(
            tail=arc.tail,
            head=arc.head,
            points=points,
            length_m=length_m,
            kmh=0.0,
            given_ms=given_ms,
            forward=True,
            backward=False,
            toll=known.toll,
            ferry=known.ferry,
            road_class=known.named_class,
            name=arc_name(arc.data),
            speed_source=OWN_WEIGHT,
            length_basis=basis,
            limit_kmh=road.limit_kmh if road else math.nan,
            width_m=road.width_m if road else math.nan,
            source_id=_source_id(arc.data) if self.osm_ids else 0,
            doorless=doorless,
            bridge=known.bridge and whole,
            forward_key=arc.key,
            backward_key=arc.key,
        )

    def own_ms(self, arc: Arc, weight: str) -> int:
        """Return an arc's own whole milliseconds; -1 after reporting a wrong or missing one."""
        label, data = arc.label, arc.data
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

    def _structure(
        self, known: ArcTags, data: Attributes, doorless: Doorless
    ) -> tuple[bool, Doorless]:
        """Return whether an arc is one way, and why it has no doors (`doorless` if it is)."""
        if not known.merged and _ways(data) < 2:  # noqa: PLR2004 (several)
            return True, doorless
        if known.parts_doorless is Doorless.PARTLY:
            self.dropped["tunnel-somewhere"] += 1
        return False, known.parts_doorless

    def _keep_private(self, road: Drivable | None, arc: Arc) -> None:
        """Keep an arc that is closed to the public."""
        points = None if road is None else self._points(arc)
        if road is not None and points is not None:
            own = _source_id(arc.data) if self.osm_ids else 0
            doors = road.doorless is Doorless.NO
            self.private.append(PrivateArc(arc.tail, arc.head, points, own, doors))

    def undirected(
        self, row: EdgeRow, index: Mapping[Hashable, int], data: Attributes
    ) -> Iterator[EdgeRow]:
        """Yield the edge of an undirected graph, with its directions."""
        if values_of(data.get("oneway"))[:1] not in ONEWAY:
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

    def _points(self, arc: Arc) -> NDArray[np.float64] | None:
        """Return the line of an arc from tail to head, degrees; None for a wrong one, told."""
        lines, i = self.lines, arc.number
        if not lines.drawn[i]:
            ends: NDArray[np.float64] = self.nodes[[arc.tail, arc.head]]
            return ends
        if not lines.whole[i]:
            self._bad(
                "graph-geometry", "形状が線ではありません", "geometry is not a line", arc.label
            )
            return None
        tail, head = 2 * arc.tail, 2 * arc.head
        a, b = self.places[tail : tail + 2]
        c, d = self.places[head : head + 2]
        x, y, u, v = lines.ends[4 * i : 4 * i + 4]
        gap = max(abs(x - a), abs(y - b), abs(u - c), abs(v - d))
        turned = max(abs(u - a), abs(v - b), abs(x - c), abs(y - d))
        if min(gap, turned) > _ELSEWHERE:
            self._bad(
                "graph-geometry",
                "形状の端が辺の両端の点から 1 km 以上離れています",
                "geometry ends a kilometre or more away from the nodes",
                arc.label,
            )
            return None
        points = lines.points[lines.offset[i] : lines.offset[i + 1]]
        return points if gap <= turned else points[::-1].copy()

    def _length(self, arc: Arc) -> tuple[float, str]:
        """Return (metres or NaN to be measured, basis); -1 metres after reporting a wrong one."""
        value = arc.data.get("length")
        if self.measure or value is None:
            return math.nan, "geometry"
        try:
            length_m = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            length_m = math.nan
        if not (math.isfinite(length_m) and length_m >= 0):
            self._bad(
                "graph-length",
                f"辺 {arc.label} の長さが 0 以上の数ではありません",
                f"length of {arc.label} is not a number of metres",
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
    waiting: dict[Hashable, list[int]] = {}
    edges: list[EdgeRow] = []
    for row in rows:
        mirror = (row.head, row.tail, row.points[::-1].tobytes(), row.road_class, row.kmh, row.toll)
        there = waiting.get(mirror, ())
        same = next(
            (i for i in there if abs(edges[i].length_m - row.length_m) <= _SAME_LENGTH_M), None
        )
        if same is None and there and math.isnan(row.length_m):
            same = there[0]
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
        waiting.setdefault(own, []).append(len(edges))
        edges.append(row)
    return edges


def _source_id(data: Attributes) -> int:
    """Return the first OSM way of an arc; 0 where it names none."""
    value = data.get("osmid")
    if type(value) is int:
        return value if 0 <= value < 10 ** (_ID_DIGITS - 1) else 0
    first = next(iter(values_of(value)), "")
    return int(first) if first.isascii() and first.isdigit() and len(first) < _ID_DIGITS else 0


def _ways(data: Attributes) -> int:
    """Return how many OSM ways an arc names."""
    value = data.get("osmid")
    return 1 if type(value) is int else len(values_of(value))


def _hashable(value: object) -> Hashable:
    return value if isinstance(value, Hashable) else None
