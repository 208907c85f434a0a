"""Installed distributions, this one too, by their metadata: nothing of them is imported."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from importlib import metadata
from pathlib import Path

#: Name of this distribution, and of the tool in everything it writes.
TOOL = "shortage-spots"
#: Libraries whose version can change a result.
LIBRARIES = ("geopandas", "numpy", "pandas", "pyogrio", "pyproj", "shapely", "xlsxwriter")
# Whose files make the results; the sample is data like any other.
_ROOMS = ("boundaries", "groundfloor", "networks", "spots")
_NO_CODE = frozenset({"__pycache__", "sample"})


def installed_files(distribution: str) -> dict[str, Path]:
    """Return the files of an installed distribution.

    Parameters
    ----------
    distribution : str
        Name on PyPI.

    Returns
    -------
    dict of str to Path
        By their names in the distribution with ``/`` between folders, sorted; those only that are
        there. Empty where the distribution is not installed.
    """
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return {}
    places = {str(file).replace("\\", "/"): Path(str(file.locate())) for file in files}
    return {name: places[name] for name in sorted(places) if places[name].is_file()}


def tool_version() -> str:
    """Return the version of the installed distribution, ``"unknown"`` when it is not installed."""
    try:
        return metadata.version(TOOL)
    except metadata.PackageNotFoundError:
        return "unknown"


def code_digest() -> str:
    """Return the SHA-256 of this package's files, the sample's data left out.

    A version number that somebody must remember to raise would one day be forgotten.
    """
    top = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(p for room in _ROOMS for p in (top / room).rglob("*")):
        if _NO_CODE.isdisjoint(path.parts[len(top.parts) :]) and path.suffix:
            with suppress(OSError):  # a folder with a dot in its name
                name = path.relative_to(top).as_posix()
                digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
