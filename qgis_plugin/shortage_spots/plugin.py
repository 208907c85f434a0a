"""The plugin adds the provider to Processing, and takes it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication

from .provider import ShortageSpotsProvider

if TYPE_CHECKING:
    from qgis.gui import QgisInterface


class ShortageSpotsPlugin:
    """What QGIS switches on and off.

    Parameters
    ----------
    iface : QgisInterface or None
        The window; None without one (``qgis_process``).
    """

    def __init__(self, iface: QgisInterface | None) -> None:
        self.iface = iface
        self.provider: ShortageSpotsProvider | None = None

    def initProcessing(self) -> None:
        """Register the tools; ``qgis_process`` calls this alone."""
        self.provider = ShortageSpotsProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:
        """Register the tools in a QGIS with a window."""
        self.initProcessing()

    def unload(self) -> None:
        """Take the tools away."""
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
