"""What a first run file and its messages say: why a file is used, set aside, or of no use.

One sentence for each decision of `spots.starting`, with the words of the glossary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from boundaries.codes import PREFECTURES, ROMAN_NAMES
from groundfloor.problems import Text
from spots.types import FacilityType

_SHOWN = 8

# --- names of layers

_TYPE_TITLES = {
    FacilityType.BASE_HOSPITAL: Text("へき地医療拠点病院", "remote-area base hospitals"),
    FacilityType.REMOTE_CLINIC: Text("へき地診療所", "remote clinics"),
    FacilityType.SECONDARY_EMERGENCY: Text("二次救急病院", "secondary emergency hospitals"),
}
_LIST_TITLES = {
    "rotation": Text("病院群輪番制病院", "rotation hospitals"),
    "kokuji": Text("救急告示病院", "designated emergency hospitals"),
    "self_reported": Text(
        "二次救急病院（自己申告）", "secondary emergency hospitals (self-reported)"
    ),
}
REPORTED_TITLE = Text(
    "二次救急病院（病床機能報告の自己申告）",
    "secondary emergency hospitals (as they report themselves)",
)
NEIGHBOURS_TITLE = Text(
    "隣接県の二次救急病院（病床機能報告の自己申告）",
    "secondary emergency hospitals next door (as they report themselves)",
)
ALL_HOSPITALS_TITLE = Text("病院", "hospitals")


def list_title(kind: FacilityType | None, called: str, list_name: str = "") -> Text:
    """Return what a list is called: by its type, else as its file is."""
    if list_name in _LIST_TITLES:
        return _LIST_TITLES[list_name]
    return Text(called, called) if kind is None else _TYPE_TITLES[kind]


def title_of_file(title: Text, called: str) -> Text:
    """Return the name of a list beside another one of that name."""
    return Text(f"{title.ja}（{called}）", f"{title.en} ({called})")


def prefectures(codes: Iterable[str]) -> Text:
    """Return the names of a few prefectures; of more only that they are others.

    Examples
    --------
    >>> prefectures(["44", "40"]).ja
    '福岡県、大分県'
    """
    known = sorted(codes)
    if len(known) > _SHOWN:
        return Text("ほかの都道府県", "other prefectures")
    ja, en = ([names[code] for code in known] for names in (PREFECTURES, ROMAN_NAMES))
    return Text("、".join(ja), ", ".join(en))


# --- why a candidate is taken, or stands beside

LESS_DETAIL = Text(
    "ほかに境界の版か細かさで勝るものがあるため", "another one is newer, or drawn in more detail"
)
NARROWER = Text(
    "ほかに同じ版で範囲の広いものがあるため", "another one of the same edition has more areas"
)
ANOTHER_EXTRACT = Text(
    "ほかに都道府県の外までより広く入ったものがあるため",
    "another one reaches farther beyond the border",
)
ROADS_ELSEWHERE = Text("この都道府県の道路が入っていないため", "it has no roads of this prefecture")
ANOTHER_LIST = Text(
    "二次救急病院の一覧は一つだけ使うため（どれを数えるかは都道府県が決めます）",
    "one list of secondary emergency hospitals is used; which one counts, the prefecture decides",
)


def older_than(edition: str, taken: str) -> Text:
    """Return why an older edition stands aside."""
    if not edition:
        return Text(
            f"版が分からないため（{taken} を使用）", f"its edition is not known ({taken} is)"
        )
    return Text(f"{edition} より新しい {taken} があるため", f"{taken} is newer than {edition}")


def roads_of_a_part(share: float) -> Text:
    """Return why an extract of a part of the prefecture is not used."""
    shown = f"{100 * share:.0f}"
    return Text(
        f"都道府県の一部しか入っていないため（市区町村の約{shown} %）",
        f"it holds a part of the prefecture alone (some {shown} % of the municipalities)",
    )


# --- the policy

PRESET_OF_ITS_OWN = Text(
    "この都道府県が公表した設定基準です", "the criteria that this prefecture has published"
)
EXAMPLE_RULE = Text(
    "この県の設定基準は組み込まれていないため、熊本県の基準（へき地医療拠点病院・へき地診療所・二次救急病院の"
    "周囲4 km）を例として使います。都道府県の基準に置き換えてください",
    "no criteria of this prefecture come with the tool: those of Kumamoto (4 km round base "
    "hospitals, remote clinics and secondary emergency hospitals) are an example to be replaced",
)
_LAYERS = {
    "districts": Text("地区の区域", "districts"),
    "former": Text("旧市町村の区域", "former municipalities"),
    "islands": Text("島の区域", "islands"),
    "applications": Text("申請の一覧", "the list of applications"),
    "doctors": Text("市町村別の医師数", "doctors by municipality"),
    "named": Text("指定された医療機関の一覧", "the list of named institutions"),
}


def preset_lacks(name: str, lacking: Sequence[str]) -> Text:
    """Return why the prefecture's own preset is not used yet."""
    wanted = [_LAYERS.get(each, Text(each, each)) for each in lacking]
    ja, en = "、".join(t.ja for t in wanted), ", ".join(t.en for t in wanted)
    if not wanted:
        ja, en = "医療圏と医師偏在指標", "medical areas and their index"
    return Text(
        f'この都道府県の設定基準（preset = "{name}"）には{ja}が要ります。'
        "そろうまでは熊本県の基準を例として使います",
        f'the preset of this prefecture ("{name}") needs {en}; until they are there the criteria '
        "of Kumamoto serve as an example",
    )


def example_title(prefecture: str) -> Text:
    """Return the title of a run by the example: it must not be taken for the prefecture's own."""
    return Text(
        f"{PREFECTURES[prefecture]} 医師少数スポット（案・熊本県の基準の例による）",
        f"{ROMAN_NAMES[prefecture]} physician-shortage spots (draft, by the example of Kumamoto's "
        "criteria)",
    )


def example_source(prefecture: str) -> Text:
    """Return the source of the example's rule."""
    return Text(
        f"熊本県の設定基準（第8次熊本県保健医療計画）を例として当てはめたもの。{PREFECTURES[prefecture]}の"
        "設定基準ではありません",
        "the criteria of Kumamoto prefecture, applied as an example; not those of "
        f"{ROMAN_NAMES[prefecture]}",
    )


# --- lists

BY_COLUMN = Text("種別の列で種別を読みます", "a column says the type of each row")
BY_NAME = Text(
    "種別はファイル名・シート名によります", "the type is that of its file's or sheet's name"
)
CANDIDATES_ONLY = Text(
    "名前に「候補」とあるため使っていません。正式な一覧であれば行頭の # を外してください",
    "is called a list of candidates, so it is not used; if it is the official one, take the # away",
)
TYPE_UNKNOWN = Text(
    "どの種別の一覧か分かりません。type を「①」「②」「③」のどれかにして、行頭の # を外してください",
    "it is not known what type its rows have: write ①, ② or ③ as type, and take the # away",
)
SELF_REPORTED_WHY = Text(
    "病院が病床機能報告で「二次救急」と答えたものです。輪番制などの正式な一覧が手に入れば置き換えてください",
    "hospitals that call themselves secondary emergency hospitals in their yearly report; replace "
    "it by the official list (rotation) when you have it",
)
SELF_REPORTED_CAVEAT = Text(
    "③二次救急病院は病床機能報告の自己申告によります（都道府県の一覧ではありません）",
    "secondary emergency hospitals (③) are those that report themselves so; this is no list of the "
    "prefecture",
)
NEIGHBOURS_CAVEAT = Text(
    "隣接県の二次救急病院は病床機能報告の自己申告によります",
    "secondary emergency hospitals of touching prefectures are those that report themselves so",
)
ALL_HOSPITALS_WHY = Text(
    "要件に使える一覧がないため、病院の位置だけを示します（判定しません）",
    "no list of a criterion is there: hospitals are only shown, none is judged",
)


def by_mark(column: str) -> Text:
    """Return that a column says which rows are of the type."""
    return Text(f"「{column}」の列に印のある行だけを使います", f"rows that column {column!r} marks")


def neighbours_reported(codes: Sequence[str]) -> Text:
    """Return what the hospitals of touching prefectures are for."""
    told = prefectures(codes)
    return Text(
        f"都道府県境の先（{told.ja}）の病院です。到達先としてだけ数え、判定はしません",
        f"hospitals beyond the border ({told.en}): they only count as destinations",
    )


# --- why something is of no use here

OF_ANOTHER_PREFECTURE = Text("この都道府県のものではありません", "is of another prefecture")
LIST_OF_A_NEIGHBOUR = Text(
    '隣接県の一覧です。到達先に加えるときは [[facilities]] に role = "destination" で書きます',
    'is a list of a touching prefecture; to count it write it with role = "destination"',
)
NO_NEED_OF_POSITIONS = Text(
    "位置の分からない施設がないため、使いません", "no institution lacks a position"
)
NO_NEED_OF_TOWNS = Text(
    "住所があって位置の分からない施設がないため、使いません",
    "no institution has an address and lacks a position",
)
NO_LISTS_NEEDED = Text(
    "この設定基準は医療機関を判定しないため、使いません", "the criteria judge no institutions"
)
PLACES_TO_NAME = Text(
    "地区・地点・施設名の一覧のようです。使うときは [[units]] か [[entries]] に書きます",
    "seems to be a list of places or names; to use it write [[units]] or [[entries]]",
)
LINES_WITHOUT_CLASS = Text(
    "線のデータですが、道路の種別がないため道路網にできません",
    "is made of lines without classes of road, so it makes no network",
)
A_RUN_FILE = Text("実行ファイルです（spots run で使います）", "is a run file (for spots run)")
A_RESULT = Text(
    "以前の結果です。spots diff で新しい結果と比べられます",
    "is an earlier result; spots diff compares a new one with it",
)
NOT_USED = Text("この実行では使いません", "is not used in this run")
P04_ONLY_POSITIONS = Text(
    "P04 の救急告示は二次救急の一覧ではないため、要件には使いません",
    "its emergency flag is no list of secondary emergency hospitals, so no criterion uses it",
)


def and_more(name: str, more: int) -> Text:
    """Return a file, and how many others are like it."""
    if not more:
        return Text(name, name)
    return Text(f"{name} ほか{more}件", f"{name} and {more} more")


def of_others(codes: Iterable[str]) -> Text:
    """Return that a file is about other prefectures."""
    told = prefectures(codes)
    return Text(f"{told.ja}のものです", f"is of {told.en}")


# --- what is missing

NOTHING_SAID = Text("未確認", "not known")
THE_PREFECTURE = Text(
    "都道府県の医療政策の担当課、保健医療計画・医師確保計画",
    "the prefecture (its office of medical policy; its plans)",
)
FORM_TO_FILL_IN = Text("ひな形に記入", "a form to fill in")
MUST_BE = Text("必要", "needed")
MAY_BE = Text("あるとよい", "useful")
LACKING_TAB = Text("不足データ", "Missing data")
LACKING_HEADS = (
    Text("データ", "data"),
    Text("必要か", "needed?"),
    Text("何に使うか", "what it is for"),
    Text("持っているところ", "who has it"),
    Text("ファイル名", "file name"),
    Text("大きさ", "size"),
    Text("ページ", "page"),
    Text("ファイルの場所", "address of the file"),
)
LACKING_NOTES = (
    Text(
        "公開データは spots fetch で取得できます。ネットワークのない所では、表のページから取得して"
        "データのフォルダに置き、spots init をもう一度実行してください",
        "Public files are had with spots fetch; without a network get them from the pages below, "
        "put them into the folder of data, and run spots init once more",
    ),
)
NOTHING_LACKS = Text("足りないデータはありません", "nothing is missing")


def lacking_title(prefecture: str) -> Text:
    """Return the title of the list of what is missing."""
    return Text(
        f"{PREFECTURES[prefecture]}：足りないデータと入手先",
        f"{ROMAN_NAMES[prefecture]}: missing data, and where they are had",
    )


def list_wanted(kind: FacilityType) -> Text:
    """Return what an official list is called."""
    title = _TYPE_TITLES[kind]
    if kind is FacilityType.SECONDARY_EMERGENCY:
        return Text(
            "二次救急病院の都道府県の一覧（病院群輪番制など）",
            "the prefecture's list of secondary emergency hospitals",
        )
    return Text(f"{title.ja}の一覧", f"list of {title.en}")


CUT_OFFS_WANTED = Text(
    "医師偏在指標の版と、その版の基準値", "edition of the indices, and its cut-offs"
)
CUT_OFFS_PURPOSE = Text(
    "医師少数区域・多数区域の区分。実行ファイルの [physician_index] に書き入れます",
    "the class of areas; to be written into [physician_index]",
)


def layer_title(name: str) -> Text:
    """Return what a preset's layer, list or table is called."""
    return _LAYERS.get(name, Text(name, name))


def for_preset(name: str) -> Text:
    """Return that something is for the prefecture's own preset."""
    return Text(
        f'都道府県の設定基準（preset = "{name}"）', f'the criteria of the prefecture ("{name}")'
    )


def list_purpose(number: int) -> Text:
    """Return what a list is for."""
    mark = "①②③"[number - 1]
    return Text(
        f"要件{mark}の判定。記入後に spots init をもう一度実行すると使われます",
        f"criterion {mark}; it is used once it is filled in and spots init is run again",
    )


# --- what the command says

KIND_TITLES = {
    "outlines": Text("市区町村の区域", "outlines of municipalities"),
    "areas": Text("二次医療圏", "medical areas"),
    "index": Text("医師偏在指標", "physician indices"),
    "bed_report": Text("病床機能報告", "bed function report"),
    "iryo_joho": Text("医療情報ネット", "medical information network"),
    "p04": Text("医療機関（P04）", "institutions (P04)"),
    "list": Text("医療機関の一覧", "list of institutions"),
    "form": Text("記入前のひな形", "form, not filled in"),
    "places": Text("地区や地点", "places"),
    "roads": Text("道路", "roads"),
    "road_lines": Text("線のデータ", "lines"),
    "population": Text("人口", "people"),
    "towns": Text("町丁目の代表点", "town blocks' points"),
    "result": Text("以前の結果", "earlier result"),
    "run_file": Text("実行ファイル", "run file"),
}
BLANK_LINE = Text("", "")
STRAIGHT_LINE = Text(
    "道路: この都道府県の道路データがないため、直線距離による概算（道路が手に入れば置き換えます）",
    "roads: none of this prefecture, so times are estimates from straight lines until there are",
)
WRITTEN_HEAD = Text("書き出したファイル:", "written:")
NOT_YET = Text(
    "必要なデータが足りないため、まだ実行できません。上の「必要」のデータをそろえてください。",
    "It does not run yet: get the data marked as needed above.",
)


def found_head(prefecture: str, files: int) -> Text:
    """Return the first line."""
    return Text(
        f"{PREFECTURES[prefecture]}（{prefecture}）: {files}個のファイルを調べました。使うもの:",
        f"{ROMAN_NAMES[prefecture]} ({prefecture}): {files} files looked at. In use:",
    )


def used_line(title: Text, name: str) -> Text:
    """Return the line of a file in use."""
    return Text(f"  {title.ja}: {name}", f"  {title.en}: {name}")


def unused_line(unused: int, passed: int) -> Text:
    """Return how much is not in use."""
    return Text(
        f"使わないもの {unused} 件、何か分からないもの {passed} 件（理由は実行ファイルの末尾）",
        f"not in use: {unused}, not recognised: {passed} (why: at the end of the run file)",
    )


def passed_line(name: str, why: Text) -> Text:
    """Return the line of a file that was not recognised."""
    ja, en = (" ".join(text.split()) for text in (why.ja, why.en))
    return Text(f"  - {name}: {ja}", f"  - {name}: {en}")


def more_line(count: int) -> Text:
    """Return that there is more."""
    return Text(f"  …ほか {count} 件", f"  ... and {count} more")


def policy_line(why: Text) -> Text:
    """Return what the policy is."""
    return Text(f"設定基準: {why.ja}", f"policy: {why.en}")


def caveat_line(caveat: Text) -> Text:
    """Return what is to be kept in mind."""
    return Text(f"注意: {caveat.ja}", f"note: {caveat.en}")


def lacking_head(count: int, name: str) -> Text:
    """Return how much is missing, and where it stands."""
    return Text(f"足りないもの {count} 件（{name}）:", f"missing: {count} ({name}):")


def lacking_line(title: Text, name: Text, publisher: Text, *, needed: bool) -> Text:
    """Return the line of something that is missing."""
    need = MUST_BE if needed else MAY_BE
    ja, en = (f" {text}" if text else "" for text in (name.ja, name.en))
    return Text(
        f"  - [{need.ja}] {title.ja}{ja}: {publisher.ja}",
        f"  - [{need.en}] {title.en}{en}: {publisher.en}",
    )


def file_line(name: str, size: int) -> Text:
    """Return the line of a file that was written."""
    return Text(f"  {name}  {size:,} B", f"  {name}  {size:,} B")


def kept_line(name: str) -> Text:
    """Return that a form stays as it is."""
    return Text(f"  {name}  そのまま（記入したものは置き換えません）", f"  {name}  kept as it is")


def fetch_lines(prefecture: str, data: str) -> Text:
    """Return the commands that get what is missing."""
    return Text(
        f"足りない公開データの取得（取得したら、同じ spots init に --force を付けてもう一度）:\n"
        f"  spots fetch {prefecture} --out {data}",
        "to get the public files that are missing (then the same spots init once more, with "
        f"--force):\n  spots fetch {prefecture} --out {data}",
    )


def next_lines(run_file: str) -> Text:
    """Return the commands to type next."""
    return Text(
        f"次に:\n  spots check {run_file}\n  spots run {run_file}",
        f"next:\n  spots check {run_file}\n  spots run {run_file}",
    )


LACKING_FILE = Text("不足データ", "missing_data")
