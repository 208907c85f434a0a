"""What the page is told of the ground: shapes, what lies around the spots, insets, tiles inside."""

from __future__ import annotations

from dataclasses import dataclass

from spots.map.card_data import Ring, Shape

UNPUBLISHED = "population-secret"
"""Layer of the cells whose population is not published."""


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
class InsideTiles:
    """Background tiles inside the page: whose, from which zoom to which, by ``"z/x/y"``."""

    attribution: str
    shallowest: int
    deepest: int
    tiles: dict[str, str]


@dataclass(frozen=True, slots=True)
class MapInset:
    """An inset of the map: its title, and west, south, east and north in degrees."""

    title: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class NeighbourName:
    """The name of a neighbouring prefecture, and where it goes.

    Of several prefectures it is one of these, `own`, whose name may lie on symbols.
    """

    name: str
    lon: float
    lat: float
    own: bool = False
