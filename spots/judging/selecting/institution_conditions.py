"""Conditions on what an institution is: its type, and the criteria of the rule that it meets.

Stands apart: the only conditions that ask the facilities' own lists and verdicts.
"""

from __future__ import annotations

from collections.abc import Sequence

from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.leaf_findings import UnitFinding, truth_of
from spots.telling import selection_words as words
from spots.telling.wording import as_one
from spots.types import FacilityType, Truth, Verdict
from spots.types.ground_units import Unit, UnitKind


def by_type(
    asked: FacilityType, units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether each unit is an institution of a type."""
    types = {f.id: f.types for f in facts.facts.facilities}

    def judge(unit: Unit) -> UnitFinding:
        known = unit.kind is UnitKind.FACILITY and unit.code in types
        truth = truth_of(asked in types[unit.code]) if known else Truth.UNDETERMINED
        return UnitFinding(truth, words.is_of_type(asked, truth))

    return {u.id: judge(u) for u in units}


def by_criterion(
    asked: Sequence[int], units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether each unit is an institution that meets one of the rule's criteria."""
    verdicts = {v.facility.id: v for v in facts.verdicts}

    def judge(unit: Unit) -> UnitFinding:
        verdict = verdicts.get(unit.code) if unit.kind is UnitKind.FACILITY else None
        return _outcome(asked, verdict)

    return {u.id: judge(u) for u in units}


def _outcome(asked: Sequence[int], verdict: Verdict | None) -> UnitFinding:
    outcomes = [o for o in verdict.outcomes if o.number in asked] if verdict is not None else []
    for truth in (Truth.MET, Truth.UNDETERMINED, Truth.NOT_MET):
        if decisive := [o.text for o in outcomes if o.truth is truth]:
            return UnitFinding(truth, as_one(decisive))
    return UnitFinding(Truth.UNDETERMINED, words.NOT_JUDGED)
