"""``spots demo``: the sample from the shell."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.helpers.cli_runs import CONTRACT, foreign_words, spots
from tests.helpers.folders import ROOT, SAMPLE

pytestmark = pytest.mark.slow  # whole runs of the sample


def test_it_leaves_the_whole_folder_of_the_contract(sample_folder: Path) -> None:
    assert {p.name for p in sample_folder.iterdir()} == CONTRACT
    manifest = json.loads((sample_folder / "run.json").read_text("utf-8"))
    inputs = {i["file"]: i["sha256"] for i in manifest["inputs"]}
    used = {p.name for p in SAMPLE.iterdir()} - {"README.md", "run.toml"}
    assert set(inputs) == used
    assert all(len(digest) == 64 for digest in inputs.values())


def test_no_path_of_this_machine_is_in_any_file(sample_folder: Path) -> None:
    for path in sample_folder.iterdir():
        data = path.read_bytes()
        for private in (str(ROOT), str(sample_folder.parent)):
            assert private.encode() not in data, path.name


def test_it_says_plainly_that_the_network_is_schematic(sample_folder: Path) -> None:
    for name in ("map.html", "run.json"):
        text = (sample_folder / name).read_text("utf-8")
        assert "略図" in text, name


def test_in_english_and_for_machines(tmp_path: Path) -> None:
    done = spots("demo", "--out", tmp_path / "x", "--lang", "en", "--json")
    assert done.exit_code == 0
    page = json.loads(done.stdout)
    assert {f["name"] for f in page["files"]} == CONTRACT
    names = [p.read_text("utf-8-sig") for p in SAMPLE.glob("*.csv")]
    own = [f["state_reason"] for f in page["facilities"]]
    assert foreign_words(" ".join(own) + done.stderr, names) == []
    rows = sum(
        len(list(csv.reader(text.splitlines()))) - 1
        for text in (
            (SAMPLE / f"{name}.csv").read_text("utf-8-sig")
            for name in (
                "base_hospitals",
                "remote_clinics",
                "rotation_hospitals",
                "neighbour_hospitals",
            )
        )
    )
    merged = 4  # the base hospitals are on the rotation list too
    assert page["counts"]["facilities"] == len(page["facilities"]) == rows - merged


def test_an_existing_folder_is_refused(sample_folder: Path) -> None:
    done = spots("demo", "--out", sample_folder)
    assert done.exit_code == 2
    assert "output-exists" in done.stderr
