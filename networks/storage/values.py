"""Which fields of a network are arrays, and under which name each is saved: read off annotations.

So that a new column, a new fact about the origin or a new setting of a profile needs no code here.
What is no array is JSON, see `groundfloor.codec`.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from groundfloor.codec import hints_of


def numbers_of(hint: object) -> object:
    """Return what kind of numbers an annotation ``NDArray[...]`` names; None for any other.

    Up to numpy 2.4 ``NDArray[x]`` is an ``ndarray``, later it is an alias with a name of its own.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is np.ndarray:
        return typing.get_args(arguments[1])[0]
    return arguments[0] if origin is not None and origin is NDArray else None


def holds_arrays(hint: object) -> bool:
    """Return whether an annotation is an array, or a dataclass with arrays somewhere in it."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return any(holds_arrays(each) for each in typing.get_args(hint))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return any(holds_arrays(each) for each in hints_of(hint).values())
    return numbers_of(hint) is not None


def columns_of(value: typing.Any, prefix: str = "") -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield every array of a dataclass by its dotted name; one that is None is left out."""
    kind: typing.Any = type(value)
    for name, hint in hints_of(kind).items():
        part = getattr(value, name)
        if part is None or not holds_arrays(hint):
            continue
        if isinstance(part, np.ndarray):
            yield f"{prefix}{name}", part
        else:
            yield from columns_of(part, f"{prefix}{name}.")


def plain_of(value: typing.Any) -> dict[str, object]:
    """Return the fields of a dataclass that hold no arrays."""
    kind: typing.Any = type(value)
    hints = hints_of(kind)
    return {name: getattr(value, name) for name, hint in hints.items() if not holds_arrays(hint)}


def arrays_to(
    kind: type, columns: Mapping[str, NDArray[np.generic]], prefix: str = ""
) -> dict[str, typing.Any]:
    """Return the arguments of `kind` that hold arrays, from columns by dotted name.

    Raises
    ------
    KeyError
        A column that has no default is not there.
    TypeError
        A column holds other numbers than annotated.
    """
    defaults = {f.name for f in dataclasses.fields(kind) if f.default is not dataclasses.MISSING}
    arguments: dict[str, typing.Any] = {}
    for name, hint in hints_of(kind).items():
        if not holds_arrays(hint):
            continue
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            arguments[name] = hint(**arrays_to(hint, columns, f"{prefix}{name}."))
        elif f"{prefix}{name}" in columns or name not in defaults:
            arguments[name] = _checked(columns[f"{prefix}{name}"], hint, f"{prefix}{name}")
    return arguments


def _checked(column: NDArray[np.generic], hint: object, name: str) -> NDArray[np.generic]:
    """Return a column if its numbers are of the annotated type; one that names none takes any."""
    wanted: typing.Any = numbers_of(hint)
    if wanted is None:  # an optional column
        wanted = next(numbers_of(each) for each in typing.get_args(hint) if holds_arrays(each))
    if wanted is not np.generic and column.dtype != np.dtype(wanted):
        raise TypeError(f"{name}: {column.dtype}")
    return column
