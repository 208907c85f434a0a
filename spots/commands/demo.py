"""``spots demo``: the embedded sample, end to end."""

from __future__ import annotations

from pathlib import Path

import click

from groundfloor.problems import Lang
from spots.commands.options import (
    FOLDER,
    all_option,
    force_option,
    json_option,
    lang_option,
    output_options,
)
from spots.commands.reporting import reporting
from spots.commands.run import RunRequest, do_run


@click.command("demo")
@click.option(
    "--out", type=FOLDER, default=Path("spots-demo"), show_default=True, help="Output folder."
)
@output_options
@all_option
@force_option
@lang_option
@json_option
def command(
    out: Path,
    lang: Lang | None,
    *,
    outputs: str | None,
    no_report: bool,
    everything: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Run the embedded Kumamoto sample, end to end, without a network."""
    from spots.library.output_arguments import output_choice
    from spots.sample import sample_run_file

    with reporting(lang), sample_run_file() as path:
        chosen = output_choice(outputs, report=not no_report)
        asked = RunRequest(path, out=out, everything=everything, outputs=chosen)
        do_run(asked, lang, force=force, as_json=as_json)
