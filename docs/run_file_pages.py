"""The reference page of the run file: every table, key, type and default, read off its shape."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from groundfloor.problems import Lang, Text
from groundfloor.settings import Bilingual, key_of
from networks.links.link_table import LINK_COLUMNS, NODE_COLUMNS
from spots.facilities.headers import ALIASES
from spots.job.run_file_shape import AsOf, Files, RunFile
from spots.sample import sample_run_file

#: Words in both languages; a table or key without any is a `KeyError`.
WORDS: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).with_name("run_file_words.toml")).read_text(encoding="utf-8")
)
_SHOWN_HEADERS = 6


def run_file_page(lang: Lang) -> str:
    """Return the page of the run file in one language."""
    lines = [f"# {_said('title', lang)}", "", _said("made", lang), ""]
    lines += [_said("intro", lang), ""]
    for key in ("dates", "sentences", "set"):
        lines += [_said(key, lang), ""]
    lines += ["```", *_set_examples(), "```", "", _said("tables", lang)]
    for field in _in_order():
        lines += ["", *_table(field, lang)]
    lines += ["", _said("headers", lang), "", *_columns(ALIASES, lang)]
    lines += ["", _said("links", lang), "", *_columns(LINK_COLUMNS, lang)]
    lines += ["", *_columns(NODE_COLUMNS, lang)]
    with sample_run_file() as path:
        text = path.read_text(encoding="utf-8")
    lines += ["", _said("example", lang), "", "```toml", text.rstrip(), "```"]
    return "\n".join(lines) + "\n"


#: The page in each language, by file name.
RUN_FILE_PAGES = {
    "guide/run_file.ja.md": partial(run_file_page, Lang.JA),
    "guide/run_file.md": partial(run_file_page, Lang.EN),
}


def _said(key: str, lang: Lang) -> str:
    return str(WORDS["said"][key][lang])


def _set_examples() -> tuple[str, ...]:
    return (
        "spots run run.toml --set network.profile=legal",
        "spots check run.toml --set policy.override.criterion.3.threshold_min=25",
        'spots run run.toml --set "facilities[2].file=new.xlsx" --set "run.title=試行"',
    )


def _in_order() -> Iterator[Field[Any]]:
    """Yield the tables in the order of the words, then any that these lack."""
    by_name = {f.name: f for f in fields(RunFile)}
    yield from (by_name.pop(name) for name in WORDS["tables"] if name in by_name)
    yield from by_name.values()


def _table(field: Field[Any], lang: Lang) -> Iterator[str]:
    """Yield the section of one table; a table or key without words is a `KeyError`."""
    words = WORDS["tables"][field.name]
    own, example = WORDS["own"].get(field.name, {}), words["example"].strip()
    hint = get_type_hints(RunFile, include_extras=True)[field.name]
    shape = next(iter(_dataclasses(hint)), None)
    array = _is_array(hint)
    header = f"[[{field.name}]]" if array else f"[{field.name}]"
    yield f"### `{header}`"
    yield ""
    yield words[lang]
    if shape is not None:
        yield from ("", _said("head", lang), "|---|---|---|---|")
        yield from _keys(shape, own, "", lang)
    if example:
        yield from ("", "```toml", header, *example.split("\n"), "```")


def _keys(shape: Any, own: Mapping[str, Any], prefix: str, lang: Lang) -> Iterator[str]:
    """Yield a row for each key; those of a table inside a table stand below it."""
    hints = get_type_hints(shape, include_extras=True)
    for key in fields(shape):
        name = key_of(key.name)
        meaning = (own.get(name) or WORDS["keys"][name])[lang]
        kind, inner = _type(hints[key.name], lang), next(_dataclasses(hints[key.name]), None)
        cells = (f"`{prefix}{name}`", kind, _default(key, lang), meaning)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        if inner is not None and inner is not Bilingual and not _is_array(hints[key.name]):
            yield from _keys(inner, own, f"{prefix}{name}.", lang)


def examples() -> str:
    """Return the lines that show each table, as one run file."""
    hints = get_type_hints(RunFile, include_extras=True)
    blocks = []
    for field in _in_order():
        example = WORDS["tables"][field.name]["example"].strip()
        if example:
            header = f"[[{field.name}]]" if _is_array(hints[field.name]) else f"[{field.name}]"
            blocks.append(f"{header}\n{example}")
    return "\n".join(blocks)


def _dataclasses(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _dataclasses(inner)


def _is_array(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return _is_array(get_args(hint)[0])
    return get_origin(hint) is tuple


_MANY = get_args(Files)[0]  # of files


def _type(hint: Any, lang: Lang) -> str:  # noqa: PLR0911 - a list of shapes, one answer each
    """Return the type of a key in words."""
    if hint == Files or (get_origin(hint) is Annotated and get_args(hint)[0] == _MANY):
        return Text("ファイル、または配列", "file, or list of files").render(lang)
    if hint == AsOf:
        return Text("日付", "date").render(lang)
    if get_origin(hint) is Annotated:
        return _type(get_args(hint)[0], lang)
    if get_origin(hint) is Literal:
        return " / ".join(f"`{each}`" for each in get_args(hint))
    if get_origin(hint) is tuple:
        inner = _type(get_args(hint)[0], lang)
        return Text(f"配列（{inner}）", f"list of {inner}").render(lang)
    if get_origin(hint) in {dict, Mapping} or getattr(hint, "__origin__", None) is Mapping:
        return Text("テーブル", "table").render(lang)
    members = [each for each in get_args(hint) if each is not type(None)]
    if members:
        return _type(members[0], lang)
    if isinstance(hint, type) and is_dataclass(hint) and hint not in _PLAIN:
        return Text("テーブル", "table").render(lang)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " / ".join(f"`{each.value}`" for each in hint)
    return _PLAIN[hint].render(lang)


_PLAIN: Mapping[Any, Text] = {
    str: Text("文字列", "text"),
    bool: Text("`true` / `false`", "`true` / `false`"),
    int: Text("整数", "whole number"),
    float: Text("数", "number"),
    date: Text("日付", "date"),
    Bilingual: Text("文", "sentence"),
}


def _default(field: Field[Any], lang: Lang) -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return _said("needed", lang)
    value = field.default if field.default is not MISSING else None
    if isinstance(value, Enum):
        return f"`{value.value}`"
    if isinstance(value, tuple) and value:
        return ", ".join(f"`{each.value if isinstance(each, Enum) else each}`" for each in value)
    if isinstance(value, bool | int | float) or (isinstance(value, str) and value):
        return f"`{json.dumps(value)}`"
    return "–"


def _columns(known: Mapping[str, tuple[str, ...]], lang: Lang) -> Iterator[str]:
    yield from (_said("columns_head", lang), "|---|---|")
    for name, headers in known.items():
        japanese = [h for h in headers if not h.isascii()] or list(headers)
        shown = ", ".join(f"`{header}`" for header in japanese[:_SHOWN_HEADERS])
        yield f"| `{name}` | {shown} |"
