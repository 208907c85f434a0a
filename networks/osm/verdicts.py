"""Verdicts on OpenStreetMap objects: drivable, left out, or of a class that the profile lacks."""

from __future__ import annotations

from dataclasses import dataclass

from networks.doorless import Doorless

CONDITIONAL_ACCESS = "conditional-access"


@dataclass(frozen=True, slots=True)
class Drivable:
    """A way that cars may use, or that some cars may (`closed`).

    Parameters
    ----------
    road_class : str
        Name of the class; the tag's own value where the fallback row was used.
    kmh, kmh_backward : float
        Speed along the way's nodes and against them; NaN where `duration_ms` is given and the
        profile has no speed for ferries.
    duration_ms : int
        Milliseconds for the whole way, stated by the map (ferries); -1 otherwise.
    speed_source : str
        What the speed rests on, see `networks.osm.speed.WaySpeed`; ``duration`` for ferries.
    forward, backward : bool
        Directions along the way's nodes; neither where it is closed to the public.
    toll, ferry : bool
        Toll road; ferry.
    through : bool
        False where cars may only start or end a drive (``destination``, ``customers``).
    limit_kmh, width_m : float
        What is mapped; NaN where nothing usable is.
    doubts : tuple of str
        What is mapped and was not used, as words for counting: ``conditional-access``,
        ``maxspeed-not-used``, ``width-not-used``.
    doorless : Doorless
        Why no place can be tied to it, bridges aside.
    bridge : bool
        Whether it runs on a bridge.
    """

    road_class: str
    kmh: float
    kmh_backward: float
    duration_ms: int
    speed_source: str
    forward: bool
    backward: bool
    toll: bool
    ferry: bool
    through: bool
    limit_kmh: float
    width_m: float
    doubts: tuple[str, ...] = ()
    doorless: Doorless = Doorless.NO
    bridge: bool = False

    @property
    def closed(self) -> bool:
        """Whether it is closed to the public: looked at, never driven."""
        return not (self.forward or self.backward)

    @property
    def conditional(self) -> bool:
        """Whether times, seasons or the like open or close the way; they are not looked at."""
        return CONDITIONAL_ACCESS in self.doubts


@dataclass(frozen=True, slots=True)
class Dropped:
    """A way or restriction left out, and why (a word for counting)."""

    reason: str


@dataclass(frozen=True, slots=True)
class UnknownClass:
    """A road for cars whose class the profile does not know: the build must not go on."""

    road_class: str
