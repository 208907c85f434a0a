"""``spots plan at`` and ``spots plan diff``: what is in force on a day, and what is different.

Stands apart: `spots.commands.plan` keeps the register, here it is asked.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from groundfloor.dates import parse_date
from groundfloor.problems import Lang
from spots.commands.options import (
    FILE,
    FOLDER,
    force_option,
    json_option,
    lang_option,
    register_option,
)
from spots.commands.reporting import UNDETERMINED, dump, name_files, reporting
from spots.commands.targets import refuse_file


@click.command("at")
@click.argument("day", metavar="DAY")
@register_option
@click.option(
    "--out",
    type=FOLDER,
    help="Folder to make: ground.geojson, ground.gpkg, ground.csv, ground.xlsx, map.html.",
)
@force_option
@lang_option
@json_option
def plan_at(
    day: str,
    register_file: Path,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say what is in force on DAY (2027-04-01, R9.4.1): units, plans, editions, days.

    Where no edition of any kind is in force, that is said, no folder is made, and the exit code
    is 3: nobody knows what was designated then.
    """
    from spots.outputs.table_page import page_json, page_table
    from spots.register import Register
    from spots.register.day_folder import MAP, refuse_day_folder, write_day
    from spots.register.ground_of_day import ground_of_day, ground_page

    with reporting(lang) as chosen:
        on = parse_date(day, column="DAY", whole=True)
        if out is not None:
            refuse_day_folder(out, force=force)
        register = Register.open(register_file)
        ground = ground_of_day(register, on)
        page = ground_page(ground, register.path.name)
        asked = out if ground.held else None
        written = write_day(register, ground, asked, lang=chosen, force=force) if asked else ()
        if as_json:
            dump(page_json(page, chosen))
        else:
            click.echo(page_table(page, chosen))
        name_files(written, asked / MAP if asked else None, as_json=as_json)
        sys.exit(0 if ground.held else UNDETERMINED)


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@register_option
@click.option("--out", type=FILE, help="File to write: .csv, .xlsx, or .geojson, .gpkg of ground.")
@force_option
@lang_option
@json_option
def plan_diff(
    old: str,
    new: str,
    register_file: Path,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say what is different between A and B, each a day (2027-04-01, R9.4.1) or a plan's name.

    Units that are kept, new, ended or changed in ground or reason; 少数区域 whose class is
    another, by value, cut-off, membership or statement. A kind of which one side has no edition
    is not compared, and the exit code is 3.
    """
    from spots.outputs.table_page import page_json, page_table
    from spots.register import Register
    from spots.register.plan_difference_files import (
        difference_notes,
        differences_page,
        refuse_difference_suffix,
        write_differences,
    )
    from spots.register.plan_differences import plan_differences
    from spots.register.plan_sides import plan_side

    with reporting(lang) as chosen:
        if out is not None:
            refuse_difference_suffix(out)
            refuse_file(out, register_file, force=force)
        register = Register.open(register_file)
        sides = plan_side(register, old, "A"), plan_side(register, new, "B")
        found = plan_differences(register, *sides)
        page = differences_page(found, register.path.name)
        written = (write_differences(found, page, out, lang=chosen, force=force),) if out else ()
        if as_json:
            dump(page_json(page, chosen))
        else:
            click.echo("\n".join((page_table(page, chosen), *difference_notes(found, chosen))))
        name_files(written, out, as_json=as_json)
        sys.exit(UNDETERMINED if found.open or not found.rows else 0)
