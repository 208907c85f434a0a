"""Everything wrong or doubtful in facility lists, at once: what ``spots check`` reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Severity, SpotsError
from spots.facilities.geocoding import TownResolver
from spots.facilities.identity import Identity
from spots.facilities.merging import merge
from spots.facilities.model import LayerSpec, RawFacility
from spots.facilities.neighbour_belts import Belted
from spots.facilities.placing import DEFAULT_TOLERANCE_M, place_facility
from spots.facilities.position_lookup import unanswered, with_positions
from spots.facilities.position_sources import (
    PositionFormat,
    PositionSource,
    PositionTable,
    read_positions,
)
from spots.facilities.reading import Aliases, Scan, scan_layer
from spots.facilities.type_columns import unsaid_types
from spots.types import Facility

#: What names that these lists do not have; other lists of the run may.
_OF_OTHER_LISTS = frozenset({"identity-matches-none", "positions-name-unknown"})
_NOT_READ: Mapping[str, Scan] = FrozenDict({})


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Parameters
    ----------
    rows : int
        Usable rows over all lists.
    facilities : tuple of Facility
        What they merge to.
    problems : tuple of Problem
        Errors, warnings and notes in the order they were met: list by list, then merging, towns
        and places.
    raws : tuple of RawFacility
        The usable rows themselves.
    """

    rows: int
    facilities: tuple[Facility, ...]
    problems: tuple[Problem, ...]
    raws: tuple[RawFacility, ...] = ()

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        """Return the problems of one severity."""
        return tuple(p for p in self.problems if p.severity is severity)

    @property
    def usable(self) -> bool:
        """Whether a run could use these lists."""
        return not self.of(Severity.ERROR)


def check_layers(
    specs: Iterable[LayerSpec],
    aliases: Aliases,
    *,
    regions: TownResolver | None = None,
    positions: Sequence[PositionSource] = (),
    towns: Path | None = None,
    tolerance_m: float = DEFAULT_TOLERANCE_M,
    identities: Sequence[Identity] = (),
    home: str | None = None,
    scans: Mapping[str, Scan] = _NOT_READ,
    belt: Callable[[Sequence[RawFacility]], Belted] = Belted.of_all,
) -> CheckReport:
    """Read, merge and place facility lists and report all findings; never raises for bad input.

    Parameters
    ----------
    specs : iterable of LayerSpec
        The lists.
    aliases : mapping of str to iterable of str
        Extra headers by canonical column.
    regions : TownResolver or None
        The map, to compare points with addresses.
    positions : sequence of PositionSource
        Where facilities without coordinates are looked up, in this order.
    towns : Path or None
        A town table, asked last.
    tolerance_m : float
        See `place_facility`.
    identities : sequence of Identity
        What is decided about records that may be one hospital; names that these lists do not
        have are no error, since other lists of the run may.
    home : str or None
        See `place_facility`.
    scans : mapping of str to Scan
        What was read of lists already, by their name.
    belt : callable
        Tells rows of lists with ``role = "auto"`` apart; by default none is left out.

    Returns
    -------
    CheckReport
        Findings of every list, also when one of them cannot be used.
    """
    given = tuple(specs)
    read = [scans.get(spec.name) or scan_layer(spec, aliases) for spec in given]
    belted = belt([raw for scan in read for raw in scan.raws])
    raws = belted.rows
    problems = [
        p
        for spec, scan in zip(given, read, strict=True)
        for p in (*scan.problems, *_for_a_note(unsaid_types(spec, scan)))
    ]
    last = () if towns is None else (_town_source(towns),)
    problems = belted.about_rows_in_use(problems)
    tables, unread = _read((*positions, *last))
    problems = [*(unanswered(problems) if tables else problems), *unread]
    asked = partial(with_positions, tables=tables, regions=regions) if tables else None
    facilities, found = merge(raws, regions, identities, asked)
    for p in found:
        problems += _for_a_note([p]) if p.code in _OF_OTHER_LISTS else [p]
    if regions is not None:
        for facility in facilities:
            found = place_facility(facility, regions, tolerance_m=tolerance_m, home=home)[1]
            problems += found
    return CheckReport(len(raws), facilities, tuple(problems), tuple(raws))


def _read(sources: Iterable[PositionSource]) -> tuple[list[PositionTable], list[Problem]]:
    tables: list[PositionTable] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            tables.append(read_positions(source))
        except SpotsError as fault:
            problems += fault.problems
    return tables, problems


def _town_source(path: Path) -> PositionSource:
    spec = LayerSpec(path=path, shown=path.name, name=path.name)
    return PositionSource(spec, PositionFormat.TOWNS)


def _for_a_note(found: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what a run file may answer, and what is no fault of the lists for all we know."""
    return (replace(p, severity=Severity.NOTE) for p in found)
