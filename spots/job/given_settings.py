"""``--set key=value``: keys of a run file that the command line says otherwise.

What is set is checked with the rest of the run file and stands in ``run.json`` like the rest, so
that a replay and a comparison see it. Stands apart: a run file knows nothing of options.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.toml import KeyPath, TomlDocument, key_name

SET = "--set"
_PARTS = re.compile(r"""\[(\d+)\]|"([^"]*)"|([^.\[\]"]+)|\.""")


@dataclass(frozen=True, slots=True)
class GivenSetting:
    """A key that is set on the command line.

    Parameters
    ----------
    path : tuple
        The key, from the top of the run file.
    text : str
        The option as it was given.
    value : object
        What TOML reads, or the text itself.
    """

    path: KeyPath
    text: str
    value: Any

    def sets(self, key: str) -> bool:
        """Return whether it sets `key`, as `groundfloor.toml.key_name` writes it, or a part."""
        return (key + ".").startswith((f"{key_name(self.path)}.", f"{key_name(self.path)}["))

    def told(self, problem: Problem, file: str) -> Problem:
        """Return a problem of `file` by the option, where it is about what the option sets."""
        column, mine = problem.column or "", key_name(self.path)
        if problem.file != file or not self.sets(column):
            return problem
        inside = column.removeprefix(mine)
        message = problem.message
        if inside:
            message = Text(f"{inside}: {message.ja}", f"{inside}: {message.en}")
        return replace(problem, file="", row=None, column=SET, value=self.text, message=message)


def with_settings(
    document: TomlDocument, given: Sequence[str]
) -> tuple[TomlDocument, tuple[GivenSetting, ...]]:
    """Return a run file's tables with what the command line sets laid over them.

    A key is dotted (``network.profile``, ``policy.override.criterion.3.threshold_min``); an entry
    of an array is called by its number or its name (``facilities[2].as_of``,
    ``facilities.輪番病院.as_of``). A value is read as TOML, and what is none is a text:
    ``network.profile=legal``. Paths start from the run file's folder, as in the run file.

    Parameters
    ----------
    document : TomlDocument
        The run file.
    given : sequence of str
        ``key=value`` each; of one key twice the later holds.

    Raises
    ------
    UsageError
        One has no equals sign or no key, or names an entry that is not there; all are named.
    """
    data: Any = document.data
    set_: list[GivenSetting] = []
    problems: list[Problem] = []
    for text in given:
        found = _setting(text, data)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        data = _put(data, found.path, found.value)
        set_ = [*(each for each in set_ if each.path != found.path), found]
    if problems:
        raise UsageError(problems)
    lines = {
        path: line
        for path, line in document.lines.items()
        if not any(path[: len(each.path)] == each.path for each in set_)
    }
    return replace(document, data=data, lines=lines), tuple(set_)


def named_by_option(
    problems: Iterable[Problem], given: Iterable[GivenSetting], file: str
) -> tuple[Problem, ...]:
    """Return problems of `file` that name the option wherever it is what has to be mended."""
    told = tuple(problems)
    for each in given:
        told = tuple(each.told(p, file) for p in told)
    return told


def _setting(text: str, data: Mapping[str, Any]) -> GivenSetting | Problem:
    written, sign, value = text.partition("=")
    if not sign or not written.strip() or _PARTS.sub("", written).strip():
        return _refused(
            "set-not-understood",
            Text("「キー=値」の形になっていません", "is not of the form KEY=VALUE"),
            Text(
                "network.profile=legal のように書いてください",
                "write it like network.profile=legal",
            ),
            text,
        )
    path: KeyPath = ()
    here: Any = data
    for number, quoted, plain in _PARTS.findall(written):
        part = quoted or plain.strip()
        if not (number or part):
            continue  # the dot between
        step: str | int = part
        if isinstance(here, list):
            names = [str(each.get("name", "")) for each in here if isinstance(each, Mapping)]
            step = int(number) - 1 if number else names.index(part) if part in names else -1
            if not 0 <= step < len(here):
                return _no_entry(text, (*path, 0), names)
        elif number:
            return _no_entry(text, (*path, int(number) - 1), [])
        path = (*path, step)
        here = here[step] if isinstance(step, int) else _of(here, step)
    return GivenSetting(path, text, _value(value.strip()))


def _of(table: Any, key: str) -> Any:
    return table.get(key) if isinstance(table, Mapping) else None


def _value(text: str) -> Any:
    try:
        found = tomllib.loads(f"value = {text}")
    except ValueError:
        return text
    return found["value"] if list(found) == ["value"] else text


def _put(here: Any, path: KeyPath, value: Any) -> Any:
    """Return tables with `value` at `path`; tables on the way are made, those there kept."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(here, list):
        return [_put(each, rest, value) if n == step else each for n, each in enumerate(here)]
    table = dict(here) if isinstance(here, Mapping) else {}
    table[str(step)] = _put(table.get(str(step)), rest, value)
    return table


def _no_entry(text: str, path: KeyPath, names: Sequence[str]) -> Problem:
    listed = "、".join(names)
    return _refused(
        "set-names-no-entry",
        Text(
            f"{key_name(path[:-1])} にその番号や名前のものはありません",
            f"names no entry of {key_name(path[:-1])}",
        ),
        Text(
            f"{listed} のいずれかか、1 からの番号にしてください"
            if listed
            else "実行ファイルに書き加えてください",
            f"use one of {', '.join(names)}, or a number from 1"
            if listed
            else "write it in the run file",
        ),
        text,
    )


def _refused(code: str, message: Text, remedy: Text, text: str) -> Problem:
    return error(code, message, remedy, column=SET, value=text)
