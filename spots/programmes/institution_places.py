"""Where an institution of a list lies: its municipality, by code, name, address or position.

A programme asks for the municipality alone, so a list without coordinates is enough; what a row
leaves open stays open, and what its cells say against each other is open too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from boundaries.addresses import PlaceName, code_of_address, code_of_name, codes_of_name
from boundaries.codes import PREFECTURES, fold, split_county, split_prefecture
from boundaries.types import Municipality
from groundfloor.folding import compact
from groundfloor.problems import Text
from spots.facilities import Gazetteer, MunicipalityResolver, RawFacility
from spots.facilities.list_cells import city_of
from spots.facilities.matching import keyed
from spots.telling.programme_words import (
    NO_MUNICIPALITY,
    code_not_there,
    point_elsewhere,
    prefecture_open,
)
from spots.types.programmes import ListedTown, ProgrammeRules

# As far as a point may be beyond its municipality: coasts and generalised outlines, as in runs.
_TOLERANCE_M = 500.0


class ProgrammeMap(MunicipalityResolver, Gazetteer, Protocol):
    """What knows municipalities by name and by place; `boundaries.Regions` is one."""


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where an institution lies.

    Parameters
    ----------
    town : ListedTown
        Its municipality; without name and code where nobody knows.
    prefecture_code : str
        Two digits; empty where nothing says it.
    area : str
        Its 二次医療圏, where the map knows it.
    doubt : Text or None
        Why its municipality is open; None where it is not.
    may_be : tuple of ListedTown
        Municipalities that it may lie in, where they are known.
    """

    town: ListedTown
    prefecture_code: str
    area: str = ""
    doubt: Text | None = None
    may_be: tuple[ListedTown, ...] = ()


class ListedTowns:
    """The municipalities that a programme's file lists, found by name; it has no outlines."""

    def __init__(self, programme: ProgrammeRules) -> None:
        home = programme.prefecture_code
        towns = {town.code: town.name for town in _towns_of(programme) if town.code and town.name}
        self._known = {
            code: Municipality(code, name, code[:2], PREFECTURES[code[:2]], None)
            for code, name in towns.items()
            if code[:2] == home
        }
        self._names = tuple(
            PlaceName(each.code, home, fold(each.name), "") for each in self._known.values()
        )

    def find(self, name: str, prefecture_code: str | None = None) -> Municipality | None:
        """Return the municipality called `name`, None when unknown or ambiguous."""
        code = code_of_name(name, self._names, prefecture_code)
        return self._known[code] if code is not None else None

    def namesakes(self, name: str, prefecture_code: str | None = None) -> tuple[Municipality, ...]:
        """Return all municipalities called `name`."""
        found = codes_of_name(name, self._names, prefecture_code)
        return tuple(self._known[code] for code in found)

    def from_address(self, address: str, prefecture_code: str | None = None) -> str | None:
        """Return the five-digit code of the municipality an address begins with."""
        return code_of_address(address, self._names, prefecture_code)

    def city_in_wards(self, _text: str, _prefecture_code: str | None = None, /) -> str | None:
        """Return None: a list of municipalities does not say which are wards alone."""
        return None

    def municipality(self, code: str) -> Municipality | None:
        """Return the municipality of a code."""
        return self._known.get(code) or self._known.get(city_of(code))


def _towns_of(programme: ProgrammeRules) -> tuple[ListedTown, ...]:
    """Return every municipality that a programme writes."""
    of_rules = tuple(t for r in programme.rules for t in (*r.towns, *r.excepted))
    named = (each.town for r in programme.rules for each in r.institutions)
    return (*programme.towns, *of_rules, *(t for t in named if t is not None))


@dataclass(frozen=True, slots=True)
class ProgrammeGround:
    """What is known of municipalities when a programme is asked about institutions.

    Parameters
    ----------
    home : str
        Two digits of the programme's prefecture; empty where it is for any.
    listed : ListedTowns
        What the programme's file says.
    regions : ProgrammeMap or None
        The map, where one is given.
    complete : bool
        Whether all municipalities of the prefecture are known.
    """

    home: str
    listed: ListedTowns
    regions: ProgrammeMap | None
    complete: bool

    @classmethod
    def of(cls, programme: ProgrammeRules, regions: ProgrammeMap | None) -> ProgrammeGround:
        """Return what is known of a programme's municipalities."""
        complete = bool(programme.towns) or regions is not None
        return cls(programme.prefecture_code, ListedTowns(programme), regions, complete)

    @property
    def resolver(self) -> MunicipalityResolver:
        """What knows municipalities by name."""
        return self.regions if self.regions is not None else self.listed

    def municipality(self, code: str) -> Municipality | None:
        """Return the municipality of a code."""
        known = self.regions.municipality(code) if self.regions is not None else None
        return known or self.listed.municipality(code)


def places_of(rows: Sequence[RawFacility], ground: ProgrammeGround) -> tuple[RowPlace, ...]:
    """Return where each row of a list lies, in order."""
    return tuple(_place(row, ground) for row in rows)


def _place(row: RawFacility, ground: ProgrammeGround) -> RowPlace:
    item, disagreement = keyed(row, ground.resolver)
    stated = item.prefecture or split_prefecture(compact(row.municipality))[0] or ""
    written = ListedTown(_written(row, item.town), item.code or "")
    if disagreement is not None:
        return RowPlace(ListedTown(""), stated, doubt=disagreement.message)
    if not (written.name or written.code):
        return _by_point(row, stated, ground)
    return (
        _by_code(row, written, ground) if written.code else _by_name(row, written, stated, ground)
    )


def _by_name(
    row: RawFacility, written: ListedTown, stated: str, ground: ProgrammeGround
) -> RowPlace:
    """Return the place of a row that names its municipality; without a prefecture, at home."""
    if stated and stated != ground.home:
        return RowPlace(written, stated)
    if (found := ground.resolver.find(written.name, ground.home or None)) is not None:
        return _by_code(row, ListedTown(found.name, found.code), ground)
    if ground.complete and ground.home:  # the prefecture has none of that name
        return RowPlace(written, stated, doubt=prefecture_open(written.name, ground.home))
    return RowPlace(written, stated)


def _written(row: RawFacility, town: str) -> str:
    """Return the name of a row's municipality as it is written, without prefecture and county."""
    stated = split_prefecture(compact(row.municipality))[1]
    return split_county(stated)[1] if stated else town


def _by_code(row: RawFacility, town: ListedTown, ground: ProgrammeGround) -> RowPlace:
    """Return the place of a row whose code is known, unless its point lies elsewhere."""
    prefecture = town.code[:2]
    known = ground.municipality(town.code)
    town = ListedTown(known.name, town.code) if known is not None else town
    if known is None and ground.complete and prefecture == ground.home:
        return RowPlace(town, prefecture, doubt=code_not_there(town.code, prefecture))
    regions = ground.regions
    if regions is None or not regions.has_ground(town.code):
        return RowPlace(town, prefecture)
    if row.position is not None:
        lon, lat = row.position.lon, row.position.lat
        located = regions.locate(lon, lat)
        other = regions.municipality(located) if located is not None else None
        away = other is None or city_of(other.code) != city_of(town.code)
        if away and regions.distance_m(town.code, lon, lat) > _TOLERANCE_M:
            may_be = (town, ListedTown(other.name, other.code)) if other is not None else ()
            doubt = point_elsewhere(town.shown, other.name if other is not None else "")
            return RowPlace(town, prefecture, doubt=doubt, may_be=may_be)
    area = regions.area_of(town.code)
    return RowPlace(town, prefecture, area.name if area is not None else "")


def _by_point(row: RawFacility, stated: str, ground: ProgrammeGround) -> RowPlace:
    """Return the place of a row that writes no municipality."""
    regions = ground.regions
    if regions is None or row.position is None:
        return RowPlace(ListedTown(""), stated, doubt=NO_MUNICIPALITY)
    lon, lat = row.position.lon, row.position.lat
    code, _ = regions.nearest(lon, lat, within_m=_TOLERANCE_M)
    found = regions.municipality(code) if code else None
    if found is None or (stated and stated != found.prefecture_code):
        return RowPlace(ListedTown(""), stated, doubt=NO_MUNICIPALITY)
    area = regions.area_of(found.code)
    town = ListedTown(found.name, found.code)
    return RowPlace(town, found.prefecture_code, area.name if area is not None else "")
