"""Facility lists: read as they come, checked, merged over lists, looked up, placed on the map."""

from spots.facilities.errors import FacilityListError, TownTableError
from spots.facilities.model import (
    Gazetteer,
    LayerSpec,
    ListFormat,
    MunicipalityResolver,
    RawFacility,
)
from spots.facilities.reading import read_layer, read_layers
from spots.facilities.typecells import parse_types

__all__ = [
    "FacilityListError",
    "Gazetteer",
    "LayerSpec",
    "ListFormat",
    "MunicipalityResolver",
    "RawFacility",
    "TownTableError",
    "read_layer",
    "read_layers",
]
