"""Outlines of several files as one table: a prefecture's own and its neighbours'.

Prefectures come in files of their own, of another edition perhaps, and a national file has them all
once more. Nothing may be on the map twice: which of two outlines is meant decides what lies inside,
and only who gave them can say. Stands apart: `municipalities` reads one file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from groundfloor.problems import DataError, Problem, Severity, Text, error, note

#: Digits of one edition differ by format: a Shapefile and a GeoJSON of N03 by some 1e-9 degrees.
_SAME_DEGREES = 1e-7
#: Of an outline's area, where one has a vertex more on a straight line: 50 m² of 500 km².
_SAME_SHARE = 1e-7
_SAME_BOX_DEGREES = 1e-4  # ten metres: no need to lay full coasts over each other
_NAMED = 3  # municipalities named in a sentence; the others are counted
_LEAVE_OUT = Text(
    "どちらか一方のファイルだけを [municipalities] file に残してください",
    "keep one of the two files under [municipalities] file",
)


@dataclass(frozen=True, slots=True, eq=False)
class OutlineTable:
    """Municipalities of one file.

    Parameters
    ----------
    municipalities : GeoDataFrame
        As `boundaries.read_municipalities` gives them.
    rows : mapping of str to int
        The first record of each, by code.
    label : str
        What messages call the file.
    """

    municipalities: gpd.GeoDataFrame
    rows: Mapping[str, int]
    label: str

    def named(self, code: str) -> str:
        """Return how messages call a municipality."""
        return f"{self.municipalities['name'][code]} ({code})"


def joined_outlines(
    tables: Sequence[OutlineTable],
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Return the municipalities of all tables, each once.

    Parameters
    ----------
    tables : sequence of OutlineTable
        One or more; their order says nothing.

    Returns
    -------
    municipalities : GeoDataFrame
        Sorted by code.
    problems : tuple of Problem
        A note for each two files that have municipalities in common, with equal outlines.

    Raises
    ------
    DataError
        A municipality has two outlines or two names, or stands on the ground of another: all
        pairs of files are named.
    """
    found = [p for one, other in combinations(tables, 2) for p in _between(one, other)]
    if any(p.severity is Severity.ERROR for p in found):
        raise DataError(found)
    whole = pd.concat([table.municipalities for table in tables])
    return whole[~whole.index.duplicated()].sort_index(), tuple(found)


def _between(one: OutlineTable, other: OutlineTable) -> Iterator[Problem]:
    """Yield what is to be said of two files."""
    common = [str(c) for c in one.municipalities.index.intersection(other.municipalities.index)]
    names, outlines = [], []
    for code in common:
        if one.named(code) != other.named(code):
            names.append(code)
        elif not _equal(one.municipalities.geometry[code], other.municipalities.geometry[code]):
            outlines.append(code)
    if names:
        yield _two_names(names, one, other)
    if outlines:
        yield _two_outlines(outlines, one, other)
    if common and not names and not outlines:
        yield _once(len(common), one, other)
    if overlaid := _overlaid(one, other):
        yield _same_ground(overlaid, one, other)


def _equal(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Tell whether two outlines are one, but for the digits of two formats."""
    if shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), _SAME_DEGREES):
        return True
    boxes = shapely.bounds([one, other])
    if np.abs(boxes[0] - boxes[1]).max() > _SAME_BOX_DEGREES:
        return False
    odd = shapely.area(shapely.symmetric_difference(one, other))
    return bool(odd <= _SAME_SHARE * shapely.area(one))


def _overlaid(one: OutlineTable, other: OutlineTable) -> list[tuple[str, str]]:
    """Return codes of `one` and `other` that are two and have one ground.

    Borders that were drawn apart lie over each other by some metres. The middle of a municipality
    lies in another only where one file has it before a merger, or whole, and the other after, or
    in wards.
    """
    found = _within(one, other) | {(a, b) for b, a in _within(other, one)}
    return sorted((a, b) for a, b in found if a != b)


def _within(inner: OutlineTable, outer: OutlineTable) -> set[tuple[str, str]]:
    """Return codes of `inner` with those of `outer` that hold their middle."""
    tree = shapely.STRtree(outer.municipalities.geometry.to_numpy())
    middles = [_middle(shape) for shape in inner.municipalities.geometry]
    at, holding = tree.query(middles, predicate="within")
    codes, holders = inner.municipalities.index, outer.municipalities.index
    return {
        (str(codes[a]), str(holders[b]))
        for a, b in zip(at.tolist(), holding.tolist(), strict=True)
        # Where both files have both, the two outlines of each are told of already.
        if codes[a] not in holders
    }


def _middle(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    return shapely.point_on_surface(parts[int(np.argmax(shapely.area(parts)))])


def _listed(codes: Sequence[str], table: OutlineTable) -> Text:
    shown = [table.named(code) for code in codes[:_NAMED]]
    more = len(codes) - len(shown)
    return Text(
        "、".join(shown) + (f"ほか{more}市区町村" if more else ""),
        ", ".join(shown) + (f" and {more} more" if more else ""),
    )


def _two_outlines(codes: Sequence[str], one: OutlineTable, other: OutlineTable) -> Problem:
    listed = _listed(codes, one)
    return error(
        "municipality-with-two-outlines",
        Text(
            f"同じ市区町村の境界が{one.label}と異なります（{listed.ja}）。"
            "どちらを使うかで判定が変わりうるため、選びません",
            f"has other outlines than {one.label} of the same municipalities ({listed.en}); "
            "verdicts may hang on which is meant, so none is chosen",
        ),
        _LEAVE_OUT,
        file=other.label,
        row=other.rows[codes[0]],
        value=codes[0],
    )


def _two_names(codes: Sequence[str], one: OutlineTable, other: OutlineTable) -> Problem:
    said, says = one.named(codes[0]), other.named(codes[0])
    return error(
        "code-with-two-names",
        Text(
            f"同じ市区町村コードの名称が{one.label}と異なります（{said}と{says}）",
            f"has another name than {one.label} for one municipality code ({said} and {says})",
        ),
        Text(
            "同じ版のファイルにそろえるか、コードを直してください",
            "use files of one edition, or mend the code",
        ),
        file=other.label,
        row=other.rows[codes[0]],
        value=codes[0],
    )


def _same_ground(
    pairs: Sequence[tuple[str, str]], one: OutlineTable, other: OutlineTable
) -> Problem:
    first, second = pairs[0]
    said, says = one.named(first), other.named(second)
    more = len(pairs) - 1
    return error(
        "municipalities-on-one-ground",
        Text(
            f"{says}が、{one.label}の{said}と同じ場所にあります"
            + (f"（ほか{more}組）" if more else "")
            + "。合併の前と後、または市とその区が混ざっています",
            f"has {says} where {one.label} has {said}"
            + (f" (and {more} more pairs)" if more else "")
            + ": before and after a merger, or a city and its wards",
        ),
        Text(
            "同じ版のファイルにそろえるか、どちらか一方のファイルだけを残してください",
            "use files of one edition, or keep one of the two",
        ),
        file=other.label,
        row=other.rows[second],
        value=second,
    )


def _once(count: int, one: OutlineTable, other: OutlineTable) -> Problem:
    return note(
        "municipalities-in-two-files",
        Text(
            f"{count}市区町村は{one.label}にも同じ境界であります。一度だけ数えます",
            f"{count} municipalities are in {one.label} too, with the same outlines: each counts "
            "once",
        ),
        Text("このままで正しく判定されます", "nothing to do: they are judged as they are"),
        file=other.label,
    )
