"""The tables of a register: its editions, what they designate, its history.

Stands apart: the register answers with values; how they become tables is for commands.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from groundfloor.problems import Text
from spots.outputs.table_page import TablePage
from spots.register.history_chain import HistoryEntry
from spots.register.register import Added, Register
from spots.telling.columns import Json
from spots.telling.register_columns import (
    HISTORY_COLUMNS,
    PLAN_EDITION_COLUMNS,
    REGISTERED_UNIT_COLUMNS,
    RecordedEntry,
    RegisteredEdition,
    RegisteredUnit,
)
from spots.telling.register_words import ACT_LABELS, DESIGNATION_KIND_LABELS
from spots.telling.units import day as day_words
from spots.telling.wording import joined, same
from spots.types.designations import DesignationKind

# For files and machines: a line of a terminal ends somewhere.
_EDITIONS_TOO_WIDE = frozenset(
    {
        *("prefecture_code", "valid_until", "supersedes", "title", "membership_edition"),
        *("run_digest", "evidence_sha256", "recorded"),
    }
)
#: What a terminal has no room for, of tables of designations.
UNITS_TOO_WIDE = frozenset(
    {
        *("prefecture_code", "unit_id", "municipality_codes", "result", "criteria", "councils"),
        *("page", "valid_until", "reason"),
    }
)


def editions_page(
    register: Register, day: date | None = None, revision: int | None = None
) -> TablePage[RegisteredEdition]:
    """Return the editions of a register.

    Parameters
    ----------
    register : Register
        The register.
    day : date, optional
        Only those in force on this day.
    revision : int, optional
        As the register stood after so many entries.
    """
    days = {each.edition.number: each.span for each in register.in_force(day, revision)}
    known = register.editions if revision is None else register.editions_until(revision)
    rows = tuple(
        RegisteredEdition(edition, days.get(edition.number))
        for edition in known
        if day is None or edition.number in days
    )
    heading = [_register_line(register)]
    if day is not None:
        told = day_words(day)
        heading.append(Text(f"{told.ja}に効力のある版", f"in force on {told.en}"))
    return TablePage(
        Text("計画の登録簿", "Register of plans"),
        tuple(heading),
        PLAN_EDITION_COLUMNS,
        rows,
        tally(Counter(row.edition.kind for row in rows), Text("版", "editions"), len(rows)),
        _facts(register),
        left_out=_EDITIONS_TOO_WIDE,
    )


def added_page(register: Register, added: Added) -> TablePage[RegisteredEdition]:
    """Return the editions that a run brought, or had brought before."""
    days = {each.edition.number: each.span for each in register.in_force()}
    rows = tuple(RegisteredEdition(e, days.get(e.number)) for e in added.editions)
    already = Text("登録済みの版", "registered before")
    return TablePage(
        already if added.already else Text("登録した版", "Registered"),
        (_register_line(register),),
        PLAN_EDITION_COLUMNS,
        rows,
        tally(Counter(row.edition.kind for row in rows), Text("版", "editions"), len(rows)),
        {**_facts(register), "already": added.already},
        left_out=_EDITIONS_TOO_WIDE,
    )


def _register_line(register: Register) -> Text:
    return Text(f"登録簿: {register.path.name}", f"register: {register.path.name}")


def _facts(register: Register) -> dict[str, Json]:
    return {
        "register": str(register.path),
        "entries": len(register.history),
        "seal": register.seal,
    }


def tally(counts: Counter[DesignationKind], what: Text, total: int) -> Text:
    """Return how many there are of something, and of each kind."""
    parts = [
        Text(
            f"{DESIGNATION_KIND_LABELS[kind].ja} {counts[kind]}",
            f"{DESIGNATION_KIND_LABELS[kind].en} {counts[kind]}",
        )
        for kind in DesignationKind
        if counts[kind]
    ]
    return joined((Text(f"{what.ja} {total}", f"{what.en} {total}"), *parts), "、", ", ")


def units_page(register: Register, revision: int | None = None) -> TablePage[RegisteredUnit]:
    """Return what all editions of a register designate."""
    known = register.editions if revision is None else register.editions_until(revision)
    rows = tuple(
        RegisteredUnit(unit, edition)
        for edition in known
        for unit in register.designations(edition)
    )
    return TablePage(
        Text("設定の一覧", "Designations"),
        (_register_line(register),),
        REGISTERED_UNIT_COLUMNS,
        rows,
        tally(Counter(row.edition.kind for row in rows), Text("設定", "designations"), len(rows)),
        _facts(register),
        left_out=UNITS_TOO_WIDE,
    )


def history_page(register: Register) -> TablePage[RecordedEntry]:
    """Return the history of a register."""
    rows = tuple(_recorded(register, entry) for entry in register.history)
    return TablePage(
        Text("登録簿の履歴", "History of the register"),
        (_register_line(register),),
        HISTORY_COLUMNS,
        rows,
        Text(f"履歴 {len(rows)}件", f"entries {len(rows)}"),
        _facts(register),
        left_out=frozenset({"run_digest"}),
    )


def _recorded(register: Register, entry: HistoryEntry) -> RecordedEntry:
    asked = entry.asked
    return RecordedEntry(
        seq=entry.seq,
        recorded=entry.recorded,
        act=ACT_LABELS.get(asked["act"], same(str(asked["act"]))),
        plan=str(asked.get("plan", "")),
        editions=tuple(e.number for e in register.editions_of(entry.seq)),
        run_digest=str(asked.get("run_digest", "")),
        sha256=entry.sha256,
    )
