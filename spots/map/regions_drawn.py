"""Municipalities, designated cities and medical areas as the page draws and names them.

Stands apart: what lies under everything else on the page, and changes with the boundaries alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from boundaries.types import AreaClass
from groundfloor.problems import Lang, Text
from spots.map.cities import ward_of, whole_cities
from spots.map.page_data import City, Region
from spots.map.shapes import label_point, pack_polygons
from spots.telling.dossier import index_of
from spots.telling.labels import AREA_CLASS_LABELS
from spots.telling.units import physician_index
from spots.telling.wording import NOTHING, bracketed
from spots.types import RunResult


def municipality_regions(
    result: RunResult, outlines: gpd.GeoSeries, lang: Lang
) -> tuple[Region, ...]:
    """Return the municipalities as the page draws and names them."""
    regions = []
    for code in sorted(result.municipalities.index):
        row = result.municipalities.loc[code]
        home = row["prefecture_code"] in result.settings.home
        excluded = home and bool(row["excluded"])
        notes = [_area_label(row["area_code"], result, lang) if home else str(row["prefecture"])]
        if excluded:
            notes.append(Text("設定基準により対象外", "excluded by the policy").render(lang))
        keys = ("municipalities", "municipality-excluded") if excluded else ("municipalities",)
        note = "\n".join(n for n in notes if n)
        name = str(row["name"])
        area = row["area_code"] if isinstance(row["area_code"], str) else ""
        regions.append(_region(code, name, note, keys, outlines.loc[code], home=home, area=area))
    return tuple(regions)


def cities_drawn(
    result: RunResult, outlines: gpd.GeoSeries, municipalities: tuple[Region, ...]
) -> tuple[City, ...]:
    """Return the designated cities; what holds of all wards holds of the city."""
    by_code = {region.code: region for region in municipalities}
    cities = []
    for city in whole_cities(result.municipalities, outlines):
        wards = [by_code[code] for code in city.wards]
        said = [set(ward.note.split("\n")) for ward in wards]
        note = "\n".join(n for n in wards[0].note.split("\n") if all(n in each for each in said))
        areas = {ward.area for ward in wards}
        area = areas.pop() if len(areas) == 1 else ""
        cities.append(
            City(city.name, note, wards[0].home, city.lon, city.lat, city.weight, city.wards, area)
        )
    return tuple(cities)


def _area_label(code: object, result: RunResult, lang: Lang) -> str:
    """Return name, class and index of a medical area on one line."""
    if not isinstance(code, str) or code not in result.areas.index:
        return ""
    row = result.areas.loc[code]
    kind = AREA_CLASS_LABELS[AreaClass(row["area_class"])].render(lang)
    index = index_of(code, result)
    shown = "" if index is None else physician_index(index)
    figure = Text(f"医師偏在指標 {shown}", f"physician index {shown}") if shown else NOTHING
    name = Text(f"{row['name']}医療圏", f"{row['name']} medical area").render(lang)
    return f"{name} {kind}{bracketed(figure).render(lang)}"


def area_regions(
    result: RunResult, shapes: Mapping[str, BaseGeometry], lang: Lang
) -> tuple[Region, ...]:
    """Return the medical areas as the page draws and names them."""
    regions = []
    for code in sorted(result.areas.index):
        row = result.areas.loc[code]
        kind = AreaClass(row["area_class"])
        name = Text(f"{row['name']}医療圏", f"{row['name']} medical area").render(lang)
        note = _area_label(code, result, lang)
        keys = (f"area-{kind}",)
        regions.append(_region(code, name, note, keys, shapes[code], home=True, area=code))
    return tuple(regions)


def _region(
    code: str,
    name: str,
    note: str,
    keys: tuple[str, ...],
    shape: BaseGeometry,
    *,
    home: bool,
    area: str,
) -> Region:
    lon, lat = label_point(shape)
    return Region(
        code=code,
        name=name,
        note=note,
        keys=keys,
        home=home,
        lon=lon,
        lat=lat,
        weight=round(float(shape.area), 6),
        shape=pack_polygons(shape),
        area=area,
        ward=ward_of(name),
    )
