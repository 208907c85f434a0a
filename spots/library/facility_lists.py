"""`read_facilities`: a list of hospitals or clinics, a file or a frame, as a GeoDataFrame.

The command and this function read with the same code and find the same; here rows become a frame
on the caller's index, with the caller's own columns.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Literal, TypedDict, Unpack, overload

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from groundfloor.arguments import of_kind
from groundfloor.crs import JGD2011
from groundfloor.dates import parse_date
from groundfloor.problems import Problem, Text, UsageError, error, one_of
from spots.facilities import LayerSpec, RawFacility, unanswered
from spots.facilities.reading import Scan, refuse_errors, scan_layer
from spots.facilities.type_columns import unsaid_types
from spots.library.facility_frames import (
    FACILITY_COLUMNS,
    LOOKUP_COLUMNS,
    facility_frame,
    is_read,
    position_points,
    rows_of,
)
from spots.library.frames_on_disk import Source, shown_source
from spots.library.given_frames import GivenFrame, scan_frame
from spots.library.given_points import back_in
from spots.library.given_positions import positioned
from spots.library.list_arguments import Types, columns_said, types_said
from spots.library.merged_records import MERGED_COLUMNS
from spots.library.own_columns import own_columns
from spots.library.told_problems import labels_noted, noted, noted_problems, problems, warn_of
from spots.types import Accuracy, Role

_INDEX = "facility_id"
_FACILITIES = "facilities"


class ListOptions(TypedDict, total=False):
    """What may be said of a list; see `read_facilities`."""

    types: Types
    list: str
    columns: Mapping[str, Hashable] | None
    role: Role | str | None
    name: str | None
    sheet: str | None
    sheet_name: str | None
    encoding: str | None
    where: Mapping[str, object] | None
    accuracy: Accuracy | str | None
    source_note: str
    as_of: date | str | None
    aliases: Mapping[str, str | Iterable[str]] | None
    positions: Source | Sequence[Source] | None


@overload
def read_facilities(
    source: Source, *, return_problems: Literal[False] = ..., **options: Unpack[ListOptions]
) -> gpd.GeoDataFrame: ...


@overload
def read_facilities(
    source: Source, *, return_problems: Literal[True], **options: Unpack[ListOptions]
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]: ...


def read_facilities(
    source: Source,
    *,
    types: Types = None,
    list: str = "",  # noqa: A002 (the policy's word for it)
    columns: Mapping[str, Hashable] | None = None,
    role: Role | str | None = None,
    name: str | None = None,
    sheet: str | None = None,
    sheet_name: str | None = None,
    encoding: str | None = None,
    where: Mapping[str, object] | None = None,
    accuracy: Accuracy | str | None = None,
    source_note: str = "",
    as_of: date | str | None = None,
    aliases: Mapping[str, str | Iterable[str]] | None = None,
    positions: Source | Sequence[Source] | None = None,
    return_problems: bool = False,
) -> gpd.GeoDataFrame | tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Read a list of hospitals or clinics, whatever it comes in.

    Headers are found by their words (Japanese or English), as are encodings, title rows, the
    sheet with the list, datums and notations of coordinates. What is doubtful is told: by one
    `ProblemWarning`, and row by row in ``spots.problems(frame)``.

    Parameters
    ----------
    source : str, Path, GeoDataFrame or DataFrame
        CSV or TSV in any Japanese encoding, a workbook, GeoPackage, GeoJSON, Shapefile,
        FlatGeobuf, a zip of one, 国土数値情報 P04 or 医療情報ネット; points in any CRS; or a
        frame with columns of latitude and longitude.
    types : str, FacilityType, several of them, or dict, optional
        What every row is, beside what a type column says: ``"③"``, ``"secondary_emergency"``,
        ``["①", "③"]``. A dict says what words of the type column mean:
        ``{"救急告示": "③", "その他": None}``. Without it a list that names no type is told;
        ``"none"`` says that it has none.
    list : str
        Name under which a policy may ask for this list, such as ``"rotation"``.
    columns : dict, optional
        ``{column: header}``, such as ``{"name": "byoin"}``, or ``{header: column}`` as
        `DataFrame.rename` has it, where the words tell which. An empty header switches a column
        off.
    role : str
        ``"candidate"`` (judged; the default) or ``"destination"`` (only reached).
    name : str, optional
        What the list is called; by default its sheet or file, of a frame `list`.
    sheet, sheet_name : str, optional
        Sheet of a workbook, or layer of a GeoPackage.
    encoding : str, optional
        Of a text file, where the automatic choice is wrong.
    where : dict, optional
        Only rows whose column has the value, or one of several:
        ``{"都道府県": ["熊本県", "大分県"]}``.
    accuracy : str
        ``"point"`` (the default), or ``"town"`` for positions of town blocks.
    source_note : str
        Who published the list.
    as_of : date or str, optional
        The day it speaks of (令和 too).
    aliases : dict of str to several str, optional
        Further headers by column.
    positions : path, frame or sequence of these, optional
        Where rows without a position are looked up by name and municipality, one to one: 医療情報
        ネット, P04, a finished run, a town table. What they gave stands in ``position_source``
        and ``position_match``; rows that are not sure stay without, and are told.
    return_problems : bool
        Whether to return the frame of problems, too.

    Returns
    -------
    GeoDataFrame
        A row for each of the list. A GeoDataFrame's index, CRS and own columns are kept (a
        DataFrame's too, in EPSG:6668); of a file the index ``facility_id`` is the list's own id
        where every row has one of its own, else a RangeIndex, and the CRS EPSG:6668. Geometry is
        None where a row has no position, and ``position_problem`` says why.

        Columns: ``name, type`` (category, several joined by ``;``), ``base_hospital,
        remote_clinic, secondary_emergency`` (boolean), ``list, role, layer, id, address,
        municipality, municipality_code, prefecture_code, site, kind, status, remark,
        kana``, for the plan ``reason, service, councils, page, on_application``, then ``accuracy,
        position_problem, source, as_of, layer_type, file, row``, the list's own columns and the
        geometry. Texts are ``string``, NA where nothing is said; days are such texts
        (``"2024-04-01"``), since `GeoDataFrame.to_json` and `explore` refuse timestamps.
    DataFrame
        With `return_problems`: what `spots.problems` gives.

    Raises
    ------
    FacilityListError
        The list cannot be used as it is (a row without a name, an unknown type, …); everything
        found in it is named. A ValueError.
    MissingFileError
        There is no such file. A FileNotFoundError.
    CrsError
        A GeoDataFrame has no CRS. A ValueError.
    UsageError
        An argument means nothing. A ValueError.

    Examples
    --------
    >>> import spots as ss
    >>> with ss.sample_run_file() as run_file:
    ...     frame = ss.read_facilities(run_file.with_name("rotation_hospitals.csv"), types="③")
    >>> len(frame), frame.crs.to_epsg(), frame["type"].unique().tolist()
    (43, 6668, ['secondary_emergency'])
    """
    said: ListOptions = {
        "types": types,
        "list": list,
        "columns": columns,
        "role": role,
        "name": name,
        "sheet": _one_of_two(sheet, sheet_name),
        "encoding": encoding,
        "where": where,
        "accuracy": accuracy,
        "source_note": source_note,
        "as_of": as_of,
        "aliases": aliases,
        "positions": positions,
    }
    if isinstance(source, pd.DataFrame) and is_read(source):
        frame = _said_again(source, said)
    else:
        frame, shown = _read(source, said)
        warn_of(noted_problems(frame), shown)
    return (frame, problems(frame)) if return_problems else frame


_SOURCE = Text(
    "ファイルか DataFrame を渡してください（GeoSeries は to_frame で表にします）",
    "give a file, a DataFrame or a GeoDataFrame (of a GeoSeries to_frame makes one)",
)


def _spec(source: Source, said: ListOptions) -> LayerSpec:
    every, words = types_said(said["types"])
    given = isinstance(source, pd.DataFrame)
    path = Path("-") if isinstance(source, pd.DataFrame) else Path(source)
    known = said["list"] or _FACILITIES if given else said["sheet"] or path.stem
    headers = source.columns if isinstance(source, pd.DataFrame) else ()
    return LayerSpec(
        path=path,
        shown=shown_source(source, said["name"] or said["list"] or _FACILITIES),
        name=said["name"] or known,
        types=every,
        role=one_of(Role, said["role"] or Role.CANDIDATE, "role"),
        source=said["source_note"],
        as_of=None if said["as_of"] is None else parse_date(said["as_of"], column="as_of"),
        sheet=said["sheet"],
        columns=columns_said(said["columns"], headers),
        where=tuple(sorted((str(k), _several(v)) for k, v in (said["where"] or {}).items())),
        encoding=said["encoding"],
        accuracy=one_of(Accuracy, said["accuracy"] or Accuracy.POINT, "accuracy"),
        type_words=words,
    )


def _several(values: object) -> tuple[str, ...]:
    if isinstance(values, Iterable) and not isinstance(values, str):
        return tuple(map(str, values))
    return (str(values),)


def _read(source: Source, said: ListOptions) -> tuple[gpd.GeoDataFrame, str]:
    """Return a frame of a list, its problems noted, and what the list is called in messages."""
    of_kind(source, (str, PathLike, pd.DataFrame), "source", _SOURCE)
    spec = _spec(source, said)
    aliases = {column: _several(names) for column, names in (said["aliases"] or {}).items()}
    given = None
    if isinstance(source, pd.DataFrame):
        scan, given = scan_frame(source, spec, aliases)
    else:
        scan = scan_layer(spec, aliases)
    refuse_errors(scan.problems)
    unsaid = unsaid_types(spec, scan) if said["types"] is None or spec.type_words else ()
    layer = replace(spec.layer, list_name=said["list"])
    raws: Sequence[RawFacility] = [replace(raw, layer=layer) for raw in scan.raws]
    told = scan.problems
    if said["positions"] is not None:
        raws, about = positioned(raws, said["positions"])
        told = (*unanswered(told), *about)
    rows = [raw.row.row for raw in raws]
    index = _index(raws) if given is None else given.index[[row - 1 for row in rows]]
    geometry = _points(raws, index, given)
    columns, renamed = _own(scan, rows, index, given)
    found = (*told, *unsaid, *renamed)
    labels = zip(rows, index, strict=True) if given is None else enumerate(given.index, start=1)
    called = {(spec.shown, row): label for row, label in labels}
    frame = facility_frame(raws, geometry, columns)
    return noted(frame, found, labels=labels_noted(found, called)), spec.shown


def _index(raws: Sequence[RawFacility]) -> pd.Index:
    """Return the ids of a file where each row has one of its own, else the rows' places from 0."""
    ids = [raw.given_id for raw in raws]
    if all(ids) and len(set(ids)) == len(ids):
        return pd.Index(ids, name=_INDEX)
    return pd.RangeIndex(len(raws))


def _points(
    raws: Sequence[RawFacility], index: pd.Index, given: GivenFrame | None
) -> gpd.GeoSeries:
    """Return positions in the caller's CRS: the caller's own points where they were taken as is."""
    read = position_points(raws)
    if given is None or given.crs is None:
        return back_in(read, index, CRS(JGD2011))
    ats = [raw.row.row - 1 for raw in raws]
    mended = back_in(read, index, given.crs)
    as_is = shapely.equals_exact(read, shapely.force_2d(given.degrees[ats]), tolerance=0.0)
    shapes = np.where(as_is, given.shapes[ats], np.asarray(mended.array, dtype=object))
    return gpd.GeoSeries(shapes, index=index, crs=given.crs, name=given.geometry)


def _own(
    scan: Scan, rows: Sequence[int], index: pd.Index, given: GivenFrame | None
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the list's own columns, and a note for each that had to be renamed."""
    taken = {
        *FACILITY_COLUMNS,
        *LOOKUP_COLUMNS,
        *MERGED_COLUMNS,
        "geometry" if given is None else given.geometry,
    }
    if scan.table is None:
        return pd.DataFrame(index=index), ()
    if given is None:
        return own_columns(scan.table, rows, index, taken)
    ats = [row - 1 for row in rows]
    # A frame whose header stands in a row of its own is a sheet that pandas did not understand.
    headed = scan.table.columns.row in {None, 0}
    own = given.own.iloc[ats] if headed else None
    columns, renamed = own_columns(scan.table, rows, index, taken, own)
    return pd.concat([columns, given.others.iloc[ats]], axis=1), renamed


# --- a frame that has been read


def _said_again(frame: pd.DataFrame, said: ListOptions) -> gpd.GeoDataFrame:
    """Return a frame that has been read already, with what is said of its list now.

    Raises
    ------
    UsageError
        Something is said that only reading can heed, or the frame is merged.
    """
    words = isinstance(said["types"], Mapping)
    late = [k for k in ("columns", "where", "aliases", "encoding", "sheet") if said[k]]
    late += ["positions"] if said["positions"] is not None else []
    if late or words:
        raise UsageError(_read_before(", ".join(late or ["types"])))
    spec = _spec(frame, said)
    raws = [_told(raw, spec, said) for raw in rows_of(frame)]
    own = frame.drop(columns=[*FACILITY_COLUMNS, *LOOKUP_COLUMNS], errors="ignore")
    own = own.drop(columns=[frame.geometry.name])
    again = facility_frame(raws, frame.geometry, pd.DataFrame(own))
    again.attrs = dict(frame.attrs)
    return again


def _told(raw: RawFacility, spec: LayerSpec, said: ListOptions) -> RawFacility:
    layer = replace(
        raw.layer,
        name=said["name"] or raw.layer.name,
        types=raw.layer.types | spec.types,
        role=spec.role if said["role"] else raw.layer.role,
        source=said["source_note"] or raw.layer.source,
        as_of=spec.as_of or raw.layer.as_of,
        list_name=said["list"] or raw.layer.list_name,
    )
    position = raw.position
    if position is not None and said["accuracy"]:
        position = replace(position, accuracy=spec.accuracy)
    return replace(
        raw,
        layer=layer,
        row=replace(raw.row, layer=layer.name),
        types=raw.types | spec.types,
        position=position,
    )


def _one_of_two(sheet: str | None, sheet_name: str | None) -> str | None:
    if sheet is not None and sheet_name not in {None, sheet}:
        raise UsageError(
            error(
                "sheet-named-twice",
                Text("シートの名前が二つあります", "gives two sheets"),
                Text("sheet だけにしてください", "give sheet alone"),
                column="sheet_name",
                value=sheet_name,
            )
        )
    return sheet if sheet is not None else sheet_name


def _read_before(what: str) -> Problem:
    return error(
        "list-read-already",
        Text("読み込み済みの一覧には使えません", "cannot be said of a list that has been read"),
        Text(
            "元のファイルか、元の GeoDataFrame を読むときに指定してください",
            "say it when the file or the frame is read for the first time",
        ),
        column=what,
    )
