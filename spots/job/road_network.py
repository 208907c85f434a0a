"""The road network of a job: read, taken from the cache, or shared with the job before it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from pathlib import Path

from groundfloor.problems import Problem, Text, UsageError
from networks import RoadNetwork, load_cached, load_profile
from networks.storage.cache import default_folder, source_files
from spots.job.run_file import Job, parse_as_of

Progress = Callable[[Text], None]


def silent(stage: Text) -> None:
    """Report nothing; the default `Progress`."""


def load_job_network(job: Job, progress: Progress = silent) -> RoadNetwork:
    """Load the road network that the run file names.

    A saved network brings the speeds it was built with; a profile that differs is an error. One
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
    if asked is None:
        raise UsageError(())
    profile = _profile(job)

    def tell(problem: Problem) -> None:
        progress(Text(f"{problem.message.ja} [{problem.code}]", str(problem.message.en)))

    return load_cached(
        job.path(asked.file),
        folder=default_folder() if asked.cache else None,
        tell=tell,
        kind=asked.kind,
        profile=load_profile(profile) if profile is not None else None,
        nodes=job.path(asked.nodes) if asked.nodes else None,
        schematic=asked.schematic,
        as_of=str(parse_as_of(asked.as_of, job.file, "network.as_of") or ""),
        progress=progress,
    )


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
    saved = asked.kind == "saved" or asked.file.endswith(".spotsnet")
    profile = asked.profile or (None if saved else "everyday")
    return str(job.path(profile)) if profile is not None and profile.endswith(".toml") else profile


def _identity(job: Job) -> Hashable:
    """Return what tells the network of a job from another's; None where that cannot be said.

    Files that are written to between two jobs of a batch are other files.
    """
    asked = job.settings.network
    if asked is None:
        return None
    profile = _profile(job)
    files = source_files(job.path(asked.file), job.path(asked.nodes) if asked.nodes else None)
    if profile is not None and profile.endswith(".toml"):
        files = (*files, Path(profile))
    try:
        states = tuple((f.resolve(), (s := f.stat()).st_mtime_ns, s.st_size) for f in files)
    except OSError:
        return None
    roads = replace(asked, file="", nodes=None, profile=None, source="", cache=True)
    settings = replace(roads, closures=(), closures_on=None)  # they close roads of the same network
    return (settings, profile, states)
