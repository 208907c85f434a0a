"""``spots fetch``: from the shell, with a mirror on loopback and without any network."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from spots.public_data.catalogue import downloads_for
from spots.public_data.fetching import RECORD, mirrored
from tests.helpers.cli_runs import foreign_words, spots, spots_json, spots_process
from tests.helpers.file_server import FileServer, Served, serve_files
from tests.helpers.published_files import publish, zip_of

NOWHERE = "http://nobody.invalid/files"


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files() as running:
        publish(running, mirrored(downloads_for("44"), running.address))
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("prefecture", ["大分", "大分県", "44", "Oita"])
def test_the_usual_files_are_had_and_the_next_command_is_told(
    server: FileServer, tmp_path: Path, prefecture: str
):
    out = tmp_path / "data"
    done = spots("fetch", prefecture, "--out", out, "--mirror", server.address)
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    names = {p.name for p in out.iterdir()}
    assert {"N03-20260101_44_GML.zip", "kyushu-latest.osm.pbf", "P04-20_45_GML.zip"} < names
    assert not any(name.startswith("N13") for name in names)
    assert done.stdout.splitlines()[-1] == f"次のコマンド：spots init 44 --data {out}"
    assert "取得      N03-20260101_44_GML.zip" in done.stdout


def test_only_and_neighbours_choose(server: FileServer, tmp_path: Path):
    spots(
        *("fetch", "44", "--only", "n03,osm", "--no-neighbours"),
        *("--out", tmp_path, "--mirror", server.address),
    )
    assert {p.name for p in tmp_path.iterdir()} == {
        *("N03-20260101_44_GML.zip", "kyushu-latest.osm.pbf", RECORD)
    }


def test_without_a_network_the_addresses_are_printed(tmp_path: Path):
    done = spots("fetch", "大分", "--only", "n03", "--out", tmp_path / "d", "--mirror", NOWHERE)
    assert done.exit_code == 1
    assert done.stderr.count("[download-unreachable]") == 1
    assert f"{NOWHERE}/N03-20260101_44_GML.zip" in done.stdout
    assert "置き場所" in done.stdout


def test_what_is_missing_is_listed_alone(server: FileServer, tmp_path: Path):
    server.files.pop("/N03-20260101_43_GML.zip")
    done = spots("fetch", "44", "--only", "n03", "--out", tmp_path, "--mirror", server.address)
    assert done.exit_code == 1
    listed = done.stdout.partition("次のファイルは")[2]
    assert "N03-20260101_43_GML.zip" in listed
    assert "N03-20260101_44_GML.zip" not in listed
    assert "[download-not-there]" in done.stderr


def test_a_list_asks_nobody_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    done = spots("fetch", "44", "--list")
    assert done.exit_code == 0
    assert "https://download.geofabrik.de/asia/japan/kyushu-latest.osm.pbf" in done.stdout
    assert "サイズ未確認" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_list_in_english_is_english():
    done = spots("fetch", "44", "--list", "--only", "all", "--lang", "en")
    assert foreign_words(done.stdout, ("位置参照情報", "「使用許諾条件」")) == []


def test_a_folder_with_blanks_is_quoted_in_the_next_command():
    lines = spots("fetch", "24", "--list", "--out", "公開 データ").stdout.splitlines()
    assert lines[-1] == '次のコマンド：spots init 24 --data "公開 データ"'


def test_a_list_for_spreadsheets_and_machines():
    text = spots("fetch", "24", "--list", "--csv", "--only", "osm").stdout
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["file_name"] for row in rows] == ["kansai-latest.osm.pbf", "chubu-latest.osm.pbf"]
    assert text.startswith("\ufeff")
    found = spots_json("fetch", "24", "--list", "--only", "osm")
    assert [each["url"] for each in found] == [row["url"] for row in rows]


def test_the_outcome_for_machines(server: FileServer, tmp_path: Path):
    options = ("--only", "n03", "--out", tmp_path, "--mirror", server.address)
    server.files.pop("/N03-20260101_43_GML.zip")
    found = spots_json("fetch", "44", *options, code=1)
    assert {each["file"][-10:-8]: each["arrival"] for each in found} == {
        **dict.fromkeys(("44", "40", "45"), "fetched"),
        "43": "missing",
    }


def test_editions_are_chosen():
    done = spots("fetch", "44", "--list", "--only", "n03,osm", "--edition", "n03=2025")
    assert "N03-2025/N03-20250101_44_GML.zip" in done.stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), "prefecture-not-stated"),
        (("大分市",), "unknown-prefecture"),
        (("44", "--only", "roads"), "unknown-dataset"),
        (("44", "--only", ","), "unknown-dataset"),
        (("44", "--edition", "n03"), "unknown-edition"),
        (("44", "--edition", "n03=../.."), "unknown-edition"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: tuple[str, ...], code: str):
    done = spots("fetch", *options)
    assert done.exit_code == 2
    assert f"[{code}]" in done.stderr


@pytest.mark.slow
def test_a_console_of_windows_shows_it(tmp_path: Path):
    done = spots_process("fetch", "大分", "--list", cwd=tmp_path, encoding="cp932")
    assert done.returncode == 0
    assert "国土数値情報 行政区域データ" in done.stdout


@pytest.mark.slow
def test_a_mirror_may_stand_in_the_environment(server: FileServer, tmp_path: Path):
    done = spots_process(
        *("fetch", "44", "--only", "index"),
        cwd=tmp_path,
        environment={"SPOTS_MIRROR": server.address},
    )
    assert done.returncode == 0
    assert done.stderr == ""  # no progress in a pipe
    assert (tmp_path / "data" / "001424491.xlsx").is_file()


@pytest.mark.slow
def test_a_killed_fetch_leaves_no_half_file_and_goes_on(server: FileServer, tmp_path: Path):
    name = "001424491.xlsx"
    content = zip_of(data_txt="".join(chr(0x4E00 + n % 9_000) for n in range(60_000)))
    half = len(content) // 2
    server.files[f"/{name}"] = Served(content, breaks=[half], stall_s=60.0)
    typed = ["fetch", "44", "--only", "index", "--out", str(tmp_path), "--mirror", server.address]
    part = tmp_path / f"{name}.part"
    running = subprocess.Popen([sys.executable, "-m", "cli", *typed], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size == half) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.kill()
    running.wait()
    assert not (tmp_path / name).exists()
    assert part.stat().st_size == half
    assert spots(*typed).exit_code == 0  # nor is the lock of the dead held
    assert server.asked[-1] == (f"/{name}", f"bytes={half}-")
    assert (tmp_path / name).read_bytes() == content
    assert {p.name for p in tmp_path.iterdir()} == {name, RECORD}


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of another kind")
@pytest.mark.slow
def test_a_terminal_sees_how_far_it_is_and_a_pipe_does_not(server: FileServer, tmp_path: Path):
    import pty  # noqa: PLC0415 - there is none on Windows

    typed = ["fetch", "44", "--only", "osm", "--out", str(tmp_path), "--mirror", server.address]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "cli", *typed], stderr=theirs, stdout=subprocess.PIPE
    ) as running:
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while chunk := os.read(ours, 4096):
                seen += chunk
        printed = running.stdout.read() if running.stdout else b""
    os.close(ours)
    assert "kyushu-latest.osm.pbf" in seen.decode()
    assert b"\r" in seen
    assert b"\r" not in printed
