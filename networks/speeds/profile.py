"""What a speed profile is: kilometres per hour by road class, and what else costs time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from groundfloor.arguments import number
from groundfloor.folding import nfkc
from groundfloor.problems import Text, one_of

FERRY = "ferry"
FALLBACK = "fallback"
ACCESS = "access"
MIN_KMH = 1.0  # slower than a stroll is a slip of the pen too
# A factor of all speeds beyond these is a slip of the pen (per cent, say).
LEAST_FACTOR, MOST_FACTOR = 0.05, 20.0
MAX_KMH = 200.0  # above it a figure is a slip of the pen: no road vehicle here goes faster


class MaxspeedRule(StrEnum):
    """What a mapped speed limit does to the speed of the table."""

    IGNORE = "ignore"
    CAP = "cap"  # lowers it, never raises it
    USE = "use"  # replaces it


class UnknownClassRule(StrEnum):
    """What happens to a road whose class has no row."""

    ERROR = "error"
    FALLBACK = "fallback"  # the fallback row's speed, and counted


class UTurnRule(StrEnum):
    """Where a drive may turn back along the road that it came by, unless a sign forbids it."""

    ANYWHERE = "anywhere"
    JUNCTIONS = "junctions"  # and at dead ends; never where two pieces of one street meet


class DelayKind(StrEnum):
    """Places on a road where a car may wait; a profile gives the seconds."""

    TRAFFIC_SIGNALS = "traffic_signals"
    CROSSING_SIGNALS = "crossing_signals"  # signals for people on foot, away from a junction
    CROSSING = "crossing"
    LEVEL_CROSSING = "level_crossing"
    STOP = "stop"
    GIVE_WAY = "give_way"
    MINI_ROUNDABOUT = "mini_roundabout"
    TOLL_BOOTH = "toll_booth"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class RoadClass:
    """A row of a speed profile.

    Parameters
    ----------
    name : str
        OSM highway value, ``"ferry"`` or ``"fallback"``. ``service:parking_aisle``,
        ``track:grade5`` and the like go before ``service`` and ``track``.
    kmh : float or None
        Speed; None only for ferries: each then needs its own duration.
    source : str
        What the speed rests on, as a sentence.
    doors : bool
        Whether places can be entered and left from such a road. Points are never snapped to
        roads without doors (motorways, ramps, ferries).
    aliases : tuple of str
        Other spellings in link tables, e.g. ``国道``.
    """

    name: str
    kmh: float | None
    source: str
    doors: bool = True
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a speed that is none; a table's own bounds are narrower."""
        if self.kmh is not None:
            number(self.kmh, f"{self.name}: kmh", least=0.0)


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds lost on average at a kind of place; ``kind`` is a `DelayKind`."""

    kind: str
    seconds: float
    source: str


@dataclass(frozen=True, slots=True)
class TurnDelays:
    """Seconds that turns at junctions cost; in Japan the turn to the right crosses traffic."""

    left_s: float = 0.0
    right_s: float = 0.0
    straight_s: float = 0.0
    u_turn_s: float = 0.0
    source: str = ""

    @property
    def left_ms(self) -> int:
        """A turn to the left."""
        return _ms(self.left_s)

    @property
    def right_ms(self) -> int:
        """A turn to the right."""
        return _ms(self.right_s)

    @property
    def straight_ms(self) -> int:
        """Straight on over a junction."""
        return _ms(self.straight_s)

    @property
    def u_turn_ms(self) -> int:
        """Back along the road just driven."""
        return _ms(self.u_turn_s)


@dataclass(frozen=True, slots=True)
class WidthCap:
    """The most that is driven on roads narrower than ``below_m`` metres; 0 km/h closes them."""

    below_m: float
    kmh: float
    source: str


@dataclass(frozen=True, slots=True)
class LimitKind:
    """The figure of a limit that maps name by its kind, such as ``JP:urban``."""

    name: str
    kmh: float
    source: str


@dataclass(frozen=True, slots=True)
class CentreLine:
    """Speeds of roads of which the map says whether they have a centre line.

    Parameters
    ----------
    with_kmh, without_kmh : float
        With a centre line (or separate carriageways), and without.
    classes : tuple of str
        Rows to which this applies; their own speed holds where the map is silent.
    source : str
        What it rests on.
    """

    with_kmh: float
    without_kmh: float
    classes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class SpeedProfile:
    """Speeds by road class. Nothing is ever imputed: a class has a row, or the policy speaks.

    Parameters
    ----------
    name, version : str
        Identity, printed with every result.
    title : Text
        For readers.
    classes : tuple of RoadClass
        Rows in the file's order, without ferry.
    ferry : RoadClass
        Row for ferries that bring no duration; ``kmh`` None means such ferries are not used.
    access : RoadClass
        Speed on the metres between a door and the road.
    maxspeed : MaxspeedRule
        Use of mapped speed limits.
    unknown_class : UnknownClassRule
        Policy for classes without a row.
    fallback : RoadClass or None
        The row used by `UnknownClassRule.FALLBACK`.
    delays : tuple of Delay
        Waiting at signals and the like; what has no row costs nothing.
    turns : TurnDelays or None
        Waiting at turns; None costs nothing.
    widths : tuple of WidthCap
        Caps for narrow roads.
    limits : tuple of LimitKind
        Figures of limits that maps name by their kind.
    centre_line : CentreLine or None
        Speeds by marking, where the law makes them differ.
    u_turns : UTurnRule
        Where a drive may turn back.

    Examples
    --------
    >>> from networks.speeds.profile_files import load_profile
    >>> profile = load_profile("everyday")
    >>> profile.lookup()["国道"].name, profile.lookup()["国道"].kmh
    ('trunk', 45.0)
    """

    name: str
    version: str
    title: Text
    classes: tuple[RoadClass, ...]
    ferry: RoadClass
    access: RoadClass
    maxspeed: MaxspeedRule = MaxspeedRule.IGNORE
    unknown_class: UnknownClassRule = UnknownClassRule.ERROR
    fallback: RoadClass | None = None
    delays: tuple[Delay, ...] = ()
    turns: TurnDelays | None = None
    widths: tuple[WidthCap, ...] = ()
    limits: tuple[LimitKind, ...] = ()
    centre_line: CentreLine | None = None
    u_turns: UTurnRule = UTurnRule.ANYWHERE

    def __post_init__(self) -> None:
        """Take rules given by their values for what they mean, and refuse others."""
        kinds = {
            "maxspeed": MaxspeedRule,
            "unknown_class": UnknownClassRule,
            "u_turns": UTurnRule,
        }
        for name, kind in kinds.items():
            object.__setattr__(self, name, one_of(kind, getattr(self, name), name))

    @property
    def label(self) -> str:
        """Name and version on one line."""
        return f"{self.name} {self.version}"

    @property
    def access_kmh(self) -> float:
        """Kilometres per hour between door and road."""
        return self.access.kmh or math.nan

    @property
    def top_kmh(self) -> float:
        """Kilometres per hour that no row, limit or marking of the table exceeds; no ferries.

        Limits count only where the table lets them raise a speed (`MaxspeedRule.USE`).

        Examples
        --------
        >>> from networks.speeds.profile_files import load_profile
        >>> load_profile("everyday").top_kmh
        80.0
        """
        rows = (*self.classes, self.access, *filter(None, [self.fallback]))
        speeds = [row.kmh for row in rows if row.kmh is not None]
        if self.maxspeed is MaxspeedRule.USE:
            speeds += [limit.kmh for limit in self.limits]
        if self.centre_line is not None:
            speeds += [self.centre_line.with_kmh, self.centre_line.without_kmh]
        return max(speeds)

    def access_ms(self, distance_m: float) -> int:
        """Return whole milliseconds for metres at the access speed.

        Examples
        --------
        >>> from networks.speeds.profile_files import load_profile
        >>> load_profile("everyday").access_ms(100.0)  # at 15 km/h
        24000
        """
        return round(distance_m * 3600.0 / self.access_kmh)

    def lookup(self) -> dict[str, RoadClass]:
        """Return rows by folded name and alias, see `fold`; ferry included."""
        table: dict[str, RoadClass] = {}
        for row in (*self.classes, self.ferry):
            for name in (row.name, *row.aliases):
                table[fold(name)] = row
        return table

    def delay_ms(self, kind: str) -> int:
        """Return whole milliseconds lost at a kind of place; 0 where the profile has no row."""
        return next((_ms(delay.seconds) for delay in self.delays if delay.kind == kind), 0)

    def width_kmh(self, width_m: float | None, *, meeting: bool = True) -> float | None:
        """Return the most that is driven on a road of this width; None for no cap.

        0 means that cars do not fit. None and NaN metres are an unknown width. Where no cars meet
        (one-way streets, motorways and ramps, whose one lane is no narrow road) only that counts.
        """
        if width_m is None:
            return None
        caps = [cap.kmh for cap in self.widths if width_m < cap.below_m]
        return min((kmh for kmh in caps if meeting or kmh == 0), default=None)

    def limit_table(self) -> dict[str, float]:
        """Return km/h by folded name of a kind of limit."""
        return {fold(limit.name): limit.kmh for limit in self.limits}

    def scaled(
        self,
        factors: Mapping[str, float],
        *,
        name: str,
        version: str,
        title: Text,
        sources: Mapping[str, str],
    ) -> SpeedProfile:
        """Return a profile whose rows are this one's times factors, such as calibration finds.

        Parameters
        ----------
        factors : Mapping of str to float
            By row name, also ``ferry``, ``access`` and ``fallback``; above 1 is faster. Rows
            without a factor stay. Speeds are rounded to a hundredth of a km/h.
        name, version, title : str, str, Text
            The new identity.
        sources : Mapping of str to str
            What the new speed of each row rests on; needed for every factor.

        Raises
        ------
        ValueError
            When a factor is for no row, has no source, or leads to no possible speed.

        Examples
        --------
        >>> from networks.speeds.profile_files import load_profile
        >>> slow = load_profile("everyday").scaled(
        ...     {"trunk": 0.8}, name="ours", version="1", title=Text("調整済み", "calibrated"),
        ...     sources={"trunk": "40 trips of 2026-10"},
        ... )
        >>> slow.lookup()["trunk"].kmh, slow.lookup()["primary"].kmh
        (36.0, 40.0)
        """
        rows = (*self.classes, self.ferry, self.access, *filter(None, [self.fallback]))
        if strange := sorted(set(factors) - {row.name for row in rows}):
            raise ValueError(f"no such row: {', '.join(strange)}")

        def new(row: RoadClass) -> RoadClass:
            return _scaled(row, factors[row.name], sources) if row.name in factors else row

        return replace(
            self,
            name=name,
            version=version,
            title=title,
            classes=tuple(new(row) for row in self.classes),
            ferry=new(self.ferry),
            access=new(self.access),
            fallback=None if self.fallback is None else new(self.fallback),
        )


def fold(name: str) -> str:
    """Return a class name as it is compared: NFKC, no spaces around, no case.

    Examples
    --------
    >>> fold(" Ｔｒｕｎｋ ")
    'trunk'
    """
    return nfkc(name).casefold()


def _scaled(row: RoadClass, factor: float, sources: Mapping[str, str]) -> RoadClass:
    source = sources.get(row.name, "").strip()
    if not source:
        raise ValueError(f"no source for {row.name}")
    kmh = math.nan if row.kmh is None else round(row.kmh * factor, 2)
    if not MIN_KMH <= kmh <= MAX_KMH:
        raise ValueError(f"{row.name}: {row.kmh} km/h x {factor} is no possible speed")
    return replace(row, kmh=kmh, source=source)


def _ms(seconds: float) -> int:
    return round(seconds * 1000.0)
