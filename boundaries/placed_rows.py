"""Rows of a layer or a table, with where each of them is: polygons, points, or nowhere.

Stands apart: how a row is drawn, whatever it is of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from boundaries.listed_places import POINT
from boundaries.vector import read_vector
from groundfloor.columns import Vocabulary
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
    warning,
)
from groundfloor.shapes import ShapeKind
from groundfloor.tables import Table, is_table, read_table, table_of_records

_UNUSED_SHAPES = {"geometry-empty", "geometry-kind"}

#: By the number of a row.
Shapes = dict[int, BaseGeometry | None]


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file of rows that are somewhere.

    Parameters
    ----------
    path, label : Path, str
        Where it is, and its name in messages.
    layer, sheet, encoding : str or None
        Layer of a GeoPackage or member of a zip, sheet of a workbook, encoding of text or DBF.
    points : bool
        Whether points are wanted, and areas only where a layer has no points.
    placeless : bool
        Whether a row of a table may say nothing of where it is.
    """

    path: Path
    label: str
    layer: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    points: bool = False
    placeless: bool = False


def placed_rows(
    asked: PlacedFile, vocabulary: Callable[[bool], Vocabulary]
) -> tuple[Table, Shapes, list[Problem]]:
    """Return the rows of a file and where each is.

    Parameters
    ----------
    asked : PlacedFile
        The file.
    vocabulary : callable
        Returns its columns, with those of positions or without.

    Returns
    -------
    table : Table
        Its rows.
    shapes : dict of int to geometry or None
        Longitude/latitude degrees in JGD2011, by row.
    problems : list of Problem
        Errors too: rows that are nowhere.

    Raises
    ------
    MissingFileError, DataError, CrsError
        The file cannot be used.
    """
    path, label = asked.path, asked.label
    if not path.is_file():
        fault = IsADirectoryError() if path.is_dir() else None
        raise MissingFileError(file_missing(fault, file=label))
    if not is_table(path):
        return _layer(asked, vocabulary(False))
    table = read_table(
        path, vocabulary(True), label=label, sheet=asked.sheet, encoding=asked.encoding
    )
    shapes, problems = _points_of(table, placeless=asked.placeless)
    return table, shapes, problems


def _layer(asked: PlacedFile, vocabulary: Vocabulary) -> tuple[Table, Shapes, list[Problem]]:
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
    asked: PlacedFile, vocabulary: Vocabulary, kind: ShapeKind
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    search = ColumnSearch(vocabulary)
    own = {column: (header,) for column, header in vocabulary.chosen.items() if header}
    known = {c: (*own.get(c, ()), *words) for c, words in vocabulary.names.items()}
    return read_vector(
        asked.path,
        layer=asked.layer or asked.sheet,
        label=asked.label,
        accepts=[lambda names: not search.missing(search.named(names))],
        columns=lambda names: names,  # each council may have a column of its own
        known=known,
        required=vocabulary.required,
        kind=kind,
        encoding=asked.encoding,
    )


def _points_of(table: Table, *, placeless: bool) -> tuple[Shapes, list[Problem]]:
    """Return the point of each row of a table."""
    columns = table.columns
    shapes: Shapes = {}
    problems: list[Problem] = []
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


# --- what is told


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
