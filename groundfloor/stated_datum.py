"""The datum that a table states outside its headers: in a title, in a note, in a column of it.

It stands apart from `groundfloor.tables` and `groundfloor.headers`: the one finds rows, the other
reads headers, and this needs both. What is stated is believed as a header is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from groundfloor.columns import DATUM, Columns, PointColumns
from groundfloor.grids import Row
from groundfloor.header_findings import HeaderPlace
from groundfloor.positions import Datum, Reference, datum_of_cell, datum_of_sentence
from groundfloor.problems import Problem, Text, error, one_line, warning

_MEND = Text(
    "世界測地系にそろえるか、測地系ごとにファイルを分けてください",
    "give all in JGD2011, or a file for each datum",
)


def with_stated_datum(
    columns: Columns,
    points: Sequence[PointColumns],
    rows: Sequence[Row],
    sentences: Sequence[Row],
    label: str,
) -> tuple[Columns, list[Problem]]:
    """Return the columns with the datum that a table states for its positions.

    Parameters
    ----------
    columns : Columns
        As the header gave them.
    points : sequence of PointColumns
        The columns of positions that are looked for.
    rows, sentences : sequence of Row
        The data; the rows of titles and notes.
    label : str
        The file's name for messages.

    Returns
    -------
    Columns, list of Problem
        ``datum-converted`` where positions are in Tokyo Datum; errors ``datum-mixed`` where only
        some are, and ``coordinate-header`` where headers say otherwise; ``datum-unknown``.
    """
    used = [point for point in points if columns.has_point(point)]
    if not used:
        return columns, []
    placed = [row for row in rows if any(any(columns.point_texts(row, p)) for p in used)]
    by_row, problems = _of_column(columns, placed, label)
    stated = by_row or _of_sentences(sentences)
    if stated is None:
        return columns, problems
    datum, row = stated
    place = HeaderPlace(label, row.number, columns.header)
    references = dict(columns.references)
    for point in used:
        leading = columns.leading(point)
        said = references.get(leading, Reference())
        if said.datum is None:
            references[leading] = replace(said, datum=datum)
        elif by_row and said.datum is not datum:
            problems.append(place.coordinates("disagree", columns.label(leading)))
    if datum is Datum.TOKYO and references != columns.references:
        what = columns.label(DATUM) if by_row else ""
        problems.append(place.tokyo(what))
    return replace(columns, references=references), problems


def _of_sentences(sentences: Sequence[Row]) -> tuple[Datum, Row] | None:
    """Return the one datum that titles and notes name, and where."""
    said = [(d, row) for row in sentences for cell in row.cells if (d := datum_of_sentence(cell))]
    return said[0] if len({datum for datum, _ in said}) == 1 else None


def _of_column(
    columns: Columns, rows: Sequence[Row], label: str
) -> tuple[tuple[Datum, Row] | None, list[Problem]]:
    """Return the datum that a column names in every row, and the first of them."""
    if DATUM not in columns or not rows:
        return None, []
    said = [datum_of_cell(columns.cell(row, DATUM)) for row in rows]
    other = Datum.TOKYO in said and any(datum is not Datum.TOKYO for datum in said)
    strange = next(
        (row for row, d in zip(rows, said, strict=True) if d is None and columns.cell(row, DATUM)),
        None,
    )
    if other:
        first = rows[said.index(Datum.TOKYO)]
        return None, [_problem(columns, first, label, mixed=True)]
    problems = [] if strange is None else [_problem(columns, strange, label, mixed=False)]
    found = next(((d, row) for d, row in zip(said, rows, strict=True) if d is not None), None)
    return found, problems


def _problem(columns: Columns, row: Row, label: str, *, mixed: bool) -> Problem:
    value = one_line(columns.cell(row, DATUM))
    if mixed:
        return error(
            "datum-mixed",
            Text(
                "日本測地系（旧）の行とそうでない行が混じっています",
                "some positions are in Tokyo Datum and some are not",
            ),
            _MEND,
            file=label,
            row=row.number,
            column=columns.label(DATUM),
            value=value,
        )
    return warning(
        "datum-unknown",
        Text(
            "知らない測地系です（JGD2011 とみて読みました）",
            "is no datum this program knows (positions were read as JGD2011)",
        ),
        Text("世界測地系か日本測地系と書いてください", "write JGD2011 or Tokyo"),
        file=label,
        row=row.number,
        column=columns.label(DATUM),
        value=value,
    )
