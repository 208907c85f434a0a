"""Factors of speed that make the times of fixed routes fit observed ones.

A trip takes ``fixed + sum of km / speed`` over stretches; a stretch's speed is its row's times the
row's factor, or what caps it (a mapped limit, a width), if that is lower. In the inverse of the
factor this is linear but for the caps, so it is solved as weighted least squares with bounds, again
until the caps in force stay the same.

- Residuals count by minutes / sqrt(minutes): the spread of a trip's time grows with its length, but
  a longer trip does not weigh less than the shorter ones it consists of.
- Outliers count less (Huber): beyond `HUBER` spreads a residual counts linearly. Then those beyond
  `TUKEY` spreads of that fit do not count at all (Tukey's biweight): an MM-estimate.
- Factors are drawn towards 1, as if 1 were known to within `PRIOR`: little data change little.

Stands apart: the mathematics know neither roads nor profiles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HUBER = 1.345  # 95 % as efficient as plain least squares where there are no outliers
TUKEY = 4.685  # the same of the biweight
PRIOR = 0.5
SLOWEST, FASTEST = 0.5, 2.0
SPREAD_FLOOR = 0.05  # sqrt(minutes); observed minutes are whole ones at best
_ROUNDS = 12
_MAD = 1.4826  # of a normal distribution
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FixedRoutes:
    """What T trips drive on their routes, by K kinds of stretch.

    Parameters
    ----------
    minutes : (T,) float64
        Observed.
    weight : (T,) float64
        How much each counts.
    fixed_min : (T,) float64
        What no factor changes: access, ferries, delays, roads whose speed is not a row's.
    km : (T, K) float64
        Driven on each kind.
    kmh, cap_kmh : (K,) float64
        A kind's speed at factor 1, and what caps it (infinity: nothing).
    factor_of : (K,) int64
        The factor that applies; -1 none.
    fastest : (F,) float64
        Upper bound of each factor.
    """

    minutes: _Floats
    weight: _Floats
    fixed_min: _Floats
    km: _Floats
    kmh: _Floats
    cap_kmh: _Floats
    factor_of: NDArray[np.int64]
    fastest: _Floats

    def take(self, trips: NDArray[np.int64]) -> FixedRoutes:
        """Return some of the trips."""
        return FixedRoutes(
            self.minutes[trips],
            self.weight[trips],
            self.fixed_min[trips],
            self.km[trips],
            self.kmh,
            self.cap_kmh,
            self.factor_of,
            self.fastest,
        )

    def speeds(self, factor: _Floats) -> _Floats:
        """Return the speed of each kind, (K,)."""
        return np.minimum(self.scaled_kmh(factor), self.cap_kmh)

    def scaled_kmh(self, factor: _Floats) -> _Floats:
        """Return the speed of each kind before it is capped, (K,)."""
        answer: _Floats = self.kmh * np.append(factor, 1.0)[self.factor_of]  # -1 finds the 1
        return answer

    def predicted(self, factor: _Floats) -> _Floats:
        """Return minutes of each trip, (T,)."""
        answer: _Floats = self.fixed_min + self.km @ (60.0 / self.speeds(factor))
        return answer


def spread_of(residual_min: _Floats, minutes: _Floats) -> float:
    """Return the spread of residuals, of sqrt(minutes), by the median: outliers do not move it."""
    scaled = residual_min / np.sqrt(minutes)
    return max(_MAD * float(np.median(np.abs(scaled))), SPREAD_FLOOR)


def median(values: _Floats, weight: _Floats) -> float:
    """Return the least value that half of the weight is not above."""
    order = np.argsort(values, kind="stable")
    half = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    return float(values[order[half]])


def objective(residual_min: _Floats, minutes: _Floats, weight: _Floats) -> float:
    """Return how badly times fit: the biweight's loss, the scale fixed so that fits compare.

    A trip that is further off than `TUKEY` roots of its minutes counts no more than one that is
    as far: which of two rounds of routes is better is not for outliers to decide.
    """
    near = np.minimum(np.abs(residual_min) / np.sqrt(minutes) / TUKEY, 1.0)
    loss = TUKEY**2 / 6.0 * (1.0 - (1.0 - near**2) ** 3)
    return float((weight * loss).sum() / weight.sum())


def fit_factors(routes: FixedRoutes, start: _Floats) -> _Floats:
    """Return the factors, (F,), that fit the observed minutes best on these routes.

    Parameters
    ----------
    routes : FixedRoutes
        Routes and observations.
    start : (F,) float64
        Factors to begin with.

    Returns
    -------
    (F,) float64
        Between `SLOWEST` and each factor's upper bound.
    """
    if len(start) == 0 or len(routes.minutes) == 0:
        return np.ones(len(start))
    # A few trips that cannot be pull Huber's fit a little, for ever; from its answer on they are
    # known, and no longer count at all.
    return _weighted(routes, _weighted(routes, start, _huber), _biweight)


def _huber(size: _Floats) -> _Floats:
    """Return how much residuals of so many spreads count: beyond `HUBER` by their first power."""
    return np.minimum(1.0, HUBER / np.maximum(size, 1e-12))


def _biweight(size: _Floats) -> _Floats:
    """Return how much residuals of so many spreads count: beyond `TUKEY` not at all."""
    return np.maximum(1.0 - (size / TUKEY) ** 2, 0.0) ** 2


def _weighted(
    routes: FixedRoutes, start: _Floats, trust_in: Callable[[_Floats], _Floats]
) -> _Floats:
    """Return the factors that fit best, residuals counting as `trust_in` says."""
    from scipy.optimize import lsq_linear  # noqa: PLC0415 (heavy)

    factor = start.copy()
    low = np.minimum(1.0 / routes.fastest, 1.0)
    for _ in range(_ROUNDS):
        matrix, rest = in_inverses(routes, factor)
        residual = routes.minutes - rest - matrix @ (1.0 / factor)
        spread = spread_of(residual, routes.minutes)
        trust = trust_in(np.abs(residual) / np.sqrt(routes.minutes) / spread)
        row = np.sqrt(routes.weight / routes.weight.mean() * trust / routes.minutes)
        pull = spread / PRIOR
        a = np.vstack([matrix * row[:, None], np.eye(len(factor)) * pull])
        b = np.concatenate([(routes.minutes - rest) * row, np.full(len(factor), pull)])
        found = lsq_linear(a, b, bounds=(low, 1.0 / SLOWEST), method="bvls", tol=1e-12)
        new: _Floats = 1.0 / found.x
        if np.abs(new - factor).max() < 1e-6:  # noqa: PLR2004 (far below what is reported)
            return new
        factor = new
    return factor


def in_inverses(routes: FixedRoutes, factor: _Floats) -> tuple[_Floats, _Floats]:
    """Return the minutes per inverse factor (T, F), and the minutes that stay, (T,)."""
    free = (routes.factor_of >= 0) & (routes.scaled_kmh(factor) < routes.cap_kmh)
    matrix = np.zeros((len(routes.minutes), len(factor)))
    for kind in np.flatnonzero(free).tolist():
        matrix[:, routes.factor_of[kind]] += routes.km[:, kind] * (60.0 / routes.kmh[kind])
    speeds = routes.speeds(factor)
    rest: _Floats = routes.fixed_min + routes.km[:, ~free] @ (60.0 / speeds[~free])
    return matrix, rest


def held_out(routes: FixedRoutes, start: _Floats, group: NDArray[np.int64], folds: int) -> _Floats:
    """Return each trip's minutes as factors predict them that were fitted without it, (T,).

    Whole groups are left out: a trip driven again is known to a fit that has seen it once. They
    are dealt to the folds in turn; with as many folds as groups each is left out alone.

    Parameters
    ----------
    routes : FixedRoutes
        Routes and observations.
    start : (F,) float64
        Factors to begin with.
    group : (T,) int64
        Trips between the same places have one number, from 0.
    folds : int
        How often a part of the groups is left out.
    """
    numbers = np.arange(len(group))
    answer = np.empty(len(group))
    for fold in range(folds):
        out = group % folds == fold
        factor = fit_factors(routes.take(numbers[~out]), start)
        answer[out] = routes.take(numbers[out]).predicted(factor)
    return answer
