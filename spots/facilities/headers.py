"""The columns of facility lists: an alias table in Japanese and English."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from boundaries.listed_places import PLAN_NAMES
from groundfloor.columns import PointColumns, Vocabulary
from groundfloor.folding import header_key
from groundfloor.positions import BOTH, LATITUDE, LONGITUDE
from groundfloor.problems import Problem, Text, error

# Canonical column -> headers, the most telling first: where a list has two of them, the first of
# this order is used and the other reported.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("id", "facility_id", "施設ID", "施設コード", "医療機関ID", "医療機関コード"),
        *("保険医療機関コード", "record_id", "コード", "code"),
    ),
    "name": (
        *("name", "facility_name", "医療機関名", "医療機関名称", "医療機関の名称", "正式名称"),
        *("施設名", "施設名称", "病院名", "病院名称", "診療所名", "名称", "P04_002", "名前"),
        *("hospital", "hospital_name", "医療機関", "病院・診療所名", "勤務先名"),
        *("病院の名称", "施設の名称", "診療所の名称", "病院・診療所の名称"),
    ),
    "kana": (
        *("kana", "正式名称（フリガナ）", "医療機関名（フリガナ）", "施設名（フリガナ）"),
        *("病院名（フリガナ）", "名称（フリガナ）", "フリガナ", "ふりがな", "カナ", "カナ名称"),
        *("医療機関名カナ", "医療機関名フリガナ", "施設名カナ", "施設名フリガナ", "名称カナ"),
        *(
            "病院名カナ",
            "病院名フリガナ",
            "名称フリガナ",
            "医療機関名称カナ",
            "よみがな",
            "読み仮名",
        ),
        *("よみ", "読み", "reading", "name_kana", "kana_name"),
    ),
    "address": (
        *("address", "所在地", "住所", "医療機関所在地", "施設所在地", "所在地住所", "P04_003"),
        *("病院の所在地", "施設の所在地", "診療所の所在地", "医療機関の所在地"),
    ),
    "municipality": (
        *("municipality", "市町村", "市区町村", "市町村名", "市区町村名", "自治体名", "city"),
        *("muni_name", "市町", "所在市町村"),
    ),
    "municipality_code": (
        *("municipality_code", "市町村コード", "市区町村コード", "自治体コード", "団体コード"),
        *("全国地方公共団体コード", "地方公共団体コード", "muni_code", "jis_code", "city_code"),
        "N03_007",
    ),
    "prefecture_code": (
        *("prefecture_code", "都道府県コード", "県コード", "pref_code", "prefecture", "都道府県"),
        *("都道府県名", "県名", "pref"),
        *("都道府県番号", "県番号", "都道府県cd", "所在都道府県", "所在地都道府県", "pref_name"),
    ),
    "lat": (*LATITUDE, "y", "y座標"),
    "lon": (*LONGITUDE, "x", "x座標"),
    "position": BOTH,
    "type": (
        *("type", "types", "種別", "facility_type", "種別①②③", "スポット種別", "施設種別"),
        *("該当要件", "類型"),
    ),
    "site": ("site", "敷地", "同一敷地", "サイト"),
    "kind": (
        *("P04_001", "医療機関分類", "医療機関区分", "医療機関種別", "施設区分", "施設分類"),
        *("医科歯科区分", "医科・歯科", "facility_kind", "kind"),
    ),
    "status": ("status", "開設状況", "運営状況", "診療状況", "休廃止", "休廃止区分", "休止・廃止"),
    "remark": ("remark", "remarks", "備考", "note", "notes", "摘要", "特記事項"),
    **PLAN_NAMES,
}
# All hospitals, clinics and dentists of Japan are 180,000.
_MOST_ROWS = 250_000
POINT = PointColumns("lat", "lon", "position")
_HINT = Text(
    "（実行ファイルの columns か aliases で name に対応させることもできます）",
    ", or map one to name under columns or aliases in the run file",
)


def list_vocabulary(extra: Mapping[str, Iterable[str]], chosen: Mapping[str, str]) -> Vocabulary:
    """Return the columns of a list with the user's own headers.

    Parameters
    ----------
    extra : mapping of str to iterable of str
        Headers by canonical column; they come first. Unknown columns are reported by
        `unknown_columns`.
    chosen : mapping of str to str
        Canonical column to header for one list; an empty header switches it off.
    """
    names = {column: (*extra.get(column, ()), *known) for column, known in ALIASES.items()}
    wanted = {column: header for column, header in chosen.items() if column in names}
    return Vocabulary(
        names,
        ("name",),
        (POINT,),
        brackets=True,
        chosen=wanted,
        hint=_HINT,
        most_rows=_MOST_ROWS,
    )


def unknown_columns(names: Iterable[str], shown: str) -> tuple[Problem, ...]:
    """Return an error for each name that is not a canonical column, with the one that is meant."""
    return tuple(
        error(
            "unknown-column",
            Text("知らない項目名です", "is not a column this program knows"),
            _right_column(name),
            file=shown,
            column=name,
        )
        for name in names
        if name not in ALIASES
    )


def _right_column(name: str) -> Text:
    """Return what to write: the column of a header that was taken for one, or one spelt alike."""
    key = header_key(name)
    of_header = [c for c, known in ALIASES.items() if key in {header_key(h) for h in known}]
    for column in (*of_header, *difflib.get_close_matches(name.casefold(), ALIASES, n=1)):
        form = f'{column} = "{name if of_header else "…"}"'
        return Text(
            f"{form} の形に書いてください（項目名 = 見出し）", f"write {form}: column = header"
        )
    known = ", ".join(ALIASES)
    return Text(f"次のいずれかにしてください: {known}", f"use one of: {known}")
