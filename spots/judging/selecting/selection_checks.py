"""Whether the selections and results of a policy can do what they say, with the run's inputs.

A name that nothing has, a list that the run lacks, results that refer to one another in a circle:
each would let units in or out without a word. All are errors, with the line, and with what may have
been meant.

Stands apart: verdicts come from policy and facts alone, and know of no lines in files.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Problem, Text
from groundfloor.toml import KeyPath
from spots.judging.policy import Policy
from spots.judging.selecting.ground_facts import WITHOUT_LAYER, GroundFacts, TableKey
from spots.judging.selecting.name_checks import name_problems
from spots.judging.selecting.result_checks import result_problems
from spots.judging.selecting.selection_settings import (
    NATIONAL_AVERAGE,
    RULE,
    ColumnCondition,
    Condition,
    Join,
    NumberBound,
    SelectSetting,
)
from spots.judging.selecting.written_keys import (
    WrittenKeys,
    key_error,
    unknown_name,
    written_conditions,
)
from spots.types.ground_units import UnitKind

#: Islands without a layer are the parts of municipalities apart from the main land.
_NO_LAYER_NEEDED = WITHOUT_LAYER | {UnitKind.ISLAND}

_TABLE = Text("表（[[tables]]）", "table ([[tables]])")
_COLUMN = Text("列", "column")
_LIST = Text("一覧（[[entries]]）", "list ([[entries]])")
_FACILITY_LIST = Text("医療機関の一覧（list）", "list of facilities")
_LAYER = Text("区域のレイヤ（[[units]]）", "layer ([[units]])")
_CRITERION = Text("要件の番号", "criterion")
_SELECTION = Text("選定または結果の id", "id of a selection or result")


def selection_problems(
    policy: Policy,
    facts: GroundFacts,
    written: WrittenKeys | None = None,
) -> tuple[Problem, ...]:
    """Return what is wrong with a policy's selections and results, all of it errors.

    Parameters
    ----------
    policy : Policy
        The policy.
    facts : GroundFacts
        The run's inputs.
    written : WrittenKeys, optional
        Where the policy stands, for lines.
    """
    at = written or WrittenKeys()
    found = [*_ids(policy, at), *_references(policy, at), *_circles(policy, at)]
    found += result_problems(policy, at)
    for n, setting in enumerate(policy.select):
        found += _layers(setting, n, facts, at)
        for path, condition in written_conditions(setting, n):
            found += _inputs(condition, path, facts, at)
            found += _numbers(condition, path, facts, at)
            found += _institutions(setting, condition, path, facts, at)
            found += _criteria_and_lists(condition, path, policy, facts, at)
    return (*found, *name_problems(policy, facts, at))


# --- ids and references


def _ids(policy: Policy, at: WrittenKeys) -> Iterator[Problem]:
    seen: dict[str, str] = {RULE: RULE}
    tables = (("select", [s.id for s in policy.select]), ("result", [r.id for r in policy.result]))
    for table, ids in tables:
        for n, name in enumerate(ids):
            if name in seen:
                taken = seen[name] == RULE
                yield key_error(
                    "selection-id-twice",
                    at.place((table, n, "id")),
                    Text(
                        "rule は [rule] の円を指す語で、id には使えません"
                        if taken
                        else "同じ id が二度使われています",
                        "means the circles of [rule] and is no id" if taken else "is an id already",
                    ),
                    Text("別の id にしてください", "give it another id"),
                    name,
                )
            seen.setdefault(name, table)


def _known_ids(policy: Policy) -> list[str]:
    rule = [RULE] if policy.judges_facilities else []
    return [*(s.id for s in policy.select), *(r.id for r in policy.result), *rule]


def _references(policy: Policy, at: WrittenKeys) -> Iterator[Problem]:
    known = _known_ids(policy)
    for n, result in enumerate(policy.result):
        path: KeyPath = ("result", n, "select")
        for name in sorted(result.select.ids() - set(known)):
            yield unknown_name("unknown-selection", at.place(path), _SELECTION, name, known)
        if any(not _well_formed(join) for join in result.select.joins()):
            yield key_error(
                "join-not-one",
                at.place(path),
                Text(
                    "any・all・none・minus・intersect のうち一つだけを書き、minus と intersect には"
                    "二つ以上を並べます",
                    "needs exactly one of any, all, none, minus and intersect, the last two with "
                    "two parts or more",
                ),
                Text('any = ["a", "b"] のように書いてください', 'write it like any = ["a", "b"]'),
            )
    for n, setting in enumerate(policy.select):
        for path, condition in written_conditions(setting, n):
            for name in condition.inside or ():
                if name not in known:
                    there = (*path, "inside")
                    yield unknown_name(
                        "unknown-selection", at.place(there), _SELECTION, name, known
                    )


_CUTTING = {"minus", "intersect"}
_TWO = 2


def _well_formed(join: Join) -> bool:
    used = join.used()
    return len(used) == 1 and not (used[0][0] in _CUTTING and len(used[0][1]) < _TWO)


def _circles(policy: Policy, at: WrittenKeys) -> Iterator[Problem]:
    """Yield references that lead back to where they start; each circle once."""
    leads = {r.id: sorted(r.select.ids()) for r in policy.result}
    for s in policy.select:
        asked = {name for c in s.conditions() for name in c.inside or ()}
        leads.setdefault(s.id, sorted(asked))
    places: dict[str, KeyPath] = {r.id: ("result", n) for n, r in enumerate(policy.result)}
    places |= {s.id: ("select", n) for n, s in enumerate(policy.select)}
    told: set[frozenset[str]] = set()
    for start in leads:
        ring = _way_back(start, leads)
        if ring is None or frozenset(ring) in told:
            continue
        told.add(frozenset(ring))
        way = " → ".join((*ring, start))
        yield key_error(
            "selection-circle",
            at.place(places[start]),
            Text(f"選定・結果が互いを参照して輪になっています: {way}", f"refers to itself: {way}"),
            Text("どれか一つの参照をやめてください", "take one of the references out"),
            start,
        )


def _way_back(start: str, leads: dict[str, list[str]]) -> tuple[str, ...] | None:
    """Return the shortest way of references from an id back to it; None where none leads back."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:  # it grows while it is walked
        for name in leads.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return None


# --- what the run gives


def _layers(
    setting: SelectSetting, n: int, facts: GroundFacts, at: WrittenKeys
) -> Iterator[Problem]:
    path: KeyPath = ("select", n, "layer")
    if setting.from_ is not None or setting.beyond_m is not None or setting.same_land:
        yield from _made_points(setting, n, facts, at)
    elif setting.layer is None:
        if setting.unit not in _NO_LAYER_NEEDED:
            yield key_error(
                "selection-without-layer",
                at.place(("select", n)),
                Text(
                    f'unit = "{setting.unit}" にはレイヤが必要です',
                    f'unit = "{setting.unit}" needs a layer',
                ),
                Text(
                    "実行ファイルの [[units]] の名前を layer に書いてください",
                    "write the name of a [[units]] of the run file as layer",
                ),
                setting.id,
            )
    elif setting.layer not in facts.layers:
        yield unknown_name(
            "unknown-units", at.place(path), _LAYER, setting.layer, sorted(facts.layers)
        )
    else:
        kinds = sorted({u.kind for u in facts.layers[setting.layer]})
        if kinds and setting.unit not in kinds:
            listed = ", ".join(kinds)
            yield key_error(
                "layer-of-other-units",
                at.place(path),
                Text(
                    f"このレイヤの単位は {listed} で、{setting.unit} ではありません",
                    f"has units of kind {listed}, not {setting.unit}",
                ),
                Text("unit かレイヤを直してください", "mend unit or layer"),
                setting.layer,
            )


def _made_points(
    setting: SelectSetting, n: int, facts: GroundFacts, at: WrittenKeys
) -> Iterator[Problem]:
    """Yield what keeps points from being made of the population."""
    whole = setting.from_ is not None and setting.beyond_m is not None
    keys = {"from": setting.from_, "beyond_m": setting.beyond_m, "same_land": setting.same_land}
    written = next(key for key, value in keys.items() if value)
    if not whole or setting.unit is not UnitKind.POINT or setting.layer is not None:
        yield key_error(
            "points-from-population",
            at.place(("select", n, written)),
            Text(
                'from = "population" は beyond_m と共に、layer のない unit = "point" に書きます',
                'from = "population" stands with beyond_m, where unit = "point" has no layer',
            ),
            Text(
                'unit = "point"、from = "population"、beyond_m = 4000 のように書いてください',
                'write unit = "point", from = "population" and beyond_m = 4000',
            ),
            setting.id,
        )
    if setting.from_ is not None and facts.people is None:
        yield _no_people(("select", n, "from"), at)
    if setting.beyond_m is not None and not facts.facts.facilities:
        yield _no_facilities(("select", n, "beyond_m"), at)


def _no_people(path: KeyPath, at: WrittenKeys) -> Problem:
    return key_error(
        "population-missing",
        at.place(path),
        Text("人口の条件に人口のデータが必要です", "needs the population of the run"),
        Text("実行ファイルに [population] を書き加えてください", "add [population]"),
    )


def _no_facilities(path: KeyPath, at: WrittenKeys) -> Problem:
    return key_error(
        "facilities-missing",
        at.place(path),
        Text("医療機関の一覧がありません", "needs a list of facilities"),
        Text("実行ファイルに [[facilities]] を書き加えてください", "add [[facilities]]"),
    )


def _inputs(
    condition: Condition, path: KeyPath, facts: GroundFacts, at: WrittenKeys
) -> Iterator[Problem]:
    """Yield lists, tables and columns that the run lacks."""
    if condition == Condition():
        yield key_error(
            "empty-condition",
            at.place(path),
            Text("条件が空です", "holds no condition"),
            Text("条件を書くか、where を消してください", "write one, or take where out"),
        )
    if condition.listed is not None and condition.listed not in facts.entries:
        known = sorted(facts.entries)
        yield unknown_name(
            "unknown-list", at.place((*path, "listed")), _LIST, condition.listed, known
        )
    lists = sorted({*facts.facts.lists, *(each.name for each in facts.facts.named_lists)})
    for key in ("nearest", "alone"):
        asked = getattr(condition, key)
        if asked is not None and asked.list is not None and asked.list not in lists:
            yield unknown_name(
                "unknown-list", at.place((*path, key, "list")), _FACILITY_LIST, asked.list, lists
            )
    if condition.column is not None:
        yield from _column(condition.column, (*path, "column"), facts, at)
    by_road = condition.nearest is not None and condition.nearest.by_road
    if by_road and not facts.facts.knows_times:
        yield key_error(
            "network-missing",
            at.place((*path, "nearest")),
            Text("道路による所要時間に道路網が必要です", "needs a road network"),
            Text("実行ファイルに [network] を書き加えてください", "add [network] to the run file"),
        )
    if condition.people is not None and facts.people is None:
        yield _no_people((*path, "people"), at)


def _column(
    asked: ColumnCondition, path: KeyPath, facts: GroundFacts, at: WrittenKeys
) -> Iterator[Problem]:
    table = facts.tables.get(asked.table)
    if table is None and asked.optional:
        return
    if table is None:
        yield unknown_name(
            "unknown-table", at.place((*path, "table")), _TABLE, asked.table, sorted(facts.tables)
        )
    elif asked.column not in table.columns:
        known = sorted(table.columns)
        yield unknown_name(
            "unknown-column", at.place((*path, "column")), _COLUMN, asked.column, known
        )


def _numbers(
    condition: Condition, path: KeyPath, facts: GroundFacts, at: WrittenKeys
) -> Iterator[Problem]:
    """Yield national averages that are asked for and not given."""
    if condition.index is not None and facts.national_index is None:
        yield from _average(condition.index, (*path, "index"), "[physician_index]", at)
    if condition.people is not None:
        yield from _average(condition.people.is_, (*path, "people", "is"), None, at)
    column = condition.column
    if column is None or (table := facts.tables.get(column.table)) is None:
        return
    if column.column in table.columns and column.column not in table.national:
        yield from _average(column.is_, (*path, "column", "is"), "[[tables]]", at)


def _average(
    bound: NumberBound, path: KeyPath, table: str | None, at: WrittenKeys
) -> Iterator[Problem]:
    for key, limit in bound.bounds():
        if limit != NATIONAL_AVERAGE:
            continue
        remedy = Text("数値を書いてください", "write a number")
        if table is not None:
            remedy = Text(
                f"実行ファイルの {table} に national_average を書くか、数値を書いてください",
                f"write national_average under {table} in the run file, or a number here",
            )
        yield key_error(
            "national-average-missing",
            at.place((*path, key)),
            Text("全国平均が与えられていません", "asks for a national average that is not given"),
            remedy,
            NATIONAL_AVERAGE,
        )


# --- institutions


def _institutions(
    setting: SelectSetting,
    condition: Condition,
    path: KeyPath,
    facts: GroundFacts,
    at: WrittenKeys,
) -> Iterator[Problem]:
    table = facts.tables.get(condition.column.table) if condition.column is not None else None
    by_facility = table is not None and table.key is TableKey.FACILITY
    own = {"type": condition.type, "criterion": condition.criterion, "column": by_facility or None}
    asked = [key for key, value in own.items() if value is not None]
    for key in asked if setting.unit is not UnitKind.FACILITY else ():
        yield key_error(
            "condition-not-for-unit",
            at.place((*path, key)),
            Text(
                f'医療機関についての条件で、unit = "{setting.unit}" には使えません',
                f'is about institutions and has no meaning for unit = "{setting.unit}"',
            ),
            Text(
                'unit = "facility" にするか、この条件を外してください',
                'use it with unit = "facility"',
            ),
            setting.id,
        )


def _criteria_and_lists(
    condition: Condition, path: KeyPath, policy: Policy, facts: GroundFacts, at: WrittenKeys
) -> Iterator[Problem]:
    """Yield criteria that are not judged, and conditions on institutions without any."""
    if condition.criterion is not None:
        known = [str(n) for n, _ in policy.criteria] if policy.judges_facilities else []
        for number in condition.criterion:
            if str(number) not in known:
                there = (*path, "criterion")
                yield unknown_name(
                    "unknown-criterion", at.place(there), _CRITERION, str(number), known
                )
    near = {"nearest": condition.nearest, "alone": condition.alone, "type": condition.type}
    for key, value in near.items():
        if value is not None and not facts.facts.facilities:
            yield _no_facilities((*path, key), at)
