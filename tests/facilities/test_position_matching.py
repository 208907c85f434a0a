"""Facilities and records of a source of positions: one to one by name and municipality, or not."""

from __future__ import annotations

from itertools import permutations

import pytest

from spots.facilities import PositionTable, RawFacility, rows_with_positions, with_positions
from spots.facilities.position_matching import NamedRow
from spots.facilities.written_addresses import written_address
from spots.types import (
    Accuracy,
    Facility,
    Layer,
    Position,
    PositionDoubt,
    PositionMatch,
    Role,
    SourceRow,
)
from tests.helpers.facility_lists import codes

HERE = (131.0, 32.7)
LIST = Layer("list", "list.csv", frozenset(), Role.CANDIDATE, "", None)


def row(name, address="", municipality="", code=None, at=None, number=2, **more) -> RawFacility:
    position = Position(*at, Accuracy.POINT, "own") if at else None
    return RawFacility(
        layer=LIST,
        row=SourceRow("list", "list.csv", number),
        given_id=None,
        name=name,
        types=frozenset(),
        address=address,
        municipality=municipality,
        municipality_code=code,
        prefecture_code=code[:2] if code else None,
        position=position,
        **more,
    )


def table(*records, at=HERE) -> PositionTable:
    """Return a source of records as (name, address), or rows with a point of their own."""
    rows = [
        each
        if isinstance(each, RawFacility)
        else row(*each, at=(at[0] + n / 100, at[1]), number=n + 2)
        for n, each in enumerate(records)
    ]
    return PositionTable("P04", "p04.csv", tuple(NamedRow(r, (r.name,)) for r in rows))


def looked_up(wanted: RawFacility, *records, regions=None):
    (found,), problems = rows_with_positions([wanted], [table(*records)], regions)
    assert found.looked_up is not None
    return found, found.looked_up, problems


SOYO = "熊本県上益城郡山都町滝上476-2"


@pytest.mark.parametrize(
    ("listed", "theirs", "how"),
    [
        ("そよう病院", "そよう病院", PositionMatch.EXACT),
        ("そよう 病院", "そよう　病院", PositionMatch.EXACT),
        ("医療法人　清和会　そよう病院", "そよう病院", PositionMatch.FOLDED),
        ("（医）そよう病院", "医療法人社団そよう病院", PositionMatch.FOLDED),
        ("龍ヶ岳病院", "竜が岳病院", PositionMatch.FOLDED),
        ("一の宮醫院", "一ノ宮医院", PositionMatch.FOLDED),
        ("大学附属そよう病院", "大学付属そよう病院", PositionMatch.FOLDED),
        ("山都町国保そよう病院", "山都町国民健康保険そよう病院", PositionMatch.FOLDED),
        ("そよう病院", "山都町包括医療センターそよう病院", PositionMatch.OWNER),
        ("矢部町立そよう病院", "山都町立そよう病院", PositionMatch.OWNER),
        ("JA熊本厚生連そよう病院", "そよう病院", PositionMatch.OWNER),
        (
            "ＪＡ熊本厚生連そよう病院",
            "熊本県厚生農業協同組合連合会そよう病院",
            PositionMatch.FOLDED,
        ),
        ("第2そようセンタ−", "第二そようセンター", PositionMatch.FOLDED),
        ("恩賜財団済生会そよう病院", "大分県済生会そよう病院", PositionMatch.ADDRESS),
        ("JCHOそよう病院", "独立行政法人地域医療機能推進機構そよう病院", PositionMatch.FOLDED),
        ("再春医療センター", "熊本再春医療センター", PositionMatch.ADDRESS),
    ],
)
def test_names_of_one_hospital_are_one(listed, theirs, how):
    found, said, problems = looked_up(row(listed, SOYO), (theirs, "山都町滝上476番地2"))
    assert (said.how, said.why) == (how, None)
    assert found.position == Position(*HERE, Accuracy.POINT, f"P04: {theirs}")
    assert found.position_problem is None
    assert codes(problems) == ["positions-matched"]


@pytest.mark.parametrize(
    ("listed", "theirs"),
    [
        ("健生病院", "藤代健生病院"),
        ("藤代健生病院", "健生病院"),
        ("健生病院", "健生クリニック"),
        ("鷹揚郷弘前病院", "鷹揚郷青森病院"),
        ("中央病院", "弘前中央病院"),
        ("弘前病院", "弘前病院分院"),
        ("JA弘前病院", "弘前病院"),
        ("県立弘前病院", "市立弘前病院"),
    ],
)
def test_names_of_two_hospitals_are_never_one(listed, theirs):
    found, said, problems = looked_up(
        row(listed, "青森県弘前市野田2-2-1"), (theirs, "青森県弘前市大町1-3-5")
    )
    assert (found.position, said.how) == (None, None)
    assert "position-not-found" in codes(problems)


@pytest.mark.parametrize(
    ("wanted", "address"),
    [
        (row("小国病院", "小国町宮原1743"), "熊本県阿蘇郡小国町宮原1743"),
        (row("小国病院", "熊本県小国町宮原1743"), "阿蘇郡小国町大字宮原1743"),
        (row("小国病院", municipality="小国町"), "阿蘇郡小国町大字宮原1743"),
        (row("小国病院", municipality="阿蘇郡小国町"), "小国町宮原"),
        (row("小国病院", "宮原1743", "小国町"), "熊本県阿蘇郡小国町宮原1743番地"),
        (row("小国病院", "熊本市中央区本荘1-1"), "熊本県熊本市本荘一丁目1番"),
        (row("小国病院", municipality="熊本市"), "熊本市中央区本荘1-1"),
        # 龍ヶ岳町 is a part of 上天草市 now, and of 矢部町 only what stood behind it is left.
        (row("小国病院", "熊本県天草郡龍ヶ岳町高戸1419-19"), "上天草市龍ケ岳町高戸1419-19"),
        (row("小国病院", "上益城郡矢部町北中島2806"), "上益城郡山都町北中島2806番地"),
    ],
)
def test_a_municipality_is_known_however_it_is_written(wanted, address):
    found, said, _ = looked_up(wanted, ("小国病院", address))
    assert (said.why, found.position is not None) == (None, True)


@pytest.mark.parametrize(
    ("wanted", "address", "why"),
    [
        (row("小国病院"), "阿蘇郡小国町宮原1743", PositionDoubt.NO_MUNICIPALITY),
        (row("小国病院", municipality="山都町"), "小国町宮原1743", PositionDoubt.ELSEWHERE),
        (row("小国病院", "阿蘇郡小国町1"), "西置賜郡小国町1", PositionDoubt.ELSEWHERE),
        (row("小国病院", "札幌市北区1"), "札幌市西区1", PositionDoubt.ELSEWHERE),
        (row("小国病院", municipality="札幌市北区"), "札幌市西区1", PositionDoubt.ELSEWHERE),
        (row("小国病院", "小国町宮原1"), "小国町下城5", PositionDoubt.OTHER_ADDRESS),
        (row("小国病院", "小国町宮原1743"), "小国町宮原99", PositionDoubt.OTHER_ADDRESS),
        (row("小国公立病院", "小国町宮原1743"), "小国町宮原1743", PositionDoubt.OTHER_NAME),
        (row("小国病院", "矢部町北中島2806"), "山都町北中島99", PositionDoubt.ELSEWHERE),
        (row("知らない病院", "小国町宮原1"), "小国町宮原1743", PositionDoubt.NO_RECORD),
    ],
)
def test_what_does_not_agree_is_told_and_not_taken(wanted, address, why):
    found, said, problems = looked_up(wanted, ("小国病院", address))
    assert (found.position, said.how, said.why) == (None, None, why)
    assert [r.name for r in said.others] == ([] if why is PositionDoubt.NO_RECORD else ["小国病院"])
    (told,) = [p for p in problems if p.code == "position-not-found"]
    assert (told.file, told.row, told.value) == ("list.csv", 2, wanted.name)


@pytest.mark.parametrize(
    ("listed", "theirs"),
    [("山中皮膚科", "田中皮膚科"), ("健生クリニック", "健生病院"), ("駅前内科", "駅前眼科")],
)
def test_neighbours_in_one_building_are_two(listed, theirs):
    found, said, _ = looked_up(row(listed, "弘前市扇町2-2-2"), (theirs, "弘前市扇町2-2-2"))
    assert (found.position, said.why) == (None, PositionDoubt.OTHER_NAME)


def test_the_name_in_another_prefecture_is_no_candidate():
    _, said, problems = looked_up(
        row("小国病院", "熊本県阿蘇郡小国町1"), ("小国病院", "山形県西置賜郡小国町1")
    )
    assert (said.why, said.others) == (PositionDoubt.NO_RECORD, ())
    assert "positions-elsewhere" in codes(problems)


def test_two_records_are_told_and_neither_is_taken():
    records = ("山都病院", "山都町滝上1"), ("医療法人 山都病院", "山都町下市5")
    found, said, problems = looked_up(row("山都病院", municipality="山都町"), *records)
    assert (found.position, said.why) == (None, PositionDoubt.SEVERAL)
    assert {r.name for r in said.others} == {"山都病院", "医療法人 山都病院"}
    assert "position-ambiguous" in codes(problems)


def test_the_address_tells_two_records_apart():
    records = ("山都病院", "山都町下市5"), ("山都病院", "山都町")
    found, said, _ = looked_up(row("山都病院", "山都町下市5"), *records)
    assert (said.how, found.position.lon) == (PositionMatch.ADDRESS, HERE[0])


def test_one_record_entered_twice_is_one():
    twice = [row("山都病院", "山都町下市5", at=HERE, number=n) for n in (2, 3)]
    found, said, _ = looked_up(row("山都病院", "山都町下市5"), *twice)
    assert (found.position.lon, said.how) == (HERE[0], PositionMatch.EXACT)


def test_two_rows_that_claim_one_record_get_nothing_and_are_told():
    rows = [
        row("山都病院", municipality="山都町", number=2),
        row("（医）山都病院", "山都町", number=3),
    ]
    found, problems = rows_with_positions(rows, [table(("山都病院", "山都町下市5"))])
    assert [r.position for r in found] == [None, None]
    assert [r.looked_up.why for r in found] == [PositionDoubt.CLAIMED] * 2
    assert [r.looked_up.rivals for r in found] == [("（医）山都病院",), ("山都病院",)]
    assert codes(problems).count("position-ambiguous") == 2


def test_who_has_coordinates_has_its_record_too():
    rows = [row("山都病院", "山都町", at=HERE), row("包括会山都病院", "山都町", number=3)]
    found, _ = rows_with_positions(rows, [table(("山都病院", "山都町下市5"))])
    assert (found[1].position, found[1].looked_up.why) == (None, PositionDoubt.CLAIMED)
    assert found[1].looked_up.rivals == ("山都病院",)


def test_own_coordinates_hold_and_a_source_far_off_is_noted():
    near, far = (HERE[0], HERE[1] + 0.004), (HERE[0], HERE[1] + 0.006)  # 444 and 665 m
    for at, told in ((near, []), (far, ["position-differs"])):
        (found,), problems = rows_with_positions(
            [row("山都病院", "山都町", at=at)], [table(("山都病院", "山都町下市5"))]
        )
        assert (found.position.lon, found.position.lat) == at
        assert codes(problems) == told
    assert 660 < found.looked_up.gap_m < 670
    assert found.looked_up.own


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"status": "休止中"}, PositionDoubt.CLOSED),
        ({"remark": "令和4年廃院"}, PositionDoubt.CLOSED),
        ({"kind": "3"}, PositionDoubt.DENTAL),
    ],
)
def test_closed_and_dental_records_are_nobody(more, why):
    theirs = row("山都診療所", "山都町下市5", at=HERE, **more)
    found, said, _ = looked_up(row("山都診療所", "山都町下市5"), theirs)
    assert (found.position, said.why) == (None, why)


def test_a_record_without_coordinates_is_told_and_the_next_source_asked():
    first, second = table(row("山都病院", "山都町")), table(("山都病院", "山都町"))
    (found,), problems = rows_with_positions([row("山都病院", "山都町")], [first])
    assert (found.position, found.looked_up.why) == (None, PositionDoubt.NO_COORDINATES)
    assert "position-not-found" in codes(problems)
    (found,), _ = rows_with_positions([row("山都病院", "山都町")], [first, second])
    assert (found.position.lon, found.looked_up.why) == (HERE[0], None)


def test_what_one_source_leaves_open_a_later_one_does_not_settle_by_name():
    several = table(("山都病院", "山都町滝上1"), ("山都病院", "山都町下市5"))
    alone = table(("山都病院", "山都町下市5"))
    asked = row("山都病院", municipality="山都町")
    (found,), _ = rows_with_positions([asked], [several, alone])
    assert (found.position, found.looked_up.why) == (None, PositionDoubt.SEVERAL)


def test_the_order_of_rows_and_records_changes_nothing():
    records = [
        ("山都病院", "山都町滝上1"),
        ("（医）山都病院", "山都町滝上1"),
        ("矢部広域病院", "山都町北中島2806"),
        ("そよう病院", "山都町滝上476"),
    ]
    rows = [
        row("山都病院", "山都町滝上1", number=2),
        row("広域病院", "山都町", number=3),
        row("そよう病院", "山都町", number=4),
    ]
    placed = [
        row(name, address, at=(131 + n / 100, 32.7), number=n)
        for n, (name, address) in enumerate(records)
    ]
    seen = set()
    for order in permutations(placed):
        for some in permutations(rows):
            found, _ = rows_with_positions(some, [table(*order)])
            told = {r.name: (r.position, r.looked_up.how, r.looked_up.why) for r in found}
            seen.add(tuple(sorted((k, repr(v)) for k, v in told.items())))
    assert len(seen) == 1


def test_a_decision_by_hand_names_the_record():
    source = table(("荒尾市民病院", "荒尾市荒尾2600"))
    asked = row("荒尾市立有明医療センター", "荒尾市荒尾2600")
    (found,), _ = rows_with_positions([asked], [source])
    assert (found.position, found.looked_up.why) == (None, PositionDoubt.OTHER_NAME)
    by_hand = PositionTable(
        source.label, source.file, source.rows, {"荒尾市立有明医療センター": "荒尾市民病院"}
    )
    (found,), problems = rows_with_positions([asked], [by_hand])
    assert (found.looked_up.how, found.position.lon) == (PositionMatch.HAND, HERE[0])
    assert codes(problems) == ["positions-matched"]


@pytest.mark.parametrize(
    "names", [{"荒尾市立有明病院": "荒尾市民病院"}, {"有明医療センター": "荒尾病院"}]
)
def test_a_decision_about_nobody_is_an_error(names):
    source = table(("荒尾市民病院", "荒尾市荒尾2600"))
    by_hand = PositionTable(source.label, source.file, source.rows, names)
    _, problems = rows_with_positions([row("有明医療センター", "荒尾市荒尾1")], [by_hand])
    assert "positions-name-unknown" in codes(problems)


def facility(name, old=(), code="43447") -> Facility:
    return Facility(
        id=name,
        name=name,
        types=frozenset(),
        role=Role.CANDIDATE,
        address="",
        municipality_code=code,
        position=None,
        position_problem=None,
        site=name,
        remark="",
        rows=(SourceRow("list", "list.csv", 2),),
        other_names=old,
    )


def test_a_facility_is_found_by_its_old_name_and_its_code():
    theirs = row("旧そよう病院", code="43447", at=HERE)
    (found,), _ = with_positions([facility("そよう病院", ("旧そよう病院",))], [table(theirs)])
    assert found.position.source == "P04: 旧そよう病院"
    (left,), _ = with_positions([facility("旧そよう病院", code="43424")], [table(theirs)])
    assert left.position is None


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("山都町滝上476番地2", "山都町大字滝上４７６－２", True),
        ("熊本市中央区本荘町5-16-10", "熊本市中央区本荘５丁目１６番１０号", True),
        ("阿蘇市一の宮町宮地1", "阿蘇市宮地1", True),
        ("京都市北区北十条西3", "京都市北区北10条西3", True),
        ("熊本市新屋敷1-17-1", "熊本市九品寺1-15-7", False),
        ("天草市御所浦町御所浦2081-13", "天草市御所浦町御所浦2891-3", False),
        ("高知市上町4-7-20", "高知市上町4丁目ー7ー20", True),
    ],
)
def test_addresses_of_one_place(one, other, may):
    assert written_address(one).may_be(written_address(other)) is may
