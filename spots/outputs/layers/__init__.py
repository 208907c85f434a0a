"""The layers of a run, said once: GeoPackage, Shapefile, FlatGeobuf and PostGIS write from here."""

from spots.outputs.layers.layer_table import (
    EPSG,
    Cell,
    Code,
    Field,
    FieldKind,
    GeometryKind,
    LayerTable,
)
from spots.outputs.layers.run_layers import layer_tables

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
