"""The map of a day: what is in force on it, each with its plan, edition and days.

The page is that of a run of units of ground. What differs is said here: nothing on it is a draft,
its list tells days in the place of states, and 少数区域 stand in it beside the units.

Stands apart: `day_folder` writes it beside the files that hold the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from groundfloor.problems import Lang, Text
from spots.map.card_data import Card, PopupSection, Row
from spots.map.page_data import MapData, MapUnit, Node
from spots.map.page_words import UNITS_ALONE_UI, UNITS_UI
from spots.map.rendering import PageMore, page_of
from spots.map.shapes import label_point, pack_polygons, thinned
from spots.telling.in_force_words import (
    AREA_CARD,
    DAY_UI,
    EDITION_FACTS,
    IN_FORCE,
    day_note,
    edition_title,
)
from spots.telling.register_columns import RegisteredUnit
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.unit_labels import UNIT_KIND_LABELS
from spots.telling.units import area, period
from spots.types import RunResult
from spots.types.designations import DesignationKind, InForce

_TAKEN = re.compile(r"result-\d+-designated")
#: What the legend of every map draws 少数区域 with.
_AREAS_SWATCH = "unit-moot"


def render_day(
    result: RunResult, held: Sequence[InForce], rows: Sequence[RegisteredUnit], lang: Lang
) -> str:
    """Return the map of a day as one self-contained HTML document.

    Parameters
    ----------
    result : RunResult
        As `spots.register.day_result.day_result` gives it.
    held : sequence of InForce
        The editions in force.
    rows : sequence of RegisteredUnit
        What they designate on the day, with their days in force.
    lang : Lang
        Language of the page.
    """
    more = PageMore(lambda data: _with_plans(data, held, rows, lang), ())
    return page_of(result, lang, more)


def _with_plans(
    data: MapData, held: Sequence[InForce], rows: Sequence[RegisteredUnit], lang: Lang
) -> MapData:
    """Return what the page is told, with plans, editions and days."""
    by_number = {each.edition.number: each for each in held}
    areas = [row for row in rows if row.edition.kind is DesignationKind.SHORTAGE_AREA]
    nodes, drawn = _areas(data, areas, lang)
    units = tuple(_of_plan(unit, by_number, rows, lang) for unit in data.units)
    tree = [_named(node, lang) for node in data.tree if node.key != "designated" or node.children]
    at = sum(node.key.startswith("result-") for node in tree)
    words = {**UNITS_UI, **UNITS_ALONE_UI, **DAY_UI}
    return replace(
        data,
        ui={**data.ui, **{key: text.render(lang) for key, text in words.items()}},
        draft=day_note().render(lang),
        units=(*units, *drawn),
        tree=(*tree[:at], *nodes, *tree[at:]),
    )


def _named(node: Node, lang: Lang) -> Node:
    """Return a line of the legend: what a plan designates is no draft."""
    label = IN_FORCE.render(lang)
    return replace(
        node,
        children=tuple(
            replace(child, label=label) if _TAKEN.fullmatch(child.key) else child
            for child in node.children
        ),
    )


def _of_plan(
    unit: MapUnit,
    held: Mapping[int, InForce],
    rows: Sequence[RegisteredUnit],
    lang: Lang,
) -> MapUnit:
    """Return a unit whose card tells its plan, and whose line tells its days."""
    number, key = _edition_of(unit.id), unit.id.partition("/")[2]
    row = next(r for r in rows if r.edition.number == number and r.unit.unit == key)
    days = _days(row).render(lang)
    facts = PopupSection(EDITION_FACTS.render(lang), tuple(_facts(held[number], row, lang)))
    card = replace(
        unit.card, badge=IN_FORCE.render(lang), chips=(), sections=(facts, *unit.card.sections)
    )
    return replace(unit, state=days, card=card)


def _edition_of(unit: str) -> int:
    """Return the number in the id of a result: ``edition-2-support/municipality:43424``."""
    return int(unit.partition("/")[0].split("-")[1])


def _days(row: RegisteredUnit) -> Text:
    return period(row.unit.span.first, row.unit.span.last)


def _facts(held: InForce, row: RegisteredUnit, lang: Lang) -> Iterator[Row]:
    edition, days = held.edition, _days(row)
    told = (
        (Text("計画", "Plan"), Text(edition.plan, edition.plan)),
        (Text("版", "Edition"), Text(str(edition.number), str(edition.number))),
        (Text("種類", "Kind"), DESIGNATION_KIND_LABELS[edition.kind]),
        (Text("効力のある期間", "In force"), days),
        (Text("範囲", "Ground"), row.unit.rule),
    )
    for label, value in told:
        yield Row(label.render(lang), value.render(lang))


def _areas(
    data: MapData, rows: Sequence[RegisteredUnit], lang: Lang
) -> tuple[tuple[Node, ...], tuple[MapUnit, ...]]:
    """Return the lines of the legend, and the units, of 少数区域: one line for each edition."""
    numbers = list(dict.fromkeys(row.edition.number for row in rows))
    rank = max((unit.rank for unit in data.units), default=-1) + 1
    nodes, units = [], []
    for place, number in enumerate(numbers, rank):
        own = [row for row in rows if row.edition.number == number]
        key, title = f"result-{place + 1}", edition_title(own[0].edition).render(lang)
        shown = Node(f"{key}-designated", IN_FORCE.render(lang), str(len(own)), _AREAS_SWATCH)
        nodes.append(Node(key, title, children=(shown,)))
        units += [_area(row, place, shown.key, lang) for row in own]
    return tuple(nodes), tuple(units)


def _area(row: RegisteredUnit, rank: int, key: str, lang: Lang) -> MapUnit:
    unit, shape = row.unit, thinned(row.unit.geometry)
    lon, lat = label_point(shape)
    size, title = area(unit.area_km2), edition_title(row.edition).render(lang)
    return MapUnit(
        id=f"edition-{row.edition.number}/{unit.unit}",
        name=unit.name,
        code=unit.unit.partition(":")[2],
        municipality=unit.municipality,
        result=title,
        kind=UNIT_KIND_LABELS[unit.unit_kind].render(lang),
        state=_days(row).render(lang),
        key=key,
        swatch=_AREAS_SWATCH,
        rank=rank,
        designated=False,  # the name of the area stands on the map already
        spot=False,
        lon=lon,
        lat=lat,
        shape=pack_polygons(shape),
        km2=round(unit.area_km2, 6),
        area=size,
        weight=round(float(shape.area), 6),
        card=_area_card(row, lang),
    )


def _area_card(row: RegisteredUnit, lang: Lang) -> Card:
    unit = row.unit
    held = InForce(row.edition, unit.span)
    size = Row(Text("面積", "Area").render(lang), area(unit.area_km2))
    towns = Row(Text("市町村", "Municipalities").render(lang), unit.municipality)
    return Card(
        facility=f"edition-{row.edition.number}/{unit.unit}",
        title=unit.name,
        state="moot",
        badge=IN_FORCE.render(lang),
        chips=(),
        lead=unit.reason.render(lang),
        sections=(
            PopupSection(EDITION_FACTS.render(lang), tuple(_facts(held, row, lang))),
            PopupSection(AREA_CARD.render(lang), (size, towns)),
        ),
    )
