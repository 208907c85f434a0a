"""The main job: read → validate → locate → snap → solve → judge → draw → cut.

`execute` is the whole of it, in two halves: `put_together` reads, and keeps what the next policy
does not touch; what follows takes frozen values and returns frozen values. Only the first touches
the disk (`spots.job.inputs`, and the roads); writing is `spots.outputs`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import geopandas as gpd

from boundaries import (
    PREFECTURES,
    ClassBasis,
    Regions,
    plane_zone_of,
)
from groundfloor.problems import DataError, Problem, Severity, Text, UsageError
from networks import NetworkInfo, RoadNetwork
from spots.job.at_hand import AtHand
from spots.job.inputs import JobInputs, ground_key, named_lists, places_key, read_inputs
from spots.job.job_roads import (
    ClosedRoads,
    JobClosures,
    Progress,
    close_roads,
    read_job_closures,
    silent,
    tied_roads,
)
from spots.job.run_file import Job, read_run_file
from spots.job.run_surroundings import surroundings
from spots.job.settings_told import input_records, settings_in_words
from spots.judging.coverage import (
    closed_doors,
    lost_destinations,
    open_borders,
    unplaced_neighbours,
)
from spots.judging.criteria import Facts, TiedRoads
from spots.judging.criteria.beyond_doubles import nearest_at_once
from spots.judging.designation import covers, judge
from spots.judging.drawing import Drawn, draw_ground
from spots.judging.indicators import IndicatorSetting, access_indicators
from spots.judging.people_counting import CountedPeople, count_people
from spots.judging.plan_reasons import spots_without_service
from spots.judging.policy import Policy
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.ground_judging import JudgedGround, by_units, judge_ground
from spots.judging.selecting.hand_reasons import idle_reasons
from spots.judging.selecting.selection_checks import selection_problems
from spots.judging.unreached import doubtful_reach, roadless_by_road, roadless_problems
from spots.telling.units import ms_from_minutes
from spots.types import (
    Assumption,
    Facility,
    InputRecord,
    Layer,
    RunClosures,
    RunResult,
    Settings,
    Verdict,
)
from spots.types.access import AccessIndicators
from spots.types.results import Surroundings


def run(
    job: Job | str | Path, *, progress: Progress = silent, network: RoadNetwork | None = None
) -> RunResult:
    """Do the job of a run file: read, measure, judge, draw.

    Parameters
    ----------
    job : Job, str or Path
        A run file, or the job that `read_run_file` made of one.
    progress : callable
        Called with the name of each stage as it begins.
    network : RoadNetwork, optional
        Roads in memory in the place of the run file's.

    Returns
    -------
    RunResult
        Verdicts, spots and everything a reader must know of them. Times are whole milliseconds,
        distances metres, areas square kilometres, positions JGD2011 degrees (EPSG:6668).

    Raises
    ------
    MissingFileError
        The run file, or a file that it names, is not there.
    UsageError
        The run file, its policy or a setting is wrong; all problems found are named.
    DataError
        An input cannot be used; all problems found in it are named.

    Examples
    --------
    >>> from spots import run, sample_run_file
    >>> with sample_run_file() as path:
    ...     result = run(path)
    >>> len(result.verdicts), len(result.spots)
    (94, 21)
    """
    checked = job if isinstance(job, Job) else read_run_file(job)
    return execute(checked, progress, hand=AtHand(network=network))


def execute(
    job: Job, progress: Progress = silent, *, hand: AtHand | None = None, around: bool = True
) -> RunResult:
    """Run a checked job.

    Parameters
    ----------
    job : Job
        From `spots.job.run_file.read_run_file`.
    progress : callable
        Called with the name of each stage as it begins.
    hand : AtHand, optional
        What takes the place of the job's files: roads in memory, and whatever was read before.
    around : bool
        Whether what lies around the spots is found too, for maps and sheets: catchments, main
        roads, times from anywhere. It takes longer than all the rest, and no verdict needs it.

    Returns
    -------
    RunResult
        Verdicts, spots and everything a reader must know of them.

    Raises
    ------
    MissingFileError, DataError
        An input cannot be used; all problems found in it are named.
    UsageError
        Settings do not fit the data.
    """
    known = put_together(job, progress, hand or AtHand())
    judged, more = _judged(job.policy, known.facts, progress)
    ground = _on_ground(job, known.facts, judged, known.given, progress)
    surrounding = _around(job, known, more.append, progress) if around else None
    regions, roads = known.given.regions, known.facts.roads
    return RunResult(
        settings=_settings(job, known),
        verdicts=ground.verdicts,
        spots=ground.people.spots,
        dissolved=ground.drawn.dissolved,
        dissolved_km2=ground.drawn.dissolved_km2,
        municipalities=_with_exclusions(regions.municipalities, job.policy),
        areas=regions.areas,
        plane_epsg=_plane_zone(regions),
        layers=_layers(job),
        edition=regions.edition,
        network=known.network,
        inputs=known.inputs,
        problems=(*known.problems, *more, *ground.problems),
        job=job.resolved(),
        origin=job.origin(roads.network.profile if roads else None),
        closures=known.closures,
        surroundings=surrounding,
        population=ground.people.cells,
        dissolved_population=ground.people.inside,
        population_ground=ground.people.ground,
        units=ground.people.units,
        grounds=ground.people.grounds,
        indicators=ground.indicators,
    )


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
    closing : JobClosures or None
        What files close.
    closures : RunClosures or None
        What each closure does.
    inputs : tuple of InputRecord
        What all of it was read from.
    problems : tuple of Problem
        Warnings and notes of reading.
    """

    given: JobInputs
    facts: Facts
    network: NetworkInfo | None
    closing: JobClosures | None
    closures: RunClosures | None
    inputs: tuple[InputRecord, ...]
    problems: tuple[Problem, ...]


def put_together(job: Job, progress: Progress, hand: AtHand) -> JobFacts:
    """Read everything that a job names, its roads too, and tie its facilities to them.

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
    info = tied.roads.network.info() if tied.roads else None
    facts = hand.kept.get("facts", _facts_key(job, given), partial(_facts, job, given, tied.roads))
    recorded = partial(
        input_records,
        job,
        info,
        roads_in_memory=hand.network is not None,
        digests=hand.digests,
    )
    return JobFacts(
        given=given,
        facts=facts,
        network=info,
        closing=closing,
        closures=tied.closures,
        inputs=hand.kept.get("records", (info is None, job.policy.policy), recorded),
        problems=(*problems, *tied.problems),
    )


def _facts(job: Job, given: JobInputs, roads: TiedRoads | None) -> Facts:
    return Facts(
        facilities=given.facilities,
        places=given.places,
        lists=given.lists,
        roads=roads,
        named_lists=named_lists(job),
        regions=given.regions,
        not_given=given.not_given,
    )


def _facts_key(job: Job, given: JobInputs) -> Hashable:
    lists = frozenset(given.lists), given.not_given
    return (*places_key(job.policy), *lists, _ties_key(job))


def _judged(
    policy: Policy, facts: Facts, progress: Progress
) -> tuple[tuple[Verdict, ...], list[Problem]]:
    """Return the verdicts, and what to doubt about them before and after they are known."""
    progress(Text("所要時間を計算し、判定しています", "measuring travel times and judging"))
    lost = (*lost_destinations(policy, facts), *unplaced_neighbours(policy, facts))
    before = [*roadless_problems(policy, facts.facilities), *lost]
    verdicts = judge(policy, facts)
    idle = roadless_by_road(policy, verdicts)
    doors = (*doubtful_reach(verdicts), *idle, *closed_doors(verdicts))
    after = (*open_borders(verdicts), *doors, *nearest_at_once(verdicts))
    return verdicts, [*before, *after]


@dataclass(frozen=True, slots=True, eq=False)
class _OnGround:
    """What a run finds on the ground, once its facilities are judged."""

    verdicts: tuple[Verdict, ...]
    drawn: Drawn
    people: CountedPeople
    indicators: AccessIndicators | None
    problems: tuple[Problem, ...]


def _on_ground(
    job: Job, facts: Facts, verdicts: Sequence[Verdict], given: JobInputs, progress: Progress
) -> _OnGround:
    """Return the spots, the units that the policy asks for, who lives there, and indicators."""
    progress(Text("円を描いています", "drawing circles"))
    drawn = draw_ground(job.policy, verdicts, given.regions, facts.memory)
    ground = _ground(job, facts, drawn, given, progress)
    people = count_people(
        given.people, drawn.spots, drawn.dissolved, given.regions, ground.units, ground.grounds
    )
    indicators, more = _indicators(job, facts, given, people, progress)
    about_reasons = (
        *idle_reasons(job.policy, drawn.verdicts, ground.units, job.written),
        *spots_without_service(job.policy, drawn.spots),
    )
    return _OnGround(
        verdicts=by_units(job.policy, drawn.verdicts, ground.units),
        drawn=drawn,
        people=people,
        indicators=indicators,
        problems=(*drawn.problems, *ground.problems, *about_reasons, *people.problems, *more),
    )


def _ground(
    job: Job, facts: Facts, drawn: Drawn, given: JobInputs, progress: Progress
) -> JudgedGround:
    """Judge the units of ground that the policy asks for.

    Raises
    ------
    UsageError
        A selection names what is not there.
    DataError
        A unit lacks the reason that the plan has to give.
    """
    policy = job.policy
    if not policy.result:
        return JudgedGround()
    progress(Text("区域を判定しています", "judging units of ground"))
    own = given.ground
    known = GroundFacts(
        regions=given.regions,
        facts=policy.over(facts),
        verdicts=drawn.verdicts,
        rule_ground={s.facility_id: s.geometry for s in drawn.spots},
        layers=own.layers,
        tables=own.tables,
        entries=own.entries,
        national_index=own.national_index,
        people=given.people,
        apart=own.apart,
    )
    if wrong := selection_problems(policy, known, job.written):
        raise UsageError(wrong)
    judged = judge_ground(policy, known)
    if any(p.severity is Severity.ERROR for p in judged.problems):
        raise DataError(judged.problems)
    return judged


def _indicators(
    job: Job, facts: Facts, given: JobInputs, people: CountedPeople, progress: Progress
) -> tuple[AccessIndicators | None, tuple[Problem, ...]]:
    """Return the indicators that the run file asks for, and what they lack."""
    asked = job.settings.indicators
    if asked is None:
        return None, ()
    progress(Text("指標を求めています", "measuring indicators"))
    setting = IndicatorSetting(
        asked.hospitals, asked.institutions, ms_from_minutes(asked.minutes), asked.distance_m
    )
    known = job.policy.over(facts)
    return access_indicators(setting, known, given.regions, people.cells, people.ground)


def _around(
    job: Job, known: JobFacts, missing: Callable[[Problem], None], progress: Progress
) -> Surroundings | None:
    if known.facts.roads is None:
        return None
    progress(Text("地図に添える到達圏と道路を求めています", "finding catchments and main roads"))
    return surroundings(job.policy, known.facts, known.given.regions, known.closing, missing)


def _settings(job: Job, known: JobFacts) -> Settings:
    roads, areas = known.facts.roads, known.given.regions.medical_areas
    return settings_in_words(
        job,
        PREFECTURES[job.policy.policy.prefecture],
        known.network,
        profile=roads.network.profile if roads else None,
        closures=known.closures,
        classes_stated=any(a.basis is ClassBasis.STATED for a in areas),
        not_given=known.given.not_given,
    )


def _closing(job: Job) -> JobClosures | None:
    return read_job_closures(job) if job.needs_roads else None


@dataclass(frozen=True, slots=True, eq=False)
class _JobRoads:
    """The roads of a job with everybody tied to them, and what is closed of them."""

    roads: TiedRoads | None = None
    closures: RunClosures | None = None
    problems: tuple[Problem, ...] = ()


def _roads(
    job: Job,
    facilities: Sequence[Facility],
    closing: JobClosures | None,
    progress: Progress,
    hand: AtHand,
) -> _JobRoads:
    progress(Text("道路網を読み込んでいます", "reading the road network"))
    if not job.needs_roads:
        return _JobRoads()

    def loaded() -> RoadNetwork:
        return hand.load(job, progress) if hand.network is None else hand.network

    network = hand.kept.get("network", (), loaded)
    closed = (
        None
        if closing is None
        else hand.kept.get("closed", (), partial(close_roads, network, closing))
    )
    return hand.kept.get("tied", _ties_key(job), partial(_tied, job, facilities, network, closed))


def _ties_key(job: Job) -> Hashable:
    """Return what the ties of facilities to roads depend on of a policy."""
    travel = job.policy.travel
    both_ways = Assumption.TOLLS in travel.also_try
    return job.needs_roads and (
        *ground_key(job.policy),
        travel.snap_limit_m,
        travel.tolls,
        both_ways,
    )


def _tied(
    job: Job, facilities: Sequence[Facility], network: RoadNetwork, closed: ClosedRoads | None
) -> _JobRoads:
    problems = network.problems
    tied = partial(tied_roads, job.policy.travel, facilities)
    if closed is None:
        return _JobRoads(tied(network), None, problems)
    problems = (*problems, *closed.problems)
    if closed.network is network:
        return _JobRoads(tied(network), closed.closures, problems)
    roads = tied(closed.network).closing(tied(network), closed.labels)
    return _JobRoads(roads, closed.closures, problems)


def _with_exclusions(frame: gpd.GeoDataFrame, policy: Policy) -> gpd.GeoDataFrame:
    out = [any(covers(e.code, code) for e in policy.exclude_municipality) for code in frame.index]
    columns = ["name", "prefecture_code", "prefecture", "area_code", "geometry"]
    return frame[columns].assign(excluded=out)


def _plane_zone(regions: Regions) -> int:
    """Return the zone that most municipalities of the prefecture lie in."""
    frame = regions.municipalities
    own = frame[frame["prefecture_code"] == regions.prefecture_code]
    points = own.geometry.representative_point()
    return plane_zone_of(points, list(own["prefecture_code"]), list(own.index))


def _layers(job: Job) -> tuple[Layer, ...]:
    return tuple(
        Layer(s.name, s.shown, s.types, s.role, s.source, s.as_of, name)
        for s, name in zip(job.layers, job.lists, strict=True)
    )
