"""``spots service``: months for persons in a folder of their own, counts for councils, no names."""

from __future__ import annotations

import csv
import os
import stat
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from groundfloor.problems import DataError, Lang
from spots.programmes.programme_list import AskedProgramme
from spots.service import service_asking, service_folder
from spots.service.service_asking import AskedService
from tests.helpers.cli_runs import spots, spots_json
from tests.helpers.service_files import (
    INSTITUTIONS,
    PERSONS,
    POSTINGS,
    POSTINGS_HEAD,
    write_tables,
)

SECRET = "Z9-QXZQ-4711"  # noqa: S105 - a key, seeded to be looked for everywhere
FILES = {
    *("clocks.csv", "postings.csv", "service.xlsx"),
    *("council_clocks.csv", "council_classes.csv", "council.xlsx"),
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_folder_for_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "months"
    asked = write_tables(tmp_path / "in")
    old = os.umask(0)
    try:
        done = spots(*asked, "--out", out)
    finally:
        os.umask(old)
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in out.iterdir()} == FILES
    if os.name != "nt":
        assert stat.S_IMODE(out.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    four = {row["person_key"]: row for row in rows_of(out / "clocks.csv") if row["clock"] == "four"}
    assert four["K-1"]["fulfilment"] == "met"
    assert four["K-1"]["fulfilled_on"] == "2027-03-31"
    assert (four["K-8"]["counted"], four["K-8"]["missing"]) == ("P12M0D", "P36M0D")
    rows = [int(row["row"]) for row in rows_of(out / "postings.csv") if row["clock"] == "nine"]
    assert sorted(set(rows)) == [*range(2, 10)]  # every posting, what is planned apart
    assert not [path for path in tmp_path.iterdir() if path.name not in {"in", "months"}]


def test_what_is_printed_is_for_councils(tmp_path: Path) -> None:
    asked = write_tables(tmp_path)
    page = spots_json(*asked)
    clocks = {row["clock"]: row for row in page["clocks"]["rows"]}
    # Seven of eight have four years; one has not, and seven would tell that.
    assert clocks["four"]["fulfilled"] is None
    assert clocks["four"]["not_fulfilled"] is None
    assert clocks["four"]["persons"] == 8
    printed = spots(*asked).stdout + spots(*asked, "--lang", "en").stdout
    for n in range(1, 9):
        assert f"K-{n}" not in printed
    assert "X" in printed


def test_fewer_than_three_persons_are_not_counted_at_all(tmp_path: Path) -> None:
    two = "".join(PERSONS.splitlines(keepends=True)[:3])
    postings = "".join(POSTINGS.splitlines(keepends=True)[:3])
    page = spots_json(*write_tables(tmp_path, postings, two))
    assert page["clocks"] == {"persons": None, "rows": []}
    assert page["classes"] == {"persons": None, "rows": []}


def test_councils_get_no_key(tmp_path: Path) -> None:
    out = tmp_path / "months"
    spots(*write_tables(tmp_path / "in"), "--out", out)
    text = (out / "council_clocks.csv").read_text() + (out / "council_classes.csv").read_text()
    book = openpyxl.load_workbook(out / "council.xlsx")
    cells = " ".join(str(c.value) for sheet in book for row in sheet for c in row)
    assert "K-" not in text + cells


def test_every_fault_at_once_by_row(tmp_path: Path) -> None:
    faulty = POSTINGS + (
        "K-1,むつの病院,R9.3.1,R9.4.30,40,勤務,\n"
        "K-2,むつの病院,2028/4/1,2028/3/1,40,勤務,\n"
        "K-3,健生クリニック,2028/4/1,,40,勤務,\n"
        "K-99,むつの病院,2028/4/1,,40,勤務,\n"
        "K-4,,2028/4/1,,40,勤務,\n"
        "K-5,むつの病院,2028/4/1,,169,勤務,\n"
        "K-6,むつの病院,2028/4/1,,四十,出向,\n"
        "K-6,むつの病院,,,40,休業,気分\n"
    )
    done = spots(*write_tables(tmp_path, faulty))
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    expected = {
        10: ["posting-overlap"],
        11: ["posting-ends-before"],
        12: ["posting-institution"],
        13: ["posting-person"],
        14: ["posting-blank"],
        15: ["posting-hours"],
        16: ["posting-hours", "posting-status"],
        17: ["posting-blank", "posting-reason"],
    }
    for row, codes in expected.items():
        for code in codes:
            assert [x for x in lines if f"{row}行目" in x and f"[{code}]" in x], (row, code)
    assert "健生病院" in done.stderr  # a candidate
    assert "K-" not in done.stderr


TWINS = "中央病院,弘前市,病院\n中央病院,むつ市,病院\n"


def in_places(*places: str) -> str:
    """Return a posting of each place at an institution that two have the name of."""
    head = POSTINGS_HEAD.strip() + ",市町村\n"
    rows = [f"K-{n},中央病院,R5.4.1,R9.3.31,40,勤務,,{p}\n" for n, p in enumerate(places, start=1)]
    return head + "".join(rows)


def test_a_municipality_tells_institutions_of_one_name_apart(tmp_path: Path) -> None:
    asked = write_tables(tmp_path / "in", in_places("弘前市", "青森県むつ市", "02208"))
    (tmp_path / "in" / "list.csv").write_text(INSTITUTIONS + TWINS)
    done = spots(*asked, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    four = {
        r["person_key"]: r for r in rows_of(tmp_path / "out/clocks.csv") if r["clock"] == "four"
    }
    assert [four[f"K-{n}"]["fulfilment"] for n in (1, 2, 3)] == ["not_met", "met", "met"]


@pytest.mark.parametrize("place", ["", "八戸市"])
def test_a_municipality_that_tells_nothing_apart_is_told(tmp_path: Path, place: str) -> None:
    asked = write_tables(tmp_path, in_places(place))
    (tmp_path / "list.csv").write_text(INSTITUTIONS + TWINS)
    done = spots(*asked)
    assert done.exit_code == 1
    assert "[posting-institution]" in done.stderr
    assert "中央病院（弘前市）" in done.stderr
    assert "中央病院（むつ市）" in done.stderr


def test_an_institution_that_is_listed_twice_is_one(tmp_path: Path) -> None:
    asked = write_tables(tmp_path)
    (tmp_path / "list.csv").write_text(INSTITUTIONS + "むつの病院,むつ市,病院\n")
    assert spots(*asked).exit_code == 0


@pytest.mark.parametrize(
    ("there", "here"), [("0000418", "418"), ("K-0418", "K-418"), ("k0418", "K-418")]
)
def test_an_unknown_person_is_looked_for_unseen(tmp_path: Path, there: str, here: str) -> None:
    persons = f"{PERSONS}{there},修学資金の貸与を受ける地域枠,R3.4.1\n"
    asked = write_tables(tmp_path, f"{POSTINGS}{here},むつの病院,2028/4/1,,40,勤務,\n", persons)
    done = spots(*asked, "--lang", "ja")
    assert "[posting-person]" in done.stderr
    assert "対象者の表の10行目" in done.stderr
    assert "418" not in done.stderr


@pytest.mark.parametrize(
    "heading",
    [
        "氏名",
        "医師名",
        "フリガナ",
        "生年月日",
        "メールアドレス",
        "医籍登録番号",
        "Name",
        "電話番号",
    ],
)
@pytest.mark.parametrize("table", ["postings", "persons"])
def test_columns_of_persons_are_refused_by_name(tmp_path: Path, heading: str, table: str) -> None:
    texts = {"postings": POSTINGS, "persons": PERSONS}
    head, *rows = texts[table].splitlines()
    texts[table] = "\n".join([f"{head},{heading}", *(f"{row},{SECRET}" for row in rows)])
    done = spots(*write_tables(tmp_path, texts["postings"], texts["persons"]))
    assert done.exit_code == 1
    assert heading in done.stderr
    assert "[person-column]" in done.stderr
    assert SECRET not in done.stderr


@pytest.mark.parametrize("key", ["山田太郎", "yamada@example.jp", "Taro Yamada", "S60.4.1"])
def test_keys_that_are_names_are_refused_unseen(tmp_path: Path, key: str) -> None:
    done = spots(*write_tables(tmp_path, POSTINGS + f"{key},むつの病院,R5.4.1,,40,勤務,\n"))
    assert done.exit_code == 1
    assert "[person-key]" in done.stderr
    assert "10行目" in done.stderr
    assert key not in done.stderr


BROKEN = {
    "sound": POSTINGS + f"{SECRET},むつの病院,R5.4.1,,40,勤務,\n",
    "header": f"{SECRET},むつの病院,R5.4.1,,40,勤務,\n" * 3,
    "titles": f"{SECRET} の一覧\n{POSTINGS}{SECRET},むつの病院,R5.4.1,,40,勤務,\n",
    "alone": f"{POSTINGS}{SECRET}\n",
    "note": f"{POSTINGS}※{SECRET}\n",
    "example": f"{POSTINGS}記入例{SECRET},むつの病院,R5.4.1,,40,勤務,\n",
    "total": f"{POSTINGS}{SECRET},合計,,,,,\n",
    "everywhere": POSTINGS_HEAD + ",".join([SECRET] * 7) + "\n",
    "twice": POSTINGS + f"{SECRET},むつの病院,R5.4.1,,40,勤務,\n" * 2,
    "ragged": POSTINGS + f"{SECRET},むつの病院,R5.4.1,,40,勤務,,,,,{SECRET}\n",
    "quotes": POSTINGS + f'"{SECRET},むつの病院,R5.4.1,,40,勤務,\n',
    "again": f"{POSTINGS}勤務先,個人番号,開始日,終了日,週勤務時間,区分,{SECRET}\n",
}
KNOWN = PERSONS + f"{SECRET},修学資金の貸与を受ける地域枠,R3.4.1\n"


@pytest.mark.parametrize("persons", [PERSONS, KNOWN, KNOWN + f"{SECRET},{SECRET},{SECRET}\n"])
@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("lang", list(Lang))
def test_a_key_is_nowhere_but_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, persons: str, lang: Lang
) -> None:
    for name in ("XDG_CACHE_HOME", "SPOTS_CACHE", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    asked = write_tables(tmp_path / "in", BROKEN[case], persons)
    for more in ([], ["--json"]):
        done = spots(*asked, "--lang", lang, "--out", tmp_path / "out", "--force", *more)
        assert "QXZQ" not in done.stdout + done.stderr
        assert "4711" not in done.stdout + done.stderr
    inside = {tmp_path / "in", tmp_path / "out"}
    for path in tmp_path.rglob("*"):
        if path.is_file() and not inside.intersection(path.parents):
            assert SECRET.encode() not in path.read_bytes()
            assert "QXZQ" not in path.name


def book_of(path: Path, *sheets: tuple[str, str]) -> Path:
    """Write a workbook of sheets with a name and a CSV text each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in sheets:
        sheet = book.create_sheet(name)
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save(path)
    return path


def zip_of(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(name, POSTINGS)
    return path


UNTOLD = {
    "several-lists": lambda p: book_of(p / "x.xlsx", ("QXZQ", POSTINGS), ("b", POSTINGS)),
    "other-sheets-not-read": lambda p: book_of(p / "x.xlsx", ("a", POSTINGS), ("QXZQ", "x,y\n1,2")),
    "zip-with-several-lists": lambda p: zip_of(p / "x.zip", "QXZQ.csv", "b.csv"),
    "zip-duplicate-name": lambda p: zip_of(p / "x.zip", "QXZQ.csv", "QXZQ.CSV"),
}


@pytest.mark.parametrize("code", UNTOLD)
@pytest.mark.parametrize("lang", list(Lang))
def test_names_of_sheets_and_files_in_a_zip_are_not_told(
    tmp_path: Path, code: str, lang: Lang
) -> None:
    asked = write_tables(tmp_path)
    asked[1] = UNTOLD[code](tmp_path)
    done = spots(*asked, "--lang", lang)
    assert f"[{code}]" in done.stderr
    assert "QXZQ" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            POSTINGS.replace("勤務先", "QXZQ は長い見出しで二十文字より先にも続いている"),
            "column-missing",
        ),
        ("QXZQ の長い最初のセルで二十文字より先にも続いている,b,c\n1,2,3\n", "column-missing"),
        (f"{POSTINGS_HEAD}471,471,,,,,\n471\n", "posting-blank"),
        ("QXZQ医師の院長,むつの病院,R5.4.1,,40,勤務,\n" * 3, "person-column"),
        (f"QXZQ 担当者 QXZQ,,,,,,\n{POSTINGS}", ""),
    ],
)
@pytest.mark.parametrize("lang", list(Lang))
def test_no_part_of_a_cell_is_told(tmp_path: Path, text: str, code: str, lang: Lang) -> None:
    done = spots(*write_tables(tmp_path, text), "--lang", lang)
    assert code in done.stderr
    assert "QXZQ" not in done.stdout + done.stderr
    assert "471" not in done.stdout + done.stderr


def test_the_missing_column_is_named(tmp_path: Path) -> None:
    done = spots(*write_tables(tmp_path, POSTINGS.replace("勤務先", "場")), "--lang", "ja")
    assert "「勤務先」の列がありません" in done.stderr


@pytest.mark.parametrize("where", ["read_service_tables", "serve"])
def test_a_fault_quotes_no_cell(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise KeyError(SECRET)

    monkeypatch.setattr(service_asking, where, broken)
    asked = write_tables(tmp_path)
    done = spots(*asked)
    assert done.exit_code == 1
    assert "[person-table-fault]" in done.stderr
    assert SECRET not in done.stderr
    programme = AskedProgramme("aomori", tmp_path / "list.csv", date(2027, 3, 31))
    service = AskedService(tmp_path / "postings.csv", None, programme, "aomori")
    with pytest.raises(DataError) as caught:
        service_asking.service_answer(service)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert SECRET not in str(caught.value)


def test_runs_and_links_get_no_results_of_persons(tmp_path: Path, small_folder: Path) -> None:
    asked = write_tables(tmp_path / "in")
    before = sorted(small_folder.iterdir())
    for out in (small_folder, small_folder / "months"):
        done = spots(*asked, "--out", out, "--force")
        assert done.exit_code == 2
        assert "[service-folder-run]" in done.stderr
    assert sorted(small_folder.iterdir()) == before
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    done = spots(*asked, "--out", tmp_path / "link", "--force")
    assert "[service-folder-link]" in done.stderr
    assert not list((tmp_path / "there").iterdir())


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    asked = write_tables(tmp_path / "in")
    out = tmp_path / "months"
    assert spots(*asked, "--out", out).exit_code == 0
    assert spots(*asked, "--out", out).exit_code == 2
    assert spots(*asked, "--out", out, "--force").exit_code == 0
    (out / "mine.txt").write_text("x")
    assert spots(*asked, "--out", out, "--force").exit_code == 2
    assert (out / "mine.txt").read_text() == "x"


@pytest.mark.parametrize("linked", [False, True])
def test_an_input_in_the_output_folder_is_kept(tmp_path: Path, *, linked: bool) -> None:
    asked = write_tables(tmp_path / "in")
    out = tmp_path / "months"
    assert spots(*asked, "--out", out).exit_code == 0
    mine = out / "postings.csv"
    mine.write_bytes((tmp_path / "in" / "postings.csv").read_bytes())
    asked[1] = mine
    if linked:
        asked[1] = tmp_path / "link.csv"
        asked[1].symlink_to(mine)
    before = mine.read_bytes()
    done = spots(*asked, "--out", out, "--force")
    assert done.exit_code == 2
    assert "[service-folder-input]" in done.stderr
    assert mine.read_bytes() == before


def test_a_table_that_is_called_like_a_result_is_kept(tmp_path: Path) -> None:
    asked = write_tables(tmp_path / "in")
    out = tmp_path / "months"
    assert spots(*asked, "--out", out).exit_code == 0
    (out / "postings.csv").write_text(POSTINGS)
    done = spots(*asked, "--out", out, "--force")
    assert done.exit_code == 2
    assert "[not-our-folder]" in done.stderr
    assert (out / "postings.csv").read_text() == POSTINGS


def test_the_words_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    assert service_folder.who_may_read(tmp_path) == ()
    monkeypatch.setattr(service_folder.os, "name", "nt")
    (told,) = service_folder.who_may_read(tmp_path)
    monkeypatch.undo()
    assert told.code == "service-folder-windows"


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing there")
def test_a_disk_without_modes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = write_tables(tmp_path / "in")
    out = tmp_path / "months"
    assert "[service-folder-readable]" not in spots(*asked, "--out", out).stderr
    real = service_folder.write_service_folder

    def on_fat(contents: dict[str, bytes], out: Path, *, force: bool) -> object:
        written = real(contents, out, force=force)
        for path in (out, *out.iterdir()):
            path.chmod(0o777)
        return written

    monkeypatch.setattr(service_folder, "write_service_folder", on_fat)
    done = spots(*asked, "--out", out, "--force")
    assert done.exit_code == 0
    assert "[service-folder-readable]" in done.stderr


@pytest.mark.parametrize("form", ["utf-8-sig", "cp932", "utf-16"])
def test_text_in_every_encoding(tmp_path: Path, form: str) -> None:
    page = spots_json(*write_tables(tmp_path, encoding=form))
    assert page["clocks"]["persons"] == 8


def test_a_workbook_with_titles_above(tmp_path: Path) -> None:
    asked = write_tables(tmp_path)
    book = openpyxl.Workbook()
    book.active.append(["勤務の一覧", None, None])
    for line in POSTINGS.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "postings.xlsx")
    asked[1] = tmp_path / "postings.xlsx"
    assert spots_json(*asked)["clocks"]["persons"] == 8
