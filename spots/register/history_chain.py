"""The history of a register: a chain of entries, each sealed with the one before.

An entry's seal covers when it was made, what was asked, a hash of every row that it brought, and
the seal before it. Whoever changes a row, or takes one away, breaks it.

Stands apart: what makes a history trustworthy is to be read in one place.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from groundfloor.codec import compact_json
from spots.register.register_format import ENTRY_TABLES

#: The seal before the first entry.
BEGINNING = ""
#: What an entry did: `HistoryEntry.asked` has it as ``act``.
ADD, MIGRATE = "add", "migrate"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry of the history.

    Parameters
    ----------
    seq : int
        From 1, without a gap.
    recorded : str
        When, ISO 8601 in UTC.
    what : str
        What was asked, as JSON.
    content : str
        SHA-256 of the rows that it brought.
    previous, sha256 : str
        Seal of the entry before, and its own.
    """

    seq: int
    recorded: str
    what: str
    content: str
    previous: str
    sha256: str

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, read."""
        page: dict[str, Any] = json.loads(self.what)
        return page


def sealed(seq: int, recorded: str, what: str, content: str, previous: str) -> HistoryEntry:
    """Return an entry with its seal."""
    text = compact_json([seq, recorded, what, content, previous])
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return HistoryEntry(seq, recorded, what, content, previous, sha256)


def history_of(database: sqlite3.Connection) -> tuple[HistoryEntry, ...]:
    """Return all entries, in order."""
    rows = database.execute(
        "SELECT seq, recorded, what, content, previous, sha256 FROM history ORDER BY seq"
    )
    return tuple(HistoryEntry(*row) for row in rows)


def put_entry(database: sqlite3.Connection, entry: HistoryEntry) -> None:
    """Add an entry."""
    database.execute(
        "INSERT INTO history (seq, recorded, what, content, previous, sha256) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (entry.seq, entry.recorded, entry.what, entry.content, entry.previous, entry.sha256),
    )


def content_of(database: sqlite3.Connection, seq: int, *, first: int | None = None) -> str:
    """Return the SHA-256 of the rows that an entry brought, as they stand in the file.

    Parameters
    ----------
    database : sqlite3.Connection
        The register.
    seq : int
        The entry.
    first : int, optional
        Of all entries from this one on instead.
    """
    digest = hashlib.sha256()
    for table in ENTRY_TABLES:
        digest.update(f"{table}\n".encode())
        # Tables have their own key first.
        query = f"SELECT * FROM {table} WHERE entry BETWEEN ? AND ? ORDER BY 1"  # noqa: S608 - ours
        for row in database.execute(query, (seq if first is None else first, seq)):
            digest.update(compact_json([*map(_plain, row)]).encode("utf-8", "replace") + b"\n")
    return digest.hexdigest()


def content_sealed_by(database: sqlite3.Connection, entry: HistoryEntry) -> str:
    """Return the hash that an entry should have: a migration seals all rows before it anew."""
    return content_of(database, entry.seq, first=1 if entry.asked["act"] == MIGRATE else None)


def _plain(cell: object) -> object:
    return hashlib.sha256(cell).hexdigest() if isinstance(cell, bytes) else cell


def faults(database: sqlite3.Connection, entries: Sequence[HistoryEntry]) -> Iterator[str]:
    """Yield what is wrong with the chain, and with the rows that it seals, entry by entry."""
    if broken := tuple(broken_links(database, entries)):
        yield from broken
        return  # what the rows should be hangs on it
    whole = max((e.seq for e in entries if e.asked["act"] == MIGRATE), default=0)
    for entry in entries[max(whole - 1, 0) :]:
        # Rows before a migration are no more what their own entries sealed.
        if content_sealed_by(database, entry) != entry.content:
            yield f"history {entry.seq}: rows"
    yield from _strays(database, len(entries))


def broken_links(database: sqlite3.Connection, entries: Sequence[HistoryEntry]) -> Iterator[str]:
    """Yield where the chain is broken, and whether entries were cut off at its end."""
    previous = BEGINNING
    for number, entry in enumerate(entries, 1):
        again = sealed(entry.seq, entry.recorded, entry.what, entry.content, previous)
        if entry.seq != number or again != entry:
            yield f"history {entry.seq}"
            return  # what follows hangs on it
        previous = entry.sha256
    last = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'history'").fetchone()
    if len(entries) != (last[0] if last else 0):
        yield f"history {len(entries)} / {last[0] if last else 0}"


def _strays(database: sqlite3.Connection, entries: int) -> Iterator[str]:
    """Yield rows of no entry."""
    for table in ENTRY_TABLES:
        count = f"SELECT COUNT(*) FROM {table}"  # noqa: S608 - our own tables
        beyond = f"{count} WHERE entry IS NULL OR entry NOT BETWEEN 1 AND ?"
        (strays,) = database.execute(beyond, (entries,)).fetchone()
        if strays:
            yield f"{table}: {strays}"
