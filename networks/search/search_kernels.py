"""Compiled searches over a `SearchGraph`.

All keep integer milliseconds in 32 bits (49 days) and leave out what would not fit. A heap entry
is one number, milliseconds above and state below, so that equal times are settled by state: the
same answer on every machine.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import kernel

NO_SITE = 0x7FFFFFFF
BOTH = 0x7FFFFFFE  # a state that origins of several sites read: it must have two labels
FAR = 0xFFFFFFFF  # milliseconds of what has not been reached
_DONE = np.uint32(0x80000000)
_SITE = np.uint32(NO_SITE)
_BOTH = np.uint32(BOTH)
_FAR = np.uint32(FAR)
_MS = np.uint32((1 << 28) - 1)  # networks.network.WORD_MS
_BOARD = np.uint32(1 << 30)  # networks.network.BOARD
_LOW = np.uint64(0xFFFFFFFF)
_HIGH = np.uint64(32)
_0, _1, _2, _3 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Whole = int | np.int64  # a kernel makes no difference
Rows = tuple[I64, U32, np.uint32, np.uint32]
Work = tuple[U32, I32, I64, I64]


@kernel
def _push(heap: U64, size: np.uint64, key: np.uint64) -> U64:
    """Put `key` into a four-ary heap that holds `size` keys; return the heap, grown if need be."""
    if size == np.uint64(len(heap)):
        bigger = np.empty(2 * len(heap), np.uint64)
        bigger[: len(heap)] = heap
        heap = bigger
    i = size
    while i > _0:
        parent = (i - _1) >> _2
        above = heap[parent]
        if above <= key:
            break
        heap[i] = above
        i = parent
    heap[i] = key
    return heap


@kernel
def _sink(heap: U64, size: np.uint64) -> None:
    """Take out the top: the key behind the last of `size` that remain finds its place."""
    key = heap[size]
    i = _0
    while True:
        child = (i << _2) + _1
        if child >= size:
            break
        end = min(child + _3 + _1, size)
        least, at = heap[child], child
        j = child + _1
        while j < end:
            if heap[j] < least:
                least, at = heap[j], j
            j += _1
        if least >= key:
            break
        heap[i] = least
        i = at
    heap[i] = key


@kernel
def _after(ms: np.uint32, word: np.uint32, wait_ms: np.uint32) -> np.uint32:
    """Return the milliseconds behind an arc; fewer than `ms` where they outgrow 32 bits."""
    onward = np.uint32(ms + (word & _MS))
    if word & _BOARD:
        onward = np.uint32(onward + wait_ms)
    return onward


@kernel
def _offered(label: U32, state: np.uint64, ms: np.uint32, site: np.uint32) -> bool:
    """Keep (ms, site) if it is among the two nearest sites of a state; tell whether it is new."""
    if ms >= label[state, _2]:
        return False
    first = label[state, _1]
    if first & _SITE == site:
        if ms >= label[state, _0]:
            return False
        label[state, _0] = ms
    elif ms < label[state, _0]:
        label[state, _2] = label[state, _0]
        label[state, _3] = first
        label[state, _0] = ms
        label[state, _1] = site
    else:
        label[state, _2] = ms
        label[state, _3] = site
    return True


@kernel
def _sown(seed: tuple[U32, U32, U32], label: U32) -> tuple[U64, np.uint64]:
    """Label the states that a search starts at; return its heap and the heap's size."""
    heap = np.empty(max(1 << 16, 2 * len(seed[0])), np.uint64)
    size = _0
    for i in range(len(seed[0])):
        state = np.uint64(seed[0][i])
        if _offered(label, state, seed[1][i], seed[2][i]):
            heap = _push(heap, size, (np.uint64(seed[1][i]) << _HIGH) | state)
            size += _1
    return heap, size


@kernel
def two_sites(
    offset: I64,
    arc: U32,
    banned: np.uint32,
    wait_ms: np.uint32,
    seed: tuple[U32, U32, U32],
    wanted: U32,
    pending: int,
    label: U32,
) -> None:
    """Label every state with its two nearest sites in one pass.

    That is enough for "nearest other": an origin's own site may take the first place, and a site
    that two others beat at a state is beaten by them at every state behind it too.

    Parameters
    ----------
    offset, arc : arrays
        Rows to walk along, see `ArcRows`.
    banned : uint32
        Flags of arcs that may not be used.
    wait_ms : uint32
        Added to arcs with the flag `BOARD`.
    seed : (states, milliseconds, sites), each (K,) uint32
        Where the search starts.
    wanted : (S,) uint32
        The site whose own label does not do for a state, `BOTH`, or `NO_SITE` for states nobody
        asks for; written over.
    pending : int
        Number of states asked for; the search ends when all are served, 0 lets it run out.
    label : (S, 4) uint32
        Filled: milliseconds and site of the nearest, then of the second; sites that are settled
        carry a high bit.
    """
    heap, size = _sown(seed, label)
    while size > _0:
        top = heap[_0]
        size -= _1
        _sink(heap, size)
        state = top & _LOW
        ms = np.uint32(top >> _HIGH)
        site = label[state, _1]
        second = False
        if label[state, _0] == ms and site & _DONE == 0:
            label[state, _1] = site | _DONE
        elif label[state, _2] == ms and label[state, _3] & _DONE == 0:
            site = label[state, _3]
            label[state, _3] = site | _DONE
            second = True
        else:
            continue
        asked = wanted[state]
        if asked != _SITE and asked != site and (second or asked != _BOTH):
            wanted[state] = _SITE
            pending -= 1
            if pending == 0:
                break
        at, end = np.uint64(offset[state]), np.uint64(offset[state + _1])
        while at < end:
            word = arc[at, _1]
            if word & banned == 0:
                onward = _after(ms, word, wait_ms)
                there = np.uint64(arc[at, _0])
                if onward >= ms and _offered(label, there, onward, site):
                    heap = _push(heap, size, (np.uint64(onward) << _HIGH) | there)
                    size += _1
            at += _1


@kernel
def spread(
    offset: I64,
    arc: U32,
    banned: np.uint32,
    wait_ms: np.uint32,
    seed: tuple[U32, U32, U32],
    limit_ms: np.uint32,
    label: U32,
) -> None:
    """Label every state within `limit_ms` with its nearest seed: milliseconds and seed number.

    Parameters as in `two_sites`; `label` is (S, 2), and the third array of `seed` gives the
    numbers.
    """
    heap = np.empty(1 << 16, np.uint64)
    size = _0
    for i in range(len(seed[0])):
        state = np.uint64(seed[0][i])
        if seed[1][i] < label[state, _0] and seed[1][i] <= limit_ms:
            label[state, _0] = seed[1][i]
            label[state, _1] = seed[2][i]
            heap = _push(heap, size, (np.uint64(seed[1][i]) << _HIGH) | state)
            size += _1
    while size > _0:
        top = heap[_0]
        size -= _1
        _sink(heap, size)
        state = top & _LOW
        ms = np.uint32(top >> _HIGH)
        if label[state, _0] != ms:
            continue
        number = label[state, _1]
        at, end = np.uint64(offset[state]), np.uint64(offset[state + _1])
        while at < end:
            word = arc[at, _1]
            if word & banned == 0:
                onward = _after(ms, word, wait_ms)
                there = np.uint64(arc[at, _0])
                if onward >= ms and onward < label[there, _0] and onward <= limit_ms:
                    label[there, _0] = onward
                    label[there, _1] = number
                    heap = _push(heap, size, (np.uint64(onward) << _HIGH) | there)
                    size += _1
            at += _1


@kernel
def _offer(best: I64, dest_site: U32, ms: Whole, dest: Whole, how: Whole, seed: Whole) -> None:
    """Rank a destination: by milliseconds, then number; one for each site."""
    last = len(best) - 1
    at = last
    for i in range(len(best)):
        if best[i, 1] >= 0 and dest_site[best[i, 1]] == dest_site[dest]:
            at = i
            break
    old = best[at]
    if old[1] >= 0 and (old[0] < ms or (old[0] == ms and old[1] <= dest)):
        return
    while at > 0:
        above = best[at - 1]
        if above[1] >= 0 and (above[0] < ms or (above[0] == ms and above[1] < dest)):
            break
        best[at] = above
        at -= 1
    best[at, 0], best[at, 1], best[at, 2], best[at, 3] = ms, dest, how, seed


@kernel
def _meet(
    best: I64,
    dest_site: U32,
    seed: tuple[U32, U32, U32],
    own: np.uint32,
    state: np.uint64,
    ms: np.uint32,
) -> None:
    """Rank the destinations at a state that is `ms` away."""
    at = np.searchsorted(seed[0], np.uint32(state))
    while at < len(seed[0]) and seed[0][at] == state:
        dest = np.int64(seed[2][at])
        if dest_site[dest] != own:
            total = np.int64(ms) + np.int64(seed[1][at])
            _offer(best, dest_site, total, dest, np.int64(state), np.int64(at))
        at += 1


@kernel
def _left(leave: tuple[U32, U32], work: Work, epoch: int) -> tuple[U64, np.uint64]:
    """Reach the states that the origin's doors lead to; return the heap and its size."""
    reached, stamp, came_by, came_from = work
    heap = np.empty(1 << 12, np.uint64)
    size = _0
    for i in range(len(leave[0])):
        state = np.uint64(leave[0][i])
        ms = leave[1][i]
        if stamp[state] != epoch or ms < reached[state]:
            stamp[state] = epoch
            reached[state] = ms
            came_by[state] = -1
            came_from[state] = i
            heap = _push(heap, size, (np.uint64(ms) << _HIGH) | state)
            size += _1
    return heap, size


@kernel
def _routes(best: I64, came_by: I64, came_from: I64) -> tuple[I64, I64]:
    """Return the arcs to each destination that was met, packed; note the door they start at."""
    path_offset = np.zeros(len(best) + 1, np.int64)
    path = np.empty(1024, np.int64)
    used = 0
    for i in range(len(best)):
        if best[i, 3] >= 0:
            here = best[i, 2]
            first = used
            while came_by[here] >= 0:
                if used == len(path):
                    path = np.concatenate((path, np.empty_like(path)))
                path[used] = came_by[here]
                used += 1
                here = came_from[here]
            best[i, 2] = came_from[here]
            path[first:used] = path[first:used][::-1].copy()
        path_offset[i + 1] = used
    return path_offset, path[:used].copy()


@kernel
def ranked(
    rows: Rows,
    leave: tuple[U32, U32],
    seed: tuple[U32, U32, U32],
    dest_site: U32,
    own: np.uint32,
    beside: I64,
    count: int,
    work: Work,
    epoch: int,
) -> tuple[I64, I64, I64]:
    """Return the nearest destinations of an origin, one a site, its own left out.

    Parameters
    ----------
    rows : (offset, arc, banned, wait_ms)
        Rows in the direction of walking from the origin, and the options as in `two_sites`.
    leave : (states, milliseconds)
        Where the walk starts.
    seed : (states, milliseconds, destinations), each (K,) uint32
        Where destinations are, sorted by state.
    dest_site : (D,) uint32
        Site of each destination; destinations are numbered by id.
    own : uint32
        The origin's site.
    beside : (B, 3) int64
        Destinations on the origin's own edge: number, milliseconds, way.
    count : int
        How many are asked for.
    work : (milliseconds, stamps, came_by, came_from), each (S,)
        Scratch, shared between calls with rising `epoch`.
    epoch : int
        Above zero, and another one for each call.

    Returns
    -------
    best (count, 4) : int64
        Milliseconds, destination (-1 where there are fewer), index in `leave` or way, seed (-1).
    path_offset (count + 1,), path : int64
        Arcs of the routes in the order walked.
    """
    offset, arc, banned, wait_ms = rows
    reached, stamp, came_by, came_from = work
    best = np.full((count, 4), -1, np.int64)
    for i in range(len(beside)):
        if dest_site[beside[i, 0]] != own:
            _offer(best, dest_site, beside[i, 1], beside[i, 0], beside[i, 2], np.int64(-1))
    heap, size = _left(leave, work, epoch)
    while size > _0:
        top = heap[_0]
        size -= _1
        _sink(heap, size)
        state = top & _LOW
        ms = np.uint32(top >> _HIGH)
        if reached[state] != ms:
            continue
        if best[count - 1, 1] >= 0 and np.int64(ms) > best[count - 1, 0]:
            break
        _meet(best, dest_site, seed, own, state, ms)
        a, end = np.uint64(offset[state]), np.uint64(offset[state + _1])
        while a < end:
            word = arc[a, _1]
            if word & banned == 0:
                onward = _after(ms, word, wait_ms)
                there = np.uint64(arc[a, _0])
                if onward >= ms and (stamp[there] != epoch or onward < reached[there]):
                    stamp[there] = epoch
                    reached[there] = onward
                    came_by[there] = np.int64(a)
                    came_from[there] = np.int64(state)
                    heap = _push(heap, size, (np.uint64(onward) << _HIGH) | there)
                    size += _1
            a += _1
    path_offset, path = _routes(best, came_by, came_from)
    return best, path_offset, path
