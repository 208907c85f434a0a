"""The ground of the areas of a table: found in a result or in boundaries, by code or by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.areas import parse_area_code
from boundaries.vector import read_vector
from groundfloor.folding import compact, nfkc
from groundfloor.problems import DataError, Problem, Text, error, warning
from spots.types import RunResult
from spots.types.physician_targets import AreaTarget, TargetTable

_CODES = ("area_code", "a38a_001", "a38b_001", "a38_001", "a38b_003", "code", "圏域コード")
_NAMES = ("area_name", "a38b_004", "a38a_002", "name", "医療圏名", "圏域名", "二次医療圏名")
_KNOWN = {"code": _CODES, "name": _NAMES}
_ENDING = re.compile(r"(保健)?(二次)?(医療)?(福祉)?(圏域|圏|区域)$")
#: Names in a remedy: all where they are few, else the nearest.
_ALL_NAMED, _NEAR, _ALIKE = 12, 3, 0.3


@dataclass(frozen=True, slots=True, eq=False)
class AreaGround:
    """A medical area and its ground.

    Parameters
    ----------
    code, name : str
        Four digits, and the name.
    geometry : geometry
        Longitude and latitude in JGD2011 (EPSG:6668).
    """

    code: str
    name: str
    geometry: BaseGeometry


def grounds_of(result: RunResult) -> tuple[AreaGround, ...]:
    """Return the medical areas of a run."""
    frame = result.areas
    return tuple(
        AreaGround(str(code), str(name), shape)
        for code, name, shape in zip(frame.index, frame["name"], frame.geometry, strict=True)
    )


def read_grounds(
    path: str | Path, *, label: str | None = None
) -> tuple[tuple[AreaGround, ...], tuple[Problem, ...]]:
    """Read the areas of a boundary file: one row, or several, for each.

    Parameters
    ----------
    path : str or Path
        Polygons with code and name of the 二次医療圏: 国土数値情報 A38, or columns ``area_code``
        and ``area_name``.
    label : str, optional
        File name in messages; the path's name by default.

    Returns
    -------
    grounds : tuple of AreaGround
        By code; what the file has in pieces is one.
    problems : tuple of Problem
        What was put right.

    Raises
    ------
    MissingFileError, DataError
        Unreadable, without such columns, or with a code that is none.
    """
    shown = label or Path(path).name
    frame, problems = read_vector(
        path,
        layer=None,
        label=shown,
        accepts=[_holds_areas],
        columns=lambda names: [n for n in names if n.lower() in {*_CODES, *_NAMES}],
        known=_KNOWN,
    )
    by_lower = {str(name).lower(): str(name) for name in frame.columns}
    codes, names = (next(by_lower[n] for n in ways if n in by_lower) for ways in _KNOWN.values())
    pieces: dict[str, list[BaseGeometry]] = {}
    called: dict[str, str] = {}
    bad: list[Problem] = []
    for row, text, name, shape in zip(
        frame.index, frame[codes], frame[names], frame.geometry, strict=True
    ):
        code = parse_area_code(text or "")
        if code is None:
            bad.append(_bad_code(shown, int(row), text or ""))
            continue
        pieces.setdefault(code, []).append(shape)
        called.setdefault(code, nfkc(name or ""))
    if bad:
        raise DataError([*problems, *bad])
    found = (AreaGround(c, called[c], shapely.union_all(pieces[c])) for c in sorted(pieces))
    return tuple(found), problems


def _holds_areas(columns: Collection[str]) -> bool:
    lower = {name.lower() for name in columns}
    return all(lower & {*ways} for ways in _KNOWN.values())


def area_key(name: str) -> str:
    """Return what two spellings of an area's name have in common.

    Examples
    --------
    >>> [area_key(name) for name in ("宗谷", "宗谷圏域", "宗 谷 医療圏", "圏域")]
    ['宗谷', '宗谷', '宗谷', '圏域']
    """
    plain = compact(nfkc(name)).casefold()
    return _ENDING.sub("", plain) or plain


def joined(
    table: TargetTable, grounds: Sequence[AreaGround]
) -> tuple[Mapping[int, AreaGround], tuple[Problem, ...]]:
    """Return the ground of each row of a table, by code or else by name; never by guess.

    Parameters
    ----------
    table : TargetTable
        The table.
    grounds : sequence of AreaGround
        The areas there are.

    Returns
    -------
    found : mapping of int to AreaGround
        By row of the file; rows without ground are missing.
    problems : tuple of Problem
        Warnings: areas that are not found, of two names, or that two rows claim.
    """
    places = _AreaPlaces(grounds)
    found: dict[int, AreaGround] = {}
    problems: list[Problem] = []
    taken: dict[str, int] = {}
    for row in table.rows:
        ground, doubt = places.of(row)
        if ground is not None and ground.code in taken:
            doubt = _claimed_twice(ground, taken[ground.code])
        elif ground is not None:
            found[row.row] = ground
            taken[ground.code] = row.row
        if doubt is not None:
            problems.append(replace(doubt, file=table.label, row=row.row, value=row.name))
    return found, tuple(problems)


class _AreaPlaces:
    """The areas by code and by name."""

    def __init__(self, grounds: Sequence[AreaGround]) -> None:
        self._names = tuple(dict.fromkeys(ground.name for ground in grounds))
        self._by_code = {ground.code: ground for ground in grounds}
        self._by_name: dict[str, list[AreaGround]] = {}
        for ground in grounds:
            self._by_name.setdefault(area_key(ground.name), []).append(ground)

    def of(self, row: AreaTarget) -> tuple[AreaGround | None, Problem | None]:
        """Return the ground of a row, or why there is none."""
        named = self._by_name.get(area_key(row.name), [])
        if row.area_code:
            by_code = self._by_code.get(parse_area_code(row.area_code) or "")
            others = [ground for ground in named if ground is not by_code]
            if by_code is not None and others and by_code not in named:
                return None, _contradiction(row, by_code, others)
            if by_code is not None:
                return by_code, None
        if len(named) == 1 and not row.area_code:
            return named[0], None
        return None, self._unknown(row, named)

    def _unknown(self, row: AreaTarget, named: Sequence[AreaGround]) -> Problem:
        if len(named) > 1:
            codes = [f"{ground.code} {ground.name}" for ground in named]
            message = Text("同じ名称の医療圏が複数あります", "several areas have this name")
            return warning("target-area-unclear", message, _one_of(codes))
        message = Text(
            "この区域は、指定された境界や結果にありません。地図には示しません",
            "the boundaries or the result have no such area; it is on no map",
        )
        return warning("target-area-unknown", message, self._candidates(row.name))

    def _candidates(self, name: str) -> Text:
        near = get_close_matches(name, self._names, _NEAR, _ALIKE)
        if len(self._names) <= _ALL_NAMED:
            near = [*near, *(each for each in self._names if each not in near)]
        return _one_of(near)


def _one_of(names: Sequence[str]) -> Text:
    if not names:
        return Text("名称かコードを確かめてください", "check its name or code")
    ja, en = "、".join(names), ", ".join(names)
    return Text(f"候補: {ja}", f"perhaps: {en}")


def _contradiction(row: AreaTarget, by_code: AreaGround, named: Sequence[AreaGround]) -> Problem:
    code = named[0].code
    return warning(
        "target-area-contradiction",
        Text(
            f"コード {row.area_code} は「{by_code.name}」ですが、名称は {code} のものです",
            f"code {row.area_code} is “{by_code.name}”, but the name is that of {code}",
        ),
        Text("コードか名称を直してください", "mend the code or the name"),
    )


def _claimed_twice(ground: AreaGround, first: int) -> Problem:
    return warning(
        "target-area-claimed",
        Text(
            f"{first}行目と同じ医療圏（{ground.code} {ground.name}）になります",
            f"row {first} is of the same area ({ground.code} {ground.name})",
        ),
        Text("名称かコードを直してください", "mend the name or the code"),
    )


def _bad_code(label: str, row: int, value: str) -> Problem:
    return error(
        "target-ground-code",
        Text("二次医療圏コードとして読めません", "not a code of a medical area"),
        Text("4桁の数字にしてください", "write four digits"),
        file=label,
        row=row,
        value=value,
    )
