"""What the page of a comparison is told: plain values that become one JSON block.

Every string is final text in the language of the page; the script makes text nodes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from groundfloor.problems import Lang, Text
from spots.comparing import comparison_words as words
from spots.comparing.changes import FacilityChange
from spots.comparing.comparison_text import CERTAINTIES, cause_text, minutes_shown
from spots.map.page_data import Ring, Row, Shape
from spots.telling.labels import AREA_CLASS_LABELS, STATE_LABELS, criteria_marks, type_marks
from spots.types import Position, Role, RunResult, Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of a popup: what it was, and what it is."""

    label: str
    old: str
    new: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause: whether it is ``proven`` or ``likely``, that in words, and the sentence."""

    certainty: str
    badge: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedFacility:
    """A facility that changed.

    Parameters
    ----------
    id, name : str
        As in the new run, or the old one where it left.
    place : str
        Municipality.
    lon, lat : float or None
        None when unknown.
    kind : str
        ``entered``, ``left``, ``changed`` or ``evidence`` (only the evidence is another).
    badge : str
        The same in words.
    summary : str
        What changed, a sentence.
    pairs : tuple of Pair
        Before and after.
    why : tuple of Reason
        Causes.
    """

    id: str
    name: str
    place: str
    lon: float | None
    lat: float | None
    kind: str
    badge: str
    summary: str
    pairs: tuple[Pair, ...]
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SideSpot:
    """A spot of one of the runs: its ground, centre, name and marks of its criteria."""

    name: str
    marks: str
    lon: float
    lat: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Outline:
    """A municipality or medical area; `home` is false for another prefecture.

    ``shortage`` of an area is ``(old, new)``; of a municipality it is not used.
    """

    name: str
    home: bool
    lon: float
    lat: float
    weight: float
    shape: Shape
    shortage: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class MainRoads:
    """Lines of one class of main road."""

    road_class: str
    lines: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading of the panel: what differs between the runs."""

    title: str
    rows: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class CompareData:
    """Everything the page shows."""

    lang: str
    ui: dict[str, str]
    title: str
    old_title: str
    new_title: str
    caveats: tuple[str, ...]
    bounds: tuple[float, float, float, float]  # west, south, east, north
    totals: tuple[Row, ...]
    municipalities: tuple[Outline, ...]
    areas: tuple[Outline, ...]
    roads: tuple[MainRoads, ...]
    old_spots: tuple[SideSpot, ...]
    new_spots: tuple[SideSpot, ...]
    kept: Shape
    gained: Shape
    lost: Shape
    facilities: tuple[ChangedFacility, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]


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
