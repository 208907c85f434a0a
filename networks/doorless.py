"""Roads that have no doors: where a car cannot stop, no place is entered and left.

A speed profile says so of whole classes (motorways). Here stands what a road is by its own tags or
columns, whatever its class: a tunnel, a long bridge, a road for motor vehicles only, a ramp.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from networks.geo import components

#: From this length on a bridge has no doors, metres. 道路統計年報 (国土交通省) calls bridges of
#: 100 m and more long (長大橋); below lie bridges over a stream or a railway, and the houses beside
#: their ends.
LONG_BRIDGE_M = 100.0

STRUCTURE_KEYS = frozenset({"tunnel", "bridge", "motorroad"})
_NO = frozenset({"", "no", "false", "0", "none"})
#: A passage through a building has doors, and so has what is merely roofed (``covered=yes``: the
#: canopy before a hospital). A culvert is a stream's; on a road it is a slip for the bridge above.
_NO_TUNNEL = _NO | {"building_passage", "culvert"}
_RAMP = "_link"


class Doorless(IntEnum):
    """Why no place can be tied to an edge."""

    NO = 0  # it has doors
    TUNNEL = 1
    BRIDGE = 2  # of `LONG_BRIDGE_M` or more
    MOTORROAD = 3  # 自動車専用道路
    RAMP = 4
    PARTLY = 5  # a tunnel somewhere along it: a simplified graph does not tell where
    MOTORWAY = 6  # of a class that the profile gives no doors; never stored


def doorless_by_tags(tags: Mapping[str, str]) -> Doorless:
    """Return why a road of OpenStreetMap has no doors, bridges aside: their length decides.

    A ``highway`` whose value ends in ``_link`` is a slip road or a turning lane: it joins roads
    that have doors, and has none (wiki: Highway link).

    Examples
    --------
    >>> doorless_by_tags({"highway": "trunk", "tunnel": "yes"}).name
    'TUNNEL'
    >>> doorless_by_tags({"highway": "service", "tunnel": "building_passage"}).name
    'NO'
    >>> doorless_by_tags({"highway": "primary_link"}).name
    'RAMP'
    """
    if tags.get("tunnel", "").strip().lower() not in _NO_TUNNEL:
        return Doorless.TUNNEL
    if tags.get("motorroad", "").strip().lower() not in _NO:
        return Doorless.MOTORROAD
    return Doorless.RAMP if is_ramp(tags.get("highway", "")) else Doorless.NO


def is_ramp(road_class: str) -> bool:
    """Tell whether a class of OpenStreetMap is that of ramps."""
    return road_class.strip().lower().endswith(_RAMP)


def is_bridge(tags: Mapping[str, str]) -> bool:
    """Tell whether a road runs on a bridge, of whatever kind and length."""
    return tags.get("bridge", "").strip().lower() not in _NO


def doorless_edges(
    stated: NDArray[np.int8],
    bridge: NDArray[np.bool_],
    ends: tuple[NDArray[np.integer], NDArray[np.integer]],
    length_m: NDArray[np.float64],
) -> NDArray[np.int8]:
    """Return why edges have no doors, long bridges among them.

    A bridge goes on where nothing but bridges meet: over the border of two ways, and where
    a ramp on stilts leaves it. It ends where a road on the ground joins.

    Parameters
    ----------
    stated : (E,) int8
        `Doorless` without bridges.
    bridge : (E,) bool
        Which edges are bridges.
    ends : two (E,) int
        Nodes at tail and head.
    length_m : (E,) float64
        Metres.
    """
    if not bridge.any():
        return stated
    tail, head = ends
    grounded = np.zeros(int(max(tail.max(), head.max())) + 1, bool)
    grounded[tail[~bridge]] = grounded[head[~bridge]] = True
    at = np.flatnonzero(bridge)
    both = np.concatenate([tail[at], head[at]]).astype(np.int64)
    # Each end of a bridge on the ground is a node of its own.
    alone = grounded[both]
    both[alone] = len(grounded) + np.arange(int(alone.sum()))
    node = np.unique(both, return_inverse=True)[1].reshape(2, -1)
    whole = components(node[0], node[1], int(node.max()) + 1, length_m[at])[node[0]]
    long = np.bincount(whole, weights=length_m[at])[whole] >= LONG_BRIDGE_M
    answer = stated.copy()
    mine = at[long]
    answer[mine] = np.where(stated[mine] == Doorless.NO, np.int8(Doorless.BRIDGE), stated[mine])
    return answer
