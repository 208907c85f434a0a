"""What cannot be an argument is refused by its name, with what to give; never a bare traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

import spots as ss
from groundfloor.problems import SpotsError, UsageError
from spots.facilities import FacilityListError
from spots.library.compared_results import Comparison
from spots.library.result import Result
from tests.helpers.fabricated import fabricated_result
from tests.helpers.scenarios import sample, sample_parts


@cache
def parts() -> dict[str, Any]:
    return sample_parts()


@cache
def graph() -> nx.MultiDiGraph:
    made = nx.MultiDiGraph(crs="EPSG:4326")
    for name, x in (("a", 130.70), ("b", 130.71)):
        made.add_node(name, x=x, y=32.8)
    made.add_edge("a", "b", highway="primary", length=940.0)
    made.add_edge("b", "a", highway="primary", length=940.0)
    return made


def places(*labels: object, name: str | None = None) -> gpd.GeoDataFrame:
    at = [Point(130.70 + 0.001 * n, 32.8) for n in range(len(labels))]
    return gpd.GeoDataFrame({"beds": 1}, geometry=at, crs=4326, index=pd.Index(labels, name=name))


@cache
def roads() -> ss.Roads:
    return ss.Roads.from_graph(graph())


def scenario_of(**other: Any) -> ss.Scenario:
    given = parts() | other
    return ss.Scenario(**given)


def lists() -> list[gpd.GeoDataFrame]:
    return parts()["facilities"]


RESULT = Result(fabricated_result())


WRONG: dict[str, tuple[Callable[[], object], str, str]] = {
    "graph as roads": (lambda: scenario_of(roads=graph()), "roads", "Roads.from_graph"),
    "graph as roads of changed": (lambda: sample().changed(roads=graph()), "roads", "from_graph"),
    "graphs in a grid": (lambda: sample().sweep({"roads": {"a": graph()}}), "roads", "from_graph"),
    "graphs at speeds": (
        lambda: sample().sweep({"roads": {"a": graph()}, "speed_factor": [1.0]}),
        "roads",
        "from_graph",
    ),
    "frame as ground": (lambda: scenario_of(ground=lists()[0]), "ground", "read_ground"),
    "no ground": (lambda: scenario_of(ground=None), "ground", "read_ground"),
    "no facilities": (lambda: scenario_of(facilities=None), "facilities", "read_facilities"),
    "number as policy": (lambda: scenario_of(policy=3), "policy", "preset"),
    "number as policy of judge": (lambda: sample().judge(3), "policy", "preset"),
    "number as title": (lambda: scenario_of(title=5), "title", "text"),
    "number as caveats": (lambda: scenario_of(caveats=5), "caveats", "text"),
    "numbers as caveats": (lambda: scenario_of(caveats=[5]), "caveats", "text"),
    "number as table of targets": (lambda: ss.targets(5), "table", "DataFrame"),  # type: ignore[arg-type]
    "number as areas of targets": (
        lambda: ss.targets("t.csv", areas=5),  # type: ignore[arg-type]
        "areas",
        "Result",
    ),
    "pairs as grid": (lambda: sample().sweep([("threshold_min", [20])]), "grid", "dict"),
    "pairs as grid of states": (lambda: sample().sweep_states([("x", [20])]), "grid", "dict"),
    "text as graph": (lambda: ss.Roads.from_graph("x"), "G", "osmnx"),
    "frame as graph": (lambda: ss.Roads.from_graph(places("a")), "G", "osmnx"),
    "series as list": (lambda: ss.read_facilities(places("a").geometry), "source", "DataFrame"),
    "texts as list": (lambda: ss.read_facilities(pd.Series(["a"])), "source", "DataFrame"),
    "dict as list": (lambda: ss.read_facilities({"name": ["a"]}), "source", "DataFrame"),
    "number as types": (lambda: ss.read_facilities(places("a"), types=3), "types", "③"),
    "radii on labels twice": (
        lambda: ss.circles(places("a", "b"), pd.Series([4000, 5000, 4000], ["a", "b", "a"])),
        "radius_m",
        "index",
    ),
    "one edge": (lambda: roads().closed(edges=("a", "b", 0)), "edges", "[(u, v, key)]"),
    "frame as edges": (lambda: roads().closed(edges=roads().edges), "edges", ".index"),
    "no reach": (lambda: roads().isochrones(places("a"), reach_m=0), "reach_m", "above 0"),
    "reach below": (lambda: roads().isochrones(places("a"), reach_m=-5), "reach_m", "mend"),
    "text as result": (lambda: RESULT.compare("x"), "new", "read_result"),
    "problems of nothing": (lambda: ss.problems(None), "of", "library returned"),
    "problems of a text": (lambda: ss.problems("x"), "of", "library returned"),
    "problems of a series": (
        lambda: ss.problems(places("a").geometry),
        "of",
        "library returned",
    ),
    "no tables": (lambda: ss.Policy.from_dict(None), "tables", "to_dict"),
    "text as policy": (lambda: ss.Policy.preset("kumamoto").diff("x"), "other", "preset"),
    "list without geometry": (
        lambda: scenario_of(facilities=[pd.DataFrame(lists()[0].drop(columns="geometry"))]),
        None,
        "points_from_xy",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", WRONG)
def test_it_is_refused_with_what_to_give(case):
    ask, column, remedy = WRONG[case]
    with pytest.raises(UsageError) as fault:
        ask()
    (problem,) = fault.value.problems
    assert problem.column == column
    assert remedy in problem.remedy.en


SAYS: dict[str, tuple[Callable[[Any], object], str]] = {
    "write": (lambda out: (RESULT.write(out), RESULT.write(out)), "add force=True"),
    "export": (lambda out: [RESULT.export(out, "geojson") for _ in "ab"], "add force=True"),
    "compare": (
        lambda out: [Comparison(RESULT, RESULT).write(out) for _ in "ab"],
        "add force=True",
    ),
    "address": (lambda _: RESULT.to_postgis("x"), "“con”"),
    "no address": (lambda _: RESULT.to_postgis(3), "“con”"),
    "schema": (lambda _: RESULT.to_postgis("postgresql://h/d", schema="%"), "“schema”"),
    "only": (lambda _: RESULT.locate(places("a").geometry, only="x"), "“only”"),
    "closures": (lambda _: roads().closed(places("a")), "<closures>"),
    "prefecture": (lambda _: ss.Policy.preset("kumamoto").changed(prefecture=99), '"01" to "47"'),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SAYS)
def test_refusals_name_arguments_and_neither_options_nor_files(case, tmp_path):
    ask, said = SAYS[case]
    with pytest.raises(SpotsError) as fault:
        ask(tmp_path / "out")
    told = str(fault.value)
    assert said in told
    assert "--" not in told
    assert ".gpkg" not in told


@pytest.mark.parametrize("column", ["role", "accuracy"])
def test_a_code_that_is_none_is_told_with_its_row(column):
    frame = lists()[0].assign(**{column: "x"})
    with pytest.raises(FacilityListError) as fault:
        scenario_of(facilities=[frame])
    assert [(p.column, p.row) for p in fault.value.problems] == [
        (column, n) for n in range(1, len(frame) + 1)
    ]


def test_one_caveat_is_a_text():
    assert "abc" in scenario_of(caveats="abc").judge().caveats


def test_types_may_stand_in_a_series():
    given = places("a").assign(name="小国公立病院")
    assert ss.read_facilities(given, types=pd.Series(["①", "③"])).loc["a", "base_hospital"]


def test_policies_of_a_grid_may_be_presets():
    found = sample().sweep({"policy": {"k": "kumamoto"}})
    assert found["n_spots"].tolist() == [21]


@pytest.mark.parametrize("attribute", ["name", "osmid", "maxspeed", "oneway", "toll", "geometry"])
@pytest.mark.parametrize("gap", [pd.NA, np.nan, pd.NaT, None])
def test_what_a_frame_says_for_nothing_is_nothing_in_a_graph(attribute, gap):
    with_gap = graph().copy()
    for *_, data in with_gap.edges(data=True):
        data[attribute] = gap
    found = ss.Roads.from_graph(with_gap).matrix(places("a", "b"))
    pd.testing.assert_frame_equal(found, roads().matrix(places("a", "b")))


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("origin", ss.Roads.nearest),
        ("why", ss.Roads.nearest),
        ("u", ss.Roads.snap),
        ("minutes", ss.Roads.isochrones),
    ],
)
def test_an_index_of_a_column_s_name_gives_way_to_the_column(name, ask):
    found = ask(roads(), places("a", "b", name=name))
    assert found.index.name == f"own_{name}"
    assert {name, f"own_{name}"} <= set(found.reset_index().columns)
    assert ask(roads(), places("a", "b", name="place")).index.name == "place"
