"""Units of ground on the map: drawn by result, told, found, listed; nothing of them without any."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest

from groundfloor.problems import Lang
from spots.map import render_map
from spots.map.payload import map_data
from spots.telling.colours import RESULTS
from spots.types import State
from tests.helpers.browser import Visit, open_page
from tests.helpers.colours import VISIONS, apart, contrast
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result
from tests.helpers.unit_cases import bare_result, ground_result, institutions_alone

UNITS = files("spots.map").joinpath("assets", "units.js").read_text("utf-8")


def nodes(tree):
    return {n.key: n for node in tree for n in (node, *node.children)}


@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_every_unit_is_on_the_page_once_for_each_result(make):
    result = make()
    data = map_data(result, Lang.JA, ())
    assert [u.id for u in data.units] == [v.key for v in result.units]
    for unit, verdict in zip(data.units, result.units, strict=True):
        assert bool(unit.shape) == (verdict.ground is not None)
        assert unit.designated == (verdict.state is State.DESIGNATED)
        assert unit.card.lead == verdict.reason.ja
        assert unit.lon is not None


def test_the_legend_counts_units_by_result_and_state():
    found = nodes(map_data(ground_result(), Lang.JA, ()).tree)
    assert found["result-1"].label == "医師少数スポット"
    assert found["result-1-designated"].count == "5"
    assert found["result-1-designated"].swatch == "ground-spot"
    assert found["result-2-designated"].swatch == "ground-support_area"
    assert not found["result-2-undetermined"].on
    assert found["result-3-designated"].label == "該当"  # a programme designates nothing


def test_a_run_of_units_alone_has_no_line_of_facilities():
    data = map_data(bare_result(), Lang.JA, ())
    found = nodes(data.tree)
    assert not {"designated", "names", "would-be", "cut", "hospitals", "routes"} & set(found)
    told = [n.label for n in found.values()] + list(data.ui.values())
    assert not [t for t in told if "4\u00a0km" in t or "施設一覧" in t]
    assert "重点医師偏在対策支援区域" in data.draft


def test_institutions_that_are_units_stand_on_the_page_once():
    result = institutions_alone()
    data = map_data(result, Lang.JA, ())
    assert data.facilities == ()
    assert [u.name for u in data.units] == [v.facility.name for v in result.verdicts]
    assert data.ui["list"] == "区域一覧"
    assert nodes(data.tree)["result-1-designated"].count == "3"


def test_a_run_without_units_has_nothing_of_them():
    data = map_data(fabricated_result(), Lang.JA, ())
    assert data.units == ()
    assert not [key for key in nodes(data.tree) if key.startswith(("result", "unit"))]
    page = render_map(fabricated_result(), Lang.JA)
    assert "S.RESULTS" not in page
    assert "区域一覧" not in page


def test_the_script_has_the_colours_of_results():
    pairs = dict(re.findall(r"(\w+): \{ colour: '(#\w+)', hatch: '[^']*', dash", UNITS))
    assert pairs == {kind.value: colour for kind, colour in RESULTS.items()}


@pytest.mark.parametrize("vision", VISIONS)
def test_results_are_told_apart_with_every_colour_vision(vision):
    assert min(apart(*p, vision) for p in itertools.combinations(RESULTS.values(), 2)) >= 20
    assert all(contrast(colour, "#FFFFFF") >= 4.5 for colour in RESULTS.values())


def test_colour_is_never_the_only_cue_of_a_result():
    hatches = re.findall(r"colour: '#\w+', hatch: '([^']*)', dash", UNITS)
    assert len(set(hatches)) == len(RESULTS)


# --- in the browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("units")
    made = {"units": ground_result(), "bare": bare_result(), "named": institutions_alone()}
    for name, result in made.items():
        (folder / f"{name}.html").write_text(render_map(result, Lang.JA), "utf-8")
    return folder


@pytest.fixture
def visit(browser, pages) -> Iterator[Visit]:
    with open_page(browser, pages / "units.html") as opened:
        yield opened
        assert not opened.failures()


@pytest.fixture
def bare(browser, pages) -> Iterator[Visit]:
    with open_page(browser, pages / "bare.html") as opened:
        yield opened
        assert not opened.failures()


def shown(page):
    return page.locator("path.ground:visible").count()


def test_a_result_is_a_toggle(visit):
    page = visit.page
    before = page.locator("path.ground-in").count()
    page.locator("#layer-result-2").click()
    page.locator("#layer-result-2").click()
    assert page.locator("path.ground-in").count() in {before, before - 3}
    page.locator("#layer-result-2-designated").set_checked(False)
    assert page.locator("path.ground-in").count() == before - 3


def test_search_leads_to_the_card_of_a_unit(visit):
    page = visit.page
    page.locator("#search").fill("平野")
    page.locator(".hit", has_text="平野").first.click()
    card = page.locator(".side-why .card")
    card.wait_for()
    told = card.inner_text()
    for word in (
        "平野",
        "設定（案）",
        "無医地区への巡回診療",
        "一覧に記載",
        "8.7 km",
        "229.61 km²",
    ):
        assert word in told, word
    for word in ("令和8年8月3日", "市町村の申請による", "places.csv"):
        assert word in told, word


def test_the_list_has_every_unit_and_leads_to_it(visit):
    page = visit.page
    page.locator("#tab-list").click()
    assert page.locator("tr[data-unit]").count() == len(ground_result().units)
    page.locator(".unit-list select").nth(1).select_option("判定不能")
    assert page.locator("tr[data-unit]:visible").count() == 2
    page.locator('tr[data-unit="support/municipality:43203"] button').click()
    page.locator(".side-why .card").wait_for()
    assert "人口10万人当たり医師数が空欄" in page.locator(".side-why .card").inner_text()
    assert page.locator("#layer-result-2-undetermined").is_checked()
    page.locator("#tab-list").click()
    page.locator(".unit-sides button", has_text="施設").click()
    assert page.locator("tr[data-facility]:visible").count() == 10


def test_a_place_in_a_unit_is_inside_it(visit):
    page = visit.page
    page.evaluate("SpotsMap.map.setView([33.07, 131.02], 11, {animate: false})")
    told = page.evaluate(
        "(() => { const cards = []; SpotsMap.features.forEach(() => 0);"
        " SpotsMap.map.fire('contextmenu', {latlng: L.latLng(33.07, 131.02)});"
        " return document.querySelector('.place').innerText; })()"
    )
    assert "小国町 医師少数スポット（設定（案））" in told
    assert "重点医師偏在対策支援区域（設定（案））" in told
    assert "どのスポットの中でもありません" not in told


def test_a_page_of_units_alone_speaks_of_units(bare):
    page = bare.page
    page.locator("#tab-list").click()
    assert page.locator(".list-title").inner_text() == "区域一覧（13）"
    assert page.locator(".list").count() == 1
    page.evaluate("SpotsMap.map.fire('contextmenu', {latlng: L.latLng(32.2, 130.7)})")
    told = page.locator(".place").inner_text()
    assert "どの区域の中でもありません" in told
    assert "病院" not in told
    assert "スポット" not in told


def test_a_unit_without_a_place_can_be_read(browser, pages):
    with open_page(browser, pages / "named.html") as visit:
        page = visit.page
        page.locator("#search").fill("球磨病院")
        page.locator(".hit").first.click()
        card = page.locator(".side-why .card")
        card.wait_for()
        assert "一覧の記載" in card.inner_text()
        assert page.locator(".pin-unit").count() == 2
        assert not visit.failures()


def test_names_of_units_run_nothing(browser, tmp_path):
    result = ground_result()
    units = tuple(
        replace(v, unit=replace(v.unit, name=HOSTILE_NAMES[k % len(HOSTILE_NAMES)]))
        for k, v in enumerate(result.units)
    )
    file = tmp_path / "hostile.html"
    file.write_text(render_map(replace(result, units=units), Lang.JA), "utf-8")
    with open_page(browser, file) as visit:
        visit.page.locator("#tab-list").click()
        visit.page.locator("tr[data-unit] button").first.click()
        visit.page.locator(".side-why .card").wait_for()
        assert not visit.dialogs
        assert not visit.failures()


def test_paper_has_the_results_in_its_legend(visit):
    page = visit.page
    page.evaluate("(SpotsMap.sheet.choose('a4'), SpotsMap.sheet.enter())")
    legend = page.locator(".sheet-side .legend").inner_text()
    assert "重点医師偏在対策支援区域" in legend
    assert "医師少数スポット" in legend
    assert "非該当" in legend  # of facilities; that of units is off


def test_the_data_block_is_plain():
    page = render_map(ground_result(), Lang.EN)
    block = re.search(r'id="spots-data">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    assert len(json.loads(block[1])["units"]) == len(ground_result().units)
