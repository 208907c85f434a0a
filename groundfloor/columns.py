"""The columns that a role looks for in a table, and where they stand in one.

A room brings its `Vocabulary`; `groundfloor.headers` finds the header and returns `Columns`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundfloor.grids import Row
from groundfloor.positions import Reference, split_pair
from groundfloor.problems import Text, one_line

#: Beside the columns of a role that has positions: the one that names their datum.
DATUM = "datum"
DATUM_HEADERS = ("測地系", "測地系名", "座標系", "座標参照系", "datum", "geodetic datum", "crs")
_NO_HINT = Text("", "")


@dataclass(frozen=True, slots=True)
class PointColumns:
    """The columns of one position: latitude and longitude, or one that holds both."""

    lat: str
    lon: str
    both: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The columns that a role looks for, and what they are called.

    Parameters
    ----------
    names : mapping of str to sequence of str
        Headers of each column, the most telling first.
    required : tuple of str
        Columns that must be there; a latitude and a longitude also by the column of both.
    points : tuple of PointColumns
        Columns of coordinates: their headers may name a datum or a notation.
    brackets : bool
        Whether a header agrees without what it has in brackets, unless that names another script.
    one_each : bool
        Whether two columns that mean the same are refused; otherwise the first of `names` wins
        and is told.
    chosen : mapping of str to str
        Columns whose header the user named; an empty header switches the column off.
    hint : Text
        What else to do about a missing column.
    most_rows : int or None
        More than a table of this role can have; None where only memory sets a bound.
    totals : bool
        Whether a total is a row of the table too; otherwise it is left out, and told. A subtotal
        is always left out.
    """

    names: Mapping[str, Sequence[str]]
    required: tuple[str, ...]
    points: tuple[PointColumns, ...] = ()
    brackets: bool = False
    one_each: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)
    hint: Text = _NO_HINT
    most_rows: int | None = None
    totals: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a role stand.

    Parameters
    ----------
    index : mapping of str to int
        Column to its place, from 0.
    header : tuple of str
        The header as written; where it has two rows, the lower or both.
    row : int or None
        The (last) row of the header; None where the table is a layer.
    upper : tuple of str
        The upper row of a header of two.
    references : mapping of str to Reference
        What headers say of coordinates, by the column of the latitude (or of both).
    """

    index: Mapping[str, int]
    header: tuple[str, ...]
    row: int | None = None
    upper: tuple[str, ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)

    def __contains__(self, column: str) -> bool:
        return column in self.index

    def cell(self, row: Row, column: str) -> str:
        """Return the trimmed cell of a column, empty when there is none."""
        at = self.index.get(column)
        return row.cells[at].strip() if at is not None and at < len(row.cells) else ""

    def label(self, column: str) -> str:
        """Return the header of a column as the user wrote it."""
        at = self.index.get(column)
        return one_line(self.header[at].strip()) if at is not None else column

    def has_point(self, point: PointColumns) -> bool:
        """Whether the table has the columns of a position."""
        return point.both in self.index or (point.lat in self.index and point.lon in self.index)

    def reference(self, point: PointColumns) -> Reference:
        """Return what the headers of a position say of its numbers."""
        return self.references.get(self.leading(point), Reference())

    def point_texts(self, row: Row, point: PointColumns) -> tuple[str, str]:
        """Return the texts of latitude and longitude; a cell of both that is none comes whole."""
        if self.leading(point) == point.lat:
            return self.cell(row, point.lat), self.cell(row, point.lon)
        text = self.cell(row, point.both)
        return split_pair(text) or (text, text)

    def point_labels(self, point: PointColumns) -> tuple[str, str]:
        """Return the headers of latitude and longitude."""
        if self.leading(point) == point.lat:
            return self.label(point.lat), self.label(point.lon)
        return self.label(point.both), self.label(point.both)

    def leading(self, point: PointColumns) -> str:
        """Return the column that stands for a position: its latitude, or that of both."""
        apart = point.lat in self.index and point.lon in self.index
        return point.both if not apart and point.both in self.index else point.lat
