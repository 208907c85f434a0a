"""``spots diff``: what changed between two results, as ground and facilities on the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
)

from .layer_styles import CHANGED_GROUND, CHANGES, categorised
from .spots_command import run_spots
from .tool import Parameters, SpotsTool, shown_layer
from .words import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class DiffTool(SpotsTool):
    """Compares two results."""

    command = "diff"
    titles = ("2つの結果を比べる", "Compare two results")
    helps = (
        "加わった・なくなった・変わった医療機関とその原因、増えた区域と減った区域を、表、地図、レイヤにします。",
        (
            "Facilities that came, went or changed, each with its cause, and the ground gained and "
            "lost: a table, a map and layers."
        ),
    )

    def initAlgorithm(self, configuration: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Declare what is asked and made."""
        for name, title in (
            ("OLD", said("前の結果のフォルダ", "Old result folder")),
            ("NEW", said("新しい結果のフォルダ", "New result folder")),
        ):
            self.addParameter(
                QgsProcessingParameterFile(name, title, behavior=QgsProcessingParameterFile.Folder)
            )
        self.addParameter(
            QgsProcessingParameterBoolean(
                "OVERWRITE",
                said("前の比較を置き換える", "Replace a comparison that is there"),
                False,
            )
        )
        self.addParameter(
            QgsProcessingParameterFolderDestination(
                "OUTPUT", said("比較のフォルダ", "Folder to write")
            )
        )
        self.addOutput(QgsProcessingOutputMultipleLayers("LAYERS", said("レイヤ", "Layers")))
        self.addOutput(QgsProcessingOutputFile("MAP", said("比較の地図", "Map of the comparison")))

    def processAlgorithm(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Parameters:
        """Compare, and show what changed."""
        folder = Path(self.parameterAsString(parameters, "OUTPUT", context))
        sides = [self.parameterAsFile(parameters, name, context) for name in ("OLD", "NEW")]
        arguments = ["diff", *sides, "--out", str(folder)]
        arguments += self.replacing(parameters, context)
        feedback.pushInfo(run_spots(arguments, feedback).printed)
        page = (folder / "diff.geojson").as_posix()
        shown: list[str] = []
        for kind, field, looks, name in (
            ("Point", "change", CHANGES, said("変わった医療機関", "Facilities that changed")),
            ("Polygon", "change", CHANGED_GROUND, said("増減した区域", "Ground gained and lost")),
        ):
            for each in _layers(page, kind):
                layer = shown_layer(each, name, context, 2 - len(shown))
                categorised(layer, field, looks)
                shown.append(layer.id())
        return {"OUTPUT": str(folder), "LAYERS": shown, "MAP": str(folder / "diff.html")}


def _layers(page: str, kind: str) -> list[str]:
    """Return the sources of the kinds of geometry in a file; a file without changes has none."""
    text = Path(page).read_text(encoding="utf-8")
    kinds = [k for k in (kind, f"Multi{kind}") if f'"type":"{k}"' in "".join(text.split())]
    return [f"{page}|geometrytype={k}" for k in kinds]
