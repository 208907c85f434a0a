"""The page of a comparison in headless Chromium, without a network."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from shapely.geometry import MultiLineString, MultiPolygon

from groundfloor.problems import Lang, Text
from spots.comparing import compare, render_comparison
from spots.types import State
from spots.types.results import MainRoad, Surroundings
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import fabricated_result, later


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return pages by name: ja, en, hostile, same."""
    folder, plain = tmp_path_factory.mktemp("compared"), fabricated_result()
    hostile = fabricated_result(hostile=True)
    found = {}
    for name, old, new, lang in (
        ("ja", plain, later(plain), Lang.JA),
        ("en", plain, later(plain), Lang.EN),
        ("hostile", hostile, later(hostile), Lang.JA),
        ("same", plain, plain, Lang.JA),
    ):
        path = folder / f"{name}.html"
        path.write_bytes(render_comparison(compare(old, new), old, new, lang).encode())
        found[name] = path
    return found


def counted(visit: Visit) -> dict[str, int]:
    """Return how many shapes of each kind are drawn."""
    return {
        kind: visit.page.locator(f"path.{kind}").count()
        for kind in ("spot-old", "spot-new", "ground-kept", "ground-gained", "ground-lost")
    }


def test_it_opens_on_what_changed_and_asks_for_tiles_only(browser, pages):
    with open_page(browser, pages["ja"]) as visit:
        shapes = counted(visit)
        assert (shapes["spot-old"], shapes["spot-new"], shapes["ground-gained"]) == (0, 0, 0)
        assert (shapes["ground-kept"], shapes["ground-lost"]) == (1, 1)
        assert visit.failures() == []
        assert all(r.startswith("https://cyberjapandata.gsi.go.jp/") for r in visit.requests)
        assert visit.page.locator("h1").inner_text() == "医師少数スポットの比較 熊本県"


def test_what_holds_of_one_run_alone_is_marked_so(browser, tmp_path):
    old = fabricated_result()
    both, gone, came = (Text(f"注意{n}", f"caveat {n}") for n in range(3))
    new = replace(old, settings=replace(old.settings, caveats=(both, came)))
    old = replace(old, settings=replace(old.settings, caveats=(gone, both)))
    path = tmp_path / "diff.html"
    path.write_text(render_comparison(compare(old, new), old, new), encoding="utf-8")
    with open_page(browser, path) as visit:
        told = visit.page.locator(".caveats li").all_inner_texts()
        assert told[-3:] == ["注意0", "旧：注意1", "新：注意2"]


def test_roads_are_in_the_legend_and_tiles_are_credited_where_there_are_any(
    browser, pages, tmp_path
):
    road = MainRoad("trunk", MultiLineString([[(130.6, 32.6), (131.0, 32.7)]]))
    around = Surroundings((road,), (), MultiPolygon(), None, ())
    run = replace(fabricated_result(), surroundings=around)
    path = tmp_path / "diff.html"
    path.write_text(render_comparison(compare(run, run), run, run), encoding="utf-8")
    with open_page(browser, pages["ja"]) as visit:
        assert "主な道路" not in visit.page.locator(".legend").inner_text()
    with open_page(browser, path) as visit:
        page = visit.page
        assert "主な道路" in page.locator(".legend").inner_text()
        assert "国土地理院" not in page.locator(".leaflet-control-attribution").inner_text()
        page.evaluate(
            "SpotsMap.map.eachLayer(l => { if (l.options.attribution) l.fire('tileload', {}); })"
        )
        assert "国土地理院" in page.locator(".leaflet-control-attribution").inner_text()


def test_before_and_after_by_key_and_by_click(browser, pages):
    with open_page(browser, pages["ja"]) as visit:
        page = visit.page
        page.keyboard.press("2")
        before = counted(visit)
        page.locator("#mode-new").click()
        after = counted(visit)
        assert page.evaluate("document.body.dataset.mode") == "new"
        assert (before["spot-old"], before["spot-new"]) == (5, 0)
        assert (after["spot-old"], after["spot-new"]) == (0, 4)
        page.keyboard.press("1")
        assert counted(visit)["ground-lost"] == 1
        page.locator("#mode-change").focus()
        page.keyboard.press("ArrowRight")  # radio buttons, so arrows choose
        assert counted(visit)["spot-old"] == 5


def test_the_swipe_cuts_both_sides_where_the_slider_stands(browser, pages):
    with open_page(browser, pages["ja"]) as visit:
        page = visit.page
        page.keyboard.press("4")
        wide = page.evaluate("SpotsMap.map.getSize().x")
        clips = """() => ['before', 'after'].map(n => {
            const at = SpotsMap.map.containerPointToLayerPoint([0, 0]).x;
            const edges = SpotsMap.map.getPane(n).style.clip.match(/-?[\\d.]+/g).map(Number);
            return [edges[3] - at, edges[1] - at];
        })"""
        assert page.evaluate(clips) == [
            [0, pytest.approx(wide / 2)],
            [pytest.approx(wide / 2), wide],
        ]
        page.locator("input.swipe").focus()
        page.keyboard.press("Home")
        assert page.evaluate(clips)[0] == [0, 0]
        page.evaluate("SpotsMap.map.panBy([120, 0], { animate: false })")
        assert page.evaluate(clips) == [[0, 0], [0, wide]]
        page.keyboard.press("3")
        assert page.evaluate("SpotsMap.map.getPane('after').style.clip") == ""


def test_dragging_the_handle_moves_the_line(browser, pages):
    with open_page(browser, pages["ja"]) as visit:
        page = visit.page
        page.keyboard.press("4")
        box = page.locator(".swipe-handle").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        centre = page.evaluate("SpotsMap.map.getCenter().lng")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 200, y, steps=4)
        page.mouse.up()
        share = page.evaluate("SpotsMap.layers.share")
        assert share == pytest.approx(50 - 20000 / page.evaluate("SpotsMap.map.getSize().x"), abs=1)
        assert page.evaluate("SpotsMap.map.getCenter().lng") == centre  # the map stays


def test_the_list_leads_to_a_facility_and_its_card_says_before_after_and_why(browser, pages):
    with open_page(browser, pages["ja"]) as visit:
        page = visit.page
        page.locator("button.entry", has_text="そよう病院").click()
        card = page.locator(".side-why .card")
        assert card.locator("h2").inner_text() == "そよう病院"
        row = card.locator("tr.differs").first.inner_text().split("\t")
        assert row == ["状態", "設定（案）", "非該当"]
        assert card.locator(".sure").first.inner_text() in {"確定", "推定"}
        assert "そよう病院" in page.locator(
            ".leaflet-marker-icon[tabindex='0']"
        ).first.get_attribute("aria-label")


def test_a_sentence_true_of_many_stands_over_them_once(browser, tmp_path):
    old = fabricated_result()
    gone = [
        replace(v, state=State.EXCLUDED, state_reason=Text("除く", "out")) for v in old.verdicts
    ]
    new = replace(old, verdicts=tuple(gone))
    found = compare(old, new)
    sentences = [change.summary.ja for change in found.facilities if change.turned]
    often = max(sentences, key=sentences.count)
    assert sentences.count(often) > 1
    path = tmp_path / "diff.html"
    path.write_text(render_comparison(found, old, new), encoding="utf-8")
    with open_page(browser, path) as visit:
        panel = visit.page.locator(".side-list")
        assert panel.inner_text().count(often) == 1
        many = panel.locator(".alike", has_text=often)
        assert many.locator("[data-facility]").count() == sentences.count(often)


def test_nothing_that_a_name_says_runs(browser, pages):
    with open_page(browser, pages["hostile"]) as visit:
        page = visit.page
        for key in "1234":
            page.keyboard.press(key)
        for at in range(page.locator("button.entry").count()):
            page.locator("button.entry").nth(at).click()
            page.locator(".side-why .card").wait_for()
            page.click("#tab-list")
        assert (visit.dialogs, visit.failures()) == ([], [])
        assert page.locator("script").count() == page.evaluate(
            "document.querySelectorAll('head > script, body > script').length"
        )
        assert page.locator("img:not(.leaflet-tile):not(.leaflet-marker-icon)").count() == 0


def test_no_change_is_said(browser, pages):
    with open_page(browser, pages["same"]) as visit:
        assert "変わった施設はありません。" in visit.page.locator(".panel").inner_text()
        assert counted(visit)["ground-kept"] == 1


def test_english_page_and_phone(browser, pages):
    with open_page(browser, pages["en"], width=390, height=780) as visit:
        page = visit.page
        text = page.locator(".modes, .legend").all_inner_texts()
        assert not any("\u3040" <= ch <= "\u30ff" for ch in "".join(text))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator(".folium-map").bounding_box()["height"] > 300


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_a_long_list_is_not_cut_on_paper_but_counted(browser, tmp_path, paper):
    """What does not fit is taken out whole, and the sheet says how many and where they are."""
    old = fabricated_result()
    many = tuple(
        replace(
            v,
            facility=replace(v.facility, id=f"{v.facility.id}-{n}", name=f"第{n}{v.facility.name}"),
        )
        for n in range(12)
        for v in old.verdicts[:3]
    )
    new = replace(old, verdicts=(*old.verdicts, *many))
    path = tmp_path / "diff.html"
    path.write_text(render_comparison(compare(old, new), old, new), encoding="utf-8")
    with open_page(browser, path) as visit:
        page = visit.page
        page.evaluate("window.print = () => {}")
        for summary in page.locator(".block-changes > details:not([open]) > summary").all():
            summary.click()
        page.click("#tab-print")
        page.locator(f"[data-paper={paper}]").click()
        page.wait_for_selector("body.printing")
        box = page.locator(".block-changes").bounding_box()
        rows = [r for r in page.locator(".block-changes [data-facility]").all() if r.is_visible()]
        for row in rows:
            at = row.bounding_box()
            assert at["y"] + at["height"] <= box["y"] + box["height"] + 1
        rest = 36 - len(rows)
        assert 0 < rest < 36
        more = page.locator(".print-more")
        assert (
            more.inner_text()
            == f"ほか{rest}件（全36件）は diff.xlsx の「変わった施設」にあります。"
        )
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        page.click("#tab-list")
        assert not more.is_visible()
        assert page.locator(".block-changes [data-facility]:visible").count() == 36


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_one_landscape_sheet(browser, pages, paper):
    with open_page(browser, pages["ja"]) as visit:
        page = visit.page
        page.evaluate("window.print = () => {}")
        page.click("#tab-print")
        page.locator(f"[data-paper={paper}]").click()
        page.wait_for_selector("body.printing")
        assert "表示：増減" in page.locator(".shown").inner_text()
        assert not page.locator(".modes").is_visible()
        data = page.pdf(prefer_css_page_size=True)
        assert data.count(b"/Type /Page\n") == 1
        width = float(re.search(rb"/MediaBox\s*\[\S+ \S+ (\S+) ", data)[1])
        assert width == pytest.approx({"a4": 842, "a3": 1191}[paper], abs=1)
