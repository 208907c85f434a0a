"""The set algebra of ground: how much of a unit lies in selections that are joined.

Selections are sets of units. For each unit, each selection has a *share* of its ground: all of it,
nothing, or a shape. What is open (an index that is missing, a tie) makes two shares of one: what is
surely in, and what may be. ``any``, ``all`` and ``none`` judge whole units, so that a share which
is not the whole unit is none; ``minus`` and ``intersect`` cut.

Where codes of municipalities answer, no geometry is asked: outlines of two sources differ by strips
along every border. Strips that geometry does leave are no ground (`STRIP_M`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from boundaries import dissolve
from boundaries.geometry import GEOD, polygons
from groundfloor.problems import Text
from spots.judging.selecting.selection_settings import Join, Part
from spots.types import Truth, distance_m
from spots.types.ground_units import Unit, UnitKind
from spots.types.listed_entry import ListedEntry

#: Parts of this mean width or less, in metres, that an overlay leaves are the difference between
#: two outlines of one border: 国土数値情報 is drawn from maps of 1:25,000, 0.7 mm of which are
#: 17.5 m (国土地理院, 作業規程の準則: 標準偏差 0.7 mm), on either side.
STRIP_M = 35.0
#: Joins that cut ground; the others judge whole units.
CUTTING = frozenset({"minus", "intersect"})
#: A drawn circle has the true one's area, so that its rim is up to 0.1 m off.
_RIM_DEGREES = 2e-6


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A part of a unit: all of it (`shape` None), nothing (empty), or a shape in EPSG:6668."""

    shape: MultiPolygon | None

    @property
    def whole(self) -> bool:
        """Whether it is all of the unit."""
        return self.shape is None

    @property
    def empty(self) -> bool:
        """Whether nothing of the unit is in it."""
        return self.shape is not None and self.shape.is_empty

    def __or__(self, other: Share) -> Share:
        """Return what is in either."""
        if self.whole or other.empty:
            return self
        if other.whole or self.empty:
            return other
        return Share(polygons(shapely.union(self.shape, other.shape)))

    def __and__(self, other: Share) -> Share:
        """Return what is in both."""
        if self.whole or other.empty:
            return other
        if other.whole or self.empty:
            return self
        return Share(_common(self.shape, other.shape))

    def less(self, other: Share, unit: Unit) -> Share:
        """Return what of it is not in `other`."""
        if other.empty or self.empty:
            return self
        if other.whole:
            return NOTHING
        mine = self.shape if self.shape is not None else unit.geometry
        if mine is None or other.shape is None:
            return self  # the institution itself has no ground to cut
        return Share(_left(mine, other.shape))


WHOLE = Share(None)
NOTHING = Share(MultiPolygon())


def _common(ground: BaseGeometry, other: BaseGeometry) -> MultiPolygon:
    return _without_strips(shapely.intersection(ground, other), other)


def _left(ground: BaseGeometry, other: BaseGeometry) -> MultiPolygon:
    return _without_strips(shapely.difference(ground, other), other)


def _without_strips(overlay: BaseGeometry, cutter: BaseGeometry) -> MultiPolygon:
    """Return the polygons of an overlay but for strips along the cut; a small rock is none."""
    parts = polygons(overlay).geoms
    return MultiPolygon([p for p in parts if not (_is_narrow(p) and p.intersects(cutter.boundary))])


def _is_narrow(part: Polygon) -> bool:
    """Tell whether a polygon is narrower on average than `STRIP_M`: its area over half its rim."""
    area, rim = GEOD.geometry_area_perimeter(part)
    return bool(abs(area) <= STRIP_M * rim / 2)


def _fills(sure: Share, maybe: Share) -> bool:
    """Whether what is sure is all that may be, however the two were cut."""
    if sure.shape is None or maybe.shape is None:
        return sure.whole
    return bool(_left(maybe.shape, sure.shape).is_empty)


@dataclass(frozen=True, slots=True)
class UnitExtent:
    """What of a unit is surely in, and what may be."""

    sure: Share
    maybe: Share

    @property
    def truth(self) -> Truth:
        """Whether the unit is in: undetermined where something is open."""
        if self.maybe.empty:
            return Truth.NOT_MET
        settled = not self.sure.empty and _fills(self.sure, self.maybe)
        return Truth.MET if settled else Truth.UNDETERMINED

    @property
    def as_whole(self) -> UnitExtent:
        """The same of a unit that is judged whole: in, where all of it is."""
        return UnitExtent(
            WHOLE if self.sure.whole else NOTHING, WHOLE if self.maybe.whole else NOTHING
        )


_IN, _OUT, _OPEN = (
    UnitExtent(WHOLE, WHOLE),
    UnitExtent(NOTHING, NOTHING),
    UnitExtent(NOTHING, WHOLE),
)
_OF_TRUTH = {Truth.MET: _IN, Truth.NOT_MET: _OUT, Truth.UNDETERMINED: _OPEN}
#: Kinds whose ground is that of whole municipalities: codes say what lies in what.
OF_CODES = {UnitKind.MUNICIPALITY, UnitKind.MEDICAL_AREA, UnitKind.PREFECTURE}


@dataclass(frozen=True, eq=False)
class Selected:
    """The units of one selection, or of an earlier result, each with its truth.

    Parameters
    ----------
    id : str
        As the policy names it.
    title : Text
        As readers know it.
    units : mapping of str to Unit
        Every unit that was asked about, by id, in order.
    truths : mapping of str to Truth
        Whether each is in; an exception is not.
    texts : mapping of str to Text
        The finding for each.
    reason : Text or None
        Why the policy has it.
    reasons : mapping of str to Text
        Of units that each have their own reason, as those of an earlier result: which.
    entries : mapping of str to ListedEntry
        The entries of lists that named units.
    services : mapping of str to Text
        Of units of an earlier result, or of ``[rule]``: the service that each is for.
    exceptions : mapping of str to Text
        Units left out by name, and why.
    ground : mapping of str to MultiPolygon
        Of units of an earlier result, what of them is in, where that is not all.
    lost : mapping of str to MultiPolygon
        Of units whose ground nobody knows, where it may be.
    land : MultiPolygon or None
        Land of the prefecture: a circle lies in a selection if all of its land does, for no
        selection has the sea. None where no circle is asked about.
    """

    id: str
    title: Text
    units: Mapping[str, Unit]
    truths: Mapping[str, Truth]
    texts: Mapping[str, Text]
    reason: Text | None = None
    reasons: Mapping[str, Text] = field(default_factory=dict)
    entries: Mapping[str, ListedEntry] = field(default_factory=dict)
    services: Mapping[str, Text] = field(default_factory=dict)
    exceptions: Mapping[str, Text] = field(default_factory=dict)
    ground: Mapping[str, MultiPolygon] = field(default_factory=dict)
    lost: Mapping[str, MultiPolygon] = field(default_factory=dict)
    land: MultiPolygon | None = None

    def extent_of(self, unit: Unit) -> UnitExtent:
        """Return what of `unit` is in: its own truth, or what lies in the ground of others."""
        if unit.id in self.units:
            own = self.own_share(unit)
            here = UnitExtent(own, own)
            return _both(_OF_TRUTH[self.truths[unit.id]], here)
        sure, maybe = self._inside(unit, sure=True), self._inside(unit, sure=False)
        return UnitExtent(sure, sure | maybe)

    def own_share(self, unit: Unit) -> Share:
        """Return what of a unit of its own it asks about: of a wider circle its own circle."""
        left, mine, asked = self.ground.get(unit.id), self.units[unit.id].geometry, unit.geometry
        if left is not None:
            return Share(left)
        alike = mine is None or asked is None or mine is asked or mine == asked
        return WHOLE if alike else Share(mine)

    def _inside(self, unit: Unit, *, sure: bool) -> Share:
        """Return what of `unit` lies in the units that are in, or in those that may be."""
        codes = self._codes[sure]
        mine = frozenset(unit.municipality_codes)
        # The municipality of an institution is where it stands, not where its circle ends.
        if mine and mine <= codes and unit.radius_m is None:
            return WHOLE
        if unit.geometry is None:
            return WHOLE if self._holds(unit, sure=sure) else NOTHING
        shapes = [g for u, g in self._shapes[sure] if unit.kind not in OF_CODES or _meets(u, mine)]
        near = [g for g in shapes if g.intersects(unit.geometry)]
        if not near:
            return NOTHING
        other = dissolve(near)
        ground, rest = _common(unit.geometry, other), _left(unit.geometry, other)
        if unit.radius_m is not None and self.land is not None and not rest.is_empty:
            rest = _common(rest, self.land)
        return WHOLE if rest.is_empty and not ground.is_empty else Share(ground)

    def _holds(self, held: Unit, *, sure: bool) -> bool:
        """Tell whether a place lies in it; of a circle the geodesic distance decides.

        What has no place may lie in all that is not surely of other municipalities.
        """
        position, codes = held.position, frozenset(held.municipality_codes)
        if position is None:
            return not sure and any(_meets(u, codes) for u, _ in self._shapes[sure])
        point = Point(position.lon, position.lat)
        for unit, ground in self._shapes[sure]:
            away = ground.distance(point)
            if unit.radius_m is None or unit.position is None:
                if away == 0.0:
                    return True
            elif away <= _RIM_DEGREES and distance_m(unit.position, position) <= unit.radius_m:
                return True
        return False

    def _in(self, *, sure: bool) -> Iterable[Unit]:
        """Yield the units in it; one of which it is doubtful where it lies is perhaps in."""
        wanted = {Truth.MET} if sure else {Truth.MET, Truth.UNDETERMINED}
        return (
            u
            for u in self.units.values()
            if self.truths[u.id] in wanted and not (sure and u.problem is not None)
        )

    @cached_property
    def _codes(self) -> dict[bool, frozenset[str]]:
        """Municipalities that lie in it as a whole, surely (True) or perhaps (False)."""
        return {
            sure: frozenset(
                code
                for u in self._in(sure=sure)
                if u.kind in OF_CODES and u.id not in self.ground
                for code in u.municipality_codes
            )
            for sure in (True, False)
        }

    @cached_property
    def _shapes(self) -> dict[bool, tuple[tuple[Unit, BaseGeometry], ...]]:
        """Ground of the units in it, surely (True) or perhaps (False)."""
        return {
            sure: tuple(
                (u, g)
                for u in self._in(sure=sure)
                if (g := self._ground_of(u, sure=sure)) is not None
            )
            for sure in (True, False)
        }

    def _ground_of(self, unit: Unit, *, sure: bool) -> BaseGeometry | None:
        own = self.ground.get(unit.id, unit.geometry)
        return own if own is not None or sure else self.lost.get(unit.id)


def _meets(unit: Unit, codes: frozenset[str]) -> bool:
    """Tell whether a unit can share ground with municipalities by `codes`: not if codes say no.

    A circle may reach beyond the municipality of its centre.
    """
    own = unit.municipality_codes if unit.radius_m is None else ()
    return not codes or not own or bool(codes & set(own))


def extent(
    join: Join, unit: Unit, known: Mapping[str, Selected], *, asked: bool = True
) -> UnitExtent:
    """Return what of a unit is in the selections as they are joined.

    Where units are asked for (`subjects`), a selection takes in its own alone: a hospital that
    merely stands in a town that is selected is no unit of the town's selection. Where a part says
    what has to hold, or takes out, it is asked of everything that lies in its ground.

    Parameters
    ----------
    join : Join
        Of selections and earlier results.
    unit : Unit
        The unit.
    known : mapping of str to Selected
        Every selection and earlier result by id.
    asked : bool
        Whether the join asks for units; false where it says what holds of others'.
    """
    ((key, parts),) = join.used()
    whole = key not in CUTTING
    found = [
        _of_part(part, unit, known, whole=whole, asked=asked and asks(key, place))
        for place, part in enumerate(parts)
    ]
    if key == "any":
        return reduce(_either, found)
    if key == "none":
        return _without(_IN, reduce(_either, found), unit)
    if key == "minus":
        return reduce(lambda left, right: _without(left, right, unit), found)
    return reduce(_both, found)


def asks(key: str, place: int) -> bool:
    """Whether a part of a join asks for units: each of ``any``, of others the first."""
    return key == "any" or (key != "none" and place == 0)


def _of_part(
    part: Part, unit: Unit, known: Mapping[str, Selected], *, whole: bool, asked: bool
) -> UnitExtent:
    if isinstance(part, Join):
        return extent(part, unit, known, asked=asked)
    selected = known[part]
    if asked and unit.id not in selected.units:
        return _OUT
    found = selected.extent_of(unit)
    # A unit of its own is in with the ground that an earlier result has left of it.
    return found.as_whole if whole and unit.id not in selected.units else found


def _either(left: UnitExtent, right: UnitExtent) -> UnitExtent:
    return UnitExtent(left.sure | right.sure, left.maybe | right.maybe)


def _both(left: UnitExtent, right: UnitExtent) -> UnitExtent:
    return UnitExtent(left.sure & right.sure, left.maybe & right.maybe)


def _without(left: UnitExtent, right: UnitExtent, unit: Unit) -> UnitExtent:
    return UnitExtent(left.sure.less(right.maybe, unit), left.maybe.less(right.sure, unit))


def subjects(join: Join, known: Mapping[str, Selected]) -> dict[str, Unit]:
    """Return the units that a join judges, by id: those of ``any``'s parts, else of the first.

    A unit that two selections draw circles of two radii round has the wider one.

    ``all``, ``intersect`` and ``minus`` judge the units of their first part; the other parts say
    what holds of them. ``none`` has no units of its own.
    """
    ((key, parts),) = join.used()
    if key == "none":
        return {}
    asked = parts if key == "any" else parts[:1]
    found: dict[str, Unit] = {}
    for part in asked:
        units = subjects(part, known) if isinstance(part, Join) else known[part].units
        found |= {i: u for i, u in units.items() if i not in found or _is_wider(u, found[i])}
    return found


def _is_wider(unit: Unit, other: Unit) -> bool:
    if unit.geometry is None or other.geometry is None:
        return other.geometry is None and unit.geometry is not None
    return bool(unit.geometry.area > other.geometry.area)
