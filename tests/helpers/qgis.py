"""Run scripts in Debian's QGIS (python3-qgis), off screen; a venv has none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache

from tests.helpers.system import lacking

_HEAD = """
import sys
from qgis.core import *
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
app = QgsApplication([], False)
app.initQgis()
"""
# QGIS crashes when layers outlive it; leaving at once skips its farewells.
_TAIL = """
sys.stdout.flush()
import os
os._exit(0)
"""


def clean_environment() -> dict[str, str]:
    """Leave out the data folders that pyogrio's wheel and the venv set for this process only."""
    mine = {"GDAL_DATA", "PROJ_LIB", "PROJ_DATA", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
    return {k: v for k, v in os.environ.items() if k not in mine}


@cache
def _python() -> str | None:
    found = shutil.which("python3", path="/usr/bin")
    probe = [found or "", "-c", "import qgis.core"]
    works = found and subprocess.run(probe, capture_output=True, check=False).returncode == 0
    return found if works else None


def qgis(script: str, *args: object) -> str:
    """Return what a script printed that QGIS ran; skip (in CI: fail) where there is no QGIS."""
    python = _python()
    if python is None:
        lacking("QGIS", "python3-qgis")
    done = subprocess.run(
        [python, "-c", _HEAD + script + _TAIL, *(str(a) for a in args)],
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment() | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    sys.stderr.write(done.stderr)
    return done.stdout


def system_python(*args: object) -> subprocess.CompletedProcess[str]:
    """Run the system's Python, which has Debian's GDAL; skip (in CI: fail) where it has not."""
    if _python() is None:
        lacking("GDAL for Python", "python3-gdal, with python3-qgis")
    return subprocess.run(
        [str(_python()), *(str(a) for a in args)],
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(),
    )
