"""A layer as GeoJSON (RFC 7946): WGS84, seven decimals, one feature a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from shapely.geometry.base import BaseGeometry

from spots.outputs import geometry as rfc
from spots.outputs.layers import Cell, GeometryKind, LayerTable


def layer_geojson(table: LayerTable, attributions: Sequence[str]) -> str:
    """Return a layer as a feature collection, with whom to name as a foreign member."""
    names = [field.name for field in table.fields]
    lines = []
    for number, (row, shape) in enumerate(zip(table.rows, table.shapes, strict=True), 1):
        feature = {
            "type": "Feature",
            "id": number,
            "properties": {n: _plain(cell) for n, cell in zip(names, row, strict=True)},
            "geometry": None if shape is None else _geometry(shape, table.geometry),
        }
        lines.append(_json(feature))
    head = f'{{"type":"FeatureCollection","attribution":{_json(list(attributions))}'
    body = ",\n".join(lines)
    return f'{head},"features":[\n{body}\n]}}\n' if lines else f'{head},"features":[]}}\n'


def _plain(cell: Cell) -> str | int | float | bool | None:
    return cell.isoformat() if isinstance(cell, date) else cell


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


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
