"""Observed trips: from where to where in how many minutes, read from a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from groundfloor.columns import PointColumns
from groundfloor.dates import day_of, no_date
from groundfloor.disk import sha256_of
from groundfloor.problems import Problem, Severity, Text, warning
from groundfloor.tables import Table
from networks.errors import NetworkDataError
from networks.geo import geodesic_m
from networks.links.cells import (
    Cell,
    read_cells,
    read_position,
    rows_of_cells,
    vocabulary_of,
)
from networks.speeds.profile import MAX_KMH

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "from_lon": ("出発経度", "出発地経度", "起点経度", "発経度", "origin_lon"),
    "from_lat": ("出発緯度", "出発地緯度", "起点緯度", "発緯度", "origin_lat"),
    "to_lon": ("到着経度", "到着地経度", "終点経度", "着経度", "destination_lon"),
    "to_lat": ("到着緯度", "到着地緯度", "終点緯度", "着緯度", "destination_lat"),
    "from_position": ("出発緯度経度", "出発地緯度経度", "起点緯度経度", "出発座標", "出発地座標"),
    "to_position": ("到着緯度経度", "到着地緯度経度", "終点緯度経度", "到着座標", "到着地座標"),
    "minutes": ("所要分", "分", "所要時間(分)", "時間(分)", "所要時間分", "実測分"),
    "from_name": ("出発", "出発地", "起点", "from", "origin"),
    "to_name": ("到着", "到着地", "終点", "to", "destination"),
    "weight": ("重み", "回数", "件数"),
    "departure": ("出発日時", "出発時刻", "日時", "日付", "年月日", "date"),
    "source": ("出典", "出所", "資料"),
}
_FROM = PointColumns("from_lat", "from_lon", "from_position")
_TO = PointColumns("to_lat", "to_lon", "to_position")
TRIPS = vocabulary_of(COLUMNS, ("from_lon", "from_lat", "to_lon", "to_lat", "minutes"), _FROM, _TO)
_LONGEST_MIN = 24 * 60.0
_SLOWEST_KMH = 2.0  # straight: below a walk, minutes and seconds were confused


@dataclass(frozen=True, slots=True)
class Trip:
    """An observed trip.

    Parameters
    ----------
    row : int
        Row in the file.
    from_lon, from_lat, to_lon, to_lat : float
        Degrees.
    minutes : float
        Door to door.
    weight : float
        How much it counts; 1 by default.
    from_name, to_name, source : str
        As the file says; empty where it does not.
    day : date or None
        Of the departure.
    """

    row: int
    from_lon: float
    from_lat: float
    to_lon: float
    to_lat: float
    minutes: float
    weight: float = 1.0
    from_name: str = ""
    to_name: str = ""
    source: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ObservedTrips:
    """The trips of a file.

    Parameters
    ----------
    file : str
        Its name.
    sha256 : str
        Hash of its bytes.
    trips : tuple of Trip
        In its order.
    problems : tuple of Problem
        Warnings and notes.
    """

    file: str
    sha256: str
    trips: tuple[Trip, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def days(self) -> tuple[str, str] | None:
        """First and last day of departure, ISO; None where none is known."""
        known = sorted(str(t.day) for t in self.trips if t.day is not None)
        return (known[0], known[-1]) if known else None

    @property
    def sources(self) -> tuple[str, ...]:
        """What the trips are said to come from, sorted."""
        return tuple(sorted({t.source for t in self.trips if t.source}))


def read_trips(path: str | Path) -> ObservedTrips:
    """Return the observed trips of a table (CSV or XLSX, English or Japanese headers).

    Parameters
    ----------
    path : str or Path
        Columns from_lon, from_lat, to_lon, to_lat (degrees), minutes (door to door), and
        optionally from_name, to_name, weight, departure, source; see `COLUMNS`.

    Raises
    ------
    NetworkDataError
        With every problem, by row and column.
    MissingFileError
        When there is no such file.
    """
    file = Path(path)
    table = read_cells(file, TRIPS)
    problems: list[Problem] = list(table.problems)
    trips: list[Trip] = []
    for cells in rows_of_cells(table, TRIPS):
        trip = _trip(table, cells, problems)
        if trip is not None:
            trips.append(trip)
    if any(p.severity is Severity.ERROR for p in problems):
        raise NetworkDataError(problems)
    return ObservedTrips(file.name, sha256_of(file), tuple(trips), tuple(problems))


def _trip(table: Table, cells: Mapping[str, Cell], problems: list[Problem]) -> Trip | None:
    before = len(problems)
    lon_a, lat_a = _position(table, cells, _FROM, problems)
    lon_b, lat_b = _position(table, cells, _TO, problems)
    minutes = _within(cells["minutes"], _LONGEST_MIN, problems)
    weight = _within(cells["weight"], 1e9, problems) if cells["weight"].text else 1.0
    if len(problems) > before:
        return None
    metres = float(geodesic_m(lon_a, lat_a, lon_b, lat_b)[0])
    _check_speed(cells, metres, minutes, problems)
    departure = cells["departure"]
    day = day_of(departure.text, whole=True, serial=True)
    if departure.text and day is None:
        place = departure.file, departure.row, departure.column
        problems.append(no_date(departure.text, *place, severity=Severity.WARNING))
    return Trip(
        row=cells["minutes"].row,
        from_lon=lon_a,
        from_lat=lat_a,
        to_lon=lon_b,
        to_lat=lat_b,
        minutes=minutes,
        weight=weight,
        from_name=cells["from_name"].text,
        to_name=cells["to_name"].text,
        source=cells["source"].text,
        day=day,
    )


def _position(
    table: Table, cells: Mapping[str, Cell], point: PointColumns, problems: list[Problem]
) -> tuple[float, float]:
    lon, lat = read_position(cells, point, table, problems)
    for cell, value, limit in ((cells[point.lon], lon, 180.0), (cells[point.lat], lat, 90.0)):
        if abs(value) > limit:
            problems.append(
                cell.problem(
                    "trip-position",
                    Text("緯度・経度の範囲を超えています", "outside the range of degrees"),
                    Text("緯度と経度の入れ替わりを確かめてください", "are the two swapped?"),
                )
            )
    return lon, lat


def _within(cell: Cell, most: float, problems: list[Problem]) -> float:
    value = cell.number(problems)
    if not math.isnan(value) and not 0.0 < value <= most:
        problems.append(
            cell.problem(
                "trip-value",
                Text(f"0 より大きく {most:g} 以下の数です", f"must be above 0 and up to {most:g}."),
                Text("単位と桁を確かめてください", "check unit and digits"),
            )
        )
    return value


def _check_speed(
    cells: Mapping[str, Cell], metres: float, minutes: float, problems: list[Problem]
) -> None:
    cell = cells["minutes"]
    kmh = metres * 0.06 / minutes
    if metres < 1.0:
        problems.append(
            cells["to_lon"].problem(
                "trip-nowhere",
                Text("出発地と到着地が同じです", "it leads back to its own start"),
                Text("座標を確かめてください", "check the coordinates"),
            )
        )
    elif kmh > MAX_KMH:
        problems.append(
            cell.problem(
                "trip-too-fast",
                Text(
                    f"直線でも時速 {kmh:.0f} km になります",
                    f"it means {kmh:.0f} km/h even in a straight line",
                ),
                Text("座標と、分という単位を確かめてください", "check coordinates and minutes"),
            )
        )
    elif kmh < _SLOWEST_KMH:
        problems.append(
            warning(
                "trip-slow",
                Text(
                    f"直線では時速 {kmh:.1f} km です",
                    f"it means {kmh:.1f} km/h in a straight line",
                ),
                Text("座標と、分という単位を確かめてください", "check coordinates and minutes"),
                file=cell.file,
                row=cell.row,
                column=cell.column,
                value=cell.text,
            )
        )
