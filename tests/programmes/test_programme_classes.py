"""Who is of which class: the first rule that holds, its reason, and what stays open."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.programmes import classed, classes, read_programme_rules
from spots.types import Truth
from spots.types.designations import DesignationKind
from tests.helpers.facility_lists import only
from tests.helpers.programme_cases import (
    EVERY_RULE,
    known,
    listed,
    on,
    programme,
    recorded,
)

DAY = "2026-04-01"
SHORTAGE, SPOT, SUPPORT = (
    DesignationKind.SHORTAGE_AREA,
    DesignationKind.SPOT,
    DesignationKind.SUPPORT_AREA,
)
PLAN = DaySpan(date(2024, 4, 1), date(2027, 4, 1))


def aomori(folder: Path, *rows: str, head: str = "医療機関名,市町村,種別\n") -> dict[str, str]:
    """Return class by name for graduates without the loan; what is open in brackets."""
    found = classes(read_programme_rules("aomori"), listed(folder, *rows, head=head))
    return {one.institution: _class(on(one, "without_loan", DAY)) for one in found.institutions}


def _class(span: object) -> str:
    return f"({span.class_id})" if span.truth is Truth.UNDETERMINED else span.class_id  # type: ignore[attr-defined]


def test_the_cases_of_aomori(tmp_path: Path) -> None:
    rows = listed(
        tmp_path, "はちのへ内科,八戸市,診療所", "県立中央病院,青森市,病院", "町医者,弘前市,診療所"
    )
    town, named, unnamed = classes(read_programme_rules("aomori"), rows).institutions
    for cohort in ("without_loan", "with_loan"):
        assert on(town, cohort, DAY).class_id == "shortage"
        assert on(town, cohort, DAY).rule == "outside_the_cities"
        assert "八戸市" in on(town, cohort, DAY).reason.ja
        assert (on(unnamed, cohort, DAY).class_id, on(unnamed, cohort, DAY).rule) == ("other", "")
    assert (on(named, "without_loan", DAY).class_id, on(named, "without_loan", DAY).rule) == (
        "named",
        "named",
    )
    assert on(named, "with_loan", DAY).class_id == "other"


def test_names_that_are_never_one_another(tmp_path: Path) -> None:
    """Of each, the list has only one that is like it."""
    text = EVERY_RULE.replace(
        '{ name = "健生病院", municipality = "弘前市" }',
        '{ name = "健生病院", municipality = "弘前市" }, '
        '{ name = "鷹揚郷弘前病院", municipality = "弘前市" }, '
        '{ name = "鷹揚郷青森病院", municipality = "青森市" }',
    )
    rows = listed(tmp_path, "藤代健生病院,弘前市,病院", "健生クリニック,弘前市,診療所")
    found = classes(programme(tmp_path, text), rows)
    assert {on(one, "new", DAY).class_id for one in found.institutions} == {"other"}
    missing = {p.value for p in found.problems if p.code == "programme-institution-missing"}
    assert missing >= {"健生病院", "鷹揚郷弘前病院", "鷹揚郷青森病院"}
    rows = listed(tmp_path, "鷹揚郷弘前病院,青森市,病院", "鷹揚郷青森病院,青森市,病院")
    wrong, right = classes(programme(tmp_path, text), rows).institutions
    assert (on(wrong, "new", DAY).class_id, on(right, "new", DAY).class_id) == ("other", "named")


@pytest.mark.parametrize(
    "name",
    [
        "健生病院",
        "医療法人○○会　健生病院",
        "津軽保健生活協同組合 健生病院",
        "健生病院※",
        "健　生　病　院",
    ],
)
def test_a_name_behind_its_corporation_is_the_same(tmp_path: Path, name: str) -> None:
    assert aomori(tmp_path, f"{name},弘前市,病院", "藤代健生病院,弘前市,病院")[name] == "named"


def test_all_25_are_found_in_a_list_that_has_them(tmp_path: Path) -> None:
    aomori_rules = read_programme_rules("aomori")
    named = aomori_rules.rules[1].institutions
    rows = listed(
        tmp_path, *(f"{one.name},青森県{one.town.shown},病院" for one in named if one.town)
    )
    found = classes(aomori_rules, rows)
    assert len(named) == len(found.institutions) == 25
    assert [on(one, "without_loan", DAY).class_id for one in found.institutions] == ["named"] * 25
    assert [on(one, "with_loan", DAY).class_id for one in found.institutions] == ["other"] * 25
    assert found.problems == ()


def test_affiliated_is_a_class_of_its_own_and_only_while_accepted(tmp_path: Path) -> None:
    rows = listed(tmp_path, "大館の病院,秋田県大館市,病院", "別の病院,秋田県大館市,病院")
    accepted, other = classes(programme(tmp_path), rows).institutions
    assert (accepted.outside, other.outside) == (True, True)
    spans = [(each.class_id, each.span.first, each.span.until) for each in accepted.spans["old"]]
    assert spans == [
        ("other", date.min, date(2025, 4, 1)),
        ("affiliated", date(2025, 4, 1), date(2026, 4, 1)),
        ("other", date(2026, 4, 1), None),
    ]
    assert {each.class_id for each in other.spans["old"]} == {"other"}
    assert "県外" in other.spans["old"][0].reason.ja


def test_the_same_town_name_beyond_the_prefecture_is_no_rule_by_municipality(
    tmp_path: Path,
) -> None:
    """Written with or without its prefecture: never 少数等 because it is not 弘前 or 青森."""
    found = aomori(tmp_path, "a,秋田県大館市,病院", "b,大館市,病院", "c,岩手県八戸市,病院")
    assert found == {"a": "other", "b": "(shortage)", "c": "other"}


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("名称,市町村コード\n", "a,02203", "shortage"),
        ("名称,市町村コード\n", "a,2202", "other"),
        ("名称,市町村コード\n", "a,05204", "other"),
        ("名称,市町村コード\n", "a,02999", "(shortage)"),
        ("名称,所在地\n", "a,青森県八戸市田向1", "shortage"),
        ("名称,所在地\n", "a,弘前市大字本町53", "other"),
        ("名称,所在地\n", "a,青森県南津軽郡藤崎町1", "shortage"),
        ("名称,所在地\n", "a,", "(shortage)"),
        ("名称,市町村コード,所在地\n", "a,02203,青森県弘前市本町1", "(shortage)"),
        ("名称,都道府県,市町村\n", "a,秋田県,大館市", "other"),
        ("名称,市町村\n", "a,鯵ケ沢町", "shortage"),
    ],
)
def test_the_municipality_by_whatever_the_list_has(
    tmp_path: Path, head: str, row: str, expected: str
) -> None:
    assert aomori(tmp_path, row, head=head) == {"a": expected}


def test_a_name_that_two_rows_have_is_told_and_open(tmp_path: Path) -> None:
    head = "名称,市町村,所在地\n"
    rows = listed(
        tmp_path,
        "健生病院,弘前市,青森県弘前市扇町2-2-2",
        "健生病院,弘前市,青森県弘前市野田2-2-1",
        "健生病院,八戸市,青森県八戸市1",
        head=head,
    )
    found = classes(programme(tmp_path), rows)
    first, second, elsewhere = (on(one, "new", DAY) for one in found.institutions)
    assert {first.truth, second.truth} == {Truth.UNDETERMINED}
    assert {first.class_id, second.class_id} == {"named"}
    assert (elsewhere.class_id, elsewhere.truth) == ("shortage", Truth.MET)
    told = only(found.problems, "programme-institution-several")
    assert all(row in told.remedy.ja for row in ("2行目", "3行目"))
    assert told.row is not None
    assert len({one.institution for one in found.institutions}) == 3


def test_a_row_without_a_municipality_may_be_the_named_one(tmp_path: Path) -> None:
    found = classes(programme(tmp_path), listed(tmp_path, "健生病院,,病院"))
    assert on(found.institutions[0], "new", DAY).truth is Truth.UNDETERMINED
    assert only(found.problems, "programme-institution-several").value == "健生病院"


def test_a_name_alone_needs_the_municipality_where_two_have_it(tmp_path: Path) -> None:
    alone = EVERY_RULE.replace(', municipality = "弘前市" }', " }")
    one = classes(programme(tmp_path, alone), listed(tmp_path, "健生病院,弘前市,病院"))
    assert on(one.institutions[0], "new", DAY).class_id == "named"
    two = classes(
        programme(tmp_path, alone), listed(tmp_path, "健生病院,弘前市,病院", "健生病院,青森市,病院")
    )
    assert {on(each, "new", DAY).truth for each in two.institutions} == {Truth.UNDETERMINED}


def test_by_register_and_date(tmp_path: Path) -> None:
    """A day without an edition is open; never the class of everybody else."""
    outside = (known(PLAN, Truth.NOT_MET),)
    nobody_knows = (known(PLAN, Truth.UNDETERMINED, Text("位置がない", "no point")),)
    of = {
        "内": {SHORTAGE: outside, SPOT: (known(PLAN, Truth.MET),), SUPPORT: outside},
        "外": {SHORTAGE: outside, SPOT: outside, SUPPORT: outside},
        "支": {SHORTAGE: outside, SPOT: outside, SUPPORT: (known(PLAN, Truth.MET),)},
        "片": {SHORTAGE: outside, SUPPORT: outside},
        "不明": dict.fromkeys((SHORTAGE, SPOT, SUPPORT), nobody_knows),
    }
    rows = listed(tmp_path, *(f"{name},八戸市,病院" for name in of))
    designated = read_programme_rules("designated")
    found = classed(designated, rows, recorded(rows, of)).institutions
    inside, outside_all, support, half, nowhere = found
    assert _class(on(inside, "all", DAY)) == "shortage"
    assert on(inside, "all", DAY).plan == "第8次前期"
    assert on(inside, "all", DAY).unit == "municipality:02203"
    assert _class(on(outside_all, "all", DAY)) == "other"
    assert _class(on(support, "all", DAY)) == "support"
    assert _class(on(half, "all", DAY)) == "(shortage)"
    assert _class(on(nowhere, "all", DAY)) == "(shortage)"
    assert on(nowhere, "all", DAY).may_be == ("shortage", "support", "other")
    assert on(half, "all", DAY).may_be == ("shortage", "other")
    assert "位置がない" in on(nowhere, "all", DAY).reason.ja
    for one in found:
        for day in ("2024-03-31", "2027-04-01"):
            assert on(one, "all", day).truth is Truth.UNDETERMINED
            assert "登録簿" in on(one, "all", day).reason.ja
    assert on(inside, "all", "2027-03-31").class_id == "shortage"


def test_without_a_register_a_rule_by_register_is_open(tmp_path: Path) -> None:
    (one,) = classes(
        read_programme_rules("designated"), listed(tmp_path, "a,八戸市,病院")
    ).institutions
    assert on(one, "all", DAY).truth is Truth.UNDETERMINED
    assert "与えられていない" in on(one, "all", DAY).reason.ja


def test_every_day_has_one_span(tmp_path: Path) -> None:
    days = DaySpan(date(2024, 4, 1), date(2028, 4, 1))
    rows = listed(tmp_path, "大館の病院,秋田県大館市,病院", "健生病院,弘前市,病院")
    for one in classes(programme(tmp_path), rows, days=days).institutions:
        for spans in one.spans.values():
            assert (spans[0].span.first, spans[-1].span.until) == (days.first, days.until)
            assert all(a.span.until == b.span.first for a, b in pairwise(spans))


def test_an_open_rule_does_not_matter_where_all_that_may_come_is_one_class(tmp_path: Path) -> None:
    text = EVERY_RULE.replace('class = "named"', 'class = "shortage"').replace(
        '[[class]]\nid = "named"\ntitle = "指定"\n', ""
    )
    head = "名称,市町村コード,所在地\n"
    rows = listed(tmp_path, "健生病院,02203,青森県弘前市1", "町医者,02203,青森県弘前市1", head=head)
    first, second = classes(programme(tmp_path, text), rows).institutions
    assert on(first, "new", DAY).truth is Truth.UNDETERMINED
    assert on(second, "new", DAY).truth is Truth.UNDETERMINED
    both = listed(tmp_path, "a,02203,青森県黒石市1", head=head)
    (third,) = classes(programme(tmp_path, text), both).institutions
    assert third.municipality == ""


def test_names_of_the_public_list_are_found_too(tmp_path: Path) -> None:
    """As 医療情報ネット writes them: with owners, 県立 behind its prefecture, a longer name."""
    named = {
        "独立行政法人国立病院機構　弘前総合医療センター": "弘前市",
        "津軽保健生活協同組合健生病院": "弘前市",
        "津軽保健生活協同組合　藤代健生病院": "弘前市",
        "公益財団法人鷹揚郷　腎研究所弘前病院": "弘前市",
        "公益財団法人　鷹揚郷　腎研究所青森病院": "青森市",
        "一般財団法人愛成会　弘前愛成会病院": "弘前市",
        "独立行政法人国立病院機構青森病院": "青森市",
        "青森県立中央病院": "青森市",
        "青森保健生活協同組合　生協さくら病院": "青森市",
        "青森県立あすなろ療育福祉センター診療部": "青森市",
    }
    others = {
        "国立療養所松丘保養園": "青森市",
        "社団法人　慈恵会　青い森病院": "青森市",
        "青森市立浪岡病院": "青森市",
        "弘前大学医学部附属病院": "弘前市",
        "弘前メディカルセンター": "弘前市",
    }
    found = aomori(tmp_path, *(f"{n},{town},病院" for n, town in (named | others).items()))
    assert {name: found[name] for name in named} == dict.fromkeys(named, "named")
    assert {name: found[name] for name in others} == dict.fromkeys(others, "other")


def test_codes_of_p04_are_words(tmp_path: Path) -> None:
    rows = listed(tmp_path, "1,a,青森県八戸市1", head="P04_001,P04_002,P04_003\n")
    (one,) = classes(programme(tmp_path), rows).institutions
    assert one.facility_kind == "病院"


def test_one_more_row_never_changes_another(tmp_path: Path) -> None:
    """What a programme says of an institution hangs on its own row, unless names are the same."""
    rows = ("健生病院,弘前市,病院", "はちのへ内科,八戸市,診療所", "大館の病院,秋田県大館市,病院")
    alone = [classes(programme(tmp_path), listed(tmp_path, r)).institutions[0] for r in rows]
    together = classes(programme(tmp_path), listed(tmp_path, *rows)).institutions
    assert list(together) == alone


def test_an_institution_that_is_entered_twice_is_of_its_class_in_both_rows(tmp_path: Path) -> None:
    head = "名称,市町村,所在地,開設状況\n"
    here, there = "青森県弘前市扇町2-2-2", "青森県弘前市野田2-2-1"
    twice = (f"健生病院,弘前市,{here},", f"医療法人 健生病院,弘前市,{here},")
    found = classes(programme(tmp_path), listed(tmp_path, *twice, head=head))
    assert [on(one, "new", DAY).class_id for one in found.institutions] == ["named", "named"]
    assert only(found.problems, "programme-institution-listed-twice").row == 3
    thrice = classes(
        programme(tmp_path), listed(tmp_path, *twice, f"健生病院,弘前市,{there},", head=head)
    )
    assert {on(one, "new", DAY).truth for one in thrice.institutions} == {Truth.UNDETERMINED}
    closed = classes(
        programme(tmp_path), listed(tmp_path, f"健生病院,弘前市,{here},休止", head=head)
    )
    assert on(closed.institutions[0], "new", DAY).class_id == "named"
    assert only(closed.problems, "programme-institution-closed").value == "健生病院"
