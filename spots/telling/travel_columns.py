"""Columns of the travel-time criterion: the nearest other hospital and the way to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from groundfloor.problems import Lang, Text
from networks.types import Route
from spots.telling.columns import (
    CellValue,
    Column,
    ColumnKind,
    FacilityRow,
    Filled,
    SheetGroup,
    Value,
    chosen,
)
from spots.telling.labels import ISOLATION_LABELS, UNREACHABLE, listed, ties_listed
from spots.telling.straight_words import estimate_mark
from spots.telling.units import floor_minutes, shown_minutes
from spots.telling.wording import NOTHING, bracketed, run_on
from spots.types import OtherHospital, StraightTravel, TravelEvidence

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_NUMBER, _BOOLEAN = ColumnKind.NUMBER, ColumnKind.BOOLEAN
_DURATION, _MARGIN = ColumnKind.DURATION, ColumnKind.MARGIN
_MOST_TIES = 10
_REACHED = {
    True: Text("可", "yes"),
    False: UNREACHABLE,
    None: Text("判定不能", "not judged"),
}


def of_travel(
    column: Column,
    of: Callable[[TravelEvidence], Value | None],
    people: Callable[[TravelEvidence, Lang], CellValue | None] | None = None,
) -> Filled[FacilityRow]:
    """Return a column filled from the evidence of the travel-time criterion, where there is any."""

    def value(row: FacilityRow, _lang: Lang) -> Value | None:
        travel = row.verdict.travel
        return None if travel is None else of(travel)

    def shown(row: FacilityRow, lang: Lang) -> CellValue | None:
        travel = row.verdict.travel
        return None if travel is None or people is None else people(travel, lang)

    return Filled(column, value, shown if people else None)


def _of_route(
    column: Column,
    of: Callable[[Route], Value | None],
    people: Callable[[Route, Lang], CellValue | None] | None = None,
) -> Filled[FacilityRow]:
    def shown(travel: TravelEvidence, lang: Lang) -> CellValue | None:
        return None if travel.route is None or people is None else people(travel.route, lang)

    return of_travel(
        column, lambda t: None if t.route is None else of(t.route), shown if people else None
    )


def _minutes(ms: int | None, threshold_ms: int | None) -> Decimal | None:
    return None if ms is None else shown_minutes(ms, threshold_ms)


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


# --- the nearest other

NEAREST_ID = Column(
    "nearest_id",
    _CODE,
    Text("最も近い他の二次救急病院のID", "nearest other (id)"),
    Text("最も近い他の二次救急病院の施設ID", "the nearest other hospital's facility id"),
)
NEAREST_NAME = Column(
    "nearest_name",
    _TEXT,
    Text("最も近い他の二次救急病院", "nearest other secondary emergency hospital"),
    Text(
        "道路で最も早く着ける、別の敷地の二次救急病院",
        "the hospital of another site that the roads reach first",
    ),
    width=24,
)
TRAVEL_MIN = Column(
    "travel_min",
    _NUMBER,
    Text("所要時間", "travel time"),
    Text(
        "分単位、小数第2位で切り捨て。判定はミリ秒の値で行います",
        "minutes rounded down to two decimals; verdicts use the milliseconds",
    ),
    "min",
)
TRAVEL_MS = Column(
    "travel_ms",
    _DURATION,
    Text("所要時間", "travel time"),
    Text(
        "最も近い他の二次救急病院との間の所要時間",
        "travel time to, or from, the nearest other secondary emergency hospital, door to door",
    ),
    "ms",
    width=13,
)
REACHABLE = Column(
    "reachable",
    _BOOLEAN,
    Text("到達の可否", "reachable"),
    Text(
        "道路で到達できる他の二次救急病院があるか。判定できないときは空欄です",
        "whether roads lead to any other hospital; empty where that is not known",
    ),
    width=10,
)
SNAP_M = Column(
    "snap_m",
    _NUMBER,
    Text("道路までの距離", "distance to the road"),
    Text(
        "施設の位置から結び付けた道路までの直線距離",
        "straight line from the facility to the road it is tied to",
    ),
    "m",
    width=11,
    decimals=0,
)
MARGIN_MIN = Column(
    "margin_min",
    _NUMBER,
    Text("基準との差", "margin"),
    Text(
        "所要時間から基準を引いた値（分、切り捨て）。0以上なら該当",
        "travel time less the threshold, rounded down; met at zero or more",
    ),
    "min",
)
MARGIN_MS = Column(
    "margin_ms",
    _MARGIN,
    Text("基準との差", "margin"),
    Text(
        "所要時間から基準を引いた値。0以上なら該当",
        "travel time less the threshold; met at zero or more",
    ),
    "ms",
    width=13,
)
THRESHOLD_MIN = Column(
    "threshold_min",
    _NUMBER,
    Text("基準", "threshold"),
    Text("判定に使った所要時間の基準（分）", "the travel time that the criterion asks for"),
    "min",
)
THRESHOLD_MS = Column(
    "threshold_ms",
    _DURATION,
    Text("基準", "threshold"),
    Text("判定に使った所要時間の基準", "the travel time that the criterion asks for"),
    "ms",
    width=13,
)
ROUTE_KM = Column(
    "route_km",
    _NUMBER,
    Text("経路の延長", "route length"),
    Text("判定に使った経路の長さ", "length of the route that decided"),
    "km",
    width=10,
    decimals=1,
)
FERRIES = Column(
    "ferries",
    _LIST,
    Text("利用フェリー", "ferries used"),
    Text("経路で利用する航路の名称", "names of the ferries on the route"),
    width=22,
)
TIES = Column(
    "ties",
    _LIST,
    Text("同時間の病院", "hospitals at the same time"),
    Text(
        "所要時間がまったく同じ他の二次救急病院",
        "other hospitals at exactly the same travel time",
    ),
    width=22,
)
OTHER_WAY_NAME = Column(
    "other_way_name",
    _TEXT,
    Text("逆向きの病院", "hospital the other way"),
    Text(
        "判定の向きではどの病院にも到達できず、逆向きなら行き来できるときの最も近い病院。"
        "その施設は判定不能です",
        "nearest hospital of the opposite direction, where none can be reached in the one that "
        "is asked for; such a facility is undetermined",
    ),
    width=22,
)
OTHER_WAY_MS = Column(
    "other_way_ms",
    _DURATION,
    Text("逆向きの所要時間", "time the other way"),
    Text("逆向きの病院との間の所要時間", "travel time of that hospital, door to door"),
    "ms",
    width=13,
)
ISOLATION = Column(
    "isolation",
    _TEXT,
    Text("到達できない根拠", "why unreachable"),
    Text(
        "到達できないと認めた根拠（apart 離れた陸地、roadless 設定基準の指定、stated 通行止めや"
        "有料道路）。到達できるとき、根拠がないときは空欄です",
        "why it is believed that no road leads to any other: apart (ground apart), roadless (the "
        "policy names it), stated (closed or toll roads); empty where one does, or nothing proves "
        "it",
    ),
    width=16,
)
TRAVEL_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    of_travel(NEAREST_ID, lambda t: t.nearest_id),
    of_travel(NEAREST_NAME, lambda t: t.nearest_name),
    of_travel(TRAVEL_MIN, lambda t: _minutes(t.travel_ms, t.threshold_ms)),
    of_travel(REACHABLE, lambda t: t.reachable, lambda t, lang: _REACHED[t.reachable].render(lang)),
    of_travel(SNAP_M, lambda t: _metres(t.snap_m)),
    of_travel(MARGIN_MIN, lambda t: _minutes(t.margin_ms, 0)),
)


def _ties(row: FacilityRow, lang: Lang) -> Value | None:
    return None if row.verdict.travel is None else ties_listed(row.verdict.travel, lang)


def _most_ties(row: FacilityRow, lang: Lang) -> CellValue | None:
    travel = row.verdict.travel
    return None if travel is None else listed(ties_listed(travel, lang, _MOST_TIES), lang)


EVIDENCE_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    of_travel(TRAVEL_MS, lambda t: t.travel_ms),
    of_travel(MARGIN_MS, lambda t: t.margin_ms),
    of_travel(THRESHOLD_MIN, lambda t: floor_minutes(t.threshold_ms)),
    _of_route(ROUTE_KM, lambda r: round(r.length_m / 1000, 3)),
    _of_route(FERRIES, lambda r: r.ferries, lambda r, lang: listed(r.ferries, lang)),
    Filled(TIES, _ties, _most_ties),
)
REACH_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    of_travel(OTHER_WAY_NAME, lambda t: t.other_way.name if t.other_way else None),
    of_travel(OTHER_WAY_MS, lambda t: t.other_way.travel_ms if t.other_way else None),
    of_travel(
        ISOLATION,
        lambda t: t.isolation.value if t.isolation else None,
        lambda t, lang: ISOLATION_LABELS[t.isolation].render(lang) if t.isolation else None,
    ),
)
# --- what only the sheet of all facilities has

NEXT_NAME = Column(
    "next_name",
    _TEXT,
    Text("番目に近い二次救急病院", "nearest other no. "),
    Text("次に近い他の二次救急病院", "the next nearest other hospitals"),
    width=22,
)
NEXT_TIME = replace(
    TRAVEL_MS, name="next_time", label=Text("番目の所要時間", "time to no. "), about=NEXT_NAME.about
)


def travel_groups(straight: StraightTravel | None = None) -> Iterator[SheetGroup[FacilityRow]]:
    """Yield the columns of the travel-time criterion as the sheet of all facilities has them.

    Parameters
    ----------
    straight : StraightTravel, optional
        The estimate that stands in for roads: the headings say so.
    """
    mark = bracketed(estimate_mark(straight)) if straight else NOTHING
    threshold = of_travel(THRESHOLD_MS, lambda t: t.threshold_ms)
    known = (*TRAVEL_COLUMNS, *EVIDENCE_COLUMNS, threshold)
    yield SheetGroup(
        run_on(
            Text("最も近い他の二次救急病院との間の所要時間", "Time and nearest other hospital"),
            mark,
        ),
        chosen(
            known,
            *("nearest_name", "reachable", "travel_ms", "threshold_ms", "margin_ms"),
            *("route_km", "snap_m", "ferries", "ties"),
        ),
    )
    yield SheetGroup(Text("到達できない場合", "Where none is reached"), REACH_COLUMNS)
    yield SheetGroup(
        run_on(Text("次に近い二次救急病院", "Next nearest hospitals"), mark),
        tuple(column for k in (1, 2) for column in _next_nearest(k)),
    )


def _next_nearest(k: int) -> Iterator[Filled[FacilityRow]]:
    """Yield the second or third nearest; the first is the nearest other."""
    for column, of in ((NEXT_NAME, _name_of), (NEXT_TIME, _time_of)):
        label = Text(f"{k + 1}{column.label.ja}", f"{column.label.en}{k + 1}")

        def value(
            travel: TravelEvidence, of: Callable[[OtherHospital], Value] = of
        ) -> Value | None:
            return of(travel.others[k]) if k < len(travel.others) else None

        yield of_travel(replace(column, label=label), value)


def _name_of(other: OtherHospital) -> Value:
    return other.name


def _time_of(other: OtherHospital) -> Value:
    return other.travel_ms
