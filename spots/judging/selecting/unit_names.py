"""What the names and codes in a policy, or in a list, mean: municipalities, areas, units.

A name is looked for in the policy's own prefecture first. Nothing is guessed: what fits nobody, or
several, is for `selection_checks` to say, and leaves a condition open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from boundaries import PREFECTURES, MedicalArea, Regions, designated_city, is_ward, parse_code
from boundaries.codes import fold, split_prefecture
from groundfloor.folding import nfkc
from spots.facilities.naming import distinctive, name_key, owner_in_front
from spots.judging.designation import covers
from spots.types.ground_units import Unit, UnitKind
from spots.types.listed_entry import ListedEntry

_AREA_CODE_DIGITS = 4
_PIECES = frozenset({UnitKind.FORMER_MUNICIPALITY, UnitKind.DISTRICT, UnitKind.ISLAND})
_MUNICIPAL = re.compile("[市町村]$")
_PIECE_WORDS = re.compile(r"(?:地区|地域|区域|[市町村])$")
_AREA_WORDS = re.compile(r"(?:二次|2次)?(?:保健)?(?:医療)?(?:圏域|圏|区域)$")


def municipalities_named(name: str, regions: Regions) -> tuple[str, ...]:
    """Return the codes of all municipalities that a name or code may mean, sorted.

    A designated city whose wards are kept apart has its own code. The name or code of a ward that
    is merged into its city means nothing here: it is no unit, and the city is more.

    Parameters
    ----------
    name : str
        Name, with or without prefecture and county, or code.
    regions : Regions
        The map.
    """
    code = parse_code(name)
    if code is not None:
        merged = is_ward(code.value) and regions.resolve(code.value) != code.value
        return (code.value,) if regions.has_ground(code.value) and not merged else ()
    found = regions.namesakes(name, regions.prefecture_code) or regions.namesakes(name)
    if found:
        ward = fold(name).endswith("区")
        return tuple(m.code for m in found if not (ward and m.name.endswith("市")))
    plain = split_prefecture(fold(name))[1]
    cities = {c for code in regions.municipalities.index if (c := designated_city(str(code)))}
    return tuple(sorted(code for code, city in cities if fold(city) == plain))


def area_code(name: str) -> str | None:
    """Return the four digits of a medical area's code, also one that lost its zero.

    Examples
    --------
    >>> area_code("3301"), area_code("２０１"), area_code("真庭")
    ('3301', '0201', None)
    """
    digits = nfkc(name)
    plain = digits.isascii() and digits.isdigit()
    if not plain or len(digits) not in {_AREA_CODE_DIGITS - 1, _AREA_CODE_DIGITS}:
        return None
    return digits.zfill(_AREA_CODE_DIGITS)


def areas_named(name: str, regions: Regions) -> tuple[str, ...]:
    """Return the codes of all medical areas that a name or code may mean, sorted.

    Parameters
    ----------
    name : str
        Name, with or without 保健医療圏 behind it, or code.
    regions : Regions
        The map.
    """
    code = area_code(name)
    if code is not None:
        return (code,) if regions.medical_area(code) is not None else ()
    key = _area_key(name)
    found = [a.code for a in regions.medical_areas if _area_key(a.name) == key]
    home = [c for c in found if c.startswith(regions.prefecture_code)]
    return tuple(sorted(home or found))


def _area_key(name: str) -> str:
    plain = fold(name).replace("・", "")
    return _AREA_WORDS.sub("", plain) or plain


def lies_wholly(codes: Iterable[str], named: Iterable[str]) -> bool:
    """Whether all of some municipalities are among those named, or wards of a city that is."""
    wanted = tuple(named)
    return all(any(covers(each, code) for each in wanted) for code in codes)


@dataclass(frozen=True, slots=True, eq=False)
class UnitIndex:
    """Units by what they are called.

    Parameters
    ----------
    units : tuple of Unit
        All of them.
    regions : Regions
        The map.
    by_code, by_name : mapping of str to tuple of Unit
        By code or id, and by folded name.
    by_bare_name : mapping of str to tuple of Unit
        Pieces of municipalities, by names without what they are (旧, 町, 地区).
    kinds : frozenset of UnitKind
        What they are.
    towns : tuple of str
        Folded names of the municipalities that those pieces lie in.
    """

    units: tuple[Unit, ...]
    regions: Regions
    by_code: Mapping[str, tuple[Unit, ...]]
    by_name: Mapping[str, tuple[Unit, ...]]
    by_bare_name: Mapping[str, tuple[Unit, ...]]
    kinds: frozenset[UnitKind]
    towns: tuple[str, ...]

    @classmethod
    def of(cls, units: Sequence[Unit], regions: Regions) -> UnitIndex:
        """Return an index of units."""
        codes: dict[str, list[Unit]] = defaultdict(list)
        names: dict[str, list[Unit]] = defaultdict(list)
        bare: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            for code in {unit.code, unit.id} - {""}:
                codes[code].append(unit)
            names[key_of(unit.name, unit.kind)].append(unit)
            if unit.kind in _PIECES:
                bare[_bare(unit.name)].append(unit)
        by_code, by_name, by_bare = (_fixed(by) for by in (codes, names, bare))
        towns = {fold(u.municipality) for u in units if u.kind in _PIECES} - {""}
        kinds = frozenset(u.kind for u in units)
        return cls(tuple(units), regions, by_code, by_name, by_bare, kinds, tuple(sorted(towns)))

    def named(self, name: str) -> tuple[Unit, ...]:
        """Return all units that a name or code may mean."""
        plain = nfkc(name)
        found = self.by_code.get(plain, ())
        if not found and UnitKind.MUNICIPALITY in self.kinds:
            codes = municipalities_named(name, self.regions)
            found = tuple(u for c in codes for u in self.by_code.get(c, ()))
        if not found and UnitKind.MEDICAL_AREA in self.kinds:
            codes = areas_named(name, self.regions)
            found = tuple(u for c in codes for u in self.by_code.get(c, ()))
        if found:
            return found
        keys = dict.fromkeys(key_of(name, kind) for kind in sorted(self.kinds))
        found = tuple(u for key in keys for u in self.by_name.get(key, ()))
        return found or self._piece(fold(name))

    def _piece(self, name: str) -> tuple[Unit, ...]:
        """Return pieces of municipalities that a name means: 八幡平市安代 and 旧安代町 are 安代."""
        if found := self._bare_pieces(name):
            return found
        return tuple(
            u
            for town in self.towns
            if name.startswith(town)
            for u in self._bare_pieces(name.removeprefix(town))
            if fold(u.municipality) == town
        )

    def _bare_pieces(self, name: str) -> tuple[Unit, ...]:
        """Return pieces of that bare name; 大野町 is not 大野村, though either is 大野."""
        own = _MUNICIPAL.search(name)
        return tuple(
            u
            for u in self.by_bare_name.get(_bare(name), ())
            if own is None
            or (other := _MUNICIPAL.search(fold(u.name))) is None
            or own[0] == other[0]
        )


def _fixed(by: Mapping[str, list[Unit]]) -> dict[str, tuple[Unit, ...]]:
    return {key: tuple(units) for key, units in by.items()}


def _bare(name: str) -> str:
    """Return the name of a piece of a municipality without what it is."""
    plain = fold(name)
    return _PIECE_WORDS.sub("", plain.removeprefix("旧")) or plain


def key_of(name: str, kind: UnitKind) -> str:
    """Return the form in which names of units of a kind are compared."""
    return name_key(name) if kind is UnitKind.FACILITY else fold(name)


def agrees(entry: ListedEntry, unit: Unit, regions: Regions) -> bool:
    """Whether the municipality of a list's row, where it has one, is that of a unit."""
    if not entry.municipality:
        return True
    named = municipalities_named(entry.municipality, regions)
    if named and unit.municipality_codes:
        return any(lies_wholly((code,), named) for code in unit.municipality_codes)
    return fold(entry.municipality) == fold(unit.municipality)


def extends(short: str, unit: Unit) -> bool:
    """Whether an institution's name is `short` behind who owns it, or behind its prefecture.

    青森県立中央病院 is a 県立中央病院; 藤代健生病院 is no 健生病院. Whether it is *the* one is for
    the municipality to say.

    Parameters
    ----------
    short : str
        Name by `key_of`.
    unit : Unit
        An institution.
    """
    long = name_key(unit.name)
    if short == long or not short or not long.endswith(short):
        return False
    front = long.removesuffix(short) + short[0]  # 青森 + 県立中央病院
    seats = {*PREFECTURES.values(), unit.municipality}
    return front in seats or (distinctive(short) and owner_in_front(short, long))


def medical_areas_of(unit: Unit, regions: Regions) -> tuple[tuple[MedicalArea, ...], bool]:
    """Return the medical areas that a unit lies in, and whether they are all known."""
    if unit.kind is UnitKind.MEDICAL_AREA:
        own = regions.medical_area(unit.code)
        return ((own,) if own else ()), own is not None
    found = [regions.area_of(code) for code in unit.municipality_codes]
    known = {a.code: a for a in found if a is not None}
    whole = bool(found) and None not in found
    return tuple(known[code] for code in sorted(known)), whole


def shown_unit(unit: Unit) -> str:
    """Return a unit for a message: where it is, its name and its code."""
    where = unit.municipality if unit.municipality != unit.name else ""
    return f"{where}{unit.name} ({unit.code})"
