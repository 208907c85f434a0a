"""What the travel-time criterion says of a facility, in a planner's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from groundfloor.problems import Lang, Text
from networks import Route
from spots.judging.criteria.travel import Assumption, TravelDirection, TravelSetting
from spots.telling.labels import DETACHED, TYPE_LABELS
from spots.telling.units import format_margin, format_minutes
from spots.types import Accuracy, Facility, FacilityType, Truth

TOWN_MARK = Text("(位置は町丁目の代表点による)", " (position: centre of the town block)")
_OTHER_TOWN_MARK = Text(
    "(相手先の位置は町丁目の代表点による)", " (the other's position: centre of its town block)"
)


def short_of(
    kind: FacilityType,
    words: Mapping[str, str | Text],
    *,
    at_least: bool,
    travel_ms: int,
    threshold_ms: int,
) -> Text:
    """Return why a measured time does not meet the criterion.

    Parameters
    ----------
    kind : FacilityType
        What the criterion looks for.
    words : mapping
        Values of the placeholders.
    at_least : bool
        Whether the threshold itself would meet it.
    travel_ms, threshold_ms : int
        Milliseconds.
    """
    label = TYPE_LABELS[kind]
    margin = format_margin(travel_ms - threshold_ms)
    ja = "に達しません" if at_least else "を超えません"
    en = "short of" if at_least else "not above"
    return fill(
        Text(
            f"最も近い他の{label.ja}({{nearest}})まで道路で{{minutes}}分で、"
            f"基準の{{threshold_min}}分{ja}(差 {margin}分)",
            f"the nearest other {label.en}, {{nearest}}, is {{minutes}} minutes away by road, "
            f"{en} {{threshold_min}} (margin {margin})",
        ),
        words,
    )


def cut_off(kind: FacilityType, truth: Truth) -> Text:
    """Return what is said of a facility without road to any other, when that does not meet."""
    label = TYPE_LABELS[kind]
    ja = "該当としません" if truth is Truth.NOT_MET else "判定しません"
    en = "does not count" if truth is Truth.NOT_MET else "is not judged"
    return Text(
        f"道路で到達できる他の{label.ja}がなく、方針により{ja}",
        f"no other {label.en} can be reached by road, which {en} under the policy",
    )


def marks(facility: Facility, other: Facility | None, route: Route | None) -> Text:
    """Return what a reader must know beside a finding: ferries used, positions of a town block."""
    found: list[Text] = []
    if route is not None and route.ferries:
        crossing, wait = format_minutes(route.crossing_ms), format_minutes(route.wait_ms)
        found.append(
            Text(
                f"(フェリー「{'、'.join(route.ferries)}」を利用、"
                f"航海{crossing}分と待ち時間{wait}分を含む)",
                f" (by ferry: {', '.join(route.ferries)}; "
                f"{crossing} minutes of crossing and {wait} of waiting included)",
            )
        )
    if _of_town(facility):
        found.append(TOWN_MARK)
    if other is not None and _of_town(other):
        found.append(_OTHER_TOWN_MARK)
    return Text("".join(t.ja for t in found), "".join(t.en for t in found))


def why_cut_off(*, detached: bool, by_closures: bool) -> Text:
    """Return what a reader must know beside "unreachable": closures, or a road of its own.

    Parameters
    ----------
    detached : bool
        Whether the facility's road is no part of the network's main part.
    by_closures : bool
        Whether it could reach another if nothing were closed.
    """
    if by_closures:
        return Text(
            "(通行止めがなければ到達できます)", " (it could be reached if no road were closed)"
        )
    return DETACHED if detached else Text("", "")


def other_road(taken_m: float, spare_m: float) -> Text:
    """Return in words what tying a facility to the other road assumes."""
    return Text(
        f"もう一方の道路に結び付けた場合(道路まで{taken_m:,.0f}m→{spare_m:,.0f}m)",
        f"tied to the other road ({spare_m:,.0f} m away instead of {taken_m:,.0f} m)",
    )


def other_roads_of(names: Sequence[str], metres: Sequence[tuple[float, float]]) -> Text:
    """Return in words what tying others to their other roads assumes.

    Parameters
    ----------
    names : sequence of str
        The hospitals.
    metres : sequence of (float, float)
        To the road each is tied to, and to the other.
    """
    both = list(zip(names, metres, strict=True))
    ja = "、".join(f"「{name}」{a:,.0f}m→{b:,.0f}m" for name, (a, b) in both)
    en = "; ".join(f"{name}: {b:,.0f} m away instead of {a:,.0f} m" for name, (a, b) in both)
    return Text(
        f"他の病院をもう一方の道路に結び付けた場合({ja})", f"others tied to other roads ({en})"
    )


def not_listed(kind: FacilityType, list_name: str, facility: Facility) -> Text:
    """Return why a facility is no candidate of the criterion."""
    label = TYPE_LABELS[kind]
    if kind in facility.types:
        return Text(
            f"{label.ja}の一覧のうち「{list_name}」に載っていません",
            f"is not on the list of {label.en}s that counts ({list_name})",
        )
    return Text(f"{label.ja}の一覧に載っていません", f"is not listed as a {label.en}")


def not_measured(distance_m: float | None, limit_m: float) -> Text:
    """Return why no time could be computed.

    Parameters
    ----------
    distance_m : float or None
        Metres to the nearest road; None without a position, ``inf`` without any road.
    limit_m : float
        Farthest that a facility may be from a road.
    """
    if distance_m is None:
        return Text("位置が分からず、所要時間を計算できません", "has no position to drive from")
    if distance_m == float("inf"):
        return Text("道路網に道路がありません", "the road network has no road to start from")
    return Text(
        f"最寄りの道路まで{distance_m:,.0f}m(上限{limit_m:,.0f}m)あり、道路網に結び付けられません",
        f"is {distance_m:,.0f} m from the nearest road (limit {limit_m:,.0f} m)",
    )


_TURNED: Mapping[tuple[Assumption, bool], Text] = MappingProxyType(
    {
        (Assumption.NEIGHBOURS, True): Text(
            "隣県の病院を数えない場合", "without hospitals of other prefectures"
        ),
        (Assumption.NEIGHBOURS, False): Text(
            "隣県の病院も数える場合", "with hospitals of other prefectures"
        ),
        (Assumption.TOLLS, True): Text("有料道路を使わない場合", "without toll roads"),
        (Assumption.TOLLS, False): Text("有料道路も使う場合", "with toll roads"),
        (Assumption.FERRIES, True): Text("フェリーを使わない場合", "without ferries"),
        (Assumption.FERRIES, False): Text("フェリーも使う場合", "with ferries"),
        (Assumption.DIRECTION, True): Text(
            "逆向き(他の病院から当該病院へ)の場合", "driving from the other hospital"
        ),
        (Assumption.DIRECTION, False): Text(
            "逆向き(当該病院から他の病院へ)の場合", "driving to the other hospital"
        ),
    }
)


def other_list_label(title: str) -> Text:
    """Return in words that another list decides which hospitals count."""
    return Text(f"一覧「{title}」による場合", f"with the list {title}")


def left_out_label(title: str) -> Text:
    """Return the same for a facility that the other list does not have."""
    return Text(
        f"一覧「{title}」による場合(この一覧に載っていません)",
        f"with the list {title}, which does not have it",
    )


def turned_label(travel: TravelSetting, assumption: Assumption) -> Text:
    """Return in words what turning `assumption` over assumes."""
    now = {
        Assumption.NEIGHBOURS: travel.neighbours,
        Assumption.TOLLS: travel.tolls,
        Assumption.FERRIES: travel.ferries,
        Assumption.DIRECTION: travel.direction is TravelDirection.FROM_CANDIDATE,
    }
    return _TURNED[assumption, now[assumption]]


def _of_town(facility: Facility) -> bool:
    return facility.position is not None and facility.position.accuracy is Accuracy.TOWN


#: Placeholders that every sentence may use, and those of travel-time criteria.
COMMON_WORDS = frozenset({"name", "municipality", "area", "radius_km"})
#: ``threshold`` is the number with its comparison (30分以上): no sentence can then state another.
THRESHOLD_WORDS = frozenset({"threshold", "threshold_min"})
UNREACHABLE_WORDS = COMMON_WORDS | THRESHOLD_WORDS
TRAVEL_WORDS = UNREACHABLE_WORDS | {"nearest", "minutes"}

#: A placeholder: a word in braces.
SLOT = re.compile(r"\{([^{}]*)\}")


def fill(sentence: Text, values: Mapping[str, str | Text]) -> Text:
    """Return `sentence` with each ``{word}`` replaced; a value is never read as a template.

    Examples
    --------
    >>> fill(Text("{name}まで", "to {name}"), {"name": "{minutes}"}).en
    'to {minutes}'
    >>> fill(Text("{t}の病院", "a hospital {t}"), {"t": Text("30分以上", "30 minutes or more")}).en
    'a hospital 30 minutes or more'
    """

    def one(text: str, lang: Lang) -> str:
        def word(found: re.Match[str]) -> str:
            value = values.get(found[1], found[0])
            return value.render(lang) if isinstance(value, Text) else value

        return SLOT.sub(word, text)

    return Text(one(sentence.ja, Lang.JA), one(sentence.en, Lang.EN))
