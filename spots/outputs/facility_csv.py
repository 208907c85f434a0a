"""``facilities.csv``: every facility once, as Excel opens it and machines read it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from groundfloor.problems import Lang
from spots.outputs.columns import Value, facility_columns, list_text
from spots.outputs.spreadsheet import marked
from spots.types import RunResult

_BOM = "\ufeff"  # without it Excel takes UTF-8 for CP932


def facilities_csv(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return the table as text: byte order mark, CRLF, RFC 4180 quoting, contract's headers.

    Lists are joined by semicolons, booleans are ``true`` and ``false``, what is not known is
    empty. Text that a spreadsheet would run or rewrite carries an apostrophe
    (`spots.outputs.spreadsheet`).
    """
    columns = facility_columns(result)
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow([c.name for c in columns])
    for verdict in result.verdicts:
        writer.writerow([_cell(c.value(verdict, lang)) for c in columns])
    return _BOM + page.getvalue()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, tuple):
        # One number is a number to a spreadsheet too; anything else is text.
        return marked(list_text(value))
    return marked(value)
