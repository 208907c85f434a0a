"""Circles, what is cut of them and what they are together: ground that hangs on no verdict.

Each function looks at its one argument, a frozen value that holds all that its answer depends on,
so that what was drawn for one policy is kept for the next (`groundfloor.memory`).

Stands apart: `drawing` says whose circles are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from boundaries import CutStep, Regions, cut, cut_steps, dissolve, ellipsoidal_km2
from boundaries.geometry import circle, dissolved_apart
from boundaries.types import CutEntry
from groundfloor.memory import Memory
from spots.judging.policy_tables import Cut

#: So many are kept with the facts: cuts hold the ground of a prefecture, a circle what is left of
#: one, and a union as much as all the circles of a run.
CUTS_KEPT, CIRCLES_KEPT, UNIONS_KEPT, CLUSTERS_KEPT = 16, 2048, 64, 1024


@dataclass(frozen=True, slots=True)
class Cuts:
    """All that the cuts of a policy depend on.

    Parameters
    ----------
    regions : Regions
        Boundaries.
    names : tuple of str
        As `boundaries.cut_steps` takes them.
    prefecture : str
        Two-digit code.
    excluded : frozenset of str
        Codes of the municipalities that are out.
    """

    regions: Regions
    names: tuple[str, ...]
    prefecture: str
    excluded: frozenset[str]


def steps_of(cuts: Cuts) -> tuple[CutStep, ...]:
    """Return the ground that is kept, or taken away."""
    return cut_steps(
        cuts.regions, cuts.names, prefecture=cuts.prefecture, excluded_codes=cuts.excluded
    )


@dataclass(frozen=True, slots=True)
class Spared:
    """All that the cuts of a circle depend on where a decision by hand overrules some.

    Parameters
    ----------
    regions : Regions
        Boundaries.
    steps : tuple of CutStep
        What is cut elsewhere.
    codes : tuple of (Cut, tuple of str)
        Of each cut the municipalities at which it is not made.
    """

    regions: Regions
    steps: tuple[CutStep, ...]
    codes: tuple[tuple[Cut, tuple[str, ...]], ...]

    def __hash__(self) -> int:
        """Tell by the codes: the steps are large."""
        return hash((self.regions, self.codes))


def steps_left(spared: Spared) -> tuple[CutStep, ...]:
    """Return the cuts without the ground that is spared."""
    outlines = spared.regions.municipalities.geometry
    ground = {name: dissolve(outlines.loc[list(codes)].values) for name, codes in spared.codes}
    return tuple(
        replace(step, remove=step.remove.difference(ground[name]))
        if (name := Cut(step.name)) in ground and step.remove is not None
        else step
        for step in spared.steps
    )


@dataclass(frozen=True, slots=True)
class Circle:
    """All that the ground of a spot depends on.

    Parameters
    ----------
    lon, lat : float
        The facility, degrees.
    radius_m : int
        Metres.
    steps : tuple of CutStep
        What is cut, in order.
    """

    lon: float
    lat: float
    radius_m: int
    steps: tuple[CutStep, ...]

    def __hash__(self) -> int:
        """Tell by the circle: what is cut is nearly always the same, and large."""
        return hash((self.lon, self.lat, self.radius_m))


@dataclass(frozen=True, slots=True, eq=False)
class CutCircle:
    """A circle, and what is left of it.

    Parameters
    ----------
    whole : Polygon
        The circle, EPSG:6668.
    whole_km2 : float
        Its area on the ellipsoid.
    left : MultiPolygon
        The ground.
    left_km2 : float
        Its area.
    ledger : tuple of CutEntry
        What each cut took.
    """

    whole: Polygon
    whole_km2: float
    left: MultiPolygon
    left_km2: float
    ledger: tuple[CutEntry, ...]


def cut_circle(asked: Circle) -> CutCircle:
    """Draw a circle and cut it."""
    whole = circle(asked.lon, asked.lat, asked.radius_m)
    left, ledger = cut(whole, asked.steps)
    return CutCircle(whole, ellipsoidal_km2(whole), left, ellipsoidal_km2(left), ledger)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The grounds of all spots, in their order.

    Parameters
    ----------
    grounds : tuple of MultiPolygon
        EPSG:6668.
    memory : Memory
        What was united before.
    """

    grounds: tuple[MultiPolygon, ...]
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    def __hash__(self) -> int:
        """Tell by where they lie."""
        return hash(shapely.bounds(self.grounds).tobytes())


def together(pieces: Pieces) -> tuple[MultiPolygon, float]:
    """Return the union of all spots, and its area on the ellipsoid in square kilometres.

    Spots that touch none of the others are united with none: most are in every scenario the same.
    """
    grounds, memory = pieces.grounds, pieces.memory
    clusters = (Pieces(tuple(grounds[n] for n in of), memory) for of in _touching(grounds))
    united = [memory.of(united_of, cluster, most=CLUSTERS_KEPT) for cluster in clusters]
    union = dissolved_apart(united)
    return union, ellipsoidal_km2(union)


def united_of(cluster: Pieces) -> MultiPolygon:
    """Return the union of spots that touch each other."""
    return dissolve(cluster.grounds)


def _touching(grounds: Sequence[MultiPolygon]) -> list[list[int]]:
    """Return the places of grounds, those together that touch, or touch others that do."""
    shapes = np.array(grounds, dtype=object)
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist()
    of = list(range(len(grounds)))
    for one, other in sorted(pairs):
        low, high = sorted((of[one], of[other]))
        if low != high:
            of = [low if each == high else each for each in of]
    clusters: dict[int, list[int]] = {}
    for place, cluster in enumerate(of):
        clusters.setdefault(cluster, []).append(place)
    return list(clusters.values())
