"""Workbooks: sheets, merged and hidden cells, numbers as they are shown, hostile parts."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time, timedelta

import openpyxl
import pytest

from groundfloor.problems import DataError, Severity
from groundfloor.workbooks import read_workbook


def saved(rows, change=None):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "表"
    for row in rows:
        page.append(row)
    if change:
        change(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(body, *, texts=None, styles=None):
    """A package with one sheet of hand-written XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "xl/workbook.xml",
            '<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/></Relationships>',
        )
        package.writestr("xl/worksheets/s.xml", body)
        if texts is not None:
            package.writestr("xl/sharedStrings.xml", texts)
        if styles is not None:
            package.writestr("xl/styles.xml", styles)
    return out.getvalue()


def sheet(rows):
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


def cells(data, **options):
    return [(row.number, row.cells) for row in read_workbook(data, "a.xlsx", **options).rows]


def refused(data, **options):
    with pytest.raises(DataError) as caught:
        read_workbook(data, "a.xlsx", **options)
    return [p.code for p in caught.value.problems]


def test_values_read_as_people_see_them():
    day, noon = datetime(2024, 4, 1), datetime(2024, 4, 1, 12, 30)  # noqa: DTZ001
    row = [43447.0, 32.5001, "=1", True, day, noon, time(9, 30), timedelta(hours=30), 1101]

    def change(_, page):
        page["I1"].number_format = "00000"

    ((_, found),) = cells(saved([row], change))
    assert found[:2] == ("43447", "32.5001")
    assert found[3:] == (
        *("True", "2024-04-01", "2024-04-01 12:30:00", "09:30:00", "1 day, 6:00:00", "01101"),
    )


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("ggge年m月d日", "2024-04-01"),
        ('[$-411]ggge"年"m"月"d"日";@', "2024-04-01"),
        ("0.00E+00", "45383"),
        ('0"days"', "45383"),
        ("[Red]0", "45383"),
        ("General", "45383"),
    ],
)
def test_which_formats_are_dates(code, shown):
    def change(_, page):
        page["A1"].number_format = code

    assert cells(saved([[45383]], change)) == [(1, (shown,))]


def test_readings_of_kanji_are_no_part_of_a_name():
    texts = "<sst><si><t>熊本</t><rPh sb='0' eb='2'><t>クマモト</t></rPh></si><si><r><t>A</t></r><r><t>B_x0041_</t></r></si></sst>"
    body = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>')
    assert cells(packed(body, texts=texts)) == [(1, ("熊本", "", "ABA"))]


def test_prefixed_elements_and_cells_without_a_reference():
    body = (
        '<x:worksheet xmlns:x="u"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>'
        "<x:c/><x:c><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert cells(packed(body)) == [(1, ("a", "", "2"))]


def test_formatting_to_the_last_row_and_column_is_no_content():
    blank = "".join(
        f'<row r="{r}" s="1"><c r="A{r}" s="1"/><c r="XFD{r}" s="1"/></row>'
        for r in range(2, 200_000)
    )
    body = sheet(
        f'<row r="1"><c r="A1"><v>1</v></c></row>{blank}'
        '<row r="1048576"><c r="A1048576" s="1"/><c r="B1048576"><v>2</v></c></row>'
    )
    assert cells(packed(body)) == [(1, ("1",)), (1_048_576, ("", "2"))]


def test_cells_that_only_look_empty_in_a_comment_stay():
    body = sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<c r="B1"/>]]></t></is></c></row>'
    )
    assert cells(packed(body)) == [(1, ('<c r="B1"/>',))]


def test_merged_cells_are_filled_down_where_rows_hold_something():
    def change(_, page):
        page.merge_cells("A1:A3")
        page.merge_cells("B1:C2")

    rows = [["a", "b", None, 1], [None, None, None, 2], [None, None, None, 3]]
    assert cells(saved(rows, change)) == [
        (1, ("a", "b", "", "1")),
        (2, ("a", "b", "", "2")),
        (3, ("a", "", "", "3")),
    ]


def test_visible_sheets_come_first_and_hidden_ones_are_called_so():
    def change(book, page):
        old = book.create_sheet("旧", 0)
        old.append(["old"])
        old.sheet_state = "veryHidden"
        book.create_sheet("表紙", 0)
        page.sheet_state = state

    state = "visible"
    found = read_workbook(saved([["new"]], change), "a.xlsx")
    assert found.rows[0].cells == ("new",)
    (told,) = found.problems
    assert (told.code, "旧（非表示）" in told.message.ja) == ("other-sheets-not-read", True)
    state = "hidden"
    found = read_workbook(saved([["new"]], change), "a.xlsx")
    assert found.rows[0].cells == ("old",)
    assert found.problems[0].code == "hidden-sheet-read"
    assert found.problems[0].severity is Severity.WARNING
    assert read_workbook(saved([["new"]], change), "a.xlsx", "表").rows[0].cells == ("new",)


def test_the_sheet_with_the_header_is_read_not_the_cover():
    def change(book, page):
        for at, name in enumerate(("表紙", "目次")):
            book.create_sheet(name, at).append([name, "頁"])
        old = book.create_sheet("旧", 0)
        old.append(["名称", "人口"])
        old.sheet_state = "hidden"
        page.append(["阿蘇", 3])

    def fit(rows):
        return sum(cell in {"名称", "人口"} for cell in rows[0].cells)

    data = saved([["名称", "人口"]], change)
    found = read_workbook(data, "a.xlsx", fit=fit)
    assert [row.cells for row in found.rows] == [("名称", "人口"), ("阿蘇", "3")]
    (told,) = found.problems
    assert (told.code, "表紙、目次" in told.message.ja) == ("other-sheets-not-read", True)
    # Nothing fits: the first visible sheet, never a hidden one.
    assert read_workbook(data, "a.xlsx", fit=lambda _: 0).rows[0].cells == ("表紙", "頁")


def test_hidden_rows_and_columns_are_told():
    def change(_, page):
        page.row_dimensions[2].hidden = True
        page.row_dimensions[9].hidden = True
        page.column_dimensions["B"].hidden = True

    found = read_workbook(saved([["a", "b"], ["c", "d"]], change), "a.xlsx")
    assert [p.code for p in found.problems] == ["hidden-rows-read"]
    assert "1行" in found.problems[0].message.ja
    assert found.hidden_columns == {1}


def test_characters_that_are_no_xml_are_dropped_and_told():
    body = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>そ&#11;よ\x07う</t></is></c></row>')
    found = read_workbook(packed(body), "a.xlsx")
    assert found.rows[0].cells == ("そよう",)
    assert [(p.code, p.row) for p in found.problems] == [("control-character", 1)]


ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "body",
    [
        "<worksheet><sheetData><row>",
        "",
        sheet(ROW + ROW),
        sheet('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        '<!DOCTYPE w [<!ENTITY a "aaaa">]>' + sheet(ROW),
        sheet(ROW) + '<mergeCells><mergeCell ref="nonsense"/></mergeCells>',
        sheet(ROW).replace("1</v>", "&#xD800;</v>"),
    ],
)
def test_damaged_sheets_are_refused(body):
    assert refused(packed(body)) == ["xlsx-damaged"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 broken", "xlsx-damaged"),
        (saved([["a"]])[:-200], "xlsx-damaged"),
        (saved([]), "empty-file"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "xls-old-format"),
    ],
)
def test_what_is_no_workbook(data, code):
    assert refused(data) == [code]


def test_a_column_of_errors_is_told_with_an_end():
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>1</v></c><c r="B{r}" t="e"><v>#N/A</v></c></row>'
        for r in range(1, 301)
    )
    problems = read_workbook(packed(sheet(rows)), "a.xlsx").problems
    assert len(problems) == 201
    assert "100" in problems[-1].message.en
    assert problems[-1].code == "more-cells-without-value"


def test_a_sheet_that_never_ends_is_refused():
    many = "".join(f'<c r="{c}1048576"><v>1</v></c>' for c in ("XFD",))
    rows = "".join(f'<row r="{r}">{many.replace("1048576", str(r))}</row>' for r in range(1, 1_400))
    assert refused(packed(sheet(rows))) == ["xlsx-too-large"]


def test_days_of_old_macintosh_workbooks_count_from_1904():
    def change(book, page):
        book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
        page["A1"].number_format = "yyyy/m/d"

    assert cells(saved([[43921]], change)) == [(1, ("2024-04-01",))]
