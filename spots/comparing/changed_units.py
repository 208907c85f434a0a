"""Units of ground that changed, on a terminal, in tables, as data and as features.

Stands apart: `comparison_text` and `comparison_files` are about facilities and put this beside
them; two runs that judge facilities alone have nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line
from spots.comparing.changed_ground import CAUSE_LABELS
from spots.comparing.changes import (
    Certainty,
    ChangeKind,
    ResultChange,
    ResultSide,
    RunComparison,
    UnitChange,
    Why,
)
from spots.comparing.unit_sentences import UNIT_ASPECTS, clause_turn
from spots.outputs import geojson as rfc
from spots.outputs.sheet_layout import Paper, SheetContent, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.telling.answer_columns import CHANGED_GROUND_PROPERTIES, DIFF_UNIT_COLUMNS
from spots.telling.columns import CellValue, Column, Filled, Value, list_text, plain
from spots.telling.unit_columns import clause_record
from spots.telling.unit_labels import UNIT_KIND_LABELS, unit_state
from spots.telling.units import area, people, square_kilometres
from spots.telling.wording import NOTHING, bracketed, joined, run_on, same, told_as
from spots.types import UnitVerdict

_NAME_LIMIT, _LINE_LIMIT = 30, 400
_KINDS = {
    ChangeKind.ENTERED: Text("追加", "entered"),
    ChangeKind.LEFT: Text("削除", "left"),
    ChangeKind.CHANGED: Text("変更", "changed"),
}
_DESIGNATIONS = {
    (False, True): Text("新たに該当", "newly in"),
    (True, False): Text("外れる", "no longer in"),
}
_CERTAINTIES = {
    Certainty.PROVEN: Text("確定", "proven"),
    Certainty.LIKELY: Text("推定", "likely"),
}
_HEADS = (
    Text("区分", "change"),
    Text("区域", "unit"),
    Text("単位", "kind"),
    Text("旧状態", "old state"),
    Text("新状態", "new state"),
    Text("旧面積（km²）", "old km²"),
    Text("新面積（km²）", "new km²"),
)
Row = tuple[ResultChange, UnitChange]


def changed_units(found: RunComparison) -> list[Row]:
    """Return every unit that changed, with its result."""
    return [(result, unit) for result in found.results for unit in result.units]


def unit_kind_text(change: UnitChange) -> Text:
    """Return what happened to a unit, in a word: to be newly in is more than a change."""
    return _DESIGNATIONS.get(change.designated, _KINDS[change.kind])


# --- a terminal


def result_sections(found: RunComparison, lang: Lang) -> Iterator[list[str]]:
    """Yield the lines of each result: its counts and ground, then the units that changed."""
    for result in found.results:
        lines = [_line(result_text(result).render(lang))]
        turned = [u for u in result.units if u.turned]
        if turned:
            rows = [[head.render(lang) for head in _HEADS]]
            rows += [_row(result, unit, lang) for unit in turned]
            lines += ["", *aligned(rows, right=(5, 6))]
        for told, alike in _told_once((*turned, *_others(result)), lang).items():
            lines += [f"- {one_line(u.shown.unit.name, _NAME_LIMIT)}" for u in alike]
            lines += [f"    {_line(line)}" for line in told]
        yield lines


def _others(result: ResultChange) -> list[UnitChange]:
    return [u for u in result.units if not u.turned]


def result_text(result: ResultChange) -> Text:
    """Return a result in two runs, with its title: units, ground gained and lost, people."""
    head = Text(f"結果「{result.title.ja}」", f"result {result.title.en}")
    return told_as(run_on(head, bracketed(same(result.id))), result_row(result))


def result_row(result: ResultChange) -> Text:
    """Return a result in two runs: units designated, ground gained and lost, people."""
    old, new = (_side(side) for side in (result.old, result.new))
    gained, lost = area(result.gained_km2), area(result.lost_km2)
    turned = sum(u.turned for u in result.units)
    other = len(result.units) - turned
    moved = Text(f"増 {gained}、減 {lost}", f"{gained} gained, {lost} lost")
    drawn = any(side is not None and side.km2 for side in (result.old, result.new))
    beside = bracketed(moved) if drawn else NOTHING  # institutions have no ground
    return Text(
        f"旧 {old.ja}、新 {new.ja}{beside.ja}。"
        f"判定または範囲が変わった区域 {turned}、根拠だけが変わった区域 {other}",
        f"{old.en} before, {new.en} now{beside.en}; "
        f"verdict or ground changed: {turned}, evidence alone: {other}",
    )


def _side(side: ResultSide | None) -> Text:
    if side is None:
        return Text("結果なし", "no such result")
    told = [
        Text(
            f"{side.units}区域のうち{side.designated}区域",
            f"{side.designated} of {side.units} units",
        ),
        *((same(area(side.km2)),) if side.km2 else ()),
        *((people(side.people),) if side.km2 and side.people is not None else ()),
    ]
    return joined(told, "・", ", ")


def _row(result: ResultChange, change: UnitChange, lang: Lang) -> list[str]:
    unit = change.shown.unit
    return [
        unit_kind_text(change).render(lang),
        one_line(unit.name, _NAME_LIMIT),
        UNIT_KIND_LABELS[unit.kind].render(lang),
        *(state_words(result, v).render(lang) for v in (change.old, change.new)),
        *(
            square_kilometres(v.area_km2) if v is not None and v.area_km2 else "-"
            for v in (change.old, change.new)
        ),
    ]


def state_words(result: ResultChange, verdict: UnitVerdict | None) -> Text:
    """Return the state of a unit in one of the runs, as its result has it."""
    return same("-") if verdict is None else unit_state(result.kind, verdict.state)


def _told_once(
    changes: Sequence[UnitChange], lang: Lang
) -> dict[tuple[str, ...], list[UnitChange]]:
    """Return the units of which the same sentences are true, by these sentences."""
    found: dict[tuple[str, ...], list[UnitChange]] = {}
    for change in changes:
        told = change.summary.render(lang), *(why_line(why).render(lang) for why in change.why)
        found.setdefault(told, []).append(change)
    return found


def why_line(why: Why) -> Text:
    """Return a cause with its certainty and its sentence."""
    sure = _CERTAINTIES[why.certainty]
    head = Text(f"原因（{sure.ja}） ", f"cause ({sure.en}) ")
    return run_on(head, told_as(CAUSE_LABELS[why.cause], why.text))


def _line(text: str) -> str:
    return one_line(text, _LINE_LIMIT)


# --- tables

Cell = Callable[[ResultChange, UnitChange, Lang], Value | None]
Shown = Callable[[ResultChange, UnitChange, Lang], CellValue | None]
_VALUES: dict[str, Cell] = {
    "result": lambda r, _c, _lang: r.id,
    "kind": lambda r, _c, _lang: r.kind.value,
    "title": lambda r, _c, lang: r.title.render(lang),
    "unit": lambda _r, c, _lang: c.shown.unit.kind.value,
    "unit_id": lambda _r, c, _lang: c.shown.unit.id,
    "name": lambda _r, c, _lang: c.shown.unit.name,
    "municipality": lambda _r, c, _lang: c.shown.unit.municipality,
    "change": lambda _r, c, _lang: c.kind.value,
    "verdict_changed": lambda _r, c, _lang: c.turned,
    "old_state": lambda _r, c, _lang: c.old.state.value if c.old else None,
    "old_reason": lambda _r, c, lang: c.old.reason.render(lang) if c.old else None,
    "old_area_km2": lambda _r, c, _lang: round(c.old.area_km2, 6) if c.old else None,
    "new_state": lambda _r, c, _lang: c.new.state.value if c.new else None,
    "new_reason": lambda _r, c, lang: c.new.reason.render(lang) if c.new else None,
    "new_area_km2": lambda _r, c, _lang: round(c.new.area_km2, 6) if c.new else None,
    "gained_km2": lambda _r, c, _lang: round(c.gained_km2, 6),
    "lost_km2": lambda _r, c, _lang: round(c.lost_km2, 6),
    "clauses": lambda _r, c, lang: "\n".join(clause_turn(x).render(lang) for x in c.clauses),
    "summary": lambda _r, c, lang: c.summary.render(lang),
    "aspects": lambda _r, c, _lang: tuple(a.value for a in c.aspects),
    "causes": lambda _r, c, _lang: tuple(dict.fromkeys(w.cause.value for w in c.why)),
    "certainty": lambda _r, c, _lang: tuple(dict.fromkeys(w.certainty.value for w in c.why)),
    "why": lambda _r, c, lang: "\n".join(why_line(w).render(lang) for w in c.why),
}
#: Where people read another value than machines.
_WORDS: dict[str, Shown] = {
    "change": lambda _r, c, lang: unit_kind_text(c).render(lang),
    "old_state": lambda r, c, lang: state_words(r, c.old).render(lang),
    "new_state": lambda r, c, lang: state_words(r, c.new).render(lang),
    "aspects": lambda _r, c, lang: "\n".join(UNIT_ASPECTS[a].render(lang) for a in c.aspects),
    "causes": lambda _r, c, lang: "\n".join(
        dict.fromkeys(CAUSE_LABELS[w.cause].render(lang) for w in c.why)
    ),
    "certainty": lambda _r, c, lang: "\n".join(
        dict.fromkeys(_CERTAINTIES[w.certainty].render(lang) for w in c.why)
    ),
}


def _filled(column: Column) -> Filled[Row]:
    value, words = _VALUES[column.name], _WORDS.get(column.name)
    if words is None:
        return Filled(column, lambda row, lang: value(row[0], row[1], lang))
    return Filled(
        column,
        lambda row, lang: value(row[0], row[1], lang),
        lambda row, lang: words(row[0], row[1], lang),
    )


#: Of ``diff_units.csv``: a row for each unit that changed in a result.
UNIT_CHANGE_COLUMNS = tuple(map(_filled, DIFF_UNIT_COLUMNS))


def units_csv(found: RunComparison, lang: Lang = Lang.JA) -> str:
    """Return a row for each unit that changed in a result, with machine headers."""
    rows = ([c.value(row, lang) for c in UNIT_CHANGE_COLUMNS] for row in changed_units(found))
    return csv_table([c.name for c in UNIT_CHANGE_COLUMNS], rows)


def units_sheet(found: RunComparison, title: str, lang: Lang) -> SheetContent:
    """Return the same as a sheet of the workbook."""
    return SheetContent(
        tab=Text("変わった区域", "units").render(lang),
        title=title,
        notes=tuple(result_text(result).render(lang) for result in found.results),
        columns=tuple(sheet_column(c.column, lang) for c in UNIT_CHANGE_COLUMNS),
        rows=[[c.shown(row, lang) for c in UNIT_CHANGE_COLUMNS] for row in changed_units(found)],
        paper=Paper.A3,
        pages_wide=2,
        filtered=True,
    )


# --- for machines


def results_json(found: RunComparison, lang: Lang) -> list[dict[str, object]]:
    """Return the results as JSON-able data, without geometry."""
    return [
        {
            "result": result.id,
            "kind": result.kind.value,
            "title": result.title.render(lang),
            "same": result.same,
            "old": _side_page(result.old),
            "new": _side_page(result.new),
            "gained_km2": round(result.gained_km2, 6),
            "lost_km2": round(result.lost_km2, 6),
            "units": [_unit_page(result, unit, lang) for unit in result.units],
        }
        for result in found.results
    ]


def _side_page(side: ResultSide | None) -> dict[str, object] | None:
    if side is None:
        return None
    return {
        "designated": side.designated,
        "units": side.units,
        "area_km2": round(side.km2, 6),
        "population": None if side.people is None else round(side.people, 3),
    }


_OF_JSON = ("unit", "unit_id", "name", "municipality", "change", "verdict_changed", "summary")


def _unit_page(result: ResultChange, change: UnitChange, lang: Lang) -> dict[str, object]:
    return {
        **{key: _VALUES[key](result, change, lang) for key in _OF_JSON},
        "aspects": [aspect.value for aspect in change.aspects],
        "old": _verdict_page(change.old, lang),
        "new": _verdict_page(change.new, lang),
        "gained_km2": round(change.gained_km2, 6),
        "lost_km2": round(change.lost_km2, 6),
        "clauses": [
            {
                "id": clause.select,
                "turned": clause.turned,
                "old": clause.old and clause_record(clause.old, lang),
                "new": clause.new and clause_record(clause.new, lang),
            }
            for clause in change.clauses
        ],
        "causes": list(dict.fromkeys(why.cause.value for why in change.why)),
        "why": [
            {
                "cause": why.cause.value,
                "certainty": why.certainty.value,
                "text": why.text.render(lang),
            }
            for why in change.why
        ],
    }


def _verdict_page(verdict: UnitVerdict | None, lang: Lang) -> dict[str, object] | None:
    if verdict is None:
        return None
    return {
        "unit_id": verdict.unit.id,
        "state": verdict.state.value,
        "reason": verdict.reason.render(lang),
        "area_km2": round(verdict.area_km2, 6),
        "selected_by": list(verdict.met),
        "councils": [day.isoformat() for day in verdict.councils],
        "page": verdict.page,
        "valid_from": verdict.valid_from and verdict.valid_from.isoformat(),
        "valid_to": verdict.valid_to and verdict.valid_to.isoformat(),
    }


def result_features(found: RunComparison, lang: Lang) -> Iterator[dict[str, object]]:
    """Yield ground gained and lost in each result, and every unit that changed, as features."""
    for result in found.results:
        for change, ground, km2 in (
            ("gained", result.gained, result.gained_km2),
            ("lost", result.lost, result.lost_km2),
        ):
            shape = rfc.area(ground)
            if shape is not None:
                title = result.title.render(lang)
                values = ("result", change, result.id, title, round(km2, 6))
                names = [column.name for column in CHANGED_GROUND_PROPERTIES]
                yield _feature(dict(zip(names, values, strict=True)), shape)
    for result, unit in changed_units(found):
        properties = {
            name: list_text(v) if isinstance(v, tuple) else plain(v)
            for name, of in _VALUES.items()
            for v in [of(result, unit, lang)]
        }
        ground_of = unit.shown.ground
        shape = None if ground_of is None else rfc.area(ground_of)
        yield _feature({"layer": "unit", **properties}, shape)


def _feature(properties: dict[str, object], geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}
