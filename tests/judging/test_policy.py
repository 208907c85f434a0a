"""The policy: what the preset says, overrides, and contradictions that types cannot see."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from boundaries.types import AreaClass
from groundfloor.problems import Lang, MissingFileError, UsageError
from groundfloor.settings import validate
from groundfloor.toml import TomlDocument, parse_toml
from spots.judging.criteria import (
    CriterionSetting,
    NearestOtherTimeSetting,
    RuleSetting,
    TypeSetting,
)
from spots.judging.policy import Policy
from spots.judging.policy_files import policy_document, preset_document, preset_names
from spots.judging.policy_tables import Cut
from spots.judging.thresholds import split_seconds
from spots.types import Assumption, FacilityType, TravelDirection
from tests.helpers.folders import PRESET, ROOT
from tests.helpers.judging import policy, policy_text


def override(folder: Path, text: str) -> Policy:
    """Return the preset with a run file's [policy.override] laid over it."""
    document = policy_text(folder, text)
    tables: dict[str, Any] = document.data["policy"]["override"]
    return Policy.from_document(
        preset_document("kumamoto"), tables, document, ("policy", "override")
    )


def refused(folder: Path, text: str) -> list[tuple[str, str, int | None]]:
    with pytest.raises(UsageError) as caught:
        override(folder, text)
    for problem in caught.value.problems:
        assert problem.file == "policy.toml"
        assert problem.render(Lang.JA) != problem.render(Lang.EN)
    return [(p.code, p.column or "", p.row) for p in caught.value.problems]


def keys_on_the_page(kind: str) -> dict[str, tuple[set[str], set[str]]]:
    """Return the keys of a kind in docs/policies.md, each with its values and its placeholders."""
    page = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    section = page.partition(f"## `{kind}`\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", section, re.MULTILINE)
    return {
        key: (set(re.findall(r"`(\w+)`", value)), set(re.findall(r"`\{(\w+)\}`", about)))
        for key, value, about in rows
    }


def choices(hint: Any) -> set[str]:
    """Return the words that a key may have; none where any will do."""
    return (
        set(get_args(hint))
        if get_origin(hint) is Literal
        else set(map(str, getattr(hint, "__members__", {}).values()))
    )


@pytest.mark.parametrize("kind", get_args(get_args(CriterionSetting)[0]), ids=lambda k: k.__name__)
def test_the_page_of_criteria_has_every_kind_and_key(kind: Any):
    hints = get_type_hints(kind)
    (name,) = get_args(hints["kind"])
    shown = keys_on_the_page(name)
    expected = {f.name: choices(hints[f.name]) for f in fields(kind) if f.name != "kind"}
    assert {key: values for key, (values, _) in shown.items()} == expected
    for setting in (c for _, c in policy().criteria if c.kind == name):
        allowed = {key: set(words) for key, _, words in setting.sentences}
        assert {key: words for key, (_, words) in shown.items() if words} == allowed


def test_the_preset_says_what_the_plan_says():
    found = policy()
    assert "kumamoto" in preset_names()
    assert found.policy.prefecture == "43"
    assert found.rule == RuleSetting(any=(1, 2, 3))
    one, two, three = (setting for _, setting in found.criteria)
    assert isinstance(one, TypeSetting)
    assert (one.mark, one.type) == ("①", FacilityType.BASE_HOSPITAL)
    assert isinstance(two, TypeSetting)
    assert (two.mark, two.type) == ("②", FacilityType.REMOTE_CLINIC)
    assert isinstance(three, NearestOtherTimeSetting)
    assert (three.mark, three.type) == ("③", FacilityType.SECONDARY_EMERGENCY)
    assert (three.threshold_ms, three.comparison) == (1_800_000, "at_least")
    assert (three.unreachable, three.list) == ("met", "rotation")
    assert found.circle.radius_m == 4000


def test_the_preset_sets_everything_the_plan_leaves_open():
    found = policy()
    assert found.travel.direction is TravelDirection.FROM_CANDIDATE
    assert (found.travel.neighbours, found.travel.tolls, found.travel.ferries) == (
        True,
        True,
        False,
    )
    assert set(found.travel.also_try) == set(Assumption)
    assert found.scope.moot_area_classes == (AreaClass.SHORTAGE,)
    assert found.circle.cut == (Cut.PREFECTURE, Cut.EXCLUDED_MUNICIPALITIES, Cut.SHORTAGE_AREAS)
    (out,) = found.exclude_municipality
    assert (out.code, out.name, out.facilities, out.area) == ("43100", "熊本市", True, True)
    assert found.validity.valid_from == date(2024, 4, 1)
    assert found.validity.valid_to == date(2027, 3, 31)
    assert found.manual == ()


def test_every_preset_can_be_loaded():
    for name in preset_names():
        Policy.preset(name)


def test_overrides_change_only_what_they_say(tmp_path: Path):
    found = override(
        tmp_path,
        "[policy.override.circle]\ncut = []\n"
        "[policy.override.criterion.3]\nthreshold_min = 45\n"
        "[policy.override.travel]\nneighbours = false\n",
    )
    base = policy()
    assert found.circle.cut == ()
    assert found.circle.radius_m == base.circle.radius_m
    assert found.criterion["3"].threshold_ms == 45 * 60_000
    assert found.criterion["3"].reason == base.criterion["3"].reason
    assert found.travel.neighbours is False
    assert found.travel.tolls is True
    assert found.policy == base.policy


def test_no_sentence_states_another_threshold_than_the_policy(tmp_path: Path):
    more = override(
        tmp_path,
        '[policy.override.criterion.3]\nthreshold_min = 25\ncomparison = "more_than"\n',
    )
    assert policy().criterion["3"].heading.ja == "他の二次救急病院まで30分以上の二次救急病院"
    assert "25分超" in more.criterion["3"].heading.ja
    assert "more than 25 min" in more.criterion["3"].heading.en


def test_an_override_without_its_document_is_not_forgotten():
    assert policy({"circle": {"radius_m": 8700}}).circle.radius_m == 8700


def test_another_join_replaces_the_old_one(tmp_path: Path):
    found = override(tmp_path, "[policy.override]\nrule = { all = [1, { none = [2] }] }\n")
    assert found.rule == RuleSetting(all=(1, RuleSetting(none=(2,))))


def test_a_criterion_that_the_rule_leaves_out_is_switched_off(tmp_path: Path):
    found = override(tmp_path, "[policy.override.rule]\nany = [1, 2]\n")
    assert [n for n, _ in found.criteria] == [1, 2]
    assert not any(setting.needs_roads for _, setting in found.criteria)


def test_another_kind_replaces_the_whole_criterion(tmp_path: Path):
    text = (
        '[policy.override.criterion.3]\nkind = "type"\nmark = "③"\ntype = "secondary_emergency"\n'
        'title = { ja = "二次", en = "secondary" }\nreason = { ja = "ため", en = "because" }\n'
    )
    assert isinstance(override(tmp_path, text).criterion["3"], TypeSetting)


def test_exclusions_can_be_emptied(tmp_path: Path):
    assert (
        override(tmp_path, "[policy.override]\nexclude_municipality = []\n").exclude_municipality
        == ()
    )


@pytest.mark.parametrize(
    ("text", "code", "key", "row"),
    [
        ('[policy]\n[policy.override.circle]\nradius_m = "4km"\n', "wrong-type", "policy.override.circle.radius_m", 3),
        ("[policy.override]\ncircle.radius = 1\n", "unknown-key", "policy.override.circle.radius", 2),
        ("[policy.override]\nrule.any = [1, 9]\n", "policy-contradiction", "policy.override.rule", 2),
        ("[policy.override.rule]\nany = [1]\nall = [2]\n", "policy-contradiction", "policy.override.rule", 1),
        ("[policy.override.rule]\n", "policy-contradiction", "policy.override.rule", 1),
        ("[policy.override.rule]\nany = []\n", "policy-contradiction", "policy.override.rule", 1),
        ("[policy.override]\nrule.any = [1, {any=[1],all=[2]}]\n", "policy-contradiction", "policy.override.rule", 2),
        ("[policy.override]\nrule.any = [1, {}]\n", "policy-contradiction", "policy.override.rule", 2),
        ("[policy.override.validity]\nvalid_from = 2030-01-01\n", "policy-contradiction", "policy.override.validity.valid_to", 1),
        ("[policy.override.policy]\nprefecture = '42'\n", "policy-contradiction", "policy.override.exclude_municipality[1].code", 1),
    ],
)  # fmt: skip
def test_override_faults_name_the_run_file(
    tmp_path: Path, text: str, code: str, key: str, row: int
):
    assert refused(tmp_path, text) == [(code, key, row)]


EXCLUDE = '{{ code = "{}", name = "x", facilities = true, area = true, reason = {{ ja = "{}", en = "{}" }} }}'


def test_exclusions_must_hit_something(tmp_path: Path):
    ward = f"[policy.override]\nexclude_municipality = [{EXCLUDE.format('43103', 'あ', 'a')}]\n"
    assert refused(tmp_path, ward) == [
        ("policy-contradiction", "policy.override.exclude_municipality[1].code", 2)
    ]
    kept_apart = ward + "[policy.override.scope]\nmerge_wards = false\n"
    assert override(tmp_path, kept_apart).exclude_municipality[0].code == "43103"
    elsewhere = ward.replace("43103", "40202")
    assert len(refused(tmp_path, elsewhere)) == 1
    entry = EXCLUDE.format("43202", "あ", "a")
    twice = f"[policy.override]\nexclude_municipality = [{entry},\n{entry}]\n"
    assert refused(tmp_path, twice) == [
        ("policy-contradiction", "policy.override.exclude_municipality[2].code", 3)
    ]


def test_a_facility_is_decided_once(tmp_path: Path):
    one = '{ facility = "甲", decision = "include", reason = { ja = "あ", en = "a" } }'
    text = f"[policy.override]\nmanual = [{one},\n{one.replace('include', 'exclude')}]\n"
    assert refused(tmp_path, text) == [
        ("policy-contradiction", "policy.override.manual[2].facility", 3)
    ]


@pytest.mark.parametrize(
    ("key", "sentence", "wrong"),
    [
        ("criterion.1.reason", "{minutes}分", "{minutes}"),  # a type has no minutes
        ("criterion.2.reason", "{nearest}", "{nearest}"),
        ("criterion.3.reason", "{nearst}", "{nearst}"),
        ("criterion.3.reason", "{ nearest }", "{ nearest }"),
        ("criterion.3.reason", "{}", "{}"),
        ("criterion.3.reason", "{minutes", "{ }"),
        ("criterion.3.reason", "time}", "{ }"),
        ("criterion.3.reason", "{{time}}", "{ }"),
        ("criterion.3.reason_unreachable", "{minutes}分", "{minutes}"),
    ],
)
def test_unknown_placeholders_never_reach_a_council(
    tmp_path: Path, key: str, sentence: str, wrong: str
):
    table, field = key.rsplit(".", 1)
    text = f"[policy.override.{table}]\n{field} = {{ ja = 'ため', en = '{sentence}' }}\n"
    with pytest.raises(UsageError) as caught:
        override(tmp_path, text)
    (problem,) = caught.value.problems
    assert (problem.column, problem.value) == (f"policy.override.{key}.en", wrong)
    assert problem.row == 2


def test_placeholders_of_exclusions_and_decisions_are_checked_too(tmp_path: Path):
    entry = EXCLUDE.format("43202", "{minutes}", "a")
    manual = '{ facility = "甲", decision = "include", reason = { ja = "あ", en = "{x}" } }'
    text = f"[policy.override]\nexclude_municipality = [{entry}]\nmanual = [{manual}]\n"
    assert [key for _, key, _ in refused(tmp_path, text)] == [
        "policy.override.exclude_municipality[1].reason.ja",
        "policy.override.manual[1].reason.en",
    ]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("criterion.1.reason", "{name} {municipality} {area} {radius_km}"),
        ("criterion.3.reason", "{name} {nearest} {time} {threshold_min} {radius_km}"),
        ("criterion.3.reason_unreachable", "{name} {threshold_min} {threshold}"),
        ("criterion.3.title", "{threshold} {threshold_min}"),
    ],
)
def test_known_placeholders_are_accepted(tmp_path: Path, key: str, sentence: str):
    table, field = key.rsplit(".", 1)
    override(
        tmp_path,
        f"[policy.override.{table}]\n{field} = {{ ja = '{sentence}', en = '{sentence}' }}\n",
    )


def test_contradictions_are_all_named_at_once(tmp_path: Path):
    text = (
        "[policy.override.rule]\nany = [1, 7, 8]\n"
        "[policy.override.validity]\nvalid_to = 2000-01-01\n"
    )
    assert len(refused(tmp_path, text)) == 3


def test_a_broken_policy_file_is_blamed_itself(tmp_path: Path):
    text = PRESET.read_text(encoding="utf-8").replace("any = [1, 2, 3]", "any = [4]")
    document: TomlDocument = policy_text(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        Policy.from_document(document, {"circle": {"radius_m": 1}})
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.value) == ("policy.toml", 13, "4")


def test_presets_and_files_are_told_apart(tmp_path: Path):
    with pytest.raises(UsageError) as unknown:
        policy_document("kumamotto", None, tmp_path)
    assert unknown.value.problems[0].code == "unknown-preset"
    assert "kumamoto" in unknown.value.render()
    with pytest.raises(UsageError):
        policy_document("", None, tmp_path)
    with pytest.raises(UsageError):
        policy_document("../kumamoto", None, tmp_path)
    with pytest.raises(MissingFileError):
        policy_document(None, "mine", tmp_path)
    (tmp_path / "mine").write_text(PRESET.read_text(encoding="utf-8"), encoding="utf-8")
    assert Policy.from_document(policy_document(None, "mine", tmp_path)) == policy()


@pytest.mark.parametrize(
    ("minutes", "told"), [(30, ""), (34.91667, ""), (0.1, ""), (34.92, "34分55.2秒")]
)
def test_a_threshold_that_splits_seconds_is_warned_of(minutes: float, told: str):
    rules = Policy.preset("kumamoto").changed(threshold_min=minutes)
    found = split_seconds(rules)
    assert [p.code for p in found] == (["threshold-splits-seconds"] if told else [])
    if told:
        assert told in found[0].message.ja
        assert "34.91667 (34 min 55 s) / 34.93333 (34 min 56 s)" in found[0].remedy.ja


def test_remedies_can_be_followed_where_the_key_stands():
    text = """
[policy]
prefecture = 39
[[select]]
id = "a"
unit = "municipality"
where = { index = { below = "全国平均" }, none = { area = "岐阜" } }
"""
    document = parse_toml(text, "p.toml")
    with pytest.raises(UsageError) as caught:
        validate(Policy, document.data, document)
    told = {p.column: f"{p.message.ja} → {p.remedy.ja}" for p in caught.value.problems}
    assert '"39" と引用符で囲んでください' in told["policy.prefecture"]
    assert "none = [{ … }] と角括弧で囲んでください" in told["select[1].where.none"]
    assert '数値か "national_average"' in told["select[1].where.index.below"]
