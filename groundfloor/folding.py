"""Written forms made comparable: widths, case, blanks, and the marks that headers carry."""

from __future__ import annotations

import re
import unicodedata

# Written forms that NFKC keeps apart but lists mix freely.
VARIANTS = str.maketrans(
    {"ヶ": "ケ", "ヵ": "カ", "髙": "高", "﨑": "崎", "嵜": "崎", "濵": "浜", "濱": "浜", "邉": "辺"}
)
# Marks of required cells and footnotes, separators of words, and the byte-order mark that stands
# inside a file to which another one was appended.
_TRIMMED = re.compile(r"[_\-・:：*※.\"'’\ufeff\u200b]")


def nfkc(text: str) -> str:
    """Return `text` in NFKC without surrounding white space.

    Examples
    --------
    >>> nfkc("　３２．６８ ")
    '32.68'
    """
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def compact(text: str) -> str:
    """Return `text` in NFKC without any white space, in one case and one set of variants."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(VARIANTS)
    return "".join(folded.split())


def header_key(header: str) -> str:
    """Return the form in which headers are compared, in every table of every role.

    Examples
    --------
    >>> header_key(" 医療 機関名※"), header_key("Facility_Name")
    ('医療機関名', 'facilityname')
    """
    return _TRIMMED.sub("", compact(header))
