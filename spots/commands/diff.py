"""``spots diff``: what changed between two runs, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Text
from spots.commands.options import FOLDER, force_option, json_option, lang_option
from spots.commands.reporting import dump, name_files, reporting, stages

if TYPE_CHECKING:
    from groundfloor.disk import WrittenFile


@click.command("diff")
@click.argument("old", type=FOLDER, metavar="OLD_DIR")
@click.argument("new", type=FOLDER, metavar="NEW_DIR")
@click.option("--out", type=FOLDER, help="Folder to write: table, GeoJSON, map, all as a whole.")
@force_option
@lang_option
@json_option
def command(
    old: Path, new: Path, out: Path | None, lang: Lang | None, *, force: bool, as_json: bool
) -> None:
    """Say which verdicts, areas and reasons changed between two runs, and why."""
    from spots.library.compared_results import Comparison
    from spots.library.result import read_result

    with reporting(lang) as chosen:
        if out is not None:
            from spots.comparing import refuse_comparison

            refuse_comparison(out, force=force)
        stages(chosen)(Text("比べています", "comparing"))
        found = Comparison(read_result(old, lang=chosen), read_result(new, lang=chosen))
        written: tuple[WrittenFile, ...] = ()
        if out is not None:
            written = found.write(out, force=force)
        if as_json:
            dump(found.to_dict())
        else:
            click.echo(found.text)
        name_files(written, out / "diff.html" if out else None, as_json=as_json)
