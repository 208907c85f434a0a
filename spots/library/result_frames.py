"""The frames of a run: the layers that it writes, on the labels of whoever gave the facilities.

Columns are those of the files (`spots.telling`), and a few that only frames have
(`spots.telling.frame_columns`). Stands apart: pandas is loaded when a frame is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries import ellipsoidal_km2
from boundaries.types import CutEntry
from groundfloor.crs import JGD2011
from groundfloor.frozen import FrozenDict
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Problem, one_of
from spots.explaining import FacilityExplanation, UnitExplanation, ranked_ways
from spots.export import RunRecord
from spots.library.told_problems import problem_frame
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
        return pd.Index([self.label_of(each) for each in ids], name=self.name)

    def label_of(self, facility_id: str) -> Hashable:
        """Return the label of a facility."""
        return self.given.get(facility_id, facility_id)

    @property
    def dtype(self) -> object:
        """What a column of labels holds, some of which may be missing."""
        if not self.given:
            return "string"
        return pd.Series(list(self.given.values()), dtype=object).convert_dtypes().dtype

    def id_of(self, label: Hashable) -> str:
        """Return the facility that a label means; what is none is taken for an id or a name."""
        return next((i for i, known in self.given.items() if known == label), str(label))


@dataclass(frozen=True, slots=True, eq=False)
class RunFrames:
    """What a run found, as frames; see `spots.library.result.Result`.

    Parameters
    ----------
    evidence : RunResult
        The whole result without loss, as ``evidence.json`` holds it.
    lang : Lang
        Language of the sentences in frames, maps and files.
    labels : mapping of str to label
        Facility id to the label of the facility's first row in the caller's frame; empty where
        the lists were files, and ids are the index.
    index_name : str
        Name of the index of `facilities`.
    folder : Path, optional
        The output folder that it was read from.
    record : RunRecord, optional
        What the manifest of that folder says of the run.
    disk : KeptOnDisk
        Where what maps and reports draw is that was drawn before.
    """

    evidence: RunResult
    lang: Lang = Lang.JA
    labels: Mapping[str, Hashable] = field(default_factory=FrozenDict)
    index_name: str | None = "facility_id"
    folder: Path | None = None
    record: RunRecord | None = None
    disk: KeptOnDisk = NOTHING_KEPT

    def __post_init__(self) -> None:
        """Take a language given by its code, and keep the labels from being changed."""
        object.__setattr__(self, "lang", one_of(Lang, self.lang, "lang"))
        object.__setattr__(self, "labels", FrozenDict(self.labels))

    @property
    def names(self) -> Labels:
        """What facilities are called in frames: labels of the caller, or ids."""
        return Labels(self.labels, self.index_name)

    # --- frames

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """Every facility of the lists exactly once, in their order, with what was found of it.

        Returns
        -------
        GeoDataFrame
            Points in JGD2011 degrees (EPSG:6668), None where the position is not known; on the
            labels of the caller's frame, or on ``facility_id``. Columns are those of
            ``facilities.csv`` (``docs/columns.md``), of which ``state``, ``area_class`` and others
            of a fixed list are categories. In the place of ``types`` stand ``type`` (category,
            several types joined by ``;``) and a boolean for each type; ``minutes`` (Float64) is
            exactly ``travel_ms`` (Int64), ``limit_min`` what it is compared with; ``ties``
            (Int64) counts whose names are ``tie_names``; ``doubt`` says what the verdict hangs on
            besides.

        Examples
        --------
        >>> import spots as ss
        >>> result = ss.Scenario.sample().judge()
        >>> result.facilities["state"].value_counts().to_dict()["designated"]
        21
        >>> str(result.facilities["travel_ms"].dtype), str(result.facilities["minutes"].dtype)
        ('Int64', 'Float64')
        """
        return _facilities_frame(self.evidence, self.lang, self.names)

    @property
    def spots(self) -> gpd.GeoDataFrame:
        """The spot of each designated facility after cutting, on the labels of `facilities`.

        Returns
        -------
        GeoDataFrame
            MultiPolygons, EPSG:6668; columns of the layer ``spots``: ``name``, ``criteria``,
            ``medical_area`` …, ``radius_m`` (Int64), ``circle_km2`` and ``area_km2`` (float64,
            before and after cutting), ``reason``, ``valid_from`` and ``valid_to``
            (datetime64[s]), ``population`` (Float64). Spots overlap; `dissolved` does not.
        """
        return _spots_frame(self.evidence, self.lang, self.names)

    @property
    def dissolved(self) -> gpd.GeoDataFrame:
        """All ground that is a spot, counted once: a row for each connected piece.

        Returns
        -------
        GeoDataFrame
            RangeIndex; ``piece`` (Int64), ``area_km2`` (float64), MultiPolygons in EPSG:6668.
        """
        return _dissolved_frame(self.evidence, self.lang)

    @property
    def units(self) -> gpd.GeoDataFrame:
        """Every unit of ground that the policy judges, once for each of its results.

        Returns
        -------
        GeoDataFrame
            RangeIndex; columns of ``units.csv``: ``result``, ``kind``, ``unit``, ``unit_id``,
            ``name``, ``state`` (category) and so on; what is designated, in other states the whole
            unit, as MultiPolygons in EPSG:6668. No rows where the policy judges facilities alone.
        """
        return _units_frame(self.evidence, self.lang)

    @property
    def routes(self) -> gpd.GeoDataFrame:
        """The route that decided on each facility's travel time, on the labels of `facilities`.

        Returns
        -------
        GeoDataFrame
            LineStrings door to door in EPSG:6668; ``from_id``, ``to_id``, ``nearest_name``,
            ``travel_ms`` (Int64), ``minutes`` (Float64), ``length_m`` and others. No rows where no
            criterion asks for travel time.
        """
        return _routes_frame(self.evidence, self.lang, self.names)

    @property
    def municipalities(self) -> gpd.GeoDataFrame:
        """Municipalities on their code: ``name``, ``area_code``, ``excluded`` …, EPSG:6668."""
        return _municipalities_frame(self.evidence, self.lang)

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """Medical areas on their code: ``name``, ``index``, ``class`` …, EPSG:6668."""
        return _areas_frame(self.evidence, self.lang).rename(columns={"area_class": "class"})

    @property
    def layers(self) -> Mapping[str, gpd.GeoDataFrame]:
        """Every layer that the run has, by the name it has in ``spots.gpkg``.

        Returns
        -------
        mapping of str to GeoDataFrame
            Those above, and, where the run has them, ``circles``, ``nearest_routes``,
            ``indicators``, ``closures``, ``catchments``, ``main_roads``, ``population`` and others.
        """
        return FrozenDict(_layer_frames(self.evidence, self.lang, self.names))

    @property
    def ledger(self) -> pd.DataFrame:
        """What each cut took from each circle and each unit, in the order of the cuts.

        Returns
        -------
        DataFrame
            RangeIndex; ``label`` (of the facility, as in `facilities`; NA for a unit), ``name``,
            ``result`` and ``unit_id`` (NA for a circle), ``step`` (category), and ``before_km2``,
            ``removed_km2``, ``after_km2`` (float64): before less removed is after.
        """
        return _ledger_frame(self.evidence, self.names)

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes of the run."""
        return self.evidence.problems

    @property
    def problems(self) -> pd.DataFrame:
        """The same as a frame, a row each; see `spots.problems` for the columns."""
        return problem_frame(self.found_problems, self.lang)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What every reader must be told: schematic roads, what is closed, what is not given."""
        return tuple(text.render(self.lang) for text in self.evidence.settings.caveats)

    @property
    def settings(self) -> pd.DataFrame:
        """Every setting of the run in words: ``setting`` and ``value``, in reading order."""
        return _settings_frame(self.evidence, self.lang)

    @property
    def summary(self) -> pd.DataFrame:
        """How many there are in each state, and how much ground is designated.

        Returns
        -------
        DataFrame
            A row ``facilities``, and one for each result of the policy that judges units; ``total``
            and the five states (Int64), ``area_km2`` (float64, overlaps counted once),
            ``population`` (Float64; NA where not counted).
        """
        return _summary_frame(self.evidence)


def _facilities_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
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


def _routes_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the decisive route of each facility that has one, door to door."""
    columns = (*chosen(ROUTE_COLUMNS, *ROUTES_LAYER), ROUTE_MINUTES)
    columns = measured(columns, ROUTE_MEASURES)
    return _labelled(routes_layer(result, lang, columns), labels)


def _spots_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the spot of each designated facility, after cutting."""
    columns = measured(spot_layer_columns(result), SPOT_MEASURES)
    return _labelled(spots_layer(result, lang, columns), labels)


def _circles_frame(result: RunResult, lang: Lang, labels: Labels) -> DayFrame:
    """Return the whole circle of each designated facility."""
    columns = measured(chosen(SPOT_COLUMNS, *CIRCLES_LAYER), SPOT_MEASURES)
    return _labelled(circles_layer(result, lang, columns), labels)


def _dissolved_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the connected pieces of all ground that is a spot."""
    return _pieces(_there(layer_table(result, "spots_dissolved", lang)))


def _pieces(table: LayerTable) -> DayFrame:
    """Return connected pieces with their size, which files round."""
    sizes = np.array([ellipsoidal_km2(shape) for shape in table.shapes], dtype=np.float64)
    frame = frame_of(table)
    frame["area_km2"] = sizes
    return frame


def _units_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return every judged unit once for each result; no rows where the policy judges none."""
    columns = measured(UNIT_COLUMNS, UNIT_MEASURES)
    table = units_table(result, lang, columns)
    # Ids of results are the policy's own and no fixed list: texts, whichever there are.
    return frame_of(replace(table, fields=tuple(c.column for c in columns)))


def _municipalities_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the municipalities on their codes."""
    return _coded(_there(layer_table(result, "municipalities", lang)))


def _areas_frame(result: RunResult, lang: Lang) -> DayFrame:
    """Return the medical areas on their codes."""
    return _coded(_there(layer_table(result, "medical_areas", lang)))


def _layer_frames(result: RunResult, lang: Lang, labels: Labels) -> dict[str, DayFrame]:
    """Return every layer of a run by its name, on labels where its rows are facilities."""
    own = {
        "facilities": _facilities_frame(result, lang, labels),
        "routes": _routes_frame(result, lang, labels),
        "spots": _spots_frame(result, lang, labels),
        "circles": _circles_frame(result, lang, labels),
        "spots_dissolved": _dissolved_frame(result, lang),
        "units": _units_frame(result, lang),
        "municipalities": _municipalities_frame(result, lang),
        "medical_areas": _areas_frame(result, lang),
    }
    return {
        table.name: own[table.name]
        if table.name in own
        else (_labelled(table, labels) if table.fields[0].name == _ID else frame_of(table))
        for table in layer_tables(result, lang)
    }


def _settings_frame(result: RunResult, lang: Lang) -> pd.DataFrame:
    """Return every setting of a run in words, in reading order."""
    lines = [tuple(text.render(lang) for text in line) for line in result.settings.lines]
    return pd.DataFrame(lines, columns=["setting", "value"], dtype="string")


def _summary_frame(result: RunResult) -> pd.DataFrame:
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


def _ledger_frame(result: RunResult, labels: Labels) -> pd.DataFrame:
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
