"""地域メッシュ統計 of e-Stat: tables of people by mesh, as they are handed out.

What must be known of them (秘匿処理): the first row names columns by codes and the second by words;
``*`` is secret and counted in the cell that ``HTKSAKI`` names; ``-`` is nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boundaries.mesh import is_mesh_code
from boundaries.tables import column_key, read_lines
from groundfloor.problems import DataError, Problem, Text, error

PEOPLE = ("人口(総数)", "人口総数", "総人口", "population", "人口", "JINKO", "PTN_2020")
_CODES = ("KEY_CODE", "MESH_ID", "MESH_CODE", "mesh", "メッシュコード", "地域メッシュコード")
_MERGED_INTO = "HTKSAKI"
_SECRET, _NOBODY = frozenset({"*", "X", "x"}), frozenset({"-"})
_HEADER_WITHIN = 5
_MOST_PEOPLE = 1e9  # more than any country of one table has


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


def read_mesh_table(path: Path, *, label: str, column: str | None) -> tuple[MeshRow, ...]:
    """Read the people of each mesh.

    Parameters
    ----------
    path : Path
        CSV, TSV or TXT in UTF-8, UTF-16 or CP932, or XLSX.
    label : str
        File name for messages.
    column : str or None
        Column of the people, by its code or its words; None for the usual names.

    Returns
    -------
    tuple of MeshRow
        In the order of the file.

    Raises
    ------
    DataError
        No such columns, codes that are none, numbers that are none, a mesh twice; all of them.
    """
    lines = list(read_lines(path, label=label))
    names = PEOPLE if column is None else (column,)
    at, code_at, people_at = _columns(lines, names, label)
    heads = lines[at][1]
    into_at = _place(heads, (_MERGED_INTO,))
    rows: list[MeshRow] = []
    problems: list[Problem] = []
    for number, cells in lines[at + 1 :]:
        code, people, into = (_at(cells, k) for k in (code_at, people_at, into_at))
        if not code:
            continue  # e-Stat's row of words
        if not is_mesh_code(code):
            problems.append(_no_code(label, number, heads[code_at], code))
        elif people not in _SECRET | _NOBODY and not _is_count(people):
            problems.append(_no_count(label, number, heads[people_at], people))
        else:
            rows.append(MeshRow(code, _people(people), into))
    problems += _repeated(rows, label)
    if problems:
        raise DataError(problems)
    return tuple(rows)


def _columns(
    lines: Sequence[tuple[int, list[str]]], names: Sequence[str], label: str
) -> tuple[int, int, int]:
    """Return the header's place in `lines` and the columns of codes and people."""
    for at, (_, cells) in enumerate(lines[:_HEADER_WITHIN]):
        code_at = _place(cells, _CODES)
        if code_at is None:
            continue
        words = lines[at + 1][1] if at + 1 < len(lines) else []
        people_at = _place(cells, names)
        people_at = _place(words, names) if people_at is None else people_at
        if people_at is None:
            raise DataError(_missing(label, names))
        return at, code_at, people_at
    raise DataError(_no_code_column(label))


def _place(cells: Sequence[str], names: Sequence[str]) -> int | None:
    keys = [column_key(cell) for cell in cells]
    return next((keys.index(column_key(n)) for n in names if column_key(n) in keys), None)


def _at(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _people(text: str) -> float | None:
    if text in _SECRET:
        return None
    return 0.0 if text in _NOBODY else float(text.replace(",", ""))


def _is_count(text: str) -> bool:
    try:
        return 0 <= float(text.replace(",", "")) < _MOST_PEOPLE
    except ValueError:
        return False


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


def _no_code_column(label: str) -> Problem:
    listed = " / ".join(_CODES)
    return error(
        "missing-column",
        Text("地域メッシュコードの列がありません", "there is no column of mesh codes"),
        Text(f"見出しを {_CODES[0]} にしてください({listed})", f"call it {_CODES[0]} ({listed})"),
        file=label,
        column=_CODES[0],
    )


def _missing(label: str, names: Sequence[str]) -> Problem:
    listed = " / ".join(names)
    return error(
        "missing-column",
        Text("必要な列がありません", "a column is missing"),
        Text(
            f"[population] の column で列を指定してください(既定: {listed})",
            f"name it with 'column' under [population] (looked for: {listed})",
        ),
        file=label,
        column=names[0],
    )
