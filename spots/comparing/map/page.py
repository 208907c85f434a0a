"""Put the page of a comparison together."""

from __future__ import annotations

from groundfloor.problems import Lang
from spots.comparing.map.payload import compare_data
from spots.comparing.model import Comparison
from spots.map.page import GsiTiles, InlineApp, Page, PrefectureMap, asset
from spots.types import RunResult

_PACKAGE = "spots.comparing.map"
_SHARED = ("dom.js", "shapes.js", "labels.js")
_OWN = ("marks.js", "card.js", "layers.js", "modes.js", "panel.js", "start.js")


def render_comparison(
    found: Comparison, old: RunResult, new: RunResult, lang: Lang = Lang.JA
) -> str:
    """Return a comparison as one self-contained HTML document.

    Parameters
    ----------
    found : Comparison
        What `spots.comparing.compare` found.
    old, new : RunResult
        The runs that it compared.
    lang : Lang
        Language of the page.

    Returns
    -------
    str
        HTML, the same for the same runs. It asks the network for background tiles only, and shows
        its own drawn base without them.

    Raises
    ------
    MissingFileError
        Leaflet's files are not installed.
    """
    data = compare_data(found, old, new, lang)
    page = Page(title=data.title, lang=data.lang)
    chart = PrefectureMap(data)
    page.add_child(chart)
    pale = GsiTiles("pale", "png", show=True)
    chart.add_child(pale)
    scripts = (*map(asset, _SHARED), *(asset(name, _PACKAGE) for name in _OWN))
    styles = (asset("compare.css", _PACKAGE),)
    app = InlineApp(data, chart, {"pale": pale}, start="compare", scripts=scripts, styles=styles)
    chart.add_child(app)
    return page.render()
