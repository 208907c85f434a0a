"""Code lists of 国土数値情報 N13 (道路), and what each code means for a car.

From the product specification KS-PS-N13 version 1.1 (国土交通省, 2026-03, section 4.1.3.2) and the
data page https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-N13-2024.html, read through what public
programs say of them. Columns of Shapefile and GeoJSON alike, texts: N13_001 登録日, N13_002 種別,
N13_003 道路分類, N13_004 道路状態, N13_005 階層順 (0 on the ground), N13_006 幅員区分, N13_007
有料区分, N13_008 二次メッシュ番号. There is no speed, no one-way, no name, no number of a road.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.speeds.profile import FALLBACK, RoadClass, SpeedProfile, UnknownClassRule, fold

DATE, KIND, CLASS, STATE = "N13_001", "N13_002", "N13_003", "N13_004"
LEVEL, WIDTH, TOLL = "N13_005", "N13_006", "N13_007"

KINDS: Mapping[int, str] = {1: "通常部", 2: "庭園路", 3: "徒歩道", 4: "石段", 5: "不明"}
NOT_FOR_CARS = (2, 3, 4)
STATES: Mapping[int, str] = {
    1: "通常部",
    2: "橋・高架",
    3: "トンネル",
    4: "雪覆い",
    5: "建設中",
    6: "その他",
    7: "不明",
}
UNDER_CONSTRUCTION = 5
BRIDGE, TUNNEL, SNOW_SHED = 2, 3, 4
WIDTHS: Mapping[int, str] = {
    1: "3m未満",
    2: "3m-5.5m未満",
    3: "5.5m-13m未満",
    4: "13m-19.5m未満",
    5: "19.5m以上",
    6: "不明",
}
TOLLS: Mapping[int, str] = {1: "無料", 2: "有料"}
TOLL_ROAD = 2

# Metres that stand for a class of width: the middle between its bounds in the specification; 2 m
# for "under 3 m", where a car just passes, and the bound for "19.5 m and more". 不明 has none.
WIDTH_M: Mapping[int, float] = {1: 2.0, 2: 4.25, 3: 9.25, 4: 16.25, 5: 19.5, 6: np.nan}


@dataclass(frozen=True, slots=True)
class N13Class:
    """A class of roads and the rows of a profile that speak for it, best first.

    Parameters
    ----------
    label : str
        Name in the code list.
    rows : tuple of str
        Names or aliases of rows.
    """

    label: str
    rows: tuple[str, ...]


# 都道府県道 may be a 主要地方道 or not: N13 does not say, so the slower row speaks.
CLASSES: Mapping[int, N13Class] = {
    1: N13Class("国道", ("trunk", "国道")),
    2: N13Class("都道府県道", ("secondary", "都道府県道")),
    3: N13Class("市区町村道等", ("unclassified", "市町村道")),
    4: N13Class("高速自動車国道等", ("motorway", "高速自動車国道")),
    5: N13Class("その他", ("road", "その他")),
    6: N13Class("不明", ("road", "不明")),
}
MUNICIPAL = 3
# A carriageway of 5.5 m and more gets a centre line (道路標識、区画線及び道路標示に関する命令,
# 別表第三, 車道中央線), and that is what the row "tertiary" stands for.
WITH_CENTRE_LINE = N13Class("市区町村道等(幅員5.5m以上)", ("tertiary", "unclassified", "市町村道"))
CENTRE_LINE_WIDTHS = (3, 4, 5)


def row_of(found: N13Class, profile: SpeedProfile) -> RoadClass | None:
    """Return the profile's row for a class of N13.

    A class for which the profile has no row gets the fallback row where the profile allows it.

    Examples
    --------
    >>> from networks.speeds.profile_files import load_profile
    >>> row_of(CLASSES[1], load_profile("everyday")).name
    'trunk'
    """
    table = profile.lookup()
    for name in found.rows:
        row = table.get(fold(name))
        if row is not None and row.kmh is not None:
            return row
    if profile.unknown_class is UnknownClassRule.FALLBACK and profile.fallback is not None:
        return RoadClass(FALLBACK, profile.fallback.kmh, profile.fallback.source)
    return None


def codes_of(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return codes as whole numbers; 0 for an empty cell, -1 for what is no code.

    GeoJSON writes them as texts or numbers, Shapefiles as texts.

    Examples
    --------
    >>> codes_of(np.array(["1", " 2", "", None, "x", "3.0"], object))
    array([ 1,  2,  0,  0, -1,  3])
    >>> codes_of(np.array(["1", None, [1]], object))
    array([ 1,  0, -1])
    """
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    if values.dtype.kind == "f":
        whole = np.where(np.isnan(values), 0.0, values)
        return np.where(whole == np.rint(whole), whole, -1.0).astype(np.int64)
    try:
        numbers, texts = pd.factorize(values, use_na_sentinel=False)
    except TypeError:  # lists and objects among them, which GeoJSON allows
        return codes_of(np.array([str(value) for value in values], object))
    known = np.array([_code("" if text is None else str(text).strip()) for text in texts], np.int64)
    answer: NDArray[np.int64] = known[numbers]
    return answer


def _code(text: str) -> int:
    if text in {"", "nan", "None"}:
        return 0
    try:
        number = float(text)
    except ValueError:
        return -1
    return int(number) if number.is_integer() and number >= 0 else -1
