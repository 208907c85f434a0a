"""``spots programme``: the list for students, and nobody's name in it."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from spots.programmes import read_programme_rules
from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.pdf_pages import pages_of, squeezed
from tests.helpers.programme_cases import EVERY_RULE

PERSONS = ("山田太郎", "鈴木次郎", "yamada@example.jp", "0172-00-1111")
LIST = (
    "医療機関名,市町村,種別,院長名,担当者,メール,電話\n"
    "健生病院,弘前市,病院,山田太郎,鈴木次郎,yamada@example.jp,0172-00-1111\n"
    "藤代健生病院,弘前市,病院,山田太郎,鈴木次郎,yamada@example.jp,0172-00-1111\n"
    "はちのへ内科,八戸市,診療所,山田太郎,鈴木次郎,yamada@example.jp,0172-00-1111\n"
    "大館の病院,秋田県大館市,病院,山田太郎,鈴木次郎,yamada@example.jp,0172-00-1111\n"
)


@pytest.fixture
def programme_file(tmp_path: Path) -> Path:
    path = tmp_path / "p.toml"
    path.write_text(EVERY_RULE, encoding="utf-8")
    return path


@pytest.fixture
def institutions(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_the_table(programme_file: Path, institutions: Path) -> None:
    done = spots("programme", programme_file, institutions, "--on", "2025-10-01")
    assert done.exit_code == 0
    assert "少数等 1、指定 1、連携 1、対象外 1" in done.stdout
    assert "少数等 1、指定 0、連携 1、対象外 2" in done.stdout
    assert done.stderr == ""


def test_english(programme_file: Path, institutions: Path) -> None:
    done = spots("programme", programme_file, institutions, "--on", "2025-10-01", "--lang", "en")
    assert foreign_words(done.output, [LIST, EVERY_RULE, "青森県"]) == []


def test_json_is_of_the_day_and_the_cohort(programme_file: Path, institutions: Path) -> None:
    asked = ("programme", programme_file, institutions, "--cohort", "old", "--on")
    then, later = (spots_json(*asked, day) for day in ("2026-03-31", "2026-04-01"))
    assert [row["class"] for row in then["rows"]] == ["other", "other", "shortage", "affiliated"]
    assert [row["class"] for row in later["rows"]] == ["other", "other", "shortage", "other"]
    affiliated = then["rows"][3]
    assert (affiliated["valid_from"], affiliated["valid_to"]) == ("2025-04-01", "2026-03-31")
    assert affiliated["rule"] == "abroad"
    assert (then["on"], then["cohorts"]) == ("2026-03-31", ["old"])


def test_the_folder_has_no_person_in_it(
    programme_file: Path, institutions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = spots("programme", programme_file, institutions, "--on", "R7.10.1", "--out", out)
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        "institutions.csv",
        "institutions.xlsx",
        "institutions_new.pdf",
        "institutions_old.pdf",
        "periods.csv",
        "programme.json",
    ]
    for path in out.iterdir():
        assert not any(person.encode() in _inside(path) for person in PERSONS), path.name
    pages = pages_of((out / "institutions_new.pdf").read_bytes(), tmp_path)
    told = squeezed("".join(pages))
    assert len(pages) == 1
    assert "はちのへ内科" in told
    assert not any(person in told for person in PERSONS)
    with (out / "periods.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 3 * 2 + 3 * 2  # the affiliated has three spans


def _inside(path: Path) -> bytes:
    """Return what a file says, that of a workbook unpacked."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_a_folder_is_not_replaced_unasked(
    programme_file: Path, institutions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    asked = ("programme", programme_file, institutions, "--cohort", "old", "--out", out)
    assert spots(*asked).exit_code == 0
    again = spots(*asked)
    assert (again.exit_code, again.stdout) == (2, "")
    assert spots(*asked, "--force").exit_code == 0


def test_what_is_open_ends_with_its_code(programme_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text("医療機関名,市町村\n健生病院,\n", encoding="utf-8")
    done = spots("programme", programme_file, path, "--on", "2026-04-01")
    assert done.exit_code == 3
    assert "判定不能" in done.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--cohort", "next"), "new"),
        (("--on", "あした"), "--on"),
        (("--register", "none.gpkg"), "none.gpkg"),
    ],
)
def test_what_cannot_be_used(
    programme_file: Path, institutions: Path, options: tuple[str, ...], told: str
) -> None:
    done = spots("programme", programme_file, institutions, *options)
    assert done.exit_code != 0
    assert done.stdout == ""
    assert told in done.stderr


def test_the_table_of_aomori_comes_out_as_published(tmp_path: Path) -> None:
    named = read_programme_rules("aomori").rules[1].institutions
    path = tmp_path / "list.csv"
    rows = (f"{one.name},{one.town.shown}\n" for one in named if one.town)
    path.write_text("医療機関名,市町村\n" + "".join(rows), encoding="utf-8")
    page = spots_json("programme", "aomori", path, "--cohort", "without_loan")
    assert [row["class"] for row in page["rows"]] == ["named"] * 25
    assert page["problems"] == []
