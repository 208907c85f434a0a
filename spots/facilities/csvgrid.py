"""Delimited text to rows of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from groundfloor.problems import Text, error
from spots.facilities.errors import FacilityListError
from spots.facilities.headers import matches
from spots.facilities.model import Row

_DELIMITERS = (",", "\t", ";")
_SAMPLE_ROWS = 50


def read_rows(text: str, shown: str, aliases: Mapping[str, tuple[str, ...]]) -> tuple[Row, ...]:
    """Return the rows of a CSV, TSV or semicolon-separated text, numbered as Excel shows them.

    The separator is the one under which a row names the most known columns; title lines with
    commas above the header do not mislead it.

    Raises
    ------
    FacilityListError
        A quotation mark that never closes (it would swallow the rows below), or text after one.
    """
    delimiter = _delimiter(text, aliases)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append(Row(number, tuple(cells)))
            start = number + 1
    except csv.Error as cause:
        raise FacilityListError(
            error(
                "csv-quoting",
                Text(
                    f'引用符(")の対応が取れていないか、1つの値が長すぎます({cause})',
                    f"quotation marks do not match, or a value is too long ({cause})",
                ),
                Text(
                    'この行の " を確認するか、Excel で保存し直してください',
                    "check the quotation marks from this row on, or save it again in Excel",
                ),
                file=shown,
                row=start,
            )
        ) from cause
    return tuple(rows)


def _delimiter(text: str, aliases: Mapping[str, tuple[str, ...]]) -> str:
    lines = text.splitlines()[:_SAMPLE_ROWS]

    def score(delimiter: str) -> tuple[int, int]:
        split = ([c.strip().strip('"') for c in line.split(delimiter)] for line in lines)
        known = max((len(matches(cells, aliases)) for cells in split), default=0)
        return known, sum(line.count(delimiter) for line in lines)

    return max(_DELIMITERS, key=score)
