"""``spots indices``: the table of an edition, and of two."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import RUN, write_job

NEW = ("--edition", "2024-01", "--shortage-at-most", 179.3, "--surplus-at-least", 217.6)
OLD = ("--old-edition", "2020", "--old-shortage-at-most", 161.6, "--old-surplus-at-least", 197.1)
HEAD = "area_code,area_name,physician_index,区分\n"
NEW_ROWS = (
    HEAD
    + "0108,南空知,166.9,\n0906,両毛,179.3,\n0907,県東,179.3,少数\n2506,湖北,217.6,多数\n"
    + "3003,橋本,217.2,\n4504,日南串間,180.1,\n4505,空白,,\n"
)
OLD_ROWS = HEAD + "0108,南空知,162.0,\n0906,両毛,179.3,\n3003,前の名,100,\n0501,秋田,100,\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    new.write_text(NEW_ROWS, encoding="utf-8")
    old.write_text(OLD_ROWS, encoding="utf-8")
    return new, old


def test_classes_say_by_what(files: tuple[Path, Path]) -> None:
    page = spots_json("indices", files[0], *NEW)
    found = {r["area_name"]: (r["class"], r["class_basis"]) for r in page["rows"]}
    assert found == {
        "南空知": ("shortage", "cut_off"),
        "両毛": ("tie", "shortage_tie"),
        "県東": ("shortage", "stated"),
        "湖北": ("surplus", "stated"),
        "橋本": ("neither", "cut_off"),
        "日南串間": ("neither", "cut_off"),
        "空白": ("unknown", "no_index"),
    }
    assert page["edition"]["areas"] == 7
    assert page["counts"] == {"shortage": 2, "surplus": 1, "neither": 2, "tie": 1, "unknown": 1}
    assert "average_difference" not in page["rows"][0]


def test_ranks_are_of_the_whole_table_whatever_is_shown(files: tuple[Path, Path]) -> None:
    page = spots_json("indices", files[0], *NEW, "--prefecture", "09", "--national-average", 255.6)
    rows = [(r["rank"], r["rank_tied"], r["prefecture_rank"]) for r in page["rows"]]
    assert rows == [(4, 2, 1), (4, 2, 1)]
    assert page["rows"][0]["average_difference"] == -76.3
    assert page["rows"][0]["nearer_cut_off"] == "shortage"


def test_two_editions_and_the_cause(files: tuple[Path, Path]) -> None:
    page = spots_json("indices", files[0], *NEW, "--compare", files[1], *OLD)
    first = page["rows"][0]
    assert first["area_name"] == "南空知"
    assert (first["old_class"], first["new_class"]) == ("neither", "shortage")
    assert (first["causes"], first["index_change"]) == (["cut_off"], 4.9)
    assert "指標の差+4.9" in first["why"]
    assert [r["match"] for r in page["rows"] if r["area_code"] == "3003"] == ["came", "went"]
    assert page["only_in_old"] == ["05"]
    told = spots("indices", files[0], *NEW, "--compare", files[1], *OLD).stdout
    assert "旧版だけにある都道府県（比べていません）: 秋田県" in told


def test_files_and_english(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    assert spots("indices", files[0], *NEW, "--out", out).exit_code == 0
    printed = spots("indices", files[0], *NEW, "--csv").stdout
    assert out.read_text("utf-8").split() == printed.split()
    rows = list(csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"))))
    assert [r["class"] for r in rows][:2] == ["shortage", "tie"]
    assert spots("indices", files[0], *NEW, "--out", out).exit_code == 2  # it is there
    assert spots("indices", files[0], *NEW, "--out", tmp_path / "table.pdf").exit_code == 2
    for more in ((), ("--compare", files[1], *OLD)):
        done = spots("indices", files[0], *NEW, *more, "--lang", "en", "--national-average", 255.6)
        known = [NEW_ROWS, OLD_ROWS, "北海道 栃木県 滋賀県 和歌山県 宮崎県 秋田県"]
        assert foreign_words(done.output, known) == []
        book = tmp_path / f"{len(more)}.xlsx"
        assert spots("indices", files[0], *NEW, *more, "--out", book).exit_code == 0
        assert book.read_bytes().startswith(b"PK")


def test_a_table_read_back_states_no_class(files: tuple[Path, Path], tmp_path: Path) -> None:
    """What the cut-offs said must not come back as the prefecture's decision."""
    out = tmp_path / "table.csv"
    spots("indices", files[0], *NEW, "--prefecture", "30", "--out", out)
    (row,) = spots_json("indices", out, *NEW)["rows"]
    assert (row["area_name"], row["class_basis"]) == ("橋本", "cut_off")


def test_run_files_name_edition_and_cut_offs(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    for folder in (new, old):
        folder.mkdir()
    table = "area_code,area_name,physician_index\n4312,熊本・上益城,340.3\n4302,宇城,156.4\n4306,阿蘇,176.0\n"
    run = RUN.replace('edition = "2024-01"', 'edition = "2022-11"').replace("179.3", "170.0")
    files = {"run.toml": run, "index.csv": table}
    now, before = write_job(new), write_job(old, files)
    rows = spots_json("indices", now)["rows"]
    assert (rows[0]["area_name"], rows[0]["class"]) == ("宇城", "shortage")
    page = spots_json("indices", now, "--compare", before)
    assert (page["old"]["name"], page["new"]["name"]) == ("2022-11", "2024-01")
    assert {r["match"] for r in page["rows"]} == {"same"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ((), "edition-not-given"),
        ((*NEW, "--compare", "old.csv"), "edition-not-given"),
        ((*NEW, *OLD), "edition-options-unused"),
        ((*NEW, "--prefecture", "99"), "unknown-prefecture"),
        ((*NEW[:-1], 100), "bad-cut-offs"),
    ],
)
def test_what_is_missing_or_too_much(files: tuple[Path, Path], given, code) -> None:
    done = spots("indices", files[0], *given)
    assert done.exit_code == 2
    assert f"[{code}]" in done.stderr


def test_options_beside_a_run_file_and_one_without_indices(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    done = spots("indices", run, "--edition", "x")
    assert "[edition-options-unused]" in done.stderr


def test_a_table_of_areas_of_another_edition_is_told(files: tuple[Path, Path], tmp_path) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text("muni_code,area_code,area_name\n09201,0906,別の圏\n", encoding="utf-8")
    done = spots("indices", files[0], *NEW, "--areas", areas)
    assert "[area-name-disagrees]" in done.stderr
    assert "[index-at-shortage-cut-off]" not in done.stderr  # the table says it
