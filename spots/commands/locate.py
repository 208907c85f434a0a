"""``spots locate``: which institutions of a list lie inside."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.dates import parse_date
from groundfloor.problems import Lang, Text
from spots.commands.locate_plan import AskedToLocate, locate_by_plans
from spots.commands.options import FILE, FOLDER, Metres, force_option, json_option, lang_option
from spots.commands.reporting import UNDETERMINED, dump, name_files, reporting, stages, tell_grouped
from spots.commands.targets import refuse_file

if TYPE_CHECKING:
    from spots.library.locations import Locations


@click.command("locate")
@click.argument("folders", type=FOLDER, nargs=-1, metavar="DIR...")
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
@click.option(
    "--plan",
    "register_file",
    type=FILE,
    metavar="REGISTER",
    help="Answer by the register of plans in the place of DIR: by what is in force on --on.",
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
    register_file: Path | None,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say which institutions of LIST lie inside a spot or a 少数区域, and how far from the edge.

    Where the policy judges units of ground, also whether each lies in those of every result.
    Several DIR are of several prefectures, and the folder of a batch over prefectures is all of
    them: each institution is answered by the one in which it lies. By a register of plans every
    kind of designation is answered, each with its plan and edition; without an edition on record
    for the day it is undetermined.
    """
    if register_file is None and not folders:
        raise click.MissingParameter(param_hint="'DIR...'", param_type="argument")
    with reporting(lang) as chosen:
        day = parse_date(on, column="--on", whole=True) if on is not None else None
        asked = AskedToLocate(
            *(register_file, file, day, folders, only, tolerance, reach, accuracy),
            *(positions, towns),
        )
        locate = _by_results if register_file is None else locate_by_plans
        sys.exit(locate(asked, out, chosen, force=force, as_json=as_json))


def _by_results(
    asked: AskedToLocate, out: Path | None, lang: Lang, *, force: bool, as_json: bool
) -> int:
    """Print, and write, where institutions stand in results; return the exit code."""
    from spots.library.locations import locations
    from spots.library.several_results import read_results, results_in

    result = read_results(asked.folders, lang=lang)
    inside = [path for each in asked.folders for path in results_in(each)]
    _refuse(out, asked.file, inside, force=force)
    found = locations(
        result,
        asked.file,
        on=asked.on,
        tolerance_m=asked.tolerance_m,
        reach_m=asked.reach_m,
        accuracy=asked.accuracy,
        positions=asked.positions,
        towns=asked.towns,
        only=asked.only,
        progress=stages(lang),
    )
    tell_grouped(found.found_problems, lang, more=_IN_JSON)
    written = found.write(out, force=force) if out else ()
    _show(found, as_json=as_json)
    name_files(written, out, as_json=as_json)
    return UNDETERMINED if found.undetermined else 0


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
