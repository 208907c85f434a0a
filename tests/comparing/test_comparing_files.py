"""A comparison on disk: complete or absent, deterministic, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from groundfloor.problems import ForeignFolderError, Lang, OutputExistsError, Text
from spots.comparing import compare, write_comparison
from spots.types import RunResult, State
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


def test_the_workbook_says_once_what_is_true_of_many(tmp_path):
    old = fabricated_result()
    named = [
        replace(v, state=State.EXCLUDED, state_reason=Text("除く", "out")) for v in old.verdicts
    ]
    new = replace(old, verdicts=tuple(named))
    write((old, new), tmp_path / "diff")
    found = compare(old, new).facilities
    book = load_workbook(tmp_path / "diff" / "diff.xlsx")
    rows = [[cell.value for cell in row] for row in book["説明"].rows]
    heads = next(row for row in rows if row[0] == "説明")
    told = [dict(zip(heads, row, strict=True)) for row in rows[rows.index(heads) + 1 :]]
    sentences = {change.summary.ja for change in found}
    assert len(told) < len(found)
    assert {row["変わったこと"] for row in told} == sentences
    assert sum(row["施設数"] for row in told) == len(found)
    names = [name for row in told for name in row["医療機関"].split("\n")]
    assert sorted(names) == sorted(change.shown.facility.name for change in found)
    text = [str(c.value) for row in book["変わった施設"].rows for c in row if c.value is not None]
    assert not sentences & set(text)  # a row has the number of its explanation
    assert {row["説明"] for row in told} <= set(text)


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
