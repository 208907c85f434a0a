"""The jobs of a template: one for each prefecture, and for each scenario of it, checked as a whole.

Stands apart: a job knows one prefecture, and a batch knows jobs by their names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boundaries.codes import PREFECTURES
from groundfloor.folding import nfkc
from groundfloor.problems import Problem, Severity, SpotsError, Text, UsageError, error
from spots.country.put_together import told_once
from spots.facilities.list_cells import stated_prefecture
from spots.job.batch_outcomes import BatchItem
from spots.job.batch_run import folder_name
from spots.job.run_file import draft_of, page_of
from spots.job.run_templates import is_template
from spots.telling.country_words import of_scenario
from spots.types.scenario_table import NamedScenario

OPTION = "--prefectures"
_EVERY = frozenset({"all", "全国", "全て", "すべて", "全都道府県"})


def prefectures_named(text: str) -> tuple[str, ...]:
    """Return the codes of the prefectures that an option names, in their order.

    Parameters
    ----------
    text : str
        ``all``, or codes and names between commas: ``43,46``, ``熊本県、Oita``.

    Raises
    ------
    UsageError
        Some are none there is; all of them are named.

    Examples
    --------
    >>> prefectures_named("46,熊本県"), len(prefectures_named("all"))
    (('43', '46'), 47)
    """
    if nfkc(text).strip().casefold() in _EVERY:
        return tuple(sorted(PREFECTURES))
    named = [part.strip() for part in nfkc(text).replace("、", ",").split(",") if part.strip()]
    found: set[str] = set()
    problems: list[Problem] = []
    for each in named:
        try:
            found.add(stated_prefecture(each.zfill(2) if each.isdigit() else each))
        except UsageError as fault:
            problems += (replace(p, column=OPTION) for p in fault.problems)
    if not named:
        problems.append(
            error(
                "no-prefecture",
                Text("都道府県が一つもありません", "names no prefecture"),
                Text("all か 43,46 のように指定してください", "write all, or 43,46"),
                column=OPTION,
                value=text,
            )
        )
    if problems:
        raise UsageError(problems)
    return tuple(sorted(found))


def prefecture_jobs(
    template: Path,
    prefectures: Sequence[str],
    scenarios: Sequence[NamedScenario] = (),
    settings: Sequence[str] = (),
) -> tuple[BatchItem, ...]:
    """Return the jobs of a template, each named by its prefecture, below its scenario if any.

    Parameters
    ----------
    template : Path
        A run file with places for a prefecture.
    prefectures : sequence of str
        Two digits each.
    scenarios : sequence of NamedScenario
        What is said otherwise in each; none runs the template as it is.
    settings : sequence of str
        ``KEY=VALUE`` of keys that are otherwise in all of them.

    Raises
    ------
    UsageError
        It is no template, or some of its jobs cannot be run: all problems of all prefectures, what
        they have alike once.
    MissingFileError, FolderError
        The template cannot be read.
    """
    if not is_template(page_of(template).document):
        raise UsageError(_no_template(template))
    items = [
        BatchItem(
            _name(code, scenario),
            template,
            tuple(file for each in scenario.settings for file in each.lists) if scenario else (),
            (
                f"run.prefecture={code}",
                *settings,
                *(key for each in (scenario.settings if scenario else ()) for key in each.keys),
            ),
        )
        for scenario in scenarios or (None,)
        for code in prefectures
    ]
    told = [
        (PREFECTURES[code], _of_prefecture(code, items, scenarios or (None,)))
        for code in prefectures
    ]
    problems = told_once(_alike(told, prefectures))
    if any(p.severity is Severity.ERROR for p in problems):
        raise UsageError(problems)
    return tuple(items)


def _name(code: str, scenario: NamedScenario | None) -> str:
    return code if scenario is None else f"{folder_name(scenario.name)}/{code}"


def _of_prefecture(
    code: str, items: Sequence[BatchItem], scenarios: Sequence[NamedScenario | None]
) -> tuple[Problem, ...]:
    """Return what is wrong with the jobs of a prefecture: what scenarios have alike once."""
    found: dict[Problem, None] = {}
    own = (item for item in items if item.name == code or item.name.endswith(f"/{code}"))
    for item, scenario in zip(own, scenarios, strict=True):
        for problem in _wrong(item):
            if problem not in found:
                if scenario is None or scenario is scenarios[0]:
                    found[problem] = None
                else:
                    found[of_scenario(problem, scenario.name)] = None
    return tuple(found)


def _alike(
    told: Sequence[tuple[str, Sequence[Problem]]], prefectures: Sequence[str]
) -> list[tuple[str, tuple[Problem, ...]]]:
    """Return what prefectures are told, the same where only their code or name makes it another.

    Of ``roads_40.osm.pbf`` and ``roads_44.osm.pbf`` it is ``roads_{prefecture}.osm.pbf`` that is
    not there, as the template has it. What one prefecture alone is told stays as it is.
    """
    general = [
        {problem: _with_places(problem, code) for problem in problems}
        for (_, problems), code in zip(told, prefectures, strict=True)
    ]
    often = Counter(each for mine in general for each in set(mine.values()))
    return [
        (name, tuple(each if often[each] > 1 else problem for problem, each in mine.items()))
        for (name, _), mine in zip(told, general, strict=True)
    ]


def _with_places(problem: Problem, code: str) -> Problem:
    """Return a problem whose value has the places of the template again."""
    if problem.value is None:
        return problem
    value = re.sub(rf"(?<![0-9]){code}(?![0-9])", "{prefecture}", problem.value)
    return replace(problem, value=value.replace(PREFECTURES[code], "{prefecture_name}"))


def _wrong(item: BatchItem) -> tuple[Problem, ...]:
    try:
        return draft_of(item.run_file, item.facilities, item.settings).problems
    except SpotsError as fault:
        return fault.problems


def _no_template(template: Path) -> Problem:
    return error(
        "no-template",
        Text(
            "都道府県を入れる場所（{prefecture} など）がなく、どの都道府県でも同じ結果になります",
            "has no place for a prefecture ({prefecture} or the like): all would come out alike",
        ),
        Text(
            'prefecture = "{prefecture}"、file = "n03_{prefecture}.geojson" のように書きます',
            'write prefecture = "{prefecture}" or file = "n03_{prefecture}.geojson"',
        ),
        file=template.name,
    )
