"""How the jobs of a batch ended: the outcomes, and their summary for people and machines."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from groundfloor.aligned import aligned, aligned_within
from groundfloor.decorations import LEFT_OUT
from groundfloor.problems import Lang, Problem, Severity, Text, one_line
from groundfloor.toned_lines import Tone, TonedLine, toned
from spots.outputs.spreadsheet import csv_table
from spots.telling.answer_columns import BATCH_COLUMNS, BATCH_FINISHED, BATCH_RESULTS
from spots.telling.columns import Value
from spots.telling.labels import STATE_LABELS
from spots.telling.units import square_kilometres
from spots.types import OutputChoice, RunResult, State

FORMAT = "shortage-spots/batch"
_NAME_LIMIT = 40
_ERROR_LIMIT = 160


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One job of a batch.

    Parameters
    ----------
    name : str
        Its folder below the batch's output; unique and safe as a folder name.
    run_file : Path
        The run file.
    facilities : tuple of str
        Lists that take the place of the run file's, as `spots.read_run_file` takes them.
    settings : tuple of str
        ``KEY=VALUE`` of keys that are otherwise, as it takes them too.
    outputs : OutputChoice or None
        What is written, where it is not what the run file says.
    """

    name: str
    run_file: Path
    facilities: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    outputs: OutputChoice | None = None

    @property
    def check(self) -> str:
        """The command that looks at what is wrong with it: with its own lists and settings."""
        lists = (f"--facilities {shlex.quote(each)}" for each in self.facilities)
        keys = (f"--set {shlex.quote(each)}" for each in self.settings)
        return " ".join(("spots check", shlex.quote(str(self.run_file)), *lists, *keys))


@dataclass(frozen=True, slots=True)
class Tally:
    """Facilities of a run by state, and its spots."""

    facilities: int
    spots: int
    designated: int
    excluded: int
    moot: int
    not_met: int
    undetermined: int


@dataclass(frozen=True, slots=True)
class ResultTally:
    """Units of ground of one result of a run by state, and its ground."""

    result: str
    title: Text
    units: int
    designated: int
    excluded: int
    moot: int
    not_met: int
    undetermined: int
    km2: float


def result_tallies(result: RunResult) -> tuple[ResultTally, ...]:
    """Return the tallies of a run's results; none where it judges facilities alone.

    Parameters
    ----------
    result : RunResult
        The run.
    """
    states = Counter((verdict.result, verdict.state) for verdict in result.units)
    return tuple(
        ResultTally(
            ground.id,
            ground.title,
            sum(states[ground.id, state] for state in State),
            **{state.value: states[ground.id, state] for state in State},
            km2=ground.area_km2,
        )
        for ground in result.grounds
    )


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How one job of a batch ended.

    Parameters
    ----------
    item : BatchItem
        The job.
    tally : Tally or None
        Counts; None when it failed.
    dissolved_km2 : float or None
        Area of all its spots together; None when it failed.
    problems : tuple of Problem
        What failed, or the run's warnings and notes.
    internal : bool
        Whether it failed by a defect of the tool and not by its input.
    older_left : bool
        Whether the folder of an older run stands untouched where this one failed.
    results : tuple of ResultTally
        Units of ground, result by result.
    finished_before : bool
        Whether its result was there, of the same inputs and settings, and nothing had to be done.
    missing : bool
        Whether it was never done: the batch was stopped, or lost the workers for it.
    """

    item: BatchItem
    tally: Tally | None
    dissolved_km2: float | None
    problems: tuple[Problem, ...]
    internal: bool = False
    older_left: bool = False
    results: tuple[ResultTally, ...] = ()
    finished_before: bool = False
    missing: bool = False

    @property
    def failed(self) -> bool:
        """Whether the job has no result."""
        return self.tally is None

    @property
    def undetermined(self) -> int:
        """How many facilities and units are undetermined; 0 for a failed job."""
        units = sum(result.undetermined for result in self.results)
        return units + (self.tally.undetermined if self.tally else 0)


def batch_lines(
    outcomes: Sequence[BatchOutcome], lang: Lang, width: int | None, out: Path
) -> Iterator[TonedLine]:
    """Yield a batch for a terminal: its table, what failed, what to type next.

    Parameters
    ----------
    outcomes : sequence of BatchOutcome
        How its jobs ended.
    lang : Lang
        Language.
    width : int or None
        Cells of a line; None where it is no terminal: then errors stand in the table.
    out : Path
        Folder of its output folders.
    """
    for line in batch_table(outcomes, lang, width).split("\n"):
        yield TonedLine(line)
    failed = [o for o in outcomes if _error(o, lang)]
    for outcome in failed if width is not None else ():
        name = one_line(outcome.item.name, _NAME_LIMIT)
        yield from toned(f"{name}: {_error(outcome, lang)}", Tone.ERROR, width)
    broken = next((o for o in outcomes if o.failed and not o.missing), None)
    if broken is not None:
        again = Text("失敗した仕事を確かめる", "look at what failed").render(lang)
        yield TonedLine(f"{again}: {broken.item.check}")
    if left := sum(o.missing for o in outcomes):
        more = Text(
            f"残りの{left:,}件は、同じコマンドをもう一度実行すると続きから行います"
            "（できているものは実行しません）",
            f"the same command goes on with the {left:,} that are missing (what is done is not "
            "done again)",
        )
        yield from toned(more.render(lang), Tone.PLAIN, width)
    still_open = next((o for o in outcomes if o.undetermined), None)
    if still_open is not None:
        where = out / still_open.item.name / "facilities.csv"
        why = Text("判定不能の理由を見る", "why some are undetermined").render(lang)
        yield TonedLine(f"{why}: {where}")


def batch_table(
    outcomes: Sequence[BatchOutcome], lang: Lang = Lang.JA, width: int | None = None
) -> str:
    """Return a line for each job, aligned, one below it for each result, and how many failed.

    The error is the first one of the job; ``summary.json`` has them all. Where lines have a
    `width` they have no error, and the longest name is cut.
    """
    heads = [Text("名前", "name"), *(STATE_LABELS[s] for s in State)]
    heads += [Text("面積（km²）", "km²"), Text("エラー", "error")]
    rows = [[head.render(lang) for head in heads]]
    for outcome in outcomes:
        rows += [_row(outcome, lang), *(_result_row(r, lang) for r in outcome.results)]
    total = _total(outcomes)
    if width is None:
        table = aligned(rows, right=range(1, 7))
    else:
        table = aligned_within([row[:-1] for row in rows], width, right=range(1, 7), spare=(6,))
    return "\n".join([*table, "", total.render(lang)])


def _total(outcomes: Sequence[BatchOutcome]) -> Text:
    """Return how many jobs there are, and what became of them."""
    jobs, failed = len(outcomes), sum(o.failed for o in outcomes)
    before, missing = sum(o.finished_before for o in outcomes), sum(o.missing for o in outcomes)
    ja = f"全{jobs}件、成功 {jobs - failed}、失敗 {failed - missing}"
    en = f"{jobs} jobs, {jobs - failed} done, {failed - missing} failed"
    if missing:
        ja, en = f"{ja}、未実行 {missing}", f"{en}, {missing} missing"
    if before:
        ja = f"{ja}（うち {before} 件は前回までに完了しており、実行していません）"
        en = f"{en} ({before} of them finished before: not run again)"
    return Text(ja, en)


def _row(outcome: BatchOutcome, lang: Lang) -> list[str]:
    name = one_line(outcome.item.name, _NAME_LIMIT)
    if outcome.tally is None or outcome.dissolved_km2 is None:
        return [name, *["-"] * (len(State) + 1), one_line(_error(outcome, lang), _ERROR_LIMIT)]
    numbers = [str(getattr(outcome.tally, state.value)) for state in State]
    error = one_line(_error(outcome, lang), _ERROR_LIMIT)
    return [name, *numbers, square_kilometres(outcome.dissolved_km2), error]


def _result_row(result: ResultTally, lang: Lang) -> list[str]:
    name = one_line(result.title.render(lang), _NAME_LIMIT)
    numbers = [str(getattr(result, state.value)) for state in State]
    return [f"  {name}", *numbers, square_kilometres(result.km2), ""]


def _error(outcome: BatchOutcome, lang: Lang) -> str:
    """Return the first error of a failed job, and that an older folder still stands.

    Of a job that is done: what beside the verdicts could not be made.
    """
    errors = [p for p in outcome.problems if p.severity is Severity.ERROR]
    if not outcome.failed:
        errors = [p for p in outcome.problems if p.code == LEFT_OUT]
        if not errors:
            return ""
    first = (errors or list(outcome.problems))[:1]
    text = first[0].render(lang) if first else Text("原因不明", "no reason given").render(lang)
    more = len(errors) - 1
    if more > 0:
        text += Text(f" ほか{more}件", f" and {more} more").render(lang)
    if outcome.older_left:
        text += Text("（以前の出力はそのまま）", " (older output left as it is)").render(lang)
    return text


def _status(outcome: BatchOutcome) -> str:
    if outcome.missing:
        return "missing"
    if outcome.failed:
        return "internal_error" if outcome.internal else "failed"
    return "undetermined" if outcome.undetermined else "done"


def batch_json(
    outcomes: Sequence[BatchOutcome], lang: Lang = Lang.JA, runner: str = "serial"
) -> dict[str, object]:
    """Return the outcomes as JSON-able data, with every problem, and what did the jobs."""
    return {
        "format": FORMAT,
        "version": 1,
        "runner": runner,
        "counts": {
            "jobs": len(outcomes),
            "failed": sum(o.failed for o in outcomes),
            "undetermined": sum(o.undetermined > 0 for o in outcomes),
        },
        "finished_before": sum(o.finished_before for o in outcomes),
        "missing": sum(o.missing for o in outcomes),
        "jobs": [_entry(o, lang) for o in outcomes],
    }


def _entry(outcome: BatchOutcome, lang: Lang) -> dict[str, object]:
    km2 = outcome.dissolved_km2
    return {
        "name": outcome.item.name,
        "run_file": str(outcome.item.run_file),
        "lists": list(outcome.item.facilities),
        **({"set": list(outcome.item.settings)} if outcome.item.settings else {}),
        "status": _status(outcome),
        "counts": asdict(outcome.tally) if outcome.tally else None,
        "dissolved_km2": None if km2 is None else round(km2, 6),
        **(
            {"results": [_result_page(r, lang) for r in outcome.results]} if outcome.results else {}
        ),
        "older_left": outcome.older_left,
        "finished_before": outcome.finished_before,
        "problems": [p.as_json(lang) for p in outcome.problems],
    }


def _result_page(result: ResultTally, lang: Lang) -> dict[str, object]:
    counts = {state.value: getattr(result, state.value) for state in State}
    return {
        "result": result.result,
        "title": result.title.render(lang),
        "units": result.units,
        **counts,
        "area_km2": round(result.km2, 6),
    }


def batch_csv(outcomes: Sequence[BatchOutcome], lang: Lang = Lang.JA) -> str:
    """Return ``summary.csv``: byte order mark, CRLF, text that no spreadsheet runs."""
    names = [column.name for column in BATCH_COLUMNS]
    rows = [_csv_row(outcome, lang) for outcome in outcomes]
    if any(outcome.results for outcome in outcomes):
        names.append(BATCH_RESULTS.name)
        told = ("; ".join(map(_result_words, outcome.results)) for outcome in outcomes)
        rows = [(*row, cell) for row, cell in zip(rows, told, strict=True)]
    names.append(BATCH_FINISHED.name)
    rows = [(*row, o.finished_before) for row, o in zip(rows, outcomes, strict=True)]
    return csv_table(names, rows)


def _result_words(result: ResultTally) -> str:
    counts = (f"{state.value} {getattr(result, state.value)}" for state in State)
    return f"{result.result}: {', '.join(counts)}"


def _csv_row(outcome: BatchOutcome, lang: Lang) -> tuple[Value | None, ...]:
    item, tally, km2 = outcome.item, outcome.tally, outcome.dissolved_km2
    numbers = ("facilities", "spots", *(state.value for state in State))
    return (
        item.name,
        str(item.run_file),
        "; ".join(item.facilities),
        _status(outcome),
        *(getattr(tally, name) if tally else None for name in numbers),
        None if km2 is None else Decimal(f"{km2:.6f}"),
        one_line(_error(outcome, lang), 1000),
    )
