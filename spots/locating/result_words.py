"""The answers about results of a policy in words and as data, and distances to an edge.

Stands apart: `answer_text` is about circles and medical areas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from groundfloor.problems import Lang, Text, one_line
from spots.locating.standing import (
    Answers,
    AskedResult,
    Question,
    ResultAnswer,
    UnitHolding,
)
from spots.telling.unit_labels import RESULT_KIND_LABELS
from spots.telling.units import MINUS, period
from spots.telling.wording import bracketed, joined, same, told_as
from spots.types import Truth

_NAME_LIMIT = 30
RESULT_ANSWERS = {
    Truth.MET: Text("内", "inside"),
    Truth.NOT_MET: Text("外", "outside"),
    Truth.UNDETERMINED: Text("判定不能", "undetermined"),
}


def result_lines(asked: Question) -> Iterator[Text]:
    """Yield a line for each result that was asked for: title, kind, units, period."""
    for each in asked.results:
        kind = RESULT_KIND_LABELS[each.kind]
        named = kind if kind.ja != each.title.ja else Text("", "")
        beside = bracketed(joined((same(each.id), named), "、", ", "))
        when = period(each.valid_from, each.valid_to)
        every = Text(f"{each.units}区域", f"{each.units} units")
        if each.valid != each.units:
            lapsed = each.units - each.valid
            every = Text(
                f"{each.units}区域のうち{lapsed}区域は基準日が設定期間外",
                f"{lapsed} of {each.units} units are not valid on the day",
            )
        head = Text(f"結果「{each.title.ja}」{beside.ja}", f"result {each.title.en}{beside.en}")
        yield told_as(head, joined((every, _period(when))))


def _period(when: Text) -> Text:
    return Text(f"設定期間 {when.ja}", f"period {when.en}") if when.ja else Text("", "")


def result_cell(answer: ResultAnswer, lang: Lang) -> str:
    """Return an answer for a cell of a terminal: inside or not, which unit, metres to the edge."""
    parts = [RESULT_ANSWERS[answer.inside].render(lang)]
    if answer.units:
        parts.append(one_line("・".join(unit.name for unit in answer.units), _NAME_LIMIT))
    if answer.edge_m is not None and answer.inside is not Truth.UNDETERMINED:
        parts.append(f"{ruled(answer.edge_m, answer.edge_m, sign='+')} m")
    if answer.nearest and answer.inside is Truth.NOT_MET:
        parts.append(one_line(answer.nearest, _NAME_LIMIT))
    return " ".join(parts)


def result_remarks(answers: Sequence[ResultAnswer]) -> Iterator[Text]:
    """Yield why a result is open, and units that are not valid on the day."""
    for answer in answers:
        if answer.problem is not None:
            yield told_as(answer.title, answer.problem)
        for unit in answer.lapsed:
            when = bracketed(period(unit.valid_from, unit.valid_to))
            yield Text(
                f"{answer.title.ja}の「{unit.name}」にありますが、この日は設定期間外です{when.ja}",
                f"in {unit.name} of {answer.title.en}, which is not valid on the day{when.en}",
            )


def result_counts(found: Answers) -> Iterator[Text]:
    """Yield how many rows are inside, outside and open, for each result."""
    for asked in found.question.results:
        truths = [a.inside for one in found.rows for a in one.results if a.result == asked.id]
        counts = joined(
            Text(f"{label.ja} {truths.count(t)}", f"{label.en} {truths.count(t)}")
            for t, label in RESULT_ANSWERS.items()
        )
        yield told_as(asked.title, counts)


# --- for machines


def asked_entry(asked: AskedResult, lang: Lang) -> dict[str, object]:
    """Return a result that was asked for as JSON-able data."""
    return {
        "id": asked.id,
        "kind": asked.kind.value,
        "title": asked.title.render(lang),
        "units": asked.units,
        "valid_units": asked.valid,
        "valid_from": iso_day(asked.valid_from),
        "valid_to": iso_day(asked.valid_to),
    }


def result_entry(answer: ResultAnswer, lang: Lang) -> dict[str, object]:
    """Return an answer about a result as JSON-able data; metres to the millimetre."""
    return {
        "result": answer.result,
        "kind": answer.kind.value,
        "title": answer.title.render(lang),
        "inside": inside_or_not(answer),
        "units": [_unit(unit) for unit in answer.units],
        "maybe": [_unit(unit) for unit in answer.maybe],
        "lapsed": [_unit(unit) for unit in answer.lapsed],
        "edge_m": None if answer.edge_m is None else round(answer.edge_m, 3),
        "nearest": answer.nearest or None,
        "by_code": answer.by_code,
        "problem": answer.problem and answer.problem.render(lang),
        "valid_from": iso_day(answer.valid_from),
        "valid_to": iso_day(answer.valid_to),
    }


def _unit(unit: UnitHolding) -> dict[str, object]:
    return {
        "unit_id": unit.unit_id,
        "unit": unit.kind.value,
        "name": unit.name,
        "valid_from": iso_day(unit.valid_from),
        "valid_to": iso_day(unit.valid_to),
    }


def inside_or_not(answer: ResultAnswer) -> bool | None:
    """Return whether it is inside; None where that is undetermined."""
    return None if answer.inside is Truth.UNDETERMINED else answer.inside is Truth.MET


def iso_day(value: date | None) -> str | None:
    """Return an ISO date; None for none."""
    return value.isoformat() if value is not None else None


def ruled(value: float, edge_m: float, sign: str = "") -> str:
    """Show whole metres, and more decimals where whole ones would hide the side of the edge."""
    near = abs(edge_m)
    decimals = 0 if near >= 10 else 1 if near >= 1 else 3  # noqa: PLR2004 - steps of a ruler
    return f"{value:{sign},.{decimals}f}".replace("-", MINUS)
