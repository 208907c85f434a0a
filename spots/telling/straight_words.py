"""Straight lines in words: estimates of time without roads, and distances that criteria ask for.

A time without roads is called 概算 (an estimate) wherever it stands, with what it is made of.

Stands apart: sentences about drives (`findings`) say "by road", and none of these may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundfloor.problems import Text
from spots.telling.labels import TYPE_LABELS
from spots.telling.units import duration, kilometres, margin, metres, threshold
from spots.telling.wording import NOTHING, bracketed, fill, joined, names, run_on, same
from spots.types import (
    FacilityType,
    MissingNear,
    RunResult,
    StraightTravel,
    TravelBasis,
    Truth,
    Whereabouts,
)

ESTIMATE = Text("概算", "estimate")
BASIS_LABEL = Text("所要時間の根拠", "What travel times are")
BASIS_LABELS: dict[TravelBasis, Text] = {
    TravelBasis.ROAD: Text("道路", "roads"),
    TravelBasis.STRAIGHT: Text("概算（直線距離）", "estimate (straight line)"),
}
ESTIMATE_SOURCE = Text("係数と速度の出典", "Source of factor and speed")
#: Settings of drives that an estimate has no use for.
NOT_APPLIED = Text("移動の設定のうち適用されないもの", "Travel settings that do not apply")
_IDLE = Text(
    "移動の向き、有料道路、フェリー、道路までの距離の上限、通行止め（直線距離による概算のため）",
    "direction, toll roads, ferries, distance to a road, closures: a straight line has none",
)
HOW_ESTIMATED = Text(
    "測地線による直線距離に係数を掛け、速度で割った時間を、ミリ秒の整数で基準と比べています。直線が"
    "陸地の外（海など）を1 kmを超えて通る病院は道路で行けるとは限らないため、陸地だけを通る病院に"
    "よる判定と食い違うときは判定不能としています。位置の分からない病院、一覧のない隣の都道府県も、基準より近い"
    "かもしれないときは判定不能です。",
    "Geodesic metres times the factor, divided by the speed, are compared with the threshold as "
    "whole milliseconds. A line that is off the land for more than 1 km may have no road: where "
    "the nearest by land would decide otherwise, the criterion is undetermined. So it is where a "
    "hospital without a position, or a neighbour without a list, may be nearer than the threshold.",
)
TIMES_NOT_MEASURED = Text(
    "道路網がなく所要時間を計算していないため、判定できません",
    "there are no roads, so no travel time was measured",
)
#: Beside the title of a criterion whose times a run does not measure.
NOT_MEASURED = Text("所要時間を計算していません", "travel times not measured")
ACROSS_SEA = Text("海など陸地の外を通る直線", "Line across the sea")
BY_LAND = Text("陸地だけを通る直線で最も近い病院", "Nearest with a line over land alone")
LENGTH = Text("直線距離", "Straight distance")


def basis_words(travel: StraightTravel) -> Text:
    """Return what an estimate is made of.

    Examples
    --------
    >>> basis_words(StraightTravel(1.3, 40.0))
    Text(ja='直線距離×1.3、時速40 km', en='straight line × 1.3 at 40 km/h')
    """
    factor, speed = f"{travel.detour_factor:g}", f"{travel.speed_kmh:g}"
    return Text(f"直線距離×{factor}、時速{speed} km", f"straight line × {factor} at {speed} km/h")


def estimate_mark(travel: StraightTravel) -> Text:
    """Return the mark that stands in every output: 概算（直線距離×1.3、時速40 km）."""
    basis = basis_words(travel)
    return Text(f"概算（{basis.ja}）", f"estimate ({basis.en})")


def time_word(result: RunResult, label: Text) -> Text:
    """Return what a run's travel times are called: they are marked where they are no drives."""
    return run_on(label, bracketed(ESTIMATE)) if result.straight is not None else label


def speeds_word(result: RunResult) -> Text:
    """Return which speeds are varied: of all roads, or the one of the estimate."""
    if result.straight is None:
        return Text("全道路の速度", "all speeds")
    return Text("想定した速度", "the assumed speed")


def estimate_lines(travel: StraightTravel) -> tuple[tuple[Text, Text], ...]:
    """Return the settings of an estimate for readers, and those that do not apply."""
    source = same(travel.source) if travel.source else Text("記載なし", "not stated")
    return (
        (BASIS_LABEL, estimate_mark(travel)),
        (ESTIMATE_SOURCE, source),
        (NOT_APPLIED, _IDLE),
    )


def estimate_caveat(travel: StraightTravel) -> Text:
    """Return what every reader of such a run must be told."""
    mark = estimate_mark(travel)
    return Text(
        f"所要時間は道路によらない{mark.ja}です。海・山・川・橋・一方通行・通行止めは考えていません。"
        "実際の所要時間はこれより短いことも長いこともあり、設定の判断には道路網による計算が必要です",
        f"Travel times are no drives but an {mark.en}. Sea, mountains, rivers, bridges, one-way "
        "streets and closures are not looked at; real drives may be shorter or longer, and a "
        "designation needs times on roads",
    )


def not_measured_caveat(titles: Sequence[Text]) -> Text:
    """Return that a run measures no travel times, and what that leaves open.

    Parameters
    ----------
    titles : sequence of Text
        Mark and title of each criterion that is not measured.
    """
    named = joined(titles, "、", ", ")
    return Text(
        f"{named.ja}は、道路網がないため所要時間を計算していません。その一覧に載る施設は判定不能です",
        f"There are no roads, so no times are measured for {named.en}: whoever is on its list is "
        "undetermined",
    )


def estimated(
    travel_ms: int, metres_: float, travel: StraightTravel, limit: Text = NOTHING
) -> Text:
    """Return an estimate with the line it was made of, and a limit where one is to be told.

    Examples
    --------
    >>> estimated(1_755_000, 15_000.0, StraightTravel(1.3, 40.0)).ja
    '概算で29分15秒（直線距離15.0 km×1.3、時速40 km）'
    """
    time, far = duration(travel_ms), kilometres(metres_)
    factor, speed = f"{travel.detour_factor:g}", f"{travel.speed_kmh:g}"
    ja, en = (f"。基準 {limit.ja}", f"; limit: {limit.en}") if limit.ja else ("", "")
    return Text(
        f"概算で{time.ja}（直線距離{far}×{factor}、時速{speed} km{ja}）",
        f"an estimated {time.en} (straight line {far} × {factor} at {speed} km/h{en})",
    )


def in_line(metres_: float, limit_m: float) -> Text:
    """Return a distance with the digits that show on which side of a limit it is."""
    far = metres(metres_, limit_m)
    return Text(f"直線距離で{far}", f"{far} in a straight line")


# --- findings of criteria


def estimate_met(kind: FacilityType, nearest: str, said: Text) -> Text:
    """Return why a facility is remote by an estimate: the reason of a spot, too.

    Parameters
    ----------
    kind : FacilityType
        What the criterion looks for.
    nearest : str
        The nearest other.
    said : Text
        The time with the limit, by `estimated`.
    """
    label = TYPE_LABELS[kind]
    return fill(
        Text(
            f"{label.ja}であり、最も近い他の{label.ja}（{{nearest}}）まで{said.ja}を要するため",
            f"a {label.en} whose nearest other one, {{nearest}}, is {said.en} away",
        ),
        {"nearest": nearest},
    )


def estimate_short(
    kind: FacilityType,
    nearest: str,
    said: Text,
    *,
    at_least: bool,
    travel_ms: int,
    threshold_ms: int,
) -> Text:
    """Return why an estimate does not meet the criterion."""
    limit, gap = threshold(threshold_ms), margin(travel_ms - threshold_ms)
    return _short(kind, nearest, said, limit, gap, at_least=at_least)


def distance_short(
    kind: FacilityType,
    nearest: str,
    *,
    at_least: bool,
    distance_m: float,
    threshold_m: float,
) -> Text:
    """Return why a straight distance does not meet the criterion."""
    said, limit = in_line(distance_m, threshold_m), same(metres(threshold_m))
    gap = same(margin_m(distance_m - threshold_m))
    return _short(kind, nearest, said, limit, gap, at_least=at_least)


def _short(
    kind: FacilityType, nearest: str, said: Text, limit: Text, gap: Text, *, at_least: bool
) -> Text:
    label = TYPE_LABELS[kind]
    ja = "に達しません" if at_least else "を超えません"
    en = "short of" if at_least else "not above"
    # Filled, not formatted: a name may hold braces.
    return fill(
        Text(
            f"最も近い他の{label.ja}（{{nearest}}）まで{said.ja}で、"
            f"基準の{limit.ja}{ja}（差 {gap.ja}）",
            f"the nearest other {label.en}, {{nearest}}, is {said.en} away, "
            f"{en} {limit.en} (margin {gap.en})",
        ),
        {"nearest": nearest},
    )


def compared_m(limit_m: float, *, at_least: bool) -> Text:
    """Return a threshold of distance with its comparison.

    Examples
    --------
    >>> compared_m(15_000, at_least=True)
    Text(ja='15,000 m以上', en='15,000 m or more')
    """
    limit = metres(limit_m)
    if at_least:
        return Text(f"{limit}以上", f"{limit} or more")
    return Text(f"{limit}超", f"more than {limit}")


def margin_m(gap_m: float) -> str:
    """Return a difference to a threshold of distance, with its sign; zero only where it is.

    Examples
    --------
    >>> margin_m(1234.5), margin_m(-0.02), margin_m(0.0)
    ('+1,234 m', '−0.02 m', '+0 m')
    """
    shown = metres(abs(gap_m), 0.0)
    return f"−{shown}" if gap_m < 0 else f"+{shown}"


Said = Callable[[float], Text]  # a straight line of so many metres, as the criterion tells it


def nobody_else(kind: FacilityType) -> Text:
    """Return why nothing is decided where no other of the list has a position."""
    label = TYPE_LABELS[kind]
    return Text(
        f"位置の分かる他の{label.ja}が一覧になく、判定できません",
        f"no other {label.en} with a position is listed, so it is not judged",
    )


def no_position() -> Text:
    """Return why nothing is measured from a facility."""
    return Text(
        "位置が分からず、直線距離を測れません", "has no position to measure a straight line from"
    )


def across_sea(
    nearest: tuple[str, float], by_land: tuple[str, float] | None, said: Said, *, outlined: bool
) -> Text:
    """Return why a facility is undetermined whose nearest other lies across the sea.

    Parameters
    ----------
    nearest : (str, float)
        The nearest other and the metres to it.
    by_land : (str, float) or None
        The nearest whose line does not cross the sea; None where there is none.
    said : callable
        Tells a line as the criterion does.
    outlined : bool
        Whether the ground of every prefecture next to this one is known.
    """
    where = (
        Text("海の上", "the sea")
        if outlined
        else Text(
            "海か、区域を読み込んでいない隣の都道府県の上",
            "the sea, or a neighbour without outlines",
        )
    )
    one, other = said(nearest[1]), said(by_land[1]) if by_land else NOTHING
    land = (
        Text(
            f"陸地だけを通る「{by_land[0]}」まで{other.ja}",
            f"by land alone {by_land[0]}, {other.en}",
        )
        if by_land
        else Text("陸地だけを通る他の病院なし", "none by land alone")
    )
    return Text(
        f"最も近い「{nearest[0]}」への直線が{where.ja}を通り、道路が通じるかは直線距離では分からない"
        f"ため、判定できません（「{nearest[0]}」まで{one.ja}、{land.ja}）",
        f"the line to the nearest, {nearest[0]}, crosses {where.en}, and whether a road leads "
        f"there no straight line tells ({nearest[0]}: {one.en}; {land.en})",
    )


def missing_near(missing: MissingNear, nearest: tuple[str, float] | None, said: Said) -> Text:
    """Return why a facility is undetermined: a hospital without a position may be nearer."""
    known, name = _known(nearest, said), missing.name
    if missing.where is Whereabouts.ANYWHERE:
        why = Text(
            f"「{name}」の位置も市町村も分からず、基準より近いかもしれないため",
            f"neither position nor municipality of {name} is known, so it may be nearer than the "
            "threshold",
        )
    else:
        beyond = missing.where is Whereabouts.BEYOND
        least = said(missing.least_m)
        ja, en = ("都道府県境", "the border") if beyond else ("所在する市町村", "its municipality")
        why = Text(
            f"「{name}」の位置が分からず、{ja}まで{least.ja}のため、基準より近いかもしれず",
            f"the position of {name} is not known, {en} is {least.en} away, and it may be nearer "
            "than the threshold",
        )
    return Text(f"{why.ja}、判定できません（{known.ja}）", f"{why.en} ({known.en})")


def border_near(
    border_m: float, unlisted: Sequence[str], nearest: tuple[str, float] | None, said: Said
) -> Text:
    """Return why a facility is undetermined: nobody is listed of ground that near."""
    known, far, named = _known(nearest, said), said(border_m), names(unlisted)
    whose = Text(f"{named.ja}の病院", f"hospitals of {named.en}")
    whose = whose if unlisted else Text("隣の都道府県の病院", "hospitals beyond it")
    return Text(
        f"都道府県境まで{far.ja}であり、{whose.ja}の一覧がなく、より近い病院があるかもしれず、判定できません"
        f"（{known.ja}）",
        f"the prefecture's border is {far.en} away, no list names {whose.en}, and a nearer one may "
        f"be there ({known.en})",
    )


def hangs_on_same(
    nearest: tuple[str, float] | None, beyond: tuple[str, float] | None, said: Said
) -> Text:
    """Return why it is open whether a facility is remote: the nearest other may be itself."""
    two, one = _how_near(nearest, said), _how_near(beyond, said)
    return Text(
        "最も近い病院が同じ医療機関かどうかにより変わるため、判定できません"
        f"（別の医療機関とすると{two.ja}、同じ医療機関とすると{one.ja}）",
        "it hangs on whether the nearest hospital is the same one "
        f"(if another: {two.en}; if the same: {one.en})",
    )


def sea_mark(sea_m: float | None, *, crosses: bool) -> Text:
    """Return, in brackets, how much of a decisive line is off the land, where that is much."""
    if sea_m is None or not crosses:
        return NOTHING
    far = kilometres(sea_m)
    return bracketed(Text(f"直線のうち{far}は陸地の外", f"{far} of the line is off the land"))


def missing_words(missing: MissingNear) -> Text:
    """Return who has no position and how near it may be."""
    far = kilometres(missing.least_m)
    where = {
        Whereabouts.MUNICIPALITY: Text(
            f"位置不明、所在する市町村まで直線{far}",
            f"position unknown, its municipality {far} away in a straight line",
        ),
        Whereabouts.BEYOND: Text(
            f"位置不明、都道府県境まで直線{far}", f"position unknown, the border {far} away"
        ),
    }.get(missing.where, Text("位置も市町村も不明", "position and municipality unknown"))
    return joined((Text(f"{missing.name}（{where.ja}）", f"{missing.name} ({where.en})"),))


def roadless_found(kind: FacilityType, truth: Truth) -> Text:
    """Return what the policy makes of a facility that it says no road leads to."""
    label = TYPE_LABELS[kind]
    ja = "該当としません" if truth is Truth.NOT_MET else "判定しません"
    en = "does not count" if truth is Truth.NOT_MET else "is not judged"
    return Text(
        f"設定基準が道路のない所としており、{ja}（{label.ja}）",
        f"the policy says that no road leads there, which {en} ({label.en})",
    )


def _known(nearest: tuple[str, float] | None, said: Said) -> Text:
    if nearest is None:
        return Text("位置の分かる他の病院はありません", "no other with a position is listed")
    far = said(nearest[1])
    return Text(
        f"位置の分かる中で最も近いのは「{nearest[0]}」まで{far.ja}",
        f"the nearest with a position is {nearest[0]}, {far.en}",
    )


def _how_near(nearest: tuple[str, float] | None, said: Said) -> Text:
    if nearest is None:
        return Text("位置の分かる他の病院なし", "none with a position")
    far = said(nearest[1])
    return Text(f"「{nearest[0]}」まで{far.ja}", f"{nearest[0]}, {far.en}")
