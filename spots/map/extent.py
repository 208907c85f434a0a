"""What maps show first, on screen and on paper: a prefecture's main ground, and far islands apart.

A prefecture's outermost rock is not what its map is about: 南鳥島 lies 1,800 km from 東京, and a
map that holds both shows neither. What matters is where municipalities, facilities and spots are.
Land is taken in groups; a group that would make the main map much coarser becomes an inset (別図),
and land on which nothing of that stands is drawn where there is room, and named where there is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from groundfloor.crs import JGD2011
from groundfloor.problems import Text
from spots.map.shapes import display_outlines
from spots.types import RunResult, State

#: Width by height of the map on A4. The rule is one for all papers and screens.
ASPECT = 198.0 / 161.0
#: The main map may become coarser by this for all the islands that it takes in.
MOST_COARSER = 1.25
#: So many insets find room beside the main map, and are still looked at.
MOST_INSETS = 3
_NEAR_M = 12_000.0  # land as near is one archipelago, and one with the main land
_TOGETHER = 0.5  # of the main land's size: islands within it share an inset from the start
_AT_MOST = 1.5  # of the main map's size: what an inset can still show where insets must be few
_LAND_M = 300.0  # a strait with bridges, and hairlines between outlines that were thinned alone
_ASHORE_M = 5_000.0  # a pier or a coast of generalised outlines; farther off a point stands alone
_MOST_WEIGHT = 0.6  # of all that matters is on the main map, whatever it costs
_CHEAP = 1.2  # what one more group may always cost: an inset for less is not worth a look
_UNRELATED = 1.25  # so much larger two islands count that are of two medical areas
_ON_MAIN = 0.5  # of a group's ground: seen twice it would be an inset of the main map
_LARGE = 0.02  # of a prefecture's land: so large an island matters though nothing is known on it
_ISLET_KM2 = 1.0  # smaller land on which nothing stands makes no map coarser
_FREE = 1.02

_Box = tuple[float, float, float, float]
_Group = list[int]


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of ground: west, south, east and north.

    Parameters
    ----------
    degrees : tuple of float
        Longitude and latitude.
    metres : tuple of float
        The same ground's extent in the run's plane zone.
    """

    degrees: _Box
    metres: _Box


@dataclass(frozen=True, slots=True)
class Inset:
    """Ground that has a map of its own.

    Parameters
    ----------
    title : Text
        Which municipalities, or which medical area, it shows.
    window : Window
        Where it is.
    """

    title: Text
    window: Window


@dataclass(frozen=True, slots=True)
class FarLand:
    """Land of a municipality on which nothing stands and that no map shows.

    Parameters
    ----------
    municipality : str
        Its name.
    count : int
        Islands.
    km2 : float
        Of all of them.
    """

    municipality: str
    count: int
    km2: float


@dataclass(frozen=True, slots=True)
class ShownGround:
    """What the maps of a run show.

    Parameters
    ----------
    main : Window
        The main map.
    insets : tuple of Inset
        The largest first.
    far : tuple of FarLand
        Land that is on none of them, by municipality.
    """

    main: Window
    insets: tuple[Inset, ...] = ()
    far: tuple[FarLand, ...] = ()


def shown_ground(result: RunResult, outlines: gpd.GeoSeries | None = None) -> ShownGround | None:
    """Return what the maps of a run show; None where nothing has a place.

    Parameters
    ----------
    result : RunResult
        The run.
    outlines : GeoSeries, optional
        Its municipalities as they are drawn, longitude/latitude on their index; by default those
        of `spots.map.shapes.display_outlines`.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    """
    if outlines is None:
        outlines = display_outlines(result.municipalities, plane_epsg=result.plane_epsg)
    pieces = _Pieces.of(result, outlines)
    if not len(pieces.shapes):
        return None
    pieces, (main, *groups) = _sorted_out(pieces)
    far = [
        n for n in range(len(pieces.codes)) if not any(pieces.inside(n, g) for g in (main, *groups))
    ]
    return ShownGround(
        main=pieces.window(main),
        insets=tuple(
            Inset(_title(result, pieces, group), pieces.window(group))
            for group in sorted(groups, key=lambda group: -pieces.size(group))
        ),
        far=tuple(_far(result, pieces, far)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Land in single parts, and points that lie on none.

    Parameters
    ----------
    shapes : array of Polygon or Point
        Metres of the plane zone.
    metres, degrees : (N, 4) float array
        Extents, with the circles and points of facilities there.
    codes, areas : list of str
        Municipality of each, and its medical area; empty for a point, and where there is none.
    weight : (N,) float array
        How much stands there: facilities, and municipalities of which it is the main land.
    km2 : (N,) float array
        Land.
    """

    shapes: NDArray[np.object_]
    metres: NDArray[np.float64]
    degrees: NDArray[np.float64]
    codes: list[str]
    areas: list[str]
    weight: NDArray[np.float64]
    km2: NDArray[np.float64]

    @classmethod
    def of(cls, result: RunResult, outlines: gpd.GeoSeries) -> _Pieces:
        """Return the land of a run's prefecture, or all there is where it has none."""
        to_plane = Transformer.from_crs(JGD2011, result.plane_epsg, always_xy=True)
        home = result.municipalities["prefecture_code"].isin(result.settings.home)
        mine = outlines[home] if home.any() else outlines
        parts, owner = shapely.get_parts(np.asarray(mine.values, dtype=object), return_index=True)
        land = _moved(parts, to_plane)
        circles = _standing(result, everybody=not home.any())
        points = shapely.points(circles[:, :2])
        ashore, at = _ashore(land, _moved(points, to_plane))
        alone = np.flatnonzero(~ashore)
        at[alone] = len(parts) + np.arange(len(alone))
        shapes = np.concatenate([land, _moved(points[alone], to_plane)])
        degrees = shapely.bounds(np.concatenate([parts, points[alone]])).reshape(-1, 4)
        metres = shapely.bounds(shapes).reshape(-1, 4)
        for boxes, around in (
            (degrees, circles[:, 2:]),
            (metres, _boxes(circles[:, 2:], to_plane)),
        ):
            np.minimum.at(boxes[:, :2], at, around[:, :2])
            np.maximum.at(boxes[:, 2:], at, around[:, 2:])
        towns = [str(mine.index[n]) for n in owner]
        area_of = result.municipalities["area_code"].dropna().to_dict()
        return cls(
            shapes=shapes,
            metres=metres,
            degrees=degrees,
            codes=[*towns, *("" for _ in alone)],
            areas=[*(str(area_of.get(code, "")) for code in towns), *("" for _ in alone)],
            weight=np.bincount(at, minlength=len(shapes)).astype(np.float64),
            km2=shapely.area(shapes) / 1e6,
        )

    def with_towns(self, groups: Sequence[_Group]) -> _Pieces:
        """Return the pieces with a weight of one more where most of a municipality's land is.

        Most of 小笠原村 is 父島列島, though its largest island is 硫黄島.
        """
        weight, codes = self.weight.copy(), np.array(self.codes)
        of_group = np.zeros(len(codes), dtype=np.int64)
        for n, group in enumerate(groups):
            of_group[group] = n
        for code in sorted(set(self.codes) - {""}):
            mine = np.flatnonzero(codes == code)
            most = np.bincount(of_group[mine], self.km2[mine]).argmax()
            there = mine[of_group[mine] == most]
            weight[there[self.km2[there].argmax()]] += 1.0
        return replace(self, weight=weight)

    def window(self, group: _Group) -> Window:
        """Return the ground of a group."""
        return Window(_around(self.degrees[group]), _around(self.metres[group]))

    def areas_of(self, group: _Group) -> set[str]:
        """Return the medical areas that a group is of."""
        return {self.areas[piece] for piece in group if self.weight[piece]} - {""}

    def size(self, group: _Group) -> float:
        """Return how many metres high a map of a group is, or would be at its width."""
        return _size(_around(self.metres[group]))

    def shared(self, group: _Group, main: _Group) -> float:
        """Return how much of the ground of a group is that of another too, from 0 to 1."""
        a, b, c, d = _around(self.metres[group])
        west, south, east, north = _around(self.metres[main])
        common = max(min(c, east) - max(a, west), 0.0) * max(min(d, north) - max(b, south), 0.0)
        return common / ((c - a) * (d - b)) if common else 0.0

    def inside(self, piece: int, group: _Group) -> bool:
        """Tell whether a piece is seen on the map of a group."""
        west, south, east, north = _around(self.metres[group])
        a, b, c, d = self.metres[piece]
        return bool(west <= a and south <= b and c <= east and d <= north)

    def linked(self, metres: float) -> NDArray[np.int64]:
        """Return numbers that are the same for pieces as near to each other, if through others."""
        tree = shapely.STRtree(self.shapes)
        one, other = tree.query(self.shapes, predicate="dwithin", distance=metres)
        numbers = np.arange(len(self.shapes))
        while True:  # each takes the least number around it, until none is less
            least = numbers.copy()
            np.minimum.at(least, one, numbers[other])
            least = least[least]  # and that of whose number it took
            if (least == numbers).all():
                return numbers
            numbers = least


def _standing(result: RunResult, *, everybody: bool) -> NDArray[np.float64]:
    """Return longitude and latitude of what matters, with the extent of what is drawn around it."""
    home = result.settings.home
    circles = {spot.facility_id: spot.circle.bounds for spot in result.spots}
    found: list[tuple[float, ...]] = []
    for verdict in result.verdicts:
        point = verdict.facility.position
        sound = point is not None and verdict.place.problem is None  # no slip sets the extent
        if point is not None and sound and (everybody or verdict.place.prefecture_code in home):
            here = (point.lon, point.lat)
            found.append((*here, *circles.get(verdict.facility.id, (*here, *here))))
    for judged in result.units:
        point = judged.unit.position
        if point is not None and judged.state is State.DESIGNATED:
            found.append((point.lon, point.lat) * 3)
    return np.array(found, dtype=np.float64).reshape(-1, 6)


def _ashore(
    land: NDArray[np.object_], points: NDArray[np.object_]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which points are on land or near it, and the number of that land."""
    ashore, at = np.zeros(len(points), dtype=bool), np.zeros(len(points), dtype=np.int64)
    if len(land) and len(points):
        tree = shapely.STRtree(land)
        found, nearest = tree.query_nearest(points, max_distance=_ASHORE_M, all_matches=False)
        ashore[found], at[found] = True, nearest
    return ashore, at


def _moved(shapes: NDArray[np.object_], to_plane: Transformer) -> NDArray[np.object_]:
    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(shapes, move) if len(shapes) else shapes
    return moved


def _boxes(degrees: NDArray[np.float64], to_plane: Transformer) -> NDArray[np.float64]:
    """Return extents in metres that hold those in degrees."""
    west, south, east, north = degrees.T
    x, y = to_plane.transform(
        np.concatenate([west, east, west, east]), np.concatenate([south, south, north, north])
    )
    xs, ys = np.reshape(x, (4, -1)), np.reshape(y, (4, -1))
    return np.column_stack([xs.min(axis=0), ys.min(axis=0), xs.max(axis=0), ys.max(axis=0)])


def _around(boxes: NDArray[np.float64]) -> _Box:
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _size(box: _Box) -> float:
    return max((box[2] - box[0]) / ASPECT, box[3] - box[1])


# --- which land is on which map


def _sorted_out(pieces: _Pieces) -> tuple[_Pieces, list[_Group]]:
    """Return what stands where, and the pieces of the main map and of each inset."""
    lands = _groups(pieces.linked(_LAND_M))
    weight = pieces.with_towns(lands).weight
    core = max(lands, key=lambda g: (weight[g].sum(), pieces.km2[g].sum(), -g[0]))
    base = pieces.size(core)
    near = _groups(pieces.linked(_NEAR_M))
    pieces = pieces.with_towns(near)
    large = _LARGE * pieces.km2.sum()
    main: _Group = []
    apart: list[_Group] = []
    loose: _Group = []
    for group in near:
        if core[0] in group:
            main = group
        elif pieces.weight[group].any() or (pieces.km2[group] >= large).any():
            apart.append(group)
        else:
            loose += group
    main, apart = _most_of_it(pieces, main, apart)
    most = MOST_COARSER * pieces.size(main)
    main, apart = _taken_in(pieces, main, apart, most)
    limits = [most, *(base for _ in apart)]
    main, *apart = _with_loose(pieces, [main, *apart], loose, limits)
    main, apart = _few(pieces, core, main, apart, _TOGETHER * base)
    return pieces, [main, *apart]


def _groups(numbers: NDArray[np.int64]) -> list[_Group]:
    order = np.argsort(numbers, kind="stable")
    cuts = np.flatnonzero(np.diff(numbers[order])) + 1
    return [group.tolist() for group in np.split(order, cuts)]


def _most_of_it(pieces: _Pieces, main: _Group, apart: list[_Group]) -> tuple[_Group, list[_Group]]:
    """Take in groups, the cheapest first, until the main map shows most of what matters."""
    left = list(apart)
    while left and pieces.weight[main].sum() < _MOST_WEIGHT * pieces.weight.sum():
        cheapest = _cheapest(pieces, main, left)
        main = main + cheapest
        left.remove(cheapest)
    return main, left


def _taken_in(
    pieces: _Pieces, main: _Group, apart: list[_Group], most: float
) -> tuple[_Group, list[_Group]]:
    """Take groups into the main map, the cheapest first, while it gets no coarser than `most`.

    What lies on its ground already for a good part is taken in at any price.
    """
    left = list(apart)
    while left:
        there = [g for g in left if pieces.shared(g, main) > _ON_MAIN]
        cheapest = _cheapest(pieces, main, there or left)
        if not there and pieces.size(main + cheapest) > max(most, _CHEAP * pieces.size(main)):
            break
        main = main + cheapest
        left.remove(cheapest)
    return main, left


def _cheapest(pieces: _Pieces, main: _Group, groups: list[_Group]) -> _Group:
    return min(groups, key=lambda group: (pieces.size(main + group), group[0]))


def _few(
    pieces: _Pieces, core: _Group, main: _Group, apart: list[_Group], small: float
) -> tuple[_Group, list[_Group]]:
    """Put groups together that share an inset, until insets are few.

    Never two with the main land between them: their inset would show it again. Where no two can
    share one at a scale near the main map's, the main map takes in what costs it least.
    """
    left = list(apart)
    while True:
        size, one, other = _closest(pieces, core, left)
        few = len(left) <= MOST_INSETS
        if few and size > small:
            return main, left
        if size <= (small if few else max(small, _AT_MOST * pieces.size(main))):
            both = left[one] + left[other]
            left = [group for n, group in enumerate(left) if n not in {one, other}] + [both]
        else:
            cheapest = _cheapest(pieces, main, left)
            main = main + cheapest
            left.remove(cheapest)


def _closest(pieces: _Pieces, core: _Group, groups: list[_Group]) -> tuple[float, int, int]:
    """Return the size of the smallest two groups together, and which; infinite without any.

    Two of one medical area come before two that are a little smaller.
    """
    west, south, east, north = _around(pieces.metres[core])
    best = (np.inf, np.inf, 0, 0)
    for one, other in combinations(range(len(groups)), 2):
        both = _around(pieces.metres[groups[one] + groups[other]])
        if not (both[0] < east and west < both[2] and both[1] < north and south < both[3]):
            related = pieces.areas_of(groups[one]) & pieces.areas_of(groups[other])
            size = _size(both)
            best = min(best, (size * (1.0 if related else _UNRELATED), size, one, other))
    return best[1:]


def _with_loose(
    pieces: _Pieces, groups: list[_Group], loose: _Group, most: Sequence[float]
) -> list[_Group]:
    """Add land on which nothing stands to the map that shows it most cheaply, the largest first."""
    grown = [list(group) for group in groups]
    for piece in sorted(loose, key=lambda piece: (-pieces.km2[piece], piece)):
        room: list[tuple[bool, float, int]] = []
        for n, group in enumerate(grown):
            size, more = pieces.size(group), pieces.size([*group, piece])
            if more <= max(_FREE * size, most[n] if pieces.km2[piece] >= _ISLET_KM2 else 0.0):
                strange = pieces.codes[piece] not in {pieces.codes[each] for each in group}
                room.append((strange, more - size, n))
        if room:
            grown[min(room)[2]].append(piece)
    return grown


# --- what they are called

_NAMED = 2


def _title(result: RunResult, pieces: _Pieces, group: _Group) -> Text:
    """Return the name of an inset: a medical area that is all there, else municipalities."""
    km2: dict[str, float] = {}
    for piece in group:
        code = pieces.codes[piece]
        if code and pieces.weight[piece]:
            km2[code] = km2.get(code, 0.0) + float(pieces.km2[piece])
    frame = result.municipalities
    codes = sorted(km2, key=lambda code: (-km2[code], code))
    areas = {frame["area_code"][code] for code in codes}
    area = areas.pop() if len(areas) == 1 else None
    if isinstance(area, str) and area in result.areas.index:
        members = frame.index[frame["area_code"] == area]
        if set(members) == set(codes):
            name = str(result.areas["name"][area])
            return Text(f"{name}医療圏", f"{name} medical area")
    if not codes:
        return Text("海上の施設", "Facilities at sea")
    names = [str(frame["name"][code]) for code in codes]
    more = len(names) > _NAMED
    return Text(
        "・".join(names[:_NAMED]) + ("ほか" if more else ""),
        ", ".join(names[:_NAMED]) + (" and others" if more else ""),
    )


def _far(result: RunResult, pieces: _Pieces, far: Sequence[int]) -> Iterable[FarLand]:
    for code in sorted({pieces.codes[piece] for piece in far}):
        mine = [piece for piece in far if pieces.codes[piece] == code]
        name = str(result.municipalities["name"][code])
        yield FarLand(name, len(mine), float(pieces.km2[mine].sum()))
