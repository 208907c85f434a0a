"""The register: what is added stays, what overlaps is refused, what was asked is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from groundfloor.problems import UsageError
from spots.outputs import write_folder
from spots.register import Register
from spots.types import State
from spots.types.designations import DesignationKind
from tests.helpers.registers import register_of, small_run, titled, to_add, unit_run, years

SPOT, AREA = DesignationKind.SPOT, DesignationKind.SHORTAGE_AREA


@pytest.fixture
def path(tmp_path):
    return tmp_path / "登録簿.gpkg"


def codes_of(fault) -> list[str]:
    return [problem.code for problem in fault.value.problems]


def test_a_run_folder_becomes_an_edition_for_each_kind(path, tmp_path):
    write_folder(small_run(), tmp_path / "out")
    register = Register.create(path)
    added = register.add(tmp_path / "out", "第8次前期")
    assert [(e.number, e.kind) for e in added.editions] == [(1, AREA), (2, SPOT)]
    settings = small_run().settings
    assert {(e.span.first, e.span.last) for e in added.editions} == {
        (settings.valid_from, settings.valid_to)
    }
    assert all(len(e.run_digest) == len(e.evidence_sha256) == 64 for e in added.editions)


def test_what_is_read_back_is_what_the_run_found(path):
    register_of(path, to_add("前期", years(2024, 2027), kinds=None))
    register = Register.open(path)
    run, spots = small_run(), register.editions[-1]
    units = register.designations(spots)
    assert [u.unit for u in units] == [f"facility:{s.facility_id}" for s in run.spots]
    assert [u.geometry for u in units] == [s.geometry for s in run.spots]
    assert [(u.area_km2, u.reason, u.criteria) for u in units] == [
        (s.area_km2, s.reason, s.criteria) for s in run.spots
    ]
    kept = register.result(spots)
    assert (kept.verdicts, kept.spots, kept.job) == (run.verdicts, run.spots, run.job)
    assert kept.areas.equals(run.areas)
    assert kept.surroundings is None


def test_people_stay_and_the_cells_that_they_were_counted_in_are_left_out(path):
    run = small_run()
    cells = run.municipalities[["geometry"]].assign(population=100.0)
    spots = tuple(replace(spot, population=120.5) for spot in run.spots)
    counted = replace(
        run,
        spots=spots,
        population=cells,
        population_ground=cells[["geometry"]],
        dissolved_population=500.0,
    )
    register = register_of(path, to_add("前期", years(2024, 2027), run=counted))
    (edition,) = register.editions
    assert {u.population for u in register.designations(edition)} == {120.5}
    kept = register.result(edition)
    assert (kept.spots, kept.dissolved_population) == (spots, 500.0)
    assert kept.population is None
    assert kept.population_ground is None


def test_units_of_every_result_are_taken_in_and_undetermined_ones_told(path):
    register = Register.create(path)
    added = register.add_run(to_add("後期", years(2027, 2030), run=unit_run(), kinds=None))
    by_kind = {e.kind: register.designations(e) for e in added.editions}
    for verdict in unit_run().units:
        held = [u for units in by_kind.values() for u in units if u.result == verdict.result]
        is_in = verdict.unit.id in {u.unit for u in held}
        kind = next(g.kind.value for g in unit_run().grounds if g.id == verdict.result)
        assert is_in is (verdict.state is State.DESIGNATED and kind != "candidate")
    told = {p.code for p in added.problems}
    undetermined = any(v.state is State.UNDETERMINED for v in unit_run().units)
    assert ("register-undetermined" in told) is undetermined


def test_a_run_added_twice_is_there_once(path):
    run = to_add("前期", years(2024, 2027))
    register = register_of(path, run)
    again = register.add_run(run)
    assert again.already
    assert [e.number for e in again.editions] == [1]
    assert len(Register.open(path).history) == 1


def test_what_is_there_already_is_left_and_the_rest_added(path):
    register = register_of(path, to_add("前期", years(2024, 2027)))
    added = register.add_run(to_add("前期", years(2024, 2027), kinds=None))
    assert not added.already
    assert [(e.number, e.kind) for e in added.editions] == [(1, SPOT), (2, AREA)]
    assert [e.number for e in register.editions] == [1, 2]


def test_two_editions_of_the_same_days_are_refused(path):
    register = register_of(path, to_add("前期", years(2024, 2027)))
    before = path.read_bytes()
    with pytest.raises(UsageError) as fault:
        register.add_run(to_add("後期", years(2026, 2029)))
    assert codes_of(fault) == ["register-overlap"]
    assert "--supersedes 1" in fault.value.problems[0].remedy.en
    assert path.read_bytes() == before


@pytest.mark.parametrize("named", [1, "1", "前期"])
def test_a_revision_takes_the_place_of_what_it_names(path, named):
    register = register_of(path, to_add("前期", years(2024, 2027)))
    register.add_run(to_add("改訂", years(2026, 2027), supersedes=(named,)))
    spans = {each.edition.plan: each.span for each in register.in_force()}
    assert spans == {"前期": years(2024, 2026), "改訂": years(2026, 2027)}
    assert [e.edition.plan for e in register.in_force(date(2026, 4, 1))] == ["改訂"]
    assert [e.edition.plan for e in register.in_force(date(2026, 3, 31))] == ["前期"]
    assert register.in_force(date(2027, 4, 1)) == ()


def test_a_kind_that_a_revision_lacks_stays_in_force_and_is_told(path):
    register = register_of(path, to_add("前期", years(2024, 2027), kinds=None))
    added = register.add_run(to_add("改訂", years(2026, 2027), supersedes=("前期",)))
    told = [p.value for p in added.problems if p.code == "register-kind-stays"]
    areas = next(e for e in register.editions if e.kind is AREA)
    assert told == [str(areas.number)]
    later = register.add_run(to_add("次期", years(2027, 2030), supersedes=("前期",)))
    assert "register-kind-stays" not in {p.code for p in later.problems}


def test_spans_that_meet_do_not_overlap(path):
    runs = [to_add("前期", years(2024, 2027)), to_add("後期", years(2027, 2030))]
    register = register_of(path, *runs)
    assert [e.edition.plan for e in register.in_force(date(2027, 3, 31))] == ["前期"]
    assert [e.edition.plan for e in register.in_force(date(2027, 4, 1))] == ["後期"]


@pytest.mark.parametrize(
    ("named", "span", "code"),
    [
        ("第9次", years(2027, 2030), "register-supersedes-unknown"),
        (7, years(2027, 2030), "register-supersedes-unknown"),
        (1, years(2020, 2023), "register-supersedes-later"),
    ],
)
def test_what_cannot_be_superseded_is_said(path, named, span, code):
    register = register_of(path, to_add("前期", years(2024, 2027)))
    with pytest.raises(UsageError) as fault:
        register.add_run(to_add("改訂", span, supersedes=(named,)))
    assert codes_of(fault) == [code]


def test_editions_of_another_kind_stand_beside_each_other(path):
    register = register_of(path, to_add("前期", years(2024, 2027)))
    register.add_run(to_add("前期", years(2024, 2027), kinds=(AREA,)))
    assert [e.edition.kind for e in register.in_force(date(2025, 1, 1))] == [SPOT, AREA]


def test_a_run_without_a_period_needs_one(path):
    settings = small_run().settings
    run = replace(small_run(), settings=replace(settings, valid_from=None, valid_to=None))
    register = Register.create(path)
    with pytest.raises(UsageError) as fault:
        register.add_run(to_add("前期", None, run=run))
    assert codes_of(fault) == ["register-no-period"]


def test_a_revision_of_the_register_is_its_first_entries(path, tmp_path):
    runs = [
        to_add("前期", years(2024, 2027)),
        to_add("改訂", years(2025, 2027), supersedes=(1,)),
        to_add("後期", years(2027, None), run=titled(small_run(), "後期")),
    ]
    whole = register_of(path, *runs)
    for count in range(len(runs) + 1):
        first = register_of(tmp_path / f"{count}.gpkg", *runs[:count])
        shown = [(e.edition.number, e.span) for e in whole.in_force(revision=count)]
        assert shown == [(e.edition.number, e.span) for e in first.in_force()]
