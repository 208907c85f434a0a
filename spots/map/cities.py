"""Designated cities (政令指定都市) as wholes, whether data have their wards or the city itself.

Stands apart: pages of a run and of a comparison name cities, and neither is about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import shapely

from spots.map.shapes import label_point

#: 熊本市中央区. The 23 wards of Tokyo are cities of their own and stand alone.
_WARD = re.compile(r"(?P<city>.+?市)(?P<ward>.+区)")
_SEVERAL = 2
#: A designated city in the code of municipalities: 43100 熊本市, 14130 川崎市. Its wards follow it.
_WHOLE = re.compile(r"\d{2}1\d0")


@dataclass(frozen=True, slots=True)
class WholeCity:
    """A designated city.

    Parameters
    ----------
    name : str
        The city's, ``"熊本市"``.
    wards : tuple of str
        Codes of its wards, in order; its own where the data have it as one municipality.
    lon, lat : float
        Where its name goes, degrees.
    weight : float
        Its size, square degrees.
    """

    name: str
    wards: tuple[str, ...]
    lon: float
    lat: float
    weight: float


def ward_of(name: str) -> str:
    """Return what a ward is called within its city; empty for other municipalities.

    Examples
    --------
    >>> ward_of("熊本市中央区"), ward_of("千代田区"), ward_of("四日市市")
    ('中央区', '', '')
    """
    found = _WARD.fullmatch(name)
    return found["ward"] if found else ""


def whole_cities(municipalities: gpd.GeoDataFrame, outlines: gpd.GeoSeries) -> Iterator[WholeCity]:
    """Yield the designated cities, in the order of their codes.

    Parameters
    ----------
    municipalities : GeoDataFrame
        By code, with ``name`` and ``prefecture_code``.
    outlines : GeoSeries
        What is drawn of each, longitude/latitude.
    """
    wards: dict[tuple[str, str], list[str]] = {}
    for code in sorted(municipalities.index):
        row = municipalities.loc[code]
        name, prefecture = str(row["name"]), str(row["prefecture_code"])
        found = _WARD.fullmatch(name)
        if found:
            wards.setdefault((prefecture, found["city"]), []).append(str(code))
        elif name.endswith("市") and _WHOLE.fullmatch(str(code)):
            wards[prefecture, name] = [str(code)]
    for (_, name), codes in wards.items():
        if len(codes) < _SEVERAL and not _WHOLE.fullmatch(codes[0]):
            continue
        ground = shapely.union_all([outlines.loc[code] for code in codes])
        lon, lat = label_point(ground)
        yield WholeCity(name, tuple(codes), lon, lat, round(float(shapely.area(ground)), 6))
