"""The surroundings of a run, for maps and sheets. Verdicts never come from here.

Everything is longitude/latitude in degrees (JGD2011, EPSG:6668), generalised for the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry import MultiLineString, MultiPolygon

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class MainRoad:
    """The main roads of one class, for the drawn base.

    Where the network has no class of main roads (`networks.info.road_lines.MAIN_CLASSES`), those
    that most drives between the prefecture's places and its hospitals take.

    Parameters
    ----------
    road_class : str
        Class of the road network (``"trunk"``), as `networks.info.labels.road_label` names it.
    geometry : MultiLineString
        Its lines, generalised.
    """

    road_class: str
    geometry: MultiLineString


@dataclass(frozen=True, slots=True)
class HospitalCatchment:
    """Where a drive to one hospital takes less than the policy's threshold.

    Parameters
    ----------
    facility_id : str
        The hospital.
    limit_ms : int
        The threshold.
    geometry : MultiPolygon
        Outline between cells of the `TimeGrid` within it and those that are not, to a metre, for
        drawing only: small holes are filled. Empty for a hospital too far from the prefecture.
    """

    facility_id: str
    limit_ms: int
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """How long the drive from anywhere to the nearest hospital is, cell by cell.

    Parameters
    ----------
    west, north : float
        Upper left corner, degrees.
    step_lon, step_lat : float
        Size of a cell, degrees.
    columns, rows : int
        Cells from west to east, and from north to south.
    hospitals : tuple of str
        Facility ids that count.
    nearest : tuple of int
        Row by row from the north-west: index into `hospitals`, of equals one; -1 where no road is
        near or none leads to a hospital.
    travel_ms : tuple of int
        Milliseconds from the middle of the cell, those of a facility that stands there: it is
        tied to a road within the policy's limit, and the way to the road counts. -1 likewise.
    cell_m : float
        Side of a cell, metres: what the answer is good for. 500 m, or as much more as a large
        prefecture needs.
    """

    west: float
    north: float
    step_lon: float
    step_lat: float
    columns: int
    rows: int
    hospitals: tuple[str, ...]
    nearest: tuple[int, ...]
    travel_ms: tuple[int, ...]
    cell_m: float


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """A closed stretch of road with what its file says of it."""

    name: str
    reason: str
    period: str
    geometry: MultiLineString


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything around the spots.

    Parameters
    ----------
    roads : tuple of MainRoad
        Most important class first.
    catchments : tuple of HospitalCatchment
        One for each hospital that counts and is tied to the roads, by facility id.
    covered : MultiPolygon
        Where any of the hospitals is reached so soon: the union of the catchments, drawn as one.
    grid : TimeGrid or None
        Over the land of the prefecture and a cell or two around, without islands whose roads lead
        to no hospital. None where no hospital is tied to roads of the prefecture.
    closed : tuple of ClosedLine
        Closures that hold on the run's day.
    """

    roads: tuple[MainRoad, ...]
    catchments: tuple[HospitalCatchment, ...]
    covered: MultiPolygon
    grid: TimeGrid | None
    closed: tuple[ClosedLine, ...]
