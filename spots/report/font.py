"""The report's typeface, read at run time from the installed distribution that ships it.

IPAex Gothic (IPA Font License v1.0) in ``matplotlib-fontja``: one file with kana, kanji of JIS X
0213 and Latin letters, made for screens and print alike. The package is not imported, for that
would load matplotlib: the file is found through the distribution's metadata.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from problems import MissingFileError, Text, error

DISTRIBUTION = "matplotlib-fontja"
FONT_FILE = "ipaexg.ttf"
FAMILY = "IPAexGothic"


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
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if file.name == FONT_FILE and path.is_file():
            return path.parent
    raise missing(
        Text("日本語の書体", "the Japanese typeface"), f"{distribution}: {FONT_FILE}", distribution
    )


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
