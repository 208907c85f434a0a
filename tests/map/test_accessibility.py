"""No accessibility fault that axe finds, on three sizes of screen; nothing framed by a mouse."""

from __future__ import annotations

import pytest

from groundfloor.problems import Lang
from spots.comparing import compare, render_comparison
from spots.map import render_map
from tests.helpers.axe import faults
from tests.helpers.browser import open_page
from tests.helpers.fabricated import fabricated_result, later
from tests.helpers.unit_cases import ground_result

SIZES = ((1280, 800), (768, 1024), (390, 844), (320, 568))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder, plain = tmp_path_factory.mktemp("axe"), fabricated_result()
    made = {
        "ja": render_map(plain),
        "en": render_map(plain, Lang.EN),
        "units": render_map(ground_result()),
        "diff": render_comparison(compare(plain, later(plain)), plain, later(plain)),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", ["ja", "en", "units", "diff"])
def test_axe_finds_nothing(browser, pages, name, width, height):
    with open_page(browser, pages[name], width=width, height=height) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        found = {"closed": faults(visit)}
        for tab in ("list", "layers", "basis", "print"):
            page.click(f"#tab-{tab}")
            found[tab] = faults(visit)
        if name == "diff":
            page.click("#tab-list")
            page.locator("button.entry").first.click()
        else:
            page.fill("#search", "山都")
            found["hits"] = faults(visit)
            page.keyboard.press("Enter")
        page.locator(".side-why .card").wait_for()
        found["why"] = faults(visit)
        assert {k: v for k, v in found.items() if v} == {}
        assert visit.failures() == []


def test_axe_does_find_a_fault(browser, pages):
    with open_page(browser, pages["ja"]) as visit:
        visit.page.evaluate("document.querySelector('#search').removeAttribute('aria-label')")
        visit.page.evaluate("document.querySelector('#search').removeAttribute('placeholder')")
        visit.page.evaluate("document.querySelector('#search').removeAttribute('title')")
        assert [rule for _, rule, _ in faults(visit)] == ["label"]


@pytest.mark.parametrize("name", ["ja", "diff"])
def test_at_200_percent_everything_is_there(browser, pages, name):
    """1280 by 800 at 200 % has half as many pixels: nothing scrolls sideways or is cut off."""
    with open_page(browser, pages[name], width=640, height=400) as visit:
        page = visit.page
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        frame = page.locator(".folium-map").bounding_box()
        assert frame["height"] > 200
        assert frame["width"] > 250
        for tab in ("list", "why", "layers", "basis", "print"):
            box = page.locator(f"#tab-{tab}").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 641
        page.click("#tab-print")
        page.locator('[data-paper="a4"]').scroll_into_view_if_needed()
        assert page.locator('[data-paper="a4"]').is_visible()


def test_what_the_mouse_presses_has_no_frame_and_what_keys_reach_has_one(browser, pages):
    style = "getComputedStyle(document.activeElement).outlineStyle"
    with open_page(browser, pages["ja"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        x, y = page.evaluate(
            "() => { const p = SpotsMap.map.latLngToContainerPoint([32.748, 131.116]),"
            " b = SpotsMap.map.getContainer().getBoundingClientRect();"
            " return [p.x + b.left, p.y + b.top]; }"
        )
        page.keyboard.press("Tab")  # keys were used before: browsers remember that
        page.mouse.click(x, y)
        page.locator(".side-why .card").wait_for()
        for path in page.locator("path.leaflet-interactive").all()[:40]:
            path.evaluate("e => e.focus()")
            assert page.evaluate(style) == "none"
        page.locator(".pin-designated").first.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert page.evaluate(style) != "none"


def test_motion_is_left_out_where_it_is_not_wanted(browser, pages):
    with open_page(browser, pages["ja"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        page.fill("#search", "米の山")
        page.keyboard.press("Enter")
        assert abs(page.evaluate("SpotsMap.map.getCenter().lat") - 33.03) < 0.05  # at once
