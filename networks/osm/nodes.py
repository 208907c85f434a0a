"""What a node on a road does to a car: stop it for good, or cost it time.

Follows the OSM wiki's pages on Key:barrier, Key:access, Tag:barrier=height_restrictor,
Tag:highway=traffic_signals, Tag:highway=stop, Tag:highway=crossing and
Tag:railway=level_crossing.
"""

from __future__ import annotations

from dataclasses import dataclass

from networks.osm.access import (
    MODES,
    Access,
    Tags,
    has_conditions,
    stated_access,
    unclear_access,
    word,
)
from networks.osm.size import SIZE_KEYS, too_small_for_cars
from networks.speeds.profile import DelayKind

#: Barriers that no car passes unless tags say so.
_STOPPING = frozenset(
    {
        *("bollard", "block", "cycle_barrier", "motorcycle_barrier", "jersey_barrier", "planter"),
        *("chain", "rope", "log", "debris", "boulder", "stone", "ditch", "delineators", "spikes"),
        *("turnstile", "full-height_turnstile", "kissing_gate", "wicket_gate", "stile"),
        *("horse_stile", "bus_trap", "sump_buster", "tank_trap", "barrier_board", "bump_gate"),
        *("fence", "wall", "hedge", "guard_rail", "retaining_wall", "tyres", "rubble"),
    }
)
_GATES = frozenset(
    {
        *("gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "sliding_beam"),
        *("sally_port", "border_control"),
    }
)
_RAIL = frozenset({"level_crossing", "tram_level_crossing"})
_DIRECTION = ("direction", "traffic_signals:direction", "stop:direction", "give_way:direction")
#: Keys of things that stand or begin at a road, whose access is not that of the road.
_OF_ITS_OWN = frozenset(
    {"amenity", "entrance", "building", "shop", "office", "tourism", "leisure", "public_transport"}
)
#: Values of ``highway`` whose access speaks of people on foot or of passengers.
_OF_OTHERS = frozenset({"crossing", "bus_stop", "platform", "elevator", "street_lamp", "steps"})
NODE_KEYS = frozenset(
    {
        *MODES,
        *SIZE_KEYS,
        *_OF_ITS_OWN,
        *(f"{mode}:conditional" for mode in MODES),
        *_DIRECTION,
        *("barrier", "bollard", "locked", "highway", "railway", "crossing", "crossing:signals"),
    }
)


@dataclass(frozen=True, slots=True)
class NodeMark:
    """A node that closes a road or costs time.

    Parameters
    ----------
    closed : bool
        No car passes.
    kind : str
        A `DelayKind`, for the profile's waiting time; empty where none is due.
    forward, backward : bool
        Directions of the way in which it is due.
    conditional : bool
        Times or the like open or close it; they are not looked at.
    unclear : bool
        Access tags that close it seem to belong to something else, or cannot be understood; they
        are not obeyed.
    """

    closed: bool
    kind: str
    forward: bool = True
    backward: bool = True
    conditional: bool = False
    unclear: bool = False


def judge_node(tags: Tags) -> NodeMark | None:
    """Return what a node does to cars that drive over it; None for nothing.

    Examples
    --------
    >>> judge_node({"barrier": "bollard"}).closed, judge_node({"barrier": "lift_gate"}).closed
    (True, False)
    >>> judge_node({"highway": "traffic_signals", "direction": "forward"}).backward
    False
    """
    barred = "barrier" in tags or tags.get("railway") in _RAIL
    stated = stated_access(tags)
    elsewhere = not barred and _of_something_else(tags)
    conditional = not elsewhere and has_conditions(tags)
    if not elsewhere and (too_small_for_cars(tags) or _closed(tags, stated)):
        return NodeMark(closed=True, kind="", conditional=conditional)
    unclear = (elsewhere and stated is Access.CLOSED) or (not elsewhere and unclear_access(tags))
    kind = _kind(tags)
    if kind is None:
        mark = NodeMark(closed=False, kind="", conditional=conditional, unclear=unclear)
        return mark if conditional or unclear else None
    forward, backward = _directions(tags)
    return NodeMark(False, kind.value, forward, backward, conditional, unclear)


def _of_something_else(tags: Tags) -> bool:
    """Tell whether access tags of a node belong to a door, a crossing on foot, a stop."""
    return (
        tags.get("highway") in _OF_OTHERS
        or tags.get("railway") in {"crossing", "tram_crossing", "station", "halt"}
        or any(tags.get(key, "no") != "no" for key in _OF_ITS_OWN)
    )


def _closed(tags: Tags, stated: Access | None) -> bool:
    """Tell whether no car passes: access tags decide, then the lock, then the kind of barrier."""
    if stated is not None:
        return stated is Access.CLOSED
    barrier = tags.get("barrier", "")
    if tags.get("locked") == "yes":
        return "barrier" in tags or tags.get("railway") in _RAIL
    # A bollard that is lowered for those who may pass is still one; a broken one is none.
    return barrier in _STOPPING and tags.get("bollard") != "missing"


def _kind(tags: Tags) -> DelayKind | None:
    """Return the longest wait that a node stands for."""
    highway, barrier = tags.get("highway"), tags.get("barrier")
    signals = tags.get("crossing") == "traffic_signals" or tags.get("crossing:signals") == "yes"
    kinds = (
        (highway == "traffic_signals", DelayKind.TRAFFIC_SIGNALS),
        (tags.get("railway") == "level_crossing", DelayKind.LEVEL_CROSSING),
        (barrier == "toll_booth" or highway == "toll_booth", DelayKind.TOLL_BOOTH),
        (barrier in _GATES, DelayKind.GATE),
        (highway == "stop", DelayKind.STOP),
        (highway == "crossing" and signals, DelayKind.CROSSING_SIGNALS),
        (highway == "give_way", DelayKind.GIVE_WAY),
        (highway == "crossing", DelayKind.CROSSING),
        (highway == "mini_roundabout", DelayKind.MINI_ROUNDABOUT),
    )
    return next((kind for applies, kind in kinds if applies), None)


def _directions(tags: Tags) -> tuple[bool, bool]:
    """Return the directions of the way that wait; both where the tags do not say."""
    for key in _DIRECTION:
        value = word(tags.get(key, ""))
        if value in {"forward", "backward"}:
            return value == "forward", value == "backward"
    return True, True
