"""The tables of editions; their columns are those of `spots.telling`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from boundaries.codes import PREFECTURES
from boundaries.edition_changes import AreaMatch, EditionChanges
from boundaries.editions import EditionArea, EditionTables, ranked
from groundfloor.problems import Text
from spots.outputs.table_page import TablePage
from spots.telling.columns import Json
from spots.telling.edition_columns import (
    AVERAGE_DIFFERENCE,
    COMPARED_COLUMNS,
    EDITION_COLUMNS,
    Compared,
)
from spots.telling.edition_words import INDEX_CLASS_LABELS, class_code, edition_heading
from spots.telling.wording import joined, names

_SIGNED = frozenset({"cut_off_difference", "average_difference", "index_change"})
# What the explanation says too, or the heading of two editions side by side.
_TOO_WIDE = frozenset(
    {
        *("old_area_code", "old_area_name", "old_class_basis", "new_class_basis"),
        *("class_changed", "together", "gained", "lost"),
    }
)


def edition_page(tables: EditionTables, prefecture: str | None = None) -> TablePage[EditionArea]:
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
    return TablePage(
        Text("医師偏在指標", "Physician index"),
        (edition_heading(tables),),
        tuple(c for c in EDITION_COLUMNS if average or c.column is not AVERAGE_DIFFERENCE),
        rows,
        _counts(len(rows), [(INDEX_CLASS_LABELS[k], tally[k]) for k in INDEX_CLASS_LABELS]),
        {"edition": _facts(tables), "counts": {k: tally[k] for k in INDEX_CLASS_LABELS}},
    )


def changes_page(changes: EditionChanges, prefecture: str | None = None) -> TablePage[Compared]:
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
    return TablePage(
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
        _SIGNED,
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
