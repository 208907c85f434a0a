"""地域メッシュ (JIS X 0410): from a code to its cell."""

from __future__ import annotations

import re

from shapely.geometry import Polygon, box

# Lengths of codes: 第1次 (80 km), 第2次 (10 km), 第3次 (1 km), then halves (500, 250, 125 m).
_CODE = re.compile(r"\d{4}(?:[0-7]{2}(?:\d{2}[1-4]{0,3})?)?")
# 第1次地域区画: 40 minutes of latitude by one degree of longitude, counted from the equator and
# from 100 degrees east.
_PRIMARY_LAT, _PRIMARY_LON, _FIRST_LON = 2 / 3, 1.0, 100


def is_mesh_code(code: str) -> bool:
    """Return whether `code` has the form of a mesh code.

    Examples
    --------
    >>> is_mesh_code("4930"), is_mesh_code("493015"), is_mesh_code("493015621"), is_mesh_code("43")
    (True, True, True, False)
    """
    return _CODE.fullmatch(code) is not None


def mesh_bounds(code: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a cell.

    Parameters
    ----------
    code : str
        4 (第1次), 6 (第2次), 8 (第3次), 9 (500 m), 10 (250 m) or 11 (125 m) digits.

    Returns
    -------
    tuple of float
        Degrees, in the datum of the statistics (JGD2011 or JGD2000).

    Raises
    ------
    ValueError
        When `code` is no mesh code.

    Examples
    --------
    >>> [round(v, 6) for v in mesh_bounds("4930")]
    [130.0, 32.666667, 131.0, 33.333333]
    >>> [round(v, 6) for v in mesh_bounds("493015621")]
    [130.65, 32.8, 130.65625, 32.804167]
    """
    if not is_mesh_code(code):
        raise ValueError(f"{code!r} is no mesh code")
    lat, lon = int(code[:2]) * _PRIMARY_LAT, float(int(code[2:4]) + _FIRST_LON)
    height, width = _PRIMARY_LAT, _PRIMARY_LON
    for at, parts in ((4, 8), (6, 10)):
        if len(code) > at:
            height, width = height / parts, width / parts
            lat += int(code[at]) * height
            lon += int(code[at + 1]) * width
    for quarter in code[8:]:  # 1 south-west, 2 south-east, 3 north-west, 4 north-east
        height, width = height / 2, width / 2
        lat += (int(quarter) - 1) // 2 * height
        lon += (int(quarter) - 1) % 2 * width
    return lon, lat, lon + width, lat + height


def mesh_cell(code: str) -> Polygon:
    """Return the cell of a mesh code as a polygon in degrees.

    Corners are rounded to 1e-9 degree (0.1 mm), so that neighbours share them exactly.
    """
    return box(*(round(value, 9) for value in mesh_bounds(code)))
