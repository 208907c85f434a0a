"""A batch before and after it ran."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from groundfloor.problems import Problem


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One job of a batch.

    Parameters
    ----------
    name : str
        Its folder below the batch's output; unique and safe as a folder name.
    run_file : Path
        The run file.
    facilities : tuple of str
        Lists that take the place of the run file's, as `spots.runfile.read_run_file` takes them.
    """

    name: str
    run_file: Path
    facilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Facilities of a run by state, and its spots."""

    facilities: int
    spots: int
    designated: int
    excluded: int
    moot: int
    not_met: int
    undetermined: int


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How one job of a batch ended.

    Parameters
    ----------
    item : BatchItem
        The job.
    tally : Tally or None
        Counts; None when it failed.
    dissolved_km2 : float or None
        Area of all its spots together; None when it failed.
    problems : tuple of Problem
        What failed, or the run's warnings and notes.
    internal : bool
        Whether it failed by a defect of the tool and not by its input.
    older_left : bool
        Whether the folder of an older run stands untouched where this one failed.
    """

    item: BatchItem
    tally: Tally | None
    dissolved_km2: float | None
    problems: tuple[Problem, ...]
    internal: bool = False
    older_left: bool = False

    @property
    def failed(self) -> bool:
        """Whether the job has no result."""
        return self.tally is None

    @property
    def undetermined(self) -> int:
        """How many facilities are undetermined; 0 for a failed job."""
        return self.tally.undetermined if self.tally else 0
