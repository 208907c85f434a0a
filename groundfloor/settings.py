"""Settings checked against frozen dataclasses, every fault named by line and key.

Run files, policies and speed profiles go through `validate`: what is wrong is said the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from dataclasses import Field as DataclassField
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from numbers import Integral, Real
from types import MappingProxyType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from groundfloor.dates import HOW_TO_WRITE_A_DATE, NO_DATE, day_of
from groundfloor.meant_keys import meant_key, needless_key
from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.toml import KeyPath, TomlDocument, key_name

T = TypeVar("T")


def key_of(field_name: str) -> str:
    """Return the key of a field: a word that Python keeps for itself has an underscore behind it.

    Examples
    --------
    >>> key_of("class_"), key_of("radius_m")
    ('class', 'radius_m')
    """
    return field_name.removesuffix("_")


#: What the dataclasses of settings have as ``__pydantic_config__``: no key that is not theirs.
STRICT = ConfigDict(extra="forbid", alias_generator=key_of)


def refusal(ja: str, en: str) -> PydanticCustomError:
    """Return what a validator of ours raises: why the value cannot be used, in both languages."""
    return PydanticCustomError("refusal", "{en}", {"ja": ja, "en": en})


def matching(pattern: str, wanted: Text) -> AfterValidator:
    """Return the check that a text matches `pattern`, which is what `wanted` says in words."""

    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise refusal(f"{wanted.ja}でなければなりません", f"must be {wanted.en}")
        return value

    return AfterValidator(check)


def _not_blank(value: str) -> str:
    if not value.strip():
        raise refusal("空にはできません", "must not be empty")
    return value


def _whole_day(value: object) -> object:
    """Take a text for the day that it names; a day of TOML comes as its ISO form."""
    if not isinstance(value, str):
        return value
    if (day := day_of(value, whole=True)) is None:
        raise PydanticCustomError(_NO_DAY, "no day")
    return day


_NO_DAY = "no_day"
Day = Annotated[date, BeforeValidator(_whole_day)]
# TOML can write inf and nan; no setting means them, and inf minutes are no integer.
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Words = Annotated[str, AfterValidator(_not_blank)]


# Steps of pydantic's that are no keys.
_KEY, _TEXT, _LANGUAGES = "[key]", "[text]", "[languages]"
_NO_STEPS = frozenset({_KEY, _TEXT, _LANGUAGES})


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A sentence of settings in both languages; one that is given in one holds in the other too.

    A plain text stands for ``{ ja = "…" }``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    ja: Words = ""
    en: Words = ""

    def __post_init__(self) -> None:
        """Let the language that is given stand for the one that is not."""
        if not (self.ja or self.en):
            raise refusal("ja か en のどちらかが必要です", "needs ja or en")
        object.__setattr__(self, "ja", self.ja or self.en)
        object.__setattr__(self, "en", self.en or self.ja)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Bilingual], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Take a table of languages, or one text."""
        words = handler.generate_schema(Words)
        language = core_schema.with_default_schema(words, default="")
        languages = [core_schema.dataclass_field(name, language) for name in ("ja", "en")]
        # Written out: a second field of this type would be checked past the choice below.
        table = core_schema.dataclass_schema(
            source,
            core_schema.dataclass_args_schema(source.__name__, languages),
            ["ja", "en"],
            post_init=True,
            slots=True,
            config={"extra_fields_behavior": "forbid"},
        )
        text = core_schema.no_info_after_validator_function(cls, words)
        return core_schema.tagged_union_schema(
            {_TEXT: text, _LANGUAGES: table},
            discriminator=lambda given: _TEXT if isinstance(given, str) else _LANGUAGES,
        )

    @property
    def text(self) -> Text:
        """The same as a `Text`."""
        return Text(self.ja, self.en)


_DATE = Text("日付（引用符なし、例 2024-04-01）", "a date without quotes, such as 2024-04-01")
_ARRAY = Text("配列（[ ] で囲む）", "an array in [ ]")
_WHOLE = Text("整数", "a whole number")
_TYPES: Mapping[str, Text] = MappingProxyType(
    {
        "string_type": Text("文字列（引用符で囲む）", "a string in quotes"),
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


def validate(
    shape: type[T],
    data: Mapping[str, Any],
    document: TomlDocument,
    prefix: KeyPath = (),
) -> T:
    """Check `data` against the dataclass `shape` and build it.

    Types are strict: ``"4000"`` is not a number. Unknown keys are errors. Only dates are taken
    either way: a date where text is wanted is its ISO form, and where a `Day` is wanted a text is
    the day that it names, as everywhere (see `groundfloor.dates`).

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
        made: T = _adapter(cast("Hashable", shape)).validate_json(written, strict=True)
    except ValidationError as fault:
        details = fault.errors(include_url=False, include_context=True)
    except (ValueError, RecursionError):  # a hexadecimal number beyond all digits, deep nesting
        raise UsageError(_unreadable(document, prefix)) from None
    else:
        return made
    if any(d["type"] == "json_invalid" for d in details):
        raise UsageError(_unreadable(document, prefix))
    found = []
    for detail in _spoken_of_once(details):
        path = _real_path(detail, data)
        code, message, remedy = _finding(detail, path, shape)
        row, column = document.line_of((*prefix, *path)), key_name((*prefix, *path))
        place = {"file": document.file, "row": row, "column": column}
        found.append(error(code, message, remedy, **place, value=_found_value(detail)))
    raise UsageError(found)


def _spoken_of_once(details: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Yield the findings less the one that an array is too short by the entries found wrong."""
    within = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    for detail in details:
        if not (detail["type"] == "too_short" and detail["loc"] in within):
            yield detail


def as_tables(value: Any) -> Any:
    """Return a value made in Python as the tables of a file that would make it.

    Dataclasses are tables, and numbers, flags and arrays of numpy are plain.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {key_of(f.name): as_tables(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_tables(each) for key, each in value.items()}
    if isinstance(value, list | tuple | Iterator):
        return [as_tables(each) for each in value]
    if isinstance(value, Real) and not isinstance(value, bool | int | float):
        return int(value) if isinstance(value, Integral) else float(value)  # numpy's
    return as_tables(value.tolist()) if hasattr(value, "tolist") else value  # its flags and arrays


def written(value: Any) -> Any:
    """Return checked settings as somebody would write them: what is as by default is left out.

    Members of enums are their values, and whole numbers have no decimals.

    Examples
    --------
    >>> written(Bilingual("あ", "a"))
    {'ja': 'あ', 'en': 'a'}
    """
    if is_dataclass(value) and not isinstance(value, type):
        given = ((f, getattr(value, f.name)) for f in fields(value))
        return {key_of(f.name): written(each) for f, each in given if each != _default(f)}
    if isinstance(value, Mapping):
        return {key: written(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [written(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


_EXACT = 2**53  # above, floats leave out whole numbers


def _default(of: DataclassField[Any]) -> object:
    return of.default if of.default_factory is MISSING else of.default_factory()


@cache  # making one takes longer than any check
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _jsonable(value: object) -> Any:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return [[]]  # what no setting is: a set, a path, a function


def _unreadable(document: TomlDocument, prefix: KeyPath) -> Problem:
    return error(
        "wrong-value",
        Text(
            "入れ子が深すぎるか、数の桁が多すぎます",
            "is nested too deeply or holds too long a number",
        ),
        _MEND,
        file=document.file,
        row=document.line_of(prefix),
        column=key_name(prefix) or None,
    )


def _finding(detail: ErrorDetails, path: KeyPath, shape: Any) -> tuple[str, Text, Text]:
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
        return missing_key(path[-1])
    if kind in _TYPES:
        want = _TYPES[kind]
        message = Text(f"{want.ja}でなければなりません", f"must be {want.en}")
        return "wrong-type", message, _how_to_write(detail, path, shape)
    if kind == _NO_DAY:
        return "date-not-understood", NO_DATE, HOW_TO_WRITE_A_DATE
    choices = context.get("expected") or context.get("expected_tags")
    if choices:
        listed = str(choices).replace(" or ", ", ").replace("'", '"')
        remedy = Text(f"{listed} のいずれかにしてください", f"use one of: {listed}")
        if ", " not in listed:
            remedy = Text(f"{listed} と書いてください", f"write {listed}")
        return "wrong-value", Text("使えない値です", "is not one of the choices"), remedy
    return "wrong-value", _limit(kind, context, detail["msg"]), _MEND


def missing_key(key: str | int) -> tuple[str, Text, Text]:
    """Return code, message and remedy for a key that is needed and is not there."""
    return (
        "missing-key",
        Text("必要なキーがありません", "is missing"),
        Text(f"{key} を書き加えてください", f"add {key}"),
    )


def _how_to_write(detail: ErrorDetails, path: KeyPath, shape: Any) -> Text:
    """Return how a value of the wanted type is written, where that is not plain."""
    known = sorted(keys_at(shape, path))
    if detail["type"] == "dataclass_type" and known:
        form = "{ " + ", ".join(f"{k} = …" for k in known) + " }"
        return Text(f"{form} の形に書いてください", f"write it as {form}")
    if detail["type"] == "string_type" and type(detail["input"]) is int:
        form = f'"{detail["input"]}"'
        return Text(f"{form} と引用符で囲んでください", f"write {form}, in quotes")
    if _TYPES[detail["type"]] is _ARRAY and isinstance(detail["input"], dict):
        if any(isinstance(step, int) for step in path):  # inside of a table, no header can say it
            form = f"{path[-1]} = [{{ … }}]"
            return Text(f"{form} と角括弧で囲んでください", f"write {form}, in brackets")
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
        "too_short": Text("一つ以上必要です", "needs at least one"),
        "finite_number": Text("有限の数値でなければなりません", "must be a finite number"),
    }
)


def _limit(kind: str, context: Mapping[str, Any], original: str) -> Text:
    """Return what a bound or a check asks for; pydantic's own words only in English."""
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        bound = f"{context[key]:,}"
        return Text(words.ja.format(bound), words.en.format(bound))
    if kind == "refusal":
        return Text(context["ja"], context["en"])
    return _LIMITS.get(kind, Text("使えない値です", f"cannot be used: {original}"))


def _real_path(detail: ErrorDetails, data: Mapping[str, Any]) -> KeyPath:
    """Return the key a finding is about, without the union members pydantic puts between."""
    loc: KeyPath = tuple(detail["loc"])
    path: list[str | int] = []
    here: object = data
    for depth, part in enumerate(loc):
        last = depth == len(loc) - 1
        # The tag of a union is its "kind", not a key; a key it might be mistaken for comes last.
        if isinstance(here, Mapping) and not last and here.get("kind") == part:
            continue
        if isinstance(here, Mapping) and part not in _NO_STEPS and (part in here or last):
            path.append(part)
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            path.append(part)
            here = here[part]
    if detail["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        path.append(str(detail["ctx"]["discriminator"]).strip("'"))
    return tuple(path) or loc


_MOST_SHOWN = 5  # values of an array


def _found_value(detail: ErrorDetails) -> str | None:
    """Return the offending value as TOML's reader saw it; None for tables, and arrays of them."""
    if detail["type"] in _UNKNOWN | _MISSING | {"union_tag_not_found"}:
        return None
    if detail["type"] == "union_tag_invalid":
        return json.dumps(detail["ctx"]["tag"], ensure_ascii=False)
    shown = detail["input"]
    inside = shown[: _MOST_SHOWN + 1] if isinstance(shown, list) else [shown]
    plain = len(inside) <= _MOST_SHOWN and not any(isinstance(i, dict | list) for i in inside)
    return json.dumps(shown, ensure_ascii=False) if plain else None


def _unknown_key(path: KeyPath, shape: Any) -> tuple[Text, Text]:
    # A key of one kind of criterion is none of another's, and no slip of one of those either.
    here = keys_at(shape, path[:-1])
    known = sorted(here - {str(path[-1])})
    message = Text("知らないキーです", "is an unknown key")
    if free := needless_key(str(path[-1]), known):
        return message, free
    if str(path[-1]) not in here and (near := meant_key(str(path[-1]), known)):
        return message, Text(f"{near} の誤りではありませんか", f"did you mean {near}?")
    if place := _table_of(str(path[-1]), shape):
        return message, Text(f"{place} に書くキーです", f"it belongs into {place}")
    listed = ", ".join(known)
    return message, Text(
        f"ここに書けるキーは {listed} です" if listed else "削除してください",
        f"the keys here are: {listed}" if listed else "remove it",
    )


_FEW = 2  # places that a message still tells


def _table_of(key: str, shape: Any) -> str | None:
    """Return the one or two tables of `shape` that have `key`, as their headers are written."""
    found = []
    for table in keys_at(shape, ()):
        whole, entry = keys_at(shape, (table,)), keys_at(shape, (table, 0))
        found += [f"[{table}]"] if key in whole else [f"[[{table}]]"] if key in entry else []
    return " / ".join(sorted(found)) if 0 < len(found) <= _FEW else None


def keys_at(shape: Any, path: KeyPath) -> frozenset[str]:
    """Return the keys that the table at `path` of the dataclass `shape` may have."""
    here = list(_members(shape))
    for part in path:
        here = [m for t in here for inner in _inside(t, part) for m in _members(inner)]
    return frozenset(key_of(f.name) for t in here if is_dataclass(t) for f in fields(t))


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
        return tuple(inner for name, inner in hints.items() if key_of(name) == part)
    if get_origin(hint) in {dict, Mapping}:
        return (get_args(hint)[1],)
    if get_origin(hint) is tuple:
        return (get_args(hint)[0],)
    return ()
