"""``spots network calibrate``, as a user runs it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cli import main
from networks import load_profile, save_network
from tests.helpers.trip_cases import TRUE, as_csv, at_true_speeds, observe, town


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A saved network and a table of observed trips."""
    place = tmp_path_factory.mktemp("calibrate")
    network = town()
    save_network(network, place / "town.spotsnet")
    trips = observe(at_true_speeds(network), 40)
    (place / "観測.csv").write_bytes(as_csv(trips).encode("cp932"))
    return place


def run(folder, *options):
    arguments = ["network", "calibrate", str(folder / "town.spotsnet"), str(folder / "観測.csv")]
    return CliRunner().invoke(main, [*arguments, *options])


def test_a_profile_a_report_and_a_table(folder, tmp_path):
    out, report = tmp_path / "ours.toml", tmp_path / "trips.csv"
    done = run(folder, "--out", str(out), "--report", str(report))
    assert done.exit_code == 0, done.output
    assert "調整前" in done.stdout
    assert "検証" in done.stdout
    profile = load_profile(out)
    assert profile.lookup()["trunk"].kmh == pytest.approx(45 * TRUE["trunk"], rel=0.05)
    text = out.read_text("utf-8")
    assert "観測.csv" in text
    assert "2026-10-01 to 2026-10-28" in text
    assert "NITAS" in text
    rows = report.read_text("utf-8-sig").splitlines()
    assert len(rows) == 41
    assert ",'=B0," in rows[1]  # no formula reaches a spreadsheet


def test_the_new_profile_builds_what_the_report_says(folder, tmp_path):
    out = tmp_path / "ours.toml"
    done = run(folder, "--out", str(out), "--json", "--lang", "en")
    assert done.exit_code == 0, done.output
    first = json.loads(done.stdout)
    again = run(folder, "--out", str(tmp_path / "b.toml"), "--profile", str(out), "--json")
    second = json.loads(again.stdout)
    assert second["before"]["rmse_min"] == pytest.approx(first["after"]["rmse_min"], abs=1e-9)
    assert second["base_profile"] == first["profile"]


def test_an_output_that_is_there_is_kept(folder, tmp_path):
    out = tmp_path / "ours.toml"
    out.write_text("mine")
    done = run(folder, "--out", str(out))
    assert done.exit_code == 2
    assert out.read_text() == "mine"


def test_a_table_that_is_wrong_is_said_by_row(folder, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("from_lon,from_lat,to_lon,to_lat,minutes\n130.5,32.5,130.6,32.5,abc\n")
    network = str(folder / "town.spotsnet")
    done = CliRunner().invoke(
        main, ["network", "calibrate", network, str(bad), "--out", str(tmp_path / "a.toml")]
    )
    assert done.exit_code == 1
    assert "bad.csv: 2行目: 列「minutes」: 値「abc」" in done.stderr
    assert not (tmp_path / "a.toml").exists()


def test_help_is_there():
    done = CliRunner().invoke(main, ["network", "calibrate", "--help"])
    assert done.exit_code == 0
    assert "observed trips" in done.output
