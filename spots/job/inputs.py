"""What a job is given, read and put together: boundaries, people, facilities in their places.

Only what is here, the roads and the policy touch the disk in a run.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import geopandas as gpd

from boundaries import IndexEdition, Regions
from groundfloor.frozen import FrozenDict
from groundfloor.kept import Kept
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import (
    DataError,
    Problem,
    Severity,
    SpotsError,
    Text,
    UsageError,
)
from spots.facilities import (
    Belted,
    RawFacility,
    closed_yet_listed,
    folded_beyond,
    merge,
    not_counted,
    read_layer,
    too_many_judged,
    unanswered,
    with_belt,
)
from spots.job.at_hand import AtHand, FoundRegions, FoundRows
from spots.job.belt_width import asked_beyond, belt_widths, narrow_belts
from spots.job.closed_hospitals import NONE_CLOSED, ClosedHospitals
from spots.job.edition_fit import mixed_editions
from spots.job.given_lists import lists_not_given
from spots.job.ground_inputs import GroundInputs, columns_asked_for, read_ground_inputs
from spots.job.job_roads import Progress, silent
from spots.job.named_files import shown_name
from spots.job.placed_rows import keys_of_rows, place_all
from spots.job.population_inputs import read_people
from spots.job.position_inputs import looked_up
from spots.job.region_sources import GroundFile, RegionSources, regions_of
from spots.job.run_file import Job
from spots.job.run_file_shape import SourceFile
from spots.job.run_layers import EVERY_LIST, read_twice
from spots.judging.criteria import NamedList
from spots.judging.decisions import manual_problems
from spots.judging.exclusions import elsewhere_problems, exclusion_problems
from spots.judging.people_counting import CellsLivedOn
from spots.judging.policy import Policy
from spots.judging.selecting.hand_reasons import hand_problems
from spots.judging.thresholds import split_seconds
from spots.types import Facility, FacilityType, Place, Role
from spots.types.belts import Belt


@dataclass(frozen=True, slots=True)
class JobInputs:
    """What a job is judged by, but for its roads.

    Parameters
    ----------
    regions : Regions
        Municipalities and medical areas with their class.
    people : GeoDataFrame or None
        Every cell of population; None where the run file names none.
    lived_in : CellsLivedOn or None
        The same cells, with the ground that was found for them.
    facilities : tuple of Facility
        Merged over layers, in input order.
    places : dict of str to Place
        Where each facility is, by id.
    lists : dict of str to frozenset of str
        List name to the ids on it.
    not_given : frozenset of int
        Numbers of the criteria that have no list.
    ground : GroundInputs
        What selections of ground ask for.
    belts : tuple of Belt
        How lists of more than the prefecture were told apart.
    cut_off : mapping of str to frozenset of FacilityType
        Types of the hospitals that such lists name beyond their belts, by prefecture.
    """

    regions: Regions
    people: gpd.GeoDataFrame | None
    lived_in: CellsLivedOn | None
    facilities: tuple[Facility, ...]
    places: dict[str, Place]
    lists: dict[str, frozenset[str]]
    not_given: frozenset[int]
    ground: GroundInputs
    belts: tuple[Belt, ...] = ()
    cut_off: Mapping[str, frozenset[FacilityType]] = FrozenDict()


def read_inputs(
    job: Job, progress: Progress, hand: AtHand | None = None
) -> tuple[JobInputs, list[Problem]]:
    """Read what a job names, but for its roads.

    Parameters
    ----------
    job : Job
        The checked job.
    progress : callable
        Called with the name of each stage as it begins.
    hand : AtHand, optional
        What is not read again: each step says by its key what it depends on of the policy.

    Raises
    ------
    DataError, MissingFileError
        An input cannot be used; all problems found in it are named.
    UsageError
        A criterion has no list, a decision by hand names nobody or has no effect, or an excluded
        municipality has another code on the map, or is nowhere.
    """
    hand = hand or AtHand()
    kept, policy, ground_of = hand.kept, job.policy, ground_key(job.policy)
    belts = belts_key(job)
    regions, problems = job_regions(job, hand, progress)
    people, about_people = kept.get("people", ground_of, partial(read_people, job, regions, hand))
    read, about_lists = read_facilities(job, regions, hand, progress)
    places, about_places = kept.get(
        "places",
        (*places_key(policy), *belts),
        partial(place_all, read.facilities, regions, policy, hand.memory),
    )
    home = policy.policy.prefecture
    about_lists = folded_beyond(about_lists, read.facilities, places, home)
    if crowd := tuple(too_many_judged(read.facilities, places, home)):
        raise DataError(crowd)
    by_hand = by_hand_problems(job, regions, read.facilities, places, read.closed)
    ground, about_ground = kept.get(
        "ground",
        (*places_key(policy), *belts, columns_asked_for(policy)),
        partial(read_ground_inputs, job, regions, read.facilities, hand),
    )
    given = JobInputs(
        regions=regions,
        people=people,
        lived_in=kept.get("lived_in", ground_of, partial(_lived_in, people, regions)),
        facilities=read.facilities,
        places=places,
        lists=read.lists,
        not_given=read.not_given,
        ground=replace(ground, apart=read.apart),
        belts=read.belts,
        cut_off=read.cut_off,
    )
    about = (*about_people, *about_lists, *about_places, *by_hand, *about_ground)
    return given, [*problems, *about]


def _lived_in(people: gpd.GeoDataFrame | None, regions: Regions) -> CellsLivedOn | None:
    return None if people is None else CellsLivedOn(people, regions)


def by_hand_problems(
    job: Job,
    regions: Regions,
    facilities: Sequence[Facility],
    places: Mapping[str, Place],
    closed: ClosedHospitals | None = None,
) -> tuple[Problem, ...]:
    """Return what is doubtful in what the policy says of names; raise what is wrong."""
    policy = job.policy
    gone = closed.hospitals if closed else ()
    found = (
        *split_seconds(policy),
        *exclusion_problems(policy, regions, facilities, job.excluded_at),
        *elsewhere_problems(policy, regions, job.excluded_elsewhere),
        *manual_problems(policy, facilities, places, job.manual_at, gone),
        # With units, once these are known.
        *(() if policy.result else hand_problems(policy, (), facilities, job.written)),
    )
    if any(p.severity is Severity.ERROR for p in found):
        raise UsageError(found)
    return found


def ground_key(policy: Policy) -> tuple[str, bool]:
    """Return what regions, and facilities merged over them, depend on of a policy."""
    return policy.policy.prefecture, policy.scope.merge_wards


def places_key(policy: Policy) -> tuple[str, bool, float]:
    """Return what the places of facilities depend on of a policy."""
    return (*ground_key(policy), policy.place.tolerance_m)


def belts_key(job: Job) -> tuple[Hashable, ...]:
    """Return what the rows in use depend on of a policy; nothing where lists say their role."""
    widths = belt_widths(job)
    if not widths:
        return ()
    return tuple(widths.items()), asked_beyond(job), job.policy.place.tolerance_m


def job_regions(job: Job, hand: AtHand, progress: Progress = silent) -> FoundRegions:
    """Return the municipalities and medical areas of a job, read where they are not at hand."""
    given, key = hand.regions, ground_key(job.policy)

    def found() -> FoundRegions:
        if given is None:
            progress(Text("境界を読み込んでいます", "reading boundaries"))
            return read_regions(job, hand.disk)
        regions, problems = given(*key)
        return regions, [*problems, *mixed_editions(job.settings, job.file)]

    return hand.kept.get("regions", key, found)


def job_rows(job: Job, hand: AtHand, progress: Progress = silent) -> FoundRows:
    """Return the rows of a job's facility lists, read where they are not at hand."""

    def found() -> FoundRows:
        progress(Text("医療機関を読み込んでいます", "reading facilities"))
        return _read_rows(job, hand.kept)

    return hand.rows or hand.kept.get("rows", (), found)


def read_regions(job: Job, disk: KeptOnDisk = NOTHING_KEPT) -> tuple[Regions, list[Problem]]:
    """Read municipalities, medical areas and indices and put them together.

    Parameters
    ----------
    job : Job
        The checked job.
    disk : KeptOnDisk
        Where they are when these files were read before.

    Raises
    ------
    DataError
        One of the files cannot be used, or lacks the policy's prefecture.
    """
    settings = job.settings
    index = settings.physician_index
    sources = RegionSources(
        municipalities=tuple(
            GroundFile(job.path(file), shown_name(file), settings.municipalities.layer)
            for file in settings.municipalities.file
        ),
        areas=None if settings.medical_areas is None else _ground_file(job, settings.medical_areas),
        index=None if index is None else GroundFile(job.path(index.file), shown_name(index.file)),
        edition=None
        if index is None
        else IndexEdition(index.edition, index.shortage_at_most, index.surplus_at_least),
        around=settings.municipalities.prefectures == "around",
    )
    regions, found = regions_of(
        sources,
        prefecture=job.policy.policy.prefecture,
        merge_wards=job.policy.scope.merge_wards,
        kept=disk,
    )
    return regions, [*found, *mixed_editions(settings, job.file)]


def _ground_file(job: Job, given: SourceFile) -> GroundFile:
    return GroundFile(job.path(given.file), shown_name(given.file), given.layer)


@dataclass(frozen=True, slots=True)
class ReadLists:
    """The facility lists of a job.

    Parameters
    ----------
    facilities : tuple of Facility
        Merged over layers, in input order.
    lists : dict of str to frozenset of str
        List name to the ids on it.
    not_given : frozenset of int
        Numbers of the criteria that have no list.
    apart : FrozenDict of str to str
        Facilities that do not count as another institution, and why.
    belts, cut_off : tuple of Belt, mapping of str to frozenset of FacilityType
        As of `JobInputs`.
    closed : ClosedHospitals
        Of which nothing is left in `facilities`, or not what closes.
    """

    facilities: tuple[Facility, ...]
    lists: dict[str, frozenset[str]]
    not_given: frozenset[int]
    apart: FrozenDict[str, str]
    belts: tuple[Belt, ...] = ()
    cut_off: Mapping[str, frozenset[FacilityType]] = FrozenDict()
    closed: ClosedHospitals = NONE_CLOSED


def read_facilities(
    job: Job, regions: Regions, hand: AtHand | None = None, progress: Progress = silent
) -> tuple[ReadLists, list[Problem]]:
    """Read and merge every list of the job.

    Returns
    -------
    read : ReadLists
        What they hold.
    problems : list of Problem
        Warnings and notes.

    Raises
    ------
    DataError
        With the errors of *all* lists.
    UsageError
        A criterion has not the list that it counts, or one that the run file denies; a hospital
        that is taken to be closed is on no list.
    """
    hand = hand or AtHand()
    kept = hand.kept
    rows, problems = job_rows(job, hand, progress)
    not_given, about_lists = lists_not_given(job, rows)
    if any(p.severity is Severity.ERROR for p in about_lists):
        raise UsageError(about_lists)
    used = (*ground_key(job.policy), *belts_key(job))
    merged = kept.get("merged", used, partial(_merged, job, rows, regions, hand))
    closed = ClosedHospitals.of(job, merged.facilities)
    if closed.hospitals:
        names = frozenset(f.id for f in closed.hospitals)
        less = partial(_merged, _less(job, closed), tuple(closed.rows_left(rows)), regions, hand)
        merged = kept.get("merged", (*used, names), less)
    problems = merged.belted.about_rows_in_use(problems)
    if merged.asked:
        problems = unanswered(problems)
    problems = [*problems, *about_lists, *merged.problems]
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    lists = _listed_ids(job, merged.facilities)
    belted = merged.belted
    read = ReadLists(
        merged.facilities, lists, not_given, merged.apart, belted.belts, belted.cut_off, closed
    )
    twice = () if job.in_memory else read_twice(job.layers, job.file)
    return read, [*problems, *narrow_belts(job), *twice]


def _less(job: Job, closed: ClosedHospitals) -> Job:
    """Return the job without decisions about who is one with a hospital that is closed."""
    left = tuple(i for i in job.identities if not any(map(closed.names, i.names)))
    return replace(job, identities=left)


def _read_rows(job: Job, kept: Kept) -> FoundRows:
    """Read every list; the errors of all are raised together."""
    rows: list[RawFacility] = []
    problems: list[Problem] = []
    for spec in job.layers:
        try:
            once = partial(read_layer, spec, job.settings.aliases)
            read, found = kept.get("layer", (spec, job.settings.aliases), once)
        except SpotsError as fault:
            problems.extend(fault.problems)
            continue
        rows.extend(read)
        problems.extend(found)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    return tuple(rows), problems


@dataclass(frozen=True, slots=True)
class _Merged:
    """Facilities of all lists, each once; `asked` is whether any source of positions was."""

    belted: Belted
    facilities: tuple[Facility, ...]
    apart: FrozenDict[str, str]
    problems: tuple[Problem, ...]
    asked: bool


def _merged(job: Job, rows: Sequence[RawFacility], regions: Regions, hand: AtHand) -> _Merged:
    asked = bool(job.settings.positions) or job.settings.towns is not None
    positions = partial(looked_up, job, regions, hand) if asked else None
    tolerance_m = job.policy.place.tolerance_m
    belted = with_belt(rows, regions, belt_widths(job), asked_beyond(job), tolerance_m)
    facilities, found = merge(
        belted.rows, regions, job.identities, positions, keys_of_rows(hand.memory)
    )
    apart = FrozenDict(not_counted(belted.rows, facilities))
    closed = closed_yet_listed(facilities, apart)
    return _Merged(belted, facilities, apart, (*found, *closed), asked=asked)


def _listed_ids(job: Job, facilities: Sequence[Facility]) -> dict[str, frozenset[str]]:
    """Return the ids on each named list; a layer on every list counts for each there is."""
    named = {spec.name: name for spec, name in zip(job.layers, job.lists, strict=True)}
    every = _names(job)
    lists: dict[str, set[str]] = {}
    for facility in facilities:
        for row in facility.rows:
            name = named[row.layer]
            for each in every if name == EVERY_LIST else {name}:
                lists.setdefault(each, set()).add(facility.id)
    return {name: frozenset(ids) for name, ids in sorted(lists.items())}


def named_lists(job: Job, given: JobInputs) -> tuple[NamedList, ...]:
    """Return the lists that a criterion of the job may ask for, by name.

    A list of hospitals that are only reached is none: nobody who is judged could be on it.
    """
    judged = {f.id for f in given.facilities if f.role is Role.CANDIDATE}
    layers = list(zip(job.layers, job.lists, strict=True))
    found = []
    for name in sorted(_names(job)):
        mine = [spec for spec, of in layers if of in {name, EVERY_LIST}]
        reached = all(spec.role is Role.DESTINATION for spec in mine)
        if reached and judged.isdisjoint(given.lists.get(name, ())):
            continue
        own_words = any(spec.types_in_rows for spec in mine)
        types = frozenset(FacilityType) if own_words else frozenset()
        found.append(
            NamedList(
                name,
                "・".join(spec.name for spec in mine),
                types.union(*(spec.types for spec in mine)),
            )
        )
    return tuple(found)


def _names(job: Job) -> set[str]:
    """Return the names that layers carry; a layer on every list has what criteria ask for too."""
    names = set(job.lists)
    if EVERY_LIST in names:
        names |= {c.asks_for for _, c in job.policy.criteria if c.asks_for is not None}
    return names - {"", EVERY_LIST}
