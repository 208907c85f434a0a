"""The main job: read → validate → locate → snap → solve → judge → draw → cut.

`execute` is the whole of it; writing is `spots.outputs`. Only the reading steps touch the disk
(`spots.job.inputs`, and the roads); everything after takes frozen values and returns frozen values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import geopandas as gpd

from boundaries import (
    PREFECTURES,
    ClassBasis,
    Regions,
    plane_zone_of,
)
from groundfloor.problems import Problem, Text
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
from spots.judging.criteria import Facts, Roads
from spots.judging.criteria.beyond_doubles import nearest_at_once
from spots.judging.designation import covers, judge
from spots.judging.drawing import Drawn, draw_ground
from spots.judging.people_counting import CountedPeople, count_people
from spots.judging.policy import Policy
from spots.judging.unreached import doubtful_reach, roadless_by_road, roadless_problems
from spots.types import Facility, Layer, RunClosures, RunResult, Settings, Verdict
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
    progress(Text("道路網を読み込んでいます", "reading the road network"))
    closing = _closing(job)  # first: a mistake there need not wait for the network
    load_it = partial(load, job, progress)
    roads, closures, found = _roads(job, given.facilities, closing, network, load_it)
    facts = _facts(job, given, roads)
    verdicts, more = _judged(job.policy, facts, progress)
    drawn, people = _drawn(job.policy, verdicts, given, progress)
    around = _around(job, facts, given.regions, closing, more.append, progress)
    info = roads.network.info() if roads else None
    return RunResult(
        settings=_settings(job, roads, info, closures, given),
        verdicts=drawn.verdicts,
        spots=people.spots,
        dissolved=drawn.dissolved,
        dissolved_km2=drawn.dissolved_km2,
        municipalities=_with_exclusions(given.regions.municipalities, job.policy),
        areas=given.regions.areas,
        plane_epsg=_plane_zone(given.regions),
        layers=_layers(job),
        edition=given.regions.edition,
        network=info,
        inputs=input_records(job, info, in_memory=network is not None),
        problems=(*problems, *found, *more, *drawn.problems, *people.problems),
        job=job.resolved(),
        origin=job.origin(roads.network.profile if roads else None),
        closures=closures,
        surroundings=around,
        population=people.cells,
        dissolved_population=people.inside,
        population_ground=people.ground,
    )


def _facts(job: Job, given: JobInputs, roads: Roads | None) -> Facts:
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


def _drawn(
    policy: Policy, verdicts: Sequence[Verdict], given: JobInputs, progress: Progress
) -> tuple[Drawn, CountedPeople]:
    """Return the spots and their ground, and who lives there."""
    progress(Text("円を描いています", "drawing circles"))
    drawn = draw_ground(policy, verdicts, given.regions)
    return drawn, count_people(given.people, drawn.spots, drawn.dissolved, given.regions)


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
    roads: Roads | None,
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


def _roads(
    job: Job,
    facilities: Sequence[Facility],
    closing: JobClosures | None,
    given: RoadNetwork | None,
    load: Callable[[], RoadNetwork],
) -> tuple[Roads | None, RunClosures | None, list[Problem]]:
    if not job.needs_roads:
        return None, None, []
    network = load() if given is None else given
    problems = list(network.problems)
    tied = partial(tied_roads, job.policy.travel, facilities)
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
