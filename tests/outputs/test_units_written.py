"""Units of ground in the folder: every one once for each result, in order, and nothing lost."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pyogrio
import pytest
from shapely.geometry import shape

from boundaries import ellipsoidal_km2
from groundfloor.problems import Lang, Text
from spots.export.exported import Format, RunRecord
from spots.export.layer_files import export_folder
from spots.outputs import load_result, write_folder
from spots.outputs.conservation import ConservationError, check_result, check_units
from spots.outputs.evidence import dump_evidence, parse_evidence
from spots.outputs.folder import units_csv
from spots.outputs.geojson import (
    dissolved_geojson,
    results_geojson,
    spots_geojson,
    units_geojson,
)
from spots.outputs.geopackage import write_geopackage
from spots.outputs.layers import layer_tables
from spots.outputs.qgis.styles import layer_styles
from spots.outputs.qgis.symbols import rgba
from spots.outputs.soundness import unsound
from spots.outputs.spreadsheet import unmark
from spots.outputs.summary import summary_json, summary_table
from spots.outputs.workbook import sheets
from spots.telling.colours import RESULTS
from spots.telling.unit_labels import RESULT_KIND_LABELS
from spots.types import ResultKind, State
from tests.helpers.fabricated import fabricated_result
from tests.helpers.unit_cases import bare_result, ground_result, institutions_alone

NOON = datetime(2027, 4, 1, 12, tzinfo=UTC)
RUN = RunRecord("0123456789abcdef", "0" * 64, "2027-04-01T12:00:00+00:00", Lang.JA, "1")
WRITTEN = {"units.csv", "units.geojson", "results_dissolved.geojson"}


def rows(result, lang=Lang.JA):
    page = units_csv(result, lang).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(page, newline="")))


def features(page: str):
    return json.loads(page)["features"]


@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_every_unit_once_for_each_result_in_order(make):
    result = make()
    keys = [v.key for v in result.units]
    assert len(keys) == len(set(keys)) >= 12
    assert [f"{r['result']}/{unmark(r['unit_id'])}" for r in rows(result)] == keys
    assert [f["id"] for f in features(units_geojson(result))] == keys


def test_what_a_row_says():
    table = {(r["result"], r["unit_id"]): r for r in rows(ground_result())}
    point = table["spots", "points:hirano"]
    assert (point["kind"], point["unit"], point["state"]) == ("spot", "point", "designated")
    assert point["municipality_codes"] == "43447"
    assert point["municipality"] == "山都町"
    assert point["medical_area"] == "熊本・上益城"
    assert point["reason"] == point["service"] == "無医地区への巡回診療"
    assert unmark(point["councils"]) == "2026-08-03;2026-10-20"
    assert (point["page"], point["on_application"]) == ("42", "true")
    assert (point["radius_m"], point["selected_by"]) == ("8700", "named")
    assert float(point["unit_km2"]) > float(point["area_km2"]) > 200
    assert point["clauses"] == "named（含める）：該当（一覧に記載）"
    out = table["spots", "municipality:43100"]
    assert (out["state"], out["selected_by"], out["area_km2"]) == ("excluded", "", "0.0")
    assert "例外として除く" in out["clauses"]
    assert "理由：他の医療機関への通院が容易なため" in out["clauses"]
    assert table["spots", "municipality:43203"]["state"] == "undetermined"


def test_clauses_nest_in_json():
    found = {f["id"]: f["properties"] for f in features(units_geojson(ground_result(), Lang.EN))}
    assert found["spots/municipality:43202"]["clauses"] == [
        {
            "id": "few",
            "role": "takes_in",
            "truth": "not_met",
            "text": "301.0 is not below 255.6",
            "reason": None,
        }
    ]


def test_the_ground_of_a_unit_is_what_is_designated_or_all_of_it():
    result = ground_result()
    drawn = {f["id"]: f["geometry"] for f in features(units_geojson(result))}
    for verdict in result.units:
        geometry = drawn[verdict.key]
        if verdict.unit.geometry is None:  # the institution itself
            assert geometry["type"] == "Point"
        elif verdict.state is State.DESIGNATED:
            assert ellipsoidal_km2(shape(geometry)) == pytest.approx(verdict.area_km2, rel=1e-5)
        else:
            assert ellipsoidal_km2(shape(geometry)) == pytest.approx(verdict.unit_km2, rel=1e-5)


def test_units_that_are_spots_follow_the_circles():
    result = ground_result()
    circles = features(spots_geojson(fabricated_result()))
    page = features(spots_geojson(result))
    assert page[: len(circles)] == circles
    units = page[len(circles) :]
    expected = [v for v in result.units if v.result == "spots" and v.state is State.DESIGNATED]
    assert [f["properties"]["unit_id"] for f in units] == [v.unit.id for v in expected]
    assert {f["properties"]["kind"] for f in units} == {"spot"}
    assert [f["properties"]["unit"] for f in units] == [v.unit.kind.value for v in expected]
    # What a circle has there, a unit has too.
    contract = set(circles[0]["properties"]) - {"area_class", "circle_km2"}
    assert contract <= set(units[0]["properties"])


def test_dissolved_ground_holds_circles_and_units():
    result = ground_result()
    pieces = features(dissolved_geojson(result))
    sizes = sum(f["properties"]["area_km2"] for f in pieces)
    assert sizes == pytest.approx(ellipsoidal_km2(result.spot_ground), rel=1e-6)
    assert sizes > result.dissolved_km2
    named = {u for f in pieces for u in f["properties"]["unit_ids"]}
    # The institution itself has no ground.
    assert named == {
        v.unit.id for v in result.units if v.result == "spots" and not v.geometry.is_empty
    }
    assert {i for f in pieces for i in f["properties"]["facility_ids"]} == {
        s.facility_id for s in result.spots
    }


def test_each_result_is_dissolved_on_its_own():
    result = ground_result()
    pieces = features(results_geojson(result))
    sizes: Counter[str] = Counter()
    for feature in pieces:
        told = feature["properties"]
        sizes[told["result"]] += told["area_km2"]
        assert told["unit_ids"]
        assert len(told["unit_ids"]) == len(told["unit_names"])
    assert len({f["id"] for f in pieces}) == len(pieces)
    for ground in result.grounds:  # the programme is of institutions, which have no ground
        assert sizes[ground.id] == pytest.approx(ground.area_km2, rel=1e-6)
    kinds = {f["properties"]["result"]: f["properties"]["kind"] for f in pieces}
    assert kinds == {"spots": "spot", "support": "support_area"}


def test_evidence_reads_back_equal_and_is_sound():
    result = ground_result()
    again = parse_evidence(dump_evidence(result))
    assert again.units == result.units
    assert again.grounds == result.grounds
    assert not list(unsound(again))


def odd_results():
    result = ground_result()
    first, *others = result.units
    wrong = {
        "unit twice": replace(result, units=(first, *result.units)),
        "unit of no result": replace(result, units=(replace(first, result="x"), *others)),
        "result twice": replace(result, grounds=(*result.grounds, result.grounds[0])),
        "ground without designation": replace(
            result, units=(replace(first, state=State.NOT_MET), *others)
        ),
        "less than nothing": replace(result, units=(replace(first, area_km2=-1.0), *others)),
    }
    return wrong.items()


@pytest.mark.parametrize(("name", "result"), odd_results())
def test_what_no_run_makes_is_found(name, result):
    assert list(unsound(result)), name


def test_lost_units_stop_the_writing():
    result = ground_result()
    keys = [v.key for v in result.units]
    check_units(result, keys, "units.csv")
    for lost in (keys[1:], [*keys, keys[0]], keys[::-1]):
        with pytest.raises(ConservationError):
            check_units(result, lost, "units.csv")
    with pytest.raises(ConservationError):
        check_result(replace(result, units=(*result.units, result.units[0])))


@pytest.mark.slow
@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_a_folder_with_units(make, tmp_path):
    result, out = make(), tmp_path / "out"
    write_folder(result, out, created=NOON, extra={})
    assert {f.name for f in out.iterdir()} >= WRITTEN
    page = json.loads((out / "run.json").read_text("utf-8"))
    assert not page["missing"]
    first, support, programme = page["results"]
    assert (first["result"], first["kind"], first["units"]) == (
        "spots",
        "spot",
        8 + bool(result.verdicts),
    )
    assert first["designated"] == 4 + bool(result.verdicts)
    assert [first[s] for s in ("excluded", "moot", "not_met", "undetermined")] == [1, 1, 1, 1]
    assert sum(first[s.value] for s in State) == first["units"]
    assert support["kind"] == "support_area"
    assert programme["area_km2"] == 0
    assert load_result(out).units == result.units


def test_a_run_without_units_writes_nothing_of_them(tmp_path):
    out = tmp_path / "out"
    write_folder(fabricated_result(), out, created=NOON, extra={})
    assert not WRITTEN & {f.name for f in out.iterdir()}
    assert "results" not in json.loads((out / "run.json").read_text("utf-8"))
    for feature in features((out / "spots_dissolved.geojson").read_text("utf-8")):
        assert list(feature["properties"]) == ["facility_ids", "names", "criteria", "area_km2"]


def test_only_spots_are_among_the_spots():
    result = ground_result()
    support = next(g for g in result.grounds if g.kind is ResultKind.SUPPORT_AREA)
    ids = {v.unit.id for v in result.units if v.result == support.id}
    spots = {f["properties"].get("unit_id") for f in features(spots_geojson(result))}
    assert "municipality:43213" in ids - spots


# --- layers


@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_layers_of_units(make):
    result = make()
    tables = {t.name: t for t in layer_tables(result, Lang.JA)}
    units = tables["units"]
    assert len(units.rows) == len(result.units)
    assert [s is None for s in units.shapes] == [v.ground is None for v in result.units]
    points = tables["unit_points"]
    assert points.complete
    assert len(points.rows) == sum(v.unit.position is not None for v in result.units)
    pieces = tables["results_dissolved"]
    assert {row[0] for row in pieces.rows} == {"spots", "support"}
    assert sum(float(row[-1]) for row in pieces.rows) == pytest.approx(
        sum(g.area_km2 for g in result.grounds), rel=1e-6
    )
    whole = sum(float(row[-1]) for row in tables["spots_dissolved"].rows)
    assert whole == pytest.approx(ellipsoidal_km2(result.spot_ground), rel=1e-6)


@pytest.mark.parametrize("lang", Lang)
def test_styles_of_units_name_kinds_states_and_results(lang):
    tables = layer_tables(ground_result(), lang)
    qml = {s.layer: s.qml for s in layer_styles(tables, lang)}
    for kind, label in RESULT_KIND_LABELS.items():
        assert rgba(RESULTS[kind]) in qml["units"]
        assert label.render(lang) in qml["units"]
    for ground in ground_result().grounds:
        assert ground.title.render(lang) in qml["results_dissolved"]
    assert Text("判定の内訳", "clauses").render(lang) in qml["units"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_every_format_has_every_unit(make, kind, tmp_path):
    result, out = make(), tmp_path / "export"
    export_folder(result, RUN, out, kind, lang=Lang.JA)
    if kind is Format.GEOPACKAGE:
        found = pyogrio.read_dataframe(out / "spots.gpkg", layer="units")
    else:
        suffix = {Format.SHAPEFILE: "shp", Format.FLATGEOBUF: "fgb", Format.GEOJSON: "geojson"}
        found = pyogrio.read_dataframe(out / f"units.{suffix[kind]}")
    keys, expected = list(found["result"] + "/" + found["unit_id"]), [v.key for v in result.units]
    if kind is Format.FLATGEOBUF:  # its index orders rows by place
        keys, expected = sorted(keys), sorted(expected)
    assert keys == expected


def test_a_project_of_qgis_has_the_layers(tmp_path):
    tables = layer_tables(ground_result(), Lang.JA)
    write_geopackage(ground_result(), Lang.JA, tmp_path / "spots.gpkg")
    with closing(sqlite3.connect(tmp_path / "spots.gpkg")) as database:
        (packed,) = database.execute("SELECT content FROM qgis_projects").fetchone()
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(packed.decode()))) as archive:
        page = archive.read("spots.qgs").decode()
    for table in tables:
        assert f"|layername={table.name}<" in page


# --- the workbook and the terminal


def sheets_of(result, lang=Lang.JA):
    return {s.tab: s for s in sheets(result, lang)}


def test_the_annex_lists_units_among_the_circles():
    result = ground_result()
    found = sheets_of(result)
    assert list(found)[:5] == [
        "別表",
        "別表2 重点医師偏在対策支援区域",
        "別表3 対象の医療機関",
        "全施設",
        "区域",
    ]
    names = [row[3] for row in found["別表"].rows]
    taken = [v for v in result.units if v.result == "spots" and v.state is State.DESIGNATED]
    assert Counter(names) == Counter(
        [*(s.name for s in result.spots), *(v.unit.name for v in taken)]
    )
    (point,) = [row for row in found["別表"].rows if row[3] == "平野"]
    assert point[7] == "一覧の地点から半径8.7km以内\n海・水面を除く"
    assert point[-2] == "令和8年8月3日\n令和8年10月20日"
    assert found["別表2 重点医師偏在対策支援区域"].title == "重点医師偏在対策支援区域"
    assert [row[3] for row in found["別表2 重点医師偏在対策支援区域"].rows] == [
        "宇城市",
        "小国町",
        "八代",
    ]
    assert not found["別表3 対象の医療機関"].totals  # an institution has no ground to add up
    assert len(found["区域"].rows) == len(result.units)


def test_a_run_of_units_alone_says_nothing_of_facilities():
    found = sheets_of(bare_result())
    assert "全施設" not in found
    assert "境界の施設" not in found
    told = "\n".join(
        str(cell)
        for s in found.values()
        for row in [s.notes, [c.heading for c in s.columns], *s.rows, *s.totals, [s.nothing]]
        for cell in row
    )
    for word in ("所在地", "該当要件", "半径4", "二次救急", "施設"):
        assert word not in told, word


def test_a_run_of_institutions_alone_draws_no_circle(tmp_path):
    result, out = institutions_alone(), tmp_path / "out"
    write_folder(result, out, created=NOON)
    page = json.loads((out / "run.json").read_text("utf-8"))
    assert not page["missing"]
    assert page["settings"]["radius_m"] is None
    assert len(list(rows(result))) == len(result.verdicts)
    found = sheets_of(result)
    assert next(iter(found)) == "別表"
    assert [row[3] for row in found["別表"].rows] == ["小国公立病院", "球磨病院", "そよう病院"]
    assert "キャリア形成プログラムの区分の設定は都道府県が決定します" in found["別表"].notes[0]
    told = summary_table(result)
    assert told.startswith("対象の医療機関（programme）")
    assert "統合面積" not in told


@pytest.mark.parametrize("lang", Lang)
def test_the_terminal_lists_units_and_counts_each_result(lang):
    page = summary_table(ground_result(), lang)
    told = {
        Lang.JA: "全9区域（設定（案） 5、対象外 1、設定不要（少数区域内） 1、非該当 1、判定不能 1）",
        Lang.EN: "9 units (designated 5, excluded 1, moot 1, not met 1, undetermined 1), ",
    }
    assert told[lang] in page
    bare = summary_table(bare_result(), lang)
    assert Text("全0施設", "0 facilities").render(lang) not in bare
    assert bare.startswith(Text("医師少数スポット（spots）", "spots (spots)").render(lang))
    assert "municipality:43203" in bare  # what is open is told with its reason


def test_the_terminal_of_a_run_without_units_is_as_before():
    result = fabricated_result()
    assert "results" not in summary_json(result, ())
    assert "区域（" not in summary_table(result)
    page = summary_json(ground_result(), ())
    assert len(page["units"]) == len(ground_result().units)


def test_what_is_designated_or_open_stands_first_and_hundreds_not_met_are_counted():
    result = ground_result()
    ground = result.grounds[0]
    (one, *_) = [v for v in result.units if v.result == ground.id]
    out = [
        replace(one, state=State.NOT_MET, unit=replace(one.unit, id=f"island:{n}", name=f"島{n}"))
        for n in range(60)
    ]
    open_one = replace(out[0], state=State.UNDETERMINED, unit=replace(one.unit, name="未定島"))
    run = replace(result, units=(*out, open_one), grounds=(ground,))
    told = summary_table(run)
    assert "島7 " not in told
    assert "…ほかに非該当が60区域（units.csv にあります）" in told
    few = summary_table(replace(run, units=(*out[:3], open_one)))
    assert few.index("未定島") < few.index("島0")
