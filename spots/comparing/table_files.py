"""A comparison as a table: CSV for machines and Excel, XLSX for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

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
from spots.outputs.spreadsheet import marked
from spots.telling.labels import NEAREST, STATE_LABELS, criteria_marks
from spots.telling.units import shown_minutes
from spots.types import RunResult, Verdict

Value = str | int | float | bool | None
_BOM = "\ufeff"  # without it Excel takes UTF-8 for CP932


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: machine name, heading, number format, value."""

    name: str
    heading: Text
    value: Callable[[FacilityChange], Value]
    number_format: str = ""


def comparison_csv(found: Comparison, lang: Lang = Lang.JA) -> str:
    """Return a row for each facility that changed: byte order mark, CRLF, machine headers.

    Text that a spreadsheet would run or rewrite carries an apostrophe
    (`spots.outputs.spreadsheet`); numbers and codes of states are as in ``facilities.csv``.
    """
    columns = _columns(lang, None)
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow([c.name for c in columns])
    for change in found.facilities:
        writer.writerow([_cell(c.value(change)) for c in columns])
    return _BOM + page.getvalue()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):  # as facilities.csv has it
        return str(value).lower()
    return marked(value) if isinstance(value, str) else str(value)


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
    from spots.outputs.plain_workbook import (  # noqa: PLC0415 - openpyxl is slow to import
        PlainSheet,
        plain_workbook,
    )

    title = Text("医師少数スポットの比較", "Shortage spots compared").render(lang)
    columns = _columns(lang, (old, new))
    titles = (
        Text(f"旧: {found.old_title.ja}", f"before: {found.old_title.en}"),
        Text(f"新: {found.new_title.ja}", f"after: {found.new_title.en}"),
        areas_text(found),
        people_text(found),
    )
    facilities = PlainSheet(
        tab=Text("変わった施設", "facilities").render(lang),
        notes=(title, *(t.render(lang) for t in titles if t is not None)),
        headings=tuple(c.heading.render(lang) for c in columns),
        rows=[tuple(c.value(change) for c in columns) for change in found.facilities],
        number_formats=tuple(c.number_format for c in columns),
    )
    heads = Text("区分", "kind"), Text("項目", "item"), Text("旧", "before"), Text("新", "after")
    given = PlainSheet(
        tab=Text("入力と設定", "inputs and settings").render(lang),
        notes=(Text("変わった入力と設定", "Inputs and settings that differ").render(lang),),
        headings=tuple(h.render(lang) for h in heads),
        rows=[(kind, *row) for kind, rows in given_lines(found, lang) for row in rows],
    )
    return plain_workbook((facilities, given), title=title, lang=lang)


def _columns(lang: Lang, runs: tuple[RunResult, RunResult] | None) -> tuple[_Column, ...]:
    """Return the columns; with the runs for people, without for machines."""
    people = runs is not None
    return (
        _Column("facility_id", Text("ID", "id"), lambda c: c.shown.facility.id),
        _Column("name", Text("医療機関", "facility"), lambda c: c.shown.facility.name),
        _Column(
            "municipality", Text("市町村", "municipality"), lambda c: c.shown.place.municipality
        ),
        _Column(
            "change",
            Text("区分", "change"),
            lambda c: KINDS[c.kind].render(lang) if people else c.kind.value,
        ),
        _Column(
            "verdict_changed",
            Text("判定・区域の変化", "verdict or spot changed"),
            lambda c: _yes(c.turned, lang) if people else c.turned,
        ),
        *_side("old", Text("旧", "old"), lang, runs and runs[0]),
        *_side("new", Text("新", "new"), lang, runs and runs[1]),
        _Column("summary", Text("変わったこと", "what changed"), lambda c: c.summary.render(lang)),
        _Column(
            "aspects",
            Text("変わった点", "aspects"),
            lambda c: ";".join(ASPECTS[a].render(lang) if people else a.value for a in c.aspects),
        ),
        _Column("causes", Text("原因コード", "causes"), lambda c: ";".join(c.causes)),
        _Column(
            "certainty",
            Text("確度", "certainty"),
            lambda c: ";".join(
                dict.fromkeys(
                    CERTAINTIES[w.certainty].render(lang) if people else w.certainty.value
                    for w in c.why
                )
            ),
        ),
        _Column("why", Text("原因", "why"), lambda c: why_lines(c, lang)),
    )


def _yes(value: bool, lang: Lang) -> str:
    return Text("○", "yes").render(lang) if value else ""


def _side(which: str, word: Text, lang: Lang, run: RunResult | None) -> tuple[_Column, ...]:
    def verdict(change: FacilityChange) -> Verdict | None:
        return change.old if which == "old" else change.new

    def km2(change: FacilityChange) -> Value:
        value = change.old_km2 if which == "old" else change.new_km2
        return None if value is None else round(value, 6)

    def head(ja: str, en: str) -> Text:
        return Text(f"{word.ja}・{ja}", f"{word.en} {en}")

    return (
        _Column(f"{which}_state", head("状態", "state"), lambda c: _state(verdict(c), lang, run)),
        _Column(
            f"{which}_criteria", head("要件", "criteria"), lambda c: _criteria(verdict(c), run)
        ),
        _Column(f"{which}_nearest", head(NEAREST.ja, NEAREST.en), lambda c: _goal(verdict(c))),
        _Column(
            f"{which}_travel_min",
            head("所要時間（分）", "travel time (min)"),
            lambda c: _minutes(verdict(c)),
            "0.00",
        ),
        _Column(f"{which}_reachable", head("到達可能", "reachable"), lambda c: _reach(verdict(c))),
        _Column(f"{which}_area_km2", head("面積（km²）", "area (km²)"), km2, "0.00"),
    )


def _state(verdict: Verdict | None, lang: Lang, run: RunResult | None) -> Value:
    if verdict is None:
        return None
    return verdict.state.value if run is None else STATE_LABELS[verdict.state].render(lang)


def _criteria(verdict: Verdict | None, run: RunResult | None) -> Value:
    if verdict is None:
        return None
    if run is None:
        return ";".join(str(n) for n in verdict.criteria)
    return criteria_marks(run, verdict.criteria)


def _goal(verdict: Verdict | None) -> Value:
    travel = verdict.travel if verdict is not None else None
    return travel.nearest_name if travel is not None else None


def _minutes(verdict: Verdict | None) -> Value:
    travel = verdict.travel if verdict is not None else None
    if travel is None or travel.travel_ms is None:
        return None
    return float(shown_minutes(travel.travel_ms, travel.threshold_ms))


def _reach(verdict: Verdict | None) -> Value:
    travel = verdict.travel if verdict is not None else None
    if travel is None or travel.reachable is None:
        return None
    return travel.reachable
