"""What changed between two results as a frame: facilities, then units of ground.

Stands apart: pandas is loaded when the frame is asked for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from groundfloor.crs import JGD2011
from groundfloor.problems import Lang
from spots.comparing.changed_units import UNIT_CHANGE_COLUMNS, changed_units
from spots.comparing.changes import Aspect, FacilityChange, RunComparison, UnitAspect
from spots.comparing.comparison_files import change_columns
from spots.library.result_frames import Labels
from spots.library.typed_frames import DayFrame, table_of
from spots.outputs.layer_table import Cell, filled_cells
from spots.telling.columns import Column
from spots.telling.frame_columns import MINUTES, TYPE, minutes_of, type_code
from spots.types import Verdict

#: Sides of a change as files name them, and as frames do.
_SIDES = {"old": "before", "new": "after"}
#: Of the files: the index has it, or its words are in another column.
_LEFT_OUT = frozenset({"facility_id", "kind", "title", "unit"})
_FIRST = (
    *("name", "type", "municipality", "result", "unit_id", "change", "verdict_changed"),
    *("before", "after", "reason", "minutes_before", "minutes_after"),
)
_OWN = (TYPE, *(replace(MINUTES, name=f"{MINUTES.name}_{side}") for side in _SIDES.values()))


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A row of the frame: its label, its cells by name, its shape."""

    label: Hashable
    cells: Mapping[str, Cell]
    shape: BaseGeometry | None


def changes_frame(found: RunComparison, lang: Lang, *, old: Labels, new: Labels) -> DayFrame:
    """Return what changed; see `spots.library.compared_results.Comparison.changes`."""
    columns = tuple(_columns())
    rows = [*_facilities(found, lang, old, new), *_units(found, lang)]
    index = pd.Index([row.label for row in rows], name=new.name)
    cells = [[row.cells.get(c.name) for c in columns] for row in rows]
    shapes = gpd.GeoSeries([row.shape for row in rows], index=index, crs=JGD2011)
    return DayFrame(table_of(columns, cells, index), geometry=shapes)


def _columns() -> Iterator[Column]:
    """Yield the columns of both kinds of change, each once."""
    files = (*(c.column for c in change_columns()), *(c.column for c in UNIT_CHANGE_COLUMNS))
    told = {_renamed(c.name): replace(c, name=_renamed(c.name)) for c in files}
    told |= {c.name: c for c in _OWN}
    yield from (told[name] for name in _FIRST)
    yield from (c for name, c in told.items() if name not in {*_FIRST, *_LEFT_OUT})


def _renamed(name: str) -> str:
    """Return what a column of the files is called in the frame.

    Examples
    --------
    >>> [_renamed(name) for name in ("old_state", "new_area_km2", "summary")]
    ['before', 'area_km2_after', 'reason']
    """
    which, _, of = name.partition("_")
    if which in _SIDES:
        return _SIDES[which] if of == "state" else f"{of}_{_SIDES[which]}"
    return "reason" if name == "summary" else name


def _facilities(found: RunComparison, lang: Lang, old: Labels, new: Labels) -> Iterator[_Row]:
    columns = change_columns()
    told = [c for c in found.facilities if set(c.aspects) != {Aspect.REASON}]
    for change, cells in zip(told, filled_cells(columns, told, lang), strict=True):
        facility, labels = change.shown.facility, old if change.new is None else new
        position = facility.position
        yield _Row(
            labels.label_of(facility.id),
            {
                **{_renamed(c.name): cell for c, cell in zip(columns, cells, strict=True)},
                **_own(change),
            },
            None if position is None else Point(position.lon, position.lat),
        )


def _own(change: FacilityChange) -> dict[str, Cell]:
    return {
        "type": type_code(change.shown.facility.types),
        "minutes_before": _minutes(change.old),
        "minutes_after": _minutes(change.new),
    }


def _minutes(verdict: Verdict | None) -> float | None:
    travel = verdict.travel if verdict else None
    return minutes_of(travel.travel_ms) if travel else None


def _units(found: RunComparison, lang: Lang) -> Iterator[_Row]:
    told = [row for row in changed_units(found) if set(row[1].aspects) != {UnitAspect.REASON}]
    rows = filled_cells(UNIT_CHANGE_COLUMNS, told, lang)
    for (_, change), cells in zip(told, rows, strict=True):
        named = zip(UNIT_CHANGE_COLUMNS, cells, strict=True)
        shown = change.shown
        yield _Row(shown.unit.id, {_renamed(c.name): cell for c, cell in named}, shown.ground)
