"""Values of a calibration: what was fitted, from how much, and how well it fits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from groundfloor.problems import Problem
from networks.calibration.trips import ObservedTrips, Trip
from networks.speeds.profile import SpeedProfile


@dataclass(frozen=True, slots=True)
class Errors:
    """How far modelled minutes are from observed ones, over all trips.

    Parameters
    ----------
    median_min, p90_min : float
        Of the absolute residuals, minutes.
    bias_min, rmse_min : float
        Mean of modelled minus observed; root mean square. Minutes.
    median_percent, p90_percent, bias_percent, rmse_percent : float
        The same of residuals in percent of the observed minutes.
    """

    median_min: float
    p90_min: float
    bias_min: float
    rmse_min: float
    median_percent: float
    p90_percent: float
    bias_percent: float
    rmse_percent: float


class FactorState(StrEnum):
    """What a class's factor is worth."""

    MEASURED = "measured"
    ALIKE = "alike"  # no trip tells it from the others that share it
    THIN = "thin"  # too few trips or kilometres: the speed stays
    UNIDENTIFIED = "unidentified"  # driven on, and yet not told by the trips: the speed stays


@dataclass(frozen=True, slots=True)
class ClassFactor:
    """What became of one row of the profile.

    Parameters
    ----------
    name : str
        Row of the profile.
    before_kmh, after_kmh : float
        Its speed.
    factor : float
        The one by the other; 1 where the data are too thin.
    fitted_with : tuple of str
        Rows that share the factor, itself included; empty where nothing was fitted.
    trips : int
        Trips that drive on it at the row's speed, capped roads included.
    km : float
        Kilometres they drive there.
    capped_km : float
        Those of them where a limit or a width decides, so that the row hardly matters.
    state : FactorState
        What the factor is worth.
    low, high : float or None
        Its 95 % interval; None where the speed stays.
    """

    name: str
    before_kmh: float
    after_kmh: float
    factor: float
    fitted_with: tuple[str, ...]
    trips: int
    km: float
    capped_km: float
    state: FactorState
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class FittedTrip:
    """A trip and its times.

    Parameters
    ----------
    trip : Trip
        As observed.
    before_min, after_min : float
        Modelled minutes with the profile before and after, each on its own fastest route.
    held_out_min : float
        Minutes by factors that were fitted without this trip, those between the same places and
        perhaps some more.
    km : float
        Length of the route after.
    outlier : bool
        Whether it fits much worse than the others.
    """

    trip: Trip
    before_min: float
    after_min: float
    held_out_min: float
    km: float
    outlier: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """Outcome of a calibration.

    Parameters
    ----------
    base, profile : SpeedProfile
        Before and after.
    observed : ObservedTrips
        The data.
    network_source, network_sha256 : str
        The roads.
    trips : tuple of FittedTrip
        Those that could be driven, in the order of the file.
    classes : tuple of ClassFactor
        Rows that trips drive on, by falling kilometres.
    before, after, held_out : Errors
        Over all trips; the last with each trip predicted without those between its places.
    rounds : int
        How often routes were searched.
    problems : tuple of Problem
        Trips left out, and doubts about the result.
    """

    base: SpeedProfile
    profile: SpeedProfile
    observed: ObservedTrips
    network_source: str
    network_sha256: str
    trips: tuple[FittedTrip, ...]
    classes: tuple[ClassFactor, ...]
    before: Errors
    after: Errors
    held_out: Errors
    rounds: int
    problems: tuple[Problem, ...] = ()
