"""What a selection may look at: units, numbers, entries, and what is known of facilities.

Stands apart: whoever reads inputs makes these values, and every kind of condition takes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import geopandas as gpd
from shapely.geometry import MultiPolygon

from boundaries import Regions
from boundaries.land_parts import LandParts
from spots.judging.criteria import PolicyFacts
from spots.types import Position, Verdict
from spots.types.ground_units import Unit, UnitKind
from spots.types.listed_entry import ListedEntry


class TableKey(StrEnum):
    """What the rows of a table of numbers are about."""

    MUNICIPALITY = "municipality"
    MEDICAL_AREA = "medical_area"
    FACILITY = "facility"
    UNIT = "unit"  # of a selection, by name, id or position


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table that is keyed by unit: what it says of what it is about.

    Parameters
    ----------
    key : str
        Under which the table's columns have its numbers.
    entry : ListedEntry
        Name or code, municipality, and where it stands.
    position : Position or None
        Where it is; None where the table does not say.
    """

    key: str
    entry: ListedEntry
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class NumberTable:
    """A table of numbers, keyed by municipality, medical area, facility or unit.

    Parameters
    ----------
    name, title : str
        As policies name it, and as readers know it (publisher, day).
    key : TableKey
        What its rows are about.
    columns : mapping of str to mapping of str to float
        Column, then code (or facility id) to value. A blank cell is absent: not known, never 0.
    national : mapping of str to float
        National averages by column, as the run file states them or the table's own row (全国).
    units : mapping of str to str
        Unit of each column for sentences; may be empty.
    rows : tuple of TableRow
        With `TableKey.UNIT`: what its rows are about, as far as they say.
    within_m : int or None
        With `TableKey.UNIT`: a row with a position is about units no farther than that.
    """

    name: str
    title: str
    key: TableKey
    columns: Mapping[str, Mapping[str, float]]
    national: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[TableRow, ...] = ()
    within_m: int | None = None


@dataclass(frozen=True, slots=True)
class EntryList:
    """A list of named places or institutions (applications, decisions, 辺地).

    Parameters
    ----------
    name, title : str
        As policies name it, and as readers know it.
    entries : tuple of ListedEntry
        In its order.
    """

    name: str
    title: str
    entries: tuple[ListedEntry, ...]


@dataclass(frozen=True, slots=True)
class GroundFacts:
    """Everything known before units are judged.

    Parameters
    ----------
    regions : Regions
        Municipalities and medical areas with their class.
    facts : PolicyFacts
        Facilities, their places, and roads.
    verdicts : tuple of Verdict
        Of the facilities, by ``[rule]``; empty where the policy has none.
    rule_ground : mapping of str to MultiPolygon
        By facility id, the circle of each spot of ``[rule]`` after cutting, EPSG:6668.
    layers : mapping of str to tuple of Unit
        The run's ``[[units]]`` by name.
    tables : mapping of str to NumberTable
        The run's ``[[tables]]``.
    entries : mapping of str to EntryList
        The run's ``[[entries]]``.
    national_index : float or None
        National average of the 医師偏在指標 in the edition in use.
    people : GeoDataFrame or None
        Cells of population, as `boundaries.read_population` gives them.
    apart : mapping of str to str
        Facility ids that do not count as another institution (dental, closed), and why.
    """

    regions: Regions
    facts: PolicyFacts
    verdicts: tuple[Verdict, ...] = ()
    rule_ground: Mapping[str, MultiPolygon] = field(default_factory=dict)
    layers: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)
    tables: Mapping[str, NumberTable] = field(default_factory=dict)
    entries: Mapping[str, EntryList] = field(default_factory=dict)
    national_index: float | None = None
    people: gpd.GeoDataFrame | None = None
    apart: Mapping[str, str] = field(default_factory=dict)

    @property
    def land(self) -> LandParts:
        """Connected land, which the sea parts; connected once for the facts: it takes a second."""
        return self.facts.memory.of(land_of, self.regions, most=1)


def land_of(regions: Regions) -> LandParts:
    """Connect the land of all municipalities."""
    return LandParts.of(regions.municipalities)


#: Kinds of units that come from the boundaries or the facilities, not from a layer of the run.
WITHOUT_LAYER = frozenset(
    {UnitKind.MUNICIPALITY, UnitKind.MEDICAL_AREA, UnitKind.PREFECTURE, UnitKind.FACILITY}
)
