"""A run without roads: what its file may say, and that every output says what its times are."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Problem, SpotsError
from spots.comparing import compare, comparison_json, comparison_table
from spots.explaining import explain, explanation_json, explanation_text
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import load_result, write_folder
from spots.outputs.decided import decided_lines
from spots.outputs.folder import map_writer, report_writer, standard_writers
from spots.types import RunResult, State, TravelBasis, Truth
from tests.helpers.cli_runs import spots
from tests.helpers.small_job import RUN, write_job

NETWORK = RUN[RUN.index("[network]") :]
STRAIGHT = (
    '[network]\nkind = "straight"\ndetour_factor = 1.3\nspeed_kmh = 40\nsource = "県の調査"\n'
)
WITHOUT = RUN.replace(NETWORK, "")
#: The neighbours do not count: nobody lists any of theirs.
ALONE = "[policy.override.travel]\nneighbours = false\n"
MARK = {
    Lang.JA: "概算（直線距離×1.3、時速40 km）",
    Lang.EN: "estimate (straight line × 1.3 at 40 km/h)",
}
#: 済生会みすみ病院's nearest other is 42 km away, 矢部広域病院's 9.5.
ASKED = WITHOUT.replace('preset = "kumamoto"\n', f'preset = "kumamoto"\n{ALONE}')


def run_of(folder: Path, text: str) -> RunResult:
    return execute(read_run_file(write_job(folder, {"run.toml": text})))


def refused(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(SpotsError) as caught:
        run_of(folder, text)
    return list(caught.value.problems)


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run_of(tmp_path_factory.mktemp("straight"), ASKED + STRAIGHT)


# --- what the run file may say --------------------------------------------------------------------


@pytest.mark.parametrize("key", ["detour_factor = 1.3\n", "speed_kmh = 40\n"])
def test_both_numbers_are_needed(tmp_path: Path, key: str):
    (problem,) = refused(tmp_path, WITHOUT + STRAIGHT.replace(key, ""))
    assert (problem.code, problem.column) == ("missing-key", f"network.{key.split(maxsplit=1)[0]}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("detour_factor", "0.9"),
        ("detour_factor", "13"),
        ("speed_kmh", "0"),
        ("speed_kmh", "-40"),
        ("speed_kmh", "11.1e3"),
        ("speed_kmh", "2"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(tmp_path: Path, key: str, value: str):
    (problem,) = refused(tmp_path, WITHOUT + re.sub(rf"{key} = \S+", f"{key} = {value}", STRAIGHT))
    assert (problem.code, problem.column) == ("straight-out-of-bounds", f"network.{key}")
    assert problem.row is not None


@pytest.mark.parametrize(
    "key",
    [
        'file = "links.csv"',
        'nodes = "nodes.csv"',
        'profile = "legal"',
        "schematic = true",
        'closures = "areas.csv"',
    ],
)
def test_roads_and_an_estimate_are_never_mixed(tmp_path: Path, key: str):
    problems = refused(tmp_path, f"{WITHOUT}{STRAIGHT}{key}\n")
    mixed = [p for p in problems if p.code == "network-key-mixed"]
    assert [p.column for p in mixed] == [f"network.{key.split(maxsplit=1)[0]}"]


def test_numbers_of_an_estimate_go_with_no_roads(tmp_path: Path):
    (problem,) = refused(tmp_path, f"{RUN}speed_kmh = 40\n")
    assert (problem.code, problem.column) == ("network-key-mixed", "network.speed_kmh")


def test_roads_need_their_file(tmp_path: Path):
    (problem,) = refused(tmp_path, f'{WITHOUT}[network]\nprofile = "legal"\n')
    assert (problem.code, problem.column) == ("missing-key", "network.file")
    assert 'kind = "straight"' in problem.remedy.ja


# --- without any ----------------------------------------------------------------------------------


def test_the_message_says_where_roads_are_had_and_every_other_way(tmp_path: Path):
    (problem,) = refused(tmp_path, WITHOUT)
    assert problem.code == "network-missing"
    for lang in ("ja", "en"):
        said = getattr(problem.remedy, lang)
        for word in (
            "kyushu-latest.osm.pbf",
            "geofabrik",
            "spots fetch 43 --only osm",
            'kind = "straight"',
            "not_measured = [3]",
        ):
            assert word.lower() in said.lower(), (lang, word)


def test_the_other_criteria_alone_come_out_and_the_third_stays_open(tmp_path: Path):
    text = WITHOUT.replace('output = "out"\n', 'output = "out"\nnot_measured = [3]\n')
    result = run_of(tmp_path, text)
    states = {v.facility.id: v.state for v in result.verdicts}
    assert states["C1"] is State.DESIGNATED  # ② needs no road
    assert (states["H1"], states["H3"]) == (State.UNDETERMINED, State.UNDETERMINED)
    truths = {v.facility.id: v.outcomes[-1].truth for v in result.verdicts}
    assert (truths["C1"], truths["H1"]) == (Truth.NOT_MET, Truth.UNDETERMINED)
    assert any("所要時間を計算していません" in c.ja for c in result.settings.caveats)
    write_folder(result, tmp_path / "made", extra={**map_writer(), **report_writer()})
    assert (tmp_path / "made" / "map.html").exists()


@pytest.mark.parametrize(
    ("said", "more", "code"),
    [("[1]", "", "not-measured-unknown"), ("[3]", NETWORK, "measured-after-all")],
)
def test_what_is_not_measured_must_be_a_time_and_unmeasurable(
    tmp_path: Path, said: str, more: str, code: str
):
    text = WITHOUT.replace('output = "out"\n', f'output = "out"\nnot_measured = {said}\n') + more
    assert code in {p.code for p in refused(tmp_path, text)}


def test_lists_of_the_first_two_criteria_run_without_roads(tmp_path: Path):
    third = (
        '[[facilities]]\nname = "輪番病院"\nfile = "hospitals.csv"\ntype = "③"\nlist = "rotation"\n'
    )
    text = WITHOUT.replace(third, "").replace(
        'output = "out"\n', 'output = "out"\nnot_given = [3]\n'
    )
    result = run_of(tmp_path, text)
    assert {v.state for v in result.verdicts} == {State.DESIGNATED, State.EXCLUDED}
    assert result.straight is None


# --- every output says it -------------------------------------------------------------------------


def test_verdicts_have_the_estimate(straight: RunResult):
    assert straight.straight is not None
    assert (straight.straight.detour_factor, straight.straight.source) == (1.3, "県の調査")
    assert straight.network is None
    found = {v.facility.id: v for v in straight.verdicts}
    assert found["H3"].state is State.DESIGNATED
    assert "概算で" in found["H3"].state_reason.ja
    assert "道路で" not in found["H3"].state_reason.ja
    assert {v.travel.basis for v in straight.verdicts if v.travel} == {TravelBasis.STRAIGHT}


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_every_file_says_what_times_are(straight: RunResult, tmp_path: Path, lang: Lang):
    folder = tmp_path / "out"
    write_folder(straight, folder, lang=lang, extra={**map_writer(), **report_writer()})
    page = (folder / "map.html").read_text(encoding="utf-8")
    assert page.count(MARK[lang]) >= 3  # notice, legend, card
    assert '"straight":true' in page.replace(" ", "")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["straight"] == {"detour_factor": 1.3, "source": "県の調査", "speed_kmh": 40.0}
    assert MARK[lang] in json.dumps(record["settings"], ensure_ascii=False)
    rows = list(csv.DictReader(io.StringIO((folder / "facilities.csv").read_text("utf-8-sig"))))
    assert {r["travel_basis"] for r in rows if r["travel_ms"]} == {"straight"}
    assert all(r["straight_m"] for r in rows if r["travel_ms"])
    for name in ("facilities.geojson", "routes.geojson"):
        features = json.loads((folder / name).read_text("utf-8"))["features"]
        told = [f["properties"] for f in features if f["properties"].get("travel_ms")]
        assert told
        assert {p["travel_basis"] for p in told} == {"straight"}
    with closing(sqlite3.connect(folder / "spots.gpkg")) as database:
        for table in ("facilities", "routes", "nearest_routes"):
            found = database.execute(f"SELECT DISTINCT travel_basis FROM {table}").fetchall()  # noqa: S608
            assert ("straight",) in found, table
            assert ("road",) not in found, table
    evidence = json.loads((folder / "evidence.json").read_text("utf-8"))
    assert '"basis":"straight"' in json.dumps(evidence, separators=(",", ":"))


@pytest.mark.parametrize("lang", list(Lang))
def test_the_workbook_says_it_in_headings_and_settings(straight: RunResult, lang: Lang):
    from openpyxl import load_workbook  # noqa: PLC0415 (another pair of eyes)

    data = standard_writers()["table.xlsx"](straight, lang)
    assert isinstance(data, bytes)
    book = load_workbook(io.BytesIO(data))
    sheets = {
        sheet.title: "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
        for sheet in book
    }
    told = [title for title, text in sheets.items() if MARK[lang] in text]
    assert len(told) >= 3, told  # facilities, borderline, settings


@pytest.mark.parametrize("lang", list(Lang))
def test_explain_and_the_terminal_say_it(straight: RunResult, lang: Lang):
    text = explanation_text(explain(straight, "H3"), lang)
    assert MARK[lang] in text
    page = explanation_json(explain(straight, "H3"), lang)
    third = page["outcomes"][-1]
    assert (third["travel_basis"], third["straight_m"] > 40_000) == ("straight", True)
    assert page["route"]["travel_basis"] == "straight"
    lines = "\n".join(line.text for line in decided_lines(straight, lang, None))
    assert MARK[lang] in lines


def test_a_folder_is_read_back_as_it_was(straight: RunResult, tmp_path: Path):
    write_folder(straight, tmp_path / "out")
    again = load_result(tmp_path / "out")
    assert again.straight == straight.straight
    assert [v.outcomes for v in again.verdicts] == [v.outcomes for v in straight.verdicts]


def test_rings_are_circles_cut_at_the_land(straight: RunResult):
    assert straight.surroundings is not None
    (one,) = [c for c in straight.surroundings.catchments if c.facility_id == "H3"]
    assert one.geometry.area > 0
    assert straight.surroundings.grid is None
    assert straight.surroundings.roads == ()


@pytest.mark.slow
def test_a_finished_run_is_run_again(tmp_path: Path):
    run_file = write_job(tmp_path, {"run.toml": ASKED + STRAIGHT})
    assert spots("run", run_file, "--out", tmp_path / "one").exit_code == 0
    done = spots("run", tmp_path / "one" / "run.json", "--out", tmp_path / "two")
    assert done.exit_code == 0, done.output
    one, two = ((tmp_path / n / "evidence.json").read_bytes() for n in ("one", "two"))
    assert one == two


# --- two runs -------------------------------------------------------------------------------------


def test_a_run_by_roads_and_one_without_are_told_apart(straight: RunResult, tmp_path: Path):
    roads = run_of(tmp_path, ASKED + NETWORK)
    found = compare(roads, straight)
    assert "travel_basis" in {c.value for c in found.causes}
    assert "network" not in {c.value for c in found.causes}
    assert "other-travel-basis" in {note.code for note in found.notes}
    changed = [c for c in found.facilities if "minutes" in {a.value for a in c.aspects}]
    assert changed
    for change in changed:
        assert change.why[0].cause.value == "travel_basis"
        assert change.why[0].certainty.value == "proven"
    text = comparison_table(found, Lang.JA)
    assert "所要時間の根拠（道路・概算）（確定）" in text
    assert "から概算18分26秒に変わりました" in text
    page = json.dumps(comparison_json(found, Lang.JA), ensure_ascii=False)
    assert "所要時間の根拠が「道路」から「概算（直線距離）」に変わりました" in page


def test_other_numbers_of_an_estimate_are_the_cause_and_no_roads(
    straight: RunResult, tmp_path: Path
):
    other = run_of(tmp_path, ASKED + STRAIGHT.replace("= 40", "= 60"))
    found = compare(straight, other)
    assert {c.value for c in found.causes} == {"travel_basis"}
    assert not [note for note in found.notes if note.code == "other-travel-basis"]


# --- ground ---------------------------------------------------------------------------------------


def test_units_are_measured_by_the_estimate_too(tmp_path: Path):
    ground = """
[policy.override]
rule = {}
[[policy.override.select]]
id = "far"
unit = "facility"
where = { type = "secondary_emergency", nearest = { type = "secondary_emergency", at_least_min = 30 } }
reason = { ja = "遠いため", en = "far" }
[[policy.override.result]]
id = "spots"
kind = "spot"
title = { ja = "スポット", en = "spots" }
select = { any = ["far"] }
"""
    text = ASKED.replace(ALONE, ground + ALONE) + STRAIGHT
    result = run_of(tmp_path, text)
    told = {v.unit.name: v for v in result.units}
    clauses = [c.text.ja for v in told.values() for c in v.clauses]
    assert any("概算で" in text for text in clauses), clauses
    assert not any("道路で" in text for text in clauses)
    assert result.straight is not None
