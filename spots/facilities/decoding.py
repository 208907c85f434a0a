"""Bytes of a text file to text: UTF-8, CP932 or UTF-16, never a guess that hides damage."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from groundfloor.problems import Problem, Text, error
from spots.facilities.errors import FacilityListError

_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Python's CP932 lets these through; Windows maps them to nothing that anybody writes.
_NOT_REALLY_CP932 = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")


@dataclass(frozen=True, slots=True)
class _Failure:
    offset: int
    line: int


def decode(data: bytes, shown: str, encoding: str | None = None) -> str:
    """Return the text of a file in UTF-8 (BOM or not), UTF-16 with BOM, or CP932.

    Parameters
    ----------
    data : bytes
        The whole file.
    shown : str
        Its name for messages.
    encoding : str or None
        The encoding when the user names it; nothing else is tried then.

    Returns
    -------
    str
        The text without a byte-order mark.

    Raises
    ------
    FacilityListError
        Empty, binary, an unknown encoding's name, or bytes that fit none: the message names the
        byte and the line.
    """
    if not data.strip(b"\x00\t\r\n ") or data in {codecs.BOM_UTF8, *_UTF16_BOMS}:
        raise FacilityListError(empty_file(shown))
    if encoding is not None:
        return _named(data, shown, encoding)
    if data.startswith(_UTF16_BOMS):
        return _named(data, shown, "utf-16")
    if b"\x00" in data:
        raise FacilityListError(_binary(shown, data.index(b"\x00")))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        utf8 = _failure(data, cause.start)
    text, cp932 = _cp932(data)
    if text is not None:
        return text
    raise FacilityListError(_undecodable(shown, data, utf8, cp932))


def empty_file(shown: str) -> Problem:
    """Return the problem of a file without content."""
    return error(
        "empty-file",
        Text("ファイルが空です", "the file is empty"),
        Text(
            "正しいファイルか、保存し忘れていないかを確認してください",
            "check that it is the right file and that it was saved",
        ),
        file=shown,
    )


def _named(data: bytes, shown: str, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        problem = error(
            "unknown-encoding",
            Text("知らない文字コード名です", "is not the name of an encoding"),
            Text("utf-8 または cp932 と書いてください", "write utf-8 or cp932"),
            file=shown,
            value=encoding,
        )
    except UnicodeDecodeError as cause:
        where = _failure(data, cause.start)
        problem = error(
            "wrong-encoding",
            Text(
                f"指定の文字コード {encoding} では読めません({where.offset + 1}バイト目)",
                f"is not {encoding} (byte {where.offset + 1})",
            ),
            Text(
                "encoding の指定を外すか、正しい文字コードにしてください",
                "leave out encoding, or name the right one",
            ),
            file=shown,
            row=where.line,
        )
    raise FacilityListError(problem)


def _cp932(data: bytes) -> tuple[str | None, _Failure]:
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as cause:
        return None, _failure(data, cause.start)
    odd = next((i for i, ch in enumerate(text) if ch in _NOT_REALLY_CP932), None)
    if odd is None:
        return text, _Failure(0, 0)
    return None, _failure(data, len(text[:odd].encode("cp932")))


def _failure(data: bytes, offset: int) -> _Failure:
    return _Failure(offset, data.count(b"\n", 0, offset) + 1)


def _undecodable(shown: str, data: bytes, utf8: _Failure, cp932: _Failure) -> Problem:
    """Report at the encoding that got further: likely the one meant, with a bad byte."""
    where = max(utf8, cp932, key=lambda f: f.offset)
    name = "UTF-8" if where is utf8 else "CP932"
    remedy = Text(
        "Excel で「CSV UTF-8(コンマ区切り)」として保存し直してください",
        "save it again as “CSV UTF-8” in Excel",
    )
    if _decodes(data, "euc_jp"):
        remedy = Text(
            "EUC-JP のようです。encoding に euc_jp と書くか、UTF-8 で保存し直してください",
            "it looks like EUC-JP: set encoding to euc_jp, or save it as UTF-8",
        )
    shown_byte = f"0x{data[where.offset]:02X}"
    return error(
        "wrong-encoding",
        Text(
            f"UTF-8 でも CP932(Shift_JIS)でも読めません"
            f"({name} とみると {where.offset + 1}バイト目の {shown_byte})",
            f"is neither UTF-8 nor CP932 (read as {name}, byte {where.offset + 1} is {shown_byte})",
        ),
        remedy,
        file=shown,
        row=where.line,
    )


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _binary(shown: str, offset: int) -> Problem:
    return error(
        "not-text",
        Text(
            f"テキストではありません({offset + 1}バイト目に NUL)",
            f"is not text (a NUL at byte {offset + 1})",
        ),
        Text(
            "CSV、XLSX、GeoJSON、GeoPackage、Shapefile のいずれかを指定してください",
            "give CSV, XLSX, GeoJSON, GeoPackage or Shapefile",
        ),
        file=shown,
    )
