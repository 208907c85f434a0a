"""Forms of what is kept on disk: arrays, shapes, plain values, and several of these as one.

All of it is data: numpy's own layout without objects, well-known binary, JSON. Coordinates and
numbers keep every bit.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.codec import compact_json, decode, encode
from groundfloor.kept_on_disk import Form

Shapes = NDArray[np.object_]
_LENGTH_BYTES = 8


def framed(parts: Sequence[bytes]) -> bytes:
    """Return several byte strings as one, each behind its length.

    Examples
    --------
    >>> unframed(framed([b"a", b"", b"bc"]))
    (b'a', b'', b'bc')
    """
    lengths = (len(part).to_bytes(_LENGTH_BYTES, "little") for part in parts)
    return b"".join(piece for pair in zip(lengths, parts, strict=True) for piece in pair)


def unframed(data: bytes) -> tuple[bytes, ...]:
    """Return the parts of `framed` bytes.

    Raises
    ------
    ValueError
        They do not come out even.
    """
    parts, at = [], 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "little")
        parts.append(data[start:at])
    if at != len(data):
        raise ValueError(at)
    return tuple(parts)


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
    return compact_json(encode(value)).encode("utf-8", "surrogatepass")


def unpacked_plain(data: bytes, kind: object) -> Any:
    """Return the value of type `kind` of such bytes.

    Raises
    ------
    ValueError
        They do not fit.
    """
    return decode(json.loads(data.decode("utf-8", "surrogatepass")), kind)


SHAPES: Form[Shapes] = Form(packed_shapes, unpacked_shapes)
ARRAY: Form[NDArray[Any]] = Form(packed_array, unpacked_array)
