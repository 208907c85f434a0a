"""What the forms for lists say: their columns, how each is filled in, and an example.

Headings are words that the readers of lists know; the name of the example says that it is one, and
such a row is never read (`groundfloor.body_rows`).

Stands apart: these words are read before there is any data, all others because of them.
"""

from __future__ import annotations

from boundaries.codes import PREFECTURES, ROMAN_NAMES
from groundfloor.problems import Text
from spots.types import FacilityType

FORM_NAMES = {
    FacilityType.BASE_HOSPITAL: Text("へき地医療拠点病院", "base_hospitals"),
    FacilityType.REMOTE_CLINIC: Text("へき地診療所", "remote_clinics"),
    FacilityType.SECONDARY_EMERGENCY: Text("二次救急病院", "secondary_emergency_hospitals"),
}
_MARKS = {
    FacilityType.BASE_HOSPITAL: "①",
    FacilityType.REMOTE_CLINIC: "②",
    FacilityType.SECONDARY_EMERGENCY: "③",
}
#: Lists of places and names that presets ask for, by what the preset calls them.
PLACE_NAMES = {
    "applications": Text("申請の一覧", "applications"),
    "named": Text("指定する医療機関の一覧", "named_institutions"),
    "islands": Text("島の一覧", "islands"),
}
TAB = Text("一覧", "List")
GUIDE_TAB = Text("記入要領", "How to fill in")
GUIDE_HEADS = (
    Text("項目", "column"),
    Text("必須", "needed"),
    Text("書き方", "what to write"),
    Text("例", "example"),
)
NEEDED = Text("必須", "yes")
REFUSED = Text("「記入要領」のシートをご覧ください", "see the sheet 'How to fill in'")
NOTES = (
    Text(
        "1行に1施設を記入してください。灰色の行は記入例です（読み込まれません。消しても残してもかまいません）。",
        "One institution a row. The grey row is an example: it is never read, and may stay or go.",
    ),
)
CHOICES = tuple(
    Text(ja, en)
    for ja, en in (
        ("①", "①"),
        ("②", "②"),
        ("③", "③"),
        ("①・③", "①, ③"),
        ("②・③", "②, ③"),
        ("なし", "none"),
    )
)

NAME = Text("医療機関名", "name")
NAME_HOW = Text("正式な名称（法人名はあってもなくてもかまいません）", "its full name")
TYPE = Text("種別", "type")
TOWN = Text("市町村", "municipality")
TOWN_HOW = Text("所在する市町村の名称", "the municipality that it is in")
TOWN_EXAMPLE = Text("〇〇市", "〇〇市")
ADDRESS = Text("所在地", "address")
ADDRESS_HOW = Text(
    "都道府県名からの住所（緯度・経度が空欄のとき、町丁目から位置を引きます）",
    "from the prefecture on; where there are no coordinates its town block is looked up",
)
ADDRESS_EXAMPLE = Text("〇〇県〇〇市〇〇1-2-3", "〇〇県〇〇市〇〇1-2-3")
PAGE_EXAMPLE = Text("123", "123")
BLANK = Text("", "")
LAT, LON = Text("緯度", "latitude"), Text("経度", "longitude")
LAT_HOW = Text(
    "十進の度（世界測地系。例: 32.685331）。分からなければ空欄", "decimal degrees, or nothing"
)
LON_HOW = Text(
    "十進の度（世界測地系。例: 131.150494）。分からなければ空欄", "decimal degrees, or nothing"
)
REASON = Text("設定理由", "reason")
REASON_HOW = Text(
    "医師少数スポットとする理由（計画に書く文）。空欄なら要件の定型文になります",
    "why it shall be a spot, as the plan says it; nothing: the standard sentence of the criterion",
)
REASON_EXAMPLE = Text(
    "無医地区の巡回診療を行うため、へき地診療所の医師確保を行う必要がある",
    "doctors are needed for visits to districts without a doctor",
)
SERVICE = Text("サービス", "service")
SERVICE_HOW = Text("確保する医療サービス", "the medical service to be kept up")
SERVICE_EXAMPLE = Text("無医地区の巡回診療", "visits to districts without a doctor")
COUNCIL_1 = Text("地域医療対策協議会 開催日", "council_1")
COUNCIL_2 = Text("保険者協議会 開催日", "council_2")
COUNCIL_HOW = Text(
    "協議した日（2026-04-01、R8.4.1 のどちらでも）。まだなら空欄",
    "the day it was dealt with (2026-04-01), or nothing",
)
PAGE = Text("計画の頁", "plan_page")
PAGE_HOW = Text("計画の該当頁", "page of the plan")
REMARK = Text("備考", "remarks")
REMARK_HOW = Text("自由に（「要確認」など）", "anything")


PLACE = Text("名称", "name")
PLACE_HOW = Text("地区・島・施設の名称", "name of the district, island or institution")
PLACE_EXAMPLES = {
    "applications": Text("（記入例）〇〇地区", "(example) Some district"),
    "named": Text("（記入例）〇〇病院", "(example) Some hospital"),
    "islands": Text("（記入例）〇〇島", "(example) Some island"),
}
APPLIED = Text("申請", "application")
APPLIED_HOW = Text("市町村の申請の有無", "whether its municipality applied for it")
APPLIED_CHOICES = (Text("有", "yes"), Text("無", "no"))


def place_title(name: str, prefecture: str) -> Text:
    """Return the title of a form of places or names."""
    called = PLACE_NAMES[name]
    return Text(
        f"{PREFECTURES[prefecture]} {called.ja}",
        f"{ROMAN_NAMES[prefecture]}: {called.en.replace('_', ' ')}",
    )


def example_name(kind: FacilityType) -> Text:
    """Return the name of the example, which says that it is one."""
    if kind is FacilityType.REMOTE_CLINIC:
        return Text("（記入例）〇〇へき地診療所", "(example) Some remote clinic")
    return Text("（記入例）〇〇病院", "(example) Some hospital")


def type_how(kind: FacilityType) -> Text:
    """Return what to write as the type."""
    mark = _MARKS[kind]
    return Text(
        f"空欄なら{mark}（{FORM_NAMES[kind].ja}）。ほかの種別を兼ねる施設だけ選びます",
        f"nothing means {mark}; choose for institutions of several types alone",
    )


def form_title(kind: FacilityType, prefecture: str) -> Text:
    """Return the title of a form."""
    name = FORM_NAMES[kind]
    return Text(
        f"{PREFECTURES[prefecture]} {name.ja}の一覧（要件{_MARKS[kind]}）",
        f"{ROMAN_NAMES[prefecture]}: {name.en.replace('_', ' ')} (criterion {_MARKS[kind]})",
    )


def example_type(kind: FacilityType) -> Text:
    """Return the type of the example."""
    return Text(_MARKS[kind], _MARKS[kind])
