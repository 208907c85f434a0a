"""Whether a result read back from a folder is one that a run can have made.

Types are checked where the JSON is decoded; here is what types do not say: numbers are finite, ids
are unique and refer to something, tables have their columns and their CRS. Maps, reports and
exports rely on it.

Stands apart: the format of ``evidence.json`` says how a result is written, not what it may hold.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from groundfloor.frozen import FrozenDict
from groundfloor.stored_table import StoredTable, as_stored, is_stored_field
from spots.outputs.conservation import wrong_ids
from spots.types import RunResult, State
from spots.types.results import TimeGrid

if TYPE_CHECKING:
    import geopandas as gpd

_EPSG = 6668
_PLANES = range(6669, 6688)  # JGD2011 plane rectangular zones I to XIX
_COLUMNS: Mapping[str, frozenset[str]] = FrozenDict(
    {
        "municipalities": frozenset(
            {"name", "prefecture_code", "prefecture", "area_code", "excluded", "geometry"}
        ),
        "areas": frozenset({"name", "index", "area_class", "geometry"}),
        "population": frozenset({"population", "geometry"}),
        "population_ground": frozenset({"geometry"}),
    }
)
_LON, _LAT = 180.0, 90.0
_MOST = 2**53  # whole numbers of JSON and of spreadsheets
_SAID = frozenset({str, bool, type(None)})


def unsound(result: RunResult) -> Iterator[str]:
    """Yield where a result holds what no run makes, as paths into it."""
    yield from _odd_values(result, "$")
    yield from _odd_ids(result)
    yield from _odd_tables(result)
    yield from _odd_units(result)
    if result.plane_epsg not in _PLANES:
        yield f"$.plane_epsg: {result.plane_epsg}"
    if result.surroundings is not None and result.surroundings.grid is not None:
        yield from _odd_grid(result.surroundings.grid)


def _odd_values(value: object, path: str) -> Iterator[str]:
    if isinstance(value, int | float):
        if not abs(value) < _MOST:  # NaN is not
            yield f"{path}: {value}"
    elif isinstance(value, BaseGeometry):
        if not value.is_empty and not _in_degrees(np.array(value.bounds)):
            yield f"{path}: {value.bounds}"
    elif not _is_plain(value):
        for key, each in _parts(value):
            if type(each) not in _SAID:
                yield from _odd_values(each, f"{path}{key}")


def _is_plain(value: object) -> bool:
    """Tell whether nothing can be odd in a sequence: it holds words, or numbers of a usual size."""
    if not isinstance(value, tuple):
        return False
    kinds = {*map(type, value)}
    whole = kinds == {int} and min(value) > -_MOST and max(value) < _MOST
    return whole or kinds <= _SAID


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if not is_stored_field(value, field.name):  # tables are looked at by themselves
                yield f".{field.name}", getattr(value, field.name)
    elif isinstance(value, tuple | list):
        yield from ((f"[{at}]", each) for at, each in enumerate(value))
    elif isinstance(value, Mapping):
        yield from ((f".{key}", each) for key, each in value.items())


def _in_degrees(bounds: NDArray[np.float64]) -> bool:
    return bool((np.abs(bounds) <= (_LON, _LAT, _LON, _LAT)).all())  # NaN is not


def _odd_ids(result: RunResult) -> Iterator[str]:
    yield from (f"$.verdicts, $.spots, $.units: {key}" for key in wrong_ids(result))
    numbers = Counter(criterion.number for criterion in result.settings.criteria)
    yield from (f"$.settings.criteria: {number}" for number, n in numbers.items() if n > 1)
    for verdict in result.verdicts:
        told = [outcome.number for outcome in verdict.outcomes]
        if len({*told}) < len(told) or not {*told, *verdict.criteria} <= {*numbers}:
            yield f"$.verdicts: {verdict.facility.id}: criteria"


def _odd_units(result: RunResult) -> Iterator[str]:
    for verdict in result.units:
        if verdict.state is not State.DESIGNATED and not verdict.geometry.is_empty:
            yield f"$.units: {verdict.key}: geometry of a unit that is not designated"
        if min(verdict.unit_km2, verdict.area_km2, verdict.population or 0) < 0:
            yield f"$.units: {verdict.key}: less than nothing"


def _odd_grid(grid: TimeGrid) -> Iterator[str]:
    cells = grid.columns * grid.rows
    if not (len(grid.nearest) == len(grid.travel_ms) == cells):
        yield f"$.surroundings.grid: {cells}"
    elif not all(-1 <= at < len(grid.hospitals) for at in grid.nearest):
        yield "$.surroundings.grid.nearest"
    if grid.step_lon <= 0 or grid.step_lat <= 0 or grid.cell_m <= 0:
        yield "$.surroundings.grid: step"


def _odd_tables(result: RunResult) -> Iterator[str]:
    stored = dict(as_stored(result))
    for name, columns in _COLUMNS.items():
        if name in stored:
            yield from _odd_stored(stored[name], columns, f"$.{name}")
        elif (table := getattr(result, name)) is not None:
            yield from _odd_table(table, columns, f"$.{name}")


def _odd_stored(table: StoredTable, columns: frozenset[str], path: str) -> Iterator[str]:
    """Yield what is odd in a table that pandas has not seen; the rest was looked at on reading."""
    if missing := sorted(columns - {*table.columns}):
        yield f"{path}: {', '.join(missing)}"
    elif table.epsg != _EPSG or table.geometry != "geometry":
        yield f"{path}: EPSG"
    else:
        shapes = np.asarray(table.columns["geometry"], dtype=object)
        yield from _odd_rows(table.index_name, [*table.index], shapes, path)


def _odd_table(table: gpd.GeoDataFrame, columns: frozenset[str], path: str) -> Iterator[str]:
    if missing := sorted(columns - {*map(str, table.columns)}):
        yield f"{path}: {', '.join(missing)}"
        return
    if table.crs is None or table.crs.to_epsg() != _EPSG or table.geometry.name != "geometry":
        yield f"{path}: EPSG"
    yield from _odd_rows(table.index.name, table.index.tolist(), table.geometry.to_numpy(), path)


def _odd_rows(
    name: object, codes: list[object], shapes: NDArray[np.object_], path: str
) -> Iterator[str]:
    if name != "code" or not all(type(c) is str for c in codes):
        yield f"{path}: code"
    elif len({*codes}) < len(codes):
        yield f"{path}: code twice"
    kept = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if len(kept) and not _in_degrees(bounds := shapely.total_bounds(kept)):
        yield f"{path}: {bounds.tolist()}"
