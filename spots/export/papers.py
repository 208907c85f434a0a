"""What goes with the layers: a table of their fields, a note for people, and a list of files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from groundfloor.disk import WrittenFile
from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Lang, Problem, Text
from spots.export.exported import Format
from spots.outputs.layer_metadata import facts, summary
from spots.outputs.layers import EPSG, LayerTable
from spots.outputs.manifest import file_entry, lists_files
from spots.outputs.spreadsheet import csv_table
from spots.types import RunResult

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


def note_text(
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


def listing_json(
    *,
    kind: Format,
    lang: Lang,
    run: Mapping[str, str],
    tables: Sequence[LayerTable],
    problems: Iterable[Problem],
    files: Iterable[WrittenFile],
) -> str:
    """Return ``export.json``: of which run, which layers, what did not fit, which files.

    Parameters
    ----------
    kind : Format
        The format.
    lang : Lang
        Language of the sentences.
    run : mapping of str to str
        What tells the run apart.
    tables : sequence of LayerTable
        The layers.
    problems : iterable of Problem
        What the format could not hold.
    files : iterable of WrittenFile
        Everything else in the folder.
    """
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
    return json.dumps(page, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n"


def is_listing(page: object) -> bool:
    """Return whether parsed JSON is the listing of an export of this tool."""
    return lists_files(page) and "export_format" in page["tool"]
