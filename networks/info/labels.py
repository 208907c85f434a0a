"""Words of networks in both languages: classes of road, what speeds rest on, what was left out."""

from __future__ import annotations

from collections.abc import Mapping

from groundfloor.problems import Lang, Text
from networks.info.network_info import NetworkInfo

_ROADS: Mapping[str, Text] = {
    "motorway": Text("高速自動車国道等", "motorway"),
    "trunk": Text("国道", "national road"),
    "primary": Text("主要地方道等", "primary road"),
    "secondary": Text("一般県道等", "secondary road"),
    "tertiary": Text("市町村道等", "tertiary road"),
    "unclassified": Text("その他の道路", "minor road"),
    "residential": Text("生活道路", "residential street"),
    "living_street": Text("生活道路", "living street"),
    "service": Text("構内道路等", "service road"),
    "track": Text("農道・林道等", "track"),
    "road": Text("種別不明の道路", "road of unknown class"),
    "ferry": Text("フェリー", "ferry"),
}

#: Ways and nodes of OpenStreetMap, then relations, then N13. Words that are Japanese are the
#: terms of the source's own code list.
DROPPED: Mapping[str, Text] = {
    "not-for-cars": Text("歩道・自転車道など、車の道ではないもの", "paths, footways and the like"),
    "not-built": Text("建設中・計画中・廃道", "under construction, planned or abandoned"),
    "area": Text("線ではなく面で描かれた広場など", "squares drawn as areas"),
    "impassable": Text("通行できないと記載されたもの", "said to be impassable"),
    "four-wheel-drive-only": Text("四輪駆動車専用", "for four-wheel drive only"),
    "emergency-access": Text("消防活動用など緊急車両専用の通路", "fire lanes and the like"),
    "too-small-for-cars": Text(
        "高さ・幅・長さの制限が乗用車の大きさに足りない道", "too low, narrow or short for a car"
    ),
    "lifecycle-beside-class": Text(
        "工事中・計画中・廃止などの別の種別も記載され、今の種別で通れるものとした道",
        "roads with another class that was or will be beside their own, taken as their own",
    ),
    "access-not-understood": Text(
        "通行の可否の値が読み取れず、その値がないものとして扱った道",
        "roads with an access value that could not be understood, taken as if it were not there",
    ),
    "size-limit-not-used": Text(
        "読み取れず使わなかった高さ・幅・長さの制限",
        "limits of height, width or length that could not be read",
    ),
    "no-access": Text("一般の車が入れない道（私道・許可車のみなど）", "private or closed to cars"),
    "no-access-but-at-times": Text(
        "ふだんは入れず、時間や季節により入れる道", "closed, but open at some times or seasons"
    ),
    "reversible": Text("時間帯で一方通行の向きが変わる道", "one-way in changing directions"),
    "too-narrow": Text(
        "速度表が車の道としない幅員の道", "narrower than the profile lets cars drive"
    ),
    "unknown-highway-value": Text(
        "OpenStreetMap で使われない種別の道", "with a class that OpenStreetMap does not know"
    ),
    "shuttle-train": Text("自動車を運ぶ列車", "trains that carry cars"),
    "ferry-no-cars": Text("自動車を載せない航路", "ferries that carry no cars"),
    "ferry-cars-not-stated": Text(
        "自動車を載せるか記載のない航路", "ferries that do not say whether they carry cars"
    ),
    "ferry-no-duration": Text(
        "所要時間が記載されていない航路", "ferries that do not say how long they take"
    ),
    "ferries-cut": Text(
        "データの端で切れているため使わなかった航路", "ferries cut off by the end of the data"
    ),
    "missing-nodes": Text(
        "道の途中の、データにない点", "points of roads that the data do not have"
    ),
    "ways-cut-at-missing-nodes": Text(
        "データの端などで切れた道", "roads cut off, as at the end of the data"
    ),
    "ways-without-nodes": Text("点が二つ未満で、線にならない道", "roads of fewer than two points"),
    "nodes-outside-bounds": Text(
        "データの範囲の外まで延びた道の点（その先は不明）",
        "points of roads beyond the bounds of the data, where others may be missing",
    ),
    "tunnel-somewhere": Text(
        "途中のどこかがトンネルか自動車専用の道路（場所は不明）",
        "roads with a tunnel, or for motor vehicles only, somewhere along them",
    ),
    "closed-barriers": Text(
        "車止めなどで通り抜けられない地点", "bollards and other barriers that no car passes"
    ),
    "restrictions-applied": Text("右左折などの規制", "turn restrictions"),
    "conditional-access": Text(
        "時間・季節による規制があり、規制がないものとして扱った道",
        "roads with rules for times or seasons, taken as if there were none",
    ),
    "conditional-barriers": Text(
        "開く時間や季節が決められ、常時の記載どおりに扱った車止め・ゲート",
        "gates and barriers with rules for times or seasons, taken as they are without them",
    ),
    "node-access-not-used": Text(
        "出入口や横断歩道のもの、または読み取れないとして使わなかった、道の上の点の通行可否",
        "access tags of points on roads that belong to doors or crossings, or are not understood",
    ),
    "impossible-roads": Text(
        "長さか所要時間があり得ず、使わなかった道",
        "roads of an impossible length or time",
    ),
    "maxspeed-not-used": Text(
        "読み取れず使わなかった制限速度", "speed limits that could not be read"
    ),
    "width-not-used": Text("読み取れず使わなかった幅員", "widths that could not be read"),
    "restriction-conditional": Text(
        "時間帯などの条件付きのため使わなかった右左折規制",
        "turn restrictions that hold at times only, not used",
    ),
    "restriction-malformed": Text(
        "記載が不完全な右左折規制", "turn restrictions that are incomplete"
    ),
    "restriction-unknown-kind": Text(
        "内容の分からない右左折規制", "turn restrictions of an unknown kind"
    ),
    "restriction-from-missing": Text(
        "手前の道がこの道路網にない右左折規制", "turn restrictions from roads that are not kept"
    ),
    "restriction-via-missing": Text(
        "途中の地点や道がこの道路網にない右左折規制",
        "turn restrictions over places or roads that are not kept",
    ),
    "restriction-to-missing": Text(
        "先の道がこの道路網にない右左折規制", "turn restrictions into roads that are not kept"
    ),
    "restriction-unconnected": Text(
        "道がつながらない右左折規制", "turn restrictions whose roads do not meet"
    ),
    "restriction-undrivable": Text(
        "一方通行などでもともと通れない右左折規制",
        "turn restrictions on turns that no car could make",
    ),
    "restriction-ambiguous": Text(
        "どの道を指すか決まらない右左折規制", "turn restrictions that fit several roads"
    ),
    "庭園路": Text("庭園路（車の道ではない）", "garden paths"),
    "徒歩道": Text("徒歩道（車の道ではない）", "footpaths"),
    "石段": Text("石段", "steps"),
    "建設中": Text("建設中の道路", "under construction"),
    "形状なし": Text("形状のないデータ", "rows without a shape"),
    "dead-ends-beside-road": Text(
        "つながっていない別の道路から1m以内にある行き止まり",
        "dead ends within a metre of a road that they do not join",
    ),
    "二重の道路": Text(
        "二つの図郭などに重複して収録され、1本として数えた道路",
        "roads delivered twice (on two sheets), counted once",
    ),
    "長さ0": Text("長さのない線", "lines without length"),
}

#: Counted among the above, and yet nothing that was left out.
APPLIED = frozenset({"closed-barriers", "restrictions-applied"})

SPEED_SOURCES: Mapping[str, Text] = {
    "profile": Text("速度表の道路種別", "class, by the profile"),
    "fallback": Text("速度表の予備の速度", "the profile's fallback"),
    "maxspeed": Text("地図の制限速度", "mapped speed limit"),
    "maxspeed-zone": Text("地図の区域規制", "mapped kind of limit"),
    "centre-line": Text("中央線の有無", "centre line or none"),
    "width": Text("幅員", "width"),
    "duration": Text("地図の航路時間", "mapped duration of the ferry"),
    "minutes": Text("リンク表の所要時間", "minutes in the link table"),
    "weight": Text("グラフの所要時間", "times of the graph"),
}


_OTHER_ROAD = Text("その他の道路", "other road")


def road_label(road_class: str, lang: Lang) -> str:
    """Return a road class in words, a ramp as its road; a key that nobody has words for has none.

    A class that a table calls by a word (``"林道"``) is called so.

    Examples
    --------
    >>> road_label("primary_link", Lang.JA), road_label("track:grade5", Lang.EN)
    ('主要地方道等', 'track')
    >>> road_label("survey_b", Lang.JA), road_label("広域農道", Lang.EN)
    ('その他の道路', '広域農道')
    """
    text = _ROADS.get(road_class.partition(":")[0].removesuffix("_link"))
    if text is None and not road_class.isascii():
        return road_class
    return (text or _OTHER_ROAD).render(lang)


def km_by_label(info: NetworkInfo, lang: Lang) -> dict[str, float]:
    """Return the kilometres of road under each label; a class and its ramps have one.

    Parameters
    ----------
    info : NetworkInfo
        The network.
    lang : Lang
        Language of the labels.
    """
    found: dict[str, float] = {}
    for road_class, km in info.km_by_class:
        label = road_label(road_class, lang)
        found[label] = found.get(label, 0.0) + km
    return found


def explained(word: str) -> Text:
    """Return what a word of `networks.network.Origin.dropped` means; itself where not known.

    Examples
    --------
    >>> explained("not-built").ja, explained("new-word").en
    ('建設中・計画中・廃道', 'new-word')
    """
    return DROPPED.get(word, Text(word, word))


def speed_source(word: str) -> Text:
    """Return what a speed rests on, in words; the word itself where not known.

    Examples
    --------
    >>> speed_source("maxspeed").en
    'mapped speed limit'
    """
    return SPEED_SOURCES.get(word, Text(word, word))
