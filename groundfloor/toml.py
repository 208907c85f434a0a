"""TOML with the line of every key: the part that TOML parsers throw away."""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from groundfloor.dates import day_of
from groundfloor.meant_keys import any_key_meant
from groundfloor.problems import MissingFileError, Problem, Text, UsageError, error, file_missing

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

# Parsers and the walk below pay with the square of a key's parts, in time and memory: 20,000 parts
# are two gigabytes. Settings have six at most.
_MOST_PARTS = 32
_MOST_BYTES = 4 * 1024**2  # a run file with all its layers has a few kilobytes
_LONG_KEY = re.compile(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*)"""
    f"{{{_MOST_PARTS}}}",
    re.MULTILINE,
)

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")

# Beginnings of tomllib's messages. Its wording may change between Python versions; what is not
# recognised falls back to a general sentence, and the English always has the original.
_TWICE = "同じキーまたはテーブルが二度書かれています"
_STRING = "文字列が引用符で閉じられていません"
_ESCAPE = r"文字列の中の \ の使い方が正しくありません(パスは '…' で囲むと \ をそのまま書けます)"
_REASONS = (
    ("Cannot overwrite a value", _TWICE),
    ("Cannot declare", _TWICE),
    ("Cannot mutate", _TWICE),
    ("Cannot redefine", _TWICE),
    ("Duplicate inline table key", _TWICE),
    ("Expected '='", "キーの後に = がありません"),
    ("Expected ']", "テーブル名の ] がありません"),
    ("Expected newline", "値の後に余分な文字があります"),
    ("Expected", _STRING),
    ("Unterminated string", _STRING),
    ("Illegal character '\\n'", _STRING),
    ("Illegal character", "使えない制御文字があります"),
    ("Found invalid character", "使えない制御文字があります"),
    ("Invalid initial character", "キーの書き方が正しくありません(日本語のキーは引用符で囲みます)"),
    ("Invalid statement", "「キー = 値」の形になっていません(日本語のキーは引用符で囲みます)"),
    ("Unclosed array", "配列の ] がありません"),
    ("Unclosed inline table", "{ に対する } がありません"),
    ("Unescaped", _ESCAPE),
    ("Invalid hex value", _ESCAPE),
    ("Escaped character", _ESCAPE),
    ("Invalid date", "ない日付または時刻です"),
    ("Invalid value", "値がないか、書き方が正しくありません(文字列は引用符で囲みます)"),
)


_TOO_DEEP = Text("入れ子が深すぎます", "is nested too deeply")


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A TOML file's data together with where each key stands.

    Parameters
    ----------
    file : str
        Name for messages.
    data : mapping
        The parsed tables.
    lines : mapping
        Key path to one-based line.
    """

    file: str
    data: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of `path` or of its nearest known ancestor."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def read_toml(path: Path, shown: str | None = None) -> TomlDocument:
    """Read a TOML file (UTF-8, with or without BOM).

    Raises
    ------
    MissingFileError
        There is no such file, or it may not be read.
    UsageError
        It is not UTF-8 or not TOML, the parser's line and column are named; or too large.
    """
    file = shown or path.name
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as fault:  # ValueError: a name with a NUL
        raise MissingFileError(file_missing(fault, file=file)) from None
    if len(data) > _MOST_BYTES:
        raise UsageError(_too_large(file))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UsageError(_not_utf8(fault, file)) from None
    return parse_toml(text, file)


def parse_toml(text: str, file: str) -> TomlDocument:
    """Return what a TOML text holds; `file` names it in problems.

    Raises
    ------
    UsageError
        It is not TOML; the parser's line and column are named.
    """
    if long := _LONG_KEY.search(text):
        line = text.count("\n", 0, long.start()) + 1
        raise UsageError(_not_toml(_TOO_DEEP, file, line))
    try:
        return TomlDocument(file, tomllib.loads(text), key_lines(text))
    except (ValueError, RecursionError) as fault:
        raise UsageError(_syntax_problem(fault, text, file)) from None


def _not_utf8(fault: UnicodeDecodeError, file: str) -> Problem:
    return error(
        "toml-encoding",
        Text("UTF-8 で書かれていません", "is not written in UTF-8"),
        Text("文字コードを UTF-8 にして保存し直してください", "save it as UTF-8"),
        file=file,
        row=fault.object[: fault.start].count(b"\n") + 1,
    )


def merge_tables(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `override` laid over it, table by table; lists are replaced whole.

    A table that changes its ``kind`` is replaced whole too: the settings of one kind mean nothing
    to another.

    Examples
    --------
    >>> merge_tables({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    >>> merge_tables({"a": {"kind": "p", "x": 1}}, {"a": {"kind": "q"}})
    {'a': {'kind': 'q'}}
    """
    if "kind" in base and override.get("kind", base["kind"]) != base["kind"]:
        return dict(override)
    merged = dict(base)
    for key, value in override.items():
        old = merged.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = merge_tables(old, value)
        else:
            merged[key] = value
    return merged


def key_name(path: KeyPath) -> str:
    """Return a path as people write it; entries of arrays count from one.

    Examples
    --------
    >>> key_name(("facilities", 0, "type"))
    'facilities[1].type'
    """
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def toml_text(tables: Mapping[str, Any]) -> str:
    r"""Return tables as TOML that reads back equal.

    A table of tables alone (``criterion``) becomes ``[criterion.1]`` …, a list of tables
    ``[[select]]`` …; what is inside of them is written inline.

    Parameters
    ----------
    tables : mapping of str to mapping or list of mapping
        The tables of the top, in order.

    Examples
    --------
    >>> print(toml_text({"a": {"x": 1, "y": {"ja": "い"}}, "b": [{"z": [True, "\""]}]}), end="")
    [a]
    x = 1
    y = { ja = "い" }
    <BLANKLINE>
    [[b]]
    z = [true, "\""]
    """
    blocks = []
    for key, value in tables.items():
        name = _toml_key(key)
        if isinstance(value, list):
            blocks += [(f"[[{name}]]", entry) for entry in value]
        elif value and all(isinstance(each, Mapping) for each in value.values()):
            blocks += [(f"[{name}.{_toml_key(k)}]", each) for k, each in value.items()]
        else:
            blocks.append((f"[{name}]", value))
    return "\n".join(
        "\n".join((head, *(toml_line(k, v) for k, v in body.items()), "")) for head, body in blocks
    )


def toml_line(key: str, value: object) -> str:
    """Return ``key = value`` as it stands in a TOML file; lists of tables that are long, broken."""
    line = f"{_toml_key(key)} = {toml_value(value)}"
    return line if len(line) <= _LONG_LINE else f"{_toml_key(key)} = {toml_value(value, '    ')}"


_LONG_LINE = 100


def toml_value(value: object, indent: str = "") -> str:
    """Return a value as TOML.

    Parameters
    ----------
    value : object
        As TOML's reader gives it.
    indent : str
        Where it is not empty, lists of tables have a line for each.
    """
    if isinstance(value, bool | int | float):
        return repr(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = (f"{_toml_key(k)} = {toml_value(v, indent)}" for k, v in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        if indent and any(isinstance(each, Mapping) for each in value):
            deeper = indent + "    "
            entries = "".join(f"{indent}{toml_value(each, deeper)},\n" for each in value)
            return f"[\n{entries}{indent[4:]}]"
        return f"[{', '.join(toml_value(each) for each in value)}]"
    # JSON's escapes are TOML's, but for the one control character that JSON lets stand.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else toml_value(key)


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


def _syntax_problem(fault: ValueError | RecursionError, text: str, file: str) -> Problem:
    """Return what is wrong with `text`, by line.

    Parameters
    ----------
    fault : ValueError or RecursionError
        What the parser raised: a `tomllib.TOMLDecodeError`, a number with too many digits, or
        tables and arrays nested too deeply.
    text : str
        The file's text.
    file : str
        Its name for messages.

    Returns
    -------
    Problem
        Of code ``toml-syntax``.
    """
    if isinstance(fault, RecursionError):
        return _not_toml(_TOO_DEEP, file, None)
    written = str(fault)
    place = _PLACE.search(written)
    if place is None:
        return _not_toml(Text("読めない値があります", f"is not valid TOML: {written}"), file, None)
    bare = written[: place.start()]
    why = next((ja for start, ja in _REASONS if bare.startswith(start)), "書き方が正しくありません")
    if place["line"] is None:
        last = text.rstrip().count("\n") + 1
        return _not_toml(
            Text(f"TOML として読めません: {why}", f"is not valid TOML at its end: {bare}"),
            file,
            last,
        )
    column = place["column"]
    line = int(place["line"])
    problem = _not_toml(
        Text(
            f"TOML として読めません（{column}文字目）: {why}",
            f"is not valid TOML at character {column}: {bare}",
        ),
        file,
        line,
    )
    better = _how_meant(text.split("\n")[line - 1])
    return replace(problem, remedy=better) if better else problem


def _how_meant(line: str) -> Text | None:
    """Return how a line is written that has a day of an era, or a Japanese key, without quotes."""
    found = _PLAIN_PAIR.fullmatch(line)
    if found is None:
        return None
    key, value = found["key"].strip(), found["value"].strip()
    if key.isascii():
        form = f'{key} = "{value}"'
        told = Text(f"{form} と引用符で囲んでください", f"write {form}, in quotes")
        return told if day_of(value) else None
    meant = any_key_meant(key)
    return Text(f"{key} は {meant} と書きます", f"{key} is called {meant}") if meant else None


_PLAIN_PAIR = re.compile(r"(?P<key>[^=#\"']+)=(?P<value>[^=#]*)(?:#.*)?")


def _too_large(file: str) -> Problem:
    return error(
        "toml-too-large",
        Text("設定ファイルとしては大きすぎます", "is too large for a file of settings"),
        Text("ファイルの指定が正しいか確かめてください", "check that it is the right file"),
        file=file,
    )


def _not_toml(message: Text, file: str, row: int | None) -> Problem:
    remedy = Text(
        "その行か、すぐ前の行の書き方を直してください", "mend that line or the one before"
    )
    return error("toml-syntax", message, remedy, file=file, row=row)
