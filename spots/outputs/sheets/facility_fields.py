"""The columns of the sheet of all facilities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from groundfloor.problems import Text
from spots.outputs.sheets.field import Case, Field
from spots.outputs.sheets.model import KM2, Form, Value
from spots.outputs.sheets.travel_fields import travel_fields
from spots.telling.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    criteria_marks,
    type_marks,
)
from spots.types import Position, RunResult, Spot

_IDENTITY = Text("医療機関", "Institution")
_KIND = Text("種別・圏域", "Kind and area")
_VERDICT = Text("判定", "Verdict")
_SPOT = Text("スポットの区域", "Spot")
_POSITION = Text("位置", "Position")
_ORIGIN = Text("出典", "Origin")


def fields(result: RunResult) -> Iterator[Field]:
    """Yield every column that a facility may need, in reading order."""
    yield from _identity()
    yield from _verdict()
    yield from travel_fields(result)
    yield from _spot()
    yield from _origin()


def _identity() -> Iterator[Field]:
    g = _IDENTITY
    yield Field(g, Text("番号", "No."), 5, Form.INDEX, lambda c: c.number)
    yield Field(g, Text("施設ID", "ID"), 16, Form.CODE, lambda c: c.verdict.facility.id)
    yield Field(g, Text("医療機関名", "Name"), 28, Form.TEXT, lambda c: c.verdict.facility.name)
    g = _KIND
    yield Field(
        g, Text("種別", "Types"), 8, Form.WORD, lambda c: type_marks(c.verdict.facility.types)
    )
    yield Field(
        g,
        Text("役割", "Role"),
        12,
        Form.WORD,
        lambda c: ROLE_LABELS[c.verdict.facility.role].render(c.lang),
    )
    yield Field(
        g, Text("二次医療圏", "Medical area"), 14, Form.WORD, lambda c: c.verdict.place.area
    )
    yield Field(
        g, Text("市町村", "Municipality"), 13, Form.WORD, lambda c: c.verdict.place.municipality
    )
    yield Field(
        g,
        Text("区域の区分", "Class of area"),
        16,
        Form.WORD,
        lambda c: AREA_CLASS_LABELS[c.verdict.place.area_class].render(c.lang),
    )


def _verdict() -> Iterator[Field]:
    g = _VERDICT
    yield Field(
        g,
        Text("状態", "State"),
        21,
        Form.WORD,
        lambda c: STATE_LABELS[c.verdict.state].render(c.lang),
    )
    yield Field(
        g,
        Text("該当要件", "Criteria met"),
        9,
        Form.WORD,
        lambda c: criteria_marks(c.result, c.verdict.criteria),
    )
    yield Field(
        g,
        Text("状態の理由", "Reason"),
        44,
        Form.TEXT,
        lambda c: c.verdict.state_reason.render(c.lang),
    )


def _spot() -> Iterator[Field]:
    def field(heading: Text, form: Form, of: Callable[[Spot], Value], shown: str = "0") -> Field:
        return Field(_SPOT, heading, 15, form, lambda c: of(c.spot) if c.spot else None, shown)

    yield field(Text("面積(km²)", "Area (km²)"), Form.NUMBER, lambda s: round(s.area_km2, 2), KM2)
    yield field(
        Text("人口(人)", "Population"),
        Form.NUMBER,
        lambda s: s.population,
        "#,##0",
    )
    yield field(Text("有効期間の開始", "Valid from"), Form.DAY, lambda s: s.valid_from)
    yield field(Text("有効期間の終了", "Valid to"), Form.DAY, lambda s: s.valid_to)


def _of_position(of: Callable[[Position, Case], Value]) -> Callable[[Case], Value]:
    def value(case: Case) -> Value:
        position = case.verdict.facility.position
        return None if position is None else of(position, case)

    return value


def _problems(case: Case) -> str:
    found: Iterable[Text | None] = (
        case.verdict.facility.position_problem,
        case.verdict.place.problem,
    )
    return "\n".join(dict.fromkeys(p.render(case.lang) for p in found if p is not None))


def _origin() -> Iterator[Field]:
    g = _POSITION
    yield Field(g, Text("所在地", "Address"), 30, Form.TEXT, lambda c: c.verdict.facility.address)
    yield Field(
        g,
        Text("市区町村\nコード", "Municipality\ncode"),
        11,
        Form.CODE,
        lambda c: c.verdict.place.municipality_code,
    )
    yield Field(
        g,
        Text("二次医療圏\nコード", "Medical area\ncode"),
        11,
        Form.CODE,
        lambda c: c.verdict.place.area_code,
    )
    for heading, of in (
        (Text("緯度", "Latitude"), lambda p, _: round(p.lat, 6)),
        (Text("経度", "Longitude"), lambda p, _: round(p.lon, 6)),
    ):
        yield Field(g, heading, 12, Form.NUMBER, _of_position(of), "0.000000")
    yield Field(
        g,
        Text("位置の精度", "Accuracy"),
        14,
        Form.WORD,
        _of_position(lambda p, c: ACCURACY_LABELS[p.accuracy].render(c.lang)),
    )
    yield Field(g, Text("位置・所在の問題", "Problems"), 24, Form.TEXT, _problems)
    yield Field(_ORIGIN, Text("備考", "Remark"), 20, Form.TEXT, lambda c: c.verdict.facility.remark)
    yield Field(
        _ORIGIN,
        Text("出典の行", "Rows of the lists"),
        26,
        Form.TEXT,
        lambda c: "\n".join(f"{r.file}:{r.row}" for r in c.verdict.facility.rows),
    )
