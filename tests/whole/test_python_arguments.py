"""What callers in Python give otherwise than meant works, or is refused by name: never in silence."""

from __future__ import annotations

import ast
import copy
import dataclasses
import math
import multiprocessing
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import networks
import spots
from boundaries import AreaClass
from groundfloor.frozen import FrozenDict, frozen
from groundfloor.problems import Lang, SpotsError, Text, UsageError
from networks import Direction, SpeedProfile, TravelOptions, load_profile
from networks.speeds.profile import MaxspeedRule
from spots import FacilityType, Policy, State
from spots.comparing import compare, comparison_table
from spots.explaining import explain, explanation_text
from spots.facilities import LayerSpec
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.judging.criteria import Facts
from spots.judging.designation import judge
from spots.judging.policy_files import preset_document
from spots.judging.policy_tables import Cut
from spots.locating import locate
from spots.map import render_map
from spots.outputs import summary_table, write_folder
from spots.types import Accuracy, Layer, Position, Role, RunResult
from tests.helpers.fabricated import fabricated_result
from tests.helpers.folders import ROOT
from tests.helpers.judging import SECONDARY, chain, facility, facts, place
from tests.helpers.road_cases import at
from tests.helpers.small_job import write_job

PACKAGES = ("groundfloor", "networks", "boundaries", "spots")
KUMAMOTO = Policy.preset("kumamoto")


def changed(table: str, **values: Any) -> Policy:
    """Return the preset with settings of one table changed in Python."""
    return replace(KUMAMOTO, **{table: replace(getattr(KUMAMOTO, table), **values)})


def with_third(**values: Any) -> Policy:
    third = replace(KUMAMOTO.criterion["3"], **values)
    return replace(KUMAMOTO, criterion={**KUMAMOTO.criterion, "3": third})


def refusal(make: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(SpotsError) as caught:
        make()
    for problem in caught.value.problems:
        assert problem.remedy.ja
        assert problem.remedy.en
    return [(p.code, p.column) for p in caught.value.problems]


# Languages


def test_a_language_may_be_given_by_its_value() -> None:
    text = Text("はい", "yes")
    assert (text.render("ja"), text.render("en")) == ("はい", "yes")
    assert refusal(lambda: text.render("fr")) == [("wrong-value", "lang")]


def test_every_text_for_people_is_the_same_by_value() -> None:
    result = fabricated_result()
    why = explain(result, "soyo")
    other = compare(result, replace(result, dissolved_km2=1.0))
    for lang in Lang:
        assert explanation_text(why, lang.value) == explanation_text(why, lang)
        assert summary_table(result, lang.value) == summary_table(result, lang)
        assert comparison_table(other, lang.value) == comparison_table(other, lang)
        assert render_map(result, lang.value) == render_map(result, lang)


def by_identity(path: Path) -> list[int]:
    """Return the lines on which a language is compared by identity."""
    compared = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
        and any(ast.unparse(c).startswith("Lang.") for c in node.comparators)
    )
    return [node.lineno for node in compared if "one_of(" not in ast.unparse(node.left)]


@pytest.mark.slow
def test_languages_are_never_compared_by_identity() -> None:
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert {str(path): lines for path in modules if (lines := by_identity(path))} == {}


# Policies


@pytest.mark.parametrize(
    ("make", "code", "column"),
    [
        (lambda: with_third(comparison=">="), "wrong-value", "criterion.3.comparison"),
        (lambda: with_third(threshold_min=math.nan), "wrong-value", "criterion.3.threshold_min"),
        (lambda: with_third(type="③"), "wrong-value", "criterion.3.type"),
        (lambda: with_third(list=""), "wrong-value", "criterion.3.list"),
        (lambda: with_third(kind="nearest"), "wrong-value", "criterion.3.kind"),
        (lambda: changed("circle", radius_m=4), "wrong-value", "circle.radius_m"),
        (lambda: changed("circle", radius_m="4000"), "wrong-type", "circle.radius_m"),
        (lambda: changed("circle", radius_m=True), "wrong-type", "circle.radius_m"),
        (lambda: changed("circle", radius_m={4000}), "wrong-type", "circle.radius_m"),
        (lambda: changed("circle", cut="land"), "wrong-type", "circle.cut"),
        (lambda: changed("circle", cut=("sea",)), "wrong-value", "circle.cut[1]"),
        (lambda: changed("policy", prefecture=43), "wrong-type", "policy.prefecture"),
        (lambda: changed("scope", merge_wards="no"), "wrong-type", "scope.merge_wards"),
        (lambda: changed("travel", direction="to"), "wrong-value", "travel.direction"),
        (lambda: changed("travel", snap_limit_m=math.inf), "wrong-value", "travel.snap_limit_m"),
        (lambda: changed("rule", any=(1, 7)), "policy-contradiction", "rule"),
        (
            lambda: changed("validity", valid_to=date(2001, 1, 1)),
            "policy-contradiction",
            "validity.valid_to",
        ),
        (lambda: replace(KUMAMOTO, circle=None), "wrong-type", "circle"),
    ],
)
def test_a_policy_changed_in_python_is_checked_like_a_file(
    make: Any, code: str, column: str
) -> None:
    assert refusal(make) == [(code, column)]


def test_all_that_is_wrong_with_a_policy_is_said_at_once() -> None:
    circle = replace(KUMAMOTO.circle, radius_m=4, cut=("sea",))
    travel = replace(KUMAMOTO.travel, direction="to")
    found = refusal(lambda: replace(KUMAMOTO, circle=circle, travel=travel))
    assert [column for _, column in found] == [
        "circle.radius_m",
        "circle.cut[1]",
        "travel.direction",
    ]


def test_a_policy_says_keys_and_not_columns() -> None:
    with pytest.raises(UsageError) as caught:
        changed("circle", radius_m=4)
    assert "<Policy>: キー「circle.radius_m」: 値「4」" in caught.value.render(Lang.JA)


def test_a_radius_of_four_is_refused_in_a_file_too() -> None:
    override = {"circle": {"radius_m": 4}}
    document = preset_document("kumamoto")
    assert refusal(lambda: Policy.from_document(document, override)) == [
        ("wrong-value", "circle.radius_m")
    ]
    assert KUMAMOTO.changed(radius_m=100).circle.radius_m == 100


def test_settings_given_by_value_are_taken_for_what_they_mean() -> None:
    assert changed("circle", cut=["land"]).circle.cut == (Cut.LAND,)
    assert changed("circle", radius_m=np.int64(5000)).circle.radius_m == 5000
    assert changed("circle", cut=(c for c in ("land",))).circle.cut == (Cut.LAND,)
    found = changed("scope", moot_area_classes=["shortage"]).scope.moot_area_classes
    assert found[0] is AreaClass.SHORTAGE
    assert changed("validity", valid_to="2030-03-31").validity.valid_to == date(2030, 3, 31)


def test_a_policy_is_the_same_however_it_was_made() -> None:
    again = Policy(**{f.name: getattr(KUMAMOTO, f.name) for f in dataclasses.fields(KUMAMOTO)})
    assert again == KUMAMOTO == Policy.from_document(preset_document("kumamoto"))
    assert hash(again) == hash(KUMAMOTO)
    assert pickle.loads(pickle.dumps(KUMAMOTO)) == copy.deepcopy(KUMAMOTO) == KUMAMOTO  # noqa: S301


@pytest.mark.slow
def test_a_policy_crosses_to_another_process() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(hash, (FrozenDict(a=1),)) is not None
        assert pool.apply(copy.copy, (KUMAMOTO,)) == KUMAMOTO


def test_nothing_in_a_policy_can_be_changed() -> None:
    third = KUMAMOTO.criterion["3"]
    table: Any = KUMAMOTO.criterion
    for change in (
        lambda: table.update({"3": third}),
        lambda: table.__setitem__("3", third),
        lambda: table.pop("3"),
        lambda: table.setdefault("4", third),
        table.clear,
        table.popitem,
        lambda: table.__delitem__("3"),
        lambda: table.__ior__({}),
    ):
        with pytest.raises(TypeError, match=r"dataclasses\.replace"):
            change()
    with pytest.raises(FrozenInstanceError):
        KUMAMOTO.circle = None
    assert set(KUMAMOTO.criterion) == {"1", "2", "3"}


def test_a_run_file_cannot_be_changed_behind_its_job(tmp_path: Path) -> None:
    settings: Any = read_run_file(write_job(tmp_path)).settings
    for table in (settings.aliases, settings.facilities[0].columns, settings.facilities[0].where):
        with pytest.raises(TypeError):
            table["x"] = "y"
    with pytest.raises(TypeError):
        settings.policy.override["circle"] = {}


def test_freezing_goes_all_the_way_down() -> None:
    made = frozen({"a": [{"b": {1, 2}}]})
    assert made == {"a": ({"b": frozenset({1, 2})},)}
    with pytest.raises(TypeError):
        made["a"][0]["b"] = 3
    assert isinstance(hash(made), int)


# Judging


def test_judging_asks_the_policy_and_nothing_else() -> None:
    network = chain(31 * 60_000, 29 * 60_000)
    known = facts(
        [facility("a", SECONDARY), facility("b", SECONDARY), facility("c", SECONDARY)],
        network=network,
        doors={"a": (0, 0.0), "b": (1, 0.0), "c": (1, 1.0)},
        places={"c": replace(place(), prefecture_code="44", municipality_code="44204")},
    )
    counted = changed("travel", neighbours=True)
    not_counted = changed("travel", neighbours=False)
    with_them = {v.facility.id: v.travel for v in judge(counted, known)}
    without = {v.facility.id: v.travel for v in judge(not_counted, known)}
    assert with_them["b"] is not None
    assert without["b"] is not None
    assert (with_them["b"].nearest_id, without["b"].nearest_id) == ("c", "a")
    assert not {"travel", "prefecture", "radius_m"} & {f.name for f in dataclasses.fields(Facts)}


def test_a_list_that_nobody_has_is_refused() -> None:
    known = facts([facility("a", SECONDARY)], network=chain(1), doors={"a": (0, 0.0)})
    found = refusal(lambda: judge(with_third(list="rotaton"), known))
    assert found == [("list-missing", "criterion.3.list")]


def test_a_job_with_a_list_that_nobody_has_is_refused(tmp_path: Path) -> None:
    job = read_run_file(write_job(tmp_path))
    wrong = replace(job, policy=with_third(list="rotaton"))
    assert refusal(lambda: execute(wrong)) == [("list-missing", "criterion.3.list")]


def test_facts_keep_what_a_generator_gives() -> None:
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    known = replace(facts(everyone), facilities=(f for f in everyone), lists={"rotation": ["a"]})
    assert len(known.facilities) == len(known.facilities) == 2
    assert known.lists == {"rotation": frozenset("a")}
    found = refusal(lambda: replace(known, lists={"rotation": "ab"}))
    assert found == [("wrong-type", "lists.rotation")]


# Facilities and lists


@pytest.mark.parametrize("types", [{"③"}, "③", ["secondary_emergency"], {SECONDARY}])
def test_a_layer_takes_types_by_mark_and_value(types: Any) -> None:
    spec = LayerSpec(path=Path("a.csv"), shown="a.csv", name="a", types=types)
    assert spec.types == {FacilityType.SECONDARY_EMERGENCY}
    assert all(isinstance(one, FacilityType) for one in spec.types)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("types", {"④"}, "wrong-value"),
        ("types", "clinic", "wrong-value"),
        ("role", "judged", "wrong-value"),
        ("accuracy", "exact", "wrong-value"),
        ("format", "excel", "wrong-value"),
        ("as_of", "someday", "date-not-understood"),
    ],
)
def test_a_layer_refuses_what_would_match_nothing(field: str, value: Any, code: str) -> None:
    given: dict[str, Any] = {"path": Path("a.csv"), "shown": "a.csv", "name": "a", field: value}
    assert refusal(lambda: LayerSpec(**given)) == [(code, field)]


def test_a_layer_takes_texts_for_path_role_and_day() -> None:
    given: dict[str, Any] = {"path": "a.csv", "role": "destination", "as_of": "R6.4.1"}
    spec = LayerSpec(shown="a.csv", name="a", accuracy="town", **given)
    assert (spec.path, spec.as_of) == (Path("a.csv"), date(2024, 4, 1))
    assert (spec.role, spec.accuracy) == (Role.DESTINATION, Accuracy.TOWN)
    assert spec.role is Role.DESTINATION
    with pytest.raises(TypeError):
        spec.columns["name"] = "名前"


def test_values_of_facilities_are_taken_for_what_they_mean() -> None:
    one: Any = replace(facility("a"), role="candidate", types={"secondary_emergency"})
    assert one.role is Role.CANDIDATE
    assert one.types == {FacilityType.SECONDARY_EMERGENCY}
    assert replace(place(), area_class="shortage").area_class is AreaClass.SHORTAGE
    layer: Any = Layer("a", "a.csv", frozenset(), "destination", "", None)
    assert layer.role is Role.DESTINATION
    assert Position(131.0, 32.5, "town").accuracy is Accuracy.TOWN
    assert refusal(lambda: replace(one, types={"③"})) == [("wrong-value", "types")]


@pytest.mark.parametrize(("lon", "lat"), [(32.5, 131.0), (131.0, math.nan), (math.inf, 32.5)])
def test_a_position_is_in_degrees(lon: float, lat: float) -> None:
    assert refusal(lambda: Position(lon, lat)) == [("position-degrees", None)]


# Paths, days and distances


@pytest.mark.slow
def test_texts_work_where_paths_are_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_file = write_job(tmp_path)
    name = run_file.relative_to(tmp_path).as_posix()
    result = spots.run(name).evidence
    assert isinstance(result, RunResult)
    files = write_folder(result, "out", lang="en", extra={})
    assert {"run.json", "evidence.json"} <= {f.name for f in files}
    again = spots.read_result("out")
    assert again.facilities["state"].tolist() == [v.state for v in result.verdicts]
    assert spots.Comparison(again, spots.read_result(Path("out"))).found.identical
    assert spots.Comparison(spots.Result(result), again).found.identical
    assert spots.Policy.preset("kumamoto") == KUMAMOTO
    with pytest.raises(FileNotFoundError):
        spots.Policy.read("nowhere.toml")
    assert refusal(lambda: write_folder(result, "b", lang="fr")) == [("wrong-value", "lang")]
    assert not Path("b").exists()


def test_one_new_list_may_be_given_without_a_sequence(tmp_path: Path) -> None:
    run_file = write_job(tmp_path)
    layer = read_run_file(run_file).layers[0]
    given = f"{layer.name}={layer.path}"
    assert read_run_file(str(run_file), given) == read_run_file(run_file, [given])


def test_locating_takes_a_day_as_staff_write_it(tmp_path: Path) -> None:
    result = fabricated_result()
    path = tmp_path / "list.csv"
    path.write_text("名称,緯度,経度\n甲,32.685331,131.150494\n", encoding="utf-8")
    days = ["R8.4.1", "2026-04-01", date(2026, 4, 1), datetime(2026, 4, 1, 9, 30)]  # noqa: DTZ001
    found = [locate(result, str(path), on=day)[0] for day in days]
    assert all(each == found[0] for each in found)
    assert found[0].question.on == date(2026, 4, 1)
    town = locate(result, path, accuracy="town")[0]
    assert town == locate(result, path, accuracy=Accuracy.TOWN)[0]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"tolerance_m": math.nan}, "wrong-value"),
        ({"tolerance_m": "100"}, "wrong-type"),
        ({"tolerance_m": True}, "wrong-type"),
        ({"reach_m": -1}, "wrong-value"),
        ({"on": "soon"}, "date-not-understood"),
        ({"accuracy": "exact"}, "wrong-value"),
    ],
)
def test_locating_refuses_what_is_no_distance_or_day(given: dict[str, Any], code: str) -> None:
    found = refusal(lambda: locate(fabricated_result(), "list.csv", **given))
    assert found == [(code, next(iter(given)))]


@pytest.mark.parametrize("least", [math.nan, 1.5, True, "6000", -1])
def test_comparing_refuses_what_is_no_number_of_milliseconds(least: Any) -> None:
    result = fabricated_result()
    found = refusal(lambda: compare(result, result, minutes_from_ms=least))
    assert [column for _, column in found] == ["minutes_from_ms"]


def test_a_state_may_be_compared_with_its_value() -> None:
    assert any(v.state == "designated" for v in fabricated_result().verdicts)
    assert State("designated") is State.DESIGNATED


# Roads


def test_a_direction_may_be_given_by_its_value_and_by_no_other() -> None:
    network = chain(1000, 2000)
    ends = [at("a", 0, 0.0)], [at("b", 1, 1.0), at("c", 1, 0.25)]
    for direction in Direction:
        given: Any = direction.value
        for ask in (
            lambda d: networks.nearest_other(network, *ends, direction=d),
            lambda d: networks.nearest_few(network, *ends, 2, direction=d),
            lambda d: networks.node_times(network, ends[1], direction=d).ms.tolist(),
            lambda d: networks.place_times(network, [ends[0][0].snap], ends[1], direction=d).ms,
            lambda d: networks.catchment(network, ends[1], 1500, direction=d).end.tolist(),
        ):
            assert ask(given) == ask(direction)
    wrong: Any = "to_me"
    found = refusal(lambda: networks.nearest_other(network, *ends, direction=wrong))
    assert found == [("wrong-value", "direction")]


def test_generators_are_asked_once_and_answered_whole() -> None:
    network = chain(1000, 2000)
    here, there = [at("a", 0, 0.0)], [at("b", 1, 1.0), at("c", 1, 0.25)]
    whole = networks.node_times(network, there)
    again: Any = (t for t in there)
    assert networks.node_times(network, again).ms.tolist() == whole.ms.tolist()
    again, snaps = (t for t in there), [t.snap for t in here]
    assert networks.place_times(network, snaps, again).ms.tolist() == [1500]
    again = (t for t in there)
    assert len(list(networks.times_to_each(network, snaps, again, 10_000))) == 2
    again = (t for t in there)
    assert networks.edge_flows(network, snaps, again).sum() > 0
    again = (t for t in here)
    assert networks.border_times(network, again) == (None,)


@pytest.mark.parametrize(
    ("make", "column"),
    [
        (lambda _n, _t: TravelOptions(tolls="false"), "tolls"),
        (lambda _n, _t: TravelOptions(ferries=1), "ferries"),
        (lambda _n, _t: TravelOptions(ferry_wait_ms=math.nan), "ferry_wait_ms"),
        (lambda _n, _t: TravelOptions(ferry_wait_ms=1.5), "ferry_wait_ms"),
        (lambda n, t: networks.catchment(n, t, math.nan), "cutoff_ms"),
        (lambda n, t: networks.catchment(n, t, True), "cutoff_ms"),
        (lambda n, t: networks.node_times(n, t, limit_ms=1.5), "limit_ms"),
        (lambda n, t: networks.nearest_few(n, t, t, math.nan), "count"),
        (lambda n, _t: networks.close_edges(n, np.array([0])), "mask"),
        (lambda n, _t: networks.close_edges(n, np.array([True])), "mask"),
    ],
)
def test_roads_refuse_what_is_no_number_or_flag(make: Any, column: str) -> None:
    network = chain(1000, 2000)
    assert [c for _, c in refusal(lambda: make(network, [at("a", 0, 0.0)]))] == [column]


@pytest.mark.parametrize("limit_m", [True, "500", math.nan, 0])
def test_a_snap_limit_is_a_number_of_metres(limit_m: Any) -> None:
    found = refusal(lambda: networks.snap_points(chain(1000), [130.5], [32.5], limit_m))
    assert found == [("snap-limit", None)]


def test_a_profile_may_be_given_by_its_name() -> None:
    network = chain(1000, 2000)
    assert networks.retimed(network, "legal").profile == load_profile("legal")
    assert load_profile(load_profile("legal")) == load_profile("legal")
    sample = ROOT / "spots" / "sample" / "kumamoto"
    links, nodes = (next(sample.rglob(f"*{kind}*.csv")) for kind in ("link", "node"))
    for profile in ("everyday", load_profile("everyday")):
        made = networks.load_network(links, nodes=nodes, profile=profile)
        assert made.profile == load_profile("everyday")
    assert refusal(lambda: networks.load_network(links, nodes=nodes, profile="evryday")) == [
        ("profile-unknown", None)
    ]


def test_a_profile_made_in_python_is_checked() -> None:
    profile: SpeedProfile = load_profile("everyday")
    assert replace(profile, maxspeed="use").maxspeed is MaxspeedRule.USE
    assert refusal(lambda: replace(profile, maxspeed="obey")) == [("wrong-value", "maxspeed")]
    for kmh in (math.nan, "50", -1.0, True):
        assert refusal(lambda kmh=kmh: replace(profile.access, kmh=kmh))
