"""The report's typeface, read at run time from the installed distribution that ships it.

IPAex Gothic (IPA Font License v1.0) in ``matplotlib-fontja``: one file with kana, kanji of JIS X
0213 and Latin letters, made for screens and print alike. The package is not imported, for that
would load matplotlib: the file is found through the distribution's metadata.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

from groundfloor.installed import installed_files
from groundfloor.problems import MissingFileError, Text, error

DISTRIBUTION = "matplotlib-fontja"
FONT_FILE = "ipaexg.ttf"
_FULL_UNICODE = 12  # format of the character table that holds every plane


def font_folder(distribution: str = DISTRIBUTION) -> Path:
    """Return the folder of the typeface in the installed `distribution`.

    Parameters
    ----------
    distribution : str
        Name on PyPI.

    Returns
    -------
    Path
        The folder that holds `FONT_FILE`.

    Raises
    ------
    MissingFileError
        The distribution, or the file in it, is not installed.
    """
    for file in installed_files(distribution).values():
        if file.name == FONT_FILE:
            return file.parent
    raise missing(
        Text("日本語の書体", "the Japanese typeface"), f"{distribution}: {FONT_FILE}", distribution
    )


def not_drawn(texts: Iterable[str], font: Path) -> str:
    """Return the characters of `texts` that a TrueType font cannot draw, sorted.

    What no font draws anyway (blanks, controls, the places to break of `printable`) is left out.

    Parameters
    ----------
    texts : iterable of str
        What is to be set.
    font : Path
        The font file; its full Unicode table (cmap format 12) is read.

    Returns
    -------
    str
        Those characters; empty where all can be drawn.
    """
    firsts, lasts = _ranges(font.read_bytes())
    found = []
    for character in sorted({c for text in texts for c in text if c.isprintable() and c != " "}):
        code = ord(character)
        place = bisect_right(firsts, code) - 1
        if place < 0 or code > lasts[place]:
            found.append(character)
    return "".join(found)


def _ranges(data: bytes) -> tuple[list[int], list[int]]:
    """Return first and last code points of the runs of characters that a font has."""
    (count,) = struct.unpack_from(">H", data, 4)
    tables = dict(_table(data, 12 + 16 * k) for k in range(count))
    cmap = tables[b"cmap"]
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    starts = [cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * k)[0] for k in range(count)]
    full = next(at for at in starts if struct.unpack_from(">H", data, at)[0] == _FULL_UNICODE)
    (runs,) = struct.unpack_from(">I", data, full + 12)
    groups = sorted(struct.unpack_from(">III", data, full + 16 + 12 * k) for k in range(runs))
    return [g[0] for g in groups], [g[1] for g in groups]


def _table(data: bytes, at: int) -> tuple[bytes, int]:
    tag, _, offset, _ = struct.unpack_from(">4sIII", data, at)
    return tag, offset


def missing(what: Text, value: str, distribution: str) -> MissingFileError:
    """Return the error for a part of the report's machinery that is not installed."""
    return MissingFileError(
        error(
            "report-part-missing",
            Text(
                f"報告書（report.pdf）に必要な{what.ja}が見つかりません",
                f"{what.en}, which report.pdf needs, was not found",
            ),
            Text(
                f"pip install {distribution} でインストールし直してください",
                f"install it again: pip install {distribution}",
            ),
            value=value,
        )
    )
