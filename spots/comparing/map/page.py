"""Put the page of a comparison together."""

from __future__ import annotations

from dataclasses import asdict
from html import escape

from branca.element import MacroElement
from jinja2 import Template

from problems import Lang
from spots.comparing.map.model import CompareData
from spots.comparing.map.payload import compare_data
from spots.comparing.model import Comparison
from spots.map.leaflet import LeafletAssets, load_leaflet
from spots.map.page import GsiTiles, Page, PrefectureMap, asset, script_safe_json
from spots.types import RunResult

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
    tiles = GsiTiles("pale", "png", show=True)
    chart.add_child(tiles)
    chart.add_child(_CompareApp(data, load_leaflet(), chart, tiles))
    return page.render()


class _CompareApp(MacroElement):
    """Leaflet, our style, the data block and our script, as one element of folium's figure."""

    _template = Template(
        """
        {%- macro header(this, kwargs) -%}
        <!-- {{ this.notice }} -->
        <style>{{ this.leaflet.style }}</style>
        <script>{{ this.leaflet.script }}</script>
        <style>{{ this.style }}</style>
        <style id="paper" media="print">@page { size: A4 landscape; margin: 8mm; }</style>
        <style id="paper-a3" media="not all">@page { size: A3 landscape; margin: 8mm; }</style>
        {%- endmacro -%}
        {%- macro html(this, kwargs) -%}
        <noscript><p class="noscript">{{ this.noscript }}</p></noscript>
        <script type="application/json" id="spots-data">{{ this.data }}</script>
        {%- endmacro -%}
        {%- macro script(this, kwargs) %}
        {{ this.code }}
        SpotsMap.compare({{ this.map_name }}, {{ this.tiles_name }});
        {% endmacro -%}
        """
    )

    def __init__(
        self, data: CompareData, leaflet: LeafletAssets, chart: PrefectureMap, tiles: GsiTiles
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "CompareApp", "spots"
        self.leaflet = leaflet
        self.notice = escape(f"Leaflet {leaflet.version}\n{leaflet.licence}").replace("--", "- -")
        self.style = asset("compare.css", "spots.comparing.map")
        self.code = "\n".join(
            (
                *(asset(name) for name in _SHARED),
                *(asset(name, "spots.comparing.map") for name in _OWN),
            )
        )
        self.noscript = escape(data.ui["noscript"])
        self.data = script_safe_json(asdict(data))
        self.map_name, self.tiles_name = chart.get_name(), tiles.get_name()
