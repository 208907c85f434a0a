"""Columns that say which prefecture tells of a row, where a result was put together of several.

Stands apart: a run is of one prefecture, and its tables do not repeat it.
"""

from __future__ import annotations

from boundaries.codes import PREFECTURES
from groundfloor.problems import Text
from spots.telling.columns import Column, ColumnKind, FacilityRow, Filled

PREFECTURE_CODE = Column(
    "prefecture_code",
    ColumnKind.CODE,
    Text("都道府県コード", "prefecture code"),
    Text("2桁の都道府県コード", "two digits, JIS X 0401"),
    width=8,
)
PREFECTURE = Column(
    "prefecture",
    ColumnKind.TEXT,
    Text("都道府県", "prefecture"),
    Text("区域の名称", "name of the area"),
    width=10,
    centred=True,
)
WHOSE_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    Filled(PREFECTURE_CODE, lambda r, _: r.verdict.place.prefecture_code),
    Filled(PREFECTURE, lambda r, _: PREFECTURES.get(r.verdict.place.prefecture_code or "")),
)
