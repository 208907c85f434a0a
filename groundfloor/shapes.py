"""Geometries of the kind that is wanted: collections taken apart, areas mended, all of it told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.crs import with_rows
from groundfloor.problems import DataError, Problem, Severity, Text, error, warning


class ShapeKind(StrEnum):
    """What a role can use of a geometry."""

    POINT = "point"
    LINE = "line"
    AREA = "area"


# shapely's numbers, single and multiple
_TYPE_IDS = {ShapeKind.POINT: (0, 4), ShapeKind.LINE: (1, 2, 5), ShapeKind.AREA: (3, 6)}
_COLLECTION = 7
# Slips of drawing cross a few times. Mending takes time and memory with the square of crossings:
# 3,000 points in any order cross two million times, for minutes and gigabytes.
_MOST_CROSSINGS = 10_000
_FIRST_ASKED, _MOST_ASKED = 16, 1024
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


def point_coordinates(geometry: NDArray[Any]) -> NDArray[np.float64]:
    """Return x and y of points, (R, 2); NaN for what is no point, or one without coordinates.

    GEOS 3.14 refuses to be asked for those of ``POINT EMPTY``, which files have.
    """
    filled = np.array(geometry, dtype=object)
    filled[is_empty(filled)] = None
    return np.column_stack([shapely.get_x(filled), shapely.get_y(filled)])


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """Geometries with collections taken apart.

    Parameters
    ----------
    geometry : (N,) array of shapely geometries
        None where a row has none.
    row : (N,) array of int
        Which of the geometries given (from 0) each is of; with one kind wanted N is as many.
    problems : tuple of Problem
        ``geometry-part-dropped``: rows whose collection held something else besides.
    """

    geometry: NDArray[Any]
    row: NDArray[np.int64]
    problems: tuple[Problem, ...] = ()


def taken_apart(
    geometry: NDArray[Any], kinds: Sequence[ShapeKind], label: str, *, first_row: int = 1
) -> Apart:
    """Return the geometries with each collection replaced by its parts of the kinds wanted.

    Parameters
    ----------
    geometry : (R,) array of shapely geometries
        May hold None.
    kinds : sequence of ShapeKind
        What is wanted. Parts of one kind become one geometry; a collection without any of them
        stays as it is.
    label : str
        The layer's name for messages.
    first_row : int
        Row in the file of the first geometry.
    """
    collections = shapely.get_type_id(geometry) == _COLLECTION
    rows = np.arange(len(geometry))
    if not collections.any():
        return Apart(geometry, rows)
    made: list[tuple[int, Any]] = [(row, geometry[row]) for row in rows[~collections].tolist()]
    dropped: list[int] = []
    for row in rows[collections].tolist():
        parts = flat_parts(geometry[row])
        found = {kind: parts[is_kind(parts, (kind,))] for kind in kinds}
        used = [(row, _together(some, kind)) for kind, some in found.items() if len(some)]
        made += used or [(row, geometry[row])]
        if used and sum(map(len, found.values())) < len(parts):
            dropped.append(row + first_row)
    made.sort(key=lambda pair: pair[0])
    shapes = np.empty(len(made), dtype=object)
    shapes[:] = [shape for _, shape in made]
    problems = (_part_dropped(dropped, kinds, label),) if dropped else ()
    return Apart(shapes, np.array([row for row, _ in made], np.int64), problems)


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
    geometry: NDArray[Any], rows: NDArray[np.int64], label: str
) -> tuple[NDArray[Any], tuple[Problem, ...]]:
    """Return areas that are valid, and which ones had to be made so.

    Parameters
    ----------
    geometry : (R,) array of shapely geometries
        May hold None.
    rows : (R,) array of int
        Their numbers in the file.
    label : str
        The layer's name for messages.

    Raises
    ------
    DataError
        One crosses itself so often (``geometry-tangled``) that no mending gives what was meant.
    """
    invalid = ~shapely.is_valid(geometry) & ~is_empty(geometry)
    if not invalid.any():
        return geometry, ()
    tangled = [
        row
        for row, shape in zip(rows[invalid], geometry[invalid], strict=True)
        if _is_tangled(shape)
    ]
    if tangled:
        raise DataError(_tangled([int(row) for row in tangled], label))
    mended = geometry.copy()
    # "structure" keeps rings as rings; "linework" can turn a crossing into holes.
    mended[invalid] = shapely.make_valid(
        geometry[invalid], method="structure", keep_collapsed=False
    )
    return mended, (_repaired(rows[invalid].tolist(), label),)


def _is_tangled(shape: shapely.Geometry) -> bool:
    """Tell whether the lines of an area cross each other more than `_MOST_CROSSINGS` times."""
    if shapely.get_num_coordinates(shape) ** 2 <= _MOST_CROSSINGS:
        return False
    points, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(shape)), return_index=True
    )
    along = ring[1:] == ring[:-1]
    pieces = shapely.linestrings(np.stack([points[:-1][along], points[1:][along]], axis=1))
    tree = shapely.STRtree(pieces)
    found = at = 0
    size = _FIRST_ASKED
    while at < len(pieces) and found <= 2 * _MOST_CROSSINGS:  # either piece finds the other
        crossed = tree.query(pieces[at : at + size], predicate="crosses").shape[1]
        found, at = found + crossed, at + size
        # Sound outlines have a million pieces, of which hardly one crosses another.
        size = min(2 * size, _MOST_ASKED) if crossed < size else _FIRST_ASKED
    return found > 2 * _MOST_CROSSINGS


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
    name = _named(kinds)
    return Problem(
        "geometry-kind",
        severity,
        with_rows(f"{name.ja}ではない図形です", f"the geometry is not made of {name.en}", numbers),
        Text(f"{name.ja}のデータを指定してください", f"give a layer of {name.en}"),
        file=label,
        row=numbers[0],
        value=found,
    )


def without_shape(rows: Collection[int], label: str) -> Problem:
    """Return the problem of rows that have no geometry, or nothing that is one."""
    numbers = sorted(rows)
    return warning(
        "geometry-empty",
        with_rows(
            "図形のない行、または図形として成り立たない行です",
            "the row has no geometry, or nothing that is one",
            numbers,
        ),
        Text(
            "元のデータを確かめてください（この行は使いません）",
            "look at the data: they are left out",
        ),
        file=label,
        row=numbers[0],
    )


def _named(kinds: Iterable[ShapeKind]) -> Text:
    names = [_NAMES[kind] for kind in kinds]
    return Text("か".join(name.ja for name in names), " or ".join(name.en for name in names))


def _part_dropped(rows: list[int], kinds: Sequence[ShapeKind], label: str) -> Problem:
    name = _named(kinds)
    return warning(
        "geometry-part-dropped",
        with_rows(
            f"いろいろな図形をまとめた行から{name.ja}だけを使いました",
            f"it collects several kinds of geometry; only its {name.en} are used",
            rows,
        ),
        Text("使わなかった図形が要らないか地図で確かめてください", "look at the rest on a map"),
        file=label,
        row=rows[0],
    )


def _tangled(rows: list[int], label: str) -> Problem:
    return error(
        "geometry-tangled",
        with_rows(
            "形状の線が何千回も自分と交わっていて、修正できません",
            "the outline crosses itself thousands of times and cannot be repaired",
            rows,
        ),
        Text(
            "頂点の並び順が壊れていないか、元のデータを確かめてください",
            "look at the data: the order of its points may be lost",
        ),
        file=label,
        row=rows[0],
    )


def _repaired(rows: list[int], label: str) -> Problem:
    return warning(
        "geometry-repaired",
        with_rows("自己交差などのある形状を修正しました", "an invalid geometry was repaired", rows),
        Text("形が正しいか地図で確認してください", "look at them on a map"),
        file=label,
        row=rows[0],
    )
