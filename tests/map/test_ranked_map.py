"""The map's layer of what hangs on hospitals and roads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from groundfloor.problems import Lang
from spots.map.rendering import render_map, render_ranked_map
from spots.telling.colours import GRADES
from spots.types.robustness import GoneGrade, Robustness
from tests.helpers.browser import launch, open_page
from tests.helpers.gone_cases import Asked
from tests.helpers.small_job import write_job


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return Asked(write_job(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def found(asked: Asked) -> Robustness:
    return Robustness(asked.hospitals(), asked.roads())


def data_of(page: str) -> dict[str, object]:
    block = re.search(r'id="spots-data">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    data: dict[str, object] = json.loads(block.group(1))
    return data


def test_a_map_without_a_ranking_is_the_map_of_the_run(asked: Asked) -> None:
    plain = render_map(asked.result)
    assert render_ranked_map(asked.result, Robustness()) == plain
    assert "ranked" not in data_of(plain)


@pytest.mark.parametrize("lang", Lang)
def test_everything_ranked_is_drawn_the_most_important_on_top(
    asked: Asked, found: Robustness, lang: Lang
) -> None:
    page = render_ranked_map(asked.result, found, lang)
    assert page == render_ranked_map(asked.result, found, lang)
    marks = data_of(page)["ranked"]
    assert isinstance(marks, list)
    assert found.hospitals is not None
    assert found.roads is not None
    assert len(marks) == len(found.hospitals.rows) + len(found.roads.rows)
    last = marks[-1]
    assert (last["colour"], last["key"]) == (
        GRADES[found.roads.rows[0].grade][0],
        "gone-road-one_turns",
    )
    assert last["lines"]
    first = {Lang.JA: "1位 ", Lang.EN: "no. 1 "}[lang]
    assert last["texts"][0].startswith(first)
    points = [mark for mark in marks if mark["lon"] is not None]
    assert {mark["key"].split("-")[1] for mark in points} == {"hospital"}


def test_the_legend_counts_each_grade(asked: Asked, found: Robustness) -> None:
    tree = data_of(render_ranked_map(asked.result, found, Lang.EN))["tree"]
    assert isinstance(tree, list)
    hospitals, roads = tree[:2]
    assert (hospitals["key"], roads["key"]) == ("gone-hospital", "gone-road")
    assert found.hospitals is not None
    counts = {child["key"]: child["count"] for child in hospitals["children"]}
    grades = [gone.grade for gone in found.hospitals.rows]
    assert counts == {f"gone-hospital-{g}": str(grades.count(g)) for g in set(grades)}
    off = [child["key"] for child in hospitals["children"] if not child["on"]]
    assert off == [f"gone-hospital-{GoneGrade.NOTHING}"]


@pytest.mark.slow
def test_a_road_tells_what_hangs_on_it(asked: Asked, found: Robustness, tmp_path: Path) -> None:
    path = tmp_path / "robustness.html"
    path.write_text(render_ranked_map(asked.result, found, Lang.EN), "utf-8")
    with launch() as browser, open_page(browser, path) as visit:
        page = visit.page
        page.wait_for_selector("path.ranked", state="attached")
        place = page.evaluate(
            "() => { var all = [].slice.call(document.querySelectorAll('path.ranked'));"
            "var e = all[all.length - 1], p = e.getPointAtLength(e.getTotalLength() * 0.4);"
            "var m = e.getScreenCTM(); return [p.x * m.a + m.e, p.y * m.d + m.f]; }"
        )
        page.mouse.move(*place)
        page.wait_for_selector(".tip")
        assert page.locator(".tip").inner_text().startswith("no. 1 ")
        assert not visit.failures()
