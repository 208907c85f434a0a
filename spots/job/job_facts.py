"""Everything that is known of a job before anybody is judged: read, put together, tied to roads.

What the next policy does not touch is kept at hand. Stands apart: `execution` decides, and this is
all that touches the disk.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial

import geopandas as gpd

from boundaries import Regions, plane_zone_of
from groundfloor.memory import Memory
from groundfloor.problems import Problem, Text
from networks import NetworkInfo, RoadNetwork
from spots.job.at_hand import AtHand
from spots.job.inputs import (
    JobInputs,
    belts_key,
    ground_key,
    named_lists,
    places_key,
    read_inputs,
)
from spots.job.job_roads import (
    ClosedRoads,
    JobClosures,
    Progress,
    close_roads,
    read_job_closures,
    tied_roads,
)
from spots.job.run_file import Job
from spots.job.settings_told import input_records
from spots.judging.criteria import Facts, TiedRoads
from spots.judging.designation import covers
from spots.judging.policy_tables import MunicipalityExclusion
from spots.types import Assumption, Facility, InputRecord


@dataclass(frozen=True, slots=True, eq=False)
class JobFacts:
    """Everything that is known of a job before anybody is judged.

    Parameters
    ----------
    given : JobInputs
        What was read, but for the roads.
    facts : Facts
        What criteria may look at.
    network : NetworkInfo or None
        Of the roads; None where the policy needs none.
    closed : ClosedRoads or None
        The roads without what is closed, and what each closure does.
    municipalities : GeoDataFrame
        As `RunResult` has them: with what the policy takes out.
    plane_epsg : int
        The zone of the plane rectangular system in use.
    inputs : tuple of InputRecord
        What all of it was read from.
    problems : tuple of Problem
        Warnings and notes of reading.
    """

    given: JobInputs
    facts: Facts
    network: NetworkInfo | None
    closed: ClosedRoads | None
    municipalities: gpd.GeoDataFrame
    plane_epsg: int
    inputs: tuple[InputRecord, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, eq=False)
class KnownFacts:
    """What a job is judged by, and nothing that only outputs ask for.

    Parameters
    ----------
    given, facts, network, closed, problems : as in `JobFacts`
        The same.
    """

    given: JobInputs
    facts: Facts
    network: NetworkInfo | None
    closed: ClosedRoads | None
    problems: tuple[Problem, ...]


def known_facts(job: Job, progress: Progress, hand: AtHand) -> KnownFacts:
    """Read what a job is judged by, its roads too, and tie its facilities to them.

    Raises
    ------
    MissingFileError, DataError
        An input cannot be used; all problems found in it are named.
    UsageError
        Settings do not fit the data.
    """
    given, problems = read_inputs(job, progress, hand)
    # Before the roads: a mistake there need not wait for them.
    closing = hand.kept.get("closures", job.needs_roads, partial(_closing, job))
    tied = _roads(job, given.facilities, closing, progress, hand)
    found = partial(_facts, job, given, tied.roads, hand.memory or Memory(hand.disk))
    facts = hand.kept.get("facts", _facts_key(job, given), found)
    return KnownFacts(given, facts, tied.info, tied.closed, (*problems, *tied.problems))


def put_together(job: Job, progress: Progress, hand: AtHand) -> JobFacts:
    """Read everything that a job names, its roads too, and tie its facilities to them.

    Raises
    ------
    MissingFileError, DataError
        An input cannot be used; all problems found in it are named.
    UsageError
        Settings do not fit the data.
    """
    known = known_facts(job, progress, hand)
    recorded = partial(
        input_records,
        job,
        known.network,
        roads_in_memory=hand.network is not None,
        digests=hand.digests,
    )
    ground_of, regions = ground_key(job.policy), known.given.regions
    out = job.policy.exclude_municipality
    return JobFacts(
        given=known.given,
        facts=known.facts,
        network=known.network,
        closed=known.closed,
        municipalities=hand.kept.get(
            "outlines", (*ground_of, out), partial(_with_exclusions, regions.municipalities, out)
        ),
        plane_epsg=hand.kept.get("zone", ground_of, partial(_plane_zone, regions)),
        inputs=hand.kept.get("records", (known.network is None, job.policy.policy), recorded),
        problems=known.problems,
    )


def _facts(job: Job, given: JobInputs, roads: TiedRoads | None, memory: Memory) -> Facts:
    return Facts(
        facilities=given.facilities,
        places=given.places,
        lists=given.lists,
        roads=roads,
        named_lists=named_lists(job, given),
        regions=given.regions,
        not_given=given.not_given,
        straight=job.straight,
        not_measured=job.not_measured,
        memory=memory,
        cut_off=given.cut_off,
    )


def _facts_key(job: Job, given: JobInputs) -> Hashable:
    lists = frozenset(given.lists), given.not_given
    return (
        *places_key(job.policy),
        *belts_key(job),
        *lists,
        _ties_key(job),
        job.straight,
        job.not_measured,
    )


def _closing(job: Job) -> JobClosures | None:
    return read_job_closures(job) if job.needs_roads else None


@dataclass(frozen=True, slots=True, eq=False)
class _JobRoads:
    """The roads of a job with everybody tied to them, and what is closed of them."""

    roads: TiedRoads | None = None
    closed: ClosedRoads | None = None
    info: NetworkInfo | None = None
    problems: tuple[Problem, ...] = ()


def _roads(
    job: Job,
    facilities: Sequence[Facility],
    closing: JobClosures | None,
    progress: Progress,
    hand: AtHand,
) -> _JobRoads:
    if not job.needs_roads:
        return _JobRoads()

    def loaded() -> RoadNetwork:
        if hand.network is not None:
            return hand.network
        progress(Text("道路網を読み込んでいます", "reading the road network"))
        return hand.load(job, progress)

    def closed() -> ClosedRoads | None:
        return hand.closed or (close_roads(network, closing) if closing is not None else None)

    network = hand.kept.get("network", (), loaded)
    left = hand.kept.get("closed", (), closed)
    tied = partial(_tied, job, facilities, network, left, hand.memory)
    return hand.kept.get("tied", _ties_key(job), tied)


def _ties_key(job: Job) -> Hashable:
    """Return what the ties of facilities to roads depend on of a policy."""
    travel = job.policy.travel
    both_ways = Assumption.TOLLS in travel.also_try
    return job.needs_roads and (
        *ground_key(job.policy),
        *belts_key(job),
        travel.snap_limit_m,
        travel.tolls,
        both_ways,
    )


def _tied(
    job: Job,
    facilities: Sequence[Facility],
    network: RoadNetwork,
    closed: ClosedRoads | None,
    memory: Memory | None,
) -> _JobRoads:
    problems = network.problems
    tied = partial(tied_roads, job.policy.travel, facilities, memory=memory)
    if closed is None:
        return _JobRoads(tied(network), None, network.info(), problems)
    problems = (*problems, *closed.problems)
    if closed.network is network:
        return _JobRoads(tied(network), closed, network.info(), problems)
    roads = tied(closed.network).closing(tied(network), closed.labels)
    return _JobRoads(roads, closed, closed.network.info(), problems)


def _with_exclusions(
    frame: gpd.GeoDataFrame, out: Sequence[MunicipalityExclusion]
) -> gpd.GeoDataFrame:
    excluded = [any(covers(each.code, code) for each in out) for code in frame.index]
    columns = ["name", "prefecture_code", "prefecture", "area_code", "geometry"]
    return frame[columns].assign(excluded=excluded)


def _plane_zone(regions: Regions) -> int:
    """Return the zone that most municipalities of the prefecture lie in."""
    frame = regions.municipalities
    own = frame[frame["prefecture_code"] == regions.prefecture_code]
    points = own.geometry.representative_point()
    return plane_zone_of(points, list(own["prefecture_code"]), list(own.index))
