"""Rows with a name or an address alone: placed by the run's facilities, or a town table."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from groundfloor.problems import Severity
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.locating import Answers, Basis, Standing, locate, locate_json, run_towns, write_answers
from spots.types import Accuracy, RunResult
from tests.helpers.facility_lists import codes, only
from tests.helpers.small_job import RUN, write_job

HEAD = "医療機関名,市町村,所在地\n"
TOWNS = (
    "pref,city,town,koaza,lat,lng\n"
    "熊本県,上益城郡山都町,滝上,,32.6960,131.1510\n"
    "熊本県,阿蘇郡小国町,大字宮原,,33.1200,131.1000\n"
)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = f'{RUN}[towns]\nfile = "towns.csv"\n'
    return write_job(tmp_path_factory.mktemp("job"), {"run.toml": text, "towns.csv": TOWNS})


@pytest.fixture(scope="module")
def run(job: Path) -> RunResult:
    return execute(read_run_file(job))


def ask(run: RunResult, folder: Path, *rows: str, head: str = HEAD, **more) -> tuple[Answers, list]:
    path = folder / "institutions.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    answers, problems = locate(run, path, **more)
    return answers, list(problems)


@pytest.mark.parametrize(
    "row",
    [
        "小国公立病院,小国町,",
        "小国公立病院,,熊本県阿蘇郡小国町宮原1743",
        "医療法人 小国公立病院,小国町,",
        "小國公立病院,小国町,",
        "小国町立小国公立病院,小国町,",
        "小国公立病院,,",  # the name alone, one to one and telling
    ],
)
def test_a_facility_of_the_run_is_found_by_name_and_marked(run, tmp_path, row):
    answers, problems = ask(run, tmp_path, row)
    (found,) = answers.rows
    theirs = next(v.facility for v in run.verdicts if v.facility.id == "H3")
    assert found.standing is Standing.INSIDE_SPOT
    assert found.position == theirs.position
    assert (found.basis, found.found_as) == (Basis.FACILITY, "小国公立病院 [H3]")
    assert only(problems, "positions-found").severity is Severity.NOTE
    assert "no-coordinates" not in codes(problems)
    (data,) = locate_json(answers)["rows"]
    assert (data["place_basis"], data["found_as"]) == ("facility", "小国公立病院 [H3]")


@pytest.mark.parametrize(
    "row",
    [
        "小国公立病院,山都町,",  # another municipality
        "小国公立病院,,福岡県大牟田市1",
        "小国病院,小国町,",  # another name
        "公立病院,小国町,",  # says only what it is
        "北小国公立病院,小国町,",  # somebody else's name in front
    ],
)
def test_what_does_not_agree_is_not_found(run, tmp_path, row):
    answers, _ = ask(run, tmp_path, row)
    (found,) = answers.rows
    assert (found.standing, found.position, found.found_as) == (Standing.UNDETERMINED, None, "")


def test_two_rows_that_fit_one_facility_are_left_alone_and_told(run, tmp_path):
    answers, problems = ask(run, tmp_path, "小国公立病院,小国町,", "小國公立病院,小国町,")
    assert [r.position for r in answers.rows] == [None, None]
    told = [p for p in problems if p.code == "name-not-one-to-one"]
    assert [p.row for p in told] == [2, 3]
    assert "小国公立病院 [H3]" in told[0].message.ja


def test_a_position_of_the_list_is_kept(run, tmp_path):
    answers, _ = ask(
        run,
        tmp_path,
        "小国公立病院,小国町,33.10,131.05",
        head="医療機関名,市町村,緯度,経度\n",
    )
    (found,) = answers.rows
    assert (found.position.lon, found.basis, found.found_as) == (131.05, Basis.POINT, "")


def test_an_address_is_placed_by_the_town_table_and_marked(run, job, tmp_path):
    row = "小国診療所,,熊本県阿蘇郡小国町大字宮原99"
    without, _ = ask(run, tmp_path, row)
    assert without.rows[0].standing is Standing.UNDETERMINED
    answers, _ = ask(run, tmp_path, row, towns=job.parent / "towns.csv")
    (found,) = answers.rows
    assert (found.basis, found.position.accuracy) == (Basis.TOWN, Accuracy.TOWN)
    assert found.tolerance_m == 3_000.0
    assert found.found_as == "towns.csv: 小国町大字宮原"


def test_an_address_without_its_municipality_takes_it_from_its_column(run, job, tmp_path):
    towns = job.parent / "towns.csv"
    answers, _ = ask(run, tmp_path, "滝上診療所,山都町,滝上5", towns=towns)
    assert answers.rows[0].basis is Basis.TOWN


def test_the_name_comes_before_the_address(run, job, tmp_path):
    row = "小国公立病院,,熊本県阿蘇郡小国町大字宮原1743"
    answers, _ = ask(run, tmp_path, row, towns=job.parent / "towns.csv")
    assert answers.rows[0].basis is Basis.FACILITY


def test_the_runs_own_towns_serve_where_they_are_unchanged(run, job, tmp_path):
    assert run_towns(run, job.parent / "out") == job.parent / "towns.csv"
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    assert run_towns(run, moved / "out") is None
    shutil.copy(job.parent / "towns.csv", moved / "towns.csv")
    assert run_towns(run, moved / "out") == moved / "towns.csv"
    (moved / "towns.csv").write_text(TOWNS.replace("33.12", "33.13"), encoding="utf-8")
    assert run_towns(run, moved / "out") is None


def test_files_say_where_a_position_comes_from(run, tmp_path):
    answers, _ = ask(run, tmp_path, "小国公立病院,小国町,", "知らない病院,小国町,")
    out = tmp_path / "answers.csv"
    write_answers(answers, out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["place_basis"], second["place_basis"]) == ("facility", "declared")
    assert "この結果の施設「小国公立病院 [H3]」" in first["remarks"]


def test_a_merged_hospital_is_found_by_its_old_name(run, tmp_path):
    verdicts = tuple(
        replace(v, facility=replace(v.facility, other_names=("旧小国病院",)))
        if v.facility.id == "H3"
        else v
        for v in run.verdicts
    )
    answers, _ = ask(replace(run, verdicts=verdicts), tmp_path, "旧小国病院,小国町,")
    assert answers.rows[0].found_as == "小国公立病院 [H3]"


def test_a_workbook_of_answers_has_words_and_marks(run, tmp_path):
    answers, _ = ask(run, tmp_path, "小国公立病院,小国町,", "知らない病院,,")
    write_answers(answers, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    rows, spots = (
        [[str(c) for c in r] for r in book[n].iter_rows(values_only=True)] for n in book.sheetnames
    )
    head = next(r for r in rows if "所在の根拠" in r)
    known, unknown = (
        next(r for r in rows if name in r) for name in ("小国公立病院", "知らない病院")
    )
    assert [r[head.index("所在の根拠")] for r in (known, unknown)] == [
        "この結果の同名の施設",
        "なし",
    ]
    assert [r[head.index("要確認")] for r in (known, unknown)][1] == "○"
    inside = next(r for r in spots if "小国公立病院" in r)
    column = next(r for r in spots if "該当要件" in r).index("該当要件")
    assert set(inside[column]) <= set("①②③")
    assert inside[column]
