"""Facilities, places, policies and roads in a few words, for tests of criteria and designation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import MultiPolygon, box

from boundaries import Regions, build_regions
from boundaries.types import AreaClass, AreaTable
from groundfloor.crs import JGD2011
from groundfloor.problems import Text
from groundfloor.toml import TomlDocument, read_toml
from networks import RoadNetwork
from networks.types import SnapResult
from spots.judging.criteria import PolicyFacts, TiedRoads
from spots.judging.criteria.nearest_other import NearestOtherTimeSetting
from spots.judging.policy import Policy
from spots.judging.policy_files import preset_document
from spots.types import (
    Accuracy,
    Facility,
    FacilityType,
    Outcome,
    Place,
    Position,
    Role,
    SourceRow,
    Truth,
    Variant,
)
from tests.helpers.road_cases import at, link, roads

BASE, CLINIC, SECONDARY = (
    FacilityType.BASE_HOSPITAL,
    FacilityType.REMOTE_CLINIC,
    FacilityType.SECONDARY_EMERGENCY,
)
MET, NOT_MET, UNDETERMINED = Truth.MET, Truth.NOT_MET, Truth.UNDETERMINED
LIMIT = 1_800_000
SOMEWHERE = Position(131.0, 32.7)


def facility(
    facility_id: str,
    *types: FacilityType,
    name: str = "",
    role: Role = Role.CANDIDATE,
    position: Position | None = SOMEWHERE,
    problem: Text | None = None,
    site: str = "",
) -> Facility:
    """Return a facility; each is its own site unless told."""
    return Facility(
        id=facility_id,
        name=name or f"{facility_id}病院",
        types=frozenset(types),
        role=role,
        address="",
        municipality_code="43447",
        position=position,
        position_problem=problem,
        site=site or facility_id,
        remark="",
        rows=(SourceRow("層", "list.csv", 2),),
    )


def in_town(facility_id: str, *types: FacilityType, **more: Any) -> Facility:
    """Return a facility whose position is the centre of a town block."""
    return facility(facility_id, *types, position=Position(131.0, 32.7, Accuracy.TOWN), **more)


def place(
    code: str | None = "43447",
    *,
    prefecture: str | None = "43",
    area_class: AreaClass = AreaClass.SURPLUS,
    problem: Text | None = None,
    municipality: str = "山都町",
    area: str = "熊本・上益城",
) -> Place:
    """Return a place; by default one where spots can be."""
    return Place(
        municipality_code=code,
        municipality=municipality,
        prefecture_code=prefecture,
        area_code="4312" if area else None,
        area=area,
        area_class=area_class,
        problem=problem,
    )


def policy(override: Mapping[str, Any] | None = None) -> Policy:
    """Return the Kumamoto preset with `override` laid over it."""
    return Policy.from_document(preset_document("kumamoto"), override)


def policy_text(folder: Path, text: str) -> TomlDocument:
    """Return `text` as a policy document."""
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return read_toml(path)


def third(rules: Policy | None = None) -> NearestOtherTimeSetting:
    """Return criterion ③."""
    setting = (rules or policy()).criterion["3"]
    assert isinstance(setting, NearestOtherTimeSetting)
    return setting


def facts(
    facilities: Iterable[Facility],
    rules: Policy | None = None,
    *,
    places: Mapping[str, Place] | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
    network: RoadNetwork | None = None,
    doors: Mapping[str, tuple[int, float] | float] | None = None,
) -> PolicyFacts:
    """Return facts.

    `doors` gives edge and fraction of each facility on `network`, or the metres to the nearest
    road of one that is too far from it. All are on the rotation list unless `lists` says.
    """
    everyone = tuple(facilities)
    chosen = rules or policy()
    given = {f.id: place() for f in everyone} | dict(places or {})
    named = {"rotation": [f.id for f in everyone]} if lists is None else lists
    snaps = {}
    for key, door in (doors or {}).items():
        if isinstance(door, tuple):
            snaps[key] = SnapResult(at(key, *door).snap, 0.0)
        else:
            snaps[key] = SnapResult(None, door)
    return PolicyFacts(
        facilities=everyone,
        places=given,
        lists={k: frozenset(v) for k, v in named.items()},
        prefecture=chosen.policy.prefecture,
        radius_m=chosen.circle.radius_m,
        travel=chosen.travel,
        roads=TiedRoads(network, snaps) if network is not None else None,
    )


def regions_of(towns: Mapping[str, tuple[float, float, float, float]]) -> Regions:
    """Return regions of 熊本県 in which each municipality is a box: west, south, east, north."""
    frame = gpd.GeoDataFrame(
        {
            "name": [f"町{code}" for code in towns],
            "prefecture_code": [code[:2] for code in towns],
            "prefecture": [code[:2] for code in towns],
        },
        index=list(towns),
        geometry=[MultiPolygon([box(*bounds)]) for bounds in towns.values()],
        crs=JGD2011,
    )
    return build_regions(frame, AreaTable(()), None, prefecture_code="43")[0]


def chain(*ms: int) -> RoadNetwork:
    """Return towns on a row, so many milliseconds apart."""
    return roads([link(i, i + 1, ms=each) for i, each in enumerate(ms)])


def variant(found: Outcome, name: str) -> Variant:
    """Return the outcome under another assumption."""
    assert found.travel is not None
    (one,) = [v for v in found.travel.variants if v.name == name]
    return one
