"""Layers of points as a table whose rows carry longitude and latitude."""

from __future__ import annotations

import numpy as np
import shapely

from groundfloor.columns import Vocabulary
from groundfloor.crs import rows_impossible
from groundfloor.grids import Row
from groundfloor.headers import ColumnSearch
from groundfloor.layer_choice import chosen_layer
from groundfloor.layers import Features, layers_of, read_features
from groundfloor.problems import DataError, Problem, Text
from groundfloor.shapes import ShapeKind, is_empty, of_wrong_kind, taken_apart
from groundfloor.vector_files import vector_files
from spots.facilities.model import LayerSpec

_POINT = 0  # of shapely
_NEEDS = Text(
    "医療機関名の列を持つ点のデータを指定してください", "give points with a column of names"
)


def read_points(
    spec: LayerSpec, vocabulary: Vocabulary
) -> tuple[tuple[str, ...], tuple[Row, ...], tuple[Problem, ...]]:
    """Return the features of a vector file as rows, positions in JGD2011 degrees.

    Parameters
    ----------
    spec : LayerSpec
        The list; its `sheet` names a layer, else the first one with a column of names is read.
    vocabulary : Vocabulary
        Which headers mean what.

    Returns
    -------
    tuple of str, tuple of Row, tuple of Problem
        The fields; one row per feature, numbered from 1; warnings on layers not read, on names
        cut short and on geometries that are not points.

    Raises
    ------
    DataError, CrsError
        See `groundfloor.layers`.
    """
    search = ColumnSearch(vocabulary)
    own = {column: (header,) for column, header in vocabulary.chosen.items() if header}
    known = {c: (*own.get(c, ()), *words) for c, words in vocabulary.names.items()}
    with vector_files(spec.path, label=spec.shown) as files:
        layers = [
            layer
            for file in files
            for layer in layers_of(
                file,
                encoding=spec.encoding,
                known=known,
                required=vocabulary.required,
                tables=True,
            )
        ]
        layer, problems = chosen_layer(
            layers,
            (lambda fields: not search.missing(search.named(fields)), lambda _columns: True),
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
    return layer.fields, tuple(rows), tuple(told)


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
