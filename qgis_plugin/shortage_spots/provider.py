"""The group of tools in the Processing toolbox, and its one setting: where ``spots`` is."""

from __future__ import annotations

from pathlib import Path

from processing.core.ProcessingConfig import ProcessingConfig, Setting
from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .diff_tool import DiffTool
from .init_tool import InitTool
from .locate_tool import LocateTool
from .run_tool import RunTool
from .spots_command import COMMAND_SETTING
from .words import said

ICON = Path(__file__).parent / "icon.svg"


class ShortageSpotsProvider(QgsProcessingProvider):
    """Tools that start the installed ``spots``."""

    def id(self) -> str:
        """Return the first part of each tool's name: ``shortage_spots:run``."""
        return "shortage_spots"

    def name(self) -> str:
        """Return the group's name in the toolbox."""
        return said("医師少数スポット", "Physician-shortage spots")

    def icon(self) -> QIcon:
        """Return the group's icon."""
        return QIcon(str(ICON))

    def load(self) -> bool:
        """Offer the setting, and the tools."""
        label = said(
            "spots コマンドの場所（空なら自動で探す）", "Where spots is (empty: found by itself)"
        )
        ProcessingConfig.settingIcons[self.name()] = self.icon()
        ProcessingConfig.addSetting(Setting(self.name(), COMMAND_SETTING, label, ""))
        ProcessingConfig.readSettings()
        self.refreshAlgorithms()
        return True

    def unload(self) -> None:
        """Take the setting back."""
        ProcessingConfig.removeSetting(COMMAND_SETTING)

    def loadAlgorithms(self) -> None:
        """Offer the tools in the order in which they are used."""
        for tool in (InitTool, RunTool, LocateTool, DiffTool):
            self.addAlgorithm(tool())
