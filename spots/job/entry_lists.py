"""``[[entries]]``: places and institutions that somebody asks for by name, each with its reason.

Stands apart: what a row says is read as in layers of ground; here it becomes a list of the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from boundaries import Regions
from boundaries.codes import fold
from boundaries.listed_places import (
    ListedCells,
    ListedRow,
    listed_vocabulary,
    of_councils,
    unknown_listed_columns,
)
from groundfloor.headers import ColumnSearch
from groundfloor.problems import DataError, Problem, Severity, Text, warning
from groundfloor.tables import Table, no_rows, read_table
from spots.job.run_file_shape import EntriesFile
from spots.judging.selecting.ground_facts import EntryList
from spots.types.listed_entry import ListedEntry


def read_entries(
    asked: EntriesFile, path: Path, label: str, regions: Regions
) -> tuple[EntryList, tuple[Problem, ...]]:
    """Read one list of named places or institutions.

    Parameters
    ----------
    asked : EntriesFile
        What the run file says of it.
    path : Path
        CSV, TSV or Excel.
    label : str
        File name in messages.
    regions : Regions
        For the names of municipalities that the list gives by code alone.

    Returns
    -------
    entries : EntryList
        In the order of the file.
    problems : tuple of Problem
        Warnings and notes.

    Raises
    ------
    MissingFileError, DataError
        Unreadable; rows without a name, days or words that cannot be read: all of them together.
    """
    if unknown := tuple(unknown_listed_columns(asked.columns, label)):
        raise DataError(unknown)
    table = _table(path, asked, label)
    cells = ListedCells(table, asked.columns)
    problems: list[Problem] = list(table.problems)
    entries: list[ListedEntry] = []
    for row in table.rows:
        listed, found = cells.read(row)
        problems += found
        entries += [entry_of(listed, regions, label)] if listed is not None else []
    problems += [] if table.rows else [no_rows(label, table)]
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    problems += _twice(entries, label)
    return EntryList(asked.name, asked.source or asked.name, tuple(entries)), tuple(problems)


def entry_of(listed: ListedRow, regions: Regions, label: str) -> ListedEntry:
    """Return a row as an entry of a list; a municipality that it gives by code gets its name."""
    town = regions.municipality(listed.municipality_code) if listed.municipality_code else None
    municipality = listed.municipality or (town.name if town else listed.municipality_code)
    itself = fold(listed.name) == fold(municipality)
    return ListedEntry(
        name=listed.name,
        municipality=municipality,
        code=listed.id or (listed.municipality_code if itself else ""),
        reason=listed.reason,
        service=listed.service,
        councils=listed.councils,
        page=listed.page,
        on_application=listed.on_application,
        file=label,
        row=listed.row,
    )


def _table(path: Path, asked: EntriesFile, label: str) -> Table:
    """Read the table; one that lists whole municipalities has no other column of names."""

    def read(name_by: str | None) -> Table:
        vocabulary = listed_vocabulary(asked.columns, points=False, name_by=name_by)
        return read_table(path, vocabulary, label=label, sheet=asked.sheet, encoding=asked.encoding)

    try:
        return read(None)
    except DataError as fault:
        codes = {p.code for p in fault.problems if p.severity is Severity.ERROR}
        if "name" in asked.columns or codes != {"column-missing"}:
            raise
        try:
            table = read("municipality")
        except DataError:
            raise fault from None
        search = ColumnSearch(listed_vocabulary(asked.columns, points=False))
        heads = [head for head in table.columns.header if head.strip()]
        known = all(search.columns_of(head) or of_councils(head) for head in heads)
        if known and "id" not in table.columns:
            return table
        raise  # a column that nobody knows may be the one of the names; codes are of something


def _twice(entries: Sequence[ListedEntry], label: str) -> list[Problem]:
    first: dict[tuple[str, str, str], ListedEntry] = {}
    problems = []
    for entry in entries:
        key = (fold(entry.municipality), fold(entry.name), entry.code)
        before = first.setdefault(key, entry)
        if before is not entry:
            problems.append(
                warning(
                    "entry-twice",
                    Text(f"{before.row}行目と同じ名称です", f"has the name of row {before.row}"),
                    Text(
                        "同じものであれば一行だけにしてください",
                        "keep one of them if they are the same",
                    ),
                    file=label,
                    row=entry.row,
                    value=entry.name,
                )
            )
    return problems
