"""Joining municipalities, medical areas and indices into `Regions`."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.area_classes import classed_areas, moved_municipalities, unmapped_areas
from boundaries.assigning import assigned_areas
from boundaries.codes import PREFECTURES, require_prefecture
from boundaries.crs import require_geographic
from boundaries.geometry import dissolve
from boundaries.regions import Regions
from boundaries.types import AreaTable, IndexTable, MedicalArea
from groundfloor.crs import JGD2011
from groundfloor.problems import DataError, Problem, Text, error


def build_regions(
    municipalities: gpd.GeoDataFrame,
    area_table: AreaTable,
    index_table: IndexTable | None,
    *,
    prefecture_code: str,
) -> tuple[Regions, tuple[Problem, ...]]:
    """Join boundaries, areas and indices.

    Parameters
    ----------
    municipalities : GeoDataFrame
        As `read_municipalities` gives them; may hold neighbouring prefectures too.
    area_table : AreaTable
        As `read_medical_areas` gives it. A merged designated city inherits the area of its wards
        when all agree; a ward inherits that of its city.
    index_table : IndexTable or None
        As `read_physician_index` gives it; without one every class is unknown.
    prefecture_code : str
        Two digits: the prefecture whose areas are drawn and checked for completeness.

    Returns
    -------
    regions : Regions
        Frozen; the frames are copies.
    problems : tuple of Problem
        About the prefecture only: municipalities without an area, wards that disagree, rows of
        the area table without a municipality, areas whose index is missing, of another area or
        a tie, and indices without an area.

    Raises
    ------
    CrsError
        `municipalities` are not longitude/latitude.
    UsageError
        There is no such prefecture.
    DataError
        The prefecture has no municipality here, or a code occurs twice.
    """
    require_geographic(municipalities, "municipalities")
    _check(municipalities, prefecture_code)
    frame = municipalities.to_crs(JGD2011).sort_index()
    if "county" not in frame.columns:
        frame = frame.assign(county="")
    table, moved = moved_municipalities(area_table, index_table)
    assigned, problems = assigned_areas(frame, table, prefecture_code)
    problems += [p for p in moved if (p.value or "")[:2] == prefecture_code]
    codes = [a.area_code if a is not None else None for a in assigned.values()]
    frame = frame.assign(area_code=pd.Series(codes, index=frame.index, dtype=object))
    home = set(frame["area_code"][frame["prefecture_code"] == prefecture_code].dropna())
    areas, area_problems = classed_areas(
        assigned.values(), area_table, index_table, homes={prefecture_code}
    )
    regions = Regions(
        municipalities=frame,
        areas=_area_frame(frame, [a for a in areas if a.code in home], prefecture_code),
        prefecture_code=prefecture_code,
        edition=index_table.edition if index_table is not None else None,
        medical_areas=areas,
        unmapped=unmapped_areas(area_table, index_table, prefecture_code),
    )
    return regions, (*problems, *area_problems)


def _check(municipalities: gpd.GeoDataFrame, prefecture_code: str) -> None:
    require_prefecture(prefecture_code)
    twice = municipalities.index[municipalities.index.duplicated()].unique()
    problems = [
        error(
            "duplicate-municipality",
            Text("同じ市区町村コードが二度あります", "a municipality code occurs twice"),
            Text("境界データを確認してください", "check the boundaries"),
            value=str(code),
        )
        for code in twice
    ]
    if not (municipalities["prefecture_code"] == prefecture_code).any():
        name = PREFECTURES[prefecture_code]
        problems.append(
            error(
                "no-municipality",
                Text(f"境界データに{name}の市区町村がありません", f"no municipality of {name}"),
                Text("都道府県コードと境界データを確認してください", "check code and boundaries"),
                value=prefecture_code,
            )
        )
    if problems:
        raise DataError(problems)


def _area_frame(
    frame: gpd.GeoDataFrame, areas: list[MedicalArea], prefecture_code: str
) -> gpd.GeoDataFrame:
    mine = frame[frame["prefecture_code"] == prefecture_code]
    return gpd.GeoDataFrame(
        {
            "name": pd.Series([a.name for a in areas], dtype=object).to_numpy(),
            "index": np.array([np.nan if a.index is None else a.index for a in areas], float),
            "area_class": pd.Series([a.area_class.value for a in areas], dtype=object).to_numpy(),
            "class_basis": pd.Series([a.basis.value for a in areas], dtype=object).to_numpy(),
        },
        geometry=[dissolve(mine.geometry[mine["area_code"] == a.code].values) for a in areas],
        index=pd.Index([a.code for a in areas], name="code", dtype=object),
        crs=JGD2011,
    )
