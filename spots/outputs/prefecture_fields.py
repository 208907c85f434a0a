"""Which prefecture a row of a layer is of, where a result was put together of several.

Stands apart: the layers of one run know of no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.codes import PREFECTURES
from spots.outputs.layer_table import Cell, LayerTable
from spots.telling.facility_columns import FACILITY_ID
from spots.telling.prefecture_columns import PREFECTURE, PREFECTURE_CODE
from spots.types import RunResult

_OF_MUNICIPALITY = ("municipality_code", "code")  # of a municipality or a medical area


def with_prefectures(table: LayerTable, result: RunResult) -> LayerTable:
    """Return a layer with the prefecture of each row; as it is where the run is one prefecture's.

    It is that of the row's facility, or of its code; else of the ground on which its shape lies.

    Parameters
    ----------
    table : LayerTable
        A layer.
    result : RunResult
        The result that it is of.
    """
    names = [field.name for field in table.fields]
    if not result.settings.prefectures or PREFECTURE_CODE.name in names:
        return table
    if FACILITY_ID.name in names:
        places = {v.facility.id: v.place.prefecture_code for v in result.verdicts}
        ids = table.column(names.index(FACILITY_ID.name))
        codes = [places.get(str(each)) for each in ids]
    elif of := next((name for name in _OF_MUNICIPALITY if name in names), None):
        codes = [str(cell)[:2] if cell else None for cell in table.column(names.index(of))]
    else:
        codes = _by_ground(table.shapes, result)
    told: list[tuple[Cell, ...]] = [
        (*row, code, PREFECTURES.get(code or ""))
        for row, code in zip(table.rows, codes, strict=True)
    ]
    return replace(table, fields=(*table.fields, PREFECTURE_CODE, PREFECTURE), rows=tuple(told))


def _by_ground(shapes: Sequence[BaseGeometry | None], result: RunResult) -> list[str | None]:
    frame = result.municipalities
    tree = shapely.STRtree(frame.geometry.to_numpy())
    owners = frame["prefecture_code"].to_list()
    points = np.array(
        [None if shape is None else shape.representative_point() for shape in shapes], dtype=object
    )
    codes: list[str | None] = [None] * len(points)
    for at, hit in tree.query(points, predicate="intersects").T.tolist():
        codes[at] = owners[hit]
    return codes
