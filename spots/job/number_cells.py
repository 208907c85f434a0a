"""Numbers as tables of statistics write them, and what stands where a number is not known.

Stands apart: what a cell says, for whatever a table is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from groundfloor.folding import nfkc, plain_number

# 統計表の記号: -, …, x (秘匿), * (秘匿), and what people type where nothing is known.
_UNKNOWN = frozenset(
    {
        *(
            "",
            "-",
            "--",
            "---",
            "―",
            "ー",
            "—",
            "–",
            "‐",
            "−",
            "...",
            "…",
            "‥",
            "..",
            "・",
            "・・・",
        ),
        *("x", "χ", "×", "*", "**", "***", "n/a", "na", "#n/a", "nan", "null", "none", "?", "？"),
        *(
            "不明",
            "不詳",
            "秘匿",
            "未集計",
            "未公表",
            "非公表",
            "なし",
            "無し",
            "該当なし",
            "該当無し",
        ),
    }
)
_KANJI = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "壱": 1, "弐": 2, "参": 3}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"億": 100_000_000, "万": 10_000}
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九壱弐参十百千万億\d,.]+")
_UNIT = re.compile(
    r"(?P<number>.*?[\d〇零一二三四五六七八九十百千万億])\s*"
    r"(?P<unit>%|人|名|床|件|施設|か所|箇所|ヶ所|ケ所|カ所|km2|km²|km|m|分|円|歳|世帯|倍|/10万人|人/10万人)"
)
_NEGATIVE = re.compile(r"^[△▲]\s*")


@dataclass(frozen=True, slots=True)
class NumberCell:
    """What a cell says.

    Parameters
    ----------
    value : float or None
        None where it says that the number is not known, and where it is no number.
    unit : str
        Unit behind the number; may be empty.
    readable : bool
        Whether it is a number, or says that there is none.
    """

    value: float | None
    unit: str = ""
    readable: bool = True


def number_cell(text: str) -> NumberCell:
    """Return what a cell under a column of numbers says.

    Examples
    --------
    >>> [number_cell(t).value for t in ("１，２３４．５", "▲1.5", "二百五十", "1万2千", "12.3％")]
    [1234.5, -1.5, 250.0, 12000.0, 12.3]
    >>> number_cell("…"), number_cell("約30").readable
    (NumberCell(value=None, unit='', readable=True), False)
    """
    plain = nfkc(text).replace("−", "-")
    if "".join(plain.casefold().split()) in _UNKNOWN:
        return NumberCell(None)
    found = _UNIT.fullmatch(plain)
    bare, unit = (found["number"], found["unit"]) if found is not None else (plain, "")
    negative = _NEGATIVE.match(bare)
    digits = bare[negative.end() :] if negative else bare
    value = _number(digits.strip())
    if value is None or (negative and value < 0):
        return NumberCell(None, readable=False)
    return NumberCell(-value if negative else value, unit)


def _number(text: str) -> float | None:
    plain = plain_number(text)
    if plain is not None:
        return float(plain)
    return _kanji_number(text) if _KANJI_NUMBER.fullmatch(text) else None


def _kanji_number(text: str) -> float | None:
    """Return a number of 漢数字 or digits with 万 and 千; None where they make none.

    Examples
    --------
    >>> [_kanji_number(t) for t in ("二五五", "二百五十五", "3万5,000", "十", "一.五", "万")]
    [255.0, 255.0, 35000.0, 10.0, 1.5, None]
    """
    total, rest = 0.0, text
    for myriad, factor in _MYRIADS.items():
        head, mark, tail = rest.partition(myriad)
        if mark:
            below = _below_myriad(head)
            if below is None:
                return None
            total, rest = total + below * factor, tail
    last = _below_myriad(rest) if rest else 0.0
    return None if last is None else total + last


def _below_myriad(text: str) -> float | None:
    total, rest = 0.0, text
    for ten in ("千", "百", "十"):
        head, mark, tail = rest.partition(ten)
        if mark:
            count = _digits(head) if head else 1.0
            if count is None:
                return None
            total, rest = total + count * _TENS[ten], tail
    last = _digits(rest) if rest else 0.0
    return None if last is None or not text else total + last


def _digits(text: str) -> float | None:
    """Return digits, of kanji or not, read one by one."""
    plain = plain_number("".join(str(_KANJI.get(c, c)) for c in text))
    return None if plain is None else float(plain)
