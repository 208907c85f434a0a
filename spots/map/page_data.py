"""What the page is told: plain values that become one JSON block, and nothing else.

Every string is final text in the language of the page. The script puts them into the document as
text nodes only, so no value needs, or gets, a second escaping.
"""

from __future__ import annotations

from dataclasses import dataclass

from spots.map.card_data import Card, Entry, Ring, Row, Shape
from spots.map.page_ground import Around, Grid, InsideTiles, MapInset, NeighbourName
from spots.map.sheet_table import SheetTable


@dataclass(frozen=True, slots=True)
class MapFacility:
    """A facility on the map.

    Parameters
    ----------
    id, name : str
        As in the other outputs.
    lon, lat : float or None
        None when unknown: such a facility is listed in the panel.
    state : str
        Key of the state, or ``"destination"`` for one that is only reached.
    hospital : bool
        Whether it counts as 二次救急病院 or destination.
    marks : str
        Marks of the criteria met, ``"①③"``.
    keys : tuple of str
        Layers that show its symbol and its circle.
    spot : Shape or None
        The effective spot.
    circle : Shape or None
        The whole circle, when cutting took something from it.
    would_be : bool
        Draw a thin circle of the policy's radius although it is no spot (excluded, moot).
    criteria : tuple of int
        Numbers of the criteria met.
    route : tuple of Ring
        The decisive route (one line), or nothing.
    route_key : str
        Layer of the route.
    route_label : str
        From, to and time of the route.
    nearest : str
        Id of the facility at its end; empty without one.
    card : Card
        Its card.
    entry : Entry
        Its line of the list.
    straight : bool
        Whether `route` is no way but a straight line, drawn as such.
    """

    id: str
    name: str
    lon: float | None
    lat: float | None
    state: str
    hospital: bool
    marks: str
    keys: tuple[str, ...]
    spot: Shape | None
    circle: Shape | None
    would_be: bool
    criteria: tuple[int, ...]
    route: tuple[Ring, ...]
    route_key: str
    route_label: str
    nearest: str
    card: Card
    entry: Entry
    straight: bool = False


@dataclass(frozen=True, slots=True)
class MapUnit:
    """A unit of ground in one result.

    Parameters
    ----------
    id : str
        The result and the unit: unique on the page.
    name : str
        Of the unit.
    code : str
        Code of a municipality or medical area, which the search finds as such; empty for others.
    municipality, result, kind, state : str
        Where it lies, title of the result, what the unit is, and its state: in words.
    key : str
        Layer that shows it.
    swatch : str
        Its fill, or the mark of an institution without ground.
    rank : int
        Place of its result in the policy; the first is drawn on top.
    designated : bool
        Whether it is designated.
    spot : bool
        Whether it is a spot.
    lon, lat : float or None
        Where its name goes; None when nobody knows where it is.
    shape : Shape
        Ground that is designated, or all of a unit that is not; nothing for an institution itself.
    km2 : float or None
        Designated ground, to sort by; None where there is none.
    area : str
        The same in words.
    weight : float
        Bigger ones keep their label when labels collide (square degrees).
    card : Card
        Its card.
    """

    id: str
    name: str
    code: str
    municipality: str
    result: str
    kind: str
    state: str
    key: str
    swatch: str
    rank: int
    designated: bool
    spot: bool
    lon: float | None
    lat: float | None
    shape: Shape
    km2: float | None
    area: str
    weight: float
    card: Card


@dataclass(frozen=True, slots=True)
class Region:
    """A municipality or a medical area.

    Parameters
    ----------
    code, name : str
        As in the data.
    note : str
        A second line for the tooltip (class and index, or that the policy excludes it).
    keys : tuple of str
        Layers that show it.
    home : bool
        False for a neighbouring prefecture.
    lon, lat : float
        Where its label goes.
    weight : float
        Bigger ones keep their label when labels collide (square degrees).
    shape : Shape
        Outline.
    area : str
        Code of the medical area that it is or belongs to; empty when unknown.
    ward : str
        What a ward is called within its city, whose name stands beside it; empty for others.
    """

    code: str
    name: str
    note: str
    keys: tuple[str, ...]
    home: bool
    lon: float
    lat: float
    weight: float
    shape: Shape
    area: str
    ward: str = ""


@dataclass(frozen=True, slots=True)
class City:
    """A designated city: its name, and what is said of it.

    Parameters
    ----------
    name, note : str
        As those of a `Region`.
    home : bool
        False for a neighbouring prefecture.
    lon, lat, weight : float
        As those of a `Region`.
    wards : tuple of str
        Codes of its wards, or its own; their shapes are its shape.
    area : str
        Code of the medical area when all wards belong to one; otherwise empty.
    """

    name: str
    note: str
    home: bool
    lon: float
    lat: float
    weight: float
    wards: tuple[str, ...]
    area: str


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the layer tree, which is the legend too.

    Parameters
    ----------
    key : str
        Layer key; a node with children has one as well.
    label : str
        Text.
    count : str
        How many, as text; empty when counting says nothing.
    swatch : str
        Symbol to draw before the label; empty for none.
    on : bool
        Visible when the page opens.
    children : tuple of Node
        Sub-layers.
    note : str
        What a reader of the legend must know of the layer; may be empty.
    """

    key: str
    label: str
    count: str = ""
    swatch: str = ""
    on: bool = True
    children: tuple[Node, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Background:
    """A background the reader can choose: the script's name of the tile layer, and a label."""

    layer: str  # empty: no tiles, the drawn base alone
    label: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion to narrow the list by: its mark, and mark and title."""

    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class MapData:
    """Everything the page shows."""

    lang: str
    ui: dict[str, str]
    title: str
    subtitle: tuple[str, ...]
    draft: str
    caveats: tuple[str, ...]
    bounds: tuple[float, float, float, float]  # west, south, east, north
    radius_m: int
    facilities: tuple[MapFacility, ...]
    municipalities: tuple[Region, ...]
    areas: tuple[Region, ...]
    tree: tuple[Node, ...]
    backgrounds: tuple[Background, ...]
    settings: tuple[Row, ...]
    sources: tuple[str, ...]
    dates: tuple[Row, ...]  # what is how old
    around: Around
    criteria: tuple[Criterion, ...]
    grid: Grid | None  # times from anywhere
    outlines_off_m: float  # by how much drawn borders may lie off their place
    units: tuple[MapUnit, ...] = ()  # where the policy judges units of ground
    cities: tuple[City, ...] = ()  # designated ones
    insets: tuple[MapInset, ...] = ()  # far islands
    neighbours: tuple[NeighbourName, ...] = ()  # prefectures around
    bare: Shape = ()  # ground in no medical area, where other ground is in one
    inside: InsideTiles | None = None
    annex: SheetTable | None = None  # behind the printed sheet
