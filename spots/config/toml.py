"""Read TOML settings and check them against frozen dataclasses, all problems at once."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from problems import MissingFileError, Problem, Text, UsageError, error
from spots.config.lines import KeyPath, key_lines

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
        There is no such file.
    UsageError
        It is not UTF-8 or not TOML; the parser's line and column are named.
    """
    file = shown or path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise MissingFileError(
            error(
                "file-missing",
                Text("ファイルがありません", "there is no such file"),
                Text("パスを確かめてください", "check the path"),
                file=file,
            )
        ) from None
    except UnicodeDecodeError as fault:
        raise UsageError(
            error(
                "toml-encoding",
                Text("UTF-8 で書かれていません", "is not written in UTF-8"),
                Text("文字コードを UTF-8 にして保存し直してください", "save it as UTF-8"),
                file=file,
                row=fault.object[: fault.start].count(b"\n") + 1,
            )
        ) from None
    try:
        # One newline form, so that tomllib's lines and ours agree.
        text = text.replace("\r\n", "\n")
        return TomlDocument(file, tomllib.loads(text), key_lines(text))
    except tomllib.TOMLDecodeError as fault:
        raise UsageError(
            error(
                "toml-syntax",
                Text(f"TOML として読めません: {fault}", f"is not valid TOML: {fault}"),
                Text("示された行の書き方を直してください", "mend the line named"),
                file=file,
            )
        ) from None


def merge_tables(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `override` laid over it, table by table; lists are replaced whole.

    Examples
    --------
    >>> merge_tables({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    """
    merged = dict(base)
    for key, value in override.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = merge_tables(old, value) if both else value  # type: ignore[arg-type]
    return merged


def validate(
    shape: type[T],
    data: Mapping[str, Any],
    document: TomlDocument,
    prefix: KeyPath = (),
) -> T:
    """Check `data` against the dataclass `shape` and build it.

    Types are strict: ``"4000"`` is not a number. Unknown keys are errors.

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
        return TypeAdapter(shape).validate_json(json.dumps(data, default=_jsonable), strict=True)
    except ValidationError as fault:
        details = fault.errors(include_url=False, include_context=True)
        known = setting_names(shape)
        raise UsageError(_problem(d, document, prefix, data, known) for d in details) from None


def _jsonable(value: object) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


_TYPES = {
    "string_type": Text("文字列", "a string"),
    "int_type": Text("整数", "a whole number"),
    "int_from_float": Text("整数", "a whole number"),
    "float_type": Text("数値", "a number"),
    "bool_type": Text("true または false", "true or false"),
    "tuple_type": Text("配列", "an array"),
    "frozen_set_type": Text("配列", "an array"),
    "list_type": Text("配列", "an array"),
    "dict_type": Text("テーブル", "a table"),
    "dataclass_type": Text("テーブル", "a table"),
    "date_type": Text("日付(例 2024-04-01)", "a date such as 2024-04-01"),
    "date_from_datetime_parsing": Text("日付(例 2024-04-01)", "a date such as 2024-04-01"),
    "date_parsing": Text("日付(例 2024-04-01)", "a date such as 2024-04-01"),
}


def _problem(
    detail: ErrorDetails,
    document: TomlDocument,
    prefix: KeyPath,
    data: Mapping[str, Any],
    known: frozenset[str],
) -> Problem:
    path = _real_path(tuple(detail["loc"]), data)
    kind = detail["type"]
    if kind in {"unexpected_keyword_argument", "extra_forbidden"}:
        code, (message, remedy) = "unknown-key", _unknown_key(path, known)
    elif kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        code = "missing-key"
        message = Text("必要なキーがありません", "a required key is missing")
        remedy = Text(f"{path[-1]} を書き加えてください", f"add {path[-1]}")
    elif kind in _TYPES:
        code = "wrong-type"
        want = _TYPES[kind]
        message = Text(f"{want.ja}でなければなりません", f"must be {want.en}")
        remedy = Text("値の書き方を直してください", "mend the value")
    elif "expected" in detail.get("ctx", {}) or "expected_tags" in detail.get("ctx", {}):
        code = "wrong-value"
        context = detail["ctx"]
        choices = str(context.get("expected") or context["expected_tags"])
        listed = choices.replace(" or ", ", ")
        message = Text("使えない値です", "is not one of the choices")
        remedy = Text(f"{listed} のいずれかにしてください", f"use one of: {listed}")
    else:
        code = "wrong-value"
        message = Text(f"使えない値です({detail['msg']})", f"cannot be used: {detail['msg']}")
        remedy = Text("値を直してください", "mend the value")
    shown = detail["input"]
    is_value = code in {"wrong-type", "wrong-value"} and not isinstance(shown, dict | list)
    return error(
        code,
        message,
        remedy,
        file=document.file,
        row=document.line_of((*prefix, *path)),
        column=".".join(str(p) for p in path),
        value=json.dumps(shown, ensure_ascii=False) if is_value else None,
    )


def _real_path(loc: KeyPath, data: Mapping[str, Any]) -> KeyPath:
    """Drop the names of union members that pydantic puts into a location."""
    path: list[str | int] = []
    here: object = data
    for depth, part in enumerate(loc):
        last = depth == len(loc) - 1
        # The tag of a union is its "kind", not a key.
        if isinstance(here, Mapping) and not last and here.get("kind") == part:
            continue
        if isinstance(here, Mapping) and (part in here or last):
            path.append(part)
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            path.append(part)
            here = here[part]
    return tuple(path) or loc


def _unknown_key(path: KeyPath, known: frozenset[str]) -> tuple[Text, Text]:
    near = difflib.get_close_matches(str(path[-1]), sorted(known), n=1)
    message = Text("知らないキーです", "is an unknown key")
    if near:
        return message, Text(f"{near[0]} の誤りではありませんか", f"did you mean {near[0]}?")
    return message, Text("つづりを確かめるか、削除してください", "check the spelling or remove it")


def setting_names(shape: Any) -> frozenset[str]:
    """Return the names of all fields of `shape` and of the dataclasses inside it."""
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [shape]
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        waiting.extend(get_args(here))
        if isinstance(here, type) and is_dataclass(here):
            names.update(f.name for f in fields(here))
            hints = get_type_hints(here)
            waiting.extend(hints[f.name] for f in fields(here))
    return frozenset(names)
