"""Compiled searches over a `SearchGraph`.

All keep integer milliseconds in 32 bits (49 days) and leave out what would not fit. A heap entry
is one number, milliseconds above and state below, so that equal times are settled by state: the
same answer on every machine.

Whatever a search writes to is handed to it: numba compiles every kind of array that a kernel makes
or copies anew, which took longer than the searches themselves. A heap never holds more keys than
`times.heap_of` has room for, since a state offers each of its arcs once.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import inner, kernel

FAR = 0xFFFFFFFF  # milliseconds of what has not been reached
NOBODY = 0xFFFFFFFF  # site of an origin that no destination shares
_MS = np.uint32((1 << 28) - 1)  # networks.network.WORD_MS
_BOARD = np.uint32(1 << 30)  # networks.network.BOARD
_NEVER = np.uint64(FAR)
_NOBODY = np.uint32(NOBODY)
_LOW = np.uint64(0xFFFFFFFF)
_HIGH = np.uint64(32)
_0, _1, _2, _3 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Whole = int | np.int64  # a kernel makes no difference
Rows = tuple[I64, U32, np.uint32, np.uint32]
Seed = tuple[U32, U32, U32]
Leave = tuple[I64, U32, U32]
Near = tuple[U32, I32, I64]
Work = tuple[U32, I32, I64, I64]


@inner
def _push(heap: U64, size: np.uint64, key: np.uint64) -> None:
    """Put `key` into a four-ary heap that holds `size` keys."""
    i = size
    while i > _0:
        parent = (i - _1) >> _2
        above = heap[parent]
        if above <= key:
            break
        heap[i] = above
        i = parent
    heap[i] = key


@inner
def _sink(heap: U64, size: np.uint64) -> None:
    """Take out the top: the key behind the last of `size` that remain finds its place.

    The least of four is found by two pairs and their winners, which the processor compares side by
    side; in a loop each comparison waits for the one before.
    """
    key = heap[size]
    i = _0
    while True:
        child = (i << _2) + _1
        if child + _3 < size:
            one, two = heap[child], heap[child + _1]
            three, four = heap[child + _2], heap[child + _3]
            at, other = child, child + _2
            if two < one:
                one, at = two, child + _1
            if four < three:
                three, other = four, child + _3
            if three < one:
                one, at = three, other
        elif child < size:
            one, at = heap[child], child
            child += _1
            while child < size:
                if heap[child] < one:
                    one, at = heap[child], child
                child += _1
        else:
            break
        if one >= key:
            break
        heap[i] = one
        i = at
    heap[i] = key


@inner
def _after(ms: np.uint32, word: np.uint32, wait_ms: np.uint32) -> np.uint32:
    """Return the milliseconds behind an arc; fewer than `ms` where they outgrow 32 bits."""
    onward = np.uint32(ms + (word & _MS))
    if word & _BOARD:
        onward = np.uint32(onward + wait_ms)
    return onward


@kernel
def spread(
    rows: Rows, limit_ms: np.uint32, pause_ms: np.uint32, heap: U64, held: Whole, label: U32
) -> np.int64:
    """Label every state within `limit_ms` with its nearest seed: milliseconds and seed number.

    Parameters
    ----------
    rows : (offset, arc, banned, wait_ms)
        Rows to walk along, see `ArcRows`; flags of arcs that may not be used; what is added to
        arcs with the flag `BOARD`.
    limit_ms, pause_ms : uint32
        What is further away is left out; where the search rests, and may go on later.
    heap, held : (H,) uint64, int
        See `times.heap_of`; how many keys it holds, of seeds or of the search that rests.
    label : (S, 2) uint32
        Filled. While the search rests, labels above `pause_ms` may still fall.

    Returns
    -------
    int
        How many keys are left; 0 when the search has run out.
    """
    offset, arc, banned, wait_ms = rows
    size = np.uint64(held)
    while size > _0:
        top = heap[_0]
        ms = np.uint32(top >> _HIGH)
        if ms > pause_ms:
            break
        size -= _1
        _sink(heap, size)
        state = top & _LOW
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
                    _push(heap, size, (np.uint64(onward) << _HIGH) | there)
                    size += _1
            at += _1
    return np.int64(size)


@inner
def _first_at(states: U32, state: np.uint64) -> Whole:
    """Return where the seeds of a state begin, or would, among those of all; by halving."""
    low, high = np.int64(0), np.int64(len(states))
    while low < high:
        middle = (low + high) >> 1
        if np.uint64(states[middle]) < state:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def _total(label: U32, final_ms: np.uint32, state: np.uint64, ms: np.uint32) -> np.uint64:
    """Return the least that a drive over a state, `ms` from its origin, can come to.

    Not less than the way from here to the nearest site of all, the origin's own among them.
    """
    ahead = label[state, _0]
    if ahead > final_ms:
        return np.uint64(ms) + np.uint64(final_ms)
    return np.uint64(ms) + np.uint64(ahead)


@inner
def _leave(
    label: U32, final_ms: np.uint32, leave: Leave, o: int, heap: U64, work: Near, epoch: int
) -> np.uint64:
    """Reach the states that an origin's doors lead to; return the size of the heap."""
    reached, stamp, _ = work
    size = _0
    for i in range(leave[0][o], leave[0][o + 1]):
        state, ms = np.uint64(leave[1][i]), leave[2][i]
        total = _total(label, final_ms, state, ms)
        if total < _NEVER and (stamp[state] != epoch or ms < reached[state]):
            stamp[state] = epoch
            reached[state] = ms
            _push(heap, size, (total << _HIGH) | state)
            size += _1
    return size


@inner
def _seed_total(seed: Seed, own: np.uint32, state: np.uint64, ms: np.uint32) -> np.uint64:
    """Return the milliseconds to another site's destination at a state; `_NEVER` for none."""
    least = _NEVER
    at = _first_at(seed[0], state)
    while at < len(seed[0]) and np.uint64(seed[0][at]) == state:
        total = np.uint64(ms) + np.uint64(seed[1][at])
        if seed[2][at] != own and total < least:
            least = total
        at += 1
    return least


@inner
def _reach(
    rows: Rows,
    label: U32,
    final_ms: np.uint32,
    own: np.uint32,
    seed: Seed,
    heap: U64,
    size: np.uint64,
    work: Near,
    epoch: int,
) -> tuple[np.uint64, int]:
    """Search from an origin to what lies beyond its own site's ground, least total first.

    Returns the fewest milliseconds to another site, and how many states from which the labels say
    the rest are on the stack; -1 for those when a label is needed that is not final.
    """
    offset, arc, banned, wait_ms = rows
    reached, stamp, stack = work
    least, ends = _NEVER, 0
    while size > _0:
        top = heap[_0]
        total = top >> _HIGH
        if total > least:
            break
        size -= _1
        _sink(heap, size)
        state = top & _LOW
        ms = reached[state]
        if _total(label, final_ms, state, ms) != total:
            continue
        if label[state, _0] > final_ms:
            return least, -1
        if label[state, _1] == own:
            total = _seed_total(seed, own, state, ms)
        if total < least:
            least, ends = total, 0
        if total == least and total < _NEVER:
            stack[ends] = np.int64(state)
            ends += 1
            if own == _NOBODY:
                break
        at, end = np.uint64(offset[state]), np.uint64(offset[state + _1])
        while at < end:
            word = arc[at, _1]
            if word & banned == 0:
                onward = _after(ms, word, wait_ms)
                there = np.uint64(arc[at, _0])
                if onward >= ms and (stamp[there] != epoch or onward < reached[there]):
                    total = _total(label, final_ms, there, onward)
                    if total <= least and total < _NEVER:
                        stamp[there] = epoch
                        reached[there] = onward
                        _push(heap, size, (total << _HIGH) | there)
                        size += _1
            at += _1
    return least, ends


@inner
def _mark(
    rows: Rows,
    label: U32,
    own: np.uint32,
    least: np.uint64,
    height: int,
    work: Near,
    epoch: int,
    second: U32,
) -> None:
    """Give the states of shortest drives that lie on the own site's ground their second label.

    Walks back from the states on the stack along arcs that the drives took.
    """
    offset, arc, banned, wait_ms = rows
    reached, stamp, stack = work
    for i in range(height):
        state = stack[i]
        stamp[state] = -epoch
        if label[state, _1] == own:
            second[state] = np.uint32(least - np.uint64(reached[state]))
    while height > 0:
        height -= 1
        state = stack[height]
        for at in range(offset[state], offset[state + 1]):
            word, before = arc[at, _1], np.int64(arc[at, _0])
            if word & banned or stamp[before] != epoch or label[before, _1] != own:
                continue
            if _after(reached[before], word, wait_ms) == reached[state]:
                stamp[before] = -epoch
                second[before] = np.uint32(least - np.uint64(reached[before]))
                stack[height] = before
                height += 1


@kernel
def beyond(
    walk: Rows,
    search: Rows,
    label: U32,
    final_ms: np.uint32,
    asked: I64,
    origin_site: U32,
    leave: Leave,
    seed: Seed,
    heap: U64,
    work: Near,
    epoch: int,
    second: U32,
) -> int:
    """Find for each origin what its own site hides: the nearest other site.

    `spread` has labelled every state with the nearest site of all. A drive to the nearest *other*
    leaves the ground on which that is the origin's own, and from there on the labels say the rest.
    So it is enough to search that ground, and of it only where the way from the origin and the
    label, which no way on falls short of, do not come to more than the best that was found: about
    a quarter. The grounds of sites do not overlap, so all origins together take a fraction of one
    more pass; two labels for every state took twice as long, and twice the memory.

    Every state on a shortest drive is then known by its label or its second one. Others on own
    ground keep `FAR`.

    Parameters
    ----------
    walk, search : Rows
        Rows in the direction of walking from the origins, and the ones that `spread` used.
    label, final_ms : (S, 2) uint32, uint32
        Of `spread`, numbers being sites; up to where they are final.
    asked : (K,) int64
        Origins; those for whom the labels do not do yet are moved to the front.
    origin_site : (O,) uint32
        Site of each origin; `NOBODY` where it has no destination.
    leave : (offset (O + 1,) int64, states, milliseconds)
        Where each origin's walk starts.
    seed : (states, milliseconds, sites), each uint32
        Where destinations are, sorted by state.
    heap, work : (H,) uint64, (milliseconds, stamps, stack)
        See `times.heap_of`; scratch, each (S,), the stamps zero at first.
    epoch : int
        At least zero; rises by the number of origins from call to call.
    second : (S,) uint32
        Filled with milliseconds to the nearest site but the one in the label, see above.

    Returns
    -------
    int
        How many origins the labels do not do for yet.
    """
    open_ones = 0
    for i in range(len(asked)):
        o = asked[i]
        own, stamp = origin_site[o], epoch + i + 1
        size = _leave(label, final_ms, leave, o, heap, work, stamp)
        least, height = _reach(walk, label, final_ms, own, seed, heap, size, work, stamp)
        if height < 0:
            asked[open_ones] = o
            open_ones += 1
        elif own != _NOBODY:
            _mark(search, label, own, least, height, work, stamp, second)
    return open_ones


@inner
def _offer(best: I64, dest_site: U32, ms: Whole, dest: Whole, how: Whole, seed: Whole) -> None:
    """Rank a destination: by milliseconds, then number; one for each site."""
    last = len(best) - 1
    at = last
    for i in range(len(best)):
        if best[i, 1] >= 0 and dest_site[best[i, 1]] == dest_site[dest]:
            at = i
            break
    if best[at, 1] >= 0 and (best[at, 0] < ms or (best[at, 0] == ms and best[at, 1] <= dest)):
        return
    while at > 0:
        up = at - 1
        if best[up, 1] >= 0 and (best[up, 0] < ms or (best[up, 0] == ms and best[up, 1] < dest)):
            break
        for column in range(4):
            best[at, column] = best[up, column]
        at = up
    best[at, 0], best[at, 1], best[at, 2], best[at, 3] = ms, dest, how, seed


@inner
def _meet(
    best: I64,
    dest_site: U32,
    seed: tuple[U32, U32, U32],
    own: np.uint32,
    state: np.uint64,
    ms: np.uint32,
) -> None:
    """Rank the destinations at a state that is `ms` away."""
    at = _first_at(seed[0], state)
    while at < len(seed[0]) and np.uint64(seed[0][at]) == state:
        dest = np.int64(seed[2][at])
        if dest_site[dest] != own:
            total = np.int64(ms) + np.int64(seed[1][at])
            _offer(best, dest_site, total, dest, np.int64(state), np.int64(at))
        at += 1


@inner
def _left(leave: tuple[U32, U32], heap: U64, work: Work, epoch: int) -> np.uint64:
    """Reach the states that the origin's doors lead to; return the size of the heap."""
    reached, stamp, came_by, came_from = work
    size = _0
    for i in range(len(leave[0])):
        state = np.uint64(leave[0][i])
        ms = leave[1][i]
        if stamp[state] != epoch or ms < reached[state]:
            stamp[state] = epoch
            reached[state] = ms
            came_by[state] = -1
            came_from[state] = i
            _push(heap, size, (np.uint64(ms) << _HIGH) | state)
            size += _1
    return size


@kernel
def ranked(
    rows: Rows,
    leave: tuple[U32, U32],
    seed: Seed,
    dest_site: U32,
    own: np.uint32,
    beside: I64,
    heap: U64,
    work: Work,
    epoch: int,
    best: I64,
) -> None:
    """Find the nearest destinations of an origin, one a site, its own left out.

    Parameters
    ----------
    rows, leave, own, heap : Rows, (U32, U32), uint32, U64
        Of the origin, as in `beyond`.
    seed : (states, milliseconds, destinations), each (K,) uint32
        Where destinations are, sorted by state; they are numbered by id.
    dest_site : (D,) uint32
        Site of each destination.
    beside : (B, 3) int64
        Destinations on the origin's own edge: number, milliseconds, way.
    work : (milliseconds, stamps, came_by, came_from), each (S,)
        Scratch, shared between calls with rising `epoch`, the first of which is above zero.
    best : (C, 4) int64
        -1 throughout; filled with milliseconds, destination (-1 where there are fewer than C), its
        state or the way along the edge, and its seed (-1 on the edge).
    """
    offset, arc, banned, wait_ms = rows
    reached, stamp, came_by, came_from = work
    last = len(best) - 1
    for i in range(len(beside)):
        if dest_site[beside[i, 0]] != own:
            _offer(best, dest_site, beside[i, 1], beside[i, 0], beside[i, 2], np.int64(-1))
    size = _left(leave, heap, work, epoch)
    while size > _0:
        top = heap[_0]
        size -= _1
        _sink(heap, size)
        state = top & _LOW
        ms = np.uint32(top >> _HIGH)
        if reached[state] != ms:
            continue
        if best[last, 1] >= 0 and np.int64(ms) > best[last, 0]:
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
                    _push(heap, size, (np.uint64(onward) << _HIGH) | there)
                    size += _1
            a += _1
