"""The chart of targets as SVG: for each area an outline of what is needed, and a bar for each year.

Stands apart: it is drawn without a library, so that it is the same everywhere and needs no font.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from html import escape

from groundfloor.aligned import cell_width
from groundfloor.problems import Lang, Text
from spots.physician_targets.target_pages import TargetReport
from spots.telling.colours import placed_colours
from spots.telling.target_words import (
    TITLE,
    TOTAL_LABELS,
    fiscal_year,
    number_words,
    percent_words,
)
from spots.types.physician_targets import AreaTarget, TargetRowKind

_FONT = "'Yu Gothic','Hiragino Sans','Noto Sans CJK JP','Noto Sans JP',sans-serif"
_WIDTH, _SIDE, _TOP = 960, 24, 96
_BAR, _GAP, _AREA_GAP, _TYPE = 14, 2, 14, 12
_TOLD = 190  # right of the longest bar: number and percentage
_INK, _QUIET = "#1A1A1A", "#555555"
_NEEDED = Text("追加確保必要数", "needed")


def targets_chart(report: TargetReport, lang: Lang) -> str:
    """Return the chart.

    Parameters
    ----------
    report : TargetReport
        The table.
    lang : Lang
        Language of title and legend.

    Returns
    -------
    str
        SVG. Areas in the order of the table; years from the earliest to the latest, side by side
        and never on top of one another, as they are not to be added.
    """
    sheet = _Sheet(report, lang)
    parts = [*sheet.head(), *sheet.areas(), *sheet.foot()]
    view = f"0 0 {_WIDTH} {sheet.height}"
    title = escape(f"{TITLE.render(lang)} {report.table.label}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{_WIDTH}" '
        f'height="{sheet.height}" role="img" aria-label="{title}" font-family="{_FONT}">\n'
        f'<title>{title}</title>\n<rect width="100%" height="100%" fill="#FFFFFF"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


class _Sheet:
    """The measures of one chart, and its parts as SVG."""

    def __init__(self, report: TargetReport, lang: Lang) -> None:
        self._report, self._lang = report, lang
        table = report.table
        self._years = tuple(reversed(range(len(table.years))))  # the earliest first
        self._colours = placed_colours(len(table.years))
        numbers = [n for row in table.rows for n in (row.needed, *row.placed) if n is not None]
        self._most = max([*numbers, Decimal(1)])
        widest = max(cell_width(row.name) for row in table.rows)
        self._left = _SIDE + min(max(60, widest * _TYPE // 2 + 12), 300)
        self._step = (1 + len(self._years)) * (_BAR + _GAP) + _AREA_GAP
        self.height = _TOP + self._step * len(table.rows) + 36 + 20 * len(report.totals)

    def head(self) -> Iterator[str]:
        """Yield title, file and legend."""
        yield _text(_SIDE, 34, TITLE.render(self._lang), 18, weight="bold")
        yield _text(_SIDE, 54, self._report.table.label, _TYPE, colour=_QUIET)
        at = _SIDE
        labels = [(_NEEDED, "#FFFFFF")]
        for n, colour in zip(self._years, self._colours, strict=True):
            labels.append((fiscal_year(self._report.table.years[n].year), colour))
        for label, colour in labels:
            words = label.render(self._lang)
            yield _bar(at, 66, 18, colour)
            yield _text(at + 24, 78, words, _TYPE)
            at += 48 + cell_width(words) * _TYPE // 2

    def areas(self) -> Iterator[str]:
        """Yield the bars of each area."""
        for place, area in enumerate(self._report.table.rows):
            top = _TOP + place * self._step
            middle = top + (self._step - _AREA_GAP) / 2 + 4
            yield _text(self._left - 10, middle, area.name, _TYPE, anchor="end", weight="bold")
            yield from self._bars(area, top)
        bottom = _TOP + self._step * len(self._report.table.rows) - _AREA_GAP + 4
        yield (
            f'<line x1="{self._left}" y1="{_TOP - 4}" x2="{self._left}" y2="{bottom}" '
            f'stroke="{_INK}"/>'
        )

    def _bars(self, area: AreaTarget, top: int) -> Iterator[str]:
        yield from self._one(area.needed, top, "#FFFFFF", "")
        for k, (n, colour) in enumerate(zip(self._years, self._colours, strict=True), 1):
            told = percent_words(area, n).render(self._lang)
            yield from self._one(area.placed[n], top + k * (_BAR + _GAP), colour, told)

    def _one(self, value: Decimal | None, top: int, colour: str, told: str) -> Iterator[str]:
        """Yield a bar with its number; of a blank cell neither, for it is not nought."""
        room = _WIDTH - self._left - _TOLD
        width = 0.0 if value is None else float(value / self._most) * room
        if width:
            yield _bar(self._left, top, width, colour)
        words = "　".join(part for part in (number_words(value), told) if part)
        if words:
            yield _text(self._left + width + 6, top + 11, words, _TYPE - 1)

    def foot(self) -> Iterator[str]:
        """Yield the totals: published, and computed beside it."""
        top = self.height - 20 * len(self._report.totals) - 8
        for k, row in enumerate(self._report.totals):
            parts = [f"{_NEEDED.render(self._lang)} {number_words(row.figures.needed) or '-'}"]
            for n in self._years:
                year = fiscal_year(self._report.table.years[n].year).render(self._lang)
                parts.append(f"{year} {number_words(row.figures.placed[n]) or '-'}")
            label = TOTAL_LABELS[row.kind].render(self._lang)
            strong = "bold" if row.kind is TargetRowKind.PUBLISHED else "normal"
            yield _text(_SIDE, top + 20 * k, f"{label}　{'　'.join(parts)}", _TYPE, weight=strong)


def _bar(x: float, y: float, width: float, colour: str) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{_BAR}" fill="{colour}" '
        f'stroke="{_INK}" stroke-width="0.8"/>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    size: int,
    *,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = _INK,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" '
        f'font-weight="{weight}" fill="{colour}">{escape(words)}</text>'
    )
