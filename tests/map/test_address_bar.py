"""The address bar: the same view from a link, back and forward, and nothing that it says runs."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from spots.comparing import compare, render_comparison
from spots.map import render_map
from tests.helpers.browser import Visit, open_page
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result, later
from tests.helpers.unit_cases import ground_result

STATE = """() => ({
  view: [SpotsMap.map.getZoom(), SpotsMap.map.getCenter().lat, SpotsMap.map.getCenter().lng],
  layers: [...document.querySelectorAll('.tree input')].map(e => [e.id, e.checked]),
  side: document.body.dataset.side,
  card: (document.querySelector('.side-why h2') || {}).textContent || '',
  background: document.querySelector('[name=background]:checked').value,
})"""
RUBBISH = (
    "#",
    "#&&&===",
    "#map=",
    "#map=99/1/1",
    "#map=9/91/181",
    "#map=NaN/NaN/NaN",
    "#map=1e9/1e9/1e9",
    "#select=facility:nobody",
    "#select=facility:__proto__",
    "#select=constructor:x&select=toString:",
    "#__proto__=x&constructor=y",
    "#on=__proto__,constructor&off=toString",
    "#side=why&background=../../etc",
    "#select=place:999,999",
    "#select=%3Cimg src=x onerror=alert(1)%3E",
    "#select=facility:<script>alert(1)</script>",
    "#map=<svg onload=alert(1)>",
    "#javascript:alert(1)",
    "#%E0%A4%A",
    "#select=" + "x" * 5000,
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder, plain = tmp_path_factory.mktemp("address"), fabricated_result()
    made = {
        "plain": render_map(plain),
        "hostile": render_map(fabricated_result(hostile=True)),
        "units": render_map(ground_result()),
        "diff": render_comparison(compare(plain, later(plain)), plain, later(plain)),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


def written(visit: Visit) -> str:
    """Return the address once what is late has been written."""
    visit.page.wait_for_timeout(450)
    return visit.page.evaluate("location.href")


def same(one: dict, other: dict) -> None:
    assert one["view"] == pytest.approx(other["view"], abs=2e-5)
    assert {k: v for k, v in one.items() if k != "view"} == {
        k: v for k, v in other.items() if k != "view"
    }


def test_an_untouched_page_has_a_plain_address(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        assert written(visit) == pages["plain"].as_uri()


def test_a_link_opens_the_same(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        page.uncheck("#layer-excluded")
        page.check("#layer-area-names")
        page.check("#background-none")
        page.fill("#search", "下岳")
        page.keyboard.press("Enter")
        page.evaluate("void SpotsMap.map.setView([32.6, 130.8], 10.75, { animate: false })")
        link, state = written(visit), page.evaluate(STATE)
    for part in ("off=excluded", "on=area-names", "background=none", "select=facility:shimotake"):
        assert part in link
    with open_page(browser, pages["plain"]) as visit:
        visit.page.goto(link)
        visit.page.reload()
        visit.page.wait_for_selector("body.ready")
        same(visit.page.evaluate(STATE), state)
        assert visit.page.locator('.list tr[aria-current="true"]').count() == 1
        assert visit.failures() == []


@pytest.mark.parametrize(
    ("select", "title"),
    [
        ("facility:kuma", "球磨病院"),  # it has no position
        ("town:43213", "宇城市"),
        ("area:4310", "球磨医療圏"),
        ("place:32.80000,131.22000", "この地点"),
    ],
)
def test_every_answer_has_an_address(browser, pages, select, title):
    with open_page(browser, pages["plain"]) as visit:
        visit.page.emulate_media(reduced_motion="reduce")
        visit.page.evaluate(f"location.hash = '#select={select}'")
        visit.page.locator(".side-why h2").wait_for()
        assert visit.page.locator(".side-why h2").inner_text() == title
        assert f"select={select}" in written(visit)
        visit.page.evaluate("location.hash = ''")
        visit.page.wait_for_timeout(50)
        assert visit.page.locator(".side-why h2").count() == 0


def test_units_have_addresses_too(browser, pages):
    with open_page(browser, pages["units"]) as visit:
        visit.page.emulate_media(reduced_motion="reduce")
        visit.page.click("#tab-list")
        visit.page.locator("tr[data-unit] button").first.click()
        name, link = visit.page.locator(".side-why h2").inner_text(), written(visit)
        assert "select=unit:" in link
        visit.page.reload()
        visit.page.wait_for_selector("body.ready")
        assert visit.page.locator(".side-why h2").inner_text() == name


def test_back_and_forward_lead_from_answer_to_answer(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        states = [page.evaluate(STATE)]
        for typed in ("そよう", "下岳"):
            page.fill("#search", typed)
            page.keyboard.press("Enter")
            written(visit)
            states.append(page.evaluate(STATE))
        assert states[1]["card"] != states[2]["card"] != ""
        for step, state in (("back", states[1]), ("back", states[0]), ("forward", states[1])):
            page.evaluate(f"history.{step}()")
            page.wait_for_timeout(300)
            found = page.evaluate(STATE)
            assert found["card"] == state["card"]
            assert found["view"] == pytest.approx(state["view"], abs=2e-3)


def test_paper_leaves_no_trace_in_the_address(browser, pages):
    with open_page(browser, pages["plain"]) as visit:
        before = written(visit)
        visit.page.evaluate("SpotsMap.sheet.enter()")
        assert written(visit) == before
        visit.page.evaluate("SpotsMap.sheet.leave()")
        assert written(visit) == before


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize("name", ["plain", "diff"])
def test_rubbish_is_passed_over(browser, pages, name, rubbish):
    with open_page(browser, pages[name]) as visit:
        page = visit.page
        start = page.evaluate("SpotsMap.map.getZoom()")
        elements = page.evaluate("document.querySelectorAll('script, img:not([class])').length")
        page.evaluate("h => { location.hash = h; }", rubbish)
        page.reload()
        page.wait_for_selector("body.ready")
        page.wait_for_timeout(100)
        assert page.evaluate("SpotsMap.map.getZoom()") == start
        assert page.locator(".side-why .card").count() == 0
        after = page.evaluate("document.querySelectorAll('script, img:not([class])').length")
        assert (after, visit.dialogs, visit.failures()) == (elements, [], [])


def test_hostile_ids_and_names_come_and_go_as_text(browser, pages):
    with open_page(browser, pages["hostile"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        ids = page.evaluate("SpotsMap.app.data.facilities.map(f => f.id)")
        for each in ids:
            page.evaluate("h => { location.hash = h; }", "#select=facility:" + quote(each))
            page.locator(".side-why .card").wait_for()
        for name in HOSTILE_NAMES:
            page.evaluate("h => { location.hash = h; }", "#select=facility:" + quote(name))
        assert (visit.dialogs, visit.failures()) == ([], [])
        assert page.locator("article img, .panel img").count() == 0


def test_a_comparison_has_its_mode_and_choice_in_the_address(browser, pages):
    with open_page(browser, pages["diff"]) as visit:
        page = visit.page
        page.emulate_media(reduced_motion="reduce")
        page.locator("button.entry", has_text="そよう病院").click()
        page.keyboard.press("3")
        link = written(visit)
        assert "mode=new" in link
        assert "select=facility:soyo" in link
        page.goto("about:blank")
        page.goto(link)
        page.wait_for_selector("body.ready")
        assert page.evaluate("document.body.dataset.mode") == "new"
        assert page.locator(".side-why h2").inner_text() == "そよう病院"
