"""Everything that is wrong with a register, at once.

Stands apart: opening stops at the first fault; whoever is to mend a file wants all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from groundfloor.problems import Problem, Text, error, warning
from spots.register.days_in_force import in_force, same_matter
from spots.register.history_chain import history_of
from spots.register.register_content import understood, unsound_in
from spots.register.register_format import VERSION, missing_triggers
from spots.register.register_rows import editions_of
from spots.register.register_store import damaged, reading, sound_version
from spots.telling.register_words import edition_words


@dataclass(frozen=True, slots=True)
class RegisterState:
    """What a look at a register found.

    Parameters
    ----------
    version : int
        Of its format.
    entries, editions : int
        How many it has.
    seal : str
        Of everything; empty of an empty register.
    problems : tuple of Problem
        What is wrong, and what is doubtful.
    """

    version: int
    entries: int
    editions: int
    seal: str
    problems: tuple[Problem, ...]


def examine(path: Path, seal: str | None = None) -> RegisterState:
    """Look at all of a register.

    Parameters
    ----------
    path : Path
        The register.
    seal : str, optional
        A seal that was noted down, or its beginning: one of the entries should have it.

    Raises
    ------
    MissingFileError, RegisterError, OutputError
        There is none; it is none, newer, or so damaged that nothing can be read; another holds it.
    """
    with reading(path) as (database, _), understood(path):
        version = sound_version(database, path)
        faults = tuple(unsound_in(database))
        found = [problem for odd in faults for problem in damaged(path, odd).problems]
        history = () if faults else history_of(database)
        seals = [entry.sha256 for entry in history]
        if not faults:
            found += _doubts(database, path, version)
        if seal is not None and not faults and not any(s.startswith(seal) for s in seals):
            found.append(_other_seal(path, seal))
        (entries,) = database.execute("SELECT COUNT(*) FROM history").fetchone()
        (editions,) = database.execute("SELECT COUNT(*) FROM editions").fetchone()
    return RegisterState(version, entries, editions, seals[-1] if seals else "", tuple(found))


def _doubts(database: sqlite3.Connection, path: Path, version: int) -> Iterator[Problem]:
    """Yield what is odd in a register whose history is whole."""
    if names := missing_triggers(database):
        yield _unprotected(path, names[0])
    if version < VERSION:
        yield _older(path, version)
    else:
        yield from _beside_each_other(database, path)


def _beside_each_other(database: sqlite3.Connection, path: Path) -> Iterator[Problem]:
    held = in_force([edition for edition, _ in editions_of(database)])
    for at, one in enumerate(held):
        for other in held[:at]:
            if same_matter(one.edition, other.edition) and one.span & other.span:
                words = [edition_words(each.edition) for each in (other, one)]
                yield error(
                    "register-overlap-inside",
                    Text(
                        f"{words[0].ja} と {words[1].ja} の期間が重なっています",
                        f"the days of {words[0].en} and {words[1].en} overlap",
                    ),
                    Text("控えに戻してください", "go back to a copy"),
                    file=str(path),
                )


def _other_seal(path: Path, seal: str) -> Problem:
    return error(
        "register-other-seal",
        Text(
            "控えた封印を持つ登録がありません（別の登録簿か、履歴ごと作り替えられています）",
            "no entry has the seal that was noted down (another register, or all made anew)",
        ),
        Text("控えのファイルと比べてください", "compare it with a copy"),
        file=str(path),
        column="--seal",
        value=seal,
    )


def _unprotected(path: Path, name: str) -> Problem:
    return warning(
        "register-unprotected",
        Text(
            "行の変更を防ぐ仕掛け（トリガー）が外されています。内容は登録時のままです",
            "what keeps rows from being changed (a trigger) was taken away; the rows are as added",
        ),
        Text("spots plan replay で作り直してください", "make it anew with spots plan replay"),
        file=str(path),
        value=name,
    )


def _older(path: Path, version: int) -> Problem:
    return warning(
        "register-older",
        Text(
            f"古い形式です（形式 {version}、今は {VERSION}）",
            f"an older format ({version}; today's is {VERSION})",
        ),
        Text("spots plan migrate で更新できます", "spots plan migrate brings it up to date"),
        file=str(path),
    )
