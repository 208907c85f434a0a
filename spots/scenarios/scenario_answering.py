"""From a run file and a file of scenarios to answers: read, checked, solved.

Stands apart: commands ask here, and nothing here is said of files.
"""

from __future__ import annotations

from collections.abc import Callable

from groundfloor.problems import Text
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_roads import store_of
from spots.job.run_file import Job
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_file import ScenarioFile
from spots.scenarios.scenario_solving import scenario_table


def answered(job: Job, file: ScenarioFile, progress: Callable[[Text], None]) -> ScenarioAnswers:
    """Return what every facility is in every scenario, beside the run file as it is.

    Parameters
    ----------
    job : Job
        The job of the run file.
    file : ScenarioFile
        Its scenarios.
    progress : callable
        Called with the name of each stage as it begins.

    Raises
    ------
    UsageError
        A scenario cannot be run; all problems of all of them are named, before any is solved.
    MissingFileError, DataError
        An input cannot be used.
    """
    hand = AtHand(disk=store_of(job, progress))
    table = scenario_table(job, file.scenarios, hand=hand, progress=progress)
    base = execute(job, progress, hand=hand)
    robustness = None
    if file.robustness.asks:
        robustness = file.robustness.answered(job, base.verdicts, hand, progress)
    return ScenarioAnswers(table, base, file, robustness)
