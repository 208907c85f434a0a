"""Geometries of the kind that is wanted: collections taken apart, areas mended, all of it told."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.positions import listed_rows
from groundfloor.problems import Problem, Severity, Text, warning


class ShapeKind(StrEnum):
    """What a role can use of a geometry."""

    POINT = "point"
    LINE = "line"
    AREA = "area"


_SINGLE = {ShapeKind.POINT: (0,), ShapeKind.LINE: (1, 2), ShapeKind.AREA: (3,)}  # shapely's ids
_TYPE_IDS = {ShapeKind.POINT: (0, 4), ShapeKind.LINE: (1, 2, 5), ShapeKind.AREA: (3, 6)}
_COLLECTION = 7
_NAMES = {
    ShapeKind.POINT: Text("点", "points"),
    ShapeKind.LINE: Text("線", "lines"),
    ShapeKind.AREA: Text("面", "areas"),
}


def is_kind(geometry: NDArray[Any], kinds: Collection[ShapeKind]) -> NDArray[np.bool_]:
    """Tell which geometries are of one of the kinds, single or multiple."""
    wanted = [number for kind in kinds for number in _TYPE_IDS[kind]]
    found: NDArray[np.bool_] = np.isin(shapely.get_type_id(geometry), wanted)
    return found


def is_empty(geometry: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which rows have no geometry, or one without points."""
    found: NDArray[np.bool_] = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    return found


def taken_apart(
    geometry: NDArray[Any], kind: ShapeKind, label: str, *, first_row: int = 1
) -> tuple[NDArray[Any], tuple[Problem, ...]]:
    """Return the geometries with each collection replaced by its parts of one kind.

    Parameters
    ----------
    geometry : (R,) array of shapely geometries
        May hold None.
    kind : ShapeKind
        What is wanted. A collection without any of it stays as it is.
    label : str
        The layer's name for messages.
    first_row : int
        Row in the file of the first geometry.

    Returns
    -------
    geometry : (R,) array
        The parts of a collection as one multiple geometry, or as the only one it has.
    problems : tuple of Problem
        ``geometry-part-dropped``: rows whose collection held something else besides.
    """
    rows = np.flatnonzero(shapely.get_type_id(geometry) == _COLLECTION)
    if not len(rows):
        return geometry, ()
    made = geometry.copy()
    dropped: list[int] = []
    for row in rows.tolist():
        parts = flat_parts(geometry[row])
        wanted = parts[np.isin(shapely.get_type_id(parts), _SINGLE[kind])]
        if len(wanted):
            made[row] = _together(wanted, kind)
            dropped += [row + first_row] if len(wanted) < len(parts) else []
    return made, (_part_dropped(dropped, kind, label),) if dropped else ()


def flat_parts(geometry: shapely.Geometry) -> NDArray[Any]:
    """Return the single geometries of any geometry, empty ones left out."""
    parts = np.array([geometry], dtype=object)
    while (shapely.get_type_id(parts) > 3).any():  # noqa: PLR2004  all that are multiple
        parts = shapely.get_parts(parts)
    whole: NDArray[Any] = parts[~shapely.is_empty(parts)]
    return whole


def _together(parts: NDArray[Any], kind: ShapeKind) -> shapely.Geometry:
    if len(parts) == 1:
        return parts[0]
    if kind is ShapeKind.AREA:
        # Parts that overlap or touch make no valid multiple polygon.
        many = shapely.multipolygons(parts)
        return many if many.is_valid else shapely.union_all(parts)
    return shapely.multilinestrings(parts) if kind is ShapeKind.LINE else shapely.multipoints(parts)


def mended_areas(
    geometry: NDArray[Any], label: str, *, first_row: int = 1
) -> tuple[NDArray[Any], tuple[Problem, ...]]:
    """Return areas that are valid, and which ones had to be made so.

    Parameters
    ----------
    geometry : (R,) array of shapely geometries
        May hold None.
    label : str
        The layer's name for messages.
    first_row : int
        Row in the file of the first geometry.
    """
    invalid = ~shapely.is_valid(geometry) & ~is_empty(geometry)
    if not invalid.any():
        return geometry, ()
    mended = geometry.copy()
    # "structure" keeps rings as rings; "linework" can turn a crossing into holes.
    mended[invalid] = shapely.make_valid(
        geometry[invalid], method="structure", keep_collapsed=False
    )
    rows = (np.flatnonzero(invalid) + first_row).tolist()
    return mended, (_repaired(rows, label),)


def of_wrong_kind(
    rows: Collection[int],
    found: str,
    kinds: Collection[ShapeKind],
    label: str,
    *,
    severity: Severity = Severity.WARNING,
) -> Problem:
    """Return the problem of rows whose geometry is of no use to a role.

    Parameters
    ----------
    rows : collection of int
        Numbers in the file, at least one.
    found : str
        The type of the first one's geometry.
    kinds : collection of ShapeKind
        What the role uses.
    label : str
        The layer's name for messages.
    severity : Severity
        Whether the layer can be used without these rows.
    """
    numbers = sorted(rows)
    ja = "か".join(_NAMES[kind].ja for kind in kinds)
    en = " or ".join(_NAMES[kind].en for kind in kinds)
    return Problem(
        "geometry-kind",
        severity,
        Text(
            f"{ja}ではない図形です（行 {listed_rows(numbers)}）",
            f"the geometry is not made of {en} (rows {listed_rows(numbers)})",
        ),
        Text(f"{ja}のデータを指定してください", f"give a layer of {en}"),
        file=label,
        row=numbers[0],
        value=found,
    )


def without_shape(rows: Collection[int], label: str) -> Problem:
    """Return the problem of rows that have no geometry, or nothing that is one."""
    numbers = sorted(rows)
    return warning(
        "geometry-empty",
        Text(
            f"図形のない行、または図形として成り立たない行です（行 {listed_rows(numbers)}）",
            f"these rows have no geometry, or nothing that is one (rows {listed_rows(numbers)})",
        ),
        Text(
            "元のデータを確かめてください（この行は使いません）",
            "look at the data: they are left out",
        ),
        file=label,
        row=numbers[0],
    )


def _part_dropped(rows: list[int], kind: ShapeKind, label: str) -> Problem:
    name = _NAMES[kind]
    return warning(
        "geometry-part-dropped",
        Text(
            f"いろいろな図形をまとめた行から{name.ja}だけを使いました（行 {listed_rows(rows)}）",
            f"of rows that collect several kinds only the {name.en} are used "
            f"(rows {listed_rows(rows)})",
        ),
        Text("使わなかった図形が要らないか地図で確かめてください", "look at the rest on a map"),
        file=label,
        row=rows[0],
    )


def _repaired(rows: list[int], label: str) -> Problem:
    return warning(
        "geometry-repaired",
        Text(
            f"自己交差などのある形状{len(rows)}件を修正しました（行 {listed_rows(rows)}）",
            f"{len(rows)} invalid geometries were repaired (records {listed_rows(rows)})",
        ),
        Text("形が正しいか地図で確認してください", "look at them on a map"),
        file=label,
        row=rows[0],
    )
