"""``[[tables]]``: numbers by municipality, medical area, facility or unit.

Stands apart: `ground_inputs` reads every file of a policy of ground; what numbers a table holds,
and what it lacks, is one of three subjects there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boundaries import Regions
from groundfloor.columns import Vocabulary
from groundfloor.folding import header_key, nfkc
from groundfloor.grids import Row
from groundfloor.problems import DataError, Problem, Severity, Text, error
from groundfloor.tables import Table, no_rows, read_table
from spots.job.number_cells import NumberCell, number_cell
from spots.job.run_file_shape import NumbersFile
from spots.job.table_findings import KeyedRow, about_rows, lacking, of_nobody
from spots.job.table_headers import KEY_COLUMNS, KEY_HEADERS, KEY_POINT
from spots.job.table_keys import (
    AreaKeys,
    FacilityKeys,
    Keys,
    MunicipalityKeys,
    RowKey,
    RowMeaning,
    UnitKeys,
)
from spots.job.unit_rows import distance_problems, unit_rows
from spots.judging.selecting.ground_facts import NumberTable, TableKey
from spots.types import Facility

_MOST_ROWS = 250_000
_HINT = Text(
    "（ランファイルの columns で code か name に対応させることもできます）",
    ", or map one to code or name under columns in the run file",
)
#: A column is one of numbers where at least half of its filled cells are.
_HALF = 2


def read_numbers(
    asked: NumbersFile,
    path: Path,
    label: str,
    regions: Regions,
    facilities: Sequence[Facility] = (),
    wanted: Collection[str] = (),
) -> tuple[NumberTable, tuple[Problem, ...]]:
    """Read one table of numbers.

    Parameters
    ----------
    asked : NumbersFile
        What the run file says of it.
    path : Path
        CSV, TSV or Excel.
    label : str
        File name in messages.
    regions : Regions
        Municipalities and medical areas that rows are about.
    facilities : sequence of Facility
        Of the run, for a table of facilities.
    wanted : collection of str
        Columns that the policy asks for: they are of numbers, and spelt as headers may be.

    Returns
    -------
    table : NumberTable
        Columns by header as written, and by the names that ``columns`` gives them. What a row does
        not know is absent.
    problems : tuple of Problem
        Rows that are not used, and what the table lacks.

    Raises
    ------
    MissingFileError, DataError
        Unreadable; a text in a column of numbers, a row twice, codes that cannot be read: all of
        them together.
    """
    table = _table(path, asked, label)
    rows = [KeyedRow(row, _row_key(table, row)) for row in table.rows]
    keys = _keys(asked.key, regions, facilities)
    read = [replace(row, reading=keys.read(row.key)) for row in rows]
    columns = tuple(_number_columns(table, asked, wanted))
    used = [row for row in read if row.reading.meaning in {RowMeaning.MINE, RowMeaning.NATION}]
    values, wrong = _values(table, columns, used)
    about, unplaced = unit_rows(table, {row.row.number: row.key for row in used}, asked)
    problems = [*table.problems, *about_rows(table, read), *wrong, *unplaced]
    problems += distance_problems(table, asked)
    problems += [] if table.rows else [no_rows(label, table)]
    problems += [] if columns or not table.rows else [_no_numbers(table)]
    problems += of_nobody(keys, read, label)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    problems += lacking(keys, read, label)
    stated = {name: float(value) for name, value in asked.national_average.items()}
    return (
        NumberTable(
            name=asked.name,
            title=asked.source or asked.name,
            key=asked.key,
            columns={c.name: c.of_rows(values) for c in columns},
            national={c.name: v for c in columns if (v := c.of_nation(values)) is not None}
            | stated,
            units={c.name: c.unit(values) for c in columns},
            rows=about,
            within_m=asked.within_m,
        ),
        tuple(problems),
    )


def _table(path: Path, asked: NumbersFile, label: str) -> Table:
    """Read the table, by its codes or, where it has none, by its names (or positions)."""
    known = KEY_HEADERS[asked.key]
    chosen = {column: header for column, header in asked.columns.items() if column in known}
    points = (KEY_POINT,) if asked.key is TableKey.UNIT else ()

    def read(required: str) -> Table:
        vocabulary = Vocabulary(
            known,
            (required,),
            points,
            brackets=True,
            chosen=chosen,
            hint=_HINT,
            most_rows=_MOST_ROWS,
        )
        return read_table(path, vocabulary, label=label, sheet=asked.sheet, encoding=asked.encoding)

    *others, last = KEY_COLUMNS[asked.key]
    for required in others:
        try:
            return read(required)
        except DataError as fault:
            codes = {p.code for p in fault.problems if p.severity is Severity.ERROR}
            if codes != {"column-missing"}:
                raise
    return read(last)


def _row_key(table: Table, row: Row) -> RowKey:
    cell = table.columns.cell
    return RowKey(
        code=cell(row, "code"),
        name=" ".join(cell(row, "name").split()),
        municipality=cell(row, "municipality"),
        prefecture=cell(row, "prefecture"),
        row=row.number,
    )


def _keys(key: TableKey, regions: Regions, facilities: Sequence[Facility]) -> Keys:
    if key is TableKey.MUNICIPALITY:
        return MunicipalityKeys(regions)
    if key is TableKey.UNIT:
        return UnitKeys()
    return AreaKeys(regions) if key is TableKey.MEDICAL_AREA else FacilityKeys(regions, facilities)


# --- columns and values


@dataclass(frozen=True, slots=True)
class _NumberColumn:
    """A column of numbers: how policies call it, and where it stands."""

    name: str
    at: int
    header: str

    def of_rows(self, values: _Values) -> dict[str, float]:
        return {
            key: cell.value
            for (at, key), cell in values.items()
            if at == self.at and key and cell.value is not None
        }

    def of_nation(self, values: _Values) -> float | None:
        found = values.get((self.at, ""))
        return None if found is None else found.value

    def unit(self, values: _Values) -> str:
        """Return the unit that stands behind the numbers, else in brackets in the header."""
        written = {cell.unit for (at, _), cell in values.items() if at == self.at} - {""}
        if len(written) == 1:
            return written.pop()
        head = nfkc(self.header)
        return head[head.rindex("(") + 1 : -1] if head.endswith(")") and "(" in head else ""


_Values = dict[tuple[int, str], NumberCell]


def _number_columns(
    table: Table, asked: NumbersFile, wanted: Collection[str]
) -> Iterator[_NumberColumn]:
    """Yield the columns of numbers, each under its header and under the name the user gives it."""
    header = [" ".join(cell.split()) for cell in table.columns.header]
    taken = set(table.columns.index.values())
    for name, head in asked.columns.items():
        if name in KEY_HEADERS[asked.key]:
            continue
        at = next((n for n, h in enumerate(header) if header_key(h) == header_key(head)), None)
        if at is None:
            raise DataError([*table.problems, _absent(table, head)])
        yield _NumberColumn(name, at, header[at])
    named = set(asked.columns)
    for name in sorted(set(wanted) - named):
        at = next((n for n, h in enumerate(header) if header_key(h) == header_key(name)), None)
        if at is not None and at not in taken:
            named.add(name)
            yield _NumberColumn(name, at, header[at])
    for at, head in enumerate(header):
        if at in taken or not head or head in named:
            continue
        cells = [number_cell(row.cells[at]) for row in table.rows if at < len(row.cells)]
        numbers = sum(1 for cell in cells if cell.value is not None)
        if numbers and numbers * _HALF >= sum(
            1 for cell in cells if cell.value is not None or not cell.readable
        ):
            yield _NumberColumn(head, at, head)


def _values(
    table: Table, columns: Sequence[_NumberColumn], rows: Sequence[KeyedRow]
) -> tuple[_Values, list[Problem]]:
    """Return every cell that is used, by column and key; and what is no number."""
    values: _Values = {}
    problems: list[Problem] = []
    for column in {c.at: c for c in columns}.values():
        units: Counter[str] = Counter()
        for row in rows:
            text = row.row.cells[column.at] if column.at < len(row.row.cells) else ""
            cell = number_cell(text)
            if not cell.readable:
                problems.append(_no_number(table, row.row, column, text.strip()))
                continue
            values[column.at, row.reading.key] = cell
            if cell.value:  # nothing is nothing, with % or without
                units[cell.unit] += 1
                if "%" in units and len(units) > 1:
                    problems.append(_percent_mixed(table, row.row, column, text.strip()))
                    break
    return values, problems


# --- what is told of columns


def _no_numbers(table: Table) -> Problem:
    return error(
        "table-without-numbers",
        Text("数値の列がありません", "has no column of numbers"),
        Text("正しい表・シートか確認してください", "check the file and the sheet"),
        file=table.label,
        row=table.columns.row,
    )


def _absent(table: Table, header: str) -> Problem:
    return error(
        "column-absent",
        Text("columns で指定された列がありません", "the column named under columns is not there"),
        Text("列名を確認してください", "check the column's name"),
        file=table.label,
        row=table.columns.row,
        column=header,
    )


def _no_number(table: Table, row: Row, column: _NumberColumn, text: str) -> Problem:
    return error(
        "table-number",
        Text("数値として読めません", "is not a number"),
        Text(
            "数値にするか、分からなければ空欄か「-」にしてください",
            "write a number, or nothing or '-' where it is not known",
        ),
        file=table.label,
        row=row.number,
        column=column.header,
        value=text,
    )


def _percent_mixed(table: Table, row: Row, column: _NumberColumn, text: str) -> Problem:
    return error(
        "table-percent-mixed",
        Text(
            "一つの列に％の付いた数と付かない数があります",
            "numbers with and without % stand in one column",
        ),
        Text("どちらかにそろえてください", "write them all alike"),
        file=table.label,
        row=row.number,
        column=column.header,
        value=text,
    )
