"""Columns for a terminal."""

from __future__ import annotations

from groundfloor.aligned import aligned, cell_width


def test_columns_stand_under_each_other_whatever_the_width_of_their_characters():
    lines = aligned([["天草", "1", "熊"], ["a", "22", ""], ["ｱか\u3099", "333", "x"]], right=(1,))
    assert lines == ["天草    1  熊", "a      22", "ｱか\u3099   333  x"]
    ends = {
        cell_width(line[: line.index(n) + len(n)])
        for line, n in zip(lines, ["1", "22", "333"], strict=True)
    }
    assert ends == {9}
