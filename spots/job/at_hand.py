"""What a job has at hand beside its files: what Python handed over, and what was read before.

A job that is judged again under another policy need not read again what that policy does not
touch. Each step of reading says by its key what it depends on (`groundfloor.kept`): municipalities
on the prefecture and on whether wards are merged, roads on nothing, ties on how far and over which
roads people are tied to them.

Stands apart: who reads a job's inputs and who reads its roads both look here first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from boundaries import Regions
from groundfloor.frozen import FrozenDict
from groundfloor.kept import Kept
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.memory import Memory
from groundfloor.problems import Problem
from groundfloor.toml import KeyPath, key_name
from networks import RoadNetwork
from spots.facilities import RawFacility
from spots.job.job_roads import ClosedRoads, Progress, load_job_network
from spots.job.run_file import Job

LoadNetwork: TypeAlias = Callable[[Job, Progress], RoadNetwork]
FoundRows: TypeAlias = tuple[tuple[RawFacility, ...], list[Problem]]
FoundRegions: TypeAlias = tuple[Regions, list[Problem]]


class MemoryFile(Protocol):
    """A table or layer in memory, for readers of files."""

    def on_disk(self) -> AbstractContextManager[Path]:
        """Give the path of a file that holds it for as long as the context lasts."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class AtHand:
    """What takes the place of a job's files.

    Parameters
    ----------
    rows : (tuple of RawFacility, list of Problem) or None
        Rows of all facility lists, as their layers are in the job.
    regions : callable or None
        Gives municipalities and medical areas for a prefecture's code and whether wards are
        merged into their city.
    network : RoadNetwork or None
        Roads (from an osmnx graph, or with other speeds), with nothing closed.
    closed : ClosedRoads or None
        The same roads without what was closed in Python; the run file's closures are then left
        alone.
    files : mapping of str to MemoryFile
        Population, units, tables and entries by their key in the run file
        (``"units[1].file"``).
    digests : mapping of str to str
        SHA-256 of the content of everything that is handed over, by its key in the run file; but
        for the network, which knows its own.
    load : callable
        What loads the run file's network where none is given and the policy needs one.
    kept : Kept
        What was read under this policy or another; shared by every look at the same inputs.
    disk : KeptOnDisk
        What runs before this one found from the same content.
    memory : Memory or None
        What was worked out of facts before, for facts of other lists and roads too; by default
        each remembers its own.
    """

    rows: FoundRows | None = None
    regions: Callable[[str, bool], FoundRegions] | None = None
    network: RoadNetwork | None = None
    closed: ClosedRoads | None = None
    files: Mapping[str, MemoryFile] = field(default_factory=FrozenDict)
    digests: Mapping[str, str] = field(default_factory=FrozenDict)
    load: LoadNetwork = load_job_network
    kept: Kept = field(default_factory=Kept)
    disk: KeptOnDisk = NOTHING_KEPT
    memory: Memory | None = None

    @contextmanager
    def path(self, job: Job, key: KeyPath, file: str) -> Iterator[Path]:
        """Give the path of a job's file, or of what was handed over in its place."""
        held = self.files.get(key_name(key))
        if held is None:
            yield job.path(file)
            return
        with held.on_disk() as path:
            yield path
