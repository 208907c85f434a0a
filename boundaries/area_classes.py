"""Areas with their index and class: the table of areas and that of indices, joined with suspicion.

Both have four-digit codes, and both have editions: by the codes of 2020 in 秋田 (A38-20), 0502 is
北秋田, by those of the indices of 2024-01 it is 県央, a 多数区域. So a code joins two rows only
where their names agree; where they do not, the class of the area is not known.

Stands apart: names and numbers alone, while its importer puts outlines together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from boundaries.codes import fold
from boundaries.types import (
    AreaAssignment,
    AreaClass,
    AreaIndex,
    AreaTable,
    ClassBasis,
    IndexTable,
    MedicalArea,
)
from groundfloor.problems import Problem, Text, warning

_KIND = re.compile(r"(二次|2次)?(保健|医療|福祉|構想)*(圏域|区域|医療圏|圏)$")
_BETWEEN = re.compile(r"[・･·.,、，/／()（）\-‐―－~～と]")
# 恩納村, 宜野座村, 金武町: in 中部 by A38-20, in 北部 by 沖縄's plan, whose areas the indices since
# 2024-01 are of. Codes and names of the areas are the same in both, so that nothing else tells.
_MOVED = {"47311": "4701", "47313": "4701", "47314": "4701"}
_MOVED_SINCE = "2024"


def classed_areas(
    assigned: Iterable[AreaAssignment | None],
    areas: AreaTable,
    indices: IndexTable | None,
    *,
    homes: Collection[str],
) -> tuple[tuple[MedicalArea, ...], list[Problem]]:
    """Return the areas that municipalities belong to, with index and class.

    Parameters
    ----------
    assigned : iterable of AreaAssignment or None
        The area of each municipality of the map.
    areas : AreaTable
        All of the table, also what the map has not.
    indices : IndexTable or None
        The indices; without them every class is unknown.
    homes : collection of str
        Two digits each: the prefectures whose areas are looked at for problems.

    Returns
    -------
    areas : tuple of MedicalArea
        Sorted by code.
    problems : list of Problem
        Areas without an index, indices without an area, names that disagree or are not there to
        be compared, ties, of `homes` only.
    """
    names: Mapping[str, str] = {a.area_code: a.area_name for a in assigned if a is not None}
    if indices is None:
        basis = ClassBasis.NO_INDEX
        known = (MedicalArea(c, names[c], None, AreaClass.UNKNOWN, basis) for c in sorted(names))
        return tuple(known), []
    strangers = _strangers(areas, indices)
    found = []
    problems = [_no_area(i, areas) for i in strangers if i.area_code[:2] in homes]
    uneven = {i.area_code[:2] for i in strangers}
    uneven |= {code[:2] for code in names if not indices.lists(code)}
    for code, name in sorted(names.items()):
        area, doubt = _joined(code, name, indices, uneven=code[:2] in uneven)
        found.append(area)
        problems += [doubt] if doubt is not None and code[:2] in homes else []
    return tuple(found), _folded(problems)


def _folded(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems with one for each kind that two editions of areas make of every area."""
    alike: dict[str, list[Problem]] = {}
    for problem in problems:
        key = f"{problem.code} {problem.value}" if problem.code in TIE_CODES else problem.code
        alike.setdefault(key, []).append(problem)
    return [_first_of(each) for each in alike.values()]


def _first_of(alike: Sequence[Problem]) -> Problem:
    first, *rest = alike
    if not rest:
        return first
    codes = ", ".join(str(p.value) for p in rest)
    told = Text(
        f"{first.message.ja}。ほか{len(rest)}件（{codes}）",
        f"{first.message.en}; and {len(rest)} more ({codes})",
    )
    return replace(first, message=told)


def unmapped_areas(
    areas: AreaTable, indices: IndexTable | None, home: str
) -> tuple[AreaIndex, ...]:
    """Return the areas of a prefecture that the indices have and the table of areas has not.

    A code that means another area in the table of areas is none of theirs.

    Parameters
    ----------
    areas : AreaTable
        The table of areas.
    indices : IndexTable or None
        The indices.
    home : str
        Two digits of the prefecture.
    """
    names = {a.area_code: a.area_name for a in areas.assignments}
    mine = (i for i in (indices.indices if indices else ()) if i.area_code[:2] == home)
    return tuple(
        i
        for i in mine
        if i.area_code not in names
        or (i.area_name and not same_area_name(i.area_name, names[i.area_code]))
    )


def _strangers(areas: AreaTable, indices: IndexTable) -> list[AreaIndex]:
    """Return the indices of prefectures of the table of areas that are of none of its areas."""
    known = {a.area_code for a in areas.assignments}
    prefectures = {code[:2] for code in known}
    return [
        i for i in indices.indices if i.area_code[:2] in prefectures and i.area_code not in known
    ]


def _joined(
    code: str, name: str, indices: IndexTable, *, uneven: bool
) -> tuple[MedicalArea, Problem | None]:
    found = indices.get(code)
    if found is None:
        area = MedicalArea(code, name, None, AreaClass.UNKNOWN, ClassBasis.NO_INDEX)
        # A row that is there and blank is told by its row.
        return area, None if indices.is_blank(code) else _no_index(code, name, indices)
    other = MedicalArea(code, name, None, AreaClass.UNKNOWN, ClassBasis.OTHER_AREA)
    if found.area_name and not same_area_name(found.area_name, name):
        return other, _other_name(found, name)
    if not found.area_name and uneven:
        return other, _no_name(found, name)
    area = MedicalArea(code, name, found.value, found.area_class, found.basis)
    if found.basis is ClassBasis.NO_CUT_OFFS:
        return area, _no_cut_offs(found, name)
    return area, _tied(found, name) if found.basis in _TIES else None


def same_area_name(one: str, other: str) -> bool:
    """Tell whether two names mean one area: 医療圏 or 圏域 behind them, and dots, do not count.

    Examples
    --------
    >>> same_area_name("熊本・上益城", "熊本上益城医療圏"), same_area_name("北秋田", "県央")
    (True, False)
    """
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    plain = _BETWEEN.sub("", fold(name))
    return _KIND.sub("", plain) or plain


def moved_municipalities(
    table: AreaTable, indices: IndexTable | None
) -> tuple[AreaTable, list[Problem]]:
    """Notice municipalities that the table of areas has in an area of an older edition.

    Parameters
    ----------
    table : AreaTable
        The table of areas.
    indices : IndexTable or None
        The indices.

    Returns
    -------
    table : AreaTable
        Without municipalities whose class hangs on which area they are in.
    problems : list of Problem
        One for each that was moved.
    """
    if indices is None or indices.edition.name < _MOVED_SINCE:
        return table, []
    kept, problems = [], []
    for each in table.assignments:
        wanted = _MOVED.get(each.municipality_code, each.area_code)
        if each.area_code == wanted:
            kept.append(each)
            continue
        there, here = (indices.get(code) for code in (wanted, each.area_code))
        same = there is not None and here is not None and there.area_class is here.area_class
        problems.append(_moved(each, there.area_name if there else wanted, same=same))
        kept += [each] if same else []
    return replace(table, assignments=tuple(kept)), problems


_ONE_EDITION = Text(
    "医療圏の対応表と指標の表を、同じ区割り（年次）のものにそろえてください",
    "use a table of areas and a table of indices of the same year's areas",
)
_TIES = {
    ClassBasis.SHORTAGE_TIE: (
        "index-at-shortage-cut-off",
        Text(
            "医師少数の基準値と同じで、表に区分がないため、少数区域かどうか決まりません",
            "equals the shortage cut-off and no class is stated: it may be a shortage area or not",
        ),
    ),
    ClassBasis.SURPLUS_TIE: (
        "index-at-surplus-cut-off",
        Text(
            "医師多数の基準値と同じで、表に区分がありません。「以上」のため多数区域としています",
            "equals the surplus cut-off and no class is stated: taken for a surplus area, which is "
            "at least that",
        ),
    ),
}
#: Codes of the problems that name a tie.
TIE_CODES = frozenset(code for code, _ in _TIES.values())


def _tied(found: AreaIndex, name: str) -> Problem:
    code, told = _TIES[found.basis]
    return warning(
        code,
        Text(
            f"{name}の医師偏在指標（{found.value}）は{told.ja}",
            f"the index of {name} ({found.value}) {told.en}",
        ),
        Text(
            "都道府県が決めた区分を指標の表の「区分」の列に書いてください（少数、多数、中間）",
            "state the prefecture's decision in a column area_class (shortage, surplus, neither)",
        ),
        row=found.row,
        value=found.area_code,
    )


def _no_cut_offs(found: AreaIndex, name: str) -> Problem:
    return warning(
        "index-without-cut-offs",
        Text(
            f"{name}は表に区分がなく、指標（{found.value}）の版の基準値も分からないため、"
            "区分は不明とします",
            f"the class of {name} is not stated, and the cut-offs of its index ({found.value}) "
            "are not known: its class is unknown",
        ),
        Text(
            '版（`edition="2024-01"` など）か、その版の基準値（shortage_at_most と '
            "surplus_at_least）を指定するか、"
            "都道府県が決めた区分を指標の表の「区分」の列に書いてください",
            'name the edition (edition="2024-01" is known), or give its cut-offs '
            "(shortage_at_most, surplus_at_least), or state the "
            "prefecture's decision in a column area_class",
        ),
        row=found.row,
        value=found.area_code,
    )


def _no_index(code: str, name: str, table: IndexTable) -> Problem:
    return warning(
        "area-without-index",
        Text(
            f"{name}の医師偏在指標が{table.edition.name}版の表にありません（区分は不明とします）",
            f"{name} has no index in edition {table.edition.name}; its class is unknown",
        ),
        _ONE_EDITION,
        value=code,
    )


def _no_area(found: AreaIndex, areas: AreaTable) -> Problem:
    same = (a for a in areas.assignments if same_area_name(a.area_name, found.area_name))
    there = {a.area_code for a in same if a.area_code[:2] == found.area_code[:2]}
    if found.area_name and there:
        return _other_code(found, min(there))
    return warning(
        "index-without-area",
        Text(
            f"指標の表の医療圏「{found.area_name or found.area_code}」が、"
            "市区町村と医療圏の対応表にありません",
            f"the indices have an area {found.area_name or found.area_code} that the table of "
            "areas has not",
        ),
        _ONE_EDITION,
        row=found.row,
        value=found.area_code,
    )


def _other_code(found: AreaIndex, code: str) -> Problem:
    return warning(
        "index-without-area",
        Text(
            f"医療圏「{found.area_name}」のコードが、指標の表（{found.area_code}）と"
            f"市区町村と医療圏の対応表（{code}）で違います（コードで照合するため、結び付けません）",
            f"the area {found.area_name} is {found.area_code} in the indices and {code} in the "
            "table of areas; areas are matched by code, so it is left without",
        ),
        _ONE_EDITION,
        row=found.row,
        value=found.area_code,
    )


def _other_name(found: AreaIndex, name: str) -> Problem:
    return warning(
        "area-name-disagrees",
        Text(
            f"医療圏コード {found.area_code} は、対応表では「{name}」、指標の表では"
            f"「{found.area_name}」です（別の医療圏とみて、区分は不明とします）",
            f"area {found.area_code} is called {name} in one table and {found.area_name} in the "
            "other; they are taken for different areas, and its class is unknown",
        ),
        _ONE_EDITION,
        row=found.row,
        value=found.area_code,
    )


def _no_name(found: AreaIndex, name: str) -> Problem:
    return warning(
        "area-name-unconfirmed",
        Text(
            f"{name}（{found.area_code}）: 二つの表で県内の医療圏が一致せず、"
            "指標の表に名称がないため、同じ医療圏か確かめられません（区分は不明とします）",
            f"{name} ({found.area_code}): the tables differ in the areas of the prefecture, and "
            "the indices have no names to compare; its class is unknown",
        ),
        _ONE_EDITION,
        row=found.row,
        value=found.area_code,
    )


def _moved(found: AreaAssignment, area: str, *, same: bool) -> Problem:
    ja, en = (
        ("区分はどちらも同じです", "the class of both is the same")
        if same
        else ("区分が異なるため、医療圏は不明とします", "their classes differ: its area is unknown")
    )
    return warning(
        "area-of-another-edition",
        Text(
            f"対応表では{found.area_name}医療圏ですが、指標の版では{area}医療圏です（{ja}）",
            f"the table of areas has it in {found.area_name}, the indices' edition in {area}; {en}",
        ),
        _ONE_EDITION,
        value=found.municipality_code,
    )
