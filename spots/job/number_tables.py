"""``[[tables]]``: numbers by municipality, medical area, facility or unit.

Stands apart: `ground_inputs` reads every file of a policy of ground; what numbers a table holds,
and what it lacks, is one of three subjects there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from boundaries import Regions
from groundfloor.columns import Vocabulary
from groundfloor.crs import with_rows
from groundfloor.folding import header_key, nfkc
from groundfloor.grids import Row
from groundfloor.problems import DataError, Problem, Severity, Text, error, note, warning
from groundfloor.tables import Table, no_rows, read_table
from spots.job.number_cells import NumberCell, number_cell
from spots.job.run_file_shape import NumbersFile
from spots.job.table_headers import KEY_COLUMNS, KEY_HEADERS, KEY_POINT
from spots.job.table_keys import (
    AreaKeys,
    FacilityKeys,
    KeyReading,
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
    rows = [_KeyedRow(row, _row_key(table, row)) for row in table.rows]
    keys = _keys(asked.key, regions, facilities)
    read = [replace(row, reading=keys.read(row.key)) for row in rows]
    columns = tuple(_number_columns(table, asked, wanted))
    used = [row for row in read if row.reading.meaning in {RowMeaning.MINE, RowMeaning.NATION}]
    values, wrong = _values(table, columns, used)
    about, unplaced = unit_rows(table, {row.row.number: row.key for row in used}, asked)
    problems = [*table.problems, *_about_rows(table, read), *wrong, *unplaced]
    problems += distance_problems(table, asked)
    problems += [] if table.rows else [no_rows(label)]
    problems += [] if columns or not table.rows else [_no_numbers(table)]
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    problems += _lacking(keys, read, label)
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


@dataclass(frozen=True, slots=True)
class _KeyedRow:
    row: Row
    key: RowKey
    reading: KeyReading = field(default=KeyReading(RowMeaning.BAD_CODE))


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
    table: Table, columns: Sequence[_NumberColumn], rows: Sequence[_KeyedRow]
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


# --- what is told of rows


def _about_rows(table: Table, rows: Sequence[_KeyedRow]) -> Iterator[Problem]:
    """Yield what is wrong with what rows are about."""
    first: dict[tuple[RowMeaning, str], int] = {}
    for row in rows:
        meaning = row.reading.meaning
        if meaning in _WRONG:
            yield _wrong_row(table, row, meaning)
        if meaning in {RowMeaning.MINE, RowMeaning.NATION}:
            before = first.setdefault((meaning, row.reading.key), row.row.number)
            if before != row.row.number:
                yield _row_twice(table, row, before)
    for meaning, tell in _GROUPED.items():
        found = [row for row in rows if row.reading.meaning is meaning]
        if meaning is RowMeaning.WARD:
            mine = {r.reading.key for r in rows if r.reading.meaning is RowMeaning.MINE}
            found = [row for row in found if row.reading.key not in mine]
        if found:
            yield tell(table, found)
    repaired = [row for row in rows if row.reading.repaired]
    if repaired:
        yield _zeros(table, repaired)


_WRONG = {
    RowMeaning.BAD_CODE: (
        "table-code",
        Text("コードとして読めません", "is not a code of what the table is about"),
        Text(
            "市区町村は5桁（検査数字付きは6桁）、二次医療圏は4桁の数字にしてください",
            "write five or six digits for a municipality, four for a medical area",
        ),
    ),
    RowMeaning.AMBIGUOUS: (
        "table-name-ambiguous",
        Text("この名称のものは複数あります", "several are called so"),
        Text(
            "コードの列を加えるか、郡や市町村を書いてください", "add codes, or the county or town"
        ),
    ),
    RowMeaning.DISAGREES: (
        "table-name-disagrees",
        Text("コードと名称が別のものを指しています", "code and name mean two different ones"),
        Text("どちらかを直してください", "mend one of them"),
    ),
}


def _place(table: Table, row: _KeyedRow) -> dict[str, str | int | None]:
    column = "code" if row.key.code else "name"
    return {
        "file": table.label,
        "row": row.row.number,
        "column": table.columns.label(column),
        "value": " ".join(part for part in (row.key.code, row.key.name) if part),
    }


def _wrong_row(table: Table, row: _KeyedRow, meaning: RowMeaning) -> Problem:
    code, message, remedy = _WRONG[meaning]
    return error(code, message, remedy, **_place(table, row))


def _row_twice(table: Table, row: _KeyedRow, before: int) -> Problem:
    return error(
        "table-row-twice",
        Text(f"{before}行目と同じものの行です", f"is about the same as row {before}"),
        Text("どちらか一行だけにしてください", "keep one of them"),
        **_place(table, row),
    )


def _names(rows: Sequence[_KeyedRow]) -> str:
    shown = "、".join(row.key.name or row.key.code for row in rows[:_SHOWN])
    return shown + ("…" if len(rows) > _SHOWN else "")


_SHOWN = 5


def _other_edition(table: Table, rows: Sequence[_KeyedRow]) -> Problem:
    return warning(
        "table-of-another-edition",
        with_rows(
            "この実行の地図や一覧にないコード・名称の行です（使いません）",
            "rows whose code or name is not on the run's map or lists are not used",
            [row.row.number for row in rows],
        ),
        Text(
            "合併などで変わったものは今のコード・名称に直すか、同じ時点の表にしてください",
            "write today's code or name of what has merged, or take a table of the same day",
        ),
        file=table.label,
        row=rows[0].row.number,
        value=_names(rows),
    )


def _only_wards(table: Table, rows: Sequence[_KeyedRow]) -> Problem:
    return warning(
        "table-of-wards",
        with_rows(
            "政令指定都市は市全体で判定しますが、表には区の行しかありません（市の値は分かりません）",
            "the city is judged as a whole, but the table has its wards alone: not known",
            [row.row.number for row in rows],
        ),
        Text("市全体の行を加えてください", "add a row for the whole city"),
        file=table.label,
        row=rows[0].row.number,
        value=_names(rows),
    )


def _whole_city(table: Table, rows: Sequence[_KeyedRow]) -> Problem:
    return warning(
        "table-of-a-whole-city",
        with_rows(
            "政令指定都市を区ごとに判定しますが、市全体の行です（区の値には使いません）",
            "wards are judged one by one, but the row is of the whole city: not used for them",
            [row.row.number for row in rows],
        ),
        Text("区ごとの行を加えてください", "add a row for each ward"),
        file=table.label,
        row=rows[0].row.number,
        value=_names(rows),
    )


_GROUPED = {
    RowMeaning.OTHER_EDITION: _other_edition,
    RowMeaning.WARD: _only_wards,
    RowMeaning.WHOLE_CITY: _whole_city,
}


def _zeros(table: Table, rows: Sequence[_KeyedRow]) -> Problem:
    return note(
        "code-leading-zero",
        with_rows(
            "先頭のゼロが落ちたコードを補って読みました",
            "codes lost their leading zero, which was put back",
            [row.row.number for row in rows],
        ),
        Text("元の表ではコードの列を文字列にしてください", "keep the column as text in the source"),
        file=table.label,
        row=rows[0].row.number,
        column=table.columns.label("code"),
        value=rows[0].key.code,
    )


def _lacking(keys: Keys, rows: Sequence[_KeyedRow], label: str) -> Iterator[Problem]:
    there = {row.reading.key for row in rows if row.reading.meaning is RowMeaning.MINE}
    lacking = [name for code, name in keys.expected() if code not in there]
    if lacking:
        shown = "、".join(lacking[:_SHOWN]) + ("…" if len(lacking) > _SHOWN else "")
        yield warning(
            "table-lacks",
            Text(
                f"県内の{len(lacking)}件の行がありません（値が分からないものとします）",
                f"has no row for {len(lacking)} of the prefecture: their figures are not known",
            ),
            Text("行を加えてください", "add their rows"),
            file=label,
            value=shown,
        )


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
