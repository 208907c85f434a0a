"""How many people have a long drive to any hospital, and how many more without some of these.

The places, drives and limits are those of the indicators (`spots.judging.indicators`): a drive of
the limit or longer is beyond it, and so is a cell from which no road leads to a hospital. Where a
cell has no road within the policy's limit its drive is not known, and its people are counted apart.

Without a hospital only those drives are others that led to it, so only these are asked again: a
place whose nearest is another keeps it, since nothing that is taken away can make a drive shorter.

Stands apart: indicators are of municipalities and areas; here the same drives are asked again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Regions
from boundaries.population import people_by_cell
from networks import SnapResult, snap_points
from spots.judging.criteria import PolicyFacts, TiedRoads
from spots.judging.criteria.solving import terminals_of
from spots.judging.indicator_doubts import asked_hospitals
from spots.judging.indicators import (
    OFF_ROADS,
    UNREACHABLE,
    IndicatorSetting,
    drives_to,
    home_points,
)
from spots.types import Facility

_Longs = NDArray[np.int64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PeopleBeyond:
    """People by the drive from their cell to the nearest hospital.

    Parameters
    ----------
    facts : PolicyFacts
        What a drive may use.
    roads : TiedRoads
        The roads.
    hospitals : tuple of Facility
        Those that count, by id.
    limit_ms : int
        Drives of this and more are beyond.
    tied : tuple of SnapResult
        Where each cell is tied to the roads.
    people : (C,) float64
        People of each cell who live in the prefecture.
    ms : (C,) int64
        Milliseconds to the nearest hospital; below zero where there is no drive.
    nearest : tuple of str
        Its id; empty where there is none.
    """

    facts: PolicyFacts
    roads: TiedRoads
    hospitals: tuple[Facility, ...]
    limit_ms: int
    tied: tuple[SnapResult, ...]
    people: NDArray[np.float64]
    ms: _Longs
    nearest: tuple[str, ...]

    @classmethod
    def of(
        cls,
        asked: IndicatorSetting,
        facts: PolicyFacts,
        regions: Regions,
        cells: gpd.GeoDataFrame,
        ground: gpd.GeoDataFrame | None,
    ) -> PeopleBeyond | None:
        """Return the people of a run by their drives; None without roads.

        Parameters
        ----------
        asked : IndicatorSetting
            Which hospitals count, and the limit.
        facts : PolicyFacts
            Facilities, roads, and what a drive may use.
        regions : Regions
            The prefecture.
        cells, ground : GeoDataFrame, and GeoDataFrame or None
            Cells of population and where their people live, as `RunResult` has them.
        """
        if facts.roads is None:
            return None
        lon, lat = shapely.get_coordinates(home_points(cells, ground)).T
        travel = facts.travel
        limit_m, tolls = travel.snap_limit_m, travel.tolls
        tied = snap_points(facts.roads.network, lon, lat, limit_m, tolls=tolls)
        towns = regions.municipalities
        own = towns.geometry[towns["prefecture_code"] == regions.prefecture_code]
        people = people_by_cell(cells, list(own.sort_index()), ground)
        hospitals = asked_hospitals(asked.hospitals, facts)
        ends = terminals_of(hospitals, facts.roads.tied())
        ms, nearest = drives_to(tied, ends, facts, facts.roads)
        ids = tuple(ends[k].id if k >= 0 else "" for k in nearest.tolist())
        return cls(facts, facts.roads, hospitals, asked.limit_ms, tied, people, ms, ids)

    @property
    def beyond(self) -> float:
        """People whose drive takes the limit or more, or is none."""
        return float(self.people[self._is_far(self.ms)].sum())

    @property
    def off_roads(self) -> float:
        """People of whose drive nothing is known."""
        return float(self.people[self.ms == OFF_ROADS].sum())

    def more_without(self, ids: Collection[str]) -> float:
        """Return how many more people are beyond when some hospitals are gone.

        Parameters
        ----------
        ids : collection of str
            Of the hospitals; of those that do not count nothing hangs.
        """
        led = np.array([i in ids for i in self.nearest], bool) & ~self._is_far(self.ms)
        if not led.any():
            return 0.0
        left = [f for f in self.hospitals if f.id not in ids]
        tied = [self.tied[at] for at in np.flatnonzero(led).tolist()]
        ms, _ = drives_to(tied, terminals_of(left, self.roads.tied()), self.facts, self.roads)
        return float(self.people[led][self._is_far(ms)].sum())

    def _is_far(self, ms: _Longs) -> _Flags:
        far: _Flags = (ms == UNREACHABLE) | (ms >= self.limit_ms)
        return far
