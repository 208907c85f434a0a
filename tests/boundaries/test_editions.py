"""Editions of the 医師偏在指標: ranks with ties, which area is which, and what turned a class."""

from __future__ import annotations

from decimal import Decimal

import pytest

from boundaries.areas import read_medical_areas
from boundaries.edition_changes import AreaChange, AreaMatch, ClassCause, compare_editions
from boundaries.editions import EditionTables, ranked
from boundaries.indices import class_of, read_physician_index
from boundaries.types import (
    AreaAssignment,
    AreaClass,
    AreaIndex,
    AreaTable,
    IndexEdition,
    IndexTable,
)
from tests.helpers.folders import FIELD_DATA

NEW = IndexEdition("2024-01", 179.3, 217.6)
OLD = IndexEdition("2020", 161.6, 197.1)
Row = tuple[str, str, float | None] | tuple[str, str, float | None, AreaClass]


def tables(
    edition: IndexEdition, *rows: Row, areas: tuple[tuple[str, str, str], ...] | None = None
) -> EditionTables:
    """Return an edition of (code, name, index, stated class), and (municipality, code, name)."""
    found = []
    for code, name, value, *stated in rows:
        kind = class_of(value, stated[0] if stated else None, edition)
        found.append(AreaIndex(code, name, value, *kind))
    mapped = AreaTable(tuple(AreaAssignment(*a) for a in sorted(areas))) if areas else None
    return EditionTables(IndexTable(edition, tuple(found)), mapped)


def changes(old: EditionTables, new: EditionTables) -> list[tuple[str, AreaMatch, list[str]]]:
    """Return (code, match, causes that are joined where they hold together) of each area."""
    return [
        (c.shown.area_code, c.match, ["+".join(way) for way in c.causes])
        for c in compare_editions(old, new).areas
    ]


def only(old: EditionTables, new: EditionTables) -> AreaChange:
    (found,) = compare_editions(old, new).areas
    return found


def test_equal_values_share_a_rank_and_the_next_is_left_out():
    rows = ranked(
        tables(
            NEW, ("4301", "A", 300.0), ("4302", "B", 200.04), ("4201", "C", 200.0), ("4303", "D", 9)
        )
    )
    found = {r.name: (r.rank.rank, r.rank.tied, r.rank.of, r.home_rank.rank) for r in rows}
    assert found == {"A": (1, 1, 4, 1), "B": (2, 2, 4, 2), "C": (2, 2, 4, 1), "D": (4, 1, 4, 3)}


def test_an_area_without_an_index_has_no_rank_and_counts_in_none():
    rows = ranked(tables(NEW, ("4301", "A", None), ("4302", "B", 100.0)))
    assert (rows[0].name, rows[0].rank, rows[0].gap) == ("A", None, None)
    assert rows[1].rank.of == 1


@pytest.mark.parametrize(
    ("index", "cut_off", "difference"),
    [
        (179.1, AreaClass.SHORTAGE, "-0.2"),
        (179.34, AreaClass.SHORTAGE, "0.0"),
        (217.2, AreaClass.SURPLUS, "-0.4"),
        (300.0, AreaClass.SURPLUS, "82.4"),
    ],
)
def test_the_distance_is_to_the_nearer_cut_off(index, cut_off, difference):
    (row,) = ranked(tables(NEW, ("4301", "A", index)))
    assert (row.gap.cut_off, row.gap.difference) == (cut_off, Decimal(difference))


def test_a_cut_off_that_rose_more_than_the_index_is_the_cause():
    """南空知: 162.0 and no 少数区域 in 2020, 166.9 and one in 2024-01."""
    change = only(tables(OLD, ("0108", "南空知", 162.0)), tables(NEW, ("0108", "南空知", 166.9)))
    assert change.causes == ((ClassCause.CUT_OFF,),)
    assert change.index_change == Decimal("4.9")


SHORTAGE, SURPLUS = AreaClass.SHORTAGE, AreaClass.SURPLUS


@pytest.mark.parametrize(
    ("was", "now", "causes"),
    [
        ((150.0,), (190.0,), ["value"]),
        ((162.0,), (160.0,), ["value", "cut_off"]),  # each by itself
        ((280.0,), (200.0,), ["value+cut_off"]),  # 200.0 is 多数 by the old cut-offs
        ((200.0,), (200.0,), ["cut_off"]),
        ((200.0,), (200.0, SURPLUS), []),
        ((185.0,), (185.0, SURPLUS), ["statement"]),
        ((175.0, SURPLUS), (170.0,), ["cut_off+statement"]),
        ((175.0, SURPLUS), (150.0,), ["value+statement", "cut_off+statement"]),
        ((162.0, SURPLUS), (179.3, SURPLUS), []),
        ((170.0,), (179.3,), ["value+cut_off"]),  # a tie is a class of its own
        ((None,), (150.0,), ["value"]),
        ((150.0,), (None,), ["value"]),
    ],
)
def test_each_cause_is_tried_by_itself(was, now, causes):
    old, new = tables(OLD, ("4301", "A", *was)), tables(NEW, ("4301", "A", *now))
    ((_, match, found),) = changes(old, new)
    assert match is AreaMatch.SAME
    assert found == causes


def test_a_code_used_again_for_another_area_joins_nothing():
    """秋田: 0502 was 北秋田 among eight areas, and is 県央 among three."""
    old = tables(
        OLD, ("0501", "大館・鹿角", 150.0), ("0502", "北秋田", 90.0), ("0504", "秋田周辺", 230.0)
    )
    new = tables(NEW, ("0501", "県北", 142.0), ("0502", "県央", 243.4))
    found = compare_editions(old, new).areas
    assert [(c.shown.area_code, c.match, c.code_meant) for c in found] == [
        ("0501", AreaMatch.CAME, "大館・鹿角"),
        ("0501", AreaMatch.WENT, "県北"),
        ("0502", AreaMatch.CAME, "北秋田"),
        ("0502", AreaMatch.WENT, "県央"),
        ("0504", AreaMatch.WENT, ""),
    ]
    assert {c.class_changed for c in found} == {None}
    assert {c.causes for c in found} == {((ClassCause.MEMBERSHIP,),)}


def test_areas_that_came_name_whose_municipalities_they_have():
    old = tables(
        OLD,
        ("0501", "大館・鹿角", 150.0),
        ("0502", "北秋田", 90.0),
        areas=(("05204", "0501", "大館・鹿角"), ("05213", "0502", "北秋田")),
    )
    new = tables(
        NEW, ("0501", "県北", 142.0), areas=(("05204", "0501", "県北"), ("05213", "0501", "県北"))
    )
    came = compare_editions(old, new).areas[0]
    assert (came.match, came.gained, came.kin) == (
        AreaMatch.CAME,
        ("05204", "05213"),
        ("北秋田", "大館・鹿角"),
    )


def test_another_name_is_the_same_area_where_its_municipalities_are():
    old = tables(OLD, ("4301", "旧", 150.0), areas=(("43201", "4301", "旧"),))
    new = tables(NEW, ("4301", "新", 150.0), areas=(("43201", "4301", "新"),))
    assert changes(old, new) == [("4301", AreaMatch.RENAMED, [])]
    other = tables(NEW, ("4301", "新", 150.0), areas=(("43202", "4301", "新"),))
    assert [m for _, m, _ in changes(old, other)] == [AreaMatch.CAME, AreaMatch.WENT]


def test_a_name_with_another_code_is_the_same_area_in_its_prefecture_alone():
    old = tables(OLD, ("4399", "北部", 150.0), ("4499", "中部", 150.0))
    new = tables(NEW, ("4301", "北部医療圏", 150.0), ("4401", "北部", 150.0))
    assert [(c, m) for c, m, _ in changes(old, new)] == [
        ("4301", AreaMatch.RECODED),
        ("4401", AreaMatch.CAME),
        ("4499", AreaMatch.WENT),
    ]


def test_without_names_a_code_alone_is_not_believed():
    old, new = tables(OLD, ("4301", "", 150.0)), tables(NEW, ("4301", "北部", 300.0))
    change = only(old, new)
    assert (change.match, change.class_changed, change.causes) == (AreaMatch.UNCONFIRMED, None, ())
    named = tables(OLD, ("4301", "", 150.0), areas=(("43201", "4301", "北部"),))
    assert only(named, new).match is AreaMatch.SAME


def test_municipalities_that_changed_area_make_the_value_one_of_membership():
    had = (("47311", "4702", "中部"), ("47201", "4701", "北部"))
    has = (("47311", "4701", "北部"), ("47201", "4701", "北部"), ("47205", "4702", "中部"))
    old = tables(NEW, ("4701", "北部", 170.0), ("4702", "中部", 200.0), areas=had)
    new = tables(NEW, ("4701", "北部", 200.0), ("4702", "中部", 200.0), areas=has)
    north, middle = compare_editions(old, new).areas
    assert north.causes == ((ClassCause.MEMBERSHIP,),)
    assert (north.gained, north.lost, north.kin) == (("47311",), (), ("中部",))
    assert (middle.gained, middle.lost, middle.causes) == ((), ("47311",), ())


def test_wards_numbered_anew_moved_nowhere():
    """浜松市 has three wards since 2024, by other codes than the seven before."""
    old = tables(
        NEW, ("2208", "西部", 170.0), areas=(("22131", "2208", "西部"), ("22132", "2208", "西部"))
    )
    new = tables(NEW, ("2208", "西部", 200.0), areas=(("22138", "2208", "西部"),))
    change = only(old, new)
    assert (change.gained, change.lost, change.causes) == ((), (), ((ClassCause.VALUE,),))


def test_a_table_of_areas_of_another_edition_proves_nothing():
    """A38-20 beside the indices of 2024-01: its 0501 is another area than theirs."""
    a38 = (("05204", "0501", "大館・鹿角"),)
    old = tables(OLD, ("0501", "大館・鹿角", 150.0), areas=a38)
    new = tables(NEW, ("0501", "県北", 142.0), areas=a38)
    assert [m for _, m, _ in changes(old, new)] == [AreaMatch.CAME, AreaMatch.WENT]


def test_prefectures_of_one_edition_alone_are_named_and_not_compared():
    found = compare_editions(tables(OLD, ("4301", "A", 1.0)), tables(NEW, ("4401", "B", 1.0)))
    assert (found.areas, found.old_only, found.new_only) == ((), ("43",), ("44",))


@pytest.mark.skipif(not FIELD_DATA.is_dir(), reason="the shared real data is not there")
def test_the_edition_of_2024_01():
    path = FIELD_DATA / "indicators" / "physician_index_2024-01_all_areas.csv"
    indices, _ = read_physician_index(path, NEW)
    rows = ranked(EditionTables(indices))
    assert len(rows) == 330
    assert sum(r.rank.tied > 1 for r in rows) == 54
    kinds = [r.area.area_class for r in rows]
    assert [kinds.count(k) for k in AreaClass] == [107, 112, 110, 1]
    found = {r.name: r.area for r in rows}
    assert found["橋本"].area_class is AreaClass.NEITHER
    assert found["伊勢崎"].area_class is AreaClass.SHORTAGE
    assert found["日南串間"].area_class is AreaClass.NEITHER
    assert found["両毛"].basis == "shortage_tie"
    assert (found["湖北"].area_class, found["湖北"].basis) == (AreaClass.SURPLUS, "surplus_tie")


@pytest.mark.skipif(not FIELD_DATA.is_dir(), reason="the shared real data is not there")
def test_areas_of_2020_and_indices_of_2024_are_two_editions_in_akita_and_mie():
    path = FIELD_DATA / "indicators" / "physician_index_2024-01_all_areas.csv"
    indices, _ = read_physician_index(path, NEW)
    areas, _ = read_medical_areas(FIELD_DATA / "boundaries" / "municipality_to_medical_area.csv")
    old = {a.area_code: a.area_name for a in areas.assignments if a.area_code[:2] in {"05", "24"}}
    before = tables(NEW, *((code, name, 200.0) for code, name in sorted(old.items())))
    found = compare_editions(before, EditionTables(indices)).areas
    assert len([c for c in found if c.match is AreaMatch.WENT]) == 8 + 7
    assert [c.new_name for c in found if c.match is AreaMatch.CAME] == [
        *("県北", "県央", "県南", "北勢", "中勢伊賀", "南勢志摩"),
    ]
    assert [c.new_name for c in found if c.match is AreaMatch.RECODED] == ["東紀州"]
