"""Warnings about facilities that drives join to no other: one way only, or without any proof.

Stands apart: it warns, and decides nothing; `spots.judging.coverage` does so for what the road
data do not cover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from groundfloor.problems import Problem, Text, warning
from spots.judging.criteria.isolation import is_named
from spots.judging.decisions import nearest_names
from spots.judging.policy import Policy
from spots.telling.wording import some_facilities
from spots.types import Facility, Outcome, TravelEvidence, Truth, Verdict, Whereabouts

ONE_WAY_CODE = "reached-one-way-only"
NO_WAY_CODE = "unreachable-not-proven"


def doubtful_reach(verdicts: Sequence[Verdict]) -> tuple[Problem, ...]:
    """Say which facilities the road data seem to cut off, in one warning for each kind of doubt.

    Parameters
    ----------
    verdicts : sequence of Verdict
        Of a run.

    Returns
    -------
    tuple of Problem
        Facilities that reach no other though others reach them (or the other way round), and
        facilities from which the data have no way to a hospital that may be near enough.
    """
    found = []
    if one_way := _named(verdicts, lambda t: t.other_way is not None):
        found.append(
            warning(
                ONE_WAY_CODE,
                Text(
                    f"道路データでは一方向にしか行き来できず、判定できません（{one_way.ja}）",
                    f"drives join them to others in one direction only ({one_way.en})",
                ),
                Text(
                    "一方通行の向きや、道路データの縁で切れた道路を確かめてください",
                    "check one-way roads there, and roads that the edge of the data cuts",
                ),
            )
        )
    if no_way := _named(verdicts, _lacks_a_way):
        found.append(
            warning(
                NO_WAY_CODE,
                Text(
                    "近い病院へ通じる道路がデータにありませんが、離島などとは確かめられないため、"
                    f"判定できません（{no_way.ja}）",
                    "the road data have no way to a hospital that may be near enough, though "
                    f"nothing shows that sea lies between ({no_way.en})",
                ),
                Text(
                    "道路データのつながりを確かめてください。本当に道路が通じていない医療機関は、"
                    "設定基準の travel.roadless に挙げてください",
                    "check how the roads join; name institutions that really have no road in "
                    "travel.roadless of the policy",
                ),
            )
        )
    return tuple(found)


def roadless_problems(policy: Policy, facilities: Iterable[Facility]) -> tuple[Problem, ...]:
    """Warn of names in ``travel.roadless`` that no facility, or several, have."""
    everyone = tuple(facilities)
    found = []
    for name in policy.travel.roadless:
        hit = [f for f in everyone if is_named(f, (name,))]
        if len(hit) == 1:
            continue
        near = nearest_names(name, everyone)
        found.append(
            warning(
                "roadless-matches-several" if hit else "roadless-matches-none",
                Text(
                    f"道路がないとされた名称が{len(hit)}件の医療機関に当たります{near.ja}"
                    if hit
                    else f"道路がないとされた名称の医療機関は、どの一覧にもありません{near.ja}",
                    f"a name in travel.roadless applies to {len(hit) or 'no'} facilities{near.en}",
                ),
                Text(
                    "医療機関の ID か、一覧どおりの名称を書いてください",
                    "give the facility's id, or its name exactly as listed",
                ),
                column="travel.roadless",
                value=name,
            )
        )
    return tuple(found)


def roadless_by_road(policy: Policy, verdicts: Iterable[Verdict]) -> tuple[Problem, ...]:
    """Warn of facilities in ``travel.roadless`` that reach another by road: it changes nothing.

    Who reaches one by ferry alone may well have no road.
    """
    idle = {
        v.facility.name: None
        for v in verdicts
        if is_named(v.facility, policy.travel.roadless) and any(map(_by_road, v.outcomes))
    }
    return tuple(
        warning(
            "roadless-by-road",
            Text(
                "道路がないとされていますが、道路データでは他の病院まで道路で行けるため、"
                "所要時間で判定しました",
                "is named as a place without a road, but drives lead from it to another by the "
                "road data, so the travel time decided",
            ),
            Text(
                "travel.roadless から除くか、位置と道路データを確かめてください",
                "take it out of travel.roadless, or check its position and the road data",
            ),
            column="travel.roadless",
            value=name,
        )
        for name in idle
    )


def _by_road(outcome: Outcome) -> bool:
    route = outcome.travel.route if outcome.travel else None
    return route is not None and not route.ferries


def _lacks_a_way(travel: TravelEvidence) -> bool:
    missing = travel.unmeasured
    return missing is not None and missing.where is Whereabouts.NO_WAY


def _named(verdicts: Sequence[Verdict], doubted: Callable[[TravelEvidence], bool]) -> Text | None:
    """Return the facilities that a doubt leaves undetermined, some by name; None where none is."""
    names = [
        v.facility.name
        for v in verdicts
        for o in v.outcomes
        if o.truth is Truth.UNDETERMINED and o.travel is not None and doubted(o.travel)
    ]
    return some_facilities(names) if names else None
