"""CSV that a spreadsheet opens safely: nothing runs, no code loses its leading zero.

A CSV file has no types, so a spreadsheet guesses: ``01202`` (函館市) becomes 1202, ``1-2`` a date,
``1E5`` a number, and ``=HYPERLINK(...)`` a link that runs. The usual trick ``="01202"`` is itself
a formula and is not used. Instead one rule covers both dangers: text that a spreadsheet would run
or rewrite gets one apostrophe in front, and so does text that begins with an apostrophe, which
makes the rule reversible (`unmark`). An apostrophe is seen, unlike a tab, and Excel itself reads
it as "what follows is text" once the cell is edited. Codes of prefectures 10 to 47 and ordinary
names never need the mark; ``facilities.geojson`` and ``spots.gpkg`` hold every value unmarked.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from spots.telling.columns import Value, list_text

# OWASP's list of characters that start a formula; full-width forms fold to them.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_REWRITTEN = re.compile(
    r"""0\d+            # leading zero
      | \d{16,}         # more digits than a double holds
      | \d+(\.\d+)?E[+-]?\d+              # scientific notation
      | \d*\.\d*0 | \.\d+ | \d+\.    # decimals that lose a digit
      | \d{1,3}(,\d{3})+ | \d+(\.\d+)?%  # thousands, percent
      | [¥$]\s*\d[\d,.]*                # money
      | \d{1,4}[-/年]\d{1,2}([-/月]\d{1,4}日?)?月? | \d{1,2}月\d{1,2}日  # dates
      | [MTSHR]\d{1,2}[./]\d{1,2}[./]\d{1,2}  # dates of an era
      | \d+:\d+(:\d+)?  # times
      | \(\d+\)         # accountants' negative
      | TRUE | FALSE""",
    re.VERBOSE | re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INVISIBLE = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff\x00-\x08]+")


def marked(text: str) -> str:
    """Return `text` for a CSV cell, with an apostrophe in front where a spreadsheet would act.

    Examples
    --------
    >>> marked("01202"), marked("43447"), marked("=1+1"), marked("＝1+1"), marked("そよう病院")
    ("'01202", '43447', "'=1+1", "'＝1+1", 'そよう病院')
    """
    return f"'{text}" if needs_mark(text) else text


def needs_mark(text: str) -> bool:
    """Return whether a spreadsheet would run or rewrite `text`, or take its apostrophe away."""
    folded = unicodedata.normalize("NFKC", text)
    start = _INVISIBLE.sub("", folded)
    return (
        folded.startswith(("'", "\t", "\r", "\n"))
        or start.startswith(("'", *_RUNS))
        or _REWRITTEN.fullmatch(start.strip()) is not None
    )


def unmark(cell: str) -> str:
    """Return the text that `marked` was given.

    Examples
    --------
    >>> unmark(marked("'")), unmark(marked("007")), unmark("7")
    ("'", '007', '7')
    """
    return cell.removeprefix("'")


_BOM = "\ufeff"  # without it Excel takes UTF-8 for CP932


def csv_table(names: Sequence[str], rows: Iterable[Sequence[Value | None]]) -> str:
    r"""Return a table as text: byte order mark, CRLF, RFC 4180 quoting, machine names on top.

    Lists are joined by semicolons, booleans are ``true`` and ``false``, days as ISO 8601 writes
    them, what is not known is empty. Text that a spreadsheet would run or rewrite is `marked`.

    Examples
    --------
    >>> csv_table(("id", "reached", "criteria"), [("007", True, (1, 3))]).split()
    ['\ufeffid,reached,criteria', "'007,true,1;3"]
    """
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _BOM + page.getvalue()


def csv_texts(values: Sequence[Value | None]) -> list[str]:
    """Return each value as it stands between commas: marked, and quoted where that is needed.

    Examples
    --------
    >>> csv_texts(["=1", "a,b", 3, None])
    ["'=1", '"a,b"', '3', '']
    """
    page = io.StringIO()
    # What ends a line is quoted within a cell: the writer has to be told.
    writer = csv.writer(page, lineterminator="\r\n")
    found = []
    for value in values:
        writer.writerow((_cell(value), ""))  # alone, an empty cell would be quoted
        found.append(page.getvalue()[: -len(",\r\n")])
        page.seek(0)
        page.truncate()
    return found


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that `csv_texts` has made, for tables of millions of rows."""
    lines = (",".join(row) for row in rows)
    return _BOM + "\r\n".join((",".join(head), *lines, ""))


def _cell(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    # One number, or one day, is that to a spreadsheet too; anything else is text.
    if isinstance(value, tuple) and len(value) == 1 and _DAY.fullmatch(str(value[0])):
        return str(value[0])
    return marked(list_text(value) if isinstance(value, tuple) else value)
