"""Columns of the answers of ``spots locate --plan``: an institution and one kind, on a day.

Stands apart: columns are declared where the table of all of them finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from groundfloor.problems import Text
from spots.telling.columns import YES_NO, Column, ColumnKind, Filled
from spots.telling.facility_columns import (
    LAT,
    LON,
    MEDICAL_AREA,
    MUNICIPALITY,
    NAME,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.in_force_words import IN_OR_OUT
from spots.telling.register_columns import DESIGNATION_KIND, EDITION_NUMBER, PLAN, UNIT_KEY
from spots.types import Truth
from spots.types.designations import DesignationKind

_TEXT, _CODE, _NUMBER = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.NUMBER


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """An institution of a list and one kind of designation, on a day.

    Parameters
    ----------
    row : int
        Row of the list.
    given_id : str or None
        The list's own id.
    name : str
        Of the institution, as written.
    lon, lat : float or None
        Its point, degrees.
    municipality, area : str
        Where it lies; empty where nobody knows.
    kind : DesignationKind
        What is asked.
    truth : Truth
        Whether a unit in force holds it.
    unit, unit_name : str
        That unit; empty where none does.
    plan : str
        Plan of the edition that answers; empty where none is in force.
    edition : int or None
        Its number.
    first, last : date or None
        Days in force: of the unit that holds it, else of the edition.
    edge_m : float or None
        Metres to the edge: zero or more inside, below zero outside.
    doubtful : bool
        Whether the accuracy of its position could turn the answer.
    reason : Text
        Why.
    on : date
        The day.
    """

    row: int
    given_id: str | None
    name: str
    lon: float | None
    lat: float | None
    municipality: str
    area: str
    kind: DesignationKind
    truth: Truth
    unit: str
    unit_name: str
    plan: str
    edition: int | None
    first: date | None
    last: date | None
    edge_m: float | None
    doubtful: bool
    reason: Text
    on: date


def _inside(row: PlanAnswer) -> bool | None:
    return None if row.truth is Truth.UNDETERMINED else row.truth is Truth.MET


def _metres(row: PlanAnswer) -> Decimal | None:
    """Return whole metres for people, and more digits where they decide the side."""
    if row.edge_m is None:
        return None
    return Decimal(f"{row.edge_m:.{0 if abs(row.edge_m) >= 1 else 3}f}")


PLAN_ANSWER_COLUMNS: tuple[Filled[PlanAnswer], ...] = (
    Filled(
        Column(
            "row",
            ColumnKind.INTEGER,
            Text("行", "row"),
            Text("一覧の行番号", "row of the list"),
            width=6,
        ),
        lambda r, _: r.row,
    ),
    Filled(
        Column("id", _CODE, Text("ID", "id"), Text("一覧のID", "the list's own id")),
        lambda r, _: r.given_id,
    ),
    Filled(replace(NAME, label=Text("医療機関", "institution")), lambda r, _: r.name),
    Filled(LON, lambda r, _: r.lon),
    Filled(LAT, lambda r, _: r.lat),
    Filled(MUNICIPALITY, lambda r, _: r.municipality),
    Filled(MEDICAL_AREA, lambda r, _: r.area),
    Filled(DESIGNATION_KIND, lambda r, _: r.kind.value),
    Filled(
        Column(
            "inside",
            ColumnKind.BOOLEAN,
            Text("判定", "answer"),
            Text(
                "設定された範囲の内か外か。空欄は判定不能（位置が不明、または効力のある版がない）",
                "inside or not; empty where undetermined (no place, or no edition on record)",
            ),
            width=10,
        ),
        lambda r, _: _inside(r),
        lambda r, lang: IN_OR_OUT[r.truth].render(lang),
    ),
    Filled(UNIT_KEY, lambda r, _: r.unit),
    Filled(
        Column(
            "unit_name",
            _TEXT,
            Text("区域名", "unit"),
            Text("内側にある区域の名称", "of the unit that holds it"),
            width=24,
        ),
        lambda r, _: r.unit_name,
    ),
    Filled(PLAN, lambda r, _: r.plan),
    Filled(EDITION_NUMBER, lambda r, _: r.edition),
    Filled(VALID_FROM, lambda r, _: r.first),
    Filled(VALID_TO, lambda r, _: r.last),
    Filled(
        Column(
            "edge_m",
            _NUMBER,
            Text("端まで", "to the edge"),
            Text("範囲の端まで。内側が正、外側が負", "to the edge: positive inside"),
            unit="m",
            width=12,
        ),
        lambda r, _: None if r.edge_m is None else round(r.edge_m, 3),
        lambda r, _: _metres(r),
    ),
    Filled(
        Column(
            "doubtful",
            ColumnKind.BOOLEAN,
            Text("要確認", "doubtful"),
            Text("座標の誤差で判定が変わりうる", "the position's accuracy could turn the answer"),
            width=8,
        ),
        lambda r, _: r.doubtful,
        lambda r, lang: YES_NO[r.doubtful].render(lang),
    ),
    Filled(
        Column("reason", _TEXT, Text("理由", "reason"), Text("判定の理由", "why"), width=60),
        lambda r, lang: r.reason.render(lang),
    ),
    Filled(
        Column(
            "on", ColumnKind.DAY, Text("基準日", "day"), Text("尋ねた日", "asked for"), width=12
        ),
        lambda r, _: r.on,
    ),
)
"""A row for each institution and kind of designation."""
