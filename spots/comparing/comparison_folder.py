"""The folder of a comparison: complete or absent, and never somebody else's files."""

from __future__ import annotations

import json
from pathlib import Path

from groundfloor.disk import WrittenFile, refuse_foreign, whole_folder, written_files
from groundfloor.problems import Lang
from spots.comparing.changes import Comparison
from spots.comparing.changes_geojson import comparison_geojson
from spots.comparing.comparison_map import render_comparison
from spots.comparing.comparison_text import comparison_json
from spots.comparing.table_files import comparison_csv, comparison_xlsx
from spots.types import RunResult

RECORD = "diff.json"
_FORMAT = "shortage-spots/diff"


def write_comparison(
    found: Comparison,
    old: RunResult,
    new: RunResult,
    out: Path,
    *,
    lang: Lang = Lang.JA,
    force: bool = False,
) -> tuple[WrittenFile, ...]:
    """Write ``diff.csv``, ``diff.xlsx``, ``diff.geojson``, ``diff.html`` and ``diff.json``.

    Parameters
    ----------
    found : Comparison
        What `compare` found.
    old, new : RunResult
        The runs that it compared.
    out : Path
        The folder to make.
    lang : Lang
        Language of sentences, headings and the map.
    force : bool
        Replace `out` when it is empty or holds nothing but an earlier comparison.

    Returns
    -------
    tuple of WrittenFile
        Every file in the folder, by name; the same bytes for the same runs.

    Raises
    ------
    OutputExistsError
        When `out` exists and `force` is not given.
    ForeignFolderError
        When it holds what this tool did not write.
    OutputError
        When it cannot be written.
    """
    contents = {
        "diff.csv": comparison_csv(found, lang).encode(),
        "diff.geojson": comparison_geojson(found, lang).encode(),
        "diff.html": render_comparison(found, old, new, lang).encode(),
        "diff.xlsx": comparison_xlsx(found, old, new, lang),
    }
    record = {
        "format": _FORMAT,
        "files": [*contents, RECORD],
        "comparison": comparison_json(found, lang),
    }
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
    contents[RECORD] = f"{text}\n".encode()
    refuse_comparison(out, force=force)
    with whole_folder(out) as aside:
        for name, content in contents.items():
            (aside / name).write_bytes(content)
        return written_files(aside)


def own_files(out: Path) -> frozenset[str]:
    """Return the names in a folder that an earlier comparison wrote; empty when none did."""
    try:
        record = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    if not isinstance(record, dict) or record.get("format") != _FORMAT:
        return frozenset()
    names = record.get("files")
    return frozenset(str(n) for n in names) if isinstance(names, list) else frozenset()


def refuse_comparison(out: Path, *, force: bool) -> None:
    """Refuse a target that must not be replaced, before the work is done.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        As for `write_comparison`.
    """
    refuse_foreign(out, own_files, force=force)
