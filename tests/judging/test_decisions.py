"""Decisions by hand: what names nobody or has no effect is refused, and what holds is told."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from boundaries.types import AreaClass
from groundfloor.problems import Lang, Problem, Severity, SpotsError, Text
from spots.explaining import explain, explanation_text
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.judging.decisions import manual_problems
from spots.judging.designation import judge, manual_decision
from spots.judging.exclusions import exclusion_problems
from spots.types import Facility, Place, Role, RunResult, State
from tests.helpers.judging import facility, facts, place, policy, regions_of
from tests.helpers.small_job import RUN, write_job

REASON = {"ja": "協議会の決定", "en": "council"}


def problems(
    one: Facility, where: Place | None = None, decision: str = "include", **more: Any
) -> tuple[Problem, ...]:
    """Return what is wrong with a decision about `one`, in the second line of a file."""
    entry = {"facility": "a病院", "decision": decision, "reason": REASON, **more}
    everyone = [one, facility("b", name="済生会みすみ病院"), facility("c", name="みすみ医院")]
    places = {f.id: place() for f in everyone} | {one.id: where or place()}
    return manual_problems(policy({"manual": [entry]}), everyone, places, [("p.toml", 2)])


def test_a_decision_that_does_what_it_says_is_no_problem():
    assert problems(facility("a")) == ()
    assert problems(facility("a"), decision="exclude") == ()
    assert problems(facility("a"), place("43101"), overrides=["excluded"]) == ()
    assert problems(facility("a", name="※a病院（熊本県）")) == ()
    rules = policy({"manual": [{"facility": "a病院", "decision": "include", "reason": REASON}]})
    assert manual_decision(rules, facility("a", name="a病院注1")) is not None
    assert manual_decision(rules, facility("b")) is None


def test_an_old_name_of_a_merged_hospital_names_it():
    old = replace(facility("a"), name="新病院", other_names=("a病院",))
    assert problems(old) == ()
    rules = policy({"manual": [{"facility": "a病院", "decision": "exclude", "reason": REASON}]})
    assert manual_decision(rules, old) is not None
    (found,) = problems(old, facility="a病")
    assert "新病院 [a]" in found.message.ja


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [
        ("みすみ病院", "済生会みすみ病院 [b]"),
        ("済生会　みすみ病院", "済生会みすみ病院 [b]"),
        ("なにもない", None),
    ],
)
def test_one_that_names_nobody_is_an_error_with_the_nearest_names(wanted: str, nearest: str | None):
    (found,) = problems(facility("a"), facility=wanted)
    assert (found.code, found.severity) == ("manual-matches-none", Severity.ERROR)
    assert (found.file, found.row, found.value) == ("p.toml", 2, wanted)
    assert (f"（近い名称: {nearest}" in found.message.ja) is (nearest is not None)


@pytest.mark.parametrize(
    ("where", "overrides", "remedy"),
    [
        (place("43101"), [], 'overrides = ["excluded"]'),
        (place(area_class=AreaClass.SHORTAGE), [], 'overrides = ["moot"]'),
        (
            place("43101", area_class=AreaClass.SHORTAGE),
            ["moot"],
            'overrides = ["excluded", "moot"]',
        ),
        (place("40202", prefecture="40"), ["excluded", "moot"], "決定を消してください"),
    ],
)
def test_one_that_a_stronger_rule_stops_is_an_error(
    where: Place, overrides: list[str], remedy: str
):
    (found,) = problems(facility("a"), where, overrides=overrides)
    assert (found.code, found.severity, found.row) == ("manual-without-effect", Severity.ERROR, 2)
    assert remedy in found.remedy.ja


def test_what_stops_it_is_said_with_its_place():
    (city,) = problems(facility("a"), place("43101", municipality="熊本市中央区"))
    (area,) = problems(facility("a"), place(area="宇城", area_class=AreaClass.SHORTAGE))
    assert "設定基準で対象外の熊本市中央区にあります" in city.message.ja
    assert "スポットの要らない区域（宇城）にあります" in area.message.ja


@pytest.mark.parametrize("decision", ["include", "exclude"])
def test_who_is_only_reached_is_decided_by_nobody(decision: str):
    (found,) = problems(facility("a", role=Role.DESTINATION), decision=decision)
    assert found.code == "manual-without-effect"
    assert ("外してください" in found.remedy.ja) is (decision == "exclude")


@pytest.mark.parametrize(
    ("one", "where"),
    [
        (facility("a", position=None), place()),
        (facility("a"), place(problem=Text("合いません", "odd"))),
        (facility("a"), place(None, prefecture=None)),
    ],
)
def test_one_that_waits_for_a_place_is_told(one: Facility, where: Place):
    (found,) = problems(one, where)
    assert (found.code, found.severity) == ("manual-waits", Severity.WARNING)
    assert problems(one, where, decision="exclude") == ()


def test_one_that_waits_for_the_class_of_its_area_is_told():
    unclassed = place(area_class=AreaClass.UNKNOWN)
    (found,) = problems(facility("a"), unclassed)
    assert (found.code, found.severity) == ("manual-waits", Severity.WARNING)
    assert 'overrides = ["moot"]' in found.remedy.ja
    assert problems(facility("a"), unclassed, overrides=["moot"]) == ()


@pytest.mark.parametrize(
    ("overrides", "state"), [([], State.UNDETERMINED), (["moot"], State.DESIGNATED)]
)
def test_one_that_overrides_moot_does_not_need_the_class(overrides: list[str], state: State):
    entry = {"facility": "a", "decision": "include", "reason": REASON, "overrides": overrides}
    rules = policy({"manual": [entry], "rule": {"any": [1, 2]}})
    unclassed = {"a": place(area_class=AreaClass.UNKNOWN)}
    (verdict,) = judge(rules, facts([facility("a")], rules, places=unclassed))
    assert verdict.state is state
    assert verdict.decision is not None
    assert verdict.decision.applied is bool(overrides)


def test_one_that_applies_to_several_is_told():
    entry = {"facility": "甲病院", "decision": "include", "reason": REASON}
    twins = [facility("a", name="甲病院"), facility("b", name="甲病院")]
    places = {f.id: place() for f in twins}
    (found,) = manual_problems(policy({"manual": [entry]}), twins, places)
    assert (found.code, found.severity) == ("manual-matches-several", Severity.WARNING)


def test_a_second_decision_about_one_facility_has_no_effect():
    entries = [
        {"facility": who, "decision": way, "reason": REASON}
        for who, way in (("a", "include"), ("a病院", "exclude"))
    ]
    found = manual_problems(policy({"manual": entries}), [facility("a")], {"a": place()})
    assert [p.code for p in found] == ["manual-without-effect"]


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("43447", "町43447", ""),
        ("43424", "町43447", "exclusion-name-disagrees"),  # the code of the next town
        ("43999", "町43447", "exclusion-name-disagrees"),  # of nobody
        ("43100", "熊本市", ""),  # the map need not hold what is out
        ("43447", "町の中心部", "exclusion-name-unknown"),  # a name of one's own, or a slip
        ("43424", "熊本巿", "exclusion-name-unknown"),
        ("43100", "八代市", "exclusion-matches-none"),
        ("43999", "町4344T", "exclusion-matches-none"),
        ("43211", "宇土市", ""),  # a list has facilities there
        ("43202", "八代市", "exclusion-matches-none"),  # and none there
    ],
)
def test_an_excluded_municipality_that_is_not_what_it_says_is_told(
    code: str, name: str, expected: str
):
    entry = {"code": code, "name": name, "facilities": True, "area": True, "reason": REASON}
    towns = {"43447": (130.9, 32.6, 131.1, 32.8), "43424": (131.1, 32.6, 131.3, 32.8)}
    there = [replace(facility("a"), municipality_code="43211"), facility("b")]
    rules = policy({"exclude_municipality": [entry]})
    found = exclusion_problems(rules, regions_of(towns), there, [("p.toml", 7)])
    assert [p.code for p in found] == ([expected] if expected else [])
    for told in found:
        assert (told.value, told.file, told.row) == (code, "p.toml", 7)
        error = expected != "exclusion-name-unknown"
        assert told.severity is (Severity.ERROR if error else Severity.WARNING)
    if expected == "exclusion-name-disagrees":
        assert "町43447のコードは、境界データでは 43447 です" in found[0].message.ja
    if name == "町4344T":
        assert "町43447 [43447]" in found[0].message.ja
    if name == "熊本巿":
        assert "町43424を対象外とします" in found[0].message.ja


# --- in a run -------------------------------------------------------------------------------------


def decided(who: str, more: str = "", decision: str = "include") -> str:
    entry = (
        f'facility = "{who}"\ndecision = "{decision}"\nreason = {{ ja = "決定", en = "by hand" }}\n'
    )
    return RUN + f"\n[[policy.override.manual]]\n{entry}{more}"


def run_of(folder: Path, text: str) -> RunResult:
    return execute(read_run_file(write_job(folder, {"run.toml": text})))


def test_the_line_of_the_run_file_is_named(tmp_path: Path):
    text = decided("芳野医院")
    with pytest.raises(SpotsError) as caught:
        run_of(tmp_path, text)
    (found,) = caught.value.problems
    line = text.splitlines().index('facility = "芳野医院"') + 1
    assert (found.code, found.file, found.row) == ("manual-matches-none", "run.toml", line)
    assert "芳野診療所 [C2]" in found.message.ja


def test_the_line_of_a_policy_file_is_named(tmp_path: Path):
    preset = (resources.files("spots") / "presets" / "kumamoto.toml").read_text("utf-8")
    entry = 'facility = "だれも"\ndecision = "exclude"\nreason = { ja = "決定", en = "by hand" }\n'
    text = f"{preset}\n[[manual]]\n{entry}"
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SpotsError) as caught:
        run_of(tmp_path, RUN.replace('preset = "kumamoto"', 'file = "own.toml"'))
    (found,) = caught.value.problems
    assert (found.file, found.row) == (
        "own.toml",
        text.splitlines().index('facility = "だれも"') + 1,
    )


def test_a_hospital_of_an_excluded_city_is_designated_with_its_own_ground(tmp_path: Path):
    result = run_of(tmp_path, decided("芳野診療所", 'overrides = ["excluded"]\n'))
    (verdict,) = [v for v in result.verdicts if v.facility.id == "C2"]
    assert verdict.state is State.DESIGNATED
    (spot,) = [s for s in result.spots if s.facility_id == "C2"]
    assert spot.area_km2 == pytest.approx(spot.circle_km2, rel=1e-6), "the city is not cut away"
    (line,) = [value for label, value in result.settings.lines if "芳野診療所" in label.ja]
    assert line.ja == "設定する（対象外の市町村でも）：決定"


def test_a_hospital_of_a_shortage_area_keeps_the_ground_of_that_area(tmp_path: Path):
    result = run_of(tmp_path, decided("H2", 'overrides = ["moot"]\n'))
    (spot,) = [s for s in result.spots if s.facility_id == "H2"]
    assert spot.area_km2 > 0.9 * spot.circle_km2


def test_others_are_cut_at_that_ground_as_before(tmp_path: Path):
    """矢部 lies 2 km from the border of the city that is out."""
    plain = run_of(tmp_path / "a", decided("H1"))
    more = decided("H1") + decided("C2", 'overrides = ["excluded"]\n').removeprefix(RUN)
    other = run_of(tmp_path / "b", more)
    areas = [{s.facility_id: s.area_km2 for s in r.spots}["H1"] for r in (plain, other)]
    assert areas[0] == areas[1]


@pytest.mark.parametrize(
    ("text", "who", "said"),
    [
        (decided("H1"), "H1", "個別の決定: 設定する：決定"),
        (decided("B1", decision="exclude"), "B1", "個別の決定: 対象外とする：決定"),
        (decided("C2", 'overrides = ["excluded"]\n'), "C2", "設定する（対象外の市町村でも）：決定"),
    ],
)
def test_explain_always_mentions_it(tmp_path: Path, text: str, who: str, said: str):
    result = run_of(tmp_path, text)
    assert said in explanation_text(explain(result, who))
    assert "Decision by hand" in explanation_text(explain(result, who), Lang.EN)


def test_the_line_of_an_exclusion_is_named(tmp_path: Path):
    entry = 'code = "43888"\nname = "どこでもない町"\nfacilities = true\narea = true\n'
    reason = 'reason = { ja = "方針", en = "policy" }\n'
    text = RUN + f"\n[[policy.override.exclude_municipality]]\n{entry}{reason}"
    with pytest.raises(SpotsError) as caught:
        run_of(tmp_path, text)
    (found,) = caught.value.problems
    line = text.splitlines().index('code = "43888"') + 1
    assert (found.code, found.file, found.row) == ("exclusion-matches-none", "run.toml", line)
