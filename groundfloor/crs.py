"""Positions in degrees: every layer in JGD2011, and a CRS that cannot be right named as such.

Inside the project every geometry is longitude/latitude in JGD2011 (EPSG:6668). WGS84 (EPSG:4326)
is taken as the same thing: EPSG's own transformation between them is the null transformation with
an accuracy of 1 m, while facility positions of two public sources differ by 13 m in the median.
Everything else is transformed when a file is read.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from groundfloor.problems import DataError, Problem, Text, error, note

JGD2011 = 6668
WGS84 = 4326
_AS_JGD2011 = (CRS.from_epsg(JGD2011), CRS.from_epsg(WGS84), CRS.from_user_input("OGC:CRS84"))
#: West, south, east and north of Japan with its outermost islands and seas, degrees.
JAPAN = (122.0, 20.0, 154.5, 46.0)
_DEGREES = (-180.0, -90.0, 180.0, 90.0)
_SHOWN_ROWS = 20

Box = tuple[float, float, float, float]


class CrsError(DataError):
    """A geometry has no coordinate reference system, or one that cannot be used."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Geometries in JGD2011 degrees, and what is worth knowing about their way there."""

    geometry: NDArray[Any]
    problems: tuple[Problem, ...] = ()


def same_as_jgd2011(crs: object) -> bool:
    """Tell whether `crs` is JGD2011 or WGS84 longitude/latitude."""
    if crs is None:
        return False
    found = CRS.from_user_input(crs)
    return any(found.equals(known, ignore_axis_order=True) for known in _AS_JGD2011)


def parsed_crs(crs: object, label: str) -> CRS:
    """Return a coordinate reference system.

    Raises
    ------
    CrsError
        ``crs-missing`` for None or an empty text, ``crs-unknown`` for what PROJ does not know.
    """
    if crs is None or crs == "":
        raise CrsError(_crs_missing(label))
    try:
        return CRS.from_user_input(crs)
    except CRSError as cause:
        raise CrsError(crs_unknown(label, str(crs))) from cause


def in_degrees(
    geometry: NDArray[Any],
    crs: CRS,
    label: str,
    *,
    first_row: int = 1,
    judged_by_row: bool = False,
) -> Placed:
    """Return geometries in JGD2011 degrees (EPSG:6668), after a look whether they can be there.

    Parameters
    ----------
    geometry : (R,) array of shapely geometries
        Two-dimensional, x before y; None where a row has none.
    crs : CRS
        What the file says they are in. WGS84 is relabelled, other systems are transformed.
    label : str
        The layer's name for messages.
    first_row : int
        Row in the file of the first geometry.
    judged_by_row : bool
        Whether the caller looks at every position itself (facility lists do, which mend swapped
        coordinates and know zeros): then only what no row can be right in is refused.

    Raises
    ------
    CrsError
        ``crs-impossible``: degrees said to be metres, metres said to be degrees, nowhere in
        Japan. ``axes-swapped``: latitude before longitude. ``crs-unknown``: PROJ knows no way
        from this system. ``position-impossible``: some rows only, by number.
    """
    same = same_as_jgd2011(crs)
    if same and _all_inside(shapely.get_coordinates(geometry), JAPAN):
        return Placed(geometry)
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    finite = np.isfinite(xy).all(axis=1)
    problems: list[Problem] = []
    if not finite.all() and not judged_by_row:
        raise CrsError(rows_impossible(owner[~finite] + first_row, label))
    seen = xy[finite]
    if len(seen):
        refuse_impossible(seen, crs, label, judged_by_row=judged_by_row)
    if same:
        placed = geometry
    else:
        placed = _transformed(geometry, crs, label)
        if "tokyo" in _datum(crs).casefold():
            problems.append(_from_tokyo(label, crs))
        xy, owner = shapely.get_coordinates(placed, return_index=True)
    if not judged_by_row and len(xy):
        _refuse_outside(xy, owner + first_row, crs, label)
    return Placed(placed, tuple(problems))


def refuse_impossible(
    xy: NDArray[np.float64], crs: CRS, label: str, *, judged_by_row: bool
) -> None:
    """Refuse coordinates that their system cannot have, all of them being alike.

    Parameters
    ----------
    xy : (N, 2) array of float64
        Finite, at least one.
    crs : CRS
        What they are said to be in.
    label : str
        The layer's name for messages.
    judged_by_row : bool
        As of `in_degrees`: degrees in the wrong order are left to the caller.

    Raises
    ------
    CrsError
        ``crs-impossible`` or ``axes-swapped``.
    """
    if not crs.is_geographic:
        if _all_inside(xy, JAPAN) or _all_inside(xy[:, ::-1], JAPAN):
            raise CrsError(_impossible(label, crs, _DEGREES_AS_METRES))
        return
    if _all_inside(xy[:, ::-1], JAPAN) and not judged_by_row:
        raise CrsError(_swapped(label))
    outside = ~_inside(xy, _DEGREES) & ~_inside(xy[:, ::-1], _DEGREES)
    if outside.all():
        raise CrsError(_impossible(label, crs, _METRES_AS_DEGREES))


def _refuse_outside(xy: NDArray[np.float64], rows: NDArray[np.int64], crs: CRS, label: str) -> None:
    outside = ~_inside(xy, _DEGREES)
    if outside.all() or not _inside(xy, JAPAN).any():
        west, south = xy[0]
        place = Text(f"（{west:.3f}, {south:.3f} など）", f" ({west:.3f}, {south:.3f} and others)")
        raise CrsError(_impossible(label, crs, _NOT_IN_JAPAN, place))
    if outside.any():
        raise CrsError(rows_impossible(rows[outside], label))


def _transformed(geometry: NDArray[Any], crs: CRS, label: str) -> NDArray[Any]:
    try:
        with warnings.catch_warnings():
            # PROJ may lack the JGD2000 -> JGD2011 grid and then uses the null transformation,
            # which is right outside the area moved by the 2011 earthquake.
            warnings.simplefilter("ignore", UserWarning)
            transform = Transformer.from_crs(crs, JGD2011, always_xy=True).transform
            moved: NDArray[Any] = shapely.transform(geometry, _stacked(transform))
    except (ProjError, CRSError) as cause:
        raise CrsError(crs_unknown(label, _name(crs))) from cause
    return moved


def _stacked(transform: Callable[..., Any]) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1]))


def _inside(xy: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    west, south, east, north = box
    with np.errstate(invalid="ignore"):
        inside: NDArray[np.bool_] = (
            (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
        )
    return inside


def _all_inside(xy: NDArray[np.float64], box: Box) -> bool:
    return bool(_inside(xy, box).all())


def _datum(crs: CRS) -> str:
    geodetic = crs.geodetic_crs
    return "" if geodetic is None or geodetic.datum is None else str(geodetic.datum.name)


def _name(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority is not None else crs.name


_CHECK_CRS = Text(
    "GIS でこのレイヤの座標系を確かめ、正しい座標系を設定して保存し直してください"
    "（座標を変換するのではなく、設定を直します）",
    "check the layer's CRS in a GIS, set the right one (set, not transform) and save it again",
)
_DEGREES_AS_METRES = Text(
    "座標は経緯度（度）のようですが、メートルの座標系とされています",
    "its coordinates look like degrees, but its CRS is in metres",
)
_METRES_AS_DEGREES = Text(
    "座標はメートルのようですが、経緯度（度）の座標系とされています",
    "its coordinates look like metres, but its CRS is in degrees",
)
_NOT_IN_JAPAN = Text("この座標系では日本の外になります", "in this CRS it lies outside Japan")


def _impossible(label: str, crs: CRS, what: Text, place: Text | None = None) -> Problem:
    ja, en = (place.ja, place.en) if place is not None else ("", "")
    message = Text(f"{what.ja}{ja}", f"{what.en}{en}")
    return error("crs-impossible", message, _CHECK_CRS, file=label, value=_name(crs))


def _swapped(label: str) -> Problem:
    return error(
        "axes-swapped",
        Text("緯度と経度の順が逆です", "latitude stands before longitude"),
        Text("経度、緯度の順で書き出し直してください", "write longitude first, then latitude"),
        file=label,
    )


def rows_impossible(rows: NDArray[np.int64], label: str) -> Problem:
    """Return the problem of rows with a coordinate that cannot be one.

    Parameters
    ----------
    rows : array of int
        Numbers in the file, at least one.
    label : str
        The layer's name for messages.
    """
    numbers = np.unique(rows).tolist()
    return error(
        "position-impossible",
        with_rows(
            "座標が数値でないか、経緯度の範囲にありません",
            "a coordinate is no number or outside degrees",
            numbers,
        ),
        Text("この行の図形を直してください", "mend the geometry of these rows"),
        file=label,
        row=numbers[0],
    )


def with_rows(ja: str, en: str, rows: Sequence[int]) -> Text:
    """Return a message with the numbers of several rows, the first twenty of many.

    Examples
    --------
    >>> with_rows("図形がありません", "no geometry", [3, 5]).ja
    '図形がありません（2行: 3, 5）'
    >>> with_rows("図形がありません", "no geometry", [3]).en  # a problem has a place for one
    'no geometry'
    """
    if len(rows) == 1:
        return Text(ja, en)
    shown = ", ".join(map(str, rows[:_SHOWN_ROWS])) + (" …" if len(rows) > _SHOWN_ROWS else "")
    return Text(f"{ja}（{len(rows):,}行: {shown}）", f"{en} ({len(rows):,} rows: {shown})")


def _from_tokyo(label: str, crs: CRS) -> Problem:
    return note(
        "datum-converted",
        Text(
            "日本測地系（旧測地系）の座標を世界測地系（JGD2011）に変換しました",
            "positions in the Tokyo datum were converted to JGD2011",
        ),
        Text(
            "誤差は10 m 程度です。正確な位置が要るときは国土地理院の TKY2JGD で変換してください",
            "within some 10 m; for exact positions convert them with GSI's TKY2JGD first",
        ),
        file=label,
        value=_name(crs),
    )


def _crs_missing(label: str) -> Problem:
    return error(
        "crs-missing",
        Text("座標系が書かれていません", "the file names no coordinate system"),
        Text(
            "シェープファイルなら .prj を一緒に置くか、GISで座標系を付けて保存し直してください",
            "put the .prj beside the Shapefile, or save it again with its CRS",
        ),
        file=label,
    )


def crs_unknown(label: str, value: str | None = None) -> Problem:
    """Return the problem of a CRS that PROJ does not know, or knows no way from.

    Parameters
    ----------
    label : str
        The layer's name for messages.
    value : str, optional
        What it is called.
    """
    return error(
        "crs-unknown",
        Text("座標系が分かりません", "its coordinate reference system is not known"),
        Text(
            "GISで座標系（EPSG:6668 など）を設定して保存し直してください",
            "set its CRS (EPSG:6668, say) in a GIS and save it again",
        ),
        file=label,
        value=value,
    )
