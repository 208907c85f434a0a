"""The job that each scenario is: the run file read again with what the scenario says otherwise.

Stands apart: here is said what a scenario changes; `scenario_solving` answers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from groundfloor.problems import Problem, SpotsError, Text, UsageError, error
from spots.job.run_file import Job, read_run_file
from spots.types.scenario_table import NamedScenario


def scenario_jobs(job: Job, scenarios: Sequence[NamedScenario]) -> tuple[Job, ...]:
    """Return the job of each scenario, checked before anything is read.

    Parameters
    ----------
    job : Job
        The run file's own.
    scenarios : sequence of NamedScenario
        What each says otherwise.

    Raises
    ------
    UsageError
        Two have one name, or some cannot be run; every problem says whose it is.
    """
    problems = [*_named_twice(scenarios)]
    found: list[Job] = []
    for scenario in scenarios:
        try:
            found.append(job_of_scenario(job, scenario))
        except SpotsError as fault:
            problems += named(fault.problems, scenario)
    if problems:
        raise UsageError(problems)
    return tuple(found)


def named(problems: Iterable[Problem], scenario: NamedScenario) -> Iterator[Problem]:
    """Yield problems with the name of the scenario that has them."""
    for problem in problems:
        told, name = problem.message, scenario.name
        message = Text(f"シナリオ「{name}」: {told.ja}", f"scenario {name}: {told.en}")
        yield replace(problem, message=message)


def job_of_scenario(job: Job, scenario: NamedScenario) -> Job:
    """Return the job that the run file is with what a scenario says otherwise.

    Raises
    ------
    UsageError, MissingFileError, DataError
        As `spots.job.run_file.read_run_file`; or the job was made in Python.
    """
    keys = tuple(key for each in scenario.settings for key in each.keys)
    lists = tuple(file for each in scenario.settings for file in each.lists)
    if not (keys or lists):
        return job
    if job.in_memory:
        raise UsageError(_in_memory())
    before = job.options
    return read_run_file(job.path(job.file), _laid_over(before.lists, lists), (*before.keys, *keys))


def _laid_over(before: Sequence[str], lists: Sequence[str]) -> tuple[str, ...]:
    """Return the lists of the command line with those of a scenario in the place of the same."""
    layers = {each.partition("=")[0] for each in lists if "=" in each}
    left = (each for each in before if each.partition("=")[0] not in layers)
    return (*left, *lists)


def _named_twice(scenarios: Sequence[NamedScenario]) -> Iterator[Problem]:
    names = [each.name for each in scenarios]
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield error(
            "scenario-name-twice",
            Text("同じ名前のシナリオが二つあります", "two scenarios have this name"),
            Text("名前を変えてください", "give one another name"),
            value=name,
        )


def _in_memory() -> Problem:
    return error(
        "scenario-without-run-file",
        Text("この計算には実行ファイルがありません", "there is no run file to say it otherwise in"),
        Text("`Scenario.sweep` を使ってください", "use `Scenario.sweep`"),
    )
