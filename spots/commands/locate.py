"""``spots locate``: which institutions of a list lie inside."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.dates import parse_date
from groundfloor.problems import Lang, Text
from spots.commands.options import FILE, FOLDER, Metres, force_option, json_option, lang_option
from spots.commands.reporting import UNDETERMINED, dump, name_files, reporting, stages, tell_grouped
from spots.commands.targets import refuse_file

if TYPE_CHECKING:
    from spots.library.locations import Locations


@click.command("locate")
@click.argument("folders", type=FOLDER, nargs=-1, required=True, metavar="DIR...")
@click.argument("file", type=FILE, metavar="LIST")
@click.option("--on", metavar="DAY", help="Day that spots must be valid on: 2026-04-01, R8.4.1.")
@click.option(
    "--tolerance",
    type=Metres(min=0, max=100_000),
    default=100.0,
    show_default=True,
    metavar="METRES",
    help="How far off the coordinates may be.",
)
@click.option(
    "--accuracy",
    type=click.Choice(["point", "town"]),
    default="point",
    show_default=True,
    help="Coordinates of the place itself, or of the centre of its 町丁目.",
)
@click.option(
    "--reach",
    type=Metres(min=0, max=1_000_000),
    default=0.0,
    show_default=True,
    metavar="METRES",
    help="List spots whose edge is this near too (in --json and --out).",
)
@click.option(
    "--positions",
    type=FILE,
    multiple=True,
    help="Where rows without coordinates are looked up by name, after the run's own facilities: "
    "医療情報ネット, P04, another result.",
)
@click.option(
    "--towns",
    type=FILE,
    help="Town table for rows with an address alone; by default the run's own, where it still is.",
)
@click.option(
    "--result",
    "only",
    metavar="ID",
    help="Answer about this result of the policy alone (support_area, ...).",
)
@click.option("--out", type=FILE, help="File to write: .csv (and ..._spots.csv), .xlsx, .geojson.")
@force_option
@lang_option
@json_option
def command(
    folders: tuple[Path, ...],
    file: Path,
    on: str | None,
    tolerance: float,
    accuracy: str,
    reach: float,
    positions: tuple[Path, ...],
    towns: Path | None,
    only: str | None,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say which institutions of LIST lie inside a spot or a 少数区域, and how far from the edge.

    Where the policy judges units of ground, also whether each lies in those of every result.
    Several DIR are of several prefectures, and the folder of a batch over prefectures is all of
    them: each institution is answered by the one in which it lies.
    """
    from spots.library.locations import locations
    from spots.library.several_results import read_results, results_in

    with reporting(lang) as chosen:
        result = read_results(folders, lang=chosen)
        _refuse(out, file, [path for each in folders for path in results_in(each)], force=force)
        found = locations(
            result,
            file,
            on=parse_date(on, column="--on", whole=True) if on is not None else None,
            tolerance_m=tolerance,
            reach_m=reach,
            accuracy=accuracy,
            positions=positions,
            towns=towns,
            only=only,
            progress=stages(chosen),
        )
        tell_grouped(found.found_problems, chosen, more=_IN_JSON)
        written = found.write(out, force=force) if out else ()
        _show(found, as_json=as_json)
        name_files(written, out, as_json=as_json)
        sys.exit(UNDETERMINED if found.undetermined else 0)


_IN_JSON = Text("--json にすべてあります", "all are in --json")


def _show(found: Locations, *, as_json: bool) -> None:
    if as_json:
        dump(found.to_dict())
    else:
        click.echo(found.text)


def _refuse(out: Path | None, file: Path, folders: Sequence[Path], *, force: bool) -> None:
    """Refuse targets that must not be replaced, before the work is done."""
    from spots.locating import answer_files
    from spots.outputs import own_files

    for target in answer_files(out) if out else ():
        own = (path for folder in folders for path in own_files(folder))
        refuse_file(target, file, *own, force=force)
