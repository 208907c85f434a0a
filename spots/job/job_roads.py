"""The roads of a job: read, out of the cache or shared with the job before, less what is closed.

At the end everybody is tied to them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundfloor.disk import file_state
from groundfloor.kept_on_disk import KeptOnDisk
from groundfloor.memory import Memory
from groundfloor.problems import Problem, SpotsError, Text, UsageError, error
from networks import RoadNetwork, load_cached, load_profile, nearer_roads, snap_points
from networks.closures.closing import close_edges, closed_edges
from networks.closures.closure_files import Closures, read_closures
from networks.speed_changes import at_factor
from networks.storage.cache import default_folder, source_files
from networks.types import NearerRoad, SnapResult
from spots.job.named_files import is_own_profile, shown_name
from spots.job.run_file import Job
from spots.job.run_layers import parse_as_of
from spots.judging.criteria import TiedRoads, TravelSetting
from spots.judging.criteria.trials import turn_over
from spots.types import Assumption, ClosedRoad, Facility, Position, RunClosures

Progress = Callable[[Text], None]


def silent(stage: Text) -> None:
    """Report nothing; the default `Progress`."""


def load_job_network(job: Job, progress: Progress = silent) -> RoadNetwork:
    """Load the road network that the run file names.

    A saved network brings the speeds it was built with; a profile that differs is an error. Where
    the run file has a ``speed_factor``, each is times that. A network
    that takes long to build comes out of the cache (`networks.storage.cache`) unless the run file
    says ``cache = false``; what happens to the cache is told to `progress`, since it is about this
    machine and not about the result.

    Raises
    ------
    UsageError
        The run file names none.
    NetworkDataError
        It cannot be used.
    """
    asked = job.settings.network
    if asked is None or asked.file is None:
        raise UsageError(())
    profile = _profile(job)
    network = load_cached(
        job.path(asked.file),
        beside=[job.path(each) for each in asked.beside],
        folder=_cache_folder(job),
        tell=partial(_tell, progress),
        kind=asked.kind,
        profile=load_profile(profile) if profile is not None else None,
        nodes=job.path(asked.nodes) if asked.nodes else None,
        schematic=asked.schematic,
        as_of=str(parse_as_of(asked.as_of, job.file, "network.as_of") or ""),
        progress=progress,
    )
    return at_factor(network, asked.speed_factor)


def store_of(job: Job, progress: Progress = silent) -> KeptOnDisk:
    """Return where the steps of a job find what runs before it found from the same content.

    Beside the cache of networks, unless the run file says ``cache = false``.
    """
    return KeptOnDisk.within(_cache_folder(job), partial(_tell, progress))


def _cache_folder(job: Job) -> Path | None:
    asked = job.settings.network
    return default_folder() if asked is None or asked.cache else None


def _tell(progress: Progress, problem: Problem) -> None:
    progress(Text(f"{problem.message.ja} [{problem.code}]", str(problem.message.en)))


@dataclass(slots=True)
class SharedNetwork:
    """Loads the networks of a row of jobs, and each only once while they name the same one.

    One network is held, the last: a batch nearly always has only one, and several large ones would
    not fit into memory.
    """

    _key: Hashable = None
    _held: list[RoadNetwork] = field(default_factory=list)

    def load(self, job: Job, progress: Progress = silent) -> RoadNetwork:
        """Return the network of `job`, as `load_job_network` does."""
        key = _identity(job)
        if key is None or key != self._key:
            self._held.clear()  # before the next is read: there may be no room for two
            self._key = None
            self._held.append(load_job_network(job, progress))
            self._key = key
        return self._held[0]


def _profile(job: Job) -> str | None:
    asked = job.settings.network
    if asked is None:
        return None
    profile = asked.speeds
    return str(job.path(profile)) if profile is not None and is_own_profile(profile) else profile


def _identity(job: Job) -> Hashable:
    """Return what tells the network of a job from another's; None where that cannot be said.

    Files that are written to between two jobs of a batch are other files.
    """
    asked = job.settings.network
    if asked is None or asked.file is None:
        return None
    profile = _profile(job)
    files = source_files(
        job.path(asked.file),
        job.path(asked.nodes) if asked.nodes else None,
        [job.path(each) for each in asked.beside],
    )
    if profile is not None and is_own_profile(profile):
        files = (*files, Path(profile))
    try:
        states = tuple((f.resolve(), file_state(f)) for f in files)
    except OSError:
        return None
    roads = replace(asked, file=None, beside=(), nodes=None, profile=None, source="", cache=True)
    settings = replace(roads, closures=(), closures_on=None)  # they close roads of the same network
    return (settings, profile, states)


# --- what is closed

_ANY_DAY = date(2000, 1, 1)  # for closures that hold on every day


@dataclass(frozen=True, slots=True)
class JobClosures:
    """What the files of a job close.

    Parameters
    ----------
    files : tuple of (str, Closures)
        Each file as outputs may show it, and what it says.
    on : date or None
        The day of the run; None where no closure has days.
    """

    files: tuple[tuple[str, Closures], ...]
    on: date | None

    @property
    def day(self) -> date:
        """The day to look at them for; any, where none of them has days."""
        return self.on or _ANY_DAY


def read_job_closures(job: Job) -> JobClosures | None:
    """Read the closures that the run file names.

    Returns
    -------
    JobClosures or None
        None where it names none.

    Raises
    ------
    DataError, MissingFileError
        A file cannot be used; the problems of all files are named.
    UsageError
        A closure has days and the run file does not say which day is meant. Today is never
        taken for it: the same files must give the same result tomorrow.
    """
    asked = job.settings.network
    if asked is None or not asked.closures:
        return None
    files: list[tuple[str, Closures]] = []
    faults: list[SpotsError] = []
    for file in asked.closures:
        try:
            files.append((shown_name(file), read_closures(job.path(file))))
        except SpotsError as fault:
            faults.append(fault)
    if faults:
        raise type(faults[0])(p for fault in faults for p in fault.problems)
    on = parse_as_of(asked.closures_on, job.file, "network.closures_on")
    dated = [row.label for _, closures in files for row in closures.rows if row.period]
    if dated and on is None:
        raise UsageError(_day_missing(job.file, dated[0]))
    return JobClosures(tuple(files), on)


@dataclass(frozen=True, slots=True, eq=False)
class ClosedRoads:
    """A network without what is closed on the day of a run.

    Parameters
    ----------
    network : RoadNetwork
        The same object as before where nothing is closed.
    closures : RunClosures
        What each closure does.
    labels : mapping of int to tuple of str
        Which closures close an edge.
    edges : tuple of (n,) int64
        Edges that each closure closes, in their order.
    problems : tuple of Problem
        Of the files, closures that fit no road, and roads that are cut off.
    """

    network: RoadNetwork
    closures: RunClosures
    labels: Mapping[int, tuple[str, ...]]
    edges: tuple[NDArray[np.int64], ...]
    problems: tuple[Problem, ...]


def close_roads(network: RoadNetwork, given: JobClosures) -> ClosedRoads:
    """Return the network without what is closed on the day of the run."""
    mask = np.zeros(len(network.edges), bool)
    rows: list[ClosedRoad] = []
    problems: list[Problem] = []
    labels: dict[int, tuple[str, ...]] = {}
    edges: list[NDArray[np.int64]] = []
    for shown, closures in given.files:
        found = closed_edges(network, closures, given.day)
        mask |= found.mask
        labels |= {edge: (*labels.get(edge, ()), *by) for edge, by in found.labels.items()}
        rows += [
            ClosedRoad(shown, r.name, r.reason, r.period, r.holds, r.edges, r.km)
            for r in found.rows
        ]
        edges += found.edges
        problems += [*closures.problems, *found.problems]
    km = float(network.edges.length_m[mask].sum()) / 1000.0
    closed = close_edges(network, mask) if mask.any() else network
    told = RunClosures(tuple(rows), given.on, km)
    return ClosedRoads(closed, told, labels, tuple(edges), tuple(problems))


# --- who is tied to them


def tied_roads(
    travel: TravelSetting,
    facilities: Iterable[Facility],
    network: RoadNetwork,
    memory: Memory | None = None,
) -> TiedRoads:
    """Return the roads with everybody tied to them, by the policy's use of toll roads and not.

    Parameters
    ----------
    travel : TravelSetting
        The limit, and whether toll roads are used.
    facilities : iterable of Facility
        Candidates and destinations; those without a position are left out.
    network : RoadNetwork
        The roads.
    memory : Memory, optional
        What was tied to roads before.
    """
    placed = {f.id: f.position for f in facilities if f.position is not None}
    known = Memory() if memory is None else memory
    roads = _tied(travel, placed, network, known)
    if Assumption.TOLLS not in travel.also_try or not network.edges.toll.any():
        return roads
    others = _tied(turn_over(travel, Assumption.TOLLS), placed, network, known)
    same = (others.snaps, others.nearer) == (roads.snaps, roads.nearer)
    return roads if same else replace(roads, other_tolls=others)


_Tie = tuple[SnapResult, NearerRoad | None]
_TIES_KEPT = 16


@dataclass(frozen=True, slots=True)
class _Ties:
    """How places are tied to roads: each place once, whatever list it is on.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    limit_m : float
        How far away they may be.
    tolls : bool
        Whether toll roads are used.
    """

    network: RoadNetwork
    limit_m: float
    tolls: bool
    _known: dict[tuple[float, float], _Tie] = field(default_factory=dict, compare=False, repr=False)

    def of(self, places: Iterable[Position]) -> list[_Tie]:
        """Return the ties of some places, in their order."""
        asked = [(place.lon, place.lat) for place in places]
        new = [each for each in dict.fromkeys(asked) if each not in self._known]
        if new:
            lon, lat = [each[0] for each in new], [each[1] for each in new]
            limit_m, tolls = self.limit_m, self.tolls
            results = snap_points(self.network, lon, lat, limit_m, tolls=tolls)
            nearer = nearer_roads(self.network, lon, lat, results, limit_m, tolls=tolls)
            self._known.update(zip(new, zip(results, nearer, strict=True), strict=True))
        return [self._known[each] for each in asked]


def _with_book(ties: _Ties) -> _Ties:
    return ties


def _tied(
    travel: TravelSetting, placed: Mapping[str, Position], network: RoadNetwork, memory: Memory
) -> TiedRoads:
    asked = _Ties(network, travel.snap_limit_m, travel.tolls)
    ties = memory.of(_with_book, asked, most=_TIES_KEPT).of(placed.values())
    found = dict(zip(placed, ties, strict=True))
    return TiedRoads(
        network,
        {i: snap for i, (snap, _) in found.items()},
        nearer={i: road for i, (_, road) in found.items() if road is not None},
    )


def _day_missing(file: str, value: str) -> Problem:
    return error(
        "closures-day-missing",
        Text(
            "期間のある通行止めがあるのに、いつの時点かが書かれていません",
            "is missing, and there are closures with days",
        ),
        Text(
            "[network] に closures_on = 2026-01-15 のように書いてください",
            "write closures_on = 2026-01-15 under [network]",
        ),
        file=file,
        column="network.closures_on",
        value=value,
    )
