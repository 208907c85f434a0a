"""`PlanRegister`: a register in a notebook says what the command says."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import spots as ss
from groundfloor.problems import UsageError
from tests.helpers.cli_runs import spots_json
from tests.helpers.small_job import write_job


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("plan")
    result = ss.run(write_job(made / "job"))
    result.write(made / "out", outputs="none")
    return made


@pytest.fixture
def register(folder: Path, tmp_path: Path) -> ss.PlanRegister:
    kept = ss.PlanRegister(tmp_path / "plans.gpkg")
    kept.add(folder / "out", plan="第8次前期", first="R6.4.1", last="2027-03-31")
    return kept


def test_a_run_is_added_once_and_said_so(register: ss.PlanRegister, folder: Path) -> None:
    before = register.history
    again = register.add(folder / "out", plan="第8次前期", first="2024-04-01", last="2027-03-31")
    assert again.already
    pd.testing.assert_frame_equal(register.history, before)


def test_frames_say_what_the_command_says(register: ss.PlanRegister) -> None:
    told = spots_json("plan", "list", "--register", register.path)
    frame = json.loads(register.editions.to_json(orient="records", date_format="iso"))
    assert [row["edition"] for row in frame] == [row["edition"] for row in told["rows"]]
    assert [row["plan"] for row in frame] == [row["plan"] for row in told["rows"]]
    assert str(register.editions["valid_from"].dtype).startswith("datetime64")
    assert len(register.in_force("2027-03-31")) == len(frame)
    assert register.in_force("2027-04-01").empty


def test_ground_stands_beside_each_designation(register: ss.PlanRegister) -> None:
    frame = register.designations
    assert frame.crs.to_epsg() == 6668
    assert len(frame) == frame["kind"].size > 0
    spots_ = frame[frame["kind"] == "spot"]
    assert (~spots_.geometry.is_empty & spots_.geometry.is_valid).all()


def test_an_edition_gives_back_its_run(register: ss.PlanRegister, folder: Path) -> None:
    found = register.result(int(register.editions["edition"].iloc[0]))
    whole = ss.read_result(folder / "out")
    pd.testing.assert_frame_equal(
        found.facilities.drop(columns="geometry"), whole.facilities.drop(columns="geometry")
    )
    with pytest.raises(UsageError, match="register-unknown-edition"):
        register.result(99)


def test_a_result_that_was_not_written_and_days_in_reverse_are_refused(
    register: ss.PlanRegister, folder: Path
) -> None:
    with pytest.raises(UsageError, match="register-unwritten"):
        register.add(ss.Scenario.from_run(folder / "job" / "run.toml").judge(), plan="x")
    with pytest.raises(UsageError, match="register-days-reversed"):
        register.add(folder / "out", plan="x", last="2020-03-31")


def test_the_last_day_has_its_ground_and_the_next_none(register: ss.PlanRegister) -> None:
    last = register.at("R9.3.31")
    assert len(last) == len(register.designations)
    assert last.geometry.notna().all()
    assert register.at("2027-04-01").empty


def test_what_is_different_between_two_plans(register: ss.PlanRegister, folder: Path) -> None:
    register.add(folder / "out", plan="第8次後期", first="R9.4.1", last="2030-03-31")
    by_name = register.compare("第8次前期", "第8次後期")
    pd.testing.assert_frame_equal(by_name, register.compare("2027-03-31", "2027-04-01"))
    assert len(by_name) == len(register.at("2027-03-31"))
    told = spots_json("plan", "diff", "第8次前期", "第8次後期", "--register", register.path)
    assert [row["change"] for row in told["rows"]] == by_name["change"].astype(str).tolist()
    with pytest.raises(UsageError, match="plan-side-unknown"):
        register.compare("第7次", "2027-04-01")
