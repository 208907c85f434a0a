"""The map of targets in a browser: areas, cards, the list, the printed sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from groundfloor.problems import Lang
from spots.physician_targets.target_map import targets_map
from spots.physician_targets.target_report import targets_of
from tests.helpers.axe import faults
from tests.helpers.browser import Visit, open_page
from tests.helpers.target_tables import HEAD, written

SMALL = HEAD + "宇城圏域,59,78,19,7,6\n阿蘇,99,99,0,6,9\nどこか,48,58,10,3,\n合計,,,29,16,\n"


@pytest.fixture(params=list(Lang))
def visit(
    tmp_path: Path, small_folder: Path, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    work = targets_of(written(tmp_path, "t.csv", SMALL), areas=small_folder)
    assert work.base is not None
    page = tmp_path / "map.html"
    made = targets_map(work.report, work.ground, work.base, request.param)
    page.write_text(made, encoding="utf-8")
    with open_page(browser, page) as opened:
        yield opened
        assert opened.failures() == []


def test_areas_are_shaded_and_told(visit: Visit) -> None:
    page = visit.page
    assert page.locator("path.target").count() == 2
    fills = page.evaluate(
        "[...document.querySelectorAll('path.target')].map(e => e.getAttribute('fill'))"
    )
    assert fills == ["#9FD3B6", "url(#target-needs_none)"]
    page.locator("path.target").first.click(force=True)
    card = page.locator("article.card")
    assert "36.8 %" in card.inner_text()
    page.wait_for_function("location.hash.includes('4302')")


def test_the_list_leads_to_the_cards(visit: Visit) -> None:
    page = visit.page
    page.evaluate("SpotsMap.app.sides.open('list')")
    rows = page.locator(".target-list tbody tr")
    assert rows.count() == 5  # three areas, two totals
    assert page.locator(".target-list button").count() == 2
    page.locator(".target-list button").nth(1).click()
    text = page.locator("article.card").inner_text()
    assert "―" in text
    assert "%" not in text


def test_the_legend_switches_a_grade_off(visit: Visit) -> None:
    page = visit.page
    page.locator("#layer-target-half").uncheck()
    assert page.locator("path.target").count() == 1


def test_no_fault_of_accessibility(visit: Visit) -> None:
    assert faults(visit) == []
    visit.page.evaluate("SpotsMap.app.sides.open('list')")
    assert faults(visit) == []
