"""Positions as tables write them: degrees in many notations, two datums, plane coordinates.

A header can say what its numbers are: ``緯度(日本測地系)``, ``緯度(度分秒)``,
``X座標(平面直角2系)``. It is believed: numbers are converted to JGD2011 degrees or refused, never
read as what they are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from groundfloor.folding import compact, header_key, nfkc

if TYPE_CHECKING:
    from pyproj import Transformer

_DECIMAL = re.compile(
    r"(?:北緯|東経|[NE])?([+-]?\d{1,3}(?:\.\d+)?(?:e[+-]\d{1,2})?)(?:°|度)?(?:[NE])?",
    re.IGNORECASE,
)
_SEXAGESIMAL = re.compile(
    r"(?:北緯|東経|[NE])?(\d{1,3})(?:°|度)(\d{1,2}(?:\.\d+)?)(?:['′’]|分)"
    r"(?:(\d{1,2}(?:\.\d+)?)(?:\"|″|”|''|′′|秒)?)?(?:[NE])?",
    re.IGNORECASE,
)
# 324106.5, and 32.41.06.5, 32-41-06.5, 32:41:06.5, 32 41 06.5
_PACKED = re.compile(r"(\d{1,3})(\d{2})(\d{2}(?:\.\d+)?)")
_PARTED = re.compile(r"(\d{1,3})[.\-:\s](\d{1,2})[.\-:\s](\d{1,2}(?:\.\d+)?)")
_DEGREE_SIGNS = str.maketrans("º˚", "°°")  # what NFKC would turn into an o and an accent
_METRES = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?m?")
_SIXTY = 60
_LATITUDE_WORD, _LONGITUDE_WORD = re.compile("北緯|[Nn緯]"), re.compile("東経|[Ee経]")
_POINT = re.compile(r"POINT\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,、，;/／\t]\s*|\s+")

# What headers say of the datum. Tokyo Datum was official until 2002-03; the others differ from
# JGD2011 by centimetres to a metre or two.
_WORLD = re.compile(
    r"世界測地系?|新測地系|日本測地系20\d\d|測地成果20\d\d|jgd[-_]?20\d\d|wgs[-_]?(?:19)?84"
    r"|grs[-_]?80"
    r"|epsg:?(?:6668|4612|4326)"
)
_TOKYO = re.compile(
    r"旧?日本測地系?|旧測地系|旧座標系?|東京測地系|tokyo(?:97|datum)?|(?<![a-z])tky(?![a-z])"
    r"|bessel|ベッセル|epsg:?4301"
)
# Of these words no other meaning is known, so they count in sentences too.
_TOKYO_STATED = re.compile(r"旧?日本測地系|旧測地系|tokyo_?(?:97|datum)|bessel|ベッセル")
_PLANE = re.compile(r"平面直角座標系?|平面直角|公共座標系?|19座標系|\((?:m|メートル)\)")
_ZONE = re.compile(r"第?([0-9]{1,2}|[ivx]{1,5}|[一二三四五六七八九十]{1,3})系|epsg:?(\d{4,5})")
_DMS = re.compile(r"度分秒|d{2,3}mmss(?:\.s+)?|dms|(?:60|六十)進(?:法|数|表記)?")
_DECIMAL_WORD = re.compile(
    r"(?:10|十)進(?:法|数|表記|度)?(?:単位)?|度単位|degrees?|decimal|\((?:度|deg|dd|°)\)"
)
_OTHER = re.compile(r"utm|度分|ミリ秒|(?<!\d)1/1000秒|\(秒\)|mgrs|メルカトル|3857|900913")
_BRACKETS = str.maketrans("[]{}<>【】〔〕〈〉《》", "()" * 7)
# 座標 over 緯度, 緯度(北緯), 緯度(Y), Y(緯度), 緯度Y: the same said twice.
_TWICE = (
    (re.compile(r"^(?:位置|所在地)?座標[()]*(緯度|経度|北緯|東経)\)?"), r"\1"),
    (re.compile(r"^(緯度|lat(?:itude)?)(?:\((?:北緯|y|n)\)|y)"), r"\1"),
    (re.compile(r"^(経度|lon(?:gitude)?|lng)(?:\((?:東経|x|e)\)|x)"), r"\1"),
    (re.compile(r"^(?:北緯|y)\((緯度|lat(?:itude)?)\)"), r"\1"),
    (re.compile(r"^(?:東経|x)\((経度|lon(?:gitude)?|lng)\)"), r"\1"),
)
_PARTS = tuple(
    re.compile(rf"(緯度?|経度?|北緯|東経|lat(?:itude)?|lon(?:gitude)?|lng)?[(_\-・]?(?:{part})\)?")
    for part in ("分|min(?:utes?)?", "秒|sec(?:onds?)?")
)
_KANJI_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_ROMAN = {"i": 1, "v": 5, "x": 10}
_ZONES = range(1, 20)
_PLANE_EPSG = {6668 + zone: zone for zone in _ZONES} | {2442 + zone: zone for zone in _ZONES}
_TOKYO_PLANE_EPSG = {30160 + zone: zone for zone in _ZONES}


#: What columns of a latitude, of a longitude and of both are called, in every role.
LATITUDE = ("lat", "緯度", "latitude", "北緯", "lat_dd", "所在地座標(緯度)", "施設緯度")
LONGITUDE = (
    "lon",
    "経度",
    "lng",
    "long",
    "longitude",
    "東経",
    "lon_dd",
    "所在地座標(経度)",
    "施設経度",
)
BOTH = (
    *(
        "緯度経度",
        "緯度・経度",
        "緯度/経度",
        "緯度,経度",
        "緯度、経度",
        "経緯度",
        "経度緯度",
        "座標",
    ),
    *("位置座標", "所在地座標", "座標(緯度,経度)", "latlon", "latlng", "latitude/longitude"),
    *("position", "coordinates", "coordinate"),
)

# 日本の領域 (沖ノ鳥島, 南鳥島, 与那国島, 択捉島) with a margin, degrees.
_LAT_RANGE = (20.0, 46.0)
_LON_RANGE = (122.0, 154.0)


def in_japan(lon: float, lat: float) -> bool:
    """Tell whether degrees are a place in Japan; not, where they are no numbers."""
    return _LAT_RANGE[0] <= lat <= _LAT_RANGE[1] and _LON_RANGE[0] <= lon <= _LON_RANGE[1]


class Datum(StrEnum):
    """What positions refer to."""

    JGD2011 = "jgd2011"  # and what differs from it by less than the width of a road
    TOKYO = "tokyo"


class Notation(StrEnum):
    """How the numbers of positions are written."""

    DEGREES = "degrees"  # decimal; with signs also degrees, minutes and seconds
    DMS = "dms"  # 324106.5 or with separators
    PLANE = "plane"  # metres north and east
    OTHER = "other"  # named, but not one that is read


@dataclass(frozen=True, slots=True)
class Reference:
    """What a header says of its numbers.

    Parameters
    ----------
    datum : Datum or None
        None where it says nothing: JGD2011 then.
    notation : Notation or None
        None where it says nothing: degrees then.
    zone : int or None
        平面直角座標系, 1 to 19.
    """

    datum: Datum | None = None
    notation: Notation | None = None
    zone: int | None = None

    @property
    def plain(self) -> bool:
        """Whether numbers are JGD2011 degrees as they stand."""
        return self.datum is not Datum.TOKYO and self.notation in {None, Notation.DEGREES}

    def parse(self, text: str) -> float | None:
        """Return the number of a cell, degrees or metres; None when it is not one.

        Decimal degrees in any width, with or without 北緯/東経, N/E and °; degrees, minutes and
        seconds with their signs (``32°41′07″``, ``32度41分7.2秒``), without them only under a
        header that says so; metres under a header of plane coordinates.
        """
        clean = nfkc(text.translate(_DEGREE_SIGNS)).replace("−", "-")
        if self.notation is Notation.PLANE:
            return float(clean.strip("m").replace(",", "")) if _METRES.fullmatch(clean) else None
        signed = _sexagesimal(_SEXAGESIMAL.fullmatch("".join(clean.split())))
        if signed is not None:
            return signed
        if self.notation is Notation.DMS:
            return _sexagesimal(_PACKED.fullmatch(clean) or _PARTED.fullmatch(clean))
        decimal = _DECIMAL.fullmatch("".join(clean.split()))
        return float(decimal[1]) if decimal else None

    def to_jgd2011(self, lon: float, lat: float) -> tuple[float, float]:
        """Return longitude and latitude in JGD2011 degrees of what `parse` gave.

        Parameters
        ----------
        lon, lat : float
            Degrees; of plane coordinates metres east and north.
        """
        if self.notation is Notation.PLANE and self.zone is not None:
            lon, lat = _plane(self.zone, self.datum is Datum.TOKYO).transform(lon, lat)
        if self.datum is Datum.TOKYO:
            lat, lon = _from_tokyo().transform(lat, lon)
        return lon, lat


@dataclass(frozen=True, slots=True)
class CoordinateHeader:
    """A header taken apart: the name of the column, and what is said of its numbers."""

    key: str
    reference: Reference


def coordinate_header(header: str) -> CoordinateHeader:
    """Take apart the header of a column of coordinates.

    Examples
    --------
    >>> coordinate_header("緯度（日本測地系・度分秒）").key
    '緯度'
    >>> coordinate_header("緯度_旧測地系").reference.datum.value
    'tokyo'
    >>> coordinate_header("Ｘ座標（平面直角座標系 第Ⅱ系）").reference.zone
    2
    """
    rest = compact(header).translate(_BRACKETS)
    rest, world = _WORLD.subn("", rest)
    rest, tokyo = _TOKYO.subn("", rest)
    rest, plane = _PLANE.subn("", rest)
    zone, old = _zone(rest)
    if plane or zone:
        rest = _ZONE.sub("", rest)
    rest, dms = _DMS.subn("", rest)
    rest, decimal = _DECIMAL_WORD.subn("", rest)
    rest, other = _OTHER.subn("", rest)
    datum = Datum.TOKYO if tokyo or old else Datum.JGD2011 if world else None
    notation = (
        *((Notation.PLANE,) if plane or zone else ()),
        *((Notation.DMS,) if dms else ()),
        *((Notation.OTHER,) if other else ()),
        *((Notation.DEGREES,) if decimal else ()),
    )
    for twice, once in _TWICE:
        rest = twice.sub(once, rest)
    key = header_key(re.sub(r"[()/,、]", "", rest))
    return CoordinateHeader(key, Reference(datum, next(iter(notation), None), zone))


def datum_of_cell(text: str) -> Datum | None:
    """Return the datum that a cell of a column of datums names.

    Examples
    --------
    >>> datum_of_cell("旧"), datum_of_cell("JGD2000"), datum_of_cell("不明") is None
    (<Datum.TOKYO: 'tokyo'>, <Datum.JGD2011: 'jgd2011'>, True)
    """
    said = compact(text)
    if said == "新" or _WORLD.search(said):
        return Datum.JGD2011
    return Datum.TOKYO if said == "旧" or _TOKYO.search(said) else None


def datum_of_sentence(text: str) -> Datum | None:
    """Return the datum that a title or a note names; None where it names none or both.

    Examples
    --------
    >>> datum_of_sentence("※ 座標は日本測地系による"), datum_of_sentence("Tokyo hospitals")
    (<Datum.TOKYO: 'tokyo'>, None)
    """
    rest, world = _WORLD.subn("", compact(text))
    tokyo = _TOKYO_STATED.search(rest) is not None
    if tokyo == bool(world):
        return None
    return Datum.TOKYO if tokyo else Datum.JGD2011


def parted(following: Sequence[str]) -> bool:
    """Tell whether the headers after one of degrees are of its minutes and seconds.

    Examples
    --------
    >>> parted(["緯度(分)", "緯度(秒)"]), parted(["分", "秒"]), parted(["分", "出典"])
    (True, True, False)
    """
    minutes, seconds = (
        part.fullmatch(compact(header))
        for part, header in zip(_PARTS, (*following, "", "")[:2], strict=True)
    )
    return minutes is not None and (seconds is not None or minutes[1] is not None)


def _zone(text: str) -> tuple[int | None, bool]:
    """Return the plane zone that a header names, and whether by a code of Tokyo Datum."""
    found = _ZONE.search(text)
    if found is None:
        return None, False
    if found[2]:
        code = int(found[2])
        return _PLANE_EPSG.get(code) or _TOKYO_PLANE_EPSG.get(code), code in _TOKYO_PLANE_EPSG
    word = found[1]
    if word.isdecimal():
        number = int(word)
    elif word[0] in _ROMAN:
        values = [_ROMAN[letter] for letter in word]
        number = sum(
            -v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True)
        )
    else:
        tens, ten, ones = word.rpartition("十")
        number = (_KANJI_DIGITS.get(tens, 1) * 10 if ten else 0) + _KANJI_DIGITS.get(ones, 0)
    return (number if number in _ZONES else None), False


def agreed(one: Reference, other: Reference) -> Reference | None:
    """Return what two headers of one position say together; None where they contradict."""
    pairs = ((one.datum, other.datum), (one.notation, other.notation), (one.zone, other.zone))
    if any(a is not None and b is not None and a != b for a, b in pairs):
        return None
    return Reference(
        one.datum or other.datum, one.notation or other.notation, one.zone or other.zone
    )


def parse_degrees(text: str) -> float | None:
    """Return decimal degrees of a cell, None when it is not an angle; see `Reference.parse`.

    Examples
    --------
    >>> parse_degrees("３２．６８５"), parse_degrees("32°41′06″")
    (32.685, 32.685)
    >>> parse_degrees("32.41.06") is None, parse_degrees("nan") is None
    (True, True)
    """
    return Reference().parse(text)


def _sexagesimal(parts: re.Match[str] | None) -> float | None:
    if parts is None:
        return None
    minutes, seconds = float(parts[2]), float(parts[3] or 0)
    if minutes >= _SIXTY or seconds >= _SIXTY or (parts[3] and not minutes.is_integer()):
        return None
    return (int(parts[1]) * 3600 + minutes * 60 + seconds) / 3600


def split_pair(text: str) -> tuple[str, str] | None:
    """Return latitude and longitude of a cell that holds both, None when it does not.

    Words and letters tell which is which; of bare numbers the smaller is the latitude, as
    everywhere in Japan.

    Examples
    --------
    >>> split_pair("32.68,131.15"), split_pair("(131.15 32.68)")
    (('32.68', '131.15'), ('32.68', '131.15'))
    >>> split_pair("北緯32度41分6秒 東経131度9分2秒")
    ('北緯32度41分6秒', '東経131度9分2秒')
    >>> split_pair("32.68") is None
    True
    """
    clean = nfkc(text)
    well_known = _POINT.fullmatch(clean)
    if well_known:
        return well_known[2], well_known[1]
    clean = clean.strip("()[]「」")
    at = next((m.start() for m in re.finditer("東経|北緯|[EN](?=\\d)", clean) if m.start()), None)
    parts = [clean[:at], clean[at:]] if at is not None else _BETWEEN.split(clean)
    parts = [part.strip(" ,、，;/") for part in parts if part.strip(" ,、，;/")]
    if len(parts) != 2:  # noqa: PLR2004 - a latitude and a longitude
        return None
    first, second = parts
    if _LONGITUDE_WORD.search(first) and _LATITUDE_WORD.search(second):
        return second, first
    one, other = parse_degrees(first), parse_degrees(second)
    swapped = one is not None and other is not None and one > other
    return (second, first) if swapped and not _LATITUDE_WORD.search(first) else (first, second)


def tokyo_accuracy_m() -> float:
    """Return how far off a position converted from Tokyo Datum may be, metres."""
    return float(_from_tokyo().accuracy)


@cache
def _from_tokyo() -> Transformer:
    """Return EPSG's transformation of three parameters, which every installation has.

    The grid of 国土地理院 would be better by some metres, but where it is not installed PROJ takes
    another operation without a word, and one file would give two results.
    """
    from pyproj import Transformer  # noqa: PLC0415 - most tables need none

    return Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::15483")


@cache
def _plane(zone: int, tokyo: bool) -> Transformer:
    from pyproj import Transformer  # noqa: PLC0415 - most tables need none

    system, degrees = (30160 + zone, 4301) if tokyo else (6668 + zone, 6668)
    return Transformer.from_crs(system, degrees, always_xy=True)
