"""An edition of the 医師偏在指標 as a table: ranks with ties, and how far off a cut-off is.

Ranks are for display. The cut-offs of 2024-01 were taken from 335 areas before the prefectures
fixed 330, so that counting a third of the table would misclass some: nothing is decided by rank.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from boundaries.indices import published
from boundaries.types import AreaClass, AreaIndex, AreaTable, IndexEdition, IndexTable


@dataclass(frozen=True, slots=True)
class IndexRank:
    """A rank among areas, from the highest index down, as competitions give it: 1, 2, 2, 4.

    Parameters
    ----------
    rank : int
        One more than there are areas with a higher index as published.
    tied : int
        How many areas have this rank, itself included.
    of : int
        How many areas have an index.
    """

    rank: int
    tied: int
    of: int


@dataclass(frozen=True, slots=True)
class CutOffGap:
    """How far an index is from the nearer cut-off of its edition.

    Parameters
    ----------
    cut_off : AreaClass
        Shortage or surplus: whose cut-off is nearer; that of shortage where both are.
    difference : Decimal
        Index as published less that cut-off.
    """

    cut_off: AreaClass
    difference: Decimal


@dataclass(frozen=True, slots=True)
class EditionArea:
    """A row of an edition's table.

    Parameters
    ----------
    area : AreaIndex
        Index and class.
    name : str
        Its name in the table of indices, else in that of areas; may be empty.
    rank, home_rank : IndexRank or None
        In the whole table, and within its prefecture; None without an index.
    gap : CutOffGap or None
        To the nearer cut-off; None without an index.
    above_average : Decimal or None
        Index as published less the national average; None where either is not given.
    """

    area: AreaIndex
    name: str
    rank: IndexRank | None = None
    home_rank: IndexRank | None = None
    gap: CutOffGap | None = None
    above_average: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EditionTables:
    """What is given of an edition.

    Parameters
    ----------
    indices : IndexTable
        Indices with the edition's name and cut-offs.
    areas : AreaTable or None
        Which municipality belongs to which area; None where it is not given.
    national_average : float or None
        The index of the country in that edition.
    """

    indices: IndexTable
    areas: AreaTable | None = None
    national_average: float | None = None

    @property
    def every(self) -> tuple[AreaIndex, ...]:
        """All areas of the table of indices by code, also those that it has without an index."""
        both = (*self.indices.indices, *self.indices.blank)
        return tuple(sorted(both, key=lambda area: area.area_code))

    @property
    def names(self) -> Mapping[str, str]:
        """The name of each area by code: in the table of indices, else in that of areas.

        In a prefecture of which the two tables have different areas a code alone names none.
        """
        listed = self.areas.assignments if self.areas is not None else ()
        told = {a.area_code: a.area_name for a in listed}
        uneven = {code[:2] for code in told.keys() ^ {a.area_code for a in self.every}}
        return {
            a.area_code: a.area_name
            or ("" if a.area_code[:2] in uneven else told.get(a.area_code, ""))
            for a in self.every
        }


def ranked(tables: EditionTables) -> tuple[EditionArea, ...]:
    """Return the table of an edition, by code.

    Parameters
    ----------
    tables : EditionTables
        What is given of it.

    Returns
    -------
    tuple of EditionArea
        A row for each area of the table of indices.

    Examples
    --------
    >>> from boundaries.types import IndexEdition
    >>> edition = IndexEdition("2024-01", 179.3, 217.6)
    >>> values = {"4302": 164.7, "4303": 198.5, "4304": 198.5, "4312": 344.3}
    >>> areas = tuple(AreaIndex(c, "", v, AreaClass.UNKNOWN) for c, v in values.items())
    >>> [row.rank.rank for row in ranked(EditionTables(IndexTable(edition, areas)))]
    [4, 2, 2, 1]
    """
    shown = {a.area_code: published(a.value) for a in tables.every if a.value is not None}
    homes: dict[str, list[Decimal]] = {}
    for code, value in shown.items():
        homes.setdefault(code[:2], []).append(value)
    everywhere = sorted(shown.values())
    at_home = {prefecture: sorted(values) for prefecture, values in homes.items()}
    names = tables.names
    found = []
    for area in tables.every:
        row = EditionArea(area, names[area.area_code])
        if area.area_code in shown:
            index = shown[area.area_code]
            row = replace(
                row,
                rank=_rank(index, everywhere),
                home_rank=_rank(index, at_home[area.area_code[:2]]),
                gap=_gap(index, tables.indices.edition),
                above_average=_above(index, tables.national_average),
            )
        found.append(row)
    return tuple(found)


def _rank(index: Decimal, ascending: Sequence[Decimal]) -> IndexRank:
    higher = len(ascending) - bisect_right(ascending, index)
    as_high = len(ascending) - bisect_left(ascending, index)
    return IndexRank(higher + 1, as_high - higher, len(ascending))


def _gap(index: Decimal, edition: IndexEdition) -> CutOffGap | None:
    if edition.cut_offs is None:
        return None
    classes = (AreaClass.SHORTAGE, AreaClass.SURPLUS)
    gaps = (
        CutOffGap(each, index - published(limit))
        for each, limit in zip(classes, edition.cut_offs, strict=True)
    )
    return min(gaps, key=lambda gap: abs(gap.difference))


def _above(index: Decimal, average: float | None) -> Decimal | None:
    return None if average is None else index - published(average)
