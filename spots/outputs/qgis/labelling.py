"""Labels of QGIS: Japanese fonts with fallbacks, a halo, and the scales at which they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from spots.outputs.qgis.symbols import rgba

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


@dataclass(frozen=True, slots=True)
class Label:
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


def labeling(labels: Sequence[Label]) -> ET.Element:
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


def _settings(label: Label) -> ET.Element:
    settings = ET.Element("settings", {"calloutType": "simple"})
    _text_style(settings, label)
    ET.SubElement(settings, "text-format", {"multilineAlign": "1", "wrapChar": ""})
    ET.SubElement(
        settings,
        "placement",
        {
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
        },
    )
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


def _text_style(settings: ET.Element, label: Label) -> None:
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
