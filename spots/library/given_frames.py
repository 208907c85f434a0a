"""A caller's frame of facilities, read by the reader of lists as if it were a file.

Stands apart: `facility_lists` makes frames of what was read; here a frame is what is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from groundfloor.crs import in_degrees
from groundfloor.grids import Grid, Row
from groundfloor.headers import ColumnSearch
from groundfloor.layers import Features
from groundfloor.problems import Problem, Text, UsageError, warning
from groundfloor.shapes import point_coordinates
from spots.facilities import LayerSpec
from spots.facilities.headers import list_vocabulary
from spots.facilities.reading import Aliases, Scan, scan_features, scan_grid
from spots.library.frames_on_disk import as_texts, columns_of_one_name
from spots.library.given_points import geometry_of
from spots.types import FacilityType

_ID = "id"


@dataclass(frozen=True, slots=True, eq=False)
class GivenFrame:
    """A caller's frame, taken apart.

    Parameters
    ----------
    index : Index
        The caller's labels.
    own : DataFrame
        The caller's columns but for geometry, as they are.
    others : DataFrame
        Geometry columns that are not the active one.
    shapes, degrees : (R,) array of shapely geometries
        Each row's geometry as given, a multiple point of one point as that point; and in JGD2011
        degrees. None where a row has none. Empty arrays of a frame without geometry.
    crs : CRS or None
        The caller's; None without geometry.
    geometry : str
        Name of the active geometry column.
    """

    index: pd.Index
    own: pd.DataFrame
    others: pd.DataFrame
    shapes: NDArray[np.object_]
    degrees: NDArray[np.object_]
    crs: CRS | None = None
    geometry: str = "geometry"


def scan_frame(frame: pd.DataFrame, spec: LayerSpec, aliases: Aliases) -> tuple[Scan, GivenFrame]:
    """Read a frame of facilities as the reader of lists reads a layer, or a table.

    Parameters
    ----------
    frame : GeoDataFrame or DataFrame
        Points in any CRS; or columns of coordinates.
    spec : LayerSpec
        What is said of the list.
    aliases : mapping of str to iterable of str
        Further headers by column.

    Raises
    ------
    CrsError
        It has no CRS, or its coordinates cannot be in the one it has.
    UsageError
        Two of its columns have one name.
    """
    shown = spec.shown
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is None:
        frame = pd.DataFrame(frame)
    active = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    shaped = [isinstance(kind, gpd.array.GeometryDtype) for kind in frame.dtypes]
    own = pd.DataFrame(frame.loc[:, [not each for each in shaped]])
    others = [c for c, each in zip(frame.columns, shaped, strict=True) if each and c != active]
    texts = _texts(own, frame.index, spec, aliases)
    nothing = np.empty(0, object)
    given = GivenFrame(frame.index, own, pd.DataFrame(frame[others]), nothing, nothing)
    if not isinstance(frame, gpd.GeoDataFrame):
        rows = [Row(0, tuple(texts)), *_rows_of(texts)]
        return _with_empty(scan_grid(spec, aliases, Grid(tuple(rows))), texts, None, spec), given
    series, crs = geometry_of(frame, shown.strip("<>"))
    shapes = _single(np.asarray(series.array, dtype=object))
    placed = in_degrees(shapely.force_2d(shapes), crs, shown, judged_by_row=True)
    columns = {name: texts[name].to_numpy(dtype=object) for name in texts}
    features = Features(shown, placed.geometry, columns, 1, placed.problems)
    scan = scan_features(spec, aliases, tuple(texts), features)
    given = GivenFrame(
        frame.index, own, given.others, shapes, placed.geometry, crs, str(series.name)
    )
    return _with_empty(scan, texts, placed.geometry, spec), given


def _single(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries, a multiple one of one part as that part, and None for what is nowhere."""
    one = shapely.get_num_geometries(shapes) == 1
    single = np.where(one, shapely.get_geometry(shapes, 0), shapes)
    xy = point_coordinates(single)
    points = shapely.get_type_id(single) == shapely.GeometryType.POINT
    nowhere = shapely.is_empty(single) | (points & ~np.isfinite(xy).all(axis=1))
    found: NDArray[np.object_] = np.asarray(single, dtype=object)
    found[nowhere] = None
    return found


def _texts(own: pd.DataFrame, index: pd.Index, spec: LayerSpec, aliases: Aliases) -> pd.DataFrame:
    """Return the cells of a frame as texts, its index beside them where that says something."""
    names = [str(name) for name in own.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError([columns_of_one_name(name, spec.shown) for name in twice])
    plain = own.map(_joined).set_axis(names, axis=1)
    texts = as_texts(plain).fillna("").reset_index(drop=True)
    name = _meaning(index, names, ColumnSearch(list_vocabulary(aliases, spec.columns)))
    if name is None:
        return texts
    return texts.assign(**{name: as_texts(index.to_frame(index=False, name=name))[name].fillna("")})


def _joined(value: object) -> object:
    """Return a cell of several types, say, as a sheet would write them."""
    if isinstance(value, FacilityType):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(sorted(str(_joined(each)) for each in value))
    return value


def _meaning(index: pd.Index, names: Sequence[str], search: ColumnSearch) -> str | None:
    """Return the column that an index is: by its name, or ids where it is made of unique texts."""
    if index.nlevels > 1:
        return None
    called = "" if index.name is None else str(index.name)
    columns = set(search.columns_of(called)) if called not in names else set()
    named = search.named(names)
    # A column that is switched off has the empty header, which is no name of an index.
    if (columns and not columns & named) or (
        called and called in search.vocabulary.chosen.values()
    ):
        return called
    chosen = search.vocabulary.chosen.get(_ID)
    ids = index.is_unique and all(isinstance(label, str) for label in index)
    return _ID if ids and len(index) and chosen is None and _ID not in named else None


def _rows_of(texts: pd.DataFrame) -> Iterable[Row]:
    cells = zip(*(texts[name] for name in texts), strict=True)
    for number, row in enumerate(cells, start=1):
        if any(row):
            yield Row(number, tuple(row))


def _with_empty(
    scan: Scan, texts: pd.DataFrame, shapes: NDArray[np.object_] | None, spec: LayerSpec
) -> Scan:
    """Return what was read, and a warning for each row that holds nothing and was left out.

    The header of a frame stands in no row.
    """
    empty = (texts == "").all(axis=1).to_numpy()
    if shapes is not None:
        empty = empty & shapely.is_missing(shapes)
    told = [_empty(int(at) + 1, spec.shown) for at in np.flatnonzero(empty)]
    found = [replace(p, row=None) if p.row == 0 else p for p in scan.problems]
    return Scan(scan.raws, (*found, *told), scan.table)


def _empty(row: int, shown: str) -> Problem:
    return warning(
        "row-empty",
        Text("何も書かれていない行を除きました", "holds nothing and was left out"),
        Text("行を削除してください", "delete the row"),
        file=shown,
        row=row,
    )
