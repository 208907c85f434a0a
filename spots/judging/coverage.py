"""What the road data do not cover: hospitals that count as "another", land beyond the border.

A hospital off the network never becomes anybody's nearest other; where it could be nearer than the
threshold the criterion stays open (`spots.judging.criteria.unmeasured`). That is said for each one,
or, where a list has many of them, in one sentence for the list: most of a neighbouring prefecture,
or of a prefecture whose network is a town's, is out of reach. One of which not even the
municipality is known may stand next door to everybody, and is always named by itself.

Stands apart: it warns, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from boundaries.codes import PREFECTURES, adjacent_prefectures
from groundfloor.problems import Problem, Text, note, warning
from spots.judging.criteria import Facts
from spots.judging.criteria.closed_ways import CLOSED_WAYS
from spots.judging.criteria.isolation import is_named
from spots.judging.policy import Policy
from spots.telling.units import threshold
from spots.telling.wording import SOME, names, some_facilities
from spots.types import Facility, Outcome, Role, Truth, Verdict
from spots.types.belts import Belt

CODE = "destination-off-network"
DOOR_CODE = "door-on-closed-road"
BORDER_CODE = "network-border-near"
_MESSAGE = Text(
    "位置がないか道路網から遠いため、所要時間を計算できません。この病院が基準より近いかもしれない"
    "施設は判定不能になります",
    "has no position or lies off the network, so no time to it is known; whoever may be nearer to "
    "it than the threshold is undetermined",
)
_REMEDY = Text(
    "座標を補うか、この病院を覆う道路網を使ってください",
    "add coordinates, or use a network that covers it",
)
UNPLACED_CODE = "neighbours-without-prefecture"
_LIST_THEM = Text(
    '隣の都道府県の病院の一覧（role = "destination"）と、そこまで覆う道路網を使ってください。'
    "数えない設定基準なら travel.neighbours = false とします",
    'add a list of their hospitals (role = "destination") and roads that cover them, '
    "or set travel.neighbours = false if they do not count",
)
_LIST_THEM_ALL = Text(
    'これらの都道府県の病院も一覧（role = "destination"）に加えてください。'
    "隣の都道府県の市区町村の境界も与えると、一覧のある都道府県との境かどうかが分かります。"
    "数えない設定基準なら travel.neighbours = false とします",
    'list hospitals of these too (role = "destination"); boundaries that hold the neighbours\' '
    "municipalities tell which border is whose; or set travel.neighbours = false if they do not "
    "count",
)
ANYWHERE_CODE = "destination-anywhere"
_ANYWHERE = Text(
    "位置も市町村も分からないため、どこにあるか分かりません。より近い病院が他にない施設は、"
    "すべて判定不能になります",
    "has neither a position nor a municipality and may stand anywhere, so whoever has no other "
    "hospital near enough is undetermined",
)
_PLACE_IT = Text(
    "座標か、少なくとも市町村（コードか住所）を補ってください",
    "add coordinates, or at least its municipality (code or address)",
)


def lost_destinations(policy: Policy, facts: Facts) -> tuple[Problem, ...]:
    """Name the hospitals that count but are not tied to the network, nor named roadless.

    Parameters
    ----------
    policy : Policy
        Says which hospitals count.
    facts : Facts
        Facilities and their snaps.

    Returns
    -------
    tuple of Problem
        A warning for each, or, of more than a handful in one list, a warning for the list and a
        note for each; nothing of those that the policy names roadless, which leave nobody open.
    """
    named = policy.travel.roadless
    counted = [f for f in facts.facilities if _counts(f, policy, facts) and not is_named(f, named)]
    lost = [f for f in counted if not _tied(f, facts)]
    found = [
        _about(f, warning, _ANYWHERE_WORDS) for f in lost if _may_be_anywhere(f, policy, facts)
    ]
    lost = [f for f in lost if not _may_be_anywhere(f, policy, facts)]
    for file in dict.fromkeys(f.rows[0].file for f in lost):
        here = [f for f in lost if f.rows[0].file == file]
        if len(here) > SOME:
            every = sum(f.rows[0].file == file for f in facts.facilities)
            found.append(_summary(file, here, every))
            found.extend(_about(f, note, closed_by=_closed_by(f, facts)) for f in here)
        else:
            found.extend(_about(f, warning, closed_by=_closed_by(f, facts)) for f in here)
    return tuple(found)


def open_borders(verdicts: Sequence[Verdict]) -> tuple[Problem, ...]:
    """Say in one warning which facilities the border of prefecture or data leaves undetermined."""
    near = [v for v in verdicts if any(map(_ends_at_border, v.outcomes))]
    if not near:
        return ()
    named = some_facilities([v.facility.name for v in near])
    open_at = [o.travel for v in near for o in v.outcomes if _ends_at_border(o)]
    unlisted = {name for travel in open_at if travel for name in travel.border_unlisted}
    lands = names(name for name in PREFECTURES.values() if name in unlisted)
    whose = Text(
        f"隣の都道府県（{lands.ja}）" if lands.ja else "隣の都道府県",
        lands.en or "other prefectures",
    )
    return (
        warning(
            BORDER_CODE,
            Text(
                f"都道府県境か道路データの縁が基準の時間より近く、{whose.ja}の病院の一覧もないため、遠いとは"
                f"言い切れません（{named.ja}）",
                "the prefecture or the road data end nearer than the threshold and no list names "
                f"hospitals of {whose.en}, so remoteness is not proven ({named.en})",
            ),
            _LIST_THEM_ALL if unlisted else _LIST_THEM,
        ),
    )


def beyond_belts(verdicts: Sequence[Verdict], belts: Sequence[Belt]) -> tuple[Problem, ...]:
    """Say in one note whose nearest is so far that one beyond the belt may be nearer."""
    covered = [belt.covers_ms for belt in belts if belt.cut_off]
    if not covered:
        return ()
    times = ((v.facility.name, v.travel.travel_ms) for v in verdicts if v.travel is not None)
    far = [name for name, ms in times if ms is not None and ms > min(covered)]
    if not far:
        return ()
    named, limit = some_facilities(far), threshold(min(covered))
    return (
        note(
            "nearest-beyond-belt",
            Text(
                f"最も近い他の病院まで{limit.ja}を超えるため、帯の外にもっと近い病院があるかもしれない"
                f"施設があります。基準の時間より遠いことは変わりません（{named.ja}）",
                f"the nearest other is more than {limit.en} away, so one beyond the belt may be "
                f"nearer; further than the threshold it is all the same ({named.en})",
            ),
            Text(
                "その時間まで知りたいときは belt_km を広げてください",
                "widen belt_km to know that time too",
            ),
        ),
    )


def unplaced_neighbours(policy: Policy, known: Facts) -> tuple[Problem, ...]:
    """Say which neighbours may have no hospital in the lists, where that cannot be told.

    Hospitals beyond are listed, but of some not even the prefecture is known: whether every
    neighbour is covered is then believed, and said.
    """
    facts = policy.over(known)
    if facts.roads is None or not policy.travel.neighbours:
        return ()
    counted = [f for f in facts.facilities if _counts(f, policy, facts)]
    listed = facts.listed_beyond(counted)
    open_ones = adjacent_prefectures(facts.prefecture) - listed
    if "" not in listed or not open_ones:
        return ()
    lands = names(PREFECTURES[code] for code in sorted(open_ones))
    unknown = [f for f in counted if facts.is_neighbour(f) and facts.prefecture_of(f) == ""]
    named = some_facilities([f.name for f in unknown])
    row = unknown[0].rows[0]
    return (
        warning(
            UNPLACED_CODE,
            Text(
                f"都道府県の分からない隣の都道府県の病院があり（{named.ja}）、隣の都道府県のうち{lands.ja}の病院が"
                "一覧にあるか確かめられません。あるものとして判定します",
                f"the prefecture of some hospitals beyond is not known ({named.en}), so nobody can "
                f"tell whether those of {lands.en} are listed; the run takes it that they are",
            ),
            Text(
                "一覧に市区町村コード、都道府県名か、都道府県から始まる所在地を補ってください",
                "add municipality codes, prefectures, or addresses that begin with a prefecture",
            ),
            file=row.file,
            row=row.row,
        ),
    )


def closed_doors(verdicts: Sequence[Verdict]) -> tuple[Problem, ...]:
    """Say in one warning which verdicts hang on a closed road at somebody's door."""
    hang = [v.facility.name for v in verdicts if any(map(_hangs_on_door, v.outcomes))]
    if not hang:
        return ()
    named = some_facilities(hang)
    return (
        warning(
            DOOR_CODE,
            Text(
                "最も近い道が私道、車止めの先、一方向にしか行き来できない道などで、使えるかどうかで要件"
                f"の判定が変わる施設があります（{named.ja}）",
                "the road nearest to a door is private, behind a barrier, one-way only or the "
                f"like, and the criterion hangs on whether it may be used ({named.en})",
            ),
            Text(
                "その道を使えるか現地で確かめ、道路データのタグか施設の座標（出入口）を直すか、"
                "判定を手動で決めてください。内訳は spots explain で分かります",
                "find out whether it may be used, and correct the tags of the road data or the "
                "facility's coordinates (its entrance), or decide by hand; spots explain tells "
                "both figures",
            ),
        ),
    )


def _hangs_on_door(outcome: Outcome) -> bool:
    variants = outcome.travel.variants if outcome.travel else ()
    return any(v.changes for v in variants if v.name in CLOSED_WAYS)


def _ends_at_border(outcome: Outcome) -> bool:
    travel = outcome.travel
    if travel is None or travel.border_ms is None or outcome.truth is not Truth.UNDETERMINED:
        return False
    if travel.estimated:
        return False  # `straight_coverage` says it
    return travel.border_ms <= travel.threshold_ms


def _counts(facility: Facility, policy: Policy, facts: Facts) -> bool:
    return any(c.counts(facility, facts) for _, c in policy.criteria)


def _tied(facility: Facility, facts: Facts) -> bool:
    return facts.roads is None or facts.roads.snap_of(facility) is not None


def _closed_by(facility: Facility, facts: Facts) -> Sequence[str]:
    return facts.roads.closed_by.get(facility.id, ()) if facts.roads else ()


def _may_be_anywhere(facility: Facility, policy: Policy, facts: Facts) -> bool:
    """Whether neither place nor municipality is known.

    Who is only reached lies in a neighbour, once its list says of any municipality or prefecture.
    """
    place = facts.places[facility.id]
    code = facility.municipality_code or place.municipality_code
    near = place.prefecture_code in {None, policy.policy.prefecture}
    unknown = facility.position is None and code is None
    judged = facility.role is Role.CANDIDATE
    return unknown and near and (judged or facts.may_be_anywhere(facility))


_Words = tuple[str, Text, Text]
_OFF_WORDS: _Words = (CODE, _MESSAGE, _REMEDY)
_ANYWHERE_WORDS: _Words = (ANYWHERE_CODE, _ANYWHERE, _PLACE_IT)


def _about(
    facility: Facility,
    report: Callable[..., Problem],
    words: _Words = _OFF_WORDS,
    *,
    closed_by: Sequence[str] = (),
) -> Problem:
    """Return the problem of one hospital, as `warning` or `note`."""
    row, (code, message, remedy) = facility.rows[0], words
    if closed_by:
        shut = names(closed_by)
        message, remedy = (
            Text(
                f"通行止め「{shut.ja}」により道路網から外れ、所要時間を計算できません。この病院が"
                "基準より近いかもしれない施設は判定不能になります",
                f"the closure {shut.en} keeps it off the roads, so no time to it is known; whoever "
                "may be nearer to it than the threshold is undetermined",
            ),
            Text("通行止めの範囲と日付を確かめてください", "check the closure's area and days"),
        )
    return report(code, message, remedy, file=row.file, row=row.row, value=facility.name)


def _summary(file: str, lost: Sequence[Facility], every: int) -> Problem:
    names = [f.name for f in lost[:SOME]]
    return warning(
        CODE,
        Text(
            f"{every}施設のうち{len(lost)}施設は、位置がないか道路網から遠いため、"
            f"所要時間を計算できません（{'、'.join(names)}…）",
            f"{len(lost)} of {every} facilities have no position or lie off the network, so no "
            f"time to them is known ({', '.join(names)}…)",
        ),
        Text(
            "これらが基準より近いかもしれない施設は判定不能になります。座標を補うか、覆う道路網を"
            "使ってください。一覧は run.json にあります",
            "whoever may be nearer to one of them than the threshold is undetermined: add "
            "coordinates, or use a network that covers them; run.json names them all",
        ),
        file=file,
    )
