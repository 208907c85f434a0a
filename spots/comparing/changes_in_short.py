"""What changed since another run, in a few lines under what the new one decided.

Stands apart: `comparison_text` is the whole comparison, which ``spots diff`` prints.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Lang, Text, clean, one_line
from groundfloor.toned_lines import Tone, TonedLine, labelled, toned
from spots.comparing.changed_units import result_text, unit_kind_text
from spots.comparing.changes import RunComparison
from spots.comparing.comparison_text import counted, kind_text, not_given_lines
from spots.telling.wording import bracketed, run_on

_NAME_LIMIT = 30
_MOST = 12  # changes in a terminal; spots diff has all


def short_changes(
    found: RunComparison, name: str, lang: Lang, width: int | None
) -> Iterator[TonedLine]:
    """Yield which verdicts are otherwise than in another run.

    Parameters
    ----------
    found : RunComparison
        The other run as the old one.
    name : str
        Of the other run's folder.
    lang : Lang
        Language.
    width : int or None
        Cells of a line; None for no limit.
    """
    turned, other = counted(found)
    name = one_line(name, 60)
    if found.same or not (turned or other or found.results):
        told = Text(f"前回（{name}）と判定は同じです", f"the same verdicts as in {name}")
        yield from toned(told.render(lang), Tone.GOOD, width)
        return
    head = Text(
        f"前回（{name}）からの変化: 判定またはスポット {turned}、根拠だけ {other}",
        f"changed since {name}: verdict or spot {turned}, evidence alone {other}",
    )
    yield from toned(head.render(lang), Tone.HEADING, width)
    lines = [*_turned(found, lang)]
    for told_line in lines[:_MOST]:
        yield from labelled(" ", told_line, width, cells=2)
    if rest := len(lines) - _MOST:
        more = Text(f"  …ほか {rest} 件", f"  ... and {rest} more")
        yield from toned(more.render(lang), Tone.PLAIN, width) if rest > 0 else ()
    for told in not_given_lines(found):
        yield from labelled(" ", told.render(lang), width, cells=2)
    for result in found.results:
        if not result.same:
            yield from labelled(" ", clean(result_text(result).render(lang)), width, cells=2)


def _turned(found: RunComparison, lang: Lang) -> Iterator[str]:
    # Who is newly in or out comes before criteria and ground of those who stay what they are.
    for change in sorted(found.facilities, key=lambda c: c.designated[0] is c.designated[1]):
        if change.turned and change.list_not_given is None:
            shown = change.shown
            who = _called(shown.facility.name, shown.place.municipality)
            said = change.summary.render(lang)
            yield clean(f"{kind_text(change).render(lang)}: {who.render(lang)}: {said}")
    for result in found.results:
        for unit in result.units:
            if unit.turned:
                of = unit.shown.unit
                who, what = _called(of.name, of.municipality), unit_kind_text(unit).render(lang)
                yield clean(f"{what}: {who.render(lang)}: {unit.summary.render(lang)}")


def _called(name: str, municipality: str) -> Text:
    shown = one_line(name, _NAME_LIMIT)
    place = one_line(municipality, _NAME_LIMIT)
    return run_on(Text(shown, shown), bracketed(Text(place, place)))
