"""Workers that are processes: none of them costs another anything, and none outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from groundfloor.problems import Text
from spots.runners import Ended, ProcessRunner
from spots.runners.worker_process import TEMPORARY
from tests.helpers.folders import ROOT
from tests.helpers.worker_tasks import LateTask, Task, begin, begin_with_little_memory

pytestmark = pytest.mark.slow  # each worker is an interpreter that starts

POSIX = pytest.mark.skipif(os.name == "nt", reason="limits and signals of POSIX")
Found = dict[str, Ended[tuple[str, int]]]


def done(names: list[str], workers: int = 2, begin: Callable = begin) -> Found:
    tasks = [Task(name) for name in names]
    found = list(ProcessRunner(workers).run(tasks, begin, lambda _n, _t: None))
    assert sorted(each.number for each in found) == list(range(len(tasks)))
    return {names[each.number]: each for each in found}


def codes(ended: Ended[tuple[str, int]]) -> list[str]:
    return [problem.code for problem in ended.problems]


def gone(pid: int, patience_s: float = 20.0) -> bool:
    """Tell whether a process has ended, or does so soon."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and stat.read_text("utf-8").rsplit(")", 1)[1].split()[0] == "Z":
            return True  # nobody has asked how it ended
        time.sleep(0.05)
    return False


def test_every_order_ends_once_and_stages_are_told() -> None:
    told: list[tuple[int, str]] = []

    def tell(number: int, stage: Text) -> None:
        told.append((number, stage.en))

    tasks = [Task(name) for name in "abcdef"]
    found = list(ProcessRunner(2).run(tasks, begin, tell))
    assert sorted((e.number, e.done[0]) for e in found if e.done) == list(enumerate("abcdef"))
    assert os.getpid() not in {e.done[1] for e in found if e.done}
    assert sorted(told) == [(n, "counting") for n in range(6)]


def test_no_orders_no_process() -> None:
    assert done([]) == {}


def test_what_a_worker_prints_or_reads_spoils_nothing() -> None:
    found = done(["noise", "b"], workers=1)
    assert found["noise"].done is not None


def test_a_worker_that_dies_once_is_replaced(tmp_path: Path) -> None:
    once = f"die-once:{tmp_path / 'mark'}"
    found = done(["a", once, "b", "c"])
    assert all(each.done is not None for each in found.values())


@pytest.mark.parametrize(
    ("name", "code"),
    [("die", "worker-killed"), ("no-room", "worker-out-of-memory"), ("defect", "worker-killed")],
)
def test_what_kills_its_worker_twice_is_given_up_and_the_others_go_on(name: str, code: str) -> None:
    found = done(["a", name, "b", "c"])
    assert codes(found[name]) == [code]
    assert name in (found[name].problems[0].value or "")
    assert all(found[other].done is not None for other in "abc")


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_an_order_that_waits_for_others_begins_when_they_have_ended(workers: int) -> None:
    tasks = [Task("slow"), Task("a"), LateTask("both", (0, 1)), Task("b"), LateTask("all", (2, 3))]
    found = list(ProcessRunner(workers).run(tasks, begin, lambda _n, _t: None))
    assert all(each.done is not None for each in found)
    ended = [each.number for each in found]
    assert ended.index(2) > max(ended.index(0), ended.index(1))
    assert ended.index(4) > max(ended.index(2), ended.index(3))


@pytest.mark.parametrize("workers", [1, 2])
def test_who_waits_for_an_order_that_is_given_up_is_done_all_the_same(workers: int) -> None:
    tasks = [Task("die"), LateTask("after", (0,)), Task("a"), LateTask("last", (0, 1, 2))]
    found = list(ProcessRunner(workers).run(tasks, begin, lambda _n, _t: None))
    assert [each.number for each in found if each.done is None] == [0]
    assert sorted(each.number for each in found) == [0, 1, 2, 3]


def test_a_worker_that_dies_once_holds_up_who_waits_for_it(tmp_path: Path) -> None:
    once = Task(f"die-once:{tmp_path / 'mark'}")
    tasks = [once, LateTask("after", (0,)), Task("slow")]
    found = list(ProcessRunner(2).run(tasks, begin, lambda _n, _t: None))
    assert [each.number for each in found if each.done is None] == []
    assert found[-1].number == 1


def test_what_a_worker_said_last_is_told() -> None:
    assert "ValueError: by nothing" in (done(["defect"])["defect"].problems[0].value or "")


@POSIX
def test_a_worker_that_may_not_have_the_memory() -> None:
    found = done(["a", "too-much", "b"], begin=begin_with_little_memory)
    assert codes(found["too-much"]) == ["worker-out-of-memory"]
    assert all(found[other].done is not None for other in "ab")


def raises() -> Callable:
    raise ModuleNotFoundError("no such library")


def test_workers_that_never_begin_are_told_of_and_not_waited_for() -> None:
    found = done(["a", "b", "c"], begin=raises)
    assert {code for each in found.values() for code in codes(each)} == {"no-worker"}
    assert "no such library" in (found["a"].problems[0].value or "")


def test_without_an_interpreter_there_is_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(ROOT / "no-such-python"))
    assert codes(done(["a"])["a"]) == ["no-worker"]


def test_who_stops_asking_leaves_no_process(tmp_path: Path) -> None:
    mark = tmp_path / "pid"

    def stop(_number: int, _stage: Text) -> None:
        while not (mark.exists() and mark.read_text("utf-8")):
            time.sleep(0.02)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(ProcessRunner(2).run([Task(f"sleep:{mark}"), Task("a")], begin, stop))
    assert gone(int(mark.read_text("utf-8")), patience_s=0.5)


SCRIPT = """
import sys
from spots.runners import ProcessRunner
from tests.helpers.worker_tasks import Task, begin
for each in ProcessRunner(1).run([Task("sleep:" + sys.argv[1])], begin, lambda n, t: None):
    pass
"""


@POSIX
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT] if os.name != "nt" else [])
def test_a_parent_that_is_killed_leaves_no_process_and_no_folder(tmp_path: Path, how: int) -> None:
    mark, temporary = tmp_path / "pid", tmp_path / "temporary"
    temporary.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(mark)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (mark.exists() and mark.read_text("utf-8")):
        time.sleep(0.02)
    assert [p.name[: len(TEMPORARY)] for p in temporary.iterdir()] == [TEMPORARY]
    os.killpg(parent.pid, how) if how == signal.SIGINT else parent.kill()
    parent.wait()
    assert gone(int(mark.read_text("utf-8")))
    assert list(temporary.iterdir()) == []


def test_workers_work_in_the_folder_of_their_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever lies there: a module of the same name as a library's is not imported."""
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert done(["a"])["a"].done is not None
