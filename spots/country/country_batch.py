"""After a batch over prefectures: their results put together, scenario by scenario.

Stands apart: the batch has ended, and everything is read from its folders again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from boundaries.codes import PREFECTURES
from groundfloor.disk import write_whole
from groundfloor.installed import tool_version
from groundfloor.problems import Lang, Problem, Text, attempt, warning
from spots.country.country_counts import CountryCounts, counted
from spots.country.country_files import FOLDER, write_country
from spots.country.put_together import told_once
from spots.job.batch_outcomes import BatchItem, BatchOutcome
from spots.outputs import load_result, read_manifest
from spots.outputs.manifest import EVIDENCE
from spots.outputs.spreadsheet import csv_table
from spots.telling.columns import CellValue
from spots.telling.country_columns import (
    DISSOLVED,
    FACILITIES,
    HOW_MANY,
    PEOPLE,
    SCENARIO,
    SPOTS,
    STATE_COUNTS,
    criterion_column,
)
from spots.telling.country_words import country_line, lands, putting_together
from spots.types import CriterionInfo, RunResult, State

SCENARIOS_CSV = "scenarios.csv"
Progress = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class CountryOutcome:
    """What the prefectures of one scenario come to.

    Parameters
    ----------
    scenario : str
        Its folder's name; empty where there are no scenarios.
    folder : Path or None
        The folder of the country; None where no prefecture has a result.
    counts : CountryCounts
        What they come to.
    criteria : tuple of CriterionInfo
        Of the policy.
    missing : tuple of str
        Codes of the prefectures without a result.
    problems : tuple of Problem
        What could not be put together, or does not add up.
    """

    scenario: str
    folder: Path | None
    counts: CountryCounts
    criteria: tuple[CriterionInfo, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def line(self) -> Text:
        """The country in a line."""
        done = tuple(each.code for each in self.counts.prefectures)
        states = {state: self.counts.state(state) for state in State}
        return country_line(self.scenario, done, states, self.counts.spots, self.counts.km2)

    def as_json(self, lang: Lang) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "scenario": self.scenario,
            "folder": None if self.folder is None else self.folder.as_posix(),
            "prefectures": [each.code for each in self.counts.prefectures],
            "missing": list(self.missing),
            "facilities": self.counts.facilities,
            **{state.value: self.counts.state(state) for state in State},
            "spots": self.counts.spots,
            "dissolved_km2": round(self.counts.km2, 6),
            "problems": [problem.as_json(lang) for problem in self.problems],
        }


def split_name(item: BatchItem) -> tuple[str, str]:
    """Return the scenario's folder, or nothing, and the prefecture of a job."""
    scenario, _, code = item.name.rpartition("/")
    return scenario, code


def write_countries(
    outcomes: Sequence[BatchOutcome],
    out: Path,
    *,
    lang: Lang,
    created: datetime | None = None,
    progress: Progress = lambda _text: None,
) -> tuple[CountryOutcome, ...]:
    """Put the results of a batch over prefectures together, and say what each scenario comes to.

    Where the same results were put together before, the folder stays as it is.

    Parameters
    ----------
    outcomes : sequence of BatchOutcome
        How the jobs of `spots.country.prefecture_jobs` ended.
    out : Path
        The folder of the batch.
    lang : Lang
        Language of the outputs.
    created : datetime, optional
        As of `spots.outputs.write_folder`.
    progress : callable
        Called as each scenario begins.

    Raises
    ------
    OutputError, ForeignFolderError
        A folder cannot be written, or is somebody else's.
    """
    by_scenario: dict[str, list[BatchOutcome]] = {}
    for outcome in outcomes:
        by_scenario.setdefault(split_name(outcome.item)[0], []).append(outcome)
    found = []
    for scenario, mine in by_scenario.items():
        progress(putting_together(scenario))
        found.append(_country(scenario, mine, out, lang, created))
    if any(each.scenario for each in found):
        write_whole(out / SCENARIOS_CSV, _scenarios_csv(found), force=True)
    return tuple(found)


def _country(
    scenario: str,
    outcomes: Sequence[BatchOutcome],
    out: Path,
    lang: Lang,
    created: datetime | None,
) -> CountryOutcome:
    missing = tuple(split_name(o.item)[1] for o in outcomes if o.failed)
    folders = {split_name(o.item)[1]: out / o.item.name for o in outcomes if not o.failed}
    problems = list(_without(missing))
    results: list[RunResult] = []
    for folder in folders.values():
        result, faults = attempt(partial(load_result, folder))
        results += [result] if result is not None else []
        problems += faults
    counts = counted(results)
    problems += counts.problems
    target = out / scenario / FOLDER
    if not results:
        return CountryOutcome(scenario, None, counts, (), missing, tuple(problems))
    digests = {code: _digest(folder) for code, folder in folders.items()}
    if not _stands(target, digests):
        lost = problems.append
        write_country(
            results, target, digests=digests, lang=lang, created=created, force=True, missing=lost
        )
    criteria = results[0].settings.criteria
    return CountryOutcome(scenario, target, counts, criteria, missing, tuple(problems))


def _digest(folder: Path) -> str:
    """Return the hash of a result's evidence, as its ``run.json`` has it."""
    files = read_manifest(folder)["files"]
    return next((str(f["sha256"]) for f in files if f["name"] == EVIDENCE), "")


def _stands(target: Path, digests: Mapping[str, str]) -> bool:
    """Return whether these very results were put together before, by this version."""
    manifest, _ = attempt(partial(read_manifest, target))
    if manifest is None or manifest["tool"].get("version") != tool_version():
        return False
    return bool(manifest["job"].get("results") == digests) and not manifest.get("missing")


def _without(missing: Sequence[str]) -> Iterator[Problem]:
    if missing:
        yield warning(
            "prefectures-missing",
            Text(
                f"{lands(missing).ja}の結果がないため、全体には入っていません",
                f"there is no result of {lands(missing).en}, which the whole is without",
            ),
            Text(
                "summary.json で原因を直し、同じコマンドをもう一度実行してください",
                "mend what summary.json says, and give the same command again",
            ),
            value=", ".join(missing),
        )


def _scenarios_csv(found: Sequence[CountryOutcome]) -> str:
    """Return what each scenario comes to, over all its prefectures."""
    criteria = next((each.criteria for each in found if each.criteria), ())
    columns = (FACILITIES, *STATE_COUNTS.values(), SPOTS, *map(criterion_column, criteria))
    names = [c.name for c in (SCENARIO, HOW_MANY, *columns, DISSOLVED, PEOPLE)]
    return csv_table(names, [_scenario_row(each, criteria) for each in found])


def _scenario_row(
    each: CountryOutcome, criteria: Sequence[CriterionInfo]
) -> tuple[CellValue | None, ...]:
    counts = each.counts
    return (
        each.scenario,
        len(counts.prefectures),
        counts.facilities,
        *(counts.state(state) for state in State),
        counts.spots,
        *(counts.meeting(c.number) for c in criteria),
        Decimal(f"{counts.km2:.6f}"),
        None if counts.people is None else Decimal(f"{counts.people:.1f}"),
    )


def told_of_all(outcomes: Sequence[BatchOutcome]) -> tuple[Problem, ...]:
    """Return what the runs of a batch over prefectures told, what they have alike once."""
    by_code: dict[str, dict[Problem, None]] = {}
    for outcome in outcomes:
        mine = by_code.setdefault(split_name(outcome.item)[1], {})
        mine.update(dict.fromkeys(outcome.problems))
    return told_once([(PREFECTURES[code], tuple(mine)) for code, mine in by_code.items()])
