"""Dental and closed institutions, by the words of the lists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spots.facilities import LayerSpec, closed_yet_listed, merge, not_counted, read_layers
from spots.facilities.model import RawFacility
from spots.types import Facility, FacilityType

HEAD = "施設ID,医療機関名,医療機関分類,開設状況,備考\n"


def read(
    folder: Path, *texts: str, head: str = HEAD
) -> tuple[tuple[RawFacility, ...], tuple[Facility, ...]]:
    specs = []
    for n, text in enumerate(texts):
        path = folder / f"list{n}.csv"
        path.write_text(head + text, encoding="utf-8")
        specs.append(LayerSpec(path=path, shown=path.name, name=f"list{n}"))
    raws, _ = read_layers(specs, {})
    return raws, merge(raws)[0]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1,山田医院,3,,", "歯科"),
        ("1,山田医院,歯科診療所,,", "歯科"),
        ("1,山田歯科医院,,,", "歯科"),
        ("1,山田デンタルクリニック,,,", "歯科"),
        ("1,山田医院,2,休止,", "休止"),
        ("1,山田医院,2,,令和6年4月から休診中", "休診中"),
        ("1,山田医院,,,R5.3.31廃止", "廃止"),
        ("1,山田医院（休止中）,2,,", "休止"),
    ],
)
def test_dental_and_closed_ones_are_told_by_a_word(tmp_path, row, why):
    assert not_counted(*read(tmp_path, row)) == {"1": why}


@pytest.mark.parametrize(
    "row",
    [
        "1,山田医院,2,,",
        "1,山田歯科医院,2,,",  # the list says that it is a clinic
        "1,山田内科歯科クリニック,,,",
        "1,山田歯科口腔外科病院,,,",
        "1,山田医院,,,病棟休止",
        "1,山田医院,,,廃止予定",
        "1,山田医院,,,日曜休診",
        "1,山田医院,,,休止中であったが再開",
    ],
)
def test_others_count(tmp_path, row):
    assert not_counted(*read(tmp_path, row)) == {}


def test_one_that_a_list_knows_as_a_clinic_counts(tmp_path):
    raws, facilities = read(tmp_path, "1,山田医院,3,,\n", "1,山田医院,2,,\n")
    assert len(facilities) == 1
    assert not_counted(raws, facilities) == {}


def test_p04_says_its_class_by_a_number(tmp_path):
    head = "P04_001,P04_002,P04_003\n"
    raws, facilities = read(tmp_path, "1,病院,甲\n2,医院,乙\n3,山田医院,丙\n", head=head)
    assert set(not_counted(raws, facilities).values()) == {"歯科"}
    assert [f.name for f in facilities if f.id in not_counted(raws, facilities)] == ["山田医院"]


def test_a_closed_one_of_the_prefectures_list_is_told(tmp_path):
    raws, facilities = read(
        tmp_path, "1,山田医院,2,休止,\n2,川田医院,2,,\n3,海田歯科医院,3,,\n4,森田医院,2,廃止,\n"
    )
    typed = [replace(f, types={FacilityType.REMOTE_CLINIC}) for f in facilities[:3]]
    told = closed_yet_listed([*typed, facilities[3]], not_counted(raws, facilities))
    assert [(p.code, p.value, p.row) for p in told] == [("institution-closed", "山田医院", 2)]
