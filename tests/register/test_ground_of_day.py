"""The ground of a day: which units, of which plan, from which day to which, as files and as a map."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta

import geopandas as gpd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from groundfloor.problems import ForeignFolderError, Lang
from spots.outputs.table_page import page_table
from spots.register import Register
from spots.register.day_folder import DAY_FILES, refuse_day_folder, write_day
from spots.register.day_result import day_result
from spots.register.ground_of_day import ground_of_day, ground_page
from spots.register.register_replay import replay
from spots.types import ResultKind
from spots.types.designations import DesignationKind
from tests.helpers.registers import register_of, small_run, titled, to_add, unit_run, years

AREA, SPOT = DesignationKind.SHORTAGE_AREA, DesignationKind.SPOT


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """A plan, its revision without a spot, a plan after it that has units of ground too."""
    run = small_run()
    fewer = replace(run, spots=tuple(s for s in run.spots if s.facility_id != "soyo"))
    return register_of(
        tmp_path_factory.mktemp("plans") / "登録簿.gpkg",
        to_add("前期", years(2024, 2027), kinds=None),
        to_add("前期変更", years(2026, 2027), run=titled(fewer, "変更"), supersedes=("前期",)),
        to_add("後期", years(2027, 2030), run=unit_run(), kinds=None),
    )


def names(register, day: date, kind: DesignationKind = SPOT) -> set[str]:
    ground = ground_of_day(register, day)
    return {row.unit.name for row in ground.rows if row.edition.kind is kind}


def test_a_superseded_edition_ends_the_day_before_its_successor(plans):
    eve, first = date(2026, 3, 31), date(2026, 4, 1)
    assert "そよう病院" in names(plans, eve)
    assert "そよう病院" not in names(plans, first)
    ground = ground_of_day(plans, eve)
    assert {row.unit.span.last for row in ground.rows if row.edition.kind is SPOT} == {eve}
    # Areas were not revised.
    assert [held.edition.number for held in ground_of_day(plans, first).held] == [1, 3]


@pytest.mark.parametrize(
    ("day", "plan"), [(date(2027, 3, 31), "前期変更"), (date(2027, 4, 1), "後期")]
)
def test_the_last_day_of_a_plan_is_its_own(plans, day, plan):
    rows = ground_of_day(plans, day).rows
    assert {row.edition.plan for row in rows if row.edition.kind is SPOT} == {plan}


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 3, 31), "令和6年4月1日から"),
        (date(2030, 4, 1), "令和12年3月31日まで"),
    ],
)
def test_a_day_before_or_after_everything_is_said(plans, day, said):
    ground = ground_of_day(plans, day)
    assert not ground.held
    assert not ground.rows
    text = page_table(ground_page(ground, "登録簿.gpkg"), Lang.JA)
    assert "効力のある版が登録簿にありません" in text
    assert said in text


def test_a_kind_without_an_edition_beside_others_is_said_too(plans):
    ground = ground_of_day(plans, date(2026, 4, 1))
    (support, programme) = ground.silent
    assert "重点医師偏在対策支援区域" in support.ja
    assert "キャリア形成プログラム" in programme.ja


def test_every_edition_is_a_result_with_its_plan_and_the_days_of_its_units(plans):
    day = date(2027, 4, 1)
    ground = ground_of_day(plans, day)
    found = day_result(plans, ground.held, day)
    assert {g.kind for g in found.grounds} == {
        ResultKind.SPOT,
        ResultKind.SUPPORT_AREA,
        ResultKind.PROGRAMME,
    }
    assert all("後期" in g.title.ja for g in found.grounds)
    drawn = {v.unit.id for v in found.units}
    assert drawn == {r.unit.unit for r in ground.rows if r.edition.kind is not AREA}
    assert {(v.valid_from, v.valid_to) for v in found.units} == {(day, date(2030, 3, 31))}


def test_classes_of_areas_are_those_of_an_edition_in_force(plans, tmp_path):
    known = day_result(plans, plans.in_force(date(2026, 4, 1)), date(2026, 4, 1))
    assert known.areas.loc["4302", "area_class"] == "shortage"
    alone = register_of(tmp_path / "r.gpkg", to_add("計画", years(2024, 2027)))
    day = date(2025, 4, 1)
    bare = day_result(alone, alone.in_force(day), day)
    assert set(bare.areas["area_class"]) == {"unknown"}
    assert bare.edition is None


@pytest.mark.parametrize("lang", list(Lang))
def test_the_folder_has_the_same_units_in_every_file(plans, tmp_path, lang):
    day, out = date(2027, 4, 1), tmp_path / "out"
    ground = ground_of_day(plans, day)
    written = write_day(plans, ground, out, lang=lang)
    assert {file.name for file in written} == set(DAY_FILES)
    wanted = sorted(f"{r.edition.number}/{r.unit.unit}" for r in ground.rows)
    with (out / "ground.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(f"{r['edition']}/{r['unit_id']}" for r in rows) == wanted
    assert {(r["valid_from"], r["valid_to"], r["valid_until"]) for r in rows} == {
        ("2027-04-01", "2030-03-31", "2030-04-01")
    }
    page = json.loads((out / "ground.geojson").read_text(encoding="utf-8"))
    assert len(page["features"]) == len(wanted)
    layers = {str(name) for name, _ in pyogrio.list_layers(out / "ground.gpkg")}
    assert {"designations", "medical_areas", "municipalities", "layer_styles"} <= layers
    layer = gpd.read_file(out / "ground.gpkg", layer="designations")
    assert len(layer) == len(wanted)
    assert set(layer["plan"]) == {"後期"}
    book = load_workbook(out / "ground.xlsx")
    assert len(book.worksheets) == 3
    told = (out / "map.html").read_text(encoding="utf-8")
    assert "後期" in told
    assert "設定（案）" not in told.partition('"units":')[2].partition('"cities":')[0]


def test_a_day_that_is_made_twice_is_the_same(plans, tmp_path):
    ground = ground_of_day(plans, date(2026, 4, 1))
    for name in ("one", "two"):
        write_day(plans, ground, tmp_path / name, lang=Lang.JA)
    for name in DAY_FILES:
        one, two = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert one == two, name


def test_only_its_own_folder_is_replaced(plans, tmp_path):
    ground = ground_of_day(plans, date(2026, 4, 1))
    out = tmp_path / "out"
    write_day(plans, ground, out, lang=Lang.JA)
    write_day(plans, ground, out, lang=Lang.EN, force=True)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "ground.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(ForeignFolderError):
        refuse_day_folder(foreign, force=True)


def test_areas_alone_are_a_map_too(tmp_path):
    register = register_of(tmp_path / "r.gpkg", to_add("計画", years(2024, 2027), kinds=(AREA,)))
    ground = ground_of_day(register, date(2025, 4, 1))
    write_day(register, ground, tmp_path / "out", lang=Lang.JA)
    told = (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    assert "医師少数区域（計画・版1）" in told


# --- what holds of every register

_DAYS = st.integers(0, 10 * 366).map(lambda n: date(2022, 1, 1) + timedelta(days=n))


@pytest.fixture(scope="module")
def replayed(plans, tmp_path_factory):
    path = tmp_path_factory.mktemp("replayed") / "again.gpkg"
    replay(plans.path, path)
    return Register.open(path)


@settings(max_examples=60, deadline=None)
@given(day=_DAYS)
def test_a_replayed_register_says_the_same_of_every_day(plans, replayed, day):
    assert ground_of_day(replayed, day) == ground_of_day(plans, day)


@settings(max_examples=30, deadline=None)
@given(day=_DAYS, first=st.integers(2024, 2031))
def test_a_later_plan_changes_no_earlier_day(tmp_path_factory, day, first):
    path = tmp_path_factory.mktemp("later") / "r.gpkg"
    register = register_of(path, to_add("前期", years(2024, 2027), kinds=None))
    before = ground_of_day(register, day)
    later = to_add(
        "後期",
        years(first, first + 3),
        run=titled(small_run(), "後期"),
        kinds=None,
        supersedes=("前期",) if first < 2027 else (),
    )
    register.add_run(later)
    if day < date(first, 4, 1):
        after = ground_of_day(register, day)
        assert _units(after) == _units(before)


def _units(ground) -> list[tuple[int, str]]:
    return [(row.edition.number, row.unit.unit) for row in ground.rows]
