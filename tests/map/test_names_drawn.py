"""Names on the map: a designated spot always has its own, and colours and symbols that hold."""

from __future__ import annotations

import io
import re
from importlib.resources import files

import numpy as np
import pytest
import shapely
from PIL import Image

from spots.map import render_map
from tests.helpers.browser import Visit, open_page
from tests.helpers.colours import lab, linear
from tests.helpers.fabricated import fabricated_result
from tests.helpers.map_cases import full_result, many, overlapping

# Names that are seen, and whether each stands wholly on the map.
NAMES = """() => { const b = SpotsMap.map.getContainer().getBoundingClientRect();
  return [...document.querySelectorAll('.leaflet-names-pane .name')]
    .filter(e => getComputedStyle(e).visibility === 'visible').map(e => {
      const r = e.getBoundingClientRect();
      return { kind: e.className, text: e.textContent.replace(/\\s/g, ''), box: [r.left, r.top, r.right, r.bottom],
        inside: r.left >= b.left - 1 && r.right <= b.right + 1 && r.top >= b.top - 1 && r.bottom <= b.bottom + 1 };
    }); }"""
# Designated facilities whose point is on the screen.
SEEN = """() => SpotsMap.app.data.facilities.filter(f => f.state === 'designated' && f.lon !== null
  && SpotsMap.map.getBounds().contains([f.lat, f.lon])).map(f => f.name.replace(/\\s/g, ''))"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    made = {
        "plain": fabricated_result(),
        "full": full_result(),
        "overlapping": overlapping(),
        "many": many(points=20),
    }
    for name, result in made.items():
        (folder / f"{name}.html").write_text(render_map(result), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


def zoomed(visit: Visit, zoom: float) -> list[dict]:
    visit.page.evaluate(f"void SpotsMap.map.setView([32.68, 130.85], {zoom}, {{animate: false}})")
    visit.page.wait_for_timeout(60)
    return visit.page.evaluate(NAMES)


def unnamed(visit: Visit, names: list[dict]) -> list[str]:
    """Return the spots on the screen of which no name is seen, whole or shortened."""
    shown = [n["text"] for n in names if "name-designated" in n["kind"]]
    left = []
    for spot in visit.page.evaluate(SEEN):
        match = next((s for s in shown if s == spot or spot.startswith(s.rstrip("…"))), None)
        if match is None:
            left.append(spot)
        else:
            shown.remove(match)
    return left


def apart(names: list[dict]) -> bool:
    if not names:
        return True
    grid = np.array([n["box"] for n in names]) + np.array([1, 1, -1, -1])
    shapes = shapely.box(*grid.T)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return bool((left == right).all())


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (768, 1024), (390, 844)])
@pytest.mark.parametrize("name", ["plain", "overlapping"])
def test_a_designated_spot_has_its_name_at_every_zoom(browser, pages, name, width, height):
    with open_page(browser, pages[name], width=width, height=height) as visit:
        for zoom in (5, 6, 7, 8, 8.5, 9, 10, 11, 12, 13, 15):
            names = zoomed(visit, zoom)
            assert unnamed(visit, names) == [], zoom
            assert apart(names), zoom
            assert [n for n in names if not n["inside"]] == []


def test_a_hundred_and_more_spots_have_theirs(browser, pages):
    with open_page(browser, pages["many"], width=1400, height=900) as visit:
        for zoom in (9, 10, 11):
            names = zoomed(visit, zoom)
            assert apart(names)
            assert unnamed(visit, names) == [], zoom


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_and_on_paper(browser, pages, paper):
    with open_page(browser, pages["overlapping"]) as visit:
        visit.page.evaluate(f"SpotsMap.sheet.choose('{paper}')")
        visit.page.evaluate("SpotsMap.sheet.enter()")
        visit.page.wait_for_timeout(200)
        names = visit.page.evaluate(NAMES)
        assert unnamed(visit, names) == []
        assert apart(names)
        corner = visit.page.locator(".sheet-corner").bounding_box()
        box = shapely.box(
            *(corner["x"], corner["y"]),
            *(corner["x"] + corner["width"], corner["y"] + corner["height"]),
        )
        assert not any(shapely.box(*n["box"]).buffer(-1).intersects(box) for n in names)


def test_names_come_in_the_order_of_what_they_name(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        order = visit.page.evaluate(
            "() => { SpotsMap.layers.labels.place();"
            " return [...new Set(SpotsMap.layers.labels.items.map(l => l.kind))]; }"
        )
    ranks = [order.index(kind) for kind in ("designated", "city", "excluded", "town", "abroad")]
    assert ranks == sorted(ranks)


def test_the_city_is_named_from_the_first_view_on(browser, pages):
    for width, height in ((1280, 800), (768, 1024), (390, 844)):
        with open_page(browser, pages["plain"], width=width, height=height) as visit:
            names = visit.page.evaluate(NAMES)
            assert "熊本市" in [n["text"] for n in names]
            assert "熊本市" in [n["text"] for n in zoomed(visit, 10)]


def test_controls_never_hide_a_name(browser, pages):
    with open_page(browser, pages["plain"], width=390, height=844) as visit:
        names = zoomed(visit, 9)
        for control in visit.page.locator(".leaflet-control").all():
            box = control.bounding_box()
            if box and box["width"] > 4:
                frame = shapely.box(
                    box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]
                )
                assert not [n for n in names if shapely.box(*n["box"]).intersects(frame)]


def colour(visit: Visit, lat: float, lon: float) -> np.ndarray:
    """Return the mean colour of some pixels around a place, CIE L*a*b*."""
    x, y = visit.page.evaluate(
        "([lat, lon]) => { const p = SpotsMap.map.latLngToContainerPoint([lat, lon]),"
        " b = SpotsMap.map.getContainer().getBoundingClientRect();"
        " return [p.x + b.left, p.y + b.top]; }",
        [lat, lon],
    )
    clip = {"x": x - 10, "y": y - 10, "width": 20, "height": 20}
    image = Image.open(io.BytesIO(visit.page.screenshot(clip=clip))).convert("RGB")
    red, green, blue = (int(v) for v in np.asarray(image).reshape(-1, 3).mean(axis=0).round())
    return lab(linear(f"#{red:02x}{green:02x}{blue:02x}"))


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(32.62, 130.5), (32.68, 131.098), (33.1, 131.09)],
    ids=["shortage", "surplus", "neither"],
)
def test_a_catchment_is_seen_over_every_area(browser, pages, lat, lon):
    with open_page(browser, pages["full"]) as visit:
        page = visit.page
        for layer in ("names", "all-municipalities", "roads"):
            page.evaluate(f"document.getElementById('layer-{layer}').click()")
        page.evaluate(f"void SpotsMap.map.setView([{lat}, {lon}], 13, {{animate: false}})")
        page.wait_for_timeout(100)
        before = colour(visit, lat, lon)
        page.evaluate("document.getElementById('layer-covered').click()")
        page.wait_for_timeout(100)
        assert np.linalg.norm(colour(visit, lat, lon) - before) > 12


def test_no_two_symbols_have_one_outline():
    """Told apart without colour: 判定不能, 位置不明 and 到達先 among them."""
    code = files("spots.map").joinpath("assets", "symbols.js").read_text("utf-8")
    drawn = code[code.index("var DRAW = {") : code.index("S.symbol = function")]
    parts = re.split(r"\n    (\w+): function", drawn)[1:]
    outline = re.compile(r"S\.svg\('(\w+)'|\bd: '(M[^']*)'|stroke\('(M[^']*)'")
    shapes = {
        name: tuple(outline.findall(body))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
    assert {"undetermined", "lost", "destination", "hospital", "not_met"} <= shapes.keys()
    assert len(set(shapes.values())) == len(shapes)


def test_what_has_no_place_and_what_is_only_reached_have_symbols_of_their_own(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        page = visit.page

        def drawn(selector: str) -> str:
            return page.locator(selector).first.evaluate("e => e.innerHTML")

        lost = drawn(".lost .symbol")
        reached = drawn('.list tr[data-facility="komenoyama"] .symbol')
        undetermined = drawn('.list tr[data-facility="kuma"] .symbol')
        assert len({lost, reached, undetermined}) == 3
        assert drawn(".pin-destination .symbol") == reached
        assert drawn('li[data-key="destinations"] .symbol') == reached
