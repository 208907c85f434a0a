"""A comparison on disk: complete or absent, deterministic, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from groundfloor.problems import ForeignFolderError, Lang, OutputExistsError
from spots.comparing import compare, write_comparison
from spots.types import RunResult
from tests.helpers.fabricated import fabricated_result, later

FILES = ["diff.csv", "diff.geojson", "diff.html", "diff.json", "diff.xlsx"]


@pytest.fixture(scope="module")
def runs() -> tuple[RunResult, RunResult]:
    old = fabricated_result()
    return old, later(old)


def write(runs, out: Path, lang: Lang = Lang.JA, *, force: bool = False):
    return write_comparison(compare(*runs), *runs, out, lang=lang, force=force)


def test_the_folder_holds_table_layer_map_and_record(runs, tmp_path):
    written = write(runs, tmp_path / "diff")
    assert (
        [w.name for w in written] == FILES == sorted(p.name for p in (tmp_path / "diff").iterdir())
    )
    rows = list(
        csv.DictReader(
            io.StringIO((tmp_path / "diff" / "diff.csv").read_text("utf-8-sig"), newline="")
        )
    )
    assert [r["change"] for r in rows] == ["changed", "left"]
    assert (rows[0]["old_state"], rows[0]["new_state"]) == ("designated", "not_met")
    assert rows[0]["certainty"]
    # A boolean is one in every file, not the text 'true.
    assert [r["verdict_changed"] for r in rows] == ["true", "true"]
    assert {r[f"{which}_reachable"] for r in rows for which in ("old", "new")} <= {
        *("true", "false", "")
    }
    page = json.loads((tmp_path / "diff" / "diff.geojson").read_text("utf-8"))
    kinds = [(f["properties"]["layer"], f["properties"]["change"]) for f in page["features"]]
    assert kinds == [("area", "lost"), ("facility", "changed"), ("facility", "left")]
    record = json.loads((tmp_path / "diff" / "diff.json").read_text("utf-8"))
    assert record["comparison"]["facilities"][0]["summary"].endswith("ました。")


@pytest.mark.parametrize("lang", list(Lang))
def test_the_same_runs_give_the_same_bytes(runs, tmp_path, lang):
    again = (fabricated_result(), later(fabricated_result()))
    one, two = (write(r, tmp_path / n, lang) for r, n in ((runs, "a"), (again, "b")))
    assert [w.sha256 for w in one] == [w.sha256 for w in two]


def test_only_an_earlier_comparison_is_replaced(runs, tmp_path):
    out = tmp_path / "diff"
    write(runs, out)
    with pytest.raises(OutputExistsError):
        write(runs, out)
    write(runs, out, force=True)
    (out / "memo.txt").write_text("mine")
    with pytest.raises(ForeignFolderError):
        write(runs, out, force=True)
    assert (out / "memo.txt").read_text() == "mine"
    other = tmp_path / "other"
    other.mkdir()
    (other / "diff.csv").write_text("mine too")  # of the name, but nothing says it is ours
    with pytest.raises(ForeignFolderError):
        write(runs, other, force=True)


def test_a_writer_that_fails_leaves_nothing(runs, tmp_path, monkeypatch):
    def broken(*_args: object) -> bytes:
        raise RuntimeError("broken")

    monkeypatch.setattr("spots.comparing.comparison_files.comparison_xlsx", broken)
    with pytest.raises(RuntimeError):
        write(runs, tmp_path / "diff")
    assert list(tmp_path.iterdir()) == []


def test_hostile_names_stay_text(tmp_path):
    old = fabricated_result(hostile=True)
    write((old, later(old)), tmp_path / "diff")
    sheets = load_workbook(tmp_path / "diff" / "diff.xlsx")
    assert not any(c.data_type == "f" for s in sheets for r in s.rows for c in r)
    text = (tmp_path / "diff" / "diff.csv").read_text("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert "</script><script>" not in (tmp_path / "diff" / "diff.html").read_text("utf-8")


def test_runs_without_a_difference_and_without_a_spot(tmp_path):
    old = fabricated_result()
    none = replace(
        old, spots=(), dissolved=old.dissolved.difference(old.dissolved), dissolved_km2=0.0
    )
    for pair in ((old, old), (none, none), (none, old)):
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        assert [w.name for w in write(pair, out)] == FILES
