"""How far beyond the border hospitals could matter: what a drive at the top speed covers in time.

Stands apart: `inputs` reads lists, and this is about what the policy asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from groundfloor.problems import Problem, Text, warning
from networks.speeds.profile_files import load_profile
from spots.facilities import BeltWidth
from spots.job.run_file import Job
from spots.telling.units import kilometres, ms_from_minutes, threshold
from spots.types import FacilityType, Role

#: The highest limit of Japan's roads, on parts of 新東名 and 東北道 since 2020 (警察庁).
TOP_KMH = 120.0
#: Beyond the threshold, so that the nearest stays the nearest for verdicts near it and for speeds
#: somewhat higher than the profile's.
MARGIN_MIN = 15.0
_MINUTES = frozenset({"threshold_min", "at_least_min", "below_min"})
_METRES = frozenset({"threshold_m", "at_least_m", "below_m", "beyond_m"})


def belt_widths(job: Job) -> Mapping[str, BeltWidth]:
    """Return how wide the belt of each list with ``role = "auto"`` is, by its name.

    It is what the run file says, or what a drive at the top speed (`TOP_KMH`, or the profile's
    where that is higher) covers in the longest time that the policy asks for, and `MARGIN_MIN`.
    """
    own = [spec for spec in job.layers if spec.role is Role.AUTO]
    if not own:
        return {}
    kmh = _top_kmh(job)
    needed = _needed_m(job, kmh, MARGIN_MIN)
    widths = {s.name: needed if s.belt_km is None else s.belt_km * 1000 for s in own}
    return {
        name: BeltWidth(width, ms_from_minutes(width / 1000 / kmh * 60))
        for name, width in widths.items()
    }


def asked_beyond(job: Job) -> frozenset[FacilityType]:
    """Return what somebody beyond the border must be for the policy to ask for it."""
    if job.policy.select or job.settings.indicators is not None:
        return frozenset(FacilityType)
    return frozenset(c.type for _, c in job.policy.criteria if c.asks_for is not None)


def narrow_belts(job: Job) -> Iterator[Problem]:
    """Yield a warning for each belt that is narrower than what the longest time asked covers."""
    kmh = _top_kmh(job) if any(s.belt_km is not None for s in job.layers) else TOP_KMH
    least_m = _needed_m(job, kmh, 0.0)
    for spec in job.layers:
        if spec.role is Role.AUTO and spec.belt_km is not None and spec.belt_km * 1000 < least_m:
            given, least = kilometres(spec.belt_km * 1000), kilometres(least_m)
            yield warning(
                "belt-too-narrow",
                Text(
                    f"帯の幅{given}は、基準の時間に最高速度で走れる{least}より狭く、その外の病院のほうが"
                    "近いかもしれません",
                    f"the belt of {given} is narrower than the {least} that a drive at the top "
                    "speed covers in the time asked for: a hospital beyond it may be nearer",
                ),
                Text(
                    "belt_km を書かなければ、基準の時間から決めます",
                    "leave out belt_km: the width is then found from the time asked for",
                ),
                file=job.file,
                column="facilities.belt_km",
                value=spec.name,
            )


def belts_in_words(job: Job) -> Iterator[tuple[Text, tuple[str, ...]]]:
    """Yield each width of belts in words, with the lists whose neighbours it takes in."""
    asked = asked_beyond(job)
    layers = {s.name: s.types_in_rows or not s.types or s.types & asked for s in job.layers}
    by_width: dict[BeltWidth, tuple[str, ...]] = {}
    for name, width in belt_widths(job).items():
        if layers[name]:
            by_width[width] = (*by_width.get(width, ()), name)
    for width, names in by_width.items():
        wide, time = kilometres(width.width_m), threshold(width.covers_ms)
        kmh = f"{_top_kmh(job):g} km/h"
        yield (
            Text(
                f"都道府県の区域から{wide}まで（{kmh}で{time.ja}）",
                f"up to {wide} from the prefecture's ground ({time.en} at {kmh})",
            ),
            names,
        )


def _top_kmh(job: Job) -> float:
    network = job.settings.network
    if network is None:
        return TOP_KMH
    if network.straight is not None:
        return max(TOP_KMH, network.straight.speed_kmh / network.straight.detour_factor)
    profile = network.speeds
    if profile is None:
        return TOP_KMH
    own = job.path(profile) if profile.endswith(".toml") else profile
    return max(TOP_KMH, load_profile(own).top_kmh)


def _needed_m(job: Job, kmh: float, margin_min: float) -> float:
    """Return metres that could matter: by the longest time, or the longest distance asked for."""
    asked = [*_numbers([c for _, c in job.policy.criteria]), *_numbers(job.policy.select)]
    minutes = [number for name, number in asked if name in _MINUTES]
    metres = [number for name, number in asked if name in _METRES]
    if (indicators := job.settings.indicators) is not None:
        minutes, metres = [*minutes, indicators.minutes], [*metres, indicators.distance_m]
    longest = max(minutes, default=0.0) + margin_min
    return max([longest / 60 * kmh * 1000, *metres])


def _numbers(value: object) -> Iterator[tuple[str, float]]:
    """Yield the limits in settings, however deep they stand."""
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            found = getattr(value, each.name)
            if each.name in _MINUTES | _METRES and isinstance(found, int | float):
                yield each.name, float(found)
            else:
                yield from _numbers(found)
    elif isinstance(value, Mapping):
        for found in value.values():
            yield from _numbers(found)
    elif isinstance(value, list | tuple):
        for found in value:
            yield from _numbers(found)
