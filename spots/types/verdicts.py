"""What was found of a facility: evidence, outcomes of criteria, and its one state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from groundfloor.problems import Text
from networks.types import NearerKind, Route
from spots.types.facilities import Double, Facility, Place
from spots.types.missing import Unmeasured
from spots.types.straight_travel import DistanceEvidence, StraightLine, TravelBasis


class State(StrEnum):
    """The one state every facility ends in."""

    DESIGNATED = "designated"
    EXCLUDED = "excluded"
    MOOT = "moot"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


class Truth(StrEnum):
    """Three-valued outcome of a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


class TravelDirection(StrEnum):
    """Which drive the rule means."""

    FROM_CANDIDATE = "from_candidate"
    TO_CANDIDATE = "to_candidate"


class Assumption(StrEnum):
    """A travel setting that is also tried the other way round, as evidence."""

    NEIGHBOURS = "neighbours"
    DIRECTION = "direction"
    TOLLS = "tolls"
    FERRIES = "ferries"


@dataclass(frozen=True, slots=True)
class Variant:
    """The same question under one other assumption, kept where a reader must see it.

    Parameters
    ----------
    name : str
        ``"neighbours"``, ``"direction"``, ``"tolls"`` or ``"ferries"``: the setting turned over;
        ``"list"``: another list of the run deciding which hospitals count; ``"closures"``: the
        roads without the run's closures; ``"snap"``, ``"snap_others"``: the facility, or other
        hospitals, tied to the other road they could be tied to; ``"closed_way"``,
        ``"closed_way_others"``, ``"closed_way_both"``: the facility, others, or both, by the road
        at their door that is closed to the public; ``"one_hospital"``, ``"two_hospitals"``:
        records that may be the facility itself taken for it, or for others.
    label : Text
        What was assumed, for readers.
    nearest_id, nearest_name : str or None
        Nearest other under it.
    travel_ms : int or None
        Its time; None when unreachable.
    truth : Truth
        The criterion under it.
    changes : bool
        Whether that differs from the criterion under the policy.
    state : State or None
        The facility's state under it, everything else being equal; None where not known.
    list_name : str
        Of ``"list"``: the list that counts under it, as criteria name it.
    asked : bool
        Whether the criterion would look at the facility at all; false where a list does not have
        it. Without a time that is not "unreachable".
    tied : bool
        Whether the facility would be near enough to a road that may be used; where not, nothing
        is measured, which is not "unreachable" either.
    distance_m : float or None
        Of a criterion on straight distance, in place of the time: geodesic metres to that other.
    """

    name: str
    label: Text
    nearest_id: str | None
    nearest_name: str | None
    travel_ms: int | None
    truth: Truth
    changes: bool
    state: State | None = None
    list_name: str = ""
    asked: bool = True
    tied: bool = True
    distance_m: float | None = None

    @property
    def key(self) -> str:
        """The name, with the list behind a colon: ``"tolls"``, ``"list:rotation"``."""
        return f"{self.name}:{self.list_name}" if self.list_name else self.name


@dataclass(frozen=True, slots=True)
class OtherHospital:
    """One of the hospitals nearest to a facility, by road or by the straight line.

    Parameters
    ----------
    id, name : str
        The hospital.
    travel_ms : int
        Milliseconds to it, door to door; without roads the estimate.
    route : Route or None
        The way; None without roads.
    line : StraightLine or None
        The straight line that stands in for it.
    """

    id: str
    name: str
    travel_ms: int
    route: Route | None
    line: StraightLine | None = None

    @property
    def way(self) -> Route | StraightLine:
        """The way, or the line that stands in for it."""
        way = self.route or self.line
        if way is None:
            raise AssertionError(f"{self.id}: neither a route nor a line")
        return way


@dataclass(frozen=True, slots=True)
class TurningSpeed:
    """By how much all speeds would have to differ for the criterion to turn.

    Parameters
    ----------
    factor : float
        Speeds times this put the nearest other exactly at the threshold; one or more where the
        criterion is met (faster turns it), one or less where it is not (slower turns it).
    exact : bool
        Whether no other way, or other hospital, can turn it at another factor; false where
        ferries or delays, which do not scale, may be on some way, or where a closed road at a
        door may be the way.
    state : State
        The state of the facility just beyond the factor.
    truth : Truth or None
        The criterion just beyond the factor; None where not recorded.
    """

    factor: float
    exact: bool
    state: State
    truth: Truth | None = None

    @property
    def faster(self) -> bool:
        """Whether the criterion turns above the factor; below it otherwise."""
        if self.truth is None or self.truth is Truth.UNDETERMINED:  # either way leads to open
            return self.factor >= 1
        return self.truth is Truth.NOT_MET


class Border(StrEnum):
    """What a drive leaves, beyond which hospitals may lie that nobody has named."""

    DATA = "data"  # the road data
    PREFECTURE = "prefecture"


@dataclass(frozen=True, slots=True)
class Leaving:
    """How soon a drive can leave, in milliseconds, and what it leaves.

    Parameters
    ----------
    ms : int
        Milliseconds.
    border : Border
        What is left.
    unlisted : tuple of str
        Names of the prefectures that may lie beyond and of which no hospital is listed, where
        hospitals of others are; empty where none are listed at all.
    """

    ms: int
    border: Border
    unlisted: tuple[str, ...] = ()


class Isolation(StrEnum):
    """Why it is believed that no road leads from a facility to any other."""

    APART = "apart"  # it lies on ground apart from the main land
    ROADLESS = "roadless"  # the policy names it
    STATED = "stated"  # only a closed road, or a toll road not to be used, would lead there


@dataclass(frozen=True, slots=True)
class OtherWay:
    """The nearest other of drives in the direction that the criterion does not ask for.

    Parameters
    ----------
    id, name : str
        The hospital.
    travel_ms : int
        Milliseconds from it, or to it, door to door.
    """

    id: str
    name: str
    travel_ms: int


@dataclass(frozen=True, slots=True)
class DoorRoad:
    """The road nearest to a facility, where it is not tied to it, or not for certain.

    Parameters
    ----------
    kind : NearerKind
        Why not.
    distance_m : float
        Metres to it.
    """

    kind: NearerKind
    distance_m: float


@dataclass(frozen=True, slots=True)
class TravelEvidence:
    """Evidence of the travel-time criterion for one facility.

    Parameters
    ----------
    snap_m : float or None
        Metres from the facility to the road network.
    nearest_id, nearest_name : str or None
        The nearest other hospital; None when unreachable or not computed.
    travel_ms : int or None
        Milliseconds to it, door to door.
    reachable : bool or None
        False when no road leads to any other; None when not computed.
    threshold_ms : int
        The policy's threshold.
    margin_ms : int or None
        ``travel_ms - threshold_ms``: at or above zero the criterion is met (for "at least").
    route : Route or None
        The decisive route.
    ties : tuple of str
        Names of other hospitals at exactly the same time; the first hundred of them.
    variants : tuple of Variant
        The same question under other assumptions.
    tie_count : int
        How many `ties` there are, also of those that are not named.
    alternative_snap_m : float or None
        Metres to the other road that the facility could be tied to, where a fragment of the
        network and a larger part are both near.
    detached : bool
        Whether no other can be reached because the facility's road is an island or a fragment
        that no road joins to the main part of the network.
    border_ms : int or None
        How soon a drive can leave the data or the prefecture, milliseconds, where that is sooner
        than the nearest other and hospitals beyond count but are on no list.
    others : tuple of OtherHospital
        The nearest hospitals of other sites, at most three, the one above first; empty where none
        can be reached.
    turning : TurningSpeed or None
        The speeds at which the criterion turns; None where no speed turns it.
    unmeasured : Unmeasured or None
        The hospital that is not on the roads, or that none leads to though land does, and could
        be reached soonest, where that is sooner than the nearest other.
    border : Border
        Which of the two `border_ms` leads to; without a time it says nothing.
    border_unlisted : tuple of str
        Names of the prefectures that may lie beyond it and of which no hospital is listed, where
        hospitals of others are; empty where none are listed at all.
    other_way : OtherWay or None
        The nearest other in the opposite direction, where no other can be reached in the one that
        is asked for; None where drives lead neither way, or the asked way is open.
    direction : TravelDirection
        Of the drive that is asked for; an estimate without roads has none.
    isolation : Isolation or None
        Why it is believed that no road leads to any other; None where one does, or nothing
        proves it.
    doubles : tuple of Double
        Others that count and may be the facility itself.
    if_one : OtherHospital or None
        The nearest other if they are; None without doubles, or where none can be reached then.
    nearer_road : DoorRoad or None
        The road nearest to the facility, where it is closed to the public, cut off by a barrier or
        without doors, and either clearly nearer than the one the facility is tied to or turns the
        criterion.
    basis : TravelBasis
        What the times are made of. By the straight line there is no road: what is said above of
        roads, directions and doors is empty then, and `travel_ms` is an estimate.
    line : StraightLine or None
        The decisive line of such an estimate.
    crosses_sea : bool
        Whether that line leaves the land for so long that no road is likely to follow it.
    by_land : OtherHospital or None
        The nearest other whose line does not, where `crosses_sea`; None also where there is none.
    """

    snap_m: float | None
    nearest_id: str | None
    nearest_name: str | None
    travel_ms: int | None
    reachable: bool | None
    threshold_ms: int
    margin_ms: int | None
    route: Route | None
    ties: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    tie_count: int = 0
    alternative_snap_m: float | None = None
    detached: bool = False
    border_ms: int | None = None
    others: tuple[OtherHospital, ...] = ()
    turning: TurningSpeed | None = None
    unmeasured: Unmeasured | None = None
    border: Border = Border.DATA
    border_unlisted: tuple[str, ...] = ()
    doubles: tuple[Double, ...] = ()
    if_one: OtherHospital | None = None
    nearer_road: DoorRoad | None = None
    other_way: OtherWay | None = None
    isolation: Isolation | None = None
    direction: TravelDirection = TravelDirection.FROM_CANDIDATE
    basis: TravelBasis = TravelBasis.ROAD
    line: StraightLine | None = None
    crosses_sea: bool = False
    by_land: OtherHospital | None = None

    @property
    def estimated(self) -> bool:
        """Whether the times are estimates without roads."""
        return self.basis is TravelBasis.STRAIGHT

    @property
    def way(self) -> Route | StraightLine | None:
        """The decisive route, or the line that stands in for it."""
        return self.route or self.line

    @property
    def unnamed_ties(self) -> int:
        """How many others at the same time `ties` does not name."""
        return max(self.tie_count - len(self.ties), 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One criterion applied to one facility.

    Parameters
    ----------
    number : int
        The criterion's number in the policy (1, 2, 3).
    truth : Truth
        Met, not met, or undetermined.
    text : Text
        The finding in a planner's words, with the numbers.
    travel : TravelEvidence or None
        Present for travel-time criteria that look at the facility: it has their type and is on
        their list.
    variants : tuple of Variant
        Where the facility is not on the criterion's list but on others of the run: the criterion
        under each of those; of a criterion on straight distance every assumption that was tried.
        Variants of facilities whose travel time is measured are in `travel`.
    given : bool
        Whether the run had a list for the criterion; without one it is undetermined for everybody.
    distance : DistanceEvidence or None
        Present for criteria on straight distance that look at the facility.
    """

    number: int
    truth: Truth
    text: Text
    travel: TravelEvidence | None = None
    variants: tuple[Variant, ...] = ()
    given: bool = True
    distance: DistanceEvidence | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision by hand about a facility, as the policy has it.

    Parameters
    ----------
    include : bool
        Whether it takes the facility in; out otherwise.
    reason : Text
        Why.
    overrides : tuple of str
        What else it overrules: ``"excluded"``, that its municipality is out; ``"moot"``, that its
        area needs no spot.
    applied : bool
        Whether the state rests on it.
    """

    include: bool
    reason: Text
    overrides: tuple[str, ...] = ()
    applied: bool = True


_DECIDING = {State.NOT_MET: Truth.NOT_MET, State.UNDETERMINED: Truth.UNDETERMINED}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A facility, its one state, and everything that led to it."""

    facility: Facility
    place: Place
    state: State
    criteria: tuple[int, ...]  # numbers of the criteria met, ascending
    state_reason: Text
    outcomes: tuple[Outcome, ...]  # in the policy's order
    decision: Decision | None = None  # by hand

    @property
    def measured(self) -> Outcome | None:
        """The outcome by travel time that the state rests on; None where nothing was measured.

        Of several criteria it is the first that is as the state needs it: met where the facility
        is designated, not met or undetermined where it is that. Of an excluded or moot facility it
        is the one that is met, since that is what would have designated it.
        """
        wanted = _DECIDING.get(self.state, Truth.MET)
        first: Outcome | None = None
        for outcome in self.outcomes:  # asked for every cell of every table
            if outcome.travel is not None:
                if outcome.truth is wanted:
                    return outcome
                first = first or outcome
        return first

    @property
    def travel(self) -> TravelEvidence | None:
        """Evidence of the travel-time criterion that the state rests on, see `measured`."""
        measured = self.measured
        return measured.travel if measured is not None else None

    @property
    def distance(self) -> DistanceEvidence | None:
        """Evidence of the first criterion on straight distance that is as the state needs it."""
        measured = [o for o in self.outcomes if o.distance is not None]
        wanted = _DECIDING.get(self.state, Truth.MET)
        found = next((o for o in measured if o.truth is wanted), next(iter(measured), None))
        return found.distance if found is not None else None

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Every other assumption that was tried for any criterion, in order."""
        found = ((*(o.travel.variants if o.travel else ()), *o.variants) for o in self.outcomes)
        return tuple(v for each in found for v in each)

    def variant(self, key: str) -> Variant | None:
        """Return the first of `variants` of a key; None where none was tried."""
        for outcome in self.outcomes:
            for tried in (*(outcome.travel.variants if outcome.travel else ()), *outcome.variants):
                if tried.key == key:
                    return tried
        return None

    @property
    def turns_on(self) -> tuple[str, ...]:
        """Keys of the variants under which the facility would end in another state."""
        turned = (v.key for v in self.variants if v.state not in {None, self.state})
        return tuple(dict.fromkeys(turned))
