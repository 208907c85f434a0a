"""``scenarios.xlsx``: what the tables say, in colours that follow an edit, ready for paper."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from groundfloor.problems import Lang
from spots.scenarios import scenario_book
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_book import scenarios_xlsx
from spots.telling.labels import STATE_LABELS
from spots.types.scenario_table import STATES
from tests.helpers.scenario_cases import scenario_answers


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> ScenarioAnswers:
    return scenario_answers(tmp_path_factory.mktemp("job"))


def opened(answers: ScenarioAnswers, lang: Lang = Lang.EN) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(scenarios_xlsx(answers, lang)))


def body(book: Workbook, tab: str, heading: str) -> list[tuple[object, ...]]:
    rows = list(book[tab].iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == heading)
    return rows[head + 1 :]


def test_states_stand_side_by_side(answers: ScenarioAnswers):
    found = {row[0]: row[3:] for row in body(opened(answers), "states", "name")}
    table = answers.table
    for row, facility in enumerate(table.facilities):
        turns = (table.states[row] != table.states[row, 0]).any()
        if turns or table.states[row, 0] == 0:
            told = [
                "not listed" if n < 0 else STATE_LABELS[STATES[n]].en
                for n in table.states[row].tolist()
            ]
            assert list(found[facility.name]) == told
        else:
            assert facility.name not in found


def test_states_and_shares_have_colours_as_rules(answers: ScenarioAnswers):
    sheet = opened(answers)["states"]
    by_type = {
        rule.type: (str(area.sqref), rule)
        for area in sheet.conditional_formatting
        for rule in area.rules
    }
    assert set(by_type) == {"cellIs", "colorScale"}
    assert by_type["cellIs"][0].startswith("D")  # behind name, municipality and share
    texts = {
        rule.formula[0]
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.type == "cellIs"
    }
    assert texts == {f'"{label.en}"' for label in STATE_LABELS.values()}


def test_every_sheet_is_ready_to_read_and_to_print(answers: ScenarioAnswers):
    for lang in Lang:
        for sheet in opened(answers, lang):
            assert sheet.freeze_panes is not None
            assert sheet.auto_filter.ref
            assert sheet.print_title_rows
            assert sheet.page_setup.orientation == "landscape"


def test_no_cell_is_a_formula(answers: ScenarioAnswers):
    for sheet in opened(answers):
        for row in sheet.iter_rows():
            assert not any(cell.data_type == "f" for cell in row)


def test_of_too_many_scenarios_groups_have_a_column(
    answers: ScenarioAnswers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scenario_book, "MOST_COLUMNS", 3)
    book = opened(answers)
    head = next(row for row in book["states"].iter_rows(values_only=True) if row[0] == "name")
    firsts = [group[0] for group in answers.groups][:3]
    assert [str(cell).split("\n")[0] for cell in head[3:]] == [str(n) for n in firsts]
    notes = [str(row[0]) for row in book["states"].iter_rows(max_row=4, values_only=True)]
    assert any("states.csv" in note for note in notes)


def test_the_same_answers_are_the_same_bytes(answers: ScenarioAnswers, tmp_path: Path):
    assert scenarios_xlsx(answers, Lang.JA) == scenarios_xlsx(scenario_answers(tmp_path), Lang.JA)
