"""The register of designations: what was designated, by which plan, on which days, and why.

A register is only added to. Everything in it is read at once when it is opened, and its history
is verified: what it answers later is of that moment, and of what it adds itself.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from boundaries import AreaIndex
from groundfloor.codec import compact_json
from groundfloor.day_spans import DaySpan
from groundfloor.installed import tool_version
from groundfloor.problems import Problem, Text, UsageError, error
from spots.outputs.evidence import load_result, read_manifest
from spots.outputs.manifest import EVIDENCE
from spots.register.days_in_force import in_force, overlaps, superseded
from spots.register.history_chain import (
    BEGINNING,
    HistoryEntry,
    content_of,
    faults,
    history_of,
    sealed,
)
from spots.register.kept_evidence import (
    KeptEvidence,
    in_parts,
    packed,
    sha256_of_text,
    unpacked,
    whole,
)
from spots.register.register_format import make_tables
from spots.register.register_rows import (
    areas_of,
    designations_of,
    editions_of,
    put_area,
    put_designation,
    put_edition,
)
from spots.register.register_store import damaged, make_file, read, register_missing, writing
from spots.register.run_designations import DraftEdition, drafts
from spots.types import RunResult
from spots.types.designations import Designation, DesignationKind, InForce, PlanEdition


@dataclass(frozen=True, slots=True)
class RegisterContent:
    """A register as it was at one moment.

    Parameters
    ----------
    history : tuple of HistoryEntry
        Its entries.
    editions : tuple of (PlanEdition, int)
        Each with its entry.
    designations : tuple of Designation
        Of all editions.
    areas : tuple of (int, AreaIndex)
        Each with the number of its edition.
    parts : mapping of str to bytes
        Evidence, packed.
    """

    history: tuple[HistoryEntry, ...]
    editions: tuple[tuple[PlanEdition, int], ...]
    designations: tuple[Designation, ...]
    areas: tuple[tuple[int, AreaIndex], ...]
    parts: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a run did.

    Parameters
    ----------
    editions : tuple of PlanEdition
        The run's editions in the register.
    already : bool
        Whether they stood there before; then nothing was written.
    problems : tuple of Problem
        What of the run was not taken in.
    """

    editions: tuple[PlanEdition, ...]
    already: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RunToAdd:
    """A run, and as what it is to stand in the register.

    Parameters
    ----------
    result : RunResult
        The run.
    run_digest, evidence_sha256 : str
        As its folder names them.
    plan : str
        The plan.
    span : DaySpan or None
        Days of the plan; None for the run's own.
    supersedes : tuple of int or str
        Numbers of editions, or names of plans.
    kinds : tuple of DesignationKind or None
        None for all that it has.
    """

    result: RunResult
    run_digest: str
    evidence_sha256: str
    plan: str
    span: DaySpan | None
    supersedes: tuple[int | str, ...]
    kinds: tuple[DesignationKind, ...] | None


class Register:
    """A register that was opened.

    Parameters
    ----------
    path : Path
        Its file.
    content : RegisterContent
        What it holds.
    """

    def __init__(self, path: Path, content: RegisterContent) -> None:
        self.path = path
        self._content = content
        self._results: dict[int, RunResult] = {}

    # --- opening

    @classmethod
    def open(cls, path: str | Path) -> Register:
        """Open a register and verify it.

        Raises
        ------
        MissingFileError
            There is no such file.
        RegisterError
            It is no register, is damaged, was edited by hand, or is of a newer version.
        OutputError
            Another program holds it.
        """
        path = Path(path)
        return cls(path, read(path, lambda database: _verified(database, path)))

    @classmethod
    def create(cls, path: str | Path) -> Register:
        """Make an empty register.

        Raises
        ------
        OutputExistsError, OutputError
            A file is there, or none can be written.
        """
        path = Path(path)
        make_file(path, make_tables)
        return cls.open(path)

    # --- what it holds

    @property
    def history(self) -> tuple[HistoryEntry, ...]:
        """The entries, in the order in which they were made."""
        return self._content.history

    @property
    def editions(self) -> tuple[PlanEdition, ...]:
        """All editions, also those that are superseded, in the order of numbers."""
        return tuple(edition for edition, _ in self._content.editions)

    def in_force(self, day: date | None = None, revision: int | None = None) -> tuple[InForce, ...]:
        """Return the editions in force, each with its days.

        Parameters
        ----------
        day : date, optional
            Only those of this day; by default all that are in force on any.
        revision : int, optional
            As the register stood after so many entries; by default after all.
        """
        until = len(self.history) if revision is None else revision
        known = [edition for edition, entry in self._content.editions if entry <= until]
        return tuple(each for each in in_force(known) if day is None or day in each.span)

    def designations(self, edition: PlanEdition) -> tuple[Designation, ...]:
        """Return what an edition designates."""
        return tuple(u for u in self._content.designations if u.edition == edition.number)

    def area_classes(self, edition: PlanEdition) -> tuple[AreaIndex, ...]:
        """Return every medical area of an edition of 少数区域 with its class, sorted by code."""
        return tuple(area for of, area in self._content.areas if of == edition.number)

    def result(self, edition: PlanEdition) -> RunResult:
        """Return the run that an edition comes from, as it was found.

        Without roads and times for maps, population cells and map tiles, which are not kept.

        Raises
        ------
        FolderError
            It was written by a version whose evidence this one does not read.
        """
        entry = next(at for held, at in self._content.editions if held == edition)
        if entry not in self._results:
            asked = self.history[entry - 1].asked
            self._results[entry] = _evidence(self._content, asked, self.path)
        return self._results[entry]

    # --- adding

    def add(
        self,
        folder: str | Path,
        plan: str,
        *,
        span: DaySpan | None = None,
        supersedes: Iterable[int | str] = (),
        kinds: Iterable[DesignationKind] | None = None,
    ) -> Added:
        """Add what a run designates to the register.

        Parameters
        ----------
        folder : str or Path
            The output folder of the run.
        plan : str
            The plan, as the prefecture calls it (第8次後期).
        span : DaySpan, optional
            Days of the plan; by default the run's 設定期間.
        supersedes : iterable of int or str
            Numbers of editions, or names of plans, that it takes the place of from its first day.
        kinds : iterable of DesignationKind, optional
            By default all that the run has.

        Raises
        ------
        FolderError
            The folder is no result of this tool, or damaged.
        UsageError
            It designates nothing, has no period, or overlaps what it does not supersede.
        RegisterError, OutputError
            As for `open`; or it cannot be written. Nothing has changed then.
        """
        run = run_to_add(folder, plan, span=span, supersedes=supersedes, kinds=kinds)
        return self.add_run(run)

    def add_run(self, run: RunToAdd, *, recorded: datetime | None = None) -> Added:
        """Add a run that was read; `recorded` is now, or when it was in a register before."""
        found, told = drafts(run.result, run.span, run.kinds)
        kept, now = in_parts(run.result), recorded or datetime.now(UTC)
        self._content = read(self.path, lambda database: _verified(database, self.path))
        # What is refused, or there already, does not touch the file.
        there, new = _sorted_out(run, found, self._content, kept, now)
        if new:
            with writing(self.path) as database:  # another may have written since
                held = _verified(database, self.path)
                there, new = _sorted_out(run, found, held, kept, now)
                if new:
                    _write(database, run, new, kept, held)
                self._content = _taken(database)
        made = tuple(edition for _, edition in new)
        return Added((*there, *made), already=not made, problems=told)


def run_to_add(
    folder: str | Path,
    plan: str,
    *,
    span: DaySpan | None = None,
    supersedes: Iterable[int | str] = (),
    kinds: Iterable[DesignationKind] | None = None,
) -> RunToAdd:
    """Read a run that is to be added; parameters and errors as for `Register.add`."""
    if not plan.strip():
        raise UsageError(
            error(
                "register-no-plan",
                Text("計画の名称がありません", "the plan has no name"),
                Text("--plan で計画の名称を指定してください", "name the plan by --plan"),
                column="--plan",
            )
        )
    manifest = read_manifest(folder)
    sha256 = next((f["sha256"] for f in manifest["files"] if f["name"] == EVIDENCE), "")
    return RunToAdd(
        result=load_result(folder),
        run_digest=str(manifest.get("digest", "")),  # runs of old do not name theirs
        evidence_sha256=sha256,
        plan=plan.strip(),
        span=span,
        supersedes=tuple(supersedes),
        kinds=None if kinds is None else tuple(kinds),
    )


def open_or_new(path: str | Path) -> tuple[Register, bool]:
    """Open a register, or make one where there is none; and whether it was made."""
    path = Path(path)
    if register_missing(path):
        return Register.create(path), True
    return Register.open(path), False


# --- reading


def _taken(database: sqlite3.Connection) -> RegisterContent:
    return RegisterContent(
        history=history_of(database),
        editions=editions_of(database),
        designations=designations_of(database),
        areas=areas_of(database),
        parts=dict(database.execute("SELECT sha256, data FROM parts ORDER BY id")),
    )


def _verified(database: sqlite3.Connection, path: Path) -> RegisterContent:
    """Return what a register holds, whose history, rows and evidence are what was written."""
    try:
        entries = history_of(database)
        if odd := next(faults(database, entries), None):
            raise damaged(path, odd)
        content = _taken(database)
        wanted = {sha for entry in entries for sha in entry.asked["parts"].values()}
        if missing := wanted - content.parts.keys():
            raise damaged(path, f"parts {min(missing)[:12]}")
        for sha, data in content.parts.items():
            if sha256_of_text(unpacked(data)) != sha:
                raise damaged(path, f"parts {sha[:12]}")
    except _MISFIT as fault:
        raise damaged(path, f"{type(fault).__name__}: {fault}") from fault
    return content


# What cells of the wrong kind raise in JSON, zlib, shapely and our own values.
_MISFIT = (LookupError, TypeError, ValueError, AttributeError, zlib.error)


def _evidence(content: RegisterContent, asked: dict[str, Any], path: Path) -> RunResult:
    parts: dict[str, str] = asked["parts"]
    texts = {sha: unpacked(content.parts[sha]) for sha in parts.values()}
    return whole(KeptEvidence(asked["evidence_version"], parts, texts), str(path))


# --- writing


def _numbered(
    run: RunToAdd, found: Sequence[DraftEdition], held: RegisterContent, recorded: datetime
) -> tuple[PlanEdition, ...]:
    """Return the editions of a run with the numbers that they would have."""
    settings = run.result.settings
    after = max((edition.number for edition, _ in held.editions), default=0)
    return tuple(
        PlanEdition(
            number=number,
            plan=run.plan,
            kind=draft.kind,
            prefecture_code=settings.prefecture_code,
            prefecture=settings.prefecture,
            span=draft.span,
            supersedes=(),
            title=settings.title,
            run_digest=run.run_digest,
            evidence_sha256=run.evidence_sha256,
            index_edition=run.result.edition.name if run.result.edition else "",
            membership_edition=_membership_edition(run.result),
            units=len(draft.units),
            recorded=recorded.replace(microsecond=0),
        )
        for number, draft in enumerate(found, after + 1)
    )


def _membership_edition(result: RunResult) -> str:
    """Return the edition of the table of areas, else the day that it is of."""
    settings = result.job.get("settings")
    table = settings.get("medical_areas") if isinstance(settings, dict) else None
    named = table.get("edition") if isinstance(table, dict) else None
    days = (record.as_of for record in result.inputs if record.role == "medical_areas")
    return str(named or next(days, ""))


def _sorted_out(
    run: RunToAdd,
    found: Sequence[DraftEdition],
    held: RegisterContent,
    kept: KeptEvidence,
    recorded: datetime,
) -> tuple[tuple[PlanEdition, ...], tuple[tuple[DraftEdition, PlanEdition], ...]]:
    """Return the editions that say already what a run brings, and those that are to be added.

    Raises
    ------
    UsageError
        One may not be added.
    """
    same = [_same(edition, held, kept) for edition in _numbered(run, found, held, recorded)]
    there = tuple(edition for edition in same if edition is not None)
    rest = [draft for draft, edition in zip(found, same, strict=True) if edition is None]
    if not rest:
        return there, ()
    new = _superseding(run, _numbered(run, rest, held, recorded), held)
    return there, tuple(zip(rest, new, strict=True))


def _same(new: PlanEdition, held: RegisterContent, kept: KeptEvidence) -> PlanEdition | None:
    """Return the edition that says the same already: same plan, kind, days and findings."""
    for edition, entry in held.editions:
        same = (edition.plan, edition.kind, edition.span, edition.prefecture_code) == (
            *(new.plan, new.kind, new.span, new.prefecture_code),
        )
        if same and held.history[entry - 1].asked["parts"] == kept.parts:
            return edition
    return None


def _superseding(
    run: RunToAdd, new: Sequence[PlanEdition], held: RegisterContent
) -> tuple[PlanEdition, ...]:
    """Return the new editions with those whose place they take.

    Raises
    ------
    UsageError
        What is to be superseded is none, or days overlap.
    """
    before = [edition for edition, _ in held.editions]
    places, wrong = superseded(before, run.supersedes, new)
    made = tuple(replace(edition, supersedes=places[edition.number]) for edition in new)
    problems = [*wrong, *(p for edition in made for p in overlaps(before, edition))]
    if problems:
        raise UsageError(problems)
    return made


def _write(
    database: sqlite3.Connection,
    run: RunToAdd,
    new: Sequence[tuple[DraftEdition, PlanEdition]],
    kept: KeptEvidence,
    held: RegisterContent,
) -> None:
    """Write the editions of a run, its evidence, and the entry that seals them."""
    seq = len(held.history) + 1
    database.executemany(
        "INSERT INTO parts (sha256, data) VALUES (?, ?)",
        [(sha, packed(t)) for sha, t in kept.texts.items() if sha not in held.parts],
    )
    editions = [edition for _, edition in new]
    what = compact_json(_asked(run, editions, kept))
    recorded = editions[0].recorded.isoformat()
    previous = held.history[-1].sha256 if held.history else BEGINNING
    # The rows come before their entry: its seal is of what stands in the file.
    for draft, edition in new:
        put_edition(database, edition, seq)
        for unit in draft.units:
            put_designation(database, unit, edition, seq)
        for area in draft.areas:
            put_area(database, area, run.result.edition, edition, seq)
    entry = sealed(seq, recorded, what, content_of(database, seq), previous)
    database.execute(
        "INSERT INTO history (seq, recorded, what, content, previous, sha256) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (entry.seq, entry.recorded, entry.what, entry.content, entry.previous, entry.sha256),
    )


def _asked(run: RunToAdd, new: Sequence[PlanEdition], kept: KeptEvidence) -> dict[str, object]:
    """Return what was asked, so that it can be asked again of an empty register."""
    span = run.span
    return {
        "act": "add",
        "plan": run.plan,
        "span": span and [span.first.isoformat(), span.until and span.until.isoformat()],
        "supersedes": sorted({number for edition in new for number in edition.supersedes}),
        "kinds": [edition.kind.value for edition in new],
        "run_digest": run.run_digest,
        "evidence_sha256": run.evidence_sha256,
        "evidence_version": kept.version,
        "parts": dict(kept.parts),
        "tool": tool_version(),
    }
