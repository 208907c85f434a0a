"""The main job: read → validate → locate → snap → solve → judge → draw → cut.

`execute` is the whole of it; writing is `spots.outputs`. Only the reading steps here touch the
disk; everything after takes frozen values and returns frozen values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd

from boundaries import (
    PREFECTURES,
    IndexEdition,
    Regions,
    build_regions,
    plane_zone_of,
    read_medical_areas,
    read_municipalities,
    read_physician_index,
)
from groundfloor.problems import DataError, Problem, Severity, SpotsError, Text
from networks import NetworkInfo, RoadNetwork, snap_points
from spots.facilities import (
    RawFacility,
    geocode,
    merge,
    place_facility,
    read_layer,
    unanswered,
)
from spots.job.closed_roads import JobClosures, close_roads, read_job_closures
from spots.job.inputs import input_records, listed_ids, named_lists, read_people
from spots.job.road_network import Progress, load_job_network, silent
from spots.job.run_file import Job, read_run_file, shown_name
from spots.job.run_surroundings import surroundings
from spots.job.settings_told import settings_in_words
from spots.judging.coverage import lost_destinations, open_borders
from spots.judging.criteria import Facts, Roads
from spots.judging.designation import covers, judge, manual_problems
from spots.judging.drawing import draw_spots, with_people
from spots.judging.policy import Policy
from spots.types import Facility, Layer, Place, RunClosures, RunResult, Settings
from spots.types.surroundings import Surroundings

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
    progress(Text("境界を読み込んでいます", "reading boundaries"))
    regions, problems = read_regions(job)
    people, found = read_people(job, regions)
    problems += found
    progress(Text("医療機関を読み込んでいます", "reading facilities"))
    facilities, lists, found = read_facilities(job, regions)
    problems += found
    places, found = _place_all(facilities, regions, job.policy)
    problems += found
    progress(Text("道路網を読み込んでいます", "reading the road network"))
    closing = _closing(job)  # first: a mistake there need not wait for the network
    roads, closures, found = _roads(job, facilities, closing, network, partial(load, job, progress))
    problems += found
    facts = _facts(job, facilities, places, lists, roads)
    problems += manual_problems(job.policy, facilities)
    problems += lost_destinations(job.policy, facts)
    progress(Text("所要時間を計算し、判定しています", "measuring travel times and judging"))
    verdicts = judge(job.policy, facts)
    problems += open_borders(verdicts)
    progress(Text("円を描いています", "drawing circles"))
    spots, dissolved, dissolved_km2 = draw_spots(job.policy, verdicts, regions)
    spots, population = with_people(people, spots, dissolved)
    info = roads.network.info() if roads else None
    return RunResult(
        settings=_settings(job, roads, info, closures),
        verdicts=verdicts,
        spots=spots,
        dissolved=dissolved,
        dissolved_km2=dissolved_km2,
        municipalities=_with_exclusions(regions.municipalities, job.policy),
        areas=regions.areas,
        plane_epsg=_plane_zone(regions),
        layers=_layers(job),
        edition=regions.edition,
        network=info,
        inputs=input_records(job, info, in_memory=network is not None),
        problems=tuple(problems),
        job=job.resolved(),
        closures=closures,
        surroundings=_around(job, facts, regions, closing, progress),
        population=people,
        dissolved_population=population,
    )


def _facts(
    job: Job,
    facilities: tuple[Facility, ...],
    places: dict[str, Place],
    lists: dict[str, frozenset[str]],
    roads: Roads | None,
) -> Facts:
    return Facts(
        facilities=facilities,
        places=places,
        lists=lists,
        roads=roads,
        named_lists=named_lists(job),
    )


def _around(
    job: Job, facts: Facts, regions: Regions, closing: JobClosures | None, progress: Progress
) -> Surroundings | None:
    if facts.roads is None:
        return None
    progress(Text("地図に添える到達圏と道路を求めています", "finding catchments and main roads"))
    return surroundings(job.policy, facts, regions, closing)


def _settings(
    job: Job, roads: Roads | None, info: NetworkInfo | None, closures: RunClosures | None
) -> Settings:
    return settings_in_words(
        job,
        PREFECTURES[job.policy.policy.prefecture],
        info,
        profile=roads.network.profile if roads else None,
        closures=closures,
    )


def read_regions(job: Job) -> tuple[Regions, list[Problem]]:
    """Read municipalities, medical areas and indices and put them together.

    Raises
    ------
    DataError
        One of the files cannot be used, or lacks the policy's prefecture.
    """
    settings = job.settings
    outlines, table, index = (
        settings.municipalities,
        settings.medical_areas,
        settings.physician_index,
    )
    with _naming(outlines.file):
        municipalities, found = read_municipalities(
            job.path(outlines.file),
            layer=outlines.layer,
            merge_wards=job.policy.scope.merge_wards,
            label=outlines.file,
        )
    areas, more = read_medical_areas(job.path(table.file), layer=table.layer, label=table.file)
    edition = IndexEdition(index.edition, index.shortage_at_most, index.surplus_at_least)
    indices, most = read_physician_index(job.path(index.file), edition, label=index.file)
    with _naming(outlines.file):
        regions, last = build_regions(
            municipalities, areas, indices, prefecture_code=job.policy.policy.prefecture
        )
    files = {"index": index.file, "areas": table.file}
    last = tuple(replace(p, file=p.file or files[_TO_MEND[p.code]]) for p in last)
    return regions, [*found, *more, *most, *last]


# Which file mends what only shows when the tables are put together.
_TO_MEND = {
    "municipality-without-area": "areas",
    "wards-in-different-areas": "areas",
    "area-row-without-municipality": "areas",
    "area-without-index": "index",
    "area-name-disagrees": "index",
}


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Name the file in errors of steps that know of no files."""
    try:
        yield
    except SpotsError as fault:
        raise type(fault)(replace(p, file=p.file or file) for p in fault.problems) from None


def read_facilities(
    job: Job, regions: Regions
) -> tuple[tuple[Facility, ...], dict[str, frozenset[str]], list[Problem]]:
    """Read and merge every list of the job.

    Returns
    -------
    facilities : tuple of Facility
        Merged over layers, in input order.
    lists : dict
        List name to the ids on it.
    problems : list of Problem
        Warnings and notes.

    Raises
    ------
    DataError
        With the errors of *all* lists.
    """
    rows: list[RawFacility] = []
    problems: list[Problem] = []
    for spec in job.layers:
        try:
            read, found = read_layer(spec, job.settings.aliases)
        except SpotsError as fault:
            problems.extend(fault.problems)
            continue
        rows.extend(read)
        problems.extend(found)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    facilities, found = merge(rows, regions)
    problems.extend(found)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    if job.settings.towns is not None:
        towns = job.settings.towns
        facilities, found = geocode(
            facilities, job.path(towns.file), regions, shown=shown_name(towns.file)
        )
        problems = [*unanswered(problems), *found]
    return facilities, listed_ids(job, facilities), problems


def _place_all(
    facilities: Sequence[Facility], regions: Regions, policy: Policy
) -> tuple[dict[str, Place], list[Problem]]:
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for facility in facilities:
        places[facility.id], found = place_facility(
            facility, regions, tolerance_m=policy.place.tolerance_m
        )
        problems.extend(found)
    return places, problems


def _closing(job: Job) -> JobClosures | None:
    if not any(c.needs_roads for _, c in job.policy.criteria):
        return None
    return read_job_closures(job)


def _roads(
    job: Job,
    facilities: Sequence[Facility],
    closing: JobClosures | None,
    given: RoadNetwork | None,
    load: Callable[[], RoadNetwork],
) -> tuple[Roads | None, RunClosures | None, list[Problem]]:
    if not any(c.needs_roads for _, c in job.policy.criteria):
        return None, None, []
    network = load() if given is None else given
    problems = list(network.problems)
    if closing is None:
        return _tied(job, facilities, network), None, problems
    closed, closures, found = close_roads(network, closing)
    problems += found
    if closed is network:
        return _tied(job, facilities, network), closures, problems
    whole = _tied(job, facilities, network)
    return replace(_tied(job, facilities, closed), without_closures=whole), closures, problems


def _tied(job: Job, facilities: Sequence[Facility], network: RoadNetwork) -> Roads:
    placed = [(f.id, f.position) for f in facilities if f.position is not None]
    results = snap_points(
        network,
        [p.lon for _, p in placed],
        [p.lat for _, p in placed],
        job.policy.travel.snap_limit_m,
        tolls=job.policy.travel.tolls,
    )
    return Roads(network, {i: r for (i, _), r in zip(placed, results, strict=True)})


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


__all__ = [
    "LoadNetwork",
    "Progress",
    "execute",
    "load_job_network",
    "read_facilities",
    "read_regions",
    "run",
    "silent",
]
