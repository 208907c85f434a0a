"""Cells of a type column: ①②③, 1/2/3, the law's terms, English."""

from __future__ import annotations

import re
import unicodedata

from spots.types import FacilityType

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
    **dict.fromkeys(("2", "(2)", "へき地診療所", "remote_clinic", "remote clinic"), _CLINIC),
    **dict.fromkeys(("remoteclinic",), _CLINIC),
    **dict.fromkeys(("3", "(3)", "二次救急病院", "二次救急医療機関", "二次救急"), _EMERGENCY),
    **dict.fromkeys(("第二次救急医療機関", "第二次救急病院", "2次救急病院", "2次救急"), _EMERGENCY),
    **dict.fromkeys(("2次救急医療機関", "第2次救急医療機関"), _EMERGENCY),
    **dict.fromkeys(("病院群輪番制病院", "病院群輪番制", "輪番病院"), _EMERGENCY),
    **dict.fromkeys(("secondary_emergency", "secondary emergency"), _EMERGENCY),
    **dict.fromkeys(("secondary emergency hospital", "secondaryemergency"), _EMERGENCY),
}
_NONE = frozenset({"", "-", "―", "ー", "—", "–", "なし", "無", "無し", "対象外", "none", "×"})
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


def read_types(text: str) -> tuple[frozenset[FacilityType], tuple[str, ...]]:
    """Return the types a cell names, and the words in it that name none.

    Examples
    --------
    >>> sorted(t.value for t in read_types("①・③")[0])
    ['base_hospital', 'secondary_emergency']
    >>> read_types("④")
    (frozenset(), ('4',))
    """
    # Circled digits first: NFKC would make ①③ into 13.
    spread = unicodedata.normalize("NFKC", text.translate(_CIRCLED)).casefold()
    words = [w.strip() for w in _SEPARATORS.split(spread)]
    found: set[FacilityType] = set()
    unknown: list[str] = []
    for word in words:
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
