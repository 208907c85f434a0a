"""What a criterion is by straight lines, and what leaves it open.

One hospital near enough refutes remoteness; it is proven only where nothing that is not known could
be nearer. A time may not lead over the sea: where the nearest other lies across it and the nearest
by land would decide otherwise, it is open. A distance asks for no road.

Stands apart: a time without roads and a distance are decided alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundfloor.problems import Text
from spots.judging.criteria.lines_over_land import LinesOverLand
from spots.judging.criteria.straight_inquiry import StraightTrial
from spots.judging.criteria.straight_search import FoundInLine, Near, Reached
from spots.telling import straight_words as words
from spots.types import (
    Facility,
    FacilityType,
    StraightLine,
    Truth,
    Variant,
)

Known = Mapping[str, Facility]


@dataclass(frozen=True, slots=True)
class Ruler:
    """How a criterion compares lines and tells them.

    Parameters
    ----------
    type : FacilityType
        What it looks for.
    measure : callable
        Gives what is compared for metres.
    far : callable
        Whether that is far enough.
    said : callable
        Tells a line of so many metres.
    by_land : Truth or None
        What a facility is that no line over land joins to another; None where the sea does not
        matter.
    outlined : bool
        Whether the ground of every prefecture next to this one is known.
    """

    type: FacilityType
    measure: Callable[[float], int]
    far: Callable[[int], bool]
    said: words.Said
    by_land: Truth | None
    outlined: bool

    def truth_of(self, reached: Reached) -> Truth:
        """Compare whole numbers."""
        return Truth.MET if self.far(reached.value) else Truth.NOT_MET

    def decided(self, found: FoundInLine, known: Known) -> tuple[Truth, Text | None]:
        """Return the criterion's truth, and what leaves it open."""
        truth, doubt = self._by(found.near, found, known)
        if found.beyond is None or truth is Truth.UNDETERMINED:
            return truth, doubt
        if self._by(found.beyond, found, known)[0] is truth:
            return truth, doubt
        two, one = (told(near.nearest, known) for near in (found.near, found.beyond))
        return Truth.UNDETERMINED, words.hangs_on_same(two, one, self.said)

    def _by(self, near: Near, found: FoundInLine, known: Known) -> tuple[Truth, Text | None]:
        if near.nearest is None:
            missing = near.missing
            if missing is None:
                return Truth.UNDETERMINED, words.nobody_else(self.type)
            return Truth.UNDETERMINED, words.missing_near(missing, None, self.said)
        truth = self.truth_of(near.nearest)
        doubt = self._at_sea(near, truth, known)
        if doubt is None and truth is Truth.MET:  # one hospital near enough settles it otherwise
            doubt = self._unproven(near, found, known)
        return (truth, None) if doubt is None else (Truth.UNDETERMINED, doubt)

    def _at_sea(self, near: Near, truth: Truth, known: Known) -> Text | None:
        """Return that the nearest lies across the sea, where the nearest by land decides else."""
        nearest = told(near.nearest, known)
        if self.by_land is None or nearest is None or not near.crosses_sea:
            return None
        if (self.by_land if near.by_land is None else self.truth_of(near.by_land)) is truth:
            return None
        by_land = told(near.by_land, known)
        return words.across_sea(nearest, by_land, self.said, outlined=self.outlined)

    def _unproven(self, near: Near, found: FoundInLine, known: Known) -> Text | None:
        """Return who, of those not measured, may be nearer than the threshold."""
        nearest, missing, border_m = told(near.nearest, known), near.missing, found.border_m
        if missing is not None and not self.far(self.measure(missing.least_m)):
            return words.missing_near(missing, nearest, self.said)
        if border_m is not None and not self.far(self.measure(border_m)):
            return words.border_near(border_m, found.unlisted, nearest, self.said)
        return None

    def span(self, found: FoundInLine) -> tuple[float, float]:
        """Return up to which threshold a facility is met, and from which on it is not.

        In what is measured; both are the same where nothing is open between, and infinite, or
        zero, where no threshold makes it one of the two.
        """
        nears = [n for n in (found.near, found.beyond) if n is not None]
        spans = [self._span(near, found.border_m) for near in nears]
        return min(met for met, _ in spans), max(near for _, near in spans)

    def _span(self, near: Near, border_m: float | None) -> tuple[float, float]:
        if near.nearest is None:
            return 0.0, math.inf
        value = float(near.nearest.value)
        opens = (border_m, near.missing.least_m if near.missing else None)
        met, first = min([value, *(float(self.measure(m)) for m in opens if m is not None)]), value
        if not near.crosses_sea or self.by_land is None:
            return met, first
        if near.by_land is not None:
            return met, float(near.by_land.value)
        return (
            met if self.by_land is Truth.MET else 0.0,
            first if self.by_land is Truth.NOT_MET else math.inf,
        )


def told(reached: Reached | None, known: Known) -> tuple[str, float] | None:
    """Return name and metres of an other; None where there is none."""
    return None if reached is None else (known[reached.id].name, reached.metres)


def sooner_m(border_m: float | None, nearest: Reached | None) -> float | None:
    """Return the metres to a border where that is nearer than the nearest other."""
    if border_m is None or (nearest is not None and nearest.metres <= border_m):
        return None
    return border_m


def line_to(
    candidate: Facility, reached: Reached, known: Known, land: LinesOverLand
) -> StraightLine:
    """Return the line from a candidate to an other."""
    from shapely.geometry import LineString  # noqa: PLC0415 (only what is shown is drawn)

    here, there = candidate.position, known[reached.id].position
    if here is None or there is None:
        raise AssertionError(f"{candidate.id}, {reached.id}: a line without two ends")
    shape = LineString([(here.lon, here.lat), (there.lon, there.lat)])
    metres = round(reached.metres, 3)
    return StraightLine(candidate.id, reached.id, metres, shape, land.sea_m(here, there))


def variants_of(
    facility: Facility,
    truth: Truth,
    tried: Sequence[StraightTrial],
    ruler: Ruler,
    known: Known,
    *,
    times: bool,
    asks: bool = True,
) -> Iterator[Variant]:
    """Yield what becomes of a facility under each other assumption that was tried for it.

    Parameters
    ----------
    facility : Facility
        The facility.
    truth : Truth
        The criterion as the run has it.
    tried : sequence of StraightTrial
        The assumptions.
    ruler : Ruler
        How they are compared.
    known : mapping of str to Facility
        By id.
    times : bool
        Whether times are told; metres otherwise.
    asks : bool
        Whether the criterion, as the policy has it, asks for the facility at all.
    """
    for trial in tried:
        if facility.id not in trial.labels or (not asks and facility.id not in trial.found):
            continue
        label, found = trial.labels[facility.id], trial.found.get(facility.id)
        if facility.id in trial.left_out or found is None:
            asked = facility.id not in trial.left_out
            other = Truth.UNDETERMINED if asked else Truth.NOT_MET
            made = Variant(
                *(trial.name, label, None, None, None, other, other is not truth),
                list_name=trial.list_name,
                asked=asked,
                tied=False,
            )
        else:
            other, nearest = ruler.decided(found, known)[0], found.near.nearest
            name = known[nearest.id].name if nearest else None
            made = Variant(
                *(trial.name, label, nearest.id if nearest else None, name),
                *(nearest.value if nearest and times else None, other, other is not truth),
                list_name=trial.list_name,
                distance_m=round(nearest.metres, 3) if nearest and not times else None,
            )
        if trial.always or made.changes:
            yield made
