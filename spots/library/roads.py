"""`Roads`: a road network for notebooks."""

from __future__ import annotations

from dataclasses import dataclass

from groundfloor.problems import Problem
from networks.network import RoadNetwork
from networks.types import TravelOptions


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """A road network, and what drives on it may use.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    options : TravelOptions
        Toll roads and ferries.
    """

    network: RoadNetwork
    options: TravelOptions

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes of reading and changing it."""
        return self.network.problems
