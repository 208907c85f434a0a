"""Closures: closed stretches and areas with their days, and the files that hold them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from groundfloor.dates import YearlyDay, day_of, no_date, yearly_day_of
from groundfloor.folding import nfkc
from groundfloor.layer_choice import others_not_read
from groundfloor.layers import Features, VectorLayer, layers_of, read_features
from groundfloor.problems import DataError, Problem, Severity, Text, error
from groundfloor.shapes import (
    ShapeKind,
    is_empty,
    is_kind,
    mended_areas,
    of_wrong_kind,
    taken_apart,
    without_shape,
)
from groundfloor.vector_files import VectorFile, vector_files
from networks.errors import NetworkDataError, as_network_data

#: The first or last day of a closure: of one year, or of every year.
Day = date | YearlyDay
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "名称", "名前", "路線名", "路線", "箇所", "箇所名", "区間名"),
    "reason": ("reason", "理由", "規制理由", "原因", "備考"),
    "from": ("from", "start", "開始", "開始日", "規制開始", "規制開始日"),
    "until": ("until", "end", "終了", "終了日", "規制終了", "規制終了日", "解除予定日"),
}
_KINDS = (ShapeKind.LINE, ShapeKind.AREA)


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed stretch or area.

    Parameters
    ----------
    name, reason : str
        As the file says.
    start, end : Day or None
        First and last day, both of one year or both of every year; None is open.
    geometry : shapely geometry
        Lines or areas, degrees.
    row : int
        Row in the file, from 1.
    """

    name: str
    reason: str
    start: Day | None
    end: Day | None
    geometry: BaseGeometry
    row: int

    @property
    def label(self) -> str:
        """A name for messages."""
        return self.name or f"#{self.row}"

    @property
    def period(self) -> str:
        """First and last day as text; empty when it always holds."""
        if self.start is None and self.end is None:
            return ""
        return f"{self.start or ''}/{self.end or ''}"

    def holds(self, on: date) -> bool:
        """Return whether it holds on a day."""
        return is_within(on, self.start, self.end)


def is_within(on: date, start: Day | None, end: Day | None) -> bool:
    """Return whether a day lies in a period, its first and last day included.

    Parameters
    ----------
    on : date
        The day.
    start, end : date, YearlyDay or None
        Both of one year or both of every year; None is open. A yearly period may run over New
        Year (12-01 to 03-31).

    Examples
    --------
    >>> winter = YearlyDay(12, 1), YearlyDay(3, 31)
    >>> [is_within(date(2025, m, 1), *winter) for m in (3, 4, 12)]
    [True, False, True]
    """
    today = YearlyDay(on.month, on.day)
    if isinstance(start, YearlyDay) and isinstance(end, YearlyDay):
        if start <= end:
            return start <= today <= end
        return today >= start or today <= end
    begun = start is None or (today >= start if isinstance(start, YearlyDay) else on >= start)
    return begun and (end is None or (today <= end if isinstance(end, YearlyDay) else on <= end))


@dataclass(frozen=True, slots=True)
class Closures:
    """What a file of closures says.

    Parameters
    ----------
    source : str
        File name.
    sha256 : str
        Hash of what it says: names, periods and geometry.
    rows : tuple of Closure
        In the order of the file.
    problems : tuple of Problem
        Warnings and notes.
    """

    source: str
    sha256: str
    rows: tuple[Closure, ...]
    problems: tuple[Problem, ...] = ()


def read_closures(path: str | Path) -> Closures:
    """Return the closures of a file.

    Columns, all optional, are found by name in English or Japanese (see `COLUMNS`): name, reason,
    from, until. Days are dates (2024-12-01, R6.12.1) or days of every year (12-01, 毎年12月1日);
    the first and the last day are closed too. Without any day a closure always holds.

    Parameters
    ----------
    path : str or Path
        A file of any format of `groundfloor.vector_files`, or a zip or folder with these; lines
        or areas in any CRS.

    Raises
    ------
    NetworkDataError
        With every problem: points, days that are none, a period that ends before it begins,
        a missing CRS, nothing at all.
    MissingFileError
        When there is nothing at `path`.
    """
    rows: list[Closure] = []
    problems: list[Problem] = []
    with as_network_data(), vector_files(path, folders=True) as files:
        for file in files:
            try:
                for layer in _with_lines_or_areas(file, problems):
                    problems += layer.problems
                    for part in read_features(layer):
                        rows += _rows_of(part, problems)
            except DataError as fault:
                problems += fault.problems
    source = Path(path).name
    if not rows and not any(p.severity is Severity.ERROR for p in problems):
        problems.append(_nothing(source))
    if any(p.severity is Severity.ERROR for p in problems):
        raise NetworkDataError(problems)
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.name}\0{row.reason}\0{row.period}\0".encode())
        digest.update(shapely.to_wkb(row.geometry, byte_order=1, output_dimension=2))
    return Closures(source, digest.hexdigest(), tuple(rows), tuple(problems))


def _with_lines_or_areas(file: VectorFile, problems: list[Problem]) -> Sequence[VectorLayer]:
    """Return the layers of a file; where it has others too, layers of points are left out."""
    layers = layers_of(file, known=COLUMNS)
    wanted = [layer for layer in layers if not layer.points]
    if not wanted or len(wanted) == len(layers):
        return layers
    read = ", ".join(layer.shown_name for layer in wanted)
    problems.append(others_not_read(read, [layer.shown_name for layer in layers], file.label))
    return wanted


def _rows_of(layer: Features, problems: list[Problem]) -> list[Closure]:
    columns = _columns_of(layer)
    problems += layer.problems
    shapes = _shapes_of(layer, problems)
    rows: list[Closure] = []
    for at in range(len(layer.geometry)):
        row = layer.first_row + at
        texts = {name: str(values[at]) for name, (_, values) in columns.items()}
        days = {
            key: _day(layer, row, columns[key][0], texts[key], problems)
            for key in ("from", "until")
            if texts.get(key)
        }
        start, end = days.get("from"), days.get("until")
        problems += _wrong_period(layer.label, row, start, end, columns)
        name, reason = texts.get("name", ""), texts.get("reason", "")
        rows += [Closure(name, reason, start, end, shape, row) for shape in shapes.get(at, ())]
    return rows


def _shapes_of(layer: Features, problems: list[Problem]) -> dict[int, list[BaseGeometry]]:
    """Return the lines and areas of each row (from 0); a collection can have one of each."""
    label, first = layer.label, layer.first_row
    apart = taken_apart(layer.geometry, _KINDS, label, first_row=first)
    problems += apart.problems
    empty = is_empty(apart.geometry)
    if empty.any():
        problems.append(without_shape((apart.row[empty] + first).tolist(), label))
    wrong = ~is_kind(apart.geometry, _KINDS) & ~empty
    if wrong.any():
        found = apart.geometry[wrong][0].geom_type
        rows = (apart.row[wrong] + first).tolist()
        problems.append(of_wrong_kind(rows, found, _KINDS, label, severity=Severity.ERROR))
    areas = apart.geometry.copy()
    areas[~is_kind(areas, (ShapeKind.AREA,))] = None
    mended, repaired = mended_areas(areas, apart.row + first, label)
    problems += repaired
    shapes: dict[int, list[BaseGeometry]] = {}
    for at in np.flatnonzero(~empty & ~wrong).tolist():
        shape = apart.geometry[at] if mended[at] is None else mended[at]
        shapes.setdefault(int(apart.row[at]), []).append(shape)
    return shapes


def _columns_of(layer: Features) -> dict[str, tuple[str, NDArray[Any]]]:
    """Return columns by canonical name, with the name as written."""
    folded = {_fold(written): written for written in layer.columns}
    found: dict[str, tuple[str, NDArray[Any]]] = {}
    for name, others in COLUMNS.items():
        for other in others:
            if (written := folded.get(_fold(other))) is not None:
                found[name] = (written, layer.columns[written])
                break
    return found


def _fold(text: str) -> str:
    return nfkc(text).casefold()


def _day(layer: Features, row: int, column: str, text: str, problems: list[Problem]) -> Day | None:
    day = day_of(text, whole=True, serial=True) or yearly_day_of(text)
    if day is None:
        problems.append(no_date(text, layer.label, row, column, yearly=True))
    return day


def _wrong_period(
    label: str,
    row: int,
    start: Day | None,
    end: Day | None,
    columns: Mapping[str, tuple[str, NDArray[Any]]],
) -> list[Problem]:
    yearly = [isinstance(day, YearlyDay) for day in (start, end)]
    mixed = any(yearly) and not all(yearly)
    backwards = isinstance(start, date) and isinstance(end, date) and end < start
    if not mixed and not backwards:
        return []
    what = Text("終了日が開始日より前です", "it ends before it begins")
    if mixed:
        what = Text(
            "毎年の期間には開始と終了の両方を月日だけで入れてください",
            "a yearly period needs both its days, without years",
        )
    written = columns["until"][0] if "until" in columns else columns["from"][0]
    return [
        error(
            "closure-period",
            what,
            Text("開始日と終了日を確かめてください", "check both days"),
            file=label,
            row=row,
            column=written,
            value=f"{start or ''}/{end or ''}",
        )
    ]


def _nothing(source: str) -> Problem:
    return error(
        "closures-none",
        Text("通行止めが一つもありません", "there are no closures"),
        Text("ファイルを確かめてください", "check the file"),
        file=source,
    )
