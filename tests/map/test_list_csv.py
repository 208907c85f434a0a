"""The list that leaves the page as CSV: what is seen, in its order, safe for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Text
from spots.map import render_map
from spots.outputs.spreadsheet import marked
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result
from tests.helpers.unit_cases import ground_result


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder, plain = tmp_path_factory.mktemp("csv"), fabricated_result()
    title = Text('熊本県/スポット:案*"2026"', "Spots / draft")
    made = {
        "plain": render_map(plain),
        "english": render_map(plain, Lang.EN),
        "hostile": render_map(fabricated_result(hostile=True)),
        "titled": render_map(replace(plain, settings=replace(plain.settings, title=title))),
        "units": render_map(ground_result()),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


def saved(visit: Visit, button: str = ".list-save") -> tuple[str, bytes]:
    with visit.page.expect_download() as download:
        visit.page.locator(button).locator("visible=true").first.click()
    path = download.value.path()
    return download.value.suggested_filename, Path(path).read_bytes()


def table(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_filtered_list_is_saved_as_it_is_seen(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        page = visit.page
        page.click("#tab-list")
        page.select_option("#list-state", "designated")
        page.click('.list th[data-key="minutes"] button')
        name, content = saved(visit)
        shown = page.locator(".list tbody tr:not([hidden])").evaluate_all(
            "all => all.map(e => [...e.children].map(c => (c.querySelector('span') || c).innerText.trim()))"
        )
        assert not [r for r in visit.requests if not r.startswith("https://cyberjapandata")]
        assert visit.failures() == []
    assert content.count(b"\r\n") == content.count(b"\n") == 6
    head, *rows = table(content)
    assert name == "熊本県 医師少数スポット(見本)_施設一覧.csv"
    assert head[:6] == ["施設名", "市町村", "要件", "状態", "所要時間", "基準との差"]
    assert head[6:] == ["所在地", "ID", "市区町村コード", "緯度", "経度"]
    assert [[c.removeprefix("'") for c in row[:6]] for row in rows] == shown
    assert [row[7] for row in rows][:1] == ["yabe"]
    soyo = next(row for row in rows if row[7] == "soyo")
    assert soyo[5:] == ["'+1分06秒", "山都町滝上476-2", "soyo", "43447", "32.685331", "131.150494"]


def test_names_of_files_are_names(browser, pages):
    with open_page(browser, pages["titled"]) as visit:
        visit.page.click("#tab-list")
        assert saved(visit)[0] == "熊本県 スポット 案 2026_施設一覧.csv"
    with open_page(browser, pages["english"]) as visit:
        visit.page.click("#tab-list")
        name, content = saved(visit)
        assert name.endswith("_Facilities.csv")
        assert table(content)[0][:2] == ["Name", "City, town"]


def test_no_cell_is_run_or_rewritten(browser, pages):
    with open_page(browser, pages["hostile"]) as visit:
        visit.page.click("#tab-list")
        rows = table(saved(visit)[1])[1:]
    assert {row[0] for row in rows} == {marked(name) for name in HOSTILE_NAMES}
    for cell in (cell for row in rows for cell in row):
        assert cell == "" or cell[0] not in "=+-@\t\r\n|%"


CELLS = (
    *("=1+1", "＝1+1", "+81", "-1", "−1", "@x", "01202", "43447", "1-2", "1/2", "1E5", "3月4日"),
    *("R6.4.1", "12:30", "(3)", "TRUE", "12,000", "50%", "¥100", "1.50", "1.5", "123456789012345"),
    *("1234567890123456", "'x", "\t=1", " =1", "\u200b=1", "そよう病院", "a,b", 'a"b', "a\nb", ""),
)


def test_the_rule_is_that_of_the_other_files(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        text = visit.page.evaluate("cells => SpotsMap.csv(cells.map(c => ['x', c]))", list(CELLS))
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert [row[1] for row in rows] == [marked(cell) for cell in CELLS]


def test_units_are_saved_too(browser, pages):
    with open_page(browser, pages["units"]) as visit:
        page = visit.page
        page.click("#tab-list")
        page.locator(".unit-list select").nth(1).select_option("判定不能")
        name, content = saved(visit, ".unit-list .list-save")
        head, *rows = table(content)
    assert name.endswith("_区域.csv")
    assert head[:4] == ["区域名", "市町村", "結果", "状態"]
    assert len(rows) == 2
    assert {row[3] for row in rows} == {"判定不能"}
