"""Orders on a real scheduler with two worker processes, which run in another folder."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Text, UsageError
from spots.job.batch_run import plan, run_batch
from spots.runners import Ended, RunnerOptions, SerialRunner, runner_called
from tests.helpers.batch_runs import run_plainly
from tests.helpers.dask_clusters import Cluster, dask_cluster
from tests.helpers.small_job import CLINICS, write_job
from tests.helpers.worker_tasks import LateTask, Task, begin

pytestmark = pytest.mark.slow  # a scheduler and workers that start

pytest.importorskip("distributed", reason="Dask is an extra of the distribution")

CREATED = datetime(2024, 4, 1, tzinfo=UTC)
Found = dict[str, Ended[tuple[str, int]]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with dask_cluster(tmp_path_factory.mktemp("elsewhere"), workers=2) as found:
        yield found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spots.runners.dask_cluster.PATIENCE_S", 3.0)


def done(address: str, names: list[str]) -> Found:
    runner = runner_called("dask", RunnerOptions(scheduler=address))
    tasks = [Task(name) for name in names]
    found = list(runner.run(tasks, begin, lambda _n, _t: None))
    assert sorted(each.number for each in found) == list(range(len(tasks)))
    return {names[each.number]: each for each in found}


def codes(ended: Ended[tuple[str, int]]) -> list[str]:
    return [problem.code for problem in ended.problems]


def refused(address: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        done(address, ["a"])
    assert all(problem.remedy.ja and problem.remedy.en for problem in caught.value.problems)
    return sorted({problem.code for problem in caught.value.problems})


def test_a_batch_on_a_cluster_gives_the_bytes_of_serial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    """The lists are named from the caller's folder, in which no worker is."""
    run = write_job(tmp_path / "job")
    lists = tmp_path / "lists"
    lists.mkdir()
    for name in ("R5", "R6"):
        (lists / f"{name}.csv").write_text(CLINICS, encoding="utf-8")
    (lists / "R7.csv").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    items = plan([Path("job") / run.name], lists=Path("lists"), layer="②")
    said: list[str] = []
    options = RunnerOptions(
        scheduler=cluster.address, say=lambda text: said.append(text.render(Lang.EN))
    )
    pages = []
    for out, runner in (("serial", SerialRunner()), ("dask", runner_called("dask", options))):
        run_batch(
            items,
            Path(out),
            lang=Lang.JA,
            created=CREATED,
            extra={},
            run=run_plainly,
            runner=runner,
        )
        files = sorted(path for path in Path(out).rglob("*") if path.is_file())
        pages.append(
            {
                path.relative_to(out): path.read_bytes()
                for path in files
                if path.name != "summary.json"
            }
        )
        assert not list(Path(out).glob(".*"))
    assert pages[0] == pages[1]
    summary = json.loads(Path("dask", "summary.json").read_text("utf-8"))
    assert (summary["runner"], summary["counts"]["failed"]) == ("dask", 1)
    assert "2 workers, dashboard http" in said[0]


def test_an_order_that_waits_for_others_begins_when_they_have_ended(cluster: Cluster) -> None:
    runner = runner_called("dask", RunnerOptions(scheduler=cluster.address))
    tasks = [Task("slow"), LateTask("after", (0,)), Task("a")]
    found = list(runner.run(tasks, begin, lambda _n, _t: None))
    assert all(each.done is not None for each in found)
    assert found[-1].number == 1


def test_what_kills_its_worker_costs_nobody_else_anything(tmp_path: Path, cluster: Cluster) -> None:
    once = f"die-once:{tmp_path / 'mark'}"
    found = done(cluster.address, ["a", "die", once, "no-room", "defect", "b"])
    assert codes(found["die"]) == ["worker-killed"]
    assert codes(found["no-room"]) == ["worker-out-of-memory"]
    assert "by nothing" in (found["defect"].problems[0].value or "")
    assert all(found[name].done is not None for name in ("a", once, "b"))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "smoke://127.0.0.1:8786", "tcp://no.such.host.invalid:8786"]
)
def test_a_scheduler_that_is_not_there(address: str) -> None:
    assert refused(address) == ["scheduler-not-there"]


def test_a_scheduler_of_another_version(monkeypatch: pytest.MonkeyPatch, cluster: Cluster) -> None:
    ours = {"dask": "2024.1.0", "distributed": "2024.1.0", "msgpack": "1", "python": "3.10.1"}
    monkeypatch.setattr("spots.runners.dask_cluster.get_versions", lambda: {"packages": ours})
    assert refused(cluster.address) == ["scheduler-other-version"]


def test_workers_with_another_version_or_another_code(
    monkeypatch: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    with monkeypatch.context() as other:
        other.setattr("spots.runners.dask_cluster.tool_version", lambda: "99.0")
        assert refused(cluster.address) == ["worker-without-package"]
    monkeypatch.setattr("spots.runners.dask_crew.code_digest", lambda: "another")
    assert refused(cluster.address) == ["worker-other-version"]


@pytest.mark.usefixtures("impatient")
def test_a_scheduler_without_workers(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, workers=0) as lonely:
        assert refused(lonely.address) == ["scheduler-without-workers"]


def test_a_scheduler_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "pid"

    def kill(scheduler: subprocess.Popen[bytes]) -> None:
        while not mark.exists():
            time.sleep(0.05)
        monkeypatch.setattr("spots.runners.dask_cluster.PATIENCE_S", 3.0)
        scheduler.kill()

    with dask_cluster(tmp_path, workers=1) as cluster:
        runner = runner_called("dask", RunnerOptions(scheduler=cluster.address))
        tasks = [Task("a"), Task(f"sleep:{mark}"), Task("b")]
        killer = threading.Thread(target=kill, args=(cluster.scheduler,))
        killer.start()
        found = {e.number: e for e in runner.run(tasks, begin, lambda _n, _t: None)}
        killer.join()
    assert found[0].done is not None
    assert [codes(found[n]) for n in (1, 2)] == [["scheduler-gone"], ["scheduler-gone"]]


def test_a_cluster_of_its_own_on_this_machine() -> None:
    said: list[Text] = []
    runner = runner_called("dask", RunnerOptions(workers=2, say=said.append))
    found = list(runner.run([Task("a"), Task("die"), Task("b")], begin, lambda _n, _t: None))
    assert sorted((e.done or ("-", 0))[0] for e in found) == ["-", "a", "b"]
    assert "dashboard http://127.0.0.1" in said[0].en
