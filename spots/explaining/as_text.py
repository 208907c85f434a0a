"""An explanation for a terminal: short lines, tables that align where characters are wide."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line, one_of
from spots.explaining.gathering import Explanation
from spots.telling.dossier_facts import Fact, Section

_CELL = 60
_LINE = 400
#: Parts of a way that stand in its first line already.
_IN_LINE = frozenset({"name", "time", "distance"})
_CELLS = ("name", "time", "truth", "state")
#: What is found about a facility before any criterion, above everything else.
_FIRST = ("state", "facility")


def explanation_text(found: Explanation, lang: Lang | str = Lang.JA) -> str:
    """Return an explanation in words.

    Parameters
    ----------
    found : Explanation
        From `spots.explain`.
    lang : Lang
        Language, ``"ja"`` or ``"en"``.

    Returns
    -------
    str
        Lines without control characters, whatever the data hold.

    Raises
    ------
    UsageError
        There is no such language.
    """
    lang = one_of(Lang, lang, "lang")
    dossier = found.dossier
    facility = found.verdict.facility
    head = [f"{_safe(facility.name)} [{_safe(facility.id)}]"]
    for key in _FIRST:
        head += [_line(fact, lang) for section in dossier.of(key) for fact in section.facts]
    blocks = [head]
    blocks += [list(_block(s, lang)) for s in dossier.sections if s.key not in _FIRST]
    return "\n\n".join("\n".join(block) for block in blocks)


def _block(section: Section, lang: Lang) -> Iterator[str]:
    title = _safe(section.title.render(lang))
    yield f"■ {title}" if lang == Lang.JA else f"# {title}"
    if section.kind == "assumptions":
        yield from _assumptions(section, lang)
    elif section.kind == "nearest":
        for fact in section.facts:
            yield from _way(fact, lang)
    else:
        yield from (_line(fact, lang) for fact in section.facts)


def _way(fact: Fact, lang: Lang) -> Iterator[str]:
    if not fact.parts:
        yield _line(fact, lang)
        return
    rank = fact.key.rpartition(".")[2]
    yield _safe(f"{rank}. {fact.label.render(lang)} {fact.words.render(lang)}")
    yield from (f"   {_line(part, lang)}" for part in fact.parts if part.key not in _IN_LINE)


def _assumptions(section: Section, lang: Lang) -> Iterator[str]:
    """Yield the table of single assumptions, and which of them would turn the state."""
    rows = [fact for fact in section.facts if fact.parts]
    heads = [Text("前提", "Assumption").render(lang)]
    heads += [part.label.render(lang) for part in rows[0].parts]
    cells = [
        [_cell(fact.label.render(lang)), *(_cell(fact.part_words(k, lang)) for k in _CELLS)]
        for fact in rows
    ]
    yield from aligned([heads, *cells], right=(2,))
    yield from (_line(fact, lang) for fact in section.facts if not fact.parts)


def _line(fact: Fact, lang: Lang) -> str:
    return f"{_safe(fact.label.render(lang))}: {_safe(fact.words.render(lang))}"


def _cell(text: str) -> str:
    return one_line(text, _CELL)


def _safe(text: str) -> str:
    return one_line(text, _LINE)
