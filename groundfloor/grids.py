"""Rows of cells, before anybody knows what they mean: what every reader of tables returns."""

from __future__ import annotations

from dataclasses import dataclass

from groundfloor.problems import Problem

SEARCHED_ROWS = 50  # nobody writes a longer preface above a table
#: How many columns a row must name to be a header beyond doubt: one word alone stands anywhere.
WHOLE_HEADER = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, all text.

    Parameters
    ----------
    number : int
        What a spreadsheet shows, from 1; of a layer, the number of the record.
    cells : tuple of str
        As written; rows may differ in length.
    point : (float, float) or None
        Longitude and latitude in JGD2011 degrees, of a record of a layer.
    """

    number: int
    cells: tuple[str, ...]
    point: tuple[float, float] | None = None

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(1 for cell in self.cells if cell and not cell.isspace())


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one text file or one sheet.

    Parameters
    ----------
    rows : tuple of Row
        Those that hold something, in order.
    problems : tuple of Problem
        Warnings and notes met while reading.
    hidden_columns : frozenset of int
        Columns, from 0, that a workbook hides.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
