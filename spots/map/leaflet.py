"""Leaflet's own files, read at run time from the installed distribution that ships them.

Which distribution, of those on PyPI that carry Leaflet: ``django-js-lib-leaflet`` has the last
release of the 1.x line (1.9.4) together with its licence text, is one pure wheel and requires
nothing, not even Django. ``XStatic-Leaflet`` stops at 1.9.3, has no licence file and runs a
namespace hook at every start of the interpreter; ``django-leaflet`` requires Django.
Nothing of the package is imported: its files are found through its metadata.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from groundfloor.problems import MissingFileError, Text, error
from spots.installed import installed_files

DISTRIBUTION = "django-js-lib-leaflet"
_MIME = {"png": "image/png", "gif": "image/gif", "svg": "image/svg+xml"}
_CSS_URL = re.compile(r"""url\(\s*["']?(?P<path>[^"')#]+)["']?\s*\)""")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LeafletAssets:
    """Leaflet as the page needs it.

    Parameters
    ----------
    script, style : str
        JavaScript, and CSS whose images are ``data:`` URIs.
    licence : str
        The licence that must travel with them.
    version : str
        Leaflet's version.
    """

    script: str
    style: str
    licence: str
    version: str


def load_leaflet(distribution: str = DISTRIBUTION) -> LeafletAssets:
    """Return Leaflet's files from the installed `distribution`.

    Parameters
    ----------
    distribution : str
        Name on PyPI.

    Returns
    -------
    LeafletAssets
        Texts ready to be written into a page.

    Raises
    ------
    MissingFileError
        The distribution, or a file of it, is not installed.
    """
    files = installed_files(distribution)
    if not files:
        raise _missing(distribution, distribution)

    def find(suffix: str) -> Path:
        for name, file in files.items():
            if name.endswith(suffix):
                return file
        raise _missing(distribution, suffix.lstrip("/"))

    script = _SOURCE_MAP.sub("", _text(find("/leaflet.js"))).strip()
    version = re.search(r"Leaflet (\d+(?:\.\d+)+)", script[:200])
    if version is None or "</script" in script.lower():
        raise _missing(distribution, "leaflet.js")
    return LeafletAssets(
        script=script,
        style=_CSS_URL.sub(lambda m: _data_uri(find("/" + m["path"])), _text(find("/leaflet.css"))),
        licence=_text(find("LICENSE")).strip(),
        version=version[1],
    )


def _text(file: Path) -> str:
    # Browsers turn CRLF into LF before they hash a script for the content security policy.
    return file.read_bytes().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def _data_uri(file: Path) -> str:
    mime = _MIME[file.name.rsplit(".", 1)[-1].lower()]
    return f"url(data:{mime};base64,{base64.b64encode(file.read_bytes()).decode('ascii')})"


def _missing(distribution: str, what: str) -> MissingFileError:
    return MissingFileError(
        error(
            "leaflet-missing",
            Text(
                "地図に必要なLeafletのファイルが見つかりません",
                "Leaflet's files, which the map needs, were not found",
            ),
            Text(
                f"pip install {distribution} でインストールし直してください",
                f"install them again: pip install {distribution}",
            ),
            value=what,
        )
    )
