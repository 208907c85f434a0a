"""Scenarios in short, for a terminal and for machines: how many, which groups, who turns where.

Stands apart: files have everything, and a terminal what one looks for first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundfloor.aligned import aligned_within
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Text, one_line
from groundfloor.toned_lines import Tone, TonedLine, toned
from spots.outputs.manifest import file_entry
from spots.scenarios.robustness_files import robustness_json, robustness_lines
from spots.scenarios.scenario_answers import RobustRow, ScenarioAnswers, turning_text
from spots.scenarios.scenario_tables import (
    robustness_columns,
    scenario_columns,
    state_code,
)
from spots.telling.columns import Json, properties
from spots.telling.labels import STATE_LABELS
from spots.telling.scenario_columns import NOT_LISTED_WORDS
from spots.telling.units import people, square_kilometres
from spots.types.scenario_table import STATES

_MOST_GROUPS, _MOST_FACILITIES, _NAME, _TITLE = 15, 30, 40, 100
_GROUP_HEADS = (
    Text("組", "group"),
    Text("シナリオ数", "scenarios"),
    Text("スポット", "spots"),
    Text("面積（km²）", "km²"),
    Text("人口", "people"),
    Text("例", "such as"),
)
_TURN_HEADS = (
    Text("医療機関", "facility"),
    Text("現在の条件", "as it is"),
    Text("設定（案）", "designated"),
    Text("状態が変わる最小の変更", "smallest change that turns it"),
)


def scenario_lines(answers: ScenarioAnswers, lang: Lang, width: int | None) -> Iterator[TonedLine]:
    """Yield what scenarios come to, in short.

    Parameters
    ----------
    answers : ScenarioAnswers
        The scenarios.
    lang : Lang
        Language.
    width : int or None
        Cells of a line; None for no limit.
    """
    yield TonedLine(one_line(answers.title.render(lang), _TITLE), Tone.HEADING)
    if answers.asks:
        yield from _compared(answers, lang, width)
    if answers.robustness is not None:
        yield TonedLine("")
        for line in robustness_lines(answers.robustness, lang):
            yield from toned(line, Tone.PLAIN if line.startswith(" ") else Tone.HEADING, width)


def _compared(answers: ScenarioAnswers, lang: Lang, width: int | None) -> Iterator[TonedLine]:
    groups, turning = answers.groups, answers.turning_rows
    count = answers.counted
    told = Text(
        f"{count.ja}、結果の異なる組 {len(groups):,}（現在の条件の組を含む）、"
        f"状態が変わる施設 {len(turning):,} / {len(answers.table.facilities):,}",
        f"{count.en}; {len(groups):,} different results, its own among them; "
        f"{len(turning):,} of {len(answers.table.facilities):,} facilities turn",
    )
    yield from toned(told.render(lang), Tone.GOOD, width)
    yield TonedLine("")
    yield from _groups(answers, lang, width)
    if turning:
        yield TonedLine("")
        yield from _turning(turning, lang, width)


def _groups(answers: ScenarioAnswers, lang: Lang, width: int | None) -> Iterator[TonedLine]:
    yield TonedLine(Text("結果の組", "results").render(lang), Tone.HEADING)
    known = any(each.people is not None for each in answers.table.figures)
    heads = [h.render(lang) for n, h in enumerate(_GROUP_HEADS) if known or n != _PEOPLE_AT]
    rows = [heads]
    for group in answers.group_rows:
        figures = group.first.figures
        inside = "" if figures.people is None else people(figures.people).render(lang)
        rows.append(
            [
                *(str(group.number), f"{group.size:,}", f"{figures.spots:,}"),
                *(square_kilometres(figures.dissolved_km2), *(inside,) * known),
                one_line(group.first.name.render(lang), _NAME),
            ]
        )
    yield from _table(rows, width, right=range(len(heads) - 1), most=_MOST_GROUPS, lang=lang)


_PEOPLE_AT = 4


def _turning(rows: Sequence[RobustRow], lang: Lang, width: int | None) -> Iterator[TonedLine]:
    title = Text(f"状態が変わる施設 {len(rows):,}", f"facilities that turn: {len(rows):,}")
    yield TonedLine(title.render(lang), Tone.HEADING)
    table = [[head.render(lang) for head in _TURN_HEADS]]
    for row in rows:
        base = NOT_LISTED_WORDS if row.base is None else STATE_LABELS[row.base]
        first = turning_text(row, lang).split("\n")[0]
        share = f"{row.designated_in:,} / {row.scenarios:,}"
        table.append([one_line(row.facility.name, _NAME), base.render(lang), share, first])
    yield from _table(table, width, right=(2,), most=_MOST_FACILITIES, lang=lang)


def _table(
    rows: Sequence[Sequence[str]], width: int | None, *, right: Sequence[int], most: int, lang: Lang
) -> Iterator[TonedLine]:
    room = None if width is None else width - 2
    shown = rows[: most + 1]
    for n, line in enumerate(aligned_within(shown, room, right=right, spare=(len(rows[0]) - 1, 0))):
        yield TonedLine(f"  {line}", Tone.PLAIN if n else Tone.FAINT)
    if rest := len(rows) - len(shown):
        told = Text(
            f"  …ほか {rest:,} 件（scenarios.xlsx）", f"  ... and {rest:,} more (scenarios.xlsx)"
        )
        yield TonedLine(told.render(lang))


def scenarios_json(
    answers: ScenarioAnswers, files: Sequence[WrittenFile], lang: Lang
) -> dict[str, Json]:
    """Return what scenarios come to, for machines: names and codes as in the tables."""
    columns, facilities = scenario_columns(answers), robustness_columns()
    table = answers.table
    codes = [state_code(state) for state in (*STATES, None)]
    return {
        "title": answers.title.render(lang),
        "scenarios": [properties(columns, row, lang) for row in answers.scenario_rows],
        "groups": [list(group) for group in answers.groups],
        "facilities": [
            {
                **properties(facilities, row, lang),
                "state_in": [codes[index] for index in table.states[row.row].tolist()],
            }
            for row in answers.robust_rows
        ],
        **({"robustness": robustness_json(told, lang)} if (told := answers.robustness) else {}),
        "problems": [problem.as_json(lang) for problem in answers.problems],
        "files": [file_entry(file) for file in files],
    }
