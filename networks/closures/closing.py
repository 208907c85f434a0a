"""Closed roads: a layer of lines or areas with dates closes edges for a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from groundfloor.dates import parse_date
from groundfloor.problems import Problem, Text, error, note, warning
from networks.closures.closure_files import Closure, Closures
from networks.closures.matching import edges_under
from networks.errors import SearchError
from networks.geo import components
from networks.network import CLOSED_FLAG, ArcRows, RoadNetwork, SearchGraph
from networks.parts import half_way_roads, pieces_of

# Part of the roads that a person should know of when closures cut it off from the rest.
_MUCH = 0.01
_NOTHING_M = 50.0  # less than the words below can say


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """What one closure does to a network on a day.

    Parameters
    ----------
    name, reason, period : str
        Of the closure.
    holds : bool
        Whether it holds on that day; where it does not, it closes nothing.
    edges : int
        Edges it closes.
    km : float
        Their length.
    """

    name: str
    reason: str
    period: str
    holds: bool
    edges: int
    km: float

    @property
    def matched(self) -> bool:
        """Whether it closes any road."""
        return self.edges > 0


@dataclass(frozen=True, slots=True, eq=False)
class ClosedEdges:
    """The edges that are closed on a day.

    Parameters
    ----------
    mask : (E,) bool
        True where closed.
    rows : tuple of ClosedRow
        One per closure, in the order of the file.
    on : date
        The day.
    problems : tuple of Problem
        Closures that fit no road, and what is cut off.
    labels : mapping of int to tuple of str
        Which closures close an edge, by its index.
    edges : tuple of (n,) int64
        Indices of the edges that each of the rows closes.
    """

    mask: NDArray[np.bool_]
    rows: tuple[ClosedRow, ...]
    on: date
    problems: tuple[Problem, ...] = ()
    labels: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    edges: tuple[NDArray[np.int64], ...] = ()


def closed_edges(network: RoadNetwork, closures: Closures, on: date | str) -> ClosedEdges:
    """Return which edges are closed on a day; see `networks.closures.matching` for the rule.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    closures : Closures
        What is closed, and when.
    on : date or str
        The day of the run.

    Returns
    -------
    ClosedEdges
        With a warning for each closure that holds and fits no road, and one when roads are cut
        off from the rest.
    """
    day = parse_date(on, column="on", whole=True)
    mask = np.zeros(len(network.edges), bool)
    rows: list[ClosedRow] = []
    problems: list[Problem] = []
    labels: dict[int, tuple[str, ...]] = {}
    closed: list[NDArray[np.int64]] = []
    holding = [closure for closure in closures.rows if closure.holds(day)]
    found = iter(edges_under(network.shapes, [closure.geometry for closure in holding]))
    for closure in closures.rows:
        holds = closure.holds(day)
        edges = next(found) if holds else np.zeros(0, np.int64)
        mask[edges] = True
        closed.append(edges)
        for edge in edges.tolist():
            labels[edge] = (*labels.get(edge, ()), closure.label)
        km = float(network.edges.length_m[edges].sum()) / 1000.0
        rows.append(ClosedRow(closure.name, closure.reason, closure.period, holds, len(edges), km))
        if holds and len(edges) == 0:
            problems.append(_fits_nothing(closures.source, closure))
    problems += _cut_off(network, mask, closures.source)
    return ClosedEdges(mask, tuple(rows), day, tuple(problems), labels, tuple(closed))


def close_edges(network: RoadNetwork, mask: NDArray[np.bool_]) -> RoadNetwork:
    """Return the same network with edges closed in both directions.

    The arrays are shared, but for the arcs' words and the half-way roads; hash and profile stay
    those of the network, so closures must be named beside it wherever results are shown.

    Parameters
    ----------
    network : RoadNetwork
        The roads; edges it has closed already stay closed.
    mask : (E,) bool
        True where closed.

    Raises
    ------
    SearchError
        It is no flag for each edge: numbers of edges, for example.
    """
    closed = np.array(mask)
    if closed.dtype != bool or closed.shape != (len(network.edges),):
        raise SearchError(_no_mask(closed))
    if network.closed is not None:
        closed = closed | network.closed
    closed.flags.writeable = False
    graph = network.graph
    shut = SearchGraph(graph.states, _shut(graph.onward, closed), _shut(graph.back, closed))
    edges = network.edges
    piece = pieces_of(network.nodes, edges, ~(edges.ferry | closed))
    half_way = half_way_roads(edges, shut, piece=piece)
    return replace(network, graph=shut, half_way=half_way, closed=closed)


def _no_mask(given: NDArray[np.generic]) -> Problem:
    return error(
        "wrong-type",
        Text("辺ごとの真偽値でなければなりません", "must be a flag for each edge"),
        Text(
            "辺の数と同じ長さの真偽の配列にしてください", "give an array of bool, as many as edges"
        ),
        column="mask",
        value=f"{given.dtype} {given.shape}",
    )


def _shut(rows: ArcRows, closed: NDArray[np.bool_]) -> ArcRows:
    road = rows.directed >= 0
    hit = np.zeros(len(rows.directed), bool)
    hit[road] = closed[rows.directed[road] >> 1]
    arc = rows.arc.copy()
    arc[hit, 1] |= np.uint32(CLOSED_FLAG)
    return ArcRows(offset=rows.offset, arc=arc, directed=rows.directed)


def _cut_off(network: RoadNetwork, mask: NDArray[np.bool_], source: str) -> list[Problem]:
    """Say what roads the closures separate from the main part of the network."""
    edges = network.edges
    road = ~edges.ferry
    total = float(edges.length_m[road & (network.nodes.component[edges.tail] == 0)].sum())
    left = road & ~mask & (network.nodes.component[edges.tail] == 0)
    if not mask.any() or total == 0.0:
        return []
    if not left.any():
        return [_everything(source)]
    label = components(edges.tail[left], edges.head[left], len(network.nodes), edges.length_m[left])
    apart = float(edges.length_m[left][label[edges.tail[left]] != 0].sum())
    if apart < _NOTHING_M:
        return []
    say = warning if apart > _MUCH * total else note
    return [
        say(
            "closures-cut-off",
            Text(
                f"通行止めにより、道路 {apart / 1000:,.1f} km が本線網から切り離されます",
                f"the closures cut {apart / 1000:,.1f} km of roads off from the rest",
            ),
            Text(
                "そこにある施設は「到達できない」になりえます",
                "facilities there may be unreachable",
            ),
            file=source,
        )
    ]


def _everything(source: str) -> Problem:
    return warning(
        "closures-everything",
        Text("通行止めが本線網の道路すべてを閉じています", "the closures close every road"),
        Text("面の範囲と座標系を確かめてください", "check the areas and the CRS"),
        file=source,
    )


def _fits_nothing(source: str, closure: Closure) -> Problem:
    return warning(
        "closure-no-road",
        Text(
            "この通行止めに当てはまる道路が道路網にありません",
            "no road of the network fits this closure",
        ),
        Text(
            "位置と道路網の範囲を確かめてください（線は道路から 15 m 以内に描きます）",
            "check its place and the network's area (draw lines within 15 m of the road)",
        ),
        file=source,
        row=closure.row,
        value=closure.label,
    )
