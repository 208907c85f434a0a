"""``spots fetch``: published data into a folder, or the list of what to fetch elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Problem, Text, UsageError, error
from spots.commands.options import FOLDER, json_option, lang_option
from spots.commands.reporting import UNUSABLE_DATA, dump, reporting, tell

if TYPE_CHECKING:
    from spots.public_data.catalogue import Download
    from spots.public_data.fetching import FetchOutcome

_REDRAWN_S = 0.2


@click.command("fetch")
@click.argument("prefecture", required=False)
@click.option("--only", metavar="KEYS", help="Data sets, e.g. n03,osm; all for every one.")
@click.option(
    "--out", type=FOLDER, default=Path("data"), show_default=True, help="Folder for the files."
)
@click.option(
    "--list", "listed", is_flag=True, help="Only print what would be fetched, from where."
)
@click.option("--csv", "as_csv", is_flag=True, help="With --list: as CSV for a spreadsheet.")
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="KEY=EDITION",
    help="Another edition, e.g. n03=2025. May be repeated.",
)
@click.option("--no-neighbours", is_flag=True, help="Leave out the touching prefectures.")
@click.option("--again", is_flag=True, help="Fetch again what is there.")
@click.option(
    "--mirror",
    metavar="URL",
    envvar="SPOTS_MIRROR",
    help="Folder of a web server that holds the files under their names [env: SPOTS_MIRROR].",
)
@lang_option
@json_option
def command(
    prefecture: str | None,
    only: str | None,
    out: Path,
    editions: tuple[str, ...],
    mirror: str | None,
    lang: Lang | None,
    *,
    listed: bool,
    as_csv: bool,
    no_neighbours: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Fetch the published data of PREFECTURE (大分, Oita, 44): boundaries, roads, indices.

    What is there and sound is kept; what broke off goes on. Without a network the same command
    prints the addresses, for fetching the files on another computer.
    """
    from spots.facilities.list_cells import stated_prefecture
    from spots.public_data.catalogue import downloads_for
    from spots.public_data.fetching import mirrored

    with reporting(lang) as chosen:
        if prefecture is None:
            raise UsageError(_which_prefecture())
        code = stated_prefecture(prefecture)
        every = downloads_for(code, neighbours=not no_neighbours, editions=_pairs(editions))
        wanted = _chosen(every, only)
        if mirror:
            wanted = mirrored(wanted, mirror)
        if listed or as_csv:
            _print_list(wanted, out, code, chosen, as_csv=as_csv, as_json=as_json)
            return
        done = _fetched(wanted, out, chosen, again=again, quiet=as_json)
        missing = [each.download for each in done if not each.there]
        if as_json:
            dump([_as_json(each, chosen) for each in done])
        elif missing:
            click.echo(_MISSING.render(chosen))
            _print_list(missing, out, code, chosen)
        else:
            click.echo(_next_command(code, out).render(chosen))
        if missing:
            sys.exit(UNUSABLE_DATA)


def _which_prefecture() -> Problem:
    from boundaries.codes import PREFECTURES

    listed = " ".join(f"{code}{name}" for code, name in PREFECTURES.items())
    return error(
        "prefecture-not-stated",
        Text("都道府県を指定してください", "name a prefecture"),
        Text(f"例：spots fetch 大分。{listed}", f"for example spots fetch 44. {listed}"),
    )


def _pairs(editions: Sequence[str]) -> dict[str, str]:
    pairs = (each.partition("=") for each in editions)
    return {key.strip(): edition.strip() for key, _, edition in pairs}


def _chosen(downloads: Sequence[Download], only: str | None) -> tuple[Download, ...]:
    """Return the usual data sets, or those that are named."""
    from spots.public_data.datasets import DATASETS

    if only is None:
        return tuple(each for each in downloads if each.dataset.usual)
    keys = [key.strip().lower() for key in only.replace("、", ",").split(",") if key.strip()]
    if keys == ["all"]:
        return tuple(downloads)
    unknown = [key for key in keys if key not in DATASETS]
    if unknown or not keys:
        known = ", ".join(DATASETS)
        raise UsageError(
            error(
                "unknown-dataset",
                Text("そのようなデータはありません", "there is no such data set"),
                Text(f"使える名前：{known}、all", f"use some of: {known}, all"),
                column="--only",
                value=", ".join(unknown) or only,
            )
        )
    return tuple(each for each in downloads if each.dataset.key in keys)


def _fetched(
    wanted: Sequence[Download], out: Path, lang: Lang, *, again: bool, quiet: bool
) -> list[FetchOutcome]:
    """Fetch, and tell of each file as it is done."""
    from spots.public_data.fetching import fetch
    from spots.public_data.listing import outcome_line

    done: list[FetchOutcome] = []
    told: set[Problem] = set()
    line = _ProgressLine()
    for each in fetch(wanted, out, again=again, progress=line.show):
        done.append(each)
        line.clear()
        if not quiet:
            click.echo(outcome_line(each, lang))
        tell([p for p in each.problems if p not in told], lang)
        told.update(each.problems)
    return done


class _ProgressLine:
    """The line of a terminal that says how far a file has come; nothing in a pipe."""

    def __init__(self) -> None:
        self._file, self._first, self._since, self._drawn = "", 0, 0.0, 0.0

    def show(self, download: Download, have: int, whole: int | None) -> None:
        """Draw the line anew, some five times a second."""
        from spots.public_data.listing import progress_line

        if not sys.stderr.isatty():
            return
        now = time.monotonic()
        if download.file_name != self._file:
            self._file, self._first, self._since, self._drawn = download.file_name, have, now, 0.0
        if now - self._drawn < _REDRAWN_S:
            return
        self._drawn = now
        speed = (have - self._first) / max(now - self._since, _REDRAWN_S)
        self._draw(progress_line(download.file_name, have, whole, speed))

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._draw("")
            self._drawn = 0.0

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        click.echo(f"\r{text[:width].ljust(width)}\r", nl=False, err=True)


def _print_list(
    wanted: Sequence[Download],
    out: Path,
    code: str,
    lang: Lang,
    *,
    as_csv: bool = False,
    as_json: bool = False,
) -> None:
    from spots.outputs.spreadsheet import csv_table
    from spots.public_data.listing import LIST_COLUMNS, list_lines, list_row

    if as_json:
        dump([dict(zip(LIST_COLUMNS, list_row(each, lang), strict=True)) for each in wanted])
        return
    if as_csv:
        text = csv_table(LIST_COLUMNS, (list_row(each, lang) for each in wanted))
        click.echo(text.replace("\r\n", "\n"), nl=False)
        return
    for line in list_lines(wanted, lang):
        click.echo(line)
    where = Text(
        f"置き場所：{out}（名前を変えず、zip は展開せずに置いてください）",
        f"where to put them: {out} (under these names; zips as they are)",
    )
    click.echo(where.render(lang))
    click.echo(_next_command(code, out).render(lang))


_MISSING = Text(
    "\n次のファイルは取得できませんでした。別のPCで取得して置くか、同じコマンドをもう一度実行してください。\n",
    "\nThese files could not be had. Fetch them on another computer, or run the command again.\n",
)


def _next_command(code: str, out: Path) -> Text:
    """Return what to type next, quoted as a shell, and cmd.exe, take it."""
    folder = f'"{out}"' if set(str(out)) & set(" &()^;,=") else str(out)
    typed = f"spots init {code} --data {folder}"
    return Text(f"次のコマンド：{typed}", f"next: {typed}")


def _as_json(outcome: FetchOutcome, lang: Lang) -> dict[str, object]:
    return {
        "file": outcome.download.file_name,
        "dataset": outcome.download.dataset.key,
        "edition": outcome.download.edition,
        "arrival": outcome.arrival.value,
        "bytes": outcome.size_bytes,
        "url": outcome.download.url,
        "page": outcome.download.dataset.page,
        "problems": [problem.as_json(lang) for problem in outcome.problems],
    }
