"""Where each key of a TOML text stands: the part that TOML parsers throw away."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
# Up to two quotes may stand before the closing three, hence {3,5}.
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}',
        r"'''(?:[^']|'{1,2}(?!'))*'{3,5}",
        r'"(?:[^"\\]|\\.)*"',
        r"'[^']*'",
    )
)


def key_lines(text: str) -> dict[KeyPath, int]:
    r"""Return the one-based line of every table, key and array entry in a valid TOML `text`.

    Entries of arrays, of arrays of tables too, carry their index, as in
    ``("facilities", 0, "path")``. Only a line feed ends a line: other separators that Unicode
    knows may stand inside a TOML string.

    Parameters
    ----------
    text : str
        What `tomllib.loads` has accepted; of anything else the answer means nothing.

    Returns
    -------
    dict
        Path to line.

    Examples
    --------
    >>> key_lines('a = 1\n[t]\nb = 2\n')[("t", "b")]
    3
    """
    return _Walk(text).document()


@dataclass(slots=True)
class _Walk:
    """A walk through a valid TOML text that looks at places only, never at values."""

    text: str
    at: int = 0
    lines: dict[KeyPath, int] = field(default_factory=dict)
    entries: dict[KeyPath, int] = field(default_factory=dict)  # last index of arrays of tables
    breaks: tuple[int, ...] = ()

    def document(self) -> dict[KeyPath, int]:
        """Walk the whole text."""
        self.breaks = tuple(m.start() for m in re.finditer("\n", self.text))
        table: KeyPath = ()
        self.skip(_BLANK_LINES)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK_LINES)
        return self.lines

    def header(self) -> KeyPath:
        """Read ``[a.b]`` or ``[[a.b]]`` and return the table it opens."""
        line, width = self.line(), 2 if self.text.startswith("[[", self.at) else 1
        self.at += width
        parts = self.key()
        self.at += width
        path: KeyPath = ()
        for depth, part in enumerate(parts, start=1):
            path = (*path, part)
            self.lines.setdefault(path, line)
            if depth == len(parts) and width > 1:
                self.entries[path] = self.entries.get(path, -1) + 1
            if path in self.entries:
                path = (*path, self.entries[path])
        self.lines.setdefault(path, line)
        return path

    def pair(self, table: KeyPath) -> None:
        """Read ``key = value``."""
        line, path = self.line(), table
        for part in self.key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self.skip(_BLANK)
        self.value(path)

    def key(self) -> tuple[str, ...]:
        """Read a dotted key with the blanks around it."""
        parts: list[str] = []
        while True:
            self.skip(_BLANK)
            start = self.at
            if not (self.skip(_BARE_KEY) or self.string()):
                return tuple(parts)
            raw = self.text[start : self.at]
            # Quotes and escapes are TOML's own business.
            parts.append(tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw)
            self.skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def value(self, path: KeyPath) -> None:
        """Pass over a value, noting what is inside."""
        first = self.text[self.at : self.at + 1]
        if first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        elif not self.string():
            self.skip(_SCALAR)

    def array(self, path: KeyPath) -> None:
        """Pass over an array; entries get their index."""
        self.at += 1
        index = 0
        self.skip(_BLANK_LINES)
        while not self.text.startswith("]", self.at) and self.at < len(self.text):
            self.lines.setdefault((*path, index), self.line())
            self.value((*path, index))
            index += 1
            self.separator()
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        """Pass over an inline table."""
        self.at += 1
        self.skip(_BLANK_LINES)
        while not self.text.startswith("}", self.at) and self.at < len(self.text):
            self.pair(path)
            self.separator()
        self.at += 1

    def separator(self) -> None:
        """Pass over an optional comma and the blanks around it."""
        self.skip(_BLANK_LINES)
        if self.text.startswith(",", self.at):
            self.at += 1
        self.skip(_BLANK_LINES)

    def string(self) -> bool:
        """Pass over a string, if one begins here."""
        return any(self.skip(pattern) for pattern in _STRINGS)

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Pass over `pattern`; tell whether anything was there."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return False
        start, self.at = self.at, found.end()
        return self.at > start

    def line(self) -> int:
        """Return the one-based line of the present place."""
        return bisect_left(self.breaks, self.at) + 1
