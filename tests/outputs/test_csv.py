"""facilities.csv for Excel and for machines, and minutes that never cross the threshold."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.outputs.folder import facilities_csv
from spots.outputs.geojson import facilities_geojson
from spots.outputs.spreadsheet import (
    csv_lines,
    csv_table,
    csv_texts,
    marked,
    needs_mark,
    unmark,
)
from spots.telling.facility_columns import facility_columns
from spots.telling.units import floor_minutes, shown_minutes
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result

CONTRACT = (
    "facility_id",
    "name",
    "role",
    "types",
    "state",
    "criteria",
    "state_reason",
    "municipality_code",
    "municipality",
    "medical_area_code",
    "medical_area",
    "area_class",
    "lon",
    "lat",
    "accuracy",
    "nearest_id",
    "nearest_name",
    "travel_min",
    "reachable",
    "snap_m",
    "margin_min",
)


def rows(result):
    page = facilities_csv(result).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(page, newline="")))


def test_bytes_that_excel_opens():
    raw = facilities_csv(fabricated_result()).encode("utf-8")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\xef\xbb\xbf") == 1
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 11


def test_every_facility_once_in_input_order_with_the_contract_first():
    result = fabricated_result()
    table = rows(result)
    assert [r["facility_id"] for r in table] == [v.facility.id for v in result.verdicts]
    assert tuple(table[0])[: len(CONTRACT)] == CONTRACT
    assert len(set(table[0])) == len(facility_columns(result))


def test_values():
    table = {r["facility_id"]: r for r in rows(fabricated_result())}
    assert table["soyo"]["criteria"] == "1;3"  # "1,3" would be thirteen to Excel
    assert table["soyo"]["types"] == "base_hospital;secondary_emergency"
    assert table["soyo"]["municipality_code"] == "43447"
    assert table["imuta"]["accuracy"] == "town"
    assert table["kuma"]["lon"] == table["kuma"]["travel_min"] == ""
    assert table["kamiamakusa"]["reachable"] == "false"
    assert table["kamiamakusa"]["travel_min"] == ""
    assert table["komenoyama"]["role"] == "destination"


def test_29_97_minutes_never_show_as_30():
    table = {r["facility_id"]: r for r in rows(fabricated_result())}
    oguni = table["oguni"]
    assert (oguni["travel_min"], oguni["margin_min"]) == ("29.97", "-0.03")
    assert (oguni["travel_ms"], oguni["margin_ms"]) == ("1798200", "-1800")
    assert table["yabe"]["travel_min"] == "30.00"  # exactly 30 min 0 s
    assert table["yabe"]["margin_min"] == "0.00"


def test_variants_say_where_the_verdict_differs():
    table = {r["facility_id"]: r for r in rows(fabricated_result())}
    soyo = table["soyo"]
    assert soyo["variants_differing"] == "neighbours"
    assert (soyo["neighbours_min"], soyo["neighbours_verdict"]) == ("28.33", "not_met")
    assert (soyo["neighbours_differs"], soyo["direction_differs"]) == ("true", "false")
    assert table["oguni"]["tolls_reachable"] == "false"
    assert table["oguni"]["tolls_min"] == ""


def test_an_unknown_variant_gets_its_own_columns():
    result = fabricated_result()
    first = result.verdicts[0]
    travel = first.travel
    other = replace(travel.variants[0], name="snow")
    outcome = replace(first.outcomes[2], travel=replace(travel, variants=(other,)))
    verdict = replace(first, outcomes=(*first.outcomes[:2], outcome))
    table = rows(replace(result, verdicts=(verdict, *result.verdicts[1:])))
    assert table[0]["snow_differs"] == "true"
    assert table[1]["snow_differs"] == ""


def test_nothing_in_the_file_can_run_and_codes_keep_their_zeros():
    result = fabricated_result(hostile=True)
    texts = [c for row in rows(result) for c in row.values()]
    numeric = 0
    for cell in texts:
        if cell.startswith("-"):
            float(cell)  # a negative number is the only cell that may begin with a sign
            numeric += 1
        assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n"))
    assert numeric == 2  # margin in minutes and in milliseconds
    last = rows(result)[-1]
    assert last["municipality_code"] == "'01202"
    assert last["medical_area_code"] == "'0102"
    assert last["facility_id"] == "'0010"


def test_taking_one_apostrophe_off_gives_the_text_back():
    result = fabricated_result(hostile=True)
    for row, verdict in zip(rows(result), result.verdicts, strict=True):
        assert unmark(row["name"]) == verdict.facility.name
        assert unmark(row["facility_id"]) == verdict.facility.id
        assert unmark(row["municipality_code"]) == verdict.place.municipality_code


def test_a_day_alone_in_a_list_of_days_is_a_day():
    text = csv_table(["a", "b"], [(("2026-11-05",), ("2026-11-05", "2027-01-20"))])
    assert text.splitlines()[1].startswith("2026-11-05,")


def test_geojson_holds_the_same_columns_unmarked():
    result = fabricated_result(hostile=True)
    features = json.loads(facilities_geojson(result))["features"]
    assert list(features[0]["properties"]) == list(rows(result)[0])
    assert features[-1]["properties"]["municipality_code"] == "01202"
    assert features[2]["properties"]["name"] == HOSTILE_NAMES[2]


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "-1",
        "@a",
        "＝1+1",
        " =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "\t=1",
        "'a",
        "007",
        "１２-３",
        "1E5",
        "2024/1/2",
        "1-2",
        "12:30",
        "12345678901234567",
        "true",
        "1.50",
        "1,234",
        "50%",
        "R6.4.1",
        "4月1日",
        "０１２０２",
    ],
)
def test_text_that_a_spreadsheet_would_run_or_rewrite_is_marked(text):
    assert needs_mark(text)
    assert unmark(marked(text)) == text


@pytest.mark.parametrize(
    "text", ["43447", "そよう病院", "4312", "soyo", "0", "12.5", "", "1丁目2-3"]
)
def test_ordinary_text_is_left_alone(text):
    assert marked(text) == text


@given(st.text(max_size=12))
def test_marking_is_reversible(text):
    assert unmark(marked(text)) == text


@given(st.integers(0, 10_000_000), st.integers(1, 5_000_000))
def test_shown_minutes_stay_on_their_side(ms, threshold_ms):
    shown = shown_minutes(ms, threshold_ms)
    places = -shown.as_tuple().exponent
    limit = floor_minutes(threshold_ms, places)
    assert (shown >= limit) == (ms >= threshold_ms)
    assert shown * 60_000 <= ms  # rounded down, never up


@given(st.integers(-5_000_000, 5_000_000))
def test_shown_margins_keep_their_sign(ms):
    assert (shown_minutes(ms, 0) >= 0) == (ms >= 0)


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\r\nb", 'a"b', "a,b", "", " a ", "=1"])
def test_texts_made_one_by_one_are_those_of_a_table(text: str):
    """A name with the end of a line in it stays one cell."""
    whole = csv_table(("x", "y"), [(text, 1)])
    assert csv_lines(("x", "y"), [csv_texts([text, 1])]) == whole
