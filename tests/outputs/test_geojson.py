"""RFC 7946, checked without the project's own geometry code."""

import json
import math
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon, box, shape

from groundfloor.problems import Lang
from spots.outputs.geojson import (
    area,
    dissolved_geojson,
    facilities_geojson,
    line,
    routes_geojson,
    snapped_polygons,
    spots_geojson,
)
from tests.helpers.fabricated import fabricated_result

WRITERS = (spots_geojson, dissolved_geojson, facilities_geojson, routes_geojson)
CONTRACT = (
    "facility_id",
    "name",
    "criteria",
    "municipality_code",
    "municipality",
    "medical_area_code",
    "medical_area",
    "radius_m",
    "area_km2",
    "reason",
    "valid_from",
    "valid_to",
)


def positions(coordinates):
    if coordinates and not isinstance(coordinates[0], list):
        return [coordinates]
    return [p for part in coordinates for p in positions(part)]


def rings(geometry):
    parts = geometry["coordinates"]
    parts = [parts] if geometry["type"] == "Polygon" else parts
    return [(k == 0, ring) for part in parts for k, ring in enumerate(part)]


def shoelace(ring) -> float:
    pairs = pairwise(ring)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def check_geometry(geometry):
    """What RFC 7946 sections 3.1 and 4 ask of one geometry."""
    assert geometry["type"] in {"Point", "LineString", "Polygon", "MultiPolygon"}
    for lon, lat in positions(geometry["coordinates"]):
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
    if geometry["type"] == "LineString":
        path = geometry["coordinates"]
        assert len(path) >= 2
        assert all(a != b for a, b in pairwise(path))
    if geometry["type"].endswith("Polygon"):
        for exterior, ring in rings(geometry):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert all(a != b for a, b in pairwise(ring))
            assert (shoelace(ring) > 0) == exterior  # right-hand rule
        assert shape(geometry).is_valid


def check_document(text):
    assert text.endswith("}\n")
    assert not text.startswith("\ufeff")
    page = json.loads(text, parse_float=Decimal)
    assert page["type"] == "FeatureCollection"
    assert "crs" not in page
    for feature in page["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) == {"type", "id", "properties", "geometry"}
        if feature["geometry"] is None:
            continue
        for position in positions(feature["geometry"]["coordinates"]):
            for number in position:
                assert -Decimal(str(number)).as_tuple().exponent <= 7
    for feature in json.loads(text)["features"]:
        if feature["geometry"] is not None:
            check_geometry(feature["geometry"])
    ids = [f["id"] for f in page["features"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("writer", WRITERS)
def test_every_file_is_rfc_7946(writer, hostile):
    check_document(writer(fabricated_result(hostile=hostile), Lang.JA))


def test_the_checks_above_can_fail():
    clockwise = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
    with pytest.raises(AssertionError):
        check_geometry(clockwise)
    with pytest.raises(AssertionError):
        check_geometry({"type": "LineString", "coordinates": [[0, 0], [0, 0], [1, 1]]})


def test_spots_have_the_contract_first_and_lists_as_lists():
    result = fabricated_result()
    features = json.loads(spots_geojson(result))["features"]
    assert [f["id"] for f in features] == [s.facility_id for s in result.spots]
    for feature in features:
        assert tuple(feature["properties"])[: len(CONTRACT)] == CONTRACT
    soyo = features[0]["properties"]
    assert soyo["criteria"] == [1, 3]
    assert (soyo["valid_from"], soyo["valid_to"]) == ("2024-04-01", "2030-03-31")
    cut = next(f for f in features if f["id"] == "shimotake")["properties"]
    assert cut["ledger"][0]["step"] == "shortage_areas"
    removed = cut["circle_km2"] - cut["area_km2"]  # three figures, each of six decimals
    assert math.isclose(removed, cut["ledger"][0]["removed_km2"], abs_tol=1.5e-6)


def test_language_of_reasons():
    result = fabricated_result()
    japanese = json.loads(spots_geojson(result, Lang.JA))["features"][0]["properties"]
    english = json.loads(spots_geojson(result, Lang.EN))["features"][0]["properties"]
    assert japanese["reason"].startswith("①")
    assert english["reason"] == "criteria [1, 3] are met"


def test_dissolved_has_no_overlap_and_names_its_facilities():
    result = fabricated_result()
    features = json.loads(dissolved_geojson(result))["features"]
    shapes = [shape(f["geometry"]) for f in features]
    for k, one in enumerate(shapes):
        assert all(one.intersection(other).area == 0 for other in shapes[k + 1 :])
    named = [set(f["properties"]["facility_ids"]) for f in features]
    assert {"soyo", "imuta"} in named  # 5 km apart: one piece
    assert set().union(*named) == {s.facility_id for s in result.spots}
    total = sum(f["properties"]["area_km2"] for f in features)
    assert math.isclose(total, result.dissolved_km2, rel_tol=1e-5)


def test_every_facility_once_also_without_position():
    result = fabricated_result()
    features = json.loads(facilities_geojson(result))["features"]
    assert [f["id"] for f in features] == [v.facility.id for v in result.verdicts]
    assert {f["id"]: f["geometry"] for f in features}["kuma"] is None
    assert {f["properties"]["state"] for f in features} == {
        "designated",
        "excluded",
        "moot",
        "not_met",
        "undetermined",
    }


def test_unreachable_is_a_flag_and_never_a_number():
    features = json.loads(facilities_geojson(fabricated_result()))["features"]
    properties = next(f["properties"] for f in features if f["id"] == "kamiamakusa")
    assert properties["reachable"] is False
    assert properties["travel_min"] is None
    assert properties["travel_ms"] is None


def test_routes_one_for_each_facility_with_a_route():
    result = fabricated_result()
    features = json.loads(routes_geojson(result))["features"]
    assert [f["id"] for f in features] == ["soyo", "misumi", "oguni", "yabe"]
    soyo = features[0]["properties"]
    assert (soyo["from_name"], soyo["to_name"]) == ("そよう病院", "矢部広域病院")
    assert len(features[0]["geometry"]["coordinates"]) == 3  # the doubled middle is gone


def test_a_ring_that_plain_rounding_would_break_stays_valid():
    # A spike thinner than the grid: rounded point by point it touches itself.
    thin = Polygon(
        [(131, 32), (131.01, 32), (131.01, 32.01), (131.005, 32 + 4e-8), (131, 32.01), (131, 32)]
    )
    rounded = Polygon([(round(x, 7), round(y, 7)) for x, y in thin.exterior.coords])
    assert not rounded.is_valid
    geometry = area(thin)
    assert geometry is not None
    assert shape(geometry).is_valid
    check_geometry(geometry)


def test_holes_turn_the_other_way_and_scraps_of_lines_are_dropped():
    ring = box(131, 32, 131.1, 32.1).difference(box(131.02, 32.02, 131.05, 32.05))
    geometry = area(shapely.GeometryCollection([ring, LineString([(131, 32), (131, 33)])]))
    assert geometry is not None
    assert geometry["type"] == "Polygon"
    assert [exterior for exterior, _ in rings(geometry)] == [True, False]
    check_geometry(geometry)


def test_nothing_left_is_null():
    assert area(MultiPolygon()) is None
    assert line(LineString([(131, 32), (131.00000001, 32)])) is None


def test_order_of_parts_does_not_depend_on_their_order_before():
    one, two = box(131, 32, 131.1, 32.1), box(130, 32, 130.1, 32.1)
    assert snapped_polygons(MultiPolygon([one, two])) == snapped_polygons(MultiPolygon([two, one]))


def test_a_run_without_spots_is_an_empty_collection():
    result = replace(fabricated_result(), spots=(), dissolved=MultiPolygon(), dissolved_km2=0.0)
    for writer in (spots_geojson, dissolved_geojson):
        check_document(writer(result))
        assert json.loads(writer(result))["features"] == []
