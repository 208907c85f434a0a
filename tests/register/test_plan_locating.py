"""A list, a register and a day: each answer with its plan, as locating in the run itself says."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundfloor.problems import DataError, Lang
from spots.locating import locate
from spots.locating.list_answering import AskedOfList
from spots.outputs import write_folder
from spots.outputs.table_page import page_json, page_table
from spots.register import Register
from spots.register.plan_locating import locate_in_plans, write_plan_answers
from spots.types import Truth
from spots.types.designations import DesignationKind
from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.institutions import IN_OGUNI, IN_SOYO, IN_UKI
from tests.helpers.registers import register_of, small_run, titled, to_add, unit_run, years

AREA, SPOT = DesignationKind.SHORTAGE_AREA, DesignationKind.SPOT
DAY = date(2025, 4, 1)


def listed(path, *points: tuple[float, float] | None):
    """Write a list of institutions."""
    rows = (
        f"医療機関{number},{'' if at is None else at[1]},{'' if at is None else at[0]}"
        for number, at in enumerate(points, 1)
    )
    path.write_text("名称,緯度,経度\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    run = small_run()
    fewer = replace(run, spots=tuple(s for s in run.spots if s.facility_id != "soyo"))
    return register_of(
        tmp_path_factory.mktemp("plans") / "登録簿.gpkg",
        to_add("前期", years(2024, 2027), kinds=None),
        to_add("後期", years(2027, 2030), run=titled(fewer, "後期"), kinds=(SPOT,)),
    )


def answers(register: Register, path, day: date) -> dict:
    found = locate_in_plans(register, path, day, AskedOfList())
    return {(row.row, row.kind): row for row in found.page.rows}


def test_every_kind_is_answered_with_its_plan(plans, tmp_path):
    path = listed(tmp_path / "list.csv", IN_SOYO, IN_UKI, IN_OGUNI)
    found = answers(plans, path, DAY)
    assert found[2, SPOT].truth is Truth.MET
    assert (found[2, SPOT].plan, found[2, SPOT].edition) == ("前期", 2)
    assert (found[2, SPOT].first, found[2, SPOT].last) == (date(2024, 4, 1), date(2027, 3, 31))
    assert found[3, AREA].truth is Truth.MET
    assert found[3, AREA].unit == "medical_area:4302"
    assert found[4, SPOT].truth is found[4, AREA].truth is Truth.NOT_MET
    assert found[4, SPOT].edition == 2  # who answers, though nothing holds it


def test_a_kind_without_an_edition_is_undetermined_on_that_day(plans, tmp_path):
    path = listed(tmp_path / "list.csv", IN_SOYO, IN_UKI)
    found = locate_in_plans(plans, path, date(2028, 4, 1), AskedOfList())
    assert found.undetermined
    by = {(row.row, row.kind): row for row in found.page.rows}
    assert by[2, SPOT].truth is Truth.NOT_MET
    assert by[3, AREA].truth is Truth.UNDETERMINED
    assert by[3, AREA].edition is None
    assert "版が登録簿にありません" in page_table(found.page, Lang.JA)


def test_a_list_of_another_prefecture_is_refused(plans, tmp_path):
    path = listed(tmp_path / "list.csv", (130.46, 33.03))
    with pytest.raises(DataError) as fault:
        locate_in_plans(plans, path, DAY, AskedOfList())
    assert [p.code for p in fault.value.problems] == ["list-outside-plans"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson"])
def test_answers_are_written(plans, tmp_path, suffix):
    path = listed(tmp_path / "list.csv", IN_SOYO, None)
    found = locate_in_plans(plans, path, DAY, AskedOfList())
    out = tmp_path / f"answers.{suffix}"
    write_plan_answers(found, out, lang=Lang.JA)
    if suffix == "csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(r["row"], r["kind"], r["inside"], r["plan"]) for r in rows] == [
            ("2", "shortage_area", "false", "前期"),
            ("2", "spot", "true", "前期"),
            ("3", "shortage_area", "", "前期"),
            ("3", "spot", "", "前期"),
        ]
    if suffix == "geojson":
        features = json.loads(out.read_text(encoding="utf-8"))["features"]
        assert [f["geometry"] is None for f in features] == [False, False, True, True]
    entries = page_json(found.page, Lang.EN)["rows"]
    assert [e["inside"] for e in entries] == [False, True, None, None]


_POINTS = st.tuples(
    st.floats(130.62, 131.28).map(lambda v: round(v, 6)),
    st.floats(32.16, 33.19).map(lambda v: round(v, 6)),
)


@settings(max_examples=40, deadline=None)
@given(points=st.lists(_POINTS, min_size=1, max_size=5))
@pytest.mark.parametrize("run", [small_run(), unit_run()], ids=["circles", "units"])
def test_with_one_edition_it_is_what_locating_in_the_run_says(tmp_path_factory, run, points):
    folder = tmp_path_factory.mktemp("one")
    # In 山都町's spot too, so that the list is of this prefecture.
    path = listed(folder / "list.csv", IN_SOYO, *points)
    days = years(2027, 2030)  # those of the run's units
    register = register_of(folder / "r.gpkg", to_add("計画", days, run=run, kinds=None))
    found = answers(register, path, date(2028, 4, 1))
    said, _ = locate(run, path, on=date(2028, 4, 1))
    for one in said.rows:
        spot = [f"facility:{s.facility_id}" for s in one.inside]
        spot += [u.unit_id for a in one.results if a.kind.value == "spot" for u in a.units]
        answer = found[one.source.row, SPOT]
        assert (answer.truth is Truth.MET) is bool(spot)
        assert answer.unit == (spot[0] if spot else "")
        if one.place.prefecture_code == "43":
            assert (found[one.source.row, AREA].truth is Truth.MET) is one.in_shortage_area


# --- the command


@pytest.fixture(scope="module")
def register_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    write_folder(small_run(), folder / "out")
    file = folder / "計画 登録簿.gpkg"
    told = ("plan", "add", folder / "out", "--plan", "前期", "--register", file)
    spots_json(*told, "--from", "2024-04-01", "--to", "2027-03-31")
    return file


def test_locate_by_plans_on_the_command_line(register_file, tmp_path):
    path = listed(tmp_path / "list.csv", IN_SOYO, IN_UKI)
    asked = ("locate", path, "--plan", register_file, "--on")
    page = spots_json(*asked, "R9.3.31")
    assert {(r["row"], r["kind"]): r["inside"] for r in page["rows"]} == {
        (2, "shortage_area"): False,
        (2, "spot"): True,
        (3, "shortage_area"): True,
        (3, "spot"): False,
    }
    page = spots_json(*asked, "R9.4.1", code=3)
    assert {r["inside"] for r in page["rows"]} == {None}
    done = spots(*asked, "2027-04-01", "--lang", "en", "--out", tmp_path / "answers.csv")
    assert done.exit_code == 3
    assert "no edition on record" in done.stdout
    assert (tmp_path / "answers.csv").exists()


def test_what_a_register_does_not_answer_is_refused_at_once(register_file, tmp_path):
    path = listed(tmp_path / "list.csv", IN_SOYO)
    done = spots("locate", path, "--plan", register_file, "--reach", "500", "--result", "x")
    assert done.exit_code == 2
    assert done.stderr.count("plan-asked-beside") == 2
    assert "plan-no-day" in done.stderr
    assert spots("locate", path).exit_code == 2


def test_a_day_and_a_comparison_on_the_command_line(register_file, tmp_path):
    out = tmp_path / "day"
    page = spots_json("plan", "at", "2027-03-31", "--register", register_file, "--out", out)
    assert {row["plan"] for row in page["rows"]} == {"前期"}
    assert (out / "map.html").exists()
    again = spots("plan", "at", "2027-03-31", "--register", register_file, "--out", out)
    assert again.exit_code == 2
    none = spots("plan", "at", "2027-04-01", "--register", register_file, "--out", tmp_path / "no")
    assert none.exit_code == 3
    assert "効力のある版が登録簿にありません" in none.stdout
    assert not (tmp_path / "no").exists()
    told = ("plan", "diff", "2025-04-01", "前期", "--register", register_file)
    assert {row["change"] for row in spots_json(*told)["rows"]} == {"kept"}
    assert spots("plan", "diff", "2020-04-01", "前期", "--register", register_file).exit_code == 3


def test_english_is_english(register_file, tmp_path):
    path = listed(tmp_path / "list.csv", IN_SOYO)
    run = small_run()
    data = [path.read_text(encoding="utf-8"), str(register_file), "前期"]
    data += [v.facility.name + v.place.municipality for v in run.verdicts]
    data += [*map(str, run.areas["name"]), *map(str, run.municipalities["name"])]
    for asked in (
        ("plan", "at", "2027-03-31", "--register", register_file),
        ("plan", "at", "2027-04-01", "--register", register_file),
        ("plan", "diff", "2020-04-01", "前期", "--register", register_file),
        ("locate", path, "--plan", register_file, "--on", "2027-03-31"),
    ):
        done = spots(*asked, "--lang", "en")
        assert foreign_words(done.stdout + done.stderr, data) == [], asked
