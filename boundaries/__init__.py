"""Areas, projections, circles and cutting. Knows nothing of roads or of facilities.

Geometry goes in and out as longitude/latitude in JGD2011 (EPSG:6668); distances are geodesic
metres and areas square kilometres on the GRS 80 ellipsoid. Names are loaded when first used,
so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from boundaries.areas import read_medical_areas
    from boundaries.build import build_regions
    from boundaries.codes import PREFECTURES, designated_city, is_ward, parse_code
    from boundaries.crs import plane_zone, plane_zone_of
    from boundaries.cutting import CUT_NAMES, cut, cut_steps
    from boundaries.generalising import generalise
    from boundaries.geometry import circles, dissolve, ellipsoidal_km2
    from boundaries.ground_units import GroundUnit, read_ground_units
    from boundaries.indices import classify, read_physician_index
    from boundaries.inhabited import InhabitedGround, inhabited_ground
    from boundaries.municipalities import read_municipalities
    from boundaries.population import people_inside, read_population
    from boundaries.regions import Regions, geodesic_distance_m
    from boundaries.types import (
        AreaAssignment,
        AreaClass,
        AreaIndex,
        AreaTable,
        ClassBasis,
        CutEntry,
        CutStep,
        IndexEdition,
        IndexTable,
        MedicalArea,
        Municipality,
    )
    from groundfloor.crs import CrsError

__all__ = [
    "CUT_NAMES",
    "PREFECTURES",
    "AreaAssignment",
    "AreaClass",
    "AreaIndex",
    "AreaTable",
    "ClassBasis",
    "CrsError",
    "CutEntry",
    "CutStep",
    "GroundUnit",
    "IndexEdition",
    "IndexTable",
    "InhabitedGround",
    "MedicalArea",
    "Municipality",
    "Regions",
    "build_regions",
    "circles",
    "classify",
    "cut",
    "cut_steps",
    "designated_city",
    "dissolve",
    "ellipsoidal_km2",
    "generalise",
    "geodesic_distance_m",
    "inhabited_ground",
    "is_ward",
    "parse_code",
    "people_inside",
    "plane_zone",
    "plane_zone_of",
    "read_ground_units",
    "read_medical_areas",
    "read_municipalities",
    "read_physician_index",
    "read_population",
]

_HOMES = {
    "boundaries.areas": ("read_medical_areas",),
    "boundaries.build": ("build_regions",),
    "boundaries.codes": ("PREFECTURES", "designated_city", "is_ward", "parse_code"),
    "boundaries.crs": ("plane_zone", "plane_zone_of"),
    "boundaries.cutting": ("CUT_NAMES", "cut", "cut_steps"),
    "boundaries.generalising": ("generalise",),
    "boundaries.geometry": ("circles", "dissolve", "ellipsoidal_km2"),
    "boundaries.ground_units": ("GroundUnit", "read_ground_units"),
    "boundaries.indices": ("classify", "read_physician_index"),
    "boundaries.inhabited": ("InhabitedGround", "inhabited_ground"),
    "boundaries.municipalities": ("read_municipalities",),
    "boundaries.population": ("people_inside", "read_population"),
    "boundaries.regions": ("Regions", "geodesic_distance_m"),
    "boundaries.types": (
        "AreaAssignment",
        "AreaClass",
        "AreaIndex",
        "AreaTable",
        "ClassBasis",
        "CutEntry",
        "CutStep",
        "IndexEdition",
        "IndexTable",
        "MedicalArea",
        "Municipality",
    ),
    "groundfloor.crs": ("CrsError",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
