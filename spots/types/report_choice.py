"""What a report holds: its sections, its map pages, whose routes it draws, the paper of its tables.

A choice for readers: no verdict comes from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReportSection(StrEnum):
    """A section of the report, in the order of its pages; the cover is always there."""

    MAPS = "maps"
    ANNEX = "annex"
    GROUND = "ground"
    REASONS = "reasons"
    METHOD = "method"
    BORDERLINE = "borderline"
    UNDETERMINED = "undetermined"
    REST = "rest"
    ROUTES = "routes"


class MapPages(StrEnum):
    """Which map pages the report has."""

    WHOLE = "whole"  # the prefecture, on A4 and A3; always there
    AREAS = "areas"  # and one for each medical area
    SPOTS = "spots"  # and one for each spot


class RoutePages(StrEnum):
    """Whose routes the report draws, of those judged on travel time."""

    DECISIVE = "decisive"  # designated, undetermined by time, or near the line
    ALL = "all"  # everybody but who is excluded, whom no time turns
    NONE = "none"


class TablePaper(StrEnum):
    """Paper of the 別表, in landscape."""

    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """What a report holds.

    Parameters
    ----------
    sections : tuple of ReportSection
        Those that it has, in their order.
    maps : tuple of MapPages
        Map pages beside those of the whole prefecture.
    routes : RoutePages
        Whose routes are drawn.
    paper : TablePaper
        Paper of the 別表, here and in the workbook.
    """

    sections: tuple[ReportSection, ...] = tuple(ReportSection)
    maps: tuple[MapPages, ...] = (MapPages.WHOLE,)
    routes: RoutePages = RoutePages.DECISIVE
    paper: TablePaper = TablePaper.A4
