"""Polygons with their attributes, out of the vector files that `groundfloor.layers` reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from groundfloor.crs import JGD2011
from groundfloor.layer_choice import ColumnTest, chosen_layer
from groundfloor.layers import Features, layers_of, read_features
from groundfloor.problems import DataError, Problem, Text, error
from groundfloor.shapes import (
    ShapeKind,
    is_empty,
    is_kind,
    mended_areas,
    of_wrong_kind,
    taken_apart,
    without_shape,
)
from groundfloor.vector_files import VectorFormat, vector_files

if TYPE_CHECKING:
    import geopandas as gpd

# Of the twins in a 国土数値情報 zip the one whose digits have always been read.
_FIRST = (VectorFormat.GEOJSON, VectorFormat.GEOPACKAGE, VectorFormat.SHAPEFILE)
# N03 zips also hold outlines of whole prefectures and 振興局, in which municipalities are melted.
_NOT_MUNICIPAL = ("_prefecture", "_subprefecture")
_NEEDS = Text(
    "国土数値情報のN03・A38か、コードと名称の列を持つデータを指定してください",
    "give N03 or A38 data, or data with a code and a name column",
)


def read_vector(
    path: str | Path,
    *,
    layer: str | None,
    label: str,
    accepts: Sequence[ColumnTest],
    columns: Callable[[Collection[str]], Collection[str]],
    known: Mapping[str, Sequence[str]] | None = None,
    required: Collection[str] | None = None,
    kind: ShapeKind = ShapeKind.AREA,
    encoding: str | None = None,
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Read polygons of a file in EPSG:6668 with attributes as text.

    Parameters
    ----------
    path : str or Path
        A file of any format of `groundfloor.vector_files`, or a zip with some inside.
    layer : str or None
        Layer of a GeoPackage, or member of a zip by its name without suffix. Needed only when
        more than one would do.
    label : str
        File name for messages.
    accepts : sequence of callable
        Each tells from column names whether a layer will do; layers that pass an earlier test
        come before those that pass a later one.
    columns : callable
        Takes the layer's column names, returns those to read.
    known : mapping of str to sequence of str, optional
        Words of the columns that are needed, by what they mean: see `groundfloor.layers.layers_of`.
    required : collection of str, optional
        Keys of `known` without which nothing can be done; all of them by default.
    kind : ShapeKind
        What is read: areas, or the points that a role can use in their place.
    encoding : str, optional
        Encoding of a Shapefile's DBF, where its bytes are not to be asked.

    Returns
    -------
    frame : GeoDataFrame
        Polygons and MultiPolygons (or points), EPSG:6668; columns as ``str`` or None; index is the
        record number, from 1.
    problems : tuple of Problem
        Repaired or empty geometries, rows and parts that are no areas.

    Raises
    ------
    MissingFileError, DataError, CrsError
        Missing, unreadable, of an unknown format, without polygons or without the columns: see
        `groundfloor.layers`.
    """
    words = known or {}
    with vector_files(path, label=label, first_of_twins=_FIRST) as files:
        municipal = [file for file in files if not file.stem.endswith(_NOT_MUNICIPAL)]
        asked = files if layer is not None or len(files) == 1 else municipal
        needed = words if required is None else required
        layers = [
            found
            for file in asked
            for found in layers_of(file, encoding=encoding, known=words, required=needed)
        ]
        chosen, _ = chosen_layer(layers, accepts, label, wanted=layer, needs=_NEEDS)
        wanted = sorted(columns(chosen.fields))
        parts = [_usable_shapes(part, kind) for part in read_features(chosen, wanted)]
    problems = (*chosen.problems, *(p for _, found in parts for p in found))
    import geopandas as gpd  # noqa: PLC0415 - where a layer is read
    import pandas as pd  # noqa: PLC0415 - likewise

    frame = gpd.GeoDataFrame(pd.concat([frame for frame, _ in parts]), crs=JGD2011)
    if frame.empty:
        raise DataError([*problems, _no_polygons(label)])
    return frame, problems


def _usable_shapes(part: Features, kind: ShapeKind) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Keep geometries of one kind only, valid ones, and say what was done."""
    label, first = part.label, part.first_row
    apart = taken_apart(part.geometry, (kind,), label, first_row=first)
    shapes = apart.geometry
    empty = is_empty(shapes)
    usable = is_kind(shapes, (kind,)) & ~empty
    wrong = np.flatnonzero(~usable & ~empty)
    shapes_used = shapes.copy()
    shapes_used[~usable] = None
    mended, repaired = mended_areas(shapes_used, apart.row + first, label)
    keep = usable & ~shapely.is_empty(mended)  # mending leaves nothing of an area without width
    gone = np.flatnonzero(empty | (usable & ~keep))
    problems = [without_shape((gone + first).tolist(), label)] if len(gone) else []
    problems += [*part.problems, *apart.problems, *repaired]
    if len(wrong):
        found = shapes[wrong[0]].geom_type
        rows = (wrong + first).tolist()
        problems.append(of_wrong_kind(rows, found, (kind,), label))
    data = {name: [text or None for text in cells] for name, cells in part.columns.items()}
    import geopandas as gpd  # noqa: PLC0415 - as above
    import pandas as pd  # noqa: PLC0415 - as above

    frame = gpd.GeoDataFrame(
        pd.DataFrame(data, index=pd.RangeIndex(first, first + len(shapes)), dtype=object),
        geometry=mended,
        crs=JGD2011,
    )
    return frame[keep], problems


def _no_polygons(label: str) -> Problem:
    return error(
        "no-polygons",
        Text("ポリゴンが一つもありません", "the file holds no polygons"),
        Text("行政区域などの面データを指定してください", "give boundary data made of areas"),
        file=label,
    )
