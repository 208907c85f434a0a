"""The fields that layers share, and the words of their coded values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from groundfloor.problems import Lang, Text
from networks.info.words import road_label
from spots.outputs.layers.layer_table import NOTHING, Code, Field, FieldKind
from spots.telling.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    TRUTH_LABELS,
)

_TEXT, _INTEGER, _NUMBER = FieldKind.TEXT, FieldKind.INTEGER, FieldKind.NUMBER
_DATE, _BOOLEAN = FieldKind.DATE, FieldKind.BOOLEAN
_LIST = Text("複数あるときは ; で区切ります", "several are joined by ;")
_FLOORED = Text(
    "切り捨て。判定はミリ秒の値で行います", "rounded down; verdicts use the milliseconds"
)
E = TypeVar("E", bound=StrEnum)
_MINUTES, _KM2 = "min", "km²"


def codes(labels: Mapping[E, Text]) -> tuple[Code, ...]:
    """Return the values of an enumeration with their words."""
    return tuple(Code(member.value, text) for member, text in labels.items())


STATES = codes(STATE_LABELS)
CLASSES = codes(AREA_CLASS_LABELS)
TRUTHS = codes(TRUTH_LABELS)

#: What is known of a field beside its name, kind and alias: note, unit and coded values.
_KNOWN: dict[str, tuple[Text, str, tuple[Code, ...]]] = {
    "state": (Text("どの施設も必ず1つの状態です", "every facility has exactly one"), "", STATES),
    "area_class": (
        Text("医師偏在指標による区分", "by the physician index"),
        "",
        CLASSES,
    ),
    "role": (NOTHING, "", codes(ROLE_LABELS)),
    "accuracy": (NOTHING, "", codes(ACCURACY_LABELS)),
    "criteria": (_LIST, "", ()),
    "types": (_LIST, "", ()),
    "travel_min": (_FLOORED, _MINUTES, ()),
    "margin_min": (
        Text(
            "所要時間から基準を引いた値。0以上なら該当",
            "travel time less the threshold; met at zero or more",
        ),
        _MINUTES,
        (),
    ),
    "lon": (Text("JGD2011", "JGD2011"), "°", ()),
    "lat": (Text("JGD2011", "JGD2011"), "°", ()),
    "population": (
        Text("面積按分による人数", "people, in proportion to area"),
        "",
        (),
    ),
}
_UNITS = (
    ("_km2", _KM2),
    ("_ms", "ms"),
    ("_min", _MINUTES),
    ("_km", "km"),
    ("_m", "m"),
)
_LISTS = frozenset({"ferries", "ties", "variants_differing", "sources", "road_names"})


def described(name: str, kind: FieldKind, label: Text) -> Field:
    """Return a field with what is known of its name: note, unit and coded values.

    Examples
    --------
    >>> described("area_km2", FieldKind.NUMBER, Text("面積", "area")).unit
    'km²'
    """
    known = _KNOWN.get(name)
    if known is not None:
        return Field(name, kind, label, *known)
    if name.endswith("_verdict"):
        return Field(name, kind, label, codes=TRUTHS)
    unit = next((unit for end, unit in _UNITS if name.endswith(end)), "")
    return Field(name, kind, label, _LIST if name in _LISTS else NOTHING, unit)


def text(name: str, ja: str, en: str) -> Field:
    """Return a field of text."""
    return described(name, _TEXT, Text(ja, en))


def integer(name: str, ja: str, en: str) -> Field:
    """Return a field of whole numbers."""
    return described(name, _INTEGER, Text(ja, en))


def number(name: str, ja: str, en: str) -> Field:
    """Return a field of numbers."""
    return described(name, _NUMBER, Text(ja, en))


def day(name: str, ja: str, en: str) -> Field:
    """Return a field of days."""
    return described(name, _DATE, Text(ja, en))


def yes_no(name: str, ja: str, en: str) -> Field:
    """Return a field of yes or no."""
    return described(name, _BOOLEAN, Text(ja, en))


def road_codes(classes: Iterable[str]) -> tuple[Code, ...]:
    """Return the classes of road with their words."""
    return tuple(Code(c, Text(road_label(c, Lang.JA), road_label(c, Lang.EN))) for c in classes)


FACILITY_ID = text("facility_id", "施設ID", "facility id")
NAME = text("name", "医療機関名", "name")
MUNICIPALITY_CODE = text("municipality_code", "市区町村コード", "municipality code")
MUNICIPALITY = text("municipality", "市町村", "municipality")
AREA_CODE = text("medical_area_code", "二次医療圏コード", "medical area code")
AREA = text("medical_area", "二次医療圏", "medical area")
AREA_CLASS = text("area_class", "区域の区分", "area class")
RADIUS = integer("radius_m", "半径(m)", "radius (m)")
AREA_KM2 = number("area_km2", "面積(km²)", "area (km²)")
CIRCLE_KM2 = number("circle_km2", "切り取り前の面積(km²)", "area before cutting (km²)")
LON = number("lon", "中心の経度", "longitude of the centre")
LAT = number("lat", "中心の緯度", "latitude of the centre")
POPULATION = number("population", "人口(人)", "population (people)")
FROM_ID = text("from_id", "出発施設ID", "from (id)")
TO_ID = text("to_id", "到着施設ID", "to (id)")
NEAREST_NAME = text("nearest_name", "最寄りの他の病院", "nearest other hospital")
TRAVEL_MIN = number("travel_min", "所要時間(分、切り捨て)", "travel time (min, rounded down)")
TRAVEL_MS = integer("travel_ms", "所要時間(ミリ秒)", "travel time (ms)")
MARGIN_MS = integer("margin_ms", "基準との差(ミリ秒)", "margin (ms)")
LENGTH_M = number("length_m", "道路延長(m)", "length on roads (m)")
TOLL_M = number("toll_m", "うち有料道路(m)", "of it on toll roads (m)")
ROAD_NAMES = text("road_names", "通る道路", "roads used")
FERRIES = text("ferries", "利用フェリー", "ferries used")
PIECE = integer("piece", "番号", "piece")
LIMIT_MIN = number("limit_min", "基準(分)", "threshold (min)")
