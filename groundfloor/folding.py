"""Written forms made comparable: widths, case, blanks, the marks that headers carry, numbers."""

from __future__ import annotations

import re
import unicodedata

# Written forms that NFKC keeps apart but lists mix freely.
VARIANTS = str.maketrans(
    {"ヶ": "ケ", "ヵ": "カ", "髙": "高", "﨑": "崎", "嵜": "崎", "濵": "浜", "濱": "浜", "邉": "辺"}
)
# Marks of required cells and footnotes, separators of words, and the byte-order mark that stands
# inside a file to which another one was appended.
_TRIMMED = re.compile(r"[_\-・:：*※.\"'’]")
# Numbers of columns: ①名称, (1)名称, 1.名称; but 2次医療圏 is a word.
_NUMBERED = re.compile(r"\s*(?:[①-⑳]|[(（]\d{1,2}[)）]|\d{1,2}(?:[.)．）、]|\s))\s*(?=\D)")
# Characters without width, which pages of the web and PDFs leave in what is copied from them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
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


def compact(text: str) -> str:
    """Return `text` in NFKC without any white space, in one case and one set of variants."""
    return "".join(nfkc(text).casefold().translate(VARIANTS).split())


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
