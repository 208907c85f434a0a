"""Delimited lists: encodings, separators, headers, rows."""

from __future__ import annotations

import pytest

from groundfloor.problems import Lang, MissingFileError, Severity
from spots.facilities import FacilityListError, read_layer, read_layers
from spots.facilities.headers import unknown_columns
from spots.types import FacilityType, Role
from tests.helpers.facility_lists import ROWS, codes, only, spec, write

HEAD = "医療機関名,緯度,経度\n"


def read(tmp_path, text, **options):
    return read_layer(spec(write(tmp_path, text), **options), {})


def refused(tmp_path, text, **options):
    with pytest.raises(FacilityListError) as caught:
        read(tmp_path, text, **options)
    return caught.value.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings_are_found(tmp_path, encoding):
    raws, problems = read_layer(spec(write(tmp_path, ROWS, encoding=encoding)), {})
    assert [r.name for r in raws] == ["そよう病院", "小国公立病院"]
    assert [r.row.row for r in raws] == [2, 3]
    assert problems == ()


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_separators_are_found_below_a_title_with_commas(tmp_path, separator):
    text = "令和6年度,一覧,案\n\n" + ROWS.replace(",", separator)
    raws, _ = read(tmp_path, text)
    assert [(r.name, r.row.row) for r in raws] == [("そよう病院", 4), ("小国公立病院", 5)]
    assert raws[0].position.lat == 32.685331


def test_bytes_of_no_encoding_name_byte_line_and_remedy(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(ROWS.encode("utf-8") + b"\xff\xfe\xfd\n")
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path), {})
    problem = only(caught.value.problems, "wrong-encoding")
    assert problem.row == 4
    assert f"{len(ROWS.encode('utf-8')) + 1}バイト目" in problem.message.ja
    assert problem.remedy.ja


def test_euc_jp_is_read_with_a_warning_and_without_when_asked_for(tmp_path):
    path = write(tmp_path, ROWS, encoding="euc_jp")
    raws, problems = read_layer(spec(path), {})
    assert raws[0].name == "そよう病院"
    assert only(problems, "encoding-guessed").severity is Severity.WARNING
    raws, problems = read_layer(spec(path, encoding="euc_jp"), {})
    assert raws[0].name == "そよう病院"
    assert problems == ()


def test_named_encoding_must_fit_and_exist(tmp_path):
    path = write(tmp_path, ROWS)
    for wrong, code in (("ascii", "wrong-encoding"), ("utf-nine", "unknown-encoding")):
        with pytest.raises(FacilityListError) as caught:
            read_layer(spec(path, encoding=wrong), {})
        assert codes(caught.value.problems) == [code]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b"\xff\xfe"])
def test_empty_files(tmp_path, content):
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path), {})
    assert codes(caught.value.problems) == ["empty-file"]


def test_header_without_rows(tmp_path):
    assert codes(refused(tmp_path, HEAD)) == ["no-rows"]


def test_missing_file_is_its_own_kind_of_error(tmp_path):
    with pytest.raises(MissingFileError) as caught:
        read_layer(spec(tmp_path / "absent.csv"), {})
    assert caught.value.problems[0].file == "absent.csv"


def test_missing_name_says_what_was_found(tmp_path):
    problem = only(refused(tmp_path, "呼び名,緯度,経度\nA,32.5,130.5\n"), "column-missing")
    assert "呼び名, 緯度, 経度" in problem.message.ja
    assert problem.row == 1


def test_user_aliases_and_column_overrides(tmp_path):
    text = "呼び名,lat,lon,名称\nA病院,32.5001,130.5001,旧A\n"
    path = write(tmp_path, text)
    raws, _ = read_layer(spec(path), {"name": ("呼び名",)})
    assert raws[0].name == "A病院"
    raws, _ = read_layer(spec(path, columns={"name": "呼び名"}), {})
    assert raws[0].name == "A病院"
    raws, _ = read_layer(spec(path), {})
    assert raws[0].name == "旧A"


def test_override_of_an_absent_column_and_unknown_canonical_names(tmp_path):
    path = write(tmp_path, ROWS)
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path, columns={"name": "無い列", "latt": "緯度"}), {"naem": ("x",)})
    found = codes(caught.value.problems)
    assert found.count("unknown-column") == 2
    assert "column-absent" in found


def test_column_twice_is_an_error_and_unused_twice_a_warning(tmp_path):
    twice = refused(tmp_path, "医療機関名,緯度,経度,緯度\nA,32.5,130.5,32.5\n")
    assert only(twice, "column-twice").column == "緯度"
    _, problems = read(tmp_path, "医療機関名,緯度,経度,電話,電話\nA,32.5001,130.5001,1,2\n")
    assert only(problems, "unused-column-twice").severity is Severity.WARNING


def test_readings_are_not_names_but_brackets_are_allowed(tmp_path):
    text = (
        "正式名称（フリガナ）,正式名称（漢字）,緯度（度）,経度（度）\nエー,A病院,32.5001,130.5001\n"
    )
    raws, _ = read(tmp_path, text)
    assert raws[0].name == "A病院"
    assert raws[0].position.lon == 130.5001


def test_two_columns_of_one_kind_are_reported(tmp_path):
    _, problems = read(tmp_path, "facility_name,name,lat,lon\nB,A,32.5001,130.5001\n")
    assert only(problems, "columns-overlap").column == "name"


def test_header_of_two_rows(tmp_path):
    text = "医療機関名,所在地,位置,\n医療機関名,所在地,緯度,経度\nA病院,x,32.5001,130.5001\n"
    raws, _ = read(tmp_path, text)
    assert [(r.name, r.position.lat) for r in raws] == [("A病院", 32.5001)]


def test_blank_rows_notes_totals_and_repeated_headers(tmp_path):
    text = (
        HEAD
        + "A病院,32.5001,130.5001\n,,\n※ 令和6年4月1日現在,,\n合計,2,\n,,\n"
        + HEAD
        + "B病院,32.6001,130.5001\n名前だけの病院,,\n"
    )
    raws, problems = read(tmp_path, text)
    assert [r.name for r in raws] == ["A病院", "B病院", "名前だけの病院"]
    skipped = {p.code: p.row for p in problems if p.severity is Severity.NOTE}
    assert skipped == {"note-row": 4, "total-row": 5, "header-repeated": 7}


def test_row_without_a_name_is_an_error(tmp_path):
    problem = only(refused(tmp_path, HEAD + ",32.5,130.5\n"), "name-missing")
    assert (problem.row, problem.column) == (2, "医療機関名")


def test_unclosed_quote_never_swallows_rows(tmp_path):
    problem = only(refused(tmp_path, HEAD + 'A,32.5,130.5\n"B,32.6,130.6\nC,1,2\n'), "csv-quoting")
    assert problem.row == 3


def test_quoted_line_breaks_keep_excel_row_numbers(tmp_path):
    raws, problems = read(
        tmp_path, HEAD + '"医療法人\nA病院",32.5001,130.5001\nB,32.6001,130.6001\n'
    )
    assert [(r.name, r.row.row) for r in raws] == [("医療法人 A病院", 2), ("B", 3)]
    assert problems == ()


def test_shifted_row_is_reported(tmp_path):
    _, problems = read(tmp_path, HEAD + "A病院,32.5001,130.5001,メモ\n")
    assert only(problems, "cell-without-header").value == "メモ"


@pytest.mark.parametrize("name", ["</script><b>", "${alert(1)}", "=1+1", "+81", "@x", "'; --"])
def test_hostile_names_pass_as_data(tmp_path, name):
    raws, problems = read(tmp_path, HEAD + f"{name},32.5001,130.5001\n")
    assert raws[0].name == name
    assert problems == ()


def test_control_characters_are_removed_and_reported(tmp_path):
    raws, problems = read(tmp_path, HEAD + "A\x1b[31m\u202e病院,32.5001,130.5001\n")
    assert raws[0].name == "A[31m病院"
    problem = only(problems, "control-character")
    assert "\x1b" not in problem.render(Lang.JA)


def test_type_column_joins_the_layers_type(tmp_path):
    text = "name,lat,lon,種別\nA,32.5001,130.5001,①・③\nB,32.6001,130.6001,\n"
    raws, _ = read(tmp_path, text, types=frozenset({FacilityType.REMOTE_CLINIC}))
    assert raws[0].types == frozenset(FacilityType)
    assert raws[1].types == {FacilityType.REMOTE_CLINIC}


def test_unknown_type_lists_what_is_allowed_for_every_row(tmp_path):
    problems = refused(tmp_path, "name,lat,lon,type\nA,32.5,130.5,④\nB,32.5,130.6,診療所\n")
    found = [p for p in problems if p.code == "unknown-type"]
    assert [(p.row, p.value) for p in found] == [(2, "④"), (3, "診療所")]
    assert "へき地診療所" in found[0].remedy.ja


def test_filter_keeps_matching_rows_and_says_how_many(tmp_path):
    text = "name,lat,lon,rotation\nA,32.5001,130.5001,True\nB,32.6001,130.6001,False\n"
    raws, problems = read(tmp_path, text, where=(("rotation", ("true",)),))
    assert [r.name for r in raws] == ["A"]
    assert "2行のうち" in only(problems, "rows-filtered").message.ja


def test_filter_on_an_absent_column_or_value(tmp_path):
    text = "name,lat,lon\nA,32.5001,130.5001\n"
    absent = refused(tmp_path, text, where=(("rotation", ("True",)),))
    assert "filter-column-absent" in codes(absent)
    assert codes(refused(tmp_path, text, where=(("name", ("B",)),))) == ["filter-keeps-nothing"]


def test_municipality_codes_are_repaired(tmp_path):
    text = (
        "name,lat,lon,市町村コード,都道府県\nA,43.0001,141.0001,1101,北海道\n"
        "B,32.5001,130.5001,４３４４７７,熊本県\nC,32.5001,130.5002,447,43\n"
        "D,32.5001,130.5003,434471,43\n"
    )
    raws, problems = read(tmp_path, text)
    assert [r.municipality_code for r in raws] == ["01101", "43447", "43447", None]
    zero = only(problems, "municipality-code-zero")
    assert (zero.row, zero.value, zero.severity) == (2, "1101", Severity.WARNING)
    assert only(problems, "municipality-code-unusable").row == 5


def test_lists_without_coordinate_columns_are_noted_once(tmp_path):
    raws, problems = read(tmp_path, "医療機関名,所在地\nA,x\nB,y\n")
    assert codes(problems) == ["no-coordinate-columns"]
    assert all(r.position is None and r.position_problem for r in raws)


def test_errors_of_all_lists_come_together(tmp_path):
    one = spec(write(tmp_path, "x,y\n1,2\n", "one.csv"))
    two = spec(write(tmp_path, HEAD + ",32.5,130.5\n", "two.csv"))
    with pytest.raises(FacilityListError) as caught:
        read_layers((one, two, spec(tmp_path / "three.csv")), {})
    assert {p.file for p in caught.value.problems} == {"one.csv", "two.csv", "three.csv"}


def test_shown_name_is_the_users(tmp_path):
    path = write(tmp_path, HEAD + ",32.5,130.5\n")
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path, shown="一覧/新.csv"), {})
    assert {p.file for p in caught.value.problems} == {"一覧/新.csv"}
    assert str(tmp_path) not in str(caught.value)


def test_layer_facts_reach_the_rows(tmp_path):
    raws, _ = read(tmp_path, ROWS, role=Role.DESTINATION, source="県")
    assert raws[0].layer.role is Role.DESTINATION
    assert raws[0].position.source == "県"


def test_binary_and_unknown_kinds_are_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"name,lat\x00\x01")
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path), {})
    assert codes(caught.value.problems) == ["not-text"]
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(write(tmp_path, "x", "list.pdf")), {})
    assert codes(caught.value.problems) == ["format-unknown"]


def test_a_file_that_is_locked_is_reported(tmp_path, monkeypatch):
    path = write(tmp_path, ROWS)

    def locked(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", locked)
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path), {})
    assert codes(caught.value.problems) == ["file-unreadable"]


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("緯度", 'lat = "緯度"'),
        ("latt", 'lat = "…"'),
        ("nmae", 'name = "…"'),
        ("zzz", "municipality"),
    ],
)
def test_a_wrong_column_is_answered_with_the_right_one(written: str, remedy: str):
    [found] = unknown_columns([written], "a.csv")
    assert remedy in found.remedy.ja
    assert remedy in found.remedy.en
