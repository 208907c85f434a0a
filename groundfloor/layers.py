"""Layers of vector files: columns, attributes as text, geometries in JGD2011 degrees.

The one place where GDAL reads: whatever it, pyogrio, shapely or PROJ raise on damaged or hostile
bytes leaves here as a `DataError`, its warnings stay inside, and no file makes it ask for more
memory than its bytes are worth. Rooms choose layers and columns and say what they mean.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from groundfloor.attributes import decoded_cells, texts
from groundfloor.crs import CrsError, crs_unknown, in_degrees, parsed_crs
from groundfloor.dbf import DbfText, FieldName, read_dbf_text, whole_names
from groundfloor.problems import DataError, Problem, Text, error
from groundfloor.vector_files import VectorFile, VectorFormat, unreadable

#: Rows read at once: as objects they take some 1 KB each, packed a tenth of that.
ROWS_AT_ONCE = 250_000
_CELLS_AT_ONCE = 25_000_000
_JSON_FORMATS = (VectorFormat.GEOJSON, VectorFormat.GEOJSON_LINES)
# The driver named before the path: by content alone GDAL would also run pipelines (GDALG) and
# follow links (OGC API) that a JSON file holds.
_DRIVERS = {VectorFormat.GEOJSON: "GeoJSON", VectorFormat.GEOJSON_LINES: "GeoJSONSeq"}
_CRS_MEMBER = re.compile(rb'"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"([^"]{1,200})"')
_CRS_BYTES = 64 * 1024
_SHX_HEADER, _SHX_RECORD = 100, 8  # bytes
# What was seen raised on some ten thousand damaged files.
_READ_ERRORS = (
    RuntimeError,  # pyogrio's own errors
    ValueError,  # text that is no text, dates out of range
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    MemoryError,
    shapely.errors.ShapelyError,
)


@dataclass(frozen=True, slots=True)
class VectorLayer:
    """A layer that has not been read yet.

    Parameters
    ----------
    file : VectorFile
        The file it is in.
    name : str or None
        Its name where files hold several layers (GeoPackage), else None.
    label : str
        File name, and layer where the file has several, for messages.
    fields : tuple of str
        Column names.
    rows : int
        As the file claims.
    points : bool
        Whether it says that it holds points alone.
    crs : CRS or None
        None where the layer has no geometries.
    problems : tuple of Problem
        What was put right so far.
    names : tuple of FieldName
        Beside `fields`: how the columns are called inside the file.
    dbf : DbfText or None
        How to read a Shapefile's DBF; None where GDAL knows.
    """

    file: VectorFile
    name: str | None
    label: str
    fields: tuple[str, ...]
    rows: int
    points: bool
    crs: CRS | None
    problems: tuple[Problem, ...]
    names: tuple[FieldName, ...]
    dbf: DbfText | None

    @property
    def shown_name(self) -> str:
        """What a user calls it: the layer of a GeoPackage, else the file without its suffix."""
        return self.file.stem if self.name is None else self.name


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Rows of a layer.

    Parameters
    ----------
    label : str
        The layer's name for messages.
    geometry : (R,) array of shapely geometries
        Longitude and latitude in JGD2011, two-dimensional; None where a row has none.
    columns : Mapping of str to (R,) array
        Attributes by column name: texts (empty where a cell is), or as they are in the file.
    first_row : int
        Row in the file, from 1, of the first row here.
    problems : tuple of Problem
        What was put right on the way.
    """

    label: str
    geometry: NDArray[Any]
    columns: Mapping[str, NDArray[Any]]
    first_row: int = 1
    problems: tuple[Problem, ...] = ()


def layers_of(
    file: VectorFile,
    *,
    encoding: str | None = None,
    known: Mapping[str, Sequence[str]] | None = None,
    required: Collection[str] = (),
    tables: bool = False,
) -> tuple[VectorLayer, ...]:
    """Return the layers of a file, in its order, none of them read.

    Parameters
    ----------
    file : VectorFile
        The file.
    encoding : str, optional
        Encoding of a Shapefile's DBF, where its bytes are not to be asked.
    known : mapping of str to sequence of str, optional
        Words by which a role finds its columns, for names that a DBF cut short.
    required : collection of str
        Keys of `known` that a role needs.
    tables : bool
        Whether layers without geometries are wanted too.

    Raises
    ------
    DataError
        ``vector-unreadable``, ``unknown-encoding``, ``column-name-cut``.
    CrsError
        ``crs-missing``, ``crs-unknown``.
    """
    from pyogrio import list_layers  # noqa: PLC0415 - loads geopandas; a table needs neither

    listed = [
        (str(name), kind is not None)
        for name, kind in _quietly(file, list_layers)
        if tables or kind is not None
    ]
    several = file.format is VectorFormat.GEOPACKAGE
    if not listed and not several:
        raise DataError(unreadable(file.label))
    found = []
    for name, spatial in listed:
        label = f"{file.label}:{name}" if several and len(listed) > 1 else file.label
        layer = _layer(file, name if several else None, label, encoding, spatial=spatial)
        found.append(_with_whole_names(layer, known or {}, required))
    return tuple(found)


def _layer(
    file: VectorFile, name: str | None, label: str, encoding: str | None, *, spatial: bool
) -> VectorLayer:
    dbf = _dbf_text(file, encoding)
    if dbf is not None:
        _refuse_more_shapes(file, dbf)
    how = None if dbf is None else "ISO-8859-1"
    from pyogrio import read_info  # noqa: PLC0415 - as above

    info = _quietly(file, read_info, layer=name, encoding=how)
    written = [str(field) for field in info["fields"]]
    names = tuple(
        FieldName(field, field) if dbf is None else dbf.field_name(field) for field in written
    )
    return VectorLayer(
        file,
        name,
        label,
        _unique([field.text for field in names]),
        int(info["features"]),
        str(info["geometry_type"]).startswith(("Point", "MultiPoint")),
        _crs_of(file, info["crs"], label) if spatial else None,
        file.problems,
        names,
        dbf,
    )


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, numbered where one stands twice, which a DBF alone can have."""
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(made)


def _dbf_text(file: VectorFile, encoding: str | None) -> DbfText | None:
    if file.format is not VectorFormat.SHAPEFILE:
        return None
    if encoding is not None:
        try:
            "".encode(encoding)
        except (LookupError, ValueError) as cause:
            raise DataError(_unknown_encoding(file.label, encoding)) from cause
    return read_dbf_text(file.path.with_suffix(".dbf"), file.label, encoding=encoding)


def _refuse_more_shapes(file: VectorFile, dbf: DbfText) -> None:
    """Refuse shapes without a record: GDAL leaves them out without a word."""
    shapes = (file.path.with_suffix(".shx").stat().st_size - _SHX_HEADER) // _SHX_RECORD
    if shapes > dbf.header.records:
        raise DataError(_more_shapes(file.label, shapes, dbf.header.records))


def _crs_of(file: VectorFile, crs: object, label: str) -> CRS:
    if file.format not in _JSON_FORMATS:
        return parsed_crs(crs, label)
    # GDAL takes a "crs" that it does not know for none, and none is WGS84 by definition.
    with file.path.open("rb") as handle:
        named = _CRS_MEMBER.search(handle.read(_CRS_BYTES))
    if named is not None:
        parsed_crs(named[1].decode("utf-8", errors="replace"), label)
    return parsed_crs(crs or "EPSG:4326", label)


def _with_whole_names(
    layer: VectorLayer, known: Mapping[str, Sequence[str]], required: Collection[str]
) -> VectorLayer:
    if not any(field.broken or field.full for field in layer.names):
        return layer
    names, problems = whole_names(layer.names, known, required, layer.label)
    return replace(layer, fields=_unique(names), problems=(*layer.problems, *problems))


def read_features(
    layer: VectorLayer,
    columns: Sequence[str] | None = None,
    *,
    as_text: bool = True,
    judged_by_row: bool = False,
) -> Iterator[Features]:
    """Yield the rows of a layer, large ones in parts of `ROWS_AT_ONCE`; at least one.

    Parameters
    ----------
    layer : VectorLayer
        The layer.
    columns : sequence of str, optional
        Names out of its fields; all of them by default.
    as_text : bool
        Whether attributes become texts: whole numbers without a point, days as 2024-12-01, truth
        as ``true`` and ``false``, nothing as an empty text. Otherwise numbers stay numbers.
    judged_by_row : bool
        See `groundfloor.crs.in_degrees`.

    Raises
    ------
    DataError
        ``vector-unreadable``, ``vector-too-large``, ``wrong-encoding``.
    CrsError
        See `groundfloor.crs.in_degrees`.
    """
    wanted = [field for field in layer.fields if columns is None or field in columns]
    step = max(1, min(ROWS_AT_ONCE, _CELLS_AT_ONCE // max(len(wanted), 1)))
    if layer.file.format in _JSON_FORMATS:
        # GeoJSON is parsed whole anyway, and each part would parse it again.
        if layer.rows > step and layer.rows * len(wanted) > 4 * _CELLS_AT_ONCE:
            raise DataError(_too_large(layer, len(wanted)))
        step = max(layer.rows, 1)
    for skip in count(0, step):
        part = _read(layer, wanted, skip, step)
        rows = len(part.geometry)
        if layer.file.format is VectorFormat.FLATGEOBUF and rows < min(step, layer.rows - skip):
            raise DataError(unreadable(layer.label))  # GDAL stops where the file does
        if skip == 0 or rows:
            yield _finished(layer, part, as_text=as_text, judged_by_row=judged_by_row)
        if rows < step:
            return


@dataclass(frozen=True, slots=True, eq=False)
class _Raw:
    """What pyogrio gave: shapes in the file's system, and cells, some of which mean truths."""

    geometry: NDArray[Any]
    columns: Mapping[str, NDArray[Any]]
    truths: Collection[str]
    first_row: int


def _read(layer: VectorLayer, wanted: Sequence[str], skip: int, step: int) -> _Raw:
    shown = dict(zip(layer.fields, (name.raw for name in layer.names), strict=True))
    # Of two columns of one name pyogrio gives but the first when they are asked for by name.
    by_name = len({*shown.values()}) == len(shown)
    days = layer.dbf.day_fields if layer.dbf is not None and by_name else frozenset()
    asked = [field for field in wanted if shown[field] not in days]
    from pyogrio.raw import read  # noqa: PLC0415 - as above

    meta, fids, wkb, values = _quietly(
        layer.file,
        read,
        layer=layer.name,
        encoding=None if layer.dbf is None else "ISO-8859-1",
        columns=[shown[field] for field in asked] if by_name else None,
        force_2d=True,
        skip_features=skip,
        max_features=step,
        datetime_as_string=True,
        return_fids=True,
        read_geometry=layer.crs is not None,
        # Days as they are written: GDAL would take 2024-02-30 for one.
        **({"DATE_AS_STRING": "YES"} if layer.file.format in _JSON_FORMATS else {}),
    )
    shapes = np.full(len(fids), None, dtype=object)
    if wkb is not None:
        with np.errstate(invalid="ignore"):
            # What is no shape (a line of one point) comes as none, as an empty row does.
            shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    # pyogrio says in which order the columns come, which is not always that of asking.
    named = {raw: field for field, raw in shown.items()}
    given = [named[raw] for raw in meta["fields"]] if by_name else layer.fields
    cells = dict(zip(given, values, strict=True))
    if layer.dbf is not None:
        cells |= {f: layer.dbf.days(shown[f], fids) for f in wanted if shown[f] in days}
    kinds = dict(zip(given, meta.get("ogr_subtypes", [None] * len(given)), strict=True))
    truths = {field for field in asked if kinds[field] == "OFSTBoolean"}
    return _Raw(shapes, {field: cells[field] for field in wanted}, truths, skip + 1)


def _finished(layer: VectorLayer, part: _Raw, *, as_text: bool, judged_by_row: bool) -> Features:
    problems: list[Problem] = []
    columns: dict[str, NDArray[Any]] = {}
    first = part.first_row
    for name, values in part.columns.items():
        cells = values
        if layer.dbf is not None:
            cells, found = decoded_cells(
                values, layer.dbf.encoding, layer.label, column=name, first_row=first
            )
            problems += found
        columns[name] = texts(cells, truth=name in part.truths) if as_text else cells
    geometry = part.geometry
    if layer.crs is not None:
        placed = in_degrees(
            geometry, layer.crs, layer.label, first_row=first, judged_by_row=judged_by_row
        )
        geometry = placed.geometry
        problems += placed.problems if first == 1 else ()
    return Features(layer.label, geometry, columns, first, tuple(problems))


def _quietly(file: VectorFile, call: Callable[..., Any], **options: object) -> Any:
    driver = _DRIVERS.get(file.format)
    path = file.path if driver is None else f"{driver}:{file.path}"
    try:
        with warnings.catch_warnings():  # of GDAL, about oddities that do not matter here
            warnings.simplefilter("ignore")
            return call(path, **options)
    except NameError as cause:  # of pyogrio, when GDAL cannot write down the CRS it has read
        raise CrsError(crs_unknown(file.label)) from cause
    except _READ_ERRORS as cause:
        said = str(cause).replace(str(file.path), Path(file.label).name)
        raise DataError(unreadable(file.label, said.splitlines()[0] if said else "")) from cause


def _too_large(layer: VectorLayer, columns: int) -> Problem:
    return error(
        "vector-too-large",
        Text(
            f"大きすぎます（{layer.rows:,}行、{columns:,}列）",
            f"it is too large ({layer.rows:,} rows, {columns:,} columns)",
        ),
        Text(
            "必要な列だけを GeoPackage で書き出してください",
            "export only what is needed as GeoPackage",
        ),
        file=layer.label,
    )


def _more_shapes(label: str, shapes: int, records: int) -> Problem:
    return error(
        "shapefile-parts-differ",
        Text(
            f"図形（.shp）は{shapes:,}件ですが、属性（.dbf）は{records:,}件しかありません",
            f"the .shp holds {shapes:,} shapes but the .dbf only {records:,} records",
        ),
        Text(
            "同じときに書き出した一式をそろえるか、入手し直してください",
            "put files of one export together, or download it again",
        ),
        file=label,
    )


def _unknown_encoding(label: str, encoding: str) -> Problem:
    return error(
        "unknown-encoding",
        Text("知らない文字コードです", "is not an encoding this program knows"),
        Text("UTF-8 か CP932 を指定してください", "give UTF-8 or CP932"),
        file=label,
        value=encoding,
    )
