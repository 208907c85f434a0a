"""QGIS plugin: the commands of shortage-spots as tools of Processing.

Nothing of QGIS or Qt is copied here, and nothing of shortage-spots is imported: the installed
``spots`` is started as a program of its own. So these files are under the MIT licence of the
project, which the GPL of QGIS allows to be joined with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .plugin import ShortageSpotsPlugin


def classFactory(iface: QgisInterface) -> ShortageSpotsPlugin:
    """Return the plugin; QGIS calls this when it is switched on."""
    from .plugin import ShortageSpotsPlugin

    return ShortageSpotsPlugin(iface)
