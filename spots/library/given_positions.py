"""Sources of positions that a caller names, files or frames, asked about the rows of a list.

Stands apart: `facility_lists` reads a list; these are other lists, of which only positions remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pandas as pd

from groundfloor.problems import Problem
from spots.facilities import (
    PositionTable,
    RawFacility,
    read_positions,
    rows_with_positions,
    sources_of,
)
from spots.library.frames_on_disk import Source, on_disk, shown_source

_POSITIONS = "positions"


def positioned(
    rows: Sequence[RawFacility], positions: Source | Sequence[Source]
) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Give rows without a position that of their record in a source.

    Parameters
    ----------
    rows : sequence of RawFacility
        The rows of one list.
    positions : path, frame or sequence of these
        In the order in which they are asked.

    Raises
    ------
    PositionSourceError, TownTableError, MissingFileError
        A source cannot be used.
    CrsError
        A frame has no CRS.
    """
    if isinstance(positions, str | Path | pd.DataFrame):
        positions = (positions,)
    return rows_with_positions(rows, [_read(each) for each in positions])


def _read(source: Source) -> PositionTable:
    shown = shown_source(source, _POSITIONS)
    with ExitStack() as stack:
        (found,) = sources_of([stack.enter_context(on_disk(source, _POSITIONS))])
        return read_positions(replace(found, spec=replace(found.spec, shown=shown)))
