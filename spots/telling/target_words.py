"""Words of targets and of the progress towards them: years, percentages, grades and headings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from groundfloor.problems import Text
from spots.types.physician_targets import AreaTarget, TargetRowKind, TargetTable

#: Said where nothing is needed: there is no percentage of nought.
NOT_APPLICABLE = "―"
NEEDS_NONE = Text("追加確保の必要なし", "none needed")
UNKNOWN = Text("不明（空欄）", "not known (blank)")
TITLE = Text("目標医師数と確保の進捗", "Target numbers of physicians and progress")
BY_SOURCE = Text("供給元別の配置数", "Placements by source")
STOCKS = Text(
    "年度の配置数はその年度の在籍数です。年度をまたいで足しません",
    "a year's number is of those who are there in it; years are not added",
)
TOTAL_LABELS: Mapping[TargetRowKind, Text] = MappingProxyType(
    {
        TargetRowKind.PUBLISHED: Text("合計（公表）", "total, as published"),
        TargetRowKind.COMPUTED: Text("合計（計算値）", "total, computed"),
    }
)
ROW_KIND_LABELS: Mapping[TargetRowKind, Text] = MappingProxyType(
    {TargetRowKind.AREA: Text("区域", "area"), **TOTAL_LABELS}
)
_REIWA, _HEISEI = 2019, 1989


class TargetGrade(StrEnum):
    """How far an area is, as a map shades it."""

    NONE = "none"
    QUARTER = "quarter"
    HALF = "half"
    MOST = "most"
    NEARLY = "nearly"
    REACHED = "reached"
    NEEDS_NONE = "needs_none"
    UNKNOWN = "unknown"


GRADE_LABELS: Mapping[TargetGrade, Text] = MappingProxyType(
    {
        TargetGrade.NONE: Text("0 %", "0 %"),
        TargetGrade.QUARTER: Text("0 %超 25 %未満", "above 0, below 25 %"),
        TargetGrade.HALF: Text("25 %以上 50 %未満", "25 to below 50 %"),
        TargetGrade.MOST: Text("50 %以上 75 %未満", "50 to below 75 %"),
        TargetGrade.NEARLY: Text("75 %以上 100 %未満", "75 to below 100 %"),
        TargetGrade.REACHED: Text("100 %以上", "100 % or more"),
        TargetGrade.NEEDS_NONE: NEEDS_NONE,
        TargetGrade.UNKNOWN: UNKNOWN,
    }
)
_BELOW = (
    (25, TargetGrade.QUARTER),
    (50, TargetGrade.HALF),
    (75, TargetGrade.MOST),
    (100, TargetGrade.NEARLY),
)


def fiscal_year(year: int) -> Text:
    """Return a fiscal year as both languages call it.

    Examples
    --------
    >>> [fiscal_year(year).ja for year in (2021, 2019, 2018)]
    ['令和3年度', '令和元年度', '平成30年度']
    """
    era, first = ("令和", _REIWA) if year >= _REIWA else ("平成", _HEISEI)
    number = "元" if year == first else str(year - first + 1)
    ja = f"{era}{number}年度" if year >= _HEISEI else f"{year}年度"
    return Text(ja, f"FY{year}")


def shown_percent(percent: Decimal) -> Decimal:
    """Return a percentage to one decimal, halves upwards, as tables of prefectures have it.

    Examples
    --------
    >>> shown_percent(Decimal(700) / 19)
    Decimal('36.8')
    """
    return percent.quantize(Decimal("0.1"), ROUND_HALF_UP)


def percent_words(area: AreaTarget, year: int) -> Text:
    """Return the percentage of a year in words: a dash where nothing is needed, never 100 %.

    Parameters
    ----------
    area : AreaTarget
        The area.
    year : int
        Its place among the years of the table.
    """
    percent = area.percent(year)
    if percent is not None:
        told = f"{shown_percent(percent)} %"
        return Text(told, told)
    if area.needed is not None and area.needed <= 0:
        return Text(NOT_APPLICABLE, NOT_APPLICABLE)
    return Text("", "")


def grade_of(area: AreaTarget, year: int) -> TargetGrade:
    """Return how far an area is in a year; by the whole figure, not the rounded one."""
    percent = area.percent(year)
    if percent is None:
        none = area.needed is not None and area.needed <= 0
        return TargetGrade.NEEDS_NONE if none else TargetGrade.UNKNOWN
    if percent == 0:
        return TargetGrade.NONE
    return next((grade for most, grade in _BELOW if percent < most), TargetGrade.REACHED)


def number_words(value: Decimal | None) -> str:
    """Return a number of physicians as published; nothing where the cell is blank."""
    return "" if value is None else f"{value:,f}"


def counted_areas(table: TargetTable) -> Text:
    """Return how many areas there are, and how many of them need none."""
    rows = len(table.rows)
    none = sum(row.needed is not None and row.needed <= 0 for row in table.rows)
    if not none:
        return Text(f"全{rows}区域", f"{rows} areas")
    return Text(
        f"全{rows}区域　{NEEDS_NONE.ja} {none}", f"{rows} areas, of which {none} need no more"
    )
