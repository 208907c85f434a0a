"""The columns of a list that nothing here reads: kept for whoever brought them.

Stands apart: what a list says for a verdict is `facility_frames`; the rest is its owner's alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Sequence

import pandas as pd

from groundfloor.columns import DATUM
from groundfloor.problems import Problem, Text, note
from groundfloor.tables import Table
from spots.facilities.headers import POINT

_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_MOST_DIGITS = 15  # that a float keeps


def own_columns(
    table: Table,
    numbers: Sequence[int],
    index: pd.Index,
    taken: Collection[Hashable],
    given: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the columns of a table that were not read.

    Parameters
    ----------
    table : Table
        The list.
    numbers : sequence of int
        The rows that are wanted, by their numbers.
    index : Index
        What they are called.
    taken : collection of label
        Names that the frame has already: an own column of such a name gets ``own_`` before it.
    given : DataFrame, optional
        The caller's frame, on `index`, where the header is its columns: values stay as they are.

    Returns
    -------
    DataFrame
        Of a file the texts as written, or numbers where every one reads as it is written.
    tuple of Problem
        A note for each column that was renamed.
    """
    found: dict[Hashable, pd.Series] = {}
    problems: list[Problem] = []
    by_number = {row.number: row.cells for row in table.rows}
    rows = [by_number[number] for number in numbers]
    for place, name in _free(table):
        if given is not None and place >= given.shape[1]:
            continue  # the index, which the caller has anyway
        label: Hashable = name if given is None else given.columns[place]
        if given is None:
            values = _values([cells[place] if place < len(cells) else "" for cells in rows], index)
            if not name and values.isna().all():
                continue
            label = name or f"column_{place + 1}"
        else:
            values = given.iloc[:, place]
        if label in taken:
            problems.append(_renamed(table.label, str(label)))
            label = f"own_{label}"
        found[_unlike(label, found)] = values
    return pd.DataFrame(found, index=index), tuple(problems)


def columns_beside(
    own: pd.DataFrame, answer: pd.DataFrame, file: str
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return a caller's columns as they stand beside those of an answer, row by row.

    Parameters
    ----------
    own : DataFrame
        The caller's.
    answer : DataFrame
        On the same index. A column of a name that is here gets ``own_`` before it, or is left out
        where it says the same.
    file : str
        What the frame is called in messages.

    Returns
    -------
    DataFrame
        The columns, values as they are.
    tuple of Problem
        A note for each column that was renamed.
    """
    found: dict[Hashable, pd.Series] = {}
    problems: list[Problem] = []
    for place, name in enumerate(own.columns):
        label: Hashable = name
        if name in answer.columns:
            if _texts(own.iloc[:, place]) == _texts(answer[name]):
                continue
            problems.append(_renamed(file, str(name)))
            label = f"own_{name}"
        found[_unlike(label, found)] = own.iloc[:, place]
    return pd.DataFrame(found, index=own.index), tuple(problems)


def _texts(column: pd.Series) -> list[str | None]:
    return [None if gap else str(value) for value, gap in zip(column, column.isna(), strict=True)]


def _free(table: Table) -> Iterator[tuple[int, str]]:
    """Yield the place and the header of each column that tells nothing but itself.

    Coordinates beside geometry are such: the geometry is what is read.
    """
    points = {POINT.lat, POINT.lon, POINT.both} if table.spatial else set()
    kept = points | {DATUM}
    read = {place for column, place in table.columns.index.items() if column not in kept}
    for place, header in enumerate(table.columns.header):
        if place not in read:
            yield place, header.strip()


def _values(cells: Sequence[str], index: pd.Index) -> pd.Series:
    """Return cells as numbers where every one of them reads as it is written, else as texts."""
    known = [cell.strip() or None for cell in cells]
    said = [text for text in known if text]
    if said and all(map(_WHOLE.fullmatch, said)):
        return pd.Series([int(t) if t else None for t in known], index=index, dtype="Int64")
    if said and all(_DECIMAL.fullmatch(t) and len(t) <= _MOST_DIGITS for t in said):
        return pd.Series([float(t) if t else None for t in known], index=index, dtype="Float64")
    return pd.Series(known, index=index, dtype="string")


def _unlike(label: Hashable, others: Collection[Hashable]) -> Hashable:
    """Return a name that no other column has: headers may stand there twice."""
    number, free = 1, label
    while free in others:
        number += 1
        free = f"{label}_{number}"
    return free


def _renamed(file: str, column: str) -> Problem:
    return note(
        "own-column-renamed",
        Text(
            f"同じ名前の列を作るため、元の列を own_{column} としました",
            f"is a column that is written here; the list's own is now own_{column}",
        ),
        Text("", ""),
        file=file,
        column=column,
    )
