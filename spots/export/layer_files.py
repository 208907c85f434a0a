"""The layers of a finished run as files of another format: complete, or not there.

With them go a table of their fields, a note for people, and a list of all files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyogrio

from groundfloor.codec import readable_json
from groundfloor.disk import WrittenFile, refuse_foreign, whole_folder, written_files
from groundfloor.gdal_paths import plain_folder
from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Lang, Problem, Text, error
from spots.export.exported import Exported, Format, RunRecord
from spots.export.shapefile import short_names, write_shapefile
from spots.outputs.conservation import check_rows
from spots.outputs.evidence import FolderError
from spots.outputs.geopackage import GDAL_TROUBLE, fixed_clock, write_geopackage, write_layer
from spots.outputs.layer_geojson import layer_geojson
from spots.outputs.layer_metadata import facts, summary
from spots.outputs.layer_table import EPSG, LayerTable
from spots.outputs.layers import layer_tables
from spots.outputs.manifest import file_entry, lists_files
from spots.outputs.qgis.styles import layer_styles
from spots.outputs.spreadsheet import csv_table
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
    with whole_folder(out, _listed, force=force, trouble=GDAL_TROUBLE) as aside:
        names = _names(tables, kind)
        with plain_folder(aside) as place:
            problems = _write_layers(result, tables, names, kind, lang, place)
            _check_written(tables, kind, place)
        (aside / FIELDS).write_bytes(fields_csv(tables, names))
        (aside / NOTE).write_bytes(_note_text(result, tables, kind, problems, lang))
        listing = _listing_json(
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
    except (OSError, ValueError, RecursionError) as problem:
        raise _no_export(out) from problem
    if not _is_listing(page):
        raise _no_export(out)
    return [*(str(entry["name"]) for entry in page["files"]), LISTING]


def _no_export(out: Path) -> FolderError:
    what = Text("spots export の出力ではありません", "not an export of this tool")
    return FolderError(error("not-an-export", what, Text("", ""), file=str(out)))


# --- what goes with the layers

FORMAT_VERSION = 1
LISTING, FIELDS, NOTE = "export.json", "fields.csv", "README.txt"
_HEADER = (
    *("layer", "layer_ja", "layer_en", "field", "full_name", "alias_ja", "alias_en"),
    *("type", "unit", "note_ja", "note_en", "values_ja", "values_en"),
)
_NOTES: dict[Format, tuple[Text, ...]] = {
    Format.SHAPEFILE: (
        Text(
            "文字コードは CP932（Windows の Shift_JIS）です。CP932 にない文字は「〓」にしました",
            "Text is CP932 (Windows Shift_JIS); 〓 stands for characters that it lacks",
        ),
        Text(
            "文字列は 254 バイトまで、項目名は 10 バイトまでです。項目名の意味は fields.csv に"
            "あります",
            "Text is cut at 254 bytes and names are within ten; fields.csv explains the names",
        ),
        Text("はい・いいえは 1・0 です", "Yes and no are 1 and 0"),
    ),
    Format.FLATGEOBUF: (
        Text(
            "行は空間インデックスの順に並びます。施設の順番は facility_id で確かめてください",
            "Rows stand in the order of the spatial index; tell them apart by facility_id",
        ),
        Text(
            "座標のない施設を含むレイヤには空間インデックスがありません",
            "A layer with facilities that have no coordinates is without a spatial index",
        ),
    ),
    Format.GEOPACKAGE: (),
    Format.GEOJSON: (Text("座標は WGS84（RFC 7946）です", "Coordinates are WGS84 (RFC 7946)"),),
}


def fields_csv(tables: Iterable[LayerTable], names: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return a table of all fields of all layers, UTF-8 with BOM for Excel.

    Parameters
    ----------
    tables : iterable of LayerTable
        The layers.
    names : mapping of str to mapping
        For each layer, field names in the file where they are not the layer's own.
    """
    rows = []
    for table in tables:
        for field in table.fields:
            short = names.get(table.name, {}).get(field.name, field.name)
            values = [
                "; ".join(f"{c.value} = {c.label.render(lang)}" for c in field.codes)
                for lang in Lang
            ]
            rows.append(
                (
                    *(table.name, table.title.ja, table.title.en, short, field.name),
                    *(field.heading.ja, field.heading.en, field.stored.value, field.unit),
                    *(field.about.ja, field.about.en, *values),
                )
            )
    return csv_table(_HEADER, rows).encode()


def _note_text(
    result: RunResult,
    tables: Sequence[LayerTable],
    kind: Format,
    problems: Sequence[Problem],
    lang: Lang,
) -> bytes:
    """Return a note for whoever is handed the folder: what it is, its sources, what to know."""
    crs = "WGS84 (RFC 7946)" if kind is Format.GEOJSON else f"JGD2011 (EPSG:{EPSG})"
    lines = [result.settings.title.render(lang), "", summary(result, lang), ""]
    lines += [f"{Text('座標系', 'CRS').render(lang)}: {crs}", ""]
    lines += [Text("レイヤ", "Layers").render(lang)]
    lines += [f"  {t.name}: {t.title.render(lang)} ({_count(t, lang)})" for t in tables]
    lines += ["", Text("出典", "Sources").render(lang)]
    lines += [f"  {line}" for line in result.settings.attributions]
    lines += ["", Text("条件と入力", "Settings and inputs").render(lang)]
    lines += [f"  {line}" for line in facts(result, lang)]
    told = [n.render(lang) for n in _NOTES[kind]] + [p.render(lang) for p in problems]
    if told:
        lines += ["", Text("お読みください", "Please note").render(lang)]
        lines += [f"  {line}" for line in told]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _count(table: LayerTable, lang: Lang) -> str:
    rows = len(table.rows)
    count = Text(f"{rows:,} 行", f"{rows:,} rows" if rows != 1 else "1 row").render(lang)
    return f"{count}; {table.note.render(lang)}"


def _listing_json(
    *,
    kind: Format,
    lang: Lang,
    run: Mapping[str, str],
    tables: Sequence[LayerTable],
    problems: Iterable[Problem],
    files: Iterable[WrittenFile],
) -> str:
    """Return ``export.json``: of which run, which layers, what did not fit, which files."""
    page = {
        "tool": {"name": TOOL, "version": tool_version(), "export_format": FORMAT_VERSION},
        "kind": kind.value,
        "lang": lang.value,
        "run": dict(run),
        "layers": [
            {"name": t.name, "title": t.title.render(lang), "rows": len(t.rows)} for t in tables
        ],
        "problems": [p.as_json(lang) for p in problems],
        "files": [file_entry(f) for f in sorted(files, key=lambda f: f.name)],
    }
    return readable_json(page)


def _is_listing(page: object) -> bool:
    """Return whether parsed JSON is the listing of an export of this tool."""
    return lists_files(page) and "export_format" in page["tool"]
