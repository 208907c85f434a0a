"""Which column of a list is the type, and what is told of a list that has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import Severity
from spots.facilities import FacilityListError, RawFacility, read_layer
from spots.facilities.list_cells import type_key
from spots.types import FacilityType
from tests.helpers.facility_lists import codes, only, spec, write

BASE, CLINIC, EMERGENCY = FacilityType


def read(
    folder: Path, head: str, *cells: str, **options: object
) -> tuple[tuple[RawFacility, ...], list[str]]:
    rows = [f"{n}病院,32.6853{n},131.1504{n},{cell}\n" for n, cell in enumerate(cells, start=1)]
    text = f"医療機関名,緯度,経度,{head}\n{''.join(rows)}"
    raws, problems = read_layer(spec(write(folder, text), **options), {})
    return raws, codes(problems)


@pytest.mark.parametrize("head", ["区分", "分類", "要件", " 区 分 "])
@pytest.mark.parametrize("cells", [("①", "③"), ("へき地診療所", "なし"), ("二次救急病院", "")])
def test_cells_that_are_types_make_a_type_column(tmp_path, head, cells):
    raws, told = read(tmp_path, head, *cells)
    assert any(raw.types for raw in raws)
    assert told == ["type-column-by-cells"]


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("区分", ("1", "3")),  # 病院 and 歯科, in many lists
        ("区分", ("（１）", "③")),
        ("区分", ("拠点病院", "③")),  # of cancer?
        ("区分", ("二次救急", "三次救急")),
        ("区分", ("なし", "")),
        ("救急", ("③", "③")),
    ],
)
def test_cells_that_may_be_other_things_do_not(tmp_path, head, cells):
    raws, told = read(tmp_path, head, *cells)
    assert not any(raw.types for raw in raws)
    assert "type-column-by-cells" not in told


@pytest.mark.parametrize(
    ("options", "types"),
    [
        ({"types": {EMERGENCY}}, {EMERGENCY}),
        ({"columns": {"type": ""}}, set()),
        ({"columns": {"type": "別の列"}}, {CLINIC}),
    ],
)
def test_what_is_said_of_types_holds(tmp_path, options, types):
    raws, told = read(tmp_path, "区分,別の列", "①,②", "①,②", **options)
    assert [set(raw.types) for raw in raws] == [types, types]
    assert "type-column-by-cells" not in told


@pytest.mark.parametrize(
    ("head", "cells", "column"),
    [
        ("種別", ("", "なし"), "種別"),
        ("区分", ("二次救急", "三次救急"), "区分"),
        ("救急", ("③", ""), "救急"),
    ],
)
def test_a_column_that_was_perhaps_meant_is_told(tmp_path, head, cells, column):
    rows = [f"{n}病院,32.6853{n},131.1504{n},{cell}\n" for n, cell in enumerate(cells, start=1)]
    path = write(tmp_path, f"医療機関名,緯度,経度,{head}\n{''.join(rows)}")
    _, problems = read_layer(spec(path), {})
    fault = only(problems, "list-without-types")
    assert (fault.severity, fault.column) == (Severity.WARNING, column)
    assert "2" in fault.message.en
    _, problems = read_layer(spec(path, types={EMERGENCY}), {})
    assert "list-without-types" not in codes(problems)


def test_no_types_and_no_column_of_them_is_what_none_in_a_run_file_says(tmp_path):
    assert read(tmp_path, "病床", "20", "30")[1] == []


def test_words_for_several_lists_need_not_stand_in_each(tmp_path):
    words = {type_key("救急告示"): frozenset({EMERGENCY})}
    assert read(tmp_path, "種別", "①", "③", type_words=words)[1] == []
    with pytest.raises(FacilityListError) as refused:
        read(tmp_path, "種別,救急の別", "①,救急告示", "③,", type_words=words)
    assert only(refused.value.problems, "type-words-unused").column == "救急の別"
    with pytest.raises(FacilityListError) as refused:
        read(tmp_path, "病床", "20", "30", type_words=words)
    assert only(refused.value.problems, "type-words-unused").column is None


@pytest.mark.parametrize("blank", ["", "-", "ー", " "])
def test_a_row_whose_type_was_left_empty_is_told(tmp_path, blank):
    raws, told = read(tmp_path, "種別", "③", "③", blank, "①")
    assert [bool(raw.types) for raw in raws] == [True, True, False, True]
    assert told == ["rows-without-type"]


@pytest.mark.parametrize("cells", [("③", "③", "なし"), ("③", "", ""), ("③", "③")])
def test_rows_that_say_they_have_none_are_not(tmp_path, cells):
    _, told = read(tmp_path, "種別", *cells)
    assert "rows-without-type" not in told


def test_a_row_is_what_its_list_is(tmp_path):
    _, told = read(tmp_path, "種別", "③", "③", "", types={EMERGENCY})
    assert told == []
