"""Rows of other prefectures are told once a list; those at home one by one."""

from __future__ import annotations

from dataclasses import replace

from boundaries.types import AreaClass
from groundfloor.problems import Text, warning
from spots.facilities import folded_beyond
from spots.types import Place, SourceRow
from tests.helpers.judging import facility

ZERO = Text("座標が 0.0/0.0 です（座標なし）", "the coordinates are 0.0/0.0 (none)")


def test_positions_of_other_prefectures_are_one_warning_a_list():
    *far, home = (
        replace(facility(f"f{n}"), rows=(SourceRow("病院", "a.csv", n),)) for n in (2, 3, 4)
    )
    places = {
        f.id: Place(None, "", code, None, "", AreaClass.UNKNOWN)
        for f, code in zip([*far, home], ("01", "13", "44"), strict=True)
    }
    found = [
        warning("zero-coordinates", ZERO, Text("", ""), file="a.csv", row=n, value="0, 0")
        for n in (2, 3, 4)
    ]
    folded = folded_beyond(found, [*far, home], places, "44")
    assert [(p.row, p.value) for p in folded] == [(2, None), (4, "0, 0")]
    assert (
        folded[0].message.ja
        == "ほかの都道府県の医療機関：座標が 0.0/0.0 です（座標なし）（2行: 2, 3）"
    )
    assert folded_beyond(found[1:], [*far, home], places, "44") == found[1:]  # one is no crowd
