"""`merge_facilities`: the facilities of a run, and out of them its lists again."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

import spots as ss
from groundfloor.codec import encode
from groundfloor.problems import UsageError
from spots.facilities import FacilityListError, Identity, merge
from spots.job.inputs import read_facilities as read_of_run
from spots.job.inputs import read_regions
from spots.job.run_file import Job, read_run_file
from spots.library.facility_rows import given_lists
from spots.library.ground import Ground
from spots.library.scenario import Scenario
from spots.sample import sample_run_file


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        yield


@pytest.fixture(scope="module")
def job() -> Iterator[Job]:
    with sample_run_file() as path:
        yield read_run_file(path)


@pytest.fixture(scope="module")
def lists(job: Job) -> list[gpd.GeoDataFrame]:
    return [
        ss.read_facilities(
            layer.path,
            name=layer.name,
            types=layer.types,
            role=layer.role,
            list=name,
            source_note=layer.source,
            as_of=layer.as_of,
        )
        for layer, name in zip(job.layers, job.lists, strict=True)
    ]


def listed(*rows: tuple[str, float], **options: Any) -> gpd.GeoDataFrame:
    """A list of names at places on one street, thousandths of a degree apart."""
    frame = gpd.GeoDataFrame(
        {"name": [name for name, _ in rows]},
        geometry=[Point(131.0 + at / 1000, 32.712) for _, at in rows],
        crs=6668,
    )
    return ss.read_facilities(frame, **{"types": "③"} | options)


def without_layers(rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Rows but for how layers are called."""
    return [(r.name, r.types, r.position, r.given_id, r.row.row, r.entry) for r in rows]


@pytest.mark.slow
def test_the_facilities_are_those_of_a_run(job: Job, lists: list[gpd.GeoDataFrame]):
    regions, _ = read_regions(job)
    wanted, _ = read_of_run(job, regions)
    merged = ss.merge_facilities(*lists, ground=Ground(regions))
    assert merged.index.tolist() == [f.id for f in wanted.facilities]
    assert merged["name"].tolist() == [f.name for f in wanted.facilities]
    assert merged["role"].tolist() == [f.role for f in wanted.facilities]
    assert [(p.x, p.y) for p in merged.geometry] == [
        (f.position.lon, f.position.lat) for f in wanted.facilities
    ]
    assert merged["municipality_code"].fillna("").tolist() == [
        f.municipality_code or "" for f in wanted.facilities
    ]
    for taken in (given_lists(lists), given_lists(merged)):
        found, _ = merge(taken.rows, regions, taken.identities)
        assert found == wanted.facilities
        assert taken.lists == job.lists
        assert [spec.layer for spec in taken.layers] == [spec.layer for spec in job.layers]


def test_one_row_for_a_hospital_on_several_lists():
    one = listed(("東病院", 0), ("西病院", 5), list="rotation", name="輪番", source_note="県")
    two = listed(("医療法人X会 東病院", 0.1), list="notified", name="告示", types="①")
    merged = ss.merge_facilities(one.assign(beds=[1, 2]), two.assign(beds=[7], head="甲"))
    assert merged["name"].tolist() == ["東病院", "西病院"]
    assert merged.index.name == "facility_id"
    (row, _) = merged.to_dict("records")
    assert row["type"] == "base_hospital;secondary_emergency"
    assert (row["list"], row["layer"], row["source"]) == ("rotation;notified", "輪番;告示", "県")
    assert merged["beds"].tolist() == [1, 2]
    assert merged["head"].fillna("").tolist() == ["甲", ""]
    assert merged["layer_type"].isna().all()


def test_doubtful_pairs_are_told_and_named():
    one, two = listed(("町立東病院", 0)), listed(("あおば医療センター", 0.3))
    with warnings.catch_warnings(record=True) as got:
        warnings.simplefilter("always")
        # pyproj, when numpy is older than 2.4.
        warnings.filterwarnings("ignore", "Conversion of an array", DeprecationWarning)
        merged, told = ss.merge_facilities(one, two, return_problems=True)
    assert [w.category for w in got] == [ss.ProblemWarning]
    assert "perhaps-one-hospital" in told["code"].tolist()
    assert given_lists(merged).problems == given_lists([one, two]).problems
    assert merged["doubles"].tolist() == merged.index[::-1].tolist()
    assert told["facility"].tolist()[-1] in merged.index


def test_what_is_decided_holds_and_is_remembered():
    one, two = (
        listed(("旧東病院", 0), ("南病院", 3)),
        listed(("あおば医療センター", 0.3), ("北病院", 3.2)),
    )
    merged = ss.merge_facilities(
        one, two, same=[("旧東病院", "あおば医療センター")], apart=[("南病院", "北病院")]
    )
    assert merged["other_names"].fillna("").tolist() == ["あおば医療センター", "", ""]
    assert merged["doubles"].isna().all()
    again = ss.merge_facilities(merged.sort_values("name"))
    assert set(again.index) == set(merged.index)
    assert again["doubles"].isna().all()
    with pytest.raises(FacilityListError) as refused:
        ss.merge_facilities(one, two, same=[("旧東病院", "ない病院")])
    assert [p.code for p in refused.value.problems] == ["identity-matches-none"]


def twice() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """One hospital on list ①, and twice under two ids of its own on list ③."""
    one, two = listed(("総合病院", 0), types="①"), listed(("総合病院", 0), ("総合病院", 0.01))
    two["id"] = ["E38", "E90"]
    return one.assign(municipality="上天草市"), two.assign(municipality="上天草市")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("same", [[("E38", "E90")], ("E38", "E90"), pd.Index(["E38", "E90"])])
def test_what_is_decided_is_one_before_others_are_looked_for(same: Any, turned: bool):
    frames = twice()[::-1] if turned else twice()
    apart, before = ss.merge_facilities(*frames, return_problems=True)
    assert len(apart) == 3
    # Both municipalities are known: that the match is not one to one is all there is to say.
    assert set(before["code"]) == {"same-name-twice", "merge-ambiguous", "one-point"}
    merged, after = ss.merge_facilities(*frames, same=same, return_problems=True)
    assert merged["type"].tolist() == ["base_hospital;secondary_emergency"]
    assert after["code"].tolist() == ["merged", "merged"]


def test_labels_of_a_merged_frame_are_names_of_decisions():
    apart = ss.merge_facilities(*twice())
    doubtful = tuple(apart.index[apart["doubles"].notna()])
    assert "上天草市-総合病院" in doubtful
    assert len(ss.merge_facilities(*twice(), same=[doubtful])) == 1
    assert len(ss.merge_facilities(apart, same=doubtful)) == 1
    told_apart = ss.merge_facilities(*twice(), apart=doubtful)
    assert told_apart["doubles"].isna().all()


@pytest.mark.parametrize("lonely", ["E38", [("E38",)], ["E38"]])
def test_a_decision_has_two_names(lonely: Any):
    with pytest.raises(UsageError) as refused:
        ss.merge_facilities(*twice(), same=lonely)
    assert [p.code for p in refused.value.problems] == ["identity-without-pair"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "value", "attribute"),
    [
        ("name", "新しい病院", "name"),
        ("type", "remote_clinic", "types"),
        ("geometry", Point(131.5, 32.9), "position"),
        ("geometry", None, "position"),
        ("remark", "要確認", "remark"),
        ("reason", "無医地区の巡回診療", "entry"),
        ("municipality_code", "43447", "municipality_code"),
        ("role", "destination", "role"),
    ],
)
def test_what_is_changed_in_a_merged_row_holds(column: str, value: object, attribute: str):
    one, two = listed(("東病院", 0), ("西病院", 5)), listed(("東病院", 0.2), ("西病院", 5.1))
    merged = ss.merge_facilities(one, two)
    merged = merged.drop(columns=["base_hospital", "remote_clinic", "secondary_emergency"])
    merged[column] = merged[column].astype(object)
    merged.loc[merged.index[0], column] = value
    if column == "geometry":
        merged = gpd.GeoDataFrame(merged, geometry="geometry", crs=6668)
    taken = given_lists(merged)
    found, _ = merge(taken.rows, None, taken.identities)
    before, _ = merge((*given_lists([one, two]).rows,))
    assert len(found) == 2
    assert getattr(found[0], attribute) != getattr(before[0], attribute)
    assert found[1].position == before[1].position


@pytest.mark.parametrize("epsg", [6668, 6670])
def test_a_merged_frame_keeps_the_crs_of_its_lists(epsg: int):
    one, two = listed(("東病院", 0)).to_crs(epsg), listed(("西病院", 9)).to_crs(epsg)
    assert ss.merge_facilities(one, two).crs == epsg
    assert ss.merge_facilities(one, two.to_crs(3857)).crs == 6668
    moved = ss.merge_facilities(listed(("東病院", 0)), listed(("東病院", 0.1))).to_crs(epsg)
    assert given_lists(moved).rows[0].position.lon == 131.0  # to the bit, there and back


def test_a_merged_frame_survives_a_file_and_a_filter(tmp_path: Path):
    one, two = listed(("東病院", 0), ("西病院", 5)), listed(("西病院", 5.1), ("東病院", 0.2))
    merged = ss.merge_facilities(one, two)
    merged.to_file(tmp_path / "m.gpkg")
    back = gpd.read_file(tmp_path / "m.gpkg")
    assert given_lists(back).rows == given_lists(merged).rows
    west = given_lists(merged[merged["name"] == "西病院"])
    assert [r.name for r in west.rows] == ["西病院", "西病院"]
    assert set(west.labels.values()) == {merged.index[1]}


def test_lists_that_nobody_read_are_read_and_nothing_is_refused():
    frame = gpd.GeoDataFrame({"name": ["東病院"]}, geometry=[Point(131, 32.7)], crs=6668)
    assert len(ss.merge_facilities(frame, frame)) == 1
    with pytest.raises(UsageError):
        ss.merge_facilities()


NAMES = st.sampled_from(
    ["東病院", "医療法人X会 東病院", "西病院", "町立西病院", "南診療所", "北病院"]
)
LISTS = st.lists(
    st.lists(st.tuples(NAMES, st.integers(0, 40)), min_size=1, max_size=5), min_size=1, max_size=4
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(LISTS, st.randoms(use_true_random=False))
def test_taken_apart_and_merged_again_they_are_the_same(drawn: list[Any], random: Any):
    frames = [
        listed(*((name, at / 20) for name, at in rows), list=f"l{n}", name=f"list {n}")
        for n, rows in enumerate(drawn)
    ]
    given = given_lists(frames)
    merged = ss.merge_facilities(*frames)
    order = list(range(len(merged)))
    random.shuffle(order)
    taken = given_lists(merged.iloc[order])
    assert taken.rows == given.rows
    assert (taken.layers, taken.lists) == (given.layers, given.lists)
    wanted, _ = merge(given.rows)
    found, _ = merge(taken.rows, None, taken.identities)
    assert found == wanted
    again = ss.merge_facilities(merged)
    pd.testing.assert_frame_equal(
        pd.DataFrame(again.drop(columns="records")), pd.DataFrame(merged.drop(columns="records"))
    )


def test_chains_of_decisions_lose_nobody():
    """B is C, and then A is C: three rows, one facility, whatever the order."""
    rows = given_lists(listed(("甲病院", 0), ("乙病院", 9), ("丙病院", 18))).rows
    decisions = [
        Identity(names, same=True) for names in (("乙病院", "丙病院"), ("甲病院", "丙病院"))
    ]
    (facility,), _ = merge(rows, None, decisions)
    assert sorted(row.row for row in facility.rows) == [1, 2, 3]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["apart", "one frame", "merged", "merged, moved and shuffled"])
def test_a_scenario_of_frames_finds_what_the_run_finds(lists: list[gpd.GeoDataFrame], form: str):
    with sample_run_file() as path:
        whole = Scenario.from_run(path)
        given: Any = lists
        if form == "one frame":
            given = pd.concat(lists)
        elif form != "apart":
            given = ss.merge_facilities(*lists, ground=whole.ground)
        if "shuffled" in form:
            given = given.to_crs(6670).sample(frac=1, random_state=1)
        wanted, found = whole.judge().evidence, whole.changed(facilities=given).judge().evidence
    # Of an input it is said where it was: in a file, or in memory.
    assert encode(replace(found, inputs=())) == encode(replace(wanted, inputs=()))
