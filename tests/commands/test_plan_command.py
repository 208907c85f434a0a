"""``spots plan``: the register of designations on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import cli
from spots.types.designations import DesignationKind
from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import files


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "計画 登録簿.gpkg"


def added(folder: Path, register: Path, plan: str, *more: object, code: int = 0) -> dict:
    told = ("plan", "add", folder, "--plan", plan, "--register", register)
    return spots_json(*told, *more, code=code)


def test_add_makes_the_register_and_lists_it(small_folder: Path, register: Path) -> None:
    page = added(small_folder, register, "前期", "--from", "R6.4.1", "--to", "R9.3.31")
    assert page["already"] is False
    kinds = {row["kind"]: row["edition"] for row in page["rows"]}
    listed = spots_json("plan", "list", "--register", register)
    assert {row["kind"]: row["edition"] for row in listed["rows"]} == kinds
    first = listed["rows"][0]
    days = (first["valid_from"], first["valid_to"], first["valid_until"])
    assert days == ("2024-04-01", "2027-03-31", "2027-04-01")
    assert [p.name for p in register.parent.iterdir() if p.name.startswith("計画")] == [
        register.name
    ]


def test_the_kinds_that_may_be_asked_for_are_those_there_are() -> None:
    option = next(p for p in cli.main.commands["plan"].commands["add"].params if p.name == "kinds")
    assert {*option.type.choices} == {kind.value for kind in DesignationKind}


def test_a_run_added_twice_is_there_once_and_said_so(small_folder: Path, register: Path) -> None:
    days = ("--from", "2024-04-01", "--to", "2027-03-31")
    added(small_folder, register, "前期", *days)
    done = spots("plan", "add", small_folder, "--plan", "前期", "--register", register, *days)
    assert done.exit_code == 0
    assert "すでに登録されています" in done.stdout
    assert len(spots_json("plan", "history", "--register", register)["rows"]) == 1


def test_days_that_are_taken_are_refused_and_superseding_allowed(
    small_folder: Path, register: Path
) -> None:
    added(small_folder, register, "前期", "--from", "2024-04-01", "--to", "2027-03-31")
    again = ("plan", "add", small_folder, "--plan", "改訂", "--register", register)
    done = spots(*again, "--from", "2026-04-01", "--to", "2027-03-31")
    assert done.exit_code == 2
    assert "register-overlap" in done.stderr
    revised = spots(*again, "--from", "2026-04-01", "--to", "2027-03-31", "--supersedes", "前期")
    assert revised.exit_code == 0
    on = [
        spots_json("plan", "list", "--register", register, "--on", day)["rows"]
        for day in ("2026-03-31", "R8.4.1", "2027-04-01")
    ]
    assert [{row["plan"] for row in rows} for rows in on] == [{"前期"}, {"改訂"}, set()]
    before = spots_json("plan", "list", "--register", register, "--revision", "1")
    assert {row["in_force_to"] for row in before["rows"]} == {"2027-03-31"}


def test_nothing_is_made_where_nothing_can_be_added(tmp_path: Path, register: Path) -> None:
    for folder, code in ((tmp_path / "nowhere", 1), (tmp_path, 1)):
        done = spots("plan", "add", folder, "--plan", "前期", "--register", register)
        assert done.exit_code == code
        assert not register.exists()


def test_a_register_is_not_made_for_a_revision_of_nothing(
    small_folder: Path, register: Path
) -> None:
    told = ("plan", "add", small_folder, "--plan", "改訂", "--register", register)
    done = spots(*told, "--from", "2024-04-01", "--supersedes", "前期")
    assert done.exit_code == 2
    assert "register-supersedes-unknown" in done.stderr
    assert not register.exists()


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ((), ("2024-04-01", "2027-03-31")),
        (("--from", "2025-10-01"), ("2025-10-01", "2027-03-31")),
        (("--to", "R8.3.31"), ("2024-04-01", "2026-03-31")),
        (("--from", "R9.4.1", "--to", "R12.3.31"), ("2027-04-01", "2030-03-31")),
    ],
)
def test_a_day_that_is_not_given_is_the_run_s_own(
    small_folder: Path, register: Path, given, days
) -> None:
    rows = added(small_folder, register, "前期", *given)["rows"]
    assert {(row["valid_from"], row["valid_to"]) for row in rows} == {days}


@pytest.mark.parametrize("option", [("--from", "2027-04-01"), ("--from", "2027-13-01")])
def test_days_that_are_none_are_told(small_folder: Path, register: Path, option) -> None:
    told = ("plan", "add", small_folder, "--plan", "前期", "--register", register)
    done = spots(*told, *option)
    assert done.exit_code in {1, 2}
    assert "--from" in done.stderr
    assert not register.exists()


def test_designations_are_exported(small_folder: Path, register: Path, tmp_path: Path) -> None:
    added(small_folder, register, "前期", "--from", "2024-04-01", "--to", "2027-03-31")
    for name in ("out.csv", "out.geojson", "out.xlsx"):
        told = ("plan", "export", "--register", register, "--out", tmp_path / name)
        assert spots(*told).exit_code == 0
        assert spots(*told).exit_code == 2  # there already
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    page = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))
    assert [row["unit_id"] for row in rows] == [
        each["properties"]["unit_id"] for each in page["features"]
    ]
    kinds = {each["geometry"]["type"] for each in page["features"]}
    assert kinds <= {"Polygon", "MultiPolygon"}
    odd = spots("plan", "export", "--register", register, "--out", tmp_path / "out.shp")
    assert odd.exit_code == 2


def test_check_and_replay(small_folder: Path, register: Path, tmp_path: Path) -> None:
    added(small_folder, register, "前期", "--from", "2024-04-01", "--to", "2027-03-31")
    page = spots_json("plan", "check", "--register", register)
    assert page["sound"] is True
    seal = page["seal"]
    assert spots("plan", "check", "--register", register, "--seal", seal[:8]).exit_code == 0
    other = spots("plan", "check", "--register", register, "--seal", "0" * 64)
    assert other.exit_code == 1
    again = tmp_path / "again.gpkg"
    assert spots("plan", "replay", "--register", register, "--out", again).exit_code == 0
    assert spots_json("plan", "check", "--register", again)["seal"] == seal
    assert spots("plan", "migrate", "--register", again).exit_code == 0


def test_every_answer_is_in_the_language_that_is_asked_for(
    small_folder: Path, register: Path
) -> None:
    added(small_folder, register, "plan A", "--from", "2024-04-01", "--to", "2027-03-31")
    for words in (("list",), ("history",), ("check",), ("migrate",)):
        done = spots("plan", *words, "--register", register, "--lang", "en")
        assert done.exit_code == 0
        assert foreign_words(done.output, [*files().values(), register.name]) == []
