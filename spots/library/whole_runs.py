"""All that a run file asks for in one call: of a notebook, and of the commands.

Stands apart: a `Scenario` is kept and asked again; here it is asked once, and a command need not
load what only notebooks ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from spots.job.at_hand import AtHand, LoadNetwork
from spots.job.execution import execute
from spots.job.job_roads import Progress, load_job_network, silent, store_of
from spots.job.run_file import Job
from spots.library.result import Result

if TYPE_CHECKING:
    from spots.library.scenario_without import Told


def judged(job: Job, progress: Progress = silent, load: LoadNetwork = load_job_network) -> Result:
    """Return all that a checked job asks for, with what lies around; commands stand on it.

    Parameters
    ----------
    job : Job
        From `spots.job.run_file.read_run_file`.
    progress : callable
        Called with the name of each stage as it begins.
    load : callable
        What loads the roads.
    """
    hand = AtHand(load=load, disk=store_of(job, progress))
    return Result(execute(job, progress, hand=hand), job.lang)


def run(
    path: str | Path,
    facilities: str | Path | Sequence[str | Path] = (),
    *,
    progress: Told | None = None,
) -> Result:
    """Do the job of a run file: read, measure, judge, draw, with what lies around.

    The same as ``Scenario.from_run(path).judge(surroundings=True)``.

    Parameters
    ----------
    path, facilities, progress : as there
        As `Scenario.from_run` takes them.

    Raises
    ------
    MissingFileError, DataError
        A file is not there, or cannot be used; all problems found are named.
    UsageError
        A setting is wrong; all of them are named.

    Examples
    --------
    >>> import spots as ss
    >>> with ss.sample_run_file() as path:
    ...     result = ss.run(path)
    >>> len(result.facilities), len(result.spots)
    (94, 21)
    """
    from spots.library.scenario import Scenario  # noqa: PLC0415 - commands do without

    scenario = Scenario.from_run(path, facilities, progress=progress)
    return scenario.judge(surroundings=True, progress=progress)
