"""What a frame, or several, gives to a scenario: layers, rows, and which row was the caller's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Severity, Text, warning
from spots.facilities import Identity, LayerSpec, RawFacility
from spots.library.facility_frames import is_read, rows_of
from spots.library.facility_lists import read_facilities
from spots.library.given_points import shown_labels
from spots.library.merged_records import RECORDS, record_of
from spots.library.told_problems import noted_problems, notes_of
from spots.types import Facility, Layer, SourceRow


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
        Every row, in the order of the frames; those of a merged frame as they were merged.
    identities : tuple of Identity
        What merged frames have decided; to be given to `spots.facilities.merge` beside others.
    problems : tuple of Problem
        Warnings and notes of reading, as far as the frames still know them; those of merging
        come again with merging.
    labels : mapping of SourceRow to label
        The caller's label of each row.
    places : mapping of SourceRow to (int, int)
        The frame of each row, and where it stands in that: both from 0.
    """

    layers: tuple[LayerSpec, ...]
    lists: tuple[str, ...]
    rows: tuple[RawFacility, ...]
    identities: tuple[Identity, ...] = ()
    problems: tuple[Problem, ...] = ()
    labels: Mapping[SourceRow, Hashable] = field(default_factory=FrozenDict)
    places: Mapping[SourceRow, tuple[int, int]] = field(default_factory=FrozenDict)


def given_lists(facilities: pd.DataFrame | Sequence[pd.DataFrame]) -> GivenLists:
    """Return the facility lists that frames hold.

    Parameters
    ----------
    facilities : GeoDataFrame or sequence of GeoDataFrame
        As `spots.read_facilities` or `spots.merge_facilities` gave them, in any CRS, or what is
        left of them after a filter, a copy or a file. Another frame is read first.

    Raises
    ------
    FacilityListError
        A row has no name or type that can be read; all are named.
    CrsError
        A frame has no CRS.
    """
    given = [facilities] if isinstance(facilities, pd.DataFrame) else list(facilities)
    frames = [frame if is_read(frame) else read_facilities(frame) for frame in given]
    taken = [each for number, frame in enumerate(frames) for each in _taken(frame, number)]
    rows, layers = _named_apart([each.raw for each in taken])
    places = {raw.row: (of.frame, of.place) for of, raw in zip(taken, rows, strict=True)}
    called = {row: frames[frame].index[place] for row, (frame, place) in places.items()}
    return GivenLists(
        layers=tuple(_spec(layer, rows) for layer in layers),
        lists=tuple(layer.list_name for layer in layers),
        rows=rows,
        identities=tuple(_decided(taken, rows)),
        problems=tuple(p for frame in frames for p in _of_reading(frame)),
        labels=FrozenDict(called),
        places=FrozenDict(places),
    )


def labels_of_facilities(
    facilities: Iterable[Facility],
    called: Mapping[SourceRow, Hashable],
    frames: Sequence[pd.DataFrame],
) -> tuple[Mapping[str, Hashable], tuple[Problem, ...]]:
    """Return the caller's label of each facility by its id, where no label stands for two.

    Parameters
    ----------
    facilities : iterable of Facility
        All of them, merged from the lists.
    called : mapping of SourceRow to label
        The caller's label of each row; empty of files.
    frames : sequence of DataFrame
        The lists.

    Returns
    -------
    mapping of str to label
        Of the first row of each facility; empty where ids are to be the labels.
    tuple of Problem
        That they are; a note where the labels are only pandas' row numbers, nobody's names.
    """
    found = {f.id: [called[row] for row in f.rows if row in called] for f in facilities}
    uses = Counter(label for labels in found.values() for label in dict.fromkeys(labels))
    twice = [label for label, count in uses.items() if count > 1]
    if not twice:
        return FrozenDict({i: labels[0] for i, labels in found.items() if labels}), ()
    told = _labels_clash(twice, len(uses))
    held = [f.index for f in frames if any(label in f.index for label in twice)]
    if all(index.equals(pd.RangeIndex(len(index))) and index.name is None for index in held):
        told = replace(told, severity=Severity.NOTE)
    return FrozenDict(), (told,)


def _labels_clash(twice: Sequence[Hashable], of: int) -> Problem:
    return warning(
        "label-of-two-facilities",
        Text(
            f"別々の施設に同じ名札（index）があるため（{of}のうち{len(twice)}）、"
            "結果の索引は facility_id になります",
            f"are labels that stand for two facilities ({len(twice)} of {of}): "
            "the index of results is facility_id, and no label of any list is kept",
        ),
        Text(
            '一覧どうしで重ならない index にしてください（例: `一覧.set_index("id")`）',
            'give the lists labels of their own, such as lists.set_index("id")',
        ),
        file="<facilities>",
        column="index",
        value=shown_labels(pd.Index(twice, tupleize_cols=False)),
    )


def _of_reading(frame: pd.DataFrame) -> tuple[Problem, ...]:
    """Return the problems of reading; those of merging are found again by who merges again."""
    reading = notes_of(frame).get("reading")
    return noted_problems(frame)[: reading if isinstance(reading, int) else None]


@dataclass(frozen=True, slots=True)
class _TakenRow:
    """A row of a list out of a frame: of which row there, and whom it was told to be apart from."""

    raw: RawFacility
    frame: int
    place: int
    apart: tuple[SourceRow, ...] = ()


def _taken(frame: gpd.GeoDataFrame, number: int) -> list[_TakenRow]:
    """Return the rows of the lists in a frame; what was merged is in its first order again."""
    raws = rows_of(frame)
    if RECORDS not in frame.columns:
        return [_TakenRow(raw, number, place) for place, raw in enumerate(raws)]
    cells = frame[RECORDS].astype(object)
    ordered: list[tuple[int, _TakenRow]] = []
    plain: list[_TakenRow] = []
    for place, (raw, cell) in enumerate(zip(raws, cells, strict=True)):
        if not isinstance(cell, str) or not cell:
            plain.append(_TakenRow(raw, number, place))
            continue
        record = record_of(cell)
        for at, row in zip(record.places, record.changed_to(raw), strict=True):
            ordered.append((at, _TakenRow(row, number, place, record.apart)))
    ordered.sort(key=lambda pair: pair[0])
    return [*(row for _, row in ordered), *plain]


def _decided(taken: Sequence[_TakenRow], rows: Sequence[RawFacility]) -> Iterator[Identity]:
    """Yield what merged frames have decided: which rows are one facility, and which surely not."""
    groups: dict[tuple[int, int], list[SourceRow]] = {}
    now: dict[tuple[int, SourceRow], SourceRow] = {}
    for of, raw in zip(taken, rows, strict=True):
        groups.setdefault((of.frame, of.place), []).append(raw.row)
        now[of.frame, of.raw.row] = raw.row
    for group in groups.values():
        if len(group) > 1:
            yield Identity((), same=True, file=group[0].file, rows=tuple(group))
    told = set()
    for of, raw in zip(taken, rows, strict=True):
        for other in of.apart:
            pair = frozenset({raw.row, now.get((of.frame, other), raw.row)})
            if len(pair) > 1 and pair not in told:
                told.add(pair)
                yield Identity(
                    (), same=False, file=raw.row.file, rows=tuple(sorted(pair, key=_key))
                )


def _key(row: SourceRow) -> tuple[str, str, int]:
    return row.layer, row.file, row.row


def _named_apart(
    raws: Sequence[RawFacility],
) -> tuple[tuple[RawFacility, ...], tuple[Layer, ...]]:
    """Return rows whose layers have names of their own, no two rows at one place; the layers.

    Two frames may be called the same, and a row may have been copied.
    """
    layers: dict[tuple[Layer, int], Layer] = {}
    copies: Counter[tuple[Layer, int]] = Counter()
    taken: set[str] = set()
    rows = []
    for raw in raws:
        place = (raw.layer, raw.row.row)
        copies[place] += 1
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
    return LayerSpec(
        path=Path(layer.file),
        shown=layer.file,
        name=layer.name,
        types=layer.types,
        role=layer.role,
        source=layer.source,
        as_of=layer.as_of,
        types_in_rows=not layer.types and any(raw.types for raw in rows if raw.layer == layer),
    )
