"""Why, told in the panel: the map fits what is told beside or above it, and Escape ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spots.comparing import compare, render_comparison
from spots.map import render_map
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import fabricated_result, later
from tests.helpers.map_cases import full_result, overlapping

SIZES = ((1280, 800), (768, 1024), (390, 844))
# Where facility, other hospital and every point of the way stand, and what the panel leaves free.
FITTED = """id => {
  const all = JSON.parse(document.getElementById('spots-data').textContent).facilities;
  const f = all.find(x => x.id === id), other = all.find(x => x.id === f.nearest);
  const map = SpotsMap.map, box = map.getContainer().getBoundingClientRect();
  const panel = document.querySelector('.panel').getBoundingClientRect();
  const spots = [[f.lat, f.lon], [other.lat, other.lon], ...f.route.flatMap(SpotsMap.line)];
  return spots.every(at => {
    const p = map.latLngToContainerPoint(at), x = p.x + box.left, y = p.y + box.top;
    const under = x >= panel.left && x <= panel.right && y >= panel.top && y <= panel.bottom;
    return x > box.left && x < box.right && y > box.top && y < box.bottom && !under;
  });
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder, plain = tmp_path_factory.mktemp("answers"), fabricated_result()
    made = {
        "plain": render_map(plain),
        "full": render_map(full_result()),
        "overlapping": render_map(overlapping()),
        "diff": render_comparison(compare(plain, later(plain)), plain, later(plain)),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture
def visit(browser, pages) -> Iterator[Visit]:
    with open_page(browser, pages["plain"]) as opened:
        opened.page.emulate_media(reduced_motion="reduce")
        yield opened


def at(visit: Visit, lat: float, lon: float) -> tuple[float, float]:
    return visit.page.evaluate(
        "([lat, lon]) => { const p = SpotsMap.map.latLngToContainerPoint([lat, lon]),"
        " b = SpotsMap.map.getContainer().getBoundingClientRect();"
        " return [p.x + b.left, p.y + b.top]; }",
        [lat, lon],
    )


def by_search(visit: Visit) -> None:
    visit.page.fill("#search", "そよう")
    visit.page.keyboard.press("Enter")


def by_list(visit: Visit) -> None:
    visit.page.click("#tab-list")
    visit.page.locator('.list tr[data-facility="soyo"] .list-name').click()


def by_symbol(visit: Visit) -> None:
    visit.page.locator('.pin-designated[data-facility="soyo"]').click(force=True)
    visit.page.wait_for_timeout(50)
    if visit.page.locator(".chooser").count():
        visit.page.locator(".chooser button", has_text="そよう病院").click()


def by_circle(visit: Visit) -> None:
    visit.page.evaluate("void SpotsMap.map.setView([32.7, 131.1], 12, { animate: false })")
    visit.page.mouse.click(*at(visit, 32.667, 131.163))


def by_key(visit: Visit) -> None:
    visit.page.locator('.pin-designated[data-facility="soyo"]').focus()
    visit.page.keyboard.press("Enter")


def by_address(visit: Visit) -> None:
    visit.page.evaluate("location.hash = '#select=facility:soyo'")


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("ask", [by_search, by_list, by_symbol, by_circle, by_key, by_address])
def test_the_map_fits_facility_way_and_hospital_into_what_is_free(
    browser, pages, ask, width, height
):
    with open_page(browser, pages["plain"], width=width, height=height) as visit:
        visit.page.emulate_media(reduced_motion="reduce")
        ask(visit)
        card = visit.page.locator('.side-why .card[data-facility="soyo"]')
        card.wait_for()
        assert card.is_visible()
        assert visit.page.evaluate(FITTED, "soyo")
        assert visit.page.locator("path.route").count() > 0
        assert visit.page.locator("path.chosen-end").count() == 1
        assert visit.page.locator(".leaflet-popup").count() == 0
        assert visit.failures() == []


def test_the_way_of_what_is_asked_is_shown_though_its_layer_is_off(visit):
    page = visit.page
    page.evaluate("document.getElementById('layer-routes').click()")
    while page.locator("path.route").count():
        page.evaluate("document.getElementById('layer-routes').click()")
    by_search(visit)
    assert page.locator("path.route").count() == 1
    assert page.locator(".route-button").inner_text() == "決定経路を隠す"
    page.keyboard.press("Escape")
    assert page.locator("path.route").count() == 0


def test_focus_goes_into_the_panel_by_keys_and_comes_back(visit):
    page = visit.page
    for ask, back in (
        (by_key, "e => e.dataset.facility === 'soyo'"),
        (by_search, "e => e.id === 'search'"),
    ):
        ask(visit)
        assert page.evaluate("document.activeElement.matches('.side-why .card')")
        page.keyboard.press("Escape")
        assert page.evaluate(f"({back})(document.activeElement)")
        assert page.locator(".side-why .card").count() == 0
    page.click("#tab-list")
    name = page.locator('.list tr[data-facility="soyo"] .list-name')
    name.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.side-why .card')")
    page.click(".why-close")
    assert page.evaluate("document.activeElement.closest('tr').dataset.facility") == "soyo"


def test_escape_ends_one_thing_at_a_time_the_uppermost_first(visit):
    page = visit.page
    by_search(visit)
    page.click(".tool-place")
    page.fill("#search", "病院")
    assert page.locator("#search-hits").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#search-hits").is_visible()
    assert page.get_attribute(".tool-place", "aria-pressed") == "true"
    page.locator(".folium-map").focus()
    page.keyboard.press("Escape")
    assert page.get_attribute(".tool-place", "aria-pressed") == "false"
    assert page.locator(".side-why .card").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".side-why .card").count() == 0
    page.click(".tool-measure")
    page.mouse.click(300, 300)
    page.wait_for_timeout(320)
    page.mouse.click(500, 400)
    page.keyboard.press("Enter")
    assert page.locator(".measure").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".measure").is_visible()
    page.evaluate("SpotsMap.sheet.enter()")
    page.keyboard.press("Escape")
    assert page.locator("body.printing").count() == 0


def test_a_sheet_stands_low_half_and_full_by_grip_tab_and_escape(browser, pages):
    with open_page(browser, pages["plain"], width=390, height=844) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        grip = page.locator(".grip")

        def high() -> float:
            return page.locator(".panel").bounding_box()["height"]

        low = high()
        assert low < 100
        grip.focus()
        page.keyboard.press("Enter")
        half = high()
        assert 300 < half < 480
        assert page.evaluate("SpotsMap.map.getSize().y") < 844 - half  # the map makes way
        page.keyboard.press("Enter")
        assert high() > 700
        page.keyboard.press("Escape")
        assert high() == half
        page.keyboard.press("Escape")
        assert high() == low
        box = grip.bounding_box()
        page.mouse.move(195, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(195, 120, steps=5)
        page.mouse.up()
        assert high() > 700
        page.mouse.move(195, page.locator(".grip").bounding_box()["y"] + 10)
        page.mouse.down()
        page.mouse.move(195, 830, steps=5)
        page.mouse.up()
        assert high() == low


def test_several_on_one_another_are_chosen_in_the_panel(browser, pages):
    with open_page(browser, pages["overlapping"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        page.evaluate("void SpotsMap.map.setView([32.7, 131.1], 7, {animate: false})")
        page.locator(".pin-designated").last.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.matches('.side-why .choice')")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(".side-why .card").wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.classList.contains('pin')")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_comparison_tells_why_the_same_way(browser, pages, width, height):
    with open_page(browser, pages["diff"], width=width, height=height) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        page.locator('.pin[data-facility="soyo"]').focus()
        page.keyboard.press("Enter")
        card = page.locator('.side-why .card[data-facility="soyo"]')
        card.wait_for()
        assert page.evaluate("document.activeElement.matches('.side-why .card')")
        panel, frame = (page.locator(s).bounding_box() for s in (".panel", ".folium-map"))
        beside = frame["x"] + frame["width"] <= panel["x"] + 1
        above = frame["y"] + frame["height"] <= panel["y"] + 1
        assert beside or above
        assert frame["height"] > 200
        x, y = at(visit, 32.685331, 131.150494)
        assert frame["x"] < x < frame["x"] + frame["width"]
        assert frame["y"] < y < frame["y"] + frame["height"]
        assert "select=facility:soyo" in page.evaluate("location.hash")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.facility") == "soyo"
        assert page.locator(".leaflet-popup").count() == 0


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (768, 1024), (390, 844)])
@pytest.mark.parametrize("tab", ["layers", "basis", "print"])
def test_nothing_is_looked_for_by_scrolling_far(browser, pages, tab, width, height):
    """Conditions, sources and print stand under a tab each: at the top of it, one press away."""
    with open_page(browser, pages["full"], width=width, height=height) as visit:
        page = visit.page
        page.click(f"#tab-{tab}")
        first = {
            "layers": ".tree .line",
            "basis": ".told-caveats li",
            "print": '[data-paper="a4"]',
        }[tab]
        box = page.locator(first).first.bounding_box()
        assert box["y"] + box["height"] <= height
        if tab == "basis":
            long = page.evaluate("document.querySelector('.side-basis').scrollHeight")
            assert long < 1500
