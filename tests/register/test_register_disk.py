"""The register on the disk: several at once, killed, full, read-only; always one whole file."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from groundfloor.problems import OutputError
from spots.register import Register, open_or_new
from spots.register.register_checking import examine
from tests.helpers.folders import ROOT
from tests.helpers.registers import register_of, to_add, years

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals, owners and limits of POSIX")
ADDING = """
import sys
from spots.register import Register, open_or_new
from tests.helpers.registers import to_add, years
{before}
for year in map(int, sys.argv[2:]):
    Register.open(sys.argv[1]).add_run(to_add(str(year), years(year, year + 1)))
"""


@pytest.fixture
def path(tmp_path) -> Path:
    folder = tmp_path / "計画 課"
    folder.mkdir()
    register_of(folder / "登録簿.gpkg", to_add("前期", years(2024, 2027)))
    return folder / "登録簿.gpkg"


def adding(path: Path, *first: int, before: str = "") -> subprocess.Popen[str]:
    """Return a process that adds plans of a year each."""
    told = [sys.executable, "-c", ADDING.format(before=before), str(path), *map(str, first)]
    return subprocess.Popen(told, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return how a process ended, and what it said."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def alone(path: Path) -> bool:
    """Tell whether nothing lies beside the register."""
    return [p.name for p in path.parent.iterdir()] == [path.name]


def test_nothing_lies_beside_a_register_and_it_needs_no_log(path):
    assert alone(path)
    assert path.read_bytes()[18:20] == b"\1\1"  # no WAL: shares and discs can be read from
    Register.open(path)
    examine(path)
    assert alone(path)


def test_two_processes_that_add_at_once_both_land(path):
    one, other = adding(path, 2030, 2032, 2034), adding(path, 2031, 2033, 2035)
    assert [ended(each) for each in (one, other)] == [(0, ""), (0, "")]
    plans = {edition.plan for edition in Register.open(path).editions}
    assert plans == {"前期", *map(str, range(2030, 2036))}
    assert examine(path).problems == ()
    assert alone(path)


def test_of_two_that_add_the_same_days_one_lands(path):
    one, other = adding(path, 2030), adding(path, 2030)
    assert {ended(each)[0] for each in (one, other)} == {0}  # the same run: once
    different = "from datetime import date\nfrom groundfloor.day_spans import DaySpan\n"
    different += "years = lambda *_: DaySpan(date(2031, 4, 1))"
    rivals = [adding(path, 2032, before=different), adding(path, 2033, before=different)]
    codes = sorted(ended(each)[0] for each in rivals)
    assert codes == [0, 1]
    assert [e.plan for e in Register.open(path).editions][:2] == ["前期", "2030"]
    assert len(Register.open(path).editions) == 3
    assert alone(path)


def test_a_register_is_made_once_by_two_at_once(tmp_path):
    run = to_add("前期", years(2024, 2027))
    registers = [open_or_new(tmp_path / "a.gpkg", run) for _ in range(2)]
    assert [r.editions for r in registers] == [(), ()]


@pytest.mark.parametrize("name", ["計画 #1?%20&x=y.gpkg", "plans", "a;b'c\".gpkg"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_register_may_have_any_name(tmp_path, name):
    register_of(tmp_path / name, to_add("前期", years(2024, 2027)))
    assert len(Register.open(tmp_path / name).editions) == 1
    assert [p.name for p in tmp_path.iterdir()] == [name]


@POSIX
def test_a_link_leads_to_the_register(path, tmp_path):
    link = tmp_path / "link.gpkg"
    link.symlink_to(path)
    Register.open(link).add_run(to_add("次期", years(2040, 2043)))
    assert len(Register.open(path).editions) == 2
    assert link.is_symlink()
    assert alone(path)


def test_who_waits_in_vain_is_told(path, monkeypatch):
    monkeypatch.setattr("spots.register.register_store.PATIENCE_S", 0.2)
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for ask in (Register.open, examine):
            with pytest.raises(OutputError) as fault:
                ask(path)
            assert [p.code for p in fault.value.problems] == ["register-locked"]
        other.execute("ROLLBACK")
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM history").fetchone()  # a reader may stay where it is
        assert [e.plan for e in Register.open(path).editions] == ["前期"]


DYING = {
    "before it is written": "import spots.register.register as r; r.write_run = die",
    "before it is done": "import spots.register.register as r; r.content_in = die",
    "after it is done": "import spots.register.register_store as s; s._fold_in = die",
}


@POSIX
@pytest.mark.parametrize("when", DYING)
def test_a_writer_that_is_killed_leaves_all_or_nothing(path, when):
    die = "import os\ndef die(*_): os.kill(os.getpid(), 9)\n"
    code, _ = ended(adding(path, 2030, before=die + DYING[when]))
    assert code == -signal.SIGKILL
    plans = [edition.plan for edition in Register.open(path).editions]
    assert plans == (["前期", "2030"] if when == "after it is done" else ["前期"])
    assert examine(path).problems == ()
    Register.open(path).add_run(to_add("次期", years(2040, 2043)))
    assert alone(path)


@POSIX
def test_a_full_disk_changes_nothing(path):
    before = path.read_bytes()
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
    code, said = ended(adding(path, 2030, before=limit))
    assert code == 1
    assert "register-disk" in said or "output-not-writable" in said
    assert [edition.plan for edition in Register.open(path).editions] == ["前期"]
    assert examine(path).problems == ()
    assert alone(path)
    assert len(path.read_bytes()) == len(before)


READING = """
import os, sys
from pathlib import Path
from spots.register import Register, open_or_new
from spots.register.register_checking import examine
from groundfloor.problems import SpotsError
from tests.helpers.registers import to_add, years
run = to_add("次期", years(2040, 2043))
asks = (Register.open, examine, lambda path: Register.open(path).add_run(run))
for ask in asks:
    ask(Path(sys.argv[2]))  # everything is imported while one may still read it
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for ask in asks:
    try:
        ask(Path(sys.argv[1]))
        print("done")
    except SpotsError as fault:
        print(*(problem.code for problem in fault.problems))
"""


@pytest.fixture
def seen(path) -> Iterator[Path]:
    """Give a register where everybody may read; the folders of pytest are one's own."""
    with tempfile.TemporaryDirectory() as top:
        Path(top).chmod(0o755)
        yield Path(shutil.copytree(path.parent, Path(top) / "計画")) / path.name


def as_nobody(path: Path) -> list[str]:
    """Return what opening, checking and adding say to one who may not write."""
    spare = path.parent.parent / "spare.gpkg"
    register_of(spare)
    for each in (path, *path.parent.iterdir()):
        each.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        told = [sys.executable, "-c", READING, str(path), str(spare)]
        done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    finally:
        path.parent.chmod(0o755)
    return done.stdout.split("\n")[:-1]


@POSIX
def test_where_nobody_may_write_it_can_be_read(seen):
    assert as_nobody(seen) == ["done", "done", "register-read-only"]


@POSIX
def test_a_register_with_a_log_can_be_read_where_nobody_may_write(seen):
    with closing(sqlite3.connect(seen)) as other:  # as QGIS leaves it
        other.execute("PRAGMA journal_mode = WAL")
    assert as_nobody(seen) == ["done", "done", "register-read-only"]


@POSIX
def test_what_a_killed_writer_left_is_told_where_it_cannot_be_brought_in(seen):
    die = "import os\ndef die(*_): os.kill(os.getpid(), 9)\n"
    ended(adding(seen, 2030, before=die + DYING["after it is done"]))
    seen.with_name(seen.name + "-shm").unlink()
    assert as_nobody(seen) == ["register-left-open"] * 3


def test_a_log_that_another_needs_is_told_of(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:  # as QGIS holds it
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN")
        other.execute("SELECT * FROM history").fetchone()
        added = Register.open(path).add_run(to_add("次期", years(2040, 2043)))
        assert added.problems[-1].code == "register-log-left"
    assert [e.plan for e in Register.open(path).editions] == ["前期", "次期"]
    assert alone(path)


def test_where_there_can_be_no_log_it_is_written_with_a_journal(path, monkeypatch):
    """As on a share of Windows, where SQLite finds no memory to share."""

    def no_memory(_act):
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMMAP
        raise fault

    monkeypatch.setattr("spots.register.register_store._patiently", no_memory)
    Register.open(path).add_run(to_add("次期", years(2040, 2043)))
    assert [e.plan for e in Register.open(path).editions] == ["前期", "次期"]
    assert examine(path).problems == ()
    assert alone(path)


def test_a_copy_is_the_same_register(path, tmp_path):
    shutil.copy(path, tmp_path / "copy.gpkg")
    assert Register.open(tmp_path / "copy.gpkg").seal == Register.open(path).seal
