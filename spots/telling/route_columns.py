"""Columns of routes: the decisive ones, those to the nearest three, and their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from groundfloor.problems import Lang, Text
from networks.types import Route
from spots.telling.columns import Column, ColumnKind, Filled, Json, Value
from spots.telling.facility_columns import FACILITY_ID, NAME, STATE
from spots.telling.straight_columns import STRAIGHT_M, TRAVEL_BASIS, basis_shown
from spots.telling.travel_columns import (
    FERRIES,
    MARGIN_MIN,
    MARGIN_MS,
    NEAREST_NAME,
    TRAVEL_MIN,
    TRAVEL_MS,
)
from spots.telling.units import shown_minutes
from spots.types import (
    CriterionInfo,
    OtherHospital,
    RunResult,
    StraightLine,
    TravelBasis,
    Verdict,
)

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_INTEGER, _NUMBER, _DURATION = ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.DURATION


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A way from a facility to another, as the tables need it.

    Parameters
    ----------
    verdict : Verdict
        The facility's.
    way : Route or StraightLine
        The way, or the line that stands in for one where times are estimates.
    travel_ms : int
        Its time.
    limit_ms : int
        The threshold it is compared with.
    margin_ms : int or None
        Its time less the threshold.
    rank : int
        1 for the nearest.
    to_id, to_name : str or None
        The hospital it leads to.
    from_name : str or None
        Where it begins.
    criterion : CriterionInfo or None
        The criterion that looked for it, where that is told.
    """

    verdict: Verdict
    way: Route | StraightLine
    travel_ms: int
    limit_ms: int
    margin_ms: int | None
    rank: int
    to_id: str | None
    to_name: str | None
    from_name: str | None
    criterion: CriterionInfo | None = None

    @property
    def route(self) -> Route | None:
        """The way on roads; None where a straight line stands in for one."""
        return self.way if isinstance(self.way, Route) else None


def decisive_routes(
    result: RunResult, verdicts: Iterable[Verdict] | None = None
) -> tuple[RouteRow, ...]:
    """Return the decisive route of each facility judged on travel time, or of `verdicts` alone."""
    names = {v.facility.id: v.facility.name for v in result.verdicts}
    rows = []
    for verdict in result.verdicts if verdicts is None else verdicts:
        travel = verdict.travel
        if travel is None or (way := travel.way) is None or travel.travel_ms is None:
            continue
        ends = tuple(
            names.get(end) or (travel.nearest_name if end == travel.nearest_id else None)
            for end in (way.from_id, way.to_id)
        )
        rows.append(
            RouteRow(
                *(verdict, way, travel.travel_ms, travel.threshold_ms, travel.margin_ms, 1),
                to_id=way.to_id,
                to_name=ends[1],
                from_name=ends[0],
            )
        )
    return tuple(rows)


def ranked_routes(verdicts: Iterable[Verdict]) -> tuple[RouteRow, ...]:
    """Return the ways from facilities to their nearest hospitals, nearest first."""
    return tuple(
        ranked_route(verdict, other, rank, travel.threshold_ms)
        for verdict in verdicts
        if (travel := verdict.travel)
        for rank, other in enumerate(travel.others, 1)
    )


def ranked_route(
    verdict: Verdict,
    other: OtherHospital,
    rank: int,
    limit_ms: int,
    criterion: CriterionInfo | None = None,
) -> RouteRow:
    """Return the way from a facility to one of its nearest hospitals."""
    return RouteRow(
        *(verdict, other.way, other.travel_ms, limit_ms, other.travel_ms - limit_ms),
        rank=rank,
        to_id=other.id,
        to_name=other.name,
        from_name=verdict.facility.name,
        criterion=criterion,
    )


def _part(name: str, ja: str, en: str, about: Text) -> Column:
    return Column(name, _DURATION, Text(ja, en), about, "ms")


FROM_ID = Column(
    "from_id",
    _CODE,
    Text("出発施設ID", "from (id)"),
    Text("経路の出発地の施設ID", "facility id of where the route begins"),
)
FROM_NAME = Column(
    "from_name",
    _TEXT,
    Text("出発施設", "from"),
    Text("経路の出発地の名称", "name of where the route begins"),
)
TO_ID = Column(
    "to_id",
    _CODE,
    Text("到着施設ID", "to (id)"),
    Text("経路の到着地の施設ID", "facility id of where the route ends"),
)
TO_NAME = Column(
    "to_name",
    _TEXT,
    Text("到着施設", "to"),
    Text("経路の到着地の名称", "name of where the route ends"),
)
RANK = Column(
    "rank",
    _INTEGER,
    Text("順位", "rank"),
    Text("所要時間の短い順。1が判定に使った病院", "by travel time; 1 is the one that decided"),
)
OTHER_ID = Column(
    "other_id",
    _CODE,
    Text("相手の病院のID", "other hospital (id)"),
    Text("その順位の病院の施設ID", "facility id of the hospital of that rank"),
)
OTHER_NAME = Column(
    "other_name",
    _TEXT,
    Text("相手の病院", "other hospital"),
    Text("その順位の病院", "name of the hospital of that rank"),
)
CRITERION = Column(
    "criterion",
    _INTEGER,
    Text("要件", "criterion"),
    Text("経路を調べた要件の番号", "number of the criterion that looked for it"),
)
CRITERION_TITLE = Column(
    "criterion_title",
    _TEXT,
    Text("要件の名称", "title of the criterion"),
    Text("経路を調べた要件の名称", "as the policy has it"),
)
LENGTH_M = Column(
    "length_m",
    _NUMBER,
    Text("道路延長", "length on roads"),
    Text("経路の長さ", "length of the route"),
    "m",
)
TOLL_M = Column(
    "toll_m",
    _NUMBER,
    Text("うち有料道路", "of it on toll roads"),
    Text("経路のうち有料道路の長さ", "how much of it is on toll roads"),
    "m",
)
ROAD_NAMES = Column(
    "road_names",
    _LIST,
    Text("通る道路", "roads used"),
    Text("経路が通る道路の名称を順に", "names of the roads, in the order of travel"),
)
SHARES = Column(
    "shares",
    ColumnKind.RECORDS,
    Text("道路種別ごとの内訳", "shares by class of road"),
    Text("道路種別ごとの延長と所要時間", "length and time on each class of road"),
)


def _of_road(of: Callable[[Route], Value | None]) -> Callable[[RouteRow, Lang], Value | None]:
    """Return what a route on roads says; nothing of a straight line."""
    return lambda row, _lang: None if row.route is None else of(row.route)


def _basis(row: RouteRow) -> TravelBasis:
    return TravelBasis.STRAIGHT if row.route is None else TravelBasis.ROAD


def _of_line(row: RouteRow, _lang: Lang) -> Value | None:
    return None if row.route is not None else round(row.way.length_m, 3)


def _shares(route: Route) -> Value:
    found: list[dict[str, Json]] = [
        {
            "road_class": share.road_class,
            "length_m": round(share.length_m, 1),
            "travel_ms": share.travel_ms,
        }
        for share in route.shares
    ]
    return tuple(found)


#: All there is to say of a route; files choose from these.
ROUTE_COLUMNS: tuple[Filled[RouteRow], ...] = (
    Filled(FACILITY_ID, lambda r, _: r.verdict.facility.id),
    Filled(NAME, lambda r, _: r.verdict.facility.name),
    Filled(FROM_ID, lambda r, _: r.way.from_id),
    Filled(FROM_NAME, lambda r, _: r.from_name),
    Filled(TO_ID, lambda r, _: r.way.to_id),
    Filled(TO_NAME, lambda r, _: r.to_name),
    Filled(NEAREST_NAME, lambda r, _: r.verdict.travel.nearest_name if r.verdict.travel else None),
    Filled(RANK, lambda r, _: r.rank),
    Filled(OTHER_ID, lambda r, _: r.to_id),
    Filled(OTHER_NAME, lambda r, _: r.to_name),
    Filled(replace(OTHER_ID, name="hospital_id"), lambda r, _: r.to_id),
    Filled(replace(OTHER_NAME, name="hospital_name"), lambda r, _: r.to_name),
    Filled(CRITERION, lambda r, _: r.criterion.number if r.criterion else None),
    Filled(
        CRITERION_TITLE, lambda r, lang: r.criterion.title.render(lang) if r.criterion else None
    ),
    Filled(TRAVEL_MIN, lambda r, _: shown_minutes(r.travel_ms, r.limit_ms)),
    Filled(MARGIN_MIN, lambda r, _: None if r.margin_ms is None else shown_minutes(r.margin_ms, 0)),
    Filled(TRAVEL_MS, lambda r, _: r.travel_ms),
    Filled(MARGIN_MS, lambda r, _: r.margin_ms),
    Filled(
        _part(
            "access_ms",
            "玄関から道路まで",
            "to the road",
            Text("出発する施設から道路に出るまでの時間", "from where it begins to the road"),
        ),
        _of_road(lambda r: r.access_ms),
    ),
    Filled(
        _part(
            "road_ms",
            "道路上",
            "on roads",
            Text("道路と航路の上の時間", "on roads and ferries"),
        ),
        _of_road(lambda r: r.road_ms),
    ),
    Filled(
        _part(
            "crossing_ms",
            "うち航路",
            "of it on ferries",
            Text("道路上の時間のうち航路", "of the time on roads and ferries, that on ferries"),
        ),
        _of_road(lambda r: r.crossing_ms),
    ),
    Filled(
        _part(
            "delay_ms",
            "信号・右左折などの待ち",
            "signals and turns",
            Text("道路上の時間のうち、信号・右左折などの待ち", "of the time on roads, waiting"),
        ),
        _of_road(lambda r: r.delay_ms),
    ),
    Filled(
        _part(
            "wait_ms", "乗船待ち", "waiting for ferries", Text("乗船待ちの時間", "before ferries")
        ),
        _of_road(lambda r: r.wait_ms),
    ),
    Filled(
        _part(
            "egress_ms",
            "道路から到着先まで",
            "from the road",
            Text("道路から到着する施設までの時間", "from the road to where it ends"),
        ),
        _of_road(lambda r: r.egress_ms),
    ),
    Filled(LENGTH_M, _of_road(lambda r: round(r.length_m, 1))),
    Filled(TOLL_M, _of_road(lambda r: round(r.toll_m, 1))),
    Filled(ROAD_NAMES, _of_road(lambda r: r.road_names)),
    Filled(FERRIES, _of_road(lambda r: r.ferries)),
    Filled(SHARES, _of_road(_shares)),
    Filled(STATE, lambda r, _: r.verdict.state.value),
    Filled(
        TRAVEL_BASIS,
        lambda r, _: _basis(r).value,
        lambda r, lang: basis_shown(_basis(r), lang),
    ),
    Filled(STRAIGHT_M, _of_line),
)
ROUTES_GEOJSON = (
    *("facility_id", "name", "from_id", "from_name", "to_id", "to_name"),
    *("travel_min", "margin_min", "travel_ms"),
    *("access_ms", "road_ms", "delay_ms", "wait_ms", "egress_ms"),
    *("length_m", "toll_m", "road_names", "ferries", "shares", "state"),
    *("travel_basis", "straight_m"),
)
ROUTES_LAYER = (
    *("facility_id", "name", "from_id", "to_id", "nearest_name"),
    *("travel_min", "travel_ms", "margin_ms", "length_m", "toll_m", "road_names", "ferries"),
    *("travel_basis", "straight_m"),
)
NEAREST_ROUTES_LAYER = (
    *("facility_id", "name", "rank", "other_id", "other_name"),
    *("travel_min", "travel_ms", "length_m", "toll_m", "road_names", "ferries"),
    *("travel_basis", "straight_m"),
)
#: Of ``spots explain --routes``.
WAYS_GEOJSON = (
    *("facility_id", "name", "criterion", "criterion_title", "rank"),
    *("hospital_id", "hospital_name", "travel_min", "margin_min", "travel_ms"),
    *("length_m", "toll_m", "ferries", "road_names", "state"),
    *("travel_basis", "straight_m"),
)
#: Members of a route in ``spots explain --json``.
EXPLAINED_ROUTE = (
    *("access_ms", "road_ms", "crossing_ms", "delay_ms", "wait_ms", "egress_ms"),
    *("road_names", "ferries", "length_m", "toll_m", "shares"),
    *("travel_basis", "straight_m"),
)
