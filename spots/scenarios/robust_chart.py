"""The map of robustness on paper: the prefecture's outlines, and circles by their shade, as SVG.

Stands apart: drawing is another subject than what a report says.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from spots.outputs.layer_table import EPSG
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.telling.colours import ROBUST, robust

_ROUND_M, _AIR = 60.0, 0.02
_LAND, _AROUND, _EDGE, _SEA = "#FFFFFF", "#EFEFEA", "#9A9A9A", "#E4EEF4"


def robust_chart(answers: ScenarioAnswers) -> str:
    """Return the map as SVG, in metres of the run's plane rectangular zone.

    Parameters
    ----------
    answers : ScenarioAnswers
        The scenarios.
    """
    frame, base = answers.base.municipalities, answers.base
    to_plane = Transformer.from_crs(EPSG, base.plane_epsg, always_xy=True)
    home = frame["prefecture_code"] == base.settings.prefecture_code
    circles = [_moved(circle.geometry, to_plane) for circle in answers.table.circles]
    land = [_moved(shape, to_plane) for shape in frame.geometry[home]]
    west, south, east, north = shapely.total_bounds(np.array([*land, *circles], dtype=object))
    air = _AIR * max(east - west, north - south)
    box = west - air, -(north + air), east - west + 2 * air, north - south + 2 * air
    around = [_moved(shape, to_plane) for shape in frame.geometry[~home]]
    sea = "M{0:.0f} {1:.0f}h{2:.0f}v{3:.0f}h-{2:.0f}z".format(*box)
    parts = (
        f'<path d="{sea}" fill="{_SEA}"/>',
        *(_path(shape, _AROUND, _EDGE, 120) for shape in around),
        *(_path(shape, _LAND, _EDGE, 150) for shape in land),
        *_shaded(answers, circles),
    )
    view = " ".join(f"{side:.0f}" for side in box)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{"".join(parts)}</svg>'


def _moved(shape: BaseGeometry, to_plane: Transformer) -> BaseGeometry:
    moved = shapely.transform(shape, lambda points: np.column_stack(to_plane.transform(*points.T)))
    return shapely.simplify(moved, _ROUND_M)


def _shaded(answers: ScenarioAnswers, circles: list[BaseGeometry]) -> Iterator[str]:
    """Yield the circles, those of more scenarios on top."""
    table = answers.table
    used = np.bincount(
        table.circle_of[:, list(table.varied)].ravel() + 1, minlength=len(circles) + 1
    )[1:]
    count = max(len(table.varied), 1)
    for n in np.argsort(used, kind="stable").tolist():
        if used[n]:
            yield _path(circles[n], robust(used[n] / count), ROBUST[-1][1], 180, 0.85)


def _path(shape: BaseGeometry, fill: str, edge: str, width: float, opacity: float = 1.0) -> str:
    rings = (
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    )
    d = "".join(_ring(shapely.get_coordinates(ring)) for ring in rings)
    return (
        f'<path d="{d}" fill="{fill}" fill-opacity="{opacity:g}" fill-rule="evenodd" '
        f'stroke="{edge}" stroke-width="{width:g}"/>'
    )


def _ring(points: np.ndarray) -> str:
    return "M" + "L".join(f"{x:.0f} {-y:.0f}" for x, y in points[:-1]) + "Z"
