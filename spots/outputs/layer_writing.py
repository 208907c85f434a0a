"""One layer through GDAL, whatever the driver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyogrio.raw import write

from spots.outputs.layers import EPSG, Cell, LayerTable
from spots.telling.columns import FieldKind

# GDAL writes "now" into some files; outputs carry no time but the manifest's.
FIXED_TIME = "2000-01-01T00:00:00.000Z"
_CURRENT_DATE = "OGR_CURRENT_DATE"

_DTYPES = {
    FieldKind.TEXT: "object",
    FieldKind.INTEGER: "int64",
    FieldKind.NUMBER: "float64",
    FieldKind.BOOLEAN: "bool",
    FieldKind.DATE: "datetime64[D]",
}
_FILLERS: Mapping[FieldKind, Cell] = {
    FieldKind.TEXT: None,
    FieldKind.INTEGER: 0,
    FieldKind.NUMBER: 0.0,
    FieldKind.BOOLEAN: False,
}


@contextmanager
def fixed_clock() -> Iterator[None]:
    """Have GDAL write a fixed time where it would write the present one."""
    before = pyogrio.get_gdal_config_option(_CURRENT_DATE)
    pyogrio.set_gdal_config_options({_CURRENT_DATE: FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_CURRENT_DATE: before})


def write_layer(
    table: LayerTable,
    path: Path,
    driver: str,
    *,
    names: Sequence[str] | None = None,
    encoding: str = "UTF-8",
    layer_options: Mapping[str, str] | None = None,
    dataset_options: Mapping[str, str] | None = None,
) -> None:
    """Write a layer, into a file that may hold others where the format allows it.

    Parameters
    ----------
    table : LayerTable
        The layer.
    path : Path
        The file.
    driver : str
        GDAL's name of the format.
    names : sequence of str, optional
        Field names in the place of the layer's own.
    encoding : str
        Encoding of text in the file.
    layer_options, dataset_options : mapping of str to str, optional
        Creation options of the driver.
    """
    arrays = [_array(table.column(k), f.stored) for k, f in enumerate(table.fields)]
    shapes = np.array(table.shapes, dtype=object)
    write(
        str(path),
        geometry=shapely.to_wkb(shapes) if len(shapes) else shapes,
        field_data=[data for data, _ in arrays],
        fields=np.array(names or [f.name for f in table.fields], dtype=object),
        field_mask=[mask for _, mask in arrays],
        layer=table.name,
        driver=driver,
        geometry_type=table.geometry.value,
        crs=f"EPSG:{EPSG}",
        encoding=encoding,
        layer_options=dict(layer_options or {}),
        dataset_options=dict(dataset_options or {}),
    )


def _array(
    cells: Sequence[Cell], kind: FieldKind
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    """Return a column for GDAL, and where it is empty."""
    if kind is FieldKind.TEXT:
        return np.array(cells, dtype=object), None
    mask = np.array([c is None for c in cells], dtype=bool)
    filler = "1970-01-01" if kind is FieldKind.DATE else _FILLERS[kind]
    filled = [filler if c is None else c for c in cells]
    return np.array(filled, dtype=_DTYPES[kind]), mask
