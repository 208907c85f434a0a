"""Layers of the map: what each shows, where clicks go, and runs that strain it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import shapely
from PIL import Image

from groundfloor.crs import CrsError
from groundfloor.problems import Lang
from spots.map import render_map
from spots.map.around import MAX_ROAD_POINTS, around_of, population_classes
from spots.map.page_ground import UNPUBLISHED, Around
from spots.map.payload import map_data
from spots.types.results import MainRoad
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import fabricated_result
from tests.helpers.map_cases import full_result, many, overlapping, with_verdicts

TREE = (
    "designated excluded moot undetermined not_met cut would-be hospitals destinations names routes catchments closed areas"
    " all-municipalities population roads"
)


@pytest.fixture(scope="module")
def full():
    return full_result()


@pytest.fixture(scope="module")
def files(tmp_path_factory, full):
    folder = tmp_path_factory.mktemp("layers")
    runs = {"full": full, "overlapping": overlapping(), "many": many(points=60)}
    for name, result in runs.items():
        (folder / f"{name}.html").write_text(render_map(result), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in runs}


@pytest.fixture
def visit(browser, files) -> Iterator[Visit]:
    with open_page(browser, files["full"]) as opened:
        yield opened


def test_tree_names_every_layer_with_its_count(full):
    top = {node.key: node for node in map_data(full, Lang.JA, ()).tree}
    assert list(top) == TREE.split()
    catchments = {n.key: (n.label, n.count) for n in top["catchments"].children}
    assert catchments == {
        "covered": ("いずれかの病院まで30分未満", ""),
        "catchment": ("選んだ病院の範囲", "6"),
    }
    assert top["catchments"].note == ("図は500mメッシュによる目安。判定は秒単位の計算による。")
    assert (top["closed"].count, top["would-be"].count) == ("2", "2")
    people = {n.key: int(n.count) for n in top["population"].children}
    assert sum(people.values()) == 90  # ten cells are empty
    assert people[UNPUBLISHED] == 10
    assert top["population"].label == "人口（500mメッシュあたり）"
    assert [n.key for n in top["roads"].children] == ["road-trunk", "road-secondary"]


def test_english_tree_is_english(full):
    tree = map_data(full, Lang.EN, ()).tree

    def texts(nodes):
        return [t for n in nodes for t in (n.label, n.note, *texts(n.children))]

    japanese = [t for t in texts(tree) if re.search(r"[ぁ-んァ-ヶ一-龠]", t)]
    assert japanese == []


def test_a_run_without_surroundings_has_none_of_their_layers():
    data = map_data(fabricated_result(), Lang.JA, ())
    assert data.around == Around()
    assert {"catchments", "closed", "population", "roads"}.isdisjoint(n.key for n in data.tree)


def test_population_classes_hold_every_lived_in_cell_once(full):
    frame = full.population
    classes = population_classes(frame, Lang.EN)
    assert [c.key for c in classes][-1] == UNPUBLISHED
    lows = [int(c.label.split()[0].replace(",", "")) for c in classes[:-1]]
    people = frame["population"].to_numpy()
    for low, high, found in zip(lows, [*lows[1:], np.inf], classes, strict=False):
        assert found.count == int(((people >= low) & (people < high) & (people > 0)).sum())
    assert population_classes(frame.iloc[:0], Lang.JA) == ()
    with pytest.raises(CrsError):
        population_classes(frame.to_crs(6670), Lang.JA)


def test_a_thick_network_is_thinned(full):
    rng = np.random.default_rng(1)
    steps = np.array([130.8, 32.6]) + rng.normal(0, 5e-4, (400, 500, 2)).cumsum(axis=1)
    road = MainRoad("trunk", shapely.multilinestrings(list(map(shapely.linestrings, steps))))
    thick = replace(full, surroundings=replace(full.surroundings, roads=(road,)))
    lines = around_of(thick, Lang.JA).roads[0].lines
    assert 10_000 < sum(len(line) // 2 for line in lines) <= MAX_ROAD_POINTS


def test_catchments_roads_closures_and_people_are_drawn_when_on(visit):
    page = visit.page
    assert page.locator("path.closure").count() == 2
    assert page.locator("path.road-line").count() == 2 - (
        page.evaluate("SpotsMap.map.getZoom()") < 9.5
    )
    assert page.locator("path.covered").count() == 0
    page.check("#layer-covered")
    assert page.locator("path.covered").count() == 1
    assert page.locator('path[class*="population-"]').count() == 0
    page.check("#layer-population")
    classes = page.locator("#layer-population-children input").count()
    assert page.locator('path[class*="population-"]').count() == classes
    page.uncheck("#layer-closed")
    assert page.locator("path.closure").count() == 0
    assert visit.failures() == []


def test_a_closure_tells_its_reason(visit):
    page = visit.page
    box = page.locator("path.closure").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = page.locator(".tip").inner_text()
    assert "通行止め：国道218号" in tip
    assert "災害復旧" in tip


def test_catchment_of_the_hospital_that_is_chosen(visit):
    page = visit.page
    page.check("#layer-catchment")
    assert page.locator("path.catchment").count() == 0
    page.locator('.pin[data-facility="yabe"]').last.click()
    page.locator(".side-why .card").wait_for()
    assert page.locator("path.catchment").count() == 1
    page.locator(".why-close").click()
    page.locator("path.catchment").wait_for(state="detached")


def test_every_box_of_the_tree_works_both_ways(visit):
    page = visit.page
    for _ in range(2):
        for box in page.locator(".tree > li > .line > input").all():
            box.click()
    assert visit.failures() == []


def fill_of(visit: Visit, lon: float, lat: float) -> tuple[int, int, int]:
    """Colour of the map at a place."""
    page = visit.page
    x, y = page.evaluate(
        f"() => {{ const p = SpotsMap.map.latLngToContainerPoint([{lat}, {lon}]),"
        " b = SpotsMap.map.getContainer().getBoundingClientRect(); return [p.x + b.left, p.y + b.top]; }"
    )
    clip = {"x": round(x), "y": round(y), "width": 1, "height": 1}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB").getpixel((0, 0))


def test_twenty_spots_on_one_another_are_no_darker_than_one(browser, tmp_path):
    result = overlapping(1)
    one = result.verdicts[0]
    twenty = tuple(replace(one, facility=replace(one.facility, id=f"f{k:02d}")) for k in range(20))
    colours = []
    for name, run in (("one", result), ("twenty", with_verdicts(result, twenty))):
        file = tmp_path / f"{name}.html"
        file.write_text(render_map(run), encoding="utf-8")
        with open_page(browser, file) as visit:
            here = one.facility.position
            visit.page.evaluate("document.getElementById('layer-names').click()")
            visit.page.evaluate(
                f"void SpotsMap.map.setView([{here.lat}, {here.lon}], 12, {{animate: false}})"
            )
            visit.page.wait_for_timeout(200)
            colours.append(fill_of(visit, here.lon + 0.02, here.lat + 0.01))
    assert colours[0] == colours[1]


def test_a_click_on_overlapping_spots_offers_a_list(browser, files):
    with open_page(browser, files["overlapping"]) as visit:
        page = visit.page
        where = page.evaluate(
            "() => { const m = SpotsMap.map, b = m.getContainer().getBoundingClientRect();"
            " const many = (x, y) => SpotsMap.layers.at(m.containerPointToLatLng([x, y])).length;"
            " const alike = (x, y, n) => [-4, 4].every(d => many(x + d, y) === n && many(x, y + d) === n);"
            " m.setView([32.7, 131.1], 12.5, {animate: false});"
            " for (let y = 60; y < b.height - 60; y += 5) for (let x = 200; x < b.width - 60; x += 5) {"
            "   const n = many(x, y), e = document.elementFromPoint(x + b.left, y + b.top);"
            "   if (n > 3 && n < 13 && alike(x, y, n) && e.classList.contains('spot'))"
            "     return [x + b.left, y + b.top, n]; } }"
        )
        page.mouse.click(*where[:2])
        choices = page.locator(".chooser button")
        choices.first.wait_for()
        assert choices.count() == where[2]
        name = choices.nth(2).locator("span").inner_text().splitlines()[0]
        choices.nth(2).click()
        page.locator(".side-why .card h2").wait_for()
        assert page.locator(".side-why .card h2").inner_text() == name
        assert page.locator("path.chosen").count() == 1
        page.keyboard.press("Escape")
        assert visit.failures() == []


def test_symbols_on_one_another_can_be_chosen(browser, files):
    with open_page(browser, files["overlapping"]) as visit:
        page = visit.page
        page.evaluate("void SpotsMap.map.setView([32.7, 131.1], 7, {animate: false})")
        page.locator(".pin-designated").last.click(force=True)
        assert page.locator(".chooser button").count() > 5


def test_names_never_lie_on_each_other_with_three_hundred_facilities(browser, files):
    with open_page(browser, files["many"]) as visit:
        page = visit.page
        for zoom in (9, 11):
            page.evaluate(f"void SpotsMap.map.setZoom({zoom}, {{animate: false}})")
            boxes = page.evaluate(
                "() => [...document.querySelectorAll('.name')].filter(e => getComputedStyle(e).visibility"
                " === 'visible').map(e => { const b = e.getBoundingClientRect();"
                " return [b.left, b.top, b.right, b.bottom]; })"
            )
            assert len(boxes) > 10
            grid = np.array(boxes) + np.array([1, 1, -1, -1])  # sizes are rounded to pixels
            shapes = shapely.box(*grid.T)
            left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
            assert (left == right).all()
        assert visit.failures() == []


@pytest.mark.slow
def test_three_hundred_facilities_with_three_routes_fit(full):
    result = many()
    result = replace(result, surroundings=full.surroundings, population=full.population)
    assert len(render_map(result).encode()) < 15_000_000


def test_everything_is_drawn_the_same_twice(full):
    assert render_map(full_result()) == render_map(full)
