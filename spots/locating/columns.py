"""The two tables of a file of answers: a row for each institution, and one for each of its spots.

Headers are stable machine names. The columns of the list itself are not repeated: ``row`` (and
``id``) lead back to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from groundfloor.problems import Lang, Text
from spots.labels import AREA_CLASS_LABELS
from spots.locating.model import Answers, Located, SpotDistance
from spots.locating.report import iso
from spots.locating.words import STANDING_LABELS, remarks

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of the institutions: machine name, heading, number format, value."""

    name: str
    heading: Text
    value: Callable[[Located, Lang], Value]
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class SpotColumn:
    """A column of the institutions' spots: machine name, heading, number format, value."""

    name: str
    heading: Text
    value: Callable[[Located, SpotDistance], Value]
    number_format: str = ""


_METRES, _DEGREES = "#,##0.000", "0.000000"


def row_columns(found: Answers) -> tuple[RowColumn, ...]:
    """Return the columns of the institutions."""
    on = iso(found.question.on)
    return (*_identity(), *_answer(), *_nearest(), *_place(), *_tail(on))


def _identity() -> tuple[RowColumn, ...]:
    return (
        RowColumn("row", Text("行", "row"), lambda o, _: o.source.row),
        RowColumn("id", Text("ID", "id"), lambda o, _: o.given_id),
        RowColumn("name", Text("医療機関", "institution"), lambda o, _: o.name),
        RowColumn(
            "lon",
            Text("経度", "lon"),
            lambda o, _: o.position.lon if o.position else None,
            _DEGREES,
        ),
        RowColumn(
            "lat",
            Text("緯度", "lat"),
            lambda o, _: o.position.lat if o.position else None,
            _DEGREES,
        ),
    )


def _answer() -> tuple[RowColumn, ...]:
    return (
        RowColumn("standing", Text("判定コード", "standing"), lambda o, _: o.standing.value),
        RowColumn(
            "answer",
            Text("判定", "answer"),
            lambda o, lang: STANDING_LABELS[o.standing].render(lang),
        ),
        RowColumn(
            "in_spot", Text("スポット内", "in a spot"), lambda o, _: _known(o, bool(o.inside))
        ),
        RowColumn(
            "in_shortage_area",
            Text("少数区域内", "in a shortage area"),
            lambda o, _: o.in_shortage_area,
        ),
        RowColumn("doubtful", Text("要確認", "doubtful"), lambda o, _: o.doubtful),
        RowColumn(
            "spot_ids",
            Text("該当スポットID", "spots"),
            lambda o, _: ";".join(s.facility_id for s in o.inside),
        ),
        RowColumn(
            "spot_names",
            Text("該当スポット", "names of spots"),
            lambda o, _: ";".join(s.name for s in o.inside),
        ),
    )


def _nearest() -> tuple[RowColumn, ...]:
    return (
        RowColumn(
            "nearest_id",
            Text("最寄りスポットID", "nearest spot's id"),
            lambda o, _: o.nearest.facility_id if o.nearest else None,
        ),
        RowColumn(
            "nearest_name",
            Text("最寄りスポット", "nearest spot"),
            lambda o, _: o.nearest.name if o.nearest else None,
        ),
        RowColumn(
            "nearest_distance_m",
            Text("施設まで(m)", "to its facility (m)"),
            lambda o, _: round(o.nearest.distance_m, 3) if o.nearest else None,
            _METRES,
        ),
        RowColumn(
            "nearest_edge_m",
            Text("端まで(m、内側が正)", "to its edge (m, inside +)"),
            lambda o, _: round(o.nearest.edge_m, 3) if o.nearest else None,
            _METRES,
        ),
    )


def _place() -> tuple[RowColumn, ...]:
    return (
        RowColumn(
            "municipality_code",
            Text("市区町村コード", "municipality code"),
            lambda o, _: o.place.municipality_code,
        ),
        RowColumn(
            "municipality", Text("市区町村", "municipality"), lambda o, _: o.place.municipality
        ),
        RowColumn(
            "medical_area_code",
            Text("二次医療圏コード", "medical area code"),
            lambda o, _: o.place.area_code,
        ),
        RowColumn("medical_area", Text("二次医療圏", "medical area"), lambda o, _: o.place.area),
        RowColumn(
            "area_class",
            Text("区域の区分", "class of the area"),
            lambda o, lang: AREA_CLASS_LABELS[o.place.area_class].render(lang),
        ),
        RowColumn("place_basis", Text("所在の根拠", "place by"), lambda o, _: o.basis.value),
    )


def _tail(on: str | None) -> tuple[RowColumn, ...]:
    return (
        RowColumn(
            "tolerance_m",
            Text("座標の誤差(m)", "accuracy (m)"),
            lambda o, _: _known(o, round(o.tolerance_m, 1)),
        ),
        RowColumn("on", Text("基準日", "day"), lambda _o, _: on),
        RowColumn("remarks", Text("備考", "remarks"), remarks),
    )


def _known(one: Located, value: Value) -> Value:
    return None if one.position is None else value


SPOT_COLUMNS = (
    SpotColumn("row", Text("行", "row"), lambda o, _: o.source.row),
    SpotColumn("id", Text("ID", "id"), lambda o, _: o.given_id),
    SpotColumn("name", Text("医療機関", "institution"), lambda o, _: o.name),
    SpotColumn("spot_id", Text("スポットID", "spot"), lambda _, s: s.facility_id),
    SpotColumn("spot_name", Text("スポット", "name of the spot"), lambda _, s: s.name),
    SpotColumn(
        "criteria", Text("要件", "criteria"), lambda _, s: ";".join(str(n) for n in s.criteria)
    ),
    SpotColumn("inside", Text("内側", "inside"), lambda _, s: s.inside),
    SpotColumn("valid", Text("基準日に有効", "valid on the day"), lambda _, s: s.valid),
    SpotColumn("valid_from", Text("有効期間の始め", "valid from"), lambda _, s: iso(s.valid_from)),
    SpotColumn("valid_to", Text("有効期間の終わり", "valid to"), lambda _, s: iso(s.valid_to)),
    SpotColumn(
        "distance_m",
        Text("施設まで(m)", "to its facility (m)"),
        lambda _, s: round(s.distance_m, 3),
        _METRES,
    ),
    SpotColumn(
        "edge_m",
        Text("端まで(m、内側が正)", "to its edge (m, inside +)"),
        lambda _, s: round(s.edge_m, 3),
        _METRES,
    ),
    SpotColumn(
        "doubtful",
        Text("要確認", "doubtful"),
        lambda o, s: s.valid and abs(s.edge_m) <= o.tolerance_m,
    ),
)
"""Columns of the second table."""
