"""Finds the installed ``spots``, starts it as a program, and hands on what it says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing.core.ProcessingConfig import ProcessingConfig
from qgis.core import QgsProcessingException

from .words import in_english, said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qgis.core import QgsProcessingFeedback

COMMAND_SETTING = "SHORTAGE_SPOTS_COMMAND"
#: What a QGIS sets for its own Python and libraries, and another Python must not see.
OF_QGIS = (
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "LD_LIBRARY_PATH",
    "PROJ_DATA",
    "PROJ_LIB",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "QT_PLUGIN_PATH",
    "VIRTUAL_ENV",
)
#: How `spots` ends with its results written: done, some undetermined, some file left out.
DONE, UNDETERMINED, INCOMPLETE = 0, 3, 4
_LOOK_S = 0.2


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended.

    Parameters
    ----------
    printed : str
        Its standard output.
    told : str
        Messages and warnings, one a line.
    code : int
        How it ended.
    """

    printed: str
    told: str
    code: int

    @property
    def data(self) -> Mapping[str, Any]:
        """What ``--json`` printed."""
        found: Mapping[str, Any] = json.loads(self.printed)
        return found


def command_path() -> str:
    """Return where ``spots`` is: the setting, the variable ``SPOTS_COMMAND``, or the search path.

    Raises
    ------
    QgsProcessingException
        It is nowhere, or what is set is no program.
    """
    given = ProcessingConfig.getSetting(COMMAND_SETTING) or os.environ.get("SPOTS_COMMAND", "")
    found = shutil.which(str(given)) if given else shutil.which("spots") or _installed()
    if found:
        return found
    where = f": {given}" if given else ""
    raise QgsProcessingException(
        said(
            f"spots コマンドが見つかりません{where}。shortage-spots を入れ、「設定」→「オプション」"
            "→「プロセシング」→「プロバイダ」→「医師少数スポット」に spots（Windows では "
            "Scripts\\spots.exe）の場所を書いてください",
            f"spots is not found{where}. Install shortage-spots, then write where it is (on "
            "Windows Scripts\\spots.exe) under Settings > Options > Processing > Providers > "
            "Physician-shortage spots",
        )
    )


def _installed() -> str | None:
    """Return the ``spots`` of the offline installer, which is not on the search path."""
    local = os.environ.get("LOCALAPPDATA")
    if not local:
        return None
    return shutil.which(str(Path(local) / "shortage-spots" / "venv" / "Scripts" / "spots.exe"))


def run_spots(
    arguments: Sequence[str],
    feedback: QgsProcessingFeedback,
    *,
    accepted: Sequence[int] = (DONE, UNDETERMINED, INCOMPLETE),
) -> Said:
    """Run ``spots`` to its end, or until the user stops it.

    Parameters
    ----------
    arguments : sequence of str
        A command and its options. No shell reads them.
    feedback : QgsProcessingFeedback
        Where its messages go.
    accepted : sequence of int
        Exit codes with which there are results.

    Returns
    -------
    Said
        What it printed.

    Raises
    ------
    QgsProcessingException
        It is not there, was stopped, or ended without results; with its own messages.
    """
    language = "en" if in_english() else "ja"
    call = [command_path(), *arguments, "--lang", language]
    feedback.pushCommandInfo(subprocess.list2cmdline(call))
    kept = {k: v for k, v in os.environ.items() if k not in OF_QGIS}
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0
    with subprocess.Popen(
        call,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**kept, "PYTHONUTF8": "1"},
        encoding="utf-8",
        errors="replace",
        creationflags=hidden,
    ) as process:
        said_all = _until_end(process, feedback)
    if said_all.code not in accepted:
        raise QgsProcessingException(said_all.told.strip() or said_all.printed.strip())
    return said_all


def _until_end(process: subprocess.Popen[str], feedback: QgsProcessingFeedback) -> Said:
    """Hand on messages as they come, and look whether the user has had enough."""
    told: list[str] = []
    printed: list[str] = []

    def listen() -> None:
        told.extend(process.stderr or ())

    def read() -> None:
        printed.append(process.stdout.read() if process.stdout else "")

    readers = [threading.Thread(target=each, daemon=True) for each in (listen, read)]
    for each in readers:
        each.start()
    shown = 0
    while process.poll() is None:
        if feedback.isCanceled():
            process.terminate()
            process.wait()
            raise QgsProcessingException(said("中止しました", "stopped"))
        shown = _hand_on(told, shown, feedback)
        readers[0].join(_LOOK_S)
    for each in readers:
        each.join()
    _hand_on(told, shown, feedback)
    return Said("".join(printed), "".join(told), process.returncode)


def _hand_on(told: Sequence[str], shown: int, feedback: QgsProcessingFeedback) -> int:
    """Show the messages that are new; return how many are shown."""
    for line in told[shown:]:
        if line.strip():
            feedback.pushWarning(line.rstrip())
    return len(told)
