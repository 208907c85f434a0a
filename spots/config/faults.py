"""What pydantic finds wrong with settings, in words a planner can act on."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic_core import ErrorDetails

from groundfloor.problems import Text
from spots.config.fields import PATTERN_WORDS
from spots.config.lines import KeyPath

_DATE = Text("日付(引用符なし、例 2024-04-01)", "a date without quotes, such as 2024-04-01")
_ARRAY = Text("配列([ ] で囲む)", "an array in [ ]")
_WHOLE = Text("整数", "a whole number")
_TYPES: Mapping[str, Text] = MappingProxyType(
    {
        "string_type": Text("文字列(引用符で囲む)", "a string in quotes"),
        "int_type": _WHOLE,
        "int_from_float": _WHOLE,
        "float_type": Text("数値", "a number"),
        "bool_type": Text("true か false ", "true or false"),
        "tuple_type": _ARRAY,
        "frozen_set_type": _ARRAY,
        "list_type": _ARRAY,
        "dict_type": Text("テーブル", "a table"),
        "dataclass_type": Text("テーブル", "a table"),
        "model_attributes_type": Text("テーブル", "a table"),
        "date_type": _DATE,
        "date_parsing": _DATE,
        "date_from_datetime_parsing": _DATE,
        "date_from_datetime_inexact": _DATE,
    }
)
_UNKNOWN = frozenset({"unexpected_keyword_argument", "extra_forbidden"})
_MISSING = frozenset({"missing", "missing_argument", "missing_keyword_only_argument"})
_MEND = Text("値の書き方を直してください", "mend the value")


def finding(detail: ErrorDetails, path: KeyPath, shape: Any) -> tuple[str, Text, Text]:
    """Return code, message and remedy for one finding of pydantic.

    Parameters
    ----------
    detail : ErrorDetails
        The finding.
    path : tuple
        The key it is about.
    shape : type
        The dataclass that was checked, for the keys that are allowed there.
    """
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind in _UNKNOWN:
        return "unknown-key", *_unknown_key(path, shape)
    if kind in _MISSING or kind == "union_tag_not_found":
        key = path[-1]
        return (
            "missing-key",
            Text("必要なキーがありません", "is missing"),
            Text(f"{key} を書き加えてください", f"add {key}"),
        )
    if kind in _TYPES:
        want = _TYPES[kind]
        message = Text(f"{want.ja}でなければなりません", f"must be {want.en}")
        return "wrong-type", message, _how_to_write(detail, path, shape)
    choices = context.get("expected") or context.get("expected_tags")
    if choices:
        listed = str(choices).replace(" or ", ", ").replace("'", '"')
        return (
            "wrong-value",
            Text("使えない値です", "is not one of the choices"),
            Text(f"{listed} のいずれかにしてください", f"use one of: {listed}"),
        )
    return "wrong-value", _limit(kind, context, detail["msg"]), _MEND


def _how_to_write(detail: ErrorDetails, path: KeyPath, shape: Any) -> Text:
    """Return how a value of the wanted type is written, where that is not plain."""
    known = sorted(keys_at(shape, path))
    if detail["type"] == "dataclass_type" and known:
        form = "{ " + ", ".join(f"{k} = …" for k in known) + " }"
        return Text(f"{form} の形に書いてください", f"write it as {form}")
    if _TYPES[detail["type"]] is _ARRAY and isinstance(detail["input"], dict):
        form = f"[[{key_name(path)}]]"
        return Text(f"{form} と二重の角括弧で書いてください", f"write {form} with double brackets")
    return _MEND


# Kind of finding: the key of its limit, and what the limit asks for.
_BOUNDS: Mapping[str, tuple[str, Text]] = MappingProxyType(
    {
        "greater_than": ("gt", Text("{} より大きくなければなりません", "must be above {}")),
        "greater_than_equal": ("ge", Text("{} 以上でなければなりません", "must be at least {}")),
        "less_than": ("lt", Text("{} より小さくなければなりません", "must be below {}")),
        "less_than_equal": ("le", Text("{} 以下でなければなりません", "must be at most {}")),
    }
)
_LIMITS: Mapping[str, Text] = MappingProxyType(
    {
        "string_too_short": Text("空にはできません", "must not be empty"),
        "too_short": Text("一つ以上必要です", "needs at least one"),
        "finite_number": Text("有限の数値でなければなりません", "must be a finite number"),
    }
)


def _limit(kind: str, context: Mapping[str, Any], original: str) -> Text:
    """Return what a bound or a pattern asks for; pydantic's own words only in English."""
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        bound = f"{context[key]:,}"
        return Text(words.ja.format(bound), words.en.format(bound))
    if kind == "string_pattern_mismatch" and context["pattern"] in PATTERN_WORDS:
        want = PATTERN_WORDS[context["pattern"]]
        return Text(f"{want.ja}でなければなりません", f"must be {want.en}")
    return _LIMITS.get(kind, Text("使えない値です", f"cannot be used: {original}"))


def real_path(detail: ErrorDetails, data: Mapping[str, Any]) -> KeyPath:
    """Return the key a finding is about, without the union members pydantic puts between."""
    loc: KeyPath = tuple(detail["loc"])
    path: list[str | int] = []
    here: object = data
    for depth, part in enumerate(loc):
        last = depth == len(loc) - 1
        # The tag of a union is its "kind", not a key; a key it might be mistaken for comes last.
        if isinstance(here, Mapping) and not last and here.get("kind") == part:
            continue
        if isinstance(here, Mapping) and part != "[key]" and (part in here or last):
            path.append(part)
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            path.append(part)
            here = here[part]
    if detail["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        path.append(str(detail["ctx"]["discriminator"]).strip("'"))
    return tuple(path) or loc


def found_value(detail: ErrorDetails) -> str | None:
    """Return the offending value as TOML's reader saw it; None for whole tables and arrays."""
    if detail["type"] in _UNKNOWN | _MISSING | {"union_tag_not_found"}:
        return None
    if detail["type"] == "union_tag_invalid":
        return json.dumps(detail["ctx"]["tag"], ensure_ascii=False)
    shown = detail["input"]
    return None if isinstance(shown, dict | list) else json.dumps(shown, ensure_ascii=False)


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


def _unknown_key(path: KeyPath, shape: Any) -> tuple[Text, Text]:
    known = sorted(keys_at(shape, path[:-1]))
    message = Text("知らないキーです", "is an unknown key")
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    if near:
        return message, Text(f"{near[0]} の誤りではありませんか", f"did you mean {near[0]}?")
    listed = ", ".join(known)
    return message, Text(
        f"ここに書けるキーは {listed} です" if listed else "削除してください",
        f"the keys here are: {listed}" if listed else "remove it",
    )


def keys_at(shape: Any, path: KeyPath) -> frozenset[str]:
    """Return the keys that the table at `path` of the dataclass `shape` may have."""
    here = list(_members(shape))
    for part in path:
        here = [m for t in here for inner in _inside(t, part) for m in _members(inner)]
    return frozenset(f.name for t in here if is_dataclass(t) for f in fields(t))


def _members(hint: Any) -> Iterator[Any]:
    """Yield the plain types that `hint` allows."""
    if get_origin(hint) is Annotated:
        yield from _members(get_args(hint)[0])
    elif get_origin(hint) in {Union, UnionType}:
        for member in get_args(hint):
            yield from _members(member)
    else:
        yield hint


def _inside(hint: Any, part: str | int) -> Iterable[Any]:
    """Return the types that stand under `part` of a table or array."""
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        return (hints[part],) if part in hints else ()
    if get_origin(hint) is dict:
        return (get_args(hint)[1],)
    if get_origin(hint) is tuple:
        return (get_args(hint)[0],)
    return ()
