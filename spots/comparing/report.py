"""A comparison as tables for a terminal, as data for machines, and as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from shapely.geometry import MultiPolygon

from networks.info.text_table import aligned
from problems import Lang, Text, one_line
from spots.comparing.model import (
    Aspect,
    Cause,
    ChangeKind,
    Comparison,
    FacilityChange,
    InputChange,
)
from spots.labels import STATE_LABELS, type_marks
from spots.outputs import geometry as rfc
from spots.types import InputRecord, Verdict
from spots.units import shown_minutes

_NAME_LIMIT = 30
_LINE_LIMIT = 400
_KINDS = {
    ChangeKind.ENTERED: Text("追加", "entered"),
    ChangeKind.LEFT: Text("削除", "left"),
    ChangeKind.CHANGED: Text("変更", "changed"),
}
_CAUSES = {
    Cause.LISTS: Text("施設一覧", "facility lists"),
    Cause.BOUNDARIES: Text("境界", "boundaries"),
    Cause.INDEX: Text("医師偏在指標", "physician index"),
    Cause.NETWORK: Text("道路網・速度表", "roads and speeds"),
    Cause.POLICY: Text("ポリシー", "policy"),
    Cause.UNKNOWN: Text("不明(入力・設定は同じ)", "unknown (same inputs and settings)"),
}
_ASPECTS = {
    Aspect.NAME: Text("名称", "name"),
    Aspect.STATE: Text("状態", "state"),
    Aspect.CRITERIA: Text("要件", "criteria"),
    Aspect.MINUTES: Text("所要時間", "minutes"),
    Aspect.NEAREST: Text("最寄り病院", "nearest other"),
    Aspect.REASON: Text("理由", "reason"),
    Aspect.TYPES: Text("種別", "types"),
    Aspect.ROLE: Text("判定対象か", "role"),
    Aspect.POSITION: Text("位置", "position"),
    Aspect.MUNICIPALITY: Text("市町村", "municipality"),
    Aspect.AREA_CLASS: Text("区域の区分", "class of the area"),
    Aspect.SPOT_AREA: Text("スポットの面積", "area of the spot"),
}
_ROLES = {
    "facilities": Text("施設一覧", "facility list"),
    "municipalities": Text("行政区域", "municipalities"),
    "medical_areas": Text("二次医療圏", "medical areas"),
    "index": Text("医師偏在指標", "physician index"),
    "network": Text("道路網", "road network"),
    "towns": Text("町丁目の表", "town table"),
}
_HEADS = (
    Text("区分", "change"),
    Text("医療機関", "facility"),
    Text("市町村", "municipality"),
    Text("旧状態", "old state"),
    Text("新状態", "new state"),
    Text("旧要件", "old criteria"),
    Text("新要件", "new criteria"),
    Text("旧(分)", "old min"),
    Text("新(分)", "new min"),
    Text("旧(km2)", "old km2"),
    Text("新(km2)", "new km2"),
    Text("変わった点", "what changed"),
    Text("考えられる原因", "possible causes"),
)


def comparison_table(found: Comparison, lang: Lang = Lang.JA) -> str:
    """Return the comparison for a terminal: facilities, reasons, areas, inputs and settings."""
    sections = [_facilities(found, lang), _reasons(found, lang), _areas(found, lang)]
    sections += [_inputs(found, lang), _settings(found, lang), _notes(found, lang)]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _facilities(found: Comparison, lang: Lang) -> list[str]:
    title = Text(
        f"{found.prefecture}: 旧 {found.old_count}施設、新 {found.new_count}施設、"
        f"変化のあった施設 {len(found.facilities)}",
        f"{found.prefecture}: {found.old_count} facilities before, {found.new_count} now, "
        f"{len(found.facilities)} changed",
    )
    if not found.facilities:
        return [one_line(title.render(lang), _LINE_LIMIT)]
    rows = [[head.render(lang) for head in _HEADS]]
    rows += [_row(change, lang) for change in found.facilities]
    return [one_line(title.render(lang), _LINE_LIMIT), "", *aligned(rows, right=(7, 8, 9, 10))]


def _row(change: FacilityChange, lang: Lang) -> list[str]:
    shown = change.shown
    return [
        _KINDS[change.kind].render(lang),
        one_line(shown.facility.name, _NAME_LIMIT),
        one_line(shown.place.municipality, _NAME_LIMIT) or "-",
        *(_state(v, lang) for v in (change.old, change.new)),
        *(_criteria(v) for v in (change.old, change.new)),
        *(_minutes(v, lang) for v in (change.old, change.new)),
        *(_km2(km2) for km2 in (change.old_km2, change.new_km2)),
        _joined((_ASPECTS[a] for a in change.aspects), lang) or "-",
        _joined((_CAUSES[c] for c in change.causes), lang),
    ]


def _joined(texts: Iterable[Text], lang: Lang) -> str:
    return ("、" if lang is Lang.JA else ", ").join(text.render(lang) for text in texts)


def _state(verdict: Verdict | None, lang: Lang) -> str:
    return STATE_LABELS[verdict.state].render(lang) if verdict else "-"


def _criteria(verdict: Verdict | None) -> str:
    return ",".join(str(number) for number in verdict.criteria) or "-" if verdict else "-"


def _minutes(verdict: Verdict | None, lang: Lang) -> str:
    travel = verdict.travel if verdict else None
    if travel is None:
        return "-"
    if travel.reachable is False:
        return Text("到達不能", "unreachable").render(lang)
    if travel.travel_ms is None:
        return "-"
    return str(shown_minutes(travel.travel_ms, travel.threshold_ms))


def _km2(km2: float | None) -> str:
    return "-" if km2 is None else f"{km2:.2f}"


def _reasons(found: Comparison, lang: Lang) -> list[str]:
    lines = []
    for change in found.facilities:
        if change.old is None or change.new is None or Aspect.REASON not in change.aspects:
            continue
        name = one_line(change.shown.facility.name, _NAME_LIMIT)
        old, new = change.old.state_reason.render(lang), change.new.state_reason.render(lang)
        lines += [f"  {name}", f"    - {_safe(old)}", f"    + {_safe(new)}"]
    head = Text("理由の変化(- 旧、+ 新)", "reasons (- old, + new)").render(lang)
    return [head, *lines] if lines else []


def _areas(found: Comparison, lang: Lang) -> list[str]:
    text = Text(
        f"スポットの統合面積: 旧 {found.old_km2:.2f} km²、新 {found.new_km2:.2f} km²"
        f"(増 {found.gained_km2:.2f}、減 {found.lost_km2:.2f})",
        f"area of all spots: {found.old_km2:.2f} km² before, {found.new_km2:.2f} km² now "
        f"({found.gained_km2:.2f} gained, {found.lost_km2:.2f} lost)",
    )
    return [text.render(lang)]


def _inputs(found: Comparison, lang: Lang) -> list[str]:
    if not found.inputs:
        same = Text("入力ファイルは同じ内容です", "the input files are the same")
        return [same.render(lang)]
    heads = (Text("変わった入力", "input"), Text("旧", "old"), Text("新", "new"))
    rows = [[head.render(lang) for head in heads]]
    rows += [[_role(c, lang), _input(c.old), _input(c.new)] for c in found.inputs]
    return aligned(rows)


def _role(change: InputChange, lang: Lang) -> str:
    label = _ROLES.get(change.role)
    return label.render(lang) if label else one_line(change.role)


def _input(record: InputRecord | None) -> str:
    if record is None:
        return "-"
    as_of = f" {record.as_of}" if record.as_of else ""
    return one_line(f"{record.name}: {record.file}{as_of} ({record.sha256[:8]})", 80)


def _settings(found: Comparison, lang: Lang) -> list[str]:
    heads = (Text("変わった設定", "setting"), Text("旧", "old"), Text("新", "new"))
    rows = [
        [
            _safe(c.label.render(lang)),
            *(_safe(v.render(lang)) if v else "-" for v in (c.old, c.new)),
        ]
        for c in found.settings
    ]
    rows += [[_safe(c.key), _safe(c.old or "-"), _safe(c.new or "-")] for c in found.policy]
    if not rows:
        return [Text("設定は同じです", "the settings are the same").render(lang)]
    return aligned([[head.render(lang) for head in heads], *rows])


def _notes(found: Comparison, lang: Lang) -> list[str]:
    return [problem.render(lang) for problem in found.notes]


def _safe(text: str) -> str:
    return one_line(text, _LINE_LIMIT)


def comparison_json(found: Comparison, lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the comparison as JSON-able data, without geometry."""
    return {
        "prefecture_code": found.prefecture_code,
        "same": found.same,
        "titles": {"old": found.old_title.render(lang), "new": found.new_title.render(lang)},
        "counts": {"old": found.old_count, "new": found.new_count},
        "facilities": [_entry(change, lang) for change in found.facilities],
        "area_km2": {
            "old": round(found.old_km2, 6),
            "new": round(found.new_km2, 6),
            "gained": round(found.gained_km2, 6),
            "lost": round(found.lost_km2, 6),
        },
        "inputs": [
            {"role": c.role, "old": _record(c.old), "new": _record(c.new)} for c in found.inputs
        ],
        "settings": [
            {
                "label": c.label.render(lang),
                "old": c.old and c.old.render(lang),
                "new": c.new and c.new.render(lang),
            }
            for c in found.settings
        ],
        "policy": [{"key": c.key, "old": c.old, "new": c.new} for c in found.policy],
        "network_changed": found.network_changed,
        "causes": [cause.value for cause in found.causes],
        "notes": [
            {"code": p.code, "value": p.value, "message": p.message.render(lang)}
            for p in found.notes
        ],
    }


def _entry(change: FacilityChange, lang: Lang) -> dict[str, object]:
    return {
        "change": change.kind.value,
        "matched_by": change.matched_by.value,
        "aspects": [aspect.value for aspect in change.aspects],
        "causes": [cause.value for cause in change.causes],
        "old": _side(change.old, change.old_km2, lang),
        "new": _side(change.new, change.new_km2, lang),
    }


def _side(verdict: Verdict | None, km2: float | None, lang: Lang) -> dict[str, object] | None:
    if verdict is None:
        return None
    facility, place, travel = verdict.facility, verdict.place, verdict.travel
    return {
        "facility_id": facility.id,
        "name": facility.name,
        "types": type_marks(facility.types),
        "municipality_code": place.municipality_code,
        "municipality": place.municipality,
        "area_class": place.area_class.value,
        "state": verdict.state.value,
        "criteria": list(verdict.criteria),
        "state_reason": verdict.state_reason.render(lang),
        "travel_ms": travel and travel.travel_ms,
        "reachable": travel and travel.reachable,
        "nearest_name": travel and travel.nearest_name,
        "area_km2": None if km2 is None else round(km2, 6),
    }


def _record(record: InputRecord | None) -> dict[str, object] | None:
    if record is None:
        return None
    return {
        "name": record.name,
        "file": record.file,
        "sha256": record.sha256,
        "as_of": record.as_of,
    }


def comparison_geojson(found: Comparison) -> str:
    """Return the ground gained and lost as GeoJSON (RFC 7946): at most a feature for each."""
    parts: tuple[tuple[str, MultiPolygon, float], ...] = (
        ("gained", found.gained, found.gained_km2),
        ("lost", found.lost, found.lost_km2),
    )
    features = [
        {
            "type": "Feature",
            "id": change,
            "properties": {"change": change, "area_km2": round(km2, 6)},
            "geometry": rfc.area(ground),
        }
        for change, ground, km2 in parts
        if rfc.area(ground) is not None
    ]
    page = {"type": "FeatureCollection", "features": features}
    return json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"
