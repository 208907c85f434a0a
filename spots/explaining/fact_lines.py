"""Facts as lines of a terminal and as data: the same for facilities and for units of ground."""

from __future__ import annotations

from collections.abc import Iterable

from groundfloor.problems import Lang, Text, one_line
from spots.telling.dossier_facts import Fact, Section

Page = dict[str, object]
_LINE = 400


def safe(text: str) -> str:
    """Return a text in one line, without control characters."""
    return one_line(text, _LINE)


def heading(title: Text, lang: Lang) -> str:
    """Return the heading of a block."""
    mark = "■" if lang == Lang.JA else "#"
    return f"{mark} {safe(title.render(lang))}"


def fact_line(fact: Fact, lang: Lang) -> str:
    """Return a fact as a line."""
    return f"{safe(fact.label.render(lang))}: {safe(fact.words.render(lang))}"


def section_pages(sections: Iterable[Section], lang: Lang) -> list[Page]:
    """Return sections as JSON-able data, with everything in words."""
    return [
        {
            "key": section.key,
            "title": section.title.render(lang),
            "facts": [fact_page(fact, lang) for fact in section.facts],
        }
        for section in sections
    ]


def fact_page(fact: Fact, lang: Lang) -> Page:
    """Return a fact as JSON-able data."""
    page: Page = {
        "key": fact.key,
        "label": fact.label.render(lang),
        "words": fact.words.render(lang),
        "value": list(fact.value) if isinstance(fact.value, tuple) else fact.value,
        "unit": fact.unit or None,
    }
    return page | ({"parts": [fact_page(part, lang) for part in fact.parts]} if fact.parts else {})
