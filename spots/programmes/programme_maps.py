"""The map that a programme is asked on: that of a register's runs, or outlines from a file.

Stands apart: where municipalities lie; `institution_places` asks it about institutions.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd

from boundaries import AreaTable, build_regions, read_medical_areas, read_municipalities
from boundaries.regions import Regions
from boundaries.types import AreaClass, MedicalArea
from groundfloor.problems import Problem
from spots.register import Register
from spots.types import RunResult


def regions_of_file(
    path: Path, prefecture_code: str, areas: Path | None = None
) -> tuple[Regions, tuple[Problem, ...]]:
    """Return municipalities from a file of outlines, and their medical areas where given.

    Parameters
    ----------
    path : Path
        N03 as downloaded, or any layer with a code and a name.
    prefecture_code : str
        Two digits of the programme's prefecture.
    areas : Path, optional
        Table or layer of 二次医療圏.

    Raises
    ------
    DataError, MissingFileError, CrsError
        The file cannot be used.
    """
    outlines, problems = read_municipalities(path, merge_wards=False)
    table, of_areas = read_medical_areas(areas) if areas is not None else (AreaTable(()), ())
    regions, of_regions = build_regions(outlines, table, None, prefecture_code=prefecture_code)
    told = of_regions if areas is not None else ()  # without a table nobody asks for areas
    return regions, (*problems, *of_areas, *told)


def regions_of_register(register: Register, on: date | None = None) -> Regions | None:
    """Return the map of the run that a register's latest edition came from.

    Parameters
    ----------
    register : Register
        The register.
    on : date, optional
        The latest edition in force on this day comes first.
    """
    held = [each.edition for each in register.in_force(on)] if on is not None else []
    latest = max(held or register.editions, key=lambda each: each.span.first, default=None)
    return None if latest is None else regions_of_run(register.result(latest))


def regions_of_run(result: RunResult) -> Regions:
    """Return the map of a run."""
    towns: gpd.GeoDataFrame = result.municipalities
    known = {str(code): row for code, row in result.areas[["name", "area_class"]].iterrows()}
    areas = tuple(
        MedicalArea(code, str(row["name"]), None, AreaClass(row["area_class"]))
        for code, row in sorted(known.items())
    )
    county = {} if "county" in towns.columns else {"county": ""}
    return Regions(
        municipalities=towns.assign(**county),
        areas=result.areas,
        prefecture_code=result.settings.prefecture_code,
        edition=result.edition,
        medical_areas=areas,
    )
