"""The layers of a run, said once: GeoPackage, Shapefile, FlatGeobuf and PostGIS write from here."""

from spots.outputs.layers.build import layer_tables
from spots.outputs.layers.model import (
    EPSG,
    Cell,
    Code,
    Field,
    FieldKind,
    GeometryKind,
    LayerTable,
)

__all__ = [
    "EPSG",
    "Cell",
    "Code",
    "Field",
    "FieldKind",
    "GeometryKind",
    "LayerTable",
    "layer_tables",
]
