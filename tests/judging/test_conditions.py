"""Conditions of selections: who meets them, with which figure and limit, and what stays open."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.judging.criteria.rule import RuleSetting
from spots.judging.selecting.conditions import found
from spots.judging.selecting.ground_facts import NumberTable, TableKey
from spots.judging.selecting.number_bounds import Figures
from spots.judging.selecting.selection_settings import NumberBound
from spots.types import Outcome, State, Truth, Verdict
from spots.types.ground_units import Unit, UnitKind
from spots.types.listed_entry import ListedEntry
from tests.helpers.ground_cases import (
    a_map,
    condition,
    district,
    ground,
    institution,
    judged,
    listed,
    medical_areas,
    municipalities,
    truths,
)
from tests.helpers.judging import CLINIC, MET, NOT_MET, SECONDARY, UNDETERMINED, facility, place

OKAYAMA = a_map(
    [
        ("33100", "岡山市", "3301"),
        ("33203", "津山市", "3305"),
        ("33209", "高梁市", "3303"),
        ("33214", "真庭市", "3304"),
        ("33586", "新庄村", "3304"),
        ("33622", "勝央町", "3305"),
    ],
    [
        ("3301", "県南東部", 303.4),
        ("3303", "高梁・新見", 170.1),
        ("3304", "真庭", 185.0),
        ("3305", "津山・英田", 196.3),
    ],
)
TOWNS = municipalities(OKAYAMA)
FACTS = ground(OKAYAMA, national_index=255.6)


def met(column: dict[str, Truth]) -> set[str]:
    return {name for name, truth in column.items() if truth is MET}


def test_without_a_condition_every_unit_is_taken():
    each = judged(None, TOWNS, FACTS)
    assert {f.truth for f in each.values()} == {MET}
    assert each["津山市"].text == Text("この種類のすべて", "all units of this kind")


def test_an_index_below_the_national_average_says_both_figures():
    each = judged({"index": {"below": "national_average"}}, TOWNS, FACTS)
    assert each["津山市"].truth is MET
    assert each["津山市"].text == Text(
        "医師偏在指標 196.3（津山・英田）は全国平均 255.6 未満",
        "physician index 196.3 (津山・英田) is below the national average 255.6",
    )
    assert each["岡山市"].truth is NOT_MET
    assert each["岡山市"].text == Text(
        "医師偏在指標 303.4（県南東部）は全国平均 255.6 未満ではありません",
        "physician index 303.4 (県南東部) is not below the national average 255.6",
    )


@pytest.mark.parametrize(
    ("bound", "value", "truth"),
    [
        ({"below": 200.0}, 200.0, NOT_MET),
        ({"at_most": 200.0}, 200.0, MET),
        ({"above": 200.0}, 200.0, NOT_MET),
        ({"at_least": 200.0}, 200.0, MET),
        ({"below": 200.0}, 199.9, MET),
        ({"below": "national_average"}, 255.6, UNDETERMINED),  # equal as displayed
        ({"below": "national_average"}, 255.5, MET),
        ({"at_least": "national_average"}, 255.7, MET),
    ],
)
def test_bounds_are_exact_and_the_average_is_rounded(bound, value, truth):
    regions = a_map([("33202", "倉敷市", "3302")], [("3302", "県南西部", value)])
    facts = ground(regions, national_index=255.6)
    assert truths({"index": bound}, municipalities(regions), facts)["倉敷市"] is truth


def test_without_an_index_or_an_average_a_condition_is_open():
    regions = a_map(
        [("33202", "倉敷市", "3302"), ("33203", "津山市", "")], [("3302", "県南西部", None)]
    )
    towns = municipalities(regions)
    each = judged({"index": {"below": 200}}, towns, ground(regions))
    assert each["倉敷市"].truth is each["津山市"].truth is UNDETERMINED
    assert each["倉敷市"].text.ja == "県南西部の医師偏在指標が分からず、判定できません"
    assert truths(
        {"index": {"below": "national_average"}}, TOWNS, ground(OKAYAMA)
    ) == dict.fromkeys((u.name for u in TOWNS), UNDETERMINED)


def ranks(values: list[float | None], bound: dict[str, int]) -> list[Truth]:
    towns = [(f"332{n:02}", f"第{n}市", f"33{n:02}") for n in range(1, len(values) + 1)]
    areas = [(f"33{n:02}", f"第{n}圏", value) for n, value in enumerate(values, 1)]
    regions = a_map(towns, areas)
    return list(truths({"index": bound}, medical_areas(regions), ground(regions)).values())


@pytest.mark.parametrize(
    ("values", "bound", "expected"),
    [
        ([170.0, 180.0, 190.0], {"lowest": 2}, [MET, MET, NOT_MET]),
        ([170.0, 180.0, 190.0], {"highest": 1}, [NOT_MET, NOT_MET, MET]),
        # A tie inside the places decides; one across the last place does not.
        ([170.0, 170.0, 190.0], {"lowest": 2}, [MET, MET, NOT_MET]),
        ([170.0, 180.0, 180.0], {"lowest": 2}, [MET, UNDETERMINED, UNDETERMINED]),
        # Who has no figure may stand anywhere.
        ([170.0, 180.0, None], {"lowest": 2}, [MET, UNDETERMINED, UNDETERMINED]),
        ([170.0, None], {"lowest": 2}, [MET, UNDETERMINED]),
    ],
)
def test_a_rank_with_ties_or_blanks_at_the_last_place_decides_nothing(values, bound, expected):
    assert ranks(values, bound) == expected


@given(
    values=st.lists(st.none() | st.integers(1, 4).map(float), min_size=1, max_size=7),
    count=st.integers(1, 8),
    key=st.sampled_from(["lowest", "highest"]),
)
def test_a_rank_never_takes_more_than_it_may_nor_leaves_out_who_belongs(values, count, key):
    codes = [str(n) for n in range(len(values))]
    known = {c: v for c, v in zip(codes, values, strict=True) if v is not None}
    figures = Figures(Text("数", "number"), known, frozenset(codes))
    bound = NumberBound(**{key: count})
    column = [figures.judge(bound, code, code)[0] for code in codes]
    sure, perhaps = column.count(MET), column.count(UNDETERMINED)
    assert sure <= min(count, len(codes)) <= sure + perhaps
    # Whoever has a blank filled in stays where he was: an answer holds whatever is missing.
    for filled in product((0.0, 2.0, 9.0), repeat=len(codes) - len(known)):
        rest = dict(zip((c for c in codes if c not in known), filled, strict=True))
        whole = Figures(Text("数", "number"), {**known, **rest}, frozenset(codes))
        for code, truth in zip(codes, column, strict=True):
            if code in known and truth is not UNDETERMINED:
                assert whole.judge(bound, code, code)[0] in {truth, UNDETERMINED}
        if len(rest) > 2:
            break


def test_a_rank_says_its_place_and_its_ties():
    regions = a_map(
        [("33203", "津山市", "3305"), ("33209", "高梁市", "3303")],
        [("3303", "高梁・新見", 170.1), ("3305", "津山・英田", 170.1)],
    )
    each = judged({"index": {"lowest": 1}}, municipalities(regions), ground(regions))
    assert each["津山市"].truth is UNDETERMINED
    assert each["津山市"].text.en == (
        "physician index 170.1 (津山・英田) is number 1 (equal to 1 more) of 2 in the prefecture "
        "from the lowest (the lowest 1 count), and equal values stand at the last place"
    )


@pytest.mark.parametrize(
    ("index", "asked", "truth"),
    [
        (217.6, "surplus", MET),  # 湖北: 217.6 or more
        (217.6, "shortage", NOT_MET),  # it may be 多数 or neither
        (217.6, ["surplus", "neither"], MET),  # whichever it is
        (179.3, "shortage", UNDETERMINED),  # 両毛
        (180.1, "shortage", NOT_MET),  # 日南串間
        (180.1, "neither", MET),
    ],
)
def test_a_class_that_is_a_tie_is_open_unless_either_side_will_do(index, asked, truth):
    regions = a_map([("33202", "倉敷市", "3302")], [("3302", "県南西部", index)])
    assert truths({"area_class": asked}, municipalities(regions), ground(regions)) == {
        "倉敷市": truth
    }


def test_a_stated_class_beats_the_cut_off():
    regions = a_map(
        [("33202", "倉敷市", "3302")],
        [("3302", "県南西部", 179.3)],
        stated={"3302": AreaClass.SHORTAGE},
    )
    each = judged({"area_class": "shortage"}, municipalities(regions), ground(regions))
    assert each["倉敷市"].text == Text("県南西部は医師少数区域", "県南西部: shortage area")


def test_a_unit_in_two_areas_has_their_common_answer_or_none():
    both = Unit("l:1", UnitKind.DISTRICT, "またがる地区", "1", ("33203", "33209"))
    same = Unit("l:2", UnitKind.DISTRICT, "同じ側の地区", "2", ("33203", "33214"))
    where = {"index": {"below": 190.0}}
    assert truths(where, [both, same], FACTS) == {
        "またがる地区": UNDETERMINED,
        "同じ側の地区": UNDETERMINED,
    }
    assert truths({"index": {"below": 200.0}}, [both, same], FACTS) == {
        "またがる地区": MET,
        "同じ側の地区": MET,
    }
    assert truths({"area_class": "shortage"}, [both], FACTS) == {"またがる地区": UNDETERMINED}


def test_areas_by_name_with_or_without_their_word_or_by_code():
    for name in ("真庭", "真庭保健医療圏", "真庭医療圏", "3304", "真庭圏域"):
        assert met(truths({"area": name}, TOWNS, FACTS)) == {"真庭市", "新庄村"}
    assert met(truths({"area": "真庭"}, medical_areas(OKAYAMA), FACTS)) == {"真庭"}
    assert met(truths({"area": "津山英田圏域"}, TOWNS, FACTS)) == {"津山市", "勝央町"}


def test_a_unit_partly_in_what_is_named_is_not_in_it_and_told_so():
    both = Unit("l:1", UnitKind.DISTRICT, "またがる地区", "1", ("33203", "33209"))
    told = judged({"municipality": "津山市"}, [both], FACTS)["またがる地区"]
    assert told.truth is NOT_MET
    assert told.text.en == "lies only partly in 津山市 (津山市, 高梁市)"
    assert truths({"municipality": ["津山市", "高梁市"]}, [both], FACTS) == {"またがる地区": MET}
    assert judged({"area": "津山・英田"}, [both], FACTS)["またがる地区"].truth is NOT_MET


def test_municipalities_by_name_county_or_code():
    for name in ("新庄村", "真庭郡新庄村", "岡山県新庄村", "33586", "新庄　村"):
        assert met(truths({"municipality": name}, TOWNS, FACTS)) == {"新庄村"}, name


def test_wards_count_for_their_city_and_not_the_other_way():
    wards = a_map([("33101", "岡山市北区", "3301"), ("33102", "岡山市中区", "3301")])
    units, facts = municipalities(wards), ground(wards)
    assert met(truths({"municipality": "岡山市"}, units, facts)) == {"岡山市北区", "岡山市中区"}
    assert met(truths({"municipality": "33100"}, units, facts)) == {"岡山市北区", "岡山市中区"}
    assert met(truths({"municipality": "岡山市北区"}, units, facts)) == {"岡山市北区"}
    # Merged, a ward is no unit; the city is more than it.
    assert met(truths({"municipality": "岡山市北区"}, TOWNS, FACTS)) == set()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("city", {"岡山市", "津山市", "高梁市", "真庭市"}),
        (["town", "village"], {"新庄村", "勝央町"}),
        ("ward", set()),
    ],
)
def test_kinds_of_municipalities_are_what_their_names_end_in(kind, names):
    assert met(truths({"municipality_kind": kind}, TOWNS, FACTS)) == names


def table(values: dict[str, float], **more: object) -> dict[str, NumberTable]:
    made = NumberTable("d", "三師統計", TableKey.MUNICIPALITY, {"医師数": values}, **more)
    return {"d": made}


def column(bound: dict[str, object]) -> dict[str, object]:
    return {"column": {"table": "d", "column": "医師数", "is": bound}}


def test_a_blank_is_not_known_and_never_zero():
    facts = ground(OKAYAMA, tables=table({"33203": 180.0}, national={"医師数": 250.0}))
    each = judged(column({"below": "national_average"}), TOWNS, facts)
    assert each["津山市"].truth is MET
    assert each["津山市"].text.ja == "医師数「三師統計」 180（津山市）は全国平均 250 未満"
    assert each["高梁市"].truth is UNDETERMINED


def test_a_city_has_no_figure_of_its_wards_but_what_lies_in_a_ward_has_its_citys():
    wards = a_map([("33101", "岡山市北区", "3301"), ("33102", "岡山市中区", "3301")])
    facts = ground(wards, tables=table({"33100": 300.0}))
    inside = district("建部", "33101")
    assert truths(column({"above": 200}), [*municipalities(wards), inside], facts) == {
        "岡山市北区": UNDETERMINED,
        "岡山市中区": UNDETERMINED,
        "建部": MET,
    }
    by_ward = ground(OKAYAMA, tables=table({"33101": 300.0, "33102": 310.0}))
    assert truths(column({"above": 200}), TOWNS, by_ward)["岡山市"] is UNDETERMINED


def test_tables_of_areas_and_of_facilities():
    one = facility("a", CLINIC, name="甲診療所")
    by_area = {"d": NumberTable("d", "", TableKey.MEDICAL_AREA, {"医師数": {"3305": 10.0}})}
    by_id = {"d": NumberTable("d", "", TableKey.FACILITY, {"医師数": {"a": 2.0}})}
    assert truths(column({"at_most": 10}), TOWNS, ground(OKAYAMA, tables=by_area))["津山市"] is MET
    facts = ground(OKAYAMA, [one], tables=by_id)
    assert truths(column({"at_most": 10}), [institution(one)], facts) == {"甲診療所": MET}
    assert truths(column({"at_most": 10}), TOWNS, facts)["津山市"] is UNDETERMINED


def test_names_on_a_list_are_matched_one_to_one():
    names = ["健生病院", "藤代健生病院", "健生クリニック", "青森県立中央病院", "別の診療所"]
    units = [
        institution(facility(f"f{n}", name=name), "弘前市" if n < 3 else "青森市")
        for n, name in enumerate(names)
    ]
    entries = listed(
        "25",
        ListedEntry("医療法人　健生会　健生病院", "弘前市", reason="理由"),
        ListedEntry("健生クリニック", "弘前市"),
        ListedEntry("県立中央病院", "青森市"),
    )
    each = judged({"listed": "25"}, units, ground(OKAYAMA, entries=entries))
    assert met({n: f.truth for n, f in each.items()}) == {
        "健生病院",
        "健生クリニック",
        "青森県立中央病院",
    }
    assert each["健生病院"].entry is not None
    assert each["健生病院"].entry.reason == "理由"
    assert each["藤代健生病院"].entry is None
    assert each["藤代健生病院"].truth is NOT_MET


def test_pieces_of_municipalities_are_called_with_or_without_what_they_are():
    units = [
        district("安代町", "33203", municipality="津山市"),
        district("川口", "33209", municipality="高梁市"),
        district("川口", "33214", municipality="真庭市"),
    ]
    for name in ("安代町", "安代", "旧安代町", "津山市安代", "津山市 旧安代町", "安代地区"):
        assert met(truths({"name": name}, units, FACTS)) == {"安代町"}, name
    assert met(truths({"name": "安代村"}, units, FACTS)) == set(), "a village is no town"
    assert met(truths({"name": "高梁市安代"}, units, FACTS)) == set()
    column = judged_by_code({"name": "真庭市川口地区"}, units, FACTS)
    assert column == {"安代町-33203": NOT_MET, "川口-33209": NOT_MET, "川口-33214": MET}
    assert judged_by_code({"name": "川口"}, units, FACTS)["川口-33214"] is UNDETERMINED


def test_a_row_that_fits_two_leaves_both_open():
    units = [district("中央", "33203"), district("中央", "33209")]
    facts = ground(OKAYAMA, entries=listed("申請", ListedEntry("中央")))
    column = judged_by_code({"listed": "申請"}, units, facts)
    assert column == {"中央-33203": UNDETERMINED, "中央-33209": UNDETERMINED}
    facts = ground(OKAYAMA, entries=listed("申請", ListedEntry("中央", "高梁市")))
    column = judged_by_code({"listed": "申請"}, units, facts)
    assert column == {"中央-33203": NOT_MET, "中央-33209": MET}


def judged_by_code(where, units, facts):
    column = found(condition(**where), units, facts, lambda _i, _u: NOT_MET)
    return {u.code: column[u.id].truth for u in units}


@pytest.mark.parametrize(
    "entry",
    [
        ListedEntry("真庭市", code="33203"),
        ListedEntry("津山市", municipality="真庭市", code="33203"),
    ],
)
def test_a_row_whose_code_and_name_or_municipality_mean_two_leaves_each_of_them_open(entry):
    each = truths({"listed": "表"}, TOWNS, ground(OKAYAMA, entries=listed("表", entry)))
    assert each["津山市"] is UNDETERMINED
    assert each["真庭市"] is (UNDETERMINED if entry.name == "真庭市" else NOT_MET)
    assert set(each.values()) == {UNDETERMINED, NOT_MET}


def test_a_code_means_a_unit_and_contradicts_another_name():
    entries = listed("表", ListedEntry("津山", code="33203"), ListedEntry("津山市", code="33209"))
    each = truths({"listed": "表"}, TOWNS, ground(OKAYAMA, entries=entries))
    assert each["津山市"] is MET
    assert each["高梁市"] is UNDETERMINED


def test_types_and_criteria_of_institutions():
    both = facility("a", CLINIC, SECONDARY, name="甲"), facility("b", CLINIC, name="乙")
    outcomes = [Outcome(1, MET, Text("一", "one")), Outcome(3, UNDETERMINED, Text("三", "three"))]
    verdict = Verdict(both[0], place(), State.DESIGNATED, (1,), Text("", ""), tuple(outcomes))
    facts = ground(OKAYAMA, both, verdicts=(verdict,))
    units = [institution(f) for f in both]
    assert truths({"type": "secondary_emergency"}, units, facts) == {"甲": MET, "乙": NOT_MET}
    assert truths({"criterion": [1, 3]}, units, facts) == {"甲": MET, "乙": UNDETERMINED}
    assert judged({"criterion": 3}, units, facts)["甲"].text == Text("三", "three")
    assert truths({"type": "remote_clinic"}, TOWNS, facts)["津山市"] is UNDETERMINED


def test_ground_of_others_is_asked_of_whoever_knows_it():
    answers = {("spot", u.name): UNDETERMINED for u in TOWNS} | {("spot", "津山市"): MET}
    each = judged({"inside": "spot"}, TOWNS, FACTS, answers)
    assert each["津山市"].text == Text("「spot」の区域内にある", "lies inside spot")
    assert each["高梁市"].truth is UNDETERMINED


def test_the_text_names_what_decides():
    where = {
        "any": [{"area": "真庭"}, {"index": {"below": "national_average"}}],
        "municipality_kind": "city",
    }
    each = judged(where, TOWNS, FACTS)
    assert each["津山市"].text.ja == (
        "津山市は市に当たる。医師偏在指標 196.3（津山・英田）は全国平均 255.6 未満"
    )
    assert each["勝央町"].text.ja == "勝央町は市ではありません"
    assert each["岡山市"].text.en == (
        "does not lie in 真庭 (県南東部); physician index 303.4 (県南東部) is not below the "
        "national average 255.6"
    )


TRUTHS = (MET, NOT_MET, UNDETERMINED)


@pytest.mark.parametrize("join", ["any", "all", "none"])
@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_joins_are_those_of_the_rule(join, one, other):
    answers = {("a", "津山市"): one, ("b", "津山市"): other}
    where = {join: [{"inside": "a"}, {"inside": "b"}]}
    town = [u for u in TOWNS if u.name == "津山市"]
    rule = RuleSetting(**{join: (1, 2)})
    expected = rule.holds({1: one, 2: other})
    assert truths(where, town, FACTS, answers) == {"津山市": expected}
    # Several keys of one table all have to hold.
    both = {"inside": "a", "none": [{"inside": "b"}]}
    rule = RuleSetting(all=(1, RuleSetting(none=(2,))))
    assert truths(both, town, FACTS, answers) == {"津山市": rule.holds({1: one, 2: other})}
