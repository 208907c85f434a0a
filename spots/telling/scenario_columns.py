"""Columns of the tables of scenarios: a scenario, a facility over all of them, a cell."""

from __future__ import annotations

from dataclasses import replace

from groundfloor.problems import Text
from spots.telling.columns import STATES, Code, Column, ColumnKind
from spots.telling.facility_columns import (
    AREA_KM2,
    CRITERIA,
    FACILITY_ID,
    MEDICAL_AREA,
    MUNICIPALITY,
    NAME,
    POPULATION,
    STATE,
)
from spots.telling.labels import STATE_LABELS
from spots.telling.travel_columns import (
    MARGIN_MIN,
    MARGIN_MS,
    NEAREST_ID,
    NEAREST_NAME,
    TRAVEL_MIN,
    TRAVEL_MS,
)

_TEXT, _INTEGER, _NUMBER = ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.NUMBER

#: In the place of a state where the lists of a scenario do not have a facility.
NOT_LISTED_WORDS = Text("一覧になし", "not listed")
NOT_LISTED_CODE = "not_listed"

SCENARIO_NUMBER = Column(
    "scenario",
    _INTEGER,
    Text("番号", "number"),
    Text("シナリオの番号。0 は実行ファイルのまま", "of the scenario; 0 is the run file as it is"),
    width=8,
)
SCENARIO_NAME = Column(
    "scenario_name",
    _TEXT,
    Text("シナリオ", "scenario"),
    Text("シナリオの名前", "what it is called"),
    width=34,
)
SCENARIO_SETTINGS = Column(
    "settings",
    _TEXT,
    Text("変えるもの", "says otherwise"),
    Text("実行ファイルと違うところ", "what it says otherwise than the run file"),
    width=34,
)
SCENARIO_GROUP = Column(
    "group",
    _INTEGER,
    Text("組", "group"),
    Text(
        "結果（状態・区域・人口）が同じシナリオの組の番号",
        "scenarios of equal results (states, ground, people) have one number",
    ),
    width=8,
)
N_CHANGED = Column(
    "changed",
    _INTEGER,
    Text("状態が変わる施設", "facilities that turn"),
    Text("現在の条件と状態が違う施設の数", "whose state is another than in the run file as it is"),
    width=10,
)
SPOTS = Column(
    "spots", _INTEGER, Text("スポット", "spots"), Text("スポットの数", "effective spots"), width=10
)
DISSOLVED_KM2 = replace(
    AREA_KM2,
    name="dissolved_km2",
    label=Text("重なりを除いた面積", "area, overlaps once"),
    about=Text("重なりを一度だけ数えた面積", "of all spots, overlaps counted once"),
)
SUMMED_KM2 = replace(
    AREA_KM2,
    label=Text("面積の合計", "area added up"),
    about=Text("スポットの面積の合計", "of all spots, added up"),
)
DESCRIPTION = Column(
    "description",
    _TEXT,
    Text("説明", "description"),
    Text("シナリオのファイルにある説明", "as the file of scenarios has it"),
    width=30,
)
UNITS_DESIGNATED = Column(
    "units_designated",
    _INTEGER,
    Text("設定（案）の区域", "units designated"),
    Text("設定（案）となる区域の数", "units of ground that are designated"),
    width=10,
)
#: A row for each scenario.
SCENARIO_COLUMNS = (
    SCENARIO_NUMBER,
    SCENARIO_NAME,
    SCENARIO_SETTINGS,
    SPOTS,
    *(
        Column(
            state.value,
            _INTEGER,
            label,
            Text(f"状態が「{label.ja}」の施設の数", f"facilities that are {label.en}"),
            width=11,
        )
        for state, label in STATE_LABELS.items()
    ),
    N_CHANGED,
    SUMMED_KM2,
    DISSOLVED_KM2,
    POPULATION,
    UNITS_DESIGNATED,
    SCENARIO_GROUP,
    DESCRIPTION,
)
BASE_STATE = replace(
    STATE,
    name="base_state",
    label=Text("現在の条件での状態", "state as it is"),
    about=Text("実行ファイルのままの状態", "with the run file as it is"),
)
DESIGNATED_IN = Column(
    "designated_in",
    _INTEGER,
    Text("設定（案）となるシナリオ", "designated in"),
    Text(
        "設定（案）となるシナリオの数（現在の条件と、それと同じものを除く）",
        "scenarios, not counting the run file's own, nor what is the same",
    ),
    width=12,
)
N_SCENARIOS = Column(
    "scenarios",
    _INTEGER,
    Text("シナリオの数", "scenarios"),
    Text(
        "シナリオの数（現在の条件と、それと同じものを除く）",
        "how many there are beside the run file as it is, and what is the same",
    ),
    width=10,
)
SHARE = Column(
    "share",
    _NUMBER,
    Text("割合", "share"),
    Text("設定（案）となる割合（0～1）", "designated in this share of the scenarios, 0 to 1"),
    width=9,
    decimals=3,
)
STATES_SEEN = Column(
    "states",
    ColumnKind.LIST,
    Text("どれかのシナリオでの状態", "states in any"),
    Text(
        "どれかのシナリオでの状態。一覧にない場合は not_listed",
        "in any scenario; not_listed where lists lack it",
    ),
    codes=(*STATES, Code(NOT_LISTED_CODE, NOT_LISTED_WORDS)),
    width=20,
)
TURNING = Column(
    "turning",
    _TEXT,
    Text("状態が変わる最小の変更", "smallest change that turns it"),
    Text(
        "一つだけ変えるなら何をどこまで変えると状態が変わるか",
        "what alone has to be changed, and how far, for another state",
    ),
    width=46,
)
#: A row for each facility.
ROBUSTNESS_COLUMNS = (
    FACILITY_ID,
    NAME,
    MUNICIPALITY,
    MEDICAL_AREA,
    BASE_STATE,
    DESIGNATED_IN,
    N_SCENARIOS,
    SHARE,
    STATES_SEEN,
    TURNING,
)
#: A row for each facility in each scenario whose lists have it.
CELL_COLUMNS = (
    FACILITY_ID,
    NAME,
    SCENARIO_NUMBER,
    SCENARIO_NAME,
    STATE,
    CRITERIA,
    NEAREST_ID,
    NEAREST_NAME,
    TRAVEL_MS,
    TRAVEL_MIN,
    MARGIN_MS,
    MARGIN_MIN,
    AREA_KM2,
)
RADIUS_M = Column(
    "radius_m",
    _INTEGER,
    Text("半径", "radius"),
    Text("円の半径（測地線長）", "of the circle, geodesic"),
    "m",
)
AS_IN_RUN = Column(
    "in_run_file",
    ColumnKind.BOOLEAN,
    Text("現在の条件でも", "as it is too"),
    Text("現在の条件でもこの区域か", "whether it is the ground with the run file as it is"),
)
IN_SCENARIOS = Column(
    "in_scenarios",
    _TEXT,
    Text("どのシナリオか", "which scenarios"),
    Text("この区域となるシナリオ（10まで）", "in which scenarios, ten at most"),
    width=60,
)
#: A row for each circle of any scenario.
SCENARIO_CIRCLE_COLUMNS = (
    FACILITY_ID,
    NAME,
    RADIUS_M,
    AREA_KM2,
    DESIGNATED_IN,
    N_SCENARIOS,
    SHARE,
    AS_IN_RUN,
    IN_SCENARIOS,
)
GROUP_SIZE = Column(
    "size",
    _INTEGER,
    Text("シナリオの数", "scenarios"),
    Text(
        "組のシナリオの数（現在の条件と、それと同じものを除く）",
        "how many scenarios are in it, beside the run file as it is and what is the same",
    ),
    width=9,
)
GROUP_NAMES = Column(
    "names",
    _TEXT,
    Text("シナリオ", "scenarios"),
    Text("組のシナリオの名前", "which scenarios are in it"),
    width=60,
)
#: A row for each group of scenarios of equal results.
GROUP_COLUMNS = (
    SCENARIO_GROUP,
    GROUP_SIZE,
    SPOTS,
    DISSOLVED_KM2,
    POPULATION,
    N_CHANGED,
    GROUP_NAMES,
)
