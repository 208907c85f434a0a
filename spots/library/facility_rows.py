"""What a frame, or several, gives to a scenario: layers, rows, and which row was the caller's.

Stands apart: `facility_frames` says what a row is; here rows of several frames become lists.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem
from spots.facilities import Identity, LayerSpec, RawFacility
from spots.library.facility_frames import rows_of
from spots.library.told_problems import noted_problems
from spots.types import Layer, SourceRow


@dataclass(frozen=True, slots=True)
class GivenLists:
    """Facility lists as a job has them, out of frames.

    Parameters
    ----------
    layers : tuple of LayerSpec
        In the order in which they are met; names are unique. `path` is where the list came from,
        which need not be there any more: `rows` are what it held.
    lists : tuple of str
        The list name of each layer, in the same order; may be empty strings.
    rows : tuple of RawFacility
        Every row, in the order of the frames.
    identities : tuple of Identity
        What merged frames have decided; to be given to `spots.facilities.merge` beside others.
    problems : tuple of Problem
        Warnings and notes of reading, as far as the frames still know them.
    labels : mapping of SourceRow to label
        The caller's label of each row; empty where labels stand there twice.
    """

    layers: tuple[LayerSpec, ...]
    lists: tuple[str, ...]
    rows: tuple[RawFacility, ...]
    identities: tuple[Identity, ...] = ()
    problems: tuple[Problem, ...] = ()
    labels: Mapping[SourceRow, Hashable] = field(default_factory=FrozenDict)


def given_lists(facilities: gpd.GeoDataFrame | Sequence[gpd.GeoDataFrame]) -> GivenLists:
    """Return the facility lists that frames hold.

    Parameters
    ----------
    facilities : GeoDataFrame or sequence of GeoDataFrame
        As `spots.read_facilities` or `spots.merge_facilities` gave them, in any CRS.

    Raises
    ------
    FacilityListError
        A row has no name or type that can be read; all are named.
    CrsError
        A frame has no CRS.
    """
    frames = [facilities] if isinstance(facilities, gpd.GeoDataFrame) else list(facilities)
    raws: list[RawFacility] = []
    labels: list[Hashable] = []
    for frame in frames:
        raws += rows_of(frame)
        labels += list(frame.index)
    rows, layers = _apart(raws)
    unique = len(set(labels)) == len(labels)
    return GivenLists(
        layers=tuple(_spec(layer, rows) for layer in layers),
        lists=tuple(layer.list_name for layer in layers),
        rows=rows,
        problems=tuple(p for frame in frames for p in noted_problems(frame)),
        labels=FrozenDict(zip((raw.row for raw in rows), labels, strict=True) if unique else ()),
    )


def _apart(raws: Sequence[RawFacility]) -> tuple[tuple[RawFacility, ...], tuple[Layer, ...]]:
    """Return rows whose layers have names of their own, no two rows at one place; the layers.

    Two frames may be called the same, and a row may have been copied.
    """
    layers: dict[tuple[Layer, int], Layer] = {}
    copies: dict[tuple[Layer, int], int] = {}
    taken: set[str] = set()
    rows = []
    for raw in raws:
        place = (raw.layer, raw.row.row)
        copies[place] = copies.get(place, 0) + 1
        key = (raw.layer, copies[place])
        if key not in layers:
            name, number = raw.layer.name, 1
            while name in taken:
                number += 1
                name = f"{raw.layer.name} ({number})"
            taken.add(name)
            layers[key] = replace(raw.layer, name=name)
        layer = layers[key]
        rows.append(replace(raw, layer=layer, row=replace(raw.row, layer=layer.name)))
    return tuple(rows), tuple(layers.values())


def _spec(layer: Layer, rows: Sequence[RawFacility]) -> LayerSpec:
    mine = [raw for raw in rows if raw.layer == layer]
    return LayerSpec(
        path=Path(layer.file),
        shown=layer.file,
        name=layer.name,
        types=layer.types,
        role=layer.role,
        source=layer.source,
        as_of=layer.as_of,
        types_in_rows=not layer.types and any(raw.types for raw in mine),
    )
