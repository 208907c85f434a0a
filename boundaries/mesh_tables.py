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
from groundfloor.columns import Columns, Vocabulary
from groundfloor.folding import nfkc, plain_number
from groundfloor.problems import DataError, Problem, Text, error
from groundfloor.tables import read_table

PEOPLE = ("人口(総数)", "人口総数", "総人口", "population", "人口", "JINKO", "PTN_2020")
_CODES = ("KEY_CODE", "MESH_ID", "MESH_CODE", "mesh", "メッシュコード", "地域メッシュコード")
_MERGED_INTO = "HTKSAKI"
_SECRET, _NOBODY = frozenset({"*", "X", "x"}), frozenset({"-"})
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
    table = read_table(path, _meshes(names), label=label)
    columns = table.columns
    rows: list[MeshRow] = []
    problems: list[Problem] = []
    for at, row in enumerate(table.rows):
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


def _meshes(people: Sequence[str]) -> Vocabulary:
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
