"""The folder of a programme: the list, its periods, the workbook, a page for each cohort.

Stands apart: what is in a file is its own subject; here they become a folder, all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from groundfloor.decorations import attempted
from groundfloor.disk import WrittenFile, sha256_of
from groundfloor.problems import Lang, Problem
from spots.outputs.recorded_folder import RecordedFolder
from spots.outputs.table_page import page_csv, page_json, pages_xlsx
from spots.programmes.programme_list import ProgrammeList, list_page, periods_page
from spots.telling.wording import same

FOLDER = RecordedFolder("shortage-spots/programme", "programme.json")


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
    FOLDER.refuse(out, force=force)
    tables = {"institutions.csv": list_page(work), "periods.csv": periods_page(work)}
    contents: dict[str, str | bytes] = {n: page_csv(page, lang) for n, page in tables.items()}
    problems: list[Problem] = []
    for name, make in _decorations(work, lang):
        made, found = attempted(same(name), make)
        problems += found
        if made is not None:
            contents[name] = made
    facts = {
        "inputs": [{"name": f.name, "sha256": sha256_of(f)} for f in work.files],
        **page_json(list_page(work), lang),
        "problems": [p.as_json(lang) for p in (*work.problems, *problems)],
    }
    return FOLDER.write(out, contents, facts, lang=lang, force=force), tuple(problems)


def _decorations(work: ProgrammeList, lang: Lang) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield what shows the tables otherwise: each may fail alone."""
    from spots.programmes.programme_sheet import programme_pdf  # noqa: PLC0415 - loads the map

    yield "institutions.xlsx", lambda: pages_xlsx((list_page(work), periods_page(work)), lang)
    several = len(work.cohorts) > 1
    for cohort in work.cohorts:
        name = f"institutions_{cohort.id}.pdf" if several else "institutions.pdf"
        yield name, lambda cohort=cohort: programme_pdf(work, cohort, lang)  # type: ignore[misc]
