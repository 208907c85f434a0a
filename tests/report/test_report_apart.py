"""``report.pdf`` in a process of its own: the same bytes, and no trouble that is not told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from groundfloor.decorations import LEFT_OUT
from groundfloor.kept_on_disk import KeptOnDisk
from groundfloor.problems import Lang, Problem
from spots.outputs import write_folder
from spots.outputs.evidence import dump_evidence
from spots.report import apart, render_report
from spots.report.apart import report_beside
from spots.types import OptionalOutput, ReportChoice, ReportSection, RunResult
from tests.helpers.fabricated import fabricated_result

pytestmark = pytest.mark.slow
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


@pytest.fixture(autouse=True)
def _really_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "interpreter", lambda: sys.executable)


@pytest.fixture(scope="module")
def short() -> RunResult:
    """Return a run whose report is a cover."""
    result = fabricated_result()
    choice = ReportChoice(sections=(ReportSection.ANNEX,))
    return replace(result, settings=replace(result.settings, report=choice))


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """Return evidence that never comes: whoever reads it waits."""
    path = tmp_path / "証拠.json"
    os.mkfifo(path)
    return path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Gather the processes that are started."""
    children: list[subprocess.Popen[bytes]] = []
    start = apart._started

    def kept(python: str, evidence: Path, lang: Lang, disk: KeptOnDisk) -> subprocess.Popen[bytes]:
        children.append(start(python, evidence, lang, disk))
        return children[-1]

    monkeypatch.setattr(apart, "_started", kept)
    yield children
    assert all(child.poll() is not None for child in children)


def made(evidence: Path, result: RunResult, lang: Lang = Lang.JA) -> bytes:
    with report_beside(evidence, result, lang) as wait:
        content, problems = wait()
    assert problems == ()
    assert content is not None
    return content


def finding(evidence: Path, result: RunResult) -> Problem:
    with report_beside(evidence, result, Lang.JA) as wait:
        content, (problem,) = wait()
    assert content is None
    assert problem.code == LEFT_OUT
    assert "report.pdf" in problem.message.ja
    return problem


def test_the_bytes_are_those_of_this_process(short: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "一つの 結果" / "evidence.json"
    path.parent.mkdir()
    path.write_text(dump_evidence(short), encoding="utf-8")
    assert made(path, short, Lang.EN) == render_report(short, Lang.EN)


def test_an_error_in_it_is_told_as_here(short: RunResult, tmp_path: Path) -> None:
    found = finding(tmp_path / "nothing.json", short)
    assert "FileNotFoundError" in found.message.ja
    assert "No such file" in str(found.value)
    assert "開発者" in found.remedy.ja


@needs_pipes
def test_one_that_is_killed_is_told(
    short: RunResult, waiting: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    with report_beside(waiting, short, Lang.JA) as wait:
        started[0].kill()
        content, (problem,) = wait()
    assert content is None
    assert (problem.code, problem.value) == (LEFT_OUT, f"[{-signal.SIGKILL}]")
    assert "メモリ不足" in problem.message.ja
    assert "spots report" in problem.remedy.ja


def test_one_without_memory_is_told(
    short: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_CHILD", "raise MemoryError")
    found = finding(tmp_path / "evidence.json", short)
    assert "メモリ不足" in found.message.ja
    assert found.value == "[1] MemoryError"


def test_one_that_ends_by_itself_is_told(
    short: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_CHILD", "import sys; sys.exit('no such module')")
    found = finding(tmp_path / "evidence.json", short)
    assert "メモリ" not in found.message.ja
    assert found.value == "[1] no such module"


def test_one_that_cannot_start_is_told(
    short: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "interpreter", lambda: str(tmp_path / "python"))
    assert "始められません" in finding(tmp_path / "evidence.json", short).message.ja


@needs_pipes
def test_who_does_not_wait_leaves_no_process(
    short: RunResult, waiting: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    with pytest.raises(KeyboardInterrupt), report_beside(waiting, short, Lang.JA):
        raise KeyboardInterrupt
    assert started[0].poll() is not None


@needs_pipes
def test_it_ends_with_the_process_that_wants_it(waiting: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom groundfloor.problems import Lang\n"
        "from spots.report import apart\n"
        "child = apart._started(sys.executable, Path(sys.argv[1]), Lang.JA)\n"
        "print(child.pid, flush=True)\ntime.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(waiting)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    while _runs(child):  # a test that hangs here has found an orphan
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_folder_without_it_says_so_and_stands(
    short: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_CHILD", "raise MemoryError")
    told: list[Problem] = []
    out = tmp_path / "結果"
    write_folder(short, out, outputs=[OptionalOutput.REPORT], missing=told.append)
    page = json.loads((out / "run.json").read_text("utf-8"))
    assert page["missing"] == ["report.pdf"]
    assert not (out / "report.pdf").exists()
    assert [p.code for p in told] == [LEFT_OUT]
    assert [p.name for p in tmp_path.iterdir()] == ["結果"]


def test_no_process_is_started_where_none_is_asked_for(
    short: RunResult, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    write_folder(short, tmp_path / "out", outputs=[])
    assert started == []
    written = write_folder(short, tmp_path / "two", outputs=[OptionalOutput.REPORT])
    assert len(started) == 1
    assert "report.pdf" in {file.name for file in written}


@pytest.mark.skipif(os.name == "nt", reason="a folder in use cannot be removed there")
def test_the_working_folder_may_be_gone(short: RunResult, tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nos.chdir(sys.argv[1])\nos.rmdir(sys.argv[1])\n"
        "from spots.outputs import load_result, write_folder\n"
        "from spots.types import OptionalOutput\n"
        "told = []\nrun = load_result(sys.argv[2])\n"
        "write_folder(run, sys.argv[3], outputs=[OptionalOutput.REPORT], missing=told.append)\n"
        "sys.exit(len(told))\n"
    )
    (tmp_path / "gone").mkdir()
    write_folder(short, tmp_path / "one", outputs=[])
    paths = [str(tmp_path / name) for name in ("gone", "one", "two")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", script, *paths], env=environment, check=False)
    assert done.returncode == 0
    assert (tmp_path / "two" / "report.pdf").read_bytes().startswith(b"%PDF")
