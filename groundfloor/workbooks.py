"""Workbooks (XLSX) to rows of cells: one sheet, straight from its XML.

Read here and not with a library, because of what lists from offices hold: formatting down to the
last row and column of a sheet (an object for each empty cell takes a minute and 2 GB), merged cells
and hidden rows (not told by readers that stream), characters that are no XML, and Strict Open XML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from groundfloor.grids import Grid, Row
from groundfloor.problems import DataError, Problem, Text, error, note, warning
from groundfloor.workbook_parts import (
    DROPPED,
    Attributes,
    NumberFormat,
    NumberKind,
    Package,
    SheetPart,
    damaged,
    open_package,
    too_large,
    unescaped,
)

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Ten times the largest table of the field; about ten seconds and a gigabyte.
_MOST_CELLS = 5_000_000
_MOST_PLACES = 4 * _MOST_CELLS  # blank cells to the left of filled ones
_LAST_COLUMN = 16_384
_LARGEST_EXACT = 1e15
_LEAP_BUG = 60  # Excel counts a 29 February 1900
_CELL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class _Cells:
    """What stands in the XML of a sheet.

    ``rows`` holds number and cells of each row with content, ``doubts`` formulas without a result
    and error values, ``merged`` first row, last row and column of cells merged downwards.
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def is_old_workbook(data: bytes) -> bool:
    """Tell whether bytes begin like an ``.xls`` or an encrypted workbook."""
    return data.startswith(_OLE)


def read_workbook(data: bytes, label: str, sheet: str | None = None) -> Grid:
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
        The sheet's name; by default the first that holds something, visible ones first.

    Raises
    ------
    DataError
        ``xls-old-format``, ``xlsx-encrypted``, ``xlsx-damaged``, ``xlsx-too-large``,
        ``sheet-missing``, ``empty-file``.
    """
    _refuse_ole(data, label)
    with open_package(data, label) as package:
        sheets = package.sheets()
        if not sheets:
            raise DataError(damaged(label))
        texts = package.shared_texts()
        formats = package.number_formats()
        from_1904 = package.counts_from_1904()
        for part in _in_turn(sheets, label, sheet):
            cells = _SheetReader(package, part, texts, formats, from_1904).read()
            _fill_merged(cells, label)
            rows = [Row(n, tuple(c)) for n, c in cells.rows if any(x.strip() for x in c)]
            if rows or sheet is not None:
                others = _others(package, sheets, part) if sheet is None else []
                problems = [*_told(part, others, label), *cells.doubts]
                rows, dropped = _without_dropped(rows, label)
                problems += [*dropped, *_hidden_rows(cells.hidden_rows, rows, label)]
                return Grid(tuple(rows), tuple(problems), frozenset(cells.hidden_columns))
    raise DataError(_empty(label))


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
        if page.member != used.member and any(map(marks.search, package.chunks(page.member)))
    ]


class _SheetReader:
    """Takes the XML of a sheet apart; an instance reads one sheet once."""

    def __init__(
        self,
        package: Package,
        part: SheetPart,
        texts: list[str],
        formats: tuple[NumberFormat, ...],
        from_1904: bool,
    ) -> None:
        self.package, self.member, self.label = package, part.member, package.label
        self.texts, self.formats, self.from_1904 = texts, formats, from_1904
        self.found = _Cells()
        self.columns: dict[str, int] = {}
        self.count = self.places = 0
        self.row, self.column, self.cells = 0, -1, [""]
        self.kind, self.style, self.value, self.formula = "n", "0", "", ""
        self.has_formula = self.in_reading = False
        self.words: list[str] | None = None

    def read(self) -> _Cells:
        """Return what the sheet holds."""
        self.package.parse(
            self.member, self._start, self._end, self._text, through=without_formatting
        )
        return self.found

    def _text(self, text: str) -> None:
        if self.words is not None:
            self.words.append(text)

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "f"} or (name == "t" and not self.in_reading):
            self.words = []
            self.has_formula = self.has_formula or name == "f"
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self.in_reading = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "col":
            self._hide_columns(attributes)

    def _end(self, name: str) -> None:
        if name in {"v", "t", "f"} and self.words is not None:
            text, self.words = "".join(self.words), None
            if name == "f":
                self.formula = text
            else:
                self.value += text
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self.cells:
                self.found.rows.append((self.row, self.cells))
        elif name == "rPh":
            self.in_reading = False

    def _start_row(self, attributes: Attributes) -> None:
        number = _whole(attributes.get("r")) or self.row + 1
        if number <= self.row:
            raise DataError(damaged(self.label, self.member, f"row {number}"))
        self.row, self.column, self.cells = number, -1, []
        if attributes.get("hidden") in {"1", "true"}:
            self.found.hidden_rows.add(number)

    def _start_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r", "").rstrip("0123456789")
        at = self.columns.get(place)
        if at is None:
            at = self.columns[place] = column_number(place) if place else -1
        self.column = at if at >= 0 else self.column + 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.value = self.formula = ""
        self.has_formula = False

    def _end_cell(self) -> None:
        text = self._shown()
        if not text:
            return
        gap = self.column - len(self.cells)
        self.count, self.places = self.count + 1, self.places + gap
        if self.count > _MOST_CELLS or self.places > _MOST_PLACES:
            raise DataError(too_large(self.label))
        if gap < 0 or self.column >= _LAST_COLUMN:
            raise DataError(damaged(self.label, self.member, f"row {self.row}"))
        self.cells += [""] * gap
        self.cells.append(text)

    def _shown(self) -> str:
        value, kind = self.value, self.kind
        if kind == "s":
            at = _whole(value)
            if at is None or at >= len(self.texts):
                if not value:
                    return ""
                raise DataError(damaged(self.label, self.member, f"row {self.row}"))
            text = self.texts[at]
        elif kind in {"inlineStr", "str"}:
            text = unescaped(value)
        elif kind == "b" and value:
            text = str(value == "1")
        elif kind == "e":
            text = value or "#N/A"
        elif kind == "d":
            text = value.replace("T", " ").removesuffix(" 00:00:00")
        elif not value:
            if self.has_formula:
                self._doubt("formula-without-value", f"={self.formula}")
            return ""
        else:
            style = _whole(self.style) or 0
            shown_as = self.formats[style] if style < len(self.formats) else NumberFormat()
            text = number_text(value, shown_as, from_1904=self.from_1904)
        if text.startswith("#") and (kind == "e" or text in _CELL_ERRORS):
            self._doubt("cell-error-value", text)
            return ""
        return text

    def _doubt(self, code: str, value: str) -> None:
        place = f"{column_letters(self.column)}{self.row}"
        message, remedy = _DOUBTS[code]
        message = Text(message.ja.format(place), message.en.format(place))
        self.found.doubts.append(
            warning(code, message, remedy, file=self.label, row=self.row, value=value)
        )

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            raise DataError(damaged(self.label, self.member, f"mergeCell {reference}"))
        top, bottom = int(corners[0][2]), int(corners[1][2])
        if bottom > top:
            self.found.merged.append((top, bottom, column_number(corners[0][1])))

    def _hide_columns(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in {"1", "true"}:
            first = max(_whole(attributes.get("min")) or 1, 1)
            last = min(_whole(attributes.get("max")) or first, _LAST_COLUMN)
            self.found.hidden_columns.update(range(first - 1, last))


def without_formatting(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Drop cells that hold formatting only, and rows of them, from the XML of a sheet.

    Chunks begin and end between tags. Where one holds no value at all, everything from its first
    to its last row goes at once: formatting down to the last row costs no more than unpacking.
    """
    prefix = b""
    for number, chunk in enumerate(chunks):
        if number == 0:
            root = re.search(rb"<(\w+:)?worksheet[\s>]", chunk)
            prefix = (root[1] or b"") if root else b""
            filled = b"</" + prefix + b"c>"
            empty = re.compile(rb"<" + prefix + rb"c(?=\s)(?=[^<>]*\sr=\")[^<>]*/>")
            row = rb"<" + prefix + rb"row "
        kept = chunk
        if b"<![CDATA[" not in kept:
            first, last = kept.find(row), kept.rfind(row)
            numbered = b' r="' in kept[first : first + 80]
            if first < last and numbered and filled not in kept:
                kept = kept[:first] + kept[last:]
            kept = empty.sub(b"", kept)
        yield kept


def column_number(letters: str) -> int:
    """Return the column, from 0, that Excel calls by `letters`; -1 for what is none.

    Examples
    --------
    >>> column_number("A"), column_number("XFD"), column_number("a1")
    (0, 16383, -1)
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return -1
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """Return Excel's name of a column, from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(701), column_letters(16383)
    ('A', 'ZZ', 'XFD')
    """
    letters = ""
    while number >= 0:
        number, digit = divmod(number, 26)
        letters, number = chr(ord("A") + digit) + letters, number - 1
    return letters


def number_text(value: str, shown_as: NumberFormat, *, from_1904: bool) -> str:
    """Return a number as a person reads it: whole ones without a point, as codes are typed so.

    Parameters
    ----------
    value : str
        As the XML has it.
    shown_as : NumberFormat
        The cell's format.
    from_1904 : bool
        Where day numbers begin.

    Examples
    --------
    >>> number_text("43447.0", NumberFormat(), from_1904=False)
    '43447'
    >>> number_text("1101", NumberFormat(digits=5), from_1904=False)
    '01101'
    >>> number_text("45383", NumberFormat(NumberKind.DATE), from_1904=False)
    '2024-04-01'
    """
    try:
        number = float(value)
    except ValueError:
        return value
    if shown_as.kind is not NumberKind.PLAIN:
        moment = _moment(number, shown_as.kind, from_1904=from_1904)
        if moment is not None:
            return moment
    if re.fullmatch(r"-?[0-9]+", value):
        text = str(int(value))
    elif number.is_integer() and abs(number) < _LARGEST_EXACT:
        text = str(int(number))
    else:
        return repr(number)
    return text.zfill(shown_as.digits)


def _moment(number: float, kind: NumberKind, *, from_1904: bool) -> str | None:
    """Return a day number as ISO date, time or length of time; None where it is none."""
    seconds = round(number * 86_400, 3)
    try:
        if kind is NumberKind.DURATION:
            return str(timedelta(seconds=seconds))
        if from_1904:
            start = datetime(1904, 1, 1)  # noqa: DTZ001 - Excel knows no time zones
        else:
            start = datetime(1899, 12, 31 if number < _LEAP_BUG else 30)  # noqa: DTZ001
        moment = start + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None
    if 0 <= number < 1:
        return moment.time().isoformat()
    midnight = moment.time() == moment.min.time()
    return moment.date().isoformat() if midnight else moment.isoformat(sep=" ")


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _fill_merged(cells: _Cells, label: str) -> None:
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
        if places > _MOST_PLACES or (below and column > _LAST_COLUMN):
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


_DOUBTS = {
    "formula-without-value": (
        Text(
            "数式の計算結果が保存されていません（セル {}）",
            "a formula without a stored result (cell {})",
        ),
        Text(
            "Excel で開いて保存し直すか、値に置き換えてください",
            "open and save it in Excel, or replace the formula by its value",
        ),
    ),
    "cell-error-value": (
        Text("セルがエラー値です（セル {}）", "an error value (cell {})"),
        Text("数式を直すか、値を入れてください", "mend the formula or type the value"),
    ),
}


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
