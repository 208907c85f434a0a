"""The files of an edition, read; and whether table of areas and indices are of one edition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from boundaries.area_classes import TIE_CODES, classed_areas, moved_municipalities
from boundaries.areas import read_medical_areas
from boundaries.editions import EditionTables
from boundaries.indices import read_physician_index
from boundaries.types import IndexEdition
from groundfloor.problems import Problem


@dataclass(frozen=True, slots=True)
class EditionSource:
    """Where an edition is had from.

    Parameters
    ----------
    indices : Path
        The table of indices.
    edition : IndexEdition
        Its name and cut-offs.
    areas : Path or None
        The table of areas of that edition, where municipalities are to be compared too.
    areas_layer : str or None
        Member of a zip of areas.
    national_average : float or None
        The index of the country.
    """

    indices: Path
    edition: IndexEdition
    areas: Path | None = None
    areas_layer: str | None = None
    national_average: float | None = None


def read_edition(
    source: EditionSource, prefecture: str | None = None
) -> tuple[EditionTables, tuple[Problem, ...]]:
    """Read an edition.

    Parameters
    ----------
    source : EditionSource
        Where it is had from.
    prefecture : str, optional
        The prefecture of which problems are told; by default all that are in both tables.

    Returns
    -------
    tables : EditionTables
        Indices and areas.
    problems : tuple of Problem
        What is odd in either table, and where they mean different areas. Ties are in the table.

    Raises
    ------
    MissingFileError, DataError, UsageError
        A file cannot be used, or the cut-offs are the wrong way round.
    """
    indices, problems = read_physician_index(source.indices, source.edition)
    if source.areas is None:
        return EditionTables(indices, None, source.national_average), problems
    areas, more = read_medical_areas(source.areas, layer=source.areas_layer)
    mapped = {a.area_code[:2] for a in areas.assignments}
    homes = mapped & {a.area_code[:2] for a in indices.indices}
    wanted = homes if prefecture is None else homes & {prefecture}
    kept, moved = moved_municipalities(areas, indices)
    _, doubts = classed_areas(areas.assignments, areas, indices, homes=wanted)
    told = [
        *(replace(p, file=source.areas.name) for p in moved if (p.value or "")[:2] in wanted),
        *(replace(p, file=source.indices.name) for p in doubts if p.code not in TIE_CODES),
    ]
    return EditionTables(indices, kept, source.national_average), (*problems, *more, *told)
