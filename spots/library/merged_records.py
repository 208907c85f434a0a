"""The rows behind a merged row: written into a column of the frame, and taken out of it again.

A merged frame can be filtered, changed, saved as GeoPackage and read again; whatever happens to
it, the rows of the lists are in it, and what somebody changed in a merged row holds for all of
them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from groundfloor.codec import compact_json, decode, encode
from spots.facilities import RawFacility
from spots.types import ListedEntry, Position, SourceRow

#: The column that holds them.
RECORDS = "records"
#: What a merged frame has beside the columns of a list.
MERGED_COLUMNS = ("other_names", "doubles", RECORDS)
# Of what somebody changes in a merged row: the name holds for its first record, which gives it.
_FIELDS = (
    *("address", "prefecture_code", "municipality", "municipality_code", "site", "remark"),
    *("kind", "status", "types", "kana"),
)
_LAYER_FIELDS = ("role", "source", "as_of", "list_name")
_SAME_DEGREES = 1e-9  # 0.1 mm: what there and back through another CRS may cost


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """What a merged row was made of.

    Parameters
    ----------
    merged : RawFacility
        The row itself, as it was merged.
    rows : tuple of RawFacility
        The rows of the lists.
    places : tuple of int
        Where each stood among all that were merged.
    apart : tuple of SourceRow
        A row of each facility that was told to be another one.
    """

    merged: RawFacility
    rows: tuple[RawFacility, ...]
    places: tuple[int, ...]
    apart: tuple[SourceRow, ...] = ()

    def written(self) -> str:
        """Return it as a cell of the frame."""
        return compact_json(encode(self))

    def changed_to(self, now: RawFacility) -> tuple[RawFacility, ...]:
        """Return the rows of the lists, with what has been changed in the merged row since.

        Parameters
        ----------
        now : RawFacility
            The merged row as it is.
        """
        was = self.merged
        new = _changes(_FIELDS, was, now)
        if not _same_place(was.position, now.position):
            here = {"position": now.position, "position_problem": now.position_problem}
            new |= here | {"looked_up": None}  # no source put it there
        layer = _changes(_LAYER_FIELDS, was.layer, now.layer)
        planned = _plan(was.entry) != _plan(now.entry)
        rows = []
        for at, raw in enumerate(self.rows):
            name = now.name if at == 0 and now.name != was.name else raw.name
            row = replace(raw, name=name, layer=replace(raw.layer, **layer), **new)
            rows.append(replace(row, entry=_entry(row, now.entry if planned else raw.entry)))
        return tuple(rows)


def record_of(cell: str) -> MergedRecord:
    """Return what a cell of the column holds."""
    record: MergedRecord = decode(json.loads(cell), MergedRecord)
    return record


def _changes(fields: Iterable[str], was: object, now: object) -> dict[str, Any]:
    """Return the fields of `now` that are not what they were."""
    return {n: value for n in fields if (value := getattr(now, n)) != getattr(was, n)}


def _plan(entry: ListedEntry | None) -> ListedEntry:
    """Return what an entry says for the plan, wherever it stands."""
    said = entry or ListedEntry("")
    return replace(said, name="", municipality="", code="", file="", row=None)


def _entry(raw: RawFacility, entry: ListedEntry | None) -> ListedEntry | None:
    """Return an entry as that of a row."""
    if entry is None or _plan(entry) == _plan(None):
        return None
    return replace(
        entry,
        name=raw.name,
        municipality=raw.municipality,
        code=raw.given_id or "",
        file=raw.row.file,
        row=raw.row.row,
    )


def _same_place(a: Position | None, b: Position | None) -> bool:
    if a is None or b is None:
        return a is b
    near = max(abs(a.lon - b.lon), abs(a.lat - b.lat)) <= _SAME_DEGREES
    return near and a.accuracy is b.accuracy
