"""The part of a dossier about travel time; apart from `dossier`, for it is the larger half.

``travel.N``
    ``time``, ``threshold``, ``margin``, ``nearest``, ``speeds``, ``ties``, ``border``,
    ``unmeasured``, ``other_way``, ``isolation``, ``snap``, ``doubles``, ``if_one``,
    ``alternative_snap``, ``nearer_road``; of an estimate without roads ``basis``, ``straight``,
    ``sea``, ``by_land``.
``nearest.N``
    ``way.1`` to ``way.3``: the nearest others, whose parts are ``name``, ``time``, ``distance``,
    ``roads``, ``classes``, ``tolls``, ``ferries``, and of the time ``access``, ``driving``,
    ``delays``, ``crossing``, ``wait``, ``egress``; ``further`` where a run looked for no more.
``assumptions.N``
    ``as_the_policy``, then ``assumption.KEY``, whose parts are ``name``, ``time``, ``truth``,
    ``state``; and ``turned_by``: those that alone turn the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundfloor.problems import Lang, Text
from networks.info.labels import road_label
from networks.types import Route, RouteShare
from spots.telling.border_words import BORDER_LABELS, border_note
from spots.telling.door_words import nearer_road
from spots.telling.dossier_facts import Fact, Known, Section, Tone
from spots.telling.evidence_words import (
    AS_THE_POLICY,
    CRITERION_TURNS,
    NOT_RECORDED,
    assumed_words,
    found_words,
    other_way_words,
    recorded,
    speeds_words,
    time_words,
    truth_change,
    unmeasured_words,
)
from spots.telling.findings import WAY, double_words
from spots.telling.labels import (
    DELAYS,
    DETACHED,
    ISOLATION_LABELS,
    STATE_LABELS,
    TRUTH_LABELS,
    UNREACHABLE,
    nearest_other,
    ties_named,
)
from spots.telling.straight_words import (
    ACROSS_SEA,
    BASIS_LABEL,
    BASIS_LABELS,
    BY_LAND,
    ESTIMATE,
    LENGTH,
    estimate_mark,
)
from spots.telling.units import duration, kilometres, margin, metres, threshold
from spots.telling.wording import NONE, bracketed, joined, names, run_on, same, turned
from spots.types import (
    OtherHospital,
    Outcome,
    State,
    TravelDirection,
    TravelEvidence,
    Truth,
    Variant,
    Verdict,
    Whereabouts,
)

_TIES_SHOWN = 10
_NO_ROAD = bracketed(Text("道路で行ける他の病院がありません", "no road leads to any other"))
_NO_WAY = Text("通じる道路がない病院", "No way in the data")
_EITHER_WAY = Text("所要時間", "Travel time")
_TIME = {
    TravelDirection.FROM_CANDIDATE: _EITHER_WAY,
    TravelDirection.TO_CANDIDATE: Text("そこからの所要時間", "Travel time from there"),
}


def travel_sections(verdict: Verdict, known: Known) -> Iterator[Section]:
    """Yield the sections of each criterion on travel time, in the policy's order."""
    for outcome in verdict.outcomes:
        number, travel = outcome.number, outcome.travel

        def section(kind: str, title: Text, facts: Iterator[Fact], n: int = number) -> Section:
            mark = known.criterion(n).mark
            return Section(
                f"{kind}.{n}", Text(f"{mark} {title.ja}", f"{mark} {title.en}"), tuple(facts)
            )

        if travel is not None:
            title = _title(known, number, travel)
            yield section("travel", title, _travel(outcome, travel, verdict, known))
            ways = nearest_ways(travel)
            count = Text(f"近い順に{len(ways)}か所", f"{len(ways)}, by time")
            title = run_on(Text("近い他の病院", "Nearest other hospitals"), bracketed(count))
            yield section("nearest", title, _ways(ways, travel))
        title = Text("前提を変えた場合", "Under single other assumptions")
        yield section("assumptions", title, _assumptions(outcome, verdict))


def _title(known: Known, number: int, travel: TravelEvidence) -> Text:
    other, way = nearest_other(known.asked.get(number)), WAY[travel.direction]
    title = Text(f"{other.ja}{way.ja}の所要時間", f"Time {way.en} the {other.en}")
    return joined((title, BASIS_LABELS[travel.basis])) if travel.estimated else title


def _time_label(travel: TravelEvidence) -> Text:
    """Return what a time is called: where it is no drive, the label says so."""
    label = _TIME[travel.direction]
    return run_on(label, bracketed(ESTIMATE)) if travel.estimated else label


def nearest_ways(travel: TravelEvidence) -> tuple[OtherHospital, ...]:
    """Return the nearest others with their routes; older runs recorded only the first."""
    if travel.others or travel.route is None or travel.travel_ms is None:
        return travel.others
    name = travel.nearest_name or travel.nearest_id or ""
    return (OtherHospital(travel.nearest_id or "", name, travel.travel_ms, travel.route),)


def _travel(
    outcome: Outcome, travel: TravelEvidence, verdict: Verdict, known: Known
) -> Iterator[Fact]:
    info, other = known.criterion(outcome.number), nearest_other(known.asked.get(outcome.number))
    if travel.reachable is not None:
        yield _nearest(travel, Text(other.ja, other.en[:1].upper() + other.en[1:]))
    if travel.travel_ms is not None:
        yield _duration("time", _time_label(travel), travel.travel_ms, Tone.STRONG)
    if travel.estimated:
        yield from _estimate(travel, known)
    limit = threshold(travel.threshold_ms)
    yield Fact("threshold", Text("基準", "Threshold"), limit, travel.threshold_ms, unit="ms")
    if travel.margin_ms is not None:
        label, gap = Text("基準との差", "Margin"), margin(travel.margin_ms)
        yield Fact("margin", label, gap, travel.margin_ms, unit="ms", tone=Tone.STRONG)
    if travel.reachable is not None:
        said = speeds_words(
            travel, info.mark, outcome.truth, verdict.state, recorded=recorded(travel)
        )
        factor = travel.turning.factor if travel.turning else None
        yield Fact("speeds", Text("速度が変わると", "At other speeds"), said, factor, unit="times")
    if travel.ties:
        label = Text("同時間の病院", "Equally near")
        yield Fact("ties", label, ties_named(travel, _TIES_SHOWN), travel.ties)
    if travel.border_ms is not None:
        label, far = BORDER_LABELS[travel.border], travel.border_ms
        time = run_on(duration(far), bracketed(ESTIMATE)) if travel.estimated else duration(far)
        words = run_on(time, border_note(travel.border, travel.border_unlisted))
        yield Fact("border", label, words, far, unit="ms", tone=Tone.WARN)
    yield from _doubts(outcome, travel)
    yield from _doubles(travel)
    yield from _snaps(travel)


def _estimate(travel: TravelEvidence, known: Known) -> Iterator[Fact]:
    """Yield what a time without roads is made of, and what its line crosses."""
    straight = known.result.straight
    if straight is not None:
        mark = estimate_mark(straight)
        yield Fact("basis", BASIS_LABEL, mark, travel.basis.value, tone=Tone.WARN)
    if (line := travel.line) is not None:
        yield Fact("straight", LENGTH, same(kilometres(line.distance_m)), line.distance_m, "m")
    if travel.crosses_sea and travel.line is not None:
        sea_m = travel.line.sea_m or 0.0
        yield Fact("sea", ACROSS_SEA, same(kilometres(sea_m)), sea_m, "m", Tone.WARN)
        other = travel.by_land
        told = joined((same(other.name), duration(other.travel_ms)), " ", " ") if other else NONE
        yield Fact("by_land", BY_LAND, told, other.id if other else None, tone=Tone.WARN)


def _doubts(outcome: Outcome, travel: TravelEvidence) -> Iterator[Fact]:
    """Yield what the roads do not answer, and what proves that there are none."""
    missing, back, proof = travel.unmeasured, travel.other_way, travel.isolation
    if missing is not None and outcome.truth is not Truth.NOT_MET:
        words = unmeasured_words(missing)
        on_roads = missing.where is Whereabouts.NO_WAY
        label = _NO_WAY if on_roads else Text("道路網にない病院", "Not on the roads")
        label = Text("位置の分からない病院", "Without a position") if travel.estimated else label
        yield Fact("unmeasured", label, words, missing.least_ms, unit="ms", tone=Tone.WARN)
    if back is not None:
        label, told = Text("逆向きなら", "The other way round"), other_way_words(back)
        yield Fact("other_way", label, told, back.travel_ms, unit="ms", tone=Tone.WARN)
    if proof is not None:
        label = Text("到達できないとする根拠", "Why none is believed")
        yield Fact("isolation", label, ISOLATION_LABELS[proof], proof.value)


def _doubles(travel: TravelEvidence) -> Iterator[Fact]:
    """Yield others that may be the facility itself, and the nearest other if they are."""
    if not travel.doubles:
        return
    label = Text("同じ医療機関かもしれない病院", "Perhaps the same hospital")
    named = joined(
        Text(f"{d.name}（{double_words(d).ja}）", f"{d.name} ({double_words(d).en})")
        for d in travel.doubles
    )
    yield Fact("doubles", label, named, tuple(d.id for d in travel.doubles), tone=Tone.WARN)
    label, one = Text("同じ医療機関とした場合", "If it is the same"), travel.if_one
    told = joined((same(one.name), duration(one.travel_ms)), " ", " ") if one else UNREACHABLE
    yield Fact("if_one", label, told, one.id if one else None, tone=Tone.WARN)


def _nearest(travel: TravelEvidence, label: Text) -> Fact:
    if travel.reachable:
        name = travel.nearest_name or travel.nearest_id or ""
        return Fact("nearest", label, same(name), travel.nearest_id)
    why = DETACHED if travel.detached else _NO_ROAD
    return Fact("nearest", label, run_on(UNREACHABLE, why), tone=Tone.WARN)


def _snaps(travel: TravelEvidence) -> Iterator[Fact]:
    if travel.snap_m is not None:
        label, far = Text("施設から道路まで", "Facility to road"), same(metres(travel.snap_m))
        yield Fact("snap", label, far, travel.snap_m, unit="m")
    if travel.alternative_snap_m is not None:
        label, spare = Text("もう一方の道路まで", "To another road"), travel.alternative_snap_m
        yield Fact("alternative_snap", label, same(metres(spare)), spare, unit="m")
    if (road := travel.nearer_road) is not None:
        label, words = Text("最も近い道", "Nearest road"), nearer_road(road.kind, road.distance_m)
        yield Fact("nearer_road", label, words, road.distance_m, unit="m", tone=Tone.WARN)


def _duration(key: str, label: Text, ms: int, tone: Tone = Tone.PLAIN) -> Fact:
    return Fact(key, label, duration(ms), ms, unit="ms", tone=tone)


def _ways(ways: Sequence[OtherHospital], travel: TravelEvidence) -> Iterator[Fact]:
    for rank, other in enumerate(ways, 1):
        route, name = other.route, same(other.name or other.id)
        far = kilometres(other.way.length_m)
        label = Text("経路の長さ", "Distance") if route is not None else LENGTH
        ferry = (Text("フェリー利用", "by ferry"),) if route is not None and route.ferries else ()
        line = Text(f"直線{far}", f"{far} in a straight line") if route is None else same(far)
        yield Fact(
            f"way.{rank}",
            name,
            joined((_told(other.travel_ms, travel), line, *ferry)),
            other.id,
            tone=Tone.STRONG if other.id == travel.nearest_id else Tone.PLAIN,
            parts=(
                Fact("name", Text("病院", "Hospital"), name, other.id),
                _duration("time", _time_label(travel), other.travel_ms),
                Fact("distance", label, same(far), other.way.length_m, "m"),
                *(_roads(route) if route is not None else ()),
                *(_parts_of_time(route) if route is not None else ()),
            ),
        )
    if not recorded(travel):
        yield Fact("further", Text("2番目以降", "Second, third"), NOT_RECORDED)


def _told(travel_ms: int, travel: TravelEvidence) -> Text:
    """Return a time, marked where it is no drive."""
    time = duration(travel_ms)
    return Text(f"概算{time.ja}", f"est. {time.en}") if travel.estimated else time


def _roads(route: Route) -> Iterator[Fact]:
    if route.road_names:
        label = Text("主な道路", "Main roads")
        yield Fact("roads", label, same(" → ".join(route.road_names)), route.road_names)
    if route.shares:
        label = Text("道路種別", "By class of road")
        ja, en = (_by_name(route.shares, lang) for lang in (Lang.JA, Lang.EN))
        yield Fact("classes", label, Text(ja, en))
    if route.toll_m > 0:
        label = Text("うち有料道路", "On toll roads")
        yield Fact("tolls", label, same(kilometres(route.toll_m)), route.toll_m, "m", Tone.WARN)
    if route.ferries:
        crossing, wait = duration(route.crossing_ms), duration(route.wait_ms)
        spent = Text(
            f"航海{crossing.ja}と待ち時間{wait.ja}を含む",
            f"{crossing.en} of crossing and {wait.en} of waiting included",
        )
        told = run_on(names(route.ferries), bracketed(spent))
        yield Fact("ferries", Text("フェリー", "Ferries"), told, route.ferries, tone=Tone.WARN)


def _by_name(shares: Iterable[RouteShare], lang: Lang) -> str:
    """Return metres by the name of a road's class, longest first; classes may share a name."""
    metres_of: dict[str, float] = {}
    for share in shares:
        name = road_label(share.road_class, lang)
        metres_of[name] = metres_of.get(name, 0.0) + share.length_m
    longest = sorted(metres_of.items(), key=lambda pair: -pair[1])
    told = [f"{name} {kilometres(length_m)}" for name, length_m in longest]
    return joined(map(same, told)).render(lang)


def _parts_of_time(route: Route) -> Iterator[Fact]:
    """Yield what a time is made of; parts of no time are left out."""
    parts = (
        ("access", Text("玄関から道路まで", "Door to road"), route.access_ms),
        ("driving", Text("道路の走行", "Driving"), route.road_ms - route.crossing_ms),
        ("delays", DELAYS, route.delay_ms),
        ("crossing", Text("フェリーの航海", "Ferry crossing"), route.crossing_ms),
        ("wait", Text("フェリーの待ち", "Waiting for the ferry"), route.wait_ms),
        ("egress", Text("道路から到着先の玄関まで", "Road to door"), route.egress_ms),
    )
    yield from (_duration(key, label, ms) for key, label, ms in parts if ms > 0)


def _assumptions(outcome: Outcome, verdict: Verdict) -> Iterator[Fact]:
    travel = outcome.travel
    variants = (*(travel.variants if travel else ()), *outcome.variants)
    if not variants:
        return
    yield _as_it_is(outcome, verdict)
    for variant in variants:
        doubtful = variant.changes or variant.state not in {None, verdict.state}
        yield Fact(
            f"assumption.{variant.key}",
            variant.label,
            assumed_words(variant, outcome.truth, verdict.state),
            variant.key,
            tone=Tone.WARN if doubtful else Tone.PLAIN,
            parts=_assumed(variant, outcome, verdict),
        )
    yield _turned_by(variants, verdict.state)


def _as_it_is(outcome: Outcome, verdict: Verdict) -> Fact:
    travel, truth = outcome.travel, TRUTH_LABELS[outcome.truth]
    name = (travel.nearest_name or travel.nearest_id or "") if travel else ""
    time = time_words(travel)
    near = outcome.distance.nearest if outcome.distance is not None else None
    if near is not None:
        name, time = near.name, same(metres(near.line.distance_m))
    told = joined((same(name), time), " ", " ")
    return Fact(
        "as_the_policy",
        AS_THE_POLICY,
        joined((told, truth), "、", "; "),
        outcome.truth.value,
        parts=_cells(
            same(name or "-"),
            time if time.ja else same("-"),
            truth,
            STATE_LABELS[verdict.state],
            travel.nearest_id if travel else None,
            _measured_label(outcome),
        ),
    )


def _assumed(variant: Variant, outcome: Outcome, verdict: Verdict) -> tuple[Fact, ...]:
    name, time = found_words(variant)
    before, after = outcome.truth, variant.truth
    truth = TRUTH_LABELS[after] if before is after else truth_change(before, after)
    state = state_under(variant, verdict.state)
    return _cells(name, time, truth, state, variant.nearest_id, _measured_label(outcome))


def _measured_label(outcome: Outcome) -> Text:
    """Return what a criterion measures is called: a time, an estimate, a distance."""
    if outcome.distance is not None:
        return LENGTH
    estimated = outcome.travel is not None and outcome.travel.estimated
    return run_on(_EITHER_WAY, bracketed(ESTIMATE)) if estimated else _EITHER_WAY


def _cells(
    name: Text, time: Text, truth: Text, state: Text, hospital: str | None, label: Text
) -> tuple[Fact, ...]:
    return (
        Fact("name", Text("病院", "Hospital"), name, hospital),
        Fact("time", label, time),
        Fact("truth", Text("要件の判定", "Criterion"), truth),
        Fact("state", Text("状態", "State"), state),
    )


def state_under(variant: Variant, state: State) -> Text:
    """Return the state that a facility in `state` would end in under an assumption."""
    if variant.state is None:
        return Text("記録なし", "not recorded")
    if variant.state is state:
        return STATE_LABELS[state]
    return turned(STATE_LABELS[state], STATE_LABELS[variant.state])


def doubt_words(variant: Variant, state: State) -> Text:
    """Return what an assumption that turns something finds, and what it turns, on one line."""
    name, time = found_words(variant)
    told = time if variant.travel_ms is None else joined((name, time), " ", " ")
    then = variant.state if variant.state not in {None, state} else None
    after = STATE_LABELS[then] if then is not None else CRITERION_TURNS
    return Text(
        f"{variant.label.ja}：{told.ja} → {after.ja}", f"{variant.label.en}: {told.en} → {after.en}"
    )


def _turned_by(variants: Sequence[Variant], state: State) -> Fact:
    label = Text("状態が変わる前提", "What turns the state")
    if all(v.state is None for v in variants):
        return Fact("turned_by", label, NOT_RECORDED)
    turning = [v for v in variants if v.state not in {None, state}]
    none = Text(
        "なし（試したどの前提でも変わりません）", "none: the state stays the same under each"
    )
    words = joined(v.label for v in turning)
    tone = Tone.WARN if turning else Tone.PLAIN
    return Fact(
        "turned_by", label, words if turning else none, tuple(v.key for v in turning), tone=tone
    )
