"""Points as callers give them: any CRS, any index, some of them missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from groundfloor.crs import JGD2011, CrsError, parsed_crs, refuse_impossible, same_as_jgd2011
from groundfloor.problems import DataError, Problem, Text, UsageError, error
from groundfloor.shapes import point_coordinates

GeoFrame: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries
_SHOWN = 5  # labels of rows in a message
_POINT = 0  # of shapely


@dataclass(frozen=True, slots=True, eq=False)
class GivenPoints:
    """Points of a caller's frame in JGD2011 degrees, row by row.

    Parameters
    ----------
    index : Index
        The caller's; answers go back on it.
    lon, lat : (P,) float64
        Degrees, EPSG:6668; NaN where a row has no point.
    crs : CRS
        The caller's; geometry of answers goes back in it.
    """

    index: pd.Index
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    crs: CRS

    @property
    def there(self) -> NDArray[np.bool_]:
        """Which rows have a point, (P,)."""
        return ~np.isnan(self.lon)

    def __len__(self) -> int:
        """Return P, rows without a point among them."""
        return len(self.lon)


def given_points(points: GeoFrame, name: str) -> GivenPoints:
    """Return the points of a frame, wherever on Earth they are.

    Parameters
    ----------
    points : GeoDataFrame or GeoSeries of Point
        Any CRS that PROJ knows. Rows without geometry, with an empty one or with NaN in it stay
        rows without a point: nothing is dropped.
    name : str
        The argument, for messages.

    Raises
    ------
    UsageError
        `points` are no GeoDataFrame or GeoSeries, or a label of their index is missing or
        stands there twice.
    CrsError
        They have no CRS, one that PROJ does not know, or coordinates that it cannot have.
    DataError
        Some are lines or polygons; the rows are named.
    """
    series, crs = geometry_of(points, name)
    if not series.index.is_unique:
        raise UsageError(_labels_twice(series.index, name))
    if series.index.nlevels == 1 and series.index.hasnans:
        raise UsageError(_label_missing(name))
    shapes = np.asarray(series.values, dtype=object)
    single = np.where(
        shapely.get_num_geometries(shapes) == 1, shapely.get_geometry(shapes, 0), shapes
    )
    empty = shapely.is_missing(single) | shapely.is_empty(single)
    single[empty] = None
    if (wrong := ~empty & (shapely.get_type_id(single) != _POINT)).any():
        raise DataError(_no_points(series.index[wrong], single[wrong][0].geom_type, name))
    xy = point_coordinates(single)
    xy[~np.isfinite(xy).all(axis=1)] = np.nan
    degrees = _in_degrees(xy, crs, f"<{name}>")
    return GivenPoints(series.index, degrees[:, 0], degrees[:, 1], crs)


def geometry_of(given: GeoFrame, name: str) -> tuple[gpd.GeoSeries, CRS]:
    """Return the geometry of a frame and its CRS; refuse what has neither.

    Raises
    ------
    UsageError
        `given` is no GeoDataFrame or GeoSeries, or has no active geometry column.
    CrsError
        It has no CRS, or one that PROJ does not know.
    """
    if not isinstance(given, gpd.GeoDataFrame | gpd.GeoSeries):
        raise UsageError(_no_frame(type(given).__name__, name))
    if isinstance(given, gpd.GeoDataFrame) and given.active_geometry_name is None:
        raise UsageError(_no_geometry(name))
    series = given.geometry
    if series.crs is None:
        raise CrsError(_no_crs(name))
    return series, parsed_crs(series.crs, f"<{name}>")


def back_in(
    shapes: Sequence[object] | NDArray[np.object_], index: pd.Index, crs: CRS
) -> gpd.GeoSeries:
    """Return geometry in JGD2011 degrees on a caller's index, in a caller's CRS."""
    series = gpd.GeoSeries(list(shapes), index=index, crs=JGD2011)
    if same_as_jgd2011(crs):
        return series.set_crs(crs, allow_override=True)
    return series.to_crs(crs)


def with_geometry(given: GeoFrame, shapes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return a caller's frame, its columns and order, with other geometry; of a series a frame."""
    if isinstance(given, gpd.GeoSeries):
        return gpd.GeoDataFrame(geometry=shapes)
    name = given.active_geometry_name
    columns = {c: shapes if c == name else given[c] for c in given.columns}
    return gpd.GeoDataFrame(pd.DataFrame(columns, index=given.index), geometry=name, crs=shapes.crs)


def _in_degrees(xy: NDArray[np.float64], crs: CRS, label: str) -> NDArray[np.float64]:
    if len(seen := xy[~np.isnan(xy[:, 0])]):
        refuse_impossible(seen, crs, label, judged_by_row=True)
    if same_as_jgd2011(crs):
        return xy
    moved = gpd.GeoSeries.from_xy(xy[:, 0], xy[:, 1], crs=crs).to_crs(JGD2011)
    degrees = np.column_stack([moved.x.to_numpy(), moved.y.to_numpy()])
    degrees[~np.isfinite(degrees).all(axis=1)] = np.nan
    return degrees


def shown_labels(index: pd.Index) -> str:
    """Return labels of rows as a message shows them: the first few, and how many there are."""
    shown = ", ".join(repr(label) for label in index[:_SHOWN])
    return f"{shown}, … ({len(index)})" if len(index) > _SHOWN else shown


def _no_frame(kind: str, name: str) -> Problem:
    return error(
        "not-a-geodataframe",
        Text("GeoDataFrame か GeoSeries を渡してください", "must be a GeoDataFrame or a GeoSeries"),
        Text(
            "表からは gpd.points_from_xy で点を作り、crs を付けて GeoDataFrame にします",
            "such as gpd.GeoDataFrame(df, geometry=gpd.points_from_xy(df.lon, df.lat), crs=4326)",
        ),
        file=f"<{name}>",
        value=kind,
    )


def _no_geometry(name: str) -> Problem:
    return error(
        "geometry-column-missing",
        Text("図形の列がありません", "has no active geometry column"),
        Text("set_geometry で図形の列を指定してください", "name one with set_geometry"),
        file=f"<{name}>",
    )


def _no_crs(name: str) -> Problem:
    return error(
        "crs-missing",
        Text("座標参照系（CRS）がありません", "has no coordinate reference system (CRS)"),
        Text(
            "何の座標かを set_crs で示してください（緯度経度なら6668）",
            "say what its coordinates are with set_crs (set_crs(6668) for JGD2011 degrees)",
        ),
        file=f"<{name}>",
    )


def _labels_twice(index: pd.Index, name: str) -> Problem:
    return error(
        "index-not-unique",
        Text("同じ索引（index）の行があります", "has labels that stand in its index twice"),
        Text(
            "reset_index か set_index で一つずつの索引にしてください",
            "make them unique with reset_index or set_index",
        ),
        file=f"<{name}>",
        value=shown_labels(index[index.duplicated()].unique()),
    )


def _label_missing(name: str) -> Problem:
    return error(
        "index-not-unique",
        Text("索引（index）に空の名札があります", "has a missing label (NaN or None) in its index"),
        Text(
            "reset_index か set_index で一つずつの索引にしてください",
            "make them unique with reset_index or set_index",
        ),
        file=f"<{name}>",
    )


def _no_points(index: pd.Index, kind: str, name: str) -> Problem:
    return error(
        "not-a-point",
        Text("点ではない図形です", "is no point"),
        Text(
            "representative_point で点にするか、行を除いてください",
            "make points of them with representative_point(), or leave the rows out",
        ),
        file=f"<{name}>",
        value=f"{kind}: {shown_labels(index)}",
    )
