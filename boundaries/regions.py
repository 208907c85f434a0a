"""Municipalities, medical areas and their classes in one value that answers "where is this?"."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from boundaries.addresses import PlaceName, code_of_address, code_of_name, codes_of_name
from boundaries.codes import PREFECTURES, city_named, designated_city, fold, is_ward
from boundaries.geometry import GEOD, dissolve
from boundaries.types import AreaIndex, IndexEdition, MedicalArea, Municipality

if TYPE_CHECKING:
    import geopandas as gpd

_M_PER_DEGREE = 111_320.0  # of latitude, near enough for choosing what to measure exactly
_SLACK = 1.05  # flat distances are within 5 % of geodesic ones over some hundred km in Japan


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Where places are: municipalities, medical areas, and classes by one edition's indices.

    Make it with `build_regions`.

    Parameters
    ----------
    municipalities : GeoDataFrame
        Index ``code``; columns ``name``, ``county``, ``prefecture_code``, ``prefecture``,
        ``area_code`` (None where unknown), MultiPolygon ``geometry`` in EPSG:6668. May reach
        beyond the prefecture.
    areas : GeoDataFrame
        Index ``code``; columns ``name``, ``index`` (NaN where unknown), ``area_class`` (value of
        `AreaClass`), ``class_basis`` (of `ClassBasis`), geometry dissolved from the prefecture's
        municipalities, EPSG:6668.
    prefecture_code : str
        Two digits.
    edition : IndexEdition or None
        Edition of the indices.
    medical_areas : tuple of MedicalArea
        Every area that a municipality in `municipalities` belongs to, sorted by code, those of
        other prefectures included.
    unmapped : tuple of AreaIndex
        Areas of the prefecture that the indices have and the table of areas has not: the two are
        of different editions.
    """

    municipalities: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    prefecture_code: str
    edition: IndexEdition | None
    medical_areas: tuple[MedicalArea, ...]
    unmapped: tuple[AreaIndex, ...] = ()
    _lands: dict[str, MultiPolygon] = field(repr=False, default_factory=dict)
    _names: tuple[PlaceName, ...] = field(init=False, repr=False)
    _tree: shapely.STRtree = field(init=False, repr=False)
    _known: Mapping[str, Municipality] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep every municipality at hand: a row of the frame takes a tenth of a millisecond."""
        frame = self.municipalities
        columns = (frame[c] for c in ("name", "prefecture_code", "prefecture", "area_code"))
        known = {row[0]: Municipality(*row) for row in zip(frame.index, *columns, strict=True)}
        named = zip(
            frame.index, frame["prefecture_code"], frame["name"], frame["county"], strict=True
        )
        names = tuple(PlaceName(c, pref, fold(name), fold(up)) for c, pref, name, up in named)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_tree", shapely.STRtree(frame.geometry.to_numpy()))

    @property
    def prefecture(self) -> str:
        """Name of the prefecture."""
        return PREFECTURES[self.prefecture_code]

    def municipality(self, code: str) -> Municipality | None:
        """Return a municipality by its five-digit code.

        The code of a ward finds the city where wards are merged.
        """
        key = self.resolve(code)
        return self._known[key] if key is not None else None

    def resolve(self, code: str) -> str | None:
        """Return the code under which `code` is a row here: itself, or its merged city's."""
        if code in self._known:
            return code
        city = designated_city(code) if is_ward(code) else None
        return city[0] if city is not None and city[0] in self._known else None

    def has_ground(self, code: str) -> bool:
        """Whether the ground of a code is here: a row, or the wards of a city that are apart."""
        return bool(self._rows(code))

    def _rows(self, code: str) -> tuple[str, ...]:
        """Return the rows whose ground a code means; of a city whose wards are apart, its wards."""
        key = self.resolve(code)
        if key is not None:
            return (key,)
        city = designated_city(code)
        if city is None or is_ward(code):
            return ()  # nearly all: who is of another prefecture costs nothing
        return tuple(k for k in self._known if designated_city(k) == city)

    def city_in_wards(self, text: str, prefecture_code: str | None = None) -> str | None:
        """Return the code of the city that a name or address begins with and whose wards are apart.

        Without the ward, which may be of several medical areas, no row says where that is.
        """
        code = city_named(text, prefecture_code)
        apart = code is not None and self.resolve(code) is None and self.has_ground(code)
        return code if apart else None

    def find(self, name: str, prefecture_code: str | None = None) -> Municipality | None:
        """Return the municipality called exactly `name` (prefecture and county may precede it).

        A ward finds the city it was merged into; None when nothing or several fit.
        """
        code = code_of_name(name, self._names, prefecture_code)
        return self.municipality(code) if code is not None else None

    def namesakes(self, name: str, prefecture_code: str | None = None) -> tuple[Municipality, ...]:
        """Return all municipalities called `name`, by code: there are four 池田町, two 泊村."""
        codes = codes_of_name(name, self._names, prefecture_code)
        return tuple(m for code in codes if (m := self.municipality(code)) is not None)

    def from_address(self, address: str, prefecture_code: str | None = None) -> str | None:
        """Return the code of the municipality at the start of an address.

        None when nothing fits, or the same name fits in two prefectures.
        """
        return code_of_address(address, self._names, prefecture_code)

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the code of the municipality that holds a point (degrees); None at sea.

        On a common boundary, or where a neighbour's outlines of another source lie over the
        prefecture's, its own municipality; then the lower code.
        """
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        hits = self._tree.query(Point(lon, lat), predicate="intersects")
        codes = [str(self.municipalities.index[hit]) for hit in hits.tolist()]
        return min(codes, key=lambda code: (code[:2] != self.prefecture_code, code), default=None)

    def distance_m(self, code: str, lon: float, lat: float) -> float:
        """Return geodesic metres from a point (degrees) to a municipality; 0 inside.

        To a city whose wards are apart, to the nearest of them.

        Raises
        ------
        KeyError
            There is no such municipality.
        """
        outlines = [self.municipalities.geometry.loc[key] for key in self._rows(code)]
        if not outlines:
            raise KeyError(code)
        return min(geodesic_distance_m(outline, lon, lat) for outline in outlines)

    def bounds_of(self, code: str) -> tuple[float, float, float, float] | None:
        """Return west, south, east and north (degrees) of the ground of a code; None if unknown."""
        keys = self._rows(code)
        if not keys:
            return None
        outlines = self.municipalities.geometry.loc[list(keys)]
        west, south, east, north = shapely.total_bounds(outlines.to_numpy()).tolist()
        return west, south, east, north

    def nearest(self, lon: float, lat: float, *, within_m: float = math.inf) -> tuple[str, float]:
        """Return code and geodesic metres of the municipality nearest to a point; 0 inside.

        Parameters
        ----------
        lon, lat : float
            The point, degrees.
        within_m : float
            Where no municipality is as near as that, the code is empty and the distance infinite.
            A bound saves measuring: outlines have 100,000 vertices, a hospital of another
            prefecture is near none.
        """
        inside = self.locate(lon, lat)
        if inside is not None:
            return inside, 0.0
        best: tuple[float, str] = (math.inf, "")
        for at_least, at in self._in_reach(lon, lat, within_m):
            if at_least > best[0]:
                break
            code = str(self.municipalities.index[at])
            metres = self.distance_m(code, lon, lat)
            if metres <= within_m:
                best = min(best, (metres, code))
        return best[1], best[0]

    def _in_reach(self, lon: float, lat: float, within_m: float) -> Iterator[tuple[float, int]]:
        """Yield places in the table with the metres they are away at least, the nearest first."""
        scale = _scale(lat)
        outlines = self._tree.geometries
        places = np.arange(len(outlines))
        if math.isfinite(within_m):
            reach = within_m * _SLACK / scale
            around = box(lon - reach[0], lat - reach[1], lon + reach[0], lat + reach[1])
            places = self._tree.query(around)
        at_least = metres_at_least(shapely.bounds(outlines[places]), lon, lat)
        order = np.lexsort((places, at_least))
        yield from zip(at_least[order].tolist(), places[order].tolist(), strict=True)

    def area_of(self, code: str) -> MedicalArea | None:
        """Return the medical area of a municipality; None when either is unknown."""
        found = self.municipality(code)
        if found is None or found.area_code is None:
            return None
        return self.medical_area(found.area_code)

    def areas_of(self, code: str) -> tuple[MedicalArea, ...]:
        """Return all medical areas that a code's ground lies in, by code: a city's have several."""
        found = {area.code: area for row in self._rows(code) if (area := self.area_of(row))}
        return tuple(found[key] for key in sorted(found))

    def medical_area(self, area_code: str) -> MedicalArea | None:
        """Return a medical area by its four-digit code."""
        return next((a for a in self.medical_areas if a.code == area_code), None)

    def prefecture_land(self, prefecture_code: str | None = None) -> MultiPolygon:
        """Return the land of a prefecture (of this one by default), EPSG:6668; joined once."""
        wanted = prefecture_code if prefecture_code is not None else self.prefecture_code
        if wanted not in self._lands:
            mine = self.municipalities["prefecture_code"] == wanted
            self._lands[wanted] = dissolve(self.municipalities.geometry[mine].values)
        return self._lands[wanted]


def metres_at_least(bounds: NDArray[np.float64], lon: float, lat: float) -> NDArray[np.float64]:
    """Return how many geodesic metres lie at least between a point and what boxes hold.

    Parameters
    ----------
    bounds : (K, 4) float64
        West, south, east, north, degrees.
    lon, lat : float
        The point, degrees.
    """
    west, south, east, north = bounds.T
    scale = _scale(lat)
    dx = np.maximum.reduce([west - lon, lon - east, np.zeros_like(west)]) * scale[0]
    dy = np.maximum.reduce([south - lat, lat - north, np.zeros_like(west)]) * scale[1]
    apart: NDArray[np.float64] = np.hypot(dx, dy) / _SLACK
    return apart


def geodesic_distance_m(area: BaseGeometry, lon: float, lat: float) -> float:
    """Return geodesic metres (GRS 80) from a point to polygons, 0 inside.

    Parameters
    ----------
    area : Polygon or MultiPolygon
        Longitude/latitude degrees.
    lon, lat : float
        The point, degrees.

    Returns
    -------
    float
        Metres; ``inf`` for an empty geometry.

    Notes
    -----
    Edges are straight in the plane of measurement. For edges of real outlines (metres to a few
    kilometres) that is exact to the millimetre; for edges of 100 km it is not.
    """
    point = Point(lon, lat)
    if area.is_empty:
        return math.inf
    if area.intersects(point):
        return 0.0
    return outline_distance_m(area.boundary, lon, lat)


def outline_distance_m(outline: BaseGeometry, lon: float, lat: float) -> float:
    """Return geodesic metres (GRS 80) from a point to lines, as `geodesic_distance_m` measures.

    Parameters
    ----------
    outline : LineString or MultiLineString
        Longitude/latitude degrees.
    lon, lat : float
        The point, degrees.
    """
    if outline.is_empty:
        return math.inf
    scale = _scale(lat)
    origin = np.array([lon, lat])
    # A flat look finds some boundary point; no nearer one lies beyond its geodesic distance.
    flat = shapely.transform(outline, lambda xy: (xy - origin) * scale)
    guess = shapely.get_coordinates(shapely.shortest_line(Point(0, 0), flat))[1] / scale + origin
    bound = GEOD.inv(lon, lat, guess[0], guess[1])[2]
    reach = bound * _SLACK / scale
    window = box(lon - reach[0], lat - reach[1], lon + reach[0], lat + reach[1])
    near = shapely.clip_by_rect(outline, *window.bounds)
    return min(float(bound), _azimuthal_distance(near, lon, lat))


def _azimuthal_distance(lines: BaseGeometry, lon: float, lat: float) -> float:
    """Measure in the azimuthal equidistant plane, where distances from the centre are true."""

    def project(xy: np.ndarray) -> np.ndarray:
        count = len(xy)
        forward, _, metres = GEOD.inv(np.full(count, lon), np.full(count, lat), xy[:, 0], xy[:, 1])
        angle = np.radians(forward)
        return np.stack([metres * np.sin(angle), metres * np.cos(angle)], axis=1)

    if lines.is_empty:
        return math.inf
    return float(shapely.distance(Point(0, 0), shapely.transform(lines, project)))


def _scale(lat: float) -> np.ndarray:
    """Return metres per degree of longitude and latitude near `lat`."""
    return np.array([_M_PER_DEGREE * math.cos(math.radians(lat)), _M_PER_DEGREE])
