"""Workbooks (XLSX) to rows of cells: which sheet, merged cells, what is hidden.

Read here and not with a library, because of what lists from offices hold: formatting down to the
last row and column of a sheet (an object for each empty cell takes a minute and 2 GB), merged cells
and hidden rows (not told by readers that stream), characters that are no XML, and Strict Open XML.

Stands apart: `tables` finds out what a file is, this module reads one kind of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from groundfloor.grids import SEARCHED_ROWS, WHOLE_HEADER, Grid, Row
from groundfloor.problems import DataError, Problem, Text, error, note, warning
from groundfloor.sheet_cells import MOST_PLACES, SheetCells, SheetReader
from groundfloor.workbook_parts import (
    DROPPED,
    Package,
    SheetPart,
    damaged,
    open_package,
    too_large,
)

#: Tells how well rows have the header that is looked for, up to `WHOLE_HEADER`.
FitOfRows = Callable[[Sequence[Row]], int]
#: Returns the columns of rows that are a table of the kind that is looked for; else none.
Listed = Callable[[Sequence[Row]], frozenset[str]]

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
# How to fill in the sheet beside it: nobody takes that for data.
_GUIDE = re.compile(r"記入(?:要領|方法|の手引き)|記載要領|how to fill in", re.IGNORECASE)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_old_workbook(data: bytes) -> bool:
    """Tell whether bytes begin like an ``.xls`` or an encrypted workbook."""
    return data.startswith(_OLE)


def read_workbook(
    data: bytes,
    label: str,
    sheet: str | None = None,
    *,
    fit: FitOfRows | None = None,
    listed: Listed | None = None,
) -> Grid:
    """Return the rows of one sheet, and what was found on the way.

    Cells merged downwards are filled; formulas give the value that Excel last computed; numbers
    read as they are shown where a format adds leading zeros, days as ISO dates.

    Parameters
    ----------
    data : bytes
        The file.
    label : str
        Its name for messages.
    sheet : str or None
        The sheet's name, where it is not to be looked for.
    fit : callable, optional
        How well rows have the header that is looked for. The first visible sheet that has a whole
        one is read, so that a cover before the table is not, else the first that holds something;
        of hidden ones the first, and only where no visible one holds anything.
    listed : callable, optional
        The columns that rows have as such a table. Where a second visible sheet is one, with most
        of the first's columns, nobody can tell which is meant, and its rows would be lost.

    Raises
    ------
    DataError
        ``xls-old-format``, ``xlsx-encrypted``, ``xlsx-damaged``, ``xlsx-too-large``,
        ``sheet-missing``, ``several-lists``, ``empty-file``.
    """
    _refuse_ole(data, label)
    with open_package(data, label) as package:
        sheets = package.sheets()
        if not sheets:
            raise DataError(damaged(label))
        reader = _Reader(package, label)
        best: tuple[int, SheetPart, SheetCells] | None = None
        for part in _in_turn(sheets, label, sheet):
            if best is not None and (part.hidden or best[0]):
                break
            cells = reader.cells(part)
            if cells.rows or sheet is not None:
                # One name may stand anywhere; only a whole header makes earlier sheets covers.
                fits = fit is None or fit(_head(cells)) >= WHOLE_HEADER
                best = max(best or (-1, part, cells), (int(fits), part, cells), key=lambda b: b[0])
        if best is not None:
            _, used, cells = best
            others = _others(package, sheets, used) if sheet is None else []
            if listed is not None and not used.hidden:
                _refuse_lists(reader, (used, listed(_head(cells))), others, listed)
            return _grid(used, cells, others, label)
    raise DataError(_empty(label))


class _Reader:
    """A workbook of which sheets are read."""

    def __init__(self, package: Package, label: str) -> None:
        self.package, self.label = package, label
        self.texts = package.shared_texts()
        self.formats = package.number_formats()
        self.from_1904 = package.counts_from_1904()

    def cells(self, part: SheetPart) -> SheetCells:
        """Return the rows of a sheet that hold something."""
        cells = SheetReader(self.package, part, self.texts, self.formats, self.from_1904).read()
        _fill_merged(cells, self.label)
        cells.rows = [(n, c) for n, c in cells.rows if any(x.strip() for x in c)]
        return cells


def _head(cells: SheetCells) -> list[Row]:
    # A row more than is searched for a header: the first that may stand below it.
    return [Row(n, tuple(c)) for n, c in cells.rows[: SEARCHED_ROWS + 1]]


def _refuse_lists(
    reader: _Reader,
    used: tuple[SheetPart, frozenset[str]],
    others: Iterable[SheetPart],
    listed: Listed,
) -> None:
    """Refuse a workbook with a second visible list, such as a sheet for each medical area.

    Contacts or remarks beside a list name hospitals too, but few of the list's columns.

    Raises
    ------
    DataError
        ``several-lists``.
    """
    part, columns = used
    lists = [part]
    for other in others if columns else ():
        try:
            found = frozenset() if other.hidden else listed(_head(reader.cells(other)))
        except DataError:
            continue  # told as not read: nobody asked for what cannot be
        lists += [other] if 2 * len(columns & found) > len(columns) else []
    if len(lists) > 1:
        raise DataError(_several(lists, reader.label))


def _several(lists: Sequence[SheetPart], label: str) -> Problem:
    names = "、".join(f"「{part.name}」" for part in lists)
    one = lists[0].name.replace("\\", "\\\\").replace('"', '\\"')
    return error(
        "several-lists",
        Text(
            f"一覧として読めるシートが{len(lists)}枚あり、どれを使うか決まりません: {names}",
            f"{len(lists)} sheets can be read as the list: "
            f"{', '.join(repr(part.name) for part in lists)}",
        ),
        Text(
            f'使うシートを sheet = "{one}" のように指定してください。どれも使うときは、シート'
            "ごとに name と sheet を変えて [[facilities]] を書きます。sheet のない表では、"
            "使わないシートを非表示にするか、別のファイルに分けてください",
            f'name the one to use, as in sheet = "{one}"; to use them all, write [[facilities]] '
            "once for each, with a name and a sheet of its own; for tables that have no sheet "
            "key, hide the sheets that are not used, or move them to a file of their own",
        ),
        file=label,
    )


def _grid(part: SheetPart, cells: SheetCells, others: list[SheetPart], label: str) -> Grid:
    problems = [*_told(part, others, label), *cells.doubts]
    rows, dropped = _without_dropped([Row(n, tuple(c)) for n, c in cells.rows], label)
    problems += [*dropped, *_hidden_rows(cells.hidden_rows, rows, label)]
    return Grid(tuple(rows), tuple(problems), frozenset(cells.hidden_columns))


def _refuse_ole(data: bytes, label: str) -> None:
    if not is_old_workbook(data):
        return
    if _ENCRYPTED in data:
        problem = error(
            "xlsx-encrypted",
            Text("パスワード付きのブックです", "the workbook is protected by a password"),
            Text(
                "Excel でパスワードを外して保存し直してください",
                "remove the password in Excel and save it again",
            ),
            file=label,
        )
    else:
        problem = error(
            "xls-old-format",
            Text("古い Excel 形式（.xls）は読めません", "the old Excel format (.xls) is not read"),
            Text(
                "Excel で開き、「Excel ブック（.xlsx）」として保存し直してください",
                "open it in Excel and save it as .xlsx",
            ),
            file=label,
        )
    raise DataError(problem)


def _in_turn(sheets: Iterable[SheetPart], label: str, name: str | None) -> list[SheetPart]:
    """Return the sheets to try: the one asked for, or all, hidden ones last."""
    pages = list(sheets)
    if name is None:
        return sorted(pages, key=lambda page: page.hidden)
    chosen = [page for page in pages if page.name == name]
    if chosen:
        return chosen[:1]
    names = ", ".join(page.name for page in pages)
    raise DataError(
        error(
            "sheet-missing",
            Text(
                f"その名前のシートがありません（あるのは: {names}）",
                f"there is no such sheet (found: {names})",
            ),
            Text("sheet の指定を確認してください", "check the sheet's name"),
            file=label,
            value=name,
        )
    )


def _others(package: Package, sheets: Iterable[SheetPart], used: SheetPart) -> list[SheetPart]:
    """Return the other sheets that hold something."""
    marks = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>/]")
    return [
        page
        for page in sheets
        if page.member != used.member
        and _GUIDE.fullmatch(page.name.strip()) is None
        and any(map(marks.search, package.chunks(page.member)))
    ]


def _fill_merged(cells: SheetCells, label: str) -> None:
    """Write the value of cells merged downwards into each row of theirs that holds something."""
    by_number = dict(cells.rows)
    numbers = sorted(by_number)
    places = 0
    for top, bottom, column in cells.merged:
        head = by_number.get(top, [])
        value = head[column] if column < len(head) else ""
        if not value:
            continue
        below = range(bisect_right(numbers, top), bisect_right(numbers, bottom))
        places += len(below)
        if places > MOST_PLACES:
            raise DataError(too_large(label))
        for at in below:
            row = by_number[numbers[at]]
            row += [""] * (column + 1 - len(row))
            row[column] = row[column] or value


def _without_dropped(rows: list[Row], label: str) -> tuple[list[Row], list[Problem]]:
    """Take out the stand-ins for characters that XML cannot hold, and tell where they were."""
    if not any(DROPPED in cell for row in rows for cell in row.cells):
        return rows, []
    problems = [
        warning(
            "control-character",
            Text("見えない制御文字を取り除きました", "invisible characters were removed"),
            Text("元の表を直してください", "mend the list"),
            file=label,
            row=row.number,
            value=cell.replace(DROPPED, ""),
        )
        for row in rows
        for cell in row.cells
        if DROPPED in cell
    ]
    return [Row(r.number, tuple(c.replace(DROPPED, "") for c in r.cells)) for r in rows], problems


def _told(part: SheetPart, others: list[SheetPart], label: str) -> Iterator[Problem]:
    """Yield what is said of the sheet that was read and of those that were not."""
    if part.hidden:
        yield warning(
            "hidden-sheet-read",
            Text(f"非表示のシート「{part.name}」を読みました", f"sheet {part.name!r} is hidden"),
            Text(
                "使うべき表か確かめ、シートを表示するか sheet で指定してください",
                "check that it is the right one, and unhide it or name another with sheet",
            ),
            file=label,
        )
    if others:
        ja = "、".join(f"{o.name}（非表示）" if o.hidden else o.name for o in others)
        en = ", ".join(f"{o.name} (hidden)" if o.hidden else o.name for o in others)
        yield warning(
            "other-sheets-not-read",
            Text(
                f"シート「{part.name}」だけを読みました（読んでいないシート: {ja}）",
                f"only sheet {part.name!r} was read (not read: {en})",
            ),
            Text(
                "別のシートを使うときは sheet で指定してください",
                "name another sheet with sheet to read that",
            ),
            file=label,
        )


def _hidden_rows(hidden: set[int], rows: Iterable[Row], label: str) -> list[Problem]:
    count = sum(1 for row in rows if row.number in hidden)
    if not count:
        return []
    return [
        note(
            "hidden-rows-read",
            Text(f"非表示の行も読みました（{count}行）", f"hidden rows were read too ({count})"),
            Text("除くべき行は削除してください", "delete rows that should not count"),
            file=label,
        )
    ]


def _empty(label: str) -> Problem:
    return error(
        "empty-file",
        Text("ブックに中身がありません", "the workbook has no content"),
        Text("正しいファイルか確認してください", "check that it is the right file"),
        file=label,
    )
