"""Whether the scenarios of a file can be run, before one is: each fault by the line that says it.

Stands apart: the reading of a file knows its tables; here the run file is asked.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict

from groundfloor.folding import nfkc
from groundfloor.problems import Problem, SpotsError, Text, attempt, error
from groundfloor.settings import STRICT, Bilingual, Words, refusal
from groundfloor.toml import KeyPath, TomlDocument, key_name
from networks.closures.closure_files import read_closures
from networks.speeds.profile_files import load_profile
from spots.job.given_settings import SET
from spots.job.named_files import is_file, is_own_profile
from spots.job.run_file import Job
from spots.job.run_layers import OPTION
from spots.scenarios.scenario_jobs import job_of_scenario
from spots.telling.scenario_words import AS_IT_IS
from spots.types.scenario_table import BASE_SCENARIO, NamedScenario, ScenarioSetting

#: Letters of a name: what a column, a list to choose from and a line of the report can hold.
_MOST_LETTERS = 100
#: Controls and ends of lines; and what turns the direction of letters behind it (UAX #9).
_NO_LETTER = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _fit_name(name: str) -> str:
    """Refuse a name that no column can be called by: of several lines, or unseen letters."""
    if any(
        unicodedata.category(c) in _NO_LETTER or unicodedata.bidirectional(c) in _TURNING
        for c in name
    ):
        raise refusal(
            "改行や制御文字のない一行でなければなりません",
            "must be one line, without control characters",
        )
    if len(name) > _MOST_LETTERS:
        raise refusal(
            f"{_MOST_LETTERS}字までです（長い説明は description に書きます）",
            f"is at most {_MOST_LETTERS} letters; what is longer belongs into description",
        )
    return name


#: What a scenario, a crossing or a value is called.
ScenarioName = Annotated[Words, AfterValidator(_fit_name)]


@dataclass(frozen=True, slots=True)
class ScenarioHead:
    """What a scenario, or a crossing, says of itself."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: ScenarioName | None = None
    description: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A setting, where the file says it, and whether the run file itself says otherwise.

    In a crossing the run file's own value is no change, and none is told of it.
    """

    setting: ScenarioSetting
    path: KeyPath
    otherwise: bool = True

    @property
    def written(self) -> str:
        """The value as ``spots run`` takes it."""
        keys = [key.partition("=")[2] for key in self.setting.keys]
        return ", ".join((*keys, *self.setting.lists))


@dataclass(frozen=True, slots=True)
class SaidScenario:
    """A scenario with where the file says it, setting by setting, and what it says of itself."""

    scenario: NamedScenario
    path: KeyPath
    stated: tuple[Stated, ...]
    description: Text | None = None


def faults_of(
    job: Job, said: Iterable[SaidScenario], document: TomlDocument
) -> tuple[Problem, ...]:
    """Return why scenarios cannot be run, each fault once.

    Parameters
    ----------
    job : Job
        The job of the run file.
    said : iterable of SaidScenario
        The scenarios.
    document : TomlDocument
        The file that says them.
    """
    found: dict[Problem, None] = {}
    looked: set[ScenarioSetting] = set()
    crossed: set[tuple[object, Problem]] = set()  # what a crossing has with any of its values
    for each in said:
        for stated in each.stated:
            if stated.setting not in looked:
                looked.add(stated.setting)
                found.update((p, None) for p in _unusable(job, stated, document))
        try:
            job_of_scenario(job, each.scenario)
        except SpotsError as fault:
            told = [(_crossing(each), p) for p in fault.problems]
            new = (p for crossing, p in told if (crossing, p) not in crossed)
            found.update((_by_line(p, each, document), None) for p in new)
            crossed.update(one for one in told if one[0])
    return tuple(found)


def _crossing(said: SaidScenario) -> KeyPath:
    """Return the table of axes that a scenario without a name tries a value of."""
    path = said.path
    if said.scenario.name:
        return ()
    return path[:2] if len(path) > 1 and isinstance(path[1], int) else path[:1]


def _unusable(job: Job, stated: Stated, document: TomlDocument) -> Iterator[Problem]:
    """Yield why a speed profile or a file of closures cannot be used; a run would only meet it."""
    for text in stated.setting.keys:
        key, _, written = text.partition("=")
        if key not in _READ:
            continue
        value = tomllib.loads(f"value = {written}")["value"]
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str):
                continue  # told as a wrong type
            is_name = key == _PROFILE and not is_own_profile(name)
            given: str | Path = name if is_name else job.path(name)
            if not is_name and not is_file(Path(given)):
                continue  # told as missing
            _, problems = attempt(partial(_READ[key], given))
            for problem in problems:
                yield _at(problem, stated.path, document, name)


def _at(problem: Problem, path: KeyPath, document: TomlDocument, value: str) -> Problem:
    """Return a problem of what a line names: by its own file, where it has one, and by the line."""
    row, column = document.line_of(path), key_name(path)
    if not problem.file:
        return replace(problem, file=document.file, row=row, column=column, value=value)
    place = Text(f"{document.file} {row}行目: ", f"{document.file} line {row}: ")
    told = problem.message
    return replace(problem, message=Text(f"{place.ja}{told.ja}", f"{place.en}{told.en}"))


_PROFILE = "network.profile"
_READ: Mapping[str, Callable[[str | Path], object]] = MappingProxyType(
    {_PROFILE: load_profile, "network.closures": read_closures}
)


_NO_LIST = "list-missing"  # of the run file's tables, where a scenario asks for another list


def _by_line(problem: Problem, said: SaidScenario, document: TomlDocument) -> Problem:
    """Return a problem of the run file by the line of the scenario file that causes it."""
    at = _cause(problem, said.stated)
    if said.scenario.name and problem.code == _NO_LIST:
        at = next((each for each in said.stated if each.setting.axis == "list"), at)
    if at is None:
        name, told = said.scenario.name, problem.message
        if problem.file and not name:
            return _at(problem, said.path, document, problem.value or "")
        head = Text(f"シナリオ「{name}」: ", f"scenario {name}: ") if name else Text("", "")
        message = Text(f"{head.ja}{told.ja}", f"{head.en}{told.en}")
        if problem.file:
            return replace(problem, message=message)
        path, value = said.path, problem.value
    else:
        message, path = problem.message, at.path
        value = (problem.value or "").partition("=")[2] if problem.column == SET else problem.value
    row, column = document.line_of(path), key_name(path)
    return replace(
        problem, message=message, file=document.file, row=row, column=column, value=value
    )


def _cause(problem: Problem, stated: Sequence[Stated]) -> Stated | None:
    value = problem.value or ""
    for each in stated:
        if problem.column == SET and value in each.setting.keys:
            return each
        if problem.column == OPTION and any(_about(value, text) for text in each.setting.lists):
            return each
    lists = [each for each in stated if each.setting.lists]
    return lists[0] if problem.column == OPTION and lists else None


def _about(value: str, text: str) -> bool:
    """Return whether a problem of ``--facilities`` is about one argument: its file or its layer."""
    layer, _, file = text.partition("=")
    return value in {text, layer, file}


def named_like_base(said: Iterable[SaidScenario], document: TomlDocument) -> Iterator[Problem]:
    """Yield scenarios that are called what the run file as it is is called."""
    taken = {nfkc(name) for name in (BASE_SCENARIO.name, AS_IT_IS.ja, AS_IT_IS.en)}
    for each in said:
        if nfkc(each.scenario.name) in taken:
            path = (*each.path, "name")
            yield error(
                "scenario-name-taken",
                Text(
                    "実行ファイルのままのシナリオの名前です",
                    "is what the run file as it is is called",
                ),
                Text("別の名前にしてください", "give it another name"),
                file=document.file,
                row=document.line_of(path),
                column=key_name(path),
                value=each.scenario.name,
            )
