"""What a run prints when it is done: what it decided, what is doubtful, the files, what is next.

Stands apart: `run` does the job; here is only how its end is told.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Problem, SpotsError, Text
from spots.commands.reporting import dump, report_problems, say, say_lines, terminal_width

if TYPE_CHECKING:
    from groundfloor.disk import WrittenFile
    from groundfloor.toned_lines import TonedLine
    from spots.comparing import RunComparison
    from spots.export.exported import Loaded
    from spots.library.result import Result
    from spots.types import RunResult


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run that is written, and what is to be said of it.

    Parameters
    ----------
    result : RunResult
        What it found.
    written : sequence of WrittenFile
        Its files.
    folder : Path
        Where they are.
    problems : tuple of Problem
        Of reading, judging and writing.
    former : RunComparison or None
        It beside the run that it is compared with.
    against : Path or None
        Where that one is, or was.
    loaded : Loaded or None
        What a database got.
    """

    result: RunResult
    written: Sequence[WrittenFile]
    folder: Path
    problems: Sequence[Problem]
    former: RunComparison | None = None
    against: Path | None = None
    loaded: Loaded | None = None


def print_finished(done: FinishedRun, lang: Lang, *, everything: bool) -> None:
    """Print a finished run for people: results to stdout, what is doubtful to stderr."""
    from spots.outputs import decided_lines, summary_table

    width = terminal_width(sys.stdout)
    changes = tuple(_changes(done, lang, width))
    if everything:
        click.echo(summary_table(done.result, lang))
        say_lines(changes)
    else:
        say_lines(decided_lines(done.result, lang, width, changes))
    click.echo()
    sys.stdout.flush()
    _tell_problems(done, lang)
    for file in done.written:
        click.echo(f"{done.folder / file.name}  {file.size:,} B")
    if done.loaded:
        from spots.export.exported import loaded_text

        click.echo(loaded_text(done.loaded, lang))
    for line in _next(done, lang):
        say(line)


def dump_finished(done: FinishedRun, lang: Lang) -> None:
    """Print a finished run for machines, and what is doubtful to stderr."""
    from spots.outputs import summary_json

    page = summary_json(done.result, done.written, lang)
    if done.former is not None:
        page["changes"] = _changes_page(done.former, done.against, lang)
    if done.loaded:
        from spots.export.exported import loaded_json

        page["database"] = loaded_json(done.loaded)
    _tell_problems(done, lang)
    dump(page)


def former_run(folder: Path, lang: Lang, *, named: bool) -> Result | None:
    """Return the run in a folder, to compare the new one with.

    Parameters
    ----------
    folder : Path
        The folder.
    lang : Lang
        Language.
    named : bool
        Whether the user named it: then what is wrong with it is an error, and not just no run.

    Raises
    ------
    FolderError
        It is named, and none of this tool's, or damaged.
    """
    from spots.library.result import read_result

    if not named and not folder.is_dir():
        return None
    try:
        return read_result(folder, lang=lang)
    except SpotsError:
        if named:
            raise
        return None


def compared(former: Result | None, new: Result, *, named: bool) -> RunComparison | None:
    """Return both runs beside each other; None without another, or of another prefecture."""
    if former is None:
        return None
    from spots.library.compared_results import Comparison

    try:
        return Comparison(former, new).found
    except SpotsError:
        if named:
            raise
        return None


def _tell_problems(done: FinishedRun, lang: Lang) -> None:
    from spots.outputs.asked_outputs import WORKBOOK

    workbook = any(file.name == WORKBOOK for file in done.written)
    report_problems(done.problems, lang, _names(done.result), workbook=workbook)


def _names(result: RunResult) -> dict[tuple[str, int], str]:
    facilities = (verdict.facility for verdict in result.verdicts)
    return {(row.file, row.row): f.name for f in facilities for row in f.rows}


def _changes(done: FinishedRun, lang: Lang, width: int | None) -> Iterator[TonedLine]:
    from spots.comparing.changes_in_short import short_changes

    if done.former is not None:
        yield from short_changes(done.former, str(done.against), lang, width)


def _changes_page(found: RunComparison, against: Path | None, lang: Lang) -> dict[str, object]:
    return {
        "against": str(against),
        "same": found.same,
        "facilities": [
            {
                "facility_id": change.shown.facility.id,
                "name": change.shown.facility.name,
                "before": change.old.state.value if change.old else None,
                "after": change.new.state.value if change.new else None,
                "summary": change.summary.render(lang),
            }
            for change in found.facilities
            if change.turned
        ],
    }


def _next(done: FinishedRun, lang: Lang) -> Iterator[str]:
    """Yield what may be typed next: why somebody is open or designated, what changed."""
    from spots.types import State

    folder = _quoted(str(done.folder))
    judged = [(v.state, v.facility.id, v.facility.name) for v in done.result.verdicts]
    judged += [(v.state, v.unit.id, v.unit.name) for v in done.result.units]
    open_ = [key for state, key, _ in judged if state is State.UNDETERMINED]
    taken = [name for state, _, name in judged if state is State.DESIGNATED]
    for who in (*open_, *taken)[:1]:
        why = Text("理由を見る", "why").render(lang)
        yield f"{why}: spots explain {folder} {_quoted(who)}"
    if done.against is not None and done.against.is_dir() and done.against != done.folder:
        against = _quoted(str(done.against))
        yield f"{Text('変化を見る', 'changes').render(lang)}: spots diff {against} {folder}"


def _quoted(word: str) -> str:
    return word if word and all(c.isalnum() or c in "/\\._-:~" for c in word) else f'"{word}"'
