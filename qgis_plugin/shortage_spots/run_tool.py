"""``spots run``: a run file to designations, and its layers on the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)

from .result_layers import FILE, not_asked_for, result_layers
from .spots_command import INCOMPLETE, UNDETERMINED, run_spots
from .tool import Parameters, SpotsTool, show_all
from .words import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_COUNTS = ("designated", "excluded", "moot", "not_met", "undetermined")


class RunTool(SpotsTool):
    """Judges a run file."""

    command = "run"
    titles = ("判定して作図する", "Judge and draw")
    helps = (
        (
            "実行ファイル（run.toml）のとおりに医師少数スポットを判定し、結果のフォルダ（地図、別表、報告書、レイヤ）を"
            "作って、レイヤをスタイル付きで読み込みます。実行ファイルは「実行ファイルを作る」で作れます。"
        ),
        (
            "Judges a run file (run.toml), writes the result folder (map, table, report, layers) "
            "and loads its layers with their styles. 'Make a run file' makes one."
        ),
    )

    def initAlgorithm(self, configuration: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Declare what is asked and made."""
        self.addParameter(
            QgsProcessingParameterFile(
                "RUN_FILE",
                said("実行ファイル", "Run file"),
                fileFilter="TOML, JSON (*.toml *.json)",
            )
        )
        replaced = QgsProcessingParameterString(
            "FACILITIES",
            said(
                "差し替える一覧（レイヤ=ファイル。複数は改行）",
                "Lists in the place of others (LAYER=FILE, one a line)",
            ),
            optional=True,
            multiLine=True,
        )
        self.addParameter(replaced)
        self.addParameter(
            QgsProcessingParameterBoolean(
                "ALL_LAYERS", said("細かいレイヤも読み込む", "Load the layers of detail too"), False
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                "OVERWRITE",
                said("前の結果を置き換える", "Replace a result that is there"),
                False,
            )
        )
        self.addParameter(
            QgsProcessingParameterFolderDestination(
                "OUTPUT", said("結果のフォルダ", "Result folder")
            )
        )
        self.addOutput(QgsProcessingOutputMultipleLayers("LAYERS", said("レイヤ", "Layers")))
        self.addOutput(QgsProcessingOutputFile("MAP", said("地図（map.html）", "Map (map.html)")))
        for each in _COUNTS:
            self.addOutput(QgsProcessingOutputNumber(each.upper(), each))

    def processAlgorithm(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Parameters:
        """Run, and show."""
        folder = Path(self.parameterAsString(parameters, "OUTPUT", context))
        lists = self.parameterAsString(parameters, "FACILITIES", context).splitlines()
        arguments = ["run", self.parameterAsFile(parameters, "RUN_FILE", context)]
        for each in filter(None, (line.strip() for line in lists)):
            arguments += ["--facilities", each]
        arguments += ["--out", str(folder), "--json"]
        arguments += self.replacing(parameters, context)
        done = run_spots(arguments, feedback)
        counts = done.data["counts"]
        if done.code == UNDETERMINED:
            feedback.pushWarning(
                said(
                    f"判定不能が {counts['undetermined']} 件あります",
                    f"undetermined: {counts['undetermined']}",
                )
            )
        if done.code == INCOMPLETE:
            feedback.reportError(
                said(
                    "作れなかったファイルがあります（上の警告）",
                    "a file could not be made (see above)",
                )
            )
        every = self.parameterAsBoolean(parameters, "ALL_LAYERS", context)
        wanted = [(e.source, e.name) for e in result_layers(folder) if every or e.shown]
        if not wanted and not_asked_for(folder):
            feedback.pushWarning(
                said(
                    f"実行ファイルの outputs に geopackage がないため、{FILE} は作られず、"
                    "レイヤは追加されません。"
                    "追加するには outputs に geopackage を加えて、もう一度実行してください",
                    f"outputs of the run file lacks geopackage, so there is no {FILE} and no layer "
                    "to add: put geopackage into outputs and run it again",
                )
            )
        elif not wanted:
            raise QgsProcessingException(
                said(f"レイヤがありません: {folder}", f"there are no layers: {folder}")
            )
        layers = show_all(wanted, context)
        return {
            "OUTPUT": str(folder),
            "LAYERS": [layer.id() for layer in layers],
            "MAP": str(page) if (page := folder / "map.html").is_file() else "",
            **{each.upper(): counts[each] for each in _COUNTS},
        }
