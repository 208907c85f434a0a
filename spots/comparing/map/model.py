"""What the page of a comparison is told: plain values that become one JSON block.

Every string is final text in the language of the page; the script makes text nodes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from spots.map.model import Ring, Row, Shape


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of a popup: what it was, and what it is."""

    label: str
    old: str
    new: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause: whether it is ``proven`` or ``likely``, that in words, and the sentence."""

    certainty: str
    badge: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedFacility:
    """A facility that changed.

    Parameters
    ----------
    id, name : str
        As in the new run, or the old one where it left.
    place : str
        Municipality.
    lon, lat : float or None
        None when unknown.
    kind : str
        ``entered``, ``left``, ``changed`` or ``evidence`` (only the evidence is another).
    badge : str
        The same in words.
    summary : str
        What changed, a sentence.
    pairs : tuple of Pair
        Before and after.
    why : tuple of Reason
        Causes.
    """

    id: str
    name: str
    place: str
    lon: float | None
    lat: float | None
    kind: str
    badge: str
    summary: str
    pairs: tuple[Pair, ...]
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SideSpot:
    """A spot of one of the runs: its ground, centre, name and marks of its criteria."""

    name: str
    marks: str
    lon: float
    lat: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Outline:
    """A municipality or medical area; `home` is false for another prefecture.

    ``shortage`` of an area is ``(old, new)``; of a municipality it is not used.
    """

    name: str
    home: bool
    lon: float
    lat: float
    weight: float
    shape: Shape
    shortage: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class MainRoads:
    """Lines of one class of main road."""

    road_class: str
    lines: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading of the panel: what differs between the runs."""

    title: str
    rows: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class CompareData:
    """Everything the page shows."""

    lang: str
    ui: dict[str, str]
    title: str
    old_title: str
    new_title: str
    caveats: tuple[str, ...]
    bounds: tuple[float, float, float, float]  # west, south, east, north
    totals: tuple[Row, ...]
    municipalities: tuple[Outline, ...]
    areas: tuple[Outline, ...]
    roads: tuple[MainRoads, ...]
    old_spots: tuple[SideSpot, ...]
    new_spots: tuple[SideSpot, ...]
    kept: Shape
    gained: Shape
    lost: Shape
    facilities: tuple[ChangedFacility, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
