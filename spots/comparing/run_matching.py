"""Which facility of the old run is which of the new one.

Ids are not enough: a list without ids of its own, or with row numbers for ids, gives a facility
another id, or another facility the same one. So an id counts only where name or municipality
agree too. The wards of a designated city are its: one list names them, another does not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from groundfloor.problems import Problem, Text, note, warning
from spots.comparing.changes import MatchedBy
from spots.facilities.list_cells import city_of
from spots.facilities.matching import SAME_PLACE_M
from spots.facilities.naming import name_key
from spots.types import Accuracy, Facility, Place, Position, Verdict, distance_m

_CELL_DEGREES = 0.002  # more than 100 m each way in all of Japan


class PlacedFacility(Protocol):
    """A facility with where it is: a verdict is one."""

    @property
    def facility(self) -> Facility:
        """The facility."""

    @property
    def place(self) -> Place:
        """Where it is."""


P = TypeVar("P", bound=PlacedFacility)
_Key = Callable[[PlacedFacility], Hashable]


@dataclass(frozen=True, slots=True)
class MatchedPair:
    """An old and a new verdict of one facility; one of them is None when it is in one run only."""

    old: Verdict | None
    new: Verdict | None
    by: MatchedBy


def match(old: Sequence[Verdict], new: Sequence[Verdict]) -> tuple[MatchedPair, ...]:
    """Match the facilities of two runs one to one.

    First by id, name and city, then by name and city, then by id and name, then by name and city
    by a name that either was merged under, then by name and place, then by id and city (renamed).
    An id that was made of a name is another's where one of the name is gone: the city says more.

    Parameters
    ----------
    old, new : sequence of Verdict
        The two runs; ids are unique within each.

    Returns
    -------
    tuple of MatchedPair
        In the order of `new`, then what is left of `old`.
    """
    found = {b.facility.id: MatchedPair(a, b, by) for a, b, by in paired(old, new)}
    taken = {pair.old.facility.id for pair in found.values() if pair.old is not None}
    return (
        *(found.get(v.facility.id, MatchedPair(None, v, MatchedBy.NONE)) for v in new),
        *(MatchedPair(v, None, MatchedBy.NONE) for v in old if v.facility.id not in taken),
    )


def paired(old: Sequence[P], new: Sequence[P]) -> Iterator[tuple[P, P, MatchedBy]]:
    """Yield those of two runs that are one facility, as `match` finds them, with what agrees.

    Parameters
    ----------
    old, new : sequence of what has a facility and its place
        Ids are unique within each.
    """
    steps: tuple[tuple[Callable[[Sequence[P], Sequence[P]], Iterator[tuple[P, P]]], MatchedBy], ...]
    steps = (
        (_by_key(lambda each: (each.facility.id, _name_and_city(each))), MatchedBy.ID),
        (_by_key(_name_and_city), MatchedBy.NAME),
        (_by_key(_id_and_name), MatchedBy.ID),
        (_by_other_name, MatchedBy.NAME),
        (_at_one_place, MatchedBy.POSITION),
        (_by_key(_id_and_city), MatchedBy.ID),
    )
    before, after = list(old), list(new)
    for pairs, by in steps:
        found = list(pairs(before, after))
        for partner, own in found:
            yield partner, own, MatchedBy.ID if partner.facility.id == own.facility.id else by
        gone, met = ({pair[side].facility.id for pair in found} for side in (0, 1))
        before = [each for each in before if each.facility.id not in gone]
        after = [each for each in after if each.facility.id not in met]


def _id_and_name(one: PlacedFacility) -> Hashable:
    return one.facility.id, name_key(one.facility.name)


def _name_and_city(one: PlacedFacility) -> Hashable:
    return name_key(one.facility.name), municipality_of(one)


def _id_and_city(one: PlacedFacility) -> Hashable:
    return one.facility.id, municipality_of(one)


def _by_key(key: _Key) -> Callable[[Sequence[P], Sequence[P]], Iterator[tuple[P, P]]]:
    """Return what pairs those of two runs that alone have a key."""

    def pairs(old: Sequence[P], new: Sequence[P]) -> Iterator[tuple[P, P]]:
        before, after = _unique(old, key), _unique(new, key)
        yield from ((before[k], verdict) for k, verdict in after.items() if k in before)

    return pairs


def _by_other_name(old: Sequence[P], new: Sequence[P]) -> Iterator[tuple[P, P]]:
    """Yield those of one city of which one has a name that the other was merged under."""
    called: dict[tuple[str, str], list[P]] = defaultdict(list)
    for verdict in old:
        for name in {name_key(name) for name in verdict.facility.names}:
            called[name, municipality_of(verdict)].append(verdict)
    alike = (
        (a, b)
        for b in new
        for name in {name_key(name) for name in b.facility.names}
        for a in called.get((name, municipality_of(b)), ())
    )
    yield from _one_to_one(
        list({(a.facility.id, b.facility.id): (a, b) for a, b in alike}.values())
    )


def _at_one_place(old: Sequence[P], new: Sequence[P]) -> Iterator[tuple[P, P]]:
    """Yield those of two runs whose names agree, or end alike, and whose points do, one to one."""
    cells: dict[tuple[int, int], list[P]] = defaultdict(list)
    for verdict in old:
        for cell in _cells(verdict, 0):
            cells[cell].append(verdict)
    around = ((a, b) for b in new for cell in _cells(b, 1) for a in cells.get(cell, ()))
    near = [(a, b) for a, b in around if _one_name(a, b) and _one_place(a, b)]
    yield from _one_to_one(near)


def _one_to_one(pairs: Sequence[tuple[P, P]]) -> Iterator[tuple[P, P]]:
    before, after = (Counter(pair[side].facility.id for pair in pairs) for side in (0, 1))
    for a, b in pairs:
        if before[a.facility.id] == 1 and after[b.facility.id] == 1:
            yield a, b


def _cells(verdict: PlacedFacility, rim: int) -> Iterator[tuple[int, int]]:
    """Yield the cell of a facility's point, with a rim of others; none without a point."""
    point = _point(verdict)
    if point is not None:
        x, y = (math.floor(v / _CELL_DEGREES) for v in (point.lon, point.lat))
        steps = range(-rim, rim + 1)
        yield from ((x + dx, y + dy) for dx in steps for dy in steps)


def _one_name(a: PlacedFacility, b: PlacedFacility) -> bool:
    ones, others = ([name_key(name) for name in v.facility.names] for v in (a, b))
    return any(x.endswith(y) or y.endswith(x) for x in ones for y in others)


def _one_place(a: PlacedFacility, b: PlacedFacility) -> bool:
    here, there = _point(a), _point(b)
    return here is not None and there is not None and distance_m(here, there) <= SAME_PLACE_M


def _point(verdict: PlacedFacility) -> Position | None:
    position = verdict.facility.position
    return position if position and position.accuracy is Accuracy.POINT else None


def _unique(verdicts: Iterable[P], key: _Key) -> dict[Hashable, P]:
    """Return verdicts by a key that only one of them has."""
    groups: dict[Hashable, list[P]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict)
    return {value: group[0] for value, group in groups.items() if len(group) == 1}


def municipality_of(verdict: PlacedFacility) -> str:
    """Return the city's code, as declared or else by position; empty when unknown."""
    return city_of(verdict.facility.municipality_code or verdict.place.municipality_code or "")


def match_notes(pairs: Iterable[MatchedPair]) -> tuple[Problem, ...]:
    """Report the pairs that were not found by id, and what was not taken for one facility.

    Parameters
    ----------
    pairs : iterable of MatchedPair
        From `match`.
    """
    found = tuple(pairs)
    by_name = (_by_name(p) for p in found if p.by in _AGREED)
    left = [p.old for p in found if p.new is None and p.old is not None]
    entered = [p.new for p in found if p.old is None and p.new is not None]
    return (*(n for n in by_name if n is not None), *_unmatched(left, entered))


_AGREED = {
    MatchedBy.NAME: Text("名称と市町村", "name and municipality"),
    MatchedBy.POSITION: Text("名称と位置", "name and position"),
}


def _by_name(pair: MatchedPair) -> Problem | None:
    old, new, agreed = pair.old, pair.new, _AGREED[pair.by]
    if old is None or new is None:
        return None
    return note(
        "matched-by-name",
        Text(
            f"IDが異なりますが、{agreed.ja}から同じ施設とみなしました"
            f"（{old.facility.id} と {new.facility.id}）",
            f"taken for one facility by {agreed.en}, though the ids differ "
            f"({old.facility.id} and {new.facility.id})",
        ),
        Text("別の施設であれば一覧のIDを直してください", "mend the ids if they are two"),
        value=new.facility.name,
    )


def perhaps_in(verdict: Verdict, left: Iterable[Verdict]) -> bool:
    """Tell whether some unmatched facility of the other run may be this one, by name or id."""
    name = name_key(verdict.facility.name)
    return any(
        name_key(v.facility.name) == name or v.facility.id == verdict.facility.id for v in left
    )


def _unmatched(left: Sequence[Verdict], entered: Sequence[Verdict]) -> Iterable[Problem]:
    """Name what entered and left under one name or one id: perhaps it is one facility."""
    ids = {v.facility.id: v for v in left}
    for verdict in entered:
        name = name_key(verdict.facility.name)
        twins = [v for v in left if name_key(v.facility.name) == name]
        if twins:
            listed = ", ".join(v.facility.id for v in twins)
            yield warning(
                "ambiguous-match",
                Text(
                    f"同じ名称の施設が旧にもありますが、同じ施設か決められないため、"
                    f"削除と追加として扱いました（旧 {listed}、新 {verdict.facility.id}）",
                    f"the old run has the name too, but whether it is the same facility cannot be "
                    f"decided: treated as left and entered (old {listed}, "
                    f"new {verdict.facility.id})",
                ),
                Text(
                    "同じ施設であれば一覧のIDをそろえてください", "give them one id if they are one"
                ),
                value=verdict.facility.name,
            )
        elif verdict.facility.id in ids:
            before = ids[verdict.facility.id].facility.name
            yield warning(
                "id-of-another",
                Text(
                    f"IDが旧の「{before}」と同じですが、名称も市町村も異なるため、"
                    f"別の施設として扱いました",
                    f"has the id that {before} had, but neither its name nor its municipality: "
                    f"treated as another facility",
                ),
                Text(
                    "同じ施設であれば名称をそろえてください", "give them one name if they are one"
                ),
                value=verdict.facility.name,
            )
