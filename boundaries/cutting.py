"""Cutting circles by land, prefecture, municipalities and 少数区域, with a ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import shapely
from shapely.geometry import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from boundaries.codes import designated_city
from boundaries.crs import require_degrees
from boundaries.geometry import dissolve, ellipsoidal_km2, polygons
from boundaries.regions import Regions
from boundaries.types import AreaClass, CutEntry, CutStep
from groundfloor.problems import Problem, Text, UsageError, error

LAND = "land"
PREFECTURE = "prefecture"
EXCLUDED = "excluded_municipalities"
SHORTAGE = "shortage_areas"
CUT_NAMES = (LAND, PREFECTURE, EXCLUDED, SHORTAGE)


def cut(
    circle: BaseGeometry, steps: Sequence[CutStep]
) -> tuple[MultiPolygon, tuple[CutEntry, ...]]:
    """Cut one circle by `steps`, in order.

    Parameters
    ----------
    circle : Polygon or MultiPolygon
        Longitude/latitude degrees.
    steps : sequence of CutStep
        In the CRS of the circle.

    Returns
    -------
    geometry : MultiPolygon
        What is left; possibly empty. Points and lines left where areas touch are dropped.
    ledger : tuple of CutEntry
        One line for each step. Areas never grow, and the circle's area minus everything removed
        is what remains.

    Raises
    ------
    CrsError
        The coordinates cannot be degrees.
    """
    require_degrees(circle, "circle")
    left = polygons(circle)
    area = ellipsoidal_km2(left)
    ledger = []
    for step in steps:
        after = _apply(left, step)
        # What is left lies within what was there, and so do the areas but for rounding.
        new_area = min(area, ellipsoidal_km2(after))
        ledger.append(CutEntry(step.name, removed_km2=area - new_area, remaining_km2=new_area))
        left, area = after, new_area
    return left, tuple(ledger)


def _apply(left: MultiPolygon, step: CutStep) -> MultiPolygon:
    if (step.keep is None) == (step.remove is None):
        raise UsageError(
            error(
                "bad-cut-step",
                Text(
                    "切り取りには残す区域か除く区域のどちらか一つが必要です",
                    "a cut needs either what to keep or what to remove",
                ),
                Text("切り取りの設定を確認してください", "check the cutting settings"),
                value=step.name,
            )
        )
    if step.keep is not None:
        require_degrees(step.keep, step.name)
        return left if step.covers(left) else polygons(shapely.intersection(left, step.keep))
    require_degrees(step.remove, step.name)
    return polygons(shapely.difference(left, step.remove)) if step.touches(left) else left


def cut_steps(
    regions: Regions,
    names: Sequence[str],
    *,
    prefecture: str,
    excluded_codes: Collection[str] = (),
    around: BaseGeometry | None = None,
) -> tuple[CutStep, ...]:
    """Turn the policy's names of cuts into geometries.

    Parameters
    ----------
    regions : Regions
        Boundaries.
    names : sequence of str
        ``land`` keeps the land of every municipality in the file, neighbours included;
        ``prefecture`` keeps that of the prefecture; ``excluded_municipalities`` and
        ``shortage_areas`` (医師少数区域) are taken away. Applied in this order of `names`.
    prefecture : str
        Two-digit code.
    excluded_codes : collection of str
        Municipalities that the policy excludes; a designated city's code stands for its wards.
    around : geometry, optional
        All circles, longitude/latitude: only boundaries within their bounding box are joined,
        which saves much time with boundaries of the whole country.

    Returns
    -------
    tuple of CutStep
        In the order of `names`.

    Raises
    ------
    UsageError
        A name is unknown, or an excluded code is not among the municipalities; all together.
    CrsError
        `around` cannot be degrees.
    """
    frame = regions.municipalities
    problems = [_unknown_cut(name) for name in names if name not in CUT_NAMES]
    if EXCLUDED in names:
        problems += [
            _unknown_code(wanted)
            for wanted in sorted(excluded_codes)
            if not any(_in_any(code, (wanted,)) for code in frame.index)
        ]
    if problems:
        raise UsageError(problems)
    # Neighbouring prefectures' areas count too, where the index table has them.
    shortage = [a.code for a in regions.medical_areas if a.area_class is AreaClass.SHORTAGE]
    chosen = {
        LAND: [True] * len(frame),
        PREFECTURE: list(frame["prefecture_code"] == prefecture),
        EXCLUDED: [_in_any(code, excluded_codes) for code in frame.index],
        SHORTAGE: list(frame["area_code"].isin(shortage)),
    }
    steps = []
    unions: dict[tuple[bool, ...], MultiPolygon] = {}  # land is often just the prefecture's
    if around is None and {LAND, PREFECTURE} & set(names):
        unions[tuple(chosen[PREFECTURE])] = regions.prefecture_land(prefecture)
    for name in names:
        key = tuple(chosen[name])
        if key not in unions:
            unions[key] = joined(list(frame.geometry[chosen[name]].values), around)
        area = unions[key]
        keeps = name in {LAND, PREFECTURE}
        steps.append(CutStep(name, keep=area if keeps else None, remove=None if keeps else area))
    return tuple(steps)


def joined(geometries: list[BaseGeometry], around: BaseGeometry | None) -> MultiPolygon:
    """Return the union of areas, of those only that meet the bounding box of `around`.

    Parameters
    ----------
    geometries : list of Polygon or MultiPolygon
        Longitude/latitude degrees.
    around : geometry or None
        What is to be cut by them.

    Raises
    ------
    CrsError
        The coordinates cannot be degrees.
    """
    if around is not None:
        require_degrees(around, "around")
        window = box(*around.bounds)
        geometries = [g for g in geometries if g.intersects(window)]
    return dissolve(geometries)


def _in_any(code: str, codes: Collection[str]) -> bool:
    """Tell whether a municipality is listed, itself or (for a ward) by its city."""
    city = designated_city(code)
    return code in codes or (city is not None and city[0] in codes)


def _unknown_cut(name: str) -> Problem:
    listed = ", ".join(CUT_NAMES)
    return error(
        "unknown-cut",
        Text("切り取りの名前が正しくありません", "no such cut"),
        Text(f"次から選んでください: {listed}", f"one of: {listed}"),
        value=name,
    )


def _unknown_code(code: str) -> Problem:
    return error(
        "unknown-municipality",
        Text("除外する市区町村が境界データにありません", "the boundaries lack this municipality"),
        Text(
            "コードと、政令指定都市の区をまとめる設定を確認してください",
            "check the code, and whether wards are merged",
        ),
        value=code,
    )
