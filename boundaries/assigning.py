"""Which medical area each municipality of the map is in, where map and table may be of two years.

Stands apart: codes and names against each other, while its importer puts outlines together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import geopandas as gpd

from boundaries.codes import designated_city, fold, is_ward, split_county, split_prefecture
from boundaries.types import AreaAssignment, AreaTable
from groundfloor.problems import Problem, Text, note, warning


def assigned_areas(
    frame: gpd.GeoDataFrame, table: AreaTable, prefecture_code: str
) -> tuple[dict[str, AreaAssignment | None], list[Problem]]:
    """Return the area of each municipality of the map, and what is odd in the prefecture.

    Codes of another year are understood where it is certain what they mean: of wards that were
    numbered anew (浜松市 in 2024) when the former ones are all in one area, and of a row whose
    name is that of one municipality of the map that no other row is about.

    Parameters
    ----------
    frame : GeoDataFrame
        Index ``code``; column ``name``.
    table : AreaTable
        The table of areas.
    prefecture_code : str
        The prefecture of which problems are told.

    Returns
    -------
    assigned : dict of str to AreaAssignment or None
        In the frame's order; None where it is not known.
    problems : list of Problem
        Municipalities without an area, wards that disagree, rows about no municipality of the map
        or about two, codes of another edition.
    """
    names = {str(code): str(name) for code, name in frame["name"].items()}
    home = {code: name for code, name in names.items() if code[:2] == prefecture_code}
    table, problems = _by_name(table, home, prefecture_code)
    told = {str(p.value) for p in problems}
    former = dict(_renumbered_wards(table, names))
    problems += [_wards_of_another_edition(c, old) for c, old in former.items() if c in home]
    added = (replace(old[0], municipality_code=code) for code, old in former.items())
    table = _table((*table.assignments, *added))
    of_wards: dict[str, list[AreaAssignment]] = {}
    for assignment in table.assignments:
        city = designated_city(assignment.municipality_code)
        if city is not None:
            of_wards.setdefault(city[0], []).append(assignment)
    assigned: dict[str, AreaAssignment | None] = {}
    for code, name in names.items():
        found = table.get(code)
        wards = of_wards.get(code, [])
        city = designated_city(code)
        if found is None and city is not None and code != city[0]:
            found = table.get(city[0])
        disagree = found is None and len({w.area_code for w in wards}) > 1
        if found is None and wards and not disagree:
            found = wards[0]
        assigned[code] = found
        if found is None and code in home and code not in told:
            problems.append(_wards_disagree(code, name) if disagree else _no_area(code, name))
    problems += [_no_outline(a) for a in table.assignments if _is_lost(a, names, prefecture_code)]
    return assigned, problems


def _is_lost(assignment: AreaAssignment, names: Mapping[str, str], prefecture_code: str) -> bool:
    """Tell whether a row of the prefecture's table meets no municipality, ward or city."""
    code = assignment.municipality_code
    if code[:2] != prefecture_code or code in names:
        return False
    city = designated_city(code)
    if city is None:
        return True
    return not any(designated_city(other) == city for other in names)


def _table(assignments: Iterable[AreaAssignment]) -> AreaTable:
    return AreaTable(tuple(sorted(assignments, key=lambda a: a.municipality_code)))


def _by_name(
    table: AreaTable, home: Mapping[str, str], prefecture_code: str
) -> tuple[AreaTable, list[Problem]]:
    """Return a table whose rows mean what they are called, and what is amiss with the others.

    A row with the code of one municipality and the name of another leaves open which is meant:
    the area of its code is not known, unless both are in the same.
    """
    called: dict[str, list[str]] = {}
    for code, name in home.items():
        called.setdefault(fold(name), []).append(code)
    kept: list[AreaAssignment] = []
    problems = []
    for row in table.assignments:
        code, name = row.municipality_code, _bare(row.municipality_name)
        named = called.get(name, [])
        mine = code[:2] == prefecture_code and designated_city(code) is None
        if not mine or len(named) != 1 or named[0] == code:
            kept.append(row)
            continue
        own = table.get(named[0])
        if code in home:
            same = own is not None and own.area_code == row.area_code
            problems.append(_two_municipalities(row, home[code], same=same))
            kept += [row] if same else []
        elif own is None:
            problems.append(_code_of_another_edition(row, named[0]))
            kept.append(replace(row, municipality_code=named[0]))
        else:
            kept.append(row)
    return _table(kept), problems


def _bare(name: str) -> str:
    """Return a municipality's name without its prefecture and county, for comparing."""
    return split_county(split_prefecture(fold(name))[1])[1]


def _renumbered_wards(
    table: AreaTable, names: Mapping[str, str]
) -> Iterator[tuple[str, tuple[AreaAssignment, ...]]]:
    """Yield each ward of the map whose city the table has by other wards, all in one area.

    Some of today's wards among them would mean that the table is not whole.
    """
    wards: dict[tuple[str, str], list[AreaAssignment]] = {}
    for row in table.assignments:
        city = designated_city(row.municipality_code)
        if city is not None:
            wards.setdefault(city, []).append(row)
    for code in names:
        city = designated_city(code)
        if city is None or not is_ward(code):
            continue
        former = wards.get(city, ())
        anew = all(
            is_ward(w.municipality_code) and w.municipality_code not in names for w in former
        )
        if former and anew and len({w.area_code for w in former}) == 1:
            yield code, tuple(former)


_SAME_YEAR = Text("対応表と境界データの年次をそろえてください", "use data of the same year")


def _no_area(code: str, name: str) -> Problem:
    return warning(
        "municipality-without-area",
        Text(f"{name}の二次医療圏が分かりません", f"{name} is in no medical area"),
        Text("市区町村と医療圏の対応表に行を足してください", "add it to the table of areas"),
        value=code,
    )


def _wards_disagree(code: str, name: str) -> Problem:
    return warning(
        "wards-in-different-areas",
        Text(
            f"{name}の区が複数の二次医療圏に分かれています",
            f"the wards of {name} are in different medical areas",
        ),
        Text("区をまとめない設定にしてください", "do not merge wards"),
        value=code,
    )


def _no_outline(assignment: AreaAssignment) -> Problem:
    return warning(
        "area-row-without-municipality",
        Text(
            "医療圏の対応表にある市区町村が境界データにありません",
            "the table of areas names a municipality that has no boundary",
        ),
        _SAME_YEAR,
        value=assignment.municipality_code,
    )


def _wards_of_another_edition(code: str, former: tuple[AreaAssignment, ...]) -> Problem:
    city = designated_city(code)
    name = city[1] if city is not None else code
    listed = [row.municipality_code for row in former]
    return note(
        "wards-of-another-edition",
        Text(
            f"対応表の{name}の区は別の年のコード（{'、'.join(listed)}）です。"
            f"すべて{former[0].area_name}医療圏のため、今の区も同じとしました",
            f"the table has {name} by ward codes of another year ({', '.join(listed)}); all are "
            f"in {former[0].area_name}, and so is this ward",
        ),
        _SAME_YEAR,
        value=code,
    )


def _code_of_another_edition(row: AreaAssignment, code: str) -> Problem:
    name = row.municipality_name
    return warning(
        "municipality-code-of-another-edition",
        Text(
            f"対応表の{name}のコードは別の年のものです。境界データの{name}（{code}）としました",
            f"the table has {name} by a code of another year; taken for {name} ({code}) of the map",
        ),
        _SAME_YEAR,
        value=row.municipality_code,
    )


def _two_municipalities(row: AreaAssignment, name: str, *, same: bool) -> Problem:
    ja, en = (
        ("医療圏はどちらも同じです", "both are in the same area")
        if same
        else ("医療圏は不明とします", "its area is unknown")
    )
    return warning(
        "area-row-of-two-municipalities",
        Text(
            f"対応表ではこのコードの名称が{row.municipality_name}、境界データでは{name}です（{ja}）",
            f"the table calls this code {row.municipality_name}, the map {name}; {en}",
        ),
        Text("対応表のコードと名称を確かめてください", "check code and name in the table"),
        value=row.municipality_code,
    )
