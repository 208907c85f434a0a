"""Columns of a table of targets: base, target, needed, and what each year placed of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from groundfloor.problems import Lang, Text
from spots.telling.columns import CellValue, Column, ColumnKind, Filled, codes
from spots.telling.edition_columns import AREA_CODE
from spots.telling.target_words import (
    GRADE_LABELS,
    NOT_APPLICABLE,
    ROW_KIND_LABELS,
    fiscal_year,
    grade_of,
    shown_percent,
)
from spots.types.physician_targets import (
    AreaTarget,
    PlacedBySource,
    TargetRow,
    TargetRowKind,
    TargetYear,
)

_NUMBER = ColumnKind.NUMBER
_AREA_NAME = Column(
    "area_name",
    ColumnKind.TEXT,
    Text("区域", "area"),
    Text("表に書かれた名称", "as the table has it"),
    width=18,
)
_SOURCE_NAME = Column(
    "source",
    ColumnKind.TEXT,
    Text("供給元", "source"),
    Text("医師を送る制度や機関。表に書かれた名称", "who places physicians, as the table has it"),
    width=24,
)
_ROW_KIND = Column(
    "row_kind",
    ColumnKind.TEXT,
    Text("行の種類", "row"),
    Text(
        "区域、公表された合計、区域から計算した合計。足し合わせるときは区域の行だけを使う",
        "an area, the published total, the total of the areas; add up rows of areas alone",
    ),
    codes=codes(ROW_KIND_LABELS),
    width=14,
)
ROW_KIND: Filled[TargetRow] = Filled(_ROW_KIND, lambda row, _: row.kind.value)
"""Which kind of row it is: machines get totals beside the areas."""


def target_columns(years: Sequence[TargetYear]) -> tuple[Filled[TargetRow], ...]:
    """Return the columns of a table of these years.

    Parameters
    ----------
    years : sequence of TargetYear
        Its years, in its order.
    """
    of_years = ((_placed(n, year.year), _percent(n, year.year)) for n, year in enumerate(years))
    return (
        Filled(AREA_CODE, lambda row, _: row.area_code or row.figures.area_code or None),
        Filled(_AREA_NAME, lambda row, _: row.figures.name),
        _figure(
            "base",
            Text("策定時点医師数", "base"),
            Text("計画策定時点の医師数", "physicians when the plan was made"),
            lambda figures: figures.base,
        ),
        _figure(
            "target",
            Text("目標医師数", "target"),
            Text("計画期間の終わりの目標数", "how many there are to be at its end"),
            lambda figures: figures.target,
        ),
        _figure(
            "needed",
            Text("追加確保必要数", "needed"),
            Text("目標のためにさらに確保する数", "how many more must be secured"),
            lambda figures: figures.needed,
        ),
        *(column for pair in of_years for column in pair),
    )


def source_columns(years: Sequence[int]) -> tuple[Filled[PlacedBySource], ...]:
    """Return the columns of placements by source, of these fiscal years."""
    return (
        Filled(_SOURCE_NAME, lambda row, _: row.name),
        *(_placed_by_source(year) for year in years),
    )


def grade_column(year: TargetYear) -> Filled[TargetRow]:
    """Return how far an area is in the latest year, as maps shade it."""
    told = fiscal_year(year.year)
    column = Column(
        "grade",
        ColumnKind.TEXT,
        Text(f"{told.ja}の進捗", f"progress in {told.en}"),
        Text("地図の塗り分け", "as maps shade it"),
        codes=codes(GRADE_LABELS),
        width=16,
    )
    return Filled(column, lambda row, _: grade_of(row.figures, 0).value)


def plain_figure(value: Decimal | None) -> int | Decimal | None:
    """Return a number of physicians as a cell: whole where it is whole.

    Examples
    --------
    >>> plain_figure(Decimal("59.0")), plain_figure(Decimal("0.8")), plain_figure(None)
    (59, Decimal('0.8'), None)
    """
    return int(value) if value is not None and value == value.to_integral_value() else value


def _figure(
    name: str, label: Text, about: Text, get: Callable[[AreaTarget], Decimal | None]
) -> Filled[TargetRow]:
    column = Column(name, _NUMBER, label, about, width=12)
    return Filled(column, lambda row, _: plain_figure(get(row.figures)))


def _placed_column(year: int) -> Column:
    told = fiscal_year(year)
    return Column(
        f"placed_{year}",
        _NUMBER,
        Text(f"{told.ja}配置数", f"placed in {told.en}"),
        Text(
            "その年度に在籍する数。年度をまたいで足せない",
            "those who are there in that year; never to be added to another year's",
        ),
        width=12,
    )


def _placed(n: int, year: int) -> Filled[TargetRow]:
    return Filled(_placed_column(year), lambda row, _: plain_figure(row.figures.placed[n]))


def _placed_by_source(year: int) -> Filled[PlacedBySource]:
    return Filled(_placed_column(year), lambda row, _: plain_figure(dict(row.placed).get(year)))


def _percent(n: int, year: int) -> Filled[TargetRow]:
    told = fiscal_year(year)
    column = Column(
        f"percent_{year}",
        _NUMBER,
        Text(f"{told.ja}割合", f"share in {told.en}"),
        Text(
            "配置数÷追加確保必要数。必要数が0なら「―」で、ファイルでは空欄。合計には示さない",
            "placed of needed; nothing where none is needed, and none of totals",
        ),
        unit="%",
        decimals=1,
        width=11,
    )

    def value(row: TargetRow, _lang: Lang) -> Decimal | None:
        percent = row.figures.percent(n) if row.kind is TargetRowKind.AREA else None
        return None if percent is None else shown_percent(percent)

    def people(row: TargetRow, lang: Lang) -> CellValue | None:
        needed = row.figures.needed
        if row.kind is TargetRowKind.AREA and needed is not None and needed <= 0:
            return NOT_APPLICABLE
        return value(row, lang)

    return Filled(column, value, people)
