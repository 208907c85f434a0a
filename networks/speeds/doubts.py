"""What a network does not keep, and another profile would need."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem, Text, warning
from networks.network import CLOSED, RoadNetwork
from networks.speeds.profile import MaxspeedRule, SpeedProfile

ZONE = "maxspeed-zone"
CENTRE_LINE = "centre-line"
_Flags = NDArray[np.bool_]


def resting_on(network: RoadNetwork, *words: str) -> _Flags:
    """Return the edges whose speed rests on one of `words`, (E,)."""
    named = np.array([source in words for source in network.speed_sources], bool)
    answer: _Flags = named[network.edges.speed_source]
    return answer


def doubts_of(network: RoadNetwork, profile: SpeedProfile) -> list[Problem]:
    """Say where the network at `profile` may differ from one built anew, and over what length."""
    doubts = (
        *_limits(network, profile),
        *_lines(network, profile),
        *_classes(network, profile),
        *_waits(network, profile),
    )
    metres = [(text, float(network.edges.length_m[where].sum())) for text, where in doubts]
    return [_inexact(network.origin.source, text, length) for text, length in metres if length > 0]


def _limits(network: RoadNetwork, profile: SpeedProfile) -> Iterator[tuple[Text, _Flags]]:
    edges, old = network.edges, network.profile
    limited = ~np.isnan(edges.limit_kmh)
    if profile.maxspeed is not MaxspeedRule.IGNORE or old.maxspeed is not MaxspeedRule.IGNORE:
        both = (edges.forward_ms != CLOSED) & (edges.backward_ms != CLOSED)
        by_way = limited & both & (edges.forward_ms != edges.backward_ms)
        yield Text("方向で異なる規制速度", "limits that differ by direction"), by_way
    if profile.maxspeed is not MaxspeedRule.IGNORE and old.limit_table() != profile.limit_table():
        yield Text("種別で示された規制速度", "limits mapped by their kind"), limited


def _lines(network: RoadNetwork, profile: SpeedProfile) -> Iterator[tuple[Text, _Flags]]:
    old, new = network.profile.centre_line, profile.centre_line
    names = {name for line in (old, new) if line is not None for name in line.classes}
    concerned = np.array([name in names for name in network.classes], bool)
    where: _Flags = concerned[network.edges.road_class]
    if old is not None and new is not None and old.classes == new.classes:
        # Where limit or width decided, the speed does not tell what is marked.
        where = where & resting_on(network, "maxspeed", ZONE, "width")
    yield Text("中央線の有無", "whether there is a centre line"), where


def _classes(network: RoadNetwork, profile: SpeedProfile) -> Iterator[tuple[Text, _Flags]]:
    old, everywhere = network.profile, np.ones(len(network.edges), bool)
    shut = [{cap.below_m for cap in p.widths if cap.kmh == 0} for p in (old, profile)]
    ships = [p.ferry.kmh is None for p in (old, profile)]
    if shut[0] - shut[1] or ships[0] > ships[1]:
        yield Text("前の速度表が除いた道路", "roads the first profile left out"), everywhere
    finer = {row.name for row in profile.classes if ":" in row.name}
    finer -= {row.name for row in old.classes}
    general = {name.partition(":")[0] for name in finer}
    concerned = np.array([name in general for name in network.classes], bool)
    yield Text("種別の細分", "finer kinds of road"), concerned[network.edges.road_class]


def _waits(network: RoadNetwork, profile: SpeedProfile) -> Iterator[tuple[Text, _Flags]]:
    old, edges = _delays(network.profile), network.edges
    if old == _delays(profile):
        return
    where = np.ones(len(edges), bool)
    if old:
        where = (edges.forward_delay_ms > 0) | (edges.backward_delay_ms > 0)
    yield Text("信号などの待ち時間", "delays at signals and the like"), where


def _delays(profile: SpeedProfile) -> dict[str, int]:
    return {d.kind: profile.delay_ms(d.kind) for d in profile.delays if profile.delay_ms(d.kind)}


def _inexact(file: str, text: Text, metres: float) -> Problem:
    km = f"{metres / 1000.0:,.1f} km"
    return warning(
        "retimed-inexact",
        Text(
            "道路網に残っていない情報があり、所要時間が作り直した場合と違いうります: "
            f"{text.ja}（{km}）",
            f"a network built anew may differ, for this is not kept: {text.en} ({km})",
        ),
        Text("元データから作り直すと確実です", "build it from its source to be sure"),
        file=file,
    )
