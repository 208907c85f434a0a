"""What the page is told: plain values that become one JSON block, and nothing else.

Every string is final text in the language of the page. The script puts them into the document as
text nodes only, so no value needs, or gets, a second escaping.
"""

from __future__ import annotations

from dataclasses import dataclass

from spots.map.sheet_table import SheetTable

Ring = tuple[int, ...]
"""A line or ring: 1e-5 degree integers, lon, lat, then differences (dlon, dlat, ...)."""

Shape = tuple[tuple[Ring, ...], ...]
"""Polygons, each an outer ring and its holes."""

UNPUBLISHED = "population-secret"
"""Layer of the cells whose population is not published."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a popup: label, value, and a tone (``""``, ``"met"``, ``"not"``, ``"warn"``)."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A drive that a popup offers to draw.

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
    """

    name: str
    detail: str
    label: str
    decisive: bool
    route: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class PopupSection:
    """A block of a popup under its own heading: lines, and drives to draw."""

    title: str
    rows: tuple[Row, ...]
    open: bool = True  # folded away when False
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A popup: the answer to "why" for one facility.

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
    aka : str
        What else lists call the facility, for the search; may be empty.
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
        Its popup.
    entry : Entry
        Its line of the list.
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
        Its popup.
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
class PopulationClass:
    """The cells, or the municipalities, of one class of a choropleth.

    Parameters
    ----------
    key : str
        Layer key: ``"population-1"`` (few) to ``"population-5"``, or `UNPUBLISHED`.
    label : str
        Limits with unit.
    count : int
        Cells.
    shape : Shape
        Their union.
    """

    key: str
    label: str
    count: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class BaseRoad:
    """The main roads of one class.

    Parameters
    ----------
    key : str
        Layer key, ``"road-trunk"``.
    label : str
        Name of the class.
    lines : tuple of Ring
        Packed lines.
    """

    key: str
    label: str
    lines: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Catchment:
    """Where the drive to one hospital takes less than the threshold."""

    facility_id: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed road: what the reader is told of it, line by line, and where it is."""

    texts: tuple[str, ...]
    lines: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """Everything around the spots; empty where the run did not look at it.

    Parameters
    ----------
    roads : tuple of BaseRoad
        Most important class first.
    covered : Shape
        Union of the catchments.
    catchments : tuple of Catchment
        By hospital.
    cell_m : float
        Side of a cell of the catchments, metres; 0 where there are none.
    closed : tuple of Closure
        Closures.
    population : tuple of PopulationClass
        Classes of the choropleth, those few live in first.
    access : tuple of PopulationClass
        Municipalities by the minutes to their nearest hospital, the soonest first.
    """

    roads: tuple[BaseRoad, ...] = ()
    covered: Shape = ()
    catchments: tuple[Catchment, ...] = ()
    cell_m: float = 0.0
    closed: tuple[Closure, ...] = ()
    population: tuple[PopulationClass, ...] = ()
    access: tuple[PopulationClass, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion to narrow the list by: its mark, and mark and title."""

    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Times from anywhere, cell by cell, row by row from the north-west.

    Parameters
    ----------
    west, north : float
        Upper left corner, degrees.
    step_lon, step_lat : float
        Size of a cell, degrees.
    columns, rows : int
        Cells from west to east, and from north to south.
    cell_m : float
        Side of a cell, metres.
    hospitals : tuple of str
        Facility ids that count.
    tenths : str
        Base64 of unsigned 16-bit little-endian numbers: tenths of a minute, cut off, so that 29.97
        minutes are never 30; `NOWHERE` where no road is near or leads to a hospital.
    nearest : str
        Base64 likewise: index into `hospitals`, or `NOWHERE`.
    """

    west: float
    north: float
    step_lon: float
    step_lat: float
    columns: int
    rows: int
    cell_m: float
    hospitals: tuple[str, ...]
    tenths: str
    nearest: str


@dataclass(frozen=True, slots=True)
class MapInset:
    """An inset of the map: its title, and west, south, east and north in degrees."""

    title: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class NeighbourName:
    """The name of a neighbouring prefecture, and where it goes."""

    name: str
    lon: float
    lat: float


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
    annex: SheetTable | None = None  # behind the printed sheet
