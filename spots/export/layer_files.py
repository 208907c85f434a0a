"""The layers of a finished run as files of another format: complete, or not there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyogrio
from shapely.geometry.base import BaseGeometry

from groundfloor.disk import refuse_foreign, whole_folder, written_files
from groundfloor.problems import Lang, Problem, Text, error
from spots.export.exported import Exported, Format, RunRecord
from spots.export.layer_names import short_names
from spots.export.papers import (
    FIELDS,
    LISTING,
    NOTE,
    fields_csv,
    is_listing,
    listing_json,
    note_text,
)
from spots.export.shapefile import write_shapefile
from spots.outputs import geometry as rfc
from spots.outputs.conservation import check_rows
from spots.outputs.evidence import FolderError
from spots.outputs.geopackage import GDAL_TROUBLE, write_geopackage
from spots.outputs.layer_writing import fixed_clock, write_layer
from spots.outputs.layers import Cell, GeometryKind, LayerTable, layer_tables
from spots.outputs.qgis.styles import layer_styles
from spots.types import RunResult

GEOPACKAGE = "spots.gpkg"
_SUFFIXES = {Format.SHAPEFILE: ".shp", Format.FLATGEOBUF: ".fgb", Format.GEOJSON: ".geojson"}


def refuse_existing_export(out: Path, *, force: bool) -> None:
    """Refuse a folder that must not be replaced.

    Raises
    ------
    OutputExistsError
        When it exists and `force` is not given.
    ForeignFolderError
        When it holds anything but an export of this tool.
    """
    refuse_foreign(out, _listed, force=force)


def export_folder(
    result: RunResult, run: RunRecord, out: Path, kind: Format, *, lang: Lang, force: bool = False
) -> Exported:
    """Write the layers of a run in a format, with what explains them.

    Beside the layers stand a table of their fields (``fields.csv``), a note with sources
    (``README.txt``), QGIS styles where a format has none of its own, and a list of everything
    (``export.json``). The same run gives the same bytes.

    Parameters
    ----------
    result : RunResult
        The run.
    run : RunRecord
        What its manifest says of it.
    out : Path
        The folder to make.
    kind : Format
        The format.
    lang : Lang
        Language of reasons, aliases and notes.
    force : bool
        Replace `out` when it is an earlier export.

    Returns
    -------
    Exported
        The files, and what did not fit.

    Raises
    ------
    OutputExistsError
        When `out` exists and `force` is not given.
    ForeignFolderError
        When `out` holds what this tool did not write.
    OutputError
        When it cannot be written.
    ConservationError
        When rows would be lost; a defect of the tool.
    """
    refuse_existing_export(out, force=force)
    tables = layer_tables(result, lang)
    with whole_folder(out, GDAL_TROUBLE) as aside:
        names = _names(tables, kind)
        problems = _write_layers(result, tables, names, kind, lang, aside)
        _check_written(tables, kind, aside)
        (aside / FIELDS).write_bytes(fields_csv(tables, names))
        (aside / NOTE).write_bytes(note_text(result, tables, kind, problems, lang))
        listing = listing_json(
            kind=kind,
            lang=lang,
            run={"run_id": run.run_id, "evidence_sha256": run.evidence_sha256},
            tables=tables,
            problems=problems,
            files=written_files(aside),
        )
        (aside / LISTING).write_bytes(listing.encode("utf-8"))
        return Exported(written_files(aside), problems)


def _names(tables: Sequence[LayerTable], kind: Format) -> Mapping[str, Mapping[str, str]]:
    return {t.name: short_names(t) for t in tables} if kind is Format.SHAPEFILE else {}


def _write_layers(
    result: RunResult,
    tables: Sequence[LayerTable],
    names: Mapping[str, Mapping[str, str]],
    kind: Format,
    lang: Lang,
    folder: Path,
) -> tuple[Problem, ...]:
    if kind is Format.GEOPACKAGE:
        write_geopackage(result, lang, folder / GEOPACKAGE)
        return ()
    for style in layer_styles(tables, lang, names):  # QGIS takes a .qml beside a layer for its own
        (folder / f"{style.layer}.qml").write_bytes(style.qml.encode("utf-8"))
    if kind is Format.SHAPEFILE:
        return tuple(p for table in tables for p in write_shapefile(table, folder))
    for table in tables:
        if kind is Format.GEOJSON:
            text = layer_geojson(table, result.settings.attributions)
            (folder / f"{table.name}.geojson").write_bytes(text.encode("utf-8"))
        else:
            _write_flatgeobuf(table, folder, lang)
    return ()


def _write_flatgeobuf(table: LayerTable, folder: Path, lang: Lang) -> None:
    with fixed_clock():
        write_layer(
            table,
            folder / f"{table.name}.fgb",
            "FlatGeobuf",
            layer_options={
                # The format has no index over rows without a shape.
                "SPATIAL_INDEX": "YES" if table.complete and table.rows else "NO",
                "TITLE": table.title.render(lang),
                "DESCRIPTION": table.note.render(lang),
            },
        )


def _check_written(tables: Sequence[LayerTable], kind: Format, folder: Path) -> None:
    """Count what stands on disk: no layer loses a row on the way."""
    for table in tables:
        one = kind is Format.GEOPACKAGE
        file = folder / (GEOPACKAGE if one else f"{table.name}{_SUFFIXES[kind]}")
        layer = table.name if one else 0
        found = pyogrio.read_info(file, layer=layer, force_feature_count=True)["features"]
        check_rows(len(table.rows), found, f"{file.name} ({table.name})")


def _listed(out: Path) -> list[str]:
    """Return the names of what an earlier export wrote into `out`."""
    try:
        page = json.loads((out / LISTING).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise _no_export(out) from problem
    if not is_listing(page):
        raise _no_export(out)
    return [*(str(entry["name"]) for entry in page["files"]), LISTING]


def _no_export(out: Path) -> FolderError:
    what = Text("spots export の出力ではありません", "not an export of this tool")
    return FolderError(error("not-an-export", what, Text("", ""), file=str(out)))


def layer_geojson(table: LayerTable, attributions: Sequence[str]) -> str:
    """Return a layer as a feature collection, with whom to name as a foreign member."""
    names = [field.name for field in table.fields]
    lines = []
    for number, (row, shape) in enumerate(zip(table.rows, table.shapes, strict=True), 1):
        feature = {
            "type": "Feature",
            "id": number,
            "properties": {n: _plain(cell) for n, cell in zip(names, row, strict=True)},
            "geometry": None if shape is None else _geometry(shape, table.geometry),
        }
        lines.append(_json(feature))
    head = f'{{"type":"FeatureCollection","attribution":{_json(list(attributions))}'
    body = ",\n".join(lines)
    return f'{head},"features":[\n{body}\n]}}\n' if lines else f'{head},"features":[]}}\n'


def _plain(cell: Cell) -> str | int | float | bool | None:
    return cell.isoformat() if isinstance(cell, date) else cell


def _geometry(shape: BaseGeometry, kind: GeometryKind) -> rfc.GeoJsonGeometry | None:
    if kind is GeometryKind.POINT:
        return rfc.point(shape.x, shape.y)
    if kind is GeometryKind.AREA:
        return rfc.area(shape)
    if kind is GeometryKind.LINE:
        return rfc.line(shape)
    lines = [found for part in shape.geoms if (found := rfc.line(part))]
    if not lines:
        return None
    return {"type": "MultiLineString", "coordinates": [one["coordinates"] for one in lines]}  # type: ignore[dict-item]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
