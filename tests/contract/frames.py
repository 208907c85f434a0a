"""Frames of pandas and geopandas: what a notebook has in hand, as a reader of files is given it."""

from __future__ import annotations

import pandas as pd

from spots.library.frames_on_disk import on_disk
from tests.contract.layers import FINE, Features, LayerForm
from tests.contract.tables import EXACT, Sheet, TableForm


def frame_of(sheet: Sheet) -> pd.DataFrame:
    """The sheet as pandas infers it: numbers, days, categories, an index of nobody's."""
    made = pd.DataFrame(list(sheet.rows), columns=list(sheet.header), index=[7, 3, 5])
    for name in sheet.header:
        if name in sheet.days:
            made[name] = pd.to_datetime(made[name])
        elif name in sheet.numbers:
            made[name] = pd.to_numeric(made[name])
        else:
            made[name] = made[name].replace("", None).astype("category")
    return made


def _table(sheet: Sheet) -> bytes:
    with on_disk(frame_of(sheet), "table") as path:
        return path.read_bytes()


def _layer(layer: Features, epsg: int) -> dict[str, bytes]:
    named = layer.frame(epsg).set_index(pd.Index(range(9, 9 - len(layer.rows), -1), name="key"))
    with on_disk(named.rename_geometry("shape"), "layer") as path:
        return {path.name: path.read_bytes()}


FRAME_FORMS = (TableForm("data-frame", ".csv", _table, tolerance=EXACT),)
GEO_FRAME_FORMS = tuple(
    LayerForm(f"geo-data-frame-{epsg}", lambda f, e=epsg: _layer(f, e), FINE)
    for epsg in (6668, 6670)
)
