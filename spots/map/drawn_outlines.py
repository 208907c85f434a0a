"""The outlines that maps draw: municipalities thinned together, and medical areas along them.

Map and report draw the same, and so does the next run with the same boundaries: thinning takes
longer than all else that they draw, and is kept by the content of the boundaries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from groundfloor.frozen import FrozenDict
from groundfloor.kept_forms import packed_array, packed_shapes, unpacked_array, unpacked_shapes
from groundfloor.kept_on_disk import NOTHING_KEPT, Form, KeptOnDisk, Origin, framed, unframed
from spots.map.shapes import MAX_POINTS, area_outline, outlines_and_tolerance
from spots.types import RunResult

_CODE = ("groundfloor", "boundaries", "spots/map/drawn_outlines", "spots/map/shapes")
#: Outlines of municipalities and of areas, in the order of the run's tables; metres of thinning.
_Thinned = tuple[np.ndarray, np.ndarray, float]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnOutlines:
    """What maps of a run draw as ground.

    Parameters
    ----------
    towns : GeoSeries
        Municipalities on the index of the run's, longitude/latitude.
    off_m : float
        Metres by which a border may lie off its place; 0 where they are as they were.
    areas : mapping of str to geometry
        Medical areas by code.
    """

    towns: gpd.GeoSeries
    off_m: float
    areas: Mapping[str, BaseGeometry]


def drawn_outlines(result: RunResult, disk: KeptOnDisk = NOTHING_KEPT) -> DrawnOutlines:
    """Return the outlines that maps of a run draw.

    Parameters
    ----------
    result : RunResult
        The run.
    disk : KeptOnDisk
        Where they are if the same boundaries were thinned before; light ones are not kept.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    """
    frame, areas = result.municipalities, result.areas
    if int(shapely.get_num_coordinates(frame.geometry.values).sum()) <= MAX_POINTS:
        towns, shapes, off_m = _thinned(result)
    else:
        origin = Origin(settings=_content(result), code=_CODE)
        towns, shapes, off_m = disk.get("outlines", origin, lambda: _thinned(result), _FORM)
    return DrawnOutlines(
        gpd.GeoSeries(towns, index=frame.index, crs=frame.crs),
        off_m,
        FrozenDict(zip(areas.index, shapes, strict=True)),
    )


def _thinned(result: RunResult) -> _Thinned:
    towns, off_m = outlines_and_tolerance(result.municipalities, plane_epsg=result.plane_epsg)
    members = result.municipalities["area_code"]
    shapes = np.empty(len(result.areas), dtype=object)
    for n, (code, own) in enumerate(result.areas.geometry.items()):
        shapes[n] = area_outline(own, [towns.loc[m] for m in members.index[members == code]])
    return np.asarray(towns.values, dtype=object), shapes, off_m


def _content(result: RunResult) -> list[object]:
    """Return what the outlines follow from, hashed."""
    towns, areas = result.municipalities, result.areas
    digest = hashlib.sha256(packed_shapes(towns.geometry.to_numpy()))
    digest.update(packed_shapes(areas.geometry.to_numpy()))
    codes = [
        [str(code) for code in each] for each in (towns.index, towns["area_code"], areas.index)
    ]
    return [str(towns.crs), result.plane_epsg, MAX_POINTS, codes, digest.hexdigest()]


def _pack(found: _Thinned) -> bytes:
    towns, areas, off_m = found
    return framed([packed_shapes(towns), packed_shapes(areas), packed_array(np.array([off_m]))])


def _unpack(data: bytes) -> _Thinned:
    towns, areas, off_m = unframed(data)
    return unpacked_shapes(towns), unpacked_shapes(areas), float(unpacked_array(off_m)[0])


_FORM: Form[_Thinned] = Form(_pack, _unpack)
