"""Turn restrictions of OpenStreetMap: what a relation means to a car, and which drives it forbids.

Follows the OSM wiki's pages *Relation:restriction* and *Conditional restrictions*. A relation is
judged by its tags and members first; with the edges at hand it becomes forbidden sequences of
directed edges:

* ``no_*`` forbids one drive: the last edge of the *from* way, the edges of *via* ways, the first
  edge of the *to* way. Where from and to are one way and meet at a node, it is the U-turn that is
  meant, on every arm of the way that ends there.
  Several ways in or out are meant by ``no_entry`` (*from*) and ``no_exit`` (*to*) alone; of any
  other ban it is not known which pairs it means, and it is malformed.
* ``only_*`` forbids every other one, turning back included (a sign of 指定方向外進行禁止 leaves no
  other direction). With ways between, a car that comes from the *from* way may not leave them
  before the *to* way. Several such restrictions at the same place allow what any of them allows,
  since a sign with two arrows is often mapped as two relations.

What is not mapped clearly is not guessed: it is left out and counted, by one of

* ``restriction-from-missing``, ``restriction-via-missing``, ``restriction-to-missing``: a member
  is no road for cars, or beyond the data;
* ``restriction-unconnected``: its members do not meet;
* ``restriction-undrivable``: one-way roads rule it out already;
* ``restriction-ambiguous``: a way runs through the node instead of ending there, so that two turns
  could be meant (ways have to be split there).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from networks.osm.access import Tags
from networks.osm.data import Restriction, RestrictionKind
from networks.osm.verdicts import Dropped

Ints = NDArray[np.int64]
Member = tuple[str, int, str]  # (type: 'n', 'w' or 'r'; id; role)
Drive = tuple[int, ...]  # directed edges, one behind the other

CONDITIONAL = "restriction-conditional"
MALFORMED = "restriction-malformed"
UNKNOWN = "restriction-unknown-kind"

#: Most specific first; what binds lorries, buses or bicycles only is left alone.
_KEYS = (
    *("restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction"),
)
_CARS = frozenset({"motorcar", "motor_vehicle", "vehicle"})
_TURNS = ("left_turn", "right_turn", "straight_on", "u_turn")
_NO = frozenset({*(f"no_{turn}" for turn in _TURNS), "no_entry", "no_exit"})
_ONLY = frozenset(f"only_{turn}" for turn in _TURNS)
#: How times were written before ``:conditional``.
_TIMES = frozenset({"day_on", "day_off", "hour_on", "hour_off", "month_on", "month_off"})
_MOST = 100  # turns of one relation; a junction has fewer
_LONGEST_VIA = 64  # edges; a longer way between two turns is a slip of the mapper


def judge_restriction(
    relation_id: int, tags: Tags, members: Sequence[Member]
) -> tuple[Restriction, ...] | Dropped | None:
    """Return the turns that a relation rules for cars; None when it rules none.

    Parameters
    ----------
    relation_id : int
        OSM id.
    tags : Mapping of str to str
        Tags of the relation.
    members : sequence of (str, int, str)
        Type ``n``, ``w`` or ``r``, id and role of each member.

    Returns
    -------
    tuple of Restriction, Dropped or None
        Several where several ways may not be entered or left (``no_entry``, ``no_exit``). Dropped
        where it holds at times only, or cannot be understood.

    Examples
    --------
    >>> members = [("w", 1, "from"), ("n", 7, "via"), ("w", 2, "to")]
    >>> judge_restriction(9, {"type": "restriction", "restriction": "no_left_turn"}, members)
    (Restriction(id=9, kind=<RestrictionKind.NO: 'no'>, from_way=1, via_nodes=(7,), \
via_ways=(), to_way=2),)
    """
    kind = _kind_for_cars(tags)
    if not isinstance(kind, RestrictionKind):
        return kind
    starts, ends = _ways(members, "from"), _ways(members, "to")
    via = _via(members)
    if not starts or not ends or via is None or len(starts) * len(ends) > _MOST:
        return Dropped(MALFORMED)
    words = _words(tags)
    if (len(starts) > 1 and words != {"no_entry"}) or (len(ends) > 1 and words != {"no_exit"}):
        return Dropped(MALFORMED)
    nodes, ways = via
    return tuple(
        Restriction(relation_id, kind, start, nodes, ways, end)
        for start, end in product(starts, ends)
    )


def _kind_for_cars(tags: Tags) -> RestrictionKind | Dropped | None:
    """Return what the tags do to cars; None for nothing."""
    if not _binds_cars(tags):
        return None
    if not any(key in tags for key in _KEYS) or not _TIMES.isdisjoint(tags):
        return Dropped(CONDITIONAL)
    words = _words(tags)
    if words == {"none"}:
        return None
    if words <= _NO:
        return RestrictionKind.NO
    return RestrictionKind.ONLY if words <= _ONLY else Dropped(UNKNOWN)


def _words(tags: Tags) -> set[str]:
    """Return the kinds of the restriction that the most specific key names."""
    values = next((tags[key] for key in _KEYS if key in tags), "")
    return {word.strip() for word in values.split(";")}


def _binds_cars(tags: Tags) -> bool:
    """Tell whether a relation is a turn restriction that cars must heed, at times at least."""
    name, _, vehicle = tags.get("type", "").partition(":")
    if name != "restriction" or vehicle not in {"", *_CARS}:
        return False  # restriction:hgv as a type is an old spelling
    excepted = {word.strip() for word in tags.get("except", "").split(";")}
    stated = any(key in tags or f"{key}:conditional" in tags for key in _KEYS)
    return stated and _CARS.isdisjoint(excepted)


def _ways(members: Sequence[Member], role: str) -> tuple[int, ...]:
    """Return the ways of a role, each once, in order; none where a member is no way."""
    found = [(kind, ref) for kind, ref, played in members if played == role]
    if any(kind != "w" for kind, _ in found):
        return ()
    return tuple(dict.fromkeys(ref for _, ref in found))


def _via(members: Sequence[Member]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return (nodes, ways) between: one node, or ways; None for anything else."""
    found = [(kind, ref) for kind, ref, role in members if role == "via"]
    nodes = tuple(ref for kind, ref in found if kind == "n")
    ways = tuple(ref for kind, ref in found if kind == "w")
    if len(nodes) + len(ways) != len(found) or len(found) > _MOST:
        return None
    usable = not nodes if ways else len(nodes) == 1
    return (nodes, ways) if usable else None


class _Fault(StrEnum):
    FROM_MISSING = "restriction-from-missing"
    VIA_MISSING = "restriction-via-missing"
    TO_MISSING = "restriction-to-missing"
    UNCONNECTED = "restriction-unconnected"
    UNDRIVABLE = "restriction-undrivable"
    AMBIGUOUS = "restriction-ambiguous"


def turns_of(
    restrictions: Sequence[Restriction],
    edge_way: NDArray[np.integer],
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    forward: NDArray[np.bool_],
    backward: NDArray[np.bool_],
    node_id: NDArray[np.integer],
) -> tuple[Ints, Ints, Counter[str]]:
    """Return forbidden sequences of directed edges.

    Parameters
    ----------
    restrictions : sequence of Restriction
        As mapped, those that spare cars left out.
    edge_way : (E,) int
        OSM way of each edge.
    tail, head : (E,) int
        Node indices; an edge runs from tail to head in the direction of its way.
    forward, backward : (E,) bool
        Directions that may be driven.
    node_id : (N,) int
        OSM ids; several nodes share one where a barrier parts them.

    Returns
    -------
    offset : (T + 1,) int64
        Sequence ``i`` is ``directed[offset[i]:offset[i + 1]]``.
    directed : (M,) int64
        Twice the edge, plus one when driven from head to tail. Sequences are distinct and sorted.
    Counter of str
        Restrictions that could not be applied, by reason.
    """
    counts: Counter[str] = Counter()
    if not restrictions:
        return np.zeros(1, np.int64), np.zeros(0, np.int64), counts
    roads = _Roads.gather(restrictions, edge_way, tail, head, forward, backward, node_id)
    forbidden: set[Drive] = set()
    allowed: dict[Drive, set[int]] = defaultdict(set)  # by drive so far: where it may go on to
    for restriction in restrictions:
        drives = roads.drives(restriction)
        if isinstance(drives, _Fault):
            counts[drives.value] += 1
        elif restriction.kind is RestrictionKind.NO:
            forbidden.update(drives)
        else:
            for drive in drives:
                for i in range(1, len(drive)):
                    allowed[drive[:i]].add(drive[i])
    forbidden.update(_deviations(allowed, tail, head, forward, backward))
    ordered = sorted(forbidden)
    offset = np.zeros(len(ordered) + 1, np.int64)
    np.cumsum([len(drive) for drive in ordered], out=offset[1:])
    return offset, np.array([d for drive in ordered for d in drive], np.int64), counts


def _deviations(
    allowed: dict[Drive, set[int]],
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    forward: NDArray[np.bool_],
    backward: NDArray[np.bool_],
) -> Iterator[Drive]:
    """Yield every step aside from what ``only_*`` restrictions allow."""
    ends = {drive: _end(drive[-1], tail, head) for drive in allowed}
    marked = np.zeros(int(max(tail.max(initial=0), head.max(initial=0))) + 1, bool)
    marked[list(ends.values())] = True
    exits: dict[int, list[int]] = defaultdict(list)
    for start, permitted, side in ((tail, forward, 0), (head, backward, 1)):
        edges = np.flatnonzero(marked[start] & permitted)
        for node, edge in zip(start[edges].tolist(), edges.tolist(), strict=True):
            exits[node].append(2 * edge + side)
    for drive, onward in allowed.items():
        yield from ((*drive, way_out) for way_out in exits[ends[drive]] if way_out not in onward)


def _end(directed: int, tail: NDArray[np.integer], head: NDArray[np.integer]) -> int:
    """Return the node that a directed edge leads to."""
    return int((tail if directed & 1 else head)[directed >> 1])


@dataclass(frozen=True, slots=True)
class _Step:
    """A directed edge that may be driven."""

    directed: int
    start: int
    end: int
    start_id: int
    end_id: int
    way: int


@dataclass(frozen=True, slots=True)
class _Roads:
    """The ways that restrictions speak of, as directed edges; `known` also those nobody drives."""

    steps: dict[int, list[_Step]]
    nodes: dict[int, set[int]]  # OSM nodes at the ends of a way's edges

    @classmethod
    def gather(
        cls,
        restrictions: Iterable[Restriction],
        edge_way: NDArray[np.integer],
        tail: NDArray[np.integer],
        head: NDArray[np.integer],
        forward: NDArray[np.bool_],
        backward: NDArray[np.bool_],
        node_id: NDArray[np.integer],
    ) -> _Roads:
        """Return the edges of all members, in one pass over the edges."""
        members = {way for r in restrictions for way in (r.from_way, *r.via_ways, r.to_way)}
        wanted = np.array(sorted(members), np.int64)
        at = np.minimum(np.searchsorted(wanted, edge_way), len(wanted) - 1)
        edges = np.flatnonzero(wanted[at] == edge_way)
        steps: dict[int, list[_Step]] = defaultdict(list)
        nodes: dict[int, set[int]] = defaultdict(set)
        ends = (tail[edges], head[edges], node_id[tail[edges]], node_id[head[edges]])
        columns = [c.tolist() for c in (edge_way[edges], *ends, forward[edges], backward[edges])]
        for edge, way, a, b, a_id, b_id, onward, back in zip(edges.tolist(), *columns, strict=True):
            nodes[way].update((a_id, b_id))
            if onward:
                steps[way].append(_Step(2 * edge, a, b, a_id, b_id, way))
            if back:
                steps[way].append(_Step(2 * edge + 1, b, a, b_id, a_id, way))
        return cls(dict(steps), dict(nodes))

    def drives(self, restriction: Restriction) -> list[Drive] | _Fault:
        """Return the drives that a restriction names, or why there is none."""
        if restriction.from_way not in self.nodes:
            return _Fault.FROM_MISSING
        if restriction.to_way not in self.nodes:
            return _Fault.TO_MISSING
        if restriction.via_ways:
            if any(way not in self.nodes for way in restriction.via_ways):
                return _Fault.VIA_MISSING
            return self._over_ways(restriction)
        if not restriction.via_nodes:
            return _Fault.VIA_MISSING
        return self._at_node(restriction, restriction.via_nodes[0])

    def _at_node(self, restriction: Restriction, via: int) -> list[Drive] | _Fault:
        from_way, to_way = restriction.from_way, restriction.to_way
        if via not in self.nodes[from_way] or via not in self.nodes[to_way]:
            return _Fault.UNCONNECTED
        arrivals = [s for s in self.steps.get(from_way, ()) if s.end_id == via]
        exits = [s for s in self.steps.get(to_way, ()) if s.start_id == via]
        if not arrivals or not exits:
            return _Fault.UNDRIVABLE
        pairs = [(a, b) for a in arrivals for b in exits if a.end == b.start]
        if not pairs:
            return _Fault.UNCONNECTED  # a barrier stands between
        return _meant(restriction, pairs)

    def _over_ways(self, restriction: Restriction) -> list[Drive] | _Fault:
        between = [
            s for way in dict.fromkeys(restriction.via_ways) for s in self.steps.get(way, ())
        ]
        onward: dict[int, list[_Step]] = defaultdict(list)
        for step in between:
            onward[step.start].append(step)
        arrivals = [s for s in self.steps.get(restriction.from_way, ()) if s.end in onward]
        exits: dict[int, list[_Step]] = defaultdict(list)
        for step in self.steps.get(restriction.to_way, ()):
            exits[step.start].append(step)
        via = frozenset(restriction.via_ways)
        found = [
            (arrival.directed, *chain)
            for arrival in arrivals
            for chain in _chains(arrival.end, onward, exits, via)
        ]
        if not found:
            return _Fault.UNDRIVABLE if self._touch(restriction) else _Fault.UNCONNECTED
        fewest = min(len(drive) for drive in found)
        shortest = [drive for drive in found if len(drive) == fewest]
        return shortest if _one_drive(shortest) else _Fault.AMBIGUOUS

    def _touch(self, restriction: Restriction) -> bool:
        """Tell whether the members hang together, in whatever direction and order."""
        open_ways = list(dict.fromkeys((*restriction.via_ways, restriction.to_way)))
        reached = set(self.nodes[restriction.from_way])
        while touching := [way for way in open_ways if self.nodes[way] & reached]:
            reached.update(*(self.nodes[way] for way in touching))
            open_ways = [way for way in open_ways if way not in touching]
        return not open_ways


def _one_drive(drives: list[Drive]) -> bool:
    """Tell whether drives are one, or the two ways round one loop."""
    if len(drives) != 2:  # noqa: PLR2004
        return len(drives) == 1
    one, other = drives
    back = tuple(directed ^ 1 for directed in reversed(one[1:-1]))
    return (one[0], one[-1], back) == (other[0], other[-1], other[1:-1])


def _meant(restriction: Restriction, pairs: list[tuple[_Step, _Step]]) -> list[Drive] | _Fault:
    """Return the turns at a node that a restriction means, of those its ways make possible."""
    only = restriction.kind is RestrictionKind.ONLY
    if restriction.from_way == restriction.to_way:
        if only:  # an unsplit way, hardly "only back"
            return _Fault.AMBIGUOUS
        pairs = [(a, b) for a, b in pairs if a.directed ^ 1 == b.directed]
        return [(a.directed, b.directed) for a, b in pairs] or _Fault.UNDRIVABLE
    one_way_in = len({a.directed for a, _ in pairs}) == 1
    one_way_out = len({b.directed for _, b in pairs}) == 1
    if not one_way_in or not (one_way_out or only):
        return _Fault.AMBIGUOUS
    return [(a.directed, b.directed) for a, b in pairs]


def _chains(
    start: int, onward: dict[int, list[_Step]], exits: dict[int, list[_Step]], via: frozenset[int]
) -> Iterator[Drive]:
    """Yield the drives from a node over all `via` ways to the first exit.

    No node is passed twice, but the last may be the first: a loop at the end of a street.
    """
    stack: list[tuple[int, Drive, frozenset[int], frozenset[int]]] = [
        (start, (), frozenset(), frozenset())
    ]
    while stack:
        node, drive, used, seen = stack.pop()
        if used == via and node in exits:
            # Turning back at once is no turn into the to way.
            yield from ((*drive, s.directed) for s in exits[node] if s.directed ^ 1 != drive[-1])
            continue
        closed = bool(drive) and node == start
        if len(drive) < _LONGEST_VIA and not closed:
            stack += [
                (step.end, (*drive, step.directed), used | {step.way}, seen | {step.end})
                for step in onward.get(node, ())
                if step.end not in seen and (not drive or step.directed ^ 1 != drive[-1])
            ]
