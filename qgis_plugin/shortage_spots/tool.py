"""What all tools share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsVectorLayer,
)

from .words import said

if TYPE_CHECKING:
    from collections.abc import Iterable

Parameters = dict[str, Any]


class SpotsTool(QgsProcessingAlgorithm):
    """A tool that starts one command of ``spots``.

    Subclasses give `command`, `titles`, `helps` and what it asks for and makes.
    """

    command = ""
    titles = ("", "")
    helps = ("", "")

    def name(self) -> str:
        """Return its name in scripts and models."""
        return self.command

    def displayName(self) -> str:
        """Return its name in the toolbox."""
        return said(*self.titles)

    def shortHelpString(self) -> str:
        """Return what it does."""
        return said(*self.helps)

    def createInstance(self) -> SpotsTool:
        """Return a new one."""
        return type(self)()

    def replacing(self, parameters: Parameters, context: QgsProcessingContext) -> list[str]:
        """Return the option that replaces an output: one that QGIS made, or where it is asked."""
        temporary = parameters.get("OUTPUT") == QgsProcessing.TEMPORARY_OUTPUT
        asked = temporary or self.parameterAsBoolean(parameters, "OVERWRITE", context)
        return ["--force"] if asked else []


def shown_layer(
    source: str, name: str, context: QgsProcessingContext, order: int
) -> QgsVectorLayer:
    """Return a layer with its own style, to be shown when the tool has ended.

    Raises
    ------
    QgsProcessingException
        QGIS cannot open it.
    """
    layer = QgsVectorLayer(source, name, "ogr")
    if not layer.isValid():
        raise QgsProcessingException(
            said(f"レイヤを開けません: {source}", f"the layer cannot be opened: {source}")
        )
    context.temporaryLayerStore().addMapLayer(layer)
    details = QgsProcessingContext.LayerDetails(name, context.project(), name)
    details.forceName = True
    if hasattr(details, "layerSortKey"):  # since QGIS 3.32
        details.layerSortKey = order
    context.addLayerToLoadOnCompletion(layer.id(), details)
    return layer


def show_all(
    layers: Iterable[tuple[str, str]], context: QgsProcessingContext
) -> list[QgsVectorLayer]:
    """Show layers, given as (source, name) from top to bottom."""
    given = list(layers)
    return [
        shown_layer(source, name, context, len(given) - n) for n, (source, name) in enumerate(given)
    ]
