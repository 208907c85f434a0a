"""The comments of a first run file: what each table and key is for, a line each.

Stands apart: a run file is read by those who fill it in, its messages by those who run it.
"""

from __future__ import annotations

from groundfloor.problems import Text

HEAD = (
    Text("{title}の実行ファイル（spots init が作成）", "Run file of {title}, made by spots init"),
    Text(
        "このまま実行できます。行頭が # の行は説明か、使っていない設定です",
        "It runs as it is. Lines that begin with # explain, or are settings that are not in use",
    ),
    Text("確認:  spots check {file}", "check:  spots check {file}"),
    Text("実行:  spots run {file}", "run:    spots run {file}"),
    Text(
        "足りないデータと入手先は {missing} にあります",
        "What is missing, and where it is had, stands in {missing}",
    ),
)
NOT_RUNNABLE = Text(
    "まだ実行できません。「まだありません」と書かれたファイルをそろえてください"
    "（spots fetch {prefecture}）",
    "It does not run yet: get the files that are marked 'not there yet' (spots fetch {prefecture})",
)
NOT_THERE = Text("まだありません。入手先は {missing}", "not there yet; where it is had: {missing}")

RUN = Text("実行の全体", "The run as a whole")
OUTPUT = Text(
    "結果のフォルダ（この実行ファイルから見た場所）", "Folder of the result, seen from here"
)
LANG = Text("結果の言語（ja か en）", "Language of the result (ja or en)")
NOT_GIVEN = Text(
    "一覧がまだない要件の番号。判定せず「一覧未提供」と示します。一覧を加えたら番号を消してください",
    "Criteria without a list yet: they are not judged and told as not given. Take a number out "
    "once its list is there",
)
CAVEATS = Text("すべての結果に載せる注意書き", "Notes that stand in every output")

POLICY = Text("設定基準", "The policy: what makes a spot")
PRESET_LATER = Text(
    '入力がそろったら、下の preset を "{own}" に替え、[policy.override] を消してください',
    'once its inputs are there, write preset = "{own}" and take [policy.override] out',
)
EXCLUDE = Text(
    "対象外の市町村。熊本県の基準では熊本市でした"
    '（書き方: [{{ code = "43100", name = "熊本市", facilities = true, area = true, '
    'reason = {{ ja = "…" }} }}]）',
    "Municipalities that are out; in Kumamoto's criteria Kumamoto city was "
    '([{{ code = "43100", name = "熊本市", facilities = true, area = true, '
    'reason = {{ ja = "…" }} }}])',
)
PREFECTURE = Text("都道府県コード（2桁）", "The prefecture, two digits")
TITLE = Text("表題。例によることを示しています", "Title; it says that the criteria are an example")
SOURCE_OF_RULE = Text("設定基準の出典", "Where the criteria are from")
LIST_OF_3 = Text(
    "要件③が数える二次救急病院の一覧（下の [[facilities]] の list）",
    "The list of hospitals that criterion ③ counts: the 'list' of a [[facilities]] below",
)

FACILITIES = Text(
    "医療機関の一覧（一つの一覧に一つの [[facilities]]）", "Lists of institutions, one table each"
)
NAME = Text("結果での呼び名", "What outputs call it")
FILE = Text("ファイル", "The file")
TYPE = Text(
    "種別: ①へき地医療拠点病院 ②へき地診療所 ③二次救急病院（none は種別の列によるか、なし）",
    "Type: ① base hospital, ② remote clinic, ③ secondary emergency hospital (none: as a column "
    "says, or no type)",
)
ROLE = Text(
    "destination は到達先としてだけ数えます", "destination: it only counts as a destination"
)
LIST = Text("設定基準が一覧を呼ぶ名前", "The name by which the policy asks for this list")
WHERE = Text("使う行の条件（列 = 値）", "Which rows are used: column = values")
COLUMNS = Text(
    "列の読み替え（種別の列ではないため外しています）",
    "This list's type column says something else",
)
SHEET = Text("シートまたはレイヤ", "Sheet or layer")
AS_OF = Text(
    "いつ現在か（分かれば書き入れてください）", "The day it speaks of; write it in if you know it"
)
SOURCE = Text("出典（地図と報告書に載ります）", "Source, named on map and report")
SOURCE_UNKNOWN = Text("出典を書き入れてください", "write the source in")
FORM = Text(
    "記入用のひな形です。記入したら行頭の # を外し、[run] の not_given から {number} を消すか、"
    "spots init をもう一度実行してください",
    "A form to fill in. Then take the # away and {number} out of not_given under [run], or run "
    "spots init once more",
)
FORM_INSTEAD = Text(
    "都道府県の一覧のひな形です。記入して spots init をもう一度実行すると、"
    "上の自己申告の一覧に代わって使われます",
    "A form for the prefecture's list: fill it in and run spots init once more, and it takes the "
    "place of the self-reported one above",
)
FOR_OWN_PRESET = Text(
    '都道府県の設定基準（preset = "{own}"）に使います。そろったら行頭の # を外してください',
    'for the preset "{own}": take the # away once it is there',
)
OTHER = Text("使っていないもの: {why}", "not in use: {why}")

MUNICIPALITIES = Text(
    "市区町村の区域（この都道府県と、接する都道府県）",
    "Outlines of municipalities: this prefecture and those that touch it",
)
MEDICAL_AREAS = Text(
    "市区町村がどの二次医療圏に入るか", "Which medical area each municipality is in"
)
INDEX = Text(
    "医師偏在指標と、その版の基準値（少数・多数）",
    "Physician indices, with the cut-offs of their edition",
)
EDITION = Text("指標の版（公表の年月）", "Edition of the indices")
EDITION_UNKNOWN = Text(
    "版が分からないため、基準値を書いていません。区域の区分は判定せず「不明」のままです。"
    "版と、その版で公表された基準値を書き入れてください",
    "The edition is not known, so its cut-offs are left blank and the class of areas stays open. "
    "Write the edition and the cut-offs published with it",
)
UNKNOWN_EDITION = Text("版不明（要確認）", "not known")
CUT_OFFS = Text(
    "この値以下が医師少数区域、この値以上が医師多数区域（厚生労働省 医師偏在指標 {edition}）",
    "At most: shortage area; at least: surplus area (Ministry of Health, edition {edition})",
)
AVERAGE = Text("全国の指標", "The index of the country")

NETWORK = Text("道路網（所要時間）", "Roads, for travel times")
KIND = Text("道路データの種類", "What kind of road data it is")
NODES = Text("地点の表", "The table of places")
PROFILE = Text(
    "速度表（everyday: ふだんの速度、legal: 法定速度、ambulance: 救急車）",
    "Speeds: everyday, legal or ambulance",
)
STRAIGHT = (
    Text(
        "この都道府県の道路データがないため、直線距離による概算です（結果には「概算」と示します）",
        "There are no roads of this prefecture: times are estimates from straight lines, and are "
        "marked as such",
    ),
    Text(
        "道路は spots fetch {prefecture} --only osm で手に入ります（入手先は {missing}）",
        "Roads are had with spots fetch {prefecture} --only osm (see {missing})",
    ),
)
STRAIGHT_SOURCE = Text(
    "本ツールの熊本県の標本による目安（迂回率の中央値1.25〜1.48、平均速度の中央値42 km/h）",
    "rough figures of this tool's sample of Kumamoto (detour 1.25 to 1.48, mean speed 42 km/h)",
)
BESIDE = Text(
    "隣の地方の道路（都道府県境の先へ続く道路を足します）",
    "Extracts of neighbouring regions: roads that go on beyond the border",
)
DETOUR = Text(
    "迂回率（道路の長さ÷直線距離）。熊本県の走行実績のある道路の中央値は1.25、山地は1.48（本ツールの標本）",
    "Length of road per straight line: the median of Kumamoto's driven roads is 1.25, in mountains "
    "1.48 (this tool's sample)",
)
SPEED = Text(
    "平均の速度。同じ標本で15分以上かかる経路の平均速度の中央値は42 km/h（速度表 everyday）",
    "Mean speed: in the same sample drives of 15 minutes or more have a median of 42 km/h "
    "(everyday)",
)
PEOPLE = Text(
    "人口（地域メッシュ統計）。円の中の人口を数えます",
    "People by cell: those inside circles are counted",
)
PEOPLE_AS_OF = Text(
    "国勢調査の年を書き入れてください（例: as_of = 2020-10-01）",
    "write the day of the census, as in as_of = 2020-10-01",
)
POSITIONS = Text(
    "位置の分からない施設の位置を、名称と市町村で引く元（使った結果は確認表に出ます）",
    "Where institutions without a position are looked up, by name and municipality",
)
TOWNS = Text(
    "住所から位置を引く表（町丁目の代表点。位置の分からない施設だけに使います）",
    "Town blocks' points by address, for institutions without a position alone",
)
LEFT = Text("フォルダにあって、この実行で使わないもの", "In the folder, and not in use")
UNKNOWN = Text("何のデータか分からなかったもの", "Not recognised")
