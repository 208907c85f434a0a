"""What a policy asks of drives that its roads cannot tell: no answer hangs on it.

A network without a word on tolls has no toll road to leave out. Every verdict is then what it would
be with them, and reads as if nobody needed one.

Stands apart: the other doubts are about facilities, this one about roads and settings alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from groundfloor.problems import Problem, Text, warning
from networks import RoadNetwork
from spots.judging.criteria import Facts
from spots.judging.policy import Policy
from spots.types import TravelDirection

_TOLLS = (
    Text(
        "この道路網には、有料道路（かどうかの情報）が一つもないため、この条件は効きません。"
        "有料道路を使う場合と同じ結果です",
        "no road of this network is (said to be) a toll road: this changes nothing, and the "
        "result is that with toll roads",
    ),
    Text(
        "有料道路の分かる道路網（リンク表なら toll の列）を使うか、tolls = true としてください",
        "use roads that say which are toll roads (a table of links: its column toll), or write "
        "tolls = true",
    ),
)
_FERRIES = (
    Text(
        "この道路網にはフェリーが一つもないため、この条件は効きません。"
        "フェリーを使わない場合と同じ結果です",
        "there is no ferry on this network: this changes nothing, and the result is that without "
        "ferries",
    ),
    Text(
        "フェリーのある道路網を使うか、ferries = false としてください",
        "use roads with ferries, or write ferries = false",
    ),
)
_DIRECTION = (
    Text(
        "この道路網は、どの道路も往復で同じ所要時間（一方通行なし）なので、この条件は効きません",
        "every road of this network takes as long either way, and none is one-way: this changes "
        "nothing",
    ),
    Text(
        "一方通行の分かる道路網を使うか、direction を消してください",
        "use roads that say which are one-way, or take direction out",
    ),
)


def idle_travel(policy: Policy, facts: Facts) -> Iterator[Problem]:
    """Yield the settings of ``[travel]`` that change no drive on these roads.

    Only what a policy sets otherwise than everybody's roads suggest: tolls left out, ferries used,
    drives towards the candidate.

    Parameters
    ----------
    policy : Policy
        The policy.
    facts : Facts
        What is judged; facts without roads have their own doubts.
    """
    if facts.roads is None:
        return
    travel, network = policy.travel, facts.roads.network
    if not travel.tolls and not network.edges.toll.any():
        yield _idle("tolls", "false", *_TOLLS)
    if travel.ferries and not network.edges.ferry.any():
        yield _idle("ferries", "true", *_FERRIES)
    towards = travel.direction is TravelDirection.TO_CANDIDATE
    if towards and _alike_both_ways(network):
        yield _idle("direction", travel.direction.value, *_DIRECTION)


def _alike_both_ways(network: RoadNetwork) -> bool:
    """Return whether no drive on these roads is longer than the way back."""
    edges = network.edges
    return (
        np.array_equal(edges.forward_ms, edges.backward_ms)
        and np.array_equal(edges.forward_delay_ms, edges.backward_delay_ms)
        and not len(network.turns)
        and network.profile.turns is None
    )


def _idle(key: str, value: str, message: Text, remedy: Text) -> Problem:
    return warning(
        "travel-setting-idle", message, remedy, column=f"travel.{key}", value=f"{key} = {value}"
    )
