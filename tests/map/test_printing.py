"""The map on paper: one sheet with everything that must be on it, at the scale that it says."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from pyproj import Geod
from shapely import box

from groundfloor.problems import Lang, Text
from spots.map import page as page_module
from spots.map import render_map
from spots.types import RunResult
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import fabricated_result
from tests.helpers.map_cases import full_result
from tests.helpers.system import program
from tests.helpers.tile_server import serve_tiles

SIZES = {"a4": (297, 210), "a3": (420, 297)}
MM_PER_POINT = 25.4 / 72


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("print") / "map.html"
    path.write_text(render_map(fabricated_result()), encoding="utf-8")
    return path


def pdf_of(visit: Visit, path, paper: str) -> str:
    """Print to `path` as the browser's own menu does, and return the text with positions."""
    visit.page.evaluate(f"SpotsMap.sheet.choose('{paper}')")
    visit.page.pdf(path=path, prefer_css_page_size=True)
    command = [program("pdftotext", package="poppler-utils"), "-bbox", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def words(boxes: str) -> list[tuple[str, float, float]]:
    """Return text, middle and top of every word in millimetres."""
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>([^<]*)<', boxes)
    return [
        (text, (float(a) + float(c)) / 2 * MM_PER_POINT, float(b) * MM_PER_POINT)
        for a, b, c, text in found
    ]


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_one_landscape_sheet_says_everything(browser, file, tmp_path, paper):
    with open_page(browser, file) as visit:
        boxes = pdf_of(visit, tmp_path / "sheet.pdf", paper)
        assert visit.failures() == []
        assert visit.page.locator(".printing, .sheet").count() == 0  # and all is as it was
    pages = re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', boxes)
    assert len(pages) == 2  # the map, and the table of its spots behind it
    for page in pages:
        size = [float(side) * MM_PER_POINT for side in page]
        assert size == pytest.approx(SIZES[paper], abs=0.5)
    boxes = boxes.partition("</page>")[0]
    text = "".join(word for word, _, _ in words(boxes))
    for part in (
        "熊本県医師少数スポット(見本)",
        "熊本県の基準",
        "令和6年",
        "県が決定します",
        "凡例",
        "①へき地医療拠点病院",
        "医師少数区域",
        "縮尺約1:",
        f"（{paper.upper()}）",
        "北",
        "位置不明の施設（1）",
        "球磨病院",
        "ご注意：架空の所要時間です",
        "「国土数値情報(行政区域データ)」",
        "©OpenStreetMap",
        "データの時点：施設一覧令和5年9月1日",
        "印刷日：",
        "そよう病院",
    ):
        assert part in text, part
    for absent in ("印刷A4", "A3横で印刷", "地理院", "判定の条件"):
        assert absent not in text, absent


def reasoned(result: RunResult) -> RunResult:
    first, *others = result.spots
    said = replace(
        first, service=Text("巡回診療", "mobile clinic"), councils=(date(2025, 2, 3),), page="45"
    )
    return replace(result, spots=(said, *others))


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_reason_service_and_councils_stand_behind_the_map(browser, tmp_path, paper):
    result, path = reasoned(fabricated_result()), tmp_path / "map.html"
    path.write_text(render_map(result), encoding="utf-8")
    with open_page(browser, path) as visit:
        boxes = pdf_of(visit, tmp_path / "sheet.pdf", paper)
    front, behind = ("".join(t for t, _, _ in words(p)) for p in boxes.split("</page>")[:2])
    assert "設定理由" not in front
    for spot in result.spots:
        assert spot.name in behind
        assert re.sub(r"\s", "", spot.reason.ja) in behind
    for part in ("協議した日", "確保する医療：巡回診療", "令和7年2月3日"):
        assert part in behind
    assert behind.count("（協議会の記録なし）") == len(result.spots) - 1


def test_only_spots_of_the_sheet_stand_behind_it(browser, file):
    with open_page(browser, file) as visit:
        page = visit.page
        yabe = next(v for v in fabricated_result().verdicts if v.facility.id == "yabe")
        at = yabe.facility.position
        page.evaluate(f"void SpotsMap.map.setView([{at.lat}, {at.lon}], 13, {{animate: false}})")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        names = page.locator(".sheet-annex tbody th").all_inner_texts()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert yabe.facility.name in names
        assert len(names) < len(fabricated_result().spots)
        page.evaluate("void SpotsMap.map.setView([36, 140], 9, {animate: false})")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".sheet-annex").count() == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_every_designated_spot_of_the_sample_is_named_on_paper(
    browser, sample_result, tmp_path, paper
):
    """One of four ① had no name on A4, and hospitals across the border had theirs."""
    path = tmp_path / "map.html"
    path.write_text(render_map(sample_result), encoding="utf-8")
    with open_page(browser, path) as visit:
        visit.page.evaluate(f"SpotsMap.sheet.choose('{paper}')")
        visit.page.evaluate("SpotsMap.sheet.enter()")
        shown = visit.page.evaluate(
            "Array.from(document.querySelectorAll('.name')).filter(n => n.style.visibility !== "
            "'hidden').map(n => { const b = n.getBoundingClientRect(); return "
            "[n.textContent.replace(/\\s/g, ''), b.left, b.top, b.right, b.bottom]; })"
        )
        visit.page.evaluate("SpotsMap.sheet.leave()")
    assert {spot.name for spot in sample_result.spots} <= {text for text, *_ in shown}
    boxes = [(text, box(x + 1, y + 1, right - 1, low - 1)) for text, x, y, right, low in shown]
    for (name, a), (other, b) in combinations(boxes, 2):
        assert not a.intersects(b), (name, other)


def test_the_scale_is_true(browser, file, tmp_path):
    with open_page(browser, file) as visit:
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        ends = visit.page.evaluate(
            "() => { const m = SpotsMap.map, c = m.getSize().divideBy(2);"
            " return [[c.x - 100, c.y], [c.x + 100, c.y]].map(p => m.containerPointToLatLng(p)); }"
        )
        visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
        found = words(pdf_of(visit, tmp_path / "sheet.pdf", "a4"))
    metres = Geod(ellps="WGS84").inv(ends[0]["lng"], ends[0]["lat"], ends[1]["lng"], ends[1]["lat"])
    scale, left, low = next(
        (int(m[1].replace(",", "")), x, y)
        for t, x, y in found
        if (m := re.match(r"約1:([\d,]+)", t))
    )
    paper_mm = 200 * 25.4 / 96
    assert metres[2] * 1000 / paper_mm == pytest.approx(scale, rel=0.005)
    # The bar on the paper: its marks stand one above the other's line, so many millimetres apart.
    # Insets have bars of their own: the main map's stands over its scale.
    top = min((y for t, x, y in found if t == "km"), key=lambda y: abs(y - low))
    marks = [
        (float(t), x)
        for t, x, y in found
        if re.fullmatch(r"[\d.]+", t) and abs(y - top) < 0.5 and abs(x - left) < 60
    ]
    (_, start), (half, middle) = sorted(marks)[:2]
    assert (middle - start) * scale / 1e6 == pytest.approx(half, rel=0.02)


def test_legend_holds_only_what_is_drawn(browser, file, tmp_path):
    with open_page(browser, file) as visit:
        visit.page.uncheck("#layer-moot")
        visit.page.uncheck("#layer-area-surplus")
        text = "".join(t for t, _, _ in words(pdf_of(visit, tmp_path / "sheet.pdf", "a4")))
    assert "設定不要" not in text
    assert "医師多数区域" not in text
    assert "②へき地診療所" in text


def test_catchment_on_paper_is_that_of_a_named_hospital(browser, tmp_path):
    path = tmp_path / "full.html"
    path.write_text(render_map(full_result()), encoding="utf-8")
    with open_page(browser, path) as visit:
        visit.page.check("#layer-catchment")
        visit.page.locator('.pin[data-facility="yabe"]').last.click()
        visit.page.locator(".side-why .card").wait_for()
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert visit.page.locator("path.catchment").count() == 1
        assert not visit.page.locator(".side-why").is_visible()
        legend = visit.page.locator(".sheet-side").inner_text()
        assert "矢部広域病院の範囲" in legend
        assert "500mメッシュによる目安" in legend
        assert "通行止めの道路" in legend
        assert "人口" not in legend
        visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert visit.failures() == []


def test_the_view_comes_back(browser, file, tmp_path):
    with open_page(browser, file) as visit:
        view = "[SpotsMap.map.getZoom(), SpotsMap.map.getCenter().lat, SpotsMap.map.getSize().x]"
        visit.page.evaluate("void SpotsMap.map.setView([32.7, 131.1], 11, {animate: false})")
        before = visit.page.evaluate(view)
        pdf_of(visit, tmp_path / "sheet.pdf", "a3")
        assert visit.page.evaluate(view) == pytest.approx(before, abs=1e-3)
        assert visit.page.locator(".panel").is_visible()


def test_buttons_choose_the_paper(browser, file):
    with open_page(browser, file) as visit:
        page = visit.page
        page.evaluate("window.print = () => document.body.setAttribute('data-asked', '')")
        for paper in ("a3", "a4"):
            page.click("#tab-print")
            page.locator(f'[data-paper="{paper}"]').click()
            page.wait_for_selector("body[data-asked]")
            sheet = page.locator("body.printing .sheet-corner").inner_text()
            assert f"（{paper.upper()}）" in sheet
            page.evaluate("document.body.removeAttribute('data-asked')")
            page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_english_sheet(browser, tmp_path):
    path = tmp_path / "english.html"
    path.write_text(render_map(fabricated_result(), Lang.EN), encoding="utf-8")
    with open_page(browser, path) as visit:
        boxes = pdf_of(visit, tmp_path / "sheet.pdf", "a4")
    text = " ".join(word for word, _, _ in words(boxes))
    for part in ("Legend", "Scale about 1:", "Sources", "Data as of", "Printed: 20", "draft"):
        assert part in text, part


def test_tiles_are_credited_on_the_sheet(browser, tmp_path, monkeypatch):
    with serve_tiles() as server:
        monkeypatch.setattr(page_module, "TILE_HOST", server.address)
        path = tmp_path / "tiles.html"
        path.write_text(render_map(fabricated_result()), encoding="utf-8")
        with open_page(browser, path, allow=server.address) as visit:
            visit.page.wait_for_selector("img.leaflet-tile-loaded")
            text = "".join(t for t, _, _ in words(pdf_of(visit, tmp_path / "sheet.pdf", "a4")))
    assert "背景地図：地理院タイル（国土地理院）" in text
    assert "出典：国土地理院" in text
