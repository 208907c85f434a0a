"""Cells of codes and of types, as lists give them.

Codes: three digits beside a prefecture, lost zeros, names. Types: ①②③, 1/2/3, the law's terms,
English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from boundaries.codes import PREFECTURES, ROMAN_NAMES, designated_city, parse_code
from groundfloor.folding import nfkc
from groundfloor.problems import Text, UsageError, error
from spots.types import FacilityType


class CodeFinding(StrEnum):
    """What had to be done to a municipality code."""

    AS_IS = "as-is"  # five digits, six with their check digit, or three beside the prefecture
    ZERO_RESTORED = "zero-restored"  # the leading zero that a spreadsheet dropped
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CodeReading:
    """A five-digit code (None when refused) and what was done to get it."""

    code: str | None
    finding: CodeFinding


# 全国地方公共団体コード of a prefecture: with its check digit, or without.
_WHOLE_PREFECTURE = re.compile(r"([0-9]{2})000[0-9]?")
_NUMBER_AND_NAME = re.compile(r"([0-9]{1,2})[\s._:：-]*(\D{2,4})")
# "Oita-ken", "Kyoto Prefecture"; 北海道 is Hokkaido whole.
_ROMAN_KIND = re.compile(r"[\s-]*(prefecture|prefectural|-ken|-fu|-to)$")


def prefecture_code(text: str) -> str | None:
    """Return the two-digit code of a prefecture given by code or by name.

    Examples
    --------
    >>> prefecture_code("熊本県"), prefecture_code("熊本"), prefecture_code("1")
    ('43', '43', '01')
    >>> prefecture_code("43熊本県"), prefecture_code("430005"), prefecture_code("44熊本県")
    ('43', '43', None)
    """
    clean = nfkc(text).removesuffix(".0")
    if re.fullmatch(r"[0-9]{1,2}", clean):
        return clean.zfill(2) if clean.zfill(2) in PREFECTURES else None
    if whole := _WHOLE_PREFECTURE.fullmatch(clean):
        return whole[1] if whole[1] in PREFECTURES else None
    if both := _NUMBER_AND_NAME.fullmatch(clean):
        code = prefecture_code(both[1])
        return code if code == prefecture_code(both[2]) else None
    names = ((code, name) for code, name in PREFECTURES.items() if clean)
    return next((code for code, name in names if clean in {name, name[:-1]}), None)


def stated_prefecture(stated: str | int) -> str:
    """Return the two-digit code of a prefecture that a caller names, however it is written.

    Parameters
    ----------
    stated : str or int
        Code, name with or without 県, or the name in Latin letters.

    Raises
    ------
    UsageError
        There is none such.

    Examples
    --------
    >>> [stated_prefecture(each) for each in ("大分県", "大分", 44, "44", "Oita", "Ōita-ken")]
    ['44', '44', '44', '44', '44', '44']
    """
    known = prefecture_code(str(stated)) or _by_roman_name(str(stated))
    if known is None:
        raise UsageError(
            error(
                "unknown-prefecture",
                Text("都道府県が分かりません", "is no prefecture"),
                Text(
                    "名称（大分県、Oita）か2桁のコード（44）で指定してください",
                    'name it ("大分県", "Oita") or give its two digits ("44")',
                ),
                column="prefecture",
                value=str(stated),
            )
        )
    return known


def _by_roman_name(text: str) -> str | None:
    letters = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    )
    name = _ROMAN_KIND.sub("", letters.strip().casefold())
    return next((code for code, roman in ROMAN_NAMES.items() if roman.casefold() == name), None)


def read_code(text: str, prefecture: str | None = None) -> CodeReading:
    """Return the five-digit municipality code that `text` means.

    Parameters
    ----------
    text : str
        Three to six digits in any width, possibly typed as a float (``"43447.0"``).
    prefecture : str or None
        Two-digit prefecture of the row.

    Returns
    -------
    CodeReading
        Refused when it is not digits, has no known prefecture or a wrong check digit.

    Examples
    --------
    >>> read_code("434477").code, read_code("434474").code, read_code("447", "43").code
    ('43447', None, '43447')
    >>> read_code("1101")
    CodeReading(code='01101', finding=<CodeFinding.ZERO_RESTORED: 'zero-restored'>)
    """
    digits = re.sub(r"\.0+$", "", nfkc(text))
    if re.fullmatch(r"[0-9]{3}", digits):
        joined = None if prefecture is None else parse_code(prefecture + digits)
        return _reading(joined.value if joined else None, repaired=False)
    if prefecture and prefecture < "10" and not digits.startswith(prefecture):
        # 13315 beside 北海道 is 01331-5 without its zero, not a code of 東京都.
        padded = parse_code("0" + digits)
        if padded is not None and padded.value.startswith(prefecture):
            return _reading(padded.value, repaired=True)
    found = parse_code(digits)
    return _reading(found.value, repaired=found.repaired) if found else _reading(None)


def _reading(code: str | None, *, repaired: bool = False) -> CodeReading:
    if code is None:
        return CodeReading(None, CodeFinding.REFUSED)
    return CodeReading(code, CodeFinding.ZERO_RESTORED if repaired else CodeFinding.AS_IS)


def city_of(code: str) -> str:
    """Return the designated city of a ward's code, any other code unchanged.

    Examples
    --------
    >>> city_of("43105"), city_of("43100"), city_of("43447"), city_of("40135")
    ('43100', '43100', '43447', '40130')
    """
    city = designated_city(code)
    return city[0] if city else code


# --- types

_BASE, _CLINIC, _EMERGENCY = (
    FacilityType.BASE_HOSPITAL,
    FacilityType.REMOTE_CLINIC,
    FacilityType.SECONDARY_EMERGENCY,
)
_MARKS = ("①⓵❶⑴➀", "②⓶❷⑵➁", "③⓷❸⑶➂")
_CIRCLED = str.maketrans(
    {mark: f",{number}," for number, marks in enumerate(_MARKS, start=1) for mark in marks}
)
_TERMS = {
    **dict.fromkeys(("1", "(1)", "へき地医療拠点病院", "へき地拠点病院", "拠点病院"), _BASE),
    **dict.fromkeys(("base_hospital", "base hospital", "basehospital"), _BASE),
    **dict.fromkeys(("remote_base", "remote_base_hospital", "remote base hospital"), _BASE),
    **dict.fromkeys(("2", "(2)", "へき地診療所", "remote_clinic", "remote clinic"), _CLINIC),
    **dict.fromkeys(("remoteclinic",), _CLINIC),
    **dict.fromkeys(("3", "(3)", "二次救急病院", "二次救急医療機関", "二次救急"), _EMERGENCY),
    **dict.fromkeys(("第二次救急医療機関", "第二次救急病院", "2次救急病院", "2次救急"), _EMERGENCY),
    **dict.fromkeys(("2次救急医療機関", "第2次救急医療機関"), _EMERGENCY),
    **dict.fromkeys(("病院群輪番制病院", "病院群輪番制", "輪番病院"), _EMERGENCY),
    **dict.fromkeys(("secondary_emergency", "secondary emergency"), _EMERGENCY),
    **dict.fromkeys(("secondary emergency hospital", "secondaryemergency"), _EMERGENCY),
}
#: What a cell holds that was left empty, as people write it, too.
BLANK = frozenset({"", "-", "―", "ー", "—", "–"})
_NONE = BLANK | {"なし", "無", "無し", "対象外", "none", "×"}
_SEPARATORS = re.compile(r"[・、,/;+&|\n・]|および|及び|並びに|ならびに|と(?=[へ二第123])|\s{2,}")
ALLOWED = (
    "①, ②, ③, 1, 2, 3, へき地医療拠点病院, へき地診療所, 二次救急病院, "
    "base_hospital, remote_clinic, secondary_emergency"
)


def parse_types(text: str) -> frozenset[FacilityType] | None:
    """Return the types that a cell or a setting names, None when a word in it names none.

    Examples
    --------
    >>> parse_types("②"), parse_types("診療所")
    (frozenset({<FacilityType.REMOTE_CLINIC: 'remote_clinic'>}), None)
    """
    types, unknown = read_types(text)
    return None if unknown else types


def type_key(text: str) -> str:
    """Return a cell of types in one spelling.

    Circled digits come first: NFKC would make ①③ into 13.
    """
    return unicodedata.normalize("NFKC", text.translate(_CIRCLED)).casefold().strip(" ,")


def read_types(
    text: str, own: Mapping[str, frozenset[FacilityType]] | None = None
) -> tuple[frozenset[FacilityType], tuple[str, ...]]:
    """Return the types a cell names, and the words in it that name none.

    Parameters
    ----------
    text : str
        The cell.
    own : mapping of str to frozenset of FacilityType, optional
        Words of the list's own, by `type_key`: of the whole cell, or of a word in it.

    Examples
    --------
    >>> sorted(t.value for t in read_types("①・③")[0])
    ['base_hospital', 'secondary_emergency']
    >>> read_types("④")
    (frozenset(), ('4',))
    """
    known = own or {}
    spread = type_key(text)
    if spread in known:
        return known[spread], ()
    found: set[FacilityType] = set()
    unknown: list[str] = []
    for word in _split(spread):
        if word in known:
            found |= known[word]
            continue
        if word in _NONE:
            continue
        # ① へき地医療拠点病院: mark and name of one type, set apart by a space.
        parts = [word] if word in _TERMS else word.split()
        for part in parts:
            if part in _TERMS:
                found.add(_TERMS[part])
            else:
                unknown.append(part)
    return frozenset(found), tuple(unknown)


def words_of_types(text: str) -> frozenset[str]:
    """Return what a cell of types may be looked up by: the whole of it, and each word in it."""
    whole = type_key(text)
    return frozenset({whole, *_split(whole)})


def _split(spread: str) -> list[str]:
    return [word.strip() for word in _SEPARATORS.split(spread)]
