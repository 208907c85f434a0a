"""The lossless serialiser."""

import json
import math
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from spots.outputs.codec import CodecError, decode, encode
from spots.outputs.errors import FolderError
from spots.outputs.evidence import dump_evidence, parse_evidence
from tests.helpers.fabricated import fabricated_result


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Sample:
    number: float
    colours: frozenset[Colour]
    pair: tuple[str, int]
    day: date | None
    line: LineString | None
    more: tuple["Sample", ...] = ()


SAMPLE = Sample(
    0.1 + 0.2,
    frozenset({Colour.RED}),
    ("a", 1),
    date(2024, 2, 29),
    LineString([(1 / 3, 2 / 3), (1e-300, 5)]),
    (Sample(math.inf, frozenset(), ("", -1), None, None),),
)


def through_json(value):
    return json.loads(json.dumps(encode(value), allow_nan=False))


def test_a_sample_of_every_kind_comes_back():
    assert decode(through_json(SAMPLE), Sample) == SAMPLE


@given(st.floats(allow_nan=False))
def test_floats_keep_every_bit(number):
    back = decode(through_json(replace(SAMPLE, number=number)), Sample).number
    assert (back, math.copysign(1, back)) == (number, math.copysign(1, number))


@pytest.mark.parametrize("hostile", [False, True])
def test_a_run_comes_back_equal(hostile):
    result = fabricated_result(hostile=hostile)
    back = parse_evidence(dump_evidence(result))
    for name in result.__dataclass_fields__:
        if name not in {"municipalities", "areas"}:
            assert getattr(back, name) == getattr(result, name), name
    for name in ("municipalities", "areas"):
        assert_geodataframe_equal(getattr(back, name), getattr(result, name))
        assert getattr(back, name).index.name == "code"


def test_an_index_that_is_not_known_stays_nan():
    result = fabricated_result()
    areas = result.areas.copy()
    areas.loc["4310", "index"] = math.nan
    back = parse_evidence(dump_evidence(replace(result, areas=areas)))
    assert math.isnan(back.areas.loc["4310", "index"])
    assert back.areas["index"].dtype == areas["index"].dtype


def test_a_column_type_of_another_pandas_becomes_plain_objects():
    page = json.loads(dump_evidence(fabricated_result()))
    for column in page["result"]["municipalities"]["columns"]:
        if column["name"] == "name":
            column["dtype"] = "a type of the future"
    back = parse_evidence(json.dumps(page))
    assert back.municipalities["name"].dtype == object
    assert back.municipalities.loc["43447", "name"] == "山都町"
    assert not pd.isna(back.municipalities.loc["43447", "name"])


def test_a_field_added_later_takes_its_default():
    page = through_json(SAMPLE)
    del page["more"]
    assert decode(page, Sample).more == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("number", "many"),
        ("number", True),
        ("colours", ["blue"]),
        ("pair", ["a"]),
        ("pair", ["a", 1.5]),
        ("pair", ["a", True]),
        ("day", "2024-02-30"),
        ("line", "AAAA"),
        ("line", encode(Point(1, 2))),
        ("more", {}),
        ("unknown", 1),
    ],
)
def test_what_does_not_fit_is_named(key, value):
    with pytest.raises(CodecError, match=r"\$"):
        decode({**through_json(SAMPLE), key: value}, Sample)


def test_a_missing_field_is_named():
    page = through_json(SAMPLE)
    del page["day"]
    with pytest.raises(CodecError, match="day"):
        decode(page, Sample)


def test_only_values_with_a_lossless_form():
    with pytest.raises(TypeError):
        encode(object())


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "shortage-spots/evidence"}'])
def test_broken_evidence_is_an_error_of_the_family(text):
    with pytest.raises(FolderError):
        parse_evidence(text)


def test_a_broken_table_is_an_error_of_the_family():
    page = json.loads(dump_evidence(fabricated_result()))
    page["result"]["areas"]["columns"][0]["values"].pop()
    with pytest.raises(FolderError) as caught:
        parse_evidence(json.dumps(page))
    assert caught.value.problems[0].code == "evidence-broken"
