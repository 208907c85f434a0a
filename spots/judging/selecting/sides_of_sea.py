"""Institutions on one side of the sea: who counts from a place where the sea parts what is near.

Who stands on no land of the map, or on either of two, is taken for near: only what surely lies
across does not count.

Stands apart: points and conditions look across the sea alike, or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from boundaries.land_parts import LandParts
from spots.judging.selecting.institutions_around import LookAround

#: A place in a harbour, or on the coast of a coarser outline, metres.
OFF_COAST_M = 500.0


@dataclass(frozen=True, slots=True, eq=False)
class SidesOfSea:
    """A look around from each connected land.

    Parameters
    ----------
    around : LookAround
        Everybody who counts.
    lands : tuple of frozenset of int
        The land that each of those with a position stands on.
    held : frozenset of int
        Land with an institution.
    """

    around: LookAround
    lands: tuple[frozenset[int], ...]
    held: frozenset[int]
    _seen: dict[tuple[frozenset[int], bool], LookAround] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, around: LookAround, land: LandParts) -> SidesOfSea:
        """Return the sides of a look around."""
        at = zip(around.lon.tolist(), around.lat.tolist(), strict=True)
        lands = tuple(land.at(lon, lat, within_m=OFF_COAST_M) for lon, lat in at)
        return cls(around, lands, frozenset().union(*lands))

    def here(self, own: frozenset[int]) -> LookAround:
        """Return who counts from a place on that land, or on one of those."""
        return self._of(own, across=False)

    def across(self, own: frozenset[int]) -> LookAround:
        """Return who does not: those who stand on other land."""
        return self._of(own, across=True)

    def _of(self, own: frozenset[int], *, across: bool) -> LookAround:
        if not own:
            return self.around.among(np.full(len(self.lands), not across))
        # Isles without an institution all see the same: who is on no known land.
        key = own & self.held, across
        if key not in self._seen:
            apart = [bool(lands) and not own & lands for lands in self.lands]
            self._seen[key] = self.around.among(np.array(apart, dtype=bool) == across)
        return self._seen[key]
