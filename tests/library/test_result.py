"""A result is asked, compared, drawn, written and read back, on whatever labels it stands."""

from __future__ import annotations

import html
import json
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import folium
import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

import spots as ss
from groundfloor.problems import Lang, OutputExistsError, UsageError
from spots.comparing import compare, comparison_json, comparison_table
from spots.explaining import explain, explanation_json, explanation_text
from spots.job.run_file import read_run_file
from spots.library.compared_results import Comparison
from spots.library.result import Result, read_result
from spots.map import render_map
from spots.outputs import load_result
from spots.outputs.layers import layer_tables
from spots.outputs.qgis.styles import layer_styles
from spots.types import RunResult, State
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result, later
from tests.helpers.layer_cases import full_result
from tests.helpers.result_cases import FRAMES, RESULTS, labelled
from tests.helpers.scenarios import sample
from tests.helpers.unit_cases import ground_result

UNIT = ground_result().units[0].unit.id
EVERY = pytest.mark.parametrize("make", RESULTS.values(), ids=RESULTS)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("result") / "out"
    files = Result(full_result(), lang="en").write(out)
    assert {"map.html", "report.pdf", "run.json", "evidence.json"} <= {f.name for f in files}
    return out


# --- what it is


@EVERY
def test_a_result_shows_itself_shortly_and_escaped(make):
    result = make()
    assert len(repr(result)) < 1000
    page = result._repr_html_()
    assert len(page) < 10_000
    assert "<script" not in page


def test_a_result_is_not_changed():
    result = Result(fabricated_result())
    with pytest.raises(FrozenInstanceError):
        result.lang = Lang.EN
    english = result.in_lang("en")
    assert (result.lang, english.lang) == (Lang.JA, Lang.EN)
    assert english.facilities["state_reason"].iloc[0] != result.facilities["state_reason"].iloc[0]
    with pytest.raises(UsageError):
        result.in_lang("fr")


@pytest.mark.slow
@EVERY
def test_a_result_pickles_and_is_read_from_several_threads(make):
    result = make()
    again = pickle.loads(pickle.dumps(result))  # noqa: S301 (our own)
    with ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(lambda name: getattr(again, name), FRAMES))
    for name, frame in zip(FRAMES, frames, strict=True):
        pd.testing.assert_frame_equal(frame, getattr(result, name))
    assert again.labels == result.labels


def test_a_summary_counts_states_and_ground():
    result = RESULTS["everything"]()
    found, evidence = result.summary, result.evidence
    assert found.loc["facilities", "total"] == len(evidence.verdicts)
    for state in State:
        assert found.loc["facilities", state] == sum(v.state is state for v in evidence.verdicts)
    assert found.loc["facilities", "area_km2"] == evidence.dissolved_km2
    for ground in evidence.grounds:
        assert found.loc[ground.id, "area_km2"] == ground.area_km2
        assert found.loc[ground.id, "total"] == sum(u.result == ground.id for u in evidence.units)


def test_settings_are_told_in_the_result_s_language():
    result = Result(fabricated_result(), lang="en")
    lines = [(label.en, value.en) for label, value in result.evidence.settings.lines]
    assert list(result.settings.itertuples(index=False, name=None)) == lines


@pytest.mark.slow
def test_the_policy_is_the_run_s(small_folder: Path):
    result = read_result(small_folder)
    assert result.policy == read_run_file(small_folder.parent / "run.toml").policy


@pytest.mark.slow
@EVERY
def test_every_layer_that_is_written_is_a_frame(make):
    result = make()
    tables = {t.name: t for t in layer_tables(result.evidence, result.lang)}
    assert list(result.layers) == list(tables)
    for name, frame in result.layers.items():
        assert len(frame) == len(tables[name].rows)


def test_styles_are_those_of_the_layers():
    result = Result(full_result(), lang="en")
    tables = layer_tables(result.evidence, Lang.EN)
    assert result.styles() == {s.layer: s.qml for s in layer_styles(tables, Lang.EN)}
    assert result.styles()["spots"].startswith("<!DOCTYPE qgis")


# --- explain


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("query", ["soyo", "そよう病院", UNIT])
def test_an_explanation_says_what_the_command_says(query: str, lang: Lang):
    run = ground_result()
    found = Result(run, lang=lang).explain(query)
    same = explain(run, query)
    assert str(found) == found.text == explanation_text(same, lang)
    assert found.to_dict() == explanation_json(same, lang)
    assert len(repr(found)) < 1000
    shown = html.unescape(re.sub("<[^>]*>", " ", found._repr_html_()))
    assert shown.split() == str(found).split()


def test_an_explanation_is_asked_for_by_the_caller_s_label():
    result = labelled()
    first = result.evidence.verdicts[0].facility
    assert str(result.explain(100)) == str(result.explain(first.id))
    assert first.name in str(result.explain(100))
    with pytest.raises(UsageError):
        result.explain(99)


def test_an_explanation_escapes_what_data_hold():
    result = RESULTS["hostile"]()
    for verdict in result.evidence.verdicts[: len(HOSTILE_NAMES)]:
        page = result.explain(verdict.facility.id)._repr_html_()
        assert "<script" not in page
        assert "<img" not in page


def test_ways_lead_to_the_nearest_hospitals():
    run = full_result()
    verdict = next(v for v in run.verdicts if v.travel and v.travel.others)
    ways = Result(run).explain(verdict.facility.id).ways
    assert ways["travel_ms"].tolist() == [o.travel_ms for o in verdict.travel.others]
    assert ways["rank"].tolist() == list(range(1, len(ways) + 1))
    assert (ways["minutes"] * 60_000 == ways["travel_ms"]).all()
    assert ways.crs.to_epsg() == 6668
    none = Result(ground_result()).explain(UNIT).ways
    assert (len(none), list(none.columns)) == (0, list(ways.columns))


# --- compare


def test_a_comparison_says_what_the_command_says():
    old = fabricated_result()
    new = later(old)
    found = ss.Comparison(Result(old), Result(new, lang="en"))
    same = compare(old, new)
    assert str(found) == comparison_table(same, Lang.EN)
    assert found.to_dict() == comparison_json(same, Lang.EN)
    assert len(repr(found)) < 1000
    assert "<table>" in found._repr_html_()


def test_changes_are_a_frame_on_the_labels_of_the_facilities():
    old = fabricated_result()
    new = later(old)
    frame = Result(old).compare(Result(new))
    told = {c.shown.facility.id: c for c in compare(old, new).facilities}
    assert set(frame.index) <= set(told)
    assert frame.index.name == "facility_id"
    for key, row in frame.iterrows():
        change = told[key]
        assert row["before"] == change.old.state if change.old else pd.isna(row["before"])
        assert row["after"] == change.new.state if change.new else pd.isna(row["after"])
        assert row["verdict_changed"] == change.turned
        assert row["reason"] == change.summary.ja
    assert set(frame["before"].cat.categories) == {s.value for s in State}
    frame.to_json()
    pickle.loads(pickle.dumps(frame))  # noqa: S301 (our own)


def test_what_changed_is_labelled_as_the_caller_labels_it():
    result = labelled()
    other = replace(result, evidence=_turned(result.evidence, "soyo", State.EXCLUDED))
    frame = result.compare(other)
    assert frame.index.tolist() == [100]
    assert frame.index.name == "key"
    assert (frame["before"].iloc[0], frame["after"].iloc[0]) == ("designated", "excluded")


def test_minutes_before_and_after_are_not_rounded():
    old = fabricated_result()
    verdict = next(v for v in old.verdicts if v.travel and v.travel.travel_ms)
    key, ms = verdict.facility.id, verdict.travel.travel_ms
    row = Result(old).compare(Result(_slower(old, key, 7_001))).loc[key]
    assert (row["minutes_before"], row["minutes_after"]) == (ms / 60_000, (ms + 7_001) / 60_000)
    assert not row["verdict_changed"]


def test_the_wording_of_a_reason_alone_is_no_change():
    old = fabricated_result()
    first, *others = old.verdicts
    told = replace(
        first, state_reason=replace(first.state_reason, ja="別の言い方", en="in other words")
    )
    new = replace(old, verdicts=(told, *others))
    assert compare(old, new).facilities
    assert Result(old).compare(Result(new)).empty


def test_nothing_changed_is_an_empty_frame_with_all_columns():
    result = RESULTS["everything"]()
    assert result.compare(result).empty
    other = Result(later(fabricated_result()))
    assert list(result.compare(result).columns) == list(
        Result(fabricated_result()).compare(other).columns
    )


def test_units_that_changed_are_rows_too():
    old = ground_result()
    unit = next(u for u in old.units if u.state is State.DESIGNATED and u.unit.geometry is not None)
    out = replace(unit, state=State.NOT_MET)
    new = replace(old, units=tuple(out if u is unit else u for u in old.units))
    frame = Result(old).compare(Result(new))
    rows = frame[frame["unit_id"] == unit.unit.id]
    assert rows["result"].tolist() == [unit.result]
    assert (rows["before"].iloc[0], rows["after"].iloc[0]) == ("designated", "not_met")
    assert not frame.empty


def test_a_comparison_is_written_as_the_command_writes_it(tmp_path: Path):
    old = Result(fabricated_result())
    files = ss.Comparison(old, Result(later(old.evidence))).write(tmp_path / "diff")
    assert {"diff.csv", "diff.html", "diff.xlsx", "diff.geojson"} <= {f.name for f in files}
    with pytest.raises(OutputExistsError):
        ss.Comparison(old, old).write(tmp_path / "diff")


def _turned(run: RunResult, key: str, state: State) -> RunResult:
    verdicts = tuple(replace(v, state=state) if v.facility.id == key else v for v in run.verdicts)
    spots = tuple(s for s in run.spots if s.facility_id != key)
    return replace(run, verdicts=verdicts, spots=spots)


def _slower(run: RunResult, key: str, more_ms: int) -> RunResult:
    def slower(outcome):
        travel = outcome.travel
        if travel is None or travel.travel_ms is None:
            return outcome
        return replace(outcome, travel=replace(travel, travel_ms=travel.travel_ms + more_ms))

    verdicts = (
        replace(v, outcomes=tuple(map(slower, v.outcomes))) if v.facility.id == key else v
        for v in run.verdicts
    )
    return replace(run, verdicts=tuple(verdicts))


# --- map, files


def test_a_map_is_the_page_in_a_frame_and_on_disk(tmp_path: Path):
    result = Result(full_result())
    chart = result.map("en")
    assert isinstance(chart, folium.Map)
    page = render_map(result.evidence, Lang.EN)
    chart.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == page
    (inside,) = re.findall(r'<iframe srcdoc="([^"]*)"', chart._repr_html_())
    assert html.unescape(inside) == page


@pytest.mark.slow
@EVERY
def test_what_is_drawn_on_a_map_is_on_it(make, tmp_path: Path):
    result = make()
    chart = result.map()
    mark = gpd.GeoDataFrame({"mark": ["甲地点"]}, geometry=[Point(131, 32.7)], crs=6668)
    mark.explore(m=chart)
    chart.save(str(tmp_path / "map.html"))
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "甲地点" in page or "\\u7532\\u5730\\u70b9" in page
    assert "cyberjapandata.gsi.go.jp" in page
    assert "srcdoc" in chart._repr_html_() or "data:text/html" in chart._repr_html_()
    named = [s.name for s in result.evidence.spots if not set(s.name) & set("<>{}\"'&`=+@-\n")]
    for name in named:
        assert name in page or json.dumps(name)[1:-1] in page


def test_caveats_are_told_with_a_result():
    result = Result(full_result(), lang="en")
    assert result.caveats == tuple(str(c.en) for c in result.evidence.settings.caveats)
    assert result.caveats
    assert all(html.escape(caveat) in result._repr_html_() for caveat in result.caveats)


@pytest.mark.slow
def test_results_of_one_title_are_told_apart_by_their_policies():
    one, other = (sample().judge(threshold_min=n).in_lang("en") for n in (30, 25))
    before, after, *_ = str(Comparison(one, other)).splitlines()
    assert before.endswith("(criterion.3.threshold_min = 30.0)")
    assert after.endswith("(criterion.3.threshold_min = 25.0)")
    titles = Comparison(one, one).found
    assert titles.old_title == titles.new_title == one.evidence.settings.title


def test_names_are_no_markup_on_a_map_that_is_drawn_on(tmp_path: Path):
    chart = RESULTS["hostile"]().map()
    folium.Marker((32.7, 131)).add_to(chart)
    chart.save(str(tmp_path / "map.html"))
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "alert(1)</script>" not in page
    assert "<img src=x" not in page
    assert "${7*7}" not in page


@pytest.mark.slow
def test_single_files_take_the_place_of_older_ones(tmp_path: Path):
    result = Result(full_result(), lang="en")
    for _ in range(2):
        result.to_excel(tmp_path / "a.xlsx")
        result.to_gpkg(str(tmp_path / "a.gpkg"))
    with pd.ExcelFile(tmp_path / "a.xlsx") as book:
        assert "Findings" in book.sheet_names
    layers = set(gpd.list_layers(tmp_path / "a.gpkg")["name"])
    assert set(result.layers) <= layers
    result.facilities.to_file(tmp_path / "a.gpkg", layer="mine")
    assert len(gpd.read_file(tmp_path / "a.gpkg", layer="mine")) == len(result.facilities)


@pytest.mark.slow
def test_a_report_is_written_in_the_language_that_is_asked_for(tmp_path: Path):
    result = Result(fabricated_result())
    assert result.report(tmp_path / "a.pdf", lang="en").size > 10_000
    assert (tmp_path / "a.pdf").read_bytes() == result.in_lang("en").pdf()


def test_an_export_is_that_of_the_command(tmp_path: Path):
    done = Result(fabricated_result()).export(tmp_path / "shapes", "geojson")
    assert "spots.geojson" in {f.name for f in done.files}
    with pytest.raises(UsageError):
        Result(fabricated_result()).export(tmp_path / "other", "kml")


# --- folders


@pytest.mark.slow
def test_a_folder_is_read_back_to_the_last_bit(written: Path):
    result = read_result(written)
    assert result.lang is Lang.EN
    assert (result.folder, result.record.evidence_sha256 != "") == (written, True)
    made = Result(full_result(), lang="en")
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(result, name), getattr(made, name))
    assert result.compare(made).empty
    assert read_result(str(written), lang="ja").lang is Lang.JA
    assert load_result(written).verdicts == result.evidence.verdicts


def test_a_folder_is_not_written_over_unless_asked(written: Path):
    result = Result(fabricated_result())
    with pytest.raises(OutputExistsError):
        result.write(written)


@pytest.mark.slow
def test_a_file_that_cannot_be_made_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*_args: object) -> str:
        raise RuntimeError("no pages today")

    monkeypatch.setattr("spots.outputs.folder.map_writer", lambda: {"map.html": fails})
    with pytest.warns(ss.ProblemWarning, match="1 problem"):
        files = Result(fabricated_result()).write(tmp_path / "out")
    assert "map.html" not in {f.name for f in files}


@pytest.mark.slow
def test_two_runs_of_one_prefecture_in_other_folders_are_told_apart(written: Path, tmp_path: Path):
    Result(fabricated_result(), lang="en").write(tmp_path / "second")
    found = ss.Comparison(read_result(written), read_result(tmp_path / "second")).found
    assert found.old_title.en.endswith("(out)")
    assert found.new_title.en.endswith("(second)")
