"""``spots indices``: the table of an edition of the 医師偏在指標, or of two compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from groundfloor.problems import Lang, Problem, Text, UsageError, error
from spots.commands.options import FILE, force_option, json_option, lang_option
from spots.commands.reporting import dump, name_files, reporting, tell_grouped
from spots.commands.targets import refuse_file

if TYPE_CHECKING:
    from boundaries.editions import EditionTables
    from spots.editions import EditionSource
    from spots.outputs.table_page import TablePage

F = TypeVar("F", bound=Callable[..., Any])
_RUN_FILES = frozenset({".toml", ".json"})


def _edition_options(side: str, whose: str) -> Callable[[F], F]:
    """Return a decorator that adds the options of one edition; `side` begins their names."""
    options = (
        ("edition", {"metavar": "NAME", "help": f"Edition of {whose}, such as 2024-01."}),
        ("shortage-at-most", {"type": float, "help": "Cut-off of 医師少数区域 in it."}),
        ("surplus-at-least", {"type": float, "help": "Cut-off of 医師多数区域 in it."}),
        ("areas", {"type": FILE, "help": f"Table of areas of {whose}, to compare municipalities."}),
        ("national-average", {"type": float, "help": "Index of the country in it."}),
    )

    def add(command: F) -> F:
        for name, words in reversed(options):
            command = click.option(f"--{side}{name}", **words)(command)
        return command

    return add


@click.command("indices")
@click.argument("file", type=FILE, metavar="FILE")
@_edition_options("", "FILE")
@click.option("--compare", "old", type=FILE, metavar="OLD", help="An older edition to compare.")
@_edition_options("old-", "OLD")
@click.option("--prefecture", metavar="CODE", help="Only areas of this prefecture: 43.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV.")
@click.option("--out", type=FILE, help="File to write: .csv or .xlsx.")
@force_option
@lang_option
@json_option
def command(
    file: Path,
    old: Path | None,
    prefecture: str | None,
    out: Path | None,
    lang: Lang | None,
    *,
    as_csv: bool,
    force: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Print the indices of an edition: class and by what, rank, distance to the cut-off.

    FILE and OLD are tables of indices, with their edition and its cut-offs, or run files, which
    name all of that. With --compare, print what changed and what turned the class of an area.
    """
    from boundaries.codes import require_prefecture
    from spots.outputs.output_suffix import refuse_other_suffix
    from spots.outputs.table_page import (
        SUFFIXES,
        page_csv,
        page_json,
        page_table,
        write_page,
    )

    with reporting(lang) as chosen:
        if prefecture is not None:
            require_prefecture(prefecture)
        if out is not None:
            refuse_other_suffix(out, SUFFIXES)
            refuse_file(out, file, old, given["areas"], given["old_areas"], force=force)
        page = _page(file, old, given, prefecture, chosen)
        written = (write_page(page, out, lang=chosen, force=force),) if out else ()
        if as_json:
            dump(page_json(page, chosen))
        elif as_csv:
            click.echo(page_csv(page, chosen), nl=False)
        else:
            click.echo(page_table(page, chosen))
        name_files(written, out, as_json=as_json or as_csv)


def _page(
    file: Path, old: Path | None, given: Mapping[str, Any], prefecture: str | None, lang: Lang
) -> TablePage[Any]:
    """Return the table that is asked for."""
    from boundaries.edition_changes import compare_editions
    from spots.editions import changes_page, edition_page

    source = _source(file, given, "")
    before = _source(old, given, "old_") if old is not None else None
    if before is None and any(given[f"old_{name}"] is not None for name in _OPTIONS):
        raise UsageError(_superfluous("old_", given, _NO_OLD))
    new = _read(source, prefecture, lang)
    if before is None:
        return edition_page(new, prefecture)
    return changes_page(compare_editions(_read(before, prefecture, lang), new), prefecture)


def _read(source: EditionSource, prefecture: str | None, lang: Lang) -> EditionTables:
    from spots.editions import read_edition

    tables, problems = read_edition(source, prefecture)
    tell_grouped(problems, lang)
    return tables


_NO_OLD = Text("--compare がありません", "there is no --compare")
_NEEDED = ("edition", "shortage_at_most", "surplus_at_least")
_OPTIONS = (*_NEEDED, "areas", "national_average")


def _source(file: Path, given: Mapping[str, Any], side: str) -> EditionSource:
    """Return where an edition is had from: a table with its options, or a run file with none.

    Raises
    ------
    UsageError
        Options are missing, or are given beside a run file.
    """
    from boundaries.types import IndexEdition
    from spots.editions import EditionSource

    own = {name: given[side + name] for name in _OPTIONS}
    if file.suffix.lower() in _RUN_FILES:
        if any(value is not None for value in own.values()):
            why = Text("実行ファイルに版と基準値が書かれています", "the run file names the edition")
            raise UsageError(_superfluous(side, given, why))
        return _of_run_file(file)
    missing = [_option(side, name) for name in _NEEDED if own[name] is None]
    if missing:
        raise UsageError(
            error(
                "edition-not-given",
                Text(
                    "指標の表には、その版の名称と基準値が必要です",
                    "a table of indices needs its edition's name and cut-offs",
                ),
                Text(f"{'、'.join(missing)} を指定してください", f"give {', '.join(missing)}"),
                file=file.name,
            )
        )
    edition = IndexEdition(own["edition"], own["shortage_at_most"], own["surplus_at_least"])
    return EditionSource(file, edition, own["areas"], None, own["national_average"])


def _option(side: str, name: str) -> str:
    return f"--{side}{name}".replace("_", "-")


def _superfluous(side: str, given: Mapping[str, Any], why: Text) -> Problem:
    options = [_option(side, name) for name in _OPTIONS if given[side + name] is not None]
    return error(
        "edition-options-unused",
        Text(f"このオプションは使えません（{why.ja}）", f"these options do not apply ({why.en})"),
        Text("オプションを外してください", "leave them out"),
        value=", ".join(options),
    )


def _of_run_file(file: Path) -> EditionSource:
    """Return what a run file says of its indices and areas."""
    from boundaries.types import IndexEdition
    from spots.editions import EditionSource
    from spots.job.run_file import read_run_file

    job = read_run_file(file)
    index, areas = job.settings.physician_index, job.settings.medical_areas
    if index is None:
        raise UsageError(
            error(
                "index-not-in-run-file",
                Text("実行ファイルに医師偏在指標がありません", "the run file has no indices"),
                Text("[physician_index] を書いてください", "write [physician_index]"),
                file=file.name,
            )
        )
    return EditionSource(
        job.path(index.file),
        IndexEdition(index.edition, index.shortage_at_most, index.surplus_at_least),
        job.path(areas.file) if areas is not None else None,
        areas.layer if areas is not None else None,
        index.national_average,
    )
