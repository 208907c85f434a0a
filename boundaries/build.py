"""Joining municipalities, medical areas and indices into `Regions`."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.addresses import PlaceName
from boundaries.area_classes import classed_areas, moved_municipalities
from boundaries.codes import PREFECTURES, designated_city, fold, require_prefecture
from boundaries.crs import require_geographic
from boundaries.geometry import dissolve
from boundaries.regions import Regions
from boundaries.types import AreaAssignment, AreaTable, IndexTable, MedicalArea
from groundfloor.crs import JGD2011
from groundfloor.problems import DataError, Problem, Text, error, warning


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
    assigned, problems = _assign(frame, table, prefecture_code)
    problems += [p for p in moved if (p.value or "")[:2] == prefecture_code]
    codes = pd.Series(
        [a.area_code if a is not None else None for a in assigned.values()],
        index=frame.index,
        dtype=object,
    )
    frame = frame.assign(area_code=codes)
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
        _names=tuple(
            PlaceName(code, pref, fold(name), fold(county))
            for code, pref, name, county in zip(
                frame.index, frame["prefecture_code"], frame["name"], frame["county"], strict=True
            )
        ),
        _tree=shapely.STRtree(np.asarray(frame.geometry.values, dtype=object)),
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


def _assign(
    frame: gpd.GeoDataFrame, table: AreaTable, prefecture_code: str
) -> tuple[dict[str, AreaAssignment | None], list[Problem]]:
    """Return the area of each municipality in frame order, and what is odd at home."""
    of_wards: dict[str, list[AreaAssignment]] = {}
    for assignment in table.assignments:
        city = designated_city(assignment.municipality_code)
        if city is not None:
            of_wards.setdefault(city[0], []).append(assignment)
    problems = []
    assigned: dict[str, AreaAssignment | None] = {}
    for code, name in frame["name"].items():
        found = table.get(code)
        wards = of_wards.get(code, [])
        city = designated_city(code)
        if found is None and city is not None and code != city[0]:
            found = table.get(city[0])
        disagree = found is None and len({w.area_code for w in wards}) > 1
        if found is None and wards and not disagree:
            found = wards[0]
        assigned[code] = found
        if found is None and code[:2] == prefecture_code:
            problems.append(_wards_disagree(code, name) if disagree else _no_area(code, name))
    problems += [_no_outline(a) for a in table.assignments if _is_lost(a, frame, prefecture_code)]
    return assigned, problems


def _is_lost(assignment: AreaAssignment, frame: gpd.GeoDataFrame, prefecture_code: str) -> bool:
    """Tell whether a row of the prefecture's table meets no municipality, ward or city."""
    code = assignment.municipality_code
    if code[:2] != prefecture_code or code in frame.index:
        return False
    city = designated_city(code)
    if city is None:
        return True
    return not any(designated_city(other) == city for other in frame.index)


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


def _no_area(code: str, name: str) -> Problem:
    return warning(
        "municipality-without-area",
        Text(f"{name}の二次医療圏が分かりません", f"{name} is in no medical area"),
        Text("市区町村と医療圏の対応表に行を足してください", "add it to the table of areas"),
        value=code,
    )


def _wards_disagree(code: str, name: str) -> Problem:
    return warning(
        "wards-in-different-areas",
        Text(
            f"{name}の区が複数の二次医療圏に分かれています",
            f"the wards of {name} are in different medical areas",
        ),
        Text("区をまとめない設定にしてください", "do not merge wards"),
        value=code,
    )


def _no_outline(assignment: AreaAssignment) -> Problem:
    return warning(
        "area-row-without-municipality",
        Text(
            "医療圏の対応表にある市区町村が境界データにありません",
            "the table of areas names a municipality that has no boundary",
        ),
        Text("対応表と境界データの年次をそろえてください", "use data of the same year"),
        value=assignment.municipality_code,
    )
