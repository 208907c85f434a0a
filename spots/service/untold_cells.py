"""Problems of tables of persons, without anything that stands in such a table.

The readers of tables quote what they stumble on, which helps everywhere else. Of a table of
postings no cell goes into a message, so what they say is told without it; a sentence that holds a
cell gives way to one that does not. Stands apart: what is read and what may be said of it are two
questions, and this one is asked of every problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from groundfloor.folding import header_key
from groundfloor.grids import Row
from groundfloor.problems import Problem, Text

_UNTOLD = Text(
    "表として読めません（個人の表なので、セルの内容は表示しません）",
    "cannot be read as a table (it is of persons, so no cell is shown)",
)
_UNTOLD_REMEDY = Text(
    "見出しの行と、この行・列の書き方を確かめてください",
    "check the row of headings, and this place",
)
# Numbers of rows and counts stand in sentences too; so short a number tells nobody who it is.
_SHORT = re.compile(r"\d{1,3}|.")
#: What is no matter of persons in cells: dates, hours, marks.
_HARMLESS = re.compile(r"[0-9０-９元年月日時間週.,/:：．，／\-+−－\sRHSＲＨＳ令和平成昭hH]*")


def without_cells(
    problems: Iterable[Problem],
    headings: Mapping[str, Sequence[str]],
    rows: Sequence[Row] = (),
) -> Iterator[Problem]:
    """Yield problems without the cells of a table.

    Parameters
    ----------
    problems : iterable of Problem
        What the readers of tables found.
    headings : mapping of str to sequence of str
        Headings that the table may have, by column: these may be named.
    rows : sequence of Row
        All rows, headings and data; where there are none, nothing of them is known to anybody.
    """
    known = {header_key(word) for words in headings.values() for word in words}
    cells = {cell.strip() for row in rows for cell in row.cells}
    secret = {c for c in cells if c and header_key(c) not in known and not _SHORT.fullmatch(c)}
    for problem in problems:
        column = problem.column
        if column is not None and header_key(column) not in known:
            column = None
        bare = replace(problem, value=None, column=column)
        texts = (bare.message.ja, bare.message.en, bare.remedy.ja, bare.remedy.en)
        if any(cell in text for text in texts for cell in secret):
            bare = replace(bare, message=_UNTOLD, remedy=_UNTOLD_REMEDY)
        yield bare


def shown(cell: str) -> str | None:
    """Return a cell that may be quoted, being a date or a number; None for any other.

    Examples
    --------
    >>> shown("R7.13.1"), shown("山田")
    ('R7.13.1', None)
    """
    return cell if _HARMLESS.fullmatch(cell) else None
