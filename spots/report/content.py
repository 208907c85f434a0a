"""From a run to the whole report, as values."""

from __future__ import annotations

from problems import Lang, Text
from spots.report.annex import annex_of, numbering, reasons_of
from spots.report.borderline import borderline_of, rest_of
from spots.report.cover import cover_of
from spots.report.ground import ground_of
from spots.report.method import method_of
from spots.report.model import Document
from spots.report.overview import map_sheets
from spots.report.pages import route_pages
from spots.report.placing import text_em
from spots.report.words import UI
from spots.types import RunResult

# Two lines of a footer beside the page number.
_FOOTER_EM = 104.0


def document_of(result: RunResult, lang: Lang) -> Document:
    """Return everything the report says, in the order of its pages.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    """
    ground = ground_of(result)
    numbers = numbering(result)
    title = result.settings.title.render(lang)
    named = title
    if Text("案", "draft").render(lang) not in title:
        named += Text("（案）", " (draft)").render(lang)
    return Document(
        lang=str(lang),
        words={key: text.render(lang) for key, text in UI.items()},
        running=named,
        attribution=_on_every_page(result, lang),
        attributions=result.settings.attributions,
        keywords=(result.settings.prefecture, "医師少数スポット"),
        cover=cover_of(result, lang),
        sheets=map_sheets(result, ground, numbers, lang),
        annex=annex_of(result, lang),
        reasons=reasons_of(result, lang),
        method=method_of(result, lang),
        borderline=borderline_of(result, numbers, lang),
        rest=rest_of(result, lang),
        pages=route_pages(result, ground, numbers, lang),
    )


def _on_every_page(result: RunResult, lang: Lang) -> str:
    """Return who must be named beside every map, in two lines of a footer at most."""
    network = result.network.attribution if result.network else ""
    named = [
        a
        for a in result.settings.attributions
        if a == network or "国土数値情報" in a or "OpenStreetMap" in a
    ]
    line = "　".join(named)
    if named and text_em(line) <= _FOOTER_EM:
        return line
    elsewhere = Text("出典は「方法と出典」に記載", "Sources: see 'Method and sources'").render(lang)
    return network if network and text_em(network) <= _FOOTER_EM else elsewhere
