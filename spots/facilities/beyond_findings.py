"""What lists leave open of institutions of other prefectures: told once a list, not row by row.

Stands apart: rows are read before anybody knows in which prefecture they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from groundfloor.crs import with_rows
from groundfloor.problems import Problem, Severity, Text
from spots.types import Facility, Place

#: Of positions, row by row; a national list has hundreds that matter to nobody here.
_OF_POSITIONS = frozenset({"zero-coordinates", "no-coordinates", "coarse-coordinates"})


def folded_beyond(
    problems: Sequence[Problem],
    facilities: Iterable[Facility],
    places: Mapping[str, Place],
    home: str,
) -> list[Problem]:
    """Return problems with those about positions of other prefectures' rows as one for each list.

    Parameters
    ----------
    problems : sequence of Problem
        About the lists.
    facilities : iterable of Facility
        All of them.
    places : mapping of str to Place
        Where each is, by id.
    home : str
        Two digits of the prefecture that is judged.
    """
    beyond: set[tuple[str, int | None]] = {
        (row.file, row.row)
        for f in facilities
        if places[f.id].prefecture_code not in {None, home}
        for row in f.rows
    }
    rows: dict[tuple[str, str], list[int]] = {}
    for p in problems:
        if _folds(p, beyond):
            rows.setdefault((p.code, p.file), []).append(p.row or 0)
    told: list[Problem] = []
    for p in problems:
        if not _folds(p, beyond):
            told.append(p)
        elif mine := rows.pop((p.code, p.file), None):
            told.append(_as_one(p, mine) if len(mine) > 1 else p)
    return told


def _folds(problem: Problem, beyond: Collection[tuple[str, int | None]]) -> bool:
    mild = problem.severity is not Severity.ERROR and problem.code in _OF_POSITIONS
    return mild and (problem.file, problem.row) in beyond


def _as_one(first: Problem, rows: Sequence[int]) -> Problem:
    ja, en = first.message.ja, first.message.en
    told = with_rows(f"ほかの都道府県の医療機関：{ja}", f"of other prefectures: {en}", rows)
    return replace(first, message=Text(told.ja, told.en), value=None)
