"""The lossless serialiser."""

import json
import math
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from groundfloor.codec import CodecError, decode, encode
from groundfloor.problems import Text


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


@dataclass(frozen=True)
class Settings:
    """A value with each kind of field that a profile or an origin may have."""

    texts: tuple[str, ...]
    pairs: tuple[tuple[str, int], ...]
    inner: Text
    maybe: float | None = None
    table: dict[str, int] | None = None


def test_values_come_back_from_json_and_wrong_ones_are_refused():
    value = Settings(("a",), (("b", 1),), Text("甲", "a"), 1.5, {"x": 2})
    data = json.loads(json.dumps(asdict(value)))
    assert decode(data, Settings) == value
    assert decode(data | {"maybe": None, "table": None}, Settings) == replace(
        value, maybe=None, table=None
    )
    assert decode(data | {"maybe": 2}, Settings).maybe == 2.0
    for wrong in (
        {"texts": "a"},
        {"texts": [1]},
        {"pairs": [["b"]]},
        {"inner": None},
        {"maybe": "x"},
        {"new": 1},
    ):
        with pytest.raises(CodecError):
            decode(data | wrong, Settings)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("epsg", 181),
        ("epsg", 10**30),
        ("geometry", "x"),
        ("index", []),
        ("columns", [{"name": "n", "dtype": ["int64"], "values": [1]}]),
        ("columns", [{"name": ["n"], "dtype": "int64", "values": [1]}]),
        ("columns", [{"name": "n", "dtype": "int64", "values": ["x"]}]),
        ("columns", [{"name": "geometry", "dtype": "geometry", "values": ["AAAA"]}]),
    ],
)
def test_a_table_that_does_not_fit_is_named(key, value):
    written = encode(gpd.GeoDataFrame({"n": [1]}, geometry=[Point(1, 2)], crs=6668))
    assert decode(written, gpd.GeoDataFrame)["n"].tolist() == [1]
    with pytest.raises(CodecError, match=r"^\$"):
        decode({**written, key: value}, gpd.GeoDataFrame)
