"""Roads closed by hand: lines and areas as the run file's closures, or edges by their names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundfloor.dates import parse_date
from groundfloor.problems import Problem, Text, UsageError, error, one_line
from networks.closures.closing import close_edges
from networks.closures.closure_files import read_closures
from networks.graphs.graph_labels import GraphLabels
from networks.network import CLOSED, RoadNetwork
from spots.job.job_roads import JobClosures, close_roads
from spots.library.frames_on_disk import Source, on_disk, shown_source
from spots.library.given_points import GeoFrame
from spots.types import ClosedRoad, RunClosures

Arc = tuple[Hashable, ...]
_BY_NAME = "edges"


@dataclass(frozen=True, slots=True, eq=False)
class Closing:
    """What was closed of some roads, as a run tells it.

    Parameters
    ----------
    whole : RoadNetwork
        The roads with nothing closed.
    closures : RunClosures
        What each closure does.
    labels : mapping of int to tuple of str
        Which closures close an edge, by its number.
    edges : tuple of (n,) int64
        Edges that each closure closes, in their order.
    """

    whole: RoadNetwork
    closures: RunClosures
    labels: Mapping[int, tuple[str, ...]]
    edges: tuple[NDArray[np.int64], ...]


def closed_by_shapes(
    network: RoadNetwork, what: Source | GeoFrame, on: date | str | None
) -> tuple[RoadNetwork, Closing, tuple[Problem, ...]]:
    """Return the roads without those under lines and areas that hold on a day.

    Raises
    ------
    UsageError
        A closure has days, and no day is given.
    NetworkDataError, MissingFileError, CrsError
        The closures cannot be used.
    """
    frame = gpd.GeoDataFrame(geometry=what) if isinstance(what, gpd.GeoSeries) else what
    shown = shown_source(frame, "closures")
    with on_disk(frame, "closures") as path:
        closures = replace(read_closures(path), source=shown)
    day = None if on is None else parse_date(on, column="on", whole=True)
    dated = [row.label for row in closures.rows if row.period]
    if dated and day is None:
        raise UsageError(_day_missing(shown, dated[0]))
    closed = close_roads(network, JobClosures(((shown, closures),), day))
    closing = Closing(network, closed.closures, closed.labels, closed.edges)
    return closed.network, closing, closed.problems


def closed_by_name(
    network: RoadNetwork, labels: GraphLabels, arcs: Iterable[Arc]
) -> tuple[RoadNetwork, Closing]:
    """Return the roads without the edges that some arcs are; both directions are closed.

    Raises
    ------
    UsageError
        Some are no edges of these roads; all of them are named.
    """
    named_edges = _arcs(arcs)
    edge_of = _edges_by_name(network, labels)
    mask = np.zeros(len(network.edges), bool)
    named: dict[int, tuple[str, ...]] = {}
    problems = []
    for arc in named_edges:
        found = edge_of.get(tuple(arc), [])
        if not found:
            problems.append(_no_edge(arc))
        for edge in found:
            mask[edge] = True
            named[edge] = (" → ".join(map(str, arc[:2])),)
    if problems:
        raise UsageError(problems)
    lengths = network.edges.length_m
    rows = tuple(
        ClosedRoad(_BY_NAME, label[0], "", "", True, 1, float(lengths[edge]) / 1000.0)
        for edge, label in sorted(named.items())
    )
    told = RunClosures(rows, None, float(lengths[mask].sum()) / 1000.0)
    each = tuple(np.array([edge], np.int64) for edge in sorted(named))
    return close_edges(network, mask), Closing(network, told, named, each)


def _arcs(arcs: Iterable[Arc]) -> list[Arc]:
    """Return arcs as tuples.

    Raises
    ------
    UsageError
        They are a frame, or one alone, which might be several.
    """
    several = [] if isinstance(arcs, pd.DataFrame | str) else list(arcs)
    wrong = [each for each in several if not isinstance(each, list | tuple)]
    if wrong or isinstance(arcs, pd.DataFrame | str):
        raise UsageError(_no_arcs(type(arcs).__name__ if not wrong else str(arcs)))
    return [tuple(each) for each in several]


def joined(before: Closing | None, after: Closing) -> Closing:
    """Return two closings, one after the other, as one."""
    if before is None:
        return after
    both = (*before.closures.rows, *after.closures.rows)
    labels = {
        edge: (*before.labels.get(edge, ()), *after.labels.get(edge, ()))
        for edge in sorted({*before.labels, *after.labels})
    }
    metres = before.whole.edges.length_m[np.array(list(labels), np.int64)]
    on = after.closures.on or before.closures.on
    told = RunClosures(both, on, float(metres.sum()) / 1000.0)
    return Closing(before.whole, told, labels, (*before.edges, *after.edges))


def _edges_by_name(network: RoadNetwork, labels: GraphLabels) -> dict[Arc, list[int]]:
    """Return edges by (u, v, key), and by (u, v) all of them."""
    edges = network.edges
    found: dict[Arc, list[int]] = {}
    columns = (edges.tail, edges.head, edges.forward_ms, edges.backward_ms)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for e, (tail, head, forward_ms, backward_ms) in enumerate(rows):
        u, v = labels.nodes[tail], labels.nodes[head]
        for name, ms in (
            ((u, v, labels.forward_key[e]), forward_ms),
            ((v, u, labels.backward_key[e]), backward_ms),
        ):
            if ms != CLOSED:
                found.setdefault(name, []).append(e)
                found.setdefault(name[:2], []).append(e)
    return found


def _no_edge(arc: Arc) -> Problem:
    return error(
        "no-such-edge",
        Text("この道路網にない辺です", "is no edge of these roads"),
        Text(
            "`to_gdfs()` の辺の索引 `(u, v, key)` で示してください",
            "name it by the index (u, v, key) of the edges of to_gdfs()",
        ),
        column="edges",
        value=one_line(str(arc)),
    )


def _no_arcs(value: str) -> Problem:
    return error(
        "wrong-type",
        Text("辺の並びではありません", "are no list of edges"),
        Text(
            "`edges=[(u, v, key)]` か、表なら `edges=表.index` と書いてください",
            "write edges=[(u, v, key)]; of a frame of edges, its .index",
        ),
        column="edges",
        value=one_line(value),
    )


def _day_missing(file: str, value: str) -> Problem:
    return error(
        "closures-day-missing",
        Text(
            "期間のある通行止めがあるのに、いつの時点かが書かれていません",
            "is missing, and there are closures with days",
        ),
        Text('on="2026-01-15" のように書いてください', 'such as on="2026-01-15"'),
        file=file,
        column="on",
        value=value,
    )
