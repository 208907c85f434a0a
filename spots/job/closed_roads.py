"""Closed roads of a job: read, and taken out of the network for this run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from groundfloor.problems import Problem, SpotsError, Text, UsageError, error
from networks import RoadNetwork
from networks.closures.closing import close_edges, closed_edges
from networks.closures.closure_files import Closure, Closures, read_closures
from spots.job.run_file import Job, parse_as_of, shown_name
from spots.types import ClosedRoad, RunClosures

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

    @property
    def holding(self) -> tuple[Closure, ...]:
        """Closures that hold on the day, file by file."""
        rows = (row for _, closures in self.files for row in closures.rows)
        return tuple(row for row in rows if row.holds(self.day))


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


def close_roads(
    network: RoadNetwork, given: JobClosures
) -> tuple[RoadNetwork, RunClosures, tuple[Problem, ...]]:
    """Return the network without what is closed on the day of the run.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    given : JobClosures
        What is closed, and the day.

    Returns
    -------
    network : RoadNetwork
        The same object when nothing is closed.
    closures : RunClosures
        What each closure does.
    problems : tuple of Problem
        Of the files, closures that fit no road, and roads that are cut off.
    """
    mask = np.zeros(len(network.edges), bool)
    rows: list[ClosedRoad] = []
    problems: list[Problem] = []
    for shown, closures in given.files:
        found = closed_edges(network, closures, given.day)
        mask |= found.mask
        rows += [
            ClosedRoad(shown, r.name, r.reason, r.period, r.holds, r.edges, r.km)
            for r in found.rows
        ]
        problems += [*closures.problems, *found.problems]
    km = float(network.edges.length_m[mask].sum()) / 1000.0
    closed = close_edges(network, mask) if mask.any() else network
    return closed, RunClosures(tuple(rows), given.on, km), tuple(problems)


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
