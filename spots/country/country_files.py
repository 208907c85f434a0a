"""The folder of the country: an ordinary result of all prefectures, with tables of each beside it.

Whatever reads a result reads it: ``spots locate``, ``explain``, ``export`` and ``diff``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from boundaries.codes import PREFECTURES
from groundfloor.disk import WrittenFile
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Problem, Text
from spots.country.country_counts import CountryCounts, PrefectureCounts, counted
from spots.country.country_map import country_map
from spots.country.put_together import put_together
from spots.outputs import Writer, write_folder
from spots.outputs.sheet_layout import SheetContent, fitted, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.outputs.workbook_writer import workbook
from spots.telling.columns import CellValue, Column
from spots.telling.country_columns import (
    DISSOLVED,
    FACILITIES,
    NEIGHBOURS,
    PEOPLE,
    PROBLEM_COUNTS,
    SPOTS,
    STATE_COUNTS,
    WHOSE,
    criterion_column,
)
from spots.telling.country_words import BY_PREFECTURE, TOLD_BY_CODE, TOTAL
from spots.types import CriterionInfo, RunResult, State

FOLDER = "country"
PREFECTURES_CSV, WARNINGS_CSV, COUNTS_XLSX = "prefectures.csv", "warnings.csv", "counts.xlsx"
_Row = tuple[CellValue | None, ...]


def write_country(
    results: Sequence[RunResult],
    out: Path,
    *,
    lang: Lang,
    digests: Mapping[str, str] | None = None,
    created: datetime | None = None,
    force: bool = False,
    missing: Callable[[Problem], None] | None = None,
    disk: KeptOnDisk = NOTHING_KEPT,
) -> tuple[CountryCounts, tuple[WrittenFile, ...]]:
    """Write the results of prefectures as one, and what each comes to.

    Parameters
    ----------
    results : sequence of RunResult
        One for each prefecture.
    out : Path
        The folder to make.
    lang : Lang
        Language of the outputs.
    digests : mapping of str to str, optional
        Of the results by prefecture, for ``run.json``: what was put together.
    created : datetime, optional
        As of `spots.outputs.write_folder`.
    force : bool
        Likewise.
    missing : callable, optional
        Likewise.
    disk : KeptOnDisk
        Likewise.

    Returns
    -------
    counts : CountryCounts
        What they come to; what does not add up is among the problems of the result too.
    files : tuple of WrittenFile
        What was written.

    Raises
    ------
    UsageError, OutputExistsError, ForeignFolderError, OutputError
        As `put_together` and `spots.outputs.write_folder` say.
    """
    counts = counted(results)
    together = put_together(results)
    problems = (*counts.problems, *together.problems)
    job = {**together.job, **({"results": dict(digests)} if digests else {})}
    country = replace(together, problems=problems, job=job)
    extra: dict[str, Writer] = {
        "map.html": partial(country_map, disk=disk),
        PREFECTURES_CSV: lambda result, _: _prefectures_csv(counts, result),
        WARNINGS_CSV: lambda _, spoken: _warnings_csv(counts, spoken),
        COUNTS_XLSX: lambda result, spoken: _counts_xlsx(counts, result, spoken),
    }
    files = write_folder(
        country,
        out,
        lang=lang,
        created=created,
        force=force,
        extra=extra,
        missing=missing or (lambda _problem: None),
    )
    return counts, files


def _columns(result: RunResult) -> tuple[Column, ...]:
    criteria = map(criterion_column, result.settings.criteria)
    figures = (SPOTS, *criteria, DISSOLVED, PEOPLE, NEIGHBOURS)
    return (*WHOSE, FACILITIES, *STATE_COUNTS.values(), *figures)


def _row(counts: PrefectureCounts, criteria: Sequence[CriterionInfo]) -> _Row:
    people = None if counts.people is None else Decimal(f"{counts.people:.1f}")
    return (
        counts.code,
        PREFECTURES[counts.code],
        counts.facilities,
        *(counts.states[state] for state in State),
        counts.spots,
        *(counts.by_criterion.get(c.number, 0) for c in criteria),
        Decimal(f"{counts.dissolved_km2:.6f}"),
        people,
        counts.neighbours,
    )


def _rows(counts: CountryCounts, result: RunResult) -> list[_Row]:
    return [_row(each, result.settings.criteria) for each in counts.prefectures]


def _total(rows: Sequence[_Row]) -> _Row:
    """Return the sums; hospitals beyond are in none, each being some other prefecture's own."""
    columns = list(zip(*rows, strict=True))[2:-1]
    return (None, None, *(_sum(column) for column in columns), None)


def _sum(cells: Sequence[CellValue | None]) -> CellValue | None:
    numbers = [cell for cell in cells if isinstance(cell, int | Decimal)]
    return sum(numbers) if len(numbers) == len(cells) else None


def _prefectures_csv(counts: CountryCounts, result: RunResult) -> str:
    names = [column.name for column in _columns(result)]
    rows = _rows(counts, result)
    total = _total(rows)
    return csv_table(names, [*rows, (None, TOTAL.ja, *total[2:])])


def _problem_rows(counts: CountryCounts, lang: Lang) -> Iterator[_Row]:
    for each in counts.warnings:
        example = each.example.render(lang)
        yield each.code, each.severity.value, len(each.prefectures), each.times, example


def _warnings_csv(counts: CountryCounts, lang: Lang) -> str:
    return csv_table([c.name for c in PROBLEM_COUNTS], list(_problem_rows(counts, lang)))


def _counts_xlsx(counts: CountryCounts, result: RunResult, lang: Lang) -> bytes:
    rows = _rows(counts, result)
    by_prefecture = _sheet(BY_PREFECTURE, result, _columns(result), rows, lang)
    told = _sheet(TOLD_BY_CODE, result, PROBLEM_COUNTS, list(_problem_rows(counts, lang)), lang)
    sums = (TOTAL.render(lang), *_total(rows)[1:])
    title = result.settings.title.render(lang)
    return workbook((replace(by_prefecture, totals=(sums,)), told), title=title, lang=lang)


def _sheet(
    tab: Text, result: RunResult, columns: Sequence[Column], rows: Sequence[_Row], lang: Lang
) -> SheetContent:
    return fitted(
        SheetContent(
            tab=tab.render(lang),
            title=f"{result.settings.title.render(lang)}: {tab.render(lang)}",
            notes=(),
            columns=tuple(sheet_column(column, lang) for column in columns),
            rows=tuple(rows),
            filtered=True,
        )
    )
