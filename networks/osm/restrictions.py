"""Turn restrictions of OpenStreetMap, as far as they bind a car.

Follows the OSM wiki's pages on Relation:restriction and Conditional restrictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from networks.osm.access import Tags
from networks.osm.data import Restriction, RestrictionKind
from networks.osm.verdicts import Dropped

Member = tuple[str, int, str]  # (type: 'n', 'w' or 'r'; id; role)

CONDITIONAL = "restriction-conditional"
MALFORMED = "restriction-malformed"
UNKNOWN = "restriction-unknown-kind"

#: Most specific first; what binds lorries, buses or bicycles only is left alone.
_KEYS = (
    *("restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction"),
)
_CARS = frozenset({"motorcar", "motor_vehicle", "vehicle"})
_TURNS = ("left_turn", "right_turn", "straight_on", "u_turn")
_NO = frozenset({*(f"no_{turn}" for turn in _TURNS), "no_entry", "no_exit"})
_ONLY = frozenset(f"only_{turn}" for turn in _TURNS)
#: How times were written before ``:conditional``.
_TIMES = frozenset({"day_on", "day_off", "hour_on", "hour_off", "month_on", "month_off"})
_MOST = 100  # turns of one relation; a junction has fewer


def judge_restriction(
    relation_id: int, tags: Tags, members: Sequence[Member]
) -> tuple[Restriction, ...] | Dropped | None:
    """Return the turns that a relation rules for cars; None when it rules none.

    Parameters
    ----------
    relation_id : int
        OSM id.
    tags : Mapping of str to str
        Tags of the relation.
    members : sequence of (str, int, str)
        Type ``n``, ``w`` or ``r``, id and role of each member.

    Returns
    -------
    tuple of Restriction, Dropped or None
        Several where several ways may not be entered or left (``no_entry``, ``no_exit``). Dropped
        where it holds at times only, or cannot be understood.

    Examples
    --------
    >>> members = [("w", 1, "from"), ("n", 7, "via"), ("w", 2, "to")]
    >>> judge_restriction(9, {"type": "restriction", "restriction": "no_left_turn"}, members)
    (Restriction(id=9, kind=<RestrictionKind.NO: 'no'>, from_way=1, via_nodes=(7,), \
via_ways=(), to_way=2),)
    """
    kind = _kind_for_cars(tags)
    if not isinstance(kind, RestrictionKind):
        return kind
    starts, ends = _ways(members, "from"), _ways(members, "to")
    via = _via(members)
    if not starts or not ends or via is None or len(starts) * len(ends) > _MOST:
        return Dropped(MALFORMED)
    if kind is RestrictionKind.ONLY and len(ends) > 1:
        return Dropped(MALFORMED)
    nodes, ways = via
    return tuple(
        Restriction(relation_id, kind, start, nodes, ways, end)
        for start, end in product(starts, ends)
    )


def _kind_for_cars(tags: Tags) -> RestrictionKind | Dropped | None:
    """Return what the tags do to cars; None for nothing."""
    if not _binds_cars(tags):
        return None
    values = next((tags[key] for key in _KEYS if key in tags), None)
    if values is None or not _TIMES.isdisjoint(tags):
        return Dropped(CONDITIONAL)
    words = {word.strip() for word in values.split(";")}
    if words == {"none"}:
        return None
    if words <= _NO:
        return RestrictionKind.NO
    return RestrictionKind.ONLY if words <= _ONLY else Dropped(UNKNOWN)


def _binds_cars(tags: Tags) -> bool:
    """Tell whether a relation is a turn restriction that cars must heed, at times at least."""
    name, _, vehicle = tags.get("type", "").partition(":")
    if name != "restriction" or vehicle not in {"", *_CARS}:
        return False  # restriction:hgv as a type is an old spelling
    excepted = {word.strip() for word in tags.get("except", "").split(";")}
    stated = any(key in tags or f"{key}:conditional" in tags for key in _KEYS)
    return stated and _CARS.isdisjoint(excepted)


def _ways(members: Sequence[Member], role: str) -> tuple[int, ...]:
    """Return the ways of a role, each once, in order; none where a member is no way."""
    found = [(kind, ref) for kind, ref, played in members if played == role]
    if any(kind != "w" for kind, _ in found):
        return ()
    return tuple(dict.fromkeys(ref for _, ref in found))


def _via(members: Sequence[Member]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return (nodes, ways) between: one node, or ways; None for anything else."""
    found = [(kind, ref) for kind, ref, role in members if role == "via"]
    nodes = tuple(ref for kind, ref in found if kind == "n")
    ways = tuple(ref for kind, ref in found if kind == "w")
    if len(nodes) + len(ways) != len(found) or len(found) > _MOST:
        return None
    usable = not nodes if ways else len(nodes) == 1
    return (nodes, ways) if usable else None
