"""``spots check``: everything that is wrong with a list, at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import CLINICS, HEADER, write_job

POOR = (
    HEADER
    + "1,逆の診療所,43447,熊本県上益城郡山都町1,131.0994,32.7310,\n"
    + "2,零の診療所,43447,熊本県上益城郡山都町2,0.0,0.0,\n"
    + "3,字の診療所,43447,熊本県上益城郡山都町3,不明,131.0994,\n"
    + "4,遠くの診療所,43424,熊本県阿蘇郡小国町4,32.7310,131.0994,\n"
)


def test_a_clean_list(tmp_path: Path) -> None:
    write_job(tmp_path)
    done = spots("check", tmp_path / "clinics.csv")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2行、2施設" in done.stdout


def test_every_doubt_by_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "poor.csv").write_text(POOR, encoding="utf-8")
    page = spots_json("check", tmp_path / "poor.csv", "--run", write_job(tmp_path))
    assert (page["rows"], page["facilities"], page["usable"]) == (4, 4, True)
    found = {(p["row"], p["code"]) for p in page["problems"]}
    assert found >= {
        (2, "swapped-coordinates"),
        (3, "zero-coordinates"),
        (4, "coordinate-not-a-number"),
    }
    assert {row for row, _ in found} == {None, 2, 3, 4, 5}
    whole = [(p["code"], p["severity"]) for p in page["problems"] if p["row"] is None]
    assert whole == [("list-without-types", "note")]
    columns = {p["column"] for p in page["problems"] if p["row"] == 4}
    assert "緯度" in columns
    assert all(p["message"] and p["remedy"] for p in page["problems"])


def test_without_a_run_file_points_are_not_compared_with_addresses(tmp_path: Path) -> None:
    (tmp_path / "poor.csv").write_text(POOR, encoding="utf-8")
    alone = spots_json("check", tmp_path / "poor.csv")
    beside = spots_json("check", tmp_path / "poor.csv", "--run", write_job(tmp_path))
    code = "point-and-address-disagree"
    assert code not in {p["code"] for p in alone["problems"]}
    assert [p["row"] for p in beside["problems"] if p["code"] == code] == [5]


def test_several_files_and_english(tmp_path: Path) -> None:
    write_job(tmp_path)
    poor = tmp_path / "poor.csv"
    poor.write_text(POOR, encoding="utf-8")
    done = spots("check", tmp_path / "clinics.csv", poor, "--lang", "en")
    assert done.exit_code == 0
    assert "6 rows, 6 facilities" in done.stdout
    assert foreign_words(done.stdout, [POOR, CLINICS, str(tmp_path)]) == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", "名称\n".encode(), b"a,b\n1,2\n"])
def test_an_unusable_list_gives_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    done = spots("check", path)
    assert done.exit_code == 1
    assert "エラー" in done.stdout
    page = spots_json("check", path, code=1)
    assert page["usable"] is False
    assert [p["severity"] for p in page["problems"]].count("error") >= 1


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        assert spots("check", path).exit_code == 1
    assert spots("check").exit_code == 2
