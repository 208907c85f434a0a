"""``spots init``: from a folder of raw files to a first run file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from groundfloor.problems import Lang, Text
from spots.commands.options import FOLDER, force_option, lang_option
from spots.commands.reporting import INCOMPLETE, reporting, stages


@click.command("init")
@click.argument("prefecture", required=False)
@click.option(
    "--data",
    type=FOLDER,
    default=Path(),
    show_default="the working folder",
    help="Folder of raw files; they may lie at any depth, and in zips.",
)
@click.option(
    "--out",
    type=FOLDER,
    help="The run file (.toml), or the folder for it [default: the working folder].",
)
@force_option
@lang_option
def command(
    prefecture: str | None, data: Path, out: Path | None, lang: Lang | None, *, force: bool
) -> None:
    """Write a first run file for PREFECTURE (大分, 44, Oita) from what lies in a folder.

    Every file is recognised by its content. Beside the run file stand forms for lists that are
    missing, and a list of what is missing and where it is had.
    """
    from spots.starting.start_report import report_of_start
    from spots.starting.started import start

    with reporting(lang) as chosen:
        stages(chosen)(Text("フォルダを調べています", "looking at the folder"))
        started = start(prefecture, data, out, lang=chosen, force=force)
        click.echo(report_of_start(started, chosen))
        sys.exit(0 if started.plan.runnable else INCOMPLETE)
