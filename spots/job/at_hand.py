"""What a job has at hand beside its files: what Python handed over, and what was read before.

A job that is judged again under another policy need not read again what that policy does not
touch. Each step of reading says by its key what it depends on (`groundfloor.kept`): municipalities
on the prefecture and on whether wards are merged, roads on nothing, ties on how far and over which
roads people are tied to them.

Stands apart: who reads a job's inputs and who reads its roads both look here first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from boundaries import Regions
from groundfloor.kept import Kept
from groundfloor.problems import Problem
from networks import RoadNetwork
from spots.facilities import RawFacility
from spots.job.job_roads import Progress, load_job_network
from spots.job.run_file import Job

LoadNetwork: TypeAlias = Callable[[Job, Progress], RoadNetwork]
FoundRegions: TypeAlias = tuple[Regions, list[Problem]]
FoundRows: TypeAlias = tuple[tuple[RawFacility, ...], list[Problem]]


@dataclass(frozen=True, slots=True, eq=False)
class AtHand:
    """What takes the place of a job's files.

    Parameters
    ----------
    network : RoadNetwork or None
        Roads in memory (from an osmnx graph, or with other speeds) in the place of the run
        file's; the manifest then holds the hash of their content.
    load : callable
        What loads the run file's network where none is given and the policy needs one.
    kept : Kept
        What was read under this policy or another; shared by every look at the same inputs.
    """

    network: RoadNetwork | None = None
    load: LoadNetwork = load_job_network
    kept: Kept = field(default_factory=Kept)
