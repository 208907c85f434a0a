"""``spots scenarios``: many assumptions of one run file, answered together."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Severity, Text, UsageError, error
from groundfloor.toned_lines import Tone, toned
from spots.commands.options import (
    FILE,
    FOLDER,
    force_option,
    json_option,
    lang_option,
    set_option,
)
from spots.commands.reporting import (
    dump,
    exit_code_of,
    reporting,
    say,
    say_lines,
    stages,
    tell_grouped,
    terminal_width,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from groundfloor.disk import WrittenFile
    from groundfloor.problems import Problem
    from spots.scenarios.scenario_inputs import AskedAgain


@click.command("scenarios")
@click.argument("run_file", type=FILE, metavar="RUN")
@click.argument("scenario_file", type=FILE, metavar="[SCENARIOS.toml]", required=False)
@click.option(
    "--facilities",
    multiple=True,
    metavar="[LAYER=]FILE",
    help="A new list in the place of a layer of the run file, in every scenario.",
)
@click.option("--out", type=FOLDER, help="Output folder [default: beside the run's own].")
@set_option
@click.option("--yes", is_flag=True, help="Compute more than 2,000 scenarios.")
@force_option
@lang_option
@json_option
def command(
    run_file: Path,
    scenario_file: Path | None,
    facilities: tuple[str, ...],
    out: Path | None,
    settings: tuple[str, ...],
    lang: Lang | None,
    *,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Answer every scenario of SCENARIOS.toml for the job that RUN describes.

    Without SCENARIOS.toml RUN is the scenarios.json of an earlier answer: the same is computed
    again, and an input that is no longer the same is named.
    """
    with reporting(lang):
        asked = _asked(run_file, scenario_file, facilities, settings)
        _answer(asked, out, lang, yes=yes, force=force, as_json=as_json)


def _asked(
    run_file: Path, scenario_file: Path | None, lists: Sequence[str], keys: Sequence[str]
) -> AskedAgain:
    from spots.scenarios.scenario_inputs import AskedAgain, asked_again, is_record

    if scenario_file is not None:
        return AskedAgain(run_file, scenario_file, tuple(lists), tuple(keys))
    if is_record(run_file) and not (lists or keys):
        return asked_again(run_file)
    raise UsageError(
        error(
            "scenario-file-not-given",
            Text("シナリオのファイルが指定されていません", "no file of scenarios is given"),
            Text(
                "spots scenarios 実行ファイル.toml シナリオ.toml のように指定してください",
                "give both: spots scenarios RUN.toml SCENARIOS.toml",
            ),
        )
    )


def _answer(
    asked: AskedAgain,
    out: Path | None,
    lang: Lang | None,
    *,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    from networks.kernel import start_without_scipy
    from spots.job.run_file import read_run_file
    from spots.scenarios.scenario_answering import answered
    from spots.scenarios.scenario_file import read_scenarios, refuse_swapped
    from spots.scenarios.scenario_folder import FOLDER, scenario_output, write_scenarios
    from spots.scenarios.scenario_text import scenario_lines, scenarios_json

    refuse_swapped(asked.run_file)
    job = read_run_file(asked.run_file, asked.lists, asked.keys)
    chosen = lang or job.lang
    target = out or scenario_output(job)
    FOLDER.refuse(target, force=force)
    file = read_scenarios(asked.scenario_file, job, chosen, yes=yes)
    start_without_scipy()
    gc.freeze()  # as `spots run` does: what the libraries hold stays until the end
    progress = stages(chosen)
    answers = answered(job, file, progress)
    gc.freeze()
    progress(Text("書き出しています", "writing"))
    written, problems = write_scenarios(answers, job, target, lang=chosen, force=force)
    told = (*answers.problems, *problems)
    if as_json:
        _tell(told, chosen)
        dump(scenarios_json(answers, written, chosen))
    else:
        say_lines(scenario_lines(answers, chosen, terminal_width(sys.stdout)))
        click.echo()
        sys.stdout.flush()
        _tell(told, chosen)
        _name(written, target, chosen)
    sys.exit(exit_code_of(told, undetermined=answers.undetermined))


def _tell(problems: Sequence[Problem], lang: Lang) -> None:
    """Print what is doubtful; what is only worth knowing stands in the record."""
    tell_grouped((p for p in problems if p.severity is not Severity.NOTE), lang, more=_IN_RECORD)
    if notes := sum(p.severity is Severity.NOTE for p in problems):
        told = Text(
            f"確認事項 {notes} 件（統合など）は scenarios.json にあります",
            f"merges and other notes, in scenarios.json: {notes}",
        )
        say_lines(toned(told.render(lang), Tone.NOTE, terminal_width(sys.stderr)), err=True)


_IN_RECORD = Text("scenarios.json にすべてあります", "all are in scenarios.json")


def _name(written: Sequence[WrittenFile], folder: Path, lang: Lang) -> None:
    for file in written:
        click.echo(f"{folder / file.name}  {file.size:,} B")
    record = folder / "scenarios.json"
    say(Text(f"再計算: spots scenarios {record}", f"again: spots scenarios {record}").render(lang))
