"""Which files of an output folder are the tool's own, and what may not be replaced.

Stands apart: every command asks it of a folder, and few write one.
"""

from __future__ import annotations

from pathlib import Path

from groundfloor.disk import refuse_foreign
from spots.outputs.evidence import read_manifest
from spots.outputs.manifest import MANIFEST


def refuse_existing(out: Path, *, force: bool) -> None:
    """Refuse a target that must not be replaced; call it before a long run to fail early.

    Raises
    ------
    OutputExistsError
        When it exists and `force` is not given.
    ForeignFolderError
        When it is a file, or holds what this tool did not write.
    """
    refuse_foreign(out, ours, force=force)


def own_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of an output folder, which no other output may take the place of.

    Raises
    ------
    FolderError
        When `folder` is not an output of this tool.
    """
    return tuple(folder / name for name in ours(folder))


def ours(out: Path) -> list[str]:
    """Return the names of what this tool wrote into a folder; raise `DataError` for another's."""
    return [*(str(entry["name"]) for entry in read_manifest(out)["files"]), MANIFEST]
