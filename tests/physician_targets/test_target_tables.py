"""Tables of targets: read as published, told as they are, and what does not add up said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from groundfloor.problems import DataError, Lang
from spots.outputs.table_page import page_table
from spots.physician_targets.target_pages import (
    TargetReport,
    sources_page,
    targets_csv,
    targets_json,
    targets_page,
)
from spots.physician_targets.target_reading import read_targets, year_of
from spots.physician_targets.target_report import targets_of
from spots.telling.target_words import TargetGrade, grade_of, percent_words
from tests.helpers.folders import FIELD_DATA
from tests.helpers.target_tables import BY_SOURCE, HEAD, HOKKAIDO, written

FIELD_TABLE = FIELD_DATA / "programmes" / "hokkaido_progress_R3.csv"


def of(tmp_path: Path, text: str, by_source: str | None = None) -> TargetReport:
    source = written(tmp_path, "sources.csv", by_source) if by_source is not None else None
    return targets_of(written(tmp_path, "targets.csv", text), by_source=source).report


def codes(report: TargetReport) -> list[str]:
    return [problem.code for problem in report.problems]


def faults(tmp_path: Path, text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(DataError) as caught:
        of(tmp_path, text)
    return [(p.code, p.row) for p in caught.value.problems]


@pytest.fixture
def hokkaido(tmp_path: Path) -> TargetReport:
    return of(tmp_path, HOKKAIDO)


# --- Hokkaido, as published


def test_hokkaido_comes_out_as_published(hokkaido: TargetReport) -> None:
    lines = targets_csv(hokkaido, Lang.JA).lstrip("\ufeff").splitlines()
    found = [line.split(",") for line in lines[1:]]
    said = [line.split(",") for line in HOKKAIDO.splitlines()[1:]]
    figures = [[row[2], *row[3:7], row[8]] for row in found]
    assert figures[:11] == [[*row[:5], row[5]] for row in said]
    assert figures[11][1:] == ["", "", "129", "58", "51"]
    assert hokkaido.problems == ()


def test_needed_is_target_less_base_in_ten_of_ten(hokkaido: TargetReport) -> None:
    rows = hokkaido.table.rows
    assert len(rows) == 10
    assert all(r.target - r.base == r.needed for r in rows if r.target is not None and r.base)


def test_percentages_only_where_something_is_needed(hokkaido: TargetReport) -> None:
    told = {row.name: percent_words(row, 0).ja for row in hokkaido.table.rows}
    assert told["宗谷"] == "36.8 %"
    assert told["北空知"] == "0.0 %"
    assert told["遠紋"] == told["南檜山"] == "―"
    rows = targets_json(hokkaido, Lang.JA)["rows"]
    shares = {row["area_name"]: row["percent_2021"] for row in rows}  # type: ignore[union-attr]
    assert (shares["宗谷"], shares["遠紋"], shares["南檜山"]) == (36.8, None, None)


def test_totals_as_published_and_computed_beside(hokkaido: TargetReport) -> None:
    page = targets_json(hokkaido, Lang.JA)
    blank = {"base": None, "target": None}  # nobody published a total of these
    wanted = {**blank, "needed": 129, "placed_2021": 58, "placed_2020": 51}
    assert page["totals"] == {"published_total": wanted, "computed_total": wanted}


def test_years_are_never_added(hokkaido: TargetReport) -> None:
    told = page_table(targets_page(hokkaido, Lang.JA), Lang.JA)
    assert "109" not in told  # 58 + 51
    assert "13 " not in next(line for line in told.splitlines() if line.startswith("宗谷"))


def test_sources_are_compared_and_nothing_is_corrected(tmp_path: Path) -> None:
    report = of(tmp_path, HOKKAIDO, BY_SOURCE)
    assert codes(report) == ["target-sources"]
    assert "54" in report.problems[0].message.ja
    assert "58" in report.problems[0].message.ja
    page = targets_json(report, Lang.EN)
    assert page["sums"] == {
        "2021": {"by_source": 54, "by_area": 58},
        "2020": {"by_source": 51, "by_area": 51},
    }
    sheet = sources_page(report, Lang.JA)
    assert sheet is not None
    assert [row[1:] for row in sheet.totals] == [(54, 51), (58, 51)]


@pytest.mark.skipif(not FIELD_TABLE.is_file(), reason="published data are not at hand")
def test_the_published_file_is_the_one_typed_here(tmp_path: Path) -> None:
    table, problems = read_targets(FIELD_TABLE)
    typed, _ = read_targets(written(tmp_path, FIELD_TABLE.name, HOKKAIDO))
    assert table == typed
    assert problems == ()


# --- blank, nought, and what is odd


def test_a_blank_stays_blank(tmp_path: Path) -> None:
    report = of(tmp_path, HEAD + "宗谷,59,78,19,,6\n根室,72,93,21,5,-\n合計,,,40,5,6\n")
    rows = {row.name: row for row in report.table.rows}
    assert rows["宗谷"].placed == (None, Decimal(6))
    assert rows["根室"].placed == (Decimal(5), None)
    assert grade_of(rows["宗谷"], 0) is TargetGrade.UNKNOWN
    assert percent_words(rows["宗谷"], 0).ja == ""
    page = targets_json(report, Lang.JA)
    assert page["totals"]["computed_total"]["placed_2021"] is None  # type: ignore[index,call-overload]
    assert report.problems == ()  # what is blank contradicts nothing


def test_more_than_needed_is_told_as_it_is(tmp_path: Path) -> None:
    (row,) = of(tmp_path, HEAD + "宗谷,59,78,19,38,19\n").table.rows
    assert [percent_words(row, n).en for n in (0, 1)] == ["200.0 %", "100.0 %"]
    assert grade_of(row, 0) is TargetGrade.REACHED


@pytest.mark.parametrize(
    ("placed", "grade"),
    [(0, "none"), (4, "quarter"), (5, "half"), (10, "most"), (19, "nearly"), (20, "reached")],
)
def test_grades_by_the_whole_figure(tmp_path: Path, placed: int, grade: str) -> None:
    (row,) = of(tmp_path, HEAD + f"宗谷,60,80,20,{placed},0\n").table.rows
    assert grade_of(row, 0).value == grade


def test_nearly_all_is_not_all(tmp_path: Path) -> None:
    (row,) = of(tmp_path, HEAD + "宗谷,0,3000,3000,2999,0\n").table.rows
    assert percent_words(row, 0).en == "100.0 %"  # to one decimal
    assert grade_of(row, 0) is TargetGrade.NEARLY


def test_needed_follows_where_the_table_has_none(tmp_path: Path) -> None:
    report = of(
        tmp_path, "圏域名,策定時点の医師数,目標医師数,令和3年度\n宗谷圏域,59,78,7\n高島,80,75,1\n"
    )
    assert [row.needed for row in report.table.rows] == [Decimal(19), Decimal(-5)]
    assert [percent_words(row, 0).ja for row in report.table.rows] == ["36.8 %", "―"]


def test_what_does_not_add_up_is_told_with_both_figures(tmp_path: Path) -> None:
    report = of(tmp_path, HEAD + "宗谷,59,78,20,7,6\n根室,72,93,21,5,6\n合計,,,40,13,12\n")
    assert codes(report) == ["target-difference", "target-total", "target-total"]
    assert [row.needed for row in report.table.rows] == [Decimal(20), Decimal(21)]
    for problem, figures in zip(
        report.problems, [("19", "20"), ("40", "41"), ("13", "12")], strict=True
    ):
        assert all(figure in problem.message.en for figure in figures)


@pytest.mark.parametrize("name", ["合計", "合計(公表)", "計", "道計", "総計", "Total"])
def test_a_total_is_no_area(tmp_path: Path, name: str) -> None:
    table = of(tmp_path, HEAD + f"宗谷,59,78,19,7,6\n{name},59,78,19,7,6\n").table
    assert [row.name for row in table.rows] == ["宗谷"]
    assert table.published is not None
    assert table.published.base == Decimal(59)


def test_a_subtotal_is_neither(tmp_path: Path) -> None:
    report = of(tmp_path, HEAD + "宗谷,59,78,19,7,6\n小計,59,78,19,7,6\n合計,59,78,19,7,6\n")
    assert [row.name for row in report.table.rows] == ["宗谷"]
    assert codes(report) == ["total-row"]


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = HEAD + "宗谷,59,78,-19,7,6\n宗谷,多数,1,1,1,1\n,1,2,1,0,0\n"
    assert faults(tmp_path, text) == [
        ("target-not-a-number", 2),
        ("target-not-a-number", 3),
        ("target-without-area", 4),
        ("target-area-twice", 3),
    ]


@pytest.mark.parametrize("cell", ["-1", "△3", "七", "1/2", "inf", "nan", "1e400x"])
def test_what_is_no_number_of_physicians(tmp_path: Path, cell: str) -> None:
    assert faults(tmp_path, HEAD + f"宗谷,59,78,19,{cell},6\n") == [("target-not-a-number", 2)]


@pytest.mark.parametrize(("cell", "value"), [("１９", "19"), ("19人", "19"), ('"1,019"', "1019")])
def test_numbers_as_offices_write_them(tmp_path: Path, cell: str, value: str) -> None:
    (row,) = of(tmp_path, HEAD + f"宗谷,59,78,19,{cell},6\n").table.rows
    assert row.placed[0] == Decimal(value)


def test_full_time_equivalents_are_noted_and_kept(tmp_path: Path) -> None:
    report = of(tmp_path, HEAD + "宗谷,59,78,19,7.4,6\n")
    assert codes(report) == ["target-not-whole"]
    assert "7.4,38.9" in targets_csv(report, Lang.JA)


def test_a_year_twice_and_no_year(tmp_path: Path) -> None:
    twice = "区域,策定時点医師数,目標数,R3実績,2021年度\n宗谷,1,2,1,1\n"
    assert faults(tmp_path, twice)[0][0] == "target-year-twice"
    none = of(tmp_path, "区域,策定時点医師数,目標数\n宗谷,59,78\n")
    assert codes(none) == ["target-no-years"]
    assert targets_page(none, Lang.JA).rows[0].figures.placed == ()


@pytest.mark.parametrize(
    ("heading", "year"),
    [("Ｒ３実績", 2021), ("令和元年度実績", 2019), ("平成30年度", 2018), ("R2～R3", None)],
)
def test_years_of_headings(heading: str, year: int | None) -> None:
    assert year_of(heading) == year


# --- by source


def test_years_in_another_order_are_still_theirs(tmp_path: Path) -> None:
    report = of(tmp_path, HOKKAIDO, "供給元,R2,R3\nA,51,58\n")
    assert report.problems == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("供給元,R3\nA,30\nB,28\n合計,60\n", "target-source-total"),
        ("供給元,R5\nA,30\n", "target-source-years"),
    ],
)
def test_doubts_of_a_table_by_source(tmp_path: Path, text: str, code: str) -> None:
    assert codes(of(tmp_path, HOKKAIDO, text)) == [code]


def test_a_blank_source_leaves_the_comparison_open(tmp_path: Path) -> None:
    report = of(tmp_path, HOKKAIDO, "供給元,R3\nA,30\nB,\n")
    assert targets_json(report, Lang.JA)["sums"] == {"2021": {"by_source": None, "by_area": 58}}
    assert codes(report) == ["target-sources-open"]


def test_a_report_is_told_in_both_languages(hokkaido: TargetReport) -> None:
    english = page_table(targets_page(hokkaido, Lang.EN), Lang.EN)
    assert "total, as published" in english
    assert "needed" in english
    bare = replace(hokkaido, table=replace(hokkaido.table, published=None))
    assert "1202" in page_table(targets_page(bare, Lang.JA), Lang.JA).replace(",", "")
