"""``spots export``: the layers of a finished run for other programs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyogrio
import pytest

from tests.helpers.cli_runs import leftovers, spots, spots_json
from tests.helpers.small_job import write_job


@pytest.fixture
def finished(small_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_folder, tmp_path / "out"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("shapefile", "facilities.shp"),
        ("flatgeobuf", "facilities.fgb"),
        ("geojson", "facilities.geojson"),
        ("geopackage", "spots.gpkg"),
    ],
)
def test_every_format_beside_the_folder(finished: Path, kind: str, file: str) -> None:
    done = spots("export", finished, "--format", kind)
    assert done.exit_code == 0, done.stderr
    made = finished.with_name(f"out_{kind}")
    names = sorted(p.name for p in made.iterdir())
    assert [Path(line.split("  ")[0]).name for line in done.stdout.splitlines()] == names
    assert leftovers(finished.parent) == []
    run = pyogrio.read_dataframe(finished / "spots.gpkg", layer="facilities")
    layer = "facilities"
    names = list(pyogrio.read_dataframe(made / file, layer=layer)["name"])
    if kind == "flatgeobuf":  # in the order of its index
        assert sorted(names) == sorted(run["name"])
    else:
        assert names == list(run["name"])
    if kind == "geopackage":
        assert (made / file).read_bytes() == (finished / file).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("called", "kind"),
    [
        ("shp", "shapefile"),
        ("ESRI Shapefile", "shapefile"),
        (".SHP", "shapefile"),
        ("fgb", "flatgeobuf"),
        ("gpkg", "geopackage"),
        ("json", "geojson"),
        ("GeoJSON", "geojson"),
    ],
)
def test_a_format_may_be_called_by_its_suffix(finished: Path, called: str, kind: str) -> None:
    assert spots("export", finished, "--format", called).exit_code == 0
    assert finished.with_name(f"out_{kind}").is_dir()


def test_json_names_the_files_and_their_hashes(finished: Path, tmp_path: Path) -> None:
    page = spots_json("export", finished, "--format", "geojson", "--out", tmp_path / "x")
    assert {f["name"] for f in page["files"]["files"]} == {
        p.name for p in (tmp_path / "x").iterdir()
    }
    assert page["files"]["problems"] == []


def test_in_the_language_of_the_run_or_as_asked(finished: Path) -> None:
    spots("export", finished, "--format", "geojson")
    note = finished.with_name("out_geojson") / "README.txt"
    assert "レイヤ" in note.read_text("utf-8-sig")
    spots("export", finished, "--format", "geojson", "--lang", "en", "--force")
    assert "Layers" in note.read_text("utf-8-sig")


def test_nothing_is_overwritten_without_force_and_never_what_is_not_ours(finished: Path) -> None:
    assert spots("export", finished, "--format", "geojson").exit_code == 0
    again = spots("export", finished, "--format", "geojson")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "output-exists" in again.stderr
    assert (
        spots("export", finished, "--format", "shapefile", "--out", finished, "--force").exit_code
        == 2
    )
    assert (finished / "run.json").exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 2),
        (("--out", "x"), 2),
        (("--out", "x", "--to", "postgresql://h/d"), 2),
        (("--format", "dxf"), 2),
        (("--to", "mysql://h/d"), 2),
        (("--to", "postgresql://u:hidden@127.0.0.1:9/d"), 1),
    ],
)
def test_what_cannot_be_asked(finished: Path, options: tuple[str, ...], code: int) -> None:
    done = spots("export", finished, *options)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr
    assert "hidden" not in done.stderr
    assert sorted(p.name for p in finished.parent.iterdir()) == ["out"]


@pytest.mark.parametrize("damage", ["missing", "evidence", "version"])
def test_what_is_no_finished_run(finished: Path, damage: str) -> None:
    if damage == "missing":
        shutil.rmtree(finished)
    elif damage == "evidence":
        (finished / "evidence.json").write_text("{}")
    else:
        manifest = json.loads((finished / "run.json").read_text("utf-8"))
        (finished / "run.json").write_text(json.dumps({**manifest, "tool": {"name": "other"}}))
    done = spots("export", finished, "--format", "geojson", "--out", finished.with_name("made"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert not finished.with_name("made").exists()
    assert "エラー" in done.stderr


@pytest.mark.parametrize("schema", ["", "100%", "%s", "pg_temp", "a" * 64, "あ" * 22, "a\nb"])
def test_a_schema_that_cannot_be_one_is_refused_before_anything_else(
    finished: Path, schema: str
) -> None:
    asked = ("export", finished, "--to", "postgresql://u:s3cr3t@127.0.0.1:1/x")
    done = spots(*asked, f"--schema={schema}")
    assert done.exit_code == 2
    assert "database-schema" in done.stderr
    assert "s3cr3t" not in done.stderr


@pytest.mark.parametrize("command", ["export", "run"])
def test_an_empty_address_is_not_taken_for_none(finished: Path, command: str) -> None:
    """What a shell makes of a variable that is not set."""
    target = finished if command == "export" else write_job(finished.parent / "job")
    done = spots(command, target, "--to", "")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "database-address" in done.stderr


def test_no_files_beside_a_database_that_does_not_answer(finished: Path, tmp_path: Path) -> None:
    asked = ("--format", "geojson", "--out", tmp_path / "x", "--to", "postgresql://u@127.0.0.1:1/x")
    done = spots("export", finished, *asked)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "database-unreachable" in done.stderr
    assert not (tmp_path / "x").exists()
