"""What ``spots batch --prefectures`` asks for beside a batch: its jobs, and their results together.

Stands apart: a batch of run files needs none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.problems import Lang, Problem, Text, UsageError, error

if TYPE_CHECKING:
    from spots.country import CountryOutcome
    from spots.job.batch_gathering import Gathering
    from spots.job.batch_outcomes import BatchItem, BatchOutcome
    from spots.runners import Ended


def refuse_with_prefectures(
    run_files: Sequence[Path], lists: Path | None, layer: str | None
) -> None:
    """Refuse options that ``--prefectures`` does not go with.

    Raises
    ------
    UsageError
        Several run files are given, or lists of a folder.
    """
    if len(run_files) != 1 or lists is not None or layer is not None:
        raise UsageError(
            error(
                "wrong-combination",
                Text(
                    "オプションの組合せが正しくありません",
                    "--prefectures goes with one template, and not with --lists or --layer",
                ),
                Text(
                    "--prefectures は雛形の実行ファイル一つと一緒に指定してください",
                    "see --help",
                ),
                column="--prefectures",
            )
        )


def refuse_without_prefectures(scenarios: Path | None) -> None:
    """Refuse scenarios of a batch that is not over prefectures.

    Raises
    ------
    UsageError
        Some are given.
    """
    if scenarios is not None:
        raise UsageError(
            error(
                "wrong-combination",
                Text("オプションの組合せが正しくありません", "--scenarios needs --prefectures"),
                Text(
                    "一つの実行ファイルのシナリオは spots scenarios で計算します",
                    "scenarios of one run file are what spots scenarios is for",
                ),
                column="--scenarios",
            )
        )


def country_jobs(
    template: Path, prefectures: str, scenarios: Path | None, settings: Sequence[str], lang: Lang
) -> tuple[BatchItem, ...]:
    """Return the jobs of a template, all of them checked.

    Raises
    ------
    UsageError, MissingFileError
        As `spots.country.prefecture_jobs` and `spots.scenarios.read_scenarios` say.
    """
    from spots.country import prefecture_jobs, prefectures_named
    from spots.job.run_file import read_run_file
    from spots.scenarios.scenario_file import read_scenarios

    codes = prefectures_named(prefectures)
    jobs = prefecture_jobs(template, codes, settings=settings)
    if scenarios is None:
        return jobs
    # Which keys there are to be said otherwise is the same in all of them.
    first = read_run_file(template, settings=(f"run.prefecture={codes[0]}", *settings))
    named = read_scenarios(scenarios, first, lang).scenarios
    return prefecture_jobs(template, codes, named, settings)


class Countries:
    """The countries that a batch over prefectures makes.

    Parameters
    ----------
    items : sequence of BatchItem
        Its jobs.
    out : Path
        Its folder.
    """

    def __init__(self, items: Sequence[BatchItem], out: Path) -> None:
        from spots.country import gatherings

        self._out = out
        self.gatherings = gatherings(items, out)
        self._found: dict[Gathering, CountryOutcome] = {}

    def take(self, gathering: Gathering, ended: Ended[object]) -> None:
        """Keep how one of them ended."""
        from spots.country import country_outcome

        self._found[gathering] = country_outcome(gathering, ended.done, ended.problems)

    def written(self) -> tuple[CountryOutcome, ...]:
        """Write what each scenario comes to; return all of them, in the order of the scenarios."""
        from spots.country import write_scenarios

        found = tuple(self._found[each] for each in self.gatherings)
        write_scenarios(found, self._out)
        return found


def told_together(
    outcomes: Sequence[BatchOutcome], countries: Sequence[CountryOutcome]
) -> list[Problem]:
    """Return what the whole and its runs told, what prefectures have alike once."""
    from spots.country import told_of_all

    return [*(p for each in countries for p in each.problems), *told_of_all(outcomes)]
