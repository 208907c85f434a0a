"""Tables of a result that is read back: as they were, until somebody asks for a frame."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import Point

from groundfloor.codec import CodecError, compact_json, decode, encode
from groundfloor.stored_table import as_stored, column_of
from spots.types import RunResult
from tests.helpers.fabricated import fabricated_result

TABLES = ("municipalities", "areas")


@pytest.fixture(scope="module")
def made() -> RunResult:
    """Return a run as it is found."""
    return fabricated_result()


@pytest.fixture
def page(made: RunResult) -> dict[str, Any]:
    """Return it as its evidence has it."""
    written: dict[str, Any] = json.loads(compact_json(encode(made)))
    return written


def test_tables_stay_as_they_were_until_one_is_read(page: dict[str, Any], made: RunResult) -> None:
    read = decode(page, RunResult)
    assert {name for name, _ in as_stored(read)} >= {*TABLES}
    assert_geodataframe_equal(read.areas, made.areas)
    assert "areas" not in dict(as_stored(read))
    assert_geodataframe_equal(read.municipalities, made.municipalities)
    assert read.areas is read.areas


def test_what_is_written_again_is_the_same(page: dict[str, Any]) -> None:
    assert json.loads(compact_json(encode(decode(page, RunResult)))) == page


@pytest.mark.parametrize("field", TABLES)
@pytest.mark.parametrize("name", ["name", "index", "area_code", "geometry", "no_such_column"])
def test_a_column_is_the_same_with_and_without_pandas(
    page: dict[str, Any], made: RunResult, field: str, name: str
) -> None:
    assert column_of(decode(page, RunResult), field, name) == column_of(made, field, name)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("geometry", "nowhere"),
        ("epsg", "6668x"),
        ("columns", []),
        ("columns", [{"name": "geometry", "dtype": "geometry", "values": ["AAAA"]}]),
        ("index", None),
    ],
)
def test_what_is_no_table_is_told_on_reading(page: dict[str, Any], key: str, value: object) -> None:
    page["areas"][key] = value
    with pytest.raises(CodecError, match="areas"):
        decode(page, RunResult)


@pytest.mark.parametrize("dtype", ["int64", "datetime64[s]", "category"])
def test_a_type_that_only_pandas_knows_is_read_at_once(dtype: str) -> None:
    whole = fabricated_result()
    odd = whole.areas.assign(more=pd.Series(1, index=whole.areas.index).astype(dtype))
    page = json.loads(compact_json(encode(whole)))
    try:
        page["areas"] = json.loads(compact_json(encode(odd)))
    except TypeError:
        pytest.skip("no form for it")
    read = decode(page, RunResult)
    assert "areas" not in dict(as_stored(read))
    assert [str(d) for d in read.areas.dtypes] == [str(d) for d in odd.dtypes]


def test_shapes_are_those_that_were_written(made: RunResult, page: dict[str, Any]) -> None:
    stored = dict(as_stored(decode(page, RunResult)))["municipalities"]
    assert list(stored.columns["geometry"]) == list(made.municipalities.geometry)
    assert not any(isinstance(shape, Point) for shape in stored.columns["geometry"])
