"""How the frames of a run are made of its layers.

Stands apart: `result_frames` says which there are, and loads this, with pandas, for who asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries import ellipsoidal_km2
from boundaries.types import CutEntry
from groundfloor.crs import JGD2011
from groundfloor.problems import Lang
from spots.explaining import FacilityExplanation, UnitExplanation, ranked_ways
from spots.library.result_frames import Labels
from spots.library.typed_frames import DayFrame, frame_of, table_of
from spots.outputs.layer_table import Cell, LayerTable, filled_cells
from spots.outputs.layers import (
    circles_layer,
    facilities_layer,
    layer_table,
    layer_tables,
    routes_layer,
    spots_layer,
)
from spots.outputs.unit_layers import units_table
from spots.telling.assumption_columns import exact_minutes
from spots.telling.columns import FacilityRow, Filled, chosen
from spots.telling.facility_columns import facility_columns
from spots.telling.frame_columns import (
    FACILITY_DOUBT,
    FACILITY_MEASURES,
    FACILITY_MINUTES,
    LEDGER_FRAME,
    LIMIT,
    ROUTE_MEASURES,
    ROUTE_MINUTES,
    SPOT_MEASURES,
    TIE_COLUMNS,
    TYPE_COLUMNS,
    UNIT_MEASURES,
    measured,
)
from spots.telling.ground_columns import CIRCLES_LAYER, SPOT_COLUMNS, spot_layer_columns
from spots.telling.route_columns import ROUTE_COLUMNS, ROUTES_LAYER, WAYS_GEOJSON
from spots.telling.unit_columns import UNIT_COLUMNS
from spots.types import RunResult, State, UnitVerdict, Verdict

_ID = "facility_id"
#: Of the caller's index where one of our columns is called as it is.
_LABEL = "label"
#: What was judged: its name, its verdicts, its ground and the people there.
_Judged = tuple[str, Sequence[Verdict | UnitVerdict], float, float | None]


def facilities_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return every facility exactly once, in the order of the input."""
    return _labelled(facilities_layer(result, lang, _facilities_columns(result)), labels)


def facility_states(result: RunResult, labels: Labels) -> pd.Series:
    """Return the column ``state`` of the frame of facilities, without the seventy others."""
    index = labels.of(v.facility.id for v in result.verdicts)
    beside = {column.name for column in _facilities_columns(result)}
    states = pd.Categorical(
        [v.state.value for v in result.verdicts], categories=[state.value for state in State]
    )
    return pd.Series(states, index=_beside(index, beside), name="state")


def _facilities_columns(result: RunResult) -> tuple[Filled[FacilityRow], ...]:
    columns = facility_columns(result)
    instead = {
        "types": TYPE_COLUMNS,
        "ties": TIE_COLUMNS,
        "threshold_min": (LIMIT,),
        "travel_ms": (*chosen(columns, "travel_ms"), FACILITY_MINUTES),
    }
    wide = [new for c in columns for new in instead.get(c.name, (c,))]
    wide = [*measured(wide, {**FACILITY_MEASURES, **exact_minutes(result)})]
    return (*wide, FACILITY_DOUBT)


def routes_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the decisive route of each facility that has one, door to door."""
    columns = (*chosen(ROUTE_COLUMNS, *ROUTES_LAYER), ROUTE_MINUTES)
    columns = measured(columns, ROUTE_MEASURES)
    return _labelled(routes_layer(result, lang, columns), labels)


def spots_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the spot of each designated facility, after cutting."""
    columns = measured(spot_layer_columns(result), SPOT_MEASURES)
    return _labelled(spots_layer(result, lang, columns), labels)


def circles_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the whole circle of each designated facility."""
    columns = measured(chosen(SPOT_COLUMNS, *CIRCLES_LAYER), SPOT_MEASURES)
    return _labelled(circles_layer(result, lang, columns), labels)


def dissolved_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the connected pieces of all ground that is a spot."""
    return _pieces(_there(layer_table(result, "spots_dissolved", lang)))


def _pieces(table: LayerTable) -> DayFrame:
    """Return connected pieces with their size, which files round."""
    sizes = np.array([ellipsoidal_km2(shape) for shape in table.shapes], dtype=np.float64)
    frame = frame_of(table)
    frame["area_km2"] = sizes
    return frame


def units_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return every judged unit once for each result; no rows where the policy judges none."""
    columns = measured(UNIT_COLUMNS, UNIT_MEASURES)
    table = units_table(result, lang, columns)
    # Ids of results are the policy's own and no fixed list: texts, whichever there are.
    return frame_of(replace(table, fields=tuple(c.column for c in columns)))


def municipalities_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the municipalities on their codes."""
    return _coded(_there(layer_table(result, "municipalities", lang)))


def areas_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the medical areas on their codes."""
    return _coded(_there(layer_table(result, "medical_areas", lang)))


def layer_frames(result: RunResult, lang: Lang, labels: Labels) -> dict[str, DayFrame]:
    """Return every layer of a run by its name, on labels where its rows are facilities."""
    own = {
        "facilities": facilities_frame(result, lang, labels),
        "routes": routes_frame(result, lang, labels),
        "spots": spots_frame(result, lang, labels),
        "circles": circles_frame(result, lang, labels),
        "spots_dissolved": dissolved_frame(result, lang),
        "units": units_frame(result, lang),
        "municipalities": municipalities_frame(result, lang),
        "medical_areas": areas_frame(result, lang),
    }
    return {
        table.name: own[table.name]
        if table.name in own
        else (_labelled(table, labels) if table.fields[0].name == _ID else frame_of(table))
        for table in layer_tables(result, lang)
    }


def settings_frame(result: RunResult, lang: Lang) -> pd.DataFrame:
    """Return every setting of a run in words, in reading order."""
    lines = [tuple(text.render(lang) for text in line) for line in result.settings.lines]
    return pd.DataFrame(lines, columns=["setting", "value"], dtype="string")


def summary_frame(result: RunResult) -> pd.DataFrame:
    """Return the counts of states, and the ground: of facilities, and of each result of units."""
    rows: list[_Judged] = [
        ("facilities", result.verdicts, result.dissolved_km2, result.dissolved_population)
    ]
    rows += [
        (g.id, tuple(u for u in result.units if u.result == g.id), g.area_km2, g.population)
        for g in result.grounds
    ]
    states = [Counter(verdict.state for verdict in verdicts) for _, verdicts, _, _ in rows]
    return pd.DataFrame(
        {
            "total": pd.array([len(verdicts) for _, verdicts, _, _ in rows], dtype="Int64"),
            **{s.value: pd.array([found[s] for found in states], dtype="Int64") for s in State},
            "area_km2": np.array([km2 for _, _, km2, _ in rows], dtype=np.float64),
            "population": pd.array([people for *_, people in rows], dtype="Float64"),
        },
        index=pd.Index([name for name, *_ in rows], name="of"),
    )


def ways_frame(found: FacilityExplanation | UnitExplanation, lang: Lang) -> DayFrame:
    """Return the ways that an explanation of a facility tells of; none of a unit."""
    rows = [] if isinstance(found, UnitExplanation) else list(ranked_ways(found))
    columns = (*chosen(ROUTE_COLUMNS, *WAYS_GEOJSON), ROUTE_MINUTES)
    cells = filled_cells(columns, rows, lang)
    table = table_of([c.column for c in columns], cells)
    shapes = gpd.GeoSeries([r.way.geometry for r in rows], index=table.index, crs=JGD2011)
    return DayFrame(table, geometry=shapes)


def ledger_frame(result: RunResult, labels: Labels) -> pd.DataFrame:
    """Return every cut of every circle and unit, in order: what it took and what it left."""
    rows = list(_cuts(result))
    told = table_of(LEDGER_FRAME, [row for _, row in rows])
    own = [None if each is None else labels.label_of(each) for each, _ in rows]
    told.insert(0, _LABEL, pd.Series(own, dtype=object).astype(labels.dtype))
    return told


def _cuts(result: RunResult) -> Iterator[tuple[str | None, tuple[Cell, ...]]]:
    for spot in result.spots:
        for step in _steps(spot.circle_km2, spot.ledger):
            yield spot.facility_id, (spot.name, None, None, *step)
    for verdict in result.units:
        for step in _steps(verdict.unit_km2, verdict.ledger):
            yield None, (verdict.unit.name, verdict.result, verdict.unit.id, *step)


def _steps(whole_km2: float, ledger: Sequence[CutEntry]) -> Iterator[tuple[Cell, ...]]:
    before = whole_km2
    for entry in ledger:
        yield entry.step, before, entry.removed_km2, entry.remaining_km2
        before = entry.remaining_km2


def _there(table: LayerTable | None) -> LayerTable:
    assert table is not None  # noqa: S101 - every run has this layer
    return table


def _labelled(table: LayerTable, labels: Labels) -> DayFrame:
    """Return a layer whose first column is the facility's id, on labels."""
    index = labels.of(str(row[0]) for row in table.rows)
    if index.name == _ID:
        return frame_of(table, index, without=(_ID,))
    return frame_of(table, _beside(index, {field.name for field in table.fields}))


def _beside(index: pd.Index, columns: Collection[str]) -> pd.Index:
    """Return labels under a name that no column has, so that they can become one.

    Ids are called as in files: their column is left out.
    """
    taken = index.name != _ID and index.name in {*columns, "geometry"}
    return index.rename(_LABEL) if taken else index


def _coded(table: LayerTable) -> DayFrame:
    name = table.fields[0].name
    index = pd.Index([str(row[0]) for row in table.rows], name=name)
    return frame_of(table, index, without=(name,))
