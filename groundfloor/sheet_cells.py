"""The XML of one worksheet to the texts of its cells; formatting costs nothing.

It stands apart from `groundfloor.workbooks`, which decides what to read and what to say of it: here
is only what an element means.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from groundfloor.problems import DataError, Problem, Text, warning
from groundfloor.workbook_parts import (
    MOST_CHARACTERS,
    Attributes,
    NumberFormat,
    NumberKind,
    Package,
    SheetPart,
    damaged,
    too_large,
    unescaped,
)

# A hundred thousand rows of thirty columns, more than any list of the field; some ten seconds.
_MOST_CELLS = 3_000_000
_MOST_DOUBTS = 200  # told one by one: a column of formulas has a doubt in every row
MOST_PLACES = 4 * _MOST_CELLS  # blank cells to the left of filled ones
_LAST_COLUMN = 16_384
_LARGEST_EXACT = 1e15
_LEAP_BUG = 60  # Excel counts a 29 February 1900
_CELL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_WHOLE = re.compile(r"[0-9]{1,9}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
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


def _more_doubts(label: str, count: int) -> Problem:
    return warning(
        "more-cells-without-value",
        Text(
            f"ほかにも計算結果のない数式やエラー値のセルがあります（{count:,}個）",
            f"{count:,} more cells hold formulas without a result or error values",
        ),
        Text("数式を値に置き換えてください", "replace formulas by their values"),
        file=label,
    )


@dataclass(slots=True)
class SheetCells:
    """What stands in the XML of a sheet.

    ``rows`` holds number and cells of each row with content, ``doubts`` formulas without a result
    and error values, ``merged`` first row, last row and column of cells merged downwards.
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


class SheetReader:
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
        self.found = SheetCells()
        self.columns: dict[str, int] = {}
        self.count = self.places = self.characters = self.doubtful = 0
        self.row, self.column, self.cells = 0, -1, [""]
        self.kind, self.style, self.value, self.formula = "n", "0", "", ""
        self.has_formula = self.in_reading = False
        self.words: list[str] | None = None

    def read(self) -> SheetCells:
        """Return what the sheet holds."""
        self.package.parse(
            self.member, self._start, self._end, self._text, through=without_formatting
        )
        if self.doubtful > _MOST_DOUBTS:
            self.found.doubts.append(_more_doubts(self.label, self.doubtful - _MOST_DOUBTS))
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
        self.characters += len(self.value)  # a shared text is there once
        if (
            self.count > _MOST_CELLS
            or self.places > MOST_PLACES
            or self.characters > MOST_CHARACTERS
        ):
            raise DataError(too_large(self.label))
        if gap < 0 or self.column >= _LAST_COLUMN:
            raise DataError(damaged(self.label, self.member, f"row {self.row}"))
        self.cells += [""] * gap
        self.cells.append(text)

    def _shown(self) -> str:  # noqa: C901 - a line for each type of cell that there is
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
        self.doubtful += 1
        if self.doubtful > _MOST_DOUBTS:
            return
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
    >>> number_text("0.253", NumberFormat(NumberKind.PERCENT), from_1904=False)
    '25.3%'
    """
    try:
        number = float(value)
    except ValueError:
        return value
    if shown_as.kind is NumberKind.PERCENT and math.isfinite(number):
        # As it is shown, but whole: the same column saved as CSV says 25.3%, not 0.253.
        return f"{Decimal(repr(number)).scaleb(2).normalize():f}%"
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
    return int(text) if text and _WHOLE.fullmatch(text) else None
