"""The tables of editions as text, JSON and files; their columns are those of `spots.telling`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Generic, TypeVar

from boundaries.codes import PREFECTURES
from boundaries.edition_changes import AreaMatch, EditionChanges
from boundaries.editions import EditionArea, EditionTables, ranked
from groundfloor.aligned import aligned
from groundfloor.disk import WrittenFile, write_whole
from groundfloor.problems import Lang, Text, UsageError, error, one_line
from spots.outputs.sheet_layout import Paper, SheetContent, fitted, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.telling.columns import CellValue, ColumnKind, Filled, Json, properties
from spots.telling.edition_columns import (
    AVERAGE_DIFFERENCE,
    COMPARED_COLUMNS,
    EDITION_COLUMNS,
    Compared,
)
from spots.telling.edition_words import INDEX_CLASS_LABELS, class_code, edition_heading, signed
from spots.telling.wording import joined, names

T = TypeVar("T")
_NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.NUMBER})
_SIGNED = frozenset({"cut_off_difference", "average_difference", "index_change"})
_CELL_LIMIT = 200
# What the explanation says too, or the heading of two editions side by side.
_TOO_WIDE = frozenset(
    {
        *("old_area_code", "old_area_name", "old_class_basis", "new_class_basis"),
        *("class_changed", "together", "gained", "lost"),
    }
)


@dataclass(frozen=True, slots=True)
class EditionPage(Generic[T]):
    """A table with its words, before it is text, data or a file.

    Parameters
    ----------
    title : Text
        Its title.
    heading : tuple of Text
        Which editions it is of, line by line.
    columns : tuple of Filled
        The columns.
    rows : tuple
        The rows.
    summary : Text
        The counts in a line.
    facts : mapping of str to Json
        What machines get beside the rows.
    left_out : frozenset of str
        Columns that a terminal has no room for.
    """

    title: Text
    heading: tuple[Text, ...]
    columns: tuple[Filled[T], ...]
    rows: tuple[T, ...]
    summary: Text
    facts: Mapping[str, Json]
    left_out: frozenset[str] = frozenset()


def edition_page(tables: EditionTables, prefecture: str | None = None) -> EditionPage[EditionArea]:
    """Return the table of an edition.

    Parameters
    ----------
    tables : EditionTables
        The edition.
    prefecture : str, optional
        Two digits: only its areas; ranks are still those of the whole table.
    """
    rows = tuple(row for row in ranked(tables) if _wanted(row.area.area_code, prefecture))
    tally = Counter(class_code(row.area) for row in rows)
    average = tables.national_average is not None
    return EditionPage(
        Text("医師偏在指標", "Physician index"),
        (edition_heading(tables),),
        tuple(c for c in EDITION_COLUMNS if average or c.column is not AVERAGE_DIFFERENCE),
        rows,
        _counts(len(rows), [(INDEX_CLASS_LABELS[k], tally[k]) for k in INDEX_CLASS_LABELS]),
        {"edition": _facts(tables), "counts": {k: tally[k] for k in INDEX_CLASS_LABELS}},
    )


def changes_page(changes: EditionChanges, prefecture: str | None = None) -> EditionPage[Compared]:
    """Return the table of two editions.

    Parameters
    ----------
    changes : EditionChanges
        The editions compared.
    prefecture : str, optional
        Two digits: only its areas.
    """
    rows = tuple((c, changes) for c in changes.areas if _wanted(c.shown.area_code, prefecture))
    turned = sum(bool(change.class_changed) for change, _ in rows)
    found = Counter(change.match for change, _ in rows)
    told = [
        (Text("区分が変わった医療圏", "class changed"), turned),
        (Text("新設", "came"), found[AreaMatch.CAME]),
        (Text("廃止", "went"), found[AreaMatch.WENT]),
        (Text("照合不能", "unconfirmed"), found[AreaMatch.UNCONFIRMED]),
    ]
    old, new = edition_heading(changes.old), edition_heading(changes.new)
    return EditionPage(
        Text("医師偏在指標の版の比較", "Two editions of the physician index"),
        (
            Text(f"旧: {old.ja}", f"old: {old.en}"),
            Text(f"新: {new.ja}", f"new: {new.en}"),
            *_not_compared(changes),
        ),
        COMPARED_COLUMNS,
        rows,
        _counts(len(rows), told),
        {
            "old": _facts(changes.old),
            "new": _facts(changes.new),
            "only_in_old": list(changes.old_only),
            "only_in_new": list(changes.new_only),
            "counts": {"class_changed": turned, **{m.value: found[m] for m in AreaMatch}},
        },
        _TOO_WIDE,
    )


def _wanted(area_code: str, prefecture: str | None) -> bool:
    return prefecture is None or area_code[:2] == prefecture


def _counts(rows: int, told: Sequence[tuple[Text, int]]) -> Text:
    parts = joined(Text(f"{t.ja} {n}", f"{t.en} {n}") for t, n in told if n)
    return Text(f"全{rows}医療圏　{parts.ja}".strip(), f"{rows} areas: {parts.en}".strip(": "))


def _not_compared(changes: EditionChanges) -> tuple[Text, ...]:
    """Name the prefectures of which one edition has no area."""
    old, new = ([PREFECTURES[c] for c in codes] for codes in (changes.old_only, changes.new_only))
    lines = (
        (Text("旧版だけにある都道府県", "only in the old edition, not compared"), old),
        (Text("新版だけにある都道府県", "only in the new edition, not compared"), new),
    )
    return tuple(
        Text(f"{label.ja}（比べていません）: {names(found).ja}", f"{label.en}: {names(found).en}")
        for label, found in lines
        if found
    )


def _facts(tables: EditionTables) -> dict[str, Json]:
    edition = tables.indices.edition
    return {
        "name": edition.name,
        "shortage_at_most": edition.shortage_at_most,
        "surplus_at_least": edition.surplus_at_least,
        "national_average": tables.national_average,
        "areas": len(tables.every),
    }


def page_table(page: EditionPage[T], lang: Lang) -> str:
    """Return a page as lines for a terminal, without control characters."""
    columns = [c for c in page.columns if c.name not in page.left_out]
    heads = [c.column.heading.render(lang) for c in columns]
    body = [[_shown(c, row, lang) for c in columns] for row in page.rows]
    right = [k for k, c in enumerate(columns) if c.column.kind in _NUMBERS]
    lines = [one_line(line.render(lang), _CELL_LIMIT) for line in page.heading]
    return "\n".join(
        [*lines, "", *aligned([heads, *body], right=right), "", page.summary.render(lang)]
    )


def _shown(column: Filled[T], row: T, lang: Lang) -> str:
    value: CellValue | None = column.shown(row, lang)
    if isinstance(value, Decimal):
        return signed(value) if column.name in _SIGNED else f"{value:.1f}"
    return one_line(str(value), _CELL_LIMIT) if value is not None and value != "" else "-"


def page_json(page: EditionPage[T], lang: Lang) -> dict[str, Json]:
    """Return a page as JSON-able data: machine names and plain values."""
    return {**page.facts, "rows": [properties(page.columns, row, lang) for row in page.rows]}


def page_csv(page: EditionPage[T], lang: Lang) -> str:
    """Return the rows of a page as CSV with machine names on top."""
    rows = ([c.value(row, lang) for c in page.columns] for row in page.rows)
    return csv_table([c.name for c in page.columns], rows)


def write_page(page: EditionPage[T], path: Path, *, lang: Lang, force: bool = False) -> WrittenFile:
    """Write a page to a file.

    Parameters
    ----------
    page : EditionPage
        The page.
    path : Path
        ``.csv`` or ``.xlsx``.
    lang : Lang
        Language of words; machine names stay.
    force : bool
        Replace what is there.

    Raises
    ------
    UsageError
        Another suffix.
    OutputExistsError, OutputError
        A file is there and `force` is not given, or the target cannot be written.
    """
    refuse_suffix(path)
    content = page_csv(page, lang).encode() if _is_csv(path) else _xlsx(page, lang)
    return write_whole(path, content, force=force)


def refuse_suffix(path: Path) -> None:
    """Refuse a target that is neither ``.csv`` nor ``.xlsx``.

    Raises
    ------
    UsageError
        It is neither.
    """
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise UsageError(
            error(
                "output-kind",
                Text("この拡張子では書き出せません", "no output has this suffix"),
                Text(".csv、.xlsx のいずれかにしてください", "use .csv or .xlsx"),
                file=str(path),
                column="--out",
            )
        )


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _xlsx(page: EditionPage[T], lang: Lang) -> bytes:
    from spots.outputs.workbook_writer import workbook  # noqa: PLC0415 - often not wanted

    title = page.title.render(lang)
    content = SheetContent(
        tab=title[:31],
        title=title,
        notes=tuple(line.render(lang) for line in (*page.heading, page.summary)),
        columns=tuple(sheet_column(c.column, lang) for c in page.columns),
        rows=[[c.shown(row, lang) for c in page.columns] for row in page.rows],
        paper=Paper.A3,
        kept=3,
        filtered=True,
    )
    return workbook((fitted(content),), title=title, lang=lang)
