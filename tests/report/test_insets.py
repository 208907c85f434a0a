"""Insets on the report's sheets: where they stand, their scales, and that nothing is hidden or lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import box

from groundfloor.problems import Lang
from spots.report.basemap import ground_of
from spots.report.document import document_of
from spots.report.insets import laid_out
from spots.types import RunResult
from tests.helpers.archipelago import AT_HOME, FAR, MAIN, run_on

SIZES = {"a4": (198.0, 161.0), "a3": (304.0, 244.0)}


def islands() -> RunResult:
    second = ("43502", "離島村", "4303", box(133.0, 31.5, 133.1, 31.6))
    return run_on(*MAIN, FAR, second, at=(*AT_HOME, (130.05, 31.05), (133.05, 31.55)))


def meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_insets_stand_on_the_sheet_and_hide_nothing(paper: str) -> None:
    result = islands()
    ground, size = ground_of(result), SIZES[paper]
    assert ground.shown is not None
    ours = np.array(list(ground.points.values()))
    layout = laid_out(ground.shown, ground, ours, size, 32_000.0, Lang.JA)
    assert len(layout.insets) == 2
    boxes = layout.covered
    for n, each in enumerate(boxes):
        assert each[0] >= 0
        assert each[1] >= 0
        assert each[2] <= size[0]
        assert each[3] <= size[1]
        assert not any(meet(each, other) for other in boxes[n + 1 :])
    main = layout.frame.on_sheet(np.array([ground.points[f"f{n}"] for n in range(len(AT_HOME))]))
    for x, y in main.tolist():
        assert 0 < x < size[0]
        assert 0 < y < size[1]
        assert not any(a <= x <= c and b <= y <= d for a, b, c, d in boxes)
    for placed in layout.insets:
        west, south, east, north = placed.inset.window.metres
        corners = placed.frame.on_sheet(np.array([(west, south), (east, north)]))
        assert (corners >= 0).all()
        assert (corners <= (placed.frame.width, placed.frame.height)).all()
        assert placed.frame.denominator >= layout.frame.denominator


def test_every_facility_is_on_one_map_and_the_scale_is_that_of_the_main_land() -> None:
    (sheet, *_) = document_of(islands(), Lang.JA).sheets
    alone = document_of(run_on(*MAIN, at=AT_HOME), Lang.JA).sheets[0]
    assert sheet.chart.scale == alone.chart.scale
    texts = [label.text for label in sheet.chart.labels]
    assert texts.count("圏2医療圏") == texts.count("圏3医療圏") == 1
    assert sum("1:" in text for text in texts) == 2
    assert sheet.chart.svg.count("<svg ") == 3


def test_rocks_are_named_beside_the_map() -> None:
    town = ("43501", "遠島町", "4302", shapely.union(FAR[3], box(140.0, 25.0, 140.01, 25.01)))
    (sheet, *_) = document_of(run_on(*MAIN, town), Lang.JA).sheets
    assert any("施設のない遠くの島は図にありません（遠島町の1島・" in note for note in sheet.notes)
    (plain, *_) = document_of(run_on(*MAIN, FAR), Lang.EN).sheets
    assert not any("Far islands" in note for note in plain.notes)


def test_ground_in_no_medical_area_has_its_own_look_and_words() -> None:
    result = run_on(*MAIN, ("43503", "北方村", None, box(131.0, 32.5, 131.3, 33.0)))
    (sheet, *_) = document_of(result, Lang.JA).sheets
    assert [line.text for line in sheet.chart.legend].count("圏域なし") == 1
    assert "url(#bare)" in sheet.chart.svg
    (without, *_) = document_of(run_on(*MAIN), Lang.JA).sheets
    assert "圏域なし" not in [line.text for line in without.chart.legend]
    nothing = replace(result, areas=result.areas.iloc[:0])  # no table of areas: nothing is amiss
    assert "圏域なし" not in [
        line.text for line in document_of(nothing, Lang.JA).sheets[0].chart.legend
    ]


def test_neighbours_have_names_and_a_void_is_no_sea() -> None:
    abroad = ("40202", "隣市", None, box(129.5, 33.0, 132.0, 34.0))
    sheet = document_of(run_on(*MAIN, abroad), Lang.JA).sheets[0]
    named = [label for label in sheet.chart.labels if "隣" in label.text]
    assert [label.text.replace("\u2005", "") for label in named] == ["隣県"]
    assert not any("隣接する都道府県の境界" in note for note in sheet.notes)
    alone = document_of(run_on(*MAIN), Lang.JA).sheets[0]
    assert "url(#beyond)" in alone.chart.svg
    assert any("隣接する都道府県の境界が入力されていない" in note for note in alone.notes)
