"""Which prefecture is meant: as it is written, or the only one that the data are of.

Stands apart: names of prefectures are words of people, which nothing else here reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from boundaries.codes import KANA_NAMES, PREFECTURES, ROMAN_NAMES
from groundfloor.folding import nfkc
from groundfloor.problems import Problem, Text, UsageError, error
from spots.facilities.list_cells import stated_prefecture
from spots.starting.recognised import DataKind, Survey

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ"))}
_SHOWN = 5


def prefecture_named(text: str) -> str:
    """Return the two digits of a prefecture, in any of its spellings.

    Parameters
    ----------
    text : str
        大分, 大分県, 44, Oita, おおいた.

    Raises
    ------
    UsageError
        ``unknown-prefecture``, with names that are near.

    Examples
    --------
    >>> [prefecture_named(each) for each in ("大分", "４４", "Ōita", "おおいた", "オオイタケン")]
    ['44', '44', '44', '44', '44']
    """
    kana = nfkc(text).translate(_KATAKANA_TO_HIRAGANA)
    for code, reading in KANA_NAMES.items():
        if kana in {reading, f"{reading}けん", f"{reading}ふ", f"{reading}と"}:
            return code
    try:
        return stated_prefecture(text)
    except UsageError:
        raise UsageError(_unknown(text)) from None


def only_prefecture(survey: Survey) -> str:
    """Return the prefecture whose outlines are there; those of one alone.

    Raises
    ------
    UsageError
        ``prefecture-needed``: there are none, or those of several.
    """
    found = sorted({code for e in survey.of(DataKind.OUTLINES) for code in e.prefectures})
    if len(found) == 1:
        return found[0]
    raise UsageError(_needed(found))


def _unknown(text: str) -> Problem:
    spelt = {**{name: name for name in PREFECTURES.values()}}
    for names in (ROMAN_NAMES, KANA_NAMES):
        spelt |= {name.casefold(): PREFECTURES[code] for code, name in names.items()}
    spelt |= {name[:-1]: name for name in PREFECTURES.values()}
    near = get_close_matches(nfkc(text).casefold(), spelt, n=_SHOWN, cutoff=0.5)
    shown = list(dict.fromkeys(spelt[each] for each in near))
    told = "、".join(shown)
    return error(
        "unknown-prefecture",
        Text("都道府県が分かりません", "is no prefecture"),
        Text(
            f"{told} のことですか。名称か2桁のコードで指定してください"
            if shown
            else "名称（大分県、Oita）か2桁のコード（44）で指定してください",
            f"do you mean {told}? Give a name or two digits"
            if shown
            else 'name it ("大分県", "Oita") or give its two digits ("44")',
        ),
        column="PREFECTURE",
        value=text,
    )


def _needed(found: Iterable[str]) -> Problem:
    codes = list(found)
    listed = Text(
        "、".join(f"{code} {PREFECTURES[code]}" for code in codes),
        ", ".join(f"{code} {ROMAN_NAMES[code]}" for code in codes),
    )
    message = (
        Text(
            f"どの都道府県か決まりません（市区町村の区域があるのは {listed.ja}）",
            f"it is not clear which prefecture is meant (there are outlines of {listed.en})",
        )
        if codes
        else Text(
            "どの都道府県か決まりません（市区町村の区域のデータがありません）",
            "it is not clear which prefecture is meant (there are no outlines of municipalities)",
        )
    )
    return error(
        "prefecture-needed",
        message,
        Text(
            "spots init 大分 のように都道府県を指定してください", "name it, as in: spots init Oita"
        ),
    )
