"""Hospitals and roads taken away in turn: known answers, and every outcome a real run's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.sample import sample_run_file
from spots.types import RunResult, State, Truth
from spots.types.ground_units import UnitKind
from tests.helpers.gone_cases import Asked, by_name, closure_file, cuts_of, run_of, standings
from tests.helpers.small_job import BASE, HOSPITALS, LINKS, NODES, RUN, write_job

#: Milliseconds on the small job's roads: national at 45 km/h, prefectural at 40.
UKI_YABE, YABE_SOYO, YABE_OGUNI = 45 * 80_000, 10 * 80_000, 50 * 90_000


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return Asked(write_job(tmp_path_factory.mktemp("small")))


def test_without_a_hospital_those_whose_nearest_it_was_drive_on(asked: Asked) -> None:
    """矢部広域 has そよう at 10 km and 済生会みすみ at 45 km: without そよう it becomes ③."""
    gone = by_name(asked.hospitals())["そよう病院"]
    assert [m.facility.name for m in gone.moved] == ["矢部広域病院"]
    (moved,) = gone.moved
    assert moved.before.truth is Truth.NOT_MET
    assert (moved.after.truth, moved.after.state) == (Truth.MET, State.DESIGNATED)
    assert moved.after.nearest_id == "H2"
    assert moved.longer_ms is not None
    assert abs(moved.longer_ms - (UKI_YABE - YABE_SOYO)) < 600_000  # ways to the doors
    assert moved.becomes_met
    assert gone.rank == 1


def test_a_hospital_that_is_nobodys_nearest_moves_nobody(asked: Asked) -> None:
    gone = by_name(asked.hospitals())["小国公立病院"]
    assert gone.moved == ()
    assert gone.weight == (0, 0, 0, 0.0, 0)


@pytest.mark.parametrize("row", [1, 2, 3, 4])
def test_a_closed_hospital_is_a_list_without_its_row(
    asked: Asked, tmp_path: Path, row: int
) -> None:
    lines = HOSPITALS.splitlines(keepends=True)
    facility_id = lines.pop(row).split(",")[0]
    run = run_of(write_job(tmp_path / "job", {"hospitals.csv": "".join(lines)}))
    gone = next(g for g in asked.hospitals().rows if g.id == facility_id)
    real = standings(run)
    real.pop(facility_id, None)  # B1 stays on the list of base hospitals
    assert asked.expected(gone) == real


def test_every_cut_is_a_closure_of_the_run_file(asked: Asked, tmp_path: Path) -> None:
    ranking = asked.roads()
    assert {g.name for g in ranking.rows} == {"国道218号", "県道1号"}
    for gone, cut in cuts_of(ranking):
        file = closure_file(cut, tmp_path / "closed.geojson")
        run = run_of(asked.run_file, (f'network.closures=["{file}"]',))
        assert asked.expected(gone) == standings(run), cut.id


def test_the_only_road_cuts_off(asked: Asked) -> None:
    gone = next(g for g in asked.roads().rows if g.name == "県道1号")
    assert [m.facility.name for m in gone.cut_off] == ["小国公立病院"]
    assert gone.road is not None
    # 矢部広域's door is on it too, so that every drive begins or ends there.
    assert (gone.road.length_m, gone.road.drives) == (50_000.0, 4)


def test_what_a_run_with_closures_has_closed_stays_closed(tmp_path: Path) -> None:
    """A second cut lies beside the first, and neither opens the other."""
    run_file = write_job(tmp_path)
    first = next(c for g, c in cuts_of(Asked(run_file).roads()) if g.name == "県道1号")
    file = closure_file(first, tmp_path / "first.geojson")
    sets = (f'network.closures=["{file}"]',)
    asked = Asked(run_file, sets)
    for gone, cut in cuts_of(asked.roads()):
        other = closure_file(cut, tmp_path / "second.geojson")
        run = run_of(run_file, (f'network.closures=["{file}", "{other}"]',))
        assert asked.expected(gone) == standings(run), cut.id


def test_two_hospitals_of_one_site_are_each_taken_out_alone(tmp_path: Path) -> None:
    """A second record at one point: the first one's closing leaves the other, by another site."""
    twin = HOSPITALS + "H4,矢部第二病院,43447,熊本県上益城郡山都町北中島2,32.7020,131.0500,\n"
    asked = Asked(write_job(tmp_path, {"hospitals.csv": twin}))
    for gone in asked.hospitals().rows:
        lines = [row for row in twin.splitlines(keepends=True) if not row.startswith(gone.id)]
        run = run_of(write_job(tmp_path / gone.id, {"hospitals.csv": "".join(lines)}))
        real = standings(run)
        real.pop(gone.id, None)
        assert asked.expected(gone) == real, gone.id


def test_a_hospital_named_by_hand_is_taken_out_of_the_facts(tmp_path: Path) -> None:
    """A run without its row would refuse the decision; the others stand all the same."""
    run_file = write_job(tmp_path)
    text = run_file.read_text("utf-8") + (
        '[[policy.override.manual]]\nfacility = "矢部広域病院"\ndecision = "include"\n'
        'reason = { ja = "地域の事情", en = "local reasons" }\n'
    )
    run_file.write_text(text, "utf-8")
    gone = by_name(Asked(run_file).hospitals())["矢部広域病院"]
    assert {m.facility.name for m in gone.moved} == {
        "そよう病院",
        "済生会みすみ病院",
        "小国公立病院",
    }


@pytest.mark.parametrize("what", ["hospitals", "roads"])
def test_nothing_that_is_taken_away_makes_a_drive_shorter(asked: Asked, what: str) -> None:
    for gone in getattr(asked, what)().rows:
        assert all(m.longer_ms is None or m.longer_ms >= 0 for m in gone.moved)


def test_ranks_are_shared_by_equals_and_follow_what_hangs(asked: Asked) -> None:
    rows = asked.hospitals().rows
    weights = [g.weight for g in rows]
    assert weights == sorted(weights, reverse=True)
    assert [g.rank for g in rows] == [weights.index(w) + 1 for w in weights]
    assert {g.id for g in rows} == {"B1", "H1", "H2", "H3"}  # clinics are no hospitals


MORE = """
[policy.override.rule]
any = [1, 2, 3, 4, 5]
[policy.override.criterion.4]
kind = "nearest_other_time"
mark = "④"
title = "四"
type = "base_hospital"
list = "bases"
threshold_min = 100
comparison = "at_least"
unreachable = "met"
reason = "{nearest}まで{time}"
reason_unreachable = "道路がない"
[policy.override.criterion.5]
kind = "nearest_other_distance"
mark = "⑤"
title = "五"
type = "secondary_emergency"
list = "rotation"
threshold_m = 12000
comparison = "at_least"
reason = "{nearest}まで{distance}"
"""


def test_a_policy_that_measures_more_is_asked_of_everybody(tmp_path: Path) -> None:
    """Another list has drives of its own, and a straight line knows of no road."""
    bases = BASE + "H3,小国公立病院,43424,熊本県阿蘇郡小国町宮原1743,33.1210,131.1010,\n"
    run = RUN.replace('type = "①"\n', 'type = "①"\nlist = "bases"\n') + MORE
    nodes = NODES + "mid,中,131.07,32.90\nspur,枝,131.00,32.90\n"
    way = "yabe,oguni,50.0,primary,both,,県道1号,0,estimated,test\n"
    parts = way.replace("oguni,50.0", "mid,25.0") + way.replace("yabe,oguni,50.0", "mid,oguni,25.0")
    spur = way.replace("yabe,oguni,50.0", "mid,spur,5.0").replace("県道1号", "村道")
    hospitals = HOSPITALS.replace("32.7020,131.0500", "32.7005,131.0400")
    links = LINKS.replace(way, parts + spur)
    files = {"run.toml": run, "base.csv": bases, "nodes.csv": nodes, "links.csv": links}
    files["hospitals.csv"] = hospitals
    asked = Asked(write_job(tmp_path / "all", files))
    for gone in asked.hospitals().rows:
        rows = [r for r in hospitals.splitlines(keepends=True) if not r.startswith(gone.id)]
        real = standings(
            run_of(write_job(tmp_path / gone.id, {**files, "hospitals.csv": "".join(rows)}))
        )
        real.pop(gone.id, None)
        assert asked.expected(gone) == real, gone.id
    for gone, cut in cuts_of(asked.roads()):
        file = closure_file(cut, tmp_path / "closed.geojson")
        real = standings(run_of(asked.run_file, (f'network.closures=["{file}"]',)))
        assert asked.expected(gone) == real, cut.id


def cells() -> str:
    """Return a grid of cells over the five squares, a hundred people in each."""
    features = []
    for row in range(14):
        for column in range(19):
            west, south = 130.42 + 0.05 * column, 32.52 + 0.05 * row
            ring = [
                [west, south],
                [west + 0.05, south],
                [west + 0.05, south + 0.05],
                [west, south + 0.05],
                [west, south],
            ]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"KEY_CODE": f"{row:02}{column:02}", "population": 100},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            )
    return json.dumps({"type": "FeatureCollection", "features": features})


def people_beyond(run: RunResult) -> float:
    """Return the people beyond the limit of all municipalities, as the indicators have them."""
    assert run.indicators is not None
    towns = [u for u in run.indicators.units if u.kind is UnitKind.MUNICIPALITY]
    assert towns
    return sum(u.every.people_beyond or 0.0 for u in towns)


@pytest.mark.parametrize("minutes", [30, 50])
def test_people_beyond_are_those_of_the_indicators(tmp_path: Path, minutes: int) -> None:
    """As many more as a run has whose list lacks the row; nobody closes and makes it fewer."""
    tables = (
        '[population]\nfile = "cells.geojson"\ncolumn = "population"\n'
        f'[indicators]\nhospitals = "rotation"\nminutes = {minutes}\n'
        "[policy.override.travel]\nsnap_limit_m = 9000\n"
    )
    files = {"run.toml": RUN + tables, "cells.geojson": cells()}
    asked = Asked(write_job(tmp_path / "all", files))
    ranking = asked.hospitals()
    assert ranking.people_limit_ms == minutes * 60_000
    assert ranking.people_before == pytest.approx(people_beyond(asked.result))
    more = {}
    for gone in ranking.rows:
        rows = [r for r in HOSPITALS.splitlines(keepends=True) if not r.startswith(gone.id)]
        files["hospitals.csv"] = "".join(rows)
        run = run_of(write_job(tmp_path / gone.id, files))
        more[gone.id] = people_beyond(run) - people_beyond(asked.result)
        assert gone.people_beyond == pytest.approx(more[gone.id]), gone.id
    assert max(more.values()) > 100
    assert min(more.values()) >= 0


@pytest.mark.slow
def test_on_the_sample_they_are_real_runs(tmp_path: Path) -> None:
    """The first of each ranking, and one in the middle: lists without the row, and closures."""
    with sample_run_file() as run_file:
        asked = Asked(run_file)
        roads = list(cuts_of(asked.roads()))
        for gone, cut in (roads[0], roads[len(roads) // 2]):
            file = closure_file(cut, tmp_path / "closed.geojson")
            run = run_of(run_file, (f'network.closures=["{file}"]',))
            assert asked.expected(gone) == standings(run), cut.id
        source = (run_file.parent / "rotation_hospitals.csv").read_text("utf-8-sig")
        listed = [g for g in asked.hospitals().rows if g.name in source]
        for gone in (listed[0], listed[len(listed) // 2]):
            rows = [r for r in source.splitlines(keepends=True) if gone.name not in r]
            file = tmp_path / "rotation.csv"
            file.write_text("".join(rows), "utf-8")
            job = read_run_file(run_file, (f"病院群輪番制病院={file}",))
            real = standings(execute(job, around=False))
            real.pop(gone.id, None)
            assert asked.expected(gone) == real, gone.name
