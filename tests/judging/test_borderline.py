"""Which verdicts hang by little: one rule, and the same facilities in every output."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundfloor.problems import Lang, Text
from spots.outputs.council_sheets import borderline
from spots.outputs.workbook import facilities
from spots.report.annex_pages import borderline_of
from spots.telling.evidence_words import NEAR_MS, doubts, is_borderline
from spots.types import State, Truth, TurningSpeed, Variant, Verdict
from tests.helpers.fabricated import fabricated_result

FAR_MS = NEAR_MS + 1
ELSEWHERE = Text("一覧「輪番」による場合", "with the list rotation")


def verdict(state: State, margin_ms: int = FAR_MS, *variants: Variant, turn: float | None = None):
    """Return そよう病院 with a margin to the threshold, assumptions and a turning speed."""
    found = next(v for v in fabricated_result().verdicts if v.facility.id == "soyo")
    turning = None if turn is None else TurningSpeed(turn, exact=True, state=state)
    travel = replace(
        found.outcomes[2].travel, margin_ms=margin_ms, variants=variants, turning=turning
    )
    outcomes = (*found.outcomes[:2], replace(found.outcomes[2], travel=travel))
    return replace(found, state=state, outcomes=outcomes)


def variant(state: State | None, *, changes: bool = True) -> Variant:
    return Variant("tolls", Text("有料", "tolls"), None, None, None, Truth.MET, changes, state)


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        (verdict(State.NOT_MET), False),
        (verdict(State.NOT_MET, NEAR_MS), True),
        (verdict(State.NOT_MET, -NEAR_MS), True),
        (verdict(State.NOT_MET, -FAR_MS), False),
        (verdict(State.NOT_MET, turn=1.11), False),
        (verdict(State.NOT_MET, turn=1.09), True),
        (verdict(State.NOT_MET, turn=0.91), True),
        (verdict(State.NOT_MET, FAR_MS, variant(State.DESIGNATED)), True),
        (verdict(State.NOT_MET, FAR_MS, variant(State.NOT_MET, changes=False)), False),
        # ① designates it either way, but its ③ would go.
        (verdict(State.DESIGNATED, FAR_MS, variant(State.DESIGNATED)), True),
        (verdict(State.DESIGNATED, FAR_MS, variant(None)), True),
        # No time turns what is moot; another list may, and only where the run says so.
        (verdict(State.MOOT, NEAR_MS, turn=1.0), False),
        (verdict(State.MOOT, FAR_MS, variant(State.MOOT)), False),
        (verdict(State.MOOT, FAR_MS, variant(None)), False),
        (verdict(State.EXCLUDED, FAR_MS, variant(State.DESIGNATED)), True),
    ],
)
def test_the_rule(case: Verdict, wanted: bool):
    assert is_borderline(case) is wanted


def doubtful_result():
    """Return a run with one that is on no list, but would be a spot by another."""
    result = fabricated_result()
    other = Variant(
        *("list", ELSEWHERE, "yabe", "矢部広域病院", 2_400_000, Truth.MET),
        changes=True,
        state=State.DESIGNATED,
        list_name="rotation",
    )
    left_out = replace(
        other,
        label=Text("一覧「輪番」による場合（この一覧に載っていません）", "with a list without it"),
        nearest_id=None,
        nearest_name=None,
        travel_ms=None,
        truth=Truth.NOT_MET,
        state=State.NOT_MET,
        asked=False,
    )

    def under(found: Verdict) -> Verdict:
        if not found.outcomes:
            return found
        last = found.outcomes[-1]
        if found.facility.id == "yoshino":
            return replace(found, outcomes=(*found.outcomes[:-1], replace(last, variants=(other,))))
        if found.facility.id == "oguni":
            travel = replace(last.travel, variants=(*last.travel.variants, left_out))
            return replace(found, outcomes=(*found.outcomes[:-1], replace(last, travel=travel)))
        return found

    return replace(result, verdicts=tuple(map(under, result.verdicts)))


@pytest.mark.parametrize("lang", list(Lang))
def test_sheet_and_report_name_the_same_facilities(lang: Lang):
    result = doubtful_result()
    wanted = {v.facility.name for v in result.verdicts if is_borderline(v)}
    assert "芳野診療所" in wanted
    sheet = borderline(result, lang)
    report = borderline_of(result, {}, lang)
    assert {row[3] for row in sheet.rows} == wanted
    assert {row[1].text.split("\n")[0] for row in report.table.rows} == wanted


def test_every_doubt_of_a_borderline_facility_is_told():
    result = doubtful_result()
    told = {row[3]: row[-1] for row in borderline(result, Lang.JA).rows}
    for found in filter(is_borderline, result.verdicts):
        for doubt in doubts(found):
            assert doubt.label.ja in told[found.facility.name]


def test_one_list_is_one_column_and_who_is_not_on_it_is_not_unreachable():
    sheet = facilities(doubtful_result(), Lang.JA)
    heads = [c.heading for c in sheet.columns]
    assert heads.count(ELSEWHERE.ja) == 1
    assert not any("載っていません" in head for head in heads)
    name, under = heads.index("医療機関名"), heads.index(ELSEWHERE.ja)
    cells = {row[name]: row[under] for row in sheet.rows}
    assert cells["小国公立病院"] == "判定の対象外"
    assert cells["芳野診療所"] == 2_400_000  # shown in minutes and seconds
