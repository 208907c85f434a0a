"""Why a criterion is met or not, and why a facility ends in its state, in a planner's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from groundfloor.problems import Text
from networks import Route
from spots.telling.labels import (
    AREA_CLASS_LABELS,
    CLASS_BASIS_LABELS,
    CUT_LABELS,
    DETACHED,
    TYPE_LABELS,
)
from spots.telling.units import duration, kilometres, margin, metres, threshold
from spots.telling.wording import NOTHING, bracketed, fill, joined, names, run_on
from spots.types import (
    Accuracy,
    Double,
    Facility,
    FacilityType,
    OtherWay,
    Place,
    TravelDirection,
    Truth,
    Unmeasured,
    Whereabouts,
)

POSITION_OF_TOWN = Text("位置は町丁目の代表点による", "position: the town block's point")
TOWN_MARK = bracketed(POSITION_OF_TOWN)
_OTHER_TOWN_MARK = bracketed(
    Text("相手先の位置は町丁目の代表点による", "the other's position: its town block's point")
)

#: Placeholders that every sentence of a policy may use, and those of travel-time criteria.
COMMON_WORDS = frozenset({"name", "municipality", "area", "radius_km"})
#: ``threshold`` is the number with its comparison (30分以上): no sentence can then state another.
THRESHOLD_WORDS = frozenset({"threshold", "threshold_min"})
UNREACHABLE_WORDS = COMMON_WORDS | THRESHOLD_WORDS
TRAVEL_WORDS = UNREACHABLE_WORDS | {"nearest", "time", "way"}
#: How a drive and the other hospital go together; the placeholder ``{way}`` of policies.
WAY: Mapping[TravelDirection, Text] = {
    TravelDirection.FROM_CANDIDATE: Text("まで", "to"),
    TravelDirection.TO_CANDIDATE: Text("から", "from"),
}
#: Placeholders of older policies, and what stands in their place now.
OLD_WORDS: Mapping[str, str] = {"minutes": "time"}


def not_of_type(title: Text) -> Text:
    """Return why a criterion that asks for a type is not met, by the criterion's title."""
    return Text(f"{title.ja}の一覧に載っていません", f"is not on the list: {title.en}")


def not_given(mark: str, title: Text) -> Text:
    """Return why a criterion is open for everybody: there is no list to look at."""
    return Text(
        f"要件{mark}（{title.ja}）の一覧が与えられておらず、判定できません",
        f"no list is given for {mark} ({title.en}), so it is open",
    )


def as_far_as_given(marks: Iterable[str]) -> Text:
    """Return, in brackets, which criteria a facility was not asked for, having no list."""
    named = "・".join(marks)
    return bracketed(
        Text(f"{named}は一覧未提供のため判定していません", f"{named} not judged: no list is given")
    )


def short_of(
    kind: FacilityType,
    nearest: str,
    direction: TravelDirection,
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
    nearest : str
        The nearest other.
    direction : TravelDirection
        Of the drive.
    at_least : bool
        Whether the threshold itself would meet it.
    travel_ms, threshold_ms : int
        Milliseconds to the nearest other, and those of the criterion.
    """
    label, time, limit = TYPE_LABELS[kind], duration(travel_ms), threshold(threshold_ms)
    way = WAY[direction]
    gap = margin(travel_ms - threshold_ms)
    ja = "に達しません" if at_least else "を超えません"
    en = "short of" if at_least else "not above"
    # Filled, not formatted: a name may hold braces.
    return fill(
        Text(
            f"最も近い他の{label.ja}（{{nearest}}）{way.ja}道路で{time.ja}で、"
            f"基準の{limit.ja}{ja}（差 {gap.ja}）",
            f"the drive {way.en} the nearest other {label.en}, {{nearest}}, takes {time.en}, "
            f"{en} {limit.en} (margin {gap.en})",
        ),
        {"nearest": nearest},
    )


def cut_off(kind: FacilityType, truth: Truth) -> Text:
    """Return what is said of a facility without road to any other, when that does not meet."""
    label = TYPE_LABELS[kind]
    ja = "該当としません" if truth is Truth.NOT_MET else "判定しません"
    en = "does not count" if truth is Truth.NOT_MET else "is not judged"
    return Text(
        f"道路で到達できる他の{label.ja}がなく、設定基準により{ja}",
        f"no other {label.en} can be reached by road, which {en} under the policy",
    )


def marks(facility: Facility, other: Facility | None, route: Route | None) -> Text:
    """Return what a reader must know beside a finding: ferries used, positions of a town block."""
    found: list[Text] = []
    if route is not None and route.ferries:
        crossing, wait = duration(route.crossing_ms), duration(route.wait_ms)
        used = names(route.ferries)
        found.append(
            bracketed(
                Text(
                    f"フェリー「{used.ja}」を利用、航海{crossing.ja}と待ち時間{wait.ja}を含む",
                    f"by ferry: {used.en}; {crossing.en} of crossing and {wait.en} of waiting "
                    "included",
                )
            )
        )
    found.append(town_mark(facility, own=True))
    if other is not None:
        found.append(town_mark(other, own=False))
    return run_on(*found)


def town_mark(facility: Facility, *, own: bool) -> Text:
    """Return, in brackets, that a position is a town block's point; nothing where it is not."""
    if not _of_town(facility):
        return NOTHING
    return TOWN_MARK if own else _OTHER_TOWN_MARK


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
        return bracketed(
            Text("通行止めがなければ到達できます", "it could be reached if no road were closed")
        )
    return DETACHED if detached else NOTHING


def not_listed(kind: FacilityType, list_name: str, facility: Facility) -> Text:
    """Return why a facility is no candidate of the criterion."""
    label = TYPE_LABELS[kind]
    if kind in facility.types:
        return Text(
            f"{label.ja}の一覧のうち「{list_name}」に載っていません",
            f"is not on the list of {label.en}s that counts ({list_name})",
        )
    return Text(f"{label.ja}の一覧に載っていません", f"is not listed as a {label.en}")


TO_DECIDE_DOUBLES = Text(
    "同じ医療機関なら実行ファイルの [[identity]] に names = [両方の名称] と same = true を、"
    "別の医療機関なら same = false を書いてください（Python では same または apart=[[両方の名称]]。"
    "一覧の敷地（site）の列でも示せます）",
    "if they are one, write [[identity]] with names = [both] and same = true in the run file; if "
    "not, same = false (in Python same or apart=[[both]]; site columns of the lists say it too)",
)


def double_words(double: Double) -> Text:
    """Return why two records may be one hospital: one address, metres, a drive of seconds."""
    why: list[Text] = []
    if double.same_address:
        why.append(Text("所在地が同じ", "one address"))
    if double.distance_m is not None:
        far = metres(double.distance_m)
        why.append(Text(f"直線{far}", f"{far} apart"))
    if double.travel_ms is not None:
        time = duration(double.travel_ms)
        why.append(Text(f"道路で{time.ja}", f"{time.en} by road"))
    return joined(why)


def may_be_one(doubles: Iterable[Double]) -> Text:
    """Return, in brackets, which others may be the facility itself."""
    named = joined(
        Text(f"「{d.name}」（{double_words(d).ja}）", f"{d.name} ({double_words(d).en})")
        for d in doubles
    )
    if named == NOTHING:
        return NOTHING
    return bracketed(
        Text(f"{named.ja}は同じ医療機関かもしれません", f"perhaps the same hospital: {named.en}")
    )


def hangs_on_doubles(
    nearest: str | None, travel_ms: int | None, other: str | None, other_ms: int | None
) -> Text:
    """Return why it is open whether a facility is remote: the nearest other may be itself.

    Parameters
    ----------
    nearest, travel_ms : str and int, or None
        The nearest other, which may be the same hospital, and milliseconds to it.
    other, other_ms : str and int, or None
        The nearest one that surely is another, and milliseconds to it; None where none is reached.
    """
    if_two, if_one = _how_near(nearest, travel_ms), _how_near(other, other_ms)
    return Text(
        "最も近い病院が同じ医療機関かどうかにより変わるため、判定できません"
        f"（別の医療機関とすると{if_two.ja}、同じ医療機関とすると{if_one.ja}）",
        "it hangs on whether the nearest hospital is the same one "
        f"(if another: {if_two.en}; if the same: {if_one.en})",
    )


def _how_near(name: str | None, ms: int | None) -> Text:
    if name is None or ms is None:
        return Text("到達できる他の病院なし", "none can be reached")
    return Text(f"「{name}」で{duration(ms).ja}", f"{name}, {duration(ms).en}")


def not_measured(distance_m: float | None, limit_m: float) -> Text:
    """Return why no time could be computed.

    Parameters
    ----------
    distance_m : float or None
        Metres to the nearest road; None without a position, ``inf`` without any road with doors.
    limit_m : float
        Farthest that a facility may be from a road.
    """
    if distance_m is None:
        return Text("位置が分からず、所要時間を計算できません", "has no position to drive from")
    if distance_m == float("inf"):
        return Text(
            "道路網に、出入口のある道路がありません",
            "the road network has no road that doors open on",
        )
    far, limit = metres(distance_m, limit_m), metres(limit_m)
    return Text(
        f"最寄りの道路まで{far}（上限{limit}）あり、道路網に結び付けられません",
        f"is {far} from the nearest road (limit {limit})",
    )


def not_proven(missing: Unmeasured, nearest_name: str | None, travel_ms: int | None) -> Text:
    """Return why a facility is undetermined although the network knows of none within reach.

    Parameters
    ----------
    missing : Unmeasured
        A hospital that is not on the network and could be nearer than the threshold.
    nearest_name, travel_ms : str and int, or None
        The nearest on the network, and milliseconds to it.
    """
    why, known = _why_open(missing), nearest_known(nearest_name, travel_ms)
    return Text(f"{why.ja}、判定できません（{known.ja}）", f"{why.en} ({known.en})")


def _why_open(missing: Unmeasured) -> Text:
    name, least = missing.name, duration(missing.least_ms)
    km = kilometres(missing.distance_m or 0.0)
    match missing.where:
        case Whereabouts.POSITION:
            return _off_roads(missing)
        case Whereabouts.NO_WAY:
            return Text(
                f"「{name}」（直線{km}、最短でも{least.ja}）へ通じる道路がデータにないものの、"
                "離島などとは確かめられず、基準より近いかもしれないため",
                f"the road data have no way to {name} ({km} in a straight line, {least.en} at "
                "best); nothing shows that sea lies between, so it may be nearer than the "
                "threshold",
            )
        case Whereabouts.MUNICIPALITY:
            return _in_its_municipality(missing)
        case Whereabouts.BEYOND:
            return Text(
                f"隣の都道府県の「{name}」の位置が分からず、都道府県境まで{least.ja}のため、"
                "基準より近いかもしれず",
                f"the position of {name} in another prefecture is not known, and the border is "
                f"{least.en} away, so it may be nearer than the threshold",
            )
        case Whereabouts.ANYWHERE:
            return Text(
                f"「{name}」の位置も市町村も分からず、基準より近いかもしれないため",
                f"neither position nor municipality of {name} is known, so it may be nearer "
                "than the threshold",
            )


def _off_roads(missing: Unmeasured) -> Text:
    name, least = missing.name, duration(missing.least_ms)
    km, shut = kilometres(missing.distance_m or 0.0), names(missing.closed_by)
    if missing.closed_by:
        return Text(
            f"「{name}」（直線{km}、最短でも{least.ja}）が通行止め「{shut.ja}」により道路網から外れ、"
            "基準より近いかもしれないため",
            f"the closure {shut.en} keeps {name} ({km} in a straight line, {least.en} at best) "
            "off the roads, and it may be nearer than the threshold",
        )
    return Text(
        f"「{name}」（直線{km}、最短でも{least.ja}）が道路網に載っておらず、"
        "基準より近いかもしれないため",
        f"{name} ({km} in a straight line, {least.en} at best) is not on the road network "
        "and may be nearer than the threshold",
    )


def _in_its_municipality(missing: Unmeasured) -> Text:
    name, least = missing.name, duration(missing.least_ms)
    if missing.distance_m == 0:
        return Text(
            f"この施設と同じ市町村にある「{name}」の位置が分からず、基準より近いかもしれないため",
            f"the position of {name} in the same municipality is not known, so it may be nearer "
            "than the threshold",
        )
    km = kilometres(missing.distance_m or 0.0)
    return Text(
        f"「{name}」の位置が分からず、所在する市町村まで直線{km}（最短で{least.ja}）のため、"
        "基準より近いかもしれず",
        f"the position of {name} is not known; its municipality is {km} away in a straight line "
        f"({least.en} at best), so it may be nearer than the threshold",
    )


def one_way_only(direction: TravelDirection, back: OtherWay) -> Text:
    """Return why a facility is undetermined that drives join to others in one direction only.

    Parameters
    ----------
    direction : TravelDirection
        The direction that is asked for, in which no other can be reached.
    back : OtherWay
        The nearest other of the opposite direction.
    """
    name, time = back.name, duration(back.travel_ms)
    if direction is TravelDirection.FROM_CANDIDATE:
        return Text(
            f"ここから他の病院へ行く道路はデータにありませんが、「{name}」からここへは{time.ja}で"
            "来られるため、道路データの欠けが疑われ、判定できません",
            f"the road data have no way from here to any other, though a drive from {name} to "
            f"here takes {time.en}; the data may lack a way",
        )
    return Text(
        f"他の病院からここへ来る道路はデータにありませんが、ここから「{name}」へは{time.ja}で"
        "行けるため、道路データの欠けが疑われ、判定できません",
        f"the road data have no way to here from any other, though a drive from here to {name} "
        f"takes {time.en}; the data may lack a way",
    )


def nearest_known(nearest_name: str | None, travel_ms: int | None) -> Text:
    """Return which hospital the roads are known to lead to, for sentences that leave it open."""
    if nearest_name is None or travel_ms is None:
        return Text("道路網で到達できる病院はありません", "none can be reached on the network")
    time = duration(travel_ms)
    return Text(
        f"道路網の中で最も近いのは「{nearest_name}」で{time.ja}",
        f"the nearest on the network is {nearest_name}, {time.en}",
    )


def _of_town(facility: Facility) -> bool:
    return facility.position is not None and facility.position.accuracy is Accuracy.TOWN


# --- why a facility ends in its state

ONLY_REACHED = Text(
    "隣の都道府県などの病院で、到達先としてのみ用いるため対象外", "out: used only as a destination"
)
NO_MUNICIPALITY = Text("所在する市町村が分かりません", "its municipality is not known")
NO_POSITION = Text("位置が分からず、円を描けません", "has no position to draw a circle around")
NOT_JUDGED = Text(
    "この設定基準は、医療機関を個別に判定しません", "the policy judges no single institutions"
)
NO_CLASS = Text(
    "二次医療圏またはその区分（医師偏在指標）が分かりません",
    "its medical area or that area's class is not known",
)


def no_class(place: Place) -> Text:
    """Return why it is not known whether a facility's medical area is a 少数区域."""
    if not place.area:
        return NO_CLASS
    why = CLASS_BASIS_LABELS[place.class_basis] if place.class_basis else NOTHING
    return run_on(
        Text(
            f"二次医療圏（{place.area}）の区分が分かりません",
            f"the class of its medical area ({place.area}) is not known",
        ),
        bracketed(why),
    )


def elsewhere(where: str) -> Text:
    """Return why a facility of another prefecture is out."""
    return Text(
        f"ほかの都道府県（{where}）の医療機関のため対象外",
        f"out: it lies in another prefecture ({where})",
    )


def already(place: Place) -> Text:
    """Return why no spot is needed where the whole medical area counts."""
    label, area = AREA_CLASS_LABELS[place.area_class], place.area or place.area_code or "?"
    return Text(
        f"所在する二次医療圏（{area}）が{label.ja}であり、スポットとする必要がない",
        f"its medical area ({area}) is already {_article(label.en)}; no spot is needed",
    )


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def meets_some(marks: Iterable[str], lacking: Text) -> Text:
    """Return why the rule is not met though criteria are.

    Parameters
    ----------
    marks : iterable of str
        Marks of the criteria met.
    lacking : Text
        What the others found.
    """
    had = "・".join(marks)
    return Text(
        f"{had}に当たりますが、要件の組合せを満たしません。{lacking.ja}",
        f"meets {had}, but not the rule as a whole: {lacking.en}",
    )


def ruled_out(marks: Iterable[str]) -> Text:
    """Return that the rule wants none of the criteria with these marks, which are met."""
    met = "・".join(marks)
    return Text(
        f"{met}に当たるため、設定基準の要件の組合せから外れます",
        f"meets {met}, which the rule wants not to be met",
    )


def meets_none(marks: Iterable[str]) -> Text:
    """Return that none of the criteria with these marks is met."""
    every = "・".join(marks)
    return Text(f"{every}のいずれの要件にも当たりません", f"meets none of {every}")


def no_ground(cuts: Sequence[str]) -> Text:
    """Return why a place that meets the rule is no spot: of its circle nothing is left.

    Parameters
    ----------
    cuts : sequence of str
        What took something away, as the policy names it.
    """
    taken = joined([CUT_LABELS[step] for step in cuts], "、", ", ")
    return Text(
        f"要件を満たしますが、円がすべて切り取られ（{taken.ja}）、設定する区域が残りません。"
        "位置と境界、切り取りの設定を確かめてください",
        f"meets the rule, but the cuts leave nothing of its circle ({taken.en}): check its "
        "position, the outlines and what is cut",
    )


def together(texts: Iterable[Text]) -> Text:
    """Return several findings as one reason."""
    return joined(texts, "。", "; ")


def with_accuracy(reason: Text, facility: Facility) -> Text:
    """Say beside the reason that the circle stands round a town block's point, if it does."""
    position = facility.position
    if position is None or position.accuracy is not Accuracy.TOWN or TOWN_MARK.ja in reason.ja:
        return reason
    return run_on(reason, TOWN_MARK)
