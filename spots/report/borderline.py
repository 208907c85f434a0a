"""Facilities whose state hangs by a thread, and those that are no spot: nobody vanishes."""

from __future__ import annotations

from collections.abc import Mapping

from problems import Lang, Text
from spots.labels import ROLE_LABELS, STATE_LABELS, TRUTH_LABELS, type_marks
from spots.map.words import duration, signed
from spots.report import words
from spots.report.model import Block, Cell, Column, Table
from spots.report.timing import NEAR_MS, NEAR_SHARE, turning_percent, turns
from spots.types import Role, RunResult, State, TravelEvidence, TurningSpeed, Verdict

# Undetermined first: somebody has to do something about them.
_ORDER = (State.UNDETERMINED, State.EXCLUDED, State.MOOT, State.NOT_MET)


def is_borderline(verdict: Verdict) -> bool:
    """Tell whether a little less or more of something would give the facility another state.

    That is: within five minutes of the threshold, speeds within ten per cent, or any single
    assumption under which the state is another.
    """
    travel = verdict.travel
    if travel is None:
        return False
    near = travel.margin_ms is not None and abs(travel.margin_ms) <= NEAR_MS
    turning = travel.turning
    speed = turning is not None and abs(turning.factor - 1) <= NEAR_SHARE
    return near or speed or any(turns(v, verdict) for v in travel.variants)


def borderline_of(result: RunResult, numbers: Mapping[str, int], lang: Lang) -> Block:
    """Return the table of facilities near the line, the nearest first."""
    found = [(v, v.travel) for v in result.verdicts if v.travel is not None and is_borderline(v)]
    found.sort(key=lambda f: _distance(f[1]))
    rows = []
    for verdict, travel in found:
        number = numbers.get(verdict.facility.id)
        rows.append(
            (
                Cell(str(number) if number else "–"),
                Cell(f"{verdict.facility.name}\n{verdict.place.municipality}".strip()),
                Cell(STATE_LABELS[verdict.state].render(lang), tone="strong"),
                Cell(_time(travel, lang)),
                Cell(signed(travel.margin_ms, lang) if travel.margin_ms is not None else "–"),
                Cell(_speed(travel.turning, verdict.state, lang)),
                Cell(_turned(verdict, travel, lang)),
            )
        )
    minutes, share = NEAR_MS // 60_000, round(NEAR_SHARE * 100)
    text = Text(
        f"基準との差が{minutes}分以内、速さが{share}%以内の違いで変わる、または前提を一つ変えると"
        "状態が変わる施設です。道路や速度表の見直しで結論が変わりうるため、個別に確認してください。",
        f"Facilities within {minutes} minutes of the threshold, whose verdict turns when speeds "
        f"differ by {share} % or less, or whose state changes under a single other assumption. "
        "Look at each before deciding.",
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


def _columns(lang: Lang) -> tuple[Column, ...]:
    return (
        Column(Text("別表", "No.").render(lang), 11, align="center"),
        Column(Text("施設", "Facility").render(lang), 1.2, share=True),
        Column(Text("状態", "State").render(lang), 24),
        Column(Text("所要時間", "Time").render(lang), 21, align="right"),
        Column(Text("基準との差", "Margin").render(lang), 21, align="right"),
        Column(Text("変わる速さ", "Speed").render(lang), 19, align="right"),
        Column(Text("状態が変わる前提", "Turned by").render(lang), 1.6, share=True),
    )


def _distance(travel: TravelEvidence) -> tuple[int, int]:
    if travel.margin_ms is None:
        return (1, 0)
    return (0, abs(travel.margin_ms))


def _time(travel: TravelEvidence, lang: Lang) -> str:
    if travel.travel_ms is None:
        return words.UNREACHABLE.render(lang)
    return duration(travel.travel_ms, lang)


def _speed(turning: TurningSpeed | None, state: State, lang: Lang) -> str:
    if turning is None:
        return "–"
    percent = f"{turning_percent(turning):+}".replace("-", "−")
    shown = percent + ("%" if lang is Lang.JA else " %")
    if turning.state is state:
        return f"{shown}*"
    return shown


def _turned(verdict: Verdict, travel: TravelEvidence, lang: Lang) -> str:
    lines = []
    for v in travel.variants:
        if not turns(v, verdict):
            continue
        time = words.UNREACHABLE.render(lang)
        if v.travel_ms is not None:
            time = f"{v.nearest_name or v.nearest_id or ''} {duration(v.travel_ms, lang)}".strip()
        to = STATE_LABELS[v.state] if v.state is not None else TRUTH_LABELS[v.truth]
        label = v.label.render(lang)
        line = Text(f"{label}：{time} → {to.ja}", f"{label}: {time} → {to.en}").render(lang)
        lines.append(line)
    return "\n".join(lines) or Text("なし", "none").render(lang)


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
        blocks.append(_block(ROLE_LABELS[Role.DESTINATION].render(lang), reached, lang))
    return tuple(blocks)


def _block(title: str, verdicts: list[Verdict], lang: Lang) -> Block:
    columns = (
        Column(Text("施設", "Facility").render(lang), 1.1, share=True),
        Column(Text("種別", "Type").render(lang), 14, align="center"),
        Column(Text("二次医療圏・市町村", "Area, municipality").render(lang), 36),
        Column(Text("理由", "Reason").render(lang), 1.9, share=True),
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
    count = words.counted(len(verdicts), "施設", "", lang).strip()
    return Block(
        title=Text(f"{title}（{count}）", f"{title[:1].upper()}{title[1:]} ({count})").render(lang),
        table=Table(columns, rows),
    )
