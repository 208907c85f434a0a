"""Worksheets to rows of cells: merged cells, dates, codes typed as numbers, formulas."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from groundfloor.problems import Problem, Text, error, note, warning
from spots.facilities.errors import FacilityListError
from spots.facilities.model import Row

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGEST_EXACT = 1e15


def read_sheet(
    data: bytes, shown: str, sheet: str | None = None
) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """Return the rows of one sheet of an XLSX workbook and what was found on the way.

    Cells merged downwards are filled; formulas give the value Excel last computed.

    Parameters
    ----------
    data : bytes
        The file.
    shown : str
        Its name for messages.
    sheet : str or None
        The sheet's name; the first sheet by default.

    Returns
    -------
    tuple of Row, tuple of Problem
        Text cells with Excel's row numbers; notes on other sheets and hidden rows, warnings on
        formulas without a value and on error values.

    Raises
    ------
    FacilityListError
        Encrypted, an old .xls, damaged, empty, or without that sheet.
    """
    _refuse_ole(data, shown)
    book = _load(data, shown, computed=False)
    page, problems = _page(book, shown, sheet)
    if any(cell.data_type == "f" for line in page.iter_rows() for cell in line):
        computed = _load(data, shown, computed=True)[page.title]
    else:
        computed = page
    below = _merged(page)
    rows = []
    for line in page.iter_rows():
        number = line[0].row
        cells = []
        for cell in line:
            value = computed[cell.coordinate].value if cell.data_type == "f" else cell.value
            found = _cell_problem(cell, value, shown)
            problems += [found] if found else []
            source = below.get((cell.row, cell.column))
            if source is not None:
                value = computed.cell(*source).value
            cells.append("" if found else _text(value))
        rows.append(Row(number, tuple(cells)))
    hidden = sum(1 for n, d in page.row_dimensions.items() if d.hidden and n <= len(rows))
    if hidden:
        problems.append(_hidden(hidden, shown))
    return tuple(rows), tuple(problems)


def _refuse_ole(data: bytes, shown: str) -> None:
    if not data.startswith(_OLE):
        return
    if _ENCRYPTED in data:
        problem = error(
            "xlsx-encrypted",
            Text("パスワード付きのブックです", "the workbook is protected by a password"),
            Text(
                "Excel でパスワードを外して保存し直してください",
                "remove the password in Excel and save it again",
            ),
            file=shown,
        )
    else:
        problem = error(
            "xls-old-format",
            Text("古い Excel 形式(.xls)は読めません", "the old Excel format (.xls) is not read"),
            Text(
                "Excel で開き、「Excel ブック(.xlsx)」として保存し直してください",
                "open it in Excel and save it as .xlsx",
            ),
            file=shown,
        )
    raise FacilityListError(problem)


def _load(data: bytes, shown: str, *, computed: bool) -> openpyxl.Workbook:
    try:
        # openpyxl warns of styles and validations that it leaves out; values are not affected.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), data_only=computed)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, EOFError) as cause:
        raise FacilityListError(
            error(
                "xlsx-damaged",
                Text("Excel ブックとして読めません", "this is not a readable workbook"),
                Text(
                    "Excel で開けるか確認し、.xlsx で保存し直してください",
                    "check that Excel opens it, and save it again as .xlsx",
                ),
                file=shown,
            )
        ) from cause


def _page(book: openpyxl.Workbook, shown: str, sheet: str | None) -> tuple[Any, list[Problem]]:
    pages = book.worksheets
    names = ", ".join(page.title for page in pages)
    if sheet is not None:
        chosen = next((page for page in pages if page.title == sheet), None)
        if chosen is None:
            raise FacilityListError(
                error(
                    "sheet-missing",
                    Text(
                        f"その名前のシートがありません(あるのは: {names})",
                        f"there is no such sheet (found: {names})",
                    ),
                    Text("sheet の指定を確認してください", "check the sheet's name"),
                    file=shown,
                    value=sheet,
                )
            )
        return chosen, []
    filled = [page for page in pages if _filled(page)]
    if not filled:
        raise FacilityListError(
            error(
                "empty-file",
                Text("ブックに中身がありません", "the workbook has no content"),
                Text("正しいファイルか確認してください", "check that it is the right file"),
                file=shown,
            )
        )
    others = ", ".join(page.title for page in filled[1:])
    return filled[0], [_other_sheets(filled[0].title, others, shown)] if others else []


def _filled(page: Any) -> bool:
    return any(v is not None for line in page.iter_rows(values_only=True) for v in line)


def _other_sheets(used: str, others: str, shown: str) -> Problem:
    return warning(
        "other-sheets-not-read",
        Text(
            f"シート「{used}」だけを読みました(読んでいないシート: {others})",
            f"only sheet {used!r} was read (not read: {others})",
        ),
        Text(
            "別のシートを使うときは sheet で指定してください",
            "name another sheet with sheet to read that",
        ),
        file=shown,
    )


def _hidden(count: int, shown: str) -> Problem:
    return note(
        "hidden-rows-read",
        Text(f"非表示の行も読みました({count}行)", f"hidden rows were read too ({count})"),
        Text("除くべき行は削除してください", "delete rows that should not count"),
        file=shown,
    )


def _merged(page: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Return, for cells below the first of a merged range, the cell that holds its value."""
    return {
        (row, area.min_col): (area.min_row, area.min_col)
        for area in page.merged_cells.ranges
        for row in range(area.min_row + 1, area.max_row + 1)
    }


def _cell_problem(cell: Any, value: Any, shown: str) -> Problem | None:
    place = f"{get_column_letter(cell.column)}{cell.row}"
    if cell.data_type == "f" and value is None:
        return warning(
            "formula-without-value",
            Text(
                f"数式の計算結果が保存されていません(セル {place})",
                f"a formula without a stored result (cell {place})",
            ),
            Text(
                "Excel で開いて保存し直すか、値に置き換えてください",
                "open and save it in Excel, or replace the formula by its value",
            ),
            file=shown,
            row=cell.row,
            value=str(cell.value),
        )
    if isinstance(value, str) and value in {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"}:
        return warning(
            "cell-error-value",
            Text(f"セルがエラー値です(セル {place})", f"an error value (cell {place})"),
            Text("数式を直すか、値を入れてください", "mend the formula or type the value"),
            file=shown,
            row=cell.row,
            value=value,
        )
    return None


def _text(value: Any) -> str:
    """Return a cell's value as text; whole floats lose their point, as codes are typed so."""
    if value is None:
        return ""
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _LARGEST_EXACT
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
