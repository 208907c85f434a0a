"""What a policy of ground is given beside boundaries: layers of units, tables of numbers, lists.

Stands apart: a run without selections names none of these files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from boundaries import Regions
from groundfloor.frozen import FrozenDict
from groundfloor.problems import DataError, MissingFileError, Problem, Severity, SpotsError
from spots.job.at_hand import AtHand
from spots.job.entry_lists import read_entries
from spots.job.layer_units import LayerReader
from spots.job.named_files import shown_name
from spots.job.number_tables import read_numbers
from spots.job.run_file import Job
from spots.judging.policy import Policy
from spots.judging.selecting.ground_facts import EntryList, NumberTable
from spots.types import Facility
from spots.types.ground_units import Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GroundInputs:
    """The files of a run that selections ask for, by the names that policies call them by.

    Parameters
    ----------
    layers : mapping of str to tuple of Unit
        ``[[units]]``, those of the policy's prefecture.
    tables : mapping of str to NumberTable
        ``[[tables]]``.
    entries : mapping of str to EntryList
        ``[[entries]]``.
    national_index : float or None
        National average of the 医師偏在指標, as the run file states it.
    apart : mapping of str to str
        Facilities that do not count as another institution (dental, closed), and why.
    """

    layers: FrozenDict[str, tuple[Unit, ...]] = field(default_factory=FrozenDict)
    tables: FrozenDict[str, NumberTable] = field(default_factory=FrozenDict)
    entries: FrozenDict[str, EntryList] = field(default_factory=FrozenDict)
    national_index: float | None = None
    apart: FrozenDict[str, str] = field(default_factory=FrozenDict)


def read_ground_inputs(
    job: Job, regions: Regions, facilities: Sequence[Facility] = (), hand: AtHand | None = None
) -> tuple[GroundInputs, list[Problem]]:
    """Read every layer of units, table of numbers and list of names of a job.

    Parameters
    ----------
    job : Job
        The checked job.
    regions : Regions
        Where units lie, and what tables are about.
    facilities : sequence of Facility
        What a table of facilities is about.
    hand : AtHand, optional
        What is handed over in the place of files.

    Returns
    -------
    given : GroundInputs
        What they hold.
    problems : list of Problem
        Warnings and notes.

    Raises
    ------
    MissingFileError, DataError
        With the errors of *all* files.
    """
    problems: list[Problem] = []
    attempt = partial(_attempted, problems)
    asked = job.settings
    columns = columns_asked_for(job.policy)
    wanted = {t.name: frozenset(c for of, c in columns if of == t.name) for t in asked.tables}
    reader = LayerReader(regions, job.policy.place.tolerance_m)
    with ExitStack() as stack:
        at = partial(_at, job, hand or AtHand(), stack)
        layers = {
            layer.name: attempt(partial(reader.read, layer, *at("units", n, layer.file)))
            for n, layer in enumerate(asked.units)
        }
        tables = [
            attempt(
                partial(
                    read_numbers, t, *at("tables", n, t.file), regions, facilities, wanted[t.name]
                )
            )
            for n, t in enumerate(asked.tables)
        ]
        entries = [
            attempt(partial(read_entries, each, *at("entries", n, each.file), regions))
            for n, each in enumerate(asked.entries)
        ]
    errors = {p.code for p in problems if p.severity is Severity.ERROR}
    if errors:
        raise (MissingFileError if errors == {"file-missing"} else DataError)(problems)
    index = asked.physician_index
    given = GroundInputs(
        layers=FrozenDict({name: units or () for name, units in layers.items()}),
        tables=FrozenDict({t.name: t for t in tables if t is not None}),
        entries=FrozenDict({e.name: e for e in entries if e is not None}),
        national_index=index.national_average if index is not None else None,
    )
    return given, problems


def _at(
    job: Job, hand: AtHand, stack: ExitStack, array: str, n: int, file: str
) -> tuple[Path, str]:
    """Return where an input of an array is, and how outputs call it."""
    return stack.enter_context(hand.path(job, (array, n, "file"), file)), shown_name(file)


def columns_asked_for(policy: Policy) -> frozenset[tuple[str, str]]:
    """Return the columns that a policy asks for, each with the name of its table."""
    asked = (c.column for s in policy.select for c in s.conditions())
    return frozenset((c.table, c.column) for c in asked if c is not None)


def _attempted(
    problems: list[Problem], read: Callable[[], tuple[T, Sequence[Problem]]]
) -> T | None:
    """Return what `read` returns, or None where it fails; either way its problems are kept."""
    try:
        found, told = read()
    except SpotsError as fault:
        problems.extend(fault.problems)
        return None
    problems.extend(told)
    return found
