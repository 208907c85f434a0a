"""How nouns show themselves in a notebook: a title, some facts, perhaps a small table.

Everything that comes from data is escaped, and no colours are set: the page may be dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import pandas as pd

_MOST_ROWS = 10  # of the table; a repr is no report
_LEFT = ' style="text-align: left"'


def html_of(
    title: str,
    facts: Iterable[tuple[str, object]] = (),
    *,
    heads: Sequence[str] = (),
    rows: Sequence[Sequence[object]] = (),
    most_rows: int = _MOST_ROWS,
) -> str:
    """Return HTML for ``_repr_html_``.

    Parameters
    ----------
    title : str
        What it is, such as ``"Ground: 熊本県"``.
    facts : iterable of (str, object)
        Label and value, a line each; lines without a value (None, empty text) are left out.
    heads : sequence of str
        Heads of the table; without any there is no table.
    rows : sequence of sequence of object
        Cells of the table under `heads`, of missing ones None.
    most_rows : int
        Rows shown; how many are not is said below the table.

    Returns
    -------
    str
        One ``<div>``; every text in it is escaped.

    Examples
    --------
    >>> html_of("Roads", [("edges", 1200), ("profile", "<own>"), ("note", None)])
    ... # doctest: +ELLIPSIS
    '<div><strong>Roads</strong><table>...<td ...>1,200</td>...&lt;own&gt;...</table></div>'
    """
    told = [(label, value) for label, value in facts if value is not None and value != ""]
    parts = [f"<strong>{escape(title)}</strong>"]
    if told:
        lines = (f"<tr>{_cell('th', label)}{_cell('td', value)}</tr>" for label, value in told)
        parts.append(f"<table><tbody>{''.join(lines)}</tbody></table>")
    if heads:
        parts.append(_table(heads, rows[:most_rows]))
    if heads and (more := len(rows) - most_rows) > 0:
        parts.append(f"<small>… + {more:,}</small>")
    return f"<div>{''.join(parts)}</div>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    top = "".join(_cell("th", head) for head in heads)
    body = "".join(f"<tr>{''.join(_cell('td', value) for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(tag: str, value: object) -> str:
    return f"<{tag}{_LEFT}>{escape(_shown(value))}</{tag}>"


def _shown(value: object) -> str:
    """Return a value as text: whole numbers with commas, nothing for what is missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
