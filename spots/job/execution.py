"""The main job: read → validate → locate → snap → solve → judge → draw → cut.

`execute` is the whole of it; writing is `spots.outputs`. Only the reading steps touch the disk
(`spots.job.inputs`, and the roads); everything after takes frozen values and returns frozen values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from spots.job.inputs import JobInputs, named_lists, read_inputs
from spots.job.job_roads import (
    JobClosures,
    Progress,
    close_roads,
    load_job_network,
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
from spots.types import Layer, RunClosures, RunResult, Settings, Verdict
from spots.types.access import AccessIndicators
from spots.types.results import Surroundings

LoadNetwork = Callable[[Job, Progress], RoadNetwork]


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
    return execute(checked, progress, network=network)


def execute(
    job: Job,
    progress: Progress = silent,
    *,
    network: RoadNetwork | None = None,
    load: LoadNetwork = load_job_network,
) -> RunResult:
    """Run a checked job.

    Parameters
    ----------
    job : Job
        From `spots.job.run_file.read_run_file`.
    progress : callable
        Called with the name of each stage as it begins.
    network : RoadNetwork, optional
        Roads in memory (from an osmnx graph, or with other speeds) in the place of the run
        file's; the manifest then holds the hash of its content.
    load : callable
        What loads the run file's network where none is given and the policy needs one.

    Returns
    -------
    RunResult
        Verdicts, spots and everything a reader must know of them.

    Raises
    ------
    DataError
        An input cannot be used; all problems found in it are named.
    UsageError
        Settings do not fit the data.
    """
    given, problems = read_inputs(job, progress)
    closing = _closing(job)  # first: a mistake there need not wait for the network
    roads, closures, found = _roads(job, given, closing, network, _loading(load, job, progress))
    facts = _facts(job, given, roads)
    judged, more = _judged(job.policy, facts, progress)
    ground = _on_ground(job, facts, judged, given, progress)
    around = _around(job, facts, given.regions, closing, more.append, progress)
    info = roads.network.info() if roads else None
    return RunResult(
        settings=_settings(job, roads, info, closures, given),
        verdicts=ground.verdicts,
        spots=ground.people.spots,
        dissolved=ground.drawn.dissolved,
        dissolved_km2=ground.drawn.dissolved_km2,
        municipalities=_with_exclusions(given.regions.municipalities, job.policy),
        areas=given.regions.areas,
        plane_epsg=_plane_zone(given.regions),
        layers=_layers(job),
        edition=given.regions.edition,
        network=info,
        inputs=input_records(job, info, in_memory=network is not None),
        problems=(*problems, *found, *more, *ground.problems),
        job=job.resolved(),
        origin=job.origin(roads.network.profile if roads else None),
        closures=closures,
        surroundings=around,
        population=ground.people.cells,
        dissolved_population=ground.people.inside,
        population_ground=ground.people.ground,
        units=ground.people.units,
        grounds=ground.people.grounds,
        indicators=ground.indicators,
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
    job: Job,
    facts: Facts,
    regions: Regions,
    closing: JobClosures | None,
    missing: Callable[[Problem], None],
    progress: Progress,
) -> Surroundings | None:
    if facts.roads is None:
        return None
    progress(Text("地図に添える到達圏と道路を求めています", "finding catchments and main roads"))
    return surroundings(job.policy, facts, regions, closing, missing)


def _settings(
    job: Job,
    roads: TiedRoads | None,
    info: NetworkInfo | None,
    closures: RunClosures | None,
    given: JobInputs,
) -> Settings:
    return settings_in_words(
        job,
        PREFECTURES[job.policy.policy.prefecture],
        info,
        profile=roads.network.profile if roads else None,
        closures=closures,
        classes_stated=any(a.basis is ClassBasis.STATED for a in given.regions.medical_areas),
        not_given=given.not_given,
    )


def _closing(job: Job) -> JobClosures | None:
    if not job.needs_roads:
        return None
    return read_job_closures(job)


def _loading(load: LoadNetwork, job: Job, progress: Progress) -> Callable[[], RoadNetwork]:
    progress(Text("道路網を読み込んでいます", "reading the road network"))
    return partial(load, job, progress)


def _roads(
    job: Job,
    inputs: JobInputs,
    closing: JobClosures | None,
    given: RoadNetwork | None,
    load: Callable[[], RoadNetwork],
) -> tuple[TiedRoads | None, RunClosures | None, list[Problem]]:
    if not job.needs_roads:
        return None, None, []
    network = load() if given is None else given
    problems = list(network.problems)
    tied = partial(tied_roads, job.policy.travel, inputs.facilities)
    if closing is None:
        return tied(network), None, problems
    closed, closures, labels, found = close_roads(network, closing)
    problems += found
    if closed is network:
        return tied(network), closures, problems
    return tied(closed).closing(tied(network), labels), closures, problems


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
