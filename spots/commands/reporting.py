"""How a command tells of progress and problems, prints its result and ends."""

from __future__ import annotations

import codecs
import errno
import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from groundfloor.aligned import cell_width, cut_to
from groundfloor.decorations import LEFT_OUT
from groundfloor.problem_groups import FEW, RowNames, group_lines, problem_groups, tone_of
from groundfloor.problems import (
    Lang,
    Problem,
    Severity,
    SpotsError,
    Text,
    UsageError,
    error,
    file_missing,
    why_not_written,
)
from groundfloor.toned_lines import Tone, TonedLine, toned

if TYPE_CHECKING:
    from groundfloor.disk import WrittenFile

# No room, no quota, a broken disk, a stream that somebody closed.
_STREAM_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF})
UNUSABLE_DATA, WRONG_USAGE, UNDETERMINED, INCOMPLETE = 1, 2, 3, 4
# A command loads half a million objects that stay, and makes little that goes in circles: the
# collector that walks them at each 700 new ones takes a fifth of what loading takes.
_OBJECTS = 100_000
ERRORS_SHOWN = 200  # of one kind: who mends a list wants all, but nobody reads a million


@contextmanager
def reporting(lang: Lang | None) -> Iterator[Lang]:
    """Give the language, and turn the project's errors into messages and an exit code."""
    chosen = lang or Lang.JA
    gc.set_threshold(_OBJECTS)
    try:
        yield chosen
    except SpotsError as fault:
        if len(fault.problems) <= ERRORS_SHOWN:
            tell(fault.problems, chosen)  # in the order in which they stand
        else:
            tell_grouped(fault.problems, chosen, few=ERRORS_SHOWN)
        wrong_usage = isinstance(fault, UsageError | FileExistsError)
        sys.exit(WRONG_USAGE if wrong_usage else UNUSABLE_DATA)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:  # click would say "Aborted!"
        click.echo(Text("\n中断しました", "\nstopped").render(chosen), err=True)
        sys.exit(UNUSABLE_DATA)
    except OSError as fault:  # an input that Excel holds open, or that the user may not read
        if fault.filename is None and not _working_folder_gone():
            end_without_stream(fault, chosen)
        gone = fault.filename is None
        problem = _FOLDER_GONE if gone else file_missing(fault, file=Path(fault.filename).name)
        click.echo(problem.render(chosen), err=True)
        sys.exit(UNUSABLE_DATA)


_FOLDER_GONE = error(
    "working-folder-gone",
    Text("作業中のフォルダが削除されています", "the working folder has been removed"),
    Text("cd で別のフォルダへ移ってください", "go to another folder with cd"),
)


def _working_folder_gone() -> bool:
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def end_without_stream(fault: OSError, lang: Lang) -> NoReturn:
    """End where what a command prints cannot be written; any other fault is raised again.

    Files of the command are written before it prints what they are.
    """
    if fault.filename is not None or fault.errno not in _STREAM_FAULTS:
        raise fault
    why = why_not_written(fault)
    problem = error(
        "stream-not-writable",
        Text(f"結果を表示できません（{why.ja}）", f"the result cannot be printed ({why.en})"),
        Text(
            "標準出力の向け先（ファイルやディスク）を確かめてください。出力先のファイルは書き出し済みです",
            "check where the standard output goes; files that were asked for are written",
        ),
    )
    with suppress(OSError):
        click.echo(problem.render(lang), err=True)
    # What is left in the stream would fail once more when Python ends.
    with suppress(OSError, ValueError, AttributeError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    sys.exit(UNUSABLE_DATA)


def stages(lang: Lang) -> Callable[[Text], None]:
    """Return a progress reporter: lines on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        return lambda _stage: None
    return lambda stage: click.echo(f"… {stage.render(lang)}", err=True)


@contextmanager
def stages_on_one_line(lang: Lang) -> Iterator[Callable[[Text], None]]:
    """Give a progress reporter whose stages take each other's place; silence in a pipe."""
    width = terminal_width(sys.stderr)
    if width is None:
        yield lambda _stage: None
        return

    def show(text: str) -> None:
        shown = cut_to(text, width - 1)
        blanks = " " * (width - 1 - cell_width(shown))
        click.echo(f"\r{shown}{blanks}", nl=False, err=True)

    try:
        yield lambda stage: show(f"… {stage.render(lang)}")
    finally:
        show("")
        click.echo("\r", nl=False, err=True)


def report_problems(
    problems: Sequence[Problem],
    lang: Lang,
    names: RowNames | None = None,
    *,
    workbook: bool = True,
) -> None:
    """Print warnings to stderr by kind, and how many notes there are beside them.

    Parameters
    ----------
    problems : sequence of Problem
        What the run found.
    lang : Lang
        Of the sentences.
    names : mapping, optional
        What stands in rows of files, by file and row.
    workbook : bool
        Whether there is a workbook to look them up in.
    """
    told = [p for p in problems if p.severity is not Severity.NOTE]
    tell_grouped(told, lang, more=_IN_FOLDER if workbook else _IN_RECORD, names=names)
    notes = len(problems) - len(told)
    if notes:
        text = (_NOTES if workbook else _NOTES_IN_RECORD).render(lang).format(notes)
        say_lines(toned(text, Tone.NOTE, terminal_width(sys.stderr)), err=True)


_IN_FOLDER = Text("run.json と table.xlsx にすべてあります", "all are in run.json and table.xlsx")
_IN_RECORD = Text("run.json にすべてあります", "all are in run.json")
_NOTES = Text(
    "確認事項 {} 件（統合など）は table.xlsx のシート「確認事項」と run.json にあります",
    "merges and other notes, in table.xlsx (sheet 'Findings') and in run.json: {}",
)
_NOTES_IN_RECORD = Text(
    "確認事項 {} 件（統合など）は run.json にあります", "merges and other notes, in run.json: {}"
)


def exit_code_of(problems: Iterable[Problem], *, undetermined: bool) -> int:
    """Return how a command ends whose verdicts are written.

    Parameters
    ----------
    problems : iterable of Problem
        What the run found.
    undetermined : bool
        Whether a facility is.

    Returns
    -------
    int
        4 where a map, report or layer could not be made, whatever the verdicts are; else 3 where
        a facility or a unit of ground is undetermined; else 0.
    """
    if any(p.code == LEFT_OUT for p in problems):
        return INCOMPLETE
    return UNDETERMINED if undetermined else 0


def tell(problems: Sequence[Problem], lang: Lang) -> None:
    """Print problems to stderr, notes too: these commands keep no record to look them up in."""
    width = terminal_width(sys.stderr)
    for problem in problems:
        say_lines(toned(problem.render(lang), tone_of(problem.severity), width), err=True)


def tell_grouped(
    problems: Iterable[Problem],
    lang: Lang,
    *,
    few: int = FEW,
    more: Text | None = None,
    names: RowNames | None = None,
) -> None:
    """Print problems to stderr by kind: of many a count, the first few, the remedy once.

    Parameters
    ----------
    problems : iterable of Problem
        Errors come first, then warnings, then notes.
    lang : Lang
        Of the sentences.
    few : int
        Up to so many of a kind are told one by one.
    more : Text, optional
        Where the others are.
    names : mapping, optional
        What stands in rows of files, by file and row.
    """
    width = terminal_width(sys.stderr)
    for group in problem_groups(problems):
        say_lines(
            group_lines(group, lang, few=few, width=width, more=more, names=names or {}), err=True
        )


def say_lines(lines: Iterable[TonedLine], *, err: bool = False) -> None:
    """Print lines in the colours of their tones."""
    for line in lines:
        say(click.style(line.text, **_STYLES.get(line.tone, {})), err=err)


_STYLES: Mapping[Tone, Mapping[str, Any]] = {
    Tone.HEADING: {"bold": True},
    Tone.GOOD: {"fg": "green"},
    Tone.OPEN: {"fg": "magenta", "bold": True},
    Tone.ERROR: {"fg": "red"},
    Tone.WARNING: {"fg": "yellow"},
    Tone.NOTE: {"fg": "cyan"},
    Tone.FAINT: {"dim": True},
}


def say(text: str, *, err: bool = False) -> None:
    """Print a line, in colours on a terminal alone and where nobody refuses them (NO_COLOR)."""
    click.echo(text, err=err, color=False if os.environ.get("NO_COLOR") else None)


def terminal_width(stream: TextIO) -> int | None:
    """Return how many cells a line of `stream` has; None where it is no terminal."""
    if not stream.isatty():
        return None
    return shutil.get_terminal_size().columns


def dump(value: object) -> None:
    """Print JSON to stdout, escaped where the stream cannot hold every character (CP932)."""
    whole = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name == "utf-8"
    click.echo(json.dumps(value, ensure_ascii=not whole, indent=2))


def name_files(written: Sequence[WrittenFile], out: Path | None, *, as_json: bool) -> None:
    """Name what was written: on stdout, or beside JSON on stderr."""
    for each in written:
        folder = out.parent if out is not None else Path()
        click.echo(f"{folder / each.name}  {each.size:,} B", err=as_json)
