"""What the columns are called that say what a row of a table of numbers is about.

Stands apart: words alone, for `number_tables` to find and `unit_rows` to read.
"""

from __future__ import annotations

from collections.abc import Mapping

from groundfloor.columns import PointColumns
from groundfloor.positions import BOTH, LATITUDE, LONGITUDE
from spots.judging.selecting.ground_facts import TableKey

_TOWN = (
    *("municipality", "municipality_name", "muni_name", "市町村名", "市区町村名", "市町村"),
    *("市区町村", "団体名", "自治体名", "市町名", "city_name", "city"),
)
_PREFECTURE = (
    *("prefecture", "pref_name", "都道府県", "都道府県名", "県名"),
    *("prefecture_code", "pref_code", "都道府県コード", "県コード", "pref"),
)
#: Canonical column -> headers, by what the rows are about.
KEY_HEADERS: Mapping[TableKey, Mapping[str, tuple[str, ...]]] = {
    TableKey.MUNICIPALITY: {
        "code": (
            *("municipality_code", "muni_code", "市町村コード", "市区町村コード", "団体コード"),
            *("全国地方公共団体コード", "地方公共団体コード", "自治体コード", "jis_code"),
            *("city_code", "N03_007", "地域コード", "コード", "code"),
        ),
        "name": (*_TOWN, "地域名", "地域", "name", "名称"),
        "prefecture": _PREFECTURE,
    },
    TableKey.MEDICAL_AREA: {
        "code": (
            *("area_code", "medical_area_code", "二次医療圏コード", "2次医療圏コード"),
            *("医療圏コード", "圏域コード", "コード", "code"),
        ),
        "name": (
            *("area_name", "medical_area", "medical_area_name", "二次医療圏名", "2次医療圏名"),
            *("二次医療圏", "2次医療圏", "医療圏名", "医療圏", "圏域名", "圏域", "name", "名称"),
        ),
        "prefecture": _PREFECTURE,
    },
    TableKey.FACILITY: {
        "code": ("facility_id", "id", "施設ID", "施設コード", "医療機関コード", "コード", "code"),
        "name": (
            *("facility_name", "医療機関名", "医療機関名称", "施設名", "施設名称", "病院名"),
            *("診療所名", "医療機関", "name", "名称"),
        ),
        "municipality": _TOWN,
        "prefecture": _PREFECTURE,
    },
    TableKey.UNIT: {
        "code": ("unit_id", "id", "地点コード", "地区コード", "施設ID", "コード", "code"),
        "name": (
            *("name", "unit_name", "名称", "地点名", "地点", "地区名", "地区", "集落名", "集落"),
            *("停留所名", "停留所", "バス停名", "バス停", "駅名", "駅", "港名", "港", "島名", "島"),
            *("辺地名", "医療機関名", "施設名", "stop_name", "stop", "point_name", "point"),
        ),
        "municipality": _TOWN,
        "prefecture": _PREFECTURE,
        "lat": (*LATITUDE, "y", "y座標"),
        "lon": (*LONGITUDE, "x", "x座標"),
        "position": BOTH,
    },
}
#: Columns by any of which a table of that kind can be read, the most telling first.
KEY_COLUMNS: Mapping[TableKey, tuple[str, ...]] = {
    TableKey.MUNICIPALITY: ("code", "name"),
    TableKey.MEDICAL_AREA: ("code", "name"),
    TableKey.FACILITY: ("code", "name"),
    TableKey.UNIT: ("name", "code", "lat"),
}
KEY_POINT = PointColumns("lat", "lon", "position")
