"""Frames of institutions: a caller's as the rows of a list, and the answers on its labels.

Stands apart: who asks of a file, as the command does, needs no pandas.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from shapely.geometry import Point

from groundfloor.crs import JGD2011
from groundfloor.problems import Problem, Severity
from spots.facilities import RawFacility
from spots.facilities.reading import refuse_errors
from spots.library.facility_frames import is_read, rows_of
from spots.library.given_frames import scan_frame
from spots.library.given_points import back_in, geometry_of
from spots.library.list_arguments import columns_said
from spots.library.locations import SHOWN, Locations
from spots.library.own_columns import columns_beside
from spots.library.told_problems import noted, noted_problems
from spots.library.typed_frames import DayFrame, table_of
from spots.locating.answer_text import STANDING_LABELS
from spots.locating.list_answering import list_spec, run_aliases
from spots.locating.output_files import Answered, answer_columns
from spots.outputs.layer_table import filled_cells
from spots.telling.columns import Filled, codes
from spots.telling.facility_columns import AREA_CLASS
from spots.types import Accuracy

if TYPE_CHECKING:
    from spots.library.result import Result

_FRAME = "institutions"


def located_frame(found_in: Locations) -> DayFrame:
    """Return the answers, a row each; see `spots.library.result.Result.locate`."""
    rows = found_in.answers.rows
    columns = tuple(_coded(c) for c in answer_columns(found_in.answers.question))
    cells = filled_cells(columns, [(one, found_in.answers.question) for one in rows], found_in.lang)
    index = _index(found_in)
    table = table_of([c.column for c in columns], cells, index)
    found = found_in.found_problems
    if found_in.index is not None:
        table = table.drop(columns="row")
    if found_in.own is not None:
        beside, renamed = columns_beside(found_in.own, table, SHOWN)
        table, found = pd.concat([table, beside], axis=1), (*found, *renamed)
    points = [None if o.position is None else Point(o.position.lon, o.position.lat) for o in rows]
    shapes = gpd.GeoSeries(points, index=index, crs=JGD2011)
    placed = shapes if found_in.crs is None else back_in(shapes.to_numpy(), index, found_in.crs)
    return noted(DayFrame(table, geometry=placed), found)


def _index(found_in: Locations) -> pd.Index:
    """Return the caller's labels; of a file the list's ids where every row has its own."""
    if found_in.index is not None:
        return found_in.index
    ids = [one.given_id for one in found_in.answers.rows]
    unique = all(ids) and len(set(ids)) == len(ids)
    return pd.Index(ids, name="facility_id") if unique else pd.RangeIndex(len(ids))


def _coded(column: Filled[Answered]) -> Filled[Answered]:
    """Return a column of the answers with codes where files have words for people first."""
    if column.name == "standing":
        return replace(column, column=replace(column.column, codes=codes(STANDING_LABELS)))
    if column.name == "area_class":
        return Filled(AREA_CLASS, lambda row, _: row[0].place.area_class.value)
    return column


@dataclass(frozen=True, slots=True, eq=False)
class GivenRows:
    """A caller's frame as the rows of a list, numbered from 1."""

    rows: Sequence[RawFacility]
    problems: Sequence[Problem]
    index: pd.Index
    crs: CRS | None
    own: pd.DataFrame


def given_rows(
    result: Result,
    source: pd.DataFrame | gpd.GeoSeries,
    accuracy: Accuracy,
    columns: Mapping[str, Hashable] | None,
) -> GivenRows:
    """Return a caller's frame as the rows of a list.

    Parameters
    ----------
    result : Result
        The run, whose aliases hold.
    source : DataFrame or GeoSeries
        The frame.
    accuracy : Accuracy
        Of its points.
    columns : mapping, optional
        As `spots.library.result.Result.locate` takes them.

    Raises
    ------
    DataError, CrsError
        It cannot be used.
    """
    frame = source.to_frame("geometry") if isinstance(source, gpd.GeoSeries) else source
    crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    if isinstance(frame, gpd.GeoDataFrame) and is_read(frame):
        rows = rows_of(frame)
        at = {(raw.row.file, raw.row.row): n for n, raw in enumerate(rows, 1)}
        problems = [replace(p, row=at.get((p.file, p.row))) for p in noted_problems(frame) if p.row]
        numbered = [replace(raw, row=replace(raw.row, row=n)) for n, raw in enumerate(rows, 1)]
        return GivenRows(numbered, problems, frame.index, crs, _own(frame))
    if not len(frame):
        return GivenRows((), (), frame.index, crs, _own(frame))
    said = columns_said(columns, frame.columns)
    spec = list_spec(Path(_FRAME), accuracy, SHOWN, said)
    aliases = run_aliases(result.evidence)
    scan, given = scan_frame(frame, spec, aliases)
    if _nameless(scan.problems, said):
        named = frame.assign(name=frame.index.astype(str))
        scan, given = scan_frame(
            named, replace(spec, columns={**spec.columns, "name": "name"}), aliases
        )
    refuse_errors(scan.problems)
    ats = [raw.row.row - 1 for raw in scan.raws]
    return GivenRows(scan.raws, scan.problems, given.index[ats], crs, _own(frame).iloc[ats])


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
