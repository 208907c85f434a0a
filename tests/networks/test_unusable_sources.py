"""Sources, settings and targets that nobody should hand over, through the command line and below.

Each ends in a clear message or in the right minutes; none hangs, crashes or loses a thing silently.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.cli_runs import foreign_words, leftovers, spots, spots_json
from tests.helpers.folders import ROOT
from tests.helpers.town_maps import Town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with ``town.osm``, that is the current one."""
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Town("A B C").way("ABC").save(tmp_path / "town.osm")
    return tmp_path


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_input_is_never_overwritten(town, lang):
    (town / "own.toml").write_bytes(b"name = 'mine'")
    before = {p.name: p.read_bytes() for p in town.iterdir()}
    for args in (
        ("build", "town.osm", "--out", "town.osm"),
        ("build", "town.osm", "--out", "./own.toml", "--profile", "own.toml"),
        ("build", "links.csv", "--nodes", town / "town.osm", "--out", "town.osm"),
        ("calibrate", "town.osm", "trips.csv", "--out", "town.osm"),
        ("calibrate", "roads.osm", "town.osm", "--out", "p.toml", "--report", "town.osm"),
        ("calibrate", "roads.osm", "trips.csv", "--out", "p.toml", "--report", "p.toml"),
    ):
        done = spots("network", *args, "--force", "--lang", lang)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "[output-is-input]" in done.stderr
        if lang == "en":
            assert foreign_words(done.stderr, []) == []
    assert {p.name: p.read_bytes() for p in town.iterdir()} == before


def test_targets_that_cannot_be(town):
    (town / "a.spotsnet").mkdir()
    long = f"{'a' * 250}.spotsnet"  # a file name has 255 bytes at most
    for out, exit_code, code in (
        ("a.spotsnet", 2, "output-no-file"),
        (long, 1, "output-not-writable"),
        ("nowhere/a.spotsnet", 1, "file-missing"),
        ("town.osm/a.spotsnet", 1, "output-not-writable"),
    ):
        done = spots("network", "build", "town.osm", "--out", out, "--force", "--lang", "en")
        assert (done.exit_code, done.stdout) == (exit_code, "")
        assert f"[{code}]" in done.stderr
        assert ".part" not in done.stderr
        assert foreign_words(done.stderr, []) == []
    assert leftovers(town) == []


def test_a_cache_that_cannot_be_written_is_said_in_full(town, monkeypatch):
    (town / "file").write_bytes(b"")
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(town / "file"))
    done = spots("network", "info", "town.osm", "--lang", "en")
    assert done.exit_code == 0
    assert "[network-cache-not-written]" in done.stderr
    assert "run.json" not in done.stderr
    assert "3.0" not in done.stderr
    assert spots_json("network", "info", "town.osm")["road_km"] == pytest.approx(2.0, abs=0.01)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_a_build_stopped_while_it_writes_leaves_nothing(town):
    script = (
        "import cli, os, signal; from networks.storage import network_files\n"
        "whole = network_files.write_members\n"
        # Children of a job in the background ignore it, as the shell arranges.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def slow(stream, members):\n"
        "    stream.write(b'begun')\n    stream.flush()\n"
        "    assert len(os.listdir()) == 2\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    whole(stream, members)\n"
        "network_files.write_members = slow\n"
        "cli.main(['network', 'build', 'town.osm', '--out', 'x.spotsnet'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=town,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert [p.name for p in town.iterdir()] == ["town.osm"]


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ("", "osm-bounds-unknown"),  # as osmium extract writes it: whole ways, no bounds
        ("<bounds minlon='130.4' minlat='32.4' maxlon='130.6' maxlat='32.6'/>", None),
        ("<bounds minlon='130.4' minlat='32.4' maxlon='130.515' maxlat='32.6'/>", "osm-border"),
    ],
)
def test_where_the_data_end_is_said_or_said_to_be_unknown(town, bounds, code):
    text = (town / "town.osm").read_text("utf-8")
    (town / "town.osm").write_text(text.replace("<node", f"{bounds}<node", 1), "utf-8")
    for lang, words in (("ja", "より近い病院が縁の外に"), ("en", "the nearest hospital may lie")):
        done = spots("network", "info", "town.osm", "--lang", lang)
        assert (code is None) == (words not in done.stdout)
        assert code is None or f"[{code}]" in done.stdout


def test_a_class_with_its_ramps_stands_where_its_sum_belongs(town):
    roads = Town("A B C D E F G H").way("ABC").way("CDE", highway="trunk_link")
    roads.way("EFGH", highway="residential").save(town / "town.osm")
    told = spots("network", "info", "town.osm", "--lang", "en").stdout
    assert "national road 4.0 km, residential street 3.0 km" in told
