"""From bare lines to nodes and edges, by equal coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Positions are compared at 1e-8 degrees, about a millimetre: coordinates of meshes that meet are
# written alike, and two places a millimetre apart are one.
_PER_DEGREE = 100_000_000
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
    line: NDArray[np.int64]


def in_japan(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which positions lie in the box of Japan; NaN does not."""
    inside: NDArray[np.bool_] = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return inside


def position_keys(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return one number per position, the same for places less than about a millimetre apart."""
    x = np.rint((lon - _WEST) * _PER_DEGREE).astype(np.int64)
    y = np.rint((lat - _SOUTH) * _PER_DEGREE).astype(np.int64)
    return x * _ROWS + y


def cut_lines(lines: Lines, level: NDArray[np.int64]) -> Pieces:
    """Return the lines cut where they meet, tied by equal coordinates.

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
    lines, level, line = _without_repeats(lines, level)
    if len(lines) == 0:
        return _no_pieces()
    key = position_keys(lines.lon, lines.lat)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    place = place.reshape(-1)
    is_end = np.zeros(len(key), bool)
    is_end[lines.offset[:-1]] = True
    is_end[lines.offset[1:] - 1] = True
    ends_here = np.zeros(len(first), bool)
    ends_here[place[is_end]] = True
    cut = is_end | ends_here[place]
    inner = np.flatnonzero(~is_end)
    if len(inner):
        level_of = np.repeat(level, np.diff(lines.offset))[inner]
        cut[inner] |= _repeated(place[inner], level_of)
    return _split(lines, line, key, cut)


def _without_repeats(
    lines: Lines, level: NDArray[np.int64]
) -> tuple[Lines, NDArray[np.int64], NDArray[np.int64]]:
    """Drop vertices equal to the one before, and lines that have one place only."""
    key = position_keys(lines.lon, lines.lat)
    keep = np.ones(len(key), bool)
    keep[1:] = key[1:] != key[:-1]
    keep[lines.offset[:-1]] = True
    counts = np.add.reduceat(keep, lines.offset[:-1]) if len(lines) else np.zeros(0, np.int64)
    long_enough = counts > 1
    keep &= np.repeat(long_enough, np.diff(lines.offset))
    kept = np.flatnonzero(long_enough)
    offset = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(counts[kept], out=offset[1:])
    return Lines(offset, lines.lon[keep], lines.lat[keep]), level[kept], kept


def _repeated(place: NDArray[np.int64], level: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which (place, level) pairs occur more than once."""
    order = np.lexsort((level, place))
    same = (place[order][1:] == place[order][:-1]) & (level[order][1:] == level[order][:-1])
    twice = np.zeros(len(place), bool)
    twice[order[1:][same]] = True
    twice[order[:-1][same]] = True
    return twice


def _split(
    lines: Lines, line: NDArray[np.int64], key: NDArray[np.int64], cut: NDArray[np.bool_]
) -> Pieces:
    at = np.flatnonzero(cut)
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offset))[at]
    together = owner[1:] == owner[:-1]
    start, stop = at[:-1][together], at[1:][together]
    counts = stop - start + 1
    offset = np.zeros(len(start) + 1, np.int64)
    np.cumsum(counts, out=offset[1:])
    take = np.repeat(start - offset[:-1], counts) + np.arange(offset[-1])
    node_id, first = np.unique(key[at], return_index=True)
    spot = at[first]
    return Pieces(
        node_id=node_id,
        node_lon=lines.lon[spot],
        node_lat=lines.lat[spot],
        tail=np.searchsorted(node_id, key[start]),
        head=np.searchsorted(node_id, key[stop]),
        offset=offset,
        lon=lines.lon[take],
        lat=lines.lat[take],
        line=line[owner[:-1][together]],
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
    return Pieces(no, none, none, no, no, np.zeros(1, np.int64), none, none, no)
