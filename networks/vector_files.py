"""Lines and areas in the files a GIS writes: Shapefile, GeoJSON, GeoPackage, in zips or folders."""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from groundfloor.archives import is_zip, open_archive
from groundfloor.problems import MissingFileError, Problem, Text, error, file_missing
from networks.errors import NetworkDataError
from networks.geo import GEOGRAPHIC_EPSG

_GEOJSON = (".geojson", ".json")
FORMATS = (".gpkg", ".shp", *_GEOJSON)  # of twins under one name the first is read
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".qix", ".sbn", ".sbx")
_PROBE_BYTES = 4 * 1024**2
_ROWS_AT_ONCE = 250_000  # as objects they take some 1 KB each, packed a tenth of that
# JGD2011 and WGS84 are one system for this purpose: EPSG's transformation between them is null.
_SAME = (6668, 4326)
_READ_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    shapely.errors.ShapelyError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class VectorFile:
    """A file that GDAL can open, and its name for messages."""

    path: Path
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What one layer holds, in degrees.

    Parameters
    ----------
    label : str
        File name (and layer) for messages.
    geometry : (R,) array of shapely geometries
        Longitude and latitude in JGD2011, two-dimensional; None where a row has none.
    columns : Mapping of str to (R,) array
        Attributes by upper-case column name.
    first_row : int
        Row in the file, from 1, of the first row here.
    """

    label: str
    geometry: NDArray[Any]
    columns: Mapping[str, NDArray[Any]]
    first_row: int = 1


@contextmanager
def vector_files(path: str | Path) -> Iterator[tuple[VectorFile, ...]]:
    """Give the vector files of a path: a file, a zip, or a folder with files and zips.

    Of several formats under one name (国土数値情報 offers each mesh as Shapefile and GeoJSON) one
    is taken, so that nothing is read twice.

    Parameters
    ----------
    path : str or Path
        ``.shp``, ``.geojson``, ``.json``, ``.gpkg``, ``.zip`` or a folder.

    Yields
    ------
    tuple of VectorFile
        By name. Files out of zips live as long as the context.

    Raises
    ------
    MissingFileError
        When there is nothing at `path`.
    NetworkDataError
        When there is no vector file.
    DataError
        When a zip is damaged or unsafe, see `groundfloor.archives.open_archive`.
    """
    source = Path(path)
    if not source.exists():
        raise MissingFileError(file_missing(file=source.name))
    with ExitStack() as stack:
        found: list[VectorFile] = []
        inside = (
            sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        )
        for file in inside:
            if file.suffix.lower() in FORMATS:
                found.append(VectorFile(file, file.name))
            elif file.suffix.lower() == ".zip" or (file == source and is_zip(file)):
                archive = stack.enter_context(
                    open_archive(file, suffixes={*FORMATS, *_SIDECARS}, label=file.name)
                )
                found += [
                    VectorFile(member.path, f"{file.name}/{PurePosixPath(member.name).name}")
                    for member in archive.with_suffix(*FORMATS)
                ]
        if not found:
            raise NetworkDataError(_nothing_there(source.name))
        yield _without_twins(found)


def _without_twins(found: list[VectorFile]) -> tuple[VectorFile, ...]:
    best: dict[str, VectorFile] = {}
    for file in sorted(found, key=lambda f: (FORMATS.index(f.path.suffix.lower()), f.label)):
        best.setdefault(file.path.stem.casefold(), file)
    return tuple(best[stem] for stem in sorted(best))


def read_layers(
    file: VectorFile, wanted: Callable[[tuple[str, ...]], tuple[str, ...] | None]
) -> Iterator[Layer]:
    """Yield the layers of a file that have what is wanted, in degrees; large ones in parts.

    Parameters
    ----------
    file : VectorFile
        The file.
    wanted : callable
        Takes a layer's column names (upper case), returns those to read; None skips the layer.

    Raises
    ------
    NetworkDataError
        When it cannot be read, or its CRS is missing or unknown.
    """
    encoding = _encoding(file.path)
    for name in _layer_names(file):
        read = partial(_quietly, file, layer=name, encoding=encoding)
        info = read(pyogrio.read_info)
        actual = {str(field).upper(): str(field) for field in info["fields"]}
        chosen = wanted(tuple(actual))
        if chosen is None:
            continue
        label = file.label if file.path.suffix.lower() != ".gpkg" else f"{file.label}:{name}"
        read = partial(
            read, pyogrio.raw.read, columns=[actual[column] for column in chosen], force_2d=True
        )
        # GeoJSON is parsed whole anyway, and each part would parse it again.
        rows = max(int(info["features"]), 1)
        step = rows if file.path.suffix.lower() in _GEOJSON else _ROWS_AT_ONCE
        for skip in range(0, rows, step):
            meta, _, wkb, fields = read(skip_features=skip, max_features=step)
            names = (str(field).upper() for field in meta["fields"])
            with np.errstate(invalid="ignore"):
                # What is no shape (a line of one point) comes as none, as an empty row does.
                shapes = shapely.from_wkb(wkb, on_invalid="ignore")
            geometry = _in_degrees(shapes, meta["crs"], file.path, label)
            yield Layer(label, geometry, dict(zip(names, fields, strict=True)), skip + 1)


def _quietly(file: VectorFile, call: Callable[..., Any], **options: object) -> Any:
    try:
        with warnings.catch_warnings():  # of GDAL, about oddities that do not matter here
            warnings.simplefilter("ignore")
            return call(file.path, **options)
    except _READ_ERRORS as cause:
        raise NetworkDataError(_unreadable(file.label)) from cause


def _layer_names(file: VectorFile) -> list[str | None]:
    if file.path.suffix.lower() != ".gpkg":
        return [None]
    try:
        listed = pyogrio.list_layers(file.path)
    except _READ_ERRORS as cause:
        raise NetworkDataError(_unreadable(file.label)) from cause
    return [str(name) for name, kind in listed if kind is not None]


def _in_degrees(geometry: NDArray[Any], crs: str | None, path: Path, label: str) -> NDArray[Any]:
    if not crs and path.suffix.lower() in _GEOJSON:
        return geometry  # degrees by definition of the format
    if not crs:
        raise NetworkDataError(_no_crs(label))
    try:
        parsed = CRS.from_user_input(crs)
    except CRSError as cause:
        raise NetworkDataError(_no_crs(label, crs)) from cause
    if any(parsed.equals(CRS.from_epsg(code), ignore_axis_order=True) for code in _SAME):
        return geometry
    transformer = Transformer.from_crs(parsed, GEOGRAPHIC_EPSG, always_xy=True)
    moved: NDArray[Any] = shapely.transform(
        geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    return moved


def _encoding(path: Path) -> str | None:
    """Return the encoding of a Shapefile's DBF by its bytes: a missing or wrong .cpg is usual."""
    if path.suffix.lower() != ".shp":
        return None
    for dbf in (path.with_suffix(".dbf"), path.with_suffix(".DBF")):
        if dbf.is_file():
            break
    else:
        return "utf-8"
    with dbf.open("rb") as handle:
        probe = handle.read(_PROBE_BYTES)
    try:  # the probe may end inside a character, so no final check
        codecs.getincrementaldecoder("utf-8")().decode(
            probe[int.from_bytes(probe[8:10], "little") :], final=False
        )
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8"


def _nothing_there(label: str) -> Problem:
    known = " / ".join((*FORMATS, ".zip"))
    return error(
        "vector-none",
        Text("線や面のデータがありません", "it holds no lines or areas"),
        Text(f"{known} かそのフォルダを指定してください", f"give {known} or a folder of these"),
        file=label,
    )


def _unreadable(label: str) -> Problem:
    return error(
        "vector-unreadable",
        Text("データを読めません(壊れています)", "the data cannot be read (damaged)"),
        Text(
            "ダウンロードし直すか、GISで開けるか確かめてください",
            "download it again, or see whether a GIS opens it",
        ),
        file=label,
    )


def _no_crs(label: str, value: str | None = None) -> Problem:
    return error(
        "crs-missing" if value is None else "crs-unknown",
        Text("座標系が分かりません", "its coordinate reference system is not known"),
        Text(
            ".prj を添えるか、GISで座標系を設定して保存し直してください",
            "add the .prj, or set the CRS in a GIS and save it again",
        ),
        file=label,
        value=value,
    )
