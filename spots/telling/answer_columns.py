"""Columns of the answers to questions about runs: locate, diff and batch.

Their values come from those rooms; what they are called and mean is said here.
"""

from __future__ import annotations

from dataclasses import replace

from groundfloor.problems import Text
from spots.telling.columns import Code, Column, ColumnKind
from spots.telling.facility_columns import (
    AREA_CLASS,
    AREA_KM2,
    CRITERIA,
    FACILITY_ID,
    LAT,
    LON,
    MEDICAL_AREA,
    MEDICAL_AREA_CODE,
    MUNICIPALITY,
    MUNICIPALITY_CODE,
    NAME,
    POPULATION,
    REMARK,
    STATE,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.labels import STATE_LABELS
from spots.telling.travel_columns import NEAREST_NAME, REACHABLE, TRAVEL_MIN, TRAVEL_MS
from spots.telling.unit_columns import (
    RESULT,
    RESULT_KIND,
    RESULT_TITLE,
    UNIT,
    UNIT_ID,
    UNIT_NAME,
)

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_INTEGER, _NUMBER, _BOOLEAN = ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.BOOLEAN


def _metres(name: str, ja: str, en: str, about: Text) -> Column:
    return Column(name, _NUMBER, Text(ja, en), about, "m", decimals=3)


# --- locate

_ROW = Column("row", _INTEGER, Text("行", "row"), Text("一覧の行番号", "row of the list"))
_ID = Column("id", _CODE, Text("ID", "id"), Text("一覧のID", "the list's own id"))
_INSTITUTION = replace(
    NAME,
    label=Text("医療機関", "institution"),
    about=Text("一覧に書かれた名称", "as the list writes it"),
)
_DOUBTFUL = Column(
    "doubtful",
    _BOOLEAN,
    Text("要確認", "doubtful"),
    Text("座標の誤差により答えが変わりうるか", "whether the position's accuracy could turn it"),
)
_EDGE = Text(
    "スポットの端までの距離。内側が正、外側が負", "to the spot's edge; inside +, outside −"
)
_CENTRE = Text(
    "スポットの中心の施設までの測地線長", "geodesic distance to the facility at its centre"
)
#: A row for each institution of the list.
LOCATED_COLUMNS = (
    _ROW,
    _ID,
    _INSTITUTION,
    replace(LON, about=Text("一覧の経度", "as the list has it")),
    replace(LAT, about=Text("一覧の緯度", "as the list has it")),
    Column(
        "standing",
        _TEXT,
        Text("判定コード", "standing"),
        Text("判定の機械名", "machine name of the answer"),
    ),
    Column(
        "answer",
        _TEXT,
        Text("判定", "answer"),
        Text("スポットや医師少数区域の内か外か", "inside or outside, in words"),
    ),
    Column(
        "in_spot",
        _BOOLEAN,
        Text("スポット内", "in a spot"),
        Text("有効なスポットの内側にあるか", "whether a valid spot holds it"),
    ),
    Column(
        "in_shortage_area",
        _BOOLEAN,
        Text("少数区域内", "in a shortage area"),
        Text("医師少数区域の内側にあるか", "whether it lies in a shortage area"),
    ),
    _DOUBTFUL,
    Column(
        "spot_ids",
        _LIST,
        Text("該当スポットID", "spots"),
        Text("内側にあるスポットの施設ID", "facility ids of the spots that hold it"),
    ),
    Column(
        "spot_names",
        _LIST,
        Text("該当スポット", "names of spots"),
        Text("内側にあるスポットの名称", "names of the spots that hold it"),
    ),
    Column(
        "nearest_id",
        _CODE,
        Text("最も近いスポットのID", "nearest spot's id"),
        Text("端が最も近いスポットの施設ID", "facility id of the spot with the nearest edge"),
    ),
    Column(
        "nearest_name",
        _TEXT,
        Text("最も近いスポット", "nearest spot"),
        Text("端が最も近いスポット", "the spot with the nearest edge"),
    ),
    _metres("nearest_distance_m", "施設まで", "to its facility", _CENTRE),
    _metres("nearest_edge_m", "端まで（内側が正）", "to its edge, inside +", _EDGE),
    MUNICIPALITY_CODE,
    MUNICIPALITY,
    MEDICAL_AREA_CODE,
    MEDICAL_AREA,
    replace(AREA_CLASS, codes=()),  # in words: this file is for people first
    Column(
        "place_basis",
        _TEXT,
        Text("所在の根拠", "place by"),
        Text(
            "市町村の根拠: 座標（point）、この結果の同名の施設の座標（facility）、"
            "位置の出典での座標（source）、"
            "町丁目の代表点（town）、一覧の記載（declared）、なし（none）",
            "what the municipality rests on: the list's position, that of the run's facility of "
            "this name, a town block's point, the list's words, or nothing",
        ),
        codes=(
            Code("point", Text("一覧の座標", "the list's position")),
            Code("facility", Text("この結果の同名の施設", "the run's facility of this name")),
            Code("source", Text("位置の出典", "its record in a source of positions")),
            Code("town", Text("町丁目の代表点", "town block's point")),
            Code("declared", Text("一覧の記載", "the list's words")),
            Code("none", Text("なし", "nothing")),
        ),
    ),
    replace(
        _metres("tolerance_m", "座標の誤差", "accuracy", Text("見込んだ座標の誤差", "as assumed")),
        decimals=1,
    ),
    Column(
        "on",
        ColumnKind.DAY,
        Text("基準日", "day"),
        Text("スポットが有効かを調べた日", "on which spots had to be valid"),
    ),
    replace(REMARK, name="remarks", about=Text("読む人への注意", "what a reader should know")),
)
#: A row for each institution and spot.
LOCATED_SPOT_COLUMNS = (
    _ROW,
    _ID,
    _INSTITUTION,
    replace(FACILITY_ID, name="spot_id", label=Text("スポットID", "spot")),
    replace(NAME, name="spot_name", label=Text("スポット", "name of the spot")),
    CRITERIA,
    Column(
        "inside",
        _BOOLEAN,
        Text("内側", "inside"),
        Text("スポットの内側にあるか", "whether the spot holds it"),
    ),
    Column(
        "valid",
        _BOOLEAN,
        Text("基準日に有効", "valid on the day"),
        Text("基準日が設定期間の内か", "whether the day lies in its period"),
    ),
    VALID_FROM,
    VALID_TO,
    _metres("distance_m", "施設まで", "to its facility", _CENTRE),
    _metres("edge_m", "端まで（内側が正）", "to its edge, inside +", _EDGE),
    _DOUBTFUL,
)


#: What is said of an institution about each result of the policy.
_OF_A_RESULT = (
    Column(
        "inside",
        _BOOLEAN,
        Text("区域内", "inside"),
        Text(
            "有効な区域の内側にあるか。判定不能なら空欄",
            "whether a valid unit holds it; empty where undetermined",
        ),
    ),
    Column(
        "unit_ids",
        _LIST,
        Text("該当区域ID", "unit ids"),
        Text("内側にある区域のID", "ids of the units that hold it"),
    ),
    Column(
        "units",
        _LIST,
        Text("該当区域", "units"),
        Text("内側にある区域の名称", "names of the units that hold it"),
    ),
    _metres(
        "edge_m",
        "区域の境まで（内側が正）",
        "to the edge, inside +",
        Text(
            "この結果の区域全体の境までの距離。内側が正、外側が負",
            "to the edge of all ground of the result; inside +, outside −",
        ),
    ),
    Column(
        "nearest",
        _TEXT,
        Text("最も近い区域", "nearest unit"),
        Text("外側のとき、境が最も近い区域", "outside: the unit with the nearest edge"),
    ),
    VALID_FROM,
    VALID_TO,
    replace(
        REMARK,
        name="problem",
        label=Text("判定不能の理由", "why undetermined"),
        about=Text("判定不能の理由", "why it is undetermined"),
    ),
)


def located_result_columns(result: str, title: Text) -> tuple[Column, ...]:
    """Return the columns of an institution about one result of the policy.

    Parameters
    ----------
    result : str
        Id of the result, which the names begin with.
    title : Text
        Its title, which the headings begin with.
    """
    return tuple(
        replace(
            column,
            name=f"{result}.{column.name}",
            label=Text(f"{title.ja}・{column.label.ja}", f"{title.en}: {column.label.en}"),
        )
        for column in _OF_A_RESULT
    )


# --- diff

CHANGE = Column(
    "change",
    _TEXT,
    Text("区分", "change"),
    Text("追加、削除または変更", "entered, left or changed"),
)
VERDICT_CHANGED = Column(
    "verdict_changed",
    _BOOLEAN,
    Text("判定・区域の変化", "verdict or spot changed"),
    Text("状態、要件またはスポットが変わったか", "whether state, criteria or spot changed"),
)
SUMMARY = Column(
    "summary",
    _TEXT,
    Text("変わったこと", "what changed"),
    Text("変わったことの説明", "in a planner's sentence"),
)
ASPECTS_CHANGED = Column(
    "aspects",
    _LIST,
    Text("変わった点", "aspects"),
    Text("変わった項目", "what of the facility is different"),
)
CAUSES = Column(
    "causes",
    _LIST,
    Text("原因コード", "causes"),
    Text("変わった原因の機械名", "machine names of what changed it"),
)
CERTAINTY = Column(
    "certainty",
    _LIST,
    Text("確度", "certainty"),
    Text("原因が確定か推定か", "whether a cause is proven or likely"),
)
WHY = Column(
    "why",
    _TEXT,
    Text("原因", "why"),
    Text("原因とその根拠を1行に1つ", "each cause with its reason, a line each"),
)
_SIDES = {"old": Text("旧", "old"), "new": Text("新", "new")}


def _of_side(which: str, column: Column) -> Column:
    word = _SIDES[which]
    label = Text(f"{word.ja}・{column.label.ja}", f"{word.en} {column.label.en}")
    return replace(column, name=f"{which}_{column.name}", label=label)


def side_columns(which: str) -> tuple[Column, ...]:
    """Return the columns of ``diff.csv`` about the ``"old"`` or the ``"new"`` run."""
    return tuple(
        _of_side(which, column)
        for column in (
            STATE,
            CRITERIA,
            replace(NEAREST_NAME, name="nearest"),
            TRAVEL_MIN,
            REACHABLE,
            AREA_KM2,
        )
    )


def side_properties(which: str) -> tuple[Column, ...]:
    """Return the members of ``diff.geojson`` about the ``"old"`` or the ``"new"`` run."""
    words = replace(STATE, name="state_label", about=Text("状態の名称", "the state in words"))
    return tuple(
        _of_side(which, column)
        for column in (
            STATE,
            words,
            CRITERIA,
            replace(NEAREST_NAME, name="nearest"),
            TRAVEL_MS,
            AREA_KM2,
        )
    )


LAYER_OF_CHANGES = Column(
    "layer",
    _TEXT,
    Text("レイヤ", "layer"),
    Text("増減した区域（area）か施設（facility）か", "area gained or lost, or facility"),
)
DIFF_COLUMNS = (
    FACILITY_ID,
    NAME,
    MUNICIPALITY,
    CHANGE,
    VERDICT_CHANGED,
    *side_columns("old"),
    *side_columns("new"),
    SUMMARY,
    ASPECTS_CHANGED,
    CAUSES,
    CERTAINTY,
    WHY,
)
CLAUSES_CHANGED = Column(
    "clauses",
    _TEXT,
    Text("変わった条項", "clauses"),
    Text("条項の旧と新の判定を1行に1つ", "what each clause found before and now, a line each"),
    width=60,
)
_UNIT_SIDE = (
    STATE,
    Column(
        "reason",
        _TEXT,
        Text("理由", "reason"),
        Text("設定理由、またはその状態の理由", "as the plan says it, or why not"),
        width=40,
    ),
    AREA_KM2,
)
#: A row for each unit of ground that changed in a result.
DIFF_UNIT_COLUMNS = (
    RESULT,
    RESULT_KIND,
    RESULT_TITLE,
    UNIT,
    UNIT_ID,
    UNIT_NAME,
    MUNICIPALITY,
    CHANGE,
    VERDICT_CHANGED,
    *(_of_side(which, column) for which in ("old", "new") for column in _UNIT_SIDE),
    *(
        replace(AREA_KM2, name=name, label=label, about=about)
        for name, label, about in (
            ("gained_km2", Text("増", "gained"), Text("新だけの範囲", "in the new run alone")),
            ("lost_km2", Text("減", "lost"), Text("旧だけの範囲", "in the old run alone")),
        )
    ),
    CLAUSES_CHANGED,
    SUMMARY,
    ASPECTS_CHANGED,
    CAUSES,
    CERTAINTY,
    WHY,
)
#: In ``diff.geojson``: ground gained or lost in a result.
CHANGED_GROUND_PROPERTIES = (LAYER_OF_CHANGES, CHANGE, RESULT, RESULT_TITLE, AREA_KM2)
CHANGED_AREA_PROPERTIES = (LAYER_OF_CHANGES, CHANGE, AREA_KM2, POPULATION)
CHANGED_FACILITY_PROPERTIES = (
    LAYER_OF_CHANGES,
    FACILITY_ID,
    NAME,
    CHANGE,
    VERDICT_CHANGED,
    *side_properties("old"),
    *side_properties("new"),
    SUMMARY,
    CAUSES,
    WHY,
)

# --- batch

#: A row for each job.
BATCH_COLUMNS = (
    Column("name", _TEXT, Text("名前", "name"), Text("出力フォルダの名前", "of its folder")),
    Column("run_file", _TEXT, Text("実行ファイル", "run file"), Text("実行ファイル", "of the job")),
    Column(
        "lists",
        _TEXT,
        Text("一覧", "lists"),
        Text("差し替えた施設一覧", "lists that took the place of the run file's"),
    ),
    Column(
        "status",
        _TEXT,
        Text("結果", "status"),
        Text(
            "完了、判定不能あり、失敗、未実行など",
            "done, undetermined, failed, internal_error or missing",
        ),
    ),
    Column(
        "facilities",
        _INTEGER,
        Text("施設数", "facilities"),
        Text("入力した施設の数", "facilities of the input"),
    ),
    Column("spots", _INTEGER, Text("スポット数", "spots"), Text("スポットの数", "effective spots")),
    *(
        Column(
            state.value,
            _INTEGER,
            label,
            Text(f"状態が「{label.ja}」の施設の数", f"facilities that are {label.en}"),
        )
        for state, label in STATE_LABELS.items()
    ),
    Column(
        "dissolved_km2",
        _NUMBER,
        Text("面積", "area"),
        Text("重なりを除いた面積", "of all spots, overlaps counted once"),
        "km²",
        decimals=2,
    ),
    Column(
        "error",
        _TEXT,
        Text("エラー", "error"),
        Text("失敗した場合の最初のエラー", "the first one of a job that failed"),
    ),
)
#: Behind them where a policy of the batch judges units of ground.
BATCH_RESULTS = Column(
    "results",
    _TEXT,
    Text("区域の結果", "results"),
    Text("結果ごとの、状態別の区域の数", "units of ground in each state, result by result"),
)
#: The last of all.
BATCH_FINISHED = Column(
    "finished_before",
    _BOOLEAN,
    Text("前回までに完了", "finished before"),
    Text(
        "同じ入力・設定・版の結果があり、実行していない",
        "a result of the same inputs, settings and version was there: not run again",
    ),
)
