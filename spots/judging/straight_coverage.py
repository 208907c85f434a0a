"""What straight lines leave open: hospitals without a position, unlisted neighbours, the sea.

Stands apart: it warns, and decides nothing; `spots.judging.coverage` does so for roads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from boundaries.codes import PREFECTURES
from groundfloor.problems import Problem, Text, warning
from spots.judging.criteria import Facts, NearestOtherDistanceSetting
from spots.judging.criteria.isolation import is_named
from spots.judging.policy import Policy
from spots.telling.wording import names, some_facilities
from spots.types import Outcome, Truth, Verdict

UNPLACED_CODE = "other-without-position"
BORDER_CODE = "border-without-list"
SEA_CODE = "straight-across-sea"


def unplaced_others(policy: Policy, facts: Facts) -> Iterator[Problem]:
    """Warn of hospitals that count and have no position, one by one.

    Parameters
    ----------
    policy : Policy
        Says which hospitals count.
    facts : Facts
        Facilities, and the estimate if the run has one.
    """
    asked = [
        c
        for n, c in policy.criteria
        if n not in facts.not_given
        and (isinstance(c, NearestOtherDistanceSetting) or (c.needs_roads and facts.straight))
    ]
    for f in facts.facilities:
        named = is_named(f, policy.travel.roadless)
        if f.position is None and not named and any(c.counts(f, facts) for c in asked):
            row = f.rows[0]
            yield warning(
                UNPLACED_CODE,
                Text(
                    "位置がないため、直線距離を測れません。この病院が基準より近いかもしれない施設は"
                    "判定不能になります",
                    "has no position, so no straight line to it is known; whoever may be nearer to "
                    "it than the threshold is undetermined",
                ),
                Text("座標を補ってください", "add coordinates"),
                file=row.file,
                row=row.row,
                value=f.name,
            )


def straight_doubts(verdicts: Sequence[Verdict]) -> Iterator[Problem]:
    """Say in one warning each whom a border without a list, and whom the sea, leaves open."""
    border = [(v, o) for v, o in _open(verdicts) if _border(o) is not None]
    if border:
        named = some_facilities([v.facility.name for v, _ in border])
        yield _border_warning(named, {name for _, o in border for name in _border(o) or ()})
    sea = [v.facility.name for v, o in _open(verdicts) if o.travel and o.travel.crosses_sea]
    if sea:
        named = some_facilities(sea)
        yield warning(
            SEA_CODE,
            Text(
                "最も近い病院への直線が海など陸地の外を通り、道路が通じるかは直線距離では分からないため、"
                f"判定できません（{named.ja}）",
                "the line to the nearest hospital crosses the sea, and no straight line tells "
                f"whether a road leads there ({named.en})",
            ),
            Text(
                "道路網（[network] の file）で計算してください。道路の通じない島なら、設定基準の"
                "travel.roadless に挙げます。内訳は spots explain で分かります",
                "use roads (file under [network]); name an island without a road in "
                "travel.roadless of the policy; spots explain tells both figures",
            ),
        )


def _open(verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, Outcome]]:
    """Yield outcomes by straight lines that are open."""
    for verdict in verdicts:
        for outcome in verdict.outcomes:
            straight = outcome.distance or (outcome.travel and outcome.travel.estimated)
            if straight and outcome.truth is Truth.UNDETERMINED:
                yield verdict, outcome


def _border(outcome: Outcome) -> tuple[str, ...] | None:
    """Return whose ground is nearer than the threshold; None where none is."""
    travel, distance = outcome.travel, outcome.distance
    if travel is not None and travel.border_ms is not None:
        return travel.border_unlisted if travel.border_ms <= travel.threshold_ms else None
    if distance is not None and distance.border_m is not None:
        return distance.border_unlisted if distance.border_m <= distance.threshold_m else None
    return None


def _border_warning(named: Text, unlisted: set[str]) -> Problem:
    lands = names(name for name in PREFECTURES.values() if name in unlisted)
    whose = Text(
        f"隣の都道府県（{lands.ja}）" if lands.ja else "隣の都道府県",
        lands.en or "other prefectures",
    )
    return warning(
        BORDER_CODE,
        Text(
            f"都道府県境が基準より近く、{whose.ja}の病院の一覧もないため、遠いとは言い切れません"
            f"（{named.ja}）",
            "the prefecture's border is nearer than the threshold and no list names hospitals of "
            f"{whose.en}, so remoteness is not proven ({named.en})",
        ),
        Text(
            '隣の都道府県の病院（role = "destination"）と、その市区町村の境界を加えてください。'
            "数えない設定基準なら travel.neighbours = false とします",
            'add a list of their hospitals (role = "destination") and the neighbours\' '
            "municipalities, or set travel.neighbours = false if they do not count",
        ),
    )
