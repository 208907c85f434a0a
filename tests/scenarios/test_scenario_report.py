"""``report.pdf`` of scenarios: its figures are the table's, in both languages."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from groundfloor.problems import Lang
from spots.scenarios import scenario_report as reporting
from spots.scenarios.robust_chart import robust_chart
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_report import scenario_pages, scenarios_pdf
from spots.types.scenario_table import STATES
from tests.helpers.scenario_cases import scenario_answers
from tests.helpers.system import program


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> ScenarioAnswers:
    return scenario_answers(tmp_path_factory.mktemp("job"))


def test_bars_are_the_spots_of_each_scenario(answers: ScenarioAnswers):
    bars = scenario_pages(answers, Lang.EN).bars
    assert [bar.spots for bar in bars] == [figures.spots for figures in answers.table.figures]
    assert [bar.base for bar in bars] == [True] + [False] * 5


def test_the_matrix_has_who_turns_in_every_scenario(answers: ScenarioAnswers):
    matrix = scenario_pages(answers, Lang.EN).matrix
    states = answers.table.states
    turning = {
        f.name for f, row in zip(answers.table.facilities, states, strict=True) if len({*row}) > 1
    }
    assert {row.name for row in matrix.rows} == turning
    by_name = {f.name: n for n, f in enumerate(answers.table.facilities)}
    for row in matrix.rows:
        told = [n if n < len(STATES) else -1 for n in row.states]
        assert told == states[by_name[row.name]].tolist()


def test_a_column_of_the_matrix_is_headed_by_the_name_of_its_scenario(answers: ScenarioAnswers):
    heads = scenario_pages(answers, Lang.JA).matrix.columns
    names = [row.name.render(Lang.JA) for row in answers.scenario_rows]
    assert [(each.number, each.name) for each in heads] == [
        (str(n), name) for n, name in enumerate(names)
    ]


def test_people_have_a_column_where_any_are_known(answers: ScenarioAnswers):
    table = answers.table
    known = [replace(figures, people=7.0) for figures in table.figures[:1]]
    some = replace(answers, table=replace(table, figures=(*known, *table.figures[1:])))
    without, beside = (scenario_pages(each, Lang.EN) for each in (answers, some))
    assert set(beside.heads) - set(without.heads) == {"people"}
    assert (without.counted, beside.counted) == (False, True)


def test_of_many_scenarios_groups_are_shown_and_it_is_told(
    answers: ScenarioAnswers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reporting, "MOST_BARS", 3)
    pages = scenario_pages(answers, Lang.EN)
    firsts = [group[0] for group in answers.groups][:3]
    assert [bar.number for bar in pages.bars] == [str(n) for n in firsts]
    assert any("each group of equal results" in note for note in pages.notes)


def test_the_map_has_every_circle_that_a_scenario_designates(answers: ScenarioAnswers):
    svg = robust_chart(answers)
    used = set(answers.table.circle_of[:, 1:].ravel().tolist()) - {-1}
    assert svg.count('fill-opacity="0.85"') == len(used)


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_it_is_typeset(answers: ScenarioAnswers, tmp_path: Path, lang: Lang):
    path = tmp_path / "report.pdf"
    path.write_bytes(scenarios_pdf(answers, lang))
    command = [program("pdftotext", package="poppler-utils"), "-layout", str(path), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for row in answers.scenario_rows:
        assert row.name.render(lang) in text
    for row in answers.turning_rows:
        assert row.facility.name in text
    assert len(re.findall("\f", text)) == 4


def test_units_of_ground_stand_beside_the_circles(answers: ScenarioAnswers):
    table = answers.table
    units = [replace(f, units=(2, 0, 0, 3, 0), units_km2=17.25) for f in table.figures]
    given = replace(answers, table=replace(table, figures=tuple(units)))
    assert {bar.km2.split("\n")[1] for bar in scenario_pages(given, Lang.EN).bars} == {
        "2 units: 17.25 km²"
    }
    assert not any("\n" in bar.km2 for bar in scenario_pages(answers, Lang.EN).bars)
