"""``--positions`` of check and locate: lists with names alone, looked up in a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs.folder import write_folder
from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import write_job

LIST = (
    "医療機関名,所在地,緯度,経度\n"
    "そよう病院,山都町滝上476,,\n"
    "井無田診療所,山都町井無田1,32.7310,131.0994\n"
    "無い診療所,山都町無田1,,\n"
    "滝上診療所,山都町滝上9,0,0\n"
)
SOURCE = (
    "P04_001,P04_002,P04_003,lon,lat\n"
    "1,医療法人　そよう病院,上益城郡山都町滝上４７６,131.1505,32.6953\n"
    "2,井無田診療所,上益城郡山都町井無田１,131.0994,32.7410\n"
    "2,滝上診療所,上益城郡山都町滝上９,131.1510,32.6960\n"
    "3,無い診療所,上益城郡山都町無田１,131.1510,32.6960\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "p04.csv").write_text(SOURCE, encoding="utf-8")
    return tmp_path / "list.csv", tmp_path / "p04.csv"


def test_check_shows_what_matched_how_and_what_did_not(files: tuple[Path, Path]) -> None:
    done = spots("check", files[0], "--positions", files[1])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "座標のない3施設のうち、記録によるもの 2、町丁目の代表点 0、位置なし 1" in lines[0]
    said = {line.split()[1]: line for line in lines if line.lstrip()[:1] in "○△×" and line.strip()}
    assert said["そよう病院"].lstrip().startswith("○")
    assert "医療法人　そよう病院" in said["そよう病院"]
    assert said["井無田診療所"].lstrip().startswith("△")
    assert "1,109 m" in said["井無田診療所"]
    assert said["無い診療所"].lstrip().startswith("×")
    assert "歯科" in said["無い診療所"]
    english = spots("check", files[0], "--positions", files[1], "--lang", "en").stdout
    assert foreign_words(english, [LIST, SOURCE]) == []


def test_check_gives_it_as_data(files: tuple[Path, Path]) -> None:
    page = spots_json("check", files[0], "--positions", files[1])
    found = {each["name"]: each for each in page["positions"]}
    assert found["そよう病院"]["position_match"] == "folded"
    assert found["そよう病院"]["record"]["row"] == 2
    assert found["無い診療所"]["position_doubt"] == "dental"
    assert found["井無田診療所"]["own_coordinates"] is True
    assert "positions" not in spots_json("check", files[0])
    assert not {"no-coordinates", "zero-coordinates"} & {p["code"] for p in page["problems"]}


def test_check_uses_the_run_files_own_sources(files: tuple[Path, Path], tmp_path: Path) -> None:
    path = write_job(tmp_path / "job")
    text = path.read_text(encoding="utf-8") + f'\n[positions]\nfile = "{files[1]}"\n'
    path.write_text(text, encoding="utf-8")
    page = spots_json("check", files[0], "--run", path)
    assert [each["name"] for each in page["positions"] if each["record"]]
    whole = spots_json("check", path)
    assert whole["jobs"][0]["usable"]


def test_check_refuses_sources_without_a_list(files: tuple[Path, Path], tmp_path: Path) -> None:
    done = spots("check", write_job(tmp_path / "job"), "--positions", files[1])
    assert done.exit_code == 2
    assert "--positions" in done.stderr


@pytest.mark.slow
def test_locate_finds_institutions_that_have_only_names(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    path = write_job(tmp_path / "job")
    write_folder(execute(read_run_file(path)), tmp_path / "out")
    names = tmp_path / "names.csv"
    names.write_text(
        "名称,市町村\nそよう病院,山都町\n滝上診療所,山都町\n無い診療所,山都町\n", "utf-8"
    )
    page = spots_json("locate", tmp_path / "out", names, "--positions", files[1], code=3)
    found = [(row["place_basis"], row["found_as"]) for row in page["rows"]]
    assert found == [
        ("facility", "そよう病院 [B1]"),
        ("source", "p04.csv: 滝上診療所"),
        ("declared", None),
    ]
    without = spots_json("locate", tmp_path / "out", names, code=3)
    assert [row["place_basis"] for row in without["rows"]] == ["facility", "declared", "declared"]
