"""A made-up `RunResult` that shows every state, for tests of writers and of the map.

Names and coordinates look like Kumamoto's; areas are squares, times are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import shapely
from pyproj import Geod
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.polygon import orient

from boundaries.types import AreaClass, ClassBasis, CutEntry, IndexEdition
from groundfloor.problems import Problem, Severity, Text
from networks.info.network_info import NetworkInfo
from networks.types import Route, RouteShare
from spots.types import (
    Accuracy,
    CriterionInfo,
    Facility,
    FacilityType,
    InputRecord,
    Layer,
    Outcome,
    Place,
    Position,
    Role,
    RunResult,
    Settings,
    SourceRow,
    Spot,
    State,
    TravelEvidence,
    Truth,
    Variant,
    Verdict,
)

GEOD = Geod(ellps="GRS80")
THRESHOLD_MS = 1_800_000
BASE, CLINIC, SECONDARY = (
    FacilityType.BASE_HOSPITAL,
    FacilityType.REMOTE_CLINIC,
    FacilityType.SECONDARY_EMERGENCY,
)

HOSTILE_NAMES = (
    "</script><script>alert(1)</script>",
    "${7*7}",
    '=HYPERLINK("http://x")',
    '"><img src=x onerror=alert(1)>',
    "改行\n入り\r\n病院\t診療所",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-2+3",
)

# code: (name, prefecture code, prefecture, area code, square west south east north, excluded)
_MUNICIPALITIES = {
    "40202": ("大牟田市", "40", "福岡県", None, (130.41, 33.0, 130.5, 33.1), False),
    "43100": ("熊本市", "43", "熊本県", "4312", (130.55, 32.75, 130.85, 32.95), True),
    "43202": ("八代市", "43", "熊本県", "4308", (130.55, 32.4, 130.85, 32.59), False),
    "43203": ("人吉市", "43", "熊本県", "4310", (130.65, 32.15, 130.85, 32.3), False),
    "43212": ("上天草市", "43", "熊本県", "4311", (130.3, 32.3, 130.5, 32.58), False),
    "43213": ("宇城市", "43", "熊本県", "4302", (130.4, 32.59, 130.85, 32.75), False),
    "43424": ("小国町", "43", "熊本県", "4306", (131.0, 33.05, 131.15, 33.2), False),
    "43447": ("山都町", "43", "熊本県", "4312", (130.95, 32.55, 131.3, 32.85), False),
}
_AREAS = {
    "4302": ("宇城", 164.7, AreaClass.SHORTAGE),
    "4306": ("阿蘇", 184.2, AreaClass.NEITHER),
    "4308": ("八代", 244.8, AreaClass.SURPLUS),
    "4310": ("球磨", 182.5, AreaClass.NEITHER),
    "4311": ("天草", 191.3, AreaClass.NEITHER),
    "4312": ("熊本・上益城", 344.3, AreaClass.SURPLUS),
}
# by id: name, types, address, municipality, longitude, latitude
_FACILITIES = {
    "soyo": ("そよう病院", {BASE, SECONDARY}, "山都町滝上476-2", "43447", 131.150494, 32.685331),
    "kamiamakusa": (
        "上天草総合病院",
        {BASE, SECONDARY},
        "上天草市龍ケ岳町高戸1419-19",
        "43212",
        130.391042,
        32.393361,
    ),
    "imuta": ("井無田へき地診療所", {CLINIC}, "山都町井無田", "43447", 131.09942, 32.73105),
    "shimotake": ("八代市立下岳診療所", {CLINIC}, "八代市泉町下岳", "43202", 130.77473, 32.56866),
    "yoshino": ("芳野診療所", {CLINIC}, "熊本市西区河内町", "43100", 130.64349, 32.84311),
    "misumi": (
        "済生会みすみ病院",
        {SECONDARY},
        "宇城市三角町波多775-1",
        "43213",
        130.47,
        32.615,
    ),
    "oguni": ("小国公立病院", {SECONDARY}, "小国町宮原1743", "43424", 131.065, 33.12),
    "yabe": ("矢部広域病院", {SECONDARY}, "山都町北中島", "43447", 130.99, 32.68),
    "kuma": ("球磨病院", {SECONDARY}, "人吉市", "43203", None, None),
    "komenoyama": ("米の山病院", {SECONDARY}, "大牟田市歴木", "40202", 130.46, 33.03),
}


def area_km2(geometry) -> float:
    """Ellipsoidal area of a polygonal lon/lat geometry with straight edges, km²."""
    fine = shapely.segmentize(geometry, 1e-4)
    parts = [orient(part) for part in getattr(fine, "geoms", [fine])]
    return sum(GEOD.geometry_area_perimeter(part)[0] for part in parts) / 1e6


def circle(lon: float, lat: float, radius_m: float = 4000.0, segments: int = 256) -> Polygon:
    """Geodesic circle."""
    azimuths = [360.0 * k / segments for k in range(segments)]
    return Polygon(GEOD.fwd(lon, lat, a, radius_m)[:2] for a in azimuths)


def _facilities() -> dict[str, Facility]:
    made = {}
    for row, (key, (name, types, address, code, lon, lat)) in enumerate(_FACILITIES.items(), 2):
        position = None if lon is None else Position(lon, lat, Accuracy.POINT, "リスト")
        made[key] = Facility(
            id=key,
            name=name,
            types=frozenset(types),
            role=Role.DESTINATION if key == "komenoyama" else Role.CANDIDATE,
            address=address,
            municipality_code=code,
            position=position,
            position_problem=(
                None if position else Text("座標がありません", "there are no coordinates")
            ),
            site=key,
            remark="要確認" if FacilityType.REMOTE_CLINIC in types else "",
            rows=(SourceRow("施設一覧", "list.csv", row),),
        )
    made["imuta"] = replace(
        made["imuta"], position=Position(131.09942, 32.73105, Accuracy.TOWN, "町丁目")
    )
    return made


def _place(code: str | None) -> Place:
    if code is None:
        return Place(None, "", None, None, "", AreaClass.UNKNOWN, Text("不明", "unknown"))
    name, prefecture_code, _, area, _, _ = _MUNICIPALITIES[code]
    label, _, klass = _AREAS.get(area, ("", None, AreaClass.UNKNOWN))
    return Place(code, name, prefecture_code, area, label, klass)


def _route(from_id: str, to_id: str, travel_ms: int) -> Route:
    start, end = _FACILITIES[from_id][-2:], _FACILITIES[to_id][-2:]
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 0.01)
    return Route(
        from_id=from_id,
        to_id=to_id,
        travel_ms=travel_ms,
        access_ms=12_000,
        road_ms=travel_ms - 20_000,
        wait_ms=0,
        egress_ms=8_000,
        length_m=19_812.5,
        toll_m=0.0,
        shares=(
            RouteShare("primary", 15_000.25, travel_ms - 320_000),
            RouteShare("secondary", 4_812.25, 300_000),
        ),
        ferries=(),
        road_names=("国道218号", "県道39号"),
        geometry=LineString([start, middle, middle, end]),
    )


def _travel(from_id: str, to_id: str, travel_ms: int, *variants: Variant) -> TravelEvidence:
    return TravelEvidence(
        snap_m=35.25,
        nearest_id=to_id,
        nearest_name=_FACILITIES[to_id][0],
        travel_ms=travel_ms,
        reachable=True,
        threshold_ms=THRESHOLD_MS,
        margin_ms=travel_ms - THRESHOLD_MS,
        route=_route(from_id, to_id, travel_ms),
        variants=variants,
    )


def _evidence() -> dict[str, TravelEvidence]:
    neighbours = Text("県外の病院も対象に含める", "hospitals of neighbouring prefectures count too")
    back = Text("逆方向(相手の病院から)", "the way back")
    tolls = Text("有料道路を使わない", "without toll roads")
    flip = Variant(
        "neighbours", neighbours, "komenoyama", "米の山病院", 1_700_000, Truth.NOT_MET, True
    )
    same = Variant("direction", back, "yabe", "矢部広域病院", 1_872_000, Truth.MET, False)
    unreachable = Variant("tolls", tolls, None, None, None, Truth.MET, True)
    nothing = TravelEvidence(None, None, None, None, None, THRESHOLD_MS, None, None)
    return {
        "soyo": _travel("soyo", "yabe", 1_866_123, flip, same),
        "yabe": _travel("yabe", "soyo", THRESHOLD_MS),  # exactly 30 min 0 s: met
        "oguni": _travel("oguni", "yabe", 1_798_200, unreachable),  # 29.97 min: not met
        "misumi": _travel("misumi", "kamiamakusa", 2_400_000),
        "kamiamakusa": replace(nothing, snap_m=12.0, reachable=False),
        "kuma": nothing,
    }


def _outcome(number: int, truth: Truth, travel: TravelEvidence | None = None) -> Outcome:
    word = {
        Truth.MET: Text("該当", "met"),
        Truth.NOT_MET: Text("非該当", "not met"),
        Truth.UNDETERMINED: Text("判定不能", "undetermined"),
    }[truth]
    mark = "①②③"[number - 1]
    return Outcome(number, truth, Text(f"{mark} {word.ja}", f"({number}) {word.en}"), travel)


def _outcomes(facility: Facility, travel: TravelEvidence | None) -> tuple[Outcome, ...]:
    third = Truth.NOT_MET
    if travel is not None:
        met = travel.reachable is False or (travel.margin_ms or -1) >= 0
        if travel.margin_ms == 0:
            met = True
        third = Truth.MET if met else Truth.NOT_MET
        if travel.reachable is None:
            third = Truth.UNDETERMINED
    return (
        _outcome(1, Truth.MET if BASE in facility.types else Truth.NOT_MET),
        _outcome(2, Truth.MET if CLINIC in facility.types else Truth.NOT_MET),
        _outcome(3, third, travel),
    )


_STATES = {
    "yoshino": (
        State.EXCLUDED,
        Text("熊本市は対象外です", "Kumamoto city is excluded"),
    ),
    "misumi": (
        State.MOOT,
        Text("宇城は医師少数区域です", "Uki is a shortage area already"),
    ),
    "oguni": (State.NOT_MET, Text("どの要件にも当たりません", "no criterion is met")),
    "kuma": (State.UNDETERMINED, Text("座標がありません", "there are no coordinates")),
    "komenoyama": (
        State.EXCLUDED,
        Text("到達先としてのみ使用", "only used as a destination"),
    ),
}
_DESIGNATED = (
    State.DESIGNATED,
    Text("要件を満たし、医師少数区域の外にあります", "meets a criterion outside shortage areas"),
)


def _verdicts() -> tuple[Verdict, ...]:
    evidence, verdicts = _evidence(), []
    for key, facility in _facilities().items():
        judged = facility.role is Role.CANDIDATE
        outcomes = _outcomes(facility, evidence.get(key)) if judged else ()
        criteria = tuple(o.number for o in outcomes if o.truth is Truth.MET)
        state, reason = _STATES.get(key, _DESIGNATED)
        place = _place(facility.municipality_code)
        verdicts.append(Verdict(facility, place, state, criteria, reason, outcomes))
    return tuple(verdicts)


def _spot(verdict: Verdict) -> Spot:
    position = verdict.facility.position
    assert position is not None
    whole = circle(position.lon, position.lat)
    uki = box(*_MUNICIPALITIES["43213"][4])
    rest = shapely.difference(whole, uki)
    before, after = area_km2(whole), area_km2(rest)
    titles = {1: "へき地医療拠点病院", 2: "へき地診療所", 3: "二次救急病院(30分以上)"}
    marks = "、".join("①②③"[c - 1] + titles[c] for c in verdict.criteria)
    return Spot(
        facility_id=verdict.facility.id,
        name=verdict.facility.name,
        criteria=verdict.criteria,
        place=verdict.place,
        radius_m=4000,
        geometry=MultiPolygon([rest]) if isinstance(rest, Polygon) else rest,
        circle=whole,
        circle_km2=before,
        area_km2=after,
        ledger=(CutEntry("shortage_areas", before - after, after),),
        reason=Text(f"{marks}に該当するため", f"criteria {list(verdict.criteria)} are met"),
        valid_from=date(2024, 4, 1),
        valid_to=date(2030, 3, 31),
    )


def _municipalities() -> gpd.GeoDataFrame:
    rows = [
        {
            "code": code,
            "name": name,
            "prefecture_code": prefecture_code,
            "prefecture": prefecture,
            "area_code": area,
            "excluded": excluded,
            "geometry": box(*square),
        }
        for code, (name, prefecture_code, prefecture, area, square, excluded) in sorted(
            _MUNICIPALITIES.items()
        )
    ]
    return gpd.GeoDataFrame(rows, crs="EPSG:6668").set_index("code")


def _areas() -> gpd.GeoDataFrame:
    rows = []
    for code, (name, index, klass) in _AREAS.items():
        squares = [box(*m[4]) for m in _MUNICIPALITIES.values() if m[3] == code]
        rows.append(
            {
                "code": code,
                "name": name,
                "index": index,
                "area_class": klass.value,
                "class_basis": (
                    ClassBasis.NO_INDEX if klass is AreaClass.UNKNOWN else ClassBasis.CUT_OFF
                ).value,
                "geometry": shapely.union_all(squares),
            }
        )
    return gpd.GeoDataFrame(rows, crs="EPSG:6668").set_index("code")


def _settings() -> Settings:
    return Settings(
        title=Text("熊本県 医師少数スポット(見本)", "Kumamoto shortage spots (fabricated)"),
        policy_title=Text("熊本県の基準", "Kumamoto's rule"),
        prefecture_code="43",
        prefecture="熊本県",
        radius_m=4000,
        threshold_ms=THRESHOLD_MS,
        valid_from=date(2024, 4, 1),
        valid_to=date(2030, 3, 31),
        criteria=(
            CriterionInfo(1, "①", Text("へき地医療拠点病院", "remote-area base hospital"), False),
            CriterionInfo(2, "②", Text("へき地診療所", "remote clinic"), False),
            CriterionInfo(
                3,
                "③",
                Text(
                    "他の二次救急病院まで30分以上", "30 min or more to another secondary hospital"
                ),
                True,
            ),
        ),
        lines=(
            (Text("半径", "radius"), Text("4 km", "4 km")),
            (Text("所要時間", "travel time"), Text("30分以上", "30 min or more")),
        ),
        caveats=(Text("架空の所要時間です", "travel times are invented"),),
        attributions=(
            "「国土数値情報(行政区域データ)」(国土交通省)を加工して作成",
            "© OpenStreetMap contributors (ODbL)",
        ),
    )


def _network() -> NetworkInfo:
    return NetworkInfo(
        source="links.csv",
        sha256="0" * 64,
        as_of="2024-01-01",
        attribution="© OpenStreetMap contributors (ODbL)",
        profile="kumamoto-1",
        nodes=10,
        edges=24,
        components=2,
        largest_component_share=0.9,
        km_by_class=(("primary", 100.5), ("secondary", 40.25)),
        speed_source_share=(("profile", 1.0),),
        length_basis_share=(("measured", 0.75), ("estimated", 0.25)),
        bounds=(130.0, 32.0, 131.5, 33.3),
        schematic=True,
    )


def _problems() -> tuple[Problem, ...]:
    return (
        Problem(
            "no-coordinates",
            Severity.WARNING,
            Text("座標がありません", "there are no coordinates"),
            Text("座標を追加してください", "add coordinates"),
            file="list.csv",
            row=10,
            column="緯度",
            value=None,
        ),
    )


def fabricated_result(*, hostile: bool = False) -> RunResult:
    """Return ten facilities over all five states.

    Parameters
    ----------
    hostile : bool
        Put names in that attack HTML, templates and spreadsheets, ids with leading zeros, and a
        municipality and area whose codes begin with 0.
    """
    verdicts = _verdicts()
    spots = tuple(_spot(v) for v in verdicts if v.state is State.DESIGNATED)
    dissolved = shapely.union_all([s.geometry for s in spots])
    if isinstance(dissolved, Polygon):
        dissolved = MultiPolygon([dissolved])
    result = RunResult(
        settings=_settings(),
        verdicts=verdicts,
        spots=spots,
        dissolved=dissolved,
        dissolved_km2=area_km2(dissolved),
        municipalities=_municipalities(),
        areas=_areas(),
        plane_epsg=6670,
        layers=(
            Layer(
                "施設一覧",
                "list.csv",
                frozenset(),
                Role.CANDIDATE,
                "熊本県",
                date(2023, 9, 1),
            ),
        ),
        edition=IndexEdition("2024-01", 179.3, 217.6),
        network=_network(),
        inputs=(
            InputRecord("facilities", "施設一覧", "list.csv", "a" * 64, "熊本県", "2023-09-01"),
        ),
        problems=_problems(),
        job={"title": "見本", "policy": {"preset": "kumamoto", "radius_m": 4000}, "list": [1, 2.5]},
    )
    return _poisoned(result) if hostile else result


def later(old: RunResult) -> RunResult:
    """Return a run of which one facility left, and そよう病院 is no spot any more."""
    gone = old.verdicts[-2].facility.id
    first = old.spots[0].facility_id

    def turned(verdict: Verdict) -> Verdict:
        if verdict.facility.id != first:
            return verdict
        return replace(verdict, state=State.NOT_MET, criteria=(), state_reason=Text("非", "no"))

    spots = tuple(s for s in old.spots if s.facility_id != first)
    dissolved = spots[0].geometry
    for spot in spots[1:]:
        dissolved = dissolved.union(spot.geometry)
    return replace(
        old,
        verdicts=tuple(turned(v) for v in old.verdicts if v.facility.id != gone),
        spots=spots,
        dissolved=dissolved,
    )


def _poisoned(result: RunResult) -> RunResult:
    """Every name, address and remark replaced by something that wants to run."""
    names = {
        v.facility.id: HOSTILE_NAMES[k % len(HOSTILE_NAMES)] for k, v in enumerate(result.verdicts)
    }
    ids = {key: f"00{k}" for k, key in enumerate(names, 1)}
    ids["oguni"] = '=1+1"><b>'

    def travel(evidence: TravelEvidence) -> TravelEvidence:
        route = evidence.route
        return replace(
            evidence,
            nearest_id=evidence.nearest_id and ids[evidence.nearest_id],
            nearest_name=evidence.nearest_id and names[evidence.nearest_id],
            route=route
            and replace(
                route,
                from_id=ids[route.from_id],
                to_id=ids[route.to_id],
                road_names=(HOSTILE_NAMES[0], HOSTILE_NAMES[2]),
            ),
            variants=tuple(
                replace(
                    v,
                    nearest_id=v.nearest_id and ids[v.nearest_id],
                    nearest_name=v.nearest_id and names[v.nearest_id],
                )
                for v in evidence.variants
            ),
        )

    def verdict(old: Verdict) -> Verdict:
        key = old.facility.id
        name = names[key]
        place = old.place
        if key == "komenoyama":
            place = replace(
                place,
                municipality_code="01202",
                municipality=HOSTILE_NAMES[0],
                prefecture_code="01",
                area_code="0102",
                area=HOSTILE_NAMES[2],
            )
        facility = replace(
            old.facility, id=ids[key], name=name, site=ids[key], address=name, remark=name
        )
        outcomes = tuple(
            replace(
                o,
                text=Text(f"{o.text.ja} {name}", f"{o.text.en} {name}"),
                travel=o.travel and travel(o.travel),
            )
            for o in old.outcomes
        )
        reason = Text(f"{name} {old.state_reason.ja}", f"{name} {old.state_reason.en}")
        return replace(old, facility=facility, place=place, outcomes=outcomes, state_reason=reason)

    spots = tuple(
        replace(
            s,
            facility_id=ids[s.facility_id],
            name=names[s.facility_id],
            reason=Text(names[s.facility_id], names[s.facility_id]),
        )
        for s in result.spots
    )
    municipalities = result.municipalities.copy()
    municipalities.loc["43202", "name"] = HOSTILE_NAMES[0]
    areas = result.areas.copy()
    areas.loc["4308", "name"] = HOSTILE_NAMES[3]
    settings = replace(
        result.settings,
        title=Text(HOSTILE_NAMES[0], HOSTILE_NAMES[2]),
        attributions=(HOSTILE_NAMES[0], HOSTILE_NAMES[2]),
    )
    return replace(
        result,
        verdicts=tuple(verdict(v) for v in result.verdicts),
        spots=spots,
        municipalities=municipalities,
        areas=areas,
        settings=settings,
    )
