"""Geodesic circles round the points of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.geometry import circles as drawn_circles
from boundaries.geometry import ellipsoidal_km2
from groundfloor.crs import JGD2011
from groundfloor.problems import Problem, Text, UsageError, error, warning
from spots.judging.policy_tables import LEAST_RADIUS_M, MOST_RADIUS_M, radius_refused
from spots.library.given_points import GeoFrame, back_in, given_points, shown_labels, with_geometry
from spots.library.told_problems import noted_too, warn_of

Radius: TypeAlias = float | str | pd.Series | Sequence[float]


def circles(points: GeoFrame, radius_m: Radius) -> gpd.GeoDataFrame:
    """Draw a circle round each point, in true metres whatever the CRS.

    Parameters
    ----------
    points : GeoDataFrame or GeoSeries of Point
        Any CRS. Rows without a point stay, without a circle, and are told.
    radius_m : float, str, Series or sequence of float
        Metres: one for all, the name of a column, or one for each row (a Series by its labels).
        From 100 to 100,000.

    Returns
    -------
    GeoDataFrame
        The rows of `points` in their order, with index, columns and CRS; Polygons (None without a
        point) that have the area of their circle, ``radius_m`` and ``area_km2`` (Float64).

    Raises
    ------
    UsageError
        A radius is none (4 for 4 km), or the labels of `radius_m` or of `points` do not fit.
    CrsError
        `points` have no CRS.
    DataError
        Some are lines or polygons.

    Notes
    -----
    Geodesic on GRS 80; in EPSG:3857 a buffer of "4 km" has 3.37 km in Kyushu.

    Examples
    --------
    >>> import geopandas as gpd, spots as ss
    >>> town = gpd.GeoDataFrame({"name": ["山都町"]}, geometry=gpd.points_from_xy([131.0], [32.7]))
    >>> ss.circles(town.set_crs(4326).to_crs(3857), 4000)["area_km2"].round(2).tolist()
    [50.27]
    """
    given = given_points(points, "points")
    radii = _radii(points, radius_m)
    drawn: NDArray[np.object_] = np.full(len(given), None, dtype=object)
    there = given.there & ~np.isnan(radii)
    for radius in np.unique(radii[there]):
        at = np.flatnonzero(there & (radii == radius))
        centres = gpd.GeoSeries.from_xy(given.lon[at], given.lat[at], crs=JGD2011)
        drawn[at] = drawn_circles(centres, float(radius)).to_numpy()
    found = _without(given.index, ~given.there, _NO_POINT)
    found += _without(given.index, given.there & np.isnan(radii), _NO_RADIUS)
    warn_of(found, "circles")
    frame = with_geometry(points, back_in(drawn, given.index, given.crs))
    frame["radius_m"] = pd.array(radii, "Float64")
    km2 = [None if circle is None else ellipsoidal_km2(circle) for circle in drawn]
    frame["area_km2"] = pd.array(km2, "Float64")
    return noted_too(frame, points, found)


def _radii(points: GeoFrame, radius_m: Radius) -> NDArray[np.float64]:
    """Return the radius of each row, NaN where it has none; refuse what is none."""
    values: object = radius_m
    if isinstance(radius_m, str):
        if not isinstance(points, gpd.GeoDataFrame) or radius_m not in points.columns:
            raise _no_column(radius_m)
        values = points[radius_m]
    elif isinstance(radius_m, pd.Series):
        if not radius_m.index.is_unique:
            raise _labels_twice(radius_m.index[radius_m.index.duplicated()].unique())
        if len(unknown := points.index.difference(radius_m.index)):
            raise _labels_missing(unknown)
        values = radius_m.reindex(points.index)
    try:
        plain = pd.array(np.atleast_1d(np.asarray(values, dtype=object)), "Float64")
    except (TypeError, ValueError) as cause:
        raise _no_number(str(radius_m)) from cause
    radii = plain.to_numpy(dtype=np.float64, na_value=np.nan)
    alone = np.ndim(values) == 0  # type: ignore[arg-type]
    if alone and np.isnan(radii).any():
        raise _no_number(str(radius_m))
    if not alone and len(radii) != len(points):
        raise _other_length(len(radii), len(points))
    wrong = ~np.isnan(radii) & ~((radii >= LEAST_RADIUS_M) & (radii <= MOST_RADIUS_M))
    if wrong.any():
        raise _out_of_range(float(radii[wrong][0]))
    return np.broadcast_to(radii, len(points)).copy()


_NO_POINT = "no-point-for-circle"
_NO_RADIUS = "no-radius-for-circle"
_MISSING = {
    _NO_POINT: (
        Text("点がないため、円を描きません", "has no point, so no circle is drawn"),
        Text("座標を補うか、行を除いてください", "give it a point, or leave the row out"),
    ),
    _NO_RADIUS: (
        Text("半径がないため、円を描きません", "has no radius, so no circle is drawn"),
        Text(
            "半径（メートル）を補うか、行を除いてください", "give it metres, or leave the row out"
        ),
    ),
}


def _without(index: pd.Index, rows: NDArray[np.bool_], code: str) -> list[Problem]:
    if not rows.any():
        return []
    message, remedy = _MISSING[code]
    first = int(np.flatnonzero(rows)[0]) + 1
    labels = shown_labels(index[rows])
    return [warning(code, message, remedy, file="<points>", row=first, value=labels)]


def _bad_radius(message: Text, remedy: Text, value: str) -> UsageError:
    return UsageError(
        error("bad-radius", message, remedy, file="<circles>", column="radius_m", value=value)
    )


def _out_of_range(value: float) -> UsageError:
    return _bad_radius(*radius_refused(value), f"{value:g}")


def _no_number(value: str) -> UsageError:
    return _bad_radius(
        Text("半径が数ではありません", "is no number"),
        Text("メートルで書いてください（例: 4000）", "write metres, e.g. 4000"),
        value,
    )


def _no_column(name: str) -> UsageError:
    return _bad_radius(
        Text("この名前の列がありません", "is no column of the points"),
        Text("数値か、半径の列の名前を指定してください", "give a number, or the column of radii"),
        name,
    )


def _labels_missing(labels: pd.Index) -> UsageError:
    return _bad_radius(
        Text("半径のない行があります（索引が違います）", "lacks rows of the points: other labels"),
        Text("点と同じ索引の Series にしてください", "use a Series on the index of the points"),
        shown_labels(labels),
    )


def _labels_twice(labels: pd.Index) -> UsageError:
    return _bad_radius(
        Text("同じ索引の行が二つあります", "has labels twice"),
        Text("点と同じ索引の Series にしてください", "use a Series on the index of the points"),
        shown_labels(labels),
    )


def _other_length(given: int, wanted: int) -> UsageError:
    return _bad_radius(
        Text(f"行数が違います（点は{wanted}行）", f"has another length than the {wanted} points"),
        Text("一つの数か、行ごとの数を指定してください", "give one number, or one for each row"),
        str(given),
    )
