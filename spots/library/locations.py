"""Which institutions of a list, or of a frame, lie inside a spot: the answers of a result.

Stands apart: `Result.locate` gives its frame; the command prints and writes the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from shapely.geometry import Point

from groundfloor.crs import JGD2011
from groundfloor.dates import parse_date
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Problem, Severity, Text, one_of
from spots.facilities import RawFacility
from spots.facilities.reading import refuse_errors
from spots.library.facility_frames import is_read, rows_of
from spots.library.given_frames import scan_frame
from spots.library.given_points import back_in, geometry_of
from spots.library.list_arguments import columns_said
from spots.library.own_columns import columns_beside
from spots.library.told_problems import noted, noted_problems
from spots.library.typed_frames import DayFrame, table_of
from spots.locating import Answers, locate, locate_json, locate_table, run_towns, write_answers
from spots.locating.answer_text import STANDING_LABELS
from spots.locating.answering import TOLERANCE_M
from spots.locating.list_answering import (
    AskedOfList,
    asked_sources,
    list_spec,
    locate_rows,
    run_aliases,
)
from spots.locating.output_files import Answered, answer_columns
from spots.outputs.layer_table import filled_cells
from spots.telling.columns import Filled, codes
from spots.telling.facility_columns import AREA_CLASS
from spots.types import Accuracy

if TYPE_CHECKING:
    from spots.library.result import Result

Listed: TypeAlias = str | Path | pd.DataFrame | gpd.GeoSeries
_FRAME = "institutions"
_SHOWN = f"<{_FRAME}>"


@dataclass(frozen=True, slots=True, eq=False)
class Locations:
    """Where the institutions of a list stand.

    Parameters
    ----------
    answers : Answers
        What was asked, and the answer for each row.
    found_problems : tuple of Problem
        Warnings and notes.
    lang : Lang
        Language of sentences.
    index : Index, optional
        The caller's labels of the rows; None of a file.
    crs : CRS, optional
        The caller's.
    own : DataFrame, optional
        The caller's columns, row by row.
    """

    answers: Answers
    found_problems: tuple[Problem, ...]
    lang: Lang
    index: pd.Index | None = None
    crs: CRS | None = None
    own: pd.DataFrame | None = None

    @property
    def text(self) -> str:
        """The answers in lines, as ``spots locate`` prints them."""
        return locate_table(self.answers, self.lang)

    @property
    def undetermined(self) -> bool:
        """Whether the answer of a row is open."""
        return any(one.undetermined for one in self.answers.rows)

    def to_dict(self) -> dict[str, object]:
        """Return the answers as JSON-able data, as ``spots locate --json`` prints them."""
        return locate_json(self.answers, self.lang)

    def write(self, path: str | Path, *, force: bool = False) -> tuple[WrittenFile, ...]:
        """Write the answers as ``.csv`` (and ``…_spots.csv``), ``.xlsx`` or ``.geojson``."""
        return write_answers(self.answers, Path(path), lang=self.lang, force=force)

    @property
    def frame(self) -> DayFrame:
        """The answers, a row each; see `spots.library.result.Result.locate`."""
        rows = self.answers.rows
        columns = tuple(_coded(c) for c in answer_columns(self.answers.question))
        cells = filled_cells(columns, [(one, self.answers.question) for one in rows], self.lang)
        index = self._index()
        table = table_of([c.column for c in columns], cells, index)
        found = self.found_problems
        if self.index is not None:
            table = table.drop(columns="row")
        if self.own is not None:
            beside, renamed = columns_beside(self.own, table, _SHOWN)
            table, found = pd.concat([table, beside], axis=1), (*found, *renamed)
        points = [
            None if o.position is None else Point(o.position.lon, o.position.lat) for o in rows
        ]
        shapes = gpd.GeoSeries(points, index=index, crs=JGD2011)
        placed = shapes if self.crs is None else back_in(shapes.to_numpy(), index, self.crs)
        return noted(DayFrame(table, geometry=placed), found)

    def _index(self) -> pd.Index:
        """Return the caller's labels; of a file the list's ids where every row has its own."""
        if self.index is not None:
            return self.index
        ids = [one.given_id for one in self.answers.rows]
        unique = all(ids) and len(set(ids)) == len(ids)
        return pd.Index(ids, name="facility_id") if unique else pd.RangeIndex(len(ids))


def _coded(column: Filled[Answered]) -> Filled[Answered]:
    """Return a column of the answers with codes where files have words for people first."""
    if column.name == "standing":
        return replace(column, column=replace(column.column, codes=codes(STANDING_LABELS)))
    if column.name == "area_class":
        return Filled(AREA_CLASS, lambda row, _: row[0].place.area_class.value)
    return column


def locations(
    result: Result,
    source: Listed,
    *,
    on: date | str | None = None,
    tolerance_m: float = TOLERANCE_M,
    reach_m: float = 0.0,
    accuracy: Accuracy | str = Accuracy.POINT,
    positions: str | Path | Sequence[str | Path] = (),
    towns: str | Path | None = None,
    only: str | None = None,
    columns: Mapping[str, Hashable] | None = None,
    progress: Callable[[Text], None] | None = None,
) -> Locations:
    """Say of each row of a list, or frame, whether it lies inside a spot or a 少数区域.

    Parameters are those of `spots.library.result.Result.locate`; `progress` is told what is
    being done.
    """
    evidence = result.evidence
    named = (positions,) if isinstance(positions, str | Path) else tuple(positions)
    if towns is None and result.folder is not None:
        towns = run_towns(evidence, result.folder)
    if isinstance(source, pd.DataFrame | gpd.GeoSeries):
        when = None if on is None else parse_date(on, column="on", whole=True)
        asked = AskedOfList(when, tolerance_m, reach_m, asked_sources(named, towns), only)
        given = _given(result, source, one_of(Accuracy, accuracy, "accuracy"), columns)
        told = locate_rows(evidence, given.rows, given.problems, _SHOWN, asked, progress)
        return Locations(*told, result.lang, given.index, given.crs, given.own)
    told = locate(
        evidence,
        source,
        on=on,
        tolerance_m=tolerance_m,
        reach_m=reach_m,
        accuracy=accuracy,
        positions=named,
        towns=towns,
        only=only,
        columns=columns_said(columns),
        progress=progress,
    )
    return Locations(*told, result.lang)


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """A caller's frame as the rows of a list, numbered from 1."""

    rows: Sequence[RawFacility]
    problems: Sequence[Problem]
    index: pd.Index
    crs: CRS | None
    own: pd.DataFrame


def _given(
    result: Result,
    source: pd.DataFrame | gpd.GeoSeries,
    accuracy: Accuracy,
    columns: Mapping[str, Hashable] | None,
) -> _Given:
    frame = source.to_frame("geometry") if isinstance(source, gpd.GeoSeries) else source
    crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    if isinstance(frame, gpd.GeoDataFrame) and is_read(frame):
        rows = rows_of(frame)
        at = {(raw.row.file, raw.row.row): n for n, raw in enumerate(rows, 1)}
        problems = [replace(p, row=at.get((p.file, p.row))) for p in noted_problems(frame) if p.row]
        numbered = [replace(raw, row=replace(raw.row, row=n)) for n, raw in enumerate(rows, 1)]
        return _Given(numbered, problems, frame.index, crs, _own(frame))
    if not len(frame):
        return _Given((), (), frame.index, crs, _own(frame))
    said = columns_said(columns, frame.columns)
    spec = list_spec(Path(_FRAME), accuracy, _SHOWN, said)
    aliases = run_aliases(result.evidence)
    scan, given = scan_frame(frame, spec, aliases)
    if _nameless(scan.problems, said):
        named = frame.assign(name=frame.index.astype(str))
        scan, given = scan_frame(
            named, replace(spec, columns={**spec.columns, "name": "name"}), aliases
        )
    refuse_errors(scan.problems)
    ats = [raw.row.row - 1 for raw in scan.raws]
    return _Given(scan.raws, scan.problems, given.index[ats], crs, _own(frame).iloc[ats])


def _own(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a frame but for its geometry; refuse geometry that has no CRS."""
    plain = pd.DataFrame(frame)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        return plain
    geometry_of(frame, _FRAME)
    return plain.drop(columns=frame.active_geometry_name)


def _nameless(problems: Sequence[Problem], columns: Mapping[str, str]) -> bool:
    """Return whether points have no column of names, for which their labels stand then."""
    errors = {p.code for p in problems if p.severity is Severity.ERROR}
    return "name" not in columns and errors == {"column-missing"}
