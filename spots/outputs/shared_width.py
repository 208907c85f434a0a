"""Columns of text share the width of a page so that rows are as low as they can be.

Stands apart: how wide the columns of a table ought to be is another question than what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from spots.outputs.sheet_layout import (
    BODY_SIZE,
    Form,
    SheetColumn,
    SheetContent,
    clean,
    em_width,
    lines_needed,
    room_em,
)

#: Characters that one column hands to another at once, and the fewest that one keeps.
_STEPS = (8.0, 4.0, 2.0, 1.0)
_NARROWEST = 8.0
#: Rows that decide; more would say the same.
_SAMPLE = 120


def low_rows(content: SheetContent) -> SheetContent:
    """Return a sheet of the same width whose rows take less height, where that is possible.

    Columns of text hand width to each other as long as the rows get lower for it; from the same
    content come the same widths.
    """
    at = [k for k, column in enumerate(content.columns) if column.form is Form.TEXT]
    if not content.rows or len(at) < 2:  # noqa: PLR2004 - it takes two to share
        return content
    table = _Lines(tuple(content.columns[k] for k in at), _texts(content, at))
    widths = table.shared([content.columns[k].width for k in at])
    columns = list(content.columns)
    for k, width in zip(at, widths, strict=True):
        columns[k] = replace(columns[k], width=width)
    return replace(content, columns=tuple(columns))


def _texts(content: SheetContent, at: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Return the texts of each column."""
    rows = content.rows[:_SAMPLE]
    return tuple(tuple(clean(str(row[k] or "")) for row in rows) for k in at)


@dataclass(frozen=True, slots=True)
class _Lines:
    """How many lines each row takes, column by column, at a width; asked once for each."""

    columns: tuple[SheetColumn, ...]
    texts: tuple[tuple[str, ...], ...]
    _known: dict[tuple[int, float], NDArray[np.int64]] = field(default_factory=dict)

    def shared(self, widths: Sequence[float]) -> list[float]:
        """Return the widths at which no column can hand on width for lower rows."""
        now = list(widths)
        least = [min(self._least(k), width) for k, width in enumerate(now)]
        best = self._height(now)
        while True:
            moved = min(self._moves(now, least), default=None, key=lambda m: (m[0], m[1]))
            if moved is None or moved[0] >= best:
                return now
            best, now = moved

    def _moves(
        self, widths: Sequence[float], least: Sequence[float]
    ) -> list[tuple[int, list[float]]]:
        found = []
        for giver in range(len(widths)):
            for taker in range(len(widths)):
                for step in _STEPS:
                    if giver == taker or widths[giver] - step < least[giver]:
                        continue
                    tried = list(widths)
                    tried[giver] -= step
                    tried[taker] += step
                    found.append((self._height(tried), tried))
        return found

    def _height(self, widths: Sequence[float]) -> int:
        """Return the lines of all rows, each as high as its fullest cell."""
        lines = [self._of(k, width) for k, width in enumerate(widths)]
        return int(np.maximum.reduce(lines).sum())

    def _of(self, at: int, width: float) -> NDArray[np.int64]:
        key = (at, width)
        if key not in self._known:
            room = room_em(width)
            counts = {text: lines_needed(text, room) for text in set(self.texts[at])}
            self._known[key] = np.array([counts[text] for text in self.texts[at]])
        return self._known[key]

    def _least(self, at: int) -> float:
        """Return the width below which a heading would break, or words in the middle."""
        words = self.columns[at].heading.replace("\n", " ").split(" ")
        longest = max(em_width(word) for word in words)
        return max(_NARROWEST, longest * BODY_SIZE / 6.0 + 1.5)
