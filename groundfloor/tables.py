"""Tables from disk: one way in for every table that a user gives, whatever it is saved as.

Text in any of the usual encodings and separators, a workbook, or a zip of exactly one of them;
what a file is, its content says, not its suffix. `read_table` returns the rows under the header
with the columns that a role asked for (`groundfloor.columns.Vocabulary`).
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groundfloor.archives import ZIP_FAULTS, is_zip, open_archive
from groundfloor.body_rows import EXAMPLE_ROW, body_of
from groundfloor.columns import Columns, Vocabulary
from groundfloor.decoding import decode, empty_file
from groundfloor.delimited import read_delimited
from groundfloor.grids import Grid, Row
from groundfloor.headers import ColumnSearch, HeaderRows
from groundfloor.problems import (
    DataError,
    MissingFileError,
    Problem,
    Severity,
    Text,
    error,
    file_missing,
    warning,
)
from groundfloor.stated_datum import with_stated_datum
from groundfloor.vector_files import VECTOR_SUFFIXES, vector_format
from groundfloor.workbook_parts import damaged
from groundfloor.workbooks import is_old_workbook, read_workbook

_TEXT = frozenset({".csv", ".tsv", ".txt"})
_WORKBOOK = frozenset({".xlsx", ".xlsm", ".xls"})
TABLE_SUFFIXES = _TEXT | _WORKBOOK
# Text takes some four times its size in memory; the largest table of the field (people in meshes of
# 250 m, the whole country) has about 100 MB.
_MOST_BYTES = 512 * 1024**2
_OTHER_PACKAGES = (
    ("xl/workbook.bin", "Excel バイナリ ブック（.xlsb）", "an Excel binary workbook (.xlsb)"),
    ("content.xml", "OpenDocument（.ods）", "an OpenDocument file (.ods)"),
    ("index/document.iwa", "Numbers のファイル", "a Numbers file"),
    ("index.zip", "Numbers のファイル", "a Numbers file"),
    ("word/document.xml", "Word の文書", "a Word document"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under a header.

    Parameters
    ----------
    label : str
        The file's name for messages.
    columns : Columns
        Which column is which.
    rows : tuple of Row
        Those that hold something, in order.
    problems : tuple of Problem
        Warnings and notes.
    spatial : bool
        Whether the rows are records of a layer, with a point or without.
    """

    label: str
    columns: Columns
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    spatial: bool = False


def read_table(
    path: str | Path,
    vocabulary: Vocabulary,
    *,
    label: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Read a table.

    Parameters
    ----------
    path : str or Path
        Text separated by commas, tabs or semicolons; a workbook (``.xlsx``, ``.xlsm``); or a zip
        of exactly one of them.
    vocabulary : Vocabulary
        The columns that are looked for.
    label : str, optional
        The file's name in messages; its own by default.
    sheet : str, optional
        Sheet of a workbook; the first that holds something by default, visible ones first.
    encoding : str, optional
        Encoding of text, where the automatic choice is wrong.

    Raises
    ------
    MissingFileError, DataError
        Everything that keeps the table from being used; codes and texts are the same in every
        role.
    """
    source = Path(path)
    shown = source.name if label is None else label
    search = ColumnSearch(vocabulary)
    grid = read_grid(source, search, label=shown, sheet=sheet, encoding=encoding)
    refuse_too_many(len(grid.rows), vocabulary, shown)
    return table_of(grid, search, shown)


def table_of(grid: Grid, search: ColumnSearch, label: str) -> Table:
    """Return the rows of a grid under its header.

    Raises
    ------
    DataError
        No header, or one that cannot be used.
    """
    found = search.find(grid.rows)
    likely = found or search.likeliest(grid.rows)
    if likely is None:
        raise DataError((*grid.problems, empty_file(label)))
    columns, problems = search.match(likely, label, hidden=grid.hidden_columns)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError((*grid.problems, *problems))
    body = body_of(search, columns, grid.rows[likely.below :], label)
    said = [*grid.rows[: likely.below - 1], *body.notes]
    columns, datum = with_stated_datum(columns, search.vocabulary.points, body.rows, said, label)
    found_all = (*grid.problems, *problems, *body.problems, *datum)
    if any(p.severity is Severity.ERROR for p in found_all):
        raise DataError(found_all)
    return Table(label, columns, body.rows, found_all)


def table_of_records(
    fields: Sequence[str], rows: tuple[Row, ...], vocabulary: Vocabulary, label: str
) -> Table:
    """Return the records of a layer as a table.

    Raises
    ------
    DataError
        A column is missing or there twice.
    """
    search = ColumnSearch(vocabulary)
    found = HeaderRows(0, tuple(fields), 0)
    columns, problems = search.match(found, label, layer=True)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    return Table(label, columns, rows, problems, spatial=True)


def refuse_too_many(rows: int, vocabulary: Vocabulary, label: str) -> None:
    """Refuse more rows than a table of a role can have, before time and memory go into them.

    Raises
    ------
    DataError
        ``too-many-rows``.
    """
    most = vocabulary.most_rows
    if most is not None and rows > most:
        raise DataError(
            error(
                "too-many-rows",
                Text(
                    f"行が多すぎます（約{rows:,}行、{most:,}行まで）",
                    f"has too many rows (some {rows:,}, at most {most:,})",
                ),
                Text("使う行だけのファイルにしてください", "keep only the rows that are used"),
                file=label,
            )
        )


def is_table(path: str | Path) -> bool:
    """Tell whether a file is a table and not a layer, by suffix, content or the files in a zip.

    A zip with a layer is one, whatever else is in it.
    """
    source = Path(path)
    suffix = source.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        return True
    if not is_zip(source):
        return vector_format(source) is None
    names = _member_names(source)
    return not any(PurePosixPath(name).suffix in VECTOR_SUFFIXES for name in names)


def is_zip_of_tables(path: str | Path) -> bool:
    """Tell whether a file is a zip with tables and no layer in it."""
    if not is_zip(path):
        return False
    suffixes = {PurePosixPath(name).suffix for name in _member_names(Path(path))}
    return bool(suffixes & TABLE_SUFFIXES) and not suffixes & VECTOR_SUFFIXES


def read_grid(
    path: Path,
    search: ColumnSearch,
    *,
    label: str,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Grid:
    """Return all rows of a table, its header not yet looked for.

    Parameters
    ----------
    path : Path
        As for `read_table`.
    search : ColumnSearch
        The columns that are looked for: they tell separators and sheets apart.
    label : str
        The file's name in messages.
    sheet, encoding : str, optional
        As for `read_table`.

    Raises
    ------
    MissingFileError, DataError
        As for `read_table`.
    """
    if not path.is_file():
        raise MissingFileError(
            file_missing(IsADirectoryError() if path.is_dir() else None, file=label)
        )
    suffix = path.suffix.lower()
    if suffix == ".zip" or (is_zip(path) and suffix not in _WORKBOOK):
        names = _member_names(path)
        if "xl/workbook.xml" not in names and not _other_package(names):
            with open_archive(path, suffixes=TABLE_SUFFIXES, label=label) as archive:
                tables = archive.members
                if len(tables) != 1:
                    raise DataError(_zip_contents(label, [m.name for m in tables]))
                inside = tables[0].path
                return _from_bytes(inside, search, label, sheet, encoding)
    return _from_bytes(path, search, label, sheet, encoding)


def _from_bytes(
    path: Path, search: ColumnSearch, label: str, sheet: str | None, encoding: str | None
) -> Grid:
    suffix = path.suffix.lower()
    data = _bytes(path, label)
    if is_old_workbook(data):
        return read_workbook(data, label, sheet, fit=search.fit, listed=search.listed)
    if data.startswith(b"PK\x03\x04"):
        other = _other_package(_member_names(path))
        if other is not None:
            raise DataError(_not_read(label, other))
        grid = read_workbook(data, label, sheet, fit=search.fit, listed=search.listed)
        if suffix in _WORKBOOK - {".xls"}:
            return grid
        return Grid(grid.rows, (_misleading(label, suffix), *grid.problems), grid.hidden_columns)
    if suffix in _WORKBOOK:
        raise DataError(_text_named_workbook(data, label))
    if suffix not in TABLE_SUFFIXES and b"\x00" in data[:1000]:
        raise DataError(_not_read(label, None))
    decoded = decode(data, label, encoding)
    if decoded.text.lstrip()[:1] == "<":
        raise DataError(_not_read(label, Text("HTML か XML", "HTML or XML")))
    refuse_too_many(decoded.text.count("\n"), search.vocabulary, label)
    grid = read_delimited(decoded.text, label, search.count)
    return Grid(grid.rows, (*decoded.problems, *grid.problems))


def _bytes(path: Path, label: str) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(_too_large(label))
        data = path.read_bytes()
    except OSError as cause:
        raise DataError(_locked(label, cause)) from cause
    if not data:
        raise DataError(empty_file(label))
    return data


def _member_names(path: Path) -> tuple[str, ...]:
    """Return the lower-case names in a zip; none where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as packed:
            return tuple(name.replace("\\", "/").lower() for name in packed.namelist())
    except (*ZIP_FAULTS, OSError):
        return ()


def _other_package(names: Sequence[str]) -> Text | None:
    """Return what a package of another program is called; None where it is none."""
    found = (Text(ja, en) for member, ja, en in _OTHER_PACKAGES if member in names)
    return next(found, None)


def no_rows(label: str, table: Table | None = None) -> Problem:
    """Return the problem of a table that ends with its header, or with the example of a form."""
    if table is not None and any(p.code == EXAMPLE_ROW for p in table.problems):
        return error(
            "only-example-rows",
            Text("記入例の行しかありません", "holds nothing but its example"),
            Text(
                "見出しの下に記入して保存してください（記入例の行は読みません）",
                "fill in rows below the header, and save it; the example is never read",
            ),
            file=label,
        )
    return error(
        "no-rows",
        Text("見出しの下にデータの行がありません", "there are no rows below the header"),
        Text("正しいファイル・シートか確認してください", "check the file and the sheet"),
        file=label,
    )


def _zip_contents(label: str, names: list[str]) -> Problem:
    found = ", ".join(names) or "-"
    return error(
        "zip-with-several-lists" if names else "zip-without-list",
        Text(
            f"zipの中の表を1つに決められません（候補: {found}）",
            f"the zip does not hold exactly one table (candidates: {found})",
        ),
        Text("展開して、使うファイルを直接指定してください", "unpack it and name the file to use"),
        file=label,
    )


def _locked(label: str, cause: OSError) -> Problem:
    """Report what Windows does to a file that is open in Excel."""
    reason = cause.strerror or type(cause).__name__
    return error(
        "file-unreadable",
        Text(f"ファイルを開けません（{reason}）", f"the file cannot be opened ({reason})"),
        Text(
            "Excel などで開いていれば閉じ、読み取りの権限を確認してください",
            "close it in Excel, and check that you may read it",
        ),
        file=label,
    )


def _too_large(label: str) -> Problem:
    limit = f"{_MOST_BYTES // 1024**2} MB"
    return error(
        "file-too-large",
        Text(f"表が大きすぎます（{limit} まで）", f"the table is too large (at most {limit})"),
        Text("使う行だけのファイルにしてください", "keep only the rows that are used"),
        file=label,
    )


def _misleading(label: str, suffix: str) -> Problem:
    return warning(
        "suffix-misleads",
        Text(
            f"拡張子は {suffix} ですが、中身は Excel ブックなのでそう読みました",
            f"is named {suffix} but is a workbook, and was read as one",
        ),
        Text("拡張子を .xlsx にしてください", "call it .xlsx"),
        file=label,
    )


def _text_named_workbook(data: bytes, label: str) -> Problem:
    if b"\x00" in data:
        return damaged(label)
    return error(
        "xlsx-damaged",
        Text(
            "Excel ブックではなくテキスト（CSV や HTML など）です",
            "this is not a workbook but text (CSV, HTML or the like)",
        ),
        Text(
            "CSV なら拡張子を .csv にし、ほかは Excel で開いて .xlsx で保存し直してください",
            "call it .csv if it is, else open it in Excel and save it again as .xlsx",
        ),
        file=label,
    )


def _not_read(label: str, what: Text | None) -> Problem:
    message = Text("この形式のファイルは読めません", "files of this kind are not read")
    if what is not None:
        message = Text(f"{what.ja}は読めません", f"is {what.en}, which is not read")
    return error(
        "format-unknown",
        message,
        Text(
            "Excel ブック（.xlsx）か CSV で保存し直してください",
            "save it again as .xlsx or CSV",
        ),
        file=label,
    )
