"""The map in a real browser without a network."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from groundfloor.problems import Lang
from spots.map import render_map
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result

TILE_HOST = "https://cyberjapandata.gsi.go.jp/"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    made = {
        "plain": render_map(fabricated_result()),
        "hostile": render_map(fabricated_result(hostile=True)),
        "english": render_map(fabricated_result(), Lang.EN),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture
def visit(browser, files) -> Iterator[Visit]:
    with open_page(browser, files["plain"]) as opened:
        yield opened


def marker(visit: Visit, facility: str, kind: str = "pin"):
    return visit.page.locator(f'.{kind}[data-facility="{facility}"]')


def test_opens_offline_without_errors_and_asks_for_tiles_only(visit):
    visit.page.wait_for_selector(".offline:not([hidden])")
    assert visit.failures() == []
    assert visit.requests
    assert all(url.startswith(TILE_HOST) for url in visit.requests)
    assert not visit.page.locator("img.leaflet-tile-loaded").count()


def test_click_on_a_circle_answers_why(visit):
    page = visit.page
    # Beside the symbol, inside the circle: 2.5 km to the north-east of the clinic.
    where = page.evaluate(
        "() => { const p = SpotsMap.map.latLngToContainerPoint([32.748, 131.116]);"
        " const b = SpotsMap.map.getContainer().getBoundingClientRect();"
        " return [p.x + b.left, p.y + b.top]; }"
    )
    page.mouse.click(*where)
    card = page.locator(".side-why .card")
    card.wait_for()
    text = card.inner_text()
    assert "井無田へき地診療所" in text
    assert "② へき地診療所" in text
    assert "山都町" in text
    assert "km²" in text


def test_symbol_opens_by_keyboard_and_route_button_works(visit):
    page = visit.page
    soyo = marker(visit, "soyo", "pin-designated")
    soyo.focus()
    page.keyboard.press("Enter")
    card = page.locator(".side-why .card")
    card.wait_for()
    text = card.inner_text()
    for words in (
        "そよう病院",
        "矢部広域病院",
        "31分06秒",
        "+1分06秒",
        "要件を満たし",
        "国道218号",
    ):
        assert words in text
    routes = page.locator("path.route")
    before = routes.count()
    button = card.locator(".route-button")
    assert button.inner_text() == "決定経路を隠す"
    button.click()
    assert routes.count() == before - 1
    assert button.inner_text() == "決定経路を表示"
    button.click()
    assert routes.count() == before


def test_unreachable_is_said(visit):
    marker(visit, "kamiamakusa", "pin-designated").click()
    card = visit.page.locator(".side-why .card")
    card.wait_for()
    assert "到達不能" in card.inner_text()


def test_layers_switch_in_the_tree(visit):
    page = visit.page
    assert page.locator("path.spot").count() == 7  # five spots, two of them with two criteria
    page.uncheck("#layer-criterion-1")
    assert page.locator("path.spot").count() == 7  # both base hospitals are spots by ③ as well
    page.uncheck("#layer-criterion-3")
    assert page.locator("path.spot").count() == 2
    parent = page.locator("#layer-designated")
    assert parent.evaluate("box => box.indeterminate")
    parent.check()
    assert page.locator("path.spot").count() == 7
    page.locator("#layer-excluded").focus()
    page.keyboard.press("Space")
    assert marker(visit, "yoshino").count() == 0
    assert page.locator("path.municipality").count() == 8
    page.uncheck("#layer-all-municipalities")
    assert page.locator("path.municipality").count() == 0


def test_branches_fold_away(visit):
    page = visit.page
    expander = page.locator('.expander[aria-controls="layer-areas-children"]')
    expander.click()
    assert expander.get_attribute("aria-expanded") == "false"
    assert not page.locator("#layer-area-shortage").is_visible()


def test_every_facility_is_on_the_map_or_in_the_panel(visit):
    page = visit.page
    shown = set(page.locator(".pin").evaluate_all("all => all.map(e => e.dataset.facility)"))
    listed = set(page.locator(".lost").evaluate_all("all => all.map(e => e.dataset.facility)"))
    assert listed == {"kuma"}
    assert shown | listed == {v.facility.id for v in fabricated_result().verdicts}
    assert "球磨病院" in page.locator(".block-lost").inner_text()


def test_title_caveats_and_sources_are_visible(visit):
    page = visit.page
    header = page.locator("header.top").inner_text()
    for words in ("熊本県の基準", "令和6年", "県が決定", "架空の所要時間です"):
        assert words in header
    assert "国土数値情報" in page.locator(".sources").inner_text()


def test_background_can_be_changed_and_left_out(visit):
    page = visit.page
    for choice, part in (("std", "/xyz/std/"), ("seamlessphoto", "/xyz/seamlessphoto/")):
        visit.requests.clear()
        page.check(f"#background-{choice}")
        page.wait_for_timeout(200)
        assert visit.requests
        assert all(part in url for url in visit.requests)
    page.check("#background-none")
    assert page.locator("img.leaflet-tile").count() == 0
    assert "国土地理院" not in page.locator(".leaflet-control-attribution").inner_text()


def test_without_tiles_a_base_is_drawn(visit):
    page = visit.page
    page.wait_for_timeout(300)
    box = page.locator(".folium-map").bounding_box()
    image = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
    colours = {colour for count, colour in image.getcolors(1 << 20) if count > 500}
    assert (214, 230, 238) in colours  # sea
    assert (251, 250, 245) in colours  # land
    assert len(colours) > 6


def test_a_prefecture_alone_is_not_drawn_as_an_island(browser, tmp_path):
    result = fabricated_result()
    home = result.municipalities[result.municipalities["prefecture_code"] == "43"]
    file = tmp_path / "alone.html"
    file.write_text(render_map(replace(result, municipalities=home)), encoding="utf-8")
    with open_page(browser, file) as visit:
        hatched = "getComputedStyle(SpotsMap.map.getContainer()).backgroundImage"
        assert "rgb(228, 232, 234)" in visit.page.evaluate(hatched)  # and no sea
        assert "隣接する都道府県の境界が" in visit.page.locator(".block-background").inner_text()


def test_hostile_names_stay_text(browser, files):
    with open_page(browser, files["hostile"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        for k in range(page.locator(".pin").count()):
            page.locator(".pin").nth(k).focus()
            page.keyboard.press("Enter")
            page.locator(".side-why h2").first.wait_for()
            page.click("#tab-layers")
        # Layer names, tooltips and the list of the panel have been drawn by now.
        page.locator(".lost").first.click()
        assert visit.dialogs == []
        assert visit.failures() == []
        assert page.locator("article img, .panel img, header img, .name img").count() == 0
        assert page.locator("header h1").inner_text() == HOSTILE_NAMES[0]
        assert all(url.startswith(TILE_HOST) for url in visit.requests)


def test_on_a_phone_the_panel_is_a_row_of_tabs_until_it_is_asked_for(browser, files):
    with open_page(browser, files["plain"], width=390, height=800) as visit:
        page = visit.page
        assert page.locator(".tabs").is_visible()
        assert not page.locator(".tree").is_visible()
        page.click("#tab-layers")
        assert page.locator(".tree").is_visible()
        page.click("#tab-layers")
        assert not page.locator(".tree").is_visible()
        marker(visit, "soyo", "pin-designated").click()
        card = page.locator(".side-why .card")
        card.wait_for()
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_english_page(browser, files):
    with open_page(browser, files["english"]) as visit:
        assert "Layers and legend" in visit.page.locator(".panel").inner_text()
        assert visit.page.evaluate("document.documentElement.lang") == "en"
        assert visit.failures() == []
