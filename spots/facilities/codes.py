"""Codes as a row of a list gives them: three digits beside a prefecture, lost zeros, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from boundaries.codes import PREFECTURES, designated_city, parse_code
from groundfloor.folding import nfkc


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


def prefecture_code(text: str) -> str | None:
    """Return the two-digit code of a prefecture given by code or by name.

    Examples
    --------
    >>> prefecture_code("熊本県"), prefecture_code("熊本"), prefecture_code("1")
    ('43', '43', '01')
    """
    clean = nfkc(text).removesuffix(".0")
    if re.fullmatch(r"[0-9]{1,2}", clean):
        return clean.zfill(2) if clean.zfill(2) in PREFECTURES else None
    names = ((code, name) for code, name in PREFECTURES.items() if clean)
    return next((code for code, name in names if clean in {name, name[:-1]}), None)


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
