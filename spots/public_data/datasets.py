"""Public data sets that a run can be made of: whose they are, their terms, and what each is for.

Stands apart: what is published is read here like a list; `spots.public_data.catalogue` knows which
file of it a prefecture needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from groundfloor.problems import Text

_KSJ = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-"
_MINISTRY_OF_LAND = Text("国土交通省", "Ministry of Land, Infrastructure, Transport and Tourism")
_MINISTRY_OF_HEALTH = Text("厚生労働省", "Ministry of Health, Labour and Welfare")
_AS_THE_PAGE_SAYS = Text(
    "ページの「使用許諾条件」を確認してください", "as the page says (「使用許諾条件」)"
)
_TERMS_OF_MHLW = Text(
    "厚生労働省ホームページの利用規約によります（出典を記載）",
    "terms of use of the ministry's site (name the source)",
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """One public data set.

    Parameters
    ----------
    key : str
        How it is called on the command line (``--only n03,osm``).
    title, publisher : Text
        Its name and whose it is.
    purpose : Text
        What a run makes of it, with the key of the run file.
    page : str
        Where people find it, with its terms.
    licence : Text
        Terms as its page states them, or that they are to be read there.
    usual : bool
        Whether a first run wants it. What only replaces another (N13 the roads of OpenStreetMap)
        or helps now and then is had by name.
    """

    key: str
    title: Text
    publisher: Text
    purpose: Text
    page: str
    licence: Text
    usual: bool = True


_ALL = (
    Dataset(
        "n03",
        Text("国土数値情報 行政区域データ（N03）", "National Land Numerical Information N03"),
        _MINISTRY_OF_LAND,
        Text(
            "市区町村の区域。施設の所在する市区町村、都道府県境と海岸線（[municipalities]）",
            "municipalities: where facilities lie, the border, the coast ([municipalities])",
        ),
        f"{_KSJ}N03-2026.html",
        Text("CC BY 4.0（出典と加工の旨を記載）", "CC BY 4.0 (name the source and the processing)"),
    ),
    Dataset(
        "a38",
        Text("国土数値情報 医療圏データ（A38）", "National Land Numerical Information A38"),
        _MINISTRY_OF_LAND,
        Text(
            "二次医療圏の区域（[medical_areas]）。市区町村と医療圏の対応表があれば不要",
            "medical areas ([medical_areas]); a table of municipality and area does as well",
        ),
        f"{_KSJ}A38-2020.html",
        _AS_THE_PAGE_SAYS,
    ),
    Dataset(
        "index",
        Text("医師偏在指標（二次医療圏別）", "physician index by medical area"),
        _MINISTRY_OF_HEALTH,
        Text(
            "医師少数区域・多数区域の区分（[physician_index]）",
            "which areas are shortage or surplus areas ([physician_index])",
        ),
        "https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/kenkou_iryou/iryou/index.html",
        _TERMS_OF_MHLW,
    ),
    Dataset(
        "osm",
        Text("OpenStreetMap 地方別抽出データ", "OpenStreetMap, extract by region"),
        Text("OpenStreetMap 協力者（配布：Geofabrik）", "OpenStreetMap contributors (Geofabrik)"),
        Text(
            "道路。所要時間の計算（[network]）。都道府県境を越えて隣の都道府県まで含む",
            "roads for travel times ([network]), reaching beyond the border",
        ),
        "https://download.geofabrik.de/asia/japan.html",
        Text("ODbL 1.0（© OpenStreetMap contributors）", "ODbL 1.0 (© OpenStreetMap contributors)"),
    ),
    Dataset(
        "iryo_joho",
        Text("医療情報ネット オープンデータ", "open data of the medical information network"),
        _MINISTRY_OF_HEALTH,
        Text(
            "病院・診療所の位置。座標のない名簿との照合（[positions]）",
            "positions of hospitals and clinics, for lists without coordinates ([positions])",
        ),
        "https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/kenkou_iryou/iryou/newpage_43373.html",
        Text("公共データ利用規約（第1.0版）（PDL 1.0）", "Public Data License 1.0"),
    ),
    Dataset(
        "p04",
        Text("国土数値情報 医療機関データ（P04）", "National Land Numerical Information P04"),
        _MINISTRY_OF_LAND,
        Text(
            "医療機関の位置（2020年）。座標のない名簿との照合（[positions]）",
            "positions of institutions as of 2020, for lists without coordinates ([positions])",
        ),
        f"{_KSJ}P04-2020.html",
        _AS_THE_PAGE_SAYS,
    ),
    Dataset(
        "mesh",
        Text("令和2年国勢調査 1kmメッシュ人口", "population census 2020, 1 km mesh"),
        Text("総務省統計局（e-Stat）", "Statistics Bureau of Japan (e-Stat)"),
        Text("スポット内の人口（[population]）", "people inside each spot ([population])"),
        "https://www.e-stat.go.jp/gis/statmap-search?page=1&type=1&toukeiCode=00200521"
        "&toukeiYear=2020&aggregateUnit=S&serveyId=S002005112020&statsId=T001140&datum=2011",
        Text(
            "政府統計の総合窓口（e-Stat）利用規約（出典を記載）",
            "terms of e-Stat (name the source)",
        ),
    ),
    Dataset(
        "bed_report",
        Text("病床機能報告（施設票・病院）", "bed function report, hospitals"),
        _MINISTRY_OF_HEALTH,
        Text(
            "二次救急・三次救急の自己申告の標識。病院群輪番制の名簿がないときの参考"
            "（[[facilities]]）",
            "self-reported flags of emergency care, where no rotation list is at hand "
            "([[facilities]])",
        ),
        "https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/0000055891.html",
        _TERMS_OF_MHLW,
        usual=False,
    ),
    Dataset(
        "n13",
        Text("国土数値情報 道路データ（N13）", "National Land Numerical Information N13"),
        _MINISTRY_OF_LAND,
        Text(
            "道路の中心線。OpenStreetMap に代わる道路（[network]）。速度と一方通行はない",
            "road centre lines, in the place of OpenStreetMap ([network]); no speeds, no one-way",
        ),
        f"{_KSJ}N13-2024.html",
        Text("CC BY 4.0（出典と加工の旨を記載）", "CC BY 4.0 (name the source and the processing)"),
        usual=False,
    ),
    Dataset(
        "isj",
        Text("大字・町丁目レベル位置参照情報", "positions of town blocks (位置参照情報)"),
        _MINISTRY_OF_LAND,
        Text(
            "所在地から町丁目の代表点（[towns]）。座標も照合先もない施設のため",
            "town blocks' points for addresses without coordinates ([towns])",
        ),
        "https://nlftp.mlit.go.jp/isj/",
        Text("利用約款によります（出典を記載）", "its terms of use (name the source)"),
        usual=False,
    ),
    Dataset(
        "geolonia",
        Text("Geolonia 住所データ", "Geolonia address data"),
        Text("株式会社 Geolonia", "Geolonia Inc."),
        Text(
            "所在地から町丁目の代表点（[towns]）。全国で1ファイル",
            "town blocks' points for addresses without coordinates ([towns]), one for the country",
        ),
        "https://geolonia.github.io/japanese-addresses/",
        Text("CC BY 4.0", "CC BY 4.0"),
        usual=False,
    ),
)
#: Every data set by its key, in the order in which a first run wants them.
DATASETS = MappingProxyType({each.key: each for each in _ALL})
