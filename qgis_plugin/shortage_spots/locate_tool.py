"""``spots locate``: which institutions of a list lie inside a spot, as points on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsField,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsProcessingUtils,
    QgsVectorFileWriter,
)
from qgis.PyQt.QtCore import QVariant

from .layer_styles import STANDINGS, categorised
from .spots_command import run_spots
from .tool import Parameters, SpotsTool, shown_layer
from .words import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class LocateTool(SpotsTool):
    """Asks where institutions stand."""

    command = "locate"
    titles = ("医療機関が区域に入るか調べる", "Locate institutions")
    helps = (
        (
            "一覧（CSV・Excel・GIS）または地図上の点レイヤの医療機関ごとに、どの医師少数スポット・医師少数区域の内か外か、端までの"
            "距離を答え、色分けした点として読み込みます。"
        ),
        (
            "For each institution of a list (CSV, Excel, GIS) or of a point layer: inside or "
            "outside which spots and shortage areas, and how far from the edge; loaded as "
            "coloured points."
        ),
    )

    def initAlgorithm(self, configuration: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Declare what is asked and made."""
        self.addParameter(
            QgsProcessingParameterFile(
                "RESULT",
                said("結果のフォルダ", "Result folder"),
                behavior=QgsProcessingParameterFile.Folder,
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                "LIST",
                said("医療機関の一覧（ファイル）", "List of institutions (file)"),
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterVectorLayer(
                "LAYER",
                said("または点レイヤ", "or a point layer"),
                [QgsProcessing.TypeVectorPoint],
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                "ON",
                said("基準日（例: R8.4.1。空なら問わない）", "Day (2026-04-01; empty: any)"),
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                "TOLERANCE",
                said("座標の誤差（m）", "How far off the coordinates may be (m)"),
                QgsProcessingParameterNumber.Double,
                100.0,
                minValue=0.0,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                "OUTPUT", said("答え", "Answers"), fileFilter="GeoJSON (*.geojson)"
            )
        )
        self.addOutput(QgsProcessingOutputVectorLayer("ANSWERS", said("答え", "Answers")))

    def processAlgorithm(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Parameters:
        """Ask, and show the answers."""
        out = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        result = self.parameterAsFile(parameters, "RESULT", context)
        arguments = ["locate", result, self._list(parameters, context), "--out", out, "--force"]
        arguments += ["--tolerance", str(self.parameterAsDouble(parameters, "TOLERANCE", context))]
        day = self.parameterAsString(parameters, "ON", context)
        if day:
            arguments += ["--on", day]
        done = run_spots(arguments, feedback)
        feedback.pushInfo(done.printed)
        layer = shown_layer(out, said("区域に入るか", "Inside or outside"), context, 1)
        categorised(layer, "standing", STANDINGS)
        return {"OUTPUT": out, "ANSWERS": layer.id()}

    def _list(self, parameters: Parameters, context: QgsProcessingContext) -> str:
        """Return the file of institutions; a layer of the map becomes one."""
        file = self.parameterAsFile(parameters, "LIST", context)
        layer = self.parameterAsVectorLayer(parameters, "LAYER", context)
        if bool(file) == (layer is not None):
            raise QgsProcessingException(
                said(
                    "一覧のファイルか点レイヤの、どちらか一方を選んでください",
                    "choose either a list or a point layer",
                )
            )
        if file:
            return str(file)
        path = str(QgsProcessingUtils.generateTempFilename("institutions.gpkg"))
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = "GPKG"
        options.fileEncoding = "UTF-8"
        options.attributes = [n for n, each in enumerate(layer.fields()) if _plain(each)]
        wrong, message, *_ = QgsVectorFileWriter.writeAsVectorFormatV3(
            layer, path, context.transformContext(), options
        )
        if wrong != QgsVectorFileWriter.NoError:
            raise QgsProcessingException(message)
        return path


def _plain(field: QgsField) -> bool:
    """Whether a field fits into a table: lists and structures of GeoJSON do not."""
    return bool(
        field.isNumeric()
        or field.isDateOrTime()
        or field.type() in (QVariant.String, QVariant.Bool)
    )
