"""What of a run file can be used though a part of it is wrong: table by table.

A fault in one table must hide none in another, and must call forth none either: a list whose entry
is wrong is not missing. Stands apart: `run_file` makes a job of what is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, UsageError
from groundfloor.settings import validate
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.job.run_file_shape import RunFile

#: What stands for the keys that a table must have, while these are wrong.
_FILE: Mapping[str, Any] = FrozenDict({"file": "-"})
_STAND_INS: Mapping[str, Mapping[str, Any]] = FrozenDict(
    {
        "policy": {},
        "municipalities": _FILE,
        "facilities": {"name": "-", "file": "-", "type": "none"},
        "physician_index": {**_FILE, "edition": "-", "shortage_at_most": 0, "surplus_at_least": 1},
        "identity": {"names": ["-", "-"], "same": True},
        "units": {"name": "-", "file": "-", "unit": "island"},
        "tables": {"name": "-", "file": "-"},
        "entries": {"name": "-", "file": "-"},
        "indicators": {"hospitals": "-"},
    }
)
_ALWAYS: Mapping[str, Any] = FrozenDict({"policy": {}, "municipalities": _FILE})
#: Tables whose fault may be the only cause of a problem that names another, or none.
_MAY_CAUSE: Mapping[str, frozenset[str]] = FrozenDict(
    {
        "list-missing": frozenset({"facilities"}),
        "list-not-given": frozenset({"facilities", "run"}),
        "no-candidates": frozenset({"facilities"}),
        "unknown-layer": frozenset({"facilities"}),
        "indicator-list-missing": frozenset({"facilities"}),
        "network-missing": frozenset({"network", "run"}),
        "not-given-unknown": frozenset({"policy"}),
        "unknown-list": frozenset({"facilities"}),
    }
)


@dataclass(frozen=True, slots=True)
class SoundTables:
    """A run file with what is right in it.

    Parameters
    ----------
    settings : RunFile
        Every table and entry, without its keys that are wrong.
    problems : tuple of Problem
        What is wrong, by its line.
    broken : frozenset of KeyPath
        Tables and entries that are not as they were written: ``("network",)``,
        ``("facilities", 1)``.
    made_up : frozenset of str
        Keys that have something in their place, for they must be there.
    """

    settings: RunFile
    problems: tuple[Problem, ...] = ()
    broken: frozenset[KeyPath] = frozenset()
    made_up: frozenset[str] = frozenset()

    def true_faults(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of what is right, less those that what is wrong may have caused."""
        tables = {str(path[0]) for path in self.broken}
        return [
            p
            for p in problems
            if (p.column or "") not in self.made_up | tables  # a whole table is there, but broken
            and _MAY_CAUSE.get(p.code, frozenset()).isdisjoint(tables)
        ]


def sound_tables(document: TomlDocument) -> SoundTables:
    """Return what of a run file has the right shape, and what is wrong with the rest."""
    try:
        return SoundTables(validate(RunFile, document.data, document))
    except UsageError as fault:
        problems = fault.problems
    tables: dict[str, Any] = {}
    broken: set[KeyPath] = set()
    made_up: set[KeyPath] = set()
    for name, table in {**dict.fromkeys(_ALWAYS, FrozenDict()), **document.data}.items():
        if name in document.data and _fits(name, table):
            tables[name] = table
            continue
        entries = table if isinstance(table, list) else [table]
        mended = []
        for n, entry in enumerate(entries):
            path: KeyPath = (name, n) if isinstance(table, list) else (name,)
            if isinstance(table, list) and _fits(name, [entry]):
                mended.append(entry)
                continue
            broken.add(path)
            sound, missing = _mended(name, entry, path)
            made_up |= missing
            mended += [] if sound is None else [sound]
        if isinstance(table, list):
            tables[name] = mended
        elif mended:
            tables[name] = mended[0]
    tables = {name: table for name, table in tables.items() if _fits(name, table)}
    settings = validate(RunFile, tables, document)
    keys = frozenset(key_name(path) for path in made_up)
    return SoundTables(settings, problems, frozenset(broken), keys)


def _mended(name: str, entry: Any, path: KeyPath) -> tuple[Any, set[KeyPath]]:
    """Return a table with its keys that are right, and those it must have; None if there is none.

    Also which of them are made up.
    """
    many = len(path) > 1

    def fits(table: Mapping[str, Any]) -> bool:
        return _fits(name, [table] if many else table)

    own: tuple[Mapping[str, Any], ...] = (_STAND_INS.get(name, _FILE), {}, _FILE)
    start = next((each for each in own if fits(each)), None)
    if start is None:
        return None, set()
    sound = dict(start)
    if many and "name" in sound:
        sound["name"] = f"-{path[-1]}"  # entries must not share one
    given = entry if isinstance(entry, Mapping) else {}
    right = {key: value for key, value in given.items() if fits({**sound, key: value})}
    return {**sound, **right}, {(*path, key) for key in sound if key not in right}


def _fits(name: str, table: Any) -> bool:
    try:
        validate(RunFile, {**_ALWAYS, name: table}, _NOWHERE)
    except UsageError:
        return False
    return True


_NOWHERE = TomlDocument("", {}, {})
