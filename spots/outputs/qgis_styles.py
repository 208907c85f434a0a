"""QGIS styles (QML) for the layers of ``spots.gpkg``, written as data.

Only what QGIS 3 needs to draw: a renderer and, for named things, a label. Everything else keeps
QGIS's defaults. Text goes through ElementTree, so a title from a policy file cannot break out.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from boundaries.types import AreaClass
from problems import Lang, Text
from spots.labels import AREA_CLASS_LABELS, STATE_LABELS
from spots.types import Settings, State

# Okabe and Ito (2008): told apart by colour-blind readers too.
# The palette of the map, so that a circle has one colour everywhere.
_CRITERION_COLOURS = ("#0072b2", "#00795a", "#c24e00", "#a0457f", "#6b5b00")
_STATE_SYMBOLS: dict[State, tuple[str, str]] = {
    State.DESIGNATED: ("circle", "#222222"),
    State.EXCLUDED: ("cross2", "#555555"),
    State.MOOT: ("square", "#e69f00"),
    State.NOT_MET: ("circle", "#ffffff"),
    State.UNDETERMINED: ("triangle", "#cc79a7"),
}
_AREA_COLOURS: dict[AreaClass, str] = {
    AreaClass.SHORTAGE: "#f7d58f",
    AreaClass.SURPLUS: "#e6d9e3",
    AreaClass.NEITHER: "#ffffff",
    AreaClass.UNKNOWN: "#dddddd",
}
# Versions of QGIS disagree whether a boolean is 1 or true; words are the same everywhere.
_EXCLUDED = "if(\"excluded\", 'yes', 'no')"
_FONT = "Yu Gothic"


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """The style of one layer of the GeoPackage."""

    layer: str
    qml: str


@dataclass(frozen=True, slots=True)
class _Symbol:
    """A symbol: geometry kind (fill, line, marker) and the properties of its one layer."""

    kind: str
    simple: str
    options: tuple[tuple[str, str], ...]
    alpha: str = "1"


def layer_styles(settings: Settings, lang: Lang) -> tuple[LayerStyle, ...]:
    """Return a style for each layer of the GeoPackage that has one."""
    criteria = [
        (str(c.number), f"{c.mark} {c.title.render(lang)}", _criterion_symbol(k))
        for k, c in enumerate(settings.criteria)
    ]
    states = [(s.value, STATE_LABELS[s].render(lang), _state_symbol(s)) for s in State]
    classes = [
        (c.value, AREA_CLASS_LABELS[c].render(lang), _fill(_AREA_COLOURS[c], "0.45", "#7f7f7f"))
        for c in AreaClass
    ]
    excluded = [
        ("no", Text("市町村", "municipality").render(lang), _outline("#a6a6a6", "0.2", "solid")),
        ("yes", Text("対象外", "excluded").render(lang), _hatch("#7f7f7f")),
    ]
    return (
        LayerStyle("spots", _qml(_categorised("main_criterion", criteria), label="name")),
        LayerStyle("spots_dissolved", _qml(_single(_outline("#000000", "0.5", "solid")))),
        LayerStyle("circles", _qml(_single(_outline("#444444", "0.3", "dash")))),
        LayerStyle("facilities", _qml(_categorised("state", states), label="name")),
        LayerStyle("routes", _qml(_single(_line("#6a1b5a", "0.7")))),
        LayerStyle("municipalities", _qml(_categorised(_EXCLUDED, excluded), label="name")),
        LayerStyle("medical_areas", _qml(_categorised("area_class", classes), label="name")),
    )


def _criterion_symbol(k: int) -> _Symbol:
    colour = _CRITERION_COLOURS[k % len(_CRITERION_COLOURS)]
    return _fill(colour, "0.4", colour)


def _state_symbol(state: State) -> _Symbol:
    shape, colour = _STATE_SYMBOLS[state]
    options = (
        ("name", shape),
        ("color", _rgba(colour)),
        ("outline_color", _rgba("#000000")),
        ("outline_width", "0.3"),
        ("size", "2.6"),
    )
    return _Symbol("marker", "SimpleMarker", options)


def _fill(colour: str, alpha: str, edge: str) -> _Symbol:
    options = (
        ("color", _rgba(colour)),
        ("style", "solid"),
        ("outline_color", _rgba(edge)),
        ("outline_style", "solid"),
        ("outline_width", "0.4"),
    )
    return _Symbol("fill", "SimpleFill", options, alpha)


def _hatch(colour: str) -> _Symbol:
    options = (
        ("color", _rgba(colour)),
        ("style", "f_diagonal"),
        ("outline_color", _rgba(colour)),
        ("outline_style", "solid"),
        ("outline_width", "0.2"),
    )
    return _Symbol("fill", "SimpleFill", options, "0.6")


def _outline(colour: str, width: str, pen: str) -> _Symbol:
    options = (
        ("style", "no"),
        ("outline_color", _rgba(colour)),
        ("outline_style", pen),
        ("outline_width", width),
    )
    return _Symbol("fill", "SimpleFill", options)


def _line(colour: str, width: str) -> _Symbol:
    options = (("line_color", _rgba(colour)), ("line_style", "solid"), ("line_width", width))
    return _Symbol("line", "SimpleLine", options)


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"{red},{green},{blue},255"


def _single(symbol: _Symbol) -> ET.Element:
    renderer = ET.Element("renderer-v2", {"type": "singleSymbol", "enableorderby": "0"})
    _add_symbol(ET.SubElement(renderer, "symbols"), "0", symbol)
    return renderer


def _categorised(attribute: str, items: list[tuple[str, str, _Symbol]]) -> ET.Element:
    renderer = ET.Element(
        "renderer-v2", {"type": "categorizedSymbol", "attr": attribute, "enableorderby": "0"}
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for k, (value, label, symbol) in enumerate(items):
        ET.SubElement(
            categories,
            "category",
            {"value": value, "label": _xml_text(label), "symbol": str(k), "render": "true"},
        )
        _add_symbol(symbols, str(k), symbol)
    return renderer


def _add_symbol(parent: ET.Element, name: str, symbol: _Symbol) -> None:
    head = {"name": name, "type": symbol.kind, "alpha": symbol.alpha, "clip_to_extent": "1"}
    element = ET.SubElement(parent, "symbol", head)
    layer = ET.SubElement(
        element, "layer", {"class": symbol.simple, "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in symbol.options:
        ET.SubElement(options, "Option", {"name": key, "value": value, "type": "QString"})
    for key, value in symbol.options:  # the form that QGIS before 3.20 reads
        ET.SubElement(layer, "prop", {"k": key, "v": value})


def _qml(renderer: ET.Element, label: str | None = None) -> str:
    root = ET.Element(
        "qgis",
        {
            "version": "3.22.0",
            "styleCategories": "Symbology|Labeling",
            "labelsEnabled": "1" if label else "0",
        },
    )
    root.append(renderer)
    if label:
        _add_label(root, label)
    text = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n"


def _add_label(root: ET.Element, attribute: str) -> None:
    labeling = ET.SubElement(root, "labeling", {"type": "simple"})
    settings = ET.SubElement(labeling, "settings", {"calloutType": "simple"})
    style = ET.SubElement(
        settings,
        "text-style",
        {
            "fieldName": attribute,
            "isExpression": "0",
            "fontFamily": _FONT,
            "fontSize": "8",
            "fontSizeUnit": "Point",
            "textColor": "0,0,0,255",
        },
    )
    ET.SubElement(
        style,
        "text-buffer",
        {"bufferDraw": "1", "bufferSize": "0.8", "bufferColor": "255,255,255,255"},
    )


def _xml_text(text: str) -> str:
    """Return `text` without characters that XML 1.0 has no way to write."""
    return "".join(ch if ch.isprintable() else " " for ch in text)
