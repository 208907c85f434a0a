"""``table.xlsx``: the 別表 as a council prints it, with every facility and the settings behind it.

Cells from data are written as text and nothing else: no formula, no link, no error value. The
file holds no time: Excel's own (created, modified, zip entries) is set to a fixed one.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime

from problems import Lang
from spots.outputs.sheets.annex import annex
from spots.outputs.sheets.background import background
from spots.outputs.sheets.borderline import borderline
from spots.outputs.sheets.drawing import Drawer
from spots.outputs.sheets.facilities import facilities
from spots.outputs.sheets.findings import findings
from spots.outputs.sheets.model import SheetContent
from spots.outputs.sheets.rows import Rows
from spots.outputs.sheets.styles import Styles, new_book
from spots.outputs.sheets.text import clean
from spots.types import RunResult

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl wants a naive time, and it is fixed
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def table_xlsx(result: RunResult, lang: Lang = Lang.JA) -> bytes:
    """Return the workbook: 別表, every facility, settings and sources, and what is in doubt.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of everything but names.
    """
    book = new_book()
    contents = sheets(result, lang)
    pages = [book.create_sheet(content.tab) for content in contents]
    styles = Styles(pages[0], lang)
    rows = {
        f"xl/worksheets/sheet{number}.xml": Drawer(page, content, styles).draw()
        for number, (page, content) in enumerate(zip(pages, contents, strict=True), 1)
    }
    book.properties.creator = "shortage-spots"
    book.properties.title = clean(result.settings.title.render(lang))
    book.properties.created = _EPOCH
    book.properties.language = lang.value
    file = io.BytesIO()
    book.save(file)
    return _finished(file.getvalue(), rows)


def sheets(result: RunResult, lang: Lang) -> tuple[SheetContent, ...]:
    """Return the sheets of the workbook; the last two only where there is something to tell.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of everything but names.
    """
    always = (annex(result, lang), facilities(result, lang), background(result, lang))
    doubts = (borderline(result, lang), findings(result, lang))
    return (*always, *(content for content in doubts if content is not None))


def _finished(frame: bytes, rows: Mapping[str, Rows]) -> bytes:
    """Return the workbook with its rows, and every time in it fixed.

    openpyxl stamps "now" while saving.

    Parameters
    ----------
    frame : bytes
        The workbook without rows.
    rows : mapping of str to Rows
        Rows of the sheet under each name inside the file.
    """
    page = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(frame)) as old,
        zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                stamp = _EPOCH.isoformat().encode() + b"Z"
                data = _MODIFIED.sub(rb"\g<1>" + stamp, data)
            elif name in rows:
                data = rows[name].put_into(data)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # the same on Windows and Unix
            new.writestr(info, data)
    return page.getvalue()
