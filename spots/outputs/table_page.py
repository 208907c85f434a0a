"""A table with its words, and the ways it is given out: terminal, JSON, CSV, workbook.

What commands answer with a table (editions, a plan's register, targets, programmes) is one page:
its columns are declared in `spots.telling`, and every form of it comes from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress
from pathlib import Path
from typing import Any, Generic, TypeVar

from groundfloor.aligned import aligned
from groundfloor.disk import WrittenFile, write_whole
from groundfloor.problems import Lang, Text, one_line
from spots.outputs.output_suffix import refuse_other_suffix
from spots.outputs.sheet_layout import Paper, SheetChart, SheetContent, fitted, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.telling.columns import CellValue, Column, ColumnKind, Filled, Json, properties
from spots.telling.edition_words import signed

T = TypeVar("T")
_NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.NUMBER})
_CELL_LIMIT = 200
SUFFIXES = (".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class PageChart:
    """Columns of a table as the bars of a chart.

    Parameters
    ----------
    title : Text
        Its title.
    named_by : str
        The column that names the bars.
    series : tuple of (str, str)
        Columns of numbers, each with the colour of its bars.
    """

    title: Text
    named_by: str
    series: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TablePage(Generic[T]):
    """A table with its words, before it is text, data or a file.

    Parameters
    ----------
    title : Text
        Its title; also that of its sheet.
    heading : tuple of Text
        What it is of, line by line.
    columns : tuple of Filled
        The columns.
    rows : tuple
        The rows.
    summary : Text
        The counts in a line.
    facts : mapping of str to Json
        What machines get beside the rows.
    left_out : frozenset of str
        Columns that a terminal has no room for.
    signed : frozenset of str
        Columns of numbers that are told with their sign.
    totals : tuple of tuple of CellValue or None
        Rows below the body for people, cell by cell: of a terminal and of a sheet.
    kept : int
        First columns that stay in sight, and are printed again on every page.
    paper : Paper
        What the sheet is printed on.
    pages_wide : int
        How many of these stand side by side, so that many columns can be read.
    chart : PageChart or None
        A chart below the sheet's table.
    blank : str
        What a terminal shows of an empty cell.
    """

    title: Text
    heading: tuple[Text, ...]
    columns: tuple[Filled[T], ...]
    rows: tuple[T, ...]
    summary: Text
    facts: Mapping[str, Json] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    totals: tuple[tuple[CellValue | None, ...], ...] = ()
    kept: int = 3
    paper: Paper = Paper.A3
    pages_wide: int = 1
    chart: PageChart | None = None
    blank: str = "-"


def page_table(page: TablePage[T], lang: Lang) -> str:
    """Return a page as lines for a terminal, without control characters."""
    shown = [c.name not in page.left_out for c in page.columns]
    columns = [*compress(page.columns, shown)]
    heads = [c.column.heading.render(lang) for c in columns]
    body = [[_shown(c, row, page, lang) for c in columns] for row in page.rows]
    body += [
        [_told(c, v, page) for c, v in zip(columns, compress(total, shown), strict=True)]
        for total in page.totals
    ]
    right = [k for k, c in enumerate(columns) if c.column.kind in _NUMBERS]
    lines = [one_line(line.render(lang), _CELL_LIMIT) for line in page.heading]
    return "\n".join(
        [*lines, "", *aligned([heads, *body], right=right), "", page.summary.render(lang)]
    )


def _shown(column: Filled[T], row: T, page: TablePage[T], lang: Lang) -> str:
    return _told(column, column.shown(row, lang), page)


def _told(column: Filled[T], value: CellValue | None, page: TablePage[T]) -> str:
    if isinstance(value, Decimal):
        return signed(value) if column.name in page.signed else _decimals(column.column, value)
    return one_line(str(value), _CELL_LIMIT) if value is not None and value != "" else page.blank


def _decimals(column: Column, value: Decimal) -> str:
    return str(value) if column.decimals is None else f"{value:.{column.decimals}f}"


def page_json(page: TablePage[T], lang: Lang) -> dict[str, Json]:
    """Return a page as JSON-able data: machine names and plain values."""
    return {**page.facts, "rows": [properties(page.columns, row, lang) for row in page.rows]}


def page_csv(page: TablePage[T], lang: Lang) -> str:
    """Return the rows of a page as CSV with machine names on top."""
    rows = ([c.value(row, lang) for c in page.columns] for row in page.rows)
    return csv_table([c.name for c in page.columns], rows)


def page_sheet(page: TablePage[T], lang: Lang) -> SheetContent:
    """Return a page as a sheet of a workbook, with the words of people."""
    title = page.title.render(lang)
    return fitted(
        SheetContent(
            tab=title[:31],
            title=title,
            notes=tuple(line.render(lang) for line in (*page.heading, page.summary)),
            columns=tuple(sheet_column(c.column, lang) for c in page.columns),
            rows=[[c.shown(row, lang) for c in page.columns] for row in page.rows],
            totals=page.totals,
            paper=page.paper,
            pages_wide=page.pages_wide,
            kept=page.kept,
            filtered=True,
            chart=_sheet_chart(page, lang),
        )
    )


def _sheet_chart(page: TablePage[T], lang: Lang) -> SheetChart | None:
    if page.chart is None or not page.rows:
        return None
    places = {column.name: at for at, column in enumerate(page.columns)}
    return SheetChart(
        page.chart.title.render(lang),
        places[page.chart.named_by],
        tuple((places[name], colour) for name, colour in page.chart.series),
    )


def pages_xlsx(pages: Sequence[TablePage[Any]], lang: Lang) -> bytes:
    """Return a workbook with a sheet for each page, titled as the first."""
    from spots.outputs.workbook_writer import workbook  # noqa: PLC0415 - often not wanted

    title = pages[0].title.render(lang)
    return workbook(tuple(page_sheet(page, lang) for page in pages), title=title, lang=lang)


def write_page(page: TablePage[T], path: Path, *, lang: Lang, force: bool = False) -> WrittenFile:
    """Write a page to a file.

    Parameters
    ----------
    page : TablePage
        The page.
    path : Path
        ``.csv`` or ``.xlsx``.
    lang : Lang
        Language of words; machine names stay.
    force : bool
        Replace what is there.

    Raises
    ------
    UsageError
        Another suffix.
    OutputExistsError, OutputError
        A file is there and `force` is not given, or the target cannot be written.
    """
    refuse_other_suffix(path, SUFFIXES)
    is_csv = path.suffix.lower() == ".csv"
    content = page_csv(page, lang).encode() if is_csv else pages_xlsx((page,), lang)
    return write_whole(path, content, force=force)
