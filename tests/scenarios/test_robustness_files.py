"""What verdicts hang on, asked for in a scenario file, in words and in files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

from groundfloor.problems import Lang, UsageError
from spots.scenarios.robustness_files import (
    closures_of,
    robustness_files,
    robustness_json,
    robustness_lines,
)
from spots.scenarios.robustness_table import RobustnessTable, SpeedsTable
from spots.scenarios.scenario_answering import answered
from spots.scenarios.scenario_file import read_scenarios
from spots.scenarios.scenario_folder import write_scenarios
from spots.scenarios.scenario_text import scenarios_json
from spots.telling.robustness_words import moved_words, why_it_matters
from spots.types.robustness import GoneGrade, Robustness, SpeedDistribution, SpeedSpread
from tests.helpers.gone_cases import Asked, cuts_of, run_of, standings
from tests.helpers.small_job import write_job

ASKED = """
[robustness]
without = "each_hospital"
cut = "each_decisive_road"
[robustness.speeds]
spread = 0.3
draws = 20
classes = { primary = 0.1 }
source = "made up"
"""
NAMES = {
    "closures.geojson",
    "gone_effects.csv",
    "hospitals_gone.csv",
    "roads_cut.csv",
    "robustness.gpkg",
    "robustness.xlsx",
    "speed_draws.csv",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return Asked(write_job(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def found(asked: Asked) -> Robustness:
    table = RobustnessTable("each_hospital", "each_decisive_road", SpeedsTable(draws=20))
    return table.answered(asked.job, asked.result.verdicts, asked.hand, lambda _: None)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("lang", Lang)
def test_every_file_is_the_same_each_time(found: Robustness, lang: Lang) -> None:
    files = robustness_files(found, lang)
    assert set(files) == NAMES
    assert robustness_files(found, lang) == files


def test_tables_have_a_row_for_each_hospital_road_effect_and_facility(found: Robustness) -> None:
    files = robustness_files(found, Lang.EN)
    assert found.hospitals is not None
    assert found.roads is not None
    hospitals, roads = rows_of(files["hospitals_gone.csv"]), rows_of(files["roads_cut.csv"])
    assert [row["facility_id"] for row in hospitals] == [g.id for g in found.hospitals.rows]
    assert (hospitals[0]["name"], hospitals[0]["grade"]) == ("そよう病院", GoneGrade.ONE_TURNS)
    assert hospitals[0]["facilities"] == "矢部広域病院"
    assert {row["road_name"] for row in roads} == {"国道218号", "県道1号"}
    effects = rows_of(files["gone_effects.csv"])
    everybody = [m for r in found.rankings for g in r.rows for m in g.moved]
    assert len(effects) == len(everybody)
    assert effects[0]["state_after"] == "designated"
    shares = rows_of(files["speed_draws.csv"])
    assert {row["facility_id"] for row in shares} == {"B1", "H1", "H2", "H3"}
    assert all(float(r["share_low"]) <= float(r["share_met"]) for r in shares)


def test_the_workbook_has_a_sheet_for_each_question(found: Robustness) -> None:
    files = robustness_files(found, Lang.JA)
    book = openpyxl.load_workbook(io.BytesIO(files["robustness.xlsx"]))
    assert book.sheetnames == [
        "病院がない場合",
        "道路が通れない場合",
        "変わる施設",
        "速度表の感度",
    ]
    cells = {str(c.value) for row in book["速度表の感度"].iter_rows() for c in row}
    assert "幅の根拠：仮定（出典なし）" in cells
    heads = {str(c.value) for row in book["病院がない場合"].iter_rows() for c in row}
    assert "増える人口（人）" not in heads  # without population
    roads = {str(c.value) for row in book["道路が通れない場合"].iter_rows() for c in row}
    assert "国道" in roads
    assert "trunk" not in roads


def test_layers_are_drawn_by_what_hangs_on_them(found: Robustness, tmp_path: Path) -> None:
    path = tmp_path / "robustness.gpkg"
    path.write_bytes(robustness_files(found, Lang.EN)["robustness.gpkg"])
    roads, hospitals = (gpd.read_file(path, layer=name) for name in ("roads_cut", "hospitals_gone"))
    assert roads.crs.to_epsg() == hospitals.crs.to_epsg() == 6668
    assert list(roads["rank"]) == sorted(roads["rank"], reverse=True)  # the first lies on top
    assert set(roads.geometry.geom_type) == {"MultiLineString"}
    styles = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False)
    looks = dict(zip(styles["f_table_name"], styles["styleQML"], strict=True))
    assert "several_turn" in looks["roads_cut"]
    assert "several_turn" in looks["hospitals_gone"]


def test_every_closure_of_the_file_cuts_what_it_is_named_after(
    asked: Asked, found: Robustness, tmp_path: Path
) -> None:
    assert found.roads is not None
    page = json.loads(closures_of(found.roads))
    cuts = {cut.id: gone for gone, cut in cuts_of(found.roads)}
    assert {f["properties"]["name"] for f in page["features"]} == set(cuts)
    feature = page["features"][-1]
    file = tmp_path / "one.geojson"
    file.write_text(json.dumps({**page, "features": [feature]}), "utf-8")
    run = run_of(asked.run_file, (f'network.closures=["{file}"]',))
    assert asked.expected(cuts[feature["properties"]["name"]]) == standings(run)


def test_what_is_not_asked_has_no_file(asked: Asked) -> None:
    assert robustness_files(Robustness(), Lang.JA) == {}
    alone = Robustness(hospitals=asked.hospitals())
    names = {"gone_effects.csv", "hospitals_gone.csv", "robustness.gpkg", "robustness.xlsx"}
    assert set(robustness_files(alone, Lang.JA)) == names
    assert set(robustness_json(alone, Lang.JA)) == {"hospitals_gone", "gone_effects"}


def test_words_name_who_moves_and_by_how_much(found: Robustness) -> None:
    assert found.hospitals is not None
    first, *_, last = found.hospitals.rows
    assert why_it_matters(first).en.startswith("矢部広域病院: not met → designated, ")
    assert moved_words(first.moved[0]).ja.startswith("矢部広域病院：非該当→設定（案）、")
    assert why_it_matters(last).en == "no facility stands otherwise"
    lines = "\n".join(robustness_lines(found, Lang.EN))
    assert "the spread rests on: an assumption, without a source" in lines


def test_a_scenario_file_asks_and_its_folder_answers(asked: Asked, tmp_path: Path) -> None:
    path = tmp_path / "scenarios.toml"
    path.write_text(ASKED, "utf-8")
    file = read_scenarios(path, asked.job, Lang.EN)
    assert file.robustness.speeds is not None
    assert file.robustness.speeds.said == SpeedSpread(
        0.3, {"primary": 0.1}, SpeedDistribution.UNIFORM, draws=20, source="made up"
    )
    said: list[str] = []
    answers = answered(asked.job, file, lambda text: said.append(text.en))
    assert "drawing speeds (20 of 20)" in said
    assert next(s for s in said if s.startswith("closing each")).endswith("(1 of 4)")
    written, _ = write_scenarios(answers, asked.job, tmp_path / "out", lang=Lang.EN)
    assert {each.name for each in written} >= NAMES | {"robustness.html"}
    page = scenarios_json(answers, written, Lang.EN)["robustness"]
    assert isinstance(page, dict)
    assert set(page) == {"gone_effects", "hospitals_gone", "roads_cut", "speed_draws"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[robustness]\nwithout = "all"\n', [("wrong-value", "robustness.without", 2)]),
        ("[robustness]\ncutt = 1\n", [("unknown-key", "robustness.cutt", 2)]),
        ('[axes]\nwithout = "each_hospital"\n', [("wrong-value", "axes.without", 2)]),
        ("[robustness]\n", [("scenarios-none", None, None)]),
        (
            "[robustness.speeds]\nspread = 20\ndraws = 0\nclasses = { trunk = -1 }\n",
            [
                ("spread-out-of-range", "robustness.speeds.spread", 2),
                ("draws-out-of-range", "robustness.speeds.draws", 3),
                ("spread-out-of-range", "robustness.speeds.classes.trunk", 4),
            ],
        ),
        ('[robustness.speeds]\ndistribution = "normal"\n', [("wrong-value", None, 2)]),
    ],
)
def test_what_cannot_be_asked_is_named_by_its_line(
    asked: Asked, tmp_path: Path, text: str, told: list[tuple[str, str | None, int | None]]
) -> None:
    path = tmp_path / "scenarios.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as fault:
        read_scenarios(path, asked.job, Lang.EN)
    assert [(p.code, p.row) for p in fault.value.problems] == [(c, row) for c, _, row in told]
    for problem, (_, column, _) in zip(fault.value.problems, told, strict=True):
        assert column is None or problem.column == column


def test_an_axis_that_is_none_is_told_where_it_belongs(asked: Asked, tmp_path: Path) -> None:
    path = tmp_path / "scenarios.toml"
    path.write_text('[axes]\ncut = "each_decisive_road"\n', "utf-8")
    with pytest.raises(UsageError) as fault:
        read_scenarios(path, asked.job, Lang.EN)
    assert "[robustness] cut" in str(fault.value.problems[0].remedy.en)


def test_a_run_without_roads_has_none_to_cut(tmp_path: Path) -> None:
    sets = ('network={kind="straight", detour_factor=1.3, speed_kmh=40, source="t"}',)
    asked = Asked(write_job(tmp_path), sets)
    assert {g.id for g in asked.hospitals().rows} == {"B1", "H1", "H2", "H3"}
    with pytest.raises(UsageError) as fault:
        asked.roads()
    assert [p.code for p in fault.value.problems] == ["robustness-without-roads"]
