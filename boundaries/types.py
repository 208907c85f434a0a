"""Values that `boundaries` hands out."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from groundfloor.guarded_shapes import GuardedShape


class AreaClass(StrEnum):
    """Class of a 二次医療圏: the prefecture's decision on the cut-offs of its 医師偏在指標."""

    SHORTAGE = "shortage"  # 医師少数区域
    SURPLUS = "surplus"  # 医師多数区域
    NEITHER = "neither"  # どちらでもない
    UNKNOWN = "unknown"  # `ClassBasis` says why


class ClassBasis(StrEnum):
    """Why an area has its class, or why its class is not known."""

    STATED = "stated"  # the table of indices says so
    CUT_OFF = "cut_off"  # nothing is stated: by the edition's cut-offs
    # Nothing is stated, and the index is the cut-off as displayed. At the lower one either side is
    # possible; at the upper one the class is surplus, see `boundaries.indices.class_of`.
    SHORTAGE_TIE = "shortage_tie"
    SURPLUS_TIE = "surplus_tie"
    OTHER_AREA = "other_area"  # the tables mean different areas by its code, or may
    NO_INDEX = "no_index"
    NO_CUT_OFFS = "no_cut_offs"  # nothing is stated, and the edition's cut-offs are not known

    @property
    def may_be(self) -> frozenset[AreaClass]:
        """The classes that an area may have whose class is not known."""
        return _MAY_BE.get(self, ANY_CLASS)


#: What a class may be of which nothing is known.
ANY_CLASS = frozenset({AreaClass.SHORTAGE, AreaClass.SURPLUS, AreaClass.NEITHER})
_MAY_BE = {
    ClassBasis.SHORTAGE_TIE: frozenset({AreaClass.SHORTAGE, AreaClass.NEITHER}),
    ClassBasis.SURPLUS_TIE: frozenset({AreaClass.SURPLUS, AreaClass.NEITHER}),
}


@dataclass(frozen=True, slots=True)
class IndexEdition:
    """An edition of the 医師偏在指標 with the cut-offs that belong to it, and to no other.

    Parameters
    ----------
    name : str
        Edition, e.g. ``"2024-01"``.
    shortage_at_most : float or None
        Areas at or below are 医師少数区域.
    surplus_at_least : float or None
        Areas at or above are 医師多数区域. None, both, where the cut-offs are not known: then the
        classes that the table states are all there is.
    """

    name: str
    shortage_at_most: float | None = None
    surplus_at_least: float | None = None

    @property
    def cut_offs(self) -> tuple[float, float] | None:
        """Both cut-offs, that of shortage first; None where they are not known."""
        if self.shortage_at_most is None or self.surplus_at_least is None:
            return None
        return self.shortage_at_most, self.surplus_at_least


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality (or a ward of a designated city where wards are kept apart).

    Parameters
    ----------
    code : str
        Five-digit JIS code as text, e.g. ``"43447"``; a merged designated city has its own
        (``"43100"``).
    name : str
        Name without the prefecture, e.g. ``"山都町"``, ``"熊本市"``, ``"熊本市西区"``.
    prefecture_code, prefecture : str
        Two-digit code and name.
    area_code : str or None
        Its 二次医療圏, when the table knows it.
    """

    code: str
    name: str
    prefecture_code: str
    prefecture: str
    area_code: str | None


@dataclass(frozen=True, slots=True)
class MedicalArea:
    """A 二次医療圏.

    Parameters
    ----------
    code, name : str
        Four-digit zero-padded code as text, and name.
    index : float or None
        医師偏在指標 of the edition in use.
    area_class : AreaClass
        Its class.
    basis : ClassBasis
        Why it has that class.
    """

    code: str
    name: str
    index: float | None
    area_class: AreaClass
    basis: ClassBasis = ClassBasis.CUT_OFF


@dataclass(frozen=True, slots=True)
class CutStep:
    """One cut: keep only what lies inside `keep`, or take away `remove`.

    Parameters
    ----------
    name : str
        ``"land"``, ``"prefecture"``, ``"excluded_municipalities"`` or ``"shortage_areas"``.
    keep, remove : geometry or None
        Exactly one is given, in the CRS of the circles being cut.
    """

    name: str
    keep: BaseGeometry | None = None
    remove: BaseGeometry | None = None
    _ground: GuardedShape | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Have the ground ready for many circles."""
        shape = self.remove if self.keep is None else self.keep
        object.__setattr__(self, "_ground", None if shape is None else GuardedShape(shape))

    def covers(self, shape: BaseGeometry) -> bool:
        """Whether no part of a shape lies outside of what is kept, or taken away."""
        return self._ground is not None and self._ground.covers(shape)

    def touches(self, shape: BaseGeometry) -> bool:
        """Whether a shape has a point of what is kept, or taken away."""
        return self._ground is not None and self._ground.intersects(shape)


@dataclass(frozen=True, slots=True)
class CutEntry:
    """A line of the ledger: what one cut took from one circle.

    Parameters
    ----------
    step : str
        The cut's name.
    removed_km2, remaining_km2 : float
        Area on the ellipsoid (GRS 80), square kilometres.
    """

    step: str
    removed_km2: float
    remaining_km2: float


@dataclass(frozen=True, slots=True)
class AreaAssignment:
    """The 二次医療圏 that a municipality belongs to.

    Parameters
    ----------
    municipality_code : str
        Five digits.
    area_code, area_name : str
        Four digits, and the name.
    municipality_name : str
        As the table writes it; empty where it has no such column.
    """

    municipality_code: str
    area_code: str
    area_name: str
    municipality_name: str = ""


@dataclass(frozen=True, slots=True)
class AreaTable:
    """The municipality → 二次医療圏 table, sorted by municipality code."""

    assignments: tuple[AreaAssignment, ...]

    def get(self, municipality_code: str) -> AreaAssignment | None:
        """Return the assignment of exactly this code."""
        at = bisect_left(self.assignments, municipality_code, key=lambda a: a.municipality_code)
        found = self.assignments[at : at + 1]
        return found[0] if found and found[0].municipality_code == municipality_code else None


@dataclass(frozen=True, slots=True)
class AreaIndex:
    """The 医師偏在指標 of one area as published, and its class.

    Parameters
    ----------
    area_code, area_name : str
        Four digits, and the name in the table of indices; may be empty.
    value : float or None
        The index; None where the table states a class alone.
    area_class : AreaClass
        As stated, else by the edition's cut-offs; unknown where the index is one of them.
    basis : ClassBasis
        Which of these.
    row : int or None
        Its row in the table.
    """

    area_code: str
    area_name: str
    value: float | None
    area_class: AreaClass
    basis: ClassBasis = ClassBasis.CUT_OFF
    row: int | None = None


@dataclass(frozen=True, slots=True)
class IndexTable:
    """The indices of one edition, sorted by area code.

    Parameters
    ----------
    edition : IndexEdition
        The edition.
    indices : tuple of AreaIndex
        Areas that have an index or a class.
    blank : tuple of AreaIndex
        Areas that the table has with neither; their class is unknown.
    """

    edition: IndexEdition
    indices: tuple[AreaIndex, ...]
    blank: tuple[AreaIndex, ...] = ()

    def get(self, area_code: str) -> AreaIndex | None:
        """Return the index of an area."""
        return next((i for i in self.indices if i.area_code == area_code), None)

    def is_blank(self, area_code: str) -> bool:
        """Whether the table has the area with neither an index nor a class."""
        return any(area.area_code == area_code for area in self.blank)

    def lists(self, area_code: str) -> bool:
        """Whether the table has a row of the area."""
        return self.get(area_code) is not None or self.is_blank(area_code)
