"""``spots check``: everything that is wrong with a list, at once."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from groundfloor.toned_lines import Tone, TonedLine
from spots.commands.reporting import say_lines
from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import CLINICS, HEADER, HOSPITALS, files, write_job

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


# --- a whole job ----------------------------------------------------------------------------------


def test_a_run_file_is_checked_as_a_job(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    done = spots("check", run)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "この設定で実行できます。判定不能になるもの 0 件" in done.stdout
    assert done.stdout.splitlines()[-1] == f"次のコマンド: spots run {run}"
    assert not (tmp_path / "out").exists()


def test_what_would_be_undetermined_gives_three(tmp_path: Path) -> None:
    run = write_job(tmp_path, {"hospitals.csv": HOSPITALS.replace("33.1210,131.1010", ",")})
    page = spots_json("check", run, code=3)
    assert (page["format"], page["version"]) == ("shortage-spots/check", 1)
    [job] = page["jobs"]
    assert set(job) == {
        *("run_file", "title", "usable", "counts", "undetermined", "parts", "groups"),
        *("problems", "next"),
    }
    assert set(job["parts"]) == {
        *("files", "lists", "criteria", "settings", "ground", "positions", "neighbours"),
        *("roads", "population"),
    }
    assert [each["id"] for each in job["undetermined"]] == ["H3"]
    assert job["counts"]["undetermined"] == 1
    assert job["next"] == f"spots run {run}"
    assert sum(group["count"] for group in job["groups"]) == len(job["problems"])


def test_a_job_that_cannot_be_run_gives_one(tmp_path: Path) -> None:
    run = write_job(tmp_path, {"clinics.csv": None, "index.csv": "a\n"})
    done = spots("check", run)
    assert done.exit_code == 1
    assert "このままでは実行できません" in done.stdout
    assert done.stdout.splitlines()[-1] == f"直してからもう一度: spots check {run}"
    assert {"[file-missing]", "[column-missing]"} <= set(done.stdout.split())


def test_jobs_lists_and_options_together(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    given = "policy.override.criterion.3.threshold_min=15"
    page = spots_json("check", run, run, tmp_path / "clinics.csv", "--set", given)
    assert len(page["jobs"]) == 2
    assert page["lists"]["rows"] == 2
    assert page["jobs"][0]["next"] == f"spots run {run} --set {given}"
    assert spots("check", tmp_path / "clinics.csv", "--set", given).exit_code == 2
    assert spots("check", run, "--run", run).exit_code == 2


def test_the_folder_of_a_result_is_its_job(small_folder: Path) -> None:
    page = spots_json("check", small_folder)
    assert page["jobs"][0]["run_file"] == str(small_folder / "run.json")


@pytest.mark.parametrize(("variable", "allowed"), [("", None), ("1", False)])
def test_no_colour_where_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, allowed: bool | None
) -> None:
    found: list[object] = []
    monkeypatch.setenv("NO_COLOR", variable)
    monkeypatch.setattr(click, "echo", lambda _text, **how: found.append(how["color"]))
    say_lines([TonedLine("x", Tone.ERROR)])
    assert found == [allowed]


def test_english_of_a_job_has_no_japanese_but_the_data(tmp_path: Path) -> None:
    done = spots("check", write_job(tmp_path), "--lang", "en", "--all")
    assert done.exit_code == 0
    assert foreign_words(done.stdout, [*files().values(), PREFECTURES_NEXT, str(tmp_path)]) == []


PREFECTURES_NEXT = "福岡県 大分県 宮崎県 鹿児島県"
