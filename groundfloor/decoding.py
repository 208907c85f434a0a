"""Bytes of a text file to text, in the encodings of Japanese offices; never a guess in silence.

UTF-8, UTF-16 and CP932 are what spreadsheets write. EUC-JP and ISO-2022-JP come from older
servers; EUC-JP decodes as CP932 to half-width katakana and rare kanji, so the two are told apart
by which of them gives ordinary Japanese, and where neither does the file is refused.

Stands apart: it knows bytes and text, and no tables.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from groundfloor.problems import DataError, Problem, Text, error, warning

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO2022_ESCAPE = re.compile(rb"\x1b\$[@B]")
# Python's CP932 lets these through; Windows maps them to nothing that anybody writes.
_NOT_REALLY_CP932 = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
_SAMPLE_CHARACTERS = 200_000  # what tells two encodings apart does so long before
_ORDINARY = re.compile(
    r"[\t\n\r -~\u3000-\u3015\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uff01-\uff5e\uffe5"
    r"×÷°′″→←↑↓○●◎△▲□■☆★※①-⑳Ⅰ-Ⅹ㈱−―‐]"
)
_KANJI = re.compile(r"[\u4e00-\u9fff]")
_SECOND_LEVEL = 0xD0  # EUC-JP's first byte from which kanji are rare ones (JIS 第2水準)
_RARE_KANJI = 0.1  # words in half-width katakana read as EUC-JP give a quarter
_WIDE = re.compile(r"[^ -~\s\uff61-\uff9f]")
_HALF_WIDTH = re.compile(r"[\uff61-\uff9f]+")
# Half-width katakana as people type them: a voicing mark after what can be voiced, no word that
# begins with a mark or a small letter, and no brackets or full stops in between.
_SPELT = re.compile(r"(?:(?:[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ|[ｦｱ-ﾝ])[ｧ-ｯ]?ｰ?)+")
_MOSTLY = 0.97


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, without a byte-order mark.

    Parameters
    ----------
    text : str
        All of it.
    encoding : str
        Python's name of the encoding that was found.
    problems : tuple of Problem
        A warning where the encoding was told by what the text looks like.
    """

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, label: str, encoding: str | None = None) -> Decoded:
    """Return the text of a file in UTF-8, UTF-16, CP932, EUC-JP or ISO-2022-JP.

    Parameters
    ----------
    data : bytes
        The whole file.
    label : str
        Its name for messages.
    encoding : str or None
        The encoding when the user names it; nothing else is tried then.

    Raises
    ------
    DataError
        Empty (``empty-file``), binary (``not-text``), an unknown encoding's name
        (``unknown-encoding``), bytes that fit none (``wrong-encoding``, which names the byte and
        the line) or two (``encoding-unclear``).
    """
    found = _decoded(data, label, encoding)
    # The mark stands inside where files were joined; Ctrl+Z ended the files of DOS.
    return replace(found, text=found.text.replace("\ufeff", "").removesuffix("\x1a"))


def _decoded(data: bytes, label: str, encoding: str | None) -> Decoded:
    mark = next((mark for mark, _ in _MARKS if data.startswith(mark)), b"")
    if not data[len(mark) :].strip(b"\x00\t\r\n "):
        raise DataError(empty_file(label))
    named = encoding or next((name for known, name in _MARKS if known == mark), None)
    if named is not None:
        return Decoded(_as_named(data, label, named, asked=encoding is not None), named)
    if b"\x00" in data:
        return _without_mark(data, label)
    if _ISO2022_ESCAPE.search(data) and data.isascii():
        text = _as_named(data, label, "iso2022_jp_ext", asked=False)
        return Decoded(text, "iso2022_jp", (_guessed(label, "ISO-2022-JP"),))
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as cause:
        utf8_end = cause.start
    return _japanese(data, label, utf8_end)


def empty_file(label: str) -> Problem:
    """Return the problem of a file without content."""
    return error(
        "empty-file",
        Text("ファイルが空です", "the file is empty"),
        Text(
            "正しいファイルか、保存し忘れていないかを確認してください",
            "check that it is the right file and that it was saved",
        ),
        file=label,
    )


def _as_named(data: bytes, label: str, encoding: str, *, asked: bool) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as cause:
        raise DataError(_misnamed(label, encoding, data, cause.start, asked=asked)) from cause
    except (LookupError, ValueError) as cause:
        raise DataError(
            error(
                "unknown-encoding",
                Text("知らない文字コード名です", "is not the name of an encoding"),
                Text("utf-8 または cp932 と書いてください", "write utf-8 or cp932"),
                file=label,
                value=encoding,
            )
        ) from cause
    if "\x00" in text:
        raise DataError(_binary(label, data.find(b"\x00")))
    if not text.strip("\ufeff \t\r\n"):
        raise DataError(empty_file(label))
    return text


def _misnamed(label: str, encoding: str, data: bytes, offset: int, *, asked: bool) -> Problem:
    if asked:
        message = Text(
            f"指定の文字コード {encoding} では読めません（{offset + 1}バイト目）",
            f"is not {encoding} (byte {offset + 1})",
        )
        remedy = Text(
            "encoding の指定を外すか、正しい文字コードにしてください",
            "leave out encoding, or name the right one",
        )
    else:
        message = Text(
            f"{encoding} の印がありますが、そうは読めません（{offset + 1}バイト目）",
            f"is marked as {encoding} but does not read as that (byte {offset + 1})",
        )
        remedy = _SAVE_AS_UTF8
    return error("wrong-encoding", message, remedy, file=label, row=_line(data, offset))


_SAVE_AS_UTF8 = Text(
    "Excel で「CSV UTF-8（コンマ区切り）」として保存し直してください",
    "save it again as “CSV UTF-8” in Excel",
)


def _without_mark(data: bytes, label: str) -> Decoded:
    """Return UTF-16 without a byte-order mark, where it can be nothing else.

    Taken the wrong way round, its separators and line ends are none, and most of it is odd.
    """
    for encoding in ("utf-16-le", "utf-16-be"):
        text, _ = _strictly(data, encoding)
        if text is None or "\x00" in text:
            continue
        sample = text[:_SAMPLE_CHARACTERS]
        if re.search(r"[,;\t\r\n]", sample) and _share(_ORDINARY, sample) > _MOSTLY:
            return Decoded(text, encoding, (_guessed(label, "UTF-16"),))
    raise DataError(_binary(label, data.index(b"\x00")))


def _japanese(data: bytes, label: str, utf8_end: int) -> Decoded:
    """Return CP932 or EUC-JP: what decodes, and where both do, what is ordinary Japanese."""
    cp932, cp932_end = _cp932(data)
    euc = _euc(data)
    nonsense = cp932 is not None and _half_width_nonsense(cp932)
    if euc is not None and (cp932 is None or nonsense):
        return Decoded(euc, "euc_jp", (_guessed(label, "EUC-JP"),))
    if euc is not None:
        raise DataError(_unclear(label))
    if cp932 is not None and not nonsense:
        return Decoded(cp932, "cp932")
    raise DataError(_undecodable(label, data, utf8_end, utf8_end if nonsense else cp932_end))


def _euc(data: bytes) -> str | None:
    """Return the text that EUC-JP gives, None where it gives none that is ordinary Japanese."""
    for encoding in ("euc_jp", "euc_jis_2004"):  # the second knows ① and ㈱
        text, _ = _strictly(data, encoding)
        if text is not None:
            break
    else:
        return None
    sample = text[:_SAMPLE_CHARACTERS]
    kanji = _KANJI.findall(sample)
    rare = sum(1 for ch in kanji if ch.encode("euc_jis_2004")[0] >= _SECOND_LEVEL)
    usual = _share(_ORDINARY, sample) > _MOSTLY and rare <= _RARE_KANJI * len(kanji)
    return text if usual else None


def _strictly(data: bytes, encoding: str) -> tuple[str | None, int]:
    try:
        return data.decode(encoding), len(data)
    except UnicodeDecodeError as cause:
        return None, cause.start


def _cp932(data: bytes) -> tuple[str | None, int]:
    text, end = _strictly(data, "cp932")
    odd = None if text is None else _NOT_REALLY_CP932.search(text)
    if text is None or odd is None:
        return text, end
    return None, len(text[: odd.start()].encode("cp932"))


def _share(kind: re.Pattern[str], text: str) -> float:
    return len(kind.findall(text)) / max(len(text), 1)


def _half_width_nonsense(text: str) -> bool:
    """Tell whether a text holds half-width katakana that nobody spells so: EUC-JP in disguise."""
    runs = _HALF_WIDTH.findall(text[:_SAMPLE_CHARACTERS])
    odd = sum(len(run) for run in runs if _SPELT.fullmatch(run) is None)
    wide = len(_WIDE.findall(text[:_SAMPLE_CHARACTERS]))
    return odd * 4 > sum(map(len, runs)) and odd * 4 > wide


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _undecodable(label: str, data: bytes, utf8_end: int, cp932_end: int) -> Problem:
    """Report at the encoding that got further: likely the one meant, with a bad byte."""
    name, offset = ("UTF-8", utf8_end) if utf8_end >= cp932_end else ("CP932", cp932_end)
    byte = f"0x{data[offset]:02X}"
    return error(
        "wrong-encoding",
        Text(
            f"UTF-8 でも CP932（Shift_JIS）でも読めません"
            f"（{name} とみると {offset + 1}バイト目の {byte}）",
            f"is neither UTF-8 nor CP932 (read as {name}, byte {offset + 1} is {byte})",
        ),
        _SAVE_AS_UTF8,
        file=label,
        row=_line(data, offset),
    )


def _unclear(label: str) -> Problem:
    return error(
        "encoding-unclear",
        Text(
            "CP932（Shift_JIS）とも EUC-JP とも読め、どちらか決められません",
            "reads both as CP932 and as EUC-JP, and nothing tells which is meant",
        ),
        Text(
            "encoding に cp932 か euc_jp と書くか、CSV UTF-8 で保存し直してください",
            "set encoding to cp932 or euc_jp, or save it again as CSV UTF-8",
        ),
        file=label,
    )


def _guessed(label: str, name: str) -> Problem:
    return warning(
        "encoding-guessed",
        Text(f"文字コードを {name} とみて読みました", f"was taken for {name} by its content"),
        Text(
            "文字化けがないか確かめ、CSV UTF-8 で保存し直してください",
            "look whether names are right, and save it again as CSV UTF-8",
        ),
        file=label,
    )


def _binary(label: str, offset: int) -> Problem:
    return error(
        "not-text",
        Text(
            f"テキストではありません（{offset + 1}バイト目に NUL）",
            f"is not text (a NUL at byte {offset + 1})",
        ),
        Text(
            "CSV、XLSX、GeoJSON、GeoPackage、Shapefile のいずれかを指定してください",
            "give CSV, XLSX, GeoJSON, GeoPackage or Shapefile",
        ),
        file=label,
    )
