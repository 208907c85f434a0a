"""What a criterion may look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from boundaries import Regions
from groundfloor.frozen import FrozenDict
from groundfloor.memory import Memory
from groundfloor.problems import Text, UsageError, error
from networks import RoadNetwork
from networks.types import NearerRoad, Snap, SnapResult
from spots.judging.criteria.travel import TravelSetting
from spots.types import Facility, FacilityType, Place, Role, StraightTravel


@dataclass(frozen=True, slots=True)
class TiedRoads:
    """A road network with every facility tied to it.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    snaps : mapping of str to SnapResult
        By facility id; facilities without a position are absent.
    without_closures : TiedRoads or None
        The same roads with nothing closed; None where the run closes nothing.
    other_tolls : TiedRoads or None
        The same roads with everybody tied as where toll roads are used, if the policy leaves them
        out, and the other way round; None where that ties nobody to another place.
    nearer : mapping of str to NearerRoad
        By facility id, the road at its door that it is not tied to and may yet use.
    closed_by : mapping of str to tuple of str
        By id of each facility that is tied to no road because of closures, their names.
    """

    network: RoadNetwork
    snaps: Mapping[str, SnapResult]
    without_closures: TiedRoads | None = None
    other_tolls: TiedRoads | None = None
    nearer: Mapping[str, NearerRoad] = field(default_factory=dict)
    closed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def closing(self, whole: TiedRoads, labels: Mapping[int, tuple[str, ...]]) -> TiedRoads:
        """Return these roads beside the `whole` ones that closures leave of, which `labels` names.

        Parameters
        ----------
        whole : TiedRoads
            The same roads with nothing closed.
        labels : mapping of int to tuple of str
            Which closures close an edge, by its index.
        """
        here = self.tied()
        lost = {i: labels.get(snap.edge, ()) for i, snap in whole.tied().items() if i not in here}
        closed_by = {i: by for i, by in lost.items() if by}
        return replace(self, without_closures=whole, closed_by=closed_by)

    def tied(self) -> dict[str, Snap]:
        """Return where each facility is tied to the network, by id; others are absent."""
        return {i: r.snap for i, r in self.snaps.items() if r.snap is not None}

    def alternatives(self) -> dict[str, Snap]:
        """Return the other place that each facility could be tied to, where there is one."""
        return {i: r.alternative for i, r in self.snaps.items() if r.alternative is not None}

    def is_detached(self, facility_id: str) -> bool:
        """Whether a facility's road is no part of the network's main part (ferries not counted).

        Nor is a road that leads there, or from there, but not both.
        """
        result = self.snaps[facility_id]
        if result.snap is None:
            return False
        tail = self.network.edges.tail[result.snap.edge]
        return result.half_way or bool(self.network.nodes.component[tail] != 0)

    def snap_of(self, facility: Facility) -> Snap | None:
        """Return where `facility` is tied to the network; None without a position, or too far."""
        result = self.snaps.get(facility.id)
        return result.snap if result is not None else None


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list of the run that a criterion may ask for.

    Parameters
    ----------
    name : str
        As criteria name it (``"rotation"``).
    title : str
        As readers know it: the layers that make it up.
    types : frozenset of FacilityType
        Types that its facilities may have.
    """

    name: str
    title: str
    types: frozenset[FacilityType]


def _ids(name: str, ids: Iterable[str]) -> frozenset[str]:
    if isinstance(ids, str):  # every part of a text is "in" it
        raise UsageError(
            error(
                "wrong-type",
                Text("医療機関 ID の集まりでなければなりません", "must be a collection of ids"),
                Text(f'["{ids}"] のように書いてください', f'write ["{ids}"]'),
                column=f"lists.{name}",
                value=ids,
            )
        )
    return frozenset(ids)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known before judging, in input order; what is asked of it is the policy's.

    Parameters
    ----------
    facilities : tuple of Facility
        Candidates and destinations.
    places : mapping of str to Place
        By facility id.
    lists : mapping of str to frozenset of str
        Named list (``"rotation"``) to the ids of the facilities on it.
    roads : TiedRoads or None
        None when no criterion needs any.
    straight : StraightTravel or None
        The estimate that stands in for roads; a run has one of the two, or neither.
    named_lists : tuple of NamedList
        The lists of the run by name; those that a criterion does not ask for are tried as other
        assumptions.
    regions : Regions or None
        Ground of the municipalities; None leaves open where a hospital without a position may
        stand, and where the prefecture ends.
    not_given : frozenset of int
        Numbers of criteria whose list nobody has given: they stay open for everybody.
    not_measured : frozenset of int
        Numbers of criteria whose travel times the run does not measure: they stay open for those
        who are on their list.
    cut_off : mapping of str to frozenset of FacilityType
        Types of hospitals that lists name beyond the belt of neighbours, by prefecture: they are
        listed, and too far to matter.
    memory : Memory
        What was worked out of these facts for one policy and holds for others; facts made of these
        share it. It tells nothing that the facts do not.
    """

    facilities: tuple[Facility, ...]
    places: Mapping[str, Place]
    lists: Mapping[str, frozenset[str]]
    roads: TiedRoads | None
    named_lists: tuple[NamedList, ...] = ()
    regions: Regions | None = None
    not_given: frozenset[int] = frozenset()
    straight: StraightTravel | None = None
    not_measured: frozenset[int] = frozenset()
    cut_off: Mapping[str, frozenset[FacilityType]] = FrozenDict()
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Keep what is given: a generator would be empty the second time."""
        if self.roads is not None and self.straight is not None:
            raise ValueError("one run has roads, or an estimate without them, and never both")
        object.__setattr__(self, "facilities", tuple(self.facilities))
        object.__setattr__(self, "named_lists", tuple(self.named_lists))
        object.__setattr__(self, "not_given", frozenset(self.not_given))
        object.__setattr__(self, "not_measured", frozenset(self.not_measured))
        object.__setattr__(self, "places", FrozenDict(self.places))
        lists = {name: _ids(name, ids) for name, ids in self.lists.items()}
        object.__setattr__(self, "lists", FrozenDict(lists))

    @property
    def knows_times(self) -> bool:
        """Whether a travel time can be told: on roads, or as an estimate without them."""
        return self.roads is not None or self.straight is not None

    @property
    def candidates(self) -> tuple[Facility, ...]:
        """Facilities that are judged."""
        return tuple(f for f in self.facilities if f.role is Role.CANDIDATE)

    def counts(self, facility: Facility, kind: FacilityType, list_name: str) -> bool:
        """Whether a facility is of a type and on a list of the run.

        Layers that are only destinations (neighbouring prefectures) are on every list.
        """
        if kind not in facility.types:
            return False
        listed = self.lists.get(list_name, frozenset())
        return facility.role is Role.DESTINATION or facility.id in listed

    def may_be_anywhere(self, facility: Facility) -> bool:
        """Whether nothing at all is said of where a facility is, not even its prefecture."""
        place = self.places[facility.id]
        said = facility.municipality_code or place.municipality_code or place.prefecture_code
        return facility.position is None and not said and not facility.municipality_name

    def other_lists(self, asked: str, kind: FacilityType) -> tuple[NamedList, ...]:
        """Return the lists of a type that might have been asked for in the place of `asked`."""
        return tuple(o for o in self.named_lists if o.name != asked and kind in o.types)


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelFacts(Facts):
    """Facts as the roads are asked about them: with the policy's prefecture and its drive.

    Parameters
    ----------
    prefecture : str
        Two-digit code of the policy's prefecture.
    travel : TravelSetting
        What the drive may use.
    """

    prefecture: str
    travel: TravelSetting

    def is_neighbour(self, facility: Facility) -> bool:
        """Whether the facility belongs to another prefecture, as far as is known."""
        prefecture = self.places[facility.id].prefecture_code
        if prefecture is None:
            return facility.role is Role.DESTINATION
        return prefecture != self.prefecture

    def listed_beyond(self, counted: Iterable[Facility]) -> frozenset[str]:
        """Return the other prefectures of which `counted` names hospitals; "" for one not known.

        Named is who is only reached, or says of a municipality beyond; not who merely has
        coordinates there. So are prefectures whose hospitals were left out beyond the belt, where
        they are of the types that are asked for.
        """
        asked = tuple(counted)
        types = frozenset.intersection(*(f.types for f in asked)) if asked else frozenset()
        found = {code for code, has in self.cut_off.items() if types and types <= has}
        for facility in filter(self.is_neighbour, asked):
            code = facility.municipality_code
            declared = code is not None and code[:2] != self.prefecture
            if facility.role is Role.DESTINATION or declared:
                found.add(self.prefecture_of(facility))
        return frozenset(found)

    def prefecture_of(self, facility: Facility) -> str:
        """Return the code of a facility's prefecture, "" where it is not known."""
        code = facility.municipality_code
        return self.places[facility.id].prefecture_code or (code[:2] if code else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts(TravelFacts):
    """Facts as a criterion sees them: with what the policy says of them.

    Parameters
    ----------
    radius_m : int
        The policy's radius in metres, for sentences.
    """

    radius_m: int

    def for_roads(self) -> TravelFacts:
        """Return what the roads are asked about: the same whatever the policy makes of it."""
        return TravelFacts(
            facilities=self.facilities,
            places=self.places,
            lists=self.lists,
            roads=self.roads,
            named_lists=self.named_lists,
            regions=self.regions,
            straight=self.straight,
            cut_off=self.cut_off,
            prefecture=self.prefecture,
            travel=self.travel,
            memory=self.memory,
        )

    def words(self, facility: Facility) -> dict[str, str]:
        """Return the placeholders that do not depend on a criterion."""
        place = self.places[facility.id]
        return {
            "name": facility.name,
            "municipality": place.municipality,
            "area": place.area,
            "radius_km": f"{self.radius_m / 1000:g}",
        }
