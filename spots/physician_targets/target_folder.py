"""The folder of a table of targets: tables, workbook, chart, layer and map, all or nothing.

Stands apart: what is in a file is its own subject; here they become a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from groundfloor.decorations import attempted
from groundfloor.disk import (
    WrittenFile,
)
from groundfloor.problems import Lang, Problem, Text, note
from spots.outputs.recorded_folder import RecordedFolder
from spots.outputs.table_page import page_csv, pages_xlsx
from spots.physician_targets.target_chart import targets_chart
from spots.physician_targets.target_pages import (
    pages_of,
    sources_page,
    targets_csv,
    targets_json,
)
from spots.physician_targets.target_report import TargetWork
from spots.telling.wording import same

FOLDER = RecordedFolder("shortage-spots/targets", "targets.json")
Made = Callable[[], str | bytes]


def write_targets(
    work: TargetWork, out: Path, *, lang: Lang, force: bool = False
) -> tuple[tuple[WrittenFile, ...], tuple[Problem, ...]]:
    """Write the whole folder, or nothing.

    Parameters
    ----------
    work : TargetWork
        The table with its ground.
    out : Path
        The folder to make.
    lang : Lang
        Language of words in it.
    force : bool
        Replace `out` when it is empty or an earlier folder of targets.

    Returns
    -------
    files : tuple of WrittenFile
        Every file in the folder, by name.
    problems : tuple of Problem
        What could not be made.

    Raises
    ------
    OutputExistsError
        When `out` exists and `force` is not given.
    ForeignFolderError
        When it holds what this tool did not write.
    OutputError
        When it cannot be written.
    """
    FOLDER.refuse(out, force=force)
    contents = {name: make() for name, make in _tables(work, lang)}
    problems = [_no_map()] if work.ground and work.base is None else []
    for name, make in _decorations(work, lang):
        made, found = attempted(same(name), make)
        problems += found
        if made is not None:
            contents[name] = made
    facts = {
        "inputs": [{"name": name, "sha256": digest} for name, digest in work.inputs],
        **targets_json(work.report, lang),
    }
    return FOLDER.write(out, contents, facts, lang=lang, force=force), tuple(problems)


def _tables(work: TargetWork, lang: Lang) -> Iterator[tuple[str, Made]]:
    """Yield the files without which there is no folder."""
    yield "targets.csv", lambda: targets_csv(work.report, lang)
    if (page := sources_page(work.report, lang)) is not None:
        yield "sources.csv", lambda: page_csv(page, lang)


def _decorations(work: TargetWork, lang: Lang) -> Iterator[tuple[str, Made]]:
    """Yield what shows the tables otherwise: each may fail alone."""
    yield "targets.xlsx", lambda: pages_xlsx(tuple(pages_of(work.report, lang)), lang)
    yield "targets.svg", lambda: targets_chart(work.report, lang)
    if work.ground:
        from spots.physician_targets.target_layers import (  # noqa: PLC0415 - GDAL, where areas are given
            GEOPACKAGE,
            targets_geojson,
            targets_gpkg,
            targets_layer,
        )

        layer = targets_layer(work.report, work.ground, lang)
        yield "targets.geojson", lambda: targets_geojson(layer, work.base)
        yield GEOPACKAGE, lambda: targets_gpkg(layer, work.base, lang)
    if (base := work.base) is not None:
        from spots.physician_targets.target_map import targets_map  # noqa: PLC0415 - folium

        yield "map.html", lambda: targets_map(work.report, work.ground, base, lang)


def _no_map() -> Problem:
    return note(
        "target-no-map",
        Text(
            "境界ファイルだけでは地図（map.html）を作れません",
            "there is no map.html of a boundary file alone",
        ),
        Text(
            "--areas に spots run の結果のフォルダを指定すると、地図もできます",
            "with the folder of a result as --areas there is one",
        ),
    )
