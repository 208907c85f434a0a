"""Put the page together."""

from __future__ import annotations

from problems import Lang, Text
from spots.map.leaflet import load_leaflet
from spots.map.model import Background
from spots.map.page import GsiTiles, MapApp, Page, PrefectureMap
from spots.map.payload import map_data
from spots.types import RunResult

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
    tiles = tuple(
        (kind, GsiTiles(kind, extension, show=kind == labels[0].layer))
        for kind, extension, _ in _BACKGROUNDS
    )
    for _, tile in tiles:
        chart.add_child(tile)
    chart.add_child(MapApp(data, load_leaflet(), chart, tiles))
    return page.render()
