"""Facilities as the lists give them, and where they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from boundaries.types import AreaClass, ClassBasis
from groundfloor.folding import nfkc
from groundfloor.marks import unmarked
from groundfloor.problems import Text, one_of
from spots.types.listed_entry import ListedEntry
from spots.types.positions import Position, PositionLookup


class FacilityType(StrEnum):
    """What a list says a facility is; the law's terms."""

    BASE_HOSPITAL = "base_hospital"  # ① へき地医療拠点病院
    REMOTE_CLINIC = "remote_clinic"  # ② へき地診療所
    SECONDARY_EMERGENCY = "secondary_emergency"  # ③ 二次救急病院


def types_of(given: Iterable[FacilityType | str]) -> frozenset[FacilityType]:
    """Return types of facilities, which may also be given by their values.

    Raises
    ------
    UsageError
        One of them is none: it would match nothing.

    Examples
    --------
    >>> types_of(["remote_clinic"])
    frozenset({<FacilityType.REMOTE_CLINIC: 'remote_clinic'>})
    """
    each = (given,) if isinstance(given, str) else given
    return frozenset(one_of(FacilityType, one, "types") for one in each)


class Role(StrEnum):
    """Whether a layer's facilities are judged, or only reached.

    Only a list is `AUTO`: its rows are judged in their own prefecture, and reached from beside it.
    """

    CANDIDATE = "candidate"
    DESTINATION = "destination"
    AUTO = "auto"

    @property
    def judges(self) -> bool:
        """Whether anybody of such a list may be judged."""
        return self is not Role.DESTINATION


@dataclass(frozen=True, slots=True)
class Layer:
    """A facility list as the run file declares it.

    Parameters
    ----------
    name : str
        Label for reports, e.g. ``"へき地医療拠点病院"``.
    file : str
        File name as given.
    types : frozenset of FacilityType
        Types that every row has; may be empty.
    role : Role
        Judged, or only a destination.
    source : str
        Who published the list.
    as_of : date or None
        The day the list speaks of.
    list_name : str
        Name under which a policy may ask for this list (``"rotation"``); may be empty.
    """

    name: str
    file: str
    types: frozenset[FacilityType]
    role: Role
    source: str
    as_of: date | None
    list_name: str = ""

    def __post_init__(self) -> None:
        """Take types and role given by their values for what they mean."""
        object.__setattr__(self, "types", types_of(self.types))
        object.__setattr__(self, "role", one_of(Role, self.role, "role"))


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The row of an input file that a facility came from."""

    layer: str
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Double:
    """Another record that may be the same hospital, which nobody has decided yet.

    Parameters
    ----------
    id, name : str
        The other record.
    distance_m : float or None
        Geodesic metres between the two points; None where one has no point of its own.
    same_address : bool
        Whether their addresses agree down to the house number.
    travel_ms : int or None
        The drive between them, where it is what makes one look: it takes less than a minute.
    """

    id: str
    name: str
    distance_m: float | None
    same_address: bool
    travel_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as the lists give it, merged over layers.

    Parameters
    ----------
    id : str
        Unique and stable: the list's own id, or one made from name and municipality.
    name : str
        Name as written in the first list that has it.
    types : frozenset of FacilityType
        All types over all layers.
    role : Role
        `Role.CANDIDATE` when any layer judges it.
    address : str
        As written, possibly empty.
    municipality_code : str or None
        Five digits, as declared by the list (code, name or address), before any look at the map.
    position : Position or None
        None when no usable coordinates were found.
    position_problem : Text or None
        Why `position` is None or must not be trusted.
    site : str
        Facilities of one site (a hospital and its clinic) share it; never each other's "other".
    remark : str
        備考, e.g. ``要確認``.
    rows : tuple of SourceRow
        Every row it came from.
    site_stated : bool
        Whether a list's own label says the site.
    doubles : tuple of Double
        Records of other sites that may be the same hospital, by address or distance.
    apart : tuple of str
        Ids of those that surely are not, as the run file says.
    prefecture_code : str or None
        Two digits, as declared by the list, also where the municipality is not known.
    municipality_name : str
        The municipality as the list writes it, where the map does not tell its code; else empty.
    other_names : tuple of str
        What else the rows merged into it call it, such as an old name, in their order.
    entry : ListedEntry or None
        What the lists say for the plan (設定理由, service, councils, page); None where nothing.
    kana : str
        Its reading as a list gives it (フリガナ); empty where none does.
    looked_up : PositionLookup or None
        What sources of positions say of it; None where none was asked, or where its own
        coordinates agree with them.
    """

    id: str
    name: str
    types: frozenset[FacilityType]
    role: Role
    address: str
    municipality_code: str | None
    position: Position | None
    position_problem: Text | None
    site: str
    remark: str
    rows: tuple[SourceRow, ...]
    site_stated: bool = False
    doubles: tuple[Double, ...] = ()
    apart: tuple[str, ...] = ()
    prefecture_code: str | None = None
    municipality_name: str = ""
    other_names: tuple[str, ...] = ()
    entry: ListedEntry | None = None
    looked_up: PositionLookup | None = None
    kana: str = ""

    def __post_init__(self) -> None:
        """Take types and role given by their values for what they mean."""
        object.__setattr__(self, "types", types_of(self.types))
        object.__setattr__(self, "role", one_of(Role, self.role, "role"))

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the one in use first."""
        return self.name, *self.other_names

    def told_apart(self, other: Facility) -> bool:
        """Whether it is decided that `other` is another hospital: by site labels or by hand."""
        stated = self.site_stated and other.site_stated and self.site != other.site
        return stated or other.id in self.apart

    def is_called(self, name: str) -> bool:
        """Whether a setting's name or id is the facility's, but for marks around the name.

        What other lists call it is its name too.
        """
        if name in {self.id, *self.names}:
            return True
        return nfkc(unmarked(name)) in {nfkc(unmarked(each)) for each in self.names}


@dataclass(frozen=True, slots=True)
class Place:
    """The administrative place of a facility, after comparing point and address.

    ``problem`` is set where the two disagree or the point lies nowhere: then the facility cannot
    be judged. ``class_basis`` says why the area has its class, or why that is not known; None
    where the area is not known, or the run did not record it.
    """

    municipality_code: str | None
    municipality: str
    prefecture_code: str | None
    area_code: str | None
    area: str
    area_class: AreaClass
    problem: Text | None = None
    class_basis: ClassBasis | None = None

    def __post_init__(self) -> None:
        """Take a class given by its value for what it means."""
        object.__setattr__(self, "area_class", one_of(AreaClass, self.area_class, "area_class"))

    @property
    def may_be(self) -> frozenset[AreaClass]:
        """The classes that its area may have: one where the class is known."""
        if self.area_class is not AreaClass.UNKNOWN:
            return frozenset({self.area_class})
        return (self.class_basis or ClassBasis.NO_INDEX).may_be
