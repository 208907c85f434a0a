"""Frames of a result hold what its files hold, and go wherever people take a frame."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from boundaries import ellipsoidal_km2
from groundfloor.problems import Lang
from spots.library.result import Result
from spots.outputs.layers import layer_tables
from spots.types import FacilityType, RunResult, State
from tests.helpers.fabricated import fabricated_result
from tests.helpers.layer_cases import full_result
from tests.helpers.result_cases import FRAMES, RESULTS, labelled

SHAPED = tuple(name for name in FRAMES if name not in {"ledger", "problems"})
EVERY = pytest.mark.parametrize("make", RESULTS.values(), ids=RESULTS)


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in frame.dtypes.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPED)
@EVERY
def test_every_layer_goes_wherever_people_take_it(make, name: str, tmp_path):
    frame = getattr(make(), name)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs.to_epsg() == 6668
    page = json.loads(frame.to_json())
    assert len(page["features"]) == len(frame)
    for feature in page["features"]:
        for day in ("valid_from", "valid_to"):
            assert feature["properties"].get(day) is None or date.fromisoformat(
                feature["properties"][day]
            )
    json.dumps(frame.__geo_interface__)
    if len(frame):
        frame.to_file(tmp_path / "layer.gpkg", layer=name)
        frame.to_file(tmp_path / "layer.geojson", driver="GeoJSON")
        assert len(gpd.read_file(tmp_path / "layer.gpkg")) == len(frame)
    frame.to_parquet(tmp_path / "layer.parquet")
    assert list(gpd.read_parquet(tmp_path / "layer.parquet").columns) == list(frame.columns)
    frame.drop(columns="geometry").to_excel(tmp_path / "layer.xlsx")
    frame.to_csv(io.StringIO())
    frame.reset_index()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ledger", "problems"])
@EVERY
def test_every_table_goes_wherever_people_take_it(make, name: str, tmp_path):
    frame = getattr(make(), name)
    frame.to_excel(tmp_path / "table.xlsx")
    frame.to_parquet(tmp_path / "table.parquet")
    frame.to_json()
    frame.reset_index()


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPED)
@EVERY
def test_every_layer_that_has_shapes_is_explored_and_plotted(make, name: str):
    frame = getattr(make(), name)
    if frame.geometry.notna().any():
        column = frame.columns[1]
        assert "leaflet" in frame.explore(column=column).get_root().render()
        frame.explore(tooltip=list(frame.columns[:2]))


@pytest.mark.slow
@pytest.mark.parametrize("name", FRAMES)
@EVERY
def test_what_a_column_holds_says_its_dtype_whatever_is_in_it(make, name: str):
    full = dtypes(getattr(RESULTS["everything"](), name))
    mine = dtypes(getattr(make(), name))
    if make is RESULTS["own labels"]:
        mine.pop("label", None)  # of the caller's own kind
    assert {c: kind for c, kind in mine.items() if c in full} == {
        c: full[c] for c in mine if c in full
    }


#: Ends of the names of what frames do not round.
UNROUNDED = ("_km2", "_m", "_km", "_min", "population")


@pytest.mark.parametrize("lang", Lang)
def test_cells_are_those_of_the_layers_that_are_written(lang: Lang):
    run = full_result()
    result = Result(run, lang=lang)
    tables = {table.name: table for table in layer_tables(run, lang)}
    for name, layer in {"facilities": "facilities", "spots": "spots", "routes": "routes"}.items():
        frame, table = getattr(result, name).reset_index(), tables[layer]
        for k, field in enumerate(table.fields):
            if field.name in {"types", "ties", "threshold_min"}:
                continue
            for mine, cell in zip(frame[field.name], table.column(k), strict=True):
                theirs = pd.Timestamp(cell) if isinstance(cell, date) else cell
                if isinstance(cell, float) and field.name.endswith(UNROUNDED):
                    theirs = pytest.approx(cell, abs=0.05)  # the files cut off or round
                assert mine == theirs if cell not in {None, ""} else pd.isna(mine), field.name
        for mine, shape in zip(frame.geometry, table.shapes, strict=True):
            assert mine == shape


@pytest.mark.slow
@pytest.mark.parametrize("make", RESULTS.values(), ids=list(RESULTS))
def test_measures_are_those_of_the_evidence(make):
    result = make()
    run, spots, facilities = result.evidence, result.spots, result.facilities
    assert spots["area_km2"].tolist() == [s.area_km2 for s in run.spots]
    assert spots["circle_km2"].tolist() == [s.circle_km2 for s in run.spots]
    assert result.layers["circles"]["circle_km2"].tolist() == spots["circle_km2"].tolist()
    assert result.units["area_km2"].tolist() == [u.area_km2 for u in run.units]
    pieces = result.dissolved
    assert pieces["area_km2"].tolist() == [ellipsoidal_km2(piece) for piece in pieces.geometry]
    assert result.routes["length_m"].tolist() == [
        v.travel.route.length_m for v in run.verdicts if v.travel and v.travel.route
    ]
    known = facilities[facilities["margin_min"].notna()]
    assert (known["margin_min"] * 60000).round().tolist() == known["margin_ms"].tolist()
    assert known["margin_min"].to_numpy(float) == pytest.approx(
        (known["minutes"] - known["limit_min"]).to_numpy(float)
    )


@pytest.mark.slow
@pytest.mark.parametrize("make", RESULTS.values(), ids=list(RESULTS))
def test_a_text_that_is_missing_is_na(make):
    for frame in make().layers.values():
        cells = frame.drop(columns="geometry").astype(object).to_numpy().ravel()
        assert not [cell for cell in cells if isinstance(cell, str) and not cell]


def test_states_are_counted_with_those_that_nobody_is_in():
    counts = Result(fabricated_result()).facilities["state"].value_counts()
    assert set(counts.index) == {state.value for state in State}


def test_types_are_one_category_and_a_boolean_each():
    run = fabricated_result()
    found = Result(run).facilities
    for verdict in run.verdicts:
        row = found.loc[verdict.facility.id]
        assert row["type"] == ";".join(t.value for t in FacilityType if t in verdict.facility.types)
        for kind in FacilityType:
            assert row[kind.value] == (kind in verdict.facility.types)
    assert "base_hospital;remote_clinic;secondary_emergency" in found["type"].cat.categories


def test_minutes_are_the_milliseconds_to_the_last_bit():
    found = Result(full_result()).facilities
    known = found.dropna(subset="travel_ms")
    assert len(known)
    assert (known["minutes"] == known["travel_ms"].astype("int64") / 60_000).all()
    assert found["minutes"].isna().equals(found["travel_ms"].isna())


def test_results_of_a_grid_are_put_together_under_its_keys():
    result = Result(full_result())
    table = pd.concat({20: result.facilities, 30: result.facilities}, names=["threshold_min"])
    states = table.groupby("threshold_min")["state"].value_counts()
    assert states[20].equals(states[30])
    limits = {v.travel.threshold_ms / 60_000 for v in result.evidence.verdicts if v.travel}
    assert set(result.facilities["limit_min"].dropna()) == limits


def test_ties_are_counted_and_named():
    run = fabricated_result()
    verdict = next(v for v in run.verdicts if v.travel)
    tied = _with_ties(run, verdict.facility.id, ("甲病院", "乙病院"), 150)
    row = Result(tied).facilities.loc[verdict.facility.id]
    assert (row["ties"], row["tie_names"]) == (150, "甲病院;乙病院")


def _with_ties(run: RunResult, key: str, names: tuple[str, ...], count: int) -> RunResult:
    def tied(outcome):
        if outcome.travel is None:
            return outcome
        return replace(outcome, travel=replace(outcome.travel, ties=names, tie_count=count))

    verdicts = (
        replace(v, outcomes=tuple(map(tied, v.outcomes))) if v.facility.id == key else v
        for v in run.verdicts
    )
    return replace(run, verdicts=tuple(verdicts))


def test_a_doubt_says_what_is_wrong_with_the_position_and_what_would_turn_the_state():
    result = Result(fabricated_result(), lang="en")
    assert result.facilities.loc["kuma", "doubt"] == "there are no coordinates"
    turned = [v for v in result.evidence.verdicts if v.turns_on]
    for verdict in turned:
        assert verdict.variants[0].label.en in result.facilities.loc[verdict.facility.id, "doubt"]


def test_facilities_stand_on_the_caller_s_labels():
    result = labelled()
    assert result.facilities.index.tolist() == list(range(100, 110))
    assert result.facilities.index.name == "key"
    assert result.facilities["facility_id"].iloc[0] == "soyo"
    assert set(result.spots.index) < set(result.facilities.index)
    assert set(result.routes.index) < set(result.facilities.index)
    assert set(result.ledger["label"]) <= set(result.facilities.index)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["name", "state", "geometry", None, "facility_id"])
def test_an_index_called_like_a_column_does_not_stand_in_its_way(name: str | None, tmp_path):
    run = fabricated_result()
    labels = {v.facility.id: f"L{k}" for k, v in enumerate(run.verdicts)}
    frame = Result(run, labels=labels, index_name=name).facilities
    assert frame.index[0] == "L0"
    assert frame.index.name not in frame.columns
    frame.to_file(tmp_path / "facilities.gpkg")
    frame.reset_index()


def test_the_ledger_adds_up():
    result = RESULTS["everything"]()
    ledger = result.ledger
    assert np.allclose(ledger["before_km2"] - ledger["removed_km2"], ledger["after_km2"])
    spots = ledger[ledger["unit_id"].isna()].groupby("label")["removed_km2"].sum()
    whole = result.spots["circle_km2"] - result.spots["area_km2"]
    assert np.allclose(spots.astype(float), whole.loc[spots.index].astype(float), atol=1e-5)
    assert str(ledger["step"].dtype) == "category"


def test_days_stay_days_and_filters_stay_able_to_be_written():
    spots = Result(full_result()).spots
    assert str(spots["valid_from"].dtype) == "datetime64[s]"
    some = spots[spots["area_km2"] > 1].to_crs(6670)
    assert "2026" in some.to_json() or "2027" in some.to_json()


def test_frames_are_nobody_s_but_the_caller_s():
    result = Result(fabricated_result())
    result.facilities["state"] = "designated"
    assert set(result.facilities["state"]) > {"designated"}
    with pytest.raises(TypeError):
        labelled().labels["soyo"] = 1
