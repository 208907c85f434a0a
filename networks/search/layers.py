"""The layers of the search graph: the roads everybody may take, areas for their own traffic, ships.

* *plain*: the nodes themselves, with the roads that anybody may drive through.
* *own traffic*: stretches of road that only drives may use which start or end there
  (``access=destination``). Each node on them has two copies. A drive that starts there begins in
  the first, drives about in it, and leaves by a link to the plain node; it enters the second by a
  link from the plain node and cannot leave it. From the first copy to the second it goes through
  the plain node, at no cost, so no link of their own is needed. Public roads that can only be
  reached over such stretches (the grounds of a hospital behind a gate for its own traffic) belong
  to them: what is enclosed can be driven to, but not through.
* *ships*: one line at one pier has a place aboard before the crossing, and one after each
  crossing that ends there. Boarding costs the waiting time once however many edges the line has;
  landing is free, and only possible after a crossing. Who stays aboard goes on, but not straight
  back: a ship that turns round is boarded again. At a pier on own-traffic roads each land leg is
  a drive of its own: it may end by boarding, and the next one starts by landing.

Stands apart: `graph` walks what is remembered of a drive over these layers, and asks no more of
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.geo import components
from networks.network import BOARD, CLOSED, FERRY_FLAG, LINK, TOLL, WORD_MS, Edges

Places = NDArray[np.integer]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Places of the layers and the arcs between them, before anything is remembered of a drive.

    Parameters
    ----------
    node : (L,) int32
        Node of each place; the first N are the nodes.
    source, target : (B,) int32
        Places at the ends of each arc; links first, then by directed edge.
    word : (B,) uint32
        As in `ArcRows`.
    directed : (B,) int32
        As in `ArcRows`.
    entry_node, entry_place : (Z,) int32
        Nodes, ascending, at which a drive that starts there begins at a place of its own.
    """

    node: NDArray[np.int32]
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    word: NDArray[np.uint32]
    directed: NDArray[np.int32]
    entry_node: NDArray[np.int32]
    entry_place: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class _Drives:
    """Directed edges that may be driven, ascending."""

    directed: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    word: NDArray[np.uint32]

    def only(self, kept: NDArray[np.bool_] | Places) -> _Drives:
        return _Drives(self.directed[kept], self.tail[kept], self.head[kept], self.word[kept])


def layers_of(node_count: int, edges: Edges, line_names: NDArray[np.integer]) -> Layers:
    """Return the layers of `edges`.

    Parameters
    ----------
    node_count : int
        N.
    edges : Edges
        The roads and ferries. A ferry is a ferry even if marked for its own traffic.
    line_names : (E,) int
        Ferries of the same name are one line: changing from edge to edge costs no boarding.

    Raises
    ------
    ValueError
        When a drive takes longer than a word can say; sources are checked before.
    """
    drives = _drives(edges)
    edge = drives.directed >> 1
    ferry = edges.ferry[edge]
    own = _own_traffic(node_count, edges)[edge]
    if not (ferry.any() or own.any()):
        return _joined(np.arange(node_count), [], [drives], [(drives.tail, drives.head)])
    roads, lanes, ships = drives.only(~(ferry | own)), drives.only(own), drives.only(ferry)
    inside = distinct(np.concatenate([lanes.tail, lanes.head])).astype(np.int64)
    start = node_count + np.arange(len(inside))  # first copies, where drives start
    end = start + len(inside)
    tail, head = np.searchsorted(inside, lanes.tail), np.searchsorted(inside, lanes.head)
    line = np.asarray(line_names)[ships.directed >> 1].astype(np.int64)
    decks = _decks(node_count + 2 * len(inside), ships, line, inside, start, end)
    return _joined(
        np.concatenate([np.arange(node_count), inside, inside, decks.pier]),
        [(start, inside, 0), (inside, end, 0), *decks.links],
        [roads, lanes, lanes, ships, decks.onward],
        [
            (roads.tail, roads.head),
            (start[tail], start[head]),
            (end[tail], end[head]),
            *decks.ends,
        ],
        (inside, start),
    )


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the values ascending, each once.

    By sorting: `numpy.unique` hashes since 2.3, and took twenty times as long on such keys.
    """
    ordered = np.sort(values)
    kept = np.ones(len(ordered), bool)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept]


def _drives(edges: Edges) -> _Drives:
    """Return both directions of every edge, as far as they may be driven."""
    ms = np.stack([edges.forward_ms, edges.backward_ms], axis=1).ravel()
    delay = np.stack([edges.forward_delay_ms, edges.backward_delay_ms], axis=1).ravel()
    directed = np.flatnonzero(ms != CLOSED)
    total = ms[directed].astype(np.int64) + delay[directed]
    if len(total) and (total.min() < 0 or total.max() > WORD_MS):
        raise ValueError(f"milliseconds of an edge must be from 0 to {WORD_MS}")
    flags = np.where(edges.toll, TOLL, 0) | np.where(edges.ferry, FERRY_FLAG, 0)
    return _Drives(
        directed=directed.astype(np.int32),
        tail=np.stack([edges.tail, edges.head], axis=1).ravel()[directed],
        head=np.stack([edges.head, edges.tail], axis=1).ravel()[directed],
        word=(total | flags[directed >> 1]).astype(np.uint32),
    )


def _own_traffic(node_count: int, edges: Edges) -> NDArray[np.bool_]:
    """Return which edges are for their own traffic, those they enclose included.

    Of the public roads that hang together over own-traffic roads, those with most metres are the
    ones that drives come from; the others are enclosed. Ferries connect nothing here.
    """
    drivable: NDArray[np.bool_] = (edges.forward_ms != CLOSED) | (edges.backward_ms != CLOSED)
    road = drivable & ~edges.ferry
    own: NDArray[np.bool_] = road & ~edges.through
    if not own.any():
        return own
    public = road & edges.through
    within = components(edges.tail[road], edges.head[road], node_count, edges.length_m[road])[
        edges.tail[public]
    ]
    piece = components(edges.tail[public], edges.head[public], node_count, edges.length_m[public])[
        edges.tail[public]
    ]  # numbered by falling length
    longest = np.full(node_count, node_count, piece.dtype)
    np.minimum.at(longest, within, piece)
    own[np.flatnonzero(public)[piece != longest[within]]] = True
    return own


@dataclass(frozen=True, slots=True, eq=False)
class _Decks:
    """Places aboard: of each line at each pier before a crossing, then after each crossing.

    Parameters
    ----------
    pier : int
        Node of each place.
    links : list of (places, places, word)
        Boarding and landing.
    onward : _Drives
        Crossings of those who have crossed already and stay aboard.
    ends : list of (places, places)
        Where first crossings, and those of `onward`, begin and end.
    """

    pier: Places
    links: list[tuple[Places, Places, int]]
    onward: _Drives
    ends: list[tuple[Places, Places]]


def _decks(
    first: int,
    ships: _Drives,
    line: Places,
    inside: Places,
    start: Places,
    end: Places,
) -> _Decks:
    """Return the decks; `first` is the number of the first one, `line` that of each ship."""
    lines = int(line.max(initial=0)) + 1
    tail_key = ships.tail.astype(np.int64) * lines + line
    head_key = ships.head.astype(np.int64) * lines + line
    keys = distinct(tail_key)
    pier = np.concatenate([keys // lines, ships.head])
    before, after = np.split(first + np.arange(len(pier)), [len(keys)])
    at = np.minimum(np.searchsorted(inside, pier), max(len(inside) - 1, 0))
    own = inside[at] == pier if len(inside) else np.zeros(len(pier), bool)
    shore = pier.astype(np.int64)
    shore[own] = start[at[own]]
    boards, lands = own[: len(keys)], slice(len(keys), None)
    come, go = _staying(head_key, tail_key)
    kept = ships.tail[come] != ships.head[go]  # not straight back
    come, go = come[kept], go[kept]
    return _Decks(
        pier=pier,
        links=[
            (pier[: len(keys)], before, BOARD | FERRY_FLAG),
            (end[at[: len(keys)][boards]], before[boards], BOARD | FERRY_FLAG),
            (after, shore[lands], FERRY_FLAG),
        ],
        onward=ships.only(go),
        ends=[(before[np.searchsorted(keys, tail_key)], after), (after[come], after[go])],
    )


def _staying(head_key: Places, tail_key: Places) -> tuple[Places, Places]:
    """Return every crossing with each that leaves where it ends, on the same line."""
    order = np.argsort(tail_key, kind="stable")
    low = np.searchsorted(tail_key[order], head_key, "left")
    count = np.searchsorted(tail_key[order], head_key, "right") - low
    begin = np.cumsum(count) - count
    go = order[np.arange(int(count.sum())) + np.repeat(low - begin, count)]
    return np.repeat(np.arange(len(head_key)), count), go


def _joined(
    node: Places,
    links: list[tuple[Places, Places, int]],
    drives: list[_Drives],
    ends: list[tuple[NDArray[np.integer], NDArray[np.integer]]],
    entries: tuple[Places, Places] | None = None,
) -> Layers:
    """Return everything as columns."""
    none = np.zeros(0, np.int64)
    entry_node, entry_place = entries if entries is not None else (none, none)
    directed = np.concatenate([d.directed for d in drives])
    order = np.argsort(directed, kind="stable") if len(drives) > 1 else slice(None)

    def column(of_links: Iterable[Places], of_drives: Iterable[Places]) -> Places:
        driven = np.concatenate([*of_drives])[order]
        return np.concatenate([*of_links, driven])

    sizes = [len(a) for a, _, _ in links]
    words = [np.full(n, word, np.int64) for n, (_, _, word) in zip(sizes, links, strict=True)]
    source = column([a for a, _, _ in links], [a for a, _ in ends])
    target = column([b for _, b, _ in links], [b for _, b in ends])
    no_road = [np.full(n, LINK, np.int64) for n in sizes]
    return Layers(
        node=node.astype(np.int32),
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        word=column(words, [d.word for d in drives]).astype(np.uint32),
        directed=column(no_road, [d.directed for d in drives]).astype(np.int32),
        entry_node=entry_node.astype(np.int32),
        entry_place=entry_place.astype(np.int32),
    )
