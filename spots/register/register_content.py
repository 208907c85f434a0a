"""What a register holds at one moment, read at once and verified.

Stands apart: what is trusted of a file is decided here, before anything is answered from it.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boundaries import AreaIndex
from groundfloor.problems import SpotsError
from spots.register.history_chain import HistoryEntry, faults, history_of
from spots.register.kept_evidence import KeptEvidence, sha256_of_text, unpacked, whole
from spots.register.register_format import foreign_triggers
from spots.register.register_rows import areas_of, designations_of, editions_of
from spots.register.register_store import damaged, reading
from spots.types import RunResult
from spots.types.designations import Designation, PlanEdition

# What cells of the wrong kind raise in JSON, zlib, shapely and our own values.
_MISFIT = (LookupError, TypeError, ValueError, AttributeError, zlib.error)
_SHOWN = 12  # of a hash


@dataclass(frozen=True, slots=True)
class RegisterContent:
    """A register as it was at one moment.

    Parameters
    ----------
    history : tuple of HistoryEntry
        Its entries.
    editions : tuple of (PlanEdition, int)
        Each with its entry.
    designations : tuple of Designation
        Of all editions.
    areas : tuple of (int, AreaIndex)
        Each with the number of its edition.
    parts : mapping of str to bytes
        Evidence, packed.
    """

    history: tuple[HistoryEntry, ...]
    editions: tuple[tuple[PlanEdition, int], ...]
    designations: tuple[Designation, ...]
    areas: tuple[tuple[int, AreaIndex], ...]
    parts: Mapping[str, bytes]

    def result(self, entry: HistoryEntry, path: Path) -> RunResult:
        """Return the run that an entry brought.

        Raises
        ------
        FolderError
            It was written by a version whose evidence this one does not read.
        """
        asked = entry.asked
        parts: dict[str, str] = asked["parts"]
        texts = {sha: unpacked(self.parts[sha]) for sha in parts.values()}
        return whole(KeptEvidence(asked["evidence_version"], parts, texts), str(path))


def content_in(database: sqlite3.Connection) -> RegisterContent:
    """Return what a file of this version's form holds."""
    return RegisterContent(
        history=history_of(database),
        editions=editions_of(database),
        designations=designations_of(database),
        areas=areas_of(database),
        parts=parts_in(database),
    )


def parts_in(database: sqlite3.Connection) -> dict[str, bytes]:
    """Return the evidence in a file, packed."""
    return dict(database.execute("SELECT sha256, data FROM parts ORDER BY id"))


def read_register(path: Path) -> RegisterContent:
    """Return what a register holds, whose history, rows and evidence are what was written.

    Raises
    ------
    MissingFileError, RegisterError, OutputError
        There is none; it is none, damaged or newer; another program holds it.
    """
    with reading(path) as (sealed, current):
        refuse_unsound(sealed, path)
        return _understood(current, path)


def refuse_unsound(database: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not what was written.

    Raises
    ------
    RegisterError
        It is not.
    """
    if odd := next(unsound_in(database), None):
        raise damaged(path, odd)


def verified_content(database: sqlite3.Connection, path: Path) -> RegisterContent:
    """Return what an open file of this version's form holds; errors as for `read_register`."""
    refuse_unsound(database, path)
    return _understood(database, path)


def _understood(database: sqlite3.Connection, path: Path) -> RegisterContent:
    with understood(path):
        return content_in(database)


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Turn what makes no sense in rows into the error of a damaged register."""
    try:
        yield
    except SpotsError:
        raise
    except _MISFIT as fault:
        raise damaged(path, f"{type(fault).__name__}: {fault}") from fault


def unsound_in(database: sqlite3.Connection) -> Iterator[str]:
    """Yield everything in a file that is not what was written."""
    try:
        entries = history_of(database)
        yield from faults(database, entries)
        yield from unsound_parts(entries, parts_in(database))
        yield from (f"trigger {name}" for name in foreign_triggers(database))
    except _MISFIT as fault:
        yield f"{type(fault).__name__}: {fault}"


def unsound_parts(entries: tuple[HistoryEntry, ...], parts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what is missing of the evidence, or is not what its hash says."""
    wanted = {sha for entry in entries for sha in entry.asked.get("parts", {}).values()}
    yield from (f"parts {sha[:_SHOWN]}: –" for sha in sorted(wanted - parts.keys()))
    for sha, data in parts.items():
        try:
            same = sha256_of_text(unpacked(data)) == sha
        except _MISFIT:
            same = False
        if not same:
            yield f"parts {str(sha)[:_SHOWN]}"
