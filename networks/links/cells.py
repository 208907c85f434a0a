"""CSV tables of links and nodes: encodings, separators, header aliases, cells with their place."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from groundfloor.problems import MissingFileError, Problem, Text, error, file_missing
from networks.errors import NetworkDataError

#: Commas between thousands only: what 1,5 means, nobody can know.
_NUMBER = re.compile(
    r"\s*[+-]?(?:(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*"
)
CHECK_FILE = Text("ファイルを確かめてください", "check the file")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, with where it stands."""

    file: str
    row: int
    column: str
    text: str

    def problem(self, code: str, message: Text, remedy: Text = CHECK_FILE) -> Problem:
        """Return an error about this cell."""
        return error(
            code, message, remedy, file=self.file, row=self.row, column=self.column, value=self.text
        )

    def number(self, problems: list[Problem]) -> float:
        """Return the finite number in the cell; NaN, and a problem, when there is none."""
        text = unicodedata.normalize("NFKC", self.text)
        value = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value):
            problems.append(
                self.problem(
                    "not-a-number",
                    Text("数値ではありません", "not a number"),
                    Text("半角の数字で入れてください", "enter digits"),
                )
            )
            return math.nan
        return value


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a CSV file by canonical column name.

    Parameters
    ----------
    file : str
        Name as given.
    headers : Mapping of str to str
        Canonical name to header as written.
    rows : tuple of (int, Mapping)
        Spreadsheet row and texts by canonical name.
    """

    file: str
    headers: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    def cells(self) -> Iterator[Mapping[str, Cell]]:
        """Yield the rows as cells; columns the file does not have are empty cells."""
        for row, texts in self.rows:
            yield {
                name: Cell(self.file, row, self.headers.get(name, name), text)
                for name, text in texts.items()
            }


def read_table(
    path: Path, aliases: Mapping[str, tuple[str, ...]], required: tuple[str, ...]
) -> Table:
    """Return the rows of a CSV file (UTF-8 with or without BOM, or CP932; comma or tab).

    Parameters
    ----------
    path : Path
        The file.
    aliases : Mapping of str to tuple of str
        Canonical column names and other ways to write them.
    required : tuple of str
        Columns that must be there.

    Raises
    ------
    MissingFileError
        When there is no such file.
    NetworkDataError
        When it cannot be decoded, is empty, or its header is incomplete.
    """
    text = _decode(path)
    delimiter = "\t" if text.partition("\n")[0].count("\t") else ","
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as cause:
        raise NetworkDataError(
            error(
                "table-csv",
                Text(f"CSV として読めません: {cause}", f"not readable as CSV: {cause}"),
                Text("引用符の閉じ忘れを確かめてください", "look for an unclosed quote"),
                file=path.name,
            )
        ) from cause
    numbered = [(i, r) for i, r in enumerate(records, 1) if any(c.strip() for c in r)]
    if not numbered:
        raise NetworkDataError(
            error(
                "table-empty",
                Text("中身がありません", "it is empty"),
                CHECK_FILE,
                file=path.name,
            )
        )
    header_row, header = numbered[0]
    columns = _match_header(path.name, header_row, header, aliases, required)
    rows = tuple(
        (i, {name: r[at].strip() if at < len(r) else "" for name, at in columns.items()})
        for i, r in numbered[1:]
    )
    missing = {name: "" for name in aliases if name not in columns}
    return Table(
        path.name,
        {name: header[at].strip() for name, at in columns.items()},
        tuple((i, {**missing, **texts}) for i, texts in rows),
    )


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as cause:
        raise MissingFileError(file_missing(cause, file=path.name)) from cause
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NetworkDataError(
        error(
            "table-encoding",
            Text("文字コードが UTF-8 でも Shift_JIS でもありません", "neither UTF-8 nor CP932."),
            Text("CSV UTF-8 で保存し直してください", "save it as CSV UTF-8."),
            file=path.name,
        )
    )


def _fold(header: str) -> str:
    folded = unicodedata.normalize("NFKC", header).strip().casefold()
    return folded.replace(" ", "").replace("_", "")


def _match_header(
    file: str,
    row: int,
    header: list[str],
    aliases: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
) -> dict[str, int]:
    canonical = {_fold(text): name for name, other in aliases.items() for text in (name, *other)}
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for at, text in enumerate(header):
        name = canonical.get(_fold(text))
        if name is None:
            continue
        if name in columns:
            problems.append(
                error(
                    "column-twice",
                    Text(f"「{name}」の列が二つあります", f"two columns mean {name!r}."),
                    Text("どちらかを消してください", "delete one of them"),
                    file=file,
                    row=row,
                    column=text,
                )
            )
        columns.setdefault(name, at)
    for name in required:
        if name not in columns:
            known = " / ".join((name, *aliases[name]))
            problems.append(
                error(
                    "column-missing",
                    Text(f"「{name}」の列がありません", f"there is no column {name!r}."),
                    Text(f"見出しを {known} のどれかにしてください", f"name it one of {known}."),
                    file=file,
                    row=row,
                    column=name,
                )
            )
    if problems:
        raise NetworkDataError(problems)
    return columns
