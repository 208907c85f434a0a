"""``[network] speed_factor``: every speed of a run times a factor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from groundfloor.problems import UsageError
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import write_folder
from spots.types import RunResult
from tests.helpers.small_job import write_job


def times(result: RunResult) -> dict[str, int | None]:
    return {v.facility.id: v.travel and v.travel.travel_ms for v in result.verdicts}


def test_every_minute_is_divided_by_the_factor(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    usual = execute(read_run_file(run))
    slow = execute(read_run_file(run, settings=["network.speed_factor=0.5"]))
    for name, ms in times(usual).items():
        assert ms is None or times(slow)[name] == pytest.approx(2 * ms, abs=4)
    assert times(slow) != times(usual)
    assert slow.network is not None
    assert "× 0.5" in slow.network.profile
    assert any("× 0.5" in value.ja for _, value in slow.settings.lines)


def test_a_factor_of_one_is_no_factor(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    usual, same = (
        execute(read_run_file(run, settings=given)) for given in ((), ["network.speed_factor=1"])
    )
    assert same.network == usual.network
    assert same.settings == usual.settings


def test_a_run_at_other_speeds_is_run_again_from_its_record(tmp_path: Path) -> None:
    job = read_run_file(write_job(tmp_path), settings=["network.speed_factor=0.8"])
    write_folder(execute(job), tmp_path / "out", extra={})
    again = read_run_file(tmp_path / "out" / "run.json")
    assert again.settings.network is not None
    assert again.settings.network.speed_factor == 0.8
    assert times(execute(again)) == times(execute(job))


def test_an_older_record_without_a_factor_is_run_again(tmp_path: Path) -> None:
    job = read_run_file(write_job(tmp_path))
    write_folder(execute(job), tmp_path / "out", extra={})
    record = tmp_path / "out" / "run.json"
    page = json.loads(record.read_text(encoding="utf-8"))
    del page["job"]["settings"]["network"]["speed_factor"]
    record.write_text(json.dumps(page), encoding="utf-8")
    assert times(execute(read_run_file(record))) == times(execute(job))


def test_an_estimate_is_driven_as_much_slower(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    text = run.read_text(encoding="utf-8")
    straight = '[network]\nkind = "straight"\ndetour_factor = 1.3\nspeed_kmh = 40\n'
    run.write_text(text[: text.index("[network]")] + straight, encoding="utf-8")
    usual = read_run_file(run)
    slow = read_run_file(run, settings=["network.speed_factor=0.5"])
    assert usual.straight is not None
    assert slow.straight is not None
    assert slow.straight.travel_ms(1000.0) == 2 * usual.straight.travel_ms(1000.0)


@pytest.mark.parametrize("factor", ["0", "-1", "90", "nan", '"fast"'])
def test_a_factor_that_is_none_is_refused_with_its_option(tmp_path: Path, factor: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_run_file(write_job(tmp_path), settings=[f"network.speed_factor={factor}"])
    (problem,) = caught.value.problems
    assert problem.column == "--set"
    assert problem.remedy is not None
