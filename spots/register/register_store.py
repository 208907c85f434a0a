"""The register's file on the disk: read as one whole, written in one transaction, left as one file.

While somebody writes, SQLite's log (WAL) lies beside it; whoever closes it last folds the log in.
A writer that is killed leaves the log, and the next one who opens the file brings it in or drops
it, so that an entry is there whole or not at all.

Stands apart: everything that SQLite and the disk may say is put into words here.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from groundfloor.disk import not_writable, write_whole
from groundfloor.problems import (
    DataError,
    MissingFileError,
    OutputError,
    Problem,
    SpotsError,
    Text,
    error,
    file_missing,
    warning,
)
from spots.register.register_format import (
    APPLICATION_ID,
    MIGRATIONS,
    USER_VERSION,
    VERSION,
    make_tables,
    unprotect,
)
from spots.register.register_rows import index_functions

#: How long a writer waits for another, seconds.
PATIENCE_S = 60.0
_PAUSE_S = 0.05
_LOGS = ("-wal", "-journal")
_LOGGED = 18  # where the header of the file says whether it goes with a log (WAL)


class RegisterError(DataError):
    """A file is no register, is damaged, or was made by a newer version of this tool."""


def register_missing(path: Path) -> bool:
    """Tell whether nothing is there yet."""
    return not os.path.lexists(path)


def new_register() -> sqlite3.Connection:
    """Return an empty register in memory, for `serialize`."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {USER_VERSION}")
    database.execute("BEGIN")
    make_tables(database)
    database.execute("COMMIT")
    return database


def make_file(path: Path) -> None:
    """Make an empty register, complete or not at all, never in the place of another file.

    Raises
    ------
    OutputExistsError, OutputError
        A file is there, or none can be written.
    """
    with closing(new_register()) as database:
        write_whole(path, database.serialize())


@contextmanager
def reading(path: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """Give the register as it lies in the file, and in this version's form, of one moment.

    An older version is brought to it in memory; else both are one.

    Raises
    ------
    MissingFileError, RegisterError, OutputError
        There is none; it is none or damaged; another program holds it.
    """
    with _told(path), _opened(path) as database:
        database.execute("BEGIN")
        version = sound_version(database, path)
        if version == VERSION:
            yield database, database
            return
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            database.backup(copy)
            unprotect(copy)
            for step in range(version, VERSION):
                MIGRATIONS[step](copy)
            yield database, copy


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a transaction that is in the file when the block ends without an error, else not.

    Another writer is waited for.

    Raises
    ------
    MissingFileError, RegisterError, OutputError
        As for `read`; it cannot be written, or another program does not let go of it.
    """
    with _told(path), closing(_connected(path, "rw")) as database:
        _begin_log(database)
        database.execute("PRAGMA synchronous = FULL")
        try:
            index_functions(database)
            with database:  # committed, or rolled back
                database.execute("BEGIN IMMEDIATE")
                sound_version(database, path)
                yield database
        finally:
            _fold_in(database)


def _begin_log(database: sqlite3.Connection) -> None:
    """Write with a log beside the file, which shares have no memory for: there with a journal."""
    try:
        _patiently(lambda: database.execute("PRAGMA journal_mode = WAL"))
    except sqlite3.OperationalError as fault:
        if _primary(fault) not in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL}:
            raise
        database.execute("PRAGMA journal_mode = DELETE")


def _fold_in(database: sqlite3.Connection) -> None:
    """Bring the log into the file and leave it as one, unless another still uses both."""
    with suppress(sqlite3.Error):
        database.execute("PRAGMA busy_timeout = 0")
        database.execute("PRAGMA journal_mode = DELETE")


def _patiently(act: Callable[[], object]) -> None:
    """Do what SQLite refuses at once while another has the file, until patience ends."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            act()
        except sqlite3.OperationalError as fault:
            if not _is_busy(fault) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _is_busy(fault: sqlite3.Error) -> bool:
    return _primary(fault) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _primary(fault: sqlite3.Error) -> int:
    """Return SQLite's code of an error, without what it says more closely; 0 where it has none."""
    return (getattr(fault, "sqlite_errorcode", 0) or 0) & 0xFF


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a register for reading; what a killed writer left is brought in, where one may write."""
    logged = _refuse_none(path)
    left = _left_beside(path)
    may_write = os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)
    # Without a log that it goes with nobody writes to it, and no lock is needed.
    reader = "ro&immutable=1" if logged and not left else "ro"
    with closing(_connected(path, "rw" if may_write else reader)) as database:
        yield database
        if may_write and (left or logged):
            database.rollback()
            _fold_in(database)


def _left_beside(path: Path) -> bool:
    """Tell whether a log lies beside a register: somebody writes, or was killed as they did."""
    real = Path(os.path.realpath(path))  # SQLite puts it where a link leads
    return any(real.with_name(real.name + ending).exists() for ending in _LOGS)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    _refuse_none(path)
    place = path.absolute().as_posix()
    rooted = place if place.startswith("/") else f"/{place}"  # C:/… of Windows
    uri = f"file://{quote(rooted)}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, isolation_level=None)


def _refuse_none(path: Path) -> bool:
    """Refuse what is no file of SQLite, and tell whether it was left as one with a log."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_LOGGED + 1)
    except OSError as fault:
        if os.path.isdir(path):  # noqa: PTH112 - a Path raises where a folder may not be read
            raise RegisterError(_foreign(path)) from fault
        raise MissingFileError(file_missing(fault, file=str(path))) from fault
    if not head.startswith(b"SQLite format 3\0"):
        raise RegisterError(_foreign(path))
    return head[_LOGGED:] == b"\2"


def sound_version(database: sqlite3.Connection, path: Path) -> int:
    """Return the version of a register that SQLite finds in order.

    Raises
    ------
    RegisterError
        It is none, damaged, or newer than this tool.
    """
    tables = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'register_format'")
    if tables.fetchone() is None:
        raise RegisterError(_foreign(path))
    found = [row[0] for row in database.execute("PRAGMA quick_check(5)")]
    if found != ["ok"]:
        raise damaged(path, str(found[0]))
    (version,) = database.execute("SELECT MAX(version) FROM register_format").fetchone()
    if not isinstance(version, int) or version < 1:
        raise damaged(path, "register_format")
    if version > VERSION:
        raise RegisterError(_newer(path, version))
    return version


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite says into words."""
    try:
        yield
    except sqlite3.Error as fault:
        raise _in_words(path, fault) from fault
    except UnicodeDecodeError as fault:  # of a damaged name, in what SQLite says of it
        raise damaged(path, str(fault)) from fault


def _in_words(path: Path, fault: sqlite3.Error) -> SpotsError:
    primary = _primary(fault)
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}:
        return OutputError(_held(path))
    if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}:
        return damaged(path, str(fault))
    if primary == sqlite3.SQLITE_FULL:
        full = Text("空き容量がありません", "no space is left")
        return OutputError(not_writable(path, full))
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return OutputError(_left_open(path) if _left_beside(path) else _read_only(path))
    if primary == sqlite3.SQLITE_IOERR:
        return OutputError(_network(path, str(fault)))
    return damaged(path, str(fault))


# --- in words


def damaged(path: Path, detail: str) -> RegisterError:
    """Return the error of a register that is not what was written."""
    return RegisterError(
        error(
            "register-damaged",
            Text(
                f"登録簿が壊れているか、手で書き換えられています（{detail}）",
                f"the register is damaged, or was edited by hand ({detail})",
            ),
            Text(
                "控えに戻すか、spots plan replay で履歴から作り直してください",
                "go back to a copy, or make it anew from its history with spots plan replay",
            ),
            file=str(path),
        )
    )


def _foreign(path: Path) -> Problem:
    return error(
        "not-a-register",
        Text("計画の登録簿ではありません", "this is no register of plans"),
        Text(
            "spots plan add が作ったファイルを指定してください",
            "give the file that spots plan add made",
        ),
        file=str(path),
    )


def _newer(path: Path, version: int) -> Problem:
    return error(
        "register-newer",
        Text(
            f"新しい版のツールの登録簿です（形式 {version}、読めるのは {VERSION} まで）",
            f"a newer tool made this register (format {version}; this one reads up to {VERSION})",
        ),
        Text("このツールを新しい版にしてください", "use a newer version of this tool"),
        file=str(path),
        value=str(version),
    )


def _held(path: Path) -> Problem:
    return error(
        "register-locked",
        Text(
            f"他のプログラムが登録簿を使っています（{PATIENCE_S:g}秒待ちました）",
            f"another program holds the register (waited {PATIENCE_S:g} s)",
        ),
        Text(
            "QGIS などで開いていれば閉じ、もう一度実行してください。何も変更していません",
            "close it in QGIS and elsewhere, and try again; nothing was changed",
        ),
        file=str(path),
    )


def _read_only(path: Path) -> Problem:
    return error(
        "register-read-only",
        Text(
            "登録簿またはそのフォルダに書き込めません",
            "the register or its folder cannot be written to",
        ),
        Text(
            "書き込み権限のある場所に置いてください（書き込み中は同じフォルダに一時ファイルができます）",
            "put it where you may write (while it is written, files lie beside it)",
        ),
        file=str(path),
    )


def _left_open(path: Path) -> Problem:
    return error(
        "register-left-open",
        Text(
            "追加の途中で終わった記録（-wal または -journal）が横にあり、ここでは取り込めません",
            "what a writer was stopped at lies beside it (-wal or -journal), and cannot be brought "
            "in here",
        ),
        Text(
            "登録簿と同じ名前で始まるファイルをすべて、書き込める場所に写して開いてください",
            "copy all files whose names begin with that of the register to where you may write, "
            "and open it there",
        ),
        file=str(path),
    )


def log_left(path: Path) -> tuple[Problem, ...]:
    """Return what is to be said where a log could not be brought into the register."""
    if not _left_beside(path):
        return ()
    left = warning(
        "register-log-left",
        Text(
            "登録は済みましたが、記録の一部がまだ横のファイル（-wal）にあります"
            "（ほかのプログラムが使用中か、空き容量の不足）",
            "it is added, but part of it still lies in the file beside (-wal): another program "
            "uses the register, or no space is left",
        ),
        Text(
            "写すときは -wal も一緒に写してください。次に開くと1つに戻ります",
            "copy the -wal file with it; whoever opens it next makes them one again",
        ),
        file=str(path),
    )
    return (left,)


def _network(path: Path, detail: str) -> Problem:
    return error(
        "register-disk",
        Text(
            f"登録簿を読み書きできません（{detail}）",
            f"the register cannot be read or written ({detail})",
        ),
        Text(
            "空き容量を確かめてください。共有フォルダにあれば手元に写して追加し、"
            "spots plan check で確かめてから戻してください",
            "check the space; of a network share, copy the file here, add to it, "
            "run spots plan check, and copy it back",
        ),
        file=str(path),
    )
