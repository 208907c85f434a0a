"""Which key somebody meant who wrote another: a slip of the pen, another tool's word, Japanese.

Stands apart: words of people, and no rule of TOML or of any table; `settings` knows which keys a
table has.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Mapping
from types import MappingProxyType

from groundfloor.problems import Text

#: Keys with the words that are written in their place: of QGIS, GDAL, pandas and other tools, of
#: earlier drafts of a file, and of whoever thinks in Japanese.
_WORDS_FOR: Mapping[str, str] = MappingProxyType(
    {
        "where": "filter filters query subset condition rows only 絞り込み 抽出 条件 フィルタ",
        "file": "path paths files url uri href filename input csv 場所 パス ファイル ファイル名",
        "name": "label title layer_name id called 名称 名前 レイヤ名 一覧名",
        "type": "kind types category classes class 種別 種類 区分 要件",
        "kind": "type format method mode 種類 方法",
        "format": "kind driver 形式 書式",
        "layer": "layers table member layername sublayer レイヤ レイヤー",
        "sheet": "worksheet tab sheets sheet_no シート シート名",
        "encoding": "charset codec codepage encode 文字コード エンコーディング",
        "columns": "column cols fields mapping headers header rename 列 列名 項目 見出し",
        "column": "columns field attribute 列 項目 人口",
        "source": "publisher origin credit attribution citation provider 出典 出所 提供元 作成者",
        "as_of": "date day asof year updated timestamp 時点 基準日 年月日 日付 現在",
        "edition": "version release 版 年版",
        "role": "use purpose 役割",
        "list": "list_name lists 一覧 リスト",
        "accuracy": "precision 精度 位置の精度",
        "national_average": "average mean 全国平均 全国値",
        "shortage_at_most": "shortage cutoff cut_off threshold lower 少数 下位",
        "surplus_at_least": "surplus upper 多数 上位",
        "nodes": "node points node_file ノード 交差点",
        "profile": "speeds speed speed_profile profiles 速度 速度設定",
        "speed_factor": "factor speed_multiplier multiplier 倍率 速度倍率 速度の倍率",
        "closures": "close closed closure closed_roads 通行止め 通行止 規制",
        "closures_on": "closed_on closures_day 通行止めの日",
        "schematic": "sketch 略図",
        "cache": "cached キャッシュ",
        "title": "name heading caption 表題 標題 題名 題 タイトル",
        "output": "out outdir output_dir output_folder folder target 出力 出力先",
        "lang": "language locale 言語",
        "caveats": "caveat notes note warnings remarks 注意 注記 留意事項 備考",
        "not_given": "missing absent 未提供",
        "without": "closed closed_hospitals closed_hospital gone 閉院 閉院とする病院 病院なし",
        "preset": "name policy base プリセット 設定基準",
        "override": "overrides changes settings set 上書き 変更",
        "names": "name facilities hospitals 名称",
        "same": "identical equal 同一",
        "reason": "why note comment because 理由 設定理由",
        "unit": "units kind level 単位 区域",
        "key": "by keys on join 結合 キー",
        "within_m": "distance radius within tolerance 距離",
        "minutes": "minute time threshold_min 分 時間",
        "distance_m": "distance radius radius_m 距離 半径",
        "hospitals": "hospital facilities 病院",
        "institutions": "institution clinics 医療機関 診療所",
        # Axes of scenarios.
        "lists": "facilities list_files files 一覧 一覧の差し替え 施設一覧",
        "cuts": "cut cutting 切り取り 円の切り取り",
        "exclusions": "exclude excluded exclude_municipality exclusion 除外 対象外",
        "tolls": "toll toll_roads motorways 有料 有料道路 高速道路",
        "ferries": "ferry フェリー 航路",
        "ferry_wait_min": "wait ferry_wait 待ち時間 フェリー待ち",
        "neighbours": "neighbors neighbour 隣県 隣接県",
        "direction": "way 向き 方向",
        "axes": "axis cross grid sweep 軸 組合せ",
        "scenario": "scenarios case cases variant シナリオ",
        # Tables.
        "facilities": "facility hospitals lists list layers 医療機関 施設 一覧",
        "municipalities": "municipality boundaries boundary outlines 市区町村 市町村 行政区域 境界",
        "medical_areas": "areas area medical_area 医療圏 二次医療圏",
        "physician_index": "index indices indicator_index 医師偏在指標 偏在指標 指標",
        "network": "roads road streets graph 道路 道路網",
        "population": "people mesh inhabitants 人口 メッシュ",
        "towns": "town addresses geocoding town_blocks 町丁目 位置参照",
        "aliases": "alias synonyms 別名",
        "indicators": "indicator 指標",
        "run": "general settings job 実行",
        "policy": "rule rules policies 設定基準 基準",
        "identity": "identities same 同一施設",
        "entries": "entry places 個別",
        "tables": "numbers 表",
        # Of policies.
        "radius_m": "radius distance distance_m 半径",
        "threshold_min": "threshold minutes min 分 所要時間",
        "prefecture": "pref prefecture_code 都道府県 県",
        "valid_from": "start begin since 開始 開始日",
        "valid_to": "end until 終了 終了日",
        "service": "services 医療 提供する医療",
        "facility": "name hospital 施設 医療機関",
        "decision": "action 決定",
    }
)
_READ_FROM_FILE = Text(
    "消してください。座標系はファイル自身（.prj、GeoPackage など）から読み取ります",
    "remove it: the coordinate system is read from the file itself (.prj, GeoPackage, ...)",
)
_HEADER = Text(
    '列の名前は columns = { latitude = "…", longitude = "…", address = "…" } の中に書きます',
    'headers are named in columns = { latitude = "...", longitude = "...", address = "..." }',
)
_FREE_OF = MappingProxyType(
    {
        **dict.fromkeys(("crs", "epsg", "srid", "srs", "projection", "座標系"), _READ_FROM_FILE),
        **dict.fromkeys(
            ("lat", "lon", "lng", "latitude", "longitude", "x", "y", "緯度", "経度", "住所"),
            _HEADER,
        ),
    }
)


def _by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, words in _WORDS_FOR.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), key)
    return MappingProxyType(found)


_KEYS_OF_WORD = _by_word()


def meant_key(written: str, known: Collection[str]) -> str | None:
    """Return the key among `known` that somebody meant who wrote another; None if none is near.

    Examples
    --------
    >>> meant_key("filter", ["file", "where"]), meant_key("出典", ["file", "source"])
    ('where', 'source')
    >>> meant_key("radus_m", ["radius_m", "cut"]), meant_key("zzz", ["file"])
    ('radius_m', None)
    """
    word = _folded(written)
    if word in known:
        return word
    of_word = [key for key in _KEYS_OF_WORD.get(word, ()) if key in known]
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return next(iter((*of_word, *near)), None)


def needless_key(written: str, known: Collection[str]) -> Text | None:
    """Return what to do with a key that no table needs, such as the CRS of a file; None of others.

    Examples
    --------
    >>> needless_key("epsg", ["file"]).en[:9], needless_key("epsg", ["radius_m"]) is None
    ('remove it', True)
    """
    found = _FREE_OF.get(_folded(written))
    needs = "columns" if found is _HEADER else "file"
    return found if needs in known else None


def any_key_meant(written: str) -> str | None:
    """Return the key that a Japanese word mostly stands for, wherever it was written."""
    return next(iter(_KEYS_OF_WORD.get(_folded(written), ())), None)


def _folded(written: str) -> str:
    return unicodedata.normalize("NFKC", written).strip().casefold().replace("-", "_")
