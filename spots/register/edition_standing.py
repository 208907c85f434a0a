"""Where the institutions of a list stand in what one edition designates, on a day.

Every distance is decided as `spots.locating` decides it; here its answer about spots, areas and
results becomes the answer about the one kind that the edition is of.

Stands apart: one edition and one day; `membership` puts days and editions together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boundaries.codes import split_prefecture
from groundfloor.problems import Text
from spots.facilities import RawFacility
from spots.locating import Answers, Located, ResultAnswer
from spots.telling.findings import no_class
from spots.telling.in_force_words import (
    BEYOND,
    NO_PLACE,
    doubted,
    inside_units,
    outside_area,
    outside_units,
)
from spots.telling.wording import as_one
from spots.types import Place, Truth
from spots.types.designations import Designation, DesignationKind

#: Doubts about the edge of what another kind designates.
_OF_AREAS, _OF_SPOTS = "near-area-edge", "near-spot-edge"


@dataclass(frozen=True, slots=True)
class EditionStanding:
    """An institution in what one edition designates.

    Parameters
    ----------
    truth : Truth
        Whether a unit of it holds the institution.
    unit, name : str
        The unit that holds it, the nearest facility's first; empty where none does.
    reason : Text
        Why, with what the accuracy of its position could change.
    edge_m : float or None
        Metres to the edge of what is designated: zero or more inside, below zero outside; None
        where codes answer alone, or nothing was measured.
    located : Located
        The answer that it rests on.
    doubtful : bool
        Whether the accuracy of its position could turn the answer.
    """

    truth: Truth
    unit: str
    name: str
    reason: Text
    edge_m: float | None
    located: Located
    doubtful: bool


def standing_in(
    kind: DesignationKind,
    found: Answers,
    units: Mapping[str, Designation],
    homes: frozenset[str],
    row: RawFacility,
    at: int,
) -> EditionStanding:
    """Return where an institution of a list stands.

    Parameters
    ----------
    kind : DesignationKind
        Of the edition.
    found : Answers
        Of the edition's own result, on the day.
    units : mapping of str to Designation
        What the edition designates, by unit.
    homes : frozenset of str
        Prefectures that the edition speaks of.
    row : RawFacility
        The institution.
    at : int
        Its place in the list.
    """
    one = found.rows[at]
    prefecture = own_prefecture(one.place, row)
    # A point in no municipality of the run, that no list claims for the prefecture, is not in it.
    off = prefecture is None and one.position is not None and not one.inside
    if off or (prefecture is not None and prefecture not in homes):
        return EditionStanding(Truth.NOT_MET, "", "", BEYOND, None, one, doubtful=False)
    if kind is DesignationKind.SHORTAGE_AREA:
        return _in_area(one, units)
    return _in_units(kind, one, units, anything=bool(found.question.valid))


def own_prefecture(place: Place, row: RawFacility) -> str | None:
    """Return the prefecture in which an institution lies, by its place, else as the list says."""
    told = place.prefecture_code or row.prefecture_code
    return told or split_prefecture(row.address)[0] or split_prefecture(row.municipality)[0]


def _in_area(one: Located, units: Mapping[str, Designation]) -> EditionStanding:
    place, inside = one.place, one.in_shortage_area
    held = units.get(f"medical_area:{place.area_code}")
    if inside is None or place.municipality_code is None:
        truth = Truth.UNDETERMINED
        reason = NO_PLACE if place.municipality_code is None else no_class(place)
    elif inside and held is not None:
        truth = Truth.MET
        reason = inside_units(DesignationKind.SHORTAGE_AREA, (held.name,), held.reason)
    else:
        truth, reason = Truth.NOT_MET, outside_area(place)
    doubts = tuple(d.text for d in one.doubts if d.code != _OF_SPOTS)
    unit, name = (held.unit, held.name) if held and truth is Truth.MET else ("", "")
    return EditionStanding(
        truth, unit, name, doubted(reason, doubts), None, one, doubtful=bool(doubts)
    )


def _in_units(
    kind: DesignationKind, one: Located, units: Mapping[str, Designation], *, anything: bool
) -> EditionStanding:
    """Answer about circles, and about the units of the edition's results.

    Parameters
    ----------
    kind : DesignationKind
        The kind.
    one : Located
        The institution.
    units : mapping of str to Designation
        What is designated.
    anything : bool
        Whether any circle is in force: without a point nothing tells then.
    """
    held: list[tuple[str, str, float | None]] = [
        (f"facility:{s.facility_id}", s.name, s.edge_m) for s in one.inside
    ]
    held += [(u.unit_id, u.name, a.edge_m) for a in one.results for u in a.units]
    open_ = [a for a in one.results if a.inside is Truth.UNDETERMINED]
    blind = one.position is None and anything
    doubts = tuple(d.text for d in one.doubts if d.code != _OF_AREAS)
    if held:
        unit, name, edge_m = held[0]
        why = units[unit].reason if unit in units else Text("", "")
        reason = inside_units(kind, list(dict.fromkeys(n for _, n, _ in held)), why)
        truth = Truth.MET
    elif open_ or blind:
        unit, name, edge_m = "", "", None
        truth, reason = Truth.UNDETERMINED, _open(one, open_, blind=blind)
    else:
        unit, name, (nearest, edge_m) = "", "", _nearest(one)
        truth, reason = Truth.NOT_MET, outside_units(kind, nearest, edge_m)
    return EditionStanding(
        truth, unit, name, doubted(reason, doubts), edge_m, one, doubtful=bool(doubts)
    )


def _open(one: Located, results: Sequence[ResultAnswer], *, blind: bool) -> Text:
    why = [a.problem for a in results if a.problem is not None]
    if blind:
        why.insert(0, one.problem or Text("座標がありません", "there are no coordinates"))
    return as_one(why)


def _nearest(one: Located) -> tuple[str, float | None]:
    """Return the unit with the nearest edge, and metres to it, below zero."""
    found = [(a.edge_m, a.nearest) for a in one.results if a.edge_m is not None and a.nearest]
    if one.nearest is not None:
        found.append((one.nearest.edge_m, one.nearest.name))
    if not found:
        return "", None
    edge_m, name = max(found)
    return name, edge_m
