"""The rows of a sheet as the file has them.

openpyxl writes the frame of a workbook (styles, page set-up, names); its rows go through an XML
serializer in pure Python that takes two thirds of the time of a prefecture's workbook. Rows are
plain enough to be written here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from spots.outputs.sheets.model import Value
from spots.outputs.sheets.text import clean, escaped

_FRAME_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.DOTALL)
_AFTER_MERGES = re.compile(rb"(?=<printOptions)")
_FRAME_SIZE = re.compile(rb'<dimension ref="[^"]*"\s*/>')


class Drawn(NamedTuple):
    """A cell: the number of its style, and its type and content as XML."""

    style: int
    content: str


def drawn(value: Value, style: int) -> Drawn:
    """Return the cell of `value`; text is text, whatever it looks like.

    Examples
    --------
    >>> drawn("=1<2", 3)
    Drawn(style=3, content=' t="inlineStr"><is><t xml:space="preserve">=1&lt;2</t></is></c>')
    >>> drawn(date(2026, 4, 1), 3).content, drawn(None, 3).content
    ('><v>46113</v></c>', '/>')
    """
    if isinstance(value, str):
        text = escape(escaped(clean(value)))
        content = f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        return Drawn(style, content if text else "/>")
    if value is None:
        return Drawn(style, "/>")
    if isinstance(value, date):
        return Drawn(style, f"><v>{to_excel(value):.0f}</v></c>")
    number = float(value) if isinstance(value, Decimal) else value
    # Excel has no infinity, and repairs a file that does.
    return Drawn(style, f"><v>{number!r}</v></c>" if math.isfinite(number) else "/>")


@dataclass(slots=True)
class Rows:
    """The rows of one sheet, from the first on, and the ranges that are one cell each."""

    _rows: list[tuple[float, list[Drawn | None]]] = field(default_factory=list)
    _merged: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def add(self, cells: Sequence[Drawn | None], height: float) -> None:
        """Add a row of cells; `height` in points."""
        self._rows.append((height, list(cells)))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Make a range (one-based) one cell: the others lose their content, not their looks."""
        self._merged.append(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")
        for row in range(top, bottom + 1):
            cells = self._rows[row - 1][1]
            for k in range(left, min(right, len(cells)) + 1):
                cell = cells[k - 1]
                if cell is not None and (row, k) != (top, left):
                    cells[k - 1] = Drawn(cell.style, "/>")

    def put_into(self, frame: bytes) -> bytes:
        """Return the sheet's file `frame` with these rows in the place of its own.

        Raises
        ------
        ValueError
            When `frame` is not a sheet as openpyxl writes it; a defect.
        """
        width = max((len(cells) for _, cells in self._rows), default=1)
        letters = [get_column_letter(k) for k in range(1, max(width, 1) + 1)]
        parts = ["<sheetData>"]
        for number, (height, cells) in enumerate(self._rows, 1):
            parts.append(f'<row r="{number}" ht="{height:.2f}" customHeight="1">')
            parts += [
                f'<c r="{letter}{number}" s="{cell.style}"{cell.content}'
                for letter, cell in zip(letters, cells, strict=False)
                if cell is not None
            ]
            parts.append("</row>")
        parts.append("</sheetData>")
        rows = "".join(parts).encode()
        size = f'<dimension ref="A1:{letters[-1]}{max(self.count, 1)}"/>'.encode()
        # openpyxl keeps ranges in a set, and would write them in another order each time.
        merged = "".join(f'<mergeCell ref="{area}"/>' for area in self._merged)
        merges = f'<mergeCells count="{len(self._merged)}">{merged}</mergeCells>'.encode()
        whole, places = _FRAME_ROWS.subn(lambda _: rows, _FRAME_SIZE.sub(size, frame, count=1))
        if self._merged:
            whole, more = _AFTER_MERGES.subn(merges, whole)
            places *= more
        if places != 1:
            raise ValueError("the frame of the sheet has no place for rows")
        return whole
