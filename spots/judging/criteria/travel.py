"""Settings of the drive, shared by all criteria of travel time, and the speeds at which one turns.

"All speeds times f" means that everything driven takes 1/f of its time: every road, also one that
brings its own minutes, and the way between door and road. Waiting for a ferry, its crossing, and
delays at signals and turns stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from groundfloor.settings import STRICT, NotNegative, Positive, Words
from networks import RoadNetwork, Route
from networks.types import Direction, TravelOptions
from spots.telling.units import ms_from_minutes
from spots.types import Assumption, TravelDirection, TravelEvidence, Truth


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
    roadless: tuple[Words, ...] = ()

    @property
    def drive(self) -> Direction:
        """Which way the search drives."""
        away = self.direction is TravelDirection.FROM_CANDIDATE
        return Direction.FROM_ORIGIN if away else Direction.TO_ORIGIN

    @property
    def options(self) -> TravelOptions:
        """What the search may use."""
        return TravelOptions(
            tolls=self.tolls,
            ferries=self.ferries,
            ferry_wait_ms=ms_from_minutes(self.ferry_wait_min),
        )


# --- the speeds at which a criterion turns


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a criterion turns.

    Parameters
    ----------
    factor : float
        Speeds times this put the nearest other exactly at the threshold.
    exact : bool
        Whether no other way, or other hospital, can turn it at another factor.
    truth : Truth
        The criterion just beyond.
    """

    factor: float
    exact: bool
    truth: Truth


def turn_of(
    travel: TravelEvidence,
    truth: Truth,
    network: RoadNetwork,
    setting: TravelSetting,
    *,
    slower: Truth = Truth.MET,
) -> Turn | None:
    """Return the speeds at which the criterion turns.

    Where nothing but driving counts, every way takes 1/f of its time, the nearest other stays the
    nearest, and the factor is exact (to the rounding of a road's time to whole milliseconds). With
    ferries in use that still holds for faster speeds where the nearest is reached by road alone:
    then no way with a fixed part gains on it. Slower speeds may make a ferry the better way, and
    delays differ from way to way.

    What the roads do not answer comes nearer with faster speeds too: the border, and hospitals
    that are not on the roads. A criterion that is met may turn into an open question first, and
    one that is not met does not turn into "met" while either is nearer than the threshold.

    Parameters
    ----------
    travel : TravelEvidence
        What was found.
    truth : Truth
        The criterion by it.
    network : RoadNetwork
        The roads it was found on.
    setting : TravelSetting
        What the drive may use.
    slower : Truth
        What the criterion is where slower speeds have put the nearest other far enough, and
        nothing else leaves it open.

    Returns
    -------
    Turn or None
        None where no speed turns it: no other can be reached, or what does not scale is the
        threshold or more already, or nothing is driven at all.
    """
    by_road, open_at = _road_factor(travel), _open_factor(travel)
    by_ferry = setting.ferries and bool(network.edges.ferry.any())
    scales = not _has_delays(network)
    if truth is Truth.MET and open_at is not None and (by_road is None or open_at < by_road):
        return Turn(open_at, exact=scales and not by_ferry, truth=Truth.UNDETERMINED)
    if by_road is None or travel.route is None:
        return None
    near = truth is Truth.NOT_MET
    steady = not by_ferry or (not near and _fixed_part_ms(travel.route) == 0)
    if open_at is not None and open_at < by_road:
        slower = Truth.UNDETERMINED
    return Turn(by_road, exact=scales and steady, truth=slower if near else Truth.NOT_MET)


def _road_factor(travel: TravelEvidence) -> float | None:
    """Return the speeds that put the nearest other at the threshold; None where none do."""
    if travel.route is None or travel.travel_ms is None:
        return None
    fixed_ms = _fixed_part_ms(travel.route)
    driven_ms, spare_ms = travel.travel_ms - fixed_ms, travel.threshold_ms - fixed_ms
    return driven_ms / spare_ms if driven_ms > 0 and spare_ms > 0 else None


def _open_factor(travel: TravelEvidence) -> float | None:
    """Return the speeds that put what the roads do not answer at the threshold."""
    times_ms = [travel.border_ms, travel.unmeasured.least_ms if travel.unmeasured else None]
    return min((ms / travel.threshold_ms for ms in times_ms if ms is not None), default=None)


def _fixed_part_ms(route: Route) -> int:
    """Return the milliseconds of a route that speeds do not change."""
    return route.delay_ms + route.wait_ms + route.crossing_ms


def _has_delays(network: RoadNetwork) -> bool:
    edges = network.edges
    at_places = edges.forward_delay_ms.any() or edges.backward_delay_ms.any()
    return network.profile.turns is not None or bool(at_places)
