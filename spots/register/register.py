"""The register of designations: what was designated, by which plan, on which days, and why.

A register is only added to. Everything in it is read at once when it is opened, and its history
is verified: what it answers later is of that moment, and of what it adds itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from boundaries import AreaIndex
from groundfloor.day_spans import DaySpan
from groundfloor.problems import OutputExistsError, Problem
from spots.register.days_in_force import in_force, left_in_force
from spots.register.history_chain import BEGINNING, HistoryEntry
from spots.register.kept_evidence import in_parts
from spots.register.migrating import migrated
from spots.register.register_content import (
    RegisterContent,
    content_in,
    read_register,
    verified_content,
)
from spots.register.register_store import log_left, make_file, register_missing, writing
from spots.register.run_adding import RunToAdd, run_to_add, sorted_out, write_run
from spots.register.run_designations import drafts
from spots.types import RunResult
from spots.types.designations import Designation, DesignationKind, InForce, PlanEdition


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
        return cls(path, read_register(path))

    @classmethod
    def create(cls, path: str | Path) -> Register:
        """Make an empty register.

        Raises
        ------
        OutputExistsError, OutputError
            A file is there, or none can be written.
        """
        path = Path(path)
        make_file(path)
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

    @property
    def seal(self) -> str:
        """Of the last entry, and so of everything; empty of an empty register."""
        return self.history[-1].sha256 if self.history else BEGINNING

    def editions_until(self, revision: int) -> tuple[PlanEdition, ...]:
        """Return the editions that stood in the register after so many entries."""
        return tuple(edition for edition, entry in self._content.editions if entry <= revision)

    def editions_of(self, entry: int) -> tuple[PlanEdition, ...]:
        """Return the editions that an entry of the history brought."""
        return tuple(edition for edition, at in self._content.editions if at == entry)

    def in_force(self, day: date | None = None, revision: int | None = None) -> tuple[InForce, ...]:
        """Return the editions in force, each with its days.

        Parameters
        ----------
        day : date, optional
            Only those of this day; by default all that are in force on any.
        revision : int, optional
            As the register stood after so many entries; by default after all.
        """
        known = self.editions if revision is None else self.editions_until(revision)
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
            self._results[entry] = self._content.result(self.history[entry - 1], self.path)
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
        self._content = read_register(self.path)
        # What is refused, or there already, does not touch the file.
        there, new = sorted_out(run, found, self._content, kept, now)
        if new:
            told = (*told, *migrated(self.path))
            with writing(self.path) as database:  # another may have written since
                held = verified_content(database, self.path)
                there, new = sorted_out(run, found, held, kept, now)
                if new:
                    write_run(database, run, new, kept, held)
                self._content = content_in(database)
            told = (*told, *log_left(self.path))
        made = tuple(edition for _, edition in new)
        if made:
            before = [edition for edition in self.editions if edition not in made]
            told = (*told, *left_in_force(before, run.supersedes, made))
        return Added((*there, *made), already=not made, problems=told)


def open_or_new(path: str | Path, run: RunToAdd) -> Register:
    """Open a register, or make one for a run where there is none.

    Raises
    ------
    UsageError
        There is none, and the run could not stand in it: nothing is made.
    MissingFileError, RegisterError, OutputError
        As for `Register.open` and `Register.create`.
    """
    path = Path(path)
    if not register_missing(path):
        return Register.open(path)
    run.refuse_unfit()
    try:
        return Register.create(path)
    except OutputExistsError:  # another was faster
        return Register.open(path)
