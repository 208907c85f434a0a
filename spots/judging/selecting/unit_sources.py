"""The units that a selection asks for: of the boundaries, the facilities, or a layer of the run.

Stands apart: where units come from, for all that asks anything of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import geopandas as gpd
from shapely.geometry import MultiPolygon

from boundaries import Regions, circles, dissolve
from boundaries.geometry import polygons
from boundaries.municipal_ground import MunicipalGround, numbered
from groundfloor.crs import JGD2011
from spots.judging.criteria import PolicyFacts
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.selection_settings import SelectSetting
from spots.judging.selecting.settlements import settlement_units
from spots.telling.findings import NO_POSITION
from spots.types import Facility, Place, Position, State
from spots.types.ground_units import Unit, UnitKind

#: Kinds whose ground a layer gives.
_OF_LAYERS = frozenset({UnitKind.FORMER_MUNICIPALITY, UnitKind.DISTRICT, UnitKind.ISLAND})
_LEAST_M_PER_DEGREE = 110_000.0  # of latitude


def units_of(select: SelectSetting, facts: GroundFacts) -> tuple[Unit, ...]:
    """Return every unit that a selection judges, in a stable order.

    Parameters
    ----------
    select : SelectSetting
        Its kind, its layer, and the radius of circles.
    facts : GroundFacts
        Where they come from.

    Returns
    -------
    tuple of Unit
        All of them, those too that cannot be judged: `Unit.problem` says why. Empty where the run
        has not the layer, or no population to make points of.
    """
    if select.layer is not None:
        return with_circles(facts.layers.get(select.layer, ()), select.radius_m)
    if select.from_ is not None and select.beyond_m is not None:
        return settlement_units(facts, select.beyond_m, select.radius_m, same_land=select.same_land)
    if select.unit is UnitKind.FACILITY:
        return facility_units(facts.facts, select.radius_m)
    if select.unit is UnitKind.ISLAND:
        return islands_of(facts.regions, facts.regions.prefecture_code)
    return units_of_boundaries(facts.regions, select.unit)


def units_of_boundaries(regions: Regions, kind: UnitKind) -> tuple[Unit, ...]:
    """Return the municipalities, the medical areas or the prefecture of a policy.

    Parameters
    ----------
    regions : Regions
        The boundaries; wards of cities are merged as they are there.
    kind : UnitKind
        Which of them; of other kinds the boundaries have none.

    Returns
    -------
    tuple of Unit
        By code, of the policy's prefecture alone.
    """
    if kind is UnitKind.MUNICIPALITY:
        return tuple(_municipality(regions, code) for code in _home(regions))
    if kind is UnitKind.MEDICAL_AREA:
        return tuple(_medical_area(regions, code) for code in sorted(regions.areas.index))
    if kind is UnitKind.PREFECTURE:
        return (_prefecture(regions),)
    return ()


def areas_of(regions: Regions, codes: Iterable[str]) -> tuple[str, ...]:
    """Return the medical areas of municipalities, sorted."""
    found = (regions.municipality(code) for code in codes)
    return tuple(sorted({m.area_code for m in found if m is not None and m.area_code is not None}))


def names_of(regions: Regions, codes: Iterable[str]) -> str:
    """Return the names of municipalities for readers."""
    found = (regions.municipality(code) for code in codes)
    return "・".join(m.name for m in found if m is not None)


def _home(regions: Regions) -> tuple[str, ...]:
    frame = regions.municipalities
    return tuple(frame.index[frame["prefecture_code"] == regions.prefecture_code].sort_values())


def _municipality(regions: Regions, code: str) -> Unit:
    name = str(regions.municipalities["name"].loc[code])
    return Unit(
        id=f"{UnitKind.MUNICIPALITY}:{code}",
        kind=UnitKind.MUNICIPALITY,
        name=name,
        code=code,
        municipality_codes=(code,),
        municipality=name,
        area_codes=areas_of(regions, (code,)),
        geometry=polygons(regions.municipalities.geometry.loc[code]),
    )


def _medical_area(regions: Regions, code: str) -> Unit:
    frame = regions.municipalities
    mine = frame.index[(frame["area_code"] == code) & frame.index.isin(_home(regions))]
    return Unit(
        id=f"{UnitKind.MEDICAL_AREA}:{code}",
        kind=UnitKind.MEDICAL_AREA,
        name=str(regions.areas["name"].loc[code]),
        code=code,
        municipality_codes=tuple(sorted(mine)),
        area_codes=(code,),
        geometry=polygons(regions.areas.geometry.loc[code]),
    )


def _prefecture(regions: Regions) -> Unit:
    codes = _home(regions)
    return Unit(
        id=f"{UnitKind.PREFECTURE}:{regions.prefecture_code}",
        kind=UnitKind.PREFECTURE,
        name=regions.prefecture,
        code=regions.prefecture_code,
        municipality_codes=codes,
        area_codes=areas_of(regions, codes),
        geometry=regions.prefecture_land(),
    )


def islands_of(regions: Regions, prefecture: str) -> tuple[Unit, ...]:
    """Return the land of a prefecture apart from its main land, each a unit.

    Parameters
    ----------
    regions : Regions
        The boundaries.
    prefecture : str
        Two digits.

    Returns
    -------
    tuple of Unit
        By municipality, the largest first: ``island:43215-1``, 天草市の離島1. They have no other
        name unless a layer of islands gives them one.
    """
    return tuple(
        Unit(
            id=f"{UnitKind.ISLAND}:{code}-{number}",
            kind=UnitKind.ISLAND,
            name=f"{names_of(regions, (code,))}の離島{number}",
            code=f"{code}-{number}",
            municipality_codes=tuple(sorted(island.codes)),
            municipality=names_of(regions, island.codes),
            area_codes=areas_of(regions, island.codes),
            geometry=island.geometry,
        )
        for code, number, island in numbered(MunicipalGround(regions).islands(prefecture))
    )


def facility_units(facts: PolicyFacts, radius_m: int | None) -> tuple[Unit, ...]:
    """Return every institution that is judged, itself or a circle round it.

    Parameters
    ----------
    facts : PolicyFacts
        Facilities and where they are.
    radius_m : int or None
        Geodesic metres of the circle; None is the institution itself, which has no ground.

    Returns
    -------
    tuple of Unit
        In the order of the facilities. One that surely is of another prefecture is none: a
        national list would be thousands, and their verdicts as facilities say it. One that is in
        no place has a `Unit.problem`.
    """
    units = [
        _facility(f, facts.places[f.id], facts.regions)
        for f in facts.candidates
        if facts.places[f.id].problem is not None or not facts.is_neighbour(f)
    ]
    if radius_m is None:
        return tuple(units)
    lost = [
        unit.problem or NO_POSITION if unit.position is None else unit.problem for unit in units
    ]
    told = [replace(unit, problem=why) for unit, why in zip(units, lost, strict=True)]
    return with_circles(told, radius_m)


def _facility(facility: Facility, place: Place, regions: Regions | None) -> Unit:
    code = place.municipality_code
    area = (place.area_code,) if place.area_code is not None else ()
    return Unit(
        id=f"{UnitKind.FACILITY}:{facility.id}",
        kind=UnitKind.FACILITY,
        name=facility.name,
        code=facility.id,
        municipality_codes=(code,) if code is not None else (),
        municipality=place.municipality,
        area_codes=area or (areas_of(regions, (code,)) if regions is not None and code else ()),
        position=facility.position,
        entry=facility.entry,
        problem=place.problem,
    )


def rule_units(facts: GroundFacts) -> tuple[Unit, ...]:
    """Return every institution that ``[rule]`` judged, with what is left of its circle.

    Of one that is undetermined it is the circle that it would have.
    """
    radius_m = facts.facts.radius_m
    units = facility_units(facts.facts, None)
    open_ids = {v.facility.id for v in facts.verdicts if v.state is State.UNDETERMINED}
    perhaps = with_circles([u for u in units if u.code in open_ids], radius_m)
    drawn = {u.id: u for u in perhaps} | {
        u.id: replace(u, geometry=ground, radius_m=radius_m)
        for u in units
        if (ground := facts.rule_ground.get(u.code)) is not None
    }
    return tuple(drawn.get(u.id, u) for u in units)


def with_circles(units: Sequence[Unit], radius_m: int | None) -> tuple[Unit, ...]:
    """Return units with a circle round those that are points.

    Parameters
    ----------
    units : sequence of Unit
        Ground that is there already stays.
    radius_m : int or None
        Geodesic metres; None draws nothing. One without a place has a circle that nobody knows.
    """
    if radius_m is None:
        return tuple(units)
    bare = [u.position for u in units if u.geometry is None and u.position is not None]
    drawn = iter(circles(_points(bare), radius_m) if bare else ())

    def circled(unit: Unit) -> Unit:
        ground = MultiPolygon([next(drawn)]) if unit.position is not None else None
        return replace(unit, geometry=ground, radius_m=radius_m)

    return tuple(circled(u) if u.geometry is None else u for u in units)


def lost_ground(units: Iterable[Unit], regions: Regions) -> dict[str, MultiPolygon]:
    """Return where the ground may be that units have and nobody knows.

    Parameters
    ----------
    units : iterable of Unit
        Any; an institution, or a point, that has no circle has no ground to lose.
    regions : Regions
        The municipalities that they are in; of one that is in none it may be anywhere in the
        prefecture.

    Returns
    -------
    dict of str to MultiPolygon
        By unit id, EPSG:6668.
    """
    lost = (
        u for u in units if u.geometry is None and (u.radius_m is not None or u.kind in _OF_LAYERS)
    )
    return {u.id: _whereabouts(u, regions) for u in lost}


def _whereabouts(unit: Unit, regions: Regions) -> MultiPolygon:
    frame = regions.municipalities
    towns = frame.geometry[frame.index.isin(unit.municipality_codes)]
    land = dissolve(towns.to_list()) if len(towns) else regions.prefecture_land()
    if unit.radius_m is None or land.is_empty:
        return land
    north = max(map(abs, land.bounds[1::2]))
    return polygons(
        land.buffer(unit.radius_m / (_LEAST_M_PER_DEGREE * math.cos(math.radians(north))))
    )


def _points(positions: Sequence[Position]) -> gpd.GeoSeries:
    lon, lat = [p.lon for p in positions], [p.lat for p in positions]
    return gpd.GeoSeries.from_xy(lon, lat, crs=JGD2011)
