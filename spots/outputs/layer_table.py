"""What a layer is, whatever writes it: its columns, its rows of cells, its shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries import ellipsoidal_km2
from groundfloor.problems import Lang, Text
from spots.outputs.geojson import polygons
from spots.telling.columns import Column, ColumnKind, Filled, Value, list_text
from spots.telling.ground_columns import PIECES_LAYER

#: JGD2011, longitude and latitude: every layer.
EPSG = 6668

Cell = str | int | float | bool | date | None
T = TypeVar("T")
KM2_DECIMALS = 6  # a square metre


class GeometryKind(StrEnum):
    """What is drawn; the names are those of OGC Simple Features."""

    POINT = "Point"
    LINE = "LineString"
    LINES = "MultiLineString"
    AREA = "MultiPolygon"


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
    fields : tuple of Column
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
    fields: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shapes: tuple[BaseGeometry | None, ...]

    def column(self, position: int) -> tuple[Cell, ...]:
        """Return the cells of the field at `position`."""
        return tuple(row[position] for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether every row has a shape."""
        return all(shape is not None for shape in self.shapes)


def filled_cells(
    columns: Sequence[Filled[T]], rows: Sequence[T], lang: Lang
) -> tuple[tuple[Cell, ...], ...]:
    """Return a cell for each column, row by row."""
    return tuple(tuple(_flat(column, row, lang) for column in columns) for row in rows)


def _flat(column: Filled[T], row: T, lang: Lang) -> Cell:
    """Return a cell of a flat table: lists joined, records in words."""
    value: Value | None = column.value(row, lang)
    if column.column.kind is ColumnKind.RECORDS:
        value = column.shown(row, lang)
    if isinstance(value, tuple):
        return list_text(value)
    return float(value) if isinstance(value, Decimal) else value


def area_of(geometry: BaseGeometry) -> MultiPolygon | None:
    """Return the polygons of a geometry as one; None where there are none."""
    return MultiPolygon(polygons(geometry)) or None


def pieces_layer(name: str, title: Text, note: Text, union: MultiPolygon) -> LayerTable:
    """Return a layer of the connected pieces of an area, with their size."""
    found = polygons(union)
    return LayerTable(
        name,
        title,
        note,
        GeometryKind.AREA,
        PIECES_LAYER,
        tuple((k, round(ellipsoidal_km2(piece), KM2_DECIMALS)) for k, piece in enumerate(found, 1)),
        tuple(MultiPolygon([piece]) for piece in found),
    )
