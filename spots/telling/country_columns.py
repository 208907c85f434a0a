"""Columns of the tables of several prefectures: what each comes to, and what was told of them."""

from __future__ import annotations

from groundfloor.problems import Text
from spots.telling.columns import Column, ColumnKind
from spots.telling.labels import STATE_LABELS
from spots.telling.prefecture_columns import PREFECTURE, PREFECTURE_CODE
from spots.types import CriterionInfo, State

_INTEGER, _NUMBER, _TEXT = ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.TEXT
WHOSE = (PREFECTURE_CODE, PREFECTURE)
SCENARIO = Column(
    "scenario",
    _TEXT,
    Text("シナリオ", "scenario"),
    Text("シナリオのフォルダの名前", "name of its folder"),
    width=24,
)
FACILITIES = Column(
    "facilities",
    _INTEGER,
    Text("判定対象", "judged"),
    Text(
        "都道府県内の判定対象の施設（隣の病院は数えません）", "its own facilities that are judged"
    ),
    width=9,
)
STATE_COUNTS = {
    state: Column(
        state.value,
        _INTEGER,
        STATE_LABELS[state],
        Text("その状態の施設", "facilities in that state"),
        width=12,
    )
    for state in State
}
SPOTS = Column(
    "spots", _INTEGER, Text("スポット", "spots"), Text("区域のある施設", "with ground"), width=9
)
DISSOLVED = Column(
    "dissolved_km2",
    _NUMBER,
    Text("面積（km²）", "km²"),
    Text("スポットの区域。重なりは一度だけ数えます", "ground of spots, overlaps once"),
    width=12,
)
PEOPLE = Column(
    "people",
    _NUMBER,
    Text("区域内の人口", "people inside"),
    Text("スポットの区域に住む人", "who live on that ground"),
    width=12,
)
NEIGHBOURS = Column(
    "neighbours",
    _INTEGER,
    Text("到達先の隣の病院", "hospitals beyond"),
    Text("ほかの都道府県の病院。合計には入りません", "of other prefectures; in no sum"),
    width=12,
)
HOW_MANY = Column(
    "prefectures",
    _INTEGER,
    Text("都道府県", "prefectures"),
    Text("結果のある、またはその問題がある都道府県の数", "with a result, or with that problem"),
    width=9,
)
PROBLEM_COUNTS = (
    Column("code", _TEXT, Text("記号", "code"), Text("問題の記号", "of the problem"), width=28),
    Column("severity", _TEXT, Text("重さ", "severity"), Text("重さ", "how grave it is"), width=9),
    HOW_MANY,
    Column("times", _INTEGER, Text("件数", "times"), Text("全部の件数", "in all"), width=9),
    Column(
        "example", _TEXT, Text("最初の例", "the first"), Text("最初の例", "the first"), width=90
    ),
)


def criterion_column(criterion: CriterionInfo) -> Column:
    """Return the column of spots that meet a criterion."""
    mark, title = criterion.mark, criterion.title
    return Column(
        f"spots_criterion_{criterion.number}",
        _INTEGER,
        Text(f"うち{mark}", f"of these {mark}"),
        Text(f"{mark}{title.ja}に該当", f"that meet {mark} {title.en}"),
        width=9,
    )
