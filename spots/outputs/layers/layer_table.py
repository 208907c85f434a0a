"""What a layer is: its name, its fields with their Japanese and English aliases, and its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from shapely.geometry.base import BaseGeometry

from groundfloor.problems import Text

#: JGD2011, longitude and latitude: every layer.
EPSG = 6668

Cell = str | int | float | bool | date | None
T = TypeVar("T")
NOTHING = Text("", "")


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"  # 64 bits
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class GeometryKind(StrEnum):
    """What is drawn; the names are those of OGC Simple Features."""

    POINT = "Point"
    LINE = "LineString"
    LINES = "MultiLineString"
    AREA = "MultiPolygon"


@dataclass(frozen=True, slots=True)
class Code:
    """A value that stands for something, and what people call it."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a layer.

    Parameters
    ----------
    name : str
        Machine name, the same in every format that has room for it.
    kind : FieldKind
        What it holds.
    label : Text
        Alias for people.
    note : Text
        What the alias alone does not say; may be empty.
    unit : str
        Unit of a number; empty where there is none.
    codes : tuple of Code
        The values it may have, where they are a fixed list.
    """

    name: str
    kind: FieldKind
    label: Text
    note: Text = NOTHING
    unit: str = ""
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerTable:
    """A layer with everything that is in it.

    Parameters
    ----------
    name : str
        Machine name: table and file name.
    title, note : Text
        Name and description for people.
    geometry : GeometryKind
        What its shapes are.
    fields : tuple of Field
        Its columns.
    rows : tuple of tuple of Cell
        A cell for each field, row by row.
    shapes : tuple of BaseGeometry or None
        A shape for each row, longitude/latitude degrees in JGD2011 (EPSG:6668); None where a row
        has no place.
    """

    name: str
    title: Text
    note: Text
    geometry: GeometryKind
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shapes: tuple[BaseGeometry | None, ...]

    def column(self, position: int) -> tuple[Cell, ...]:
        """Return the cells of the field at `position`."""
        return tuple(row[position] for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether every row has a shape."""
        return all(shape is not None for shape in self.shapes)


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """A field, and where a row's cell for it comes from."""

    field: Field
    cell: Callable[[T], Cell]


def rows_of(sources: tuple[Source[T], ...], things: tuple[T, ...]) -> tuple[tuple[Cell, ...], ...]:
    """Return a row of cells for each thing."""
    return tuple(tuple(source.cell(thing) for source in sources) for thing in things)
