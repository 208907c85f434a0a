"""Calibration: speeds of road classes fitted to observed trips, into a profile that names them.

What stays the same in all rounds is a `Setting`; rows of the profile share a factor in `Pools`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem, Text
from networks.calibration import doubts
from networks.calibration.certainty import Certainty, certainty_of, trip_groups
from networks.calibration.driven import (
    Driven,
    Kinds,
    TiedTrip,
    drive_trips,
    kinds_of,
    tie,
    unreachable,
)
from networks.calibration.fit import (
    FASTEST,
    SLOWEST,
    FixedRoutes,
    fit_factors,
    held_out,
    objective,
    spread_of,
)
from networks.calibration.outcome import (
    Calibration,
    ClassFactor,
    Errors,
    FactorState,
    FittedTrip,
)
from networks.calibration.pools import (
    MIN_CLASS_KM,
    MIN_CLASS_TRIPS,
    Pools,
    pools_of,
    surer,
)
from networks.calibration.trips import ObservedTrips
from networks.errors import NetworkDataError
from networks.network import RoadNetwork
from networks.retiming import retimed
from networks.speeds.profile import MAX_KMH, SpeedProfile
from networks.types import TravelOptions

MIN_TRIPS = 10  # in all: fewer say nothing about several classes
_ONE_PLACE_M = 100.0  # ends of trips; a hospital's doors and a GPS's scatter
_ALONE_UP_TO = 60  # routes; more are left out several at a time, which says the same
_FOLDS = 20
_ROUNDS = 8
_SETTLED = 0.002  # of a factor: a tenth of a km/h
_OUTLIER = 4.0  # spreads from the model: about one in 16,000 by chance
_OUTLIER_MIN = 2.0
_FAR_OFF_PERCENT = 25.0  # half of the trips further off than this: no noise of traffic
_EDGE = 0.001  # factors are rounded to thousandths
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """Routes under one set of factors."""

    profile: SpeedProfile
    factor: _Floats
    driven: Driven
    routes: FixedRoutes
    loss: float

    @property
    def residual_min(self) -> _Floats:
        """Modelled minus observed minutes, (T,)."""
        return self.driven.minutes - self.routes.minutes


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What stays the same in all rounds."""

    network: RoadNetwork
    observed: ObservedTrips
    kinds: Kinds
    tied: Sequence[TiedTrip]
    pools: Pools
    options: TravelOptions
    name: str
    group: NDArray[np.int64]

    @property
    def groups(self) -> int:
        """Trips that say something new: those between the same two places count once."""
        return int(self.group.max()) + 1

    def round(self, factor: _Floats, driven: Driven, profile: SpeedProfile) -> Round:
        """Return the routes of a round, ready for a fit."""
        kinds = self.kinds
        pool = np.array([self.pools.of(row) for row in kinds.row], np.int64)
        on_row = np.array([row != "" for row in kinds.row], bool)
        minutes = np.array([t.trip.minutes for t in self.tied])
        weight = np.array([t.trip.weight for t in self.tied])
        top = [
            min(FASTEST, MAX_KMH / max(float(kinds.kmh[i]) for i in np.flatnonzero(pool == p)))
            for p in range(len(self.pools.rows))
        ]
        routes = FixedRoutes(
            minutes=minutes,
            weight=weight,
            fixed_min=np.zeros(len(minutes)),
            km=driven.km[:, on_row],
            kmh=kinds.kmh[on_row],
            cap_kmh=kinds.cap_kmh[on_row],
            factor_of=pool[on_row],
            fastest=np.array(top),
        )
        # What is left of a trip when its stretches are taken away does not change with factors.
        rest = driven.minutes - routes.predicted(factor)
        routes = replace(routes, fixed_min=rest)
        loss = objective(driven.minutes - minutes, minutes, weight)
        return Round(profile, factor, driven, routes, loss)


def calibrate(
    network: RoadNetwork,
    observed: ObservedTrips,
    *,
    options: TravelOptions | None = None,
    limit_m: float = 500.0,
    name: str | None = None,
) -> Calibration:
    """Return the speeds that make a network's fastest drives take as long as observed trips.

    Each class of road (a row of the network's profile) gets a factor on its speed, between 0.5
    and 2. Routes are searched and factors fitted (see `networks.calibration.fit`) in turns until
    neither changes, and of all rounds the best is kept. What a mapped limit, a width or the source
    itself decides is no matter of a factor.

    A class keeps its speed unless at least 5 trips drive 300 m or more on it, 10 km in all. Ramps
    that are thinner than that share the factor of their road, and minor roads one among them,
    where together they are enough. Classes that the trips cannot tell apart share a factor too,
    and one whose factor they do not identify keeps its speed.

    Parameters
    ----------
    network : RoadNetwork
        The roads, at the speeds to begin with.
    observed : ObservedTrips
        At least 10 trips that the network can drive.
    options : TravelOptions, optional
        What the observed trips could use; toll roads and no ferries by default.
    limit_m : float
        How far the ends of a trip may lie from a road, metres.
    name : str, optional
        Name of the new profile; that of the old one with ``-calibrated`` by default.

    Returns
    -------
    Calibration
        The profile, and how well it fits before, after, and on trips it was not fitted to.

    Raises
    ------
    NetworkDataError
        When too few trips can be driven, or no class has enough of them.
    """
    chosen = options if options is not None else TravelOptions()
    kinds = kinds_of(network)
    tied, problems = tie(network, observed, limit_m, tolls=chosen.tolls)
    driven = drive_trips(network, kinds, tied, chosen)
    lost = np.isnan(driven.minutes)
    problems += [unreachable(observed.file, tied[i].trip) for i in np.flatnonzero(lost).tolist()]
    tied = [t for t, gone in zip(tied, lost.tolist(), strict=True) if not gone]
    driven = Driven(driven.minutes[~lost], driven.length_km[~lost], driven.km[~lost])
    if len(tied) < MIN_TRIPS:
        raise NetworkDataError([doubts.too_few(observed.file, len(tied), MIN_TRIPS), *problems])
    pools = pools_of(kinds, driven.km)
    if not pools.rows:
        thin = doubts.too_thin(observed.file, MIN_CLASS_TRIPS, MIN_CLASS_KM)
        raise NetworkDataError([thin, *problems])
    label = name or f"{network.profile.name}-calibrated"
    group = _groups(tied)
    setting = Setting(network, observed, kinds, tied, pools, chosen, label, group)
    while True:
        setting = replace(setting, pools=_identified(setting, driven))
        rounds = _rounds(setting, driven)
        best = min(rounds, key=lambda found: found.loss)
        sure = certainty_of(best.routes, best.factor, setting.groups)
        pools = surer(setting.pools, sure)  # other routes, other evidence
        if pools == setting.pools:
            return _outcome(setting, rounds, (best, sure), problems)
        setting = replace(setting, pools=pools)


def _groups(tied: Sequence[TiedTrip]) -> NDArray[np.int64]:
    trips = [t.trip for t in tied]
    ends = [(t.from_lon, t.from_lat, t.to_lon, t.to_lat) for t in trips]
    return np.array(trip_groups(ends, _ONE_PLACE_M), np.int64)


def _identified(setting: Setting, driven: Driven) -> Pools:
    """Return the pools whose factors the trips identify, on the routes of the first speeds."""
    while True:
        start = np.ones(len(setting.pools.rows))
        routes = setting.round(start, driven, setting.network.profile).routes
        sure = certainty_of(routes, fit_factors(routes, start), setting.groups)
        pools = surer(setting.pools, sure)
        if pools == setting.pools:
            return pools
        setting = replace(setting, pools=pools)


def _rounds(setting: Setting, driven: Driven) -> list[Round]:
    """Return the rounds of routes and fits, the first with the speeds as they were."""
    start = np.ones(len(setting.pools.rows))
    rounds = [setting.round(start, driven, setting.network.profile)]
    while len(rounds) < _ROUNDS and setting.pools.rows:
        last = rounds[-1]
        factor = np.round(fit_factors(last.routes, last.factor), 3)
        if any(np.abs(factor - found.factor).max() < _SETTLED for found in rounds):
            break
        profile = new_profile(setting, factor, last)
        network = retimed(setting.network, profile)
        driven = drive_trips(network, setting.kinds, setting.tied, setting.options)
        rounds.append(setting.round(factor, driven, profile))
    return rounds


def _outcome(
    setting: Setting,
    rounds: Sequence[Round],
    chosen: tuple[Round, Certainty],
    problems: Sequence[Problem],
) -> Calibration:
    first, (best, sure) = rounds[0], chosen
    minutes, weight = best.routes.minutes, best.routes.weight
    folds = setting.groups if setting.groups <= _ALONE_UP_TO else _FOLDS
    alone = held_out(best.routes, best.factor, setting.group, folds)
    spread = spread_of(best.residual_min, minutes)
    apart = np.abs(best.residual_min)
    outlier = (apart > _OUTLIER * spread * np.sqrt(minutes)) & (apart > _OUTLIER_MIN)
    trips = tuple(_fitted(setting, first, best, alone, outlier))
    before, after, unseen = (
        _errors(modelled, minutes, weight)
        for modelled in (first.driven.minutes, best.driven.minutes, alone)
    )
    found = [*problems, *_doubts(setting, best, (before, after, unseen))]
    return Calibration(
        base=setting.network.profile,
        profile=new_profile(setting, best.factor, best, sure),
        observed=setting.observed,
        network_source=setting.network.origin.source,
        network_sha256=setting.network.sha256,
        trips=trips,
        classes=_classes(setting, best, sure),
        before=before,
        after=after,
        held_out=unseen,
        rounds=len(rounds),
        problems=tuple(found),
    )


def _doubts(
    setting: Setting, best: Round, errors: tuple[Errors, Errors, Errors]
) -> Iterator[Problem]:
    file, pools = setting.observed.file, setting.pools
    before, after, unseen = errors
    if pools.unknown:
        yield doubts.unidentified(file, sorted(pools.unknown))
    for pool in pools.rows:
        if pools.alike.issuperset(pool):
            yield doubts.alike(file, pool)
    # By the median: a few trips that cannot be (a break, a wrong unit) must not decide.
    if unseen.median_min >= before.median_min * (1 - _EDGE):
        yield doubts.no_better(file, before, unseen)
    if after.median_percent > _FAR_OFF_PERCENT:
        yield doubts.far_off(file, after)
    low, high = SLOWEST + _EDGE, best.routes.fastest - _EDGE
    for pool, value, top in zip(pools.rows, best.factor.tolist(), high.tolist(), strict=True):
        if value <= low or value >= top:
            yield doubts.at_bound(file, pool, value)


def _fitted(
    setting: Setting, first: Round, best: Round, alone: _Floats, outlier: NDArray[np.bool_]
) -> Iterator[FittedTrip]:
    for i, tied in enumerate(setting.tied):
        yield FittedTrip(
            trip=tied.trip,
            before_min=float(first.driven.minutes[i]),
            after_min=float(best.driven.minutes[i]),
            held_out_min=float(alone[i]),
            km=float(best.driven.length_km[i]),
            outlier=bool(outlier[i]),
        )


def _classes(setting: Setting, best: Round, sure: Certainty) -> tuple[ClassFactor, ...]:
    old, new = (
        {row.name: row.kmh or np.nan for row in (*p.classes, p.fallback) if row is not None}
        for p in (setting.network.profile, best.profile)
    )
    found = []
    for row, (trips, km, capped) in driven_by_row(setting, best).items():
        if trips == 0:
            continue
        pool = setting.pools.of(row)
        found.append(
            ClassFactor(
                name=row,
                before_kmh=old[row],
                after_kmh=new[row],
                factor=1.0 if pool < 0 else float(best.factor[pool]),
                fitted_with=() if pool < 0 else setting.pools.rows[pool],
                trips=trips,
                km=km,
                capped_km=capped,
                state=_state(setting.pools, row),
                low=None if pool < 0 else float(sure.low[pool]),
                high=None if pool < 0 else float(sure.high[pool]),
            )
        )
    return tuple(sorted(found, key=lambda c: (-c.km, c.name)))


def _state(pools: Pools, row: str) -> FactorState:
    if row in pools.unknown:
        return FactorState.UNIDENTIFIED
    if pools.of(row) < 0:
        return FactorState.THIN
    return FactorState.ALIKE if row in pools.alike else FactorState.MEASURED


def _errors(modelled: _Floats, minutes: _Floats, weight: _Floats) -> Errors:
    residual = modelled - minutes
    percent = residual / minutes * 100.0

    def four(values: _Floats) -> tuple[float, float, float, float]:
        size = np.abs(values)
        mean = float(np.average(values, weights=weight))
        rmse = float(np.sqrt(np.average(values**2, weights=weight)))
        return float(np.median(size)), float(np.quantile(size, 0.9)), mean, rmse

    return Errors(*four(residual), *four(percent))


def new_profile(
    setting: Setting, factor: _Floats, found: Round, sure: Certainty | None = None
) -> SpeedProfile:
    """Return the profile with factors, each row saying what it rests on, and how surely."""
    base, observed = setting.network.profile, setting.observed
    counts = driven_by_row(setting, found)
    factors: dict[str, float] = {}
    sources: dict[str, str] = {}
    by_name = {row.name: row for row in (*base.classes, base.fallback) if row is not None}
    for at, (pool, value) in enumerate(zip(setting.pools.rows, factor.tolist(), strict=True)):
        shared = f", shared by {', '.join(pool)}" if len(pool) > 1 else ""
        if setting.pools.alike.issuperset(pool):
            shared += ", which no trip tells apart"
        within = "" if sure is None else f" (95 %: {sure.low[at]:.2f}-{sure.high[at]:.2f})"
        trips = max(counts[row][0] for row in pool)
        km = sum(counts[row][1] for row in pool)
        for row in pool:
            factors[row] = value
            sources[row] = (
                f"calibrated: {base.label} {by_name[row].kmh:g} km/h x {value:.3f}{within} "
                f"from {trips} trips, {km:,.0f} km{shared} ({observed.file}{_period(observed)})"
            )
    count = len(setting.tied)
    return base.scaled(
        factors,
        name=setting.name,
        version=f"{base.version}+{observed.sha256[:8]}",
        title=Text(
            f"{base.title.ja}（観測 {count} 件で調整）",
            f"{base.title.en}, calibrated by {count} observed trips",
        ),
        sources=sources,
    )


def _period(observed: ObservedTrips) -> str:
    if observed.days is None:
        return ""
    first, last = observed.days
    return f", {first}" if first == last else f", {first} to {last}"


def driven_by_row(setting: Setting, found: Round) -> dict[str, tuple[int, float, float]]:
    """Return trips, km and capped km by row."""
    kinds, km = setting.kinds, found.driven.km
    answer: dict[str, tuple[int, float, float]] = {}
    scale = {row: found.factor[i] for i, pool in enumerate(setting.pools.rows) for row in pool}
    for row in sorted({row for row in kinds.row if row}):
        mine = [i for i, name in enumerate(kinds.row) if name == row]
        capped = [i for i in mine if kinds.kmh[i] * scale.get(row, 1.0) > kinds.cap_kmh[i]]
        trips = int((km[:, mine].sum(axis=1) > 0).sum())
        answer[row] = trips, float(km[:, mine].sum()), float(km[:, capped].sum())
    return answer
