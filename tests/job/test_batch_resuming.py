"""A batch that is called again does what is left, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundfloor.problems import Lang, OutputExistsError
from spots.job.batch_outcomes import BatchItem, BatchOutcome, batch_table
from spots.job.batch_run import StoppedBatchError, plan, run_batch
from spots.job.execution import execute
from spots.job.job_digest import FileHashes, job_digest
from spots.job.job_roads import Progress
from spots.job.run_file import Job, read_run_file
from spots.types import RunResult
from tests.helpers.cli_runs import leftovers
from tests.helpers.small_job import CLINICS, write_job

pytestmark = pytest.mark.slow  # whole folders are written

CREATED = datetime(2024, 4, 1, tzinfo=UTC)


class Counting:
    """Runs jobs, and knows which; a name may stop the batch."""

    def __init__(self, stops_at: str = "") -> None:
        self.ran: list[str] = []
        self.stops_at = stops_at

    def __call__(self, job: Job, progress: Progress) -> RunResult:
        self.ran.append(job.base.name)
        if job.base.name == self.stops_at:
            raise KeyboardInterrupt
        return execute(job, progress, around=False)


@pytest.fixture
def items(tmp_path: Path) -> tuple[BatchItem, ...]:
    """Two jobs."""
    return plan([write_job(tmp_path / name) for name in ("north", "south")])


def call(
    items: tuple[BatchItem, ...], out: Path, run: Counting, *, force: bool = False
) -> tuple[BatchOutcome, ...]:
    return run_batch(items, out, lang=Lang.JA, created=CREATED, extra={}, run=run, force=force)


def states(out: Path) -> list[tuple[str, str]]:
    text = (out / "summary.csv").read_text("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [(row["status"], row["finished_before"]) for row in rows]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_a_second_call_does_nothing_and_says_so(tmp_path: Path, items: tuple[BatchItem, ...]):
    out, run = tmp_path / "out", Counting()
    first = call(items, out, run)
    assert [o.failed for o in first] == [False, False]
    assert run.ran == ["north", "south"]
    before = [bytes_of(out / item.name) for item in items]
    again = call(items, out, run)
    assert run.ran == ["north", "south"]
    assert [bytes_of(out / item.name) for item in items] == before
    assert [o.finished_before for o in again] == [True, True]
    told = [(o.tally, o.undetermined, [p.as_json() for p in o.problems]) for o in first]
    assert [(o.tally, o.undetermined, [p.as_json() for p in o.problems]) for o in again] == told
    assert states(out) == [("done", "true"), ("done", "true")]
    assert "2 件は前回までに完了" in batch_table(again)
    assert "2 of them finished before" in batch_table(again, Lang.EN)
    assert json.loads((out / "summary.json").read_text("utf-8"))["finished_before"] == 2


def test_what_has_changed_is_refused_and_with_force_alone_made_again(
    tmp_path: Path, items: tuple[BatchItem, ...]
):
    out, run = tmp_path / "out", Counting()
    call(items, out, run)
    (tmp_path / "south" / "clinics.csv").write_text(CLINICS + "\n", encoding="utf-8")
    found = call(items, out, run)
    assert [o.finished_before for o in found] == [True, False]
    assert found[1].problems[0].code == "output-exists"
    found = call(items, out, run, force=True)
    assert [o.finished_before for o in found] == [True, False]
    assert run.ran == ["north", "south", "south"]


@pytest.mark.parametrize("spoilt", ["changed", "lost", "no-digest"])
def test_what_is_not_whole_is_made_again(tmp_path: Path, items: tuple[BatchItem, ...], spoilt: str):
    out, run = tmp_path / "out", Counting()
    call(items, out, run)
    folder = out / items[0].name
    if spoilt == "changed":
        (folder / "facilities.csv").write_text("mine", encoding="utf-8")
    elif spoilt == "lost":
        (folder / "evidence.json").unlink()
    else:
        page = json.loads((folder / "run.json").read_text("utf-8"))
        del page["digest"]
        (folder / "run.json").write_text(json.dumps(page), encoding="utf-8")
    call(items, out, run, force=True)
    assert run.ran == ["north", "south", "north"]


def test_a_setting_another_language_or_another_tool_is_another_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = write_job(tmp_path / "job")
    radius = ("policy.override.circle.radius_m=5000",)

    def digest(settings: tuple[str, ...] = (), lang: Lang = Lang.JA) -> str:
        return job_digest(read_run_file(path, (), settings), lang, FileHashes())

    base = digest()
    assert digest() == base
    assert len({base, digest(radius), digest(lang=Lang.EN)}) == 3
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(path.parent, elsewhere)
    moved = job_digest(read_run_file(elsewhere / path.name), Lang.JA, FileHashes())
    assert moved == base
    monkeypatch.setattr("spots.outputs.run_digest.code_digest", lambda: "other")
    assert digest() != base


def test_a_batch_that_was_stopped_says_what_is_missing_and_goes_on(
    tmp_path: Path, items: tuple[BatchItem, ...]
):
    out, run = tmp_path / "out", Counting(stops_at="south")
    with pytest.raises(StoppedBatchError) as stopped:
        call(items, out, run)
    assert [o.missing for o in stopped.value.outcomes] == [False, True]
    assert states(out) == [("done", "false"), ("missing", "false")]
    assert "未実行 1" in batch_table(stopped.value.outcomes)
    assert not (out / items[1].name).exists()
    assert leftovers(out) == []
    found = call(items, out, Counting())
    assert [(o.finished_before, o.failed) for o in found] == [(True, False), (False, False)]


def test_an_input_that_is_edited_meanwhile_is_never_run_unnoticed(
    tmp_path: Path, items: tuple[BatchItem, ...]
):
    class Editing(Counting):
        def __call__(self, job: Job, progress: Progress) -> RunResult:
            result = super().__call__(job, progress)
            (tmp_path / "south" / "clinics.csv").write_text(CLINICS + "\n", encoding="utf-8")
            return result

    found = call(items, tmp_path / "out", Editing())
    assert [o.failed for o in found] == [False, True]
    assert found[1].problems[0].code == "batch-inputs-changed"


@pytest.mark.parametrize("time_set_back", [False, True])
def test_an_input_that_is_edited_while_its_own_job_runs_is_no_result(
    tmp_path: Path, items: tuple[BatchItem, ...], *, time_set_back: bool
):
    edited = tmp_path / "south" / "clinics.csv"
    before = edited.stat()

    class Editing(Counting):
        def __call__(self, job: Job, progress: Progress) -> RunResult:
            result = super().__call__(job, progress)
            if job.base.name == "south":
                edited.write_text(CLINICS.replace("芳野", "河内"), encoding="utf-8")
            if time_set_back:
                os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
            return result

    found = call(items, tmp_path / "out", Editing())
    assert [o.failed for o in found] == [False, True]
    assert found[1].problems[0].code == "batch-inputs-changed"
    assert not (tmp_path / "out" / items[1].name).exists()


def test_a_tool_that_is_replaced_while_a_job_runs_gives_no_result(
    tmp_path: Path, items: tuple[BatchItem, ...], monkeypatch: pytest.MonkeyPatch
):
    class Upgrading(Counting):
        def __call__(self, job: Job, progress: Progress) -> RunResult:
            result = super().__call__(job, progress)
            monkeypatch.setattr("spots.outputs.run_digest.code_digest", lambda: "of the new one")
            return result

    found = call(items[:1], tmp_path / "out", Upgrading())
    assert found[0].problems[0].code == "batch-inputs-changed"
    assert not (tmp_path / "out" / items[0].name).exists()


def test_the_summary_of_another_batch_stays(tmp_path: Path, items: tuple[BatchItem, ...]):
    out, run = tmp_path / "out", Counting()
    call(items, out, run)
    with pytest.raises(OutputExistsError):
        call(items[:1], out, run)
