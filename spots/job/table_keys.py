"""Which municipality, medical area or facility a row of a table of numbers is about.

Stands apart: codes and names of one kind are looked up alike in every table of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from boundaries import PREFECTURES, Municipality, Regions, designated_city, is_ward
from boundaries.areas import parse_area_code
from boundaries.codes import fold, parse_code, split_prefecture
from groundfloor.folding import compact, nfkc
from spots.facilities.list_cells import city_of, prefecture_code, read_code
from spots.facilities.naming import name_key
from spots.types import Facility


class RowMeaning(StrEnum):
    """What a row of a table turned out to be about."""

    MINE = "mine"  # a municipality, area or facility of the run
    NATION = "nation"  # 全国
    ELSEWHERE = "elsewhere"  # another prefecture, or a whole one
    WARD = "ward"  # part of a designated city whose wards are merged
    WHOLE_CITY = "whole_city"  # a designated city whose wards are apart
    OTHER_EDITION = "other_edition"  # a code or a name that the run's map has not
    BAD_CODE = "bad_code"
    AMBIGUOUS = "ambiguous"  # a name that several have
    DISAGREES = "disagrees"  # code and name mean two


@dataclass(frozen=True, slots=True)
class RowKey:
    """What a row says of what it is about.

    Parameters
    ----------
    code, name : str
        As written; either may be empty.
    municipality, prefecture : str
        As written, where there are such columns; may be empty.
    row : int
        Its number in the file.
    """

    code: str = ""
    name: str = ""
    municipality: str = ""
    prefecture: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class KeyReading:
    """What a row is about, and its key in the run (with `RowMeaning.MINE`)."""

    meaning: RowMeaning
    key: str = ""
    repaired: bool = False


_NATION = re.compile(
    r"全国(?:平均|計|合計|総数|値|全体)?|日本全国|日本|national(?:average)?|japan|全国平均値"
)
_NATION_CODE = re.compile(r"0{1,6}")
_OF_PREFECTURE = re.compile(r"(?:[都道府県]?(?:計|平均|合計|全体))?")
_AREA_WORDS = re.compile(r"(?:二次|2次)?(?:保健)?(?:医療)?(?:圏域|圏|区域|地域)$")


def is_nation(key: RowKey) -> bool:
    """Tell whether a row holds the figures of the whole country."""
    code, name = nfkc(key.code).removesuffix(".0"), compact(key.name or key.prefecture)
    if _NATION.fullmatch(name):
        return True
    return bool(code) and _NATION_CODE.fullmatch(code) is not None


class MunicipalityKeys:
    """Municipalities of the run by code or name.

    Parameters
    ----------
    regions : Regions
        The run's map.
    """

    def __init__(self, regions: Regions) -> None:
        self._regions = regions
        self._home = regions.prefecture_code

    def expected(self) -> tuple[tuple[str, str], ...]:
        """Return code and name of everything that a whole table has."""
        frame = self._regions.municipalities
        mine = frame[frame["prefecture_code"] == self._home]
        return tuple((str(code), str(name)) for code, name in mine["name"].sort_index().items())

    def read(self, key: RowKey) -> KeyReading:
        """Return what a row is about."""
        if is_nation(key):
            return KeyReading(RowMeaning.NATION)
        stated, bare = split_prefecture(fold(key.name))
        prefecture = prefecture_code(key.prefecture) or stated
        by_name = self._by_name(key.name, bare, prefecture)
        if not key.code:
            return by_name
        digits = nfkc(key.code).removesuffix(".0")
        if re.fullmatch(r"[0-9]{1,2}|[0-9]{1,2}0{3}[0-9]?", digits) and not self._is_town(digits):
            return KeyReading(RowMeaning.ELSEWHERE)  # the whole of a prefecture
        read = read_code(key.code, prefecture or self._short_code_of(by_name))
        if read.code is None:
            return KeyReading(RowMeaning.BAD_CODE)
        by_code = self._by_code(read.code)
        if {by_code.meaning, by_name.meaning} == {RowMeaning.MINE} and by_code.key != by_name.key:
            return KeyReading(RowMeaning.DISAGREES, by_code.key)
        repaired = read.finding.value == "zero-restored"
        return KeyReading(by_code.meaning, by_code.key, repaired=repaired)

    def _is_town(self, digits: str) -> bool:
        code = parse_code(digits)
        return code is not None and self._regions.has_ground(code.value)

    def _short_code_of(self, by_name: KeyReading) -> str | None:
        """Return the prefecture that a code of the north is read in: a name says that it is here.

        13315 is 01331-5 without its zero, not a code of 東京都, where the row is called as the
        municipality of 北海道 is.
        """
        here = by_name.meaning in {RowMeaning.MINE, RowMeaning.WARD}
        return self._home if here else None

    def _by_code(self, code: str) -> KeyReading:
        if code[:2] != self._home:
            return KeyReading(RowMeaning.ELSEWHERE)
        rows = self._regions
        if code in rows.municipalities.index:
            return KeyReading(RowMeaning.MINE, code)
        if rows.resolve(code) is not None:
            return KeyReading(RowMeaning.WARD, city_of(code))
        if not is_ward(code) and rows.has_ground(code):
            return KeyReading(RowMeaning.WHOLE_CITY, code)
        return KeyReading(RowMeaning.OTHER_EDITION, code)

    def _by_name(self, name: str, bare: str, prefecture: str | None) -> KeyReading:
        of_other = prefecture is not None and prefecture != self._home
        if of_other or not bare or self._means_a_prefecture(name):
            return KeyReading(RowMeaning.ELSEWHERE)
        found = self._regions.namesakes(name, self._home)
        if found:
            return _of_namesakes(bare, found)
        if prefecture is None and self._regions.namesakes(name):
            return KeyReading(RowMeaning.ELSEWHERE)
        city = self._city_apart(bare)
        return KeyReading(RowMeaning.WHOLE_CITY if city else RowMeaning.OTHER_EDITION, city)

    def _city_apart(self, bare: str) -> str:
        """Return the designated city of that name whose wards are apart on the map."""
        for code in self._regions.municipalities.index:
            city = designated_city(str(code))
            if city is not None and str(code)[:2] == self._home and fold(city[1]) == bare:
                return city[0]
        return ""

    @staticmethod
    def _means_a_prefecture(name: str) -> bool:
        plain = fold(name)
        return (
            any(
                plain.startswith(short) and _OF_PREFECTURE.fullmatch(plain.removeprefix(short))
                for whole in PREFECTURES.values()
                for short in (whole, whole[:-1])
            )
            or _OF_PREFECTURE.fullmatch(plain) is not None
        )


def _of_namesakes(bare: str, found: Sequence[Municipality]) -> KeyReading:
    """Return what a name of municipalities of the prefecture means."""
    if len(found) > 1:
        return KeyReading(RowMeaning.AMBIGUOUS)
    mine = found[0]
    # A ward finds the city that it was merged into: its figures are not the city's.
    ward = fold(bare).endswith("区") and not fold(mine.name).endswith("区")
    return KeyReading(RowMeaning.WARD if ward else RowMeaning.MINE, mine.code)


class AreaKeys:
    """Medical areas of the policy's prefecture by code or name."""

    def __init__(self, regions: Regions) -> None:
        self._home = regions.prefecture_code
        self._areas = {str(code): str(name) for code, name in regions.areas["name"].items()}
        self._other = {_area_name(a.name) for a in regions.medical_areas} - {
            _area_name(name) for name in self._areas.values()
        }

    def expected(self) -> tuple[tuple[str, str], ...]:
        """Return code and name of everything that a whole table has."""
        return tuple(sorted(self._areas.items()))

    def read(self, key: RowKey) -> KeyReading:
        """Return what a row is about."""
        if is_nation(key):
            return KeyReading(RowMeaning.NATION)
        prefecture = prefecture_code(key.prefecture)
        by_name = self._by_name(key.name, prefecture)
        return self._by_code(key.code, by_name) if key.code else by_name

    def _by_code(self, written: str, by_name: KeyReading) -> KeyReading:
        digits = nfkc(written).removesuffix(".0")
        code = parse_area_code(written)
        if re.fullmatch(r"[0-9]{1,2}|[0-9]{1,2}00", digits):
            return KeyReading(RowMeaning.ELSEWHERE)  # the whole of a prefecture
        if code is None or code[:2] != self._home:
            return KeyReading(RowMeaning.BAD_CODE if code is None else RowMeaning.ELSEWHERE)
        if code not in self._areas:
            return KeyReading(RowMeaning.OTHER_EDITION, code)
        disagrees = by_name.meaning is RowMeaning.MINE and by_name.key != code
        meaning = RowMeaning.DISAGREES if disagrees else RowMeaning.MINE
        return KeyReading(meaning, code, repaired=len(digits) < len(code))

    def _by_name(self, name: str, prefecture: str | None) -> KeyReading:
        if prefecture is not None and prefecture != self._home:
            return KeyReading(RowMeaning.ELSEWHERE)
        plain = _area_name(name)
        found = [code for code, own in self._areas.items() if _area_name(own) == plain]
        if len(found) == 1:
            return KeyReading(RowMeaning.MINE, found[0])
        if found:
            return KeyReading(RowMeaning.AMBIGUOUS)
        elsewhere = prefecture is None and plain in self._other
        return KeyReading(RowMeaning.ELSEWHERE if elsewhere else RowMeaning.OTHER_EDITION)


def _area_name(name: str) -> str:
    plain = fold(name)
    return _AREA_WORDS.sub("", plain) or plain


class FacilityKeys:
    """Facilities of the run by id, or by name and municipality."""

    def __init__(self, regions: Regions, facilities: Sequence[Facility]) -> None:
        self._regions = regions
        self._ids = {f.id for f in facilities}
        self._named: dict[str, list[Facility]] = {}
        for facility in facilities:
            self._named.setdefault(name_key(facility.name), []).append(facility)

    @staticmethod
    def expected() -> tuple[tuple[str, str], ...]:
        """Return nothing: a table of facilities need not have them all."""
        return ()

    def read(self, key: RowKey) -> KeyReading:
        """Return what a row is about."""
        if is_nation(key):
            return KeyReading(RowMeaning.NATION)
        own = nfkc(key.code).removesuffix(".0")
        if own in self._ids or key.code in self._ids:
            return KeyReading(RowMeaning.MINE, own if own in self._ids else key.code)
        if not key.name:
            return KeyReading(RowMeaning.OTHER_EDITION)
        found = list(self._in(key, self._named.get(name_key(key.name), ())))
        if len(found) > 1:
            return KeyReading(RowMeaning.AMBIGUOUS)
        return (
            KeyReading(RowMeaning.MINE, found[0].id)
            if found
            else KeyReading(RowMeaning.OTHER_EDITION)
        )

    def _in(self, key: RowKey, found: Iterable[Facility]) -> Iterable[Facility]:
        """Yield those that the municipality of a row does not rule out."""
        town = self._regions.find(key.municipality, prefecture_code(key.prefecture))
        for facility in found:
            there = facility.municipality_code
            if town is None or there is None or city_of(there) == city_of(town.code):
                yield facility


class UnitKeys:
    """Rows about units: which ones is known when the units are made, so each is its own."""

    @staticmethod
    def expected() -> tuple[tuple[str, str], ...]:
        """Return nothing: what has no row is told unit by unit."""
        return ()

    @staticmethod
    def read(key: RowKey) -> KeyReading:
        """Return the row's own key."""
        if is_nation(RowKey(name=key.name)):
            return KeyReading(RowMeaning.NATION)
        return KeyReading(RowMeaning.MINE, f"row {key.row}")


Keys = MunicipalityKeys | AreaKeys | FacilityKeys | UnitKeys
