"""``spots diff``: what changed between two runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import foreign_words, spots, spots_json
from small_job import CLINICS, RUN, files, write_job


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A later job: 井無田 is gone, 矢部 counts because 15 minutes are enough."""
    folder = tmp_path_factory.mktemp("newer")
    lines = CLINICS.splitlines(keepends=True)
    run = write_job(
        folder,
        {
            "clinics.csv": lines[0] + lines[2],
            "run.toml": RUN + "[policy.override.criterion.3]\nthreshold_min = 15\n",
        },
    )
    assert spots("run", run).exit_code == 0
    return folder / "out"


def test_the_same_run_twice_has_no_changes(small_folder: Path) -> None:
    done = spots("diff", small_folder, small_folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "違いはありません" in done.stdout


def test_what_changed_is_named(small_folder: Path, newer: Path) -> None:
    done = spots("diff", small_folder, newer)
    assert done.exit_code == 0
    for part in ("井無田診療所", "矢部広域病院", "clinics.csv", "threshold_min"):
        assert part in done.stdout, part
    assert "芳野診療所" not in done.stdout  # out by 熊本市, before and after


def test_json_and_english(small_folder: Path, newer: Path) -> None:
    page = spots_json("diff", small_folder, newer)
    assert page
    english = spots("diff", small_folder, newer, "--lang", "en")
    assert foreign_words(english.stdout, files().values()) == []


def test_what_is_no_output_folder(small_folder: Path, tmp_path: Path) -> None:
    for args in ((small_folder, tmp_path), (tmp_path / "nowhere", small_folder)):
        done = spots("diff", *args)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "エラー" in done.stderr
