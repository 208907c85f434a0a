"""Small tables of codes: CSV, TSV or Excel, in the encodings and shapes they come in."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from groundfloor.problems import DataError, MissingFileError, Problem, Text, error, file_missing

_HEADER_WITHIN = (
    20  # title rows above the header are common; more than this is another kind of file
)
_ENCODINGS = ("utf-8-sig", "cp932")


@dataclass(frozen=True, slots=True)
class Row:
    """A data row.

    Parameters
    ----------
    number : int
        One-based row as an editor or spreadsheet shows it.
    values : mapping of str to str
        Stripped, NFKC-normalised text by role; a role without a column is absent.
    """

    number: int
    values: Mapping[str, str]

    def get(self, role: str) -> str:
        """Return the text of a role, empty when absent."""
        return self.values.get(role, "")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their roles, and the header each role was found under."""

    label: str
    headers: Mapping[str, str]
    rows: tuple[Row, ...]


def read_table(
    path: str | Path,
    *,
    label: str,
    aliases: Mapping[str, Sequence[str]],
    required: Sequence[str],
) -> Table:
    """Read a table whose columns are known under several names.

    Parameters
    ----------
    path : str or Path
        ``.xlsx`` (first sheet) or text: UTF-8 with or without BOM or CP932, comma or tab.
    label : str
        File name for messages.
    aliases : mapping of str to sequence of str
        Header names for each role, best first; compared after NFKC, without blanks and case.
    required : sequence of str
        Roles that must have a column; the first row with all of them is the header.

    Returns
    -------
    Table
        Rows below the header that are not wholly blank.

    Raises
    ------
    MissingFileError, DataError
        No such file; empty; neither UTF-8 nor CP932; a column missing or there twice; no rows.
    """
    lines = list(read_lines(path, label=label))
    at, columns = _header(lines, aliases, required, label)
    rows = tuple(
        Row(number, {role: cells[i] if i < len(cells) else "" for role, i in columns.items()})
        for number, cells in lines[at + 1 :]
        if any(cells)
    )
    if not rows:
        raise DataError(_empty(label))
    return Table(label, {role: lines[at][1][i] for role, i in columns.items()}, rows)


def read_lines(path: str | Path, *, label: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table, wherever its header may be.

    Parameters
    ----------
    path : str or Path
        As for `read_table`.
    label : str
        File name for messages.

    Yields
    ------
    number : int
        One-based row as an editor or spreadsheet shows it.
    cells : list of str
        Stripped, NFKC-normalised text.

    Raises
    ------
    MissingFileError, DataError
        No such file; empty; neither UTF-8 nor CP932; not a table.
    """
    source = Path(path)
    if not source.is_file():
        raise MissingFileError(file_missing(file=label))
    excel = source.suffix.lower() == ".xlsx"
    yield from _excel_rows(source, label) if excel else _text_rows(source, label)


def _text_rows(source: Path, label: str) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(source.read_bytes(), label)
    delimiter = "\t" if text.count("\t") > text.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            yield start, [_clean(cell) for cell in cells]
            start = reader.line_num + 1
    except csv.Error as cause:
        raise DataError(
            error(
                "table-unreadable",
                Text("表として読めない行があります", "a row cannot be read as a table"),
                Text(
                    "引用符の閉じ忘れなどを確認してください", "look for an unclosed quotation mark"
                ),
                file=label,
                row=start,
            )
        ) from cause


def _decoded(data: bytes, label: str) -> str:
    # Excel's "Unicode text"; as CP932 its bytes would decode to nonsense.
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise DataError(_empty(label))
        return text
    raise DataError(
        error(
            "unknown-encoding",
            Text("文字コードがUTF-8でもCP932でもありません", "neither UTF-8 nor CP932 text"),
            Text(
                "Excelなどで「CSV UTF-8」として保存し直してください", "save it again as UTF-8 CSV"
            ),
            file=label,
        )
    )


def _excel_rows(source: Path, label: str) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(source, read_only=False, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as cause:
        raise DataError(
            error(
                "table-unreadable",
                Text("Excelファイルとして読めません", "not a readable Excel file"),
                Text("Excelで開いて保存し直してください", "open it in Excel and save it again"),
                file=label,
            )
        ) from cause
    for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
        yield number, [_clean(_shown(cell)) for cell in cells]


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def column_key(header: str) -> str:
    """Return the name of a column as names are compared: NFKC, without blanks and case."""
    return "".join(_clean(header).split()).casefold()


def _header(
    lines: Sequence[tuple[int, list[str]]],
    aliases: Mapping[str, Sequence[str]],
    required: Sequence[str],
    label: str,
) -> tuple[int, dict[str, int]]:
    """Return the header's place in `lines` and the column of each role."""
    best: dict[str, int] = {}
    for at, (number, cells) in enumerate(lines[:_HEADER_WITHIN]):
        keys = [column_key(cell) for cell in cells]
        found = _roles(keys, aliases)
        if all(role in found for role in required):
            twice = sorted({cells[i] for i in found.values() if keys.count(keys[i]) > 1})
            if twice:
                raise DataError([_twice(name, number, label) for name in twice])
            return at, found
        best = max(best, found, key=len)
    if not lines:
        raise DataError(_empty(label))
    missing = [role for role in required if role not in best]
    raise DataError([_missing(aliases[role], label) for role in missing or required])


def _roles(keys: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found = {}
    for role, names in aliases.items():
        column = next((keys.index(column_key(n)) for n in names if column_key(n) in keys), None)
        if column is not None:
            found[role] = column
    return found


def _twice(name: str, number: int, label: str) -> Problem:
    return error(
        "duplicate-column",
        Text("同じ名前の列が二つあります", "the column is there twice"),
        Text("どちらか一つにしてください", "keep one of them"),
        file=label,
        row=number,
        column=name,
    )


def _missing(names: Sequence[str], label: str) -> Problem:
    listed = " / ".join(names)
    return error(
        "missing-column",
        Text("必要な列がありません", "a column is missing"),
        Text(f"次のいずれかの列名を使ってください: {listed}", f"use one of these names: {listed}"),
        file=label,
        column=names[0],
    )


def _empty(label: str) -> Problem:
    return error(
        "empty-file",
        Text("ファイルが空か、データの行がありません", "the file is empty or has no data rows"),
        Text("中身を確認してください", "check its content"),
        file=label,
    )
