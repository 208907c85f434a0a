"""Which municipalities a piece of ground lies in, and which land is apart from the main land."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries.geometry import dissolve, ellipsoidal_km2
from boundaries.land_parts import LandParts, overlap
from boundaries.regions import Regions

#: Less of a unit than this beyond a border is how two outlines of one border differ, per mille.
LEAST_SHARE_PERMILLE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Island:
    """Land apart from the main land of its prefecture.

    Parameters
    ----------
    geometry : MultiPolygon
        The land, EPSG:6668; of an island of two towns all of it.
    codes : tuple of str
        Its municipalities, that with most of it first.
    area_km2 : float
        On the ellipsoid.
    """

    geometry: MultiPolygon
    codes: tuple[str, ...]
    area_km2: float


@dataclass(frozen=True, slots=True, eq=False)
class MunicipalGround:
    """Outlines of municipalities in single parts, to be asked often.

    Parameters
    ----------
    regions : Regions
        The municipalities.
    """

    regions: Regions
    _parts: NDArray[Any] = field(init=False, repr=False)
    _codes: NDArray[Any] = field(init=False, repr=False)
    _tree: shapely.STRtree = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take outlines apart: an overlay with all isles of a city for each district is slow."""
        towns = self.regions.municipalities
        parts, owner = shapely.get_parts(towns.geometry.to_numpy(), return_index=True)
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_codes", towns.index.to_numpy()[owner])
        object.__setattr__(self, "_tree", shapely.STRtree(parts))

    def shares(self, ground: BaseGeometry) -> tuple[tuple[str, float], ...]:
        """Return how much of a piece of ground lies in which municipality.

        Parameters
        ----------
        ground : Polygon or MultiPolygon
            Longitude/latitude degrees, EPSG:6668.

        Returns
        -------
        tuple of (str, float)
            Code and share of the ground's area, from 0 to 1, the largest first. What lies at sea,
            or beyond the outlines, is in nobody's share.
        """
        whole = float(shapely.area(ground))
        if not whole:
            return ()
        found: dict[str, float] = {}
        for at in np.sort(self._tree.query(ground)).tolist():
            inside = float(shapely.area(overlap(self._parts[at], ground)))
            if inside:
                code = str(self._codes[at])
                found[code] = found.get(code, 0.0) + inside / whole
        return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def codes_of(self, ground: BaseGeometry) -> tuple[str, ...]:
        """Return the municipalities that a piece of ground lies in, the largest share first.

        A share below `LEAST_SHARE_PERMILLE` does not count, unless there is no other.
        """
        shares = self.shares(ground)
        real = tuple(code for code, share in shares if share * 1000 >= LEAST_SHARE_PERMILLE)
        return real or tuple(code for code, _ in shares[:1])

    def islands(self, prefecture_code: str) -> tuple[Island, ...]:
        """Return the land of a prefecture apart from its main land.

        The main land is the largest connected land of the prefecture; land that reaches it through
        another prefecture whose outlines are here (an exclave) is no island either.

        Returns
        -------
        tuple of Island
            By the code of their first municipality, the largest first.
        """
        land = LandParts.of(self.regions.municipalities)
        main, home = land.main(prefecture_code), land.of_prefecture(prefecture_code)
        mine = sorted({*land.numbers[home].tolist()} - {main})
        islands = [self._island(np.flatnonzero((land.numbers == number) & home)) for number in mine]
        key = [(i.codes[0], -i.area_km2, i.geometry.bounds) for i in islands]
        return tuple(islands[n] for n in sorted(range(len(islands)), key=key.__getitem__))

    def _island(self, places: NDArray[np.int64]) -> Island:
        sizes: dict[str, float] = {}
        for at in places.tolist():
            code = str(self._codes[at])
            sizes[code] = sizes.get(code, 0.0) + ellipsoidal_km2(self._parts[at])
        codes = sorted(sizes, key=lambda code: (-sizes[code], code))
        return Island(dissolve(self._parts[places]), tuple(codes), sum(sizes.values()))


def island_at(islands: tuple[Island, ...], lon: float, lat: float) -> Island | None:
    """Return the island that holds a point (degrees); None where none does."""
    point = Point(lon, lat)
    return next((i for i in islands if i.geometry.intersects(point)), None)


def numbered(islands: tuple[Island, ...]) -> Iterator[tuple[str, int, Island]]:
    """Yield islands with their first municipality and their number there, from 1, by size."""
    counts: dict[str, int] = {}
    for island in islands:
        code = island.codes[0]
        counts[code] = counts.get(code, 0) + 1
        yield code, counts[code], island
