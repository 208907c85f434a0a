"""Columns of what would turn a verdict: single assumptions, and the speed of all roads.

Stands apart: columns that a run has only for the assumptions it tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from groundfloor.problems import Lang, Text
from spots.telling.columns import (
    TRUTHS,
    Column,
    ColumnKind,
    FacilityRow,
    Filled,
    SheetGroup,
    Value,
)
from spots.telling.evidence_words import (
    NOT_LISTED,
    NOT_TIED,
    doubts,
    turning_factor,
    turning_state,
    under,
)
from spots.telling.labels import UNREACHABLE, travel_marks
from spots.telling.travel_columns import TRAVEL_MS, of_travel
from spots.telling.units import MS_PER_MINUTE, shown_minutes
from spots.telling.wording import told_as
from spots.types import RunResult, Truth, Variant, Verdict

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_NUMBER, _BOOLEAN = ColumnKind.NUMBER, ColumnKind.BOOLEAN
VARIANT_NAMES = ("neighbours", "direction", "tolls", "ferries")
_VARIANT_LABELS: dict[str, Text] = {
    "neighbours": Text(
        "ほかの都道府県の病院の扱いを逆にした場合", "neighbours' hospitals turned over"
    ),
    "direction": Text("逆方向の場合", "opposite direction"),
    "tolls": Text("有料道路の扱いを逆にした場合", "toll roads turned over"),
    "ferries": Text("フェリーの扱いを逆にした場合", "ferries turned over"),
    "list": Text("別の一覧による場合", "with another list"),
    "closures": Text("通行止めがない場合", "without the closures"),
    "snap": Text("もう一方の道路に結び付けた場合", "tied to the other road"),
    "snap_others": Text(
        "他の病院をもう一方の道路に結び付けた場合", "others tied to their other roads"
    ),
    "closed_way": Text("戸口の私道などを通る場合", "by the private road or the like at the door"),
    "closed_way_others": Text(
        "他の病院をその戸口の私道などで結ぶ場合",
        "others by the private road or the like at their door",
    ),
    "closed_way_both": Text(
        "当該病院も他の病院も戸口の私道などで結ぶ場合",
        "both by the private road or the like at their door",
    ),
    "one_hospital": Text(
        "同じ医療機関かもしれない病院を同じとする場合", "if what may be one hospital is one"
    ),
    "two_hospitals": Text(
        "同じ医療機関かもしれない病院を別とする場合", "if what may be one hospital is two"
    ),
}

_OF_ONE_FACILITY = frozenset(_VARIANT_LABELS) - {*VARIANT_NAMES, "list", "closures"}


VARIANTS_DIFFERING = Column(
    "variants_differing",
    _LIST,
    Text("判定が変わる前提", "assumptions that turn the criterion"),
    Text(
        "1つ変えると要件の判定が変わる前提のコード",
        "codes of the single assumptions under which the criterion turns",
    ),
)
TURNING_FACTOR = Column(
    "turning_factor",
    _NUMBER,
    Text("判定が変わる速度", "speeds that turn the criterion"),
    Text(
        "すべての道路の速度がこの倍率を超えると（1未満なら下回ると）判定が変わります",
        "beyond this factor on all speeds (below it where it is under 1) the criterion turns",
    ),
    "×",
    width=13,
    decimals=3,
)
TURNS_ON = Column(
    "turns_on",
    _LIST,
    Text("状態が変わる前提", "assumptions that turn the state"),
    Text(
        "1つ変えると施設の状態が変わる前提のコード",
        "codes of the single assumptions under which the state is another",
    ),
)


def _differing(row: FacilityRow, _lang: Lang) -> Value | None:
    verdict = row.verdict
    if verdict.travel is None and not verdict.variants:
        return None
    return tuple(dict.fromkeys(v.key for v in verdict.variants if v.changes))


def _turns_on(row: FacilityRow, _lang: Lang) -> Value | None:
    known = any(v.state is not None for v in row.verdict.variants)
    return row.verdict.turns_on if known else None


DIFFERING = Filled(VARIANTS_DIFFERING, _differing)
TURNING_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    of_travel(
        TURNING_FACTOR,
        lambda t: None if t.turning is None else float(turning_factor(t.turning)),
    ),
    Filled(TURNS_ON, _turns_on),
)


# --- other assumptions

#: What is said under each assumption; names begin with that of the assumption (``tolls_min``).
ASSUMPTION_COLUMNS = (
    Column(
        "nearest_id",
        _CODE,
        Text("最も近い他の二次救急病院のID", "nearest other (id)"),
        Text("その前提での、最も近い他の二次救急病院の施設ID", "nearest other under it"),
    ),
    Column(
        "nearest_name",
        _TEXT,
        Text("最も近い他の二次救急病院", "nearest other"),
        Text("その前提での、最も近い他の二次救急病院", "name of the nearest other under it"),
    ),
    Column(
        "min",
        _NUMBER,
        Text("所要時間", "travel time"),
        Text("その前提での所要時間（切り捨て）", "travel time under it, rounded down"),
        "min",
    ),
    Column(
        "reachable",
        _BOOLEAN,
        Text("到達の可否", "reachable"),
        Text("その前提で到達できるか", "whether any other is reached under it"),
    ),
    Column(
        "verdict",
        _TEXT,
        Text("要件の判定", "verdict"),
        Text("その前提での要件の判定", "the criterion under it"),
        codes=TRUTHS,
    ),
    Column(
        "differs",
        _BOOLEAN,
        Text("判定が変わるか", "differs"),
        Text(
            "設定基準どおりの判定と異なるか", "whether that differs from the verdict of the policy"
        ),
    ),
)
_UNDER: tuple[Callable[[Variant, int | None], Value | None], ...] = (
    lambda v, _: v.nearest_id,
    lambda v, _: v.nearest_name,
    lambda v, limit: None if v.travel_ms is None else shown_minutes(v.travel_ms, limit),
    lambda v, _: _reached(v),
    lambda v, _: v.truth.value,
    lambda v, _: v.changes,
)


def _reached(variant: Variant) -> bool | None:
    if not (variant.asked and variant.tied) or (
        variant.truth is Truth.UNDETERMINED and variant.travel_ms is None
    ):
        return None
    return variant.travel_ms is not None


def assumption_columns(result: RunResult) -> tuple[Filled[FacilityRow], ...]:
    """Return columns for each assumption of a run.

    The settings turned over always have theirs, so that two runs can be put side by side; others
    follow by name where the run has any. Other lists are numbered by name (``list1_...``), since
    a list's name may be anything.
    """
    return tuple(c for key, name in _named(result) for c in _under(key, name, result))


def exact_minutes(result: RunResult) -> Mapping[str, Callable[[FacilityRow], Value | None]]:
    """Return what gives the minutes under each assumption as they are, by the column's name."""
    return {f"{name}_min": partial(_minutes_under, key) for key, name in _named(result)}


def _minutes_under(key: str, row: FacilityRow) -> Value | None:
    found = next((v.travel_ms for v in row.verdict.variants if v.key == key), None)
    return None if found is None else found / MS_PER_MINUTE


def _named(result: RunResult) -> Iterator[tuple[str, str]]:
    """Yield the key of each assumption of a run and what its columns are called by."""
    found = {v.key for verdict in result.verdicts for v in verdict.variants}
    lists = sorted(key for key in found if key.startswith("list:"))
    names = {key: f"list{n}" for n, key in enumerate(lists, 1)}
    for key in (*VARIANT_NAMES, *sorted(found.difference(VARIANT_NAMES))):
        yield key, names.get(key, key)


def _under(key: str, prefix: str, result: RunResult) -> Iterator[Filled[FacilityRow]]:
    label = _VARIANT_LABELS.get(key) or _own_label(key, result)
    for column, of in zip(ASSUMPTION_COLUMNS, _UNDER, strict=True):
        what = told_as(label, column.label)
        named = replace(column, name=f"{prefix}_{column.name}", label=what)
        yield Filled(named, _under_assumption(key, of))


def _under_assumption(
    key: str, of: Callable[[Variant, int | None], Value | None]
) -> Callable[[FacilityRow, Lang], Value | None]:
    def value(row: FacilityRow, _lang: Lang) -> Value | None:
        found = row.verdict.variant(key)
        if found is None:
            return None
        travel = row.verdict.travel
        limit_ms = travel.threshold_ms if travel else row.result.settings.threshold_ms
        return of(found, limit_ms)

    return value


def variant_label(key: str) -> Text:
    """Return what the variants of a key assume, whatever the facility."""
    return _VARIANT_LABELS[key.partition(":")[0]]


def _own_label(key: str, result: RunResult) -> Text:
    every = [v for verdict in result.verdicts for v in verdict.variants if v.key == key]
    found = [v.label for v in every if v.asked] or [_VARIANT_LABELS["list"]]
    return found[0]


TURNING_STATE = Column(
    "turning_state",
    _TEXT,
    Text("その先の状態", "state beyond it"),
    Text("その倍率を超えた場合の状態", "the state of the facility just beyond the factor"),
    width=21,
    centred=True,
)
ASSUMPTIONS = Column(
    "assumptions",
    _TEXT,
    Text("前提と、その場合の状態", "assumptions, and the state then"),
    Text(
        "判定または状態が変わる前提を1行に1つ",
        "the single assumptions that turn the criterion or the state, a line each",
    ),
    width=36,
)
UNDER_ASSUMPTION = replace(
    TRAVEL_MS,
    name="time_under_assumption",
    about=Text("前提を1つ変えた場合の所要時間", "travel time under a single assumption"),
    width=13,
)


def turning_groups(result: RunResult) -> Iterator[SheetGroup[FacilityRow]]:
    """Yield the columns of what turns a verdict, as the sheet of all facilities has them.

    Parameters
    ----------
    result : RunResult
        The run, whose assumptions have a column each.
    """
    mark = travel_marks(result)
    factor = TURNING_COLUMNS[0]
    label = Text(f"{mark}が変わる速度", f"speeds that turn {mark}")
    yield SheetGroup(
        Text("判定が変わる前提", "What turns the verdict"),
        (
            replace(factor, column=replace(factor.column, label=label)),
            Filled(TURNING_STATE, _turning_state),
            Filled(ASSUMPTIONS, lambda r, lang: _assumptions(r.verdict, mark, lang)),
        ),
    )
    yield SheetGroup(
        Text("前提を変えた場合の所要時間", "Time under single assumptions"),
        tuple(_times_under(result)),
    )


def _turning_state(row: FacilityRow, lang: Lang) -> Value | None:
    turning = row.verdict.travel.turning if row.verdict.travel else None
    return None if turning is None else turning_state(row.verdict, turning, lang)


def _assumptions(verdict: Verdict, mark: str, lang: Lang) -> str:
    return "\n".join(under(verdict, v, mark, lang) for v in doubts(verdict))


def _times_under(result: RunResult) -> Iterator[Filled[FacilityRow]]:
    """Yield a column for each assumption; another list is an assumption of its own."""
    found: dict[str, set[Text]] = {}
    for verdict in result.verdicts:
        for variant in verdict.variants:
            # A list's label says so where it leaves the facility out, which is no heading.
            found.setdefault(variant.key, set()).update({variant.label} if variant.asked else ())
    order = {name: k for k, name in enumerate(VARIANT_NAMES)}
    for key in sorted(found, key=lambda k: (order.get(k, len(order)), k)):
        # Nor is what is said of one facility (metres to its other road, what stands at its door).
        whole_run = len(found[key]) == 1 and key not in _OF_ONE_FACILITY
        heading = found[key].pop() if whole_run else variant_label(key)
        yield Filled(replace(UNDER_ASSUMPTION, label=heading), _time_under(key))


def _time_under(key: str) -> Callable[[FacilityRow, Lang], Value | None]:
    def value(row: FacilityRow, lang: Lang) -> Value | None:
        variant = next((v for v in row.verdict.variants if v.key == key), None)
        if variant is None:
            return None
        if not variant.asked:
            return NOT_LISTED.render(lang)
        if not variant.tied:
            return NOT_TIED.render(lang)
        if variant.travel_ms is None and variant.truth is not Truth.UNDETERMINED:
            return UNREACHABLE.render(lang)
        return variant.travel_ms

    return value
