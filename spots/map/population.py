"""People on the map: cells in five classes, each one shape, and where the number is secret."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.crs import require_geographic
from groundfloor.problems import Lang, Text
from spots.map.page_data import UNPUBLISHED, PopulationClass
from spots.map.shapes import pack_polygons

_CLASSES = 5
_DIGITS = (2, 3, 4, 6, 8, 10, 12, 16)  # halves: 1, 1.5, 2, 3, 4, 5, 6, 8
# 地域メッシュ by the length of its code: 基準, 1/2, 1/4 (JIS X 0410).
_MESHES = {8: Text("1kmメッシュ", "1 km cell"), 9: Text("500mメッシュ", "500 m cell")}
_MESHES[10] = Text("250mメッシュ", "250 m cell")
_CELL = Text("区画", "cell")


def population_classes(frame: gpd.GeoDataFrame | None, lang: Lang) -> tuple[PopulationClass, ...]:
    """Return the classes of the choropleth; cells where nobody lives are in none.

    Parameters
    ----------
    frame : GeoDataFrame or None
        `RunResult.population`.
    lang : Lang
        Language of the labels.

    Returns
    -------
    tuple of PopulationClass
        Those that hold a cell, few people first, secret cells last.

    Raises
    ------
    CrsError
        `frame` is not longitude/latitude.
    """
    if frame is None or not len(frame):
        return ()
    require_geographic(frame, "population")
    people = frame["population"].to_numpy(dtype=np.float64)
    limits = class_limits(people)
    place = np.searchsorted(limits, people, side="right")
    place[np.isnan(people)] = -1
    found = []
    for number in range(1, len(limits) + 1):
        chosen = (place == number) & (people > 0)
        label = _label(limits, number, lang)
        found.append(_class(frame, chosen, f"population-{number}", label))
    secret = Text("秘匿（人数は公表されていません）", "secret (not published)").render(lang)
    found.append(_class(frame, np.isnan(people), UNPUBLISHED, secret))
    return tuple(c for c in found if c.count)


def class_limits(people: np.ndarray) -> tuple[int, ...]:
    """Return the lower limits of at most five classes, round numbers near the quintiles.

    Parameters
    ----------
    people : (N,) float array
        People by cell; NaN and zero are left aside.

    Examples
    --------
    >>> class_limits(np.arange(1.0, 1001.0))
    (1, 200, 400, 600, 800)
    >>> class_limits(np.array([np.nan, 0.0]))
    ()
    """
    lived = people[people > 0]
    if not len(lived):
        return ()
    marks = np.quantile(lived, np.arange(1, _CLASSES) / _CLASSES)
    return tuple(sorted({1, *(_rounded(float(mark)) for mark in marks)}))


def _rounded(value: float) -> int:
    """Return the round number that is nearest in proportion."""
    steps = [digit * 10**power // 2 for power in range(8) for digit in _DIGITS]
    nearest: int = min(steps, key=lambda step: (abs(math.log(step / max(value, 1.0))), step))
    return nearest


def _label(limits: tuple[int, ...], number: int, lang: Lang) -> str:
    low = f"{limits[number - 1]:,}"
    if number == len(limits):
        return Text(f"{low}人以上", f"{low} or more").render(lang)
    high = f"{limits[number] - 1:,}"
    if high == low:
        return Text(f"{low}人", low).render(lang)
    return Text(f"{low}～{high}人", f"{low} to {high}").render(lang)


def _class(frame: gpd.GeoDataFrame, chosen: np.ndarray, key: str, label: str) -> PopulationClass:
    cells = frame.geometry[chosen].to_numpy()
    # The union keeps every corner of every cell; those on a straight edge say nothing.
    union = shapely.simplify(shapely.union_all(cells), 1e-7) if len(cells) else None
    return PopulationClass(key, label, len(cells), pack_polygons(union) if union else ())


def cell_name(frame: gpd.GeoDataFrame | None, lang: Lang) -> str:
    """Return what one row of `frame` is, for the unit of the legend.

    Examples
    --------
    >>> cell_name(gpd.GeoDataFrame(index=["493012341", "493012342"]), Lang.JA)
    '500mメッシュ'
    """
    codes: pd.Index = pd.Index([]) if frame is None else frame.index
    lengths = {len(str(code)) if str(code).isdigit() else 0 for code in codes}
    name = _MESHES.get(lengths.pop(), _CELL) if len(lengths) == 1 else _CELL
    return name.render(lang)
