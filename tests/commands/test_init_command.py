"""``spots init``: what it prints, and how it ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.helpers.cli_runs import spots
from tests.helpers.raw_folders import raw_folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return raw_folder(tmp_path / "data")


def test_it_says_what_it_found_what_is_missing_and_what_to_type_next(data: Path, tmp_path: Path):
    out = tmp_path / "out"
    done = spots("init", "熊本", "--data", str(data), "--out", str(out))
    assert done.exit_code == 0
    assert "市区町村の区域: 境界/download.zip" in done.stdout
    assert "[必要] へき地診療所の一覧 kumamoto_へき地診療所.xlsx" in done.stdout
    assert f"spots fetch 43 --out {data}" in done.stdout
    assert done.stdout.rstrip().endswith(f"spots run {out / 'kumamoto.toml'}")
    names = {path.name for path in out.iterdir()}
    assert names == {
        "kumamoto.toml",
        "kumamoto_へき地医療拠点病院.xlsx",
        "kumamoto_へき地診療所.xlsx",
        "kumamoto_二次救急病院.xlsx",
        "kumamoto_不足データ.xlsx",
    }


@pytest.mark.slow
def test_what_was_written_runs(data: Path, tmp_path: Path):
    run_file = tmp_path / "my run.toml"
    assert spots("init", "43", "--data", str(data), "--out", str(run_file)).exit_code == 0
    done = spots("run", str(run_file), "--out", str(tmp_path / "result"))
    assert done.exit_code in {0, 3}
    assert (tmp_path / "result" / "map.html").is_file()


def test_it_speaks_english(data: Path, tmp_path: Path):
    done = spots("init", "Kumamoto", "--data", str(data), "--out", str(tmp_path), "--lang", "en")
    assert done.exit_code == 0
    assert "Kumamoto (43): 8 files looked at" in done.stdout
    comments = (tmp_path / "kumamoto.toml").read_text("utf-8").split("# ---")[0]
    japanese = re.findall(r"^# .*[ぁ-んァ-ヶ].*$", comments, re.MULTILINE)
    assert japanese == []
    assert (tmp_path / "kumamoto_remote_clinics.xlsx").is_file()


def test_a_run_file_that_stands_there_is_not_replaced(data: Path, tmp_path: Path):
    (tmp_path / "kumamoto.toml").write_text("mine", "utf-8")
    done = spots("init", "43", "--data", str(data), "--out", str(tmp_path))
    assert done.exit_code == 2
    assert "output-exists" in done.stderr
    assert (tmp_path / "kumamoto.toml").read_text("utf-8") == "mine"
    assert (
        spots("init", "43", "--data", str(data), "--out", str(tmp_path), "--force").exit_code == 0
    )


def test_what_does_not_run_yet_ends_as_incomplete(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    done = spots("init", "43", "--data", str(tmp_path / "empty"), "--out", str(tmp_path))
    assert done.exit_code == 4
    assert "まだ実行できません" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["くまもん"], "unknown-prefecture"),
        ([], "prefecture-needed"),
        (["43", "--data", "nowhere"], "data-folder-missing"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(data, monkeypatch, arguments, code):
    monkeypatch.chdir(data)
    before = sorted(data.rglob("*"))
    done = spots("init", *arguments)
    assert done.exit_code in {1, 2}
    assert code in done.stderr
    assert sorted(data.rglob("*")) == before
