"""A layer as GeoJSON: every column of it, in the CRS and order that RFC 7946 wants.

Stands apart: `geojson` writes the files of a run, each with columns of its own choice.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from spots.outputs import geojson as rfc
from spots.outputs.layer_table import GeometryKind, LayerTable
from spots.telling.columns import plain


def layer_geojson(table: LayerTable, attributions: Sequence[str]) -> str:
    """Return a layer as a feature collection, with whom to name as a foreign member."""
    names = [field.name for field in table.fields]
    features = (
        rfc.Feature(
            number,
            {name: plain(cell) for name, cell in zip(names, row, strict=True)},
            None if shape is None else _geometry(shape, table.geometry),
        )
        for number, (row, shape) in enumerate(zip(table.rows, table.shapes, strict=True), 1)
    )
    return rfc.collection(attributions, features)


def _geometry(shape: BaseGeometry, kind: GeometryKind) -> rfc.GeoJsonGeometry | None:
    if kind is GeometryKind.POINT:
        return rfc.point(shape.x, shape.y)
    if kind is GeometryKind.AREA:
        return rfc.area(shape)
    if kind is GeometryKind.LINE:
        return rfc.line(shape)
    lines = [found for part in shape.geoms if (found := rfc.line(part))]
    if not lines:
        return None
    return {"type": "MultiLineString", "coordinates": [one["coordinates"] for one in lines]}  # type: ignore[dict-item]
