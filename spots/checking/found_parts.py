"""What a check found of a job, part by part: values, in no language and no layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from boundaries import PREFECTURES, Regions
from boundaries.codes import adjacent_prefectures
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Severity, Text
from spots.facilities import LayerSpec
from spots.facilities.reading import Scan
from spots.telling.open_verdicts import OpenVerdict
from spots.types import (
    Accuracy,
    Facility,
    FacilityType,
    Place,
    Role,
    RunResult,
    State,
)


@dataclass(frozen=True, slots=True)
class FoundList:
    """A facility list: how it is read, and which column was taken for what.

    Parameters
    ----------
    name, file, list_name : str
        As the run file has them.
    role : Role
        Judged, or only reached.
    types : tuple of FacilityType
        Of every row; a type column may add to them.
    rows : int or None
        Usable rows; None where the file cannot be read.
    looked_at : bool
        Whether it was tried; not, where the run file is wrong about it or the file is not there.
    taken : tuple of (str, str)
        Columns that mean something, each with the header that was taken for it.
    unread : tuple of str
        Headers that nothing was taken from.
    """

    name: str
    file: str
    list_name: str
    role: Role
    types: tuple[FacilityType, ...]
    rows: int | None
    taken: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    looked_at: bool = True


@dataclass(frozen=True, slots=True)
class FoundCriterion:
    """A criterion, whether there is a list for it, and how many facilities have its type."""

    number: int
    mark: str
    title: Text
    given: bool
    facilities: int


@dataclass(frozen=True, slots=True)
class FoundGround:
    """Municipalities and medical areas, and by which edition these are classed.

    ``areas`` are name, class (of `boundaries.AreaClass`) and index of each, by code.
    """

    prefecture: str
    municipalities: int
    areas: tuple[tuple[str, str, float | None], ...]
    edition: str
    stated: tuple[tuple[str, str], ...]  # what the run file says of editions, by its table


@dataclass(frozen=True, slots=True)
class FoundPositions:
    """How many facilities have a position of their own, of a source, of their town, or none."""

    own: int
    of_town: int
    missing: tuple[str, ...]
    of_source: int = 0


@dataclass(frozen=True, slots=True)
class FoundNeighbours:
    """Whether hospitals of other prefectures count, and how many are listed of each that touches.

    ``hospitals`` are code, name and number; ``beyond`` are those of prefectures farther off.
    """

    counted: bool
    hospitals: tuple[tuple[str, str, int], ...]
    beyond: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FoundRoads:
    """The roads, and who of those with a position is tied to them; names of those who are not."""

    source: str
    as_of: str
    profile: str
    edges: int
    schematic: bool
    placed: int
    untied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """Cells of population around the prefecture, and the people in them."""

    cells: int
    people: float


@dataclass(frozen=True, slots=True)
class JobCheck:
    """What a check found of a job; a part is None where it could not be looked at.

    Parameters
    ----------
    file : str
        The run file, as the caller named it.
    title : Text or None
        Of the outputs.
    problems : tuple of Problem
        Everything found, errors among them.
    counts : mapping of State to int
        Facilities and units by the state they would end in; empty where nobody can be judged.
    open : tuple of OpenVerdict
        Those that would be undetermined, with the reason.
    files : tuple of (str, str)
        Inputs by their key in the run file.
    names : mapping of (str, int) to str
        Who stands in which row of the lists.
    """

    file: str
    title: Text | None = None
    problems: tuple[Problem, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    lists: tuple[FoundList, ...] = ()
    criteria: tuple[FoundCriterion, ...] = ()
    settings: tuple[tuple[Text, Text], ...] = ()
    ground: FoundGround | None = None
    positions: FoundPositions | None = None
    neighbours: FoundNeighbours | None = None
    roads: FoundRoads | None = None
    people: FoundPeople | None = None
    counts: Mapping[State, int] = field(default_factory=FrozenDict)
    open: tuple[OpenVerdict, ...] = ()
    names: Mapping[tuple[str, int], str] = field(default_factory=FrozenDict)

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        """Return the problems of one severity."""
        return tuple(p for p in self.problems if p.severity is severity)

    @property
    def usable(self) -> bool:
        """Whether the job can be run."""
        return not self.of(Severity.ERROR)


def found_list(spec: LayerSpec, list_name: str, scan: Scan | None) -> FoundList:
    """Return what was found of one list; `scan` is None where its table is wrong."""
    columns = scan.table.columns if scan is not None and scan.table is not None else None
    taken: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    if columns is not None:
        at = sorted(columns.index.items(), key=lambda item: item[1])
        taken = tuple((name, columns.header[n]) for name, n in at)
        used = {n for _, n in at}
        unread = tuple(h for n, h in enumerate(columns.header) if n not in used and h.strip())
    return FoundList(
        name=spec.name,
        file=spec.shown,
        list_name=list_name,
        role=spec.role,
        types=tuple(sorted(spec.types)),
        rows=None if columns is None or scan is None else len(scan.raws),
        taken=taken,
        unread=unread,
        looked_at=scan is not None,
    )


def found_ground(regions: Regions, stated: Sequence[tuple[str, str]]) -> FoundGround:
    """Return what was found of the ground."""
    own = regions.municipalities["prefecture_code"] == regions.prefecture_code
    rows = regions.areas[["name", "area_class", "index"]].itertuples(index=False)
    areas = tuple((str(n), str(c), None if i != i else float(i)) for n, c, i in rows)  # noqa: PLR0124
    edition = regions.edition.name if regions.edition else ""
    return FoundGround(regions.prefecture, int(own.sum()), areas, edition, tuple(stated))


def found_positions(facilities: Iterable[Facility]) -> FoundPositions:
    """Return how well the places of facilities are known."""
    known = Counter[str]()
    missing = []
    for each in facilities:
        if each.position is None:
            missing.append(each.name)
        elif each.position.accuracy is Accuracy.TOWN:
            known["town"] += 1
        else:
            said = each.looked_up
            known["own" if said is None or said.own else "source"] += 1
    return FoundPositions(known["own"], known["town"], tuple(missing), known["source"])


def found_neighbours(
    facilities: Iterable[Facility], places: Mapping[str, Place], home: str, *, counted: bool
) -> FoundNeighbours:
    """Return how many hospitals are listed of each prefecture that touches `home`."""
    tally = Counter(
        places[f.id].prefecture_code or (places[f.id].municipality_code or "")[:2]
        for f in facilities
        if f.id in places and FacilityType.SECONDARY_EMERGENCY in f.types
    )
    touching = sorted(adjacent_prefectures(home))
    farther = sorted(c for c in tally if c in PREFECTURES and c not in {home, *touching})
    told = [tuple((c, PREFECTURES[c], tally[c]) for c in codes) for codes in (touching, farther)]
    return FoundNeighbours(counted, *told)


def counts_of(result: RunResult) -> Mapping[State, int]:
    """Return how many facilities and units end in each state."""
    states = (
        *(v.state for v in result.verdicts if result.by_rule),
        *(u.state for u in result.units),
    )
    tally = Counter(states)
    return FrozenDict({state: tally[state] for state in State})
