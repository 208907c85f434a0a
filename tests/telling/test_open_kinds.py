"""Why a verdict is open, in a few words: the kind of each piece of evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from groundfloor.problems import Text
from spots.telling.open_kinds import OpenKind, mended_by, open_kind, short_reason
from spots.types import State, Truth, Verdict
from spots.types.verdicts import Border
from tests.helpers.fabricated import fabricated_result

WHY = Text("x", "x")


def measured() -> Verdict:
    """A facility with a time, left open by nothing yet."""
    found = next(v for v in fabricated_result().verdicts if v.travel is not None and v.travel.route)
    outcomes = tuple(
        replace(o, truth=Truth.UNDETERMINED if o.travel else Truth.NOT_MET) for o in found.outcomes
    )
    return replace(found, state=State.UNDETERMINED, outcomes=outcomes)


def with_travel(**changed: Any) -> Verdict:
    verdict = measured()
    outcomes = tuple(
        replace(o, travel=replace(o.travel, **changed)) if o.travel else o for o in verdict.outcomes
    )
    return replace(verdict, outcomes=outcomes)


CASES = {
    OpenKind.PLACE: lambda: replace(measured(), place=replace(measured().place, problem=WHY)),
    OpenKind.MUNICIPALITY: lambda: replace(
        measured(), place=replace(measured().place, municipality_code=None)
    ),
    OpenKind.POSITION: lambda: replace(
        measured(), facility=replace(measured().facility, position=None, position_problem=WHY)
    ),
    OpenKind.CLASS: lambda: replace(
        measured(),
        outcomes=tuple(replace(o, truth=Truth.MET) for o in measured().outcomes),
    ),
    OpenKind.OFF_ROADS: lambda: with_travel(reachable=None),
    OpenKind.NO_LIST: lambda: replace(
        measured(),
        outcomes=tuple(
            replace(o, truth=Truth.UNDETERMINED, given=False) for o in measured().outcomes
        ),
    ),
    OpenKind.BORDER: lambda: with_travel(border_ms=1, border=Border.PREFECTURE),
    OpenKind.ROADS_END: lambda: with_travel(border_ms=1, border=Border.DATA),
    OpenKind.OTHER: measured,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_what_leaves_it_open(kind: OpenKind):
    assert open_kind(CASES[kind]()) is kind


@pytest.mark.parametrize("kind", OpenKind)
def test_every_kind_has_words_and_a_remedy(kind: OpenKind):
    for words in (short_reason(kind), mended_by(kind)):
        assert words.ja
        assert words.en
