"""Finding and asking on the map, in a real browser without a network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon

from groundfloor.problems import Lang
from spots.locating.run_ground import discs_of, measure
from spots.map import render_map
from spots.types import OtherHospital, RunResult
from spots.types.results import MainRoad, Surroundings, TimeGrid
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import GEOD, HOSTILE_NAMES, fabricated_result

LONG = "医療法人社団　髙﨑が原 佐々木メモリアルホスピタルﾘﾊﾋﾞﾘﾃｰｼｮﾝｾﾝﾀｰ附属診療所"
WEST, NORTH, STEP = 130.2, 33.3, 0.01
COLUMNS, ROWS = 120, 120


def grid_of(hospitals: tuple[str, ...]) -> TimeGrid:
    """Minutes grow with column and row; the outermost columns have no road."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    travel = (rows * 20 + columns * 7) * 1000 + 119_999
    nearest = (rows + columns) % len(hospitals)
    empty = (columns == 0) | (columns == COLUMNS - 1)
    travel[empty], nearest[empty] = -1, -1
    flat = (tuple(int(v) for v in table.ravel()) for table in (nearest, travel))
    nearest_flat, travel_flat = flat
    return TimeGrid(
        WEST, NORTH, STEP, STEP, COLUMNS, ROWS, hospitals, nearest_flat, travel_flat, 500.0
    )


def asked(result: RunResult) -> RunResult:
    """The fabricated run with times from anywhere and three ways from every measured facility."""
    ids = tuple(v.facility.id for v in result.verdicts)
    hospitals = tuple(ids[k] for k in (0, 6, 7, 9))
    road = MainRoad("trunk", MultiLineString([[(131.15, 32.68), (130.99, 32.68)]]))
    around = Surroundings((road,), (), MultiPolygon(), grid_of(hospitals), ())
    return replace(result, verdicts=tuple(map(_with_ways, result.verdicts)), surroundings=around)


def _with_ways(verdict):
    travel, here = verdict.travel, verdict.facility.position
    if travel is None or travel.route is None or here is None:
        return verdict
    others = [OtherHospital(travel.nearest_id, travel.nearest_name, travel.travel_ms, travel.route)]
    for rank, east in ((2, 0.1), (3, -0.1)):
        line = LineString([(here.lon, here.lat), (here.lon + east, here.lat + 0.05)])
        route = replace(travel.route, geometry=line)
        name = f"第{rank}病院{travel.nearest_name}"
        others.append(OtherHospital(f"to-{rank}", name, travel.travel_ms + rank * 60_000, route))
    known = replace(travel, others=tuple(others))
    outcomes = tuple(replace(o, travel=known if o.travel else None) for o in verdict.outcomes)
    return replace(verdict, outcomes=outcomes)


def named(result: RunResult, names: dict[str, str]) -> RunResult:
    verdicts = tuple(
        replace(v, facility=replace(v.facility, name=names.get(v.facility.id, v.facility.name)))
        for v in result.verdicts
    )
    return replace(result, verdicts=verdicts)


@pytest.fixture(scope="module")
def result() -> RunResult:
    return asked(named(fabricated_result(), {"oguni": LONG}))


@pytest.fixture(scope="module")
def files(tmp_path_factory, result) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("finder")
    made = {
        "plain": render_map(result),
        "bare": render_map(fabricated_result()),
        "hostile": render_map(asked(fabricated_result(hostile=True))),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture
def visit(browser, files) -> Iterator[Visit]:
    with open_page(browser, files["plain"]) as opened:
        opened.page.emulate_media(reduced_motion="reduce")
        yield opened


@pytest.fixture(scope="module")
def shared(browser, files) -> Iterator[Visit]:
    """For questions that leave the page as it was."""
    with open_page(browser, files["plain"]) as opened:
        opened.page.emulate_media(reduced_motion="reduce")
        yield opened


def at(visit: Visit, lat: float, lon: float) -> tuple[float, float]:
    """Where a place is on the screen."""
    x, y = visit.page.evaluate(
        "([lat, lon]) => { const p = SpotsMap.map.latLngToContainerPoint([lat, lon]);"
        " const b = SpotsMap.map.getContainer().getBoundingClientRect();"
        " return [p.x + b.left, p.y + b.top]; }",
        [lat, lon],
    )
    return round(x), round(y)  # a click has whole pixels


def place_of(visit: Visit, x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a point of the screen, as a click there has it."""
    lat, lon = visit.page.evaluate(
        "([x, y]) => { const p = SpotsMap.map.mouseEventToLatLng({ clientX: x, clientY: y });"
        " return [p.lat, p.lng]; }",
        [x, y],
    )
    return lat, lon


def until(visit: Visit, condition: str) -> None:
    """Wait for an expression to hold; the page's policy forbids Playwright's own way."""
    for _ in range(100):
        if visit.page.evaluate(condition):
            return
        visit.page.wait_for_timeout(50)
    raise AssertionError(condition)


def card(visit: Visit):
    until(visit, "document.querySelectorAll('.side-why .card').length === 1")
    found = visit.page.locator(".side-why .card")
    found.wait_for()
    return found


def view(visit: Visit, lat: float, lon: float, zoom: float) -> None:
    visit.page.evaluate(
        "([lat, lon, zoom]) => SpotsMap.map.setView([lat, lon], zoom, { animate: false })",
        [lat, lon, zoom],
    )


def rows(visit: Visit) -> list[str]:
    """Ids of the list's visible rows, in order."""
    return visit.page.locator(".list tbody tr:not([hidden])").evaluate_all(
        "all => all.map(e => e.dataset.facility)"
    )


SAME = (
    ("みすみ", "ﾐｽﾐ"),
    ("関ヶ原", "関が原"),
    ("関ケ原", "関ガ原"),
    ("三ヵ所", "三ヶ所"),
    ("ファミリークリニック", "ふあみりくりにつく"),
    ("佐々木", "佐佐木"),
    ("髙﨑", "高崎"),
    ("澤瀉齋濵邊廣", "沢瀉斉浜辺広"),
    ("ＡＢＣ　病院", "abc病院"),
    ("ぢづ", "ジズ"),
    ("葛\U000e0101城", "葛城"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_fold_to_the_same(shared, one, other):
    assert shared.page.evaluate("all => all.map(SpotsMap.fold)", [one, other]) == (
        [shared.page.evaluate("SpotsMap.fold", one)] * 2
    )
    assert shared.page.evaluate("SpotsMap.fold", one)


def test_different_names_stay_different(shared):
    names = ["熊本病院", "熊木病院", "みすみ", "みすず", "ハハ", "パパ", "1号", "7号"]
    assert len(set(shared.page.evaluate("all => all.map(SpotsMap.fold)", names))) == len(names)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("そよう", "そよう病院"),
        ("ｿﾖｳ", "そよう病院"),
        ("総合", "上天草総合病院"),
        ("ミスミ", "済生会みすみ病院"),
        ("高崎ヶ原", LONG),
        ("佐佐木めもりある", LONG),
        ("医療法人高崎", LONG),
        ("りはびりてしよん", LONG),
        ("山都 病院", "そよう病院"),
        ("山都", "山都町"),
        ("球磨", "球磨医療圏"),
        ("大牟田", "大牟田市"),
    ],
)
def test_search_finds_parts_of_names_however_they_are_spelt(shared, typed, first):
    page = shared.page
    page.fill("#search", typed)
    options = page.locator("#search-hits .hit")
    names = options.locator(".hit-name").evaluate_all("all => all.map(e => e.firstChild.data)")
    assert names[0] == re.sub(r"\n", " ", first)
    assert page.locator("#search").get_attribute("aria-activedescendant") == "hit-0"


def test_search_says_when_there_is_nothing(shared):
    page = shared.page
    page.fill("#search", "存在しない病院")
    assert page.locator("#search-hits").inner_text() == "該当するものはありません"
    page.keyboard.press("Enter")
    assert page.locator(".side-why .card").count() == 0
    page.fill("#search", "　")
    assert not page.locator("#search-hits").is_visible()


def test_search_by_keyboard_alone_and_back(visit):
    page = visit.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("診療所")
    count = page.locator("#search-hits .hit").count()
    assert count == 4
    page.keyboard.press("ArrowUp")
    assert page.locator("#search").get_attribute("aria-activedescendant") == "hit-3"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    wanted = page.locator("#hit-1 .hit-name").evaluate("e => e.firstChild.data")
    page.keyboard.press("Enter")
    assert card(visit).locator("h2").inner_text() == wanted
    assert page.evaluate("document.activeElement.classList.contains('card')")
    assert page.locator("#search-hits").is_hidden()
    page.keyboard.press("Escape")
    until(visit, "document.activeElement.id === 'search'")
    until(visit, "!document.querySelector('.side-why .card')")


def test_search_flies_and_opens_with_animation_too(browser, files):
    with open_page(browser, files["plain"]) as visit:
        visit.page.fill("#search", "米の山")
        visit.page.keyboard.press("Enter")
        assert card(visit).locator("h2").inner_text() == "米の山病院"
        until(visit, "Math.abs(SpotsMap.map.getCenter().lat - 33.03) < 0.05")
        until(visit, "SpotsMap.map.getZoom() >= 12")


def test_a_facility_whose_layer_is_off_is_shown_and_it_is_said(visit):
    page = visit.page
    page.uncheck("#layer-excluded")
    assert page.locator(".pin-excluded").count() == 0
    page.fill("#search", "芳野")
    page.keyboard.press("Enter")
    assert card(visit).locator("h2").inner_text() == "芳野診療所"
    assert page.is_checked("#layer-excluded")
    assert "「対象外」を表示しました" in page.locator(".says").inner_text()


def test_a_facility_without_a_position_is_shown_in_the_panel(visit):
    page = visit.page
    page.click("#tab-list")
    page.fill("#search", "球磨病院")
    page.keyboard.press("Enter")
    assert card(visit).locator("h2").inner_text() == "球磨病院"
    assert "地図に示せません" in page.locator(".says").inner_text()
    assert page.evaluate("document.activeElement.dataset.facility") == "kuma"
    page.keyboard.press("Escape")
    page.click("#tab-layers")
    page.click('.lost[data-facility="kuma"]')
    assert "座標がありません" in card(visit).inner_text()


def test_an_answer_does_not_stay_under_what_is_said_of_another_facility(visit):
    page = visit.page
    page.fill("#search", "芳野")
    page.keyboard.press("Enter")
    assert card(visit).locator("h2").inner_text() == "芳野診療所"
    page.fill("#search", "球磨病院")
    page.keyboard.press("Enter")
    assert card(visit).locator("h2").inner_text() == "球磨病院"
    assert page.locator("path.chosen, path.chosen-point").count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("宇城市", ("宇城市", "市町村", "医師少数区域", "164.7", "1件（うちスポット 0件）")),
        ("熊本・上益城", ("熊本・上益城医療圏", "二次医療圏", "4件（うちスポット 3件）")),
    ],
)
def test_regions_are_found_and_fitted(visit, typed, words):
    visit.page.fill("#search", typed)
    visit.page.keyboard.press("Enter")
    text = card(visit).inner_text()
    assert [w for w in words if w not in text] == []
    assert visit.page.evaluate("SpotsMap.map.getZoom()") > 9
    assert visit.page.locator("path.found").count() == 1
    visit.page.keyboard.press("Escape")
    assert visit.page.locator("path.found").count() == 0


def test_list_has_every_facility_once_with_its_numbers(visit, result):
    page = visit.page
    page.click("#tab-list")
    assert rows(visit) == [v.facility.id for v in result.verdicts]
    cells = {
        row: page.locator(f'.list tr[data-facility="{row}"] td').all_inner_texts()
        for row in ("soyo", "kamiamakusa", "kuma", "komenoyama")
    }
    assert cells["soyo"] == ["山都町", "①③", "設定（案）", "31分06秒", "+1分06秒"]
    assert cells["kamiamakusa"] == ["上天草市", "①③", "設定（案）", "到達不能", ""]
    assert cells["kuma"] == ["人吉市", "", "判定不能", "", ""]
    assert cells["komenoyama"][2] == "到達先のみ"
    assert page.locator(".list-count").inner_text() == "10件中 10件"


def test_list_sorts_numbers_as_numbers_and_unreachable_after_them(visit):
    page = visit.page
    page.click("#tab-list")
    head = page.locator('.list th[data-key="minutes"]')
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    up = rows(visit)
    assert up[:5] == ["oguni", "yabe", "soyo", "misumi", "kamiamakusa"]
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    down = rows(visit)
    assert down[:5] == ["kamiamakusa", "misumi", "soyo", "yabe", "oguni"]
    assert up[5:] == down[5:]  # those without a time stay last, in input order
    page.click('.list th[data-key="margin"] button')
    assert head.get_attribute("aria-sort") == "none"
    assert rows(visit)[:2] == ["oguni", "yabe"]
    page.click('.list th[data-key="state"] button')
    assert rows(visit)[-1] == "komenoyama"


def test_list_is_narrowed_by_text_state_criterion_and_view(visit):
    page = visit.page
    page.click("#tab-list")
    page.fill("#list-text", "ﾐｽﾐ")
    assert rows(visit) == ["misumi"]
    assert page.locator(".list-count").inner_text() == "10件中 1件"
    page.fill("#list-text", "")
    page.select_option("#list-state", "designated")
    assert len(rows(visit)) == 5
    page.select_option("#list-criterion", "②")
    assert rows(visit) == ["imuta", "shimotake"]
    page.select_option("#list-state", "")
    assert rows(visit) == ["imuta", "shimotake", "yoshino"]
    page.select_option("#list-criterion", "")
    view(visit, 32.7, 131.1, 11)
    page.check("#list-seen")
    assert rows(visit) == ["soyo", "imuta", "yabe"]
    view(visit, 32.85, 130.65, 12)
    assert rows(visit) == ["yoshino"]


def test_list_and_map_jump_both_ways(visit):
    page = visit.page
    page.click("#tab-list")
    page.locator('.list tr[data-facility="shimotake"] .cell-municipality').click()
    assert card(visit).locator("h2").inner_text() == "八代市立下岳診療所"
    row = page.locator('.list tr[data-facility="shimotake"]')
    assert row.get_attribute("aria-current") == "true"
    page.click("#tab-list")
    page.fill("#list-text", "そよう")
    assert "絞り込みで隠れています" in page.locator(".list-count").inner_text()
    page.fill("#list-text", "")
    page.locator('.pin-designated[data-facility="shimotake"]').focus()
    page.keyboard.press("Escape")
    assert row.get_attribute("aria-current") is None
    # From the map: the row is marked and scrolled into view, from behind the other tab as well.
    page.set_viewport_size({"width": 1400, "height": 460})
    page.click("#tab-layers")
    view(visit, 33.03, 130.46, 11)
    page.locator('.pin-destination[data-facility="komenoyama"]').focus()
    page.keyboard.press("Enter")
    assert card(visit).locator("h2").inner_text() == "米の山病院"
    page.click("#tab-list")
    last = page.locator('.list tr[data-facility="komenoyama"]')
    assert last.get_attribute("aria-current") == "true"
    box, outer = last.bounding_box(), page.locator(".list-scroll").bounding_box()
    assert outer["y"] <= box["y"]
    assert box["y"] + box["height"] <= outer["y"] + outer["height"] + 1


def test_rows_are_walked_by_arrows(visit):
    page = visit.page
    page.click("#tab-list")
    page.fill("#list-text", "病院")
    page.locator(".list tbody tr:not([hidden]) .list-name").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    second = rows(visit)[1]
    page.keyboard.press("Enter")
    assert card(visit).get_attribute("data-facility") == second
    page.keyboard.press("Escape")
    until(visit, "document.activeElement.classList.contains('list-name')")


PLACES = (
    "pts => { const p = new SpotsMap.Places(JSON.parse("
    "document.getElementById('spots-data').textContent));"
    " return pts.map(([lon, lat]) => { const x = p.at(lat, lon); return {"
    " town: x.town.region && x.town.region.code, area: x.area && x.area.code,"
    " inside: x.circles.inside.map(c => [c.f.id, c.distance, c.edge]),"
    " next: x.circles.nearest && [x.circles.nearest.f.id, x.circles.nearest.edge],"
    " hospital: x.hospital.f && x.hospital.f.id, minutes: x.hospital.minutes,"
    " metres: x.hospital.metres, why: x.hospital.why }; }); }"
)


def test_places_agree_with_python(shared, result):
    rng = np.random.default_rng(8)
    points = [
        (float(d.lon + x * 0.047), float(d.lat + y * 0.04))
        for d in discs_of(result)
        for x, y in rng.uniform(-1.3, 1.3, (40, 2))
    ]
    points += [(float(x), float(y)) for x, y in rng.uniform((130.1, 32.0), (131.5, 33.4), (60, 2))]
    answers = shared.page.evaluate(PLACES, [list(p) for p in points])
    discs, seen = discs_of(result), set()
    for (lon, lat), answer in zip(points, answers, strict=True):
        measured = measure(discs, lon, lat, 0.0)
        inside = [m for m in measured if m.inside]
        assert [i[0] for i in answer["inside"]] == [m.facility_id for m in inside]
        for m, (_, distance, edge) in zip(inside, answer["inside"], strict=True):
            assert distance == pytest.approx(m.distance_m, abs=0.01)
            assert edge == pytest.approx(m.edge_m, abs=3.0)
        if not inside:
            assert answer["next"][0] == measured[0].facility_id
            assert answer["next"][1] == pytest.approx(-measured[0].edge_m, abs=3.0)
        seen.add(len(inside))
    assert seen >= {0, 1}


def test_nearest_hospital_by_road_is_that_of_the_cell(shared, result):
    grid = result.surroundings.grid
    places = {v.facility.id: v.facility.position for v in result.verdicts}
    points = [(131.1234, 32.7001), (130.805, 32.695), (130.2051, 32.9), (129.9, 32.9)]
    answers = shared.page.evaluate(PLACES, [list(p) for p in points])
    for (lon, lat), answer in zip(points[:2], answers[:2], strict=True):
        cell = int((NORTH - lat) / STEP) * COLUMNS + int((lon - WEST) / STEP)
        hospital = grid.hospitals[grid.nearest[cell]]
        assert (answer["hospital"], answer["why"]) == (hospital, "")
        assert answer["minutes"] == grid.travel_ms[cell] // 60_000
        there = places[hospital]
        metres = GEOD.inv(lon, lat, there.lon, there.lat)[2]
        assert answer["metres"] == pytest.approx(metres, abs=0.01)
    assert answers[1]["minutes"] == 28  # 28 min 59.999 s is not 29
    assert [(a["minutes"], a["why"]) for a in answers[2:]] == [(None, "road"), (None, "range")]


def test_click_on_open_ground_says_what_is_there(visit):
    page = visit.page
    view(visit, 32.74, 131.2, 11)
    x, y = at(visit, 32.80, 131.22)
    lat, lon = place_of(visit, x, y)
    page.mouse.click(x, y)
    text = card(visit).inner_text()
    assert "この地点" in text
    assert f"北緯{lat:.5f}°、東経{lon:.5f}°" in text
    for words in ("山都町", "熊本・上益城医療圏 医師多数区域", "どのスポットの中でもありません"):
        assert words in text
    found = measure(discs_of(fabricated_result()), lon, lat, 0.0)[0]
    assert f"{round(-found.edge_m):,} m" in text.replace(" km", "000 m")
    assert "500mメッシュの中心からの概算" in text
    assert re.search(r"約\d+分", text)
    page.mouse.click(*at(visit, 32.78, 131.23))  # the next place takes its turn
    until(
        visit,
        f"Array.from(document.querySelectorAll('.card.place')).some(e => e.innerText !== {json.dumps(text)})",
    )


def test_inside_a_circle_the_place_is_asked_by_tool_right_click_and_card(visit):
    page = visit.page
    view(visit, 32.73, 131.1, 12)
    x, y = at(visit, 32.72, 131.075)
    page.mouse.click(x, y)
    assert card(visit).locator("h2").inner_text() == "井無田へき地診療所"
    card(visit).locator(".ask-place").click()
    inside = ("1か所のスポットの中", "井無田へき地診療所", "施設まで 2,5", "端まで 1,4")
    page.wait_for_selector(".side-why .card")
    text = page.locator(".side-why .card").inner_text()
    assert [w for w in inside if w not in text] == []
    page.click(".why-close")
    page.wait_for_selector(".side-why .card", state="detached")
    x, y = at(visit, 32.72, 131.075)
    page.mouse.click(x, y, button="right")
    assert "1か所のスポットの中" in card(visit).inner_text()
    page.click(".why-close")
    page.wait_for_selector(".side-why .card", state="detached")
    page.click(".tool-place")
    assert page.get_attribute(".tool-place", "aria-pressed") == "true"
    x, y = at(visit, 32.73105, 131.09942)  # on the symbol itself
    page.mouse.click(x, y)
    assert card(visit).locator("h2").inner_text() == "この地点"
    page.click(".tool-place")
    assert page.get_attribute(".tool-place", "aria-pressed") == "false"


def test_double_click_zooms_and_asks_nothing(visit):
    page = visit.page
    view(visit, 32.8, 131.25, 11)
    page.mouse.dblclick(*at(visit, 32.82, 131.26))
    page.wait_for_timeout(600)
    assert page.evaluate("SpotsMap.map.getZoom()") > 11
    assert page.locator(".side-why .card").count() == 0


def test_places_by_keyboard(visit):
    page = visit.page
    view(visit, 32.42, 130.36, 12)
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    text = card(visit).inner_text()
    assert "上天草市" in text
    assert "上天草総合病院" in text
    page.keyboard.press("Escape")
    until(visit, "document.activeElement.classList.contains('folium-map')")


def test_shortage_areas_and_the_sea_are_said(visit):
    page = visit.page
    view(visit, 32.66, 130.7, 11)
    page.mouse.click(*at(visit, 32.67, 130.72), button="right")
    assert "医師少数区域の中です" in card(visit).inner_text()
    view(visit, 32.3, 130.0, 11)
    page.mouse.click(*at(visit, 32.3, 130.0), button="right")
    until(
        visit,
        "Array.from(document.querySelectorAll('.card.place')).some(e => e.innerText.includes('海上'))",
    )


def test_drawn_borders_are_doubted_by_as_much_as_they_may_be_off(shared):
    code = (
        "off => { const d = JSON.parse(document.getElementById('spots-data').textContent);"
        " d.outlines_off_m = off; const p = new SpotsMap.Places(d);"
        " return p.municipality(32.3, 130.8503).others.length +"
        " p.municipality(32.7, 130.8497).others.length +"
        " p.municipality(32.58997, 130.7).others.map(r => r.code).length; }"
    )
    assert shared.page.evaluate(code, 0) == 0
    assert shared.page.evaluate(code, 50) == 1  # 八代市 and 宇城市 meet at 32.59; others end there


def test_without_times_only_the_straight_line_is_told(browser, files):
    with open_page(browser, files["bare"]) as visit:
        view(visit, 32.74, 131.2, 11)
        visit.page.mouse.click(*at(visit, 32.80, 131.22), button="right")
        text = card(visit).inner_text()
    assert "地点ごとの所要時間が記録されていません" in text
    assert "直線で" in text
    assert not re.search(r"約\d+分", text)


def test_geodesics_agree_with_geographiclib(shared):
    rng = np.random.default_rng(1)
    start = rng.uniform((123, 24), (146, 46), (300, 2))
    end = start + rng.uniform(-0.45, 0.45, (300, 2))
    metres = GEOD.inv(*start.T, *end.T)[2]
    found = shared.page.evaluate(
        "all => all.map(([a, b, c, d]) => SpotsMap.geodesic.distance(b, a, d, c))",
        np.hstack([start, end]).tolist(),
    )
    assert np.abs(np.array(found) - metres).max() < 0.001
    assert shared.page.evaluate("SpotsMap.geodesic.distance(32.5, 130.5, 32.5, 130.5)") == 0


def test_areas_agree_with_geographiclib(shared):
    rng = np.random.default_rng(2)
    for _ in range(20):
        turns = np.sort(rng.uniform(0, 2 * np.pi, 7))
        reach = rng.uniform(0.02, 0.3, 7)
        ring = np.column_stack([130.7 + reach * np.cos(turns), 32.7 + reach * np.sin(turns)])
        expected = abs(GEOD.geometry_area_perimeter(Polygon(ring))[0])
        found = shared.page.evaluate("SpotsMap.geodesic.area", ring[:, ::-1].tolist())
        assert found == pytest.approx(expected, rel=2e-5)


def clicked(visit: Visit, points: list[tuple[float, float]]) -> np.ndarray:
    places = []
    for x, y in points:
        visit.page.mouse.click(x, y)
        visit.page.wait_for_timeout(350)  # two quick clicks would be a double click
        places.append(place_of(visit, x, y)[::-1])
    return np.array(places)


def test_measuring_agrees_with_geographiclib(visit):
    page = visit.page
    page.click(".tool-measure")
    line = clicked(visit, [(300, 300), (520, 330), (480, 560)])
    page.keyboard.press("Enter")
    length = GEOD.line_length(*line.T)
    area = abs(GEOD.polygon_area_perimeter(*line.T)[0])
    text = page.locator(".measure-result").inner_text()
    shown = re.match(r"距離 ([\d.]+) km、閉じた面積 ([\d.]+) km²$", text)
    assert shown, text
    assert float(shown[1]) == pytest.approx(length / 1000, abs=0.051)
    assert float(shown[2]) == pytest.approx(area / 1e6, rel=1e-4)
    assert page.get_attribute(".tool-measure", "aria-pressed") == "false"
    assert page.locator(".measure-tip").inner_text().split("\n") == text.split("、")
    page.mouse.click(600, 700)  # measuring is over: this asks for the place
    assert "この地点" in card(visit).inner_text()
    page.locator("[data-measure=clear]").click()
    assert page.locator("path.measured").count() == 0
    assert page.locator(".measure").is_hidden()


def test_measuring_closes_undoes_and_cancels(visit):
    page = visit.page
    page.click(".tool-measure")
    clicked(visit, [(300, 300), (520, 330), (700, 700)])
    page.keyboard.press("Backspace")
    assert page.locator("path.measure-point").count() == 2
    ring = clicked(visit, [(480, 560), (301, 302)])[:1]
    ring = np.vstack([[place_of(visit, *p)[::-1] for p in ((300, 300), (520, 330))], ring])
    area, around = GEOD.polygon_area_perimeter(*ring.T)
    text = page.locator(".measure-result").inner_text()
    shown = re.match(r"周長 ([\d.]+) km、面積 ([\d.]+) km²$", text)
    assert shown, text
    assert float(shown[1]) == pytest.approx(around / 1000, abs=0.051)
    assert float(shown[2]) == pytest.approx(abs(area) / 1e6, rel=1e-4)
    page.click(".tool-measure")
    clicked(visit, [(300, 300)])
    page.keyboard.press("Escape")
    assert page.locator(".measure").is_hidden()
    assert page.evaluate("SpotsMap.map.doubleClickZoom.enabled()")
    assert page.locator(".side-why .card").count() == 0


def test_measuring_by_keyboard_and_double_click(visit):
    page = visit.page
    page.locator(".tool-measure").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList.contains('folium-map')")
    page.keyboard.press("Space")
    page.evaluate("SpotsMap.map.panBy([160, 0], { animate: false })")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert page.locator(".measure-result").inner_text().startswith("距離 ")
    page.keyboard.press("Tab")
    page.click(".tool-measure")
    clicked(visit, [(300, 300)])
    zoom = page.evaluate("SpotsMap.map.getZoom()")
    page.mouse.dblclick(500, 500)
    page.wait_for_timeout(400)
    assert page.evaluate("SpotsMap.map.getZoom()") == zoom
    assert page.locator("path.measure-point").count() == 2
    assert page.get_attribute(".tool-measure", "aria-pressed") == "false"


def test_ways_to_the_next_hospitals_are_drawn_when_asked(visit):
    page = visit.page
    page.fill("#search", "そよう")
    page.keyboard.press("Enter")
    found = card(visit)
    names = found.locator(".way-name").all_inner_texts()
    assert names[0] == "矢部広域病院\n31分06秒、19.8 km"
    assert names[1].startswith("第2病院矢部広域病院\n33分06秒")
    buttons = found.locator(".way-button")
    assert buttons.all_inner_texts() == ["経路を隠す", "経路を表示", "経路を表示"]
    assert buttons.nth(1).get_attribute("aria-label") == "第2病院矢部広域病院 経路を表示"
    before = page.locator("path.route").count()
    buttons.nth(0).click()  # the decisive route, of which the other button knows
    assert page.locator("path.route").count() == before - 1
    assert found.locator(".route-button").inner_text() == "決定経路を表示"
    buttons.nth(1).click()
    buttons.nth(2).click()
    assert page.locator("path.way").count() == 2
    buttons.nth(1).click()
    assert page.locator("path.way").count() == 1


def test_hostile_names_stay_text_wherever_they_are_found(browser, files):
    with open_page(browser, files["hostile"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        for typed in ("script", "img", "HYPERLINK", "病院", "7*7"):
            page.fill("#search", typed)
            assert page.locator("#search-hits .hit").count() > 0, typed
            page.keyboard.press("Enter")
            page.wait_for_timeout(50)
        page.click("#tab-list")
        assert len(rows(visit)) == 10
        for key in ("name", "municipality", "minutes"):
            page.click(f'.list th[data-key="{key}"] button')
        page.locator(".list tbody .list-name").first.click()
        card(visit)
        for button in card(visit).locator(".way-button").all():
            button.click()
        page.locator("path.way, path.route").first.hover(force=True)
        page.click(".tool-place")
        for lat, lon in ((32.57, 130.75), (32.70, 131.1)):
            view(visit, lat, lon, 11)
            page.mouse.click(*at(visit, lat, lon))
            page.locator(".side-why .card").first.wait_for()
        assert HOSTILE_NAMES[0] in page.locator(".list").inner_text()
        assert visit.dialogs == []
        assert visit.failures() == []
        assert page.locator("article img, .panel img, .hits img, .says img, .tip img").count() == 0


def test_on_a_phone_the_list_makes_way_for_what_it_led_to(browser, files):
    with open_page(browser, files["plain"], width=390, height=844) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        assert page.locator("#search").is_visible()
        for tool in (".tool-place", ".tool-measure"):
            assert page.locator(tool).bounding_box()["width"] >= 44
        page.click("#tab-list")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator(".list tbody .list-name").first.click()
        assert card(visit).locator("h2").inner_text() == "そよう病院"
        assert not page.locator(".list").is_visible()
        page.click(".why-close")
        assert page.locator('.list tr[data-facility="soyo"]').is_visible()


def test_the_sheet_is_the_same_with_the_list_open(browser, files):
    with open_page(browser, files["plain"]) as visit:
        page = visit.page
        page.click("#tab-list")
        pdf = page.pdf(prefer_css_page_size=True)
        assert b"/Count 2\n" in pdf  # the map, and the table of its spots behind it
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        for hidden in (".panel", ".tools", ".list", ".says"):
            assert not page.locator(hidden).is_visible()
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator(".list").is_visible()


def test_three_hundred_facilities_are_listed_and_searched(browser, tmp_path):
    from tests.helpers.map_cases import many  # noqa: PLC0415 - only here

    file = tmp_path / "many.html"
    file.write_text(render_map(many(300, points=60)), encoding="utf-8")
    with open_page(browser, file) as visit:
        page = visit.page
        page.click("#tab-list")
        assert len(rows(visit)) == 300
        page.fill("#list-text", "第7国民")
        assert len(rows(visit)) == 1
        page.fill("#search", "国民健康保険")
        assert page.locator("#search-hits .hit").count() == 40
        assert "ほか230件" in page.locator("#search-hits").inner_text()
        assert visit.failures() == []


def test_english_words(browser, tmp_path):
    file = tmp_path / "english.html"
    file.write_text(render_map(asked(fabricated_result()), Lang.EN), encoding="utf-8")
    with open_page(browser, file) as visit:
        page = visit.page
        page.click("#tab-list")
        assert page.locator(".list-count").inner_text() == "10 of 10"
        heads = page.locator(".list thead").inner_text()
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", heads)
        view(visit, 32.74, 131.2, 11)
        page.mouse.click(*at(visit, 32.80, 131.22), button="right")
        text = card(visit).inner_text()
        for words in ("This place", "Inside none", "about ", "cell"):
            assert words in text
        assert visit.failures() == []


def test_texts_the_scripts_ask_for_are_there(files):
    html = files["plain"].read_text(encoding="utf-8")
    block = re.search(r' id="spots-data">(.*?)</script>', html, re.DOTALL)
    ui = json.loads(block[1])["ui"]
    code = html[html.index("var COLUMNS = Object.keys(VALUES)") :]
    scripts = html[html.rindex("<script>") :] + code
    used = set(re.findall(r"\bui\.([a-zA-Z0-9]+)", scripts)) - {"replace"}
    assert used - set(ui) == set()
    assert {
        f"list_{k}" for k in ("name", "municipality", "criteria", "state", "minutes", "margin")
    } <= set(ui)
