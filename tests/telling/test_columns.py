"""Columns are declared once, with words in both languages, and the page of columns has them all."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import date

import pytest

from groundfloor.problems import Lang, Text
from spots.export import shapefile
from spots.judging.criteria import closed_ways, trials
from spots.outputs.geojson import dissolved_geojson, routes_geojson, spots_geojson
from spots.outputs.layers import layer_tables
from spots.telling.assumption_columns import _times_under, variant_label
from spots.telling.columns import ColumnKind
from spots.telling.facility_columns import facility_columns, sheet_groups
from spots.telling.prefecture_columns import WHOSE_COLUMNS
from spots.types import (
    Assumption,
    DistanceEvidence,
    Outcome,
    PositionDoubt,
    PositionLookup,
    ReasonBasis,
    RunResult,
    StraightTravel,
    Truth,
    Variant,
)
from tests.helpers.fabricated import fabricated_result
from tests.helpers.folders import ROOT
from tests.helpers.layer_cases import full_result

sys.path.insert(0, str(ROOT / "docs"))
from column_tables import WrittenTable, written_tables

TABLES = written_tables()
COLUMNS = [(table.files, column) for table in TABLES for column in table.columns]


def table_of(files: str) -> tuple[str, ...]:
    """Return the names that the page gives for the table whose files begin so."""
    (found,) = [t for t in TABLES if t.files.startswith(files)]
    return tuple(column.name for column in found.columns)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.files)
def test_no_table_has_a_name_twice(table: WrittenTable):
    names = [column.name for column in table.columns]
    assert sorted(set(names)) == sorted(names)


def test_every_column_has_words_in_both_languages():
    wrong = {
        (files, column.name, text.ja, text.en)
        for files, column in COLUMNS
        for text in (column.label, column.about, *(code.label for code in column.codes))
        if not (text.ja and text.en)
        or re.search("[぀-ヿ一-鿿]", text.en)
        or re.search("[()]", text.ja)  # half-width brackets
    }
    assert wrong == set()


def test_a_number_of_something_has_its_unit():
    ends = {"_km2": "km²", "_ms": "ms", "_min": "min", "_m": "m", "_km": "km"}
    for files, column in COLUMNS:
        if column.kind in {ColumnKind.NUMBER, ColumnKind.DURATION, ColumnKind.MARGIN}:
            unit = next((unit for end, unit in ends.items() if column.name.endswith(end)), None)
            assert unit in {None, column.unit}, (files, column.name)


def with_every_column() -> RunResult:
    """Return the full run with what has columns in some runs alone.

    That is a criterion for which it had no list, spots of which the plan says more, a facility
    that has a reading and that a source of positions was asked about, an estimate without roads,
    and a criterion on straight distance.
    """
    result = full_result()
    first, *rest = result.settings.criteria
    several = result.settings.prefecture_code, "44"  # put together of two prefectures
    criteria = replace(first, given=False), *rest
    settings = replace(result.settings, criteria=criteria, prefectures=several)
    spots = tuple(
        replace(
            spot,
            reason_basis=ReasonBasis.HAND,
            service=Text("巡回診療", "visits"),
            councils=(date(2027, 1, 20),),
            page="45",
            on_application=True,
        )
        for spot in result.spots
    )
    one, *others = result.verdicts
    lookup = PositionLookup(None, why=PositionDoubt.NO_RECORD)
    asked = replace(one.facility, looked_up=lookup, kana="そようびょういん")
    measured = replace(one.outcomes[0], distance=DistanceEvidence(15_000.0))
    one = replace(one, facility=asked, outcomes=(measured, *one.outcomes[1:]))
    estimate = StraightTravel(1.3, 40.0)
    verdicts = (one, *others)
    return replace(result, settings=settings, spots=spots, verdicts=verdicts, straight=estimate)


def test_the_page_has_every_column_of_facility_files():
    names = [c.name for c in facility_columns(with_every_column())]
    # Those of an assumption begin with its name; the page has them once.
    shown = dict.fromkeys(re.sub("^(neighbours|direction|tolls|ferries)_", "…_", n) for n in names)
    assert tuple(shown) == table_of("`facilities.csv`")


def test_the_page_has_every_column_of_the_sheet_of_all_facilities():
    named = {*table_of("`facilities.csv`"), *table_of("`table.xlsx` 全施設")}
    found = {c.name for group in sheet_groups(full_result()) for c in group.columns}
    assert found <= named


@pytest.mark.parametrize("table", layer_tables(with_every_column(), Lang.JA), ids=lambda t: t.name)
def test_the_page_has_every_field_of_every_layer(table):
    files = "`facilities.csv`" if table.name == "facilities" else None
    mine = [t for t in TABLES if re.match(rf"`spots\.gpkg`.*\b{table.name}\b", t.files)]
    names = table_of(files) if files else tuple(c.name for c in mine[0].columns)
    told = {n for n in names if not n.startswith("…")}
    # Every layer that was put together of several prefectures says whose a row is.
    fields = {f.name for f in table.fields}
    whose = {each.column.name for each in WHOSE_COLUMNS}
    assert told | whose == fields | whose if files is None else told <= fields


@pytest.mark.parametrize(
    ("files", "page"),
    [
        ("`spots.geojson`", spots_geojson(with_every_column())),
        ("`spots_dissolved.geojson`", dissolved_geojson(full_result())),
        ("`routes.geojson`", routes_geojson(full_result())),
    ],
    ids=["spots", "dissolved", "routes"],
)
def test_the_page_has_every_property(files: str, page: str):
    features = json.loads(page)["features"]
    assert features
    assert {tuple(f["properties"]) for f in features} == {table_of(files)}


def test_every_assumption_that_is_tried_has_a_label_and_short_names():
    constants = {
        value
        for module in (trials, closed_ways)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    }
    assert {"list", "two_hospitals", "closed_way_both"} <= constants
    for name in {*constants, *(a.value for a in Assumption)}:
        assert variant_label(name).ja, name
        assert name in shapefile._ASSUMPTIONS


@pytest.mark.parametrize("name", ["closed_way", "snap", "one_hospital"])
def test_a_heading_is_not_what_is_said_of_one_facility(name: str):
    result = fabricated_result()
    label = Text("3 m の所にある私道を通る場合", "by the private road 3 m away")

    def told(outcome: Outcome) -> Outcome:
        if outcome.travel is None:
            return outcome
        own = Variant(name, label, None, None, None, Truth.NOT_MET, changes=True)
        return replace(outcome, travel=replace(outcome.travel, variants=(own,)))

    verdicts = [replace(v, outcomes=tuple(map(told, v.outcomes))) for v in result.verdicts]
    headings = [c.column.label for c in _times_under(replace(result, verdicts=tuple(verdicts)))]
    assert headings == [variant_label(name)]
