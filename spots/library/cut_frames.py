"""Areas cut by others, with a ledger of what was taken: frames in, frames out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from boundaries.cutting import cut as cut_one
from boundaries.cutting import joined
from boundaries.geometry import ellipsoidal_km2
from boundaries.types import CutEntry, CutStep
from groundfloor.problems import Problem, Text, UsageError, error, warning
from groundfloor.shapes import without_shape
from spots.library.given_areas import GivenAreas, given_areas
from spots.library.given_points import GeoFrame, back_in, with_geometry
from spots.library.ground import Ground
from spots.library.told_problems import noted_too, warn_of

#: What an area to cut by may be given as.
CutArea: TypeAlias = GeoFrame | BaseGeometry | Ground
_KEEP, _REMOVE = "keep", "remove"


def cut(
    areas: GeoFrame,
    *,
    keep: Mapping[str, CutArea] | CutArea | None = None,
    remove: Mapping[str, CutArea] | CutArea | None = None,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Cut areas by others, step by step, and book what each step takes.

    Parameters
    ----------
    areas : GeoDataFrame or GeoSeries of Polygon or MultiPolygon
        What is cut, in any CRS; labels may stand there twice.
    keep : dict of str to GeoDataFrame, GeoSeries, geometry or Ground, or one of these, optional
        Areas inside which ground stays, each a step, in this order. Frames in any CRS, of which
        all rows together are the area; a bare geometry is in the CRS of `areas`; a `Ground` is
        the land of its prefecture.
    remove : as `keep`, optional
        Areas that are taken away, after `keep`.

    Returns
    -------
    cut : GeoDataFrame
        The rows of `areas` in their order, with index, columns and CRS; MultiPolygons, empty where
        nothing is left and None where there was nothing; ``area_km2`` and ``removed_km2``
        (Float64, on the ellipsoid).
    ledger : DataFrame
        A row for each area and step, in order: ``label`` (of the caller's index), ``step``
        (category, the names), ``action`` (category: keep, remove), ``before_km2``,
        ``removed_km2``, ``after_km2`` (Float64, NA for a row without an area). No area grows, and
        what is removed and what is left make what was there.

    Raises
    ------
    UsageError
        An argument is no geometry, or nothing is there to be kept.
    CrsError
        A frame has no CRS, or coordinates that it cannot have.
    DataError
        Something is a point or a line; rows are named.

    Examples
    --------
    >>> import geopandas as gpd, spots as ss
    >>> from shapely.geometry import box
    >>> home = gpd.GeoSeries.from_xy([130.7], [32.8], index=["h"], crs=6668)
    >>> west = gpd.GeoSeries([box(130, 32, 130.7, 33)], crs=6668)
    >>> half, ledger = ss.cut(ss.circles(home, 4000), remove={"west": west})
    >>> ledger.round(2)
      label  step  action  before_km2  removed_km2  after_km2
    0     h  west  remove       50.27        25.13      25.13
    """
    given = given_areas(areas, "areas")
    steps, found = _steps(given, keep, remove)
    left: list[BaseGeometry | None] = []
    booked: list[tuple[CutEntry, ...]] = []
    for shape in given.shapes:
        after, entries = (None, ()) if shape is None else cut_one(shape, steps)
        left.append(after)
        booked.append(entries)
    before = [None if shape is None else ellipsoidal_km2(shape) for shape in given.shapes]
    ledger = _ledger(areas.index, before, steps, booked)
    found += _steps_of_nothing(ledger)
    warn_of((*given.problems, *found), "areas to cut")
    frame = with_geometry(areas, back_in(left, areas.index, given.crs))
    after_km2 = [of if not e else e[-1].remaining_km2 for of, e in zip(before, booked, strict=True)]
    frame["area_km2"] = pd.array(after_km2, "Float64")
    frame["removed_km2"] = pd.array(before, "Float64") - frame["area_km2"].array
    return noted_too(frame, areas, (*given.problems, *found)), ledger


def _steps(
    given: GivenAreas,
    keep: Mapping[str, CutArea] | CutArea | None,
    remove: Mapping[str, CutArea] | CutArea | None,
) -> tuple[list[CutStep], list[Problem]]:
    problems: list[Problem] = []
    steps = []
    there = given.shapes[given.there]
    around = box(*shapely.total_bounds(there)) if len(there) else None
    for action, areas in ((_KEEP, keep), (_REMOVE, remove)):
        for name, area in _named(areas, action):
            shapes, found = _parts(area, name, given)
            problems += found
            if not shapes:
                problems.append(_empty(name, action))
            union = joined(shapes, around)
            steps.append(
                CutStep(name, keep=union) if action == _KEEP else CutStep(name, remove=union)
            )
    if any(p.code == "cut-keeps-nothing" for p in problems):
        raise UsageError([p for p in problems if p.code == "cut-keeps-nothing"])
    return steps, problems


def _named(
    areas: Mapping[str, CutArea] | CutArea | None, action: str
) -> Sequence[tuple[str, CutArea]]:
    if areas is None:
        return ()
    if isinstance(areas, Mapping):
        return [(str(name), area) for name, area in areas.items()]
    return [(action, areas)]


def _parts(area: CutArea, name: str, given: GivenAreas) -> tuple[list[BaseGeometry], list[Problem]]:
    """Return the parts of an area to cut by, in degrees."""
    if isinstance(area, Ground):
        return list(area.municipalities.geometry), []
    if isinstance(area, BaseGeometry):
        area = gpd.GeoSeries([area], crs=given.crs)
    parts = given_areas(area, name)
    gone = (np.flatnonzero(~parts.there) + 1).tolist()
    missing = [without_shape(gone, f"<{name}>")] if gone else []
    return list(parts.shapes[parts.there]), [*parts.problems, *missing]


def _ledger(
    index: pd.Index,
    before: Sequence[float | None],
    steps: Sequence[CutStep],
    booked: Sequence[tuple[CutEntry, ...]],
) -> pd.DataFrame:
    labels: list[Hashable] = []
    lines: list[tuple[float | None, float | None, float | None]] = []
    for label, area, entries in zip(index, before, booked, strict=True):
        labels += [label] * len(steps)
        if area is None:
            lines += [(None, None, None)] * len(steps)
        at = area
        for entry in entries:
            lines.append((at, entry.removed_km2, entry.remaining_km2))
            at = entry.remaining_km2
    names = [step.name for step in steps]
    actions = [_REMOVE if step.keep is None else _KEEP for step in steps]
    km2 = list(zip(*lines, strict=True)) or [(), (), ()]
    columns = ("before_km2", "removed_km2", "after_km2")
    return pd.DataFrame(
        {
            "label": pd.Series(labels, dtype=index.dtype if labels else object),
            "step": pd.Categorical(names * len(index), categories=list(dict.fromkeys(names))),
            "action": pd.Categorical(actions * len(index), categories=[_KEEP, _REMOVE]),
            **{c: pd.array(list(v), "Float64") for c, v in zip(columns, km2, strict=True)},
        }
    )


def _steps_of_nothing(ledger: pd.DataFrame) -> list[Problem]:
    """Tell of areas to keep that none of what is cut meets: their CRS may be another."""
    found = []
    for name, of in ledger[ledger["action"] == _KEEP].groupby("step", observed=True):
        if of["before_km2"].sum() > 0 and of["after_km2"].sum() == 0:
            found.append(_nothing_left(str(name)))
    return found


def _empty(name: str, action: str) -> Problem:
    place = {"file": f"<{name}>", "column": action}
    if action == _KEEP:
        return error(
            "cut-keeps-nothing",
            Text("残す区域が空です（すべて切り取られます）", "is empty: nothing would be left"),
            Text("絞り込みの条件や値を確認してください", "check how its rows were chosen"),
            **place,
        )
    return warning(
        "cut-removes-nothing",
        Text("除く区域が空です（何も切り取りません）", "is empty: nothing is taken away"),
        Text("絞り込みの条件や値を確認してください", "check how its rows were chosen"),
        **place,
    )


def _nothing_left(name: str) -> Problem:
    return warning(
        "cut-leaves-nothing",
        Text("残す区域がどの図形とも重ならず、何も残りません", "meets none of the areas"),
        Text("区域と座標系を確認してください", "check the area and its CRS"),
        file=f"<{name}>",
        column=_KEEP,
    )
