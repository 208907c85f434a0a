"""``spots plan``: the register of designations, and what it answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from groundfloor.dates import parse_date
from groundfloor.problems import Lang, Severity, Text
from spots.commands.options import (
    FILE,
    FOLDER,
    force_option,
    json_option,
    lang_option,
    register_option,
)
from spots.commands.plan_day import plan_at, plan_diff
from spots.commands.reporting import UNUSABLE_DATA, dump, name_files, reporting, stages, tell
from spots.commands.targets import refuse_file

if TYPE_CHECKING:
    from spots.outputs.table_page import TablePage
    from spots.register import Added, Register

# Those of `DesignationKind`, whose module needs shapely.
_KINDS = ("shortage_area", "spot", "support_area", "programme")
F = TypeVar("F", bound=Callable[..., Any])


@click.group("plan")
def command() -> None:
    """Keep a register of designations, and ask it what was designated on a day."""


command.add_command(plan_at)
command.add_command(plan_diff)


@command.command("add")
@click.argument("result", type=FOLDER, metavar="RESULT")
@click.option("--plan", required=True, metavar="NAME", help="The plan: 第8次後期.")
@register_option
@click.option(
    "--from", "first", metavar="DAY", help="First day of the plan [default: the run's period]."
)
@click.option("--to", "last", metavar="DAY", help="Its last day [default: the run's period].")
@click.option(
    "--supersedes",
    multiple=True,
    metavar="EDITION",
    help="Edition by its number, or plan by its name, that it takes the place of from its first "
    "day. May be repeated.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(_KINDS),
    help="Only designations of this kind [default: all that the run has]. May be repeated.",
)
@lang_option
@json_option
def plan_add(
    result: Path,
    plan: str,
    register_file: Path,
    first: str | None,
    last: str | None,
    supersedes: tuple[str, ...],
    kinds: tuple[str, ...],
    lang: Lang | None,
    *,
    as_json: bool,
) -> None:
    """Add what the run in RESULT designates to the register, which is made where there is none."""
    from spots.register import open_or_new, run_to_add
    from spots.types.designations import DesignationKind

    with reporting(lang) as chosen:
        days = [
            _day(text, option) if text is not None else None
            for text, option in ((first, "--from"), (last, "--to"))
        ]
        stages(chosen)(Text("結果を読んでいます", "reading the result"))
        run = run_to_add(
            result,
            plan,
            supersedes=supersedes,
            kinds=[DesignationKind(kind) for kind in kinds] or None,
        ).over(*days)
        register = open_or_new(register_file, run)
        added = register.add_run(run)
        tell(added.problems, chosen)
        _show_added(register, added, chosen, as_json=as_json)


def _day(text: str, option: str) -> date:
    return parse_date(text, column=option, whole=True)


def _show_added(register: Register, added: Added, lang: Lang, *, as_json: bool) -> None:
    from spots.register.register_pages import added_page

    page = added_page(register, added)
    if added.already:
        said = Text(
            "この実行は同じ計画・期間ですでに登録されています。何も変更していません",
            "this run is registered already, as the same plan with the same days: nothing changed",
        )
        click.echo(said.render(lang), err=as_json)
    _print_page(page, lang, as_json=as_json)


def _print_page(page: TablePage[Any], lang: Lang, *, as_json: bool) -> None:
    from spots.outputs.table_page import page_json, page_table

    if as_json:
        dump(page_json(page, lang))
    else:
        click.echo(page_table(page, lang))


@command.command("list")
@register_option
@click.option("--on", metavar="DAY", help="Only editions in force on this day: 2027-04-01, R9.4.1.")
@click.option(
    "--revision",
    type=click.IntRange(min=0),
    metavar="N",
    help="As the register stood after its first N entries.",
)
@click.option("--out", type=FILE, help="File to write: .csv or .xlsx.")
@force_option
@lang_option
@json_option
def plan_list(
    register_file: Path,
    on: str | None,
    revision: int | None,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """List the editions of the register: plan, kind, days, what supersedes what."""
    from spots.register import Register
    from spots.register.register_pages import editions_page

    with reporting(lang) as chosen:
        register = Register.open(register_file)
        day = _day(on, "--on") if on is not None else None
        page = editions_page(register, day, revision)
        _answer(page, register_file, out, chosen, force=force, as_json=as_json)


def _answer(
    page: TablePage[Any], source: Path, out: Path | None, lang: Lang, *, force: bool, as_json: bool
) -> None:
    """Print a table, and write it where a file is named."""
    from spots.outputs.output_suffix import refuse_other_suffix
    from spots.outputs.table_page import SUFFIXES, write_page

    if out is not None:
        refuse_other_suffix(out, SUFFIXES)
        refuse_file(out, source, force=force)
    written = (write_page(page, out, lang=lang, force=force),) if out else ()
    _print_page(page, lang, as_json=as_json)
    name_files(written, out, as_json=as_json)


@command.command("history")
@register_option
@click.option("--out", type=FILE, help="File to write: .csv or .xlsx.")
@force_option
@lang_option
@json_option
def plan_history(
    register_file: Path, out: Path | None, lang: Lang | None, *, force: bool, as_json: bool
) -> None:
    """List what was done to the register, entry by entry, each with its seal."""
    from spots.register import Register
    from spots.register.register_pages import history_page

    with reporting(lang) as chosen:
        page = history_page(Register.open(register_file))
        _answer(page, register_file, out, chosen, force=force, as_json=as_json)


@command.command("export")
@register_option
@click.option("--out", type=FILE, required=True, help="File to write: .csv, .xlsx, .geojson.")
@click.option(
    "--revision",
    type=click.IntRange(min=0),
    metavar="N",
    help="As the register stood after its first N entries.",
)
@force_option
@lang_option
def plan_export(
    register_file: Path, out: Path, revision: int | None, lang: Lang | None, *, force: bool
) -> None:
    """Write every designation of every edition, for programs that read no GeoPackage."""
    from spots.register import Register
    from spots.register.register_export import refuse_export_suffix, write_designations
    from spots.register.register_pages import units_page

    with reporting(lang) as chosen:
        refuse_export_suffix(out)
        refuse_file(out, register_file, force=force)
        register = Register.open(register_file)
        page = units_page(register, revision)
        written = write_designations(register, page, out, lang=chosen, force=force)
        click.echo(page.summary.render(chosen))
        name_files((written,), out, as_json=False)


@command.command("check")
@register_option
@click.option("--seal", metavar="HASH", help="A seal that was noted down, or its first digits.")
@lang_option
@json_option
def plan_check(register_file: Path, seal: str | None, lang: Lang | None, *, as_json: bool) -> None:
    """Look whether the register is whole, and tell everything that is wrong with it."""
    from spots.register.register_checking import examine

    with reporting(lang) as chosen:
        found = examine(register_file, seal)
        tell(found.problems, chosen)
        wrong = any(problem.severity is Severity.ERROR for problem in found.problems)
        if as_json:
            dump(
                {
                    "sound": not wrong,
                    "format": found.version,
                    "entries": found.entries,
                    "editions": found.editions,
                    "seal": found.seal,
                    "problems": [problem.as_json(chosen) for problem in found.problems],
                }
            )
        elif not wrong:
            counts = (found.entries, found.editions, found.seal)
            click.echo(_WHOLE.render(chosen).format(*counts))
        sys.exit(UNUSABLE_DATA if wrong else 0)


_WHOLE = Text(
    "登録簿に異常はありません（履歴 {}件、版 {}、封印 {}）",
    "the register is whole (entries {}, editions {}, seal {})",
)


@command.command("replay")
@register_option
@click.option("--out", type=FILE, required=True, help="Register to make.")
@force_option
@lang_option
def plan_replay(register_file: Path, out: Path, lang: Lang | None, *, force: bool) -> None:
    """Make the register anew from its history and from what the runs found."""
    from spots.register.register_replay import replay

    with reporting(lang) as chosen:
        refuse_file(out, register_file, force=force)
        count = replay(register_file, out, force=force)
        said = Text(f"{count}件を再生しました: {out}", f"replayed {count} entries: {out}")
        click.echo(said.render(chosen))


@command.command("migrate")
@register_option
@lang_option
def plan_migrate(register_file: Path, lang: Lang | None) -> None:
    """Bring a register of an older format up to date; the old file stays beside it."""
    from spots.register.migrating import migrated

    with reporting(lang) as chosen:
        done = migrated(register_file)
        tell(done, chosen)
        if not done:
            click.echo(_NEWEST.render(chosen))


_NEWEST = Text("すでに最新の形式です", "the format is the newest already")
