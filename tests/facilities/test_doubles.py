"""One hospital in two lists under two names: merged where names agree, told by name elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import Problem, Severity
from spots.facilities import Identity, merge, read_layers
from spots.types import Facility, FacilityType
from tests.helpers.facility_lists import codes, only, spec, write

HEAD = "id,医療機関名,市町村コード,所在地,緯度,経度,敷地\n"
EMERGENCY = frozenset({FacilityType.SECONDARY_EMERGENCY})


def two_lists(
    folder: Path, one: str, other: str, *identities: Identity, types: object = EMERGENCY
) -> tuple[tuple[Facility, ...], tuple[Problem, ...]]:
    """Merge a row each of two lists; the first of ③, the second of `types`."""
    first = spec(write(folder, f"{HEAD}{one}\n", "rotation.csv"), types=EMERGENCY)
    second = spec(write(folder, f"{HEAD}{other}\n", "kyushu.csv"), types=types)
    raws, _ = read_layers([first, second], {})
    return merge(raws, None, identities)


def row(name: str, address: str = "", lat: object = 32.7, site: str = "", given: str = "") -> str:
    return f"{given},{name},43447,{address},{lat},131.1,{site}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿蘇竜ケ岳病院", "阿蘇龍ヶ岳病院"),
        ("阿蘇龍が岳病院", "阿蘇龍ヶ岳病院"),
        ("髙﨑病院", "高崎病院"),
        ("伊逹病院", "伊達病院"),
        ("渡邉醫院", "渡辺医院"),
        ("葛\U000e0100城病院", "葛城病院"),  # a variation selector
        ("⽟名⻑崎病院", "玉名長崎病院"),  # radicals, as copied from a PDF
        ("廣瀨病院", "広瀬病院"),
        ("齋藤病院", "斎藤病院"),
        ("𠮷田病院", "吉田病院"),
        ("五ヶ瀬町国民健康保険病院", "五ケ瀬町国保病院"),
        ("五ヶ瀬町国民健康保険病院", "五ケ瀬町病院"),
        ("サン・ライズ病院", "サンライズ病院"),
        ("医療法人社団健友会 第一内科病院", "第一内科病院"),
        ("一の宮病院", "一ノ宮病院"),
    ],
)
def test_two_spellings_of_one_name_are_one_hospital(tmp_path, one, other):
    facilities, problems = two_lists(tmp_path, row(one), row(other, lat=32.7002))
    assert len(facilities) == 1
    assert codes(problems) == ["merged"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("健生病院", "藤代健生病院"),
        ("健生病院", "健生クリニック"),
        ("鷹揚郷弘前病院", "鷹揚郷青森病院"),
        ("中島病院", "中嶋病院"),
    ],
)
def test_like_names_are_not_one_hospital(tmp_path, one, other):
    facilities, problems = two_lists(tmp_path, row(one), row(other, lat=32.71))
    assert len(facilities) == 2
    assert not any(p.severity is Severity.WARNING for p in problems)


def test_a_name_that_goes_on_is_one_hospital_at_one_place(tmp_path):
    near, _ = two_lists(tmp_path, row("健生病院"), row("藤代健生病院", lat=32.7005))
    far, problems = two_lists(tmp_path, row("健生病院"), row("藤代健生病院", lat=32.71))
    assert (len(near), len(far)) == (1, 2)
    assert only(problems, "merge-name-goes-on").severity is Severity.NOTE


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (row("旧病院"), row("新病院", lat=32.7003), "直線33 m"),
        (row("旧病院", "山都町滝上1-2"), row("新病院", "熊本県上益城郡山都町大字滝上1番地2", 32.702), "所在地が同じ"),
        (row("旧病院", "山都町滝上1-2", ""), row("新病院", "山都町滝上1番2号", ""), "所在地が同じ"),
    ],
)  # fmt: skip
def test_what_may_be_one_hospital_is_told_by_name_and_kept(tmp_path, one, other, why):
    facilities, problems = two_lists(tmp_path, one, other)
    assert [[d.name for d in f.doubles] for f in facilities] == [["新病院"], ["旧病院"]]
    told = only(problems, "perhaps-one-hospital")
    assert (told.severity, told.file, told.row, told.value) == (
        Severity.WARNING,
        "kyushu.csv",
        2,
        "新病院",
    )
    assert "「旧病院」（rotation.csv:2）" in told.message.ja
    assert why in told.message.ja
    assert "[[identity]]" in told.remedy.ja


def test_the_renamed_hospital_of_tamana_is_told(tmp_path):
    # 医療情報ネット 2025-06 has the new name, 国土数値情報 P04-2020 the old one, 10 m apart.
    facilities, problems = two_lists(
        tmp_path,
        ",くまもと県北病院,43206,熊本県玉名市玉名５５０,32.932146,130.54969,",
        ",公立玉名中央病院,43206,玉名市中１９５０番地,32.932191,130.549593,",
    )
    assert len(facilities) == 2
    assert "直線10 m" in only(problems, "perhaps-one-hospital").message.ja


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row("甲病院"), row("乙病院", lat=32.702)),  # 220 m
        (row("甲病院", "山都町滝上"), row("乙病院", "山都町滝上", 32.71)),  # no house number
        (row("甲病院", "滝上1"), row("乙病院", "滝上1", "").replace("43447", "43215")),
        (row("甲病院", site="A"), row("乙病院", lat=32.7003, site="B")),  # told apart
        (row("甲病院", site="A"), row("乙病院", lat=32.7003, site="A")),  # told one site
    ],
)
def test_what_cannot_be_one_hospital_is_not_told(tmp_path, one, other):
    facilities, problems = two_lists(tmp_path, one, other)
    assert [f.doubles for f in facilities] == [(), ()]
    assert "perhaps-one-hospital" not in codes(problems)


def test_a_clinic_across_the_street_is_no_double_of_a_hospital(tmp_path):
    clinic = frozenset({FacilityType.REMOTE_CLINIC})
    facilities, _ = two_lists(tmp_path, row("甲病院"), row("乙診療所", lat=32.7003), types=clinic)
    assert [f.doubles for f in facilities] == [(), ()]


def test_a_crowd_within_a_hundred_metres_is_told_and_bounded(tmp_path):
    rows = "".join(f",第{n}号病院,43447,,{32.7 + n * 2e-5:.5f},131.1,\n" for n in range(40))
    raws, _ = read_layers([spec(write(tmp_path, HEAD + rows), types=EMERGENCY)], {})
    facilities, problems = merge(raws)
    assert all(f.doubles for f in facilities)
    assert len(problems) < 40 * 11


def test_a_decision_makes_two_records_one_hospital(tmp_path):
    decision = Identity(("新病院", "旧病院"), same=True)
    facilities, problems = two_lists(tmp_path, row("旧病院"), row("新病院", lat=32.7003), decision)
    (one,) = facilities
    assert (one.name, len(one.rows), one.doubles) == ("旧病院", 2, ())
    assert codes(problems) == ["merged"]
    assert "[[identity]]" in problems[0].message.ja


def test_a_decision_tells_two_records_apart(tmp_path):
    decision = Identity(("新病院", "旧病院"), same=False)
    facilities, problems = two_lists(tmp_path, row("旧病院"), row("新病院", lat=32.7003), decision)
    assert [f.doubles for f in facilities] == [(), ()]
    assert facilities[0].told_apart(facilities[1])
    assert problems == ()


def test_a_decision_keeps_apart_what_would_be_merged(tmp_path):
    decision = Identity(("そよう病院", "山都町立そよう病院"), same=False)
    given = row("そよう病院"), row("山都町立そよう病院", lat=32.7003)
    merged, _ = two_lists(tmp_path, *given)
    apart, _ = two_lists(tmp_path, *given, decision)
    assert (len(merged), len(apart)) == (1, 2)


def test_a_decision_may_name_ids(tmp_path):
    decision = Identity(("a", "b"), same=True)
    facilities, _ = two_lists(
        tmp_path, row("旧病院", given="a"), row("新病院", lat=32.7, given="b"), decision
    )
    assert len(facilities) == 1


def test_a_partner_by_decision_is_no_others(tmp_path):
    """Of two namesakes one is decided; the other is not told to be in its way."""
    first = row("総合病院", given="a") + "\n" + row("総合病院", lat=32.702, given="b")
    decision = Identity(("b", "c"), same=True)
    facilities, problems = two_lists(tmp_path, first, row("総合病院", given="c"), decision)
    assert [[r.row for r in f.rows] for f in facilities] == [[2], [3, 2]]
    assert "merge-ambiguous" not in codes(problems)


def test_a_decision_about_one_of_several_is_still_unclear(tmp_path):
    """A name is never taken for all that are called so."""
    first = row("総合病院", given="a") + "\n" + row("総合病院", lat=33.2, given="b")
    decision = Identity(("総合病院", "新病院"), same=True)
    facilities, problems = two_lists(tmp_path, first, row("新病院", lat=32.9), decision)
    assert len(facilities) == 3
    assert "identity-matches-several" in codes(problems)


def test_a_decision_that_names_nobody_is_an_error_with_names_like_it(tmp_path):
    decision = Identity(
        ("旧々病院", "新病院"), same=True, file="run.toml", column="identity", row=9
    )
    _, problems = two_lists(tmp_path, row("旧病院"), row("新病院", lat=32.8), decision)
    told = only(problems, "identity-matches-none")
    assert (told.severity, told.file, told.row, told.value) == (
        Severity.ERROR,
        "run.toml",
        9,
        "旧々病院",
    )
    assert "旧病院 (rotation.csv:2)" in told.message.ja


def test_a_decision_that_names_several_is_an_error(tmp_path):
    decision = Identity(("東病院", "西病院"), same=True)
    _, problems = two_lists(
        tmp_path, row("東病院"), row("東病院", lat=33.2).replace("43447", "43215"), decision
    )
    assert "identity-matches-several" in codes(problems)


@pytest.mark.parametrize(
    "others",
    [
        (Identity(("旧病院", "新病院"), same=True),),
        (Identity(("旧病院", "c"), same=True), Identity(("c", "新病院"), same=True)),
    ],
    ids=["of the pair", "of a chain"],
)
def test_decisions_against_each_other_are_an_error(tmp_path, others):
    apart = Identity(("旧病院", "新病院"), same=False, file="run.toml", column="identity", row=9)
    new = row("新病院", given="b") + "\n" + row("南診療所", lat=32.9, given="c")
    _, problems = two_lists(tmp_path, row("旧病院", given="a"), new, *others, apart)
    told = only(problems, "identity-contradicts")
    assert (told.severity, told.file, told.row) == (Severity.ERROR, "run.toml", 9)
    assert "旧病院 (rotation.csv:2)" in told.message.ja


def test_a_decision_to_keep_apart_what_has_one_id_is_an_error(tmp_path):
    given = row("そよう病院", given="a"), row("町立そよう病院", given="a")
    decision = Identity(("そよう病院", "町立そよう病院"), same=False)
    _, problems = two_lists(tmp_path, *given, decision)
    assert only(problems, "identity-contradicts").severity is Severity.ERROR


def test_namesakes_told_apart_are_not_said_to_lack_a_municipality(tmp_path):
    decision = Identity(("a", "b"), same=False)
    given = row("そよう病院", given="a"), row("そよう病院", lat=32.9, given="b")
    facilities, problems = two_lists(tmp_path, *given, decision)
    assert len(facilities) == 2
    assert codes(problems) == []


def test_a_decision_joins_an_old_and_a_new_name_of_one_id(tmp_path):
    given = row("旧病院", given="a"), row("新病院", lat=32.8, given="a")
    _, refused = two_lists(tmp_path, *given)
    assert codes(refused) == ["duplicate-id"]
    facilities, problems = two_lists(tmp_path, *given, Identity(("旧病院", "新病院"), same=True))
    assert [f.id for f in facilities] == ["a"]
    assert codes(problems) == ["merged", "merged-positions-differ"]


@pytest.mark.parametrize(
    ("ids", "decisions", "remedy"),
    [
        (("a", "a"), (), "別々の id"),
        (("a", "b"), (), "same = false"),  # other ids do not part what the names join
        (("a", "b"), (Identity(("a", "b"), same=True),), "その [[identity]] を消して"),
    ],
)
def test_the_remedy_of_a_merge_undoes_it(tmp_path, ids, decisions, remedy):
    second = "そよう病院" if not decisions else "新病院"
    _, problems = two_lists(
        tmp_path, row("そよう病院", given=ids[0]), row(second, given=ids[1]), *decisions
    )
    assert remedy in only(problems, "merged").remedy.ja


@pytest.mark.parametrize(
    ("lat", "refused"), [(32.78, False), (32.8, True)], ids=["8.9 km", "11.1 km"]
)
def test_a_site_label_of_hospitals_kilometres_apart_is_an_error(tmp_path, lat, refused):
    """敷地 is the size or the owner of the ground in many lists: one value for all of them."""
    given = row("甲病院", site="借地"), row("乙病院", lat=lat, site="借地")
    _, problems = two_lists(tmp_path, *given)
    assert codes(problems) == (["site-scattered"] if refused else [])
    if refused:
        told = only(problems, "site-scattered")
        assert (told.severity, told.file, told.row) == (Severity.ERROR, "kyushu.csv", 2)
        assert "「甲病院」と同じ「借地」ですが、11.1 km離れています" in told.message.ja


def test_a_column_that_is_no_site_can_be_left_out(tmp_path):
    rows = row("甲病院", site="借地") + "\n" + row("乙病院", lat=32.9, site="借地")
    path = write(tmp_path, f"{HEAD}{rows}\n")
    raws, _ = read_layers([spec(path, types=EMERGENCY, columns={"site": ""})], {})
    facilities, problems = merge(raws)
    assert codes(problems) == []
    assert len({f.site for f in facilities}) == 2


NOTED = row("球磨郡公立多良木病院"), row('"球磨郡公立多良木病院\n（へき地拠点）"')
BASE = frozenset({FacilityType.BASE_HOSPITAL})


@pytest.mark.parametrize("types", [EMERGENCY, BASE], ids=["one type", "two types"])
def test_two_names_at_one_point_may_be_one_hospital(tmp_path, types):
    facilities, problems = two_lists(tmp_path, *NOTED, types=types)
    assert [[d.name for d in f.doubles] for f in facilities] == [
        ["球磨郡公立多良木病院 （へき地拠点）"],
        ["球磨郡公立多良木病院"],
    ]
    assert len({f.site for f in facilities}) == 1
    told = only(problems, "one-point")
    assert "同じ医療機関か、座標の写し間違いかもしれません" in told.message.ja
    assert "[[identity]]" in told.remedy.ja
    assert codes(problems) == ["one-point"]


def test_a_decision_ends_the_doubt_at_one_point(tmp_path):
    names = ("球磨郡公立多良木病院", "球磨郡公立多良木病院（へき地拠点）")
    one, told_one = two_lists(tmp_path, *NOTED, Identity(names, same=True))
    two, told_two = two_lists(tmp_path, *NOTED, Identity(names, same=False))
    assert ([f.doubles for f in one], codes(told_one)) == ([()], ["merged"])
    assert ([f.doubles for f in two], codes(told_two)) == ([(), ()], [])
    assert len({f.site for f in two}) == 2


def test_a_site_label_ends_the_doubt_at_one_point(tmp_path):
    facilities, problems = two_lists(tmp_path, row("甲病院", site="A"), row("乙病院", site="A"))
    assert [f.doubles for f in facilities] == [(), ()]
    assert codes(problems) == []


def test_an_attached_clinic_at_the_point_of_its_hospital_is_no_doubt(tmp_path):
    facilities, problems = two_lists(tmp_path, row("甲山川病院"), row("甲山川病院附属診療所"))
    assert [f.doubles for f in facilities] == [(), ()]
    assert codes(problems) == ["same-site-by-name"]


def test_a_crowd_at_one_point_names_a_few(tmp_path):
    rows = "".join(f",第{n}号病院,43447,,32.7,131.1,\n" for n in range(40))
    raws, _ = read_layers([spec(write(tmp_path, HEAD + rows), types=EMERGENCY)], {})
    facilities, _ = merge(raws)
    assert [len(f.doubles) for f in facilities] == [10, *[1] * 39]


def test_the_other_names_of_a_merged_hospital_are_kept(tmp_path):
    decision = Identity(("新病院", "旧病院"), same=True)
    (one,), _ = two_lists(tmp_path, row("新病院"), row("旧病院", lat=32.7003), decision)
    assert (one.name, one.other_names, one.names) == ("新病院", ("旧病院",), ("新病院", "旧病院"))
    (spelled,), _ = two_lists(tmp_path, row("髙﨑病院"), row("医療法人 高崎病院", lat=32.7003))
    assert spelled.other_names == ()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (FacilityType.BASE_HOSPITAL, True),
        (FacilityType.REMOTE_CLINIC, False),  # a clinic beside a hospital is usual
    ],
)
def test_a_base_hospital_under_another_name_beside_an_emergency_hospital_is_told(
    tmp_path: Path, kind: FacilityType, *, told: bool
):
    other = row("くまもと県北病院", lat=32.70036)  # 40 m
    facilities, problems = two_lists(
        tmp_path, row("公立玉名中央病院"), other, types=frozenset({kind})
    )
    assert len(facilities) == 2
    assert [bool(f.doubles) for f in facilities] == [told, told]
    if told:
        assert "（直線" in only(problems, "perhaps-one-hospital").message.ja
