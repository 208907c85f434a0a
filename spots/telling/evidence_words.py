"""What would turn a verdict, in words, and whose verdict hangs by so little that it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from groundfloor.problems import Lang, Problem, Text, clean, one_line
from spots.telling.findings import POSITION_OF_TOWN
from spots.telling.labels import STATE_LABELS, TRUTH_LABELS, UNREACHABLE, travel_marks
from spots.telling.units import MS_PER_MINUTE, duration, kilometres, metres, shown_factor, times
from spots.telling.wording import NOTHING, bracketed, joined, names, run_on, same, told_as, turned
from spots.types import (
    Accuracy,
    Assumption,
    OtherWay,
    RunResult,
    State,
    TravelEvidence,
    Truth,
    TurningSpeed,
    Unmeasured,
    Variant,
    Verdict,
    Whereabouts,
)

NOT_RECORDED = Text(
    "この結果には記録されていません（もう一度作成すると表示されます）",
    "not recorded in this run (make it again to have it)",
)
NOT_LISTED = Text("判定の対象外", "not asked")
NOT_TIED = Text("近くに道路なし", "no road near")
#: In a narrow column, where an assumption leaves the nearest hospital as it is.
SAME_HOSPITAL = Text("同じ病院", "the same")
AS_THE_POLICY = Text("設定基準どおり", "as the policy has it")
OPEN_ROADS = Text("通行止めがない場合", "without the closures")
ALL_SPEEDS = Text("全道路の速度", "all speeds are")
#: What an assumption turns that leaves the state as it is.
CRITERION_TURNS = Text("要件の判定が変わる", "criterion turns")
_MISSING = Text("-", "-")

_TURNED: Mapping[tuple[Assumption, bool], Text] = MappingProxyType(
    {
        (Assumption.NEIGHBOURS, True): Text(
            "隣の都道府県の病院を数えない場合", "without hospitals of other prefectures"
        ),
        (Assumption.NEIGHBOURS, False): Text(
            "隣の都道府県の病院も数える場合", "with hospitals of other prefectures"
        ),
        (Assumption.TOLLS, True): Text("有料道路を使わない場合", "without toll roads"),
        (Assumption.TOLLS, False): Text("有料道路も使う場合", "with toll roads"),
        (Assumption.FERRIES, True): Text("フェリーを使わない場合", "without ferries"),
        (Assumption.FERRIES, False): Text("フェリーも使う場合", "with ferries"),
        (Assumption.DIRECTION, True): Text(
            "逆向き（他の病院から当該病院へ）の場合", "driving from the other hospital"
        ),
        (Assumption.DIRECTION, False): Text(
            "逆向き（当該病院から他の病院へ）の場合", "driving to the other hospital"
        ),
    }
)


def annex_remark(verdict: Verdict, result: RunResult) -> Text:
    """Return what stands beside a spot in the 別表: the list's remark, and what may turn it."""
    facility, position = verdict.facility, verdict.facility.position
    by_town = position is not None and position.accuracy is Accuracy.TOWN
    changing = joined(v.label for v in verdict.variants if v.changes)
    marks = travel_marks(result)
    head = Text(f"前提により{marks}の判定が変わる：", f"{marks} turns under: ")
    notes = (
        same(facility.remark),
        POSITION_OF_TOWN if by_town else NOTHING,
        run_on(head, changing) if changing.ja else NOTHING,
    )
    return joined(notes, "\n", "\n")


def finding_words(problem: Problem) -> Text:
    """Return a finding for readers of a report: whose it is and what it is, no key and no code."""
    settings = problem.file.endswith(".toml")
    about = "" if settings or problem.value is None else f"「{one_line(problem.value, 40)}」"
    if settings or not problem.file:
        return joined((same(about), problem.message), "：", ": ")
    file = clean(problem.file)
    row = NOTHING if problem.row is None else Text(f" {problem.row}行目", f", row {problem.row}")
    place = Text(f"{file}{row.ja}{about}", f"{file}{row.en} {about}".rstrip())
    return joined((place, problem.message), "：", ": ")


def turned_label(assumption: Assumption, *, on: bool) -> Text:
    """Return in words what turning `assumption` over assumes.

    Parameters
    ----------
    assumption : Assumption
        What is turned over.
    on : bool
        Whether the policy has it; of the direction, whether it leads away from the candidate.
    """
    return _TURNED[assumption, on]


def other_list_label(title: str) -> Text:
    """Return in words that another list decides which hospitals count."""
    return Text(f"一覧「{title}」による場合", f"with the list {title}")


def left_out_label(title: str) -> Text:
    """Return the same for a facility that the other list does not have."""
    return Text(
        f"一覧「{title}」による場合（この一覧に載っていません）",
        f"with the list {title}, which does not have it",
    )


def one_hospital_label(others: Sequence[str]) -> Text:
    """Return in words that records which may be the facility itself are taken for it."""
    told = names(others)
    return Text(f"「{told.ja}」と同じ医療機関とした場合", f"if {told.en} is the same hospital")


def two_hospitals_label(others: Sequence[str]) -> Text:
    """Return in words that they are taken for other hospitals."""
    told = names(others)
    return Text(f"「{told.ja}」を別の医療機関とした場合", f"if {told.en} is another hospital")


def other_road(taken_m: float, spare_m: float) -> Text:
    """Return in words what tying a facility to the other road assumes."""
    taken, spare = metres(taken_m), metres(spare_m)
    return Text(
        f"もう一方の道路に結び付けた場合（道路まで{taken}→{spare}）",
        f"tied to the other road ({spare} away instead of {taken})",
    )


def other_roads_of(hospitals: Sequence[str], lengths_m: Sequence[tuple[float, float]]) -> Text:
    """Return in words what tying others to their other roads assumes.

    Parameters
    ----------
    hospitals : sequence of str
        The hospitals.
    lengths_m : sequence of (float, float)
        Metres to the road each is tied to, and to the other.
    """
    told = joined(
        (
            Text(
                f"「{name}」{metres(a)}→{metres(b)}",
                f"{name}: {metres(b)} away instead of {metres(a)}",
            )
            for name, (a, b) in zip(hospitals, lengths_m, strict=True)
        ),
        en="; ",
    )
    return Text(
        f"他の病院をもう一方の道路に結び付けた場合（{told.ja}）",
        f"others tied to other roads ({told.en})",
    )


def turning_factor(turning: TurningSpeed) -> Decimal:
    """Return the factor that every output shows: beyond it the criterion has surely turned."""
    return shown_factor(turning.factor, faster=turning.faster)


def turning_words(
    turning: TurningSpeed, mark: str, truth: Truth, state: State, *, estimated: bool = False
) -> Text:
    """Return in words at which speeds a criterion turns, and what becomes of the facility.

    Parameters
    ----------
    turning : TurningSpeed
        The factor.
    mark : str
        The criterion's mark.
    truth, state : Truth, State
        The criterion and the facility as the run has them.
    estimated : bool
        Whether times are estimates without roads, at one speed.
    """
    factor = times(turning_factor(turning), exact=turning.exact)
    ja = "を超えると" if turning.faster else "を下回ると"
    en = "above" if turning.faster else "below"
    change = change_words(mark, truth, turning.truth, state, turning.state)
    open_end = (
        NOTHING
        if turning.exact
        else Text(
            "。フェリーや信号待ちの時間は速度によらないため、別の経路により倍率がずれることがあります",
            "; ferries and waiting do not scale with speed, so another way may turn it elsewhere",
        )
    )
    what = Text("想定した速度", "the assumed speed is") if estimated else ALL_SPEEDS
    return Text(
        f"{what.ja}が{factor.ja}{ja}判定が変わります（{change.ja}）{open_end.ja}",
        f"it turns where {what.en} {en} {factor.en} {'that' if estimated else 'these'} "
        f"({change.en}){open_end.en}",
    )


def change_words(
    mark: str, truth: Truth, truth_then: Truth | None, state: State, state_then: State
) -> Text:
    """Return what becomes of a criterion and of the facility's state.

    Examples
    --------
    >>> change_words("③", Truth.MET, Truth.NOT_MET, State.MOOT, State.MOOT).ja
    '③ 該当→非該当、状態は設定不要（少数区域内）のまま'
    """
    now, then = STATE_LABELS[state], STATE_LABELS[state_then]
    change = turned(now, then)
    whole = (
        Text(f"状態は{now.ja}のまま", f"the state stays {now.en}")
        if state is state_then
        else Text(f"状態 {change.ja}", f"state {change.en}")
    )
    if truth_then is None:
        return whole
    criterion = truth_change(truth, truth_then)
    return joined((Text(f"{mark} {criterion.ja}", f"{mark} {criterion.en}"), whole))


def truth_change(before: Truth, after: Truth) -> Text:
    """Return what a criterion was and is; that it stays what it is, also as a change."""
    return turned(TRUTH_LABELS[before], TRUTH_LABELS[after])


def no_turning(travel: TravelEvidence) -> Text:
    """Return why no speed turns a criterion."""
    if travel.reachable is False:
        return Text(
            "到達できる他の病院がないため、速度では変わりません",
            "no other hospital can be reached, so no speed turns it",
        )
    return Text("速度では変わりません", "no speed turns it")


def speeds_words(
    travel: TravelEvidence, mark: str, truth: Truth, state: State, *, recorded: bool
) -> Text:
    """Return at which speeds a criterion turns, that none turns it, or that nobody looked."""
    if travel.turning is not None:
        return turning_words(travel.turning, mark, truth, state, estimated=travel.estimated)
    return no_turning(travel) if recorded else NOT_RECORDED


def recorded(travel: TravelEvidence) -> bool:
    """Whether the run looked for the next hospitals and the turning speed; older ones did not."""
    return travel.travel_ms is None or bool(travel.others)


def time_words(travel: TravelEvidence | None) -> Text:
    """Return the time to the nearest other; "unreachable" is never a number.

    Empty where no criterion measured it.
    """
    if travel is None or travel.reachable is None:
        return NOTHING
    return UNREACHABLE if travel.travel_ms is None else duration(travel.travel_ms)


def marked_time(travel: TravelEvidence | None) -> Text:
    """Return the same where no heading says that it is an estimate: 概算29分01秒."""
    told = time_words(travel)
    if travel is None or not travel.estimated or travel.travel_ms is None:
        return told
    return Text(f"概算{told.ja}", f"est. {told.en}")


def unmeasured_words(missing: Unmeasured) -> Text:
    """Return who is not on the roads, what is known of its place, and the least time to it."""
    least, name = duration(missing.least_ms), missing.name
    km = kilometres(missing.distance_m or 0.0)
    where = {
        Whereabouts.POSITION: Text(f"直線{km}", f"{km} in a straight line"),
        Whereabouts.NO_WAY: Text(
            f"直線{km}、道路データに通じる道がない", f"{km} in a straight line, no way in the data"
        ),
        Whereabouts.MUNICIPALITY: Text(
            f"位置不明、所在する市町村まで直線{km}",
            f"position unknown, its municipality {km} away in a straight line",
        )
        if missing.distance_m
        else Text("位置不明、同じ市町村", "position unknown, in the same municipality"),
        Whereabouts.BEYOND: Text(
            "位置不明、都道府県境の外", "position unknown, beyond the prefecture's border"
        ),
        Whereabouts.ANYWHERE: Text("位置も市町村も不明", "position and municipality unknown"),
    }[missing.where]
    shut = names(missing.closed_by)
    closed = Text(f"、通行止め「{shut.ja}」", f"; closed: {shut.en}") if shut.ja else NOTHING
    return Text(
        f"{name}（{where.ja}、最短で{least.ja}{closed.ja}）",
        f"{name} ({where.en}; {least.en} at best{closed.en})",
    )


def other_way_words(back: OtherWay) -> Text:
    """Return the nearest other of the opposite direction, and the time."""
    return joined((same(back.name), duration(back.travel_ms)), " ", " ")


def found_words(variant: Variant) -> tuple[Text, Text]:
    """Return the nearest hospital under an assumption, and the time to it; or why there is none."""
    if not variant.asked:
        return _MISSING, NOT_LISTED
    if not variant.tied:
        return _MISSING, NOT_TIED
    if variant.distance_m is not None:
        name = variant.nearest_name or variant.nearest_id or "-"
        return same(name), same(metres(variant.distance_m))
    if variant.travel_ms is None:
        return _MISSING, UNREACHABLE
    return same(variant.nearest_name or variant.nearest_id or "-"), duration(variant.travel_ms)


def assumed_words(variant: Variant, truth: Truth, state: State) -> Text:
    """Return what an assumption that turns something finds, and what becomes of the facility.

    Parameters
    ----------
    variant : Variant
        The assumption.
    truth, state : Truth, State
        The criterion and the facility as the run has them.
    """
    hospital, time = found_words(variant)
    told = time if hospital == _MISSING else joined((hospital, time), " ", " ")
    after = truth_change(truth, variant.truth)
    if variant.state is not None:
        change = bracketed(change_words("", truth, None, state, variant.state))
        after = Text(after.ja + change.ja, after.en + change.en)
    return Text(f"{told.ja}、{after.ja}", f"{told.en}; {after.en}")


def under(verdict: Verdict, variant: Variant, mark: str, lang: Lang) -> str:
    """Return what becomes of the facility under an assumption that changes something.

    Parameters
    ----------
    verdict : Verdict
        The facility.
    variant : Variant
        The assumption.
    mark : str
        Of the criterion on travel time.
    lang : Lang
        Language.
    """
    label = variant.label.render(lang)
    if variant.state is not None and turns_state(variant, verdict):
        state = STATE_LABELS[variant.state].render(lang)
        return told_as(same(label), same(state)).render(lang)
    only = Text(f"{mark}の判定のみ変わる", f"only {mark} turns")
    either = Text(f"{mark}の判定が変わる", f"{mark} turns")
    what = either if variant.state is None else only
    return told_as(same(label), what).render(lang)


def turning_state(verdict: Verdict, speed: TurningSpeed, lang: Lang) -> str:
    """Return the state beyond the factor; marked where another way may turn it sooner."""
    if speed.state is verdict.state:
        state = Text("変わらない", "unchanged").render(lang)
    else:
        state = STATE_LABELS[speed.state].render(lang)
    return state if speed.exact else state + Text("（目安）", " (approximate)").render(lang)


# --- whose verdict hangs by little

#: Time to the threshold within which a verdict is looked at again.
NEAR_MS = 5 * MS_PER_MINUTE
#: The same for all speeds, as a share. Both are a convention of the outputs, no rule of the plan:
#: measured drives differ from the speed profiles by about as much.
NEAR_SHARE = 0.10
#: States that no travel time turns.
_SETTLED = frozenset({State.EXCLUDED, State.MOOT})


def is_borderline(verdict: Verdict) -> bool:
    """Return whether a verdict would be another if a little were different.

    That is: a time within `NEAR_MS` of the threshold, a criterion that turns when all speeds
    differ by `NEAR_SHARE` or less, or any single assumption that turns the criterion or the
    state. What is excluded or moot is borderline only where an assumption turns its state.
    """
    if verdict.turns_on:
        return True
    if verdict.state in _SETTLED:
        return False
    return (
        within_minutes(verdict)
        or _within_share(verdict)
        or any(variant.changes for variant in verdict.variants)
    )


def within_minutes(verdict: Verdict) -> bool:
    """Return whether the time is within `NEAR_MS` of the threshold."""
    travel = verdict.travel
    return travel is not None and travel.margin_ms is not None and abs(travel.margin_ms) <= NEAR_MS


def _within_share(verdict: Verdict) -> bool:
    turning = verdict.travel.turning if verdict.travel else None
    return turning is not None and abs(turning.factor - 1) <= NEAR_SHARE


def turns_state(variant: Variant, verdict: Verdict) -> bool:
    """Return whether the facility would end in another state; no where the run does not know."""
    return variant.state not in {None, verdict.state}


def doubts(verdict: Verdict) -> tuple[Variant, ...]:
    """Return the assumptions that turn a criterion or the state, in order."""
    return tuple(v for v in verdict.variants if v.changes or turns_state(v, verdict))
