"""Road networks written as two plain tables: nodes with coordinates, links with kilometres."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from networks.build import EdgeTable, Labels, build_network
from networks.errors import NetworkDataError
from networks.geo import geodesic_m
from networks.network import Origin, RoadNetwork
from networks.profile import (
    FALLBACK,
    FERRY,
    MAX_KMH,
    RoadClass,
    SpeedProfile,
    UnknownClassRule,
    fold,
)
from networks.tables import Cell, read_table
from problems import Problem, Severity, Text, note, warning

NODE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("番号", "地点id", "ノードid", "node", "node_id"),
    "name": ("名称", "地点名", "名前"),
    "lon": ("経度", "longitude", "x"),
    "lat": ("緯度", "latitude", "y"),
    "kind": ("種類", "種別"),
}
LINK_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "from": ("起点", "始点", "出発", "u"),
    "to": ("終点", "到着", "v"),
    "length_km": ("延長km", "延長(km)", "距離km", "距離(km)", "km"),
    "class": ("種別", "道路種別", "区分", "道路区分", "highway"),
    "direction": ("方向", "通行方向"),
    "minutes": ("所要分", "分", "所要時間(分)", "時間(分)"),
    "name": ("路線名", "名称", "道路名"),
    "toll": ("有料", "有料道路"),
    "basis": ("根拠", "延長の根拠"),
    "source": ("出典",),
    "schematic": ("模式", "模式図"),
}
_DIRECTIONS: Mapping[str, tuple[bool, bool]] = {
    "": (True, True),
    **dict.fromkeys(("both", "双方向", "両方向", "相互"), (True, True)),
    **dict.fromkeys(("forward", "順方向", "一方通行"), (True, False)),
    **dict.fromkeys(("backward", "逆方向"), (False, True)),
}
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("", "0", "no", "false", "無料", "×", "-"), False),
    **dict.fromkeys(("1", "yes", "true", "有料", "○", "〇"), True),
}
_Value = TypeVar("_Value")

# A road can measure a little less than the straight line between roughly placed nodes.
_SHORTER_THAN_STRAIGHT = 0.98


@dataclass(frozen=True, slots=True)
class _Node:
    """A checked row of the node table."""

    id: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class _Link:
    """A checked row of the link table."""

    tail: int
    head: int
    length_m: float
    road_class: str
    kmh: float
    given_ms: int
    forward: bool
    backward: bool
    toll: bool
    ferry: bool
    name: str
    basis: str
    speed_source: str
    schematic: bool


def read_link_table(
    links_path: str | Path,
    nodes_path: str | Path,
    profile: SpeedProfile,
    *,
    schematic: bool = False,
    as_of: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """Return the network of two CSV tables (UTF-8 or CP932, English or Japanese headers).

    Links run straight from node to node on maps; their ``length_km`` rules travel time, and a
    place half way along the line is half way along the length. ``minutes``, where given, replaces
    the speed of the profile. An empty direction means both.

    Parameters
    ----------
    links_path : str or Path
        Columns from, to, length_km, class, and optionally direction (both, forward, backward),
        minutes, name, toll (0/1), basis, source, schematic (0/1).
    nodes_path : str or Path
        Columns id, lon, lat (degrees), and optionally name, kind.
    profile : SpeedProfile
        Speeds by class.
    schematic : bool
        Mark the network as one that is only good for trying the tool; a row can also say so.
    as_of, attribution : str
        Date of the tables; who must be named.

    Returns
    -------
    RoadNetwork
        Edges in the order of the rows.

    Raises
    ------
    NetworkDataError
        With every problem of both tables, by row and column.
    MissingFileError
        When a file is not there.
    """
    problems: list[Problem] = []
    node_table = read_table(Path(nodes_path), NODE_COLUMNS, ("id", "lon", "lat"))
    link_table = read_table(Path(links_path), LINK_COLUMNS, ("from", "to", "length_km", "class"))
    nodes = _read_nodes(list(node_table.cells()), problems)
    reader = _LinkReader(nodes, profile, problems)
    links = [link for row in link_table.cells() if (link := reader.link(row)) is not None]
    if any(p.severity is Severity.ERROR for p in problems):
        raise NetworkDataError(problems)
    fallback = sum(link.speed_source == FALLBACK for link in links)
    if fallback:
        problems.append(_fallback_note(link_table.file, fallback))
    origin = Origin(
        source=link_table.file,
        as_of=as_of,
        attribution=attribution,
        schematic=schematic or any(link.schematic for link in links),
    )
    return build_network(_edge_table(nodes, links), profile, origin, problems)


def _read_nodes(rows: list[Mapping[str, Cell]], problems: list[Problem]) -> list[_Node]:
    nodes: list[_Node] = []
    seen: set[str] = set()
    for row in rows:
        key = row["id"]
        if not key.text or key.text in seen:
            what = Text("地点 ID が重複しています。", "a node of this id is already there.")
            if not key.text:
                what = Text("地点 ID がありません。", "the node has no id.")
            problems.append(key.problem("node-id", what))
            continue
        seen.add(key.text)
        lon, lat = row["lon"].number(problems), row["lat"].number(problems)
        if abs(lat) > 90 or abs(lon) > 180:  # noqa: PLR2004 (degrees)
            problems.append(
                row["lat"].problem(
                    "node-position",
                    Text("緯度・経度の範囲を超えています。", "outside the range of degrees."),
                    Text("緯度と経度の入れ替わりを確かめてください。", "are the two swapped?"),
                )
            )
        nodes.append(_Node(key.text, lon, lat))
    return nodes


class _LinkReader:
    """Checks link rows one by one and gathers what is wrong with them."""

    def __init__(self, nodes: list[_Node], profile: SpeedProfile, problems: list[Problem]) -> None:
        self.nodes = nodes
        self.index = {node.id: i for i, node in enumerate(nodes)}
        self.profile = profile
        self.rows = profile.lookup()
        self.problems = problems

    def link(self, row: Mapping[str, Cell]) -> _Link | None:
        before = len(self.problems)
        tail, head = self.end(row["from"]), self.end(row["to"])
        length_km = self.positive(row["length_km"], "link-length", "length")
        road_class = self.road_class(row["class"])
        forward, backward = self.choice(row["direction"], _DIRECTIONS, "link-direction")
        toll = self.choice(row["toll"], _FLAGS, "link-flag")
        schematic = self.choice(row["schematic"], _FLAGS, "link-flag")
        minutes = math.nan
        if row["minutes"].text:
            minutes = self.positive(row["minutes"], "link-minutes", "time")
        self.check_speed(row, length_km, minutes, road_class)
        if tail == head and tail >= 0:
            self.problems.append(
                row["to"].problem(
                    "link-loop",
                    Text("起点と終点が同じです。", "the link leads back to its own start."),
                )
            )
        if len(self.problems) > before or road_class is None:
            return None
        self.check_straight(row["length_km"], tail, head, length_km)
        given = not math.isnan(minutes)
        return _Link(
            tail=tail,
            head=head,
            length_m=length_km * 1000.0,
            road_class=road_class.name if road_class.name != FALLBACK else row["class"].text,
            kmh=road_class.kmh or math.nan,
            given_ms=round(minutes * 60_000) if given else -1,
            forward=forward,
            backward=backward,
            toll=toll,
            ferry=road_class.name == FERRY,
            name=row["name"].text or self.ferry_name(row, road_class),
            basis=row["basis"].text or "unspecified",
            speed_source=(
                "minutes" if given else FALLBACK if road_class.name == FALLBACK else "profile"
            ),
            schematic=schematic,
        )

    @staticmethod
    def ferry_name(row: Mapping[str, Cell], road_class: RoadClass) -> str:
        """Name a nameless ferry by its piers: waiting is counted once for each line."""
        return f"{row['from'].text}–{row['to'].text}" if road_class.name == FERRY else ""

    def end(self, cell: Cell) -> int:
        if cell.text not in self.index:
            self.problems.append(
                cell.problem(
                    "link-node-unknown",
                    Text("この ID の地点が地点表にありません。", "no such id in the node table."),
                    Text(
                        "地点表に足すか、綴りを直してください。", "add the node, or correct the id."
                    ),
                )
            )
            return -1
        return self.index[cell.text]

    def positive(self, cell: Cell, code: str, what: str) -> float:
        value = cell.number(self.problems)
        if value <= 0:
            self.problems.append(
                cell.problem(
                    code,
                    Text("0 より大きい値が必要です。", f"a {what} must be above zero."),
                    Text("値を直してください。", "correct the value."),
                )
            )
        return value

    def road_class(self, cell: Cell) -> RoadClass | None:
        row = self.rows.get(fold(cell.text))
        if row is None and cell.text and self.profile.unknown_class is UnknownClassRule.FALLBACK:
            row = self.profile.fallback
        if row is None:
            self.problems.append(
                cell.problem(
                    "road-class-unknown",
                    Text(
                        f"速度表「{self.profile.label}」にない道路種別です。",
                        f"the speed profile {self.profile.label!r} has no such road class.",
                    ),
                    Text(
                        "種別の綴りを直すか、速度表に行を足してください。",
                        "correct the class, or add a row to the profile.",
                    ),
                )
            )
        return row

    def choice(self, cell: Cell, known: Mapping[str, _Value], code: str) -> _Value:
        value = known.get(fold(cell.text))
        if value is not None:
            return value
        allowed = " / ".join(word for word in known if word)
        self.problems.append(
            cell.problem(
                code,
                Text("決まった値ではありません。", "not one of the known values."),
                Text(f"{allowed} のどれかにしてください。", f"use one of {allowed}."),
            )
        )
        return known[""]

    def check_speed(
        self,
        row: Mapping[str, Cell],
        length_km: float,
        minutes: float,
        road_class: RoadClass | None,
    ) -> None:
        if road_class is not None and road_class.kmh is None and math.isnan(minutes):
            self.problems.append(
                row["minutes"].problem(
                    "ferry-minutes",
                    Text("フェリーの所要分がありません。", "the ferry has no minutes."),
                    Text("時刻表の所要分を入れてください。", "enter the minutes of its timetable."),
                )
            )
        if minutes > 0 and length_km / (minutes / 60.0) > MAX_KMH:
            self.problems.append(
                row["minutes"].problem(
                    "link-speed",
                    Text(
                        f"時速 {length_km / (minutes / 60.0):.0f} km になります。",
                        f"it means {length_km / (minutes / 60.0):.0f} km/h.",
                    ),
                    Text("延長と所要分の単位を確かめてください。", "check the units of both."),
                )
            )

    def check_straight(self, cell: Cell, tail: int, head: int, length_km: float) -> None:
        a, b = self.nodes[tail], self.nodes[head]
        if not all(map(math.isfinite, (a.lon, a.lat, b.lon, b.lat))):
            return
        straight_km = float(geodesic_m(a.lon, a.lat, b.lon, b.lat)[0]) / 1000.0
        if length_km < straight_km * _SHORTER_THAN_STRAIGHT:
            self.problems.append(
                warning(
                    "link-shorter-than-straight",
                    Text(
                        f"両端の直線距離 {straight_km:.2f} km より短い延長です。",
                        f"shorter than the straight line, {straight_km:.2f} km.",
                    ),
                    Text("延長か座標を確かめてください。", "check length and coordinates."),
                    file=cell.file,
                    row=cell.row,
                    column=cell.column,
                    value=cell.text,
                )
            )


def _edge_table(nodes: list[_Node], links: list[_Link]) -> EdgeTable:
    classes, names, sources, bases = Labels(), Labels(), Labels(), Labels()
    names.number("")
    lon = np.array([node.lon for node in nodes], float)
    lat = np.array([node.lat for node in nodes], float)
    tail = np.array([link.tail for link in links], np.int64)
    head = np.array([link.head for link in links], np.int64)
    ends = np.column_stack([tail, head]).ravel().astype(np.int64)

    def column(value: Callable[[_Link], float | bool], dtype: type) -> np.ndarray:
        return np.array([value(link) for link in links], dtype)

    return EdgeTable(
        node_id=np.array([node.id for node in nodes], np.str_),
        node_lon=lon,
        node_lat=lat,
        tail=tail,
        head=head,
        offset=np.arange(0, 2 * len(links) + 1, 2, dtype=np.int64),
        lon=lon[ends],
        lat=lat[ends],
        length_m=column(lambda e: e.length_m, np.float64),
        kmh=column(lambda e: e.kmh, np.float64),
        given_ms=column(lambda e: e.given_ms, np.int64),
        forward=column(lambda e: e.forward, np.bool_),
        backward=column(lambda e: e.backward, np.bool_),
        toll=column(lambda e: e.toll, np.bool_),
        ferry=column(lambda e: e.ferry, np.bool_),
        road_class=column(lambda e: classes.number(e.road_class), np.int64),
        name=column(lambda e: names.number(e.name), np.int64),
        speed_source=column(lambda e: sources.number(e.speed_source), np.int64),
        length_basis=column(lambda e: bases.number(e.basis), np.int64),
        classes=classes.texts(),
        names=names.texts(),
        speed_sources=sources.texts(),
        length_bases=bases.texts(),
    )


def _fallback_note(file: str, count: int) -> Problem:
    return note(
        "road-class-fallback",
        Text(
            f"種別が速度表にない {count} 本に予備の速度を使いました。",
            f"{count} links of unknown class got the fallback speed.",
        ),
        Text("種別を確かめてください。", "check their class."),
        file=file,
        column="class",
    )
