"""``scenarios.gpkg``: facilities and circles with in how many scenarios they are, styled for QGIS.

Stands apart: layers are made of the same answers as tables, and drawn.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import shapely

from groundfloor.gdal_paths import plain_folder
from groundfloor.problems import Lang, Text
from spots.outputs.geopackage import write_tables
from spots.outputs.layer_table import Cell, GeometryKind, LayerTable, area_of, filled_cells
from spots.outputs.layers import layer_table
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_tables import robustness_columns, state_code
from spots.telling.columns import STATES as STATE_CODES
from spots.telling.columns import Code, Column, ColumnKind
from spots.telling.scenario_columns import (
    NOT_LISTED_CODE,
    NOT_LISTED_WORDS,
    SCENARIO_CIRCLE_COLUMNS,
)
from spots.types.scenario_table import ScenarioCircle

FILE = "scenarios.gpkg"
#: Fields of states that the layer of facilities has at most; states.csv has all.
MOST_FIELDS = 250
_AROUND = ("municipalities", "main_roads", "medical_areas")
_KM2, _NAMED = 6, 10


def scenarios_gpkg(answers: ScenarioAnswers, lang: Lang) -> bytes:
    """Return the GeoPackage."""
    tables = scenario_layers(answers, lang)
    with (
        tempfile.TemporaryDirectory(prefix="spots-") as folder,
        plain_folder(Path(folder)) as place,
    ):
        path = place / FILE
        write_tables(tables, answers.base, lang, path, FILE)
        return path.read_bytes()


def scenario_layers(answers: ScenarioAnswers, lang: Lang) -> tuple[LayerTable, ...]:
    """Return the layers: facilities, circles, and the ground they lie on."""
    around = (layer_table(answers.base, name, lang) for name in _AROUND)
    own = _facilities(answers, lang), _circles(answers, lang)
    return (*own, *(table for table in around if table is not None))


def _facilities(answers: ScenarioAnswers, lang: Lang) -> LayerTable:
    columns, table = robustness_columns(), answers.table
    shown = range(len(table.scenarios))
    if len(shown) > MOST_FIELDS:
        shown = range(0)
    fields = [_state_field(n, answers.scenario_rows[n].name) for n in shown]
    rows = answers.robust_rows
    cells = filled_cells(columns, rows, lang)
    states: list[tuple[Cell, ...]] = [
        tuple(state_code(table.state(row.row, n)) for n in shown) for row in rows
    ]
    points = (row.facility.position for row in rows)
    return LayerTable(
        "scenario_facilities",
        Text("施設と、設定（案）となるシナリオの数", "Facilities, and in how many scenarios"),
        Text(
            "1行が1施設。s0 は現在の条件、s1 からはシナリオの番号の状態です",
            "a facility in a row; s0 is its state with the run file as it is, s1 … in scenarios",
        ),
        GeometryKind.POINT,
        (*(c.column for c in columns), *fields),
        tuple((*cell, *state) for cell, state in zip(cells, states, strict=True)),
        tuple(None if p is None else shapely.Point(p.lon, p.lat) for p in points),
    )


def _state_field(number: int, name: Text) -> Column:
    return Column(
        f"s{number}",
        ColumnKind.TEXT,
        Text(f"{number} {name.ja}", f"{number} {name.en}"),  # no label of another column
        Text("そのシナリオでの状態", "state in that scenario"),
        codes=(*STATE_CODES, Code(NOT_LISTED_CODE, NOT_LISTED_WORDS)),
    )


@dataclass(frozen=True)
class _CircleUse:
    """In which scenarios each circle is the ground of its facility."""

    answers: ScenarioAnswers

    @cached_property
    def counts(self) -> Counter[int]:
        """In how many scenarios, the run file as it is and what says the same not counted."""
        table = self.answers.table
        return Counter(table.circle_of[:, list(table.varied)].ravel().tolist())

    def scenarios(self, row: int, circle: int) -> Sequence[int]:
        """Return the columns in which a facility has a circle, the run file's own among them."""
        found: list[int] = (self.answers.table.circle_of[row] == circle).nonzero()[0].tolist()
        return found


def _circles(answers: ScenarioAnswers, lang: Lang) -> LayerTable:
    circles = answers.table.circles
    return LayerTable(
        "scenario_circles",
        Text("円と、設定（案）となるシナリオの数", "Circles, and in how many scenarios"),
        Text(
            "シナリオのどれかで設定（案）となる区域。同じ施設でも半径や切り取りが違えば別の行です",
            "ground that is designated in any scenario; other radii and cuts are other rows",
        ),
        GeometryKind.AREA,
        SCENARIO_CIRCLE_COLUMNS,
        tuple(_circle_cells(answers, lang)),
        tuple(area_of(circle.geometry) for circle in circles),
    )


def _circle_cells(answers: ScenarioAnswers, lang: Lang) -> Iterator[tuple[Cell, ...]]:
    use, names = _CircleUse(answers), [row.name.render(lang) for row in answers.scenario_rows]
    count = len(answers.table.varied)
    for number, circle in enumerate(answers.table.circles):
        facility, held = answers.table.facilities[circle.row], use.counts[number]
        at = use.scenarios(circle.row, number)
        told = "; ".join(names[n] for n in at[:_NAMED]) + (" …" if len(at) > _NAMED else "")
        yield (
            *(facility.id, facility.name, circle.radius_m, _km2(circle), held, count),
            *(round(held / count, 6) if count else 0.0, 0 in at, told),
        )


def _km2(circle: ScenarioCircle) -> float:
    return round(circle.area_km2, _KM2)
