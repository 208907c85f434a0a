"""Colours of answers and changes; the layers of a run bring their own styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsRendererCategory,
    QgsSymbol,
)
from qgis.PyQt.QtGui import QColor

from .words import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsVectorLayer


@dataclass(frozen=True)
class Look:
    """How features with one value look.

    Parameters
    ----------
    value : str
        Of the field; the empty one stands for all others.
    colour : str
        Fill, as ``#rrggbb`` or ``#aarrggbb``.
    ja, en : str
        The words of the legend.
    """

    value: str
    colour: str
    ja: str
    en: str


# Okabe and Ito's colours, which colour-blind people tell apart.
# https://jfly.uni-koeln.de/color/
STANDINGS = (
    Look("inside_spot", "#0072b2", "医師少数スポットの中", "inside a spot"),
    Look("in_shortage_area", "#e69f00", "医師少数区域の中", "inside a shortage area"),
    Look("outside", "#999999", "外", "outside"),
    Look("elsewhere", "#cc79a7", "他の都道府県・海", "another prefecture, or the sea"),
    Look("", "#d55e00", "判定不能", "undetermined"),
)
CHANGES = (
    Look("entered", "#009e73", "加わった", "came"),
    Look("left", "#d55e00", "なくなった", "went"),
    Look("changed", "#0072b2", "変わった", "changed"),
)
CHANGED_GROUND = (
    Look("gained", "#80009e73", "増えた区域", "gained"),
    Look("lost", "#80d55e00", "減った区域", "lost"),
)


def categorised(layer: QgsVectorLayer, field: str, looks: Sequence[Look]) -> None:
    """Colour a layer by the values of a field."""
    categories = []
    for look in looks:
        symbol = QgsSymbol.defaultSymbol(layer.geometryType())
        symbol.setColor(QColor(look.colour))
        categories.append(QgsRendererCategory(look.value or None, symbol, said(look.ja, look.en)))
    layer.setRenderer(QgsCategorizedSymbolRenderer(field, categories))
