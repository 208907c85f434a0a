"""Columns and order of the sheets that a council reads: 別表, borderline, settings, findings.

What the files of machines have too is theirs, in the width that paper leaves it.
"""

from __future__ import annotations

from dataclasses import replace

from groundfloor.problems import Text
from spots.telling.columns import Column, ColumnKind
from spots.telling.facility_columns import (
    ADDRESS,
    AREA_KM2,
    CRITERIA,
    LINE_NUMBER,
    MEDICAL_AREA,
    MUNICIPALITY,
    NAME,
    POPULATION,
    REMARK,
    RUNNING_NUMBER,
    STATE,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.plan_columns import COUNCILS, REASON
from spots.telling.travel_columns import MARGIN_MS, NEAREST_NAME, TRAVEL_MS
from spots.types import Place

_TEXT, _INTEGER = ColumnKind.TEXT, ColumnKind.INTEGER

#: Heading over the two days of the 別表.
PERIOD = Text("設定期間", "Period")
EXTENT = Column(
    "extent",
    _TEXT,
    Text("区域", "extent"),
    Text("半径と、円から除いた区域", "the radius, and what is left out of the circle"),
    width=17,
)
ANNEX_COLUMNS = (
    RUNNING_NUMBER,
    replace(MEDICAL_AREA, width=11),
    replace(MUNICIPALITY, label=Text("市町村", "muni-\ncipality"), width=10),
    replace(NAME, width=20),
    replace(ADDRESS, width=21),
    replace(CRITERIA, width=7),
    replace(
        REASON,
        about=Text(
            "計画に書く設定理由と、確保する医療",
            "why, as the plan must say it, and the service that physicians are secured for",
        ),
        width=46,
    ),
    EXTENT,
    replace(AREA_KM2, width=8.5),
    replace(POPULATION, label=Text("人口", "popu-\nlation"), width=8.5),
    replace(VALID_FROM, label=Text("開始", "from")),
    replace(VALID_TO, label=Text("終了", "to")),
    replace(
        COUNCILS,
        about=Text(
            "協議会などで協議した日。記録がなければ空欄（書き込み用）",
            "days of the councils that dealt with it; blank, to be filled in, where none is given",
        ),
        width=13.5,
        centred=True,
    ),
    replace(
        REMARK,
        about=Text(
            "一覧の備考、位置の精度、判定が変わる前提",
            "the list's remark, the position's accuracy, and what turns the verdict",
        ),
        width=24,
    ),
)
BORDERLINE_COLUMNS = (
    LINE_NUMBER,
    MEDICAL_AREA,
    MUNICIPALITY,
    NAME,
    replace(STATE, width=15),
    CRITERIA,
    replace(NEAREST_NAME, width=26),
    TRAVEL_MS,
    MARGIN_MS,
    Column(
        "why_borderline",
        _TEXT,
        Text("注意する理由", "why to look again"),
        Text("判定が変わりうる理由を1行に1つ", "what may turn the verdict, a line each"),
        width=52,
    ),
)
BACKGROUND_COLUMNS = (
    Column(
        "group",
        _TEXT,
        Text("区分", "group"),
        Text("設定基準、設定、入力などの別", "policy, settings, inputs and so on"),
        width=16,
        centred=True,
    ),
    Column("item", _TEXT, Text("項目", "item"), Text("項目の名称", "what it is"), width=34),
    Column("content", _TEXT, Text("内容", "content"), Text("その内容", "what it says"), width=62),
    Column(
        "as_of",
        ColumnKind.DAY,
        Text("時点", "as of"),
        Text("データの時点または版", "day or edition of the data"),
        width=16,
    ),
    Column("file", _TEXT, Text("ファイル", "file"), Text("ファイル名", "its name"), width=26),
    Column(
        "sha256",
        _TEXT,
        Text("SHA-256", "SHA-256"),
        Text("ファイルの内容のハッシュ値", "hash of the file's content"),
        width=24,
    ),
)
FINDING_COLUMNS = (
    LINE_NUMBER,
    Column(
        "severity",
        _TEXT,
        Text("重要度", "severity"),
        Text("エラー、警告または確認", "error, warning or note"),
        width=9,
        centred=True,
    ),
    Column(
        "file",
        _TEXT,
        Text("ファイル", "file"),
        Text("一覧などのファイル", "of the input"),
        width=28,
    ),
    Column("row", _INTEGER, Text("行", "row"), Text("行番号", "row of the file"), width=7),
    Column("column", _TEXT, Text("列", "column"), Text("列の名称", "its heading"), width=16),
    Column("value", _TEXT, Text("値", "value"), Text("書かれていた値", "as written"), width=24),
    Column(
        "finding", _TEXT, Text("内容", "finding"), Text("確認事項の内容", "what it is"), width=46
    ),
    Column(
        "remedy", _TEXT, Text("対応", "what to do"), Text("必要な対応", "what mends it"), width=36
    ),
    Column(
        "code", _TEXT, Text("コード", "code"), Text("問題コード", "code of the problem"), width=20
    ),
)


def annex_order(place: Place) -> tuple[str, str, str]:
    """Return by what the 別表 is sorted wherever it stands: medical area, then municipality.

    What has no code comes last. Sorts keep the order of the input among equals.
    """
    last = "~"  # after every digit
    return (place.area_code or last, place.area, place.municipality_code or last)
