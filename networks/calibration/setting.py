"""One calibration: what stays the same in all its rounds, and which rows share a factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Text
from networks.calibration.fit import FASTEST, FixedRoutes, objective
from networks.calibration.routes import Driven, Kinds, TiedTrip
from networks.calibration.trips import ObservedTrips
from networks.network import RoadNetwork
from networks.speeds.profile import MAX_KMH, SpeedProfile
from networks.types import TravelOptions

MIN_CLASS_TRIPS = 5  # trips that drive `MIN_TRIP_KM` or more on a class
MIN_TRIP_KM = 0.3
MIN_CLASS_KM = 10.0  # of all trips together
#: Minor roads that share a factor where the data of each alone are thin.
_MINOR = frozenset({"unclassified", "residential", "living_street", "service", "road", "track"})
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pools:
    """Rows that share a factor each, F pools."""

    rows: tuple[tuple[str, ...], ...]

    def of(self, row: str) -> int:
        """Return the pool of a row, -1 where its speed stays."""
        return next((i for i, pool in enumerate(self.rows) if row in pool), -1)


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


def pools_of(kinds: Kinds, km: _Floats) -> Pools:
    """Return which rows get a factor, and which share one."""
    rows = sorted({row for row in kinds.row if row})
    by_row = {
        row: km[:, [i for i, name in enumerate(kinds.row) if name == row]].sum(axis=1)
        for row in rows
    }

    def enough(names: Sequence[str]) -> bool:
        driven = np.sum([by_row[name] for name in names], axis=0)
        return bool(
            (driven >= MIN_TRIP_KM).sum() >= MIN_CLASS_TRIPS and driven.sum() >= MIN_CLASS_KM
        )

    seen = [row for row in rows if by_row[row].sum() > 0]
    strong = [row for row in seen if enough([row])]
    pools = {row: [row] for row in strong}
    thin = [row for row in seen if row not in strong]
    for row in thin:
        main = row.removesuffix("_link")
        if main != row and main in pools:
            pools[main].append(row)
    minor = [row for row in thin if row.partition(":")[0] in _MINOR]
    if minor and enough(minor):
        pools[minor[0]] = minor
    return Pools(tuple(tuple(pools[first]) for first in sorted(pools)))


def new_profile(setting: Setting, factor: _Floats, found: Round) -> SpeedProfile:
    """Return the profile with factors, each row saying what it rests on."""
    base, observed = setting.network.profile, setting.observed
    counts = driven_by_row(setting, found)
    factors: dict[str, float] = {}
    sources: dict[str, str] = {}
    by_name = {row.name: row for row in (*base.classes, base.fallback) if row is not None}
    for pool, value in zip(setting.pools.rows, factor.tolist(), strict=True):
        shared = f", shared by {', '.join(pool)}" if len(pool) > 1 else ""
        trips = max(counts[row][0] for row in pool)
        km = sum(counts[row][1] for row in pool)
        for row in pool:
            factors[row] = value
            sources[row] = (
                f"calibrated: {base.label} {by_name[row].kmh:g} km/h x {value:.3f} from {trips} "
                f"trips, {km:,.0f} km{shared} ({observed.file}{_period(observed)})"
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
