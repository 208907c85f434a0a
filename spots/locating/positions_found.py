"""Positions for rows that have a name or an address alone: from the run itself, or a source.

A list of institutions for a council has names, not coordinates. The run knows where its own
facilities are, public lists where others are; a town table knows where an address is, to some
hundred metres. What is found is marked with where it comes from, and what fits several is left
alone.

Stands apart: `answering` compares positions with the ground, wherever they come from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundfloor.disk import sha256_of
from groundfloor.problems import Problem, Text, note, warning
from spots.facilities import (
    PositionSource,
    PositionTable,
    RawFacility,
    read_positions,
    rows_with_positions,
)
from spots.facilities.list_cells import city_of
from spots.facilities.naming import distinctive, name_key, owner_in_front
from spots.facilities.position_matching import NamedRow
from spots.locating.run_ground import RunGround, at_point, declared
from spots.locating.standing import Basis
from spots.types import (
    Layer,
    Place,
    Position,
    PositionDoubt,
    PositionLookup,
    PositionMatch,
    Role,
    RunResult,
    SourceRow,
    Verdict,
)

#: What the facilities of the run itself are called as a source; no file is.
_RUN = "<result>"


@dataclass(frozen=True, slots=True)
class Found:
    """Rows with positions, and by number of the row where those come from that were found."""

    rows: tuple[RawFacility, ...]
    basis: Mapping[int, Basis]
    as_what: Mapping[int, str]
    problems: tuple[Problem, ...]


def with_positions(
    result: RunResult,
    ground: RunGround,
    rows: Sequence[RawFacility],
    sources: Sequence[PositionSource] = (),
) -> Found:
    """Give rows without a position that of the run's facility of their name, else by a source.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : RunGround
        Its boundaries.
    rows : sequence of RawFacility
        Rows of a list.
    sources : sequence of PositionSource
        Asked after the run itself, in their order: institutions by name, town blocks by address.

    Returns
    -------
    Found
        The same rows in the same order.

    Raises
    ------
    PositionSourceError, TownTableError, MissingFileError
        A source cannot be used.
    """
    if all(row.position is not None for row in rows):
        return Found(tuple(rows), {}, {}, ())
    tables = (_facilities_of(result), *(read_positions(source) for source in sources))
    asked = [row if row.position else _with_municipality(row, ground) for row in rows]
    looked, problems = rows_with_positions(asked, tables)
    basis: dict[int, Basis] = {}
    as_what: dict[int, str] = {}
    placed = list(rows)
    told: list[Problem] = []
    for at, (row, after) in enumerate(zip(rows, looked, strict=True)):
        said = after.looked_up
        if row.position is not None or said is None:
            continue
        if said.source == _RUN and said.why in _SEVERAL:
            told.append(_several(row, said))
        if after.position is not None:
            of_run = said.record if said.source == _RUN else None
            here = of_run.position if of_run is not None else after.position
            placed[at] = replace(row, position=here, position_problem=None)
            basis[row.row.row], as_what[row.row.row] = _basis(said, after.position)
    by_name = [table for table in tables[1:] if table.towns is None]
    told += _of_sources(problems, {row.row for row in told}, asked=bool(by_name))
    return Found(tuple(placed), basis, as_what, tuple(told))


_SEVERAL = frozenset({PositionDoubt.SEVERAL, PositionDoubt.CLAIMED})


def _basis(said: PositionLookup, position: Position) -> tuple[Basis, str]:
    if said.how is PositionMatch.TOWN:
        return Basis.TOWN, position.source
    if said.source == _RUN:
        return Basis.FACILITY, said.record.name if said.record else ""
    return Basis.SOURCE, position.source


def _of_sources(
    problems: Iterable[Problem], told: Container[int | None], *, asked: bool
) -> Iterator[Problem]:
    """Yield what is said of the sources that were named; the run itself is none."""
    for problem in problems:
        of_run = problem.file == _RUN or problem.row in told
        if asked and not of_run and problem.code != "placed-by-town":
            yield problem


def _facilities_of(result: RunResult) -> PositionTable:
    """Return the facilities of a run as a source; a telling name alone is one of these."""
    rows = []
    for number, verdict in enumerate(result.verdicts, 1):
        facility, place = verdict.facility, verdict.place
        code = place.municipality_code or facility.municipality_code
        raw = RawFacility(
            layer=_NO_LIST,
            row=SourceRow(_RUN, _RUN, number),
            given_id=facility.id,
            name=f"{facility.name} [{facility.id}]",
            types=frozenset(),
            address=facility.address,
            prefecture_code=code[:2] if code else facility.prefecture_code,
            municipality=place.municipality or facility.municipality_name,
            municipality_code=code,
            position=facility.position,
        )
        if facility.position is not None:
            rows.append(NamedRow(raw, facility.names))
    return PositionTable(_RUN, _RUN, tuple(rows), names_alone=True)


_NO_LIST = Layer(_RUN, _RUN, frozenset(), Role.DESTINATION, "", None)


def _with_municipality(row: RawFacility, ground: RunGround) -> RawFacility:
    """Return a row with its municipality as the run knows it, in front of the address too.

    A list for a council often leaves the municipality to a column of its own.
    """
    place = declared(ground, row)
    if place is None:
        return row
    name, address = place.municipality, row.address
    if address and name and name not in address:
        address = name + address
    code = row.municipality_code or place.municipality_code
    return replace(row, address=address, municipality=name, municipality_code=code)


def answered(problems: Sequence[Problem], found: Found, file: str) -> tuple[Problem, ...]:
    """Return what is said of a list, less of missing positions that were found, and how many were.

    Parameters
    ----------
    problems : sequence of Problem
        Of the list as it was read.
    found : Found
        Its rows with positions.
    file : str
        The list, for messages.
    """
    missing = any(row.position is None for row in found.rows)
    kept = [
        p
        for p in problems
        if p.code != "no-coordinates" or (p.row not in found.basis if p.row else missing)
    ]
    count = Counter(found.basis.values())
    told = []
    if found.basis:
        source = count[Basis.SOURCE]
        told.append(
            note(
                "positions-found",
                Text(
                    f"座標のない{len(found.basis)}行の位置を、この結果の施設"
                    f"（{count[Basis.FACILITY]}行）、位置の出典（{source}行）、"
                    f"町丁目の代表点（{count[Basis.TOWN]}行）によりました",
                    f"{len(found.basis)} rows without coordinates stand at a facility of the run "
                    f"({count[Basis.FACILITY]}), where a source of positions has them ({source}), "
                    f"or at a town block's point ({count[Basis.TOWN]})",
                ),
                Text("「所在の根拠」の列で確かめてください", "the column place_basis says which"),
                file=file,
            )
        )
    return (*kept, *told, *found.problems)


# --- which facility of the run a row is


@dataclass(frozen=True, slots=True)
class FacilityNames:
    """Facilities of a run by how their names end."""

    tails: Mapping[str, Sequence[Verdict]]

    @classmethod
    def of(cls, known: Iterable[Verdict]) -> FacilityNames:
        """Return an index of facilities."""
        tails: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in known:
            for tail in {name_key(name)[-2:] for name in verdict.facility.names}:
                tails[tail].append(verdict)
        return cls(tails)

    def fitting(self, row: RawFacility, place: Place | None) -> tuple[Verdict, ...]:
        """Return the facilities that a row may be, those of an equal name before others.

        Parameters
        ----------
        row : RawFacility
            Row of a list.
        place : Place or None
            Its municipality, as the list or the position says.
        """
        key = name_key(row.name)
        city = city_of(place.municipality_code) if place and place.municipality_code else None

        def agrees(verdict: Verdict) -> bool:
            theirs = verdict.place.municipality_code or verdict.facility.municipality_code
            if city is not None and theirs is not None:
                return city == city_of(theirs)
            if row.municipality_code or row.municipality or row.address:
                return False  # a place that the run does not know is not here
            return distinctive(key)

        near = [v for v in self.tails.get(key[-2:], ()) if agrees(v)]
        called = [(v, [name_key(name) for name in v.facility.names]) for v in near]
        equal = tuple(v for v, keys in called if key in keys)
        return equal or tuple(
            v for v, keys in called if city and any(_goes_on(key, other) for other in keys)
        )


def institutions(
    result: RunResult, ground: RunGround, rows: Sequence[RawFacility]
) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Return of each row which facility of the run it is, and which it may be, by their ids.

    One to one, as for positions: what fits several, or is claimed by several rows, only may be.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : RunGround
        Its boundaries.
    rows : sequence of RawFacility
        Rows of a list.
    """
    known = FacilityNames.of(result.verdicts)
    fits = [known.fitting(row, declared(ground, row) or _place(ground, row)) for row in rows]
    claimed = Counter(v.facility.id for found in fits for v in found)
    told = []
    for found in fits:
        ids = frozenset(v.facility.id for v in found)
        sure = len(ids) == 1 and all(claimed[i] == 1 for i in ids)
        told.append((ids, frozenset[str]()) if sure else (frozenset[str](), ids))
    return tuple(told)


def _place(ground: RunGround, row: RawFacility) -> Place | None:
    position = row.position
    return at_point(ground, position.lon, position.lat)[0] if position is not None else None


def _goes_on(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.endswith(short) and distinctive(short) and owner_in_front(short, long)


def _several(row: RawFacility, said: PositionLookup) -> Problem:
    told = ", ".join(record.name for record in said.others[:5])
    return warning(
        "name-not-one-to-one",
        Text(
            f"この結果の施設との対応が1対1に決まりません: {told}",
            f"does not fit one facility of the run alone: {told}",
        ),
        Text(
            "市町村か所在地、または緯度・経度を入れてください",
            "fill in the municipality, the address or coordinates",
        ),
        file=row.row.file,
        row=row.row.row,
        value=row.name,
    )


# --- the run's own town table


def run_towns(result: RunResult, folder: Path) -> Path | None:
    """Return the run's own town table where it still lies beside the folder, unchanged.

    The folder keeps its name and hash alone, so a table of that name counts only with that hash.

    Parameters
    ----------
    result : RunResult
        The run.
    folder : Path
        Its output folder.
    """
    for record in result.inputs:
        if record.role != "towns":
            continue
        for base in (folder.parent, Path(), folder.parent.parent):
            path = base / record.file
            if path.is_file() and sha256_of(path) == record.sha256:
                return path
    return None
