"""A sheet's content as cells, merged where it reads better, ready for the printer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from spots.outputs.sheets.model import Paper, SheetColumn, SheetContent, Value
from spots.outputs.sheets.pages import (
    BOTTOM_IN,
    HEADER_IN,
    SIDE_IN,
    TOP_IN,
    UNIT_PT,
    page_breaks,
    room_for_rows,
    runs,
)
from spots.outputs.sheets.rows import Drawn, Rows
from spots.outputs.sheets.styles import BODY_SIZE, NOTE_SIZE, TITLE_SIZE, Look, Styles
from spots.outputs.sheets.text import clean, for_page_header, lines_needed

#: 游ゴシック is set with much air; other fonts take less.
_LEADING = 1.62
_PADDING_PT = 4.0
_SIDE_PADDING_PT = 6.0
_MAX_HEIGHT = 409.0  # Excel's own
#: Where a computer's digits are narrower than ours, columns are too.
_ROOM_SLACK = 0.95
_GAP_PT = 6.0
_ONE_LINE_PT = BODY_SIZE * _LEADING + _PADDING_PT
_PAPER_NUMBER = {Paper.A4: 9, Paper.A3: 8}


@dataclass(slots=True)
class Drawer:
    """Draws one sheet, top down.

    Parameters
    ----------
    sheet : Worksheet
        An empty sheet.
    content : SheetContent
        What to draw.
    styles : Styles
        Of the same workbook.
    """

    sheet: Worksheet
    content: SheetContent
    styles: Styles
    _rows: Rows = field(default_factory=Rows)
    _lines: dict[tuple[str, float], int] = field(default_factory=dict)

    def draw(self) -> Rows:
        """Set up the sheet, and return its rows."""
        content = self.content
        for k, column in enumerate(content.columns, 1):
            self.sheet.column_dimensions[get_column_letter(k)].width = column.width
        above = self._above()
        first_head = self._row + 1
        headings = self._headings()
        head = self._row
        heights = [self._height(values) for values in content.rows]
        if content.merged is not None and content.rows:
            groups = [values[content.merged] for values in content.rows]
            breaks = self._breaks(heights, groups, (above, headings))
            self._body(heights, runs(groups, breaks))
            for row in breaks:
                self.sheet.row_breaks.append(Break(id=head + row))
        else:
            self._body(heights, ())
        self._nothing()
        for values in content.totals:
            self._total(values)
        self._set_up_page(first_head, head)
        return self._rows

    @property
    def _grouped(self) -> bool:
        return any(c.group for c in self.content.columns)

    @property
    def _last(self) -> int:
        return len(self.content.columns)

    # --- above the table

    def _above(self) -> float:
        """Write title and notes; return their height.

        Where columns take several pages, they stand over those that every page repeats.
        """
        content = self.content
        block = self._last if content.pages_wide == 1 else max(content.kept, 1)
        width = sum(c.width for c in content.columns[:block])
        size = block - (1 if content.stamp else 0)
        title: list[Drawn | None] = [self._cell(content.title, Look.TITLE)]
        if content.stamp:
            title += [None] * (size - 1) + [self._cell(content.stamp, Look.STAMP)]
        room = sum(c.width for c in content.columns[:size])
        total = self._add(title, self._line_height(content.title, TITLE_SIZE, room))
        self._merge(self._row, 1, self._row, size)
        for note in content.notes:
            cell = self._cell(note, Look.NOTE)
            total += self._add([cell], self._line_height(note, NOTE_SIZE, width))
            self._merge(self._row, 1, self._row, block)
        return total + (self._add([], _GAP_PT) if content.notes else 0.0)

    def _line_height(self, text: str, size: float, units: float) -> float:
        room = (units * UNIT_PT - _SIDE_PADDING_PT) / size * _ROOM_SLACK
        return min(lines_needed(clean(text), room) * size * _LEADING + _PADDING_PT, _MAX_HEIGHT)

    def _headings(self) -> float:
        """Write one row of headings, two where columns form groups; return their height."""
        columns, total = self.content.columns, 0.0
        if self._grouped:
            total += self._add(self._over(), _ONE_LINE_PT)
        row = [self._cell(c.heading, Look.HEAD) for c in columns]
        total += self._add(row, self._height([c.heading for c in columns]))
        if self._grouped and self.content.pages_wide == 1:
            self._merge_headings()
        return total

    def _over(self) -> list[Drawn]:
        """Return the headings of groups; a page may end in the middle of one that is not merged."""
        columns = self.content.columns
        if self.content.pages_wide == 1:
            return [self._cell(c.group or c.heading, Look.HEAD) for c in columns]
        groups = [c.group for c in columns]
        cells = []
        for k, group in enumerate(groups):
            first = k == 0 or groups[k - 1] != group
            last = k + 1 == len(groups) or groups[k + 1] != group
            look = Look.GROUP_START if first else Look.GROUP_END if last else Look.GROUP
            cells.append(self._cell(group if first else None, look))
        return cells

    def _merge_headings(self) -> None:
        k = 1
        for group, members in groupby(self.content.columns, lambda c: c.group):
            size = len(list(members))
            if group:
                self._merge(self._row - 1, k, self._row - 1, k + size - 1)
            else:
                for column in range(k, k + size):
                    self._merge(self._row - 1, column, self._row, column)
            k += size

    # --- the table

    def _body(self, heights: Sequence[float], blocks: Sequence[tuple[int, int, bool]]) -> None:
        content, start = self.content, self._row + 1
        again = {first for first, _, continued in blocks if continued}
        for k, (values, height) in enumerate(zip(content.rows, heights, strict=True)):
            shown = self._continued(values) if k in again else values
            cells = [
                self._cell(value, Look.BODY, column)
                for value, column in zip(shown, content.columns, strict=True)
            ]
            self._add(cells, height)
        for first, last, _ in blocks:
            self._merge(start + first, self._merged, start + last, self._merged)

    @property
    def _merged(self) -> int:
        return (self.content.merged or 0) + 1

    def _continued(self, values: Sequence[Value]) -> list[Value]:
        """Return the first row of a group on a further page: its name says that it goes on."""
        k = self._merged - 1
        name = f"{values[k]}{self.content.continued}" if values[k] else None
        return [*values[:k], name, *values[k + 1 :]]

    def _breaks(
        self, heights: Sequence[float], groups: Sequence[Value], tops: tuple[float, float]
    ) -> tuple[int, ...]:
        content = self.content
        tail = sum(self._height(values) for values in content.totals)
        room = room_for_rows(content.columns, content.paper, *tops)
        return page_breaks(heights, groups, room, tail)

    def _nothing(self) -> None:
        if not self.content.rows and self.content.nothing:
            rest = [self._cell(None, Look.BODY) for _ in self.content.columns[1:]]
            self._add([self._cell(self.content.nothing, Look.BODY), *rest], 3 * _ONE_LINE_PT)
            self._merge(self._row, 1, self._row, self._last)

    def _total(self, values: Sequence[Value]) -> None:
        cells = [self._cell(values[0], Look.TOTAL)]
        cells += [
            self._cell(value, Look.TOTAL, column)
            for value, column in zip(values[1:], self.content.columns[1:], strict=True)
        ]
        self._add(cells, _ONE_LINE_PT)
        numbers = [k for k, value in enumerate(values) if k and value not in {None, ""}]
        self._merge(self._row, 1, self._row, numbers[0] if numbers else self._last)

    # --- cells

    def _cell(self, value: Value, look: Look, column: SheetColumn | None = None) -> Drawn:
        return self.styles.cell(value, look, column)

    def _add(self, cells: Sequence[Drawn | None], height: float) -> float:
        """Write a row of cells; return its height."""
        self._rows.add(cells, height)
        return height

    @property
    def _row(self) -> int:
        return self._rows.count

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self._rows.merge(top, left, bottom, right)

    def _height(self, values: Sequence[Value]) -> float:
        """Return a row height that shows wrapped text."""
        lines = 1
        for value, column in zip(values, self.content.columns, strict=True):
            if isinstance(value, str) and value:
                lines = max(lines, self._lines_in(value, column.width))
        return min(lines * BODY_SIZE * _LEADING + _PADDING_PT, _MAX_HEIGHT)

    def _lines_in(self, text: str, width: float) -> int:
        # Names of hospitals and reasons come back on many rows.
        known = self._lines.get((text, width))
        if known is None:
            room = (width * UNIT_PT - _SIDE_PADDING_PT) / BODY_SIZE * _ROOM_SLACK
            known = self._lines[(text, width)] = lines_needed(clean(text), room)
        return known

    # --- paper

    def _set_up_page(self, first_head: int, head: int) -> None:
        sheet, content = self.sheet, self.content
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = _PAPER_NUMBER[content.paper]
        sheet.page_setup.fitToWidth = content.pages_wide
        sheet.page_setup.fitToHeight = 0
        if content.pages_wide > 1:
            sheet.page_setup.pageOrder = "overThenDown"
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        sheet.print_title_rows = f"{first_head}:{head}"
        last = get_column_letter(self._last)
        if content.pages_wide > 1 and content.kept:
            sheet.print_title_cols = f"A:{get_column_letter(content.kept)}"
        sheet.print_area = f"A1:{last}{self._row}"
        sheet.freeze_panes = f"{get_column_letter(content.kept + 1)}{head + 1}"
        sheet.page_margins.left = sheet.page_margins.right = SIDE_IN
        sheet.page_margins.top, sheet.page_margins.bottom = TOP_IN, BOTTOM_IN
        sheet.page_margins.header = sheet.page_margins.footer = HEADER_IN
        # The first page has the title itself.
        sheet.HeaderFooter.differentFirst = True
        sheet.oddHeader.left.text = for_page_header(content.title)
        for header in (sheet.firstHeader, sheet.oddHeader):
            header.right.text = for_page_header(content.tab)
        for footer in (sheet.firstFooter, sheet.oddFooter):
            footer.center.text = content.footer
        sheet.sheet_view.showGridLines = False
        if content.filtered and content.rows:
            sheet.auto_filter.ref = f"A{head}:{last}{head + len(content.rows)}"
