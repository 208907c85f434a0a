"""``map.html`` of scenarios: the switch shows what the table says, offline, in one file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from groundfloor.problems import Lang
from spots.job.run_file import read_run_file
from spots.scenarios import scenario_switch as switching
from spots.scenarios.scenario_answers import ScenarioAnswers, turning_text
from spots.scenarios.scenario_map import scenarios_map
from spots.scenarios.scenario_switch import ScenarioSwitch, scenario_switch
from spots.telling.labels import STATE_LABELS
from spots.types.scenario_table import NO_MS, NOBODY
from tests.helpers.axe import faults
from tests.helpers.browser import open_page
from tests.helpers.scenario_cases import SCENARIOS, answers_of, scenario_answers, scenario_job

HOSTILE = "</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
MORE = f"""
[[scenario]]
name = {json.dumps(HOSTILE)}
exclusions = []
cuts = []
"""
CHOOSE = """n => {
  const select = document.querySelector('#scenario');
  select.value = String(n);
  select.dispatchEvent(new Event('change'));
}"""
#: What the page holds of every facility, and what it draws and lists.
SEEN = """() => SpotsMap.app.data.facilities.map(f => {
  const row = document.querySelector(`.side-list tr[data-facility="${f.id}"]`);
  const spot = SpotsMap.layers.spots[f.id];
  return {
    id: f.id, state: f.state, criteria: f.criteria, ms: f.entry.travel_ms, nearest: f.nearest,
    margin: f.entry.margin_ms, told: row.querySelector('.cell-state').textContent,
    drawn: Boolean(spot && SpotsMap.map.hasLayer(spot.layer)), marked: Boolean(SpotsMap.layers.markers[f.id])
  };
})"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> ScenarioAnswers:
    return scenario_answers(tmp_path_factory.mktemp("job"), SCENARIOS + MORE)


@pytest.fixture(scope="module")
def pages(answers: ScenarioAnswers, tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for lang in Lang:
        (folder / f"{lang}.html").write_text(scenarios_map(answers, lang), encoding="utf-8")
    return {lang: folder / f"{lang}.html" for lang in Lang}


# --- what the page is told


def unpacked(switch: ScenarioSwitch, row: int, column: int) -> Any:
    facility = switch.facilities[row]
    return facility.cells[switch.patterns[facility.pattern][column]]


def test_a_cell_is_what_the_table_says(answers: ScenarioAnswers):
    table, switch = answers.table, scenario_switch(answers, Lang.EN)
    for row in range(len(table.facilities)):
        for column in range(len(table.scenarios)):
            state, met, circle, _, _, ms, margin, near = unpacked(switch, row, column)
            now = table.state(row, column)
            assert switch.states[state].key == ("absent" if now is None else now.value)
            bits = [c.number for n, c in enumerate(switch.rules[0].criteria) if met >> n & 1]
            assert tuple(bits) == table.met_by(row, column)
            assert circle == table.circle_of[row, column]
            assert ms == (None if (t := int(table.travel_ms[row, column])) == NO_MS else t)
            assert margin == (None if (m := int(table.margin_ms[row, column])) == NO_MS else m)
            assert near == table.nearest[row, column]


def test_legends_have_the_words_of_each_policy(answers: ScenarioAnswers):
    switch = scenario_switch(answers, Lang.EN)
    titles = {
        switch.names[n]: switch.rules[rule].criteria[-1].title
        for n, rule in enumerate(switch.rule_of)
    }
    assert "30 min or more" in titles["as it is"]
    assert "20 min or more" in titles["20 min, radius 4 km"]
    radii = {n: switch.rules[r].radius_m for n, r in zip(switch.names, switch.rule_of, strict=True)}
    assert radii["20 min, radius 6 km"] == 6000


def test_facilities_that_go_alike_share_their_row(answers: ScenarioAnswers):
    switch = scenario_switch(answers, Lang.EN)
    assert len(set(switch.patterns)) == len(switch.patterns)
    assert {f.pattern for f in switch.facilities} == set(range(len(switch.patterns)))


def test_beyond_the_limit_each_group_has_one_scenario_and_it_is_told(
    answers: ScenarioAnswers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(switching, "MOST_NAMES", 6)
    switch = scenario_switch(answers, Lang.EN)
    firsts = [group[0] for group in answers.groups][:6]
    assert list(switch.names) == [answers.scenario_rows[n].name.en for n in firsts]
    assert "each group of equal results" in switch.note
    assert switch.total == len(answers.table.varied)
    monkeypatch.setattr(switching, "MOST_PLACES", 100)
    fewer = scenario_switch(answers, Lang.EN)
    assert len(fewer.names) < len(switch.names)
    assert "more are not shown" in fewer.note


def test_the_page_is_one_file_that_asks_for_nothing(pages: dict[Lang, Path]):
    html = pages[Lang.EN].read_text(encoding="utf-8")
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=", html)
    assert HOSTILE not in html


def test_the_map_of_a_run_is_told_nothing_of_scenarios(small_folder: Path):
    assert "scenario-bar" not in (small_folder / "map.html").read_text(encoding="utf-8")


# --- what a reader sees


@pytest.mark.slow
def test_circles_list_and_legend_follow_the_choice(
    browser: Browser, answers: ScenarioAnswers, pages: dict[Lang, Path]
):
    table = answers.table
    with open_page(browser, pages[Lang.EN]) as visit:
        page = visit.page
        for column in (*range(len(table.scenarios)), 0):
            page.evaluate(CHOOSE, column)
            seen = {each["id"]: each for each in page.evaluate(SEEN)}
            for row, facility in enumerate(table.facilities):
                told, state = seen[facility.id], table.state(row, column)
                assert told["state"] == ("absent" if state is None else state.value), facility.id
                assert told["criteria"] == list(table.met_by(row, column))
                assert told["drawn"] == (table.circle_of[row, column] != NOBODY)
                assert told["marked"] == (state is not None)
                ms = int(table.travel_ms[row, column])
                assert told["ms"] == (None if ms == NO_MS else ms)
                if column:
                    label = "not listed" if state is None else STATE_LABELS[state].en
                    assert told["told"] == label
            _legend_counts(page, answers, column)
            figures = page.locator(".scenario-figures").text_content() or ""
            assert figures.startswith(f"{table.figures[column].spots} spots")
        assert visit.failures() == []
        assert visit.requests == [] or all("cyberjapandata" in r for r in visit.requests)
        assert visit.dialogs == []


def _legend_counts(page: Page, answers: ScenarioAnswers, column: int) -> None:
    figures = answers.table.figures[column]
    for state, count in zip(STATE_LABELS, figures.states, strict=True):
        line = page.locator(f'.tree li[data-key="{state}"] > .line .count')
        if line.count():
            assert (line.first.text_content() or "").split(" ")[0] == str(count), state
        else:
            assert count == 0 or state == "designated", state


@pytest.mark.slow
def test_a_card_says_what_it_is_here_and_as_it_is(
    browser: Browser, answers: ScenarioAnswers, pages: dict[Lang, Path]
):
    names = [f.name for f in answers.table.facilities]
    with open_page(browser, pages[Lang.EN]) as visit:
        page = visit.page
        page.evaluate(CHOOSE, 3)
        page.click("#tab-list")
        page.locator(".list-name", has_text="矢部広域病院").click()
        card = page.locator(".side-why .card")
        text = card.inner_text()
        row = answers.robust_rows[names.index("矢部広域病院")]
        assert f"{row.designated_in} / 5" in text
        assert turning_text(row, Lang.EN).split("\n")[0] in text
        assert "State in this scenario" in text
        page.evaluate(CHOOSE, 0)
        assert "State in this scenario" not in card.inner_text()


@pytest.mark.slow
def test_the_shade_follows_how_many_scenarios_there_are(
    browser: Browser, answers: ScenarioAnswers, pages: dict[Lang, Path]
):
    used = answers.table.circle_of[:, 1:]
    held = {n for n in range(len(answers.table.circles)) if (used == n).any()}
    with open_page(browser, pages[Lang.EN]) as visit:
        page = visit.page
        page.check("#scenario-shade")
        assert page.locator("path.robust").count() == len(held)
        assert page.locator(".scenario-legend").is_visible()
        colours = page.evaluate(
            "() => new Set([...document.querySelectorAll('path.robust')]"
            ".map(p => p.getAttribute('fill'))).size"
        )
        assert colours > 1
        page.uncheck("#scenario-shade")
        assert page.locator("path.robust").count() == 0


@pytest.mark.slow
def test_an_address_leads_to_the_scenario_and_back(browser: Browser, pages: dict[Lang, Path]):
    with open_page(browser, pages[Lang.JA]) as visit:
        page = visit.page
        page.evaluate(CHOOSE, 2)
        page.check("#scenario-shade")
        page.wait_for_timeout(600)
        assert "scenario=2" in page.evaluate("location.hash")
        page.reload()
        page.wait_for_selector("body.ready")
        assert page.locator("#scenario").input_value() == "2"
        assert page.locator("#scenario-shade").is_checked()
        for odd in ("scenario=99", "scenario=x", "scenario=-1"):
            page.evaluate("hash => { location.hash = hash; }", odd)
            page.wait_for_timeout(100)
        assert visit.failures() == []


@pytest.mark.slow
def test_the_keyboard_is_enough(browser: Browser, pages: dict[Lang, Path]):
    with open_page(browser, pages[Lang.JA]) as visit:
        page = visit.page
        page.focus("#scenario")
        page.keyboard.press("ArrowDown")
        assert page.locator("#scenario").input_value() == "1"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.locator("#scenario").input_value() == "2"
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.locator("#scenario-shade").is_checked()


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_the_head_of_a_phone_is_short(browser: Browser, pages: dict[Lang, Path], lang: Lang):
    with open_page(browser, pages[lang], width=390, height=844) as visit:
        page = visit.page
        page.evaluate(CHOOSE, 4)
        head = page.locator(".top").bounding_box()
        assert head is not None
        assert head["height"] <= 168  # with the line of cautions that many runs have: 200
        for told in (".draft", ".scenario-figures", ".scenario-hint", "label.scenario-shade"):
            assert page.locator(told).is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (768, 1024), (390, 844)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, pages: dict[Lang, Path], lang: Lang, width: int, height: int
):
    with open_page(browser, pages[lang], width=width, height=height) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        page.evaluate(CHOOSE, 4)
        page.check("#scenario-shade")
        assert faults(visit) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        frame = page.locator(".folium-map").bounding_box()
        assert frame is not None
        assert frame["height"] > 250
        size = page.evaluate("[SpotsMap.map.getSize().x, SpotsMap.map.getSize().y]")
        assert size == pytest.approx([frame["width"], frame["height"]], abs=1)


@pytest.mark.slow
def test_the_sheet_says_which_scenario_it_shows(
    browser: Browser, answers: ScenarioAnswers, pages: dict[Lang, Path]
):
    with open_page(browser, pages[Lang.EN]) as visit:
        page = visit.page
        page.evaluate("() => { window.print = () => {}; }")
        page.evaluate(CHOOSE, 2)
        page.click("#tab-print")
        page.evaluate("SpotsMap.print('a4')")
        page.wait_for_selector(".sheet-head")
        name = answers.table.scenarios[2].name
        assert name in page.locator(".sheet-head").inner_text()
        side = page.locator(".sheet-side").inner_text().split("\n")
        assert side[2] == str(answers.table.figures[2].spots)


# --- what does not follow the choice says so

GROUND = """
[[policy.override.select]]
id = "towns"
unit = "municipality"
where = { municipality_kind = ["town"] }
reason = { ja = "町", en = "towns" }
[[policy.override.result]]
id = "areas"
kind = "support_area"
title = { ja = "区域", en = "areas" }
select = { any = ["towns"] }
"""
CITIES = """
[[scenario]]
name = "cities"
radius_m = 6000
lists = { "輪番病院" = "fewer.csv" }
"policy.override.select" = [{ id = "towns", unit = "municipality", where = { municipality_kind = ["city"] }, reason = { ja = "市", en = "cities" } }]
"""
OF_BASE = {Lang.JA: "（現在の条件）", Lang.EN: " (as it is)"}


@pytest.fixture(scope="module")
def ground_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    folder = tmp_path_factory.mktemp("ground")
    run_file = scenario_job(folder, CITIES)
    run = run_file.read_text(encoding="utf-8")
    run_file.write_text(run.replace("[[facilities]]", GROUND + "[[facilities]]", 1), "utf-8")
    answers = answers_of(read_run_file(run_file))
    for lang in Lang:
        (folder / f"{lang}.html").write_text(scenarios_map(answers, lang), encoding="utf-8")
    return {lang: folder / f"{lang}.html" for lang in Lang}


def _legend(page: Page, where: str) -> dict[str, str]:
    lines = page.locator(f"{where} .line")
    labels = lines.locator(".text").all_text_contents()
    counts = lines.evaluate_all(
        "lines => lines.map(l => (l.querySelector('.count') || {}).textContent || '')"
    )
    return dict(zip(labels, counts, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_what_is_of_the_run_file_as_it_is_is_marked_where_it_stands(
    browser: Browser, ground_pages: dict[Lang, Path], lang: Lang
):
    mark = OF_BASE[lang]
    areas = {Lang.JA: ("区域", "二次医療圏", "対象外の市町村"), Lang.EN: ("areas",)}[lang]
    with open_page(browser, ground_pages[lang], width=390, height=844) as visit:
        page = visit.page
        before = _legend(page, ".tree")
        assert not any(mark in label for label in before)
        page.evaluate(CHOOSE, 1)
        after = _legend(page, ".tree")
        assert all(label + mark in after and label not in after for label in areas)
        assert page.locator(".scenario-hint").is_visible()
        assert page.locator(".told-scenario").text_content() != ""
        page.evaluate("SpotsMap.app.show.take('unit:' + Object.keys(SpotsMap.app.units.byId)[0])")
        assert page.locator(".side-why .scenario-base").count() == 1
        style = "e => getComputedStyle(e, '::after').content"
        assert mark in page.locator(".unit-list .list-count").evaluate(style)
        page.evaluate(CHOOSE, 0)
        assert _legend(page, ".tree") == before
        assert page.locator(".side-why .scenario-base").count() == 0
        assert visit.failures() == []


@pytest.mark.slow
def test_a_place_is_asked_of_the_circles_that_are_shown(browser: Browser, pages: dict[Lang, Path]):
    """5 km west of the clinic: outside of 4 km, and inside of 6 km."""
    with open_page(browser, pages[Lang.EN]) as visit:
        page = visit.page
        page.evaluate("SpotsMap.app.show.take('place:32.73100,131.04600')")
        card = page.locator(".side-why .card")
        assert "Inside 1" not in card.inner_text()
        wide = page.locator("#scenario option", has_text="30 min, radius 6 km").get_attribute(
            "value"
        )
        page.evaluate(CHOOSE, int(wide or ""))
        assert "Inside 1" in card.inner_text()
        assert "Spots are those of this scenario" in card.inner_text()
        page.evaluate(CHOOSE, 0)
        assert "Inside 1" not in card.inner_text()


@pytest.mark.slow
def test_the_sheet_and_the_saved_list_are_of_the_scenario(
    browser: Browser, answers: ScenarioAnswers, pages: dict[Lang, Path]
):
    """No count, no reason and no name on paper is that of the run file as it is."""
    column = next(n for n, s in enumerate(answers.table.scenarios) if s.name == HOSTILE)
    with open_page(browser, pages[Lang.EN]) as visit:
        page = visit.page
        page.evaluate("() => { window.print = () => {}; }")
        page.evaluate(CHOOSE, column)
        page.click("#tab-list")
        with page.expect_download() as saved:
            page.click(".list-save")
        assert "img src=x" in saved.value.suggested_filename
        page.evaluate("SpotsMap.print('a4')")
        page.wait_for_selector(".sheet-head")
        told, figures = _legend(page, ".sheet-side"), answers.table.figures[column]
        assert told["Spots (proposed)"] == str(figures.spots)
        assert "excluded" not in told
        assert page.locator(".sheet-annex").count() == 0
        assert "run file as it is" in page.locator(".sheet-foot").inner_text()
