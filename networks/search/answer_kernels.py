"""Compiled reading of a finished search: the answer of each origin, its ties and its route.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import inner, kernel

FAR = 0xFFFFFFFF
ALONG = -2  # the destination lies on the origin's own edge, driven from tail to head
AGAINST = -3  # the same, driven from head to tail
NOWHERE = -1
_MS = np.uint32((1 << 28) - 1)
_BOARD = np.uint32(1 << 30)

U32 = NDArray[np.uint32]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Whole = int | np.int64  # a kernel makes no difference
Rows = tuple[I64, U32, np.uint32, np.uint32]
Leave = tuple[I64, U32, U32]
Beside = tuple[I64, I64, I64, I64, U32]
Work = tuple[I32, I64, I64, I64, I64]
Labels = tuple[U32, U32]
Found = tuple[I64, I64, I32, I32, I64, I64]


@inner
def _other(labels: Labels, state: np.int64, own: np.uint32) -> np.int64:
    """Return the milliseconds of the nearest site that is not `own`."""
    label, second = labels
    if label[state, 1] == own:
        return np.int64(second[state])
    return np.int64(label[state, 0])


@inner
def _note(o: int, dest: Whole, ties: I32, count: Whole) -> None:
    """Keep the lowest numbers, in order, of those that tie; `count` have been seen before."""
    room = ties.shape[1]
    at = count
    if at >= room:
        if dest >= ties[o, room - 1]:
            return
        at = room - 1
    while at > 0 and ties[o, at - 1] > dest:
        ties[o, at] = ties[o, at - 1]
        at -= 1
    ties[o, at] = dest


def along_edge(along: I64, o: int, d: int, onto: bool) -> tuple[Whole, int]:
    """Return milliseconds and way between two places of an edge, or `NOWHERE`.

    A row of ``along`` holds the milliseconds from the edge's tail, forward and backward (-1 where
    that direction may not be driven), and the place's rank along the edge.
    """
    a, b = (o, d) if onto else (d, o)
    best, way = np.int64(-1), NOWHERE
    if along[a, 2] == along[b, 2]:  # next door, whatever the road between them allows
        return np.int64(0), ALONG
    if along[a, 2] < along[b, 2] and along[a, 0] >= 0:
        best, way = along[b, 0] - along[a, 0], ALONG
    if along[a, 2] > along[b, 2] and along[a, 1] >= 0:
        best, way = along[a, 1] - along[b, 1], AGAINST
    return best, way


_along_edge = inner(along_edge)


@inner
def _least(
    o: int, own: np.uint32, labels: Labels, leave: Leave, beside: Beside, onto: bool
) -> Whole:
    """Return the fewest milliseconds from origin `o` to a destination that is not `own`'s."""
    along, low, high, by_edge, dest_site = beside
    first = len(along) - len(dest_site)
    least = np.int64(FAR)
    for i in range(leave[0][o], leave[0][o + 1]):
        other = _other(labels, np.int64(leave[1][i]), own)
        total = other + np.int64(leave[2][i])
        if other != FAR and total < least:
            least = total
    for j in range(low[o], high[o]):
        d = first + by_edge[j]
        if dest_site[by_edge[j]] != own:
            ms, way = _along_edge(along, o, d, onto)
            if way != NOWHERE and ms + along[d, 3] < least:
                least = ms + along[d, 3]
    return least


@inner
def _starts(
    o: int, own: np.uint32, least: Whole, labels: Labels, leave: Leave, work: Work, epoch: int
) -> int:
    """Put the states on the stack at which a shortest drive leaves; return how many."""
    stamp, came_by, came_from, stack, budget = work
    height = 0
    for i in range(leave[0][o], leave[0][o + 1]):
        state = np.int64(leave[1][i])
        other = _other(labels, state, own)
        fits = other != FAR and other + np.int64(leave[2][i]) == least
        if fits and stamp[state] != epoch:
            stamp[state] = epoch
            came_by[state] = -1
            came_from[state] = i
            stack[height] = state
            budget[height] = other
            height += 1
    return height


@inner
def _step(
    rows: Rows, own: np.uint32, labels: Labels, work: Work, epoch: int, height: int, rest: Whole
) -> int:
    """Push what the state on top of the stack leads to on shortest drives; return the height."""
    offset, arc, banned, wait_ms = rows
    stamp, came_by, came_from, stack, budget = work
    state = stack[height]
    for a in range(offset[state], offset[state + 1]):
        word = arc[a, 1]
        if word & banned:
            continue
        ms = np.int64(word & _MS)
        if word & _BOARD:
            ms += np.int64(wait_ms)
        there = np.int64(arc[a, 0])
        if ms > rest or stamp[there] == epoch:
            continue
        other = _other(labels, there, own)
        if other == FAR or other != rest - ms:
            continue
        stamp[there] = epoch
        came_by[there] = a
        came_from[there] = state
        stack[height] = there
        budget[height] = rest - ms
        height += 1
    return height


@inner
def _tied_beside(
    o: int,
    own: np.uint32,
    least: Whole,
    beside: Beside,
    onto: bool,
    best: I64,
    ties: I32,
    seen: I32,
) -> Whole:
    """Note the destinations on the origin's own edge that are `least` away; return how many."""
    along, low, high, by_edge, dest_site = beside
    first = len(along) - len(dest_site)
    tied = np.int64(0)
    for j in range(low[o], high[o]):
        d = by_edge[j]
        ms, way = _along_edge(along, o, first + d, onto)
        if dest_site[d] != own and way != NOWHERE and ms + along[first + d, 3] == least:
            seen[d] = o + 1
            _note(o, d, ties, tied)
            tied += 1
            if best[o, 1] < 0 or d < best[o, 1]:
                best[o, 1], best[o, 2] = d, way
    return tied


@inner
def _traced(
    state: np.int64, came_by: I64, came_from: I64, path: I64, used: Whole
) -> tuple[np.int64, Whole]:
    """Append the arcs that led to a state; return the door they start at, and what is used."""
    here, size = state, 0
    while came_by[here] >= 0:
        size += 1
        here = came_from[here]
    at = used + size
    while came_by[state] >= 0:
        at -= 1
        path[at] = came_by[state]
        state = came_from[state]
    return came_from[state], used + size


@inner
def _first_at(states: U32, state: np.int64) -> np.int64:
    """Return where the seeds of a state begin, or would, among those of all; by halving."""
    low, high = np.int64(0), np.int64(len(states))
    while low < high:
        middle = (low + high) >> 1
        if np.int64(states[middle]) < state:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def answers(
    rows: Rows,
    labels: Labels,
    seed: tuple[U32, U32, U32],
    origin_site: U32,
    leave: Leave,
    beside: Beside,
    onto: bool,
    first: int,
    work: Work,
    found: Found,
) -> int:
    """Find for each origin the nearest destination of another site, its ties and a route.

    A route is found by walking from the origin along arcs whose milliseconds are exactly what the
    labels at their two ends differ by; all destinations that can be reached like that tie.

    Parameters
    ----------
    rows : (offset, arc, banned, wait_ms)
        Rows in the direction of walking, the ones the search did not use; options as there.
    labels : ((S, 2) uint32, (S,) uint32)
        Of `search_kernels.spread` and `search_kernels.beyond`.
    seed : (states, milliseconds, destinations), each (K,) uint32
        The search's seeds, sorted by state; destinations are numbered by id.
    origin_site : (O,) uint32
        Site of each origin.
    leave : (offset (O + 1,) int64, states, milliseconds)
        States that each origin's labels are read at, and what it costs to get there.
    beside : (along (O + D, 4), low (O,), high (O,), by_edge, dest_site (D,))
        Places on edges, see `along_edge` (destination d is row O + d, its last column the
        milliseconds to its door), and for each origin the range in `by_edge` of the destinations
        on its own edge.
    onto : bool
        Whether the drive leads from origin to destination.
    first : int
        The origin to begin with.
    work : (stamps, came_by, came_from, stack, budgets), each (S,)
        Scratch, the stamps zero at first.
    found : (best, tied, ties, seen, path_offset, path)
        Filled. best (O, 4): milliseconds (-1 for none), destination, how (index in `leave`, or
        `ALONG` or `AGAINST`), the seed (-1 for none); number of equals (O,); the lowest of them
        (O, room), -1 where there are fewer; scratch (D,), zero at first; path_offset (O + 1,) and
        the arcs of the paths. All but the two of zero are -1 at first.

    Returns
    -------
    int
        The origin to go on with where `path` might be too short for its route; else O.
    """
    best, tied, ties, seen, path_offset, path = found
    dest_site = beside[4]
    stamp, came_by, came_from, stack, budget = work
    used: Whole = np.int64(0)
    for o in range(first, len(origin_site)):
        if len(path) - used < len(stamp):
            return o
        own = origin_site[o]
        least = _least(o, own, labels, leave, beside, onto)
        path_offset[o + 1] = used
        if least >= FAR:
            continue
        best[o, 0] = least
        epoch = o + 1
        tied[o] = _tied_beside(o, own, least, beside, onto, best, ties, seen)
        target = np.int64(-1)
        height = _starts(o, own, least, labels, leave, work, epoch)
        while height > 0:
            height -= 1
            state, rest = stack[height], budget[height]
            at = _first_at(seed[0], state)
            while at < len(seed[0]) and np.int64(seed[0][at]) == state:
                d = np.int64(seed[2][at])
                if np.int64(seed[1][at]) == rest and dest_site[d] != own and seen[d] != epoch:
                    seen[d] = epoch
                    _note(o, d, ties, tied[o])
                    tied[o] += 1
                    if best[o, 1] < 0 or d < best[o, 1]:
                        best[o, 1], best[o, 3], target = d, at, state
                at += 1
            height = _step(rows, own, labels, work, epoch, height, rest)
        if target >= 0:
            best[o, 2], used = _traced(target, came_by, came_from, path, used)
            path_offset[o + 1] = used
    return len(origin_site)


@kernel
def traced(
    best: I64, came_by: I64, came_from: I64, path_offset: I64, path: I64, fill: bool
) -> None:
    """Note the arcs to each destination that `search_kernels.ranked` met, in the order walked.

    Called twice: first it tells in `path_offset` (C + 1,) where each route begins, then it fills a
    `path` of that size, and puts the door where each route begins into ``best[:, 2]``.
    """
    for i in range(len(best)):
        at = path_offset[i + 1] if fill else path_offset[i]
        if best[i, 3] >= 0:
            state = best[i, 2]
            while came_by[state] >= 0:
                if fill:
                    at -= 1
                    path[at] = came_by[state]
                else:
                    at += 1
                state = came_from[state]
            if fill:
                best[i, 2] = came_from[state]
        if not fill:
            path_offset[i + 1] = at
