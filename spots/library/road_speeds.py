"""Other speeds on the same roads: a factor, speeds by class, or a profile.

Stands apart: `roads` is the noun, this what its speeds may be said as.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from groundfloor.problems import Problem, Text, UsageError, error, one_line
from networks.network import RoadNetwork
from networks.retiming import OWN_TIMES, retimed
from networks.speed_changes import at_class_speeds, at_factor
from networks.speeds.profile import SpeedProfile

#: A factor, km/h by class, or a profile, its name or file.
Speeds: TypeAlias = float | Mapping[str, float] | SpeedProfile | str | Path


def at_speeds_of(network: RoadNetwork, speeds: Speeds | None, factor: float | None) -> RoadNetwork:
    """Return a network at other speeds, and then at these times a factor.

    Raises
    ------
    UsageError
        A class, speed or factor is none, or a profile would change no time.
    ProfileError
        There is no such profile.
    """
    if isinstance(speeds, Mapping):
        network = at_class_speeds(network, speeds)
    elif isinstance(speeds, SpeedProfile | str | Path):
        if all(source in OWN_TIMES for source in network.speed_sources):
            raise UsageError(_all_own(str(speeds)))
        network = retimed(network, speeds if isinstance(speeds, SpeedProfile) else str(speeds))
    elif speeds is not None:
        network = at_factor(network, speeds)
    return network if factor is None else at_factor(network, factor)


def no_speeds() -> Problem:
    """Return the problem of a change of speeds that names none."""
    return error(
        "wrong-value",
        Text("速度が書かれていません", "no speeds are given"),
        Text(
            '0.8 や {"trunk": 40}、"legal" のように書いてください',
            'such as 0.8, {"trunk": 40} or "legal"',
        ),
        column="speeds",
    )


def _all_own(profile: str) -> Problem:
    return error(
        "speeds-all-own",
        Text(
            "この道路の所要時間はすべて元データのもので、速度表では変わりません",
            "all times of these roads are their own, and a profile changes none of them",
        ),
        Text(
            "`from_graph(G, profile=…)` で速度表から作るか、倍率か区分別の速度を使ってください",
            "build them with from_graph(G, profile=...), or give a factor or speeds by class",
        ),
        column="speeds",
        value=one_line(profile),
    )
