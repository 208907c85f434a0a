"""What the search knows beside names: readings, addresses, places, criteria, whole cities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest
import shapely

from spots.map import render_map
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import fabricated_result

READINGS = {
    "soyo": "ヤマトチョウホウカツイリョウセンターソヨウビョウイン",
    "oguni": "ｵｸﾞﾆｺｳﾘﾂﾋﾞｮｳｲﾝ",
    "yoshino": "よしのしんりょうじょ",
}
ADDRESSES = {
    "soyo": "熊本県上益城郡山都町滝上476-2",
    "yabe": "熊本県上益城郡山都町大字北中島字上２８０６番地",
    "komenoyama": "福岡県大牟田市歴木一丁目4番10号",
}


def told():
    result = fabricated_result()
    verdicts = tuple(
        replace(
            v,
            facility=replace(
                v.facility,
                kana=READINGS.get(v.facility.id, ""),
                address=ADDRESSES.get(v.facility.id, v.facility.address),
            ),
        )
        for v in result.verdicts
    )
    towns = result.municipalities.copy()
    left, right = shapely.box(130.55, 32.75, 130.7, 32.95), shapely.box(130.7, 32.75, 130.85, 32.95)
    wards = towns.loc[["43100", "43100"]].copy()
    wards.index = ["43101", "43103"]
    wards["name"] = ["熊本市中央区", "熊本市西区"]
    wards["geometry"] = [right, left]
    towns = type(towns)(pd.concat([towns.drop("43100"), wards]), crs=towns.crs).sort_index()
    towns.index.name = result.municipalities.index.name
    return replace(result, verdicts=verdicts, municipalities=towns)


@pytest.fixture(scope="module")
def shared(browser, tmp_path_factory) -> Iterator[Visit]:
    file = tmp_path_factory.mktemp("kinds") / "map.html"
    file.write_text(render_map(told()), encoding="utf-8")
    with open_page(browser, file) as opened:
        opened.page.emulate_media(reduced_motion="reduce")
        yield opened


def found(visit: Visit, typed: str) -> list[str]:
    visit.page.fill("#search", typed)
    return visit.page.locator("#search-hits .hit .hit-name").evaluate_all(
        "all => all.map(e => e.firstChild.data)"
    )


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("やまと", "そよう病院"),
        ("ソヨウビョウ", "そよう病院"),
        ("ﾎｳｶﾂｲﾘｮｳ", "そよう病院"),
        ("おぐに", "小国公立病院"),
        ("オグニコウリツ", "小国公立病院"),
        ("ヨシノ", "芳野診療所"),
    ],
)
def test_readings_are_found_in_either_kana(shared, typed, first):
    assert found(shared, typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("滝上476-2", "そよう病院"),
        ("山都町滝上４７６－２", "そよう病院"),
        ("熊本県上益城郡山都町滝上476番地2", "そよう病院"),
        ("瀧上476", "そよう病院"),
        ("北中島字上2806", "矢部広域病院"),
        ("山都町北中島字上2806番地", "矢部広域病院"),
        ("歴木1丁目4-10", "米の山病院"),
        ("歴木１－４－１０", "米の山病院"),
        ("福岡県大牟田市歴木", "米の山病院"),
    ],
)
def test_addresses_are_found_however_they_are_written(shared, typed, first):
    assert found(shared, typed)[0] == first


@pytest.mark.parametrize(
    "typed",
    [
        "32.68,131.15",
        "３２．６８，１３１．１５",
        "32.68、131.15",
        "32.68 131.15",
        "131.15,32.68",
        "(32.68, 131.15)",
        "北緯32.68度 東経131.15度",
        "東経131.15°、北緯32.68°",
        "緯度32.68 経度131.15",
        "N32.68 E131.15",
        "32.68N, 131.15E",
        "32°40′48″N 131°09′00″E",
        "北緯32度40分48秒　東経131度9分0秒",
        "32°40'48\" 131°9'0\"",
        "lat=32.68 lon=131.15",
    ],
)
def test_coordinates_lead_to_the_place(shared, typed):
    assert found(shared, typed) == ["この地点"]
    shared.page.keyboard.press("Enter")
    card = shared.page.locator(".side-why .card.place")
    card.wait_for()
    assert "北緯32.68000°、東経131.15000°" in card.inner_text()
    assert "山都町" in card.inner_text()
    centre = shared.page.evaluate("SpotsMap.map.getBounds().contains([32.68, 131.15])")
    assert centre
    shared.page.click(".why-close")


@pytest.mark.parametrize(
    "typed",
    ["0,0", "45,45", "-32.68,131.15", "32.68", "32.68,", "132.68,191.15", "32度75分 131度9分",
     "N32.68 N131.15", "35.6,-139.7", "1,2,3", "32.68131.15"],
)  # fmt: skip
def test_what_is_no_place_in_japan_is_none(shared, typed):
    assert "この地点" not in found(shared, typed)


@pytest.mark.parametrize("mark", "①②③")
def test_a_mark_finds_the_facilities_of_its_criterion(shared, mark):
    names = set(found(shared, mark))
    shared.page.click("#tab-list")
    shared.page.select_option("#list-criterion", mark)
    listed = shared.page.locator(".list tbody tr:not([hidden]) .list-name span").all_inner_texts()
    shared.page.select_option("#list-criterion", "")
    assert names == set(listed) != set()


def test_a_mark_and_a_word_narrow_each_other(shared):
    assert set(found(shared, "③ 山都")) == {"そよう病院", "矢部広域病院"}
    assert found(shared, "①③　上天草") == ["上天草総合病院"]
    assert found(shared, "② そよう") == []


def test_a_city_of_wards_is_found_as_a_whole(shared):
    assert found(shared, "熊本市")[:3] == ["熊本市", "熊本市中央区", "熊本市西区"]
    shared.page.keyboard.press("Enter")
    card = shared.page.locator(".side-why .card")
    assert card.locator("h2").inner_text() == "熊本市"
    assert shared.page.evaluate("SpotsMap.map.getBounds().contains([32.85, 130.6])")
    assert shared.page.evaluate("SpotsMap.map.getBounds().contains([32.85, 130.8])")
    assert shared.page.locator(".name-city", has_text="熊本市").count() == 1
    shared.page.click(".why-close")
