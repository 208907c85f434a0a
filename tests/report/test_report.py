"""``report.pdf``: what it says, that it says it the same way twice, and that nothing falls off."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from groundfloor.problems import Lang, MissingFileError, Text, clean, warning
from spots.outputs.annex_sheets import annex
from spots.report import render_report
from spots.report.annex_pages import numbering
from spots.report.document import document_of
from spots.report.facility_pages import judged
from spots.report.typesetting import TEMPLATES, font_folder, typeset
from spots.types import ReportChoice, Role, RoutePages, RunResult, State
from tests.helpers.cli_runs import leftovers, spots
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result
from tests.helpers.folders import ROOT
from tests.helpers.pdf_pages import asked, pages_of, squeezed
from tests.helpers.report_cases import (
    LONG,
    LONG_LATIN,
    TYPST,
    crowded_result,
    empty_result,
    island_result,
    named,
    with_population,
    with_roads,
    without_spots,
)

A4, A3 = (595, 842), (842, 1191)
EVERY_ROUTE = ReportChoice(routes=RoutePages.ALL)


@pytest.fixture(scope="module")
def full() -> RunResult:
    return with_population(with_roads(fabricated_result()))


@pytest.fixture(scope="module")
def japanese(full: RunResult) -> bytes:
    return render_report(full, Lang.JA)


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(full: RunResult, japanese: bytes):
    assert japanese.startswith(b"%PDF-")
    assert render_report(full, Lang.JA) == japanese
    assert b"CreationDate" not in japanese
    assert b"ModDate" not in japanese


@pytest.mark.slow
def test_another_process_with_other_fonts_around_makes_the_same_bytes(japanese: bytes, tmp_path):
    code = (
        "import sys\n"
        "from tests.helpers.fabricated import fabricated_result\n"
        "from tests.helpers.report_cases import with_population, with_roads\n"
        "from groundfloor.problems import Lang\n"
        "from spots.report import render_report\n"
        "pdf = render_report(with_population(with_roads(fabricated_result())), Lang.JA)\n"
        "open(sys.argv[1], 'wb').write(pdf)"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    env |= {"LANG": "C", "TZ": "Pacific/Auckland", "TYPST_FONT_PATHS": "/usr/share/fonts"}
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "b.pdf")],
        check=True,
        env=env,
        cwd=tmp_path,
    )
    assert (tmp_path / "b.pdf").read_bytes() == japanese


def test_fonts_are_inside_and_nothing_is_a_picture(japanese: bytes, tmp_path):
    fonts = [line.split() for line in asked("pdffonts", japanese, tmp_path).splitlines()[2:]]
    assert fonts
    for row in fonts:
        assert row[0].split("+")[1] == "IPAexGothic"
        assert row[-5:-2] == ["yes", "yes", "yes"]  # embedded, a subset, with Unicode
    assert len(asked("pdfimages", japanese, tmp_path, "-list").splitlines()) == 2


def test_title_language_outline_tags_and_paper(japanese: bytes, tmp_path):
    facts = asked("pdfinfo", japanese, tmp_path, "-f", "1", "-l", "3")
    assert re.search(r"Title: +熊本県 医師少数スポット\(見本\)（案）", facts)
    assert re.search(r"Tagged: +yes", facts)
    sizes = [
        tuple(round(float(v)) for v in found)
        for found in re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", facts)
    ]
    assert sizes == [A4, A4[::-1], A3[::-1]]
    assert re.search(rb"/Lang\s*\(ja", japanese)
    assert b"/Outlines" in japanese
    metadata = asked("pdfinfo", japanese, tmp_path, "-meta")
    assert re.search(r"pdfuaid:part[>=\"]+1", metadata)  # PDF/UA-1: for who reads by ear


@pytest.mark.slow
def test_a_character_without_a_glyph_keeps_no_report_from_being_tagged(tmp_path):
    pdf = render_report(named(fabricated_result(), ("𠮷田병원",)), Lang.JA)
    assert re.search(r"Tagged: +yes", asked("pdfinfo", pdf, tmp_path))
    assert "pdfuaid:part" not in asked("pdfinfo", pdf, tmp_path, "-meta")


def test_every_facility_stands_in_it_in_both_languages(full: RunResult, japanese: bytes, tmp_path):
    for pdf in (japanese, render_report(full, Lang.EN)):
        whole = "".join(pages_of(pdf, tmp_path))
        for verdict in full.verdicts:
            assert squeezed(verdict.facility.name) in whole, verdict.facility.name


def test_cover_and_sections(full: RunResult, japanese: bytes, tmp_path):
    cover, *rest = pages_of(japanese, tmp_path)
    for words in (
        "熊本県",
        "案",
        "5か所",
        "241.22km²",
        "5,432人",
        "令和6年4月1日～令和12年3月31日",
    ):
        assert words in cover, words
    for section in ("地図", "別表", "設定理由", "方法と出典", "判定の境目にある施設"):
        assert section in cover
    whole = "".join(rest)
    for words in (
        "縮尺1:",
        "医師少数区域−",
        "SHA-256",
        "a" * 12,
        "spotsrunRUN.toml",
        "IPAexゴシック",
        "令和6年1月1日",
        "判定不能（1施設）",
        "到達先のみ（1施設）",
    ):
        assert words in whole, words
    assert len(rest) > len(full.verdicts)


def test_no_japanese_label_in_english(tmp_path):
    """Only data are Japanese: names of facilities, places, roads, files and sources."""
    words = "".join(pages_of(render_report(fabricated_result(), Lang.EN), tmp_path))
    for ja in (
        "凡例",
        "要件",
        "判定",
        "所要時間",
        "最寄り",
        "縮尺",
        "目次",
        "令和",
        "施設の",
        "なし",
    ):
        assert ja not in words, ja


def test_one_page_each_for_facilities_judged_on_travel_time(full: RunResult, tmp_path):
    pages = pages_of(render_report(full, Lang.JA, EVERY_ROUTE), tmp_path)
    order = judged(full, numbering(full))
    assert [v.facility.id for v in order] == [
        *("kamiamakusa", "soyo", "yabe"),  # spots, as in the annex
        *("misumi", "oguni", "kuma"),  # by margin, and last who cannot be judged
    ]
    for verdict, page in zip(order, pages[-len(order) :], strict=True):
        assert squeezed(verdict.facility.name) in page[:120]
    assert "近い他の病院" in pages[-1]


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_crowded_long_and_many_keep_to_their_pages(lang, tmp_path):
    """Forty-character names, everything that can be said, spots on top of each other."""
    result = crowded_result(40)
    document = document_of(result, lang, EVERY_ROUTE)
    pdf = typeset(document)
    pages = pages_of(pdf, tmp_path)
    for route, page in zip(document.pages, pages[-40:], strict=True):
        assert squeezed(route.title) in page[:160]
    boxes = asked("pdftotext", pdf, tmp_path, "-bbox", last="-")
    sizes = iter(re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', boxes))
    for page in boxes.split("<page ")[1:]:
        width, height = (float(v) for v in next(sizes))
        for x, y, right, bottom in re.findall(
            r'xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="(-?[\d.]+)" yMax="(-?[\d.]+)"', page
        ):
            assert float(x) >= 20
            assert float(y) >= 20
            assert float(right) <= width - 20
            assert float(bottom) <= height - 8


def overlapping(labels) -> list[tuple[str, str]]:
    boxes = [(b.x, b.y, b.x + b.width, b.y + b.height, b.text) for b in labels]
    return [
        (a[4], b[4])
        for k, a in enumerate(boxes)
        for b in boxes[k + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("names", [(LONG, LONG_LATIN), ("そよう病院",)])
def test_words_on_maps_cover_no_other_and_stay_inside(names):
    document = document_of(crowded_result(60, names=names), Lang.JA)
    assert [s.paper for s in document.sheets] == ["a4", "a3"]
    for chart in (*(s.chart for s in document.sheets), document.pages[-1].chart):
        assert chart is not None
        assert len(chart.labels) > 3
        assert overlapping(chart.labels) == []
        for label in chart.labels:
            assert label.x >= 0
            assert label.y >= 0
            assert label.x + label.width <= chart.width
            assert label.y + label.height <= chart.height
            assert label.size >= 8


@pytest.mark.slow
def test_every_spot_has_its_number_on_the_map():
    document = document_of(crowded_result(60), Lang.JA)
    for sheet in document.sheets:
        shown = {label.text for label in sheet.chart.labels if label.text.isdigit()}
        assert shown == {spot.number for spot in document.reasons}


def test_numbers_are_those_of_the_workbook(full: RunResult):
    full = replace(full, verdicts=full.verdicts[::-1], spots=full.spots[::-1])
    numbers = numbering(full)
    names = {v.facility.id: v.facility.name for v in full.verdicts}
    mine = sorted((number, names[key]) for key, number in numbers.items())
    theirs = [[c for c in row if isinstance(c, int | str)] for row in annex(full, Lang.JA).rows]
    for (number, name), row in zip(mine, theirs, strict=True):
        assert number in row
        assert name in row


@pytest.mark.slow
@pytest.mark.parametrize("make", [empty_result, without_spots, island_result])
@pytest.mark.parametrize("lang", list(Lang))
def test_thin_runs_have_a_report_too(make, lang, tmp_path):
    result = make()
    pages = pages_of(render_report(result, lang), tmp_path)
    assert ("案" if lang is Lang.JA else "DRAFT") in pages[0]
    whole = "".join(pages)
    for verdict in result.verdicts:
        assert squeezed(verdict.facility.name) in whole
    if not result.spots:
        assert ("設定する区域はありません" if lang is Lang.JA else "Thereisnospot") in whole


def test_small_circles_get_sheets_of_their_own():
    sheets = document_of(island_result(), Lang.JA).sheets
    assert [s.paper for s in sheets[:2]] == ["a4", "a3"]
    assert len(sheets) > 2
    assert len(document_of(fabricated_result(), Lang.JA).sheets) == 2
    assert sum(len(s.index) for s in sheets[2:]) >= len(island_result().spots)


def test_old_folders_without_the_newer_evidence(tmp_path):
    """Nothing of surroundings, others and turning speeds: said in words, never broken."""
    result = fabricated_result()
    assert result.surroundings is None
    whole = "".join(pages_of(render_report(result, Lang.JA), tmp_path))
    assert "主な道路は記録されていません" in whole
    assert "国道218号→県道39号" in whole


@pytest.mark.slow
@pytest.mark.parametrize("names", [TYPST, tuple(clean(name) for name in HOSTILE_NAMES)])
def test_what_a_file_holds_is_printed_and_never_run(names, tmp_path):
    result = fabricated_result()
    result = replace(result, verdicts=result.verdicts * 2) if len(names) > 10 else result
    verdicts = tuple(
        replace(v, facility=replace(v.facility, id=f"f{k}"), state=State.NOT_MET)
        for k, v in enumerate(result.verdicts)
    )
    result = named(replace(result, verdicts=verdicts, spots=()), names)
    whole = "".join(pages_of(render_report(result, Lang.JA), tmp_path))
    for name in names:
        assert squeezed(name) in whole, name


@pytest.mark.slow
def test_characters_that_the_typeface_lacks_are_owned_up_to(tmp_path):
    result = named(fabricated_result(), ("髙﨑德邉病院", "𠮷田병원"))
    pages = pages_of(render_report(result, Lang.JA), tmp_path)
    assert "（U+BCD1U+C6D0U+20BB7）" in "".join(pages)
    whole = "".join(pages_of(render_report(fabricated_result(), Lang.JA), tmp_path))
    assert "印刷できない文字" not in whole


def test_hostile_settings_and_sources_are_printed_too(tmp_path):
    pdf = render_report(fabricated_result(hostile=True), Lang.JA)
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf
    assert squeezed(HOSTILE_NAMES[0]) in pages_of(pdf, tmp_path)[0]


def test_the_template_takes_nothing_from_the_network_or_the_machine():
    folder = Path(sys.modules["spots.report"].__file__ or "").parent
    for name in TEMPLATES:
        text = (folder / name).read_text(encoding="utf-8")
        for word in ("#import", "#include", "@preview", "eval(", "read(", "plugin("):
            assert word not in text, (name, word)
    assert sorted(TEMPLATES) == sorted(p.name for p in folder.glob("*.typ"))


def test_a_missing_typeface_or_typesetter_is_named(monkeypatch):
    with pytest.raises(MissingFileError) as caught:
        font_folder("no-such-distribution")
    assert "no-such-distribution" in caught.value.render(Lang.JA)
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingFileError) as caught:
        render_report(empty_result(), Lang.JA)
    assert "pip install typst" in caught.value.render(Lang.EN)


@pytest.mark.slow
def test_the_typeface_is_found_without_matplotlib():
    code = (
        "import sys\nfrom spots.report.document import font_folder\nfont_folder()\n"
        "print(*{'matplotlib', 'matplotlib_fontja'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


@pytest.mark.slow
def test_the_command_makes_the_same_report_again(small_folder: Path, tmp_path: Path):
    folder = Path(shutil.copytree(small_folder, tmp_path / "out"))
    done = spots("report", folder, "--out", tmp_path / "again.pdf")
    assert (done.exit_code, done.stderr) == (0, "")
    assert (tmp_path / "again.pdf").read_bytes() == (folder / "report.pdf").read_bytes()
    done = spots("report", folder, "--lang", "en")
    assert done.stdout.strip() == str(tmp_path / "out_report_en.pdf")
    assert spots("report", folder, "--lang", "en").exit_code == 2
    assert spots("report", folder, "--lang", "en", "--force").exit_code == 0
    assert spots("report", tmp_path / "nowhere").exit_code == 1
    assert leftovers(tmp_path) == []


def test_who_is_only_reached_is_no_page():
    result = fabricated_result()
    shown = {v.facility.id for v in judged(result, numbering(result))}
    reached = {v.facility.id for v in result.verdicts if v.facility.role is Role.DESTINATION}
    assert not shown & reached


def test_who_is_of_another_prefecture_is_no_page():
    result = fabricated_result()
    first = judged(result, numbering(result))[0]
    abroad = replace(first, place=replace(first.place, prefecture_code="40"))
    verdicts = tuple(abroad if v is first else v for v in result.verdicts)
    shown = judged(replace(result, verdicts=verdicts), {})
    assert first.facility.id not in {v.facility.id for v in shown}


def test_remarks_of_the_annex_are_those_of_the_workbook(full: RunResult):
    """What may turn a spot, such as the closures of the day, stands in both."""
    remarks = [row[-1].text for row in document_of(full, Lang.JA).annex.table.rows]
    sheet = annex(full, Lang.JA)
    column = [c.heading for c in sheet.columns].index("備考")
    told = [str(row[column] or "") for row in sheet.rows]
    assert remarks == told
    assert any("判定が変わる：" in remark for remark in remarks)


def test_who_is_left_open_has_a_heading_of_its_own(full: RunResult):
    document = document_of(full, Lang.JA)
    assert [block.title.partition("（")[0] for block in document.undetermined] == ["判定不能"]
    assert not any("判定不能" in block.title for block in document.rest)
    decided = replace(full, verdicts=tuple(v for v in full.verdicts if v.state is State.MOOT))
    assert document_of(replace(decided, spots=()), Lang.JA).undetermined == ()


def test_a_criterion_without_a_list_is_no_zero(full: RunResult):
    criteria = tuple(replace(c, given=c.number != 2) for c in full.settings.criteria)
    spots = tuple(replace(s, criteria=tuple(n for n in s.criteria if n != 2)) for s in full.spots)
    run = replace(full, spots=spots, settings=replace(full.settings, criteria=criteria))
    document = document_of(run, Lang.JA)
    assert [c.value for c in document.cover.criteria][1] == "－"
    lines = {line.text: line.count for sheet in document.sheets for line in sheet.chart.legend}
    assert next(n for text, n in lines.items() if text.startswith("②")) == "－"


def test_the_legend_counts_who_meets_several_and_who_is_on_no_map(full: RunResult):
    lines = {line.text: line.count for line in document_of(full, Lang.JA).sheets[0].chart.legend}
    several = sum(len(s.criteria) > 1 and 1 in s.criteria for s in full.spots)
    assert several
    first = next(n for text, n in lines.items() if text.startswith("①"))
    assert first.endswith(f"（うち複数要件 {several}）")
    assert lines["判定不能（位置不明で図にない）"] == "1"


def test_findings_are_told_without_keys_and_codes(full: RunResult):
    told = Text("要件②の一覧がありません", "no list for ②")
    found = (
        warning("list-not-given", told, told, file="office.toml", column="facilities", value="x"),
        warning("coordinates", told, told, file="癖.xlsx", row=5, column="緯度", value="甲病院"),
    )
    (block,) = (
        b
        for b in document_of(replace(full, problems=found), Lang.JA).method
        if b.title == "注意と確認事項"
    )
    assert block.points[-2:] == (told.ja, f"癖.xlsx 5行目「甲病院」：{told.ja}")


def test_a_finding_beside_another_reason_begins_with_its_criterion(full: RunResult):
    """A spot by ① that lies near a hospital would read as a contradiction."""
    two = [
        page.verdict.split("\n")
        for page in document_of(full, Lang.JA).pages
        if "\n" in page.verdict
    ]
    assert two
    assert all(found.startswith("③：") for _, found in two)


def test_a_long_file_name_breaks_and_is_copied_as_it_is(full: RunResult, tmp_path):
    """What nobody sees stood in it: who copied the name found no file."""
    name = "kumamoto_emergency_roles_of_all_hospitals_in_the_prefecture_20230901.csv"
    long = replace(full, inputs=tuple(replace(record, file=name) for record in full.inputs))
    pdf = render_report(long, Lang.JA)
    text = asked("pdftotext", pdf, tmp_path, "-enc", "UTF-8", "-raw", last="-")
    assert not set(text) & set("\u00ad\u200b\u200c\u200d\u2060\ufeff")
    assert name in text.replace("\n", "")
    boxes = asked("pdftotext", pdf, tmp_path, "-bbox", last="-")
    for right in re.findall(r'xMax="([\d.]+)"[^>]*>(?:kumamoto|hospitals|emergency)_', boxes):
        assert float(right) < 400  # within the cell that it stands in
