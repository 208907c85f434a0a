"""Settings of the drive, shared by every criterion that measures travel time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from groundfloor.settings import STRICT, NotNegative, Positive
from networks.types import TravelOptions
from spots.telling.units import ms_from_minutes
from spots.types import Assumption, TravelDirection


@dataclass(frozen=True, slots=True)
class TravelSetting:
    """What the drive may use, and what else is tried as evidence."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    direction: TravelDirection
    neighbours: bool
    tolls: bool
    ferries: bool
    ferry_wait_min: NotNegative
    snap_limit_m: Positive
    also_try: tuple[Assumption, ...]

    @property
    def options(self) -> TravelOptions:
        """What the search may use."""
        return TravelOptions(
            tolls=self.tolls,
            ferries=self.ferries,
            ferry_wait_ms=ms_from_minutes(self.ferry_wait_min),
        )
