"""Tables as workbooks and zips: what Excel, its users and their tools make of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import openpyxl
from openpyxl.styles import PatternFill

from tests.contract.tables import Sheet, TableForm, plain

_LAST_ROW = 1_048_576
_XLSM = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    b"http://schemas.openxmlformats.org/drawingml/2006/main": b"http://purl.oclc.org/ooxml/drawingml/main",
}

Change = Callable[[openpyxl.Workbook], None]


def workbook(sheet: Sheet, change: Change = lambda _: None) -> bytes:
    """A workbook with the table at A1, numbers as numbers, changed before it is saved."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "一覧"
    for line in _typed(sheet):
        page.append(line)
    change(book)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(sheet: Sheet) -> list[list[object]]:
    def cell(header: str, value: str) -> object:
        if header in sheet.numbers and value.replace(".", "").isdecimal():
            return float(value) if "." in value else int(value)
        return value or None

    rows = [[cell(h, v) for h, v in zip(sheet.header, row, strict=True)] for row in sheet.rows]
    return [list(sheet.header), *rows]


def parts(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with each of its parts passed through `change`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def _merge_runs(book: openpyxl.Workbook) -> None:
    """Merge equal neighbours downwards, as people do who like tidy tables."""
    page = book.active
    for column in page.iter_cols(min_row=2):
        start = column[0].row
        ends = [b.row for a, b in pairwise(column) if a.value != b.value]
        for end in (*ends, column[-1].row + 1):
            if end - start > 1 and page.cell(start, column[0].column).value is not None:
                page.merge_cells(start_row=start, end_row=end - 1, start_column=column[0].column, end_column=column[0].column)  # fmt: skip
            start = end


def _merge_header(book: openpyxl.Workbook) -> None:
    """A header of two rows: the last two columns under one title, the others merged downwards."""
    page = book.active
    page.insert_rows(1)
    last = page.max_column
    for column in range(1, last - 1):
        page.cell(1, column).value = page.cell(2, column).value
        page.cell(2, column).value = None
        page.merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    page.cell(1, last - 1).value = "まとめ"
    page.merge_cells(start_row=1, end_row=1, start_column=last - 1, end_column=last)


def _hidden_first(book: openpyxl.Workbook) -> None:
    page = book.create_sheet("旧(R2)", 0)
    for row in book["一覧"].iter_rows(values_only=True):
        page.append(["旧" + v if isinstance(v, str) and n > 0 else v for n, v in enumerate(row)])
    page.sheet_state = "hidden"
    book.active = 1


def _cover_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("表紙", 0)


def _cover_with_words(book: openpyxl.Workbook) -> None:
    page = book.create_sheet("表紙", 0)
    for line in (["令和6年度 一覧"], ["作成", "医療政策課"], [], ["名称", "頁"], ["一覧", 2]):
        page.append(line)


def _other_sheet_behind(book: openpyxl.Workbook) -> None:
    book.create_sheet("注記").append(["出典", "医療政策課"])


def _hidden_lines(book: openpyxl.Workbook) -> None:
    page = book["一覧"]
    page.row_dimensions[2].hidden = True
    page.column_dimensions["A"].hidden = True


def _far(row: int, column: int) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book["一覧"].cell(row, column).fill = PatternFill("solid", "FFFF00")

    return change


def _offset(book: openpyxl.Workbook) -> None:
    page = book["一覧"]
    page.insert_rows(1, 3)
    page.insert_cols(1)
    page["B1"] = "令和6年度 一覧"


def _days(sheet: Sheet) -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        page = book["一覧"]
        for column in page.iter_cols():
            if column[0].value in sheet.days:
                for cell in column[1:]:
                    cell.value = datetime.fromisoformat(cell.value)
                    cell.number_format = "yyyy/m/d"

    return workbook(sheet, change)


def _formulas(sheet: Sheet, *, stored: bool) -> bytes:
    """Every number as a formula, with or without the value that Excel computed last."""
    cell = re.compile(rb'<c r="([A-Z]+\d+)"( t="n")?><v>([-0-9.]+)</v></c>')
    new = rb'<c r="\1"><f>\3+0</f><v>\3</v></c>' if stored else rb'<c r="\1"><f>\3+0</f></c>'
    return parts(
        workbook(sheet),
        lambda name, data: cell.sub(new, data) if name.startswith("xl/worksheets/") else data,
    )


def _strict(sheet: Sheet) -> bytes:
    def change(name: str, data: bytes) -> bytes:
        for old, new in _STRICT.items():
            data = data.replace(old, new)
        if name == "xl/workbook.xml":
            data = data.replace(b"<workbook ", b'<workbook conformance="strict" ', 1)
        return data

    return parts(workbook(sheet), change)


def _macros(sheet: Sheet) -> bytes:
    return parts(workbook(sheet), lambda _, data: data.replace(_XLSX.encode(), _XLSM.encode()))


def zipped(members: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    """A zip; in CP932 its names carry no flag, as Windows writes them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            if encoding != "utf-8":
                # zipfile writes names that CP437 holds without a flag.
                info.filename = info.orig_filename = name.encode(encoding).decode("cp437")
            packed.writestr(info, data)
    return _raw_names(out.getvalue(), members, encoding) if encoding != "utf-8" else out.getvalue()


def _raw_names(data: bytes, members: dict[str, bytes], encoding: str) -> bytes:
    """Undo what `zipfile` does to names beyond ASCII: UTF-8 and its flag."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if not any(info.flag_bits & 0x800 for info in packed.infolist()):
            return data
    out = io.BytesIO()
    stand_in = {f"m{i:0{len(n.encode(encoding)) - 1}}": n for i, n in enumerate(members)}
    with zipfile.ZipFile(out, "w") as packed:
        for short, name in stand_in.items():
            packed.writestr(short, members[name])
    raw = out.getvalue()
    for short, name in stand_in.items():
        raw = raw.replace(short.encode(), name.encode(encoding))
    return raw


def _strings_inline(sheet: Sheet) -> bytes:
    """Cells that hold their text themselves, as exporters write it; without a dimension."""
    rows = []
    for n, line in enumerate(_typed(sheet), 1):
        cells = "".join(
            f"<c><v>{v}</v></c>"
            if isinstance(v, int | float)
            else f'<c t="inlineStr"><is><t>{v or ""}</t></is></c>'
            for v in line
        )
        rows.append(f'<row r="{n}">{cells}</row>')
    body = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{"".join(rows)}</sheetData></worksheet>'
    return parts(
        workbook(sheet),
        lambda name, data: body.encode() if name.startswith("xl/worksheets/sheet") else data,
    )


WORKBOOK_FORMS = (
    TableForm("xlsx", ".xlsx", workbook),
    TableForm("xlsx-upper-suffix", ".XLSX", workbook),
    TableForm("xlsx-merged-body", ".xlsx", lambda s: workbook(s, _merge_runs)),
    TableForm("xlsx-merged-header", ".xlsx", lambda s: workbook(s, _merge_header)),
    TableForm("xlsx-hidden-first-sheet", ".xlsx", lambda s: workbook(s, _hidden_first)),
    TableForm("xlsx-empty-first-sheet", ".xlsx", lambda s: workbook(s, _cover_sheet)),
    TableForm("xlsx-cover-with-words", ".xlsx", lambda s: workbook(s, _cover_with_words)),
    TableForm("xlsx-second-sheet", ".xlsx", lambda s: workbook(s, _other_sheet_behind)),
    TableForm("xlsx-hidden-lines", ".xlsx", lambda s: workbook(s, _hidden_lines)),
    TableForm("xlsx-far-row", ".xlsx", lambda s: workbook(s, _far(_LAST_ROW, 1))),
    TableForm("xlsx-far-column", ".xlsx", lambda s: workbook(s, _far(1, 16_384))),
    TableForm("xlsx-title-rows", ".xlsx", lambda s: workbook(s, _offset)),
    TableForm("xlsx-text-cells", ".xlsx", lambda s: workbook(Sheet(s.header, s.rows, s.needed))),
    TableForm("xlsx-days", ".xlsx", _days, lambda s: bool(s.days)),
    TableForm("xlsx-formulas", ".xlsx", lambda s: _formulas(s, stored=True)),
    TableForm("xlsx-strict", ".xlsx", _strict),
    TableForm("xlsx-inline-strings", ".xlsx", _strings_inline),
    TableForm("xlsx-second-header", ".xlsx", lambda s: workbook(Sheet(s.header, (s.rows[0], s.header, *s.rows[1:]), s.needed))),
    TableForm("xlsm", ".xlsm", _macros),
    TableForm("xlsx-named-csv", ".csv", workbook),
    TableForm("zip", ".zip", lambda s: zipped({"一覧/表.csv": plain(s)})),
    TableForm("zip-cp932-names", ".zip", lambda s: zipped({"一覧表.csv": plain(s)}, "cp932")),
    TableForm("zip-of-workbook", ".zip", lambda s: zipped({"表.xlsx": workbook(s)})),
    TableForm("zip-with-litter", ".zip", lambda s: zipped({"__MACOSX/._表.csv": b"\0", "表.csv": plain(s), "Thumbs.db": b"x"})),
    TableForm("zip-with-note", ".zip", lambda s: zipped({"表.csv": plain(s), "はじめに.pdf": b"%PDF-1.4"})),
)  # fmt: skip

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def _is_mesh(sheet: Sheet) -> bool:
    """Whether it is the table of meshes, of which e-Stat packs several into a zip."""
    return sheet.needed == "メッシュコード"


def _spoilt(sheet: Sheet, part: str, new: bytes) -> bytes:
    return parts(workbook(sheet), lambda name, data: new if name == part else data)


def _without(sheet: Sheet, part: str) -> bytes:
    data = workbook(sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return zipped({n: old.read(n) for n in old.namelist() if n != part})


WORKBOOK_FAULTS = (
    TableForm("xlsx-cut-off", ".xlsx", lambda s: workbook(s)[:-200]),
    TableForm("xlsx-half", ".xlsx", lambda s: workbook(s)[:2000]),
    TableForm("xlsx-bad-xml", ".xlsx", lambda s: _spoilt(s, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>")),
    TableForm("xlsx-bad-styles", ".xlsx", lambda s: _spoilt(s, "xl/styles.xml", b"<styleSheet><fonts")),
    TableForm("xlsx-no-workbook", ".xlsx", lambda s: _without(s, "xl/workbook.xml")),
    TableForm("xlsx-no-sheet", ".xlsx", lambda s: _without(s, "xl/worksheets/sheet1.xml")),
    TableForm("xlsx-no-types", ".xlsx", lambda s: _without(s, "[Content_Types].xml")),
    TableForm("xlsx-blank", ".xlsx", lambda _: saved(openpyxl.Workbook())),
    TableForm("xlsx-column-twice", ".xlsx", lambda s: workbook(s.plus(s.needed, ["別の値"] * len(s.rows)))),
    TableForm("xlsx-column-missing", ".xlsx", lambda s: workbook(s.without(s.needed))),
    TableForm("xlsx-zero-bytes", ".xlsx", lambda _: b""),
    TableForm("csv-named-xlsx", ".xlsx", plain),
    TableForm("xls", ".xls", lambda _: _OLE + bytes(1024)),
    TableForm("xls-named-xlsx", ".xlsx", lambda _: _OLE + bytes(1024)),
    TableForm("xls-named-csv", ".csv", lambda _: _OLE + bytes(1024)),
    TableForm("xlsx-with-password", ".xlsx", lambda _: _OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le")),
    TableForm("zip-of-two", ".zip", lambda s: zipped({"a.csv": plain(s), "b.csv": plain(s)}), lambda s: not _is_mesh(s)),
    TableForm("zip-of-none", ".zip", lambda _: zipped({"readme.pdf": b"%PDF-1.4"})),
    TableForm("zip-cut-off", ".zip", lambda s: zipped({"a.csv": plain(s)})[:-10]),
    TableForm("zip-climbing", ".zip", lambda s: zipped({"../a.csv": plain(s)})),
)  # fmt: skip
"""Workbooks and zips that nobody can read, or not without choosing."""
