"""The frames of a run: the layers that it writes, on the labels of whoever gave the facilities.

Columns are those of the files (`spots.telling`), and a few that only frames have
(`spots.telling.frame_columns`). Stands apart: pandas is loaded when a frame is asked for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from boundaries.types import CutEntry
from groundfloor.problems import Lang
from spots.library.typed_frames import DayFrame, frame_of, table_of
from spots.outputs.layer_table import Cell, LayerTable
from spots.outputs.layers import facilities_layer, layer_table, routes_layer
from spots.outputs.unit_layers import units_table
from spots.telling.columns import chosen
from spots.telling.facility_columns import facility_columns
from spots.telling.frame_columns import (
    FACILITY_DOUBT,
    FACILITY_MINUTES,
    LEDGER_FRAME,
    ROUTE_MINUTES,
    TIE_COLUMNS,
    TYPE_COLUMNS,
)
from spots.telling.route_columns import ROUTE_COLUMNS, ROUTES_LAYER
from spots.telling.unit_columns import UNIT_COLUMNS
from spots.types import RunResult

_ID = "facility_id"
#: Of the caller's index where one of our columns is called as it is.
_LABEL = "label"


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What the rows of a run's facilities are called in its frames.

    Parameters
    ----------
    given : mapping of str to label
        The caller's, by facility id; empty where ids are the labels.
    name : str or None
        Name of the index.
    """

    given: Mapping[str, Hashable]
    name: str | None

    def of(self, ids: Iterable[str]) -> pd.Index:
        """Return the labels of facilities, in their order."""
        return pd.Index([self.given.get(each, each) for each in ids], name=self.name)

    @property
    def dtype(self) -> object:
        """What a column of labels holds, some of which may be missing."""
        if not self.given:
            return "string"
        return pd.Series(list(self.given.values()), dtype=object).convert_dtypes().dtype

    def id_of(self, label: Hashable) -> str:
        """Return the facility that a label means; what is none is taken for an id or a name."""
        return next((i for i, known in self.given.items() if known == label), str(label))


def facilities_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return every facility exactly once, in the order of the input."""
    columns = facility_columns(result)
    instead = {
        "types": TYPE_COLUMNS,
        "ties": TIE_COLUMNS,
        "travel_ms": (*chosen(columns, "travel_ms"), FACILITY_MINUTES),
    }
    wide = [new for c in columns for new in instead.get(c.name, (c,))]
    return _labelled(facilities_layer(result, lang, (*wide, FACILITY_DOUBT)), labels)


def routes_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the decisive route of each facility that has one, door to door."""
    columns = (*chosen(ROUTE_COLUMNS, *ROUTES_LAYER), ROUTE_MINUTES)
    return _labelled(routes_layer(result, lang, columns), labels)


def spots_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the spot of each designated facility, after cutting."""
    return _labelled(_there(layer_table(result, "spots", lang)), labels)


def dissolved_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the connected pieces of all ground that is a spot."""
    return frame_of(_there(layer_table(result, "spots_dissolved", lang)))


def units_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return every judged unit once for each result; no rows where the policy judges none."""
    table = units_table(result, lang)
    # Ids of results are the policy's own and no fixed list: texts, whichever there are.
    return frame_of(replace(table, fields=tuple(c.column for c in UNIT_COLUMNS)))


def municipalities_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the municipalities on their codes."""
    return _coded(_there(layer_table(result, "municipalities", lang)))


def areas_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the medical areas on their codes."""
    return _coded(_there(layer_table(result, "medical_areas", lang)))


def layer_frame(result: RunResult, name: str, lang: Lang, labels: Labels) -> DayFrame | None:
    """Return any layer of a run, on labels where its rows are facilities; None without it."""
    table = layer_table(result, name, lang)
    if table is None:
        return None
    return _labelled(table, labels) if table.fields[0].name == _ID else frame_of(table)


def ledger_frame(result: RunResult, labels: Labels) -> pd.DataFrame:
    """Return every cut of every circle and unit, in order: what it took and what it left."""
    rows = list(_cuts(result))
    told = table_of(LEDGER_FRAME, [row for _, row in rows])
    own = [None if each is None else labels.given.get(each, each) for each, _ in rows]
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
    taken = index.name in {field.name for field in table.fields} | {"geometry"}
    return frame_of(table, index.rename(_LABEL) if taken else index)


def _coded(table: LayerTable) -> DayFrame:
    name = table.fields[0].name
    index = pd.Index([str(row[0]) for row in table.rows], name=name)
    return frame_of(table, index, without=(name,))
