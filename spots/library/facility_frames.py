"""Rows of facility lists as a GeoDataFrame, and such a frame as rows again, nothing lost between.

The frame is the truth: what somebody changes in it holds. So everything that a verdict may hang
on has a column of its own, and nothing hangs on ``attrs``, which many tools drop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from groundfloor.codec import CodecError, compact_json, decode, encode
from groundfloor.dates import day_of
from groundfloor.problems import Problem, Text, error
from spots.facilities import FacilityListError, RawFacility
from spots.facilities.coordinates import POSITION_PROBLEMS
from spots.facilities.list_cells import ALLOWED, prefecture_code, read_code, read_types
from spots.library.given_points import geometry_of, given_points
from spots.types import (
    Accuracy,
    FacilityType,
    Layer,
    ListedEntry,
    Position,
    PositionLookup,
    Role,
    SourceRow,
    distance_m,
    source_of,
)

C = TypeVar("C", Role, Accuracy)

#: What nobody but this library writes together: a frame with them has been read.
_READ = ("name", "type", "role", "layer", "file", "row", "position_problem")
_SEVERAL = ";"
_ORDER = {kind: at for at, kind in enumerate(FacilityType)}
_UNNAMED = "facilities"
_SAME_M = 0.01  # what there and back through another CRS may cost


def is_read(frame: pd.DataFrame) -> bool:
    """Tell whether a frame has the columns that `facility_frame` gives."""
    return set(_READ) <= set(frame.columns)


# --- rows to a frame


def facility_frame(
    raws: Sequence[RawFacility], geometry: gpd.GeoSeries, extras: pd.DataFrame | None = None
) -> gpd.GeoDataFrame:
    """Return rows of lists as a frame.

    Parameters
    ----------
    raws : sequence of RawFacility
        The rows; the name of the list that each is on stands in its layer.
    geometry : GeoSeries of Point
        Of each row, in any CRS; its index becomes the frame's.
    extras : DataFrame, optional
        The caller's own columns, on the same index. They stand before the geometry.

    Returns
    -------
    GeoDataFrame
        Columns as `spots.read_facilities` says.
    """
    columns: dict[str, Any] = {}
    for name, (values, dtype) in _filled(raws).items():
        columns[name] = pd.Series(values, index=geometry.index, dtype=dtype)
    own = {} if extras is None else {name: extras[name] for name in extras.columns}
    frame = pd.DataFrame(columns | own, index=geometry.index)
    called = str(geometry.name or "geometry")
    return gpd.GeoDataFrame(frame.assign(**{called: geometry}), geometry=called)


def joined_types(types: Iterable[FacilityType]) -> str | None:
    """Return types as the ``type`` column has them: ①, ②, ③ in order; None for no type."""
    return _SEVERAL.join(kind.value for kind in sorted(types, key=_ORDER.__getitem__)) or None


def type_column(types: Sequence[frozenset[FacilityType]]) -> tuple[list[str | None], object]:
    """Return the ``type`` column of rows: its values and its categories."""
    values = [joined_types(each) for each in types]
    alone = [kind.value for kind in FacilityType]
    several = sorted({value for value in values if value} - set(alone))
    return values, pd.CategoricalDtype([*alone, *several])


def _filled(raws: Sequence[RawFacility]) -> dict[str, tuple[list[Any], Any]]:
    """Return the columns of rows, in order: values and dtype."""

    def texts(value: Callable[[RawFacility], str | None]) -> tuple[list[str | None], str]:
        return [value(raw) or None for raw in raws], "string"

    accuracies = [raw.position.accuracy.value if raw.position else None for raw in raws]
    return {
        "name": texts(lambda raw: raw.name),
        "kana": texts(lambda raw: raw.kana),
        "type": type_column([raw.types for raw in raws]),
        **{kind.value: ([kind in raw.types for raw in raws], "boolean") for kind in FacilityType},
        "list": texts(lambda raw: raw.layer.list_name),
        "role": ([raw.layer.role.value for raw in raws], codes_of(Role)),
        "layer": texts(lambda raw: raw.layer.name),
        "id": texts(lambda raw: raw.given_id),
        "address": texts(lambda raw: raw.address),
        "municipality": texts(lambda raw: raw.municipality),
        "municipality_code": texts(lambda raw: raw.municipality_code),
        "prefecture_code": texts(lambda raw: raw.prefecture_code),
        "site": texts(lambda raw: raw.site),
        "kind": texts(lambda raw: raw.kind),
        "status": texts(lambda raw: raw.status),
        "remark": texts(lambda raw: raw.remark),
        **_plan([raw.entry or _SAYS_NOTHING for raw in raws]),
        "accuracy": (accuracies, codes_of(Accuracy)),
        "position_problem": texts(lambda raw: _problem_code(raw.position_problem)),
        "source": texts(lambda raw: raw.layer.source),
        # A text: GeoDataFrame.to_json, and with it explore, refuse days of any kind.
        "as_of": texts(lambda raw: raw.layer.as_of.isoformat() if raw.layer.as_of else None),
        "layer_type": texts(lambda raw: joined_types(raw.layer.types)),
        "file": texts(lambda raw: raw.row.file),
        "row": ([raw.row.row for raw in raws], "Int64"),
        **(_lookups(raws) if any(raw.looked_up for raw in raws) else {}),
    }


def _lookups(raws: Sequence[RawFacility]) -> dict[str, tuple[list[str | None], str]]:
    """Return the columns of frames whose rows were looked up in sources of positions.

    The first two are for people; the last holds all of it, and nobody should have to read it.
    """
    said = [raw.looked_up for raw in raws]
    columns = (
        [s.source if s else None for s in said],
        [s.how.value if s and s.how else None for s in said],
        [compact_json(encode(s)) if s else None for s in said],
    )
    return {name: (c, "string") for name, c in zip(LOOKUP_COLUMNS, columns, strict=True)}


#: What only frames have whose rows were looked up.
LOOKUP_COLUMNS = ("position_source", "position_match", "position_lookup")


_SAYS_NOTHING = ListedEntry("")


def _plan(entries: Sequence[ListedEntry]) -> dict[str, tuple[list[Any], str]]:
    """Return the columns of what rows say for the plan."""
    return {
        "reason": ([each.reason or None for each in entries], "string"),
        "service": ([each.service or None for each in entries], "string"),
        "councils": (
            [_SEVERAL.join(day.isoformat() for day in e.councils) or None for e in entries],
            "string",
        ),
        "page": ([each.page or None for each in entries], "string"),
        "on_application": ([each.on_application for each in entries], "boolean"),
    }


def codes_of(kind: type[Role | Accuracy]) -> pd.CategoricalDtype:
    """Return the dtype of a column of codes: every code is a category, whether it occurs or not."""
    return pd.CategoricalDtype([each.value for each in kind])


def _problem_code(problem: Text | None) -> str | None:
    """Return the code of why there is no position; what has none is told as it is."""
    if problem is None:
        return None
    return next((code for code, text in POSITION_PROBLEMS.items() if text == problem), problem.ja)


def position_points(raws: Sequence[RawFacility]) -> NDArray[np.object_]:
    """Return the positions of rows as points in JGD2011 degrees, None where there is none."""
    places = [raw.position for raw in raws]
    lonlat = np.array([(p.lon, p.lat) if p else (np.nan, np.nan) for p in places]).reshape(-1, 2)
    points = np.asarray(shapely.points(lonlat), dtype=object)
    points[np.isnan(lonlat[:, 0])] = None
    return points


# --- a frame to rows


def rows_of(frame: gpd.GeoDataFrame) -> tuple[RawFacility, ...]:
    """Return the rows of lists that a frame holds, in its order.

    Parameters
    ----------
    frame : GeoDataFrame
        With the columns of `facility_frame`, or what is left of them: what is not there is not
        said. Any CRS.

    Raises
    ------
    FacilityListError
        A row has no name, a type that is none, or booleans that contradict its type; all of them
        are named.
    CrsError, UsageError, DataError
        The geometry is no points, or has no CRS.
    """
    bare = frame.copy(deep=False)
    bare.attrs = {}  # which pandas would copy with every column
    cells = _FrameCells(bare)
    points = given_points(geometry_of(bare, _UNNAMED)[0].reset_index(drop=True), _UNNAMED)
    problems: list[Problem] = []
    raws = [_raw(cells, at, (points.lon[at], points.lat[at]), problems) for at in range(len(frame))]
    if problems:
        raise FacilityListError(problems)
    return tuple(raws)


class _FrameCells:
    """The cells of a frame by column and place; what is missing is an empty text."""

    def __init__(self, frame: pd.DataFrame) -> None:
        columns = {
            name: frame[name].astype(object)
            for name in frame.columns
            if name in {*FACILITY_COLUMNS, *LOOKUP_COLUMNS}
        }
        missing = {name: column.isna().to_numpy() for name, column in columns.items()}
        self._columns: Mapping[Hashable, NDArray[np.object_]] = {
            name: np.where(missing[name], "", column.to_numpy(dtype=object))
            for name, column in columns.items()
        }
        self.labels = frame.index

    def value(self, name: str, at: int) -> Any:
        """Return a cell as it is."""
        return self._columns[name][at] if name in self._columns else ""

    def text(self, name: str, at: int) -> str:
        """Return a cell as text."""
        return str(self.value(name, at)).strip()


#: What a frame of lists has before the caller's own columns, in order.
FACILITY_COLUMNS = tuple(_filled(()))


def _raw(
    cells: _FrameCells, at: int, point: tuple[float, float], problems: list[Problem]
) -> RawFacility:
    types, layer = _types(cells, at, problems), _layer(cells, at, problems)
    number = cells.value("row", at)
    row = SourceRow(layer.name, layer.file, at + 1 if number == "" else int(number))
    name = cells.text("name", at)
    if not name:
        problems.append(_nameless(cells, at))
    prefecture = prefecture_code(cells.text("prefecture_code", at))
    code = cells.text("municipality_code", at)
    position = _position(cells, at, point, layer, problems)
    looked_up = _lookup(cells, at, position)
    if looked_up is not None and position is not None and not looked_up.own:
        position = replace(position, source=source_of(looked_up))
    return RawFacility(
        layer=layer,
        row=row,
        given_id=cells.text("id", at) or None,
        name=name,
        types=types,
        address=cells.text("address", at),
        prefecture_code=prefecture,
        municipality=cells.text("municipality", at),
        municipality_code=read_code(code, prefecture).code if code else None,
        position=position,
        position_problem=None if point[0] == point[0] else _position_problem(cells, at),
        site=cells.text("site", at) or None,
        remark=cells.text("remark", at),
        kind=cells.text("kind", at),
        status=cells.text("status", at),
        entry=_entry(cells, at, row),
        kana=cells.text("kana", at),
        looked_up=looked_up,
    )


def _lookup(cells: _FrameCells, at: int, position: Position | None) -> PositionLookup | None:
    """Return what sources said of a row, as long as it stands where they put it."""
    cell = cells.text("position_lookup", at)
    if not cell:
        return None
    try:
        said: PositionLookup = decode(json.loads(cell), PositionLookup)
    except (CodecError, ValueError):
        return None
    there = said.record.position if said.record is not None else None
    if said.own:
        return said if position is not None else None
    if position is None or there is None:
        return said if position is there else None
    return said if distance_m(position, there) <= _SAME_M else None


def _types(cells: _FrameCells, at: int, problems: list[Problem]) -> frozenset[FacilityType]:
    types, unknown = read_types(cells.text("type", at))
    if unknown:
        problems.append(_unknown_type(cells, at))
        return types
    flags = {kind: cells.value(kind.value, at) for kind in FacilityType}
    if any(flag != "" and bool(flag) is not (kind in types) for kind, flag in flags.items()):
        problems.append(_types_contradict(cells, at))
    return types


def _layer(cells: _FrameCells, at: int, problems: list[Problem]) -> Layer:
    day = cells.value("as_of", at)
    return Layer(
        name=cells.text("layer", at) or _UNNAMED,
        file=cells.text("file", at) or f"<{_UNNAMED}>",
        types=read_types(cells.text("layer_type", at))[0],
        role=_code(cells, at, "role", Role.CANDIDATE, problems),
        source=cells.text("source", at),
        as_of=_day(day),
        list_name=cells.text("list", at),
    )


def _code(cells: _FrameCells, at: int, column: str, usual: C, problems: list[Problem]) -> C:
    """Return the code in a cell, the usual one where it is empty; one that is none is told."""
    try:
        return type(usual)(cells.text(column, at) or usual)
    except ValueError:
        allowed = ", ".join(type(usual))
        problems.append(
            _of_row(
                "wrong-value",
                Text("使えない値です", "is not one of the choices"),
                Text(f"次のいずれかにしてください: {allowed}", f"use one of: {allowed}"),
                cells,
                at,
                column,
            )
        )
        return usual


def _day(value: object) -> date | None:
    if isinstance(value, date):  # a Timestamp is one
        return date(value.year, value.month, value.day)
    return day_of(str(value))


def _position(
    cells: _FrameCells,
    at: int,
    point: tuple[float, float],
    layer: Layer,
    problems: list[Problem],
) -> Position | None:
    lon, lat = point
    if lon != lon:  # noqa: PLR0124 (NaN alone differs from itself)
        return None
    accuracy = _code(cells, at, "accuracy", Accuracy.POINT, problems)
    return Position(float(lon), float(lat), accuracy, layer.source or layer.name)


def _position_problem(cells: _FrameCells, at: int) -> Text:
    said = cells.text("position_problem", at) or "no-coordinates"
    return POSITION_PROBLEMS.get(said, Text(said, said))


def _entry(cells: _FrameCells, at: int, row: SourceRow) -> ListedEntry | None:
    """Return what a row says for the plan; None where it says nothing."""
    applied = cells.value("on_application", at)
    entry = ListedEntry(
        name=cells.text("name", at),
        municipality=cells.text("municipality", at),
        code=cells.text("id", at),
        reason=cells.text("reason", at),
        service=cells.text("service", at),
        councils=tuple(
            day for text in cells.text("councils", at).split(_SEVERAL) if (day := day_of(text))
        ),
        page=cells.text("page", at),
        on_application=None if applied == "" else bool(applied),
        file=row.file,
        row=row.row,
    )
    said = (entry.reason, entry.service, entry.councils, entry.page)
    return entry if any(said) or entry.on_application is not None else None


def _nameless(cells: _FrameCells, at: int) -> Problem:
    return _of_row(
        "name-missing",
        Text("医療機関名が空です", "the facility has no name"),
        Text("名称を入れるか、行を削除してください", "fill in the name or delete the row"),
        cells,
        at,
        "name",
    )


def _unknown_type(cells: _FrameCells, at: int) -> Problem:
    return _of_row(
        "unknown-type",
        Text("知らない種別です", "is an unknown type"),
        Text(f"次のいずれかにしてください: {ALLOWED}", f"use one of: {ALLOWED}"),
        cells,
        at,
        "type",
    )


def _types_contradict(cells: _FrameCells, at: int) -> Problem:
    names = ", ".join(kind.value for kind in FacilityType)
    return _of_row(
        "type-contradicts-flags",
        Text(
            f"type と {names} の列が合いません",
            f"type and the columns {names} do not agree",
        ),
        Text(
            f"種別を変えたら {names} の列も変えるか、`drop(columns=[...])` で除いてください",
            f"change {names} with the type, or leave them out with drop(columns=[...])",
        ),
        cells,
        at,
        "type",
    )


def _of_row(
    code: str, message: Text, remedy: Text, cells: _FrameCells, at: int, column: str
) -> Problem:
    return error(
        code,
        message,
        remedy,
        file=cells.text("file", at) or f"<{_UNNAMED}>",
        row=at + 1,
        column=column,
        value=f"{cells.labels[at]!r}: {cells.text(column, at)}",
    )
