"""Where a file is, said in a way that survives moving and names no person's home.

Stands apart: what writes such a place (`spots.outputs.manifest`) and what finds it again
(`spots.job.replaying`) are in different rooms, and must mean the same.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path


class Start(StrEnum):
    """What a path begins at."""

    HERE = "here"  # the folder that it is told from: moves along with what was moved together
    TOOL = "tool"  # the installed package, which holds the sample
    HOME = "home"  # whose name is nobody's business
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class PortablePath:
    """A place on disk.

    Parameters
    ----------
    start : Start
        What `path` begins at.
    path : str
        Parts joined by ``/``.
    """

    start: Start
    path: str

    def found_from(self, here: Path) -> Path:
        """Return the path, as seen from the folder `here` for `Start.HERE`."""
        starts = {Start.HERE: here, Start.TOOL: _package(), Start.HOME: _home()}
        return Path(os.path.normpath((starts.get(self.start) or Path()) / self.path))


def portable(place: Path, here: Path) -> PortablePath:
    """Say where `place` is, as seen from `here`.

    A path from `here` where the two have a folder in common that is more than the root of the disk
    or the folder of all homes; else one from the home, and where that is no help an absolute one.

    Parameters
    ----------
    place : Path
        A file or folder; need not exist.
    here : Path
        The folder to start from.
    """
    # The file's own name stays: a link to the newest edition is called as it was named.
    place, here = place.parent.resolve() / place.name, here.resolve()
    package, home = _package(), _home()
    if place.is_relative_to(package):
        return PortablePath(Start.TOOL, place.relative_to(package).as_posix())
    shared = _shared(place, here)
    if shared is not None and not (home is not None and home.parent.is_relative_to(shared)):
        return PortablePath(Start.HERE, Path(os.path.relpath(place, here)).as_posix())
    if home is not None and place.is_relative_to(home):
        return PortablePath(Start.HOME, place.relative_to(home).as_posix())
    return PortablePath(Start.ROOT, place.as_posix())


def _shared(place: Path, here: Path) -> Path | None:
    """Return the innermost folder of both; None where that is the root of a disk, or none."""
    around = (here, *here.parents)
    shared = next((p for p in (place, *place.parents) if p in around), None)
    return None if shared is None or shared == shared.parent else shared


def _package() -> Path:
    return Path(str(resources.files("spots"))).resolve()


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):  # no home, or a loop of links
        return None
