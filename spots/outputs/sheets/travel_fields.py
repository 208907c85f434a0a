"""The columns of the sheet of all facilities that speak of travel time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from groundfloor.problems import Text
from networks.types import Route
from spots.outputs.sheets.field import Case, Field
from spots.outputs.sheets.model import MINUTES, SIGNED_MINUTES, Form, Value
from spots.outputs.sheets.words import turning_state, under
from spots.telling.borderline import doubts
from spots.telling.columns import VARIANT_NAMES, variant_label
from spots.telling.evidence_words import NOT_LISTED
from spots.telling.labels import UNREACHABLE, listed, ties_listed, travel_marks
from spots.telling.units import floor_minutes, shown_factor, shown_minutes
from spots.types import OtherHospital, RunResult, TravelEvidence, Truth, TurningSpeed

_TRAVEL = Text("最寄りの他の病院までの所要時間", "Time to the nearest other hospital")
_OTHERS = Text("次に近い病院", "Next nearest hospitals")
_DOUBT = Text("判定が変わる条件", "What turns the verdict")
_VARIANTS = Text("条件を変えた場合の所要時間(分)", "Minutes under other assumptions")
_REACHED = {
    True: Text("可", "yes"),
    False: UNREACHABLE,
    None: Text("判定不能", "not judged"),
}


def travel_fields(result: RunResult) -> Iterator[Field]:
    """Yield the columns of the travel-time criterion, in reading order.

    Parameters
    ----------
    result : RunResult
        The run, whose assumptions have a column each.
    """
    yield from _nearest()
    yield from _route()
    yield from _others()
    yield from _doubt(travel_marks(result))
    yield from _variants(result)


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


def _field(
    heading: Text,
    width: float,
    form: Form,
    of: Callable[[TravelEvidence, Case], Value],
    shown: str = "0",
) -> Field:
    return Field(_TRAVEL, heading, width, form, _of_travel(of), shown)


def _nearest() -> Iterator[Field]:
    yield _field(
        Text("最寄りの他の病院", "Nearest other"), 24, Form.TEXT, lambda t, _: t.nearest_name
    )
    yield _field(
        Text("到達", "Reachable"),
        10,
        Form.WORD,
        lambda t, c: _REACHED[t.reachable].render(c.lang),
    )
    yield _field(
        Text("所要時間\n(分)", "Minutes"),
        10,
        Form.NUMBER,
        lambda t, _: _minutes(t.travel_ms, t.threshold_ms),
        MINUTES,
    )
    yield _field(
        Text("基準\n(分)", "Threshold\n(min)"),
        9,
        Form.NUMBER,
        lambda t, _: floor_minutes(t.threshold_ms),
        "General",
    )
    yield _field(
        Text("基準との差\n(分)", "Margin\n(min)"),
        10,
        Form.NUMBER,
        lambda t, _: _minutes(t.margin_ms, 0),
        SIGNED_MINUTES,
    )


def _route() -> Iterator[Field]:
    yield Field(
        _TRAVEL,
        Text("経路の延長\n(km)", "Route\n(km)"),
        10,
        Form.NUMBER,
        _of_route(lambda r, _: round(r.length_m / 1000, 1)),
        "0.0",
    )
    yield _field(
        Text("道路まで\nの距離(m)", "To the\nroad (m)"),
        11,
        Form.NUMBER,
        lambda t, _: _metres(t.snap_m),
        "#,##0",
    )
    yield Field(
        _TRAVEL,
        Text("利用フェリー", "Ferries used"),
        16,
        Form.TEXT,
        _of_route(lambda r, c: listed(r.ferries, c.lang)),
    )
    yield _field(
        Text("同時間の病院", "Hospitals at the same time"),
        20,
        Form.TEXT,
        lambda t, c: listed(ties_listed(t, c.lang, 10), c.lang),
    )


def _others() -> Iterator[Field]:
    """Yield the second and third nearest; the first is the nearest other."""
    for k in (1, 2):
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


def _doubt(mark: str) -> Iterator[Field]:
    yield Field(
        _DOUBT,
        Text(f"{mark}が変わる\n速度の倍率", f"Speed factor\nturning {mark}"),
        12,
        Form.NUMBER,
        _of_travel(lambda t, _: None if t.turning is None else _factor(t.turning)),
        "0.000",
    )
    yield Field(
        _DOUBT,
        Text("その先の状態", "State beyond it"),
        21,
        Form.WORD,
        _of_travel(
            lambda t, c: None if t.turning is None else turning_state(c.verdict, t.turning, c.lang)
        ),
    )
    yield Field(
        _DOUBT,
        Text("条件と、その場合の状態", "Assumptions, and the state then"),
        36,
        Form.TEXT,
        lambda c: "\n".join(under(c.verdict, v, mark, c.lang) for v in doubts(c.verdict)),
    )


def _factor(turning: TurningSpeed) -> Decimal:
    return shown_factor(turning.factor, faster=turning.factor >= 1)


def _variants(result: RunResult) -> Iterator[Field]:
    """Yield a column for each assumption; another list is an assumption of its own."""
    found: dict[str, set[Text]] = {}
    for verdict in result.verdicts:
        for variant in verdict.variants:
            # A list's label says so where it leaves the facility out, which is no heading.
            found.setdefault(variant.key, set()).update({variant.label} if variant.asked else ())
    order = {name: k for k, name in enumerate(VARIANT_NAMES)}
    for key in sorted(found, key=lambda k: (order.get(k, len(order)), k)):
        # Labels that differ from facility to facility (metres to the other road) are none either.
        heading = found[key].pop() if len(found[key]) == 1 else variant_label(key)
        yield Field(_VARIANTS, heading, 13, Form.NUMBER, _time_under(key), MINUTES)


def _time_under(key: str) -> Callable[[Case], Value]:
    def value(case: Case) -> Value:
        verdict = case.verdict
        variant = next((v for v in verdict.variants if v.key == key), None)
        if variant is None:
            return None
        if not variant.asked:
            return NOT_LISTED.render(case.lang)
        if variant.travel_ms is None and variant.truth is not Truth.UNDETERMINED:
            return UNREACHABLE.render(case.lang)
        threshold_ms = verdict.travel.threshold_ms if verdict.travel else None
        return _minutes(variant.travel_ms, threshold_ms or case.result.settings.threshold_ms)

    return value
