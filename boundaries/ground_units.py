"""Ground of a user's own: former municipalities, districts, islands and listed points.

From any layer or table: polygons, points, or rows that only name something. Several rows of one
unit are its parts. Nothing is left out without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries.codes import fold
from boundaries.geometry import dissolve
from boundaries.listed_places import (
    POINT,
    ListedCells,
    ListedRow,
    listed_vocabulary,
    unknown_listed_columns,
)
from boundaries.vector import read_vector
from groundfloor.columns import Vocabulary
from groundfloor.crs import with_rows
from groundfloor.grids import Row
from groundfloor.headers import ColumnSearch
from groundfloor.positions import in_japan
from groundfloor.problems import (
    DataError,
    MissingFileError,
    Problem,
    Severity,
    Text,
    error,
    file_missing,
    note,
    warning,
)
from groundfloor.shapes import ShapeKind
from groundfloor.tables import Table, is_table, no_rows, read_table, table_of_records

#: Whose ground a piece is: codes of municipalities, that with most of it first.
Holders = Callable[[BaseGeometry], tuple[str, ...]]

# N03: the county or designated city above a name; e-Stat 小地域: what an area is.
_MORE = {"upper": ("N03_003",), "kind_of_area": ("hcode",)}
_WATER = "8154"  # 水面調査区 of 小地域: water, without a name
_UNASSIGNED = "所属未定地"
_UNUSED_SHAPES = {"geometry-empty", "geometry-kind"}


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
    source = Path(path)
    shown = source.name if label is None else label
    if not source.is_file():
        raise MissingFileError(
            file_missing(IsADirectoryError() if source.is_dir() else None, file=shown)
        )
    chosen = dict(columns or {})
    if unknown := tuple(unknown_listed_columns(chosen, shown)):
        raise DataError(unknown)
    if is_table(source):
        vocabulary = listed_vocabulary(chosen, points=True, more=_MORE)
        table = read_table(source, vocabulary, label=shown, sheet=sheet, encoding=encoding)
        shapes, found = _points_of(table, placeless=placeless)
    else:
        asked = _Asked(source, shown, layer or sheet, encoding, points=points)
        table, shapes, found = _layer(asked, listed_vocabulary(chosen, points=False, more=_MORE))
    problems = [*table.problems, *found]
    pieces, wrong = _pieces(table, shapes, ListedCells(table, chosen), holders)
    problems += wrong
    if not table.rows:
        problems.append(no_rows(shown))
    units, more = _joined(pieces, shown)
    problems += more
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    return units, (*problems, *_namesakes(units, shown))


# --- where rows are


@dataclass(frozen=True, slots=True)
class _Asked:
    path: Path
    label: str
    layer: str | None
    encoding: str | None
    points: bool


_Shapes = dict[int, BaseGeometry | None]


def _layer(asked: _Asked, vocabulary: Vocabulary) -> tuple[Table, _Shapes, list[Problem]]:
    """Return the records of a layer as a table, and where each is."""
    first, second = ShapeKind.AREA, ShapeKind.POINT
    if asked.points:
        first, second = second, first
    try:
        frame, problems = _read(asked, vocabulary, first)
    except DataError as fault:
        if not any(p.code == "no-polygons" for p in fault.problems):
            raise
        try:
            frame, problems = _read(asked, vocabulary, second)
        except DataError:
            raise fault from None
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    cells = zip(*(frame[name] for name in fields), strict=True) if fields else iter(())
    rows = tuple(
        Row(int(number), tuple(text or "" for text in texts))
        for number, texts in zip(frame.index, cells, strict=True)
    )
    shapes = dict(zip(map(int, frame.index), frame.geometry, strict=True))
    # A row that cannot be drawn would be a unit that nobody judges.
    told = [
        replace(p, severity=Severity.ERROR) if p.code in _UNUSED_SHAPES else p for p in problems
    ]
    return table_of_records(fields, rows, vocabulary, asked.label), dict(shapes), told


def _read(
    asked: _Asked, vocabulary: Vocabulary, kind: ShapeKind
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    search = ColumnSearch(vocabulary)
    own = {column: (header,) for column, header in vocabulary.chosen.items() if header}
    known = {c: (*own.get(c, ()), *words) for c, words in vocabulary.names.items()}
    return read_vector(
        asked.path,
        layer=asked.layer,
        label=asked.label,
        accepts=[lambda names: not search.missing(search.named(names))],
        columns=lambda names: names,  # each council may have a column of its own
        known=known,
        required=vocabulary.required,
        kind=kind,
        encoding=asked.encoding,
    )


def _points_of(table: Table, *, placeless: bool) -> tuple[_Shapes, list[Problem]]:
    """Return the point of each row of a table."""
    columns, shapes, problems = table.columns, _Shapes(), list[Problem]()
    if not columns.has_point(POINT):
        if not placeless and table.rows:
            problems.append(_no_ground(table.label))
        return dict.fromkeys((row.number for row in table.rows), None), problems
    reference = columns.reference(POINT)
    for row in table.rows:
        texts = columns.point_texts(row, POINT)
        shapes[row.number] = None
        if placeless and not any(texts):
            continue
        lat, lon = (reference.parse(text) for text in texts)
        if lat is not None and lon is not None:
            if not reference.plain:
                lon, lat = reference.to_jgd2011(lon, lat)
            if in_japan(lat, lon):
                problems.append(_swapped(table, row, texts))
                lon, lat = lat, lon
            if in_japan(lon, lat):
                shapes[row.number] = Point(lon, lat)
                continue
        problems.append(_no_position(table, row, texts))
    return shapes, problems


def _pieces(
    table: Table, shapes: _Shapes, cells: ListedCells, holders: Holders
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
            on_application=any(p.listed.on_application for p in group),
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


def _no_ground(label: str) -> Problem:
    return error(
        "units-without-ground",
        Text(
            "区域の位置が分かりません（緯度・経度の列がありません）",
            "does not say where its units are: there are no coordinate columns",
        ),
        Text(
            "区域のポリゴン（GeoJSON など）か、緯度・経度の列のある表を指定してください",
            "give polygons (such as GeoJSON), or a table with latitude and longitude",
        ),
        file=label,
    )


def _no_position(table: Table, row: Row, texts: tuple[str, str]) -> Problem:
    column, _ = table.columns.point_labels(POINT)
    return error(
        "unit-position",
        Text("緯度・経度がないか、日本の地点として読めません", "has no position in Japan"),
        Text(
            "32.685331、131.150494 のような十進度の緯度・経度を入れてください",
            "fill in latitude and longitude in degrees, such as 32.685331 and 131.150494",
        ),
        file=table.label,
        row=row.number,
        column=column,
        value=", ".join(texts),
    )


def _swapped(table: Table, row: Row, texts: tuple[str, str]) -> Problem:
    column, _ = table.columns.point_labels(POINT)
    return warning(
        "swapped-coordinates",
        Text(
            "緯度と経度が入れ替わっています（直して使いました）",
            "latitude and longitude are swapped (put right and used)",
        ),
        Text("元の表の列を直してください", "mend the columns of the list"),
        file=table.label,
        row=row.number,
        column=column,
        value=", ".join(texts),
    )


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
