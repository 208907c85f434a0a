"""Ground of a user's own: former municipalities, districts, islands and listed points.

From any layer or table: polygons, points, or rows that only name something. Several rows of one
unit are its parts. Nothing is left out without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries.codes import fold
from boundaries.geometry import dissolve
from boundaries.listed_places import (
    ListedCells,
    ListedRow,
    either_says,
    listed_vocabulary,
    of_former_municipalities,
    unknown_listed_columns,
)
from boundaries.placed_rows import PlacedFile, Shapes, placed_rows
from groundfloor.crs import with_rows
from groundfloor.problems import DataError, Problem, Severity, Text, error, note, warning
from groundfloor.tables import Table, no_rows

#: Whose ground a piece is: codes of municipalities, that with most of it first.
Holders = Callable[[BaseGeometry], tuple[str, ...]]

# N03: the county or designated city above a name; e-Stat 小地域: what an area is.
_MORE = {"upper": ("N03_003",), "kind_of_area": ("hcode",)}
_WATER = "8154"  # 水面調査区 of 小地域: water, without a name
_UNASSIGNED = "所属未定地"


@dataclass(frozen=True, slots=True, eq=False)
class GroundUnit:
    """A unit of ground as a user gives it.

    Parameters
    ----------
    id : str
        Unique in its layer: its own code, or one made of municipality and name.
    listed : ListedRow
        What its (first) row says of it.
    geometry : MultiPolygon or None
        Its ground, EPSG:6668; None for a point, and where nothing but its name is given.
    point : (float, float) or None
        Longitude and latitude, degrees, of a point.
    codes : tuple of str
        Municipalities that hold it on the map, that with most of it first.
    rows : tuple of int
        Every row it came from.
    """

    id: str
    listed: ListedRow
    geometry: MultiPolygon | None
    point: tuple[float, float] | None
    codes: tuple[str, ...] = ()
    rows: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """One row, and where it is."""

    listed: ListedRow
    shape: BaseGeometry | None
    codes: tuple[str, ...]

    @property
    def town(self) -> str:
        """The municipality that it is in, for telling namesakes apart."""
        stated = self.listed.municipality_code or fold(self.listed.municipality)
        return stated or next(iter(self.codes), "")


def read_ground_units(
    path: str | Path,
    *,
    holders: Holders,
    label: str | None = None,
    layer: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    points: bool = False,
    placeless: bool = False,
    former: bool = False,
) -> tuple[tuple[GroundUnit, ...], tuple[Problem, ...]]:
    """Read units of ground, in the order of the file.

    Parameters
    ----------
    path : str or Path
        A layer of polygons or points (any format of `groundfloor.vector_files`, or a zip), or a
        table (CSV, TSV, Excel) with a latitude and a longitude.
    holders : callable
        Returns the municipalities that hold a piece of ground or a point.
    label : str, optional
        File name in messages; the path's name by default.
    layer, sheet, encoding : str, optional
        Layer of a GeoPackage or member of a zip, sheet of a workbook, encoding of text or DBF.
    columns : mapping of str to str, optional
        Canonical column to the header of this file.
    points : bool
        Whether points are wanted, and areas only where a file has no points.
    placeless : bool
        Whether a row may name something without saying where it is.
    former : bool
        Whether units are municipalities of then: where no other column names them, one of
        municipalities does, and its codes are theirs.

    Returns
    -------
    units : tuple of GroundUnit
        Rows with one code, or one name in one municipality, are parts of one unit.
    problems : tuple of Problem
        Warnings and notes.

    Raises
    ------
    MissingFileError, DataError, CrsError
        The file cannot be used; rows without a name or a place, codes that two units share: all
        of them together.
    """
    shown = Path(path).name if label is None else label
    chosen = dict(columns or {})
    if unknown := tuple(unknown_listed_columns(chosen, shown)):
        raise DataError(unknown)
    asked = PlacedFile(
        path=Path(path),
        label=shown,
        layer=layer,
        sheet=sheet,
        encoding=encoding,
        points=points,
        placeless=placeless,
    )
    table, shapes, found = _placed(asked, chosen, former=former)
    problems = [*table.problems, *found]
    pieces, wrong = _pieces(table, shapes, ListedCells(table, chosen), holders)
    problems += wrong
    if not table.rows:
        problems.append(no_rows(shown, table))
    units, more = _joined(pieces, shown)
    problems += more
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    return units, (*problems, *_namesakes(units, shown))


def _placed(
    asked: PlacedFile, chosen: Mapping[str, str], *, former: bool
) -> tuple[Table, Shapes, list[Problem]]:
    def read(more: Mapping[str, tuple[str, ...]]) -> tuple[Table, Shapes, list[Problem]]:
        return placed_rows(
            asked, lambda points: listed_vocabulary(chosen, points=points, more=more)
        )

    try:
        return read(_MORE)
    except DataError as fault:
        codes = {p.code for p in fault.problems if p.severity is Severity.ERROR}
        if not former or "column-missing" not in codes:
            raise
        try:
            return read({**_MORE, **of_former_municipalities()})
        except DataError:
            raise fault from None


def _pieces(
    table: Table, shapes: Shapes, cells: ListedCells, holders: Holders
) -> tuple[list[_Piece], list[Problem]]:
    pieces: list[_Piece] = []
    problems: list[Problem] = []
    left: list[int] = []
    for row in table.rows:
        name = table.columns.cell(row, "name")
        if name == _UNASSIGNED or table.columns.cell(row, "kind_of_area") == _WATER:
            left.append(row.number)
            continue
        listed, found = cells.read(row)
        problems += found
        if listed is None:
            continue
        upper = table.columns.cell(row, "upper")
        if upper.endswith("市"):  # a ward of a designated city
            listed = replace(listed, name=upper + listed.name)
        shape = shapes[row.number]
        pieces.append(_Piece(listed, shape, holders(shape) if shape is not None else ()))
    return pieces, [*problems, *([_no_place_of_anybody(left, table.label)] if left else [])]


# --- parts of one unit


def _joined(pieces: Iterable[_Piece], label: str) -> tuple[tuple[GroundUnit, ...], list[Problem]]:
    groups: defaultdict[tuple[str, str], list[_Piece]] = defaultdict(list)
    for piece in pieces:
        own = piece.listed.id
        groups[("id", own) if own else (piece.town, fold(piece.listed.name))].append(piece)
    units: list[GroundUnit] = []
    problems: list[Problem] = []
    for (first, second), group in groups.items():
        mine = second if first == "id" else f"{first}-{second}" if first else second
        problems += _disagreements(group, label)
        units.append(_unit(mine, group))
    return tuple(units), problems


def _unit(unit_id: str, group: Sequence[_Piece]) -> GroundUnit:
    areas = [p.shape for p in group if p.shape is not None and not isinstance(p.shape, Point)]
    points = [p.shape for p in group if isinstance(p.shape, Point)]
    listed = group[0].listed
    return GroundUnit(
        id=unit_id,
        listed=replace(
            listed,
            reason=_first(p.listed.reason for p in group),
            service=_first(p.listed.service for p in group),
            page=_first(p.listed.page for p in group),
            councils=tuple(sorted({day for p in group for day in p.listed.councils})),
            on_application=either_says(p.listed.on_application for p in group),
        ),
        geometry=dissolve(areas) if areas else None,
        point=(points[0].x, points[0].y) if points and not areas else None,
        codes=tuple(dict.fromkeys(code for p in group for code in p.codes)),
        rows=tuple(p.listed.row for p in group),
    )


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _disagreements(group: Sequence[_Piece], label: str) -> Iterator[Problem]:
    """Yield why rows cannot be one unit, or what they say differently of it."""
    first = group[0]
    rows = [p.listed.row for p in group]
    if len({(fold(p.listed.name), _stated(p)) for p in group}) > 1:
        yield _one_id(rows, first.listed.id, label)
        return
    if len(group) > 1 and not all(_is_area(p) for p in group):
        yield _twice(rows, first.listed.name, label)
        return
    for column in ("reason", "service", "page"):
        said = {getattr(p.listed, column) for p in group} - {""}
        if len(said) > 1:
            yield _rows_disagree(rows, column, first.listed.name, label)


def _stated(piece: _Piece) -> str:
    return piece.listed.municipality_code or fold(piece.listed.municipality)


def _is_area(piece: _Piece) -> bool:
    return piece.shape is not None and not isinstance(piece.shape, Point)


def _namesakes(units: Sequence[GroundUnit], label: str) -> Iterator[Problem]:
    """Yield a note on names that several units of one municipality have."""
    named: defaultdict[tuple[str, str], list[GroundUnit]] = defaultdict(list)
    for unit in units:
        town = unit.listed.municipality_code or fold(unit.listed.municipality)
        named[town or next(iter(unit.codes), ""), fold(unit.listed.name)].append(unit)
    twice = [group for group in named.values() if len(group) > 1]
    if twice:
        rows = sorted(row for group in twice for unit in group for row in unit.rows)
        names = "、".join(group[0].listed.name for group in twice[:_SHOWN])
        yield note(
            "unit-name-twice",
            with_rows(
                "同じ市町村に同じ名称で別のコードの区域があります",
                "units of one municipality have one name and different codes",
                rows,
            ),
            Text(
                "設定基準ではコードで書き分けてください",
                "call them by their codes in the policy",
            ),
            file=label,
            row=rows[0],
            value=names + ("…" if len(twice) > _SHOWN else ""),
        )


# --- what is told

_SHOWN = 5


def _no_place_of_anybody(rows: list[int], label: str) -> Problem:
    return note(
        "units-of-nobody",
        with_rows(
            "水面や所属未定地の行は使いません",
            "rows of water or of land that belongs to no municipality are not used",
            rows,
        ),
        Text("対応は不要です", "nothing to do"),
        file=label,
        row=rows[0],
    )


def _one_id(rows: list[int], unit_id: str, label: str) -> Problem:
    return error(
        "unit-code-twice",
        with_rows(
            "一つのコードが名称や市町村の違う行にあります",
            "rows of different names or municipalities share one code",
            rows,
        ),
        Text(
            "区域ごとに違うコードの列を指定してください。市町村のコードであれば columns に "
            'id = "" と municipality_code を書きます',
            "name a column that differs from unit to unit; of codes of municipalities write "
            'id = "" and municipality_code under columns',
        ),
        file=label,
        row=rows[0],
        value=unit_id,
    )


def _twice(rows: list[int], name: str, label: str) -> Problem:
    return error(
        "unit-twice",
        with_rows("同じ地点・区域が二度あります", "the unit is there twice", rows),
        Text("一行だけにするか、名称かコードで区別してください", "keep one, or tell them apart"),
        file=label,
        row=rows[0],
        value=name,
    )


def _rows_disagree(rows: list[int], column: str, name: str, label: str) -> Problem:
    return warning(
        "unit-rows-disagree",
        with_rows(
            "一つの区域の行で書かれていることが違います（最初の行のものを使います）",
            "rows of one unit say different things of it; the first is used",
            rows,
        ),
        Text("そろえてください", "make them agree"),
        file=label,
        row=rows[0],
        column=column,
        value=name,
    )
