"""What is compared: a day with all that is in force on it, or a plan with its editions.

Stands apart: who asks says a day or a plan in one word; what it means is settled here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from groundfloor.dates import parse_date
from groundfloor.problems import DataError, Problem, Text, UsageError, error
from spots.register.edition_results import edition_result, unit_days
from spots.register.register import Register
from spots.telling.in_force_words import day_title, plan_title
from spots.telling.register_columns import RegisteredUnit
from spots.types import RunResult
from spots.types.designations import DesignationKind, InForce

#: A kind, and the code of a prefecture.
Matter = tuple[DesignationKind, str]


@dataclass(frozen=True, slots=True)
class PlanSide:
    """One side of a comparison.

    Parameters
    ----------
    label : Text
        The day, or the plan, for readers.
    on : date or None
        The day; None for a plan, of which all units count.
    held : tuple of InForce
        The editions, one for each kind and prefecture.
    """

    label: Text
    on: date | None
    held: tuple[InForce, ...]

    def edition(self, matter: Matter) -> InForce | None:
        """Return the edition of a kind and prefecture; None where there is none."""
        return next((h for h in self.held if matter_of(h) == matter), None)


def matter_of(held: InForce) -> Matter:
    """Return what an edition is of: its kind and prefecture."""
    return held.edition.kind, held.edition.prefecture_code


def plan_side(register: Register, asked: str, option: str) -> PlanSide:
    """Return what a word means: the plan of that name, else the day.

    Of a plan that was revised under its own name the last edition of each kind counts.

    Parameters
    ----------
    register : Register
        The register.
    asked : str
        Name of a plan, or a day (``2027-04-01``, ``R9.4.1``).
    option : str
        What messages call it.

    Raises
    ------
    UsageError
        It is neither.
    """
    of_plan = {
        (e.kind, e.prefecture_code): InForce(e, e.span)
        for e in register.editions
        if e.plan == asked.strip()
    }
    if of_plan:
        return PlanSide(plan_title(asked.strip()), None, tuple(of_plan.values()))
    try:
        day = parse_date(asked, column=option, whole=True)
    except (DataError, UsageError) as none:
        raise UsageError(_neither(register, asked, option)) from none
    return PlanSide(day_title(day), day, register.in_force(day))


def side_units(register: Register, side: PlanSide, held: InForce) -> tuple[RegisteredUnit, ...]:
    """Return what an edition designates on a side, each unit with its days in force."""
    days = unit_days(register, held)
    found = []
    for unit in register.designations(held.edition):
        span = days.get((unit.result, unit.unit))
        if span is not None and (side.on is None or side.on in span):
            found.append(RegisteredUnit(replace(unit, span=span), held.edition))
    return tuple(found)


def side_result(register: Register, side: PlanSide, held: InForce) -> RunResult:
    """Return the run of an edition with what it designates on a side alone."""
    return edition_result(register, held, side.on)


def _neither(register: Register, asked: str, option: str) -> Problem:
    plans = "、".join(dict.fromkeys(edition.plan for edition in register.editions))
    return error(
        "plan-side-unknown",
        Text(
            "日付でも、登録簿にある計画の名称でもありません",
            "is no day, and no plan of the register",
        ),
        Text(
            f"日付（2027-04-01、R9.4.1）か計画の名称にしてください（{plans}）",
            f"give a day (2027-04-01, R9.4.1) or a plan ({plans})",
        ),
        column=option,
        value=asked,
    )
