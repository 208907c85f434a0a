"""Two editions of the 医師偏在指標: which area is which, whose class changed, and what changed it.

Codes are used again for other areas (0502 was 北秋田, then 県央), so a code joins two rows only
where their names agree, or the same municipalities are in both. A cause is proven: one thing after
the other is set to what the new edition has, and what then gives the new class is a cause.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from boundaries.area_classes import same_area_name
from boundaries.codes import designated_city
from boundaries.editions import EditionTables
from boundaries.indices import class_of, published
from boundaries.types import AreaClass, AreaIndex, AreaTable, ClassBasis, IndexEdition


class AreaMatch(StrEnum):
    """How an area of one edition was found in the other."""

    SAME = "same"  # code and name
    RECODED = "recoded"  # its name has another code
    RENAMED = "renamed"  # another name, the same municipalities
    CAME = "came"
    WENT = "went"
    UNCONFIRMED = "unconfirmed"  # one code; without names nothing tells whether it is one area


class ClassCause(StrEnum):
    """What turned the class of an area."""

    VALUE = "value"
    CUT_OFF = "cut_off"
    MEMBERSHIP = "membership"  # the index is that of other municipalities
    STATEMENT = "statement"  # a class stated in one table, or another one


@dataclass(frozen=True, slots=True)
class AreaChange:
    """An area in two editions.

    Parameters
    ----------
    old, new : AreaIndex or None
        In each edition; at least one is there.
    old_name, new_name : str
        Names; may be empty.
    match : AreaMatch
        How they were found to be one area.
    causes : tuple of tuple of ClassCause
        What turned its class: each tuple gives the new class from the old edition by itself, all
        of its members together. Of an area that came or went, membership alone. Empty where the
        class is the same, or the two cannot be compared.
    code_meant : str
        Of an area that came or went: which area its code means in the other edition.
    gained, lost : tuple of str
        Codes of municipalities that another area of the old edition had, or of the new one has.
    kin : tuple of str
        Names of those areas.
    """

    old: AreaIndex | None
    new: AreaIndex | None
    old_name: str
    new_name: str
    match: AreaMatch
    causes: tuple[tuple[ClassCause, ...], ...] = ()
    code_meant: str = ""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()

    @property
    def shown(self) -> AreaIndex:
        """The area in the new edition, else in the old one."""
        found = self.new or self.old
        if found is None:
            raise ValueError("an area of neither edition")
        return found

    @property
    def class_changed(self) -> bool | None:
        """Whether its class is another; None where it is not known to be one area."""
        if self.old is None or self.new is None or self.match is AreaMatch.UNCONFIRMED:
            return None
        return _standing(self.old) != _standing(self.new)

    @property
    def index_change(self) -> Decimal | None:
        """The new index as published less the old one; None where there are not both."""
        if self.class_changed is None or self.old is None or self.new is None:
            return None
        if self.old.value is None or self.new.value is None:
            return None
        return published(self.new.value) - published(self.old.value)


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """What is different between two editions.

    Parameters
    ----------
    old, new : EditionTables
        The editions.
    areas : tuple of AreaChange
        Every area of the prefectures that both have, by code.
    old_only, new_only : tuple of str
        Two-digit codes of prefectures of which only one edition has areas: not compared.
    """

    old: EditionTables
    new: EditionTables
    areas: tuple[AreaChange, ...]
    old_only: tuple[str, ...]
    new_only: tuple[str, ...]


def compare_editions(old: EditionTables, new: EditionTables) -> EditionChanges:
    """Find out which area is which in two editions, and what turned the class of each.

    Parameters
    ----------
    old, new : EditionTables
        Each with the cut-offs of its own edition; with tables of areas, municipalities that
        changed area are found too.

    Returns
    -------
    EditionChanges
        Every area of either, but for prefectures of which one edition has none.
    """
    before, after = _side(old), _side(new)
    had, has = before.prefectures, after.prefectures
    both = had & has
    changes = [_change(before, after, m) for m in _matched(before, after) if m.home in both]
    return EditionChanges(
        old,
        new,
        tuple(sorted(changes, key=lambda c: (c.shown.area_code, c.new is None))),
        tuple(sorted(had - has)),
        tuple(sorted(has - had)),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """An edition: areas and names by code, municipalities by area, and the area of each."""

    edition: IndexEdition
    areas: Mapping[str, AreaIndex]
    names: Mapping[str, str]
    members: Mapping[str, frozenset[str]]
    area_of: Mapping[str, str]

    @property
    def prefectures(self) -> frozenset[str]:
        """Those that have an area."""
        return frozenset(code[:2] for code in self.areas)


@dataclass(frozen=True, slots=True)
class _Match:
    """The codes of one area in both editions; None where an edition has it not."""

    old: str | None
    new: str | None
    how: AreaMatch

    @property
    def home(self) -> str:
        """The prefecture."""
        return (self.new or self.old or "")[:2]


def _side(tables: EditionTables) -> _Side:
    names = tables.names
    members: dict[str, set[str]] = {}
    area_of: dict[str, str] = {}
    for municipality, code, name in _whole_cities(tables.areas):
        # The table of areas may be of another edition than the indices.
        if same_area_name(names.get(code, ""), name):
            members.setdefault(code, set()).add(municipality)
            area_of[municipality] = code
    return _Side(
        tables.indices.edition,
        {a.area_code: a for a in tables.every},
        names,
        {code: frozenset(found) for code, found in members.items()},
        area_of,
    )


def _whole_cities(table: AreaTable | None) -> Iterator[tuple[str, str, str]]:
    """Yield municipality, area and its name; a city once whose wards are in one area.

    Wards are numbered anew now and then (浜松市 in 2024), and some tables have cities only.
    """
    listed = table.assignments if table is not None else ()
    areas: dict[str, set[str]] = {}
    for each in listed:
        city = designated_city(each.municipality_code)
        areas.setdefault(city[0] if city else each.municipality_code, set()).add(each.area_code)
    for each in listed:
        city = designated_city(each.municipality_code)
        whole = city is not None and len(areas[city[0]]) == 1
        code = city[0] if city is not None and whole else each.municipality_code
        yield code, each.area_code, each.area_name


def _matched(before: _Side, after: _Side) -> Iterator[_Match]:
    """Yield every area of either edition once: by code and name, name alone, municipalities."""
    old, new = set(before.areas), set(after.areas)
    for code in sorted(old & new):
        how = _of_one_code(code, before, after)
        if how is not None:
            old.discard(code)
            new.discard(code)
            yield _Match(code, code, how)
    for how in (AreaMatch.RECODED, AreaMatch.RENAMED):
        for was in sorted(old):
            fits = [code for code in sorted(new) if _alike(how, was, code, before, after)]
            back = [code for code in old if fits and _alike(how, code, fits[0], before, after)]
            if len(fits) == len(back) == 1:
                old.discard(was)
                new.discard(fits[0])
                yield _Match(was, fits[0], how)
    yield from (_Match(code, None, AreaMatch.WENT) for code in sorted(old))
    yield from (_Match(None, code, AreaMatch.CAME) for code in sorted(new))


def _of_one_code(code: str, before: _Side, after: _Side) -> AreaMatch | None:
    """Tell what two areas of one code are to each other; None where they are two."""
    was, now = before.names[code], after.names[code]
    if was and now and same_area_name(was, now):
        return AreaMatch.SAME
    if _as_many(before.members.get(code, ()), after.members.get(code, ())):
        return AreaMatch.RENAMED
    return None if was and now else AreaMatch.UNCONFIRMED


def _alike(how: AreaMatch, old: str, new: str, before: _Side, after: _Side) -> bool:
    """Tell whether two areas of different codes are one by name, or by municipalities."""
    had, has = before.members.get(old, frozenset()), after.members.get(new, frozenset())
    if old[:2] != new[:2] or how is AreaMatch.RENAMED:
        return old[:2] == new[:2] and _as_many(had, has)
    was, now = before.names[old], after.names[new]
    apart = bool(had) and bool(has) and had.isdisjoint(has)
    return bool(was) and bool(now) and same_area_name(was, now) and not apart


def _as_many(had: Collection[str], has: Collection[str]) -> bool:
    return bool(had) and set(had) == set(has)


def _change(before: _Side, after: _Side, found: _Match) -> AreaChange:
    was = before.areas[found.old] if found.old is not None else None
    now = after.areas[found.new] if found.new is not None else None
    gained, from_whom = _elsewhere(found.new, found.old, after, before)
    lost, to_whom = _elsewhere(found.old, found.new, before, after)
    change = AreaChange(
        old=was,
        new=now,
        old_name=before.names.get(found.old or "", ""),
        new_name=after.names.get(found.new or "", ""),
        match=found.how,
        gained=gained,
        lost=lost,
        kin=tuple(sorted({*from_whom, *to_whom})),
    )
    if was is None or now is None:
        meant = before.names.get(found.new or "") or after.names.get(found.old or "") or ""
        return replace(change, causes=((ClassCause.MEMBERSHIP,),), code_meant=meant)
    if not change.class_changed:
        return change
    sides = (was, before.edition), (now, after.edition)
    return replace(change, causes=_causes(*sides, moved=bool(gained or lost)))


def _elsewhere(
    mine: str | None, theirs: str | None, side: _Side, other: _Side
) -> tuple[tuple[str, ...], set[str]]:
    """Return the municipalities of an area that the other edition has in other areas, and those.

    Codes that only one edition knows were merged or numbered anew, and tell nothing.
    """
    homes = {m: other.area_of.get(m) for m in side.members.get(mine or "", ())}
    moved = {m: home for m, home in homes.items() if home is not None and home != theirs}
    return tuple(sorted(moved)), {other.names[home] for home in moved.values()}


def _standing(area: AreaIndex) -> str:
    """Return the class, and of one that is not known why; a tie is a standing of its own."""
    return _told(area.area_class, area.basis)


def _told(kind: AreaClass, basis: ClassBasis) -> str:
    return basis.value if kind is AreaClass.UNKNOWN else kind.value


def _causes(
    was: tuple[AreaIndex, IndexEdition], now: tuple[AreaIndex, IndexEdition], *, moved: bool
) -> tuple[tuple[ClassCause, ...], ...]:
    """Return the fewest things that turn the old class into the new one, each way of it."""
    parts = {
        ClassCause.MEMBERSHIP if moved else ClassCause.VALUE: "value",
        ClassCause.CUT_OFF: "edition",
        ClassCause.STATEMENT: "stated",
    }
    old, new = _grounds(*was), _grounds(*now)
    differing = [c for c, part in parts.items() if getattr(old, part) != getattr(new, part)]
    for many in range(1, len(differing) + 1):
        ways = tuple(
            chosen
            for chosen in combinations(differing, many)
            if replace(old, **{parts[c]: getattr(new, parts[c]) for c in chosen}).standing
            == new.standing
        )
        if ways:
            return ways
    return ()


@dataclass(frozen=True, slots=True)
class _ClassGrounds:
    """What the class of an area rests on; an edition without its name is its cut-offs."""

    value: Decimal | None
    edition: IndexEdition
    stated: AreaClass | None

    @property
    def standing(self) -> str:
        """The class that follows, or why none does."""
        return _told(*class_of(self.value, self.stated, self.edition))


def _grounds(area: AreaIndex, edition: IndexEdition) -> _ClassGrounds:
    return _ClassGrounds(
        None if area.value is None else published(area.value),
        replace(edition, name=""),
        area.area_class if area.basis is ClassBasis.STATED else None,
    )
