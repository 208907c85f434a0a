"""Two days, or two plans: what is kept, new, ended, changed, and what turned a class."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook

from boundaries.geometry import polygons
from boundaries.types import AreaClass, IndexEdition
from groundfloor.problems import Lang, UsageError
from spots.outputs.table_page import page_json, page_table
from spots.register.plan_difference_files import (
    difference_notes,
    differences_page,
    write_differences,
)
from spots.register.plan_differences import PlanDifferences, plan_differences
from spots.register.plan_sides import plan_side
from spots.telling.plan_change_columns import PlanAspect, PlanChangeKind
from spots.types import RunResult, Spot
from spots.types.designations import DesignationKind
from tests.helpers.registers import register_of, small_run, titled, to_add, unit_run, years

AREA, SPOT = DesignationKind.SHORTAGE_AREA, DesignationKind.SPOT
NEW, ENDED, CHANGED = PlanChangeKind.NEW, PlanChangeKind.ENDED, PlanChangeKind.CHANGED
KEPT, OPEN, CLASS = PlanChangeKind.KEPT, PlanChangeKind.OPEN, PlanChangeKind.CLASS


def compared(path, old: RunResult, new: RunResult, kinds=None) -> PlanDifferences:
    """Compare two plans, one after the other, of two runs."""
    register = register_of(
        path,
        to_add("旧", years(2024, 2027), run=titled(old, "旧"), kinds=kinds),
        to_add("新", years(2027, 2030), run=titled(new, "新"), kinds=kinds),
    )
    return plan_differences(
        register, plan_side(register, "旧", "A"), plan_side(register, "新", "B")
    )


def by_name(found: PlanDifferences, kind: DesignationKind = SPOT) -> dict:
    rows = [r for r in found.rows if r.shown is not None and r.shown.edition.kind is kind]
    return {row.shown.unit.name: row for row in rows if row.shown is not None}


def with_spots(run: RunResult, *spots: Spot) -> RunResult:
    return replace(run, spots=spots)


def spot(run: RunResult, facility: str) -> Spot:
    return next(s for s in run.spots if s.facility_id == facility)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "登録簿.gpkg"


def test_the_same_designations_are_kept(path):
    found = compared(path, small_run(), small_run())
    assert {row.kind for row in found.rows} == {KEPT}
    assert not any(row.gained_km2 or row.lost_km2 for row in found.rows)
    assert not found.open


def test_new_and_ended_spots_have_all_their_ground(path):
    run = small_run()
    soyo, yabe = spot(run, "soyo"), spot(run, "yabe")
    rest = [s for s in run.spots if s not in {soyo, yabe}]
    found = by_name(compared(path, with_spots(run, soyo, *rest), with_spots(run, yabe, *rest)))
    assert found[yabe.name].kind is NEW
    assert found[yabe.name].gained_km2 == pytest.approx(yabe.area_km2, rel=1e-6)
    assert found[soyo.name].kind is ENDED
    assert found[soyo.name].lost_km2 == pytest.approx(soyo.area_km2, rel=1e-6)
    assert {found[s.name].kind for s in rest} == {KEPT}


def test_ground_and_people_that_changed_are_told(path):
    run = small_run()
    soyo = spot(run, "soyo")
    half = shapely.box(soyo.geometry.bounds[0], -90, shapely.centroid(soyo.geometry).x, 90)
    cut = polygons(soyo.geometry.intersection(half))
    smaller = replace(soyo, geometry=cut, area_km2=soyo.area_km2 / 2, population=400.0)
    old = with_spots(run, replace(soyo, population=1000.0))
    row = by_name(compared(path, old, with_spots(run, smaller)))[soyo.name]
    assert (row.kind, row.aspects) == (CHANGED, (PlanAspect.GROUND,))
    assert row.lost_km2 == pytest.approx(soyo.area_km2 / 2, rel=0.01)
    assert row.gained_km2 == 0.0
    assert row.old is not None
    assert row.old.unit.population == 1000.0
    assert row.new is not None
    assert row.new.unit.population == 400.0


def test_a_reason_that_changed_is_told_by_itself(path):
    run = small_run()
    soyo = spot(run, "soyo")
    other = replace(soyo, reason=replace(soyo.reason, ja="別の理由", en="another reason"))
    row = by_name(compared(path, with_spots(run, soyo), with_spots(run, other)))[soyo.name]
    assert (row.kind, row.aspects) == (CHANGED, (PlanAspect.REASON,))


def with_id(run: RunResult, old: str, new: str) -> RunResult:
    """Return a run whose list gives a facility another id."""
    return replace(
        run,
        verdicts=tuple(
            replace(v, facility=replace(v.facility, id=new)) if v.facility.id == old else v
            for v in run.verdicts
        ),
        spots=tuple(replace(s, facility_id=new) if s.facility_id == old else s for s in run.spots),
    )


def test_another_id_makes_no_new_spot(path):
    found = by_name(compared(path, small_run(), with_id(small_run(), "soyo", "4310001")))
    assert found["そよう病院"].kind is KEPT


def test_an_id_that_is_used_again_is_another_spot(path):
    run = small_run()
    soyo, yabe = spot(run, "soyo"), spot(run, "yabe")
    # The new list gives yabe the number that soyo had, and has no soyo any more.
    gone = replace(run, verdicts=tuple(v for v in run.verdicts if v.facility.id != "soyo"))
    new = with_id(with_spots(gone, yabe), "yabe", "soyo")
    found = by_name(compared(path, with_spots(run, soyo), new))
    assert found[yabe.name].kind is NEW
    assert found[soyo.name].kind is ENDED


def test_wards_that_were_merged_are_one_municipality(path):
    def in_ward(code: str) -> RunResult:
        run = unit_run()
        units = tuple(
            replace(v, unit=replace(v.unit, id=f"districts:{code}", municipality_codes=(code,)))
            if v.unit.id == "districts:izumi"
            else v
            for v in run.units
        )
        return replace(run, units=units)

    # 浜松市 had seven wards until 2023, and has three.
    found = by_name(compared(path, in_ward("22131"), in_ward("22138"), kinds=(SPOT,)))
    assert found["泉町"].kind is KEPT


# --- classes of areas


def edition(run: RunResult, named: IndexEdition, value: float, kind: AreaClass) -> RunResult:
    """Return a run whose area 天草 stands for 南空知: an index, and the class by an edition."""
    areas = run.areas.copy()
    areas.loc["4311", ["name", "index", "area_class"]] = ("南空知", value, kind.value)
    return replace(run, areas=areas, edition=named)


def test_a_class_that_a_cut_off_turned(path):
    old = edition(small_run(), IndexEdition("2020", 161.6, 197.0), 162.0, AreaClass.NEITHER)
    new = edition(small_run(), IndexEdition("2024-01", 179.3, 217.6), 166.9, AreaClass.SHORTAGE)
    found = compared(path, old, new, kinds=(AREA,))
    row = by_name(found, AREA)["南空知"]
    assert row.kind is NEW
    (entry,) = [
        r for r in page_json(differences_page(found, "r"), Lang.EN)["rows"] if r["name"] == "南空知"
    ]
    assert entry["class_causes"] == ["cut_off"]
    assert entry["index_change"] == 4.9
    assert (entry["old_class"], entry["new_class"]) == ("neither", "shortage")
    assert (entry["old_index"], entry["new_index"]) == (162.0, 166.9)
    assert "基準値" in row.why.ja
    assert "+4.9" in page_table(differences_page(found, "r"), Lang.JA)


def test_a_class_that_its_value_turned(path):
    named = IndexEdition("2024-01", 179.3, 217.6)
    old = edition(small_run(), named, 190.0, AreaClass.NEITHER)
    new = edition(small_run(), named, 150.0, AreaClass.SHORTAGE)
    row = by_name(compared(path, old, new, kinds=(AREA,)), AREA)["南空知"]
    assert row.area is not None
    assert [[c.value for c in way] for way in row.area.causes] == [["value"]]


def test_an_area_of_another_class_is_told_though_no_side_designates_it(path):
    named = IndexEdition("2024-01", 179.3, 217.6)
    old = edition(small_run(), named, 190.0, AreaClass.NEITHER)
    new = edition(small_run(), named, 230.0, AreaClass.SURPLUS)
    found = compared(path, old, new, kinds=(AREA,))
    (row,) = [r for r in found.rows if r.kind is CLASS]
    assert row.old is None
    assert row.new is None
    assert "南空知" in page_table(differences_page(found, "r"), Lang.JA)


# --- sides


def test_a_day_and_a_plan_may_be_compared(path):
    run = small_run()
    register = register_of(
        path,
        to_add("前期", years(2024, 2027)),
        to_add(
            "前期",
            years(2026, 2027),
            run=titled(with_spots(run, spot(run, "soyo")), "改訂"),
            supersedes=(1,),
        ),
    )
    day, plan = plan_side(register, "R7.4.1", "A"), plan_side(register, "前期", "B")
    assert [h.edition.number for h in day.held] == [1]
    assert [h.edition.number for h in plan.held] == [2]  # as the plan stands now
    kinds = [row.kind for row in plan_differences(register, day, plan).rows]
    assert kinds.count(ENDED) == len(run.spots) - 1


@pytest.mark.parametrize(("old", "new"), [("2020-04-01", "新"), ("新", "2035-04-01")])
def test_a_side_without_an_edition_is_not_compared(path, old, new):
    register = register_of(path, to_add("新", years(2027, 2030)))
    found = plan_differences(register, plan_side(register, old, "A"), plan_side(register, new, "B"))
    assert {row.kind for row in found.rows} == {OPEN}
    assert {row.gained_km2 for row in found.rows} == {None}
    assert "版が登録簿にない" in found.open[0].ja


def test_what_is_neither_a_day_nor_a_plan_is_refused_with_the_plans(path):
    register = register_of(path, to_add("第8次後期", years(2027, 2030)))
    with pytest.raises(UsageError) as fault:
        plan_side(register, "第9次", "A")
    (problem,) = fault.value.problems
    assert problem.code == "plan-side-unknown"
    assert "第8次後期" in problem.remedy.ja


# --- files


@pytest.mark.parametrize("lang", list(Lang))
def test_tables_and_layers_say_the_same(path, tmp_path, lang):
    run = small_run()
    found = compared(path, run, with_spots(run, spot(run, "soyo")), kinds=(SPOT,))
    page = differences_page(found, path.name)
    for suffix in ("csv", "xlsx", "geojson", "gpkg"):
        write_differences(found, page, tmp_path / f"diff.{suffix}", lang=lang)
    with (tmp_path / "diff.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["change"] for r in rows].count("ended") == len(run.spots) - 1
    assert load_workbook(tmp_path / "diff.xlsx").active.max_row > len(rows)
    layer = gpd.read_file(tmp_path / "diff.gpkg", layer="plan_changes")
    features = json.loads((tmp_path / "diff.geojson").read_text(encoding="utf-8"))["features"]
    assert len(layer) == len(features) == len(run.spots)  # each that ended, and all together
    whole = layer[layer["name"].isna()].iloc[0]
    (ground,) = found.grounds
    assert whole["area_km2"] == pytest.approx(ground.lost_km2, abs=1e-6)
    assert len(difference_notes(found, lang)) <= len(rows)


def test_days_that_are_one_are_no_difference(path):
    register = register_of(path, to_add("前期", years(2024, 2027), kinds=None))
    side = plan_side(register, str(date(2025, 4, 1)), "A")
    found = plan_differences(register, side, side)
    assert {row.kind for row in found.rows} == {KEPT}
