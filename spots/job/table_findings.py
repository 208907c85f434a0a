"""What to say of the rows of a table of numbers: wrong keys, other editions, wards, what lacks.

Stands apart: which rows are used is known from their keys alone, before any number is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from groundfloor.crs import with_rows
from groundfloor.grids import Row
from groundfloor.problems import Problem, Text, error, note, warning
from groundfloor.tables import Table
from spots.job.table_keys import KeyReading, Keys, RowKey, RowMeaning


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """A row of a table of numbers, and what it is about."""

    row: Row
    key: RowKey
    reading: KeyReading = field(default=KeyReading(RowMeaning.BAD_CODE))


def about_rows(table: Table, rows: Sequence[KeyedRow]) -> Iterator[Problem]:
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
            "都道府県かコードの列を加えるか、名称に都道府県や郡を付けて書いてください",
            "add a column of prefectures or codes, or write prefecture or county before the name",
        ),
    ),
    RowMeaning.DISAGREES: (
        "table-name-disagrees",
        Text("コードと名称が別のものを指しています", "code and name mean two different ones"),
        Text("どちらかを直してください", "mend one of them"),
    ),
}


def _place(table: Table, row: KeyedRow) -> dict[str, str | int | None]:
    column = "code" if row.key.code else "name"
    return {
        "file": table.label,
        "row": row.row.number,
        "column": table.columns.label(column),
        "value": " ".join(part for part in (row.key.code, row.key.name) if part),
    }


def _wrong_row(table: Table, row: KeyedRow, meaning: RowMeaning) -> Problem:
    code, message, remedy = _WRONG[meaning]
    return error(code, message, remedy, **_place(table, row))


def _row_twice(table: Table, row: KeyedRow, before: int) -> Problem:
    return error(
        "table-row-twice",
        Text(f"{before}行目と同じものの行です", f"is about the same as row {before}"),
        Text("どちらか一行だけにしてください", "keep one of them"),
        **_place(table, row),
    )


def _names(rows: Sequence[KeyedRow]) -> str:
    shown = "、".join(row.key.name or row.key.code for row in rows[:_SHOWN])
    return shown + ("…" if len(rows) > _SHOWN else "")


_SHOWN = 5


def _other_edition(table: Table, rows: Sequence[KeyedRow]) -> Problem:
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


def _only_wards(table: Table, rows: Sequence[KeyedRow]) -> Problem:
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


def _whole_city(table: Table, rows: Sequence[KeyedRow]) -> Problem:
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


def _zeros(table: Table, rows: Sequence[KeyedRow]) -> Problem:
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


def of_nobody(keys: Keys, rows: Sequence[KeyedRow], label: str) -> Iterator[Problem]:
    """Yield an error where no row is about the prefecture; one that objects to rows says more."""
    mine = any(row.reading.meaning is RowMeaning.MINE for row in rows)
    if rows and keys.expected() and not mine and not any(r.reading.meaning in _WRONG for r in rows):
        yield error(
            "table-of-elsewhere",
            Text("この都道府県の市区町村・医療圏の行がありません", "has no row of the prefecture"),
            Text(
                "この都道府県の表か、key（市区町村・医療圏）の指定を確かめてください",
                "check that the table is of this prefecture, and its key",
            ),
            file=label,
        )


def lacking(keys: Keys, rows: Sequence[KeyedRow], label: str) -> Iterator[Problem]:
    """Yield what of the prefecture a table has no row of."""
    there = {row.reading.key for row in rows if row.reading.meaning is RowMeaning.MINE}
    absent = [name for code, name in keys.expected() if code not in there]
    if absent:
        shown = "、".join(absent[:_SHOWN]) + ("…" if len(absent) > _SHOWN else "")
        yield warning(
            "table-lacks",
            Text(
                f"都道府県内の{len(absent)}件の行がありません（値が分からないものとします）",
                f"has no row for {len(absent)} of the prefecture: their figures are not known",
            ),
            Text("行を加えてください", "add their rows"),
            file=label,
            value=shown,
        )
