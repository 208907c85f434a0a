"""The layers of a finished run, in the order and with the names of the project in its file."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

FILE = "spots.gpkg"


@dataclass(frozen=True)
class ResultLayer:
    """A layer of a result.

    Parameters
    ----------
    source : str
        How QGIS opens it.
    name : str
        For readers.
    shown : bool
        Whether the project shows it at first.
    """

    source: str
    name: str
    shown: bool


def result_layers(folder: Path) -> list[ResultLayer]:
    """Return the layers of a result's GeoPackage from top to bottom.

    Parameters
    ----------
    folder : Path
        A folder that ``spots run`` wrote.

    Returns
    -------
    list of ResultLayer
        As the project inside the file lists them; none where there is no such file or project.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        found = database.execute("SELECT content FROM qgis_projects").fetchone()
    if found is None:
        return []
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(bytes(found[0]).decode("ascii")))) as packed:
        page = packed.read(next(n for n in packed.namelist() if n.endswith(".qgs")))
    return [
        ResultLayer(
            source=f"{path.as_posix()}|layername={_layer(each.get('source', ''))}",
            name=each.get("name", ""),
            shown=each.get("checked") != "Qt::Unchecked",
        )
        for each in ET.fromstring(page).iter("layer-tree-layer")
    ]


def not_asked_for(folder: Path) -> bool:
    """Return whether a result has no layers because its run was not to write any.

    Parameters
    ----------
    folder : Path
        A folder that ``spots run`` wrote.
    """
    page = json.loads((folder / "run.json").read_text("utf-8"))
    return FILE in page.get("not_asked_for", ())


def _layer(source: str) -> str:
    return source.partition("|layername=")[2]
