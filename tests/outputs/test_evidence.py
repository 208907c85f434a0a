"""The lossless serialiser."""

import json
import math
from dataclasses import replace

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from spots.outputs.evidence import FolderError, dump_evidence, parse_evidence
from tests.helpers.fabricated import fabricated_result


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
