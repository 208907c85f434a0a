"""Units of ground in the report: what each result comes to, and every unit with its clauses.

Stands apart: the document puts its parts in order, and each part is a subject of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Lang, Text
from spots.report.report_data import Block, Cell, PageColumn, Table
from spots.telling.annex_words import councils_told
from spots.telling.dossier_facts import Section
from spots.telling.labels import listed
from spots.telling.unit_columns import UnitRow, unit_rows
from spots.telling.unit_dossier import UnitDossier, unit_dossiers
from spots.telling.unit_labels import RESULT_KIND_LABELS, UNIT_KIND_LABELS, unit_state
from spots.telling.units import square_kilometres, whole
from spots.telling.wording import told_as
from spots.types import GroundResult, RunResult, State

# Designated first, then who needs a decision.
_ORDER = (
    State.DESIGNATED,
    State.UNDETERMINED,
    State.EXCLUDED,
    State.MOOT,
    State.NOT_MET,
)
_NOT_MEASURED = "–"
#: Facts of a unit that its row has in cells of their own.
_IN_CELLS = frozenset({"area", "people", "unit", "municipality", "medical_area", "period"})


def results_of(result: RunResult, lang: Lang) -> tuple[Block, ...]:
    """Return the table of results, then each result's units by state; nothing without any."""
    if not result.grounds:
        return ()
    rows = unit_rows(result)
    blocks = [Block(title="", table=_summary(result, rows, lang))]
    for ground in result.grounds:
        mine = [row for row in rows if row.ground is ground]
        blocks += _of_result(ground, mine, result, lang)
    return tuple(blocks)


def _summary(result: RunResult, rows: Sequence[UnitRow], lang: Lang) -> Table:
    headings = (
        PageColumn(Text("結果", "Result").render(lang), 1.4, share=True),
        PageColumn(Text("種類", "Kind").render(lang), 1.0, share=True),
        PageColumn(Text("設定", "Taken").render(lang), 16, align="right"),
        PageColumn(Text("ほかの状態", "Other states").render(lang), 1.3, share=True),
        PageColumn(Text("面積（km²）", "Area (km²)").render(lang), 24, align="right"),
        PageColumn(Text("人口（人）", "Population").render(lang), 22, align="right"),
    )
    return Table(headings, tuple(_summary_row(g, rows, lang) for g in result.grounds))


def _summary_row(ground: GroundResult, rows: Sequence[UnitRow], lang: Lang) -> tuple[Cell, ...]:
    states = [row.verdict.state for row in rows if row.ground is ground]
    others = [
        f"{unit_state(ground.kind, s).render(lang)} {states.count(s)}"
        for s in _ORDER[1:]
        if s in states
    ]
    people = None if ground.geometry.is_empty else ground.population
    size = _NOT_MEASURED if ground.geometry.is_empty else square_kilometres(ground.area_km2)
    return (
        Cell(ground.title.render(lang), tone="strong"),
        Cell(RESULT_KIND_LABELS[ground.kind].render(lang)),
        Cell(str(states.count(State.DESIGNATED))),
        Cell(listed(others, lang)),
        Cell(size),
        Cell(_NOT_MEASURED if people is None else whole(people)),
    )


def _of_result(
    ground: GroundResult, rows: Sequence[UnitRow], result: RunResult, lang: Lang
) -> list[Block]:
    blocks = []
    for state in _ORDER:
        found = [row for row in rows if row.verdict.state is state]
        if found:
            label = unit_state(ground.kind, state)
            title = Text(
                f"{ground.title.ja}：{label.ja}（{len(found)}区域）",
                f"{ground.title.en}: {label.en} ({len(found)})",
            )
            taken = state is State.DESIGNATED
            table = _table(unit_dossiers(result, found), lang, taken=taken)
            blocks.append(Block(title=title.render(lang), table=table))
    return blocks


def _table(dossiers: Sequence[UnitDossier], lang: Lang, *, taken: bool) -> Table:
    peopled = taken and any(d.row.verdict.population is not None for d in dossiers)
    columns = [
        PageColumn(Text("区域", "Unit").render(lang), 1.0, share=True),
        PageColumn(Text("二次医療圏・市町村", "Area, municipality").render(lang), 34),
        PageColumn(Text("理由と判定の内訳", "Reason and clauses").render(lang), 2.6, share=True),
    ]
    if taken:
        label = Text("面積（km²）", "Area (km²)").render(lang)
        columns.append(PageColumn(label, 20, align="right"))
    if peopled:
        label = Text("人口（人）", "Population").render(lang)
        columns.append(PageColumn(label, 19, align="right"))
    rows = tuple(_row(d, lang, taken=taken, peopled=peopled) for d in dossiers)
    return Table(tuple(columns), rows)


def _row(dossier: UnitDossier, lang: Lang, *, taken: bool, peopled: bool) -> tuple[Cell, ...]:
    row, verdict = dossier.row, dossier.row.verdict
    unit = verdict.unit
    kind = UNIT_KIND_LABELS[unit.kind].render(lang)
    town = "" if unit.municipality == unit.name else unit.municipality
    area = listed(row.areas, lang)
    where = "\n".join(p for p in ("" if area == unit.name else area, town) if p)
    cells = [
        Cell(f"{unit.name}\n{kind}"),
        Cell(where or _NOT_MEASURED),
        Cell("\n".join(_told(dossier, lang))),
    ]
    if taken:
        measured = unit.geometry is not None
        cells.append(Cell(square_kilometres(verdict.area_km2) if measured else _NOT_MEASURED))
    if peopled:
        people = verdict.population if unit.geometry is not None else None
        cells.append(Cell(_NOT_MEASURED if people is None else whole(people)))
    return tuple(cells)


def _told(dossier: UnitDossier, lang: Lang) -> list[str]:
    """Return the reason, what each clause found, and what the plan says beside them."""
    reason = dossier.fact("reason")
    lines = [reason.words.render(lang)] if reason else []
    for section in dossier.sections:
        if section.key == "clauses":
            lines += [told_as(fact.label, fact.words).render(lang) for fact in section.facts]
        elif section.key != "state":
            lines += _facts(section, lang)
    verdict = dossier.row.verdict
    if verdict.state is State.DESIGNATED and not verdict.councils:
        lines.append(councils_told(verdict).render(lang))
    return lines


def _facts(section: Section, lang: Lang) -> list[str]:
    facts = [f for f in section.facts if f.key not in _IN_CELLS]
    told = [told_as(fact.label, fact.words).render(lang) for fact in facts]
    return ["　".join(told)] if told else []
