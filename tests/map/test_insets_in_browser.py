"""Far islands on screen: small pictures that lead there, and boxes beside the printed map."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser

from spots.map import render_map
from spots.types.results import MapBackground
from tests.helpers.archipelago import AT_HOME, FAR, MAIN, run_on
from tests.helpers.browser import open_page
from tests.helpers.tile_server import tile_image


def islands() -> object:
    return run_on(*MAIN, FAR, at=(*AT_HOME, (130.05, 31.05)))


def test_a_picture_leads_to_its_island(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    file.write_text(render_map(islands()), encoding="utf-8")
    with open_page(browser, file) as visit:
        page = visit.page
        seen = "SpotsMap.map.getBounds().contains([31.05, 130.05])"
        assert page.evaluate(seen) is False
        assert page.evaluate("SpotsMap.map.getBounds().contains([32.8, 130.7])")
        page.get_by_role("button", name="別図「圏2医療圏」へ移る").click()
        page.wait_for_timeout(1500)
        assert page.evaluate(seen)
        assert page.evaluate("SpotsMap.map.getZoom()") > 9
        assert not visit.failures()


def test_on_a_phone_insets_are_a_menu(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    file.write_text(render_map(islands()), encoding="utf-8")
    with open_page(browser, file, width=390, height=844) as visit:
        page = visit.page
        button = page.get_by_role("button", name="別図「圏2医療圏」へ移る")
        assert not button.is_visible()
        page.locator(".insets summary").click()
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_the_printed_sheet_has_them_beside_the_map(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    file.write_text(render_map(islands()), encoding="utf-8")
    with open_page(browser, file) as visit:
        page = visit.page
        page.evaluate("SpotsMap.sheet.enter()")
        assert page.locator(".sheet-insets .inset h3").all_inner_texts() == ["圏2医療圏"]
        assert page.locator(".sheet-insets .inset p").inner_text().count("1:") == 1
        main, inset = (
            page.locator(s).bounding_box() for s in (".folium-map", ".sheet-insets .inset")
        )
        assert main is not None
        assert inset is not None
        assert main["x"] + main["width"] <= inset["x"]
        assert page.locator(".inset-map .pin-not_met").count() == 1
        page.evaluate("SpotsMap.sheet.leave()")
        assert page.locator(".sheet-insets").count() == 0
        # Who looks at a part prints that part.
        page.evaluate("SpotsMap.map.setView([32.8, 130.7], 13)")
        page.evaluate("SpotsMap.sheet.enter()")
        assert page.locator(".sheet-insets").count() == 0
        assert not visit.failures()


def test_without_far_islands_there_is_nothing(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    file.write_text(render_map(run_on(*MAIN, at=AT_HOME)), encoding="utf-8")
    with open_page(browser, file) as visit:
        assert visit.page.locator(".insets").count() == 0


def test_tiles_inside_the_file_need_no_network(browser: Browser, tmp_path: Path) -> None:
    data = "image/png;base64," + base64.b64encode(tile_image()).decode("ascii")
    tiles = {f"8/{x}/{y}": data for x in range(219, 223) for y in range(101, 105)}
    run = replace(run_on(*MAIN, at=AT_HOME), background=MapBackground("試験<b>社</b>", 8, 8, tiles))
    file = tmp_path / "map.html"
    file.write_text(render_map(run), encoding="utf-8")
    with open_page(browser, file) as visit:
        page = visit.page
        page.wait_for_selector(".inside-tiles img.leaflet-tile-loaded")
        assert visit.requests == []
        credit = page.locator(".leaflet-control-attribution")
        assert "試験<b>社</b>" in credit.inner_text()
        assert page.is_checked("#background-inside")
        page.evaluate("SpotsMap.sheet.enter()")
        assert "試験<b>社</b>" in page.locator(".sheet-sources").inner_text()
        page.evaluate("SpotsMap.sheet.leave()")
        page.evaluate("SpotsMap.background.take('none')")
        assert page.locator(".inside-tiles").count() == 0
        assert "試験" not in credit.inner_text()
        assert not visit.failures()
