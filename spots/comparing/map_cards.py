"""What the page of a comparison is told, and its words: plain values that become one JSON block.

Every string is final text in the language of the page; the script makes text nodes of it. Stands
apart: the page's contract with its script, whatever `comparison_map` finds to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundfloor.problems import Lang, Text
from spots.comparing.changed_units import state_words
from spots.comparing.changes import FacilityChange, ResultChange, UnitChange
from spots.comparing.comparison_text import CERTAINTIES, cause_text
from spots.comparing.unit_sentences import clause_label
from spots.map import page_words as map_words
from spots.map.card_data import Ring, Row, Shape
from spots.map.cities import WholeCity
from spots.map.shapes import label_point
from spots.telling.dossier import Dossier, dossier_of
from spots.telling.dossier_facts import Fact
from spots.telling.units import area
from spots.types import RunResult


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """A line of a card: what it was, and what it is."""

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
        ``entered``, ``left``, ``changed``, ``ungiven`` (one run had no such list) or ``evidence``
        (only the evidence is another).
    badge : str
        The same in words.
    summary : str
        What changed, a sentence.
    pairs : tuple of BeforeAfter
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
    pairs: tuple[BeforeAfter, ...]
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

    ``shortage`` of an area is ``(old, new)``; of a municipality it is not used. ``ward`` is what a
    ward is called within its city.
    """

    name: str
    home: bool
    lon: float
    lat: float
    weight: float
    shape: Shape
    shortage: tuple[bool, bool] = (False, False)
    code: str = ""
    ward: str = ""


@dataclass(frozen=True, slots=True)
class MainRoads:
    """Lines of one class of main road."""

    road_class: str
    lines: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading of the panel: what differs between the runs."""

    title: str
    rows: tuple[BeforeAfter, ...]


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
    cities: tuple[WholeCity, ...]  # designated ones
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
_NOWHERE = Text("施設なし", "not in the run")
_COMPARED = frozenset({"state", "travel", "spot", "facility"})
_ALWAYS = frozenset({"state", "criteria", "time"})
#: What is told of a facility that only one of the runs has.
_OF_ONE = frozenset({"nearest", "margin", "area", "reason"})
#: Rows of lists move with every edit; the reason of a spot repeats that of the state.
_PASSED_OVER = frozenset({"listed", "spot_reason", "threshold"})


def changed_facility(
    change: FacilityChange, runs: tuple[RunResult, RunResult], lang: Lang
) -> ChangedFacility:
    """Return a facility that changed, with its card.

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
    kind = kind if change.list_not_given is None else "ungiven"
    return ChangedFacility(
        id=shown.facility.id,
        name=shown.facility.name,
        place=shown.place.municipality,
        lon=round(position.lon, 6) if position else None,
        lat=round(position.lat, 6) if position else None,
        kind=kind,
        badge=KINDS[kind].render(lang),
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


def changed_unit(result: ResultChange, change: UnitChange, lang: Lang) -> ChangedFacility:
    """Return a unit of ground that changed in a result, with its card, as a facility has one.

    Parameters
    ----------
    result : ResultChange
        The result.
    change : UnitChange
        From the comparison.
    lang : Lang
        Language of the page.
    """
    shown = change.shown
    where = label_point(shown.ground) if shown.ground is not None else None
    own = shown.unit.position
    lon, lat = where or ((own.lon, own.lat) if own else (None, None))
    kind = change.kind.value if change.turned else "evidence"
    return ChangedFacility(
        id=shown.key,
        name=shown.unit.name,
        place=result.title.render(lang),
        lon=None if lon is None else round(lon, 6),
        lat=None if lat is None else round(lat, 6),
        kind=kind,
        badge=_UNIT_KINDS[kind].render(lang),
        summary=change.summary.render(lang),
        pairs=tuple(
            BeforeAfter(label.render(lang), was, now, was != now)
            for label, was, now in _unit_lines(result, change, lang)
        ),
        why=tuple(
            Reason(
                why.certainty.value,
                CERTAINTIES[why.certainty].render(lang),
                cause_text(why, lang),
            )
            for why in change.why
        ),
    )


def _unit_lines(
    result: ResultChange, change: UnitChange, lang: Lang
) -> Iterator[tuple[Text, str, str]]:
    sides = (change.old, change.new)
    states = [state_words(result, v).render(lang) for v in sides]
    yield Text("状態", "State"), states[0], states[1]
    reasons = [v.reason.render(lang) if v else _NONE for v in sides]
    yield Text("理由", "Reason"), reasons[0], reasons[1]
    sizes = [area(v.area_km2) if v and v.area_km2 else _NONE for v in sides]
    yield Text("面積", "Area"), sizes[0], sizes[1]
    for clause in change.clauses:
        found = [c.text.render(lang) if c else _NONE for c in (clause.old, clause.new)]
        yield clause_label(clause, "Clause"), found[0], found[1]


def _pairs(
    change: FacilityChange, runs: tuple[RunResult, RunResult], lang: Lang
) -> tuple[BeforeAfter, ...]:
    """Return the facts of both dossiers that differ, and those that are always shown."""
    old, new = (
        dossier_of(verdict, run) if verdict else None
        for verdict, run in zip((change.old, change.new), runs, strict=True)
    )
    before, after = _facts(old), _facts(new)
    both = old is not None and new is not None
    found = []
    for key in dict.fromkeys((*after, *before)):
        was, now = (_words(side, key, lang) for side in (before, after))
        if key in _ALWAYS or (was != now and (both or key in _OF_ONE)):
            label = (after.get(key) or before[key]).label.render(lang)
            found.append(BeforeAfter(label, was, now, was != now))
    return tuple(found)


def _facts(dossier: Dossier | None) -> dict[str, Fact]:
    """Return the facts that are compared, by key."""
    if dossier is None:
        return {}
    sections = (s for s in dossier.sections if s.kind in _COMPARED)
    return {f.key: f for s in sections for f in s.facts if f.key not in _PASSED_OVER}


def _words(side: dict[str, Fact], key: str, lang: Lang) -> str:
    fact = side.get(key)
    if fact is None and not side and key == "state":
        return _NOWHERE.render(lang)
    return fact.words.render(lang) if fact else _NONE


# --- what the page says of itself

TITLE = Text("医師少数スポットの比較", "Shortage spots compared")
KINDS = {
    "entered": Text("新しい施設", "Entered"),
    "left": Text("なくなった施設", "Left"),
    "changed": Text("判定・範囲が変わった施設", "Verdict or spot changed"),
    "ungiven": Text("一方に一覧がない施設", "List not given to one run"),
    "evidence": Text("根拠だけが変わった施設", "Evidence alone changed"),
}
#: Said as on the map of a run.
_SHARED = (
    "legend",
    "sources",
    "caveats",
    "background",
    "offline",
    "printA4",
    "printA3",
    "home",
    "north",
    "zoomIn",
    "zoomOut",
    "noscript",
    "panelSides",
    "panelUp",
    "panelDown",
    "sideList",
    "sideWhy",
    "sideWhyLong",
    "sidePrint",
    "whyHint",
    "close",
    "link",
    "linkHint",
    "linkCopy",
    "linkCopied",
    "linkByHand",
)
_UNIT_KINDS = {
    "entered": Text("新しい区域", "Entered"),
    "left": Text("なくなった区域", "Left"),
    "changed": Text("判定・範囲が変わった区域", "Verdict or ground changed"),
    "evidence": Text("根拠だけが変わった区域", "Evidence alone changed"),
}
UI = {
    **{key: map_words.UI[key] for key in _SHARED},
    "old": Text("旧", "Before"),
    "new": Text("新", "After"),
    "change": Text("増減", "Change"),
    "swipe": Text("並べる", "Swipe"),
    "modes": Text("表示の切り替え（キー 1～4）", "What is shown (keys 1 to 4)"),
    "swipeAt": Text("旧と新の境の位置", "Where before ends and after begins"),
    "panel": Text("変わった施設と凡例", "Changes and legend"),
    "sideListLong": Text("変わった施設", "What changed"),
    "sideGiven": Text("違い・出典", "Inputs"),
    "kept": Text("旧・新ともスポット", "Spot before and after"),
    "gained": Text("増えた区域", "Ground gained"),
    "lost": Text("減った区域", "Ground lost"),
    "oldSpot": Text("旧のスポット", "Spots before"),
    "newSpot": Text("新のスポット", "Spots after"),
    "shortage": Text("医師少数区域", "Shortage area"),
    "municipality": Text("市町村の境", "Municipalities"),
    "road": Text("主な道路", "Main roads"),
    "kindEntered": KINDS["entered"],
    "kindLeft": KINDS["left"],
    "kindChanged": KINDS["changed"],
    "kindUngiven": KINDS["ungiven"],
    "kindEvidence": KINDS["evidence"],
    "none": Text("変わった施設はありません。", "No facility changed."),
    "more": Text(
        "ほか{n}件（全{all}件）は diff.xlsx の「変わった施設」にあります。",
        "{n} more of {all} are in diff.xlsx, on the sheet of facilities.",
    ),
    "unlocated": Text("位置不明", "no position"),
    "given": Text("変わった入力と設定", "Inputs and settings that differ"),
    "sameGiven": Text("入力と設定は同じです。", "Inputs and settings are the same."),
    "notes": Text("施設の対応づけ", "How facilities were matched"),
    "why": Text("原因", "Why"),
    "tiles": Text("地理院タイル（淡色）", "GSI tiles (pale)"),
    "noTiles": Text("なし（内蔵の略図のみ）", "None (drawn base only)"),
    "shown": Text("表示：", "Shown: "),
    "printed": Text("印刷日：", "Printed: "),
    "changes": Text("増減のある区域を表示", "Show the ground that changed"),
    "map": Text("比較の地図", "Map of the comparison"),
}
