"""A run file for any prefecture: ``{prefecture}`` in its strings, filled by ``run.prefecture``.

``{prefecture}`` is the two digits, ``{prefecture_name}`` the name (熊本県), and a file with
``{around}`` is one for the prefecture and each that is near it. What is filled is an ordinary run
file again: its lines, its checks and its record are those of a file that somebody wrote out.

Stands apart: a run file's shape knows of one prefecture, its policy's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from boundaries.codes import PREFECTURES, near_prefectures
from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.facilities.list_cells import stated_prefecture

KEY: KeyPath = ("run", "prefecture")
OWN: KeyPath = ("policy", "override", "policy", "prefecture")
AROUND = "{around}"
_WORDS = ("prefecture", "prefecture_name", "around")
_BRACED = re.compile(r"[{｛]\s*([A-Za-z_]+)\s*[}｝]")
_ALIKE = 0.7  # of letters in common
_PLACEHOLDER = re.compile(r"\{(prefecture|prefecture_name|around)\}")


def is_template(document: TomlDocument) -> bool:
    """Return whether a run file has places for a prefecture."""
    return any(True for _ in _places(document.data))


def filled(document: TomlDocument) -> TomlDocument:
    """Return a run file with its prefecture in the places for it.

    The policy's prefecture follows ``run.prefecture`` where the run file does not say it.

    Parameters
    ----------
    document : TomlDocument
        As written, with what the command line sets.

    Raises
    ------
    UsageError
        There are places for a prefecture and it is not said which, or it is none there is, or the
        policy's is another.
    """
    given = _at(document.data, KEY)
    if given is None:
        open_ones = [_not_given(document, path, text) for path, text in _places(document.data)]
        if open_ones:
            raise UsageError(open_ones[:1])
        return document
    if odd := [p for path, text in _strings(document.data) for p in _odd(document, path, text)]:
        raise UsageError(odd)
    code = _code(document, given)
    data = _fill(document.data, code)
    data = _put(data, KEY, code)
    own = _at(data, OWN)
    if own is None:
        data = _put(data, OWN, code)
    elif own != code:
        raise UsageError(_two_prefectures(document, code, own))
    return replace(document, data=data)


def _fill(value: Any, code: str) -> Any:
    words = {"prefecture": code, "prefecture_name": PREFECTURES[code]}
    if isinstance(value, str):
        if AROUND in value:
            codes = (code, *sorted(near_prefectures(code)))
            return [_fill(value.replace(AROUND, each), code) for each in codes]
        return _PLACEHOLDER.sub(lambda found: words[found[1]], value)
    if isinstance(value, Mapping):
        return {key: _fill(each, code) for key, each in value.items()}
    if isinstance(value, list):
        every: list[Any] = []
        for each in value:
            found = _fill(each, code)
            several = isinstance(each, str) and isinstance(found, list)
            every.extend(found if several else [found])
        return every
    return value


def _places(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield the key and the text of each string with a place for a prefecture."""
    return ((key, text) for key, text in _strings(value, path) if _PLACEHOLDER.search(text))


def _strings(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield every string with its key."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _strings(each, (*path, key))
    elif isinstance(value, list):
        for n, each in enumerate(value):
            yield from _strings(each, (*path, n))


def _odd(document: TomlDocument, path: KeyPath, text: str) -> Iterator[Problem]:
    """Yield what is written in braces and is nearly, but not quite, a place for a prefecture."""
    for found in _BRACED.finditer(text):
        word = found[1].casefold()
        near = get_close_matches(word, _WORDS, 1, _ALIKE)
        meant = near[0] if near else _WORDS[0]
        if (near or word.startswith("pref")) and not _PLACEHOLDER.fullmatch(found[0]):
            yield error(
                "unknown-place",
                Text(
                    f"都道府県を入れる場所の書き方ではありません（{found[0]}）",
                    f"is no place for a prefecture ({found[0]})",
                ),
                Text(f"{{{meant}}} と書いてください", f"write {{{meant}}}"),
                file=document.file,
                row=document.line_of(path),
                column=key_name(path),
                value=text,
            )


def _at(data: Any, path: KeyPath) -> Any:
    for step in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(str(step))
    return data


def _put(data: Any, path: KeyPath, value: Any) -> Any:
    """Return tables with `value` at `path`; what is no table on the way stays, for its check."""
    if not path:
        return value
    if data is not None and not isinstance(data, Mapping):
        return data
    table = dict(data or {})
    table[str(path[0])] = _put(table.get(str(path[0])), path[1:], value)
    return table


def _code(document: TomlDocument, given: object) -> str:
    text = f"{given:02d}" if isinstance(given, int) else str(given)
    try:
        return stated_prefecture(text)
    except UsageError as fault:
        row, column = document.line_of(KEY), key_name(KEY)
        raise UsageError(
            replace(p, file=document.file, row=row, column=column) for p in fault.problems
        ) from None


def _not_given(document: TomlDocument, path: KeyPath, text: str) -> Problem:
    return error(
        "template-without-prefecture",
        Text(
            "都道府県を入れる場所（{prefecture} など）がありますが、どの都道府県か書かれていません",
            "has a place for a prefecture ({prefecture} or the like), and nothing says which",
        ),
        Text(
            "--set run.prefecture=43 のように指定するか、"
            "spots batch --prefectures で実行してください",
            "say it with --set run.prefecture=43, or run it with spots batch --prefectures",
        ),
        file=document.file,
        row=document.line_of(path),
        column=key_name(path),
        value=text,
    )


def _two_prefectures(document: TomlDocument, code: str, own: object) -> Problem:
    return error(
        "two-prefectures",
        Text(
            f"run.prefecture（{code}）と設定基準の都道府県が違います",
            f"is not the prefecture of run.prefecture ({code})",
        ),
        Text(
            'どちらかを消すか、"{prefecture}" と書いてください',
            'leave one of them out, or write "{prefecture}"',
        ),
        file=document.file,
        row=document.line_of(OWN),
        column=key_name(OWN),
        value=str(own),
    )
