"""Put the page together."""

from __future__ import annotations

from groundfloor.problems import Lang, Text
from spots.map.model import Background
from spots.map.page import GsiTiles, InlineApp, Page, PrefectureMap, asset
from spots.map.payload import map_data
from spots.types import RunResult

#: Our own files in the order they need one another; `spots.comparing.map` shares the first few.
SCRIPTS = (
    "dom.js",
    "shapes.js",
    "symbols.js",
    "popup.js",
    "tree.js",
    "labels.js",
    "base.js",
    "around.js",
    "layers.js",
    "chooser.js",
    "panel.js",
    "backgrounds.js",
    "print.js",
    "contrast.js",
    "access.js",
    "fold.js",
    "geodesic.js",
    "place.js",
    "tools.js",
    "show.js",
    "search.js",
    "inspect.js",
    "measure.js",
    "ways.js",
    "list.js",
    "main.js",
)
_STYLES = ("map.css", "phone.css", "finder.css", "contrast.css", "print.css")
# 地理院タイル: layer id, extension and label, from https://maps.gsi.go.jp/development/ichiran.html
_BACKGROUNDS = (
    ("pale", "png", Text("地理院タイル（淡色）", "GSI pale")),
    ("std", "png", Text("地理院タイル（標準）", "GSI standard")),
    ("seamlessphoto", "jpg", Text("地理院タイル（写真）", "GSI photo")),
)
_NO_TILES = Text("なし（内蔵の略図のみ）", "None (drawn base only)")


def render_map(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return the run as one self-contained HTML document.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the page.

    Returns
    -------
    str
        HTML, the same for the same run. It asks the network for background tiles only, and shows
        its own drawn base without them.

    Raises
    ------
    MissingFileError
        Leaflet's files are not installed.
    CrsError
        The run's outlines are not longitude/latitude.
    """
    labels = tuple(Background(kind, text.render(lang)) for kind, _, text in _BACKGROUNDS)
    data = map_data(result, lang, (*labels, Background("", _NO_TILES.render(lang))))
    page = Page(title=data.title, lang=data.lang)
    chart = PrefectureMap(data)
    page.add_child(chart)
    tiles = {
        kind: GsiTiles(kind, extension, show=kind == labels[0].layer)
        for kind, extension, _ in _BACKGROUNDS
    }
    for tile in tiles.values():
        chart.add_child(tile)
    scripts, styles = map(asset, SCRIPTS), map(asset, _STYLES)
    app = InlineApp(data, chart, tiles, start="start", scripts=tuple(scripts), styles=tuple(styles))
    chart.add_child(app)
    return page.render()
