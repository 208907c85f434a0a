"""Tables keyed by unit: rows by name, code or position, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import DataError, Severity
from spots.job.ground_inputs import read_ground_inputs
from spots.job.inputs import read_facilities, read_regions
from spots.job.run_file import read_run_file
from spots.judging.selecting.ground_facts import NumberTable, TableKey
from tests.helpers.small_job import RUN, write_job

TABLE = """
[[tables]]
name = "timetables"
file = "timetables.csv"
{more}
"""
BY_UNIT = 'key = "unit"\nwithin_m = 1000'


def timetable(folder: Path, text: str, more: str = BY_UNIT) -> NumberTable:
    files = {"run.toml": RUN + TABLE.format(more=more), "timetables.csv": text}
    job = read_run_file(write_job(folder, files))
    regions, _ = read_regions(job)
    facilities, _ = read_facilities(job, regions)
    return read_ground_inputs(job, regions, facilities.facilities)[0].tables["timetables"]


def test_a_row_has_a_name_a_position_and_numbers(tmp_path):
    table = timetable(
        tmp_path,
        "停留所名,市町村,緯度,経度,往復便数,所要分\n"
        "大野,山都町,32.7,131.1,2,75分\n"
        "大野,山都町,32.8,131.1,-,30分\n"
        "役場前,山都町,,,9,\n",
    )
    assert table.key is TableKey.UNIT
    assert table.within_m == 1000
    assert table.columns == {
        "往復便数": {"row 2": 2.0, "row 4": 9.0},
        "所要分": {"row 2": 75.0, "row 3": 30.0},
    }
    first, _, last = table.rows
    assert (first.entry.name, first.entry.municipality, first.entry.row) == ("大野", "山都町", 2)
    assert (first.position.lon, first.position.lat) == (131.1, 32.7)
    assert last.position is None


def test_positions_alone_will_do(tmp_path):
    table = timetable(tmp_path, "緯度,経度,往復便数\n32.7,131.1,2\n")
    assert [row.key for row in table.rows] == ["row 2"]
    assert timetable(tmp_path, '緯度経度,往復便数\n"32.7,131.1",2\n').rows[0].position is not None


def test_codes_alone_will_do_without_a_distance(tmp_path):
    table = timetable(tmp_path, "unit_id,往復便数\npoint:4000:4000:49301416,0\n", 'key = "unit"')
    assert table.rows[0].entry.code == "point:4000:4000:49301416"
    assert table.columns["往復便数"] == {"row 2": 0.0}


@pytest.mark.parametrize(
    ("text", "more", "code", "row"),
    [
        ("緯度,経度,往復便数\n32.7,131.1,2\n", 'key = "unit"', "table-distance", None),
        ("名称,往復便数\n大野,2\n", BY_UNIT, "table-distance", None),
        ("市町村コード,往復便数\n43447,2\n", "within_m = 1000", "table-distance", None),
        ("名称,緯度,経度,往復便数\n大野,327,131.1,2\n", BY_UNIT, "table-position", 2),
        ("名称,緯度,経度,往復便数\n大野,32.7,131.1,2\n,,,2\n", BY_UNIT, "table-position", 3),
        ("名称,緯度,経度,往復便数\n大野,32.7,131.1,二回\n", BY_UNIT, "table-without-numbers", 1),
    ],
)
def test_a_table_of_units_that_cannot_be_used(tmp_path, text, more, code, row):
    with pytest.raises(DataError) as caught:
        timetable(tmp_path, text, more)
    found = [p for p in caught.value.problems if p.severity is Severity.ERROR]
    assert [(p.code, p.row) for p in found] == [(code, row)]
