"""Symbols, renderers and labels of QGIS, as much of them as QGIS 3 needs to draw.

Labels have Japanese fonts with fallbacks, a halo, and the scales at which they show.

Stands apart: how QGIS spells a symbol; `styles` says which symbol a layer has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from groundfloor.problems import clean

#: Windows first, then macOS, then what Linux distributions have.
FONTS = (
    "Yu Gothic",
    "Meiryo",
    "Hiragino Sans",
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "IPAexGothic",
)
AROUND_POINT, OVER_POINT, HORIZONTAL, CARTOGRAPHIC, OUTSIDE = "0", "1", "4", "6", "8"
_INSIDE = "2"
ALONG = "3"  # curved, along a line

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol: its geometry (fill, line, marker) and its layers from below to above.

    Parameters
    ----------
    kind : str
        ``"fill"``, ``"line"`` or ``"marker"``.
    layers : tuple of (str, options)
        QGIS's class of each symbol layer, and its properties.
    alpha : str
        Opacity of the whole, 0 to 1.
    """

    kind: str
    layers: tuple[tuple[str, Options], ...]
    alpha: str = "1"


@dataclass(frozen=True, slots=True)
class Category:
    """A value, or a range of values, with its words in the legend and its symbol."""

    value: str
    label: str
    symbol: Symbol
    upper: str = ""


def rgba(colour: str, alpha: int = 255) -> str:
    """Return ``#rrggbb`` as QGIS writes a colour.

    Examples
    --------
    >>> rgba("#0072b2")
    '0,114,178,255'
    """
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def fill(colour: str, alpha: int, edge: str, width: str, pen: str = "solid") -> Symbol:
    """Return an area filled with a see-through colour inside a line that is not see-through."""
    options = (
        ("color", rgba(colour, alpha)),
        ("style", "solid" if alpha else "no"),
        ("outline_color", rgba(edge)),
        ("outline_style", pen),
        ("outline_width", width),
        ("joinstyle", "round"),
    )
    return Symbol("fill", (("SimpleFill", options),))


def hatch(colour: str, width: str, style: str = "f_diagonal") -> Symbol:
    """Return an area hatched, by default from lower left to upper right: what is below shows."""
    options = (
        ("color", rgba(colour)),
        ("style", style),
        ("outline_color", rgba(colour)),
        ("outline_style", "solid"),
        ("outline_width", width),
    )
    return Symbol("fill", (("SimpleFill", options),), "0.7")


def line(colour: str, width: str, pen: str = "solid", casing: str = "") -> Symbol:
    """Return a line, on a wider one of colour `casing` where that is given."""
    wider = f"{float(width) + 0.7:.2f}"
    below = (_stroke(casing, wider, "solid"),) if casing else ()
    return Symbol("line", (*below, _stroke(colour, width, pen)))


def _stroke(colour: str, width: str, pen: str) -> tuple[str, Options]:
    options = (
        ("line_color", rgba(colour)),
        ("line_style", pen),
        ("line_width", width),
        ("capstyle", "flat" if pen != "solid" else "round"),
        ("joinstyle", "round"),
    )
    return ("SimpleLine", options)


def marker(shape: str, colour: str, edge: str, size: str, width: str = "0.3") -> Symbol:
    """Return a point symbol."""
    options = (
        ("name", shape),
        ("color", rgba(colour)),
        ("outline_color", rgba(edge)),
        ("outline_style", "solid"),
        ("outline_width", width),
        ("size", size),
    )
    return Symbol("marker", (("SimpleMarker", options),))


def pennant(colour: str, size: str) -> Symbol:
    """Return a pennant on its pole, as maps have it for what is only reached."""
    half = f"{float(size) / 2:.2f}"
    pole = marker("line", colour, colour, size, "0.35").layers[0]
    name, options = marker("filled_arrowhead", colour, colour, half, "0.1").layers[0]
    flag = (name, (*options, ("offset", f"{float(size) / 4:.2f},-{float(size) / 4:.2f}")))
    return Symbol("marker", (pole, flag))


def single(symbol: Symbol) -> ET.Element:
    """Return a renderer with one symbol for everything."""
    renderer = ET.Element("renderer-v2", {"type": "singleSymbol", "enableorderby": "0"})
    _add_symbol(ET.SubElement(renderer, "symbols"), "0", symbol)
    return renderer


def categorised(attribute: str, items: Sequence[Category]) -> ET.Element:
    """Return a renderer with a symbol for each value of a field or expression."""
    renderer = ET.Element(
        "renderer-v2", {"type": "categorizedSymbol", "attr": attribute, "enableorderby": "0"}
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for k, item in enumerate(items):
        head = {"value": item.value, "label": clean(item.label), "symbol": str(k)}
        ET.SubElement(categories, "category", {**head, "render": "true"})
        _add_symbol(symbols, str(k), item.symbol)
    return renderer


def graduated(attribute: str, items: Sequence[Category]) -> ET.Element:
    """Return a renderer with a symbol for each range of numbers."""
    renderer = ET.Element(
        "renderer-v2",
        {"type": "graduatedSymbol", "attr": attribute, "graduatedMethod": "GraduatedColor"},
    )
    ranges = ET.SubElement(renderer, "ranges")
    symbols = ET.SubElement(renderer, "symbols")
    for k, item in enumerate(items):
        head = {"lower": item.value, "upper": item.upper, "label": clean(item.label)}
        ET.SubElement(ranges, "range", {**head, "symbol": str(k), "render": "true"})
        _add_symbol(symbols, str(k), item.symbol)
    return renderer


def _add_symbol(parent: ET.Element, name: str, symbol: Symbol) -> None:
    head = {"name": name, "type": symbol.kind, "alpha": symbol.alpha, "clip_to_extent": "1"}
    element = ET.SubElement(parent, "symbol", head)
    for kind, properties in symbol.layers:
        layer = ET.SubElement(
            element, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"}
        )
        options = ET.SubElement(layer, "Option", {"type": "Map"})
        for key, value in properties:
            ET.SubElement(options, "Option", {"name": key, "value": value, "type": "QString"})
        for key, value in properties:  # the form that QGIS before 3.20 reads
            ET.SubElement(layer, "prop", {"k": key, "v": value})


# --- labels


@dataclass(frozen=True, slots=True)
class MapLabel:
    """A label.

    Parameters
    ----------
    text : str
        A QGIS expression.
    size : str
        Points.
    colour : str
        ``#rrggbb``.
    placement : str
        QGIS's number of the kind of placement.
    priority : int
        0 to 10; the higher stays where two cannot both be shown.
    scales : tuple of int
        Denominators of the largest and smallest scale at which it is shown; ``(0, 0)`` for all.
    bold : bool
        Whether the letters are bold.
    distance : str
        Millimetres between label and point.
    spacing : str
        Extra points between letters.
    when : str
        Expression that a feature must fulfil; empty for all.
    at : str
        Expression for the point to be labelled in the place of the feature's own shape.
    silent : bool
        Whether nothing is written: other labels are only kept off the features.
    """

    text: str
    size: str
    colour: str
    placement: str
    priority: int
    scales: tuple[int, int] = (0, 0)
    bold: bool = False
    distance: str = "1"
    spacing: str = "0"
    when: str = ""
    at: str = ""
    silent: bool = False


def labeling(labels: Sequence[MapLabel]) -> ET.Element:
    """Return the labelling of a layer: one label for all, or several with their conditions."""
    if len(labels) == 1 and not labels[0].when:
        root = ET.Element("labeling", {"type": "simple"})
        root.append(_settings(labels[0]))
        return root
    root = ET.Element("labeling", {"type": "rule-based"})
    rules = ET.SubElement(root, "rules", {"key": "rules"})
    for k, label in enumerate(labels):
        largest, smallest = label.scales
        head = {"key": f"rule{k}", "filter": label.when}
        if label.scales != (0, 0):
            head |= {"scalemindenom": str(largest), "scalemaxdenom": str(smallest)}
        ET.SubElement(rules, "rule", head).append(_settings(label))
    return root


def _settings(label: MapLabel) -> ET.Element:
    settings = ET.Element("settings", {"calloutType": "simple"})
    _text_style(settings, label)
    ET.SubElement(settings, "text-format", {"multilineAlign": "1", "wrapChar": ""})
    ET.SubElement(settings, "placement", _placement(label))
    largest, smallest = label.scales
    ET.SubElement(
        settings,
        "rendering",
        {
            "drawLabels": "0" if label.silent else "1",
            "displayAll": "0",
            "obstacle": "0" if label.at else "1",
            "obstacleFactor": "1",
            "obstacleType": "1",
            "scaleVisibility": "0" if label.scales == (0, 0) else "1",
            "scaleMin": str(largest),
            "scaleMax": str(smallest),
            "mergeLines": "1",
            "upsidedownLabels": "0",
        },
    )
    return settings


def _placement(label: MapLabel) -> dict[str, str]:
    return {
        "placement": label.placement,
        "dist": label.distance,
        "distUnits": "MM",
        "priority": str(label.priority),
        "predefinedPositionOrder": "R,L,TR,BR,TL,BL,T,B,TSR,BSR,TSL,BSL",
        "offsetType": "0" if label.at else "1",  # from the point, or beside its symbol
        "centroidInside": "1",
        "centroidWhole": "0",
        "polygonPlacementFlags": _INSIDE,
        "quadOffset": "4",
        "geometryGenerator": label.at,
        "geometryGeneratorType": "PointGeometry",
        "geometryGeneratorEnabled": "1" if label.at else "0",
    }


def _text_style(settings: ET.Element, label: MapLabel) -> None:
    style = ET.SubElement(
        settings,
        "text-style",
        {
            "fieldName": label.text,
            "isExpression": "1",
            "fontFamily": FONTS[0],
            "fontWeight": "75" if label.bold else "50",
            "namedStyle": "Bold" if label.bold else "Regular",
            "fontSize": label.size,
            "fontSizeUnit": "Point",
            "fontLetterSpacing": label.spacing,
            "textColor": rgba(label.colour),
            "textOpacity": "1",
            "multilineHeight": "1",
        },
    )
    families = ET.SubElement(style, "families")
    for name in FONTS[1:]:
        ET.SubElement(families, "family", {"name": name})
    ET.SubElement(
        style,
        "text-buffer",
        {
            "bufferDraw": "1",
            "bufferSize": "0.8",
            "bufferSizeUnits": "MM",
            "bufferColor": rgba("#ffffff"),
            "bufferOpacity": "0.9",
            "bufferJoinStyle": "128",
        },
    )
