"""Frozen dataclasses as JSON and back, without loss.

Driven by the annotations: a new field needs no new code. Floats keep every bit (shortest repr;
``nan`` and ``inf`` as text), geometry is WKB in base64, sets are sorted, tables keep their index,
column types and CRS.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum

Json = typing.Any  # what `json` reads and writes


def compact_json(value: Json, other: Callable[[Json], Json] | None = None) -> str:
    """Return JSON without a blank or an escape that it could do without, for files of machines.

    Parameters
    ----------
    value : object
        What `json` writes, and what `other` makes that of.
    other : callable, optional
        Returns what stands for a value that `json` does not know: `fields_of` for dataclasses.
    """
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=other
    )


def fields_of(value: Json) -> dict[str, Json]:
    """Return the fields of a dataclass by name, as they are; of one inside another, too.

    Raises
    ------
    TypeError
        It is none.
    """
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def readable_json(value: Json, *, as_given: bool = False) -> str:
    """Return JSON with a line for each value: the same bytes for the same value.

    Keys are sorted, or `as_given` where their order is part of what is said.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=not as_given, allow_nan=False)
    return f"{text}\n"


#: What a dataclass field has as its metadata to be left out: on reading it has its default.
UNSAVED: Mapping[str, bool] = types.MappingProxyType({"unsaved": True})


class CodecError(ValueError):
    """The JSON does not hold the value that was asked for; the message says where."""


@functools.cache
def hints_of(kind: typing.Any) -> Mapping[str, object]:
    """Return the annotations of a dataclass's fields, resolved."""
    resolved = typing.get_type_hints(kind)
    return {field.name: resolved[field.name] for field in dataclasses.fields(kind)}


@functools.cache
def _saved(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass that are written."""
    fields = dataclasses.fields(kind)
    return tuple(field.name for field in fields if "unsaved" not in field.metadata)


# What JSON has in the same form: tens of thousands of names and cells of a grid.
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
# What `json` reads as exactly what was written.
_PLAIN = frozenset({str, int, bool, float})


def encode(value: object) -> Json:
    """Return `value` as JSON-able data.

    Raises
    ------
    TypeError
        For a kind of value that has no lossless form here.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    return value.isoformat() if isinstance(value, date) else _encode_many(value)


def _encode_many(value: object) -> Json:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, name)) for name in _saved(type(value))}
    if isinstance(value, frozenset):
        return sorted(encode(item) for item in value)
    if isinstance(value, tuple | list):
        plain = {*map(type, value)} <= _AS_THEY_ARE
        return list(value) if plain else [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    from groundfloor.spatial_codec import encode_spatial  # noqa: PLC0415 - geopandas is slow to load

    return encode_spatial(value)


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
    return _decoder(kind)(data, path)


_Decoder = Callable[[Json, str], typing.Any]


@functools.cache  # an annotation is taken apart once, and met by the ten thousand
def _decoder(kind: object) -> _Decoder:
    """Return what decodes a kind, told data and where they stand."""
    if kind is object:
        return _as_it_is
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return functools.partial(_decode_union, args)
    if origin in (tuple, frozenset):
        return functools.partial(_decode_sequence, origin, args)
    if origin is not None and issubclass(origin, Mapping):
        return functools.partial(_decode_mapping, args[1])
    if not isinstance(kind, type):
        return functools.partial(_refuse, f"cannot read {kind!r}")
    whole = _decode_dataclass if dataclasses.is_dataclass(kind) else _decode_scalar
    return functools.partial(whole, kind)


def _as_it_is(data: Json, _path: str) -> Json:
    return data  # plain, such as the job of a manifest


def _refuse(why: str, _data: Json, path: str) -> typing.NoReturn:
    raise CodecError(f"{path}: {why}")


def _decode_union(kinds: tuple[object, ...], data: Json, path: str) -> typing.Any:
    if data is None and type(None) in kinds:
        return None
    others = [k for k in kinds if k is not type(None)]
    if len(others) != 1:
        raise CodecError(f"{path}: cannot choose among {others}")
    return _decoder(others[0])(data, path)


def _decode_mapping(kind: object, data: Json, path: str) -> dict[str, typing.Any]:
    members, one = expect(data, dict, path), _decoder(kind)
    return {key: one(x, f"{path}.{key}") for key, x in members.items()}


def _decode_sequence(origin: type, kinds: tuple[object, ...], data: Json, path: str) -> typing.Any:
    items = expect(data, list, path)
    if kinds[0] in _PLAIN and kinds[-1] is Ellipsis and {*map(type, items)} <= {kinds[0]}:
        return origin(items)  # hundreds of thousands of names and cells
    if origin is frozenset or (len(kinds) == 2 and kinds[1] is Ellipsis):  # noqa: PLR2004
        one = _decoder(kinds[0])  # of frozenset[X] or tuple[X, ...]
        return origin(one(x, f"{path}[{k}]") for k, x in enumerate(items))
    if len(items) != len(kinds):
        raise CodecError(f"{path}: {len(items)} items instead of {len(kinds)}")
    pairs = zip(items, map(_decoder, kinds), strict=True)
    return tuple(one(x, f"{path}[{k}]") for k, (x, one) in enumerate(pairs))


@functools.cache
def _members(kind: typing.Any) -> tuple[Mapping[str, _Decoder], frozenset[str]]:
    """Return what decodes each field of a dataclass that is saved, and which must be there."""
    saved = [f for f in dataclasses.fields(kind) if "unsaved" not in f.metadata]
    none = dataclasses.MISSING
    needed = (f.name for f in saved if f.default is none and f.default_factory is none)
    hints = hints_of(kind)
    return {f.name: _decoder(hints[f.name]) for f in saved}, frozenset(needed)


def _decode_dataclass(kind: type, data: Json, path: str) -> typing.Any:
    members = expect(data, dict, path)
    fields, needed = _members(kind)
    unknown, missing = members.keys() - fields.keys(), needed - members.keys()
    if unknown or missing:
        raise CodecError(f"{path}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return kind(**{name: fields[name](x, f"{path}.{name}") for name, x in members.items()})


def _decode_scalar(kind: type, data: Json, path: str) -> typing.Any:
    if kind is bool or kind is str:
        return expect(data, kind, path)
    if kind is int:
        if isinstance(data, bool):
            raise CodecError(f"{path}: {data!r} is not a whole number")
        return expect(data, int, path)
    try:
        if kind is float:
            return _float(data)
        if kind is date:
            return date.fromisoformat(data)
        if issubclass(kind, Enum):
            return kind(data)
    except (TypeError, ValueError) as problem:
        raise CodecError(f"{path}: {problem}") from problem
    from groundfloor.spatial_codec import decode_spatial  # noqa: PLC0415 - as above

    return decode_spatial(data, kind, path)


def _float(data: Json) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float | str):
        raise TypeError(f"{data!r} is not a number")
    return float(data)


def expect(data: Json, kind: type, path: str) -> typing.Any:
    """Return `data` if it is of the plain type `kind`; raise `CodecError` otherwise."""
    if not isinstance(data, kind):
        raise CodecError(f"{path}: {type(data).__name__} instead of {kind.__name__}")
    return data
