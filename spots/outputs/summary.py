"""The table of all facilities for a terminal, aligned also where characters are two cells wide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from groundfloor.aligned import aligned
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Text, one_line, one_of
from spots.outputs.manifest import counts, file_entry, result_counts
from spots.telling.columns import properties
from spots.telling.evidence_words import time_words
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.telling.labels import STATE_LABELS, counted_state, listed
from spots.telling.setting_words import HEADING, closures_in_words, people_basis
from spots.telling.straight_words import time_word
from spots.telling.unit_columns import UNIT_COLUMNS, UnitRow, unit_rows
from spots.telling.unit_labels import UNIT_KIND_LABELS, unit_state
from spots.telling.units import area, margin, people
from spots.telling.wording import bracketed, run_on, same
from spots.types import GroundResult, RunResult, State, Verdict

_NAME_LIMIT, _TITLE_LIMIT = 30, 100


#: What is designated, and what is open, is what a reader looks for.
_FIRST = (State.DESIGNATED, State.UNDETERMINED, State.EXCLUDED, State.MOOT, State.NOT_MET)
_MOST_NOT_MET = 50  # municipalities of most prefectures are fewer; islands are hundreds


def summary_table(result: RunResult, lang: Lang | str = Lang.JA) -> str:
    """Return the table of all facilities, what was open or closed, and the counts of states.

    Where the policy judges units of ground, the same of each of its results.

    Criteria stand as plain digits: circled ones are one cell wide in some terminals and two in
    others, and would break the columns.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language, ``"ja"`` or ``"en"``.

    Returns
    -------
    str
        Lines without control characters.

    Raises
    ------
    UsageError
        There is no such language.
    """
    lang = one_of(Lang, lang, "lang")
    parts = [
        *(_facilities(result, lang) if result.by_rule else ()),
        *(_units(result, lang) if result.grounds else ()),
    ]
    return "\n".join(parts)


def _facilities(result: RunResult, lang: Lang) -> Iterator[str]:
    heads = (
        Text("医療機関", "facility"),
        Text("市町村", "municipality"),
        Text("二次医療圏", "area"),
        Text("状態", "state"),
        Text("要件", "criteria"),
        time_word(result, Text("所要時間", "time")),
        Text("基準との差", "margin"),
    )
    rows = [[h.render(lang) for h in heads]]
    rows += [_summary_row(verdict, lang) for verdict in result.verdicts]
    yield from aligned(rows, right=(5, 6))
    yield ""
    yield from _open(result, lang)
    yield from closed_roads_line(result, lang)
    yield total_line(result, lang)


def total_line(result: RunResult, lang: Lang) -> str:
    """Return how many facilities end in each state, and the area and people of all spots."""
    tally = counts(result)
    states = listed((counted_state(s, result.verdicts).render(lang) for s in State), lang)
    size = area(result.dissolved_km2)
    total = Text(
        f"全{tally['facilities']}施設（{states}）、統合面積 {size}",
        f"{tally['facilities']} facilities ({states}), {size} in all",
    )
    return total.render(lang) + _people(result).render(lang)


def _units(result: RunResult, lang: Lang) -> Iterator[str]:
    """Yield the units of each result: a table, a line for each that is open, and the counts."""
    rows = unit_rows(result)
    heads = (
        Text("区域", "unit"),
        Text("単位", "kind"),
        Text("市町村", "municipality"),
        Text("二次医療圏", "area"),
        Text("状態", "state"),
        Text("面積", "area"),
    )
    for ground in result.grounds:
        mine = [row for row in rows if row.ground is ground]
        if result.by_rule or ground is not result.grounds[0]:
            yield ""
        title = run_on(ground.title, bracketed(same(ground.id)))
        yield one_line(title.render(lang), _TITLE_LIMIT)
        shown = sorted(mine, key=lambda row: _FIRST.index(row.verdict.state))
        not_met = sum(row.verdict.state is State.NOT_MET for row in mine)
        if not_met > _MOST_NOT_MET:
            shown = shown[: len(shown) - not_met]
        told = [[h.render(lang) for h in heads], *(_unit_row(row, lang) for row in shown)]
        yield from aligned(told, right=(5,))
        if len(shown) < len(mine):
            yield _folded(not_met).render(lang)
        yield ""
        yield from _open_units(mine, lang)
        yield result_line(ground, mine, lang)


def _folded(count: int) -> Text:
    label = STATE_LABELS[State.NOT_MET]
    return Text(
        f"…ほかに{label.ja}が{count:,}区域（units.csv にあります）",
        f"... and {count:,} units {label.en} (in units.csv)",
    )


def _unit_row(row: UnitRow, lang: Lang) -> list[str]:
    unit, taken = row.verdict.unit, row.verdict.state is State.DESIGNATED
    return [
        one_line(unit.name, _NAME_LIMIT),
        UNIT_KIND_LABELS[unit.kind].render(lang),
        one_line(unit.municipality, _NAME_LIMIT),
        one_line(listed(row.areas, lang), _NAME_LIMIT),
        row.state.render(lang),
        area(row.verdict.area_km2) if taken and unit.geometry is not None else "",
    ]


def _open_units(rows: Iterable[UnitRow], lang: Lang) -> Iterator[str]:
    label = STATE_LABELS[State.UNDETERMINED].render(lang)
    for row in rows:
        if row.verdict.state is State.UNDETERMINED:
            unit, why = row.verdict.unit, row.verdict.reason.render(lang)
            yield one_line(f"{label}: {unit.name} [{unit.id}]: {why}", 240)


def result_line(ground: GroundResult, rows: Sequence[UnitRow], lang: Lang) -> str:
    """Return how many units of a result end in each state, with the area and the people."""
    tally = Counter(row.verdict.state for row in rows)
    states = listed((f"{unit_state(ground.kind, s).render(lang)} {tally[s]}" for s in State), lang)
    told = Text(f"全{len(rows)}区域（{states}）", f"{len(rows)} units ({states})")
    if not ground.geometry.is_empty:  # institutions have no ground
        size = area(ground.area_km2)
        told = run_on(told, Text(f"、統合面積 {size}", f", {size} in all"))
        if ground.population is not None:
            inside = people(ground.population)
            told = run_on(told, Text(f"、区域内の人口 {inside.ja}", f", {inside.en} inside"))
    return told.render(lang)


def _people(result: RunResult) -> Text:
    if result.dissolved_population is None:
        return Text("", "")
    told = run_on(people(result.dissolved_population), bracketed(people_basis(result)))
    return Text(f"、区域内の人口 {told.ja}", f", {told.en} inside")


def _open(result: RunResult, lang: Lang) -> list[str]:
    """Return a line for each facility that could not be judged: its id, its name and why."""
    label = STATE_LABELS[State.UNDETERMINED].render(lang)
    return [
        one_line(
            f"{label}: {v.facility.name} [{v.facility.id}]: {v.state_reason.render(lang)}", 240
        )
        for v in result.verdicts
        if v.state is State.UNDETERMINED
    ]


def closed_roads_line(result: RunResult, lang: Lang) -> list[str]:
    """Return a line about the closed roads of the run, where it has any."""
    if result.closures is None:
        return []
    return [f"{HEADING.render(lang)}: {closures_in_words(result.closures).render(lang)}"]


def summary_json(
    result: RunResult, written: Iterable[WrittenFile], lang: Lang = Lang.JA
) -> dict[str, object]:
    """Return the same as JSON-able data, with the files written."""
    columns, inside = facility_columns(result), result.dissolved_population
    return {
        "counts": counts(result),
        "dissolved_km2": round(result.dissolved_km2, 6),
        "dissolved_population": None if inside is None else round(inside, 1),
        "facilities": [properties(columns, row, lang) for row in facility_rows(result)],
        **(_units_json(result, lang) if result.grounds else {}),
        "files": [file_entry(file) for file in written],
    }


def _summary_row(verdict: Verdict, lang: Lang) -> list[str]:
    travel = verdict.travel
    gap = travel.margin_ms if travel else None
    return [
        one_line(verdict.facility.name, _NAME_LIMIT),
        one_line(verdict.place.municipality, _NAME_LIMIT),
        one_line(verdict.place.area, _NAME_LIMIT),
        STATE_LABELS[verdict.state].render(lang),
        ",".join(str(number) for number in verdict.criteria) or "-",
        time_words(travel).render(lang),
        "" if gap is None else margin(gap).render(lang),
    ]


def _units_json(result: RunResult, lang: Lang) -> dict[str, object]:
    return {
        "results": result_counts(result, lang),
        "units": [properties(UNIT_COLUMNS, row, lang) for row in unit_rows(result)],
    }
