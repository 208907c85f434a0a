"""An older register brought to this version's form, with the old file kept beside it.

Stands apart: it is the one act that touches rows that are there, and it says so in the history.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from groundfloor.codec import compact_json
from groundfloor.disk import write_whole
from groundfloor.installed import tool_version
from groundfloor.problems import Problem, Text, note
from spots.register.history_chain import MIGRATE, content_of, history_of, put_entry, sealed
from spots.register.register_content import refuse_unsound
from spots.register.register_format import MIGRATIONS, VERSION, protect, unprotect
from spots.register.register_store import reading, sound_version, writing


def migrated(path: Path) -> tuple[Problem, ...]:
    """Bring a register to this version's form where it is of an older one.

    Parameters
    ----------
    path : Path
        The register.

    Returns
    -------
    tuple of Problem
        A note of what was done; empty where there was nothing to do.

    Raises
    ------
    MissingFileError, RegisterError, OutputError, OutputExistsError
        It cannot be used or written, or a file of the copy's name is there. Nothing has changed.
    """
    with reading(path) as (database, _):
        version = sound_version(database, path)
        if version == VERSION:
            return ()
        refuse_unsound(database, path)
        with closing(sqlite3.connect(":memory:")) as copied:
            database.backup(copied)
            whole = copied.serialize()
    copy = path.with_name(f"{path.stem}.v{version}{path.suffix}")
    write_whole(copy, whole)
    with writing(path) as database:
        if sound_version(database, path) < VERSION:  # nobody did it meanwhile
            refuse_unsound(database, path)
            _migrate(database, version)
    return (_done(path, copy, version),)


def _migrate(database: sqlite3.Connection, version: int) -> None:
    unprotect(database)
    for step in range(version, VERSION):
        MIGRATIONS[step](database)
    database.execute("INSERT INTO register_format VALUES (?)", (VERSION,))
    entries = history_of(database)
    if entries:
        seq = len(entries) + 1
        what = compact_json(
            {"act": MIGRATE, "from": version, "to": VERSION, "tool": tool_version()}
        )
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        content = content_of(database, seq, first=1)
        put_entry(database, sealed(seq, now, what, content, entries[-1].sha256))
    protect(database)


def _done(path: Path, copy: Path, version: int) -> Problem:
    return note(
        "register-migrated",
        Text(
            f"登録簿の形式を {version} から {VERSION} に更新しました（元のファイルは {copy.name}）",
            f"the register's format went from {version} to {VERSION} (as it was: {copy.name})",
        ),
        Text("対応は不要です", "nothing to do"),
        file=str(path),
    )
