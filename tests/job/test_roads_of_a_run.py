"""Closures, borders, profiles and the cache at the level of the run file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from groundfloor.problems import Lang, MissingFileError, SpotsError, UsageError
from networks.types import NearerKind
from spots.comparing import compare
from spots.explaining import explain, explanation_text
from spots.job.execution import execute
from spots.job.job_roads import SharedNetwork, load_job_network
from spots.job.run_file import read_run_file
from spots.outputs import load_result, summary_table, write_folder
from spots.types import DoorRoad, RunResult, TravelEvidence, Truth, Verdict
from tests.helpers.folders import ROOT
from tests.helpers.small_job import HOSPITALS, LINKS, NODES, RUN, write_job

MOMENT = datetime(2026, 10, 1, tzinfo=UTC)
# A street behind そよう病院, so that it keeps a road when the one to it is closed.
STREET = {
    "nodes.csv": NODES + "back,裏,131.16,32.70\n",
    "links.csv": LINKS + "soyo,back,1.0,trunk,both,,町道,0,estimated,test\n",
}
WINTER = {"name": "国道218号 冬期", "reason": "積雪", "from": "12-01", "until": "03-31"}


def closures(*features: tuple[Mapping[str, str], list[list[float]]]) -> str:
    rows = [
        {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for properties, line in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False)


YABE_SOYO = [[131.05, 32.70], [131.15, 32.70]]
NOWHERE = [[130.2, 31.5], [130.3, 31.5]]
CLOSED = {**STREET, "closures.geojson": closures((WINTER, YABE_SOYO))}


def ran(folder: Path, network: str = "", changed: Mapping[str, str | None] | None = None):
    """Return the result of the small job with more lines under ``[network]``."""
    return execute(read_run_file(write_job(folder, {**(changed or {}), "run.toml": RUN + network})))


def winter(folder: Path, day: str = "2026-01-15", **changed: str) -> RunResult:
    lines = f'closures = "closures.geojson"\nclosures_on = {day}\n'
    return ran(folder, lines, {**CLOSED, **changed})


def verdict(result: RunResult, facility_id: str) -> Verdict:
    return next(v for v in result.verdicts if v.facility.id == facility_id)


def travel(result: RunResult, facility_id: str) -> TravelEvidence:
    found = verdict(result, facility_id).travel
    assert found is not None
    return found


def truth(result: RunResult, facility_id: str) -> Truth:
    return next(o.truth for o in verdict(result, facility_id).outcomes if o.travel is not None)


def refused(folder: Path, network: str, changed: Mapping[str, str | None] | None = None):
    with pytest.raises(SpotsError) as caught:
        ran(folder, network, changed)
    return caught.value


# --- closures ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, RunResult]:
    """Return the run without closures, and the one in winter."""
    folder = tmp_path_factory.mktemp("closures")
    return ran(folder / "open", changed=STREET), winter(folder / "winter")


def test_a_closed_road_counts_on_its_day(both):
    usual, closed = both
    assert truth(usual, "H1") is Truth.NOT_MET
    assert travel(usual, "H1").nearest_id == "B1"
    assert (truth(closed, "H1"), travel(closed, "H1").nearest_id) == (Truth.MET, "H2")
    (turned,) = [v for v in travel(closed, "H1").variants if v.name == "closures"]
    assert (turned.truth, turned.changes) == (Truth.NOT_MET, True)
    assert turned.travel_ms == travel(usual, "H1").travel_ms
    assert not [v for v in travel(usual, "H1").variants if v.name == "closures"]


def test_a_hospital_cut_off_by_a_closure_says_so(both):
    _, closed = both
    assert travel(closed, "B1").reachable is False
    (said,) = [o.text.ja for o in verdict(closed, "B1").outcomes if o.travel]
    assert "（通行止めがなければ到達できます）" in said
    assert "島" not in said


def test_a_closure_that_takes_the_only_road_of_a_hospital_is_named(tmp_path: Path):
    found = winter(tmp_path, **{"nodes.csv": NODES, "links.csv": LINKS})
    (said,) = [o.text.ja for o in verdict(found, "B1").outcomes if o.travel]
    assert "最寄りの道路は通行止め「国道218号 冬期」により使えません" in said
    missed = travel(found, "H1").unmeasured
    assert missed is not None
    assert missed.closed_by == ("国道218号 冬期",)
    (said,) = [o.text.ja for o in verdict(found, "H1").outcomes if o.travel]
    assert "が通行止め「国道218号 冬期」により道路網から外れ" in said
    (told,) = [p for p in found.problems if p.code == "destination-off-network"]
    assert told.message.ja.startswith("通行止め「国道218号 冬期」により道路網から外れ")
    page = explanation_text(explain(found, "H1"))
    assert "通行止め「国道218号 冬期」" in page


def test_the_outputs_say_what_was_closed_and_when(both, tmp_path: Path):
    _, closed = both
    assert closed.closures is not None
    assert [(r.name, r.holds, round(r.km)) for r in closed.closures.rows] == [
        ("国道218号 冬期", True, 10)
    ]
    (record,) = [r for r in closed.inputs if r.role == "closures"]
    content = CLOSED["closures.geojson"].encode()
    assert record.sha256 == hashlib.sha256(content).hexdigest()
    assert (record.file, record.as_of) == ("closures.geojson", "2026-01-15")
    said = [c.ja for c in closed.settings.caveats if "通行止め" in c.ja]
    assert said == [
        "令和8年1月15日時点の通行止め1件（計10.0 km：国道218号 冬期 10.0 km）を反映した所要時間です"
    ]
    lines = {label.ja: value.ja for label, value in closed.settings.lines}
    assert lines["通行止め"] == "令和8年1月15日時点で1件、計10.0 km（全1件中）"
    assert lines["通行止め：国道218号 冬期"] == "積雪、12-01～03-31、10.0 km、closures.geojson"
    assert "通行止め: 令和8年1月15日時点で1件" in summary_table(closed)
    write_folder(closed, tmp_path / "out", lang=Lang.JA, created=MOMENT, extra={})
    page = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert page["closures"]["on"] == "2026-01-15"
    assert page["closures"]["rows"][0]["name"] == "国道218号 冬期"
    back = load_result(tmp_path / "out")
    assert (back.closures, back.verdicts) == (closed.closures, closed.verdicts)


def test_out_of_season_it_is_the_open_network(both, tmp_path: Path):
    usual, _ = both
    summer = winter(tmp_path, '"令和8年7月15日"')
    assert [v.outcomes for v in summer.verdicts] == [v.outcomes for v in usual.verdicts]
    assert summer.closures is not None
    assert (summer.closures.holding, summer.closures.km) == ((), 0.0)
    assert not [c for c in summer.settings.caveats if "通行止め" in c.ja]


def test_closures_that_fit_no_road_are_warned_of_by_row(tmp_path: Path):
    lost = closures((WINTER, YABE_SOYO), ({"name": "遠い道"}, NOWHERE))
    result = winter(tmp_path, **{"closures.geojson": lost})
    (found,) = [p for p in result.problems if p.code == "closure-no-road"]
    assert (found.value, found.file) == ("遠い道", "closures.geojson")
    assert result.closures is not None
    assert [row.edges > 0 for row in result.closures.rows] == [True, False]


def test_several_files_and_no_road_counted_twice(tmp_path: Path):
    one, two = closures((WINTER, YABE_SOYO)), closures(({"name": "工事"}, YABE_SOYO))
    lines = 'closures = ["one.geojson", "two.geojson"]\nclosures_on = "R8.1.15"\n'
    result = ran(tmp_path, lines, {**STREET, "one.geojson": one, "two.geojson": two})
    assert result.closures is not None
    assert [row.file for row in result.closures.rows] == ["one.geojson", "two.geojson"]
    assert result.closures.km == pytest.approx(10.0)
    assert [r.file for r in result.inputs if r.role == "closures"] == ["one.geojson", "two.geojson"]
    assert result.job["settings"]["network"]["closures"] == ["one.geojson", "two.geojson"]


def test_closures_without_days_need_no_day(tmp_path: Path):
    always = closures(({"name": "災害"}, YABE_SOYO))
    result = ran(tmp_path, 'closures = "c.geojson"\n', {**STREET, "c.geojson": always})
    assert truth(result, "H1") is Truth.MET
    assert result.closures is not None
    assert result.closures.on is None
    assert any(c.ja.startswith("通行止め1件（計10.0 km") for c in result.settings.caveats)


def test_days_without_the_day_of_the_run_are_an_error(tmp_path: Path):
    fault = refused(tmp_path, 'closures = "closures.geojson"\n', CLOSED)
    assert isinstance(fault, UsageError)
    (found,) = fault.problems
    assert (found.code, found.column) == ("closures-day-missing", "network.closures_on")
    assert "closures_on = 2026-01-15" in found.remedy.ja


@pytest.mark.parametrize(
    ("lines", "code", "kind"),
    [
        ('closures = "gone.geojson"\n', "file-missing", MissingFileError),
        ('closures = ["closures.geojson", "gone.geojson"]\n', "file-missing", MissingFileError),
        ("closures_on = 2026-01-15\n", "closures-missing", UsageError),
        (
            'closures = "closures.geojson"\nclosures_on = "いつか"\n',
            "date-not-understood",
            UsageError,
        ),
        ("closures = 3\n", "wrong-type", UsageError),
        ('closures = ""\n', "wrong-value", UsageError),
    ],
)
def test_mistakes_of_the_run_file_stand_at_their_line(tmp_path: Path, lines, code, kind):
    fault = refused(tmp_path, lines, CLOSED)
    assert isinstance(fault, kind)
    (found,) = fault.problems
    assert (found.code, found.file) == (code, "run.toml")
    assert found.row is not None
    assert found.column is not None
    assert found.column.startswith("network.closures")


def test_faults_of_all_closure_files_are_named_at_once(tmp_path: Path):
    point = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": "点"},
                    "geometry": {"type": "Point", "coordinates": [131.0, 32.7]},
                }
            ],
        }
    )
    files = {"a.geojson": point, "b.geojson": point}
    fault = refused(tmp_path, 'closures = ["a.geojson", "b.geojson"]\n', {**STREET, **files})
    assert [(p.code, p.file) for p in fault.problems] == [
        ("geometry-kind", "a.geojson"),
        ("geometry-kind", "b.geojson"),
    ]


def test_two_days_of_one_network_are_told_apart_by_the_comparison(both):
    found = compare(*both)
    assert found.network_changed
    assert [c.role for c in found.inputs] == ["closures"]


def test_a_batch_loads_the_network_of_two_days_once(tmp_path: Path):
    write_job(tmp_path, CLOSED)
    shared, loaded = SharedNetwork(), []
    for day in ("2026-01-15", "2026-07-15"):
        run = tmp_path / f"{day}.toml"
        lines = f'closures = "closures.geojson"\nclosures_on = {day}\n'
        run.write_text(RUN + lines, encoding="utf-8")
        loaded.append(shared.load(read_run_file(run)))
    assert loaded[0] is loaded[1]


def test_every_part_of_a_shapefile_is_hashed_since_the_days_are_in_one(tmp_path: Path):
    write_job(tmp_path, {**STREET, "run.toml": RUN + 'closures = "shut.shp"\n'})
    shape = gpd.GeoDataFrame({"name": ["災害"]}, geometry=[LineString(YABE_SOYO)], crs="EPSG:6668")
    shape.to_file(tmp_path / "shut.shp", encoding="utf-8")
    result = execute(read_run_file(tmp_path / "run.toml"))
    assert truth(result, "H1") is Truth.MET
    hashed = {r.file: r.sha256 for r in result.inputs if r.role == "closures"}
    assert {"shut.shp", "shut.dbf"} <= set(hashed)
    assert hashed["shut.dbf"] == hashlib.sha256((tmp_path / "shut.dbf").read_bytes()).hexdigest()


# --- fragments --------------------------------------------------------------------------------


def test_a_fragment_at_the_door_is_passed_over_and_shown_where_it_would_change_the_verdict(
    tmp_path: Path,
):
    piece = {
        "nodes.csv": NODES + "west,西,131.045,32.702\neast,東,131.055,32.702\n",
        "links.csv": LINKS + "west,east,0.9,trunk,both,,農道,0,estimated,test\n",
    }
    usual, found = ran(tmp_path / "a"), ran(tmp_path / "b", changed=piece)
    assert travel(found, "H1").travel_ms == travel(usual, "H1").travel_ms
    assert travel(found, "H1").alternative_snap_m == pytest.approx(0.0, abs=0.5)
    assert travel(usual, "H1").alternative_snap_m is None
    (turned,) = [v for v in travel(found, "H1").variants if v.name == "snap"]
    # Nothing says that the piece of road lies on an island: remoteness would be open there.
    assert (turned.truth, turned.travel_ms, turned.changes) == (Truth.UNDETERMINED, None, True)
    assert "道路まで22 m→0 m" in turned.label.ja
    # そよう病院 counts 矢部 as its nearest: it hangs on the same road.
    (others,) = [v for v in travel(found, "B1").variants if v.name == "snap_others"]
    assert "「矢部広域病院」22 m→0 m" in others.label.ja
    assert not [v for v in travel(found, "H3").variants if v.name.startswith("snap")]


def test_a_hospital_far_from_the_main_part_is_on_an_island(tmp_path: Path):
    island = {
        "nodes.csv": NODES + "pier,港,130.30,32.50\nhill,丘,130.31,32.50\n",
        "links.csv": LINKS + "pier,hill,1.0,trunk,both,,島の道,0,estimated,test\n",
        "hospitals.csv": HOSPITALS + "H9,湯島病院,43213,熊本県宇城市三角町2,32.5005,130.3050,\n",
    }
    result = ran(tmp_path, changed=island)
    assert (travel(result, "H9").reachable, travel(result, "H9").detached) == (False, True)
    said = [o.text.ja for o in verdict(result, "H9").outcomes if o.travel]
    assert said[0].endswith("（道路網の本体とつながっていない道路にあります）")


# --- borders and profiles, on OSM data ----------------------------------------------------------

PLACES = {
    1: (130.60, 32.70),
    2: (130.80, 32.70),
    3: (131.05, 32.70),
    5: (131.10, 33.12),
    6: (131.06, 32.70),
}
WAYS = {10: (1, 2), 11: (2, 3), 12: (3, 5), 13: (3, 6)}
OSM = {
    "run.toml": RUN.replace('"links.csv"', '"roads.osm"')
    .replace('nodes = "nodes.csv"\n', "")
    .replace('kind = "links"', 'kind = "osm"'),
    # そよう病院 would be near; without it nothing is within 30 minutes of 矢部.
    "hospitals.csv": "".join(
        line for line in HOSPITALS.splitlines(keepends=True) if not line.startswith("B1")
    ),
}
NEIGHBOURS = (
    '\n[[facilities]]\nname = "隣の都道府県"\nfile = "over.csv"\ntype = "③"\nrole = "destination"\n'
)
OVER = "施設ID,医療機関名,市町村コード,所在地,緯度,経度\nX1,遠い病院,40202,福岡県大牟田市1,33.05,130.45\n"
OVER_OTHERS = (
    "X2,大分病院,44202,大分県別府市1,33.30,131.50\nX3,宮崎病院,45203,宮崎県延岡市1,32.60,131.70\n"
    "X4,鹿児島病院,46208,鹿児島県出水市1,32.00,130.30\n"
)


def osm(*, cut: bool) -> str:
    """Return the roads as OSM XML; `cut` adds a way that leads out of the data east of 矢部."""
    nodes = [
        f'<node id="{n}" version="1" lon="{lon}" lat="{lat}"/>' for n, (lon, lat) in PLACES.items()
    ]
    ways = {**WAYS, 14: (6, 99)} if cut else WAYS
    roads = [
        f'<way id="{w}" version="1">{"".join(f"""<nd ref="{n}"/>""" for n in refs)}'
        '<tag k="highway" v="trunk"/></way>'
        for w, refs in ways.items()
    ]
    return f'<osm version="0.6" generator="test">{"".join(nodes + roads)}</osm>'


def on_osm(folder: Path, *, cut: bool = True, more: str = "", **files: str) -> RunResult:
    text = OSM["run.toml"] + more
    changed = {**OSM, "roads.osm": osm(cut=cut), **files, "run.toml": text}
    return execute(read_run_file(write_job(folder, changed)))


def test_a_hospital_at_the_border_of_an_extract_is_undetermined(tmp_path: Path):
    result = on_osm(tmp_path)
    assert truth(result, "H1") is Truth.UNDETERMINED
    border_ms = travel(result, "H1").border_ms
    assert border_ms is not None
    assert border_ms < 180_000
    (found,) = [p for p in result.problems if p.code == "network-border-near"]
    assert "矢部広域病院" in found.message.ja
    assert "小国" not in found.message.ja, "an hour from the border"
    assert truth(result, "H3") is Truth.MET


def test_the_border_is_nothing_where_no_road_leads_out(tmp_path: Path):
    result = on_osm(tmp_path, cut=False)
    assert (truth(result, "H1"), travel(result, "H1").border_ms) == (Truth.MET, None)
    assert "network-border-near" not in {p.code for p in result.problems}


def test_the_border_is_nothing_where_neighbours_do_not_count(tmp_path: Path):
    result = on_osm(tmp_path, more="[policy.override.travel]\nneighbours = false\n")
    assert truth(result, "H1") is Truth.MET


def test_the_border_is_nothing_where_neighbours_are_listed(tmp_path: Path):
    result = on_osm(tmp_path / "all", more=NEIGHBOURS, **{"over.csv": OVER + OVER_OTHERS})
    assert truth(result, "H1") is Truth.MET
    # No outline says whose border it is: a list that names hospitals of one neighbour is believed.
    partly = on_osm(tmp_path / "one", more=NEIGHBOURS, **{"over.csv": OVER})
    assert truth(partly, "H1") is Truth.MET
    assert not [p for p in partly.problems if p.code == "network-border-near"]


# A hospital stands at the north end of a lane, 300 m from the trunk road; another is near by road.
LANE_END, NEXT = (131.04, 32.7027), (131.02, 32.7002)
LANES = {
    "entrance": [(7, 8)],
    "exit": [(8, 7)],
    "cut": [(7, 8, 99)],  # a carriageway whose other end the extract does not hold
    "street beyond an entrance": [(7, 8)],
    "none": [],
}


def at_a_lane(
    folder: Path,
    lane: str,
    more: str = "",
    *,
    back: Sequence[tuple[float, float]] = (),
    kind: str = "trunk",
) -> RunResult:
    """Return a run in which 矢部広域病院 stands at the end of a lane that leads one way.

    A road may lead from the west end of the trunk road to its `back`.
    """
    places = {1: (131.00, 32.70), 7: (131.04, 32.70), 3: (131.60, 32.70), 8: LANE_END}
    ways = [((1, 7, 3), kind, "no")]
    ways += [(refs, "service", "yes") for refs in LANES[lane]]
    if lane == "street beyond an entrance":
        places[9] = (131.0403, 32.7028)
        ways.append(((8, 9), "service", "no"))
    places |= dict(enumerate(back, 10))
    ways += [((1, *range(10, 10 + len(back))), "residential", "no")] if back else []
    nodes = [f'<node id="{n}" version="1" lon="{x}" lat="{y}"/>' for n, (x, y) in places.items()]
    roads = [
        f'<way id="{n}" version="1">{"".join(f"""<nd ref="{i}"/>""" for i in refs)}'
        f'<tag k="highway" v="{highway}"/><tag k="oneway" v="{one_way}"/></way>'
        for n, (refs, highway, one_way) in enumerate(ways, 1)
    ]
    drawn = f'<osm version="0.6" generator="test">{"".join(nodes + roads)}</osm>'
    header = HOSPITALS.splitlines(keepends=True)[0]
    listed = "".join(
        f"{i},{name},43447,熊本県上益城郡山都町{n},{lon},{lat},\n"
        for n, (i, name, (lon, lat)) in enumerate(
            [("H1", "矢部広域病院", LANE_END), ("H2", "隣の病院", NEXT)], 1
        )
    )
    quiet = "\n[policy.override.travel]\nneighbours = false\n" + more
    files = {**OSM, "roads.osm": drawn, "hospitals.csv": header + listed}
    return execute(read_run_file(write_job(folder, {**files, "run.toml": OSM["run.toml"] + quiet})))


@pytest.mark.parametrize("lane", [name for name, ways in LANES.items() if ways])
def test_a_hospital_at_a_lane_that_leads_one_way_is_near_by_the_road_it_hangs_on(
    tmp_path: Path, lane: str
):
    result = at_a_lane(tmp_path, lane)
    found = travel(result, "H1")
    assert (truth(result, "H1"), found.reachable) == (Truth.NOT_MET, True)
    assert found.snap_m == pytest.approx(300.0, abs=5.0)
    assert found.alternative_snap_m == pytest.approx(0.0, abs=0.1)
    # Tied to the lane, an exit still leads away; from the others no road leads to anybody.
    tried = [(v.truth, v.travel_ms) for v in found.variants if v.name == "snap"]
    assert tried == ([] if lane == "exit" else [(Truth.UNDETERMINED, None)])
    assert truth(result, "H2") is Truth.NOT_MET


def test_roads_without_any_door_leave_it_open_and_every_output_is_written(tmp_path: Path):
    result = at_a_lane(tmp_path, "none", kind="motorway")
    found = travel(result, "H1")
    assert (truth(result, "H1"), found.snap_m, found.reachable) == (Truth.UNDETERMINED, None, None)
    (outcome,) = [o for o in verdict(result, "H1").outcomes if o.travel]
    assert "出入口のある道路がありません（最も近い道は高速道路（" in outcome.text.ja
    write_folder(result, tmp_path / "written", lang=Lang.JA)
    assert travel(load_result(tmp_path / "written"), "H1").snap_m is None


@pytest.mark.slow
@pytest.mark.parametrize("lane", ["entrance", "exit", "cut"])
@pytest.mark.parametrize("direction", ["from_candidate", "to_candidate"])
def test_a_back_road_taken_for_a_one_way_lane_makes_nobody_remote(
    tmp_path: Path, lane: str, direction: str
):
    """The road behind the hospital, 60 m off, is an hour's way round; the lane at its door is not."""
    back = [(131.00, 33.00), (131.0407, 33.00), (131.0407, 32.7027)]
    result = at_a_lane(tmp_path, lane, f'direction = "{direction}"\n', back=back)
    for who, name in (("H1", "closed_way"), ("H2", "closed_way_others")):
        found = travel(result, who)
        assert (truth(result, who), found.travel_ms > found.threshold_ms) == (
            Truth.UNDETERMINED,
            True,
        )
        assert [v.truth for v in found.variants if v.name == name] == [Truth.NOT_MET]
    assert travel(result, "H1").nearer_road == DoorRoad(NearerKind.HALF_WAY, 0.0)
    assert "door-on-closed-road" in {p.code for p in result.problems}


@pytest.mark.parametrize("lane", ["entrance", "exit", "cut"])
@pytest.mark.parametrize("direction", ["from_candidate", "to_candidate"])
def test_where_no_other_road_is_near_enough_one_way_only_is_an_open_question(
    tmp_path: Path, lane: str, direction: str
):
    result = at_a_lane(tmp_path, lane, f'snap_limit_m = 100\ndirection = "{direction}"\n')
    can = (lane == "exit") == (direction == "from_candidate")
    found = travel(result, "H1")
    assert found.reachable is can
    assert truth(result, "H1") is (Truth.NOT_MET if can else Truth.UNDETERMINED)
    assert (found.other_way is None) is can
    if not can:
        assert found.other_way.name == "隣の病院"
        assert "reached-one-way-only" in {p.code for p in result.problems}


def test_an_ambulance_is_faster_and_the_outputs_say_what_its_minutes_mean(tmp_path: Path):
    usual = on_osm(tmp_path / "a", cut=False)
    run = on_osm(tmp_path / "b", cut=False, more='profile = "ambulance"\n')
    fast, slow = travel(run, "H1").travel_ms, travel(usual, "H1").travel_ms
    assert fast is not None
    assert slow is not None
    assert fast < slow
    lines = {label.en: value.ja for label, value in run.settings.lines}
    assert lines["Speed profile"].startswith("救急車の緊急走行")
    assert "[ambulance " in lines["Speed profile"]
    assert any("一般の車では長くなります" in c.ja for c in run.settings.caveats)
    assert not any("所要時間は" in c.ja for c in usual.settings.caveats)


def test_an_own_profile_is_named_with_its_title(tmp_path: Path):
    source = ROOT / "networks" / "profiles" / "everyday.toml"
    own = source.read_text("utf-8").replace('name = "everyday"', 'name = "ours"', 1)
    result = on_osm(tmp_path, cut=False, more='profile = "own.toml"\n', **{"own.toml": own})
    (said,) = [c.ja for c in result.settings.caveats if "速度表" in c.ja]
    assert "普通の運転" in said
    assert (
        "[ours " in {label.en: value.ja for label, value in result.settings.lines}["Speed profile"]
    )


# --- the cache ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_outputs_are_the_same_with_the_cache_cold_warm_and_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cache = tmp_path / "cache"
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(cache))
    shut = closures((WINTER, [[130.80, 32.70], [131.05, 32.70]]))
    lines = 'closures = "closures.geojson"\nclosures_on = 2026-01-15\n'
    files = {**OSM, "roads.osm": osm(cut=True), "closures.geojson": shut}
    run = write_job(tmp_path / "job", {**files, "run.toml": OSM["run.toml"] + lines})

    def written(name: str) -> dict[str, bytes]:
        out = tmp_path / name
        write_folder(execute(read_run_file(run)), out, lang=Lang.JA, created=MOMENT, extra={})
        return {p.name: p.read_bytes() for p in sorted(out.iterdir())}

    cold = written("cold")
    (kept,) = cache.glob("*.spotsnet")
    stamp = kept.stat().st_ino
    warm = written("warm")
    assert [p.stat().st_ino for p in cache.glob("*.spotsnet")] == [stamp], "opened, not rebuilt"
    monkeypatch.setattr("spots.job.job_roads.default_folder", lambda: None)
    off = written("off")
    assert cold == warm == off
    assert load_job_network(read_run_file(run)).closed is None
