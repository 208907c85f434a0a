"""The folder of a day: what is in force as GeoJSON, GeoPackage, CSV, workbook and map.

Stands apart: `ground_of_day` says what that is; here it becomes files, all of them or none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from groundfloor.disk import WrittenFile, as_bytes, refuse_foreign, whole_folder, written_files
from groundfloor.problems import DataError, Lang, Text, error
from spots.outputs.geopackage import layers_geopackage
from spots.outputs.layer_table import GeometryKind, LayerTable, area_of, filled_cells
from spots.outputs.layers import layer_table
from spots.outputs.table_page import page_csv, pages_xlsx
from spots.register.day_map import render_day
from spots.register.day_result import day_result
from spots.register.ground_of_day import GroundOfDay, day_pages
from spots.register.register import Register
from spots.register.register_export import designations_geojson
from spots.telling.register_columns import REGISTERED_UNIT_COLUMNS

GROUND = "ground"
_GEOJSON, _GPKG, _CSV = f"{GROUND}.geojson", f"{GROUND}.gpkg", f"{GROUND}.csv"
_XLSX, MAP = f"{GROUND}.xlsx", "map.html"
DAY_FILES = (_GEOJSON, _GPKG, _CSV, _XLSX, MAP)
#: Names the columns of our own CSV, so that another's folder is not taken for one of ours.
_HEAD = ",".join(column.name for column in REGISTERED_UNIT_COLUMNS)


def refuse_day_folder(out: Path, *, force: bool) -> None:
    """Refuse a folder that is there, unless it may be replaced and holds our files alone.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        It may not be replaced.
    """
    refuse_foreign(out, _ours, force=force)


def _ours(out: Path) -> list[str]:
    """Return the files of a day's folder; raise `DataError` for another's."""
    try:
        with (out / _CSV).open(encoding="utf-8-sig") as file:
            known = file.readline().strip() == _HEAD
    except (OSError, UnicodeDecodeError):
        known = False
    if not known:
        raise DataError(
            error(
                "not-a-day-folder",
                Text(
                    "spots plan at の出力フォルダではありません",
                    "this is no output of spots plan at",
                ),
                Text("別のフォルダを指定してください", "name another folder"),
                file=str(out),
            )
        )
    return list(DAY_FILES)


def write_day(
    register: Register, ground: GroundOfDay, out: Path, *, lang: Lang, force: bool = False
) -> tuple[WrittenFile, ...]:
    """Write the folder of a day on which an edition is in force.

    Parameters
    ----------
    register : Register
        The register.
    ground : GroundOfDay
        What is in force on the day.
    out : Path
        Folder to make.
    lang : Lang
        Language of words; machine names stay.
    force : bool
        Replace an older one.

    Raises
    ------
    OutputExistsError, ForeignFolderError, OutputError
        It is there, is another's, or cannot be written.
    """
    result = day_result(register, ground.held, ground.day)
    pages = day_pages(ground, register.path.name)
    tables = [designations_layer(ground, lang)]
    tables += [
        table
        for name in ("medical_areas", "municipalities")
        if (table := layer_table(result, name, lang)) is not None
    ]
    makers: dict[str, Callable[[], str | bytes]] = {
        _GEOJSON: lambda: designations_geojson(ground.rows, result.settings.attributions, lang),
        _GPKG: lambda: layers_geopackage(tables, lang),
        _CSV: lambda: page_csv(pages[0], lang),
        _XLSX: lambda: pages_xlsx(pages, lang),
        MAP: lambda: render_day(result, ground.held, ground.rows, lang),
    }
    with whole_folder(out, _ours, force=force) as aside:
        for name, make in makers.items():
            (aside / name).write_bytes(as_bytes(make()))
        return written_files(aside)


def designations_layer(ground: GroundOfDay, lang: Lang) -> LayerTable:
    """Return what is in force on a day as a layer; an institution itself has no shape."""
    return LayerTable(
        "designations",
        Text("効力のある設定", "Designations in force"),
        Text("1行が1つの設定です", "one row for each designation"),
        GeometryKind.AREA,
        tuple(c.column for c in REGISTERED_UNIT_COLUMNS),
        filled_cells(REGISTERED_UNIT_COLUMNS, ground.rows, lang),
        tuple(area_of(row.unit.geometry) for row in ground.rows),
    )
