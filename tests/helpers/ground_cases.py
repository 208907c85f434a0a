"""Units, regions and ground facts in a few words, for tests of selections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
from shapely.geometry import MultiPolygon, Polygon, box

from boundaries import PREFECTURES, Regions, build_regions
from boundaries.geometry import polygons
from boundaries.types import (
    AreaAssignment,
    AreaClass,
    AreaIndex,
    AreaTable,
    ClassBasis,
    IndexEdition,
    IndexTable,
)
from groundfloor.crs import JGD2011
from groundfloor.settings import validate
from groundfloor.toml import TomlDocument
from spots.judging.criteria import PolicyFacts, TiedRoads
from spots.judging.selecting.conditions import UnitFinding, found
from spots.judging.selecting.ground_facts import EntryList, GroundFacts
from spots.judging.selecting.selection_settings import Condition
from spots.types import Facility, Place, Position, Truth
from spots.types.ground_units import Unit, UnitKind
from spots.types.listed_entry import ListedEntry
from tests.helpers.judging import policy

STEP = 0.1  # degrees: every town is a box of this side, in a row from west to east
LON, LAT = 133.0, 35.0

Town = tuple[str, str, str]  # code, name, medical area
Area = tuple[str, str, float | None]  # code, name, index


def a_map(
    towns: Iterable[Town],
    areas: Iterable[Area] = (),
    *,
    stated: Mapping[str, AreaClass] | None = None,
    prefecture: str = "33",
    cut_offs: tuple[float, float] = (179.3, 217.6),
    shapes: Sequence[Polygon | MultiPolygon] = (),
) -> Regions:
    """Return regions in which each town is a box beside the one before, or has a shape given."""
    rows, said = list(towns), dict(stated or {})
    frame = gpd.GeoDataFrame(
        {
            "name": [name for _, name, _ in rows],
            "prefecture_code": [code[:2] for code, _, _ in rows],
            "prefecture": [PREFECTURES[code[:2]] for code, _, _ in rows],
        },
        index=[code for code, _, _ in rows],
        geometry=[polygons(s) for s in shapes or map(town_box, range(len(rows)))],
        crs=JGD2011,
    )
    named = {code: name for code, name, _ in areas}
    members = [AreaAssignment(c, a, named.get(a, f"圏{a}")) for c, _, a in rows if a]
    edition = IndexEdition("2024-01", *cut_offs)
    indices = [
        AreaIndex(code, name, value, *_class_of(code, value, said, edition))
        for code, name, value in areas
        if value is not None
    ]
    table = AreaTable(tuple(sorted(members, key=lambda m: m.municipality_code)))
    return build_regions(
        frame, table, IndexTable(edition, tuple(indices)), prefecture_code=prefecture
    )[0]


def _class_of(
    code: str, value: float, said: Mapping[str, AreaClass], edition: IndexEdition
) -> tuple[AreaClass, ClassBasis]:
    if code in said:
        return said[code], ClassBasis.STATED
    if value == edition.shortage_at_most:
        return AreaClass.UNKNOWN, ClassBasis.SHORTAGE_TIE
    if value == edition.surplus_at_least:
        return AreaClass.SURPLUS, ClassBasis.SURPLUS_TIE
    if value < edition.shortage_at_most:
        return AreaClass.SHORTAGE, ClassBasis.CUT_OFF
    surplus = value > edition.surplus_at_least
    return (AreaClass.SURPLUS if surplus else AreaClass.NEITHER), ClassBasis.CUT_OFF


def town_box(n: int) -> Polygon:
    """Return the ground of the town number `n`."""
    return box(LON + n * STEP, LAT, LON + (n + 1) * STEP, LAT + STEP)


def municipalities(regions: Regions) -> tuple[Unit, ...]:
    """Return the municipalities of a map as units."""
    frame = regions.municipalities
    return tuple(
        Unit(
            id=f"municipality:{code}",
            kind=UnitKind.MUNICIPALITY,
            name=row["name"],
            code=str(code),
            municipality_codes=(str(code),),
            municipality=row["name"],
            area_codes=(row["area_code"],) if row["area_code"] else (),
            geometry=row.geometry,
        )
        for code, row in frame.iterrows()
    )


def medical_areas(regions: Regions) -> tuple[Unit, ...]:
    """Return the medical areas of a map as units."""
    frame = regions.municipalities
    return tuple(
        Unit(
            id=f"medical_area:{a.code}",
            kind=UnitKind.MEDICAL_AREA,
            name=a.name,
            code=a.code,
            municipality_codes=tuple(frame.index[frame["area_code"] == a.code]),
            area_codes=(a.code,),
        )
        for a in regions.medical_areas
    )


def institution(facility: Facility, municipality: str = "", code: str = "33202") -> Unit:
    """Return a facility as a unit."""
    return Unit(
        id=f"facility:{facility.id}",
        kind=UnitKind.FACILITY,
        name=facility.name,
        code=facility.id,
        municipality_codes=(code,),
        municipality=municipality,
        position=facility.position,
    )


def district(name: str, code: str, geometry: MultiPolygon | None = None, **more: Any) -> Unit:
    """Return a district of a municipality."""
    return Unit(
        id=f"districts:{name}-{code}",
        kind=UnitKind.DISTRICT,
        name=name,
        code=f"{name}-{code}",
        municipality_codes=(code,),
        geometry=geometry,
        layer="districts",
        **more,
    )


def point(name: str, lon: float, lat: float, code: str = "33202") -> Unit:
    """Return a listed point."""
    return Unit(
        id=f"points:{name}",
        kind=UnitKind.POINT,
        name=name,
        code=name,
        municipality_codes=(code,),
        position=Position(lon, lat),
        layer="points",
    )


def ground(
    regions: Regions,
    facilities: Iterable[Facility] = (),
    *,
    roads: TiedRoads | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
    neighbours: bool = True,
    **more: Any,
) -> GroundFacts:
    """Return what is known of a run."""
    everyone = tuple(facilities)
    rules = policy()
    home = regions.prefecture_code
    prefectures = {f.id: f.prefecture_code or (f.municipality_code or home)[:2] for f in everyone}
    places = {
        f.id: Place(f.municipality_code, "", prefectures[f.id], None, "", AreaClass.NEITHER)
        for f in everyone
    }
    travel = replace(rules.travel, neighbours=neighbours)
    known = PolicyFacts(
        facilities=everyone,
        places=places,
        lists={k: frozenset(v) for k, v in (lists or {}).items()},
        roads=roads,
        regions=regions,
        prefecture=regions.prefecture_code,
        radius_m=4000,
        travel=travel,
    )
    return GroundFacts(regions=regions, facts=known, **more)


def condition(**keys: Any) -> Condition:
    """Return a condition from what a policy file would say."""
    return validate(Condition, keys, TomlDocument("policy.toml", {}, {}))


def judged(
    where: Mapping[str, Any] | Condition | None,
    units: Iterable[Unit],
    facts: GroundFacts,
    inside: Mapping[tuple[str, str], Truth] | None = None,
) -> dict[str, UnitFinding]:
    """Return what a condition finds of units, by their names."""
    asked = condition(**where) if isinstance(where, Mapping) else where
    each = tuple(units)
    answers = dict(inside or {})
    column = found(asked, each, facts, lambda i, unit: answers[i, unit.name])
    return {u.name: column[u.id] for u in each}


def truths(*args: Any, **more: Any) -> dict[str, Truth]:
    """Return the truth of each unit, by name."""
    return {name: one.truth for name, one in judged(*args, **more).items()}


def listed(name: str, *entries: ListedEntry) -> dict[str, EntryList]:
    """Return a named list."""
    return {name: EntryList(name, name, entries)}
