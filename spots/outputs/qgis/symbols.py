"""Symbols and renderers of QGIS, as much of them as QGIS 3 needs to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from groundfloor.problems import clean

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


def hatch(colour: str, width: str) -> Symbol:
    """Return an area hatched from lower left to upper right, so that what is below shows."""
    options = (
        ("color", rgba(colour)),
        ("style", "f_diagonal"),
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
