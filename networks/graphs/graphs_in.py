"""Road networks from osmnx/networkx graphs and GraphML files."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from groundfloor.crs import same_as_jgd2011
from groundfloor.problems import (
    MissingFileError,
    Problem,
    Severity,
    Text,
    error,
    file_missing,
    one_line,
    warning,
)
from networks.boats import with_boats_named
from networks.build import EdgeTable, build_network
from networks.edge_rows import EdgeRow, table_of_rows
from networks.errors import NetworkDataError
from networks.geo import GEOGRAPHIC_EPSG, geodesic_m
from networks.graphs.arc_lines import ArcLines
from networks.graphs.arc_tags import Attributes
from networks.graphs.arcs import Arc, ArcReader, pair_arcs
from networks.graphs.graph_labels import GraphLabels
from networks.graphs.private_arcs import PrivateArc, closed_ways_of_arcs
from networks.network import Origin, RoadNetwork
from networks.osm.nodes import NODE_KEYS, judge_node
from networks.osm.tags import ATTRIBUTION
from networks.speeds.profile import SpeedProfile, UTurnRule
from networks.speeds.profile_files import load_profile

# As for link tables: roughly placed ends make a line a little longer than the road between them.
_SHORTER_THAN_STRAIGHT = 0.98
_SLACK_M = 1.0
_FAR_TOO_SHORT_M = 10.0  # lacking more than this and more than half is no matter of precision


@dataclass(frozen=True, slots=True, eq=False)
class GraphNetwork:
    """A network made of a graph, and what the graph calls its nodes and arcs."""

    network: RoadNetwork
    labels: GraphLabels


def from_graph(
    graph: nx.Graph,
    profile: SpeedProfile | str,
    *,
    weight: str | None = None,
    measure: bool = False,
    source: str = "graph",
    as_of: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """Return the network of a graph in osmnx's conventions.

    Nodes carry ``x`` and ``y`` (degrees, or metres when ``graph.graph["crs"]`` says so); edges
    ``highway``, ``length`` (metres), optionally ``geometry``, ``name``, ``ref``, ``maxspeed``,
    ``toll``, ``width``, ``access`` and its kin, ``duration`` (ferries). A list of values, as
    simplification leaves them, means the slowest class, the lowest limit, the narrowest width, the
    strictest access, and toll if any says so. ``speed_kph`` and ``travel_time`` are ignored: osmnx
    imputes them. Nodes with ``highway=traffic_signals`` and the like cost what the profile says of
    them; such a graph has no turn restrictions, and no barriers: it was cut at neither.

    In a directed graph each arc is one direction, whatever ``oneway`` says; an arc and its mirror
    image become one edge. In an undirected graph edges run both ways, except those with a true
    ``oneway``, which then need osmnx's ``from`` and ``to``.

    With `weight` the times are the graph's own, and so is what may be driven: every arc, whatever
    its tags say, in both directions where the graph is undirected, and nodes and turns cost
    nothing. Searches then answer what networkx does with that weight, in whole milliseconds.

    Parameters
    ----------
    graph : networkx graph
        Directed or not, multi or not; left as it is.
    profile : SpeedProfile or str
        Speeds by class; with `weight` only that between a door and the road counts.
    weight : str, optional
        Attribute with each arc's seconds, zero or more; rounded to whole milliseconds arc by arc,
        half to even.
    measure : bool
        True measures lengths along the geometry on the ellipsoid; False takes ``length`` where
        there is one (osmnx's own lengths are spherical, up to 0.5 % off).
    source, as_of, attribution : str
        What it is, of which date, and who must be named.

    Returns
    -------
    RoadNetwork
        Edges in the order of the graph's.

    Raises
    ------
    NetworkDataError
        With every problem: missing or absurd coordinates, lengths, weights, classes, CRS.
    """
    return graph_network(
        graph,
        profile,
        weight=weight,
        measure=measure,
        source=source,
        as_of=as_of,
        attribution=attribution,
    ).network


def graph_network(
    graph: nx.Graph,
    profile: SpeedProfile | str,
    *,
    weight: str | None = None,
    measure: bool = False,
    source: str = "graph",
    as_of: str = "",
    attribution: str = "",
) -> GraphNetwork:
    """Return what `from_graph` does, with what the graph calls its nodes and arcs."""
    profile = load_profile(profile)
    profile = profile if weight is None else _for_own_times(profile, weight)
    problems: list[Problem] = []
    lon, lat, transformer = _positions(graph, source, problems)
    if problems:
        raise NetworkDataError(problems)
    index: dict[Hashable, int] = {node: i for i, node in enumerate(graph.nodes)}
    by_osmnx = str(graph.graph.get("created_with", "")).startswith("OSMnx")
    points = np.column_stack([lon, lat])
    lines = ArcLines.of([data.get("geometry") for *_, data in _keyed(graph)], transformer)
    reader = ArcReader(profile, source, points, lines, measure=measure, osm_ids=by_osmnx)
    rows = list(_rows(graph, index, reader, weight))
    rows = pair_arcs(rows) if graph.is_directed() else rows
    reader.check()
    notes = _short_edges(rows, lon, lat, source, list(graph.nodes))
    # osmnx signs its graphs, and their data is OpenStreetMap's.
    credit = attribution or (ATTRIBUTION if by_osmnx else "")
    origin = Origin(source, as_of, credit, dropped=tuple(sorted(reader.dropped.items())))
    table = table_of_rows(_node_ids(graph), lon, lat, rows)
    ids = list(graph.nodes)
    table = with_boats_named(table, lambda e: f"{ids[table.tail[e]]}–{ids[table.head[e]]}")
    table = _completed(table, rows, _waits(graph, profile), reader.private)
    labels = GraphLabels(
        tuple(graph.nodes),
        tuple(row.forward_key for row in rows),
        tuple(row.backward_key for row in rows),
    )
    return GraphNetwork(build_network(table, profile, origin, notes), labels)


def _for_own_times(profile: SpeedProfile, weight: str) -> SpeedProfile:
    """Return the profile of roads that bring their own times: nothing else costs any."""
    return replace(
        profile,
        name=f"{weight} + {profile.name}",
        title=Text(
            f"グラフの {weight}（道路までは {profile.title.ja}）",
            f"{weight} of the graph; to the road: {profile.title.en}",
        ),
        delays=(),
        turns=None,
        u_turns=UTurnRule.ANYWHERE,
    )


def _arcs(graph: nx.Graph, index: Mapping[Hashable, int]) -> Iterator[Arc]:
    """Yield the arcs of a graph in its order."""
    for number, (u, v, key, data) in enumerate(_keyed(graph)):
        yield Arc(number, index[u], index[v], (u, v), key, data)


def _rows(
    graph: nx.Graph, index: Mapping[Hashable, int], reader: ArcReader, weight: str | None
) -> Iterator[EdgeRow]:
    """Yield an edge for each arc that may be driven, before mirror images are paired."""
    for arc in _arcs(graph, index):
        if weight is None:
            row = reader.arc(arc)
        else:
            row = reader.timed_arc(arc, reader.own_ms(arc, weight))
        if row is None:
            continue
        if graph.is_directed():
            yield row
        elif weight is None:
            yield from reader.undirected(row, index, arc.data)
        else:
            yield replace(row, backward=True)


def _keyed(graph: nx.Graph) -> Iterator[tuple[Hashable, Hashable, Hashable, Attributes]]:
    if graph.is_multigraph():
        yield from graph.edges(keys=True, data=True)
        return
    for u, v, data in graph.edges(data=True):
        yield u, v, 0, data


def _completed(
    table: EdgeTable,
    rows: Sequence[EdgeRow],
    wait: NDArray[np.int64],
    private: Sequence[PrivateArc],
) -> EdgeTable:
    """Return the table with times by direction, what its nodes cost and the arcs beside it."""
    return replace(
        table,
        given_backward_ms=np.array([row.backward_ms for row in rows], np.int64),
        forward_delay_ms=wait[table.head],
        backward_delay_ms=wait[table.tail],
        closed_ways=closed_ways_of_arcs(private, table),
    )


def read_graphml(
    path: str | Path, profile: SpeedProfile | str, *, measure: bool = False
) -> RoadNetwork:
    """Return the network of a GraphML file, such as osmnx writes.

    Raises
    ------
    NetworkDataError
        When the file is not GraphML, or as `from_graph`.
    MissingFileError
        When there is no such file.
    """
    source = Path(path)
    if not source.is_file():
        raise MissingFileError(file_missing(file=source.name))
    try:
        with warnings.catch_warnings():  # of networkx, about types left out: texts are read as well
            warnings.simplefilter("ignore")
            graph = nx.read_graphml(source, force_multigraph=True)
    except (ParseError, nx.NetworkXException, ValueError, LookupError, TypeError) as cause:
        raise NetworkDataError(
            _bad(
                "graphml-unreadable",
                source.name,
                f"GraphML として読めません: {cause}",
                f"not readable as GraphML: {cause}",
            )
        ) from cause
    return from_graph(graph, profile, measure=measure, source=source.name)


def _positions(
    graph: nx.Graph, source: str, problems: list[Problem]
) -> tuple[NDArray[np.float64], NDArray[np.float64], Transformer | None]:
    """Return nodes in degrees, and the way from the graph's CRS to them (None for degrees)."""
    x = np.array([_number(data.get("x")) for _, data in graph.nodes(data=True)], np.float64)
    y = np.array([_number(data.get("y")) for _, data in graph.nodes(data=True)], np.float64)
    problems += _without_position(graph, x + y, source)
    transformer = _transformer(graph.graph, source, problems)
    came_from = transformer.source_crs if transformer is not None else None
    metres = came_from is not None and came_from.is_projected
    if metres and len(x) and not problems and _like_degrees(x, y):
        problems.append(
            _bad(
                "graph-crs",
                source,
                "座標は緯度・経度のようですが、座標系は平面直角などの投影座標系とされています",
                "coordinates look like degrees, but the CRS named is a projected one",
                str(graph.graph.get("crs")),
            )
        )
    if transformer is not None and not problems:
        x, y = (np.asarray(v, np.float64) for v in transformer.transform(x, y))
    if not problems and not _like_degrees(x, y):
        problems.append(
            _bad(
                "graph-crs",
                source,
                "座標が緯度・経度の範囲を超えています",
                "coordinates are outside the range of degrees",
                str(graph.graph.get("crs")),
            )
        )
    return x, y, transformer


def _without_position(graph: nx.Graph, sums: NDArray[np.float64], source: str) -> Iterator[Problem]:
    for node, known in zip(graph.nodes, np.isfinite(sums), strict=True):
        if not known:
            yield _bad(
                "graph-node-position",
                source,
                "点の x・y が数値ではありません",
                "x or y of a node is not a number",
                str(node),
            )


def _short_edges(
    rows: list[EdgeRow],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    source: str,
    names: list[Hashable],
) -> tuple[Problem, ...]:
    """Return a warning where edges are shorter than the line between their ends.

    Raises
    ------
    NetworkDataError
        When some are so much shorter that their unit must be another one, or the length unknown.
    """
    tail, head = np.array([(row.tail, row.head) for row in rows], np.int64).reshape(-1, 2).T
    length_m = np.array([row.length_m for row in rows], np.float64)
    lack_m = geodesic_m(lon[tail], lat[tail], lon[head], lat[head]) * _SHORTER_THAN_STRAIGHT
    lack_m -= length_m  # NaN, to be measured, compares as false
    count = int((lack_m > _SLACK_M).sum())
    if not count:
        return ()
    worst = int(np.nanargmax(lack_m))
    row = rows[worst]
    problem = warning(
        "graph-length-short",
        Text(
            f"両端の直線距離より短い辺が {count} 本あります"
            f"（最も足りない辺は {row.length_m:.1f} m で {lack_m[worst]:.1f} m 不足）",
            f"{count} edges are shorter than the straight line between their ends (the worst "
            f"measures {row.length_m:.1f} m, {lack_m[worst]:.1f} m too little)",
        ),
        Text(
            "length はメートルです。単位を確かめるか、measure=True で測り直してください",
            "length is in metres: check the unit, or have it measured (measure=True)",
        ),
        file=source,
        value=f"{names[row.tail]} → {names[row.head]}",
    )
    if (lack_m > np.maximum(length_m, _FAR_TOO_SHORT_M)).any():
        raise NetworkDataError(replace(problem, severity=Severity.ERROR))
    return (problem,)


def _waits(graph: nx.Graph, profile: SpeedProfile) -> NDArray[np.int64]:
    """Return the milliseconds that arriving at each node costs: signals and the like."""
    waits = np.zeros(len(graph), np.int64)
    for i, (_, data) in enumerate(graph.nodes(data=True)):
        tags = {key: str(data[key]) for key in NODE_KEYS & data.keys()}
        mark = judge_node(tags) if tags else None  # most nodes are bends and plain junctions
        if mark is not None and not mark.closed:
            waits[i] = profile.delay_ms(mark.kind)
    return waits


def _transformer(
    attributes: Mapping[str, Any], source: str, problems: list[Problem]
) -> Transformer | None:
    crs = attributes.get("crs")
    if crs is None:
        return None
    try:
        parsed = CRS.from_user_input(crs)
        if same_as_jgd2011(parsed):
            return None
        if parsed.is_geographic or parsed.is_projected:  # degrees of the Tokyo datum: 400 m off
            return Transformer.from_crs(parsed, GEOGRAPHIC_EPSG, always_xy=True)
    except ProjError:
        pass
    what = "緯度・経度でも投影座標でもない座標系です", "neither a geographic nor a projected CRS"
    problems.append(_bad("graph-crs", source, *what, one_line(str(crs))))
    return None


def _like_degrees(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    return bool(((np.abs(x) <= 180) & (np.abs(y) <= 90)).all())  # noqa: PLR2004 (degrees)


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def _node_ids(graph: nx.Graph) -> NDArray[np.generic]:
    """Return node ids as integers where all are, else as text."""
    try:
        numbers = np.array([int(str(node)) for node in graph.nodes], np.int64)
    except (ValueError, OverflowError):
        return np.array([str(node) for node in graph.nodes], np.str_)
    return numbers


def _bad(code: str, file: str, ja: str, en: str, value: str | None = None) -> Problem:
    remedy = Text("元のグラフを確かめてください", "check the graph")
    return error(code, Text(ja, en), remedy, file=file, value=value)
