"""Facility lists from disk: one entry for every format they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from groundfloor.archives import is_zip
from groundfloor.columns import Vocabulary
from groundfloor.crs import rows_impossible
from groundfloor.folding import header_key
from groundfloor.grids import Grid, Row
from groundfloor.headers import ColumnSearch
from groundfloor.layer_choice import chosen_layer
from groundfloor.layers import Features, layers_of, read_features
from groundfloor.problems import (
    DataError,
    MissingFileError,
    Problem,
    Severity,
    SpotsError,
    Text,
    error,
    file_missing,
)
from groundfloor.shapes import (
    ShapeKind,
    is_empty,
    of_wrong_kind,
    point_coordinates,
    taken_apart,
)
from groundfloor.tables import (
    TABLE_SUFFIXES,
    Table,
    is_table,
    read_table,
    refuse_too_many,
    table_of,
    table_of_records,
)
from groundfloor.vector_files import vector_files
from spots.facilities.headers import list_vocabulary, unknown_columns
from spots.facilities.model import FacilityListError, LayerSpec, ListFormat, RawFacility
from spots.facilities.rows import read_rows
from spots.facilities.type_columns import with_type_column

# Columns that only the published format has, to catch a wrong file under a right name.
_EXPECTED = {
    ListFormat.P04: ("P04_001", "P04_002", "P04_003"),
    ListFormat.IRYO_JOHO: ("ID", "正式名称", "都道府県コード", "市区町村コード", "所在地"),
}

Aliases = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything that reading one list gave: usable rows and all findings, errors included.

    ``table`` is what the rows were read from, with the columns that nothing here reads; None
    where it could not be read.
    """

    raws: tuple[RawFacility, ...]
    problems: tuple[Problem, ...]
    table: Table | None = None


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
    refuse_errors(problems)
    return tuple(raw for scan in scans for raw in scan.raws), problems


def refuse_errors(problems: tuple[Problem, ...]) -> None:
    """Raise all problems of lists where one of them is an error.

    Raises
    ------
    FacilityListError, MissingFileError
        As `read_layer` says.
    """
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if errors and all(p.code == "file-missing" for p in errors):
        raise MissingFileError(problems)
    if errors:
        raise FacilityListError(problems)


def scan_layer(spec: LayerSpec, aliases: Aliases) -> Scan:
    """Read one list and return its findings, errors among them, instead of raising."""
    return _scan(spec, aliases, lambda vocabulary: _table(spec, vocabulary))


def scan_grid(spec: LayerSpec, aliases: Aliases, grid: Grid) -> Scan:
    """Read a list whose cells are in memory already, as `scan_layer` does those of a table."""

    def table(vocabulary: Vocabulary) -> Table:
        refuse_too_many(len(grid.rows), vocabulary, spec.shown)
        return table_of(grid, ColumnSearch(vocabulary), spec.shown)

    return _scan(spec, aliases, table)


def scan_features(
    spec: LayerSpec, aliases: Aliases, fields: Sequence[str], features: Features
) -> Scan:
    """Read a list whose points are in memory already, as `scan_layer` does those of a layer.

    Parameters
    ----------
    spec : LayerSpec
        The list.
    aliases : mapping of str to iterable of str
        As for `read_layer`.
    fields : sequence of str
        What the columns are called.
    features : Features
        Points in JGD2011 degrees; columns of texts, in the order of `fields`.
    """

    def table(vocabulary: Vocabulary) -> Table:
        refuse_too_many(len(features.geometry), vocabulary, spec.shown)
        rows, odd = _rows(features)
        made = table_of_records(fields, tuple(rows), vocabulary, spec.shown)
        return replace(made, problems=(*features.problems, *odd, *made.problems))

    return _scan(spec, aliases, table)


def _scan(spec: LayerSpec, aliases: Aliases, read: Callable[[Vocabulary], Table]) -> Scan:
    found = [*unknown_columns(aliases, spec.shown), *unknown_columns(spec.columns, spec.shown)]
    try:
        table = read(list_vocabulary(aliases, spec.columns))
    except SpotsError as fault:
        return Scan((), (*found, *fault.problems))
    table, taken = with_type_column(spec, table)
    found += [*table.problems, *_wrong_format(spec, table), *taken]
    raws, row_problems = read_rows(spec, table)
    return Scan(raws, (*found, *row_problems), table)


def _table(spec: LayerSpec, vocabulary: Vocabulary) -> Table:
    if not spec.path.is_file():
        fault = IsADirectoryError() if spec.path.is_dir() else None
        raise MissingFileError(file_missing(fault, file=spec.shown))
    layer = not is_table(spec.path)
    _refuse_mismatch(spec, layer=layer)
    if not layer:
        return read_table(
            spec.path, vocabulary, label=spec.shown, sheet=spec.sheet, encoding=spec.encoding
        )
    fields, rows, problems = _read_points(spec, vocabulary)
    table = table_of_records(fields, rows, vocabulary, spec.shown)
    return replace(table, problems=(*problems, *table.problems))


def _refuse_mismatch(spec: LayerSpec, *, layer: bool) -> None:
    suffix = spec.path.suffix.lower()
    known = layer or suffix in TABLE_SUFFIXES | {".zip"} or spec.format == ListFormat.TABLE
    wrong = (spec.format == ListFormat.VECTOR and not layer) or (
        spec.format in {ListFormat.TABLE, ListFormat.IRYO_JOHO} and layer
    )
    if (known or is_zip(spec.path)) and not wrong:
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
    keys = {header_key(h) for h in table.columns.header}
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


# --- layers of points

_POINT = 0  # of shapely
_NEEDS = Text(
    "医療機関名の列を持つ点のデータを指定してください", "give points with a column of names"
)


def _read_points(
    spec: LayerSpec, vocabulary: Vocabulary
) -> tuple[tuple[str, ...], tuple[Row, ...], tuple[Problem, ...]]:
    """Return the features of a vector file as rows, positions in JGD2011 degrees."""
    search = ColumnSearch(vocabulary)
    own = {column: (header,) for column, header in vocabulary.chosen.items() if header}
    known = {c: (*own.get(c, ()), *words) for c, words in vocabulary.names.items()}
    with vector_files(spec.path, label=spec.shown) as files:
        layers = [
            layer
            for file in files
            for layer in layers_of(
                file,
                encoding=spec.encoding,
                known=known,
                required=vocabulary.required,
                tables=True,
            )
        ]
        layer, problems = chosen_layer(
            layers,
            (lambda fields: not search.missing(search.named(fields)), lambda _columns: True),
            spec.shown,
            wanted=spec.sheet,
            needs=_NEEDS,
            first_of_several=len(files) == 1,
        )
        refuse_too_many(layer.rows, vocabulary, spec.shown)
        told = [*problems, *layer.problems]
        rows: list[Row] = []
        for part in read_features(layer, judged_by_row=True):
            found, odd = _rows(part)
            rows += found
            told += [*part.problems, *odd]
    return layer.fields, tuple(rows), tuple(told)


def _rows(part: Features) -> tuple[list[Row], list[Problem]]:
    apart = taken_apart(part.geometry, (ShapeKind.POINT,), part.label, first_row=part.first_row)
    shapes = apart.geometry
    # A multiple point of one point is what some programs write for every point.
    multiple = (shapely.get_type_id(shapes) > _POINT) & (shapely.get_num_geometries(shapes) == 1)
    single = np.where(multiple, shapely.get_geometry(shapes, 0), shapes)
    points = shapely.get_type_id(single) == _POINT
    numbers = np.arange(part.first_row, part.first_row + len(single))
    told = list(apart.problems)
    wrong = ~points & ~is_empty(single)
    if wrong.any():
        found = single[wrong][0].geom_type
        told.append(of_wrong_kind(numbers[wrong].tolist(), found, (ShapeKind.POINT,), part.label))
    x, y = point_coordinates(single).T
    finite = np.isfinite(x) & np.isfinite(y)
    odd = points & ~finite & ~is_empty(single)
    if odd.any():
        raise DataError([*told, rows_impossible(numbers[odd], part.label)])
    cells = zip(*part.columns.values(), strict=True) if part.columns else iter(() for _ in numbers)
    return [
        Row(number, tuple(texts), (float(lon), float(lat)) if known else None)
        for number, texts, lon, lat, known in zip(
            numbers.tolist(), cells, x, y, finite & points, strict=True
        )
    ], told
