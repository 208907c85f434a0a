"""Municipalities, medical areas and indices, read and put together, each called by its own name.

A run file's job and the library's grounds come through here, so that both read alike and find the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import geopandas as gpd

from boundaries import (
    AreaTable,
    IndexEdition,
    IndexTable,
    Regions,
    build_regions,
    read_medical_areas,
    read_municipalities,
    read_physician_index,
)
from boundaries.codes import near_prefectures
from boundaries.kept_regions import REGIONS, BuiltRegions
from groundfloor.codec import encode
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk, Origin
from groundfloor.problems import Problem, SpotsError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GroundFile:
    """A file of boundaries or of what is said of them.

    Parameters
    ----------
    path : Path
        Where it is.
    shown : str
        How findings call it.
    layer : str or None
        Layer or member, where several would do.
    """

    path: Path
    shown: str
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class RegionSources:
    """What municipalities and medical areas are read from.

    Parameters
    ----------
    municipalities : tuple of GroundFile
        Their outlines, in one file or in several: the prefecture's and its neighbours'.
    areas : GroundFile or None
        Which medical area each belongs to.
    index : GroundFile or None
        The indices of one edition.
    edition : IndexEdition or None
        That edition; needed with `index`.
    around : bool
        Whether only the prefecture's outlines and those of prefectures near it are kept.
    """

    municipalities: tuple[GroundFile, ...]
    areas: GroundFile | None = None
    index: GroundFile | None = None
    edition: IndexEdition | None = None
    around: bool = False


def regions_of(
    sources: RegionSources,
    *,
    prefecture: str,
    merge_wards: bool,
    kept: KeptOnDisk = NOTHING_KEPT,
) -> tuple[Regions, list[Problem]]:
    """Read municipalities, medical areas and indices and put them together.

    Parameters
    ----------
    sources : RegionSources
        Where they are.
    prefecture : str
        Two digits of the prefecture that is judged.
    merge_wards : bool
        As of `boundaries.read_municipalities`.
    kept : KeptOnDisk
        Where they are when these files were read before.

    Raises
    ------
    DataError, MissingFileError, CrsError
        Some of the files cannot be used, or lack the prefecture; all problems found are named.
    """
    read = partial(_regions, sources, prefecture=prefecture, merge_wards=merge_wards)
    origin = _origin(sources, prefecture=prefecture, merge_wards=merge_wards)
    regions, problems = kept.get("regions", origin, read, REGIONS)
    return regions, [*problems]


def _origin(sources: RegionSources, *, prefecture: str, merge_wards: bool) -> Origin:
    files = [*sources.municipalities, sources.areas, sources.index]
    given = [file for file in files if file is not None]
    told = [file and (file.shown, file.layer) for file in files]
    return Origin(
        files=tuple(file.path for file in given),
        settings=[told, encode(sources.edition), prefecture, merge_wards, sources.around],
        code=("groundfloor", "boundaries", "spots/job/region_sources"),
    )


def _regions(sources: RegionSources, *, prefecture: str, merge_wards: bool) -> BuiltRegions:
    shown = [outlines.shown for outlines in sources.municipalities]
    faults: list[SpotsError] = []
    areas, more = _read(partial(_areas, sources), faults) or (None, ())
    wanted = {prefecture, *near_prefectures(prefecture)} if sources.around else None
    outlines = _read(partial(_outlines, sources, areas, wanted, merge_wards=merge_wards), faults)
    indices, most = _read(partial(_indices, sources), faults) or (None, ())
    if outlines is None or faults:
        raise type(faults[0])(p for fault in faults for p in fault.problems)
    municipalities, found = outlines
    with _naming(", ".join(shown)):
        regions, last = build_regions(
            municipalities,
            areas if areas is not None else AreaTable(()),
            indices,
            prefecture_code=prefecture,
        )
    files = {
        "index": sources.index.shown if sources.index is not None else "",
        "areas": sources.areas.shown if sources.areas is not None else "",
    }
    named = [replace(p, file=p.file or files[_TO_MEND[p.code]]) for p in last]
    # Of a table that is not given nothing is amiss: what needs one has asked for it.
    told = [p for p in named if p.file]
    return regions, (*found, *more, *most, *told)


def _read(find: Callable[[], T], faults: list[SpotsError]) -> T | None:
    """Return what `find` finds, or keep why it cannot: the next file is looked at all the same."""
    try:
        return find()
    except SpotsError as fault:
        faults.append(fault)
        return None


def _outlines(
    sources: RegionSources,
    areas: AreaTable | None,
    prefectures: Collection[str] | None,
    *,
    merge_wards: bool,
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    shown = [outlines.shown for outlines in sources.municipalities]
    with _naming(", ".join(shown)):
        return read_municipalities(
            [outlines.path for outlines in sources.municipalities],
            layer=sources.municipalities[0].layer,
            merge_wards=merge_wards,
            prefectures=prefectures,
            areas=areas,
            label=shown,
        )


def _areas(sources: RegionSources) -> tuple[AreaTable | None, tuple[Problem, ...]]:
    table = sources.areas
    if table is None:
        return None, ()
    return read_medical_areas(table.path, layer=table.layer, label=table.shown)


def _indices(sources: RegionSources) -> tuple[IndexTable | None, tuple[Problem, ...]]:
    index = sources.index
    if index is None or sources.edition is None:
        return None, ()
    return read_physician_index(index.path, sources.edition, label=index.shown)


# Which file mends what only shows when the tables are put together.
_TO_MEND = {
    "municipality-without-area": "areas",
    "wards-in-different-areas": "areas",
    "area-row-without-municipality": "areas",
    "area-row-of-two-municipalities": "areas",
    "municipality-code-of-another-edition": "areas",
    "wards-of-another-edition": "areas",
    "area-of-another-edition": "areas",
    "area-without-index": "index",
    "area-name-disagrees": "index",
    "area-name-unconfirmed": "index",
    "index-at-shortage-cut-off": "index",
    "index-without-cut-offs": "index",
    "index-at-surplus-cut-off": "index",
    "index-without-area": "index",
}


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Name the file in errors of steps that know of no files."""
    try:
        yield
    except SpotsError as fault:
        raise type(fault)(replace(p, file=p.file or file) for p in fault.problems) from None
