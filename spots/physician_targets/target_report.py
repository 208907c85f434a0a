"""From files to everything that is told of a table of targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spots.outputs.evidence import load_result
from spots.physician_targets.area_grounds import AreaGround, grounds_of, joined, read_grounds
from spots.physician_targets.source_reading import read_sources
from spots.physician_targets.target_checks import target_doubts
from spots.physician_targets.target_pages import TargetReport
from spots.physician_targets.target_reading import read_targets
from spots.types import RunResult


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
    files : tuple of Path
        What was read, folders not.
    """

    report: TargetReport
    ground: Mapping[int, AreaGround] = field(default_factory=dict)
    base: RunResult | None = None
    files: tuple[Path, ...] = ()


def targets_of(
    file: Path,
    *,
    by_source: Path | None = None,
    areas: Path | RunResult | None = None,
    sheet: str | None = None,
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

    Returns
    -------
    TargetWork
        The table, its ground, and all warnings.

    Raises
    ------
    MissingFileError, DataError, FolderError
        Anything of it cannot be used.
    """
    table, problems = read_targets(file, sheet=sheet)
    files = [file]
    sources, more = read_sources(by_source, table) if by_source is not None else ((), ())
    if by_source is not None:
        files.append(by_source)
    base = areas if isinstance(areas, RunResult) else None
    grounds: tuple[AreaGround, ...] = ()
    if isinstance(areas, Path):
        if areas.is_dir():
            base = load_result(areas)
        else:
            grounds, odd = read_grounds(areas)
            files.append(areas)
            problems += odd
    if base is not None:
        grounds = grounds_of(base)
    found, doubts = joined(table, grounds) if areas is not None else ({}, ())
    told = (*problems, *more, *target_doubts(table, sources), *doubts)
    codes = {row: ground.code for row, ground in found.items()}
    return TargetWork(TargetReport(table, sources, codes, told), found, base, tuple(files))
