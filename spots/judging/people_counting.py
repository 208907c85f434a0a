"""The people inside spots and units of ground, and what is to be known of their number.

Stands apart: circles are drawn by a policy, people are counted from a table that may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from boundaries import PREFECTURES, InhabitedGround, Regions, inhabited_ground, people_inside
from groundfloor.kept import Kept
from groundfloor.problems import Problem, Text, note, warning
from spots.telling.units import people, whole
from spots.telling.wording import names
from spots.types import Spot
from spots.types.ground_units import GroundResult, UnitVerdict

# Degrees around prefecture and spots in which cells are looked at, some ten kilometres: whether a
# table goes on beyond a border shows close to it.
_AROUND = 0.1
# Of a spot, in square degrees: a tenth of a hectare; less than that is an error of outlines.
_SLIVER = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class CountedPeople:
    """The people of a run.

    Parameters
    ----------
    spots : tuple of Spot
        With the people inside each.
    inside : float or None
        People inside any of them; None where the run has no population.
    units : tuple of UnitVerdict
        With the people inside the ground of each that is designated.
    grounds : tuple of GroundResult
        With the people inside each.
    cells : GeoDataFrame or None
        Cells that touch the prefecture or a spot, see `RunResult.population`.
    ground : GeoDataFrame or None
        Where the people of cells live that do not live all over them, see
        `RunResult.population_ground`.
    problems : tuple of Problem
        What the number lacks.
    """

    spots: tuple[Spot, ...]
    inside: float | None = None
    units: tuple[UnitVerdict, ...] = ()
    grounds: tuple[GroundResult, ...] = ()
    cells: gpd.GeoDataFrame | None = None
    ground: gpd.GeoDataFrame | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """What people are counted in: its ground, and the whole of which that is a part."""

    name: str
    geometry: BaseGeometry
    circle: BaseGeometry


def count_people(
    cells: gpd.GeoDataFrame | None,
    spots: Sequence[Spot],
    dissolved: MultiPolygon,
    regions: Regions,
    units: Sequence[UnitVerdict] = (),
    grounds: Sequence[GroundResult] = (),
    *,
    lived_in: CellsLivedOn | None = None,
) -> CountedPeople:
    """Count the people inside each spot, each unit that is designated, and all of them together.

    Parameters
    ----------
    cells : GeoDataFrame or None
        From `boundaries.read_population`.
    spots : sequence of Spot
        The effective spots.
    dissolved : MultiPolygon
        Their union, EPSG:6668.
    regions : Regions
        For land and prefectures.
    units : sequence of UnitVerdict
        Of all results; only those with ground are counted in.
    grounds : sequence of GroundResult
        What each result designates.
    lived_in : CellsLivedOn, optional
        The same cells, for whoever counts again and again.
    """
    if cells is None:
        return CountedPeople(tuple(spots), units=tuple(units), grounds=tuple(grounds))
    places = _drawn(spots, units)
    towns = regions.municipalities
    home = towns.geometry[towns["prefecture_code"] == regions.prefecture_code].to_numpy()
    drawn = np.array([*home, *(p.circle for p in places)], dtype=object)
    cells, found = (lived_in or CellsLivedOn(cells, regions)).around(drawn)
    tree = shapely.STRtree(cells.geometry.to_numpy())
    kept = cells.iloc[np.unique(tree.query(drawn, predicate="intersects")[1])]
    ground = found.ground[found.ground.index.isin(kept.index)]
    asked = [*(p.geometry for p in places), *(g.geometry for g in grounds), dissolved]
    *inside, together = people_inside(kept, asked, ground)
    counts = iter(inside)
    return CountedPeople(
        spots=tuple(replace(s, population=next(counts)) for s in spots),
        inside=together,
        units=tuple(
            v if v.geometry.is_empty else replace(v, population=next(counts)) for v in units
        ),
        grounds=tuple(replace(g, population=next(counts)) for g in grounds),
        cells=kept,
        ground=ground,
        problems=(
            *_not_covered(places, towns, found),
            *_on_both_sides(kept, places, found),
            *_adrift(kept, places, found),
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class CellsLivedOn:
    """Cells of population with the ground that people live on: found once for each window.

    The last few windows are kept; threads may share it.

    Parameters
    ----------
    cells : GeoDataFrame
        From `boundaries.read_population`.
    regions : Regions
        For land and prefectures.
    """

    cells: gpd.GeoDataFrame
    regions: Regions
    _known: Kept = field(default_factory=Kept)

    def around(self, drawn: np.ndarray) -> tuple[gpd.GeoDataFrame, InhabitedGround]:
        """Return the cells near what is drawn, and the ground that their people live on."""
        window = shapely.total_bounds(drawn).tobytes()
        return self._known.get("window", window, partial(self._found, drawn))

    def _found(self, drawn: np.ndarray) -> tuple[gpd.GeoDataFrame, InhabitedGround]:
        near, regions = _near(self.cells, drawn), self.regions
        return near, inhabited_ground(near, regions.municipalities, regions.prefecture_code)


@dataclass(frozen=True, slots=True)
class HeadCount:
    """The people inside a piece of ground.

    Parameters
    ----------
    people : float
        Those whom the cells have.
    secret : bool
        Whether a cell that hides its people touches it.
    uncovered : bool
        Whether it reaches into a prefecture whose people the cells do not hold.
    """

    people: float
    secret: bool
    uncovered: bool


def head_counts(
    cells: gpd.GeoDataFrame, shapes: Sequence[MultiPolygon], regions: Regions
) -> tuple[HeadCount, ...]:
    """Count the people inside each of some pieces of ground, and say what the numbers lack.

    Parameters
    ----------
    cells : GeoDataFrame
        From `boundaries.read_population`.
    shapes : sequence of MultiPolygon
        EPSG:6668.
    regions : Regions
        For land and prefectures.
    """
    if not shapes:
        return ()
    towns = regions.municipalities
    drawn = np.array(shapes, dtype=object)
    cells, found = lived_on(cells, regions, shapes)
    inside = people_inside(cells, shapes, found.ground)
    hidden = cells.geometry.to_numpy()[cells["population"].isna().to_numpy()]
    foreign = towns.geometry[~towns["prefecture_code"].isin(found.covered)].to_numpy()
    secret = _over(drawn, hidden)
    uncovered = _over(drawn, foreign)
    rows = zip(inside, secret.tolist(), uncovered.tolist(), strict=True)
    return tuple(HeadCount(*row) for row in rows)


def lived_on(
    cells: gpd.GeoDataFrame, regions: Regions, shapes: Sequence[BaseGeometry] = ()
) -> tuple[gpd.GeoDataFrame, InhabitedGround]:
    """Return the cells near the prefecture, and the ground that their people live on.

    Parameters
    ----------
    cells : GeoDataFrame
        From `boundaries.read_population`.
    regions : Regions
        For land and prefectures.
    shapes : sequence of geometry
        What else the cells may be near, EPSG:6668.
    """
    towns = regions.municipalities
    home = towns.geometry[towns["prefecture_code"] == regions.prefecture_code].to_numpy()
    return CellsLivedOn(cells, regions).around(np.array([*home, *shapes], dtype=object))


def _over(shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which shapes have ground in common with any of the others."""
    found = np.zeros(len(shapes), bool)
    place, other = shapely.STRtree(others).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[place], others[other])) > _SLIVER
    found[place[shared]] = True
    return found


def _drawn(spots: Sequence[Spot], units: Sequence[UnitVerdict]) -> list[_Drawn]:
    with_ground = [v for v in units if not v.geometry.is_empty]
    return [
        *(_Drawn(s.name, s.geometry, s.circle) for s in spots),
        *(_Drawn(v.unit.name, v.geometry, v.unit.geometry or v.geometry) for v in with_ground),
    ]


def _near(cells: gpd.GeoDataFrame, drawn: np.ndarray) -> gpd.GeoDataFrame:
    west, south, east, north = shapely.total_bounds(drawn)
    window = box(west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND)
    return cells[shapely.intersects(cells.geometry.to_numpy(), window)]


def _not_covered(
    spots: Sequence[_Drawn], towns: gpd.GeoDataFrame, found: InhabitedGround
) -> Iterator[Problem]:
    """Yield the spots that reach into prefectures whose people the table does not hold."""
    other = towns[~towns["prefecture_code"].isin(found.covered)]
    shapes = np.array([s.geometry for s in spots], dtype=object)
    place, town = shapely.STRtree(other.geometry.to_numpy()).query(shapes, predicate="intersects")
    land = other.geometry.to_numpy()[town]
    over = shapely.area(shapely.intersection(shapes[place], land)) > _SLIVER
    if not over.any():
        return
    reach = names([spots[at].name for at in sorted(set(place[over].tolist()))])
    codes = sorted(set(other["prefecture_code"].to_numpy()[town[over]]))
    beyond = names([PREFECTURES[code] for code in codes])
    yield warning(
        "population-not-covered",
        Text(
            f"人口のデータにない{beyond.ja}の住民は、区域内の人口に数えていません（{reach.ja}）",
            f"the population has no people of {beyond.en}: those inside {reach.en} are not counted",
        ),
        Text(
            "隣の都道府県の人口のファイルも [population] の file に加えてください",
            "add the files of the other prefectures to 'file' under [population]",
        ),
    )


def _on_both_sides(
    cells: gpd.GeoDataFrame, spots: Sequence[_Drawn], found: InhabitedGround
) -> Iterator[Problem]:
    used = _touched(cells, [s.geometry for s in spots]) & cells.index.isin(found.shared)
    if used.any():
        count = whole(float(used.sum()))
        yield note(
            "population-across-border",
            Text(
                f"都道府県境の区画{count}件の人口は、境界データに隣の都道府県がないため、区画全体に按分しました",
                f"the people of {count} cells on the prefecture's border are spread over the "
                "whole cell: the boundaries lack the neighbours",
            ),
            Text(
                "隣の都道府県の市区町村も含む境界データか、都道府県別の人口のファイルを使ってください",
                "give boundaries that hold the neighbours too, or people of this prefecture only",
            ),
        )


def _adrift(
    cells: gpd.GeoDataFrame, spots: Sequence[_Drawn], found: InhabitedGround
) -> Iterator[Problem]:
    """Yield a note of people inside a circle on ground that the outlines lack: islets, capes."""
    if found.shared:  # those beyond the outlines are a neighbour's
        return
    lost = _touched(cells, [s.circle for s in spots]) & cells.index.isin(found.adrift)
    lost &= ~_touched(cells, [s.geometry for s in spots])
    if lost.any():
        told = people(float(cells["population"].to_numpy()[lost].sum()))
        count = whole(float(lost.sum()))
        yield note(
            "population-without-land",
            Text(
                f"円の中の区画{count}件（{told.ja}）は境界データに陸地がなく、数えていません",
                f"{count} cells inside a circle, {told.en}, have no land in the boundaries "
                "and are not counted",
            ),
            Text(
                "小さな島や岬を省いていない境界データを使ってください",
                "give boundaries that keep small islands and capes",
            ),
        )


def _touched(cells: gpd.GeoDataFrame, areas: Sequence[object]) -> np.ndarray:
    found = np.zeros(len(cells), bool)
    shapes = np.array(areas, dtype=object)
    tree = shapely.STRtree(cells.geometry.to_numpy())
    found[tree.query(shapes, predicate="intersects")[1]] = True
    return found
