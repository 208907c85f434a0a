"""A finished workbook as bytes: the same for the same content, whenever it is saved."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime

from openpyxl import Workbook

from groundfloor.installed import TOOL
from groundfloor.problems import Lang
from spots.outputs.sheets.rows import Rows
from spots.outputs.sheets.text import clean

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl wants a naive time, and it is fixed
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def saved(
    book: Workbook, *, title: str, lang: Lang, rows: Mapping[str, Rows] | None = None
) -> bytes:
    """Return a workbook as a file without any time in it.

    Parameters
    ----------
    book : Workbook
        The workbook; its properties are set.
    title : str
        Title among its properties.
    lang : Lang
        Language among its properties.
    rows : mapping of str to Rows, optional
        Rows that openpyxl does not have, of the sheet under each name inside the file.

    Returns
    -------
    bytes
        XLSX.
    """
    book.properties.creator = TOOL
    book.properties.title = clean(title)
    book.properties.created = _EPOCH
    book.properties.language = lang.value
    file = io.BytesIO()
    book.save(file)
    return _timeless(file.getvalue(), rows or {})


def _timeless(content: bytes, rows: Mapping[str, Rows]) -> bytes:
    """Return the workbook with its rows, and every time in it fixed.

    openpyxl stamps "now" while saving.
    """
    page = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + _EPOCH.isoformat().encode() + b"Z", data)
            elif name in rows:
                data = rows[name].put_into(data)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # the same on Windows and Unix
            new.writestr(info, data)
    return page.getvalue()
