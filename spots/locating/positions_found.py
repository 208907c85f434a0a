"""Positions for rows that have a name or an address alone: from the run itself, or a town table.

A list of institutions for a council has names, not coordinates. The run knows where its own
facilities are; a town table knows where an address is, to some hundred metres. What is found is
marked with where it comes from, and what fits several is left alone.

Stands apart: `answering` compares positions with the ground, wherever they come from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundfloor.disk import sha256_of
from groundfloor.problems import Problem, Text, note, warning
from spots.facilities import RawFacility, geocode
from spots.facilities.list_cells import city_of
from spots.facilities.naming import distinctive, name_key, owner_in_front
from spots.locating.run_ground import RunGround, at_point, declared
from spots.locating.standing import Basis
from spots.types import Facility, Place, RunResult, Verdict


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
    towns: str | Path | None = None,
) -> Found:
    """Give rows without a position that of the run's facility of their name, else of their town.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : RunGround
        Its boundaries.
    rows : sequence of RawFacility
        Rows of a list.
    towns : str or Path, optional
        Town table for addresses, as in a run file.

    Returns
    -------
    Found
        The same rows in the same order.

    Raises
    ------
    TownTableError, MissingFileError
        The town table cannot be used.
    """
    basis: dict[int, Basis] = {}
    as_what: dict[int, str] = {}
    placed = list(rows)
    named, problems = _by_name(result, ground, rows)
    for at, facility in named.items():
        placed[at] = replace(rows[at], position=facility.position, position_problem=None)
        number = rows[at].row.row
        basis[number], as_what[number] = Basis.FACILITY, f"{facility.name} [{facility.id}]"
    if towns is not None:
        for at, facility in _by_town(ground, placed, Path(towns)):
            position = facility.position
            placed[at] = replace(placed[at], position=position, position_problem=None)
            number = rows[at].row.row
            basis[number], as_what[number] = Basis.TOWN, position.source if position else ""
    return Found(tuple(placed), basis, as_what, tuple(problems))


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
    by_name = sum(basis is Basis.FACILITY for basis in found.basis.values())
    told = []
    if found.basis:
        told.append(
            note(
                "positions-found",
                Text(
                    f"座標のない{len(found.basis)}行の位置を、この結果の施設（{by_name}行）と"
                    f"町丁目の代表点（{len(found.basis) - by_name}行）によりました",
                    f"{len(found.basis)} rows without coordinates stand at a facility of the run "
                    f"({by_name}) or a town block's point ({len(found.basis) - by_name})",
                ),
                Text("「所在の根拠」の列で確かめてください", "the column place_basis says which"),
                file=file,
            )
        )
    return (*kept, *told, *found.problems)


# --- by name


def _by_name(
    result: RunResult, ground: RunGround, rows: Sequence[RawFacility]
) -> tuple[dict[int, Facility], list[Problem]]:
    """Return the facility of each row that fits one, and one alone, by place in the list.

    Equal names come before names with an owner in front; the municipality must agree where both
    say one, and must be said where the name alone tells little.
    """
    known = FacilityNames.of(v for v in result.verdicts if v.facility.position is not None)
    fits = {
        at: known.fitting(row, declared(ground, row))
        for at, row in enumerate(rows)
        if row.position is None
    }
    claimed = Counter(v.facility.id for found in fits.values() for v in found)
    given, problems = {}, []
    for at, found in fits.items():
        if len(found) == 1 and claimed[found[0].facility.id] == 1:
            given[at] = found[0].facility
        elif found:
            problems.append(_several(rows[at], found))
    return given, problems


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


def _several(row: RawFacility, found: Sequence[Verdict]) -> Problem:
    told = ", ".join(f"{v.facility.name} [{v.facility.id}]" for v in found[:5])
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


# --- by address


def _by_town(
    ground: RunGround, rows: Sequence[RawFacility], towns: Path
) -> Iterator[tuple[int, Facility]]:
    """Yield place in the list and a facility at its town's point, for rows without a position."""
    open_rows = [(at, row) for at, row in enumerate(rows) if row.position is None and row.address]
    asked = [_as_facility(row, ground) for _, row in open_rows]
    found, _ = geocode(asked, towns)
    for (at, _), facility in zip(open_rows, found, strict=True):
        if facility.position is not None:
            yield at, facility


def _as_facility(row: RawFacility, ground: RunGround) -> Facility:
    """Return a row as the town table is asked for it: the address with its municipality in front.

    A list for a council often leaves the municipality to a column of its own.
    """
    place = declared(ground, row)
    address = row.address
    if place is not None and place.municipality and place.municipality not in address:
        address = place.municipality + address
    return Facility(
        id="",
        name=row.name,
        types=frozenset(),
        role=row.layer.role,
        address=address,
        municipality_code=place.municipality_code if place else None,
        position=None,
        position_problem=None,
        site="",
        remark="",
        rows=(row.row,),
    )


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
