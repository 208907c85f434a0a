"""What stands in the sheets of ``table.xlsx``, before it looks like anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from problems import Lang, Text
from spots.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    TRUTH_LABELS,
    criteria_marks,
    type_marks,
)
from spots.outputs.columns import Column, Kind, facility_columns, list_text
from spots.outputs.manifest import tool_version
from spots.types import Accuracy, RunResult, State, Truth, Verdict

Value = str | int | float | bool | Decimal | None

_DECIMAL_FORMATS = {
    "lon": "0.000000",
    "lat": "0.000000",
    "snap_m": "0.0",
    "route_km": "0.000",
}
_YES_NO = {True: Text("はい", "yes"), False: Text("いいえ", "no")}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: heading, width in half-width characters, Excel number format."""

    heading: str
    width: float
    number_format: str = "General"


@dataclass(frozen=True, slots=True)
class SheetContent:
    """A sheet: tab, title row, note rows, one heading row, body.

    A `reference` sheet is wide: A3, with a filter and its first two columns always in sight.
    """

    tab: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...] = field(default=())
    reference: bool = False


def sheets(result: RunResult, lang: Lang) -> tuple[SheetContent, ...]:
    """Return the three sheets of the workbook."""
    return (_annex(result, lang), _everything(result, lang), _background(result, lang))


def _annex(result: RunResult, lang: Lang) -> SheetContent:
    """Return the 別表: one row per designated facility, by medical area and municipality.

    The type column holds the criteria *met*, not every type of the facility: a 二次救急病院 within
    the time limit is not a reason for designation.
    """
    headings = (
        (Text("番号", "No."), 6, "0"),
        (Text("二次医療圏", "Medical area"), 16, "@"),
        (Text("市町村", "Municipality"), 14, "@"),
        (Text("医療機関名", "Institution"), 30, "@"),
        (Text("所在地", "Address"), 34, "@"),
        (Text("種別①②③", "Type ①②③"), 11, "@"),
        (Text("設定理由", "Reason for designation"), 52, "@"),
        (Text("備考", "Remarks"), 26, "@"),
    )
    reasons = {spot.facility_id: spot.reason for spot in result.spots}
    designated = [v for v in result.verdicts if v.state is State.DESIGNATED]
    rows = []
    for number, verdict in enumerate(sorted(designated, key=_by_area), 1):
        facility, place = verdict.facility, verdict.place
        reason = reasons.get(facility.id, verdict.state_reason)
        rows.append(
            (
                number,
                place.area,
                place.municipality,
                facility.name,
                facility.address,
                criteria_marks(result, verdict.criteria),
                reason.render(lang),
                _remark(verdict, lang),
            )
        )
    return SheetContent(
        tab=Text("別表", "Annex").render(lang),
        title=result.settings.title.render(lang),
        notes=(_legend(result, lang), *(c.render(lang) for c in result.settings.caveats)),
        columns=tuple(SheetColumn(t.render(lang), w, f) for t, w, f in headings),
        rows=tuple(rows),
    )


def _by_area(verdict: Verdict) -> tuple[str, str]:
    # "~" sorts after every digit: what has no code comes last. The sort keeps input order in ties.
    return (verdict.place.area_code or "~", verdict.place.municipality_code or "~")


def _legend(result: RunResult, lang: Lang) -> str:
    items = "、" if lang is Lang.JA else ", "
    titles = items.join(f"{c.mark}{c.title.render(lang)}" for c in result.settings.criteria)
    head = Text("種別(該当した要件): ", "Type (criteria met): ").render(lang)
    return head + titles


def _remark(verdict: Verdict, lang: Lang) -> str:
    notes = [verdict.facility.remark] if verdict.facility.remark else []
    position = verdict.facility.position
    if position is not None and position.accuracy is Accuracy.TOWN:
        notes.append(
            Text("位置は町丁目の中心による", "position: centre of the town block").render(lang)
        )
    travel = verdict.travel
    if travel is not None and any(v.changes for v in travel.variants):
        labels = [v.label.render(lang) for v in travel.variants if v.changes]
        joined = ("、" if lang is Lang.JA else ", ").join(labels)
        head = Text("条件により③の判定が変わる: ", "the verdict changes under: ").render(lang)
        notes.append(head + joined)
    return "\n".join(notes)


def _everything(result: RunResult, lang: Lang) -> SheetContent:
    columns = [c for c in facility_columns(result) if _worth_printing(c, result, lang)]
    return SheetContent(
        tab=Text("全施設", "All facilities").render(lang),
        title=Text("全施設の判定と根拠", "Every facility and its evidence").render(lang),
        notes=(
            Text(
                "分は切り捨てで表示しています。基準との差は、所要時間から基準を引いたものです。",
                "Minutes are rounded down. The margin is travel time less the threshold.",
            ).render(lang),
        ),
        columns=tuple(
            SheetColumn(c.label.render(lang), _width(c), _number_format(c)) for c in columns
        ),
        rows=tuple(
            tuple(_cell(c, verdict, result, lang) for c in columns) for verdict in result.verdicts
        ),
        reference=True,
    )


def _worth_printing(column: Column, result: RunResult, lang: Lang) -> bool:
    """Return whether a column says anything; what no facility has only makes the print smaller."""
    told_by_others = ("_nearest_id", "_nearest_name", "_reachable", "_verdict")
    if column.name in {"site", "role"} or column.name.endswith(told_by_others):
        return False
    return any(column.value(v, lang) not in {None, "", ()} for v in result.verdicts)


def _width(column: Column) -> float:
    wide = {
        "name": 28.0,
        "nearest_name": 28.0,
        "state_reason": 44.0,
        "address": 32.0,
        "remark": 20.0,
    }
    return wide.get(column.name, 13.0)


def _number_format(column: Column) -> str:
    if column.kind is Kind.INTEGER:
        return "0"
    if column.kind is Kind.NUMBER:
        return _DECIMAL_FORMATS.get(column.name, "0.00")
    return "@"


def _cell(column: Column, verdict: Verdict, result: RunResult, lang: Lang) -> Value:
    words: dict[str, Callable[[], str]] = {
        "types": lambda: type_marks(verdict.facility.types),
        "criteria": lambda: criteria_marks(result, verdict.criteria),
        "state": lambda: STATE_LABELS[verdict.state].render(lang),
        "role": lambda: ROLE_LABELS[verdict.facility.role].render(lang),
        "area_class": lambda: AREA_CLASS_LABELS[verdict.place.area_class].render(lang),
    }
    if column.name in words:
        return words[column.name]()
    value = column.value(verdict, lang)
    if column.name == "accuracy" and isinstance(value, str):
        return ACCURACY_LABELS[Accuracy(value)].render(lang)
    if column.name.endswith("_verdict") and isinstance(value, str):
        return TRUTH_LABELS[Truth(value)].render(lang)
    if isinstance(value, bool):
        return _YES_NO[value].render(lang)
    return list_text(value) if isinstance(value, tuple) else value


def _background(result: RunResult, lang: Lang) -> SheetContent:
    def word(ja: str, en: str) -> str:
        return Text(ja, en).render(lang)

    settings = result.settings
    rows: list[tuple[Value, ...]] = [
        (word("基準", "policy"), settings.policy_title.render(lang), ""),
        (word("有効期間", "validity"), _period(result), ""),
    ]
    group = word("設定", "setting")
    rows += [(group, name.render(lang), value.render(lang)) for name, value in settings.lines]
    rows += _edition_rows(result, lang)
    for record in result.inputs:
        facts = [record.file, record.source, record.as_of, f"SHA-256 {record.sha256}"]
        joined = "\n".join(fact for fact in facts if fact)
        rows.append((word("入力", "input"), record.name or record.role, joined))
    rows += _network_rows(result, lang)
    rows += [(word("注意", "caveat"), text.render(lang), "") for text in settings.caveats]
    rows += [(word("出典", "attribution"), text, "") for text in settings.attributions]
    rows += [(word("確認事項", "finding"), problem.render(lang), "") for problem in result.problems]
    rows.append((word("ツール", "tool"), "shortage-spots", tool_version()))
    return SheetContent(
        tab=word("設定・出典", "Settings and sources"),
        title=word("設定・出典", "Settings and sources"),
        notes=(),
        columns=(
            SheetColumn(word("区分", "group"), 14, "@"),
            SheetColumn(word("項目", "item"), 60, "@"),
            SheetColumn(word("内容", "content"), 76, "@"),
        ),
        rows=tuple(rows),
    )


def _period(result: RunResult) -> str:
    days = (result.settings.valid_from, result.settings.valid_to)
    return " ～ ".join("" if day is None else day.isoformat() for day in days).strip()


def _edition_rows(result: RunResult, lang: Lang) -> Sequence[tuple[Value, ...]]:
    edition = result.edition
    if edition is None:
        return []
    cuts = Text(
        f"少数 {edition.shortage_at_most} 以下、多数 {edition.surplus_at_least} 以上",
        f"shortage at most {edition.shortage_at_most}, surplus at least {edition.surplus_at_least}",
    )
    name = Text(f"医師偏在指標 {edition.name}", f"physician index {edition.name}")
    return [(Text("指標", "index").render(lang), name.render(lang), cuts.render(lang))]


def _network_rows(result: RunResult, lang: Lang) -> Sequence[tuple[Value, ...]]:
    network = result.network
    if network is None:
        return []
    facts = [network.source, network.as_of, network.profile, network.attribution]
    if network.schematic:
        facts.append(
            Text("模式的な道路網(試用)", "schematic network (for trying out)").render(lang)
        )
    joined = "\n".join(fact for fact in (*facts, f"SHA-256 {network.sha256}") if fact)
    return [(Text("道路網", "network").render(lang), network.source, joined)]
