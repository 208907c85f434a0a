"""Wherever the jobs of a batch are done, the same bytes come out, and losses are told."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundfloor.problems import Lang
from spots.job.batch_outcomes import BatchItem, BatchOutcome
from spots.job.batch_run import plan, run_batch
from spots.job.batch_work import Execute, JobBegin, JobOrder, order_of
from spots.job.job_roads import silent
from spots.job.run_file import read_run_file
from spots.outputs import Writer
from spots.runners import Begin, ProcessRunner, Results, Runner, SerialRunner, Told
from spots.runners.runner_protocol import D, O
from tests.helpers.batch_runs import (
    run_and_die_once,
    run_on_a_full_disk,
    run_plainly,
    run_without_room,
    run_without_room_for_a_module,
    write_and_die,
)
from tests.helpers.cli_runs import leftovers
from tests.helpers.small_job import CLINICS, write_job

pytestmark = pytest.mark.slow  # whole runs in other processes

CREATED = datetime(2024, 4, 1, tzinfo=UTC)
NAMES = ("north", "victim", "south")
POSIX = pytest.mark.skipif(os.name == "nt", reason="limits and signals of POSIX")


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Three jobs, of which the last has an empty list."""
    folder = tmp_path_factory.mktemp("jobs")
    changed = {"south": {"clinics.csv": b""}}
    paths = [write_job(folder / name, changed.get(name)) for name in NAMES]
    return tuple(path.rename(path.with_name(f"{path.parent.name}.toml")) for path in paths)


def batch(
    jobs: tuple[Path, ...],
    out: Path,
    runner: Runner,
    run: Execute = run_plainly,
    extra: Mapping[str, Writer] | None = None,
) -> dict[str, BatchOutcome]:
    found = run_batch(
        plan(jobs), out, lang=Lang.JA, created=CREATED, extra=extra or {}, run=run, runner=runner
    )
    assert leftovers(out) == []
    return {outcome.item.name: outcome for outcome in found}


def every_byte(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "summary.json"  # which names the runner
    }


def codes(outcome: BatchOutcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def test_processes_give_the_bytes_of_serial_in_any_order(tmp_path: Path, jobs: tuple[Path, ...]):
    one = batch(jobs, tmp_path / "serial", SerialRunner())
    two = batch(jobs, tmp_path / "two", ProcessRunner(2))
    assert every_byte(tmp_path / "serial") == every_byte(tmp_path / "two")
    assert one == two
    assert [name for name, outcome in two.items() if outcome.failed] == ["south"]
    batch(jobs[::-1], tmp_path / "back", ProcessRunner(2))
    backwards = every_byte(tmp_path / "back")
    assert {k: v for k, v in backwards.items() if k != "summary.csv"} == {
        k: v for k, v in every_byte(tmp_path / "serial").items() if k != "summary.csv"
    }


def test_a_worker_that_is_killed_costs_nothing(tmp_path: Path, jobs: tuple[Path, ...]):
    found = batch(jobs[:2], tmp_path / "out", ProcessRunner(2), run_and_die_once)
    assert [outcome.failed for outcome in found.values()] == [False, False]


def test_a_worker_killed_at_writing_leaves_nothing_and_its_job_is_missing(
    tmp_path: Path, jobs: tuple[Path, ...]
):
    out = tmp_path / "out"
    found = batch(jobs[:1], out, ProcessRunner(1), extra={"x.txt": write_and_die})
    assert codes(found["north"]) == ["worker-killed"]
    assert found["north"].missing
    assert sorted(path.name for path in out.iterdir()) == ["summary.csv", "summary.json"]
    assert ",missing," in (out / "summary.csv").read_text("utf-8-sig")
    again = batch(jobs[:1], out, ProcessRunner(1))
    assert not again["north"].failed


@POSIX
def test_a_full_disk_fails_one_job_and_leaves_nothing_of_it(tmp_path: Path, jobs: tuple[Path, ...]):
    out = tmp_path / "out"
    found = batch(jobs[:2], out, ProcessRunner(1), run_on_a_full_disk)
    assert [outcome.failed for outcome in found.values()] == [False, True]
    assert codes(found["victim"]) == ["output-not-writable"]
    assert not (out / "victim").exists()


@pytest.mark.parametrize("runner", [SerialRunner(), ProcessRunner(2)], ids=["serial", "processes"])
@pytest.mark.parametrize("run", [run_without_room, run_without_room_for_a_module])
def test_without_memory_for_one_the_others_are_done(
    tmp_path: Path, jobs: tuple[Path, ...], runner: Runner, run: Execute
):
    found = batch(jobs[:2], tmp_path / "out", runner, run)
    assert codes(found["victim"]) == ["worker-out-of-memory"]
    assert not found["north"].failed


def test_a_worker_that_does_not_see_the_files_says_so(tmp_path: Path):
    item = BatchItem("away", tmp_path / "nowhere" / "run.toml")
    order = JobOrder(item, tmp_path / "out", Lang.JA, CREATED, force=False, digest="0" * 64)
    found = JobBegin()()(order, silent)
    assert codes(found) == ["worker-sees-no-file", "file-missing"]


class Elsewhere:
    """A runner whose workers write where nobody here can look."""

    name = "elsewhere"

    def run(self, orders: Sequence[O], begin: Begin[O, D], told: Told) -> Results[D]:
        """Do the orders, and take their folders away."""
        for each in SerialRunner().run(orders, begin, told):
            shutil.rmtree(orders[each.number].target)  # type: ignore[attr-defined]
            yield each


def test_a_result_that_cannot_be_seen_here_is_missing(tmp_path: Path, jobs: tuple[Path, ...]):
    found = batch(jobs[:1], tmp_path / "out", Elsewhere())
    assert codes(found["north"]) == ["output-not-seen"]
    assert found["north"].missing


def test_an_order_is_small_and_good_in_any_folder(
    tmp_path: Path, jobs: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
):
    lists = tmp_path / "lists=new"
    lists.mkdir()
    (lists / "R6.csv").write_text(CLINICS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (item,) = plan([jobs[0]], lists=Path("lists=new"), layer="②")
    job = read_run_file(item.run_file, item.facilities)
    order = order_of(
        item, job, Path("out"), lang=Lang.JA, created=CREATED, force=False, digest="0" * 64
    )
    assert order.item.facilities == (f"②={lists / 'R6.csv'}",)
    assert order.target == tmp_path / "out"
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.chdir(there)
    moved = pickle.loads(pickle.dumps(order))  # noqa: S301
    assert moved == order
    assert read_run_file(moved.item.run_file, moved.item.facilities).lists == job.lists
    assert len(pickle.dumps(order)) < 1500
    assert len(pickle.dumps(JobBegin())) < 500
