"""`merge_facilities`: one row for each hospital, whatever lists it is on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Literal, overload

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from groundfloor.crs import JGD2011
from groundfloor.problems import Problem, Severity, Text, UsageError, error
from spots.facilities import FacilityListError, Identity, RawFacility, merge
from spots.library.facility_frames import (
    FACILITY_COLUMNS,
    LOOKUP_COLUMNS,
    facility_frame,
    is_read,
    position_points,
    rows_of,
)
from spots.library.facility_lists import read_facilities
from spots.library.facility_rows import GivenLists, given_lists
from spots.library.given_points import back_in
from spots.library.ground import Ground
from spots.library.list_arguments import decisions_said
from spots.library.merged_records import MERGED_COLUMNS, RECORDS, MergedRecord
from spots.library.told_problems import labels_noted, noted, problems, warn_of
from spots.types import Facility, Layer, SourceRow

_SEVERAL = ";"
_INDEX = "facility_id"
_A_PAIR = 2
Names = Iterable[str]
#: Decisions about several, or the names of one.
Decided = Iterable[Names] | Iterable[str]


@overload
def merge_facilities(
    *frames: pd.DataFrame | Sequence[pd.DataFrame],
    ground: Ground | None = ...,
    same: Decided = ...,
    apart: Decided = ...,
    return_problems: Literal[False] = ...,
) -> gpd.GeoDataFrame: ...


@overload
def merge_facilities(
    *frames: pd.DataFrame | Sequence[pd.DataFrame],
    ground: Ground | None = ...,
    same: Decided = ...,
    apart: Decided = ...,
    return_problems: Literal[True],
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]: ...


def merge_facilities(
    *frames: pd.DataFrame | Sequence[pd.DataFrame],
    ground: Ground | None = None,
    same: Decided = (),
    apart: Decided = (),
    return_problems: bool = False,
) -> gpd.GeoDataFrame | tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Merge lists into one row for each hospital or clinic, as a run does.

    Rows are one where their ids are equal, or their names (however spelt) and municipalities are,
    one to one. What may be one and cannot be told is left apart, warned of, and named in the
    column ``doubles``.

    Parameters
    ----------
    *frames : GeoDataFrame, or sequences of them
        Lists as `spots.read_facilities` gives them, the one whose names and positions are trusted
        most first; merged ones too.
    ground : Ground, optional
        Knows municipalities by name and address. With it the rows merge as in a run; without it
        municipalities are compared as they are written.
    same, apart : iterable of tuples of str
        Names or ids that are one hospital (an old and a new name), or surely are not:
        ``same=[("旧町立病院", "町立医療センター")]``; labels of a merged frame do, too. One tuple
        alone is one decision.
    return_problems : bool
        Whether to return the frame of problems, too.

    Returns
    -------
    GeoDataFrame
        Index ``facility_id``, as a run calls them, in the order of the first rows. Columns as of
        `spots.read_facilities`: types united; name, address, position and the list's own columns
        of the first list that has them; ``list``, ``layer`` and ``source`` of all lists, joined
        by ``;``. After them ``other_names`` and ``doubles`` (ids, joined by ``;``), and
        ``records``: the rows behind the row, from which a scenario takes it apart again. The CRS
        is that of the frames, or EPSG:6668 where these differ.
    DataFrame
        With `return_problems`: what `spots.problems` gives.

    Raises
    ------
    FacilityListError
        An id stands for two hospitals, or a decision names nobody; all are named. A ValueError.
    UsageError
        No frame is given. A ValueError.

    Examples
    --------
    >>> import spots as ss
    >>> with ss.sample_run_file() as run_file:
    ...     folder = run_file.parent
    ...     base = ss.read_facilities(folder / "base_hospitals.csv", types="①")
    ...     rotation = ss.read_facilities(folder / "rotation_hospitals.csv", types="③")
    >>> merged = ss.merge_facilities(base, rotation)
    >>> len(base), len(rotation), len(merged)
    (4, 43, 43)
    """
    given_frames = [
        frame for each in frames for frame in ([each] if isinstance(each, pd.DataFrame) else each)
    ]
    if not given_frames:
        raise UsageError(_nothing_given())
    read = [frame if is_read(frame) else read_facilities(frame) for frame in given_frames]
    given = given_lists(read)
    decisions = (*given.identities, *_told(same, "same"), *_told(apart, "apart"))
    facilities, found = merge(given.rows, ground.regions if ground else None, decisions)
    if any(p.severity is Severity.ERROR for p in found):
        raise FacilityListError([p for p in found if p.severity is Severity.ERROR])
    merged = merged_frame(facilities, given, read)
    ids = {(row.file, row.row): f.id for f in facilities for row in f.rows}
    everything = (*given.problems, *found)
    noted(merged, everything, labels=labels_noted(everything, ids), reading=len(given.problems))
    warn_of(found, "merge_facilities")
    return (merged, problems(merged)) if return_problems else merged


def _told(decisions: Decided, argument: str) -> list[Identity]:
    """Return decisions by name; of one pair alone one.

    Raises
    ------
    UsageError
        A decision has not two names.
    """
    pairs = decisions_said(decisions)
    named = [(pair,) if isinstance(pair, str) else tuple(map(str, pair)) for pair in pairs]
    if lonely := [names for names in named if len(names) < _A_PAIR]:
        raise UsageError([_no_pair(argument, names) for names in lonely])
    return [
        Identity(names, same=argument == "same", file=f"<{argument}>", row=number)
        for number, names in enumerate(named, start=1)
    ]


def _no_pair(argument: str, names: Sequence[str]) -> Problem:
    example = f'{argument}=[("旧町立病院", "町立医療センター")]'
    return error(
        "identity-without-pair",
        Text("名称か id が二つ以上要ります", "needs two names or ids, or more"),
        Text(f"{example} のように書いてください", f"write it as {example}"),
        column=argument,
        value=", ".join(names),
    )


def merged_frame(
    facilities: Sequence[Facility], given: GivenLists, frames: Sequence[pd.DataFrame]
) -> gpd.GeoDataFrame:
    """Return facilities as a frame, the rows behind each in it.

    Parameters
    ----------
    facilities : sequence of Facility
        What the rows were merged into.
    given : GivenLists
        The rows, out of `frames`.
    frames : sequence of GeoDataFrame
        For the CRS and the columns that are the lists' own.
    """
    by_row = {raw.row: raw for raw in given.rows}
    mine = [[by_row[row] for row in facility.rows] for facility in facilities]
    raws = [_as_row(f, rows) for f, rows in zip(facilities, mine, strict=True)]
    index = pd.Index([facility.id for facility in facilities], name=_INDEX, dtype="str")
    points = back_in(position_points(raws), index, _common_crs(frames))
    own = _own(facilities, given, frames, index)
    own["other_names"] = _texts([_joined(f.other_names) for f in facilities], index)
    own["doubles"] = _texts([_joined(d.id for d in f.doubles) for f in facilities], index)
    frame = facility_frame(raws, points.rename("geometry"), own)
    # As the frame tells them, so that what is changed in it later shows.
    told = zip(facilities, rows_of(frame), mine, strict=True)
    place = {raw.row: at for at, raw in enumerate(given.rows)}
    first = {facility.id: facility.rows[0] for facility in facilities}
    records = [
        MergedRecord(
            now,
            tuple(rows),
            tuple(place[raw.row] for raw in rows),
            tuple(first[other] for other in facility.apart),
        ).written()
        for facility, now, rows in told
    ]
    frame.insert(frame.columns.get_loc("geometry"), RECORDS, _texts(records, index))
    return frame


def _as_row(facility: Facility, rows: Sequence[RawFacility]) -> RawFacility:
    """Return a merged facility as the one row that a list of it would have."""
    layers = [raw.layer for raw in rows]
    days = [layer.as_of for layer in layers if layer.as_of is not None]
    layer = Layer(
        name=_joined(layer.name for layer in layers),
        file=_joined(row.file for row in facility.rows),
        types=frozenset(),
        role=facility.role,
        source=_joined(layer.source for layer in layers),
        as_of=max(days) if days else None,
        list_name=_joined(layer.list_name for layer in layers),
    )
    return replace(
        rows[0],
        layer=layer,
        row=SourceRow(layer.name, layer.file, facility.rows[0].row),
        given_id=facility.id,
        name=facility.name,
        types=facility.types,
        address=facility.address,
        prefecture_code=facility.prefecture_code,
        municipality=_first(raw.municipality for raw in rows) or "",
        municipality_code=facility.municipality_code,
        position=facility.position,
        position_problem=facility.position_problem,
        site=_first(raw.site for raw in rows),
        remark=facility.remark,
        kind=_first(raw.kind for raw in rows) or "",
        status=_first(raw.status for raw in rows) or "",
        entry=facility.entry,
        kana=facility.kana,
        looked_up=facility.looked_up,
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _joined(values: Iterable[str]) -> str:
    return _SEVERAL.join(dict.fromkeys(value for value in values if value))


def _texts(values: Sequence[str], index: pd.Index) -> pd.Series:
    return pd.Series([value or None for value in values], index=index, dtype="string")


def _common_crs(frames: Sequence[pd.DataFrame]) -> CRS:
    """Return the CRS of all frames; JGD2011 degrees where they differ."""
    found = {frame.crs for frame in frames if isinstance(frame, gpd.GeoDataFrame)}
    return found.pop() if len(found) == 1 else CRS(JGD2011)


def _own(
    facilities: Sequence[Facility],
    given: GivenLists,
    frames: Sequence[pd.DataFrame],
    index: pd.Index,
) -> pd.DataFrame:
    """Return the lists' own columns, of each the first value that a facility's rows have."""
    known = {*FACILITY_COLUMNS, *LOOKUP_COLUMNS, *MERGED_COLUMNS}
    starts = np.cumsum([0, *(len(frame) for frame in frames)])
    own = pd.concat(
        [
            pd.DataFrame(frame.drop(columns=[*known, _geometry(frame)], errors="ignore"))
            for frame in frames
        ],
        ignore_index=True,
    )
    places = [[given.places[row] for row in facility.rows] for facility in facilities]
    at = [[starts[frame] + place for frame, place in each] for each in places]
    of = np.repeat(np.arange(len(at)), [len(each) for each in at])
    rows = np.array([one for each in at for one in each], dtype=np.intp)
    columns: dict[Hashable, pd.Series] = {}
    for name in own.columns:
        values = own[name].iloc[rows]
        there = values.notna().to_numpy()
        first = values[there].groupby(of[there], sort=False).head(1)
        kept = pd.unique(of[there])
        columns[name] = first.set_axis(kept).reindex(range(len(at))).set_axis(index)
    return pd.DataFrame(columns, index=index)


def _geometry(frame: pd.DataFrame) -> Hashable:
    return frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None


def _nothing_given() -> Problem:
    return error(
        "no-facilities-given",
        Text("一覧がありません", "is given no list"),
        Text("read_facilities の結果を渡してください", "give what read_facilities returned"),
        column="merge_facilities",
    )
