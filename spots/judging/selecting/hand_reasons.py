"""Whether reasons by hand are about somebody, and come to bear.

Stands apart: what the plan says comes from policy and lists alone, and knows of no lines in files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundfloor.problems import Problem, Text, warning
from groundfloor.toml import KeyPath
from spots.judging.plan_reasons import names_facility, names_unit
from spots.judging.policy import Policy
from spots.judging.selecting.selection_settings import RULE
from spots.judging.selecting.unit_names import shown_unit
from spots.judging.selecting.written_keys import (
    WrittenKeys,
    key_error,
    name_means_several,
    unknown_name,
)
from spots.telling.labels import STATE_LABELS
from spots.types import Facility, State, Unit, UnitKind, UnitVerdict, Verdict

_UNIT = Text("単位", "unit of the selection")
_FACILITY = Text("医療機関", "facility")
_RESULT = Text("結果", "result")


def hand_problems(
    policy: Policy, units: Sequence[Unit], facilities: Sequence[Facility], at: WrittenKeys
) -> Iterator[Problem]:
    """Yield an error for each reason by hand that is about nobody, several, or no result.

    Parameters
    ----------
    policy : Policy
        The reasons.
    units : sequence of Unit
        Every unit that a selection asks about.
    facilities : sequence of Facility
        Of the run; they are meant only where the policy has ``[rule]``.
    at : WrittenKeys
        Where the policy stands.
    """
    circles = facilities if policy.judges_facilities else ()
    results = [r.id for r in policy.result] + ([RULE] if policy.judges_facilities else [])
    known = [*(u.name for u in units), *(f.name for f in circles)]
    said: set[tuple[str, str | None]] = set()
    for n, reason in enumerate(policy.unit_reason):
        path: KeyPath = ("unit_reason", n, "unit")
        hit = {u.id: shown_unit(u) for u in units if names_unit(reason, u)}
        for facility in circles:
            if names_facility(reason, facility):
                key = f"{UnitKind.FACILITY}:{facility.id}"
                hit.setdefault(key, f"{facility.name} ({facility.id})")
        if not hit:
            what = _UNIT if units else _FACILITY
            yield unknown_name("unknown-unit", at.place(path), what, reason.unit, known)
        elif len(hit) > 1:
            yield name_means_several(reason.unit, [*hit.values()], path, at)
        elif (*hit, reason.result) in said:
            yield _said_twice(reason.unit, path, at)
        said |= {(unit_id, reason.result) for unit_id in hit}
        if reason.result is not None and reason.result not in results:
            there: KeyPath = ("unit_reason", n, "result")
            yield unknown_name(
                "unknown-selection", at.place(there), _RESULT, reason.result, results
            )


def _said_twice(unit: str, path: KeyPath, at: WrittenKeys) -> Problem:
    return key_error(
        "unit-reason-twice",
        at.place(path),
        Text(
            "同じ単位の設定理由が二度書かれています",
            "has a reason by hand already, for the same result",
        ),
        Text(
            "一つにまとめるか、result で結果を分けてください",
            "make one of them, or say for which result each is",
        ),
        unit,
    )


def idle_reasons(
    policy: Policy, verdicts: Sequence[Verdict], units: Sequence[UnitVerdict], at: WrittenKeys
) -> Iterator[Problem]:
    """Yield a warning for each reason by hand of what is not designated.

    Parameters
    ----------
    policy : Policy
        The reasons.
    verdicts : sequence of Verdict
        Of facilities, once their circles are drawn.
    units : sequence of UnitVerdict
        Of units.
    at : WrittenKeys
        Where the policy stands.
    """
    for n, reason in enumerate(policy.unit_reason):
        states = [
            v.state
            for v in units
            if reason.result in {None, v.result} and names_unit(reason, v.unit)
        ]
        if policy.judges_facilities and reason.result in {None, RULE}:
            states += [v.state for v in verdicts if names_facility(reason, v.facility)]
        if State.DESIGNATED not in states:
            file, row, column = at.place(("unit_reason", n, "unit"))
            yield warning(
                "unit-reason-idle",
                _idle(states[0] if states else None),
                Text(
                    "判定を確かめ、要らなければ消してください",
                    "check its verdict, and take the reason out if it is not needed",
                ),
                file=file,
                row=row,
                column=column,
                value=reason.unit,
            )


def _idle(state: State | None) -> Text:
    if state is None:
        return Text(
            "この結果では判定されていないため、手書きの設定理由は使われません",
            "is not judged for that result: its reason by hand is not used",
        )
    label = STATE_LABELS[state]
    return Text(
        f"「{label.ja}」のため、手書きの設定理由は使われません",
        f"ends as “{label.en}”: its reason by hand is not used",
    )
