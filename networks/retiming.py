"""The same roads at another profile's speeds, without reading their source again.

Below: what a network does not keep and another profile would need, and over what length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem, Text, error, warning
from networks.build import content_hash, edge_ms
from networks.closures.closing import close_edges
from networks.edge_rows import OWN_WEIGHT
from networks.errors import NetworkDataError
from networks.network import CLOSED, WORD_MS, Edges, RoadNetwork
from networks.parts import half_way_roads
from networks.search.graph import build_graph
from networks.speeds.profile import (
    FALLBACK,
    FERRY,
    MaxspeedRule,
    RoadClass,
    SpeedProfile,
    UnknownClassRule,
    fold,
)
from networks.speeds.profile_files import load_profile

#: Sources of a speed that no profile changes: the road's own time.
OWN_TIMES = frozenset({"duration", "minutes", OWN_WEIGHT})
_ZONE = "maxspeed-zone"
_CENTRE_LINE = "centre-line"
_Flags = NDArray[np.bool_]
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class EdgeSpeeds:
    """How fast edges are driven under a profile.

    Parameters
    ----------
    kmh : (E,) float64
        Speed; 0 where a car does not fit or a ferry has no time; NaN on edges with own times.
    cap_kmh : (E,) float64
        What a mapped limit or a width lets a car drive at most; infinity where nothing does.
    on_row : (E,) bool
        Whether the speed is that of the class's row, capped or not.
    source : tuple of str
        Labels.
    source_of : (E,) int16
        What each speed rests on.
    """

    kmh: _Floats
    cap_kmh: _Floats
    on_row: _Flags
    source: tuple[str, ...]
    source_of: NDArray[np.int16]


def retimed(network: RoadNetwork, profile: SpeedProfile | str) -> RoadNetwork:
    """Return the network at the speeds of another profile.

    From class, mapped limit and width of each edge, as when building; edges that bring their own
    time keep it. The milliseconds are those of a network built anew with that profile, except
    where a network does not keep what this needs. Then a warning says so, with the length that is
    concerned: roads the first profile left out, limits that differ by direction or stand for a
    kind, roads with and without a centre line, delays at signals.

    Parameters
    ----------
    network : RoadNetwork
        The roads; edges closed for a run stay closed.
    profile : SpeedProfile or str
        The other speeds.

    Raises
    ------
    NetworkDataError
        When a class of the network has no row, and the profile has no fallback for it.
    """
    profile = load_profile(profile)
    if profile == network.profile:
        return network
    speeds = edge_speeds(network, profile)
    edges = network.edges
    own = _resting_on(network, *OWN_TIMES)
    times = edge_ms(edges.length_m, speeds.kmh, np.full(len(edges), -1, np.int64))
    impossible = ~own & (speeds.kmh <= 0)
    if (times[~own & ~impossible] > WORD_MS).any():
        raise too_slow(network)

    def new(old_ms: NDArray[np.int32]) -> NDArray[np.int32]:
        changed = np.where(own, old_ms, np.where(impossible, CLOSED, times))
        return np.where(old_ms == CLOSED, CLOSED, changed).astype(np.int32)

    changed = replace(
        edges,
        forward_ms=new(edges.forward_ms),
        backward_ms=new(edges.backward_ms),
        speed_source=speeds.source_of,
    )
    doubts = (*network.problems, *_doubts_of(network, profile))
    told = replace(network, speed_sources=speeds.source, problems=doubts)
    return with_times(told, changed, profile)


def with_times(network: RoadNetwork, edges: Edges, profile: SpeedProfile) -> RoadNetwork:
    """Return the network with other times on its edges: all that follows from them made anew.

    Parameters
    ----------
    network : RoadNetwork
        The roads; edges closed for a run stay closed.
    edges : Edges
        The same edges with other milliseconds.
    profile : SpeedProfile
        What the times rest on.
    """
    graph = build_graph(network.nodes, edges, network.shapes, network.turns, profile)
    answer = replace(
        network,
        edges=edges,
        graph=graph,
        half_way=half_way_roads(edges, graph, piece=network.nodes.component),
        profile=profile,
        closed=None,
    )
    object.__setattr__(answer, "sha256", content_hash(answer))  # the last step of its making
    return answer if network.closed is None else close_edges(answer, network.closed)


def edge_speeds(
    network: RoadNetwork, profile: SpeedProfile, *, own_times: bool = True
) -> EdgeSpeeds:
    """Return the speed of every edge under a profile, and what it rests on.

    Edges that bring their own time have none, unless `own_times` is False.

    Raises
    ------
    NetworkDataError
        When a class of the network has no row, and the profile has no fallback for it.
    """
    rows = rows_of_classes(network, profile)
    edges = network.edges
    row_kmh = [np.nan if row is None or row.kmh is None else row.kmh for row in rows]
    base = np.array(row_kmh, np.float64)[edges.road_class]
    spare = [row is not None and row.name == FALLBACK for row in rows]
    fallback = np.array(spare, bool)[edges.road_class]
    marked, on_line = _centre_lines(network, profile)
    base = np.where(on_line, marked, base)
    labels = ("profile", FALLBACK, _CENTRE_LINE, "maxspeed", _ZONE, "width", *sorted(OWN_TIMES))
    source = np.where(on_line, 2, np.where(fallback, 1, 0))
    limit = np.where(edges.ferry, np.nan, _exact(edges.limit_kmh))
    kmh, ruled = _limited(limit, base, profile)
    source = np.where(ruled, np.where(_resting_on(network, _ZONE), 4, 3), source)
    doors = np.array([row is None or row.doors for row in rows], bool)[edges.road_class]
    meeting = doors & (edges.forward_ms != CLOSED) & (edges.backward_ms != CLOSED)
    cap = np.where(edges.ferry, np.inf, _caps(_exact(edges.width_m), meeting, profile))
    narrow = cap < kmh
    kmh = np.where(narrow, cap, kmh)
    source = np.where(narrow, 5, source)
    kmh = np.where(edges.ferry & np.isnan(kmh), 0.0, kmh)
    for word in sorted(OWN_TIMES if own_times else ()):
        mine = _resting_on(network, word)
        source = np.where(mine, labels.index(word), source)
        kmh = np.where(mine, np.nan, kmh)
    used = np.unique(source)
    number = np.zeros(len(labels), np.int16)
    number[used] = np.arange(len(used))
    rules = ~np.isnan(limit) & (profile.maxspeed is MaxspeedRule.USE)
    if profile.maxspeed is MaxspeedRule.CAP:
        cap = np.fmin(cap, limit)
    on_row = ~(edges.ferry | on_line | rules | _resting_on(network, *OWN_TIMES))
    return EdgeSpeeds(kmh, cap, on_row, tuple(labels[i] for i in used), number[source])


def rows_of_classes(network: RoadNetwork, profile: SpeedProfile) -> list[RoadClass | None]:
    """Return the profile's row for each class of a network; None only where no edge has it.

    Raises
    ------
    NetworkDataError
        When a class has no row, and the profile has no fallback for it.
    """
    table = profile.lookup()
    spare = profile.fallback if profile.unknown_class is UnknownClassRule.FALLBACK else None
    used = set(np.unique(network.edges.road_class).tolist())
    rows: list[RoadClass | None] = []
    missing: list[str] = []
    for number, name in enumerate(network.classes):
        row = table.get(fold(name)) or (profile.fallback if name == FALLBACK else spare)
        if number in used and (row is None or (row.kmh is None and row.name != FERRY)):
            missing.append(name)
        rows.append(row)
    if missing:
        source = network.origin.source
        raise NetworkDataError(_no_row(source, name, profile) for name in missing)
    return rows


def _limited(limit: _Floats, base: _Floats, profile: SpeedProfile) -> tuple[_Floats, _Flags]:
    """Return the speed under the profile's use of limits, and where the limit decided."""
    known = ~np.isnan(limit)
    if profile.maxspeed is MaxspeedRule.USE:
        return np.where(known, limit, base), known
    if profile.maxspeed is MaxspeedRule.CAP:
        lower = known & (limit < base)
        return np.where(lower, limit, base), lower
    return base, np.zeros(len(base), bool)


def _caps(width_m: _Floats, meeting: _Flags, profile: SpeedProfile) -> _Floats:
    widths, which = np.unique(width_m, return_inverse=True)
    caps = [[profile.width_kmh(float(w), meeting=met) for w in widths] for met in (False, True)]
    known: _Floats = np.array(
        [[np.inf if cap is None else cap for cap in row] for row in caps], np.float64
    )
    return known[meeting.astype(np.int64), which.reshape(-1)]


def _exact(values: NDArray[np.float32]) -> _Floats:
    """Return single precision as the figures that were meant: 48.28032, not 48.28031921."""
    figures, which = np.unique(values, return_inverse=True)
    meant: _Floats = np.array([float(str(figure)) for figure in figures], np.float64)
    return meant[which.reshape(-1)]


def _centre_lines(network: RoadNetwork, profile: SpeedProfile) -> tuple[_Floats, _Flags]:
    """Return the speed by centre line, and the edges of which it is known.

    The network keeps no markings; where the speed rests on them, the speed tells which.
    """
    old, new = network.profile.centre_line, profile.centre_line
    nothing = np.zeros(len(network.edges), bool)
    if old is None or new is None:
        return np.zeros(len(nothing)), nothing
    rows = network.profile.lookup()
    names = {row.name for name in new.classes if (row := rows.get(fold(name)))} | set(new.classes)
    concerned = np.array([name in names for name in network.classes], bool)
    known = _resting_on(network, _CENTRE_LINE) & concerned[network.edges.road_class]
    edges = network.edges
    ms = np.where(edges.forward_ms == CLOSED, edges.backward_ms, edges.forward_ms)
    figures = np.full(len(edges), -1, np.int64)
    with_ms = edge_ms(edges.length_m, np.full(len(edges), old.with_kmh), figures)
    return np.where(ms == with_ms, new.with_kmh, new.without_kmh), known


def _no_row(file: str, name: str, profile: SpeedProfile) -> Problem:
    return error(
        "road-class-unknown",
        Text(
            f"速度表「{profile.label}」にない道路種別です",
            f"the profile {profile.label!r} lacks this class",
        ),
        Text("速度表に行を足してください", "add a row to the profile"),
        file=file,
        value=name,
    )


def too_slow(network: RoadNetwork) -> NetworkDataError:
    """Return the refusal of speeds at which a road takes longer than can be kept."""
    return NetworkDataError(
        error(
            "network-length",
            Text(
                "所要時間が扱えないほど長い道路があります", "a road takes longer than can be kept"
            ),
            Text("速度表の速度を確かめてください", "check the speeds of the profile"),
            file=network.origin.source,
        )
    )


def _resting_on(network: RoadNetwork, *words: str) -> _Flags:
    """Return the edges whose speed rests on one of `words`, (E,)."""
    named = np.array([source in words for source in network.speed_sources], bool)
    answer: _Flags = named[network.edges.speed_source]
    return answer


def _doubts_of(network: RoadNetwork, profile: SpeedProfile) -> list[Problem]:
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
        where = where & _resting_on(network, "maxspeed", _ZONE, "width")
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
