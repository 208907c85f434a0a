"""Where each key of a TOML text stands: the part that TOML parsers throw away."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[|\[)(?P<path>[^\[\]]+)\]\]?\s*(#.*)?$")
_BARE_OR_QUOTED = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_ASSIGNMENT = re.compile(rf"^\s*(?P<path>{_BARE_OR_QUOTED}(?:\s*\.\s*{_BARE_OR_QUOTED})*)\s*=")
_OPENERS = {'"""': '"""', "'''": "'''", '"': '"', "'": "'"}


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the one-based line of every table and key in a valid TOML `text`.

    Keys inside inline tables are found under their parent's line. Entries of an array of tables
    carry their index, as in ``("facilities", 0, "path")``.

    Examples
    --------
    >>> key_lines('a = 1\\n[t]\\nb = 2\\n')[("t", "b")]
    3
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for number, line in _statements(text):
        header = _HEADER.match(line)
        if header:
            table = _resolve(_split(header["path"]), counts, array=header[1] == "[[")
            lines.setdefault(table, number)
            continue
        assignment = _ASSIGNMENT.match(line)
        if assignment:
            path = table
            for part in _split(assignment["path"]):
                path = (*path, part)
                lines.setdefault(path, number)
    return lines


def _resolve(path: tuple[str, ...], counts: dict[KeyPath, int], *, array: bool) -> KeyPath:
    """Put the indices of arrays of tables into a header's path; `counts` is advanced."""
    resolved: KeyPath = ()
    for depth, part in enumerate(path):
        resolved = (*resolved, part)
        last = depth == len(path) - 1
        if last and array:
            counts[resolved] = counts.get(resolved, -1) + 1
        if resolved in counts:
            resolved = (*resolved, counts[resolved])
    return resolved


def _split(dotted: str) -> tuple[str, ...]:
    """Split a dotted key by letting TOML itself read it."""
    value: object = tomllib.loads(f"{dotted} = 0")
    parts: list[str] = []
    while isinstance(value, dict):
        key, value = next(iter(value.items()))
        parts.append(key)
    return tuple(parts)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number, line) for lines that begin a statement, not inside a value."""
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if depth == 0 and not quote:
            yield number, line
            if _HEADER.match(line):
                continue
        depth, quote = _scan(line, depth, quote)


def _scan(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Return bracket depth and open multi-line quote after `line`."""
    at = 0
    while at < len(line):
        if quote:
            end = _closing(line, at, quote)
            if end < 0:
                return depth, quote if len(quote) == 3 else ""  # noqa: PLR2004 - triple quotes only
            at, quote = end, ""
            continue
        if line[at] == "#":
            break
        opener = next((o for o in _OPENERS if line.startswith(o, at)), "")
        if opener:
            quote, at = opener, at + len(opener)
            continue
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(line[at], 0)
        at += 1
    return depth, quote if len(quote) == 3 else ""  # noqa: PLR2004 - triple quotes only


def _closing(line: str, at: int, quote: str) -> int:
    """Return the index after the closing `quote`, or -1."""
    while at < len(line):
        if line[at] == "\\" and quote[0] == '"':
            at += 2
        elif line.startswith(quote, at):
            return at + len(quote)
        else:
            at += 1
    return -1
