"""Coordinate cells to a position, or to the reason why there is none.

Stands apart: what a pair of cells is, whatever else its row says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from groundfloor.folding import nfkc
from groundfloor.positions import Notation, Reference, in_japan
from groundfloor.problems import Problem, Text, note, warning
from spots.types import Accuracy, Position

_MIN_DECIMALS = 3  # two decimals leave half a kilometre either way
_DEGREES = Reference()
#: Why a row has no position, by the code of the finding that says so.
POSITION_PROBLEMS: Mapping[str, Text] = {
    "no-coordinates": Text("座標がありません", "has no coordinates"),
    "zero-coordinates": Text(
        "座標が 0.0/0.0 です（座標なし）", "the coordinates are 0.0/0.0 (none)"
    ),
    "outside-japan": Text("座標が日本の範囲の外です", "the coordinates are outside Japan"),
    "coordinate-missing": Text(
        "緯度・経度の片方が空です", "one of latitude and longitude is empty"
    ),
    "coordinate-not-a-number": Text("座標として読めません", "is not an angle in degrees"),
}
_NO_COORDINATES = POSITION_PROBLEMS["no-coordinates"]
_REMEDY_TABLE = Text(
    "緯度・経度を入れるか、位置の出典（positions）か町丁目の表（towns）を指定してください",
    "fill in latitude and longitude, or name a source of positions or a town table",
)


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a pair of coordinate cells stands, for messages."""

    file: str
    row: int
    lat: str = "lat"
    lon: str = "lon"


@dataclass(frozen=True, slots=True)
class PositionReading:
    """A position, or why there is none; and what a person should look at."""

    position: Position | None
    problem: Text | None
    findings: tuple[Problem, ...] = ()


def read_pair(
    lat_text: str,
    lon_text: str,
    place: CellPlace,
    accuracy: Accuracy,
    source: str,
    reference: Reference = _DEGREES,
) -> PositionReading:
    """Return the position of a latitude and a longitude cell.

    Parameters
    ----------
    lat_text, lon_text : str
        The cells.
    place : CellPlace
        Where they stand.
    accuracy : Accuracy
        How well the list's coordinates are known.
    source : str
        Recorded with the position.
    reference : Reference
        What the headers say of the numbers.

    Returns
    -------
    PositionReading
        Never raises: a bad pair has no position, a reason, and a warning with row and column.
    """
    if not lat_text and not lon_text:
        finding = _finding("no-coordinates", _NO_COORDINATES, _REMEDY_TABLE, place, place.lat)
        return PositionReading(None, _NO_COORDINATES, (finding,))
    lat, lon = reference.parse(lat_text), reference.parse(lon_text)
    # A cell of both that cannot be taken apart comes twice and is told once.
    bad = tuple(
        dict.fromkeys(
            _not_a_number(text, label, place)
            for value, text, label in ((lat, lat_text, place.lat), (lon, lon_text, place.lon))
            if value is None
        )
    )
    if lat is None or lon is None:
        return PositionReading(None, bad[0].message, bad)
    reading = _converted(lon, lat, place, accuracy, source, reference)
    decimal = reference.notation in {None, Notation.DEGREES}
    cells = ((lat_text, place.lat), (lon_text, place.lon))
    coarse = [cell for cell in cells if decimal and _decimals(cell[0]) < _MIN_DECIMALS]
    if reading.position is None or not coarse:
        return reading
    finding = _finding(
        "coarse-coordinates",
        Text(
            "座標の小数が3桁未満で、数百m以上ずれるおそれがあります",
            "fewer than three decimals: some hundred metres of error or more",
        ),
        Text("より細かい座標にしてください", "give finer coordinates"),
        place,
        coarse[0][1],
        coarse[0][0],
    )
    return PositionReading(reading.position, None, (*reading.findings, finding))


def _converted(
    lon: float,
    lat: float,
    place: CellPlace,
    accuracy: Accuracy,
    source: str,
    reference: Reference,
) -> PositionReading:
    if reference.notation is Notation.PLANE:
        if lon or lat:  # 0/0 is no place, although the origin of the zone is one
            lon, lat = reference.to_jgd2011(lon, lat)
        return read_point(lon, lat, place, accuracy, source)
    reading = read_point(lon, lat, place, accuracy, source)
    found = reading.position
    if found is None or reference.plain:
        return reading
    lon, lat = reference.to_jgd2011(found.lon, found.lat)
    return replace(reading, position=replace(found, lon=lon, lat=lat))


def read_point(
    lon: float, lat: float, place: CellPlace, accuracy: Accuracy, source: str
) -> PositionReading:
    """Return the position of a longitude and a latitude in degrees; see `read_pair`."""
    shown = f"{lat:.10g}, {lon:.10g}"
    if lat == 0 and lon == 0:
        message = POSITION_PROBLEMS["zero-coordinates"]
        finding = _finding("zero-coordinates", message, _REMEDY_TABLE, place, place.lat, shown)
        return PositionReading(None, message, (finding,))
    if in_japan(lon, lat):
        return PositionReading(Position(lon, lat, accuracy, source), None)
    if in_japan(lat, lon):
        message = Text(
            "緯度と経度が入れ替わっています（直して使いました）",
            "latitude and longitude are swapped (put right and used)",
        )
        remedy = Text("元の表の列を直してください", "mend the columns of the list")
        finding = _finding("swapped-coordinates", message, remedy, place, place.lat, shown)
        return PositionReading(Position(lat, lon, accuracy, source), None, (finding,))
    message = POSITION_PROBLEMS["outside-japan"]
    remedy = Text(
        "十進度の緯度・経度（例 32.685, 131.150）か確認してください。平面直角座標や度分秒であれば、"
        "見出しに「X座標（平面直角座標系第2系）」「緯度（度分秒）」のように書いてください",
        "check that they are degrees such as 32.685, 131.150; of plane coordinates or degrees, "
        "minutes and seconds the header must say so: X (EPSG:6670), lat (dms)",
    )
    finding = _finding("outside-japan", message, remedy, place, place.lat, shown)
    return PositionReading(None, message, (finding,))


def no_position(place: CellPlace, column: str | None) -> PositionReading:
    """Return the reading of a list that has no coordinates at all: a note, not a warning."""
    finding = note(
        "no-coordinate-columns",
        Text("緯度・経度の列がありません", "there are no coordinate columns"),
        _REMEDY_TABLE,
        file=place.file,
        column=column,
    )
    return PositionReading(None, _NO_COORDINATES, (finding,))


def _decimals(text: str) -> int:
    """Return the decimals of a cell; sexagesimal seconds are fine enough."""
    found = re.fullmatch(r"[^\d]*\d+(?:\.(\d*))?[^\d]*", nfkc(text))
    return len(found[1] or "") if found else _MIN_DECIMALS


def _not_a_number(text: str, label: str, place: CellPlace) -> Problem:
    if not text:
        message = POSITION_PROBLEMS["coordinate-missing"]
        return _finding("coordinate-missing", message, _REMEDY_TABLE, place, label)
    message = POSITION_PROBLEMS["coordinate-not-a-number"]
    remedy = Text(
        "32.685331 のような十進度か、32°41′07″ の形にしてください（平面直角座標や 324107 の形は、"
        "見出しに「平面直角座標系第2系」「度分秒」と書けば読みます）",
        "write 32.685331 or 32°41′07″ (plane coordinates, or 324107, are read where the header "
        "says so: EPSG:6670, dms)",
    )
    return _finding("coordinate-not-a-number", message, remedy, place, label, text)


def _finding(
    code: str, message: Text, remedy: Text, place: CellPlace, column: str, value: str | None = None
) -> Problem:
    return warning(
        code, message, remedy, file=place.file, row=place.row, column=column, value=value
    )
