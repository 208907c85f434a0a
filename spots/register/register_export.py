"""What a register's editions designate, for other programs: CSV, workbook, GeoJSON.

Stands apart: the register itself is a layer already; this is for what reads no GeoPackage.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groundfloor.disk import WrittenFile, write_whole
from groundfloor.problems import Lang, Text
from spots.outputs.geojson import Feature, area, collection
from spots.outputs.output_suffix import refuse_other_suffix
from spots.outputs.table_page import SUFFIXES, TablePage, write_page
from spots.register.register import Register
from spots.telling.columns import properties
from spots.telling.register_columns import REGISTERED_UNIT_COLUMNS, RegisteredUnit

_GEOJSON = ".geojson"


def refuse_export_suffix(path: Path) -> None:
    """Refuse a target of no form that designations are written in.

    Raises
    ------
    UsageError
        It is ``.csv``, ``.xlsx`` and ``.geojson`` in vain.
    """
    message = Text("この拡張子では書き出せません", "no export has this suffix")
    refuse_other_suffix(path, (*SUFFIXES, _GEOJSON), "plan-export-kind", message)


def write_designations(
    register: Register,
    page: TablePage[RegisteredUnit],
    path: Path,
    *,
    lang: Lang,
    force: bool = False,
) -> WrittenFile:
    """Write designations to a file.

    Parameters
    ----------
    register : Register
        The register.
    page : TablePage
        Its designations, as `units_page` gives them.
    path : Path
        ``.csv``, ``.xlsx`` or ``.geojson``.
    lang : Lang
        Language of reasons and words.
    force : bool
        Replace what is there.

    Raises
    ------
    UsageError
        Another suffix.
    OutputExistsError, OutputError
        A file is there and `force` is not given, or the target cannot be written.
    """
    refuse_export_suffix(path)
    if path.suffix.lower() == _GEOJSON:
        shown = {row.edition.number: row.edition for row in page.rows}
        runs = map(register.result, shown.values())
        named = dict.fromkeys(name for run in runs for name in run.settings.attributions)
        text = designations_geojson(page.rows, (*named,), lang)
        return write_whole(path, text, force=force)
    return write_page(page, path, lang=lang, force=force)


def designations_geojson(
    rows: Sequence[RegisteredUnit], attributions: Sequence[str], lang: Lang
) -> str:
    """Return designations as a feature collection; an institution itself has no geometry."""
    features = [
        Feature(
            f"{row.edition.number}/{row.unit.result}/{row.unit.unit}",
            properties(REGISTERED_UNIT_COLUMNS, row, lang),
            None if row.unit.geometry.is_empty else area(row.unit.geometry),
        )
        for row in rows
    ]
    return collection(attributions, features)
