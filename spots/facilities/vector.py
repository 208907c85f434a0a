"""Layers of points as a table whose rows carry longitude and latitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from groundfloor.crs import rows_impossible
from groundfloor.layer_choice import chosen_layer
from groundfloor.layers import Features, layers_of, read_features
from groundfloor.problems import DataError, Problem, Text
from groundfloor.shapes import ShapeKind, is_empty, of_wrong_kind, taken_apart
from groundfloor.vector_files import VectorFile
from spots.facilities.headers import alias_table, matches
from spots.facilities.model import LayerSpec, Row, Table

_POINT = 0  # of shapely
_NEEDS = Text(
    "医療機関名の列を持つ点のデータを指定してください", "give points with a column of names"
)


def read_points(
    files: Sequence[VectorFile], spec: LayerSpec, known: Mapping[str, Sequence[str]]
) -> tuple[Table, tuple[Problem, ...]]:
    """Return the features of a vector file as rows, positions in JGD2011 degrees.

    Parameters
    ----------
    files : sequence of VectorFile
        The file, or all that a zip holds.
    spec : LayerSpec
        The list; its `sheet` names a layer, else the first one with a column of names is read.
    known : mapping of str to sequence of str
        Headers by canonical column.

    Returns
    -------
    Table, tuple of Problem
        One row per feature, numbered from 1; warnings on layers not read, on names cut short and
        on geometries that are not points.

    Raises
    ------
    DataError, CrsError
        See `groundfloor.layers`.
    """
    names = alias_table(known)
    layers = [
        layer
        for file in files
        for layer in layers_of(
            file, encoding=spec.encoding, known=known, required=("name",), tables=True
        )
    ]
    layer, problems = chosen_layer(
        layers,
        (lambda columns: "name" in matches(columns, names), lambda _columns: True),
        spec.shown,
        wanted=spec.sheet,
        needs=_NEEDS,
        first_of_several=len(files) == 1,
    )
    told = [*problems, *layer.problems]
    rows: list[Row] = []
    for part in read_features(layer, judged_by_row=True):
        found, odd = _rows(part)
        rows += found
        told += [*part.problems, *odd]
    return Table(layer.fields, tuple(rows), spatial=True), tuple(told)


def _rows(part: Features) -> tuple[list[Row], list[Problem]]:
    apart = taken_apart(part.geometry, (ShapeKind.POINT,), part.label, first_row=part.first_row)
    shapes = apart.geometry
    # A multiple point of one point is what some programs write for every point.
    multiple = (shapely.get_type_id(shapes) > _POINT) & (shapely.get_num_geometries(shapes) == 1)
    single = np.where(multiple, shapely.get_geometry(shapes, 0), shapes)
    points = shapely.get_type_id(single) == _POINT
    numbers = np.arange(part.first_row, part.first_row + len(single))
    told = list(apart.problems)
    wrong = ~points & ~is_empty(single)
    if wrong.any():
        found = single[wrong][0].geom_type
        told.append(of_wrong_kind(numbers[wrong].tolist(), found, (ShapeKind.POINT,), part.label))
    x, y = shapely.get_x(single), shapely.get_y(single)  # NaN for what is no point
    finite = np.isfinite(x) & np.isfinite(y)
    odd = points & ~finite & ~is_empty(single)
    if odd.any():
        raise DataError([*told, rows_impossible(numbers[odd], part.label)])
    cells = zip(*part.columns.values(), strict=True) if part.columns else iter(() for _ in numbers)
    return [
        Row(number, tuple(texts), (float(lon), float(lat)) if known else None)
        for number, texts, lon, lat, known in zip(
            numbers.tolist(), cells, x, y, finite & points, strict=True
        )
    ], told
