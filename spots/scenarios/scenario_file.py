"""A file of scenarios: axes crossed, scenarios listed, each with its name.

    [axes]                          # every combination of these
    threshold_min = [20, 25, 30]
    tolls = [true, false]

    [[scenario]]
    name = "冬"
    closures = "winter.geojson"

Read like every other file of settings: what is unknown, empty or of a wrong type is named by line,
all of it at once, before anything is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from math import prod
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict

from groundfloor.folding import nfkc
from groundfloor.frozen import FrozenDict
from groundfloor.meant_keys import meant_key
from groundfloor.problems import Lang, Problem, SpotsError, Text, UsageError, attempt, error
from groundfloor.settings import STRICT, Bilingual, validate
from groundfloor.toml import KeyPath, TomlDocument, key_name, read_toml
from spots.job.run_file import Job
from spots.job.run_file_shape import RunFile, one_table_or_many
from spots.scenarios.robustness_table import RobustnessTable
from spots.scenarios.scenario_axes import AXIS_WORDS, JobAxes, SaidValue
from spots.scenarios.scenario_checks import (
    SaidScenario,
    ScenarioHead,
    Stated,
    faults_of,
    named_like_base,
)
from spots.telling.scenario_words import name_of_settings
from spots.types.scenario_table import BASE_SCENARIO, NamedScenario

#: More than these are computed where ``--yes`` says so; beyond the second number, never.
ASK_BEYOND, MOST = 2_000, 50_000
_AXES, _SCENARIO, _ROBUSTNESS = "axes", "scenario", "robustness"
_READY = frozenset(f.name for f in fields(RobustnessTable))
_RUN_TABLES = frozenset(f.name for f in fields(RunFile))


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """The tables of a scenario file."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Bilingual | None = None
    description: Bilingual | None = None
    axes: Annotated[tuple[Mapping[str, Any], ...], BeforeValidator(one_table_or_many)] = ()
    scenario: Annotated[tuple[Mapping[str, Any], ...], BeforeValidator(one_table_or_many)] = ()
    robustness: RobustnessTable = field(default_factory=RobustnessTable)


_HEAD = tuple(f.name for f in fields(ScenarioHead))


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of a file.

    Parameters
    ----------
    path : Path
        The file.
    title, description : Text or None
        What the file says of itself.
    scenarios : tuple of NamedScenario
        The run file as it is, then those of the file in its order, the last axis of a crossing
        changing fastest.
    descriptions : mapping of str to Text
        By the name of a scenario.
    robustness : RobustnessTable
        What is taken away besides, each alone.
    """

    path: Path
    title: Text | None
    description: Text | None
    scenarios: tuple[NamedScenario, ...]
    descriptions: Mapping[str, Text] = field(default_factory=FrozenDict)
    robustness: RobustnessTable = field(default_factory=RobustnessTable)


def read_scenarios(path: Path, job: Job, lang: Lang, *, yes: bool = False) -> ScenarioFile:
    """Read and check a file of scenarios.

    Parameters
    ----------
    path : Path
        The file.
    job : Job
        The job of the run file, which the scenarios say otherwise.
    lang : Lang
        Language of the names that scenarios have of their settings.
    yes : bool
        Whether more than `ASK_BEYOND` scenarios are wanted.

    Raises
    ------
    MissingFileError
        There is no such file.
    UsageError
        It is none, or something in it cannot be used: all problems at once.
    """
    document = read_toml(path)
    if fault := _other_file(document):
        raise UsageError(fault)
    page, about_page = attempt(lambda: validate(ScenarioPage, document.data, document))
    found = _Reading(document, JobAxes(job, path.parent), lang, list(about_page))
    crossings = [found.crossing(*each) for each in _tables(_AXES, document)]
    listed = [found.listed(*each) for each in _tables(_SCENARIO, document)]
    problems = found.problems
    if page is not None and not (page.axes or page.scenario or page.robustness.asks):
        problems.append(_none(document))
    problems += _not_asked(page, job, document)
    tried = [s for each in crossings for s in each.one_by_one()]
    problems += faults_of(job, (*tried, *listed), document)
    count = sum(each.size for each in crossings) + len(listed)
    problems += (more := tuple(_too_many(count, crossings, document, yes=yes)))
    crossed = [] if more else [s for each in crossings for s in each.scenarios(lang)]
    said = [*crossed, *listed]
    problems += (*named_like_base(said, document), *_named_twice(said, document))
    if problems or page is None:
        raise UsageError(sorted(problems, key=lambda p: (p.file != document.file, p.row or 0)))
    return ScenarioFile(
        path=path,
        title=page.title.text if page.title else None,
        description=page.description.text if page.description else None,
        scenarios=(BASE_SCENARIO, *(each.scenario for each in said)),
        descriptions=FrozenDict(
            {each.scenario.name: each.description for each in said if each.description}
        ),
        robustness=page.robustness,
    )


def _not_asked(page: ScenarioPage | None, job: Job, document: TomlDocument) -> Iterator[Problem]:
    """Yield why what is to be taken away cannot be."""
    if page is None or not page.robustness.asks:
        return
    try:
        page.robustness.check(job)
    except UsageError as fault:
        at = (_ROBUSTNESS, "speeds") if any(p.column for p in fault.problems) else (_ROBUSTNESS,)
        for problem in fault.problems:
            path = (*at, *problem.column.split(".")) if problem.column else at
            yield replace(_placed(problem, path, document), value=problem.value)


def _tables(key: str, document: TomlDocument) -> Iterator[tuple[Mapping[str, Any], KeyPath]]:
    """Yield the tables of a key that may be one or many, as TOML reads them."""
    given = document.data.get(key)
    if isinstance(given, Mapping):
        yield given, (key,)
    for n, table in enumerate(given if isinstance(given, list) else ()):
        if isinstance(table, Mapping):
            yield table, (key, n)


@dataclass(frozen=True, slots=True)
class _Crossing:
    """Axes of which every combination is a scenario."""

    path: KeyPath
    prefix: str
    description: Text | None
    axes: tuple[tuple[Stated, ...], ...]

    @property
    def size(self) -> int:
        return prod(map(len, self.axes)) if self.axes else 0

    def scenarios(self, lang: Lang) -> Iterator[SaidScenario]:
        """Yield every combination, those of one name numbered."""
        known: dict[str, int] = {}
        for chosen in product(*self.axes) if self.axes else ():
            name = name_of_settings([s.setting.shown for s in chosen], self.prefix).render(lang)
            known[name] = known.get(name, 0) + 1
            if known[name] > 1:  # two files of one name in two folders
                name = f"{name} ({known[name]})"
            yield self._said(name, chosen, [each for each in chosen if each.otherwise])

    def one_by_one(self) -> Iterator[SaidScenario]:
        """Yield the first combination, and of each axis every other value in its place."""
        axes = [axis for axis in self.axes if axis]
        first = tuple(axis[0] for axis in axes)
        yield self._said("", first, first)
        for n, axis in enumerate(axes):
            for other in axis[1:]:
                chosen = (*first[:n], other, *first[n + 1 :])
                yield replace(self._said("", chosen, chosen), path=other.path)

    def _said(self, name: str, chosen: Sequence[Stated], said: Sequence[Stated]) -> SaidScenario:
        scenario = NamedScenario(name, tuple(each.setting for each in said))
        alone = chosen[0].path if len(chosen) == 1 else self.path
        return SaidScenario(scenario, alone, tuple(chosen), self.description)


@dataclass(slots=True)
class _Reading:
    """Reads the tables of a file; what is wrong with them gathers in `problems`."""

    document: TomlDocument
    axes: JobAxes
    lang: Lang
    problems: list[Problem] = field(default_factory=list)

    def crossing(self, table: Mapping[str, Any], path: KeyPath) -> _Crossing:
        """Return the axes of a table."""
        head = self._head(table, path)
        found: list[tuple[Stated, ...]] = []
        for key, value, where in self._said(table, path):
            several = isinstance(value, list)
            values = value if several else [value]
            if not values:
                self.problems.append(_empty_axis(key, where, self.document))
            each = [
                self._stated(key, one, (*where, n) if several else where)
                for n, one in enumerate(values)
            ]
            stated = tuple(s for s in each if s is not None)
            self._each_once(stated)
            found.append(stated)
        self._axes_once([axis[0] for axis in found if axis])
        if not set(table) - set(_HEAD):
            self.problems.append(_empty_table(path, self.document))
        return _Crossing(path, head.name or "", _text(head), tuple(found))

    def listed(self, table: Mapping[str, Any], path: KeyPath) -> SaidScenario:
        """Return the scenario of a table."""
        head = self._head(table, path)
        each = [self._stated(*one) for one in self._said(table, path)]
        stated = tuple(s for s in each if s is not None)
        self._axes_once(stated)
        if not set(table) - set(_HEAD):
            self.problems.append(_empty_table(path, self.document))
        settings = tuple(s.setting for s in stated)
        name = head.name or name_of_settings([s.shown for s in settings]).render(self.lang)
        as_now = not any(s.otherwise for s in stated)
        return SaidScenario(
            NamedScenario(name.strip(), settings, as_now), path, stated, _text(head)
        )

    def _head(self, table: Mapping[str, Any], path: KeyPath) -> ScenarioHead:
        given = {key: table[key] for key in _HEAD if key in table}
        try:
            return validate(ScenarioHead, given, self.document, path)
        except UsageError as fault:
            self.problems += fault.problems
            return ScenarioHead()

    def _said(
        self, table: Mapping[str, Any], path: KeyPath, key: str = ""
    ) -> Iterator[tuple[str, Any, KeyPath]]:
        """Yield axis, value and place of everything that a table says, keys below keys dotted."""
        for step, value in table.items():
            where, name = (*path, step), f"{key}.{_step(step)}" if key else step
            if not key and step in _HEAD:
                continue
            if key or (step in _RUN_TABLES and isinstance(value, Mapping)):
                if isinstance(value, Mapping) and value and not _labelled(value):
                    yield from self._said(value, where, name)
                else:
                    yield name, value, where
            elif step in AXIS_WORDS or "." in step or "[" in step:
                yield name, value, where
            else:
                self.problems.append(_unknown(step, where, self.document))

    def _stated(self, key: str, value: Any, where: KeyPath) -> Stated | None:
        label = ""
        if _labelled(value):
            label = self._head({"name": str(value["name"]) or None}, where).name or ""
            value = value["value"]
        try:
            setting = self.axes.setting(SaidValue(key, value, label))
        except SpotsError as fault:
            self.problems += [_placed(p, where, self.document) for p in fault.problems]
            return None
        return Stated(setting, where, otherwise=self.axes.says_otherwise(setting))

    def _each_once(self, axis: Sequence[Stated]) -> None:
        seen: set[object] = set()
        for stated in axis:
            key = stated.setting.said
            if key in seen:
                self.problems.append(_twice(stated, self.document))
            seen.add(key)

    def _axes_once(self, stated: Sequence[Stated]) -> None:
        seen: set[str] = set()
        for each in stated:
            if each.setting.axis in seen:
                self.problems.append(_twice(each, self.document))
            seen.add(each.setting.axis)


def _step(step: str) -> str:
    return f'"{step}"' if "." in step else step


def _labelled(value: Any) -> bool:
    """Return whether a value has a name of its own: ``{ name = "…", value = … }``."""
    return isinstance(value, Mapping) and set(value) == {"name", "value"}


def _text(head: ScenarioHead) -> Text | None:
    return head.description.text if head.description else None


# --- what is wrong with a file


def _placed(problem: Problem, where: KeyPath, document: TomlDocument) -> Problem:
    row = document.line_of(where)
    return replace(problem, file=document.file, row=row, column=key_name(where))


def _other_file(document: TomlDocument) -> Problem | None:
    """Return that the file is a run file, or a policy."""
    keys = set(document.data)
    if keys & {_AXES, _SCENARIO, _ROBUSTNESS} or not keys & (
        _RUN_TABLES | {"rule", "criterion", "circle"}
    ):
        return None
    return error(
        "scenario-file-is-run-file",
        Text(
            "シナリオのファイルではなく、実行ファイルか設定基準です",
            "is a run file or a policy, and no file of scenarios",
        ),
        Text(
            "spots scenarios 実行ファイル.toml シナリオ.toml の順に指定してください。"
            "シナリオのファイルには [axes] か [[scenario]] を書きます",
            "give the run file first: spots scenarios RUN.toml SCENARIOS.toml; "
            "a file of scenarios has [axes] or [[scenario]]",
        ),
        file=document.file,
        value=", ".join(sorted(keys & (_RUN_TABLES | {"rule", "criterion", "circle"}))),
    )


def refuse_swapped(run_file: Path) -> None:
    """Refuse a file of scenarios where the run file is wanted.

    Raises
    ------
    UsageError
        It has ``[axes]`` or ``[[scenario]]``, and no policy.
    """
    document, _ = attempt(lambda: read_toml(run_file)) if run_file.suffix == ".toml" else (None, ())
    if document is None or "policy" in document.data or not set(document.data) & {_AXES, _SCENARIO}:
        return
    raise UsageError(
        error(
            "run-file-is-scenario-file",
            Text(
                "実行ファイルではなく、シナリオのファイルです",
                "is a file of scenarios, and no run file",
            ),
            Text(
                "spots scenarios 実行ファイル.toml シナリオ.toml の順に指定してください",
                "give the run file first: spots scenarios RUN.toml SCENARIOS.toml",
            ),
            file=document.file,
        )
    )


def _none(document: TomlDocument) -> Problem:
    return error(
        "scenarios-none",
        Text("シナリオが一つもありません", "has no scenarios"),
        Text(
            "[axes] に threshold_min = [25, 30] のように書くか、[[scenario]] を並べてください",
            "write axes, as threshold_min = [25, 30] under [axes], or list [[scenario]]",
        ),
        file=document.file,
    )


def _empty_table(path: KeyPath, document: TomlDocument) -> Problem:
    return _placed(
        error(
            "scenario-says-nothing",
            Text("変えるものが何も書かれていません", "says nothing otherwise"),
            Text(
                "threshold_min などを書き加えてください。現在の条件は、書かなくても必ず加わります",
                "add what it changes, such as threshold_min; the run file as it is "
                "is always among the scenarios",
            ),
        ),
        path,
        document,
    )


def _empty_axis(key: str, where: KeyPath, document: TomlDocument) -> Problem:
    return _placed(
        error(
            "axis-empty",
            Text("値が一つもありません", "has no values"),
            Text(
                f"{key} = [ … ] に値を書くか、この行を消してください",
                f"write values in {key} = [ ... ], or take this line out",
            ),
        ),
        where,
        document,
    )


def _twice(stated: Stated, document: TomlDocument) -> Problem:
    return _placed(
        error(
            "scenario-value-twice",
            Text("同じものが二度書かれています", "says the same twice"),
            Text("どちらかを消してください", "take one of them out"),
            value=stated.written,
        ),
        stated.path,
        document,
    )


def _unknown(key: str, where: KeyPath, document: TomlDocument) -> Problem:
    ready = f"[{_ROBUSTNESS}] {key}" if key in _READY else None
    near = " / ".join(filter(None, (meant_key(key, (*AXIS_WORDS, *_HEAD)), ready)))
    listed = ", ".join(AXIS_WORDS)
    whole = '"network.profile"'
    return _placed(
        error(
            "unknown-key",
            Text("知らないキーです", "is an unknown key"),
            Text(f"{near} の誤りではありませんか", f"did you mean {near}?")
            if near
            else Text(
                f"{listed}、または {whole} のような実行ファイルのキーを書きます",
                f"the axes are {listed}, or a key of the run file, as {whole}",
            ),
        ),
        where,
        document,
    )


def _too_many(
    count: int, crossings: Sequence[_Crossing], document: TomlDocument, *, yes: bool
) -> Iterator[Problem]:
    if count <= (MOST if yes else ASK_BEYOND):
        return
    sizes = [" × ".join(str(len(axis)) for axis in each.axes) for each in crossings]
    refused = count > MOST
    yield error(
        "scenarios-too-many",
        Text(f"シナリオが{count:,}通りになります", f"comes to {count:,} scenarios"),
        Text(
            f"{MOST:,}通りまでです。値か軸を減らしてください"
            if refused
            else f"{ASK_BEYOND:,}通りを超えるときは --yes を付けてください。"
            "または値か軸を減らしてください",
            f"{MOST:,} is the most: leave out values or axes"
            if refused
            else f"for more than {ASK_BEYOND:,} say --yes, or leave out values or axes",
        ),
        file=document.file,
        row=document.line_of((_AXES,)),
        column=_AXES,
        value=" + ".join(size for size in sizes if size) or None,
    )


def _named_twice(said: Sequence[SaidScenario], document: TomlDocument) -> Iterator[Problem]:
    first: dict[str, KeyPath] = {}
    for each in said:
        name = nfkc(each.scenario.name)
        if name in first:
            line = document.line_of(first[name])
            problem = error(
                "scenario-name-twice",
                Text(
                    f"同じ名前のシナリオが二つあります（もう一つは{line}行目）",
                    f"two scenarios have this name (the other is in line {line})",
                ),
                Text("名前を変えてください", "give one another name"),
                value=each.scenario.name,
            )
            yield _placed(problem, (*each.path, "name"), document)
        first.setdefault(name, each.path)
