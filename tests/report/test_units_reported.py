"""Units of ground in the report: every one with its reason and clauses; no word of facilities."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from groundfloor.problems import Lang
from spots.report import render_report
from spots.report.basemap import swatch
from spots.report.canvas import RESULT_LINES, RESULTS
from spots.report.document import document_of
from spots.telling import colours
from spots.types import ResultKind, State
from tests.helpers.fabricated import fabricated_result
from tests.helpers.unit_cases import bare_result, ground_result, institutions_alone


def strings(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value
    return [s for v in inside for s in strings(v)] if isinstance(value, dict | list | tuple) else []


@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_every_unit_is_told_with_its_clauses(make):
    result = make()
    document = document_of(result, Lang.JA)
    summary, *tables = document.ground
    assert [row[0].text for row in summary.table.rows] == [g.title.ja for g in result.grounds]
    rows = [row for block in tables for row in block.table.rows]
    assert len(rows) == len(result.units)
    named = [row[0].text.split("\n")[0] for row in rows]
    assert sorted(named) == sorted(v.unit.name for v in result.units)
    for verdict in result.units:
        found = [r for r in rows if r[0].text.startswith(f"{verdict.unit.name}\n")]
        told = "\n".join(r[2].text for r in found)
        assert verdict.reason.ja in told
        for clause in verdict.clauses:
            assert clause.text.ja in told


def test_every_designated_unit_says_its_councils_or_that_there_is_none():
    result = ground_result()
    rows = [row for block in document_of(result, Lang.JA).ground[1:] for row in block.table.rows]
    for verdict in result.units:
        told = [r[2].text for r in rows if r[0].text.startswith(f"{verdict.unit.name}\n")]
        taken = verdict.state is State.DESIGNATED
        assert any("協議会の記録なし" in t for t in told) or verdict.councils or not taken
        if verdict.councils:
            assert any("令和8年8月3日" in t for t in told)


def test_designated_units_come_first():
    titles = [block.title for block in document_of(ground_result(), Lang.JA).ground[1:]]
    assert titles[0] == "医師少数スポット：設定（案）（5区域）"
    assert titles[1] == "医師少数スポット：判定不能（1区域）"
    assert titles[-1] == "対象の医療機関：該当（1区域）"


def test_the_maps_draw_each_result_with_its_legend():
    sheet = document_of(ground_result(), Lang.JA).sheets[0]
    for kind in (ResultKind.SPOT, ResultKind.SUPPORT_AREA):
        assert f"url(#{kind})" in sheet.chart.svg
        assert RESULTS[kind].colour in sheet.chart.svg
    assert "url(#programme)" not in sheet.chart.svg  # it has no ground
    legend = [line.text for line in sheet.chart.legend]
    assert "重点医師偏在対策支援区域" in legend
    assert "対象の医療機関" in legend  # by its mark
    assert {"泉町", "平野"} <= {label.text for label in sheet.chart.labels}


def test_what_is_open_is_on_the_maps_in_their_legend_and_named_below():
    result = ground_result()
    lost = {v.unit.name for v in result.units if v.state is State.UNDETERMINED}
    sheet = document_of(result, Lang.JA).sheets[0]
    (line,) = [line for line in sheet.chart.legend if line.text == "判定不能の区域"]
    assert line.count == str(len(lost))
    (note,) = [n for n in sheet.notes if n.startswith("判定不能の区域")]
    assert all(name in note for name in lost)
    assert 'stroke="#7A6A00"' in sheet.chart.svg


@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_the_cover_counts_what_is_open(make):
    result = make()
    cover = document_of(result, Lang.JA).cover
    for ground, fact in zip(result.grounds, cover.results, strict=True):
        states = [v.state for v in result.units if v.result == ground.id]
        count = states.count(State.UNDETERMINED)
        assert fact.value.startswith(str(states.count(State.DESIGNATED)))
        assert (f"（判定不能 {count}）" in fact.value) is (count > 0)
    assert any("判定不能" in fact.value for fact in cover.results)


def test_results_have_one_colour_everywhere():
    for kind in ResultKind:
        assert RESULTS[kind].colour == RESULT_LINES[kind].colour == colours.RESULTS[kind]
        assert colours.RESULTS[kind] in swatch(f"result-{kind}")
    assert len({wash.hatch for wash in RESULTS.values()}) == len(ResultKind)


def test_a_report_of_units_alone_says_nothing_of_facilities():
    document = document_of(bare_result(), Lang.JA)
    assert not document.facilities
    cover = document.cover
    assert [f.value for f in cover.figures] == ["4", "3", "0"]
    assert "重点医師偏在対策支援区域" in cover.draft
    shown = (cover.facts, cover.figures, document.sheets, document.ground, document.method)
    told = "\n".join(s for part in shown for s in strings([asdict(p) for p in part]))
    for word in ("半径4", "4 km\n", "施設の一覧", "要件", "医療機関を判定"):
        assert word not in told, word


def test_a_report_without_units_has_no_part_of_them():
    document = document_of(fabricated_result(), Lang.JA)
    assert document.facilities
    assert document.ground == document.cover.results == ()
    assert not any(sheet.ground for sheet in document.sheets)


def test_institutions_without_a_rule_have_marks_and_no_circles():
    document = document_of(institutions_alone(), Lang.JA)
    assert not document.facilities
    assert [f.value for f in document.cover.figures] == ["3"]
    assert "医師少数スポット" not in document.cover.draft
    chart = document.sheets[0].chart
    assert (
        chart.svg.count(f'fill="{colours.RESULTS[ResultKind.PROGRAMME]}"') == 2
    )  # one has no place
    assert chart.legend[0].text == "対象の医療機関"
    assert "位置の分からない区域1件は図にありません" in "".join(document.sheets[0].notes)


@pytest.mark.slow
@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("make", [ground_result, bare_result, institutions_alone])
def test_it_is_typeset(make, lang):
    assert render_report(make(), lang).startswith(b"%PDF")


def test_a_result_that_designates_nothing_is_reported():
    result = bare_result()
    assert [v for v in result.units if v.result == "programme"] == []
    row = document_of(result, Lang.EN).ground[0].table.rows[-1]
    assert [cell.text for cell in row][2:] == ["0", "", "–", "–"]
    assert State.DESIGNATED not in {v.state for v in result.units if v.result == "programme"}
