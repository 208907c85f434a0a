"""Folders and files may be called anything that the system allows, on the way in and out."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from tests.helpers.cli_runs import spots
from tests.helpers.small_job import HOSPITALS, RUN, outlines, write_job

ODD = [
    "!最新",
    "結果!;a?b#c%20d",
    "zip+s3:!x.zip",
    "-it's \"$(x)` &|[x]{y}*",
    " ~か\u3099\u3000",  # not composed, as macOS writes it
]
# A file that begins like an option is the shell's affair.
FILES = [name.lstrip("-") for name in ODD]


def hashes(out: Path) -> dict[str, str]:
    """Return what is the same whatever the folder is called."""
    named = {"run.json"}  # paths of inputs
    return {
        f.name: hashlib.sha256(f.read_bytes()).hexdigest()
        for f in out.iterdir()
        if f.name not in named
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("plain")
    assert spots("run", write_job(folder)).exit_code == 0
    return hashes(folder / "out")


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_a_job_in_a_folder_with_an_odd_name(tmp_path: Path, plain: dict[str, str], name: str):
    folder = tmp_path / name
    run = write_job(folder)
    done = spots("run", run, "--out", folder / name)
    assert done.exit_code == 0, done.stderr
    assert hashes(folder / name) == plain
    for command in (
        ("check", folder / "base.csv"),
        ("explain", folder / name, "H1"),
        ("map", folder / name, "--out", folder / f"{name}.html"),
        ("locate", folder / name, folder / "clinics.csv", "--out", folder / f"{name}.geojson"),
        ("diff", folder / name, folder / name, "--out", folder / "diff"),
        *(
            ("export", folder / name, "--format", kind, "--out", folder / f"{name}_{kind}")
            for kind in ("shapefile", "flatgeobuf", "geopackage", "geojson")
        ),
    ):
        done = spots(*command)
        assert done.exit_code == 0, (command, done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD[:2])
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".shp", ".zip"])
def test_layers_with_odd_names(tmp_path: Path, plain: dict[str, str], name: str, suffix: str):
    frame = gpd.GeoDataFrame.from_features(json.loads(outlines()), crs="EPSG:6668")
    made = tmp_path / f"municipalities{'.shp' if suffix == '.zip' else suffix}"
    frame.to_file(made)
    if suffix == ".zip":
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as packed:
            for part in tmp_path.glob("municipalities.*"):
                packed.write(part, f"{name}{part.suffix}")
    else:
        for part in tmp_path.glob("municipalities.*"):
            part.rename(tmp_path / f"{name}{part.suffix}")
    quoted = json.dumps(f"{name}{suffix}", ensure_ascii=False)
    run = write_job(tmp_path, {"run.toml": RUN.replace('"municipalities.geojson"', quoted)})
    done = spots("run", run)
    assert done.exit_code == 0, done.stderr
    (same,) = {
        hashes(tmp_path / "out")[f] == plain[f] for f in ("facilities.geojson", "spots.geojson")
    }
    assert same


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_tables_with_odd_names(tmp_path: Path, plain: dict[str, str], name: str):
    (tmp_path / f"{name}.csv").write_text(HOSPITALS, encoding="utf-8")
    quoted = json.dumps(f"{name}.csv", ensure_ascii=False)
    run = write_job(
        tmp_path, {"run.toml": RUN.replace('"hospitals.csv"', quoted), "hospitals.csv": None}
    )
    done = spots("run", run)
    assert done.exit_code == 0, done.stderr
    assert hashes(tmp_path / "out")["spots.geojson"] == plain["spots.geojson"]
