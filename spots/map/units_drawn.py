"""Units of ground on the page: what is drawn of each, its card, and its lines of the legend.

Stands apart: `payload` gathers what every page needs; these a policy that judges ground has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from groundfloor.problems import Lang, Text
from spots.map.card_data import Card, PopupSection, Row
from spots.map.page_data import MapUnit, Node
from spots.map.shapes import label_point, pack_polygons, thinned
from spots.telling.dossier_facts import Section
from spots.telling.labels import STATE_LABELS
from spots.telling.unit_columns import UnitRow
from spots.telling.unit_dossier import UnitDossier, unit_dossiers
from spots.telling.unit_labels import RESULT_KIND_LABELS, UNIT_KIND_LABELS, unit_state
from spots.telling.units import area
from spots.types import GroundResult, ResultKind, RunResult, State, UnitKind

#: Other states, as the legend has them; those that are not met are off until they are asked for.
_OTHERS = (State.EXCLUDED, State.MOOT, State.UNDETERMINED, State.NOT_MET)
_REGIONS = frozenset({UnitKind.MUNICIPALITY, UnitKind.MEDICAL_AREA})


def units_drawn(result: RunResult, outlines: gpd.GeoSeries, lang: Lang) -> tuple[MapUnit, ...]:
    """Return every judged unit once for each result, in the run's order.

    Parameters
    ----------
    result : RunResult
        The run.
    outlines : GeoSeries
        The municipalities as the page draws them, by code: a whole one is drawn along them.
    lang : Lang
        Language of the page.
    """
    ranks = {ground.id: rank for rank, ground in enumerate(result.grounds)}
    return tuple(
        _drawn(dossier, ranks[dossier.row.ground.id], outlines, lang)
        for dossier in unit_dossiers(result)
    )


def _drawn(dossier: UnitDossier, rank: int, outlines: gpd.GeoSeries, lang: Lang) -> MapUnit:
    row = dossier.row
    verdict, unit = row.verdict, row.verdict.unit
    taken, shape = verdict.state is State.DESIGNATED, _shape(row, outlines)
    where = (unit.position.lon, unit.position.lat) if unit.position else None
    if shape is not None and (where is None or unit.radius_m is None):
        where = label_point(shape)
    return MapUnit(
        id=verdict.key,
        name=unit.name,
        code=unit.code if unit.kind in _REGIONS else "",
        municipality=unit.municipality,
        result=row.ground.title.render(lang),
        kind=UNIT_KIND_LABELS[unit.kind].render(lang),
        state=row.state.render(lang),
        key=_key(rank, verdict.state),
        swatch=_swatch(row.ground.kind, verdict.state),
        rank=rank,
        designated=taken,
        spot=taken and row.ground.kind is ResultKind.SPOT,
        lon=where[0] if where else None,
        lat=where[1] if where else None,
        shape=() if shape is None else pack_polygons(shape),
        km2=round(verdict.area_km2, 6) if taken and shape is not None else None,
        area=area(verdict.area_km2) if taken and shape is not None else "",
        weight=0.0 if shape is None else round(float(shape.area), 6),
        card=_card(dossier, lang),
    )


def _shape(row: UnitRow, outlines: gpd.GeoSeries) -> BaseGeometry | None:
    """Return what is drawn: a whole municipality along the drawn outlines, others on their own."""
    verdict, unit = row.verdict, row.verdict.unit
    ground = verdict.ground
    if ground is None:
        return None
    whole = verdict.state is not State.DESIGNATED or not verdict.ledger
    if unit.kind is UnitKind.MUNICIPALITY and whole and unit.code in outlines.index:
        drawn: BaseGeometry = outlines.loc[unit.code]
        return drawn
    # A circle that is thinned as coasts are shows its corners.
    return ground if unit.radius_m is not None else thinned(ground)


def _key(rank: int, state: State) -> str:
    return f"result-{rank + 1}-{state}"


def _swatch(kind: ResultKind, state: State) -> str:
    return f"ground-{kind}" if state is State.DESIGNATED else f"unit-{state}"


def _card(dossier: UnitDossier, lang: Lang) -> Card:
    verdict, row = dossier.row.verdict, dossier.row
    shown = [s for s in dossier.sections if s.key != "state"]
    result = dossier.fact("result")
    return Card(
        facility=verdict.key,
        title=verdict.unit.name,
        state=str(verdict.state),
        badge=row.state.render(lang),
        chips=(result.words.render(lang),) if result else (),
        lead=verdict.reason.render(lang),
        sections=tuple(_section(section, lang) for section in shown),
    )


def _section(section: Section, lang: Lang) -> PopupSection:
    rows = (
        Row(fact.label.render(lang), fact.words.render(lang), fact.tone.value)
        for fact in section.facts
    )
    return PopupSection(section.title.render(lang), tuple(rows))


def unit_nodes(result: RunResult, units: Sequence[MapUnit], lang: Lang) -> Iterator[Node]:
    """Yield the lines of the legend: each result, what it designates and its other states.

    Parameters
    ----------
    result : RunResult
        The run.
    units : sequence of MapUnit
        What the map draws.
    lang : Lang
        Language of the labels.
    """
    counts: Mapping[str, int] = _counted(units)
    for rank, ground in enumerate(result.grounds):
        states = [s for s in _OTHERS if counts.get(_key(rank, s))]
        taken = _key(rank, State.DESIGNATED)
        children = [
            Node(
                taken,
                unit_state(ground.kind, State.DESIGNATED).render(lang),
                str(counts.get(taken, 0)),
                _swatch(ground.kind, State.DESIGNATED),
            ),
            *(
                Node(
                    _key(rank, state),
                    STATE_LABELS[state].render(lang),
                    str(counts[_key(rank, state)]),
                    _swatch(ground.kind, state),
                    on=rank == 0 and state is not State.NOT_MET,
                )
                for state in states
            ),
        ]
        yield Node(f"result-{rank + 1}", _title(ground).render(lang), children=tuple(children))
    if result.grounds:
        yield Node("unit-names", Text("区域名", "Names of units").render(lang))


def _counted(units: Sequence[MapUnit]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for unit in units:
        counts[unit.key] = counts.get(unit.key, 0) + 1
    return counts


def _title(ground: GroundResult) -> Text:
    return ground.title if ground.title.ja else RESULT_KIND_LABELS[ground.kind]
