"""The map of a result runs in the cell of a notebook, and with other layers drawn on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from spots.library.result import Result
from tests.helpers.layer_cases import full_result

CELL = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{}</body></html>'


@pytest.fixture
def shown(tmp_path: Path, browser):
    path = tmp_path / "cell.html"
    path.write_text(CELL.format(Result(full_result()).map()._repr_html_()), encoding="utf-8")
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(path.as_uri())
    yield page, faults
    page.close()


def test_the_page_starts_inside_the_frame_of_a_cell(shown):
    page, faults = shown
    inside = page.frame_locator("iframe")
    inside.locator(".leaflet-container").wait_for()
    assert inside.locator("path.leaflet-interactive").count() > 0
    assert faults == []
    assert page.locator("iframe").bounding_box()["height"] == 600
