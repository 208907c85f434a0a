"""Forms of what is kept on disk: arrays, shapes, plain values, and several of these as one.

All of it is data: numpy's own layout without objects, well-known binary, JSON. Coordinates and
numbers keep every bit.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.codec import Json, compact_json, decode, encode
from groundfloor.kept_on_disk import Form, framed, unframed
from groundfloor.spatial_codec import decode_columns, encode_columns

Shapes = NDArray[np.object_]


def packed_array(array: NDArray[Any]) -> bytes:
    """Return an array of numbers or texts of fixed width; objects have no form.

    Raises
    ------
    ValueError
        It holds objects.
    """
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=False)
    return stream.getvalue()


def unpacked_array(data: bytes) -> NDArray[Any]:
    """Return the array of such bytes.

    Raises
    ------
    ValueError
        They are of no array.
    """
    array: NDArray[Any] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    return array


def packed_shapes(shapes: Sequence[object] | Shapes) -> bytes:
    """Return geometries, some of which may be None, as well-known binary."""
    given = np.asarray(shapes, dtype=object)
    written = shapely.to_wkb(given, byte_order=1) if len(given) else given
    return framed([b"" if each is None else each for each in written])


def unpacked_shapes(data: bytes) -> Shapes:
    """Return the geometries of such bytes.

    Raises
    ------
    ValueError
        They are of none.
    """
    written = np.array([each or None for each in unframed(data)], dtype=object)
    try:
        shapes: Shapes = shapely.from_wkb(written)
    except shapely.errors.ShapelyError as fault:
        raise ValueError(str(fault)) from fault
    return shapes


def packed_plain(value: object) -> bytes:
    """Return a value that `groundfloor.codec` knows, as JSON.

    Raises
    ------
    TypeError
        It has no lossless form.
    """
    return _json_bytes(encode(value))


def unpacked_plain(data: bytes, kind: object) -> Any:
    """Return the value of type `kind` of such bytes.

    Raises
    ------
    ValueError
        They do not fit.
    """
    return decode(_json_of(data), kind)


def packed_table(table: gpd.GeoDataFrame) -> bytes:
    """Return a table whose CRS has an EPSG code, with its index and column types.

    Raises
    ------
    TypeError
        It has no lossless form.
    """
    if table.crs is None or (epsg := table.crs.to_epsg()) is None:
        raise TypeError(table.crs)
    geometry = table.geometry.name
    order = [str(name) for name in table.columns]
    plain = encode_columns(table.drop(columns=geometry))
    head = {"epsg": epsg, "geometry": geometry, "order": order, **plain}
    return framed([_json_bytes(head), packed_shapes(table.geometry.to_numpy())])


def unpacked_table(data: bytes) -> gpd.GeoDataFrame:
    """Return the table of such bytes.

    Raises
    ------
    LookupError, TypeError, ValueError
        They are of none.
    """
    head, shapes = unframed(data)
    told = _json_of(head)
    frame = decode_columns(told)
    frame[told["geometry"]] = gpd.GeoSeries(
        unpacked_shapes(shapes), index=frame.index, crs=told["epsg"]
    )
    return gpd.GeoDataFrame(frame[told["order"]], geometry=told["geometry"])


def _json_bytes(data: Json) -> bytes:
    return compact_json(data).encode("utf-8", "surrogatepass")


def _json_of(data: bytes) -> Json:
    return json.loads(data.decode("utf-8", "surrogatepass"))


def _packed_shape(shape: object) -> bytes:
    return packed_shapes([shape])


def _unpacked_shape(data: bytes) -> Any:
    return unpacked_shapes(data)[0]


SHAPE: Form[Any] = Form(_packed_shape, _unpacked_shape)
SHAPES: Form[Shapes] = Form(packed_shapes, unpacked_shapes)
ARRAY: Form[NDArray[Any]] = Form(packed_array, unpacked_array)
