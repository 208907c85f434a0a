"""Columns of what verdicts hang on: hospitals and roads by rank, who moves, shares of draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundfloor.problems import Lang, Text
from networks.info.labels import road_label
from spots.telling.columns import STATES, Code, Column, ColumnKind, Filled, codes
from spots.telling.robustness_words import (
    GONE_LABELS,
    GRADE_LABELS,
    gone_name,
    why_it_matters,
)
from spots.types.robustness import Gone, GoneKind, GoneRanking, Moved, SpeedSensitivity, SpeedShare

_TEXT, _INTEGER, _NUMBER = ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.NUMBER
_DURATION, _MARGIN, _LIST = ColumnKind.DURATION, ColumnKind.MARGIN, ColumnKind.LIST


@dataclass(frozen=True, slots=True)
class Effect:
    """A facility that stands otherwise, with what was taken away."""

    gone: Gone
    moved: Moved


def effects(ranking: GoneRanking) -> Iterator[Effect]:
    """Yield everybody who stands otherwise, by rank of what is taken away."""
    for gone in ranking.rows:
        for moved in gone.moved:
            yield Effect(gone, moved)


RANK = Column(
    "rank",
    _INTEGER,
    Text("順位", "rank"),
    Text("影響の大きい順。同じものは同順位", "by what hangs on it; equal ones share a rank"),
    width=6,
)
_HOSPITAL_ID = Column(
    "facility_id",
    ColumnKind.CODE,
    Text("施設ID", "facility id"),
    Text("なくなった病院", "of the hospital that is gone"),
    width=12,
)
_HOSPITAL = Column(
    "name",
    _TEXT,
    Text("二次救急病院", "hospital"),
    Text("なくなった病院", "the hospital that is gone"),
    width=26,
)
_ROAD_ID = Column(
    "road_id",
    _TEXT,
    Text("区間ID", "road id"),
    Text("通れない区間。closures.geojson の名称", "of the stretch; its name in closures.geojson"),
    width=12,
)
_ROAD = Column(
    "road_name",
    _TEXT,
    Text("道路", "road"),
    Text("道路網での名称。なければ空", "its name in the network; may be empty"),
    width=22,
)
_TOWNS = Column(
    "towns",
    _LIST,
    Text("市町村", "municipalities"),
    Text("区間の両端の市町村", "in which the ends of the stretch lie"),
    width=18,
)
_CLASS = Column(
    "road_class",
    _TEXT,
    Text("道路種別", "road class"),
    Text("道路網での種別", "as the network names it"),
    width=12,
)
_LENGTH = Column(
    "length_km",
    _NUMBER,
    Text("閉じた延長", "closed length"),
    Text("通行止めにした道路の延長", "length of the roads that the cut closes"),
    unit="km",
    decimals=2,
    width=10,
)
_DRIVES = Column(
    "drives",
    _INTEGER,
    Text("通る経路の数", "drives"),
    Text(
        "その区間を通る、最も近い他の二次救急病院への経路の数",
        "how many drives to a nearest other lead over it",
    ),
    width=8,
)
_ALIKE = Column(
    "alike",
    _LIST,
    Text("同じ結果の区間", "stretches alike"),
    Text(
        "同じ道路で、切っても同じ結果になる区間のID",
        "ids of stretches of the same road whose cut comes to the same",
    ),
    width=20,
)
_TURNED = Column(
    "turned",
    _INTEGER,
    Text("判定が変わる数", "states that turn"),
    Text("状態が変わる施設の数", "how many facilities have another state"),
    width=10,
)
_BECOME = Column(
    "become_met",
    _INTEGER,
    Text("新たに当たる数", "meet it only then"),
    Text(
        "所要時間の要件に新たに当たる施設の数",
        "how many facilities meet the criterion on travel time only then",
    ),
    width=10,
)
_CUT_OFF = Column(
    "cut_off",
    _INTEGER,
    Text("着けなくなる数", "reach none"),
    Text("他のどの病院にも着けなくなる施設の数", "how many facilities reach no other any more"),
    width=10,
)
_MOVED = Column(
    "moved",
    _INTEGER,
    Text("変わる施設の数", "facilities concerned"),
    Text("時間・行き先・状態のいずれかが変わる施設の数", "whose time, nearest or state is another"),
    width=10,
)
_LONGER = Column(
    "longer_ms",
    _MARGIN,
    Text("延びる時間の合計", "longer together"),
    Text(
        "最も近い他の二次救急病院への時間の延びの合計。着けなくなる施設は含まない",
        "by how much drives to the nearest other are longer; without those that reach none",
    ),
    unit="ms",
    width=14,
)
_PEOPLE = Column(
    "people_more",
    _NUMBER,
    Text("増える人口", "more people beyond"),
    Text(
        "いずれの二次救急病院へも基準時間以上かかる人口の増加。人口を与えたときだけ",
        "how many more people are the limit or more from any hospital; only with population",
    ),
    unit="people",
    decimals=0,
    width=12,
)
_WHO = Column(
    "facilities",
    _LIST,
    Text("判定が変わる施設", "whose state turns"),
    Text("状態が変わる施設の名称", "names of the facilities whose state turns"),
    width=26,
)
_WHY = Column(
    "why",
    _TEXT,
    Text("影響", "what hangs on it"),
    Text("変わる施設とその時間", "who stands otherwise, and by how much"),
    width=60,
)
GRADE = Column(
    "grade",
    _TEXT,
    Text("影響の段階", "grade"),
    Text("判定が変わるか、時間が延びるだけか", "whether states turn, or drives are longer alone"),
    codes=codes(GRADE_LABELS),
    width=16,
)
_FIGURES: tuple[Filled[Gone], ...] = (
    Filled(GRADE, lambda g, _: g.grade.value),
    Filled(_TURNED, lambda g, _: len(g.turned)),
    Filled(_BECOME, lambda g, _: len(g.become_met)),
    Filled(_CUT_OFF, lambda g, _: len(g.cut_off)),
    Filled(_MOVED, lambda g, _: len(g.moved)),
    Filled(_LONGER, lambda g, _: g.longer_ms),
)
_WORDS: tuple[Filled[Gone], ...] = (
    Filled(_WHO, lambda g, _: tuple(m.facility.name for m in g.turned)),
    Filled(_WHY, lambda g, lang: why_it_matters(g).render(lang)),
)


def _people(gone: Gone, _lang: Lang) -> float | None:
    return None if gone.people_beyond is None else round(gone.people_beyond, 3)


HOSPITALS_GONE: tuple[Filled[Gone], ...] = (
    Filled(RANK, lambda g, _: g.rank),
    Filled(_HOSPITAL_ID, lambda g, _: g.id),
    Filled(_HOSPITAL, lambda g, _: g.name),
    *_FIGURES,
    Filled(_PEOPLE, _people),
    *_WORDS,
)
ROADS_CUT: tuple[Filled[Gone], ...] = (
    Filled(RANK, lambda g, _: g.rank),
    Filled(_ROAD_ID, lambda g, _: g.id),
    Filled(_ROAD, lambda g, _: g.name),
    Filled(_TOWNS, lambda g, _: g.road.towns if g.road else None),
    Filled(
        _CLASS,
        lambda g, _: g.road.road_class if g.road else None,
        lambda g, lang: road_label(g.road.road_class, lang) if g.road else None,
    ),
    Filled(_LENGTH, lambda g, _: round(g.road.length_m / 1000.0, 3) if g.road else None),
    Filled(_DRIVES, lambda g, _: g.road.drives if g.road else None),
    *_FIGURES,
    *_WORDS,
    Filled(_ALIKE, lambda g, _: g.road.alike if g.road else None),
)

# --- who stands otherwise

_KIND = Column(
    "gone",
    _TEXT,
    Text("なくなったもの", "what is gone"),
    Text("病院か道路か", "a hospital or a road"),
    codes=tuple(Code(kind.value, GONE_LABELS[kind]) for kind in GoneKind),
    width=12,
)
_GONE_ID = Column(
    "gone_id",
    ColumnKind.CODE,
    Text("ID", "its id"),
    Text("施設IDか区間ID", "of the facility, or the stretch of road"),
    width=12,
)
_GONE_NAME = Column(
    "gone_name", _TEXT, Text("名称", "its name"), Text("病院か道路の名称", "as a reader knows it")
)
_FACILITY_ID = Column(
    "facility_id",
    ColumnKind.CODE,
    Text("施設ID", "facility id"),
    Text("変わる施設", "who stands otherwise"),
    width=12,
)
_FACILITY = Column(
    "name",
    _TEXT,
    Text("医療機関", "facility"),
    Text("変わる施設", "who stands otherwise"),
    width=26,
)


def _both(name: str, ja: str, en: str, kind: ColumnKind, unit: str = "") -> tuple[Column, Column]:
    """Return a column as it is in the run, and without what is gone."""
    states = STATES if name == "state" else ()
    return (
        Column(
            f"{name}_before",
            kind,
            Text(f"現在の{ja}", f"{en} now"),
            Text("すべてある場合", "with everything in its place"),
            unit,
            states,
        ),
        Column(
            f"{name}_after",
            kind,
            Text(f"その場合の{ja}", f"{en} then"),
            Text("なくなった場合", "without what is gone"),
            unit,
            states,
        ),
    )


_STATE_BEFORE, _STATE_AFTER = _both("state", "状態", "state", _TEXT)
_MS_BEFORE, _MS_AFTER = _both("travel_ms", "所要時間", "travel time", _DURATION, "ms")
_NEAREST_BEFORE, _NEAREST_AFTER = _both("nearest", "最も近い病院", "nearest", _TEXT)
_LONGER_BY = Column(
    "longer_ms",
    _MARGIN,
    Text("延びる時間", "longer by"),
    Text("どちらかで着けないときは空", "empty where none is reached before or then"),
    unit="ms",
    width=14,
)
GONE_EFFECTS: tuple[Filled[Effect], ...] = (
    Filled(_KIND, lambda e, _: e.gone.kind.value),
    Filled(RANK, lambda e, _: e.gone.rank),
    Filled(_GONE_ID, lambda e, _: e.gone.id),
    Filled(_GONE_NAME, lambda e, _: e.gone.name, lambda e, lang: gone_name(e.gone).render(lang)),
    Filled(_FACILITY_ID, lambda e, _: e.moved.facility.id),
    Filled(_FACILITY, lambda e, _: e.moved.facility.name),
    Filled(_STATE_BEFORE, lambda e, _: e.moved.before.state.value),
    Filled(_STATE_AFTER, lambda e, _: e.moved.after.state.value),
    Filled(_MS_BEFORE, lambda e, _: e.moved.before.travel_ms),
    Filled(_MS_AFTER, lambda e, _: e.moved.after.travel_ms),
    Filled(_LONGER_BY, lambda e, _: e.moved.longer_ms),
    Filled(_NEAREST_BEFORE, lambda e, _: e.moved.before.nearest_name),
    Filled(_NEAREST_AFTER, lambda e, _: e.moved.after.nearest_name),
)

# --- speeds

_OF_FACILITY = Column(
    "facility_id", ColumnKind.CODE, Text("施設ID", "facility id"), Text("施設", "whose"), width=12
)
_NAME = Column("name", _TEXT, Text("医療機関", "facility"), Text("施設", "whose"), width=26)
_STATE = Column(
    "state",
    _TEXT,
    Text("状態", "state"),
    Text("速度表のままの状態", "at the speeds of the table"),
    codes=STATES,
    width=12,
)
_TRAVEL = Column(
    "travel_ms",
    _DURATION,
    Text("所要時間", "travel time"),
    Text("速度表のままの時間", "at the speeds of the table"),
    unit="ms",
)
_FACTOR = Column(
    "turning_speed_factor",
    _NUMBER,
    Text("判定が変わる速度の倍率", "turning speed factor"),
    Text(
        "すべての速度をこの倍率にすると要件の当否が変わる",
        "all speeds times this turn the criterion",
    ),
    unit="×",
    decimals=3,
    width=12,
)
_SHARE = Column(
    "share_met",
    _NUMBER,
    Text("要件に当たる回の割合", "share of draws met"),
    Text("振った回のうち要件に当たる割合", "in how many of the draws the criterion holds"),
    decimals=3,
    width=12,
)
_ERROR = Column(
    "share_error",
    _NUMBER,
    Text("割合の標準誤差", "its standard error"),
    Text("回数によるもの", "from the number of draws"),
    decimals=3,
    width=10,
)
_LOW = Column(
    "share_low",
    _NUMBER,
    Text("割合の下限", "at least"),
    Text("95%信頼区間（ウィルソン）", "of the 95 % interval (Wilson)"),
    decimals=3,
    width=10,
)
_HIGH = Column(
    "share_high",
    _NUMBER,
    Text("割合の上限", "at most"),
    Text("95%信頼区間（ウィルソン）", "of the 95 % interval (Wilson)"),
    decimals=3,
    width=10,
)
_OPEN = Column(
    "share_undetermined",
    _NUMBER,
    Text("判定不能の割合", "share left open"),
    Text("振った回のうち要件が判定不能の割合", "in how many of the draws it is undetermined"),
    decimals=3,
    width=10,
)
_DESIGNATED = Column(
    "share_designated",
    _NUMBER,
    Text("設定になる割合", "share designated"),
    Text("振った回のうち設定（案）となる割合", "in how many of the draws it is a spot"),
    decimals=3,
    width=10,
)
_LEAST = Column(
    "least_ms",
    _DURATION,
    Text("最短", "shortest"),
    Text("振った回のうち最も短い時間", "of all draws"),
    unit="ms",
)
_MOST = Column(
    "most_ms",
    _DURATION,
    Text("最長", "longest"),
    Text("振った回のうち最も長い時間", "of all draws"),
    unit="ms",
)


SPEED_SHARES: tuple[Filled[SpeedShare], ...] = (
    Filled(_OF_FACILITY, lambda r, _: r.facility.id),
    Filled(_NAME, lambda r, _: r.facility.name),
    Filled(_STATE, lambda r, _: r.before.state.value),
    Filled(_TRAVEL, lambda r, _: r.before.travel_ms),
    Filled(_FACTOR, lambda r, _: None if r.factor is None else round(r.factor, 6)),
    Filled(_SHARE, lambda r, _: round(r.share, 6)),
    Filled(_ERROR, lambda r, _: round(r.error, 6)),
    Filled(_LOW, lambda r, _: round(r.interval[0], 6)),
    Filled(_HIGH, lambda r, _: round(r.interval[1], 6)),
    Filled(_OPEN, lambda r, _: round(r.undetermined / r.draws, 6)),
    Filled(_DESIGNATED, lambda r, _: round(r.designated / r.draws, 6)),
    Filled(_LEAST, lambda r, _: r.least_ms),
    Filled(_MOST, lambda r, _: r.most_ms),
)


def by_doubt(found: SpeedSensitivity) -> tuple[SpeedShare, ...]:
    """Return the facilities of which the draws disagree most first, then as the run has them."""
    return tuple(sorted(found.rows, key=lambda row: -row.error))
