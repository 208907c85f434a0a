"""The map of a result as folium's users know one: shown in a notebook, saved, drawn on.

Stands apart: folium is loaded when a map is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import folium
import geopandas as gpd
from branca.element import Element

from groundfloor.disk import write_whole
from spots.map import render_map
from spots.map.page import GsiTiles
from spots.telling.colours import criterion

if TYPE_CHECKING:
    from spots.library.result import Result

_HEIGHT = 600  # pixels of a cell's output
_TIPS = ("name", "state", "criteria", "area_km2")
_STATE_FILL = {"designated": "#111111", "undetermined": "#cc79a7"}


class ResultMap(folium.Map):
    """The map page of a result; with something drawn on it, a map of folium.

    Parameters
    ----------
    result : Result
        What is shown.
    height : int
        Pixels that it takes in a notebook.
    """

    #: Whether something was added that the page of the result does not have.
    drawn_on = False

    def __init__(self, result: Result, height: int = _HEIGHT) -> None:
        super().__init__(tiles=None, max_zoom=18)
        self._result = result
        self._height = height

    def add_child(self, child: Element, name: str | None = None, index: int | None = None) -> Any:
        """Draw something on the map; before the first, what the page shows."""
        if not self.drawn_on:
            self.drawn_on = True
            for layer in _layers(self._result):
                super().add_child(layer)
        return super().add_child(child, name, index)

    @property
    def page(self) -> str:
        """The page of ``map.html``: one HTML document that needs nothing but background tiles."""
        return render_map(self._result.evidence, self._result.lang, self._result.disk)

    def save(
        self, outfile: str | bytes | Path | BinaryIO, close_file: bool = True, **kwargs: Any
    ) -> None:
        """Write the map as HTML; a file that is there is replaced."""
        if self.drawn_on or not isinstance(outfile, str | Path):
            super().save(outfile, close_file, **kwargs)
        else:
            write_whole(Path(outfile), self.page, force=True)

    def _repr_html_(self, **kwargs: Any) -> str:
        if self.drawn_on:
            return str(super()._repr_html_(**kwargs))
        return (
            f'<iframe srcdoc="{escape(self.page)}" width="100%" height="{self._height}" '
            'style="border: 0" allowfullscreen></iframe>'
        )


def _layers(result: Result) -> Sequence[Element]:
    """Return background, spots and facilities as layers of folium, and the view of them."""
    spots, facilities = result.spots, result.facilities
    placed = facilities[facilities.geometry.notna()]
    dot = folium.CircleMarker(radius=5, weight=2, color="#111111", fill=True, fill_opacity=1)
    west, south, east, north = result.evidence.municipalities.total_bounds
    return (
        GsiTiles("pale", "png", show=True),
        _layer("spots", spots, style_function=_of_spot),
        _layer("facilities", placed, marker=dot, style_function=_of_facility),
        folium.FitBounds([[south, west], [north, east]]),
    )


def _layer(name: str, frame: gpd.GeoDataFrame, **options: Any) -> folium.GeoJson:
    """Return a frame as a layer; its texts can be neither markup nor a template."""
    shown = [c for c in _TIPS if c in frame.columns]
    kept = [*shown, *(c for c in ("main_criterion",) if c in frame.columns)]
    safe = frame[[*kept, "geometry"]].assign(
        **{c: frame[c].astype("string").fillna("").map(_harmless) for c in shown}
    )
    tip = folium.GeoJsonTooltip(fields=shown) if len(frame) else None
    return folium.GeoJson(safe.to_json(), name=name, tooltip=tip, **options)


def _harmless(text: str) -> str:
    return escape(text).replace("{", "&#123;").replace("}", "&#125;").replace("`", "&#96;")


def _of_spot(feature: dict[str, Any]) -> dict[str, object]:
    colour = criterion(feature["properties"]["main_criterion"] or 1)
    return {"color": colour, "fillColor": colour, "fillOpacity": 0.3, "weight": 2}


def _of_facility(feature: dict[str, Any]) -> dict[str, object]:
    state = feature["properties"]["state"]
    return {"fillColor": _STATE_FILL.get(state, "#ffffff")}
