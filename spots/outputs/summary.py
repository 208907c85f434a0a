"""The table of all facilities for a terminal, aligned also where characters are two cells wide."""

from __future__ import annotations

from collections.abc import Iterable

from groundfloor.aligned import aligned
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Text, one_line, one_of
from spots.outputs.manifest import counts, file_entry
from spots.telling.columns import properties
from spots.telling.evidence_words import time_words
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.telling.labels import STATE_LABELS, counted_state, listed
from spots.telling.setting_words import HEADING, closures_in_words, people_basis
from spots.telling.units import area, margin, people
from spots.telling.wording import bracketed, run_on
from spots.types import RunResult, State, Verdict

_NAME_LIMIT = 30


def summary_table(result: RunResult, lang: Lang | str = Lang.JA) -> str:
    """Return the table of all facilities, what was open or closed, and the counts of states.

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
    heads = (
        Text("医療機関", "facility"),
        Text("市町村", "municipality"),
        Text("二次医療圏", "area"),
        Text("状態", "state"),
        Text("要件", "criteria"),
        Text("所要時間", "time"),
        Text("基準との差", "margin"),
    )
    rows = [[h.render(lang) for h in heads]]
    rows += [_summary_row(verdict, lang) for verdict in result.verdicts]
    tally = counts(result)
    states = listed((counted_state(s, result.verdicts).render(lang) for s in State), lang)
    size = area(result.dissolved_km2)
    total = Text(
        f"全{tally['facilities']}施設（{states}）、統合面積 {size}",
        f"{tally['facilities']} facilities ({states}), {size} in all",
    )
    notes = (*_open(result, lang), *_closures(result, lang))
    last = total.render(lang) + _people(result).render(lang)
    return "\n".join([*aligned(rows, right=(5, 6)), "", *notes, last])


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


def _closures(result: RunResult, lang: Lang) -> list[str]:
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
