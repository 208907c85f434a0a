"""``spots explain``: why a facility is, or is not, a spot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import files


@pytest.mark.parametrize("wanted", ["H3", "小国公立病院", "小国", " 小国公立 病院"])
def test_by_id_by_name_and_by_part_of_a_name(small_folder: Path, wanted: str) -> None:
    done = spots("explain", small_folder, wanted)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("小国公立病院 [H3]")
    for part in ("③", "矢部広域病院", "県道1号", "面積"):
        assert part in done.stdout


def test_an_ambiguous_name_lists_who_is_meant(small_folder: Path) -> None:
    done = spots("explain", small_folder, "病院")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "facility-ambiguous" in done.stderr
    assert "[H1]" in done.stderr
    assert "[H3]" in done.stderr
    assert "[C1]" not in done.stderr


def test_an_unknown_name_offers_what_there_is(small_folder: Path) -> None:
    done = spots("explain", small_folder, "小国町立病院")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "facility-unknown" in done.stderr
    assert "小国公立病院" in done.stderr


def test_json_and_english(small_folder: Path) -> None:
    page = spots_json("explain", small_folder, "C2", "--lang", "en")
    assert page["facility_id"] == "C2"
    assert page["state"] == "excluded"
    for who in ("B1", "C1", "C2", "H1", "H2", "H3"):
        done = spots("explain", small_folder, who, "--lang", "en")
        assert foreign_words(done.stdout, files().values()) == []


@pytest.mark.parametrize("folder", [".", "nowhere", "small.csv"])
def test_what_is_no_output_folder(tmp_path: Path, folder: str) -> None:
    (tmp_path / "small.csv").write_text("x", encoding="utf-8")
    done = spots("explain", tmp_path / folder, "B1")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "エラー" in done.stderr


def test_moot_and_excluded_facilities_are_explained_too(small_folder: Path) -> None:
    assert "少数区域" in spots("explain", small_folder, "H2").stdout
    assert "熊本市" in spots("explain", small_folder, "C2").stdout
