"""The files of a comparison: tables, ground, and a folder that is complete or absent.

``diff.csv`` is for machines and Excel, ``diff.xlsx`` for people; ``diff.geojson`` has the ground
gained and lost and the facilities that changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from shapely.geometry import MultiPolygon

from groundfloor.codec import compact_json
from groundfloor.disk import WrittenFile, refuse_foreign, whole_folder, written_files
from groundfloor.problems import Lang, Text
from spots.comparing.changed_units import result_features, units_csv, units_sheet
from spots.comparing.changes import FacilityChange, RunComparison
from spots.comparing.comparison_map import render_comparison
from spots.comparing.comparison_text import (
    ASPECTS,
    CERTAINTIES,
    areas_text,
    cause_text,
    comparison_json,
    kind_text,
    not_given_lines,
    people_text,
    told_once,
)
from spots.comparing.differences import given_lines
from spots.comparing.map_cards import TITLE, UI
from spots.outputs import geojson as rfc
from spots.outputs.sheet_layout import Paper, SheetColumn, SheetContent, fitted, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.telling.answer_columns import (
    CHANGED_AREA_PROPERTIES,
    CHANGED_FACILITY_PROPERTIES,
    DIFF_COLUMNS,
    side_columns,
)
from spots.telling.columns import CellValue, Column, ColumnKind, Filled, Value, list_text
from spots.telling.labels import STATE_LABELS, UNREACHABLE, criteria_marks
from spots.telling.travel_columns import TRAVEL_MS
from spots.telling.units import shown_minutes
from spots.telling.wording import run_on, same
from spots.types import RunResult, TravelEvidence, Verdict

RECORD = "diff.json"
_FORMAT = "shortage-spots/diff"


def write_comparison(
    found: RunComparison,
    old: RunResult,
    new: RunResult,
    out: Path,
    *,
    lang: Lang = Lang.JA,
    force: bool = False,
) -> tuple[WrittenFile, ...]:
    """Write ``diff.csv``, ``diff.xlsx``, ``diff.geojson``, ``diff.html`` and ``diff.json``.

    Where a run judges units of ground, ``diff_units.csv`` too.

    Parameters
    ----------
    found : RunComparison
        What `compare` found.
    old, new : RunResult
        The runs that it compared.
    out : Path
        The folder to make.
    lang : Lang
        Language of sentences, headings and the map.
    force : bool
        Replace `out` when it is empty or holds nothing but an earlier comparison.

    Returns
    -------
    tuple of WrittenFile
        Every file in the folder, by name; the same bytes for the same runs.

    Raises
    ------
    OutputExistsError
        When `out` exists and `force` is not given.
    ForeignFolderError
        When it holds what this tool did not write.
    OutputError
        When it cannot be written.
    """
    contents = {
        "diff.csv": comparison_csv(found, lang).encode(),
        "diff.geojson": comparison_geojson(found, lang).encode(),
        "diff.html": render_comparison(found, old, new, lang).encode(),
        "diff.xlsx": comparison_xlsx(found, old, new, lang),
    }
    if found.results:
        contents["diff_units.csv"] = units_csv(found, lang).encode()
    record = {
        "format": _FORMAT,
        "files": [*contents, RECORD],
        "comparison": comparison_json(found, lang),
    }
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
    contents[RECORD] = f"{text}\n".encode()
    with whole_folder(out, own_files, force=force) as aside:
        for name, content in contents.items():
            (aside / name).write_bytes(content)
        return written_files(aside)


def own_files(out: Path) -> frozenset[str]:
    """Return the names in a folder that an earlier comparison wrote; empty when none did."""
    try:
        record = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    if not isinstance(record, dict) or record.get("format") != _FORMAT:
        return frozenset()
    names = record.get("files")
    return frozenset(str(n) for n in names) if isinstance(names, list) else frozenset()


def refuse_comparison(out: Path, *, force: bool) -> None:
    """Refuse a target that must not be replaced, before the work is done.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        As for `write_comparison`.
    """
    refuse_foreign(out, own_files, force=force)


# --- tables

_Runs = tuple[RunResult, RunResult]
_Told = Mapping[tuple[str, ...], Sequence[FacilityChange]]
V = TypeVar("V")


def comparison_csv(found: RunComparison, lang: Lang = Lang.JA) -> str:
    """Return a row for each facility that changed, with machine headers.

    Numbers and codes of states are as in ``facilities.csv``.
    """
    columns = change_columns()
    return csv_table(
        [c.name for c in columns],
        ([c.value(change, lang) for c in columns] for change in found.facilities),
    )


def comparison_xlsx(
    found: RunComparison, old: RunResult, new: RunResult, lang: Lang = Lang.JA
) -> bytes:
    """Return a workbook: facilities that changed, and what the runs were given and differs.

    Parameters
    ----------
    found : RunComparison
        The comparison.
    old, new : RunResult
        The runs, for the marks of their criteria.
    lang : Lang
        Language of the workbook.
    """
    from spots.outputs.workbook_writer import workbook  # noqa: PLC0415 - often not wanted

    title = TITLE.render(lang)
    titles = (
        Text(f"旧: {found.old_title.ja}", f"before: {found.old_title.en}"),
        Text(f"新: {found.new_title.ja}", f"after: {found.new_title.en}"),
        *not_given_lines(found),
        areas_text(found),
        people_text(found),
    )
    told = told_once(found.facilities, lang)
    columns = change_columns((old, new), told)
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
        title=UI["given"].render(lang),
        notes=(),
        columns=tuple(SheetColumn(h.render(lang), 0) for h in heads),
        rows=[(kind, *row) for kind, rows in given_lines(found, lang) for row in rows],
        filtered=True,
    )
    units = (units_sheet(found, title, lang),) if found.results else ()
    sheets = (*units, facilities, _explained(told, lang), given)
    return workbook(tuple(map(fitted, sheets)), title=title, lang=lang)


_EXPLAINED = Text("説明", "explanation")
_IN_ROWS = Column("summary", ColumnKind.TEXT, _EXPLAINED, Text("「説明」の番号", "its number"))


def _explained(told: _Told, lang: Lang) -> SheetContent:
    """Return what changed and why, each once, with the facilities of which it is true."""
    heads = (
        _EXPLAINED,
        Text("変わったこと", "what changed"),
        Text("原因とその根拠", "why"),
        Text("施設数", "facilities"),
        Text("医療機関", "which"),
    )
    return SheetContent(
        tab=_EXPLAINED.render(lang),
        title=Text("変わったことと原因", "What changed, and why").render(lang),
        notes=(),
        columns=tuple(SheetColumn(h.render(lang), 0) for h in heads),
        rows=[
            (_numbered(n, lang), what, "\n".join(why), len(alike), "\n".join(_names(alike)))
            for n, ((what, *why), alike) in enumerate(told.items(), 1)
        ],
        filtered=True,
    )


def _numbered(number: int, lang: Lang) -> str:
    return Text(f"説明{number}", f"explanation {number}").render(lang)


def _names(changes: Sequence[FacilityChange]) -> Iterator[str]:
    return (change.shown.facility.name for change in changes)


def change_columns(
    runs: _Runs | None = None, told: _Told | None = None
) -> tuple[Filled[FacilityChange], ...]:
    """Return the columns of ``diff.csv``; with the runs those of the workbook.

    A time is minutes to machines and a time to people, in the same place; a sentence that is true
    of many rows is in all of them to machines, and once on a sheet of its own to people.
    """
    filled = {column.name: column for column in _filled(runs)}
    if told is None:
        return tuple(filled[column.name] for column in DIFF_COLUMNS)
    numbers = {id(c): n for n, alike in enumerate(told.values(), 1) for c in alike}
    filled["summary"] = Filled(_IN_ROWS, lambda c, lang: _numbered(numbers[id(c)], lang))
    return tuple(filled[column.name] for column in DIFF_COLUMNS if column.name != "why")


def _filled(runs: _Runs | None) -> Iterator[Filled[FacilityChange]]:
    columns = {column.name: column for column in DIFF_COLUMNS}
    for name, of, people in _OF_A_CHANGE:
        yield Filled(columns[name], of, people)
    for k, which in enumerate(("old", "new")):
        yield from _columns_of(which, runs[k] if runs else None)


_SURE = {
    certainty: Text(f"（{word.ja}）", f"({word.en}) ") for certainty, word in CERTAINTIES.items()
}


def _why_lines(change: FacilityChange, lang: Lang) -> str:
    """Return every cause with its certainty and its sentence, a line each."""
    return "\n".join(
        run_on(_SURE[why.certainty], same(cause_text(why, lang))).render(lang) for why in change.why
    )


Cell = Callable[[FacilityChange, Lang], Value | None]
Shown = Callable[[FacilityChange, Lang], CellValue | None]
_OF_A_CHANGE: tuple[tuple[str, Cell, Shown | None], ...] = (
    ("facility_id", lambda c, _: c.shown.facility.id, None),
    ("name", lambda c, _: c.shown.facility.name, None),
    ("municipality", lambda c, _: c.shown.place.municipality, None),
    ("change", lambda c, _: c.kind.value, lambda c, lang: kind_text(c).render(lang)),
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
    ("why", _why_lines, None),
)


def _columns_of(which: str, run: RunResult | None) -> Iterator[Filled[FacilityChange]]:
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


# --- ground and points


def comparison_geojson(found: RunComparison, lang: Lang = Lang.JA) -> str:
    """Return the comparison as GeoJSON (RFC 7946).

    At most a polygon feature each for the ground gained and lost (``layer`` is ``"area"``), and a
    point for every facility that changed (``"facility"``), without a geometry where its position
    is not known. Of units of ground the ground gained and lost in each result (``"result"``), and
    every unit that changed (``"unit"``) with its new ground, or its old one.

    Parameters
    ----------
    found : RunComparison
        The comparison.
    lang : Lang
        Language of the sentences.

    Returns
    -------
    str
        A feature collection.
    """
    parts: tuple[tuple[str, MultiPolygon, float, float | None], ...] = (
        ("gained", found.gained, found.gained_km2, found.gained_people),
        ("lost", found.lost, found.lost_km2, found.lost_people),
    )
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "id": change,
            "properties": _chosen(
                CHANGED_AREA_PROPERTIES,
                ("area", change, round(km2, 6), None if people is None else round(people, 3)),
            ),
            "geometry": rfc.area(ground),
        }
        for change, ground, km2, people in parts
        if rfc.area(ground) is not None
    ]
    features += [_facility(change, lang) for change in found.facilities]
    features += result_features(found, lang)
    page = {"type": "FeatureCollection", "features": features}
    return compact_json(page) + "\n"


def _facility(change: FacilityChange, lang: Lang) -> dict[str, object]:
    facility = change.shown.facility
    position = facility.position
    values = (
        *("facility", facility.id, facility.name, change.kind.value, change.turned),
        *_side(change.old, change.old_km2, lang),
        *_side(change.new, change.new_km2, lang),
        change.summary.render(lang),
        list_text(cause.value for cause in change.causes),
        _why_lines(change, lang),
    )
    return {
        "type": "Feature",
        "properties": _chosen(CHANGED_FACILITY_PROPERTIES, values),
        "geometry": position and rfc.point(position.lon, position.lat),
    }


def _chosen(columns: Sequence[Column], values: Sequence[object]) -> dict[str, object]:
    return {column.name: value for column, value in zip(columns, values, strict=True)}


def _side(verdict: Verdict | None, km2: float | None, lang: Lang) -> tuple[object, ...]:
    """Return what `side_properties` names of one of the runs."""
    travel = verdict.travel if verdict is not None else None
    return (
        verdict and verdict.state.value,
        verdict and STATE_LABELS[verdict.state].render(lang),
        list_text(verdict.criteria) if verdict else None,
        travel and travel.nearest_name,
        travel and travel.travel_ms,
        None if km2 is None else round(km2, 6),
    )
