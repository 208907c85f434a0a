"""The table behind the printed map: of each spot its reason, its service and its councils.

Stands apart: paper has no panel, so what the panel tells of a spot stands on the pages that follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from groundfloor.problems import Lang, Text
from spots.telling.annex_words import NO_COUNCIL, council_lines, reason_lines
from spots.telling.facility_columns import CRITERIA, NAME
from spots.telling.labels import criteria_marks, listed
from spots.telling.plan_columns import COUNCILS, REASON, ForPlan
from spots.telling.sheet_columns import annex_order
from spots.telling.wording import joined, sentence
from spots.types import ResultKind, RunResult, State

_TITLE = Text("別表（図にあるスポット）", "Annex: the spots on this map")
_PLACE = Text("二次医療圏・市町村", "Medical area, municipality")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A spot: the id by which the map knows it, and its cells."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The table: title, headings and rows, medical area by medical area."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def sheet_table(result: RunResult, lang: Lang) -> SheetTable:
    """Return the table of a run's spots: circles of facilities, then units.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the page.
    """
    heads = (NAME.label, _PLACE, CRITERIA.label, REASON.label, COUNCILS.label)
    return SheetTable(
        title=_TITLE.render(lang),
        heads=tuple(sentence(head).render(lang) for head in heads),
        rows=(*_circles(result, lang), *_units(result, lang)),
    )


def _circles(result: RunResult, lang: Lang) -> Iterator[SheetRow]:
    for spot in sorted(result.spots, key=lambda s: annex_order(s.place)):
        place = _in_line((spot.place.area, spot.place.municipality))
        marks = criteria_marks(result, spot.criteria)
        yield SheetRow(spot.facility_id, (spot.name, place, marks, *_told(spot, lang)))


def _units(result: RunResult, lang: Lang) -> Iterator[SheetRow]:
    spots = {ground.id for ground in result.grounds if ground.kind is ResultKind.SPOT}
    areas = {str(code): str(name) for code, name in result.areas["name"].items()}
    for verdict in result.units:
        if verdict.state is State.DESIGNATED and verdict.result in spots:
            unit = verdict.unit
            within = listed([areas[code] for code in unit.area_codes if code in areas], lang)
            cells = (unit.name, _in_line((within, unit.municipality)), "", *_told(verdict, lang))
            yield SheetRow(unit.id, cells)


def _told(said: ForPlan, lang: Lang) -> tuple[str, str]:
    """Return the cells of the reason, with the service, and of the councils."""
    councils = joined(council_lines(said)) if said.councils else NO_COUNCIL
    return _lines(text.render(lang) for text in reason_lines(said)), councils.render(lang)


def _in_line(parts: Iterable[str]) -> str:
    return "　".join(part for part in parts if part)


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
