"""GeoJSON, GeoPackage and Shapefile to a table whose rows carry longitude and latitude."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from boundaries.crs import JGD2011, to_jgd2011
from groundfloor.grids import Row
from groundfloor.problems import Problem, Text, error, warning
from spots.facilities.errors import FacilityListError

_SIDECARS = (".dbf", ".shx")


def read_vector(
    path: Path, shown: str, *, layer: str | None = None, encoding: str | None = None
) -> tuple[tuple[str, ...], tuple[Row, ...], tuple[Problem, ...]]:
    """Return the features of a vector file as rows, positions in JGD2011 degrees.

    Parameters
    ----------
    path : Path
        ``.geojson``, ``.gpkg`` or ``.shp``.
    shown : str
        Its name for messages.
    layer : str or None
        Layer of a GeoPackage; the first one by default.
    encoding : str or None
        Encoding of a DBF; otherwise the .cpg file, UTF-8 and CP932 are tried in this order.

    Returns
    -------
    tuple of str, tuple of Row, tuple of Problem
        The fields; one row per feature, numbered from 1; warnings on layers not read and on
        geometries that are not points.

    Raises
    ------
    FacilityListError
        Unreadable or damaged, a Shapefile without its DBF or SHX, no such layer.
    CrsError
        No coordinate reference system (a Shapefile without its PRJ).
    """
    if path.stat().st_size == 0:
        raise FacilityListError(_unreadable(shown, "0 bytes"))
    problems: list[Problem] = []
    if path.suffix.lower() == ".shp":
        _require_sidecars(path, shown)
        frame = _shapefile(path, shown, encoding)
    else:
        layer, others = _layer(path, shown, layer)
        problems += others
        frame = _read(path, shown, layer=layer)
    if not isinstance(frame, gpd.GeoDataFrame):
        frame = gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs=JGD2011)
    frame = to_jgd2011(frame, label=shown)
    attributes = frame.drop(columns=frame.geometry.name)
    rows = []
    for number, (geometry, values) in enumerate(
        zip(frame.geometry, attributes.itertuples(index=False, name=None), strict=True), start=1
    ):
        point, problem = _point(geometry, shown, number)
        problems += [problem] if problem else []
        rows.append(Row(number, tuple(_text(v) for v in values), point))
    header = tuple(str(c) for c in attributes.columns)
    return header, tuple(rows), tuple(problems)


def _read(path: Path, shown: str, **options: Any) -> Any:
    try:
        return pyogrio.read_dataframe(path, **options)
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError) as cause:
        raise FacilityListError(_unreadable(shown, str(cause).replace(str(path), shown))) from cause


def _require_sidecars(path: Path, shown: str) -> None:
    present = {p.suffix.lower() for p in path.parent.glob("*") if p.stem == path.stem}
    missing = [suffix for suffix in _SIDECARS if suffix not in present]
    if missing:
        names = ", ".join(path.stem + suffix for suffix in missing)
        raise FacilityListError(
            error(
                "shapefile-incomplete",
                Text(f"シェープファイルの一部がありません: {names}", f"parts are missing: {names}"),
                Text(
                    "同じ名前のファイル一式(.shp .shx .dbf .prj)を同じフォルダに置いてください",
                    "put all files of that name (.shp .shx .dbf .prj) in one folder",
                ),
                file=shown,
            )
        )


def _shapefile(path: Path, shown: str, encoding: str | None) -> Any:
    """Try encodings strictly: GDAL alone would take CP932 for Latin-1 without a .cpg."""
    tried = (encoding,) if encoding else (*_declared(path), "UTF-8", "CP932")
    for candidate in tried:
        try:
            return _read(path, shown, encoding=candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    raise FacilityListError(
        error(
            "wrong-encoding",
            Text(
                f"DBF の文字を読めません(試した文字コード: {'、'.join(tried)})",
                f"the DBF's text cannot be read (tried {', '.join(tried)})",
            ),
            Text(
                "encoding を指定するか、.cpg ファイルを確認してください",
                "name its encoding, or check the .cpg file",
            ),
            file=shown,
        )
    )


def _declared(path: Path) -> tuple[str, ...]:
    """Return the encoding that the .cpg file names, as Python calls it."""
    cpg = next(
        (p for p in (path.with_suffix(".cpg"), path.with_suffix(".CPG")) if p.is_file()), None
    )
    if cpg is None:
        return ()
    name = cpg.read_bytes()[:40].decode("ascii", errors="ignore").strip()
    # ESRI writes plain numbers: 932, 65001.
    name = {"932": "CP932", "65001": "UTF-8", "SJIS": "CP932", "SHIFT_JIS": "CP932"}.get(
        name.upper().removeprefix("ANSI ").replace("-", "_"), name
    )
    try:
        codecs.lookup(name)
    except LookupError:
        return ()
    return (name,)


def _layer(path: Path, shown: str, wanted: str | None) -> tuple[str | None, list[Problem]]:
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
    except DataSourceError as cause:
        raise FacilityListError(_unreadable(shown, str(cause).replace(str(path), shown))) from cause
    found = ", ".join(names)
    if wanted is not None and wanted not in names:
        raise FacilityListError(
            error(
                "layer-missing",
                Text(
                    f"その名前のレイヤがありません(あるのは: {found})",
                    f"there is no such layer (found: {found})",
                ),
                Text("sheet の指定を確認してください", "check the name given as sheet"),
                file=shown,
                value=wanted,
            )
        )
    if wanted is not None or len(names) <= 1:
        return wanted, []
    return names[0], [
        warning(
            "other-layers-not-read",
            Text(
                f"レイヤ「{names[0]}」だけを読みました(あるのは: {found})",
                f"only layer {names[0]!r} was read (found: {found})",
            ),
            Text("別のレイヤは sheet で指定してください", "name another layer with sheet"),
            file=shown,
        )
    ]


def _point(
    geometry: Any, shown: str, number: int
) -> tuple[tuple[float, float] | None, Problem | None]:
    if geometry is None or geometry.is_empty:
        return None, None
    if geometry.geom_type == "MultiPoint" and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    if geometry.geom_type == "Point":
        return (float(geometry.x), float(geometry.y)), None
    return None, warning(
        "geometry-not-a-point",
        Text("図形が点ではありません(位置なしとして扱います)", "the geometry is not one point"),
        Text("点のレイヤにしてください", "give a layer of points"),
        file=shown,
        row=number,
        value=geometry.geom_type,
    )


def _text(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, float):  # an integer column with gaps arrives as floats
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _unreadable(shown: str, cause: str) -> Problem:
    return error(
        "vector-unreadable",
        Text(f"地図データとして読めません({cause})", f"is not readable as map data ({cause})"),
        Text(
            "QGIS で開けるか確認し、書き出し直してください",
            "check that QGIS opens it, then export it again",
        ),
        file=shown,
    )
