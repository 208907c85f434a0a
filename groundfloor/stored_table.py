"""Tables of geometry as JSON holds them, which become pandas' when somebody asks.

Most questions to a finished run are not about its tables, and loading pandas takes longer than
answering them. What is read is checked at once, so that a table that is asked for is there.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MemberDescriptorType
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.codec import Json

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    GeoTable: TypeAlias = GeoDataFrame
else:

    class GeoTable:
        """Stands for `geopandas.GeoDataFrame` in annotations that are looked at."""


K = TypeVar("K", bound=type)
_GEOMETRY = "geometry"
# What values of the wrong kind raise in base64 and shapely.
_MISFIT = (LookupError, TypeError, ValueError, OverflowError, shapely.errors.ShapelyError)
_TEXTS = frozenset({"object", "str", "string"})


@dataclass(frozen=True, slots=True, eq=False)
class StoredTable:
    """A table as it was read.

    Parameters
    ----------
    epsg : int
        Code of its CRS.
    index_name : str or None
        Name of its index.
    index : sequence of str
        The index.
    columns : mapping of str to sequence
        Values by name; geometry as an array of shapes.
    geometry : str
        Which column is the geometry.
    frame : callable
        Makes the pandas table.
    """

    epsg: int
    index_name: str | None
    index: Sequence[str]
    columns: Mapping[str, Sequence[Json] | NDArray[np.object_]]
    geometry: str
    frame: Callable[[], GeoTable]


def stored_table(data: Json, frame: Callable[[Json], GeoTable]) -> StoredTable | None:
    """Return a table of JSON as it is; None where only pandas can say whether it is one.

    Parameters
    ----------
    data : object
        What `groundfloor.spatial_codec.encode_spatial` wrote, or anything else.
    frame : callable
        Makes the pandas table of such data, whose geometry may be shapes already.
    """
    try:
        geometry, index = data["geometry"], data["index"]
        columns = {column["name"]: column for column in data["columns"]}
        shapes = _shapes(columns[geometry])
        plain = [index, *(c for name, c in columns.items() if name != geometry)]
        sound = len(columns) == len(data["columns"]) and all(map(_is_plain, plain))
        sound = sound and {len(c["values"]) for c in (*plain, columns[geometry])} == {len(shapes)}
        if not sound or type(data["epsg"]) is not int or index["dtype"] not in _TEXTS:
            return None
    except _MISFIT:
        return None
    drawn = {**columns[geometry], "values": shapes}
    whole = {**data, "columns": [c if c["name"] != geometry else drawn for c in data["columns"]]}
    values = {name: shapes if name == geometry else c["values"] for name, c in columns.items()}
    return StoredTable(
        data["epsg"], index["name"], index["values"], values, geometry, lambda: frame(whole)
    )


def _shapes(column: Json) -> NDArray[np.object_]:
    if column["dtype"] != _GEOMETRY:
        raise TypeError(column["dtype"])
    written = [v and base64.b64decode(v, validate=True) for v in column["values"]]
    shapes: NDArray[np.object_] = shapely.from_wkb(np.array(written, dtype=object))
    return shapes


def _is_plain(column: Json) -> bool:
    """Tell whether a column's values are what its type says, so that pandas takes them."""
    dtype, values = column["dtype"], column["values"]
    kinds = {type(value) for value in values}
    if dtype in _TEXTS:
        return kinds <= {str, type(None)}
    if dtype == "float64":
        return kinds <= {float, int, type(None)}
    return dtype == "bool" and kinds <= {bool}


# --- fields that hold one


class _WhenAsked:
    """A field that holds a `StoredTable` until somebody reads it."""

    __slots__ = ("_member",)

    def __init__(self, member: MemberDescriptorType) -> None:
        self._member = member

    def __get__(self, whole: object, owner: type | None = None) -> object:
        if whole is None:
            return self
        value = self._member.__get__(whole, owner)
        if isinstance(value, StoredTable):
            value = value.frame()
            self._member.__set__(whole, value)
        return value

    def __set__(self, whole: object, value: object) -> None:
        self._member.__set__(whole, value)

    def held(self, whole: object) -> object:
        """Return what the field holds, as it is."""
        return self._member.__get__(whole, type(whole))


def tables_when_asked(*names: str) -> Callable[[K], K]:
    """Return a decorator of a dataclass with slots: these fields may hold a `StoredTable`.

    Whoever reads one gets the pandas table, which is made then and stays.
    """

    def decorate(kind: K) -> K:
        for name in names:
            setattr(kind, name, _WhenAsked(getattr(kind, name)))
        return kind

    return decorate


def as_stored(whole: object) -> Iterator[tuple[str, StoredTable]]:
    """Yield the tables of a value that nobody has asked for, by field."""
    for name, field in vars(type(whole)).items():
        if isinstance(field, _WhenAsked) and isinstance(held := field.held(whole), StoredTable):
            yield name, held


def column_of(whole: object, field: str, name: str) -> Mapping[str, Json]:
    """Return a column of a table by its index, without pandas where the table is as it was read.

    Parameters
    ----------
    whole : object
        What has the table.
    field, name : str
        Its field, and the column; empty where the table has no such column. What is missing is
        None.
    """
    held = dict(as_stored(whole)).get(field)
    if held is not None:
        return dict(zip(held.index, held.columns.get(name, ()), strict=name in held.columns))
    table: GeoTable = getattr(whole, field)
    if name not in table.columns:
        return {}
    values = table[name].astype(object)
    return dict(zip(table.index, values.where(values.notna(), None), strict=True))


def is_stored_field(whole: object, name: str) -> bool:
    """Tell whether a field of a value may hold a `StoredTable`."""
    return isinstance(vars(type(whole)).get(name), _WhenAsked)
