"""``spots locate --plan``: a list, a register of plans and a day.

Stands apart: what can be asked of a register is less than of a result, and is refused here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from groundfloor.problems import Lang, Problem, Text, UsageError, error
from spots.commands.reporting import UNDETERMINED, dump, name_files, tell_grouped
from spots.commands.targets import refuse_file

_IN_JSON = Text("登録簿と一覧の問題です", "of the register and the list")


@dataclass(frozen=True, slots=True)
class AskedToLocate:
    """What ``spots locate`` is asked.

    Parameters
    ----------
    register : Path or None
        The register of plans; None where results are asked.
    file : Path
        The list.
    on : date or None
        The day.
    folders : tuple of Path
        Results.
    only : str or None
        The result that was named.
    tolerance_m, reach_m : float
        How far off positions may be; how near the edge of a spot lies that is listed.
    accuracy : str
        How well they are known.
    positions : sequence of Path
        Where rows without one are looked up.
    towns : Path or None
        Town table for rows with an address alone.
    """

    register: Path | None
    file: Path
    on: date | None
    folders: tuple[Path, ...]
    only: str | None
    tolerance_m: float
    reach_m: float
    accuracy: str
    positions: Sequence[Path]
    towns: Path | None


def locate_by_plans(
    asked: AskedToLocate, out: Path | None, lang: Lang, *, force: bool, as_json: bool
) -> int:
    """Print, and write, where institutions stand on a day by plans; return the exit code.

    Raises
    ------
    UsageError
        A register is asked what only a result answers, or no day is given.
    """
    from spots.locating.list_answering import AskedOfList, asked_sources
    from spots.outputs.table_page import page_json, page_table
    from spots.register import Register
    from spots.register.plan_locating import (
        locate_in_plans,
        refuse_answer_suffix,
        write_plan_answers,
    )
    from spots.types import Accuracy

    register, on = _register_and_day(asked)
    if out is not None:
        refuse_answer_suffix(out)
        refuse_file(out, asked.file, register, force=force)
    found = locate_in_plans(
        Register.open(register),
        asked.file,
        on,
        AskedOfList(
            tolerance_m=asked.tolerance_m, sources=asked_sources(asked.positions, asked.towns)
        ),
        accuracy=Accuracy(asked.accuracy),
    )
    tell_grouped(found.problems, lang, more=_IN_JSON)
    written = (write_plan_answers(found, out, lang=lang, force=force),) if out else ()
    if as_json:
        dump(page_json(found.page, lang))
    else:
        click.echo(page_table(found.page, lang))
    name_files(written, out, as_json=as_json)
    return UNDETERMINED if found.undetermined else 0


def _register_and_day(asked: AskedToLocate) -> tuple[Path, date]:
    """Return the register and the day; refuse what a register does not answer."""
    wrong = []
    if asked.folders:
        wrong.append(_beside("DIR", str(asked.folders[0])))
    if asked.only is not None:
        wrong.append(_beside("--result", asked.only))
    if asked.reach_m:
        wrong.append(_beside("--reach", f"{asked.reach_m:g}"))
    if asked.on is None:
        wrong.append(
            error(
                "plan-no-day",
                Text(
                    "登録簿の答えは日によって異なります",
                    "what a register answers depends on the day",
                ),
                Text("--on で日を指定してください", "give the day by --on"),
                column="--on",
            )
        )
    if wrong or asked.on is None or asked.register is None:
        raise UsageError(wrong)
    return asked.register, asked.on


def _beside(option: str, value: str) -> Problem:
    return error(
        "plan-asked-beside",
        Text("--plan と一緒には指定できません", "does not go together with --plan"),
        Text(f"{option} か --plan のどちらかにしてください", f"give either {option} or --plan"),
        column=option,
        value=value,
    )
