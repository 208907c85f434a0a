"""Files of closed roads, checked row by row."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from groundfloor.dates import YearlyDay, day_of, no_date, yearly_day_of
from groundfloor.problems import Problem, Severity, Text, error, warning
from networks.closures.types import Closure, Closures, Day
from networks.errors import NetworkDataError
from networks.vector_files import Layer, read_layers, vector_files

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "名称", "名前", "路線名", "路線", "箇所", "箇所名", "区間名"),
    "reason": ("reason", "理由", "規制理由", "原因", "備考"),
    "from": ("from", "start", "開始", "開始日", "規制開始", "規制開始日"),
    "until": ("until", "end", "終了", "終了日", "規制終了", "規制終了日", "解除予定日"),
}
_LINES, _AREAS = (1, 2, 5), (3, 6)  # shapely: line, ring, lines; area, areas
_DEGREES = (-180.0, -90.0, 180.0, 90.0)


def read_closures(path: str | Path) -> Closures:
    """Return the closures of a file.

    Columns, all optional, are found by name in English or Japanese (see `COLUMNS`): name, reason,
    from, until. Days are dates (2024-12-01, R6.12.1) or days of every year (12-01, 毎年12月1日);
    the first and the last day are closed too. Without any day a closure always holds.

    Parameters
    ----------
    path : str or Path
        GeoJSON, GeoPackage, Shapefile, or a zip or folder with these; lines or areas in any CRS.

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
    with vector_files(path) as files:
        for file in files:
            for layer in read_layers(file, lambda present: present):
                rows += _rows_of(layer, problems)
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


def _rows_of(layer: Layer, problems: list[Problem]) -> list[Closure]:
    columns = _columns_of(layer)
    rows: list[Closure] = []
    for at, geometry in enumerate(layer.geometry):
        row = layer.first_row + at
        texts = {name: _text(values[at]) for name, (_, values) in columns.items()}
        days = {
            key: _day(layer, row, columns[key][0], texts[key], problems)
            for key in ("from", "until")
            if texts.get(key)
        }
        start, end = days.get("from"), days.get("until")
        problems += _wrong_period(layer.label, row, start, end, columns)
        found = _checked(layer.label, row, geometry, problems)
        if found is not None:
            name, reason = texts.get("name", ""), texts.get("reason", "")
            rows.append(Closure(name, reason, start, end, found, row))
    return rows


def _columns_of(layer: Layer) -> dict[str, tuple[str, NDArray[Any]]]:
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
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value.astype("datetime64[D]"))
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _day(layer: Layer, row: int, column: str, text: str, problems: list[Problem]) -> Day | None:
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


def _checked(
    label: str, row: int, geometry: BaseGeometry | None, problems: list[Problem]
) -> BaseGeometry | None:
    if geometry is None or geometry.is_empty:
        problems.append(
            warning(
                "closure-empty",
                Text("形状がない行です", "a row without geometry"),
                Text("この行は使いません", "it is left out"),
                file=label,
                row=row,
            )
        )
        return None
    kind = shapely.get_type_id(geometry)
    # Bounds pass over what is not a number.
    if not (np.isfinite(shapely.get_coordinates(geometry)).all() and _inside(geometry.bounds)):
        problems.append(
            error(
                "closure-position",
                Text("座標が緯度・経度の範囲にありません", "a position is outside degrees"),
                Text("座標系の指定を確かめてください", "check the CRS"),
                file=label,
                row=row,
            )
        )
        return None
    if kind not in (*_LINES, *_AREAS):
        problems.append(
            error(
                "closure-geometry",
                Text(
                    "点などの形状では、どの道路か決まりません", "a point does not tell which road"
                ),
                Text("閉鎖区間を線か面で描いてください", "draw the closure as a line or an area"),
                file=label,
                row=row,
                value=geometry.geom_type,
            )
        )
        return None
    if kind in _AREAS and not geometry.is_valid:
        return shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return geometry


def _inside(bounds: tuple[float, ...]) -> bool:
    west, south, east, north = bounds
    return (
        west >= _DEGREES[0]
        and south >= _DEGREES[1]
        and east <= _DEGREES[2]
        and north <= _DEGREES[3]
    )


def _nothing(source: str) -> Problem:
    return error(
        "closures-none",
        Text("通行止めが一つもありません", "there are no closures"),
        Text("ファイルを確かめてください", "check the file"),
        file=source,
    )
