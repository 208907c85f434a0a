"""Facility lists: read as they come, checked, merged over lists, looked up, placed on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.facilities.beyond_findings import folded_beyond
    from spots.facilities.checking import CheckReport, check_layers
    from spots.facilities.geocoding import geocode
    from spots.facilities.identity import Identity
    from spots.facilities.institution_kinds import closed_yet_listed, not_counted
    from spots.facilities.list_cells import parse_types
    from spots.facilities.merging import merge
    from spots.facilities.model import (
        FacilityListError,
        Gazetteer,
        LayerSpec,
        ListFormat,
        MunicipalityResolver,
        RawFacility,
        TownTableError,
    )
    from spots.facilities.neighbour_belts import Belted, BeltWidth, with_belt
    from spots.facilities.placing import lists_of_elsewhere, place_facility, too_many_judged
    from spots.facilities.position_lookup import rows_with_positions, unanswered, with_positions
    from spots.facilities.position_sources import (
        PositionFormat,
        PositionSource,
        PositionSourceError,
        PositionTable,
        read_positions,
        source_file,
        sources_of,
    )
    from spots.facilities.reading import read_layer, read_layers

__all__ = [
    "BeltWidth",
    "Belted",
    "CheckReport",
    "FacilityListError",
    "Gazetteer",
    "Identity",
    "LayerSpec",
    "ListFormat",
    "MunicipalityResolver",
    "PositionFormat",
    "PositionSource",
    "PositionSourceError",
    "PositionTable",
    "RawFacility",
    "TownTableError",
    "check_layers",
    "closed_yet_listed",
    "folded_beyond",
    "geocode",
    "lists_of_elsewhere",
    "merge",
    "not_counted",
    "parse_types",
    "place_facility",
    "read_layer",
    "read_layers",
    "read_positions",
    "rows_with_positions",
    "source_file",
    "sources_of",
    "too_many_judged",
    "unanswered",
    "with_belt",
    "with_positions",
]

_HOMES = {
    "spots.facilities.beyond_findings": ("folded_beyond",),
    "spots.facilities.checking": (
        "CheckReport",
        "check_layers",
    ),
    "spots.facilities.geocoding": ("geocode",),
    "spots.facilities.identity": ("Identity",),
    "spots.facilities.institution_kinds": (
        "closed_yet_listed",
        "not_counted",
    ),
    "spots.facilities.list_cells": ("parse_types",),
    "spots.facilities.merging": ("merge",),
    "spots.facilities.model": (
        "FacilityListError",
        "Gazetteer",
        "LayerSpec",
        "ListFormat",
        "MunicipalityResolver",
        "RawFacility",
        "TownTableError",
    ),
    "spots.facilities.neighbour_belts": (
        "Belted",
        "BeltWidth",
        "with_belt",
    ),
    "spots.facilities.placing": (
        "lists_of_elsewhere",
        "place_facility",
        "too_many_judged",
    ),
    "spots.facilities.position_lookup": (
        "rows_with_positions",
        "unanswered",
        "with_positions",
    ),
    "spots.facilities.position_sources": (
        "PositionFormat",
        "PositionSource",
        "PositionSourceError",
        "PositionTable",
        "read_positions",
        "source_file",
        "sources_of",
    ),
    "spots.facilities.reading": (
        "read_layer",
        "read_layers",
    ),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
