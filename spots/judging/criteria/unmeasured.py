"""Hospitals that count and are not on the roads: how soon each could be reached at best.

"30 minutes or more to *any* other" is refuted by one hospital near enough, but proven only where
none that is missing could be nearer. Nothing is driven faster than the profile's top speed, so the
straight line at that speed is the least that a drive takes, also over roads that the data lack:

- a hospital off the roads stands where the list says;
- one without a position stands somewhere on the ground of its municipality, at best at the point
  nearest to whoever asks;
- one of another prefecture whose municipality is on no map stands somewhere beyond the border,
  and the drive to the border is the least;
- of one without a municipality nothing is known: it may stand next door.

Stands apart: what cannot be searched on roads is measured here, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from boundaries import Regions
from boundaries.regions import metres_at_least
from spots.types import Facility, Leaving, Position, Unmeasured, Whereabouts, distance_m

_SLACK = 1.05  # flat distances are within 5 % of geodesic ones over some hundred km in Japan
_M_PER_DEGREE = 111_320.0  # of latitude, near enough for choosing what to measure exactly


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Straight lines at the top speed; the ground of a municipality is measured once from a place.

    Parameters
    ----------
    top_kmh : float
        Kilometres per hour that no drive exceeds (`networks.RoadNetwork.top_kmh`).
    regions : Regions or None
        Ground of the municipalities; None where none is known.
    """

    top_kmh: float
    regions: Regions | None = None
    _measured: dict[tuple[str, Position], float] = field(default_factory=dict)
    _boxes: dict[str, tuple[float, float, float, float] | None] = field(default_factory=dict)

    def least_ms(self, metres: float) -> int:
        """Return the milliseconds that a drive over so many straight metres takes at least.

        Examples
        --------
        >>> Yardstick(80.0).least_ms(6000.0)
        270000
        """
        return math.floor(metres * 3600.0 / self.top_kmh)

    def ground_m(self, code: str | None, position: Position) -> float | None:
        """Return geodesic metres from a place to a municipality; None where its ground is unknown.

        Parameters
        ----------
        code : str or None
            Five digits, of a ward too.
        position : Position
            The place.
        """
        if code is None or self.regions is None or not self.regions.has_ground(code):
            return None
        key = code, position
        if key not in self._measured:
            self._measured[key] = self.regions.distance_m(code, position.lon, position.lat)
        return self._measured[key]

    def bounds_of(self, code: str | None) -> tuple[float, float, float, float] | None:
        """Return the box around a municipality, degrees; None where its ground is unknown."""
        if code is None or self.regions is None:
            return None
        if code not in self._boxes:
            self._boxes[code] = self.regions.bounds_of(code)
        return self._boxes[code]

    def has_ground(self, code: str | None) -> bool:
        """Whether the ground of a municipality is known."""
        if code is None or self.regions is None:
            return False
        return self.regions.has_ground(code)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A hospital without a position.

    Parameters
    ----------
    facility : Facility
        The hospital.
    code : str or None
        Its municipality, as the list or its place says.
    foreign : bool
        Whether it belongs to another prefecture, as far as is known.
    """

    facility: Facility
    code: str | None
    foreign: bool


def soonest(
    candidates: Iterable[Facility],
    off_roads: Sequence[Facility],
    unplaced: Sequence[Unplaced],
    yardstick: Yardstick,
    leaving: Callable[[], Mapping[str, Leaving]],
    closed_by: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> dict[str, Unmeasured]:
    """Return for each candidate the hospital that could be reached soonest of those not on roads.

    Parameters
    ----------
    candidates : iterable of Facility
        Those that ask; who has no position is passed over.
    off_roads : sequence of Facility
        Hospitals that count, have a position and are not tied to the roads.
    unplaced : sequence of Unplaced
        Hospitals that count and have no position.
    yardstick : Yardstick
        What they are measured by.
    leaving : callable
        Gives how soon each candidate's drives can leave the prefecture, by id; nothing at all
        where no road is known to leave it. Asked only where a hospital lies somewhere beyond.
    closed_by : mapping of str to tuple of str
        Which closures keep a hospital off the roads, by id.

    Returns
    -------
    dict of str to Unmeasured
        By candidate; a candidate's own site is passed over.
    """
    beyond = any(u.foreign and not yardstick.has_ground(u.code) for u in unplaced)
    ways_out = leaving() if beyond else {}
    placed, somewhere = _Placed.of(off_roads, closed_by), _Somewhere.of(unplaced, yardstick)
    answer = {}
    for candidate in candidates:
        found = [*placed.nearest(candidate, yardstick)]
        found += somewhere.soonest(candidate, yardstick, ways_out)
        if found:
            answer[candidate.id] = min(found, key=lambda u: (u.least_ms, u.name))
    return answer


@dataclass(frozen=True, slots=True, eq=False)
class _Somewhere:
    """Hospitals without a position, with boxes around where each may stand.

    The ground of a municipality has thousands of vertices: it is measured only where its box is
    near enough for somebody in it to be reached as soon as the soonest so far.

    Parameters
    ----------
    unplaced : sequence of Unplaced
        The hospitals.
    bounds : (K, 4) float64
        West, south, east, north of their municipalities, degrees; all of the world where that is
        not known.
    """

    unplaced: Sequence[Unplaced]
    bounds: np.ndarray

    @classmethod
    def of(cls, unplaced: Sequence[Unplaced], yardstick: Yardstick) -> _Somewhere:
        boxes = [yardstick.bounds_of(each.code) or _ANYWHERE for each in unplaced]
        return cls(unplaced, np.array(boxes, np.float64).reshape(-1, 4))

    def soonest(
        self, candidate: Facility, yardstick: Yardstick, ways_out: Mapping[str, Leaving]
    ) -> list[Unmeasured]:
        """Return who could be reached soonest, and perhaps others, in the order they are given."""
        here = candidate.position
        if here is None or not len(self.unplaced):
            return []
        at_least = metres_at_least(self.bounds, here.lon, here.lat)
        found: dict[int, Unmeasured] = {}
        best_ms = math.inf
        for at in np.argsort(at_least, kind="stable").tolist():
            if yardstick.least_ms(float(at_least[at])) > best_ms:
                break
            each = self.unplaced[at]
            if each.facility.site != candidate.site:
                one = _somewhere(each, candidate, yardstick, ways_out)
                if one is not None:
                    found[at] = one
                    best_ms = min(best_ms, one.least_ms)
        return [found[at] for at in sorted(found)]


_ANYWHERE = (-math.inf, -math.inf, math.inf, math.inf)


def _somewhere(
    missing: Unplaced,
    candidate: Facility,
    yardstick: Yardstick,
    ways_out: Mapping[str, Leaving],
) -> Unmeasured | None:
    """Return where a hospital without a position may stand at best."""
    name = missing.facility.name
    if candidate.position is None:
        return None
    metres = yardstick.ground_m(missing.code, candidate.position)
    if metres is not None:
        ms = yardstick.least_ms(metres)
        return Unmeasured(name, Whereabouts.MUNICIPALITY, ms, metres)
    if missing.foreign and ways_out:
        out = ways_out.get(candidate.id)  # None: no road leads out, nor to whatever lies there
        return None if out is None else Unmeasured(name, Whereabouts.BEYOND, out.ms)
    return Unmeasured(name, Whereabouts.ANYWHERE, 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """Hospitals off the roads, in arrays: a national list has thousands."""

    facilities: Sequence[Facility]
    lon: np.ndarray
    lat: np.ndarray
    closed_by: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, off_roads: Sequence[Facility], closed_by: Mapping[str, tuple[str, ...]]) -> _Placed:
        placed = [(f, f.position) for f in off_roads if f.position is not None]
        lon, lat = np.array([p.lon for _, p in placed]), np.array([p.lat for _, p in placed])
        return cls([f for f, _ in placed], lon, lat, closed_by)

    def nearest(self, candidate: Facility, yardstick: Yardstick) -> Iterator[Unmeasured]:
        """Yield the nearest of another site, if there is one."""
        here = candidate.position
        if here is None or not self.facilities:
            return
        shrink = math.cos(math.radians(here.lat))
        flat_m = np.hypot((self.lon - here.lon) * shrink, self.lat - here.lat) * _M_PER_DEGREE
        best: tuple[float, str, str] | None = None
        for i in np.argsort(flat_m, kind="stable"):
            if best is not None and flat_m[i] > best[0] * _SLACK + 1.0:
                break
            other = self.facilities[i]
            if other.site != candidate.site and other.position is not None:
                found = distance_m(here, other.position), other.name, other.id
                best = found if best is None else min(best, found)
        if best is not None:
            ms = yardstick.least_ms(best[0])
            shut = self.closed_by.get(best[2], ())
            yield Unmeasured(best[1], Whereabouts.POSITION, ms, best[0], shut)
