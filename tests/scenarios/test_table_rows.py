"""A facility whose lists are swapped is one row of the table, by whatever id they call it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spots as ss
from spots.job.run_file import read_run_file
from spots.scenarios.scenario_solving import scenario_table
from spots.scenarios.table_rows import ListedFacility, TableRows
from spots.types.scenario_table import NOT_LISTED, ScenarioTable
from tests.helpers.judging import facility, place
from tests.helpers.scenarios import sample_parts
from tests.helpers.small_job import HEADER, HOSPITALS, RUN, write_job
from tests.scenarios.test_scenario_solving import saying

RENUMBERED = HOSPITALS.replace("H1,", "77,").replace("H2,", ",").replace("H3,", "R7-3,")
#: Another hospital has the number of one that is gone.
RECYCLED = HOSPITALS.replace("H1,矢部広域病院", "H2,矢部広域病院").replace(
    "H2,済生会みすみ病院,43213", ",済生会みすみ病院,43213"
)


def swapped(tmp_path, listed: str, run: str = RUN) -> ScenarioTable:
    files = {"other.csv": listed, "run.toml": run}
    job = write_job(tmp_path, files)
    of = (f"輪番病院={tmp_path / 'other.csv'}",)
    return scenario_table(read_run_file(job), [saying("swapped", lists=of)])


@pytest.mark.parametrize("listed", [RENUMBERED, RECYCLED])
def test_lists_that_number_otherwise_make_no_row_and_take_none_away(tmp_path, listed):
    table = swapped(tmp_path, listed)
    names = [each.name for each in table.facilities]
    assert len(names) == len(set(names)) == 6
    assert not (table.states == NOT_LISTED).any()
    assert (table.states[:, 0] == table.states[:, 1]).all()
    assert (table.travel_ms[:, 0] == table.travel_ms[:, 1]).all()
    assert (table.nearest[:, 0] == table.nearest[:, 1]).all()
    assert (table.circle_of[:, 0] == table.circle_of[:, 1]).all()
    assert table.groups() == ((0, 1),)


def test_a_new_hospital_with_the_id_of_another_has_a_row_of_its_own(tmp_path):
    other = "H3,南小国診療所,43213,熊本県宇城市三角町9,32.7500,130.5600,\n"
    table = swapped(tmp_path, "".join(HOSPITALS.splitlines(keepends=True)[:-1]) + other)
    assert [(f.id, f.name) for f in table.facilities][-2:] == [
        ("H3", "小国公立病院"),
        ("H3-2", "南小国診療所"),
    ]
    assert (table.states[-2:] == NOT_LISTED).tolist() == [[False, True], [True, False]]
    assert [row["H3"] for row in table.row_of] == [5, 6]


def test_one_file_in_the_place_of_another_that_is_read_already(tmp_path):
    nowhere = HEADER + "".join(
        ",".join(["", *line.split(",")[1:2], "", "", "", "", "\n"])
        for line in HOSPITALS.splitlines()[1:]
    )
    more = '[[facilities]]\nname = "告示"\nfile = "other.csv"\ntype = "③"\nlist = "kokuji"\n'
    table = swapped(tmp_path, nowhere, RUN.replace("[municipalities]", more + "[municipalities]"))
    assert not any(f.id.endswith("-2") for f in table.facilities)
    told = [[p.code for p in each.problems].count("file-of-two-lists") for each in table.figures]
    assert told == [0, 1]


def listed(at: str, name: str, city: str) -> ListedFacility:
    own = replace(facility(at, name=name, position=None), municipality_code=city or None)
    return ListedFacility(own, place(city or None))


@pytest.mark.parametrize(
    ("one", "row"),
    [
        (listed("9", "第一病院", "43213"), 0),
        (listed("第一病院", "第一病院", "43447"), 1),  # an id made of a name, when one is gone
        (listed("第一病院-2", "新第一病院", "43447"), 1),  # renamed
        (listed("第一病院", "別病院", ""), 0),  # by the id alone
        (listed("第一病院", "別病院", "43424"), 2),
        (listed("9", "第一病院", "43424"), 2),
    ],
)
def test_which_row_a_facility_is(one, row):
    rows = TableRows()
    rows.rows_of(
        [listed("第一病院", "第一病院", "43213"), listed("第一病院-2", "第一病院", "43447")]
    )
    assert rows.rows_of([one]) == {one.facility.id: row}
    ids = [each.facility.id for each in rows.known]
    assert len(ids) == len(set(ids)) == max(row + 1, 2)


def test_frames_of_a_sweep_have_one_row_for_a_hospital_that_is_numbered_otherwise():
    parts = sample_parts()
    other = list(parts["facilities"])
    other[2] = other[2].set_axis([f"x{n}" for n in range(len(other[2]))])
    scenario = ss.Scenario(**parts)
    states = scenario.sweep_states({"facilities": {"as it is": parts["facilities"], "x": other}})
    assert len(states) == len(scenario.sweep_states({"threshold_min": [30]}))
    assert not states.isna().to_numpy().any()
    assert np.array_equal(states["as it is"].astype(str), states["x"].astype(str))
