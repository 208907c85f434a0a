"""Target numbers of physicians (目標医師数) by area, and how many were placed year by year.

Numbers are decimals as published: some prefectures count in full-time equivalents. A year's number
is a stock, of those who are there in it; years are never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AreaTarget:
    """A row of the table: an area, or the total that the table gives.

    Parameters
    ----------
    row : int
        Its row in the file.
    area_code : str
        Four digits; empty where the table has none.
    name : str
        As written.
    base : Decimal or None
        Physicians when the plan was made; None where the cell is blank, as of each number.
    target : Decimal or None
        How many there are to be at its end.
    needed : Decimal or None
        How many more must be secured.
    placed : tuple of Decimal or None
        How many were placed, by the years of the table.
    """

    row: int
    area_code: str
    name: str
    base: Decimal | None
    target: Decimal | None
    needed: Decimal | None
    placed: tuple[Decimal | None, ...]

    def percent(self, year: int) -> Decimal | None:
        """Return placed of needed in a year, in percent; None where nothing is needed or known.

        Parameters
        ----------
        year : int
            Its place among the years of the table.
        """
        placed = self.placed[year]
        if placed is None or self.needed is None or self.needed <= 0:
            return None
        return 100 * placed / self.needed


@dataclass(frozen=True, slots=True)
class TargetYear:
    """A year of placements.

    Parameters
    ----------
    year : int
        Fiscal year, by the western calendar.
    heading : str
        Its column as written.
    """

    year: int
    heading: str


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A table of targets, read.

    Parameters
    ----------
    label : str
        The file's name.
    years : tuple of TargetYear
        Latest first.
    rows : tuple of AreaTarget
        The areas, in the order of the file.
    published : AreaTarget or None
        The total that the file gives; None where it gives none.
    """

    label: str
    years: tuple[TargetYear, ...]
    rows: tuple[AreaTarget, ...]
    published: AreaTarget | None


@dataclass(frozen=True, slots=True)
class PlacedBySource:
    """How many physicians one source placed, whichever area they went to.

    Parameters
    ----------
    row : int
        Row of the file.
    name : str
        The source, as written (自治医科大学, 地域枠, …).
    placed : tuple of (int, Decimal or None)
        Fiscal year and number, latest first.
    """

    row: int
    name: str
    placed: tuple[tuple[int, Decimal | None], ...]


class TargetRowKind(StrEnum):
    """What a row of the table that is told stands for."""

    AREA = "area"
    PUBLISHED = "published_total"
    COMPUTED = "computed_total"


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A row as it is told: an area, the total that was published, or the one worked out beside it.

    Parameters
    ----------
    kind : TargetRowKind
        Which of them.
    figures : AreaTarget
        Its numbers.
    area_code : str
        Of the area on the ground that it was joined with, else as the table has it; may be empty.
    """

    kind: TargetRowKind
    figures: AreaTarget
    area_code: str = ""
