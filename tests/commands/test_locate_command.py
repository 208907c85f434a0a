"""``spots locate``: which institutions lie inside a spot or a 少数区域."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyproj import Geod

from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import HEADER, files

C1 = (131.0994, 32.7310)  # a spot's centre
GEOD = Geod(ellps="GRS80")


def beside(metres: float) -> tuple[float, float]:
    """Return a point east of C1."""
    lon, lat, _ = GEOD.fwd(*C1, 90, metres)
    return lon, lat


@pytest.fixture
def institutions(tmp_path: Path) -> Path:
    (x1, y1), (x2, y2) = beside(3_999), beside(4_001)
    rows = (
        f"1,内側の薬局,43447,熊本県上益城郡山都町1,{y1:.7f},{x1:.7f},\n"
        f"2,外側の薬局,43447,熊本県上益城郡山都町2,{y2:.7f},{x2:.7f},\n"
        "3,宇城の薬局,43213,熊本県宇城市1,32.7000,130.6000,\n"
    )
    path = tmp_path / "list.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_distance_decides_to_the_metre(small_folder: Path, institutions: Path) -> None:
    page = spots_json("locate", small_folder, institutions)
    rows = page["rows"]
    assert [r["name"] for r in rows] == ["内側の薬局", "外側の薬局", "宇城の薬局"]
    assert [r["standing"] for r in rows] == ["inside_spot", "outside", "in_shortage_area"]
    for row, edge in zip(rows, (1, -1), strict=False):
        assert row["nearest"]["facility_id"] == "C1"
        assert row["nearest"]["edge_m"] == pytest.approx(edge, abs=0.05)


def test_table_and_english(small_folder: Path, institutions: Path) -> None:
    done = spots("locate", small_folder, institutions)
    assert done.exit_code == 0
    assert "スポット内 1" in done.stdout
    assert "少数区域内 1" in done.stdout
    english = spots("locate", small_folder, institutions, "--lang", "en")
    sources = [*files().values(), institutions.read_text("utf-8")]
    assert foreign_words(english.output, sources) == []


def test_what_cannot_be_used(small_folder: Path, tmp_path: Path, institutions: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    for folder, file in (
        (small_folder, tmp_path / "empty.csv"),
        (small_folder, tmp_path / "nowhere.csv"),
        (tmp_path, institutions),
    ):
        done = spots("locate", folder, file)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "→" in done.stderr


@pytest.mark.parametrize("day", ["2026-04-01", "R8.4.1", "令和8年4月1日"])
def test_a_day_in_any_style(small_folder: Path, institutions: Path, day: str) -> None:
    page = spots_json("locate", small_folder, institutions, "--on", day)
    assert page["asked"]["on"] == "2026-04-01"
    done = spots("locate", small_folder, institutions, "--on", day)
    assert "基準日: 令和8年4月1日" in done.stdout


def test_no_day_of_the_calendar(small_folder: Path, institutions: Path) -> None:
    for day in ("あした", "2026-02-30", ""):
        done = spots("locate", small_folder, institutions, "--on", day)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "--on" in done.stderr


def test_a_file_of_answers(small_folder: Path, institutions: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.csv"
    done = spots("locate", small_folder, institutions, "--out", out)
    assert done.exit_code == 0
    assert str(out) in done.stdout
    assert out.with_name("answers_spots.csv").exists()
    again = spots("locate", small_folder, institutions, "--out", out)
    assert (again.exit_code, again.stdout) == (2, "")
    page = spots_json("locate", small_folder, institutions, "--out", out, "--force")
    assert page["counts"]["rows"] == 3
    onto_itself = spots("locate", small_folder, institutions, "--out", institutions, "--force")
    assert onto_itself.exit_code == 2


def test_a_list_that_lies_outside_writes_nothing(small_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "tokyo.csv"
    path.write_text(HEADER + "1,東京の病院,13101,東京都千代田区1,35.6900,139.7500,\n", "utf-8")
    done = spots("locate", small_folder, path, "--out", tmp_path / "a.csv")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "list-outside-prefecture" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["tokyo.csv"]


def test_a_row_without_a_position_is_undetermined_and_many_warnings_are_few_lines(
    small_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    rows = [f"{k},薬局{k},43447,熊本県上益城郡山都町{k},,,\n" for k in range(20)]
    path.write_text(HEADER + "".join(rows), "utf-8")
    done = spots("locate", small_folder, path)
    assert done.exit_code == 3
    assert "…ほか 17 件" in done.stderr
    assert len(done.stderr.splitlines()) == 6
