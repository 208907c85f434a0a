"""Backgrounds: tiles are asked for, shown and credited, and where they fail the base is seen."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image

from spots.map import page as page_module
from spots.map import render_map
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import fabricated_result
from tests.helpers.tile_server import COLOUR, TileServer, serve_tiles

LAND = (251, 250, 245)


@pytest.fixture
def server() -> Iterator[TileServer]:
    with serve_tiles() as running:
        yield running


@pytest.fixture
def visit(browser, server, tmp_path, monkeypatch) -> Iterator[Visit]:
    monkeypatch.setattr(page_module, "TILE_HOST", server.address)
    file = tmp_path / "map.html"
    file.write_text(render_map(fabricated_result()), encoding="utf-8")
    with open_page(browser, file, allow=server.address) as opened:
        yield opened


def colours(visit: Visit) -> set[tuple[int, int, int]]:
    """Colours of the map, but for the small pictures of far ground in its corner."""
    visit.page.evaluate("document.querySelectorAll('.insets').forEach(e => e.remove())")
    box = visit.page.locator(".folium-map").bounding_box()
    image = Image.open(io.BytesIO(visit.page.screenshot(clip=box))).convert("RGB")
    return {colour for count, colour in image.getcolors(1 << 20) if count > 400}


def credit(visit: Visit) -> str:
    return visit.page.locator(".leaflet-control-attribution").inner_text()


@pytest.mark.parametrize(
    ("choice", "extension"), [("pale", "png"), ("std", "png"), ("seamlessphoto", "jpg")]
)
def test_tiles_are_shown_and_credited(visit, server, choice, extension):
    page = visit.page
    if choice != "pale":
        page.wait_for_selector("img.leaflet-tile-loaded")
        server.paths.clear()
        page.check(f"#background-{choice}")
    page.wait_for_selector("img.leaflet-tile-loaded")
    page.wait_for_timeout(400)  # tiles fade in
    assert server.paths
    for path in server.paths:
        found = re.fullmatch(rf"/xyz/{choice}/(\d+)/(\d+)/(\d+)\.{extension}", path)
        assert found, path
        zoom, x, y = map(int, found.groups())
        assert 5 <= zoom <= 18
        # Kyushu and a screen around it, in the web's tiles: 128 to 133 east, 31 to 35 north.
        assert 128 / 360 + 0.5 <= (x + 0.5) / 2**zoom <= 133 / 360 + 0.5
        assert 0.38 <= (y + 0.5) / 2**zoom <= 0.42
    assert COLOUR in colours(visit)
    assert LAND not in colours(visit)  # the base is below the tiles
    assert "出典：国土地理院" in credit(visit)
    link = page.locator(".leaflet-control-attribution a[href*='gsi']").get_attribute("href")
    assert link == "https://maps.gsi.go.jp/development/ichiran.html"
    assert not page.locator(".offline").is_visible()
    assert visit.failures() == []


def test_the_base_shows_where_tiles_fail_until_they_come(browser, server, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "TILE_HOST", server.address)
    server.broken = True
    file = tmp_path / "map.html"
    file.write_text(render_map(fabricated_result()), encoding="utf-8")
    with open_page(browser, file, allow=server.address) as visit:
        page = visit.page
        page.wait_for_selector(".offline:not([hidden])")
        page.wait_for_timeout(300)
        assert page.locator("img.leaflet-tile").count() == 0
        assert LAND in colours(visit)
        assert "国土地理院" not in credit(visit)  # nothing of theirs is shown
        server.broken = False
        page.locator(".retry").click()
        page.wait_for_selector("img.leaflet-tile-loaded")
        page.wait_for_timeout(400)
        assert COLOUR in colours(visit)
        assert not page.locator(".offline").is_visible()


def test_tiles_that_stop_coming_give_way_to_the_base(visit, server):
    page = visit.page
    page.wait_for_selector("img.leaflet-tile-loaded")
    server.broken = True
    page.evaluate("void SpotsMap.map.setView([33.12, 131.07], 12, {animate: false})")
    page.wait_for_selector(".offline:not([hidden])")
    page.wait_for_timeout(300)
    assert LAND in colours(visit)
    assert all("503" in error for error in visit.errors)
