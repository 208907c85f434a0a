"""Frames of declared columns: what a column holds says of which dtype it is, whatever is in it.

Stands apart: every frame of declared columns is made here, those of runs and those of answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from groundfloor.crs import JGD2011
from spots.outputs.layer_table import Cell, LayerTable
from spots.telling.columns import Column, ColumnKind, FieldKind

_DTYPES = {
    FieldKind.TEXT: "string",
    FieldKind.INTEGER: "Int64",
    FieldKind.NUMBER: "Float64",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.DATE: "datetime64[s]",
}
#: Areas and lengths that no row lacks: these are plain floats, which every library adds up.
_NEVER_MISSING = frozenset(
    {"area_km2", "circle_km2", "unit_km2", "before_km2", "removed_km2", "after_km2", "length_m"}
)


class DayFrame(gpd.GeoDataFrame):  # type: ignore[misc]
    """A GeoDataFrame whose days are ISO 8601 in GeoJSON.

    ``to_json`` of a GeoDataFrame fails on days, and so does `json.dumps` of its
    ``__geo_interface__``. In everything else it is a GeoDataFrame.
    """

    def iterfeatures(
        self, na: str = "null", show_bbox: bool = False, drop_id: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Yield GeoJSON features as a GeoDataFrame does, days as texts."""
        plain = gpd.GeoDataFrame(self)
        days = plain.select_dtypes(["datetime", "datetimetz"]).columns
        texts = {c: plain[c].dt.strftime("%Y-%m-%d").astype("string") for c in days}
        yield from plain.assign(**texts).iterfeatures(na, show_bbox, drop_id)


def array_of(column: Column, cells: Sequence[Cell]) -> Any:
    """Return cells as an array of the dtype that the column has in every frame.

    Texts are ``string``, NA where they are empty; codes of a fixed list ``category`` with all of
    them, whether they occur or not; whole numbers ``Int64``; numbers ``Float64``, or ``float64``
    where none can be missing; yes or no ``boolean``; days ``datetime64[s]``.
    """
    kind = column.stored
    if kind is FieldKind.TEXT:
        cells = [None if cell == "" else cell for cell in cells]
    if column.codes and kind is FieldKind.TEXT:
        known = [code.value for code in column.codes]
        more = dict.fromkeys(str(c) for c in cells if c is not None and str(c) not in known)
        return pd.Categorical(cells, categories=[*known, *more])
    if column.name in _NEVER_MISSING and column.kind is ColumnKind.NUMBER:
        return np.array(cells, dtype=np.float64)
    if kind is FieldKind.DATE:
        return pd.array(np.array([c or "NaT" for c in cells], dtype="datetime64[s]"))
    return pd.array(list(cells), dtype=_DTYPES[kind])


def table_of(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], index: pd.Index | None = None
) -> pd.DataFrame:
    """Return rows of cells as a frame; without `index` its rows are numbered from 0."""
    found = {
        column.name: array_of(column, [row[k] for row in rows]) for k, column in enumerate(columns)
    }
    return pd.DataFrame(found, index=pd.RangeIndex(len(rows)) if index is None else index)


def frame_of(
    table: LayerTable, index: pd.Index | None = None, *, without: Sequence[str] = ()
) -> DayFrame:
    """Return a layer as a GeoDataFrame in JGD2011 degrees (EPSG:6668).

    Parameters
    ----------
    table : LayerTable
        The layer.
    index : Index, optional
        Labels of its rows; they are numbered from 0 by default.
    without : sequence of str
        Columns that are left out, such as what is the index.
    """
    frame = table_of(table.fields, table.rows, index).drop(columns=list(without))
    shapes = gpd.GeoSeries(list(table.shapes), index=frame.index, crs=JGD2011)
    return DayFrame(frame, geometry=shapes)
