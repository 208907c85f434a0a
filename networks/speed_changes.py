"""Other speeds without another profile: all roads by a factor, some classes by hand.

Stands apart: `networks.retiming` lays a whole profile over a network, which leaves roads with own
times as they are; here those change too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from groundfloor.arguments import number
from groundfloor.problems import Problem, Text, UsageError, error
from networks.build import edge_ms
from networks.network import CLOSED, WORD_MS, RoadNetwork
from networks.retiming import edge_speeds, too_slow, with_times
from networks.speeds.profile import (
    FERRY,
    LEAST_FACTOR,
    MAX_KMH,
    MIN_KMH,
    MOST_FACTOR,
    RoadClass,
    SpeedProfile,
    fold,
)


def at_factor(network: RoadNetwork, factor: float) -> RoadNetwork:
    """Return the network with every speed times a factor.

    Each direction of a road takes its whole milliseconds divided by the factor, rounded half to
    even, own times too; the way between a door and the road likewise. Ferries keep their
    timetable, and waiting at signals and turns stays.

    Parameters
    ----------
    network : RoadNetwork
        The roads; edges closed for a run stay closed.
    factor : float
        From 0.05 to 20; 0.8 is a fifth slower.

    Raises
    ------
    UsageError
        The factor is no number of that range.
    NetworkDataError
        A road takes longer than can be kept.
    """
    times = number(factor, "factor", least=LEAST_FACTOR)
    if times > MOST_FACTOR:
        raise UsageError(
            error(
                "wrong-value",
                Text(
                    f"倍率は {LEAST_FACTOR:g} 以上 {MOST_FACTOR:g} 以下です",
                    f"a factor of speeds is from {LEAST_FACTOR:g} to {MOST_FACTOR:g}",
                ),
                Text("8 割の速度なら 0.8 と書きます", "a fifth slower is 0.8"),
                column="factor",
                value=f"{times:g}",
            )
        )
    if times == 1.0:
        return network
    edges = network.edges

    def new(old_ms: NDArray[np.int32]) -> NDArray[np.int64]:
        kept = edges.ferry | (old_ms == CLOSED)
        answer: NDArray[np.int64] = np.where(kept, old_ms, np.rint(old_ms / times)).astype(np.int64)
        return answer

    profile = scaled(network.profile, times)
    return _retimed(network, new(edges.forward_ms), new(edges.backward_ms), profile)


def at_class_speeds(network: RoadNetwork, kmh: Mapping[str, float]) -> RoadNetwork:
    """Return the network with some classes of roads at other speeds.

    As with a profile that has these rows: mapped limits and widths still lower a speed where the
    profile says so. Roads of these classes lose their own times; all others stay as they are.

    Parameters
    ----------
    network : RoadNetwork
        The roads; edges closed for a run stay closed.
    kmh : mapping of str to float
        Kilometres per hour by class, as OpenStreetMap or the profile's aliases name it.

    Raises
    ------
    UsageError
        A class is none of the network or its profile, or a speed is none; all of them are named.
    """
    rows = {row.name: row for row in network.profile.classes}
    table = {**rows, **_rows_of(network, kmh)}
    wanted = {name for name in table if rows.get(name) is not table[name]}
    told = ", ".join(f"{name} {table[name].kmh:g}" for name in sorted(wanted))
    profile = replace(
        network.profile,
        name=f"{network.profile.name} ({told})" if told else network.profile.name,
        classes=tuple(table.values()),
    )
    speeds = edge_speeds(network, _for_every_class(network, profile), own_times=False)
    lookup = profile.lookup()
    named = [
        (row := lookup.get(fold(c))) is not None and row.name in wanted for c in network.classes
    ]
    edges = network.edges
    changes = np.array(named, bool)[edges.road_class] & ~edges.ferry
    times = edge_ms(edges.length_m, speeds.kmh, np.full(len(edges), -1, np.int64))

    def new(old_ms: NDArray[np.int32]) -> NDArray[np.int64]:
        answer: NDArray[np.int64] = np.where(changes & (old_ms != CLOSED), times, old_ms)
        return answer

    labels = tuple(dict.fromkeys((*network.speed_sources, *speeds.source)))
    renumbered = np.array([labels.index(source) for source in speeds.source], np.int16)
    source = np.where(changes, renumbered[speeds.source_of], edges.speed_source)
    sources = labels, source.astype(np.int16)
    return _retimed(network, new(edges.forward_ms), new(edges.backward_ms), profile, sources)


def _retimed(
    network: RoadNetwork,
    forward_ms: NDArray[np.int64],
    backward_ms: NDArray[np.int64],
    profile: SpeedProfile,
    sources: tuple[tuple[str, ...], NDArray[np.int16]] | None = None,
) -> RoadNetwork:
    edges = network.edges
    waits = edges.forward_delay_ms, edges.backward_delay_ms
    longest = max(int((forward_ms + waits[0]).max()), int((backward_ms + waits[1]).max()))
    if longest > WORD_MS:
        raise too_slow(network)
    labels, source = sources or (network.speed_sources, edges.speed_source)
    changed = replace(
        edges,
        forward_ms=forward_ms.astype(np.int32),
        backward_ms=backward_ms.astype(np.int32),
        speed_source=source,
    )
    return with_times(replace(network, speed_sources=labels), changed, profile)


def scaled(profile: SpeedProfile, times: float) -> SpeedProfile:
    """Return a profile with every speed times a factor; ships, signals and turns as they are.

    Parameters
    ----------
    profile : SpeedProfile
        The speeds.
    times : float
        The factor; by 1 the profile is the same.
    """
    if times == 1.0:
        return profile

    def row(of: RoadClass) -> RoadClass:
        return replace(of, kmh=None if of.kmh is None else of.kmh * times)

    line = profile.centre_line
    return replace(
        profile,
        name=f"{profile.name} × {times:g}",
        classes=tuple(row(of) for of in profile.classes),
        access=row(profile.access),
        fallback=None if profile.fallback is None else row(profile.fallback),
        widths=tuple(replace(cap, kmh=cap.kmh * times) for cap in profile.widths),
        limits=tuple(replace(limit, kmh=limit.kmh * times) for limit in profile.limits),
        centre_line=None
        if line is None
        else replace(line, with_kmh=line.with_kmh * times, without_kmh=line.without_kmh * times),
    )


def _rows_of(network: RoadNetwork, kmh: Mapping[str, float]) -> dict[str, RoadClass]:
    """Return the rows of a profile for classes at given speeds."""
    lookup = network.profile.lookup()
    known = {fold(name): name for name in network.classes}
    rows, problems = {}, []
    for name, speed in kmh.items():
        found = lookup.get(fold(str(name)))
        if (found is None and fold(str(name)) not in known) or (found and found.kmh is None):
            problems.append(_no_class(network, str(name)))
            continue
        value = number(speed, f"speeds[{name!r}]")
        if not MIN_KMH <= value <= MAX_KMH:
            problems.append(_no_speed(str(name), value))
            continue
        row = found or RoadClass(known[fold(str(name))], None, "", doors=True)
        rows[row.name] = replace(row, kmh=value, source="by hand")
    if problems:
        raise UsageError(problems)
    return rows


def _no_class(network: RoadNetwork, name: str) -> Problem:
    known = ", ".join(sorted(set(network.classes) - {FERRY}))
    return error(
        "speeds-no-such-class",
        Text("この道路種別の道路はありません", "there is no road of this class"),
        Text(f"次のいずれかにしてください: {known}", f"use one of: {known}"),
        column="speeds",
        value=name,
    )


def _no_speed(name: str, kmh: float) -> Problem:
    return error(
        "wrong-value",
        Text(
            f"速度は {MIN_KMH:g} 以上 {MAX_KMH:g} km/h 以下です",
            f"a speed is from {MIN_KMH:g} to {MAX_KMH:g} km/h",
        ),
        Text("km/h で書いてください", "write it in km/h"),
        column=f"speeds[{name!r}]",
        value=f"{kmh:g}",
    )


def _for_every_class(network: RoadNetwork, profile: SpeedProfile) -> SpeedProfile:
    """Return the profile with some row for classes that it lacks: roads with own times have any."""
    known = profile.lookup()
    lacking = [name for name in network.classes if fold(name) not in known]
    extra = tuple(RoadClass(name, MIN_KMH, "not used") for name in lacking)
    return replace(profile, classes=(*profile.classes, *extra))
