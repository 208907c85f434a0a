"""A register made anew from its history: every run asked again, entry by entry.

What was recorded is what counts. Where this version of the tool says the same otherwise, the rows
as they were recorded are taken over; where these were changed by hand, those that the run gives.

Stands apart: a register is mended here, without a word of it being believed that is not sealed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import chain
from pathlib import Path

from groundfloor.day_spans import DaySpan
from groundfloor.disk import write_whole
from spots.register.history_chain import (
    MIGRATE,
    HistoryEntry,
    broken_links,
    content_sealed_by,
    history_of,
    put_entry,
)
from spots.register.register_content import RegisterContent, parts_in, understood, unsound_parts
from spots.register.register_format import ENTRY_TABLES
from spots.register.register_rows import editions_of
from spots.register.register_store import damaged, new_register, reading
from spots.register.run_adding import Brought, RunToAdd, editions_to_be, write_rows
from spots.register.run_designations import drafts
from spots.types.designations import DesignationKind


def replay(path: Path, out: Path, *, force: bool = False) -> int:
    """Make a register anew from the history of another.

    Parameters
    ----------
    path : Path
        The register; its rows may be damaged, its history and evidence may not.
    out : Path
        The file to make.
    force : bool
        Whether a file that stands there is replaced.

    Returns
    -------
    int
        How many entries were replayed.

    Raises
    ------
    MissingFileError, RegisterError
        There is no register, or its history or evidence is damaged; then nothing is written.
    OutputExistsError, OutputError
        A file is there, or none can be written.
    """
    with reading(path) as (_, source), closing(new_register()) as made, understood(path):
        entries = history_of(source)
        parts = parts_in(source)
        odd = chain(broken_links(source, entries), unsound_parts(entries, parts))
        if (first := next(odd, None)) is not None:
            raise damaged(path, first)
        made.execute("BEGIN")
        for sha, data in parts.items():
            made.execute("INSERT INTO parts (sha256, data) VALUES (?, ?)", (sha, data))
        held = RegisterContent(entries, (), (), (), parts)
        for group in _groups(entries):
            _replay_group(source, made, group, held, path)
        made.execute("COMMIT")
        write_whole(out, made.serialize(), force=force)
    return len(entries)


def _groups(entries: tuple[HistoryEntry, ...]) -> Iterator[tuple[HistoryEntry, ...]]:
    """Yield entries that are sealed together: one by one, but those before a migration as one."""
    last = max((e.seq for e in entries if e.asked["act"] == MIGRATE), default=0)
    if last:
        yield entries[:last]
    yield from ((entry,) for entry in entries[last:])


def _replay_group(
    source: sqlite3.Connection,
    made: sqlite3.Connection,
    group: tuple[HistoryEntry, ...],
    held: RegisterContent,
    path: Path,
) -> None:
    """Replay entries so that their seal holds.

    Raises
    ------
    RegisterError
        Neither what the runs give, nor the rows as they stand, are what was sealed.
    """
    for copied in (False, True):
        made.execute("SAVEPOINT entry")
        for entry in group:
            if entry.asked["act"] == MIGRATE:
                pass  # brings no rows
            elif copied:
                _copy(source, made, entry.seq)
            else:
                _ask_again(made, entry, held, path)
            put_entry(made, entry)
        if content_sealed_by(made, group[-1]) == group[-1].content:
            made.execute("RELEASE entry")
            return
        made.execute("ROLLBACK TO entry")
    raise damaged(path, f"history {group[-1].seq}: rows")


def _ask_again(
    made: sqlite3.Connection, entry: HistoryEntry, held: RegisterContent, path: Path
) -> None:
    asked = entry.asked
    span = asked["span"]
    run = RunToAdd(
        result=held.result(entry, path),
        run_digest=asked["run_digest"],
        evidence_sha256=asked["evidence_sha256"],
        plan=asked["plan"],
        span=span and DaySpan(*(each and date.fromisoformat(each) for each in span)),
        supersedes=tuple(asked["supersedes"]),
        kinds=tuple(map(DesignationKind, asked["kinds"])),
    )
    before = [edition for edition, _ in editions_of(made)]
    found, _ = drafts(run.result, run.span, run.kinds)
    new = editions_to_be(run, found, before, datetime.fromisoformat(entry.recorded))
    brought: list[Brought] = list(zip(found, new, strict=True))
    write_rows(made, run.result, brought, entry.seq)


def _copy(source: sqlite3.Connection, made: sqlite3.Connection, seq: int) -> None:
    for table in ENTRY_TABLES:
        query = f"SELECT * FROM {table} WHERE entry = ? ORDER BY 1"  # noqa: S608 - our own tables
        for row in source.execute(query, (seq,)):
            marks = ", ".join("?" * len(row))
            made.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - our own tables
