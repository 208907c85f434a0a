"""Every facility of the run with what its state rests on."""

from __future__ import annotations

from collections.abc import Iterable

from groundfloor.problems import Lang, Text
from spots.outputs.sheets.facility_fields import fields
from spots.outputs.sheets.field import Case
from spots.outputs.sheets.model import Paper, SheetColumn, SheetContent
from spots.types import RunResult

_ROUNDED = Text(
    "時間(分)は切り捨てで表示しています。基準との差は、所要時間から基準を引いた分数です。",
    "Minutes are rounded down. The margin is travel time less the threshold, in minutes.",
)
_NOT_RECORDED = Text(
    "近い順の他の病院と速度の倍率は、この結果には記録されていません。",
    "The nearest three and the speed factor are not recorded in this run.",
)
_FACTOR = Text(
    "速度の倍率は、すべての道路の速度が何倍になると最寄りの他の病院までの時間がちょうど基準に"
    "なるかを示します。",
    "The speed factor is by how much all speeds would have to be multiplied for the time to the "
    "nearest other hospital to be exactly the threshold.",
)


def facilities(result: RunResult, lang: Lang) -> SheetContent:
    """Return the sheet of all facilities, each exactly once, in input order.

    Columns that say nothing in this run are left out.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    spots = {s.facility_id: s for s in result.spots}
    cases = [
        Case(number, v, spots.get(v.facility.id), result, lang)
        for number, v in enumerate(result.verdicts, 1)
    ]
    columns, told = [], []
    for field in fields(result):
        values = [field.value(case) for case in cases]
        if any(value not in {None, ""} for value in values):
            heading, group = field.heading.render(lang), field.group.render(lang)
            columns.append(SheetColumn(heading, field.width, field.form, field.shown, group))
            told.append(values)
    return SheetContent(
        tab=Text("全施設", "All facilities").render(lang),
        title=Text("全施設の判定と根拠", "Every facility and its evidence").render(lang),
        notes=tuple(note.render(lang) for note in (_ROUNDED, *_about_speed(result))),
        columns=tuple(columns),
        rows=tuple(zip(*told, strict=True)),
        paper=Paper.A3,
        pages_wide=2,
        kept=3,
        filtered=True,
    )


def _about_speed(result: RunResult) -> Iterable[Text]:
    reached = [v.travel for v in result.verdicts if v.travel is not None and v.travel.reachable]
    if any(t.turning for t in reached):
        yield _FACTOR
    elif reached and not any(t.others for t in reached):
        yield _NOT_RECORDED
