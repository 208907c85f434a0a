"""The columns of the facility tables, said once for CSV, GeoJSON, GeoPackage and workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from groundfloor.problems import Lang, Text
from networks.types import Route
from spots.telling.labels import ties_listed
from spots.telling.units import floor_minutes, shown_minutes
from spots.types import RunResult, TravelEvidence, Truth, Variant, Verdict

Value = str | int | float | bool | Decimal | tuple[str, ...] | tuple[int, ...] | None

VARIANT_NAMES = ("neighbours", "direction", "tolls", "ferries")
_VARIANT_LABELS: dict[str, Text] = {
    "neighbours": Text("県外の病院の扱いを逆にした場合", "neighbours' hospitals turned over"),
    "direction": Text("逆方向の場合", "opposite direction"),
    "tolls": Text("有料道路の扱いを逆にした場合", "toll roads turned over"),
    "ferries": Text("フェリーの扱いを逆にした場合", "ferries turned over"),
    "list": Text("別の一覧による場合", "with another list"),
    "closures": Text("通行止めがない場合", "without the closures"),
    "snap": Text("もう一方の道路に結び付けた場合", "tied to the other road"),
    "snap_others": Text(
        "他の病院をもう一方の道路に結び付けた場合", "others tied to their other roads"
    ),
}


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"  # text that looks like a number
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"  # of text or integers


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the facility tables.

    Parameters
    ----------
    name : str
        Machine name, as the contract of the output folder has it.
    kind : Kind
        What it holds.
    label : Text
        Heading for people.
    value : callable
        ``value(verdict, lang)`` returns the cell; None where there is nothing to say.
    """

    name: str
    kind: Kind
    label: Text
    value: Callable[[Verdict, Lang], Value]


def facility_columns(result: RunResult) -> tuple[Column, ...]:
    """Return the columns of `result`: the contract's first, then evidence, then variants.

    The settings turned over always have their columns, so that two runs can be put side by side;
    other variants follow by name where the run has any. Other lists are numbered by name
    (``list1_...``), since a list's name may be anything. What was added later stands last.
    """
    found = {v.key for verdict in result.verdicts for v in verdict.variants}
    lists = sorted(key for key in found if key.startswith("list:"))
    prefixes = {key: f"list{n}" for n, key in enumerate(lists, 1)}
    keys = (*VARIANT_NAMES, *sorted(found.difference(VARIANT_NAMES)))
    variants = tuple(c for k in keys for c in _variant_columns(k, prefixes.get(k, k), result))
    return (*_IDENTITY, *_TRAVEL, *_EVIDENCE, *variants, *_ORIGIN, *_TURNING)


def list_text(values: Iterable[str | int]) -> str:
    """Return a list in one cell, joined by semicolons.

    A comma would make Excel read ``1,3`` as thirteen.
    """
    return ";".join(str(v) for v in values)


def plain(value: Value) -> str | int | float | bool | list[str] | list[int] | None:
    """Return a cell's value as JSON knows it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return list(value)  # type: ignore[return-value]
    return value


def _travel(kind: Kind, name: str, label: Text, of: Callable[[TravelEvidence], Value]) -> Column:
    def value(verdict: Verdict, _lang: Lang) -> Value:
        return None if verdict.travel is None else of(verdict.travel)

    return Column(name, kind, label, value)


def _route(kind: Kind, name: str, label: Text, of: Callable[[Route], Value]) -> Column:
    def value(travel: TravelEvidence) -> Value:
        return None if travel.route is None else of(travel.route)

    return _travel(kind, name, label, value)


def _ties(verdict: Verdict, lang: Lang) -> Value:
    travel = verdict.travel
    return None if travel is None else ties_listed(travel, lang)


def _minutes(ms: int | None, threshold_ms: int | None) -> Decimal | None:
    return None if ms is None else shown_minutes(ms, threshold_ms)


def _margin(travel: TravelEvidence) -> Decimal | None:
    return None if travel.margin_ms is None else shown_minutes(travel.margin_ms, 0)


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _differing(verdict: Verdict, _lang: Lang) -> Value:
    if verdict.travel is None and not verdict.variants:
        return None
    return tuple(dict.fromkeys(v.key for v in verdict.variants if v.changes))


def _turns_on(verdict: Verdict, _lang: Lang) -> Value:
    known = any(v.state is not None for v in verdict.variants)
    return verdict.turns_on if known else None


def _variant_columns(key: str, prefix: str, result: RunResult) -> tuple[Column, ...]:
    label = _VARIANT_LABELS.get(key) or _own_label(key, result)

    def column(
        suffix: str, kind: Kind, what: Text, of: Callable[[Variant, int | None], Value]
    ) -> Column:
        def value(verdict: Verdict, _lang: Lang) -> Value:
            found = next((v for v in verdict.variants if v.key == key), None)
            travel = verdict.travel
            limit_ms = travel.threshold_ms if travel else result.settings.threshold_ms
            return None if found is None else of(found, limit_ms)

        heading = Text(f"{label.ja}: {what.ja}", f"{label.en}: {what.en}")
        return Column(f"{prefix}_{suffix}", kind, heading, value)

    return (
        column("nearest_id", Kind.CODE, Text("最寄りID", "nearest id"), lambda v, _: v.nearest_id),
        column("nearest_name", Kind.TEXT, Text("最寄り", "nearest"), lambda v, _: v.nearest_name),
        column("min", Kind.NUMBER, Text("分", "min"), lambda v, t: _minutes(v.travel_ms, t)),
        column("reachable", Kind.BOOLEAN, Text("到達可能", "reachable"), lambda v, _: _reached(v)),
        column("verdict", Kind.TEXT, Text("判定", "verdict"), lambda v, _: v.truth.value),
        column("differs", Kind.BOOLEAN, Text("判定が変わる", "differs"), lambda v, _: v.changes),
    )


def _reached(variant: Variant) -> bool | None:
    if not variant.asked or (variant.truth is Truth.UNDETERMINED and variant.travel_ms is None):
        return None
    return variant.travel_ms is not None


def variant_label(key: str) -> Text:
    """Return what the variants of a key assume, whatever the facility."""
    return _VARIANT_LABELS[key.partition(":")[0]]


def _own_label(key: str, result: RunResult) -> Text:
    every = [v for verdict in result.verdicts for v in verdict.variants if v.key == key]
    found = [v.label for v in every if v.asked] or [_VARIANT_LABELS["list"]]
    return found[0]


_IDENTITY: tuple[Column, ...] = (
    Column("facility_id", Kind.CODE, Text("施設ID", "facility id"), lambda v, _: v.facility.id),
    Column("name", Kind.TEXT, Text("医療機関名", "name"), lambda v, _: v.facility.name),
    Column("role", Kind.TEXT, Text("役割", "role"), lambda v, _: v.facility.role.value),
    Column(
        "types",
        Kind.LIST,
        Text("種別", "types"),
        lambda v, _: tuple(sorted(t.value for t in v.facility.types)),
    ),
    Column("state", Kind.TEXT, Text("状態", "state"), lambda v, _: v.state.value),
    Column("criteria", Kind.LIST, Text("該当要件", "criteria met"), lambda v, _: v.criteria),
    Column(
        "state_reason",
        Kind.TEXT,
        Text("状態の理由", "reason of the state"),
        lambda v, lang: v.state_reason.render(lang),
    ),
    Column(
        "municipality_code",
        Kind.CODE,
        Text("市区町村コード", "municipality code"),
        lambda v, _: v.place.municipality_code,
    ),
    Column(
        "municipality", Kind.TEXT, Text("市町村", "municipality"), lambda v, _: v.place.municipality
    ),
    Column(
        "medical_area_code",
        Kind.CODE,
        Text("二次医療圏コード", "medical area code"),
        lambda v, _: v.place.area_code,
    ),
    Column(
        "medical_area", Kind.TEXT, Text("二次医療圏", "medical area"), lambda v, _: v.place.area
    ),
    Column(
        "area_class",
        Kind.TEXT,
        Text("区域の区分", "area class"),
        lambda v, _: v.place.area_class.value,
    ),
    Column(
        "lon",
        Kind.NUMBER,
        Text("経度", "longitude"),
        lambda v, _: None if v.facility.position is None else round(v.facility.position.lon, 7),
    ),
    Column(
        "lat",
        Kind.NUMBER,
        Text("緯度", "latitude"),
        lambda v, _: None if v.facility.position is None else round(v.facility.position.lat, 7),
    ),
    Column(
        "accuracy",
        Kind.TEXT,
        Text("位置の精度", "accuracy"),
        lambda v, _: None if v.facility.position is None else v.facility.position.accuracy.value,
    ),
)

_TRAVEL: tuple[Column, ...] = (
    _travel(Kind.CODE, "nearest_id", Text("最寄りID", "nearest id"), lambda t: t.nearest_id),
    _travel(
        Kind.TEXT,
        "nearest_name",
        Text("最寄りの他の病院", "nearest other hospital"),
        lambda t: t.nearest_name,
    ),
    _travel(
        Kind.NUMBER,
        "travel_min",
        Text("所要時間(分、切り捨て)", "travel time (min, rounded down)"),
        lambda t: _minutes(t.travel_ms, t.threshold_ms),
    ),
    _travel(Kind.BOOLEAN, "reachable", Text("到達可能", "reachable"), lambda t: t.reachable),
    _travel(
        Kind.NUMBER,
        "snap_m",
        Text("道路までの距離(m)", "distance to the road (m)"),
        lambda t: _metres(t.snap_m),
    ),
    _travel(
        Kind.NUMBER,
        "margin_min",
        Text("基準との差(分、切り捨て)", "margin (min, rounded down)"),
        _margin,
    ),
)

_EVIDENCE: tuple[Column, ...] = (
    _travel(
        Kind.INTEGER,
        "travel_ms",
        Text("所要時間(ミリ秒)", "travel time (ms)"),
        lambda t: t.travel_ms,
    ),
    _travel(
        Kind.INTEGER, "margin_ms", Text("基準との差(ミリ秒)", "margin (ms)"), lambda t: t.margin_ms
    ),
    _travel(
        Kind.NUMBER,
        "threshold_min",
        Text("基準(分)", "threshold (min)"),
        lambda t: floor_minutes(t.threshold_ms),
    ),
    _route(
        Kind.NUMBER,
        "route_km",
        Text("経路の延長(km)", "route length (km)"),
        lambda r: round(r.length_m / 1000, 3),
    ),
    _route(Kind.LIST, "ferries", Text("利用フェリー", "ferries used"), lambda r: r.ferries),
    Column("ties", Kind.LIST, Text("同時間の病院", "hospitals at the same time"), _ties),
    Column(
        "variants_differing",
        Kind.LIST,
        Text("判定が変わる条件", "assumptions that change the verdict"),
        _differing,
    ),
)

_ORIGIN: tuple[Column, ...] = (
    Column("address", Kind.TEXT, Text("所在地", "address"), lambda v, _: v.facility.address),
    Column("site", Kind.CODE, Text("敷地", "site"), lambda v, _: v.facility.site),
    Column("remark", Kind.TEXT, Text("備考", "remark"), lambda v, _: v.facility.remark),
    Column(
        "position_problem",
        Kind.TEXT,
        Text("位置の問題", "problem of the position"),
        lambda v, lang: (
            None
            if v.facility.position_problem is None
            else v.facility.position_problem.render(lang)
        ),
    ),
    Column(
        "place_problem",
        Kind.TEXT,
        Text("所在市町村の問題", "problem of the place"),
        lambda v, lang: None if v.place.problem is None else v.place.problem.render(lang),
    ),
    Column(
        "sources",
        Kind.LIST,
        Text("出典の行", "rows it came from"),
        lambda v, _: tuple(f"{r.file}:{r.row}" for r in v.facility.rows),
    ),
)

_TURNING: tuple[Column, ...] = (
    _travel(
        Kind.NUMBER,
        "turning_factor",
        Text("判定が変わる速度(倍)", "factor on all speeds at which the criterion turns"),
        lambda t: None if t.turning is None else round(t.turning.factor, 4),
    ),
    Column(
        "turns_on",
        Kind.LIST,
        Text("状態が変わる条件", "assumptions that change the state"),
        _turns_on,
    ),
)
