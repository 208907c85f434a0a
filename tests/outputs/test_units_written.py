"""Units of ground in the folder: every one once for each result, in order, and nothing lost."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from shapely.geometry import shape

from groundfloor.problems import Lang
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
from spots.outputs.soundness import unsound
from spots.outputs.spreadsheet import unmark
from spots.types import ResultKind, State
from tests.helpers.fabricated import area_km2, fabricated_result
from tests.helpers.unit_cases import bare_result, ground_result

NOON = datetime(2027, 4, 1, 12, tzinfo=UTC)
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
            assert area_km2(shape(geometry)) == pytest.approx(verdict.area_km2, rel=1e-5)
        else:
            assert area_km2(shape(geometry)) == pytest.approx(verdict.unit_km2, rel=1e-5)


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
    assert sizes == pytest.approx(area_km2(result.spot_ground), rel=1e-6)
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


@pytest.mark.parametrize("make", [ground_result, bare_result])
def test_a_folder_with_units(make, tmp_path):
    result, out = make(), tmp_path / "out"
    write_folder(result, out, created=NOON, extra={})
    assert {f.name for f in out.iterdir()} >= WRITTEN
    page = json.loads((out / "run.json").read_text("utf-8"))
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
