"""The lines of arcs, taken out of their geometries all at once.

Stands apart: `arcs` asks for one arc's line after the other, and for each alone it would take
longer than all that is judged of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from networks.graphs.arc_tags import missing


@dataclass(frozen=True, slots=True, eq=False)
class ArcLines:
    """Vertices of many lines, packed.

    Parameters
    ----------
    drawn : list of bool
        Whether each arc has a geometry at all.
    offset : list of int
        Line ``i`` is ``points[offset[i]:offset[i + 1]]``.
    points : (V, 2) float64
        Degrees.
    ends : list of float
        Longitude and latitude of each line's first vertex, and of its last; of one without
        vertices some place. Four floats a line, not a list of them: the garbage collector would
        walk over hundreds of thousands of those, again and again.
    whole : list of bool
        Whether it is a line: two vertices at least, and all of them finite.
    """

    drawn: list[bool]
    offset: list[int]
    points: NDArray[np.float64]
    ends: list[float]
    whole: list[bool]

    @classmethod
    def of(cls, geometries: Sequence[object], transformer: Transformer | None) -> ArcLines:
        """Return the lines of geometries or their WKT; what is neither is no line."""
        drawn = [not (missing(each) or each == "") for each in geometries]
        lines = np.full(len(geometries), None, object)
        texts = [i for i, each in enumerate(geometries) if drawn[i] and isinstance(each, str)]
        lines[texts] = shapely.from_wkt([geometries[i] for i in texts], on_invalid="ignore")
        for i, each in enumerate(geometries):
            if isinstance(each, shapely.Geometry):
                lines[i] = each
        points = shapely.get_coordinates(lines)
        if transformer is not None and len(points):
            points = np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
        size = shapely.get_num_coordinates(lines)
        offset = np.zeros(len(size) + 1, np.int64)
        np.cumsum(size, out=offset[1:])
        unknown = np.zeros(len(points) + 1, np.int64)
        np.cumsum(~np.isfinite(points).all(axis=1), out=unknown[1:])
        whole = (size >= 2) & (unknown[offset[1:]] == unknown[offset[:-1]])  # noqa: PLR2004 (ends)
        some = np.concatenate([points, np.zeros((1, 2))])
        return cls(
            drawn=drawn,
            offset=offset.tolist(),
            points=np.ascontiguousarray(points),
            ends=np.column_stack([some[offset[:-1]], some[offset[1:] - 1]]).ravel().tolist(),
            whole=whole.tolist(),
        )
