"""``scenarios.xlsx``: scenarios, facilities, their states side by side in colours, groups.

Stands apart: the same rows as the CSV tables, laid out for people and paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from groundfloor.problems import Lang, Text
from spots.outputs.sheet_layout import (
    Form,
    Paper,
    SheetColumn,
    SheetContent,
    SheetValue,
    fitted,
    sheet_column,
)
from spots.scenarios.scenario_answers import RobustRow, ScenarioAnswers
from spots.scenarios.scenario_tables import (
    group_columns,
    robustness_columns,
    scenario_columns,
)
from spots.telling.colours import STATE_FILLS
from spots.telling.columns import CellValue, Filled
from spots.telling.labels import STATE_LABELS
from spots.telling.scenario_columns import NOT_LISTED_WORDS
from spots.types import State
from spots.types.scenario_table import NOT_LISTED, STATES

#: A spreadsheet has 16,384 columns, and nobody reads so many: of more scenarios a column for each
#: group of equal results, as far as these go.
MOST_COLUMNS = 250
_COLUMNS_A_PAGE = 16
_LIGHT_ROBUST = "#7FB2DC"
_TABS = {
    "scenarios": Text("シナリオ", "scenarios"),
    "facilities": Text("施設", "facilities"),
    "states": Text("状態の比較", "states"),
    "groups": Text("結果の組", "groups"),
}
_OF_SHARE = Text(
    "割合は、設定（案）となるシナリオの割合です（現在の条件と、それと同じシナリオは数えません）",
    "The share is that of the scenarios in which it is designated, not counting the run file as "
    "it is, nor what is the same as that",
)


def scenarios_xlsx(answers: ScenarioAnswers, lang: Lang) -> bytes:
    """Return the workbook."""
    from spots.outputs.workbook_writer import workbook  # noqa: PLC0415 - often not wanted

    title = answers.title.render(lang)
    sheets = (
        _scenarios(answers, title, lang),
        _facilities(answers, title, lang),
        _states(answers, title, lang),
        _groups(answers, title, lang),
    )
    return workbook(sheets, title=title, lang=lang)


def _scenarios(answers: ScenarioAnswers, title: str, lang: Lang) -> SheetContent:
    columns = scenario_columns(answers)
    told = Text(
        f"{answers.counted.ja}、結果の組 {len(answers.groups):,}",
        f"{answers.counted.en}, {len(answers.groups):,} groups of equal results",
    )
    description = answers.file.description
    notes = [told.render(lang), *([description.render(lang)] if description else [])]
    return fitted(
        SheetContent(
            tab=_TABS["scenarios"].render(lang),
            title=title,
            notes=tuple(notes),
            columns=tuple(sheet_column(c.column, lang) for c in columns),
            rows=[[c.shown(row, lang) for c in columns] for row in answers.scenario_rows],
            paper=Paper.A3,
            kept=2,
            filtered=True,
        )
    )


def _facilities(answers: ScenarioAnswers, title: str, lang: Lang) -> SheetContent:
    columns = robustness_columns()
    rows = [*answers.turning_rows, *(row for row in answers.robust_rows if not row.turns)]
    return fitted(
        SheetContent(
            tab=_TABS["facilities"].render(lang),
            title=title,
            notes=(_OF_SHARE.render(lang),),
            columns=tuple(_shaded(sheet_column(c.column, lang), c, lang) for c in columns),
            rows=[[_cell(c, row, lang) for c in columns] for row in rows],
            paper=Paper.A3,
            kept=2,
            filtered=True,
        )
    )


def _cell(column: Filled[RobustRow], row: RobustRow, lang: Lang) -> CellValue | None:
    return column.shown(row, lang)


def _shaded(column: SheetColumn, of: Filled[RobustRow], lang: Lang) -> SheetColumn:
    if of.name == "share":
        return replace(column, number_format="0%", shades=(("", _LIGHT_ROBUST),))
    return replace(column, shades=_shades(lang)) if of.name == "base_state" else column


def _shades(lang: Lang) -> tuple[tuple[str, str], ...]:
    return tuple((STATE_LABELS[s].render(lang), colour) for s, colour in STATE_FILLS.items())


def _states(answers: ScenarioAnswers, title: str, lang: Lang) -> SheetContent:
    """Return facilities that turn, or are designated in any scenario, with a column for each."""
    shown, note = _shown(answers)
    rows = answers.scenario_rows
    turning = answers.turning_rows
    steady = (row for row in answers.robust_rows if not row.turns and row.base is State.DESIGNATED)
    heads = (Text("医療機関名", "name"), Text("市町村", "municipality"), Text("割合", "share"))
    name, municipality, share = (head.render(lang) for head in heads)
    columns = [
        SheetColumn(name, 26),
        SheetColumn(municipality, 12, Form.WORD),
        SheetColumn(share, 8, Form.NUMBER, "0%", shades=(("", _LIGHT_ROBUST),)),
    ]
    columns += [
        SheetColumn(f"{n}\n{rows[n].name.render(lang)}", 13, Form.WORD, shades=_shades(lang))
        for n in shown
    ]
    notes = (_OF_SHARE, *((note,) if note else ()))
    return SheetContent(
        tab=_TABS["states"].render(lang),
        title=title,
        notes=tuple(each.render(lang) for each in notes),
        columns=tuple(columns),
        rows=[list(_state_row(answers, row, shown, lang)) for row in (*turning, *steady)],
        nothing=Text("該当する施設はありません", "none").render(lang),
        paper=Paper.A3,
        pages_wide=max(1, -(-len(shown) // _COLUMNS_A_PAGE)),
        kept=3,
        filtered=True,
    )


def _shown(answers: ScenarioAnswers) -> tuple[Sequence[int], Text | None]:
    """Return the scenarios that get a column, and what is said of the others."""
    count = len(answers.table.scenarios)
    if count <= MOST_COLUMNS:
        return range(count), None
    firsts = [group[0] for group in answers.groups][:MOST_COLUMNS]
    left = len(answers.groups) - len(firsts)
    more = Text(f"（ほかに{left:,}組）", f" ({left:,} more groups)") if left else Text("", "")
    return firsts, Text(
        f"シナリオが多いため、結果の組ごとに一つを示します{more.ja}。全部は states.csv です",
        f"Of so many scenarios one is shown for each group of equal results{more.en}; states.csv "
        "has all",
    )


def _state_row(
    answers: ScenarioAnswers, row: RobustRow, shown: Sequence[int], lang: Lang
) -> Iterator[SheetValue]:
    words = {n: STATE_LABELS[state].render(lang) for n, state in enumerate(STATES)}
    words[NOT_LISTED] = NOT_LISTED_WORDS.render(lang)
    yield row.facility.name
    yield row.place.municipality if row.place else None
    yield row.share
    states = answers.table.states[row.row]
    yield from (words[int(states[n])] for n in shown)


def _groups(answers: ScenarioAnswers, title: str, lang: Lang) -> SheetContent:
    columns = group_columns(answers)
    return fitted(
        SheetContent(
            tab=_TABS["groups"].render(lang),
            title=title,
            notes=(
                Text(
                    "状態・区域・人口がすべて同じシナリオを一つの組としています",
                    "Scenarios of one group have the same states, ground and people",
                ).render(lang),
            ),
            columns=tuple(sheet_column(c.column, lang) for c in columns),
            rows=[[c.shown(row, lang) for c in columns] for row in answers.group_rows],
            kept=1,
            filtered=True,
        )
    )
