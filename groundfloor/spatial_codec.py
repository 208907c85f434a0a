"""Geometry and tables as JSON and back, the part of `groundfloor.codec` that needs shapely.

It stands apart so that values without geometry are read without loading it; pandas is loaded for
tables alone, and of those that are read only when somebody asks (`groundfloor.stored_table`).
"""

from __future__ import annotations

import base64
import functools
import math
import typing

import numpy as np
import shapely
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from groundfloor.codec import CodecError, Json, encode, expect
from groundfloor.stored_table import GeoTable, stored_table

if typing.TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

# What values of the wrong kind raise in base64, shapely, pandas, geopandas and PROJ.
_MISFIT = (
    *(LookupError, TypeError, ValueError, OverflowError),
    shapely.errors.ShapelyError,
    ProjError,
)


def encode_spatial(value: object) -> Json:
    """Return geometry as WKB in base64, a table by columns.

    Raises
    ------
    TypeError
        For any other value, and for a table without an EPSG code.
    """
    if isinstance(value, BaseGeometry):
        return base64.b64encode(shapely.to_wkb(value, byte_order=1)).decode("ascii")
    import geopandas as gpd  # noqa: PLC0415 - for tables alone

    if isinstance(value, gpd.GeoDataFrame):
        return _encode_table(value)
    raise TypeError(f"no lossless JSON form for {type(value).__name__}")


def decode_spatial(data: Json, kind: type, path: str) -> typing.Any:
    """Return the geometry or table of type `kind` that `data` encodes.

    Of `GeoTable`, for fields of `groundfloor.stored_table.tables_when_asked`, a `StoredTable` where
    that will do.

    Raises
    ------
    CodecError
        When `data` does not fit, or `kind` is neither.
    """
    if kind is GeoTable:
        frame = functools.partial(_decode_table, path=path)
        return stored_table(data, frame) or frame(data)
    if not issubclass(kind, BaseGeometry):
        import geopandas as gpd  # noqa: PLC0415 - as above

        if kind is gpd.GeoDataFrame:
            return _decode_table(data, path)
        raise CodecError(f"{path}: cannot read {kind.__name__}")
    try:
        return _geometry(data, kind)
    except _MISFIT as problem:
        raise CodecError(f"{path}: {problem}") from problem


def _geometry(data: Json, kind: type) -> BaseGeometry:
    here = isinstance(data, BaseGeometry)
    shape = data if here else shapely.from_wkb(base64.b64decode(data, validate=True))
    if not isinstance(shape, kind):
        raise TypeError(f"{type(shape).__name__} instead of {kind.__name__}")
    return shape


def _encode_table(table: gpd.GeoDataFrame) -> Json:
    if table.crs is None or table.crs.to_epsg() is None:
        raise TypeError("a table without an EPSG code")
    geometry = table.geometry.name
    return {"epsg": table.crs.to_epsg(), "geometry": geometry, **encode_columns(table)}


def encode_columns(table: pd.DataFrame) -> dict[str, Json]:
    """Return index and columns of a table, geometry as WKB in base64."""
    columns = [
        {
            "name": str(name),
            "dtype": str(table[name].dtype),
            "values": [_cell(value) for value in table[name]],
        }
        for name in table.columns
    ]
    index = {
        "name": table.index.name,
        "dtype": str(table.index.dtype),
        "values": [_cell(value) for value in table.index],
    }
    return {"index": index, "columns": columns}


def _cell(value: Json) -> Json:
    import pandas as pd  # noqa: PLC0415 - for tables alone

    if not isinstance(value, BaseGeometry) and pd.isna(value):
        return None
    return encode(value.item() if isinstance(value, np.generic) else value)


def _decode_table(data: Json, path: str) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415 - for tables alone

    table = expect(data, dict, path)
    try:
        frame = decode_columns(table)
        return gpd.GeoDataFrame(frame, geometry=table["geometry"], crs=int(table["epsg"]))
    except _MISFIT as problem:
        raise CodecError(f"{path}: {problem}") from problem


def decode_columns(table: Json) -> pd.DataFrame:
    """Return the table that `encode_columns` gave, its geometry as plain objects.

    Raises
    ------
    LookupError, TypeError, ValueError
        It is none.
    """
    import pandas as pd  # noqa: PLC0415 - for tables alone

    index = pd.Index(_series(table["index"]), name=table["index"]["name"])
    # As series of their own types: pandas takes objects that are texts, or missing, for its own.
    columns = {c["name"]: _series(c).set_axis(index) for c in table["columns"]}
    return pd.DataFrame(columns, index=index)


def _series(column: Json) -> pd.Series[Json]:
    import pandas as pd  # noqa: PLC0415 - for tables alone

    values, dtype = column["values"], expect(column["dtype"], str, "dtype")
    if dtype == "geometry":
        shapes = [None if v is None else _geometry(v, BaseGeometry) for v in values]
        return pd.Series(shapes, dtype=object)
    if dtype.startswith("float"):
        return pd.Series([math.nan if v is None else float(v) for v in values], dtype=float)
    typed: pd.Series[Json] = pd.Series(values, dtype=_dtype(dtype))
    return typed


def _dtype(name: str) -> typing.Any:
    """Return the column type `name`; text of a newer pandas is plain objects in an older one."""
    import pandas as pd  # noqa: PLC0415 - for tables alone

    try:
        return pd.api.types.pandas_dtype(name)
    except TypeError:
        return np.dtype(object)
