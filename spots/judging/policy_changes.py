"""Tables of a policy written in Python: settings by name laid over others, rules in a few words.

What a file must spell out may be short here: a text stands for both languages, ``"③"`` for its
type, 宮崎県 for its code, a code and a name for an exclusion. All of it ends in the tables that a
file would have, and they are checked like a file's.

Stands apart: whatever Python may leave out is filled in here, and `Policy` knows files alone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from boundaries.codes import city_named, designated_city, fold, parse_code
from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.settings import as_tables, key_of, keys_at, written
from groundfloor.toml import KeyPath, key_name
from spots.facilities.list_cells import parse_types, stated_prefecture
from spots.judging.policy_files import laid_over, preset_document
from spots.judging.policy_short_names import MEASURE_NAMES, SHORT_NAMES, measuring_criterion
from spots.judging.policy_tables import MADE_IN_PYTHON, RULE_TABLES, PolicyTables
from spots.telling.labels import OUT_BY_POLICY, TYPE_LABELS, type_marks
from spots.types import FacilityType

_TABLES = tuple(f.name for f in fields(PolicyTables))
_JOINS = ("any", "all", "none")
_EXCLUSIONS = "exclude_municipality"
_PLURALS = {"exclude_municipalities": _EXCLUSIONS, "excluded_municipalities": _EXCLUSIONS}
#: Keys whose value is a sentence in both languages, wherever they stand.
_SENTENCES = frozenset({"title", "source", "reason", "reason_unreachable", "service"})
#: What tells the entries of a list of tables apart.
_NAMING = ("id", "code", "facility", "unit", "name")
#: What a rule asks is in its preset, with the plan's words.
_PATTERN = "kumamoto"
_NEVER_GUESSED = frozenset({"list", "threshold_min", "threshold_m", "radius_m"})
_KIND_OF = {"threshold_min": "nearest_other_time", "threshold_m": "nearest_other_distance"}
_MOST_CRITERIA = 9
_PARTS = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_DOTTED = re.compile(r"[^.\[\]]+(\.[^.\[\]]+|\[\d+\])+")


def plain_tables(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of a policy as a file would have them, written in Python's short forms."""
    return {_table(name): _meant_table(_table(name), value) for name, value in given.items()}


def changed_tables(
    base: Mapping[str, Any], settings: Mapping[str, Any], asked: str
) -> dict[str, Any]:
    """Return tables with settings laid over them.

    Parameters
    ----------
    base : mapping
        Tables of a policy, or part of one.
    settings : mapping of str to object
        By table, by short name, or dotted; ``any``, ``all`` and ``none`` are the rule's.
    asked : str
        The function that was called, for messages.

    Raises
    ------
    TypeError
        A name is none of a setting, or a setting is given twice.
    UsageError
        A short name means several settings, or none of this policy.
    """
    _known(settings, asked)
    whole = {k: v for k, v in settings.items() if _table(k) in _TABLES}
    given = plain_tables(whole)
    tables = laid_over(base, given)
    joins = {k: _meant(v, k) for k, v in settings.items() if k in _JOINS}
    if joins or "rule" in tables:
        tables = _with_rule(tables, joins or tables["rule"])
    single = [k for k in settings if k not in whole and k not in joins]
    paths = _paths(single, tables, asked)
    _once(
        [*((_table(k),) for k in whole), *({("rule",) for _ in joins}), *paths.values()],
        given,
        asked,
    )
    for name, path in paths.items():
        value = _meant(settings[name], str(path[-1]))
        if path[:-1] == ("criterion",):  # a table of its own, [criterion.3], so it is laid over
            tables = laid_over(tables, {"criterion": {path[-1]: value}})
        else:
            tables = _put(tables, path, value)
    return laid_over(_needed(tables), tables)


def flat(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return every setting by its dotted name: entries of lists by what names them.

    Examples
    --------
    >>> flat({"circle": {"cut": ["land"]}, "select": [{"id": "a", "where": {"area": "甲"}}]})
    {'circle.cut': ['land'], 'select.a.id': 'a', 'select.a.where.area': '甲'}
    """
    return {key_name(path): value for path, value in _leaves(tables, ())}


def _leaves(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, (*path, key))
    elif isinstance(value, list) and len(path) == 1:
        names = [_name_of(entry) for entry in value]
        for n, entry in enumerate(value):
            known = names[n] is not None and names.count(names[n]) == 1
            yield from _leaves(entry, (*path, str(names[n]) if known else n))
    else:
        yield path, value


def _name_of(entry: object) -> object:
    if not isinstance(entry, Mapping):
        return None
    return next((entry[key] for key in _NAMING if key in entry), None)


def _table(name: str) -> str:
    return _PLURALS.get(name, name)


# --- names


def _known(settings: Iterable[str], asked: str) -> None:
    """Refuse names without a dot that name nothing."""
    names = (*SHORT_NAMES, *MEASURE_NAMES, *_TABLES, *_JOINS, *_PLURALS)
    for name in settings:
        if name not in names and not _DOTTED.fullmatch(name):
            raise TypeError(_no_setting(name, names, asked))


def _no_setting(name: str, known: Iterable[str], asked: str) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    listed = ", ".join(sorted(known)) or "none"
    hint = f"did you mean {near[0]}?" if near else f"there are {listed}"
    return f"{asked}() has no setting {name!r}: {hint}"


def _paths(names: Iterable[str], tables: Mapping[str, Any], asked: str) -> dict[str, KeyPath]:
    """Return the path of each setting by its short or dotted name."""
    found: dict[str, KeyPath] = {}
    for name in names:
        if name in SHORT_NAMES:
            path = SHORT_NAMES[name]
        elif name in MEASURE_NAMES:
            path = ("criterion", measuring_criterion(tables, name), name)
        else:
            path = _dotted(name, tables, asked)
        found[name] = path
    return found


def _once(paths: Iterable[KeyPath], given: Mapping[str, Any], asked: str) -> None:
    """Refuse settings that are given twice, also by a table that has them; `given` are those."""
    seen: set[KeyPath] = set()
    for path in paths:
        if path in seen or (len(path) > 1 and _stands(path, given)):
            raise TypeError(f"{asked}() is given one setting twice: {key_name(path)}")
        seen.add(path)


def _stands(path: KeyPath, given: Any) -> bool:
    for step in path:
        if isinstance(given, list):
            return True  # a list of tables is given whole
        if not isinstance(given, Mapping) or step not in given:
            return False
        given = given[step]
    return True


def _dotted(name: str, tables: Mapping[str, Any], asked: str) -> KeyPath:
    here: Any = tables
    path: KeyPath = ()
    for number, word in _PARTS.findall(name):
        if isinstance(here, list):
            entries = [str(_name_of(e)) for e in here]
            at = int(number) - 1 if number else entries.index(word) if word in entries else -1
            if not 0 <= at < len(here):
                known = [key_name((*path, each)) for each in entries]
                raise TypeError(_no_setting(name, known, asked))
            path, here = (*path, at), here[at]
            continue
        keys = keys_at(PolicyTables, path)
        # Numbers of criteria are keys that nobody declares.
        if word not in keys and path != ("criterion",):
            raise TypeError(_no_setting(name, [key_name((*path, k)) for k in keys], asked))
        path = (*path, word)
        here = here.get(word) if isinstance(here, Mapping) else None
    return path


def _put(here: Any, path: KeyPath, value: Any) -> Any:
    """Return tables with `value` at `path`; tables on the way are made, those there kept."""
    if not path:
        return value
    step, *rest = path
    if isinstance(here, list) and isinstance(step, int):
        return [_put(e, tuple(rest), value) if n == step else e for n, e in enumerate(here)]
    table = dict(here) if isinstance(here, Mapping) else {}
    table[step] = _put(table.get(step), tuple(rest), value)
    return table


# --- short forms


def _meant_table(name: str, value: Any) -> Any:
    if name == _EXCLUSIONS:
        return _exclusions(value)
    return _meant(value, name)


def _meant(value: Any, key: str) -> Any:
    """Return a value at `key` as a file would have it; nothing is short inside of dataclasses."""
    if isinstance(value, Mapping):
        return {key_of(str(k)): _meant(each, key_of(str(k))) for k, each in value.items()}
    if isinstance(value, list | tuple | Iterator):
        return [_meant(each, key) for each in value]
    if key == "prefecture":
        return _prefecture(value)
    if isinstance(value, float) and value.is_integer():  # steps of a grid: 4000.0 metres
        return int(value)
    return _meant_text(value, key) if isinstance(value, str) else as_tables(value)


def _meant_text(value: str, key: str) -> object:
    if key in _SENTENCES:
        return {"ja": value, "en": value}
    types = parse_types(value) if key == "type" else None
    return next(iter(types)).value if types and len(types) == 1 else value


def _prefecture(value: Any) -> Any:
    """Return the code of a prefecture; what is none stays, and is refused as in a file."""
    try:
        return stated_prefecture(value)
    except UsageError:
        return str(value) if type(value) is int else value  # a code that there is not


def _with_rule(tables: Mapping[str, Any], rule: Any) -> dict[str, Any]:
    """Return tables with a rule whose criteria may stand in it."""
    given = tables.get("criterion", {})
    numbered = _Numbered(dict(given) if isinstance(given, Mapping) else {}, _pattern())
    joined = numbered.rule(rule)
    criteria = {"criterion": numbered.criteria} if numbered.criteria else {}
    return {**tables, "rule": joined, **criteria}


def _needed(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a policy needs beside what is given.

    With a rule that is as in the preset that has one; without, as a policy of ground means it. A
    radius, a threshold and a list are never guessed.
    """
    if "rule" in tables or "select" not in tables:
        needed = {name: _pattern()[name] for name in RULE_TABLES if name != "criterion"}
    else:
        own = {f.name: f.default for f in fields(PolicyTables) if f.name in tables}
        needed = {name: written(own[name]) for name in RULE_TABLES if is_dataclass(own.get(name))}
    return {name: _without_guesses(table) for name, table in needed.items()}


@cache  # a sweep changes policies by the hundred
def _pattern() -> Mapping[str, Any]:
    return preset_document(_PATTERN).data


def _without_guesses(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in _NEVER_GUESSED}


@dataclass(slots=True)
class _Numbered:
    """Criteria by number; those that stand in a rule get the next free ones."""

    criteria: dict[str, Any]
    pattern: Mapping[str, Any]

    def rule(self, rule: Any) -> Any:
        """Return a rule with numbers where it had criteria."""
        if not isinstance(rule, Mapping):
            return rule
        return {join: self.parts(parts) for join, parts in rule.items()}

    def parts(self, parts: Any) -> Any:
        """Return the parts of a rule likewise."""
        return [self.part(each) for each in parts] if isinstance(parts, list) else parts

    def part(self, part: Any) -> Any:
        """Return a number, or a rule inside a rule."""
        if not isinstance(part, Mapping):
            return part
        if set(part) <= set(_JOINS):
            return self.rule(part)
        numbers = range(1, _MOST_CRITERIA + 2)  # one too many is refused as a number
        number = next(n for n in numbers if str(n) not in self.criteria or n > _MOST_CRITERIA)
        self.criteria[str(number)] = self.criterion(part)
        return number

    def criterion(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a criterion with the words of the preset's that is of its kind and type."""
        meant = next((kind for key, kind in _KIND_OF.items() if key in given), "type")
        kind = given.get("kind", meant)
        if kind == _KIND_OF["threshold_m"]:
            return {"kind": kind, **_distance_words(given.get("type")), **given}
        for each in self.pattern["criterion"].values():
            if (each["kind"], each["type"]) == (kind, given.get("type")):
                return {**_without_guesses(each), **given}
        return {"kind": kind, **given}


def _distance_words(type_name: object) -> dict[str, Any]:
    """Return what a criterion on straight distance is called, and how it gives its reason.

    No preset has one whose words could be used.
    """
    known = {kind.value: kind for kind in FacilityType}
    if type_name not in known:
        return {}
    what = TYPE_LABELS[known[str(type_name)]]
    title = Text(
        f"他の{what.ja}まで直線距離で{{threshold}}の{what.ja}",
        f"{what.en} {{threshold}} in a straight line from any other",
    )
    reason = Text(
        f"{what.ja}であり、最も近い他の{what.ja}（{{nearest}}）まで直線距離で{{distance}}"
        "（{threshold}）あるため",
        f"a {what.en} whose nearest other one, {{nearest}}, is {{distance}} away in a straight "
        "line ({threshold})",
    )
    return {
        "mark": type_marks(frozenset({known[str(type_name)]})),
        "comparison": "at_least",
        "title": {"ja": title.ja, "en": title.en},
        "reason": {"ja": reason.ja, "en": reason.en},
    }


def _exclusions(value: Any) -> Any:
    """Return ``[[exclude_municipality]]`` of codes and names: ``{"45201": "宮崎市"}``."""
    if hasattr(value, "columns") and "name" in value.columns:  # rows of Ground.municipalities
        value = value["name"]
    if not isinstance(value, Mapping) and hasattr(value, "items"):  # names in a column, by code
        value = dict(value.items())
    if isinstance(value, Mapping) and "code" not in value:
        value = [{"code": _code(code), "name": name} for code, name in value.items()]
    elif isinstance(value, str | Mapping):
        value = [value]
    found = as_tables(value)
    return [_exclusion(each) for each in found] if isinstance(found, list) else found


def _exclusion(entry: Any) -> Any:
    if isinstance(entry, str):
        entry = dict(zip(("code", "name"), _city(entry), strict=True))
    if not isinstance(entry, Mapping):
        return entry
    reason = {"ja": OUT_BY_POLICY.ja, "en": OUT_BY_POLICY.en}
    return {"facilities": True, "area": True, "reason": reason, **_meant(entry, _EXCLUSIONS)}


def _code(given: object) -> str:
    read = parse_code(str(given))
    return read.value if read else str(given)


def _city(text: str) -> tuple[str, str]:
    """Return code and name of a designated city by either; of others both have to be given."""
    read = parse_code(text)
    code = read.value if read else city_named(text)
    city = designated_city(code) if code else None
    if city is None or (city[0] != code if read else city[1] != fold(text)):
        raise UsageError(_code_and_name(text))
    return city


def _code_and_name(text: str) -> Problem:
    return error(
        "exclusion-code-and-name",
        Text(
            "市区町村コードと名称の両方が必要です（片方で分かるのは政令指定都市だけです）",
            "needs a code and a name: only designated cities are known by one of them",
        ),
        Text(
            '{"45201": "宮崎市"} と書くか、Ground.municipalities の行を渡してください',
            'write {"45201": "宮崎市"}, or give rows of Ground.municipalities',
        ),
        file=MADE_IN_PYTHON,
        column=_EXCLUSIONS,
        value=text,
    )
