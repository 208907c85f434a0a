"""Delimited text: separators, Excel's sep line, quotation marks that swallow rows."""

from __future__ import annotations

import pytest

from groundfloor.delimited import read_delimited
from groundfloor.problems import DataError

KNOWN = {"name", "lat", "lon"}


def names(cells):
    return len(KNOWN.intersection(cell.strip() for cell in cells))


def rows(text):
    return [(row.number, row.cells) for row in read_delimited(text, "a.csv", names).rows]


def refused(text):
    with pytest.raises(DataError) as caught:
        read_delimited(text, "a.csv", names)
    return [(p.code, p.row) for p in caught.value.problems]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_names_columns(separator):
    text = f"title; of, many | marks,,;;\nname{separator}lat{separator}lon\na{separator}1{separator}2\n"
    assert rows(text)[1:] == [(2, ("name", "lat", "lon")), (3, ("a", "1", "2"))]


def test_an_upright_bar_inside_cells_separates_nothing():
    assert rows("name\na|b\n") == [(1, ("name",)), (2, ("a|b",))]


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\n', "SEP=;\r"])
def test_the_line_of_excel_rules_and_is_no_row(line):
    assert rows(line + "name;lat\na;1,5\n") == [(1, ("name", "lat")), (2, ("a", "1,5"))]


def test_rows_are_numbered_as_excel_shows_them():
    text = 'name,lat,lon\n\n"a\nb",1,2\n , ,\nc,3,4\n'
    assert rows(text) == [
        (1, ("name", "lat", "lon")),
        (3, ("a\nb", "1", "2")),
        (5, ("c", "3", "4")),
    ]


HEAD = "name,lat,lon,note\n"


@pytest.mark.parametrize(
    "body",
    [
        'a,1,2,x\n"b,1,2,x\nc,1,2,x\n',  # never closed
        'a,1,2,x\n"b,1,2,x\nc",1,2,x\n',  # closed in the next row
        'a,1,2,x\nb,"1,2,x\nc,1,2,x\nd,1",2,x\n',  # two rows on
        'a,1,2,x\nb,1,2,"x\nc,1,2,x\nd",1,2,x\n',
        'a,1,2,x\nb,1,2,"x\nc,1,2\nd,1,2"\n',  # cells at the end left out
        'a,1,2,x\nb,1,"2,x,,\nc,1",2,x\n',  # one cell too many
        'a,1,2,x\n"b"c,1,2,x\n',  # text after the mark
        'a,1,2,x\n"b,1,2,x\nc,1,2,"quoted"\n',  # another cell's mark closes it
        f"a,1,2,x\n{'b' * 200_000},1,2,x\n",
    ],
)
def test_marks_that_swallow_rows_are_told_where_they_open(body):
    assert refused(HEAD + body) == [("csv-quoting", 3)]


@pytest.mark.parametrize(
    "cell", ["two\nlines", "one, two,\nthree", "a\nb\nc\nd", "x,\ny,\nz", "a,b\nc,d"]
)
def test_cells_of_several_lines_are_no_rows(cell):
    text = HEAD + f'a,1,2,"{cell}"\n"{cell}",1,2,x\nc,1,2,x\nd,1,2,x\n'
    assert [cells[0] for _, cells in rows(text)] == ["name", "a", cell, "c", "d"]


def test_of_two_columns_only_three_lines_of_pairs_are_rows():
    assert refused('code,name\na,1\nb,"2\nc,3\nd,4"\n') == [("csv-quoting", 3)]
    text = 'code,note\na,"one\ntwo, three"\nb,"x\n1,000\ny"\n'
    assert [cells[1] for _, cells in rows(text)] == ["note", "one\ntwo, three", "x\n1,000\ny"]


def test_more_columns_than_a_sheet_has():
    assert refused(HEAD + "," * 20_000 + "x\n") == [("too-many-columns", 2)]
