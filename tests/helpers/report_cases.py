"""Runs that try the layout of the report: many, long, crowded, empty, islands, hostile."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon, box

from boundaries.types import CutEntry
from groundfloor.problems import Text
from networks.types import Route, RouteShare
from spots.types import (
    OtherHospital,
    Outcome,
    Position,
    Role,
    RunResult,
    Spot,
    State,
    TravelEvidence,
    Truth,
    TurningSpeed,
    Variant,
    Verdict,
)
from spots.types.results import ClosedLine, MainRoad, Surroundings
from tests.helpers.fabricated import THRESHOLD_MS, area_km2, circle, fabricated_result

LONG = "独立行政法人地域医療機能推進機構附属阿蘇小国山都上天草広域連合中央総合病院へき地診療所"
LONG_LATIN = "Saint-Bartholomew-and-Saint-Mary-General-Hospital_of_the_United_Islands"
#: What would run, or vanish, if it were read as Typst's markup.
TYPST = (
    '#eval("1+1")',
    "$x^2$",
    "@reference",
    "*bold*",
    "_slanted_",
    "`raw`",
    "<label>",
    "= Heading",
    "- item",
    "/* gone */",
    "// gone",
    "\\u{41}",
    "#let x = 1",
    "https://example.com",
    "a--b...c~d",
    "]#[",
)
_VARIANTS = (
    ("neighbours", "隣の都道府県の病院を数えない場合"),
    ("direction", "逆向き（他の病院から当該病院へ）の場合"),
    ("tolls", "有料道路を使わない場合"),
    ("ferries", "フェリーも使う場合"),
    ("list", "一覧「救急告示病院」による場合"),
    ("list", "一覧「病床機能報告」による場合"),
    ("closures", "通行止めがない場合"),
    ("snap", "もう一方の道路に結び付けた場合（道路まで12 m→480 m）"),
)


def with_roads(result: RunResult) -> RunResult:
    """Return the run with main roads and a closed one."""
    roads = (
        MainRoad("motorway", MultiLineString([[(130.4, 32.2), (130.8, 33.1)]])),
        MainRoad("trunk", MultiLineString([[(130.3, 32.4), (131.2, 32.7)]])),
        MainRoad("primary", MultiLineString([[(130.7, 32.2), (131.1, 33.15)]])),
    )
    closed = ClosedLine(
        "国道218号", "災害", "", MultiLineString([[(131.0, 32.68), (131.05, 32.7)]])
    )
    near = Surroundings(roads, (), MultiPolygon(), None, (closed,))
    return replace(result, surroundings=near)


def with_population(result: RunResult) -> RunResult:
    """Return the run with people in every spot."""
    spots = tuple(replace(s, population=1234.5) for s in result.spots)
    return replace(result, spots=spots, dissolved_population=5432.1)


def empty_result() -> RunResult:
    """Return a run without any facility, spot, municipality, area or network."""
    result = fabricated_result()
    return replace(
        result,
        verdicts=(),
        spots=(),
        dissolved=MultiPolygon(),
        dissolved_km2=0.0,
        municipalities=result.municipalities.iloc[:0],
        areas=result.areas.iloc[:0],
        layers=(),
        edition=None,
        network=None,
        inputs=(),
        problems=(),
        job={},
    )


def without_spots() -> RunResult:
    """Return a run in which nobody is designated."""
    result = fabricated_result()
    verdicts = tuple(
        replace(v, state=State.NOT_MET, criteria=()) if v.state is State.DESIGNATED else v
        for v in result.verdicts
    )
    return replace(result, verdicts=verdicts, spots=(), dissolved=MultiPolygon(), dissolved_km2=0.0)


def named(result: RunResult, names: tuple[str, ...]) -> RunResult:
    """Return the run with other names of facilities, by turns."""
    verdicts = tuple(
        replace(v, facility=replace(v.facility, name=names[k % len(names)]))
        for k, v in enumerate(result.verdicts)
    )
    by_id = {v.facility.id: v.facility.name for v in verdicts}
    spots = tuple(replace(s, name=by_id[s.facility_id]) for s in result.spots)
    return replace(result, verdicts=verdicts, spots=spots)


def crowded_result(count: int = 300, *, names: tuple[str, ...] = (LONG, LONG_LATIN)) -> RunResult:
    """Return a run of `count` hospitals, all judged with everything that can be said of them.

    The first twenty lie within a few hundred metres of each other.
    """
    result = with_population(with_roads(fabricated_result()))
    base = next(v for v in result.verdicts if v.facility.id == "soyo")
    verdicts = tuple(_hospital(base, k, names) for k in range(count))
    spots = tuple(_spot(v) for v in verdicts if v.state is State.DESIGNATED)
    union = shapely.union_all([s.geometry for s in spots])
    dissolved = MultiPolygon([union]) if isinstance(union, Polygon) else union
    return replace(
        result,
        verdicts=verdicts,
        spots=spots,
        dissolved=dissolved,
        dissolved_km2=area_km2(dissolved),
    )


def _hospital(base: Verdict, k: int, names: tuple[str, ...]) -> Verdict:
    if k < 20:
        lon, lat = 131.05 + 0.004 * (k % 5), 32.65 + 0.003 * (k // 5)
    else:
        lon, lat = 130.31 + 0.0173 * (k % 52), 32.2 + 0.0131 * (k % 71)
    facility = replace(
        base.facility,
        id=f"h{k:03d}",
        name=f"{names[k % len(names)][:38]}{k:03d}",
        address=f"山都町大字{'滝上字' * 4}{k}番地",
        position=Position(lon, lat),
        role=Role.CANDIDATE,
        site=f"h{k:03d}",
        remark="要確認（名称と設置者からの推定）",
    )
    state = State.DESIGNATED if k % 5 == 0 or k < 20 else State.NOT_MET
    outcome = Outcome(
        3,
        Truth.MET if state is State.DESIGNATED else Truth.NOT_MET,
        Text("最も近い他の二次救急病院まで道路で31.5分です", "31.5 minutes away by road"),
        _travel(facility.id, lon, lat, k, names),
    )
    return Verdict(
        facility=facility,
        place=base.place,
        state=state,
        criteria=(3,) if state is State.DESIGNATED else (),
        state_reason=Text("どの要件にも当たりません" * 3, "no criterion is met " * 3),
        outcomes=(outcome,),
    )


def _travel(own: str, lon: float, lat: float, k: int, names: tuple[str, ...]) -> TravelEvidence:
    ms = THRESHOLD_MS + (k % 40 - 20) * 61_000
    others = tuple(
        OtherHospital(
            f"o{n}",
            f"{names[n % len(names)][:38]}-{n}",
            ms + n * 300_000,
            _route(own, f"o{n}", lon, lat, ms + n * 300_000, n),
        )
        for n in range(3)
    )
    variants = tuple(
        Variant(
            name,
            Text(label, f"assumption: {name}"),
            "o1" if n == 1 else "o0",
            others[1 if n == 1 else 0].name,
            ms,
            Truth.MET,
            n == 1,
        )
        for n, (name, label) in enumerate(_VARIANTS)
    )
    return TravelEvidence(
        snap_m=1234.5,
        nearest_id="o0",
        nearest_name=others[0].name,
        travel_ms=ms,
        reachable=True,
        threshold_ms=THRESHOLD_MS,
        margin_ms=ms - THRESHOLD_MS,
        route=others[0].route,
        ties=("同着病院",),
        tie_count=2,
        variants=variants,
        border_ms=1_000_000,
        others=others,
        turning=TurningSpeed(1.031, False, State.NOT_MET, Truth.NOT_MET),
    )


def _route(own: str, to: str, lon: float, lat: float, ms: int, n: int) -> Route:
    end = (lon + 0.1 * (n + 1), lat + 0.05 * (1 - n))
    shared = (lon + 0.06, lat + 0.01)
    return Route(
        from_id=own,
        to_id=to,
        travel_ms=ms,
        access_ms=12_000,
        road_ms=ms - 400_000,
        wait_ms=300_000,
        egress_ms=8_000,
        length_m=19_812.5,
        toll_m=4_000.0,
        shares=(RouteShare("trunk", 15_000.0, 900_000), RouteShare("ferry", 4_812.5, 300_000)),
        ferries=("熊本フェリー 長い名前の航路",),
        road_names=("国道218号", "県道39号", "九州中央自動車道", "市道滝上北中島線"),
        geometry=LineString([(lon, lat), shared, end]),
        delay_ms=80_000,
    )


def _spot(verdict: Verdict) -> Spot:
    position = verdict.facility.position
    assert position is not None
    whole = circle(position.lon, position.lat)
    size = area_km2(whole)
    return Spot(
        facility_id=verdict.facility.id,
        name=verdict.facility.name,
        criteria=(1 + len(verdict.facility.name) % 3,),
        place=verdict.place,
        radius_m=4000,
        geometry=MultiPolygon([whole]),
        circle=whole,
        circle_km2=size,
        area_km2=size,
        ledger=(CutEntry("land", 0.0, size),),
        reason=Text("医師の確保が必要なため。" * 8, "physicians must be secured. " * 8),
        valid_from=None,
        valid_to=None,
        population=321.0,
    )


def island_result() -> RunResult:
    """Return a prefecture of many small islands over a thousand kilometres."""
    result = fabricated_result()
    rng = np.random.default_rng(7)
    frame = result.municipalities.copy()
    shapes = []
    for k in range(len(frame)):
        west, south = 126.0 + 1.2 * k, 24.5 + 0.8 * k
        specks = [
            box(x, y, x + 0.02, y + 0.015)
            for x, y in zip(west + rng.random(40) * 0.7, south + rng.random(40) * 0.5, strict=True)
        ]
        union = shapely.union_all(specks)
        shapes.append(union if isinstance(union, MultiPolygon) else MultiPolygon([union]))
    frame = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs="EPSG:6668")
    return replace(result, municipalities=frame, areas=result.areas.iloc[:0], plane_epsg=6683)
