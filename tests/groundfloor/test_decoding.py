"""Encodings of Japanese offices: told apart by content, never in silence where it is a guess."""

from __future__ import annotations

import pytest

from groundfloor.decoding import decode
from groundfloor.problems import DataError

TEXT = (
    "医療機関名,所在地,緯度,経度\nそよう病院,熊本県上益城郡山都町滝上476-2,32.685331,131.150494\n"
)


def codes(caught):
    return [p.code for p in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-32"])
def test_what_spreadsheets_write_is_read_without_a_word(encoding):
    found = decode(TEXT.encode(encoding), "a.csv")
    assert (found.text, found.problems) == (TEXT, ())


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be"])
def test_what_is_told_by_its_looks_is_said(encoding):
    found = decode(TEXT.encode(encoding), "a.csv")
    assert found.text == TEXT
    assert [p.code for p in found.problems] == ["encoding-guessed"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("施設名,緯度,経度\n熊本中央病院,1,2\n", "euc_jp"),
        ("施設名,緯度,経度\n熊本中央病院,1,2\n", "cp932"),
        ("①一覧,㈱そよう\n", "euc_jis_2004"),
        ("①一覧,髙﨑㈱\n", "cp932"),
        ("ﾋﾞｮｳｲﾝﾒｲ,ｼﾞｭｳｼｮ\nｿﾖｳﾋﾞｮｳｲﾝ,ｸﾏﾓﾄｹﾝ\n", "cp932"),
        ("name,ﾌﾘｶﾞﾅ\n病院,ﾋﾞｮｳｲﾝ\n", "cp932"),
    ],
)
def test_cp932_and_euc_jp_are_told_apart(text, encoding):
    assert decode(text.encode(encoding), "a.csv").text == text


def test_what_reads_as_both_is_refused():
    with pytest.raises(DataError) as caught:
        decode("熊本".encode("euc_jp"), "a.csv")
    assert codes(caught) == ["encoding-unclear"]
    assert decode("熊本".encode("euc_jp"), "a.csv", "euc_jp").text == "熊本"


def test_a_damaged_byte_in_euc_jp_is_no_cp932():
    data = TEXT.encode("euc_jp")
    with pytest.raises(DataError) as caught:
        decode(data[:40] + b"\xb1" + data[40:], "a.csv")
    assert codes(caught) == ["wrong-encoding"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\xff\xfe\x00\x00", "empty-file"),
        (b"\xef\xbb\xbf \r\n", "empty-file"),
        (b"name,lat\x00\x01", "not-text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not-text"),
        (b"\xff\xfea\x00b", "wrong-encoding"),
        (TEXT.encode() + b"\xff\xfe\xfd", "wrong-encoding"),
        (b"\x1b$B\xff\xff" + TEXT.encode("cp932"), "wrong-encoding"),
        (b"\x1b$Ba\x1b(B", "wrong-encoding"),
    ],
)
def test_what_is_no_text(data, code):
    with pytest.raises(DataError) as caught:
        decode(data, "a.csv")
    assert codes(caught) == [code]
    assert caught.value.problems[0].file == "a.csv"


@pytest.mark.parametrize("name", ["utf-nine", "hex", "rot13", "a\0b", "undefined"])
def test_names_of_no_encoding(name):
    with pytest.raises(DataError) as caught:
        decode(TEXT.encode(), "a.csv", name)
    assert codes(caught) == ["unknown-encoding"]


def test_marks_inside_and_the_end_of_dos_are_no_text():
    joined = b"\xef\xbb\xbf" + TEXT.encode() + b"\xef\xbb\xbf" + TEXT.encode()
    assert decode(joined, "a.csv").text == TEXT + TEXT
    assert decode(TEXT.encode("cp932") + b"\x1a", "a.csv").text == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["一,二\r\n開く,1\r\n", "名称\t種別\n阿蘇　一の宮\t3\n"])
def test_utf_16_without_a_mark_may_hold_characters_that_end_in_a_zero_byte(text, encoding):
    assert decode(text.encode(encoding), "a.csv").text == text
