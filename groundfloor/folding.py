"""Written forms made comparable: widths, case, blanks, old kanji, header marks, numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Forms of one kanji that are neither 旧字体 nor variation sequences, so that yosina keeps them
# apart: those in names of people and places that JIS X 0208 lacks or has twice, unified as in
# family registers (文字情報基盤, MJ縮退マップ). 嶋 and 島 are two spellings of a name and stay two.
# Small ヶ and ヵ are the same letter as large ones.
OTHER_FORMS = str.maketrans(
    "ヶヵ髙﨑嵜碕濵邉栁桒冨眞曾舘𠮷槗逹",
    "ケカ高崎崎崎浜辺柳桑富真曽館吉橋達",
)
# Marks of required cells and footnotes, separators of words, and the byte-order mark that stands
# inside a file to which another one was appended.
_TRIMMED = re.compile(r"[_\-・:：*※.\"'’]")
# Numbers of columns: ①名称, (1)名称, 1.名称; but 2次医療圏 is a word.
_NUMBERED = re.compile(r"\s*(?:[①-⑳]|[(（]\d{1,2}[)）]|\d{1,2}(?:[.)．）、]|\s))\s*(?=\D)")
# Characters without width, which pages of the web and PDFs leave in what is copied from them, and
# selectors, which choose between drawings of one kanji (IVS).
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
# Commas between thousands only: what 1,5 means, nobody can know.
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
)


def nfkc(text: str) -> str:
    """Return `text` in NFKC without surrounding white space and characters that nobody sees.

    Examples
    --------
    >>> nfkc("　３２．６８ ")
    '32.68'
    """
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).strip()


def plain_kanji(text: str) -> str:
    """Return `text` in NFKC and today's kanji, without surrounding white space.

    旧字体, variation sequences, radicals that PDFs have in the place of kanji, and small ヶ and ヵ
    become one form, so that lists of different makers can be compared.

    Examples
    --------
    >>> plain_kanji("國立龍ヶ岳病院"), plain_kanji("⻑崎⼤学"), plain_kanji("葛\U000e0100城 髙﨑")
    ('国立竜ケ岳病院', '長崎大学', '葛城 高崎')
    """
    plain = nfkc(text)
    return plain if plain.isascii() else "".join(map(_todays, plain))


@cache  # asked once for each character that occurs; what it costs is then nothing
def _todays(char: str) -> str:
    if unicodedata.category(char) not in {"Lo", "So"}:  # kanji are letters, radicals symbols
        return char
    return _UNSEEN.sub("", _transliterator()(char)).translate(OTHER_FORMS)


@cache
def _transliterator() -> Callable[[str], str]:
    # Costs 60 ms, which nobody pays who reads no Japanese.
    from yosina import TransliterationRecipe, make_transliterator  # noqa: PLC0415

    return make_transliterator(TransliterationRecipe(kanji_old_new=True, replace_radicals=True))


def compact(text: str) -> str:
    """Return `text` without any white space, in today's kanji and one case."""
    return "".join(plain_kanji(text).casefold().split())


def header_key(header: str) -> str:
    """Return the form in which headers are compared, in every table of every role.

    Examples
    --------
    >>> header_key(" 医療 機関名※"), header_key("①Facility_Name"), header_key("2次医療圏")
    ('医療機関名', 'facilityname', '2次医療圏')
    """
    return _TRIMMED.sub("", compact(_unnumbered(header)))


def _unnumbered(header: str) -> str:
    number = _NUMBERED.match(header)
    return header[number.end() :] if number else header


def plain_number(text: str) -> str | None:
    """Return a number as ``float`` and ``Decimal`` take it; None for what is none.

    Examples
    --------
    >>> plain_number("１，２３４．５"), plain_number("344,3") is None, plain_number("nan") is None
    ('1234.5', True, True)
    """
    plain = nfkc(text).replace("−", "-")
    return plain.replace(",", "") if _NUMBER.fullmatch(plain) else None
