"""Inside or outside, decided by distance; every row answered, in order."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from shapely.geometry import MultiPolygon, Point, box

from boundaries.types import AreaClass, CutEntry
from groundfloor.aligned import cell_width
from groundfloor.problems import DataError, Lang, MissingFileError, OutputExistsError, UsageError
from spots.facilities import FacilityListError, RawFacility
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.locating import (
    Answers,
    Basis,
    Located,
    Standing,
    answers,
    locate,
    locate_json,
    locate_table,
    write_answers,
)
from spots.locating.run_ground import discs_of, measure
from spots.sample import sample_run_file
from spots.telling import units
from spots.types import Accuracy, Layer, Position, Role, RunResult, SourceRow, State
from tests.helpers.fabricated import GEOD, fabricated_result
from tests.helpers.folders import FIELD_DATA

LAYER = Layer("一覧", "list.csv", frozenset(), Role.DESTINATION, "", None)
SOYO = (131.150494, 32.685331)  # whole circle
SHIMOTAKE = (130.77473, 32.56866)  # cut along 32.59°N, where 宇城市 (少数区域) begins
CUT_LAT, UKI = 32.59, (130.4, 32.59, 130.85, 32.75)


def row(
    lon: float | None = None,
    lat: float | None = None,
    *,
    name: str = "病院",
    number: int = 2,
    accuracy: Accuracy = Accuracy.POINT,
    **more,
) -> RawFacility:
    position = None if lon is None or lat is None else Position(lon, lat, accuracy)
    return RawFacility(
        layer=LAYER,
        row=SourceRow("一覧", "list.csv", number),
        given_id=None,
        name=name,
        types=frozenset(),
        position=position,
        **more,
    )


def at(centre: tuple[float, float], azimuth: float, metres: float) -> tuple[float, float]:
    return GEOD.fwd(*centre, azimuth, metres)[:2]


def located(result: RunResult, rows: list[RawFacility], **more) -> tuple[Located, ...]:
    return answers(result, rows, **more).rows


def ask(lon: float, lat: float, result: RunResult | None = None, **more) -> Located:
    return located(result or fabricated_result(), [row(lon, lat, **more)])[0]


def asked(rows: list[Located]) -> Answers:
    """Return rows under the question of a run."""
    return Answers(answers(RESULT, []).question, tuple(rows))


def codes(found: Located) -> set[str]:
    return {doubt.code for doubt in found.doubts}


@pytest.mark.parametrize("azimuth", [0.0, 0.703125, 123.4, 269.3])
@pytest.mark.parametrize(("metres", "inside"), [(3999.999, True), (4000.001, False)])
def test_the_edge_is_the_arc_and_not_the_chord(azimuth, metres, inside):
    found = ask(*at(SOYO, azimuth, metres))
    assert (found.standing is Standing.INSIDE_SPOT) is inside
    assert found.nearest.inside is inside
    assert found.nearest.edge_m == pytest.approx(4000 - metres, abs=1e-6)
    assert "near-spot-edge" in codes(found)


def test_a_point_between_chord_and_arc_is_inside_though_the_polygon_misses_it():
    lon, lat = at(SOYO, 0.703125, 3999.9)  # midway between two of 256 vertices
    spot = next(s for s in fabricated_result().spots if s.facility_id == "soyo")
    assert not spot.geometry.covers(Point(lon, lat))
    assert ask(lon, lat).standing is Standing.INSIDE_SPOT


def test_the_facility_itself_is_in_the_middle():
    found = ask(*SOYO)
    assert [m.facility_id for m in found.inside] == ["soyo"]
    assert (found.nearest.distance_m, found.nearest.edge_m) == (0.0, 4000.0)
    assert not found.doubtful


@pytest.mark.parametrize(
    ("lat", "standing"),
    [
        (CUT_LAT + 1e-5, Standing.IN_SHORTAGE_AREA),
        (CUT_LAT - 1e-5, Standing.INSIDE_SPOT),
    ],
)
def test_what_was_cut_away_is_outside_and_the_edge_is_the_cut(lat, standing):
    found = ask(SHIMOTAKE[0], lat)
    assert found.standing is standing
    assert found.nearest.facility_id == "shimotake"
    assert abs(found.nearest.edge_m) == pytest.approx(1.109, abs=0.01)
    assert (found.nearest.edge_m > 0) is (standing is Standing.INSIDE_SPOT)
    assert codes(found) == {"near-spot-edge", "near-area-edge"}


def test_far_outside_a_cut_spot_the_edge_is_the_cut_and_not_the_circle():
    found = ask(SHIMOTAKE[0], 32.65)
    metres = GEOD.inv(SHIMOTAKE[0], 32.65, SHIMOTAKE[0], CUT_LAT)[2]
    assert found.nearest.edge_m == pytest.approx(-metres, rel=1e-4)
    assert found.nearest.edge_m < -GEOD.inv(*SHIMOTAKE, SHIMOTAKE[0], 32.65)[2] + 4000


@pytest.mark.parametrize(("azimuth", "inside"), [(180.703125, True), (0.703125, False)])
def test_between_chord_and_arc_of_a_cut_circle_the_nearer_part_decides(azimuth, inside):
    lon, lat = at(SHIMOTAKE, azimuth, 3999.9)
    spot = next(s for s in fabricated_result().spots if s.facility_id == "shimotake")
    assert not spot.circle.covers(Point(lon, lat))
    found = ask(lon, lat)
    assert bool(found.inside) is inside
    assert (found.nearest.edge_m >= 0) is inside


@pytest.mark.slow
@given(
    azimuth=st.floats(0, 360),
    metres=st.floats(0, 9000),
    which=st.sampled_from(["soyo", "imuta", "shimotake", "kamiamakusa", "yabe"]),
)
@settings(max_examples=150, deadline=None)
def test_against_the_rule_written_out(azimuth, metres, which):
    result = RESULT
    centres = {v.facility.id: v.facility.position for v in result.verdicts}
    lon, lat = at((centres[which].lon, centres[which].lat), azimuth, metres)
    west, south, east, north = UKI
    cut = west <= lon <= east and south < lat <= north
    distances = {
        s.facility_id: GEOD.inv(lon, lat, centres[s.facility_id].lon, centres[s.facility_id].lat)[2]
        for s in result.spots
    }
    expected = {i for i, d in distances.items() if d <= 4000 and not cut}
    found = located(result, [row(lon, lat)])[0]
    assert {m.facility_id for m in found.inside} == expected
    assert all(m.edge_m >= 0 for m in found.inside)
    everything = measure(discs_of(result), lon, lat, 1e9)
    assert len(everything) == len(result.spots)
    assert everything[0] == found.nearest
    assert all((m.edge_m >= 0) == m.inside or m.edge_m == 0 for m in everything)
    # An edge is never nearer than the disc's own.
    for m in everything:
        assert m.edge_m <= 4000 - m.distance_m + 1e-6


RESULT = fabricated_result()


def test_overlapping_spots_are_all_named_nearest_facility_first():
    middle = (SOYO[0] - 0.026, SOYO[1] + 0.023)  # between そよう病院 and 井無田
    near = located(RESULT, [row(*middle)])[0]
    assert [m.facility_id for m in near.inside] == ["imuta", "soyo"]
    assert near.inside[0].distance_m < near.inside[1].distance_m
    assert "そよう病院" in locate_table(asked([near]))


def test_every_row_is_answered_in_order_also_without_a_position():
    rows = [
        row(name="甲", number=5),
        row(*SOYO, name="乙", number=3),
        row(name="丙", number=9, municipality_code="43213"),
        row(name="丁", number=10, municipality="八代市"),
        row(name="戊", number=11, address="熊本県宇城市三角町1"),
    ]
    found = located(RESULT, rows)
    assert [f.name for f in found] == ["甲", "乙", "丙", "丁", "戊"]
    assert [f.source.row for f in found] == [5, 3, 9, 10, 11]
    assert [f.standing for f in found].count(Standing.UNDETERMINED) == 4
    assert [f.in_shortage_area for f in found] == [None, False, True, False, True]
    assert [f.basis for f in found[2:]] == [Basis.DECLARED] * 3
    assert found[0].basis is Basis.NONE
    assert all(f.problem is not None and f.nearest is None for f in found if f.position is None)


def test_a_ward_of_a_merged_city_is_that_city():
    found = located(RESULT, [row(municipality_code="43103")])[0]
    assert found.place.municipality == "熊本市"


@pytest.mark.parametrize(("metres", "doubtful"), [(900, False), (1100, True), (6900, True)])
def test_a_town_position_is_doubtful_where_three_kilometres_could_change_it(metres, doubtful):
    point = at(SOYO, 180, metres)
    assert (codes(ask(*point, accuracy=Accuracy.TOWN)) == {"near-spot-edge"}) is doubtful
    assert not ask(*point).doubtful


def test_tolerance_decides_what_is_near():
    point = row(*at(SOYO, 90, 3950))
    assert located(RESULT, [point], tolerance_m=51)[0].doubtful
    assert not located(RESULT, [point], tolerance_m=49)[0].doubtful


def test_shortage_area_by_the_point():
    found = ask(130.6, 32.7)
    assert found.standing is Standing.IN_SHORTAGE_AREA
    assert (found.place.area_code, found.place.area) == ("4302", "宇城")
    assert not found.inside


def test_another_prefecture_is_elsewhere_and_its_class_unknown():
    found = ask(130.46, 33.03)
    assert found.standing is Standing.ELSEWHERE
    assert found.in_shortage_area is None
    assert found.place.municipality == "大牟田市"


def test_no_index_for_an_area_of_the_prefecture_leaves_it_undetermined():
    areas = RESULT.areas.copy()
    areas.loc["4306", "area_class"] = AreaClass.UNKNOWN.value
    found = ask(131.065, 33.12, replace(RESULT, areas=areas))
    assert found.standing is Standing.UNDETERMINED
    assert "阿蘇" in found.problem.ja


def test_a_point_at_sea_says_so_and_one_just_off_the_coast_belongs_to_its_municipality():
    far, near = ask(129.0, 32.0), ask(130.3 - 0.001, 32.4)
    assert (far.standing, far.basis) == (Standing.ELSEWHERE, Basis.NONE)
    assert not far.doubtful  # nothing near that could change the answer
    assert "海上、または境界データの範囲外" in locate_table(asked([far]))
    assert codes(ask(129.0, 32.0, prefecture_code="43")) == {"outside-boundaries"}
    assert codes(near) == {"off-land"}
    assert near.place.municipality == "上天草市"


def test_a_point_far_from_the_declared_municipality_is_doubtful():
    found = ask(*SOYO, municipality_code="43203")
    assert codes(found) == {"municipality-differs"}
    assert "人吉市" in found.doubts[0].text.ja
    assert not ask(*SOYO, municipality_code="43447").doubtful


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2024, 3, 31), False),
        (date(2024, 4, 1), True),
        (date(2030, 3, 31), True),
        (date(2030, 4, 1), False),
    ],
)
def test_on_a_date_only_valid_spots_count(day, inside):
    found = answers(RESULT, [row(*SOYO)], on=day)
    one = found.rows[0]
    assert (one.standing is Standing.INSIDE_SPOT) is inside
    assert [s.facility_id for s in one.lapsed] == ([] if inside else ["soyo"])
    assert (found.question.valid, found.question.spots) == (5 if inside else 0, 5)
    table = locate_table(found)
    assert units.day(day).ja in table.splitlines()[1]
    assert ("設定期間外です（令和6年4月1日～令和12年3月31日）" in table) is not inside


def test_without_a_day_all_spots_count_and_the_table_says_so():
    line = locate_table(answers(RESULT, [row(*SOYO)])).splitlines()[1]
    assert line.startswith("基準日: なし")
    assert "令和6年4月1日～令和12年3月31日" in line


def test_a_spot_of_which_nothing_is_left_holds_nobody():
    spots = tuple(replace(s, geometry=MultiPolygon()) for s in RESULT.spots)
    found = ask(*SOYO, replace(RESULT, spots=spots))
    assert found.standing is Standing.OUTSIDE
    assert found.nearest is None
    assert locate_table(asked([found]))


def test_a_run_without_spots():
    assert ask(*SOYO, replace(RESULT, spots=())).nearest is None
    assert located(RESULT, []) == ()
    assert "全0件" in locate_table(asked([]))


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "一覧.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_file_of_a_colleague(tmp_path):
    text = (
        "医療機関名,種別,緯度,経度,所在地\n"
        "甲病院,病院,32.685331,131.150494,山都町滝上\n"
        "乙診療所,診療所,,,宇城市不知火町\n"
    )
    path = write(tmp_path, text, "cp932")
    found, problems = locate(RESULT, path)
    assert [(f.name, f.standing) for f in found.rows] == [
        ("甲病院", Standing.INSIDE_SPOT),
        ("乙診療所", Standing.UNDETERMINED),
    ]
    assert [f.source.row for f in found.rows] == [2, 3]
    assert found.rows[1].in_shortage_area
    assert {p.row for p in problems} == {3}


def test_headers_that_the_run_file_added_are_known(tmp_path):
    path = write(tmp_path, "配属,緯度,経度\n甲,32.685331,131.150494\n")
    with pytest.raises(FacilityListError):
        locate(RESULT, path)
    job = {"settings": {"aliases": {"name": ["配属"]}}}
    found, _ = locate(replace(RESULT, job=job), path)
    assert found.rows[0].name == "甲"


def test_a_list_of_another_prefecture_is_refused(tmp_path):
    path = write(tmp_path, "医療機関名,緯度,経度\n甲,33.03123,130.46123\n乙,,\n")
    with pytest.raises(DataError) as caught:
        locate(RESULT, path)
    assert [p.code for p in caught.value.problems] == ["list-outside-prefecture"]
    both = write(tmp_path, "医療機関名,緯度,経度\n甲,33.03123,130.46123\n乙,32.685331,131.150494\n")
    found, _ = locate(RESULT, both)
    assert [r.standing for r in found.rows] == [Standing.ELSEWHERE, Standing.INSIDE_SPOT]


def test_swapped_columns_are_put_right_and_said(tmp_path):
    path = write(tmp_path, "医療機関名,緯度,経度\n甲,131.150494,32.685331\n")
    found, problems = locate(RESULT, path)
    assert found.rows[0].standing is Standing.INSIDE_SPOT
    assert [p.code for p in problems] == ["swapped-coordinates"]


def test_few_decimals_make_a_row_doubtful_from_farther_away(tmp_path):
    path = write(tmp_path, "医療機関名,緯度,経度\n甲,32.68,131.11\n乙,32.680000,131.110000\n")
    found, problems = locate(RESULT, path)
    assert [p.code for p in problems] == ["coarse-coordinates"]
    assert [r.tolerance_m for r in found.rows] == [pytest.approx(785, abs=1), 100.0]
    assert [r.doubtful for r in found.rows] == [True, False]
    assert abs(found.rows[1].nearest.edge_m) > 100


def test_a_day_on_which_nothing_is_valid_is_remarked(tmp_path):
    path = write(tmp_path, "医療機関名,緯度,経度\n甲,32.685331,131.150494\n")
    _, problems = locate(RESULT, path, on=date(2020, 1, 1))
    assert [p.code for p in problems] == ["no-spot-valid-then"]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MissingFileError, match="nothing"):
        locate(RESULT, tmp_path / "nothing.csv")


def test_the_table_is_aligned_and_hostile_names_stay_quiet():
    rows = [
        row(*SOYO, name="\x1b[31m赤\n病院"),
        row(*at(SOYO, 90, 4000.3), name="長" * 60),
        row(name="a"),
    ]
    found = answers(fabricated_result(hostile=True), rows)
    for lang in Lang:
        lines = locate_table(found, lang).splitlines()[5:9]
        assert "\x1b" not in "".join(lines)
        label = {Lang.JA: "判定", Lang.EN: "answer"}[lang]
        start = cell_width(lines[0][: lines[0].index(label)])
        for line in lines[1:]:
            assert _cells(line)[start - 1] == " "
            assert _cells(line)[start] != " "


def _cells(line: str) -> str:
    return "".join(ch + "_" * (cell_width(ch) - 1) for ch in line)


def test_just_outside_is_not_shown_as_on_the_edge():
    line = locate_table(asked([ask(*at(SOYO, 90, 4000.3))])).splitlines()[6]
    assert "4,000.300" in line
    assert "−0.300" in line


@pytest.fixture(scope="module")
def kumamoto() -> RunResult:
    with sample_run_file() as path:
        return execute(read_run_file(path))


@pytest.mark.slow
def test_the_sample_finds_its_own_facilities_in_their_spots(kumamoto):
    rows = [
        row(v.facility.position.lon, v.facility.position.lat, name=v.facility.name)
        for v in kumamoto.verdicts
    ]
    found = dict(
        zip([v.facility.id for v in kumamoto.verdicts], located(kumamoto, rows), strict=True)
    )
    for spot in kumamoto.spots:
        own = found[spot.facility_id].inside[0]
        assert (own.facility_id, own.distance_m) == (spot.facility_id, 0.0)
    for verdict in kumamoto.verdicts:
        one = found[verdict.facility.id]
        if verdict.state is State.MOOT:
            assert one.standing is Standing.IN_SHORTAGE_AREA
            assert one.place.area in {"宇城", "菊池"}


@pytest.mark.skipif(not FIELD_DATA.is_dir(), reason="the shared real data is not there")
def test_the_published_rotation_list_against_the_sample(kumamoto):
    path = FIELD_DATA / "facilities" / "kumamoto_emergency_roles_20230901.csv"
    answered, problems = locate(kumamoto, path)
    found = answered.rows
    by_name = {f.name: f for f in found}
    assert len(found) == 90
    assert [f.source.row for f in found] == list(range(2, 92))
    undetermined = {f.name for f in found if f.standing is Standing.UNDETERMINED}
    assert undetermined == {"球磨病院"}
    # 米の山病院 has no position in the list; the run has it, as a hospital of 福岡県.
    assert by_name["米の山病院"].standing is Standing.ELSEWHERE
    assert {p.row for p in problems if p.row} >= {by_name["球磨病院"].source.row}
    misumi = next(f for name, f in by_name.items() if "みすみ" in name)
    assert (misumi.standing, misumi.place.area) == (Standing.IN_SHORTAGE_AREA, "宇城")
    assert not any(f.inside for f in found if f.place.municipality == "熊本市")


def test_json_keeps_everything_and_is_the_same_twice():
    rows = [row(*SOYO, name="甲"), row(name="乙"), row(130.6, 32.7, name="丙")]
    page = locate_json(answers(RESULT, rows))
    assert json.loads(json.dumps(page, allow_nan=False)) == page
    assert page["counts"] == {
        "rows": 3,
        "inside_spot": 1,
        "in_shortage_area": 1,
        "outside": 0,
        "elsewhere": 0,
        "undetermined": 1,
        "doubtful": 0,
    }
    assert [r["name"] for r in page["rows"]] == ["甲", "乙", "丙"]
    assert page["rows"][0]["inside"][0]["facility_id"] == "soyo"
    assert page == locate_json(answers(fabricated_result(), rows))


def spot_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_row_for_each_institution_and_one_for_each_of_its_spots(tmp_path):
    middle = (SOYO[0] - 0.026, SOYO[1] + 0.023)
    rows = [row(*middle, name="=1+1", number=7), row(name="乙", number=9), row(*SOYO, number=11)]
    written = write_answers(answers(RESULT, rows, on=date(2026, 4, 1)), tmp_path / "答.csv")
    assert [w.name for w in written] == ["答.csv", "答_spots.csv"]
    assert (tmp_path / "答.csv").read_bytes().startswith(b"\xef\xbb\xbfrow,id,name,")
    table = spot_rows(tmp_path / "答.csv")
    assert [r["row"] for r in table] == ["7", "9", "11"]
    assert table[0]["name"] == "'=1+1"
    assert table[0]["spot_ids"] == "imuta;soyo"
    assert {r["on"] for r in table} == {"2026-04-01"}
    assert (table[1]["standing"], table[1]["in_spot"]) == ("undetermined", "")
    pairs = spot_rows(tmp_path / "答_spots.csv")
    assert [(p["row"], p["spot_id"], p["inside"]) for p in pairs] == [
        ("7", "imuta", "true"),
        ("7", "soyo", "true"),
        ("11", "soyo", "true"),
    ]
    assert pairs[0]["valid_to"] == "2030-03-31"


def test_reach_lists_spots_farther_away_and_changes_no_answer():
    near, far = (answers(RESULT, [row(*SOYO)], reach_m=m).rows[0] for m in (0.0, 10_000.0))
    assert [s.facility_id for s in near.spots] == ["soyo"]
    assert [s.facility_id for s in far.spots] == ["soyo", "imuta"]
    assert (near.standing, near.doubts, near.nearest) == (far.standing, far.doubts, far.nearest)


def test_workbook_and_geojson(tmp_path):
    rows = [row(*SOYO, name="=HYPERLINK(1)"), row(name="乙")]
    found = answers(RESULT, rows)
    for lang in Lang:
        (book,) = write_answers(found, tmp_path / f"{lang}.xlsx", lang=lang)
        sheets = load_workbook(tmp_path / book.name)
        assert len(sheets.sheetnames) == 2
        assert not any(c.data_type == "f" for s in sheets for r in s.rows for c in r)
    write_answers(found, tmp_path / "again.xlsx", lang=Lang.EN)
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "en.xlsx").read_bytes()
    write_answers(found, tmp_path / "a.geojson")
    page = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    assert [f["geometry"] and f["geometry"]["type"] for f in page["features"]] == ["Point", None]
    assert page["features"][0]["properties"]["spots"][0]["spot_id"] == "soyo"


def test_files_are_refused_before_anything_is_written(tmp_path):
    found = answers(RESULT, [row(*SOYO)])
    with pytest.raises(UsageError):
        write_answers(found, tmp_path / "a.pdf")
    (tmp_path / "a_spots.csv").write_text("mine")
    with pytest.raises(OutputExistsError):
        write_answers(found, tmp_path / "a.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["a_spots.csv"]
    write_answers(found, tmp_path / "a.csv", force=True)
    assert (tmp_path / "a_spots.csv").read_text("utf-8-sig").startswith("row,")


def test_rows_are_measured_together_as_they_are_alone():
    """Thousands of rows are measured in one call; rows without a position stand between them."""
    points = [(130.3 + 0.07 * k, 32.35 + 0.04 * k) for k in range(14)]
    rows = [row(*p, number=k) for k, p in enumerate(points)]
    mixed = [r for one in rows for r in (one, row(name="無", number=99))]
    together = [f for f in located(RESULT, mixed) if f.position is not None]
    assert together == [located(RESULT, [one])[0] for one in rows]
    discs = discs_of(RESULT)
    for found, point in zip(together, points, strict=True):
        assert found.nearest == measure(discs, *point, 0.0)[0]
    assert len({f.nearest.facility_id for f in together}) > 2


def test_the_coast_is_no_edge_for_what_the_list_puts_ashore():
    """八代市 ends at 32.4°N, where the made-up sea begins; the spot is cut there."""
    centre = next(v.facility.position for v in RESULT.verdicts if v.facility.id == "shimotake")
    south = 32.4
    spot = next(s for s in RESULT.spots if s.facility_id == "shimotake")
    circle = GEOD.fwd(centre.lon, centre.lat, 180, 4000)[1]
    assert circle > south  # the circle itself stays ashore here, so cut it by hand
    line = circle + 0.01
    ashore = spot.geometry.intersection(box(129, line, 132, 34))
    cut = replace(spot, geometry=MultiPolygon([ashore]), ledger=(CutEntry("prefecture", 1.0, 1.0),))
    frame = RESULT.municipalities.copy()
    frame.geometry = frame.geometry.intersection(box(129, line, 132, 34))
    run = replace(RESULT, spots=(cut,), municipalities=frame)
    point = (centre.lon, line + 0.0004)  # 44 m from the coast
    assert codes(ask(*point, run)) == {"near-spot-edge"}  # it could be beyond a border
    assert not ask(*point, run, municipality_code="43202").doubtful
    inland = replace(RESULT, spots=(cut,))
    assert codes(ask(*point, inland, municipality_code="43202")) == {"near-spot-edge"}
