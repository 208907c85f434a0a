"""RoadRows of 国土数値情報 N13 files, checked and packed.

Stands apart: what a file may say is checked here, what it makes a network of in `centre_lines`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.layers import Features
from groundfloor.problems import Problem, Severity, Text, error
from groundfloor.shapes import ShapeKind, is_empty, is_kind, of_wrong_kind, taken_apart
from networks.n13 import codes
from networks.n13.topology import Lines, in_japan

NEEDED = (codes.CLASS, codes.STATE, codes.WIDTH, codes.TOLL)
OPTIONAL = (codes.KIND, codes.LEVEL, codes.DATE)
_LINE = 1  # of shapely
_UNKNOWN = {codes.KIND: 5, codes.STATE: 7, codes.WIDTH: 6}  # 不明, which an empty cell says too
_LISTS: Mapping[str, Mapping[int, object]] = {
    codes.KIND: codes.KINDS,
    codes.CLASS: codes.CLASSES,
    codes.STATE: codes.STATES,
    codes.WIDTH: codes.WIDTHS,
    codes.TOLL: codes.TOLLS,
}


@dataclass(frozen=True, slots=True, eq=False)
class RoadRows:
    """The roads of one layer that cars may use.

    Parameters
    ----------
    lines : Lines
        L lines.
    road_class, state, width, toll, level : (L,) int64
        Codes; a class of 0 is one that the code list does not have.
    row : (L,) int64
        Row in the file, from 1.
    """

    lines: Lines
    road_class: NDArray[np.int64]
    state: NDArray[np.int64]
    width: NDArray[np.int64]
    toll: NDArray[np.int64]
    level: NDArray[np.int64]
    row: NDArray[np.int64]


def n13_columns(present: Sequence[str]) -> tuple[str, ...] | None:
    """Return the columns to read of a layer, as written; None when it is no N13 layer at all."""
    wanted = tuple(name for name in present if name.upper() in {*NEEDED, *OPTIONAL})
    return wanted if codes.CLASS in {name.upper() for name in wanted} else None


def rows_of(
    layer: Features, dropped: Counter[str], problems: list[Problem], *, any_class: bool
) -> RoadRows | None:
    """Return the roads of a layer; None, and problems, when it cannot be used.

    Parameters
    ----------
    layer : Features
        Of columns as `n13_columns` chooses them.
    dropped : Counter
        Gets what is left out.
    problems : list
        Gets what is wrong.
    any_class : bool
        Whether a class that is not in the code list may pass (as 0).
    """
    layer = replace(layer, columns={name.upper(): v for name, v in layer.columns.items()})
    missing = [c for c in NEEDED if c not in layer.columns]
    if missing:
        problems += [_missing(layer.label, column) for column in missing]
        return None
    before = len(problems)
    values = {name: _checked(layer, name, problems, any_class=any_class) for name in _LISTS}
    level = _numbers(layer, codes.LEVEL)
    keep = _kept(layer, values, dropped)
    parts, part_row = _lines_of(layer, keep, problems)
    if len(problems) > before:
        return None
    coordinates, owner = shapely.get_coordinates(parts, return_index=True)
    offset = np.zeros(len(parts) + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=len(parts)), out=offset[1:])
    lines = Lines(
        offset, np.ascontiguousarray(coordinates[:, 0]), np.ascontiguousarray(coordinates[:, 1])
    )
    outside = ~in_japan(lines.lon, lines.lat)
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        row = int(part_row[owner[first]])
        problems.append(
            _outside(layer.label, row + layer.first_row, lines.lon[first], lines.lat[first])
        )
        return None
    return RoadRows(
        lines=lines,
        road_class=values[codes.CLASS][part_row],
        state=values[codes.STATE][part_row],
        width=values[codes.WIDTH][part_row],
        toll=values[codes.TOLL][part_row],
        level=level[part_row],
        row=part_row + layer.first_row,
    )


def _kept(
    layer: Features, values: Mapping[str, NDArray[np.int64]], dropped: Counter[str]
) -> NDArray[np.bool_]:
    kind, state = values[codes.KIND], values[codes.STATE]
    keep = np.ones(len(kind), bool)
    for code in codes.NOT_FOR_CARS:
        dropped[codes.KINDS[code]] += int((keep & (kind == code)).sum())
        keep &= kind != code
    dropped[codes.STATES[codes.UNDER_CONSTRUCTION]] += int(
        (keep & (state == codes.UNDER_CONSTRUCTION)).sum()
    )
    keep &= state != codes.UNDER_CONSTRUCTION
    empty = is_empty(layer.geometry)
    dropped["形状なし"] += int((keep & empty).sum())
    keep &= ~empty
    return keep


def _lines_of(
    layer: Features, keep: NDArray[np.bool_], problems: list[Problem]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return single lines, and the row (from 0) each is of."""
    rows = np.flatnonzero(keep)
    apart = taken_apart(layer.geometry[rows], (ShapeKind.LINE,), layer.label)
    geometry = apart.geometry
    wrong = ~is_kind(geometry, (ShapeKind.LINE,))
    if wrong.any():
        numbers = (rows[wrong] + layer.first_row).tolist()
        found = geometry[wrong][0].geom_type
        problems.append(
            of_wrong_kind(numbers, found, (ShapeKind.LINE,), layer.label, severity=Severity.ERROR)
        )
        return geometry[:0], rows[:0]
    if (shapely.get_type_id(geometry) == _LINE).all():
        return geometry, rows
    parts, index = shapely.get_parts(geometry, return_index=True)
    return parts, rows[index]


def _numbers(layer: Features, name: str) -> NDArray[np.int64]:
    if name not in layer.columns:
        return np.zeros(len(layer.geometry), np.int64)
    return codes.codes_of(layer.columns[name])


def _checked(
    layer: Features, name: str, problems: list[Problem], *, any_class: bool
) -> NDArray[np.int64]:
    """Return a column's codes; what the code list does not have is a problem."""
    found = _numbers(layer, name)
    if name in _UNKNOWN:
        found = np.where(found == 0, _UNKNOWN[name], found)
    strange = ~np.isin(found, list(_LISTS[name]))
    if not strange.any():
        return found
    if name == codes.CLASS and any_class:
        return np.where(strange, 0, found)
    cells = layer.columns[name]
    seen: dict[str, tuple[int, int]] = {}
    for row in np.flatnonzero(strange).tolist():
        text = "" if cells[row] is None else str(cells[row])
        first, count = seen.get(text, (row + layer.first_row, 0))
        seen[text] = (first, count + 1)
    problems += [
        _unknown_code(layer.label, name, text, row, count) for text, (row, count) in seen.items()
    ]
    return found


def _missing(label: str, column: str) -> Problem:
    return error(
        "n13-column",
        Text("N13（道路）の列がありません", "a column of N13 is missing"),
        Text(
            "国土数値情報 N13 を加工せずに指定してください", "give N13 data as they were downloaded"
        ),
        file=label,
        column=column,
    )


def _unknown_code(label: str, column: str, text: str, row: int, count: int) -> Problem:
    known = ", ".join(str(code) for code in _LISTS[column])
    return error(
        "n13-code",
        Text(
            f"コード表にない値です（{count:,}行。表にあるのは {known}）",
            f"not in the code list, {count:,} rows (known: {known})",
        ),
        Text(
            'データの版を確かめるか、unknown_class = "fallback" の速度表を使ってください'
            if column == codes.CLASS
            else "データの版と列を確かめてください",
            'check the version of the data, or use a profile with unknown_class = "fallback"'
            if column == codes.CLASS
            else "check the version of the data",
        ),
        file=label,
        row=row,
        column=column,
        value=text,
    )


def _outside(label: str, row: int, lon: float, lat: float) -> Problem:
    return error(
        "n13-position",
        Text("座標が日本の範囲にありません", "a position is not in Japan"),
        Text(
            "座標系の指定と、緯度・経度の順を確かめてください",
            "check the CRS, and the order of longitude and latitude",
        ),
        file=label,
        row=row,
        value=f"{lon:.6f}, {lat:.6f}",
    )
