"""The columns of the sheet of all facilities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from networks.types import Route
from problems import Lang, Text
from spots.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    criteria_marks,
    ties_listed,
    type_marks,
)
from spots.outputs.columns import VARIANT_NAMES
from spots.outputs.sheets.model import KM2, MINUTES, Form, Value
from spots.outputs.sheets.words import listed, turning_state, under
from spots.types import OtherHospital, Position, RunResult, Spot, TravelEvidence, Truth, Verdict
from spots.units import floor_minutes, shown_minutes

_IDENTITY = Text("医療機関", "Institution")
_KIND = Text("種別・圏域", "Kind and area")
_VERDICT = Text("判定", "Verdict")
_TRAVEL = Text("最寄りの他の病院までの所要時間", "Time to the nearest other hospital")
_OTHERS = Text("近い順の他の病院", "Nearest other hospitals")
_DOUBT = Text("判定が変わる条件", "What turns the verdict")
_VARIANTS = Text("条件を変えた場合の所要時間(分)", "Minutes under other assumptions")
_SPOT = Text("スポットの区域", "Spot")
_POSITION = Text("位置", "Position")
_ORIGIN = Text("出典", "Origin")
_REACHED = {True: Text("可", "yes"), False: Text("到達不能", "unreachable")}
_UNREACHABLE = Text("到達不能", "unreachable")


@dataclass(frozen=True, slots=True)
class Case:
    """A facility as its row needs it."""

    number: int
    verdict: Verdict
    spot: Spot | None
    result: RunResult
    lang: Lang


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the sheet: headings, width, and what stands in it."""

    group: Text
    heading: Text
    width: float
    form: Form
    value: Callable[[Case], Value]
    shown: str = "0"


def fields(result: RunResult) -> Iterator[Field]:
    """Yield every column that a facility may need, in reading order."""
    yield from _identity()
    yield from _verdict()
    yield from _travel()
    yield from _others()
    yield from _doubt()
    yield from _variants(result)
    yield from _spot()
    yield from _origin()


def _identity() -> Iterator[Field]:
    g = _IDENTITY
    yield Field(g, Text("番号", "No."), 5, Form.INDEX, lambda c: c.number)
    yield Field(g, Text("施設ID", "ID"), 16, Form.CODE, lambda c: c.verdict.facility.id)
    yield Field(g, Text("医療機関名", "Name"), 28, Form.TEXT, lambda c: c.verdict.facility.name)
    g = _KIND
    yield Field(
        g, Text("種別", "Types"), 8, Form.WORD, lambda c: type_marks(c.verdict.facility.types)
    )
    yield Field(
        g,
        Text("役割", "Role"),
        12,
        Form.WORD,
        lambda c: ROLE_LABELS[c.verdict.facility.role].render(c.lang),
    )
    yield Field(
        g, Text("二次医療圏", "Medical area"), 14, Form.WORD, lambda c: c.verdict.place.area
    )
    yield Field(
        g, Text("市町村", "Municipality"), 13, Form.WORD, lambda c: c.verdict.place.municipality
    )
    yield Field(
        g,
        Text("区域の区分", "Class of area"),
        16,
        Form.WORD,
        lambda c: AREA_CLASS_LABELS[c.verdict.place.area_class].render(c.lang),
    )


def _verdict() -> Iterator[Field]:
    g = _VERDICT
    yield Field(
        g,
        Text("状態", "State"),
        21,
        Form.WORD,
        lambda c: STATE_LABELS[c.verdict.state].render(c.lang),
    )
    yield Field(
        g,
        Text("該当要件", "Criteria met"),
        9,
        Form.WORD,
        lambda c: criteria_marks(c.result, c.verdict.criteria),
    )
    yield Field(
        g,
        Text("状態の理由", "Reason"),
        44,
        Form.TEXT,
        lambda c: c.verdict.state_reason.render(c.lang),
    )


def _of_travel(of: Callable[[TravelEvidence, Case], Value]) -> Callable[[Case], Value]:
    def value(case: Case) -> Value:
        travel = case.verdict.travel
        return None if travel is None else of(travel, case)

    return value


def _of_route(of: Callable[[Route, Case], Value]) -> Callable[[Case], Value]:
    return _of_travel(lambda t, c: None if t.route is None else of(t.route, c))


def _minutes(ms: int | None, threshold_ms: int | None) -> Decimal | None:
    return None if ms is None else shown_minutes(ms, threshold_ms)


def _metres(metres: float | None) -> float | None:
    return None if metres is None else round(metres, 1)


def _travel() -> Iterator[Field]:
    g = _TRAVEL

    def field(
        heading: Text,
        width: float,
        form: Form,
        of: Callable[[TravelEvidence, Case], Value],
        shown: str = "0",
    ) -> Field:
        return Field(g, heading, width, form, _of_travel(of), shown)

    yield field(
        Text("最寄りの他の病院", "Nearest other"), 24, Form.TEXT, lambda t, _: t.nearest_name
    )
    yield field(
        Text("到達", "Reachable"),
        10,
        Form.WORD,
        lambda t, c: None if t.reachable is None else _REACHED[t.reachable].render(c.lang),
    )
    yield field(
        Text("所要時間\n(分)", "Minutes"),
        10,
        Form.NUMBER,
        lambda t, _: _minutes(t.travel_ms, t.threshold_ms),
        MINUTES,
    )
    yield field(
        Text("基準\n(分)", "Threshold\n(min)"),
        9,
        Form.NUMBER,
        lambda t, _: floor_minutes(t.threshold_ms),
        "0.##",
    )
    yield field(
        Text("基準との差\n(分)", "Margin\n(min)"),
        10,
        Form.NUMBER,
        lambda t, _: _minutes(t.margin_ms, 0),
        f"+{MINUTES};-{MINUTES};{MINUTES}",
    )
    yield Field(
        g,
        Text("経路の延長\n(km)", "Route\n(km)"),
        10,
        Form.NUMBER,
        _of_route(lambda r, _: round(r.length_m / 1000, 1)),
        "0.0",
    )
    yield field(
        Text("道路まで\nの距離(m)", "To the\nroad (m)"),
        11,
        Form.NUMBER,
        lambda t, _: _metres(t.snap_m),
        "#,##0",
    )
    yield Field(
        g,
        Text("利用フェリー", "Ferries used"),
        16,
        Form.TEXT,
        _of_route(lambda r, c: listed(list(r.ferries), c.lang)),
    )
    yield field(
        Text("同時間の病院", "Hospitals at the same time"),
        20,
        Form.TEXT,
        lambda t, c: listed(list(ties_listed(t, c.lang, 10)), c.lang),
    )


def _others() -> Iterator[Field]:
    """Yield the nearest three; the first is there too, for the three read as one list."""
    for k in range(3):
        rank = k + 1
        yield Field(
            _OTHERS,
            Text(f"{rank}番目に近い病院", f"Nearest other no. {rank}"),
            22,
            Form.TEXT,
            _of_other(k, lambda o, _: o.name),
        )
        yield Field(
            _OTHERS,
            Text(f"{rank}番目\n(分)", f"No. {rank}\n(min)"),
            9,
            Form.NUMBER,
            _of_other(k, lambda o, t: _minutes(o.travel_ms, t.threshold_ms)),
            MINUTES,
        )


def _of_other(
    k: int, of: Callable[[OtherHospital, TravelEvidence], Value]
) -> Callable[[Case], Value]:
    return _of_travel(lambda t, _: of(t.others[k], t) if k < len(t.others) else None)


def _doubt() -> Iterator[Field]:
    g = _DOUBT
    yield Field(
        g,
        Text("③が変わる\n速度の倍率", "Speed factor\nturning ③"),
        12,
        Form.NUMBER,
        _of_travel(lambda t, _: None if t.turning is None else round(t.turning.factor, 3)),
        "0.000",
    )
    yield Field(
        g,
        Text("その先の状態", "State beyond it"),
        21,
        Form.WORD,
        _of_travel(
            lambda t, c: None if t.turning is None else turning_state(c.verdict, t.turning, c.lang)
        ),
    )
    yield Field(
        g,
        Text("条件と、その場合の状態", "Assumptions, and the state then"),
        36,
        Form.TEXT,
        _of_travel(_turned),
    )


def _turned(travel: TravelEvidence, case: Case) -> str:
    changing = [v for v in travel.variants if v.changes]
    return "\n".join(under(case.verdict, v, case.lang) for v in changing)


def _variants(result: RunResult) -> Iterator[Field]:
    """Yield a column for each assumption; another list is an assumption of its own."""
    labels: dict[tuple[str, str], Text] = {}
    for verdict in result.verdicts:
        for variant in verdict.travel.variants if verdict.travel else ():
            labels.setdefault(_assumption(variant.name, variant.label), variant.label)
    order = {name: k for k, name in enumerate(VARIANT_NAMES)}
    for key in sorted(labels, key=lambda k: (order.get(k[0], len(order)), k)):
        yield Field(_VARIANTS, labels[key], 13, Form.NUMBER, _of_travel(_time_under(key)), MINUTES)


def _assumption(name: str, label: Text) -> tuple[str, str]:
    return (name, label.ja if name == "list" else "")


def _time_under(key: tuple[str, str]) -> Callable[[TravelEvidence, Case], Value]:
    def value(travel: TravelEvidence, case: Case) -> Value:
        found = next((v for v in travel.variants if _assumption(v.name, v.label) == key), None)
        if found is None:
            return None
        if found.travel_ms is None and found.truth is not Truth.UNDETERMINED:
            return _UNREACHABLE.render(case.lang)
        return _minutes(found.travel_ms, travel.threshold_ms)

    return value


def _spot() -> Iterator[Field]:
    def field(heading: Text, form: Form, of: Callable[[Spot], Value], shown: str = "0") -> Field:
        return Field(_SPOT, heading, 15, form, lambda c: of(c.spot) if c.spot else None, shown)

    yield field(Text("面積(km²)", "Area (km²)"), Form.NUMBER, lambda s: round(s.area_km2, 2), KM2)
    yield field(
        Text("人口(人)", "Population"),
        Form.NUMBER,
        lambda s: None if s.population is None else round(s.population),
        "#,##0",
    )
    yield field(Text("有効期間の開始", "Valid from"), Form.DAY, lambda s: s.valid_from)
    yield field(Text("有効期間の終了", "Valid to"), Form.DAY, lambda s: s.valid_to)


def _of_position(of: Callable[[Position, Case], Value]) -> Callable[[Case], Value]:
    def value(case: Case) -> Value:
        position = case.verdict.facility.position
        return None if position is None else of(position, case)

    return value


def _problems(case: Case) -> str:
    found: Iterable[Text | None] = (
        case.verdict.facility.position_problem,
        case.verdict.place.problem,
    )
    return "\n".join(dict.fromkeys(p.render(case.lang) for p in found if p is not None))


def _origin() -> Iterator[Field]:
    g = _POSITION
    yield Field(g, Text("所在地", "Address"), 30, Form.TEXT, lambda c: c.verdict.facility.address)
    yield Field(
        g,
        Text("市区町村\nコード", "Municipality\ncode"),
        11,
        Form.CODE,
        lambda c: c.verdict.place.municipality_code,
    )
    yield Field(
        g,
        Text("二次医療圏\nコード", "Medical area\ncode"),
        11,
        Form.CODE,
        lambda c: c.verdict.place.area_code,
    )
    for heading, of in (
        (Text("緯度", "Latitude"), lambda p, _: round(p.lat, 6)),
        (Text("経度", "Longitude"), lambda p, _: round(p.lon, 6)),
    ):
        yield Field(g, heading, 12, Form.NUMBER, _of_position(of), "0.000000")
    yield Field(
        g,
        Text("位置の精度", "Accuracy"),
        14,
        Form.WORD,
        _of_position(lambda p, c: ACCURACY_LABELS[p.accuracy].render(c.lang)),
    )
    yield Field(g, Text("位置・所在の問題", "Problems"), 24, Form.TEXT, _problems)
    yield Field(_ORIGIN, Text("備考", "Remark"), 20, Form.TEXT, lambda c: c.verdict.facility.remark)
    yield Field(
        _ORIGIN,
        Text("出典の行", "Rows of the lists"),
        26,
        Form.TEXT,
        lambda c: "\n".join(f"{r.file}:{r.row}" for r in c.verdict.facility.rows),
    )
