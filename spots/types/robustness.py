"""What verdicts hang on: hospitals and roads taken away one by one, and speeds drawn at random."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from groundfloor.frozen import FrozenDict
from spots.types.facilities import Facility
from spots.types.verdicts import State, Truth

_Z = 1.959963984540054  # of the standard normal distribution, two-sided 95 %


@dataclass(frozen=True, slots=True)
class TravelStanding:
    """How a facility stands by the criterion on travel time.

    Parameters
    ----------
    state : State
        Its one state.
    truth : Truth
        The criterion.
    criteria : tuple of int
        Numbers of all criteria that it meets.
    nearest_id, nearest_name : str or None
        The nearest other; None where none is reached, or nothing was measured.
    travel_ms : int or None
        Milliseconds to it.
    """

    state: State
    truth: Truth
    criteria: tuple[int, ...]
    nearest_id: str | None = None
    nearest_name: str | None = None
    travel_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A facility that stands otherwise when something is gone.

    Parameters
    ----------
    facility : Facility
        The facility.
    before, after : TravelStanding
        As it stands in the run, and without what is gone.
    """

    facility: Facility
    before: TravelStanding
    after: TravelStanding

    @property
    def longer_ms(self) -> int | None:
        """How much longer the drive to the nearest other is; None where there is none to compare.

        Below zero only where a cut ties somebody to another road.
        """
        if self.before.travel_ms is None or self.after.travel_ms is None:
            return None
        return self.after.travel_ms - self.before.travel_ms

    @property
    def cut_off(self) -> bool:
        """Whether it reached another before, and reaches none now."""
        return self.before.travel_ms is not None and self.after.travel_ms is None

    @property
    def becomes_met(self) -> bool:
        """Whether it meets the criterion on travel time only now."""
        return self.after.truth is Truth.MET and self.before.truth is not Truth.MET

    @property
    def turned(self) -> bool:
        """Whether its state is another."""
        return self.before.state is not self.after.state


class GoneGrade(StrEnum):
    """How much hangs on a hospital or road, for colours and widths."""

    SEVERAL_TURN = "several_turn"
    ONE_TURNS = "one_turns"
    LONGER = "longer"
    NOTHING = "nothing"


class GoneKind(StrEnum):
    """What is taken away."""

    HOSPITAL = "hospital"
    ROAD = "road"


@dataclass(frozen=True, slots=True, eq=False)
class RoadCut:
    """One place at which a road is cut: a stretch from junction to junction.

    Parameters
    ----------
    id : str
        ``road-`` with the number of the stretch in the network.
    geometry : MultiLineString
        Its line, degrees: as a closure of a run file it cuts the same.
    """

    id: str
    geometry: MultiLineString


@dataclass(frozen=True, slots=True, eq=False)
class GoneRoad:
    """A stretch of road that is cut, in both directions.

    Parameters
    ----------
    road_class : str
        As the network names it.
    length_m : float
        Metres that the first of the cuts closes.
    drives : int
        How many decisive drives lead over it.
    cuts : tuple of RoadCut
        The stretch itself, then others of the same road whose cut comes to the same: whichever of
        them is cut, this happens.
    towns : tuple of str
        Names of the municipalities in which the ends of the first cut lie.
    """

    road_class: str
    length_m: float
    drives: int
    cuts: tuple[RoadCut, ...]
    towns: tuple[str, ...] = ()

    @property
    def alike(self) -> tuple[str, ...]:
        """Ids of the other stretches."""
        return tuple(cut.id for cut in self.cuts[1:])


@dataclass(frozen=True, slots=True, eq=False)
class Gone:
    """A hospital or a road that is taken away, and what hangs on it.

    Parameters
    ----------
    id : str
        Of the facility; of a road that of its first cut.
    name : str
        Of the hospital, or of the road; empty where a road has none.
    geometry : shapely geometry or None
        Point, or the lines of all stretches alike, degrees; None of a hospital without a position.
    moved : tuple of Moved
        Who stands otherwise without it, those whose state turns first.
    people_beyond : float or None
        How many more people have a drive of the limit or more to any hospital, or none; None
        without population, and of roads.
    road : GoneRoad or None
        What is known of a road.
    rank : int
        Place by what hangs on it, 1 for most; equal ones share a place.
    """

    id: str
    name: str
    geometry: BaseGeometry | None
    moved: tuple[Moved, ...]
    people_beyond: float | None = None
    road: GoneRoad | None = None
    rank: int = 0

    @property
    def kind(self) -> GoneKind:
        """Whether it is a hospital or a road."""
        return GoneKind.HOSPITAL if self.road is None else GoneKind.ROAD

    @property
    def turned(self) -> tuple[Moved, ...]:
        """Whose state is another without it."""
        return tuple(m for m in self.moved if m.turned)

    @property
    def become_met(self) -> tuple[Moved, ...]:
        """Who meets the criterion on travel time only without it."""
        return tuple(m for m in self.moved if m.becomes_met)

    @property
    def cut_off(self) -> tuple[Moved, ...]:
        """Who reaches no other any more."""
        return tuple(m for m in self.moved if m.cut_off)

    @property
    def longer_ms(self) -> int:
        """By how much all drives are longer together; without those that lead nowhere now."""
        return sum(m.longer_ms or 0 for m in self.moved)

    @property
    def grade(self) -> GoneGrade:
        """How much hangs on it, in few steps."""
        if self.turned:
            several = len(self.turned) > 1
            return GoneGrade.SEVERAL_TURN if several else GoneGrade.ONE_TURNS
        if self.become_met or self.cut_off or self.longer_ms > 0 or self.people_beyond:
            return GoneGrade.LONGER
        return GoneGrade.NOTHING

    @property
    def weight(self) -> tuple[float, ...]:
        """What the ranking goes by, most important first: all of it, larger is more.

        States that turn; facilities that meet the criterion only now; facilities that reach none;
        people beyond; milliseconds.
        """
        return (
            len(self.turned),
            len(self.become_met),
            len(self.cut_off),
            self.people_beyond or 0.0,
            self.longer_ms,
        )


@dataclass(frozen=True, slots=True, eq=False)
class GoneRanking:
    """Everything of one kind that was taken away, each alone, by what hangs on it.

    Parameters
    ----------
    kind : GoneKind
        Hospitals or roads.
    criterion : int
        Number of the criterion on travel time.
    threshold_ms : int
        Its threshold.
    rows : tuple of Gone
        By rank.
    people_limit_ms : int or None
        From which drive on people are counted as beyond; None where they are not counted.
    people_before : float or None
        People beyond with everything in its place.
    people_off_roads : float or None
        People of whose drive nothing is known: no road within the limit.
    """

    kind: GoneKind
    criterion: int
    threshold_ms: int
    rows: tuple[Gone, ...]
    people_limit_ms: int | None = None
    people_before: float | None = None
    people_off_roads: float | None = None


class SpeedDistribution(StrEnum):
    """How the factors of speeds are drawn."""

    UNIFORM = "uniform"  # between 1 - spread and 1 + spread, none more likely than another
    LOGNORMAL = "lognormal"  # 95 of 100 between 1 / (1 + spread) and 1 + spread


@dataclass(frozen=True, slots=True)
class SpeedSpread:
    """How far the speeds of a table may be from the truth, and how they are drawn.

    Parameters
    ----------
    spread : float
        Of every class that `classes` does not name: 0.2 is a fifth up and down.
    classes : mapping of str to float
        Of single classes, by the name of their row in the speed table; 0 keeps a class as it is.
    distribution : SpeedDistribution
        How factors are drawn.
    together : bool
        Whether one factor is drawn for all classes, instead of one for each: all spreads are then
        parts of the same luck.
    draws : int
        How many.
    seed : int
        Of the draws: the same seed gives the same draws.
    source : str
        What the spread rests on; empty for an assumption.
    """

    spread: float = 0.2
    classes: Mapping[str, float] = field(default_factory=FrozenDict)
    distribution: SpeedDistribution = SpeedDistribution.UNIFORM
    together: bool = False
    draws: int = 200
    seed: int = 1
    source: str = ""


@dataclass(frozen=True, slots=True)
class SpeedShare:
    """In how many draws of speeds a criterion holds for a facility.

    Parameters
    ----------
    facility : Facility
        The facility.
    before : TravelStanding
        At the speeds of the table.
    draws : int
        How many there were.
    met : int
        In how many of them the criterion is met.
    undetermined : int
        In how many it stays open.
    designated : int
        In how many the facility is designated.
    least_ms, most_ms : int or None
        The shortest and the longest drive to the nearest other of all draws.
    factor : float or None
        By how much all speeds together would have to differ for the criterion to turn
        (`TurningSpeed`); None where no speed turns it.
    """

    facility: Facility
    before: TravelStanding
    draws: int
    met: int
    undetermined: int
    designated: int
    least_ms: int | None
    most_ms: int | None
    factor: float | None = None

    @property
    def share(self) -> float:
        """The share of draws in which the criterion is met."""
        return self.met / self.draws

    @property
    def error(self) -> float:
        """The standard error of the share that comes from the number of draws.

        Examples
        --------
        >>> round(math.sqrt(0.25 / 100), 3)
        0.05
        """
        return math.sqrt(self.share * (1.0 - self.share) / self.draws)

    @property
    def interval(self) -> tuple[float, float]:
        """Between what the share lies with 95 % confidence, by Wilson's score interval.

        Of 0 or all of the draws the standard error is nought, which says too much: after 100 draws
        without a turn a turn in one of 27 is still possible.
        E. B. Wilson (1927), Journal of the American Statistical Association 22, 209-212.
        """
        n, p = self.draws, self.share
        middle = p + _Z**2 / (2 * n)
        half = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
        whole = 1 + _Z**2 / n
        low, high = (middle - half) / whole, (middle + half) / whole
        return (0.0 if self.met == 0 else low), (1.0 if self.met == n else high)


@dataclass(frozen=True, slots=True)
class SpeedSensitivity:
    """In how many draws of speeds each verdict by travel time holds.

    Parameters
    ----------
    spread : SpeedSpread
        What was drawn.
    profile : str
        The speed table.
    criterion : int
        Number of the criterion on travel time.
    classes : tuple of str
        Rows of the table that were drawn; others stay as they are.
    drawn_share : float
        The share of the roads' length whose time a draw changes; the rest has a time of its own,
        or goes by a limit, a width or a timetable in every draw.
    rows : tuple of SpeedShare
        Of every facility that the criterion measures, in the order of the run.
    """

    spread: SpeedSpread
    profile: str
    criterion: int
    classes: tuple[str, ...]
    drawn_share: float
    rows: tuple[SpeedShare, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """What the verdicts of a job hang on, as far as it was asked.

    Parameters
    ----------
    hospitals, roads : GoneRanking or None
        By what hangs on them.
    speeds : SpeedSensitivity or None
        In how many draws of speeds verdicts hold.
    """

    hospitals: GoneRanking | None = None
    roads: GoneRanking | None = None
    speeds: SpeedSensitivity | None = None

    @property
    def rankings(self) -> tuple[GoneRanking, ...]:
        """Those that were asked for."""
        return tuple(each for each in (self.hospitals, self.roads) if each is not None)


def ranked(found: Iterable[Gone]) -> tuple[Gone, ...]:
    """Return what was taken away by what hangs on it, most first, with equal ones' place shared."""
    ordered = sorted(found, key=lambda gone: (tuple(-w for w in gone.weight), gone.id))
    weights = [gone.weight for gone in ordered]
    return tuple(replace(gone, rank=weights.index(gone.weight) + 1) for gone in ordered)
