"""Installed distributions, this one too, by their metadata: nothing of them is imported."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from groundfloor.disk import sources_digest

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
    found = (path for room in _ROOMS for path in (top / room).rglob("*") if path.suffix)
    return sources_digest(top, (p for p in found if _NO_CODE.isdisjoint(p.relative_to(top).parts)))
