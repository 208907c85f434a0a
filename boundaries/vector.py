"""Polygon files as staff have them: Shapefile, GeoJSON, GeoPackage, alone or in a zip."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from boundaries.crs import to_jgd2011
from groundfloor.archives import is_zip, open_archive
from groundfloor.problems import (
    DataError,
    MissingFileError,
    Problem,
    Text,
    error,
    file_missing,
    warning,
)

_GEOJSON = (".geojson", ".json")
# GeoJSON first: of the twins in a 国土数値情報 zip it is the one whose encoding is certain.
_FORMATS = (*_GEOJSON, ".gpkg", ".shp")
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".qix", ".sbn", ".sbx")
# N03 zips also hold outlines of whole prefectures and 振興局, in which municipalities are melted.
_NOT_MUNICIPAL = ("_prefecture", "_subprefecture")
_PROBE_BYTES = 4 * 1024**2

ColumnTest = Callable[[Collection[str]], bool]


def read_vector(
    path: str | Path, *, layer: str | None, label: str, accepts: Sequence[ColumnTest]
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Read polygons of a file in EPSG:6668 with every attribute as text.

    Parameters
    ----------
    path : str or Path
        ``.shp``, ``.geojson``, ``.json``, ``.gpkg`` or a zip with one of these inside.
    layer : str or None
        Layer of a GeoPackage, or member of a zip by its name without suffix. Needed only when
        more than one would do.
    label : str
        File name for messages.
    accepts : sequence of callable
        Each tells from column names whether a layer will do; layers that pass an earlier test
        come before those that pass a later one.

    Returns
    -------
    frame : GeoDataFrame
        Polygons and MultiPolygons, EPSG:6668; columns as ``str`` or None; index is the record
        number, from 1.
    problems : tuple of Problem
        Repaired or empty geometries.

    Raises
    ------
    MissingFileError, DataError
        Missing, unreadable, of an unknown format, without polygons or without the columns.
    CrsError
        A format other than GeoJSON without a CRS.
    """
    source = Path(path)
    if not source.is_file():
        raise MissingFileError(file_missing(file=label))
    with _candidates(source, label) as files:
        file, chosen = _choose(files, layer, label, accepts)
        raw = _read(file, chosen, label)
        frame = to_jgd2011(raw, label=label, crs_implied=file.suffix.lower() in _GEOJSON)
    return _polygons(_as_text(frame), label)


@contextmanager
def _candidates(source: Path, label: str) -> Iterator[dict[str, Path]]:
    """Yield the vector files to choose from, by name without suffix, best format first."""
    suffix = source.suffix.lower()
    if suffix in _FORMATS:
        yield {source.stem: source}
        return
    if suffix != ".zip" and not is_zip(source):
        raise DataError(
            error(
                "unknown-vector-format",
                Text("境界データとして読めない形式です", "not a known boundary format"),
                Text(
                    "zip・Shapefile・GeoJSON・GeoPackageのいずれかを指定してください",
                    "give a zip, a Shapefile, GeoJSON or GeoPackage",
                ),
                file=label,
            )
        )
    with open_archive(source, suffixes={*_FORMATS, *_SIDECARS}, label=label) as archive:
        found: dict[str, Path] = {}
        for wanted in _FORMATS:
            for member in archive.with_suffix(wanted):
                found.setdefault(PurePosixPath(member.name).stem, member.path)
        yield found


def _choose(
    files: dict[str, Path], layer: str | None, label: str, accepts: Sequence[ColumnTest]
) -> tuple[Path, str | None]:
    """Return the one file and layer that has the columns."""
    found: dict[str, tuple[Path, str | None, list[str]]] = {}
    for stem, file in files.items():
        if layer is None and len(files) > 1 and stem.endswith(_NOT_MUNICIPAL):
            continue
        for name in _layers(file, label):
            shown = stem if name is None else name
            if layer is None or layer in {stem, shown}:
                found.setdefault(shown, (file, name, _columns(file, name, label)))
    for test in accepts:
        passing = [shown for shown, (_, _, columns) in found.items() if test(columns)]
        if len(passing) > 1:
            raise DataError(_several(sorted(passing), label))
        if passing:
            return found[passing[0]][:2]
    columns = {name for _, _, names in found.values() for name in names}
    raise DataError(_none_fits(sorted(columns), layer, label))


def _several(names: list[str], label: str) -> Problem:
    listed = ", ".join(names)
    return error(
        "several-layers",
        Text(f"使えるデータが複数あります: {listed}", f"several layers would do: {listed}"),
        Text("layerでどれか一つを指定してください", "name one of them with 'layer'"),
        file=label,
    )


def _none_fits(columns: list[str], layer: str | None, label: str) -> Problem:
    listed = ", ".join(columns) or "-"
    return error(
        "missing-column" if columns else "no-layer",
        Text(
            f"必要な列を持つデータがありません(見つかった列: {listed})",
            f"no layer has the columns needed (found: {listed})",
        ),
        Text(
            "国土数値情報のN03・A38か、コードと名称の列を持つデータを指定してください",
            "give N03 or A38 data, or data with a code and a name column",
        ),
        file=label,
        value=layer,
    )


def _layers(file: Path, label: str) -> list[str | None]:
    if file.suffix.lower() != ".gpkg":
        return [None]
    try:
        listed = pyogrio.list_layers(file)
    except (pyogrio.errors.DataSourceError, RuntimeError, ValueError) as cause:
        raise DataError(_unreadable(label)) from cause
    return [str(name) for name, kind in listed if kind is not None]


def _columns(file: Path, layer: str | None, label: str) -> list[str]:
    try:
        info = pyogrio.read_info(file, layer=layer, encoding=_encoding(file))
    except (pyogrio.errors.DataSourceError, RuntimeError, ValueError) as cause:
        raise DataError(_unreadable(label)) from cause
    return [str(name) for name in info["fields"]]


def _read(file: Path, layer: str | None, label: str) -> gpd.GeoDataFrame:
    try:
        frame = pyogrio.read_dataframe(file, layer=layer, encoding=_encoding(file))
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        shapely.errors.ShapelyError,
        RuntimeError,
        ValueError,
    ) as cause:
        raise DataError(_unreadable(label)) from cause
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(_no_polygons(label))
    return frame


def _unreadable(label: str) -> Problem:
    return error(
        "vector-unreadable",
        Text("境界データを読めません(壊れています)", "the boundary data cannot be read (damaged)"),
        Text(
            "ダウンロードし直すか、GISで開けるか確認してください",
            "download it again, or see whether a GIS opens it",
        ),
        file=label,
    )


def _encoding(file: Path) -> str | None:
    """Return the encoding of a Shapefile's DBF, judged by its bytes; None for other formats.

    国土数値情報 writes CP932, often without a ``.cpg``; GDAL would then assume Latin-1. A ``.cpg``
    is not believed when the bytes say otherwise.
    """
    if file.suffix.lower() != ".shp":
        return None
    dbf = next((p for p in file.parent.iterdir() if _is_dbf_of(p, file)), None)
    if dbf is None:
        return "utf-8"
    with dbf.open("rb") as handle:
        probe = handle.read(_PROBE_BYTES)
    header = int.from_bytes(probe[8:10], "little")
    for encoding in ("utf-8", "cp932"):
        try:
            # The probe may end inside a character, so no final check.
            codecs.getincrementaldecoder(encoding)().decode(probe[header:], final=False)
        except UnicodeDecodeError:
            continue
        return encoding
    cpg = dbf.with_suffix(".cpg")
    named = cpg.read_text("ascii", errors="replace").strip().lower() if cpg.is_file() else ""
    return "utf-8" if named in {"utf-8", "utf8", "65001"} else "cp932"


def _is_dbf_of(candidate: Path, file: Path) -> bool:
    return candidate.stem.casefold() == file.stem.casefold() and candidate.suffix.lower() == ".dbf"


def _as_text(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy with text attributes and record numbers from 1 as index."""
    data = {
        str(name): pd.Series([_text(v) for v in frame[name]], dtype=object)
        for name in frame.columns
        if name != frame.geometry.name
    }
    copy = gpd.GeoDataFrame(data, geometry=np.asarray(frame.geometry.values), crs=frame.crs)
    copy.index = pd.RangeIndex(1, len(copy) + 1)
    return copy


def _text(value: object) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating):
        if np.isnan(value):
            return None
        return str(int(value)) if float(value).is_integer() else str(value)
    text = str(value).strip()
    return text or None


def _polygons(frame: gpd.GeoDataFrame, label: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Keep polygons only, valid ones, and say what was done."""
    geometry = shapely.force_2d(np.asarray(frame.geometry.values, dtype=object))
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    problems = [
        warning(
            "empty-geometry",
            Text("形状のない行です", "the record has no geometry"),
            Text("元のデータを確認してください(この行は使いません)", "the record is left out"),
            file=label,
            row=int(number),
        )
        for number in frame.index[empty]
    ]
    invalid = ~shapely.is_valid(geometry) & ~empty
    if invalid.any():
        numbers = [int(n) for n in frame.index[invalid]]
        problems.append(_repaired(numbers, label))
    # "structure" keeps rings as rings; "linework" can turn a crossing into holes.
    fixed = geometry.copy()
    fixed[invalid] = shapely.make_valid(geometry[invalid], method="structure", keep_collapsed=False)
    polygonal = np.isin(shapely.get_type_id(fixed), (3, 6))
    kept = frame.set_geometry(gpd.GeoSeries(fixed, index=frame.index, crs=frame.crs))
    kept = kept[polygonal & ~shapely.is_empty(fixed)]
    if kept.empty:
        raise DataError([*problems, _no_polygons(label)])
    return kept, tuple(problems)


def _repaired(numbers: list[int], label: str) -> Problem:
    listed = ", ".join(str(n) for n in numbers[:10]) + (" …" if len(numbers) > 10 else "")  # noqa: PLR2004  enough to find them
    return warning(
        "geometry-repaired",
        Text(
            f"自己交差などのある形状{len(numbers)}件を修正しました(行 {listed})",
            f"{len(numbers)} invalid geometries were repaired (records {listed})",
        ),
        Text("形が正しいか地図で確認してください", "look at them on a map"),
        file=label,
        row=numbers[0],
    )


def _no_polygons(label: str) -> Problem:
    return error(
        "no-polygons",
        Text("ポリゴンが一つもありません", "the file holds no polygons"),
        Text("行政区域などの面データを指定してください", "give boundary data made of areas"),
        file=label,
    )
