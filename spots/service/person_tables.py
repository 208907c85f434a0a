"""A table of persons or of their postings, opened: rows under a header, and no cell of it told.

CSV, TSV, Excel, or a zip of one, as every table: CP932 or UTF-8, titles above the header,
full-width digits, 和暦. Stands apart: both tables are opened the same way, before anybody knows
what their cells mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from groundfloor.columns import Columns, Vocabulary
from groundfloor.dates import HOW_TO_WRITE_A_DATE, NO_DATE, day_of
from groundfloor.folding import nfkc
from groundfloor.grids import Row
from groundfloor.headers import ColumnSearch
from groundfloor.problems import Problem, Severity, Text, attempt, error, note
from groundfloor.tables import Table, no_rows, read_grid, table_of
from spots.service.person_columns import key_like_person, key_refused, person_columns
from spots.service.untold_cells import shown, unquoted, without_cells

KEY = "person_key"
_MOST_ROWS = 1_000_000
_BLANK = Text("必須の欄が空欄です", "a cell that is needed is blank")
_FILL_IN = Text("記入してください", "fill it in")


def open_table(
    path: Path, headings: Mapping[str, Sequence[str]], required: tuple[str, ...]
) -> tuple[Table | None, tuple[Problem, ...]]:
    """Return a table of persons and what was found on the way; None where it cannot be used.

    Parameters
    ----------
    path : Path
        The file.
    headings : mapping of str to sequence of str
        What its columns may be called.
    required : tuple of str
        Columns that must be there.
    """
    search = ColumnSearch(Vocabulary(headings, required, brackets=True, most_rows=_MOST_ROWS))
    label = path.name
    grid, problems = attempt(lambda: unquoted(lambda: read_grid(path, search, label=label), label))
    if grid is None:
        return None, tuple(without_cells(problems, headings, label))
    if refused := tuple(_refused(search, grid.rows, label)):
        return None, refused
    table, problems = attempt(lambda: unquoted(lambda: table_of(grid, search, label), label))
    if table is None:
        return None, tuple(without_cells(problems, headings, label))
    told = tuple(without_cells(table.problems, headings, label))
    if not table.rows:
        return None, (*told, *without_cells([no_rows(label, table)], headings, label))
    return table, (*told, *_unread(table))


def _refused(search: ColumnSearch, rows: Sequence[Row], label: str) -> Iterator[Problem]:
    """Yield columns that look like persons, in the header or in what is most like one.

    Only a header beyond doubt is quoted: what is most like one may be data, and what stands above
    one may be a title.
    """
    sure = search.find(rows)
    found = sure or search.likeliest(rows)
    if found is None:
        return
    named = tuple(person_columns(found.labels, label, found.row, named=sure is not None))
    yield from named or person_columns(found.upper, label, found.row, named=False)


def _unread(table: Table) -> Iterator[Problem]:
    used = set(table.columns.index.values())
    other = [
        heading.strip()
        for at, heading in enumerate(table.columns.header)
        if heading.strip() and at not in used
    ]
    if other:
        yield note(
            "person-table-unread",
            Text(f"読まない列が{len(other)}列あります", f"{len(other)} columns are not read"),
            Text("結果には出ません", "they are in no output"),
            file=table.label,
        )


def has_errors(problems: Sequence[Problem]) -> bool:
    """Return whether any of them keeps a table from being used."""
    return any(p.severity is Severity.ERROR for p in problems)


class RowReader:
    """The cells of one row, and what is the matter with them; no cell of it is told.

    Parameters
    ----------
    table : Table
        The table.
    problems : list of Problem
        Where what is found goes.
    """

    def __init__(self, table: Table, problems: list[Problem]) -> None:
        self.label = table.label
        self.columns: Columns = table.columns
        self.problems = problems
        self._keys: dict[str, bool] = {}
        self._days: dict[str, date | None] = {}

    def cell(self, row: Row, column: str) -> str:
        """Return a cell, trimmed."""
        return self.columns.cell(row, column)

    def found(
        self,
        row: Row,
        column: str,
        code: str,
        message: Text,
        remedy: Text,
        value: str | None = None,
    ) -> None:
        """Add an error of a cell; a value is quoted only where it is a date or a number."""
        self.problems.append(
            error(
                code,
                message,
                remedy,
                file=self.label,
                row=row.number,
                column=self.columns.label(column),
                value=shown(value) if value else None,
            )
        )

    def blank(self, row: Row, column: str) -> None:
        """Add the error of a blank cell."""
        self.found(row, column, "posting-blank", _BLANK, _FILL_IN)

    def key(self, row: Row) -> str:
        """Return the key of a person, folded; empty where it is blank or refused, which is told."""
        key = nfkc(self.cell(row, KEY))
        if not key:
            self.blank(row, KEY)
            return ""
        if key not in self._keys:
            self._keys[key] = key_like_person(key)
        if self._keys[key]:
            self.problems.append(key_refused(self.label, row.number, self.columns.label(KEY)))
            return ""
        return key

    def day(self, row: Row, column: str) -> date | None:
        """Return the day of a cell; None where it is blank or none, and the latter is told."""
        text = self.cell(row, column)
        if not text:
            return None
        if text not in self._days:
            self._days[text] = day_of(text, whole=True, serial=True)
        if self._days[text] is None:
            self.found(row, column, "posting-day", NO_DATE, HOW_TO_WRITE_A_DATE, text)
        return self._days[text]
