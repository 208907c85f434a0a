"""How much of a straight line is off the land: what no road is likely to follow.

A road may cross a strait by a bridge; it does not lead kilometres across a bay or to an island. So
a line that is off the land of the outlines for more than `STRAIT_M` is no sign of a road.
Where outlines of a neighbour are missing, its ground is not known to be land either.

Stands apart: the sea is all that outlines can say of a line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Regions
from spots.types import Position, distance_m

#: Most bridges to islands are shorter, and a position in a harbour or an outline drawn coarsely is
#: within it. A convention of this tool.
STRAIT_M = 1_000.0
_TO_MILLIMETRES = 3


@dataclass(frozen=True, slots=True)
class LinesOverLand:
    """Measures lines against the land of the outlines, each once.

    Parameters
    ----------
    regions : Regions or None
        Ground of the municipalities; without it nothing is known of any line.
    """

    regions: Regions | None
    _trees: list[shapely.STRtree] = field(default_factory=list)
    _known: dict[tuple[Position, Position], float] = field(default_factory=dict)

    def sea_m(self, here: Position, there: Position) -> float | None:
        """Return metres of the line between two places that are off the land; None if unknown.

        Parameters
        ----------
        here, there : Position
            The ends, in any order.
        """
        if self.regions is None:
            return None
        ends = sorted((here, there), key=lambda p: (p.lon, p.lat))
        key = ends[0], ends[1]
        if key not in self._known:
            self._known[key] = round(self._off_land(*key), _TO_MILLIMETRES)
        return self._known[key]

    def crosses_sea(self, here: Position, there: Position) -> bool:
        """Whether a line is off the land for longer than a strait that is bridged."""
        if self.regions is None or distance_m(here, there) <= STRAIT_M:
            return False
        sea_m = self.sea_m(here, there)
        return sea_m is not None and sea_m > STRAIT_M

    def _off_land(self, here: Position, there: Position) -> float:
        """Measure in degrees, where a line is straight: its parts are as long as they are there."""
        line = shapely.LineString([(here.lon, here.lat), (there.lon, there.lat)])
        if line.length == 0:
            return 0.0
        tree = self._tree()
        parts = tree.geometries[tree.query(line, predicate="intersects")]
        near = shapely.clip_by_rect(parts, *_around(line))
        sound = np.where(shapely.is_valid(near), near, parts)
        # Outlines drawn apart overlap by slivers: what two have of the line is counted once.
        on_land = shapely.union_all(shapely.intersection(sound, line))
        share = float(shapely.length(on_land) / shapely.length(line))
        return max(1.0 - share, 0.0) * distance_m(here, there)

    def _tree(self) -> shapely.STRtree:
        if not self._trees:
            outlines = [] if self.regions is None else self.regions.municipalities.geometry.values
            pieces: NDArray[np.object_] = shapely.get_parts(outlines)
            self._trees.append(shapely.STRtree(pieces))
        return self._trees[0]


def _around(line: shapely.LineString) -> tuple[float, float, float, float]:
    """Return the bounds of a line and a little around: one along a meridian has no width."""
    west, south, east, north = line.bounds
    return west - 1e-6, south - 1e-6, east + 1e-6, north + 1e-6
