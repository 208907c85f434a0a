"""The prefectures of a batch put together, each scenario by itself, as soon as its jobs have ended.

Stands apart: it goes to a worker, which reads everything from the folders of the jobs again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from boundaries.codes import PREFECTURES
from groundfloor.disk import write_whole
from groundfloor.installed import tool_version
from groundfloor.problems import Lang, Problem, Severity, Text, attempt, error, warning
from spots.country.country_counts import CountryCounts, counted
from spots.country.country_files import FOLDER, write_country
from spots.country.put_together import told_once
from spots.job.batch_gathering import Gathering, GatheringOrder
from spots.job.batch_outcomes import BatchItem, BatchOutcome
from spots.job.batch_work import JobOrder, endured, job_of
from spots.job.job_roads import Progress, store_of
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
from spots.telling.country_words import country_line, lands, not_put_together, putting_together
from spots.types import CriterionInfo, RunResult, State

SCENARIOS_CSV = "scenarios.csv"


@dataclass(frozen=True, slots=True)
class CountryOutcome:
    """What the prefectures of one scenario come to.

    Parameters
    ----------
    scenario : str
        Its folder's name; empty where there are no scenarios.
    folder : Path or None
        The folder of the country; None where no prefecture has a result, or it was not written.
    counts : CountryCounts
        What they come to; of no prefecture where nobody counted them.
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
        if self.folder is None:
            return not_put_together(self.scenario)
        done = tuple(each.code for each in self.counts.prefectures)
        states = {state: self.counts.state(state) for state in State}
        return country_line(self.scenario, done, states, self.counts.spots, self.counts.km2)

    @property
    def failed(self) -> bool:
        """Whether it could not be put together, though some prefecture may have a result."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def as_json(self, lang: Lang) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "scenario": self.scenario,
            "folder": None if self.folder is None else self.folder.as_posix(),
            "prefectures": [each.code for each in self.counts.prefectures],
            "missing": list(self.missing),
            **(self._figures() if self.counts.prefectures else {}),
            "problems": [problem.as_json(lang) for problem in self.problems],
        }

    def _figures(self) -> dict[str, object]:
        return {
            "facilities": self.counts.facilities,
            **{state.value: self.counts.state(state) for state in State},
            "spots": self.counts.spots,
            "dissolved_km2": round(self.counts.km2, 6),
        }


def split_name(item: BatchItem) -> tuple[str, str]:
    """Return the scenario's folder, or nothing, and the prefecture of a job."""
    scenario, _, code = item.name.rpartition("/")
    return scenario, code


def gatherings(items: Sequence[BatchItem], out: Path) -> tuple[Gathering, ...]:
    """Return what a batch over prefectures makes of them together: the country of each scenario.

    Parameters
    ----------
    items : sequence of BatchItem
        The jobs of `spots.country.prefecture_jobs`.
    out : Path
        The folder of the batch.
    """
    jobs: dict[str, list[int]] = {}
    for number, item in enumerate(items):
        jobs.setdefault(split_name(item)[0], []).append(number)
    return tuple(
        Gathering(
            scenario or FOLDER,
            tuple(mine),
            CountryMaker(
                scenario,
                tuple(split_name(items[number])[1] for number in mine),
                (out / scenario / FOLDER).absolute(),
            ),
        )
        for scenario, mine in jobs.items()
    )


@dataclass(frozen=True, slots=True)
class CountryMaker:
    """Puts the prefectures of one scenario together, in a worker.

    Where the same results were put together before, the folder stays as it is.

    Parameters
    ----------
    scenario : str
        Its folder's name; empty where there are no scenarios.
    codes : tuple of str
        Its prefectures.
    folder : Path
        The folder of the country, absolute.
    """

    scenario: str
    codes: tuple[str, ...]
    folder: Path

    def __call__(self, order: GatheringOrder, progress: Progress) -> CountryOutcome:
        """Put together what of them is there.

        Raises
        ------
        MemoryError
            There is not room enough.
        """
        jobs = {split_name(job.item)[1]: job for job in order.done()}
        missing = tuple(code for code in self.codes if code not in jobs)
        progress(putting_together())
        outcome = CountryOutcome(self.scenario, None, CountryCounts((), ()), (), missing)
        outcome = replace(outcome, problems=tuple(_without(missing)))
        read, faults = endured(partial(_read, [job.target for job in jobs.values()]))
        results, unread = read or ([], ())
        outcome = replace(outcome, problems=(*outcome.problems, *unread))
        if not results:
            return _unmade(outcome, self.folder, faults)
        counts = counted(results)
        outcome = replace(
            outcome,
            counts=counts,
            criteria=results[0].settings.criteria,
            problems=(*outcome.problems, *counts.problems),
        )
        lost, faults = endured(partial(self._written, results, jobs, progress))
        if lost is None:
            return _unmade(outcome, self.folder, faults)
        return replace(outcome, folder=self.folder, problems=(*outcome.problems, *lost))

    def _written(
        self, results: Sequence[RunResult], jobs: Mapping[str, JobOrder], progress: Progress
    ) -> list[Problem]:
        """Write the folder unless it stands; return what of it could not be made."""
        digests = {code: _digest(job.target) for code, job in jobs.items()}
        lost: list[Problem] = []
        if not _stands(self.folder, digests):
            first = next(iter(jobs.values()))
            write_country(
                results,
                self.folder,
                digests=digests,
                lang=first.lang,
                created=first.created,
                force=True,
                missing=lost.append,
                disk=store_of(job_of(first.item), progress),
            )
        return lost


def _read(folders: Sequence[Path]) -> tuple[list[RunResult], Sequence[Problem]]:
    """Return the results of folders, and what is wrong with those that cannot be read."""
    results: list[RunResult] = []
    problems: list[Problem] = []
    for folder in folders:
        result, faults = attempt(partial(load_result, folder))
        results += [result] if result is not None else []
        problems += faults
    return results, problems


def _unmade(outcome: CountryOutcome, folder: Path, problems: tuple[Problem, ...]) -> CountryOutcome:
    said = not_made(outcome.scenario, folder)
    return replace(outcome, problems=(*outcome.problems, said, *problems))


def country_outcome(
    gathering: Gathering, done: object, problems: tuple[Problem, ...] = ()
) -> CountryOutcome:
    """Return what one of `gatherings` came to, also where its worker was lost.

    Parameters
    ----------
    gathering : Gathering
        It.
    done : CountryOutcome or None
        What its maker returned.
    problems : tuple of Problem
        Why that is nothing.

    Raises
    ------
    TypeError
        It is none of them.
    """
    maker = gathering.make
    if not isinstance(maker, CountryMaker):
        raise TypeError(gathering.name)
    if isinstance(done, CountryOutcome):
        return done
    outcome = CountryOutcome(maker.scenario, None, CountryCounts((), ()))
    return _unmade(outcome, maker.folder, problems)


def write_scenarios(found: Sequence[CountryOutcome], out: Path) -> None:
    """Write what each scenario comes to, where there are scenarios.

    Parameters
    ----------
    found : sequence of CountryOutcome
        The country of each.
    out : Path
        The folder of the batch.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    if any(each.scenario for each in found):
        write_whole(out / SCENARIOS_CSV, _scenarios_csv(found), force=True)


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


def not_made(scenario: str, folder: Path) -> Problem:
    """Return the fault of a country that could not be put together."""
    older = folder.exists()
    return error(
        "country-not-put-together",
        Text(
            "都道府県の結果をまとめられませんでした"
            + ("（以前にまとめたものは、そのまま残っています）" if older else ""),
            "the prefectures could not be put together"
            + (" (what was put together before is left as it is)" if older else ""),
        ),
        Text(
            "ほかに示した問題を直し、同じコマンドをもう一度実行してください。できている都道府県の結果はそのまま使われます",
            "mend what else is told, and give the same command again; results that are there are "
            "used as they are",
        ),
        file=folder.name,
        value=scenario or None,
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
    if not counts.prefectures:  # nothing is known of it: no row of zeros
        return (each.scenario, 0, *[None] * (len(State) + len(criteria) + 4))
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
