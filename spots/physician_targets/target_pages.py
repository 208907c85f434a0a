"""The tables of targets as people and machines get them; columns and words are telling's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from groundfloor.problems import Lang, Problem, Text
from spots.outputs.table_page import PageChart, TablePage, page_csv, page_json
from spots.physician_targets.target_checks import total
from spots.telling.colours import placed_colours
from spots.telling.columns import CellValue, ColumnKind, Filled, Json, plain
from spots.telling.target_columns import (
    ROW_KIND,
    plain_figure,
    source_columns,
    target_columns,
)
from spots.telling.target_words import (
    BY_SOURCE,
    STOCKS,
    TITLE,
    TOTAL_LABELS,
    counted_areas,
)
from spots.types.physician_targets import (
    AreaTarget,
    PlacedBySource,
    TargetRow,
    TargetRowKind,
    TargetTable,
)


@dataclass(frozen=True, slots=True)
class TargetReport:
    """A table of targets, and everything that is told of it.

    Parameters
    ----------
    table : TargetTable
        The table.
    sources : tuple of PlacedBySource
        The same placements by source; empty where they are not known.
    codes : mapping of int to str
        Code of the area on the ground, by row of the file.
    problems : tuple of Problem
        What was doubtful.
    """

    table: TargetTable
    sources: tuple[PlacedBySource, ...] = ()
    codes: Mapping[int, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def rows(self) -> tuple[TargetRow, ...]:
        """The areas."""
        return tuple(
            TargetRow(TargetRowKind.AREA, row, self.codes.get(row.row, row.area_code))
            for row in self.table.rows
        )

    @property
    def totals(self) -> tuple[TargetRow, ...]:
        """The published total, and beside it what the areas sum to in each of its columns.

        Where the published total is blank, so is the one beside it: nobody published one. A column
        with a blank cell has no sum.
        """
        published, sums = self.table.published, self._sums()
        if published is None:
            return (TargetRow(TargetRowKind.COMPUTED, sums),)
        blank = replace(
            sums,
            base=None if published.base is None else sums.base,
            target=None if published.target is None else sums.target,
            needed=None if published.needed is None else sums.needed,
            placed=tuple(
                None if said is None else found
                for said, found in zip(published.placed, sums.placed, strict=True)
            ),
        )
        return (
            TargetRow(TargetRowKind.PUBLISHED, published),
            TargetRow(TargetRowKind.COMPUTED, blank),
        )

    def _sums(self) -> AreaTarget:
        rows = self.table.rows
        return AreaTarget(
            0,
            "",
            TOTAL_LABELS[TargetRowKind.COMPUTED].ja,
            total([row.base for row in rows]),
            total([row.target for row in rows]),
            total([row.needed for row in rows]),
            tuple(total([row.placed[n] for row in rows]) for n in range(len(self.table.years))),
        )


def targets_page(report: TargetReport, lang: Lang) -> TablePage[TargetRow]:
    """Return the table by area, with its totals below it.

    Parameters
    ----------
    report : TargetReport
        The table.
    lang : Lang
        Language of the words beside totals.
    """
    columns = target_columns(report.table.years)
    coded = any(row.area_code for row in report.rows)
    shown = columns if coded else columns[1:]
    return TablePage(
        TITLE,
        (Text(report.table.label, report.table.label), STOCKS),
        shown,
        report.rows,
        counted_areas(report.table),
        {
            "table": report.table.label,
            "years": [year.year for year in report.table.years],
            "totals": {row.kind.value: _total_json(report, row) for row in report.totals},
            **_sources_json(report),
        },
        totals=tuple(_total_cells(row, shown, lang) for row in report.totals),
        kept=2 if coded else 1,
        chart=_chart(report),
        blank="",  # a dash stands for what has no percentage
    )


def _total_cells(
    row: TargetRow, columns: Sequence[Filled[TargetRow]], lang: Lang
) -> tuple[CellValue | None, ...]:
    """Return a total as cells: what it is called, and its numbers."""
    label = TOTAL_LABELS[row.kind].render(lang)
    numbers = (
        c.shown(row, lang) if c.column.kind is ColumnKind.NUMBER else None for c in columns[1:]
    )
    return label, *numbers


def _chart(report: TargetReport) -> PageChart:
    """Return needed and placed as bars: an outline to be filled, and a colour for each year."""
    years = report.table.years
    placed = zip(reversed(years), placed_colours(len(years)), strict=True)
    return PageChart(
        Text("追加確保必要数と年度ごとの配置数", "Needed, and placed year by year"),
        "area_name",
        (("needed", "#FFFFFF"), *((f"placed_{year.year}", colour) for year, colour in placed)),
    )


def sources_page(report: TargetReport, lang: Lang) -> TablePage[PlacedBySource] | None:
    """Return the placements by source, with the sums by source and by area below; None without."""
    if not report.sources:
        return None
    years = source_years(report.sources)
    columns = source_columns(years)
    sums = tuple(total([dict(each.placed)[year] for each in report.sources]) for year in years)
    return TablePage(
        BY_SOURCE,
        (
            Text(report.table.label, report.table.label),
            Text(
                "供給元別の和と区域別の和は、一致しなくてもそのまま示します",
                "sums by source and by area are told as they are, also where they differ",
            ),
        ),
        columns,
        report.sources,
        Text(f"全{len(report.sources)}供給元", f"{len(report.sources)} sources"),
        totals=(
            (Text("供給元別の和", "sum by source").render(lang), *map(plain_figure, sums)),
            (
                Text("区域別の和", "sum by area").render(lang),
                *(plain_figure(_by_area(report, year)) for year in years),
            ),
        ),
        kept=1,
    )


def source_years(sources: Sequence[PlacedBySource]) -> tuple[int, ...]:
    """Return the fiscal years of a table by source, latest first."""
    return tuple(year for year, _ in sources[0].placed)


def _by_area(report: TargetReport, year: int) -> Decimal | None:
    for n, each in enumerate(report.table.years):
        if each.year == year:
            return total([row.placed[n] for row in report.table.rows])
    return None


def _total_json(report: TargetReport, row: TargetRow) -> Json:
    columns = target_columns(report.table.years)[2:]
    numbers = (c for c in columns if not c.name.startswith("percent_"))
    return {c.name: plain(c.value(row, Lang.EN)) for c in numbers}


def _sources_json(report: TargetReport) -> dict[str, Json]:
    if not report.sources:
        return {}
    years = source_years(report.sources)
    return {
        "by_source": [
            {
                "source": each.name,
                **{f"placed_{year}": plain(plain_figure(n)) for year, n in each.placed},
            }
            for each in report.sources
        ],
        "sums": {
            str(year): {
                "by_source": plain(
                    plain_figure(total([dict(each.placed)[year] for each in report.sources]))
                ),
                "by_area": plain(plain_figure(_by_area(report, year))),
            }
            for year in years
        },
    }


def targets_json(report: TargetReport, lang: Lang) -> dict[str, Json]:
    """Return the table for machines: areas as rows, totals apart, what was doubtful beside."""
    page = page_json(targets_page(report, lang), lang)
    return {**page, "problems": [p.as_json(lang) for p in report.problems]}


def targets_csv(report: TargetReport, lang: Lang) -> str:
    """Return the table as CSV: areas, then totals, told apart by the first column."""
    page = targets_page(report, lang)
    named = tuple(_named(row, lang) for row in (*report.rows, *report.totals))
    columns = (ROW_KIND, *target_columns(report.table.years))
    return page_csv(replace(page, columns=columns, rows=named, chart=None), lang)


def _named(row: TargetRow, lang: Lang) -> TargetRow:
    if row.kind is not TargetRowKind.COMPUTED:
        return row
    return replace(row, figures=replace(row.figures, name=TOTAL_LABELS[row.kind].render(lang)))


def pages_of(
    report: TargetReport, lang: Lang
) -> Iterator[TablePage[TargetRow] | TablePage[PlacedBySource]]:
    """Yield the tables: by area, and by source where there is one."""
    yield targets_page(report, lang)
    if (page := sources_page(report, lang)) is not None:
        yield page
