"""地域メッシュ (JIS X 0410): from a code to its cell, and 地域メッシュ統計 of e-Stat by code.

What must be known of the tables (秘匿処理): the first row names columns by codes and the second by
words; ``*`` is secret and counted in the cell that ``HTKSAKI`` names; ``-`` is nobody.

Stands apart: the standard and the ministry's tables are one thing, people by any cell another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import Polygon, box

from groundfloor.columns import Columns, Vocabulary
from groundfloor.folding import nfkc, plain_number
from groundfloor.problems import DataError, Problem, Text, error
from groundfloor.tables import read_table

# Lengths of codes: 第1次 (80 km), 第2次 (10 km), 第3次 (1 km), then halves (500, 250, 125 m).
_CODE = re.compile(r"\d{4}(?:[0-7]{2}(?:\d{2}[1-4]{0,3})?)?")
# 第1次地域区画: 40 minutes of latitude by one degree of longitude, counted from the equator and
# from 100 degrees east.
_PRIMARY_LAT, _PRIMARY_LON, _FIRST_LON = 2 / 3, 1.0, 100
PEOPLE = ("人口(総数)", "人口総数", "総人口", "population", "人口", "JINKO", "PTN_2020")
_CODES = ("KEY_CODE", "MESH_ID", "MESH_CODE", "mesh", "メッシュコード", "地域メッシュコード")
_MERGED_INTO = "HTKSAKI"
_SECRET, _NOBODY = frozenset({"*", "X", "x"}), frozenset({"-"})
# A table whose first rows are mostly unreadable is another one: a million faults help nobody.
_MOST_FAULTS, _SHOWN = 100, 20
_MOST_PEOPLE = 1e9  # more than any country of one table has


def is_mesh_code(code: str) -> bool:
    """Return whether `code` has the form of a mesh code.

    Examples
    --------
    >>> is_mesh_code("4930"), is_mesh_code("493015"), is_mesh_code("493015621"), is_mesh_code("43")
    (True, True, True, False)
    """
    return _CODE.fullmatch(code) is not None


def mesh_bounds(code: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a cell.

    Parameters
    ----------
    code : str
        4 (第1次), 6 (第2次), 8 (第3次), 9 (500 m), 10 (250 m) or 11 (125 m) digits.

    Returns
    -------
    tuple of float
        Degrees, in the datum of the statistics (JGD2011 or JGD2000).

    Raises
    ------
    ValueError
        When `code` is no mesh code.

    Examples
    --------
    >>> [round(v, 6) for v in mesh_bounds("4930")]
    [130.0, 32.666667, 131.0, 33.333333]
    >>> [round(v, 6) for v in mesh_bounds("493015621")]
    [130.65, 32.8, 130.65625, 32.804167]
    """
    if not is_mesh_code(code):
        raise ValueError(f"{code!r} is no mesh code")
    lat, lon = int(code[:2]) * _PRIMARY_LAT, float(int(code[2:4]) + _FIRST_LON)
    height, width = _PRIMARY_LAT, _PRIMARY_LON
    for at, parts in ((4, 8), (6, 10)):
        if len(code) > at:
            height, width = height / parts, width / parts
            lat += int(code[at]) * height
            lon += int(code[at + 1]) * width
    for quarter in code[8:]:  # 1 south-west, 2 south-east, 3 north-west, 4 north-east
        height, width = height / 2, width / 2
        lat += (int(quarter) - 1) // 2 * height
        lon += (int(quarter) - 1) % 2 * width
    return lon, lat, lon + width, lat + height


def mesh_cell(code: str) -> Polygon:
    """Return the cell of a mesh code as a polygon in degrees.

    Corners are rounded to 1e-9 degree (0.1 mm), so that neighbours share them exactly.
    """
    return box(*(round(value, 9) for value in mesh_bounds(code)))


@dataclass(frozen=True, slots=True)
class MeshRow:
    """A row of a mesh table.

    Parameters
    ----------
    code : str
        Mesh code.
    people : float or None
        None where secret.
    merged_into : str
        The cell whose people include these, where secret; may be empty.
    """

    code: str
    people: float | None
    merged_into: str


def read_mesh_table(
    path: Path, *, label: str, column: str | None
) -> tuple[tuple[MeshRow, ...], tuple[Problem, ...]]:
    """Read the people of each mesh.

    Parameters
    ----------
    path : Path
        CSV, TSV or TXT, or XLSX.
    label : str
        File name for messages.
    column : str or None
        Column of the people, by its code or its words; None for the usual names.

    Returns
    -------
    tuple of MeshRow, tuple of Problem
        In the order of the file; warnings and notes.

    Raises
    ------
    DataError
        No such columns, codes that are none, numbers that are none, a mesh twice; all of them.
    """
    names = PEOPLE if column is None else (column,)
    table = read_table(path, mesh_vocabulary(names), label=label)
    columns = table.columns
    rows: list[MeshRow] = []
    problems: list[Problem] = []
    for at, row in enumerate(table.rows):
        if len(problems) >= _MOST_FAULTS and len(problems) > len(rows):
            raise DataError([_other_table(label, len(problems), at), *problems[:_SHOWN]])
        code, people, into = (
            nfkc(columns.cell(row, which)) for which in ("mesh", "people", "merged_into")
        )
        if not code and at == 0:
            continue  # e-Stat's row of words
        if not is_mesh_code(code):
            problems.append(_no_code(label, row.number, columns.label("mesh"), code))
        elif people not in _SECRET | _NOBODY and not _is_count(people):
            problems.append(_no_count(label, row.number, _people_header(columns), people))
        else:
            rows.append(MeshRow(code, _people(people), into))
    problems += _repeated(rows, label)
    if problems:
        raise DataError(problems)
    return tuple(rows), table.problems


def mesh_vocabulary(people: Sequence[str] = PEOPLE) -> Vocabulary:
    """Return the columns of a mesh table; its header has a row of codes and one of words."""
    hint = Text(
        "。人口の列は [population] の column で指定できます",
        "; the people's with 'column' under [population]",
    )
    names = {"mesh": _CODES, "people": people, "merged_into": (_MERGED_INTO,)}
    return Vocabulary(names, ("mesh", "people"), hint=hint)


def _people_header(columns: Columns) -> str:
    """Return the code of the people's column where there is one, else its words."""
    at = columns.index["people"]
    return (columns.upper[at] if at < len(columns.upper) else "") or columns.label("people")


def _people(text: str) -> float | None:
    if text in _SECRET:
        return None
    return 0.0 if text in _NOBODY else float(plain_number(text) or 0)


def _is_count(text: str) -> bool:
    plain = plain_number(text)
    return plain is not None and 0 <= float(plain) < _MOST_PEOPLE


def _repeated(rows: Sequence[MeshRow], label: str) -> Iterator[Problem]:
    for code, times in Counter(row.code for row in rows).items():
        if times > 1:
            yield error(
                "mesh-twice",
                Text("同じメッシュが二回あります", "the mesh is there twice"),
                Text("どちらか一方を削除してください", "keep one of them"),
                file=label,
                value=code,
            )


def _other_table(label: str, wrong: int, read: int) -> Problem:
    return error(
        "mesh-table-unreadable",
        Text(
            f"はじめの{read:,}行のうち{wrong:,}行が地域メッシュ別の人口として読めません"
            f"（最初の{_SHOWN}件を示します）",
            f"{wrong:,} of the first {read:,} rows are no people by mesh (the first {_SHOWN} are "
            "shown)",
        ),
        Text(
            "地域メッシュコードと人口の列がある統計表を指定してください",
            "give a table with mesh codes and people",
        ),
        file=label,
    )


def _no_code(label: str, row: int, column: str, value: str) -> Problem:
    return error(
        "mesh-code",
        Text("地域メッシュコードではありません", "is no mesh code"),
        Text("4〜11桁の数字にしてください", "give 4 to 11 digits (JIS X 0410)"),
        file=label,
        row=row,
        column=column,
        value=value,
    )


def _no_count(label: str, row: int, column: str, value: str) -> Problem:
    return error(
        "mesh-people",
        Text("人口として読めません", "is no number of people"),
        Text(
            "0以上の数か、秘匿なら * としてください", "give a number from 0 up, or * where secret"
        ),
        file=label,
        row=row,
        column=column,
        value=value,
    )
