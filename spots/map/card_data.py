"""What the page is told of one facility or unit: its card, its line of the list, its drives.

Every string is final text in the language of the page, as all of `spots.map.page_data`.
"""

from __future__ import annotations

from dataclasses import dataclass

Ring = tuple[int, ...]
"""A line or ring: 1e-5 degree integers, lon, lat, then differences (dlon, dlat, ...)."""

Shape = tuple[tuple[Ring, ...], ...]
"""Polygons, each an outer ring and its holes."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a card: label, value, and a tone (``""``, ``"met"``, ``"not"``, ``"warn"``)."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A drive that a card offers to draw.

    Parameters
    ----------
    name : str
        The hospital it leads to.
    detail : str
        Time and distance.
    label : str
        From, to and time, for the drawn line.
    decisive : bool
        Whether it is the facility's decisive route, which the map draws already.
    route : tuple of Ring
        The line; empty when decisive.
    straight : bool
        Whether it is no way but a straight line, drawn as such.
    """

    name: str
    detail: str
    label: str
    decisive: bool
    route: tuple[Ring, ...]
    straight: bool = False


@dataclass(frozen=True, slots=True)
class PopupSection:
    """A block of a card under its own heading: lines, and drives to draw."""

    title: str
    rows: tuple[Row, ...]
    open: bool = True  # folded away when False
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A card: the answer to "why" for one facility.

    Parameters
    ----------
    facility : str
        Its id.
    title : str
        Name of the facility.
    state : str
        Key of its state, for the colour of the badge.
    badge : str
        The state in words.
    chips : tuple of str
        Criteria met, mark and title.
    lead : str
        The reason of the state, a sentence.
    sections : tuple of PopupSection
        The evidence.
    """

    facility: str
    title: str
    state: str
    badge: str
    chips: tuple[str, ...]
    lead: str
    sections: tuple[PopupSection, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A facility's line of the list.

    Parameters
    ----------
    municipality_code, municipality : str
        Where it stands; empty when unknown.
    area_code : str
        Its medical area; empty when unknown.
    state : str
        Its state in a word.
    minutes : str
        Time to the nearest other hospital, or that none can be reached; empty when no criterion
        asked.
    travel_ms : int or None
        The time, to sort by; None when there is no number.
    margin : str
        Distance from the threshold; empty when there is none.
    margin_ms : int or None
        The same to sort by.
    address : str
        As the lists give it; may be empty.
    aka, kana : str
        What else lists call the facility, and its reading, for the search; may be empty.
    """

    municipality_code: str
    municipality: str
    area_code: str
    state: str
    minutes: str
    travel_ms: int | None
    margin: str
    margin_ms: int | None
    address: str
    aka: str
    kana: str
