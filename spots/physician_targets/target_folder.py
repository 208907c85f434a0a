"""The folder of a table of targets: tables, workbook, chart, layer and map, all or nothing.

Stands apart: what is in a file is its own subject; here they become a folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from groundfloor.codec import readable_json
from groundfloor.decorations import attempted
from groundfloor.disk import (
    WrittenFile,
    refuse_foreign,
    sha256_of,
    whole_folder,
    written_files,
)
from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Lang, Problem
from spots.outputs.geopackage import GDAL_TROUBLE
from spots.outputs.manifest import file_entry, library_versions, lists_files
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

_FORMAT = "shortage-spots/targets"
RECORD = "targets.json"
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
    refuse_targets(out, force=force)
    contents = {name: _as_bytes(make()) for name, make in _tables(work, lang)}
    problems: list[Problem] = []
    for name, make in _decorations(work, lang):
        made, found = attempted(same(name), make)
        problems += found
        if made is not None:
            contents[name] = _as_bytes(made)
    moment = datetime.now(UTC).replace(microsecond=0)
    with whole_folder(out, _ours, force=force, trouble=GDAL_TROUBLE) as aside:
        for name, content in contents.items():
            (aside / name).write_bytes(content)
        record = {
            "tool": {"name": TOOL, "version": tool_version(), "kind": _FORMAT, "format": 1},
            "created": moment.isoformat(timespec="seconds"),
            "lang": lang.value,
            "versions": library_versions(),
            "inputs": [{"name": f.name, "sha256": sha256_of(f)} for f in work.files],
            **targets_json(work.report, lang),
            "files": [file_entry(f) for f in written_files(aside)],
        }
        (aside / RECORD).write_bytes(readable_json(record, as_given=True).encode())
        return written_files(aside), tuple(problems)


def refuse_targets(out: Path, *, force: bool) -> None:
    """Refuse a target that must not be replaced, before the work is done.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        As for `write_targets`.
    """
    refuse_foreign(out, _ours, force=force)


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


def _ours(out: Path) -> list[str]:
    """Return the names in a folder that an earlier table of targets wrote; empty when none did."""
    try:
        page = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    if not lists_files(page) or page["tool"].get("kind") != _FORMAT:
        return []
    return [*(str(entry["name"]) for entry in page["files"]), RECORD]


def _as_bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8")
