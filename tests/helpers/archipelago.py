"""A prefecture of a mainland and what islands a test gives it."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from shapely.geometry import MultiPolygon, Polygon, box

from groundfloor.problems import Text
from spots.types import Position, RunResult, State
from tests.helpers.fabricated import fabricated_result

#: Code, name, medical area and land: half a degree of mainland in two towns.
MAIN = (
    ("43201", "北市", "4301", box(130.5, 32.75, 131.0, 33.0)),
    ("43202", "南市", "4301", box(130.5, 32.5, 131.0, 32.75)),
)
FAR = ("43501", "遠島町", "4302", box(130.0, 31.0, 130.1, 31.1))


#: Where most facilities are.
AT_HOME = tuple((130.6 + 0.02 * n, 32.8) for n in range(12))


def run_on(
    *towns: tuple[str, str, str | None, Polygon | MultiPolygon],
    at: tuple[tuple[float, float], ...] = (),
    doubted: tuple[tuple[float, float], ...] = (),
    home: str = "43",
) -> RunResult:
    """Return a run on some ground, with a facility of the prefecture at each point."""
    result = fabricated_result()
    base = next(v for v in result.verdicts if v.facility.position is not None)
    ours = replace(base.place, prefecture_code=home, problem=None)
    verdicts = tuple(
        replace(
            base,
            state=State.NOT_MET,
            criteria=(),
            facility=replace(base.facility, id=f"f{n}", position=Position(*point)),
            place=ours if point in at else replace(ours, problem=Text("海上", "at sea")),
        )
        for n, point in enumerate((*at, *doubted))
    )
    frame = gpd.GeoDataFrame(
        {
            "name": [t[1] for t in towns],
            "prefecture_code": [t[0][:2] for t in towns],
            "prefecture": ["自県" if t[0][:2] == home else "隣県" for t in towns],
            "area_code": pd.Series([t[2] for t in towns], dtype=object).to_numpy(),
            "excluded": False,
        },
        geometry=[t[3] for t in towns],
        index=pd.Index([t[0] for t in towns], name="code", dtype=object),
        crs=6668,
    )
    codes = sorted({t[2] for t in towns if t[2] and t[0][:2] == home})
    areas = gpd.GeoDataFrame(
        {"name": [f"圏{c[-1]}" for c in codes], "index": 200.0, "area_class": "neither"},
        geometry=[frame.geometry[frame["area_code"] == c].union_all() for c in codes],
        index=pd.Index(codes, name="code", dtype=object),
        crs=6668,
    )
    return replace(
        result,
        settings=replace(result.settings, prefecture_code=home),
        municipalities=frame,
        areas=areas,
        verdicts=verdicts,
        spots=(),
        plane_epsg=6670,
    )
