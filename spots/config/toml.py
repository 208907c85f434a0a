"""Read TOML settings and check them against frozen dataclasses, all problems at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from groundfloor.problems import MissingFileError, Problem, Text, UsageError, error, file_missing
from spots.config.faults import finding, found_value, key_name, real_path
from spots.config.lines import KeyPath, key_lines
from spots.config.syntax import syntax_problem

T = TypeVar("T")


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
        It is not UTF-8 or not TOML; the parser's line and column are named.
    """
    file = shown or path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UsageError(_not_utf8(fault, file)) from None
    except (OSError, ValueError) as fault:  # ValueError: a name with a NUL
        raise MissingFileError(file_missing(fault, file=file)) from None
    try:
        return TomlDocument(file, tomllib.loads(text), key_lines(text))
    except (ValueError, RecursionError) as fault:
        raise UsageError(syntax_problem(fault, text, file)) from None


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


def validate(
    shape: type[T],
    data: Mapping[str, Any],
    document: TomlDocument,
    prefix: KeyPath = (),
) -> T:
    """Check `data` against the dataclass `shape` and build it.

    Types are strict: ``"4000"`` is not a number. Unknown keys are errors. Only dates are taken
    either way: a date where text is wanted is its ISO form, and an ISO text is a date.

    Parameters
    ----------
    shape : type
        A frozen dataclass whose ``__pydantic_config__`` forbids extra keys.
    data : mapping
        The tables to check.
    document : TomlDocument
        Where they came from, for lines.
    prefix : tuple
        Path of `data` inside the document.

    Returns
    -------
    instance of `shape`
        The checked value.

    Raises
    ------
    UsageError
        With one problem for every key that is unknown, missing, of a wrong type or out of range.
    """
    try:
        written = json.dumps(data, default=_jsonable)
        return TypeAdapter(shape).validate_json(written, strict=True)
    except ValidationError as fault:
        details = fault.errors(include_url=False, include_context=True)
    except (ValueError, RecursionError):  # a hexadecimal number beyond all digits, deep nesting
        raise UsageError(_unreadable(document, prefix)) from None
    if any(d["type"] == "json_invalid" for d in details):
        raise UsageError(_unreadable(document, prefix))
    found = []
    for detail in details:
        path = real_path(detail, data)
        code, message, remedy = finding(detail, path, shape)
        row, column = document.line_of((*prefix, *path)), key_name((*prefix, *path))
        place = {"file": document.file, "row": row, "column": column}
        found.append(error(code, message, remedy, **place, value=found_value(detail)))
    raise UsageError(found)


def _jsonable(value: object) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _unreadable(document: TomlDocument, prefix: KeyPath) -> Problem:
    return error(
        "wrong-value",
        Text(
            "入れ子が深すぎるか、数の桁が多すぎます",
            "is nested too deeply or holds too long a number",
        ),
        Text("値の書き方を直してください", "mend the value"),
        file=document.file,
        row=document.line_of(prefix),
        column=key_name(prefix) or None,
    )
