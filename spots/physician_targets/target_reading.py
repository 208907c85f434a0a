"""Reading a table of targets: one row for each area, one column for each year of placements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from groundfloor.columns import Columns, Vocabulary
from groundfloor.folding import compact, nfkc, plain_number
from groundfloor.grids import Row
from groundfloor.problems import DataError, Problem, Severity, Text, error, note, warning
from groundfloor.tables import Table, no_rows, read_table
from spots.types.physician_targets import AreaTarget, TargetTable, TargetYear

#: Said where no column names a year.
YEAR_HINT = Text(
    "年度ごとの実績の列は「R3実績」「令和3年度実績」「2021」のように書いてください",
    "name the column of a year like “R3実績”, “令和3年度実績” or “2021”",
)
#: Medical areas are 330; a country of editions side by side is still far below.
TARGETS = Vocabulary(
    {
        "code": ("area_code", "二次医療圏コード", "医療圏コード", "圏域コード", "コード"),
        "area": (
            *("area_name", "area", "医師少数区域", "二次医療圏", "2次医療圏", "二次医療圏名"),
            *("2次医療圏名", "医療圏名", "医療圏", "圏域名", "圏域", "区域", "区域名"),
        ),
        "base": (
            *("base", "策定時点医師数", "策定時医師数", "策定時点の医師数", "計画策定時点医師数"),
            *("基準医師数", "現在医師数", "医師数"),
        ),
        "target": ("target", "目標医師数", "目標数", "目標"),
        "needed": (
            *("needed", "追加確保必要数", "追加確保が必要な医師数", "必要数", "確保必要数"),
            *("追加必要数", "要確保数"),
        ),
    },
    ("area", "base", "target"),
    brackets=True,
    hint=YEAR_HINT,
    most_rows=10_000,
    totals=True,
)
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}
_YEAR = re.compile(
    r"(?P<era>令和|平成|r|h)\.?(?P<of>元|\d{1,2})(?!\d)|(?<!\d)(?P<western>(?:19|20)\d{2})(?!\d)"
)
_TOTAL = re.compile(r"(総)?合?計|総数|全体|total|sum|[都道府県全]計")
_BLANK = frozenset({"", "-", "―", "－", "ー", "—", "–", "…", "*", "/"})


def read_targets(
    path: str | Path, *, label: str | None = None, sheet: str | None = None
) -> tuple[TargetTable, tuple[Problem, ...]]:
    """Read a table of targets.

    Parameters
    ----------
    path : str or Path
        CSV, TSV or Excel with the area, its physicians when the plan was made, its target, how many
        more are needed (by default target − base), and one column for each year of placements. A
        row called 合計 is the total that was published.
    label : str, optional
        File name in messages; the path's name by default.
    sheet : str, optional
        Sheet of a workbook.

    Returns
    -------
    table : TargetTable
        As written: blank cells stay blank, and nothing is corrected.
    problems : tuple of Problem
        Warnings of the file.

    Raises
    ------
    MissingFileError, DataError
        Unreadable; a number that is none or below zero, an area twice, a year twice, a row without
        an area: all together.
    """
    table = read_table(path, TARGETS, label=label, sheet=sheet)
    years, places, problems = years_of(table)
    rows: list[AreaTarget] = []
    totals: list[AreaTarget] = []
    for row in table.rows:
        read, odd = _row(table, row, places)
        problems += odd
        (totals if is_total(read.name) else rows).append(read)
    problems += [*table.problems, *_names(table, rows), *_one_total(table, totals)]
    if not rows:
        problems.append(no_rows(table.label, table))
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    published = totals[0] if totals else None
    return TargetTable(table.label, years, tuple(rows), published), tuple(problems)


def is_total(name: str) -> bool:
    """Return whether a row of this name is a total.

    Examples
    --------
    >>> [is_total(name) for name in ("合計(公表)", "計", "道計", "Total", "会計", "南檜山")]
    [True, True, True, True, False, False]
    """
    bare = re.sub(r"[(（].*?[)）]", "", compact(nfkc(name)).lower())
    return _TOTAL.fullmatch(bare) is not None


def total_cell(row: Row) -> str:
    """Return what calls a row a total, where that stands in another column than names do."""
    return next((nfkc(cell) for cell in row.cells if cell.strip() and is_total(cell)), "")


def year_of(heading: str) -> int | None:
    """Return the fiscal year that a heading names; None where it names none, or several.

    Examples
    --------
    >>> [year_of(text) for text in ("R3実績(常勤医師数)", "令和元年度", "2021", "R2→R3", "備考")]
    [2021, 2019, 2021, None, None]
    """
    found = {
        int(each["western"])
        if each["western"]
        else _ERAS[each["era"]] + (1 if each["of"] == "元" else int(each["of"]))
        for each in _YEAR.finditer(compact(nfkc(heading)).lower())
    }
    return found.pop() if len(found) == 1 else None


def year_columns(columns: Columns) -> tuple[tuple[int, TargetYear], ...]:
    """Return the columns that name a year and are nothing else, latest first, with their places."""
    taken = set(columns.index.values())
    found = (
        (at, TargetYear(year, heading.strip()))
        for at, heading in enumerate(columns.header)
        if at not in taken and (year := year_of(heading)) is not None
    )
    return tuple(sorted(found, key=lambda each: (-each[1].year, each[0])))


def years_of(table: Table) -> tuple[tuple[TargetYear, ...], tuple[int, ...], list[Problem]]:
    """Return the years of a table, the places of their columns, and what is wrong with them."""
    found = year_columns(table.columns)
    problems: list[Problem] = []
    seen: dict[int, str] = {}
    for _, each in found:
        if each.year in seen:
            problems.append(_year_twice(table.label, seen[each.year], each))
        seen.setdefault(each.year, each.heading)
    if not found:
        problems.append(_no_years(table.label))
    return tuple(each for _, each in found), tuple(at for at, _ in found), problems


def _row(table: Table, row: Row, places: Sequence[int]) -> tuple[AreaTarget, list[Problem]]:
    columns, problems = table.columns, list[Problem]()

    def number(at: int | None) -> Decimal | None:
        value, fault = number_of_cell(table, row, at)
        problems.extend(fault)
        return value

    def own(column: str) -> Decimal | None:
        return number(columns.index.get(column))

    name = nfkc(columns.cell(row, "area")) or total_cell(row)
    if not name:
        problems.append(_no_area(table, row))
    placed = tuple(number(at) for at in places)
    base, target, needed = own("base"), own("target"), own("needed")
    if "needed" not in columns and base is not None and target is not None:
        needed = target - base
    code = nfkc(columns.cell(row, "code"))
    return AreaTarget(row.number, code, name, base, target, needed, placed), problems


def number_of_cell(
    table: Table, row: Row, at: int | None
) -> tuple[Decimal | None, tuple[Problem, ...]]:
    """Return the number of physicians in a cell, and what is to be said of it."""
    text = row.cells[at].strip() if at is not None and at < len(row.cells) else ""
    value, fault = target_number(text)
    if fault is None:
        return value, ()
    heading = table.columns.header[at or 0].strip()
    where = replace(fault, file=table.label, row=row.number, column=heading, value=text)
    return value, (where,)


def target_number(text: str) -> tuple[Decimal | None, Problem | None]:
    """Return the number of physicians that a cell states, and what is wrong with it.

    A blank cell and a dash state none; neither is nought.
    """
    plain = nfkc(text)
    if plain in _BLANK:
        return None, None
    number = plain_number(plain.removesuffix("人").removesuffix("名").strip())
    value = Decimal("NaN" if number is None else number)
    if not value.is_finite() or value < 0:
        return None, _not_a_number()
    return value, None if value == value.to_integral_value() else _not_whole()


def _names(table: Table, rows: Sequence[AreaTarget]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for each in rows:
        key = compact(each.name)
        if key and key in seen:
            yield _area_twice(table, each, seen[key])
        seen.setdefault(key, each.row)


def _one_total(table: Table, totals: Sequence[AreaTarget]) -> Iterator[Problem]:
    if len(totals) > 1:
        yield error(
            "target-totals",
            Text("合計の行が複数あります", "there are several rows of totals"),
            Text("合計は1行にしてください", "leave one"),
            file=table.label,
            row=totals[1].row,
            column=table.columns.label("area"),
            value=totals[1].name,
        )


def _not_a_number() -> Problem:
    return error(
        "target-not-a-number",
        Text("医師数が0以上の数ではありません", "not a number of physicians"),
        Text(
            "0以上の数を書いてください。不明なら空欄にしてください",
            "write a number from 0; leave the cell blank where it is not known",
        ),
    )


def _not_whole() -> Problem:
    return note(
        "target-not-whole",
        Text("医師数が整数ではありません", "not a whole number of physicians"),
        Text(
            "常勤換算の数ならこのままで構いません",
            "as it should be where physicians are counted in full-time equivalents",
        ),
    )


def _no_area(table: Table, row: Row) -> Problem:
    return error(
        "target-without-area",
        Text("区域名がありません", "the row names no area"),
        Text("区域名を書くか、行を削除してください", "name its area, or delete the row"),
        file=table.label,
        row=row.number,
        column=table.columns.label("area"),
    )


def _area_twice(table: Table, each: AreaTarget, first: int) -> Problem:
    return error(
        "target-area-twice",
        Text(f"同じ区域が{first}行目にもあります", f"row {first} is of the same area"),
        Text("一つの区域は1行にしてください", "leave one row for each area"),
        file=table.label,
        row=each.row,
        column=table.columns.label("area"),
        value=each.name,
    )


def _year_twice(label: str, first: str, each: TargetYear) -> Problem:
    return error(
        "target-year-twice",
        Text(
            f"{each.year}年度の列が二つあります（「{first}」）",
            f"two columns are of {each.year}, the other is “{first}”",
        ),
        Text("一年度は1列にしてください", "leave one column for each year"),
        file=label,
        column=each.heading,
    )


def _no_years(label: str) -> Problem:
    return warning(
        "target-no-years",
        Text(
            "年度ごとの実績の列がないため、進捗は示せません",
            "no column names a year, so there is no progress to show",
        ),
        YEAR_HINT,
        file=label,
    )
