"""The job that each scenario is: the run file read again with what the scenario says otherwise.

A thousand scenarios say a few things in many combinations. What they say of the policy and what
they say of the rest are read apart, each once; where the two do not fit, or anything is wrong, the
run file is read as ``spots run`` reads it, and its words are told.

Stands apart: here is said what a scenario changes; `scenario_solving` answers it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from groundfloor.frozen import frozen
from groundfloor.problems import Problem, SpotsError, Text, UsageError, error
from groundfloor.toml import TomlDocument
from spots.job.given_settings import with_settings
from spots.job.policy_choice import OVERRIDE, read_policy
from spots.job.policy_fit import policy_fits
from spots.job.run_file import Job, page_of, read_run_file
from spots.job.run_layers import RunLayer, layers_fit
from spots.job.run_templates import filled
from spots.judging.policy import Policy
from spots.types.scenario_table import NamedScenario

_OF_POLICY = ".".join(OVERRIDE) + "."
#: Tables of the policy that say nothing of names and ground, and where no line is kept of.
_PLAIN_TABLES = frozenset({"criterion", "circle", "travel", "scope", "place"})


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
    reading = _JobsRead(job)
    for scenario in scenarios:
        try:
            found.append(reading.job_of(scenario))
        except SpotsError as fault:
            problems += named(fault.problems, scenario)
    if problems:
        raise UsageError(problems)
    return tuple(found)


def job_of_scenario(job: Job, scenario: NamedScenario) -> Job:
    """Return the job that the run file is with what one scenario says otherwise.

    Raises
    ------
    UsageError, MissingFileError, DataError
        As `spots.job.run_file.read_run_file`; or the job was made in Python.
    """
    return _JobsRead(job).job_of(scenario)


def named(problems: Iterable[Problem], scenario: NamedScenario) -> Iterator[Problem]:
    """Yield problems with the name of the scenario that has them."""
    for problem in problems:
        yield of_scenarios(problem, (scenario.name,))


def of_scenarios(problem: Problem, names: Sequence[str]) -> Problem:
    """Return a problem with the first of the scenarios that have it, and how many more do."""
    name, rest, told = names[0], len(names) - 1, problem.message
    more = Text(f"ほか{rest:,}件", f" and {rest:,} more") if rest else Text("", "")
    head = Text(f"シナリオ「{name}」{more.ja}: ", f"scenario {name}{more.en}: ")
    return replace(problem, message=Text(f"{head.ja}{told.ja}", f"{head.en}{told.en}"))


@dataclass(frozen=True, slots=True)
class _Said:
    """What a job is read with: lists, keys of the policy alone, and other keys."""

    lists: tuple[str, ...]
    rules: tuple[str, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, job: Job, scenario: NamedScenario) -> _Said:
        before = job.options
        lists = tuple(file for each in scenario.settings for file in each.lists)
        more = (key for each in scenario.settings for key in each.keys)
        keys = (*before.keys, *more)
        rules = tuple(key for key in keys if _is_rule(key))
        rest = tuple(key for key in keys if not _is_rule(key))
        return cls(_laid_over(before.lists, lists), rules, rest)


def _is_rule(key: str) -> bool:
    """Whether a setting is of the policy, and of a table that nothing but judging looks at."""
    path = key.partition("=")[0].strip()
    return path.startswith(_OF_POLICY) and path.split(".")[len(OVERRIDE)] in _PLAIN_TABLES


class _JobsRead:
    """Reads a run file for one scenario after the other, and nothing of it twice."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._others: dict[tuple[tuple[str, ...], tuple[str, ...]], Job] = {}
        self._policies: dict[tuple[str, ...], tuple[Policy, TomlDocument]] = {}

    @cached_property
    def _document(self) -> TomlDocument:
        return page_of(self._job.path(self._job.file)).document

    def job_of(self, scenario: NamedScenario) -> Job:
        said, base = _Said.of(self._job, scenario), self._job
        if not scenario.settings:
            return base
        if base.in_memory:
            raise UsageError(_in_memory())
        if said.rules and base.record is None:
            try:
                made = self._under(said)
            except SpotsError:
                made = None  # what is wrong is told by who reads it all
            if made is not None:
                return made
        return self._read(said.lists, (*said.keys, *said.rules))

    def _read(self, lists: tuple[str, ...], keys: tuple[str, ...]) -> Job:
        if (lists, keys) not in self._others:
            self._others[lists, keys] = read_run_file(self._job.source, lists, keys)
        return self._others[lists, keys]

    def _under(self, said: _Said) -> Job | None:
        """Return the job of the other keys under the policy that a scenario says, if it fits."""
        other = self._read(said.lists, said.keys)
        policy, document = self._policy(other, said)
        settings, choice = other.settings, other.settings.policy
        layers = [RunLayer(s, name) for s, name in zip(other.layers, other.lists, strict=True)]
        wrong = (
            *layers_fit(layers, document, judging=policy.needs_candidates),
            *policy_fits(policy, settings, layers, document),
        )
        if wrong:
            return None
        override = frozen(document.data[OVERRIDE[0]][OVERRIDE[1]])
        return replace(
            other,
            policy=policy,
            settings=replace(settings, policy=replace(choice, override=override)),
            options=replace(other.options, keys=(*said.keys, *said.rules)),
        )

    def _policy(self, other: Job, said: _Said) -> tuple[Policy, TomlDocument]:
        chosen = tuple(key for key in said.keys if key.startswith(OVERRIDE[0] + "."))
        key = (*chosen, "", *said.rules)
        if key not in self._policies:
            document, _ = with_settings(self._document, (*said.keys, *said.rules))
            document = filled(document)
            override = frozen(document.data[OVERRIDE[0]][OVERRIDE[1]])
            choice = replace(other.settings.policy, override=override)
            self._policies[key] = read_policy(choice, document, other.base), document
        return self._policies[key]


def _laid_over(before: Sequence[str], lists: Sequence[str]) -> tuple[str, ...]:
    """Return the lists of the command line with those of a scenario in the place of the same."""
    layers = {each.partition("=")[0] for each in lists if "=" in each}
    left = (each for each in before if each.partition("=")[0] not in layers)
    return (*left, *lists)


def _named_twice(scenarios: Sequence[NamedScenario]) -> Iterator[Problem]:
    names = [each.name for each in scenarios]
    for name, count in Counter(names).items():
        if count > 1:
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
