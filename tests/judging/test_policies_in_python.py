"""Rules written in Python: the presets in a few words, a rule of another prefecture, by name."""

from __future__ import annotations

import copy
import pickle
import re
import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import spots as ss
from groundfloor.codec import encode
from groundfloor.problems import UsageError
from spots.judging.criteria import RuleSetting, TypeSetting
from spots.judging.policy_short_names import KINDS_WITH, SHORT_NAMES
from spots.judging.policy_tables import Cut
from spots.judging.selecting.selection_settings import Condition, NumberBound, SelectSetting
from spots.types import FacilityType, TravelDirection
from spots.types.ground_units import UnitKind
from tests.helpers.folders import ROOT

KUMAMOTO = ss.Policy.preset("kumamoto")
TWO_THRESHOLDS = KUMAMOTO.changed(any=[1, 3, {"type": "③", "list": "flag", "threshold_min": 45}])


def refusal(make: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(UsageError) as caught:
        make()
    return [(p.code, p.column) for p in caught.value.problems]


# --- presets, as somebody would write them in Python


def kumamoto() -> ss.Policy:
    plan = "第8次熊本県保健医療計画・医師確保計画の説明資料「次の（1）～（3）のいずれか1つ以上を満たす医療機関の周囲4km以内」"
    return ss.Policy(
        name="kumamoto",
        prefecture="熊本県",
        title={
            "ja": "熊本県 医師少数スポット（案）",
            "en": "Kumamoto physician-shortage spots (draft)",
        },
        source={
            "ja": plan,
            "en": "Kumamoto prefecture, slides for the 8th health and medical care plan: within 4 km of an institution that meets one or more of (1) to (3)",
        },
        valid_from="令和6年4月1日",
        valid_to=date(2027, 3, 31),
        any=[{"type": "①"}, {"type": "②"}, {"type": "③", "list": "rotation", "threshold_min": 30}],
        radius_m=4000,
        exclude_municipality={
            "code": "43100",
            "name": "熊本市",
            "reason": {
                "ja": "熊本市は、他の医療機関への受診が困難とはいえないため対象外",
                "en": "Kumamoto city is out: access to other institutions is not difficult there",
            },
        },
    )


def shizuoka() -> ss.Policy:
    return ss.Policy(
        name="shizuoka",
        prefecture="Shizuoka",
        title={
            "ja": "静岡県 重点医師偏在対策支援区域（案）",
            "en": "Shizuoka support area (draft)",
        },
        source={
            "ja": "静岡県が令和7年度に公表した重点医師偏在対策支援区域（県内全域）",
            "en": "Shizuoka prefecture, support area as published in FY2025: the whole prefecture",
        },
        valid_from="2025-04-01",
        valid_to="2026-03-31",
        select=[
            {
                "id": "prefecture",
                "unit": "prefecture",
                "title": {"ja": "県内全域", "en": "the whole prefecture"},
                "reason": {
                    "ja": "県内全域を支援区域とするため",
                    "en": "the whole prefecture is the support area",
                },
            }
        ],
        result=[
            {
                "id": "support_area",
                "kind": "support_area",
                "title": {"ja": "重点医師偏在対策支援区域", "en": "support area"},
                "select": {"any": ["prefecture"]},
            }
        ],
    )


def okayama() -> ss.Policy:
    def whole(number: str, title: tuple[str, str], reason: tuple[str, str], **where: object) -> Any:
        return {
            "id": number,
            "unit": "municipality",
            "title": dict(zip(("ja", "en"), title, strict=True)),
            "reason": dict(zip(("ja", "en"), reason, strict=True)),
            "where": where,
        }

    average = {"below": "national_average"}
    return ss.Policy(
        name="okayama",
        prefecture=33,
        title={
            "ja": "岡山県 重点医師偏在対策支援区域（案）",
            "en": "Okayama support areas (draft)",
        },
        source={
            "ja": "岡山県が令和7年度に公表した重点医師偏在対策支援区域の選定条件（1）～（4）",
            "en": "Okayama prefecture, conditions (1) to (4) of its support areas as published in FY2025",
        },
        valid_from="2025-04-01",
        valid_to="2026-03-31",
        select=[
            whole(
                "1",
                ("（1）高梁・新見、真庭", "(1) Takahashi-Niimi and Maniwa"),
                (
                    "高梁・新見保健医療圏及び真庭保健医療圏の市町村であるため",
                    "a municipality of the medical areas Takahashi-Niimi and Maniwa",
                ),
                area=["高梁・新見", "真庭"],
            ),
            whole(
                "2",
                (
                    "（2）指標が全国平均を下回る医療圏",
                    "(2) areas with an index below the national average",
                ),
                (
                    "医師偏在指標が全国平均を下回る医療圏の市町村であるため",
                    "a municipality of a medical area whose index is below the national average",
                ),
                index=average,
                none=[{"inside": "1"}],
            ),
            whole(
                "3",
                (
                    "（3）人口10万人当たり医師数が全国平均を下回る市町村",
                    "(3) municipalities with fewer doctors per 100,000 people than the country",
                ),
                (
                    "人口10万人当たりの医師数が全国平均を下回る市町村であるため",
                    "a municipality with fewer doctors per 100,000 people than the national average",
                ),
                column={"table": "doctors", "column": "doctors_per_100k", "is": average},
                none=[{"inside": ["1", "2"]}],
            ),
            whole(
                "4",
                ("（4）申請による地区", "(4) districts on application"),
                (
                    "市町から申請があり、協議会が適当と認める地区であるため",
                    "a district that its municipality applied for and the councils found fit",
                ),
                listed="applications",
                municipality=["岡山市", "倉敷市", "早島町"],
            )
            | {
                "unit": "district",
                "layer": "districts",
                "requires": ["councils", "on_application"],
            },
        ],
        result=[
            {
                "id": "support_area",
                "kind": "support_area",
                "title": {"ja": "重点医師偏在対策支援区域", "en": "support area"},
                "select": {"any": ["1", "2", "3", "4"]},
            }
        ],
    )


@pytest.mark.parametrize("make", [kumamoto, shizuoka, okayama], ids=lambda m: m.__name__)
def test_a_preset_written_in_python_is_the_preset(make: Any):
    assert make() == ss.Policy.preset(make.__name__)


MIYAZAKI = """
[policy]
name = "宮崎県"
version = 1
prefecture = "45"
title = { ja = "宮崎県 医師少数スポット（案）", en = "宮崎県 医師少数スポット（案）" }
source = { ja = "宮崎県医師確保計画", en = "宮崎県医師確保計画" }

[validity]
valid_from = 2027-04-01
valid_to = 2030-03-31

[rule]
any = [1, { all = [2, 3] }]

[criterion.1]
kind = "type"
mark = "①"
type = "base_hospital"
title = { ja = "へき地医療拠点病院", en = "remote-area base hospital" }
reason = { ja = "へき地医療拠点病院であり、周辺地域の医療を支える医師の確保が必要なため", en = "a remote-area base hospital, where physicians must be secured for the surrounding area" }

[criterion.2]
kind = "type"
mark = "②"
type = "remote_clinic"
title = { ja = "県のへき地診療所", en = "県のへき地診療所" }
reason = { ja = "へき地診療所であり、他に医療機関の乏しい地域の医療を担う医師の確保が必要なため", en = "a remote clinic, where physicians must be secured for an area with few other institutions" }

[criterion.3]
kind = "nearest_other_time"
mark = "③"
type = "secondary_emergency"
list = "輪番"
threshold_min = 25
comparison = "more_than"
unreachable = "met"
title = { ja = "他の二次救急病院まで{threshold}の二次救急病院", en = "secondary emergency hospital {threshold} from any other" }
reason = { ja = "二次救急病院であり、最も近い他の二次救急病院（{nearest}）{way}道路で{time}（{threshold}）を要するため", en = "a secondary emergency hospital {time} by road ({threshold}) from the nearest other, {nearest}" }
reason_unreachable = { ja = "二次救急病院であり、道路で到達できる他の二次救急病院がないため", en = "a secondary emergency hospital from which no other can be reached by road" }

[circle]
radius_m = 5000
cut = ["prefecture", "excluded_municipalities", "shortage_areas"]

[scope]
moot_area_classes = ["shortage"]
merge_wards = true

[[exclude_municipality]]
code = "45201"
name = "宮崎市"
facilities = true
area = true
reason = { ja = "{municipality}は設定基準により対象外", en = "{municipality} is excluded by the policy" }

[travel]
direction = "from_candidate"
neighbours = true
tolls = false
ferries = false
ferry_wait_min = 15
snap_limit_m = 1000
also_try = ["neighbours", "direction", "tolls", "ferries"]

[place]
tolerance_m = 500
"""


def test_a_rule_of_another_prefecture_is_short_in_python_and_whole_in_toml():
    policy = ss.Policy(
        prefecture="宮崎",
        title="宮崎県 医師少数スポット（案）",
        source="宮崎県医師確保計画",
        valid_from="R9.4.1",
        valid_to="R12.3.31",
        any=[
            {"type": "①"},
            {
                "all": [
                    {"type": "②", "title": "県のへき地診療所"},
                    {"type": "③", "list": "輪番", "threshold_min": 25, "comparison": "more_than"},
                ]
            },
        ],
        radius_m=5000,
        tolls=False,
        exclude_municipality={45201: "宮崎市"},
    )
    assert policy == ss.Policy.from_toml(MIYAZAKI)
    assert ss.Policy.from_toml(policy.to_toml()) == policy


def test_units_and_a_rule_go_together_in_python_too():
    both = KUMAMOTO.changed(
        select=[{"id": "far", "unit": "facility", "where": {"criterion": 3, "apart": True}}],
        result=[{"id": "all", "kind": "spot", "title": "全部", "select": {"any": ["rule", "far"]}}],
    )
    assert both.result[0].title.en == "全部"
    assert both.changed(**{"select.far.where.apart": False}).select[0].where == Condition(
        criterion=(3,), apart=False
    )
    assert ss.Policy.from_toml(both.to_toml()) == both
    whole = SelectSetting("far", UnitKind.FACILITY, where=Condition(criterion=(3,), apart=True))
    assert both.changed(select=[whole]) == both


def test_what_a_rule_needs_is_named_and_never_guessed():
    head = {"prefecture": "45", "title": "あ", "source": "い", "valid_from": "2027-04-01"}
    head["valid_to"] = "2030-03-31"
    criterion = {"type": "③", "threshold_min": 25}
    assert refusal(lambda: ss.Policy(**head, any=[criterion])) == [
        ("missing-key", "criterion.1.list"),
        ("missing-key", "circle.radius_m"),
    ]
    assert refusal(
        lambda: ss.Policy(**head, any=[{"type": "③", "kind": "nearest_other_time"}])
    ) == [
        ("missing-key", "criterion.1.list"),
        ("missing-key", "criterion.1.threshold_min"),
        ("missing-key", "circle.radius_m"),
    ]
    nagano = ss.Policy.preset("nagano")
    assert refusal(lambda: nagano.changed(any=[{"type": "①"}])) == [
        ("missing-key", "circle.radius_m")
    ]
    assert nagano.changed(any=[{"type": "①"}], radius_m=4000).cut == KUMAMOTO.cut
    assert {c for c, _ in refusal(lambda: ss.Policy(prefecture="45"))} == {"missing-key"}


def python_of(page: str) -> str:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return block


def test_the_pages_python_runs_and_says_what_their_toml_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    rules: dict[str, Any] = {}
    exec(python_of("policies.md"), rules)  # noqa: S102 (our own page)
    assert ss.Policy.read("other.toml") == rules["other"]
    assert rules["miyazaki"].changed(threshold_min=30).threshold_min == 30
    ground: dict[str, Any] = {}
    exec(python_of("ground.md"), ground)  # noqa: S102
    page = (ROOT / "docs" / "ground.md").read_text(encoding="utf-8")
    same = ss.Policy.from_toml(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0])
    told = ground["ours"].diff(same)["setting"]
    words = re.compile(r"\.(en|ja)$|^policy\.name$|\.(title|reason|except)\b")
    assert [setting for setting in told if not words.search(setting)] == []
    assert ground["lowest"].select[0].where == Condition(index=NumberBound(lowest=3))


# --- short and dotted names


def test_every_short_name_is_a_property_with_the_value_of_its_table():
    for name, (table, key) in SHORT_NAMES.items():
        assert getattr(KUMAMOTO, name) == getattr(getattr(KUMAMOTO, str(table)), str(key))
    for name in (n for n, kinds in KINDS_WITH.items() if "nearest_other_time" in kinds):
        assert getattr(KUMAMOTO, name) == getattr(KUMAMOTO.criterion["3"], name)
    assert (KUMAMOTO.threshold_min, KUMAMOTO.radius_m, KUMAMOTO.list) == (30.0, 4000, "rotation")


@pytest.mark.parametrize(
    ("settings", "column", "value"),
    [
        ({"threshold_min": 20}, "criterion.3.threshold_min", 20),
        ({"criterion.3.threshold_min": 20}, "criterion.3.threshold_min", 20),
        ({"criterion": {3: {"threshold_min": 20}}}, "criterion.3.threshold_min", 20),
        ({"criterion.3": {"threshold_min": 20}}, "criterion.3.threshold_min", 20),
        ({"comparison": "more_than"}, "criterion.3.comparison", "more_than"),
        ({"list": "flag"}, "criterion.3.list", "flag"),
        ({"unreachable": "undetermined"}, "criterion.3.unreachable", "undetermined"),
        ({"radius_m": 6000.0}, "circle.radius_m", 6000),
        ({"radius_m": np.int64(6000)}, "circle.radius_m", 6000),
        ({"radius_m": np.linspace(2000, 6000, 3)[-1]}, "circle.radius_m", 6000),
        ({"circle": {"radius_m": 6000}}, "circle.radius_m", 6000),
        ({"cut": np.array(["land"])}, "circle.cut", ["land"]),
        ({"cut": [Cut.LAND]}, "circle.cut", ["land"]),
        ({"tolls": np.bool_(False)}, "travel.tolls", False),
        ({"direction": TravelDirection.TO_CANDIDATE}, "travel.direction", "to_candidate"),
        ({"tolerance_m": 0}, "place.tolerance_m", 0),
        ({"valid_to": "R12.3.31"}, "validity.valid_to", date(2030, 3, 31)),
        ({"valid_to": pd.Timestamp("2030-03-31")}, "validity.valid_to", date(2030, 3, 31)),
        ({"valid_to": datetime(2030, 3, 31)}, "validity.valid_to", date(2030, 3, 31)),  # noqa: DTZ001
        ({"name": "mine"}, "policy.name", "mine"),
        ({"policy.name": "mine"}, "policy.name", "mine"),
        ({"criterion.1.type": "②"}, "criterion.1.type", "remote_clinic"),
        ({"exclude_municipality[1].area": False}, "exclude_municipality.43100.area", False),
        ({"exclude_municipality.43100.area": False}, "exclude_municipality.43100.area", False),
    ],
)
def test_one_setting_is_changed_and_no_other(settings: Any, column: str, value: Any):
    changed = KUMAMOTO.changed(**settings)
    differing = changed.diff(KUMAMOTO)
    assert differing["setting"].tolist() == [column]
    assert differing["this"].tolist() == [value]
    assert ss.Policy.preset("kumamoto") == KUMAMOTO


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("treshold_min", "threshold_min"),
        ("radius", "radius_m"),
        ("exclude_municipalty", "exclude_municipality"),
        ("criterion.3.treshold_min", "criterion.3.threshold_min"),
        ("circle.radius", "circle.radius_m"),
        ("cirle.radius_m", "circle"),
        ("select.cilnics.radius_m", "select.clinics"),
        ("select[9].radius_m", "there are select.clinics"),
        ("circle.", "circle"),
        (".", "there are all, also_try"),
        ("circle..radius_m", "circle"),
    ],
)
def test_a_misspelt_setting_is_told_with_the_right_one(name: str, meant: str):
    policy = ss.Policy.preset("candidate_remote_clinics")
    with pytest.raises(TypeError, match=r"Policy\.changed\(\) has no setting") as caught:
        policy.changed(**{name: 1})
    assert meant in str(caught.value)


def test_a_misspelt_setting_of_a_new_policy_is_told_too():
    with pytest.raises(TypeError, match=r"Policy\(\) has no setting 'prefectur'.*prefecture\?"):
        ss.Policy(prefectur="45")


@pytest.mark.parametrize(
    "settings",
    [
        {"threshold_min": 20, "criterion.3.threshold_min": 25},
        {"radius_m": 5000, "circle": {"radius_m": 6000}},
        {"threshold_min": 20, "criterion": {3: {"threshold_min": 25}}},
        {"any": [1], "rule": {"any": [2]}},
        {"exclude_municipality": [], "excluded_municipalities": ["熊本市"]},
        {"exclude_municipality": ["熊本市"], "exclude_municipality[1].area": False},
    ],
)
def test_a_setting_given_twice_is_refused(settings: Any):
    with pytest.raises(TypeError, match="one setting twice"):
        KUMAMOTO.changed(**settings)


def test_a_table_and_another_setting_of_it_go_together():
    changed = KUMAMOTO.changed(circle={"cut": []}, radius_m=5000, criterion={3: {"list": "flag"}})
    assert (changed.cut, changed.radius_m, changed.list) == ((), 5000, "flag")
    assert changed.changed(criterion={3: {"list": "x"}}, threshold_min=20).threshold_min == 20


@pytest.mark.parametrize(
    ("settings", "code", "column"),
    [
        ({"threshold_min": -1}, "wrong-value", "criterion.3.threshold_min"),
        ({"threshold_min": "20"}, "wrong-type", "criterion.3.threshold_min"),
        ({"threshold_min": None}, "wrong-type", "criterion.3.threshold_min"),
        ({"radius_m": 6}, "wrong-value", "circle.radius_m"),
        ({"radius_m": 4000.5}, "wrong-type", "circle.radius_m"),
        ({"radius_m": True}, "wrong-type", "circle.radius_m"),
        ({"circle": {"radius": 5000}}, "unknown-key", "circle.radius"),
        ({"circle": None}, "wrong-type", "circle"),
        ({"cut": "land"}, "wrong-type", "circle.cut"),
        ({"rule": None}, "wrong-type", "rule"),
        ({"any": 1}, "wrong-type", "rule.any"),
        ({"any": [1, 7]}, "policy-contradiction", "rule"),
        ({"any": [1], "all": [2]}, "policy-contradiction", "rule"),
        ({"prefecture": "99"}, "wrong-value", "policy.prefecture"),
        ({"prefecture": "大分県"}, "policy-contradiction", "exclude_municipality[1].code"),
        ({"valid_to": "2001-01-01"}, "policy-contradiction", "validity.valid_to"),
        ({"title": {"fr": "un"}}, "unknown-key", "policy.title.fr"),
        ({"criterion.7.threshold_min": 3}, "missing-key", "criterion.7.kind"),
        ({"criterion.1.threshold_min": 3}, "unknown-key", "criterion.1.threshold_min"),
        ({"exclude_municipality": ["大分市"]}, "exclusion-code-and-name", "exclude_municipality"),
        ({"exclude_municipality": ["熊本市南区"]}, "exclusion-code-and-name", "exclude_municipality"),
        ({"exclude_municipality": ["43101"]}, "exclusion-code-and-name", "exclude_municipality"),
        ({"exclude_municipality": {"43101": "中央区"}}, "policy-contradiction", "exclude_municipality[1].code"),
        ({"exclude_municipality": 43100}, "wrong-type", "exclude_municipality"),
    ],
)  # fmt: skip
def test_a_value_is_refused_as_in_a_file(settings: Any, code: str, column: str):
    assert refusal(lambda: KUMAMOTO.changed(**settings)) == [(code, column)]


def test_a_key_of_another_kind_is_not_suggested_to_itself():
    with pytest.raises(UsageError) as caught:
        KUMAMOTO.changed(**{"criterion.1.threshold_min": 3})
    assert "did you mean" not in str(caught.value)


def test_a_short_name_that_means_several_settings_names_them():
    for ask in (lambda: TWO_THRESHOLDS.threshold_min, lambda: TWO_THRESHOLDS.changed(list="x")):
        with pytest.raises(UsageError) as caught:
            ask()
        assert [p.code for p in caught.value.problems] == ["policy-setting-ambiguous"]
        assert "criterion.3." in str(caught.value)
        assert "criterion.4." in str(caught.value)
    changed = TWO_THRESHOLDS.changed(**{"criterion.4.threshold_min": 50})
    assert changed.criterion["4"].threshold_ms == 50 * 60_000
    assert TWO_THRESHOLDS.changed(any=[1, 3]).threshold_min == 30


def test_a_short_name_means_no_criterion_that_nobody_asks_for():
    without = KUMAMOTO.changed(any=[1, 2])
    assert refusal(lambda: without.threshold_min) == [("policy-setting-absent", "threshold_min")]
    assert refusal(lambda: without.changed(threshold_min=20)) == [
        ("policy-setting-absent", "threshold_min")
    ]
    assert refusal(lambda: ss.Policy.preset("nagano").list) == [("policy-setting-absent", "list")]


def test_an_exclusion_is_code_and_name_however_they_come():
    expected = KUMAMOTO.changed(exclude_municipality={"43202": "八代市"}).exclude_municipality
    (one,) = expected
    assert (one.code, one.name, one.facilities, one.area) == ("43202", "八代市", True, True)
    names = pd.DataFrame({"name": ["八代市"], "area": ["八代"]}, index=["43202"])
    for given in (
        names,
        names["name"],
        {43202: "八代市"},
        [{"code": "43202", "name": "八代市"}],
        expected,
    ):
        assert KUMAMOTO.changed(exclude_municipality=given).exclude_municipality == expected
    for city in ("熊本市", "43100", ["熊本市"], {"43100": "熊本市"}):
        (out,) = KUMAMOTO.changed(excluded_municipalities=city).exclude_municipality
        assert (out.code, out.name) == ("43100", "熊本市")
    assert KUMAMOTO.changed(exclude_municipality=[]).exclude_municipality == ()
    words = {"title": "北海道の医師少数スポット", "source": "北海道医師確保計画"}
    north = {**words, "prefecture": 1, "exclude_municipality": {1202: "函館市"}}
    assert KUMAMOTO.changed(**north).exclude_municipality[0].code == "01202"


def test_criteria_may_be_given_whole():
    text = {"ja": "あ", "en": "a"}
    setting = TypeSetting("type", "甲", text, FacilityType.REMOTE_CLINIC, text)  # type: ignore[arg-type]
    changed = KUMAMOTO.changed(any=[1, setting])
    assert (changed.rule, changed.criterion["4"].mark) == (RuleSetting(any=(1, 4)), "甲")


def test_more_than_nine_criteria_are_refused():
    nine = KUMAMOTO.changed(any=[{"type": "①"}] * 6)
    assert sorted(nine.criterion) == list("123456789")
    codes = {c for c, _ in refusal(lambda: nine.changed(any=[{"type": "①"}]))}
    assert codes == {"wrong-value"}


# --- how it is held and shown


def test_policies_are_hashable_equal_and_cross_processes():
    again = [
        KUMAMOTO.changed(),
        KUMAMOTO.changed(threshold_min=30),
        ss.Policy.from_dict(KUMAMOTO.to_dict()),
        ss.Policy.from_dict(encode(KUMAMOTO)),
        ss.Policy.from_toml(KUMAMOTO.to_toml()),
        copy.deepcopy(KUMAMOTO),
        pickle.loads(pickle.dumps(KUMAMOTO)),  # noqa: S301
    ]
    assert {KUMAMOTO, *again} == {KUMAMOTO}
    assert len({KUMAMOTO, KUMAMOTO.changed(radius_m=4001)}) == 2


@pytest.mark.parametrize("name", ss.Policy.presets())
def test_what_a_run_keeps_of_a_policy_is_that_policy(name: str):
    assert ss.Policy.from_dict(encode(ss.Policy.preset(name))) == ss.Policy.preset(name)


def test_a_policy_says_in_a_line_what_it_is():
    assert (
        repr(KUMAMOTO)
        == "Policy('kumamoto', prefecture='43', threshold_min=30, radius_m=4000, ...)"
    )
    assert "criterion.4.threshold_min=45" in repr(TWO_THRESHOLDS)
    assert "result=['spot', 'support_area']" in repr(ss.Policy.preset("iwate"))
    assert len(repr(KUMAMOTO.changed(name="長" * 5000))) < 300


def test_a_notebook_sees_every_setting_and_no_markup_of_somebody():
    html = KUMAMOTO.changed(title='<script>"&', name="<b>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;&quot;&amp;" in html
    for setting in ("criterion.3.threshold_min", "circle.cut", "validity.valid_to"):
        assert f">{setting}</th>" in html
    assert ">prefecture, excluded_municipalities, shortage_areas</td>" in html
    assert ">[]</td>" in KUMAMOTO.changed(cut=[])._repr_html_()


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ({}, "title and source"),
        ({"title": "宮崎県の医師少数スポット"}, "source"),
        ({"title": "宮崎県の医師少数スポット", "source": "宮崎県医師確保計画"}, None),
    ],
)
def test_a_rule_borrowed_by_another_prefecture_speaks_of_its_own_plan(
    words: dict[str, str], left: str | None
):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        borrowed = KUMAMOTO.changed(prefecture="宮崎県", exclude_municipality=[], **words)
        borrowed.changed(threshold_min=20)
        KUMAMOTO.changed(prefecture="43")
    assert [w.category for w in told] == [ss.ProblemWarning] * (left is not None)
    assert all(f"the words of 熊本県 for {left};" in str(w.message) for w in told)


def test_differences_name_what_one_of_two_has_not():
    found = KUMAMOTO.diff(KUMAMOTO.changed(exclude_municipality=[], roadless=["甲"]))
    assert str(found["setting"].dtype) == "string"
    table = found.set_index("setting")
    assert table.loc["exclude_municipality.43100.name"].tolist() == ["熊本市", None]
    assert table.loc["travel.roadless"].tolist() == [None, ["甲"]]
    assert KUMAMOTO.diff(KUMAMOTO).empty


def test_a_policy_is_written_and_read_as_a_file(tmp_path: Any):
    path = tmp_path / "new" / "p.toml"
    changed = KUMAMOTO.changed(threshold_min=20)
    assert changed.to_toml(path) == path.read_text(encoding="utf-8")
    assert ss.Policy.read(path) == ss.Policy.read(str(path)) == changed
    assert KUMAMOTO.to_toml(path) == path.read_text(encoding="utf-8")
    path.write_text(KUMAMOTO.to_toml().replace("radius_m = 4000", "radius_m = 4"), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        ss.Policy.read(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.column) == (
        "wrong-value",
        "p.toml",
        "circle.radius_m",
    )
    assert problem.row == path.read_text(encoding="utf-8").splitlines().index("radius_m = 4") + 1


def test_toml_in_hand_is_read_with_its_lines():
    with pytest.raises(UsageError) as caught:
        ss.Policy.from_toml("[policy]\nname = 1\n")
    assert ("<Policy>", 2) in {(p.file, p.row) for p in caught.value.problems}
