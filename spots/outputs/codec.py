"""Frozen dataclasses as JSON and back, without loss.

Driven by the annotations: a new field needs no new code. Floats keep every bit (shortest repr;
``nan`` and ``inf`` as text), geometry is WKB in base64, sets are sorted, tables keep their index,
column types and CRS.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import math
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import Enum

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

Json = typing.Any  # what `json` reads and writes


class CodecError(ValueError):
    """The JSON does not hold the value that was asked for; the message says where."""


def encode(value: object) -> Json:  # noqa: PLR0911 - one return for each kind
    """Return `value` as JSON-able data.

    Raises
    ------
    TypeError
        For a kind of value that has no lossless form here.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseGeometry):
        return base64.b64encode(shapely.to_wkb(value, byte_order=1)).decode("ascii")
    if isinstance(value, gpd.GeoDataFrame):
        return _encode_table(value)
    return _encode_many(value)


def _encode_many(value: object) -> Json:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, frozenset):
        return sorted(encode(item) for item in value)
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    raise TypeError(f"no lossless JSON form for {type(value).__name__}")


def decode(data: Json, kind: object, path: str = "$") -> typing.Any:
    """Return the value of type `kind` that `data` encodes.

    Parameters
    ----------
    data : object
        What `json` read.
    kind : type or annotation
        The type to make.
    path : str
        Where `data` stands, for messages.

    Returns
    -------
    object
        An instance of `kind`.

    Raises
    ------
    CodecError
        When `data` does not fit.
    """
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(data, typing.get_args(kind), path)
    if origin in (tuple, frozenset):
        return _decode_sequence(data, kind, path)
    if origin is dict:
        return _expect(data, dict, path)
    if not isinstance(kind, type):
        raise CodecError(f"{path}: cannot read {kind!r}")
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(data, kind, path)
    return _decode_scalar(data, kind, path)


def _decode_union(data: Json, kinds: tuple[object, ...], path: str) -> typing.Any:
    if data is None and type(None) in kinds:
        return None
    others = [k for k in kinds if k is not type(None)]
    if len(others) != 1:
        raise CodecError(f"{path}: cannot choose among {others}")
    return decode(data, others[0], path)


def _decode_sequence(data: Json, kind: object, path: str) -> typing.Any:
    items, args = _expect(data, list, path), typing.get_args(kind)
    if typing.get_origin(kind) is frozenset:
        return frozenset(decode(x, args[0], f"{path}[{k}]") for k, x in enumerate(items))
    if len(args) == 2 and args[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return tuple(decode(x, args[0], f"{path}[{k}]") for k, x in enumerate(items))
    if len(items) != len(args):
        raise CodecError(f"{path}: {len(items)} items instead of {len(args)}")
    pairs = zip(items, args, strict=True)
    return tuple(decode(x, a, f"{path}[{k}]") for k, (x, a) in enumerate(pairs))


def _decode_dataclass(data: Json, kind: type, path: str) -> typing.Any:
    members = _expect(data, dict, path)
    hints = _hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    unknown = sorted(set(members) - set(fields))
    missing = sorted(
        name
        for name, f in fields.items()
        if name not in members
        and f.default is dataclasses.MISSING
        and f.default_factory is dataclasses.MISSING
    )
    if unknown or missing:
        raise CodecError(f"{path}: unknown {unknown}, missing {missing}")
    return kind(**{n: decode(x, hints[n], f"{path}.{n}") for n, x in members.items()})


@functools.cache
def _hints(kind: type) -> dict[str, object]:
    return typing.get_type_hints(kind)


def _decode_scalar(data: Json, kind: type, path: str) -> typing.Any:  # noqa: PLR0911 - as above
    if kind is bool or kind is str:
        return _expect(data, kind, path)
    if kind is int:
        if isinstance(data, bool):
            raise CodecError(f"{path}: {data!r} is not a whole number")
        return _expect(data, int, path)
    if kind is gpd.GeoDataFrame:
        return _decode_table(data, path)
    try:
        if kind is float:
            return _float(data)
        if kind is date:
            return date.fromisoformat(data)
        if issubclass(kind, Enum):
            return kind(data)
        if issubclass(kind, BaseGeometry):
            return _geometry(data, kind)
    except (TypeError, ValueError, shapely.errors.ShapelyError) as problem:
        raise CodecError(f"{path}: {problem}") from problem
    raise CodecError(f"{path}: cannot read {kind.__name__}")


def _float(data: Json) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float | str):
        raise TypeError(f"{data!r} is not a number")
    return float(data)


def _geometry(data: Json, kind: type) -> BaseGeometry:
    shape = shapely.from_wkb(base64.b64decode(data, validate=True))
    if not isinstance(shape, kind):
        raise TypeError(f"{type(shape).__name__} instead of {kind.__name__}")
    return shape


def _expect(data: Json, kind: type, path: str) -> typing.Any:
    if not isinstance(data, kind):
        raise CodecError(f"{path}: {type(data).__name__} instead of {kind.__name__}")
    return data


def _encode_table(table: gpd.GeoDataFrame) -> Json:
    if table.crs is None or table.crs.to_epsg() is None:
        raise TypeError("a table without an EPSG code")
    geometry = table.geometry.name
    columns = [
        {
            "name": str(name),
            "dtype": "geometry" if name == geometry else str(table[name].dtype),
            "values": [_cell(value) for value in table[name]],
        }
        for name in table.columns
    ]
    index = {
        "name": table.index.name,
        "dtype": str(table.index.dtype),
        "values": [_cell(value) for value in table.index],
    }
    return {"epsg": table.crs.to_epsg(), "geometry": geometry, "index": index, "columns": columns}


def _cell(value: Json) -> Json:
    if not isinstance(value, BaseGeometry) and pd.isna(value):
        return None
    return encode(value.item() if isinstance(value, np.generic) else value)


def _decode_table(data: Json, path: str) -> gpd.GeoDataFrame:
    table = _expect(data, dict, path)
    try:
        index = pd.Index(_series(table["index"]), name=table["index"]["name"])
        columns = {c["name"]: _series(c).to_numpy() for c in table["columns"]}
        typed = {c["name"]: c["dtype"] for c in table["columns"]}
        frame = pd.DataFrame(columns, index=index)
        for name, dtype in typed.items():
            if dtype != "geometry":
                frame[name] = frame[name].astype(_dtype(dtype))
        return gpd.GeoDataFrame(frame, geometry=table["geometry"], crs=int(table["epsg"]))
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as problem:
        raise CodecError(f"{path}: {problem}") from problem


def _series(column: Json) -> pd.Series[Json]:
    values = column["values"]
    if column["dtype"] == "geometry":
        shapes = [None if v is None else _geometry(v, BaseGeometry) for v in values]
        return pd.Series(shapes, dtype=object)
    if column["dtype"].startswith("float"):
        return pd.Series([math.nan if v is None else _float(v) for v in values], dtype=float)
    typed: pd.Series[Json] = pd.Series(values, dtype=_dtype(column["dtype"]))
    return typed


def _dtype(name: str) -> typing.Any:
    """Return the column type `name`; text of a newer pandas is plain objects in an older one."""
    try:
        return pd.api.types.pandas_dtype(name)
    except TypeError:
        return np.dtype(object)
