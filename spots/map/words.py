"""Labels of the map in both languages, and numbers as planners write them."""

from __future__ import annotations

from datetime import date

from groundfloor.problems import Lang, Text

SPOTS = Text("医師少数スポット（案）", "Spot (proposed)")
DESTINATION = Text("到達先の病院", "Destination only")
# Texts that the script shows; the keys are what it asks for.
UI = {
    "panel": Text("レイヤと凡例", "Layers and legend"),
    "panelOpen": Text("レイヤと凡例を開く", "Show layers and legend"),
    "panelClose": Text("レイヤと凡例を閉じる", "Hide layers and legend"),
    "background": Text("背景地図", "Background"),
    "offline": Text(
        "背景地図を取得できないため、この図に内蔵の略図を表示しています。",
        "Map tiles cannot be fetched; the drawn base inside this file is shown.",
    ),
    "unlocated": Text("位置不明の施設", "Facilities without a position"),
    "settings": Text("判定の条件", "Settings of the run"),
    "sources": Text("出典", "Sources"),
    "noAbroad": Text(
        "県外の陸と海はデータにないため、区別せずに描いています。",
        "Land and sea outside the prefecture are not in the data and are drawn alike.",
    ),
    "caveats": Text("ご注意", "Please note"),
    "routeShow": Text("決定経路を表示", "Show the decisive route"),
    "routeHide": Text("決定経路を隠す", "Hide the decisive route"),
    "expand": Text("内訳を開く", "Expand"),
    "collapse": Text("内訳を閉じる", "Collapse"),
    "printA4": Text("A4横で印刷", "Print A4 landscape"),
    "printA3": Text("A3横で印刷", "Print A3 landscape"),
    "printed": Text("印刷日", "Printed"),
    "asOf": Text("データの時点", "Data as of"),
    "legend": Text("凡例", "Legend"),
    "scaleAbout": Text("縮尺 約1:{n}（{paper}）", "Scale about 1:{n} ({paper})"),
    "tileSource": Text("背景地図：地理院タイル（国土地理院）", "Background: GSI Tiles (GSI)"),
    "retry": Text("もう一度取得する", "Try again"),
    "contrast": Text("文字と線をくっきり表示", "High contrast"),
    "skip": Text("地図へ移動", "Skip to the map"),
    "skipPanel": Text("レイヤと凡例へ移動", "Skip to layers and legend"),
    "catchmentOf": Text("{name}の範囲", "Of {name}"),
    "chooser": Text("ここにある施設（{n}件）", "{n} facilities here"),
    "home": Text("県全体を表示", "Whole prefecture"),
    "north": Text("北", "N"),
    "zoomIn": Text("拡大", "Zoom in"),
    "zoomOut": Text("縮小", "Zoom out"),
    "map": Text("地図", "Map"),
    "noscript": Text(
        "この図を表示するにはJavaScriptを有効にしてください。",
        "Please enable JavaScript to see this map.",
    ),
}
SMALLEST_KM2 = 0.005
"""What two decimals cannot show is rounding, not a cut."""

DRAFT = Text(
    "この図は検討のための案です。医師少数スポットの指定は県が決定します。",
    "This map is a draft for discussion. The prefecture decides the designation.",
)


def duration(travel_ms: int, lang: Lang) -> str:
    """Return minutes and seconds cut off towards minus infinity, with a minus sign if negative.

    A time and its margin to a threshold of whole seconds therefore always add up, and 29:59.999
    never looks like 30 minutes.

    Examples
    --------
    >>> duration(1_799_999, Lang.JA), duration(1_800_000, Lang.JA), duration(-1, Lang.JA)
    ('29分59秒', '30分00秒', '−0分01秒')
    """
    seconds = travel_ms // 1000
    minutes, rest = divmod(abs(seconds), 60)
    sign = "−" if seconds < 0 else ""
    if lang is Lang.JA:
        return f"{sign}{minutes}分{rest:02d}秒"
    return f"{sign}{minutes} min {rest:02d} s"


def threshold(limit_ms: int, lang: Lang) -> str:
    """Return a threshold without seconds where it has none.

    Examples
    --------
    >>> threshold(1_800_000, Lang.JA), threshold(1_830_000, Lang.EN)
    ('30分', '30 min 30 s')
    """
    minutes, rest = divmod(limit_ms, 60_000)
    if rest:
        return duration(limit_ms, lang)
    return f"{minutes}分" if lang is Lang.JA else f"{minutes} min"


def signed(margin_ms: int, lang: Lang) -> str:
    """Return a margin with its sign.

    Examples
    --------
    >>> signed(60_000, Lang.JA), signed(-1_600, Lang.EN)
    ('+1分00秒', '−0 min 02 s')
    """
    text = duration(margin_ms, lang)
    return text if text.startswith("−") else f"+{text}"


def kilometres(length_m: float) -> str:
    """Return a road distance.

    Examples
    --------
    >>> kilometres(19_812.5)
    '19.8 km'
    """
    return f"{length_m / 1000:.1f} km"


def area(km2: float) -> str:
    """Return an area with two decimals.

    Examples
    --------
    >>> area(50.2655)
    '50.27 km²'
    """
    return f"{km2:.2f} km²"


def people(count: float, lang: Lang) -> str:
    """Return a population estimated from cells, to the nearest person.

    Examples
    --------
    >>> people(1234.4, Lang.JA), people(0.2, Lang.EN)
    ('約1,234人（メッシュ人口の面積按分）', 'about 0 (cells shared out by area)')
    """
    shown = f"{round(count):,}"
    return Text(
        f"約{shown}人（メッシュ人口の面積按分）", f"about {shown} (cells shared out by area)"
    ).render(lang)


def day(value: date, lang: Lang) -> str:
    """Return a date, in Japanese with the year of the era that staff use.

    Examples
    --------
    >>> day(date(2024, 4, 1), Lang.JA), day(date(2019, 5, 1), Lang.JA)
    ('令和6年（2024年）4月1日', '令和元年（2019年）5月1日')
    """
    if lang is Lang.EN:
        return value.isoformat()
    year = f"{value.year}年"
    if value >= date(2019, 5, 1):
        era = value.year - 2018
        year = f"令和{'元' if era == 1 else era}年（{value.year}年）"
    return f"{year}{value.month}月{value.day}日"


def period(start: date | None, end: date | None, lang: Lang) -> str:
    """Return a period of validity; empty when neither end is known."""
    if start is None and end is None:
        return ""
    ends = [day(d, lang) if d is not None else "" for d in (start, end)]
    return ("～" if lang is Lang.JA else " – ").join(ends)
