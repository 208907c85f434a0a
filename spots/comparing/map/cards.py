"""The popup of a facility that changed: before, after, and why."""

from __future__ import annotations

from groundfloor.problems import Lang, Text
from spots.comparing.map import words
from spots.comparing.map.model import ChangedFacility, Pair, Reason
from spots.comparing.model import FacilityChange
from spots.comparing.report import CERTAINTIES, cause_text, minutes_shown
from spots.labels import AREA_CLASS_LABELS, STATE_LABELS, criteria_marks, type_marks
from spots.types import Position, Role, RunResult, Verdict

_NONE = "－"


def changed_facility(
    change: FacilityChange, runs: tuple[RunResult, RunResult], lang: Lang
) -> ChangedFacility:
    """Return a facility that changed, with its popup.

    Parameters
    ----------
    change : FacilityChange
        From the comparison.
    runs : tuple of RunResult and RunResult
        The old and the new run.
    lang : Lang
        Language of the page.
    """
    shown = change.shown
    position = shown.facility.position
    kind = change.kind.value if change.turned else "evidence"
    return ChangedFacility(
        id=shown.facility.id,
        name=shown.facility.name,
        place=shown.place.municipality,
        lon=round(position.lon, 6) if position else None,
        lat=round(position.lat, 6) if position else None,
        kind=kind,
        badge=words.KINDS[kind].render(lang),
        summary=change.summary.render(lang),
        pairs=_pairs(change, runs, lang),
        why=tuple(
            Reason(
                why.certainty.value,
                CERTAINTIES[why.certainty].render(lang),
                cause_text(why, lang),
            )
            for why in change.why
        ),
    )


def _pairs(
    change: FacilityChange, runs: tuple[RunResult, RunResult], lang: Lang
) -> tuple[Pair, ...]:
    sides = (change.old, change.new)

    def pair(label: Text, values: list[str], *, always: bool = False) -> Pair | None:
        return _pair(label.render(lang), values, always=always)

    found = (
        pair(Text("判定", "Verdict"), [_state(v, lang) for v in sides], always=True),
        pair(
            Text("満たす要件", "Criteria met"),
            [criteria_marks(r, v.criteria) if v else "" for v, r in zip(sides, runs, strict=True)],
            always=True,
        ),
        pair(
            Text("最寄りの他病院", "Nearest other"),
            [(v.travel.nearest_name or "") if v and v.travel else "" for v in sides],
        ),
        pair(
            Text("所要時間", "Minutes"),
            [_minutes(v, lang) for v in sides],
            always=any(v and v.travel for v in sides),
        ),
        pair(
            Text("スポット面積", "Spot"),
            [f"{k:.2f} km²" if k is not None else "" for k in (change.old_km2, change.new_km2)],
        ),
        *_record(change, lang),
        pair(Text("理由", "Reason"), [v.state_reason.render(lang) if v else "" for v in sides]),
    )
    return tuple(p for p in found if p is not None)


def _pair(label: str, values: list[str], *, always: bool = False) -> Pair | None:
    old, new = (value or _NONE for value in values)
    return Pair(label, old, new, old != new) if always or old != new else None


def _record(change: FacilityChange, lang: Lang) -> tuple[Pair | None, ...]:
    """Return what the lists say and differs; of a facility of one run only it says nothing."""
    if change.old is None or change.new is None:
        return ()
    sides = (change.old, change.new)

    def pair(label: Text, values: list[str]) -> Pair | None:
        return _pair(label.render(lang), values)

    return (
        pair(Text("名称", "Name"), [v.facility.name for v in sides]),
        pair(Text("種別", "Types"), [type_marks(v.facility.types) for v in sides]),
        pair(Text("市町村", "Municipality"), [v.place.municipality for v in sides]),
        pair(
            Text("区域の区分", "Class of the area"),
            [AREA_CLASS_LABELS[v.place.area_class].render(lang) for v in sides],
        ),
        pair(Text("座標", "Position"), [_position(v.facility.position) for v in sides]),
    )


def _state(verdict: Verdict | None, lang: Lang) -> str:
    if verdict is None:
        return Text("施設なし", "not in the run").render(lang)
    if verdict.facility.role is Role.DESTINATION:
        return Text("到達先の病院", "destination only").render(lang)
    return STATE_LABELS[verdict.state].render(lang)


def _minutes(verdict: Verdict | None, lang: Lang) -> str:
    shown = minutes_shown(verdict, lang)
    if shown == "-":
        return ""
    return Text(f"{shown}分", f"{shown} min").render(lang) if shown[0].isdigit() else shown


def _position(position: Position | None) -> str:
    return f"{position.lat:.5f}, {position.lon:.5f}" if position else ""
