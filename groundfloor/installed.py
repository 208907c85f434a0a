"""Installed distributions, this one too, by their metadata: nothing of them is imported."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

#: Name of this distribution, and of the tool in everything it writes.
TOOL = "shortage-spots"


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
