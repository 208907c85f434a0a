"""``spots locate``: which institutions lie inside a spot or a 少数区域."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import foreign_words, spots, spots_json
from pyproj import Geod
from small_job import HEADER, files

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
