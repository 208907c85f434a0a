"""Positions from a town table, for facilities whose list gives none; never silently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from boundaries.codes import split_county, split_prefecture
from groundfloor.columns import Columns, PointColumns, Vocabulary
from groundfloor.crs import with_rows
from groundfloor.folding import compact
from groundfloor.grids import Row
from groundfloor.positions import BOTH, LATITUDE, LONGITUDE, in_japan
from groundfloor.problems import DataError, Problem, Text, note, warning
from groundfloor.tables import Table, read_table
from spots.facilities.list_cells import city_of
from spots.facilities.model import Gazetteer, MunicipalityResolver, TownTableError
from spots.facilities.naming import plain_hyphens
from spots.facilities.written_addresses import plain_numbers
from spots.types import (
    Accuracy,
    Facility,
    Position,
    PositionLookup,
    PositionMatch,
    PositionRecord,
)

# Geolonia 住所データ, and 位置参照情報 of 国土交通省.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "pref": ("pref", "都道府県名", "都道府県"),
    "city": ("city", "市区町村名", "市町村名"),
    "town": ("town", "大字町丁目名", "大字・丁目名", "町丁目"),
    "koaza": ("koaza", "小字・通称名", "小字"),
    "lat": LATITUDE,
    "lng": LONGITUDE,
    "position": BOTH,
}
_POINT = PointColumns("lat", "lng", "position")
TOWNS = Vocabulary(_NAMES, ("pref", "city", "town", "lat", "lng"), (_POINT,))
_FIRST_NUMBER = re.compile(r"(?<=\D)(\d+)(?=-|の|ノ|$)")
_LOT_BEGINS = re.compile(r"[\d甲乙丙丁-]|番|$")


class TownResolver(MunicipalityResolver, Gazetteer, Protocol):
    """Knows municipalities by name and by code; `boundaries.Regions` is one."""


@dataclass(frozen=True, slots=True)
class _Town:
    """A town (町丁目 or 字) of the table: its municipality, label and centre."""

    prefecture: str  # two digits
    city: str  # name without county
    name: str
    lon: float
    lat: float
    row: int

    def position(self, label: str) -> Position:
        """Return its point, as of a facility in it."""
        return Position(self.lon, self.lat, Accuracy.TOWN, f"{label}: {self.city}{self.name}")


@dataclass(frozen=True, slots=True)
class _Match:
    town: _Town
    length: int  # characters of the address that it explains


@dataclass(frozen=True, slots=True, eq=False)
class TownTable:
    """Town blocks with their points. Make it with `read_towns`.

    Parameters
    ----------
    label : str
        What messages call the table.
    index : mapping of str to tuple of _Town
        Towns by the key of municipality and town.
    problems : tuple of Problem
        What was found in reading it.
    """

    label: str
    index: Mapping[str, tuple[_Town, ...]]
    problems: tuple[Problem, ...]

    def point(self, facility: Facility, regions: TownResolver | None = None) -> Position | None:
        """Return the point of the town block in a facility's address; None where there is none."""
        match = _best(facility, self.index, regions)
        return match.town.position(self.label) if match else None


def read_towns(path: Path, label: str | None = None) -> TownTable:
    """Read a town table.

    Parameters
    ----------
    path : Path
        Table with ``pref, city, town, koaza, lat, lng`` (Geolonia) or the columns of 位置参照情報.
    label : str, optional
        The table's name in messages; its file name by default.

    Raises
    ------
    TownTableError, MissingFileError
        The table cannot be used.
    """
    try:
        table = read_table(path, TOWNS, label=label or path.name)
    except DataError as fault:
        raise TownTableError(fault.problems) from fault
    index, unusable = _index(table)
    return TownTable(table.label, index, (*table.problems, *unusable))


def geocode(
    facilities: Sequence[Facility],
    towns: Path | TownTable,
    regions: TownResolver | None = None,
) -> tuple[tuple[Facility, ...], tuple[Problem, ...]]:
    """Give facilities without a position the centre of the town in their address.

    A town's centre lies 400 m from the hospitals in it in the median and up to some kilometres
    where a 大字 is large (675 hospitals in and around Kumamoto, P04 2020 against Geolonia).

    The longest town name that the address begins with wins, after 大字 and 字 are dropped and
    丁目 written in digits; it must lie in the declared municipality.

    Parameters
    ----------
    facilities : sequence of Facility
        Those with a position stay as they are.
    towns : Path or TownTable
        The table, see `read_towns`; a path is only read where somebody lacks a position.
    regions : TownResolver or None
        Compares the town's municipality with the declared one, and supplies its name where the
        address leaves it out.

    Returns
    -------
    tuple of Facility, tuple of Problem
        In the same order, positions found marked ``Accuracy.TOWN``; a note for each of them, a
        warning for each that stays without.

    Raises
    ------
    TownTableError, MissingFileError
        The table cannot be used.
    """
    if all(f.position is not None for f in facilities):
        return tuple(facilities), ()
    table = towns if isinstance(towns, TownTable) else read_towns(towns)
    placed: list[Facility] = []
    problems: list[Problem] = [*table.problems]
    for facility in facilities:
        if facility.position is not None:
            placed.append(facility)
            continue
        match = _best(facility, table.index, regions)
        problems.append(_found(facility, match) if match else _not_found(facility, table.label))
        placed.append(_at(facility, match.town, table.label) if match else facility)
    return tuple(placed), tuple(problems)


def town_key(text: str) -> str:
    """Return an address or town name as towns are compared.

    Examples
    --------
    >>> town_key("大字宮原字中村"), town_key("出水六丁目"), town_key("東町二十一丁目")
    ('宮原中村', '出水6丁目', '東町21丁目')
    """
    plain = plain_hyphens(compact(text)).replace("大字", "").replace("字", "")
    return plain_numbers(plain)


def _best(
    facility: Facility, index: Mapping[str, tuple[_Town, ...]], regions: TownResolver | None
) -> _Match | None:
    matches = [
        match
        for address in _addresses(facility, regions)
        for match in _prefixes(address, index)
        if _lies_right(match.town, facility, regions)
    ]
    longest = max((m.length for m in matches), default=0)
    best = {m.town: m for m in matches if m.length == longest}
    # One name in two prefectures, and nothing that tells which.
    return next(iter(best.values())) if len({t.prefecture for t in best}) == 1 else None


def _addresses(facility: Facility, regions: TownResolver | None) -> Iterator[str]:
    """Yield the forms in which the address may begin with a municipality and a town."""
    _, rest = split_prefecture(compact(facility.address))
    bare = town_key(re.sub(r"^.{1,6}?郡(?=.{1,6}?[町村])", "", rest))
    forms = [bare]
    declared = facility.municipality_code
    known = regions.municipality(declared) if regions and declared else None
    if known is not None and bare:
        forms.append(town_key(known.name) + bare)
    for form in forms:
        yield form
        # 東町4-1-60 is 東町四丁目 where there is one.
        yield _FIRST_NUMBER.sub(r"\1丁目", form, count=1)


def _prefixes(address: str, index: Mapping[str, tuple[_Town, ...]]) -> Iterator[_Match]:
    for length in range(len(address), 1, -1):
        for town in index.get(address[:length], ()):
            after = address[length:]
            one_character = length - len(town_key(town.city)) == 1
            if after[:1] in {"町", "村"} or (one_character and not _LOT_BEGINS.match(after)):
                continue  # 今 is not the town of 今町
            yield _Match(town, length)


def _lies_right(town: _Town, facility: Facility, regions: TownResolver | None) -> bool:
    """Tell whether a town can be in the facility's prefecture and declared municipality."""
    stated, _ = split_prefecture(compact(facility.address))
    declared = facility.municipality_code
    if stated is not None and stated != town.prefecture:
        return False
    if declared is None:
        return True
    if declared[:2] != town.prefecture:
        return False
    there = regions.find(town.city, town.prefecture) if regions else None
    return there is None or city_of(there.code) == city_of(declared)


def _at(facility: Facility, town: _Town, label: str) -> Facility:
    position = town.position(label)
    record = PositionRecord(f"{town.city}{town.name}", "", label, town.row, position)
    said = facility.looked_up or PositionLookup(None)
    found = replace(said, how=PositionMatch.TOWN, record=record, source=label)
    return replace(facility, position=position, position_problem=None, looked_up=found)


def _index(table: Table) -> tuple[Mapping[str, tuple[_Town, ...]], list[Problem]]:
    """Return towns by the key of municipality and town, and what is said of rows without use."""
    index: dict[str, tuple[_Town, ...]] = {}
    unusable: list[int] = []
    for row in table.rows:
        town = _town(table.columns, row)
        if town is None:
            unusable.append(row.number)
            continue
        key = town_key(town.city + town.name)
        index[key] = (*index.get(key, ()), town)
    return index, [_unusable(table.label, unusable)] if unusable else []


def _town(columns: Columns, row: Row) -> _Town | None:
    reference = columns.reference(_POINT)
    prefecture, _ = split_prefecture(compact(columns.cell(row, "pref")))
    lat, lon = (reference.parse(text) for text in columns.point_texts(row, _POINT))
    name = columns.cell(row, "town")
    if prefecture is None or lat is None or lon is None or not name:
        return None
    lon, lat = (lon, lat) if reference.plain else reference.to_jgd2011(lon, lat)
    if not in_japan(lon, lat):
        return None
    city = split_county(compact(columns.cell(row, "city")))[1]
    return _Town(prefecture, city, name + columns.cell(row, "koaza"), lon, lat, row.number)


def _unusable(label: str, rows: list[int]) -> Problem:
    return note(
        "town-unusable",
        with_rows(
            "都道府県・町丁目・座標のいずれかが読めない行は使いませんでした",
            "rows whose prefecture, town or coordinates cannot be read are not used",
            rows,
        ),
        Text(
            "座標は日本の範囲の十進度にし、空欄を埋めてください",
            "fill them in; coordinates are degrees within Japan",
        ),
        file=label,
        row=rows[0],
    )


def _found(facility: Facility, match: _Match) -> Problem:
    town = f"{match.town.city}{match.town.name}"
    row = facility.rows[0]
    return note(
        "placed-by-town",
        Text(
            f"座標がないため「{town}」の代表点に置きました（誤差は数百m、広い大字では数km）",
            f"placed at the centre of {town}: off by some 100 m, or km in a large one",
        ),
        Text("正確な緯度・経度を入れると確実です", "exact coordinates are better"),
        file=row.file,
        row=row.row,
        value=facility.name,
    )


def _not_found(facility: Facility, label: str) -> Problem:
    row = facility.rows[0]
    return warning(
        "town-not-found",
        Text(
            f"座標がなく、所在地が町丁目の表（{label}）に見つかりません",
            f"has no coordinates, and its address is not in the town table ({label})",
        ),
        Text("緯度・経度を入れてください", "fill in latitude and longitude"),
        file=row.file,
        row=row.row,
        value=facility.address or facility.name,
    )
