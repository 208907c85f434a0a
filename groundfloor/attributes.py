"""Attributes of features as text, one way for every format and role.

Stands apart: `layers` opens files, this module says what a cell of theirs is as text.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundfloor.crs import with_rows
from groundfloor.dbf import decoded
from groundfloor.problems import DataError, Problem, Text, error, warning

_MIDNIGHT = re.compile(r"[T ]00:00:00(\.0+)?(Z|[+-]\d\d:?\d\d)?$")


def texts(values: NDArray[Any], *, truth: bool = False) -> NDArray[Any]:
    """Return attributes as texts, trimmed; empty for nothing.

    Parameters
    ----------
    values : (R,) array
        As pyogrio gives them: an integer column with gaps arrives as floats.
    truth : bool
        Whether numbers mean true and false.

    Examples
    --------
    >>> texts(np.array([43447.0, np.nan, 1.5])).tolist()
    ['43447', '', '1.5']
    >>> texts(np.array(["2024-12-01T00:00:00", None, " 阿蘇 "], object)).tolist()
    ['2024-12-01', '', '阿蘇']
    """
    made = np.full(len(values), "", dtype=object)
    if values.dtype == np.float32:  # 0.1 stays 0.1, not 0.10000000149
        values = np.array([float(str(value)) for value in values])
    made[:] = [_cell_text(value, truth=truth) for value in values.tolist()]
    return made


def _cell_text(value: object, *, truth: bool) -> str:
    if isinstance(value, str):
        return _MIDNIGHT.sub("", value.strip())
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or truth:
        return "true" if value else "false"
    if isinstance(value, np.ndarray):  # a list in GeoJSON
        return json.dumps(value.tolist(), ensure_ascii=False)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def decoded_cells(
    values: NDArray[Any], encoding: str, label: str, *, column: str, first_row: int = 1
) -> tuple[NDArray[Any], tuple[Problem, ...]]:
    """Return the cells of a DBF out of Latin-1, in which no byte was lost.

    Parameters
    ----------
    values : (R,) array
        As read with Latin-1.
    encoding : str
        What the bytes are, see `groundfloor.dbf.encoding_of`.
    label : str
        The layer's name for messages.
    column : str
        The column's name for messages.
    first_row : int
        Row in the file of the first cell.

    Raises
    ------
    DataError
        ``wrong-encoding``, with the row.
    """
    if encoding == "ascii" or values.dtype != object:
        return values, ()
    known: dict[str, tuple[str, bool]] = {}
    cut: list[int] = []
    cells = values.copy()
    for at, cell in enumerate(values.tolist()):
        if not isinstance(cell, str) or cell.isascii():
            continue
        if cell not in known:
            try:
                known[cell] = decoded(cell.encode("latin-1"), encoding)
            except UnicodeError as cause:
                problem = _wrong_encoding(label, encoding, column, at + first_row)
                raise DataError(problem) from cause
        cells[at], ended = known[cell]
        cut += [at + first_row] if ended else []
    return cells, (_text_cut(label, column, cut),) if cut else ()


def _wrong_encoding(label: str, encoding: str, column: str, row: int) -> Problem:
    return error(
        "wrong-encoding",
        Text(
            f"DBF の文字を {encoding} として読めません",
            f"the DBF's text cannot be read as {encoding}",
        ),
        Text(
            "GIS で文字コードを確かめ、GeoPackage で書き出し直してください",
            "check its encoding in a GIS and export it as GeoPackage",
        ),
        file=label,
        row=row,
        column=column,
    )


def _text_cut(label: str, column: str, rows: list[int]) -> Problem:
    return warning(
        "text-cut",
        with_rows("文字が途中で切れています", "the text ends inside a character", rows),
        Text("元のデータの値を確かめてください", "look at the values in the source"),
        file=label,
        row=rows[0],
        column=column,
    )
