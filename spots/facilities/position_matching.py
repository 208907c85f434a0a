"""Facilities and the records of a source of positions, matched one to one, or not at all.

A name alone proves nothing: 中央病院 is everywhere, 藤代健生病院 is no 健生病院, and 鷹揚郷弘前病院
not the one of 青森. So the municipality must be known and agree, and the part of it where both
say one; what then fits several, or is claimed by several, is settled by the house number or by
nobody.

Facilities that have coordinates take part: who is their record is nobody else's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile

from groundfloor.folding import compact
from spots.facilities.institution_kinds import closed_word, is_dental
from spots.facilities.matching import SAME_PLACE_M, Keyed, gap_m, keyed
from spots.facilities.model import MunicipalityResolver, RawFacility
from spots.facilities.naming import distinctive, name_key, owner_in_front, plain_particles
from spots.facilities.written_addresses import WrittenAddress, house_key, written_address
from spots.types import PositionDoubt, PositionMatch

# 龍ケ岳町立上天草総合病院, 上天草市立上天草総合病院: in one municipality these can only be one
# hospital, before and after a merger. A prefecture's hospital beside a city's is another.
_MUNICIPAL = re.compile(r"^.{1,6}?[市町村]立")


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A facility or a record with its names and its address, ready to be compared.

    Parameters
    ----------
    item : Keyed
        As merging compares it.
    names : tuple of str
        Every name it has, as written.
    keys : frozenset of str
        The same as they are compared.
    at : WrittenAddress
        Its address, taken apart.
    by_hand : bool
        Whether somebody says what the source calls it: then its address may be another.
    """

    item: Keyed
    names: tuple[str, ...]
    keys: frozenset[str]
    at: WrittenAddress
    by_hand: bool = False

    @property
    def raw(self) -> RawFacility:
        """The row."""
        return self.item.raw

    def called(self, name: str) -> Placed:
        """Return it under the name that somebody says it has in a source."""
        return replace(self, names=(name,), keys=frozenset({name_key(name)}), by_hand=True)

    @property
    def located(self) -> bool:
        """Whether its municipality is known, if only as a name."""
        return bool(self.item.city or self.item.town)


def placed(raw: RawFacility, names: Sequence[str], resolver: MunicipalityResolver | None) -> Placed:
    """Return a row ready to be compared.

    Parameters
    ----------
    raw : RawFacility
        The row.
    names : sequence of str
        Every name it has.
    resolver : MunicipalityResolver or None
        Knows municipalities by name; without it they are compared as written.
    """
    item, _ = keyed(raw, resolver)
    known = resolver.find(item.town, item.prefecture) if resolver and item.town else None
    own = raw.municipality or (known.name if known is not None else "")
    at = written_address(raw.address, own)
    at = replace(at, ward=at.ward or written_address(own).ward)
    return Placed(item, tuple(names), frozenset(map(name_key, names)), at)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for one facility.

    Parameters
    ----------
    how : PositionMatch or None
        How; None where nothing was.
    record : RawFacility or None
        The record it is.
    why : PositionDoubt or None
        Why there is none.
    others : tuple of RawFacility
        What it may be, or what has its name or address.
    rivals : tuple of int
        Places of the facilities that may be the same record.
    code : str or None
        The record's municipality.
    """

    how: PositionMatch | None = None
    record: RawFacility | None = None
    why: PositionDoubt | None = PositionDoubt.NO_RECORD
    others: tuple[RawFacility, ...] = ()
    rivals: tuple[int, ...] = ()
    code: str | None = None


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A record of a source with every name that it has there."""

    raw: RawFacility
    names: tuple[str, ...]


@dataclass(eq=False)
class Records:
    """The records of a source, found by name.

    Their municipalities are looked up only for those that anybody asks about: a source has all
    hospitals of the country.

    Parameters
    ----------
    listed : sequence of NamedRow
        In any order; the answers are the same.
    resolver : MunicipalityResolver or None
        See `placed`.
    names_alone : bool
        Whether a telling name is enough where a list says no more of a place than that: so it is
        among the few facilities of a run, which are all that could be meant.
    """

    listed: Sequence[NamedRow]
    resolver: MunicipalityResolver | None = None
    names_alone: bool = False
    _known: dict[int, Placed] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Sequence[RawFacility]:
        """The rows."""
        return [each.raw for each in self.listed]

    @cached_property
    def _by_key(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for at in sorted(range(len(self.rows)), key=lambda at: _order(self.rows[at])):
            for key in dict.fromkeys(map(name_key, self.listed[at].names)):
                found[key].append(at)
        return found

    @cached_property
    def _backwards(self) -> Sequence[str]:
        """Names from behind, in order: those that end alike stand together."""
        return sorted(key[::-1] for key in self._by_key)

    @cached_property
    def _unowned(self) -> Mapping[str, list[str]]:
        """Names behind a municipality, by what is behind it."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self._by_key:
            if (bare := _MUNICIPAL.sub("", key)) != key:
                found[bare].append(key)
        return found

    @cached_property
    def _by_house(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for ats in self._by_key.values():
            for at in ats:
                if house := house_key(self.rows[at].address):
                    found[house].append(at)
        return found

    def placed(self, at: int) -> Placed:
        """Return a record by its place."""
        if at not in self._known:
            one = self.listed[at]
            self._known[at] = placed(one.raw, one.names, self.resolver)
        return self._known[at]

    def called(self, keys: Iterable[str]) -> list[int]:
        """Return the records that have one of the names."""
        found = (at for key in sorted(keys) for at in self._by_key.get(key, ()))
        return list(dict.fromkeys(found))

    def called_alike(self, keys: Iterable[str]) -> list[int]:
        """Return the records of which one name is the other behind something."""
        alike: set[str] = set()
        for key in keys:
            alike |= {key[at:] for at in range(1, len(key)) if key[at:] in self._by_key}
            alike |= {*self._longer(key), *self._unowned.get(_MUNICIPAL.sub("", key), ())}
        found = (at for other in sorted(alike - set(keys)) for at in self._by_key[other])
        return list(dict.fromkeys(found))

    def _longer(self, key: str) -> Iterator[str]:
        """Yield names that end with another."""
        behind = key[::-1]
        for name in self._backwards[bisect_left(self._backwards, behind) :]:
            if not name.startswith(behind):
                return
            yield name[::-1]

    def housed(self, house: str) -> list[int]:
        """Return the records at an address."""
        return self._by_house.get(house, []) if house else []

    def one_of_each(self, ats: Sequence[int]) -> list[int]:
        """Return records without those that are one entered twice; one with a point comes first."""
        kept: list[int] = []
        for at in sorted(ats, key=lambda at: self.rows[at].position is None):
            if not any(_twice(self.placed(at).item, self.placed(k).item) for k in kept):
                kept.append(at)
        return kept


def _order(row: RawFacility) -> tuple[str, str, str, tuple[float, float]]:
    position = row.position
    where = (position.lon, position.lat) if position else (0.0, 0.0)
    return row.name, row.address, row.municipality_code or "", where


def _twice(a: Keyed, b: Keyed) -> bool:
    gap = gap_m(a, b)
    if a.key != b.key or a.city != b.city:
        return False
    return gap <= SAME_PLACE_M if gap is not None else bool(a.house) and a.house == b.house


def _ends_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return (short != long and long.endswith(short)) or _both_owned(one, other)


def _both_owned(one: str, other: str) -> bool:
    """Tell whether two names are one behind two municipalities: before and after a merger."""
    if one == other:
        return False
    bare = [_MUNICIPAL.sub("", key) for key in (one, other)]
    return bare[0] == bare[1] and distinctive(bare[0])


def _owned(a: Placed, b: Placed) -> bool:
    """Tell whether one name is the other behind somebody who may own the place."""
    pairs = [sorted((one, other), key=len) for one in a.keys for other in b.keys]
    return any(
        _both_owned(short, long) or (distinctive(short) and owner_in_front(short, long))
        for short, long in pairs
        if _ends_alike(short, long)
    )


# --- where both are


def disagreement(a: Placed, b: Placed) -> PositionDoubt | None:
    """Return why two of one name cannot be taken for one; None where they can.

    Parameters
    ----------
    a, b : Placed
        A facility and a record.
    """
    if not a.located:
        return PositionDoubt.NO_MUNICIPALITY
    if not _same_municipality(a, b):
        return None if _before_merger(a, b) else PositionDoubt.ELSEWHERE
    if a.by_hand or b.by_hand:
        return None
    if not a.at.may_be(b.at):
        return PositionDoubt.OTHER_ADDRESS
    wards = {a.at.ward, b.at.ward} - {""}  # which cities draw anew at times, as 浜松市 did
    return PositionDoubt.ELSEWHERE if len(wards) > 1 and not a.at.is_house(b.at) else None


def _same_municipality(a: Placed, b: Placed) -> bool:
    one, other = a.item, b.item
    if one.city and other.city:
        return one.city == other.city
    counties = {a.at.county, b.at.county} - {""}
    return one.town == other.town != "" and len(counties) <= 1 and not _other_prefecture(a, b)


def _other_prefecture(a: Placed, b: Placed) -> bool:
    return len({a.item.prefecture, b.item.prefecture} - {None}) > 1


def _before_merger(a: Placed, b: Placed) -> bool:
    """Tell whether an address has a municipality that became part of the other's.

    Its name went on as that of a part (天草郡龍ヶ岳町高戸, 上天草市龍ヶ岳町高戸), or all that is
    left is what stood behind it (矢部町北中島2806, 山都町北中島2806).
    """
    if (a.item.code and b.item.code) or _other_prefecture(a, b):
        return False
    for old, new in ((a, b), (b, a)):
        town = plain_particles(old.at.town)
        if town and new.at.part.startswith(town):
            rest = new.at.part.removeprefix(town)
            now = WrittenAddress(part=rest, number=new.at.number)
            return old.at.may_be(now)
    return a.at.is_house(b.at) and len({a.at.county, b.at.county} - {""}) <= 1


# --- one to one


def matched(sought: Sequence[Placed], records: Records) -> tuple[Answer, ...]:
    """Return for each facility the record it is, or why there is none.

    Parameters
    ----------
    sought : sequence of Placed
        All facilities, those with coordinates too.
    records : Records
        The source.

    Returns
    -------
    tuple of Answer
        In the order of `sought`. A record is the answer of one facility at most.
    """
    by_name = [records.called(one.keys) for one in sought]
    fits = [_fitting(one, ats, records) for one, ats in zip(sought, by_name, strict=True)]
    found = _settled(sought, fits, records, {})
    taken: dict[int, list[int]] = defaultdict(list)
    for n, ats in enumerate(fits):
        for at in ats:
            taken[at].append(n)
    waiting = [n for n, each in enumerate(fits) if not each]
    alike: list[list[int]] = [[] for _ in sought]
    for n in waiting:
        alike[n] = _behind_owner(sought[n], records)
    later = _settled(sought, alike, records, taken)
    return tuple(
        _answer(sought[n], first or second, by_name[n], records)
        for n, (first, second) in enumerate(zip(found, later, strict=True))
    )


def _fitting(one: Placed, ats: Sequence[int], records: Records) -> list[int]:
    agreeing = [
        at
        for at in ats
        if not _left_out(records.rows[at])
        and (disagreement(one, records.placed(at)) is None or _by_name_alone(one, records))
    ]
    return records.one_of_each(agreeing)


def _by_name_alone(one: Placed, records: Records) -> bool:
    raw = one.raw
    silent = not (raw.address or raw.municipality or raw.municipality_code)
    return records.names_alone and silent and all(map(distinctive, one.keys))


def _behind_owner(one: Placed, records: Records) -> list[int]:
    """Return records whose name is that of `one` behind an owner's, or the other way round.

    Where no owner is seen in what is in front, or each has another in front, the house number must
    be the same.
    """
    if not one.located:
        return []
    alike = dict.fromkeys((*records.called_alike(one.keys), *records.housed(one.item.house)))
    known = [(at, records.placed(at)) for at in _fitting(one, list(alike), records)]
    return [
        at
        for at, other in known
        if _owned(one, other) or (one.at.is_house(other.at) and _alike(one, other))
    ]


def _alike(a: Placed, b: Placed) -> bool:
    """Tell whether one name ends with the other, or both go on alike behind two owners."""
    pairs = [(one, other) for one in a.keys for other in b.keys]
    return any(_ends_alike(one, other) or _two_owners(one, other) for one, other in pairs)


def _two_owners(one: str, other: str) -> bool:
    """Tell whether names are one behind two owners: 恩賜財団, 大分県 and 済生会日田病院."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    behind = one[len(one) - same :]
    return distinctive(behind) and all(owner_in_front(behind, key) for key in (one, other))


def _left_out(row: RawFacility) -> PositionDoubt | None:
    if closed_word([row]):
        return PositionDoubt.CLOSED
    return PositionDoubt.DENTAL if is_dental(row) else None


@dataclass(frozen=True, slots=True)
class _Settled:
    """The record of a facility, or all that it may be and who else may be those."""

    at: int | None
    by_address: bool = False
    may_be: tuple[int, ...] = ()
    rivals: tuple[int, ...] = ()


def _settled(
    sought: Sequence[Placed],
    fits: Sequence[Sequence[int]],
    records: Records,
    taken: Mapping[int, Sequence[int]],
) -> list[_Settled | None]:
    """Return who is what: what fits one to one, then what an address decides; None of no fit."""
    claims: dict[int, list[int]] = defaultdict(list)
    for n, ats in enumerate(fits):
        for at in ats:
            claims[at].append(n)

    def at_home(n: int, at: int) -> bool:
        return sought[n].at.is_house(records.placed(at).at)

    def settle(n: int, ats: Sequence[int]) -> _Settled:
        if len(ats) == 1 and claims[ats[0]] == [n] and ats[0] not in taken:
            return _Settled(ats[0])
        housed = [at for at in ats if at_home(n, at) and at not in taken]
        if len(housed) == 1 and [m for m in claims[housed[0]] if at_home(m, housed[0])] == [n]:
            return _Settled(housed[0], by_address=True)
        rivals = dict.fromkeys(m for at in ats for m in (*taken.get(at, ()), *claims[at]) if m != n)
        return _Settled(None, may_be=tuple(ats), rivals=tuple(rivals))

    return [settle(n, ats) if ats else None for n, ats in enumerate(fits)]


def _answer(
    one: Placed, settled: _Settled | None, by_name: Sequence[int], records: Records
) -> Answer:
    if settled is None:
        return _nothing(one, by_name, records)
    if settled.at is None:
        several = len(settled.may_be) > 1
        return Answer(
            why=PositionDoubt.SEVERAL if several else PositionDoubt.CLAIMED,
            others=tuple(records.rows[at] for at in settled.may_be),
            rivals=settled.rivals,
        )
    record = records.placed(settled.at)
    how = _how(one, record, by_address=settled.by_address)
    return Answer(how, record.raw, None, code=record.item.code)


def _how(one: Placed, record: Placed, *, by_address: bool) -> PositionMatch:
    if by_address or (one.keys.isdisjoint(record.keys) and not _owned(one, record)):
        return PositionMatch.ADDRESS
    if one.keys.isdisjoint(record.keys):
        return PositionMatch.OWNER
    spelt = {compact(name) for name in one.names}
    same = not spelt.isdisjoint(map(compact, record.names))
    return PositionMatch.EXACT if same else PositionMatch.FOLDED


def _nothing(one: Placed, by_name: Sequence[int], records: Records) -> Answer:
    """Return why nothing fits: what has the name but not the place, or the place but not the name.

    Closed and dental ones come before those that are elsewhere, which are many.
    """
    told: dict[PositionDoubt, list[RawFacility]] = defaultdict(list)
    for at in by_name:
        if _other_prefecture(one, records.placed(at)):
            continue  # a source of the whole country has most names somewhere
        doubt = disagreement(one, records.placed(at)) or _left_out(records.rows[at])
        if doubt is not None:
            told[doubt].append(records.rows[at])
    housed = [at for at in records.housed(one.item.house) if records.rows[at].name not in one.names]
    at_home = [at for at in housed if _same_municipality(one, records.placed(at))]
    for at in at_home:
        told[_left_out(records.rows[at]) or PositionDoubt.OTHER_NAME].append(records.rows[at])
    order = (
        PositionDoubt.CLOSED,
        PositionDoubt.DENTAL,
        PositionDoubt.OTHER_ADDRESS,
        PositionDoubt.OTHER_NAME,
        PositionDoubt.NO_MUNICIPALITY,
        PositionDoubt.ELSEWHERE,
    )
    why = next((doubt for doubt in order if doubt in told), PositionDoubt.NO_RECORD)
    if why is PositionDoubt.NO_RECORD and not one.located:
        why = PositionDoubt.NO_MUNICIPALITY
    return Answer(why=why, others=tuple(told[why]) if why in told else ())
