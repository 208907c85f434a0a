"""Words of the report in both languages."""

from __future__ import annotations

import re

from groundfloor.problems import Lang, Text, clean

#: Words that the template asks for by name.
UI = {
    "contents": Text("目次", "Contents"),
    "page_of": Text("ページ", "Page"),
    "map": Text("地図", "Maps"),
    "annex": Text("別表", "Annex table"),
    "reasons": Text("設定理由", "Reasons for each spot"),
    "method": Text("方法と出典", "Method and sources"),
    "borderline": Text("判定の境目にある施設", "Facilities near the line"),
    "rest": Text("設定しない施設", "Facilities without a spot"),
    "pages": Text("施設ごとの経路と所要時間", "Route and times of each facility"),
    "legend": Text("凡例", "Legend"),
    "index": Text("番号（別表と同じ）", "Numbers (as in the annex)"),
    "index_elsewhere": Text("番号の施設名は別表にあります。", "The annex names the numbers."),
    "sources": Text("出典", "Sources"),
    "notes": Text("ご注意", "Please note"),
    "north": Text("北", "N"),
    "scale": Text("縮尺", "Scale"),
    "finding": Text("要件ごとの判定", "Criterion by criterion"),
    "by_criterion": Text("要件別のスポット数", "Spots by criterion"),
    "by_state": Text("判定した施設", "Facilities judged"),
    "nearest": Text("近い他の病院", "Nearest other hospitals"),
    "variants": Text("前提を変えた場合", "Under single other assumptions"),
    "evidence": Text("所要時間の内訳", "The time in parts"),
    "no_spots": Text("設定する区域はありません。", "There is no spot."),
    "none_judged": Text(
        "道路の所要時間で判定した施設はありません。", "No facility was judged on travel time."
    ),
}
# What no line may break, and where it may after all: after a joint, or after twelve characters.
_LONG_WORD = re.compile(r"[!-~]{15,}")
_JOINTS = re.compile(r"[_./@=-](?=.)|[^_./@=-]{12}(?=.)")


def printable(text: str) -> str:
    r"""Return `text` as paper can hold it: no control characters, long runs with places to break.

    A zero-width space stands at the joints of a word (a file name, an address) that is longer
    than a narrow cell; nothing of it is seen.

    Examples
    --------
    >>> printable("a\x00b\nc")
    'a b\nc'
    """
    return "\n".join(_broken(clean(line)) for line in text.replace("\r\n", "\n").split("\n"))


def _broken(line: str) -> str:
    return _LONG_WORD.sub(lambda word: _JOINTS.sub("\\g<0>\u200b", word[0]), line)


def counted(number: int, ja: str, en: str, lang: Lang) -> str:
    """Return a count with its unit.

    Examples
    --------
    >>> counted(3, "施設", "facilities", Lang.JA), counted(1200, "施設", "facilities", Lang.EN)
    ('3施設', '1,200 facilities')
    """
    return f"{number:,}{ja}" if lang == Lang.JA else f"{number:,} {en}"
