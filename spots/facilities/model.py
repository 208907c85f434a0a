"""Values between a file on disk and the facilities of `spots.types`, and errors of the lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from boundaries.types import MedicalArea, Municipality
from groundfloor.dates import parse_date
from groundfloor.frozen import frozen
from groundfloor.problems import DataError, Text, one_of
from spots.facilities.list_cells import parse_types
from spots.types import (
    Accuracy,
    FacilityType,
    Layer,
    ListedEntry,
    Position,
    PositionLookup,
    Role,
    SourceRow,
)
from spots.types.facilities import types_of


class FacilityListError(DataError):
    """Facility lists cannot be used as they are; carries every problem of every list."""


class TownTableError(DataError):
    """The town table for looking up addresses cannot be used."""


class ListFormat(StrEnum):
    """How a facility list is read."""

    AUTO = "auto"  # by the file's suffix and what is inside a zip
    TABLE = "table"  # CSV, TSV or XLSX
    P04 = "p04"  # 国土数値情報 医療機関データ
    IRYO_JOHO = "iryo_joho"  # 医療情報ネット open data
    VECTOR = "vector"  # GeoJSON, GeoPackage, Shapefile


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A facility list as a run file (or the command line) declares it.

    Parameters
    ----------
    path : Path
        Where the file is.
    shown : str
        The file's name as the user wrote it, for every message.
    name : str
        Label of the layer, unique within a run.
    types : frozenset of FacilityType
        Types that every row has, beside those of a type column.
    role : Role
        Judged, or only a destination.
    source : str
        Who published the list.
    as_of : date or None
        The day the list speaks of.
    format : ListFormat
        How to read it. A plain string such as ``"auto"`` compares equal.
    sheet : str or None
        Sheet of a workbook, or layer of a GeoPackage; the first one by default.
    columns : mapping of str to str
        Canonical column to the header of this file; an empty header switches a column off.
    where : tuple of (str, tuple of str)
        Only rows whose column (header or canonical name) has one of the values; all must hold.
    encoding : str or None
        Encoding of a text file or DBF, when the automatic choice is wrong.
    accuracy : Accuracy
        How well the list's own coordinates are known (``TOWN`` for a geocoded list).
    types_in_rows : bool
        Whether the types come from a type column alone, so that a list without one is refused.
    belt_km : float or None
        Of a list with the role ``"auto"``: how far beyond the prefecture its rows are
        destinations; by what the policy asks where it is None.
    type_words : mapping of str to frozenset of FacilityType
        Words of the list's own for types, beside those that every list may use; by
        `spots.facilities.list_cells.type_key`.
    """

    path: Path
    shown: str
    name: str
    types: frozenset[FacilityType] = frozenset()
    role: Role = Role.CANDIDATE
    source: str = ""
    as_of: date | None = None
    format: str = ListFormat.AUTO
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    encoding: str | None = None
    accuracy: Accuracy = Accuracy.POINT
    types_in_rows: bool = False
    belt_km: float | None = None
    type_words: Mapping[str, frozenset[FacilityType]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take what is given by its value, or by its mark (``"③"``), for what it means.

        Raises
        ------
        UsageError
            A type, role, format or accuracy is none there is, or the day no day.
        """
        own = (self.types,) if isinstance(self.types, str) else self.types
        marked = ({one} if (known := parse_types(one)) is None else known for one in own)
        day = None if self.as_of is None else parse_date(self.as_of, column="as_of")
        taken = {
            "path": Path(self.path),
            "types": types_of(one for types in marked for one in types),
            "role": one_of(Role, self.role, "role"),
            "format": one_of(ListFormat, self.format, "format"),
            "accuracy": one_of(Accuracy, self.accuracy, "accuracy"),
            "as_of": day,
            "columns": frozen(self.columns),
            "type_words": frozen(self.type_words),
            "where": frozen(self.where),
        }
        for name, value in taken.items():
            object.__setattr__(self, name, value)

    @property
    def layer(self) -> Layer:
        """The layer as reports name it."""
        return Layer(self.name, self.shown, self.types, self.role, self.source, self.as_of)


@dataclass(frozen=True, slots=True)
class RawFacility:
    """One usable row of one list, before lists are merged.

    Parameters
    ----------
    layer : Layer
        The list.
    row : SourceRow
        Where it stands.
    given_id : str or None
        The list's own id.
    name, address : str
        As written (trimmed, control characters removed).
    types : frozenset of FacilityType
        The layer's types and those of the row's type column.
    prefecture_code : str or None
        Two digits, from a prefecture column or the code.
    municipality : str
        Municipality as written, possibly empty.
    municipality_code : str or None
        Five digits, from a code column, repaired.
    position : Position or None
        From the coordinate columns or the geometry.
    position_problem : Text or None
        Why there is no position.
    site : str or None
        The list's own site label.
    remark : str
        備考.
    kind, status : str
        What the list says of the kind of institution (歯科) and of whether it is open (休止); may
        be empty.
    entry : ListedEntry or None
        What the row says for the plan (設定理由, service, councils, page); None where nothing.
    looked_up : PositionLookup or None
        What sources of positions say of it, where they were asked before lists are merged.
    kana : str
        The reading of the name, as written; may be empty.
    """

    layer: Layer
    row: SourceRow
    given_id: str | None
    name: str
    types: frozenset[FacilityType]
    address: str = ""
    prefecture_code: str | None = None
    municipality: str = ""
    municipality_code: str | None = None
    position: Position | None = None
    position_problem: Text | None = None
    site: str | None = None
    remark: str = ""
    kind: str = ""
    status: str = ""
    entry: ListedEntry | None = None
    looked_up: PositionLookup | None = None
    kana: str = ""


class MunicipalityResolver(Protocol):
    """What knows municipalities by name; `boundaries.Regions` is one."""

    def find(self, name: str, prefecture_code: str | None = None) -> Municipality | None:
        """Return the municipality called `name`, None when unknown or ambiguous."""
        ...

    def namesakes(self, name: str, prefecture_code: str | None = None) -> tuple[Municipality, ...]:
        """Return all municipalities called `name`."""
        ...

    def from_address(self, address: str, prefecture_code: str | None = None) -> str | None:
        """Return the five-digit code of the municipality an address begins with."""
        ...

    def city_in_wards(self, text: str, prefecture_code: str | None = None, /) -> str | None:
        """Return the code of a city, named or addressed without its ward, that is only wards."""
        ...


class Gazetteer(Protocol):
    """What knows municipalities on the map; `boundaries.Regions` is one."""

    def municipality(self, code: str) -> Municipality | None:
        """Return the municipality of a code, None when the boundary file lacks it."""
        ...

    def area_of(self, code: str) -> MedicalArea | None:
        """Return the 二次医療圏 of a municipality."""
        ...

    def areas_of(self, code: str) -> tuple[MedicalArea, ...]:
        """Return all medical areas that a code's ground lies in."""
        ...

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the code of the municipality that holds a point (degrees)."""
        ...

    def has_ground(self, code: str) -> bool:
        """Whether the boundary file has ground of a code, if only that of a city's wards."""
        ...

    def distance_m(self, code: str, lon: float, lat: float) -> float:
        """Return metres from a point to a municipality, 0 inside."""
        ...

    def nearest(self, lon: float, lat: float, *, within_m: float) -> tuple[str, float]:
        """Return the nearest municipality and the metres to it; "" where none is within."""
        ...
