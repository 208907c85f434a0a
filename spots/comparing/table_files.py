"""A comparison as a table: CSV for machines and Excel, XLSX for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from groundfloor.problems import Lang, Text
from spots.comparing.changes import Comparison, FacilityChange
from spots.comparing.changes_geojson import why_lines
from spots.comparing.comparison_text import (
    ASPECTS,
    CERTAINTIES,
    KINDS,
    areas_text,
    people_text,
)
from spots.comparing.given import given_lines
from spots.outputs.sheet_content import Paper, SheetColumn, SheetContent, sheet_column
from spots.outputs.sheet_layout import fitted
from spots.outputs.spreadsheet import csv_table
from spots.telling.answer_columns import DIFF_COLUMNS, side_columns
from spots.telling.columns import CellValue, Column, ColumnKind, Filled, Value
from spots.telling.labels import UNREACHABLE, criteria_marks
from spots.telling.travel_columns import TRAVEL_MS
from spots.telling.units import shown_minutes
from spots.types import RunResult, TravelEvidence, Verdict

Runs = tuple[RunResult, RunResult]
V = TypeVar("V")


def comparison_csv(found: Comparison, lang: Lang = Lang.JA) -> str:
    """Return a row for each facility that changed, with machine headers.

    Numbers and codes of states are as in ``facilities.csv``.
    """
    columns = _columns()
    return csv_table(
        [c.name for c in columns],
        ([c.value(change, lang) for c in columns] for change in found.facilities),
    )


def comparison_xlsx(
    found: Comparison, old: RunResult, new: RunResult, lang: Lang = Lang.JA
) -> bytes:
    """Return a workbook: facilities that changed, and what the runs were given and differs.

    Parameters
    ----------
    found : Comparison
        The comparison.
    old, new : RunResult
        The runs, for the marks of their criteria.
    lang : Lang
        Language of the workbook.
    """
    from spots.outputs.workbook_writer import workbook  # noqa: PLC0415 - often not wanted

    title = Text("医師少数スポットの比較", "Shortage spots compared").render(lang)
    titles = (
        Text(f"旧: {found.old_title.ja}", f"before: {found.old_title.en}"),
        Text(f"新: {found.new_title.ja}", f"after: {found.new_title.en}"),
        areas_text(found),
        people_text(found),
    )
    columns = _columns((old, new))
    facilities = SheetContent(
        tab=Text("変わった施設", "facilities").render(lang),
        title=title,
        notes=tuple(t.render(lang) for t in titles if t is not None),
        columns=tuple(sheet_column(c.column, lang) for c in columns),
        rows=[[c.shown(change, lang) for c in columns] for change in found.facilities],
        paper=Paper.A3,
        pages_wide=2,
        kept=3,
        filtered=True,
    )
    heads = Text("区分", "kind"), Text("項目", "item"), Text("旧", "before"), Text("新", "after")
    given = SheetContent(
        tab=Text("入力と設定", "inputs and settings").render(lang),
        title=Text("変わった入力と設定", "Inputs and settings that differ").render(lang),
        notes=(),
        columns=tuple(SheetColumn(h.render(lang), 0) for h in heads),
        rows=[(kind, *row) for kind, rows in given_lines(found, lang) for row in rows],
        filtered=True,
    )
    return workbook((fitted(facilities), fitted(given)), title=title, lang=lang)


def _columns(runs: Runs | None = None) -> tuple[Filled[FacilityChange], ...]:
    """Return the columns of ``diff.csv``; with the runs those of the workbook.

    A time is minutes to machines and a time to people, in the same place.
    """
    filled = {column.name: column for column in _filled(runs)}
    return tuple(filled[column.name] for column in DIFF_COLUMNS)


def _filled(runs: Runs | None) -> Iterator[Filled[FacilityChange]]:
    columns = {column.name: column for column in DIFF_COLUMNS}
    for name, of, people in _OF_A_CHANGE:
        yield Filled(columns[name], of, people)
    for k, which in enumerate(("old", "new")):
        yield from _side(which, runs[k] if runs else None)


Cell = Callable[[FacilityChange, Lang], Value | None]
Shown = Callable[[FacilityChange, Lang], CellValue | None]
_OF_A_CHANGE: tuple[tuple[str, Cell, Shown | None], ...] = (
    ("facility_id", lambda c, _: c.shown.facility.id, None),
    ("name", lambda c, _: c.shown.facility.name, None),
    ("municipality", lambda c, _: c.shown.place.municipality, None),
    ("change", lambda c, _: c.kind.value, lambda c, lang: KINDS[c.kind].render(lang)),
    ("verdict_changed", lambda c, _: c.turned, None),
    ("summary", lambda c, lang: c.summary.render(lang), None),
    (
        "aspects",
        lambda c, _: tuple(a.value for a in c.aspects),
        lambda c, lang: "\n".join(ASPECTS[a].render(lang) for a in c.aspects),
    ),
    ("causes", lambda c, _: tuple(c.causes), None),
    (
        "certainty",
        lambda c, _: tuple(dict.fromkeys(w.certainty.value for w in c.why)),
        lambda c, lang: "\n".join(
            dict.fromkeys(CERTAINTIES[w.certainty].render(lang) for w in c.why)
        ),
    ),
    ("why", why_lines, None),
)


def _side(which: str, run: RunResult | None) -> Iterator[Filled[FacilityChange]]:
    def verdict(change: FacilityChange) -> Verdict | None:
        return change.old if which == "old" else change.new

    def of_verdict(of: Callable[[Verdict], V | None]) -> Callable[[FacilityChange, Lang], V | None]:
        return lambda c, _: None if (v := verdict(c)) is None else of(v)

    def of_travel(of: Callable[[TravelEvidence], Value | None]) -> Cell:
        return of_verdict(lambda v: None if v.travel is None else of(v.travel))

    def km2(change: FacilityChange, _lang: Lang) -> Value | None:
        value = change.old_km2 if which == "old" else change.new_km2
        return None if value is None else round(value, 6)

    def marks(found: Verdict) -> CellValue | None:
        return criteria_marks(run, found.criteria) if run else None

    state, criteria, nearest, minutes, reachable, area = side_columns(which)
    yield Filled(state, of_verdict(lambda v: v.state.value))
    yield Filled(criteria, of_verdict(lambda v: v.criteria), of_verdict(marks))
    yield Filled(nearest, of_travel(lambda t: t.nearest_name))
    yield Filled(
        _as_time(minutes) if run else minutes,
        of_travel(_minutes),
        lambda c, lang: _time(verdict(c), lang),
    )
    yield Filled(reachable, of_travel(lambda t: t.reachable))
    yield Filled(area, km2)


def _as_time(minutes: Column) -> Column:
    return replace(minutes, kind=ColumnKind.DURATION, unit=TRAVEL_MS.unit, width=TRAVEL_MS.width)


def _minutes(travel: TravelEvidence) -> float | None:
    if travel.travel_ms is None:
        return None
    return float(shown_minutes(travel.travel_ms, travel.threshold_ms))


def _time(verdict: Verdict | None, lang: Lang) -> CellValue | None:
    travel = verdict.travel if verdict is not None else None
    if travel is None:
        return None
    return UNREACHABLE.render(lang) if travel.reachable is False else travel.travel_ms
