"""Cells of the tables of nodes, links and trips: their place, numbers and positions in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from groundfloor.columns import PointColumns, Vocabulary
from groundfloor.folding import plain_number
from groundfloor.positions import Reference
from groundfloor.problems import DataError, Problem, Text, error
from groundfloor.tables import Table, read_table
from networks.errors import NetworkDataError

CHECK_FILE = Text("ファイルを確かめてください", "check the file")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, with where it stands."""

    file: str
    row: int
    column: str
    text: str

    def problem(self, code: str, message: Text, remedy: Text = CHECK_FILE) -> Problem:
        """Return an error about this cell."""
        return error(
            code, message, remedy, file=self.file, row=self.row, column=self.column, value=self.text
        )

    def number(self, problems: list[Problem]) -> float:
        """Return the finite number in the cell; NaN, and a problem, when there is none."""
        plain = plain_number(self.text)
        return self._finite(math.nan if plain is None else float(plain), problems)

    def degrees(self, reference: Reference, problems: list[Problem]) -> float:
        """Return the coordinate in the cell, as its header writes it; NaN when there is none."""
        value = reference.parse(self.text)
        return self._finite(math.nan if value is None else value, problems)

    def _finite(self, value: float, problems: list[Problem]) -> float:
        if math.isfinite(value):
            return value
        problems.append(
            self.problem(
                "not-a-number",
                Text("数値ではありません", "not a number"),
                Text(
                    "数字で入れてください（小数点はピリオド）",
                    "enter digits, with a point for decimals",
                ),
            )
        )
        return math.nan


# A prefecture has some 250,000 roads between junctions; for more there are extracts.
_MOST_ROWS = 500_000


def vocabulary_of(
    names: Mapping[str, tuple[str, ...]], required: tuple[str, ...], *points: PointColumns
) -> Vocabulary:
    """Return the vocabulary of a table whose columns also go by their own names.

    Two columns that mean the same are refused: nobody can know which of them rules a road.
    """
    known = {column: (column, *others) for column, others in names.items()}
    return Vocabulary(known, required, points, one_each=True, most_rows=_MOST_ROWS)


def read_cells(path: Path, vocabulary: Vocabulary) -> Table:
    """Return a table of this room.

    Raises
    ------
    MissingFileError
        When there is no such file.
    NetworkDataError
        When it cannot be used, see `groundfloor.tables.read_table`.
    """
    try:
        return read_table(path, vocabulary)
    except DataError as fault:
        raise NetworkDataError(fault.problems) from fault


def rows_of_cells(table: Table, vocabulary: Vocabulary) -> Iterator[Mapping[str, Cell]]:
    """Yield the rows as cells by column; columns that the file does not have are empty cells."""
    columns = table.columns
    places = [(name, columns.label(name), columns.index.get(name)) for name in vocabulary.names]
    points = [(p, *columns.point_labels(p)) for p in vocabulary.points]
    for row in table.rows:
        filled = len(row.cells)
        cells = {
            name: Cell(
                table.label,
                row.number,
                label,
                row.cells[at].strip() if at is not None and at < filled else "",
            )
            for name, label, at in places
        }
        for point, lat_label, lon_label in points:
            lat, lon = columns.point_texts(row, point)
            cells[point.lat] = Cell(table.label, row.number, lat_label, lat)
            cells[point.lon] = Cell(table.label, row.number, lon_label, lon)
        yield cells


def read_position(
    cells: Mapping[str, Cell], point: PointColumns, table: Table, problems: list[Problem]
) -> tuple[float, float]:
    """Return longitude and latitude in JGD2011 degrees; NaN, and problems, where there are none."""
    reference = table.columns.reference(point)
    lon = cells[point.lon].degrees(reference, problems)
    lat = cells[point.lat].degrees(reference, problems)
    plain = reference.plain or math.isnan(lon) or math.isnan(lat)
    return (lon, lat) if plain else reference.to_jgd2011(lon, lat)
