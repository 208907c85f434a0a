"""How sure factors are: their intervals, and which of them the trips cannot tell apart.

Stands apart: `fit` finds factors whatever the data are, this says what they are worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.calibration.fit import (
    HUBER,
    SLOWEST,
    SPREAD_FLOOR,
    FixedRoutes,
    in_inverses,
    median,
)

_Floats = NDArray[np.float64]

LEVEL = 0.95
# Half of an interval, of the factor: more than that is no measurement. Roads of one class in two
# regions differ by as much.
WIDEST = 0.25
# Correlation of two factors from which on a trip that drives on the one drives on the other too.
_ALIKE = 0.8
_TINY = 1e-9  # of the largest eigenvalue: nothing is known in that direction
_ROUNDS = 12
_NORMAL = 1.4826  # standard deviation of a normal distribution, of its median absolute value


@dataclass(frozen=True, slots=True, eq=False)
class Certainty:
    """How sure F factors are.

    Parameters
    ----------
    low, high : (F,) float64
        Ends of the 95 % interval of each factor, within the bounds of the fit.
    width : (F,) float64
        Half of the interval of the inverse factor, of itself.
    correlation : (F, F) float64
        Of the inverse factors.
    """

    low: _Floats
    high: _Floats
    width: _Floats
    correlation: _Floats

    @property
    def unsure(self) -> NDArray[np.bool_]:
        """Which factors the data do not identify."""
        answer: NDArray[np.bool_] = self.width > WIDEST
        return answer


def certainty_of(routes: FixedRoutes, factor: _Floats, groups: int) -> Certainty:
    """Return how sure fitted factors are, by the trips alone: what the fit draws to 1 is no datum.

    The covariance is that of an M-estimator with Huber's function (Huber, Robust Statistics,
    1981, 7.6), at least that of minutes that are read to the minute.

    Parameters
    ----------
    routes : FixedRoutes
        Routes and observations.
    factor : (F,) float64
        From `networks.calibration.fit.fit_factors`.
    groups : int
        Trips that say something new: those from one place to another count once.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 (heavy)

    matrix, rest = in_inverses(routes, factor)
    scale = np.sqrt(routes.weight / routes.weight.mean() / routes.minutes)
    rows = matrix * scale[:, None]
    noise = _noise(rows, (routes.minutes - rest) * scale, routes.weight)
    repeated = len(rows) / groups  # trips of one route err alike
    covariance = max(noise, SPREAD_FLOOR**2) * repeated * _inverse(rows.T @ rows)
    error = np.sqrt(np.diag(covariance))
    half = float(stdtrit(max(groups - len(factor), 1), (1 + LEVEL) / 2)) * error
    inverse = 1.0 / factor
    return Certainty(
        low=np.clip(1.0 / (inverse + half), SLOWEST, routes.fastest),
        high=np.clip(1.0 / np.maximum(inverse - half, _TINY), SLOWEST, routes.fastest),
        width=half / inverse,
        correlation=covariance / np.outer(error, error),
    )


def _noise(rows: _Floats, wanted: _Floats, weight: _Floats) -> float:
    """Return the variance of scaled residuals, whatever bounds and prior hold the factors back."""
    trips, count = rows.shape
    trust = np.ones(trips)
    for _ in range(_ROUNDS):
        pull = np.sqrt(trust)
        found = np.linalg.lstsq(rows * pull[:, None], wanted * pull, rcond=None)[0]
        # Scaled residuals hold the root of a trip's weight: without it they are of one size.
        size = np.abs(wanted - rows @ found) / np.sqrt(weight / weight.mean())
        limit = HUBER * max(_NORMAL * median(size, weight), SPREAD_FLOOR)
        trust = np.minimum(1.0, limit / np.maximum(size, _TINY))
    inside = max(float(np.average(size <= limit, weights=weight)), 0.5)
    variance = float(np.average(np.minimum(size, limit) ** 2, weights=weight)) / inside**2
    uneven = float(np.average((weight / weight.mean()) ** 2))  # weights make few trips of many
    return float(variance * uneven * trips / max(trips - count, 1))


def _inverse(information: _Floats) -> _Floats:
    """Return the inverse of a symmetric matrix; enormous where nothing is known."""
    value, vector = np.linalg.eigh(information)
    least = max(float(value.max(initial=0.0)), 1.0) * _TINY
    answer: _Floats = (vector / np.maximum(value, least)) @ vector.T
    return answer


def twin_of(sure: Certainty, factor: int) -> int | None:
    """Return the factor that trips cannot tell from this one; None where there is no such."""
    likeness = np.abs(sure.correlation[factor])
    likeness[factor] = -1.0
    twin = int(np.argmax(likeness))
    return twin if likeness[twin] >= _ALIKE else None


def trip_groups(ends: Sequence[tuple[float, float, float, float]], within_m: float) -> list[int]:
    """Return a number for each trip, the same for trips between the same two places.

    Parameters
    ----------
    ends : sequence of (float, float, float, float)
        Longitude and latitude of both ends of each trip, degrees.
    within_m : float
        Ends as near as this to one another, metres, are one place; the first of them stands for
        all, so that places do not run into one another.

    Returns
    -------
    list of int
        By first appearance, from 0. The way back is between the same two places.
    """
    flat = np.array(ends, np.float64).reshape(-1, 2)
    scale = np.array([np.cos(np.radians(flat[:, 1].mean())), 1.0]) * 111_000.0  # metres, flat
    metres = flat * scale
    places, count = np.empty_like(metres), 0
    number = []
    for end in metres:
        apart = np.hypot(*(places[:count] - end).T)
        nearest = int(np.argmin(apart)) if count else 0
        if count == 0 or apart[nearest] > within_m:
            nearest, places[count] = count, end
            count += 1
        number.append(nearest)
    known: dict[tuple[int, int], int] = {}
    pairs = [tuple(sorted(number[i : i + 2])) for i in range(0, len(number), 2)]
    return [known.setdefault((a, b), len(known)) for a, b in pairs]
