"""What stands between a door and the road it is tied to, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from groundfloor.problems import Text
from networks.types import NearerKind, NearerRoad
from spots.telling.labels import UNREACHABLE
from spots.telling.units import duration, metres
from spots.telling.wording import NOTHING, bracketed, joined, names

#: What the nearest road is that a facility is not tied to, or not for certain.
NEARER_KINDS: Mapping[NearerKind, Text] = MappingProxyType(
    {
        NearerKind.CLOSED_WAY: Text(
            "私道など一般の車が入れない道", "a road closed to the public (private or the like)"
        ),
        NearerKind.BARRIER: Text(
            "車止めや門で区切られた道", "a road that a barrier cuts off from the others"
        ),
        NearerKind.HALF_WAY: Text("一方向にしか行き来できない道", "a road that leads one way only"),
        NearerKind.TUNNEL: Text("トンネル", "a tunnel"),
        NearerKind.BRIDGE: Text("長い橋", "a long bridge"),
        NearerKind.MOTORROAD: Text("自動車専用道路", "a road for motor vehicles only"),
        NearerKind.RAMP: Text("ランプなどの連絡路", "a ramp"),
        NearerKind.MOTORWAY: Text("高速道路", "a motorway"),
        NearerKind.PARTLY: Text(
            "途中のどこかにトンネルなどがある道", "a road with a tunnel somewhere along it"
        ),
    }
)
_OPEN = frozenset({NearerKind.CLOSED_WAY, NearerKind.BARRIER})


def nearer_road(kind: NearerKind, distance_m: float) -> Text:
    """Return what the nearest road is, and how far."""
    what, far = NEARER_KINDS[kind], metres(distance_m)
    return Text(f"{what.ja}（{far}）", f"{what.en}, {far} away")


def by_nearer_road(road: NearerRoad, taken_m: float) -> Text:
    """Return in words what driving by the nearest road of a facility assumes.

    Parameters
    ----------
    road : NearerRoad
        The road; it has a way out.
    taken_m : float
        Metres to the road that the facility is tied to.
    """
    what = nearer_road(road.kind, road.distance_m)
    if road.kind is NearerKind.PARTLY and road.snap is not None:
        far, taken = metres(road.snap.distance_m), metres(taken_m)
        return Text(
            f"トンネルの上かもしれない道（{taken}）の代わりに次の道（{far}）に結び付けた場合",
            f"tied to the next road, {far} away, instead of one with a tunnel somewhere ({taken})",
        )
    return Text(f"戸口の{what.ja}を通る場合", f"driving by {what.en}")


def by_nearer_roads_of(others: Sequence[tuple[str, NearerRoad]]) -> Text:
    """Return in words what driving by the nearest roads of other hospitals assumes.

    Parameters
    ----------
    others : sequence of (str, NearerRoad)
        Names of the hospitals, and their nearest roads.
    """
    pairs = [(name, nearer_road(road.kind, road.distance_m)) for name, road in others]
    told = joined(
        (Text(f"「{name}」は{road.ja}", f"{name}: {road.en}") for name, road in pairs), en="; "
    )
    return Text(
        f"他の病院をその最も近い道で結ぶ場合（{told.ja}）",
        f"others by the road nearest to their door ({told.en})",
    )


def by_both_roads(own: Text, others: Text) -> Text:
    """Return in words what driving by the nearest roads at both doors assumes.

    Parameters
    ----------
    own, others : Text
        From `by_nearer_road` and `by_nearer_roads_of`.
    """
    return Text(f"{own.ja.removesuffix('場合')}うえ、{others.ja}", f"{own.en}, and {others.en}")


def hangs_on_door(
    label: Text, tied: tuple[str | None, int | None], by_door: tuple[str | None, int | None]
) -> Text:
    """Return why a criterion stays open: it hangs on a road that not everybody may use.

    Parameters
    ----------
    label : Text
        What driving by that road assumes.
    tied, by_door : (str, int) or (None, None)
        The nearest other as the facility is tied, and by that road, with the milliseconds to it.
    """
    one, other = _reached(*tied), _reached(*by_door)
    return Text(
        f"戸口の道路を使えるかどうかで結果が変わり、判定できません（結び付けた道路では{one.ja}、"
        f"{label.ja}は{other.ja}）",
        f"it hangs on whether the road at the door may be used (as tied: {one.en}; {label.en}: "
        f"{other.en})",
    )


def beside_door(label: Text, name: str | None, travel_ms: int | None) -> Text:
    """Return, in brackets, what is found by a road at the door that not everybody may use."""
    found = _reached(name, travel_ms)
    return bracketed(Text(f"{label.ja}は{found.ja}", f"{label.en}: {found.en}"))


def road_without_doors(kind: NearerKind, distance_m: float) -> Text:
    """Return, in brackets, what the road is beside a facility that is tied to none."""
    near = nearer_road(kind, distance_m)
    why = (
        Text("一般の車は通れません", "which not everybody may use")
        if kind in _OPEN
        else Text("出入口がありません", "which has no doors")
    )
    return bracketed(
        Text(f"最も近い道は{near.ja}で、{why.ja}", f"the nearest is {near.en}, {why.en}")
    )


def _reached(name: str | None, travel_ms: int | None) -> Text:
    if name is None or travel_ms is None:
        return UNREACHABLE
    time = duration(travel_ms)
    return Text(f"「{name}」で{time.ja}", f"{name}, {time.en}")


def shut_by(closures: Sequence[str]) -> Text:
    """Return, in brackets, which closures keep a facility off the roads; nothing without any."""
    if not closures:
        return NOTHING
    named = names(closures)
    return bracketed(
        Text(
            f"最寄りの道路は通行止め「{named.ja}」により使えません",
            f"its nearest road is closed: {named.en}",
        )
    )
