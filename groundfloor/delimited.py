"""Delimited text to rows of cells: which separator, quotation marks, Excel's ``sep=`` line.

Stands apart: `tables` finds out what a file is, this module reads one kind of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice

from groundfloor.grids import SEARCHED_ROWS, Grid, Row
from groundfloor.problems import DataError, Problem, Text, error

#: Tells how many columns a row of cells names; decides between separators.
NamesColumns = Callable[[Sequence[str]], int]

_SEPARATORS = (",", "\t", ";", "|")
_SAMPLE_CHARACTERS = 200_000
_SEP_LINE = re.compile(r'\s*"?sep=([^\w\s"]|\t| )"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_AS_TEXT = re.compile(r'="[^"]*"')
_MOST_COLUMNS = 16_384  # as many as Excel has
_FEWEST_COLUMNS = 2  # a quoted cell of two lines with a comma can be a whole row of so few
_MENDED = Text(
    'この行の " を確認するか、Excel で保存し直してください',
    "check the quotation marks from this row on, or save it again in Excel",
)


def read_delimited(text: str, label: str, names_columns: NamesColumns) -> Grid:
    """Return the rows of a text separated by commas, tabs, semicolons or upright bars.

    The separator is the one under which a row names the most columns; title lines with commas
    above the header do not mislead it. Excel's ``sep=;`` rules, and is no row, as in Excel.

    Parameters
    ----------
    text : str
        Decoded, see `groundfloor.decoding`.
    label : str
        The file's name for messages.
    names_columns : callable
        How many of the columns that are looked for a row of cells names.

    Raises
    ------
    DataError
        ``csv-quoting``: a quotation mark that never closes, closes in a later row and so swallows
        rows, or has text after it; a cell of more than 131,072 characters.
        ``too-many-columns``: more than a worksheet has.
    """
    said = _SEP_LINE.match(text)
    body = text[said.end() :] if said else text
    separator = said[1] if said else _separator(body, names_columns)
    rows: list[Row] = []
    reader = csv.reader(_lines(body), delimiter=separator, strict=True, skipinitialspace=True)
    spread: list[Row] = []  # rows over several lines
    typed = '="' in body
    number, line = 1, 0
    try:
        for cells in reader:
            if any(cells) and not "".join(cells).isspace():
                rows.append(Row(number, tuple(map(_typed_as_text, cells) if typed else cells)))
                spread += rows[-1:] if reader.line_num - line > 1 else []
            number, line = number + 1, reader.line_num
    except csv.Error as cause:
        raise DataError(_quoting(label, number, str(cause))) from cause
    problems = [_quoting(label, row.number) for row in _swallowing(spread, rows, separator)]
    wide = next((row for row in rows if len(row.cells) > _MOST_COLUMNS), None)
    if wide is not None:
        problems.append(_too_wide(label, wide))
    if problems:
        raise DataError(problems)
    return Grid(tuple(rows))


def _lines(text: str) -> Iterable[str]:
    return io.StringIO(text, newline="")


def _typed_as_text(cell: str) -> str:
    """Return what ``="0123"`` shows in Excel: so people keep the zeros of codes in a CSV."""
    return cell[2:-1] if cell.startswith('="') and _AS_TEXT.fullmatch(cell) else cell


def _separator(text: str, names_columns: NamesColumns) -> str:
    sample = text[:_SAMPLE_CHARACTERS]
    lines = sample.splitlines()[:SEARCHED_ROWS]

    def score(separator: str) -> tuple[int, int]:
        known = max(map(names_columns, _sample_rows(sample, separator)), default=0)
        if separator == "|":  # also a mark inside cells: only where it alone makes a table
            return (known, 0) if known > 1 else (0, -1)
        return known, sum(line.count(separator) for line in lines)

    return max(_SEPARATORS, key=score)


def _sample_rows(sample: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(_lines(sample), delimiter=separator, skipinitialspace=True)
    # What was read before a fault is told apart as well; the real reading names the fault.
    with suppress(csv.Error):
        rows.extend(islice(reader, SEARCHED_ROWS))
    return rows


def _swallowing(spread: Sequence[Row], rows: Sequence[Row], separator: str) -> list[Row]:
    """Return rows over several lines that are several rows, joined by a stray quotation mark.

    Without the mark, the first and the last line would each be a whole row, or a line between
    them would; or the cell alone holds as many separators as a row, whoever it cut where. Of two
    columns only a cell is suspect whose lines, three or more, all have two.
    """
    joined = {row.number for row in spread}
    widths = Counter(len(row.cells) for row in rows if row.number not in joined) if spread else {}
    width = max(widths, key=lambda n: (widths[n], n), default=0)
    if width < _FEWEST_COLUMNS:
        return []
    test = _are_pairs if width == _FEWEST_COLUMNS else _is_several
    return [row for row in spread if test(row.cells, separator, width)]


def _are_pairs(cells: Sequence[str], separator: str, _width: int) -> bool:
    """Whether a row of two columns is three or more, whose lines have a separator each."""
    lines = re.split(r"\r\n|\r|\n", separator.join(cells))
    return len(lines) > _FEWEST_COLUMNS and all(line.count(separator) == 1 for line in lines)


def _is_several(cells: Sequence[str], separator: str, width: int) -> bool:
    for at, cell in enumerate(cells):
        pieces = re.split(r"\r\n|\r|\n", cell)
        if len(pieces) == 1:
            continue
        first = at + pieces[0].count(separator) + 1
        last = pieces[-1].count(separator) + len(cells) - at
        between = any(piece.count(separator) + 1 == width for piece in pieces[1:-1])
        whole = first == width and last == width and separator in cell
        if between or whole or cell.count(separator) >= width - 1:
            return True
    return False


def _quoting(label: str, row: int, cause: str | None = None) -> Problem:
    if cause is None:
        message = Text(
            '引用符（"）がこの行で開き、後の行まで1つの値になっています（行が失われます）',
            "a quotation mark opens here and makes one value of this row and those below",
        )
    else:
        message = Text(
            f'引用符（"）の対応が取れていないか、1つの値が長すぎます（{cause}）',
            f"quotation marks do not match, or a value is too long ({cause})",
        )
    return error("csv-quoting", message, _MENDED, file=label, row=row)


def _too_wide(label: str, row: Row) -> Problem:
    return error(
        "too-many-columns",
        Text(
            f"列が{len(row.cells):,}もあります（{_MOST_COLUMNS:,}まで）",
            f"has {len(row.cells):,} columns (at most {_MOST_COLUMNS:,})",
        ),
        Text("区切り文字が正しいか確認してください", "check the separator"),
        file=label,
        row=row.number,
    )
