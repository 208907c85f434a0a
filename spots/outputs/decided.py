"""What a run decided, for a terminal: designated and undetermined first, the rest by count.

Stands apart: `summary` has every facility in one table, for whoever asks for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from groundfloor.aligned import aligned_within
from groundfloor.problems import Lang, Text, one_line
from groundfloor.toned_lines import Tone, TonedLine, toned
from spots.outputs.summary import closed_roads_line, result_line, total_line
from spots.telling.evidence_words import is_borderline, marked_time
from spots.telling.labels import STATE_LABELS, listed
from spots.telling.open_verdicts import open_facilities, open_lines, open_units
from spots.telling.straight_words import BASIS_LABEL, estimate_mark, margin_m
from spots.telling.unit_columns import UnitRow, unit_rows
from spots.telling.unit_labels import UNIT_KIND_LABELS, unit_state
from spots.telling.units import area, margin, metres
from spots.telling.wording import bracketed, run_on, same, told_as
from spots.types import GroundResult, RunResult, State, Verdict

_NAME_LIMIT, _TITLE_LIMIT = 30, 100
_MOST = 60  # rows of a table: a prefecture has a few dozen spots, an island chain hundreds
_ELSEWHERE = Text("--all か facilities.csv", "--all or facilities.csv")
_UNITS_ELSEWHERE = Text("--all か units.csv", "--all or units.csv")
_HEADS = (
    Text("医療機関", "facility"),
    Text("市町村", "municipality"),
    Text("二次医療圏", "area"),
    Text("要件", "criteria"),
    Text("所要時間", "time"),
    Text("基準との差", "margin"),
)
_UNIT_HEADS = (
    Text("区域", "unit"),
    Text("単位", "kind"),
    Text("市町村", "municipality"),
    Text("二次医療圏", "area"),
    Text("面積", "area"),
)


def decided_lines(
    result: RunResult, lang: Lang, width: int | None, changes: Iterable[TonedLine] = ()
) -> Iterator[TonedLine]:
    """Yield what a run decided.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language.
    width : int or None
        Cells of a line; None for no limit.
    changes : iterable of TonedLine
        What is otherwise than in another run; before the counts.
    """
    yield TonedLine(one_line(result.settings.title.render(lang), _TITLE_LIMIT), Tone.HEADING)
    if result.straight is not None:
        mark = told_as(BASIS_LABEL, estimate_mark(result.straight))
        yield from toned(mark.render(lang), Tone.NOTE, width)
    if result.by_rule:
        yield from _facilities(result, lang, width)
    for ground in result.grounds:
        yield TonedLine("")
        yield from _units(result, ground, lang, width)
    told = list(changes)
    if told:
        yield TonedLine("")
        yield from told
    yield TonedLine("")
    for line in closed_roads_line(result, lang):
        yield from toned(line, Tone.PLAIN, width)
    yield from _counts(result, lang, width)


def _facilities(result: RunResult, lang: Lang, width: int | None) -> Iterator[TonedLine]:
    designated = [v for v in result.verdicts if v.state is State.DESIGNATED]
    near = [v for v in result.verdicts if v.state is State.NOT_MET and is_borderline(v)]
    label = STATE_LABELS[State.DESIGNATED].render(lang)
    yield from _titled(f"{label} {len(designated)}", Tone.GOOD, designated, lang, width)
    yield from open_lines(open_facilities(result), lang, width, more=_ELSEWHERE)
    if near:
        title = Text(f"基準に近い非該当 {len(near)}", f"not met, but near: {len(near)}")
        yield from _titled(title.render(lang), Tone.NOTE, near, lang, width)


def _titled(
    title: str, tone: Tone, verdicts: Sequence[Verdict], lang: Lang, width: int | None
) -> Iterator[TonedLine]:
    yield TonedLine(title, tone)
    rows = [[head.render(lang) for head in _HEADS]]
    rows += [_row(verdict, lang) for verdict in verdicts[:_MOST]]
    if len(rows) > 1:
        yield from _table(rows, width, right=(4, 5), spare=(2, 5, 1))
    if rest := len(verdicts) - _MOST:
        yield from _left(rest, _ELSEWHERE, lang) if rest > 0 else ()


def _table(
    rows: Sequence[Sequence[str]], width: int | None, *, right: Sequence[int], spare: Sequence[int]
) -> Iterator[TonedLine]:
    room = None if width is None else width - 2
    for n, line in enumerate(aligned_within(rows, room, right=right, spare=spare)):
        yield TonedLine(f"  {line}", Tone.PLAIN if n else Tone.FAINT)


def _left(rest: int, where: Text, lang: Lang) -> Iterator[TonedLine]:
    told = run_on(Text(f"  …ほか {rest:,} 件", f"  ... and {rest:,} more"), bracketed(where))
    yield TonedLine(told.render(lang))


def _row(verdict: Verdict, lang: Lang) -> list[str]:
    travel = verdict.travel
    gap = travel.margin_ms if travel else None
    measured = marked_time(travel).render(lang), "" if gap is None else margin(gap).render(lang)
    if travel is None and (line := verdict.distance) is not None and line.nearest is not None:
        far = metres(line.nearest.line.distance_m, line.threshold_m)
        told = Text(f"直線{far}", f"{far} straight")
        measured = told.render(lang), margin_m(line.margin_m or 0.0)
    return [
        one_line(verdict.facility.name, _NAME_LIMIT),
        one_line(verdict.place.municipality, _NAME_LIMIT),
        one_line(verdict.place.area, _NAME_LIMIT),
        ",".join(str(number) for number in verdict.criteria) or "-",
        *measured,
    ]


def _units(
    result: RunResult, ground: GroundResult, lang: Lang, width: int | None
) -> Iterator[TonedLine]:
    rows = [row for row in unit_rows(result) if row.ground is ground]
    taken = [row for row in rows if row.verdict.state is State.DESIGNATED]
    title = run_on(ground.title, bracketed(same(ground.id)))
    label = unit_state(ground.kind, State.DESIGNATED)
    head = f"{one_line(title.render(lang), _TITLE_LIMIT)}: {label.render(lang)} {len(taken)}"
    yield TonedLine(head, Tone.GOOD)
    cells = [[head.render(lang) for head in _UNIT_HEADS]]
    cells += [_unit_row(row, lang) for row in taken[:_MOST]]
    if len(cells) > 1:
        yield from _table(cells, width, right=(4,), spare=(3, 1, 2))
    if len(taken) > _MOST:
        yield from _left(len(taken) - _MOST, _UNITS_ELSEWHERE, lang)
    yield from open_lines(open_units(result, ground), lang, width, more=_UNITS_ELSEWHERE)
    yield from toned(result_line(ground, rows, lang), Tone.PLAIN, width)


def _unit_row(row: UnitRow, lang: Lang) -> list[str]:
    unit = row.verdict.unit
    return [
        one_line(unit.name, _NAME_LIMIT),
        UNIT_KIND_LABELS[unit.kind].render(lang),
        one_line(unit.municipality, _NAME_LIMIT),
        one_line(listed(row.areas, lang), _NAME_LIMIT),
        area(row.verdict.area_km2) if unit.geometry is not None else "",
    ]


def _counts(result: RunResult, lang: Lang, width: int | None) -> Iterator[TonedLine]:
    if not result.by_rule:
        return
    yield from toned(total_line(result, lang), Tone.PLAIN, width)
    tally = Counter(v.state for v in result.verdicts)
    folded = sum(tally[s] for s in (State.EXCLUDED, State.MOOT, State.NOT_MET))
    if folded:
        told = Text(
            f"対象外・到達先・非該当の一覧は {_ELSEWHERE.ja} にあります",
            f"those excluded, only reached or not met: {_ELSEWHERE.en}",
        )
        yield from toned(told.render(lang), Tone.FAINT, width)
