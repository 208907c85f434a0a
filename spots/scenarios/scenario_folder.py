"""The folder of scenarios: complete or absent, and never somebody else's files.

Stands apart: what is in a file is its own subject; here they become a folder.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from groundfloor.decorations import attempted
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Problem, Text, note
from spots.job.run_file import Job
from spots.outputs.recorded_folder import RecordedFolder
from spots.scenarios.robustness_files import robustness_files
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_book import scenarios_xlsx
from spots.scenarios.scenario_inputs import RECORD, inputs_read
from spots.scenarios.scenario_layers import scenarios_gpkg
from spots.scenarios.scenario_map import scenarios_map
from spots.scenarios.scenario_report import scenarios_pdf
from spots.scenarios.scenario_tables import (
    MOST_CELLS,
    cells_csv,
    groups_csv,
    robustness_csv,
    scenarios_csv,
    states_csv,
)
from spots.telling.wording import same
from spots.types import RunResult
from spots.types.robustness import Robustness
from spots.types.scenario_table import NOT_LISTED

FOLDER = RecordedFolder("shortage-spots/scenarios", RECORD)
SCENARIO_COPY = "scenarios.toml"
CELLS = "cells.csv"
RANKED_MAP = "robustness.html"
Writer = Callable[[ScenarioAnswers, Lang], str | bytes]
#: The tables: without one of them there is no folder.
TABLES: dict[str, Writer] = {
    "scenarios.csv": scenarios_csv,
    "facilities.csv": robustness_csv,
    "states.csv": states_csv,
    "groups.csv": groups_csv,
}


def decorations() -> dict[str, Writer]:
    """Return the writers of what shows the tables otherwise: each may fail alone."""
    return {
        "map.html": scenarios_map,
        "report.pdf": scenarios_pdf,
        "scenarios.xlsx": scenarios_xlsx,
        "scenarios.gpkg": scenarios_gpkg,
    }


def write_scenarios(
    answers: ScenarioAnswers, job: Job, out: Path, *, lang: Lang, force: bool = False
) -> tuple[tuple[WrittenFile, ...], tuple[Problem, ...]]:
    """Write the whole folder, or nothing.

    Parameters
    ----------
    answers : ScenarioAnswers
        What the scenarios come to.
    job : Job
        The job of the run file.
    out : Path
        The folder to make.
    lang : Lang
        Language of words in it.
    force : bool
        Replace `out` when it is empty or holds nothing but scenarios of this tool.

    Returns
    -------
    files : tuple of WrittenFile
        Every file in the folder, by name.
    problems : tuple of Problem
        What could not be made, or was left out.

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
    contents, problems = _of_scenarios(answers, lang) if answers.asks else ({}, [])
    if (hangs := answers.robustness) is not None:
        contents |= robustness_files(hangs, lang)
        page, found = _ranked_map(answers.base, hangs, lang)
        contents |= page
        problems += found
    contents[SCENARIO_COPY] = answers.file.path.read_bytes()
    facts = _facts(answers, job, out)
    facts["problems"] = [p.as_json(lang) for p in (*answers.problems, *problems)]
    return FOLDER.write(out, contents, facts, lang=lang, force=force), tuple(problems)


def _of_scenarios(
    answers: ScenarioAnswers, lang: Lang
) -> tuple[dict[str, str | bytes], list[Problem]]:
    """Return the tables of scenarios and what shows them otherwise, and what could not be made."""
    contents = {name: writer(answers, lang) for name, writer in TABLES.items()}
    problems: list[Problem] = []
    if (rows := _count_cells(answers)) <= MOST_CELLS:
        contents[CELLS] = cells_csv(answers, lang)
    else:
        problems.append(_cells_left_out(rows))
    for name, writer in decorations().items():
        made, found = attempted(same(name), partial(writer, answers, lang))
        problems += found
        if made is not None:
            contents[name] = made
    return contents, problems


def _ranked_map(
    base: RunResult, hangs: Robustness, lang: Lang
) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the map of what hangs on hospitals and roads, which may fail alone."""
    from spots.map.rendering import render_ranked_map  # noqa: PLC0415 - not wanted without a ranking

    if not hangs.rankings:
        return {}, []
    draw = partial(render_ranked_map, base, hangs, lang)
    made, found = attempted(same(RANKED_MAP), draw)
    return {} if made is None else {RANKED_MAP: made.encode()}, list(found)


def scenario_output(job: Job) -> Path:
    """Return where the scenarios of a job go by themselves: beside its own output."""
    beside = job.output if job.record is None else job.record.folder
    return beside.with_name(f"{beside.name}-scenarios")


def _facts(answers: ScenarioAnswers, job: Job, out: Path) -> dict[str, Any]:
    table = answers.table
    return {
        "asked": {"lists": list(job.options.lists), "keys": list(job.options.keys)},
        "inputs": inputs_read(job, answers.file, answers.base, out),
        "counts": {
            "facilities": len(table.facilities),
            "scenarios": len(table.varied),
            "groups": len(answers.groups),
            "turning": len(answers.turning_rows),
        },
    }


def _count_cells(answers: ScenarioAnswers) -> int:
    return int((answers.table.states != NOT_LISTED).sum())


def _cells_left_out(rows: int) -> Problem:
    return note(
        "scenario-cells-left-out",
        Text(
            f"{CELLS} は{rows:,}行になるため作りません（上限{MOST_CELLS:,}行）",
            f"{CELLS} would have {rows:,} rows and is left out (at most {MOST_CELLS:,})",
        ),
        Text(
            "状態は states.csv にすべてあります。時間が必要なら、シナリオを分けて計算してください",
            "states.csv has all states; for the times, compute fewer scenarios at once",
        ),
    )
