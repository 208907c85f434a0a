"""The map for everybody: colour vision, contrast, keyboard, and small screens."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from spots.map import render_map
from tests.helpers.browser import Visit, open_page
from tests.helpers.colours import VISIONS, apart, contrast, lab, linear
from tests.helpers.fabricated import fabricated_result

SYMBOLS = files("spots.map").joinpath("assets", "symbols.js").read_text("utf-8")
CRITERIA = re.findall(r"colour: '(#[0-9A-F]{6})', dash: ", SYMBOLS)
ROUTE = re.search(r"S\.ROUTE = '(#\w+)'", SYMBOLS)[1]
PEOPLE = re.findall(r"#[0-9A-F]{6}", re.search(r"S\.PEOPLE = \[(.*?)\]", SYMBOLS)[1])
TELLS_APART = (
    20  # a just noticeable difference is about 2; lines are thin and apart from each other
)

# Text and what is behind it, of every element that shows text of its own.
CONTRASTS = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const low = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility({ checkVisibilityCSS: true }) || e.closest('svg, script, noscript, .skip')) continue;
    let behind = e, back = null;
    while (behind && !back) {
      const c = parse(getComputedStyle(behind).backgroundColor);
      if (c.length === 3 || c[3] > 0.6) back = c;
      behind = behind.parentElement;
    }
    const pair = [light(parse(getComputedStyle(e).color)), light(back || [255, 255, 255])].sort();
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) low.push([e.className || e.tagName, e.textContent.slice(0, 20), ratio]);
  }
  return low;
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("access") / "map.html"
    path.write_text(render_map(fabricated_result()), encoding="utf-8")
    return path


@pytest.fixture
def visit(browser, file) -> Iterator[Visit]:
    with open_page(browser, file) as opened:
        yield opened


@pytest.fixture
def phone(browser, file) -> Iterator[Visit]:
    with open_page(browser, file, width=390, height=844) as opened:
        yield opened


@pytest.mark.parametrize("vision", VISIONS)
def test_criteria_are_told_apart_with_every_colour_vision(vision):
    assert len(CRITERIA) == 5
    distances = {p: apart(*p, vision) for p in itertools.combinations(CRITERIA, 2)}
    assert min(distances.values()) >= TELLS_APART - 0.5, distances
    # A route is a line of its own form with a white edge.
    assert min(apart(colour, ROUTE, vision) for colour in CRITERIA[:3]) >= 15


def test_a_simulation_does_confuse_red_and_green():
    red, green = "#C04000", "#608000"
    assert apart(red, green, "deutan") < 12
    assert apart(red, green, "normal") > 50


def test_white_marks_are_legible_on_every_criterion():
    assert all(contrast(colour, "#FFFFFF") >= 4.5 for colour in CRITERIA)


def test_colour_is_never_the_only_cue():
    dashes = re.findall(r"colour: '#\w+', dash: (\S[^}]*?) \}", SYMBOLS)
    assert len(set(dashes)) == len(CRITERIA)


def test_population_grows_darker_in_even_steps():
    lightness = [lab(linear(colour))[0] for colour in PEOPLE]
    assert all(a - b >= 10 for a, b in itertools.pairwise(lightness))


@pytest.mark.parametrize("high", [False, True])
def test_text_has_contrast(visit, high):
    page = visit.page
    if high:
        page.locator(".contrast-button").click()
    page.locator('.pin-designated[data-facility="soyo"]').click()
    page.locator(".side-why .card").wait_for()
    page.wait_for_timeout(400)
    assert page.evaluate(CONTRASTS) == []


def test_high_contrast_by_button_and_by_the_system(visit, browser, file):
    page = visit.page
    assert page.locator("body.contrast").count() == 0
    button = page.locator(".contrast-button")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    stroke = "getComputedStyle(document.querySelector('path.spot')).strokeWidth"
    page.wait_for_timeout(300)
    assert page.evaluate(stroke) == "4.5px"
    button.click()
    assert page.locator("body.contrast").count() == 0
    context = browser.new_context(contrast="more")
    try:
        other = context.new_page()
        other.goto(file.as_uri())
        other.wait_for_selector("body.ready.contrast")
    finally:
        context.close()


def test_keyboard_reaches_controls_before_symbols(visit):
    page, seen = visit.page, []
    for _ in range(16):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.className"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none", seen
    order = ("skip", "skip", "folium-map", "zoom-in", "zoom-out", "home", "contrast-button", "pin")
    places = [next((k for k, s in enumerate(seen) if part in s), None) for part in order[2:]]
    assert seen[0] == seen[1] == "skip"
    assert None not in places
    assert places == sorted(places)


def test_ways_past_the_map(visit):
    page = visit.page
    page.keyboard.press("Tab")
    assert page.locator(".skip").first.bounding_box()["y"] >= 0
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "side-layers"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 568)])
def test_phone_has_room_for_map_answer_and_thumbs(browser, file, width, height):
    with open_page(browser, file, width=width, height=height) as visit:
        page = visit.page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".folium-map").bounding_box()["height"] > 0.6 * height
        page.click("#tab-layers")
        panel = page.locator(".panel").bounding_box()
        assert panel["x"] == 0
        assert panel["width"] == width
        assert panel["y"] + panel["height"] <= height
        page.click("#tab-layers")
        page.locator('.pin-designated[data-facility="soyo"]').click(force=True)
        page.locator(".side-why .card, .side-why .chooser").wait_for()
        frame = page.locator(".folium-map").bounding_box()
        assert frame["height"] > 0.25 * height
        assert page.locator(".panel").bounding_box()["y"] >= frame["y"] + frame["height"] - 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_buttons_on_a_phone_are_big_enough(phone):
    page = phone.page
    page.click("#tab-layers")
    small = page.evaluate(
        "() => [...document.querySelectorAll('button, .leaflet-bar a, .panel label, summary')]"
        ".filter(e => e.checkVisibility() && !e.matches('.grip')).map(e => [e.className || e.tagName, e.textContent,"
        " Math.round(e.getBoundingClientRect().height)]).filter(e => e[2] < 40)"
    )
    assert small == []
