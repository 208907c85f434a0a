"""Where a job looks for positions that its lists lack: the sources of its run file, in order.

``[positions]`` comes first, table by table and file by file; ``[towns]`` is the last resort, as
if it were another of its tables with ``format = "towns"``.

Stands apart: `inputs` reads what a run is about; nothing of these files enters it but a position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from boundaries import Regions
from groundfloor.problems import DataError, Problem, SpotsError
from groundfloor.toml import KeyPath, key_name
from spots.facilities import (
    LayerSpec,
    PositionFormat,
    PositionSource,
    PositionTable,
    read_positions,
    with_positions,
)
from spots.job.at_hand import AtHand
from spots.job.named_files import shown_name
from spots.job.run_file import Job
from spots.job.run_file_shape import RunFile
from spots.job.run_layers import parse_as_of
from spots.types import Facility


def looked_up(
    job: Job, regions: Regions, hand: AtHand, facilities: Sequence[Facility]
) -> tuple[Sequence[Facility], Sequence[Problem]]:
    """Give facilities without a position one of the job's sources; see `with_positions`.

    What is wrong with a source is among the problems returned, to be told with those of lists.
    """
    only_towns = not job.settings.positions
    if only_towns and all(f.position is not None for f in facilities):
        return facilities, ()
    try:
        tables = hand.kept.get("positions", (), partial(position_tables, job, hand))
    except SpotsError as fault:
        return facilities, fault.problems
    return with_positions(facilities, tables, regions)


def position_tables(job: Job, hand: AtHand) -> tuple[PositionTable, ...]:
    """Return the sources of a job, read; every problem of all of them is raised together.

    Raises
    ------
    DataError
        One of them cannot be used.
    """
    tables: list[PositionTable] = []
    problems: list[Problem] = []
    for key, file, source in named_sources(job.settings, job.base, job.file):
        try:
            with hand.path(job, key, file) as path:
                spec = replace(source.spec, path=path)
                tables.append(read_positions(replace(source, spec=spec)))
        except SpotsError as fault:
            problems += fault.problems
    if problems:
        raise DataError(problems)
    return tuple(tables)


def named_sources(
    settings: RunFile, base: Path, run_file: str
) -> Iterator[tuple[KeyPath, str, PositionSource]]:
    """Yield every source that a run file names: its key, its file as written, how it is read.

    Parameters
    ----------
    settings : RunFile
        The run file.
    base : Path
        What its paths are relative to.
    run_file : str
        Its name, for messages.
    """
    for n, item in enumerate(settings.positions):
        as_of = parse_as_of(item.as_of, run_file, key_name(("positions", n, "as_of")))
        for k, file in enumerate(item.file):
            key: KeyPath = ("positions", n, "file")
            spec = LayerSpec(
                path=base / file,
                shown=shown_name(file),
                name=shown_name(file),
                source=item.source,
                as_of=as_of,
                sheet=item.sheet,
                encoding=item.encoding,
                columns=item.columns,
                where=tuple(sorted(item.where.items())),
            )
            found = PositionSource(spec, PositionFormat(item.format), item.names)
            yield (key if len(item.file) == 1 else (*key, k)), file, found
    if (towns := settings.towns) is not None:
        shown = shown_name(towns.file)
        spec = LayerSpec(path=base / towns.file, shown=shown, name=shown)
        yield ("towns", "file"), towns.file, PositionSource(spec, PositionFormat.TOWNS)
