"""Words and marks that every output shares: one name for one thing, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from boundaries.types import AreaClass, ClassBasis, CutEntry
from groundfloor.problems import Lang, Text
from spots.telling.units import area
from spots.telling.wording import NOTHING, same, told_as
from spots.types import (
    Accuracy,
    CriterionInfo,
    FacilityType,
    InputRecord,
    Isolation,
    Role,
    RunResult,
    Spot,
    State,
    TravelEvidence,
    Truth,
    Verdict,
)

STATE_LABELS: dict[State, Text] = {
    State.DESIGNATED: Text("設定（案）", "designated"),
    State.EXCLUDED: Text("対象外", "excluded"),
    State.MOOT: Text("設定不要（少数区域内）", "moot"),
    State.NOT_MET: Text("非該当", "not met"),
    State.UNDETERMINED: Text("判定不能", "undetermined"),
}

AREA_CLASS_LABELS: dict[AreaClass, Text] = {
    AreaClass.SHORTAGE: Text("医師少数区域", "shortage area"),
    AreaClass.SURPLUS: Text("医師多数区域", "surplus area"),
    AreaClass.NEITHER: Text("少数でも多数でもない区域", "neither"),
    AreaClass.UNKNOWN: Text("区分不明", "class unknown"),
}

#: Why an area has its class, or why that is not known.
CLASS_BASIS_LABELS: dict[ClassBasis, Text] = {
    ClassBasis.STATED: Text("区分は指標の表による", "class as the table of indices states it"),
    ClassBasis.CUT_OFF: Text("区分は基準値による", "class by the cut-offs"),
    ClassBasis.SHORTAGE_TIE: Text(
        "医師少数の基準値と同じで区分が未定", "equal to the shortage cut-off, no class stated"
    ),
    ClassBasis.SURPLUS_TIE: Text(
        "医師多数の基準値と同じ（以上のため多数）",
        "equal to the surplus cut-off, no class stated: at least that",
    ),
    ClassBasis.OTHER_AREA: Text("指標の表では別の医療圏", "another area in the table of indices"),
    ClassBasis.NO_INDEX: Text("指標なし", "no index"),
    ClassBasis.NO_CUT_OFFS: Text(
        "区分の記載も基準値もない", "neither stated nor a cut-off to class it by"
    ),
}

TRUTH_LABELS: dict[Truth, Text] = {
    Truth.MET: Text("該当", "met"),
    Truth.NOT_MET: Text("非該当", "not met"),
    Truth.UNDETERMINED: Text("判定不能", "undetermined"),
}

TYPE_MARKS: dict[FacilityType, str] = {
    FacilityType.BASE_HOSPITAL: "①",
    FacilityType.REMOTE_CLINIC: "②",
    FacilityType.SECONDARY_EMERGENCY: "③",
}

TYPE_LABELS: dict[FacilityType, Text] = {
    FacilityType.BASE_HOSPITAL: Text("へき地医療拠点病院", "remote-area base hospital"),
    FacilityType.REMOTE_CLINIC: Text("へき地診療所", "remote clinic"),
    FacilityType.SECONDARY_EMERGENCY: Text("二次救急病院", "secondary emergency hospital"),
}

ROLE_LABELS: dict[Role, Text] = {
    Role.CANDIDATE: Text("判定対象", "candidate"),
    Role.DESTINATION: Text("到達先のみ", "destination only"),
    Role.AUTO: Text(
        "都道府県内は判定対象、隣は到達先のみ", "candidate at home, else destination only"
    ),
}

ACCURACY_LABELS: dict[Accuracy, Text] = {
    Accuracy.POINT: Text("地点", "point"),
    Accuracy.TOWN: Text("町丁目の代表点", "town block's point"),
}

#: What an input of a run is, by the role of its `InputRecord`.
INPUT_LABELS: dict[str, Text] = {
    "facilities": Text("施設一覧", "facility list"),
    "municipalities": Text("行政区域", "municipalities"),
    "medical_areas": Text("二次医療圏", "medical areas"),
    "positions": Text("位置の出典", "source of positions"),
    "towns": Text("町丁目の位置", "positions of towns"),
    "index": Text("医師偏在指標", "physician index"),
    "population": Text("人口", "population"),
    "units": Text("区域・地点", "units of ground"),
    "tables": Text("数値の表", "table of numbers"),
    "entries": Text("一覧", "list of names"),
    "policy": Text("設定基準", "policy"),
    "network": Text("道路網", "road network"),
    "closures": Text("通行止め", "closed roads"),
    "background": Text("背景地図", "map background"),
}


def input_name(record: InputRecord) -> Text:
    """Return what people call an input: its own name, or its role where it has none of its own."""
    own = record.name not in {"", record.role}
    label = INPUT_LABELS.get(record.role)
    return same(record.name) if own or label is None else label


#: In the place of a truth, and beside a title, where a run has no list for a criterion.
NOT_GIVEN = Text("一覧未提供", "list not given")
UNREACHABLE = Text("到達不能", "unreachable")
#: Beside "unreachable": the road network has parts that no road joins.
DETACHED = Text(
    "（道路網の本体とつながっていない道路にあります）",
    " (its road is not joined to the main part of the network)",
)
#: Why "unreachable" is believed.
ISOLATION_LABELS: dict[Isolation, Text] = {
    Isolation.APART: Text(
        "本土と離れた陸地（島など）にあり、道路網の本体が通っていない",
        "it lies on ground apart from the main land (an island), where no road of the network's "
        "main part runs",
    ),
    Isolation.ROADLESS: Text(
        "設定基準（travel.roadless）が道路のない所としている",
        "the policy names it as a place without a road (travel.roadless)",
    ),
    Isolation.STATED: Text(
        "通行止め、または使わないとした有料道路による",
        "closed roads, or toll roads that are not to be used",
    ),
}
DELAYS = Text("うち信号・右左折などの待ち", "of it waiting at signals and turns")

#: What a cut takes away.
CUT_LABELS: dict[str, Text] = {
    "land": Text("海・水面", "sea"),
    "prefecture": Text("都道府県の陸地の外", "ground outside the prefecture's land"),
    "excluded_municipalities": Text("対象外の市町村", "excluded municipalities"),
    "shortage_areas": Text("医師少数区域", "shortage areas"),
}


#: The reason of an exclusion that a policy made in Python gives none for.
OUT_BY_POLICY = Text(
    "{municipality}は設定基準により対象外", "{municipality} is excluded by the policy"
)

#: Lines of a ledger: what clauses took away, and the cuts after them.
STEP_LABELS: dict[str, Text] = {
    "clauses": Text("条項による部分", "what clauses take out")
} | CUT_LABELS

#: What a policy designates that judges facilities alone.
SPOT_LABEL = Text("医師少数スポット", "physician-shortage spot")


def drafted(what: Text, designated: Text = SPOT_LABEL) -> Text:
    """Return who decides, said beside every draft: the prefecture, not this tool.

    Parameters
    ----------
    what : Text
        The map, table or report.
    designated : Text
        What is designated; English says it of everything.

    Examples
    --------
    >>> drafted(Text("図", "map")).en
    'This map is a draft for discussion. The prefecture decides the designation.'
    """
    return Text(
        f"この{what.ja}は検討のための案です。{designated.ja}の設定は都道府県が決定します。",
        f"This {what.en} is a draft for discussion. The prefecture decides the designation.",
    )


def listed(items: Iterable[str], lang: Lang) -> str:
    """Return an enumeration in `lang`.

    Examples
    --------
    >>> listed(("阿蘇", "天草"), Lang.JA), listed(("Aso", "Amakusa"), Lang.EN)
    ('阿蘇、天草', 'Aso, Amakusa')
    """
    return ("、" if lang == Lang.JA else ", ").join(items)


def removed(entry: CutEntry, lang: Lang) -> str:
    """Return a line of the ledger in words.

    Examples
    --------
    >>> removed(CutEntry("land", 1.25, 49.01), Lang.EN)
    'without sea: 1.25 km²'
    """
    text = STEP_LABELS.get(entry.step)
    label = text.render(lang) if text else entry.step
    label = f"{label}を除く" if lang == Lang.JA else f"without {label}"
    return told_as(same(label), same(area(entry.removed_km2))).render(lang)


def type_marks(types: frozenset[FacilityType]) -> str:
    """Return the marks of `types` in the law's order.

    Examples
    --------
    >>> type_marks(frozenset({FacilityType.SECONDARY_EMERGENCY, FacilityType.BASE_HOSPITAL}))
    '①③'
    """
    return "".join(mark for kind, mark in TYPE_MARKS.items() if kind in types)


def counted_state(state: State, verdicts: Iterable[Verdict]) -> Text:
    """Return a state and how many are in it; those that are only reached are told apart."""
    found = [v.facility.role for v in verdicts if v.state is state]
    reached, label = found.count(Role.DESTINATION), STATE_LABELS[state]
    only = ROLE_LABELS[Role.DESTINATION]
    part = Text(f"（うち{only.ja} {reached}）", f" ({reached} {only.en})") if reached else NOTHING
    return Text(f"{label.ja} {len(found)}{part.ja}", f"{label.en} {len(found)}{part.en}")


def spots_by(criterion: CriterionInfo, spots: Iterable[Spot]) -> str:
    """Return how many spots meet a criterion; a dash where there was no list to judge it by."""
    if not criterion.given:
        return "－"
    return f"{sum(criterion.number in spot.criteria for spot in spots):,}"


def criteria_marks(result: RunResult, numbers: tuple[int, ...]) -> str:
    """Return the policy's marks of the criteria `numbers`, e.g. ``"①③"``."""
    marks = {c.number: c.mark for c in result.settings.criteria}
    return "".join(marks.get(number, str(number)) for number in numbers)


def travel_marks(result: RunResult) -> str:
    """Return the policy's marks of the criteria that judge travel time, e.g. ``"③"``."""
    return "".join(c.mark for c in result.settings.criteria if c.travel)


def measured_mark(result: RunResult, verdict: Verdict) -> str:
    """Return the mark of the criterion whose evidence a facility's travel time is."""
    if verdict.measured is None:
        return travel_marks(result)
    return criteria_marks(result, (verdict.measured.number,))


def nearest_other(kind: FacilityType | None) -> Text:
    """Return what a criterion on travel time looks for; any hospital where its type is unknown.

    Examples
    --------
    >>> nearest_other(FacilityType.SECONDARY_EMERGENCY).ja
    '最も近い他の二次救急病院'
    """
    what = TYPE_LABELS[kind] if kind else Text("病院", "hospital")
    return Text(f"最も近い他の{what.ja}", f"nearest other {what.en}")


#: What every comparison and the map's list call the hospital that decides.
NEAREST = nearest_other(FacilityType.SECONDARY_EMERGENCY)


def ties_named(travel: TravelEvidence, most: int) -> Text:
    """Return those equally near in words, at most `most` of them by name."""
    ja, en = (listed(ties_listed(travel, lang, most), lang) for lang in (Lang.JA, Lang.EN))
    return Text(ja, en)


def ties_listed(travel: TravelEvidence, lang: Lang, most: int | None = None) -> tuple[str, ...]:
    """Return the names of those equally near, and how many more there are that are not named.

    Parameters
    ----------
    travel : TravelEvidence
        The evidence.
    lang : Lang
        Language of the last entry.
    most : int, optional
        How many to name at most; by default all whose names are kept.
    """
    shown = travel.ties[:most]
    more = travel.unnamed_ties + len(travel.ties) - len(shown)
    rest = (Text(f"ほか{more}件", f"{more} more").render(lang),) if more else ()
    return (*shown, *rest)
