"""Facilities whose state hangs by a thread, and those that are no spot: nobody vanishes."""

from __future__ import annotations

from collections.abc import Mapping

from groundfloor.problems import Lang, Text
from spots.report import report_words as words
from spots.report.report_data import Block, Cell, PageColumn, Table
from spots.telling.borderline import NEAR_MS, NEAR_SHARE, doubts, is_borderline
from spots.telling.dossier_travel import doubt_words
from spots.telling.evidence_words import time_words
from spots.telling.labels import ROLE_LABELS, STATE_LABELS, type_marks
from spots.telling.units import margin, shown_factor, threshold, times
from spots.telling.wording import NONE
from spots.types import Role, RunResult, State, Verdict

# Undetermined first: somebody has to do something about them.
_ORDER = (State.UNDETERMINED, State.EXCLUDED, State.MOOT, State.NOT_MET)


def borderline_of(result: RunResult, numbers: Mapping[str, int], lang: Lang) -> Block:
    """Return the table of facilities near the line, the nearest first."""
    rows = []
    for verdict in sorted(filter(is_borderline, result.verdicts), key=_distance):
        travel = verdict.travel
        gap = travel.margin_ms if travel else None
        number = numbers.get(verdict.facility.id)
        rows.append(
            (
                Cell(str(number) if number else "–"),
                Cell(f"{verdict.facility.name}\n{verdict.place.municipality}".strip()),
                Cell(STATE_LABELS[verdict.state].render(lang), tone="strong"),
                Cell(time_words(travel).render(lang) or "–"),
                Cell("–" if gap is None else margin(gap).render(lang)),
                Cell(_factor(verdict, lang)),
                Cell(_turned(verdict, lang)),
            )
        )
    near, share = threshold(NEAR_MS), round(NEAR_SHARE * 100)
    text = Text(
        f"基準との差が{near.ja}以内の施設、全道路の速度が{share}%以内の違いで判定が変わる施設、"
        "前提を一つ変えると判定が変わる施設です。道路や速度表の見直しで結論が変わりうるため、"
        "個別に確認してください。「速度の倍率」は、全道路の速度がその倍率を超える（1未満では下回る）"
        "と要件の判定が変わることを表します。",
        f"Facilities within {near.en} of the threshold, whose criterion turns when all "
        f"speeds differ by {share} % or less, or whose verdict changes under a single other "
        "assumption. Look at each before deciding. 'Speed' is the factor on all speeds beyond "
        "which the criterion turns.",
    )
    return Block(
        title="",
        paragraphs=(text.render(lang),),
        table=Table(
            _columns(lang),
            tuple(rows),
            empty=Text("該当する施設はありません。", "There is none.").render(lang),
        ),
    )


def _columns(lang: Lang) -> tuple[PageColumn, ...]:
    return (
        PageColumn(Text("別表", "No.").render(lang), 11, align="center"),
        PageColumn(Text("施設", "Facility").render(lang), 1.2, share=True),
        PageColumn(Text("状態", "State").render(lang), 24),
        PageColumn(Text("所要時間", "Time").render(lang), 21, align="right"),
        PageColumn(Text("基準との差", "Margin").render(lang), 25, align="right"),
        PageColumn(Text("速度の倍率", "Speed").render(lang), 22, align="right"),
        PageColumn(
            Text("前提を変えた場合", "Under other assumptions").render(lang), 1.6, share=True
        ),
    )


def _distance(verdict: Verdict) -> tuple[int, int]:
    """Return how far from the threshold, for sorting: who has no margin comes last."""
    travel = verdict.travel
    if travel is None or travel.margin_ms is None:
        return (1, 0)
    return (0, abs(travel.margin_ms))


def _turned(verdict: Verdict, lang: Lang) -> str:
    lines = [doubt_words(v, verdict.state).render(lang) for v in doubts(verdict)]
    return "\n".join(lines) or NONE.render(lang)


def _factor(verdict: Verdict, lang: Lang) -> str:
    """Return the factor on all speeds at which the criterion turns, beyond which it surely has."""
    turning = verdict.travel.turning if verdict.travel else None
    if turning is None:
        return "–"
    shown = shown_factor(turning.factor, faster=turning.factor >= 1)
    return times(shown, exact=turning.exact).render(lang)


def rest_of(result: RunResult, lang: Lang) -> tuple[Block, ...]:
    """Return everyone who is no spot, state by state, with the reason."""
    blocks = []
    for state in _ORDER:
        found = [
            v for v in result.verdicts if v.state is state and v.facility.role is Role.CANDIDATE
        ]
        if found:
            blocks.append(_block(STATE_LABELS[state].render(lang), found, lang))
    reached = [v for v in result.verdicts if v.facility.role is Role.DESTINATION]
    if reached:
        blocks.append(_reached(reached, lang))
    return tuple(blocks)


def _reached(verdicts: list[Verdict], lang: Lang) -> Block:
    """Return those that are only reached, two in a row: there is one reason for all."""
    columns = (
        PageColumn(Text("施設", "Facility").render(lang), 1.0, share=True),
        PageColumn(Text("所在地", "Place").render(lang), 0.9, share=True),
    )
    cells = [
        (Cell(v.facility.name), Cell(v.place.municipality or v.facility.address or "–"))
        for v in verdicts
    ]
    half = (len(cells) + 1) // 2
    rows = [
        (*left, *(cells[half + k] if half + k < len(cells) else (Cell(""), Cell(""))))
        for k, left in enumerate(cells[:half])
    ]
    reasons = dict.fromkeys(v.state_reason.render(lang) for v in verdicts)
    return Block(
        title=_counted(ROLE_LABELS[Role.DESTINATION].render(lang), verdicts, lang),
        paragraphs=tuple(reasons),
        table=Table((*columns, *columns), tuple(rows)),
    )


def _counted(title: str, verdicts: list[Verdict], lang: Lang) -> str:
    count = words.counted(len(verdicts), "施設", "", lang).strip()
    return Text(f"{title}（{count}）", f"{title[:1].upper()}{title[1:]} ({count})").render(lang)


def _block(title: str, verdicts: list[Verdict], lang: Lang) -> Block:
    columns = (
        PageColumn(Text("施設", "Facility").render(lang), 1.1, share=True),
        PageColumn(Text("種別", "Type").render(lang), 14, align="center"),
        PageColumn(Text("二次医療圏・市町村", "Area, municipality").render(lang), 36),
        PageColumn(Text("理由", "Reason").render(lang), 1.9, share=True),
    )
    rows = tuple(
        (
            Cell(v.facility.name),
            Cell(type_marks(v.facility.types) or "–"),
            Cell(
                "　".join(p for p in (v.place.area, v.place.municipality) if p)
                or v.facility.address
                or "–"
            ),
            Cell(v.state_reason.render(lang)),
        )
        for v in verdicts
    )
    return Block(title=_counted(title, verdicts, lang), table=Table(columns, rows))
