"""Coordinate reference systems: what functions that compute accept, which plane zone applies.

Inside the project every geometry is longitude/latitude in JGD2011, see `groundfloor.crs`,
which transforms everything else when a file is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from groundfloor.crs import CrsError, same_as_jgd2011
from groundfloor.problems import DataError, Text, error

if TYPE_CHECKING:
    import geopandas as gpd

_FIRST_ZONE_EPSG = 6669  # JGD2011 / zone I; zones follow each other up to XIX = 6687
_ZONES = 19

# 平成14年国土交通省告示第9号: zone by prefecture. Split prefectures carry their main zone here and
# are refined by `_zone_of_point`.
_ZONE_OF_PREFECTURE = {
    **dict.fromkeys(("42",), 1),
    **dict.fromkeys(("40", "41", "43", "44", "45", "46"), 2),
    **dict.fromkeys(("35", "32", "34"), 3),
    **dict.fromkeys(("37", "38", "36", "39"), 4),
    **dict.fromkeys(("28", "31", "33"), 5),
    **dict.fromkeys(("26", "27", "18", "25", "24", "29", "30"), 6),
    **dict.fromkeys(("17", "16", "21", "23"), 7),
    **dict.fromkeys(("15", "20", "19", "22"), 8),
    **dict.fromkeys(("13", "07", "09", "08", "11", "12", "10", "14"), 9),
    **dict.fromkeys(("02", "05", "06", "03", "04"), 10),
    **dict.fromkeys(("01",), 12),
    **dict.fromkeys(("47",), 15),
}
# Hokkaido is split by municipality: single cities, and blocks of codes of 総合振興局 / 振興局.
_HOKKAIDO_XI = (
    *((c, c) for c in ("01202", "01203", "01233", "01236", "01571", "01575", "01584")),
    ("01331", "01371"),  # 渡島, 檜山
    ("01391", "01409"),  # 後志
)
_HOKKAIDO_XIII = (
    *((c, c) for c in ("01206", "01207", "01208", "01211", "01223", "01552", "01564")),
    ("01543", "01550"),  # オホーツクのうち美幌町から置戸町まで
    ("01631", "01649"),  # 十勝
    ("01661", "01700"),  # 釧路, 根室, 北方領土
)


def require_geographic(data: gpd.GeoSeries | gpd.GeoDataFrame, what: str) -> None:
    """Refuse geometry that is not longitude/latitude in JGD2011 or WGS84.

    Parameters
    ----------
    data : GeoSeries or GeoDataFrame
        Geometry to check.
    what : str
        Its name in the message.

    Raises
    ------
    CrsError
        The CRS is missing, projected (EPSG:3857 above all) or another datum.
    """
    crs = data.crs
    if same_as_jgd2011(crs):
        return
    raise CrsError(
        error(
            "crs-missing" if crs is None else "crs-not-geographic",
            Text(
                f"{what}の座標系を使えません（必要: JGD2011またはWGS84の経緯度）",
                f"{what}: longitude/latitude in JGD2011 or WGS84 is needed",
            ),
            Text(
                "GISで座標系を確認し、EPSG:6668に変換してください",
                "check the CRS and transform to EPSG:6668",
            ),
            value=crs.to_string() if crs is not None else None,
        )
    )


def require_degrees(geometry: BaseGeometry, what: str) -> None:
    """Refuse a bare geometry whose coordinates cannot be degrees.

    Bare shapely geometries carry no CRS, so this catches metres, the usual mistake.

    Raises
    ------
    CrsError
        A coordinate lies outside ±180/±90.
    """
    if geometry.is_empty:
        return
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004  degrees
        raise CrsError(
            error(
                "crs-not-geographic",
                Text(f"{what}の座標が経緯度ではありません", f"{what} is not in degrees"),
                Text(
                    "EPSG:6668（経緯度）に変換してから渡してください",
                    "transform to EPSG:6668 first",
                ),
                value=f"{west:.1f}, {south:.1f}",
            )
        )


def plane_zone(
    prefecture_code: str, lon: float, lat: float, municipality_code: str | None = None
) -> int:
    """Return the EPSG code of the JGD2011 plane rectangular zone that applies to a place.

    Parameters
    ----------
    prefecture_code : str
        Two digits.
    lon, lat : float
        Degrees; decide in 東京都, 鹿児島県 and 沖縄県, whose islands have zones of their own.
    municipality_code : str, optional
        Decides in 北海道, which the notice divides by municipality. Without it the nearest of the
        three central meridians is taken, which differs from the notice for some towns.

    Returns
    -------
    int
        6669 (zone I) to 6687 (zone XIX).

    Raises
    ------
    DataError
        There is no such prefecture.

    Notes
    -----
    Source: 平面直角座標系 (平成14年国土交通省告示第9号).

    Examples
    --------
    >>> plane_zone("43", 130.7, 32.8)  # 熊本県: zone II
    6670
    >>> plane_zone("46", 129.5, 28.4)  # 奄美大島: zone I
    6669
    >>> plane_zone("13", 142.2, 27.1)  # 父島: zone XIV
    6682
    """
    main = _ZONE_OF_PREFECTURE.get(prefecture_code)
    if main is None:
        raise DataError(
            error(
                "unknown-prefecture",
                Text("都道府県コードが正しくありません", "no such prefecture code"),
                Text("01から47の2桁で書いてください", "write two digits from 01 to 47"),
                value=prefecture_code,
            )
        )
    zone = main
    if prefecture_code == "01":
        zone = _hokkaido(lon, municipality_code)
    elif prefecture_code in {"13", "46", "47"}:
        zone = _island_zone(prefecture_code, lon, lat, main)
    return _FIRST_ZONE_EPSG + zone - 1


def _hokkaido(lon: float, code: str | None) -> int:
    if code is None:
        return 11 if lon < 141.25 else 12 if lon < 143.25 else 13  # noqa: PLR2004  mid-meridians
    if any(low <= code <= high for low, high in _HOKKAIDO_XI):
        return 11
    return 13 if any(low <= code <= high for low, high in _HOKKAIDO_XIII) else 12


def _island_zone(prefecture_code: str, lon: float, lat: float, main: int) -> int:
    """Apply the notice's bounding parallels and meridians (degrees) of the island zones."""
    if prefecture_code == "13":
        if lat >= 28:  # noqa: PLR2004
            return main
        return 18 if lon < 140.5 else 14 if lon < 143 else 19  # noqa: PLR2004
    if prefecture_code == "46":
        # Zone I reaches 130°E, in the 奄美群島 (which end north at 29°N) 130°13'E.
        east = 130 + 13 / 60 if lat < 29 else 130.0  # noqa: PLR2004
        return 1 if 27 <= lat <= 32 and 128.3 <= lon <= east else main  # noqa: PLR2004
    return 16 if lon < 126 else 17 if lon > 130 else main  # noqa: PLR2004


def plane_zone_of(
    points: gpd.GeoSeries,
    prefecture_codes: Sequence[str],
    municipality_codes: Sequence[str | None] | None = None,
) -> int:
    """Return the plane zone (EPSG) that most of the `points` lie in.

    Parameters
    ----------
    points : GeoSeries of Point
        Longitude/latitude, JGD2011 or WGS84; at least one.
    prefecture_codes : sequence of str
        Two digits for each point.
    municipality_codes : sequence of str or None, optional
        Five digits for each point; only matters in 北海道.

    Returns
    -------
    int
        EPSG code 6669 to 6687; the lower one of a tie.

    Raises
    ------
    CrsError
        `points` are not longitude/latitude.
    DataError
        A prefecture code is unknown, or there is no point.
    """
    require_geographic(points, "points")
    codes = municipality_codes if municipality_codes is not None else [None] * len(points)
    xy = shapely.get_coordinates(np.asarray(points.values, dtype=object))
    zones = Counter(
        plane_zone(prefecture, float(x), float(y), code)
        for prefecture, (x, y), code in zip(prefecture_codes, xy, codes, strict=True)
    )
    if not zones:
        raise DataError(
            error(
                "no-points",
                Text("座標系を選ぶための地点がありません", "no points to choose a plane zone from"),
                Text("座標のある施設を一つ以上入れてください", "give at least one position"),
            )
        )
    return min(zones, key=lambda epsg: (-zones[epsg], epsg))
