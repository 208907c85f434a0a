"""From bare lines to nodes and edges, by the places that their vertices share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from networks.geo import components

# Positions are told apart at 1e-8 degrees, about a millimetre. Coordinates of sheets that meet
# should be written alike, but their last decimals differ (by a change of datum, by another number
# of decimals): whatever is less than a centimetre apart is one place, wherever a grid is laid.
_PER_DEGREE = 100_000_000
_TOLERANCE = 10
# Whole numbers of that grid for all of Japan in one 64-bit number.
_WEST, _SOUTH, _EAST, _NORTH = 122.0, 20.0, 154.0, 46.0
_ROWS = round((_NORTH - _SOUTH) * _PER_DEGREE) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Packed lines as a file gives them.

    Parameters
    ----------
    offset : (L + 1,) int64
        Vertices of line ``i`` are ``offset[i]:offset[i + 1]``.
    lon, lat : (V,) float64
        Degrees.
    """

    offset: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __len__(self) -> int:
        """Return L."""
        return len(self.offset) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Lines cut at junctions: E edges between N nodes.

    Parameters
    ----------
    node_id : (N,) int64
        Identity of a node, made of its position; ascending.
    node_lon, node_lat : (N,) float64
        Degrees.
    tail, head : (E,) int64
        Nodes.
    offset : (E + 1,) int64
        Vertices of the edges.
    lon, lat : (V,) float64
        Degrees.
    place : (V,) int64
        Numbers of their places: vertices that are at one place have one number.
    line : (E,) int64
        The line an edge is part of.
    """

    node_id: NDArray[np.int64]
    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    offset: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    place: NDArray[np.int64]
    line: NDArray[np.int64]


def in_japan(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which positions lie in the box of Japan; NaN does not."""
    inside: NDArray[np.bool_] = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return inside


@dataclass(frozen=True, slots=True, eq=False)
class _Spots:
    """The places of vertices: for each its number, and the identity of each number."""

    number: NDArray[np.int64]
    identity: NDArray[np.int64]


def _spots(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> _Spots:
    """Return the places of vertices; those within `_TOLERANCE` of one another are one."""
    x = np.rint((lon - _WEST) * _PER_DEGREE).astype(np.int64)
    y = np.rint((lat - _SOUTH) * _PER_DEGREE).astype(np.int64)
    key, number = np.unique(x * _ROWS + y, return_inverse=True)
    one, other = _close(key // _ROWS, key % _ROWS)
    if len(one) == 0:
        return _Spots(number.reshape(-1), key)
    component = components(one, other, len(key), np.ones(len(one)))
    _, lowest, joined = np.unique(component, return_index=True, return_inverse=True)
    # Components are numbered by weight; places are by position again, each that of its lowest.
    order = np.argsort(lowest)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return _Spots(rank[joined.reshape(-1)][number.reshape(-1)], key[lowest[order]])


def _close(x: NDArray[np.int64], y: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Return pairs of places in one cell of four grids, twice the tolerance wide.

    The grids are shifted by half a cell against each other, so that places within the tolerance
    share a cell of one of them, whatever their last decimals.
    """
    # Almost every place is alone, seen from the south or from the west: no need to sort those.
    left = np.arange(len(x))
    for along in (x, y):
        left = left[_beside_another(along[left])]
    x, y = x[left], y[left]
    pairs: list[NDArray[np.int64]] = []
    cells = _ROWS // (2 * _TOLERANCE) + 2
    for right in (0, _TOLERANCE):
        for up in (0, _TOLERANCE):
            cell = (x + right) // (2 * _TOLERANCE) * cells + (y + up) // (2 * _TOLERANCE)
            order = np.argsort(cell, kind="stable")
            same = np.flatnonzero(cell[order][1:] == cell[order][:-1])
            pairs.append(np.stack([order[same], order[same + 1]]))
    one, other = left[np.concatenate(pairs, axis=1)]
    return one, other


def _beside_another(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the values are that another one is within the tolerance of, ascending."""
    order = np.argsort(values, kind="stable")
    near = np.diff(values[order]) <= _TOLERANCE
    beside = np.zeros(len(values), bool)
    beside[order[1:][near]] = True
    beside[order[:-1][near]] = True
    return np.flatnonzero(beside)


def cut_lines(lines: Lines, level: NDArray[np.int64]) -> Pieces:
    """Return the lines cut where they meet, tied by the places of their vertices.

    N13 cuts its lines where roads meet or an attribute changes, and junctions are equal ends. In
    case a line was not cut, it is cut here at an inner vertex that is an end of another line, or
    an inner vertex of another line of the same 階層順. Lines that cross without a common vertex,
    or with one on different levels, are bridges and stay apart.

    Parameters
    ----------
    lines : Lines
        Inside Japan, at least two vertices each.
    level : (L,) int64
        階層順 of each line.

    Returns
    -------
    Pieces
        Edges by line, then along it; pieces without any length are left out.
    """
    spots = _spots(lines.lon, lines.lat)
    place, line, lines = _without_repeats(lines, spots.number)
    if len(lines) == 0:
        return _no_pieces()
    level = level[line]
    is_end = np.zeros(len(place), bool)
    is_end[lines.offset[:-1]] = True
    is_end[lines.offset[1:] - 1] = True
    ends_here = np.zeros(len(spots.identity), bool)
    ends_here[place[is_end]] = True
    cut = is_end | ends_here[place]
    inner = np.flatnonzero(~is_end)
    if len(inner):
        level_of = np.repeat(level, np.diff(lines.offset))[inner]
        cut[inner] |= _repeated(place[inner], level_of)
    return _split(lines, line, _Spots(place, spots.identity), cut)


def _without_repeats(
    lines: Lines, place: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Lines]:
    """Drop vertices at the place of the one before, and lines that have one place only.

    Returns the places of the vertices kept, which lines these are of, and the lines.
    """
    keep = np.ones(len(place), bool)
    keep[1:] = place[1:] != place[:-1]
    keep[lines.offset[:-1]] = True
    counts = np.add.reduceat(keep, lines.offset[:-1]) if len(lines) else np.zeros(0, np.int64)
    long_enough = counts > 1
    keep &= np.repeat(long_enough, np.diff(lines.offset))
    kept = np.flatnonzero(long_enough)
    offset = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(counts[kept], out=offset[1:])
    return place[keep], kept, Lines(offset, lines.lon[keep], lines.lat[keep])


def _repeated(place: NDArray[np.int64], level: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which (place, level) pairs occur more than once."""
    order = np.lexsort((level, place))
    same = (place[order][1:] == place[order][:-1]) & (level[order][1:] == level[order][:-1])
    twice = np.zeros(len(place), bool)
    twice[order[1:][same]] = True
    twice[order[:-1][same]] = True
    return twice


def _split(lines: Lines, line: NDArray[np.int64], spots: _Spots, cut: NDArray[np.bool_]) -> Pieces:
    at = np.flatnonzero(cut)
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offset))[at]
    together = owner[1:] == owner[:-1]
    start, stop = at[:-1][together], at[1:][together]
    counts = stop - start + 1
    offset = np.zeros(len(start) + 1, np.int64)
    np.cumsum(counts, out=offset[1:])
    take = np.repeat(start - offset[:-1], counts) + np.arange(offset[-1])
    place = spots.number
    node, first = np.unique(place[at], return_index=True)
    node_lon, node_lat = lines.lon[at[first]], lines.lat[at[first]]
    tail, head = np.searchsorted(node, place[start]), np.searchsorted(node, place[stop])
    lon, lat = lines.lon[take], lines.lat[take]
    # Roads that meet do so in one point, to the last decimal.
    for vertex, end in ((offset[:-1], tail), (offset[1:] - 1, head)):
        lon[vertex], lat[vertex] = node_lon[end], node_lat[end]
    return Pieces(
        node_id=spots.identity[node],
        node_lon=node_lon,
        node_lat=node_lat,
        tail=tail,
        head=head,
        offset=offset,
        lon=lon,
        lat=lat,
        place=place[take],
        line=line[owner[:-1][together]],
    )


def driven_once(pieces: Pieces, kind: NDArray[np.int64]) -> tuple[Pieces, int]:
    """Return the pieces without those that repeat another, and how many these were.

    A road on the rim of a sheet, or in two files that overlap, is delivered twice.

    Parameters
    ----------
    pieces : Pieces
        From `cut_lines`.
    kind : (E,) int64
        What a piece is; roads of two kinds on one line (one above the other) are two.
    """
    low, high = np.minimum(pieces.tail, pieces.head), np.maximum(pieces.tail, pieces.head)
    size = np.diff(pieces.offset)
    order = np.lexsort((kind, size, high, low))
    alike = np.ones(max(len(order) - 1, 0), bool)
    for column in (low, high, size, kind):
        alike &= column[order][1:] == column[order][:-1]
    doubtful = np.zeros(len(order), bool)
    doubtful[order[1:][alike]] = True
    doubtful[order[:-1][alike]] = True
    seen: set[tuple[int, bytes]] = set()
    keep = np.ones(len(order), bool)
    for at in np.flatnonzero(doubtful).tolist():
        run = pieces.place[pieces.offset[at] : pieces.offset[at + 1]]
        line = int(kind[at]), min(run.tobytes(), run[::-1].tobytes())
        keep[at] = line not in seen
        seen.add(line)
    return (pieces, 0) if keep.all() else (_chosen(pieces, keep), int((~keep).sum()))


def _chosen(pieces: Pieces, keep: NDArray[np.bool_]) -> Pieces:
    size = np.diff(pieces.offset)
    vertex = np.repeat(keep, size)
    offset = np.zeros(int(keep.sum()) + 1, np.int64)
    np.cumsum(size[keep], out=offset[1:])
    return replace(
        pieces,
        tail=pieces.tail[keep],
        head=pieces.head[keep],
        offset=offset,
        lon=pieces.lon[vertex],
        lat=pieces.lat[vertex],
        place=pieces.place[vertex],
        line=pieces.line[keep],
    )


def mesh_ends(pieces: Pieces) -> NDArray[np.bool_]:
    """Return which nodes are dead ends on the rim of a 1次メッシュ: the road goes on beyond it.

    A mesh of 80 km is one degree wide and two thirds of one high (JIS X 0410), and N13 cuts roads
    where meshes meet.
    """
    count = len(pieces.node_id)
    degree = np.bincount(np.concatenate([pieces.tail, pieces.head]), minlength=count)
    rows = pieces.node_lat * 1.5
    off = np.minimum(
        np.abs(pieces.node_lon - np.rint(pieces.node_lon)), np.abs(rows - np.rint(rows))
    )
    rim: NDArray[np.bool_] = (degree == 1) & (off * _PER_DEGREE < 10)  # noqa: PLR2004 (1 cm)
    return rim


def _no_pieces() -> Pieces:
    none, no = np.zeros(0, np.float64), np.zeros(0, np.int64)
    return Pieces(no, none, none, no, no, np.zeros(1, np.int64), none, none, no, no)
