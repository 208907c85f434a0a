"""From a run file and a file of scenarios to answers: read, checked, solved.

Stands apart: commands ask here, and nothing here is said of files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from groundfloor.problems import Text
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_roads import store_of
from spots.job.run_file import Job
from spots.scenarios.scenario_answers import ScenarioAnswers, ScenarioRule
from spots.scenarios.scenario_file import ScenarioFile
from spots.scenarios.scenario_jobs import job_of_scenario
from spots.scenarios.scenario_solving import scenario_table
from spots.types.scenario_table import NamedScenario, ScenarioSetting


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
    return ScenarioAnswers(table, base, file, tuple(_rules(job, table.scenarios)), robustness)


def _rules(job: Job, scenarios: Sequence[NamedScenario]) -> Iterator[ScenarioRule]:
    """Yield what the policy of each scenario says; of equal changes of the policy once."""
    known: dict[tuple[ScenarioSetting, ...], ScenarioRule] = {}
    for scenario in scenarios:
        changes = tuple(s for s in scenario.settings if any(k.startswith(_POLICY) for k in s.keys))
        if changes not in known:
            policy = job_of_scenario(job, NamedScenario(scenario.name, changes)).policy
            titles = tuple((n, c.mark, c.heading) for n, c in policy.criteria)
            known[changes] = ScenarioRule(titles, policy.circle.radius_m)
        yield known[changes]


_POLICY = "policy."
