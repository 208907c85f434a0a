"""``spots init``: a folder of data to a run file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)

from .spots_command import run_spots
from .tool import Parameters, SpotsTool
from .words import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class InitTool(SpotsTool):
    """Makes a run file."""

    command = "init"
    titles = ("実行ファイルを作る", "Make a run file")
    helps = (
        (
            "フォルダにあるデータ（N03、医療圏の表、医師偏在指標、医療機関の一覧、道路など）を見分けて、説明つきの実行ファイル、"
            "一覧のひな形、足りないデータとその入手先の一覧を作ります。"
        ),
        (
            "Recognises the data in a folder (N03, medical areas, indices, lists, roads), and "
            "makes a commented run file, templates of the lists, and what is missing and where "
            "it is had."
        ),
    )

    def initAlgorithm(self, configuration: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Declare what is asked and made."""
        self.addParameter(
            QgsProcessingParameterString(
                "PREFECTURE",
                said(
                    "都道府県（名称またはコード。例: 大分、44）",
                    "Prefecture (name or code: 大分, 44)",
                ),
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                "DATA",
                said("データのフォルダ", "Folder of data"),
                behavior=QgsProcessingParameterFile.Folder,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                "OVERWRITE", said("前のファイルを置き換える", "Replace files that are there"), False
            )
        )
        self.addParameter(
            QgsProcessingParameterFolderDestination(
                "OUTPUT", said("実行ファイルを置くフォルダ", "Folder for the run file")
            )
        )
        self.addOutput(QgsProcessingOutputFile("RUN_FILE", said("実行ファイル", "Run file")))

    def processAlgorithm(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Parameters:
        """Make it, and say what was found."""
        folder = Path(self.parameterAsString(parameters, "OUTPUT", context))
        prefecture = self.parameterAsString(parameters, "PREFECTURE", context)
        data = self.parameterAsFile(parameters, "DATA", context)
        run_file = folder / "run.toml"
        arguments = ["init", prefecture, "--data", data, "--out", str(run_file)]
        arguments += self.replacing(parameters, context)
        done = run_spots(arguments, feedback)
        for line in done.printed.splitlines():
            feedback.pushInfo(line)
        return {"OUTPUT": str(folder), "RUN_FILE": str(run_file)}
