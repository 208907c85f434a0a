"""The folder of a programme: the list, its periods, the workbook, a page for each cohort.

Stands apart: what is in a file is its own subject; here they become a folder, all or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from groundfloor.codec import readable_json
from groundfloor.decorations import attempted
from groundfloor.disk import WrittenFile, refuse_foreign, sha256_of, whole_folder, written_files
from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Lang, Problem
from spots.outputs.manifest import file_entry, library_versions, lists_files
from spots.outputs.table_page import page_csv, page_json, pages_xlsx
from spots.programmes.programme_list import ProgrammeList, list_page, periods_page
from spots.telling.wording import same

_FORMAT = "shortage-spots/programme"
RECORD = "programme.json"


def write_programme(
    work: ProgrammeList, out: Path, *, lang: Lang, force: bool = False
) -> tuple[tuple[WrittenFile, ...], tuple[Problem, ...]]:
    """Write the whole folder, or nothing.

    Parameters
    ----------
    work : ProgrammeList
        The institutions.
    out : Path
        The folder to make.
    lang : Lang
        Language of words in it.
    force : bool
        Replace `out` when it is empty or an earlier folder of a programme.

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
    refuse_programme(out, force=force)
    tables = {"institutions.csv": list_page(work), "periods.csv": periods_page(work)}
    contents = {name: page_csv(page, lang).encode() for name, page in tables.items()}
    problems: list[Problem] = []
    for name, make in _decorations(work, lang):
        made, found = attempted(same(name), make)
        problems += found
        if made is not None:
            contents[name] = made
    record = {
        "tool": {"name": TOOL, "version": tool_version(), "kind": _FORMAT, "format": 1},
        "created": datetime.now(UTC).replace(microsecond=0).isoformat(timespec="seconds"),
        "lang": lang.value,
        "versions": library_versions(),
        "inputs": [{"name": f.name, "sha256": sha256_of(f)} for f in work.files],
        **page_json(list_page(work), lang),
        "problems": [p.as_json(lang) for p in (*work.problems, *problems)],
    }
    with whole_folder(out, _ours, force=force) as aside:
        for name, content in contents.items():
            (aside / name).write_bytes(content)
        record["files"] = [file_entry(f) for f in written_files(aside)]
        (aside / RECORD).write_bytes(readable_json(record, as_given=True).encode())
        return written_files(aside), tuple(problems)


def refuse_programme(out: Path, *, force: bool) -> None:
    """Refuse a target that must not be replaced, before the work is done.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        As for `write_programme`.
    """
    refuse_foreign(out, _ours, force=force)


def _decorations(work: ProgrammeList, lang: Lang) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield what shows the tables otherwise: each may fail alone."""
    from spots.programmes.programme_sheet import programme_pdf  # noqa: PLC0415 - loads the map

    yield "institutions.xlsx", lambda: pages_xlsx((list_page(work), periods_page(work)), lang)
    several = len(work.cohorts) > 1
    for cohort in work.cohorts:
        name = f"institutions_{cohort.id}.pdf" if several else "institutions.pdf"
        yield name, lambda cohort=cohort: programme_pdf(work, cohort, lang)  # type: ignore[misc]


def _ours(out: Path) -> list[str]:
    """Return the names in a folder that an earlier programme wrote; empty when none did."""
    try:
        page = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    if not lists_files(page) or page["tool"].get("kind") != _FORMAT:
        return []
    return [*(str(entry["name"]) for entry in page["files"]), RECORD]
