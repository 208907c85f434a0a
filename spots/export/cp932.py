"""Text for a DBF in CP932: characters that it lacks, and cells that hold more than it can."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MOST_BYTES = 254  # of a DBF text cell
GETA = "〓"  # what printers put where they have no type
ENCODING = "CP932"

# Pairs that look alike, of which CP932 as Windows reads it has the second only.
_TWINS = str.maketrans(
    {
        "\u301c": "\uff5e",  # wave dash
        "\u2212": "\uff0d",  # minus
        "\u2016": "\u2225",  # double bar
        "\u2014": "\u2015",  # dash
        "\u00a2": "\uffe0",
        "\u00a3": "\uffe1",
        "\u00ac": "\uffe2",
        "\u00a5": "\uffe5",
        "\u2013": "-",
        "\u00a0": " ",
        "\u00b2": "2",  # km²
    }
)
# Python's codec writes these to bytes that others do not read back.
_UNSURE = frozenset("\x80\uf8f0\uf8f1\uf8f2\uf8f3")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A cell as the DBF holds it.

    Parameters
    ----------
    text : str
        What is written.
    lacking : str
        Characters that CP932 does not have, for which `GETA` stands; each once.
    cut : bool
        Whether the end was cut off.
    """

    text: str
    lacking: str = ""
    cut: bool = False


def fitted(text: str) -> Fitted:
    """Return `text` in the characters of CP932 and within the bytes of a DBF cell.

    Decomposed kana are composed first, and characters with a twin in CP932 become the twin.

    Examples
    --------
    >>> fitted("𠮷田〜病院")
    Fitted(text='〓田～病院', lacking='𠮷', cut=False)
    >>> len(fitted("あ" * 200).text)
    127
    """
    composed = unicodedata.normalize("NFC", text).translate(_TWINS).replace("\0", GETA)
    lacking: dict[str, None] = {}
    pieces, used, cut = [], 0, False
    for character in composed:
        shown, size = character, _bytes(character)
        if not size:
            lacking[character] = None
            shown, size = GETA, 2
        if used + size > MOST_BYTES:
            cut = True
            break
        pieces.append(shown)
        used += size
    return Fitted("".join(pieces), "".join(lacking), cut)


def _bytes(character: str) -> int:
    """Return how many bytes a character takes; none where CP932 lacks it."""
    try:
        return 0 if character in _UNSURE else len(character.encode(ENCODING))
    except UnicodeEncodeError:
        return 0
