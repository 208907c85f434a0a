"""``table.xlsx``: the 別表 as a council prints it, with every facility and the settings behind it.

Cells from data are written as text and nothing else: no formula, no link, no error value. The
file holds no time: Excel's own (created, modified, zip entries) is set to a fixed one.
"""

from __future__ import annotations

from groundfloor.problems import Lang
from spots.outputs.sheets.annex import annex
from spots.outputs.sheets.background import background
from spots.outputs.sheets.borderline import borderline
from spots.outputs.sheets.drawing import Drawer
from spots.outputs.sheets.facilities import facilities
from spots.outputs.sheets.findings import findings
from spots.outputs.sheets.model import SheetContent
from spots.outputs.sheets.saving import saved
from spots.outputs.sheets.styles import Styles, new_book
from spots.types import RunResult


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
    return saved(book, title=result.settings.title.render(lang), lang=lang, rows=rows)


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
