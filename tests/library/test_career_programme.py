"""`read_programme` in a notebook says what ``spots programme`` says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import spots as ss
from tests.helpers.cli_runs import spots_json
from tests.helpers.programme_cases import EVERY_RULE

LIST = "医療機関名,市町村,種別,院長名\n健生病院,弘前市,病院,山田\nはちのへ内科,八戸市,診療所,鈴木\n"


@pytest.fixture
def institutions(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_frames_say_what_the_command_says(tmp_path: Path, institutions: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text(EVERY_RULE, encoding="utf-8")
    programme = ss.read_programme(file)
    frame = programme.classes(institutions, on="R8.4.1", cohort="new")
    page = spots_json("programme", file, institutions, "--on", "2026-04-01", "--cohort", "new")
    told = ["institution", "class", "rule", "class_reason", "municipality_code"]
    assert frame[told].fillna("").to_dict("records") == [
        {name: row[name] or "" for name in told} for row in page["rows"]
    ]
    assert set(ss.problems(frame)["code"]) == {p["code"] for p in page["problems"]}


def test_a_frame_is_a_list_too_and_nobody_is_carried(institutions: Path) -> None:
    programme = ss.read_programme("aomori", lang="en")
    from_file = programme.classes(institutions, on="2026-04-01")
    from_frame = programme.classes(pd.read_csv(institutions), on="2026-04-01")
    pd.testing.assert_frame_equal(from_file, from_frame)
    assert "山田" not in from_frame.to_csv()
    assert list(programme.cohorts) == ["without_loan", "with_loan"]


def test_without_a_day_all_days_of_a_class_are_a_row(tmp_path: Path, institutions: Path) -> None:
    file = tmp_path / "p.toml"
    dated = EVERY_RULE.replace('by = "municipality"', 'by = "municipality"\nfrom = 2025-04-01')
    file.write_text(dated, encoding="utf-8")
    frame = ss.read_programme(file).classes(institutions, cohort="old")
    town = frame[frame["name"] == "はちのへ内科"]
    assert town["class"].tolist() == ["other", "shortage"]
    assert town["valid_from"].isna().tolist() == [True, False]
    assert town["valid_to"].dt.strftime("%Y-%m-%d").tolist()[0] == "2025-03-31"


def test_a_register_is_asked(small_folder: Path, tmp_path: Path) -> None:
    """A day in a plan has an answer, and a day beyond it has none."""
    register = ss.PlanRegister(tmp_path / "plans.gpkg")
    register.add(small_folder, "第8次前期", first="2024-04-01", last="2027-03-31")
    path = tmp_path / "list.csv"
    path.write_text(
        "医療機関名,市町村コード,緯度,経度\nスポットの薬局,43447,32.7310,131.0994\n"
        "宇城の薬局,43213,32.7000,130.6000\n",
        encoding="utf-8",
    )
    designated = ss.read_programme("designated")
    within = designated.classes(path, register=register, on="2026-04-01")
    beyond = designated.classes(path, register=register.path, on="2027-04-01")
    assert within["class"].tolist() == ["shortage", "shortage"]
    assert within["class_truth"].tolist() == ["met", "met"]
    assert within["plan"].tolist() == ["第8次前期", "第8次前期"]
    assert "programme-kind-unrecorded" in set(ss.problems(within)["code"])
    alone = ss.read_programme("shortage").classes(path, register=register, on="2026-04-01")
    assert alone["class"].tolist() == ["shortage", "shortage"]
    assert "programme-kind-unrecorded" not in set(ss.problems(alone)["code"])
    assert beyond["class_truth"].tolist() == ["undetermined", "undetermined"]
    written = designated.write(path, tmp_path / "out", register=register, on="2026-04-01")
    assert {file.name for file in written} >= {"institutions.pdf", "institutions.xlsx"}
