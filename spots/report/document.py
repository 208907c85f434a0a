"""From a run to the whole report, as values and as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TypeVar

from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Text
from spots.report.annex_pages import (
    annex_of,
    borderline_of,
    numbering,
    open_of,
    reasons_of,
    rest_of,
)
from spots.report.basemap import SpotGround, ground_of
from spots.report.contents import left_out, sections_of, with_routes
from spots.report.facility_pages import route_pages
from spots.report.map_pages import area_pages, spot_pages
from spots.report.method import cover_of, method_of
from spots.report.name_lines import text_em
from spots.report.overview import map_sheets
from spots.report.report_data import DRAWINGS, STRAIGHT_UI, UI, Block, Document, RoutePage, Sheet
from spots.report.typesetting import FONT_FILE, font_folder, not_drawn, typeset
from spots.report.unit_pages import results_of
from spots.telling import colours
from spots.telling.unit_labels import designated
from spots.types import MapPages, ReportChoice, ReportSection, RunResult

T = TypeVar("T")

# Two lines of a footer beside the page number.
_FOOTER_EM = 104.0
_MOST_CODES = 40
_MAP_SOURCES = ("国土数値情報", "OpenStreetMap")


def document_of(
    result: RunResult,
    lang: Lang,
    choice: ReportChoice | None = None,
    disk: KeptOnDisk = NOTHING_KEPT,
) -> Document:
    """Return everything the report says, in the order of its pages.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the report.
    choice : ReportChoice, optional
        What it holds; by default what the run was asked for.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    MissingFileError
        The typeface is not installed.
    """
    choice = choice or result.settings.report
    held, numbers = sections_of(result, choice), numbering(result)
    ground = cache(lambda: ground_of(result, disk))  # asked for where a map is

    def part(section: ReportSection, make: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        return make() if section in held else ()

    document = Document(
        lang=str(lang),
        words={key: text.render(lang) for key, text in _words(result).items()},
        colours=colours.CRITERIA,
        running=_named(result, lang),
        attribution=_on_every_page(result, lang, method=ReportSection.METHOD in held),
        attributions=result.settings.attributions,
        keywords=(result.settings.prefecture, designated(result).ja),
        cover=cover_of(result, lang),
        sheets=part(ReportSection.MAPS, lambda: _maps(result, ground(), numbers, choice, lang)),
        annex=annex_of(result, lang),
        reasons=part(ReportSection.REASONS, lambda: reasons_of(result, lang)),
        method=part(ReportSection.METHOD, lambda: method_of(result, lang)),
        borderline=borderline_of(result, numbers, lang),
        undetermined=part(ReportSection.UNDETERMINED, lambda: open_of(result, lang)),
        rest=part(ReportSection.REST, lambda: rest_of(result, lang)),
        pages=part(ReportSection.ROUTES, lambda: _routes(result, ground, numbers, choice, lang)),
        ground=part(ReportSection.GROUND, lambda: results_of(result, lang)),
        facilities=result.by_rule,
        sections=held,
        left_out=tuple(text.render(lang) for text in left_out(result, choice, numbers)),
        paper=choice.paper,
    )
    boxes = not_drawn(_strings(document), font_folder() / FONT_FILE)
    return _owning_up(document, boxes, lang) if boxes else document


def _maps(
    result: RunResult,
    ground: SpotGround,
    numbers: Mapping[str, int],
    choice: ReportChoice,
    lang: Lang,
) -> tuple[Sheet, ...]:
    """Return the map pages: of the prefecture, and of whatever else is asked for."""
    areas, spots = (each in choice.maps for each in (MapPages.AREAS, MapPages.SPOTS))
    sheets = map_sheets(result, ground, numbers, lang, details=not areas)
    if areas:
        sheets += area_pages(result, ground, numbers, lang)
    if spots:
        sheets += spot_pages(result, ground, numbers, reasons_of(result, lang), lang)
    return sheets


def _routes(
    result: RunResult,
    ground: Callable[[], SpotGround],
    numbers: Mapping[str, int],
    choice: ReportChoice,
    lang: Lang,
) -> tuple[RoutePage, ...]:
    """Return the route pages; the ground is made for them where there are any."""
    shown = with_routes(result, numbers, choice.routes)
    return route_pages(result, shown, ground(), numbers, lang) if shown else ()


def _named(result: RunResult, lang: Lang) -> str:
    """Return the title, which says that it is a draft."""
    title = result.settings.title.render(lang)
    if Text("案", "draft").render(lang) in title:
        return title
    return title + Text("（案）", " (draft)").render(lang)


def _owning_up(document: Document, boxes: str, lang: Lang) -> Document:
    """Return the document with what must be known of boxes: among the method, or on the cover."""
    block = _undrawn(boxes, lang)
    if document.method:
        return replace(document, method=(*document.method, block))
    caveats = (*document.cover.caveats, *block.paragraphs)
    return replace(document, cover=replace(document.cover, caveats=caveats))


def _undrawn(characters: str, lang: Lang) -> Block:
    """Return what a reader must know of characters that are printed as empty boxes."""
    codes = " ".join(f"U+{ord(c):04X}" for c in characters[:_MOST_CODES])
    more = " …" if len(characters) > _MOST_CODES else ""
    text = Text(
        f"この報告書の書体にない文字は□で印刷されています（{codes}{more}）。"
        "正しい文字は table.xlsx と facilities.csv にあります。",
        f"Characters that the typeface does not have are printed as boxes ({codes}{more}); "
        "table.xlsx and facilities.csv have them.",
    )
    title = Text("印刷できない文字", "Characters not printed").render(lang)
    return Block(title=title, paragraphs=(text.render(lang),))


def _strings(value: object) -> Iterator[str]:
    """Yield every string in a value of records, dictionaries and sequences, without drawings."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in DRAWINGS:
                yield from _strings(getattr(value, field.name))
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _strings(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _strings(entry)


def _on_every_page(result: RunResult, lang: Lang, *, method: bool) -> str:
    """Return who must be named beside every map: the roads first, as far as two lines go."""
    network = result.network.attribution if result.network else ""
    others = [a for a in result.settings.attributions if any(w in a for w in _MAP_SOURCES)]
    named = [a for a in dict.fromkeys((network, *others)) if a]
    where = Text("「方法と出典」", "'Method and sources'") if method else Text("表紙", "the cover")
    rest = Text(f"ほかの出典は{where.ja}", f"others: see {where.en}").render(lang)
    while named and text_em("　".join([*named, rest])) > _FOOTER_EM:
        named.pop()
    whole = set(result.settings.attributions) <= set(named)
    return "　".join(named if whole else [*named, rest])


def render_report(
    result: RunResult,
    lang: Lang = Lang.JA,
    choice: ReportChoice | None = None,
    disk: KeptOnDisk = NOTHING_KEPT,
) -> bytes:
    """Return ``report.pdf``.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the report.
    choice : ReportChoice, optional
        What it holds; by default what the run was asked for.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.

    Returns
    -------
    bytes
        A PDF with its fonts and outline inside; the same for the same run.

    Raises
    ------
    MissingFileError
        Typst or the typeface is not installed.
    CrsError
        The run's outlines are not longitude/latitude.
    """
    return typeset(document_of(result, lang, choice, disk))


def _words(result: RunResult) -> dict[str, Text]:
    """Return the words of the template; of lines that are no ways they say no route."""
    return UI if result.straight is None else {**UI, **STRAIGHT_UI}
