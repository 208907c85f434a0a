"""Road networks written as two plain tables: nodes with coordinates, links with kilometres."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from groundfloor.columns import PointColumns
from groundfloor.folding import nfkc
from groundfloor.positions import BOTH, LATITUDE, LONGITUDE
from groundfloor.problems import Problem, Severity, Text, note, warning
from groundfloor.tables import Table
from networks.boats import with_boats_named
from networks.build import build_network
from networks.doorless import Doorless, is_ramp
from networks.edge_rows import EdgeRow, table_of_rows
from networks.errors import NetworkDataError
from networks.geo import geodesic_m
from networks.links.cells import Cell, read_cells, read_position, rows_of_cells, vocabulary_of
from networks.network import Origin, RoadNetwork
from networks.speeds.profile import (
    FALLBACK,
    FERRY,
    MAX_KMH,
    RoadClass,
    SpeedProfile,
    UnknownClassRule,
    fold,
)
from networks.speeds.profile_files import load_profile

NODE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("番号", "地点id", "ノードid", "node", "node_id"),
    "name": ("名称", "地点名", "名前"),
    "lon": (*LONGITUDE, "x"),
    "lat": (*LATITUDE, "y"),
    "position": BOTH,
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
    "tunnel": ("トンネル", "隧道"),
    "bridge": ("橋", "橋梁", "高架"),
    "motorroad": ("自動車専用", "自動車専用道路"),
}
NODE_POINT = PointColumns("lat", "lon", "position")
NODES = vocabulary_of(NODE_COLUMNS, ("id", "lon", "lat"), NODE_POINT)
LINKS = vocabulary_of(LINK_COLUMNS, ("from", "to", "length_km", "class"))
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
_STRUCTURES: Mapping[str, bool] = {
    **dict.fromkeys(("", "0", "no", "false", "無", "なし", "×", "-"), False),
    **dict.fromkeys(("1", "yes", "true", "有", "あり", "○", "〇"), True),
}
_Value = TypeVar("_Value")

# A road can measure a little less than the straight line between roughly placed nodes.
_SHORTER_THAN_STRAIGHT = 0.98
# No mountain road winds like that: metres were taken for kilometres, or an end is misplaced.
_LONGER_TIMES, _LONGER_KM = 20.0, 5.0
_LARGEST = 1_000_000  # kilometres or minutes: no road is as long, and no number overflows


def read_link_table(
    links_path: str | Path,
    nodes_path: str | Path,
    profile: SpeedProfile | str,
    *,
    schematic: bool = False,
    as_of: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """Return the network of two tables (CSV or XLSX, English or Japanese headers).

    Links run straight from node to node on maps; their ``length_km`` rules travel time, and a
    place half way along the line is half way along the length. ``minutes``, where given, replaces
    the speed of the profile. An empty direction means both.

    Parameters
    ----------
    links_path : str or Path
        Columns from, to, length_km, class, and optionally direction (both, forward, backward),
        minutes, name, toll (0/1), basis, source, schematic (0/1), tunnel, bridge, motorroad
        (0/1: roads without doors, a bridge from 100 m on).
    nodes_path : str or Path
        Columns id, lon, lat (degrees), and optionally name, kind.
    profile : SpeedProfile or str
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
    profile = load_profile(profile)
    node_table = read_cells(Path(nodes_path), NODES)
    link_table = read_cells(Path(links_path), LINKS)
    problems: list[Problem] = [*node_table.problems, *link_table.problems]
    nodes = read_nodes(node_table, problems)
    reader = LinkReader(nodes, profile, problems)
    rows = rows_of_cells(link_table, LINKS)
    read = [(row["from"], link) for row in rows if (link := reader.link(row)) is not None]
    links = driven_once(read, problems)
    if any(p.severity is Severity.ERROR for p in problems):
        raise NetworkDataError(problems)
    fallback = sum(link.speed_source == FALLBACK for link in links)
    if fallback:
        problems.append(_fallback_note(link_table.label, fallback))
    origin = Origin(
        source=link_table.label,
        as_of=as_of,
        attribution=attribution,
        schematic=schematic or reader.schematic,
    )
    table = table_of_rows(
        np.array([node.id for node in nodes], np.str_),
        np.array([node.lon for node in nodes], np.float64),
        np.array([node.lat for node in nodes], np.float64),
        links,
    )
    table = with_boats_named(
        table, lambda e: "–".join(table.node_id[[table.tail[e], table.head[e]]])
    )
    return build_network(table, profile, origin, problems)


def driven_once(read: Iterable[tuple[Cell, EdgeRow]], problems: list[Problem]) -> list[EdgeRow]:
    """Return each road once: a row for either direction makes one edge, a row again makes none.

    Parameters
    ----------
    read : iterable of (Cell, EdgeRow)
        The edge of each row, and a cell that tells where the row stands.
    problems : list of Problem
        Gets a note for each row that says what an earlier one said.
    """
    known: dict[tuple[object, ...], int] = {}
    first: list[Cell] = []
    edges: list[EdgeRow] = []
    for cell, row in read:
        ends = min(row.tail, row.head), max(row.tail, row.head)
        says = (row.length_m, repr(row.kmh), row.given_ms, row.road_class, row.name, row.toll)
        at = known.setdefault((*ends, *says, row.length_basis), len(edges))
        if at == len(edges):
            first.append(cell)
            edges.append(row)
            continue
        one = edges[at]
        along = row.tail == one.tail
        forward, backward = (row.forward, row.backward) if along else (row.backward, row.forward)
        if (forward and one.forward) or (backward and one.backward):
            problems.append(_twice(cell, first[at].row))
        edges[at] = replace(one, forward=one.forward or forward, backward=one.backward or backward)
    return edges


def _twice(cell: Cell, first: int) -> Problem:
    return note(
        "link-twice",
        Text(
            f"{first}行目と同じ道路です。延長は1回だけ数えます",
            f"the road of row {first} again: its kilometres count once",
        ),
        Text(
            "別の道路であれば路線名で区別してください", "give it a name of its own if it is another"
        ),
        file=cell.file,
        row=cell.row,
        value=cell.text,
    )


def _fallback_note(file: str, count: int) -> Problem:
    return note(
        "road-class-fallback",
        Text(
            f"種別が速度表にない {count} 本に予備の速度を使いました",
            f"{count} links of unknown class got the fallback speed",
        ),
        Text("種別を確かめてください", "check their class"),
        file=file,
        column="class",
    )


@dataclass(frozen=True, slots=True)
class TableNode:
    """A checked row of the node table."""

    id: str
    lon: float
    lat: float


def read_nodes(table: Table, problems: list[Problem]) -> list[TableNode]:
    """Return the nodes; what is wrong with them goes to `problems`."""
    nodes: list[TableNode] = []
    seen: set[str] = set()
    for row in rows_of_cells(table, NODES):
        key = row["id"]
        if not key.text or nfkc(key.text) in seen:
            what = Text("地点 ID が重複しています", "a node of this id is already there")
            if not key.text:
                what = Text("地点 ID がありません", "the node has no id")
            problems.append(key.problem("node-id", what))
            continue
        seen.add(nfkc(key.text))
        lon, lat = read_position(row, NODE_POINT, table, problems)
        if abs(lat) > 90 or abs(lon) > 180:  # noqa: PLR2004 (degrees)
            problems.append(
                row["lat"].problem(
                    "node-position",
                    Text("緯度・経度の範囲を超えています", "outside the range of degrees"),
                    Text("緯度と経度の入れ替わりを確かめてください", "are the two swapped?"),
                )
            )
        nodes.append(TableNode(key.text, lon, lat))
    return nodes


class LinkReader:
    """Checks link rows one by one and gathers what is wrong with them."""

    def __init__(
        self, nodes: list[TableNode], profile: SpeedProfile, problems: list[Problem]
    ) -> None:
        self.nodes = nodes
        self.index = {nfkc(node.id): i for i, node in enumerate(nodes)}
        self.profile = profile
        self.rows = profile.lookup()
        self.problems = problems
        self.schematic = False

    def link(self, row: Mapping[str, Cell]) -> EdgeRow | None:
        """Return the edge of a row; None, and problems, when it cannot be used."""
        before = len(self.problems)
        tail, head = self._end(row["from"]), self._end(row["to"])
        length_km = self._positive(row["length_km"], "link-length", "length")
        road_class = self._road_class(row["class"])
        forward, backward = self._choice(row["direction"], _DIRECTIONS, "link-direction")
        toll = self._choice(row["toll"], _FLAGS, "link-flag")
        schematic = self._choice(row["schematic"], _FLAGS, "link-flag")
        doorless = self._doorless(row)
        bridge = self._choice(row["bridge"], _STRUCTURES, "link-flag")
        minutes = math.nan
        if row["minutes"].text:
            minutes = self._positive(row["minutes"], "link-minutes", "time")
        self._check_speed(row, length_km, minutes, road_class)
        self._check_loop(row["to"], tail, head)
        if len(self.problems) > before or road_class is None:
            return None
        self._check_straight(row["length_km"], tail, head, length_km)
        self.schematic = self.schematic or schematic
        given = not math.isnan(minutes)
        fallback = road_class.name == FALLBACK
        a, b = self.nodes[tail], self.nodes[head]
        return EdgeRow(
            tail=tail,
            head=head,
            points=np.array([[a.lon, a.lat], [b.lon, b.lat]]),
            length_m=length_km * 1000.0,
            kmh=math.nan if road_class.kmh is None else road_class.kmh,
            given_ms=round(minutes * 60_000) if given else -1,
            forward=forward,
            backward=backward,
            toll=toll,
            ferry=road_class.name == FERRY,
            road_class=row["class"].text if fallback else road_class.name,
            name=row["name"].text,
            speed_source="minutes" if given else FALLBACK if fallback else "profile",
            length_basis=row["basis"].text or "unspecified",
            doorless=doorless,
            bridge=bridge,
        )

    def _doorless(self, row: Mapping[str, Cell]) -> Doorless:
        """Return why no place can be tied to a link, bridges aside."""
        tunnel, motorroad = (
            self._choice(row[name], _STRUCTURES, "link-flag") for name in ("tunnel", "motorroad")
        )
        if tunnel:
            return Doorless.TUNNEL
        if motorroad:
            return Doorless.MOTORROAD
        return Doorless.RAMP if is_ramp(fold(row["class"].text)) else Doorless.NO

    def _check_loop(self, end: Cell, tail: int, head: int) -> None:
        if tail == head and tail >= 0:
            what = Text("起点と終点が同じです", "the link leads back to its own start")
            self.problems.append(end.problem("link-loop", what))

    def _end(self, cell: Cell) -> int:
        found = self.index.get(nfkc(cell.text))
        if found is None:
            self.problems.append(
                cell.problem(
                    "link-node-unknown",
                    Text("この ID の地点が地点表にありません", "no such id in the node table"),
                    Text("地点表に足すか、綴りを直してください", "add the node, or correct the id"),
                )
            )
            return -1
        return found

    def _positive(self, cell: Cell, code: str, what: str) -> float:
        value = cell.number(self.problems)
        if value <= 0 or value > _LARGEST:
            self.problems.append(
                cell.problem(
                    code,
                    Text(
                        f"0 より大きく {_LARGEST:,} 以下の値が必要です",
                        f"a {what} must be above zero and up to {_LARGEST:,}",
                    ),
                    Text("値を直してください", "correct the value"),
                )
            )
        return value

    def _road_class(self, cell: Cell) -> RoadClass | None:
        row = self.rows.get(fold(cell.text))
        if row is None and cell.text and self.profile.unknown_class is UnknownClassRule.FALLBACK:
            row = self.profile.fallback
        if row is None:
            self.problems.append(
                cell.problem(
                    "road-class-unknown",
                    Text(
                        f"速度表「{self.profile.label}」にない道路種別です",
                        f"the speed profile {self.profile.label!r} has no such road class",
                    ),
                    Text(
                        "種別の綴りを直すか、速度表に行を足してください",
                        "correct the class, or add a row to the profile",
                    ),
                )
            )
        return row

    def _choice(self, cell: Cell, known: Mapping[str, _Value], code: str) -> _Value:
        value = known.get(fold(cell.text))
        if value is not None:
            return value
        allowed = " / ".join(word for word in known if word)
        self.problems.append(
            cell.problem(
                code,
                Text("決まった値ではありません", "not one of the known values"),
                Text(f"{allowed} のどれかにしてください", f"use one of {allowed}."),
            )
        )
        return known[""]

    def _check_speed(
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
                    Text("フェリーの所要分がありません", "the ferry has no minutes"),
                    Text("時刻表の所要分を入れてください", "enter the minutes of its timetable"),
                )
            )
        if minutes > 0 and length_km / (minutes / 60.0) > MAX_KMH:
            self.problems.append(
                row["minutes"].problem(
                    "link-speed",
                    Text(
                        f"時速 {length_km / (minutes / 60.0):.0f} km になります",
                        f"it means {length_km / (minutes / 60.0):.0f} km/h",
                    ),
                    Text("延長と所要分の単位を確かめてください", "check the units of both"),
                )
            )

    def _check_straight(self, cell: Cell, tail: int, head: int, length_km: float) -> None:
        a, b = self.nodes[tail], self.nodes[head]
        if not all(map(math.isfinite, (a.lon, a.lat, b.lon, b.lat))):
            return
        straight_km = float(geodesic_m(a.lon, a.lat, b.lon, b.lat)[0]) / 1000.0
        if length_km < straight_km * _SHORTER_THAN_STRAIGHT:
            self._doubt(
                cell,
                "link-shorter-than-straight",
                f"両端の直線距離 {straight_km:.2f} km より短い延長です",
                f"shorter than the straight line, {straight_km:.2f} km",
            )
        elif length_km > straight_km * _LONGER_TIMES + _LONGER_KM:
            self._doubt(
                cell,
                "link-longer-than-straight",
                f"両端の直線距離 {straight_km:.2f} km に比べて長すぎる延長です",
                f"far longer than the straight line, {straight_km:.2f} km",
            )

    def _doubt(self, cell: Cell, code: str, ja: str, en: str) -> None:
        remedy = Text(
            "延長の単位（km）か座標を確かめてください",
            "check the length, in kilometres, and the ends",
        )
        self.problems.append(
            warning(
                code,
                Text(ja, en),
                remedy,
                file=cell.file,
                row=cell.row,
                column=cell.column,
                value=cell.text,
            )
        )
