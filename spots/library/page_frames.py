"""Tables of commands as frames: the same columns, typed, with the ground of their rows beside.

Stands apart: every noun of the plan around the map gives its tables through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from groundfloor.crs import JGD2011
from groundfloor.problems import Lang
from spots.library.typed_frames import DayFrame, table_of
from spots.outputs.layer_table import filled_cells
from spots.outputs.table_page import TablePage

T = TypeVar("T")


def page_frame(page: TablePage[T], lang: Lang) -> pd.DataFrame:
    """Return a table as a frame; dtypes are those of its columns, whatever is in them."""
    columns = [filled.column for filled in page.columns]
    return table_of(columns, filled_cells(page.columns, page.rows, lang))


def page_layer(page: TablePage[T], shapes: Sequence[BaseGeometry], lang: Lang) -> DayFrame:
    """Return a table with the ground of its rows, in JGD2011 degrees (EPSG:6668)."""
    frame = page_frame(page, lang)
    given = [None if shape.is_empty else shape for shape in shapes]
    return DayFrame(frame, geometry=gpd.GeoSeries(given, index=frame.index, crs=JGD2011))
