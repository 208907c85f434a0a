"""Many jobs: each on its own, every failure recorded, nothing half-written."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from groundfloor.aligned import cell_width
from groundfloor.problems import (
    DataError,
    ForeignFolderError,
    Lang,
    MissingFileError,
    OutputExistsError,
    Text,
    UsageError,
    error,
)
from groundfloor.tables import TABLE_SUFFIXES
from groundfloor.vector_files import VECTOR_SUFFIXES
from spots.comparing import Aspect, Cause, ChangeKind, compare
from spots.facilities import LayerSpec
from spots.job.batch_outcomes import BatchItem, batch_json, batch_table
from spots.job.batch_run import folder_name, left_out, plan, run_batch
from spots.outputs import load_result
from spots.sample import sample_run_file
from spots.types import State
from tests.helpers.fabricated import fabricated_result
from tests.helpers.unit_cases import ground_result

pytestmark = pytest.mark.slow  # several whole runs each

CREATED = datetime(2024, 4, 1, tzinfo=UTC)
RESULT = fabricated_result()
COUNTS = {
    "facilities": 10,
    "spots": 5,
    "designated": 5,
    "excluded": 2,
    "moot": 1,
    "not_met": 1,
    "undetermined": 1,
}


@dataclass(frozen=True, slots=True)
class FakeJob:
    """What a run file's name says of how its job ends."""

    stem: str
    layers: tuple[LayerSpec, ...] = ()
    settings: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(network=None))


@pytest.fixture
def jobs(monkeypatch):
    """Let a run file's name say how its job ends; returns what was read."""
    read = []

    def read_run_file(path, facilities=(), _settings=()):
        read.append((path.name, tuple(facilities)))
        if path.stem == "misspelt":
            raise UsageError(
                [
                    error("unknown-key", Text("知らないキーです", "is unknown"), Text("", "")),
                    error("unknown-key", Text("二つ目", "the second"), Text("", "")),
                ]
            )
        return FakeJob(path.stem)

    monkeypatch.setattr("spots.job.batch_work.read_run_file", read_run_file)
    monkeypatch.setattr("spots.job.batch_run.job_digest", lambda *_: "")
    return read


def run(path, progress):
    progress(Text("読む", "reading"))
    if path.stem == "unusable":
        raise DataError(error("no-rows", Text("=悪い行", "=bad"), Text("", "")))
    if path.stem == "defect":
        raise ZeroDivisionError("by\x1bnothing")
    if path.stem == "clean":
        kept = tuple(v for v in RESULT.verdicts if v.state is not State.UNDETERMINED)
        return replace(RESULT, verdicts=kept)
    return RESULT


def batch(names, out: Path, **more):
    items = plan([Path(f"{name}.toml") for name in names])
    options = {"lang": Lang.JA, "created": CREATED, "extra": {}, "run": run} | more
    return run_batch(items, out, **options)


@pytest.mark.usefixtures("jobs")
def test_a_failing_job_stops_and_damages_no_other(tmp_path):
    out = tmp_path / "batch"
    names = ["good", "misspelt", "unusable", "defect", "clean"]
    found = batch(names, out)
    assert [o.item.name for o in found] == names
    assert [o.failed for o in found] == [False, True, True, True, False]
    assert [o.internal for o in found] == [False, False, False, True, False]
    assert [o.undetermined for o in found] == [1, 0, 0, 0, 0]
    made = sorted(p.name for p in out.iterdir())
    assert made == ["clean", "good", "summary.csv", "summary.json"]
    assert load_result(out / "good").dissolved_km2 == RESULT.dissolved_km2
    assert [p.code for p in found[1].problems] == ["unknown-key", "unknown-key"]
    defect = found[3].problems[0]
    assert defect.code == "internal-error"
    assert "ZeroDivisionError" in defect.message.ja
    assert "test_batch.py" in defect.message.en


@pytest.mark.usefixtures("jobs")
def test_summaries_count_and_run_no_formula(tmp_path):
    found = batch(["good", "unusable", "defect"], tmp_path)
    raw = (tmp_path / "summary.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert {k: rows[0][k] for k in COUNTS} == {k: str(v) for k, v in COUNTS.items()}
    assert float(rows[0]["dissolved_km2"]) == pytest.approx(RESULT.dissolved_km2, abs=1e-6)
    assert [r["status"] for r in rows] == ["undetermined", "failed", "internal_error"]
    assert rows[1]["designated"] == ""
    assert "=悪い行" in rows[1]["error"]
    assert not any(value.startswith(("=", "+", "-", "@")) for r in rows for value in r.values())
    page = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert page == batch_json(found)
    assert page["jobs"][0]["counts"] == COUNTS
    assert page["jobs"][1]["problems"][0]["code"] == "no-rows"
    assert page["counts"] == {"jobs": 3, "failed": 2, "undetermined": 1}


@pytest.mark.usefixtures("jobs")
def test_units_of_ground_are_counted_by_result(tmp_path):
    ground = ground_result()
    certain = replace(
        ground, verdicts=tuple(v for v in ground.verdicts if v.state is not State.UNDETERMINED)
    )
    found = batch(
        ["units", "clean"], tmp_path, run=lambda p, _: certain if p.stem == "units" else run(p, _)
    )
    assert [o.undetermined for o in found] == [2, 0]  # a unit in each of two results
    text = (tmp_path / "summary.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [r["status"] for r in rows] == ["undetermined", "done"]
    support = "support: designated 3, excluded 0, moot 0, not_met 1, undetermined 1"
    assert support in rows[0]["results"]
    assert rows[1]["results"] == ""
    page = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["jobs"]
    assert [(r["result"], r["units"]) for r in page[0]["results"]] == [
        ("spots", 9),
        ("support", 5),
        ("programme", 1),
    ]
    assert "results" not in page[1]
    assert "  重点医師偏在対策支援区域" in batch_table(found)
    batch(["clean"], tmp_path / "without")
    head = (tmp_path / "without" / "summary.csv").read_text("utf-8-sig").split("\n")[0]
    assert "results" not in head


@pytest.mark.usefixtures("jobs")
def test_a_formula_for_a_name_is_marked(tmp_path):
    item = BatchItem(folder_name("=1+1"), Path("=good.toml"), ("=x.csv",))
    run_batch([item], tmp_path, lang=Lang.JA, created=CREATED, extra={}, run=run)
    text = (tmp_path / "summary.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith("'=1+1,'=good.toml,'=x.csv,")


@pytest.mark.usefixtures("jobs")
def test_the_table_is_aligned_and_names_the_first_error(tmp_path):
    found = batch(["good", "misspelt", "長い名前の県"], tmp_path)
    lines = batch_table(found).splitlines()
    assert "知らないキーです" in lines[2]
    assert "ほか1件" in lines[2]
    assert "二つ目" not in lines[2]
    assert "失敗 1" in lines[-1]
    ends = [cell_width(line[: line.index("241.22") + 6]) for line in (lines[1], lines[3])]
    assert ends[0] == ends[1]
    assert "1 failed" in batch_table(found, Lang.EN)


@pytest.mark.usefixtures("jobs")
def test_escape_sequences_of_an_error_do_not_reach_the_terminal(tmp_path):
    assert "\x1b" not in batch_table(batch(["defect"], tmp_path))


@pytest.mark.usefixtures("jobs")
def test_nothing_is_overwritten_without_force(tmp_path):
    batch(["good"], tmp_path)
    before = (tmp_path / "summary.csv").read_bytes()
    with pytest.raises(OutputExistsError) as caught:
        batch(["clean"], tmp_path)  # another batch, whose summary would lose a job
    assert len(caught.value.problems) == 2
    assert (tmp_path / "summary.csv").read_bytes() == before
    found = batch(["good", "clean"], tmp_path)
    assert [o.failed for o in found] == [True, False]
    assert found[0].problems[0].code == "output-exists"
    assert found[0].older_left


@pytest.mark.usefixtures("jobs")
def test_force_replaces_and_a_failing_job_leaves_its_older_folder(tmp_path):
    batch(["good", "clean"], tmp_path)
    assert not any(o.failed for o in batch(["good", "clean"], tmp_path, force=True))

    def broken(path, progress):
        if path.stem == "good":
            raise DataError(error("no-rows", Text("だめ", "no"), Text("", "")))
        return run(path, progress)

    found = batch(["good", "clean"], tmp_path, force=True, run=broken)
    assert [o.failed for o in found] == [True, False]
    assert found[0].older_left
    assert "以前の出力はそのまま" in batch_table(found)
    assert load_result(tmp_path / "good")


@pytest.mark.usefixtures("jobs")
def test_a_summary_of_somebody_else_is_never_replaced(tmp_path):
    (tmp_path / "summary.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ForeignFolderError):
        batch(["good"], tmp_path, force=True)
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "good").exists()


@pytest.mark.usefixtures("jobs")
def test_a_file_for_a_folder_is_refused(tmp_path):
    target = tmp_path / "file"
    target.write_text("x", encoding="utf-8")
    with pytest.raises(OutputExistsError):
        batch(["good"], target, force=True)


@pytest.mark.usefixtures("jobs")
def test_two_batches_are_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        batch(["good", "unusable"], tmp_path / name)
    for name in ("summary.csv", "summary.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.usefixtures("jobs")
def test_progress_names_job_and_stage(tmp_path):
    said = []
    batch(["unusable", "defect"], tmp_path, progress=said.append)
    assert [t.en for t in said] == [
        "[1/2] unusable: begins",
        "[1/2] unusable: reading",
        "[2/2] defect: begins",
        "[2/2] defect: reading",
    ]


def test_lists_each_take_the_place_of_a_layer(tmp_path, jobs):
    for name in ("b.xlsx", "a.csv", "a.geojson", "~$b.xlsx", ".hidden.csv", "memo.pdf", "x.dbf"):
        (tmp_path / name).write_text("", encoding="utf-8")
    items = plan([Path("run.toml")], lists=tmp_path, layer="③")
    assert [i.name for i in items] == ["a.csv", "a.geojson", "b"]
    assert items[0].facilities == (f"③={tmp_path / 'a.csv'}",)
    assert {i.run_file for i in items} == {Path("run.toml")}
    assert plan([Path("run.toml")], lists=tmp_path)[2].facilities == (str(tmp_path / "b.xlsx"),)
    run_batch(items[:1], tmp_path / "out", lang=Lang.JA, created=CREATED, extra={}, run=run)
    assert set(jobs) == {("run.toml", items[0].facilities)}


@pytest.mark.parametrize("suffix", sorted(TABLE_SUFFIXES | VECTOR_SUFFIXES | {".zip"}))
def test_every_list_that_is_read_elsewhere_is_run(tmp_path, suffix):
    (tmp_path / f"R6{suffix.upper()}").write_bytes(b"")
    assert [i.name for i in plan([Path("run.toml")], lists=tmp_path)] == ["R6"]
    assert left_out(tmp_path) == ()


def test_what_is_no_list_is_told_but_parts_of_lists_are_not(tmp_path):
    for name in ("a.shp", "a.dbf", "a.prj", "b.dbf", "memo.pdf", "~$a.xlsx", ".hidden"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "R5").mkdir()
    found = left_out(tmp_path)
    assert [(p.code, p.file) for p in found] == [
        ("not-a-list", name) for name in ("R5", "b.dbf", "memo.pdf")
    ]


def test_plans_that_make_no_sense(tmp_path):
    for arguments, kind in (
        ({"run_files": [Path("a"), Path("b")], "lists": tmp_path}, UsageError),
        ({"run_files": [Path("a")], "layer": "③"}, UsageError),
        ({"run_files": [Path("a")], "lists": tmp_path}, UsageError),
        ({"run_files": [Path("a")], "lists": tmp_path / "nowhere"}, MissingFileError),
    ):
        with pytest.raises(kind):
            plan(**arguments)


def test_names_are_unique_and_tell_the_jobs_apart():
    paths = ["熊本/run.toml", "大分/run.toml", "x.toml", "y/X.toml", "ｘ.toml", "summary.csv.toml"]
    names = [i.name for i in plan([Path(p) for p in paths])]
    assert names == ["熊本-run", "大分-run", "x", "X-2", "ｘ-3", "summary.csv-2"]
    twice = [i.name for i in plan([Path("a.toml"), Path("a.toml")])]
    assert len(set(twice)) == 2


@pytest.mark.parametrize(
    "name",
    ["a/b", "..", ".", "", " ", "a\\b", "C:x", "nul", "LPT1.x", "a\nb", "-rf", "x" * 400,
     "長" * 400, "a. ", "\u202egpj.exe", "a\x00b", ".ssh"],
)  # fmt: skip
def test_folder_names_stay_in_the_folder(tmp_path, name):
    made = folder_name(name)
    (tmp_path / made).mkdir()
    assert [p.name for p in tmp_path.iterdir()] == [made]
    assert len(made.encode()) <= 160
    assert not made.startswith(("-", ".")) and not made.endswith((".", " "))  # noqa: PT018
    assert made.isprintable()
    assert folder_name(made) == made


def test_the_real_job_under_two_policies_and_with_lists(tmp_path):
    """Three run files and two lists through the whole pipeline, then what changed between runs."""
    with sample_run_file() as path:
        shutil.copytree(path.parent, tmp_path / "kumamoto")
    base = tmp_path / "kumamoto"
    text = (base / "run.toml").read_text(encoding="utf-8")
    smaller = text.replace(
        'preset = "kumamoto"', 'preset = "kumamoto"\n[policy.override.circle]\nradius_m = 3000'
    )
    (base / "smaller.toml").write_text(smaller, encoding="utf-8")
    (base / "wrong.toml").write_text(text.replace("lang = ", "lnag = "), encoding="utf-8")
    files = [base / name for name in ("run.toml", "wrong.toml", "smaller.toml")]
    out = tmp_path / "out"
    done = run_batch(plan(files), out, lang=Lang.JA, created=CREATED, extra={})
    assert [o.failed for o in done] == [False, True, False]
    assert done[1].problems[0].code == "unknown-key"
    old, new = load_result(out / "run"), load_result(out / "smaller")
    found = compare(old, new)
    assert found.causes == (Cause.POLICY,)
    assert ("circle.radius_m", "4000", "3000") in [(c.key, c.old, c.new) for c in found.policy]
    assert {c.aspects for c in found.facilities} == {(Aspect.SPOT_AREA,)}
    assert found.gained.is_empty
    assert found.lost_km2 == pytest.approx(old.dissolved_km2 - new.dissolved_km2, abs=1e-3)

    lists = tmp_path / "lists"
    lists.mkdir()
    clinics = (base / "remote_clinics.csv").read_text(encoding="utf-8-sig").splitlines()
    (lists / "R6.csv").write_text("\n".join(clinics[:-1]), encoding="utf-8")
    (lists / "R7.csv").write_text("", encoding="utf-8")
    done = run_batch(
        plan(files[:1], lists=lists, layer="②"),
        tmp_path / "out2",
        lang=Lang.JA,
        created=CREATED,
        extra={},
    )
    assert [(o.item.name, o.failed) for o in done] == [("R6", False), ("R7", True)]
    found = compare(old, load_result(tmp_path / "out2" / "R6"))
    assert [c.kind for c in found.facilities] == [ChangeKind.LEFT]
    assert found.facilities[0].causes == (Cause.LISTS,)
    assert [c.new.file for c in found.inputs] == ["R6.csv"]
