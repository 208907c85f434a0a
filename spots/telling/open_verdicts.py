"""Who is undetermined, kind by kind: the lines of a terminal, before a run and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundfloor.problem_groups import FEW
from groundfloor.problems import Lang, Text, clean, one_line
from groundfloor.toned_lines import Tone, TonedLine, labelled, toned
from spots.telling.labels import STATE_LABELS
from spots.telling.open_kinds import mended_by, open_kind, short_reason
from spots.telling.unit_labels import UNIT_KIND_LABELS
from spots.telling.wording import NOTHING, bracketed, run_on
from spots.types import GroundResult, RunResult, State, UnitVerdict, Verdict

_NAMED = 40  # characters of a name


@dataclass(frozen=True, slots=True)
class OpenVerdict:
    """A facility or unit that is undetermined.

    Parameters
    ----------
    id, name : str
        Whose.
    short : Text
        Why, in a few words: the kind.
    reason : Text
        Why, in whole.
    remedy : Text
        What settles it; nothing where its reason says it.
    """

    id: str
    name: str
    short: Text
    reason: Text
    remedy: Text


def open_facilities(result: RunResult) -> tuple[OpenVerdict, ...]:
    """Return the facilities that a run leaves undetermined."""
    return tuple(_of_facility(v) for v in result.verdicts if v.state is State.UNDETERMINED)


def open_units(result: RunResult, ground: GroundResult | None = None) -> tuple[OpenVerdict, ...]:
    """Return the units that a run leaves undetermined, in one of its results or in any."""
    return tuple(
        _of_unit(v)
        for v in result.units
        if v.state is State.UNDETERMINED and (ground is None or v.result == ground.id)
    )


def _of_facility(verdict: Verdict) -> OpenVerdict:
    kind, of = open_kind(verdict), verdict.facility
    return OpenVerdict(of.id, of.name, short_reason(kind), verdict.state_reason, mended_by(kind))


def _of_unit(verdict: UnitVerdict) -> OpenVerdict:
    unit, why = verdict.unit, verdict.reason
    short = run_on(why, bracketed(UNIT_KIND_LABELS[unit.kind]))
    return OpenVerdict(unit.id, unit.name, short, why, NOTHING)


def open_lines(
    found: Sequence[OpenVerdict],
    lang: Lang,
    width: int | None,
    *,
    few: int | None = FEW,
    more: Text = NOTHING,
) -> Iterator[TonedLine]:
    """Yield a line for each kind of what is open, the first few of it by name, what settles it.

    Parameters
    ----------
    found : sequence of OpenVerdict
        Facilities or units.
    lang : Lang
        Of the sentences.
    width : int or None
        Cells of a line; None for no limit.
    few : int or None
        How many of a kind are named; None for all.
    more : Text
        Where the others are.
    """
    label = STATE_LABELS[State.UNDETERMINED].render(lang)
    for short in dict.fromkeys(each.short for each in found):
        mine = [each for each in found if each.short == short]
        count = Text(f"{len(mine):,} 件", f"{len(mine):,}").render(lang)
        yield from toned(clean(f"{label} {count}: {short.render(lang)}"), Tone.OPEN, width)
        shown = mine if few is None else mine[:few]
        for each in shown:
            why = "" if each.remedy == NOTHING else f": {each.reason.render(lang)}"
            text = clean(f"{one_line(each.name, _NAMED)} [{each.id}]{why}")
            yield from labelled(" ", text, width, cells=2)
        if rest := len(mine) - len(shown):
            left = run_on(Text(f"  …ほか {rest:,} 件", f"  ... and {rest:,} more"), bracketed(more))
            yield from toned(left.render(lang), Tone.PLAIN, width)
        if remedy := mine[0].remedy.render(lang):
            yield from labelled("  →", remedy, width, cells=4)
