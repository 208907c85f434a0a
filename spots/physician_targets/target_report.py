"""From files to everything that is told of a table of targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from groundfloor.disk import sha256_of
from groundfloor.problems import Problem
from spots.outputs.evidence import load_result
from spots.physician_targets.area_grounds import AreaGround, grounds_of, joined, read_grounds
from spots.physician_targets.source_reading import read_sources
from spots.physician_targets.target_checks import target_doubts
from spots.physician_targets.target_pages import TargetReport
from spots.physician_targets.target_reading import read_targets
from spots.types import RunResult
from spots.types.physician_targets import PlacedBySource


@dataclass(frozen=True, slots=True)
class TargetWork:
    """A table of targets with its ground.

    Parameters
    ----------
    report : TargetReport
        What is told of it.
    ground : mapping of int to AreaGround
        The ground of its rows, by row of the file; empty where no areas were given.
    base : RunResult or None
        The run that the areas are of; None where they are of a file, or none were given.
    inputs : tuple of (str, str)
        Every file that was read, with its SHA-256; folders not.
    """

    report: TargetReport
    ground: Mapping[int, AreaGround] = field(default_factory=dict)
    base: RunResult | None = None
    inputs: tuple[tuple[str, str], ...] = ()


def targets_of(
    file: Path,
    *,
    by_source: Path | None = None,
    areas: Path | RunResult | None = None,
    sheet: str | None = None,
    labels: tuple[str, str] | None = None,
) -> TargetWork:
    """Read a table of targets with what goes with it, and say what does not add up.

    Parameters
    ----------
    file : Path
        The table by area (`spots.physician_targets.target_reading.read_targets`).
    by_source : Path, optional
        The same placements by source.
    areas : Path or RunResult, optional
        Where the areas lie: a result, its folder, or a file of boundaries.
    sheet : str, optional
        Sheet of `file`, where it is a workbook.
    labels : tuple of str, optional
        What messages call `file` and `by_source`; by default their names.

    Returns
    -------
    TargetWork
        The table, its ground, and all warnings.

    Raises
    ------
    MissingFileError, DataError, FolderError
        Anything of it cannot be used.
    """
    label, source_label = labels or (file.name, by_source.name if by_source else "")
    table, problems = read_targets(file, label=label, sheet=sheet)
    inputs = [(label, sha256_of(file))]
    sources: tuple[PlacedBySource, ...] = ()
    more: tuple[Problem, ...] = ()
    if by_source is not None:
        sources, more = read_sources(by_source, table, label=source_label)
        inputs.append((source_label, sha256_of(by_source)))
    base = areas if isinstance(areas, RunResult) else None
    grounds: tuple[AreaGround, ...] = ()
    if isinstance(areas, Path):
        if areas.is_dir():
            base = load_result(areas)
        else:
            grounds, odd = read_grounds(areas)
            inputs.append((areas.name, sha256_of(areas)))
            problems += odd
    if base is not None:
        grounds = grounds_of(base)
    found, doubts = joined(table, grounds) if areas is not None else ({}, ())
    told = (*problems, *more, *target_doubts(table, sources), *doubts)
    codes = {row: ground.code for row, ground in found.items()}
    return TargetWork(TargetReport(table, sources, codes, told), found, base, tuple(inputs))
