"""The folder: whole or absent, never somebody else's, and readable again."""

import hashlib
import json
import sys
import types
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyogrio
import pytest

from groundfloor.disk import sha256_of, write_whole
from groundfloor.problems import (
    ForeignFolderError,
    Lang,
    MissingFileError,
    OutputError,
    OutputExistsError,
    SpotsError,
    Text,
    UsageError,
)
from groundfloor.problems import error as problem
from spots.outputs import (
    ConservationError,
    FolderError,
    load_result,
    refuse_existing,
    write_folder,
)
from spots.outputs import folder as folder_module
from spots.outputs.evidence import VERSION
from tests.helpers.fabricated import fabricated_result

FILES = {
    "evidence.json",
    "facilities.csv",
    "facilities.geojson",
    "map.html",
    "report.pdf",
    "routes.geojson",
    "run.json",
    "spots.geojson",
    "spots.gpkg",
    "spots_dissolved.geojson",
    "table.xlsx",
}
THEN = datetime(2024, 4, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2025, 5, 2, 10, 30, tzinfo=UTC)


def fake_map(result, lang):
    return f"<!doctype html><html lang={lang}>{len(result.verdicts)}"


def write(out, *, created=THEN, result=None, **more):
    more.setdefault("extra", {"map.html": fake_map, "report.pdf": fake_map})
    more.setdefault("lang", Lang.JA)
    return write_folder(result or fabricated_result(), Path(out), created=created, **more)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("finished") / "out"
    write(out)
    return out


def leftovers(parent):
    return sorted(p.name for p in parent.iterdir())


def test_the_whole_contract_and_nothing_else(tmp_path):
    written = write(tmp_path / "deep" / "out")
    out = tmp_path / "deep" / "out"
    assert {f.name for f in written} == FILES == {p.name for p in out.iterdir()}
    for file in written:
        data = (out / file.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
    assert leftovers(out.parent) == ["out"]
    # Not the private mode of a temporary folder: colleagues must be able to read it.
    (tmp_path / "plain").mkdir()
    assert out.stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.slow
@pytest.mark.parametrize("hostile", [False, True])
def test_two_runs_differ_only_in_the_time_of_the_manifest(tmp_path, hostile):
    for name, created in (("a", THEN), ("b", LATER)):
        write(tmp_path / name, created=created, result=fabricated_result(hostile=hostile))
    for name in FILES - {"run.json"}:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    one, two = (json.loads((tmp_path / n / "run.json").read_text("utf-8")) for n in "ab")
    assert (one.pop("created"), two.pop("created")) == (
        "2024-04-01T09:00:00+00:00",
        "2025-05-02T10:30:00+00:00",
    )
    assert one == two


def test_manifest_says_what_was_asked_and_written(finished):
    page = json.loads((finished / "run.json").read_text("utf-8"))
    assert page["tool"]["name"] == "shortage-spots"
    assert page["job"]["policy"] == {"preset": "kumamoto", "radius_m": 4000}
    assert page["inputs"][0]["sha256"] == "a" * 64
    assert page["network"]["schematic"] is True
    assert page["counts"]["facilities"] == 10
    assert sum(page["counts"][s] for s in ("designated", "excluded", "moot", "not_met")) == 9
    assert page["problems"][0]["row"] == 10
    assert {f["name"] for f in page["files"]} == FILES - {"run.json"}
    for entry in page["files"]:
        data = (finished / entry["name"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert page["versions"]["pyogrio"] == pyogrio.__version__


def test_existing_output_needs_force(tmp_path):
    out = tmp_path / "out"
    write(out)
    before = (out / "run.json").read_bytes()
    with pytest.raises(OutputExistsError) as caught:
        write(out, created=LATER)
    assert caught.value.problems[0].code == "output-exists"
    assert (out / "run.json").read_bytes() == before
    write(out, created=LATER, force=True)
    assert b"2025-05-02" in (out / "run.json").read_bytes()
    assert leftovers(tmp_path) == ["out"]


def test_force_replaces_an_empty_folder_and_what_systems_leave(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(OutputExistsError):
        write(tmp_path / "empty")
    write(tmp_path / "empty", force=True)
    (tmp_path / "empty" / ".DS_Store").write_bytes(b"")
    write(tmp_path / "empty", force=True)
    assert {p.name for p in (tmp_path / "empty").iterdir()} == FILES


@pytest.mark.parametrize("what", ["notes.txt", "sub/notes.txt", "spots.gpkg/x"])
def test_force_never_takes_a_strangers_files(tmp_path, what):
    out = tmp_path / "home"
    (out / what).parent.mkdir(parents=True)
    (out / what).write_text("mine")
    with pytest.raises(ForeignFolderError) as caught:
        write(out, force=True)
    assert caught.value.problems[0].value == what.split("/")[0]
    assert (out / what).read_text() == "mine"


def test_force_refuses_our_folder_with_a_users_file_in_it(tmp_path):
    write(tmp_path / "out")
    (tmp_path / "out" / "memo.docx").write_bytes(b"mine")
    with pytest.raises(ForeignFolderError, match="memo"):
        write(tmp_path / "out", force=True)
    assert (tmp_path / "out" / "memo.docx").exists()


def test_another_programs_manifest_does_not_make_it_ours(tmp_path):
    (tmp_path / "run.json").write_text('{"tool": {"name": "other"}, "files": []}')
    with pytest.raises(ForeignFolderError):
        refuse_existing(tmp_path, force=True)


def test_a_file_in_the_way_is_not_replaced(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ForeignFolderError):
        write(tmp_path / "out", force=True)
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("kind", [RuntimeError, OSError])
def test_a_writer_that_fails_leaves_nothing(tmp_path, kind):
    def broken(_result, _lang):
        raise kind("midway")

    with pytest.raises(kind, match="midway"):
        write(tmp_path / "out", extra={"map.html": broken})
    assert leftovers(tmp_path) == []


ESSENTIAL = {
    "evidence.json",
    "facilities.csv",
    "facilities.geojson",
    "run.json",
    "spots.geojson",
}


def breaks(*_args):
    raise TypeError("no lines at all")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("home", "name", "lost"),
    [
        ("spots.map", "render_map", "map.html"),
        ("spots.report", "render_report", "report.pdf"),
        ("spots.outputs.folder", "table_xlsx", "table.xlsx"),
        ("spots.outputs.folder", "routes_geojson", "routes.geojson"),
        ("spots.outputs.folder", "dissolved_geojson", "spots_dissolved.geojson"),
        ("spots.outputs.folder", "write_geopackage", "spots.gpkg"),
    ],
)
def test_a_decoration_fails_alone_and_is_named(tmp_path, monkeypatch, home, name, lost):
    for module, writer in (("spots.map", "render_map"), ("spots.report", "render_report")):
        monkeypatch.setattr(f"{module}.{writer}", fake_map)
    monkeypatch.setattr(f"{home}.{name}", breaks)
    told = []
    written = write(tmp_path / "out", extra=None, missing=told.append)
    assert (
        {f.name for f in written}
        == FILES - {lost}
        == {p.name for p in (tmp_path / "out").iterdir()}
    )
    page = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert page["missing"] == [lost]
    (finding,) = told
    assert (finding.code, finding.value) == ("decoration-left-out", "no lines at all")
    assert lost in finding.message.ja
    assert page["problems"][-1]["code"] == "decoration-left-out"
    assert load_result(tmp_path / "out").problems[-1] == finding


def test_all_decorations_may_fail_and_the_verdicts_stand(tmp_path, monkeypatch):
    for name in ("spots.map.render_map", "spots.report.render_report"):
        monkeypatch.setattr(name, breaks)
    for name in ("table_xlsx", "routes_geojson", "dissolved_geojson", "write_geopackage"):
        monkeypatch.setattr(folder_module, name, breaks)
    assert {f.name for f in write(tmp_path / "out", extra=None)} == ESSENTIAL
    result = load_result(tmp_path / "out")
    assert result.verdicts == fabricated_result().verdicts
    write(tmp_path / "out", extra=None, force=True)  # and the folder is still known for ours


@pytest.mark.slow
@pytest.mark.parametrize("name", ["facilities_csv", "facilities_geojson", "spots_geojson"])
def test_without_the_verdicts_there_is_no_folder(tmp_path, monkeypatch, name):
    monkeypatch.setattr(folder_module, name, breaks)
    with pytest.raises(TypeError):
        write(tmp_path / "out")
    assert leftovers(tmp_path) == []


def test_layers_that_lose_a_facility_are_left_out(tmp_path, monkeypatch):
    whole = folder_module.write_geopackage

    def lossy(run, lang, path):
        whole(replace(run, verdicts=run.verdicts[1:]), lang, path)

    monkeypatch.setattr(folder_module, "write_geopackage", lossy)
    told = []
    written = write(tmp_path / "out", missing=told.append)
    assert "spots.gpkg" not in {f.name for f in written}
    assert "facilities-not-conserved" in told[0].message.en


def test_a_problem_raised_by_a_writer_stays_what_it_is(tmp_path):
    def broken(_result, _lang):
        raise MissingFileError(problem("gone", Text("無い", "gone"), Text("", "")))

    with pytest.raises(MissingFileError):
        write(tmp_path / "out", extra={"map.html": broken})


def test_a_failure_on_disk_keeps_the_old_folder(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out)
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module, "write_geopackage", full)
    with pytest.raises(OutputError, match="no space left"):
        write(out, created=LATER, force=True)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert leftovers(tmp_path) == ["out"]


def test_a_failed_rename_puts_the_old_folder_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out)
    rename = Path.rename

    def locked(self, target):
        if self.name == "new":
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(OutputError) as caught:
        write(out, created=LATER, force=True)
    assert caught.value.problems[0].code == "output-not-writable"
    monkeypatch.undo()
    assert b"2024-04-01" in (out / "run.json").read_bytes()
    assert leftovers(tmp_path) == ["out"]


def test_a_target_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        write(tmp_path / "file" / "out")
    assert "書き込めません" in caught.value.render(Lang.JA)


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "", "..", "run.json", "spots.gpkg"])
def test_extra_names_stay_in_the_folder(tmp_path, name):
    with pytest.raises(UsageError):
        write(tmp_path / "out", extra={name: fake_map})
    assert leftovers(tmp_path) == []


def test_map_and_report_are_made_unless_left_out(tmp_path, monkeypatch):
    for name, writer in (("spots.map", "render_map"), ("spots.report", "render_report")):
        stub = types.ModuleType(name)
        setattr(stub, writer, fake_map)
        monkeypatch.setitem(sys.modules, name, stub)
        monkeypatch.setattr(name, stub, raising=False)
    assert {"map.html", "report.pdf"} <= {f.name for f in write(tmp_path / "a", extra=None)}
    assert "map.html" not in {f.name for f in write(tmp_path / "b", extra={})}


def test_lost_and_doubled_facilities_stop_the_writing(tmp_path, monkeypatch):
    result = fabricated_result()
    doubled = replace(result, verdicts=(*result.verdicts, result.verdicts[0]))
    with pytest.raises(ConservationError):
        write(tmp_path / "out", result=doubled)
    stranger = replace(result, spots=(replace(result.spots[0], facility_id="kuma"),))
    with pytest.raises(ConservationError):
        write(tmp_path / "out", result=stranger)
    whole = folder_module.facilities_csv

    def lossy(run, lang):
        return whole(replace(run, verdicts=run.verdicts[1:]), lang)

    monkeypatch.setattr(folder_module, "facilities_csv", lossy)
    with pytest.raises(ConservationError, match="soyo"):
        write(tmp_path / "out")
    assert leftovers(tmp_path) == []


def test_loading_back(finished, tmp_path):
    loaded, result = load_result(finished), fabricated_result()
    assert loaded.verdicts == result.verdicts
    assert loaded.spots == result.spots
    write(tmp_path / "again", result=loaded)
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (finished / name).read_bytes()


def codes(caught):
    return [p.code for p in caught.value.problems]


def test_not_an_output_folder(tmp_path):
    for missing in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FolderError) as caught:
            load_result(missing)
        assert codes(caught) == ["incomplete-folder"]
    for text in ("{", "[]", '{"tool": 1}', "\xff"):
        (tmp_path / "run.json").write_text(text, encoding="latin-1")
        with pytest.raises(FolderError):
            load_result(tmp_path)


def test_why_a_folder_cannot_be_used_is_said(tmp_path):
    (tmp_path / "list.csv").write_text("")
    said = {
        tmp_path / "nowhere": "フォルダがありません",
        tmp_path / "list.csv": "フォルダではなくファイルです",
        tmp_path: "run.json を読めない",
    }
    for folder, words in said.items():
        with pytest.raises(FolderError) as caught:
            load_result(folder)
        assert words in caught.value.render()


@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5000, b"{,"])
def test_damaged_files_are_said_to_be_broken(tmp_path, damage):
    out = tmp_path / "out"
    write(out)
    manifest = json.loads((out / "run.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["name"] == "evidence.json":
            entry["sha256"] = hashlib.sha256(damage).hexdigest()
    (out / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "evidence.json").write_bytes(damage)
    for name in ("evidence.json", "run.json"):
        (out / name).write_bytes(damage)
        with pytest.raises(FolderError) as caught:
            load_result(out)
        assert caught.value.problems[0].file == str(out / name)
        assert codes(caught)[0] in {"evidence-broken", "not-an-output-folder"}


def test_incomplete_changed_and_foreign_versions(tmp_path):
    out = tmp_path / "out"
    write(out)
    evidence = out / "evidence.json"
    text = evidence.read_text("utf-8")
    evidence.write_text(text.replace("そよう", "よそう"), encoding="utf-8")
    with pytest.raises(FolderError) as caught:
        load_result(out)
    assert codes(caught) == ["evidence-changed"]
    evidence.write_text(text.replace(f'"version":{VERSION}', '"version":99', 1), encoding="utf-8")
    manifest = json.loads((out / "run.json").read_text("utf-8"))
    for entry in manifest["files"]:
        entry["sha256"] = sha256_of(out / entry["name"])
    (out / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(FolderError) as caught:
        load_result(out)
    assert codes(caught) == ["evidence-version"]
    evidence.unlink()
    with pytest.raises(FolderError) as caught:
        load_result(out)
    assert codes(caught) == ["incomplete-folder"]
    assert isinstance(caught.value, SpotsError)


def test_write_whole_in_one_step(tmp_path):
    assert write_whole(tmp_path / "new" / "map.html", "あ").size == 3
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_whole(tmp_path / "file" / "map.html", "")
