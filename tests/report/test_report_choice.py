"""What a report holds is chosen: sections, map pages, routes; and what it lacks is said in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Text, UsageError
from spots.job.run_file import read_run_file
from spots.library.report_arguments import report_choice
from spots.report import render_report
from spots.report.annex_pages import numbering
from spots.report.contents import left_out, sections_of, with_routes
from spots.report.document import document_of
from spots.telling.report_words import SECTION_LABELS, called
from spots.types import (
    MapPages,
    ReportChoice,
    ReportSection,
    RoutePages,
    RunResult,
    State,
    TablePaper,
)
from tests.helpers.cli_runs import spots
from tests.helpers.fabricated import fabricated_result
from tests.helpers.pdf_pages import pages_of
from tests.helpers.report_cases import crowded_result, with_population, with_roads
from tests.helpers.small_job import write_job


@pytest.fixture(scope="module")
def full() -> RunResult:
    return with_population(with_roads(fabricated_result()))


@pytest.fixture
def small_run_file(tmp_path: Path) -> Path:
    return write_job(tmp_path / "job")


def of(result: RunResult, routes: RoutePages) -> list[str]:
    return [v.facility.id for v in with_routes(result, numbering(result), routes)]


@pytest.mark.parametrize("section", list(ReportSection))
@pytest.mark.parametrize("lang", list(Lang))
def test_a_section_is_called_by_its_key_or_its_heading(section, lang):
    assert called(ReportSection, SECTION_LABELS[section].render(lang)) is section
    assert called(ReportSection, f" {section.upper()} ") is section


def test_a_section_alone_is_the_cover_and_its_pages(full: RunResult, tmp_path):
    choice = ReportChoice(sections=(ReportSection.ANNEX,))
    pages = pages_of(render_report(full, Lang.JA, choice), tmp_path)
    assert len(pages) == 2
    assert "別表" in pages[1]
    cover = pages[0]
    assert "この報告書に載せていない章：地図、設定理由、方法と出典、" in cover
    for source in full.settings.attributions:  # whose terms ask to be named somewhere
        assert "".join(source.split()) in cover


def test_the_order_of_sections_is_fixed(full: RunResult):
    asked = report_choice(ReportChoice(), sections="方法と出典, annex、地図")
    assert asked.sections == (ReportSection.MAPS, ReportSection.ANNEX, ReportSection.METHOD)
    assert sections_of(full, asked) == asked.sections


def test_all_that_there_is_leaves_nothing_out(full: RunResult):
    none_out = replace(
        full, verdicts=tuple(v for v in full.verdicts if v.state is not State.EXCLUDED)
    )
    choice = ReportChoice(routes=RoutePages.ALL)
    assert list(left_out(none_out, choice, numbering(none_out))) == []
    assert document_of(none_out, Lang.JA, choice).left_out == ()


def test_routes_are_drawn_of_spots_and_of_who_is_near_the_line(full: RunResult):
    every, decisive = of(full, RoutePages.ALL), of(full, RoutePages.DECISIVE)
    assert decisive == ["kamiamakusa", "soyo", "yabe", "oguni"]
    assert set(decisive) < set(every)
    assert of(full, RoutePages.NONE) == []
    told = document_of(full, Lang.JA).left_out
    states = "設定不要（少数区域内） 1、判定不能 1"
    where = "「判定できない施設」、「設定しない施設」"
    assert told == (
        f"次の施設の経路図は省略しています：{states}（判定と理由は{where}にあります）。",
    )


@pytest.mark.parametrize("routes", list(RoutePages))
def test_no_route_of_who_is_excluded(full: RunResult, routes):
    out = tuple(replace(v, state=State.EXCLUDED) for v in full.verdicts)
    assert of(replace(full, verdicts=out, spots=()), routes) == []


def test_who_is_undetermined_by_time_has_a_route(full: RunResult):
    (oguni,) = (v for v in full.verdicts if v.facility.id == "oguni")
    left_open = replace(oguni, state=State.UNDETERMINED)
    verdicts = tuple(left_open if v is oguni else v for v in full.verdicts)
    assert "oguni" in of(replace(full, verdicts=verdicts), RoutePages.DECISIVE)


RUN = '[report]\nsections = ["地図", "annex"]\nmaps = "医療圏"\nroutes = "すべて"\npaper = "A3"\n'


def test_a_run_file_chooses(small_run_file: Path):
    small_run_file.write_text(small_run_file.read_text("utf-8") + RUN, "utf-8")
    choice = read_run_file(small_run_file).settings.report.choice
    assert choice == ReportChoice(
        (ReportSection.MAPS, ReportSection.ANNEX),
        (MapPages.AREAS,),
        RoutePages.ALL,
        TablePaper.A3,
    )


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ('sections = ["ろせん"]', "判定の境目にある施設（borderline）"),
        ('maps = "each"', "スポットごと（spots）"),
        ('routes = "some"', "設定と境目（decisive）"),
        ('paper = "b4"', "A3（a3）"),
        ("sections = []", "一つ以上"),
    ],
)
def test_a_word_that_no_report_has_is_refused_with_those_it_has(small_run_file, line, known):
    text = small_run_file.read_text("utf-8")
    small_run_file.write_text(f"{text}[report]\n{line}\n", "utf-8")
    with pytest.raises(UsageError) as caught:
        read_run_file(small_run_file)
    (problem,) = caught.value.problems
    assert problem.row == text.count("\n") + 2
    assert known in problem.message.ja + problem.remedy.ja


def test_options_name_every_word_that_is_wrong():
    with pytest.raises(UsageError) as caught:
        report_choice(ReportChoice(), sections=["maps", "x"], routes="y")
    assert [(p.column, p.value) for p in caught.value.problems] == [
        ("--sections", "x"),
        ("--routes", "y"),
    ]


@pytest.mark.slow
def test_a_run_holds_its_choice_and_the_command_another(small_run_file: Path, tmp_path: Path):
    """Run, replay and ``spots report`` make the pages that the run file asks for."""
    text = small_run_file.read_text("utf-8")
    small_run_file.write_text(f'{text}[report]\nsections = "annex"\n', "utf-8")
    out = tmp_path / "out"
    assert spots("run", small_run_file, "--out", out).exit_code == 0
    page = (out / "report.pdf").read_bytes()
    assert len(pages_of(page, tmp_path)) == 2
    again = tmp_path / "again"
    assert spots("run", out / "run.json", "--out", again).exit_code == 0
    assert (again / "report.pdf").read_bytes() == page
    assert spots("report", out, "--out", tmp_path / "r.pdf").exit_code == 0
    assert (tmp_path / "r.pdf").read_bytes() == page
    asked = ("--sections", "annex,method", "--force")
    assert spots("report", out, "--out", tmp_path / "r.pdf", *asked).exit_code == 0
    assert len(pages_of((tmp_path / "r.pdf").read_bytes(), tmp_path)) > 2


# --- the 別表


def reasoned(result: RunResult) -> RunResult:
    first, *others = result.spots
    said = replace(
        first, service=Text("巡回診療", "mobile clinic"), councils=(date(2025, 2, 3),), page="45"
    )
    return replace(result, spots=(said, *others))


@pytest.mark.parametrize("section", [ReportSection.ANNEX, ReportSection.REASONS])
def test_reason_service_and_councils_are_on_paper(full: RunResult, section, tmp_path):
    pdf = render_report(reasoned(full), Lang.JA, ReportChoice(sections=(section,)))
    whole = "".join(pages_of(pdf, tmp_path))
    for words in (full.spots[0].reason.ja, "巡回診療", "令和7年2月3日", "45"):
        assert words in whole
    if section is ReportSection.REASONS:
        assert whole.count("（協議会の記録なし）") == len(full.spots) - 1
    else:
        assert "「協議した日」の空欄は" in whole


def test_no_cell_is_left_blank_where_every_council_is_known(full: RunResult):
    dated = replace(full, spots=tuple(replace(s, councils=(date(2025, 2, 3),)) for s in full.spots))
    for result, blank in ((full, True), (dated, False)):
        notes = document_of(result, Lang.JA).annex.notes
        assert any("空欄" in note for note in notes) is blank


def test_the_annex_goes_area_by_area_and_fills_its_pages(tmp_path):
    """A heading of its area stands over its rows, on the next page again."""
    result = crowded_result(60, names=("診療所",))
    choice = ReportChoice(sections=(ReportSection.ANNEX,))
    table = document_of(result, Lang.JA, choice).annex.table
    assert sum(group.rows for group in table.groups) == len(table.rows) == len(result.spots)
    pages = pages_of(render_report(result, Lang.JA, choice), tmp_path)[1:]
    assert len(pages) <= 5
    for page in pages:
        for words in ("市町村", "医療機関名・所在地", "設定理由", "医療圏（", "か所"):
            assert words in page
    for k, page in enumerate(pages, 2):
        assert page.endswith(f"{k}/{len(pages) + 1}")


@pytest.mark.slow
def test_the_annex_of_a_larger_paper_takes_fewer_pages(tmp_path):
    result = crowded_result(60, names=("診療所",))
    lengths = [
        len(pages_of(render_report(result, Lang.JA, choice), tmp_path))
        for choice in (
            ReportChoice(sections=(ReportSection.ANNEX,)),
            ReportChoice(sections=(ReportSection.ANNEX,), paper=TablePaper.A3),
        )
    ]
    assert lengths[1] < lengths[0]


# --- map pages


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_a_map_page_for_each_medical_area_whether_it_has_a_spot_or_not(full, lang, tmp_path):
    choice = ReportChoice(sections=(ReportSection.MAPS,), maps=(MapPages.AREAS,))
    sheets = document_of(full, lang, choice).sheets
    assert [s.paper for s in sheets[:2]] == ["a4", "a3"]
    areas = [str(name) for name in full.areas.sort_index()["name"]]
    assert [s.title.startswith(name) for s, name in zip(sheets[2:], areas, strict=True)]
    without = [s.title for s in sheets[2:] if "設定なし" in s.title or "0 spots" in s.title]
    assert len(without) == len(areas) - len({s.place.area for s in full.spots})
    pages = pages_of(render_report(full, lang, choice), tmp_path)
    assert len(pages) == 2 + len(sheets)  # a cover, and a table of contents
    for number, sheet in enumerate(sheets, 3):
        title = "".join(sheet.title.split())
        assert title in pages[number - 1]
        assert f"{title}" in pages[1]
        assert re.search(rf"{re.escape(title)}[.\u2060]*{number}", pages[1])


def test_a_map_page_for_each_spot_tells_what_the_plan_says(full: RunResult, tmp_path):
    result = reasoned(full)
    choice = ReportChoice(sections=(ReportSection.MAPS,), maps=(MapPages.SPOTS,))
    sheets = document_of(result, Lang.JA, choice).sheets[2:]
    assert [s.spot.name for s in sheets if s.spot] == [
        s.name for s in sorted(result.spots, key=lambda s: numbering(result)[s.facility_id])
    ]
    pages = pages_of(render_report(result, Lang.JA, choice), tmp_path)[-len(sheets) :]
    (page,) = (p for s, p in zip(sheets, pages, strict=True) if s.spot.name == result.spots[0].name)
    for words in (result.spots[0].reason.ja, "巡回診療", "令和7年2月3日", "面積", "凡例"):
        assert words in page
    others = [p for p in pages if p is not page]
    assert all("（協議会の記録なし）" in p for p in others)


@pytest.mark.slow
def test_a_spot_s_page_shows_its_whole_circle_and_what_lies_around(sample_result: RunResult):
    choice = ReportChoice(sections=(ReportSection.MAPS,), maps=(MapPages.SPOTS,))
    sheets = document_of(sample_result, Lang.JA, choice).sheets[2:]
    assert len(sheets) == 21
    for sheet in sheets:
        assert sheet.spot is not None
        names = {label.text.replace("\n", "") for label in sheet.chart.labels}
        assert sheet.spot.name in names
        assert sheet.chart.scale == "1:150,000"
    cut = next(s for s in sheets if s.spot and s.spot.name == "湯島へき地診療所")
    assert any("切り取り" in fact.label for fact in cut.spot.facts)
    assert any(line.text == "切り取る前の円" for line in cut.chart.legend)
