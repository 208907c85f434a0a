"""Connected land: what the sea parts, whatever municipalities and prefectures it holds.

A bridge joins no land, and a strait of a few metres parts it, as far as the outlines have both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.geometry import dissolve, ellipsoidal_km2, polygons
from boundaries.regions import geodesic_distance_m

# Of a cell or a circle, in square degrees: a hundredth of a square metre is an error of outlines.
_TOUCH = 1e-12
_M_PER_DEGREE = 111_320.0  # of latitude, near enough for choosing what to measure exactly
_LEAST_COSINE = 0.5  # a degree of longitude is at least half as long, up to 60 degrees north


@dataclass(frozen=True, slots=True, eq=False)
class LandParts:
    """Outlines in single polygons, and the number of the connected land that each belongs to.

    Make it with `LandParts.of`.

    Parameters
    ----------
    outlines : ndarray of Polygon
        EPSG:6668.
    codes : ndarray of str
        The municipality of each.
    numbers : ndarray of int
        The same for polygons that touch, if only through others.
    """

    outlines: NDArray[Any]
    codes: NDArray[Any]
    numbers: NDArray[np.int64]
    _tree: shapely.STRtree

    @classmethod
    def of(cls, municipalities: gpd.GeoDataFrame) -> LandParts:
        """Return the land of municipalities.

        Parameters
        ----------
        municipalities : GeoDataFrame
            Index the codes; Polygons or MultiPolygons, EPSG:6668.
        """
        from scipy.sparse import coo_array  # noqa: PLC0415 - only who asks for land pays
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        parts, owner = shapely.get_parts(municipalities.geometry.to_numpy(), return_index=True)
        tree = shapely.STRtree(parts)
        one, other = tree.query(parts, predicate="intersects")
        touching = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(parts),) * 2)
        numbers = connected_components(touching, directed=False)[1].astype(np.int64)
        return cls(parts, municipalities.index.to_numpy()[owner], numbers, tree)

    def of_prefecture(self, code: str) -> NDArray[np.bool_]:
        """Return which outlines are of a prefecture (two digits)."""
        return np.array([str(each)[:2] == code for each in self.codes], dtype=bool)

    def main(self, prefecture_code: str) -> int | None:
        """Return the number of a prefecture's main land, the largest by what it has there.

        None where the outlines have nothing of the prefecture.
        """
        home = self.of_prefecture(prefecture_code)
        if not home.any():
            return None
        sizes = np.zeros(int(self.numbers.max()) + 1)
        np.add.at(
            sizes, self.numbers[home], [ellipsoidal_km2(part) for part in self.outlines[home]]
        )
        return int(sizes.argmax())

    def at(self, lon: float, lat: float, *, within_m: float = 0.0) -> frozenset[int]:
        """Return the land that holds a point (degrees), or else all land within a distance of it.

        Parameters
        ----------
        lon, lat : float
            The point.
        within_m : float
            Geodesic metres: a pier, or a coast of coarser outlines.
        """
        point = shapely.Point(lon, lat)
        holding = self._tree.query(point, predicate="intersects")
        if len(holding) or not within_m:
            return frozenset(self.numbers[holding].tolist())
        reach = within_m / _M_PER_DEGREE / _LEAST_COSINE
        near = self._tree.query(point, predicate="dwithin", distance=reach).tolist()
        return frozenset(
            int(self.numbers[n])
            for n in near
            if geodesic_distance_m(self.outlines[n], lon, lat) <= within_m
        )

    def perhaps_on(self, shapes: NDArray[np.object_]) -> dict[int, NDArray[np.int64]]:
        """Return which of many shapes each connected land may hold something of, by extent alone.

        Parameters
        ----------
        shapes : ndarray of geometry
            EPSG:6668.

        Returns
        -------
        dict of int to ndarray of int
            By number of the land, places in `shapes`; those that are at sea are in none.
        """
        shape, outline = self._tree.query(shapes)
        found: dict[int, NDArray[np.int64]] = {}
        for number in np.unique(self.numbers[outline]).tolist():
            found[number] = np.unique(shape[self.numbers[outline] == number])
        return found

    def split(
        self, ground: BaseGeometry, *, prefecture: str = "", only: int | None = None
    ) -> dict[int, MultiPolygon]:
        """Return what each connected land has of a piece of ground.

        Parameters
        ----------
        ground : Polygon or MultiPolygon
            EPSG:6668.
        prefecture : str
            Two digits: only what lies in that prefecture; empty for all.
        only : int or None
            The number of one land, where the others are not asked for.
        """
        found: defaultdict[int, list[BaseGeometry]] = defaultdict(list)
        for at in np.sort(self._tree.query(ground)).tolist():
            mine = only is None or int(self.numbers[at]) == only
            if mine and (str(self.codes[at])[:2] == prefecture or not prefecture):
                shared = overlap(self.outlines[at], ground)
                if shapely.area(shared) > _TOUCH:
                    found[int(self.numbers[at])].append(shared)
        return {
            number: polygons(shared[0]) if len(shared) == 1 else dissolve(shared)
            for number, shared in sorted(found.items())
        }


def overlap(part: BaseGeometry, ground: BaseGeometry) -> BaseGeometry:
    """Return what two areas share; only what is near of a coast of 100,000 vertices is overlaid."""
    near = shapely.clip_by_rect(part, *shapely.bounds(ground).tolist())
    sound = bool(shapely.is_valid(near))
    shared: BaseGeometry = shapely.intersection(near if sound else part, ground)
    return shared
