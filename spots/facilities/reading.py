"""Facility lists from disk: one entry for every format they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from groundfloor.archives import is_zip, open_archive
from groundfloor.problems import (
    MissingFileError,
    Problem,
    Severity,
    SpotsError,
    Text,
    error,
    file_missing,
)
from groundfloor.vector_files import (
    SIDECAR_SUFFIXES,
    VECTOR_SUFFIXES,
    VectorFile,
    archived_vector_files,
    vector_files,
    vector_format,
)
from spots.facilities.csvgrid import read_rows as read_csv_rows
from spots.facilities.decoding import decode, empty_file
from spots.facilities.errors import FacilityListError
from spots.facilities.headers import (
    ALIASES,
    alias_table,
    find_header,
    header_key,
    map_columns,
    missing_name,
    unknown_columns,
)
from spots.facilities.model import LayerSpec, ListFormat, RawFacility, Row, Table
from spots.facilities.rows import read_rows
from spots.facilities.vector import read_points
from spots.facilities.xlsxgrid import read_sheet

_TEXT = frozenset({".csv", ".tsv", ".txt"})
_WORKBOOK = frozenset({".xlsx", ".xlsm"})
_OLD_WORKBOOK = frozenset({".xls"})
_TABLE = _TEXT | _WORKBOOK | _OLD_WORKBOOK
# Columns that only the published format has, to catch a wrong file under a right name.
_EXPECTED = {
    ListFormat.P04: ("P04_001", "P04_002", "P04_003"),
    ListFormat.IRYO_JOHO: ("ID", "正式名称", "都道府県コード", "市区町村コード", "所在地"),
}

Aliases = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything that reading one list gave: usable rows and all findings, errors included."""

    raws: tuple[RawFacility, ...]
    problems: tuple[Problem, ...]


def read_layer(
    spec: LayerSpec, aliases: Aliases
) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Read one facility list.

    Parameters
    ----------
    spec : LayerSpec
        The list.
    aliases : mapping of str to iterable of str
        The run file's extra headers by canonical column; may be empty.

    Returns
    -------
    tuple of RawFacility, tuple of Problem
        The rows in file order; warnings and notes.

    Raises
    ------
    FacilityListError, MissingFileError
        The list cannot be used; every error and warning found in it.
    """
    return read_layers((spec,), aliases)


def read_layers(
    specs: Iterable[LayerSpec], aliases: Aliases
) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Read all lists of a run; the errors of all are raised together. See `read_layer`."""
    scans = [scan_layer(spec, aliases) for spec in specs]
    problems = tuple(p for scan in scans for p in scan.problems)
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if errors and all(p.code == "file-missing" for p in errors):
        raise MissingFileError(problems)
    if errors:
        raise FacilityListError(problems)
    return tuple(raw for scan in scans for raw in scan.raws), problems


def scan_layer(spec: LayerSpec, aliases: Aliases) -> Scan:
    """Read one list and return its findings, errors among them, instead of raising."""
    found = [*unknown_columns(aliases, spec.shown), *unknown_columns(spec.columns, spec.shown)]
    names = alias_table(aliases)
    try:
        table, row, problems = _table(spec, aliases, names)
    except SpotsError as fault:
        return Scan((), (*found, *fault.problems))
    except OSError as cause:
        return Scan((), (*found, _locked(spec.shown, cause)))
    override = {c: h for c, h in spec.columns.items() if c in names}
    columns, header_problems = map_columns(table.header, names, override, spec.shown, row)
    found += [*problems, *_wrong_format(spec, table), *header_problems]
    if any(p.severity is Severity.ERROR for p in header_problems):
        return Scan((), tuple(found))
    raws, row_problems = read_rows(spec, table, columns)
    return Scan(raws, (*found, *row_problems))


def _table(
    spec: LayerSpec, aliases: Aliases, names: Mapping[str, tuple[str, ...]]
) -> tuple[Table, int | None, tuple[Problem, ...]]:
    """Return the table, the row of its header (None for features) and findings."""
    if not spec.path.is_file():
        fault = IsADirectoryError() if spec.path.is_dir() else None
        raise MissingFileError(file_missing(fault, file=spec.shown))
    with _unpacked(spec) as found:
        if not isinstance(found, Path):
            _refuse_mismatch(spec, found[0].path.suffix, is_vector=True)
            table, problems = read_points(found, spec, _words(spec, aliases))
            return table, None, problems
        suffix = found.suffix.lower()
        _refuse_mismatch(spec, suffix, is_vector=False)
        data = found.read_bytes()
    if not data:
        raise FacilityListError(empty_file(spec.shown))
    problems = ()
    if suffix in _WORKBOOK | _OLD_WORKBOOK or data.startswith(bytes.fromhex("D0CF11E0")):
        rows, problems = read_sheet(data, spec.shown, spec.sheet)
    else:
        rows = read_csv_rows(decode(data, spec.shown, spec.encoding), spec.shown, names)
    at = find_header(rows, names, spec.columns)
    if at is None:
        raise FacilityListError((*problems, _headless(rows, spec.shown)))
    return Table(rows[at].cells, rows[at + 1 :]), rows[at].number, problems


def _headless(rows: tuple[Row, ...], shown: str) -> Problem:
    """Report the row that looks most like a header, with what it holds."""
    likely = max(rows[:20], key=lambda row: (min(row.filled, 3), -row.number), default=None)
    if likely is None or not likely.filled:
        return empty_file(shown)
    return missing_name(likely.cells, shown, likely.number)


def _words(spec: LayerSpec, aliases: Aliases) -> dict[str, tuple[str, ...]]:
    """Return the headers that may stand for each canonical column, this file's own first."""
    own = {column: (header,) for column, header in spec.columns.items() if header}
    return {c: (*own.get(c, ()), *aliases.get(c, ()), *words) for c, words in ALIASES.items()}


@contextmanager
def _unpacked(spec: LayerSpec) -> Iterator[Path | tuple[VectorFile, ...]]:
    """Yield the table itself or the one in a zip; or vector files, which a zip may hold too."""
    suffix = spec.path.suffix.lower()
    if suffix not in _TABLE and (suffix == ".zip" or is_zip(spec.path)):
        with (
            open_archive(
                spec.path, suffixes=_TABLE | VECTOR_SUFFIXES | SIDECAR_SUFFIXES, label=spec.shown
            ) as archive,
            archived_vector_files(archive) as files,
        ):
            lists = archive.with_suffix(*_TEXT, *_WORKBOOK)
            if not files and len(lists) != 1:
                raise FacilityListError(_zip_contents(spec.shown, [m.name for m in lists]))
            yield files or lists[0].path
    elif suffix in _TABLE or vector_format(spec.path) is None:
        yield spec.path
    else:
        with vector_files(spec.path, label=spec.shown) as files:
            yield files


def _zip_contents(shown: str, names: list[str]) -> Problem:
    found = ", ".join(names) or "-"
    return error(
        "zip-without-list" if not names else "zip-with-several-lists",
        Text(
            f"zipの中の一覧を1つに決められません(候補: {found})",
            f"the zip does not hold exactly one list (candidates: {found})",
        ),
        Text(
            "展開して、使うファイルを直接指定してください",
            "unpack it and name the file to use",
        ),
        file=shown,
    )


def _locked(shown: str, cause: OSError) -> Problem:
    """Report what Windows does to a file that is open in Excel."""
    reason = cause.strerror or type(cause).__name__
    return error(
        "file-unreadable",
        Text(f"ファイルを開けません({reason})", f"the file cannot be opened ({reason})"),
        Text(
            "Excel などで開いていれば閉じ、読み取りの権限を確認してください",
            "close it in Excel, and check that you may read it",
        ),
        file=shown,
    )


def _refuse_mismatch(spec: LayerSpec, suffix: str, *, is_vector: bool) -> None:
    known = is_vector or suffix in _TABLE or spec.format == ListFormat.TABLE
    wrong = (spec.format == ListFormat.VECTOR and not is_vector) or (
        spec.format in {ListFormat.TABLE, ListFormat.IRYO_JOHO} and is_vector
    )
    if known and not wrong:
        return
    raise FacilityListError(
        error(
            "format-unknown",
            Text("この形式のファイルは読めません", "files of this kind are not read"),
            Text(
                "CSV、XLSX、シェープファイル、GeoJSON、GeoPackage、FlatGeobuf か、"
                "それらの zip を指定してください（format の指定も確認してください）",
                "give CSV, XLSX, a Shapefile, GeoJSON, GeoPackage, FlatGeobuf or a zip of one; "
                "check format too",
            ),
            file=spec.shown,
            value=suffix or spec.path.name,
        )
    )


def _wrong_format(spec: LayerSpec, table: Table) -> list[Problem]:
    expected = next((names for kind, names in _EXPECTED.items() if spec.format == kind), ())
    keys = {header_key(h) for h in table.header}
    missing = [name for name in expected if header_key(name) not in keys]
    if not missing:
        return []
    shown = ", ".join(missing)
    return [
        error(
            "format-columns-missing",
            Text(
                f"{spec.format} の列がありません: {shown}",
                f"columns of {spec.format} are missing: {shown}",
            ),
            Text("ファイルか format の指定を確認してください", "check the file or format"),
            file=spec.shown,
        )
    ]
